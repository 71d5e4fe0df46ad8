/*
 * monitor: definitions, windows, summaries, observations.
 *
 * A monitor says what to look at: a relation, which column plays which role,
 * how long a window is, what to compare with, what to check and when.  Every
 * change of a definition is a new row of monitor_version, and each observation
 * names the version that produced it.
 *
 * A window is evaluated in one scan (evaluate.sql) as the monitor's owner.  It
 * leaves summaries, from which observations are computed without reading the
 * rows again (observe.sql), and a verdict wherever a check applies (checks.sql).
 *
 * The slice without a name (slice_column NULL) is the whole window; a slice
 * with slice_value NULL holds the rows in which the column is NULL.
 */
CREATE TABLE mlops.monitor (
    monitor_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    model_id bigint,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    paused_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT monitor_pkey PRIMARY KEY (monitor_id),
    CONSTRAINT monitor_name_key UNIQUE (name),
    CONSTRAINT monitor_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE SET NULL
);
COMMENT ON TABLE mlops.monitor IS
    'one row per monitor: its name, owner and current version; the definition is in monitor_version';
COMMENT ON COLUMN mlops.monitor.model_id IS 'the model that is watched; NULL for a monitor of data alone';
COMMENT ON COLUMN mlops.monitor.owner_oid IS 'role that the monitor runs as; valid only together with owner_name';
COMMENT ON COLUMN mlops.monitor.owner_name IS 'name of that role when the monitor was made';
COMMENT ON COLUMN mlops.monitor.enabled IS 'false when the monitor must not run by itself';
COMMENT ON COLUMN mlops.monitor.paused_at IS 'when it was paused; NULL while it is not';
COMMENT ON COLUMN mlops.monitor.version IS 'current version of the definition, counted from 1';

CREATE INDEX monitor_model_id_idx ON mlops.monitor (model_id);
COMMENT ON INDEX mlops.monitor_model_id_idx IS 'monitors of a model';

CREATE TABLE mlops.monitor_version (
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    task text,
    relation regclass NOT NULL,
    relation_name text NOT NULL,
    relation_owner name NOT NULL,
    timestamp_column name NOT NULL,
    label_column name,
    prediction_column name,
    score_column name,
    threshold double precision NOT NULL,
    features name[] NOT NULL,
    slices jsonb NOT NULL,
    kinds jsonb NOT NULL,
    granularity interval NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz,
    delay interval NOT NULL,
    reference_relation regclass,
    reference_relation_name text,
    reference_relation_owner name,
    reference_from timestamptz,
    reference_to timestamptz,
    checks jsonb NOT NULL,
    schedule text,
    time_zone text NOT NULL,
    min_rows integer NOT NULL,
    baseline_version integer NOT NULL,
    max_slices integer NOT NULL,
    rollups interval[] NOT NULL,
    week_start integer NOT NULL,
    reference jsonb,
    phase text NOT NULL,
    row_key name[] NOT NULL,
    version_column name,
    group_column name,
    query_column name,
    probability_columns jsonb,
    label_time_column name,
    label_filter text,
    max_label_age interval,
    label_history interval NOT NULL,
    label_relation regclass,
    label_relation_name text,
    label_relation_owner name,
    label_key name[],
    label_value name,
    label_horizon interval,
    misfire text NOT NULL,
    keep jsonb,
    columns jsonb,
    feature_view text,
    materialize boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    created_by name NOT NULL,
    CONSTRAINT monitor_version_misfire_check CHECK (misfire IN ('backfill', 'run_once', 'skip')),
    CONSTRAINT monitor_version_pkey PRIMARY KEY (monitor_id, version),
    CONSTRAINT monitor_version_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE
);
COMMENT ON TABLE mlops.monitor_version IS 'definitions of monitors, one row per change, never updated';
COMMENT ON COLUMN mlops.monitor_version.task IS
    'binary, regression, multiclass or ranking; NULL when nothing is predicted';
COMMENT ON COLUMN mlops.monitor_version.relation IS
    'table, partitioned table, view, materialized view or foreign table that held the rows when this version was made';
COMMENT ON COLUMN mlops.monitor_version.relation_name IS
    'its qualified name: whatever has that name when a window is evaluated is read';
COMMENT ON COLUMN mlops.monitor_version.relation_owner IS 'role that owned it then';
COMMENT ON COLUMN mlops.monitor_version.timestamp_column IS
    'places a row in a window: timestamptz, or timestamp or date in time_zone';
COMMENT ON COLUMN mlops.monitor_version.threshold IS
    'a score at or above it counts as a positive prediction when there is no prediction column';
COMMENT ON COLUMN mlops.monitor_version.features IS
    'columns whose distribution is followed besides label, prediction and score';
COMMENT ON COLUMN mlops.monitor_version.slices IS
    'what makes slices: a list of objects with name and columns, or name and expression';
COMMENT ON COLUMN mlops.monitor_version.kinds IS
    'every followed column with its kind: number, boolean, text, time or vector';
COMMENT ON COLUMN mlops.monitor_version.granularity IS 'length of a window: months, or days, or hours and less';
COMMENT ON COLUMN mlops.monitor_version.start_at IS 'start of the first window';
COMMENT ON COLUMN mlops.monitor_version.end_at IS 'no window ends later; NULL = no end';
COMMENT ON COLUMN mlops.monitor_version.delay IS 'how long after its end a window is due';
COMMENT ON COLUMN mlops.monitor_version.reference_relation IS
    'relation of the baseline; NULL with a range = the monitored relation, NULL without = no baseline';
COMMENT ON COLUMN mlops.monitor_version.reference_relation_name IS 'its qualified name, followed like relation_name';
COMMENT ON COLUMN mlops.monitor_version.reference_relation_owner IS 'role that owned it then';
COMMENT ON COLUMN mlops.monitor_version.reference_from IS
    'the baseline''s rows are at or after this time; NULL = no lower limit';
COMMENT ON COLUMN mlops.monitor_version.reference_to IS
    'the baseline''s rows are before this time; NULL = no upper limit';
COMMENT ON COLUMN mlops.monitor_version.checks IS 'normalised list of checks, see docs/reference/monitor.md';
COMMENT ON COLUMN mlops.monitor_version.schedule IS 'cron expression; NULL = runs on demand only';
COMMENT ON COLUMN mlops.monitor_version.misfire IS
    'which windows are run that were due while nothing ran: backfill (all), run_once (the newest) or skip (none)';
COMMENT ON COLUMN mlops.monitor_version.keep IS
    'how long what the monitor stores is kept, see docs/reference/scheduler.md; NULL = by the defaults';
COMMENT ON COLUMN mlops.monitor_version.min_rows IS 'a number that stands on fewer rows is not judged';
COMMENT ON COLUMN mlops.monitor_version.baseline_version IS
    'version whose baseline is used: the first with this reference, these columns and slices or more';
COMMENT ON COLUMN mlops.monitor_version.max_slices IS 'more slices than this are an error';
COMMENT ON COLUMN mlops.monitor_version.rollups IS 'coarser windows that are merged from those of the granularity';
COMMENT ON COLUMN mlops.monitor_version.week_start IS 'first day of a week: 1 = Monday, 7 = Sunday';
COMMENT ON COLUMN mlops.monitor_version.reference IS
    'what windows are compared with, tried in order; NULL = the baseline';
COMMENT ON COLUMN mlops.monitor_version.phase IS 'what season a window belongs to: auto, or how it is told';
COMMENT ON COLUMN mlops.monitor_version.row_key IS 'columns that name a row';
COMMENT ON COLUMN mlops.monitor_version.version_column IS 'column with the model version that made the prediction';
COMMENT ON COLUMN mlops.monitor_version.group_column IS 'column with the groups that metrics of fairness compare';
COMMENT ON COLUMN mlops.monitor_version.query_column IS 'column whose values gather rows into ranked lists';
COMMENT ON COLUMN mlops.monitor_version.probability_columns IS
    'columns with the probability of each class of a multiclass model, by class';
COMMENT ON COLUMN mlops.monitor_version.label_time_column IS 'column that says when the label became known';
COMMENT ON COLUMN mlops.monitor_version.label_filter IS 'condition on rows whose label can ever come; NULL = all';
COMMENT ON COLUMN mlops.monitor_version.max_label_age IS 'older windows wait for no labels; NULL = no limit';
COMMENT ON COLUMN mlops.monitor_version.label_history IS 'how far back it is learned how late labels come';
COMMENT ON COLUMN mlops.monitor_version.label_relation IS 'relation with the labels; NULL = that of the rows';
COMMENT ON COLUMN mlops.monitor_version.label_relation_name IS 'its qualified name, followed like relation_name';
COMMENT ON COLUMN mlops.monitor_version.label_relation_owner IS 'role that owned it then';
COMMENT ON COLUMN mlops.monitor_version.label_key IS 'its columns that hold the row_key';
COMMENT ON COLUMN mlops.monitor_version.label_value IS 'its column with the label';
COMMENT ON COLUMN mlops.monitor_version.label_horizon IS 'labels later than this after the row do not count';
COMMENT ON COLUMN mlops.monitor_version.columns IS
    'columns that the relation had then, with type and collation: what the check "schema" compares with';
COMMENT ON COLUMN mlops.monitor_version.feature_view IS
    'version of a feature view that is watched, as NAME@VERSION; NULL = none';
COMMENT ON COLUMN mlops.monitor_version.materialize IS 'true when its runs materialize that version first';

CREATE TABLE mlops.baseline (
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    slice_column text,
    slice_value text,
    column_name name,
    kind text NOT NULL,
    n bigint,
    n_labelled bigint,
    n_invalid bigint,
    summary mlops.summary,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    baseline_id bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT baseline_pkey PRIMARY KEY (baseline_id),
    CONSTRAINT baseline_key UNIQUE NULLS NOT DISTINCT (monitor_id, version, slice_column, slice_value, column_name,
        kind),
    CONSTRAINT baseline_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops.baseline IS
    'summaries of the reference, computed once and used by all versions of a monitor that name this one as '
    'baseline_version';
COMMENT ON COLUMN mlops.baseline.baseline_id IS 'number of the row, by which logical replication knows it';
COMMENT ON COLUMN mlops.baseline.slice_column IS
    'name of the slices, that of their column unless given; NULL = all rows';
COMMENT ON COLUMN mlops.baseline.slice_value IS
    'value of the slice as text; a longer one than 200 characters is cut and ends with a hash of the whole';
COMMENT ON COLUMN mlops.baseline.column_name IS
    'column that is summarised; NULL = a summary of the model, or the counts';
COMMENT ON COLUMN mlops.baseline.kind IS
    'rows: the counts; profile, scores and so on: what is in summary; of ranked lists the metric and its options; '
    'values: a profile of the values that are together in the slice (other)';
COMMENT ON COLUMN mlops.baseline.summary IS 'the summary: cast it to its type, such as summary::mlops.profile';
COMMENT ON COLUMN mlops.baseline.n IS 'rows of the slice; this and the other counts only of kind rows';
COMMENT ON COLUMN mlops.baseline.n_labelled IS 'rows whose label is known';
COMMENT ON COLUMN mlops.baseline.n_invalid IS 'rows whose label or prediction is not one that the task allows';

CREATE TABLE mlops.slice_value (
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    slice text NOT NULL,
    value text,
    n bigint NOT NULL,
    slice_value_id bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT slice_value_pkey PRIMARY KEY (slice_value_id),
    CONSTRAINT slice_value_key UNIQUE NULLS NOT DISTINCT (monitor_id, version, slice, value),
    CONSTRAINT slice_value_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops.slice_value IS
    'values that make slices, frozen when the first rows were read; rows with others are in the slice (other)';
COMMENT ON COLUMN mlops.slice_value.slice_value_id IS 'number of the row, by which logical replication knows it';
COMMENT ON COLUMN mlops.slice_value.slice IS 'name of the slices';
COMMENT ON COLUMN mlops.slice_value.value IS 'value as text, of several columns a JSON array; NULL is always one';
COMMENT ON COLUMN mlops.slice_value.n IS 'rows with this value when it was frozen';

CREATE TABLE mlops.window_summary (
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    slice_column text,
    slice_value text,
    column_name name,
    kind text NOT NULL,
    n bigint,
    n_labelled bigint,
    n_invalid bigint,
    summary mlops.summary,
    window_summary_id bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT window_summary_pkey PRIMARY KEY (window_summary_id),
    CONSTRAINT window_summary_key UNIQUE NULLS NOT DISTINCT (monitor_id, window_lo, window_hi, slice_column,
        slice_value, column_name, kind),
    CONSTRAINT window_summary_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops.window_summary IS
    'summaries of evaluated windows, one row for each: roll those of a kind up with mlops.merge, compare any two';
COMMENT ON COLUMN mlops.window_summary.window_summary_id IS 'number of the row, by which logical replication knows it';
COMMENT ON COLUMN mlops.window_summary.version IS 'version of the monitor that produced it';
COMMENT ON COLUMN mlops.window_summary.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.window_summary.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.window_summary.slice_column IS
    'name of the slices, that of their column unless given; NULL = the whole window';
COMMENT ON COLUMN mlops.window_summary.slice_value IS
    'value of the slice as text; a longer one than 200 characters is cut and ends with a hash of the whole';
COMMENT ON COLUMN mlops.window_summary.column_name IS
    'column that is summarised; NULL = a summary of the model, or the counts';
COMMENT ON COLUMN mlops.window_summary.kind IS
    'rows: the counts; profile, scores and so on: what is in summary; of ranked lists the metric and its options; '
    'values: a profile of the values that are together in the slice (other)';
COMMENT ON COLUMN mlops.window_summary.summary IS 'the summary: cast it to its type, such as summary::mlops.profile';
COMMENT ON COLUMN mlops.window_summary.n IS 'rows of the slice; this and the other counts only of kind rows';
COMMENT ON COLUMN mlops.window_summary.n_labelled IS 'rows whose label is known';
COMMENT ON COLUMN mlops.window_summary.n_invalid IS 'rows whose label or prediction is not one that the task allows';

CREATE TABLE mlops.observation (
    observation_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    slice_column text,
    slice_value text,
    column_name name,
    metric text NOT NULL,
    reference text,
    value double precision,
    lower double precision,
    upper double precision,
    p_value double precision,
    p_adjusted double precision,
    n bigint,
    reference_value double precision,
    rule jsonb,
    verdict text,
    message text,
    first_value double precision,
    observed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    restated_at timestamptz,
    detail jsonb,
    holds boolean,
    label_state text,
    coverage double precision,
    CONSTRAINT observation_pkey PRIMARY KEY (observation_id),
    CONSTRAINT observation_key UNIQUE NULLS NOT DISTINCT (monitor_id, window_lo, window_hi, slice_column, slice_value,
        column_name, metric, reference),
    CONSTRAINT observation_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE,
    CONSTRAINT observation_verdict_check CHECK (verdict IN ('ok', 'warning', 'critical', 'no_data', 'error')),
    CONSTRAINT observation_label_state_check CHECK (label_state IN ('open', 'provisional', 'final', 'corrected'))
);
COMMENT ON TABLE mlops.observation IS
    'one number that a monitor produced: window x slice x column x metric x reference';
COMMENT ON COLUMN mlops.observation.version IS 'version of the monitor that produced it';
COMMENT ON COLUMN mlops.observation.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.observation.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.observation.slice_column IS
    'name of the slices, that of their column unless given; NULL = the whole window';
COMMENT ON COLUMN mlops.observation.slice_value IS
    'value of the slice as text; NULL with a slice_column = the rows where it is NULL';
COMMENT ON COLUMN mlops.observation.column_name IS
    'column that was measured; NULL for metrics of the model and of the window';
COMMENT ON COLUMN mlops.observation.metric IS 'what was measured, see mlops.monitor_metrics()';
COMMENT ON COLUMN mlops.observation.reference IS 'what a drift metric compares with: baseline; NULL for the others';
COMMENT ON COLUMN mlops.observation.value IS 'the present value; NULL when it is not defined, see message';
COMMENT ON COLUMN mlops.observation.lower IS
    'lower end of the 95 percent interval of a metric that has one; else the exact value is not below this, NULL when '
    'it is exact';
COMMENT ON COLUMN mlops.observation.upper IS
    'upper end of the 95 percent interval of a metric that has one; else the exact value is not above this, NULL when '
    'it is exact';
COMMENT ON COLUMN mlops.observation.p_value IS
    'for tests: probability of a difference at least this large when nothing has changed';
COMMENT ON COLUMN mlops.observation.p_adjusted IS
    'p_value adjusted for the number of columns tested in this window and slice (Benjamini and Hochberg)';
COMMENT ON COLUMN mlops.observation.n IS 'rows that the value stands on';
COMMENT ON COLUMN mlops.observation.reference_value IS
    'the same metric of the baseline; counts (n, n_nan, n_invalid) as the baseline would have them at the size of the '
    'window; NULL when that is not known';
COMMENT ON COLUMN mlops.observation.rule IS 'the check that judged the value; NULL when it is only recorded';
COMMENT ON COLUMN mlops.observation.verdict IS 'ok, warning, critical, no_data, error; NULL = not judged';
COMMENT ON COLUMN mlops.observation.message IS 'why the verdict is what it is';
COMMENT ON COLUMN mlops.observation.first_value IS
    'the value that was reported first; NULL when it was not defined then';
COMMENT ON COLUMN mlops.observation.observed_at IS 'when the window was first evaluated';
COMMENT ON COLUMN mlops.observation.restated_at IS
    'when the value last changed by evaluating the window again; NULL = never';

COMMENT ON COLUMN mlops.observation.detail IS 'evidence beside the value, such as what was expected';
COMMENT ON COLUMN mlops.observation.holds IS 'ok, but not so clearly that an alert which is open would end';
COMMENT ON COLUMN mlops.observation.label_state IS
    'how far the labels of the window have come: open, provisional, final or corrected; NULL without labels';
COMMENT ON COLUMN mlops.observation.coverage IS
    'share of the labels that can come which were known; NULL without labels';

CREATE INDEX observation_history_idx ON mlops.observation (monitor_id, metric, column_name, window_lo);
COMMENT ON INDEX mlops.observation_history_idx IS 'one metric over time';
-- few of many: what was bad is asked for with every window
CREATE INDEX observation_bad_idx ON mlops.observation (monitor_id, metric, window_lo)
    WHERE verdict IN ('warning', 'critical');
COMMENT ON INDEX mlops.observation_bad_idx IS 'windows in which a metric was bad';

SELECT pg_catalog.pg_extension_config_dump('mlops.monitor', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.monitor_monitor_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.monitor_version', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.baseline', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.baseline_baseline_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.slice_value', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.slice_value_slice_value_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.window_summary', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.window_summary_window_summary_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.observation', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.observation_observation_id_seq', '');

/*
 * Who may read: the members of the owning role.  The tables below monitor
 * follow it through the policy of mlops.monitor, which applies inside theirs.
 */
GRANT SELECT ON mlops.monitor, mlops.monitor_version, mlops.baseline, mlops.slice_value,
    mlops.window_summary, mlops.observation TO PUBLIC;
ALTER TABLE mlops.monitor ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.monitor_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.baseline ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.slice_value ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.window_summary ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.observation ENABLE ROW LEVEL SECURITY;

CREATE POLICY monitor_owner ON mlops.monitor FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
COMMENT ON POLICY monitor_owner ON mlops.monitor IS 'members of the owner see the row';
CREATE POLICY monitor_version_owner ON mlops.monitor_version FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY monitor_version_owner ON mlops.monitor_version IS 'who sees the monitor sees the row';
CREATE POLICY baseline_owner ON mlops.baseline FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY baseline_owner ON mlops.baseline IS 'who sees the monitor sees the row';
CREATE POLICY slice_value_owner ON mlops.slice_value FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY slice_value_owner ON mlops.slice_value IS 'who sees the monitor sees the row';
CREATE POLICY window_summary_owner ON mlops.window_summary FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY window_summary_owner ON mlops.window_summary IS 'who sees the monitor sees the row';
CREATE POLICY observation_owner ON mlops.observation FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY observation_owner ON mlops.observation IS 'who sees the monitor sees the row';

CREATE FUNCTION mlops.monitor_id(name text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found bigint := (SELECT m.monitor_id FROM mlops.monitor AS m WHERE m.name = monitor_id.name);
    BEGIN
        IF found IS NULL THEN
            PERFORM mlops_internal.no_such('monitor', coalesce('"' || name || '"', 'NULL'));
        END IF;
        RETURN found;
    END
    $$;
COMMENT ON FUNCTION mlops.monitor_id(text) IS
    'number of the monitor of that name; raises 42704 when there is none that the caller may see';

/* The row of a monitor for a writer: locked, and the caller acts for its owner. */
CREATE FUNCTION mlops_internal.own_monitor(monitor_id bigint, caller mlops_internal.caller) RETURNS mlops.monitor
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
    BEGIN
        SELECT * INTO m FROM mlops.monitor AS x WHERE x.monitor_id = own_monitor.monitor_id FOR NO KEY UPDATE;
        PERFORM mlops_internal.require_owner(m.owner_oid, m.owner_name, 'monitor', monitor_id::text, caller);
        RETURN m;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.own_monitor(bigint, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.own_monitor(bigint, mlops_internal.caller) IS
    'lock a monitor for writing; raises 42704 when there is none of which the caller may act for the owner';

CREATE FUNCTION mlops_internal.own_monitor(name text, caller mlops_internal.caller) RETURNS mlops.monitor
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
    BEGIN
        SELECT * INTO m FROM mlops.monitor AS x WHERE x.name = own_monitor.name FOR NO KEY UPDATE;
        PERFORM mlops_internal.require_owner(m.owner_oid, m.owner_name, 'monitor', coalesce('"' || name || '"', 'NULL'),
            caller);
        RETURN m;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.own_monitor(text, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.own_monitor(text, mlops_internal.caller) IS
    'lock the monitor of that name for writing; raises 42704 when there is none of which the caller may act for the '
    'owner';

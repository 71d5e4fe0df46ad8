/*
 * Labels that come late.
 *
 * A window has an age, the time since its end.  How many of its labels are known
 * by which age is kept for each window (label_window); over many windows this is
 * the curve by which it is known what to wait for (curve.sql).  From both follow
 * the state of a window, what its numbers may say (state.sql) and when it is
 * evaluated again, which is also when labels of it arrive (arrivals.sql).  What was
 * said before is kept (history.sql).
 *
 * Rows and labels are read by statements that are made here (source.sql) and run
 * as the monitor's owner.  What writes is called by mlops_internal.store_window.
 */
CREATE TABLE mlops.label_window (
    monitor_id bigint NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    evaluated_at timestamptz NOT NULL,
    state text NOT NULL,
    n_labellable bigint NOT NULL,
    n_labelled bigint NOT NULL,
    expected double precision NOT NULL,
    bias double precision,
    n_early bigint,
    n_duplicates bigint,
    n_orphans bigint,
    ages interval[] NOT NULL,
    labelled bigint[] NOT NULL,
    last_label_at timestamptz,
    n_recent bigint,
    next_at timestamptz,
    CONSTRAINT label_window_pkey PRIMARY KEY (monitor_id, window_lo, window_hi),
    CONSTRAINT label_window_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE,
    CONSTRAINT label_window_state_check CHECK (state IN ('open', 'provisional', 'final', 'corrected'))
);
COMMENT ON TABLE mlops.label_window IS
    'how far the labels of an evaluated window have come, of monitors that wait for labels';
COMMENT ON COLUMN mlops.label_window.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.label_window.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.label_window.evaluated_at IS 'as of when the window was last evaluated';
COMMENT ON COLUMN mlops.label_window.state IS
    'open: too few labels to judge; provisional: some; final: all that are to be expected; corrected: changed since';
COMMENT ON COLUMN mlops.label_window.n_labellable IS 'rows whose label can ever come';
COMMENT ON COLUMN mlops.label_window.n_labelled IS 'those whose label is known';
COMMENT ON COLUMN mlops.label_window.expected IS
    'share of the labels that ever come, by the curve; 1 as long as it is not known';
COMMENT ON COLUMN mlops.label_window.bias IS
    'size of the difference between scores of rows with and without label, as of mlops.drift_size';
COMMENT ON COLUMN mlops.label_window.n_early IS 'rows whose label is older than they are';
COMMENT ON COLUMN mlops.label_window.n_duplicates IS 'rows for which there are several labels';
COMMENT ON COLUMN mlops.label_window.n_orphans IS
    'labels of the time of the window that belong to no row; NULL unless a check asks';
COMMENT ON COLUMN mlops.label_window.ages IS 'ages of the window at which the labels were counted';
COMMENT ON COLUMN mlops.label_window.labelled IS 'rows whose label was known at each of these ages';
COMMENT ON COLUMN mlops.label_window.last_label_at IS 'when its newest label became known';
COMMENT ON COLUMN mlops.label_window.n_recent IS
    'its labels of the time in which later looks find labels again; NULL before the first look';
COMMENT ON COLUMN mlops.label_window.next_at IS 'when it is evaluated again; NULL = not until labels arrive';

CREATE INDEX label_window_next_idx ON mlops.label_window (monitor_id, next_at) WHERE next_at IS NOT NULL;
COMMENT ON INDEX mlops.label_window_next_idx IS 'windows that are evaluated again';

CREATE TABLE mlops_internal.label_watermark (
    monitor_id bigint NOT NULL,
    seen_upto timestamptz NOT NULL,
    CONSTRAINT label_watermark_pkey PRIMARY KEY (monitor_id),
    CONSTRAINT label_watermark_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.label_watermark IS 'up to which time labels of a monitor were looked for';
COMMENT ON COLUMN mlops_internal.label_watermark.seen_upto IS 'greatest time of a label that was seen';

CREATE TABLE mlops.observation_history (
    observation_id bigint NOT NULL,
    value double precision,
    lower double precision,
    upper double precision,
    n bigint,
    coverage double precision,
    verdict text,
    version integer NOT NULL,
    known tstzrange NOT NULL,
    CONSTRAINT observation_history_pkey PRIMARY KEY (observation_id, known),
    CONSTRAINT observation_history_observation_fkey FOREIGN KEY (observation_id) REFERENCES mlops.observation
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops.observation_history IS
    'what was known when of the metrics that need labels and are judged: a row for each change of number or verdict';
COMMENT ON COLUMN mlops.observation_history.value IS 'the number then';
COMMENT ON COLUMN mlops.observation_history.lower IS 'lower end of its interval';
COMMENT ON COLUMN mlops.observation_history.upper IS 'upper end of its interval';
COMMENT ON COLUMN mlops.observation_history.n IS 'rows that it stood on';
COMMENT ON COLUMN mlops.observation_history.coverage IS 'share of the labels that were known; NULL without waiting';
COMMENT ON COLUMN mlops.observation_history.verdict IS 'the verdict then';
COMMENT ON COLUMN mlops.observation_history.version IS 'version of the monitor that produced it';
COMMENT ON COLUMN mlops.observation_history.known IS 'from when until when this was what was known';

CREATE UNIQUE INDEX observation_history_now_idx ON mlops.observation_history (observation_id) WHERE upper_inf(known);
COMMENT ON INDEX mlops.observation_history_now_idx IS 'one row of an observation is the present one';

SELECT pg_catalog.pg_extension_config_dump('mlops.label_window', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.label_watermark', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.observation_history', '');

GRANT SELECT ON mlops.label_window, mlops_internal.label_watermark, mlops.observation_history TO PUBLIC;
ALTER TABLE mlops.label_window ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.label_watermark ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.observation_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY label_window_owner ON mlops.label_window FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY label_window_owner ON mlops.label_window IS 'who sees the monitor sees the row';
CREATE POLICY label_watermark_owner ON mlops_internal.label_watermark FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY label_watermark_owner ON mlops_internal.label_watermark IS 'who sees the monitor sees the row';
CREATE POLICY observation_history_owner ON mlops.observation_history FOR SELECT
    USING (EXISTS (SELECT FROM mlops.observation AS o
                   WHERE o.observation_id OPERATOR(pg_catalog.=) observation_history.observation_id));
COMMENT ON POLICY observation_history_owner ON mlops.observation_history IS 'who sees the monitor sees the row';

/* What the owner's statement counts in a window. */
CREATE TYPE mlops_internal.label_counts AS (
    n_labellable bigint,
    n_labelled bigint,
    labelled bigint[],
    bias double precision,
    n_early bigint,
    n_duplicates bigint,
    n_orphans bigint,
    last_label_at timestamptz
);
COMMENT ON TYPE mlops_internal.label_counts IS 'labels of a window, labelled at each of its ages';

CREATE TYPE mlops_internal.label_arrival AS (
    window_lo timestamptz,
    window_hi timestamptz,
    n bigint,
    n_recent bigint,
    last_label_at timestamptz
);
COMMENT ON TYPE mlops_internal.label_arrival IS
    'labels of one window since a time, those that the next look finds again, and the time of the newest';

CREATE FUNCTION mlops_internal.awaits_labels(def mlops.monitor_version) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (def).label_column IS NOT NULL AND ((def).label_time_column IS NOT NULL OR (def).label_filter IS NOT NULL
        OR (def).max_label_age IS NOT NULL OR (def).label_relation IS NOT NULL);
COMMENT ON FUNCTION mlops_internal.awaits_labels(mlops.monitor_version) IS
    'true when a definition says how or how late labels come: its windows have a state';

CREATE FUNCTION mlops_internal.label_limit(def mlops.monitor_version) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce((def).max_label_age, (def).label_history / 2);
COMMENT ON FUNCTION mlops_internal.label_limit(mlops.monitor_version) IS
    'age from which a window waits for no labels: max_label_age, else half of label_history';

CREATE FUNCTION mlops_internal.label_since(def mlops.monitor_version, now timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT now - greatest(def.label_history, 2 * mlops_internal.label_limit(def)) $$;
COMMENT ON FUNCTION mlops_internal.label_since(mlops.monitor_version, timestamptz) IS
    'windows that ended before this time tell nothing of how late labels come';

/* 0, then 1, 2, 4, 8 ... times the granularity, and the limit. */
CREATE FUNCTION mlops_internal.label_ages(def mlops.monitor_version) RETURNS interval[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT array_agg(a.age ORDER BY a.age)
        FROM (SELECT mlops_internal.label_limit(def) AS age, extract(epoch FROM mlops_internal.label_limit(def))
                     / extract(epoch FROM def.granularity) AS n) AS f,
             LATERAL (SELECT interval '0' AS age
                      UNION SELECT f.age
                      UNION SELECT def.granularity * (1::bigint << i)
                            FROM generate_series(0, CASE WHEN f.n > 1 THEN ceil(log(2, f.n))::integer - 1 ELSE -1 END)
                                AS i) AS a
        WHERE a.age <= f.age);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_ages(mlops.monitor_version) IS
    'ages at which windows of a definition are evaluated again and the curve is known';

CREATE FUNCTION mlops_internal.label_metrics(def mlops.monitor_version) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT coalesce(array_agg(DISTINCT w.metric), '{}')
        FROM mlops_internal.wanted_metrics(def) AS w JOIN mlops_internal.summary_kinds() AS k ON k.kind = w.kind
        WHERE 'label' = ANY (k.needs));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_metrics(mlops.monitor_version) IS
    'what is measured of labels, as it is called';

/* The part of a definition that labels change. */
CREATE FUNCTION mlops_internal.label_part(def mlops.monitor_version) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        def.features := '{}';
        def.kinds := (SELECT jsonb_object_agg(k.key, k.value) FROM jsonb_each(def.kinds) AS k
                      WHERE k.key IN (def.label_column, def.prediction_column, def.score_column));
        RETURN def;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_part(mlops.monitor_version) IS
    'a definition without its features: what is read and judged again when labels have come';

/*
 * Thresholds: does a column's drift say that something broke?
 *
 * The bins of a column are made once, of the baseline or of the first windows, and
 * every window keeps its counts in them: a reference is a sum of counts, so a year
 * of history costs little.  How far a window lies from its reference beyond
 * sampling is its size, psi - expected.  Each window keeps the psi that it had
 * against its own reference, at its time: these are what the next is judged by.  A
 * window that is evaluated again replaces its own; those after it keep theirs.
 */
CREATE TABLE mlops.column_bins (
    column_bins_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    column_name name NOT NULL,
    bins jsonb,
    class text NOT NULL,
    why text,
    n_windows integer NOT NULL,
    rows_from timestamptz,
    rows_to timestamptz,
    scores mlops.bin_scores,
    score_sd double precision,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT column_bins_pkey PRIMARY KEY (column_bins_id),
    CONSTRAINT column_bins_key UNIQUE (monitor_id, version, column_name),
    CONSTRAINT column_bins_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops.column_bins IS
    'the bins in which a monitor counts a column, and what kind of column it is; version is the baseline''s';
COMMENT ON COLUMN mlops.column_bins.version IS 'baseline_version of the definitions that use the bins';
COMMENT ON COLUMN mlops.column_bins.bins IS 'see mlops.drift_edges; NULL while there are no values';
COMMENT ON COLUMN mlops.column_bins.class IS
    'number or category; constant, clock, identifier and text are left out of drift unless a check names the column';
COMMENT ON COLUMN mlops.column_bins.why IS 'why it is of a class that is left out';
COMMENT ON COLUMN mlops.column_bins.n_windows IS 'windows that the class was told from';
COMMENT ON COLUMN mlops.column_bins.rows_from IS 'the bins are of rows at or after this time; NULL = the baseline';
COMMENT ON COLUMN mlops.column_bins.rows_to IS '... and before this';
COMMENT ON COLUMN mlops.column_bins.scores IS 'rows and scores in each bin, by which a drift is felt or not';
COMMENT ON COLUMN mlops.column_bins.score_sd IS 'standard deviation of all these scores';

CREATE TABLE mlops.window_bins (
    window_bins_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    slice_column text,
    slice_value text,
    column_name name NOT NULL,
    counts double precision[] NOT NULL,
    psi double precision,
    expected double precision,
    reference text,
    bad boolean NOT NULL DEFAULT false,
    CONSTRAINT window_bins_pkey PRIMARY KEY (window_bins_id),
    CONSTRAINT window_bins_key UNIQUE NULLS NOT DISTINCT (monitor_id, version, window_lo, window_hi, slice_column,
        slice_value, column_name),
    CONSTRAINT window_bins_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops.window_bins IS
    'rows of a window in the bins of a column, and how far it was from its reference then: the history that drift is '
    'judged by';
COMMENT ON COLUMN mlops.window_bins.version IS 'baseline_version of the definition that produced it';
COMMENT ON COLUMN mlops.window_bins.counts IS 'rows in each bin of mlops.column_bins';
COMMENT ON COLUMN mlops.window_bins.psi IS 'against the reference at that time; NULL when there was none';
COMMENT ON COLUMN mlops.window_bins.expected IS 'what sampling alone makes of psi';
COMMENT ON COLUMN mlops.window_bins.reference IS 'what it was compared with: same_phase, baseline, rolling, ...';
COMMENT ON COLUMN mlops.window_bins.bad IS 'it was a warning or critical: no measure of what is normal';

SELECT pg_catalog.pg_extension_config_dump('mlops.column_bins', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.column_bins_column_bins_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.window_bins', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.window_bins_window_bins_id_seq', '');

GRANT SELECT ON mlops.column_bins, mlops.window_bins TO PUBLIC;
ALTER TABLE mlops.column_bins ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.window_bins ENABLE ROW LEVEL SECURITY;
CREATE POLICY column_bins_owner ON mlops.column_bins FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY column_bins_owner ON mlops.column_bins IS 'who sees the monitor sees the row';
CREATE POLICY window_bins_owner ON mlops.window_bins FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY window_bins_owner ON mlops.window_bins IS 'who sees the monitor sees the row';

CREATE TYPE mlops_internal.statistic AS (
    slice_column text,
    slice_value text,
    column_name name,
    metric text,
    reference text,
    value double precision,
    p_value double precision,
    p_adjusted double precision,
    n bigint,
    rule jsonb,
    verdict text,
    message text,
    holds boolean,
    detail jsonb
);
COMMENT ON TYPE mlops_internal.statistic IS 'an observation that is judged by its past, with what it stands on';

/* Checks of drift, one row for each column; "named" are columns that a check names, whatever their class. */
CREATE FUNCTION mlops_internal.drift_rules(def mlops.monitor_version)
    RETURNS TABLE (metric text, column_name name, rule jsonb, list jsonb, named boolean, alpha double precision[],
        size double precision[], min_rows integer)
    LANGUAGE plpgsql STABLE ROWS 50 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT r.metric, r.column_name, r.rule, l.list, r.rule ->> 'column' = r.column_name::text,
               ARRAY[coalesce((r.rule #>> '{alpha,0}')::float8, 0.01), coalesce((r.rule #>> '{alpha,1}')::float8,
                   0.001)],
               ARRAY[coalesce((r.rule #>> '{size,0}')::float8, 0.05), coalesce((r.rule #>> '{size,1}')::float8, 0.25)],
               coalesce((r.rule ->> 'min_rows')::integer, def.min_rows)
        FROM mlops_internal.expanded_rules(def) AS r,
             LATERAL (SELECT mlops_internal.reference_list(def, r.rule) AS list) AS l
        WHERE r.source = 'drift'
          -- labels that come first are not like all of them
          AND (r.column_name <> def.label_column OR r.rule ->> 'column' <> '*'
               OR NOT mlops_internal.awaits_labels(def)) IS NOT FALSE;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_rules(mlops.monitor_version) IS
    'checks of the metric drift with their defaults, one row for each column';

/*
 * Bins are made when there is something to make them of: a baseline, or 500 rows of
 * the first windows, or 14 windows.  The class is looked at again after 4, 7 and 14
 * windows, as some columns show only with time what they are.
 */
CREATE FUNCTION mlops_internal.make_bins(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        most CONSTANT integer := 14;
        told_from CONSTANT integer := (
            SELECT count(*) FROM (SELECT FROM mlops.observation AS o
                                  WHERE o.monitor_id = def.monitor_id AND o.metric = 'evaluation'
                                    AND o.column_name IS NULL AND o.n > 0 AND o.window_hi < make_bins.window_hi
                                  ORDER BY o.window_lo DESC LIMIT most) AS x) + 1;
        wanted name[] := ARRAY(
            SELECT r.column_name FROM mlops_internal.drift_rules(def) AS r
            LEFT JOIN mlops.column_bins AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
                AND b.column_name = r.column_name
            WHERE b.column_name IS NULL OR b.n_windows < told_from AND told_from IN (4, 7, 14)
               OR b.bins IS NULL AND EXISTS (
                    SELECT FROM mlops.window_summary AS w
                    WHERE w.monitor_id = def.monitor_id AND w.window_lo = make_bins.window_lo
                      AND w.window_hi = make_bins.window_hi AND w.kind = 'profile' AND w.column_name = r.column_name
                      AND w.slice_column IS NULL AND mlops.n_values(w.summary::mlops.profile) > 0));
        fresh name[];
    BEGIN
        IF wanted = '{}' THEN
            RETURN;
        END IF;
        WITH near AS MATERIALIZED (
            SELECT DISTINCT w.window_lo, w.window_hi FROM mlops.window_summary AS w
            WHERE w.monitor_id = def.monitor_id AND w.kind = 'rows' AND w.slice_column IS NULL
              AND w.window_hi <= make_bins.window_hi
              AND w.window_lo >= make_bins.window_hi - (most + 2) * def.granularity
            ORDER BY w.window_lo DESC LIMIT most
        ), chunk AS (
            SELECT w.column_name, w.summary::mlops.profile AS p, w.window_lo, w.window_hi
            FROM near JOIN mlops.window_summary AS w USING (window_lo, window_hi)
            WHERE w.monitor_id = def.monitor_id AND w.kind = 'profile' AND w.slice_column IS NULL
              AND w.column_name = ANY (wanted)
        ), base AS (
            SELECT b.column_name, b.summary::mlops.profile AS p FROM mlops.baseline AS b
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.kind = 'profile'
              AND b.slice_column IS NULL AND b.column_name = ANY (wanted)
        ), told AS (
            SELECT c.column_name, array_agg(c.p ORDER BY c.window_lo) AS chunks, min(c.window_lo) AS lo,
                   max(c.window_hi) AS hi, count(*) AS n_chunks
            FROM chunk AS c GROUP BY c.column_name
        ), source AS (
            SELECT t.column_name, t.chunks, t.n_chunks, b.p IS NULL AS of_windows, t.lo, t.hi,
                   coalesce(b.p, (SELECT mlops.merge(c) FROM unnest(t.chunks) AS c)) AS whole,
                   CASE WHEN b.p IS NULL THEN t.chunks ELSE b.p || t.chunks END AS all_chunks
            FROM told AS t LEFT JOIN base AS b USING (column_name)
        ), made AS (
            INSERT INTO mlops.column_bins AS had (monitor_id, version, column_name, bins, class, why, n_windows,
                rows_from,
                rows_to)
            SELECT def.monitor_id, def.baseline_version, s.column_name,
                   CASE WHEN NOT s.of_windows OR mlops.n_values(s.whole) >= 500 OR s.n_chunks >= most
                       THEN mlops.drift_edges(s.whole) END,
                   coalesce(c.class, 'constant'), coalesce(c.why, CASE WHEN c.class IS NULL THEN 'no values' END),
                   told_from, CASE WHEN s.of_windows THEN s.lo END, CASE WHEN s.of_windows THEN s.hi END
            FROM source AS s, LATERAL mlops.column_class(s.all_chunks) AS c
            ON CONFLICT ON CONSTRAINT column_bins_key DO UPDATE SET
                bins = coalesce(had.bins, excluded.bins), class = excluded.class, why = excluded.why,
                n_windows = excluded.n_windows,
                rows_from = CASE WHEN had.bins IS NULL THEN excluded.rows_from ELSE had.rows_from END,
                rows_to = CASE WHEN had.bins IS NULL THEN excluded.rows_to ELSE had.rows_to END
            RETURNING had.column_name, had.bins IS NOT NULL AS ready
        )
        SELECT array_agg(m.column_name) INTO fresh FROM made AS m WHERE m.ready;
        -- windows that were read before there were bins
        INSERT INTO mlops.window_bins (monitor_id, version, window_lo, window_hi, slice_column, slice_value,
            column_name,
            counts)
        SELECT def.monitor_id, def.baseline_version, w.window_lo, w.window_hi, w.slice_column, w.slice_value,
               w.column_name, mlops.bin_counts(w.summary::mlops.profile, b.bins)
        FROM mlops.column_bins AS b
        JOIN mlops.window_summary AS w ON w.monitor_id = b.monitor_id AND w.kind = 'profile'
            AND w.column_name = b.column_name AND w.window_hi < make_bins.window_hi
            AND w.window_lo >= make_bins.window_hi - 60 * def.granularity
        JOIN mlops_internal.drift_rules(def) AS r ON r.column_name = b.column_name
        WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.column_name = ANY (fresh)
          AND (w.slice_column IS NULL OR (r.rule ->> 'slices')::boolean)
          AND NOT EXISTS (SELECT FROM mlops.window_bins AS h WHERE h.monitor_id = b.monitor_id
              AND h.version = b.version AND h.column_name = b.column_name AND h.window_lo < make_bins.window_hi)
        ON CONFLICT ON CONSTRAINT window_bins_key DO NOTHING;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.make_bins(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.make_bins(mlops.monitor_version, timestamptz, timestamptz) IS
    'make the bins that checks of drift need and have not, and tell what kind of column each is';

/* The counts of a stored window. */
CREATE FUNCTION mlops_internal.store_counts(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        DELETE FROM mlops.window_bins AS h
        WHERE h.monitor_id = def.monitor_id AND h.version = def.baseline_version
          AND h.window_lo = store_counts.window_lo AND h.window_hi = store_counts.window_hi;
        INSERT INTO mlops.window_bins (monitor_id, version, window_lo, window_hi, slice_column, slice_value,
            column_name,
            counts)
        SELECT def.monitor_id, def.baseline_version, store_counts.window_lo, store_counts.window_hi, w.slice_column,
               w.slice_value, w.column_name, mlops.bin_counts(w.summary::mlops.profile, b.bins)
        FROM mlops_internal.drift_rules(def) AS r
        JOIN mlops.column_bins AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
            AND b.column_name = r.column_name AND b.bins IS NOT NULL
            AND (r.named OR b.class IN ('number', 'category'))
        JOIN mlops_internal.window_summaries(def, store_counts.window_lo, store_counts.window_hi, '{profile}') AS w
            ON w.column_name = r.column_name
        WHERE w.slice_column IS NULL OR (r.rule ->> 'slices')::boolean;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_counts(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_counts(mlops.monitor_version, timestamptz, timestamptz) IS
    'count a stored window in the bins of its columns, in place of what was counted of it before';

/*
 * A window of few rows is judged together with those before it, as many as have 500
 * rows, 28 at most and whole seasons, against four times as many before these.
 */
CREATE FUNCTION mlops_internal.rolled_counts(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, column_name name, counts double precision[],
        reference double precision[], merged integer)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH season AS MATERIALIZED (
            SELECT CASE mlops_internal.phase_kind(def, window_lo, NULL) WHEN 'day_of_week' THEN 7 WHEN 'hour_of_day'
                THEN 24 ELSE 1 END AS n
        ), few AS MATERIALIZED (
            SELECT c.slice_column, c.slice_value, c.column_name, r.min_rows
            FROM mlops.window_bins AS c JOIN mlops_internal.drift_rules(def) AS r USING (column_name),
                 LATERAL (SELECT sum(x) AS n FROM unnest(c.counts) AS x) AS s
            WHERE c.monitor_id = def.monitor_id AND c.version = def.baseline_version
              AND c.window_lo = rolled_counts.window_lo AND c.window_hi = rolled_counts.window_hi
              AND (s.n < r.min_rows OR (cardinality(c.counts) - 1) * 1.25 / nullif(s.n, 0) > 0.25) AND s.n > 0
        ), past AS (
            SELECT f.slice_column, f.slice_value, f.column_name, h.counts, h.bad, h.window_lo, s.n,
                   row_number() OVER w - 1 AS age, sum(s.n) OVER w AS so_far
            FROM few AS f JOIN mlops.window_bins AS h ON h.monitor_id = def.monitor_id
                AND h.version = def.baseline_version AND h.column_name = f.column_name
                AND h.slice_column IS NOT DISTINCT FROM f.slice_column
                AND h.slice_value IS NOT DISTINCT FROM f.slice_value
                AND h.window_lo <= rolled_counts.window_lo AND h.window_hi <= rolled_counts.window_hi
                AND h.window_lo >= rolled_counts.window_lo - 150 * def.granularity
                AND h.window_hi - h.window_lo BETWEEN 0.85 * def.granularity AND 1.15 * def.granularity,
                LATERAL (SELECT sum(x) AS n FROM unnest(h.counts) AS x) AS s
            WHERE h.window_lo = rolled_counts.window_lo OR NOT EXISTS (
                SELECT FROM mlops.excluded_windows AS e WHERE e.monitor_id = def.monitor_id
                    AND e.excluded_from < h.window_hi AND e.excluded_to > h.window_lo)
            WINDOW w AS (PARTITION BY f.slice_column, f.slice_value, f.column_name ORDER BY h.window_lo DESC)
        ), length AS (
            SELECT p.slice_column, p.slice_value, p.column_name,
                   least(28, ((min(p.age) + season.n) / season.n) * season.n) AS n
            FROM past AS p, season WHERE p.so_far >= 500 AND p.age < 28
            GROUP BY p.slice_column, p.slice_value, p.column_name, season.n
        ), summed AS (
            SELECT l.slice_column, l.slice_value, l.column_name, l.n, u.bin,
                   coalesce(sum(u.x) FILTER (WHERE p.age < l.n), 0) AS current,
                   coalesce(sum(u.x) FILTER (WHERE p.age >= l.n AND NOT p.bad), 0) AS reference
            FROM length AS l JOIN past AS p ON p.column_name = l.column_name
                AND p.slice_column IS NOT DISTINCT FROM l.slice_column
                AND p.slice_value IS NOT DISTINCT FROM l.slice_value AND p.age < 5 * l.n,
                LATERAL unnest(p.counts) WITH ORDINALITY AS u(x, bin)
            GROUP BY 1, 2, 3, 4, 5
        )
        SELECT s.slice_column, s.slice_value, s.column_name, array_agg(s.current ORDER BY s.bin),
               array_agg(s.reference ORDER BY s.bin), max(s.n)::integer
        FROM summed AS s GROUP BY 1, 2, 3;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rolled_counts(mlops.monitor_version, timestamptz, timestamptz) IS
    'counts of columns that have few rows in a stored window, together with the windows before, and of those before '
    'these as the reference';

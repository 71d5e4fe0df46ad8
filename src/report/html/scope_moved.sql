/*
 * What moved over the windows of a report, and the summaries that a page shows of it: of
 * thousands that are stored only those are read.
 */
CREATE FUNCTION mlops_internal.report_windows(scope mlops_internal.report_scope)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz)
    LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$ SELECT c.window_lo, c.window_hi FROM mlops_internal.report_counts(scope) AS c WHERE c.n > 0 $$;
COMMENT ON FUNCTION mlops_internal.report_windows(mlops_internal.report_scope) IS
    'windows of a page that have rows';

CREATE FUNCTION mlops_internal.report_definition(scope mlops_internal.report_scope) RETURNS mlops.monitor_version
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT v FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = scope.monitor_id
    $$;
COMMENT ON FUNCTION mlops_internal.report_definition(mlops_internal.report_scope) IS
    'the present definition of the monitor of a page; NULL when there is none';

CREATE FUNCTION mlops_internal.window_words(window_lo timestamptz, window_hi timestamptz, time_zone text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN window_hi - window_lo BETWEEN interval '6 days 20 hours' AND interval '7 days 4 hours'
            THEN 'week of ' WHEN window_hi - window_lo > interval '2 days' THEN 'from ' ELSE '' END
        || mlops_internal.report_time(window_lo, coalesce(time_zone, 'UTC'));
COMMENT ON FUNCTION mlops_internal.window_words(timestamptz, timestamptz, text) IS
    'the name of a window for people, on the clock of a zone';

/* At most 60 places along a time axis: each is the window, or so many windows together. */
CREATE FUNCTION mlops_internal.report_places(scope mlops_internal.report_scope)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, place integer, is_last boolean)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT p.window_lo, p.window_hi, p.place,
            p.window_lo = max(p.window_lo) OVER (PARTITION BY p.place)
        FROM (SELECT n.window_lo, n.window_hi, ((n.nth * least(60, n.n) + n.n - 1) / n.n)::integer AS place
              FROM (SELECT w.window_lo, w.window_hi, row_number() OVER (ORDER BY w.window_lo) AS nth,
                           count(*) OVER () AS n
                    FROM mlops_internal.report_windows(scope) AS w) AS n) AS p;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_places(mlops_internal.report_scope) IS
    'windows of a report in at most 60 groups that follow each other; is_last: the one that stands for its group where '
    'one must';

CREATE FUNCTION mlops_internal.report_drift_metric(scope mlops_internal.report_scope, window_lo timestamptz,
    window_hi timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT o.metric FROM mlops.observation AS o
        WHERE o.monitor_id = scope.monitor_id AND o.window_lo = report_drift_metric.window_lo
          AND o.window_hi = report_drift_metric.window_hi AND o.slice_column IS NULL AND o.column_name IS NOT NULL
          AND o.reference IS NOT NULL AND o.metric <> 'drift_slow'
        GROUP BY o.metric
        ORDER BY bool_or(o.rule IS NOT NULL) DESC,
                 array_position('{psi,drift,js_distance,hellinger_distance}'::text[], o.metric), o.metric COLLATE "C"
        LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.report_drift_metric(mlops_internal.report_scope, timestamptz, timestamptz) IS
    'the metric of drift that a monitor is read by: one that it judges, psi before others; NULL when it has none';

CREATE FUNCTION mlops_internal.drift_limits(metric text) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE metric WHEN 'psi' THEN '{0,0.1,0.25}'::float8[] WHEN 'drift' THEN '{0,0.05,0.25}'::float8[]
        ELSE '{0,0.1,0.2}'::float8[] END;
COMMENT ON FUNCTION mlops_internal.drift_limits(text) IS
    'from where on a distance is small, worth a look and large, customarily: the scale of its colours';

CREATE TYPE mlops_internal.moved_column AS (
    column_name name,
    kind        text,
    role        text,
    value       double precision,
    worst       double precision,
    n           bigint,
    test        text,
    p_adjusted  double precision,
    verdict     text,
    message     text,
    moved       boolean,
    effect      double precision,
    basis       text
);
COMMENT ON TYPE mlops_internal.moved_column IS
    'a column in the newest window of a report: how far it moved now and at worst, whether that counts as moved, and '
    'what it does to the score, by which basis (shift, importance, correlation or distance)';

/*
 * What a drift does to the score: the shift of the mean score that it explains, where the
 * scores of the reference were kept; else its size times the importance that came with the
 * version; else times how it went along with the score's own drift.
 */
CREATE FUNCTION mlops_internal.report_moved(scope mlops_internal.report_scope, metric text, window_lo timestamptz,
    window_hi timestamptz) RETURNS SETOF mlops_internal.moved_column
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        def CONSTANT mlops.monitor_version := mlops_internal.report_definition(scope);
        least CONSTANT float8 := (mlops_internal.drift_limits(metric))[2];
    BEGIN
        RETURN QUERY WITH history AS MATERIALIZED (
            SELECT o.column_name, o.window_lo, o.window_hi, o.value, o.n, o.verdict, o.message, o.detail, o.p_adjusted
            FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.metric = report_moved.metric AND o.column_name IS NOT NULL
              AND o.slice_column IS NULL AND o.reference IS NOT NULL
              AND (o.window_lo, o.window_hi) IN (SELECT w.window_lo, w.window_hi
                                                 FROM mlops_internal.report_windows(scope) AS w)
        ), along AS (
            SELECT h.column_name, max(h.value) AS worst, corr(h.value, s.value) AS r
            FROM history AS h LEFT JOIN history AS s ON s.window_lo = h.window_lo AND s.window_hi = h.window_hi
                AND s.column_name = coalesce(def.score_column, def.prediction_column)
            GROUP BY h.column_name
        ), tested AS (
            SELECT DISTINCT ON (o.column_name) o.column_name, o.metric AS test, o.p_adjusted
            FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.window_lo = report_moved.window_lo
              AND o.window_hi = report_moved.window_hi AND o.slice_column IS NULL AND o.reference IS NOT NULL
              AND o.p_adjusted IS NOT NULL AND o.column_name IS NOT NULL AND o.metric <> 'drift_slow'
            ORDER BY o.column_name, o.metric <> report_moved.metric, o.metric COLLATE "C"
        ), measured AS (
            SELECT h.*, a.worst, a.r, t.test, t.p_adjusted AS p, i.importance,
                   abs((h.detail ->> 'es')::float8) AS es, CASE h.column_name WHEN def.score_column THEN 'score'
                       WHEN def.prediction_column THEN 'prediction' WHEN def.label_column THEN 'label'
                       ELSE 'input' END AS role
            FROM history AS h JOIN along AS a USING (column_name)
            LEFT JOIN tested AS t USING (column_name)
            LEFT JOIN mlops_internal.given_importance(def) AS i USING (column_name)
            WHERE h.window_lo = report_moved.window_lo AND h.window_hi = report_moved.window_hi
        ), based AS (
            SELECT CASE WHEN count(m.es) > 0 THEN 'shift' WHEN count(m.importance) > 0 THEN 'importance'
                        WHEN count(m.r) FILTER (WHERE m.role = 'input') > 0 THEN 'correlation' ELSE 'distance' END
                   AS basis
            FROM measured AS m
        )
        SELECT m.column_name, def.kinds ->> m.column_name::text, m.role, m.value, m.worst, m.n, m.test, m.p, m.verdict,
               m.message, coalesce(m.verdict IN ('warning', 'critical'), false)
                   OR m.value >= least AND coalesce(m.verdict, '') NOT IN ('ok', 'no_data'),
               coalesce(CASE b.basis WHEN 'shift' THEN m.es WHEN 'importance' THEN m.importance * m.value
                   WHEN 'correlation' THEN greatest(m.r, 0) * m.value ELSE m.value END, 0), b.basis
        FROM measured AS m, based AS b;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_moved(mlops_internal.report_scope, text, timestamptz, timestamptz) IS
    'columns of the newest window of a report by a metric of drift';

/* The profiles of a window and of what it is compared with. */
CREATE FUNCTION mlops_internal.report_reference(def mlops.monitor_version, kind text, column_name name,
    window_lo timestamptz, OUT summary mlops.summary, OUT name text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        SELECT b.summary, 'reference' INTO summary, name FROM mlops.baseline AS b
        WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.slice_column IS NULL
          AND b.kind = report_reference.kind AND b.column_name IS NOT DISTINCT FROM report_reference.column_name;
        IF summary IS NULL THEN
            -- a monitor without a baseline is compared with its past
            SELECT mlops.merge(w.summary), CASE WHEN count(*) > 0 THEN format('%s windows before', count(*)) END
            INTO summary, name
            FROM (SELECT x.summary FROM mlops.window_summary AS x
                  WHERE x.monitor_id = def.monitor_id AND x.slice_column IS NULL AND x.kind = report_reference.kind
                    AND x.column_name IS NOT DISTINCT FROM report_reference.column_name
                    AND x.window_lo < report_reference.window_lo
                  ORDER BY x.window_lo DESC LIMIT 4) AS w;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_reference(mlops.monitor_version, text, name, timestamptz) IS
    'what a window is held against on a page: the baseline, else the four windows before; and what it is called';

CREATE FUNCTION mlops_internal.report_summary(monitor_id bigint, kind text, column_name name, window_lo timestamptz,
    window_hi timestamptz) RETURNS mlops.summary
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT w.summary FROM mlops.window_summary AS w
        WHERE w.monitor_id = report_summary.monitor_id AND w.window_lo = report_summary.window_lo
          AND w.window_hi = report_summary.window_hi AND w.slice_column IS NULL AND w.slice_value IS NULL
          AND w.kind = report_summary.kind AND w.column_name IS NOT DISTINCT FROM report_summary.column_name
    $$;
COMMENT ON FUNCTION mlops_internal.report_summary(bigint, text, name, timestamptz, timestamptz) IS
    'a stored summary of a window; NULL when it is not kept';

/* How a column went: quantiles of numbers and times, shares of the categories that moved. */
CREATE FUNCTION mlops_internal.column_course(scope mlops_internal.report_scope, column_name name, top jsonb)
    RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_variable
    BEGIN
        RETURN (WITH kept AS MATERIALIZED (
            SELECT p.window_lo, w.summary::mlops.profile AS p, mlops.kind(w.summary::mlops.profile) AS kind
            FROM mlops_internal.report_places(scope) AS p
            JOIN mlops.window_summary AS w ON w.window_lo = p.window_lo AND w.window_hi = p.window_hi
            WHERE p.is_last AND w.monitor_id = scope.monitor_id AND w.slice_column IS NULL AND w.kind = 'profile'
              AND w.column_name = column_course.column_name
        ), point AS (
            SELECT v.place, v.name, k.window_lo, v.y
            FROM kept AS k, LATERAL (VALUES
                (1, '5 % are below', mlops.quantile(k.p, 0.05)), (2, 'median', mlops.quantile(k.p, 0.5)),
                (3, '5 % are above', mlops.quantile(k.p, 0.95))) AS v(place, name, y)
            WHERE k.kind NOT IN ('text', 'boolean', 'uuid', 'none')
            UNION ALL
            SELECT 1, 'share of true', k.window_lo, mlops.mean(k.p) FROM kept AS k WHERE k.kind = 'boolean'
            UNION ALL
            SELECT c.place, mlops_internal.shown_text(c.bin ->> 'bin'), k.window_lo,
                   (SELECT (b.lower + b.upper) / 2.0 FROM mlops.count_bounds(k.p, c.bin ->> 'bin') AS b)
                       / nullif(mlops.n_values(k.p), 0)
            FROM kept AS k, jsonb_array_elements(top) WITH ORDINALITY AS c(bin, place)
            WHERE k.kind = 'text' AND c.bin ->> 'bin' <> 'others'
        )
        SELECT jsonb_agg(jsonb_build_object('name', s.name, 'x', s.x, 'y', s.y,
                                            'style', CASE WHEN s.name LIKE '5 %' THEN 'dashed' ELSE 'solid' END)
                         ORDER BY s.place)
        FROM (SELECT p.place, p.name, jsonb_agg(p.window_lo ORDER BY p.window_lo) AS x,
                     jsonb_agg(CASE WHEN abs(p.y) < 1e300 THEN mlops_internal.rounded(p.y, 6) END
                               ORDER BY p.window_lo) AS y
              FROM point AS p GROUP BY 1, 2) AS s);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.column_course(mlops_internal.report_scope, name, jsonb) IS
    'quantiles of a column over time, or the shares of these categories, as series of mlops.svg_line';

CREATE FUNCTION mlops_internal.number_table(head text[], rows text, caption text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- thousands of cells, all of them numbers: cell by cell a table takes longer than all the rest
        SELECT replace(mlops_internal.html_table(head, '[]', jsonb_build_object('caption', caption)),
                       format('<tr><td colspan="%s">none</td></tr>', cardinality(head)), coalesce(rows, ''))
    $$;
COMMENT ON FUNCTION mlops_internal.number_table(text[], text, text) IS
    'a table whose rows are markup already';

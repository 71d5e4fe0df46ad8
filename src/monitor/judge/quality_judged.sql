/*
 * The checks of quality of one stored window: the verdict of each.
 */
/* A column of a window by one check. */
CREATE FUNCTION mlops_internal.find_column(metric text, q mlops_internal.quality_column, def mlops.monitor_version,
    window_hi timestamptz, overdispersion double precision, usual double precision) RETURNS mlops_internal.finding
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f mlops_internal.finding;
        limit_at CONSTANT double precision := extract(epoch FROM window_hi + interval '5 minutes');
        n CONSTANT bigint := mlops.n(q.current);
    BEGIN
        IF metric IN ('null_rate', 'missing_rate') THEN
            f := mlops_internal.find_missing(
                mlops.n_null(q.current) + CASE metric WHEN 'missing_rate' THEN mlops.n_nan(q.current) ELSE 0 END, n,
                q.null_reference + CASE metric WHEN 'missing_rate' THEN q.nan_reference ELSE 0 END,
                q.n_reference, overdispersion,
                mlops_internal.subject(metric, q.column_name, q.slice_column, q.slice_value));
            -- without NaN null_rate has said it
            IF metric = 'missing_rate' AND mlops.n_nan(q.current) = 0 THEN
                f.p_value := NULL;
                f.verdict := 'ok';
            END IF;
        ELSIF metric = 'unseen_category' THEN
            f := mlops_internal.find_unseen(q.current, q.known, usual);
        ELSIF metric = 'out_of_range' THEN
            f := mlops_internal.find_out_of_range(q.current, q.known, usual);
        ELSIF metric = 'constant_column' THEN
            f := mlops_internal.find_constant(q.current, q.reference,
                q.column_name IN (coalesce(def.score_column, ''), coalesce(def.prediction_column, '')));
            -- a column that the model leans on is worse
            IF f.verdict = 'warning' AND mlops_internal.is_felt(def, q.column_name) THEN
                f.verdict := 'critical';
            END IF;
        ELSIF metric = 'unit_change' THEN
            f := mlops_internal.find_unit_change(q.current, q.reference);
            -- against another season a column that grew may look like miles in kilometres
            IF f.verdict = 'critical' AND q.reference_name = 'baseline'
                AND NOT mlops_internal.reference_list(def, NULL) -> 0 ? 'baseline' THEN
                f.verdict := 'no_data';
                f.message := 'no window of the same season yet; beside the baseline it ' || f.message;
            END IF;
        ELSIF metric = 'clock' THEN
            f := mlops_internal.find_share(round(mlops.n_values(q.current) - mlops.rank(q.current, limit_at)),
                mlops.n_values(q.current), usual, 0, 0.01, 1, 'times in the future');
        END IF;
        RETURN f;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_column(text, mlops_internal.quality_column, mlops.monitor_version, timestamptz,
        double precision, double precision) IS 'what a check of quality says of a column of a window';

/* The whole window by one check that is of no followed column, or took something of its own from the rows. */
CREATE FUNCTION mlops_internal.find_window(rule jsonb, col name, def mlops.monitor_version,
    window_lo timestamptz, window_hi timestamptz, n bigint, usual double precision) RETURNS mlops_internal.finding
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f mlops_internal.finding;
        metric CONSTANT text := rule ->> 'metric';
        called CONSTANT text := coalesce(rule ->> 'name', metric);
        p CONSTANT mlops.profile := (SELECT w.summary::mlops.profile FROM mlops.window_summary AS w
            WHERE w.monitor_id = def.monitor_id AND w.window_lo = find_window.window_lo
              AND w.window_hi = find_window.window_hi AND w.slice_column IS NULL
              AND metric <> 'leak'
              AND w.kind = CASE metric WHEN 'custom' THEN 'custom ' || (rule ->> 'name') ELSE metric END
              AND (w.column_name IS NULL OR w.column_name = rule ->> 'column'));
        delay CONSTANT double precision := extract(epoch FROM def.delay);
    BEGIN
        IF metric = 'schema' THEN
            f := mlops_internal.find_schema(def.columns, mlops_internal.relation_columns(coalesce(
                mlops_internal.relation_named(def.relation_name), def.relation)));
            -- the same changes were accepted
            IF f.verdict <> 'ok' AND EXISTS (
                SELECT FROM mlops_internal.accepted(def.monitor_id, window_lo) AS a
                JOIN mlops.observation AS o ON o.monitor_id = def.monitor_id AND o.metric = a.metric
                    AND o.window_hi = a.upto AND o.message = f.message
                WHERE a.metric = called) THEN
                f.verdict := 'ok';
            END IF;
        ELSIF metric = 'freshness' THEN
            f := mlops_internal.find_freshness(
                (SELECT extract(epoch FROM find_window.window_hi) + delay - mlops.max_value(w.summary::mlops.profile)
                 FROM mlops.window_summary AS w
                 WHERE w.monitor_id = def.monitor_id AND w.kind = 'freshness' AND w.window_lo <= find_window.window_lo
                   AND mlops.n(w.summary::mlops.profile) > 0
                 ORDER BY w.window_lo DESC LIMIT 1),
                (SELECT max(mlops_internal.usual_gap(w.summary::mlops.profile))
                 FROM (SELECT x.summary FROM mlops.window_summary AS x
                       WHERE x.monitor_id = def.monitor_id AND x.kind = 'freshness'
                         AND x.window_lo < find_window.window_lo AND mlops.n(x.summary::mlops.profile) > 1
                       ORDER BY x.window_lo DESC LIMIT 7) AS w),
                delay, extract(epoch FROM window_hi - window_lo)::float8);
        ELSIF metric = 'clock' THEN
            f := mlops_internal.find_share(coalesce(mlops.n(p), 0), n + coalesce(mlops.n(p), 0), usual, 0, 0.01, 1,
                'times in the future');
        ELSIF metric = 'duplicate_rows' THEN
            f := mlops_internal.find_share(mlops.n_values(p) - mlops.n_zero(p), mlops.n_values(p),
                greatest(usual, 0.001), 0, 0.05, 1, 'keys that were there before');
            IF mlops.n_values(p) < n THEN
                f.detail := jsonb_build_object('n_counted', mlops.n_values(p));
            END IF;
        ELSIF metric = 'leak' THEN
            f := mlops_internal.find_leak((SELECT w.summary::mlops.bin_scores FROM mlops.window_summary AS w
                    WHERE w.monitor_id = def.monitor_id AND w.window_lo = find_window.window_lo
                      AND w.window_hi = find_window.window_hi AND w.slice_column IS NULL AND w.kind = 'leak'
                      AND w.column_name = col), def.task = 'binary', def.kinds ->> col::text <> 'text', usual);
        ELSIF metric = 'type_parse' THEN
            f := mlops_internal.find_share(mlops.n_zero(p), mlops.n_values(p), coalesce(usual, 0) + 0.001, 0, 0.05, 1,
                format('texts that are not %s', rule ->> 'as'));
        ELSIF metric = 'foreign_key' THEN
            f := mlops_internal.find_share(mlops.n_zero(p), mlops.n_values(p), coalesce(usual, 0), 0, 0.01, 1,
                format('keys without a partner in %s', rule ->> 'references'));
        ELSIF metric = 'custom' THEN
            f.value := CASE WHEN mlops.n_nan(p) > 0 THEN 'NaN' ELSE mlops.max_value(p) END;
        END IF;
        RETURN f;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_window(jsonb, name, mlops.monitor_version, timestamptz, timestamptz, bigint,
        double precision) IS 'what a check of quality says of a whole window';

/* Rows of the window and of its slices, those that have vanished too, beside their past. */
CREATE FUNCTION mlops_internal.find_volumes(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, n bigint, finding mlops_internal.finding)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH season AS MATERIALIZED (
            SELECT mlops_internal.phase_kind(def, window_lo, NULL) AS kind
        ), bad AS MATERIALIZED (
            SELECT b.window_lo, b.slice_key FROM mlops_internal.quality_bad(def, window_lo) AS b
            WHERE b.metric = 'volume'
        ), holiday AS MATERIALIZED (
            SELECT DISTINCT h.day FROM mlops_internal.holidays(def) AS h
        ), excluded AS MATERIALIZED (
            SELECT e.excluded_from, e.excluded_to FROM mlops.excluded_windows AS e WHERE e.monitor_id = def.monitor_id
        ), accepted AS MATERIALIZED (
            SELECT a.slice_key, a.since FROM mlops_internal.accepted(def.monitor_id, window_lo) AS a
            WHERE a.metric = 'volume'
        ), past AS (
            SELECT o.slice_column, o.slice_value, o.window_lo, o.value,
                   mlops_internal.phase_number(o.window_lo, def.time_zone, season.kind)::float8 AS phase,
                   row_number() OVER (PARTITION BY o.slice_column, o.slice_value ORDER BY o.window_lo DESC) AS age
            FROM season, mlops.observation AS o
            WHERE o.monitor_id = def.monitor_id AND o.metric = 'n' AND o.column_name IS NULL AND o.value > 0
              AND o.window_lo < find_volumes.window_lo AND o.window_lo >= find_volumes.window_lo - 400 * def.granularity
              AND (o.window_lo AT TIME ZONE def.time_zone)::date NOT IN (SELECT h.day FROM holiday AS h)
              AND NOT EXISTS (SELECT FROM bad AS b WHERE b.window_lo = o.window_lo
                  AND b.slice_key IN (mlops_internal.slice_key(o.slice_column, o.slice_value, NULL),
                      mlops_internal.slice_key(NULL, NULL, NULL)))
              AND NOT EXISTS (SELECT FROM accepted AS a WHERE o.window_lo < a.since
                  AND a.slice_key IN (mlops_internal.slice_key(o.slice_column, o.slice_value, NULL),
                      mlops_internal.slice_key(NULL, NULL, NULL)))
              AND NOT EXISTS (SELECT FROM excluded AS e
                              WHERE e.excluded_from < o.window_hi AND e.excluded_to > o.window_lo)
        ), history AS (
            SELECT p.slice_column, p.slice_value, array_agg(p.value ORDER BY p.window_lo) AS history,
                   array_agg(p.phase ORDER BY p.window_lo) AS phases
            FROM past AS p WHERE p.age <= 90 GROUP BY 1, 2
        ), present AS (
            SELECT w.slice_column, w.slice_value, w.n FROM mlops.window_summary AS w
            WHERE w.monitor_id = def.monitor_id AND w.window_lo = find_volumes.window_lo
              AND w.window_hi = find_volumes.window_hi AND w.kind = 'rows'
        )
        SELECT x.slice_column, x.slice_value, coalesce(p.n, 0), mlops_internal.find_volume(coalesce(p.n, 0),
                   mlops_internal.phase_number(window_lo, def.time_zone, season.kind)::float8,
                   coalesce(h.history, '{}'), coalesce(h.phases, '{}'))
        FROM season, (SELECT p.slice_column, p.slice_value FROM present AS p
              UNION SELECT h.slice_column, h.slice_value FROM history AS h
              WHERE EXISTS (SELECT FROM present AS a WHERE a.slice_column IS NULL AND a.n > 0)
                AND def.slices @> jsonb_build_array(jsonb_build_object('name', h.slice_column))) AS x
        LEFT JOIN present AS p ON p.slice_column IS NOT DISTINCT FROM x.slice_column
            AND p.slice_value IS NOT DISTINCT FROM x.slice_value
        LEFT JOIN history AS h ON h.slice_column IS NOT DISTINCT FROM x.slice_column
            AND h.slice_value IS NOT DISTINCT FROM x.slice_value
        -- a holiday is like no other day
        WHERE (window_lo AT TIME ZONE def.time_zone)::date NOT IN (SELECT d.day FROM holiday AS d);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_volumes(mlops.monitor_version, timestamptz, timestamptz) IS
    'rows of a stored window and its slices beside those of their season; nothing of holidays';

CREATE FUNCTION mlops_internal.judged_quality(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    failures jsonb)
    RETURNS TABLE (slice_column text, slice_value text, column_name name, metric text, reference text,
        value double precision, p_value double precision, p_adjusted double precision, n bigint,
        reference_value double precision, rule jsonb, verdict text, message text, detail jsonb)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rows bigint := (SELECT w.n FROM mlops.window_summary AS w
                        WHERE w.monitor_id = def.monitor_id AND w.window_lo = judged_quality.window_lo
                          AND w.window_hi = judged_quality.window_hi AND w.kind = 'rows' AND w.slice_column IS NULL);
        present jsonb;
    BEGIN
        IF NOT EXISTS (SELECT FROM jsonb_array_elements(def.checks) AS c WHERE mlops_internal.is_quality(c)) THEN
            RETURN;
        END IF;
        present := mlops_internal.relation_columns(coalesce(mlops_internal.relation_named(def.relation_name),
            def.relation));
        RETURN QUERY
        WITH rule AS MATERIALIZED (
            SELECT r.metric, r.source, r.column_name, r.rule FROM mlops_internal.expanded_rules(def) AS r
            WHERE mlops_internal.is_quality(r.rule)
              -- labels that have not come are not missing: label_coverage tells of those that never do
              AND (r.column_name <> def.label_column OR r.rule ->> 'column' <> '*'
                   OR NOT mlops_internal.awaits_labels(def)) IS NOT FALSE
        ), past AS MATERIALIZED (
            SELECT * FROM mlops_internal.quality_past(def, window_lo)
        ), pair AS MATERIALIZED (
            -- each is read once, whatever the number of checks
            SELECT q FROM mlops_internal.quality_columns(def, window_lo, window_hi) AS q
        ), of_column AS (
            SELECT q.slice_column, q.slice_value, q.column_name, r.metric, r.source, q.reference_name AS reference,
                   r.rule, mlops.n(q.current) AS n, mlops_internal.find_column(r.source, q.q, def, window_hi, coalesce(
                       p.overdispersion, 1), p.most) AS f
            FROM (SELECT p.q, (p.q).slice_column, (p.q).slice_value, (p.q).column_name, (p.q).reference_name,
                         (p.q).current FROM pair AS p) AS q
            JOIN rule AS r ON r.column_name = q.column_name AND r.source <> ALL ('{leak,type_parse,foreign_key}')
                AND (q.slice_column IS NULL OR r.source = 'null_rate' AND (r.rule ->> 'slices')::boolean)
            LEFT JOIN past AS p ON p.metric = r.metric
                AND p.slice_key = mlops_internal.slice_key(q.slice_column, q.slice_value, q.column_name)
        ), of_window AS (
            SELECT NULL::text AS slice_column, NULL::text AS slice_value, c.column_name, r.metric, r.source,
                   NULL::text AS reference, r.rule, rows AS n,
                   mlops_internal.find_window(r.rule, c.column_name, def, window_lo, window_hi, rows, p.most) AS f
            FROM (SELECT DISTINCT ON (x.metric, x.source, c.col) x.metric, x.source, c.col, x.rule
                  FROM rule AS x, LATERAL (SELECT CASE WHEN x.source = 'clock' THEN def.timestamp_column
                      ELSE x.column_name END) AS c(col)
                  WHERE x.source IN ('schema', 'freshness', 'clock', 'duplicate_rows', 'leak', 'type_parse',
                      'foreign_key', 'custom')
                    AND (x.source <> 'leak' OR x.column_name = ANY (def.features))) AS r
            CROSS JOIN LATERAL (SELECT r.col) AS c(column_name)
            LEFT JOIN past AS p ON p.metric = r.metric
                AND p.slice_key = mlops_internal.slice_key(NULL, NULL, c.column_name)
            WHERE r.source <> 'clock' OR NOT EXISTS (SELECT FROM of_column AS o WHERE o.source = 'clock'
                AND o.column_name = c.column_name)
        ), of_volume AS (
            SELECT v.slice_column, v.slice_value, NULL::name, r.metric, r.source, 'same_phase', r.rule, v.n, v.finding
            FROM rule AS r, mlops_internal.find_volumes(def, window_lo, window_hi) AS v
            WHERE r.source = 'volume' AND (v.slice_column IS NULL OR (r.rule ->> 'slices')::boolean)
        ), missing AS (
            -- a column without a summary: it went, or there were no rows
            SELECT NULL::text, NULL::text, r.column_name, r.metric, r.source, NULL::text, r.rule, 0::bigint,
                   NULL::mlops_internal.finding
            FROM rule AS r
            WHERE r.source <> ALL ('{volume,schema,freshness,duplicate_rows,leak,type_parse,foreign_key,custom}')
              AND NOT EXISTS (SELECT FROM of_column AS o WHERE o.source = r.source AND o.column_name = r.column_name
                              AND o.slice_column IS NULL)
        ), found AS (
            SELECT x.*, row_number() OVER (PARTITION BY x.metric, x.slice_column, x.slice_value ORDER BY x.column_name)
                       AS place,
                   array_agg((x.f).p_value) OVER (PARTITION BY x.metric, x.slice_column, x.slice_value
                       ORDER BY x.column_name ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS all_p
            FROM (SELECT * FROM of_column UNION ALL SELECT * FROM of_window UNION ALL SELECT * FROM of_volume
                  UNION ALL SELECT * FROM missing) AS x
        ), adjusted AS (
            SELECT x.*, CASE WHEN x.source IN ('null_rate', 'missing_rate') AND (x.f).p_value IS NOT NULL
                THEN (mlops.p_adjust(x.all_p))[x.place] ELSE (x.f).p_value END AS p_adj
            FROM found AS x
        )
        SELECT x.slice_column, x.slice_value, x.column_name, x.metric, x.reference, (x.f).value, (x.f).p_value, x.p_adj,
               x.n, (x.f).reference_value, x.rule, v.verdict,
               CASE WHEN v.message IS NOT NULL THEN v.message
                   WHEN v.verdict IN ('warning', 'critical') OR x.source IN ('schema', 'unseen_category')
                       OR v.verdict = 'no_data' THEN (x.f).message END,
               (x.f).detail
        FROM adjusted AS x
        LEFT JOIN LATERAL (SELECT e ->> 'message' AS message FROM jsonb_array_elements(failures) AS e
                           WHERE e -> 'rule' = x.rule LIMIT 1) AS e ON true
        CROSS JOIN LATERAL (SELECT NOT present ? x.column_name::text AS gone) AS g
        LEFT JOIN LATERAL mlops_internal.judge(x.rule, mlops_internal.subject(x.metric, x.column_name, x.slice_column,
            x.slice_value), x.metric, (x.f).value, (x.f).reference_value, x.p_adj, CASE
                WHEN x.source IN ('volume', 'freshness', 'schema') THEN greatest(x.n, def.min_rows) ELSE x.n END,
            def.min_rows) AS j ON true
        CROSS JOIN LATERAL (SELECT CASE
                WHEN e.message IS NOT NULL THEN 'error'
                WHEN x.column_name IS NOT NULL AND g.gone THEN 'error'
                WHEN x.source NOT IN ('volume', 'freshness', 'schema') AND rows = 0 THEN 'no_data'
                WHEN x.source = 'custom' OR x.rule ?| '{warning,critical}' THEN j.verdict
                -- of many slices one is always far off: critical is what is gone
                WHEN x.source = 'volume' AND x.slice_column IS NOT NULL AND x.n > 0 AND (x.f).verdict = 'critical'
                    THEN 'warning'
                WHEN x.source NOT IN ('volume', 'freshness', 'schema')
                    AND x.n < coalesce((x.rule ->> 'min_rows')::integer, def.min_rows) THEN 'no_data'
                WHEN x.source IN ('null_rate', 'missing_rate') AND (x.f).verdict IS NULL
                    THEN mlops_internal.missing_verdict((x.f).value, (x.f).reference_value, x.p_adj)
                ELSE coalesce((x.f).verdict, 'no_data') END AS verdict, CASE
                WHEN e.message IS NOT NULL THEN e.message
                WHEN x.column_name IS NOT NULL AND g.gone THEN format('column "%s" does not exist any more',
                    x.column_name)
                WHEN x.source NOT IN ('volume', 'freshness', 'schema') AND rows = 0 THEN 'no rows'
                WHEN x.source = 'custom' AND (x.f).value IS NULL AND j.verdict = 'no_data' THEN j.message
                WHEN x.rule ?| '{warning,critical}' THEN j.message
                WHEN x.source NOT IN ('volume', 'freshness', 'schema')
                    AND x.n < coalesce((x.rule ->> 'min_rows')::integer, def.min_rows)
                    THEN format('%s rows, needs %s', x.n, coalesce(x.rule ->> 'min_rows', def.min_rows::text))
                WHEN (x.f).verdict IS NULL AND (x.f).reference_value IS NULL THEN 'no window to compare with yet'
                END AS message) AS v;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judged_quality(mlops.monitor_version, timestamptz, timestamptz, jsonb) IS
    'observations of the checks of quality of a stored window; failures are checks that could not be read, with the '
    'reason';

/* Formulas over the metrics of the same window, once these are stored. */
CREATE FUNCTION mlops_internal.judge_formulas(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        chosen jsonb;
        names text[];
        numbers float8[];
        counted bigint;
        x double precision;
        v record;
    BEGIN
        FOR chosen IN SELECT c FROM jsonb_array_elements(def.checks) AS c
                    WHERE c ->> 'metric' = 'custom' AND c ->> 'expression' ~ '\[' LOOP
            SELECT array_agg(o.name), array_agg(coalesce(o.value, 'NaN')), min(o.n) FILTER (
                       WHERE strpos(chosen ->> 'expression', '[' || o.name || ']') > 0)
            INTO names, numbers, counted
            FROM (SELECT DISTINCT ON (1) mlops_internal.subject(y.metric, y.column_name, NULL, NULL) AS name, y.value,
                         y.n
                  FROM mlops.observation AS y
                  WHERE y.monitor_id = def.monitor_id AND y.window_lo = judge_formulas.window_lo
                    AND y.window_hi = judge_formulas.window_hi AND y.slice_column IS NULL
                    AND y.metric <> chosen ->> 'name'
                  ORDER BY 1, y.reference NULLS FIRST) AS o;
            v := NULL;
            x := NULL;
            BEGIN
                x := mlops_internal.arithmetic(chosen ->> 'expression', names, numbers);
                SELECT * INTO v FROM mlops_internal.judge(chosen, chosen ->> 'name', chosen ->> 'name',
                    nullif(x, 'NaN'), NULL, NULL, counted, def.min_rows);
            EXCEPTION WHEN invalid_parameter_value THEN
                SELECT 'error' AS verdict, SQLERRM AS message INTO v;
            END;
            UPDATE mlops.observation AS o
            SET value = nullif(x, 'NaN'), n = counted, verdict = v.verdict, message = v.message,
                first_value = coalesce(o.first_value, CASE WHEN o.restated_at IS NULL THEN nullif(x, 'NaN') END)
            WHERE o.monitor_id = def.monitor_id AND o.window_lo = judge_formulas.window_lo
              AND o.window_hi = judge_formulas.window_hi AND o.slice_column IS NULL AND o.column_name IS NULL
              AND o.metric = chosen ->> 'name';
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_formulas(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_formulas(mlops.monitor_version, timestamptz, timestamptz) IS
    'compute the formulas of checks over the stored numbers of a window, and judge them';

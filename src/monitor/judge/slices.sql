/*
 * Slices against the rest of their window.
 *
 * A check of performance without limits asks whether a slice is worse than all
 * others together.  The rest is merged from their summaries: those before and those
 * after a slice, so a slice costs two merges however many there are.
 */
CREATE FUNCTION mlops_internal.normal_p_value(z double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_normal_p_value';
COMMENT ON FUNCTION mlops_internal.normal_p_value(double precision) IS
    'two-sided p-value of a difference of z standard errors';

CREATE FUNCTION mlops_internal.against_rest(value double precision, std_error double precision, n bigint,
    rest_value double precision, rest_error double precision, OUT z double precision, OUT p_value double precision,
    OUT shrunken double precision)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT d.z, mlops_internal.normal_p_value(d.z), (n * value + 200 * rest_value) / (n + 200)
        FROM (SELECT (value - rest_value) / nullif(sqrt(std_error ^ 2 + rest_error ^ 2), 0) AS z) AS d
    $$;
COMMENT ON FUNCTION mlops_internal.against_rest(double precision, double precision, bigint, double precision,
        double precision) IS
    'difference of a slice and the rest in standard errors, its two-sided p-value, and the value of the slice drawn '
    'to the rest as if 200 more rows were like it';

/* The smallest level at which each of some p-values is told from chance (Benjamini and Hochberg). */
CREATE FUNCTION mlops_internal.adjusted_p_value(p_value double precision, all_p double precision[])
    RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT least(1, min(s.p * cardinality(all_p) / s.place))
        FROM (SELECT p, row_number() OVER (ORDER BY p) AS place FROM unnest(all_p) AS p) AS s
        WHERE s.p >= adjusted_p_value.p_value
    $$;
COMMENT ON FUNCTION mlops_internal.adjusted_p_value(double precision, double precision[]) IS
    'a p-value adjusted for being one of these (Benjamini and Hochberg)';

/* The statement that measures slices and the rest of the window, kind by kind. */
CREATE FUNCTION mlops_internal.rest_statement(def mlops.monitor_version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT string_agg(k.statement, E'\nUNION ALL\n' ORDER BY k.statement)
        FROM (SELECT format($q$
SELECT x.slice_column, x.slice_value, v.* FROM (
    SELECT s.slice_column, s.slice_value, s.summary::mlops.%1$I AS s,
           (SELECT mlops.merge(r) FROM (VALUES (s.before), (s.after)) AS u(r))::mlops.%1$I AS r
    FROM (SELECT w.*, mlops.merge(w.summary) OVER (PARTITION BY w.slice_column ORDER BY w.slice_value COLLATE "C"
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
                 mlops.merge(w.summary) OVER (PARTITION BY w.slice_column ORDER BY w.slice_value COLLATE "C" DESC
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS after
          FROM mlops_internal.window_summaries($1, $2, $3, ARRAY[%2$L]) AS w
          WHERE w.slice_column = ANY ($4)) AS s) AS x,
LATERAL (%3$s) AS v(metric, value, std_error, n, rest_value, rest_error, n_rest, rule, higher)$q$,
                w.state, w.stored_kind, string_agg(format(
                    'SELECT %L, i.estimate, i.std_error, i.n, c.estimate, c.std_error, c.n, %L::jsonb, %L::boolean '
                    'FROM mlops.metric_ci(x.s, %L%s) AS i, mlops.metric_ci(x.r, %4$L%5$s) AS c',
                    w.metric, r.rule, d.direction = 'higher', w.function, w.arguments), E'\nUNION ALL ' ORDER BY
                        w.metric)) AS statement
              FROM mlops_internal.wanted_metrics(def) AS w
              JOIN mlops_internal.expanded_rules(def) AS r ON r.metric = w.metric AND r.column_name IS NULL
              JOIN LATERAL (SELECT m.direction FROM mlops.metric_definition AS m
                            WHERE m.name = r.source AND m.direction IN ('higher', 'lower') LIMIT 1) AS d ON true
              WHERE w.column_name IS NULL AND w.function IS NOT NULL AND w.has_interval AND NOT w.pair
                AND w.kind <> 'lists'
                AND NOT r.rule ?| '{warning,critical}' AND (r.rule ->> 'slices')::boolean
                AND EXISTS (SELECT FROM mlops.monitor_metrics() AS c
                            WHERE c.metric = r.source AND c.cause = 'performance')
              GROUP BY w.state, w.stored_kind) AS k
    $$;
COMMENT ON FUNCTION mlops_internal.rest_statement(mlops.monitor_version) IS
    'SQL that measures slices and the rest of a window ($1 definition, $2, $3 window, $4 names of slices) for checks '
    'of performance without limits; NULL when there are none';

CREATE FUNCTION mlops_internal.kept_rest_statement(def mlops.monitor_version) RETURNS text
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_kept_answer';
COMMENT ON FUNCTION mlops_internal.kept_rest_statement(mlops.monitor_version) IS
    'mlops_internal.rest_statement(), worked out once in a session';

CREATE FUNCTION mlops_internal.judge_slices(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        names CONSTANT text[] := ARRAY(
            SELECT s ->> 'name' FROM jsonb_array_elements(mlops_internal.plain_slices(def.slices)) AS s);
        statement CONSTANT text := CASE WHEN names <> '{}' THEN mlops_internal.kept_rest_statement(def) END;
    BEGIN
        IF statement IS NULL THEN
            RETURN;
        END IF;
        EXECUTE format($q$
            WITH measured AS MATERIALIZED (
                SELECT m.*, coalesce((m.rule ->> 'min_rows')::bigint, ($1).min_rows) AS least_rows FROM (%s) AS m
            ), usual AS (
                -- some are worse always
                SELECT o.metric, o.slice_column, o.slice_value,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY o.value - (o.detail ->> 'rest')::float8) AS gap
                FROM mlops.observation AS o
                WHERE o.monitor_id = ($1).monitor_id AND o.metric IN (SELECT x.metric FROM measured AS x)
                  AND o.column_name IS NULL AND o.window_lo < $2 AND o.window_lo >= $2 - 90 * ($1).granularity
                  AND o.window_hi <= $2 AND o.slice_column IS NOT NULL AND jsonb_typeof(o.detail -> 'rest') = 'number'
                GROUP BY 1, 2, 3 HAVING count(*) >= 14
            ), tested AS (
                SELECT m.*, t.*, u.gap, (t.z < 0) = m.higher AS worse FROM measured AS m
                LEFT JOIN usual AS u ON u.metric = m.metric AND u.slice_column = m.slice_column
                    AND u.slice_value IS NOT DISTINCT FROM m.slice_value,
                       mlops_internal.against_rest(m.value, m.std_error, m.n, m.rest_value + coalesce(u.gap, 0),
                           m.rest_error) AS t
                WHERE least(m.n, m.n_rest) >= m.least_rows AND t.z IS NOT NULL
            ), adjusted AS (
                SELECT t.*, mlops_internal.adjusted_p_value(t.p_value, array_agg(t.p_value) OVER family) AS p_adjusted,
                       rank() OVER (family ORDER BY CASE WHEN t.higher THEN t.z ELSE -t.z END) AS place,
                       coalesce(t.rule #>> '{alpha,0}', t.rule ->> 'alpha', '0.01')::float8 AS alpha,
                       (t.rule #>> '{alpha,1}')::float8 AS alpha_critical
                FROM tested AS t WINDOW family AS (PARTITION BY t.slice_column, t.metric)
            ), judged AS (
                SELECT a.*, CASE WHEN a.worse AND a.p_adjusted < a.alpha_critical THEN 'critical'
                                 WHEN a.worse AND a.p_adjusted < a.alpha THEN 'warning' ELSE 'ok' END AS verdict
                FROM adjusted AS a
            )
            UPDATE mlops.observation AS o
            SET p_value = j.p_value, p_adjusted = j.p_adjusted,
                verdict = CASE WHEN j.verdict = 'critical' AND o.detail ->> 'n_missing_windows' <> '0' THEN 'warning'
                    ELSE j.verdict END,
                message = CASE WHEN j.verdict <> 'ok' THEN format('%%s is %%s, %%s in the rest of the window%%s; '
                    'adjusted p %%s', mlops_internal.subject(o.metric, NULL, o.slice_column, o.slice_value),
                    mlops_internal.rounded(j.value, 3), mlops_internal.rounded(j.rest_value, 3),
                    CASE WHEN j.gap IS NOT NULL THEN format(', usually apart by %%s', mlops_internal.rounded(j.gap, 3))
                        END,
                    mlops_internal.rounded(j.p_adjusted, 3)) END,
                detail = coalesce(o.detail, '{}') || jsonb_build_object('rest', j.rest_value, 'n_rest', j.n_rest,
                    'z', j.z, 'shrunken', j.shrunken, 'rank', j.place)
                    || jsonb_strip_nulls(jsonb_build_object('usual', j.gap))
            FROM judged AS j
            WHERE o.monitor_id = ($1).monitor_id AND o.window_lo = $2 AND o.window_hi = $3 AND o.metric = j.metric
              AND o.column_name IS NULL AND o.reference IS NULL AND o.slice_column = j.slice_column
              AND o.slice_value IS NOT DISTINCT FROM j.slice_value AND o.rule IS NOT NULL$q$, statement)
            USING def, window_lo, window_hi, names;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_slices(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_slices(mlops.monitor_version, timestamptz, timestamptz) IS
    'judge the stored observations of slices against the rest of their window, and how far they usually are from it, '
    'where a check of performance without limits asks; a slice that is worse is a warning, by p-values adjusted over '
    'the slices of one name';

/*
 * gate: is the new version not worse, or better?
 *
 * The difference on the same rows where there are enough, and its standard error, are
 * the registry's (registry/paired.sql).  d is turned so that more is better.  It
 * passes when d - q * se > -margin, q the 1 - alpha quantile: evidence of not being
 * worse, not a lack of evidence for it.
 */
CREATE FUNCTION mlops_internal.non_inferior(d float8, se float8, df float8, margin float8, alpha float8,
    OUT lower float8, OUT p_value float8)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        lower := d - CASE WHEN se > 0 THEN mlops_internal.upper_quantile(alpha, df) * se ELSE se END;
        p_value := CASE WHEN se > 0 THEN mlops_internal.upper_tail((d + margin) / se, df)
                        WHEN se = 0 THEN (d + margin <= 0)::integer END;
    EXCEPTION WHEN numeric_value_out_of_range THEN
        lower := NULL;      -- what is beyond the numbers that there are shows nothing
        p_value := NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.non_inferior(float8, float8, float8, float8, float8) IS
    'one-sided lower bound of a difference, and the p-value of its being at or below -margin; NULL beyond the range of '
    'numbers';

/* Rows that find a version which is in truth as good, with probability 0.8. */
CREATE FUNCTION mlops_internal.rows_needed(n bigint, std_error float8, margin float8, alpha float8) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- the first test keeps quotient and square within the numbers that there are
        SELECT CASE WHEN margin > 0 AND std_error > 0 AND n > 0 THEN (CASE
            WHEN ln(std_error) - ln(margin) < -20 THEN 1
            WHEN ln(std_error) - ln(margin) < 20 THEN least(1e15, ceil(n * ((
                mlops_internal.upper_quantile(alpha, 'Infinity') + mlops_internal.upper_quantile(0.2, 'Infinity'))
                * std_error / margin) ^ 2))
            ELSE 1e15 END)::bigint END
    $$;
COMMENT ON FUNCTION mlops_internal.rows_needed(bigint, float8, float8, float8) IS
    'rows for a power of 0.8, from the spread that was seen: ((z_alpha + z_0.8) s / margin)^2; NULL without margin';

CREATE TYPE mlops_internal.slice_verdict AS (slice text, n bigint, p_value float8, adjusted float8);
COMMENT ON TYPE mlops_internal.slice_verdict IS
    'p-value of a slice''s being worse, and by Holm; adjusted is NULL where there are too few rows to judge';

CREATE FUNCTION mlops_internal.holm(slices mlops_internal.slice_verdict[], min_n bigint)
    RETURNS SETOF mlops_internal.slice_verdict
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT h.slice, h.n, h.p_value, CASE WHEN h.is_judged THEN least(1, max(h.p_value * (h.m - h.place + 1))
            OVER (PARTITION BY h.is_judged ORDER BY h.place)) END
        FROM (SELECT j.*, count(*) OVER (PARTITION BY j.is_judged) AS m,
                     row_number() OVER (PARTITION BY j.is_judged ORDER BY j.p_value, j.slice COLLATE "C") AS place
              FROM (SELECT s.*, s.n >= min_n AND s.p_value IS NOT NULL AS is_judged FROM unnest(slices) AS s) AS j) AS h
    $$;
COMMENT ON FUNCTION mlops_internal.holm(mlops_internal.slice_verdict[], bigint) IS
    'Holm''s p-values over the slices with min_n rows: ascending, times m, m - 1 ... 1, never falling';

CREATE FUNCTION mlops_internal.judge_differences(differences mlops_internal.version_difference[], sign integer,
    margin float8, alpha float8, min_n bigint) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        whole mlops_internal.version_difference;
        t record;
        infinite CONSTANT float8[] := '{NaN,Infinity,-Infinity}';
        leaf mlops_internal.gate_leaf;
        bad text;
        small text;
    BEGIN
        SELECT x.* INTO whole FROM unnest(differences) AS x WHERE x.slice IS NULL;
        IF whole.std_error IS NULL OR whole.n < min_n THEN
            leaf.outcome := 'missing';
            leaf.reason := CASE WHEN coalesce(whole.n, 0) < min_n
                THEN format('only %s rows to compare, fewer than %s', coalesce(whole.n, 0), min_n)
                ELSE 'the difference has no standard error' END;
            leaf.hint := format('needs about %s rows, has %s', greatest(min_n,
                mlops_internal.rows_needed(whole.n, whole.std_error, margin, alpha)), coalesce(whole.n, 0));
            RETURN leaf;
        END IF;
        SELECT * INTO t FROM mlops_internal.non_inferior(sign * whole.difference, whole.std_error, whole.df, margin,
            alpha);
        IF t.lower IS NULL OR whole.difference = ANY (infinite) OR t.lower = ANY (infinite) THEN
            leaf.outcome := 'missing';
            leaf.reason := format('the difference, %s with standard error %s, is beyond what can be compared',
                whole.difference, whole.std_error);
            RETURN leaf;
        END IF;
        leaf.observed := format('%s against %s: lower bound %s, p %s, %s of %s %s',
            mlops_internal.plain_number(whole.value_b), mlops_internal.plain_number(whole.value_a),
            mlops_internal.plain_number(t.lower), CASE WHEN t.p_value < 0.0001 THEN '< 0.0001'
                ELSE '= ' || trim_scale(round(t.p_value::numeric, 4)) END, whole.method, whole.n,
            CASE whole.method WHEN 'unpaired' THEN 'rows' ELSE 'pairs' END);
        SELECT string_agg(h.slice, ', ' ORDER BY h.slice COLLATE "C") FILTER (WHERE h.adjusted IS NULL),
               string_agg(h.slice, ', ' ORDER BY h.slice COLLATE "C") FILTER (WHERE h.adjusted >= alpha)
            INTO small, bad
            FROM mlops_internal.holm(ARRAY(
                SELECT ROW(x.slice, x.n, CASE WHEN x.difference = ANY (infinite) OR x.std_error = ANY (infinite)
                    OR n.lower IS NULL AND x.std_error IS NOT NULL THEN 1 ELSE n.p_value END,
                    NULL)::mlops_internal.slice_verdict
                FROM unnest(differences) AS x CROSS JOIN LATERAL mlops_internal.non_inferior(sign * x.difference,
                    x.std_error, x.df, margin, alpha) AS n
                WHERE x.slice IS NOT NULL), min_n) AS h;
        leaf.outcome := CASE WHEN t.lower > -margin AND bad IS NULL THEN 'pass' ELSE 'fail' END;
        leaf.reason := nullif(concat_ws('; ', CASE WHEN NOT t.lower > -margin THEN 'not shown on all rows' END,
            'not shown in slices ' || bad, 'too few rows to judge slices ' || small), '');
        IF NOT t.lower > -margin AND margin > 0 THEN
            leaf.hint := format('needs about %s %s rows, has %s', mlops_internal.rows_needed(whole.n, whole.std_error,
                margin, alpha), CASE whole.method WHEN 'unpaired' THEN 'unpaired' ELSE 'paired' END, whole.n);
        END IF;
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_differences(mlops_internal.version_difference[], integer, float8, float8,
        bigint) IS
    'outcome of a comparison: the one-sided lower bound must be above -margin, and so in slices with min_n rows by '
    'Holm''s p-values; sign is -1 for metrics of which less is better';

CREATE FUNCTION mlops_internal.judge_comparison(rule jsonb, kind text, c mlops_internal.gate_case)
    RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        whom CONSTANT text := rule ->> kind;
        margin CONSTANT float8 := CASE kind WHEN 'not_worse_than' THEN (rule ->> 'margin')::float8
            ELSE -coalesce((rule ->> 'by')::float8, 0) END;
        sliced CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(rule -> 'slices', '[]')));
        other CONSTANT bigint := mlops_internal.rival(c, whom);
        mine record;
        theirs record;
        leaf mlops_internal.gate_leaf;
    BEGIN
        IF other = c.version_id THEN
            leaf.outcome := 'pass';
            leaf.reason := 'it is that version itself';
            RETURN leaf;
        ELSIF other IS NULL AND whom = 'champion' THEN
            leaf.outcome := CASE rule ->> 'first' WHEN 'fail' THEN 'fail' ELSE 'pass' END;
            leaf.reason := 'no champion';
            RETURN leaf;
        END IF;
        leaf.outcome := 'missing';
        IF other IS NULL THEN
            leaf.reason := format('there is no version %s', whom);
            RETURN leaf;
        END IF;
        SELECT * INTO mine FROM mlops_internal.newest_evaluation(c.version_id, rule ->> 'metric', rule ->> 'dataset');
        SELECT * INTO theirs FROM mlops_internal.newest_evaluation(other, rule ->> 'metric',
            coalesce(rule ->> 'dataset', (SELECT a.relation FROM mlops.artifact AS a
                WHERE a.artifact_id = mine.artifact_id), mine.dataset_name));
        leaf.reason := coalesce(
            mlops_internal.evidence_problem(mine.run_id, mine.at, mine.artifact_id, mine.n, rule - 'min_n'),
            CASE WHEN theirs.run_id IS NULL THEN format('version %s has no evaluation on the same dataset', whom)
                 WHEN NOT mine.is_kept OR NOT theirs.is_kept
                     THEN format('run %s kept no rows: use mlops.log_evaluation',
                         CASE WHEN mine.is_kept THEN theirs.run_id ELSE mine.run_id END)
                 WHEN EXISTS (SELECT FROM mlops.evaluation AS e WHERE e.run_id IN (mine.run_id, theirs.run_id)
                                  AND NOT sliced <@ e.slices::text[])
                     THEN 'not both evaluations have the slices ' || array_to_string(sliced, ', ') END);
        IF leaf.reason IS NULL THEN
            leaf := mlops_internal.judge_differences(ARRAY(
                    SELECT d FROM mlops_internal.version_differences(theirs.run_id, mine.run_id, rule ->> 'metric',
                        c.task, sliced, coalesce(rule ->> 'paired', 'prefer'), c.version_id) AS d),
                mlops_internal.metric_sign(rule ->> 'metric', c.task), margin,
                coalesce((rule ->> 'alpha')::float8, 0.05), coalesce((rule ->> 'min_n')::bigint, 200));
        END IF;
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_comparison(jsonb, text, mlops_internal.gate_case) IS
    'not_worse_than and better_than: the newest evaluations of both versions on one dataset';

CREATE FUNCTION mlops_internal.metric_sign(metric text, task text) RETURNS integer
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE bool_or(d.direction = 'higher') WHEN true THEN 1 ELSE -1 END
        FROM mlops.metric_definition AS d
        WHERE d.name = metric AND d.has_interval AND d.task = metric_sign.task AND d.direction IN ('higher', 'lower')
          AND d.needs && '{confusion,class_confusion,error_moments,errors,scores}'
        HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.metric_sign(text, text) IS
    '1 when more is better, -1 when less is; NULL for metrics that evaluations cannot compare';

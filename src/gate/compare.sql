/*
 * gate: is the new version not worse, or better?
 *
 * On the same rows where both have at least 200: DeLong's covariance for the area
 * under the curve; of shares the rows on which one is right and the other is not
 * (McNemar: d = (c - b) / n, se = sqrt(b + c - (b - c)^2 / n) / n, which is the
 * standard deviation of the rows' differences over sqrt(n)); of means the paired t;
 * of all else 999 resamples of the pairs.  Otherwise se^2 = se_a^2 + se_b^2 of each
 * version's own rows.
 *
 * d is turned so that more is better.  It passes when d - q * se > -margin, q the
 * 1 - alpha quantile: evidence of not being worse, not a lack of evidence for it.
 */
CREATE FUNCTION mlops_internal.upper_tail(x float8, df float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_upper_tail';
COMMENT ON FUNCTION mlops_internal.upper_tail(float8, float8) IS
    'P(T > x), T Student distributed, or normal when df is infinite';

CREATE FUNCTION mlops_internal.upper_quantile(p float8, df float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_upper_quantile';
COMMENT ON FUNCTION mlops_internal.upper_quantile(float8, float8) IS 'the x whose upper tail is p';

CREATE FUNCTION mlops_internal.paired_bootstrap(labels float8[], a float8[], b float8[], metric text, seed bigint,
    OUT value_a float8, OUT value_b float8, OUT std_error float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_bootstrap';
COMMENT ON FUNCTION mlops_internal.paired_bootstrap(float8[], float8[], float8[], text, bigint) IS
    'a metric of decisions (0 and 1), rmse or r2_score of two versions on the same rows, and the standard error of the '
    'difference from 999 resamples';

CREATE FUNCTION mlops_internal.paired_class_bootstrap(labels float8[], a float8[], b float8[], metric text,
    seed bigint, OUT value_a float8, OUT value_b float8, OUT std_error float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_class_bootstrap';
COMMENT ON FUNCTION mlops_internal.paired_class_bootstrap(float8[], float8[], float8[], text, bigint) IS
    'a metric of decisions between classes, which are numbers, of two versions on the same rows, averages being macro, '
    'and the standard error of the difference from 999 resamples';

CREATE TYPE mlops_internal.version_difference AS (
    slice text,
    n bigint,
    value_a float8,
    value_b float8,
    difference float8,
    std_error float8,
    df float8,
    method text
);
COMMENT ON TYPE mlops_internal.version_difference IS
    'a metric of two versions, of all rows (slice NULL) or of a slice; difference is b - a, n the pairs or the rows of '
    'the version that has fewer';

CREATE FUNCTION mlops_internal.non_inferior(d float8, se float8, df float8, margin float8, alpha float8,
    OUT lower float8, OUT p_value float8)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT d - CASE WHEN se > 0 THEN mlops_internal.upper_quantile(alpha, df) * se ELSE se END,
               CASE WHEN se > 0 THEN mlops_internal.upper_tail((d + margin) / se, df)
                    WHEN se = 0 THEN (d + margin <= 0)::integer END
    $$;
COMMENT ON FUNCTION mlops_internal.non_inferior(float8, float8, float8, float8, float8) IS
    'one-sided lower bound of a difference, and the p-value of its being at or below -margin';

/* What a row contributes to a metric that is a mean, as SQL with a place for "a" and "b"; of which rows. */
CREATE FUNCTION mlops_internal.row_metric(metric text, task text)
    RETURNS TABLE (value text, condition text, is_share boolean)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT m.value, m.condition, m.is_share
        FROM (VALUES
            ('accuracy', '{binary,multiclass}', '(q.decision_%1$s = q.label)::integer', 'true', true),
            ('hamming_loss', '{binary,multiclass}', '(q.decision_%1$s <> q.label)::integer', 'true', true),
            ('recall_score', '{binary}', 'q.decision_%1$s', 'q.label = 1', true),
            ('fnr', '{binary}', '(1 - q.decision_%1$s)', 'q.label = 1', true),
            ('specificity', '{binary}', '(1 - q.decision_%1$s)', 'q.label = 0', true),
            ('fpr', '{binary}', 'q.decision_%1$s', 'q.label = 0', true),
            ('brier_score', '{binary}', '(q.score_%1$s - q.label) ^ 2', 'true', false),
            ('log_loss', '{binary}', '-ln(greatest(1 - abs(q.label - q.score_%1$s), 2.220446049250313e-16))', 'true',
                false),
            ('mae', '{regression}', 'abs(q.decision_%1$s - q.label)', 'true', false),
            ('mse', '{regression}', '(q.decision_%1$s - q.label) ^ 2', 'true', false))
            AS m (metric, tasks, value, condition, is_share)
        WHERE m.metric = row_metric.metric AND row_metric.task = ANY (m.tasks::text[])
    $$;
COMMENT ON FUNCTION mlops_internal.row_metric(text, text) IS
    'metrics that are means over rows: what a row is worth, which rows count, and whether that is a share';

/* $1 and $2 are the runs of a and b, $3 the slices, $4 the seed. */
CREATE FUNCTION mlops_internal.paired_statement(metric text, task text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        pairs CONSTANT text := $q$WITH a AS (
    SELECT k.* FROM mlops_internal.evaluation_part AS p,
        unnest(p.row_keys, p.row_labels, p.row_scores, p.row_decisions) AS k (key, label, score, decision)
    WHERE p.run_id = $1
), b AS (
    SELECT p.slices, k.* FROM mlops_internal.evaluation_part AS p,
        unnest(p.row_keys, p.row_labels, p.row_scores, p.row_decisions) AS k (key, label, score, decision)
    WHERE p.run_id = $2
), q AS (
    SELECT s.slice, a.key, a.label, a.score AS score_a, a.decision AS decision_a, b.score AS score_b,
           b.decision AS decision_b
    FROM a JOIN b ON b.key = a.key AND b.label = a.label CROSS JOIN LATERAL (
        SELECT NULL UNION ALL SELECT format('%s = %s', x, coalesce(b.slices ->> x, '(null)')) FROM unnest($3) AS x)
            AS s (slice)
)
$q$;
        r record;
    BEGIN
        SELECT * INTO r FROM mlops_internal.row_metric(metric, task);
        IF FOUND THEN
            RETURN pairs || format('SELECT m.slice, (m.d).n, (m.a).estimate, (m.b).estimate, (m.d).estimate, '
                '(m.d).std_error * %1$s, %2$s, %3$L FROM (SELECT q.slice, '
                'mlops.mean_ci(mlops.loss_means((%5$s - %4$s)::float8)) AS d, '
                'mlops.mean_ci(mlops.loss_means((%4$s)::float8)) AS a, '
                'mlops.mean_ci(mlops.loss_means((%5$s)::float8)) AS b '
                'FROM q WHERE %6$s GROUP BY q.slice) AS m',
                CASE WHEN r.is_share THEN 'sqrt(((m.d).n - 1) / (m.d).n::float8)' ELSE '1' END,
                CASE WHEN r.is_share THEN '''Infinity''::float8' ELSE '((m.d).n - 1)::float8' END,
                CASE WHEN r.is_share THEN 'McNemar' ELSE 'paired t' END,
                format(r.value, 'a'), format(r.value, 'b'), r.condition);
        ELSIF metric IN ('roc_auc', 'gini') AND task = 'binary' THEN
            RETURN pairs || format('SELECT m.slice, (m.t).n_positive + (m.t).n_negative, '
                '%1$s * (m.t).auc_a - (%1$s - 1), %1$s * (m.t).auc_b - (%1$s - 1), '
                '%1$s * ((m.t).auc_b - (m.t).auc_a), %1$s * (m.t).std_error, ''Infinity''::float8, ''DeLong'' '
                'FROM (SELECT q.slice, mlops.delong_test(q.label = 1, q.score_a, q.score_b) AS t FROM q '
                'GROUP BY q.slice) AS m', CASE metric WHEN 'gini' THEN 2 ELSE 1 END);
        ELSIF metric IN ('rmse', 'r2_score') AND task = 'regression' OR EXISTS (
            SELECT FROM mlops.metric_definition AS d
            WHERE d.name = metric AND d.task = paired_statement.task AND d.needs && '{confusion,class_confusion}')
            AND (task = 'binary' OR task = 'multiclass' AND metric <> 'fbeta_score') THEN
            RETURN pairs || format('SELECT m.slice, m.n, (m.t).value_a, (m.t).value_b, (m.t).value_b - (m.t).value_a, '
                '(m.t).std_error, ''Infinity''::float8, ''paired bootstrap'' FROM (SELECT q.slice, count(*) AS n, '
                'mlops_internal.%I(array_agg(q.label ORDER BY q.key), '
                'array_agg(q.decision_a ORDER BY q.key), array_agg(q.decision_b ORDER BY q.key), %L, $4) AS t '
                'FROM q GROUP BY q.slice) AS m',
                CASE task WHEN 'multiclass' THEN 'paired_class_bootstrap' ELSE 'paired_bootstrap' END, metric);
        END IF;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.paired_statement(text, text) IS
    'the statement that compares two evaluations on the same rows; NULL for metrics that have no such comparison';

CREATE FUNCTION mlops_internal.unpaired_differences(run_a bigint, run_b bigint, metric text, slices text[])
    RETURNS SETOF mlops_internal.version_difference
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN s.slice_column IS NOT NULL
                    THEN format('%s = %s', s.slice_column, coalesce(s.slice_value, '(null)')) END, least(a.n, b.n),
               a.estimate, b.estimate, b.estimate - a.estimate, sqrt(a.std_error ^ 2 + b.std_error ^ 2),
               'Infinity'::float8, 'unpaired'
        FROM (SELECT NULL::text, NULL::text UNION ALL
              SELECT DISTINCT x, p.slices ->> x FROM mlops_internal.evaluation_part AS p,
                  unnest(unpaired_differences.slices) AS x
              WHERE p.run_id = run_b) AS s (slice_column, slice_value)
            CROSS JOIN LATERAL mlops_internal.evaluation_metric(run_a, metric, 0.95, s.slice_column, s.slice_value) AS a
            CROSS JOIN LATERAL mlops_internal.evaluation_metric(run_b, metric, 0.95, s.slice_column, s.slice_value) AS b
    $$;
COMMENT ON FUNCTION mlops_internal.unpaired_differences(bigint, bigint, text, text[]) IS
    'a metric of two evaluations, each of its own rows, and of each value of the slices';

-- the planner takes arrays for short ones: a loop over the pairs would take forever
CREATE FUNCTION mlops_internal.version_differences(run_a bigint, run_b bigint, metric text, task text, slices text[],
    paired text, seed bigint) RETURNS SETOF mlops_internal.version_difference
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
    AS $$
    DECLARE
        statement CONSTANT text := CASE WHEN paired <> 'no' THEN mlops_internal.paired_statement(metric, task) END;
        d mlops_internal.version_difference;
        found_pairs mlops_internal.version_difference[] := '{}';
        enough boolean := false;
    BEGIN
        IF statement IS NOT NULL THEN
            FOR d IN EXECUTE statement USING run_a, run_b, slices, seed LOOP
                found_pairs := found_pairs || d;
                enough := enough OR d.slice IS NULL AND d.n >= 200 AND d.std_error IS NOT NULL;
            END LOOP;
        END IF;
        IF enough OR paired = 'require' THEN
            RETURN QUERY SELECT * FROM unnest(found_pairs);
        ELSE
            RETURN QUERY SELECT u.* FROM mlops_internal.unpaired_differences(run_a, run_b, metric, slices) AS u;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.version_differences(bigint, bigint, text, text, text[], text, bigint) IS
    'a metric of two evaluations and its difference, on the same rows when there are 200 (paired require: in any case, '
    'no: never)';

/* Rows that find a version which is in truth as good, with probability 0.8. */
CREATE FUNCTION mlops_internal.rows_needed(n bigint, std_error float8, margin float8, alpha float8) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN margin > 0 AND std_error > 0 AND n > 0 THEN least(1e15, ceil(n * ((
            mlops_internal.upper_quantile(alpha, 'Infinity') + mlops_internal.upper_quantile(0.2, 'Infinity'))
            * std_error / margin) ^ 2))::bigint END
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
        leaf.observed := format('%s against %s: lower bound %s, p %s, %s of %s %s',
            mlops_internal.plain_number(whole.value_b), mlops_internal.plain_number(whole.value_a),
            mlops_internal.plain_number(t.lower), CASE WHEN t.p_value < 0.0001 THEN '< 0.0001'
                ELSE '= ' || trim_scale(round(t.p_value::numeric, 4)) END, whole.method, whole.n,
            CASE whole.method WHEN 'unpaired' THEN 'rows' ELSE 'pairs' END);
        SELECT string_agg(h.slice, ', ' ORDER BY h.slice COLLATE "C") FILTER (WHERE h.adjusted IS NULL),
               string_agg(h.slice, ', ' ORDER BY h.slice COLLATE "C") FILTER (WHERE h.adjusted >= alpha)
            INTO small, bad
            FROM mlops_internal.holm(ARRAY(
                SELECT ROW(x.slice, x.n, n.p_value, NULL)::mlops_internal.slice_verdict
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

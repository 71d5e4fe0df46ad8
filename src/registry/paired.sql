/*
 * registry: two evaluations on the same rows.
 *
 * On the same rows where both have at least 200: DeLong's covariance for the area
 * under the curve; of shares the rows on which one is right and the other is not
 * (McNemar: d = (c - b) / n, se = sqrt(b + c - (b - c)^2 / n) / n, which is the
 * standard deviation of the rows' differences over sqrt(n)); of means the paired t;
 * of all else 999 resamples of the pairs.  Otherwise se^2 = se_a^2 + se_b^2 of each
 * version's own rows.
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
    of_metric text,
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

/* Of q, the pairs, or r, which has them as arrays; $4 is the seed. */
CREATE FUNCTION mlops_internal.paired_select(metric text, task text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r record;
    BEGIN
        SELECT * INTO r FROM mlops_internal.row_metric(metric, task);
        IF FOUND THEN
            RETURN format('SELECT %7$L, m.slice, (m.d).n, (m.a).estimate, (m.b).estimate, (m.d).estimate, '
                '(m.d).std_error * %1$s, %2$s, %3$L FROM (SELECT q.slice, '
                'mlops.mean_ci(mlops.loss_means((%5$s - %4$s)::float8)) AS d, '
                'mlops.mean_ci(mlops.loss_means((%4$s)::float8)) AS a, '
                'mlops.mean_ci(mlops.loss_means((%5$s)::float8)) AS b '
                'FROM q WHERE %6$s GROUP BY q.slice) AS m',
                CASE WHEN r.is_share THEN 'sqrt(((m.d).n - 1) / (m.d).n::float8)' ELSE '1' END,
                CASE WHEN r.is_share THEN '''Infinity''::float8' ELSE '((m.d).n - 1)::float8' END,
                CASE WHEN r.is_share THEN 'McNemar' ELSE 'paired t' END,
                format(r.value, 'a'), format(r.value, 'b'), r.condition, metric);
        ELSIF metric IN ('roc_auc', 'gini') AND task = 'binary' THEN
            RETURN format('SELECT %2$L, m.slice, (m.t).n_positive + (m.t).n_negative, '
                '%1$s * (m.t).auc_a - (%1$s - 1), %1$s * (m.t).auc_b - (%1$s - 1), '
                '%1$s * ((m.t).auc_b - (m.t).auc_a), %1$s * (m.t).std_error, ''Infinity''::float8, ''DeLong'' '
                'FROM (SELECT q.slice, mlops.delong_test(q.label = 1, q.score_a, q.score_b) AS t FROM q '
                'GROUP BY q.slice) AS m', CASE metric WHEN 'gini' THEN 2 ELSE 1 END, metric);
        ELSIF metric IN ('rmse', 'r2_score') AND task = 'regression' OR EXISTS (
            SELECT FROM mlops.metric_definition AS d
            WHERE d.name = metric AND d.task = paired_select.task AND d.needs && '{confusion,class_confusion}')
            AND (task = 'binary' OR task = 'multiclass' AND metric <> 'fbeta_score') THEN
            RETURN format('SELECT %1$L, m.slice, m.n, (m.t).value_a, (m.t).value_b, (m.t).value_b - (m.t).value_a, '
                '(m.t).std_error, ''Infinity''::float8, ''paired bootstrap'' '
                'FROM (SELECT r.slice, r.n, %2$sr.label, r.decision_a, r.decision_b, %1$L, $4) AS t FROM r) AS m',
                metric, CASE task WHEN 'multiclass' THEN 'mlops_internal.paired_class_bootstrap('
                    ELSE 'mlops_internal.paired_bootstrap(' END);
        END IF;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.paired_select(text, text) IS
    'a query for the differences of a metric from pairs of rows, q or r; NULL for metrics that have no such comparison';

/* $1 and $2 are the runs of a and b, $3 the slices. */
CREATE FUNCTION mlops_internal.paired_statement(metrics text[], task text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT $q$WITH a AS (
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
), r AS (
    SELECT q.slice, count(*) AS n, array_agg(q.label ORDER BY q.key) AS label,
           array_agg(q.decision_a ORDER BY q.key) AS decision_a, array_agg(q.decision_b ORDER BY q.key) AS decision_b
    FROM q GROUP BY q.slice
)
$q$ || string_agg(mlops_internal.paired_select(m, task), ' UNION ALL ' ORDER BY m COLLATE "C")
        FROM unnest(metrics) AS m
    $$;
COMMENT ON FUNCTION mlops_internal.paired_statement(text[], text) IS
    'the statement that compares two evaluations on the same rows; NULL when no metric has such a comparison';

/* Of numbers whose squares or differences there are not, as of a regression that predicted 1e300. */
CREATE FUNCTION mlops_internal.no_difference(run_a bigint, run_b bigint, metric text, method text)
    RETURNS mlops_internal.version_difference
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(metric, NULL, min(e.n), NULL, NULL, 'NaN', 'NaN', 'Infinity', method)
            ::mlops_internal.version_difference
        FROM mlops.evaluation AS e WHERE e.run_id IN (run_a, run_b)
    $$;
COMMENT ON FUNCTION mlops_internal.no_difference(bigint, bigint, text, text) IS
    'what two evaluations differ by in a metric when that is beyond the range of numbers: NaN';

CREATE FUNCTION mlops_internal.unpaired_differences(run_a bigint, run_b bigint, metric text, slices text[])
    RETURNS SETOF mlops_internal.version_difference
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found mlops_internal.version_difference[];
    BEGIN
        BEGIN
            found := ARRAY(
                SELECT ROW(unpaired_differences.metric, CASE WHEN s.slice_column IS NOT NULL
                            THEN format('%s = %s', s.slice_column, coalesce(s.slice_value, '(null)')) END,
                           least(a.n, b.n), a.estimate, b.estimate, b.estimate - a.estimate,
                           sqrt(a.std_error ^ 2 + b.std_error ^ 2), 'Infinity', 'unpaired')
                           ::mlops_internal.version_difference
                FROM (SELECT NULL::text, NULL::text UNION ALL
                      SELECT DISTINCT x, p.slices ->> x FROM mlops_internal.evaluation_part AS p,
                          unnest(unpaired_differences.slices) AS x
                      WHERE p.run_id = run_b) AS s (slice_column, slice_value)
                    CROSS JOIN LATERAL mlops_internal.evaluation_metric(run_a, metric, 0.95, s.slice_column,
                        s.slice_value) AS a
                    CROSS JOIN LATERAL mlops_internal.evaluation_metric(run_b, metric, 0.95, s.slice_column,
                        s.slice_value) AS b);
        EXCEPTION WHEN numeric_value_out_of_range THEN
            found := ARRAY[mlops_internal.no_difference(run_a, run_b, metric, 'unpaired')];
        END;
        RETURN QUERY SELECT * FROM unnest(found);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.unpaired_differences(bigint, bigint, text, text[]) IS
    'a metric of two evaluations, each of its own rows, and of each value of the slices';

-- the planner takes arrays for short ones: a loop over the pairs would take forever
CREATE FUNCTION mlops_internal.paired_differences(run_a bigint, run_b bigint, metrics text[], task text,
    slices text[], seed bigint) RETURNS SETOF mlops_internal.version_difference
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
    AS $$
    DECLARE
        statement CONSTANT text := mlops_internal.paired_statement(metrics, task);
        found mlops_internal.version_difference[];
    BEGIN
        IF statement IS NULL THEN
            RETURN;
        END IF;
        BEGIN
            EXECUTE format('SELECT array_agg(ROW(d.*)::mlops_internal.version_difference) FROM (%s) AS d', statement)
                INTO found USING run_a, run_b, slices, seed;
        EXCEPTION WHEN numeric_value_out_of_range THEN
            -- one metric does not take the others with it
            found := CASE WHEN cardinality(metrics) > 1 THEN ARRAY(
                    SELECT d FROM unnest(metrics) AS m (name),
                        mlops_internal.paired_differences(run_a, run_b, ARRAY[m.name], task, slices, seed) AS d)
                ELSE ARRAY[mlops_internal.no_difference(run_a, run_b, metrics[1], 'paired')] END;
        END;
        RETURN QUERY SELECT * FROM unnest(found);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.paired_differences(bigint, bigint, text[], text, text[], bigint) IS
    'metrics of two evaluations on the rows that both have, and of each value of the slices; of metrics that have such '
    'a comparison';

CREATE FUNCTION mlops_internal.version_differences(run_a bigint, run_b bigint, metric text, task text, slices text[],
    paired text, seed bigint) RETURNS SETOF mlops_internal.version_difference
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        pairs CONSTANT mlops_internal.version_difference[] := CASE WHEN paired <> 'no' THEN ARRAY(
            SELECT d FROM mlops_internal.paired_differences(run_a, run_b, ARRAY[metric], task, slices, seed) AS d) END;
    BEGIN
        IF paired = 'require' OR EXISTS (SELECT FROM unnest(pairs) AS d
            WHERE d.slice IS NULL AND d.n >= 200 AND d.std_error IS NOT NULL) THEN
            RETURN QUERY SELECT * FROM unnest(pairs);
        ELSE
            RETURN QUERY SELECT u.* FROM mlops_internal.unpaired_differences(run_a, run_b, metric, slices) AS u;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.version_differences(bigint, bigint, text, text, text[], text, bigint) IS
    'a metric of two evaluations and its difference, on the same rows when there are 200 (paired require: in any case, '
    'no: never)';

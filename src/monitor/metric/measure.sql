/*
 * Measure: the metrics that a summary answers, one row each.
 *
 * n is the number of rows that a value stands on.  lower and upper bound the
 * exact value where the summary is coarser than the rows; they are NULL where
 * the value is exact.  A metric that is not defined gives a row with NULL.
 */
CREATE FUNCTION mlops_internal.measure_model(n bigint, n_labelled bigint, n_invalid bigint, scores mlops.scores,
    errors mlops.errors, confusion mlops.confusion, classes mlops.class_confusion, threshold double precision)
    RETURNS TABLE (metric text, value double precision, lower double precision, upper double precision,
        p_value double precision, n_used bigint)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 15 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'n', n::float8, NULL::float8, NULL::float8, NULL::float8, n
        UNION ALL
        SELECT 'label_coverage', n_labelled / nullif(n, 0)::float8, NULL, NULL, NULL, n WHERE n_labelled IS NOT NULL
        UNION ALL
        SELECT 'n_invalid', (n_invalid + coalesce(mlops.n_nan(scores) + mlops.n_out_of_range(scores), 0)
                                       + coalesce(mlops.n_nan(errors) + mlops.n_inf(errors), 0))::float8, NULL, NULL,
                                           NULL, n
        WHERE n_invalid IS NOT NULL
        UNION ALL
        SELECT v.metric, v.value, v.lower, v.upper, NULL, mlops.n(scores)
        FROM mlops.roc_auc_bounds(scores) AS b,
             LATERAL (VALUES
                ('roc_auc', mlops.roc_auc(scores), nullif(b.lower, b.upper), nullif(b.upper, b.lower)),
                ('average_precision', mlops.average_precision(scores), NULL, NULL),
                ('ks_score', mlops.ks_score(scores), NULL, NULL),
                ('log_loss', mlops.log_loss(scores), NULL, NULL),
                ('brier_score', mlops.brier_score(scores), NULL, NULL)) AS v(metric, value, lower, upper)
        WHERE scores IS NOT NULL
        UNION ALL
        SELECT v.metric, v.value, NULL, NULL, NULL, mlops.n(scores)
        FROM (VALUES
                ('accuracy', mlops.accuracy(scores, threshold)),
                ('precision_score', mlops.precision_score(scores, threshold)),
                ('recall_score', mlops.recall_score(scores, threshold)),
                ('f1_score', mlops.f1_score(scores, threshold))) AS v(metric, value)
        WHERE scores IS NOT NULL AND confusion IS NULL
        UNION ALL
        SELECT v.metric, v.value, NULL, NULL, NULL, mlops.n(confusion)
        FROM (VALUES
                ('accuracy', mlops.accuracy(confusion)),
                ('precision_score', mlops.precision_score(confusion)),
                ('recall_score', mlops.recall_score(confusion)),
                ('f1_score', mlops.f1_score(confusion))) AS v(metric, value)
        WHERE confusion IS NOT NULL
        UNION ALL
        SELECT v.metric, v.value, NULL, NULL, NULL, mlops.n(classes)
        FROM (VALUES
                ('accuracy', mlops.accuracy(classes)),
                ('precision_score', mlops.precision_score(classes)),
                ('recall_score', mlops.recall_score(classes)),
                ('f1_score', mlops.f1_score(classes))) AS v(metric, value)
        WHERE classes IS NOT NULL
        UNION ALL
        SELECT v.metric, v.value, NULL, NULL, NULL, mlops.n(errors)
        FROM (VALUES
                ('mae', mlops.mae(errors)),
                ('mse', mlops.mse(errors)),
                ('rmse', mlops.rmse(errors)),
                ('r2_score', mlops.r2_score(errors)),
                ('mape', mlops.mape(errors)),
                ('bias', mlops.mean_error(errors))) AS v(metric, value)
        WHERE errors IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.measure_model(bigint, bigint, bigint, mlops.scores, mlops.errors, mlops.confusion,
        mlops.class_confusion, double precision) IS
    'metrics of a window or slice from its summaries; decisions come from confusion when there is one, else from '
    'scores at the threshold, and for several classes are averages over the classes (macro); NULL summaries give no '
    'rows';

CREATE FUNCTION mlops_internal.measure_column(profile mlops.profile, kind text)
    RETURNS TABLE (metric text, value double precision, lower double precision, upper double precision,
        p_value double precision, n_used bigint)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 9 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'null_rate', mlops.null_rate(profile), NULL::float8, NULL::float8, NULL::float8, mlops.n(profile)
        UNION ALL
        SELECT 'n_distinct', mlops.n_distinct(profile), nullif(b.lower, b.upper), nullif(b.upper, b.lower), NULL,
            mlops.n(profile) - mlops.n_null(profile)
        FROM mlops.distinct_bounds(profile) AS b
        UNION ALL
        SELECT 'median', mlops.median(profile), nullif(b.lower, b.upper), nullif(b.upper, b.lower), NULL,
            mlops.n(profile) - mlops.n_null(profile)
        FROM mlops.quantile_bounds(profile, 0.5) AS b WHERE kind IN ('number', 'time')
        UNION ALL
        SELECT v.metric, v.value, NULL, NULL, NULL, mlops.n(profile) - mlops.n_null(profile)
        FROM (
            SELECT 'n_nan', mlops.n_nan(profile)::float8 WHERE kind = 'number'
            UNION ALL SELECT 'mean', mlops.mean(profile) WHERE kind IN ('number', 'boolean')
            UNION ALL SELECT 'stddev', mlops.stddev(profile) WHERE kind = 'number'
            UNION ALL SELECT 'min_value', mlops.min_value(profile) WHERE kind IN ('number', 'time')
            UNION ALL SELECT 'max_value', mlops.max_value(profile) WHERE kind IN ('number', 'time')
        ) AS v(metric, value)
    $$;
COMMENT ON FUNCTION mlops_internal.measure_column(mlops.profile, text) IS
    'metrics of a column from its profile; "kind" as in monitor_version.kinds';

CREATE FUNCTION mlops_internal.measure_drift(reference mlops.profile, current mlops.profile, kind text)
    RETURNS TABLE (metric text, value double precision, lower double precision, upper double precision,
        p_value double precision, n_used bigint, n_reference bigint)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 6 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT v.metric, v.value, nullif(b.lower, b.upper), nullif(b.upper, b.lower), v.p_value,
               mlops.n(current) - mlops.n_null(current), mlops.n(reference) - mlops.n_null(reference)
        FROM (
            SELECT 'psi', mlops.psi(reference, current), NULL::float8
            UNION ALL SELECT 'js_distance', mlops.js_distance(reference, current), NULL
            UNION ALL SELECT 'hellinger_distance', mlops.hellinger_distance(reference, current), NULL
            UNION ALL SELECT 'total_variation_distance', mlops.total_variation_distance(reference, current), NULL
            UNION ALL SELECT 'wasserstein_distance', mlops.wasserstein_distance(reference, current), NULL
                      WHERE kind IN ('number', 'time')
            UNION ALL SELECT 'ks_statistic', t.statistic, t.p_value FROM mlops.ks_test(reference, current) AS t
                      WHERE kind IN ('number', 'time')
            UNION ALL SELECT 'chi_square_statistic', t.statistic, t.p_value
                FROM mlops.chi_square_test(reference, current) AS t
                      WHERE kind IN ('boolean', 'text')
        ) AS v(metric, value, p_value)
        -- what profiles that are not exact leave open: of texts all distances over categories, of numbers those
        -- without bins
        CROSS JOIN (SELECT NOT (mlops.is_exact(reference) AND mlops.is_exact(current)) AS coarse) AS e
        LEFT JOIN LATERAL (
            SELECT v.value AS lower, 'Infinity'::float8 AS upper
                WHERE e.coarse AND kind = 'text' AND v.metric IN ('psi', 'chi_square_statistic')
            UNION ALL SELECT (mlops.distance_bounds(reference, current, v.metric)).* WHERE e.coarse
                AND (v.metric IN ('wasserstein_distance', 'ks_statistic')
                     OR kind = 'text' AND v.metric IN ('js_distance', 'hellinger_distance', 'total_variation_distance'))
        ) AS b ON true
    $$;
COMMENT ON FUNCTION mlops_internal.measure_drift(mlops.profile, mlops.profile, text) IS
    'drift metrics of a column from two profiles; "kind" as in monitor_version.kinds; n_used and n_reference are the '
    'values that are not NULL';

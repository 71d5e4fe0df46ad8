/*
 * estimates: what is expected of stored profiles, how sure it is, and what rows
 * show by sampling alone.
 */
CREATE TYPE mlops.cbpe_estimate AS (
    n bigint,
    accuracy float8,
    precision_score float8,
    recall_score float8,
    specificity float8,
    f1_score float8,
    roc_auc float8,
    average_precision float8
);
COMMENT ON TYPE mlops.cbpe_estimate IS
    'what is expected of unlabelled rows (estimated), if labels still depend on scores as the calibration says';

CREATE FUNCTION mlops.cbpe(scores mlops.profile, calibration mlops.isotonic, threshold float8 DEFAULT 0.5)
    RETURNS mlops.cbpe_estimate
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_cbpe';
COMMENT ON FUNCTION mlops.cbpe(mlops.profile, mlops.isotonic, float8) IS
    'expected performance (estimated) from a stored profile of the scores and a fitted calibration; positive '
    'when score >= threshold, without NaN; exact while the profile is; NULL without rows';

CREATE FUNCTION mlops.metric_ci(cbpe mlops.cbpe, metric text, level float8 DEFAULT 0.95)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cbpe_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.cbpe, text, float8) IS
    'an expected metric (estimated) by its name and the interval of what labels drawn with these probabilities '
    'will show; NULL without rows';

CREATE FUNCTION mlops.metric_ci(losses mlops.loss_means, metric text, level float8 DEFAULT 0.95)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_loss_means_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.loss_means, text, float8) IS
    'mae, mse or rmse of losses by its name with the t interval of their mean; NULL without rows';

CREATE FUNCTION mlops.sampling_error(reference mlops.confusion, metric text, n bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.std_error * pg_catalog.sqrt(mlops.n(reference)::float8 / nullif(sampling_error.n, 0))
        FROM mlops.metric_ci(reference, metric) AS i;
    END;
COMMENT ON FUNCTION mlops.sampling_error(mlops.confusion, text, bigint) IS
    'standard deviation that the metric of n rows shows by sampling alone, from labelled reference rows; NULL '
    'where none of them makes the metric; unknown metric: error 22023';

CREATE FUNCTION mlops.sampling_error(reference mlops.scores, n bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.std_error * pg_catalog.sqrt(mlops.n(reference)::float8 / nullif(sampling_error.n, 0))
        FROM mlops.roc_auc_ci(reference) AS i;
    END;
COMMENT ON FUNCTION mlops.sampling_error(mlops.scores, bigint) IS
    'standard deviation that the ROC AUC of n rows shows by sampling alone, from labelled reference rows by '
    'DeLong; NULL where the reference has too few';

CREATE FUNCTION mlops.sampling_error(reference mlops.loss_means, n bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT i.std_error * pg_catalog.sqrt((i.n - 1)::float8 / nullif(sampling_error.n, 0))
        FROM mlops.mean_ci(reference) AS i;
    END;
COMMENT ON FUNCTION mlops.sampling_error(mlops.loss_means, bigint) IS
    'standard deviation that the mean loss of n rows shows by sampling alone, from observed losses of reference '
    'rows, loss_means(abs(predicted - actual)); NULL with fewer than 2 reference rows';

CREATE TYPE mlops.estimate_bounds AS (
    lower float8,
    upper float8
);
COMMENT ON TYPE mlops.estimate_bounds IS 'between which values an estimate without labels is expected to be right';

CREATE FUNCTION mlops.cbpe_bounds(estimate float8, std_error float8) RETURNS mlops.estimate_bounds
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT ROW(greatest(estimate - 3 * std_error, 0), least(estimate + 3 * std_error, 1))::mlops.estimate_bounds;
    END;
COMMENT ON FUNCTION mlops.cbpe_bounds(float8, float8) IS
    'estimate -+ 3 standard errors, cut to [0, 1]; NULL when an argument is NULL';

/*
 * scores intervals: how sure metrics of rankings and probabilities are, exact or
 * from a summary, and whether two summaries differ.
 */
CREATE FUNCTION mlops.metric_ci(samples mlops.two_samples, metric text, level float8 DEFAULT 0.95,
        method text DEFAULT 'score')
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.two_samples, text, float8, text) IS
    'the interval of a metric of a ranking by its name; method (of roc_auc and gini) score, delong_logit, delong '
    'or hanley_mcneil; NULL without rows';

CREATE FUNCTION mlops.metric_ci(state mlops.probability, metric text, level float8 DEFAULT 0.95)
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.probability, text, float8) IS
    'the interval of log_loss or brier_score by its name; NULL without rows';

CREATE FUNCTION mlops.metric_ci(scores mlops.scores, metric text, level float8 DEFAULT 0.95,
        method text DEFAULT 'score')
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.scores, text, float8, text) IS
    'the interval of a metric of a ranking, of log_loss or of brier_score by its name; method as of a ranking; '
    'NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(scores mlops.scores, metric text, n_resamples integer DEFAULT 1000,
        level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'percentile')
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.scores, text, integer, float8, bigint, text) IS
    'bootstrap interval of a metric of a ranking: the counts of all cells are drawn n_resamples times (1 to a '
    'million); too narrow for ks_score, whose maximum is biased';

CREATE FUNCTION mlops.compare(a mlops.scores, b mlops.scores, level float8 DEFAULT 0.95)
    RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_compare';
COMMENT ON FUNCTION mlops.compare(mlops.scores, mlops.scores, float8) IS
    'whether the scores B rank better than A, of different rows: their AUCs by the score intervals of both; what '
    'coarse cells leave open widens the interval';

/*
 * scores intervals: how sure rankings and probabilities are.
 */
CREATE FUNCTION mlops.roc_auc_ci(samples mlops.two_samples) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_roc_auc_ci';
COMMENT ON FUNCTION mlops.roc_auc_ci(mlops.two_samples) IS 'area under the ROC curve with its 95 percent interval: score, from Hanley and McNeil''s error fitted to DeLong''s; flag true = positive; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN';

CREATE FUNCTION mlops.roc_auc_ci(samples mlops.two_samples, level float8, method text DEFAULT 'score') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_roc_auc_ci';
COMMENT ON FUNCTION mlops.roc_auc_ci(mlops.two_samples, float8, text) IS 'area under the ROC curve with its interval: score, from Hanley and McNeil''s error fitted to DeLong''s; flag true = positive; level in (0, 1); method score, delong_logit, delong or hanley_mcneil (else: error 22023); estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN';

CREATE AGGREGATE mlops.roc_auc_ci(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.roc_auc_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ci(boolean, float8) IS 'area under the ROC curve with its 95 percent interval: score, from Hanley and McNeil''s error fitted to DeLong''s; label true = positive; rows with a NULL are skipped; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN; NULL without rows';

CREATE AGGREGATE mlops.roc_auc_ci(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.roc_auc_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc_ci(integer, float8) IS 'area under the ROC curve with its 95 percent interval: score, from Hanley and McNeil''s error fitted to DeLong''s; label 0 or 1 (others: error 22023); rows with a NULL are skipped; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN; NULL without rows';

CREATE FUNCTION mlops.roc_auc_ci(scores mlops.scores, level float8 DEFAULT 0.95, method text DEFAULT 'score') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_roc_auc_ci';
COMMENT ON FUNCTION mlops.roc_auc_ci(mlops.scores, float8, text) IS 'area under the ROC curve with its interval: score, from Hanley and McNeil''s error fitted to DeLong''s; level in (0, 1); method score, delong_logit, delong or hanley_mcneil (else: error 22023); a coarse cell counts as one score; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NULL without rows';

CREATE FUNCTION mlops.gini_ci(samples mlops.two_samples) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_gini_ci';
COMMENT ON FUNCTION mlops.gini_ci(mlops.two_samples) IS 'Gini coefficient 2 AUC - 1 with its 95 percent interval: score, from Hanley and McNeil''s error fitted to DeLong''s; flag true = positive; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN';

CREATE FUNCTION mlops.gini_ci(samples mlops.two_samples, level float8, method text DEFAULT 'score') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_gini_ci';
COMMENT ON FUNCTION mlops.gini_ci(mlops.two_samples, float8, text) IS 'Gini coefficient 2 AUC - 1 with its interval: score, from Hanley and McNeil''s error fitted to DeLong''s; flag true = positive; level in (0, 1); method score, delong_logit, delong or hanley_mcneil (else: error 22023); estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN';

CREATE AGGREGATE mlops.gini_ci(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.gini_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.gini_ci(boolean, float8) IS 'Gini coefficient 2 AUC - 1 with its 95 percent interval: score, from Hanley and McNeil''s error fitted to DeLong''s; label true = positive; rows with a NULL are skipped; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN; NULL without rows';

CREATE AGGREGATE mlops.gini_ci(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.gini_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.gini_ci(integer, float8) IS 'Gini coefficient 2 AUC - 1 with its 95 percent interval: score, from Hanley and McNeil''s error fitted to DeLong''s; label 0 or 1 (others: error 22023); rows with a NULL are skipped; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NaN when a score is NaN; NULL without rows';

CREATE FUNCTION mlops.gini_ci(scores mlops.scores, level float8 DEFAULT 0.95, method text DEFAULT 'score') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_gini_ci';
COMMENT ON FUNCTION mlops.gini_ci(mlops.scores, float8, text) IS 'Gini coefficient 2 AUC - 1 with its interval: score, from Hanley and McNeil''s error fitted to DeLong''s; level in (0, 1); method score, delong_logit, delong or hanley_mcneil (else: error 22023); a coarse cell counts as one score; estimate NULL unless both classes are present, no bounds unless there are two rows of each; NULL without rows';

CREATE FUNCTION mlops.ks_score_ci(samples mlops.two_samples) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_ks_score_ci';
COMMENT ON FUNCTION mlops.ks_score_ci(mlops.two_samples) IS 'Kolmogorov-Smirnov distance between the scores of the classes with its 95 percent interval: centred at the estimate less the bias of a maximum, from 200 seeded resamples; flag true = positive; estimate NULL unless both classes are present; NaN when a score is NaN';

CREATE FUNCTION mlops.ks_score_ci(samples mlops.two_samples, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_ks_score_ci';
COMMENT ON FUNCTION mlops.ks_score_ci(mlops.two_samples, float8) IS 'Kolmogorov-Smirnov distance between the scores of the classes with its interval: centred at the estimate less the bias of a maximum, from 200 seeded resamples; flag true = positive; level in (0, 1) (else: error 22023); estimate NULL unless both classes are present; NaN when a score is NaN';

CREATE AGGREGATE mlops.ks_score_ci(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_score_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_score_ci(boolean, float8) IS 'Kolmogorov-Smirnov distance between the scores of the classes with its 95 percent interval: centred at the estimate less the bias of a maximum, from 200 seeded resamples; label true = positive; rows with a NULL are skipped; estimate NULL unless both classes are present; NaN when a score is NaN; NULL without rows';

CREATE AGGREGATE mlops.ks_score_ci(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_score_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_score_ci(integer, float8) IS 'Kolmogorov-Smirnov distance between the scores of the classes with its 95 percent interval: centred at the estimate less the bias of a maximum, from 200 seeded resamples; label 0 or 1 (others: error 22023); rows with a NULL are skipped; estimate NULL unless both classes are present; NaN when a score is NaN; NULL without rows';

CREATE FUNCTION mlops.ks_score_ci(scores mlops.scores, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_ks_score_ci';
COMMENT ON FUNCTION mlops.ks_score_ci(mlops.scores, float8) IS 'Kolmogorov-Smirnov distance between the scores of the classes with its interval: centred at the estimate less the bias of a maximum, from 200 seeded resamples; level in (0, 1) (else: error 22023); a coarse cell counts as one score; estimate NULL unless both classes are present; NULL without rows';

CREATE FUNCTION mlops.average_precision_ci(samples mlops.two_samples) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_average_precision_ci';
COMMENT ON FUNCTION mlops.average_precision_ci(mlops.two_samples) IS 'average precision with its 95 percent interval: infinitesimal jackknife on the logit scale; flag true = positive; estimate NULL without a positive; NaN when a score is NaN';

CREATE FUNCTION mlops.average_precision_ci(samples mlops.two_samples, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_average_precision_ci';
COMMENT ON FUNCTION mlops.average_precision_ci(mlops.two_samples, float8) IS 'average precision with its interval: infinitesimal jackknife on the logit scale; flag true = positive; level in (0, 1) (else: error 22023); estimate NULL without a positive; NaN when a score is NaN';

CREATE AGGREGATE mlops.average_precision_ci(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.average_precision_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision_ci(boolean, float8) IS 'average precision with its 95 percent interval: infinitesimal jackknife on the logit scale; label true = positive; rows with a NULL are skipped; estimate NULL without a positive; NaN when a score is NaN; NULL without rows';

CREATE AGGREGATE mlops.average_precision_ci(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.average_precision_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision_ci(integer, float8) IS 'average precision with its 95 percent interval: infinitesimal jackknife on the logit scale; label 0 or 1 (others: error 22023); rows with a NULL are skipped; estimate NULL without a positive; NaN when a score is NaN; NULL without rows';

CREATE FUNCTION mlops.average_precision_ci(scores mlops.scores, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_average_precision_ci';
COMMENT ON FUNCTION mlops.average_precision_ci(mlops.scores, float8) IS 'average precision with its interval: infinitesimal jackknife on the logit scale; level in (0, 1) (else: error 22023); a coarse cell counts as one score; estimate NULL without a positive; NULL without rows';

CREATE FUNCTION mlops.log_loss_ci(state mlops.probability) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_log_loss_ci';
COMMENT ON FUNCTION mlops.log_loss_ci(mlops.probability) IS 'log loss with its 95 percent t interval from the losses of the rows; no bounds with fewer than 2 rows, NaN when a probability is NaN';

CREATE FUNCTION mlops.log_loss_ci(state mlops.probability, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_log_loss_ci';
COMMENT ON FUNCTION mlops.log_loss_ci(mlops.probability, float8) IS 'log loss with its t interval from the losses of the rows; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.log_loss_ci(label boolean, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss_ci(boolean, float8) IS 'log loss with its 95 percent t interval from the losses of the rows; label true = positive; probability outside [0, 1]: error 22003; rows with a NULL are skipped; no bounds with fewer than 2 rows, NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.log_loss_ci(label integer, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss_ci(integer, float8) IS 'log loss with its 95 percent t interval from the losses of the rows; label 0 or 1 (others: error 22023); probability outside [0, 1]: error 22003; rows with a NULL are skipped; no bounds with fewer than 2 rows, NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.log_loss_ci(scores mlops.scores, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_log_loss_ci';
COMMENT ON FUNCTION mlops.log_loss_ci(mlops.scores, float8) IS 'log loss with its t interval from the losses of the rows; exact whatever the summary; level in (0, 1) (else: error 22023); estimate NULL with scores outside [0, 1], no bounds with fewer than 2 rows, NaN when a score is NaN; NULL without rows';

CREATE FUNCTION mlops.brier_score_ci(state mlops.probability) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_brier_ci';
COMMENT ON FUNCTION mlops.brier_score_ci(mlops.probability) IS 'Brier score with its 95 percent t interval from the losses of the rows; no bounds with fewer than 2 rows, NaN when a probability is NaN';

CREATE FUNCTION mlops.brier_score_ci(state mlops.probability, level float8) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_brier_ci';
COMMENT ON FUNCTION mlops.brier_score_ci(mlops.probability, float8) IS 'Brier score with its t interval from the losses of the rows; level in (0, 1) (else: error 22023); no bounds with fewer than 2 rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_score_ci(label boolean, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score_ci(boolean, float8) IS 'Brier score with its 95 percent t interval from the losses of the rows; label true = positive; probability outside [0, 1]: error 22003; rows with a NULL are skipped; no bounds with fewer than 2 rows, NaN when a probability is NaN; NULL without rows';

CREATE AGGREGATE mlops.brier_score_ci(label integer, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score_ci, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score_ci(integer, float8) IS 'Brier score with its 95 percent t interval from the losses of the rows; label 0 or 1 (others: error 22023); probability outside [0, 1]: error 22003; rows with a NULL are skipped; no bounds with fewer than 2 rows, NaN when a probability is NaN; NULL without rows';

CREATE FUNCTION mlops.brier_score_ci(scores mlops.scores, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_brier_ci';
COMMENT ON FUNCTION mlops.brier_score_ci(mlops.scores, float8) IS 'Brier score with its t interval from the losses of the rows; exact whatever the summary; level in (0, 1) (else: error 22023); estimate NULL with scores outside [0, 1], no bounds with fewer than 2 rows, NaN when a score is NaN; NULL without rows';

CREATE FUNCTION mlops.metric_ci(scores mlops.scores, metric text, level float8 DEFAULT 0.95) RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_metric_ci';
COMMENT ON FUNCTION mlops.metric_ci(mlops.scores, text, float8) IS 'the interval of roc_auc, gini, ks_score, average_precision, log_loss or brier_score by its name: that of <metric>_ci; other metric or level outside (0, 1): error 22023; NULL without rows';

CREATE FUNCTION mlops.bootstrap_ci(scores mlops.scores, metric text, n_resamples integer DEFAULT 1000, level float8 DEFAULT 0.95, seed bigint DEFAULT 0, method text DEFAULT 'percentile') RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_bootstrap_ci';
COMMENT ON FUNCTION mlops.bootstrap_ci(mlops.scores, text, integer, float8, bigint, text) IS 'bootstrap interval of roc_auc, gini, ks_score or average_precision: the counts of all cells are drawn n_resamples times (1 to a million); method percentile or bca; the same seed gives the same interval; level in (0, 1); other values: error 22023; estimate NULL where the metric is undefined. Too narrow for ks_score, whose maximum is biased: ks_score_ci corrects that';

CREATE FUNCTION mlops.compare(a mlops.scores, b mlops.scores, level float8 DEFAULT 0.95) RETURNS mlops.comparison
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_compare';
COMMENT ON FUNCTION mlops.compare(mlops.scores, mlops.scores, float8) IS 'whether the scores B rank better than A, of different rows: their AUCs by the score intervals of both, put together; what coarse cells leave open widens the interval; level in (0, 1) (else: error 22023); NULL unless both have both classes. Scores of the same rows: compare(label, score_a, score_b)';

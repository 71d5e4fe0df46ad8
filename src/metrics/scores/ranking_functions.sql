/*
 * ranking: what depends on a threshold or a cut-off, exact.
 *
 * mlops.ranking(label, score) keeps all scores; curves, tables and metrics with
 * options are functions of it.  It shares its state with roc_auc(label, score)
 * and the others.  Aggregates of the same names give the number directly; their
 * option travels in the state.
 */
CREATE AGGREGATE mlops.ranking(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ranking(boolean, float8) IS 'all scores by label, 8 bytes each: for roc_curve(ranking), best_threshold(ranking) and other functions of mlops.two_samples, whose flag is the label; label true = positive; rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.ranking(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ranking(integer, float8) IS 'all scores by label, 8 bytes each: for roc_curve(ranking), best_threshold(ranking) and other functions of mlops.two_samples, whose flag is the label; label 1 = positive, 0 = negative, other labels: error 22023; rows with a NULL are skipped; NULL without a row';

CREATE FUNCTION mlops_internal.two_samples_accum_max_fpr(state mlops.two_samples, label boolean, score float8, max_fpr float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_boolean_max_fpr';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_max_fpr(mlops.two_samples, boolean, float8, float8) IS 'transition function: add a score to the sample of its label, and note max_fpr, which must not change; a NULL label or score skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum_max_fpr(state mlops.two_samples, label integer, score float8, max_fpr float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_integer_max_fpr';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_max_fpr(mlops.two_samples, integer, float8, float8) IS 'transition function: add a score to the sample of its label, 0 or 1 (others: error 22023), and note max_fpr, which must not change; a NULL label or score skips the row';

CREATE FUNCTION mlops.partial_roc_auc(ranking mlops.two_samples, max_fpr float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_partial_roc_auc';
COMMENT ON FUNCTION mlops.partial_roc_auc(mlops.two_samples, float8) IS 'area under the ROC curve where the false positive rate is at most max_fpr, standardised after McClish so that 0.5 is chance and 1 perfect; max_fpr above 0 and at most 1 (22023); flag true = positive; NULL unless both classes are present, NaN when a score is NaN';

CREATE FUNCTION mlops_internal.partial_roc_auc_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_partial_roc_auc';
COMMENT ON FUNCTION mlops_internal.partial_roc_auc_final(mlops.two_samples) IS 'final function of mlops.partial_roc_auc, whose option is in the state';

CREATE AGGREGATE mlops.partial_roc_auc(label boolean, score float8, max_fpr float8) (
    SFUNC = mlops_internal.two_samples_accum_max_fpr, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.partial_roc_auc_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.partial_roc_auc(boolean, float8, float8) IS 'area under the ROC curve where the false positive rate is at most max_fpr, standardised after McClish so that 0.5 is chance and 1 perfect; label true = positive; max_fpr above 0 and at most 1 (22023); rows with a NULL label or score are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.partial_roc_auc(label integer, score float8, max_fpr float8) (
    SFUNC = mlops_internal.two_samples_accum_max_fpr, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.partial_roc_auc_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.partial_roc_auc(integer, float8, float8) IS 'area under the ROC curve where the false positive rate is at most max_fpr, standardised after McClish so that 0.5 is chance and 1 perfect; label 1 = positive, 0 = negative, other labels: error 22023; max_fpr above 0 and at most 1 (22023); rows with a NULL label or score are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE FUNCTION mlops.ks_threshold(ranking mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_ks_threshold';
COMMENT ON FUNCTION mlops.ks_threshold(mlops.two_samples) IS 'the highest threshold at which |TPR - FPR| of the decisions score >= threshold is largest, which is ks_score; flag true = positive; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.ks_threshold(label boolean, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_threshold, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_threshold(boolean, float8) IS 'the highest threshold at which |TPR - FPR| of the decisions score >= threshold is largest, which is ks_score; label true = positive; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE AGGREGATE mlops.ks_threshold(label integer, score float8) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.ks_threshold, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_threshold(integer, float8) IS 'the highest threshold at which |TPR - FPR| of the decisions score >= threshold is largest, which is ks_score; label 1 = positive, 0 = negative, other labels: error 22023; rows with a NULL are skipped; NULL unless both classes are present, NaN when a score is NaN';

CREATE FUNCTION mlops_internal.two_samples_accum_fraction(state mlops.two_samples, label boolean, score float8, fraction float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_boolean_fraction';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_fraction(mlops.two_samples, boolean, float8, float8) IS 'transition function: add a score to the sample of its label, and note fraction, which must not change; a NULL label or score skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum_fraction(state mlops.two_samples, label integer, score float8, fraction float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_integer_fraction';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_fraction(mlops.two_samples, integer, float8, float8) IS 'transition function: add a score to the sample of its label, 0 or 1 (others: error 22023), and note fraction, which must not change; a NULL label or score skips the row';

CREATE FUNCTION mlops.lift_at(ranking mlops.two_samples, fraction float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_lift_at';
COMMENT ON FUNCTION mlops.lift_at(mlops.two_samples, float8) IS 'share of positives among the given fraction of rows with the highest scores, rounded up to whole rows, divided by that among all rows; rows of equal score counting in random order (their expected number of positives); fraction above 0 and at most 1 (22023); flag true = positive; NULL without a positive, NaN when a score is NaN';

CREATE FUNCTION mlops_internal.lift_at_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_lift_at';
COMMENT ON FUNCTION mlops_internal.lift_at_final(mlops.two_samples) IS 'final function of mlops.lift_at, whose option is in the state';

CREATE AGGREGATE mlops.lift_at(label boolean, score float8, fraction float8) (
    SFUNC = mlops_internal.two_samples_accum_fraction, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.lift_at_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.lift_at(boolean, float8, float8) IS 'share of positives among the given fraction of rows with the highest scores, rounded up to whole rows, divided by that among all rows; rows of equal score counting in random order (their expected number of positives); label true = positive; fraction above 0 and at most 1 (22023); rows with a NULL label or score are skipped; NULL without a positive, NaN when a score is NaN';

CREATE AGGREGATE mlops.lift_at(label integer, score float8, fraction float8) (
    SFUNC = mlops_internal.two_samples_accum_fraction, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.lift_at_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.lift_at(integer, float8, float8) IS 'share of positives among the given fraction of rows with the highest scores, rounded up to whole rows, divided by that among all rows; rows of equal score counting in random order (their expected number of positives); label 1 = positive, 0 = negative, other labels: error 22023; fraction above 0 and at most 1 (22023); rows with a NULL label or score are skipped; NULL without a positive, NaN when a score is NaN';

CREATE FUNCTION mlops_internal.two_samples_accum_k(state mlops.two_samples, label boolean, score float8, k integer) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_boolean_k';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_k(mlops.two_samples, boolean, float8, integer) IS 'transition function: add a score to the sample of its label, and note k, which must not change; a NULL label or score skips the row';

CREATE FUNCTION mlops.precision_at_k(ranking mlops.two_samples, k integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_precision_at_k';
COMMENT ON FUNCTION mlops.precision_at_k(mlops.two_samples, integer) IS 'positives among the k rows with the highest scores, divided by k; rows of equal score counting in random order (their expected number of positives); k at least 1 (22023); flag true = positive; NULL without rows, NaN when a score is NaN';

CREATE FUNCTION mlops_internal.precision_at_k_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_precision_at_k';
COMMENT ON FUNCTION mlops_internal.precision_at_k_final(mlops.two_samples) IS 'final function of mlops.precision_at_k, whose option is in the state';

CREATE AGGREGATE mlops.precision_at_k(label boolean, score float8, k integer) (
    SFUNC = mlops_internal.two_samples_accum_k, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.precision_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_at_k(boolean, float8, integer) IS 'positives among the k rows with the highest scores, divided by k; rows of equal score counting in random order (their expected number of positives); label true = positive; k at least 1 (22023); rows with a NULL label or score are skipped; NULL without rows, NaN when a score is NaN';

CREATE FUNCTION mlops.recall_at_k(ranking mlops.two_samples, k integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_recall_at_k';
COMMENT ON FUNCTION mlops.recall_at_k(mlops.two_samples, integer) IS 'positives among the k rows with the highest scores, divided by all positives; rows of equal score counting in random order (their expected number of positives); k at least 1 (22023); flag true = positive; NULL without a positive, NaN when a score is NaN';

CREATE FUNCTION mlops_internal.recall_at_k_final(state mlops.two_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_recall_at_k';
COMMENT ON FUNCTION mlops_internal.recall_at_k_final(mlops.two_samples) IS 'final function of mlops.recall_at_k, whose option is in the state';

CREATE AGGREGATE mlops.recall_at_k(label boolean, score float8, k integer) (
    SFUNC = mlops_internal.two_samples_accum_k, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.recall_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_at_k(boolean, float8, integer) IS 'positives among the k rows with the highest scores, divided by all positives; rows of equal score counting in random order (their expected number of positives); label true = positive; k at least 1 (22023); rows with a NULL label or score are skipped; NULL without a positive, NaN when a score is NaN';

CREATE FUNCTION mlops.best_threshold(ranking mlops.two_samples, objective text DEFAULT 'f1', fp_cost float8 DEFAULT NULL, fn_cost float8 DEFAULT NULL, OUT threshold float8, OUT value float8) RETURNS record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_best_threshold';
COMMENT ON FUNCTION mlops.best_threshold(mlops.two_samples, text, float8, float8) IS 'the highest threshold with the best value of an objective, and that value; decisions are score >= threshold, Infinity decides every row negative; objective f1 (the default), youden (TPR - FPR), accuracy, balanced_accuracy, mcc, or cost: the least FP x fp_cost + FN x fn_cost over all rows; costs finite and not negative, NULL = 1, with objective cost only (22023); NULLs without rows or, for youden, unless both classes are present; flag true = positive; NaN when a score is NaN';

CREATE FUNCTION mlops.roc_curve(ranking mlops.two_samples, drop_intermediate boolean DEFAULT false, max_points integer DEFAULT NULL, OUT threshold float8, OUT fpr float8, OUT tpr float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'mlops_two_samples_roc_curve';
COMMENT ON FUNCTION mlops.roc_curve(mlops.two_samples, boolean, integer) IS 'the ROC curve by falling threshold from (Infinity, 0, 0): false and true positive rate of the decisions score >= threshold; drop_intermediate leaves out points at which the curve does not turn; max_points (NULL = all, at least 10) thins a longer curve, keeping both ends, the largest |TPR - FPR| and the best F1; a rate whose class is absent is NULL; no rows without rows; flag true = positive; NaN when a score is NaN';

CREATE FUNCTION mlops.pr_curve(ranking mlops.two_samples, max_points integer DEFAULT NULL, OUT threshold float8, OUT "precision" float8, OUT recall float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'mlops_two_samples_pr_curve';
COMMENT ON FUNCTION mlops.pr_curve(mlops.two_samples, integer) IS 'precision and recall of the decisions score >= threshold by falling threshold, from (NULL, 1, 0) where no row is decided positive; max_points (NULL = all, at least 10) thins a longer curve, keeping both ends, the largest |TPR - FPR| and the best F1; recall without a positive is NULL; no rows without rows; flag true = positive; NaN when a score is NaN';

CREATE FUNCTION mlops.gain_lift(ranking mlops.two_samples, n_buckets integer DEFAULT 10, OUT bucket integer, OUT n bigint, OUT positives float8, OUT cum_n bigint, OUT cum_positives float8, OUT gain float8, OUT lift float8, OUT capture float8, OUT ks float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_two_samples_gain_lift';
COMMENT ON FUNCTION mlops.gain_lift(mlops.two_samples, integer) IS 'the rows by falling score in n_buckets (1 to 100000) equal parts, of which part b ends at row ceil(b n / n_buckets): rows and positives, both also cumulated, gain (share of all positives so far), lift (share of positives so far / share among all rows), capture (share of all positives in this bucket), ks (|TPR - FPR| so far); rows of equal score in random order (expected positives); empty buckets are left out; a share whose class is absent is NULL; flag true = positive; NaN when a score is NaN';

CREATE FUNCTION mlops.expected_calibration_error(ranking mlops.two_samples, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_expected_calibration_error';
COMMENT ON FUNCTION mlops.expected_calibration_error(mlops.two_samples, integer, text) IS 'mean over rows of |mean probability - share of positives| of the bin of the row; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; flag true = positive; probability outside [0, 1]: error 22003; NULL without rows, NaN when a probability is NaN';

CREATE FUNCTION mlops.maximum_calibration_error(ranking mlops.two_samples, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_maximum_calibration_error';
COMMENT ON FUNCTION mlops.maximum_calibration_error(mlops.two_samples, integer, text) IS 'largest |mean probability - share of positives| of a bin; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; flag true = positive; probability outside [0, 1]: error 22003; NULL without rows, NaN when a probability is NaN';

CREATE FUNCTION mlops.calibration_curve(ranking mlops.two_samples, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform', OUT bin integer, OUT lo float8, OUT hi float8, OUT n bigint, OUT mean_prob float8, OUT frac_pos float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_two_samples_calibration_curve';
COMMENT ON FUNCTION mlops.calibration_curve(mlops.two_samples, integer, text) IS 'for each bin with rows: its edges (quantile: smallest and greatest probability), number of rows, mean probability, share of positives; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; flag true = positive; probability outside [0, 1]: error 22003; NaN when a probability is NaN';

CREATE FUNCTION mlops.brier_decomposition(ranking mlops.two_samples, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform', OUT reliability float8, OUT resolution float8, OUT uncertainty float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_brier_decomposition';
COMMENT ON FUNCTION mlops.brier_decomposition(mlops.two_samples, integer, text) IS 'Murphy decomposition of the Brier score over bins: reliability (mean squared distance of mean probability and share of positives), resolution (that of share of positives and base rate), uncertainty (base rate x (1 - base rate)); Brier score = reliability - resolution + uncertainty when the probabilities of each bin are equal; strategy uniform: bins of equal width (lo, hi], the first with 0; quantile: equally many rows in each, floor(n / n_bins), the last with the rest, floor(n / 2) bins when n <= 2 n_bins, equal probabilities sharing their positives; n_bins from 1 to 10000; flag true = positive; probability outside [0, 1]: error 22003; NULLs without rows, NaN when a probability is NaN';

/*
 * Ranking metrics of rows that have weights.
 *
 * mlops.weighted_samples keeps score and weight of every row.  The aggregates over
 * (label, score, weight) share one transition function, so that several of them
 * in one SELECT read and sort the rows once.
 */
CREATE TYPE mlops.weighted_samples;

CREATE FUNCTION mlops_internal.weighted_samples_in(cstring) RETURNS mlops.weighted_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_in';
COMMENT ON FUNCTION mlops_internal.weighted_samples_in(cstring) IS 'input function of mlops.weighted_samples';

CREATE FUNCTION mlops_internal.weighted_samples_out(mlops.weighted_samples) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_out';
COMMENT ON FUNCTION mlops_internal.weighted_samples_out(mlops.weighted_samples) IS 'output function of mlops.weighted_samples';

CREATE FUNCTION mlops_internal.weighted_samples_recv(internal) RETURNS mlops.weighted_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_recv';
COMMENT ON FUNCTION mlops_internal.weighted_samples_recv(internal) IS 'receive function of mlops.weighted_samples';

CREATE FUNCTION mlops_internal.weighted_samples_send(mlops.weighted_samples) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_send';
COMMENT ON FUNCTION mlops_internal.weighted_samples_send(mlops.weighted_samples) IS 'send function of mlops.weighted_samples';

CREATE TYPE mlops.weighted_samples (
    INPUT = mlops_internal.weighted_samples_in,
    OUTPUT = mlops_internal.weighted_samples_out,
    RECEIVE = mlops_internal.weighted_samples_recv,
    SEND = mlops_internal.weighted_samples_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.weighted_samples IS 'score and weight of all rows of two classes, 16 bytes each: the state of exact ranking metrics with weights';

CREATE FUNCTION mlops_internal.weighted_samples_accum(state mlops.weighted_samples, label boolean, score float8, weight float8) RETURNS mlops.weighted_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_accum_boolean';
COMMENT ON FUNCTION mlops_internal.weighted_samples_accum(mlops.weighted_samples, boolean, float8, float8) IS 'transition function: add a score and its weight, finite and at least 0 (else error 22023; NaN: NaN), to the sample of its label; a NULL skips the row';

CREATE FUNCTION mlops_internal.weighted_samples_accum(state mlops.weighted_samples, label integer, score float8, weight float8) RETURNS mlops.weighted_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_accum_integer';
COMMENT ON FUNCTION mlops_internal.weighted_samples_accum(mlops.weighted_samples, integer, float8, float8) IS 'transition function: add a score and its weight, finite and at least 0 (else error 22023; NaN: NaN), to the sample of its label, 0 or 1 (other labels: error 22023); a NULL skips the row';

CREATE FUNCTION mlops_internal.weighted_samples_combine(state mlops.weighted_samples, other mlops.weighted_samples) RETURNS mlops.weighted_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_combine';
COMMENT ON FUNCTION mlops_internal.weighted_samples_combine(mlops.weighted_samples, mlops.weighted_samples) IS 'both states together; NULL is the empty state';

CREATE AGGREGATE mlops.weighted_samples(label boolean, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.weighted_samples(boolean, float8, float8) IS 'score and weight of all rows, to be stored, merged and asked later; label true = positive; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.weighted_samples(label integer, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.weighted_samples(integer, float8, float8) IS 'score and weight of all rows, to be stored, merged and asked later; label 1 = positive, 0 = negative, other labels: error 22023; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.merge(samples mlops.weighted_samples) (
    SFUNC = mlops_internal.weighted_samples_combine, STYPE = mlops.weighted_samples,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.weighted_samples) IS 'all samples together; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.roc_auc(state mlops.weighted_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_roc_auc';
COMMENT ON FUNCTION mlops.roc_auc(mlops.weighted_samples) IS 'area under the ROC curve, rows counting as much as they weigh: the share of the weight of all pairs of a positive and a negative in which the positive has the higher score, ties counting one half; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.roc_auc(label boolean, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.roc_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc(boolean, float8, float8) IS 'area under the ROC curve, rows counting as much as they weigh: the share of the weight of all pairs of a positive and a negative in which the positive has the higher score, ties counting one half; label true = positive; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.roc_auc(label integer, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.roc_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.roc_auc(integer, float8, float8) IS 'area under the ROC curve, rows counting as much as they weigh: the share of the weight of all pairs of a positive and a negative in which the positive has the higher score, ties counting one half; label 1 = positive, 0 = negative, other labels: error 22023; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE FUNCTION mlops.gini(state mlops.weighted_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_gini';
COMMENT ON FUNCTION mlops.gini(mlops.weighted_samples) IS 'Gini coefficient 2 AUC - 1, rows counting as much as they weigh; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.gini(label boolean, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.gini, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.gini(boolean, float8, float8) IS 'Gini coefficient 2 AUC - 1, rows counting as much as they weigh; label true = positive; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.gini(label integer, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.gini, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.gini(integer, float8, float8) IS 'Gini coefficient 2 AUC - 1, rows counting as much as they weigh; label 1 = positive, 0 = negative, other labels: error 22023; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE FUNCTION mlops.ks_score(state mlops.weighted_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_ks_score';
COMMENT ON FUNCTION mlops.ks_score(mlops.weighted_samples) IS 'Kolmogorov-Smirnov distance between the scores of positives and negatives, rows counting as much as they weigh: the largest |TPR - FPR| over all thresholds; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.ks_score(label boolean, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.ks_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_score(boolean, float8, float8) IS 'Kolmogorov-Smirnov distance between the scores of positives and negatives, rows counting as much as they weigh: the largest |TPR - FPR| over all thresholds; label true = positive; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.ks_score(label integer, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.ks_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ks_score(integer, float8, float8) IS 'Kolmogorov-Smirnov distance between the scores of positives and negatives, rows counting as much as they weigh: the largest |TPR - FPR| over all thresholds; label 1 = positive, 0 = negative, other labels: error 22023; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes have weight, NaN when a score or weight is NaN';

CREATE FUNCTION mlops.average_precision(state mlops.weighted_samples) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_average_precision';
COMMENT ON FUNCTION mlops.average_precision(mlops.weighted_samples) IS 'average precision, rows counting as much as they weigh: sum over thresholds of (recall gained) x precision, without interpolation; NULL unless the positives have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.average_precision(label boolean, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.average_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision(boolean, float8, float8) IS 'average precision, rows counting as much as they weigh: sum over thresholds of (recall gained) x precision, without interpolation; label true = positive; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless the positives have weight, NaN when a score or weight is NaN';

CREATE AGGREGATE mlops.average_precision(label integer, score float8, weight float8) (
    SFUNC = mlops_internal.weighted_samples_accum, STYPE = mlops.weighted_samples,
    FINALFUNC = mlops.average_precision, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.weighted_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision(integer, float8, float8) IS 'average precision, rows counting as much as they weigh: sum over thresholds of (recall gained) x precision, without interpolation; label 1 = positive, 0 = negative, other labels: error 22023; weights are finite and at least 0 (else error 22023; NaN: NaN); rows with a NULL are skipped; NULL unless the positives have weight, NaN when a score or weight is NaN';

/*
 * Curves, thresholds and calibration of rows with weights.
 */
CREATE FUNCTION mlops.roc_curve(samples mlops.weighted_samples, drop_intermediate boolean DEFAULT false, max_points integer DEFAULT NULL,
                                OUT threshold float8, OUT fpr float8, OUT tpr float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'mlops_weighted_samples_roc_curve';
COMMENT ON FUNCTION mlops.roc_curve(mlops.weighted_samples, boolean, integer) IS
    'the ROC curve of rows with weights by falling threshold from (Infinity, 0, 0); options as for a ranking; scores of weight 0 are left out; no rows without weight, one of NaN when a score or weight is NaN';

CREATE FUNCTION mlops.pr_curve(samples mlops.weighted_samples, max_points integer DEFAULT NULL,
                               OUT threshold float8, OUT "precision" float8, OUT recall float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'mlops_weighted_samples_pr_curve';
COMMENT ON FUNCTION mlops.pr_curve(mlops.weighted_samples, integer) IS
    'precision and recall of rows with weights by falling threshold, from (NULL, 1, 0); options as for a ranking; scores of weight 0 are left out; no rows without weight, one of NaN when a score or weight is NaN';

CREATE FUNCTION mlops.best_threshold(samples mlops.weighted_samples, objective text DEFAULT 'f1', fp_cost float8 DEFAULT NULL,
                                     fn_cost float8 DEFAULT NULL, OUT threshold float8, OUT value float8) RETURNS record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_best_threshold';
COMMENT ON FUNCTION mlops.best_threshold(mlops.weighted_samples, text, float8, float8) IS
    'the highest threshold with the best value of an objective over rows with weights, and that value; objectives and costs as for a ranking, costs times weights; NULLs without weight, NaN when a score or weight is NaN';

CREATE FUNCTION mlops.expected_calibration_error(samples mlops.weighted_samples, n_bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_expected_calibration_error';
COMMENT ON FUNCTION mlops.expected_calibration_error(mlops.weighted_samples, integer) IS
    'weighted mean of |mean probability - share of positives| of the row''s bin, of n_bins (1 to 10000) of equal width; probability outside [0, 1]: error 22003; NULL without weight, NaN with NaN';

CREATE FUNCTION mlops.maximum_calibration_error(samples mlops.weighted_samples, n_bins integer DEFAULT 10) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_maximum_calibration_error';
COMMENT ON FUNCTION mlops.maximum_calibration_error(mlops.weighted_samples, integer) IS
    'largest weighted |mean probability - share of positives| of a bin, of n_bins (1 to 10000) of equal width; probability outside [0, 1]: error 22003; NULL without weight, NaN with NaN';

CREATE FUNCTION mlops.calibration_curve(samples mlops.weighted_samples, n_bins integer DEFAULT 10, OUT bin integer, OUT lo float8,
                                        OUT hi float8, OUT n bigint, OUT mean_prob float8, OUT frac_pos float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'mlops_weighted_samples_calibration_curve';
COMMENT ON FUNCTION mlops.calibration_curve(mlops.weighted_samples, integer) IS
    'for each of n_bins (1 to 10000) bins of equal width that has weight: edges, rows, weighted mean probability and share of positives; probability outside [0, 1]: error 22003; a row of NaN with NaN';

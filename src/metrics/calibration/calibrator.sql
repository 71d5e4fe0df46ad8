/*
 * isotonic: from scores to probabilities - a fitted calibration as a value that
 * can be stored, by isotonic regression or Platt's logistic function.
 */
CREATE TYPE mlops.isotonic;

CREATE FUNCTION mlops_internal.isotonic_in(cstring) RETURNS mlops.isotonic
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_isotonic_in';
COMMENT ON FUNCTION mlops_internal.isotonic_in(cstring) IS 'input function of mlops.isotonic';

CREATE FUNCTION mlops_internal.isotonic_out(mlops.isotonic) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_isotonic_out';
COMMENT ON FUNCTION mlops_internal.isotonic_out(mlops.isotonic) IS 'output function of mlops.isotonic';

CREATE FUNCTION mlops_internal.isotonic_recv(internal) RETURNS mlops.isotonic
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_isotonic_recv';
COMMENT ON FUNCTION mlops_internal.isotonic_recv(internal) IS 'receive function of mlops.isotonic';

CREATE FUNCTION mlops_internal.isotonic_send(mlops.isotonic) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_isotonic_send';
COMMENT ON FUNCTION mlops_internal.isotonic_send(mlops.isotonic) IS 'send function of mlops.isotonic';

CREATE TYPE mlops.isotonic (
    INPUT = mlops_internal.isotonic_in,
    OUTPUT = mlops_internal.isotonic_out,
    RECEIVE = mlops_internal.isotonic_recv,
    SEND = mlops_internal.isotonic_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.isotonic IS 'a fitted isotonic regression: knots of a nondecreasing function, linear between them, constant outside';

CREATE FUNCTION mlops.isotonic_fit(samples mlops.two_samples) RETURNS mlops.isotonic
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_isotonic_fit';
COMMENT ON FUNCTION mlops.isotonic_fit(mlops.two_samples) IS 'isotonic regression of the labels on the scores, flag true = positive; NULL without rows or when a score is NaN';

CREATE AGGREGATE mlops.isotonic_fit(score float8, label boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.isotonic_fit, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.isotonic_fit(float8, boolean) IS 'isotonic regression of the labels on the scores: the nondecreasing function of least squares; label true = positive; rows with a NULL are skipped; NULL without rows or when a score is NaN';

CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, score float8, label integer) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_accum_score_integer';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, float8, integer) IS 'transition function: add a score to the sample of its label, 0 or 1 (others: error 22023); a NULL skips the row';

CREATE AGGREGATE mlops.isotonic_fit(score float8, label integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.isotonic_fit, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.isotonic_fit(float8, integer) IS 'isotonic regression of the labels on the scores: the nondecreasing function of least squares; label 0 or 1 (others: error 22023); rows with a NULL are skipped; NULL without rows or when a score is NaN';

CREATE FUNCTION mlops.isotonic_predict(isotonic mlops.isotonic, score float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_isotonic_predict_sql';
COMMENT ON FUNCTION mlops.isotonic_predict(mlops.isotonic, float8) IS 'probability of a score by a fitted calibration: linear between its knots, the nearest knot outside; NaN for NaN';

CREATE FUNCTION mlops.isotonic_knots(isotonic mlops.isotonic, OUT x float8, OUT y float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'mlops_isotonic_knots';
COMMENT ON FUNCTION mlops.isotonic_knots(mlops.isotonic) IS 'the knots of a fitted calibration by ascending score: score x, probability y';

CREATE FUNCTION mlops.calibrate(samples mlops.two_samples) RETURNS mlops.isotonic
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_calibrate';
COMMENT ON FUNCTION mlops.calibrate(mlops.two_samples) IS 'calibrate(samples, calibrate => auto, seed => 42)';

CREATE FUNCTION mlops.calibrate(samples mlops.two_samples, calibrate text, seed bigint DEFAULT 42) RETURNS mlops.isotonic
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_calibrate';
COMMENT ON FUNCTION mlops.calibrate(mlops.two_samples, text, bigint) IS 'the calibration that scores need, flag true = positive. auto: isotonic_fit where it makes the calibration error (ten bins of equal count) smaller over ten seeded splits with a tenth of each class set aside, else the identity on [0, 1]; always the identity with one class or an AUC above 0.999, never for scores outside [0, 1]; always, never: without asking; other values: error 22023. NULL without rows or when a score is NaN';

CREATE AGGREGATE mlops.calibrate(score float8, label boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.calibrate, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibrate(float8, boolean) IS 'the calibration that scores need: isotonic_fit where it helps, decided on ten splits with seed 42, else the identity on [0, 1]; label true = positive; rows with a NULL are skipped; NULL without rows or when a score is NaN';

CREATE AGGREGATE mlops.calibrate(score float8, label integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.calibrate, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibrate(float8, integer) IS 'the calibration that scores need: isotonic_fit where it helps, decided on ten splits with seed 42, else the identity on [0, 1]; label 0 or 1 (others: error 22023); rows with a NULL are skipped; NULL without rows or when a score is NaN';

CREATE TYPE mlops.platt AS (
    slope float8,
    intercept float8
);
COMMENT ON TYPE mlops.platt IS 'a fitted logistic calibration: probability = 1 / (1 + exp(-(slope score + intercept)))';

CREATE FUNCTION mlops.platt_fit(samples mlops.two_samples) RETURNS mlops.platt
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_samples_platt_fit';
COMMENT ON FUNCTION mlops.platt_fit(mlops.two_samples) IS 'logistic calibration with the smoothed targets of Platt, flag true = positive; NULL without both classes, or with NaN or an infinite score';

CREATE AGGREGATE mlops.platt_fit(score float8, label boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.platt_fit, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.platt_fit(float8, boolean) IS 'logistic calibration with the smoothed targets of Platt; label true = positive; rows with a NULL are skipped; NULL without both classes, or with NaN or an infinite score';

CREATE AGGREGATE mlops.platt_fit(score float8, label integer) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.platt_fit, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.platt_fit(float8, integer) IS 'logistic calibration with the smoothed targets of Platt; label 0 or 1 (others: error 22023); rows with a NULL are skipped; NULL without both classes, or with NaN or an infinite score';

CREATE FUNCTION mlops.platt_predict(platt mlops.platt, score float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_platt_predict_sql';
COMMENT ON FUNCTION mlops.platt_predict(mlops.platt, float8) IS 'probability of a score by a fitted logistic calibration; NaN for NaN';

/*
 * calibration: do probabilities mean what they say?
 *
 * Bins of equal width need counts only; bins of equal numbers of rows (strategy
 * quantile) keep all probabilities, 8 bytes each.
 */
CREATE TYPE mlops.calibration;

CREATE FUNCTION mlops_internal.calibration_in(cstring) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_in';
COMMENT ON FUNCTION mlops_internal.calibration_in(cstring) IS 'input function of mlops.calibration';

CREATE FUNCTION mlops_internal.calibration_out(mlops.calibration) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_out';
COMMENT ON FUNCTION mlops_internal.calibration_out(mlops.calibration) IS 'output function of mlops.calibration';

CREATE FUNCTION mlops_internal.calibration_recv(internal) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_recv';
COMMENT ON FUNCTION mlops_internal.calibration_recv(internal) IS 'receive function of mlops.calibration';

CREATE FUNCTION mlops_internal.calibration_send(mlops.calibration) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_send';
COMMENT ON FUNCTION mlops_internal.calibration_send(mlops.calibration) IS 'send function of mlops.calibration';

CREATE TYPE mlops.calibration (
    INPUT = mlops_internal.calibration_in,
    OUTPUT = mlops_internal.calibration_out,
    RECEIVE = mlops_internal.calibration_recv,
    SEND = mlops_internal.calibration_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.calibration IS 'state of the calibration metrics: bins of probabilities, or all of them';

CREATE TYPE mlops.calibration_bin AS (bin integer, lo float8, hi float8, n bigint, mean_prob float8, frac_pos float8);
COMMENT ON TYPE mlops.calibration_bin IS 'a bin of calibration_curve: number from 1, borders (strategy uniform) or least and greatest probability (quantile), rows, mean probability, share of positives';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, label boolean, probability float8) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_boolean';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, boolean, float8) IS 'transition function: add a row; a NULL in the data skips it; probability outside [0, 1]: error 22003';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, label boolean, probability float8, n_bins integer) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_boolean';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, boolean, float8, integer) IS 'transition function: add a row; a NULL in the data skips it; probability outside [0, 1]: error 22003';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, label boolean, probability float8, n_bins integer, strategy text) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_boolean';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, boolean, float8, integer, text) IS 'transition function: add a row; a NULL in the data skips it; probability outside [0, 1]: error 22003';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, label integer, probability float8) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_integer';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, integer, float8) IS 'transition function: add a row; a NULL in the data skips it; probability outside [0, 1]: error 22003; label 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, label integer, probability float8, n_bins integer) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_integer';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, integer, float8, integer) IS 'transition function: add a row; a NULL in the data skips it; probability outside [0, 1]: error 22003; label 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, label integer, probability float8, n_bins integer, strategy text) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_integer';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, integer, float8, integer, text) IS 'transition function: add a row; a NULL in the data skips it; probability outside [0, 1]: error 22003; label 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.calibration_combine(state mlops.calibration, other mlops.calibration) RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_combine';
COMMENT ON FUNCTION mlops_internal.calibration_combine(mlops.calibration, mlops.calibration) IS 'sum of both; NULL is the empty state';

CREATE FUNCTION mlops_internal.expected_calibration_error_final(state mlops.calibration) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_expected';
COMMENT ON FUNCTION mlops_internal.expected_calibration_error_final(mlops.calibration) IS 'final function of mlops.expected_calibration_error';

CREATE FUNCTION mlops_internal.maximum_calibration_error_final(state mlops.calibration) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_maximum';
COMMENT ON FUNCTION mlops_internal.maximum_calibration_error_final(mlops.calibration) IS 'final function of mlops.maximum_calibration_error';

CREATE FUNCTION mlops_internal.calibration_curve_final(state mlops.calibration) RETURNS mlops.calibration_bin[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_bins';
COMMENT ON FUNCTION mlops_internal.calibration_curve_final(mlops.calibration) IS 'final function of mlops.calibration_curve';

CREATE AGGREGATE mlops.expected_calibration_error(label boolean, probability float8) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.expected_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.expected_calibration_error(boolean, float8) IS 'mean over rows of |mean probability - share of positives| of the rows bin; 10 bins of equal width (lo, hi], the first with 0; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.expected_calibration_error(label boolean, probability float8, n_bins integer) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.expected_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.expected_calibration_error(boolean, float8, integer) IS 'mean over rows of |mean probability - share of positives| of the rows bin; n_bins of equal width (lo, hi], the first with 0; n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.expected_calibration_error(label boolean, probability float8, n_bins integer, strategy text) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.expected_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.expected_calibration_error(boolean, float8, integer, text) IS 'mean over rows of |mean probability - share of positives| of the rows bin; n_bins bins of equal width (lo, hi], the first with 0 (strategy uniform), or of equal numbers of rows, equal probabilities sharing their positives (quantile); n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023, NULL strategy is uniform; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.expected_calibration_error(label integer, probability float8) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.expected_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.expected_calibration_error(integer, float8) IS 'mean over rows of |mean probability - share of positives| of the rows bin; 10 bins of equal width (lo, hi], the first with 0; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.expected_calibration_error(label integer, probability float8, n_bins integer) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.expected_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.expected_calibration_error(integer, float8, integer) IS 'mean over rows of |mean probability - share of positives| of the rows bin; n_bins of equal width (lo, hi], the first with 0; n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.expected_calibration_error(label integer, probability float8, n_bins integer, strategy text) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.expected_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.expected_calibration_error(integer, float8, integer, text) IS 'mean over rows of |mean probability - share of positives| of the rows bin; n_bins bins of equal width (lo, hi], the first with 0 (strategy uniform), or of equal numbers of rows, equal probabilities sharing their positives (quantile); n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023, NULL strategy is uniform; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.maximum_calibration_error(label boolean, probability float8) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.maximum_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.maximum_calibration_error(boolean, float8) IS 'largest |mean probability - share of positives| of a bin; 10 bins of equal width (lo, hi], the first with 0; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.maximum_calibration_error(label boolean, probability float8, n_bins integer) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.maximum_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.maximum_calibration_error(boolean, float8, integer) IS 'largest |mean probability - share of positives| of a bin; n_bins of equal width (lo, hi], the first with 0; n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.maximum_calibration_error(label boolean, probability float8, n_bins integer, strategy text) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.maximum_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.maximum_calibration_error(boolean, float8, integer, text) IS 'largest |mean probability - share of positives| of a bin; n_bins bins of equal width (lo, hi], the first with 0 (strategy uniform), or of equal numbers of rows, equal probabilities sharing their positives (quantile); n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023, NULL strategy is uniform; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.maximum_calibration_error(label integer, probability float8) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.maximum_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.maximum_calibration_error(integer, float8) IS 'largest |mean probability - share of positives| of a bin; 10 bins of equal width (lo, hi], the first with 0; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.maximum_calibration_error(label integer, probability float8, n_bins integer) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.maximum_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.maximum_calibration_error(integer, float8, integer) IS 'largest |mean probability - share of positives| of a bin; n_bins of equal width (lo, hi], the first with 0; n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.maximum_calibration_error(label integer, probability float8, n_bins integer, strategy text) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.maximum_calibration_error_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.maximum_calibration_error(integer, float8, integer, text) IS 'largest |mean probability - share of positives| of a bin; n_bins bins of equal width (lo, hi], the first with 0 (strategy uniform), or of equal numbers of rows, equal probabilities sharing their positives (quantile); n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023, NULL strategy is uniform; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.calibration_curve(label boolean, probability float8) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.calibration_curve_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibration_curve(boolean, float8) IS 'the bins with rows as an array, to be unnested: mean probability and share of positives; 10 bins of equal width (lo, hi], the first with 0; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows and when a probability is NaN';

CREATE AGGREGATE mlops.calibration_curve(label boolean, probability float8, n_bins integer) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.calibration_curve_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibration_curve(boolean, float8, integer) IS 'the bins with rows as an array, to be unnested: mean probability and share of positives; n_bins of equal width (lo, hi], the first with 0; n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows and when a probability is NaN';

CREATE AGGREGATE mlops.calibration_curve(label boolean, probability float8, n_bins integer, strategy text) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.calibration_curve_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibration_curve(boolean, float8, integer, text) IS 'the bins with rows as an array, to be unnested: mean probability and share of positives; n_bins bins of equal width (lo, hi], the first with 0 (strategy uniform), or of equal numbers of rows, equal probabilities sharing their positives (quantile); n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023, NULL strategy is uniform; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows and when a probability is NaN';

CREATE AGGREGATE mlops.calibration_curve(label integer, probability float8) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.calibration_curve_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibration_curve(integer, float8) IS 'the bins with rows as an array, to be unnested: mean probability and share of positives; 10 bins of equal width (lo, hi], the first with 0; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows and when a probability is NaN';

CREATE AGGREGATE mlops.calibration_curve(label integer, probability float8, n_bins integer) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.calibration_curve_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibration_curve(integer, float8, integer) IS 'the bins with rows as an array, to be unnested: mean probability and share of positives; n_bins of equal width (lo, hi], the first with 0; n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows and when a probability is NaN';

CREATE AGGREGATE mlops.calibration_curve(label integer, probability float8, n_bins integer, strategy text) (
    SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration,
    FINALFUNC = mlops_internal.calibration_curve_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.calibration_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.calibration_curve(integer, float8, integer, text) IS 'the bins with rows as an array, to be unnested: mean probability and share of positives; n_bins bins of equal width (lo, hi], the first with 0 (strategy uniform), or of equal numbers of rows, equal probabilities sharing their positives (quantile); n_bins from 1 to 10000, NULL is 10, the same in all rows, else error 22023, NULL strategy is uniform; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows and when a probability is NaN';

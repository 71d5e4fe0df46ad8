/*
 * Drift of numbers and vectors by all pairs: the maximum mean discrepancy.
 * mlops.two_vector_samples keeps every vector of two samples.
 */
CREATE TYPE mlops.two_vector_samples;

CREATE FUNCTION mlops_internal.two_vector_samples_in(cstring) RETURNS mlops.two_vector_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_vector_samples_in';
COMMENT ON FUNCTION mlops_internal.two_vector_samples_in(cstring) IS 'input function of mlops.two_vector_samples';

CREATE FUNCTION mlops_internal.two_vector_samples_out(mlops.two_vector_samples) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_vector_samples_out';
COMMENT ON FUNCTION mlops_internal.two_vector_samples_out(mlops.two_vector_samples) IS 'output function of mlops.two_vector_samples';

CREATE FUNCTION mlops_internal.two_vector_samples_recv(internal) RETURNS mlops.two_vector_samples
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_vector_samples_recv';
COMMENT ON FUNCTION mlops_internal.two_vector_samples_recv(internal) IS 'receive function of mlops.two_vector_samples';

CREATE FUNCTION mlops_internal.two_vector_samples_send(mlops.two_vector_samples) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_vector_samples_send';
COMMENT ON FUNCTION mlops_internal.two_vector_samples_send(mlops.two_vector_samples) IS 'send function of mlops.two_vector_samples';

CREATE TYPE mlops.two_vector_samples (
    INPUT = mlops_internal.two_vector_samples_in,
    OUTPUT = mlops_internal.two_vector_samples_out,
    RECEIVE = mlops_internal.two_vector_samples_recv,
    SEND = mlops_internal.two_vector_samples_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.two_vector_samples IS 'all vectors of two samples, in order';

CREATE FUNCTION mlops_internal.two_vector_samples_combine(state mlops.two_vector_samples, other mlops.two_vector_samples) RETURNS mlops.two_vector_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_vector_samples_combine';
COMMENT ON FUNCTION mlops_internal.two_vector_samples_combine(mlops.two_vector_samples, mlops.two_vector_samples) IS 'both states together; NULL is the empty state; vectors of different lengths: error 22023';

CREATE FUNCTION mlops_internal.two_vector_samples_accum(state mlops.two_vector_samples, features float8[], is_current boolean) RETURNS mlops.two_vector_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_vector_samples_accum';
COMMENT ON FUNCTION mlops_internal.two_vector_samples_accum(mlops.two_vector_samples, float8[], boolean) IS 'transition function: keep a vector of the current sample (true) or the reference (false); a NULL, also as an element, skips the row; vectors of different lengths: error 22023';

CREATE AGGREGATE mlops.two_vector_samples(features float8[], is_current boolean) (
    SFUNC = mlops_internal.two_vector_samples_accum, STYPE = mlops.two_vector_samples,
    COMBINEFUNC = mlops_internal.two_vector_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.two_vector_samples(float8[], boolean) IS 'all vectors of both samples; is_current: false = reference, true = current; rows with a NULL are skipped, also those with a NULL element; vectors of different lengths: error 22023; NULL without a row';

CREATE AGGREGATE mlops.merge(vectors mlops.two_vector_samples) (
    SFUNC = mlops_internal.two_vector_samples_combine, STYPE = mlops.two_vector_samples,
    COMBINEFUNC = mlops_internal.two_vector_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.two_vector_samples) IS 'all vectors together; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.mmd_rbf(
        state mlops.two_vector_samples, sigma float8 DEFAULT NULL, n_permutations integer DEFAULT 100, seed bigint DEFAULT 0,
        force boolean DEFAULT false)
    RETURNS mlops.mmd_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vectors_mmd_rbf';
COMMENT ON FUNCTION mlops.mmd_rbf(mlops.two_vector_samples, float8, integer, bigint, boolean) IS 'unbiased maximum mean discrepancy, squared, with the kernel exp(-|x - y|^2 / 2 sigma^2); sigma^2 by default half the median of |x - y|^2 over all pairs, or if that is 0 over those that differ; p = (1 + random labellings that reach it) / (1 + n_permutations), from seed; more than 2000 rows a side without force: error 22023, for time grows with the square, and memory where sigma is not given; NULL with fewer than two rows a side, or without sigma when all are equal, NaN when an element is NaN or infinite; an option that is NULL has its default';

CREATE FUNCTION mlops.mmd_rbf(
        state mlops.two_samples, sigma float8 DEFAULT NULL, n_permutations integer DEFAULT 100, seed bigint DEFAULT 0,
        force boolean DEFAULT false)
    RETURNS mlops.mmd_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_mmd_rbf';
COMMENT ON FUNCTION mlops.mmd_rbf(mlops.two_samples, float8, integer, bigint, boolean) IS 'unbiased maximum mean discrepancy, squared, with the kernel exp(-|x - y|^2 / 2 sigma^2); sigma^2 by default half the median of |x - y|^2 over all pairs, or if that is 0 over those that differ; p = (1 + random labellings that reach it) / (1 + n_permutations), from seed; more than 2000 rows a side without force: error 22023, for time grows with the square, and memory where sigma is not given; NULL with fewer than two rows a side, or without sigma when all are equal, NaN when an element is NaN or infinite; an option that is NULL has its default';

CREATE FUNCTION mlops.mmd_rbf(
        reference float8[], current float8[], sigma float8 DEFAULT NULL, n_permutations integer DEFAULT 100,
        seed bigint DEFAULT 0, force boolean DEFAULT false)
    RETURNS mlops.mmd_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_mmd_rbf';
COMMENT ON FUNCTION mlops.mmd_rbf(float8[], float8[], float8, integer, bigint, boolean) IS 'unbiased maximum mean discrepancy, squared, with the kernel exp(-|x - y|^2 / 2 sigma^2); of values, in which NULLs are skipped, or of vectors that are the rows of two-dimensional arrays; sigma^2 by default half the median of |x - y|^2 over all pairs, or if that is 0 over those that differ; p = (1 + random labellings that reach it) / (1 + n_permutations), from seed; more than 2000 rows a side without force: error 22023, for time grows with the square, and memory where sigma is not given; NULL with fewer than two rows a side, or without sigma when all are equal, NaN when an element is NaN or infinite; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.mmd_rbf_final(state mlops.two_vector_samples) RETURNS mlops.mmd_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vectors_mmd_rbf';
COMMENT ON FUNCTION mlops_internal.mmd_rbf_final(mlops.two_vector_samples) IS 'final function: mlops.mmd_rbf with default options';

CREATE FUNCTION mlops_internal.mmd_rbf_final(state mlops.two_samples) RETURNS mlops.mmd_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_mmd_rbf';
COMMENT ON FUNCTION mlops_internal.mmd_rbf_final(mlops.two_samples) IS 'final function: mlops.mmd_rbf with default options';

CREATE AGGREGATE mlops.mmd_rbf(features float8[], is_current boolean) (
    SFUNC = mlops_internal.two_vector_samples_accum, STYPE = mlops.two_vector_samples,
    FINALFUNC = mlops_internal.mmd_rbf_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_vector_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mmd_rbf(float8[], boolean) IS 'unbiased maximum mean discrepancy, squared, with the kernel exp(-|x - y|^2 / 2 sigma^2); sigma^2 by default half the median of |x - y|^2 over all pairs, or if that is 0 over those that differ; p = (1 + random labellings that reach it) / (1 + n_permutations), from seed; more than 2000 rows a side without force: error 22023, for time grows with the square, and memory where sigma is not given; NULL with fewer than two rows a side, or without sigma when all are equal, NaN when an element is NaN or infinite; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE AGGREGATE mlops.mmd_rbf(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.mmd_rbf_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mmd_rbf(float8, boolean) IS 'unbiased maximum mean discrepancy, squared, with the kernel exp(-|x - y|^2 / 2 sigma^2); sigma^2 by default half the median of |x - y|^2 over all pairs, or if that is 0 over those that differ; p = (1 + random labellings that reach it) / (1 + n_permutations), from seed; more than 2000 rows a side without force: error 22023, for time grows with the square, and memory where sigma is not given; NULL with fewer than two rows a side, or without sigma when all are equal, NaN when an element is NaN or infinite; is_current: false = reference, true = current; rows with a NULL are skipped';

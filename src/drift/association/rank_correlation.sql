/*
 * Association of two columns: rank correlations of numbers.
 *
 * mlops.number_pairs keeps all rows of two columns; aggregates over the same
 * columns share it, and it is sorted once.
 */
CREATE TYPE mlops.number_pairs;

CREATE FUNCTION mlops_internal.number_pairs_in(cstring) RETURNS mlops.number_pairs
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_in';
COMMENT ON FUNCTION mlops_internal.number_pairs_in(cstring) IS 'input function of mlops.number_pairs';

CREATE FUNCTION mlops_internal.number_pairs_out(mlops.number_pairs) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_out';
COMMENT ON FUNCTION mlops_internal.number_pairs_out(mlops.number_pairs) IS 'output function of mlops.number_pairs';

CREATE FUNCTION mlops_internal.number_pairs_recv(internal) RETURNS mlops.number_pairs
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_recv';
COMMENT ON FUNCTION mlops_internal.number_pairs_recv(internal) IS 'receive function of mlops.number_pairs';

CREATE FUNCTION mlops_internal.number_pairs_send(mlops.number_pairs) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_send';
COMMENT ON FUNCTION mlops_internal.number_pairs_send(mlops.number_pairs) IS 'send function of mlops.number_pairs';

CREATE TYPE mlops.number_pairs (
    INPUT = mlops_internal.number_pairs_in,
    OUTPUT = mlops_internal.number_pairs_out,
    RECEIVE = mlops_internal.number_pairs_recv,
    SEND = mlops_internal.number_pairs_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.number_pairs IS 'all rows of two columns of numbers, 16 bytes each: the state of the rank correlations';

CREATE FUNCTION mlops_internal.number_pairs_accum(state mlops.number_pairs, x float8, y float8) RETURNS mlops.number_pairs
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_accum';
COMMENT ON FUNCTION mlops_internal.number_pairs_accum(mlops.number_pairs, float8, float8) IS 'transition function: add a row; a row with a NULL is skipped';

CREATE FUNCTION mlops_internal.number_pairs_combine(state mlops.number_pairs, other mlops.number_pairs) RETURNS mlops.number_pairs
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_combine';
COMMENT ON FUNCTION mlops_internal.number_pairs_combine(mlops.number_pairs, mlops.number_pairs) IS 'all rows of both; NULL is the empty state';

CREATE FUNCTION mlops.spearman(state mlops.number_pairs) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_spearman';
COMMENT ON FUNCTION mlops.spearman(mlops.number_pairs) IS 'Spearman''s rank correlation, Pearson''s of the midranks, -1 to 1; NULL with fewer than two rows or when a column is constant, NaN when a value is NaN';

CREATE AGGREGATE mlops.spearman(x float8, y float8) (
    SFUNC = mlops_internal.number_pairs_accum, STYPE = mlops.number_pairs,
    FINALFUNC = mlops.spearman, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.number_pairs_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.spearman(float8, float8) IS 'Spearman''s rank correlation, Pearson''s of the midranks, -1 to 1; infinities are ordered like other values; rows with a NULL are skipped; NULL with fewer than two rows or when a column is constant, NaN when a value is NaN';

CREATE FUNCTION mlops.kendall_tau_b(state mlops.number_pairs) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_number_pairs_kendall_tau_b';
COMMENT ON FUNCTION mlops.kendall_tau_b(mlops.number_pairs) IS 'Kendall''s tau-b, (concordant - discordant pairs of rows) / sqrt((n0 - n1) (n0 - n2)) with n1 and n2 the pairs tied in x and in y, -1 to 1; NULL with fewer than two rows or when a column is constant, NaN when a value is NaN';

CREATE AGGREGATE mlops.kendall_tau_b(x float8, y float8) (
    SFUNC = mlops_internal.number_pairs_accum, STYPE = mlops.number_pairs,
    FINALFUNC = mlops.kendall_tau_b, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.number_pairs_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kendall_tau_b(float8, float8) IS 'Kendall''s tau-b, (concordant - discordant pairs of rows) / sqrt((n0 - n1) (n0 - n2)) with n1 and n2 the pairs tied in x and in y, -1 to 1; infinities are ordered like other values; rows with a NULL are skipped; NULL with fewer than two rows or when a column is constant, NaN when a value is NaN';

/* Pearson's correlation from co-moments, which need no memory per row. */
CREATE FUNCTION mlops_internal.comoments_accum(state mlops.comoments, x float8, y float8) RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_accum_pair';
COMMENT ON FUNCTION mlops_internal.comoments_accum(mlops.comoments, float8, float8) IS 'transition function: add a row of two columns; NULL is a missing value';

CREATE FUNCTION mlops.pearson(state mlops.comoments) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_pearson';
COMMENT ON FUNCTION mlops.pearson(mlops.comoments) IS 'Pearson''s correlation of the first two columns; NULL with fewer than two rows that have both, or when one is constant in them; NaN when one contains NaN, infinity or, of up to 8 columns, a value beyond 3.2e150; fewer than two columns: error 22023';

CREATE AGGREGATE mlops.pearson(x float8, y float8) (
    SFUNC = mlops_internal.comoments_accum, STYPE = mlops.comoments,
    FINALFUNC = mlops.pearson, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.comoments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.pearson(float8, float8) IS 'Pearson''s correlation, -1 to 1, the same to the bit for any order of rows; rows with a NULL are skipped; NULL with fewer than two rows or when a column is constant, NaN when a value is NaN, infinite or beyond 3.2e150';

/*
 * lineage: what a relation contains, in 128 bits.
 */
CREATE TYPE mlops.fingerprint;

CREATE FUNCTION mlops_internal.fingerprint_in(cstring) RETURNS mlops.fingerprint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_in';
COMMENT ON FUNCTION mlops_internal.fingerprint_in(cstring) IS 'input function of mlops.fingerprint';

CREATE FUNCTION mlops_internal.fingerprint_out(mlops.fingerprint) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_out';
COMMENT ON FUNCTION mlops_internal.fingerprint_out(mlops.fingerprint) IS 'output function of mlops.fingerprint';

CREATE FUNCTION mlops_internal.fingerprint_recv(internal) RETURNS mlops.fingerprint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_recv';
COMMENT ON FUNCTION mlops_internal.fingerprint_recv(internal) IS 'receive function of mlops.fingerprint';

CREATE FUNCTION mlops_internal.fingerprint_send(mlops.fingerprint) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_send';
COMMENT ON FUNCTION mlops_internal.fingerprint_send(mlops.fingerprint) IS 'send function of mlops.fingerprint';

CREATE TYPE mlops.fingerprint (
    INPUT = mlops_internal.fingerprint_in,
    OUTPUT = mlops_internal.fingerprint_out,
    RECEIVE = mlops_internal.fingerprint_recv,
    SEND = mlops_internal.fingerprint_send,
    INTERNALLENGTH = 24,
    ALIGNMENT = double
);
COMMENT ON TYPE mlops.fingerprint IS
    'state of the aggregate mlops.fingerprint: the sum of the rows'' hashes and their number';

CREATE FUNCTION mlops_internal.fingerprint_accum(state mlops.fingerprint, content record) RETURNS mlops.fingerprint
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_accum';
COMMENT ON FUNCTION mlops_internal.fingerprint_accum(mlops.fingerprint, record) IS
    'transition function: add a row; a row that is NULL as a whole is skipped';

CREATE FUNCTION mlops_internal.fingerprint_combine(state mlops.fingerprint, other mlops.fingerprint)
    RETURNS mlops.fingerprint
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_combine';
COMMENT ON FUNCTION mlops_internal.fingerprint_combine(mlops.fingerprint, mlops.fingerprint) IS
    'both states together; NULL is the empty state';

CREATE FUNCTION mlops_internal.fingerprint_text(state mlops.fingerprint) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_text';
COMMENT ON FUNCTION mlops_internal.fingerprint_text(mlops.fingerprint) IS
    'the fingerprint: 32 hexadecimal digits, "-" and the number of rows';

CREATE AGGREGATE mlops.fingerprint(content record) (
    SFUNC = mlops_internal.fingerprint_accum, STYPE = mlops.fingerprint,
    FINALFUNC = mlops_internal.fingerprint_text, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.fingerprint_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fingerprint(record) IS
    'fingerprint of the rows: 32 hexadecimal digits, "-" and the number of rows; the same for any order of rows '
    'and columns and any settings; a row that is NULL as a whole is skipped; NULL for no rows';

CREATE FUNCTION mlops_internal.fingerprint_row(names text[], VARIADIC "values" "any") RETURNS mlops.fingerprint
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_fingerprint_row';
COMMENT ON FUNCTION mlops_internal.fingerprint_row(text[], "any") IS
    'the state of a fingerprint that has seen a row of columns of these names, which are constant';

CREATE AGGREGATE mlops.fingerprint(part mlops.fingerprint) (
    SFUNC = mlops_internal.fingerprint_combine, STYPE = mlops.fingerprint,
    FINALFUNC = mlops_internal.fingerprint_text, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.fingerprint_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fingerprint(mlops.fingerprint) IS
    'fingerprint of all the rows of several contents together, of their fingerprints; cast those of parts that were '
    'taken before: fingerprint(digest::mlops.fingerprint)';

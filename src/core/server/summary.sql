/*
 * summary: a value of any of the stored types.  Casts to it cost nothing; those
 * back are made with each type, by src/table.awk.
 */
CREATE TYPE mlops.summary;

CREATE FUNCTION mlops_internal.summary_in(cstring) RETURNS mlops.summary
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_any_summary_in';
COMMENT ON FUNCTION mlops_internal.summary_in(cstring) IS
    'input function of mlops.summary: that of the type whose name comes first';

CREATE FUNCTION mlops_internal.summary_out(mlops.summary) RETURNS cstring
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_any_summary_out';
COMMENT ON FUNCTION mlops_internal.summary_out(mlops.summary) IS
    'output function of mlops.summary: the text form of the type that it is';

CREATE FUNCTION mlops_internal.summary_recv(internal) RETURNS mlops.summary
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_any_summary_recv';
COMMENT ON FUNCTION mlops_internal.summary_recv(internal) IS 'receive function of mlops.summary';

CREATE FUNCTION mlops_internal.summary_send(mlops.summary) RETURNS bytea
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_any_summary_send';
COMMENT ON FUNCTION mlops_internal.summary_send(mlops.summary) IS 'send function of mlops.summary';

CREATE TYPE mlops.summary (
    INPUT = mlops_internal.summary_in, OUTPUT = mlops_internal.summary_out,
    RECEIVE = mlops_internal.summary_recv, SEND = mlops_internal.summary_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE mlops.summary IS
    'a value of any summary type, such as mlops.profile: cast it to the type that it is, or merge those of one kind';

CREATE FUNCTION mlops_internal.summary_combine(state mlops.summary, other mlops.summary) RETURNS mlops.summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_any_summary_combine';
COMMENT ON FUNCTION mlops_internal.summary_combine(mlops.summary, mlops.summary) IS
    'both together, which are of one type; NULL is the empty state';

CREATE AGGREGATE mlops.merge(summary mlops.summary) (
    SFUNC = mlops_internal.summary_combine, STYPE = mlops.summary,
    COMBINEFUNC = mlops_internal.summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.summary) IS
    'one summary of all the rows that the summaries stand for, which are of one type (else: error 42804); NULLs are '
    'skipped';

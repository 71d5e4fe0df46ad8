/*
 * profile: what one column of many rows looks like, as a value that can be
 * stored, merged with others and compared.
 *
 * The aggregate mlops.profile(column) makes it; everything else reads it.
 * Profiles of the same rows are equal to the byte, whatever the order of rows,
 * the parallel plan or the tree of merges.
 */
CREATE TYPE mlops.profile;

CREATE FUNCTION mlops_internal.profile_in(cstring) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_in';
COMMENT ON FUNCTION mlops_internal.profile_in(cstring) IS 'input function of mlops.profile';

CREATE FUNCTION mlops_internal.profile_out(mlops.profile) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_out';
COMMENT ON FUNCTION mlops_internal.profile_out(mlops.profile) IS 'output function of mlops.profile';

CREATE FUNCTION mlops_internal.profile_recv(internal) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_recv';
COMMENT ON FUNCTION mlops_internal.profile_recv(internal) IS 'receive function of mlops.profile';

CREATE FUNCTION mlops_internal.profile_send(mlops.profile) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_send';
COMMENT ON FUNCTION mlops_internal.profile_send(mlops.profile) IS 'send function of mlops.profile';

CREATE TYPE mlops.profile (
    INPUT = mlops_internal.profile_in,
    OUTPUT = mlops_internal.profile_out,
    RECEIVE = mlops_internal.profile_recv,
    SEND = mlops_internal.profile_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.profile IS
    'what one column of many rows looks like: counts, moments, quantiles, distinct values; exact up to 4,096 distinct '
    'values or the budget that was asked for, with certain bounds beyond';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value float8) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_float8';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, float8) IS
    'transition function: count a value in a profile of kind float; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value float8, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_float8';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, float8, integer) IS
    'transition function: count a value in a profile of kind float and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value float4) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_float4';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, float4) IS
    'transition function: count a value in a profile of kind float; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value float4, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_float4';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, float4, integer) IS
    'transition function: count a value in a profile of kind float and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value numeric) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_numeric';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, numeric) IS
    'transition function: count a value in a profile of kind float; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value numeric, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_numeric';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, numeric, integer) IS
    'transition function: count a value in a profile of kind float and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value smallint) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int2';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, smallint) IS
    'transition function: count a value in a profile of kind integer; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value smallint, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int2';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, smallint, integer) IS
    'transition function: count a value in a profile of kind integer and of at most that budget; NULLs are counted '
    'apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int4';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, integer) IS
    'transition function: count a value in a profile of kind integer; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value integer, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int4';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, integer, integer) IS
    'transition function: count a value in a profile of kind integer and of at most that budget; NULLs are counted '
    'apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value bigint) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int8';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, bigint) IS
    'transition function: count a value in a profile of kind integer; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value bigint, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int8';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, bigint, integer) IS
    'transition function: count a value in a profile of kind integer and of at most that budget; NULLs are counted '
    'apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value boolean) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_boolean';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, boolean) IS
    'transition function: count a value in a profile of kind boolean; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value boolean, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_boolean';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, boolean, integer) IS
    'transition function: count a value in a profile of kind boolean and of at most that budget; NULLs are counted '
    'apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value text) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_text';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, text) IS
    'transition function: count a value in a profile of kind text; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value text, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_text';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, text, integer) IS
    'transition function: count a value in a profile of kind text and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value varchar) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_text';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, varchar) IS
    'transition function: count a value in a profile of kind text; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value varchar, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_text';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, varchar, integer) IS
    'transition function: count a value in a profile of kind text and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value char) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_bpchar';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, char) IS
    'transition function: count a value in a profile of kind text; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value char, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_bpchar';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, char, integer) IS
    'transition function: count a value in a profile of kind text and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value name) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_name';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, name) IS
    'transition function: count a value in a profile of kind text; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value name, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_name';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, name, integer) IS
    'transition function: count a value in a profile of kind text and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value anyenum) RETURNS mlops.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_enum';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, anyenum) IS
    'transition function: count a value in a profile of kind text; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value anyenum, budget integer) RETURNS mlops.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_enum';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, anyenum, integer) IS
    'transition function: count a value in a profile of kind text and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value uuid) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_uuid';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, uuid) IS
    'transition function: count a value in a profile of kind uuid; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value uuid, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_uuid';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, uuid, integer) IS
    'transition function: count a value in a profile of kind uuid and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value timestamptz) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_timestamptz';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, timestamptz) IS
    'transition function: count a value in a profile of kind timestamptz; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value timestamptz, budget integer)
    RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_timestamptz';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, timestamptz, integer) IS
    'transition function: count a value in a profile of kind timestamptz and of at most that budget; NULLs are '
    'counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value timestamp) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_timestamp';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, timestamp) IS
    'transition function: count a value in a profile of kind timestamp; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value timestamp, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_timestamp';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, timestamp, integer) IS
    'transition function: count a value in a profile of kind timestamp and of at most that budget; NULLs are counted '
    'apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value date) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_date';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, date) IS
    'transition function: count a value in a profile of kind date; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value date, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_date';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, date, integer) IS
    'transition function: count a value in a profile of kind date and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value time) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_time';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, time) IS
    'transition function: count a value in a profile of kind time; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_accum(state mlops.profile, value time, budget integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_time';
COMMENT ON FUNCTION mlops_internal.profile_accum(mlops.profile, time, integer) IS
    'transition function: count a value in a profile of kind time and of at most that budget; NULLs are counted apart';

CREATE FUNCTION mlops_internal.profile_combine(state mlops.profile, other mlops.profile) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_combine';
COMMENT ON FUNCTION mlops_internal.profile_combine(mlops.profile, mlops.profile) IS
    'the profile of both sides'' rows, of the smaller budget; NULL counts as no rows; kinds that differ: error 22023';

CREATE AGGREGATE mlops.profile(value float8) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float8) IS
    'the profile of a column; NULLs are counted, NaN and infinities apart; NULL without rows';

CREATE AGGREGATE mlops.profile(value float8, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float8, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value float4) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float4) IS
    'the profile of a column; NULLs are counted; values are widened to float8; NaN and infinities are counted apart; '
    'NULL without rows';

CREATE AGGREGATE mlops.profile(value float4, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float4, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value numeric) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(numeric) IS
    'the profile of a column; NULLs are counted; values are rounded to float8, those beyond its range become '
    'infinities; NULL without rows';

CREATE AGGREGATE mlops.profile(value numeric, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(numeric, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value smallint) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(smallint) IS
    'the profile of a column; NULLs are counted; of kind integer, which int2, int4 and int8 share; NULL without rows';

CREATE AGGREGATE mlops.profile(value smallint, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(smallint, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(integer) IS
    'the profile of a column; NULLs are counted; of kind integer, which int2, int4 and int8 share; NULL without rows';

CREATE AGGREGATE mlops.profile(value integer, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(integer, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value bigint) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(bigint) IS
    'the profile of a column; NULLs are counted; exact to the last digit; moments are those of the values rounded to '
    'float8; NULL without rows';

CREATE AGGREGATE mlops.profile(value bigint, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(bigint, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value boolean) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(boolean) IS
    'the profile of a column; NULLs are counted; false is 0, true is 1; NULL without rows';

CREATE AGGREGATE mlops.profile(value boolean, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(boolean, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value text) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(text) IS
    'the profile of a column; NULLs are counted; values of more than 256 bytes are kept as their first 236 and a hash '
    'of the whole; order is that of bytes; NULL without rows';

CREATE AGGREGATE mlops.profile(value text, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(text, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

/*
 * mlops.profile(x) with a string of another type would be read as a cast to the
 * type mlops.profile, so varchar, char and name have aggregates of their own.
 */
CREATE AGGREGATE mlops.profile(value varchar) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(varchar) IS 'the profile of a column; NULLs are counted; as text; NULL without rows';

CREATE AGGREGATE mlops.profile(value varchar, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(varchar, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value char) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(char) IS
    'the profile of a column; NULLs are counted; as text, without the blanks that pad it; NULL without rows';

CREATE AGGREGATE mlops.profile(value char, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(char, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value name) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(name) IS 'the profile of a column; NULLs are counted; as text; NULL without rows';

CREATE AGGREGATE mlops.profile(value name, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(name, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value anyenum) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(anyenum) IS
    'the profile of a column; NULLs are counted; the labels are profiled, as those of a cast to text; NULL without '
    'rows';

CREATE AGGREGATE mlops.profile(value anyenum, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(anyenum, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value uuid) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(uuid) IS
    'the profile of a column; NULLs are counted; order is that of bytes; NULL without rows';

CREATE AGGREGATE mlops.profile(value uuid, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(uuid, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value timestamptz) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(timestamptz) IS
    'the profile of a column; NULLs are counted; numbers are seconds since 1970-01-01 UTC; infinities are counted '
    'apart; NULL without rows';

CREATE AGGREGATE mlops.profile(value timestamptz, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(timestamptz, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value timestamp) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(timestamp) IS
    'the profile of a column; NULLs are counted; numbers are seconds since 1970-01-01; infinities are counted apart; '
    'NULL without rows';

CREATE AGGREGATE mlops.profile(value timestamp, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(timestamp, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value date) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(date) IS
    'the profile of a column; NULLs are counted; numbers are seconds since 1970-01-01; infinities are counted apart; '
    'NULL without rows';

CREATE AGGREGATE mlops.profile(value date, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(date, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.profile(value time) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(time) IS
    'the profile of a column; NULLs are counted; numbers are seconds since midnight; NULL without rows';

CREATE AGGREGATE mlops.profile(value time, budget integer) (
    SFUNC = mlops_internal.profile_accum, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(time, integer) IS
    'the same with at most budget (2 to 65536, else error 22023; NULL = 4,096) distinct values or cells: the '
    'resolution beyond which the profile is not exact; of different budgets the smallest';

CREATE AGGREGATE mlops.merge(profile mlops.profile) (
    SFUNC = mlops_internal.profile_combine, STYPE = mlops.profile, SSPACE = 4096,
    COMBINEFUNC = mlops_internal.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.profile) IS
    'one profile of all the rows that the profiles stand for, the same that profiling all rows at once gives, of the '
    'smallest budget; NULLs are skipped; kinds that differ: error 22023';

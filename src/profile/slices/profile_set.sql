/*
 * Profile sets: the state that profiles columns and all their slices in one call
 * for each row, and what says which members a row belongs to.
 */
CREATE TYPE mlops_internal.profile_set;

CREATE FUNCTION mlops_internal.profile_set_in(cstring) RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_in';
COMMENT ON FUNCTION mlops_internal.profile_set_in(cstring) IS 'input function of mlops_internal.profile_set';
CREATE FUNCTION mlops_internal.profile_set_out(mlops_internal.profile_set) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_out';
COMMENT ON FUNCTION mlops_internal.profile_set_out(mlops_internal.profile_set) IS
    'output function of mlops_internal.profile_set';
CREATE FUNCTION mlops_internal.profile_set_recv(internal) RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_recv';
COMMENT ON FUNCTION mlops_internal.profile_set_recv(internal) IS 'receive function of mlops_internal.profile_set';
CREATE FUNCTION mlops_internal.profile_set_send(mlops_internal.profile_set) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_send';
COMMENT ON FUNCTION mlops_internal.profile_set_send(mlops_internal.profile_set) IS
    'send function of mlops_internal.profile_set';
CREATE TYPE mlops_internal.profile_set (
    INPUT = mlops_internal.profile_set_in, OUTPUT = mlops_internal.profile_set_out,
    RECEIVE = mlops_internal.profile_set_recv, SEND = mlops_internal.profile_set_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE mlops_internal.profile_set IS
    'profiles of up to eight columns of one type together with coarse profiles of all members of their slices';

CREATE FUNCTION mlops_internal.profile_set_combine(state mlops_internal.profile_set, other mlops_internal.profile_set)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_combine';
COMMENT ON FUNCTION mlops_internal.profile_set_combine(mlops_internal.profile_set, mlops_internal.profile_set) IS
    'both together; NULL is the empty state';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value float8, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_float8';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, float8, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value float8, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(float8, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value numeric, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_numeric';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, numeric, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value numeric, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(numeric, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value bigint, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_int8';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, bigint, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value bigint, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(bigint, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value boolean, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_boolean';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, boolean, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value boolean, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(boolean, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value text, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_text';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, text, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value text, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(text, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value timestamptz, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_timestamptz';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, timestamptz, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value timestamptz, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(timestamptz, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value timestamp, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_timestamp';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, timestamp, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value timestamp, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(timestamp, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value date, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_date';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, date, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value date, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(date, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, value time, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_time';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, time, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(value time, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(time, bytea) IS
    'profile of a column, with coarse profiles of the members that mlops_internal.slice_members names';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, a float8, b float8, c float8,
    d float8, e float8, f float8, g float8, h float8, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_float8_8';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, float8, float8, float8, float8,
    float8, float8, float8, float8, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(a float8, b float8, c float8, d float8, e float8, f float8, g float8,
    h float8, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 524288,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(float8, float8, float8, float8, float8, float8, float8, float8,
    bytea) IS
    'the same of eight columns; what is not needed is NULL';

CREATE FUNCTION mlops_internal.profile_set_accum(state mlops_internal.profile_set, a bigint, b bigint, c bigint,
    d bigint, e bigint, f bigint, g bigint, h bigint, members bytea)
    RETURNS mlops_internal.profile_set
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_int8_8';
COMMENT ON FUNCTION mlops_internal.profile_set_accum(mlops_internal.profile_set, bigint, bigint, bigint, bigint,
    bigint, bigint, bigint, bigint, bytea) IS
    'transition function: add a row to mlops_internal.profile_set';
CREATE AGGREGATE mlops_internal.profile_set(a bigint, b bigint, c bigint, d bigint, e bigint, f bigint, g bigint,
    h bigint, members bytea) (
    SFUNC = mlops_internal.profile_set_accum, STYPE = mlops_internal.profile_set, SSPACE = 524288,
    COMBINEFUNC = mlops_internal.profile_set_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops_internal.profile_set(bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint,
    bytea) IS
    'the same of eight columns; what is not needed is NULL';

CREATE FUNCTION mlops_internal.whole_profile(profiles mlops_internal.profile_set, col integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_set_whole';
COMMENT ON FUNCTION mlops_internal.whole_profile(mlops_internal.profile_set, integer) IS
    'the profile of a column, counted from 1, over all rows';

CREATE FUNCTION mlops_internal.member_profiles(profiles mlops_internal.profile_set, col integer, OUT member integer,
    OUT profile mlops.coarse_profile) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'mlops_profile_set_members';
COMMENT ON FUNCTION mlops_internal.member_profiles(mlops_internal.profile_set, integer) IS
    'the coarse profile of a column, counted from 1, in each member of its slices, counted from 0';

CREATE FUNCTION mlops_internal.slice_members(layout integer[], names text[], VARIADIC "any") RETURNS bytea
    LANGUAGE C VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_slice_members';
COMMENT ON FUNCTION mlops_internal.slice_members(integer[], text[], "any") IS
    'which members of slices a row belongs to; layout: of each slice how many parts it has, which, and how many '
    'members; names: the values of these; called volatile so that it is asked once for each row';

CREATE FUNCTION mlops_internal.members_each(members bytea) RETURNS integer[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_slice_members_each';
COMMENT ON FUNCTION mlops_internal.members_each(bytea) IS 'the members in the answer of mlops_internal.slice_members';

CREATE FUNCTION mlops_internal.is_member(members bytea, member integer) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_slice_is_member';
COMMENT ON FUNCTION mlops_internal.is_member(bytea, integer) IS
    'is the member in the answer of mlops_internal.slice_members?';

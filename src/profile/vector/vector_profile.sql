/*
 * vector_profile: what a column of embeddings looks like, float8[] or float4[]
 * (and whatever casts to them), as a value that can be stored and merged.
 */
CREATE TYPE mlops.vector_profile;

CREATE FUNCTION mlops_internal.vector_profile_in(cstring) RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_in';
COMMENT ON FUNCTION mlops_internal.vector_profile_in(cstring) IS 'input function of mlops.vector_profile';

CREATE FUNCTION mlops_internal.vector_profile_out(mlops.vector_profile) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_out';
COMMENT ON FUNCTION mlops_internal.vector_profile_out(mlops.vector_profile) IS
    'output function of mlops.vector_profile';

CREATE FUNCTION mlops_internal.vector_profile_recv(internal) RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_recv';
COMMENT ON FUNCTION mlops_internal.vector_profile_recv(internal) IS 'receive function of mlops.vector_profile';

CREATE FUNCTION mlops_internal.vector_profile_send(mlops.vector_profile) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_send';
COMMENT ON FUNCTION mlops_internal.vector_profile_send(mlops.vector_profile) IS 'send function of mlops.vector_profile';

CREATE TYPE mlops.vector_profile (
    INPUT = mlops_internal.vector_profile_in,
    OUTPUT = mlops_internal.vector_profile_out,
    RECEIVE = mlops_internal.vector_profile_recv,
    SEND = mlops_internal.vector_profile_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.vector_profile IS
    'what a column of embeddings looks like: mean and variance of each dimension, a profile of the lengths of the '
    'vectors, and how many were malformed';

CREATE FUNCTION mlops_internal.vector_profile_accum(state mlops.vector_profile, value float8[])
    RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_accum_float8';
COMMENT ON FUNCTION mlops_internal.vector_profile_accum(mlops.vector_profile, float8[]) IS
    'transition function: count a vector';

CREATE FUNCTION mlops_internal.vector_profile_accum(state mlops.vector_profile, value float8[], dimension integer)
    RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_accum_float8';
COMMENT ON FUNCTION mlops_internal.vector_profile_accum(mlops.vector_profile, float8[], integer) IS
    'transition function: count a vector of that dimension';

CREATE FUNCTION mlops_internal.vector_profile_accum(state mlops.vector_profile, value float4[])
    RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_accum_float4';
COMMENT ON FUNCTION mlops_internal.vector_profile_accum(mlops.vector_profile, float4[]) IS
    'transition function: count a vector';

CREATE FUNCTION mlops_internal.vector_profile_accum(state mlops.vector_profile, value float4[], dimension integer)
    RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_accum_float4';
COMMENT ON FUNCTION mlops_internal.vector_profile_accum(mlops.vector_profile, float4[], integer) IS
    'transition function: count a vector of that dimension';

CREATE FUNCTION mlops_internal.vector_profile_combine(state mlops.vector_profile, other mlops.vector_profile)
    RETURNS mlops.vector_profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_combine';
COMMENT ON FUNCTION mlops_internal.vector_profile_combine(mlops.vector_profile, mlops.vector_profile) IS
    'the vector profile of both sides rows; NULL counts as no rows; different dimensions asked for: error 22023';

CREATE AGGREGATE mlops.profile(value float8[]) (
    SFUNC = mlops_internal.vector_profile_accum, STYPE = mlops.vector_profile, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.vector_profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float8[]) IS
    'the profile of a column of embeddings; NULLs and malformed vectors are counted: of another length than the '
    'longest, or with an element that is NULL, NaN, infinite or beyond 2^500; NULL without rows';

CREATE AGGREGATE mlops.profile(value float8[], dimension integer) (
    SFUNC = mlops_internal.vector_profile_accum, STYPE = mlops.vector_profile, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.vector_profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float8[], integer) IS
    'the same where every other number of elements than dimension (1 to 16384, the same in all rows, else error '
    '22023) makes a vector malformed';

CREATE AGGREGATE mlops.profile(value float4[]) (
    SFUNC = mlops_internal.vector_profile_accum, STYPE = mlops.vector_profile, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.vector_profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float4[]) IS
    'the profile of a column of embeddings; NULLs and malformed vectors are counted: of another length than the '
    'longest, or with an element that is NULL, NaN, infinite or beyond 2^500; NULL without rows';

CREATE AGGREGATE mlops.profile(value float4[], dimension integer) (
    SFUNC = mlops_internal.vector_profile_accum, STYPE = mlops.vector_profile, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.vector_profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float4[], integer) IS
    'the same where every other number of elements than dimension (1 to 16384, the same in all rows, else error '
    '22023) makes a vector malformed';

CREATE AGGREGATE mlops.merge(vector_profile mlops.vector_profile) (
    SFUNC = mlops_internal.vector_profile_combine, STYPE = mlops.vector_profile, SSPACE = 65536,
    COMBINEFUNC = mlops_internal.vector_profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.vector_profile) IS
    'one vector profile of all the rows that the vector profiles stand for; NULLs are skipped';

CREATE FUNCTION mlops.n(vector_profile mlops.vector_profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_n';
COMMENT ON FUNCTION mlops.n(mlops.vector_profile) IS 'rows, NULLs included';

CREATE FUNCTION mlops.n_null(vector_profile mlops.vector_profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.vector_profile) IS 'rows with NULL';

CREATE FUNCTION mlops.n_values(vector_profile mlops.vector_profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_n_values';
COMMENT ON FUNCTION mlops.n_values(mlops.vector_profile) IS 'rows with a well-formed vector';

CREATE FUNCTION mlops.n_malformed(vector_profile mlops.vector_profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_n_malformed';
COMMENT ON FUNCTION mlops.n_malformed(mlops.vector_profile) IS
    'rows with a vector that is not well-formed, see the aggregate';

CREATE FUNCTION mlops.n_null_elements(vector_profile mlops.vector_profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_n_null_elements';
COMMENT ON FUNCTION mlops.n_null_elements(mlops.vector_profile) IS 'elements that are NULL, in all vectors';

CREATE FUNCTION mlops.n_bad_elements(vector_profile mlops.vector_profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_n_bad_elements';
COMMENT ON FUNCTION mlops.n_bad_elements(mlops.vector_profile) IS
    'elements that are NaN, infinite or beyond 2^500, in vectors of one dimension of array and without NULLs';

CREATE FUNCTION mlops.dimension(vector_profile mlops.vector_profile) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_dimension';
COMMENT ON FUNCTION mlops.dimension(mlops.vector_profile) IS 'elements of a well-formed vector; NULL without one';

CREATE FUNCTION mlops.norms(vector_profile mlops.vector_profile) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_norms';
COMMENT ON FUNCTION mlops.norms(mlops.vector_profile) IS
    'profile of the Euclidean lengths of the well-formed vectors; rows with NULL or a malformed vector are NULLs in it';

CREATE FUNCTION mlops.mean(vector_profile mlops.vector_profile) RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_mean';
COMMENT ON FUNCTION mlops.mean(mlops.vector_profile) IS
    'mean of each dimension, the centroid; NULL without a well-formed vector';

CREATE FUNCTION mlops.variance(vector_profile mlops.vector_profile) RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_variance';
COMMENT ON FUNCTION mlops.variance(mlops.vector_profile) IS
    'sample variance of each dimension, divisor n - 1; NULL with fewer than 2 well-formed vectors';

CREATE FUNCTION mlops.stddev(vector_profile mlops.vector_profile) RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_vector_profile_stddev';
COMMENT ON FUNCTION mlops.stddev(mlops.vector_profile) IS
    'sample standard deviation of each dimension, divisor n - 1; NULL with fewer than 2 well-formed vectors';

CREATE FUNCTION mlops_internal.source_vector_profiles(source text, columns name[], types oid[], condition text,
    path text) RETURNS mlops.vector_profile[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        statement text := format('SELECT ARRAY[%s]::mlops.vector_profile[] FROM %s WHERE (%s)',
            (SELECT string_agg(mlops_internal.vector_expression(c.name, c.type), ', ' ORDER BY c.place)
                FROM unnest(columns, types) WITH ORDINALITY AS c(name, type, place)),
            mlops_internal.source_item(source), coalesce(condition || E'\n', 'true'));
        profiles mlops.vector_profile[];
    BEGIN
        PERFORM set_config('search_path', path, true);
        EXECUTE statement INTO profiles;
        RETURN profiles;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.source_vector_profiles(text, name[], oid[], text, text) IS
    'vector profiles of embedding columns of a source, as mlops_internal.source_profiles makes those of others';

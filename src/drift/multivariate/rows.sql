/*
 * Which rows multivariate drift can look at.
 */
CREATE FUNCTION mlops_internal.finite(value float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_finite';
COMMENT ON FUNCTION mlops_internal.finite(float8) IS 'the value, or NULL when it is NaN or infinite';

CREATE FUNCTION mlops_internal.is_row(features float8[], n_columns integer) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_is_row';
COMMENT ON FUNCTION mlops_internal.is_row(float8[], integer) IS
    'is it an array of that many elements, NULL or finite? false for NULL';

CREATE FUNCTION mlops_internal.is_row(features real[], n_columns integer) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_is_row';
COMMENT ON FUNCTION mlops_internal.is_row(real[], integer) IS
    'is it an array of that many elements, NULL or finite? false for NULL';

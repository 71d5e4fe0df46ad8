/*
 * Drift of many columns together, from co-moments: principal components that
 * are stored and score rows, and Hotelling's test, which needs no rows at all.
 *
 * Functions that take a row have a form for float8[] and one for real[]; the
 * latter also takes what casts to it, such as embeddings.
 */
CREATE TYPE mlops.pca;

CREATE FUNCTION mlops_internal.pca_in(cstring) RETURNS mlops.pca
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_in';
COMMENT ON FUNCTION mlops_internal.pca_in(cstring) IS 'input function of mlops.pca';

CREATE FUNCTION mlops_internal.pca_out(mlops.pca) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_out';
COMMENT ON FUNCTION mlops_internal.pca_out(mlops.pca) IS 'output function of mlops.pca';

CREATE FUNCTION mlops_internal.pca_recv(internal) RETURNS mlops.pca
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_recv';
COMMENT ON FUNCTION mlops_internal.pca_recv(internal) IS 'receive function of mlops.pca';

CREATE FUNCTION mlops_internal.pca_send(mlops.pca) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_send';
COMMENT ON FUNCTION mlops_internal.pca_send(mlops.pca) IS 'send function of mlops.pca';

CREATE TYPE mlops.pca (
    INPUT = mlops_internal.pca_in,
    OUTPUT = mlops_internal.pca_out,
    RECEIVE = mlops_internal.pca_recv,
    SEND = mlops_internal.pca_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.pca IS 'principal components of standardised columns, fitted by mlops.pca_fit: to be stored, and to score rows with mlops.pca_error, mlops.mahalanobis_distance and mlops.pca_scores';

/* Arrays of real; the aggregate over float8[] is in the piece of co-moments. */
CREATE FUNCTION mlops_internal.comoments_accum(state mlops.comoments, "values" real[]) RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_accum_array';
COMMENT ON FUNCTION mlops_internal.comoments_accum(mlops.comoments, real[]) IS 'transition function: add a row; NULL elements are missing values, a NULL array is skipped; error 22023 when the number of elements changes';

CREATE AGGREGATE mlops.comoments("values" real[]) (
    SFUNC = mlops_internal.comoments_accum, STYPE = mlops.comoments,
    COMBINEFUNC = mlops_internal.comoments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.comoments(real[]) IS 'means and co-moments of the elements, up to 1600; NULL elements are missing values, NULL arrays are skipped; error 22023 when the number of elements changes; NULL without a row';

CREATE FUNCTION mlops.pca_fit(comoments mlops.comoments, min_variance float8 DEFAULT 0.65) RETURNS mlops.pca
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_fit_sql';
COMMENT ON FUNCTION mlops.pca_fit(mlops.comoments, float8) IS 'principal components of the columns, each brought to mean 0 and population standard deviation 1 (a constant one stays unscaled): the fewest whose share of the variance exceeds min_variance, with min_variance = 1 all that have a variance (above 0 and at most 1, else error 22023); missing values count as the mean; NULL without a row; error 22023 when a column contains NaN or infinity';

CREATE FUNCTION mlops.n(pca mlops.pca) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_n';
COMMENT ON FUNCTION mlops.n(mlops.pca) IS 'number of rows of the fit';

CREATE FUNCTION mlops.n_columns(pca mlops.pca) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_n_columns';
COMMENT ON FUNCTION mlops.n_columns(mlops.pca) IS 'number of columns';

CREATE FUNCTION mlops.n_components(pca mlops.pca) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_n_components';
COMMENT ON FUNCTION mlops.n_components(mlops.pca) IS 'number of components that are kept';

CREATE FUNCTION mlops.components(pca mlops.pca)
    RETURNS TABLE (component integer, variance float8, variance_ratio float8, cumulative_ratio float8, loadings float8[])
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_components';
COMMENT ON FUNCTION mlops.components(mlops.pca) IS 'all components, greatest first: variance (eigenvalue of the correlation matrix), its share and the share so far (NULL when all columns are constant), loadings: the component''s unit vector, one element a column, the greatest positive; NULL for those that are not kept';

CREATE FUNCTION mlops.scaling(pca mlops.pca) RETURNS TABLE (i integer, mean float8, stddev float8)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_scaling';
COMMENT ON FUNCTION mlops.scaling(mlops.pca) IS 'how column i is standardised: (value - mean) / stddev, the population standard deviation or 1 for a constant column; NULL for a column without a value, which is left out';

CREATE FUNCTION mlops.pca_error(pca mlops.pca, features float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_error_sql';
COMMENT ON FUNCTION mlops.pca_error(mlops.pca, float8[]) IS 'reconstruction error of a row: Euclidean distance between the standardised row and its projection onto the components, >= 0; NULL elements count as the mean; NaN when an element is NaN or infinite; NULL when the number of elements is not that of the fit';

CREATE FUNCTION mlops.pca_scores(pca mlops.pca, features float8[]) RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_scores_sql';
COMMENT ON FUNCTION mlops.pca_scores(mlops.pca, float8[]) IS 'coordinates of a row: the standardised row times each component that is kept; NULL elements count as the mean; all NaN when an element is NaN or infinite; NULL when the number of elements is not that of the fit';

CREATE FUNCTION mlops.mahalanobis_distance(pca mlops.pca, features float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_mahalanobis_distance';
COMMENT ON FUNCTION mlops.mahalanobis_distance(mlops.pca, float8[]) IS 'Mahalanobis distance of a row from the mean by the sample covariance of the fit, >= 0; directions in which the fitted rows do not vary are left out; NULL elements count as the mean; NaN when an element is NaN or infinite; NULL when the number of elements is not that of the fit; error 22023 unless fitted with min_variance => 1';

CREATE FUNCTION mlops.pca_error(pca mlops.pca, features real[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_error_sql';
COMMENT ON FUNCTION mlops.pca_error(mlops.pca, real[]) IS 'reconstruction error of a row: Euclidean distance between the standardised row and its projection onto the components, >= 0; NULL elements count as the mean; NaN when an element is NaN or infinite; NULL when the number of elements is not that of the fit';

CREATE FUNCTION mlops.pca_scores(pca mlops.pca, features real[]) RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_pca_scores_sql';
COMMENT ON FUNCTION mlops.pca_scores(mlops.pca, real[]) IS 'coordinates of a row: the standardised row times each component that is kept; NULL elements count as the mean; all NaN when an element is NaN or infinite; NULL when the number of elements is not that of the fit';

CREATE FUNCTION mlops.mahalanobis_distance(pca mlops.pca, features real[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_mahalanobis_distance';
COMMENT ON FUNCTION mlops.mahalanobis_distance(mlops.pca, real[]) IS 'Mahalanobis distance of a row from the mean by the sample covariance of the fit, >= 0; directions in which the fitted rows do not vary are left out; NULL elements count as the mean; NaN when an element is NaN or infinite; NULL when the number of elements is not that of the fit; error 22023 unless fitted with min_variance => 1';

CREATE FUNCTION mlops.hotelling_test(reference mlops.comoments, current mlops.comoments) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_hotelling_test_sql';
COMMENT ON FUNCTION mlops.hotelling_test(mlops.comoments, mlops.comoments) IS 'Hotelling''s two-sample T-squared test that the means of all columns are equal, p-value by the F distribution; columns that are linear combinations of others are left out; with missing values means and covariances of the values that are there, n the fewest of a column; Infinity and p = 0 when a constant changed; NULL with fewer than (columns that vary) + 2 rows or a column without values on one side; other number of columns, NaN or infinity: error 22023';

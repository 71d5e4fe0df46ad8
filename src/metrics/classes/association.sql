/*
 * association of two columns of categories, from the same counts as the
 * decisions of several classes: mlops.class_confusion(x, y).
 */
CREATE FUNCTION mlops.cramers_v(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_cramers_v';
COMMENT ON FUNCTION mlops.cramers_v(mlops.class_confusion) IS 'Cramer''s V, sqrt(chi-square / n / min(rows - 1, columns - 1)), 0 to 1; of the counts of class_confusion(x, y), with their weights; NULL without rows and when a column has only one value';

CREATE FUNCTION mlops.cramers_v(counts mlops.class_confusion, bias_correction boolean) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_cramers_v';
COMMENT ON FUNCTION mlops.cramers_v(mlops.class_confusion, boolean) IS 'Cramer''s V, corrected for its bias on request (Bergsma 2013): without it independent columns of few rows seem associated; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.cramers_v(x text, y text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.cramers_v, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cramers_v(text, text) IS 'Cramer''s V, sqrt(chi-square / n / min(rows - 1, columns - 1)), 0 to 1; rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.cramers_v(x integer, y integer) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.cramers_v, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.cramers_v(integer, integer) IS 'Cramer''s V, sqrt(chi-square / n / min(rows - 1, columns - 1)), 0 to 1; rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE FUNCTION mlops.mutual_information(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_mutual_information';
COMMENT ON FUNCTION mlops.mutual_information(mlops.class_confusion) IS 'mutual information in nats, sum of p ln(p / (p_x p_y)); of the counts of class_confusion(x, y), with their weights; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.mutual_information(x text, y text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.mutual_information, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mutual_information(text, text) IS 'mutual information in nats, sum of p ln(p / (p_x p_y)); rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.mutual_information(x integer, y integer) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.mutual_information, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mutual_information(integer, integer) IS 'mutual information in nats, sum of p ln(p / (p_x p_y)); rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE FUNCTION mlops.normalized_mutual_information(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_normalized_mutual_information';
COMMENT ON FUNCTION mlops.normalized_mutual_information(mlops.class_confusion) IS 'mutual information divided by the mean of both entropies, 0 to 1; of the counts of class_confusion(x, y), with their weights; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.normalized_mutual_information(x text, y text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.normalized_mutual_information, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.normalized_mutual_information(text, text) IS 'mutual information divided by the mean of both entropies, 0 to 1; rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.normalized_mutual_information(x integer, y integer) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.normalized_mutual_information, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.normalized_mutual_information(integer, integer) IS 'mutual information divided by the mean of both entropies, 0 to 1; rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE FUNCTION mlops.theils_u(counts mlops.class_confusion) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_class_theils_u';
COMMENT ON FUNCTION mlops.theils_u(mlops.class_confusion) IS 'Theil''s uncertainty coefficient U(x | y), the share of the entropy of x that y explains, 0 to 1; of the counts of class_confusion(x, y), with their weights; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.theils_u(x text, y text) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.theils_u, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.theils_u(text, text) IS 'Theil''s uncertainty coefficient U(x | y), the share of the entropy of x that y explains, 0 to 1; rows with a NULL are skipped; NULL without rows and when a column has only one value';

CREATE AGGREGATE mlops.theils_u(x integer, y integer) (
    SFUNC = mlops_internal.class_confusion_accum, STYPE = mlops.class_confusion,
    FINALFUNC = mlops.theils_u, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.class_confusion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.theils_u(integer, integer) IS 'Theil''s uncertainty coefficient U(x | y), the share of the entropy of x that y explains, 0 to 1; rows with a NULL are skipped; NULL without rows and when a column has only one value';

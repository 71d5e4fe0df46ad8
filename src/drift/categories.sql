/*
 * Drift of text: mlops.categories counts each category in two samples.
 *
 * All aggregates over (value text, is_current boolean) share one state, so
 * several of them in one SELECT count the rows once.  mlops.categories() keeps
 * that state: for options, for storing, for merging.
 */
CREATE TYPE mlops.categories;

CREATE FUNCTION mlops.categories_in(cstring) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_in';
COMMENT ON FUNCTION mlops.categories_in(cstring) IS 'input function of mlops.categories';

CREATE FUNCTION mlops.categories_out(mlops.categories) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_out';
COMMENT ON FUNCTION mlops.categories_out(mlops.categories) IS 'output function of mlops.categories';

CREATE FUNCTION mlops.categories_recv(internal) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_recv';
COMMENT ON FUNCTION mlops.categories_recv(internal) IS 'receive function of mlops.categories';

CREATE FUNCTION mlops.categories_send(mlops.categories) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_send';
COMMENT ON FUNCTION mlops.categories_send(mlops.categories) IS 'send function of mlops.categories';

CREATE TYPE mlops.categories (
    INPUT = mlops.categories_in,
    OUTPUT = mlops.categories_out,
    RECEIVE = mlops.categories_recv,
    SEND = mlops.categories_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.categories IS 'how often each category occurs in the reference and in the current sample';

CREATE FUNCTION mlops.categories_combine(state mlops.categories, other mlops.categories) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_combine';
COMMENT ON FUNCTION mlops.categories_combine(mlops.categories, mlops.categories) IS 'both states together; NULL is the empty state';

CREATE FUNCTION mlops.categories_accum(state mlops.categories, value text, is_current boolean) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_accum';
COMMENT ON FUNCTION mlops.categories_accum(mlops.categories, text, boolean) IS 'transition function: count a category in the current sample (true) or the reference (false); a NULL skips the row';

CREATE AGGREGATE mlops.categories(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.categories(text, boolean) IS 'counts of the categories in both samples; is_current: false = reference, true = current; rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.merge(categories mlops.categories) (
    SFUNC = mlops.categories_combine, STYPE = mlops.categories,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.categories) IS 'counts of all values together; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.n_reference(state mlops.categories) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_n_reference';
COMMENT ON FUNCTION mlops.n_reference(mlops.categories) IS 'number of rows of the reference';

CREATE FUNCTION mlops.n_current(state mlops.categories) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_n_current';
COMMENT ON FUNCTION mlops.n_current(mlops.categories) IS 'number of rows of the current sample';

CREATE FUNCTION mlops.new_categories(state mlops.categories) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_new';
COMMENT ON FUNCTION mlops.new_categories(mlops.categories) IS 'categories of the current sample that the reference does not have, in bytewise order';

CREATE FUNCTION mlops.missing_categories(state mlops.categories) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_missing';
COMMENT ON FUNCTION mlops.missing_categories(mlops.categories) IS 'categories of the reference that the current sample does not have, in bytewise order';

CREATE FUNCTION mlops.psi(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_psi';
COMMENT ON FUNCTION mlops.psi(mlops.categories) IS 'population stability index, sum of (q - p) ln(q / p); NULL when a sample is empty; an empty proportion is replaced by 0.0001';

CREATE FUNCTION mlops.psi(state mlops.categories, epsilon float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_psi';
COMMENT ON FUNCTION mlops.psi(mlops.categories, float8) IS 'population stability index, sum of (q - p) ln(q / p); NULL when a sample is empty; an empty proportion is replaced by epsilon, and with epsilon 0 a cell that is empty on one side gives Infinity';

CREATE AGGREGATE mlops.psi(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.psi, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(text, boolean) IS 'population stability index, sum of (q - p) ln(q / p); NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped; an empty proportion is replaced by 0.0001';

CREATE FUNCTION mlops.kl_divergence(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.categories) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p); NULL when a sample is empty; Infinity when the current sample has a category that the reference lacks';

CREATE FUNCTION mlops.kl_divergence(state mlops.categories, epsilon float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.categories, float8) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p); NULL when a sample is empty; an empty p is replaced by epsilon, and with epsilon 0 such a cell gives Infinity';

CREATE AGGREGATE mlops.kl_divergence(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.kl_divergence, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(text, boolean) IS 'Kullback-Leibler divergence of current from reference in nats, sum of q ln(q / p); NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped; Infinity when the current sample has a category that the reference lacks';

CREATE FUNCTION mlops.js_divergence(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.categories) IS 'Jensen-Shannon divergence to base 2, between 0 and 1; NULL when a sample is empty';

CREATE AGGREGATE mlops.js_divergence(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.js_divergence, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(text, boolean) IS 'Jensen-Shannon divergence to base 2, between 0 and 1; NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE FUNCTION mlops.js_distance(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.categories) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1; NULL when a sample is empty';

CREATE AGGREGATE mlops.js_distance(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.js_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(text, boolean) IS 'Jensen-Shannon distance to base 2, the square root of the divergence, between 0 and 1; NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE FUNCTION mlops.hellinger_distance(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.categories) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1; NULL when a sample is empty';

CREATE AGGREGATE mlops.hellinger_distance(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.hellinger_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(text, boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2), between 0 and 1; NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE FUNCTION mlops.total_variation_distance(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.categories) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1; NULL when a sample is empty';

CREATE AGGREGATE mlops.total_variation_distance(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.total_variation_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(text, boolean) IS 'total variation distance, sum of |p - q| / 2, between 0 and 1; NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE FUNCTION mlops.l_infinity_distance(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.categories) IS 'largest |p - q|, between 0 and 1; NULL when a sample is empty';

CREATE AGGREGATE mlops.l_infinity_distance(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.l_infinity_distance, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(text, boolean) IS 'largest |p - q|, between 0 and 1; NULL when a sample is empty; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE FUNCTION mlops.chi_square_test(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_chi_square_test';
COMMENT ON FUNCTION mlops.chi_square_test(mlops.categories) IS 'Pearson''s chi-square test of the 2 x k table of counts, k - 1 degrees of freedom, without Yates'' correction; NULL when a sample is empty or there is only one category';

CREATE AGGREGATE mlops.chi_square_test(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.chi_square_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.chi_square_test(text, boolean) IS 'Pearson''s chi-square test of the 2 x k table of counts, k - 1 degrees of freedom, without Yates'' correction; NULL when a sample is empty or there is only one category; is_current: false = reference, true = current; rows with a NULL are skipped';

CREATE FUNCTION mlops.g_test(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_g_test';
COMMENT ON FUNCTION mlops.g_test(mlops.categories) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom; NULL when a sample is empty or there is only one category';

CREATE AGGREGATE mlops.g_test(value text, is_current boolean) (
    SFUNC = mlops.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.g_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.g_test(text, boolean) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom; NULL when a sample is empty or there is only one category; is_current: false = reference, true = current; rows with a NULL are skipped';

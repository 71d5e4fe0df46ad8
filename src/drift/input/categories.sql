/*
 * Drift of text: mlops.categories counts each category in two samples.
 *
 * All aggregates over (value text, is_current boolean) share one state, so
 * several of them in one SELECT count the rows once.  mlops.categories() keeps
 * that state: for options, for storing, for merging.
 */
CREATE TYPE mlops.categories;

CREATE FUNCTION mlops_internal.categories_in(cstring) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_in';
COMMENT ON FUNCTION mlops_internal.categories_in(cstring) IS 'input function of mlops.categories';

CREATE FUNCTION mlops_internal.categories_out(mlops.categories) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_out';
COMMENT ON FUNCTION mlops_internal.categories_out(mlops.categories) IS 'output function of mlops.categories';

CREATE FUNCTION mlops_internal.categories_recv(internal) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_recv';
COMMENT ON FUNCTION mlops_internal.categories_recv(internal) IS 'receive function of mlops.categories';

CREATE FUNCTION mlops_internal.categories_send(mlops.categories) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_send';
COMMENT ON FUNCTION mlops_internal.categories_send(mlops.categories) IS 'send function of mlops.categories';

CREATE TYPE mlops.categories (
    INPUT = mlops_internal.categories_in,
    OUTPUT = mlops_internal.categories_out,
    RECEIVE = mlops_internal.categories_recv,
    SEND = mlops_internal.categories_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.categories IS 'how often each category occurs in the reference and in the current sample';

CREATE FUNCTION mlops_internal.categories_combine(state mlops.categories, other mlops.categories) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_combine';
COMMENT ON FUNCTION mlops_internal.categories_combine(mlops.categories, mlops.categories) IS 'both states together; NULL is the empty state';

CREATE FUNCTION mlops_internal.categories_accum(state mlops.categories, value text, is_current boolean) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_accum';
COMMENT ON FUNCTION mlops_internal.categories_accum(mlops.categories, text, boolean) IS 'transition function: count a category in the current sample (true) or the reference (false); a NULL value is counted apart, a NULL is_current skips the row';

CREATE FUNCTION mlops_internal.categories_accum(state mlops.categories, value text, is_current boolean, null_category boolean) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_accum';
COMMENT ON FUNCTION mlops_internal.categories_accum(mlops.categories, text, boolean, boolean) IS 'transition function: as without null_category, which says whether a NULL is a category of its own; NULL = false';

CREATE FUNCTION mlops_internal.categories_accum(state mlops.categories, value boolean, is_current boolean) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_accum_boolean';
COMMENT ON FUNCTION mlops_internal.categories_accum(mlops.categories, boolean, boolean) IS 'transition function: count true or false in the current sample or the reference; a NULL value is counted apart, a NULL is_current skips the row';

CREATE FUNCTION mlops_internal.categories_accum(state mlops.categories, value text) RETURNS mlops.categories
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_accum_one';
COMMENT ON FUNCTION mlops_internal.categories_accum(mlops.categories, text) IS 'transition function: count a category; a NULL is counted apart';

CREATE AGGREGATE mlops.categories(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.categories(text, boolean) IS 'counts of the categories in both samples; is_current: false = reference, true = current, NULL: the row is skipped; a NULL value is counted apart; NULL without a row';

CREATE AGGREGATE mlops.categories(value boolean, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.categories(boolean, boolean) IS 'counts of false and true in both samples; is_current: false = reference, true = current, NULL: the row is skipped; a NULL value is counted apart; NULL without a row';

CREATE AGGREGATE mlops.merge(categories mlops.categories) (
    SFUNC = mlops_internal.categories_combine, STYPE = mlops.categories,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.categories) IS 'counts of all values together; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.n_reference(state mlops.categories) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_n_reference';
COMMENT ON FUNCTION mlops.n_reference(mlops.categories) IS 'number of rows of the reference that have a value';

CREATE FUNCTION mlops.n_current(state mlops.categories) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_n_current';
COMMENT ON FUNCTION mlops.n_current(mlops.categories) IS 'number of rows of the current sample that have a value';

CREATE FUNCTION mlops.category_counts(state mlops.categories) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_counts';
COMMENT ON FUNCTION mlops.category_counts(mlops.categories) IS 'the categories of the reference with their numbers of rows, as an object';

CREATE AGGREGATE mlops.category_counts(value text) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.category_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.category_counts(text) IS 'the categories with their numbers of rows, as an object; NULLs are not counted; NULL without a row';

CREATE FUNCTION mlops.new_categories(state mlops.categories) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_new';
COMMENT ON FUNCTION mlops.new_categories(mlops.categories) IS 'categories of the current sample that the reference does not have, in bytewise order';

CREATE AGGREGATE mlops.new_categories(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.new_categories, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.new_categories(text, boolean) IS 'categories of the current sample that the reference does not have, in bytewise order; is_current: false = reference, true = current; a row with a NULL is skipped; NULL without a row';

CREATE FUNCTION mlops.missing_categories(state mlops.categories) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_missing';
COMMENT ON FUNCTION mlops.missing_categories(mlops.categories) IS 'categories of the reference that the current sample does not have, in bytewise order';

CREATE AGGREGATE mlops.missing_categories(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.missing_categories, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.missing_categories(text, boolean) IS 'categories of the reference that the current sample does not have, in bytewise order; is_current: false = reference, true = current; a row with a NULL is skipped; NULL without a row';

CREATE FUNCTION mlops.unseen_rate(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_unseen_rate';
COMMENT ON FUNCTION mlops.unseen_rate(mlops.categories) IS 'share of the current rows whose category the reference does not have; NULL when a sample is empty';

CREATE AGGREGATE mlops.unseen_rate(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops.unseen_rate, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.unseen_rate(text, boolean) IS 'share of the current rows whose category the reference does not have; is_current: false = reference, true = current; a row with a NULL is skipped; NULL when a sample is empty';

CREATE FUNCTION mlops.psi(state mlops.categories, epsilon float8 DEFAULT 0.0001, null_category boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_psi';
COMMENT ON FUNCTION mlops.psi(mlops.categories, float8, boolean) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.psi_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_psi';
COMMENT ON FUNCTION mlops_internal.psi_final(mlops.categories) IS 'final function: mlops.psi with the options that came with the rows';

CREATE AGGREGATE mlops.psi(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.psi_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(text, boolean) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.psi(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.psi_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi(text, boolean, boolean) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.kl_divergence(
        state mlops.categories, epsilon float8 DEFAULT 0, base float8 DEFAULT 2.718281828459045,
        direction text DEFAULT 'current', null_category boolean DEFAULT false)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.categories, float8, float8, text, boolean) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.kl_divergence_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_kl_divergence';
COMMENT ON FUNCTION mlops_internal.kl_divergence_final(mlops.categories) IS 'final function: mlops.kl_divergence with the options that came with the rows';

CREATE AGGREGATE mlops.kl_divergence(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.kl_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(text, boolean) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.kl_divergence(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.kl_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_divergence(text, boolean, boolean) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.js_divergence(state mlops.categories, base float8 DEFAULT 2, null_category boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.categories, float8, boolean) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.js_divergence_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_divergence';
COMMENT ON FUNCTION mlops_internal.js_divergence_final(mlops.categories) IS 'final function: mlops.js_divergence with the options that came with the rows';

CREATE AGGREGATE mlops.js_divergence(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.js_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(text, boolean) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.js_divergence(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.js_divergence_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_divergence(text, boolean, boolean) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.js_distance(state mlops.categories, base float8 DEFAULT 2, null_category boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.categories, float8, boolean) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.js_distance_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_distance';
COMMENT ON FUNCTION mlops_internal.js_distance_final(mlops.categories) IS 'final function: mlops.js_distance with the options that came with the rows';

CREATE AGGREGATE mlops.js_distance(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.js_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(text, boolean) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.js_distance(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.js_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_distance(text, boolean, boolean) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.hellinger_distance(state mlops.categories, null_category boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.categories, boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.hellinger_distance_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_hellinger_distance';
COMMENT ON FUNCTION mlops_internal.hellinger_distance_final(mlops.categories) IS 'final function: mlops.hellinger_distance with the options that came with the rows';

CREATE AGGREGATE mlops.hellinger_distance(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.hellinger_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(text, boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.hellinger_distance(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.hellinger_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_distance(text, boolean, boolean) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.total_variation_distance(state mlops.categories, null_category boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.categories, boolean) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.total_variation_distance_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_total_variation_distance';
COMMENT ON FUNCTION mlops_internal.total_variation_distance_final(mlops.categories) IS 'final function: mlops.total_variation_distance with the options that came with the rows';

CREATE AGGREGATE mlops.total_variation_distance(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.total_variation_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(text, boolean) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.total_variation_distance(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.total_variation_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_distance(text, boolean, boolean) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.l_infinity_distance(state mlops.categories, null_category boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.categories, boolean) IS 'largest |p - q|; between 0 and 1; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.l_infinity_distance_final(state mlops.categories) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_l_infinity_distance';
COMMENT ON FUNCTION mlops_internal.l_infinity_distance_final(mlops.categories) IS 'final function: mlops.l_infinity_distance with the options that came with the rows';

CREATE AGGREGATE mlops.l_infinity_distance(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.l_infinity_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(text, boolean) IS 'largest |p - q|; between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.l_infinity_distance(value text, is_current boolean, null_category boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.l_infinity_distance_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_distance(text, boolean, boolean) IS 'largest |p - q|; between 0 and 1, with default options; NULL when a sample is empty; is_current: false = reference, true = current, NULL: the row is skipped; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.drift_bins(
        state mlops.categories, epsilon float8 DEFAULT 0.0001, null_category boolean DEFAULT false, OUT bin integer,
        OUT lower float8, OUT upper float8, OUT category text, OUT is_null boolean, OUT count_reference float8,
        OUT count_current float8, OUT proportion_reference float8, OUT proportion_current float8, OUT psi float8, OUT js float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_drift_bins';
COMMENT ON FUNCTION mlops.drift_bins(mlops.categories, float8, boolean) IS 'which category moved: of each both counts and proportions and what it adds to psi and to the Jensen-Shannon divergence to base 2; no rows when a sample is empty; null_category: rows without a value are a category of their own';

CREATE FUNCTION mlops.chi_square_test(
        state mlops.categories, correction boolean DEFAULT false, method text DEFAULT 'contingency',
        null_category boolean DEFAULT false)
    RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_chi_square_test';
COMMENT ON FUNCTION mlops.chi_square_test(mlops.categories, boolean, text, boolean) IS 'chi-square test of the 2 x k table of counts, k - 1 degrees of freedom; correction: that of Yates, which applies when k = 2; method gof takes the reference, scaled to the size of the current sample, for the truth: not a test of two samples, Infinity when a category is new; NULL when a sample is empty or there is only one category; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.chi_square_test_final(state mlops.categories) RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_chi_square_test';
COMMENT ON FUNCTION mlops_internal.chi_square_test_final(mlops.categories) IS 'final function: mlops.chi_square_test with the options that came with the rows';

CREATE AGGREGATE mlops.chi_square_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.chi_square_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.chi_square_test(text, boolean) IS 'chi-square test of the 2 x k table of counts, k - 1 degrees of freedom; correction: that of Yates, which applies when k = 2; method gof takes the reference, scaled to the size of the current sample, for the truth: not a test of two samples, Infinity when a category is new, with default options; NULL when a sample is empty or there is only one category; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.chi_square_test(value boolean, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.chi_square_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.chi_square_test(boolean, boolean) IS 'chi-square test of the 2 x k table of counts, k - 1 degrees of freedom; correction: that of Yates, which applies when k = 2; method gof takes the reference, scaled to the size of the current sample, for the truth: not a test of two samples, Infinity when a category is new, with default options; NULL when a sample is empty or there is only one category; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.g_test(state mlops.categories, null_category boolean DEFAULT false) RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_g_test';
COMMENT ON FUNCTION mlops.g_test(mlops.categories, boolean) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom, or by permutation where a count below 5 is expected; NULL when a sample is empty or there is only one category; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.g_test_final(state mlops.categories) RETURNS mlops.chi_square_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_g_test';
COMMENT ON FUNCTION mlops_internal.g_test_final(mlops.categories) IS 'final function: mlops.g_test with the options that came with the rows';

CREATE AGGREGATE mlops.g_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.g_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.g_test(text, boolean) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom, or by permutation where a count below 5 is expected, with default options; NULL when a sample is empty or there is only one category; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.g_test(value boolean, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.g_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.g_test(boolean, boolean) IS 'likelihood-ratio (G) test of the 2 x k table of counts, k - 1 degrees of freedom, or by permutation where a count below 5 is expected, with default options; NULL when a sample is empty or there is only one category; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.fisher_exact_test(state mlops.categories, alternative text DEFAULT 'two-sided') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_fisher_exact_test';
COMMENT ON FUNCTION mlops.fisher_exact_test(mlops.categories, text) IS 'Fisher''s exact test of two categories; the statistic is the odds ratio r0 c1 / (r1 c0) of their counts in reference and current, NaN where it is 0 / 0; alternative: two-sided, less or greater, of that ratio; more than two categories: error 22023; NULL when a sample is empty; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.fisher_exact_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_fisher_exact_test';
COMMENT ON FUNCTION mlops_internal.fisher_exact_test_final(mlops.categories) IS 'final function: mlops.fisher_exact_test with the options that came with the rows';

CREATE AGGREGATE mlops.fisher_exact_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.fisher_exact_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fisher_exact_test(text, boolean) IS 'Fisher''s exact test of two categories; the statistic is the odds ratio r0 c1 / (r1 c0) of their counts in reference and current, NaN where it is 0 / 0; alternative: two-sided, less or greater, of that ratio; more than two categories: error 22023, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.fisher_exact_test(value boolean, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.fisher_exact_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.fisher_exact_test(boolean, boolean) IS 'Fisher''s exact test of two categories; the statistic is the odds ratio r0 c1 / (r1 c0) of their counts in reference and current, NaN where it is 0 / 0; alternative: two-sided, less or greater, of that ratio; more than two categories: error 22023, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.proportion_z_test(state mlops.categories, alternative text DEFAULT 'two-sided') RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_proportion_z_test';
COMMENT ON FUNCTION mlops.proportion_z_test(mlops.categories, text) IS 'test of two proportions by the pooled normal approximation: z of the share of the second category (true) in the reference minus that in the current sample; p is 1 when both are 0 or both 1; alternative: two-sided, less or greater; more than two categories: error 22023; NULL when a sample is empty; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.proportion_z_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_proportion_z_test';
COMMENT ON FUNCTION mlops_internal.proportion_z_test_final(mlops.categories) IS 'final function: mlops.proportion_z_test with the options that came with the rows';

CREATE AGGREGATE mlops.proportion_z_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.proportion_z_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.proportion_z_test(text, boolean) IS 'test of two proportions by the pooled normal approximation: z of the share of the second category (true) in the reference minus that in the current sample; p is 1 when both are 0 or both 1; alternative: two-sided, less or greater; more than two categories: error 22023, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE AGGREGATE mlops.proportion_z_test(value boolean, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.proportion_z_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.proportion_z_test(boolean, boolean) IS 'test of two proportions by the pooled normal approximation: z of the share of the second category (true) in the reference minus that in the current sample; p is 1 when both are 0 or both 1; alternative: two-sided, less or greater; more than two categories: error 22023, with default options; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.psi_test(
        state mlops.categories, epsilon float8 DEFAULT 0.0001, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_psi_test';
COMMENT ON FUNCTION mlops.psi_test(mlops.categories, float8, boolean, text, integer, bigint) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.psi_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_psi_test';
COMMENT ON FUNCTION mlops_internal.psi_test_final(mlops.categories) IS 'final function: mlops.psi_test with default options';

CREATE AGGREGATE mlops.psi_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.psi_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.psi_test(text, boolean) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.kl_test(
        state mlops.categories, epsilon float8 DEFAULT 0, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_kl_test';
COMMENT ON FUNCTION mlops.kl_test(mlops.categories, float8, boolean, text, integer, bigint) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.kl_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_kl_test';
COMMENT ON FUNCTION mlops_internal.kl_test_final(mlops.categories) IS 'final function: mlops.kl_test with default options';

CREATE AGGREGATE mlops.kl_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.kl_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.kl_test(text, boolean) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.js_test(
        state mlops.categories, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_test';
COMMENT ON FUNCTION mlops.js_test(mlops.categories, boolean, text, integer, bigint) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.js_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_js_test';
COMMENT ON FUNCTION mlops_internal.js_test_final(mlops.categories) IS 'final function: mlops.js_test with default options';

CREATE AGGREGATE mlops.js_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.js_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.js_test(text, boolean) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.hellinger_test(
        state mlops.categories, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_hellinger_test';
COMMENT ON FUNCTION mlops.hellinger_test(mlops.categories, boolean, text, integer, bigint) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.hellinger_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_hellinger_test';
COMMENT ON FUNCTION mlops_internal.hellinger_test_final(mlops.categories) IS 'final function: mlops.hellinger_test with default options';

CREATE AGGREGATE mlops.hellinger_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.hellinger_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hellinger_test(text, boolean) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.total_variation_test(
        state mlops.categories, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_total_variation_test';
COMMENT ON FUNCTION mlops.total_variation_test(mlops.categories, boolean, text, integer, bigint) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.total_variation_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_total_variation_test';
COMMENT ON FUNCTION mlops_internal.total_variation_test_final(mlops.categories) IS 'final function: mlops.total_variation_test with default options';

CREATE AGGREGATE mlops.total_variation_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.total_variation_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.total_variation_test(text, boolean) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

CREATE FUNCTION mlops.l_infinity_test(
        state mlops.categories, null_category boolean DEFAULT false, method text DEFAULT 'auto',
        n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_l_infinity_test';
COMMENT ON FUNCTION mlops.l_infinity_test(mlops.categories, boolean, text, integer, bigint) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty; null_category: rows without a value are a category of their own; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.l_infinity_test_final(state mlops.categories) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_categories_l_infinity_test';
COMMENT ON FUNCTION mlops_internal.l_infinity_test_final(mlops.categories) IS 'final function: mlops.l_infinity_test with default options';

CREATE AGGREGATE mlops.l_infinity_test(value text, is_current boolean) (
    SFUNC = mlops_internal.categories_accum, STYPE = mlops.categories,
    FINALFUNC = mlops_internal.l_infinity_test_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.categories_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.l_infinity_test(text, boolean) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty; is_current: false = reference, true = current; a row with a NULL is skipped';

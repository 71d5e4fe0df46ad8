/*
 * Drift of numbers between given edges: mlops.two_histograms counts both samples
 * in the memory of the bins, whatever the number of rows.  Edges come from
 * mlops.histogram_edges() or from people.
 */
CREATE TYPE mlops.two_histograms;

CREATE FUNCTION mlops_internal.two_histograms_in(cstring) RETURNS mlops.two_histograms
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_in';
COMMENT ON FUNCTION mlops_internal.two_histograms_in(cstring) IS 'input function of mlops.two_histograms';

CREATE FUNCTION mlops_internal.two_histograms_out(mlops.two_histograms) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_out';
COMMENT ON FUNCTION mlops_internal.two_histograms_out(mlops.two_histograms) IS 'output function of mlops.two_histograms';

CREATE FUNCTION mlops_internal.two_histograms_recv(internal) RETURNS mlops.two_histograms
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_recv';
COMMENT ON FUNCTION mlops_internal.two_histograms_recv(internal) IS 'receive function of mlops.two_histograms';

CREATE FUNCTION mlops_internal.two_histograms_send(mlops.two_histograms) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_send';
COMMENT ON FUNCTION mlops_internal.two_histograms_send(mlops.two_histograms) IS 'send function of mlops.two_histograms';

CREATE TYPE mlops.two_histograms (
    INPUT = mlops_internal.two_histograms_in,
    OUTPUT = mlops_internal.two_histograms_out,
    RECEIVE = mlops_internal.two_histograms_recv,
    SEND = mlops_internal.two_histograms_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.two_histograms IS 'how many values of the reference and of the current sample lie between given edges';

CREATE FUNCTION mlops_internal.two_histograms_combine(state mlops.two_histograms, other mlops.two_histograms) RETURNS mlops.two_histograms
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_combine';
COMMENT ON FUNCTION mlops_internal.two_histograms_combine(mlops.two_histograms, mlops.two_histograms) IS 'both states together; NULL is the empty state; edges that differ: error 22023';

CREATE FUNCTION mlops_internal.two_histograms_accum(state mlops.two_histograms, value float8, is_current boolean, edges float8[]) RETURNS mlops.two_histograms
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_accum';
COMMENT ON FUNCTION mlops_internal.two_histograms_accum(mlops.two_histograms, float8, boolean, float8[]) IS 'transition function: count a value of the current sample (true) or the reference (false) between the edges, the same in all rows (else error 22023); a NULL value or is_current skips the row';

CREATE FUNCTION mlops_internal.two_histograms_accum(state mlops.two_histograms, value float8, edges float8[]) RETURNS mlops.two_histograms
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histogram_accum';
COMMENT ON FUNCTION mlops_internal.two_histograms_accum(mlops.two_histograms, float8, float8[]) IS 'transition function: count a value between the edges, the same in all rows (else error 22023); a NULL value skips the row';

CREATE AGGREGATE mlops.two_histograms(value float8, is_current boolean, edges float8[]) (
    SFUNC = mlops_internal.two_histograms_accum, STYPE = mlops.two_histograms,
    COMBINEFUNC = mlops_internal.two_histograms_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.two_histograms(float8, boolean, float8[]) IS 'counts of both samples between edges: edges e1 < ... < en (finite, else error 22023) make the bins (-inf, e1], (e1, e2], ... (en, inf); is_current: false = reference, true = current; rows with a NULL are skipped; NULL without a row';

CREATE AGGREGATE mlops.merge(histograms mlops.two_histograms) (
    SFUNC = mlops_internal.two_histograms_combine, STYPE = mlops.two_histograms,
    COMBINEFUNC = mlops_internal.two_histograms_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.two_histograms) IS 'counts of all values together, whose edges must be the same (else error 22023); NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.n_reference(state mlops.two_histograms) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_n_reference';
COMMENT ON FUNCTION mlops.n_reference(mlops.two_histograms) IS 'number of values of the reference, without NaN';

CREATE FUNCTION mlops.n_current(state mlops.two_histograms) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_two_histograms_n_current';
COMMENT ON FUNCTION mlops.n_current(mlops.two_histograms) IS 'number of values of the current sample, without NaN';

CREATE FUNCTION mlops_internal.histogram_counts(state mlops.two_histograms) RETURNS bigint[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histogram_counts';
COMMENT ON FUNCTION mlops_internal.histogram_counts(mlops.two_histograms) IS 'counts of the reference in the bins; NULL when a value is NaN';

CREATE AGGREGATE mlops.histogram(value float8, edges float8[]) (
    SFUNC = mlops_internal.two_histograms_accum, STYPE = mlops.two_histograms,
    FINALFUNC = mlops_internal.histogram_counts, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_histograms_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.histogram(float8, float8[]) IS 'counts between edges: edges e1 < ... < en (finite, else error 22023) make the bins (-inf, e1], (e1, e2], ... (en, inf); as many as edges plus one; rows with a NULL value are skipped; NULL without a row and when a value is NaN';

CREATE FUNCTION mlops.histogram(elements float8[], edges float8[]) RETURNS bigint[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histogram_array';
COMMENT ON FUNCTION mlops.histogram(float8[], float8[]) IS 'counts of the elements between edges: edges e1 < ... < en (finite, else error 22023) make the bins (-inf, e1], (e1, e2], ... (en, inf); NULL elements are skipped; NULL when one is NaN';

CREATE FUNCTION mlops.psi(state mlops.two_histograms, epsilon float8 DEFAULT 0.0001) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_psi';
COMMENT ON FUNCTION mlops.psi(mlops.two_histograms, float8) IS 'population stability index, sum of (q - p) ln(q / p); an empty proportion is replaced by epsilon (0.0001), and with epsilon 0 a cell that is empty on one side gives Infinity; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.kl_divergence(
        state mlops.two_histograms, epsilon float8 DEFAULT 0, base float8 DEFAULT 2.718281828459045,
        direction text DEFAULT 'current')
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_kl_divergence';
COMMENT ON FUNCTION mlops.kl_divergence(mlops.two_histograms, float8, float8, text) IS 'Kullback-Leibler divergence, sum of q ln(q / p); of the current sample from the reference, or the reverse with direction reference; logarithms to base; an empty proportion in the denominator is replaced by epsilon, and with epsilon 0 it gives Infinity; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.js_divergence(state mlops.two_histograms, base float8 DEFAULT 2) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_js_divergence';
COMMENT ON FUNCTION mlops.js_divergence(mlops.two_histograms, float8) IS 'Jensen-Shannon divergence; to base 2 between 0 and 1; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.js_distance(state mlops.two_histograms, base float8 DEFAULT 2) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_js_distance';
COMMENT ON FUNCTION mlops.js_distance(mlops.two_histograms, float8) IS 'Jensen-Shannon distance, the square root of the divergence; to base 2 between 0 and 1; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.hellinger_distance(state mlops.two_histograms) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_hellinger_distance';
COMMENT ON FUNCTION mlops.hellinger_distance(mlops.two_histograms) IS 'Hellinger distance, sqrt(sum of (sqrt p - sqrt q)^2 / 2); between 0 and 1; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.total_variation_distance(state mlops.two_histograms) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_total_variation_distance';
COMMENT ON FUNCTION mlops.total_variation_distance(mlops.two_histograms) IS 'total variation distance, sum of |p - q| / 2; between 0 and 1; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.l_infinity_distance(state mlops.two_histograms) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_l_infinity_distance';
COMMENT ON FUNCTION mlops.l_infinity_distance(mlops.two_histograms) IS 'largest |p - q|; between 0 and 1; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.drift_bins(
        state mlops.two_histograms, epsilon float8 DEFAULT 0.0001, OUT bin integer, OUT lower float8, OUT upper float8,
        OUT category text, OUT is_null boolean, OUT count_reference float8, OUT count_current float8,
        OUT proportion_reference float8, OUT proportion_current float8, OUT psi float8, OUT js float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_drift_bins';
COMMENT ON FUNCTION mlops.drift_bins(mlops.two_histograms, float8) IS 'which bin, lower < value <= upper, moved: of each both counts and proportions and what it adds to psi and to the Jensen-Shannon divergence to base 2; no rows when a sample is empty';

CREATE FUNCTION mlops.psi_test(
        state mlops.two_histograms, epsilon float8 DEFAULT 0.0001, method text DEFAULT 'auto', n_simulations integer DEFAULT 999,
        seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_psi_test';
COMMENT ON FUNCTION mlops.psi_test(mlops.two_histograms, float8, text, integer, bigint) IS 'could chance alone make the population stability index that large? statistic = mlops.psi; method auto takes a chi-square law (psi / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.kl_test(
        state mlops.two_histograms, epsilon float8 DEFAULT 0, method text DEFAULT 'auto', n_simulations integer DEFAULT 999,
        seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_kl_test';
COMMENT ON FUNCTION mlops.kl_test(mlops.two_histograms, float8, text, integer, bigint) IS 'could chance alone make the Kullback-Leibler divergence of the current sample from the reference in nats that large? statistic = mlops.kl_divergence; method auto takes a chi-square law (2 kl / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.js_test(
        state mlops.two_histograms, method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_js_test';
COMMENT ON FUNCTION mlops.js_test(mlops.two_histograms, text, integer, bigint) IS 'could chance alone make the Jensen-Shannon distance to base 2 that large? statistic = mlops.js_distance; method auto takes a chi-square law (8 ln 2 js^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.hellinger_test(
        state mlops.two_histograms, method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_hellinger_test';
COMMENT ON FUNCTION mlops.hellinger_test(mlops.two_histograms, text, integer, bigint) IS 'could chance alone make the Hellinger distance that large? statistic = mlops.hellinger_distance; method auto takes a chi-square law (8 h^2 / (1/n1 + 1/n2)) when every cell expects at least 50 of both samples, and else deals the rows out anew n_simulations times from the seed, which is valid at any size; simulation and asymp ask for one of them; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.total_variation_test(
        state mlops.two_histograms, method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_total_variation_test';
COMMENT ON FUNCTION mlops.total_variation_test(mlops.two_histograms, text, integer, bigint) IS 'could chance alone make the total variation distance that large? statistic = mlops.total_variation_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops.l_infinity_test(
        state mlops.two_histograms, method text DEFAULT 'auto', n_simulations integer DEFAULT 999, seed bigint DEFAULT 0)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_histograms_l_infinity_test';
COMMENT ON FUNCTION mlops.l_infinity_test(mlops.two_histograms, text, integer, bigint) IS 'could chance alone make the largest |p - q| that large? statistic = mlops.l_infinity_distance; by dealing the rows out anew n_simulations times from the seed, valid at any size; NULL when a sample is empty, NaN when a value is NaN; an option that is NULL has its default';

CREATE FUNCTION mlops_internal.histogram_edges_accum(state mlops.two_samples, value float8) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_one';
COMMENT ON FUNCTION mlops_internal.histogram_edges_accum(mlops.two_samples, float8) IS 'transition function: keep a value; a NULL skips the row';

CREATE FUNCTION mlops_internal.histogram_edges_accum(state mlops.two_samples, value float8, method text) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_one';
COMMENT ON FUNCTION mlops_internal.histogram_edges_accum(mlops.two_samples, float8, text) IS 'transition function: keep a value and note how edges are to be made; a NULL value skips the row';

CREATE FUNCTION mlops_internal.histogram_edges_accum(state mlops.two_samples, value float8, method text, bins integer) RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_accum_one';
COMMENT ON FUNCTION mlops_internal.histogram_edges_accum(mlops.two_samples, float8, text, integer) IS 'transition function: keep a value and note how edges are to be made; a NULL value skips the row';

CREATE FUNCTION mlops_internal.histogram_edges_final(state mlops.two_samples) RETURNS float8[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_histogram_edges';
COMMENT ON FUNCTION mlops_internal.histogram_edges_final(mlops.two_samples) IS 'final function of mlops.histogram_edges';

CREATE AGGREGATE mlops.histogram_edges(value float8) (
    SFUNC = mlops_internal.histogram_edges_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.histogram_edges_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.histogram_edges(float8) IS 'inner edges of bins for these values: quantiles that make 10 equal shares; rows with a NULL value are skipped; NULL without a row and when a value is NaN';

CREATE AGGREGATE mlops.histogram_edges(value float8, method text) (
    SFUNC = mlops_internal.histogram_edges_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.histogram_edges_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.histogram_edges(float8, text) IS 'inner edges of bins for these values: method: quantile (equal shares, by linear interpolation, equal edges once; the default), equal_width, sturges or doane (equally wide, by the rules of these names); bins (default 10) counts for the first two; rows with a NULL value are skipped; NULL without a row and when a value is NaN';

CREATE AGGREGATE mlops.histogram_edges(value float8, method text, bins integer) (
    SFUNC = mlops_internal.histogram_edges_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops_internal.histogram_edges_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.histogram_edges(float8, text, integer) IS 'inner edges of bins for these values: method: quantile (equal shares, by linear interpolation, equal edges once; the default), equal_width, sturges or doane (equally wide, by the rules of these names); bins (default 10) counts for the first two; rows with a NULL value are skipped; NULL without a row and when a value is NaN';

CREATE FUNCTION mlops.histogram_edges(elements float8[], method text DEFAULT 'quantile', bins integer DEFAULT 10) RETURNS float8[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_array_histogram_edges';
COMMENT ON FUNCTION mlops.histogram_edges(float8[], text, integer) IS 'inner edges of bins for the elements: method: quantile (equal shares, by linear interpolation, equal edges once; the default), equal_width, sturges or doane (equally wide, by the rules of these names); bins (default 10) counts for the first two; NULL elements are skipped; NULL without one and when one is NaN';

CREATE FUNCTION mlops.histogram_edges(profile mlops.profile, method text DEFAULT 'quantile', bins integer DEFAULT 10) RETURNS float8[]
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_histogram_edges';
COMMENT ON FUNCTION mlops.histogram_edges(mlops.profile, text, integer) IS 'inner edges of bins for the values of a profile: method: quantile (equal shares, by linear interpolation, equal edges once; the default), equal_width, sturges or doane (equally wide, by the rules of these names); bins (default 10) counts for the first two; quantiles of a profile that is not exact are ends of its cells; NULL without values and for text and booleans';

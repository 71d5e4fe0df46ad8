/*
 * The smooth test of two samples of numbers, in all its forms (smooth.c).
 */
CREATE TYPE mlops.smooth_test_result AS (
    statistic   float8,
    p_value     float8,
    level       float8,
    spread      float8,
    skewness    float8,
    shoulders   float8,
    tails       float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.smooth_test_result IS 'answer of the smooth test: statistic = the component that decided, method its name; the components are nearly standard normal when both samples come from one distribution, and positive when the current sample is higher, wider, has the longer tail on the right, has more values in the centre and far out than between (negative: flat or two-humped), has heavier tails; 0 where the distinct values are too few to tell; p_value of all five together; else as mlops.test_result';

CREATE FUNCTION mlops.smooth_test(state mlops.two_samples) RETURNS mlops.smooth_test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_smooth_test';
COMMENT ON FUNCTION mlops.smooth_test(mlops.two_samples) IS 'smooth test of two samples by midranks: level, spread and shape (skewness, shoulders, tails) of the current sample against the reference: orthogonal scores of the ranks, standardised by their variance over all ways to deal the values out; the least p-value decides, each divided by its share of the error (0.8, 0.14, 0.02, 0.02, 0.02), adjusted after Sidak, by the normal law: at 10 values a side it errs to the safe side (Neyman 1937, Klotz 1962, Sidak 1967, Janic-Wroblewska and Ledwina 2000); NULL when all values are equal; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.smooth_test(reference float8[], current float8[]) RETURNS mlops.smooth_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_smooth_test';
COMMENT ON FUNCTION mlops.smooth_test(float8[], float8[]) IS 'smooth test of two samples by midranks: level, spread and shape (skewness, shoulders, tails) of the current sample against the reference: orthogonal scores of the ranks, standardised by their variance over all ways to deal the values out; the least p-value decides, each divided by its share of the error (0.8, 0.14, 0.02, 0.02, 0.02), adjusted after Sidak, by the normal law: at 10 values a side it errs to the safe side (Neyman 1937, Klotz 1962, Sidak 1967, Janic-Wroblewska and Ledwina 2000); NULL when all values are equal; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.smooth_test(reference mlops.profile, current mlops.profile) RETURNS mlops.smooth_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_smooth_test';
COMMENT ON FUNCTION mlops.smooth_test(mlops.profile, mlops.profile) IS 'smooth test of two samples by midranks: level, spread and shape (skewness, shoulders, tails) of the current sample against the reference: orthogonal scores of the ranks, standardised by their variance over all ways to deal the values out; the least p-value decides, each divided by its share of the error (0.8, 0.14, 0.02, 0.02, 0.02), adjusted after Sidak, by the normal law: at 10 values a side it errs to the safe side (Neyman 1937, Klotz 1962, Sidak 1967, Janic-Wroblewska and Ledwina 2000); values of one cell count as equal; NULL when a side has no values, and for text and booleans; NULL when all values are equal';

CREATE AGGREGATE mlops.smooth_test(value float8, is_current boolean) (
    SFUNC = mlops_internal.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.smooth_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.smooth_test(float8, boolean) IS 'smooth test of two samples by midranks: did level, spread or shape (skewness, shoulders, tails) change, and which (Neyman 1937, Klotz 1962, Sidak 1967, Janic-Wroblewska and Ledwina 2000); see mlops.smooth_test(mlops.two_samples); NULL when all values are equal; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

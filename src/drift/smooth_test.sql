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
COMMENT ON TYPE mlops.smooth_test_result IS 'answer of the smooth test: statistic = level^2 + 0.7 spread^2 + 0.4 skewness^2 + 0.3 shoulders^2 + 0.3 tails^2; these components are nearly standard normal when both samples come from one distribution, and positive when the current sample is higher, wider, has the longer tail on the right, has more values in the centre and far out than between (negative: flat or two-humped), has heavier tails; 0 where the distinct values are too few to tell; else as mlops.test_result';

CREATE FUNCTION mlops.smooth_test(state mlops.two_samples) RETURNS mlops.smooth_test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_samples_smooth_test';
COMMENT ON FUNCTION mlops.smooth_test(mlops.two_samples) IS 'smooth test of two samples by midranks: level, spread and shape (skewness, shoulders, tails) of the current sample against the reference: orthogonal scores of the ranks, standardised by their variance over all ways to deal the values out, squared and added with weights 1, 0.7, 0.4, 0.3, 0.3; p by the law of such a sum of chi-squares, false alarms measured at 100 values a side and more (Neyman 1937, Klotz 1962, Lepage 1971, Janic-Wroblewska and Ledwina 2000); NULL when all values are equal; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.smooth_test(reference float8[], current float8[]) RETURNS mlops.smooth_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arrays_smooth_test';
COMMENT ON FUNCTION mlops.smooth_test(float8[], float8[]) IS 'smooth test of two samples by midranks: level, spread and shape (skewness, shoulders, tails) of the current sample against the reference: orthogonal scores of the ranks, standardised by their variance over all ways to deal the values out, squared and added with weights 1, 0.7, 0.4, 0.3, 0.3; p by the law of such a sum of chi-squares, false alarms measured at 100 values a side and more (Neyman 1937, Klotz 1962, Lepage 1971, Janic-Wroblewska and Ledwina 2000); NULL when all values are equal; of two arrays of values, in which NULLs are skipped; NULL when a sample is empty, NaN when a value is NaN';

CREATE FUNCTION mlops.smooth_test(reference mlops.profile, current mlops.profile) RETURNS mlops.smooth_test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profiles_smooth_test';
COMMENT ON FUNCTION mlops.smooth_test(mlops.profile, mlops.profile) IS 'smooth test of two samples by midranks: level, spread and shape (skewness, shoulders, tails) of the current sample against the reference: orthogonal scores of the ranks, standardised by their variance over all ways to deal the values out, squared and added with weights 1, 0.7, 0.4, 0.3, 0.3; p by the law of such a sum of chi-squares, false alarms measured at 100 values a side and more (Neyman 1937, Klotz 1962, Lepage 1971, Janic-Wroblewska and Ledwina 2000); values of one cell count as equal; NULL when a side has no values, and for text and booleans; NULL when all values are equal';

CREATE AGGREGATE mlops.smooth_test(value float8, is_current boolean) (
    SFUNC = mlops.two_samples_accum, STYPE = mlops.two_samples,
    FINALFUNC = mlops.smooth_test, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops.two_samples_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.smooth_test(float8, boolean) IS 'smooth test of two samples by midranks: did level, spread or shape (skewness, shoulders, tails) change, and which (Neyman 1937, Klotz 1962, Lepage 1971, Janic-Wroblewska and Ledwina 2000); see mlops.smooth_test(mlops.two_samples); NULL when all values are equal; is_current: false = reference, true = current; rows with a NULL are skipped; NULL when a sample is empty, NaN when a value is NaN';

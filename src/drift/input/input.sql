/*
 * Answers of tests of two samples.
 */
CREATE TYPE mlops.test_result AS (
    statistic   float8,
    p_value     float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.test_result IS 'answer of a two-sample test: the statistic, the probability of one at least as extreme when both samples come from one distribution, the sizes of the samples, and how the p-value was computed';

CREATE TYPE mlops.df_test_result AS (
    statistic   float8,
    p_value     float8,
    df          float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.df_test_result IS 'answer of a two-sample test whose law has degrees of freedom (df); else as mlops.test_result';

CREATE TYPE mlops.mmd_result AS (
    statistic   float8,
    p_value     float8,
    sigma       float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.mmd_result IS 'answer of mlops.mmd_test: MMD squared, and the width of the kernel; else as mlops.test_result';

CREATE TYPE mlops.mann_whitney_result AS (
    statistic       float8,
    p_value         float8,
    common_language float8,
    n_reference     bigint,
    n_current       bigint,
    method          text
);
COMMENT ON TYPE mlops.mann_whitney_result IS 'answer of the Mann-Whitney test: U of the reference; common_language = U / (n_reference n_current), the probability that a value of the reference exceeds one of the current sample, ties counting one half; else as mlops.test_result';

CREATE TYPE mlops.anderson_darling_result AS (
    statistic   float8,
    p_value     float8,
    p_clipped   boolean,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.anderson_darling_result IS 'answer of the Anderson-Darling test: the standardised statistic; p_clipped says that the p-value lies beyond the table, which ends at 0.25 and 0.001; method: table, or where values are equal permutation or given ties; else as mlops.test_result';

CREATE TYPE mlops.chi_square_result AS (
    statistic    float8,
    p_value      float8,
    df           float8,
    expected_min float8,
    n_reference  bigint,
    n_current    bigint,
    method       text
);
COMMENT ON TYPE mlops.chi_square_result IS 'answer of a test of counts: df = degrees of freedom, expected_min = the smallest expected count (below 5 the p-value is not to be trusted); else as mlops.test_result';

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

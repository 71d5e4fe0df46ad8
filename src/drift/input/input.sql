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
COMMENT ON TYPE mlops.test_result IS
    'answer of a two-sample test: the statistic, the probability of one at least as extreme when both samples come '
    'from one distribution, the sizes of the samples, and how the p-value was computed';

CREATE TYPE mlops.df_test_result AS (
    statistic   float8,
    p_value     float8,
    df          float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.df_test_result IS
    'answer of a two-sample test whose law has degrees of freedom (df); else as mlops.test_result';

CREATE TYPE mlops.mmd_result AS (
    statistic   float8,
    p_value     float8,
    sigma       float8,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.mmd_result IS
    'answer of mlops.mmd_test: MMD squared, and the width of the kernel; else as mlops.test_result';

CREATE TYPE mlops.mann_whitney_result AS (
    statistic       float8,
    p_value         float8,
    common_language float8,
    n_reference     bigint,
    n_current       bigint,
    method          text
);
COMMENT ON TYPE mlops.mann_whitney_result IS
    'answer of the Mann-Whitney test: U of the reference; common_language = U / (n_reference n_current), how often a '
    'value of it exceeds one of the current sample; else as mlops.test_result';

CREATE TYPE mlops.anderson_darling_result AS (
    statistic   float8,
    p_value     float8,
    p_clipped   boolean,
    n_reference bigint,
    n_current   bigint,
    method      text
);
COMMENT ON TYPE mlops.anderson_darling_result IS
    'answer of the Anderson-Darling test: the standardised statistic; p_clipped: the p-value lies beyond the table, '
    'which ends at 0.25 and 0.001; else as mlops.test_result';

CREATE TYPE mlops.chi_square_result AS (
    statistic    float8,
    p_value      float8,
    df           float8,
    expected_min float8,
    n_reference  bigint,
    n_current    bigint,
    method       text
);
COMMENT ON TYPE mlops.chi_square_result IS
    'answer of a test of counts: df = degrees of freedom, expected_min = the smallest expected count, which below 5 '
    'makes the p-value doubtful; else as mlops.test_result';

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
COMMENT ON TYPE mlops.smooth_test_result IS
    'answer of the smooth test: statistic = the component that decided, method its name; components are positive when '
    'the current sample is higher, wider, skewed to the right ...; p_value of all five together';

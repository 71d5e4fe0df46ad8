/*
 * decision: labels against decisions of two classes.  What is said once for each
 * metric is in decision.table.
 */
CREATE TYPE mlops.mcnemar_result AS (
    both_right bigint,
    a_only bigint,
    b_only bigint,
    neither_right bigint,
    statistic float8,
    p_value float8,
    method text
);
COMMENT ON TYPE mlops.mcnemar_result IS
    'rows that both, only A, only B, neither had right; McNemar''s statistic and two-sided p-value; method exact, '
    'chi_square, uncorrected or mid_p';

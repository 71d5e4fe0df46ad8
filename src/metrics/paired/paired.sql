/*
 * paired: what is said once for each statistic is in paired.table.
 */
CREATE TYPE mlops.delong_result AS (
    auc_a float8,
    auc_b float8,
    std_error float8,
    z float8,
    p_value float8,
    n_positive bigint,
    n_negative bigint
);
COMMENT ON TYPE mlops.delong_result IS
    'AUCs of two scores of the same rows, the standard error of their difference, z = (auc_a - auc_b) / '
    'std_error, two-sided p-value of equal AUCs by Student''s t; z is NULL when the error is 0, and so is the '
    'p-value unless the AUCs are equal';

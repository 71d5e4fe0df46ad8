/*
 * confidence: how sure a number is, and whether two differ.
 *
 * Every <metric>_ci answers with a row mlops.confidence_interval, every
 * compare with a row mlops.comparison.
 */
CREATE TYPE mlops.confidence_interval AS (
    estimate float8,
    lower float8,
    upper float8,
    method text,
    n bigint,
    std_error float8
);
COMMENT ON TYPE mlops.confidence_interval IS
    'an estimate with the bounds that hold its true value with the probability of the level, how they were made, '
    'the number of rows it stands on, and its standard error; NULL = cannot be given';
COMMENT ON COLUMN mlops.confidence_interval.estimate IS 'the metric itself; NULL where it is undefined';
COMMENT ON COLUMN mlops.confidence_interval.lower IS 'lower bound; NULL with too few rows to tell';
COMMENT ON COLUMN mlops.confidence_interval.upper IS 'upper bound; NULL with too few rows to tell';
COMMENT ON COLUMN mlops.confidence_interval.method IS 'how the bounds were made';
COMMENT ON COLUMN mlops.confidence_interval.n IS 'rows that the estimate is made of: of a share, its denominator';
COMMENT ON COLUMN mlops.confidence_interval.std_error IS 'standard error of the estimate on its own scale';

CREATE TYPE mlops.comparison AS (
    metric text,
    a float8,
    b float8,
    difference float8,
    lower float8,
    upper float8,
    p_value float8,
    better text,
    method text
);
COMMENT ON TYPE mlops.comparison IS 'whether version B is better than version A';
COMMENT ON COLUMN mlops.comparison.metric IS 'name of the metric';
COMMENT ON COLUMN mlops.comparison.a IS 'its value for version A';
COMMENT ON COLUMN mlops.comparison.b IS 'its value for version B';
COMMENT ON COLUMN mlops.comparison.difference IS 'b - a, the effect';
COMMENT ON COLUMN mlops.comparison.lower IS 'lower bound of the difference';
COMMENT ON COLUMN mlops.comparison.upper IS 'upper bound of the difference';
COMMENT ON COLUMN mlops.comparison.p_value IS 'two-sided p-value of no difference';
COMMENT ON COLUMN mlops.comparison.better IS
    'a or b when p_value is below 1 - level, else neither; of an error the smaller is the better';
COMMENT ON COLUMN mlops.comparison.method IS 'name of the test';

CREATE FUNCTION mlops.proportion_ci(successes bigint, n bigint, level float8 DEFAULT 0.95, method text DEFAULT
        'wilson')
    RETURNS mlops.confidence_interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_proportion_ci';
COMMENT ON FUNCTION mlops.proportion_ci(bigint, bigint, float8, text) IS
    'interval of a share of n rows; level in (0, 1) (else: error 22023); method wilson, clopper_pearson, '
    'agresti_coull, jeffreys or wald; NULL when n is 0 or an argument is NULL';

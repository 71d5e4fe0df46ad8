/*
 * calibration: bins, and Platt's logistic function as a value that can be stored.
 */
CREATE TYPE mlops.calibration_bin AS (bin integer, lo float8, hi float8, n bigint, mean_prob float8, frac_pos float8);
COMMENT ON TYPE mlops.calibration_bin IS
    'a bin of calibration_curve: number from 1, borders (strategy uniform) or least and greatest probability '
    '(quantile), rows, mean probability, share of positives';

CREATE TYPE mlops.platt AS (
    slope float8,
    intercept float8
);
COMMENT ON TYPE mlops.platt IS 'a fitted logistic calibration: probability = 1 / (1 + exp(-(slope score + intercept)))';

CREATE FUNCTION mlops.platt_predict(platt mlops.platt, score float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_platt_predict_sql';
COMMENT ON FUNCTION mlops.platt_predict(mlops.platt, float8) IS
    'probability of a score by a fitted logistic calibration; NaN for NaN';

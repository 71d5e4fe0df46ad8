/*
 * What the change detectors say of a point; see detectors.table.
 */
CREATE TYPE mlops.page_hinkley_point AS (
    statistic float8,
    alarm boolean
);
COMMENT ON TYPE mlops.page_hinkley_point IS 'what mlops.page_hinkley says of a point; its columns are explained there';

CREATE TYPE mlops.cusum_point AS (
    upper_sum float8,
    lower_sum float8,
    alarm boolean
);
COMMENT ON TYPE mlops.cusum_point IS 'what mlops.cusum says of a point; its columns are explained there';

CREATE TYPE mlops.ewma_point AS (
    statistic float8,
    lower float8,
    upper float8,
    alarm boolean
);
COMMENT ON TYPE mlops.ewma_point IS 'what mlops.ewma_chart says of a point; its columns are explained there';

CREATE TYPE mlops.adwin_point AS (
    mean float8,
    width float8,
    alarm boolean
);
COMMENT ON TYPE mlops.adwin_point IS 'what mlops.adwin says of a point; its columns are explained there';

CREATE TYPE mlops.seasonal_point AS (
    mean float8,
    lower float8,
    upper float8,
    alarm boolean
);
COMMENT ON TYPE mlops.seasonal_point IS
    'what mlops.seasonal_threshold says of a point; its columns are explained there';

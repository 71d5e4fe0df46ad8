/*
 * Change detectors over a metric's history, as window functions: state runs
 * along the window's order, options are named arguments.  NULL points are
 * skipped and give NULL; points that are NaN or infinite are skipped and show
 * as NaN with a NULL alarm.  The window's frame plays no part.
 */
CREATE TYPE mlops.page_hinkley_point AS (
    statistic float8,
    alarm boolean
);
COMMENT ON TYPE mlops.page_hinkley_point IS 'what mlops.page_hinkley says of a point; its columns are explained there';

CREATE FUNCTION mlops.page_hinkley(
        x float8,
        min_instances integer DEFAULT 30,
        delta float8 DEFAULT 0.005,
        threshold float8 DEFAULT 50,
        alpha float8 DEFAULT 0.9999,
        direction text DEFAULT 'up')
    RETURNS mlops.page_hinkley_point
    LANGUAGE C IMMUTABLE WINDOW PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_page_hinkley';
COMMENT ON FUNCTION mlops.page_hinkley(float8, integer, float8, float8, float8, text) IS 'Page-Hinkley test along the window''s order: S = max(0, alpha S + x - mean - delta), alarm when S reaches threshold after min_instances points; direction up, down or both; starts fresh after an alarm; a threshold of about 5 standard deviations suits most metrics (Page 1954; defaults of the river package)';

CREATE TYPE mlops.cusum_point AS (
    upper_sum float8,
    lower_sum float8,
    alarm boolean
);
COMMENT ON TYPE mlops.cusum_point IS 'what mlops.cusum says of a point; its columns are explained there';

CREATE FUNCTION mlops.cusum(
        x float8,
        target float8 DEFAULT NULL,
        sd float8 DEFAULT NULL,
        n_baseline integer DEFAULT 20,
        k float8 DEFAULT 0.5,
        h float8 DEFAULT 5)
    RETURNS mlops.cusum_point
    LANGUAGE C IMMUTABLE WINDOW PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cusum';
COMMENT ON FUNCTION mlops.cusum(float8, float8, float8, integer, float8, float8) IS 'tabular CUSUM along the window''s order: sums of (x - target) / sd beyond k, alarm above h, both in standard deviations; target and sd not given are estimated from the first n_baseline points (2 to 1000), which get no verdict (NaN, alarm NULL) but are in the sums that follow; the sums start fresh after an alarm (Page 1954)';

CREATE TYPE mlops.ewma_point AS (
    statistic float8,
    lower float8,
    upper float8,
    alarm boolean
);
COMMENT ON TYPE mlops.ewma_point IS 'what mlops.ewma_chart says of a point; its columns are explained there';

CREATE FUNCTION mlops.ewma_chart(
        x float8,
        target float8 DEFAULT NULL,
        sd float8 DEFAULT NULL,
        n_baseline integer DEFAULT 20,
        lambda float8 DEFAULT 0.2,
        sigmas float8 DEFAULT 3)
    RETURNS mlops.ewma_point
    LANGUAGE C IMMUTABLE WINDOW PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ewma_chart';
COMMENT ON FUNCTION mlops.ewma_chart(float8, float8, float8, integer, float8, float8) IS 'EWMA control chart along the window''s order: z = lambda x + (1 - lambda) z, z starts at target; alarm outside target +- sigmas sd sqrt(lambda / (2 - lambda) (1 - (1 - lambda)^2i)), the exact limits; target and sd as in cusum (Roberts 1959)';

CREATE TYPE mlops.adwin_point AS (
    mean float8,
    width float8,
    alarm boolean
);
COMMENT ON TYPE mlops.adwin_point IS 'what mlops.adwin says of a point; its columns are explained there';

CREATE FUNCTION mlops.adwin(
        x float8,
        delta float8 DEFAULT 0.002,
        clock integer DEFAULT 32,
        min_window integer DEFAULT 5,
        grace integer DEFAULT 10,
        max_buckets integer DEFAULT 5)
    RETURNS mlops.adwin_point
    LANGUAGE C IMMUTABLE WINDOW PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_adwin';
COMMENT ON FUNCTION mlops.adwin(float8, float8, integer, integer, integer, integer) IS 'ADWIN along the window''s order: mean and width (points) of the adaptive window, alarm when its older part was dropped because its mean differs at confidence delta; looks every clock points once there are more than grace; starts fresh after an alarm (Bifet and Gavalda 2007; defaults of the river package)';

CREATE TYPE mlops.seasonal_point AS (
    mean float8,
    lower float8,
    upper float8,
    alarm boolean
);
COMMENT ON TYPE mlops.seasonal_point IS 'what mlops.seasonal_threshold says of a point; its columns are explained there';

CREATE FUNCTION mlops.seasonal_threshold(
        at timestamptz,
        x float8,
        k float8 DEFAULT 3,
        season text DEFAULT 'dow',
        time_zone text DEFAULT 'UTC',
        min_points integer DEFAULT 4,
        ddof integer DEFAULT 1)
    RETURNS mlops.seasonal_point
    LANGUAGE C STABLE WINDOW PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_seasonal_threshold';
COMMENT ON FUNCTION mlops.seasonal_threshold(timestamptz, float8, float8, text, text, integer, integer) IS 'mean +- k standard deviations of earlier points of the same season in the time zone, widened so that whatever their number a normal point is outside as rarely as one beyond k is (t quantiles), alarm outside; season is dow, hour, dow_hour or none; ddof 0: divisor n and plainly k, with season none the threshold that NannyML has; with fewer than min_points points of the season the whole history counts, and with fewer of those nothing is judged (alarm NULL)';

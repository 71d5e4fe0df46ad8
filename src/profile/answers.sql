/*
 * What a profile answers.  Where it is exact so is every answer; where it is
 * not, a name with _bounds gives two numbers that certainly enclose the answer,
 * and the name without it an estimate between them.
 */
CREATE FUNCTION mlops.kind(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_kind';
COMMENT ON FUNCTION mlops.kind(mlops.profile) IS
    'float, integer, boolean, text, timestamptz, timestamp, date, time, uuid, or none when only NULLs were seen';

CREATE FUNCTION mlops.is_exact(profile mlops.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_is_exact';
COMMENT ON FUNCTION mlops.is_exact(mlops.profile) IS
    'true while all values are known with their counts, so that every answer is exact';

CREATE FUNCTION mlops.budget(profile mlops.profile) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_budget';
COMMENT ON FUNCTION mlops.budget(mlops.profile) IS 'how many distinct values or cells it may keep';

CREATE FUNCTION mlops.n(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n';
COMMENT ON FUNCTION mlops.n(mlops.profile) IS 'rows, NULLs included';

CREATE FUNCTION mlops.n_null(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_null';
COMMENT ON FUNCTION mlops.n_null(mlops.profile) IS 'rows with NULL';

CREATE FUNCTION mlops.n_nan(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_nan';
COMMENT ON FUNCTION mlops.n_nan(mlops.profile) IS 'rows with NaN, which are in no other statistic';

CREATE FUNCTION mlops.n_inf(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_inf';
COMMENT ON FUNCTION mlops.n_inf(mlops.profile) IS 'rows with an infinity';

CREATE FUNCTION mlops.n_values(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_values';
COMMENT ON FUNCTION mlops.n_values(mlops.profile) IS 'rows with a value: neither NULL nor NaN';

CREATE FUNCTION mlops.n_zero(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_zero';
COMMENT ON FUNCTION mlops.n_zero(mlops.profile) IS 'rows with zero; NULL unless of kind float, integer or boolean';

CREATE FUNCTION mlops.n_negative(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_negative';
COMMENT ON FUNCTION mlops.n_negative(mlops.profile) IS
    'rows with a negative value; NULL unless of kind float, integer or boolean';

CREATE FUNCTION mlops.zero_rate(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_zero_rate';
COMMENT ON FUNCTION mlops.zero_rate(mlops.profile) IS
    'share of zeros among the rows that are not NULL; NULL unless of kind float, integer or boolean, and without such '
    'rows';

CREATE FUNCTION mlops.n_empty(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_empty';
COMMENT ON FUNCTION mlops.n_empty(mlops.profile) IS 'rows with the empty string; NULL unless of kind text';

CREATE FUNCTION mlops.null_rate(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_null_rate';
COMMENT ON FUNCTION mlops.null_rate(mlops.profile) IS 'share of NULLs among all rows; NULL without rows';

CREATE FUNCTION mlops.min_value(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_min_value';
COMMENT ON FUNCTION mlops.min_value(mlops.profile) IS
    'least value; times in seconds; NULL for text and uuid and without values';

CREATE FUNCTION mlops.max_value(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_max_value';
COMMENT ON FUNCTION mlops.max_value(mlops.profile) IS
    'greatest value; times in seconds; NULL for text and uuid and without values';

CREATE FUNCTION mlops.min_text(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_min_text';
COMMENT ON FUNCTION mlops.min_text(mlops.profile) IS
    'least value as text, of any kind; times in ISO style, timestamptz in UTC; text in order of bytes, beyond 256 of '
    'them the first 236 and a hash of the whole; NULL without values';

CREATE FUNCTION mlops.max_text(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_max_text';
COMMENT ON FUNCTION mlops.max_text(mlops.profile) IS
    'greatest value as text, of any kind; times in ISO style, timestamptz in UTC; text in order of bytes, beyond 256 '
    'of them the first 236 and a hash of the whole; NULL without values';

CREATE FUNCTION mlops.min_length(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_min_length';
COMMENT ON FUNCTION mlops.min_length(mlops.profile) IS 'characters of the shortest value; NULL unless of kind text';

CREATE FUNCTION mlops.max_length(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_max_length';
COMMENT ON FUNCTION mlops.max_length(mlops.profile) IS 'characters of the longest value; NULL unless of kind text';

CREATE FUNCTION mlops.mean_length(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_mean_length';
COMMENT ON FUNCTION mlops.mean_length(mlops.profile) IS 'mean number of characters; NULL unless of kind text';

CREATE FUNCTION mlops.sum(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_sum';
COMMENT ON FUNCTION mlops.sum(mlops.profile) IS
    'sum of the values, rounded once; infinite or NaN where infinities are; NULL unless of kind float, integer or '
    'boolean, and without values';

CREATE FUNCTION mlops.mean(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_mean';
COMMENT ON FUNCTION mlops.mean(mlops.profile) IS
    'mean of the values; infinite or NaN where infinities are; times in seconds; NULL for text and uuid and without '
    'values';

CREATE FUNCTION mlops.variance(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_variance';
COMMENT ON FUNCTION mlops.variance(mlops.profile) IS
    'sample variance, divisor n - 1; NaN where infinities are; NULL with fewer than 2 values, and where the profile '
    'is not exact and rounding would make it uncertain';

CREATE FUNCTION mlops.stddev(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_stddev';
COMMENT ON FUNCTION mlops.stddev(mlops.profile) IS
    'sample standard deviation, divisor n - 1; NaN where infinities are; NULL with fewer than 2 values';

CREATE FUNCTION mlops.skewness(profile mlops.profile, biased boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_skewness';
COMMENT ON FUNCTION mlops.skewness(mlops.profile, boolean) IS
    'bias-corrected skewness G1, or g1 = m3 / m2^1.5 when biased; NULL with fewer than 3 values (biased: without '
    'values), for a constant, and where rounding would make it uncertain';

CREATE FUNCTION mlops.kurtosis(profile mlops.profile, biased boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_kurtosis';
COMMENT ON FUNCTION mlops.kurtosis(mlops.profile, boolean) IS
    'bias-corrected excess kurtosis G2, or g2 = m4 / m2^2 - 3 when biased; NULL with fewer than 4 values '
    '(biased: without values), for a constant, and where rounding would make it uncertain';

CREATE FUNCTION mlops.median(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_median';
COMMENT ON FUNCTION mlops.median(mlops.profile) IS 'the quantile 0.5, see mlops.quantile';

CREATE FUNCTION mlops.n_distinct(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_distinct';
COMMENT ON FUNCTION mlops.n_distinct(mlops.profile) IS
    'number of distinct values; exact, or beyond the budget an estimate with a standard error of 0.81 % (HyperLogLog, '
    'Ertl 2017)';

CREATE FUNCTION mlops.distinct_bounds(profile mlops.profile, confidence float8 DEFAULT NULL, OUT lower bigint,
    OUT upper bigint) RETURNS record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_distinct_bounds';
COMMENT ON FUNCTION mlops.distinct_bounds(mlops.profile, float8) IS
    'two numbers that enclose the number of distinct values, equal when the profile is exact: for certain when '
    'confidence is NULL, else with that probability by the normal error of the estimate';

CREATE FUNCTION mlops.uniqueness(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_uniqueness';
COMMENT ON FUNCTION mlops.uniqueness(mlops.profile) IS
    'distinct values divided by values, at most 1; NULL without values';

CREATE FUNCTION mlops.duplicates(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_duplicates';
COMMENT ON FUNCTION mlops.duplicates(mlops.profile) IS
    'rows that repeat a value: values minus distinct values, an estimate where that is one';

CREATE FUNCTION mlops.unique_rate(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_unique_rate';
COMMENT ON FUNCTION mlops.unique_rate(mlops.profile) IS
    'values that occur in one row only, divided by all rows with a value; of text beyond the budget estimated from '
    'the sample of values; NULL where it cannot be told, and without values';

CREATE FUNCTION mlops.constant(profile mlops.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_constant';
COMMENT ON FUNCTION mlops.constant(mlops.profile) IS 'true when there is at most one distinct value';

CREATE FUNCTION mlops.entropy(profile mlops.profile, base float8 DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_entropy';
COMMENT ON FUNCTION mlops.entropy(mlops.profile, float8) IS
    'entropy of the frequencies of values, in nats or to the base (greater than 1, else error 22023); NULL unless the '
    'profile is exact (see entropy_bounds), and without values';

CREATE FUNCTION mlops.entropy_bounds(profile mlops.profile, base float8 DEFAULT NULL, OUT lower float8,
    OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_entropy_bounds';
COMMENT ON FUNCTION mlops.entropy_bounds(mlops.profile, float8) IS
    'two numbers that certainly enclose the entropy of the frequencies of values, equal when the profile is exact; '
    'base as in mlops.entropy; NULL without values';

CREATE FUNCTION mlops.iqr(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_iqr';
COMMENT ON FUNCTION mlops.iqr(mlops.profile) IS
    'interquartile range, quantile 0.75 minus quantile 0.25; an estimate when the profile is not exact; times in '
    'seconds; NULL for text and uuid and without values';

CREATE FUNCTION mlops.mad(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_mad';
COMMENT ON FUNCTION mlops.mad(mlops.profile) IS
    'median absolute deviation from the median, unscaled; an estimate when the profile is not exact; times in '
    'seconds; NULL for text and uuid, without values, and when the median is infinite';

CREATE FUNCTION mlops.outlier_rate(profile mlops.profile, method text DEFAULT 'iqr', threshold float8 DEFAULT NULL)
    RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_outlier_rate';
COMMENT ON FUNCTION mlops.outlier_rate(mlops.profile, text, float8) IS
    'share of values outside the fences: method iqr (default) quartiles +- threshold (1.5) interquartile ranges, '
    'z mean +- threshold (3) deviations; estimated unless exact; NULL for text, uuid or without fences';

CREATE FUNCTION mlops.quantile(profile mlops.profile, q float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_quantile';
COMMENT ON FUNCTION mlops.quantile(mlops.profile, float8) IS
    'the quantile by the rule of percentile_cont, q between 0 and 1 (22023); exact, or a value within '
    'mlops.quantile_bounds; times in seconds; NULL for text and uuid and without values';

CREATE FUNCTION mlops.quantile_bounds(profile mlops.profile, q float8, OUT lower float8, OUT upper float8)
    RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_quantile_bounds';
COMMENT ON FUNCTION mlops.quantile_bounds(mlops.profile, float8) IS
    'two values that certainly enclose the quantile, equal when the profile is exact; q between 0 and 1 (22023)';

CREATE FUNCTION mlops.rank(profile mlops.profile, x float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_rank';
COMMENT ON FUNCTION mlops.rank(mlops.profile, float8) IS
    'number of values that are at most x: exact, or a number within mlops.rank_bounds; NULL for text and uuid, '
    'without values and for NaN';

CREATE FUNCTION mlops.rank_bounds(profile mlops.profile, x float8, OUT lower bigint, OUT upper bigint) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_rank_bounds';
COMMENT ON FUNCTION mlops.rank_bounds(mlops.profile, float8) IS
    'two numbers that certainly enclose the number of values that are at most x, equal when the profile is exact';

CREATE FUNCTION mlops.cdf(profile mlops.profile, x float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_cdf';
COMMENT ON FUNCTION mlops.cdf(mlops.profile, float8) IS
    'share of values at most x: exact, or a value within mlops.cdf_bounds; NULL for text and uuid, without values and '
    'for NaN';

CREATE FUNCTION mlops.cdf_bounds(profile mlops.profile, x float8, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_cdf_bounds';
COMMENT ON FUNCTION mlops.cdf_bounds(mlops.profile, float8) IS
    'two shares that certainly enclose the share of values at most x, equal when the profile is exact';

CREATE FUNCTION mlops.mode(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_mode';
COMMENT ON FUNCTION mlops.mode(mlops.profile) IS
    'the most frequent value, of equal ones the least; NULL without values, and when it cannot be told for certain '
    'because the profile is not exact';

CREATE FUNCTION mlops.top_k(profile mlops.profile, k integer DEFAULT 10, OUT value text, OUT n bigint, OUT share float8,
    OUT n_unlisted bigint) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_top_k';
COMMENT ON FUNCTION mlops.top_k(mlops.profile, integer) IS
    'the k most frequent values with their rows and share, equal ones ascending, and a bound of the rows of any '
    'other value; not exact: the heaviest cells of numbers, of text the most frequent of a sample';

CREATE FUNCTION mlops.count_bounds(profile mlops.profile, value text, OUT lower bigint, OUT upper bigint) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_text_count_bounds';
COMMENT ON FUNCTION mlops.count_bounds(mlops.profile, text) IS
    'two numbers that certainly enclose the rows with that value, equal when the profile is exact or has the value in '
    'its sample; NULL unless of kind text or uuid';

CREATE FUNCTION mlops.count_bounds(profile mlops.profile, value float8, OUT lower bigint, OUT upper bigint)
    RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_number_count_bounds';
COMMENT ON FUNCTION mlops.count_bounds(mlops.profile, float8) IS
    'two numbers that certainly enclose the rows with that number, equal when the profile is exact; times in seconds; '
    'NULL for text and uuid';

CREATE FUNCTION mlops.histogram(profile mlops.profile, bins integer DEFAULT NULL, OUT lower float8, OUT upper float8,
    OUT n bigint) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_histogram';
COMMENT ON FUNCTION mlops.histogram(mlops.profile, integer) IS
    'finite values between lower and upper, both included, and their rows: the profile''s own cells when bins is '
    'NULL, else so many equally wide bins from minimum to maximum; no rows for text and uuid';

CREATE FUNCTION mlops.describe(profile mlops.profile,
        OUT kind text, OUT n bigint, OUT n_null bigint, OUT null_rate float8,
        OUT n_nan bigint, OUT n_inf bigint, OUT n_zero bigint, OUT n_negative bigint,
        OUT min text, OUT q25 float8, OUT median float8, OUT q75 float8, OUT max text,
        OUT mean float8, OUT stddev float8, OUT skewness float8, OUT kurtosis float8,
        OUT iqr float8, OUT mad float8,
        OUT n_distinct float8, OUT uniqueness float8, OUT constant boolean, OUT mode text, OUT entropy float8,
        OUT n_empty bigint, OUT min_length bigint, OUT mean_length float8, OUT max_length bigint,
        OUT is_exact boolean) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_describe';
COMMENT ON FUNCTION mlops.describe(mlops.profile) IS
    'everything about a profile in one row; each column is the function of that name, min and max are min_text and '
    'max_text';

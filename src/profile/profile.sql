/*
 * profile: what one column of many rows looks like, as a value that can be
 * stored, merged with others and compared.
 *
 * The aggregate mlops.profile(column) makes it; everything else reads it.
 * Profiles of the same rows are equal to the byte, whatever the order of rows,
 * the parallel plan or the tree of merges.
 */
CREATE TYPE mlops.profile;

CREATE FUNCTION mlops.profile_in(cstring) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_in';
COMMENT ON FUNCTION mlops.profile_in(cstring) IS 'input function of mlops.profile';

CREATE FUNCTION mlops.profile_out(mlops.profile) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_out';
COMMENT ON FUNCTION mlops.profile_out(mlops.profile) IS 'output function of mlops.profile';

CREATE FUNCTION mlops.profile_recv(internal) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_recv';
COMMENT ON FUNCTION mlops.profile_recv(internal) IS 'receive function of mlops.profile';

CREATE FUNCTION mlops.profile_send(mlops.profile) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_send';
COMMENT ON FUNCTION mlops.profile_send(mlops.profile) IS 'send function of mlops.profile';

CREATE TYPE mlops.profile (
    INPUT = mlops.profile_in,
    OUTPUT = mlops.profile_out,
    RECEIVE = mlops.profile_recv,
    SEND = mlops.profile_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.profile IS 'what one column of many rows looks like: counts, moments, quantiles, distinct values; exact up to 4,096 distinct values, with certain bounds beyond';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value float8) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_float8';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, float8) IS 'transition function: count a value in a profile of kind float; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value float4) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_float4';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, float4) IS 'transition function: count a value in a profile of kind float; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value numeric) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_numeric';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, numeric) IS 'transition function: count a value in a profile of kind float; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value smallint) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int2';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, smallint) IS 'transition function: count a value in a profile of kind integer; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value integer) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int4';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, integer) IS 'transition function: count a value in a profile of kind integer; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value bigint) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_int8';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, bigint) IS 'transition function: count a value in a profile of kind integer; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value boolean) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_boolean';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, boolean) IS 'transition function: count a value in a profile of kind boolean; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value text) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_text';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, text) IS 'transition function: count a value in a profile of kind text; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value timestamptz) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_timestamptz';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, timestamptz) IS 'transition function: count a value in a profile of kind timestamptz; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value timestamp) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_timestamp';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, timestamp) IS 'transition function: count a value in a profile of kind timestamp; NULLs are counted apart';

CREATE FUNCTION mlops.profile_accum(state mlops.profile, value date) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_accum_date';
COMMENT ON FUNCTION mlops.profile_accum(mlops.profile, date) IS 'transition function: count a value in a profile of kind date; NULLs are counted apart';

CREATE FUNCTION mlops.profile_combine(state mlops.profile, other mlops.profile) RETURNS mlops.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_combine';
COMMENT ON FUNCTION mlops.profile_combine(mlops.profile, mlops.profile) IS 'both profiles together; NULL is the empty profile; kinds do not mix (22023)';

CREATE AGGREGATE mlops.profile(value float8) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float8) IS 'the profile of a column; NULLs are counted; NaN and infinities are counted apart; NULL without rows';

CREATE AGGREGATE mlops.profile(value float4) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(float4) IS 'the profile of a column; NULLs are counted; values are widened to float8; NaN and infinities are counted apart; NULL without rows';

CREATE AGGREGATE mlops.profile(value numeric) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(numeric) IS 'the profile of a column; NULLs are counted; values are rounded to float8, those beyond its range become infinities; NULL without rows';

CREATE AGGREGATE mlops.profile(value smallint) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(smallint) IS 'the profile of a column; NULLs are counted; of kind integer, which int2, int4 and int8 share; NULL without rows';

CREATE AGGREGATE mlops.profile(value integer) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(integer) IS 'the profile of a column; NULLs are counted; of kind integer, which int2, int4 and int8 share; NULL without rows';

CREATE AGGREGATE mlops.profile(value bigint) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(bigint) IS 'the profile of a column; NULLs are counted; exact to the last digit; moments are those of the values rounded to float8; NULL without rows';

CREATE AGGREGATE mlops.profile(value boolean) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(boolean) IS 'the profile of a column; NULLs are counted; false is 0, true is 1; NULL without rows';

CREATE AGGREGATE mlops.profile(value text) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(text) IS 'the profile of a column; NULLs are counted; values are cut at 256 bytes; order is that of bytes; NULL without rows';

CREATE AGGREGATE mlops.profile(value timestamptz) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(timestamptz) IS 'the profile of a column; NULLs are counted; numbers are seconds since 1970-01-01 UTC; infinities are counted apart; NULL without rows';

CREATE AGGREGATE mlops.profile(value timestamp) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(timestamp) IS 'the profile of a column; NULLs are counted; numbers are seconds since 1970-01-01; infinities are counted apart; NULL without rows';

CREATE AGGREGATE mlops.profile(value date) (
    SFUNC = mlops.profile_accum, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.profile(date) IS 'the profile of a column; NULLs are counted; numbers are seconds since 1970-01-01; infinities are counted apart; NULL without rows';

CREATE AGGREGATE mlops.merge(profile mlops.profile) (
    SFUNC = mlops.profile_combine, STYPE = mlops.profile,
    COMBINEFUNC = mlops.profile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.profile) IS 'one profile of all the rows that the profiles stand for, the same that profiling all rows at once gives; NULLs are skipped';

CREATE FUNCTION mlops.kind(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_kind';
COMMENT ON FUNCTION mlops.kind(mlops.profile) IS 'float, integer, boolean, text, timestamptz, timestamp, date, or none when only NULLs were seen';

CREATE FUNCTION mlops.is_exact(profile mlops.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_is_exact';
COMMENT ON FUNCTION mlops.is_exact(mlops.profile) IS 'true while all values are known with their counts, so that every answer is exact';

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
COMMENT ON FUNCTION mlops.n_negative(mlops.profile) IS 'rows with a negative value; NULL unless of kind float, integer or boolean';

CREATE FUNCTION mlops.n_empty(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_empty';
COMMENT ON FUNCTION mlops.n_empty(mlops.profile) IS 'rows with the empty string; NULL unless of kind text';

CREATE FUNCTION mlops.null_rate(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_null_rate';
COMMENT ON FUNCTION mlops.null_rate(mlops.profile) IS 'share of NULLs among all rows; NULL without rows';

CREATE FUNCTION mlops.min_value(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_min_value';
COMMENT ON FUNCTION mlops.min_value(mlops.profile) IS 'least value; times in seconds since 1970; NULL for text and without values';

CREATE FUNCTION mlops.max_value(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_max_value';
COMMENT ON FUNCTION mlops.max_value(mlops.profile) IS 'greatest value; times in seconds since 1970; NULL for text and without values';

CREATE FUNCTION mlops.min_text(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_min_text';
COMMENT ON FUNCTION mlops.min_text(mlops.profile) IS 'least value as text, of any kind; times in ISO style, timestamptz in UTC; text in order of bytes, cut at 256; NULL without values';

CREATE FUNCTION mlops.max_text(profile mlops.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_max_text';
COMMENT ON FUNCTION mlops.max_text(mlops.profile) IS 'greatest value as text, of any kind; times in ISO style, timestamptz in UTC; text in order of bytes, cut at 256; NULL without values';

CREATE FUNCTION mlops.min_length(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_min_length';
COMMENT ON FUNCTION mlops.min_length(mlops.profile) IS 'characters of the shortest value; NULL unless of kind text';

CREATE FUNCTION mlops.max_length(profile mlops.profile) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_max_length';
COMMENT ON FUNCTION mlops.max_length(mlops.profile) IS 'characters of the longest value; NULL unless of kind text';

CREATE FUNCTION mlops.mean_length(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_mean_length';
COMMENT ON FUNCTION mlops.mean_length(mlops.profile) IS 'mean number of characters; NULL unless of kind text';

CREATE FUNCTION mlops.mean(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_mean';
COMMENT ON FUNCTION mlops.mean(mlops.profile) IS 'mean of the values; infinite or NaN where infinities are; times in seconds since 1970; NULL for text and without values';

CREATE FUNCTION mlops.variance(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_variance';
COMMENT ON FUNCTION mlops.variance(mlops.profile) IS 'sample variance, divisor n - 1; NaN where infinities are; NULL with fewer than 2 values';

CREATE FUNCTION mlops.stddev(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_stddev';
COMMENT ON FUNCTION mlops.stddev(mlops.profile) IS 'sample standard deviation, divisor n - 1; NaN where infinities are; NULL with fewer than 2 values';

CREATE FUNCTION mlops.skewness(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_skewness';
COMMENT ON FUNCTION mlops.skewness(mlops.profile) IS 'bias-corrected skewness G1 as pandas has it; NULL with fewer than 3 values, for a constant, and where rounding would make it uncertain';

CREATE FUNCTION mlops.kurtosis(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_kurtosis';
COMMENT ON FUNCTION mlops.kurtosis(mlops.profile) IS 'bias-corrected excess kurtosis G2 as pandas has it; NULL with fewer than 4 values, for a constant, and where rounding would make it uncertain';

CREATE FUNCTION mlops.median(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_median';
COMMENT ON FUNCTION mlops.median(mlops.profile) IS 'the quantile 0.5, see mlops.quantile';

CREATE FUNCTION mlops.n_distinct(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_n_distinct';
COMMENT ON FUNCTION mlops.n_distinct(mlops.profile) IS 'number of distinct values; exact, or beyond 4,096 an estimate with a standard error of 0.81 % (HyperLogLog, Ertl 2017)';

CREATE FUNCTION mlops.uniqueness(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_uniqueness';
COMMENT ON FUNCTION mlops.uniqueness(mlops.profile) IS 'distinct values divided by values, at most 1; NULL without values';

CREATE FUNCTION mlops.entropy(profile mlops.profile) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_entropy';
COMMENT ON FUNCTION mlops.entropy(mlops.profile) IS 'entropy of the frequencies of values, in nats; NULL unless the profile is exact';

CREATE FUNCTION mlops.quantile(profile mlops.profile, q float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_quantile';
COMMENT ON FUNCTION mlops.quantile(mlops.profile, float8) IS 'the quantile by the rule of percentile_cont, q between 0 and 1 (22023); exact, or a value within mlops.quantile_bounds; times in seconds since 1970; NULL for text and without values';

CREATE FUNCTION mlops.quantile_bounds(profile mlops.profile, q float8, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_quantile_bounds';
COMMENT ON FUNCTION mlops.quantile_bounds(mlops.profile, float8) IS 'two values that certainly enclose the quantile, equal when the profile is exact; q between 0 and 1 (22023)';

CREATE FUNCTION mlops.cdf(profile mlops.profile, x float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_cdf';
COMMENT ON FUNCTION mlops.cdf(mlops.profile, float8) IS 'share of values at most x: exact, or a value within mlops.cdf_bounds; NULL for text, without values and for NaN';

CREATE FUNCTION mlops.cdf_bounds(profile mlops.profile, x float8, OUT lower float8, OUT upper float8) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_get_cdf_bounds';
COMMENT ON FUNCTION mlops.cdf_bounds(mlops.profile, float8) IS 'two shares that certainly enclose the share of values at most x, equal when the profile is exact';

CREATE FUNCTION mlops.top_k(profile mlops.profile, k integer DEFAULT 10, OUT value text, OUT n bigint, OUT share float8) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_top_k';
COMMENT ON FUNCTION mlops.top_k(mlops.profile, integer) IS 'the k most frequent finite values with their rows and share of all values, equal ones in ascending order; when the profile is not exact: the heaviest cells of numbers as "lowest .. highest", and of text the most frequent of a sample of values chosen by hash, with exact counts';

CREATE FUNCTION mlops.histogram(profile mlops.profile, bins integer DEFAULT NULL, OUT lower float8, OUT upper float8, OUT n bigint) RETURNS SETOF record
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_histogram';
COMMENT ON FUNCTION mlops.histogram(mlops.profile, integer) IS 'finite values between lower and upper, both included, and their rows: the profile''s own cells when bins is NULL, else so many equally wide bins from minimum to maximum, a cell counting where its middle lies; no rows for text';

CREATE FUNCTION mlops.describe(profile mlops.profile,
        OUT kind text, OUT n bigint, OUT n_null bigint, OUT null_rate float8,
        OUT n_nan bigint, OUT n_inf bigint, OUT n_zero bigint, OUT n_negative bigint,
        OUT min text, OUT q25 float8, OUT median float8, OUT q75 float8, OUT max text,
        OUT mean float8, OUT stddev float8, OUT skewness float8, OUT kurtosis float8,
        OUT n_distinct float8, OUT uniqueness float8, OUT is_exact boolean) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_profile_describe';
COMMENT ON FUNCTION mlops.describe(mlops.profile) IS 'everything about a profile in one row; each column is the function of that name, min and max are min_text and max_text';

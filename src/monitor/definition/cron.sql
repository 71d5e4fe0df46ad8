/*
 * Cron schedules: when a monitor runs.
 */
CREATE FUNCTION mlops_internal.cron_check(schedule text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cron_check';
COMMENT ON FUNCTION mlops_internal.cron_check(text) IS
    'the schedule itself, or error 22023 with a hint that names the field when it is not a cron expression or can '
    'never come due; NULL gives NULL';

CREATE FUNCTION mlops.cron_next(schedule text, after timestamptz, time_zone text DEFAULT 'UTC') RETURNS timestamptz
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_cron_next';
COMMENT ON FUNCTION mlops.cron_next(text, timestamptz, text) IS
    'first tick of a cron schedule after an instant by the clock of the time zone: skipped minutes count right '
    'after the gap, repeated ones once; NULL when an argument is NULL, "after" infinite or the tick too late';

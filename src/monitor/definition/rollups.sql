/*
 * Coarser granularities of a definition, and the checks of each.
 *
 * A window of the granularity is read; hours make coarser hours and days, days
 * make weeks and months, months make years.
 */
CREATE FUNCTION mlops_internal.granularity_name(span interval) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('%s %s%s', u.n, u.unit, CASE WHEN u.n > 1 THEN 's' END)
        FROM (SELECT (extract(year FROM span) * 12 + extract(month FROM span))::bigint AS months,
                     extract(day FROM span)::bigint AS days,
                     (extract(hour FROM span) * 3600 + extract(minute FROM span) * 60
                         + extract(second FROM span))::bigint AS seconds) AS s,
             LATERAL (VALUES (s.months / 12, 'year', s.months > 0 AND s.months % 12 = 0),
                 (s.months, 'month', s.months > 0), (s.days / 7, 'week', s.days > 0 AND s.days % 7 = 0),
                 (s.days, 'day', s.days > 0), (s.seconds / 3600, 'hour', s.seconds % 3600 = 0),
                 (s.seconds / 60, 'minute', s.seconds % 60 = 0), (s.seconds, 'second', true)) AS u(n, unit, fits)
        WHERE u.fits LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.granularity_name(interval) IS
    'the length of windows in words that do not depend on settings: 6 hours, 1 day, 2 weeks, 1 month';

/* Does a rollup consist of whole windows?  Where clocks change, a day has 23 hours and is one of hours still. */
CREATE FUNCTION mlops_internal.rollup_misfit(granularity interval, coarser interval, OUT reason text, OUT hint text)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        months CONSTANT numeric := extract(year FROM granularity) * 12 + extract(month FROM granularity);
        days CONSTANT numeric := extract(day FROM granularity);
        seconds CONSTANT numeric := extract(epoch FROM granularity);
        coarser_months CONSTANT numeric := extract(year FROM coarser) * 12 + extract(month FROM coarser);
        coarser_days CONSTANT numeric := extract(day FROM coarser);
        coarser_seconds CONSTANT numeric := extract(epoch FROM coarser);
    BEGIN
        IF coarser_seconds <= seconds THEN
            reason := format('rollup %s is not longer than the granularity %s', coarser, granularity);
            hint := 'Rollups are merged from windows of the granularity.';
        ELSIF NOT (CASE WHEN months > 0 THEN coarser_months > 0 AND coarser_months % months = 0
                       WHEN days > 0 THEN coarser_months > 0 AND days = 1 OR coarser_days > 0
                           AND coarser_days % days = 0
                       ELSE coarser_months = 0 AND coarser_seconds % seconds = 0
                           AND (coarser_days = 0 OR 86400 % seconds = 0) END) THEN
            reason := format('rollup %s does not consist of whole windows of %s', coarser, granularity);
            hint := 'Hours make coarser hours, days and weeks; single days make weeks, months and years; months make '
                'years.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rollup_misfit(interval, interval) IS
    'why windows of a granularity cannot be merged into coarser ones, and what to do; NULL when they can';

/* What is wrong with "granularity" or "rolling" of a check of a known metric. */
CREATE FUNCTION mlops_internal.span_misfit(rule jsonb, def mlops.monitor_version, OUT reason text, OUT hint text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        wanted CONSTANT text := rule ->> 'metric';
        names text[] := ARRAY(SELECT mlops_internal.granularity_name(g) FROM unnest(def.granularity || def.rollups)
                              AS g);
        span text;
    BEGIN
        BEGIN
            span := mlops_internal.granularity_name((rule ->> 'granularity')::interval);
        EXCEPTION WHEN invalid_datetime_format OR datetime_field_overflow OR interval_field_overflow THEN
            span := '';
        END;
        IF span <> ALL (names) THEN
            reason := format('granularity "%s" in the check of "%s" is none of the monitor''s', rule ->> 'granularity',
                wanted);
            hint := format('It has: %s. Others are given as rollups.', array_to_string(names, ', '));
        ELSIF rule ?& '{granularity,rolling}' THEN
            reason := format('the check of "%s" has both "granularity" and "rolling"', wanted);
            hint := 'Rolling windows are of the monitor''s granularity: use two checks with a "name" each.';
        ELSIF (rule ->> 'rolling')::numeric < 2 THEN
            reason := format('"rolling" in the check of "%s" must be 2 or more', wanted);
            hint := 'It is how many windows are judged together.';
        ELSIF (rule ? 'rolling' OR span <> names[1] AND wanted <> 'drift') AND NOT EXISTS (
            SELECT FROM mlops_internal.metric_sources() AS s
            WHERE s.metric = wanted AND (s.function IS NOT NULL OR s.kind IN ('rows', 'estimate'))) THEN
            reason := format('metric "%s" cannot be merged from several windows', wanted);
            hint := 'Leave "granularity" and "rolling" out: it is measured on the rows of one window.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.span_misfit(jsonb, mlops.monitor_version) IS
    'why a check cannot judge windows of its granularity, or rolling ones, and what to do; NULL when it can';

CREATE FUNCTION mlops_internal.checks_of(checks jsonb, granularities text[], rolling integer[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_agg(c.rule ORDER BY c.place), '[]')
        FROM jsonb_array_elements(checks) WITH ORDINALITY AS c(rule, place)
        WHERE CASE WHEN num_nonnulls(granularities, rolling) = 0 THEN NOT c.rule ?| '{granularity,rolling}'
                   ELSE c.rule ->> 'granularity' = ANY (granularities)
                       OR (c.rule ->> 'rolling')::integer = ANY (rolling) END
    $$;
COMMENT ON FUNCTION mlops_internal.checks_of(jsonb, text[], integer[]) IS
    'the checks that judge windows of coarser granularities or rolling ones; with NULL and NULL those that judge the '
    'windows that are read';

/*
 * References: which windows of the past a window is compared with.
 *
 * A reference is a list.  {"same_phase": 4} are the 4 last windows of the same
 * season, {"last_year": 3} those of a year ago, {"previous": n} the n last,
 * {"calendar": "name"} holidays for a holiday, {"baseline": true} the baseline.
 * The first that has windows is what is judged; the others can only veto.
 *
 * What was bad, was excluded by hand or is a holiday serves no ordinary window.
 */
CREATE TABLE mlops.holiday (
    holiday_id bigint GENERATED ALWAYS AS IDENTITY,
    calendar text NOT NULL,
    day date NOT NULL,
    name text NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT holiday_pkey PRIMARY KEY (holiday_id),
    CONSTRAINT holiday_key UNIQUE (owner_oid, owner_name, calendar, day)
);
COMMENT ON TABLE mlops.holiday IS
    'days that are like no other, by calendar: monitors of the same owner whose reference names the calendar compare '
    'them with days of the same name';
COMMENT ON COLUMN mlops.holiday.calendar IS 'name of the calendar, as in {"calendar": "name"} of a reference';
COMMENT ON COLUMN mlops.holiday.day IS 'the day in the time zone of the monitor';
COMMENT ON COLUMN mlops.holiday.name IS 'what day it is: the same every year';
COMMENT ON COLUMN mlops.holiday.owner_oid IS 'role whose monitors know the day; valid only together with owner_name';
COMMENT ON COLUMN mlops.holiday.owner_name IS 'name of that role when the row was made';

CREATE TABLE mlops.excluded_windows (
    excluded_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    excluded_from timestamptz NOT NULL,
    excluded_to timestamptz NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    created_by name NOT NULL,
    CONSTRAINT excluded_windows_pkey PRIMARY KEY (excluded_id),
    CONSTRAINT excluded_windows_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE,
    CONSTRAINT excluded_windows_range_check CHECK (excluded_from < excluded_to)
);
COMMENT ON TABLE mlops.excluded_windows IS 'times whose windows are no measure of what is normal';
COMMENT ON COLUMN mlops.excluded_windows.excluded_from IS 'windows that end later ...';
COMMENT ON COLUMN mlops.excluded_windows.excluded_to IS '... and begin before this are left out';
COMMENT ON COLUMN mlops.excluded_windows.reason IS 'why, for those who come later';
COMMENT ON COLUMN mlops.excluded_windows.created_by IS 'role that excluded them';

CREATE INDEX excluded_windows_monitor_id_idx ON mlops.excluded_windows (monitor_id);
COMMENT ON INDEX mlops.excluded_windows_monitor_id_idx IS 'what a monitor leaves out';

SELECT pg_catalog.pg_extension_config_dump('mlops.holiday', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.holiday_holiday_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.excluded_windows', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.excluded_windows_excluded_id_seq', '');

GRANT SELECT ON mlops.holiday, mlops.excluded_windows TO PUBLIC;
ALTER TABLE mlops.holiday ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.excluded_windows ENABLE ROW LEVEL SECURITY;
CREATE POLICY holiday_owner ON mlops.holiday FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
COMMENT ON POLICY holiday_owner ON mlops.holiday IS 'members of the owner see the row';
CREATE POLICY excluded_windows_owner ON mlops.excluded_windows FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY excluded_windows_owner ON mlops.excluded_windows IS 'who sees the monitor sees the row';

CREATE FUNCTION mlops_internal.add_holiday(calendar text, day date, name text, caller mlops_internal.caller)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
    BEGIN
        IF length(calendar) BETWEEN 1 AND 200 AND length(name) BETWEEN 1 AND 200 AND isfinite(day) THEN
            INSERT INTO mlops.holiday AS h (calendar, day, name, owner_oid, owner_name)
            VALUES (add_holiday.calendar, add_holiday.day, add_holiday.name, who, mlops_internal.note_owner(who))
            ON CONFLICT ON CONSTRAINT holiday_key DO UPDATE SET name = excluded.name;
        ELSE
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'a holiday has a calendar, a day and a name of 1 to 200 characters each',
                HINT = 'Give for example ''de'', ''2026-12-25'', ''Christmas''.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_holiday IS 'mlops.add_holiday on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.add_holiday FROM PUBLIC;

CREATE FUNCTION mlops.add_holiday(calendar text, day date, name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.add_holiday(calendar, day, name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.add_holiday IS
    'add a day to a calendar of the caller, or rename it; monitors of the same owner whose reference has {"calendar": '
    '...} compare it with days of the same name, and no other day with it';
REVOKE ALL ON FUNCTION mlops.add_holiday FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_holiday(calendar text, day date, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
    BEGIN
        DELETE FROM mlops.holiday AS h
        WHERE h.calendar = drop_holiday.calendar AND h.day = drop_holiday.day
          AND mlops_internal.owned_by(h.owner_oid, h.owner_name, who);
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('holiday', format('%s of calendar "%s"', day, calendar));
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_holiday IS 'mlops.drop_holiday on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_holiday FROM PUBLIC;

CREATE FUNCTION mlops.drop_holiday(calendar text, day date) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_holiday(calendar, day, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_holiday IS
    'take a day out of a calendar; raises 42704 when the calendar of the caller has no such day';
REVOKE ALL ON FUNCTION mlops.drop_holiday FROM PUBLIC;

CREATE FUNCTION mlops_internal.exclude_windows(monitor text, since timestamptz, upto timestamptz, reason text,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor, caller);
        id bigint;
    BEGIN
        IF (since < upto AND length(reason) BETWEEN 1 AND 4000) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'windows are excluded from one time to a later one, for a reason',
                HINT = 'Give for example ''churn'', ''2026-03-01'', ''2026-03-04'', ''import stopped''.';
        END IF;
        INSERT INTO mlops.excluded_windows AS e (monitor_id, excluded_from, excluded_to, reason, created_by)
        VALUES (m.monitor_id, since, upto, exclude_windows.reason, mlops_internal.caller_name(caller))
        RETURNING e.excluded_id INTO id;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.exclude_windows IS 'mlops.exclude_windows on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.exclude_windows FROM PUBLIC;

CREATE FUNCTION mlops.exclude_windows(monitor text, since timestamptz, upto timestamptz, reason text) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.exclude_windows(monitor, since, upto, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.exclude_windows IS
    'let no window that overlaps a time be a measure of what is normal, for windows judged from now on, and return the '
    'number by which mlops.include_windows takes that back';
REVOKE ALL ON FUNCTION mlops.exclude_windows FROM PUBLIC;

CREATE FUNCTION mlops_internal.include_windows(excluded_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
    BEGIN
        SELECT x.* INTO m FROM mlops.excluded_windows AS e JOIN mlops.monitor AS x USING (monitor_id)
        WHERE e.excluded_id = include_windows.excluded_id;
        PERFORM mlops_internal.require_owner(m.owner_oid, m.owner_name, 'exclusion', excluded_id::text, caller);
        DELETE FROM mlops.excluded_windows AS e WHERE e.excluded_id = include_windows.excluded_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.include_windows IS 'mlops.include_windows on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.include_windows FROM PUBLIC;

CREATE FUNCTION mlops.include_windows(excluded_id bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.include_windows(excluded_id, mlops_internal.caller());
COMMENT ON FUNCTION mlops.include_windows IS
    'let windows that mlops.exclude_windows left out count again; raises 42704 when there is no such exclusion of '
    'a monitor of the caller';
REVOKE ALL ON FUNCTION mlops.include_windows FROM PUBLIC;

/* The season of a definition's windows: what "auto" means. */
CREATE FUNCTION mlops_internal.phase_kind(def mlops.monitor_version, window_lo timestamptz, phase text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN CASE WHEN coalesce(phase, def.phase) <> 'auto' THEN coalesce(phase, def.phase)
            WHEN extract(year FROM def.granularity) <> 0 OR extract(month FROM def.granularity) <> 0 THEN 'none'
            WHEN def.granularity >= interval '2 days' THEN 'none'
            WHEN def.granularity >= interval '1 day' THEN 'day_of_week'
            WHEN (SELECT min(o.window_lo) FROM mlops.observation AS o
                  WHERE o.monitor_id = def.monitor_id AND o.metric = 'evaluation' AND o.column_name IS NULL)
                <= window_lo - interval '35 days' THEN 'hour_of_week'
            ELSE 'hour_of_day' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.phase_kind(mlops.monitor_version, timestamptz, text) IS
    'what season the windows of a definition have; auto: of days the day of the week, of hours that of the week once '
    'there are 5 weeks, before that of the day, of longer windows none';

CREATE FUNCTION mlops_internal.phase_number(at timestamptz, time_zone text, kind text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE kind
        WHEN 'day_of_week' THEN extract(isodow FROM at AT TIME ZONE time_zone)::integer
        WHEN 'hour_of_day' THEN extract(hour FROM at AT TIME ZONE time_zone)::integer * 60
            + extract(minute FROM at AT TIME ZONE time_zone)::integer
        WHEN 'hour_of_week' THEN extract(isodow FROM at AT TIME ZONE time_zone)::integer * 1440
            + extract(hour FROM at AT TIME ZONE time_zone)::integer * 60
            + extract(minute FROM at AT TIME ZONE time_zone)::integer
        WHEN 'day_of_month' THEN extract(day FROM at AT TIME ZONE time_zone)::integer
        ELSE 0 END;
COMMENT ON FUNCTION mlops_internal.phase_number(timestamptz, text, text) IS
    'which part of its season a time lies in, on the clock of the zone: two with the same number can be compared';

/* The holiday that a window is, by the calendars that the references name. */
CREATE FUNCTION mlops_internal.holidays(def mlops.monitor_version) RETURNS TABLE (calendar text, day date, name text)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT h.calendar, h.day, h.name
        FROM mlops.monitor AS m JOIN mlops.holiday AS h ON h.owner_oid = m.owner_oid AND h.owner_name = m.owner_name
        -- a day in a week makes no holiday of it
        WHERE def.granularity <= interval '1 day' AND m.monitor_id = def.monitor_id AND h.calendar IN (
            SELECT r ->> 'calendar' FROM jsonb_array_elements(
                coalesce(def.reference, '[]') || coalesce((SELECT jsonb_agg(x) FROM jsonb_path_query(def.checks,
                    '$[*].reference[*]') AS x), '[]')) AS r);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.holidays(mlops.monitor_version) IS
    'days of the calendars that references of a definition name, of the monitor''s owner';

/*
 * The windows that an item of a list of references means, the nearest first.  Which
 * of them were bad depends on what is judged: bad_windows() tells, and the first
 * "wanted" of the others are the reference.  There are so many more that "wanted"
 * can be had as far as max_age (in seasons) lets it.  No rows: the item says
 * nothing of this window.
 */
CREATE FUNCTION mlops_internal.reference_windows(def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz, item jsonb)
    RETURNS TABLE (reference_lo timestamptz, reference_hi timestamptz, place integer, wanted integer)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind CONSTANT text := CASE WHEN item ? 'same_phase' THEN mlops_internal.phase_kind(def, window_lo,
            item ->> 'phase') ELSE 'none' END;
        zone CONSTANT text := def.time_zone;
        local timestamp := window_lo AT TIME ZONE zone;
        length CONSTANT interval := (window_hi AT TIME ZONE zone) - local;
        months CONSTANT boolean := extract(month FROM def.granularity) + extract(year FROM def.granularity) <> 0;
        today CONSTANT text := (SELECT h.name FROM mlops_internal.holidays(def) AS h WHERE h.day = local::date
                                ORDER BY h.calendar LIMIT 1);
        period CONSTANT interval := CASE kind WHEN 'day_of_week' THEN interval '7 days'
            WHEN 'hour_of_week' THEN interval '7 days' WHEN 'hour_of_day' THEN interval '1 day'
            WHEN 'day_of_month' THEN interval '1 month' ELSE def.granularity END;
        n integer := coalesce((item ->> 'same_phase')::integer, (item ->> 'last_year')::integer,
            (item ->> 'previous')::integer, CASE WHEN item ? 'calendar' THEN 4 END);
        since timestamptz;
        upto timestamptz := window_lo;
        lags timestamp[];
    BEGIN
        -- a holiday is like holidays, all other days are not
        IF n IS NULL OR (today IS NOT NULL) <> (item ? 'calendar') THEN
            RETURN;
        END IF;
        IF item ? 'last_year' THEN
            lags := ARRAY(SELECT CASE WHEN months THEN local - x.i * interval '1 year'
                ELSE local - interval '364 days' + (x.i / 2) * (CASE x.i % 2 WHEN 0 THEN 1 ELSE -1 END)
                    * interval '7 days' END FROM generate_series(1, n) AS x(i));
            since := mlops_internal.local_instant((SELECT min(x) FROM unnest(lags) AS x), zone);
            upto := least(upto, mlops_internal.local_instant((SELECT max(x) FROM unnest(lags) AS x), zone)
                + 2 * length);
        ELSIF item ? 'calendar' THEN
            since := mlops_internal.local_instant(local - interval '400 days', zone);
        ELSE
            since := mlops_internal.local_instant(local
                - coalesce((item ->> 'max_age')::integer, 2 * n) * period, zone);
        END IF;
        RETURN QUERY
        WITH past AS MATERIALIZED (
            SELECT o.window_lo AS lo, o.window_hi AS hi, o.window_lo AT TIME ZONE zone AS at
            FROM mlops.observation AS o
            WHERE o.monitor_id = def.monitor_id AND o.column_name IS NULL AND o.slice_column IS NULL AND o.n > 0
              -- of merged windows n says that they are there
              AND (o.metric = 'evaluation' AND o.verdict <> 'error' OR o.metric = 'n' AND o.detail ? 'granularity')
              AND o.window_lo >= since AND o.window_hi <= upto
              -- base windows are not mixed with coarser ones
              AND (o.window_hi AT TIME ZONE zone) - (o.window_lo AT TIME ZONE zone) BETWEEN length * 0.85
                  AND length * 1.15
              AND NOT EXISTS (SELECT FROM mlops.excluded_windows AS e WHERE e.monitor_id = def.monitor_id
                  AND e.excluded_from < o.window_hi AND e.excluded_to > o.window_lo)
        ), named AS (
            SELECT p.lo, p.hi, p.at, h.name FROM past AS p
            LEFT JOIN (SELECT DISTINCT x.day, x.name FROM mlops_internal.holidays(def) AS x) AS h ON h.day = p.at::date
        ), chosen AS (
            SELECT c.lo, c.hi, p.preference
            FROM named AS c, LATERAL (SELECT CASE WHEN c.name = today THEN 1
                WHEN c.name IS NULL AND extract(isodow FROM c.at) = 7 THEN 2 END) AS p(preference)
            WHERE item ? 'calendar' AND p.preference IS NOT NULL
        )
        SELECT x.lo, x.hi, (row_number() OVER (ORDER BY x.preference, x.lo DESC))::integer, n
        FROM (SELECT c.lo, c.hi, c.preference FROM chosen AS c
              WHERE c.preference = (SELECT min(y.preference) FROM chosen AS y)
              UNION ALL
              SELECT c.lo, c.hi, coalesce(array_position(lags, c.at), 0) FROM named AS c
              WHERE NOT item ? 'calendar' AND c.name IS NULL
                AND CASE WHEN item ? 'last_year' THEN c.at = ANY (lags) ELSE
                    mlops_internal.phase_number(c.lo, zone, kind)
                    = mlops_internal.phase_number(reference_windows.window_lo, zone, kind) END) AS x(lo, hi, preference)
        ORDER BY 3
        LIMIT 2 * n + 20;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.reference_windows(mlops.monitor_version, timestamptz, timestamptz, jsonb) IS
    'evaluated windows that an item of a reference means, nearest first, without excluded ones and holidays; of those '
    'that were not bad the first "wanted" are the reference';

/* Windows in which a metric was bad: they are no measure of what is normal. */
CREATE FUNCTION mlops_internal.bad_windows(monitor_id bigint, metric text, since timestamptz, upto timestamptz)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, slice_column text, slice_value text,
        column_name name)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT o.window_lo, o.window_hi, o.slice_column, o.slice_value, o.column_name
        FROM mlops.observation AS o
        WHERE o.monitor_id = bad_windows.monitor_id AND o.metric = bad_windows.metric AND o.window_lo >= since
          AND o.window_hi <= upto AND o.verdict IN ('warning', 'critical')
          AND NOT mlops_internal.is_accepted(o.monitor_id, o.metric, mlops_internal.slice_key(o.slice_column,
              o.slice_value, o.column_name), o.window_lo, o.window_hi);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.bad_windows(bigint, text, timestamptz, timestamptz) IS
    'windows, slices and columns of which a metric was a warning or critical between two times, which nobody accepted';

/*
 * The list of references that a check judges by: its own, that of the definition, or
 * the baseline; without any the season.
 */
CREATE FUNCTION mlops_internal.reference_list(def mlops.monitor_version, rule jsonb) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(CASE WHEN jsonb_typeof(rule -> 'reference') = 'array' THEN rule -> 'reference' END,
            def.reference,
            CASE WHEN num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0
                THEN '[{"same_phase": 4, "max_age": 8}, {"last_year": 3}, {"baseline": true}]'::jsonb
                ELSE '[{"same_phase": 4, "max_age": 8}, {"last_year": 3}]' END)
    $$;
COMMENT ON FUNCTION mlops_internal.reference_list(mlops.monitor_version, jsonb) IS
    'what a check compares with: its own references, or those of the definition, or the season, last year and the '
    'baseline where there is one';

CREATE FUNCTION mlops_internal.reference_kind(item jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN item ? 'same_phase' THEN 'same_phase' WHEN item ? 'last_year' THEN 'last_year'
        WHEN item ? 'previous' THEN 'previous' WHEN item ? 'calendar' THEN 'calendar'
        WHEN item ? 'baseline' THEN 'baseline' END;
COMMENT ON FUNCTION mlops_internal.reference_kind(jsonb) IS
    'the word that says what an item of a list of references is';

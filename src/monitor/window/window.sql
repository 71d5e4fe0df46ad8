/*
 * Windows: half-open ranges [lo, hi) that follow each other from start_at on.
 *
 * Window k begins at start_at + k * granularity.  Months and days are added to
 * the local time of the monitor's zone, so a day may have 23 or 25 hours; hours
 * and less are elapsed time.  The sum is always taken from start_at: a monthly
 * monitor that starts on the 31st begins each window on the last day at the
 * latest and returns to the 31st.  A local time that occurs twice is taken the
 * first time; one that is skipped is moved on by the length of the gap.
 */
CREATE FUNCTION mlops_internal.local_instant(local timestamp, time_zone text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        late timestamptz := local AT TIME ZONE time_zone;
        day_before timestamptz := late - interval '24 hours';
        early timestamptz;
    BEGIN
        -- what the offset that held a day before makes of it
        early := (local - ((day_before AT TIME ZONE time_zone) - (day_before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
        IF early < late AND early AT TIME ZONE time_zone = local THEN
            RETURN early;
        END IF;
        RETURN late;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.local_instant(timestamp, text) IS
    'the instant at which clocks of the zone show "local": the first of two, and moved on by the gap when they never '
    'do';

CREATE FUNCTION mlops_internal.window_start(start_at timestamptz, granularity interval, time_zone text, k bigint)
    RETURNS timestamptz
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF k = 0 THEN
            RETURN start_at;
        ELSIF granularity < interval '1 day' OR extract(day FROM granularity) + extract(month FROM granularity)
            + extract(year FROM granularity) = 0 THEN
            RETURN start_at + k * granularity;
        END IF;
        RETURN mlops_internal.local_instant((start_at AT TIME ZONE time_zone) + k * granularity, time_zone);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.window_start(timestamptz, interval, text, bigint) IS
    'start of window k, counted from 0 at start_at; months and days in local time, hours and less elapsed';

CREATE FUNCTION mlops_internal.window_number(start_at timestamptz, granularity interval, time_zone text, at timestamptz)
    RETURNS bigint
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        k bigint := floor(extract(epoch FROM at - start_at) / extract(epoch FROM granularity));
    BEGIN
        -- an estimate: an interval counts 24 hours a day and 30 days a month
        WHILE mlops_internal.window_start(start_at, granularity, time_zone, k) > at LOOP
            k := k - 1;
        END LOOP;
        WHILE mlops_internal.window_start(start_at, granularity, time_zone, k + 1) <= at LOOP
            k := k + 1;
        END LOOP;
        RETURN k;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.window_number(timestamptz, interval, text, timestamptz) IS
    'number of the window that "at" lies in, counted from 0 at start_at; negative before';

CREATE FUNCTION mlops_internal.is_window(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        k bigint;
    BEGIN
        IF window_lo < def.start_at OR window_hi > def.end_at THEN
            RETURN false;
        END IF;
        k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone, window_lo);
        RETURN mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k) = window_lo
           AND mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k + 1) = window_hi;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.is_window(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.is_window(mlops.monitor_version, timestamptz, timestamptz) IS
    'true when the range is one of the definition''s windows';

CREATE FUNCTION mlops.windows(monitor_id bigint, upto timestamptz DEFAULT now(), since timestamptz DEFAULT NULL)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, due_at timestamptz)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        k bigint := 0;
    BEGIN
        SELECT v.* INTO d
        FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = windows.monitor_id;
        IF NOT isfinite(upto) AND d.end_at IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'upto must be finite for a monitor without end';
        END IF;
        IF since > d.start_at THEN
            k := mlops_internal.window_number(d.start_at, d.granularity, d.time_zone, since);
            IF mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k) < since THEN
                k := k + 1;
            END IF;
        END IF;
        window_hi := mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k);
        LOOP
            k := k + 1;
            window_lo := window_hi;
            window_hi := mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k);
            due_at := window_hi + d.delay;
            EXIT WHEN NOT coalesce(due_at <= upto AND window_hi <= coalesce(d.end_at, 'infinity'), false);
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops.windows(bigint, timestamptz, timestamptz) IS
    'windows of a monitor''s current version that are due by "upto" and begin at "since" (NULL = start_at) or later, '
    'in order of time; no row for a monitor that the caller may not see';

CREATE FUNCTION mlops.next_window(monitor_id bigint)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, due_at timestamptz)
    LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        done timestamptz := (SELECT max(o.window_hi) FROM mlops.observation AS o
                             WHERE o.monitor_id = next_window.monitor_id AND o.metric = 'evaluation');
        k bigint := 0;
    BEGIN
        SELECT v.* INTO d
        FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = next_window.monitor_id;
        IF done > d.start_at THEN
            k := mlops_internal.window_number(d.start_at, d.granularity, d.time_zone, done);
            IF mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k) < done THEN
                k := k + 1;
            END IF;
        END IF;
        window_lo := mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k);
        window_hi := mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k + 1);
        due_at := window_hi + d.delay;
        IF window_hi <= coalesce(d.end_at, 'infinity') THEN
            RETURN NEXT;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.next_window(bigint) IS
    'the first window after the last one that was evaluated, due or not; no row when end_at was reached or the caller '
    'may not see the monitor';

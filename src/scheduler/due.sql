/*
 * Due: the next window of a monitor and when it is due.
 *
 * Windows follow those that were already taken up: when a definition changes,
 * the new grid goes on at its first window that begins at or after the end of
 * the last one, and what was evaluated before is not evaluated again.
 */
CREATE FUNCTION mlops_internal.window_due(window_hi timestamptz, delay interval, schedule text, time_zone text)
    RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN schedule IS NULL THEN window_hi + delay
                    ELSE mlops.cron_next(schedule, window_hi + delay - interval '1 microsecond', time_zone) END
    $$;
COMMENT ON FUNCTION mlops_internal.window_due(timestamptz, interval, text, text) IS
    'when a window that ends at window_hi is due: at the first tick of the schedule at or after its end plus delay, '
    'without schedule (NULL) at its end plus delay';

CREATE FUNCTION mlops_internal.due_window(monitor_id bigint, OUT window_lo timestamptz, OUT window_hi timestamptz,
    OUT complete_at timestamptz, OUT due_at timestamptz, OUT retry_at timestamptz)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        w mlops.monitor_run;
        reached timestamptz;
        k bigint := 0;
    BEGIN
        SELECT v.* INTO d
        FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = due_window.monitor_id;
        FOR w IN SELECT r.* FROM mlops.monitor_run AS r
                 WHERE r.monitor_id = due_window.monitor_id AND r.state = 'waiting' ORDER BY r.window_lo LOOP
            IF mlops_internal.is_window(d, w.window_lo, w.window_hi) THEN
                window_lo := w.window_lo;
                window_hi := w.window_hi;
                complete_at := w.window_hi + d.delay;
                due_at := w.due_at;
                retry_at := w.retry_at;
                RETURN;
            END IF;
            -- the new windows cover its time
            DELETE FROM mlops.monitor_run AS r WHERE r.run_id = w.run_id;
        END LOOP;
        reached := (SELECT max(r.window_hi) FROM mlops.monitor_run AS r WHERE r.monitor_id = due_window.monitor_id);
        IF reached > d.start_at THEN
            k := mlops_internal.window_number(d.start_at, d.granularity, d.time_zone, reached);
            IF mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k) < reached THEN
                k := k + 1;
            END IF;
        END IF;
        window_lo := mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k);
        window_hi := mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, k + 1);
        IF window_hi <= window_lo THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('granularity %s makes no window', d.granularity);
        END IF;
        complete_at := window_hi + d.delay;
        due_at := mlops_internal.window_due(window_hi, d.delay, d.schedule, d.time_zone);
        IF window_hi > d.end_at THEN
            window_lo := NULL;
            due_at := NULL;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.due_window(bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.due_window(bigint) IS
    'the window that a monitor takes up next, when its rows are complete and when it is due; window_lo NULL when '
    'end_at was reached; retry_at is set for a further attempt; removes waiting runs that are no windows any more';

/* The first of the windows "from" to "upto" that is due at or after a time; upto + 1 when none is. */
CREATE FUNCTION mlops_internal.first_due(def mlops.monitor_version, "from" bigint, upto bigint, at timestamptz)
    RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        lo bigint := "from";
        hi bigint := upto + 1;
        k bigint;
    BEGIN
        WHILE lo < hi LOOP
            k := lo + (hi - lo) / 2;
            IF mlops_internal.window_due(
                   mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k + 1),
                   def.delay, def.schedule, def.time_zone) >= at THEN
                hi := k;
            ELSE
                lo := k + 1;
            END IF;
        END LOOP;
        RETURN lo;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.first_due(mlops.monitor_version, bigint, bigint, timestamptz) IS
    'number of the first window, among those from one to another, that is due at or after a time; one more than the '
    'last when none is';

/* The newest window from number "from" on that is due by "now"; from - 1 when none is. */
CREATE FUNCTION mlops_internal.last_due(def mlops.monitor_version, "from" bigint, now timestamptz) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        upto bigint;
    BEGIN
        -- the number of the window that is going on is the number of those that are over
        upto := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone,
            least(now - def.delay, def.end_at)) - 1;
        RETURN mlops_internal.first_due(def, "from", upto, now + interval '1 microsecond') - 1;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.last_due(mlops.monitor_version, bigint, timestamptz) IS
    'number of the newest window that is due by "now", at least that of the window before "from"';

CREATE FUNCTION mlops_internal.overdue_after(granularity interval) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN greatest(least(granularity, interval '1 hour'), interval '5 minutes');
COMMENT ON FUNCTION mlops_internal.overdue_after(interval) IS
    'how long after it was due a window is overdue: its length, at least 5 minutes and at most an hour';

/*
 * The misfire policy.  Windows that were due while nothing ran make one row,
 * missed, up to the first that is to be run: of those that one tick makes due
 * together either all are run or none.
 */
CREATE FUNCTION mlops_internal.pass_over(monitor_id bigint, window_lo timestamptz, due_at timestamptz, now timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        m mlops.monitor;
        k bigint;
        newest bigint;
        first bigint;
    BEGIN
        SELECT x.* INTO m FROM mlops.monitor AS x WHERE x.monitor_id = pass_over.monitor_id;
        SELECT v.* INTO d FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        IF d.misfire = 'backfill' THEN
            RETURN false;
        END IF;
        k := mlops_internal.window_number(d.start_at, d.granularity, d.time_zone, window_lo);
        newest := mlops_internal.last_due(d, k, now);
        first := mlops_internal.first_due(d, k, newest, CASE d.misfire
            WHEN 'skip' THEN now - mlops_internal.overdue_after(d.granularity)
            ELSE mlops_internal.window_due(mlops_internal.window_start(d.start_at, d.granularity, d.time_zone,
                newest + 1), d.delay, d.schedule, d.time_zone) END);
        IF first <= k THEN
            RETURN false;
        END IF;
        INSERT INTO mlops.monitor_run
            (monitor_id, window_lo, window_hi, due_at, state, attempt, owner_oid, owner_name, claimed_at, started_at,
                finished_at, n_windows)
        VALUES (m.monitor_id, pass_over.window_lo,
            mlops_internal.window_start(d.start_at, d.granularity, d.time_zone, first), pass_over.due_at, 'missed', 0,
            m.owner_oid, m.owner_name, pass_over.now, clock_timestamp(), clock_timestamp(), first - k);
        UPDATE mlops_internal.monitor_due AS x SET missed = x.missed + (first - k) WHERE x.monitor_id = m.monitor_id;
        RETURN true;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.pass_over(bigint, timestamptz, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.pass_over(bigint, timestamptz, timestamptz, timestamptz) IS
    'leave out the windows from the next on that the monitor''s misfire policy does not run any more by "now"; true '
    'when there were some';

/*
 * What a monitor runs at "now": its next window, when that is due, or else a
 * failed one whose time to be tried once more has come, or else the newest one
 * whose labels have come, or may have.
 */
CREATE FUNCTION mlops_internal.next_run(monitor_id bigint, now timestamptz, OUT window_lo timestamptz,
    OUT window_hi timestamptz, OUT complete_at timestamptz, OUT due_at timestamptz, OUT retry_at timestamptz)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        w record;
        r mlops.monitor_run;
        again record;
    BEGIN
        SELECT * INTO w FROM mlops_internal.due_window(next_run.monitor_id);
        IF w.window_lo IS NOT NULL AND w.retry_at IS NULL AND w.due_at <= next_run.now
            AND mlops_internal.pass_over(next_run.monitor_id, w.window_lo, w.due_at, next_run.now) THEN
            SELECT * INTO w FROM mlops_internal.due_window(next_run.monitor_id);
        END IF;
        IF w.window_lo IS NULL OR coalesce(w.retry_at, w.due_at) > next_run.now THEN
            SELECT x.* INTO r FROM mlops.monitor_run AS x
            WHERE x.monitor_id = next_run.monitor_id AND x.state = 'failed' AND x.retry_at <= next_run.now
            ORDER BY x.window_lo LIMIT 1;
            IF FOUND THEN
                SELECT r.window_lo, r.window_hi, r.retry_at AS complete_at, r.due_at, r.retry_at INTO w;
            ELSE
                SELECT * INTO again FROM mlops_internal.next_restatement(next_run.monitor_id, next_run.now);
                IF again.window_lo IS NOT NULL THEN
                    w := again;
                END IF;
            END IF;
        END IF;
        window_lo := w.window_lo;
        window_hi := w.window_hi;
        complete_at := w.complete_at;
        due_at := w.due_at;
        retry_at := w.retry_at;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.next_run(bigint, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.next_run(bigint, timestamptz) IS
    'like mlops_internal.due_window, after the misfire policy; when the next one is not due, a failed window that is '
    'to be tried once more or one that is read again for its labels';

/*
 * A window succeeded: the cause that made an earlier one fail may be gone.  One
 * at a time is tried once more, the next as soon as that succeeds; one that
 * fails again is left to mlops.retry.
 */
CREATE FUNCTION mlops_internal.plan_repair(r mlops.monitor_run) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        attempts CONSTANT integer := current_setting('mlops.max_attempts');
        again CONSTANT boolean := r.attempt - r.past_attempts > attempts;
        pause CONSTANT interval := CASE WHEN again THEN '0'
            ELSE current_setting('mlops.retry_delay') END;
        d mlops.monitor_version;
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops.monitor_run AS x WHERE x.monitor_id = r.monitor_id AND x.state = 'failed')
            OR EXISTS (SELECT FROM mlops.monitor_run AS x
                       WHERE x.monitor_id = r.monitor_id AND x.state = 'failed' AND x.retry_at IS NOT NULL) THEN
            RETURN;
        END IF;
        SELECT v.* INTO d FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = r.monitor_id;
        UPDATE mlops.monitor_run AS x
        SET retry_at = r.claimed_at + greatest(clock_timestamp() - r.started_at, '0') + pause
        WHERE x.run_id = (
            SELECT f.run_id
            FROM (SELECT y.* FROM mlops.monitor_run AS y
                  WHERE y.monitor_id = r.monitor_id AND y.state = 'failed' AND y.attempt - y.past_attempts <= attempts
                    AND (y.window_lo < r.window_lo OR again)
                  ORDER BY y.window_lo DESC LIMIT 100) AS f
            WHERE mlops_internal.is_window(d, f.window_lo, f.window_hi)
            ORDER BY f.window_lo LIMIT 1);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.plan_repair(mlops.monitor_run) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.plan_repair(mlops.monitor_run) IS
    'after a run that succeeded, have a window that had failed for good tried once more, the oldest first';

/* The caller holds the monitor's row: nobody else can be about to note the same. */
CREATE FUNCTION mlops_internal.note_due(monitor_id bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        due timestamptz;
    BEGIN
        BEGIN
            due := (SELECT coalesce(w.retry_at, w.due_at) FROM mlops_internal.due_window(note_due.monitor_id) AS w);
            due := least(due, (SELECT min(r.retry_at) FROM mlops.monitor_run AS r
                               WHERE r.monitor_id = note_due.monitor_id AND r.state = 'failed'),
                         mlops_internal.labels_due(note_due.monitor_id));
        EXCEPTION WHEN others THEN
            -- one monitor that cannot be computed must not stop the others
            IF EXISTS (SELECT FROM mlops.monitor AS m WHERE m.monitor_id = note_due.monitor_id AND m.paused_at IS NULL)
                THEN
                PERFORM mlops_internal.pause_uncomputable(monitor_id, SQLSTATE, SQLERRM);
                RETURN;
            END IF;
        END;
        INSERT INTO mlops_internal.monitor_due AS d (monitor_id, next_due) VALUES (note_due.monitor_id, due)
        ON CONFLICT ON CONSTRAINT monitor_due_pkey DO UPDATE SET next_due = excluded.next_due, stale = false;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.note_due(bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.note_due(bigint) IS
    'compute when a monitor is due next and note it, or pause it when that cannot be computed';

/*
 * Monitors that are new or were changed, or whose note cannot be right: a time
 * that is not finite, or none although there is no end.  At most a thousand at a
 * time, owners taking turns, so that no cycle is long; those that are locked
 * come next time.
 */
CREATE FUNCTION mlops_internal.refresh_due(role oid DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        ids CONSTANT bigint[] := ARRAY(
            SELECT x.monitor_id
            FROM (SELECT m.monitor_id, m.owner_oid FROM mlops.monitor AS m
                  WHERE NOT EXISTS (SELECT FROM mlops_internal.monitor_due AS d WHERE d.monitor_id = m.monitor_id)
                  UNION ALL
                  SELECT m.monitor_id, m.owner_oid
                  FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id)
                  JOIN mlops.monitor_version AS v USING (monitor_id, version)
                  WHERE (d.stale OR d.next_due IS NULL OR NOT isfinite(d.next_due))
                    AND (d.stale OR d.next_due IS NOT NULL OR v.end_at IS NULL AND m.paused_at IS NULL)) AS x
            WHERE role IS NULL OR x.owner_oid = role
            ORDER BY row_number() OVER (PARTITION BY x.owner_oid ORDER BY x.monitor_id), x.monitor_id LIMIT 1000);
    BEGIN
        IF ids <> '{}' THEN
            PERFORM mlops_internal.note_due(n.monitor_id)
            FROM (SELECT m.monitor_id
                  FROM unnest(ids) WITH ORDINALITY AS s(monitor_id, place) JOIN mlops.monitor AS m USING (monitor_id)
                  ORDER BY s.place
                  FOR NO KEY UPDATE OF m SKIP LOCKED) AS n;
        END IF;
        RETURN ids <> '{}';
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.refresh_due(oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.refresh_due(oid) IS
    'note when new and changed monitors, of that role or of all (NULL), are due; false when there were none';

/* A look beside thousands of monitors with nothing to do goes by indexes. */
CREATE FUNCTION mlops_internal.next_due_time(at_limit oid[] DEFAULT '{}') RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        now CONSTANT timestamptz := clock_timestamp();
        next timestamptz := mlops_internal.next_incident_time();
    BEGIN
        -- more than one refresh takes at a time, or what was locked
        IF mlops_internal.refresh_due() AND (
            EXISTS (SELECT FROM mlops_internal.monitor_due AS d WHERE d.stale)
            OR EXISTS (SELECT FROM mlops.monitor AS m
                       WHERE NOT EXISTS (SELECT FROM mlops_internal.monitor_due AS d
                                         WHERE d.monitor_id = m.monitor_id))) THEN
            next := least(next, now + interval '1 second');
        END IF;
        -- a session that runs its monitors itself may end without a word
        IF EXISTS (SELECT FROM mlops_internal.monitor_due AS d WHERE d.run_id IS NOT NULL) THEN
            next := least(next, now + interval '1 minute');
        END IF;
        RETURN least(next, (
            SELECT d.next_due FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id)
            WHERE d.run_id IS NULL AND d.next_due IS NOT NULL AND m.enabled AND m.paused_at IS NULL
              AND m.owner_oid <> ALL (at_limit)
            ORDER BY d.next_due LIMIT 1));
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.next_due_time(oid[]) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.next_due_time(oid[]) IS
    'when the scheduler must look into this database again, for the monitors of all owners but those; NULL = not '
    'before something changes';

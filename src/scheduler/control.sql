/*
 * Control: run due windows in a session of one's own, pause and resume, switch
 * the scheduler on and off, see what it does.
 */
CREATE FUNCTION mlops_internal.claim_run(now timestamptz, caller mlops_internal.caller DEFAULT mlops_internal.caller())
    RETURNS mlops_internal.claimed_run
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN mlops_internal.claim(claim_run.now, mlops_internal.caller_oid(caller), NULL, false);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.claim_run(timestamptz, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.claim_run(timestamptz, mlops_internal.caller) IS
    'claim the next window that is due by "now" among the monitors that the caller owns itself, for this session; '
    'NULL when there is none; commit, evaluate, then finish_claim or fail_claim, which is what mlops.run_due does';

CREATE FUNCTION mlops_internal.claim_now(monitor_id bigint, now timestamptz,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS mlops_internal.claimed_run
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN mlops_internal.claim(claim_now.now, mlops_internal.caller_oid(caller), claim_now.monitor_id, true);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.claim_now(bigint, timestamptz, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.claim_now(bigint, timestamptz, mlops_internal.caller) IS
    'claim the next window of a monitor of the caller''s whose rows are complete at "now", whatever its schedule; '
    'NULL when there is none or a run is going on; this is what mlops.run_now does';

/*
 * Transaction control rules out a SET clause and SECURITY DEFINER, so every
 * name below is qualified.
 */
CREATE PROCEDURE mlops.run_due(now timestamptz DEFAULT pg_catalog.now(), max_runs integer DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$
    DECLARE
        c mlops_internal.claimed_run;
        n pg_catalog.int8;
        left_over pg_catalog.int4 := max_runs;
        code pg_catalog.text;
        message pg_catalog.text;
        ran pg_catalog.bool := false;
    BEGIN
        LOOP
            EXIT WHEN left_over OPERATOR(pg_catalog.<=) 0;
            c := mlops_internal.claim_run(now);
            EXIT WHEN c.run_id IS NULL;
            COMMIT;
            ran := true;
            code := NULL;
            BEGIN
                n := mlops_internal.evaluate_run(c.run_id);
                PERFORM mlops_internal.finish_claim(c.run_id, c.attempt, n);
                -- what would fail at commit fails here, where it is caught
                SET CONSTRAINTS ALL IMMEDIATE;
            EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
                GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
            END;
            IF code IS NOT NULL THEN
                PERFORM mlops_internal.fail_claim(c.run_id, c.attempt, code, message);
            END IF;
            COMMIT;
            IF code OPERATOR(pg_catalog.=) '57014' THEN
                RAISE EXCEPTION USING ERRCODE = 'query_canceled', MESSAGE = message;
            END IF;
            left_over := left_over OPERATOR(pg_catalog.-) 1;
        END LOOP;
        COMMIT;
        IF NOT (ran OR EXISTS (SELECT FROM mlops.monitor AS m WHERE m.owner_name OPERATOR(pg_catalog.=) current_user))
            THEN
            RAISE NOTICE USING
                MESSAGE = pg_catalog.format('role "%s" owns no monitors: nothing is evaluated', current_user),
                HINT = 'A session runs the monitors of its own role, the scheduler those of all roles.';
        END IF;
        PERFORM mlops.send_outbox();
        COMMIT;
        WHILE mlops_internal.prune_own(now) LOOP
            COMMIT;
        END LOOP;
        COMMIT;
    END
    $$;
REVOKE ALL ON PROCEDURE mlops.run_due(timestamptz, integer) FROM PUBLIC;
COMMENT ON PROCEDURE mlops.run_due(timestamptz, integer) IS
    'evaluate the windows that are due by "now", oldest first and at most max_runs (NULL: all), of the monitors '
    'that the current role owns, each in its own transaction; then send the outbox; not inside a transaction';

CREATE FUNCTION mlops.run_now(name text, now timestamptz DEFAULT pg_catalog.now())
    RETURNS TABLE (run_id bigint, window_lo timestamptz, window_hi timestamptz, state text, message text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id CONSTANT bigint := mlops.monitor_id(name);
        c mlops_internal.claimed_run;
        n bigint;
        code text;
    BEGIN
        PERFORM mlops_internal.require_own_session(m) FROM mlops.monitor AS m WHERE m.monitor_id = id;
        LOOP
            c := mlops_internal.claim_now(id, run_now.now);
            EXIT WHEN c.run_id IS NULL;
            run_id := c.run_id;
            window_lo := c.window_lo;
            window_hi := c.window_hi;
            state := 'succeeded';
            message := NULL;
            BEGIN
                n := mlops_internal.evaluate_run(c.run_id);
                PERFORM mlops_internal.finish_claim(c.run_id, c.attempt, n);
            EXCEPTION WHEN others THEN
                GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
                state := 'error';
            END;
            IF state = 'error' THEN
                state := mlops_internal.fail_claim(c.run_id, c.attempt, code, message);
            END IF;
            RETURN NEXT;
            EXIT WHEN state <> 'succeeded';
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops.run_now(text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.run_now(text, timestamptz) IS
    'evaluate, in this transaction, all windows of a monitor whose rows are complete at "now" and that were not '
    'run yet, until one fails, even when it is paused; one row per window; only as the monitor''s owner';

CREATE FUNCTION mlops_internal.pause(name text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.monitor := mlops_internal.own_monitor(mlops.monitor_id(name), caller);
    BEGIN
        UPDATE mlops.monitor AS x SET paused_at = coalesce(x.paused_at, now()) WHERE x.monitor_id = m.monitor_id;
        PERFORM mlops_internal.note_due(m.monitor_id);
        UPDATE mlops_internal.monitor_due AS d SET pause_reason = left(reason, 1000) WHERE d.monitor_id = m.monitor_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.pause IS 'mlops.pause on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.pause FROM PUBLIC;

CREATE FUNCTION mlops.pause(name text, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.pause(name, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.pause IS
    'the monitor does not run by itself until it is resumed; a run that is going on is finished; raises 42704 for '
    'others'' monitors';
REVOKE ALL ON FUNCTION mlops.pause FROM PUBLIC;

CREATE FUNCTION mlops_internal.resume(name text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.monitor := mlops_internal.own_monitor(mlops.monitor_id(name), caller);
    BEGIN
        UPDATE mlops.monitor AS x SET paused_at = NULL WHERE x.monitor_id = m.monitor_id;
        UPDATE mlops_internal.monitor_due AS d SET pause_reason = NULL WHERE d.monitor_id = m.monitor_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.resume IS 'mlops.resume on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.resume FROM PUBLIC;

CREATE FUNCTION mlops.resume(name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.resume(name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.resume IS
    'the monitor runs again, windows that it missed first; raises 42704 for others'' monitors';
REVOKE ALL ON FUNCTION mlops.resume FROM PUBLIC;

CREATE FUNCTION mlops_internal.retry(name text, window_lo timestamptz, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(name, caller);
        n bigint;
    BEGIN
        PERFORM FROM mlops_internal.monitor_due AS d WHERE d.monitor_id = m.monitor_id FOR UPDATE;
        UPDATE mlops.monitor_run AS r SET state = 'waiting', retry_at = now()
        WHERE r.monitor_id = m.monitor_id AND r.state = 'failed'
            AND (retry.window_lo IS NULL OR r.window_lo = retry.window_lo);
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n = 0 AND window_lo IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('monitor "%s" has no window that begins at %s and failed for good', name, window_lo),
                HINT = 'SELECT window_lo FROM mlops.run_history WHERE state = ''failed'' lists them; leave window_lo '
                    'out for all.';
        END IF;
        UPDATE mlops_internal.monitor_due AS d SET stale = true WHERE d.monitor_id = m.monitor_id;
        PERFORM mlops_internal.wake_scheduler();
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.retry IS 'mlops.retry on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.retry FROM PUBLIC;

CREATE FUNCTION mlops.retry(name text, window_lo timestamptz DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.retry(name, window_lo, mlops_internal.caller());
COMMENT ON FUNCTION mlops.retry IS
    'try the windows that failed for good, or the one that begins at window_lo, once more, oldest first; returns '
    'their number; 42501 for others'' monitors';
REVOKE ALL ON FUNCTION mlops.retry FROM PUBLIC;

/*
 * The switch.  It belongs to the database's owner, whoever may execute it.
 */
CREATE FUNCTION mlops_internal.scheduler_process(OUT preloaded boolean, OUT launcher_pid integer,
    OUT running_here integer, OUT running integer, OUT launcher_seen_at timestamptz, OUT last_cycle_at timestamptz)
    LANGUAGE C VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scheduler_process';
COMMENT ON FUNCTION mlops_internal.scheduler_process() IS
    'whether the library was preloaded, the launcher''s process (NULL = none), the run processes in this database '
    'and in all, when the launcher last looked around and a cycle last ended here; NULL when not preloaded';

CREATE FUNCTION mlops_internal.scheduler_enabled() RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (SELECT FROM mlops_internal.scheduler_switch AS s
                       JOIN pg_database AS d ON d.oid = s.database_oid AND d.datname = current_database()
                       WHERE s.system_identifier = (pg_control_system()).system_identifier)
    $$;
COMMENT ON FUNCTION mlops_internal.scheduler_enabled() IS
    'true when the scheduler was enabled in this very database, not in one that it is a copy of';

CREATE FUNCTION mlops_internal.require_database_owner(caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d record;
    BEGIN
        SELECT x.datdba, r.rolname INTO d FROM pg_database AS x LEFT JOIN pg_roles AS r ON r.oid = x.datdba
            WHERE x.datname = current_database();
        IF pg_has_role(mlops_internal.caller_oid(caller), d.datdba, 'USAGE') IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be owner of database "%s"', current_database()),
                HINT = format('It belongs to role "%s": ask a member of that role.', d.rolname);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.require_database_owner(mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.require_database_owner(mlops_internal.caller) IS
    'raise 42501 unless the caller acts for the database''s owner';

CREATE FUNCTION mlops_internal.enable_scheduler(caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.require_database_owner(caller);
        INSERT INTO mlops_internal.scheduler_switch (database_oid, enabled_by)
        SELECT d.oid, mlops_internal.caller_name(caller) FROM pg_database AS d WHERE d.datname = current_database()
        ON CONFLICT ON CONSTRAINT scheduler_switch_pkey DO UPDATE SET
            database_oid = excluded.database_oid, system_identifier = excluded.system_identifier,
                enabled_at = excluded.enabled_at, enabled_by = excluded.enabled_by
        WHERE (scheduler_switch.database_oid, scheduler_switch.system_identifier) <> (excluded.database_oid,
            excluded.system_identifier);
        PERFORM mlops_internal.adopt_notices();
        IF NOT (SELECT p.preloaded FROM mlops_internal.scheduler_process() AS p) THEN
            RAISE WARNING USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = 'monitors will not run by themselves because the library is not preloaded',
                HINT = 'Add mlops to shared_preload_libraries and restart the server, or call mlops.run_due() '
                    'regularly.';
        END IF;
        PERFORM mlops_internal.wake_scheduler();
    END
    $$;
COMMENT ON FUNCTION mlops_internal.enable_scheduler IS 'mlops.enable_scheduler on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.enable_scheduler FROM PUBLIC;

CREATE FUNCTION mlops.enable_scheduler() RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.enable_scheduler(mlops_internal.caller());
COMMENT ON FUNCTION mlops.enable_scheduler IS
    'monitors of this database run by themselves from now on, missed windows first; warns when the library is not '
    'preloaded; raises 42501 unless the caller acts for the database''s owner';
REVOKE ALL ON FUNCTION mlops.enable_scheduler FROM PUBLIC;

CREATE FUNCTION mlops_internal.disable_scheduler(caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.require_database_owner(caller);
        DELETE FROM mlops_internal.scheduler_switch;
        PERFORM mlops_internal.wake_scheduler();
    END
    $$;
COMMENT ON FUNCTION mlops_internal.disable_scheduler IS 'mlops.disable_scheduler on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.disable_scheduler FROM PUBLIC;

CREATE FUNCTION mlops.disable_scheduler() RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.disable_scheduler(mlops_internal.caller());
COMMENT ON FUNCTION mlops.disable_scheduler IS
    'no monitor of this database is started by itself any more; runs that are going on are finished; raises 42501 '
    'unless the caller acts for the database''s owner';
REVOKE ALL ON FUNCTION mlops.disable_scheduler FROM PUBLIC;

CREATE FUNCTION mlops.scheduler_status(OUT preloaded boolean, OUT launcher_pid integer, OUT enabled boolean,
    OUT active boolean, OUT next_due timestamptz, OUT running integer, OUT waiting bigint, OUT failed bigint,
    OUT last_error text, OUT last_error_at timestamptz, OUT due bigint, OUT overdue bigint, OUT unsent bigint,
    OUT last_run_at timestamptz, OUT launcher_seen_at timestamptz, OUT last_cycle_at timestamptz)
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp SET jit = off
    AS $$
        WITH noted AS MATERIALIZED (
            SELECT m.name, m.monitor_id, d.next_due, d.run_id, d.finished_at,
                   m.enabled AND m.paused_at IS NULL AS active,
                   now() - d.next_due > mlops_internal.overdue_after(v.granularity) AS late
            FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS d USING (monitor_id)
            JOIN mlops.monitor_version AS v USING (monitor_id, version)
        ), told AS (
            SELECT min(n.next_due) FILTER (WHERE n.run_id IS NULL AND n.active) AS next_due,
                   count(*) FILTER (WHERE n.run_id IS NULL AND n.active AND n.next_due <= now()) AS due,
                   count(*) FILTER (WHERE n.run_id IS NULL AND n.active AND n.late) AS overdue,
                   max(n.finished_at) AS last_run_at
            FROM noted AS n
        ), run AS (
            SELECT count(*) FILTER (WHERE r.state = 'started')::integer AS running,
                   count(*) FILTER (WHERE r.state = 'waiting') AS waiting
            FROM mlops.monitor_run AS r WHERE r.state IN ('started', 'waiting')
        )
        SELECT p.preloaded, p.launcher_pid, mlops_internal.scheduler_enabled(),
               p.launcher_pid IS NOT NULL AND mlops_internal.scheduler_enabled()
                   AND current_setting('mlops.scheduler')::boolean,
               t.next_due, r.running, r.waiting,
               (SELECT count(*) FROM mlops.monitor_run AS f WHERE f.state = 'failed'),
               e.error_message, e.finished_at, t.due, t.overdue,
               (SELECT count(*) FROM mlops_internal.outbox AS o WHERE o.notified_at IS NULL),
               t.last_run_at, p.launcher_seen_at, p.last_cycle_at
        FROM mlops_internal.scheduler_process() AS p CROSS JOIN told AS t CROSS JOIN run AS r
        LEFT JOIN LATERAL (
            SELECT format('monitor "%s", window %s: %s', n.name, x.window_lo, x.error_message) AS error_message,
                   x.finished_at
            FROM noted AS n CROSS JOIN LATERAL (
                SELECT y.* FROM mlops.monitor_run AS y WHERE y.monitor_id = n.monitor_id AND y.error_code IS NOT NULL
                ORDER BY y.finished_at DESC LIMIT 1) AS x
            ORDER BY x.finished_at DESC NULLS LAST, x.run_id DESC LIMIT 1) AS e ON true
    $$;
COMMENT ON FUNCTION mlops.scheduler_status() IS
    'whether the scheduler is there, enabled here and active, when it was last seen; of monitors that the caller may '
    'see: next due time, runs going on, waiting, failed, monitors due and overdue, notices not sent, latest error';

/* Due is what the notes say, and for how long: a queue that moves is alive. */
CREATE FUNCTION mlops.scheduler_alive(within interval DEFAULT '5 minutes') RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (p.launcher_seen_at > clock_timestamp() - interval '2 minutes'
                OR NOT p.preloaded OR NOT mlops_internal.scheduler_enabled()) IS TRUE
           AND (EXISTS (SELECT FROM mlops.monitor_run AS r JOIN pg_stat_activity AS a ON a.pid = r.holder_pid
                        WHERE r.state = 'started')
                OR EXISTS (SELECT FROM mlops_internal.monitor_due AS d
                           WHERE d.served_at > clock_timestamp() - scheduler_alive.within)
                OR NOT EXISTS (SELECT FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id)
                               WHERE d.next_due < clock_timestamp() - scheduler_alive.within AND m.enabled
                                 AND m.paused_at IS NULL))
        FROM mlops_internal.scheduler_process() AS p
    $$;
COMMENT ON FUNCTION mlops.scheduler_alive(interval) IS
    'false when the enabled scheduler''s process is gone or stuck, or monitors that the caller may see have been due '
    'for longer than that while none was run; for a watchdog outside of the server';

CREATE VIEW mlops.run_history WITH (security_invoker = true) AS
    SELECT m.name AS monitor, r.run_id, r.window_lo, r.window_hi, r.state, r.attempt, r.crashes, r.due_at, r.started_at,
        r.finished_at,
           r.finished_at OPERATOR(pg_catalog.-) r.started_at AS duration, r.retry_at, r.n_observations, r.error_code,
               r.error_message, r.n_windows
    FROM mlops.monitor_run AS r JOIN mlops.monitor AS m ON m.monitor_id OPERATOR(pg_catalog.=) r.monitor_id;
COMMENT ON VIEW mlops.run_history IS
    'runs of the monitors that the caller may see: one row per window, with the outcome of its latest attempt';
COMMENT ON COLUMN mlops.run_history.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.run_history.run_id IS 'number of the run, one for each window';
COMMENT ON COLUMN mlops.run_history.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.run_history.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.run_history.state IS
    'started, waiting (for the next attempt), succeeded, failed (no attempt left) or missed (left out by misfire)';
COMMENT ON COLUMN mlops.run_history.attempt IS 'number of the latest attempt, from 1; 0 of missed windows';
COMMENT ON COLUMN mlops.run_history.crashes IS 'attempts whose process ended without recording an outcome';
COMMENT ON COLUMN mlops.run_history.due_at IS 'when the window was due';
COMMENT ON COLUMN mlops.run_history.started_at IS 'when the latest attempt began';
COMMENT ON COLUMN mlops.run_history.finished_at IS 'when it ended; NULL while it runs';
COMMENT ON COLUMN mlops.run_history.duration IS 'how long it took';
COMMENT ON COLUMN mlops.run_history.retry_at IS
    'when a waiting run is due again, or a failed one is tried once more by itself';
COMMENT ON COLUMN mlops.run_history.n_observations IS 'observations that the successful attempt stored';
COMMENT ON COLUMN mlops.run_history.error_code IS 'SQLSTATE of the latest failure';
COMMENT ON COLUMN mlops.run_history.error_message IS 'message of the latest failure, its first 1000 characters';
COMMENT ON COLUMN mlops.run_history.n_windows IS 'windows that the row stands for: more than 1 only of missed ones';
GRANT SELECT ON mlops.run_history TO PUBLIC;

CREATE FUNCTION mlops_internal.windows_due(def mlops.monitor_version, reached timestamptz, now timestamptz)
    RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        k bigint := 0;
    BEGIN
        IF reached > def.start_at THEN
            k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone, reached);
            k := k + (mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k) < reached)::integer;
        END IF;
        RETURN greatest(mlops_internal.last_due(def, k, now) - k + 1, 0);
    EXCEPTION WHEN others THEN
        -- its windows cannot be computed any more: it is paused, with the reason
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.windows_due(mlops.monitor_version, timestamptz, timestamptz) IS
    'windows of a definition that are due by "now" and begin at or after the end of the last one that was taken up '
    '(NULL = none was); NULL when that cannot be computed';

CREATE VIEW mlops.run_progress WITH (security_invoker = true) AS
    SELECT m.name AS monitor, m.owner_name AS owner,
           CASE WHEN r.state IS NOT NULL THEN r.state WHEN m.enabled AND m.paused_at IS NULL THEN 'due'
               ELSE 'paused' END AS state,
           r.window_lo, r.window_hi, r.attempt, r.started_at, r.holder_pid AS pid, d.succeeded AS windows_done,
           mlops_internal.windows_due(v, (SELECT pg_catalog.max(x.window_hi) FROM mlops.monitor_run AS x
               WHERE x.monitor_id OPERATOR(pg_catalog.=) m.monitor_id), pg_catalog.now()) AS windows_due,
           (SELECT pg_catalog.count(*) FROM mlops.monitor_run AS f
               WHERE f.monitor_id OPERATOR(pg_catalog.=) m.monitor_id AND f.state = 'failed') AS windows_failed
      FROM mlops.monitor AS m
      JOIN mlops.monitor_version AS v ON v.monitor_id OPERATOR(pg_catalog.=) m.monitor_id
          AND v.version OPERATOR(pg_catalog.=) m.version
      JOIN mlops_internal.monitor_due AS d ON d.monitor_id OPERATOR(pg_catalog.=) m.monitor_id
      LEFT JOIN LATERAL (
          SELECT x.* FROM mlops.monitor_run AS x
          WHERE x.monitor_id OPERATOR(pg_catalog.=) m.monitor_id AND x.state IN ('started', 'waiting')
          ORDER BY x.window_lo LIMIT 1) AS r ON true
     WHERE d.run_id IS NOT NULL OR r.state IS NOT NULL OR d.next_due OPERATOR(pg_catalog.<=) pg_catalog.now();
COMMENT ON VIEW mlops.run_progress IS
    'monitors that are run or have something to run now: the window in work, windows that are done and to do';
COMMENT ON COLUMN mlops.run_progress.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.run_progress.owner IS 'role that the monitor belongs to and runs as';
COMMENT ON COLUMN mlops.run_progress.state IS
    'started (a window is in work), waiting (for the next attempt), due (for a free process) or paused';
COMMENT ON COLUMN mlops.run_progress.window_lo IS 'start of the window that is in work or waits; NULL = none';
COMMENT ON COLUMN mlops.run_progress.window_hi IS 'end of that window';
COMMENT ON COLUMN mlops.run_progress.attempt IS 'number of its latest attempt, from 1';
COMMENT ON COLUMN mlops.run_progress.started_at IS 'when that attempt began';
COMMENT ON COLUMN mlops.run_progress.pid IS 'process that works on it';
COMMENT ON COLUMN mlops.run_progress.windows_done IS 'windows that were run with success, ever';
COMMENT ON COLUMN mlops.run_progress.windows_due IS
    'windows that are due and were not taken up yet; NULL when that cannot be computed';
COMMENT ON COLUMN mlops.run_progress.windows_failed IS 'windows that were given up after their last attempt';
GRANT SELECT ON mlops.run_progress TO PUBLIC;

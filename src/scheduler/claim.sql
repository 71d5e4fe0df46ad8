/*
 * Claims: taking a run up, taking it over, giving it back, ending it.
 *
 * Lock order, everywhere: monitor, then monitor_due, then monitor_run, then
 * alerts.  Whoever changes one of them holds the monitor.  What the scheduler's
 * cycle executes skips monitors that are locked and therefore waits for nobody,
 * and what it computes of one is in a subtransaction: what cannot be computed
 * pauses that monitor alone.
 */
CREATE FUNCTION mlops_internal.claim(now timestamptz, role oid, only_monitor bigint, early boolean,
    turn oid DEFAULT NULL) RETURNS mlops_internal.claimed_run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
        w record;
        r mlops.monitor_run;
        me record;
        looked boolean := turn IS NOT NULL;
    BEGIN
        IF claim.now IS NULL OR claim.now > clock_timestamp() THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('now must not be in the future, as %s is', coalesce(claim.now::text, 'NULL')),
                HINT = 'The rows of a window that is not over yet are not complete.';
        END IF;
        SELECT p.pid, mlops_internal.process_start(p.pid) AS backend_start INTO me FROM pg_backend_pid() AS p (pid);
        LOOP
            SELECT x.* INTO m
            FROM mlops.monitor AS x JOIN mlops_internal.monitor_due AS d USING (monitor_id)
            WHERE d.run_id IS NULL
              AND (early OR d.next_due <= claim.now AND x.enabled AND x.paused_at IS NULL)
              AND (only_monitor IS NULL OR x.monitor_id = only_monitor)
              AND (turn IS NULL OR x.owner_oid = turn)
              AND (role IS NULL OR x.owner_oid = role AND mlops_internal.present_owner(x.owner_oid,
                  x.owner_name) = role)
            ORDER BY d.served_at NULLS FIRST, d.next_due, d.monitor_id
            LIMIT 1
            FOR NO KEY UPDATE OF x SKIP LOCKED
            FOR UPDATE OF d SKIP LOCKED;
            IF NOT FOUND AND NOT looked THEN
                -- what the notes do not tell: abandoned runs, new and changed monitors
                PERFORM mlops_internal.settle_runs(role);
                PERFORM mlops_internal.refresh_due(role);
                looked := true;
                CONTINUE;
            ELSIF NOT FOUND THEN
                RETURN NULL;
            END IF;
            BEGIN
                IF early THEN
                    SELECT * INTO w FROM mlops_internal.due_window(m.monitor_id);
                ELSE
                    SELECT * INTO w FROM mlops_internal.next_run(m.monitor_id, claim.now);
                END IF;
            EXCEPTION WHEN others THEN
                PERFORM mlops_internal.pause_uncomputable(m.monitor_id, SQLSTATE, SQLERRM);
                CONTINUE;
            END;
            EXIT WHEN w.window_lo IS NOT NULL
                  AND CASE WHEN early THEN w.complete_at ELSE coalesce(w.retry_at, w.due_at) END <= claim.now;
            PERFORM mlops_internal.note_due(m.monitor_id);
            IF early THEN
                RETURN NULL;
            END IF;
        END LOOP;
        INSERT INTO mlops.monitor_run AS x
            (monitor_id, window_lo, window_hi, due_at, state, attempt, owner_oid, owner_name, holder_pid, holder_start,
                claimed_at, started_at)
        VALUES (m.monitor_id, w.window_lo, w.window_hi, w.due_at, 'started', 1, m.owner_oid, m.owner_name, me.pid,
            me.backend_start, claim.now, clock_timestamp())
        ON CONFLICT ON CONSTRAINT monitor_run_window_key DO UPDATE SET
            state = 'started', attempt = x.attempt + 1,
                past_attempts = CASE x.state WHEN 'succeeded' THEN x.attempt ELSE x.past_attempts END,
                owner_oid = excluded.owner_oid,
                owner_name = excluded.owner_name,
            holder_pid = excluded.holder_pid, holder_start = excluded.holder_start,
            claimed_at = excluded.claimed_at, started_at = excluded.started_at, finished_at = NULL, retry_at = NULL
        RETURNING x.* INTO r;
        UPDATE mlops_internal.monitor_due AS d SET run_id = r.run_id, served_at = clock_timestamp()
            WHERE d.monitor_id = m.monitor_id;
        RETURN (r.run_id, r.attempt, r.monitor_id, r.window_lo, r.window_hi, r.owner_oid)::mlops_internal.claimed_run;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.claim(timestamptz, oid, bigint, boolean, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.claim(timestamptz, oid, bigint, boolean, oid) IS
    'claim the next due window for this process, or NULL; role, only_monitor and turn restrict whose (NULL = any); '
    'early: any complete window';

/* The run when it is still this attempt's, its monitor locked; else NULL. */
CREATE FUNCTION mlops_internal.lock_run(run_id bigint, attempt integer, caller mlops_internal.caller)
    RETURNS mlops.monitor_run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.monitor_run;
        id bigint := (SELECT x.monitor_id FROM mlops.monitor_run AS x WHERE x.run_id = lock_run.run_id);
    BEGIN
        IF id IS NULL THEN
            RETURN NULL;
        END IF;
        PERFORM mlops_internal.own_monitor(id, caller);
        PERFORM FROM mlops_internal.monitor_due AS d WHERE d.monitor_id = id FOR UPDATE;
        SELECT x.* INTO r FROM mlops.monitor_run AS x
        WHERE x.run_id = lock_run.run_id AND x.attempt = lock_run.attempt AND x.state = 'started' FOR UPDATE;
        RETURN r;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.lock_run(bigint, integer, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.lock_run(bigint, integer, mlops_internal.caller) IS
    'lock a started run and its monitor; NULL when that attempt was superseded; raises 42704 for others'' runs';

/* The same for the cycle, which waits for nobody: NULL also when somebody holds the monitor. */
CREATE FUNCTION mlops_internal.try_lock_run(run_id bigint, attempt integer) RETURNS mlops.monitor_run
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT x.* FROM mlops.monitor AS m
        JOIN mlops_internal.monitor_due AS d USING (monitor_id)
        JOIN mlops.monitor_run AS x USING (monitor_id)
        WHERE x.run_id = try_lock_run.run_id AND x.attempt = try_lock_run.attempt AND x.state = 'started'
        FOR NO KEY UPDATE OF m SKIP LOCKED
        FOR UPDATE OF d, x SKIP LOCKED
    $$;
REVOKE ALL ON FUNCTION mlops_internal.try_lock_run(bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.try_lock_run(bigint, integer) IS
    'lock a started run and its monitor; NULL when that attempt was superseded or somebody else holds one of them';

CREATE FUNCTION mlops_internal.release_run(monitor_id bigint, succeeded boolean DEFAULT NULL,
    again boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        UPDATE mlops_internal.monitor_due AS d
        SET run_id = NULL, succeeded = d.succeeded + (release_run.succeeded IS TRUE AND NOT again)::integer,
            finished_at = CASE WHEN release_run.succeeded IS NULL THEN d.finished_at ELSE clock_timestamp() END
        WHERE d.monitor_id = release_run.monitor_id;
        PERFORM mlops_internal.note_due(release_run.monitor_id);
        PERFORM mlops_internal.wake_scheduler();
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.release_run(bigint, boolean, boolean) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.release_run(bigint, boolean, boolean) IS
    'the monitor''s run is over, with what success (NULL = it was given back; again: it had succeeded before), note '
    'when the next is due';

CREATE FUNCTION mlops_internal.finish_claim(run_id bigint, attempt integer, n_observations bigint,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        r mlops.monitor_run := mlops_internal.lock_run(run_id, attempt, caller);
    BEGIN
        IF r.run_id IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
                MESSAGE = format('attempt %s of run %s was superseded', attempt, run_id),
                HINT = 'Another process evaluates the window; nothing of this attempt is kept.';
        END IF;
        UPDATE mlops.monitor_run AS x
        SET state = 'succeeded', finished_at = clock_timestamp(), n_observations = finish_claim.n_observations,
            holder_pid = NULL, holder_start = NULL, error_code = NULL, error_message = NULL
        WHERE x.run_id = r.run_id;
        PERFORM mlops_internal.apply_verdicts(mlops_internal.own_monitor(r.monitor_id, caller), r.window_lo,
            r.window_hi, r.claimed_at);
        PERFORM mlops_internal.plan_repair(r);
        PERFORM mlops_internal.release_run(r.monitor_id, true, r.past_attempts > 0);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.finish_claim(bigint, integer, bigint, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.finish_claim(bigint, integer, bigint, mlops_internal.caller) IS
    'end a claimed run in the transaction that evaluated its window: mark it succeeded and apply its verdicts to the '
    'alerts; raises 40001 when the attempt was superseded, 42704 for others'' runs';

/*
 * An attempt has failed: wait for the next one, or give up and make the
 * failure itself an observation, which alerts.
 */
CREATE FUNCTION mlops_internal.end_attempt(r mlops.monitor_run, crashed boolean, code text, message text,
    caller mlops_internal.caller) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        attempt CONSTANT integer := r.attempt - r.past_attempts;
        last CONSTANT boolean := attempt >= current_setting('mlops.max_attempts')::integer;
        pause interval := current_setting('mlops.retry_delay')::interval * least(2 ^ (attempt - 1), 64);
        elapsed interval := clock_timestamp() - r.started_at;
    BEGIN
        IF crashed THEN
            pause := pause * 5;
        END IF;
        UPDATE mlops.monitor_run AS x
        SET state = CASE WHEN last THEN 'failed' ELSE 'waiting' END,
            retry_at = CASE WHEN NOT last THEN r.claimed_at + greatest(elapsed, '0') + pause END,
            finished_at = clock_timestamp(), crashes = x.crashes + crashed::integer,
            holder_pid = NULL, holder_start = NULL, error_code = end_attempt.code,
                error_message = left(end_attempt.message, 1000)
        WHERE x.run_id = r.run_id;
        IF last THEN
            PERFORM mlops_internal.record_failure(r.monitor_id, r.window_lo, r.window_hi, code, left(message, 900),
                caller);
            PERFORM mlops_internal.alert_failure(r.monitor_id, r.window_lo, r.window_hi, r.claimed_at);
        END IF;
        PERFORM mlops_internal.release_run(r.monitor_id, false);
        RETURN CASE WHEN last THEN 'failed' ELSE 'waiting' END;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.end_attempt(mlops.monitor_run, boolean, text, text, mlops_internal.caller)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.end_attempt(mlops.monitor_run, boolean, text, text, mlops_internal.caller) IS
    'an attempt came to nothing; returns the new state, waiting or failed';

CREATE FUNCTION mlops_internal.fail_claim(run_id bigint, attempt integer, sqlstate text, message text,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        r mlops.monitor_run := mlops_internal.lock_run(run_id, attempt, caller);
    BEGIN
        IF r.run_id IS NULL THEN
            RETURN NULL;
        END IF;
        RETURN mlops_internal.end_attempt(r, false, fail_claim.sqlstate, fail_claim.message, caller);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.fail_claim(bigint, integer, text, text, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.fail_claim(bigint, integer, text, text, mlops_internal.caller) IS
    'end a claimed run whose evaluation was rolled back and return its state: waiting for another attempt, failed '
    'when none is left, NULL when the attempt was superseded; raises 42704 for others'' runs';

/* Is the process that holds a run still there? */
CREATE FUNCTION mlops_internal.holder_lives(pid integer, start timestamptz) RETURNS boolean
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT coalesce(mlops_internal.process_start(pid) = start, false) $$;
REVOKE ALL ON FUNCTION mlops_internal.holder_lives(integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.holder_lives(integer, timestamptz) IS
    'true while the process of that number and start runs';

/*
 * Runs that nobody works on: the holder is gone, or it is this process, which
 * holds one run at a time and is about to claim another.
 */
CREATE FUNCTION mlops_internal.settle_runs(role oid, caller mlops_internal.caller DEFAULT mlops_internal.caller())
    RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        r mlops.monitor_run;
        n integer := 0;
        is_cycle CONSTANT boolean := role IS NULL;
    BEGIN
        FOR r IN
            SELECT x.* FROM mlops.monitor AS m
            JOIN mlops_internal.monitor_due AS d USING (monitor_id)
            JOIN mlops.monitor_run AS x ON x.run_id = d.run_id AND x.state = 'started'
            WHERE (settle_runs.role IS NULL OR m.owner_oid = settle_runs.role)
              AND (NOT mlops_internal.holder_lives(x.holder_pid, x.holder_start)
                   OR NOT is_cycle AND x.holder_pid = pg_backend_pid())
            ORDER BY x.run_id
            FOR NO KEY UPDATE OF m SKIP LOCKED
            FOR UPDATE OF d, x SKIP LOCKED
        LOOP
            BEGIN
                PERFORM mlops_internal.end_attempt(r, true, '57P02',
                    'the process that evaluated the window ended without an outcome', caller);
                n := n + 1;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    NULL;       -- next time
                WHEN others THEN
                    RAISE WARNING USING ERRCODE = SQLSTATE,
                        MESSAGE = format('run %s of monitor %s cannot be settled: %s', r.run_id, r.monitor_id,
                            left(SQLERRM, 1000));
                    UPDATE mlops.monitor_run AS x
                    SET state = 'failed', finished_at = clock_timestamp(), crashes = x.crashes + 1,
                        holder_pid = NULL, holder_start = NULL, error_code = SQLSTATE,
                            error_message = left(SQLERRM, 1000)
                    WHERE x.run_id = r.run_id;
                    UPDATE mlops_internal.monitor_due AS d SET run_id = NULL, stale = true
                        WHERE d.monitor_id = r.monitor_id;
            END;
        END LOOP;
        -- a run that is at its end, or gone, occupies nobody
        UPDATE mlops_internal.monitor_due AS d SET run_id = NULL, stale = true
        WHERE d.monitor_id IN (
            SELECT y.monitor_id FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS y USING (monitor_id)
            WHERE y.run_id IS NOT NULL AND (settle_runs.role IS NULL OR m.owner_oid = settle_runs.role)
              AND NOT EXISTS (SELECT FROM mlops.monitor_run AS x WHERE x.run_id = y.run_id AND x.state = 'started')
            FOR NO KEY UPDATE OF m SKIP LOCKED
            FOR UPDATE OF y SKIP LOCKED);
        RETURN n;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.settle_runs(oid, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.settle_runs(oid, mlops_internal.caller) IS
    'end attempts whose process is gone, of monitors of that role or of all (NULL), and return their number';

/* What keeps a run process from being the owner; NULL when nothing does. */
CREATE FUNCTION mlops_internal.owner_problem(owner_oid oid, owner_name name) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN r.oid IS NULL THEN format('role "%s", the owner, does not exist any more', owner_name)
                    WHEN mlops_internal.present_owner(owner_oid, owner_name) IS NULL
                    THEN format('role "%s", the owner, does not exist: "%s" has its number', owner_name, r.rolname)
                    WHEN r.rolsuper THEN format('role "%s", the owner, is a superuser', owner_name)
                    WHEN NOT r.rolcanlogin THEN format('role "%s", the owner, may not log in', owner_name)
                    WHEN NOT has_database_privilege(r.oid, current_database(), 'CONNECT')
                    THEN format('role "%s", the owner, may not connect to the database', owner_name) END
        FROM (VALUES (1)) AS one LEFT JOIN pg_roles AS r ON r.oid = owner_oid
    $$;
REVOKE ALL ON FUNCTION mlops_internal.owner_problem(oid, name) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.owner_problem(oid, name) IS
    'why no process can run as a monitor''s owner; NULL when one can';

/*
 * The owner cannot run anything: every window would fail.  So the monitor is
 * paused, the failure recorded, and its window left for when it is resumed.
 */
CREATE FUNCTION mlops_internal.pause_broken(c mlops_internal.claimed_run, problem text, caller mlops_internal.caller)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.monitor_run := mlops_internal.lock_run(c.run_id, c.attempt, caller);
    BEGIN
        UPDATE mlops.monitor_run AS x
        SET state = 'waiting', retry_at = r.claimed_at, finished_at = clock_timestamp(), holder_pid = NULL,
            holder_start = NULL,
            error_code = '28000', error_message = left(problem, 1000)
        WHERE x.run_id = r.run_id;
        UPDATE mlops.monitor AS m SET paused_at = clock_timestamp() WHERE m.monitor_id = r.monitor_id;
        UPDATE mlops_internal.monitor_due AS d SET pause_reason = problem WHERE d.monitor_id = r.monitor_id;
        PERFORM mlops_internal.record_failure(r.monitor_id, r.window_lo, r.window_hi, '28000', left(problem, 900),
            caller);
        PERFORM mlops_internal.alert_failure(r.monitor_id, r.window_lo, r.window_hi, r.claimed_at);
        PERFORM mlops_internal.release_run(r.monitor_id, false);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.pause_broken(mlops_internal.claimed_run, text, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.pause_broken(mlops_internal.claimed_run, text, mlops_internal.caller) IS
    'pause the monitor of a claimed run whose owner cannot run it, and record why';

/*
 * The next window cannot even be computed: what was right when the monitor was
 * made, such as the name of its time zone, is so no more.  It is paused, with an
 * alert that stands at the point where the monitor came to a stand.
 */
CREATE FUNCTION mlops_internal.pause_uncomputable(monitor_id bigint, code text, problem text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        reason CONSTANT text := left(format('the next window cannot be computed: %s', problem), 900);
        reached timestamptz;
    BEGIN
        reached := coalesce(
            (SELECT max(r.window_hi) FROM mlops.monitor_run AS r WHERE r.monitor_id = pause_uncomputable.monitor_id),
            (SELECT v.start_at FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
             WHERE m.monitor_id = pause_uncomputable.monitor_id));
        RAISE WARNING USING ERRCODE = code,
            MESSAGE = format('monitor %s is paused: %s', monitor_id, reason);
        UPDATE mlops.monitor AS m SET paused_at = clock_timestamp() WHERE m.monitor_id = pause_uncomputable.monitor_id;
        INSERT INTO mlops_internal.monitor_due AS d (monitor_id, next_due, pause_reason)
            VALUES (pause_uncomputable.monitor_id, NULL, reason)
        ON CONFLICT ON CONSTRAINT monitor_due_pkey DO UPDATE SET next_due = NULL, stale = false,
            pause_reason = excluded.pause_reason;
        PERFORM mlops_internal.record_failure(monitor_id, reached, reached, code, reason, mlops_internal.caller());
        PERFORM mlops_internal.alert_failure(monitor_id, reached, reached);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.pause_uncomputable(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.pause_uncomputable(bigint, text, text) IS
    'pause a monitor whose next window cannot be computed, and record why; its row is locked';

/*
 * For the scheduler's own processes.  Owners take turns, the one whose monitors
 * were served longest ago first, however many monitors each has.
 */
CREATE FUNCTION mlops_internal.claim_any(at_limit oid[] DEFAULT '{}',
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS SETOF mlops_internal.claimed_run
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        c mlops_internal.claimed_run;
        problem text;
        owner oid;
    BEGIN
        FOR owner IN
            SELECT m.owner_oid FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS d USING (monitor_id)
            WHERE m.owner_oid <> ALL (at_limit)
            GROUP BY m.owner_oid
            HAVING bool_or(d.run_id IS NULL AND d.next_due <= clock_timestamp() AND m.enabled AND m.paused_at IS NULL)
            ORDER BY max(d.served_at) NULLS FIRST, m.owner_oid
        LOOP
            LOOP
                c := mlops_internal.claim(clock_timestamp(), NULL, NULL, false, owner);
                EXIT WHEN c.run_id IS NULL;
                problem := (SELECT mlops_internal.owner_problem(r.owner_oid, r.owner_name) FROM mlops.monitor_run AS r
                    WHERE r.run_id = c.run_id);
                IF problem IS NULL THEN
                    RETURN NEXT c;
                    RETURN;
                END IF;
                PERFORM mlops_internal.pause_broken(c, problem, caller);
            END LOOP;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.claim_any(oid[], mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.claim_any(oid[], mlops_internal.caller) IS
    'claim the next due window of any monitor but of those owners; called by the scheduler''s cycle';

CREATE FUNCTION mlops_internal.claim_of(role oid) RETURNS SETOF mlops_internal.claimed_run
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c mlops_internal.claimed_run := mlops_internal.claim(clock_timestamp(), role, NULL, false);
    BEGIN
        IF c.run_id IS NOT NULL THEN
            RETURN NEXT c;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.claim_of(oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.claim_of(oid) IS
    'claim the next due window of the role''s monitors; called by a run process';

CREATE FUNCTION mlops_internal.take_over_run(run_id bigint, attempt integer) RETURNS SETOF mlops_internal.claimed_run
    LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.monitor_run AS r
        SET holder_pid = pg_backend_pid(), started_at = clock_timestamp(),
            holder_start = mlops_internal.process_start(pg_backend_pid())
        WHERE r.run_id = (SELECT x.run_id FROM mlops.monitor_run AS x
                          WHERE x.run_id = take_over_run.run_id AND x.attempt = take_over_run.attempt
                              AND x.state = 'started'
                          FOR UPDATE SKIP LOCKED)
        RETURNING r.run_id, r.attempt, r.monitor_id, r.window_lo, r.window_hi, r.owner_oid
    $$;
REVOKE ALL ON FUNCTION mlops_internal.take_over_run(bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.take_over_run(bigint, integer) IS
    'make the calling process the holder of a run that was claimed for it; no row when the attempt was superseded';

CREATE FUNCTION mlops_internal.unclaim_run(run_id bigint, attempt integer,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        r mlops.monitor_run := mlops_internal.try_lock_run(run_id, attempt);
    BEGIN
        IF r.run_id IS NULL THEN
            RETURN;
        ELSIF r.attempt = 1 THEN
            DELETE FROM mlops.monitor_run AS x WHERE x.run_id = r.run_id;
        ELSE
            UPDATE mlops.monitor_run AS x
            SET state = 'waiting', attempt = x.attempt - 1, retry_at = x.claimed_at, finished_at = clock_timestamp(),
                holder_pid = NULL, holder_start = NULL
            WHERE x.run_id = r.run_id;
        END IF;
        PERFORM mlops_internal.release_run(r.monitor_id);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.unclaim_run(bigint, integer, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.unclaim_run(bigint, integer, mlops_internal.caller) IS
    'give a claimed run back because no process could be started';

CREATE FUNCTION mlops_internal.fail_launch(run_id bigint, attempt integer,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        r mlops.monitor_run := mlops_internal.try_lock_run(run_id, attempt);
    BEGIN
        IF r.holder_pid = pg_backend_pid() THEN
            PERFORM mlops_internal.end_attempt(r, true, '57P03',
                format('the process of role "%s" ended before it began; the server''s log says why', r.owner_name),
                caller);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.fail_launch(bigint, integer, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.fail_launch(bigint, integer, mlops_internal.caller) IS
    'the process of a claimed run ended before it took the run over';

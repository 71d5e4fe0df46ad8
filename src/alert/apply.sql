/*
 * From verdicts to alerts, and from alerts to notices.
 */
CREATE FUNCTION mlops_internal.write_event(alert mlops.alert, event text, by_window boolean, actor name, note text,
    notify boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        new_id bigint;
    BEGIN
        INSERT INTO mlops.alert_event AS e (alert_id, event, severity, window_lo, window_hi, value, message, actor,
            note)
        VALUES (alert.alert_id, write_event.event, alert.severity,
                CASE WHEN by_window THEN alert.last_window_lo END, CASE WHEN by_window THEN alert.last_window_hi END,
                CASE WHEN by_window THEN alert.value END, CASE WHEN by_window THEN alert.message END,
                write_event.actor, left(write_event.note, 4000))
        RETURNING e.event_id INTO new_id;
        INSERT INTO mlops_internal.alert_event_xact (event_id) VALUES (new_id);
        IF notify THEN
            INSERT INTO mlops_internal.outbox (alert_id) VALUES (alert.alert_id);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.write_event(mlops.alert, text, boolean, name, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.write_event(mlops.alert, text, boolean, name, text, boolean) IS
    'add an event to an alert''s history and, with notify, a notice to the outbox';

/* What a bad verdict of the newest window does; "last" is the condition's last alert. */
CREATE FUNCTION mlops_internal.alert_bad(last mlops.alert, o mlops.observation) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        bad text := CASE o.verdict WHEN 'warning' THEN 'warning' ELSE 'critical' END;
        event text;
        a mlops.alert;
    BEGIN
        IF last.alert_id IS NULL OR last.state = 'resolved' THEN
            -- who resolves by hand has seen everything up to the last window
            IF o.window_hi < last.last_window_hi OR o.window_hi = last.last_window_hi
                AND last.resolved_by IS NOT NULL THEN
                RETURN 0;
            END IF;
            INSERT INTO mlops.alert (monitor_id, slice_column, slice_value, column_name, metric, reference, severity,
                value, rule, message,
                                     first_window_lo, first_window_hi, last_window_lo, last_window_hi)
            VALUES (o.monitor_id, o.slice_column, o.slice_value, o.column_name, o.metric, o.reference, bad, o.value,
                o.rule, o.message,
                    o.window_lo, o.window_hi, o.window_lo, o.window_hi)
            RETURNING * INTO a;
            PERFORM mlops_internal.write_event(a, 'opened', true, NULL, NULL, true);
            RETURN 1;
        ELSIF o.window_hi < last.last_window_hi THEN
            RETURN 0;
        END IF;
        event := CASE WHEN last.severity = bad THEN NULL WHEN bad = 'critical' THEN 'escalated' ELSE 'deescalated' END;
        IF last.state = 'silenced' AND last.silenced_until <= now() THEN
            last.state := 'opened';
            last.silenced_until := NULL;
            event := coalesce(event, 'unsilenced');
        ELSIF last.state = 'acknowledged' AND event = 'escalated' THEN
            last.state := 'opened';
        END IF;
        UPDATE mlops.alert AS x
        SET state = last.state, silenced_until = last.silenced_until, severity = bad, value = o.value, rule = o.rule,
            message = o.message,
            n_windows = x.n_windows + (o.window_hi > x.last_window_hi)::integer,
            last_window_lo = o.window_lo, last_window_hi = o.window_hi
        WHERE x.alert_id = last.alert_id
        RETURNING * INTO a;
        IF event IS NULL THEN
            RETURN 0;
        END IF;
        PERFORM mlops_internal.write_event(a, event, true, NULL, NULL, event <> 'deescalated'
            AND a.state <> 'silenced');
        RETURN 1;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_bad(mlops.alert, mlops.observation) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_bad(mlops.alert, mlops.observation) IS
    'open, escalate, de-escalate or carry on an alert; returns the number of events written';

CREATE FUNCTION mlops_internal.alert_good(last mlops.alert, o mlops.observation, reason text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.alert;
    BEGIN
        IF o.window_hi < last.last_window_hi THEN
            RETURN 0;
        END IF;
        UPDATE mlops.alert AS x
        SET state = 'resolved', resolved_at = now(), silenced_until = NULL, value = o.value, message = reason,
            last_window_lo = coalesce(o.window_lo, x.last_window_lo),
                last_window_hi = coalesce(o.window_hi, x.last_window_hi)
        WHERE x.alert_id = last.alert_id
        RETURNING * INTO a;
        PERFORM mlops_internal.write_event(a, 'resolved', true, NULL, NULL, last.state <> 'silenced');
        RETURN 1;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_good(mlops.alert, mlops.observation, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_good(mlops.alert, mlops.observation, text) IS
    'resolve an alert because of a window; returns the number of events written';

/*
 * Alerts on which the newest windows say nothing.  When a slice has no rows in
 * three windows that have some, its condition is gone with it.  Everything
 * else may be a feed that died: nothing is resolved, but it is told once, unless
 * the monitor's evaluation tells it already.
 */
CREATE FUNCTION mlops_internal.alert_unjudged(monitor_id bigint, window_lo timestamptz, window_hi timestamptz)
    RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        patience CONSTANT integer := 3;
        last mlops.alert;
        o mlops.observation;
        since record;
        changed integer := 0;
    BEGIN
        o.window_lo := alert_unjudged.window_lo;
        o.window_hi := alert_unjudged.window_hi;
        FOR last IN
            SELECT a.* FROM mlops.alert AS a
            WHERE a.monitor_id = alert_unjudged.monitor_id AND a.state <> 'resolved' AND a.metric <> 'evaluation'
              AND a.last_window_hi <= alert_unjudged.window_lo
            ORDER BY a.alert_id FOR UPDATE
        LOOP
            SELECT count(*) AS n,
                   last.slice_column IS NOT NULL AND bool_and(w.n > 0 AND NOT EXISTS (
                        SELECT FROM mlops.window_summary AS s
                        WHERE s.monitor_id = last.monitor_id AND s.window_lo = w.window_lo AND s.window_hi = w.window_hi
                          AND s.slice_column = last.slice_column AND s.slice_value IS NOT DISTINCT
                              FROM last.slice_value)
                   AND NOT EXISTS (
                        SELECT FROM mlops.observation AS b
                        WHERE b.monitor_id = last.monitor_id AND b.window_lo = w.window_lo AND b.window_hi = w.window_hi
                          AND b.metric = 'rows_beyond_slices' AND b.column_name = last.slice_column)) AS vanished
            INTO since
            FROM (SELECT e.window_lo, e.window_hi, e.n FROM mlops.observation AS e
                  WHERE e.monitor_id = last.monitor_id AND e.metric = 'evaluation' AND e.column_name IS NULL
                    AND e.window_lo >= last.last_window_hi AND e.verdict <> 'error'
                  ORDER BY e.window_lo DESC LIMIT patience) AS w;
            CONTINUE WHEN since.n < patience;
            IF since.vanished THEN
                changed := changed + mlops_internal.alert_good(last, o,
                    format('no rows of this slice in %s windows', patience));
            ELSIF NOT EXISTS (SELECT FROM mlops.alert_event AS e
                              WHERE e.alert_id = last.alert_id AND e.event = 'stale'
                                  AND e.window_lo >= last.last_window_hi)
                AND NOT EXISTS (SELECT FROM mlops.alert AS e
                                WHERE e.monitor_id = last.monitor_id AND e.metric = 'evaluation'
                                  AND e.state <> 'resolved') THEN
                last.last_window_lo := o.window_lo;
                last.last_window_hi := o.window_hi;
                last.value := NULL;
                last.message := format('not judged in %s windows', patience);
                PERFORM mlops_internal.write_event(last, 'stale', true, NULL, NULL, last.state <> 'silenced');
                changed := changed + 1;
            END IF;
        END LOOP;
        RETURN changed;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_unjudged(bigint, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_unjudged(bigint, timestamptz, timestamptz) IS
    'resolve or tell of live alerts that three evaluated windows before the end of this one did not judge; returns '
    'the number of events written';

CREATE FUNCTION mlops_internal.apply_alerts(
    monitor_id bigint, window_lo timestamptz, window_hi timestamptz, caller mlops_internal.caller) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
        def mlops.monitor_version;
        o mlops.observation;
        last mlops.alert;
        changed integer := 0;
    BEGIN
        FOR o IN
            SELECT x.* FROM mlops.observation AS x
            WHERE x.monitor_id = m.monitor_id AND x.window_lo = apply_alerts.window_lo
                AND x.window_hi = apply_alerts.window_hi
              AND (x.verdict IN ('ok', 'warning', 'critical', 'error') OR x.metric = 'evaluation')
              AND (x.verdict NOT IN ('ok', 'no_data') OR EXISTS (
                    SELECT FROM mlops.alert AS a
                    WHERE a.monitor_id = x.monitor_id AND a.metric = x.metric AND a.state <> 'resolved'))
              AND NOT EXISTS (
                    SELECT FROM mlops.observation AS y
                    WHERE y.monitor_id = x.monitor_id AND y.metric = x.metric AND y.column_name IS NOT DISTINCT
                        FROM x.column_name
                      AND y.window_lo >= x.window_lo AND y.window_hi > x.window_hi
                      AND y.slice_column IS NOT DISTINCT FROM x.slice_column AND y.slice_value IS NOT DISTINCT
                          FROM x.slice_value
                      AND y.reference IS NOT DISTINCT FROM x.reference
                      AND (y.verdict IN ('ok', 'warning', 'critical', 'error') OR y.metric = 'evaluation'))
            ORDER BY x.observation_id
        LOOP
            SELECT a.* INTO last FROM mlops.alert AS a
            WHERE a.monitor_id = o.monitor_id AND a.metric = o.metric AND a.column_name IS NOT DISTINCT
                FROM o.column_name
              AND a.slice_column IS NOT DISTINCT FROM o.slice_column AND a.slice_value IS NOT DISTINCT
                  FROM o.slice_value
              AND a.reference IS NOT DISTINCT FROM o.reference
            ORDER BY a.alert_id DESC LIMIT 1 FOR UPDATE;
            IF o.verdict NOT IN ('ok', 'no_data') THEN
                changed := changed + mlops_internal.alert_bad(last, o);
            ELSIF last.state <> 'resolved' AND o.verdict = 'ok' THEN
                changed := changed + mlops_internal.alert_good(last, o, 'ok again');
            ELSIF last.state <> 'resolved' AND last.severity = 'critical' THEN
                -- it could be evaluated, although there was nothing to judge
                changed := changed + mlops_internal.alert_good(last, o, 'evaluated again');
            END IF;
        END LOOP;
        -- nobody will judge these again
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        o := NULL;
        FOR last IN
            SELECT a.* FROM mlops.alert AS a
            WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.metric <> 'evaluation'
              AND (a.slice_column IS NOT NULL
                       AND NOT def.slices @> jsonb_build_array(jsonb_build_object('name', a.slice_column))
                   OR NOT EXISTS (
                        SELECT FROM mlops_internal.expanded_rules(def) AS r
                        WHERE r.metric = a.metric AND r.column_name IS NOT DISTINCT FROM a.column_name
                          AND (a.slice_column IS NULL OR (r.rule ->> 'slices')::boolean)))
            ORDER BY a.alert_id FOR UPDATE
        LOOP
            changed := changed + mlops_internal.alert_good(last, o, 'not checked any more');
        END LOOP;
        RETURN changed + mlops_internal.alert_unjudged(m.monitor_id, window_lo, window_hi);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.apply_alerts IS 'mlops.apply_alerts on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.apply_alerts FROM PUBLIC;

CREATE FUNCTION mlops.apply_alerts(monitor_id bigint, window_lo timestamptz, window_hi timestamptz) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.apply_alerts(monitor_id, window_lo, window_hi, mlops_internal.caller());
COMMENT ON FUNCTION mlops.apply_alerts IS
    'open, change and resolve alerts by the stored verdicts of a window and return the number of changes; '
    'applied again it changes nothing; only the newest judged window of a condition counts';
REVOKE ALL ON FUNCTION mlops.apply_alerts FROM PUBLIC;

/*
 * What a window that could not be evaluated does: of its observations only that
 * one is new, and the cost does not depend on how many alerts its monitor has.
 */
CREATE FUNCTION mlops_internal.alert_failure(monitor_id bigint, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        o mlops.observation;
        last mlops.alert;
    BEGIN
        SELECT x.* INTO o FROM mlops.observation AS x
        WHERE x.monitor_id = alert_failure.monitor_id AND x.metric = 'evaluation' AND x.slice_column IS NULL
          AND x.window_lo = alert_failure.window_lo AND x.window_hi = alert_failure.window_hi
          AND NOT EXISTS (
                SELECT FROM mlops.observation AS y
                WHERE y.monitor_id = x.monitor_id AND y.metric = 'evaluation' AND y.slice_column IS NULL
                  AND y.window_lo >= x.window_lo AND y.window_hi > x.window_hi);
        IF NOT FOUND THEN
            RETURN;
        END IF;
        SELECT a.* INTO last FROM mlops.alert AS a
        WHERE a.monitor_id = o.monitor_id AND a.metric = 'evaluation' AND a.slice_column IS NULL
        ORDER BY a.alert_id DESC LIMIT 1 FOR UPDATE;
        PERFORM mlops_internal.alert_bad(last, o);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_failure(bigint, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_failure(bigint, timestamptz, timestamptz) IS
    'open or carry on the alert of a window that could not be evaluated, unless a later one was; its monitor is locked';

/* Each caller sends, and can hold up, its own notices; the scheduler sends all. */
CREATE FUNCTION mlops_internal.send_outbox(caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        n bigint;
        newest bigint;
    BEGIN
        PERFORM mlops_internal.caller_oid(caller);
        WITH unsent AS MATERIALIZED (
            SELECT o.outbox_id
            FROM mlops_internal.outbox AS o JOIN mlops.alert AS a USING (alert_id)
                LEFT JOIN mlops.monitor AS m USING (monitor_id)
            WHERE o.notified_at IS NULL
              AND mlops_internal.owned_by(coalesce(m.owner_oid, a.owner_oid), coalesce(m.owner_name, a.owner_name),
                  mlops_internal.caller_oid(caller))
            ORDER BY o.outbox_id FOR UPDATE OF o SKIP LOCKED
        ), sent AS (
            UPDATE mlops_internal.outbox AS o SET notified_at = clock_timestamp()
            FROM unsent AS u WHERE o.outbox_id = u.outbox_id
            RETURNING o.alert_id
        )
        SELECT count(*), max(s.alert_id) INTO n, newest FROM sent AS s;
        IF n > 0 THEN
            -- a queue that was full stays so until somebody looks how full it is: that finds what has been read
            PERFORM pg_notification_queue_usage();
            PERFORM pg_notify('mlops_alert', json_build_object('id', newest)::text);
        END IF;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.send_outbox IS 'mlops.send_outbox on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.send_outbox FROM PUBLIC;

CREATE FUNCTION mlops.send_outbox() RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.send_outbox(mlops_internal.caller());
COMMENT ON FUNCTION mlops.send_outbox IS
    'send one NOTIFY mlops_alert for all notices not sent yet of monitors that the caller may act for, with the '
    'newest alert as {"id": ...}; returns how many';
REVOKE ALL ON FUNCTION mlops.send_outbox FROM PUBLIC;

/*
 * What people do with alerts: acknowledge, silence, resolve, read.
 */
CREATE FUNCTION mlops_internal.own_alert(alert_id bigint, caller mlops_internal.caller) RETURNS mlops.alert
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.alert;
    BEGIN
        PERFORM FROM mlops.monitor AS m JOIN mlops.alert AS x USING (monitor_id)
        WHERE x.alert_id = own_alert.alert_id FOR SHARE OF m;
        SELECT x.* INTO a
        FROM mlops.alert AS x LEFT JOIN mlops.monitor AS m USING (monitor_id)
        WHERE x.alert_id = own_alert.alert_id
          AND mlops_internal.owned_by(coalesce(m.owner_oid, x.owner_oid), coalesce(m.owner_name, x.owner_name),
                             mlops_internal.caller_oid(caller)) IS TRUE
        FOR UPDATE OF x;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('alert', alert_id::text);
        ELSIF a.state = 'resolved' THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('alert %s is resolved', alert_id),
                HINT = 'If the condition comes back, a new alert is opened.';
        END IF;
        RETURN a;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.own_alert(bigint, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.own_alert(bigint, mlops_internal.caller) IS
    'lock an alert for a change; raises 42704 when there is none of whose monitor the caller may act for the owner, '
    '55000 when it is resolved';

CREATE FUNCTION mlops_internal.ack(alert_id bigint, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        a mlops.alert := mlops_internal.own_alert(alert_id, caller);
    BEGIN
        UPDATE mlops.alert AS x SET state = 'acknowledged', silenced_until = NULL WHERE x.alert_id = a.alert_id;
        PERFORM mlops_internal.write_event(a, 'acknowledged', false, mlops_internal.caller_name(caller), note, false);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.ack IS 'mlops.ack on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.ack FROM PUBLIC;

CREATE FUNCTION mlops.ack(alert_id bigint, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.ack(alert_id, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.ack IS
    'somebody looks after the alert; it is opened again if it escalates; ends a silence; raises 42704 for others'' '
    'alerts, 55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.ack FROM PUBLIC;

CREATE FUNCTION mlops_internal.silence(
    alert_id bigint, until timestamptz, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        a mlops.alert := mlops_internal.own_alert(alert_id, caller);
    BEGIN
        IF until IS NULL OR until <= now() THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('until must be in the future, not %s', coalesce(until::text, 'NULL')),
                HINT = 'Give for example now() + interval ''8 hours''.';
        END IF;
        UPDATE mlops.alert AS x SET state = 'silenced', silenced_until = until WHERE x.alert_id = a.alert_id;
        PERFORM mlops_internal.write_event(a, 'silenced', false, mlops_internal.caller_name(caller), note, false);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.silence IS 'mlops.silence on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.silence FROM PUBLIC;

CREATE FUNCTION mlops.silence(alert_id bigint, until timestamptz, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.silence(alert_id, until, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.silence IS
    'send no notice of the alert before "until"; if it still holds at the first window after that, it is opened '
    'again; error 55000 when it is resolved, 22023 when "until" is not in the future';
REVOKE ALL ON FUNCTION mlops.silence FROM PUBLIC;

CREATE FUNCTION mlops_internal.resolve(alert_id bigint, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        a mlops.alert := mlops_internal.own_alert(alert_id, caller);
    BEGIN
        UPDATE mlops.alert AS x
        SET state = 'resolved', silenced_until = NULL, resolved_at = now(),
            resolved_by = mlops_internal.caller_name(caller)
        WHERE x.alert_id = a.alert_id;
        PERFORM mlops_internal.write_event(a, 'resolved', false, mlops_internal.caller_name(caller), note,
            a.state <> 'silenced');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.resolve IS 'mlops.resolve on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.resolve FROM PUBLIC;

CREATE FUNCTION mlops.resolve(alert_id bigint, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.resolve(alert_id, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.resolve IS
    'close the alert by hand; a later window that is still wrong opens a new one; raises 42704 for others'' alerts, '
    '55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.resolve FROM PUBLIC;

/*
 * Numbers are given out before transactions commit, so "event_id greater than
 * the last one seen" would miss rows.  The cursor is a snapshot instead: an
 * event is new when its transaction was not visible in it.
 */
CREATE FUNCTION mlops.alerts_since(after pg_snapshot DEFAULT NULL)
    RETURNS TABLE (event_id bigint, at timestamptz, event text, alert_id bigint, monitor text,
        slice_column text, slice_value text, column_name name, metric text, state text, severity text,
        window_lo timestamptz, window_hi timestamptz, value double precision, message text, actor name, note text,
            next pg_snapshot)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- a standby may be behind the server that the cursor comes from
        IF pg_snapshot_xmax(after) > pg_snapshot_xmax(pg_current_snapshot()) AND NOT pg_is_in_recovery() THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'the cursor is not one of this server',
                DETAIL = format('It knows transactions up to %s, of which this server has not begun one.',
                    pg_snapshot_xmax(after)),
                HINT = 'After a restore begin without a cursor: SELECT * FROM mlops.alerts_since().';
        END IF;
        RETURN QUERY
            SELECT e.event_id, e.at, e.event, a.alert_id, coalesce(m.name, a.monitor_name),
                   a.slice_column, a.slice_value, a.column_name, a.metric, a.state, e.severity,
                   e.window_lo, e.window_hi, e.value, e.message, e.actor, e.note, pg_current_snapshot()
            FROM mlops.alert_event AS e
            JOIN mlops.alert AS a USING (alert_id)
            LEFT JOIN mlops.monitor AS m USING (monitor_id)
            WHERE after IS NULL
               OR e.event_id IN (SELECT x.event_id FROM mlops_internal.alert_event_xact AS x
                                 WHERE x.xact >= pg_snapshot_xmin(after) AND NOT pg_visible_in_snapshot(x.xact, after))
            ORDER BY e.event_id;
    END
    $$;
COMMENT ON FUNCTION mlops.alerts_since(pg_snapshot) IS
    'events of alerts, oldest first, not visible in the snapshot "after" (NULL: all), with the present state; '
    'with the column "next" of any row as "after" of the next call none is missed or given twice';

/*
 * A monitor that goes takes its definition and numbers along, not what people
 * were told: its alerts are resolved, and stay for those who read them later.
 */
CREATE FUNCTION mlops_internal.retire_alerts(m mlops.monitor, actor name) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.alert;
    BEGIN
        FOR a IN
            SELECT x.* FROM mlops.alert AS x WHERE x.monitor_id = m.monitor_id AND x.state <> 'resolved'
            ORDER BY x.alert_id FOR UPDATE
        LOOP
            UPDATE mlops.alert AS x
            SET state = 'resolved', silenced_until = NULL, resolved_at = now(), resolved_by = actor,
                message = 'monitor dropped'
            WHERE x.alert_id = a.alert_id;
            PERFORM mlops_internal.write_event(a, 'resolved', false, actor, 'monitor dropped', a.state <> 'silenced');
        END LOOP;
        UPDATE mlops.alert AS x
        SET monitor_id = NULL, monitor_name = m.name, owner_oid = m.owner_oid, owner_name = m.owner_name
        WHERE x.monitor_id = m.monitor_id;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.retire_alerts(mlops.monitor, name) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.retire_alerts(mlops.monitor, name) IS
    'resolve the alerts of a monitor that is about to be removed, and keep them without it';

CREATE FUNCTION mlops_internal.monitor_gone() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.retire_alerts(OLD, NULL);
        RETURN OLD;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.monitor_gone() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.monitor_gone() IS 'no monitor is deleted without a word about its alerts';

CREATE TRIGGER monitor_gone BEFORE DELETE ON mlops.monitor
    FOR EACH ROW EXECUTE FUNCTION mlops_internal.monitor_gone();
COMMENT ON TRIGGER monitor_gone ON mlops.monitor IS 'resolves the alerts of the monitor and keeps them';

CREATE FUNCTION mlops_internal.drop_monitor(name text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(name, caller);
    BEGIN
        PERFORM mlops_internal.retire_alerts(m, mlops_internal.caller_name(caller));
        DELETE FROM mlops.monitor AS x WHERE x.monitor_id = m.monitor_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_monitor IS 'mlops.drop_monitor on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_monitor FROM PUBLIC;

CREATE FUNCTION mlops.drop_monitor(name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_monitor(name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_monitor IS
    'remove a monitor with its versions, baselines, summaries and observations; its alerts are resolved, which is '
    'told like any resolution, and kept with their history';
REVOKE ALL ON FUNCTION mlops.drop_monitor FROM PUBLIC;

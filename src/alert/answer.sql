/*
 * What people do with alerts: acknowledge, silence, resolve, read.
 */
CREATE FUNCTION mlops.own_alert(alert_id bigint, caller mlops.caller) RETURNS mlops.alert
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.alert;
    BEGIN
        SELECT x.* INTO a
        FROM mlops.alert AS x JOIN mlops.monitor AS m USING (monitor_id)
        WHERE x.alert_id = own_alert.alert_id AND mlops.owned_by(m.owner_oid, m.owner_name, mlops.caller_oid(caller)) IS TRUE
        FOR SHARE OF m
        FOR UPDATE OF x;
        IF NOT FOUND THEN
            PERFORM mlops.no_such('alert', alert_id::text);
        ELSIF a.state = 'resolved' THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('alert %s is resolved', alert_id),
                HINT = 'If the condition comes back, a new alert is opened.';
        END IF;
        RETURN a;
    END
    $$;
REVOKE ALL ON FUNCTION mlops.own_alert(bigint, mlops.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops.own_alert(bigint, mlops.caller) IS 'internal: lock an alert for a change; raises 42704 when there is none of whose monitor the caller may act for the owner, 55000 when it is resolved';

CREATE FUNCTION mlops.ack(alert_id bigint, note text DEFAULT NULL, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops.caller_oid(caller);
        a mlops.alert := mlops.own_alert(alert_id, caller);
    BEGIN
        UPDATE mlops.alert AS x SET state = 'acknowledged', silenced_until = NULL WHERE x.alert_id = a.alert_id;
        PERFORM mlops.write_event(a, 'acknowledged', false, mlops.caller_name(caller), note, false);
    END
    $$;
REVOKE ALL ON FUNCTION mlops.ack(bigint, text, mlops.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops.ack(bigint, text, mlops.caller) IS 'somebody looks after the alert; it is opened again if it escalates; ends a silence; raises 42704 for others'' alerts, 55000 when it is resolved';

CREATE FUNCTION mlops.silence(alert_id bigint, until timestamptz, note text DEFAULT NULL, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops.caller_oid(caller);
        a mlops.alert := mlops.own_alert(alert_id, caller);
    BEGIN
        IF until IS NULL OR until <= now() THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('until must be in the future, not %s', coalesce(until::text, 'NULL')),
                HINT = 'Give for example now() + interval ''8 hours''.';
        END IF;
        UPDATE mlops.alert AS x SET state = 'silenced', silenced_until = until WHERE x.alert_id = a.alert_id;
        PERFORM mlops.write_event(a, 'silenced', false, mlops.caller_name(caller), note, false);
    END
    $$;
REVOKE ALL ON FUNCTION mlops.silence(bigint, timestamptz, text, mlops.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops.silence(bigint, timestamptz, text, mlops.caller) IS 'send no notice of the alert before "until"; if it still holds at the first window after that, it is opened again; raises 42704 for others'' alerts, 55000 when it is resolved, 22023 when "until" is not in the future';

CREATE FUNCTION mlops.resolve(alert_id bigint, note text DEFAULT NULL, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops.caller_oid(caller);
        a mlops.alert := mlops.own_alert(alert_id, caller);
    BEGIN
        UPDATE mlops.alert AS x
        SET state = 'resolved', silenced_until = NULL, resolved_at = now(), resolved_by = mlops.caller_name(caller)
        WHERE x.alert_id = a.alert_id;
        PERFORM mlops.write_event(a, 'resolved', false, mlops.caller_name(caller), note, a.state <> 'silenced');
    END
    $$;
REVOKE ALL ON FUNCTION mlops.resolve(bigint, text, mlops.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops.resolve(bigint, text, mlops.caller) IS 'close the alert by hand; a later window that is still wrong opens a new one; raises 42704 for others'' alerts, 55000 when it is resolved';

/*
 * Numbers are given out before transactions commit, so "event_id greater than
 * the last one seen" would miss rows.  The cursor is a snapshot instead: an
 * event is new when its transaction was not visible in it.  A row that came
 * here by dump and restore carries a transaction of another cluster: one that
 * lies in the future of this cluster counts as older than any cursor.
 */
CREATE FUNCTION mlops.alerts_since(after pg_snapshot DEFAULT NULL)
    RETURNS TABLE (event_id bigint, at timestamptz, event text, alert_id bigint, monitor text,
        slice_column name, slice_value text, column_name name, metric text, state text, severity text,
        window_lo timestamptz, window_hi timestamptz, value double precision, message text, actor name, note text, next pg_snapshot)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT e.event_id, e.at, e.event, a.alert_id, m.name, a.slice_column, a.slice_value, a.column_name, a.metric, a.state, e.severity,
               e.window_lo, e.window_hi, e.value, e.message, e.actor, e.note, pg_current_snapshot()
        FROM mlops.alert_event AS e
        JOIN mlops.alert AS a USING (alert_id)
        JOIN mlops.monitor AS m USING (monitor_id)
        WHERE after IS NULL
           OR e.xact >= pg_snapshot_xmin(after) AND NOT pg_visible_in_snapshot(e.xact, after)
              AND (e.xact < pg_snapshot_xmax(pg_current_snapshot()) OR e.xact = pg_current_xact_id_if_assigned())
        ORDER BY e.event_id
    $$;
COMMENT ON FUNCTION mlops.alerts_since(pg_snapshot) IS 'events of alerts, oldest first, that were not visible in the snapshot "after" (NULL = all); pass the column "next" of any row as "after" of the next call and no event is missed or given twice; state is the present one';

/*
 * What people do with incidents, and with an alert's incident: take it, silence,
 * resolve, accept, read.
 */
CREATE FUNCTION mlops_internal.own_incident(incident_id bigint, caller mlops_internal.caller) RETURNS mlops.incident
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        i mlops.incident;
    BEGIN
        -- a window that is being applied holds the monitor: what it found comes first
        PERFORM FROM mlops.monitor AS m JOIN mlops.incident AS x USING (monitor_id)
        WHERE x.incident_id = own_incident.incident_id
          AND mlops_internal.owned_by(m.owner_oid, m.owner_name, who)
        FOR NO KEY UPDATE OF m;
        SELECT x.* INTO i
        FROM mlops.incident AS x LEFT JOIN mlops.monitor AS m USING (monitor_id)
        WHERE x.incident_id = own_incident.incident_id
          AND mlops_internal.owned_by(coalesce(m.owner_oid, x.owner_oid), coalesce(m.owner_name, x.owner_name),
              who) IS TRUE
        FOR UPDATE OF x;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('incident', incident_id::text);
        ELSIF i.state = 'resolved' THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('incident %s is resolved', incident_id),
                HINT = 'If it comes back, it is opened again or a new one is.';
        END IF;
        RETURN i;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.own_incident(bigint, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.own_incident(bigint, mlops_internal.caller) IS
    'lock an incident for a change; raises 42704 when there is none of whose monitor the caller may act for the owner, '
    '55000 when it is resolved';

CREATE FUNCTION mlops_internal.alert_incident(alert_id bigint, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        a mlops.alert;
        m mlops.monitor;
        def mlops.monitor_version;
    BEGIN
        SELECT x.* INTO a
        FROM mlops.alert AS x LEFT JOIN mlops.monitor AS o USING (monitor_id)
        WHERE x.alert_id = alert_incident.alert_id
          AND mlops_internal.owned_by(coalesce(o.owner_oid, x.owner_oid), coalesce(o.owner_name, x.owner_name),
              who) IS TRUE;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('alert', alert_id::text);
        ELSIF a.state = 'resolved' THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('alert %s is resolved', alert_id),
                HINT = 'If the condition comes back, a new alert is opened.';
        ELSIF a.incident_id IS NULL THEN
            -- it was opened by a release that knew no incidents
            m := mlops_internal.own_monitor(a.monitor_id, caller);
            SELECT v.* INTO def FROM mlops.monitor_version AS v
            WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
            PERFORM mlops_internal.settle_incidents(m, def, a.last_window_lo, a.last_window_hi);
            SELECT x.* INTO a FROM mlops.alert AS x WHERE x.alert_id = alert_incident.alert_id;
        END IF;
        RETURN a.incident_id;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_incident(bigint, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_incident(bigint, mlops_internal.caller) IS
    'incident of a live alert; raises 42704 when there is none of whose monitor the caller may act for the owner, '
    '55000 when it is resolved';

CREATE FUNCTION mlops_internal.ack_incident(incident_id bigint, note text, until timestamptz,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT name := mlops_internal.caller_name(caller);
        i mlops.incident := mlops_internal.own_incident(incident_id, caller);
    BEGIN
        IF until <= now() THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('until must be in the future, not %s', until),
                HINT = 'Without it somebody looks after the incident until it is resolved.';
        END IF;
        UPDATE mlops.incident AS x
        SET state = 'acknowledged', acked_at = now(), acked_by = who, ack_until = until, silenced_until = NULL,
            silence_id = NULL, next_notice_at = NULL, escalate_at = NULL
        WHERE x.incident_id = i.incident_id
        RETURNING * INTO i;
        PERFORM mlops_internal.mirror_alerts(i.incident_id, who, 'acknowledged', note);
        PERFORM mlops_internal.incident_event(i, 'acknowledged', false, NULL, who, note, false);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.ack_incident IS 'mlops.ack_incident on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.ack_incident FROM PUBLIC;

CREATE FUNCTION mlops.ack_incident(incident_id bigint, note text DEFAULT NULL, until timestamptz DEFAULT NULL)
    RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.ack_incident(incident_id, note, until, mlops_internal.caller());
COMMENT ON FUNCTION mlops.ack_incident IS
    'somebody looks after the incident, until it is resolved or "until": no reminders; it is opened again if it '
    'escalates; ends a silence; raises 42704 for others'' incidents, 55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.ack_incident FROM PUBLIC;

CREATE FUNCTION mlops_internal.silence_incident(incident_id bigint, until timestamptz, note text,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.incident := mlops_internal.own_incident(incident_id, caller);
    BEGIN
        PERFORM mlops_internal.check_until(until, now());
        PERFORM mlops_internal.set_silence(i, until, NULL, mlops_internal.caller_name(caller), note);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.silence_incident IS 'mlops.silence_incident on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.silence_incident FROM PUBLIC;

CREATE FUNCTION mlops.silence_incident(incident_id bigint, until timestamptz, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.silence_incident(incident_id, until, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.silence_incident IS
    'send no notice of the incident before "until", unless it becomes critical; if it is still bad then, it is told; '
    'raises 42704 for others'' incidents, 55000 when it is resolved, 22023 when "until" is past or over a year away';
REVOKE ALL ON FUNCTION mlops.silence_incident FROM PUBLIC;

CREATE FUNCTION mlops_internal.close_incident(i mlops.incident, event text, actor name, note text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        quiet CONSTANT boolean := i.state = 'silenced' OR i.told_severity IS NULL;
    BEGIN
        PERFORM mlops_internal.alerts_end(ARRAY(SELECT a.alert_id FROM mlops.alert AS a
            WHERE a.incident_id = i.incident_id AND a.state <> 'resolved'), NULL, NULL,
            CASE WHEN event <> 'resolved' THEN event END, actor, note);
        UPDATE mlops.incident AS x
        SET state = 'resolved', resolved_at = now(), resolved_by = actor, silenced_until = NULL, silence_id = NULL,
            ack_until = NULL, next_notice_at = NULL, escalate_at = NULL,
            reason = coalesce(left(close_incident.note, 4000), event),
            told_severity = CASE WHEN NOT quiet THEN x.told_severity END
        WHERE x.incident_id = i.incident_id
        RETURNING * INTO i;
        IF event <> 'resolved' THEN
            PERFORM mlops_internal.incident_event(i, event, false, NULL, actor, note, false);
        END IF;
        IF quiet THEN
            PERFORM mlops_internal.incident_event(i, 'resolved', false, NULL, actor, note, false);
        ELSE
            PERFORM mlops_internal.tell(i, 'resolved', coalesce(note, event), actor, note, now());
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.close_incident(mlops.incident, text, name, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.close_incident(mlops.incident, text, name, text) IS
    'resolve an incident and its alerts because somebody says so, or removes its monitor';

CREATE FUNCTION mlops_internal.resolve_incident(incident_id bigint, note text, caller mlops_internal.caller)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.incident := mlops_internal.own_incident(incident_id, caller);
    BEGIN
        PERFORM mlops_internal.close_incident(i, 'resolved', mlops_internal.caller_name(caller), note);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.resolve_incident IS 'mlops.resolve_incident on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.resolve_incident FROM PUBLIC;

CREATE FUNCTION mlops.resolve_incident(incident_id bigint, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.resolve_incident(incident_id, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.resolve_incident IS
    'close the incident and its alerts by hand: the windows seen so far never open it again, later ones that are wrong '
    'do; raises 42704 for others'' incidents, 55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.resolve_incident FROM PUBLIC;

CREATE FUNCTION mlops_internal.accept_incident(incident_id bigint, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT name := mlops_internal.caller_name(caller);
        i mlops.incident := mlops_internal.own_incident(incident_id, caller);
    BEGIN
        INSERT INTO mlops.accepted_change (monitor_id, slice_column, slice_value, metric, column_name, since, upto,
            incident_id, accepted_by, note)
        SELECT a.monitor_id, a.slice_column, a.slice_value, a.metric, a.column_name, min(a.first_window_lo),
            max(a.last_window_hi), i.incident_id, who, left(accept_incident.note, 4000)
        FROM mlops.alert AS a WHERE a.incident_id = i.incident_id AND a.state <> 'resolved'
        GROUP BY a.monitor_id, a.slice_column, a.slice_value, a.metric, a.column_name ORDER BY min(a.alert_id);
        -- drift compares with these windows from now on; how far they were from those before says nothing of chance
        UPDATE mlops.window_bins AS b SET bad = false, psi = NULL, expected = NULL
        FROM mlops.alert AS a
        WHERE a.incident_id = i.incident_id AND a.state <> 'resolved'
          AND EXISTS (SELECT FROM mlops.observation AS o
                      WHERE o.monitor_id = a.monitor_id AND o.metric = a.metric AND o.window_lo = b.window_lo
                        AND o.window_hi = b.window_hi AND o.column_name = a.column_name
                        AND o.rule ->> 'metric' = 'drift')
          AND b.monitor_id = a.monitor_id AND b.column_name = a.column_name AND b.window_lo >= a.first_window_lo
          AND b.slice_column IS NOT DISTINCT FROM a.slice_column AND b.slice_value IS NOT DISTINCT FROM a.slice_value
          AND b.bad;
        PERFORM mlops_internal.close_incident(i, 'accepted', who, note);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.accept_incident IS 'mlops.accept_incident on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.accept_incident FROM PUBLIC;

CREATE FUNCTION mlops.accept_incident(incident_id bigint, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.accept_incident(incident_id, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.accept_incident IS
    'close the incident because what it found is the new normal: the windows since then are noted as accepted, for its '
    'columns; raises 42704 for others'' incidents, 55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.accept_incident FROM PUBLIC;

CREATE FUNCTION mlops_internal.ack(alert_id bigint, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.ack_incident(mlops_internal.alert_incident(alert_id, caller), note, NULL, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.ack IS 'mlops.ack on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.ack FROM PUBLIC;

CREATE FUNCTION mlops.ack(alert_id bigint, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.ack(alert_id, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.ack IS
    'somebody looks after the alert''s incident; it is opened again if it escalates; ends a silence; raises 42704 for '
    'others'' alerts, 55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.ack FROM PUBLIC;

CREATE FUNCTION mlops_internal.silence(
    alert_id bigint, until timestamptz, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.silence_incident(mlops_internal.alert_incident(alert_id, caller), until, note, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.silence IS 'mlops.silence on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.silence FROM PUBLIC;

CREATE FUNCTION mlops.silence(alert_id bigint, until timestamptz, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.silence(alert_id, until, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.silence IS
    'send no notice of the alert''s incident before "until", as mlops.silence_incident does; error 55000 when it is '
    'resolved, 22023 when "until" is not in the future';
REVOKE ALL ON FUNCTION mlops.silence FROM PUBLIC;

CREATE FUNCTION mlops_internal.resolve(alert_id bigint, note text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.resolve_incident(mlops_internal.alert_incident(alert_id, caller), note, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.resolve IS 'mlops.resolve on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.resolve FROM PUBLIC;

CREATE FUNCTION mlops.resolve(alert_id bigint, note text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.resolve(alert_id, note, mlops_internal.caller());
COMMENT ON FUNCTION mlops.resolve IS
    'close the alert''s incident by hand; a later window that is still wrong opens a new alert; raises 42704 for '
    'others'' alerts, 55000 when it is resolved';
REVOKE ALL ON FUNCTION mlops.resolve FROM PUBLIC;

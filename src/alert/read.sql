/*
 * What happened, and what was: for those who read.
 *
 * Numbers are given out before transactions commit, so "event_id greater than
 * the last one seen" would miss rows.  The cursor is a snapshot instead: an
 * event is new when its transaction was not visible in it.
 */
CREATE FUNCTION mlops_internal.check_cursor(after pg_snapshot) RETURNS void
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
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_cursor(pg_snapshot) IS
    'raise 22023 when a cursor knows transactions that this server has not begun';

CREATE FUNCTION mlops.alerts_since(after pg_snapshot DEFAULT NULL)
    RETURNS TABLE (event_id bigint, at timestamptz, event text, alert_id bigint, monitor text,
        slice_column text, slice_value text, column_name name, metric text, state text, severity text,
        window_lo timestamptz, window_hi timestamptz, value double precision, message text, actor name, note text,
            next pg_snapshot)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.check_cursor(after);
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

/* Events of incidents: what people were, and were not, told. */
CREATE FUNCTION mlops.incidents_since(after pg_snapshot DEFAULT NULL)
    RETURNS TABLE (event_id bigint, at timestamptz, event text, told boolean, incident_id bigint, monitor text,
        cause text, state text, severity text, title text, window_lo timestamptz, window_hi timestamptz, message text,
        actor name, note text, next pg_snapshot)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.check_cursor(after);
        RETURN QUERY
            SELECT e.event_id, e.at, e.event, e.told, i.incident_id, coalesce(m.name, i.monitor_name), i.cause, i.state,
                   e.severity, i.title, e.window_lo, e.window_hi, e.message, e.actor, e.note, pg_current_snapshot()
            FROM mlops.alert_event AS e
            JOIN mlops.incident AS i USING (incident_id)
            LEFT JOIN mlops.monitor AS m USING (monitor_id)
            WHERE e.alert_id IS NULL AND (after IS NULL
               OR e.event_id IN (SELECT x.event_id FROM mlops_internal.alert_event_xact AS x
                                 WHERE x.xact >= pg_snapshot_xmin(after) AND NOT pg_visible_in_snapshot(x.xact, after)))
            ORDER BY e.event_id;
    END
    $$;
COMMENT ON FUNCTION mlops.incidents_since(pg_snapshot) IS
    'events of incidents, oldest first, not visible in the snapshot "after" (NULL: all), with the present state; told: '
    'people get a notice; use the column "next" as for mlops.alerts_since';

/* What was open at a time, as it was known then. */
CREATE FUNCTION mlops.alerts_as_of(monitor text, as_of timestamptz)
    RETURNS TABLE (alert_id bigint, incident_id bigint, slice_column text, slice_value text, column_name name,
        metric text, reference text, state text, severity text, opened_at timestamptz, last_event text,
        last_event_at timestamptz)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT a.alert_id, a.incident_id, a.slice_column::text, a.slice_value, a.column_name, a.metric, a.reference,
               coalesce(s.state, 'opened'), e.severity, a.opened_at, e.event, e.at
        FROM mlops.alert AS a LEFT JOIN mlops.monitor AS m USING (monitor_id)
        JOIN LATERAL (
            SELECT x.event, x.severity, x.at FROM mlops.alert_event AS x
            WHERE x.alert_id = a.alert_id AND x.at <= as_of ORDER BY x.event_id DESC LIMIT 1) AS e ON true
        LEFT JOIN LATERAL (
            SELECT CASE WHEN x.event IN ('acknowledged', 'silenced') THEN x.event ELSE 'opened' END AS state
            FROM mlops.alert_event AS x
            WHERE x.alert_id = a.alert_id AND x.at <= as_of
              AND x.event IN ('opened', 'acknowledged', 'silenced', 'unsilenced', 'escalated')
            ORDER BY x.event_id DESC LIMIT 1) AS s ON true
        WHERE coalesce(m.name, a.monitor_name) = alerts_as_of.monitor AND a.opened_at <= as_of
          AND (a.resolved_at IS NULL OR a.resolved_at > as_of)
        ORDER BY a.alert_id
    $$;
COMMENT ON FUNCTION mlops.alerts_as_of(text, timestamptz) IS
    'the alerts of a monitor that were live at a time, with the state and severity that they had then';

/* Retention: what is over and old goes with its alerts, their events and evidence. */
CREATE FUNCTION mlops_internal.prune_incidents(before timestamptz, monitor_id bigint, max_rows bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        gone bigint[];
        n bigint;
    BEGIN
        SELECT array_agg(x.incident_id) INTO gone
        FROM (SELECT i.incident_id FROM mlops.incident AS i
              WHERE i.state = 'resolved' AND i.resolved_at < before
                AND i.monitor_id IS NOT DISTINCT FROM prune_incidents.monitor_id
                AND NOT EXISTS (SELECT FROM mlops.alert AS a
                                WHERE a.incident_id = i.incident_id AND a.state <> 'resolved')
              ORDER BY i.incident_id LIMIT max_rows FOR UPDATE SKIP LOCKED) AS x;
        DELETE FROM mlops.alert AS a WHERE a.incident_id = ANY (gone);
        DELETE FROM mlops.incident AS i WHERE i.incident_id = ANY (gone);
        GET DIAGNOSTICS n = ROW_COUNT;
        -- digests of what is gone
        DELETE FROM mlops.notice AS d
        WHERE d.incident_id IS NULL AND d.settled_at < before
          AND NOT EXISTS (SELECT FROM mlops.notice AS x WHERE x.merged_into = d.notice_id);
        RETURN n;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.prune_incidents(timestamptz, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.prune_incidents(timestamptz, bigint, bigint) IS
    'delete incidents of a monitor (NULL: of those that were dropped) that were resolved before a time, with their '
    'alerts, events and evidence, at most max_rows; returns how many';


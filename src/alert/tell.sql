/*
 * Telling: an incident's events, and those of them that people get a notice of.
 */
CREATE FUNCTION mlops_internal.incident_event(i mlops.incident, event text, by_window boolean, message text, actor name,
    note text, told boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        new_id bigint;
    BEGIN
        INSERT INTO mlops.alert_event AS e (incident_id, event, severity, window_lo, window_hi, message, actor, note,
            told)
        VALUES (i.incident_id, incident_event.event, i.severity, CASE WHEN by_window THEN i.last_window_lo END,
                CASE WHEN by_window THEN i.last_window_hi END, left(incident_event.message, 1000),
                incident_event.actor, left(incident_event.note, 4000), incident_event.told)
        RETURNING e.event_id INTO new_id;
        INSERT INTO mlops_internal.alert_event_xact (event_id) VALUES (new_id);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.incident_event(mlops.incident, text, boolean, text, name, text, boolean)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.incident_event(mlops.incident, text, boolean, text, name, text, boolean) IS
    'add an event of an incident as a whole to its history';

/*
 * When a notice says that something is bad, reminders follow 1, 2, 4 and then every 7
 * times renotify of its routes later, and what nobody takes within their ack_within
 * goes to the next channels; weekly reminders are enough for what flaps.
 */
CREATE FUNCTION mlops_internal.tell(i mlops.incident, event text, message text, actor name, note text,
    now timestamptz, by_window boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        told mlops.incident;
        timers record;
    BEGIN
        SELECT t.* INTO timers FROM mlops.incident AS x, mlops_internal.route_timers(x) AS t
        WHERE x.incident_id = i.incident_id;
        UPDATE mlops.incident AS x
        SET told_severity = CASE WHEN event <> 'resolved' THEN x.severity END,
            told_cause = CASE WHEN event <> 'resolved' THEN x.cause END,
            told_alerts = (SELECT count(*) FROM mlops.alert AS a
                           WHERE a.incident_id = x.incident_id AND a.state <> 'resolved'),
            next_notice_at = CASE WHEN x.state = 'flapping' THEN tell.now + interval '7 days'
                                  WHEN x.state = 'opened'
                                  THEN tell.now + greatest(
                                      least(x.last_window_hi - x.last_window_lo, interval '1 year'),
                                      timers.renotify * ('{1,2,4,7}'::integer[])[least(1 +
                                          CASE event WHEN 'reminder' THEN x.n_reminders ELSE 0 END, 4)]) END,
            n_reminders = CASE event WHEN 'reminder' THEN x.n_reminders ELSE 0 END,
            escalate_at = CASE WHEN x.state = 'opened'
                                   AND event NOT IN ('reminder', 'escalated_route', 'grown', 'stale')
                               THEN tell.now + timers.ack_within
                               WHEN x.state = 'opened' AND event <> 'escalated_route' THEN x.escalate_at END
        WHERE x.incident_id = i.incident_id
        RETURNING * INTO told;
        PERFORM mlops_internal.incident_event(told, event, by_window, coalesce(message, told.title), actor, note, true);
        PERFORM mlops_internal.write_notices(told, event);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.tell(mlops.incident, text, text, name, text, timestamptz, boolean) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.tell(mlops.incident, text, text, name, text, timestamptz, boolean) IS
    'give the next notice of an incident, set its timers and add the event to its history';

/* Alerts show what was done with their incident. */
CREATE FUNCTION mlops_internal.mirror_alerts(incident_id bigint, actor name, event text, note text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        WITH changed AS (
            UPDATE mlops.alert AS a
            SET state = CASE i.state WHEN 'flapping' THEN 'opened' ELSE i.state END,
                silenced_until = CASE WHEN i.state = 'silenced' THEN i.silenced_until END
            FROM mlops.incident AS i
            WHERE i.incident_id = mirror_alerts.incident_id AND a.incident_id = i.incident_id
              AND a.state <> 'resolved' AND i.state <> 'resolved'
              AND (event IS NOT NULL OR a.state <> CASE i.state WHEN 'flapping' THEN 'opened' ELSE i.state END)
            RETURNING a.alert_id, a.incident_id, a.severity
        ), noted AS (
            INSERT INTO mlops.alert_event AS e (alert_id, incident_id, event, severity, actor, note)
            SELECT c.alert_id, c.incident_id, mirror_alerts.event, c.severity, mirror_alerts.actor,
                   left(mirror_alerts.note, 4000)
            FROM changed AS c WHERE event IS NOT NULL ORDER BY c.alert_id
            RETURNING e.event_id
        )
        INSERT INTO mlops_internal.alert_event_xact (event_id) SELECT n.event_id FROM noted AS n;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.mirror_alerts(bigint, name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.mirror_alerts(bigint, name, text, text) IS
    'give the live alerts of an incident its state, with an event each when one is named';

/*
 * Timers: what happens to incidents although no window comes.
 *
 * Each timer is a time in the incident's row, which the notice that it makes sets
 * anew: after a restart, or beside another session, nothing is told twice.
 */
CREATE FUNCTION mlops_internal.tick_monitor(m mlops.monitor, now timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.incident;
        live boolean;
    BEGIN
        FOR i IN
            SELECT x.* FROM mlops.incident AS x
            WHERE x.monitor_id = m.monitor_id AND x.state = 'silenced' AND x.silenced_until <= tick_monitor.now
            ORDER BY x.incident_id FOR UPDATE
        LOOP
            UPDATE mlops.incident AS x
            SET state = CASE WHEN x.acked_at IS NOT NULL THEN 'acknowledged' ELSE 'opened' END,
                silenced_until = NULL, silence_id = NULL
            WHERE x.incident_id = i.incident_id
            RETURNING * INTO i;
            -- another silence may go on
            PERFORM mlops_internal.apply_silences(m, i.incident_id, tick_monitor.now);
            SELECT x.* INTO i FROM mlops.incident AS x WHERE x.incident_id = i.incident_id;
            CONTINUE WHEN i.state = 'silenced';
            PERFORM mlops_internal.mirror_alerts(i.incident_id, NULL, 'unsilenced', NULL);
            IF i.state = 'opened' AND (mlops_internal.incident_sum(i)).inhibited IS FALSE THEN
                PERFORM mlops_internal.tell(i, 'unsilenced', NULL, NULL, NULL, tick_monitor.now);
            ELSE
                PERFORM mlops_internal.incident_event(i, 'unsilenced', false, NULL, NULL, NULL, false);
            END IF;
        END LOOP;
        PERFORM mlops_internal.apply_silences(m, NULL, tick_monitor.now);
        FOR i IN
            SELECT x.* FROM mlops.incident AS x
            WHERE x.monitor_id = m.monitor_id AND x.state IN ('opened', 'acknowledged', 'flapping')
              AND least(x.ack_until, x.next_notice_at, x.escalate_at) <= tick_monitor.now
            ORDER BY x.incident_id FOR UPDATE
        LOOP
            live := EXISTS (SELECT FROM mlops.alert AS a WHERE a.incident_id = i.incident_id AND a.state <> 'resolved');
            IF i.state = 'acknowledged' THEN
                UPDATE mlops.incident AS x
                SET state = CASE WHEN live THEN 'opened' ELSE x.state END, ack_until = NULL,
                    acked_at = CASE WHEN NOT live THEN x.acked_at END, acked_by = CASE WHEN NOT live THEN x.acked_by END
                WHERE x.incident_id = i.incident_id
                RETURNING * INTO i;
                IF live THEN
                    PERFORM mlops_internal.mirror_alerts(i.incident_id, NULL, NULL, NULL);
                    PERFORM mlops_internal.tell(i, 'unacknowledged', NULL, NULL, NULL, tick_monitor.now);
                END IF;
            ELSIF i.escalate_at <= tick_monitor.now THEN
                UPDATE mlops.incident AS x SET escalate_at = NULL WHERE x.incident_id = i.incident_id
                RETURNING * INTO i;
                PERFORM mlops_internal.tell(i, 'escalated_route', NULL, NULL, NULL, tick_monitor.now);
            ELSE
                UPDATE mlops.incident AS x SET n_reminders = x.n_reminders + 1 WHERE x.incident_id = i.incident_id
                RETURNING * INTO i;
                PERFORM mlops_internal.tell(i, 'reminder', NULL, NULL, NULL, tick_monitor.now);
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.tick_monitor(mlops.monitor, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.tick_monitor(mlops.monitor, timestamptz) IS
    'do what the timers of a monitor''s incidents ask for by "now"; its row is locked';

/* A monitor that a window is being applied to does it itself. */
CREATE FUNCTION mlops_internal.incident_tick(now timestamptz, role oid DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
    BEGIN
        FOR m IN
            SELECT x.* FROM mlops.monitor AS x
            WHERE (role IS NULL OR mlops_internal.owned_by(x.owner_oid, x.owner_name, role))
              AND EXISTS (
                SELECT FROM mlops.incident AS i
                WHERE i.monitor_id = x.monitor_id AND i.state <> 'resolved'
                  AND (least(i.silenced_until, i.ack_until, i.next_notice_at, i.escalate_at) <= incident_tick.now
                       OR i.state <> 'silenced' AND EXISTS (
                            SELECT FROM mlops.silence AS s
                            WHERE s.starts_at <= incident_tick.now AND s.ends_at > incident_tick.now
                              AND s.ended_at IS NULL)))
            ORDER BY x.monitor_id FOR NO KEY UPDATE OF x SKIP LOCKED
        LOOP
            PERFORM mlops_internal.tick_monitor(m, incident_tick.now);
        END LOOP;
        PERFORM mlops_internal.expire_notices(incident_tick.now, role);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.incident_tick(timestamptz, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.incident_tick(timestamptz, oid) IS
    'do what the timers of incidents ask for by "now": reminders, ends of acknowledgements and silences, the next '
    'route, notices given up; of all monitors, or those that the role may act for';

CREATE FUNCTION mlops_internal.next_incident_time() RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT least((SELECT min(least(i.silenced_until, i.ack_until, i.next_notice_at, i.escalate_at))
                      FROM mlops.incident AS i WHERE i.state <> 'resolved'),
                     (SELECT min(s.starts_at) FROM mlops.silence AS s
                      WHERE s.starts_at > now() AND s.ended_at IS NULL),
                     (SELECT min(greatest(n.due_at + interval '24 hours', n.lease_until)) FROM mlops.notice AS n
                      WHERE n.state IN ('pending', 'leased') AND starts_with(n.key, mlops_internal.key_prefix())))
    $$;
COMMENT ON FUNCTION mlops_internal.next_incident_time() IS
    'when the next timer of an incident, a silence or a notice asks for something; NULL = none does';
REVOKE ALL ON FUNCTION mlops_internal.next_incident_time() FROM PUBLIC;

CREATE FUNCTION mlops_internal.settle_stale(incident_id bigint, w mlops_internal.window_facts) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.incident;
    BEGIN
        SELECT x.* INTO i FROM mlops.incident AS x WHERE x.incident_id = settle_stale.incident_id;
        IF NOT EXISTS (SELECT FROM mlops.alert AS a
                       WHERE a.incident_id = i.incident_id AND a.state <> 'resolved'
                         AND NOT EXISTS (SELECT FROM mlops.alert_event AS e
                                         WHERE e.alert_id = a.alert_id AND e.event = 'stale'
                                           AND e.window_lo >= a.last_window_hi))
            AND NOT EXISTS (SELECT FROM mlops.alert_event AS e
                            WHERE e.incident_id = i.incident_id AND e.alert_id IS NULL AND e.event = 'stale'
                              AND e.window_hi > i.last_bad_hi) THEN
            IF i.state = 'opened' AND i.told_severity IS NOT NULL AND w.news THEN
                PERFORM mlops_internal.tell(i, 'stale', 'not judged in 3 windows', NULL, NULL, now(), true);
            ELSE
                PERFORM mlops_internal.incident_event(i, 'stale', true, 'not judged in 3 windows', NULL, NULL, false);
            END IF;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.settle_stale(bigint, mlops_internal.window_facts) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.settle_stale(bigint, mlops_internal.window_facts) IS
    'tell once of an incident on whose live alerts the last three windows said nothing';

/*
 * Grouping: which incident an alert belongs to.
 *
 * The one that its condition is in already; else one that is not resolved, of the
 * same cause or one that it follows from, that began within one window of it, or
 * whose alerts explain it, or that meets it (performance and input); else the one that its condition was in
 * less than 10 windows ago, which is opened again; else a new one.
 */
CREATE FUNCTION mlops_internal.find_incident(root mlops.alert, width double precision, window_lo timestamptz,
    window_hi timestamptz) RETURNS mlops.incident
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found mlops.incident;
    BEGIN
        SELECT i.* INTO found FROM mlops.incident AS i
        WHERE i.monitor_id = root.monitor_id AND i.state <> 'resolved'
          AND (i.incident_id = (SELECT a.incident_id FROM mlops.alert AS a WHERE a.alert_id = root.inhibited_by)
               OR mlops_internal.causes_meet(i.cause, root.cause)
               OR EXISTS (SELECT FROM mlops.alert AS a
                          WHERE a.incident_id = i.incident_id
                            AND (root.cause IN (i.cause, a.cause) OR mlops_internal.cause_follows(a.cause, root.cause))
                            AND (abs(extract(epoch FROM i.onset_lo - root.first_window_lo)) <= width
                                 OR abs(extract(epoch FROM a.first_window_lo - root.first_window_lo))
                                    <= width)))
        ORDER BY i.cause = root.cause DESC, mlops_internal.cause_rank(i.cause), i.incident_id
        LIMIT 1;
        IF found.incident_id IS NULL THEN
            SELECT i.* INTO found FROM mlops.incident AS i
            WHERE i.state = 'resolved'
              AND NOT EXISTS (SELECT FROM mlops.incident AS o WHERE o.group_key = i.group_key AND o.state <> 'resolved')
              AND i.incident_id = (
                SELECT a.incident_id FROM mlops.alert AS a
                WHERE a.monitor_id = root.monitor_id AND a.metric = root.metric AND a.alert_id <> root.alert_id
                  AND a.column_name IS NOT DISTINCT FROM root.column_name
                  AND a.slice_column IS NOT DISTINCT FROM root.slice_column
                  AND a.slice_value IS NOT DISTINCT FROM root.slice_value
                  AND a.reference IS NOT DISTINCT FROM root.reference
                ORDER BY a.alert_id DESC LIMIT 1)
              AND (SELECT count(*) FROM mlops_internal.windows_before(root.monitor_id, find_incident.window_lo,
                                                                      find_incident.window_hi, 10) AS w
                   WHERE w.window_lo >= i.last_window_hi) < 10;
        END IF;
        RETURN found;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.find_incident(mlops.alert, double precision, timestamptz, timestamptz)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.find_incident(mlops.alert, double precision, timestamptz, timestamptz) IS
    'the incident that a new alert joins or opens again; NULL when it makes a new one; onsets within "width" seconds '
    'are one';

CREATE FUNCTION mlops_internal.present_incidents(monitor_id bigint) RETURNS TABLE (alert_id bigint, incident_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
    SET jit = off
    AS $$
        WITH condition AS MATERIALIZED (
            SELECT a.alert_id, ROW(a.metric, a.column_name, a.slice_column, a.slice_value, a.reference,
                                   a.rule ->> 'granularity')::text AS key
            FROM mlops.alert AS a
            WHERE a.monitor_id = present_incidents.monitor_id AND a.state <> 'resolved' AND a.incident_id IS NULL
        ), before AS MATERIALIZED (
            SELECT DISTINCT ON (b.key) b.key, b.incident_id
            FROM mlops.incident AS g, LATERAL (
                SELECT x.incident_id, x.alert_id, ROW(x.metric, x.column_name, x.slice_column, x.slice_value,
                           x.reference, x.rule ->> 'granularity')::text AS key
                FROM mlops.alert AS x WHERE x.incident_id = g.incident_id OFFSET 0) AS b
            WHERE g.monitor_id = present_incidents.monitor_id AND g.state <> 'resolved'
            ORDER BY b.key, b.alert_id DESC
        )
        SELECT c.alert_id, b.incident_id FROM condition AS c JOIN before AS b USING (key)
    $$;
REVOKE ALL ON FUNCTION mlops_internal.present_incidents(bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.present_incidents(bigint) IS
    'new alerts of a monitor whose condition is in an incident that is not resolved';

CREATE FUNCTION mlops_internal.group_alerts(m mlops.monitor, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        width CONSTANT double precision := 1.5 * extract(epoch FROM window_hi - window_lo);
        root mlops.alert;
        i mlops.incident;
        this_key text;
        n bigint;
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops.alert AS a WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved'
                       AND a.incident_id IS NULL) THEN
            RETURN;
        END IF;
        -- conditions whose incident goes on although they were good for a while
        UPDATE mlops.alert AS a
        SET incident_id = p.incident_id, state = CASE g.state WHEN 'flapping' THEN 'opened' ELSE g.state END,
            silenced_until = CASE WHEN g.state = 'silenced' THEN g.silenced_until END
        FROM mlops_internal.present_incidents(m.monitor_id) AS p JOIN mlops.incident AS g USING (incident_id)
        WHERE a.alert_id = p.alert_id;
        LOOP
            SELECT a.* INTO root FROM mlops.alert AS a
            WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.incident_id IS NULL
            ORDER BY a.inhibited_by IS NOT NULL, mlops_internal.cause_rank(a.cause), a.first_window_lo,
                a.slice_column NULLS FIRST, a.alert_id
            LIMIT 1;
            EXIT WHEN NOT FOUND;
            i := mlops_internal.find_incident(root, width, window_lo, window_hi);
            IF i.incident_id IS NULL THEN
                this_key := concat_ws(':', m.monitor_id, root.cause,
                    to_char(root.first_window_lo AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
                INSERT INTO mlops.incident (monitor_id, model_id, cause, group_key, severity, title, onset_lo,
                    last_window_lo, last_window_hi, last_bad_hi)
                VALUES (m.monitor_id, m.model_id, root.cause,
                        this_key, root.severity, coalesce(root.message, root.metric), root.first_window_lo,
                        root.last_window_lo, root.last_window_hi, root.last_window_hi)
                ON CONFLICT (group_key) WHERE state <> 'resolved' DO NOTHING;
                SELECT x.* INTO i FROM mlops.incident AS x WHERE x.group_key = this_key AND x.state <> 'resolved';
            END IF;
            UPDATE mlops.alert AS a
            SET incident_id = i.incident_id,
                state = CASE WHEN i.state IN ('flapping', 'resolved') THEN 'opened' ELSE i.state END,
                silenced_until = CASE WHEN i.state = 'silenced' THEN i.silenced_until END
            WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.incident_id IS NULL
              AND (a.alert_id = root.alert_id OR mlops_internal.causes_meet(a.cause, i.cause)
                   OR (a.cause IN (i.cause, root.cause) OR mlops_internal.cause_follows(root.cause, a.cause))
                      AND abs(extract(epoch FROM a.first_window_lo - root.first_window_lo))
                          <= width);
            -- what they explain, and what that explains
            LOOP
                UPDATE mlops.alert AS a
                SET incident_id = i.incident_id,
                    state = CASE WHEN i.state IN ('flapping', 'resolved') THEN 'opened' ELSE i.state END,
                    silenced_until = CASE WHEN i.state = 'silenced' THEN i.silenced_until END
                FROM mlops.alert AS s
                WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.incident_id IS NULL
                  AND s.alert_id = a.inhibited_by AND s.incident_id = i.incident_id;
                GET DIAGNOSTICS n = ROW_COUNT;
                EXIT WHEN n = 0;
            END LOOP;
        END LOOP;
        UPDATE mlops.alert_event AS e SET incident_id = a.incident_id
        FROM mlops.alert AS a
        WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.incident_id IS NOT NULL
          AND e.alert_id = a.alert_id AND e.incident_id IS NULL;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.group_alerts(mlops.monitor, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.group_alerts(mlops.monitor, timestamptz, timestamptz) IS
    'give each live alert that has none its incident';

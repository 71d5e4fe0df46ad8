/*
 * A window's turn: its alerts, and their incidents.
 */
CREATE FUNCTION mlops_internal.write_event(alert mlops.alert, event text, by_window boolean, actor name, note text,
    notify boolean) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        new_id bigint;
    BEGIN
        INSERT INTO mlops.alert_event AS e (alert_id, incident_id, event, severity, window_lo, window_hi, value,
            message, actor, note)
        VALUES (alert.alert_id, alert.incident_id, write_event.event, alert.severity,
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

CREATE FUNCTION mlops_internal.alerts_end(ids bigint[], window_lo timestamptz, window_hi timestamptz, reason text,
    actor name, note text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        n integer;
    BEGIN
        WITH had AS MATERIALIZED (
            SELECT a.alert_id, a.state FROM mlops.alert AS a
            WHERE a.alert_id = ANY (ids) AND a.state <> 'resolved' ORDER BY a.alert_id FOR UPDATE
        ), ended AS (
            UPDATE mlops.alert AS a
            SET state = 'resolved', resolved_at = now(), silenced_until = NULL, resolved_by = actor,
                value = CASE WHEN actor IS NULL THEN NULL ELSE a.value END, message = coalesce(reason, a.message),
                last_window_lo = coalesce(alerts_end.window_lo, a.last_window_lo),
                last_window_hi = coalesce(alerts_end.window_hi, a.last_window_hi)
            FROM had AS h WHERE a.alert_id = h.alert_id
            RETURNING a.*, h.state AS old_state
        ), noted AS (
            INSERT INTO mlops.alert_event AS e (alert_id, incident_id, event, severity, window_lo, window_hi, message,
                actor, note)
            SELECT x.alert_id, x.incident_id, 'resolved', x.severity,
                   CASE WHEN actor IS NULL AND reason <> 'monitor dropped' THEN x.last_window_lo END,
                   CASE WHEN actor IS NULL AND reason <> 'monitor dropped' THEN x.last_window_hi END,
                   CASE WHEN actor IS NULL AND reason <> 'monitor dropped' THEN reason END, actor,
                   left(alerts_end.note, 4000)
            FROM ended AS x ORDER BY x.alert_id
            RETURNING e.event_id
        ), dated AS (
            INSERT INTO mlops_internal.alert_event_xact (event_id) SELECT d.event_id FROM noted AS d
        ), hints AS (
            INSERT INTO mlops_internal.outbox (alert_id)
            SELECT x.alert_id FROM ended AS x WHERE x.old_state <> 'silenced'
        )
        SELECT count(*) INTO n FROM noted;
        RETURN n;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alerts_end(bigint[], timestamptz, timestamptz, text, name, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alerts_end(bigint[], timestamptz, timestamptz, text, name, text) IS
    'resolve alerts, by a window (its range) or by a role (actor); returns how many were live';

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
        vanished bigint[];
        stale bigint[];
        def mlops.monitor_version;
        of_labels text[];
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops.alert AS a
                       WHERE a.monitor_id = alert_unjudged.monitor_id AND a.state <> 'resolved'
                         AND a.metric <> 'evaluation' AND a.last_window_hi <= alert_unjudged.window_lo) THEN
            RETURN 0;
        END IF;
        SELECT v.* INTO def FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = alert_unjudged.monitor_id;
        IF mlops_internal.awaits_labels(def) THEN
            of_labels := mlops_internal.label_metrics(def) || 'label_coverage'::text;
        END IF;
        WITH newest AS MATERIALIZED (
            SELECT e.window_lo, e.window_hi, e.n FROM mlops.observation AS e
            WHERE e.monitor_id = alert_unjudged.monitor_id AND e.metric = 'evaluation' AND e.column_name IS NULL
              AND e.verdict <> 'error'
            ORDER BY e.window_lo DESC LIMIT patience
        ), unjudged AS MATERIALIZED (
            SELECT a.* FROM mlops.alert AS a
            WHERE a.monitor_id = alert_unjudged.monitor_id AND a.state <> 'resolved' AND a.metric <> 'evaluation'
              AND a.last_window_hi + coalesce((a.rule ->> 'granularity')::interval * patience, '0')
                  -- what labels say of the newest windows is not known yet
                  + CASE WHEN a.metric = ANY (of_labels) THEN mlops_internal.label_limit(def) ELSE '0' END
                  <= (SELECT min(w.window_lo) FROM newest AS w HAVING count(*) = patience)
        ), present AS MATERIALIZED (
            SELECT DISTINCT s.slice_column, s.slice_value FROM newest AS w
            JOIN mlops.window_summary AS s USING (window_lo, window_hi)
            WHERE s.monitor_id = alert_unjudged.monitor_id AND s.slice_column IS NOT NULL
        ), beyond AS MATERIALIZED (
            SELECT DISTINCT b.column_name FROM newest AS w JOIN mlops.observation AS b USING (window_lo, window_hi)
            WHERE b.monitor_id = alert_unjudged.monitor_id AND b.metric = 'rows_beyond_slices'
        ), told AS (
            SELECT u.alert_id, u.slice_column IS NOT NULL AND (SELECT bool_and(w.n > 0) FROM newest AS w)
                     AND NOT EXISTS (SELECT FROM present AS p WHERE p.slice_column = u.slice_column
                                     AND p.slice_value IS NOT DISTINCT FROM u.slice_value)
                     AND NOT EXISTS (SELECT FROM beyond AS b WHERE b.column_name = u.slice_column) AS vanished
            FROM unjudged AS u
        )
        SELECT array_agg(t.alert_id ORDER BY t.alert_id) FILTER (WHERE t.vanished),
               array_agg(t.alert_id ORDER BY t.alert_id) FILTER (WHERE NOT t.vanished
                   AND NOT EXISTS (SELECT FROM mlops.alert AS e
                                   WHERE e.monitor_id = alert_unjudged.monitor_id AND e.metric = 'evaluation'
                                     AND e.state <> 'resolved')
                   AND NOT EXISTS (
                   SELECT FROM mlops.alert_event AS e JOIN mlops.alert AS a USING (alert_id)
                   WHERE e.alert_id = t.alert_id AND e.event = 'stale' AND e.window_lo >= a.last_window_hi))
        INTO vanished, stale FROM told AS t;
        WITH noted AS (
            INSERT INTO mlops.alert_event AS e (alert_id, incident_id, event, severity, window_lo, window_hi, message)
            SELECT a.alert_id, a.incident_id, 'stale', a.severity, alert_unjudged.window_lo,
                alert_unjudged.window_hi, format('not judged in %s windows', patience)
            FROM mlops.alert AS a WHERE a.alert_id = ANY (stale) ORDER BY a.alert_id
            RETURNING e.event_id
        ), dated AS (
            INSERT INTO mlops_internal.alert_event_xact (event_id) SELECT n.event_id FROM noted AS n
        )
        INSERT INTO mlops_internal.outbox (alert_id)
        SELECT a.alert_id FROM mlops.alert AS a WHERE a.alert_id = ANY (stale) AND a.state <> 'silenced';
        RETURN coalesce(cardinality(stale), 0)
            + mlops_internal.alerts_end(vanished, window_lo, window_hi,
                format('no rows of this slice in %s windows', patience), NULL, NULL);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_unjudged(bigint, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_unjudged(bigint, timestamptz, timestamptz) IS
    'resolve or tell of live alerts that three evaluated windows before the end of this one did not judge; returns '
    'the number of events written';

/* Alerts that no check of the present definition will judge again. */
CREATE FUNCTION mlops_internal.unchecked_alerts(m mlops.monitor, def mlops.monitor_version) RETURNS bigint[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH live AS MATERIALIZED (
            SELECT a.* FROM mlops.alert AS a
            WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.metric <> 'evaluation'
        ), rule AS MATERIALIZED (
            SELECT r.* FROM mlops_internal.expanded_rules(def) AS r WHERE EXISTS (SELECT FROM live)
        )
        SELECT array_agg(a.alert_id ORDER BY a.alert_id) FROM live AS a
        WHERE a.slice_column IS NOT NULL AND a.slice_column IS DISTINCT FROM to_jsonb(def) ->> 'version_column'
              AND NOT EXISTS (SELECT FROM jsonb_array_elements(to_jsonb(def.slices)) AS s
                              WHERE coalesce(s ->> 'name', s #>> '{}') = a.slice_column)
           OR NOT EXISTS (
                SELECT FROM rule AS r
                WHERE r.metric = a.metric AND r.column_name IS NOT DISTINCT FROM a.column_name
                  AND (a.slice_column IS NULL OR (r.rule ->> 'slices')::boolean))
    $$;
COMMENT ON FUNCTION mlops_internal.unchecked_alerts(mlops.monitor, mlops.monitor_version) IS
    'live alerts of a monitor whose check, column or slice its definition does not have any more';
REVOKE ALL ON FUNCTION mlops_internal.unchecked_alerts(mlops.monitor, mlops.monitor_version) FROM PUBLIC;

/* Incidents after the alerts of a window; the monitor is locked. */
CREATE FUNCTION mlops_internal.settle_incidents(m mlops.monitor, def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz, now timestamptz DEFAULT now()) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        w mlops_internal.window_facts;
        i mlops.incident;
        s record;
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops.alert AS a WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved')
            AND NOT EXISTS (SELECT FROM mlops.incident AS x WHERE x.monitor_id = m.monitor_id
                            AND (x.state <> 'resolved' OR x.told_severity IS NOT NULL)) THEN
            RETURN;
        END IF;
        w := mlops_internal.window_facts(m, def, window_lo, window_hi, settle_incidents.now);
        -- opened by a release that knew no incidents
        UPDATE mlops.alert AS a
        SET cause = mlops_internal.alert_cause(a.metric, a.column_name, def),
            last_bad_hi = coalesce(a.last_bad_hi, a.last_window_hi)
        WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved' AND a.cause IS NULL;
        PERFORM mlops_internal.inhibit(m, def, window_lo, window_hi);
        PERFORM mlops_internal.group_alerts(m, window_lo, window_hi);
        FOR i IN
            SELECT x.* FROM mlops.incident AS x
            -- a channel that does not deliver is no matter of windows
            WHERE x.monitor_id = m.monitor_id AND x.group_key !~ ':delivery:'
              AND (x.state <> 'resolved' OR x.told_severity IS NOT NULL
                   OR EXISTS (SELECT FROM mlops.alert AS a WHERE a.incident_id = x.incident_id
                              AND a.state <> 'resolved'))
            ORDER BY x.incident_id FOR UPDATE
        LOOP
            s := mlops_internal.incident_sum(i);
            IF s.live > 0 THEN
                PERFORM mlops_internal.settle_bad(m, def, i, s, w);
                PERFORM mlops_internal.settle_stale(i.incident_id, w);
            ELSIF i.state <> 'resolved' THEN
                PERFORM mlops_internal.settle_good(i, s, w);
            ELSIF w.news THEN
                PERFORM mlops_internal.tell(i, 'resolved', i.reason, NULL, NULL, now(), true);
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.settle_incidents FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.settle_incidents IS
    'give the alerts of a monitor their incidents, and tell what changed in them by a window, if at "now" it is news';

/* The stored verdicts of a window, judged at "now", become alerts and incidents; the monitor is locked. */
CREATE FUNCTION mlops_internal.apply_verdicts(m mlops.monitor, window_lo timestamptz, window_hi timestamptz,
    now timestamptz) RETURNS integer
    -- as in mlops_internal.store_window: asked of each window, and large
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        def mlops.monitor_version;
        changed integer;
    BEGIN
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        PERFORM mlops_internal.tick_monitor(m, pg_catalog.now());
        changed := mlops_internal.judge_alerts(m, def, window_lo, window_hi)
            + coalesce((SELECT sum(mlops_internal.judge_alerts(m, def, w.merged_lo, w.merged_hi))
                        FROM mlops_internal.merged_windows(def, apply_verdicts.window_lo) AS w), 0)
            + mlops_internal.alerts_end(mlops_internal.unchecked_alerts(m, def), NULL, NULL, 'not checked any more',
                NULL, NULL)
            + mlops_internal.alert_unjudged(m.monitor_id, window_lo, window_hi);
        PERFORM mlops_internal.settle_incidents(m, def, window_lo, window_hi, apply_verdicts.now);
        PERFORM mlops_internal.note_correction(m, window_lo, window_hi);
        PERFORM mlops_internal.write_evidence(m, def, window_lo, window_hi);
        RETURN changed;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.apply_verdicts FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.apply_verdicts IS
    'open, change and resolve alerts and incidents by the stored verdicts of a window; returns the number of changes '
    'of alerts';

CREATE FUNCTION mlops_internal.apply_alerts(
    monitor_id bigint, window_lo timestamptz, window_hi timestamptz, caller mlops_internal.caller) RETURNS integer
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.apply_verdicts(mlops_internal.own_monitor(monitor_id, caller), window_lo, window_hi,
                                             now())
    $$;
COMMENT ON FUNCTION mlops_internal.apply_alerts IS 'mlops.apply_alerts on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.apply_alerts FROM PUBLIC;

CREATE FUNCTION mlops.apply_alerts(monitor_id bigint, window_lo timestamptz, window_hi timestamptz) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.apply_alerts(monitor_id, window_lo, window_hi, mlops_internal.caller());
COMMENT ON FUNCTION mlops.apply_alerts IS
    'open, change and resolve alerts, and their incidents, by the stored verdicts of a window and return the number of '
    'changes of alerts; applied again it changes nothing; only the newest judged window of a condition counts';
REVOKE ALL ON FUNCTION mlops.apply_alerts FROM PUBLIC;

/*
 * What a window that could not be evaluated does: of its observations only that
 * one is new, and the cost does not depend on how many alerts its monitor has.
 */
CREATE FUNCTION mlops_internal.alert_failure(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    now timestamptz DEFAULT now()) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
        def mlops.monitor_version;
        a mlops.alert;
        o mlops.observation;
        old_severity text;
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
        SELECT x.* INTO m FROM mlops.monitor AS x WHERE x.monitor_id = alert_failure.monitor_id;
        SELECT v.* INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        SELECT x.* INTO a FROM mlops.alert AS x
        WHERE x.monitor_id = o.monitor_id AND x.metric = 'evaluation' AND x.slice_column IS NULL
        ORDER BY x.alert_id DESC LIMIT 1 FOR UPDATE;
        IF a.alert_id IS NULL OR a.state = 'resolved' THEN
            -- who resolves by hand has seen everything up to the last window
            IF o.window_hi < a.last_window_hi OR o.window_hi = a.last_window_hi AND a.resolved_by IS NOT NULL THEN
                RETURN;
            END IF;
            INSERT INTO mlops.alert (monitor_id, metric, severity, message, cause, last_bad_hi, first_window_lo,
                first_window_hi, last_window_lo, last_window_hi)
            VALUES (o.monitor_id, o.metric, 'critical', o.message, mlops_internal.alert_cause(o.metric, NULL, def),
                o.window_hi, o.window_lo, o.window_hi, o.window_lo, o.window_hi)
            RETURNING * INTO a;
            PERFORM mlops_internal.write_event(a, 'opened', true, NULL, NULL, true);
        ELSIF o.window_hi < a.last_window_hi THEN
            RETURN;
        ELSE
            old_severity := a.severity;
            UPDATE mlops.alert AS x
            SET severity = 'critical', message = o.message, last_bad_hi = o.window_hi,
                n_windows = x.n_windows + (o.window_hi > x.last_window_hi)::integer,
                last_window_lo = o.window_lo, last_window_hi = o.window_hi
            WHERE x.alert_id = a.alert_id
            RETURNING * INTO a;
            IF old_severity <> 'critical' THEN
                PERFORM mlops_internal.write_event(a, 'escalated', true, NULL, NULL, a.state <> 'silenced');
            END IF;
        END IF;
        PERFORM mlops_internal.settle_incidents(m, def, window_lo, window_hi, alert_failure.now);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.alert_failure FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.alert_failure IS
    'open or carry on the alert of a window that could not be evaluated, unless a later one was; its monitor is locked';

/* An old window that changed: the history of incidents says so, their state does not change. */
CREATE FUNCTION mlops_internal.note_correction(m mlops.monitor, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        WITH restated AS MATERIALIZED (
            SELECT o.metric, o.column_name, o.slice_column, o.slice_value, o.reference, o.restated_at
            FROM mlops.observation AS o
            WHERE o.monitor_id = m.monitor_id AND o.window_lo = note_correction.window_lo
              AND o.window_hi = note_correction.window_hi AND o.restated_at IS NOT NULL AND o.rule IS NOT NULL
        ), corrected AS (
            SELECT i.incident_id, i.severity, count(*) AS n
            FROM mlops.incident AS i JOIN mlops.alert AS a USING (incident_id)
            JOIN restated AS r ON ROW(r.metric, r.column_name, r.slice_column, r.slice_value, r.reference)::text
                = ROW(a.metric, a.column_name, a.slice_column, a.slice_value, a.reference)::text
            WHERE i.monitor_id = m.monitor_id AND i.onset_lo <= note_correction.window_lo
              AND i.last_window_hi > note_correction.window_hi AND r.restated_at >= i.opened_at
              AND NOT EXISTS (SELECT FROM mlops.alert_event AS e
                              WHERE e.incident_id = i.incident_id AND e.event = 'corrected'
                                AND e.window_lo = note_correction.window_lo AND e.at >= r.restated_at)
            GROUP BY i.incident_id, i.severity
        ), noted AS (
            INSERT INTO mlops.alert_event AS e (incident_id, event, severity, window_lo, window_hi, message)
            SELECT c.incident_id, 'corrected', c.severity, note_correction.window_lo, note_correction.window_hi,
                   format('%s numbers of an older window were restated', c.n)
            FROM corrected AS c ORDER BY c.incident_id
            RETURNING e.event_id
        )
        INSERT INTO mlops_internal.alert_event_xact (event_id) SELECT n.event_id FROM noted AS n;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.note_correction(mlops.monitor, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.note_correction(mlops.monitor, timestamptz, timestamptz) IS
    'add an event to incidents that rest on numbers of a window that was restated, when later ones were judged since';

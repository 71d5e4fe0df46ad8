/*
 * Settling: what a window does to the incidents of its monitor, once its alerts are
 * in their incidents.  The table of states in docs/reference/alert.md is this file.
 */
CREATE TYPE mlops_internal.window_facts AS (
    window_lo timestamptz,
    window_hi timestamptz,
    news boolean,
    learning boolean,
    redeployed boolean
);
COMMENT ON TYPE mlops_internal.window_facts IS
    'a window: is what it says news, is its definition so new, or its model''s deployment, that only what is critical '
    'is told';

/*
 * A window is history, not news, when it ended longer ago than its delay and three
 * windows, and more than a day; what its labels say when they have come is news then,
 * beside windows that came after it.  A definition is new until 14 windows were judged by
 * its checks, relation and reference; a deployment until 14 windows after it.
 */
CREATE FUNCTION mlops_internal.window_facts(m mlops.monitor, def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz, now timestamptz) RETURNS mlops_internal.window_facts
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(window_facts.window_lo, window_facts.window_hi,
            extract(epoch FROM window_facts.now - window_facts.window_hi)
                - CASE WHEN mlops_internal.awaits_labels(def) AND EXISTS (
                      SELECT FROM mlops.observation AS y
                      WHERE y.monitor_id = m.monitor_id AND y.window_lo >= window_facts.window_hi
                        AND y.metric = 'evaluation' AND y.column_name IS NULL)
                    THEN extract(epoch FROM mlops_internal.label_limit(def)) ELSE 0 END
                <= greatest(86400, extract(epoch FROM def.delay)
                    + 3 * extract(epoch FROM window_facts.window_hi - window_facts.window_lo)),
            count(*) FILTER (WHERE w.version > coalesce((
                SELECT max(v.version) FROM mlops.monitor_version AS v
                WHERE v.monitor_id = m.monitor_id AND v.version < m.version
                  AND (v.checks, v.relation_name, v.baseline_version)
                      IS DISTINCT FROM (def.checks, def.relation_name, def.baseline_version)), 0)) < 14,
            EXISTS (SELECT FROM mlops.version AS r JOIN mlops.deployment AS d USING (version_id)
                    WHERE r.model_id = m.model_id AND d.role = 'champion' AND d.since < window_facts.window_hi
                      AND d.since > min(w.window_lo)))::mlops_internal.window_facts
        FROM mlops_internal.windows_before(m.monitor_id, window_facts.window_lo, window_facts.window_hi, 14) AS w
        WHERE w.verdict IN ('ok', 'warning')
    $$;
COMMENT ON FUNCTION mlops_internal.window_facts IS
    'what else decides whether a window''s incidents are told';
REVOKE ALL ON FUNCTION mlops_internal.window_facts FROM PUBLIC;

/* What its alerts make of an incident. */
CREATE FUNCTION mlops_internal.incident_sum(i mlops.incident, OUT live bigint, OUT n_bad bigint, OUT severity text,
    OUT cause text, OUT onset timestamptz, OUT inhibited boolean, OUT statistical boolean, OUT clear integer,
    OUT reason text, OUT last_bad_hi timestamptz, OUT n_alerts integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT count(*) FILTER (WHERE a.state <> 'resolved'),
               count(*) FILTER (WHERE a.state <> 'resolved' AND a.inhibited_by IS NULL),
               coalesce(min(a.severity) FILTER (WHERE a.state <> 'resolved' AND a.inhibited_by IS NULL),
                        min(a.severity) FILTER (WHERE a.state <> 'resolved')),
               (array_agg(a.cause ORDER BY a.inhibited_by IS NOT NULL, mlops_internal.cause_rank(a.cause))
                   FILTER (WHERE a.state <> 'resolved'))[1],
               min(a.first_window_lo) FILTER (WHERE a.state <> 'resolved'),
               bool_and(a.inhibited_by IS NOT NULL AND NOT EXISTS (
                   -- by one of its own: the incident speaks for both
                   SELECT FROM mlops.alert AS s WHERE s.alert_id = a.inhibited_by AND s.incident_id = a.incident_id))
                   FILTER (WHERE a.state <> 'resolved'),
               bool_and(coalesce(NOT a.rule ?| '{warning,critical}', false)) FILTER (WHERE a.state <> 'resolved'),
               max(coalesce((a.rule ->> 'clear')::integer, 1)),
               (array_agg(a.message ORDER BY a.resolved_at DESC, a.alert_id DESC)
                   FILTER (WHERE a.state = 'resolved'))[1],
               max(a.last_bad_hi), count(*)::integer
        FROM mlops.alert AS a WHERE a.incident_id = i.incident_id
    $$;
COMMENT ON FUNCTION mlops_internal.incident_sum(mlops.incident) IS
    'the live alerts of an incident: how many, of them explained by none, severity, cause, onset; all explained by '
    'others? all without fixed limits? clear windows; why the last was resolved';
REVOKE ALL ON FUNCTION mlops_internal.incident_sum(mlops.incident) FROM PUBLIC;

CREATE FUNCTION mlops_internal.settle_good(i mlops.incident, s record, w mlops_internal.window_facts) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        quiet CONSTANT boolean := i.state = 'silenced';
    BEGIN
        IF i.state = 'flapping' AND s.reason IS DISTINCT FROM 'not checked any more'
            AND (SELECT count(*) FROM mlops_internal.windows_before(i.monitor_id, w.window_lo, w.window_hi, 8) AS b
                 WHERE b.window_lo >= i.last_bad_hi AND b.verdict IN ('ok', 'warning')) + 1
                < least(8, 2 * s.clear) THEN
            RETURN;
        END IF;
        UPDATE mlops.incident AS x
        SET state = 'resolved', resolved_at = now(), silenced_until = NULL, silence_id = NULL, next_notice_at = NULL,
            escalate_at = NULL, ack_until = NULL, reason = s.reason,
            last_window_lo = greatest(x.last_window_lo, w.window_lo),
            last_window_hi = greatest(x.last_window_hi, w.window_hi),
            told_severity = CASE WHEN NOT quiet THEN x.told_severity END
        WHERE x.incident_id = i.incident_id
        RETURNING * INTO i;
        IF i.told_severity IS NOT NULL AND w.news THEN
            PERFORM mlops_internal.tell(i, 'resolved', s.reason, NULL, NULL, now(), true);
        ELSE
            -- history that is caught up: the notice is owed until there is news
            PERFORM mlops_internal.incident_event(i, 'resolved', true, s.reason, NULL, NULL, false);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.settle_good(mlops.incident, record, mlops_internal.window_facts) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.settle_good(mlops.incident, record, mlops_internal.window_facts) IS
    'what a window does to an incident none of whose alerts is live: resolve it, or wait when it flaps';

CREATE FUNCTION mlops_internal.settle_bad(m mlops.monitor, def mlops.monitor_version, i mlops.incident, s record,
    w mlops_internal.window_facts) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        had CONSTANT mlops.incident := i;
        began CONSTANT boolean := i.state = 'resolved' OR i.opened_windows = '{}';
        worse CONSTANT boolean := s.severity = 'critical' AND i.severity = 'warning' AND NOT began;
        joined CONSTANT boolean := NOT began AND s.n_alerts > i.n_alerts;
        may_tell boolean;
        event text;
        told_event text;
    BEGIN
        i.last_window_lo := greatest(i.last_window_lo, w.window_lo);
        i.last_window_hi := greatest(i.last_window_hi, w.window_hi);
        i.last_bad_hi := greatest(i.last_bad_hi, s.last_bad_hi);
        i.n_alerts := s.n_alerts;
        i.severity := s.severity;
        IF began THEN
            event := CASE WHEN i.state = 'resolved' THEN 'reopened' ELSE 'opened' END;
            i.n_opened := i.n_opened + (i.state = 'resolved')::integer;
            i.opened_windows := (i.opened_windows || w.window_lo)[greatest(1, cardinality(i.opened_windows) - 8):];
            i.opened_at := now();
            i.resolved_at := NULL;
            i.resolved_by := NULL;
            i.reason := NULL;
            i.acked_at := NULL;
            i.acked_by := NULL;
            i.ack_until := NULL;
            i.n_reminders := 0;
            i.cause := s.cause;
            IF i.state = 'resolved' AND cardinality(i.opened_windows) >= 3 AND 10 > (
                    SELECT count(*) FROM mlops_internal.windows_before(m.monitor_id, w.window_lo, w.window_hi, 10) AS b
                    WHERE b.window_lo >= i.opened_windows[cardinality(i.opened_windows) - 2]) THEN
                i.state := 'flapping';
                event := 'flapping';
            ELSE
                i.state := 'opened';
            END IF;
        ELSIF mlops_internal.cause_rank(s.cause) < mlops_internal.cause_rank(i.cause) THEN
            i.cause := s.cause;
        END IF;
        IF worse THEN
            event := 'escalated';
            -- a silence by rule goes on as long as it matches
            IF i.state = 'acknowledged' OR i.state = 'silenced' AND i.silence_id IS NULL
                OR i.state = 'flapping' AND i.told_severity IS DISTINCT FROM 'critical'
                   AND NOT EXISTS (SELECT FROM mlops.alert_event AS e WHERE e.incident_id = i.incident_id
                                   AND e.alert_id IS NULL AND e.severity = 'critical') THEN
                i.state := 'opened';
                i.silenced_until := NULL;
                i.acked_at := NULL;
                i.acked_by := NULL;
                i.ack_until := NULL;
            END IF;
        ELSIF NOT began AND s.severity = 'warning' AND had.severity = 'critical' THEN
            event := 'deescalated';
        ELSIF joined THEN
            event := CASE WHEN i.told_severity IS NULL OR s.live >= 2 * i.told_alerts
                              OR mlops_internal.cause_rank(i.cause) < mlops_internal.cause_rank(i.told_cause)
                          THEN 'grown' ELSE 'joined' END;
        END IF;
        i.title := mlops_internal.incident_title(m, def, i, w.window_lo, w.window_hi);
        i.labels := mlops_internal.incident_labels(m, i);
        UPDATE mlops.incident AS x
        SET (state, severity, cause, title, labels, n_opened, opened_windows, opened_at, resolved_at, resolved_by,
             reason, acked_at, acked_by, ack_until, n_reminders, silenced_until, silence_id, last_window_lo,
             last_window_hi, last_bad_hi, n_alerts)
          = (i.state, i.severity, i.cause, i.title, i.labels, i.n_opened, i.opened_windows, i.opened_at,
             i.resolved_at, i.resolved_by, i.reason, i.acked_at, i.acked_by, i.ack_until, i.n_reminders,
             i.silenced_until, CASE WHEN i.state = 'silenced' THEN i.silence_id END, i.last_window_lo,
             i.last_window_hi, i.last_bad_hi, i.n_alerts)
        WHERE x.incident_id = i.incident_id;
        PERFORM mlops_internal.mirror_alerts(i.incident_id, NULL, NULL, NULL);
        -- who comes in while a silence matches is silenced before it is told
        PERFORM mlops_internal.apply_silences(m, i.incident_id, now());
        SELECT x.* INTO i FROM mlops.incident AS x WHERE x.incident_id = i.incident_id;
        may_tell := w.news AND NOT s.inhibited AND i.state <> 'silenced'
            AND NOT (i.severity = 'warning' AND (w.learning AND s.statistical
                     OR w.redeployed AND s.statistical AND i.cause IN ('prediction', 'performance')));
        IF may_tell AND i.told_severity IS NULL THEN
            told_event := CASE WHEN i.state = 'flapping' THEN 'flapping' WHEN i.n_opened > 1 THEN 'reopened'
                               ELSE 'opened' END;
        ELSIF may_tell AND i.severity = 'critical' AND i.told_severity = 'warning'
            AND i.state IN ('opened', 'acknowledged') THEN
            told_event := 'escalated';
        ELSIF may_tell AND event = 'grown' AND i.state IN ('opened', 'acknowledged') THEN
            told_event := 'grown';
        END IF;
        IF told_event IS NOT NULL THEN
            PERFORM mlops_internal.tell(i, told_event, NULL, NULL,
                CASE WHEN event IS DISTINCT FROM told_event THEN 'was not told before' END, now(), true);
        ELSIF event IS NOT NULL THEN
            PERFORM mlops_internal.incident_event(i, event, true, i.title, NULL, NULL, false);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.settle_bad(mlops.monitor, mlops.monitor_version, mlops.incident, record,
    mlops_internal.window_facts) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.settle_bad(mlops.monitor, mlops.monitor_version, mlops.incident, record,
        mlops_internal.window_facts) IS
    'what a window does to an incident with live alerts, whose sum is s';

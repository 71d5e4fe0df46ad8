/*
 * From verdicts to alerts: one statement for all conditions of a window.
 *
 * A check says how many bad windows make an alert, "k_of_n": [[k, n], [k, n]] for
 * warning and critical, and how many good ones end it, "clear".  Without them one
 * window does.  Windows that were not judged do not count; k of n looks for n that
 * were among the last 2n.  A check that could not be computed counts as a bad window
 * of the kind of warning: one failure is not yet news.
 *
 * A verdict "ok" that "holds" is no clear window: the value is good, but not yet
 * good enough (hysteresis).  Of rolling windows every r-th counts, because those
 * between share rows.
 */
CREATE FUNCTION mlops_internal.condition_counts(monitor_id bigint, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (observation_id bigint, alert_id bigint, bad text, n_bad integer, n_needed integer, n_clear integer,
        n_clear_needed integer, since_lo timestamptz, since_hi timestamptz)
    -- how many conditions are bad is beyond the planner, none or thousands: loops over them cost seconds, and so
    -- would compiling a plan that looks dear because loops are off
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
    SET jit = off
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        WITH later AS MATERIALIZED (
            SELECT EXISTS (SELECT FROM mlops.observation AS y
                           WHERE y.monitor_id = condition_counts.monitor_id
                             AND y.window_lo >= condition_counts.window_lo
                             AND y.window_hi > condition_counts.window_hi) AS any
        ), live AS MATERIALIZED (
            SELECT a.alert_id, a.metric, a.severity, a.last_window_hi,
                   ROW(a.metric, a.column_name, a.slice_column, a.slice_value, a.reference,
                       a.rule ->> 'granularity')::text AS key
            FROM mlops.alert AS a WHERE a.monitor_id = condition_counts.monitor_id AND a.state <> 'resolved'
        ), obs AS MATERIALIZED (
            SELECT o.*, ROW(o.metric, o.column_name, o.slice_column, o.slice_value, o.reference,
                            o.rule ->> 'granularity')::text AS key
            FROM mlops.observation AS o
            WHERE o.monitor_id = condition_counts.monitor_id AND o.window_lo = condition_counts.window_lo
              AND o.window_hi = condition_counts.window_hi
              AND (o.verdict IN ('warning', 'critical', 'error')
                   -- what is good ends an alert, most have none
                   OR (o.verdict = 'ok' OR o.metric = 'evaluation') AND o.metric IN (SELECT l.metric FROM live AS l))
        ), condition AS MATERIALIZED (
            SELECT o.observation_id, o.key, o.metric, o.verdict, o.holds, o.window_lo, o.window_hi, l.alert_id,
                   l.severity, o.verdict IN ('warning', 'critical', 'error') AS is_bad,
                   coalesce((o.rule #>> '{k_of_n,0,0}')::integer, 1) AS k_warning,
                   coalesce((o.rule #>> '{k_of_n,0,1}')::integer, 1) AS n_warning,
                   coalesce((o.rule #>> '{k_of_n,1,0}')::integer, 1) AS k_critical,
                   coalesce((o.rule #>> '{k_of_n,1,1}')::integer, 1) AS n_critical,
                   coalesce((o.rule ->> 'clear')::integer, 1) AS clear,
                   greatest((o.rule ->> 'rolling')::integer, 1) AS step
            FROM obs AS o LEFT JOIN live AS l USING (key)
            WHERE (o.verdict NOT IN ('ok', 'no_data') OR l.alert_id IS NOT NULL)
              AND (l.last_window_hi <= o.window_hi) IS NOT FALSE
              -- only the newest window that was judged speaks for the present
              AND (NOT (SELECT l.any FROM later AS l) OR NOT EXISTS (
                    SELECT FROM mlops.observation AS y
                    WHERE y.monitor_id = o.monitor_id AND y.metric = o.metric
                      AND y.column_name IS NOT DISTINCT FROM o.column_name
                      AND y.window_lo >= o.window_lo AND y.window_hi > o.window_hi
                      AND y.slice_column IS NOT DISTINCT FROM o.slice_column
                      AND y.slice_value IS NOT DISTINCT FROM o.slice_value
                      AND y.reference IS NOT DISTINCT FROM o.reference
                      AND y.rule ->> 'granularity' IS NOT DISTINCT FROM o.rule ->> 'granularity'
                      AND (y.verdict IN ('ok', 'warning', 'critical', 'error') OR y.metric = 'evaluation')))
        ), lookback AS MATERIALIZED (
            SELECT max(CASE WHEN greatest(c.n_warning, c.n_critical, c.clear) > 1
                            THEN least(2 * greatest(c.n_warning, c.n_critical, c.clear) * c.step, 1000)
                            ELSE 1 END) AS n,
                   max(2 * greatest(c.n_warning, c.n_critical, c.clear)) AS lengths
            FROM condition AS c
        ), past AS MATERIALIZED (
            SELECT w.window_lo, w.window_hi, NULL::text AS granularity,
                   row_number() OVER (ORDER BY w.window_lo DESC) AS i
            FROM mlops_internal.windows_before(condition_counts.monitor_id, condition_counts.window_lo,
                condition_counts.window_hi, (SELECT l.n::integer - 1 FROM lookback AS l)) AS w
            UNION ALL
            SELECT w.*, row_number() OVER (PARTITION BY w.granularity ORDER BY w.window_lo DESC)
            FROM mlops_internal.merged_before(condition_counts.monitor_id, condition_counts.window_lo,
                condition_counts.window_hi, (SELECT l.lengths FROM lookback AS l WHERE l.n > 1)) AS w
        ), ended AS MATERIALIZED (
            -- the last alert of each condition that is over: what a role resolved has been seen
            SELECT DISTINCT ON (e.key) e.*
            FROM (SELECT a.alert_id, a.last_window_hi, a.resolved_by IS NOT NULL AS by_hand,
                         ROW(a.metric, a.column_name, a.slice_column, a.slice_value, a.reference,
                             a.rule ->> 'granularity')::text AS key
                  FROM mlops.alert AS a
                  WHERE a.monitor_id = condition_counts.monitor_id AND a.state = 'resolved'
                    AND a.last_window_hi >= coalesce((SELECT min(p.window_hi) FROM past AS p),
                        condition_counts.window_hi)) AS e
            ORDER BY e.key, e.alert_id DESC
        ), history AS MATERIALIZED (
            SELECT h.*, p.i
            FROM past AS p, LATERAL (
                SELECT o.verdict, o.holds, o.window_lo, o.window_hi,
                       ROW(o.metric, o.column_name, o.slice_column, o.slice_value, o.reference,
                           o.rule ->> 'granularity')::text AS key
                FROM mlops.observation AS o
                WHERE o.monitor_id = condition_counts.monitor_id AND o.window_lo = p.window_lo
                  AND o.window_hi = p.window_hi AND o.verdict IN ('ok', 'warning', 'critical', 'error')
                  AND o.rule ->> 'granularity' IS NOT DISTINCT FROM p.granularity
                OFFSET 0) AS h
        ), judged AS (
            SELECT c.key, h.verdict, h.window_lo, h.window_hi, h.i,
                   h.verdict <> 'ok' AS is_bad, h.verdict = 'ok' AND h.holds IS NOT TRUE AS is_clear
            FROM history AS h JOIN condition AS c USING (key) LEFT JOIN ended AS e USING (key)
            WHERE h.i % c.step = 0
              AND h.i < 2 * greatest(c.n_warning, c.n_critical, c.clear) * c.step
              AND (e.by_hand AND h.window_hi <= e.last_window_hi) IS NOT TRUE
            UNION ALL
            SELECT c.key, c.verdict, c.window_lo, c.window_hi, 0, c.is_bad, c.verdict = 'ok' AND c.holds IS NOT TRUE
            FROM condition AS c WHERE c.verdict <> 'no_data'
        ), placed AS (
            SELECT j.*, row_number() OVER (PARTITION BY j.key ORDER BY j.i) AS place FROM judged AS j
        ), counted AS (
            SELECT p.key,
                   count(*) FILTER (WHERE p.is_bad AND p.place <= c.n_warning)::integer AS n_bad,
                   count(*) FILTER (WHERE p.verdict = 'critical' AND p.place <= c.n_critical)::integer AS n_critical,
                   (coalesce(min(p.place) FILTER (WHERE NOT p.is_clear), count(*) + 1) - 1)::integer AS n_clear,
                   min(p.window_lo) FILTER (WHERE p.is_bad AND p.place <= c.n_warning) AS since_lo,
                   min(p.window_hi) FILTER (WHERE p.is_bad AND p.place <= c.n_warning) AS since_hi,
                   min(p.window_lo) FILTER (WHERE p.is_bad AND p.place <= c.n_critical) AS critical_lo,
                   min(p.window_hi) FILTER (WHERE p.is_bad AND p.place <= c.n_critical) AS critical_hi
            FROM placed AS p JOIN condition AS c USING (key) GROUP BY p.key
        )
        SELECT c.observation_id, c.alert_id,
               CASE WHEN NOT c.is_bad THEN NULL
                    WHEN c.verdict = 'critical' AND (n.n_critical >= c.k_critical OR c.severity = 'critical')
                        OR c.verdict = 'error' AND (n.n_bad >= c.k_warning OR c.severity = 'critical') THEN 'critical'
                    WHEN n.n_bad >= c.k_warning OR c.alert_id IS NOT NULL THEN 'warning' END,
               n.n_bad, CASE c.verdict WHEN 'critical' THEN least(c.k_warning, c.k_critical) ELSE c.k_warning END,
               n.n_clear, c.clear,
               least(n.since_lo, n.critical_lo), least(n.since_hi, n.critical_hi)
        FROM condition AS c LEFT JOIN counted AS n USING (key) LEFT JOIN ended AS e USING (key)
        WHERE c.alert_id IS NOT NULL OR e.alert_id IS NULL
           OR e.last_window_hi < c.window_hi OR e.last_window_hi = c.window_hi AND NOT e.by_hand;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.condition_counts(bigint, timestamptz, timestamptz) IS
    'conditions of a window that are bad or have an alert: severity that they deserve, NULL = good or too few bad '
    'windows; bad windows and how many it takes; clear windows and how many it takes; onset';
REVOKE ALL ON FUNCTION mlops_internal.condition_counts(bigint, timestamptz, timestamptz) FROM PUBLIC;

/* Windows of about the same length: a day may have 23 hours, a month 28 days. */
CREATE FUNCTION mlops_internal.windows_before(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    n integer)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, verdict text, n_rows bigint, version integer)
    LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT o.window_lo, o.window_hi, o.verdict, o.n, o.version FROM mlops.observation AS o
        WHERE o.monitor_id = windows_before.monitor_id AND o.metric = 'evaluation' AND o.column_name IS NULL
          AND o.slice_column IS NULL AND o.window_lo < windows_before.window_lo
          AND o.window_hi <= windows_before.window_hi
          AND extract(epoch FROM o.window_hi - o.window_lo)
              BETWEEN extract(epoch FROM windows_before.window_hi - windows_before.window_lo) / 1.5
                  AND extract(epoch FROM windows_before.window_hi - windows_before.window_lo) * 1.5
        ORDER BY o.window_lo DESC LIMIT windows_before.n
    $$;
COMMENT ON FUNCTION mlops_internal.windows_before(bigint, timestamptz, timestamptz, integer) IS
    'the last n windows of the same granularity that were run before this one, newest first, with their verdict, rows '
    'and definition';
REVOKE ALL ON FUNCTION mlops_internal.windows_before(bigint, timestamptz, timestamptz, integer) FROM PUBLIC;

/* Windows that are merged of others have no evaluation of their own. */
CREATE FUNCTION mlops_internal.merged_before(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    n integer)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, granularity text)
    LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT DISTINCT o.window_lo, o.window_hi, o.rule ->> 'granularity' FROM mlops.observation AS o
        WHERE n > 0 AND o.monitor_id = merged_before.monitor_id AND o.rule ?| '{granularity,rolling}'
          AND o.window_lo < merged_before.window_lo
          AND o.window_lo >= merged_before.window_lo - n * 1.1 * (merged_before.window_hi - merged_before.window_lo)
          AND extract(epoch FROM o.window_hi - o.window_lo)
              BETWEEN extract(epoch FROM merged_before.window_hi - merged_before.window_lo) / 1.5
                  AND extract(epoch FROM merged_before.window_hi - merged_before.window_lo) * 1.5
    $$;
COMMENT ON FUNCTION mlops_internal.merged_before(bigint, timestamptz, timestamptz, integer) IS
    'coarser and rolling windows of the same length before this one, about n of them, with the granularity of the '
    'checks that judged them, NULL for rolling ones';
REVOKE ALL ON FUNCTION mlops_internal.merged_before(bigint, timestamptz, timestamptz, integer) FROM PUBLIC;

CREATE FUNCTION mlops_internal.judge_alerts(m mlops.monitor, def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changed integer;
    BEGIN
        DELETE FROM mlops_internal.pending_alert AS p USING mlops.observation AS o
        WHERE p.monitor_id = m.monitor_id AND o.observation_id = p.observation_id
          AND o.window_lo <= judge_alerts.window_lo;
        WITH verdict AS MATERIALIZED (
            SELECT o.*, c.alert_id, c.bad, c.n_bad, c.n_needed, c.since_lo, c.since_hi,
                   CASE WHEN o.verdict IN ('warning', 'critical', 'error') THEN 'bad'
                        WHEN o.verdict = 'no_data' OR c.n_clear >= c.n_clear_needed THEN 'clear'
                        WHEN o.holds THEN 'holds' ELSE 'wait' END AS action
            FROM mlops_internal.condition_counts(m.monitor_id, window_lo, window_hi) AS c
            JOIN mlops.observation AS o USING (observation_id)
        ), causes AS MATERIALIZED (
            SELECT k.metric, k.column_name, mlops_internal.alert_cause(k.metric, k.column_name, def) AS cause
            FROM (SELECT DISTINCT v.metric, v.column_name FROM verdict AS v
                  WHERE v.alert_id IS NULL AND v.bad IS NOT NULL) AS k
        ), pending AS (
            INSERT INTO mlops_internal.pending_alert (observation_id, monitor_id, n_bad, n_needed, since)
            SELECT v.observation_id, m.monitor_id, v.n_bad, v.n_needed, v.since_lo
            FROM verdict AS v WHERE v.alert_id IS NULL AND v.bad IS NULL AND v.action = 'bad'
        ), opened AS (
            INSERT INTO mlops.alert AS a (monitor_id, slice_column, slice_value, column_name, metric, reference,
                severity, value, rule, message, n_windows, cause, last_bad_hi, first_window_lo, first_window_hi,
                last_window_lo, last_window_hi)
            SELECT m.monitor_id, v.slice_column, v.slice_value, v.column_name, v.metric, v.reference, v.bad, v.value,
                v.rule, v.message, v.n_bad, (SELECT k.cause FROM causes AS k
                    WHERE k.metric = v.metric AND k.column_name IS NOT DISTINCT FROM v.column_name),
                v.window_hi,
                v.since_lo, v.since_hi, v.window_lo, v.window_hi
            FROM verdict AS v WHERE v.alert_id IS NULL AND v.bad IS NOT NULL
            ORDER BY v.observation_id
            RETURNING a.*, 'opened'::text AS event
        ), changed AS (
            UPDATE mlops.alert AS a
            SET state = CASE WHEN v.action = 'clear' THEN 'resolved' ELSE a.state END,
                resolved_at = CASE WHEN v.action = 'clear' THEN now() END,
                silenced_until = CASE WHEN v.action <> 'clear' THEN a.silenced_until END,
                severity = coalesce(v.bad, a.severity),
                value = CASE WHEN v.action = 'wait' THEN a.value ELSE v.value END,
                rule = coalesce(v.rule, a.rule),
                message = CASE WHEN v.action = 'bad' THEN v.message WHEN v.action <> 'clear' THEN a.message
                               WHEN v.verdict = 'no_data' THEN 'evaluated again' ELSE 'ok again' END,
                n_windows = a.n_windows + (v.action = 'bad' AND v.window_hi > a.last_window_hi)::integer,
                last_bad_hi = CASE WHEN v.action = 'bad' THEN v.window_hi ELSE a.last_bad_hi END,
                last_window_lo = v.window_lo, last_window_hi = v.window_hi
            FROM verdict AS v JOIN mlops.alert AS had USING (alert_id)
            WHERE a.alert_id = v.alert_id
              -- evaluated without rows: nothing was judged, but what failed does not fail any more
              AND (v.verdict <> 'no_data' OR v.metric = 'evaluation' AND had.severity = 'critical')
            RETURNING a.*, CASE WHEN v.action = 'clear' THEN 'resolved'
                                WHEN v.bad = had.severity OR v.bad IS NULL THEN NULL
                                WHEN v.bad = 'critical' THEN 'escalated' ELSE 'deescalated' END AS event,
                      had.state AS old_state
        ), noted AS (
            INSERT INTO mlops.alert_event AS e (alert_id, incident_id, event, severity, window_lo, window_hi, value,
                message)
            SELECT x.alert_id, x.incident_id, x.event, x.severity, x.last_window_lo, x.last_window_hi, x.value,
                x.message
            FROM (SELECT o.alert_id, o.incident_id, o.event, o.severity, o.last_window_lo, o.last_window_hi, o.value,
                         o.message FROM opened AS o
                  UNION ALL
                  SELECT c.alert_id, c.incident_id, c.event, c.severity, c.last_window_lo, c.last_window_hi, c.value,
                         c.message FROM changed AS c WHERE c.event IS NOT NULL) AS x
            ORDER BY x.alert_id
            RETURNING e.event_id
        ), dated AS (
            INSERT INTO mlops_internal.alert_event_xact (event_id) SELECT n.event_id FROM noted AS n
        ), hints AS (
            INSERT INTO mlops_internal.outbox (alert_id)
            SELECT o.alert_id FROM opened AS o
            UNION ALL
            SELECT c.alert_id FROM changed AS c WHERE c.event IN ('escalated', 'resolved') AND c.old_state <> 'silenced'
        )
        SELECT count(*) INTO changed FROM noted;
        RETURN changed;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_alerts(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_alerts(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz) IS
    'open, change and resolve alerts by the verdicts of a window; returns the number of events written';

/*
 * Checks that would not have cried wolf: each is tried on the windows that are there.
 *
 * A rehearsal judges stored windows again by other checks, window after window, with
 * the very functions that judge and alert, and takes all of it back.  What it changes
 * is never seen by others; it reads summaries and no rows.
 */
CREATE FUNCTION mlops_internal.rehearse(monitor text, checks jsonb, since timestamptz, upto timestamptz,
    caller mlops_internal.caller) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor, caller);
        def mlops.monitor_version;
        w record;
        result jsonb;
    BEGIN
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        def.checks := mlops_internal.normal_checks(rehearse.checks, def);
        IF NOT def.checks @? '$[*] ? (@.slices == true)' THEN
            def.slices := '[]';
        END IF;
        BEGIN
            -- all windows are news here, and none is known yet
            UPDATE mlops.monitor_version AS v SET checks = def.checks, delay = '1000 years'
                WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
            UPDATE mlops.alert AS a SET state = 'resolved', last_window_lo = '-infinity', last_window_hi = '-infinity'
                WHERE a.monitor_id = m.monitor_id;
            DELETE FROM mlops.incident AS i WHERE i.monitor_id = m.monitor_id;
            DELETE FROM mlops.observation AS o WHERE o.monitor_id = m.monitor_id;
            FOR w IN SELECT s.window_lo, s.window_hi FROM mlops.window_summary AS s
                     WHERE s.monitor_id = m.monitor_id AND s.kind = 'rows' AND s.slice_column IS NULL
                       AND (since IS NULL OR s.window_lo >= since) AND (upto IS NULL OR s.window_hi <= upto)
                     ORDER BY s.window_lo, s.window_hi LOOP
                PERFORM mlops_internal.judge_window(def, w.window_lo, w.window_hi, '[]', false);
                PERFORM mlops_internal.apply_alerts(m.monitor_id, w.window_lo, w.window_hi, caller);
            END LOOP;
            result := jsonb_build_object('checks', def.checks,
                'observations', (SELECT coalesce(jsonb_agg(jsonb_build_array(o.metric, o.column_name, o.slice_column,
                        o.value, o.verdict, o.window_lo) ORDER BY o.window_lo, o.observation_id), '[]')
                    FROM mlops.observation AS o WHERE o.monitor_id = m.monitor_id AND o.rule IS NOT NULL),
                'alerts', (SELECT coalesce(jsonb_agg(jsonb_build_array(a.metric, a.column_name, a.incident_id)), '[]')
                    FROM mlops.alert AS a WHERE a.monitor_id = m.monitor_id AND a.last_window_hi > '-infinity'),
                'notices', (SELECT coalesce(jsonb_object_agg(i.incident_id, i.notice_seq), '{}')
                    FROM mlops.incident AS i WHERE i.monitor_id = m.monitor_id));
            RAISE EXCEPTION USING ERRCODE = 'ML000', MESSAGE = 'the rehearsal is over';
        EXCEPTION WHEN SQLSTATE 'ML000' THEN
            RETURN result;
        END;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.rehearse(text, jsonb, timestamptz, timestamptz, mlops_internal.caller)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.rehearse(text, jsonb, timestamptz, timestamptz, mlops_internal.caller) IS
    'what other checks would have said of the stored windows of a monitor: observations, and alerts with their '
    'notices; nothing of it stays';

/* A rehearsal, check by check and column by column. */
CREATE FUNCTION mlops_internal.tried(rehearsal jsonb)
    RETURNS TABLE (place bigint, rule jsonb, metric text, column_name name, windows bigint, breaches bigint,
        alerts bigint, incidents bigint[], "values" double precision[], bad_at timestamptz[])
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH seen AS (
            SELECT o ->> 0 AS metric, (o ->> 1)::name AS column_name, o ->> 2 AS slice, (o ->> 3)::float8 AS value,
                   o ->> 4 AS verdict, (o ->> 5)::timestamptz AS window_lo
            FROM jsonb_array_elements(rehearsal -> 'observations') AS o
        ), rang AS (
            SELECT a ->> 0 AS metric, (a ->> 1)::name AS column_name, count(*) AS alerts,
                   array_agg((a ->> 2)::bigint) AS incidents
            FROM jsonb_array_elements(rehearsal -> 'alerts') AS a GROUP BY 1, 2
        )
        SELECT c.place, c.rule, coalesce(c.rule ->> 'name', c.rule ->> 'metric'), s.column_name,
               count(DISTINCT s.window_lo) FILTER (WHERE s.slice IS NULL
                   AND s.verdict IN ('ok', 'warning', 'critical')),
               count(*) FILTER (WHERE s.verdict IN ('warning', 'critical')),
               coalesce(max(r.alerts), 0), max(r.incidents),
               array_agg(s.value ORDER BY s.window_lo) FILTER (WHERE s.slice IS NULL AND s.value IS NOT NULL
                   AND s.value NOT IN ('NaN', 'Infinity', '-Infinity')),
               array_agg(DISTINCT s.window_lo) FILTER (WHERE s.verdict IN ('warning', 'critical'))
        FROM jsonb_array_elements(rehearsal -> 'checks') WITH ORDINALITY AS c(rule, place)
        LEFT JOIN seen AS s ON s.metric = coalesce(c.rule ->> 'name', c.rule ->> 'metric')
            AND CASE WHEN c.rule ->> 'column' = '*' THEN NOT rehearsal -> 'checks' @> jsonb_build_array(
                         jsonb_build_object('metric', c.rule ->> 'metric', 'column', s.column_name))
                     ELSE c.rule ->> 'column' IS NOT DISTINCT FROM s.column_name::text END
        LEFT JOIN rang AS r ON r.metric = s.metric AND r.column_name IS NOT DISTINCT FROM s.column_name
        GROUP BY c.place, c.rule, s.column_name
    $$;
COMMENT ON FUNCTION mlops_internal.tried(jsonb) IS
    'what a rehearsal says of each check and column: windows judged, breaches, alerts and their incidents, '
    'values';

CREATE FUNCTION mlops_internal.backtest(monitor text, checks jsonb, since timestamptz, upto timestamptz,
    caller mlops_internal.caller)
    RETURNS TABLE ("check" jsonb, windows bigint, breaches bigint, alerts bigint, notices bigint)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT t.rule, max(t.windows), sum(t.breaches)::bigint, sum(t.alerts)::bigint,
               -- one incident may have alerts of several columns
               (SELECT coalesce(sum((r -> 'notices' ->> i.id::text)::bigint), 0)::bigint
                FROM (SELECT DISTINCT unnest(x.incidents) AS id FROM mlops_internal.tried(r) AS x
                      WHERE x.place = t.place) AS i)
        FROM mlops_internal.rehearse(monitor, checks, since, upto, caller) AS r, mlops_internal.tried(r) AS t
        GROUP BY r, t.place, t.rule ORDER BY t.place
    $$;
COMMENT ON FUNCTION mlops_internal.backtest IS 'mlops.backtest on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.backtest FROM PUBLIC;

CREATE FUNCTION mlops.backtest(monitor text, checks jsonb, since timestamptz DEFAULT NULL,
    upto timestamptz DEFAULT NULL)
    RETURNS TABLE ("check" jsonb, windows bigint, breaches bigint, alerts bigint, notices bigint)
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.backtest(monitor, checks, since, upto, mlops_internal.caller());
    END;
COMMENT ON FUNCTION mlops.backtest IS
    'what checks would have said of the stored windows of a monitor between two times: windows judged, verdicts that '
    'were bad, alerts and notices; from summaries, and nothing stays; 42704 for others'' monitors';
REVOKE ALL ON FUNCTION mlops.backtest FROM PUBLIC;

/*
 * What is worth checking, and how far off it must be before it matters: the practical
 * floor of warning and critical, as a distance from what is usual or as a share of it.
 */
CREATE FUNCTION mlops_internal.check_candidates(def mlops.monitor_version)
    RETURNS TABLE (rule jsonb, side text, warning double precision, critical double precision, relative boolean,
        why text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH wish (place, rule, side, warning, critical, relative, why) AS (
            VALUES
            (1, '{"metric": "volume"}'::jsonb, NULL, NULL::float8, NULL::float8, NULL::boolean,
                'rows that do not come'),
            (2, '{"metric": "n"}', 'below', 0.3, 0.7, true, 'rows that do not come'),
            (3, '{"metric": "freshness"}', NULL, NULL, NULL, NULL, 'a feed that stands still'),
            (4, '{"metric": "schema"}', NULL, NULL, NULL, NULL, 'columns that are gone or of another type'),
            (5, '{"metric": "drift"}', NULL, NULL, NULL, NULL, 'columns that moved beyond what their past knows'),
            (6, '{"metric": "psi"}', 'above', 0.1, 0.25, false, 'columns that moved'),
            (7, '{"metric": "null_rate"}', 'above', 0.02, 0.2, false, 'values that are missing'),
            (8, '{"metric": "unseen_category"}', NULL, NULL, NULL, NULL, 'values that were never there'),
            (9, '{"metric": "out_of_range"}', NULL, NULL, NULL, NULL, 'values that cannot be'),
            (10, '{"metric": "constant_column"}', NULL, NULL, NULL, NULL, 'a column that stands still'),
            (11, '{"metric": "unit_change"}', NULL, NULL, NULL, NULL, 'a change of unit'),
            (12, '{"metric": "duplicate_rows"}', NULL, NULL, NULL, NULL, 'rows that came twice'),
            (13, '{"metric": "cbpe_roc_auc"}', 'below', 0.02, 0.04, false, 'the quality to be expected, labels unseen'),
            (14, '{"metric": "roc_auc"}', 'below', 0.02, 0.04, false, 'the quality of the model'),
            (15, '{"metric": "log_loss"}', 'above', 0.05, 0.1, true, 'the quality of the probabilities'),
            (16, '{"metric": "accuracy"}', 'below', 0.02, 0.04, false, 'the quality of the model'),
            (17, '{"metric": "mae"}', 'above', 0.05, 0.1, true, 'the quality of the model')
        )
        SELECT w.rule || '{"slices": false}'::jsonb, w.side,
               w.warning, w.critical, w.relative, w.why
        FROM wish AS w
        WHERE w.rule ->> 'metric' IN (SELECT a.metric FROM mlops_internal.available_sources(def) AS a)
          -- the newer way to look at the same
          AND (w.place <> 2 OR 'volume' NOT IN (SELECT x.metric FROM mlops.monitor_metrics() AS x))
          AND (w.place <> 6 OR 'drift' NOT IN (SELECT x.metric FROM mlops.monitor_metrics() AS x))
          AND (w.rule ->> 'metric' <> 'accuracy' OR def.task = 'multiclass')
        ORDER BY w.place
    $$;
COMMENT ON FUNCTION mlops_internal.check_candidates(mlops.monitor_version) IS
    'checks that a definition can have, with the least distance from what is usual that matters; NULL = judged by '
    'what the metric itself knows of its past';

/* A check with limits some robust deviations from what is usual, and no nearer than the floor, times a factor. */
CREATE FUNCTION mlops_internal.limited_check(rule jsonb, column_name name, side text, "values" double precision[],
    warning double precision, critical double precision, relative boolean, factor double precision) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH usual AS (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v) AS m FROM unnest("values") AS v
        ), spread AS (
            SELECT u.m, 1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(v - u.m)) AS s,
                   CASE WHEN relative THEN abs(u.m) ELSE 1 END AS unit
            FROM usual AS u, unnest("values") AS v GROUP BY u.m
        ), distance AS (
            SELECT p.*, factor * greatest(warning * p.unit, 3 * p.s) AS w,
                   factor * greatest(critical * p.unit, 6 * p.s) AS c
            FROM spread AS p
        )
        SELECT rule || jsonb_strip_nulls(jsonb_build_object('column', column_name)) || CASE
            WHEN side = 'above' THEN jsonb_build_object(
                'warning', jsonb_build_object('above', mlops_internal.rounded(d.m + d.w, 3)))
                -- nor does a share rise above all
                || CASE WHEN rule ->> 'metric' <> 'null_rate' OR d.m + d.c < 1 THEN jsonb_build_object('critical',
                    jsonb_build_object('above', mlops_internal.rounded(d.m + d.c, 3))) ELSE '{}' END
            ELSE jsonb_build_object('warning', jsonb_build_object('below', mlops_internal.rounded(d.m - d.w, 3)))
                -- a count does not fall below none
                || CASE WHEN NOT relative OR d.m > d.c THEN jsonb_build_object('critical',
                    jsonb_build_object('below', mlops_internal.rounded(d.m - d.c, 3))) ELSE '{}' END
            END
        FROM distance AS d
    $$;
COMMENT ON FUNCTION mlops_internal.limited_check(jsonb, name, text, double precision[], double precision,
    double precision, boolean, double precision) IS
    'a check of one column with limits 3 and 6 robust standard deviations from the median, at least the floor';

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
                PERFORM mlops_internal.apply_verdicts(m, w.window_lo, w.window_hi, now());
            END LOOP;
            result := jsonb_build_object('checks', def.checks,
                'observations', mlops_internal.past_observations(m.monitor_id),
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
 * What is worth checking: what is judged by its own past needs no limits.
 *
 * A text column of numbers is one whose most frequent values are all numbers.
 */
CREATE FUNCTION mlops_internal.check_candidates(def mlops.monitor_version) RETURNS TABLE (rule jsonb, why text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH wish (place, rule, tasks, why) AS (
            VALUES
            (1, '{"metric": "schema"}'::jsonb, NULL::text[], 'columns that are gone or of another type'),
            (2, '{"metric": "volume"}', NULL, 'rows that do not come'),
            (3, '{"metric": "freshness"}', NULL, 'a feed that stands still'),
            (4, '{"metric": "clock"}', NULL, 'times that are not yet'),
            (5, '{"metric": "null_rate", "slices": true}', NULL, 'values that are missing'),
            (6, '{"metric": "unseen_category"}', NULL, 'values that were never there'),
            (7, '{"metric": "out_of_range"}', NULL, 'values that cannot be'),
            (9, '{"metric": "constant_column"}', NULL, 'a column that stands still'),
            (10, '{"metric": "unit_change"}', NULL, 'a change of unit'),
            (11, '{"metric": "duplicate_rows"}', NULL, 'rows that came twice'),
            (12, '{"metric": "leak"}', NULL, 'a column that knows the label'),
            (13, '{"metric": "drift"}', NULL, 'columns that moved beyond what their past knows'),
            (14, '{"metric": "drift_slow"}', NULL, 'a world that has left the training data'),
            (15, '{"metric": "cbpe_roc_auc"}', '{binary}', 'the quality to be expected, labels unseen'),
            (16, '{"metric": "roc_auc", "alpha": [0.01, 0.001], "k_of_n": [[2, 3], [2, 3]], "slices": true}',
                '{binary}', 'the quality of the model'),
            (17, '{"metric": "accuracy", "alpha": [0.01, 0.001], "k_of_n": [[2, 3], [2, 3]], "slices": true}',
                '{multiclass}', 'the quality of the model'),
            (18, '{"metric": "mae", "alpha": [0.01, 0.001], "k_of_n": [[2, 3], [2, 3]], "slices": true}',
                '{regression}', 'the quality of the model'),
            (19, '{"metric": "label_coverage"}', NULL, 'labels that are lost')
        )
        -- in slices what is missing and what the labels show: of much more one would always be far off
        SELECT w.rule || jsonb_build_object('slices', w.rule ? 'slices' AND jsonb_array_length(def.slices) > 0), w.why
        FROM (
            SELECT x.place, NULL::text AS column_name, x.rule, x.why FROM wish AS x
            WHERE x.rule ->> 'metric' IN (SELECT a.metric FROM mlops_internal.available_sources(def) AS a)
              AND (x.tasks IS NULL OR def.task = ANY (x.tasks))
              AND (x.place <> 14 OR num_nonnulls(def.score_column, def.prediction_column) > 0
                   AND mlops_internal.has_baseline(def))
              AND (x.place <> 19 OR mlops_internal.awaits_labels(def))
            UNION ALL
            SELECT 8, b.column_name, jsonb_build_object('metric', 'type_parse', 'column', b.column_name, 'as',
                       'numeric'), 'texts that are numbers'
            FROM mlops.baseline AS b
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.kind = 'profile'
              AND b.slice_column IS NULL AND def.kinds ->> b.column_name::text = 'text'
              AND mlops.n_values(b.summary::mlops.profile) >= 100
              AND (SELECT bool_and(t.value ~ '^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$')
                   FROM mlops.top_k(b.summary::mlops.profile, 1000) AS t)
        ) AS w
        ORDER BY w.place, w.column_name
    $$;
COMMENT ON FUNCTION mlops_internal.check_candidates(mlops.monitor_version) IS
    'checks that a definition can have, each judged by what it knows of its past';

/*
 * From what is worth checking to checks, each with what it would have said of the
 * windows that are there, and the past judged by them: the next window has a history.
 */
/* Bad windows that are all of one day of their month, in two months or more. */
CREATE FUNCTION mlops_internal.is_monthly(bad_at timestamptz[], time_zone text) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT count(*) >= 2 AND count(DISTINCT extract(day FROM b AT TIME ZONE time_zone)) = 1
        FROM unnest(bad_at) AS b
    $$;
COMMENT ON FUNCTION mlops_internal.is_monthly(timestamptz[], text) IS
    'true when the times are of one day of different months';

CREATE FUNCTION mlops_internal.suggest_checks(monitor text, caller mlops_internal.caller) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor, caller);
        def mlops.monitor_version;
        candidates jsonb;
        r jsonb;
    BEGIN
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        SELECT jsonb_agg(c.rule) INTO candidates FROM mlops_internal.check_candidates(def) AS c;
        IF candidates IS NULL THEN
            RETURN '[]';
        END IF;
        r := mlops_internal.rehearse(monitor, candidates, NULL, NULL, caller);
        RETURN (
            WITH tried AS MATERIALIZED (
                SELECT t.* FROM mlops_internal.tried(r) AS t
            ), summed AS (
                SELECT t.place, t.rule, max(t.windows) AS windows, sum(t.breaches) AS breaches, sum(t.alerts) AS alerts
                FROM tried AS t GROUP BY t.place, t.rule
            )
            SELECT coalesce(jsonb_agg(jsonb_build_object('check', s.rule, 'why', c.why, 'windows', s.windows,
                       'breaches', s.breaches, 'alerts', s.alerts)
                   || CASE WHEN s.breaches > 0 AND (SELECT mlops_internal.is_monthly(array_agg(b), def.time_zone)
                           FROM tried AS t, unnest(t.bad_at) AS b WHERE t.place = s.place)
                       THEN '{"phase": "day_of_month"}'::jsonb ELSE '{}' END ORDER BY s.place), '[]')
            FROM summed AS s
            JOIN ROWS FROM (mlops_internal.check_candidates(def)) WITH ORDINALITY AS c(rule, why, place)
                ON c.place = s.place)
            || coalesce((SELECT jsonb_agg(jsonb_build_object('check', q.rule, 'why', q.why))
                         FROM mlops_internal.quieter_checks(r -> 'checks', r -> 'observations') AS q), '[]');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_checks IS 'mlops.suggest_checks on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.suggest_checks FROM PUBLIC;

CREATE FUNCTION mlops.suggest_checks(monitor text) RETURNS jsonb
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.suggest_checks(monitor, mlops_internal.caller());
COMMENT ON FUNCTION mlops.suggest_checks IS
    'checks for a monitor from what it has, a list of {"check", "why", "windows", "breaches", "alerts"}: what each '
    'would have raised in the stored windows';
REVOKE ALL ON FUNCTION mlops.suggest_checks FROM PUBLIC;

/*
 * Judge the stored windows by the checks of now, in order: what comes next has a past
 * to be compared with.  Nothing of it alerts.
 */
CREATE FUNCTION mlops_internal.judge_past(monitor text, now timestamptz,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor, caller);
        def mlops.monitor_version;
        w mlops.label_window;
        lo timestamptz;
        hi timestamptz;
        quieter jsonb;
    BEGIN
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        def.checks := mlops_internal.checks_of(def.checks, NULL, NULL);
        -- what no check names was measured when the windows were read
        def.rollups := NULL;
        FOR lo, hi IN SELECT s.window_lo, s.window_hi FROM mlops.window_summary AS s
                      WHERE s.monitor_id = m.monitor_id AND s.kind = 'rows' AND s.slice_column IS NULL
                      ORDER BY s.window_lo, s.window_hi LOOP
            PERFORM mlops_internal.judge_window(def, lo, hi, '[]', false);
            SELECT * INTO w FROM mlops.label_window AS x
            WHERE x.monitor_id = m.monitor_id AND x.window_lo = lo AND x.window_hi = hi;
            PERFORM mlops_internal.judge_labels(def, w, mlops_internal.label_metrics(def), lo, hi, judge_past.now);
        END LOOP;
        SELECT jsonb_agg(q.rule) INTO quieter
        FROM mlops_internal.quieter_checks(def.checks, mlops_internal.past_observations(m.monitor_id)) AS q;
        RETURN def.checks || quieter;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_past(text, timestamptz, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_past(text, timestamptz, mlops_internal.caller) IS
    'judge all stored windows of a monitor again by its present checks, without alerts; returns the checks with those '
    'that make them quieter, NULL when none is too loud';

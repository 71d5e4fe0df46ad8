/*
 * Observe: store summaries, turn them into observations, judge them.
 *
 * These functions write, so they are SECURITY DEFINER; they see summaries and
 * never a user's relation.  A window that is evaluated again replaces its
 * observations in the same transaction: value is the present number,
 * first_value the one that was reported first.
 */
CREATE FUNCTION mlops_internal.store_baseline(monitor_id bigint, version integer,
    summaries mlops_internal.summary_row[], caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
        kept_by integer := (SELECT v.baseline_version FROM mlops.monitor_version AS v
                            WHERE v.monitor_id = m.monitor_id AND v.version = m.version);
    BEGIN
        IF m.version <> store_baseline.version THEN
            RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
                MESSAGE = format('monitor "%s" was changed while its baseline was computed', m.name),
                HINT = 'Evaluate the window again.';
        END IF;
        -- a reference without rows is not a baseline: it may be loaded later
        INSERT INTO mlops.baseline
            (monitor_id, version, slice_column, slice_value, column_name, kind, n, n_labelled, n_invalid, summary)
        SELECT m.monitor_id, kept_by, s.slice_column, s.slice_value, s.column_name, s.kind, s.n, s.n_labelled,
               s.n_invalid, s.summary
        FROM unnest(summaries) AS s
        WHERE s.n > 0 OR s.kind <> 'rows'
        ON CONFLICT ON CONSTRAINT baseline_key DO NOTHING;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_baseline(bigint, integer, mlops_internal.summary_row[],
    mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_baseline(bigint, integer, mlops_internal.summary_row[],
        mlops_internal.caller) IS
    'keep the summaries of a monitor''s reference; called by mlops.evaluate; summaries without rows are not kept; '
    'raises 42704 for others'' monitors, 40001 when the definition changed meanwhile';

CREATE FUNCTION mlops_internal.store_slice_values(monitor_id bigint, version integer,
    members mlops_internal.slice_member[], caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
    BEGIN
        INSERT INTO mlops.slice_value (monitor_id, version, slice, value, n)
        SELECT m.monitor_id, m.version, x.slice, x.value, x.n FROM unnest(members) AS x
        ON CONFLICT ON CONSTRAINT slice_value_key DO NOTHING;
        -- another session may have frozen others
        IF m.version <> store_slice_values.version OR cardinality(members) <> (
            SELECT count(*) FROM mlops.slice_value AS v
            WHERE v.monitor_id = m.monitor_id AND v.version = m.version) THEN
            RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
                MESSAGE = format('slices of monitor "%s" were changed while a window was evaluated', m.name),
                HINT = 'Evaluate the window again.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_slice_values(bigint, integer, mlops_internal.slice_member[],
    mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_slice_values(bigint, integer, mlops_internal.slice_member[],
        mlops_internal.caller) IS
    'freeze the values of slices; raises 42704 for others'' monitors, 40001 when they are not those that are there';

CREATE FUNCTION mlops_internal.subject(metric text, column_name name, slice_column text, slice_value text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.concat(metric, ' of ' || column_name, ' where ' || slice_column || ' = '
        || coalesce(pg_catalog.left(slice_value, 60), 'NULL'));
COMMENT ON FUNCTION mlops_internal.subject(text, name, text, text) IS
    'what was measured, in words: psi of temp where origin = JFK';

CREATE FUNCTION mlops_internal.has_baseline(def mlops.monitor_version) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (SELECT FROM mlops.baseline AS b WHERE b.monitor_id = def.monitor_id
            AND b.version = def.baseline_version AND b.kind = 'rows' AND b.slice_column IS NULL)
    $$;
COMMENT ON FUNCTION mlops_internal.has_baseline(mlops.monitor_version) IS
    'true when the reference of a definition has been read and had rows';

/*
 * The numbers of a window with their verdicts.  When only labels have come the numbers of
 * features are not measured again: their p-values stay a part of the family.
 */
CREATE FUNCTION mlops_internal.judged(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    labels_only boolean DEFAULT false)
    RETURNS TABLE (slice_column text, slice_value text, column_name name, metric text, reference text,
        value double precision, lower double precision, upper double precision, p_value double precision,
            p_adjusted double precision,
        n bigint, reference_value double precision, rule jsonb, verdict text, message text)
    LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        part CONSTANT mlops.monitor_version := CASE WHEN labels_only THEN mlops_internal.label_part(def) ELSE def END;
    BEGIN
        RETURN QUERY WITH found AS (
            SELECT m.*, r.rule, coalesce(r.rule ? 'rolling', false) AS rolling, false AS earlier
            FROM mlops_internal.measured(part, judged.window_lo, judged.window_hi) AS m
            LEFT JOIN mlops_internal.expanded_rules(part) AS r ON r.metric = m.metric
                AND r.column_name IS NOT DISTINCT FROM m.column_name
            UNION ALL
            SELECT b.slice_column, b.slice_value, NULL, NULL, b.reference, NULL, NULL, NULL, b.p_value, NULL, NULL,
                   NULL, NULL, true, true
            FROM mlops_internal.block_p_values(def, judged.window_lo, judged.window_hi) AS b
            UNION ALL
            SELECT o.slice_column, o.slice_value, NULL, NULL, o.reference, NULL, NULL, NULL, o.p_value, NULL, NULL,
                   NULL, o.rule, coalesce(o.rule ? 'rolling', false), true
            FROM mlops.observation AS o
            WHERE labels_only AND o.monitor_id = def.monitor_id AND o.window_lo = judged.window_lo
              AND o.window_hi = judged.window_hi AND o.p_value IS NOT NULL AND NOT part.kinds ? o.column_name::text
              AND o.metric IN (SELECT w.metric FROM mlops_internal.available_sources(def) AS w
                               WHERE w.pair AND w.has_p_value)
        ), counted AS (
            SELECT x.*, x.p_value * count(x.p_value) OVER slice
                        / row_number() OVER (PARTITION BY x.slice_column, x.slice_value, x.reference, x.rolling
                            ORDER BY x.p_value) AS p_scaled
            FROM found AS x
            WINDOW slice AS (PARTITION BY x.slice_column, x.slice_value, x.reference, x.rolling)
        ), adjusted AS (
            SELECT x.*, CASE WHEN x.p_value IS NOT NULL THEN
                            least(1, min(x.p_scaled) OVER (PARTITION BY x.slice_column, x.slice_value, x.reference,
                                x.rolling ORDER BY x.p_value DESC)) END AS p_adjusted
            FROM counted AS x
        ), ruled AS MATERIALIZED (
            SELECT x.slice_column, x.slice_value, x.column_name, x.metric, x.reference, x.value, x.lower, x.upper,
                   x.p_value, x.p_adjusted, x.n, x.n_reference, x.reference_value,
                   CASE WHEN x.slice_column IS NULL OR (x.rule ->> 'slices')::boolean THEN x.rule END AS rule
            FROM adjusted AS x WHERE NOT x.earlier
        )
        SELECT x.slice_column, x.slice_value, x.column_name, x.metric, x.reference, x.value, x.lower, x.upper,
            x.p_value, x.p_adjusted,
               x.n, x.reference_value, x.rule, coalesce(j.verdict, i.verdict), coalesce(j.message, i.message)
        FROM ruled AS x
        LEFT JOIN LATERAL mlops_internal.judge(x.rule, mlops_internal.subject(x.metric, x.column_name, x.slice_column,
            x.slice_value),
                                      x.metric, x.value, x.reference_value, x.p_adjusted, least(x.n, x.n_reference),
                                          def.min_rows) AS j
               ON x.rule IS NOT NULL
        LEFT JOIN LATERAL (SELECT CASE WHEN x.n < def.min_rows THEN 'no_data' ELSE 'ok' END AS verdict,
                                  CASE WHEN x.n < def.min_rows
                                      THEN format('%s rows, needs %s', x.n, def.min_rows) END AS message) AS i
               ON x.rule IS NULL AND x.metric = 'n'
        WHERE (x.rule IS NOT NULL OR x.value IS NOT NULL)
          -- judged with its past, in quality.sql
          AND NOT coalesce(mlops_internal.is_quality(x.rule), false)
        UNION ALL
        -- a check that found nothing to judge in the whole window says so
        SELECT NULL, NULL, r.column_name, r.metric, CASE WHEN m.family = 'drift' THEN 'baseline' END, NULL, NULL, NULL,
            NULL, NULL,
               0, NULL, r.rule, 'no_data',
               CASE WHEN m.family = 'drift' AND NOT mlops_internal.has_baseline(def) THEN 'the reference has no rows'
                   ELSE 'no rows' END
        FROM mlops_internal.expanded_rules(part) AS r JOIN mlops.monitor_metrics() AS m ON m.metric = r.source
        WHERE m.summary <> 'drift' AND NOT mlops_internal.is_quality(r.rule)
          AND NOT EXISTS (SELECT FROM ruled AS x WHERE x.slice_column IS NULL AND x.metric = r.metric
              AND x.column_name IS NOT DISTINCT FROM r.column_name);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judged(mlops.monitor_version, timestamptz, timestamptz, boolean) IS
    'observations that the stored summaries of a window give: numbers, the rules that apply and their verdicts';

/*
 * Slices that had rows and have none now, in a window that has some: those of
 * the reference, and those of the window before.
 */
CREATE FUNCTION mlops_internal.vanished_slices(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, reference_value double precision, rule jsonb, verdict text,
        message text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH before AS (
            SELECT w.window_lo, w.window_hi FROM mlops.window_summary AS w
            WHERE w.monitor_id = def.monitor_id AND w.window_lo < vanished_slices.window_lo AND w.n > 0
            ORDER BY w.window_lo DESC, w.window_hi DESC LIMIT 1
        ), known AS (
            SELECT b.slice_column, b.slice_value, b.n * mlops_internal.reference_share(def, window_lo,
                window_hi) AS n_reference,
                   'the reference' AS source
            FROM mlops.baseline AS b
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.kind = 'rows'
            UNION ALL
            SELECT w.slice_column, w.slice_value, NULL, 'the window before'
            FROM before JOIN mlops.window_summary AS w USING (window_lo, window_hi)
            WHERE w.monitor_id = def.monitor_id AND w.kind = 'rows'
        ), present AS (
            SELECT c.slice_column, c.slice_value, c.n FROM mlops.window_summary AS c
            WHERE c.monitor_id = def.monitor_id AND c.window_lo = vanished_slices.window_lo
              AND c.window_hi = vanished_slices.window_hi AND c.kind = 'rows'
        ), missing AS (
            SELECT k.slice_column, k.slice_value, max(k.n_reference) AS n_reference, min(k.source) AS source
            FROM known AS k
            WHERE def.slices @> jsonb_build_array(jsonb_build_object('name', k.slice_column))
              AND EXISTS (SELECT FROM present AS c WHERE c.slice_column IS NULL AND c.n > 0)
              AND NOT EXISTS (SELECT FROM present AS c
                              WHERE c.slice_column = k.slice_column AND c.slice_value IS NOT DISTINCT
                                  FROM k.slice_value)
            GROUP BY k.slice_column, k.slice_value
        )
        SELECT m.slice_column, m.slice_value, m.n_reference, r.rule, coalesce(j.verdict, 'no_data'),
               coalesce(j.message, format('no rows of this slice, which %s has', m.source))
        FROM missing AS m
        LEFT JOIN mlops_internal.expanded_rules(def) AS r ON r.metric = 'n' AND (r.rule ->> 'slices')::boolean
        LEFT JOIN LATERAL mlops_internal.judge(r.rule, mlops_internal.subject('n', NULL, m.slice_column, m.slice_value),
                                      'n', 0, m.n_reference, NULL, 0, def.min_rows) AS j
               ON r.rule IS NOT NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.vanished_slices(mlops.monitor_version, timestamptz, timestamptz) IS
    'slices without rows in a stored window that the reference or the window before has, with the verdict on their '
    'number of rows, 0';

/*
 * A feed that died: no rows in three windows or more, and in more than there
 * ever were without rows before, such as in a night or at a weekend.
 */
CREATE FUNCTION mlops_internal.empty_windows(def mlops.monitor_version, window_lo timestamptz) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (WITH evaluated AS (
            SELECT e.window_lo, e.n FROM mlops.observation AS e
            WHERE e.monitor_id = def.monitor_id AND e.metric = 'evaluation' AND e.column_name IS NULL
              AND e.window_lo < empty_windows.window_lo AND e.verdict <> 'error'
            ORDER BY e.window_lo DESC LIMIT 200
        ), counted AS (
            -- windows without rows that follow each other have the same number of later windows with rows
            SELECT count(*) FILTER (WHERE e.n = 0) AS n, e.later, bool_or(e.n > 0) AS ended
            FROM (SELECT v.n, count(*) FILTER (WHERE v.n > 0) OVER (ORDER BY v.window_lo DESC
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS later FROM evaluated AS v) AS e
            GROUP BY e.later
        )
        SELECT c.n + 1 FROM counted AS c
        WHERE c.later = 0 AND c.ended AND c.n + 1 >= 3
          AND c.n + 1 > (SELECT coalesce(max(x.n), 0) FROM counted AS x WHERE x.later > 0));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.empty_windows(mlops.monitor_version, timestamptz) IS
    'windows in a row without rows, a window without rows at "window_lo" included, when that is not usual: three or '
    'more, and more than in the last 200 windows; else NULL';

/* Could the window be evaluated, and does it say something? */
CREATE FUNCTION mlops_internal.judge_evaluation(def mlops.monitor_version, window_lo timestamptz, n bigint,
    OUT verdict text, OUT message text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN n = 0 AND e.n_windows IS NULL THEN 'no_data'
                    WHEN n = 0 OR r.missing THEN 'warning' ELSE 'ok' END,
               CASE WHEN n = 0 THEN concat('no rows', ' in ' || e.n_windows || ' windows in a row')
                    WHEN r.missing THEN concat('the reference has no rows: ',
                        coalesce(def.reference_relation_name, def.relation_name),
                                               ' from ' || def.reference_from, ' before ' || def.reference_to) END
        FROM (SELECT num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0
                 AND NOT mlops_internal.has_baseline(def) AS missing) AS r,
             (SELECT CASE WHEN judge_evaluation.n = 0
                 -- a check on the number of rows says it better
                 AND NOT EXISTS (SELECT FROM mlops_internal.expanded_rules(def) AS x WHERE x.metric = 'n')
                 THEN mlops_internal.empty_windows(def, judge_evaluation.window_lo) END AS n_windows) AS e
    $$;
COMMENT ON FUNCTION mlops_internal.judge_evaluation(mlops.monitor_version, timestamptz, bigint) IS
    'verdict of an evaluation that read n rows: no_data for none, warning when there is unusually long none, or the '
    'reference has none';

/*
 * The observations of a window from what is stored of it: all of them, or those that
 * labels change; "failures" are checks of quality that could not be read.  Without rollups
 * (NULL) only what checks name is measured, and the others stay as they are.
 */
CREATE FUNCTION mlops_internal.judge_window(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    failures jsonb, labels_only boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        -- a number that was not there when the window was first reported comes later
        reported CONSTANT boolean := EXISTS (
            SELECT FROM mlops.observation AS o
            WHERE o.monitor_id = def.monitor_id AND o.window_lo = judge_window.window_lo
              AND o.window_hi = judge_window.window_hi AND o.version = def.version AND o.metric = 'n'
              AND o.slice_column IS NULL);
        -- asked once, not of each observation
        of_labels CONSTANT text[] := CASE WHEN labels_only THEN mlops_internal.label_metrics(def) END;
        kept bigint[];
        drift mlops_internal.statistic[];
    BEGIN
        IF NOT labels_only THEN
            drift := mlops_internal.store_drift(def, judge_window.window_lo, judge_window.window_hi);
        END IF;
        WITH fresh AS (
            SELECT j.*, NULL::jsonb AS detail, NULL::boolean AS holds
            FROM mlops_internal.judged(def, judge_window.window_lo, judge_window.window_hi, labels_only) AS j
            WHERE NOT labels_only OR j.column_name IS NULL OR j.column_name = def.label_column
            UNION ALL
            SELECT q.slice_column, q.slice_value, q.column_name, q.metric, q.reference, q.value, NULL, NULL, q.p_value,
                q.p_adjusted, q.n, q.reference_value, q.rule, q.verdict, q.message, q.detail, NULL
            FROM mlops_internal.judged_quality(def, judge_window.window_lo, judge_window.window_hi, failures) AS q
            WHERE NOT labels_only
            UNION ALL
            SELECT d.slice_column, d.slice_value, d.column_name, d.metric, d.reference, d.value, NULL, NULL, d.p_value,
                d.p_adjusted, d.n, NULL, d.rule, d.verdict, d.message, d.detail, d.holds
            FROM unnest(drift) AS d
            UNION ALL
            SELECT NULL, NULL, NULL, 'evaluation', NULL, NULL, NULL, NULL, NULL, NULL, s.n, NULL, NULL, e.verdict,
                e.message, NULL, NULL
            FROM mlops.window_summary AS s,
                 LATERAL mlops_internal.judge_evaluation(def, judge_window.window_lo, s.n) AS e
            WHERE s.monitor_id = def.monitor_id AND s.window_lo = judge_window.window_lo
              AND s.window_hi = judge_window.window_hi AND s.slice_column IS NULL AND s.kind = 'rows'
            UNION ALL
            SELECT v.slice_column, v.slice_value, NULL, 'n', NULL, 0, NULL, NULL, NULL, NULL, 0, v.reference_value,
                v.rule, v.verdict, v.message, NULL, NULL
            FROM mlops_internal.vanished_slices(def, judge_window.window_lo, judge_window.window_hi) AS v
        ), stored AS (
            INSERT INTO mlops.observation AS had
                (monitor_id, version, window_lo, window_hi, slice_column, slice_value, column_name, metric, reference,
                 value, lower, upper, p_value, p_adjusted, n, reference_value, rule, verdict, message, first_value,
                     restated_at, detail, holds)
            SELECT def.monitor_id, def.version, judge_window.window_lo, judge_window.window_hi,
                   f.slice_column, f.slice_value, f.column_name, f.metric, f.reference,
                   f.value, f.lower, f.upper, f.p_value, f.p_adjusted, f.n, f.reference_value, f.rule, f.verdict,
                       f.message,
                   CASE WHEN NOT reported THEN f.value END, CASE WHEN reported THEN now() END, f.detail, f.holds
            FROM fresh AS f
            ORDER BY f.slice_column NULLS FIRST, f.slice_value COLLATE "C" NULLS FIRST, f.column_name NULLS FIRST,
                f.metric COLLATE "C", f.reference
            ON CONFLICT ON CONSTRAINT observation_key DO UPDATE SET
                version = excluded.version, value = excluded.value, lower = excluded.lower, upper = excluded.upper,
                p_value = excluded.p_value, p_adjusted = excluded.p_adjusted, n = excluded.n,
                    reference_value = excluded.reference_value,
                rule = excluded.rule, verdict = excluded.verdict, message = excluded.message,
                detail = excluded.detail, holds = excluded.holds,
                restated_at = CASE WHEN had.value IS DISTINCT FROM excluded.value THEN now() ELSE had.restated_at END
            RETURNING had.observation_id
        )
        SELECT array_agg(s.observation_id) INTO kept FROM stored AS s;
        PERFORM mlops_internal.judge_seasons(def, judge_window.window_lo, judge_window.window_hi);
        PERFORM mlops_internal.judge_formulas(def, judge_window.window_lo, judge_window.window_hi);
        DELETE FROM mlops.observation AS o
        WHERE o.monitor_id = def.monitor_id AND o.window_lo = judge_window.window_lo
            AND o.window_hi = judge_window.window_hi
          AND o.observation_id <> ALL (kept) AND def.rollups IS NOT NULL
          AND (NOT labels_only OR o.metric = ANY (of_labels));
        PERFORM mlops_internal.judge_slices(def, judge_window.window_lo, judge_window.window_hi);
        RETURN cardinality(kept);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_window FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_window(mlops.monitor_version, timestamptz, timestamptz, jsonb, boolean) IS
    'compute and judge the observations of a window from its stored summaries and return their number; its monitor is '
    'locked';

CREATE FUNCTION mlops_internal.store_window(monitor_id bigint, version integer, window_lo timestamptz,
    window_hi timestamptz, summaries mlops_internal.summary_row[],
    failures jsonb DEFAULT '[]',
    counts mlops_internal.label_counts DEFAULT NULL, arrived mlops_internal.label_arrival[] DEFAULT NULL,
    now timestamptz DEFAULT now(), labels_only boolean DEFAULT false,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS bigint
    -- what is asked here is large and asked of each window: planning it anew costs more than it gains
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
        def mlops.monitor_version;
        n bigint;
        labels mlops.label_window;
    BEGIN
        IF m.version <> store_window.version THEN
            RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
                MESSAGE = format('monitor "%s" was changed while a window was evaluated', m.name),
                HINT = 'Evaluate the window again.';
        END IF;
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        def.checks := mlops_internal.checks_of(def.checks, NULL, NULL);
        IF mlops_internal.awaits_labels(def) THEN
            labels := mlops_internal.note_labels(def, window_lo, window_hi, counts, now);
            IF arrived IS NOT NULL THEN
                PERFORM mlops_internal.note_arrivals(def, arrived, window_lo, now);
            END IF;
        END IF;
        DELETE FROM mlops.window_summary AS w
        WHERE w.monitor_id = m.monitor_id AND w.window_lo = store_window.window_lo
            AND w.window_hi = store_window.window_hi
            -- the kinds are looked at once, not with each row: summaries are large
            AND (NOT labels_only OR (w.kind, coalesce(w.column_name, '')) IN (
                SELECT s.kind, coalesce(s.column_name, '') FROM unnest(summaries) AS s));
        INSERT INTO mlops.window_summary
            (monitor_id, version, window_lo, window_hi, slice_column, slice_value, column_name, kind, n, n_labelled,
                n_invalid, summary)
        SELECT m.monitor_id, m.version, store_window.window_lo, store_window.window_hi,
               s.slice_column, s.slice_value, s.column_name, s.kind, s.n, s.n_labelled, s.n_invalid, s.summary
        FROM unnest(summaries) AS s;
        n := mlops_internal.judge_window(def, store_window.window_lo, store_window.window_hi, failures, labels_only);
        PERFORM mlops_internal.judge_labels(def, labels, mlops_internal.label_metrics(def), window_lo, window_hi, now);
        RETURN n + mlops_internal.store_rollups(m.monitor_id, m.version, store_window.window_lo);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_window(bigint, integer, timestamptz, timestamptz,
    mlops_internal.summary_row[], jsonb, mlops_internal.label_counts, mlops_internal.label_arrival[],
    timestamptz, boolean, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_window(bigint, integer, timestamptz, timestamptz,
        mlops_internal.summary_row[], jsonb, mlops_internal.label_counts, mlops_internal.label_arrival[],
        timestamptz, boolean, mlops_internal.caller) IS
    'keep the summaries of a window, compute and judge its observations and return their number; called by '
    'mlops.evaluate; raises 42704 for others'' monitors, 40001 when the definition changed meanwhile';

CREATE FUNCTION mlops_internal.record_failure(
    monitor_id bigint, window_lo timestamptz, window_hi timestamptz, sqlstate text, message text,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
    BEGIN
        INSERT INTO mlops.observation
            (monitor_id, version, window_lo, window_hi, metric, verdict, message)
        VALUES (m.monitor_id, m.version, record_failure.window_lo, record_failure.window_hi, 'evaluation', 'error',
                left(format('%s: %s', record_failure.sqlstate, record_failure.message), 1000))
        ON CONFLICT ON CONSTRAINT observation_key DO UPDATE SET
            version = excluded.version, verdict = excluded.verdict, message = excluded.message;
        -- a coarser window waits for no other outcome
        PERFORM mlops_internal.store_rollups(m.monitor_id, m.version, record_failure.window_lo);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.record_failure IS 'mlops.record_failure on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.record_failure FROM PUBLIC;

CREATE FUNCTION mlops.record_failure(
    monitor_id bigint, window_lo timestamptz, window_hi timestamptz, sqlstate text, message text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.record_failure(monitor_id, window_lo, window_hi, sqlstate, message, mlops_internal.caller());
COMMENT ON FUNCTION mlops.record_failure IS
    'note that a window could not be evaluated: its observation "evaluation" gets the verdict error and the message, '
    'numbers of an earlier evaluation stay; raises 42704 for others'' monitors';
REVOKE ALL ON FUNCTION mlops.record_failure FROM PUBLIC;

/*
 * Numbers of a window beside those of its past: any metric whose check has alpha,
 * size or reference and no limits, and estimates of performance.
 *
 * A number is compared with the median of the 8 last of its season, and a spread that
 * 90 windows together have.  Performance has no season: it is compared with the
 * reference, or with the median of the past, and only worse is bad.  Both must be
 * more than chance, and more than the size that matters.
 */
CREATE FUNCTION mlops_internal.season_rules(def mlops.monitor_version)
    RETURNS TABLE (metric text, column_name name, rule jsonb, transform text, performance boolean, relative boolean,
        direction text, alpha double precision[], size double precision[], source text)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT r.metric, r.column_name, r.rule, t.transform, p.performance,
               p.performance AND coalesce(p.range NOT LIKE '%1]', true), p.direction,
               ARRAY[coalesce((r.rule #>> '{alpha,0}')::float8, 0.01), coalesce((r.rule #>> '{alpha,1}')::float8,
                   (r.rule #>> '{alpha,0}')::float8 / 10, 0.001)],
               ARRAY[g.size, coalesce((r.rule #>> '{size,1}')::float8, 2 * g.size)], r.source
        FROM mlops_internal.expanded_rules(def) AS r
        JOIN mlops.monitor_metrics() AS m ON m.metric = r.source
        CROSS JOIN LATERAL (SELECT CASE WHEN r.source = 'n' OR r.source ~ '^n_' THEN 'ln'
            WHEN r.source ~ '_rate$' OR r.source = 'label_coverage' THEN 'logit' ELSE 'identity' END AS transform) AS t
        CROSS JOIN LATERAL (SELECT m.cause = 'performance' AS performance, (
            SELECT d.direction FROM mlops.metric_definition AS d
            WHERE d.name = regexp_replace(r.source, '^cbpe_', '') LIMIT 1) AS direction, (
            SELECT d.range FROM mlops.metric_definition AS d
            WHERE d.name = regexp_replace(r.source, '^cbpe_', '') LIMIT 1) AS range) AS p
        CROSS JOIN LATERAL (SELECT coalesce((r.rule #>> '{size,0}')::float8, CASE WHEN NOT p.performance THEN 0
            WHEN p.range LIKE '%1]' THEN 0.02 ELSE 0.05 END) AS size) AS g
        WHERE NOT r.rule ?| '{warning,critical}' AND m.summary <> 'drift' AND m.family <> 'drift'
          AND (r.rule ?| '{alpha,size,reference}' OR m.family = 'estimate');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.season_rules(mlops.monitor_version) IS
    'checks that judge numbers by their past, with defaults: for performance a margin of 0.02, or 5 percent of a loss';

/* The past of numbers: the last 90 windows that were good, with their seasons. */
CREATE FUNCTION mlops_internal.scalar_past(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    metrics text[], slices text[])
    RETURNS TABLE (slice_column text, slice_value text, column_name name, metric text, reference text,
        history double precision[], phases double precision[], k integer, accepted boolean)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH season AS MATERIALIZED (
            SELECT mlops_internal.phase_kind(def, window_lo, NULL) AS kind
        ), holiday AS MATERIALIZED (
            SELECT DISTINCT h.day FROM mlops_internal.holidays(def) AS h
        ), excluded AS MATERIALIZED (
            SELECT e.excluded_from, e.excluded_to FROM mlops.excluded_windows AS e WHERE e.monitor_id = def.monitor_id
        ), bad AS MATERIALIZED (
            SELECT b.*, m.metric FROM unnest(metrics) AS m(metric), LATERAL mlops_internal.bad_windows(def.monitor_id,
                m.metric, window_lo - 180 * def.granularity, window_lo) AS b
        ), accepted AS MATERIALIZED (
            SELECT * FROM mlops_internal.accepted(def.monitor_id, window_lo)
        ), good AS MATERIALIZED (
            SELECT a.since IS NOT NULL AS accepted,
                   o.slice_column, o.slice_value, o.column_name, o.metric, o.reference, o.value, o.window_lo
            FROM mlops.observation AS o
            LEFT JOIN accepted AS a ON a.metric = o.metric
                AND a.slice_key = mlops_internal.slice_key(o.slice_column, o.slice_value, o.column_name)
            WHERE o.monitor_id = def.monitor_id AND o.metric = ANY (metrics) AND o.value <> 'NaN'
              AND (a.since IS NULL OR o.window_lo >= a.since)
              AND (o.slice_column IS NULL OR o.slice_column = ANY (slices)) AND o.window_hi <= scalar_past.window_lo
              AND o.window_lo >= scalar_past.window_lo - 180 * def.granularity
              AND (o.window_hi - o.window_lo) BETWEEN 0.85 * (scalar_past.window_hi - scalar_past.window_lo)
                  AND 1.15 * (scalar_past.window_hi - scalar_past.window_lo)
              AND NOT EXISTS (SELECT FROM bad AS b WHERE b.metric = o.metric AND b.window_lo = o.window_lo
                  AND b.window_hi = o.window_hi AND b.column_name IS NOT DISTINCT FROM o.column_name
                  AND b.slice_column IS NOT DISTINCT FROM o.slice_column
                  AND b.slice_value IS NOT DISTINCT FROM o.slice_value)
              AND NOT EXISTS (SELECT FROM excluded AS e
                              WHERE e.excluded_from < o.window_hi AND e.excluded_to > o.window_lo)
        ), near AS MATERIALIZED (
            -- a season is asked of each window once, not of each number
            SELECT w.window_lo, mlops_internal.phase_number(w.window_lo, def.time_zone, season.kind)::float8 AS phase
            FROM season, (SELECT DISTINCT g.window_lo FROM good AS g) AS w
            WHERE (w.window_lo AT TIME ZONE def.time_zone)::date NOT IN (SELECT h.day FROM holiday AS h)
        ), past AS (
            SELECT g.*, n.phase,
                   row_number() OVER (PARTITION BY g.slice_column, g.slice_value, g.column_name, g.metric, g.reference
                                      ORDER BY g.window_lo DESC) AS age
            FROM good AS g JOIN near AS n USING (window_lo)
        )
        SELECT p.slice_column, p.slice_value, p.column_name, p.metric, p.reference,
               array_agg(p.value ORDER BY p.window_lo), array_agg(p.phase ORDER BY p.window_lo), count(*)::integer,
               bool_or(p.accepted)
        FROM past AS p WHERE p.age <= 90 GROUP BY 1, 2, 3, 4, 5;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.scalar_past(mlops.monitor_version, timestamptz, timestamptz, text[], text[]) IS
    'values of metrics in the 90 windows before one that were not bad, excluded or holidays, oldest first, with the '
    'season of each; after an accepted change none from before it';

/* Why an estimate of performance is not to be believed in a window; NULL when it is. */
CREATE FUNCTION mlops_internal.estimate_doubt(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT coalesce(
            (SELECT format('not to be trusted: %s of %s is out of the range of the reference',
                        mlops_internal.rounded(o.value, 2), o.column_name)
             FROM mlops.observation AS o
             WHERE o.monitor_id = def.monitor_id AND o.window_lo = estimate_doubt.window_lo
               AND o.window_hi = estimate_doubt.window_hi AND o.metric = 'out_of_range' AND o.slice_column IS NULL
               AND o.value > 0.05
             ORDER BY o.value DESC, o.column_name LIMIT 1),
            (SELECT format('not to be trusted: calibration error %s on the last labels',
                mlops_internal.rounded(e.error, 2))
             FROM (SELECT mlops.expected_calibration_error(w.summary::mlops.scores) AS error
                   FROM mlops.window_summary AS w
                   JOIN mlops.window_summary AS r ON r.monitor_id = w.monitor_id AND r.window_lo = w.window_lo
                       AND r.window_hi = w.window_hi AND r.kind = 'rows' AND r.slice_column IS NULL
                   WHERE w.monitor_id = def.monitor_id AND w.kind = 'scores' AND w.slice_column IS NULL
                     AND w.window_lo >= estimate_doubt.window_lo - 90 * def.granularity
                     AND w.window_hi <= estimate_doubt.window_lo AND r.n_labelled >= 0.95 * r.n AND r.n_labelled >= 500
                   ORDER BY w.window_lo DESC LIMIT 1) AS e
             WHERE e.error > 0.05)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.estimate_doubt(mlops.monitor_version, timestamptz, timestamptz) IS
    'why estimates of a stored window are not judged: values out of range, or scores that the last labels show to be '
    'badly calibrated; NULL when they are';

/* One number beside its past. */
CREATE FUNCTION mlops_internal.scalar_band(value double precision, standard_error double precision, n bigint,
    reference_value double precision, history double precision[], phases double precision[], phase double precision,
    transform text, performance boolean, relative boolean, direction text,
    OUT expected double precision, OUT sigma double precision, OUT t double precision, OUT p_value double precision,
    OUT change double precision)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        band record;
        spread double precision;
    BEGIN
        IF performance THEN
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) INTO expected FROM unnest(history) AS x;
            SELECT 1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(x - expected)) INTO spread
            FROM unnest(history) AS x;
            expected := coalesce(reference_value, expected);
            -- what the past varied holds its sampling already
            sigma := greatest(standard_error, spread);
            t := CASE WHEN sigma > 0 THEN (value - expected) / sigma END;
        ELSE
            SELECT * INTO band FROM mlops.seasonal_band(value, phase, coalesce(history, '{}'), coalesce(phases, '{}'),
                transform, CASE WHEN transform = 'logit' THEN n END, standard_error);
            expected := band.expected;
            sigma := band.sigma;
            t := band.t;
            -- the spread is a median of few: as for drift, t squared goes by F(1, 0.4 k), medians brought together
            p_value := mlops.drift_pvalue(t * t / 0.454936423119573, 1, 0, 0, 1, 0.4 * band.k);
        END IF;
        change := CASE WHEN transform = 'ln' THEN CASE WHEN value < expected THEN expected / nullif(value, 0) - 1
                           ELSE value / nullif(expected, 0) - 1 END
                       WHEN relative THEN (value - expected) / nullif(expected, 0)
                       ELSE value - expected END;
        change := CASE WHEN transform = 'ln' AND value = 0 AND expected > 0 THEN 'Infinity'
                       WHEN direction = 'higher' THEN -change WHEN direction = 'lower' THEN change
                       ELSE abs(change) END;
        p_value := CASE WHEN performance THEN mlops.normal_pvalue(t) ELSE p_value END;
        -- only worse is bad
        IF direction IN ('higher', 'lower') THEN
            p_value := CASE WHEN change > 0 THEN p_value / 2 ELSE 1 - p_value / 2 END;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.scalar_band IS
    'what was expected of a number by its past, how many spreads off it is, how likely that is by chance and how large '
    'the change for the worse';

CREATE FUNCTION mlops_internal.judge_seasons(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        WITH rules AS MATERIALIZED (
            -- performance of slices is held against the rest of their window, but of versions
            SELECT r.*, CASE WHEN (r.rule ->> 'slices')::boolean THEN ARRAY(
                       SELECT s ->> 'name' FROM jsonb_array_elements(def.slices) AS s
                       WHERE s -> 'version' = 'true' OR NOT r.performance) ELSE '{}' END AS slices
            FROM mlops_internal.season_rules(def) AS r
        ), present AS MATERIALIZED (
            SELECT mlops_internal.phase_number(judge_seasons.window_lo, def.time_zone,
                       mlops_internal.phase_kind(def, judge_seasons.window_lo, NULL))::float8 AS phase,
                   EXISTS (SELECT FROM mlops_internal.holidays(def) AS h WHERE h.day
                       = (judge_seasons.window_lo AT TIME ZONE def.time_zone)::date) AS holiday
        ), measured AS MATERIALIZED (
            SELECT o.observation_id, o.slice_column, o.slice_value, o.column_name, o.metric, o.value, o.n,
                o.label_state,
                   o.reference_value, r.rule, r.performance, r.alpha, r.size, r.source, p.k, b.*,
                   CASE WHEN r.source ~ '^cbpe_' THEN mlops_internal.estimate_doubt(def, judge_seasons.window_lo,
                       judge_seasons.window_hi) END AS doubt,
                   CASE WHEN r.source ~ '^cbpe_' THEN (
                       SELECT x.verdict FROM mlops.observation AS x
                       WHERE x.monitor_id = o.monitor_id AND x.window_lo = o.window_lo AND x.window_hi = o.window_hi
                         AND x.metric = regexp_replace(r.source, '^cbpe_', '')
                         AND x.slice_column IS NOT DISTINCT FROM o.slice_column
                         AND x.slice_value IS NOT DISTINCT FROM o.slice_value
                         AND x.label_state IN ('final', 'corrected')) END AS realised
            FROM rules AS r
            CROSS JOIN present
            JOIN mlops.observation AS o ON o.monitor_id = def.monitor_id AND o.window_lo = judge_seasons.window_lo
                AND o.window_hi = judge_seasons.window_hi AND o.metric = r.metric
                AND o.column_name IS NOT DISTINCT FROM r.column_name
                AND (o.slice_column IS NULL OR o.slice_column = ANY (r.slices))
            LEFT JOIN mlops_internal.scalar_past(def, judge_seasons.window_lo, judge_seasons.window_hi,
                ARRAY(SELECT x.metric FROM rules AS x),
                ARRAY(SELECT DISTINCT s FROM rules AS x, unnest(x.slices) AS s)) AS p ON p.metric = o.metric
                AND p.column_name IS NOT DISTINCT FROM o.column_name AND p.slice_column IS NOT DISTINCT FROM
                    o.slice_column
                AND p.slice_value IS NOT DISTINCT FROM o.slice_value AND p.reference IS NOT DISTINCT FROM o.reference
            CROSS JOIN LATERAL mlops_internal.scalar_band(o.value, CASE WHEN r.performance
                THEN (o.upper - o.lower) / 3.919927969080109 END, o.n, CASE WHEN p.accepted IS NOT TRUE
                THEN o.reference_value END, p.history, p.phases,
                present.phase, r.transform, r.performance, r.relative, r.direction) AS b
            WHERE o.verdict = 'ok' AND NOT present.holiday
        ), adjusted AS (
            SELECT m.*, m.p_value AS p, (mlops.p_adjust(array_agg(m.p_value) OVER family))[row_number() OVER (
                       PARTITION BY m.metric, m.slice_column, m.slice_value ORDER BY m.column_name,
                           m.observation_id)] AS q
            FROM measured AS m
            WINDOW family AS (PARTITION BY m.metric, m.slice_column, m.slice_value
                              ORDER BY m.column_name, m.observation_id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), judged AS (
            SELECT a.*, coalesce(a.k, 0) >= 14 AS calibrated,
                   CASE WHEN a.doubt IS NOT NULL AND a.realised IS NULL THEN 'no_data'
                        WHEN a.realised IN ('ok', 'warning', 'critical') THEN a.realised
                        WHEN a.p IS NULL THEN 'no_data'
                        WHEN a.q < a.alpha[2] AND a.change >= a.size[2] AND a.size[2] > 0 AND coalesce(a.k, 0) >= 14
                            AND a.label_state IS DISTINCT FROM 'provisional' THEN 'critical'
                        WHEN a.q < a.alpha[1] AND a.change >= a.size[1] THEN 'warning' ELSE 'ok' END AS new_verdict
            FROM adjusted AS a
        )
        UPDATE mlops.observation AS o
        SET verdict = CASE WHEN j.new_verdict = 'critical' AND o.detail ->> 'n_missing_windows' <> '0' THEN 'warning'
                ELSE j.new_verdict END, p_value = j.p, p_adjusted = j.q,
            holds = j.new_verdict = 'ok' AND j.q < j.alpha[1] AND j.change >= 0.7 * j.size[1] AND j.size[1] > 0,
            message = CASE WHEN j.doubt IS NOT NULL AND j.realised IS NULL THEN j.doubt
                WHEN j.realised IS NOT NULL THEN 'the labels have come: they decide'
                WHEN j.p IS NULL THEN 'no past to compare with'
                WHEN j.new_verdict <> 'ok' THEN concat_ws('; ', format('%s is %s, expected %s, adjusted p %s',
                    mlops_internal.subject(j.metric, j.column_name, j.slice_column, j.slice_value),
                    mlops_internal.rounded(j.value, 4), mlops_internal.rounded(j.expected, 4),
                    mlops_internal.rounded(j.q, 2)),
                    CASE WHEN NOT j.calibrated THEN format('not calibrated: %s of 14 windows', coalesce(j.k, 0)) END)
                WHEN NOT j.calibrated THEN format('not calibrated: %s of 14 windows', coalesce(j.k, 0)) END,
            -- of a merged window what it is made of
            detail = coalesce(o.detail, '{}') || jsonb_strip_nulls(jsonb_build_object('expected', j.expected,
                'sigma', j.sigma, 't', j.t, 'k', j.k,
                'change', CASE WHEN j.change < 'Infinity' THEN j.change END, 'p', j.p, 'q', j.q,
                'calibrated', j.calibrated))
        FROM judged AS j WHERE j.observation_id = o.observation_id;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.judge_seasons(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.judge_seasons(mlops.monitor_version, timestamptz, timestamptz) IS
    'verdicts of the checks of a stored window that judge a number by its past';

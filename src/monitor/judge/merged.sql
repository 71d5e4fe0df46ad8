/*
 * Judging windows that are made of others: coarser ones and rolling ones.
 *
 * They are merged with the window that completes them and in its transaction, and
 * again when one of theirs is evaluated again.  A check judges one granularity, so
 * a condition has one history.
 */
/*
 * Rolling windows overlap, and their p-values with them: those of one block of n windows
 * are one family.
 */
CREATE FUNCTION mlops_internal.block_p_values(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, reference text, p_value double precision)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        block CONSTANT integer := (SELECT max((c ->> 'rolling')::integer) FROM jsonb_array_elements(def.checks) AS c);
        k bigint;
    BEGIN
        IF block IS NULL THEN
            RETURN;
        END IF;
        k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone,
            window_hi - interval '1 microsecond');
        RETURN QUERY
            SELECT o.slice_column, o.slice_value, o.reference, o.p_value FROM mlops.observation AS o
            WHERE o.monitor_id = def.monitor_id AND (o.rule ->> 'rolling')::integer = block AND o.p_value IS NOT NULL
              AND o.metric IN (SELECT coalesce(c ->> 'name', c ->> 'metric')
                               FROM jsonb_array_elements(def.checks) AS c WHERE c ? 'rolling')
              AND o.window_lo < block_p_values.window_lo AND o.window_hi < block_p_values.window_hi
              AND o.window_hi > mlops_internal.window_start(def.start_at, def.granularity, def.time_zone,
                  (floor(k::numeric / block) * block)::bigint);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.block_p_values(mlops.monitor_version, timestamptz, timestamptz) IS
    'p-values of the rolling windows before this one that are of its block, of n windows from the first on';

CREATE FUNCTION mlops_internal.store_merged(def mlops.monitor_version, w record, n_missing bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        reported CONSTANT boolean := EXISTS (
            SELECT FROM mlops.observation AS o WHERE o.monitor_id = def.monitor_id AND o.window_lo = w.merged_lo
                AND o.window_hi = w.merged_hi AND o.version = def.version);
        coarse CONSTANT boolean := w.granularities <> '{}';
        facts CONSTANT jsonb := jsonb_build_object('n_windows', w.n_windows, 'n_missing_windows', n_missing);
        span CONSTANT interval := CASE WHEN coarse THEN w.granularities[1]::interval END;
        drift mlops_internal.statistic[] := '{}';
        kept bigint[];
    BEGIN
        IF coarse THEN
            drift := mlops_internal.store_drift(def, w.merged_lo, w.merged_hi, span);
        END IF;
        WITH judged AS (
            SELECT j.*, NULL::boolean AS holds, NULL::jsonb AS detail
            FROM mlops_internal.judged(def, w.merged_lo, w.merged_hi) AS j WHERE coarse OR j.rule IS NOT NULL
            UNION ALL
            SELECT s.slice_column, s.slice_value, s.column_name, s.metric, s.reference, s.value, NULL, NULL, s.p_value,
                s.p_adjusted, s.n, NULL, s.rule, s.verdict, s.message, s.holds, s.detail
            FROM unnest(drift) AS s
        ), stored AS (
            INSERT INTO mlops.observation AS had
                (monitor_id, version, window_lo, window_hi, slice_column, slice_value, column_name, metric, reference,
                 value, lower, upper, p_value, p_adjusted, n, reference_value, rule, verdict, message, first_value,
                 restated_at, holds, detail)
            SELECT def.monitor_id, def.version, w.merged_lo, w.merged_hi, j.slice_column, j.slice_value, j.column_name,
                   j.metric, j.reference, j.value, j.lower, j.upper, j.p_value, j.p_adjusted, j.n, j.reference_value,
                   j.rule,
                   CASE WHEN j.rule IS NOT NULL THEN CASE WHEN n_missing > 0 AND j.verdict = 'critical' THEN 'warning'
                       ELSE j.verdict END END,
                   CASE WHEN j.rule IS NOT NULL THEN concat_ws('; ', j.message, CASE WHEN n_missing > 0
                       THEN format('%s of %s windows are missing', n_missing, w.n_windows) END) END,
                   CASE WHEN NOT reported THEN j.value END, CASE WHEN reported THEN now() END,
                   j.holds, coalesce(j.detail, '{}') || CASE WHEN j.rule ? 'rolling'
                       THEN jsonb_build_object('rolling', j.rule -> 'rolling')
                       ELSE jsonb_build_object('granularity', w.granularities[1]) END || facts
            FROM judged AS j
            ORDER BY j.slice_column NULLS FIRST, j.slice_value COLLATE "C" NULLS FIRST, j.column_name NULLS FIRST,
                j.metric COLLATE "C", j.reference
            ON CONFLICT ON CONSTRAINT observation_key DO UPDATE SET
                version = excluded.version, value = excluded.value, lower = excluded.lower, upper = excluded.upper,
                p_value = excluded.p_value, p_adjusted = excluded.p_adjusted, n = excluded.n,
                reference_value = excluded.reference_value, rule = excluded.rule, verdict = excluded.verdict,
                message = nullif(excluded.message, ''), holds = excluded.holds, detail = excluded.detail,
                restated_at = CASE WHEN had.value IS DISTINCT FROM excluded.value THEN now() ELSE had.restated_at END
            RETURNING had.observation_id
        )
        SELECT coalesce(array_agg(s.observation_id), '{}') INTO kept FROM stored AS s;
        DELETE FROM mlops.observation AS o
        WHERE o.monitor_id = def.monitor_id AND o.window_lo = w.merged_lo AND o.window_hi = w.merged_hi
          AND o.observation_id <> ALL (kept);
        IF coarse THEN
            def.granularity := span;
            PERFORM mlops_internal.judge_seasons(def, w.merged_lo, w.merged_hi);
        END IF;
        PERFORM mlops_internal.judge_slices(def, w.merged_lo, w.merged_hi);
        RETURN cardinality(kept);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_merged(mlops.monitor_version, record, bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_merged(mlops.monitor_version, record, bigint) IS
    'measure and judge a row of merged_windows by a definition with its checks only, and return the number of '
    'observations; where windows are missing it is a warning at most';

/*
 * After a window: what it completes, or restates.  What cannot be merged is an error of the
 * checks that would have judged it, not of the window.
 */
CREATE FUNCTION mlops_internal.store_rollups(monitor_id bigint, version integer, window_lo timestamptz) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        part mlops.monitor_version;
        w record;
        total bigint := 0;
        found bigint;
        pruned boolean;
    BEGIN
        SELECT * INTO d FROM mlops.monitor_version AS v
        WHERE v.monitor_id = store_rollups.monitor_id AND v.version = store_rollups.version;
        FOR w IN SELECT * FROM mlops_internal.merged_windows(d, store_rollups.window_lo) LOOP
            part := d;
            part.checks := mlops_internal.checks_of(d.checks, w.granularities, w.rolling);
            -- of rolling windows only what checks name is measured
            IF w.granularities = '{}' THEN
                part.rollups := NULL;
            END IF;
            SELECT count(*) INTO found FROM mlops_internal.mergeable_windows(d, w.merged_lo, w.merged_hi);
            -- summaries that retention has merged into months are not there any more: what was said stays
            SELECT EXISTS (
                SELECT FROM mlops.observation AS o
                WHERE o.monitor_id = d.monitor_id AND o.metric = 'evaluation' AND o.column_name IS NULL
                  AND o.verdict <> 'error' AND o.window_lo >= w.merged_lo AND o.window_hi <= w.merged_hi
                  AND NOT EXISTS (SELECT FROM mlops.window_summary AS s
                                  WHERE s.monitor_id = o.monitor_id AND s.window_lo = o.window_lo
                                    AND s.window_hi = o.window_hi)) INTO pruned;
            CONTINUE WHEN pruned;
            BEGIN
                total := total + mlops_internal.store_merged(part, w, w.n_windows - found);
            EXCEPTION WHEN others THEN
                INSERT INTO mlops.observation AS o
                    (monitor_id, version, window_lo, window_hi, column_name, metric, rule, verdict, message)
                SELECT d.monitor_id, d.version, w.merged_lo, w.merged_hi, r.column_name, r.metric, r.rule, 'error',
                       left(format('%s: %s', SQLSTATE, SQLERRM), 1000)
                FROM mlops_internal.expanded_rules(part) AS r
                ON CONFLICT ON CONSTRAINT observation_key DO UPDATE SET
                    version = excluded.version, rule = excluded.rule, verdict = excluded.verdict,
                    message = excluded.message;
                RAISE WARNING USING ERRCODE = SQLSTATE,
                    MESSAGE = format('windows from %s to %s cannot be merged: %s', w.merged_lo, w.merged_hi, SQLERRM);
            END;
        END LOOP;
        RETURN total;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_rollups(bigint, integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_rollups(bigint, integer, timestamptz) IS
    'merge, measure and judge the coarser and rolling windows that the window which begins at a time completes or is '
    'part of, and return the number of observations';

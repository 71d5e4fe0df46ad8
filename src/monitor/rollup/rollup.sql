/*
 * Rollup: windows that are made of others.
 *
 * Only windows of the granularity are read.  A coarser one, and a rolling one, is
 * the merge of their stored summaries, which gives the same bits as one pass over all its
 * rows.  What is merged is not stored: it can be merged again.
 */
/* The calendar's cell that a time lies in. */
CREATE FUNCTION mlops_internal.calendar_cell(def mlops.monitor_version, coarser interval, at timestamptz,
    OUT lo timestamptz, OUT hi timestamptz)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        months CONSTANT integer := extract(year FROM coarser) * 12 + extract(month FROM coarser);
        days CONSTANT integer := extract(day FROM coarser);
        local CONSTANT timestamp := at AT TIME ZONE def.time_zone;
        origin timestamp;
        n integer;
    BEGIN
        IF months = 0 AND days = 0 THEN
            lo := mlops_internal.window_start(def.start_at, coarser, def.time_zone,
                mlops_internal.window_number(def.start_at, coarser, def.time_zone, at));
            hi := lo + coarser;
            RETURN;
        ELSIF months > 0 THEN
            n := extract(year FROM local) * 12 + extract(month FROM local) - 1;
            n := n - n % months;
            origin := make_timestamp(n / 12, n % 12 + 1, 1, 0, 0, 0);
        ELSE
            -- weeks begin on week_start, other numbers of days with the first window
            origin := CASE WHEN days % 7 = 0 THEN timestamp '1900-01-01' + (def.week_start - 1) * interval '1 day'
                ELSE date_trunc('day', def.start_at AT TIME ZONE def.time_zone) END;
            n := floor(extract(epoch FROM local - origin) / 86400 / days);
            origin := origin + n * coarser;
        END IF;
        lo := mlops_internal.local_instant(origin, def.time_zone);
        hi := mlops_internal.local_instant(origin + coarser, def.time_zone);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.calendar_cell(mlops.monitor_version, interval, timestamptz) IS
    'hours from the first window on; days, weeks, months or years of local time that a time lies in';

/*
 * Windows from number first_k up to, not including, end_k.  Where hours do not fit into a day of 23, a
 * window belongs to the day that it begins in.
 */
CREATE FUNCTION mlops_internal.coarse_window(def mlops.monitor_version, coarser interval, at timestamptz,
    OUT window_lo timestamptz, OUT window_hi timestamptz, OUT first_k bigint, OUT end_k bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        cell record;
    BEGIN
        SELECT * INTO cell FROM mlops_internal.calendar_cell(def, coarser, at);
        first_k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone,
            cell.lo - interval '1 microsecond') + 1;
        end_k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone,
            cell.hi - interval '1 microsecond') + 1;
        window_lo := mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, first_k);
        window_hi := mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, end_k);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.coarse_window(mlops.monitor_version, interval, timestamptz) IS
    'the coarser window that the window which begins at a time is part of, and the numbers of its windows';

/* A window has an outcome when it was evaluated or has failed for good. */
CREATE FUNCTION mlops_internal.has_outcome(def mlops.monitor_version, k bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (SELECT FROM mlops.observation AS o
                       WHERE o.monitor_id = def.monitor_id AND o.metric = 'evaluation' AND o.column_name IS NULL
                         AND o.window_lo = mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k)
                         AND o.window_hi = mlops_internal.window_start(def.start_at, def.granularity, def.time_zone,
                             k + 1))
    $$;
COMMENT ON FUNCTION mlops_internal.has_outcome(mlops.monitor_version, bigint) IS
    'true when window k of a definition was evaluated or has failed for good';

/* What is to be merged, or merged again, after a window: what it is part of and is complete. */
CREATE FUNCTION mlops_internal.merged_windows(def mlops.monitor_version, window_lo timestamptz)
    RETURNS TABLE (merged_lo timestamptz, merged_hi timestamptz, granularities text[], rolling integer[],
        n_windows bigint)
    LANGUAGE plpgsql STABLE ROWS 2 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        WITH base AS MATERIALIZED (
            SELECT mlops_internal.window_number(def.start_at, def.granularity, def.time_zone,
                merged_windows.window_lo) AS k
            WHERE def.rollups <> '{}' OR jsonb_path_exists(def.checks, '$[*].rolling')
        ), made AS (
            SELECT w.window_lo AS lo, w.window_hi AS hi, mlops_internal.granularity_name(r.coarser) AS granularity,
                   NULL::integer AS rolling, w.end_k - w.first_k AS n
            FROM base, unnest(def.rollups) AS r(coarser),
                 mlops_internal.coarse_window(def, r.coarser, merged_windows.window_lo) AS w
            WHERE mlops_internal.has_outcome(def, w.end_k - 1)
            UNION ALL
            SELECT mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, b.k + j - c.n + 1),
                   mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, b.k + j + 1), NULL, c.n,
                   c.n
            FROM base AS b,
                 (SELECT DISTINCT (e ->> 'rolling')::integer AS n
                  FROM jsonb_array_elements(def.checks) AS e WHERE e ? 'rolling') AS c,
                 generate_series(0, c.n - 1) AS j
            WHERE mlops_internal.has_outcome(def, b.k + j)
        )
        SELECT m.lo, m.hi, array_remove(array_agg(m.granularity), NULL), array_remove(array_agg(m.rolling), NULL),
               max(m.n)
        FROM made AS m GROUP BY 1, 2 ORDER BY 2, 1;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.merged_windows(mlops.monitor_version, timestamptz) IS
    'coarser and rolling windows that the window which begins at a time is part of and whose last window has an '
    'outcome, oldest first';

/* Summaries of two versions of a definition are of one kind when they come from the same columns in the same roles. */
CREATE FUNCTION mlops_internal.merges_with(a mlops.monitor_version, b mlops.monitor_version) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (a.relation_name, a.timestamp_column, a.kinds, a.slices, a.time_zone, a.row_key, a.label_history)
                   = (b.relation_name, b.timestamp_column, b.kinds, b.slices, b.time_zone, b.row_key, b.label_history)
           AND (a.task, a.label_column, a.prediction_column, a.score_column, a.threshold, a.group_column,
                a.query_column, a.probability_columns, a.label_time_column, a.label_filter, a.label_relation_name)
                   IS NOT DISTINCT FROM
               (b.task, b.label_column, b.prediction_column, b.score_column, b.threshold, b.group_column,
                b.query_column, b.probability_columns, b.label_time_column, b.label_filter, b.label_relation_name)
           AND (a.label_key, a.label_value, a.label_horizon) IS NOT DISTINCT FROM
               (b.label_key, b.label_value, b.label_horizon)
    $$;
COMMENT ON FUNCTION mlops_internal.merges_with(mlops.monitor_version, mlops.monitor_version) IS
    'true when windows of two versions of a definition are read from the same columns in the same roles';

CREATE FUNCTION mlops_internal.mergeable_windows(def mlops.monitor_version, lo timestamptz, hi timestamptz)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz)
    LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT w.window_lo, w.window_hi FROM mlops.window_summary AS w
        JOIN mlops.monitor_version AS v ON v.monitor_id = w.monitor_id AND v.version = w.version
        WHERE w.monitor_id = def.monitor_id AND w.window_lo >= lo AND w.window_hi <= hi AND w.kind = 'rows'
          AND w.slice_column IS NULL AND mlops_internal.merges_with(v, def)
          AND mlops_internal.is_window(def, w.window_lo, w.window_hi)
    $$;
COMMENT ON FUNCTION mlops_internal.mergeable_windows(mlops.monitor_version, timestamptz, timestamptz) IS
    'windows between two times whose summaries are stored and can be merged with those of the definition';

CREATE FUNCTION mlops_internal.window_summaries(def mlops.monitor_version, lo timestamptz, hi timestamptz,
    kinds text[] DEFAULT NULL) RETURNS SETOF mlops_internal.summary_row
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF mlops_internal.is_window(def, lo, hi) THEN
            RETURN QUERY
                SELECT w.slice_column, w.slice_value, w.column_name, w.kind, w.n, w.n_labelled, w.n_invalid, w.summary
                FROM mlops.window_summary AS w
                WHERE w.monitor_id = def.monitor_id AND w.window_lo = lo AND w.window_hi = hi
                  AND (kinds IS NULL OR w.kind = ANY (kinds));
        ELSE
            RETURN QUERY
                SELECT w.slice_column, w.slice_value, w.column_name, w.kind, sum(w.n)::bigint,
                       sum(w.n_labelled)::bigint, sum(w.n_invalid)::bigint, mlops.merge(w.summary)
                FROM mlops_internal.mergeable_windows(def, lo, hi) AS x
                JOIN mlops.window_summary AS w ON w.monitor_id = def.monitor_id AND w.window_lo = x.window_lo
                    AND w.window_hi = x.window_hi
                WHERE kinds IS NULL OR w.kind = ANY (kinds)
                GROUP BY 1, 2, 3, 4;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.window_summaries(mlops.monitor_version, timestamptz, timestamptz, text[]) IS
    'summaries of a window, or of a time of several windows: then merged; NULL kinds = all';

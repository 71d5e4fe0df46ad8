/*
 * Labels that arrive.  Each evaluation looks once, as the owner, for labels since
 * the last look and an hour more: a transaction that began before may have
 * committed since.  Windows with other labels than that look found are due again.
 */
CREATE FUNCTION mlops_internal.arrival_statement(def mlops.monitor_version, relation regclass, windows_lo timestamptz[],
    windows_hi timestamptz[], since timestamptz, now timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        instant CONSTANT text := mlops_internal.label_instant(def, relation);
        row_at CONSTANT text := mlops_internal.row_instant(def, relation);
        type CONSTANT oid := mlops_internal.column_type(coalesce(def.label_relation, relation), def.label_time_column);
        col CONSTANT text := format(CASE WHEN def.label_relation IS NULL THEN 't.%I' ELSE 'y.%I' END,
            def.label_time_column);
    BEGIN
        RETURN format($q$
WITH late AS MATERIALIZED (
    SELECT width_bucket(%1$s, %2$L::timestamptz[]) AS i, %1$s AS at, %3$s AS label_at
    FROM %4$s
    WHERE %5$s AND %3$s >= %6$L::timestamptz AND %3$s <= %7$L::timestamptz AND %1$s >= %8$L::timestamptz
), newest AS (
    -- of windows that there are: so far is noted as looked at
    SELECT max(l.label_at) AS at FROM late AS l WHERE l.i > 0 AND l.at < (%9$L::timestamptz[])[l.i]
)
SELECT array_agg(ROW((%2$L::timestamptz[])[a.i], (%9$L::timestamptz[])[a.i], a.n, a.n_recent,
                 a.last)::mlops_internal.label_arrival)
FROM (SELECT l.i, count(*) AS n, count(*) FILTER (WHERE l.label_at >= newest.at - interval '1 hour') AS n_recent,
             max(l.label_at) AS last
      FROM late AS l, newest
      WHERE l.i > 0 AND l.at < (%9$L::timestamptz[])[l.i] GROUP BY l.i) AS a$q$,
            row_at, windows_lo, instant,
            CASE WHEN def.label_relation IS NULL THEN format('%s AS t', relation)
                ELSE format('%s AS y JOIN %s AS t ON %s', def.label_relation, relation,
                    (SELECT string_agg(format('t.%I = y.%I', r, l), ' AND ')
                     FROM unnest(def.row_key, def.label_key) AS k(r, l))) END,
            -- the bound on the column itself, which an index serves, may be a change of the clock too low
            CASE WHEN type = 'timestamptz'::regtype THEN 'true'
                ELSE format('%s >= %L::timestamp', col, (since AT TIME ZONE def.time_zone) - interval '1 day') END
                || format(' AND %s IS NOT NULL', CASE WHEN def.label_relation IS NULL
                    THEN format('t.%I', def.label_column) ELSE format('y.%I', def.label_value) END),
            since, now, windows_lo[1], windows_hi);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.arrival_statement(mlops.monitor_version, regclass, timestamptz[], timestamptz[],
        timestamptz, timestamptz) IS
    'the statement that finds which windows have labels that became known in a time: mlops_internal.label_arrival[]';

/* The look of an evaluation, as the owner; NULL when the labels have no times, or were looked for at this time. */
CREATE FUNCTION mlops_internal.arrived_labels(def mlops.monitor_version, relation regclass, now timestamptz)
    RETURNS mlops_internal.label_arrival[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        w record;
        arrived mlops_internal.label_arrival[];
    BEGIN
        IF def.label_time_column IS NULL
            -- one look serves all windows of a time
            OR EXISTS (SELECT FROM mlops.label_window AS x
                       WHERE x.monitor_id = def.monitor_id AND x.evaluated_at = arrived_labels.now) THEN
            RETURN NULL;
        END IF;
        SELECT array_agg(x.window_lo ORDER BY x.window_lo) AS lo, array_agg(x.window_hi ORDER BY x.window_lo) AS hi
        INTO w
        FROM mlops.label_window AS x
        WHERE x.monitor_id = def.monitor_id AND x.window_hi > mlops_internal.label_since(def, arrived_labels.now);
        IF w.lo IS NOT NULL THEN
            EXECUTE mlops_internal.arrival_statement(def, relation, w.lo, w.hi,
                coalesce((SELECT s.seen_upto FROM mlops_internal.label_watermark AS s
                          WHERE s.monitor_id = def.monitor_id), now) - interval '1 hour', now) INTO arrived;
        END IF;
        RETURN coalesce(arrived, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.arrived_labels(mlops.monitor_version, regclass, timestamptz) IS
    'labels that became known since the last look, by evaluated window';

CREATE FUNCTION mlops_internal.note_arrivals(def mlops.monitor_version, arrived mlops_internal.label_arrival[],
    window_lo timestamptz, now timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        upto CONSTANT timestamptz := (SELECT max(a.last_label_at) FROM unnest(arrived) AS a);
    BEGIN
        -- of windows that the look did not find it finds none again; less than a tenth waits for the next age
        UPDATE mlops.label_window AS w
        SET n_recent = a.n_recent, last_label_at = greatest(w.last_label_at, a.last_label_at),
            next_at = CASE WHEN w.window_lo <> note_arrivals.window_lo AND w.evaluated_at < note_arrivals.now
                AND (w.last_label_at IS NULL OR a.last_label_at > w.last_label_at
                     OR a.n > coalesce(w.n_recent, a.n))
                AND (a.n - coalesce(w.n_recent, 0) >= 0.1 * w.n_labellable OR w.next_at IS NULL)
                THEN least(w.next_at, note_arrivals.now) ELSE w.next_at END
        FROM unnest(arrived) AS a
        WHERE w.monitor_id = def.monitor_id AND w.window_lo = a.window_lo AND w.window_hi = a.window_hi;
        IF upto IS NOT NULL THEN
            UPDATE mlops.label_window AS w SET n_recent = 0
            WHERE w.monitor_id = def.monitor_id AND w.n_recent IS DISTINCT FROM 0
              AND w.window_hi > mlops_internal.label_since(def, note_arrivals.now)
              AND NOT EXISTS (SELECT FROM unnest(arrived) AS a WHERE a.window_lo = w.window_lo);
        END IF;
        INSERT INTO mlops_internal.label_watermark AS s (monitor_id, seen_upto)
        VALUES (def.monitor_id, coalesce(upto, note_arrivals.now))
        ON CONFLICT ON CONSTRAINT label_watermark_pkey DO UPDATE SET seen_upto = greatest(s.seen_upto,
            coalesce(upto, s.seen_upto));
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.note_arrivals(mlops.monitor_version, mlops_internal.label_arrival[], timestamptz,
    timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.note_arrivals(mlops.monitor_version, mlops_internal.label_arrival[], timestamptz,
        timestamptz) IS
    'have windows whose labels arrived evaluated again, but for the one that just is, and note how far was looked';

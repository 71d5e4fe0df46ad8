/*
 * Retention: what is kept of each monitor, and how old rows go.
 *
 * Summaries of the newest windows are kept as they are; older ones are merged
 * into one for each month, so that history stays comparable.  Observations, runs,
 * resolved alerts and sent notices go by their age.  What an alert that is not
 * resolved rests on stays, and so does the newest window of a monitor.
 *
 * It is done in portions, of a thousand rows, by the scheduler's cycle, which has
 * notices to send, and at the end of mlops.run_due.
 */

/* The start of the n-th newest stored window, NULL when there are fewer. */
CREATE FUNCTION mlops_internal.nth_window(monitor_id bigint, n integer) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH RECURSIVE stored AS (
            SELECT (SELECT max(w.window_lo) FROM mlops.window_summary AS w
                    WHERE w.monitor_id = nth_window.monitor_id) AS window_lo, 1 AS place
            UNION ALL
            SELECT (SELECT max(w.window_lo) FROM mlops.window_summary AS w
                    WHERE w.monitor_id = nth_window.monitor_id AND w.window_lo < s.window_lo), s.place + 1
            FROM stored AS s WHERE s.place < nth_window.n AND s.window_lo IS NOT NULL
        )
        SELECT s.window_lo FROM stored AS s WHERE s.place = nth_window.n
    $$;
REVOKE ALL ON FUNCTION mlops_internal.nth_window(bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.nth_window(bigint, integer) IS
    'start of a monitor''s n-th newest window with summaries; NULL when there are fewer';

/*
 * Merge the windows of one version between two times, key by key: that of the
 * whole window last, for it says which windows there are.
 */
CREATE FUNCTION mlops_internal.merge_windows(monitor_id bigint, version integer, lo timestamptz, hi timestamptz,
    max_rows bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        starts timestamptz[];
        ends timestamptz[];
        key record;
        n bigint;
        removed bigint := 0;
    BEGIN
        SELECT v.* INTO d FROM mlops.monitor_version AS v
        WHERE v.monitor_id = merge_windows.monitor_id AND v.version = merge_windows.version;
        SELECT array_agg(w.window_lo), array_agg(w.window_hi) INTO starts, ends FROM mlops.window_summary AS w
        WHERE w.monitor_id = d.monitor_id AND w.version = d.version AND w.window_lo >= lo AND w.window_lo < hi
          AND w.slice_column IS NULL AND w.kind = 'rows'
          AND mlops_internal.is_window(d, w.window_lo, w.window_hi);
        FOR key IN
            SELECT w.slice_column, w.slice_value, w.column_name, w.kind FROM mlops.window_summary AS w
            WHERE w.monitor_id = d.monitor_id AND w.version = d.version
              AND (w.window_lo, w.window_hi) IN (SELECT x.a, x.b FROM unnest(starts, ends) AS x (a, b))
            GROUP BY 1, 2, 3, 4
            ORDER BY w.slice_column NULLS LAST, w.slice_value, w.column_name NULLS LAST, w.kind = 'rows', w.kind
        LOOP
            WITH old AS (
                DELETE FROM mlops.window_summary AS w
                WHERE w.monitor_id = d.monitor_id AND w.version = d.version
                  AND (w.window_lo, w.window_hi) IN (SELECT x.a, x.b FROM unnest(starts, ends) AS x (a, b))
                  AND w.slice_column IS NOT DISTINCT FROM key.slice_column
                  AND w.slice_value IS NOT DISTINCT FROM key.slice_value
                  AND w.column_name IS NOT DISTINCT FROM key.column_name AND w.kind = key.kind
                RETURNING w.*
            ), merged AS (
                INSERT INTO mlops.window_summary
                    (monitor_id, version, window_lo, window_hi, slice_column, slice_value, column_name, kind, n,
                     n_labelled, n_invalid, summary)
                SELECT d.monitor_id, d.version, (SELECT min(a) FROM unnest(starts) AS a),
                       (SELECT max(b) FROM unnest(ends) AS b), key.slice_column, key.slice_value, key.column_name,
                       key.kind, sum(o.n), sum(o.n_labelled), sum(o.n_invalid), mlops.merge(o.summary)
                FROM old AS o
                -- it was merged before, and evaluated again since
                ON CONFLICT ON CONSTRAINT window_summary_key DO NOTHING
            )
            SELECT count(*) INTO n FROM old;
            removed := removed + n;
            EXIT WHEN removed >= max_rows;
        END LOOP;
        RETURN removed;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.merge_windows(bigint, integer, timestamptz, timestamptz, bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.merge_windows(bigint, integer, timestamptz, timestamptz, bigint) IS
    'merge the summaries of a monitor''s windows that start between two times into one and return their number, about '
    'max_rows at most';

/* What was merged stays as it is: a window in it that was evaluated again is dropped. */
CREATE FUNCTION mlops_internal.prune_summaries(def mlops.monitor_version, needed timestamptz, max_rows bigint)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        k record;
        unit text;
        merged CONSTANT timestamptz := (SELECT d.merged_upto FROM mlops_internal.monitor_due AS d
                                        WHERE d.monitor_id = def.monitor_id);
        lo timestamptz;
        hi timestamptz;
        boundary timestamptz;
        v integer;
        n bigint;
        removed bigint := 0;
    BEGIN
        SELECT * INTO k FROM mlops_internal.kept(def.keep);
        boundary := least(mlops_internal.nth_window(def.monitor_id, k.summaries), needed);
        IF k.summaries IS NULL OR mlops_internal.nth_window(def.monitor_id, k.summaries) IS NULL THEN
            RETURN 0;
        END IF;
        FOR lo, hi IN
            SELECT w.window_lo, w.window_hi FROM mlops.window_summary AS w
            JOIN mlops.monitor_version AS x USING (monitor_id, version)
            WHERE w.monitor_id = def.monitor_id AND w.window_lo < merged AND w.slice_column IS NULL
              AND w.kind = 'rows' AND mlops_internal.is_window(x, w.window_lo, w.window_hi)
              AND EXISTS (SELECT FROM mlops.window_summary AS c
                          WHERE c.monitor_id = w.monitor_id AND c.slice_column IS NULL AND c.kind = 'rows'
                            AND c.window_lo <= w.window_lo AND c.window_hi >= w.window_hi
                            AND (c.window_lo, c.window_hi) <> (w.window_lo, w.window_hi))
        LOOP
            DELETE FROM mlops.window_summary AS w
            WHERE w.monitor_id = def.monitor_id AND w.window_lo = lo AND w.window_hi = hi;
            GET DIAGNOSTICS n = ROW_COUNT;
            removed := removed + n;
        END LOOP;
        lo := coalesce(merged, '-infinity');
        unit := CASE WHEN k.rollup < interval '28 days' THEN 'day' ELSE 'month' END;
        LOOP
            SELECT w.window_lo INTO hi FROM mlops.window_summary AS w
            WHERE w.monitor_id = def.monitor_id AND w.window_lo >= lo
            ORDER BY w.window_lo LIMIT 1;
            EXIT WHEN NOT FOUND OR hi >= boundary;
            lo := date_trunc(unit, hi AT TIME ZONE def.time_zone) AT TIME ZONE def.time_zone;
            hi := (date_trunc(unit, hi AT TIME ZONE def.time_zone) + ('1 ' || unit)::interval)
                AT TIME ZONE def.time_zone;
            EXIT WHEN hi > boundary;
            IF k.rollup IS NULL THEN
                DELETE FROM mlops.window_summary AS w
                WHERE w.monitor_id = def.monitor_id AND w.window_lo >= lo AND w.window_lo < hi;
                GET DIAGNOSTICS n = ROW_COUNT;
                removed := removed + n;
            ELSE
                FOR v IN SELECT w.version FROM mlops.window_summary AS w
                         WHERE w.monitor_id = def.monitor_id AND w.window_lo >= lo AND w.window_lo < hi
                           AND w.slice_column IS NULL AND w.kind = 'rows'
                         GROUP BY w.version HAVING count(*) > 1
                LOOP
                    removed := removed + mlops_internal.merge_windows(def.monitor_id, v, lo, hi, max_rows - removed);
                    IF removed >= max_rows THEN
                        RETURN removed;
                    END IF;
                END LOOP;
            END IF;
            UPDATE mlops_internal.monitor_due AS d SET merged_upto = hi WHERE d.monitor_id = def.monitor_id;
            lo := hi;
            EXIT WHEN removed >= max_rows;
        END LOOP;
        RETURN removed;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.prune_summaries(mlops.monitor_version, timestamptz, bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.prune_summaries(mlops.monitor_version, timestamptz, bigint) IS
    'merge, month by month, the summaries of windows that are older than those kept whole and start before "needed"; '
    'returns the rows that were merged, about max_rows at most';

CREATE FUNCTION mlops_internal.prune_monitor(monitor_id bigint, now timestamptz, max_rows bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        k record;
        newest timestamptz;
        needed timestamptz;
        n bigint;
        removed bigint := 0;
    BEGIN
        SELECT v.* INTO d FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = prune_monitor.monitor_id;
        SELECT * INTO k FROM mlops_internal.kept(d.keep);
        needed := (SELECT min(a.first_window_lo) FROM mlops.alert AS a
                   WHERE a.monitor_id = d.monitor_id AND a.state <> 'resolved');
        removed := mlops_internal.prune_summaries(d, needed, max_rows);
        newest := (SELECT max(o.window_lo) FROM mlops.observation AS o
                   WHERE o.monitor_id = d.monitor_id AND o.metric = 'evaluation');
        DELETE FROM mlops.observation AS o WHERE o.observation_id IN (
            SELECT x.observation_id FROM mlops.observation AS x
            WHERE x.monitor_id = d.monitor_id AND x.window_lo < least(now - k.observations, needed, newest)
              AND x.observed_at < now - k.observations
            ORDER BY x.window_lo LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        removed := removed + n;
        -- as long as the observations that they were judged for
        DELETE FROM mlops.window_bins AS h WHERE h.window_bins_id IN (
            SELECT x.window_bins_id FROM mlops.window_bins AS x
            WHERE x.monitor_id = d.monitor_id AND x.window_lo < least(now - k.observations, needed, newest)
            ORDER BY x.window_lo LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        removed := removed + n;
        DELETE FROM mlops.label_window AS w
        WHERE w.monitor_id = d.monitor_id AND w.next_at IS NULL AND (w.window_lo, w.window_hi) IN (
            SELECT x.window_lo, x.window_hi FROM mlops.label_window AS x
            WHERE x.monitor_id = d.monitor_id AND x.next_at IS NULL
              AND x.window_lo < least(now - k.observations, newest, mlops_internal.label_since(d, now))
            ORDER BY x.window_lo LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        removed := removed + n;
        DELETE FROM mlops.version_comparison AS c WHERE c.comparison_id IN (
            SELECT x.comparison_id FROM mlops.version_comparison AS x
            WHERE x.monitor_id = d.monitor_id AND x.window_lo < least(now - k.observations, newest)
            ORDER BY x.window_lo LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        removed := removed + n;
        newest := (SELECT max(r.window_hi) FROM mlops.monitor_run AS r WHERE r.monitor_id = d.monitor_id);
        DELETE FROM mlops.monitor_run AS r WHERE r.run_id IN (
            SELECT x.run_id FROM mlops.monitor_run AS x
            WHERE x.monitor_id = d.monitor_id AND x.window_lo < least(now - k.runs, needed)
              AND x.finished_at < now - k.runs AND x.window_hi < newest AND x.state NOT IN ('started', 'waiting')
            ORDER BY x.window_lo LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        removed := removed + n;
        DELETE FROM mlops_internal.outbox AS b WHERE b.outbox_id IN (
            SELECT x.outbox_id FROM mlops_internal.outbox AS x JOIN mlops.alert AS a USING (alert_id)
            WHERE a.monitor_id = d.monitor_id AND x.notified_at < now - k.notices
            ORDER BY x.outbox_id LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        removed := removed + n;
        removed := removed + mlops_internal.prune_incidents(now - k.alerts, d.monitor_id,
            greatest(max_rows - removed, 0));
        DELETE FROM mlops.alert AS a WHERE a.alert_id IN (
            SELECT x.alert_id FROM mlops.alert AS x
            WHERE x.monitor_id = d.monitor_id AND x.state = 'resolved' AND x.resolved_at < now - k.alerts
              AND x.incident_id IS NULL
            ORDER BY x.alert_id LIMIT greatest(max_rows - removed, 0));
        GET DIAGNOSTICS n = ROW_COUNT;
        RETURN removed + n;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.prune_monitor(bigint, timestamptz, bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.prune_monitor(bigint, timestamptz, bigint) IS
    'remove what a monitor, whose row is locked, does not keep any more at "now", about max_rows at most, '
    'and return their number';

CREATE FUNCTION mlops_internal.prune_some(role oid, now timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        max_rows CONSTANT bigint := 1000;
        started CONSTANT timestamptz := clock_timestamp();
        id bigint;
        n bigint;
        removed bigint := 0;
    BEGIN
        IF role IS NULL THEN
            -- of monitors that were dropped
            PERFORM mlops_internal.prune_incidents(prune_some.now - (mlops_internal.kept(NULL)).alerts, NULL, 1000);
            DELETE FROM mlops.alert AS a WHERE a.alert_id IN (
                SELECT x.alert_id FROM mlops.alert AS x
                WHERE x.monitor_id IS NULL AND x.resolved_at < prune_some.now - (mlops_internal.kept(NULL)).alerts
                  AND x.incident_id IS NULL
                ORDER BY x.alert_id LIMIT 1000);
        END IF;
        LOOP
            SELECT m.monitor_id INTO id FROM mlops_internal.monitor_due AS d JOIN mlops.monitor AS m USING (monitor_id)
            WHERE d.pruned_at < prune_some.now - interval '1 day'
              AND (d.served_at > d.pruned_at OR d.pruned_at < prune_some.now - interval '30 days')
              AND (role IS NULL OR m.owner_oid = role)
            ORDER BY d.pruned_at LIMIT 1
            FOR NO KEY UPDATE OF m SKIP LOCKED FOR UPDATE OF d SKIP LOCKED;
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            BEGIN
                n := mlops_internal.prune_monitor(id, prune_some.now, max_rows - removed);
            EXCEPTION WHEN others THEN
                RAISE WARNING USING ERRCODE = SQLSTATE,
                    MESSAGE = format('old rows of monitor %s cannot be removed: %s', id, left(SQLERRM, 1000));
                n := 0;
            END;
            removed := removed + n;
            IF removed >= max_rows THEN
                RETURN true;
            END IF;
            UPDATE mlops_internal.monitor_due AS d SET pruned_at = prune_some.now WHERE d.monitor_id = id;
            IF clock_timestamp() - started > interval '300 milliseconds' THEN
                RETURN true;
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.prune_some(oid, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.prune_some(oid, timestamptz) IS
    'remove a portion of what monitors, of that role or of all (NULL), do not keep any more, each once a day; true '
    'when there may be more; called by the scheduler''s cycle';

CREATE FUNCTION mlops_internal.prune_own(now timestamptz,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.prune_some(mlops_internal.caller_oid(caller), least(now, clock_timestamp())) $$;
REVOKE ALL ON FUNCTION mlops_internal.prune_own(timestamptz, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.prune_own(timestamptz, mlops_internal.caller) IS
    'remove a portion of what the caller''s own monitors do not keep any more; true when there may be more; this is '
    'what mlops.run_due does at its end';

CREATE FUNCTION mlops_internal.prune(name text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(name, caller);
        n bigint;
    BEGIN
        PERFORM mlops_internal.note_due(m.monitor_id);
        n := mlops_internal.prune_monitor(m.monitor_id, clock_timestamp(), 1000000000000);
        UPDATE mlops_internal.monitor_due AS d SET pruned_at = clock_timestamp() WHERE d.monitor_id = m.monitor_id;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.prune IS 'mlops.prune on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.prune FROM PUBLIC;

CREATE FUNCTION mlops.prune(name text) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.prune(name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.prune IS
    'remove now what the monitor does not keep any more, by its property keep, and return the number of rows; the '
    'scheduler does it each day; 42501 for others'' monitors';
REVOKE ALL ON FUNCTION mlops.prune FROM PUBLIC;

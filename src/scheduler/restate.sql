/*
 * Windows that are read again when labels have come, or may have.  They wait until
 * no window of the monitor is due and none is to be repaired; the newest comes
 * first, each is a run of its own, with attempts, like any other.
 */
CREATE FUNCTION mlops_internal.labels_due(monitor_id bigint) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT w.next_at FROM mlops.label_window AS w
        WHERE w.monitor_id = labels_due.monitor_id AND w.next_at IS NOT NULL
          AND EXISTS (SELECT FROM mlops.monitor_run AS r
                      WHERE r.monitor_id = w.monitor_id AND r.window_lo = w.window_lo AND r.window_hi = w.window_hi
                        AND r.state = 'succeeded')
        ORDER BY w.next_at LIMIT 1
    $$;
REVOKE ALL ON FUNCTION mlops_internal.labels_due(bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.labels_due(bigint) IS
    'when a window of a monitor, one that has run, is to be read again for its labels';

CREATE FUNCTION mlops_internal.next_restatement(monitor_id bigint, now timestamptz, OUT window_lo timestamptz,
    OUT window_hi timestamptz, OUT complete_at timestamptz, OUT due_at timestamptz, OUT retry_at timestamptz)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d mlops.monitor_version;
        w record;
    BEGIN
        SELECT v.* INTO d FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.monitor_id = next_restatement.monitor_id;
        FOR w IN
            SELECT x.window_lo, x.window_hi, x.next_at, r.due_at
            FROM mlops.label_window AS x JOIN mlops.monitor_run AS r USING (monitor_id, window_lo, window_hi)
            WHERE x.monitor_id = next_restatement.monitor_id AND x.next_at <= next_restatement.now
              AND r.state = 'succeeded'
            ORDER BY x.window_lo DESC
        LOOP
            IF mlops_internal.awaits_labels(d) AND mlops_internal.is_window(d, w.window_lo, w.window_hi) THEN
                window_lo := w.window_lo;
                window_hi := w.window_hi;
                complete_at := w.next_at;
                due_at := w.due_at;
                retry_at := w.next_at;
                RETURN;
            END IF;
            -- the definition is another one now
            UPDATE mlops.label_window AS x SET next_at = NULL
            WHERE x.monitor_id = next_restatement.monitor_id AND x.window_lo = w.window_lo
              AND x.window_hi = w.window_hi;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.next_restatement(bigint, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.next_restatement(bigint, timestamptz) IS
    'the newest window of a monitor that is to be read again by "now", like mlops_internal.due_window; forgets those '
    'that are no windows any more';

CREATE FUNCTION mlops_internal.evaluate_run(run_id bigint) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.monitor_run;
    BEGIN
        SELECT x.* INTO r FROM mlops.monitor_run AS x WHERE x.run_id = evaluate_run.run_id;
        IF r.past_attempts = 0 THEN
            PERFORM mlops_internal.materialize_watched(r);
        END IF;
        RETURN mlops_internal.evaluate_window(r.monitor_id, r.window_lo, r.window_hi, r.claimed_at,
            r.past_attempts > 0);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.evaluate_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.evaluate_run(bigint) IS
    'evaluate the window of a claimed run, with labels as they were known when it was claimed; of one that succeeded '
    'before only what labels change; of a feature view that its monitor materializes that first';

CREATE FUNCTION mlops.restate(name text, since timestamptz DEFAULT NULL, upto timestamptz DEFAULT NULL)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, n_observations bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id CONSTANT bigint := mlops.monitor_id(name);
    BEGIN
        FOR window_lo, window_hi IN
            SELECT w.window_lo, w.window_hi FROM mlops.label_window AS w
            WHERE w.monitor_id = id AND w.window_lo >= coalesce(since, '-infinity')
              AND w.window_hi <= coalesce(upto, 'infinity')
              AND (num_nonnulls(since, upto) > 0 OR w.next_at <= now())
            ORDER BY w.window_lo DESC LIMIT CASE WHEN num_nonnulls(since, upto) = 0 THEN 50 END
        LOOP
            n_observations := mlops_internal.evaluate_window(id, window_lo, window_hi, now(), true);
            PERFORM mlops.apply_alerts(id, window_lo, window_hi);
            RETURN NEXT;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops.restate(text, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.restate(text, timestamptz, timestamptz) IS
    'read the labels of evaluated windows again, newest first: of those in a range, or, without one, of up to 50 whose '
    'labels have come or may have; judge their numbers anew and apply them to the alerts';

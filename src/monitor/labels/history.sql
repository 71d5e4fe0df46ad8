/*
 * What was known when.  Numbers that stand on labels change as these come: each
 * change closes a row of observation_history and opens another.  The monitor is
 * locked, so ranges follow each other.
 *
 * Metrics are looked for by array_position(): as a condition of the index on windows,
 * = ANY would go through the window once for each.
 */
CREATE FUNCTION mlops_internal.was_final(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    metrics text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT EXISTS (
            SELECT FROM mlops.observation AS o JOIN mlops.observation_history AS h USING (observation_id)
            WHERE o.monitor_id = was_final.monitor_id AND o.window_lo = was_final.window_lo
              AND o.window_hi = was_final.window_hi AND array_position(metrics, o.metric) > 0 AND upper_inf(h.known)
              AND o.label_state IN ('final', 'corrected')
              AND (h.value, h.n) IS DISTINCT FROM (o.value, o.n)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.was_final(bigint, timestamptz, timestamptz, text[]) IS
    'true when a number of a window that was final is another now';

CREATE FUNCTION mlops_internal.write_history(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    metrics text[], at timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changed bigint[];
    BEGIN
        SELECT array_agg(o.observation_id) INTO changed
        FROM mlops.observation AS o
        LEFT JOIN mlops.observation_history AS h ON h.observation_id = o.observation_id AND upper_inf(h.known)
        WHERE o.monitor_id = write_history.monitor_id AND o.window_lo = write_history.window_lo
          AND o.window_hi = write_history.window_hi AND array_position(metrics, o.metric) > 0 AND o.rule IS NOT NULL
          AND (h.observation_id IS NULL OR (h.value, h.n, h.verdict) IS DISTINCT FROM (o.value, o.n, o.verdict));
        IF changed IS NULL THEN
            RETURN;
        END IF;
        -- a clock that goes back, or a second change in one transaction, still comes later
        UPDATE mlops.observation_history AS h
        SET known = tstzrange(lower(h.known), greatest(at, lower(h.known) + interval '1 microsecond'))
        WHERE h.observation_id = ANY (changed) AND upper_inf(h.known);
        INSERT INTO mlops.observation_history
            (observation_id, value, lower, upper, n, coverage, verdict, version, known)
        SELECT o.observation_id, o.value, o.lower, o.upper, o.n, o.coverage, o.verdict, o.version,
               tstzrange(coalesce((SELECT max(upper(h.known)) FROM mlops.observation_history AS h
                                   WHERE h.observation_id = o.observation_id), at), NULL)
        FROM mlops.observation AS o WHERE o.observation_id = ANY (changed);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.write_history(bigint, timestamptz, timestamptz, text[], timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.write_history(bigint, timestamptz, timestamptz, text[], timestamptz) IS
    'keep judged numbers of a window that are not what was known of them';

CREATE FUNCTION mlops.observations_as_of(name text, as_of timestamptz)
    RETURNS TABLE (observation_id bigint, window_lo timestamptz, window_hi timestamptz, slice_column text,
        slice_value text, column_name name, metric text, reference text, value double precision,
        lower double precision, upper double precision, n bigint, coverage double precision, verdict text,
        version integer, known tstzrange)
    LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        id CONSTANT bigint := mlops.monitor_id(observations_as_of.name);
    BEGIN
        RETURN QUERY SELECT o.observation_id, o.window_lo, o.window_hi, o.slice_column, o.slice_value,
               o.column_name, o.metric,
               o.reference, h.value, h.lower, h.upper, h.n, h.coverage, h.verdict, h.version, h.known
        FROM mlops.observation AS o JOIN mlops.observation_history AS h USING (observation_id)
        WHERE o.monitor_id = id AND h.known @> as_of
        UNION ALL
        -- of the others it is known what came first and what is there now
        SELECT o.observation_id, o.window_lo, o.window_hi, o.slice_column, o.slice_value, o.column_name, o.metric,
               o.reference, CASE WHEN o.restated_at > as_of THEN o.first_value ELSE o.value END,
               CASE WHEN coalesce(o.restated_at <= as_of, true) THEN o.lower END,
               CASE WHEN coalesce(o.restated_at <= as_of, true) THEN o.upper END,
               CASE WHEN coalesce(o.restated_at <= as_of, true) THEN o.n END, NULL,
               CASE WHEN coalesce(o.restated_at <= as_of, true) THEN o.verdict END, o.version,
               tstzrange(CASE WHEN o.restated_at <= as_of THEN o.restated_at ELSE o.observed_at END,
                         CASE WHEN o.restated_at > as_of THEN o.restated_at END)
        FROM mlops.observation AS o
        WHERE o.monitor_id = id AND o.observed_at <= as_of
          AND NOT EXISTS (SELECT FROM mlops.observation_history AS h WHERE h.observation_id = o.observation_id);
    END
    $$;
COMMENT ON FUNCTION mlops.observations_as_of(text, timestamptz) IS
    'observations of a monitor as they were known at a time: those of judged metrics that need labels in full, of '
    'the others the first and the present number';

/*
 * Changes that somebody accepted as the new normal (mlops.accept_incident): the
 * windows in which they were seen are no longer bad, and those before them no
 * measure any more of what is normal.
 */
CREATE TABLE mlops.accepted_change (
    accepted_change_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    slice_column text,
    slice_value text,
    metric text NOT NULL,
    column_name name,
    since timestamptz NOT NULL,
    upto timestamptz NOT NULL,
    incident_id bigint,
    accepted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    accepted_by name NOT NULL,
    note text,
    CONSTRAINT accepted_change_pkey PRIMARY KEY (accepted_change_id),
    CONSTRAINT accepted_change_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE CASCADE
);
COMMENT ON TABLE mlops.accepted_change IS 'changes of columns that somebody accepted as the new normal';
COMMENT ON COLUMN mlops.accepted_change.slice_column IS 'slice in which it was judged; NULL for the whole window';
COMMENT ON COLUMN mlops.accepted_change.metric IS 'metric that was judged';
COMMENT ON COLUMN mlops.accepted_change.column_name IS 'column that changed; NULL for metrics of the window or model';
COMMENT ON COLUMN mlops.accepted_change.since IS 'start of the first window that is normal from now on';
COMMENT ON COLUMN mlops.accepted_change.upto IS 'end of the last window that had been seen';
COMMENT ON COLUMN mlops.accepted_change.incident_id IS 'incident that was accepted; NULL when it is no longer kept';
COMMENT ON COLUMN mlops.accepted_change.accepted_by IS 'role that accepted it';
CREATE INDEX accepted_change_monitor_id_idx ON mlops.accepted_change (monitor_id, metric, column_name);
COMMENT ON INDEX mlops.accepted_change_monitor_id_idx IS 'what was accepted of a column';

SELECT pg_catalog.pg_extension_config_dump('mlops.accepted_change', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.accepted_change_accepted_change_id_seq', '');

GRANT SELECT ON mlops.accepted_change TO PUBLIC;
ALTER TABLE mlops.accepted_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY accepted_change_owner ON mlops.accepted_change FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY accepted_change_owner ON mlops.accepted_change IS 'who sees the monitor sees the row';

CREATE FUNCTION mlops_internal.is_accepted(monitor_id bigint, metric text, slice_key text, window_lo timestamptz,
    window_hi timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (
            SELECT FROM mlops.accepted_change AS a
            WHERE a.monitor_id = is_accepted.monitor_id AND a.metric = is_accepted.metric
              AND a.since <= is_accepted.window_lo AND a.upto >= is_accepted.window_hi
              AND mlops_internal.slice_key(a.slice_column, a.slice_value, a.column_name) = is_accepted.slice_key)
    $$;
COMMENT ON FUNCTION mlops_internal.is_accepted(bigint, text, text, timestamptz, timestamptz) IS
    'true when what a check found in a window, slice and column was accepted as normal';

CREATE FUNCTION mlops_internal.accepted(monitor_id bigint, window_lo timestamptz)
    RETURNS TABLE (metric text, slice_key text, since timestamptz, upto timestamptz)
    LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT DISTINCT ON (a.metric, k.slice_key) a.metric, k.slice_key, a.since, a.upto
        FROM mlops.accepted_change AS a,
             LATERAL (SELECT mlops_internal.slice_key(a.slice_column, a.slice_value, a.column_name)) AS k(slice_key)
        WHERE a.monitor_id = accepted.monitor_id AND a.upto <= accepted.window_lo
        ORDER BY a.metric, k.slice_key, a.since DESC, a.upto DESC;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.accepted(bigint, timestamptz) IS
    'the last change of each check, slice and column that was accepted before a window: what came before "since" is no '
    'measure for it';

/*
 * capture: what the statements of a session read and write becomes edges of the
 * run that it has open, by itself, while mlops.capture is on.  The hooks are in
 * capture.c, what they note and when it is written in notes.c.
 */
/* Ten thousand relations in one call: plans that were made while there were few must not read all for each. */
CREATE FUNCTION mlops_internal.log_captured(run bigint, relations jsonb, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
    AS $$
    DECLARE
        r mlops.run := mlops_internal.open_run(run, caller);
        c record;
        id bigint;
        all_known boolean;
    BEGIN
        -- in the order of names: two who write the same do not wait for each other in a circle
        FOR c IN WITH noted AS (
                     SELECT x.relation, x.direction, min(x.name) AS name, bool_or(x.columns IS NULL) AS all_columns,
                         max(x.write_mode) AS write_mode,
                         coalesce(array_agg(DISTINCT a.name) FILTER (WHERE a.name IS NOT NULL), '{}') AS columns
                     FROM jsonb_to_recordset(relations) AS x (relation text, name text, direction text, columns text[],
                             write_mode text)
                         LEFT JOIN LATERAL unnest(x.columns) AS a (name) ON true
                     GROUP BY x.relation, x.direction),
                 logged AS MATERIALIZED (
                     SELECT a.relation, e.direction, min(a.artifact_id) AS artifact_id
                     FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                     WHERE e.run_id = run GROUP BY a.relation, e.direction)
                 SELECT * FROM noted AS n LEFT JOIN logged AS l USING (relation, direction)
                 ORDER BY n.relation, n.direction
        LOOP
            PERFORM mlops_internal.check_direction(c.direction);
            -- what the run logged of the relation by itself, else its state of unknown content
            id := coalesce(c.artifact_id, (
                SELECT min(x.artifact_id) FROM (
                    SELECT a.artifact_id FROM mlops.artifact AS a
                    WHERE a.place = c.relation AND a.relation = c.relation AND a.digest IS NULL
                      AND a.owner_oid = r.owner_oid AND a.owner_name = r.owner_name OFFSET 0) AS x));
            IF id IS NULL THEN
                id := mlops_internal.add_artifact('dataset', c.name, c.relation, NULL, NULL, '{}', r.owner_oid,
                    r.owner_name);
            END IF;
            SELECT e.columns IS NULL INTO all_known FROM mlops.edge AS e
                WHERE e.run_id = run AND e.artifact_id = id AND e.direction = c.direction;
            IF NOT FOUND THEN
                PERFORM FROM mlops.artifact AS a WHERE a.artifact_id = id FOR NO KEY UPDATE;
                all_known := (SELECT e.columns IS NULL FROM mlops.edge AS e
                              WHERE e.run_id = run AND e.artifact_id = id AND e.direction = c.direction);
            END IF;
            PERFORM mlops_internal.add_edge(run, id, c.direction, c.write_mode);
            UPDATE mlops.edge AS e
                SET columns = CASE WHEN NOT c.all_columns
                    THEN ARRAY(SELECT DISTINCT n FROM unnest(e.columns::text[] || c.columns) AS n ORDER BY n) END
                WHERE e.run_id = run AND e.artifact_id = id AND e.direction = c.direction
                  AND all_known IS NOT TRUE AND (c.all_columns OR e.columns::text[] @> c.columns IS NOT TRUE);
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_captured(bigint, jsonb, mlops_internal.caller) IS
    'the running run read or wrote these relations: an array of objects with relation, name, direction, columns (null '
    'for all of them) and write_mode ("overwrite" when nothing is left of what was there)';
REVOKE ALL ON FUNCTION mlops_internal.log_captured(bigint, jsonb, mlops_internal.caller) FROM PUBLIC;

/*
 * Which run the session has open: the one that it started last and has not ended.
 * Runs that are loaded, from a dump or from elsewhere, started earlier.
 */
CREATE FUNCTION mlops_internal.follow_run() RETURNS trigger
    LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'mlops_follow_run';
REVOKE ALL ON FUNCTION mlops_internal.follow_run() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.follow_run() IS
    'trigger that opens a run in the session that starts it, and writes what was noted before it ends';

CREATE TRIGGER run_starts AFTER INSERT ON mlops.run FOR EACH ROW
    WHEN (NEW.status OPERATOR(pg_catalog.=) 'running'
          AND NEW.started_at OPERATOR(pg_catalog.>=) pg_catalog.transaction_timestamp())
    EXECUTE FUNCTION mlops_internal.follow_run();
COMMENT ON TRIGGER run_starts ON mlops.run IS 'the run is open in the session that started it';
CREATE TRIGGER run_ends BEFORE UPDATE ON mlops.run FOR EACH ROW
    WHEN (OLD.status OPERATOR(pg_catalog.=) 'running' AND NEW.status OPERATOR(pg_catalog.<>) 'running')
    EXECUTE FUNCTION mlops_internal.follow_run();
COMMENT ON TRIGGER run_ends ON mlops.run IS 'what was captured becomes edges before the run ends';

CREATE FUNCTION mlops_internal.note_open_run(run bigint) RETURNS boolean
    LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'mlops_note_open_run';
REVOKE ALL ON FUNCTION mlops_internal.note_open_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.note_open_run(bigint) IS
    'the run is the one that this session has open; true when mlops.capture is on';

CREATE FUNCTION mlops.capture_run(run bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- it runs, and may be written to
        PERFORM mlops.log_params(run, '{}');
        IF NOT mlops_internal.note_open_run(run) THEN
            RAISE NOTICE USING MESSAGE = 'mlops.capture is off: nothing is recorded',
                HINT = 'SET mlops.capture = on.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.capture_run(bigint) IS
    'make a running run, started elsewhere or before, the one for which this session records what its statements '
    'read and write; mlops.capture must be on';
REVOKE ALL ON FUNCTION mlops.capture_run(bigint) FROM PUBLIC;

CREATE FUNCTION mlops.capture_status(
    OUT capture boolean, OUT run bigint, OUT n_pending bigint, OUT n_recorded bigint, OUT n_faults bigint,
    OUT last_fault text) RETURNS record
    LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_capture_status';
COMMENT ON FUNCTION mlops.capture_status() IS
    'what this session captures: whether mlops.capture is on, for which run (NULL: none is open), what waits to be '
    'written, how much was recorded, and how often that failed';

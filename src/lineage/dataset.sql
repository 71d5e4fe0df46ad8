/*
 * lineage: datasets.
 *
 * A relation is read with the rights of the caller, in one scan, and what was
 * found is handed to log_artifact, which checks the run.
 */
CREATE FUNCTION mlops.log_dataset(
    run bigint,
    relation regclass,
    direction text DEFAULT 'input',
    name text DEFAULT NULL,
    type text DEFAULT 'dataset') RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rel text := mlops.relation_name(relation);
        digest text;
        n_rows bigint;
    BEGIN
        IF rel IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_table',
                MESSAGE = format('relation %s does not exist', coalesce(relation::text, 'NULL'));
        END IF;
        -- holds the run open, and fails before the scan rather than after it
        PERFORM mlops.log_params(run, '{}');
        EXECUTE format('SELECT mlops.fingerprint(t.*), count(*) FROM %s AS t', rel) INTO digest, n_rows;
        RETURN mlops.log_artifact(
            run, name, type,
            relation => relation,
            digest => coalesce(digest, repeat('0', 32) || '-0'),
            properties => jsonb_build_object(
                'rows', n_rows,
                'columns', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.attname,
                                   'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum), '[]')
                            FROM pg_attribute AS a
                            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped)),
            direction => direction);
    END
    $$;
COMMENT ON FUNCTION mlops.log_dataset(bigint, regclass, text, text, text) IS 'say that a running run reads (direction input) or writes (output) the present content of a relation, and return its artifact_id; reads the relation once with the caller''s rights and keeps its columns, row count and fingerprint; the same content logged again is the same artifact';
REVOKE ALL ON FUNCTION mlops.log_dataset(bigint, regclass, text, text, text) FROM PUBLIC;

/*
 * lineage: artifacts and edges.
 */
CREATE FUNCTION mlops_internal.canonical_uri(uri text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT uri $$;
COMMENT ON FUNCTION mlops_internal.canonical_uri(text) IS
    'the URI under which a node is known when it has others, else the URI itself: a room below knows such';

CREATE FUNCTION mlops_internal.artifact_identity(type text, name text, relation text, uri text, digest text)
    RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT sha256(convert_to(jsonb_build_array(type, relation, uri,
            CASE WHEN relation IS NULL AND uri IS NULL THEN name END, digest)::text, 'UTF8'))
    $$;
COMMENT ON FUNCTION mlops_internal.artifact_identity(text, text, text, text, text) IS
    'what makes an artifact the same within its owner: SHA-256 of type, place (or name) and digest';
REVOKE ALL ON FUNCTION mlops_internal.artifact_identity(text, text, text, text, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.add_artifact(
    type text,
    name text,
    relation text,
    uri text,
    digest text,
    properties jsonb,
    owner_oid oid,
    owner_name name) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
    AS $$
    DECLARE
        address CONSTANT text := mlops_internal.kept_address(uri);
        key bytea := mlops_internal.artifact_identity(type, name, relation, address, digest);
        id bigint;
    BEGIN
        INSERT INTO mlops.artifact AS a (type, name, relation, uri, digest, properties, identity, owner_oid, owner_name)
            VALUES (type, coalesce(name, relation, address), relation, address, digest, properties, key, owner_oid,
                owner_name)
            ON CONFLICT ON CONSTRAINT artifact_identity_key DO NOTHING
            RETURNING a.artifact_id INTO id;
        IF NOT FOUND THEN
            SELECT a.artifact_id INTO STRICT id FROM mlops.artifact AS a
                WHERE a.identity = key AND a.owner_oid = add_artifact.owner_oid
                    AND a.owner_name = add_artifact.owner_name;
            UPDATE mlops.artifact AS a SET properties = a.properties || add_artifact.properties
                WHERE a.artifact_id = id AND a.properties || add_artifact.properties <> a.properties;
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_artifact(text, text, text, text, text, jsonb, oid, name) IS
    'the artifact of that identity and owner, made when there is none; properties are merged into it';
REVOKE ALL ON FUNCTION mlops_internal.add_artifact(text, text, text, text, text, jsonb, oid, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.add_edge(run bigint, artifact bigint, direction text, write_mode text DEFAULT NULL)
    RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.edge AS e (run_id, artifact_id, direction, place_key, write_mode)
            SELECT run, artifact, direction, a.place_key, write_mode
            FROM mlops.artifact AS a WHERE a.artifact_id = artifact
            ON CONFLICT ON CONSTRAINT edge_pkey DO UPDATE SET write_mode = EXCLUDED.write_mode
                WHERE EXCLUDED.write_mode <> coalesce(e.write_mode, 'append')
    $$;
COMMENT ON FUNCTION mlops_internal.add_edge(bigint, bigint, text, text) IS
    'the run read (input) or wrote (output) the artifact, the latter by write_mode append (NULL) or overwrite';
REVOKE ALL ON FUNCTION mlops_internal.add_edge(bigint, bigint, text, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_write_mode(write_mode text, direction text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF write_mode IS NOT NULL AND (write_mode NOT IN ('append', 'overwrite') OR direction <> 'output') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('write_mode "%s" does not exist%s', write_mode,
                    CASE WHEN direction <> 'output' THEN ' for an input' ELSE '' END),
                HINT = 'An output is written by "append" (added or changed in part) or "overwrite" (a full refresh).';
        END IF;
        RETURN write_mode;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_write_mode(text, text) IS
    'the write_mode itself; error 22023 unless it is NULL or, of an output, append or overwrite';
REVOKE ALL ON FUNCTION mlops_internal.check_write_mode(text, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_direction(direction text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF direction IS NULL OR direction NOT IN ('input', 'output') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('direction %s does not exist', coalesce('"' || direction || '"', 'NULL')),
                HINT = 'A run reads an "input" and writes an "output".';
        END IF;
        RETURN direction;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_direction(text) IS
    'the direction itself; error 22023 unless it is input or output';
REVOKE ALL ON FUNCTION mlops_internal.check_direction(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_artifact_type(type text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF type IN ('model_version', 'endpoint', 'upload') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('artifact type "%s" is reserved', type),
                HINT = 'Say that a run uses a version with mlops.log_version; the registry logs the rest by itself.';
        END IF;
        RETURN mlops_internal.check_name(type, 'artifact type');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_artifact_type(text) IS
    'the type itself; error 22023 when it is reserved, those of check_name';
REVOKE ALL ON FUNCTION mlops_internal.check_artifact_type(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.log_artifact(
    run bigint, name text, type text, uri text, relation regclass, digest text, properties jsonb, direction text,
    write_mode text, columns name[], caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run := mlops_internal.open_run(run, caller);
        rel text;
        id bigint;
    BEGIN
        PERFORM mlops_internal.check_artifact_type(type);
        IF relation IS NOT NULL THEN
            SELECT CASE WHEN c.relpersistence <> 't' THEN mlops_internal.relation_name(c.oid) END,
                coalesce(name, c.relname)
                INTO rel, name FROM pg_class AS c WHERE c.oid = relation;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'undefined_table',
                    MESSAGE = format('relation %s does not exist', relation),
                    HINT = 'It was dropped meanwhile, or its number is wrong: give its name.';
            END IF;
        END IF;
        IF name IS NOT NULL OR uri IS NULL THEN
            PERFORM mlops_internal.check_name(name, 'artifact');
        END IF;
        PERFORM mlops_internal.check_direction(direction);
        PERFORM mlops_internal.check_write_mode(write_mode, direction);
        properties := mlops_internal.check_object(properties, 'properties');
        uri := mlops_internal.kept_address(uri);
        IF uri ~ '^\s|\s$' OR uri ~ '[[:cntrl:]]' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'the URI begins or ends with a blank, or contains a control character',
                DETAIL = format('The URI is "%s".', left(uri, 200)),
                HINT = 'Leave it out: what is read and what is written under two spellings does not meet.';
        END IF;
        IF array_ndims(columns) > 1 OR EXISTS (SELECT FROM unnest(columns) AS c (name) WHERE c.name IS NULL) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'columns must be a list of names';
        END IF;
        IF cardinality(columns) > 1664 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('%s columns are more than a relation can have', cardinality(columns));
        END IF;
        IF length(uri) > 2000 OR length(digest) > 200 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'string_data_right_truncation',
                MESSAGE = 'the URI must not be longer than 2000 characters, the digest not longer than 200';
        END IF;
        -- whoever reads a relation as a dataset reads what it was written as
        IF type = 'dataset' THEN
            SELECT a.artifact_id INTO id FROM mlops.artifact AS a
                WHERE a.place = rel AND a.relation = rel AND a.digest IS NOT DISTINCT FROM log_artifact.digest
                  AND a.owner_oid = r.owner_oid AND a.owner_name = r.owner_name
                ORDER BY a.artifact_id LIMIT 1;
        END IF;
        IF id IS NULL THEN
            IF jsonb_typeof(properties -> 'git_repo') = 'string' THEN
                properties := properties || jsonb_build_object('git_repo',
                    mlops_internal.canonical_repo(properties ->> 'git_repo'));
            END IF;
            id := mlops_internal.add_artifact(type, name, rel, uri, digest, properties, r.owner_oid, r.owner_name);
        END IF;
        PERFORM mlops_internal.add_edge(run, id, direction, write_mode);
        IF columns IS NOT NULL THEN
            UPDATE mlops.edge AS e SET columns = log_artifact.columns
                WHERE e.run_id = run AND e.artifact_id = id AND e.direction = log_artifact.direction;
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_artifact IS 'mlops.log_artifact on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_artifact FROM PUBLIC;

CREATE FUNCTION mlops.log_artifact(
    run bigint, name text, type text DEFAULT 'file', uri text DEFAULT NULL, relation regclass DEFAULT NULL,
    digest text DEFAULT NULL, properties jsonb DEFAULT '{}', direction text DEFAULT 'output',
    write_mode text DEFAULT NULL, columns name[] DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_artifact(
        run, name, type, uri, relation, digest, properties, direction, write_mode, columns, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_artifact IS
    'say that a running run reads (direction input) or writes (output) something, and return its artifact_id; '
    'type is a word such as file or code; write_mode overwrite: nothing of earlier runs is left at the place';
REVOKE ALL ON FUNCTION mlops.log_artifact FROM PUBLIC;

/*
 * lineage: artifacts that are kept in the database.
 *
 * Content comes in pieces and is kept in chunks of 1 MB at most, by its SHA-256, each
 * once for the owner as which it comes: a model that is stored again, or changed at its
 * end, takes the room of what is new.  Nobody is told that another has it too, nor
 * by waiting for the other's transaction.  A chunk is seen by those who see an artifact
 * that has it.
 *
 * While it comes in, an artifact has the type "upload"; when it is complete it
 * becomes the artifact of its type, name and digest, which may be there already.
 */
ALTER TABLE mlops.artifact ADD COLUMN size bigint;
COMMENT ON COLUMN mlops.artifact.size IS 'bytes of content that are kept here; NULL when none are';

CREATE TABLE mlops_internal.chunk (
    sender oid NOT NULL,
    digest bytea NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT chunk_pkey PRIMARY KEY (sender, digest)
);
ALTER TABLE mlops_internal.chunk ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE mlops_internal.chunk IS 'pieces of artifacts, each once for a sender';
COMMENT ON COLUMN mlops_internal.chunk.sender IS
    'the owner as which it came, whoever owns the artifact now: what others sent is nobody''s to find out';
COMMENT ON COLUMN mlops_internal.chunk.digest IS 'SHA-256 of the content';

CREATE TABLE mlops_internal.artifact_chunk (
    artifact_id bigint NOT NULL,
    place integer NOT NULL,
    sender oid NOT NULL,
    digest bytea NOT NULL,
    size integer NOT NULL,
    CONSTRAINT artifact_chunk_pkey PRIMARY KEY (artifact_id, place),
    CONSTRAINT artifact_chunk_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact ON DELETE CASCADE,
    CONSTRAINT artifact_chunk_digest_fkey FOREIGN KEY (sender, digest) REFERENCES mlops_internal.chunk
);
CREATE INDEX artifact_chunk_digest_idx ON mlops_internal.artifact_chunk (digest, sender);
COMMENT ON TABLE mlops_internal.artifact_chunk IS 'which pieces an artifact is made of';
COMMENT ON COLUMN mlops_internal.artifact_chunk.place IS 'position of the piece, from 1';
COMMENT ON COLUMN mlops_internal.artifact_chunk.sender IS 'the chunk, with its digest';
COMMENT ON COLUMN mlops_internal.artifact_chunk.digest IS 'the chunk, with its sender';
COMMENT ON COLUMN mlops_internal.artifact_chunk.size IS 'its bytes';

SELECT pg_catalog.pg_extension_config_dump('mlops_internal.chunk', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.artifact_chunk', '');
ALTER TABLE mlops_internal.chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.artifact_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY artifact_chunk_read ON mlops_internal.artifact_chunk FOR SELECT
    USING (EXISTS (SELECT FROM mlops.artifact AS a WHERE a.artifact_id = artifact_chunk.artifact_id));
COMMENT ON POLICY artifact_chunk_read ON mlops_internal.artifact_chunk IS 'who sees the artifact sees the row';
CREATE POLICY chunk_read ON mlops_internal.chunk FOR SELECT
    USING (EXISTS (SELECT FROM mlops_internal.artifact_chunk AS a
                   WHERE a.digest = chunk.digest AND a.sender = chunk.sender));
COMMENT ON POLICY chunk_read ON mlops_internal.chunk IS 'who sees an artifact that has it sees the row';
GRANT SELECT ON mlops_internal.chunk, mlops_internal.artifact_chunk TO PUBLIC;

CREATE VIEW mlops.artifact_content WITH (security_invoker = true) AS
    SELECT a.artifact_id, a.place, a.size, encode(a.digest, 'hex') AS digest, c.content
    FROM mlops_internal.artifact_chunk AS a JOIN mlops_internal.chunk AS c USING (sender, digest);
COMMENT ON VIEW mlops.artifact_content IS
    'content of stored artifacts in pieces, to be read ORDER BY place, by a cursor when it is large';
COMMENT ON COLUMN mlops.artifact_content.artifact_id IS 'number of the artifact';
COMMENT ON COLUMN mlops.artifact_content.place IS 'position of the piece, from 1';
COMMENT ON COLUMN mlops.artifact_content.size IS 'its bytes';
COMMENT ON COLUMN mlops.artifact_content.digest IS 'its SHA-256, in hexadecimal digits';
COMMENT ON COLUMN mlops.artifact_content.content IS 'the piece';
GRANT SELECT ON mlops.artifact_content TO PUBLIC;

CREATE FUNCTION mlops_internal.content_digest(artifact bigint) RETURNS text
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_content_digest';
COMMENT ON FUNCTION mlops_internal.content_digest(bigint) IS
    'SHA-256 over the pieces of an artifact, as sha256:DIGITS, read one by one; NULL when there are none to be seen';

CREATE FUNCTION mlops_internal.start_upload(
    run bigint, name text, type text, properties jsonb, direction text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run := mlops_internal.open_run(run, caller);
        id bigint;
    BEGIN
        PERFORM mlops_internal.check_name(name, 'artifact');
        PERFORM mlops_internal.check_artifact_type(type);
        PERFORM mlops_internal.check_direction(direction);
        INSERT INTO mlops.artifact AS a (type, name, properties, identity, owner_oid, owner_name, size)
            VALUES ('upload', name, jsonb_build_object('type', type, 'properties',
                    mlops_internal.check_object(properties, 'properties')), sha256(uuid_send(gen_random_uuid())),
                r.owner_oid, r.owner_name, 0)
            RETURNING a.artifact_id INTO id;
        PERFORM mlops_internal.add_edge(run, id, direction);
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.start_upload IS 'mlops.start_upload on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.start_upload FROM PUBLIC;

CREATE FUNCTION mlops.start_upload(
    run bigint, name text, type text DEFAULT 'file', properties jsonb DEFAULT '{}', direction text DEFAULT 'output')
    RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.start_upload(run, name, type, properties, direction, mlops_internal.caller());
COMMENT ON FUNCTION mlops.start_upload IS
    'begin to store a file of a running run in the database, for mlops.append_upload, and return its number; '
    'mlops.finish_upload makes an artifact of it; what is not finished is gone when the run ends';
REVOKE ALL ON FUNCTION mlops.start_upload FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_upload(upload bigint, caller mlops_internal.caller) RETURNS mlops.artifact
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        a mlops.artifact;
        run bigint := (SELECT e.run_id FROM mlops.edge AS e JOIN mlops.artifact AS x USING (artifact_id)
                       WHERE e.artifact_id = upload AND x.type = 'upload');
    BEGIN
        IF run IS NULL THEN
            PERFORM mlops_internal.no_such('upload', upload::text);
        END IF;
        PERFORM mlops_internal.open_run(run, caller);
        SELECT * INTO a FROM mlops.artifact AS x WHERE x.artifact_id = upload FOR NO KEY UPDATE;
        IF a.type IS DISTINCT FROM 'upload' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('upload %s has been finished', upload);
        END IF;
        RETURN a;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_upload(bigint, mlops_internal.caller) IS
    'an artifact that comes in, locked; errors as open_run of its run';
REVOKE ALL ON FUNCTION mlops_internal.own_upload(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_uploads(run bigint, upload bigint DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        uploads CONSTANT bigint[] := ARRAY(
            SELECT a.artifact_id FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
            WHERE e.run_id = run AND a.type = 'upload' AND (upload IS NULL OR a.artifact_id = upload));
        senders oid[];
        digests bytea[];
    BEGIN
        IF uploads = '{}' THEN
            RETURN;
        END IF;
        SELECT array_agg(c.sender), array_agg(c.digest) INTO senders, digests
            FROM (SELECT DISTINCT x.sender, x.digest FROM mlops_internal.artifact_chunk AS x
                  WHERE x.artifact_id = ANY (uploads)) AS c;
        DELETE FROM mlops.edge AS e WHERE e.artifact_id = ANY (uploads);
        DELETE FROM mlops.artifact AS a WHERE a.artifact_id = ANY (uploads);
        BEGIN
            DELETE FROM mlops_internal.chunk AS c
                WHERE (c.sender, c.digest) IN (
                    SELECT x.sender, x.digest
                    FROM mlops_internal.chunk AS x JOIN unnest(senders, digests) AS u (sender, digest)
                        ON u.sender = x.sender AND u.digest = x.digest
                    WHERE NOT EXISTS (SELECT FROM mlops_internal.artifact_chunk AS a
                                      WHERE a.sender = x.sender AND a.digest = x.digest)
                    FOR UPDATE OF x SKIP LOCKED);
        EXCEPTION WHEN foreign_key_violation THEN
            NULL;               -- meanwhile somebody has one of the pieces: they stay
        END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_uploads(bigint, bigint) IS
    'remove what of a run came in and was not finished, or one upload, with the pieces that no artifact has';
REVOKE ALL ON FUNCTION mlops_internal.drop_uploads(bigint, bigint) FROM PUBLIC;

CREATE FUNCTION mlops_internal.append_upload(upload bigint, bytes bytea, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        chunk CONSTANT integer := 1048576;
        most CONSTANT bigint := pg_size_bytes(current_setting('mlops.max_artifact_size'));
        a mlops.artifact := mlops_internal.own_upload(upload, caller);
        last integer := coalesce((SELECT max(c.place) FROM mlops_internal.artifact_chunk AS c
                                  WHERE c.artifact_id = upload), 0);
        piece bytea;
    BEGIN
        IF bytes IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'null_value_not_allowed',
                MESSAGE = format('bytes of artifact "%s" must not be NULL', a.name);
        ELSIF a.size + length(bytes) > most THEN
            RAISE EXCEPTION USING
                ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('artifact "%s" is larger than %s', a.name, pg_size_pretty(most)),
                HINT = 'Keep large files elsewhere and give their URI and digest; mlops.max_artifact_size is the '
                    'administrator''s limit.';
        END IF;
        FOR i IN 0 .. (length(bytes) - 1) / chunk LOOP
            CONTINUE WHEN length(bytes) = 0;
            piece := substr(bytes, i * chunk + 1, chunk);
            LOOP
                INSERT INTO mlops_internal.chunk (sender, digest, content) VALUES (a.owner_oid, sha256(piece), piece)
                    ON CONFLICT ON CONSTRAINT chunk_pkey DO NOTHING;
                -- held against those who remove what nobody has
                PERFORM FROM mlops_internal.chunk AS c
                    WHERE c.sender = a.owner_oid AND c.digest = sha256(piece) FOR KEY SHARE;
                EXIT WHEN FOUND;
            END LOOP;
            last := last + 1;
            INSERT INTO mlops_internal.artifact_chunk (artifact_id, place, sender, digest, size)
                VALUES (upload, last, a.owner_oid, sha256(piece), length(piece));
        END LOOP;
        UPDATE mlops.artifact AS x SET size = x.size + length(bytes) WHERE x.artifact_id = upload
            RETURNING x.size INTO a.size;
        RETURN a.size;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.append_upload IS 'mlops.append_upload on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.append_upload FROM PUBLIC;

CREATE FUNCTION mlops.append_upload(upload bigint, bytes bytea) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.append_upload(upload, bytes, mlops_internal.caller());
COMMENT ON FUNCTION mlops.append_upload IS
    'add a piece to an upload and return its bytes so far; pieces of whole megabytes (1048576 bytes) share most with '
    'what is stored already; error 54000 beyond mlops.max_artifact_size';
REVOKE ALL ON FUNCTION mlops.append_upload FROM PUBLIC;

CREATE FUNCTION mlops_internal.finish_upload(upload bigint, digest text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.artifact := mlops_internal.own_upload(upload, caller);
        e mlops.edge;
        found_digest text := coalesce(mlops_internal.content_digest(upload), 'sha256:' || encode(sha256(''), 'hex'));
        id bigint;
    BEGIN
        IF 'sha256:' || lower(regexp_replace(digest, '^sha256:', '')) <> found_digest THEN
            RAISE EXCEPTION USING
                ERRCODE = 'data_corrupted',
                MESSAGE = format('upload of "%s" is not what was sent', a.name),
                DETAIL = format('It has %s bytes and %s; "%s" was given.', a.size, found_digest, digest),
                HINT = 'Send it again.';
        END IF;
        SELECT * INTO e FROM mlops.edge AS x WHERE x.artifact_id = upload;
        id := mlops_internal.add_artifact(a.properties ->> 'type', a.name, NULL, NULL, found_digest,
            a.properties -> 'properties', a.owner_oid, a.owner_name);
        PERFORM FROM mlops.artifact AS x WHERE x.artifact_id = id FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM mlops_internal.artifact_chunk AS c WHERE c.artifact_id = id) THEN
            UPDATE mlops_internal.artifact_chunk AS c SET artifact_id = id WHERE c.artifact_id = upload;
        END IF;
        UPDATE mlops.artifact AS x SET size = a.size WHERE x.artifact_id = id AND x.size IS DISTINCT FROM a.size;
        PERFORM mlops_internal.add_edge(e.run_id, id, e.direction);
        PERFORM mlops_internal.drop_uploads(e.run_id, upload);
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.finish_upload IS 'mlops.finish_upload on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.finish_upload FROM PUBLIC;

CREATE FUNCTION mlops.finish_upload(upload bigint, digest text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.finish_upload(upload, digest, mlops_internal.caller());
COMMENT ON FUNCTION mlops.finish_upload IS
    'make an artifact of an upload and return its artifact_id; the same type, name and content is the same artifact; '
    'error XX001 when digest, its SHA-256, is given and is another';
REVOKE ALL ON FUNCTION mlops.finish_upload FROM PUBLIC;

CREATE FUNCTION mlops_internal.store_artifact(
    run bigint, name text, bytes bytea, type text, properties jsonb, direction text, digest text,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        upload bigint := mlops_internal.start_upload(run, name, type, properties, direction, caller);
    BEGIN
        PERFORM mlops_internal.append_upload(upload, bytes, caller);
        RETURN mlops_internal.finish_upload(upload, digest, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.store_artifact IS 'mlops.store_artifact on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.store_artifact FROM PUBLIC;

CREATE FUNCTION mlops.store_artifact(
    run bigint, name text, bytes bytea, type text DEFAULT 'file', properties jsonb DEFAULT '{}',
    direction text DEFAULT 'output', digest text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.store_artifact(
        run, name, bytes, type, properties, direction, digest, mlops_internal.caller());
COMMENT ON FUNCTION mlops.store_artifact IS
    'store a file of a running run in the database and return its artifact_id; large ones piece by piece, see '
    'mlops.start_upload; the same type, name and content is the same artifact';
REVOKE ALL ON FUNCTION mlops.store_artifact FROM PUBLIC;

CREATE FUNCTION mlops.read_artifact(artifact bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        size bigint := (SELECT a.size FROM mlops.artifact AS a WHERE a.artifact_id = artifact);
    BEGIN
        IF size IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('artifact %s is not stored here, or is not yours', coalesce(artifact::text, 'NULL')),
                HINT = 'See what is: SELECT artifact_id, name, size FROM mlops.artifact WHERE size IS NOT NULL.';
        ELSIF size > 1000000000 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('artifact %s has %s, too much for one value', artifact, pg_size_pretty(size)),
                HINT = 'Read it piece by piece with a cursor: SELECT content FROM mlops.artifact_content WHERE '
                    'artifact_id = ... ORDER BY place.';
        END IF;
        RETURN (SELECT coalesce(string_agg(c.content, ''::bytea ORDER BY c.place), '')
                FROM mlops.artifact_content AS c WHERE c.artifact_id = artifact);
    END
    $$;
COMMENT ON FUNCTION mlops.read_artifact(bigint) IS
    'content of an artifact that is stored in the database, up to 1 GB; larger ones are read from '
    'mlops.artifact_content; error 42704 when it is not stored';

/*
 * lineage: is an artifact still what it was?
 */
CREATE FUNCTION mlops.verify_artifact(artifact bigint)
    RETURNS TABLE (kind text, ok boolean, expected text, actual text, problem text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.artifact;
        bad bigint;
    BEGIN
        SELECT * INTO a FROM mlops.artifact AS x WHERE x.artifact_id = artifact;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('artifact', artifact::text);
        END IF;
        expected := a.digest;
        IF a.size IS NOT NULL AND a.type <> 'upload' THEN
            kind := 'content';
            bad := (SELECT min(c.place) FROM mlops.artifact_content AS c
                    WHERE c.artifact_id = artifact AND encode(sha256(c.content), 'hex') <> c.digest);
            actual := coalesce(mlops_internal.content_digest(artifact), 'sha256:' || encode(sha256(''), 'hex'));
            ok := bad IS NULL AND actual = expected;
            problem := CASE WHEN bad IS NOT NULL THEN format('piece %s is not what was stored', bad)
                WHEN NOT ok THEN 'pieces are missing, or are others' END;
        ELSIF a.relation IS NOT NULL AND expected ~ '^[0-9a-f]{32}-\d+$' THEN
            kind := 'relation';
            IF to_regclass(a.relation) IS NULL THEN
                ok := false;
                problem := 'the relation does not exist any more';
            ELSE
                EXECUTE format('SELECT mlops.fingerprint(source.*) FROM %s', mlops_internal.source_item(a.relation))
                    INTO actual;
                actual := coalesce(actual, repeat('0', 32) || '-0');
                ok := actual = expected;
                problem := CASE WHEN NOT ok THEN 'the relation has other rows or columns now' END;
            END IF;
        ELSE
            kind := CASE WHEN a.uri IS NOT NULL THEN 'uri' ELSE 'name' END;
            problem := 'its content is not in this database';
        END IF;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops.verify_artifact(bigint) IS
    'is what is stored of an artifact, or a relation now, what its digest says? it is read as a whole, with your '
    'rights; ok is NULL when the content is elsewhere; error 42704 when you may not see the artifact';

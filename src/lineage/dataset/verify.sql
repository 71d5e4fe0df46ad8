/*
 * lineage: is an artifact still what it was?
 */
/*
 * What an artifact names was chosen by somebody who logged it, and may be another thing
 * now: a view, or a table with policies, has code of its owner, which would run with
 * the rights of whoever verifies.
 */
CREATE FUNCTION mlops_internal.trusted_relation(relation text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c record;
    BEGIN
        FOR attempt IN 1 .. 2 LOOP
            SELECT r.rolname, x.relkind IN ('r', 'p') AND NOT x.relrowsecurity AS is_table,
                    r.rolsuper OR pg_has_role(x.relowner, 'MEMBER') AND NOT m.rolsuper
                        AND NOT mlops_internal.untrusted_session() AS is_trusted INTO c
                FROM pg_class AS x JOIN pg_roles AS r ON r.oid = x.relowner, pg_roles AS m
                WHERE x.oid = to_regclass(relation) AND m.rolname = current_user;
            IF c.is_trusted THEN
                RETURN;
            ELSIF c.is_table IS NOT TRUE THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'insufficient_privilege',
                    MESSAGE = format('relation %s is not read: it may have code of role "%s"', relation, c.rolname),
                    DETAIL = 'Of others'' relations only tables without row security are read.',
                    HINT = 'Have it verified by a member of that role, without superuser rights.';
            END IF;
            -- from here on it stays a table: looked at once more
            EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', relation);
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.trusted_relation(text) IS
    'raise 42501 when reading a relation would run code of a role that the current one has no reason to trust; it is '
    'a table, which is locked, or belongs to a role that the current one is a member of, or to a superuser';

CREATE FUNCTION mlops.verify_artifact(artifact bigint)
    RETURNS TABLE (kind text, ok boolean, expected text, actual text, problem text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
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
                PERFORM mlops_internal.trusted_relation(a.relation);
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
    'rights; ok is NULL when the content is elsewhere; error 42501 when reading would run code of others';

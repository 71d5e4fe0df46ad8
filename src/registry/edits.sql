/*
 * registry: what can be edited, and what can be put away.
 *
 * Names, descriptions and tags change, and model_change keeps what they were.  An
 * archived model is read as before and moves no more.  What is deleted is found by
 * no name any more, keeps its name and number for ever, and can be restored.  What
 * is live is neither archived nor deleted.
 */
CREATE FUNCTION mlops_internal.note_change(model_id bigint, version_id bigint, field text, old_value jsonb,
    new_value jsonb, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.model_change (model_id, version_id, field, old_value, new_value, reason, changed_by)
            VALUES (model_id, version_id, field, old_value, new_value, reason, mlops_internal.caller_name(caller))
    $$;
COMMENT ON FUNCTION mlops_internal.note_change(bigint, bigint, text, jsonb, jsonb, text, mlops_internal.caller) IS
    'keep an edit';
REVOKE ALL ON FUNCTION mlops_internal.note_change(bigint, bigint, text, jsonb, jsonb, text, mlops_internal.caller)
    FROM PUBLIC;

CREATE FUNCTION mlops_internal.edited(model text, version integer, caller mlops_internal.caller, OUT model_id bigint,
    OUT version_id bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version;
    BEGIN
        IF version IS NULL AND (model LIKE 'models:/%') IS NOT TRUE THEN
            model_id := (mlops_internal.own_model(model, caller, 'editor')).model_id;
        ELSE
            v := mlops_internal.own_version(model, version, caller, 'editor');
            model_id := v.model_id;
            version_id := v.version_id;
        END IF;
        PERFORM mlops_internal.lock_model(model_id);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.edited(text, integer, mlops_internal.caller) IS
    'what an editor edits, with the lock of its model: a model by its name, a version by its number or URI';
REVOKE ALL ON FUNCTION mlops_internal.edited(text, integer, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.edit_description(model_id bigint, version_id bigint, description text, reason text,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        old text;
    BEGIN
        IF version_id IS NULL THEN
            SELECT m.description INTO STRICT old FROM mlops.model AS m WHERE m.model_id = edit_description.model_id;
            UPDATE mlops.model AS m SET description = edit_description.description
                WHERE m.model_id = edit_description.model_id;
        ELSE
            SELECT v.description INTO STRICT old FROM mlops.version AS v
                WHERE v.version_id = edit_description.version_id;
            UPDATE mlops.version AS v SET description = edit_description.description
                WHERE v.version_id = edit_description.version_id;
        END IF;
        IF old IS DISTINCT FROM description THEN
            PERFORM mlops_internal.note_change(model_id, version_id, 'description', to_jsonb(old),
                to_jsonb(description), reason, caller);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.edit_description(bigint, bigint, text, text, mlops_internal.caller) IS
    'describe a model that is locked, or a version of it, and keep what it was';
REVOKE ALL ON FUNCTION mlops_internal.edit_description(bigint, bigint, text, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.edit_tags(model_id bigint, version_id bigint, tags jsonb, reason text,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        old jsonb;
        new jsonb;
        changed text[];
    BEGIN
        IF version_id IS NULL THEN
            SELECT m.tags INTO STRICT old FROM mlops.model AS m WHERE m.model_id = edit_tags.model_id;
        ELSE
            SELECT v.tags INTO STRICT old FROM mlops.version AS v WHERE v.version_id = edit_tags.version_id;
        END IF;
        new := (old || tags) - ARRAY(SELECT t.key FROM jsonb_each(tags) AS t WHERE t.value = 'null');
        changed := ARRAY(SELECT t.key FROM jsonb_each(tags) AS t WHERE old -> t.key IS DISTINCT FROM new -> t.key);
        IF version_id IS NULL THEN
            UPDATE mlops.model AS m SET tags = new WHERE m.model_id = edit_tags.model_id;
        ELSE
            UPDATE mlops.version AS v SET tags = new WHERE v.version_id = edit_tags.version_id;
        END IF;
        IF cardinality(changed) > 0 THEN
            PERFORM mlops_internal.note_change(model_id, version_id, 'tags',
                (SELECT coalesce(jsonb_object_agg(t.key, t.value), '{}') FROM jsonb_each(old) AS t
                 WHERE t.key = ANY (changed)),
                (SELECT coalesce(jsonb_object_agg(t.key, t.value), '{}') FROM jsonb_each(new) AS t
                 WHERE t.key = ANY (changed)), reason, caller);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.edit_tags(bigint, bigint, jsonb, text, mlops_internal.caller) IS
    'set tags of a model that is locked, or of a version of it, null removing one, and keep what they were';
REVOKE ALL ON FUNCTION mlops_internal.edit_tags(bigint, bigint, jsonb, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.set_description(
    model text, description text, version integer, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.edit_description(e.model_id, e.version_id, description, NULL, caller)
        FROM mlops_internal.edited(model, version, caller) AS e
    $$;
COMMENT ON FUNCTION mlops_internal.set_description IS 'mlops.set_description on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.set_description FROM PUBLIC;

CREATE FUNCTION mlops.set_description(model text, description text, version integer DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.set_description(model, description, version, mlops_internal.caller());
COMMENT ON FUNCTION mlops.set_description IS
    'describe a model, or a version by its number or URI; what it was is kept in mlops.model_change';
REVOKE ALL ON FUNCTION mlops.set_description FROM PUBLIC;

CREATE FUNCTION mlops_internal.set_tags(
    model text, tags jsonb, version integer, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        tags := mlops_internal.check_object(tags, 'tags');
        PERFORM mlops_internal.check_name(t.key, 'tag') FROM jsonb_each(tags) AS t;
        PERFORM mlops_internal.edit_tags(e.model_id, e.version_id, tags, NULL, caller)
            FROM mlops_internal.edited(model, version, caller) AS e;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.set_tags IS 'mlops.set_tags on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.set_tags FROM PUBLIC;

CREATE FUNCTION mlops.set_tags(model text, tags jsonb, version integer DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.set_tags(model, tags, version, mlops_internal.caller());
COMMENT ON FUNCTION mlops.set_tags IS
    'set tags of a model, or of a version by its number or URI: a JSON object, null removes a tag, others stay; what '
    'they were is kept in mlops.model_change';
REVOKE ALL ON FUNCTION mlops.set_tags FROM PUBLIC;

CREATE FUNCTION mlops_internal.rename_model(model text, name text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model := mlops_internal.own_model(model, caller, 'admin');
    BEGIN
        PERFORM mlops_internal.check_model_name(name);
        PERFORM mlops_internal.lock_model(m.model_id);
        IF m.name = name THEN
            RETURN;
        END IF;
        BEGIN
            UPDATE mlops.model AS x SET name = rename_model.name WHERE x.model_id = m.model_id;
            -- as nodes of the lineage graph its versions have the model's name
            UPDATE mlops.artifact AS a
                SET name = n.name, uri = n.uri,
                    identity = mlops_internal.artifact_identity(a.type, n.name, a.relation, n.uri, a.digest)
                FROM (SELECT v.artifact_id, format('%s version %s', rename_model.name, v.version) AS name,
                          format('models:/%s/%s', rename_model.name, v.version) AS uri
                      FROM mlops.version AS v WHERE v.model_id = m.model_id) AS n
                WHERE a.artifact_id = n.artifact_id;
            UPDATE mlops.edge AS e SET place_key = a.place_key
                FROM mlops.version AS v JOIN mlops.artifact AS a USING (artifact_id)
                WHERE v.model_id = m.model_id AND e.artifact_id = v.artifact_id;
        EXCEPTION WHEN unique_violation THEN
            RAISE EXCEPTION USING
                ERRCODE = 'duplicate_object',
                MESSAGE = format('model "%s" already exists', name),
                HINT = 'Choose another name; a deleted model keeps its name.';
        END;
        PERFORM mlops_internal.note_change(m.model_id, NULL, 'name', to_jsonb(m.name), to_jsonb(name), NULL, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rename_model IS 'mlops.rename_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.rename_model FROM PUBLIC;

CREATE FUNCTION mlops.rename_model(model text, name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.rename_model(model, name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.rename_model IS
    'give a model another name; versions, aliases, deployments, monitors and lineage go with it, the old name is free; '
    'error 42710 when the new one is taken';
REVOKE ALL ON FUNCTION mlops.rename_model FROM PUBLIC;

/*
 * Putting away.
 */
CREATE FUNCTION mlops_internal.put_away(model text, field text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model := mlops_internal.own_model(model, caller, 'admin');
    BEGIN
        PERFORM mlops_internal.lock_model(m.model_id);
        m := mlops_internal.own_model(model, caller, 'admin');
        IF field = 'archived' AND m.archived_at IS NOT NULL THEN
            RETURN;
        END IF;
        PERFORM mlops_internal.lock_versions(ARRAY(SELECT v.version_id FROM mlops.version AS v
            WHERE v.model_id = m.model_id));
        PERFORM mlops_internal.refuse_live(v.version_id) FROM mlops.version AS v
            WHERE v.model_id = m.model_id AND v.stage = 'deployed';
        UPDATE mlops.model AS x
            SET archived_at = CASE field WHEN 'archived' THEN clock_timestamp() ELSE x.archived_at END,
                deleted_at = CASE field WHEN 'deleted' THEN clock_timestamp() END
            WHERE x.model_id = m.model_id;
        PERFORM mlops_internal.note_change(m.model_id, NULL, field, 'false', 'true', reason, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.put_away(text, text, text, mlops_internal.caller) IS
    'archive or delete a model, of which no version is live (else error 55006)';
REVOKE ALL ON FUNCTION mlops_internal.put_away(text, text, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.archive_model(model text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.put_away(model, 'archived', reason, caller) $$;
COMMENT ON FUNCTION mlops_internal.archive_model IS 'mlops.archive_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.archive_model FROM PUBLIC;

CREATE FUNCTION mlops.archive_model(model text, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.archive_model(model, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.archive_model IS
    'put a model away: it is read as before, and takes no versions and no moves until mlops.restore_model; error 55006 '
    'while a version is live';
REVOKE ALL ON FUNCTION mlops.archive_model FROM PUBLIC;

CREATE FUNCTION mlops_internal.delete_model(model text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.put_away(model, 'deleted', reason, caller) $$;
COMMENT ON FUNCTION mlops_internal.delete_model IS 'mlops.delete_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.delete_model FROM PUBLIC;

CREATE FUNCTION mlops.delete_model(model text, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.delete_model(model, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.delete_model IS
    'delete a model: no name leads to it any more, its history stays, its name stays taken; mlops.restore_model brings '
    'it back; error 55006 while a version is live';
REVOKE ALL ON FUNCTION mlops.delete_model FROM PUBLIC;

CREATE FUNCTION mlops_internal.restore_model(model text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model;
        field text;
    BEGIN
        SELECT * INTO m FROM mlops.model AS x WHERE x.name = model;
        PERFORM mlops_internal.require_level(m, 'admin', caller, coalesce('"' || model || '"', 'NULL'));
        PERFORM mlops_internal.lock_model(m.model_id);
        SELECT * INTO STRICT m FROM mlops.model AS x WHERE x.model_id = m.model_id;
        field := CASE WHEN m.deleted_at IS NOT NULL THEN 'deleted' WHEN m.archived_at IS NOT NULL THEN 'archived' END;
        IF field IS NULL THEN
            RETURN;
        END IF;
        UPDATE mlops.model AS x
            SET deleted_at = NULL, archived_at = CASE field WHEN 'deleted' THEN x.archived_at END
            WHERE x.model_id = m.model_id;
        PERFORM mlops_internal.note_change(m.model_id, NULL, field, 'true', 'false', reason, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.restore_model IS 'mlops.restore_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.restore_model FROM PUBLIC;

CREATE FUNCTION mlops.restore_model(model text, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.restore_model(model, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.restore_model IS
    'bring a deleted model back as it was, or else an archived one into use; nothing happens when it is neither';
REVOKE ALL ON FUNCTION mlops.restore_model FROM PUBLIC;

CREATE FUNCTION mlops_internal.delete_version(
    model text, version integer, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version := mlops_internal.own_version(model, version, caller, 'admin');
        named text;
    BEGIN
        PERFORM mlops_internal.lock_model(v.model_id);
        v := mlops_internal.own_version(model, version, caller, 'admin');
        PERFORM mlops_internal.refuse_live(v.version_id);
        named := (SELECT min(a.alias) FROM mlops.alias AS a WHERE a.version_id = v.version_id AND a.until IS NULL);
        IF named IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_in_use',
                MESSAGE = format('alias "%s" names version %s', named, v.version),
                HINT = 'Let it name another version with mlops.set_alias, or end it with mlops.delete_alias.';
        END IF;
        UPDATE mlops.version AS x SET deleted_at = clock_timestamp() WHERE x.version_id = v.version_id;
        PERFORM mlops_internal.note_change(v.model_id, v.version_id, 'deleted', 'false', 'true', reason, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.delete_version IS 'mlops.delete_version on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.delete_version FROM PUBLIC;

CREATE FUNCTION mlops.delete_version(model text, version integer, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.delete_version(model, version, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.delete_version IS
    'delete a version: no name leads to it any more, its history stays, its number is given to no other; '
    'mlops.restore_version brings it back; error 55006 while it is live or has an alias';
REVOKE ALL ON FUNCTION mlops.delete_version FROM PUBLIC;

CREATE FUNCTION mlops_internal.restore_version(
    model text, version integer, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model := mlops_internal.own_model(model, caller, 'admin');
        id bigint;
    BEGIN
        PERFORM mlops_internal.lock_model(m.model_id);
        UPDATE mlops.version AS v SET deleted_at = NULL
            WHERE v.model_id = m.model_id AND v.version = restore_version.version AND v.deleted_at IS NOT NULL
            RETURNING v.version_id INTO id;
        IF id IS NOT NULL THEN
            PERFORM mlops_internal.note_change(m.model_id, id, 'deleted', 'true', 'false', reason, caller);
        ELSE
            PERFORM mlops_internal.find_version(model, version, NULL);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.restore_version IS 'mlops.restore_version on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.restore_version FROM PUBLIC;

CREATE FUNCTION mlops.restore_version(model text, version integer, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.restore_version(model, version, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.restore_version IS
    'bring a deleted version back as it was; nothing happens when it is there; error 42704 when there never was one';
REVOKE ALL ON FUNCTION mlops.restore_version FROM PUBLIC;

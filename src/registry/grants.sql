/*
 * registry: what others than the owner may do with a model.
 *
 * Members of the role that owns a model may all.  Each level adds to those before:
 * a viewer sees the model and what belongs to it, an editor registers versions and
 * describes, a deployer moves, an admin renames, deletes and grants.  The right to
 * call functions at all comes from mlops.grant_use.
 */
CREATE FUNCTION mlops_internal.grant_model(
    model text, role regrole, level text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model := mlops_internal.own_model(model, caller, 'admin');
        role_name CONSTANT name := mlops_internal.note_owner(role);
        old text;
    BEGIN
        IF role_name IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('role %s does not exist', coalesce(role::text, 'NULL'));
        ELSIF mlops_internal.level_number(level) IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('level %s does not exist', coalesce('"' || level || '"', 'NULL')),
                HINT = 'Levels are viewer, editor, deployer and admin.';
        END IF;
        PERFORM mlops_internal.lock_model(m.model_id);
        SELECT g.level INTO old FROM mlops.model_grant AS g WHERE g.model_id = m.model_id AND g.reader_oid = role;
        IF old IS DISTINCT FROM level THEN
            DELETE FROM mlops.model_grant AS g WHERE g.model_id = m.model_id AND g.reader_oid = role;
            INSERT INTO mlops.model_grant (model_id, reader_oid, reader_name, level, granted_by)
                VALUES (m.model_id, role, role_name, level, mlops_internal.caller_name(caller));
            PERFORM mlops_internal.note_change(m.model_id, NULL, 'rights',
                jsonb_build_object('role', role_name, 'level', old),
                jsonb_build_object('role', role_name, 'level', level), NULL, caller);
        END IF;
        IF level <> 'viewer' AND NOT EXISTS (SELECT FROM pg_proc AS p
                WHERE p.pronamespace = 'mlops'::regnamespace
                  AND p.proname = CASE level WHEN 'editor' THEN 'register_version' ELSE 'set_stage' END
                  AND has_function_privilege(role, p.oid, 'EXECUTE')) THEN
            RAISE NOTICE USING
                MESSAGE = format('role "%s" may not call the functions of level %s', role_name, level),
                HINT = format('The extension''s owner lets it, by mlops.grant_use with %L and %L.', role_name,
                    CASE level WHEN 'editor' THEN 'user' ELSE 'deployer' END);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.grant_model IS 'mlops.grant_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.grant_model FROM PUBLIC;

CREATE FUNCTION mlops.grant_model(model text, role regrole, level text DEFAULT 'viewer') RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.grant_model(model, role, level, mlops_internal.caller());
COMMENT ON FUNCTION mlops.grant_model IS
    'let a role, and its members, see a model (viewer), register and describe versions (editor), stage, alias and '
    'deploy (deployer), or rename, delete and grant (admin), instead of what it might before; by an admin';
REVOKE ALL ON FUNCTION mlops.grant_model FROM PUBLIC;

CREATE FUNCTION mlops_internal.revoke_model(model text, role regrole, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model := mlops_internal.own_model(model, caller, 'admin');
        gone mlops.model_grant;
    BEGIN
        PERFORM mlops_internal.lock_model(m.model_id);
        DELETE FROM mlops.model_grant AS g WHERE g.model_id = m.model_id AND g.reader_oid = role RETURNING * INTO gone;
        IF FOUND THEN
            PERFORM mlops_internal.note_change(m.model_id, NULL, 'rights',
                jsonb_build_object('role', gone.reader_name, 'level', gone.level),
                jsonb_build_object('role', gone.reader_name, 'level', NULL), NULL, caller);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.revoke_model IS 'mlops.revoke_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.revoke_model FROM PUBLIC;

CREATE FUNCTION mlops.revoke_model(model text, role regrole) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.revoke_model(model, role, mlops_internal.caller());
COMMENT ON FUNCTION mlops.revoke_model IS
    'take back what mlops.grant_model gave a role; nothing happens when it has none; by an admin';
REVOKE ALL ON FUNCTION mlops.revoke_model FROM PUBLIC;

CREATE VIEW mlops.model_right WITH (security_invoker = true) AS
    SELECT m.name AS model, m.owner_name AS role, 'owner' AS level, m.created_by AS granted_by,
        m.created_at AS granted_at
      FROM mlops.model AS m WHERE m.deleted_at IS NULL
    UNION ALL
    SELECT m.name, g.reader_name, g.level, g.granted_by, g.granted_at
      FROM mlops.model_grant AS g JOIN mlops.model AS m USING (model_id)
     WHERE m.deleted_at IS NULL AND mlops_internal.present_owner(g.reader_oid, g.reader_name) IS NOT NULL;
COMMENT ON VIEW mlops.model_right IS 'who may what with a model: its owner, and the roles that mlops.grant_model named';
COMMENT ON COLUMN mlops.model_right.model IS 'name of the model';
COMMENT ON COLUMN mlops.model_right.role IS 'the role; its members may the same';
COMMENT ON COLUMN mlops.model_right.level IS
    'owner (may all, and give the model away), admin, deployer, editor or viewer; each may what those after it may';
COMMENT ON COLUMN mlops.model_right.granted_by IS 'role that granted it; of an owner who made the model';
COMMENT ON COLUMN mlops.model_right.granted_at IS 'when it was granted; of an owner when the model was made';
GRANT SELECT ON mlops.model_right TO PUBLIC;

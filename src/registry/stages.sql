/*
 * registry: stages and aliases of versions.
 */
CREATE FUNCTION mlops_internal.set_stage(
    model text, version integer, stage text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.version := mlops_internal.lock_version(model, version, caller);
    BEGIN
        IF stage IS NULL OR stage NOT IN ('registered', 'staged', 'deployed', 'retired') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('stage %s does not exist', coalesce('"' || stage || '"', 'NULL')),
                HINT = 'Stages are registered, staged, deployed and retired.';
        END IF;
        -- deployed means live at an endpoint: deploy and undeploy move there and away
        IF stage = 'deployed' AND v.stage = 'deployed' THEN
            RETURN;
        ELSIF stage = 'deployed' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('version %s of model "%s" is live at no endpoint', v.version,
                    (SELECT m.name FROM mlops.model AS m WHERE m.model_id = v.model_id)),
                HINT = 'Put it at an endpoint with mlops.deploy: its stage becomes deployed by itself.';
        END IF;
        PERFORM mlops_internal.refuse_live(v.version_id);
        SELECT x.stage INTO STRICT v.stage FROM mlops.version AS x WHERE x.version_id = v.version_id;
        IF v.stage <> stage THEN
            PERFORM mlops_internal.check_move(v.version_id, v.stage || '>' || stage, NULL, reason, caller);
            PERFORM mlops_internal.move_stage(v.version_id, stage, reason, caller);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.set_stage IS 'mlops.set_stage on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.set_stage FROM PUBLIC;

CREATE FUNCTION mlops.set_stage(model text, version integer, stage text, reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.set_stage(model, version, stage, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.set_stage IS
    'move a version to the stage registered, staged or retired, in any order, with the reason; deployed is what '
    'is live and nothing else, by mlops.deploy and mlops.undeploy (else error 55000 or 55006)';
REVOKE ALL ON FUNCTION mlops.set_stage FROM PUBLIC;

CREATE FUNCTION mlops_internal.end_alias(model bigint, alias text, caller mlops_internal.caller) RETURNS timestamptz
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.alias AS a
            SET until = greatest(a.since, clock_timestamp()), ended_by = mlops_internal.caller_name(caller)
            WHERE a.model_id = model AND a.alias = end_alias.alias AND a.until IS NULL
            RETURNING a.until
    $$;
COMMENT ON FUNCTION mlops_internal.end_alias(bigint, text, mlops_internal.caller) IS
    'end the present alias of that name and return when; NULL when there is none';
REVOKE ALL ON FUNCTION mlops_internal.end_alias(bigint, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.set_alias(
    model text, alias text, version integer, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.version := mlops_internal.lock_version(model, version, caller);
    BEGIN
        PERFORM mlops_internal.check_name(alias, 'alias');
        IF lower(alias) = 'latest' OR alias ~ '^[vV]?[0-9]+$' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'reserved_name',
                MESSAGE = format('alias "%s" looks like a version', alias),
                HINT = 'Choose a word such as champion; "latest" and numbers are reserved.';
        END IF;
        PERFORM FROM mlops.alias AS a
            WHERE a.model_id = v.model_id AND a.alias = set_alias.alias AND a.until IS NULL
                AND a.version_id = v.version_id;
        IF NOT FOUND THEN
            PERFORM mlops_internal.lock_versions(ARRAY[v.version_id]);
            PERFORM mlops_internal.check_move(v.version_id, 'alias:' || alias, NULL, NULL, caller);
            INSERT INTO mlops.alias (model_id, alias, version_id, since, set_by)
                VALUES (v.model_id, alias, v.version_id,
                        coalesce(mlops_internal.end_alias(v.model_id, alias, caller), clock_timestamp()),
                        mlops_internal.caller_name(caller));
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.set_alias IS 'mlops.set_alias on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.set_alias FROM PUBLIC;

CREATE FUNCTION mlops.set_alias(model text, alias text, version integer) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.set_alias(model, alias, version, mlops_internal.caller());
COMMENT ON FUNCTION mlops.set_alias IS
    'let an alias of the model name this version from now on; it moves there when it named another; "latest" and '
    'names that look like a version number are refused';
REVOKE ALL ON FUNCTION mlops.set_alias FROM PUBLIC;

CREATE FUNCTION mlops_internal.delete_alias(model text, alias text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.model := mlops_internal.own_model(model, caller, 'deployer');
    BEGIN
        PERFORM mlops_internal.lock_model(m.model_id);
        PERFORM mlops.version_by_alias(model, alias);
        PERFORM mlops_internal.end_alias(m.model_id, alias, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.delete_alias IS 'mlops.delete_alias on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.delete_alias FROM PUBLIC;

CREATE FUNCTION mlops.delete_alias(model text, alias text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.delete_alias(model, alias, mlops_internal.caller());
COMMENT ON FUNCTION mlops.delete_alias IS
    'end an alias; its history stays; error 42704 when there is none';
REVOKE ALL ON FUNCTION mlops.delete_alias FROM PUBLIC;

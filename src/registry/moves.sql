/*
 * registry: how a version moves.
 *
 * Three kinds of move are asked for: to a stage (set_stage), to an endpoint
 * (start_deployment, for deploy and rollback; undeploy away from it) and an alias
 * that names another version (set_alias).  Each takes its locks in one order, the
 * model's row, the endpoint's, the versions' by their ids, so that moves of one
 * model happen one after another and do not deadlock; then asks check_move; then
 * writes.  What follows from a move, such as the retirement of what was replaced,
 * is not asked for.
 *
 * Rows are locked by an update that changes nothing: a transaction with an older
 * snapshot (REPEATABLE READ) that waited for the lock fails with 40001 instead of
 * deciding by what it saw before.
 *
 * Stage and deployments agree: deployed is what is live at an endpoint, and nothing
 * else.  start_deployment and end_deployments are all that moves there and away.
 */
CREATE FUNCTION mlops_internal.lock_model(model_id bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        UPDATE mlops.model AS m SET name = m.name WHERE m.model_id = lock_model.model_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lock_model(bigint) IS
    'wait for whoever moves a version of the model, and hold it until the transaction ends: the first lock of a move';
REVOKE ALL ON FUNCTION mlops_internal.lock_model(bigint) FROM PUBLIC;

CREATE FUNCTION mlops_internal.refuse_archived(model_id bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model;
    BEGIN
        SELECT * INTO STRICT m FROM mlops.model AS x WHERE x.model_id = refuse_archived.model_id;
        IF m.archived_at IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('model "%s" is archived', m.name),
                HINT = format('Bring it back first: SELECT mlops.restore_model(%L).', m.name);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.refuse_archived(bigint) IS 'error 55000 when the model is archived';
REVOKE ALL ON FUNCTION mlops_internal.refuse_archived(bigint) FROM PUBLIC;

CREATE FUNCTION mlops_internal.lock_version(model text, version integer, caller mlops_internal.caller)
    RETURNS mlops.version
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version := mlops_internal.own_version(model, version, caller, 'deployer');
    BEGIN
        PERFORM mlops_internal.lock_model(v.model_id);
        PERFORM mlops_internal.refuse_archived(v.model_id);
        -- as it is now, and if the caller still may
        RETURN mlops_internal.own_version(model, version, caller, 'deployer');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lock_version(text, integer, mlops_internal.caller) IS
    'the version that a deployer of its model moves, with the lock of the model; errors as own_version, and 55000 when '
    'the model is archived';
REVOKE ALL ON FUNCTION mlops_internal.lock_version(text, integer, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.lock_endpoint(endpoint text, caller mlops_internal.caller) RETURNS mlops.endpoint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        e mlops.endpoint := mlops_internal.own_endpoint(endpoint, caller);
    BEGIN
        UPDATE mlops.endpoint AS x SET name = x.name WHERE x.endpoint_id = e.endpoint_id;
        RETURN mlops_internal.own_endpoint(endpoint, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lock_endpoint(text, mlops_internal.caller) IS
    'the endpoint, locked: the second lock of a move; errors as own_endpoint';
REVOKE ALL ON FUNCTION mlops_internal.lock_endpoint(text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.lock_versions(versions bigint[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM FROM mlops.version AS v WHERE v.version_id = ANY (versions) ORDER BY v.version_id FOR NO KEY UPDATE;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lock_versions(bigint[]) IS
    'lock versions in the order of their ids: the last locks of a move';
REVOKE ALL ON FUNCTION mlops_internal.lock_versions(bigint[]) FROM PUBLIC;

/*
 * Called with all locks held, before anything is written; raises when the move may
 * not happen.  Here everything may: a room below replaces it.
 *
 * transition is FROM>TO for stages, as registered>staged; for a deployment first
 * FROM>deployed, when that moves the stage, then deploy:ROLE; rollback:ROLE and
 * undeploy:ROLE for the ways back; alias:NAME.  endpoint_id is NULL but for
 * deployments and the stage that comes with them.
 */
CREATE FUNCTION mlops_internal.check_move(version_id bigint, transition text, endpoint_id bigint, reason text,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_move(bigint, text, bigint, text, mlops_internal.caller) IS
    'raise unless the version may make the move, whose locks are held; transition is FROM>TO, deploy:ROLE, '
    'rollback:ROLE, undeploy:ROLE or alias:NAME';
REVOKE ALL ON FUNCTION mlops_internal.check_move(bigint, text, bigint, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.move_stage(version bigint, stage text, reason text, caller mlops_internal.caller)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        old_stage text;
    BEGIN
        SELECT v.stage INTO STRICT old_stage FROM mlops.version AS v
            WHERE v.version_id = move_stage.version FOR NO KEY UPDATE;
        IF old_stage <> move_stage.stage THEN
            UPDATE mlops.version AS v SET stage = move_stage.stage WHERE v.version_id = move_stage.version;
            INSERT INTO mlops.stage_change (version_id, from_stage, to_stage, reason, changed_by)
                VALUES (move_stage.version, old_stage, move_stage.stage, move_stage.reason,
                    mlops_internal.caller_name(caller));
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.move_stage(bigint, text, text, mlops_internal.caller) IS
    'bring a version to a stage and record the move; nothing when it is there';
REVOKE ALL ON FUNCTION mlops_internal.move_stage(bigint, text, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.refuse_live(version_id bigint) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        place record;
    BEGIN
        -- whoever deploys it has finished after this
        PERFORM mlops_internal.lock_versions(ARRAY[version_id]);
        SELECT m.name AS model, v.version, e.name AS endpoint, d.role INTO place
            FROM mlops.deployment AS d JOIN mlops.endpoint AS e USING (endpoint_id)
                JOIN mlops.version AS v USING (version_id) JOIN mlops.model AS m USING (model_id)
            WHERE d.version_id = refuse_live.version_id AND d.until IS NULL ORDER BY d.deployment_id LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_in_use',
                MESSAGE = format('version %s of model "%s" is live at endpoint "%s" as %s', place.version, place.model,
                    place.endpoint, place.role),
                HINT = 'Replace it there with mlops.deploy or mlops.rollback, or take it away with mlops.undeploy: it '
                    'becomes retired by itself when it is live nowhere any more.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.refuse_live(bigint) IS
    'lock the version; error 55006 when it is live at an endpoint';
REVOKE ALL ON FUNCTION mlops_internal.refuse_live(bigint) FROM PUBLIC;

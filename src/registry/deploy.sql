/*
 * registry: endpoints and deployments.
 *
 * The locks are those of moves.sql: the model's row, the endpoint's, the versions
 * in the order of their ids, so that concurrent deployments wait for each other.
 * Times are taken under the endpoint's lock and never before the last deployment's, so
 * the periods of one role do not overlap even when the clock is set back.
 */
CREATE FUNCTION mlops_internal.create_endpoint(
    name text, description text, owner regrole, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        role oid := mlops_internal.new_owner(owner, 'endpoint', caller);
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.check_name(name, 'endpoint');
        INSERT INTO mlops.endpoint AS e (name, description, created_by, owner_oid, owner_name)
            SELECT create_endpoint.name, create_endpoint.description, mlops_internal.caller_name(caller), o.oid,
                o.rolname
            FROM pg_roles AS o WHERE o.oid = role
            ON CONFLICT ON CONSTRAINT endpoint_name_key DO NOTHING
            RETURNING e.endpoint_id INTO new_id;
        IF new_id IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'duplicate_object',
                MESSAGE = format('endpoint "%s" already exists', name),
                HINT = 'Deploy to it with mlops.deploy, or choose another name.';
        END IF;
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.create_endpoint IS 'mlops.create_endpoint on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.create_endpoint FROM PUBLIC;

CREATE FUNCTION mlops.create_endpoint(
    name text, description text DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.create_endpoint(name, description, owner, mlops_internal.caller());
COMMENT ON FUNCTION mlops.create_endpoint IS
    'create an endpoint and return its endpoint_id; owner, by default the caller, must be a role of the caller; error '
    '42710 when the name is taken';
REVOKE ALL ON FUNCTION mlops.create_endpoint FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_role(role text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF role IS NULL OR role NOT IN ('champion', 'challenger', 'shadow') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('deployment role %s does not exist', coalesce('"' || role || '"', 'NULL')),
                HINT = 'Roles are champion, challenger and shadow.';
        END IF;
        RETURN role;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_role(text) IS
    'the role itself; error 22023 unless it is champion, challenger or shadow';
REVOKE ALL ON FUNCTION mlops_internal.check_role(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.end_deployments(deployments bigint[], reason text, caller mlops_internal.caller)
    RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        ended timestamptz := (SELECT max(greatest(d.since, clock_timestamp())) FROM mlops.deployment AS d
                              WHERE d.deployment_id = ANY (deployments));
    BEGIN
        -- whoever deploys one of these versions elsewhere has finished after this
        PERFORM mlops_internal.lock_versions(ARRAY(SELECT d.version_id FROM mlops.deployment AS d
            WHERE d.deployment_id = ANY (deployments)));
        UPDATE mlops.deployment AS d SET until = ended, ended_by = mlops_internal.caller_name(caller)
            WHERE d.deployment_id = ANY (deployments);
        PERFORM mlops_internal.move_stage(v.version_id, 'retired', reason, caller)
            FROM mlops.version AS v
            WHERE v.version_id IN (SELECT d.version_id FROM mlops.deployment AS d
                WHERE d.deployment_id = ANY (deployments))
              AND v.stage = 'deployed'
              AND NOT EXISTS (SELECT FROM mlops.deployment AS d WHERE d.version_id = v.version_id AND d.until IS NULL);
        RETURN ended;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.end_deployments(bigint[], text, mlops_internal.caller) IS
    'end live deployments and return when, NULL for none; a deployed version that is live nowhere any more becomes '
    'retired';
REVOKE ALL ON FUNCTION mlops_internal.end_deployments(bigint[], text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.log_deployment(endpoint mlops.endpoint, version mlops.version, role text,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        run bigint := mlops_internal.add_run('deployment', endpoint.name, endpoint.owner_oid, endpoint.owner_name,
            caller);
    BEGIN
        PERFORM mlops_internal.log_params(run, jsonb_build_object('endpoint', endpoint.name, 'role', role), caller);
        PERFORM mlops_internal.add_edge(run, version.artifact_id, 'input');
        PERFORM mlops_internal.add_edge(run, mlops_internal.add_artifact('endpoint', endpoint.name, NULL,
            'endpoints:/' || endpoint.name, NULL, '{}', endpoint.owner_oid, endpoint.owner_name), 'output');
        PERFORM mlops_internal.end_run(run, 'finished', NULL, caller);
        RETURN run;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_deployment(mlops.endpoint, mlops.version, text, mlops_internal.caller) IS
    'a finished deployment run that read the version and wrote the endpoint';
REVOKE ALL ON FUNCTION mlops_internal.log_deployment(mlops.endpoint, mlops.version, text, mlops_internal.caller)
    FROM PUBLIC;

CREATE FUNCTION mlops_internal.start_deployment(
    endpoint mlops.endpoint,
    version mlops.version,
    role text,
    traffic double precision,
    reason text,
    restores bigint,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        replaced bigint[] := ARRAY(
            SELECT d.deployment_id FROM mlops.deployment AS d
            WHERE d.endpoint_id = endpoint.endpoint_id AND d.until IS NULL
              AND (d.role = start_deployment.role OR d.version_id = version.version_id));
        last timestamptz := (SELECT max(coalesce(d.until, d.since)) FROM mlops.deployment AS d
                             WHERE d.endpoint_id = endpoint.endpoint_id AND d.role = start_deployment.role);
        old_stage text;
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.lock_versions(version.version_id || ARRAY(SELECT d.version_id
            FROM mlops.deployment AS d WHERE d.deployment_id = ANY (replaced)));
        SELECT v.stage INTO STRICT old_stage FROM mlops.version AS v WHERE v.version_id = version.version_id;
        IF restores IS NULL AND old_stage <> 'deployed' THEN
            PERFORM mlops_internal.check_move(version.version_id, old_stage || '>deployed', endpoint.endpoint_id,
                reason, caller);
        END IF;
        PERFORM mlops_internal.check_move(version.version_id,
            CASE WHEN restores IS NULL THEN 'deploy:' ELSE 'rollback:' END || role, endpoint.endpoint_id, reason,
            caller);
        last := greatest(last, mlops_internal.end_deployments(replaced,
            format('replaced by %s at endpoint "%s"', (SELECT a.name FROM mlops.artifact AS a
                   WHERE a.artifact_id = version.artifact_id), endpoint.name), caller));
        INSERT INTO mlops.deployment AS d (endpoint_id, version_id, role, traffic, since, reason, restores, run_id,
            deployed_by)
            VALUES (endpoint.endpoint_id, version.version_id, role, traffic,
                    CASE WHEN cardinality(replaced) > 0 THEN last ELSE greatest(last, clock_timestamp()) END,
                    reason, restores,
                    mlops_internal.log_deployment(endpoint, version, role, caller), mlops_internal.caller_name(caller))
            RETURNING d.deployment_id INTO new_id;
        -- the row changes even when the stage does not: whoever decides by an older snapshot fails
        UPDATE mlops.version AS v SET stage = v.stage WHERE v.version_id = version.version_id;
        PERFORM mlops_internal.move_stage(version.version_id, 'deployed',
            coalesce(reason, format('%s at endpoint "%s"', role, endpoint.name)), caller);
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.start_deployment(mlops.endpoint, mlops.version, text, double precision, text,
        bigint, mlops_internal.caller) IS
    'put a version at a locked endpoint, ending the role''s and the version''s live deployments there, and return the '
    'deployment_id';
REVOKE ALL ON FUNCTION mlops_internal.start_deployment(mlops.endpoint, mlops.version, text, double precision, text,
    bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.deploy(
    model text, version integer, endpoint text, role text, traffic double precision, reason text,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.version := mlops_internal.lock_version(model, version, caller);
        e mlops.endpoint := mlops_internal.lock_endpoint(endpoint, caller);
        present bigint;
    BEGIN
        PERFORM mlops_internal.check_role(role);
        IF NOT traffic BETWEEN 0 AND 1 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'numeric_value_out_of_range',
                MESSAGE = format('traffic must be between 0 and 1, not %s', traffic),
                HINT = 'Give a share: 0.1 for ten percent.';
        END IF;
        SELECT d.deployment_id INTO present FROM mlops.deployment AS d
            WHERE d.endpoint_id = e.endpoint_id AND d.role = deploy.role AND d.until IS NULL
              AND d.version_id = v.version_id AND d.traffic IS NOT DISTINCT FROM deploy.traffic;
        IF FOUND THEN
            RETURN present;
        END IF;
        RETURN mlops_internal.start_deployment(e, v, role, traffic, reason, NULL, caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.deploy IS 'mlops.deploy on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.deploy FROM PUBLIC;

CREATE FUNCTION mlops.deploy(
    model text, version integer, endpoint text, role text DEFAULT 'champion', traffic double precision DEFAULT NULL,
    reason text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.deploy(model, version, endpoint, role, traffic, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.deploy IS
    'put a version at an endpoint in a role (champion, challenger, shadow) and return the deployment_id; ends '
    'the role''s live deployment and the version''s other role there; traffic is a share from 0 to 1';
REVOKE ALL ON FUNCTION mlops.deploy FROM PUBLIC;

CREATE FUNCTION mlops_internal.undeploy(
    endpoint text, role text, reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        e mlops.endpoint := mlops_internal.own_endpoint(endpoint, caller);
        live bigint[];
    BEGIN
        PERFORM mlops_internal.check_role(role);
        PERFORM mlops_internal.lock_model(v.model_id)
            FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
            WHERE d.endpoint_id = e.endpoint_id AND d.role = undeploy.role AND d.until IS NULL;
        e := mlops_internal.lock_endpoint(endpoint, caller);
        live := ARRAY(SELECT d.deployment_id FROM mlops.deployment AS d
                      WHERE d.endpoint_id = e.endpoint_id AND d.role = undeploy.role AND d.until IS NULL);
        IF cardinality(live) = 0 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('endpoint "%s" has no live %s', endpoint, role),
                HINT = format('See what is live: SELECT * FROM mlops.deployed_at(%L).', endpoint);
        END IF;
        PERFORM mlops_internal.lock_versions(ARRAY(SELECT d.version_id FROM mlops.deployment AS d
            WHERE d.deployment_id = ANY (live)));
        PERFORM mlops_internal.check_move(d.version_id, 'undeploy:' || undeploy.role, e.endpoint_id, undeploy.reason,
                caller)
            FROM mlops.deployment AS d WHERE d.deployment_id = ANY (live);
        PERFORM mlops_internal.end_deployments(live, coalesce(reason, format('removed from endpoint "%s"', endpoint)),
            caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.undeploy IS 'mlops.undeploy on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.undeploy FROM PUBLIC;

CREATE FUNCTION mlops.undeploy(endpoint text, role text DEFAULT 'champion', reason text DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.undeploy(endpoint, role, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.undeploy IS
    'end the live deployment of a role at an endpoint; a version that is live nowhere any more becomes retired, with '
    'the reason; error 42704 when there is none';
REVOKE ALL ON FUNCTION mlops.undeploy FROM PUBLIC;

-- a rollback stands where what it restored stood: the next goes further back
CREATE FUNCTION mlops_internal.earlier_deployment(endpoint_id bigint, role text) RETURNS SETOF mlops.deployment
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT d.*
        FROM (SELECT x.* FROM mlops.deployment AS x
              WHERE x.endpoint_id = earlier_deployment.endpoint_id AND x.role = earlier_deployment.role
              ORDER BY x.deployment_id DESC LIMIT 1) AS present
            JOIN mlops.deployment AS d ON d.endpoint_id = present.endpoint_id AND d.role = present.role
                AND (d.deployment_id = present.deployment_id AND present.until IS NOT NULL
                     OR d.deployment_id < coalesce(present.restores, present.deployment_id)
                         AND d.version_id <> present.version_id)
            JOIN mlops.version AS v ON v.version_id = d.version_id AND v.deleted_at IS NULL
            JOIN mlops.model AS m ON m.model_id = v.model_id AND num_nonnulls(m.deleted_at, m.archived_at) = 0
        ORDER BY d.deployment_id DESC LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.earlier_deployment(bigint, text) IS
    'the deployment that a rollback of the role at the endpoint would restore: what was deleted or archived meanwhile '
    'is passed over; no row for none';
REVOKE ALL ON FUNCTION mlops_internal.earlier_deployment(bigint, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.rollback(
    endpoint text, role text, reason text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        e mlops.endpoint := mlops_internal.own_endpoint(endpoint, caller);
        previous mlops.deployment;
        v mlops.version;
        m mlops.model;
    BEGIN
        PERFORM mlops_internal.check_role(role);
        PERFORM mlops_internal.lock_model(x.model_id)
            FROM mlops_internal.earlier_deployment(e.endpoint_id, role) AS d JOIN mlops.version AS x USING (version_id);
        e := mlops_internal.lock_endpoint(endpoint, caller);
        SELECT * INTO previous FROM mlops_internal.earlier_deployment(e.endpoint_id, role);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('endpoint "%s" has no earlier %s to return to', endpoint, role),
                HINT = 'Choose a version and put it there with mlops.deploy.';
        END IF;
        SELECT * INTO STRICT v FROM mlops.version AS x WHERE x.version_id = previous.version_id;
        -- another model than before the endpoint's lock: somebody deployed it meanwhile
        PERFORM mlops_internal.lock_model(v.model_id);
        -- the model may have gone to another owner, whose names are not told
        SELECT * INTO STRICT m FROM mlops.model AS x WHERE x.model_id = v.model_id;
        PERFORM mlops_internal.require_level(m, 'deployer', caller,
            format('of the earlier deployment at endpoint "%s"', endpoint));
        RETURN mlops_internal.start_deployment(e, v, role, previous.traffic,
            coalesce(reason, format('rollback at endpoint "%s"', endpoint)),
            coalesce(previous.restores, previous.deployment_id), caller);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rollback IS 'mlops.rollback on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.rollback FROM PUBLIC;

CREATE FUNCTION mlops.rollback(endpoint text, role text DEFAULT 'champion', reason text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.rollback(endpoint, role, reason, mlops_internal.caller());
COMMENT ON FUNCTION mlops.rollback IS
    'put the version that had the role before back at the endpoint, with its traffic, and return the '
    'deployment_id; called again it goes further back; error 55000 when there is none';
REVOKE ALL ON FUNCTION mlops.rollback FROM PUBLIC;

CREATE FUNCTION mlops.deployed_at(endpoint text, at timestamptz DEFAULT clock_timestamp())
    RETURNS TABLE (role text, model text, version integer, traffic double precision, since timestamptz,
        until timestamptz)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT l.*
        FROM mlops_internal.endpoint_id(endpoint) AS e (endpoint_id) CROSS JOIN LATERAL (
            SELECT d.role, m.name, v.version, d.traffic, d.since, d.until
            FROM mlops.deployment AS d
                LEFT JOIN mlops.version AS v USING (version_id)
                LEFT JOIN mlops.model AS m USING (model_id)
            WHERE d.endpoint_id = e.endpoint_id AND d.since <= at AND (d.until > at OR d.until IS NULL)
            ORDER BY pg_catalog.array_position(ARRAY['champion', 'challenger', 'shadow'], d.role)) AS l
    $$;
COMMENT ON FUNCTION mlops.deployed_at(text, timestamptz) IS
    'the versions that stood at an endpoint at a moment, by default now: one row per role; model and version are NULL '
    'when the caller may not see them';

CREATE FUNCTION mlops.live_version(endpoint text, role text DEFAULT 'champion') RETURNS integer
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        -- the name is looked up whether or not anything is deployed anywhere
        SELECT v.version
        FROM mlops_internal.endpoint_id(endpoint) AS e (endpoint_id) LEFT JOIN (
            mlops.deployment AS d JOIN mlops.version AS v USING (version_id))
            ON d.endpoint_id = e.endpoint_id AND d.role = live_version.role AND d.until IS NULL
    $$;
COMMENT ON FUNCTION mlops.live_version(text, text) IS
    'number of the version that is live at an endpoint in a role; NULL when there is none';

/*
 * registry: models, their versions, and where they stand.
 *
 * A version is immutable: its number, its parameters and metrics, the run it
 * came from and the code are fixed when it is registered.  What moves are its
 * stage, its aliases and its deployments, and every move keeps who, when and
 * why.  Aliases and deployments have a time, [since, until): until is NULL for
 * the present one.
 *
 * Each version is also an artifact of the lineage graph, with the URI
 * models:/NAME/VERSION: written by its training run, read by whatever uses it.
 */
CREATE TABLE mlops.model (
    model_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    task text NOT NULL,
    description text,
    tags jsonb NOT NULL DEFAULT '{}',
    last_version integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT model_pkey PRIMARY KEY (model_id),
    CONSTRAINT model_name_key UNIQUE (name),
    CONSTRAINT model_task_check CHECK (task IN ('binary', 'multiclass', 'regression', 'ranking'))
);
COMMENT ON TABLE mlops.model IS 'named things that predict';
COMMENT ON COLUMN mlops.model.task IS 'binary, multiclass, regression or ranking';
COMMENT ON COLUMN mlops.model.last_version IS 'the number given last; 0 before the first version';

CREATE TABLE mlops.version (
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    model_id bigint NOT NULL,
    version integer NOT NULL,
    stage text NOT NULL DEFAULT 'registered',
    description text,
    params jsonb NOT NULL DEFAULT '{}',
    metrics jsonb NOT NULL DEFAULT '{}',
    signature jsonb,
    uri text,
    digest text,
    git_repo text,
    git_commit text,
    git_path text,
    git_dirty boolean,
    run_id bigint,
    artifact_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    CONSTRAINT version_pkey PRIMARY KEY (version_id),
    CONSTRAINT version_number_key UNIQUE (model_id, version),
    CONSTRAINT version_stage_check CHECK (stage IN ('registered', 'staged', 'deployed', 'retired')),
    CONSTRAINT version_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model,
    CONSTRAINT version_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run,
    CONSTRAINT version_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact
);
CREATE INDEX version_run_idx ON mlops.version (run_id);
COMMENT ON TABLE mlops.version IS
    'training results of models, numbered 1, 2, 3 ... without gaps; immutable but for the stage';
COMMENT ON COLUMN mlops.version.stage IS
    'registered, staged, deployed (live at an endpoint) or retired; mlops.stage_change has the history';
COMMENT ON COLUMN mlops.version.params IS 'parameters: those of the run when it was registered, and those given then';
COMMENT ON COLUMN mlops.version.metrics IS
    'metrics: the run''s present ones when it was registered, and those given then';
COMMENT ON COLUMN mlops.version.signature IS 'inputs and outputs of the model, in any JSON form';
COMMENT ON COLUMN mlops.version.uri IS 'where the model file is';
COMMENT ON COLUMN mlops.version.digest IS 'checksum of the model file';
COMMENT ON COLUMN mlops.version.run_id IS 'the training run that made it';
COMMENT ON COLUMN mlops.version.artifact_id IS 'the version as a node of the lineage graph';

CREATE TABLE mlops.stage_change (
    stage_change_id bigint GENERATED ALWAYS AS IDENTITY,
    version_id bigint NOT NULL,
    from_stage text,
    to_stage text NOT NULL,
    reason text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_by name NOT NULL,
    CONSTRAINT stage_change_pkey PRIMARY KEY (stage_change_id),
    CONSTRAINT stage_change_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version
);
CREATE INDEX stage_change_version_idx ON mlops.stage_change (version_id, stage_change_id);
COMMENT ON TABLE mlops.stage_change IS 'every move of a version between stages; rows are only added';
COMMENT ON COLUMN mlops.stage_change.from_stage IS 'NULL for the registration';

CREATE TABLE mlops.alias (
    alias_id bigint GENERATED ALWAYS AS IDENTITY,
    model_id bigint NOT NULL,
    alias text NOT NULL,
    version_id bigint NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    set_by name NOT NULL,
    ended_by name,
    CONSTRAINT alias_pkey PRIMARY KEY (alias_id),
    CONSTRAINT alias_time_check CHECK (until >= since),
    CONSTRAINT alias_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model,
    CONSTRAINT alias_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version
);
CREATE UNIQUE INDEX alias_present_key ON mlops.alias (model_id, alias) WHERE until IS NULL;
CREATE INDEX alias_version_idx ON mlops.alias (version_id);
COMMENT ON TABLE mlops.alias IS 'movable names of versions, in time: the present ones have no until';
COMMENT ON COLUMN mlops.alias.until IS 'when the name moved on or was deleted; NULL for the present one';

CREATE TABLE mlops.endpoint (
    endpoint_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    description text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT endpoint_pkey PRIMARY KEY (endpoint_id),
    CONSTRAINT endpoint_name_key UNIQUE (name)
);
COMMENT ON TABLE mlops.endpoint IS 'named places that predictions come from';

CREATE TABLE mlops.deployment (
    deployment_id bigint GENERATED ALWAYS AS IDENTITY,
    endpoint_id bigint NOT NULL,
    version_id bigint NOT NULL,
    role text NOT NULL,
    traffic double precision,
    since timestamptz NOT NULL,
    until timestamptz,
    reason text,
    restores bigint,
    run_id bigint NOT NULL,
    deployed_by name NOT NULL,
    ended_by name,
    CONSTRAINT deployment_pkey PRIMARY KEY (deployment_id),
    CONSTRAINT deployment_role_check CHECK (role IN ('champion', 'challenger', 'shadow')),
    CONSTRAINT deployment_traffic_check CHECK (traffic BETWEEN 0 AND 1),
    CONSTRAINT deployment_time_check CHECK (until >= since),
    CONSTRAINT deployment_endpoint_fkey FOREIGN KEY (endpoint_id) REFERENCES mlops.endpoint,
    CONSTRAINT deployment_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version,
    CONSTRAINT deployment_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run
);
CREATE UNIQUE INDEX deployment_present_key ON mlops.deployment (endpoint_id, role) WHERE until IS NULL;
CREATE INDEX deployment_endpoint_idx ON mlops.deployment (endpoint_id, role, since);
CREATE INDEX deployment_version_idx ON mlops.deployment (version_id);
COMMENT ON TABLE mlops.deployment IS
    'which version stood at which endpoint in which role, [since, until); at most one per role at a time';
COMMENT ON COLUMN mlops.deployment.role IS 'champion, challenger or shadow';
COMMENT ON COLUMN mlops.deployment.traffic IS 'share of the endpoint''s requests, 0 to 1; NULL when it was not stated';
COMMENT ON COLUMN mlops.deployment.until IS 'when it ended; NULL while it is live';
COMMENT ON COLUMN mlops.deployment.restores IS 'the earlier deployment that this one, a rollback, brought back';
COMMENT ON COLUMN mlops.deployment.run_id IS 'the deployment as a run of the lineage graph';

SELECT pg_catalog.pg_extension_config_dump('mlops.model', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.model_model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.version', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.version_version_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.stage_change', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.stage_change_stage_change_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.alias', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.alias_alias_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.endpoint', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.endpoint_endpoint_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.deployment', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.deployment_deployment_id_seq', '');

/*
 * Who reads what: models and endpoints of one's own roles, and what belongs to
 * them; a deployment is shown to both sides.
 */
ALTER TABLE mlops.model ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.stage_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.deployment ENABLE ROW LEVEL SECURITY;
CREATE POLICY model_read ON mlops.model FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY version_read ON mlops.version FOR SELECT
    USING (EXISTS (SELECT FROM mlops.model AS m WHERE m.model_id = version.model_id));
CREATE POLICY stage_change_read ON mlops.stage_change FOR SELECT
    USING (EXISTS (SELECT FROM mlops.version AS v WHERE v.version_id = stage_change.version_id));
CREATE POLICY alias_read ON mlops.alias FOR SELECT
    USING (EXISTS (SELECT FROM mlops.model AS m WHERE m.model_id = alias.model_id));
CREATE POLICY endpoint_read ON mlops.endpoint FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY deployment_read ON mlops.deployment FOR SELECT
    USING (EXISTS (SELECT FROM mlops.endpoint AS e WHERE e.endpoint_id = deployment.endpoint_id)
           OR EXISTS (SELECT FROM mlops.version AS v WHERE v.version_id = deployment.version_id));
GRANT SELECT ON mlops.model, mlops.version, mlops.stage_change, mlops.alias, mlops.endpoint, mlops.deployment TO PUBLIC;

/*
 * Look-ups by name.
 */
CREATE FUNCTION mlops.model_id(name text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id bigint := (SELECT m.model_id FROM mlops.model AS m WHERE m.name = model_id.name);
    BEGIN
        IF id IS NULL THEN
            PERFORM mlops_internal.no_such('model', coalesce('"' || name || '"', 'NULL'));
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops.model_id(text) IS
    'the model_id of a model; error 42704 when there is none that the caller may see';

CREATE FUNCTION mlops_internal.version_id(model text, version integer) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        of_model bigint := mlops.model_id(model);
        id bigint := (SELECT v.version_id FROM mlops.version AS v
                      WHERE v.model_id = of_model AND v.version = version_id.version);
    BEGIN
        IF id IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('version %s of model "%s" does not exist', coalesce(version::text, 'NULL'), model),
                HINT = format('See the versions: SELECT version, stage FROM mlops.version WHERE model_id = %s.',
                    of_model);
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.version_id(text, integer) IS
    'the version_id of a version; error 42704 when there is none that the caller may see';

CREATE FUNCTION mlops_internal.endpoint_id(name text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id bigint := (SELECT e.endpoint_id FROM mlops.endpoint AS e WHERE e.name = endpoint_id.name);
    BEGIN
        IF id IS NULL THEN
            PERFORM mlops_internal.no_such('endpoint', coalesce('"' || name || '"', 'NULL'));
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.endpoint_id(text) IS
    'the endpoint_id of an endpoint; error 42704 when there is none that the caller may see';

CREATE FUNCTION mlops.version_by_alias(model text, alias text) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        number integer := (SELECT v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id)
                           WHERE a.model_id = mlops.model_id(model) AND a.alias = version_by_alias.alias
                             AND a.until IS NULL);
    BEGIN
        IF number IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('alias %s of model "%s" does not exist', coalesce('"' || alias || '"', 'NULL'), model),
                HINT = format('See the aliases: SELECT alias FROM mlops.alias WHERE until IS NULL AND model_id = %s.',
                              mlops.model_id(model));
        END IF;
        RETURN number;
    END
    $$;
COMMENT ON FUNCTION mlops.version_by_alias(text, text) IS
    'the number of the version that the alias names now; error 42704 when there is none that the caller may see';

/*
 * The same for writers: the row, once the caller has proved to be its owner.
 */
CREATE FUNCTION mlops_internal.own_model(model text, caller mlops_internal.caller) RETURNS mlops.model
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model;
    BEGIN
        SELECT * INTO m FROM mlops.model AS x WHERE x.model_id = mlops.model_id(model);
        PERFORM mlops_internal.require_owner(m.owner_oid, m.owner_name, 'model', format('"%s"', model), caller);
        RETURN m;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_model(text, mlops_internal.caller) IS
    'the model; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_model(text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_version(model text, version integer, caller mlops_internal.caller)
    RETURNS mlops.version
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version;
    BEGIN
        PERFORM mlops_internal.own_model(model, caller);
        SELECT * INTO v FROM mlops.version AS x WHERE x.version_id = mlops_internal.version_id(own_version.model,
            own_version.version);
        RETURN v;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_version(text, integer, mlops_internal.caller) IS
    'the version; error 42704 when there is none of whose model the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_version(text, integer, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_endpoint(endpoint text, caller mlops_internal.caller) RETURNS mlops.endpoint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        e mlops.endpoint;
    BEGIN
        SELECT * INTO e FROM mlops.endpoint AS x WHERE x.endpoint_id = mlops_internal.endpoint_id(endpoint);
        PERFORM mlops_internal.require_owner(e.owner_oid, e.owner_name, 'endpoint', format('"%s"', endpoint), caller);
        RETURN e;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_endpoint(text, mlops_internal.caller) IS
    'the endpoint; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_endpoint(text, mlops_internal.caller) FROM PUBLIC;

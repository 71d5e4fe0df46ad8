/*
 * registry: models, their versions, and where they stand.
 *
 * A version is immutable: its number, its parameters and metrics, the run it
 * came from and the code are fixed when it is registered.  What moves are its
 * stage, its aliases and its deployments, and every move keeps who, when and
 * why.  What is edited, names, descriptions, tags, and who may what, is kept in
 * model_change.  What is deleted stays, unseen by name, so that no number and no
 * name means two things.  Aliases and deployments have a time, [since, until): until is NULL for
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
    archived_at timestamptz,
    deleted_at timestamptz,
    CONSTRAINT model_pkey PRIMARY KEY (model_id),
    CONSTRAINT model_name_key UNIQUE (name),
    CONSTRAINT model_task_check CHECK (task IN ('binary', 'multiclass', 'regression', 'ranking'))
);
COMMENT ON TABLE mlops.model IS 'named things that predict';
COMMENT ON COLUMN mlops.model.task IS 'binary, multiclass, regression or ranking';
COMMENT ON COLUMN mlops.model.last_version IS 'the number given last; 0 before the first version';
COMMENT ON COLUMN mlops.model.archived_at IS 'when it was put away, see mlops.archive_model; NULL for one in use';
COMMENT ON COLUMN mlops.model.deleted_at IS 'when it was deleted; NULL for one that is there';

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
    session_name name DEFAULT session_user,
    tags jsonb NOT NULL DEFAULT '{}',
    deleted_at timestamptz,
    CONSTRAINT version_pkey PRIMARY KEY (version_id),
    CONSTRAINT version_number_key UNIQUE (model_id, version),
    CONSTRAINT version_stage_check CHECK (stage IN ('registered', 'staged', 'deployed', 'retired')),
    CONSTRAINT version_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model,
    CONSTRAINT version_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run,
    CONSTRAINT version_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact
);
CREATE INDEX version_run_idx ON mlops.version (run_id);
COMMENT ON TABLE mlops.version IS
    'training results of models, numbered 1, 2, 3 ... without gaps; immutable but for the stage, description and tags';
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
COMMENT ON COLUMN mlops.version.session_name IS 'role that had logged in when it was registered';
COMMENT ON COLUMN mlops.version.deleted_at IS 'when it was deleted; NULL for one that is there';

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

CREATE TABLE mlops.model_change (
    change_id bigint GENERATED ALWAYS AS IDENTITY,
    model_id bigint NOT NULL,
    version_id bigint,
    field text NOT NULL,
    old_value jsonb,
    new_value jsonb,
    reason text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_by name NOT NULL,
    CONSTRAINT model_change_pkey PRIMARY KEY (change_id),
    CONSTRAINT model_change_field_check CHECK (field IN ('name', 'description', 'tags', 'archived', 'deleted',
        'rights')),
    CONSTRAINT model_change_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE CASCADE,
    CONSTRAINT model_change_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version ON DELETE CASCADE
);
CREATE INDEX model_change_model_idx ON mlops.model_change (model_id, change_id);
CREATE INDEX model_change_version_idx ON mlops.model_change (version_id);
COMMENT ON TABLE mlops.model_change IS
    'every edit of a model or version: what it was and what it became; rows are only added';
COMMENT ON COLUMN mlops.model_change.version_id IS 'the version that was edited; NULL for the model itself';
COMMENT ON COLUMN mlops.model_change.field IS 'name, description, tags, archived, deleted, or rights (of a role)';
COMMENT ON COLUMN mlops.model_change.old_value IS 'what it was; of tags those that changed; NULL for none';
COMMENT ON COLUMN mlops.model_change.new_value IS 'what it became; of tags those that changed; NULL for none';

CREATE TABLE mlops.model_grant (
    model_id bigint NOT NULL,
    reader_oid oid NOT NULL,
    reader_name name NOT NULL,
    level text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    granted_by name NOT NULL,
    CONSTRAINT model_grant_pkey PRIMARY KEY (model_id, reader_oid),
    CONSTRAINT model_grant_level_check CHECK (level IN ('viewer', 'editor', 'deployer', 'admin')),
    CONSTRAINT model_grant_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE CASCADE
);
CREATE INDEX model_grant_reader_idx ON mlops.model_grant (reader_oid);
COMMENT ON TABLE mlops.model_grant IS 'what roles other than the owner may do with a model, see mlops.grant_model';
COMMENT ON COLUMN mlops.model_grant.reader_oid IS 'number of the role';
COMMENT ON COLUMN mlops.model_grant.reader_name IS 'name of the role';
COMMENT ON COLUMN mlops.model_grant.level IS 'viewer, editor, deployer or admin; each may what those before it may';

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
SELECT pg_catalog.pg_extension_config_dump('mlops.model_change', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.model_change_change_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.model_grant', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.endpoint', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.endpoint_endpoint_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.deployment', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.deployment_deployment_id_seq', '');

/*
 * Who reads what: models and endpoints of one's own roles, models that one was
 * given a right to, and what belongs to them; a deployment is shown to both sides.
 * What is asked of the catalog is asked once a statement: a row is looked up in
 * the list of what may be seen.
 */
CREATE FUNCTION mlops_internal.granted_models(caller mlops_internal.caller) RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
    BEGIN
        RETURN ARRAY(SELECT g.model_id FROM mlops.model_grant AS g
                     WHERE pg_has_role(who, mlops_internal.present_owner(g.reader_oid, g.reader_name), 'USAGE'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.granted_models(mlops_internal.caller) IS
    'the models to which the caller was given a right by mlops.grant_model';

ALTER TABLE mlops.model ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.stage_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.model_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.model_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.deployment ENABLE ROW LEVEL SECURITY;
CREATE POLICY model_read ON mlops.model FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL
           OR model_id = ANY ((SELECT mlops_internal.granted_models(mlops_internal.caller()))::bigint[]));
CREATE POLICY version_read ON mlops.version FOR SELECT
    USING (model_id IN (SELECT m.model_id FROM mlops.model AS m));
CREATE POLICY stage_change_read ON mlops.stage_change FOR SELECT
    USING (version_id IN (SELECT v.version_id FROM mlops.version AS v));
CREATE POLICY alias_read ON mlops.alias FOR SELECT
    USING (model_id IN (SELECT m.model_id FROM mlops.model AS m));
CREATE POLICY model_change_read ON mlops.model_change FOR SELECT
    USING (model_id IN (SELECT m.model_id FROM mlops.model AS m));
CREATE POLICY model_grant_read ON mlops.model_grant FOR SELECT
    USING (model_id IN (SELECT m.model_id FROM mlops.model AS m));
CREATE POLICY endpoint_read ON mlops.endpoint FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY deployment_read ON mlops.deployment FOR SELECT
    USING (endpoint_id IN (SELECT e.endpoint_id FROM mlops.endpoint AS e)
           OR version_id IN (SELECT v.version_id FROM mlops.version AS v));
GRANT SELECT ON mlops.model, mlops.version, mlops.stage_change, mlops.alias, mlops.model_change, mlops.model_grant,
    mlops.endpoint, mlops.deployment TO PUBLIC;

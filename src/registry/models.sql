/*
 * registry: models and versions, and what a version takes from its training run.
 */
CREATE FUNCTION mlops_internal.check_model_name(name text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.check_name(name, 'model');
        IF name LIKE 'models:/%' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'reserved_name',
                MESSAGE = format('model name "%s" looks like the URI of a version', name),
                HINT = 'Leave "models:/" out.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_model_name(text) IS
    'errors of check_name, and 42939 for a name that would be taken for a URI';
REVOKE ALL ON FUNCTION mlops_internal.check_model_name(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.create_model(
    name text, task text, description text, owner regrole, tags jsonb, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        role oid := mlops_internal.new_owner(owner, 'model', caller);
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.check_model_name(name);
        IF task IS NULL OR task NOT IN ('binary', 'multiclass', 'regression', 'ranking') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('task %s does not exist', coalesce('"' || task || '"', 'NULL')),
                HINT = 'Tasks are binary, multiclass, regression and ranking.';
        END IF;
        INSERT INTO mlops.model AS m (name, task, description, tags, created_by, owner_oid, owner_name)
            SELECT create_model.name, create_model.task, create_model.description,
                   mlops_internal.check_object(create_model.tags, 'tags'), mlops_internal.caller_name(caller), o.oid,
                       o.rolname
            FROM pg_roles AS o WHERE o.oid = role
            ON CONFLICT ON CONSTRAINT model_name_key DO NOTHING
            RETURNING m.model_id INTO new_id;
        IF new_id IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'duplicate_object',
                MESSAGE = format('model "%s" already exists', name),
                HINT = 'Register a version of it with mlops.register_version, or choose another name; a deleted model '
                    'keeps its name, mlops.restore_model brings it back.';
        END IF;
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.create_model IS 'mlops.create_model on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.create_model FROM PUBLIC;

CREATE FUNCTION mlops.create_model(
    name text, task text, description text DEFAULT NULL, owner regrole DEFAULT NULL,
    tags jsonb DEFAULT '{}') RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.create_model(name, task, description, owner, tags, mlops_internal.caller());
COMMENT ON FUNCTION mlops.create_model IS
    'create a model and return its model_id; task is binary, multiclass, regression or ranking; owner, by default the '
    'caller, must be a role of the caller; tags is a JSON object; error 42710 when the name is taken';
REVOKE ALL ON FUNCTION mlops.create_model FROM PUBLIC;

CREATE FUNCTION mlops_internal.training_run(run bigint, caller mlops_internal.caller) RETURNS mlops.run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run;
    BEGIN
        IF run IS NULL THEN
            RETURN NULL;
        END IF;
        r := mlops_internal.own_run(run, caller);
        IF r.kind <> 'training' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('run %s is of kind %s, not training', run, r.kind),
                HINT = 'Name the training run that made the version, or leave run out.';
        END IF;
        IF r.status = 'failed' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('run %s is failed', run),
                HINT = 'A version comes from a run that is running or finished.';
        END IF;
        RETURN r;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.training_run(bigint, mlops_internal.caller) IS
    'the training run that a version comes from, NULL for NULL; errors as own_run, 22023 for another kind, 55000 when '
    'it failed';
REVOKE ALL ON FUNCTION mlops_internal.training_run(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops.run_params(run bigint) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_object_agg(p.name, p.value), '{}') FROM mlops.param AS p WHERE p.run_id = run
    $$;
COMMENT ON FUNCTION mlops.run_params(bigint) IS
    'parameters of a run as a JSON object, {} when there are none that the caller may see';

CREATE FUNCTION mlops.run_metrics(run bigint) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_object_agg(l.name, l.value), '{}')
        FROM (SELECT DISTINCT ON (m.name) m.name, m.value FROM mlops.metric AS m WHERE m.run_id = run
              ORDER BY m.name, m.step DESC, m.at DESC, m.metric_id DESC) AS l
    $$;
COMMENT ON FUNCTION mlops.run_metrics(bigint) IS
    'present metrics of a run as a JSON object: of each the value with the greatest step, then time; {} when there '
    'are none that the caller may see';

CREATE FUNCTION mlops_internal.register_version(
    model text, run bigint, params jsonb, metrics jsonb, signature jsonb, description text, uri text, digest text,
    git_repo text, git_commit text, git_path text, git_dirty boolean, caller mlops_internal.caller) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.model := mlops_internal.own_model(model, caller, 'editor');
        r mlops.run := mlops_internal.training_run(run, caller);
        own_code boolean := num_nonnulls(git_repo, git_commit, git_path, git_dirty) > 0;
        number integer;
        artifact bigint;
        new_id bigint;
    BEGIN
        -- the row lock hands out numbers one transaction at a time
        UPDATE mlops.model AS x SET last_version = x.last_version + 1
            WHERE x.model_id = m.model_id RETURNING x.last_version INTO number;
        -- as it is under the lock: it may have been renamed or put away
        m := mlops_internal.own_model((SELECT x.name FROM mlops.model AS x WHERE x.model_id = m.model_id), caller,
            'editor');
        PERFORM mlops_internal.refuse_archived(m.model_id);
        artifact := mlops_internal.add_artifact('model_version', format('%s version %s', m.name, number), NULL,
            format('models:/%s/%s', m.name, number), NULL, '{}', m.owner_oid, m.owner_name);
        IF run IS NOT NULL THEN
            PERFORM mlops_internal.add_edge(run, artifact, 'output');
        END IF;
        INSERT INTO mlops.version AS v (model_id, version, description, params, metrics, signature, uri, digest,
                git_repo, git_commit, git_path, git_dirty, run_id, artifact_id, created_by)
            VALUES (m.model_id, number, description,
                mlops.run_params(run) || mlops_internal.check_object(params, 'params'),
                mlops.run_metrics(run) || (SELECT coalesce(jsonb_object_agg(x.name, x.value), '{}')
                                           FROM mlops_internal.metric_values(metrics) AS x),
                signature, mlops_internal.kept_uri(uri), digest,
                CASE WHEN own_code THEN mlops_internal.canonical_repo(git_repo) ELSE r.git_repo END,
                CASE WHEN own_code THEN mlops_internal.check_commit(git_commit) ELSE r.git_commit END,
                CASE WHEN own_code THEN git_path ELSE r.git_path END,
                CASE WHEN own_code THEN git_dirty ELSE r.git_dirty END,
                run, artifact, mlops_internal.caller_name(caller))
            RETURNING v.version_id INTO new_id;
        INSERT INTO mlops.stage_change (version_id, from_stage, to_stage, changed_by)
            VALUES (new_id, NULL, 'registered', mlops_internal.caller_name(caller));
        RETURN number;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.register_version IS 'mlops.register_version on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.register_version FROM PUBLIC;

CREATE FUNCTION mlops.register_version(
    model text, run bigint DEFAULT NULL, params jsonb DEFAULT '{}', metrics jsonb DEFAULT '{}',
    signature jsonb DEFAULT NULL, description text DEFAULT NULL, uri text DEFAULT NULL, digest text DEFAULT NULL,
    git_repo text DEFAULT NULL, git_commit text DEFAULT NULL, git_path text DEFAULT NULL,
    git_dirty boolean DEFAULT NULL) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.register_version(
        model, run, params, metrics, signature, description, uri, digest, git_repo, git_commit, git_path,
        git_dirty, mlops_internal.caller());
COMMENT ON FUNCTION mlops.register_version IS
    'register the next version of a model and return its number, 1, 2, 3 ... without gaps; params, metrics and '
    'code come from the training run, what is given on top; uri and digest are those of the model file';
REVOKE ALL ON FUNCTION mlops.register_version FROM PUBLIC;

/*
 * interchange: what an import of MLflow writes.  Each function takes a source, which
 * it looks up, and an array of {"id": , "digest": , "doc": }: the key there, an MD5
 * of the row, and the row with its tags.  Moves of stages and aliases are none of
 * its business: mlops.set_stage and mlops.set_alias do these, for who may.
 */
CREATE FUNCTION mlops_internal.note_imported(source bigint, kind text, item jsonb, run bigint DEFAULT NULL,
    artifact bigint DEFAULT NULL, model bigint DEFAULT NULL, version bigint DEFAULT NULL) RETURNS boolean
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.imported AS i (source_id, kind, id, run_id, artifact_id, model_id, version_id, properties,
                digest)
            VALUES (source, kind, item ->> 'id', run, artifact, model, version, item -> 'doc', item ->> 'digest')
            ON CONFLICT ON CONSTRAINT imported_pkey DO UPDATE
                SET properties = excluded.properties, digest = excluded.digest, changed_at = clock_timestamp()
            RETURNING xmax = 0
    $$;
COMMENT ON FUNCTION mlops_internal.note_imported(bigint, text, jsonb, bigint, bigint, bigint, bigint) IS
    'keep what a source says of a thing, and at first what it is here; true when it was not known';
REVOKE ALL ON FUNCTION mlops_internal.note_imported(bigint, text, jsonb, bigint, bigint, bigint, bigint) FROM PUBLIC;

CREATE FUNCTION mlops_internal.imported_status(status text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE upper(status) WHEN 'FINISHED' THEN 'finished' WHEN 'FAILED' THEN 'failed'
            WHEN 'KILLED' THEN 'failed' ELSE 'running' END
    $$;
COMMENT ON FUNCTION mlops_internal.imported_status(text) IS 'the status of a run here for one of MLflow''s';

CREATE FUNCTION mlops_internal.mlflow_experiment(source bigint, doc jsonb) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT i.properties ->> 'name' FROM mlops.imported AS i
        WHERE i.source_id = source AND i.kind = 'experiment' AND i.id = doc ->> 'experiment_id'
    $$;
COMMENT ON FUNCTION mlops_internal.mlflow_experiment(bigint, jsonb) IS 'the name of the experiment of a run';

-- a run may be older than its parent
CREATE FUNCTION mlops_internal.join_mlflow_runs(source bigint) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        UPDATE mlops.run AS r
            SET parent_run_id = p.run_id, experiment = mlops_internal.mlflow_experiment(source, i.properties)
            FROM mlops.imported AS i LEFT JOIN mlops.imported AS p ON p.source_id = i.source_id AND p.kind = 'run'
                AND p.id = i.properties -> 'tags' ->> 'mlflow.parentRunId'
            WHERE i.source_id = source AND i.kind = 'run' AND r.run_id = i.run_id
              AND (r.parent_run_id, r.experiment)
                  IS DISTINCT FROM (p.run_id, mlops_internal.mlflow_experiment(source, i.properties))
    $$;
COMMENT ON FUNCTION mlops_internal.join_mlflow_runs(bigint) IS
    'imported runs have the parents and experiments, by their present names, that they have there';
REVOKE ALL ON FUNCTION mlops_internal.join_mlflow_runs(bigint) FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_runs(source bigint, items jsonb, caller mlops_internal.caller)
    RETURNS TABLE (n_new bigint, n_changed bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        s CONSTANT mlops.import_source := mlops_internal.own_import(source, caller);
        who CONSTANT name := mlops_internal.caller_name(caller);
    BEGIN
        items := mlops_internal.without_credentials(items);
        WITH old AS MATERIALIZED (
            SELECT i.run_id, i.properties AS before, j.item -> 'doc' AS doc, j.item ->> 'digest' AS digest, i.id,
                mlops_internal.imported_status(j.item -> 'doc' ->> 'status') AS status,
                (j.item -> 'doc' -> 'status', j.item -> 'doc' -> 'end_time')
                    IS DISTINCT FROM (i.properties -> 'status', i.properties -> 'end_time') AS moved
            FROM jsonb_array_elements(items) AS j (item)
                JOIN mlops.imported AS i ON i.source_id = source AND i.kind = 'run' AND i.id = j.item ->> 'id'),
        ended AS (
            UPDATE mlops.run AS r
                SET name = o.doc ->> 'name',
                    -- what was changed there, on top of what was changed here
                    tags = (r.tags - ARRAY(SELECT t.key FROM jsonb_each(o.before -> 'tags') AS t
                                           WHERE NOT coalesce(o.doc -> 'tags' ? t.key, false)))
                        || coalesce((SELECT jsonb_object_agg(t.key, t.value) FROM jsonb_each(o.doc -> 'tags') AS t
                            WHERE t.value IS DISTINCT FROM o.before -> 'tags' -> t.key), '{}'),
                    status = CASE WHEN o.moved THEN o.status ELSE r.status END,
                    ended_at = CASE WHEN NOT o.moved THEN r.ended_at WHEN o.status <> 'running' THEN
                        coalesce(mlops_internal.of_milliseconds(o.doc ->> 'end_time'), r.ended_at, r.started_at) END,
                    error = CASE WHEN NOT o.moved THEN r.error WHEN o.doc ->> 'status' = 'KILLED' THEN 'KILLED' END
                FROM old AS o
                WHERE r.run_id = o.run_id AND (o.doc -> 'status', o.doc -> 'end_time', o.doc -> 'name', o.doc -> 'tags')
                    IS DISTINCT FROM (o.before -> 'status', o.before -> 'end_time', o.before -> 'name',
                        o.before -> 'tags')),
        logged AS (
            INSERT INTO mlops.param (run_id, name, value)
                SELECT o.run_id, p.key, to_jsonb(coalesce(p.value, ''))
                FROM old AS o, jsonb_each_text(o.doc -> 'params') AS p WHERE o.run_id IS NOT NULL
                ON CONFLICT ON CONSTRAINT param_pkey DO NOTHING),
        noted AS (
            UPDATE mlops.imported AS i SET properties = o.doc - 'params', digest = o.digest,
                    changed_at = clock_timestamp()
                FROM old AS o WHERE i.source_id = source AND i.kind = 'run' AND i.id = o.id
                RETURNING 1)
        SELECT count(*) INTO n_changed FROM noted;
        WITH new AS MATERIALIZED (
            SELECT nextval('mlops.run_run_id_seq') AS run_id, j.item -> 'doc' AS doc, j.item ->> 'digest' AS digest,
                j.item ->> 'id' AS id, j.item -> 'doc' -> 'tags' AS tags,
                mlops_internal.imported_status(j.item -> 'doc' ->> 'status') AS status,
                -- without a time: before now, so that it is none that starts here
                coalesce(mlops_internal.of_milliseconds(j.item -> 'doc' ->> 'start_time'),
                    mlops_internal.of_milliseconds(j.item -> 'doc' ->> 'end_time'), now() - interval '1 second')
                    AS started_at
            FROM jsonb_array_elements(items) WITH ORDINALITY AS j (item, place)
            WHERE NOT EXISTS (SELECT FROM mlops.imported AS i
                              WHERE i.source_id = source AND i.kind = 'run' AND i.id = j.item ->> 'id')
            ORDER BY j.place),
        made AS (
            INSERT INTO mlops.run (run_id, kind, name, status, started_at, ended_at, error, git_repo, git_commit,
                    git_branch, experiment, tags, started_by, owner_oid, owner_name)
                OVERRIDING SYSTEM VALUE
                SELECT n.run_id, 'training', coalesce(n.doc ->> 'name', n.tags ->> 'mlflow.runName'), n.status,
                    n.started_at, CASE WHEN n.status <> 'running' THEN
                        coalesce(mlops_internal.of_milliseconds(n.doc ->> 'end_time'), n.started_at) END,
                    CASE WHEN n.doc ->> 'status' = 'KILLED' THEN 'KILLED' END,
                    mlops_internal.imported_repo(n.tags ->> 'mlflow.source.git.repoURL'),
                    lower(substring(coalesce(n.tags ->> 'mlflow.source.git.commit', n.doc ->> 'source_version')
                        FROM '^[0-9a-fA-F]{7,40}$')), n.tags ->> 'mlflow.source.git.branch',
                    mlops_internal.mlflow_experiment(source, n.doc), coalesce(n.tags, '{}'),
                    who, s.owner_oid, s.owner_name
                FROM new AS n),
        logged AS (
            INSERT INTO mlops.param (run_id, name, value)
                SELECT n.run_id, p.key, to_jsonb(coalesce(p.value, ''))
                FROM new AS n, jsonb_each_text(n.doc -> 'params') AS p),
        noted AS (
            INSERT INTO mlops.imported (source_id, kind, id, run_id, properties, digest)
                SELECT source, 'run', n.id, n.run_id, n.doc - 'params', n.digest FROM new AS n RETURNING 1)
        SELECT count(*) INTO n_new FROM noted;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_runs(bigint, jsonb, mlops_internal.caller) IS
    'make runs of new rows, with their parameters, and bring status, end and name of changed ones up to date';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_runs(bigint, jsonb, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_metrics(source bigint, ids text[], names text[], steps bigint[],
    times timestamptz[], "values" double precision[], caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        n bigint;
    BEGIN
        PERFORM mlops_internal.own_import(source, caller);
        WITH point AS MATERIALIZED (
            SELECT i.id, i.run_id, i.n_metrics, p.name, p.step, p.at, p.value
            FROM unnest(ids, names, steps, times, "values") AS p (id, name, step, at, value)
                JOIN mlops.imported AS i ON i.source_id = source AND i.kind = 'run' AND i.id = p.id
            WHERE i.run_id IS NOT NULL),
        made AS (
            INSERT INTO mlops.metric (run_id, name, step, at, value)
                SELECT p.run_id, p.name, p.step, p.at, p.value FROM point AS p
                -- of runs that are known the points may be
                WHERE p.n_metrics = 0 OR NOT EXISTS (
                    SELECT FROM mlops.metric AS m WHERE m.run_id = p.run_id AND m.name = p.name AND m.step = p.step
                        AND m.at = p.at AND m.value = p.value)
                RETURNING 1)
        SELECT count(*) INTO n FROM made;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_metrics(bigint, text[], text[], bigint[], timestamptz[],
    double precision[], mlops_internal.caller) IS
    'add points of metrics to imported runs, of runs that have some those that are not there; returns their number';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_metrics(bigint, text[], text[], bigint[], timestamptz[],
    double precision[], mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.count_mlflow_metrics(source bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.own_import(source, caller);
        PERFORM mlops_internal.join_mlflow_runs(source);
        UPDATE mlops.imported AS i SET n_metrics = (i.properties ->> 'n_metrics')::bigint
            WHERE i.source_id = source AND i.kind = 'run'
              AND i.n_metrics <> (i.properties ->> 'n_metrics')::bigint;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.count_mlflow_metrics(bigint, mlops_internal.caller) IS
    'all points of the runs of a source are taken over';
REVOKE ALL ON FUNCTION mlops_internal.count_mlflow_metrics(bigint, mlops_internal.caller) FROM PUBLIC;

/*
 * Datasets and logged models are artifacts; inputs are edges.
 */
CREATE FUNCTION mlops_internal.import_mlflow_artifact(s mlops.import_source, kind text, doc jsonb) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        place jsonb := mlops_internal.try_json(doc ->> 'dataset_source');
        uri text := CASE jsonb_typeof(place) WHEN 'object' THEN coalesce(place ->> 'uri', place ->> 'url') END;
    BEGIN
        IF kind = 'logged_model' THEN
            RETURN mlops_internal.add_artifact('logged_model', coalesce(doc ->> 'name', doc ->> 'model_id'), NULL,
                'models:/' || (doc ->> 'model_id'), NULL, doc - '{params,tags,metrics}'::text[], s.owner_oid,
                s.owner_name);
        END IF;
        RETURN mlops_internal.add_artifact('dataset', doc ->> 'name', NULL,
            CASE WHEN uri ~ '^\S+$' AND length(uri) <= 2000 THEN uri END, doc ->> 'digest',
            jsonb_strip_nulls(jsonb_build_object('source_type', doc -> 'dataset_source_type', 'name', doc -> 'name',
                'source', CASE WHEN length(doc ->> 'dataset_source') < 10000 THEN place END)),
            s.owner_oid, s.owner_name);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_artifact(mlops.import_source, text, jsonb) IS
    'the artifact that a dataset or a logged model of MLflow is';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_artifact(mlops.import_source, text, jsonb) FROM PUBLIC;

CREATE FUNCTION mlops_internal.add_past_edge(run bigint, artifact bigint, direction text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF run IS NULL OR artifact IS NULL OR EXISTS (
            SELECT FROM mlops.edge AS e WHERE e.run_id = run AND e.artifact_id = artifact
                AND e.direction = add_past_edge.direction) THEN
            RETURN;
        END IF;
        PERFORM mlops_internal.add_edge(run, artifact, direction);
        UPDATE mlops.edge AS e
            SET at = CASE WHEN e.direction = 'input' THEN r.started_at ELSE coalesce(r.ended_at, r.started_at) END
            FROM mlops.run AS r
            WHERE r.run_id = run AND e.run_id = run AND e.artifact_id = artifact
              AND e.direction = add_past_edge.direction;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_past_edge(bigint, bigint, text) IS
    'the run read the artifact when it started, or wrote it when it ended; nothing when that is known or one is NULL';
REVOKE ALL ON FUNCTION mlops_internal.add_past_edge(bigint, bigint, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_input(source bigint, doc jsonb) RETURNS record
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        of_run CONSTANT boolean := doc ->> 'source_type' IN ('RUN_INPUT', 'RUN_OUTPUT');
        run bigint := (SELECT i.run_id FROM mlops.imported AS i WHERE i.source_id = source AND i.kind = 'run'
                       AND i.id = CASE WHEN of_run THEN doc ->> 'source_id' ELSE doc ->> 'destination_id' END);
        artifact bigint := (SELECT i.artifact_id FROM mlops.imported AS i WHERE i.source_id = source
                            AND i.kind = CASE WHEN of_run THEN 'logged_model' ELSE 'dataset' END
                            AND i.id = CASE WHEN of_run THEN doc ->> 'destination_id' ELSE doc ->> 'source_id' END);
    BEGIN
        PERFORM mlops_internal.add_past_edge(run, artifact,
            CASE doc ->> 'source_type' WHEN 'RUN_OUTPUT' THEN 'output' ELSE 'input' END);
        RETURN ROW (run, artifact);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_input(bigint, jsonb) IS
    'the run and the artifact that a row of MLflow''s inputs joins, now by an edge';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_input(bigint, jsonb) FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_rows(source bigint, kind text, items jsonb, caller mlops_internal.caller)
    RETURNS TABLE (n_new bigint, n_changed bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        s CONSTANT mlops.import_source := mlops_internal.own_import(source, caller);
        item jsonb;
        run bigint;
        artifact bigint;
    BEGIN
        n_new := 0;
        n_changed := 0;
        IF kind NOT IN ('experiment', 'dataset', 'logged_model', 'input', 'alias') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('rows of kind "%s" are not imported so', kind);
        END IF;
        FOR item IN SELECT j FROM jsonb_array_elements(mlops_internal.without_credentials(items)) AS j LOOP
            run := NULL;
            artifact := NULL;
            IF kind IN ('dataset', 'logged_model') THEN
                artifact := mlops_internal.import_mlflow_artifact(s, kind, item -> 'doc');
            ELSIF kind = 'input' THEN
                SELECT r, a INTO run, artifact
                    FROM mlops_internal.import_mlflow_input(source, item -> 'doc') AS x (r bigint, a bigint);
            END IF;
            IF kind = 'logged_model' THEN
                run := (SELECT i.run_id FROM mlops.imported AS i WHERE i.source_id = source AND i.kind = 'run'
                        AND i.id = item -> 'doc' ->> 'source_run_id');
                PERFORM mlops_internal.add_past_edge(run, artifact, 'output');
            END IF;
            IF mlops_internal.note_imported(source, kind, item, run, artifact) THEN
                n_new := n_new + 1;
            ELSE
                n_changed := n_changed + 1;
            END IF;
        END LOOP;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_rows(bigint, text, jsonb, mlops_internal.caller) IS
    'keep experiments, datasets, logged models, inputs and aliases of MLflow, with the artifacts and edges that '
    'they are';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_rows(bigint, text, jsonb, mlops_internal.caller) FROM PUBLIC;

/*
 * The registry.
 */
CREATE FUNCTION mlops_internal.import_mlflow_words(model bigint, version bigint, before jsonb, doc jsonb,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        reason CONSTANT text := 'imported from MLflow';
    BEGIN
        PERFORM mlops_internal.lock_model(model);
        -- what was changed there, on top of what was changed here
        IF doc -> 'description' IS DISTINCT FROM before -> 'description' THEN
            PERFORM mlops_internal.edit_description(model, version, doc ->> 'description', reason, caller);
        END IF;
        PERFORM mlops_internal.edit_tags(model, version, coalesce(jsonb_object_agg(t.key, t.new), '{}'), reason, caller)
            FROM (SELECT k.key, doc -> 'tags' -> k.key AS new, before -> 'tags' -> k.key AS old
                  FROM jsonb_object_keys(coalesce(before -> 'tags', '{}') || coalesce(doc -> 'tags', '{}')) AS k (key))
                AS t
            WHERE t.new IS DISTINCT FROM t.old;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_words(bigint, bigint, jsonb, jsonb, mlops_internal.caller) IS
    'description and tags of a model or version as they were changed there, with their history';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_words(bigint, bigint, jsonb, jsonb, mlops_internal.caller)
    FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_model(source bigint, model text, item jsonb, caller mlops_internal.caller)
    RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        doc CONSTANT jsonb := mlops_internal.without_credentials(item -> 'doc');
        before jsonb;
        m mlops.model;
    BEGIN
        PERFORM mlops_internal.own_import(source, caller);
        m := mlops_internal.own_model(model, caller);
        SELECT i.properties INTO before FROM mlops.imported AS i
            WHERE i.source_id = source AND i.kind = 'model' AND i.id = item ->> 'id';
        IF before IS NULL THEN
            UPDATE mlops.model AS x
                SET created_at = coalesce(mlops_internal.of_milliseconds(doc ->> 'creation_time'), x.created_at)
                WHERE x.model_id = m.model_id;
        END IF;
        PERFORM mlops_internal.import_mlflow_words(m.model_id, NULL, before, doc, caller);
        RETURN mlops_internal.note_imported(source, 'model', item || jsonb_build_object('doc', doc),
            model => m.model_id);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_model(bigint, text, jsonb, mlops_internal.caller) IS
    'the model is that of MLflow: description and tags that were changed there are taken over; true when it is new';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_model(bigint, text, jsonb, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.make_mlflow_version(m mlops.model, run mlops.run, doc jsonb,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        number CONSTANT integer := doc ->> 'version';
        made_at CONSTANT timestamptz :=
            coalesce(mlops_internal.of_milliseconds(doc ->> 'creation_time'), clock_timestamp());
        artifact bigint;
        id bigint;
    BEGIN
        artifact := mlops_internal.add_artifact('model_version', format('%s version %s', m.name, number), NULL,
            format('models:/%s/%s', m.name, number), NULL, '{}', m.owner_oid, m.owner_name);
        PERFORM mlops_internal.add_past_edge(run.run_id, artifact, 'output');
        UPDATE mlops.artifact AS a SET created_at = made_at WHERE a.artifact_id = artifact;
        INSERT INTO mlops.version AS v (model_id, version, description, tags, params, metrics, uri, git_repo,
                git_commit, run_id, artifact_id, created_at, created_by)
            VALUES (m.model_id, number, doc ->> 'description', jsonb_strip_nulls(coalesce(doc -> 'tags', '{}')),
                mlops.run_params(run.run_id), mlops.run_metrics(run.run_id), doc ->> 'source', run.git_repo,
                run.git_commit, run.run_id, artifact, made_at, mlops_internal.caller_name(caller))
            RETURNING v.version_id INTO id;
        INSERT INTO mlops.stage_change (version_id, from_stage, to_stage, reason, changed_at, changed_by)
            VALUES (id, NULL, 'registered', 'imported from MLflow', made_at, mlops_internal.caller_name(caller));
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.make_mlflow_version(mlops.model, mlops.run, jsonb, mlops_internal.caller) IS
    'a version under its number there, as mlops.register_version makes one';
REVOKE ALL ON FUNCTION mlops_internal.make_mlflow_version(mlops.model, mlops.run, jsonb, mlops_internal.caller)
    FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_version(source bigint, model text, item jsonb,
    caller mlops_internal.caller) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        doc CONSTANT jsonb := mlops_internal.without_credentials(item -> 'doc');
        number CONSTANT integer := doc ->> 'version';
        known mlops.imported;
        run mlops.run;
        m mlops.model;
        id bigint;
    BEGIN
        PERFORM mlops_internal.own_import(source, caller);
        m := mlops_internal.own_model(model, caller);
        item := item || jsonb_build_object('doc', doc);
        SELECT * INTO known FROM mlops.imported AS i
            WHERE i.source_id = source AND i.kind = 'version' AND i.id = item ->> 'id';
        IF FOUND THEN
            IF known.version_id IS NOT NULL THEN
                PERFORM mlops_internal.import_mlflow_words(m.model_id, known.version_id, known.properties, doc, caller);
            END IF;
            PERFORM mlops_internal.note_imported(source, 'version', item);
            RETURN 'changed';
        END IF;
        PERFORM mlops_internal.refuse_archived(m.model_id);
        IF (number BETWEEN 1 AND 1000000000) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'its number is not from 1 to 1000000000';
        END IF;
        -- numbers are given once, also those of versions that were deleted there
        UPDATE mlops.model AS x SET last_version = greatest(x.last_version, number) WHERE x.model_id = m.model_id;
        IF doc ->> 'current_stage' = 'Deleted_Internal' THEN
            PERFORM mlops_internal.note_imported(source, 'version', item, model => m.model_id);
            RETURN 'deleted';
        ELSIF EXISTS (SELECT FROM mlops.version AS v WHERE v.model_id = m.model_id AND v.version = number) THEN
            RETURN 'taken';
        END IF;
        SELECT r.* INTO run FROM mlops.imported AS i JOIN mlops.run AS r USING (run_id)
            WHERE i.source_id = source AND i.kind = 'run' AND i.id = doc ->> 'run_id';
        id := mlops_internal.make_mlflow_version(m, run, doc, caller);
        PERFORM mlops_internal.note_imported(source, 'version', item, model => m.model_id, version => id);
        RETURN 'new';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_version(bigint, text, jsonb, mlops_internal.caller) IS
    'take a version over and return what became of it: new, changed, deleted (there), taken (its number, here)';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_version(bigint, text, jsonb, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.forget_mlflow_alias(source bigint, id text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.own_import(source, caller);
        DELETE FROM mlops.imported AS i
            WHERE i.source_id = source AND i.kind = 'alias' AND i.id = forget_mlflow_alias.id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.forget_mlflow_alias(bigint, text, mlops_internal.caller) IS
    'the alias is gone there';
REVOKE ALL ON FUNCTION mlops_internal.forget_mlflow_alias(bigint, text, mlops_internal.caller) FROM PUBLIC;

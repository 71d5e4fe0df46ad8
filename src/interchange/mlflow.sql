/*
 * interchange: from MLflow.
 *
 * MLflow's tables, in a schema of this database, or views of that shape on another
 * one, are read with the rights of the caller.  Rows are taken as they are, as JSON
 * with all their columns: a column that a release of MLflow has not is not there, and
 * one that is new is kept.  A table that is missing has no rows.  What was imported
 * before and has the same digest is left alone; of metrics, to which MLflow only
 * adds, the number is compared.  Tables that are not named here, MLflow's secrets
 * among them, are never read.
 */
CREATE FUNCTION mlops_internal.mlflow_query(schema regnamespace, kind text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        spec record;
        part record;
        doc text := 'pg_catalog.to_jsonb(x)';
        parts text := '';
        workspace text;
    BEGIN
        SELECT s.*, c.oid INTO spec FROM (VALUES
            ('experiment', 'experiments', 'x.experiment_id::text', 'x.experiment_id'),
            ('run', 'runs', 'x.run_uuid::text', 'x.start_time, x.run_uuid'),
            ('dataset', 'datasets', 'x.dataset_uuid::text', 'x.dataset_uuid'),
            ('input', 'inputs', 'x.input_uuid::text', 'x.input_uuid'),
            ('logged_model', 'logged_models', 'x.model_id::text', 'x.model_id'),
            ('model', 'registered_models', '%s || x.name', 'x.name'),
            ('version', 'model_versions', '%s || x.name || ''/'' || x.version', 'x.name, x.version'),
            ('alias', 'registered_model_aliases', '%s || x.name || ''@'' || x.alias', 'x.name, x.alias')
            ) AS s (kind, name, id, place)
            LEFT JOIN pg_class AS c
                ON c.relnamespace = schema AND c.relname = s.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            WHERE s.kind = mlflow_query.kind;
        IF spec.oid IS NULL THEN
            RETURN NULL;
        END IF;
        workspace := (SELECT a.attname FROM pg_attribute AS a
                      WHERE a.attrelid = spec.oid AND a.attname = 'workspace' AND NOT a.attisdropped);
        FOR part IN SELECT p.field, p.value, p.missing, c.oid,
                        concat_ws(', ', CASE WHEN p.kind IN ('model', 'version') THEN workspace END, p.columns)
                            AS columns
                    FROM (VALUES
                        ('experiment', 'tags', 'experiment_tags', 'pg_catalog.jsonb_object_agg(t.key, t.value)', '{}',
                            'experiment_id'),
                        ('run', 'tags', 'tags', 'pg_catalog.jsonb_object_agg(t.key, t.value)', '{}', 'run_uuid'),
                        ('run', 'params', 'params', 'pg_catalog.jsonb_object_agg(t.key, t.value)', '{}', 'run_uuid'),
                        ('run', 'n_metrics', 'metrics', 'pg_catalog.to_jsonb(pg_catalog.count(*))', '0', 'run_uuid'),
                        ('input', 'tags', 'input_tags', 'pg_catalog.jsonb_object_agg(t.name, t.value)', '{}',
                            'input_uuid'),
                        ('logged_model', 'tags', 'logged_model_tags',
                            'pg_catalog.jsonb_object_agg(t.tag_key, t.tag_value)', '{}', 'model_id'),
                        ('logged_model', 'params', 'logged_model_params',
                            'pg_catalog.jsonb_object_agg(t.param_key, t.param_value)', '{}', 'model_id'),
                        ('logged_model', 'metrics', 'logged_model_metrics',
                            'pg_catalog.jsonb_agg(pg_catalog.to_jsonb(t) - ''model_id'' ORDER BY t.metric_name, '
                            't.metric_step, t.metric_timestamp_ms, t.run_id)', '[]', 'model_id'),
                        ('model', 'tags', 'registered_model_tags', 'pg_catalog.jsonb_object_agg(t.key, t.value)', '{}',
                            'name'),
                        ('version', 'tags', 'model_version_tags', 'pg_catalog.jsonb_object_agg(t.key, t.value)', '{}',
                            'name, version')
                        ) AS p (kind, field, name, value, missing, columns)
                        JOIN pg_class AS c ON c.relnamespace = schema AND c.relname = p.name
                    WHERE p.kind = mlflow_query.kind
        LOOP
            parts := parts || format(' LEFT JOIN (SELECT %1$s, %2$s AS value FROM %3$s AS t GROUP BY %1$s) AS %4$I '
                'USING (%1$s)', part.columns, part.value, mlops_internal.relation_name(part.oid), part.field);
            doc := doc || format(' || pg_catalog.jsonb_build_object(%1$L, coalesce(%1$I.value, %2$L))', part.field,
                part.missing);
        END LOOP;
        RETURN format('SELECT %s AS id, %s AS doc, pg_catalog.row_number() OVER (ORDER BY %s) AS place FROM %s AS x%s',
            format(spec.id, CASE WHEN workspace IS NULL THEN ''''''
                ELSE 'CASE WHEN x.workspace <> ''default'' THEN x.workspace || ''/'' ELSE '''' END' END),
            doc, spec.place, mlops_internal.relation_name(spec.oid), parts);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.mlflow_query(regnamespace, text) IS
    'a query for the rows of a kind (id, doc, place) as the tables of this release of MLflow have them; NULL when '
    'there is no such table';

CREATE FUNCTION mlops_internal.mlflow_changes(source bigint, schema regnamespace, kind text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('SELECT pg_catalog.jsonb_build_object(''id'', q.id, ''digest'', pg_catalog.md5(q.doc::text), '
            '''doc'', q.doc) AS item, q.place, q.id, q.doc, i.properties AS before, i.model_id, i.version_id, '
            'i.id IS NOT NULL AS known FROM (%s) AS q LEFT JOIN mlops.imported AS i ON i.source_id = %s '
            'AND i.kind = %L AND i.id = q.id WHERE i.digest IS DISTINCT FROM pg_catalog.md5(q.doc::text) '
            'ORDER BY q.place', mlops_internal.mlflow_query(schema, kind), source, kind)
        WHERE mlops_internal.mlflow_query(schema, kind) IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.mlflow_changes(bigint, regnamespace, text) IS
    'a query for the rows of a kind that are new or not as they were at the last import; NULL when there is no table';

CREATE FUNCTION mlops_internal.import_mlflow_kind(source bigint, schema regnamespace, kind text)
    RETURNS TABLE (n_new bigint, n_changed bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changes CONSTANT text := mlops_internal.mlflow_changes(source, schema, kind);
        items jsonb;
        n record;
    BEGIN
        n_new := 0;
        n_changed := 0;
        IF changes IS NOT NULL THEN
            FOR items IN EXECUTE format('SELECT pg_catalog.jsonb_agg(c.item ORDER BY c.place) FROM (%s) AS c '
                'GROUP BY c.place / 500 ORDER BY c.place / 500', changes)
            LOOP
                IF kind = 'run' THEN
                    SELECT * INTO n FROM mlops_internal.import_mlflow_runs(source, items, mlops_internal.caller());
                ELSE
                    SELECT * INTO n
                        FROM mlops_internal.import_mlflow_rows(source, kind, items, mlops_internal.caller());
                END IF;
                n_new := n_new + n.n_new;
                n_changed := n_changed + n.n_changed;
            END LOOP;
        END IF;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_kind(bigint, regnamespace, text) IS
    'import experiments, runs, datasets, logged models or inputs, some hundred at a time';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_kind(bigint, regnamespace, text) FROM PUBLIC;

-- sorted, not hashed: the points of all parts would be in memory at once
CREATE FUNCTION mlops_internal.import_mlflow_points(source bigint, schema regnamespace) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET enable_hashagg = off
    AS $$
    DECLARE
        metrics CONSTANT regclass := (SELECT c.oid FROM pg_class AS c
                                      WHERE c.relnamespace = schema AND c.relname = 'metrics');
        part record;
        n bigint := 0;
    BEGIN
        IF metrics IS NULL THEN
            RETURN 0;
        END IF;
        FOR part IN EXECUTE format(
            'SELECT array_agg(p.run_uuid::text) AS ids, array_agg(p.key::text) AS names, array_agg(p.step) AS steps, '
            'array_agg(timestamptz ''1970-01-01 00:00:00+00'' + CASE WHEN p.timestamp '
            'BETWEEN -210866803200000 AND 9224318015999999 THEN p.timestamp ELSE 0 END * interval ''1 millisecond'') '
            'AS times, '
            'array_agg(CASE WHEN p.is_nan::text IN (''t'', ''true'', ''1'') THEN ''NaN'' ELSE p.value END) AS numbers '
            'FROM (SELECT t.*, row_number() OVER (ORDER BY t.run_uuid, t.key, t.timestamp, t.step) / 20000 AS part '
            'FROM %s AS t WHERE t.run_uuid IN (SELECT i.id FROM mlops.imported AS i WHERE i.source_id = %s '
            'AND i.kind = ''run'' AND i.n_metrics <> (i.properties ->> ''n_metrics'')::bigint)) AS p '
            'GROUP BY p.part', mlops_internal.relation_name(metrics), source)
        LOOP
            n := n + mlops_internal.import_mlflow_metrics(source, part.ids, part.names, part.steps, part.times,
                part.numbers, mlops_internal.caller());
        END LOOP;
        PERFORM mlops_internal.count_mlflow_metrics(source, mlops_internal.caller());
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_points(bigint, regnamespace) IS
    'import metrics of runs that have more of them than was taken over; returns their number';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_points(bigint, regnamespace) FROM PUBLIC;

CREATE FUNCTION mlops_internal.mlflow_model(source bigint, doc jsonb) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT m.name FROM mlops.imported AS i JOIN mlops.model AS m USING (model_id)
        WHERE i.source_id = source AND i.kind = 'model'
          AND i.id = CASE WHEN doc ->> 'workspace' <> 'default' THEN (doc ->> 'workspace') || '/' ELSE '' END
              || (doc ->> 'name')
    $$;
COMMENT ON FUNCTION mlops_internal.mlflow_model(bigint, jsonb) IS
    'the name here of the model that a row of a version or an alias names; NULL when it was not imported';

CREATE FUNCTION mlops_internal.mlflow_stage(doc jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE doc ->> 'current_stage' WHEN 'Staging' THEN 'staged' WHEN 'Production' THEN 'staged'
            WHEN 'Archived' THEN 'retired' WHEN 'Deleted_Internal' THEN 'retired' ELSE 'registered' END
    $$;
COMMENT ON FUNCTION mlops_internal.mlflow_stage(jsonb) IS
    'the stage for one of MLflow''s; deployed is what is live at an endpoint, of which MLflow knows nothing';

CREATE FUNCTION mlops_internal.import_mlflow_models(source bigint, schema regnamespace, tasks jsonb, owner regrole)
    RETURNS TABLE (n_new bigint, n_changed bigint, left_out jsonb)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changes CONSTANT text := mlops_internal.mlflow_changes(source, schema, 'model');
        m record;
        task text;
        name text;
    BEGIN
        n_new := 0;
        n_changed := 0;
        left_out := '[]';
        IF changes IS NOT NULL THEN
            FOR m IN EXECUTE changes LOOP
                task := coalesce(m.doc -> 'tags' ->> 'mlops_task', tasks ->> m.id, tasks ->> '*');
                name := coalesce(mlops_internal.mlflow_model(source, m.doc), m.id);
                BEGIN
                    IF NOT m.known AND task IS NULL THEN
                        RAISE EXCEPTION 'its task is not known';
                    ELSIF NOT m.known THEN
                        PERFORM mlops.create_model(name, task, owner => owner);
                    END IF;
                    IF mlops_internal.import_mlflow_model(source, name, m.item, mlops_internal.caller()) THEN
                        n_new := n_new + 1;
                    ELSE
                        n_changed := n_changed + 1;
                    END IF;
                EXCEPTION WHEN raise_exception OR duplicate_object OR undefined_object OR invalid_parameter_value
                    OR insufficient_privilege OR program_limit_exceeded OR reserved_name OR invalid_name THEN
                    left_out := left_out || jsonb_build_object('id', 'model ' || m.id, 'reason', SQLERRM);
                END;
            END LOOP;
        END IF;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_models(bigint, regnamespace, jsonb, regrole) IS
    'import registered models; what is left out with the reasons';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_models(bigint, regnamespace, jsonb, regrole) FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_versions(source bigint, schema regnamespace)
    RETURNS TABLE (n_new bigint, n_changed bigint, left_out jsonb)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changes CONSTANT text := mlops_internal.mlflow_changes(source, schema, 'version');
        v record;
        model text;
        stage text;
        outcome text;
    BEGIN
        n_new := 0;
        n_changed := 0;
        left_out := '[]';
        IF changes IS NULL THEN
            RETURN NEXT;
            RETURN;
        END IF;
        FOR v IN EXECUTE changes LOOP
            model := mlops_internal.mlflow_model(source, v.doc);
            stage := mlops_internal.mlflow_stage(v.doc);
            BEGIN
                IF model IS NULL THEN
                    RAISE EXCEPTION 'its model was left out';
                END IF;
                -- known by its row once it has its stage: an import that may not move it tries again
                outcome := CASE WHEN NOT v.known THEN mlops_internal.import_mlflow_version(source, model,
                    v.item || CASE stage WHEN 'registered' THEN '{}' ELSE '{"digest": ""}' END::jsonb,
                    mlops_internal.caller()) ELSE 'changed' END;
                n_new := n_new + (outcome = 'new')::integer;
                n_changed := n_changed + (outcome = 'changed')::integer;
                IF outcome = 'taken' THEN
                    RAISE EXCEPTION 'its number is taken here';
                END IF;
            EXCEPTION WHEN raise_exception OR undefined_object OR insufficient_privilege THEN
                left_out := left_out || jsonb_build_object('id', 'version ' || v.id, 'reason', SQLERRM);
                CONTINUE;
            END;
            BEGIN
                IF v.known AND v.version_id IS NULL THEN
                    NULL;       -- deleted, there or here
                ELSIF outcome = 'new' AND stage <> 'registered'
                   OR outcome = 'changed' AND stage <> mlops_internal.mlflow_stage(v.before)
                   OR outcome = 'changed' AND NOT EXISTS (SELECT FROM mlops.imported AS i WHERE i.source_id = source
                       AND i.kind = 'version' AND i.id = v.id AND i.digest <> '') THEN
                    PERFORM mlops.set_stage(model, (v.doc ->> 'version')::integer, stage,
                        'MLflow: ' || (v.doc ->> 'current_stage'));
                END IF;
                PERFORM mlops_internal.import_mlflow_version(source, model, v.item, mlops_internal.caller());
            EXCEPTION WHEN insufficient_privilege OR object_in_use OR object_not_in_prerequisite_state THEN
                left_out := left_out || jsonb_build_object('id', 'stage of ' || v.id, 'reason', SQLERRM);
            END;
        END LOOP;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_versions(bigint, regnamespace) IS
    'import versions of models and move them to their stages; what is left out with the reasons';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_versions(bigint, regnamespace) FROM PUBLIC;

CREATE FUNCTION mlops_internal.import_mlflow_aliases(source bigint, schema regnamespace)
    RETURNS TABLE (n_new bigint, n_changed bigint, left_out jsonb)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changes CONSTANT text := mlops_internal.mlflow_changes(source, schema, 'alias');
        a record;
    BEGIN
        n_new := 0;
        n_changed := 0;
        left_out := '[]';
        IF changes IS NULL THEN
            RETURN NEXT;
            RETURN;
        END IF;
        FOR a IN EXECUTE changes LOOP
            BEGIN
                IF mlops_internal.mlflow_model(source, a.doc) IS NULL THEN
                    RAISE EXCEPTION 'its model was left out';
                END IF;
                PERFORM mlops.set_alias(mlops_internal.mlflow_model(source, a.doc), a.doc ->> 'alias',
                    (a.doc ->> 'version')::integer);
                PERFORM mlops_internal.import_mlflow_rows(source, 'alias', jsonb_build_array(a.item),
                    mlops_internal.caller());
                n_new := n_new + (NOT a.known)::integer;
                n_changed := n_changed + a.known::integer;
            EXCEPTION WHEN raise_exception OR undefined_object OR insufficient_privilege OR reserved_name
                OR invalid_name OR invalid_parameter_value OR object_not_in_prerequisite_state THEN
                left_out := left_out || jsonb_build_object('id', 'alias ' || a.id, 'reason', SQLERRM);
            END;
        END LOOP;
        -- gone there, and here as it was there
        FOR a IN EXECUTE format('SELECT i.id, i.properties AS doc FROM mlops.imported AS i WHERE i.source_id = $1 '
            'AND i.kind = ''alias'' AND NOT EXISTS (SELECT FROM (%s) AS q WHERE q.id = i.id)',
            mlops_internal.mlflow_query(schema, 'alias')) USING source
        LOOP
            BEGIN
                IF mlops.version_by_alias(mlops_internal.mlflow_model(source, a.doc), a.doc ->> 'alias')
                    = (a.doc ->> 'version')::integer THEN
                    PERFORM mlops.delete_alias(mlops_internal.mlflow_model(source, a.doc), a.doc ->> 'alias');
                END IF;
                n_changed := n_changed + 1;
                PERFORM mlops_internal.forget_mlflow_alias(source, a.id, mlops_internal.caller());
            EXCEPTION WHEN insufficient_privilege THEN
                left_out := left_out || jsonb_build_object('id', 'end of alias ' || a.id, 'reason', SQLERRM);
            WHEN undefined_object THEN
                PERFORM mlops_internal.forget_mlflow_alias(source, a.id, mlops_internal.caller());
            END;
        END LOOP;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_mlflow_aliases(bigint, regnamespace) IS
    'set the aliases that were set or moved there, end those that are gone; what is left out with the reasons';
REVOKE ALL ON FUNCTION mlops_internal.import_mlflow_aliases(bigint, regnamespace) FROM PUBLIC;

CREATE FUNCTION mlops.import_mlflow(schema regnamespace, tasks jsonb DEFAULT '{}', owner regrole DEFAULT NULL)
    RETURNS TABLE (kind text, n_new bigint, n_changed bigint, n_left_out bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET mlops.capture = off
    AS $$
    #variable_conflict use_column
    DECLARE
        source bigint;
        found record;
        reasons jsonb := '[]';
        why record;
    BEGIN
        IF mlops_internal.mlflow_query(schema, 'run') IS NULL
            OR mlops_internal.mlflow_query(schema, 'experiment') IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_table',
                MESSAGE = format('schema "%s" has no tables "experiments" and "runs" of MLflow', schema),
                HINT = 'Name the schema of MLflow''s backend store, or make views on it there.';
        END IF;
        source := mlops_internal.begin_import('mlflow', (SELECT n.nspname FROM pg_namespace AS n WHERE n.oid = schema),
            owner, mlops_internal.caller());
        n_left_out := 0;
        FOREACH kind IN ARRAY '{experiment,run,metric,dataset,logged_model,input}'::text[] LOOP
            IF kind = 'metric' THEN
                n_new := mlops_internal.import_mlflow_points(source, schema);
                n_changed := 0;
            ELSE
                SELECT f.n_new, f.n_changed INTO n_new, n_changed
                    FROM mlops_internal.import_mlflow_kind(source, schema, kind) AS f;
            END IF;
            RETURN NEXT;
        END LOOP;
        FOREACH kind IN ARRAY '{model,version,alias}'::text[] LOOP
            IF kind = 'model' THEN
                SELECT * INTO found FROM mlops_internal.import_mlflow_models(source, schema, tasks, owner);
            ELSIF kind = 'version' THEN
                SELECT * INTO found FROM mlops_internal.import_mlflow_versions(source, schema);
            ELSE
                SELECT * INTO found FROM mlops_internal.import_mlflow_aliases(source, schema);
            END IF;
            n_new := found.n_new;
            n_changed := found.n_changed;
            n_left_out := jsonb_array_length(found.left_out);
            reasons := reasons || found.left_out;
            RETURN NEXT;
        END LOOP;
        FOR why IN SELECT r.reason, count(*) AS n, min(r.id COLLATE "C") AS id
                   FROM jsonb_to_recordset(reasons) AS r (reason text, id text)
                   GROUP BY r.reason ORDER BY r.reason COLLATE "C"
        LOOP
            RAISE NOTICE USING MESSAGE = format('left out: %s%s, because %s', why.id,
                CASE WHEN why.n > 1 THEN format(' and %s more', why.n - 1) END, why.reason),
                HINT = CASE WHEN why.reason = 'its task is not known' THEN
                    'Give the tasks of models, as in tasks => ''{"churn": "binary"}'', "*" standing for all others, or '
                    'the tag mlops_task in MLflow, and import again.' ELSE 'The next import tries again.' END;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops.import_mlflow(regnamespace, jsonb, regrole) IS
    'take over experiments, runs, metrics, datasets, models, versions and aliases from MLflow''s tables in a schema; '
    'again later: what is new or changed; tasks says of each model what it predicts';
REVOKE ALL ON FUNCTION mlops.import_mlflow(regnamespace, jsonb, regrole) FROM PUBLIC;

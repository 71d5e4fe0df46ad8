/*
 * lineage: what was executed, what it read and what it wrote.
 *
 * A run reads and writes artifacts; an edge says which.  Runs, artifacts and
 * edges are the lineage graph (ML Metadata's executions, artifacts, events).
 *
 * An artifact belongs to the owner of the run that first named it.  Within an
 * owner one thing is one row: the same type, place (relation or URI, else
 * name) and digest.  Across owners rows stay apart, so that nobody can write
 * into what others read; they meet by their place when the graph is walked
 * (walk.sql).
 *
 * A relation is kept by its qualified name: a table that is dropped and made
 * again, or restored from a dump, is still the same place.
 */
CREATE TABLE mlops.run (
    run_id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    name text,
    status text NOT NULL DEFAULT 'running',
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    error text,
    git_repo text,
    git_commit text,
    git_path text,
    git_dirty boolean,
    started_by name NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (run_id),
    CONSTRAINT run_kind_check CHECK (kind IN ('training', 'evaluation', 'batch_prediction',
                                              'materialization', 'monitoring', 'deployment')),
    CONSTRAINT run_status_check CHECK (status IN ('running', 'finished', 'failed')),
    CONSTRAINT run_ended_check CHECK ((status = 'running') = (ended_at IS NULL))
);
COMMENT ON TABLE mlops.run IS 'executions: what ran, from which code, for whom, and how it ended';
COMMENT ON COLUMN mlops.run.kind IS 'training, evaluation, batch_prediction, materialization, monitoring or deployment';
COMMENT ON COLUMN mlops.run.status IS 'running, finished or failed';
COMMENT ON COLUMN mlops.run.error IS 'why the run failed';
COMMENT ON COLUMN mlops.run.git_commit IS 'commit of the code, 7 to 64 hexadecimal digits';
COMMENT ON COLUMN mlops.run.git_path IS 'path of the code inside the repository';
COMMENT ON COLUMN mlops.run.git_dirty IS 'true when the working tree differed from the commit';
COMMENT ON COLUMN mlops.run.started_by IS 'the role that called start_run';

CREATE TABLE mlops.artifact (
    artifact_id bigint GENERATED ALWAYS AS IDENTITY,
    type text NOT NULL,
    name text NOT NULL,
    relation text,
    uri text,
    place text GENERATED ALWAYS AS (coalesce(relation, uri)) STORED,
    digest text,
    properties jsonb NOT NULL DEFAULT '{}',
    identity bytea NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT artifact_pkey PRIMARY KEY (artifact_id),
    CONSTRAINT artifact_identity_key UNIQUE (identity, owner_oid, owner_name)
);
CREATE INDEX artifact_place_idx ON mlops.artifact USING hash (place) WHERE place IS NOT NULL;
COMMENT ON TABLE mlops.artifact IS 'what runs read and write: datasets, files, model versions, endpoints, predictions; one row per owner for each type, place and digest';
COMMENT ON COLUMN mlops.artifact.relation IS 'qualified and quoted name of the table or view; NULL for things outside the database and for temporary tables';
COMMENT ON COLUMN mlops.artifact.place IS 'the relation, else the URI: artifacts of one place meet when the graph is walked';
COMMENT ON COLUMN mlops.artifact.digest IS 'fingerprint of a dataset (mlops.fingerprint), or any checksum that the run gave';
COMMENT ON COLUMN mlops.artifact.properties IS 'facts about the artifact; a dataset has "rows" and "columns"';
COMMENT ON COLUMN mlops.artifact.identity IS 'SHA-256 of type, place (or name) and digest';

CREATE TABLE mlops.edge (
    run_id bigint NOT NULL,
    artifact_id bigint NOT NULL,
    direction text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT edge_pkey PRIMARY KEY (run_id, artifact_id, direction),
    CONSTRAINT edge_direction_check CHECK (direction IN ('input', 'output')),
    CONSTRAINT edge_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run,
    CONSTRAINT edge_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact
);
CREATE INDEX edge_artifact_idx ON mlops.edge (artifact_id, direction, at);
COMMENT ON TABLE mlops.edge IS 'which run read (input) or wrote (output) which artifact';
COMMENT ON COLUMN mlops.edge.at IS 'when the run first said so';

CREATE TABLE mlops.param (
    run_id bigint NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    CONSTRAINT param_pkey PRIMARY KEY (run_id, name),
    CONSTRAINT param_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run
);
COMMENT ON TABLE mlops.param IS 'parameters of runs; written once, never changed';

CREATE TABLE mlops.metric (
    metric_id bigint GENERATED ALWAYS AS IDENTITY,
    run_id bigint NOT NULL,
    name text NOT NULL,
    step bigint NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    value double precision NOT NULL,
    CONSTRAINT metric_pkey PRIMARY KEY (metric_id),
    CONSTRAINT metric_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run
);
CREATE INDEX metric_run_idx ON mlops.metric (run_id, name, step);
COMMENT ON TABLE mlops.metric IS 'metrics of runs, every logged value; the present one is that with the greatest step, then time, then metric_id';
COMMENT ON COLUMN mlops.metric.step IS 'epoch, iteration or any other counter; 0 when there is none';

SELECT pg_catalog.pg_extension_config_dump('mlops.run', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.run_run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.artifact', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.artifact_artifact_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.edge', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.param', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.metric', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.metric_metric_id_seq', '');

/*
 * Who reads what: one's own and one's roles' runs and artifacts; the rest
 * follows the run.
 */
ALTER TABLE mlops.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.edge ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.param ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.metric ENABLE ROW LEVEL SECURITY;
CREATE POLICY run_read ON mlops.run FOR SELECT
    USING (mlops.owned_by(owner_oid, owner_name, mlops.caller_oid(mlops.caller())));
CREATE POLICY artifact_read ON mlops.artifact FOR SELECT
    USING (mlops.owned_by(owner_oid, owner_name, mlops.caller_oid(mlops.caller())));
CREATE POLICY edge_read ON mlops.edge FOR SELECT
    USING (EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = edge.run_id));
CREATE POLICY param_read ON mlops.param FOR SELECT
    USING (EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = param.run_id));
CREATE POLICY metric_read ON mlops.metric FOR SELECT
    USING (EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = metric.run_id));
GRANT SELECT ON mlops.run, mlops.artifact, mlops.edge, mlops.param, mlops.metric TO PUBLIC;

/*
 * Checks that several writers share.
 */
CREATE FUNCTION mlops.new_owner(owner regrole, object text, caller mlops.caller) RETURNS regrole
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        role regrole := coalesce(owner, mlops.caller_oid(caller)::regrole);
        role_name name := (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = role);
    BEGIN
        IF role_name IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('the role that should own the %s does not exist', object);
        END IF;
        IF NOT mlops.owned_by(role, role_name, mlops.caller_oid(caller)) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be a member of role "%s" to make it owner of the %s', role_name, object),
                HINT = 'Name a role that you are a member of, or leave owner out.';
        END IF;
        RETURN role;
    END
    $$;
COMMENT ON FUNCTION mlops.new_owner(regrole, text, mlops.caller) IS 'internal: the role that shall own a new object: the one given, else the caller; error 42501 unless the caller may act for it';
REVOKE ALL ON FUNCTION mlops.new_owner(regrole, text, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.check_object(value jsonb, argument text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value IS NOT NULL AND jsonb_typeof(value) <> 'object' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s must be a JSON object, not %s', argument,
                                 CASE WHEN jsonb_typeof(value) = 'array' THEN 'an array' ELSE 'a ' || jsonb_typeof(value) END),
                HINT = 'Write an object such as {"name": "value"}.';
        END IF;
        RETURN coalesce(value, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops.check_object(jsonb, text) IS 'internal: the JSON object itself, {} for NULL; error 22023 when it is something else';
REVOKE ALL ON FUNCTION mlops.check_object(jsonb, text) FROM PUBLIC;

CREATE FUNCTION mlops.check_commit(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value !~ '^[0-9a-fA-F]{7,64}$' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'git_commit must be 7 to 64 hexadecimal digits',
                HINT = 'Take the output of "git rev-parse HEAD".';
        END IF;
        RETURN lower(value);
    END
    $$;
COMMENT ON FUNCTION mlops.check_commit(text) IS 'internal: the commit in lower case, NULL for NULL; error 22023 unless it is 7 to 64 hexadecimal digits';
REVOKE ALL ON FUNCTION mlops.check_commit(text) FROM PUBLIC;

CREATE FUNCTION mlops.metric_values(metrics jsonb) RETURNS TABLE (name text, value double precision)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        pair record;
    BEGIN
        FOR pair IN SELECT j.key, j.value AS json, j.value #>> '{}' AS plain
                    FROM jsonb_each(mlops.check_object(metrics, 'metrics')) AS j
        LOOP
            IF jsonb_typeof(pair.json) <> 'number'
               AND (pair.plain IS NULL OR pair.plain NOT IN ('NaN', 'Infinity', '-Infinity')) THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('metric "%s" is not a number', pair.key),
                    HINT = 'Give a JSON number, or one of the strings "NaN", "Infinity", "-Infinity".';
            END IF;
            name := mlops.check_name(pair.key, 'metric');
            value := pair.plain::double precision;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops.metric_values(jsonb) IS 'internal: the pairs of a JSON object as names and numbers; error 22023 when a value is no number';
REVOKE ALL ON FUNCTION mlops.metric_values(jsonb) FROM PUBLIC;

/*
 * Runs.
 */
CREATE FUNCTION mlops.add_run(kind text, name text, owner_oid oid, owner_name name, caller mlops.caller) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.run (kind, name, started_by, owner_oid, owner_name)
            VALUES (kind, name, mlops.caller_name(caller), owner_oid, owner_name)
            RETURNING run_id
    $$;
COMMENT ON FUNCTION mlops.add_run(text, text, oid, name, mlops.caller) IS 'internal: a new running run of that owner';
REVOKE ALL ON FUNCTION mlops.add_run(text, text, oid, name, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.start_run(
    kind text,
    name text DEFAULT NULL,
    params jsonb DEFAULT '{}',
    git_repo text DEFAULT NULL,
    git_commit text DEFAULT NULL,
    git_path text DEFAULT NULL,
    git_dirty boolean DEFAULT NULL,
    owner regrole DEFAULT NULL,
    caller mlops.caller DEFAULT mlops.caller()) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        new_id bigint;
        commit_id text := mlops.check_commit(git_commit);
    BEGIN
        IF kind IS NULL OR kind NOT IN ('training', 'evaluation', 'batch_prediction',
                                        'materialization', 'monitoring', 'deployment') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('run kind "%s" does not exist', kind),
                HINT = 'Kinds are training, evaluation, batch_prediction, materialization, monitoring and deployment.';
        END IF;
        IF name IS NOT NULL THEN
            PERFORM mlops.check_name(name, 'run');
        END IF;
        SELECT mlops.add_run(kind, start_run.name, o.oid, o.rolname, caller) INTO new_id
            FROM pg_roles AS o WHERE o.oid = mlops.new_owner(owner, 'run', caller);
        UPDATE mlops.run AS r
            SET git_repo = start_run.git_repo, git_commit = commit_id,
                git_path = start_run.git_path, git_dirty = start_run.git_dirty
            WHERE r.run_id = new_id
              AND num_nonnulls(start_run.git_repo, commit_id, start_run.git_path, start_run.git_dirty) > 0;
        PERFORM mlops.log_params(new_id, params, caller);
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops.start_run(text, text, jsonb, text, text, text, boolean, regrole, mlops.caller) IS 'start a run and return its run_id; kind is training, evaluation, batch_prediction, materialization, monitoring or deployment; params is a JSON object; git_* name the code; owner, by default the caller, must be a role of the caller';
REVOKE ALL ON FUNCTION mlops.start_run(text, text, jsonb, text, text, text, boolean, regrole, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.own_run(run bigint, caller mlops.caller) RETURNS mlops.run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found_run mlops.run;
    BEGIN
        SELECT * INTO found_run FROM mlops.run AS r WHERE r.run_id = run FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('run %s does not exist', coalesce(run::text, 'NULL')),
                HINT = 'See the runs: SELECT run_id, kind, name, status FROM mlops.run.';
        END IF;
        PERFORM mlops.require_owner(found_run.owner_oid, found_run.owner_name, format('run %s', run), caller);
        RETURN found_run;
    END
    $$;
COMMENT ON FUNCTION mlops.own_run(bigint, mlops.caller) IS 'internal: the run, locked against its end; error 42704 when there is none, 42501 unless the caller may act for its owner';
REVOKE ALL ON FUNCTION mlops.own_run(bigint, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.open_run(run bigint, caller mlops.caller) RETURNS mlops.run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found_run mlops.run := mlops.own_run(run, caller);
    BEGIN
        IF found_run.status <> 'running' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('run %s is %s', run, found_run.status),
                HINT = 'A run that has ended cannot be changed: start a new one with mlops.start_run.';
        END IF;
        RETURN found_run;
    END
    $$;
COMMENT ON FUNCTION mlops.open_run(bigint, mlops.caller) IS 'internal: as own_run, and error 55000 when the run has ended';
REVOKE ALL ON FUNCTION mlops.open_run(bigint, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.end_run(run bigint, status text, error text, caller mlops.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- the stronger lock first: two who end the same run must not deadlock
        PERFORM FROM mlops.run AS r WHERE r.run_id = run FOR NO KEY UPDATE;
        PERFORM mlops.open_run(run, caller);
        UPDATE mlops.run AS r
            SET status = end_run.status, error = left(end_run.error, 4000), ended_at = clock_timestamp()
            WHERE r.run_id = run;
    END
    $$;
COMMENT ON FUNCTION mlops.end_run(bigint, text, text, mlops.caller) IS 'internal: end a running run with that status';
REVOKE ALL ON FUNCTION mlops.end_run(bigint, text, text, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.finish_run(run bigint, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.end_run(run, 'finished', NULL, caller) $$;
COMMENT ON FUNCTION mlops.finish_run(bigint, mlops.caller) IS 'end a run that succeeded; error 55000 when it has already ended';
REVOKE ALL ON FUNCTION mlops.finish_run(bigint, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.fail_run(run bigint, error text, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.end_run(run, 'failed', error, caller) $$;
COMMENT ON FUNCTION mlops.fail_run(bigint, text, mlops.caller) IS 'end a run that failed; error says why, its first 4000 characters are kept; error 55000 when the run has already ended';
REVOKE ALL ON FUNCTION mlops.fail_run(bigint, text, mlops.caller) FROM PUBLIC;

/*
 * What a run says about itself.
 */
CREATE FUNCTION mlops.log_params(run bigint, params jsonb, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changed record;
    BEGIN
        PERFORM mlops.open_run(run, caller);
        INSERT INTO mlops.param (run_id, name, value)
            SELECT run, mlops.check_name(j.key, 'parameter'), j.value
            FROM jsonb_each(mlops.check_object(params, 'params')) AS j
            ON CONFLICT ON CONSTRAINT param_pkey DO NOTHING;
        SELECT p.name, p.value AS old, j.value AS new INTO changed
            FROM mlops.param AS p JOIN jsonb_each(params) AS j ON j.key = p.name
            WHERE p.run_id = run AND p.value <> j.value ORDER BY p.name LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'unique_violation',
                MESSAGE = format('parameter "%s" of run %s is already logged with another value', changed.name, run),
                DETAIL = format('It is %s; %s was given.', changed.old, changed.new),
                HINT = 'Parameters are written once: start a new run, or log what changes as a metric.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.log_params(bigint, jsonb, mlops.caller) IS 'log the parameters of a running run; the same value again is no change, another value is error 23505';
REVOKE ALL ON FUNCTION mlops.log_params(bigint, jsonb, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.log_param(run bigint, name text, value anyelement, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops.log_params(run,
            jsonb_build_object(mlops.check_name(name, 'parameter'), coalesce(to_jsonb(value), 'null')), caller);
    END
    $$;
COMMENT ON FUNCTION mlops.log_param(bigint, text, anyelement, mlops.caller) IS 'log one parameter of a running run; the value may be of any type and is kept as JSON; the same value again is no change, another value is error 23505';
REVOKE ALL ON FUNCTION mlops.log_param(bigint, text, anyelement, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.log_param(run bigint, name text, value text, caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops.log_params(run,
            jsonb_build_object(mlops.check_name(name, 'parameter'), coalesce(to_jsonb(value), 'null')), caller)
    $$;
COMMENT ON FUNCTION mlops.log_param(bigint, text, text, mlops.caller) IS 'log one parameter of a running run, a text; the same value again is no change, another value is error 23505';
REVOKE ALL ON FUNCTION mlops.log_param(bigint, text, text, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.log_metric(
    run bigint,
    name text,
    value double precision,
    step bigint DEFAULT 0,
    at timestamptz DEFAULT clock_timestamp(),
    caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops.open_run(run, caller);
        PERFORM mlops.check_name(name, 'metric');
        IF value IS NULL OR step IS NULL OR at IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'null_value_not_allowed',
                MESSAGE = format('value, step and time of metric "%s" must not be NULL', name),
                HINT = 'Log NaN for a metric that is not defined.';
        END IF;
        INSERT INTO mlops.metric (run_id, name, step, at, value) VALUES (run, name, step, at, value);
    END
    $$;
COMMENT ON FUNCTION mlops.log_metric(bigint, text, double precision, bigint, timestamptz, mlops.caller) IS 'log one value of a metric of a running run; every value is kept; step counts epochs or iterations; NaN and infinities are allowed, NULL is error 22004';
REVOKE ALL ON FUNCTION mlops.log_metric(bigint, text, double precision, bigint, timestamptz, mlops.caller) FROM PUBLIC;

CREATE FUNCTION mlops.log_metrics(
    run bigint,
    metrics jsonb,
    step bigint DEFAULT 0,
    at timestamptz DEFAULT clock_timestamp(),
    caller mlops.caller DEFAULT mlops.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops.open_run(run, caller);
        PERFORM mlops.log_metric(run, m.name, m.value, step, at, caller) FROM mlops.metric_values(metrics) AS m;
    END
    $$;
COMMENT ON FUNCTION mlops.log_metrics(bigint, jsonb, bigint, timestamptz, mlops.caller) IS 'log several metrics of a running run at one step: a JSON object of numbers; "NaN", "Infinity" and "-Infinity" may be given as strings';
REVOKE ALL ON FUNCTION mlops.log_metrics(bigint, jsonb, bigint, timestamptz, mlops.caller) FROM PUBLIC;

/*
 * Artifacts and edges.
 */
CREATE FUNCTION mlops.relation_name(relation regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = relation
    $$;
COMMENT ON FUNCTION mlops.relation_name(regclass) IS 'schema-qualified and quoted name of a relation, whatever the search path; NULL when there is none';

CREATE FUNCTION mlops.add_artifact(
    type text,
    name text,
    relation text,
    uri text,
    digest text,
    properties jsonb,
    owner_oid oid,
    owner_name name) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        key bytea := sha256(convert_to(jsonb_build_array(type, relation, uri,
            CASE WHEN relation IS NULL AND uri IS NULL THEN name END, digest)::text, 'UTF8'));
        id bigint;
    BEGIN
        INSERT INTO mlops.artifact AS a (type, name, relation, uri, digest, properties, identity, owner_oid, owner_name)
            VALUES (type, coalesce(name, relation, uri), relation, uri, digest, properties, key, owner_oid, owner_name)
            ON CONFLICT ON CONSTRAINT artifact_identity_key DO NOTHING
            RETURNING a.artifact_id INTO id;
        IF NOT FOUND THEN
            SELECT a.artifact_id INTO STRICT id FROM mlops.artifact AS a
                WHERE a.identity = key AND a.owner_oid = add_artifact.owner_oid AND a.owner_name = add_artifact.owner_name;
            UPDATE mlops.artifact AS a SET properties = a.properties || add_artifact.properties
                WHERE a.artifact_id = id AND a.properties || add_artifact.properties <> a.properties;
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops.add_artifact(text, text, text, text, text, jsonb, oid, name) IS 'internal: the artifact of that identity and owner, made when there is none; properties are merged into it';
REVOKE ALL ON FUNCTION mlops.add_artifact(text, text, text, text, text, jsonb, oid, name) FROM PUBLIC;

CREATE FUNCTION mlops.add_edge(run bigint, artifact bigint, direction text) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.edge (run_id, artifact_id, direction) VALUES (run, artifact, direction)
            ON CONFLICT ON CONSTRAINT edge_pkey DO NOTHING
    $$;
COMMENT ON FUNCTION mlops.add_edge(bigint, bigint, text) IS 'internal: the run read (input) or wrote (output) the artifact';
REVOKE ALL ON FUNCTION mlops.add_edge(bigint, bigint, text) FROM PUBLIC;

CREATE FUNCTION mlops.check_direction(direction text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF direction IS NULL OR direction NOT IN ('input', 'output') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('direction "%s" does not exist', direction),
                HINT = 'A run reads an "input" and writes an "output".';
        END IF;
        RETURN direction;
    END
    $$;
COMMENT ON FUNCTION mlops.check_direction(text) IS 'internal: the direction itself; error 22023 unless it is input or output';
REVOKE ALL ON FUNCTION mlops.check_direction(text) FROM PUBLIC;

CREATE FUNCTION mlops.log_artifact(
    run bigint,
    name text,
    type text DEFAULT 'file',
    uri text DEFAULT NULL,
    relation regclass DEFAULT NULL,
    digest text DEFAULT NULL,
    properties jsonb DEFAULT '{}',
    direction text DEFAULT 'output',
    caller mlops.caller DEFAULT mlops.caller()) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run := mlops.open_run(run, caller);
        rel text;
        id bigint;
    BEGIN
        PERFORM mlops.check_name(type, 'artifact type');
        IF relation IS NOT NULL THEN
            SELECT CASE WHEN c.relpersistence <> 't' THEN mlops.relation_name(c.oid) END, coalesce(name, c.relname)
                INTO rel, name FROM pg_class AS c WHERE c.oid = relation;
        END IF;
        IF name IS NOT NULL OR uri IS NULL THEN
            PERFORM mlops.check_name(name, 'artifact');
        END IF;
        PERFORM mlops.check_direction(direction);
        PERFORM mlops.check_object(properties, 'properties');
        IF type IN ('model_version', 'endpoint') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('artifact type "%s" is reserved', type),
                HINT = 'Say that a run uses a version with mlops.log_version; the registry logs the rest by itself.';
        END IF;
        IF length(uri) > 2000 OR length(digest) > 200 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'string_data_right_truncation',
                MESSAGE = 'the URI must not be longer than 2000 characters, the digest not longer than 200';
        END IF;
        -- whoever reads a relation as a dataset reads what it was written as
        IF type = 'dataset' THEN
            SELECT a.artifact_id INTO id FROM mlops.artifact AS a
                WHERE a.place = rel AND a.relation = rel AND a.digest IS NOT DISTINCT FROM log_artifact.digest
                  AND a.owner_oid = r.owner_oid AND a.owner_name = r.owner_name
                ORDER BY a.artifact_id LIMIT 1;
        END IF;
        IF id IS NULL THEN
            id := mlops.add_artifact(type, name, rel, uri, digest, coalesce(properties, '{}'), r.owner_oid, r.owner_name);
        END IF;
        PERFORM mlops.add_edge(run, id, direction);
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops.log_artifact(bigint, text, text, text, regclass, text, jsonb, text, mlops.caller) IS 'say that a running run reads (direction input) or writes (output) something, and return its artifact_id; type is a word such as file, code, dataset or report; name may be NULL when a URI or relation is given; the same type, relation or URI (else name) and digest is the same artifact, and properties are merged into it';
REVOKE ALL ON FUNCTION mlops.log_artifact(bigint, text, text, text, regclass, text, jsonb, text, mlops.caller) FROM PUBLIC;

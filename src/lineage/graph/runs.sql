/*
 * lineage: runs from start to end, and what a run says about itself.
 */
CREATE FUNCTION mlops_internal.add_run(kind text, name text, owner_oid oid, owner_name name,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.run (kind, name, started_by, owner_oid, owner_name)
            VALUES (kind, name, mlops_internal.caller_name(caller), owner_oid, owner_name)
            RETURNING run_id
    $$;
COMMENT ON FUNCTION mlops_internal.add_run(text, text, oid, name, mlops_internal.caller) IS
    'a new running run of that owner';
REVOKE ALL ON FUNCTION mlops_internal.add_run(text, text, oid, name, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.start_run(
    kind text, name text, params jsonb, git_repo text, git_commit text, git_path text, git_dirty boolean, owner regrole,
    experiment text, parent_run bigint, tags jsonb, heartbeat interval, git_branch text, git_tag text,
    git_diff_digest text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        parent mlops.run;
        new_id bigint;
        commit_id text := mlops_internal.check_commit(git_commit);
    BEGIN
        IF kind IS NULL OR kind NOT IN ('training', 'evaluation', 'batch_prediction',
                                        'materialization', 'monitoring', 'deployment') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('run kind %s does not exist', coalesce('"' || kind || '"', 'NULL')),
                HINT = 'Kinds are training, evaluation, batch_prediction, materialization, monitoring and deployment.';
        ELSIF heartbeat NOT BETWEEN interval '1 microsecond' AND interval '1 year' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'heartbeat must be longer than 0 and not longer than a year';
        END IF;
        IF name IS NOT NULL THEN
            PERFORM mlops_internal.check_name(name, 'run');
        END IF;
        IF experiment IS NOT NULL THEN
            PERFORM mlops_internal.check_name(experiment, 'experiment');
        END IF;
        IF parent_run IS NOT NULL THEN
            parent := mlops_internal.own_run(parent_run, caller);
        END IF;
        SELECT mlops_internal.add_run(kind, start_run.name, o.oid, o.rolname, caller) INTO new_id
            FROM pg_roles AS o WHERE o.oid = mlops_internal.new_owner(owner, 'run', caller);
        UPDATE mlops.run AS r
            SET git_repo = mlops_internal.canonical_repo(start_run.git_repo), git_commit = commit_id,
                git_path = start_run.git_path, git_dirty = start_run.git_dirty, git_branch = start_run.git_branch,
                git_tag = start_run.git_tag, git_diff_digest = start_run.git_diff_digest,
                experiment = coalesce(start_run.experiment, parent.experiment), parent_run_id = start_run.parent_run,
                tags = mlops_internal.check_object(start_run.tags, 'tags'), heartbeat = start_run.heartbeat
            WHERE r.run_id = new_id
              AND (num_nonnulls(start_run.git_repo, commit_id, start_run.git_path, start_run.git_dirty,
                      start_run.git_branch, start_run.git_tag, start_run.git_diff_digest, start_run.experiment,
                      start_run.parent_run, start_run.heartbeat) > 0 OR start_run.tags <> '{}');
        PERFORM mlops_internal.log_params(new_id, params, caller);
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.start_run IS 'mlops.start_run on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.start_run FROM PUBLIC;

CREATE FUNCTION mlops.start_run(
    kind text, name text DEFAULT NULL, params jsonb DEFAULT '{}', git_repo text DEFAULT NULL,
    git_commit text DEFAULT NULL, git_path text DEFAULT NULL, git_dirty boolean DEFAULT NULL,
    owner regrole DEFAULT NULL, experiment text DEFAULT NULL, parent_run bigint DEFAULT NULL, tags jsonb DEFAULT '{}',
    heartbeat interval DEFAULT NULL, git_branch text DEFAULT NULL, git_tag text DEFAULT NULL,
    git_diff_digest text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.start_run(
        kind, name, params, git_repo, git_commit, git_path, git_dirty, owner, experiment, parent_run, tags, heartbeat,
        git_branch, git_tag, git_diff_digest, mlops_internal.caller());
COMMENT ON FUNCTION mlops.start_run IS
    'start a run and return its run_id; kind is training, evaluation, batch_prediction, materialization, '
    'monitoring or deployment; params and tags are JSON objects; git_* name the code; owner NULL: the caller';
REVOKE ALL ON FUNCTION mlops.start_run FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_run(run bigint, caller mlops_internal.caller) RETURNS mlops.run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found_run mlops.run;
    BEGIN
        SELECT * INTO found_run FROM mlops.run AS r WHERE r.run_id = run FOR SHARE;
        PERFORM mlops_internal.require_owner(found_run.owner_oid, found_run.owner_name, 'run', run::text, caller);
        RETURN found_run;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_run(bigint, mlops_internal.caller) IS
    'the run, locked against its end; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_run(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.open_run(run bigint, caller mlops_internal.caller) RETURNS mlops.run
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found_run mlops.run := mlops_internal.own_run(run, caller);
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
COMMENT ON FUNCTION mlops_internal.open_run(bigint, mlops_internal.caller) IS
    'as own_run, and error 55000 when the run has ended';
REVOKE ALL ON FUNCTION mlops_internal.open_run(bigint, mlops_internal.caller) FROM PUBLIC;

/* Called before a run finishes; raises when it may not.  Here every run may: a room below replaces it. */
CREATE FUNCTION mlops_internal.check_finish(run bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_finish(bigint, mlops_internal.caller) IS
    'raise unless the caller may say that the run is finished';
REVOKE ALL ON FUNCTION mlops_internal.check_finish(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.end_run(run bigint, status text, error text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- the stronger lock first: two who end the same run must not deadlock
        PERFORM FROM mlops.run AS r WHERE r.run_id = run FOR NO KEY UPDATE;
        PERFORM mlops_internal.open_run(run, caller);
        IF end_run.status = 'finished' THEN
            PERFORM mlops_internal.check_finish(run, caller);
        END IF;
        UPDATE mlops.run AS r
            SET status = end_run.status, error = left(mlops_internal.without_credentials(end_run.error), 4000),
                ended_at = clock_timestamp()
            WHERE r.run_id = run;
        PERFORM mlops_internal.drop_uploads(run);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.end_run(bigint, text, text, mlops_internal.caller) IS
    'end a running run with that status';
REVOKE ALL ON FUNCTION mlops_internal.end_run(bigint, text, text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.finish_run(run bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.end_run(run, 'finished', NULL, caller) $$;
COMMENT ON FUNCTION mlops_internal.finish_run IS 'mlops.finish_run on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.finish_run FROM PUBLIC;

CREATE FUNCTION mlops.finish_run(run bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.finish_run(run, mlops_internal.caller());
COMMENT ON FUNCTION mlops.finish_run IS
    'end a run that succeeded; error 55000 when it has already ended';
REVOKE ALL ON FUNCTION mlops.finish_run FROM PUBLIC;

CREATE FUNCTION mlops_internal.fail_run(run bigint, error text, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.end_run(run, 'failed', error, caller) $$;
COMMENT ON FUNCTION mlops_internal.fail_run IS 'mlops.fail_run on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.fail_run FROM PUBLIC;

CREATE FUNCTION mlops.fail_run(run bigint, error text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.fail_run(run, error, mlops_internal.caller());
COMMENT ON FUNCTION mlops.fail_run IS
    'end a run that failed; error says why, its first 4000 characters are kept; error 55000 when the run has already '
    'ended';
REVOKE ALL ON FUNCTION mlops.fail_run FROM PUBLIC;

/*
 * What a run says about itself.
 */
CREATE FUNCTION mlops_internal.log_params(run bigint, params jsonb, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        changed record;
    BEGIN
        PERFORM mlops_internal.open_run(run, caller);
        params := mlops_internal.check_object(params, 'params');
        INSERT INTO mlops.param (run_id, name, value)
            SELECT run, mlops_internal.check_name(j.key, 'parameter'), j.value
            FROM jsonb_each(params) AS j
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
COMMENT ON FUNCTION mlops_internal.log_params IS 'mlops.log_params on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_params FROM PUBLIC;

CREATE FUNCTION mlops.log_params(run bigint, params jsonb) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_params(run, params, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_params IS
    'log the parameters of a running run; the same value again is no change, another value is error 23505';
REVOKE ALL ON FUNCTION mlops.log_params FROM PUBLIC;

/*
 * Not SECURITY DEFINER: a value of any type becomes JSON by a cast or an output
 * function that may be anybody's, so it does with the caller's rights.
 */
CREATE FUNCTION mlops.log_param(run bigint, name text, value anyelement) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops.log_params(run,
            jsonb_build_object(mlops_internal.check_name(name, 'parameter'), coalesce(to_jsonb(value), 'null')));
    END
    $$;
COMMENT ON FUNCTION mlops.log_param(bigint, text, anyelement) IS
    'log one parameter of a running run; the value may be of any type and is kept as JSON; the same value again is no '
    'change, another value is error 23505';
REVOKE ALL ON FUNCTION mlops.log_param(bigint, text, anyelement) FROM PUBLIC;

CREATE FUNCTION mlops.log_param(run bigint, name text, value text) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops.log_params(run,
            jsonb_build_object(mlops_internal.check_name(name, 'parameter'), coalesce(to_jsonb(value), 'null')))
    $$;
COMMENT ON FUNCTION mlops.log_param(bigint, text, text) IS
    'log one parameter of a running run, a text; the same value again is no change, another value is error 23505';
REVOKE ALL ON FUNCTION mlops.log_param(bigint, text, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.log_metric(
    run bigint, name text, value double precision, step bigint, at timestamptz,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.open_run(run, caller);
        PERFORM mlops_internal.check_name(name, 'metric');
        IF value IS NULL OR step IS NULL OR at IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'null_value_not_allowed',
                MESSAGE = format('value, step and time of metric "%s" must not be NULL', name),
                HINT = 'Log NaN for a metric that is not defined.';
        END IF;
        INSERT INTO mlops.metric (run_id, name, step, at, value) VALUES (run, name, step, at, value);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_metric IS 'mlops.log_metric on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_metric FROM PUBLIC;

CREATE FUNCTION mlops.log_metric(
    run bigint, name text, value double precision, step bigint DEFAULT 0,
    at timestamptz DEFAULT clock_timestamp()) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_metric(run, name, value, step, at, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_metric IS
    'log one value of a metric of a running run; every value is kept; step counts epochs or iterations; NaN and '
    'infinities are allowed, NULL is error 22004';
REVOKE ALL ON FUNCTION mlops.log_metric FROM PUBLIC;

CREATE FUNCTION mlops_internal.log_metrics(
    run bigint, metrics jsonb, step bigint, at timestamptz, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.open_run(run, caller);
        PERFORM mlops_internal.log_metric(run, m.name, m.value, step, at, caller)
            FROM mlops_internal.metric_values(metrics) AS m;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_metrics IS 'mlops.log_metrics on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_metrics FROM PUBLIC;

CREATE FUNCTION mlops.log_metrics(
    run bigint, metrics jsonb, step bigint DEFAULT 0, at timestamptz DEFAULT clock_timestamp()) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_metrics(run, metrics, step, at, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_metrics IS
    'log several metrics of a running run at one step: a JSON object of numbers; "NaN", "Infinity" and "-Infinity" '
    'may be given as strings';
REVOKE ALL ON FUNCTION mlops.log_metrics FROM PUBLIC;

/*
 * Many points at once: a name for each, or one for all.
 */
CREATE FUNCTION mlops_internal.log_points(
    run bigint, names text[], "values" double precision[], steps bigint[], at timestamptz[],
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        n bigint := cardinality("values");
        now_at timestamptz := clock_timestamp();
    BEGIN
        PERFORM mlops_internal.open_run(run, caller);
        IF greatest(array_ndims(names), array_ndims("values"), array_ndims(steps), array_ndims(at)) > 1 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'array_subscript_error',
                MESSAGE = 'names, values, steps and times must be arrays of one dimension';
        ELSIF n IS NULL OR cardinality(names) NOT IN (1, n) OR names IS NULL OR cardinality(steps) <> n
            OR cardinality(at) <> n THEN
            RAISE EXCEPTION USING
                ERRCODE = 'array_subscript_error',
                MESSAGE = format('%s names, %s values, %s steps and %s times do not go together',
                    coalesce(cardinality(names), 0), coalesce(n, 0), coalesce(cardinality(steps)::text, 'no'),
                    coalesce(cardinality(at)::text, 'no')),
                HINT = 'Give one name for all values or one for each, and as many steps, and times, or none.';
        ELSIF array_position("values", NULL) IS NOT NULL OR array_position(steps, NULL) IS NOT NULL
            OR array_position(at, NULL) IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'values, steps and times of metrics must not be NULL',
                HINT = 'Log NaN for a metric that is not defined.';
        END IF;
        PERFORM mlops_internal.check_name(d.name, 'metric')
            FROM (SELECT DISTINCT u.name FROM unnest(names) AS u (name)) AS d;
        -- without steps the values of a name are numbered as they come
        IF cardinality(names) = 1 THEN
            INSERT INTO mlops.metric (run_id, name, step, at, value)
                SELECT run, names[array_lower(names, 1)], coalesce(u.step, u.place), coalesce(u.at, now_at), u.value
                FROM unnest("values", steps, at) WITH ORDINALITY AS u (value, step, at, place);
        ELSE
            INSERT INTO mlops.metric (run_id, name, step, at, value)
                SELECT run, u.name, coalesce(u.step, 0), coalesce(u.at, now_at), u.value
                FROM unnest(names, "values", steps, at) AS u (name, value, step, at);
        END IF;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_points IS 'mlops.log_points on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_points FROM PUBLIC;

CREATE FUNCTION mlops.log_points(
    run bigint, names text[], "values" double precision[], steps bigint[] DEFAULT NULL, at timestamptz[] DEFAULT NULL)
    RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_points(run, names, "values", steps, at, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_points IS
    'log many points of a running run at once and return their number; one name for each or one for all, whose '
    'points are numbered from 1 when steps is left out; as for mlops.log_metric nothing may be NULL';
REVOKE ALL ON FUNCTION mlops.log_points FROM PUBLIC;

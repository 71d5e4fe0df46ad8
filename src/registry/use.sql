/*
 * registry: versions at work.
 */
CREATE FUNCTION mlops_internal.log_version(
    run bigint, model text, version integer, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run := mlops_internal.open_run(run, caller);
        -- what an evaluation says of the version is evidence for gates
        v mlops.version := mlops_internal.own_version(model, version, caller,
            CASE r.kind WHEN 'evaluation' THEN 'editor' ELSE 'viewer' END);
    BEGIN
        PERFORM mlops_internal.add_edge(run, v.artifact_id, 'input');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_version IS 'mlops.log_version on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_version FROM PUBLIC;

CREATE FUNCTION mlops.log_version(run bigint, model text, version integer) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_version(run, model, version, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_version IS
    'say that a running run uses a version of a model, an evaluation only by an editor of it; model may be a URI such '
    'as models:/churn@champion, and version NULL';
REVOKE ALL ON FUNCTION mlops.log_version FROM PUBLIC;

/* Who is no editor any more makes no evidence of a run that he opened as one. */
CREATE OR REPLACE FUNCTION mlops_internal.check_finish(run bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model;
    BEGIN
        FOR m IN SELECT DISTINCT x.* FROM mlops.run AS r JOIN mlops.edge AS e USING (run_id)
                     JOIN mlops.version AS v USING (artifact_id) JOIN mlops.model AS x USING (model_id)
                 WHERE r.run_id = run AND r.kind = 'evaluation' AND e.direction = 'input' ORDER BY x.model_id
        LOOP
            PERFORM mlops_internal.lock_model(m.model_id);
            PERFORM mlops_internal.require_level(m, 'editor', caller, format('"%s"', m.name));
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_finish(bigint, mlops_internal.caller) IS
    'errors of require_level unless the caller is an editor of the models whose versions the run, an evaluation, used';

CREATE FUNCTION mlops.record_predictions(
    model text,
    version integer,
    predictions regclass,
    inputs regclass[] DEFAULT '{}',
    name text DEFAULT NULL,
    params jsonb DEFAULT '{}',
    owner regrole DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        run bigint := mlops.start_run('batch_prediction', name, params, owner => owner);
    BEGIN
        PERFORM mlops.log_version(run, model, version);
        PERFORM mlops.log_dataset(run, i) FROM unnest(inputs) AS i;
        PERFORM mlops.log_dataset(run, predictions, 'output', type => 'predictions');
        PERFORM mlops.finish_run(run);
        RETURN run;
    END
    $$;
COMMENT ON FUNCTION mlops.record_predictions(text, integer, regclass, regclass[], text, jsonb, regrole) IS
    'record a batch of predictions as a finished run and return its run_id: it used the version, read the inputs and '
    'wrote the predictions; relations are read with the caller''s rights';
REVOKE ALL ON FUNCTION mlops.record_predictions(text, integer, regclass, regclass[], text, jsonb, regrole) FROM PUBLIC;

CREATE FUNCTION mlops.training_profiles(model text, version integer)
    RETURNS TABLE (artifact_id bigint, dataset text, column_name name, column_type text, profile mlops.profile,
        note text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        id CONSTANT bigint := mlops_internal.version_id(model, training_profiles.version);
    BEGIN
        RETURN QUERY SELECT a.artifact_id, a.name, p.column_name, p.column_type, p.profile, p.note
        FROM mlops.version AS v
            JOIN mlops.edge AS e ON e.run_id = v.run_id AND e.direction = 'input'
            JOIN mlops.artifact AS a ON a.artifact_id = e.artifact_id
            JOIN mlops_internal.dataset_profile AS p ON p.artifact_id = a.artifact_id
        WHERE v.version_id = id
        ORDER BY a.artifact_id, p.place;
    END
    $$;
COMMENT ON FUNCTION mlops.training_profiles(text, integer) IS
    'the columns, with their profiles, of the datasets that the training run of a version read, as they were '
    'then; no rows without a run or dataset, error 42704 for an unknown version';

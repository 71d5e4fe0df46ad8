/*
 * registry: what a version was worth on a dataset.
 *
 * An evaluation is a run of kind evaluation that read a version and a dataset.  Any
 * such run may log metrics as numbers.  Those of mlops.log_evaluation also keep
 * what the numbers were made of: for each combination of slices the mergeable
 * summaries, from which come metrics with intervals, and the rows themselves, as
 * arrays, by which two versions are compared on the same rows.  A key is kept as 64 bits of hash.
 */
CREATE TABLE mlops.evaluation (
    run_id bigint NOT NULL,
    version_id bigint NOT NULL,
    artifact_id bigint NOT NULL,
    dataset text NOT NULL,
    n bigint NOT NULL,
    n_rows bigint NOT NULL,
    n_unlabelled bigint NOT NULL,
    n_unscored bigint NOT NULL,
    n_duplicates bigint NOT NULL,
    row_key name[] NOT NULL,
    slices name[] NOT NULL DEFAULT '{}',
    threshold double precision,
    CONSTRAINT evaluation_pkey PRIMARY KEY (run_id),
    CONSTRAINT evaluation_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run ON DELETE CASCADE,
    CONSTRAINT evaluation_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version ON DELETE CASCADE,
    CONSTRAINT evaluation_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact ON DELETE CASCADE
);
CREATE INDEX evaluation_version_idx ON mlops.evaluation (version_id);
CREATE INDEX evaluation_artifact_idx ON mlops.evaluation (artifact_id);
COMMENT ON TABLE mlops.evaluation IS
    'evaluations of versions on datasets that kept summaries and rows, see mlops.log_evaluation; written once';
COMMENT ON COLUMN mlops.evaluation.run_id IS 'the evaluation as a run of the lineage graph';
COMMENT ON COLUMN mlops.evaluation.version_id IS 'the version that was evaluated';
COMMENT ON COLUMN mlops.evaluation.artifact_id IS 'the dataset, with its fingerprint of then';
COMMENT ON COLUMN mlops.evaluation.dataset IS 'name that the dataset was given, by default that of its relation';
COMMENT ON COLUMN mlops.evaluation.n IS 'rows that count: with a label and all that the version should have said';
COMMENT ON COLUMN mlops.evaluation.n_rows IS 'rows of the dataset';
COMMENT ON COLUMN mlops.evaluation.n_unlabelled IS 'rows without a label';
COMMENT ON COLUMN mlops.evaluation.n_unscored IS
    'rows with a label of which the version said nothing, or NaN or infinity, or twice';
COMMENT ON COLUMN mlops.evaluation.n_duplicates IS 'rows whose key another row of the dataset has: they do not count';
COMMENT ON COLUMN mlops.evaluation.row_key IS 'columns by which rows and predictions were joined';
COMMENT ON COLUMN mlops.evaluation.slices IS 'columns of the dataset whose values are told apart';
COMMENT ON COLUMN mlops.evaluation.threshold IS 'score from which on the decision is yes; NULL without scores';

CREATE TABLE mlops_internal.evaluation_part (
    run_id bigint NOT NULL,
    part integer NOT NULL,
    slices jsonb NOT NULL,
    n bigint NOT NULL,
    n_rows bigint NOT NULL,
    n_unlabelled bigint NOT NULL,
    n_unscored bigint NOT NULL,
    n_duplicates bigint NOT NULL,
    scores mlops.scores,
    confusion mlops.confusion,
    class_confusion mlops.class_confusion,
    errors mlops.errors,
    error_moments mlops.error_moments,
    row_keys bigint[],
    row_labels double precision[],
    row_scores double precision[],
    row_decisions double precision[],
    CONSTRAINT evaluation_part_pkey PRIMARY KEY (run_id, part),
    CONSTRAINT evaluation_part_evaluation_fkey FOREIGN KEY (run_id) REFERENCES mlops.evaluation ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.evaluation_part IS
    'the rows of an evaluation by combinations of slices: summaries, and arrays of what each row has';
COMMENT ON COLUMN mlops_internal.evaluation_part.slices IS 'value of each slice as text, {} without slices';
COMMENT ON COLUMN mlops_internal.evaluation_part.row_keys IS
    'hashes of the rows'' keys; the other arrays have the same order';
COMMENT ON COLUMN mlops_internal.evaluation_part.row_labels IS
    '0 and 1, of a regression the number, of several classes a hash of the class';
COMMENT ON COLUMN mlops_internal.evaluation_part.row_scores IS 'scores; NULL without';
COMMENT ON COLUMN mlops_internal.evaluation_part.row_decisions IS
    'decisions 0 and 1, of a regression predicted numbers, of several classes the hash of the class';

SELECT pg_catalog.pg_extension_config_dump('mlops.evaluation', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.evaluation_part', '');
ALTER TABLE mlops.evaluation ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.evaluation_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY evaluation_read ON mlops.evaluation FOR SELECT
    USING (EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = evaluation.run_id));
COMMENT ON POLICY evaluation_read ON mlops.evaluation IS 'who sees the run sees the row';
CREATE POLICY evaluation_part_read ON mlops_internal.evaluation_part FOR SELECT
    USING (EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = evaluation_part.run_id));
COMMENT ON POLICY evaluation_part_read ON mlops_internal.evaluation_part IS 'who sees the run sees the row';
GRANT SELECT ON mlops.evaluation, mlops_internal.evaluation_part TO PUBLIC;

/*
 * What is read: one statement over the dataset and the predictions, with the
 * rights and the search path of the caller.
 */
CREATE FUNCTION mlops_internal.evaluated_label(task text, type oid, column_name name) RETURNS text
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind "char" := (SELECT t.typcategory FROM pg_type AS t WHERE t.oid = type);
    BEGIN
        IF task = 'multiclass' THEN
            RETURN format('(source.%I)::pg_catalog.text', column_name);
        ELSIF task = 'binary' AND kind = 'B' THEN
            RETURN format('source.%I', column_name);
        ELSIF kind <> 'N' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'datatype_mismatch',
                MESSAGE = format('column "%s" is of type %s, not %s', column_name, format_type(type, NULL),
                    CASE task WHEN 'binary' THEN 'boolean or a number' ELSE 'a number' END);
        ELSIF task = 'binary' THEN
            RETURN format('CASE source.%I WHEN 1 THEN true WHEN 0 THEN false END', column_name);
        END IF;
        RETURN format('CASE WHEN (source.%1$I)::pg_catalog.float8 > ''-Infinity'' AND '
            '(source.%1$I)::pg_catalog.float8 < ''Infinity'' THEN (source.%1$I)::pg_catalog.float8 END', column_name);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.evaluated_label(text, oid, name) IS
    'a column as what the task says: boolean, text or a finite number, all else NULL; error 42804 for other types';

CREATE FUNCTION mlops_internal.evaluation_statement(task text, dataset text, predictions text, row_key name[],
    label_column name, score_column name, prediction_column name, slices name[], threshold float8, path text)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        columns CONSTANT jsonb := (
            SELECT jsonb_object_agg(c.name, c.type::bigint) FROM mlops_internal.source_columns(dataset, path,
                row_key || label_column || slices) AS c);
        said CONSTANT jsonb := (
            SELECT jsonb_object_agg(c.name, c.type::bigint) FROM mlops_internal.source_columns(predictions, path,
                row_key || array_remove(ARRAY[score_column, prediction_column], NULL)) AS c);
        keys text := (SELECT string_agg('source.' || quote_ident(k), ', ') FROM unnest(row_key) AS k);
        named text := (SELECT string_agg(format('source.%I AS k%s', k, i), ', ')
                       FROM unnest(row_key) WITH ORDINALITY AS k (k, i));
        same text := (SELECT string_agg(format('d.k%1$s = p.k%1$s', i), ' AND ')
                      FROM generate_series(1, cardinality(row_key)) AS i);
        score text := coalesce(mlops_internal.evaluated_label('regression', (said ->> score_column)::oid, score_column),
            'NULL::pg_catalog.float8');
        decision text := mlops_internal.evaluated_label(task, (said ->> prediction_column)::oid, prediction_column);
        by_score CONSTANT boolean := decision IS NULL AND task = 'binary';
        number text := CASE task WHEN 'regression' THEN '(%s)'
            WHEN 'binary' THEN '(%s)::pg_catalog.int4::pg_catalog.float8'
            ELSE 'pg_catalog.hashtextextended(%s, 0)::pg_catalog.float8' END;
        -- in one order, whichever, as they are made in one pass
        rows_of CONSTANT text := 'pg_catalog.array_agg(%s) FILTER (WHERE r.used)';
    BEGIN
        RETURN format($q$WITH p AS (
    SELECT p.* FROM (SELECT %1$s, %2$s AS s, %3$s AS d, pg_catalog.count(*) OVER (PARTITION BY %4$s) AS times
                     FROM %5$s) AS p WHERE p.times = 1
), d AS (
    SELECT %1$s, %6$s AS l, %7$s AS slices, pg_catalog.count(*) OVER (PARTITION BY %4$s) AS times FROM %8$s
), r AS (
    SELECT pg_catalog.hashtextextended(pg_catalog.jsonb_build_array(%9$s)::pg_catalog.text, 0) AS key, d.l, p.s, p.d,
           d.slices, d.times, d.times = 1 AND d.l IS NOT NULL AND %10$s AS used
    FROM d LEFT JOIN p ON %11$s
)
SELECT pg_catalog.array_agg(ROW(NULL, g.place, g.slices, g.n, g.n_rows, g.n_unlabelled, g.n_unscored,
           g.n_duplicates, g.scores, g.confusion, g.classes, g.errors, g.moments, g.keys, g.labels,
           g.row_scores, g.decisions)::mlops_internal.evaluation_part ORDER BY g.place)
FROM (SELECT pg_catalog.row_number() OVER (ORDER BY r.slices)::pg_catalog.int4 AS place, r.slices,
             pg_catalog.count(*) FILTER (WHERE r.used) AS n, pg_catalog.count(*) AS n_rows,
             pg_catalog.count(*) FILTER (WHERE r.times = 1 AND r.l IS NULL) AS n_unlabelled,
             pg_catalog.count(*) FILTER (WHERE r.times = 1 AND r.l IS NOT NULL AND NOT r.used) AS n_unscored,
             pg_catalog.count(*) FILTER (WHERE r.times > 1) AS n_duplicates,
             %12$s
      FROM r GROUP BY r.slices) AS g$q$,
            named, score, coalesce(decision, CASE WHEN by_score THEN format('%s >= %L', score, threshold) END, 'NULL'),
            keys, mlops_internal.source_item(predictions),
            mlops_internal.evaluated_label(task, (columns ->> label_column)::oid, label_column),
            format('pg_catalog.jsonb_build_object(%s)', (
                SELECT string_agg(format('%L, (source.%I)::pg_catalog.text', s, s), ', ') FROM unnest(slices) AS s)),
            mlops_internal.source_item(dataset),
            (SELECT string_agg('d.k' || i, ', ') FROM generate_series(1, cardinality(row_key)) AS i),
            CASE WHEN score_column IS NULL THEN 'p.d IS NOT NULL'
                 ELSE 'p.s IS NOT NULL AND p.d IS NOT NULL' END,
            same,
            concat_ws(', ',
                CASE WHEN score_column IS NULL THEN 'NULL' ELSE 'mlops.scores(r.l, r.s) FILTER (WHERE r.used)' END
                    || ' AS scores',
                CASE task WHEN 'binary' THEN 'mlops.confusion(r.l, r.d) FILTER (WHERE r.used)' ELSE 'NULL' END
                    || ' AS confusion',
                CASE task WHEN 'multiclass' THEN 'mlops.class_confusion(r.l, r.d) FILTER (WHERE r.used)' ELSE 'NULL' END
                    || ' AS classes',
                CASE task WHEN 'regression' THEN 'mlops.errors(r.l, r.d) FILTER (WHERE r.used)' ELSE 'NULL' END
                    || ' AS errors',
                CASE task WHEN 'regression' THEN 'mlops.error_moments(r.l, r.d) FILTER (WHERE r.used)' ELSE 'NULL' END
                    || ' AS moments',
                format(rows_of, 'r.key') || ' AS keys', format(rows_of, format(number, 'r.l')) || ' AS labels',
                CASE WHEN score_column IS NULL THEN 'NULL' ELSE format(rows_of, 'r.s') END || ' AS row_scores',
                format(rows_of, format(number, 'r.d')) || ' AS decisions'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.evaluation_statement(text, text, text, name[], name, name, name, name[], float8,
        text) IS
    'the statement that makes the parts of an evaluation of a dataset and the predictions for its rows';

/*
 * Writing.  An editor of the model may say what its versions were worth.
 */
CREATE FUNCTION mlops_internal.store_evaluation(run bigint, model text, version integer, artifact bigint, dataset text,
    row_key name[], slices name[], threshold float8, parts mlops_internal.evaluation_part[],
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run := mlops_internal.open_run(run, caller);
        v mlops.version := mlops_internal.own_version(model, version, caller, 'editor');
    BEGIN
        IF r.kind <> 'evaluation' OR 2 <> (
            SELECT count(*) FROM mlops.edge AS e WHERE e.run_id = run AND e.direction = 'input'
                AND e.artifact_id IN (v.artifact_id, artifact)) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = format('run %s is no evaluation of version %s of model "%s" on artifact %s', run, version,
                    model, coalesce(artifact::text, 'NULL')),
                HINT = 'Use mlops.log_evaluation, which makes the run.';
        END IF;
        INSERT INTO mlops.evaluation (run_id, version_id, artifact_id, dataset, n, n_rows, n_unlabelled,
                n_unscored, n_duplicates, row_key, slices, threshold)
            SELECT run, v.version_id, artifact, store_evaluation.dataset, coalesce(sum(p.n), 0),
                   coalesce(sum(p.n_rows), 0), coalesce(sum(p.n_unlabelled), 0),
                   coalesce(sum(p.n_unscored), 0), coalesce(sum(p.n_duplicates), 0),
                   store_evaluation.row_key, store_evaluation.slices, store_evaluation.threshold
            FROM unnest(parts) AS p;
        INSERT INTO mlops_internal.evaluation_part (run_id, part, slices, n, n_rows, n_unlabelled, n_unscored,
                n_duplicates, scores, confusion, class_confusion, errors, error_moments, row_keys, row_labels,
                row_scores, row_decisions)
            SELECT run, p.part, p.slices, p.n, p.n_rows, p.n_unlabelled, p.n_unscored, p.n_duplicates, p.scores,
                   p.confusion, p.class_confusion, p.errors, p.error_moments, p.row_keys, p.row_labels, p.row_scores,
                   p.row_decisions
            FROM unnest(parts) AS p;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.store_evaluation(bigint, text, integer, bigint, text, name[], name[], float8,
        mlops_internal.evaluation_part[], mlops_internal.caller) IS
    'keep the parts of an evaluation under its run, which is running and has read version and dataset';
REVOKE ALL ON FUNCTION mlops_internal.store_evaluation(bigint, text, integer, bigint, text, name[], name[], float8,
    mlops_internal.evaluation_part[], mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_evaluation(task text, row_key name[], label_column name, score_column name,
    prediction_column name, slices name[], threshold float8) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        problem text := CASE
            WHEN task = 'ranking' THEN 'models of task ranking cannot be evaluated here yet'
            WHEN coalesce(cardinality(row_key), 0) = 0 OR array_position(row_key, NULL) > 0
                THEN 'row_key must name the columns that tell rows of the dataset apart'
            WHEN label_column IS NULL THEN 'label_column must be given'
            WHEN task = 'binary' AND num_nonnulls(score_column, prediction_column) = 0
                THEN 'score_column or prediction_column must be given'
            WHEN task <> 'binary' AND prediction_column IS NULL THEN 'prediction_column must be given'
            WHEN task <> 'binary' AND score_column IS NOT NULL
                THEN format('score_column is for binary models, this one is of task %s', task)
            WHEN array_position(slices, NULL) > 0 OR cardinality(slices) > 8
                THEN 'slices must be at most 8 names of columns'
            WHEN threshold IS NULL OR threshold = 'NaN' THEN 'threshold must be a number' END;
    BEGIN
        IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = CASE task WHEN 'ranking' THEN 'feature_not_supported' ELSE 'invalid_parameter_value' END,
                MESSAGE = problem,
                HINT = CASE task WHEN 'ranking' THEN 'Log its metrics with mlops.log_metrics in an evaluation run.'
                    ELSE 'SELECT * FROM mlops.help(''log_evaluation'') tells what it takes.' END;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_evaluation(text, name[], name, name, name, name[], float8) IS
    'error 22023 unless the columns suit the task; 0A000 for ranking';

CREATE FUNCTION mlops_internal.log_evaluation(model text, version integer, dataset regclass, predictions text,
    row_key name[], label_column name, score_column name, prediction_column name, slices name[], threshold float8,
    name text, params jsonb, path text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_variable
    DECLARE
        source text := mlops_internal.relation_name(dataset);
        id CONSTANT bigint := mlops_internal.version_id(model, version);
        m mlops.model;
        statement text;
        run bigint;
        artifact bigint;
        parts mlops_internal.evaluation_part[];
        metrics jsonb;
    BEGIN
        SELECT x.* INTO m FROM mlops.version AS v JOIN mlops.model AS x USING (model_id)
            WHERE v.version_id = id;
        PERFORM mlops_internal.check_evaluation(m.task, row_key, label_column, score_column, prediction_column,
            coalesce(slices, '{}'), threshold);
        IF source IS NULL OR predictions IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_table',
                MESSAGE = 'dataset and predictions must name relations',
                HINT = 'predictions may also be a query: ''SELECT id, score FROM ...''.';
        END IF;
        statement := mlops_internal.evaluation_statement(m.task, source, predictions, row_key, label_column,
            score_column, prediction_column, coalesce(slices, '{}'), threshold, path);
        run := mlops.start_run('evaluation', name, params || jsonb_build_object('predictions', left(predictions, 2000)),
            owner => CASE WHEN mlops_internal.owned_by(m.owner_oid, m.owner_name,
                mlops_internal.caller_oid(mlops_internal.caller()))
                THEN mlops_internal.present_owner(m.owner_oid, m.owner_name) END);
        PERFORM mlops.log_version(run, model, version);
        artifact := mlops_internal.log_dataset(run, dataset, 'input', name, 'dataset', NULL, NULL, NULL, path);
        IF (SELECT mlops_internal.noted_rows(a.properties) FROM mlops.artifact AS a
            WHERE a.artifact_id = artifact) > 10000000 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'program_limit_exceeded',
                MESSAGE = 'the dataset has more than 10 million rows',
                HINT = 'Evaluate on a sample of it: what is gained by more rows is lost in time.';
        END IF;
        PERFORM set_config('search_path', path, true);
        EXECUTE statement INTO parts;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        IF cardinality(parts) > 1000 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('the slices have %s combinations of values, more than 1000', cardinality(parts)),
                HINT = 'Slice by fewer columns, or by columns with fewer values.';
        END IF;
        PERFORM mlops_internal.store_evaluation(run, model, version, artifact, coalesce(name,
                (SELECT c.relname::text FROM pg_class AS c WHERE c.oid = dataset)), row_key, coalesce(slices, '{}'),
            CASE WHEN score_column IS NOT NULL THEN threshold END, coalesce(parts, '{}'), mlops_internal.caller());
        -- numbers that other summaries or more arguments give are not there
        SELECT jsonb_object_agg(x.metric, to_jsonb(x.value)) INTO metrics
            FROM (SELECT d.name AS metric, (mlops_internal.evaluation_metric(run, d.name, 0.95)).estimate AS value
                  FROM (SELECT DISTINCT d.name FROM mlops.metric_definition AS d
                        WHERE d.task = m.task AND d.direction <> 'none') AS d) AS x
            WHERE x.value IS NOT NULL;
        PERFORM mlops.log_metrics(run, metrics);
        PERFORM mlops.finish_run(run);
        RETURN run;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_evaluation(text, integer, regclass, text, name[], name, name, name, name[],
        float8, text, jsonb, text) IS
    'mlops.log_evaluation, "path" being the search path of who called it';
REVOKE ALL ON FUNCTION mlops_internal.log_evaluation(text, integer, regclass, text, name[], name, name, name, name[],
    float8, text, jsonb, text) FROM PUBLIC;

CREATE FUNCTION mlops.log_evaluation(model text, version integer, dataset regclass, predictions text, row_key name[],
    label_column name, score_column name DEFAULT NULL, prediction_column name DEFAULT NULL, slices name[] DEFAULT '{}',
    threshold float8 DEFAULT 0.5, name text DEFAULT NULL, params jsonb DEFAULT '{}') RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_evaluation(model, version, dataset, predictions, row_key, label_column, score_column,
        prediction_column, slices, threshold, name, params, pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.log_evaluation(text, integer, regclass, text, name[], name, name, name, name[], float8, text,
        jsonb) IS
    'evaluate a version: its predictions (a relation or query) for the rows of a dataset, joined by row_key; keeps '
    'summaries and rows for gates and returns the run_id of the evaluation';
REVOKE ALL ON FUNCTION mlops.log_evaluation(text, integer, regclass, text, name[], name, name, name, name[], float8,
    text, jsonb) FROM PUBLIC;

/*
 * A metric of what was kept, of all rows or of one slice.
 */
CREATE FUNCTION mlops_internal.evaluation_metric(run_id bigint, metric text, level float8, slice_column text DEFAULT
    NULL, slice_value text DEFAULT NULL) RETURNS mlops.confidence_interval
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r record;
        result mlops.confidence_interval;
        value float8;
    BEGIN
        FOR r IN SELECT s.summary, d.has_interval
                 FROM mlops.metric_definition AS d
                     JOIN unnest('{confusion,class_confusion,error_moments,errors,scores}'::text[]) WITH ORDINALITY
                         AS s (summary, i) ON s.summary = ANY (d.needs)
                 WHERE d.name = metric AND d.task IN ('binary', 'multiclass', 'regression')
                 ORDER BY d.has_interval DESC, s.i
        LOOP
            BEGIN
                EXECUTE format('SELECT (i.x).* FROM (SELECT %1$s FROM (SELECT mlops.merge(p.%2$s) AS s '
                        'FROM mlops_internal.evaluation_part AS p WHERE p.run_id = $1 AND ($2 IS NULL '
                        'OR p.slices ->> $2 IS NOT DISTINCT FROM $3)) AS m WHERE m.s IS NOT NULL) AS i',
                    CASE WHEN r.has_interval THEN format('mlops.metric_ci(m.s, %L, %L) AS x', metric, level)
                         ELSE format('ROW(mlops.%I(m.s), NULL, NULL, NULL, NULL, NULL)::mlops.confidence_interval AS x',
                             metric) END, r.summary)
                    INTO result USING run_id, slice_column, slice_value;
                IF result.estimate IS NOT NULL THEN
                    RETURN result;
                END IF;
            EXCEPTION WHEN invalid_parameter_value OR undefined_function OR ambiguous_function
                OR numeric_value_out_of_range THEN
                NULL;   -- a metric that this summary does not know, or that no number tells
            END;
        END LOOP;
        RETURN result;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.evaluation_metric(bigint, text, float8, text, text) IS
    'a metric of an evaluation with its interval, of the rows whose slice has that value or of all; NULL when it '
    'cannot be told';

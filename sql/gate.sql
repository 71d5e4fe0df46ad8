-- gates: rules, evidence, comparisons, approvals, promotion
\set VERBOSITY terse
\set SHOW_CONTEXT never
-- numbers that messages show
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 930001;
-- and one that seeds
ALTER TABLE mlops.version ALTER COLUMN version_id RESTART WITH 930001;
ALTER TABLE mlops.gate ALTER COLUMN gate_id RESTART WITH 930001;
CREATE SCHEMA gate_test;
CREATE ROLE regress_gate_team;
CREATE ROLE regress_gate_risk;
CREATE ROLE regress_gate_lead;
CREATE ROLE regress_gate_ann LOGIN;
CREATE ROLE regress_gate_bob LOGIN;
CREATE ROLE regress_gate_roy LOGIN;
CREATE ROLE regress_gate_ria LOGIN;
CREATE ROLE regress_gate_eve LOGIN;
GRANT regress_gate_team TO regress_gate_ann, regress_gate_bob;
GRANT regress_gate_risk TO regress_gate_roy, regress_gate_ria;
GRANT regress_gate_lead TO regress_gate_ria;
GRANT ALL ON SCHEMA gate_test TO regress_gate_team, regress_gate_ann, regress_gate_bob;
SELECT count(mlops.grant_use(r::regrole)) FROM unnest('{regress_gate_ann,regress_gate_bob,regress_gate_roy,regress_gate_ria,regress_gate_eve}'::text[]) AS r;
SELECT mlops.grant_read('regress_gate_risk', 'regress_gate_team');

-- the bound and its p-value: worked examples 1, 3 and 4 of the design; rows for a power of 0.8
SELECT d, se, margin, round(n.lower::numeric, 6) AS lower, round(n.p_value::numeric, 4) AS p, n.lower > -margin AS passes
FROM (VALUES (-0.003, sqrt(60 + 48 - (60 - 48) ^ 2 / 4000.0) / 4000, 0.01), (-0.003, sqrt(60 + 48 - (60 - 48) ^ 2 / 4000.0) / 4000, 0.005),
             (-0.004, 0.003, 0.01), (-0.008, 0.003, 0.01), (-0.007, sqrt(0.912 * 0.088 / 5000 + 0.905 * 0.095 / 2000), 0.02), (-0.001, 0, 0.01)) AS t (d, se, margin)
    CROSS JOIN LATERAL mlops_internal.non_inferior(d, se, 'Infinity', margin, 0.05) AS n;
SELECT round(lower::numeric, 6), round(p_value::numeric, 6) FROM mlops_internal.non_inferior(0.1, 0.2, 9, 0.3, 0.05);
SELECT mlops_internal.rows_needed(1, 0.3, 0.01, 0.05);
SELECT h.slice, h.p_value, h.adjusted FROM mlops_internal.holm(ARRAY[ROW('a', 500, 0.01, NULL), ROW('b', 500, 0.04, NULL), ROW('c', 500, 0.03, NULL),
    ROW('d', 100, 0.5, NULL)]::mlops_internal.slice_verdict[], 200) AS h ORDER BY h.slice;

SET SESSION AUTHORIZATION regress_gate_ann;
SELECT mlops.create_model('gate churn', 'binary', owner => 'regress_gate_team') > 0, mlops.create_model('gate price', 'regression', owner => 'regress_gate_team') > 0,
       mlops.create_endpoint('gate api', owner => 'regress_gate_team') > 0;
SELECT mlops.register_version('gate churn', metrics => '{"latency": 12}'), mlops.register_version('gate churn'), mlops.register_version('gate churn');

-- what is not a rule is refused, with its place
CREATE FUNCTION gate_test.refusal(rule jsonb, transition text DEFAULT 'deploy:champion', model text DEFAULT 'gate churn') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mlops.add_gate(model, transition, rule);
    RETURN 'accepted';
EXCEPTION WHEN others THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT r AS rule, gate_test.refusal(r::jsonb) FROM unnest(ARRAY[
    'null', '[]', '{}', '{"not": []}', '{"all": []}', '{"all": {}}', '{"all": [], "any": []}', '{"all": [{"metric": "roc_auc"}]}',
    '{"all": [{"any": [{"metric": "roc_auc", "at_least": 0.7, "atleast": 1}]}]}', '{"metric": "roc_auc", "at_least": "0.7"}', '{"metric": "roc_auc", "at_least": 1, "at_most": 2}',
    '{"metric": "roc_auc", "at_least": 0.7, "use": "middle"}', '{"metric": "roc_auc", "at_least": 0.7, "max_age": "soon"}', '{"metric": "roc_auc", "at_least": 0.7, "max_age": "-1 day"}',
    '{"metric": "roc_auc", "at_least": 0.7, "level": 1}', '{"metric": "roc_auc", "at_least": 0.7, "min_n": 0.5}', '{"metric": "latency", "at_most": 20, "use": "upper"}',
    '{"not_worse_than": "champion", "metric": "roc_auc"}', '{"not_worse_than": "champion", "metric": "roc_auc", "margin": -1}', '{"not_worse_than": 0, "metric": "roc_auc", "margin": 0}',
    '{"not_worse_than": "champion", "metric": "mae", "margin": 0}', '{"better_than": "champion", "metric": "roc_auc", "margin": 0}', '{"better_than": "champion", "metric": "roc_auc", "slices": "region"}',
    '{"no_incident": "any"}', '{"approvals": 2, "from": ["nobody at all"]}', '{"approvals": 2, "each": true}', '{"approvals": 0}', '{"soak": "1 day", "role": "boss"}',
    '{"experiment": "e", "verdict": "better"}', '{"artifact": ""}', '{"lineage": "some"}', '{"clean_git": false}', '{"signature": "any"}', '{"function": "gone(text,int)"}',
    '{"on_rollback": 1, "lineage": "complete"}', '{"all": [{"lineage": "complete", "on_rollback": true}]}', '{"on_rollback": true}']) WITH ORDINALITY AS t (r, i) ORDER BY i;
SELECT t AS transition, gate_test.refusal('{"lineage": "complete"}', t) FROM unnest('{staged,deploy:boss,alias:,*>*,>staged,NULL}'::text[]) AS t;
SELECT gate_test.refusal('{"lineage": "complete"}', model => 'nobody''s');
SELECT gate_test.refusal(('{"all": [' || repeat('{"lineage": "complete"},', 100) || '{"lineage": "complete"}]}')::jsonb);
SELECT gate_test.refusal((repeat('{"all": [', 12) || '{"lineage": "complete"}' || repeat(']}', 12))::jsonb);
SELECT count(*) FROM mlops.gate;

-- evaluations: the champion alone right on 60 rows, the candidate on 48, both wrong on 292
CREATE TABLE gate_test.holdout AS SELECT i AS id, i % 2 = 0 AS label, CASE WHEN i % 20 = 0 THEN 'tiny' WHEN i % 10 < 5 THEN 'north' ELSE 'south' END AS region FROM generate_series(1, 4000) AS i;
CREATE TABLE gate_test.said AS
    SELECT v.version, h.id, CASE WHEN h.id > 3708 OR v.version = 1 AND h.id <= 48 OR v.version = 2 AND h.id BETWEEN 49 AND 108 THEN NOT h.label ELSE h.label END AS yes
    FROM gate_test.holdout AS h CROSS JOIN (VALUES (1), (2)) AS v (version);
SELECT mlops.log_evaluation('gate churn', v, 'gate_test.holdout', 'SELECT id, yes FROM gate_test.said WHERE version = ' || v, '{id}', 'label',
                            prediction_column => 'yes', slices => '{region}', name => 'holdout-2026') FROM generate_series(1, 2) AS v;
SELECT e.dataset, e.n, e.n_rows, e.n_unlabelled, e.n_unscored, e.n_duplicates, e.row_key, e.slices, mlops.run_metrics(e.run_id) -> 'accuracy' AS accuracy, a.relation, r.status
FROM mlops.evaluation AS e JOIN mlops.artifact AS a USING (artifact_id) JOIN mlops.run AS r USING (run_id) ORDER BY e.run_id;

-- the first deployment has no champion to be compared with
SELECT mlops.add_gate('gate churn', 'deploy:champion', '{"all": [{"not_worse_than": "champion", "metric": "accuracy", "margin": 0.01, "dataset": "holdout-2026"}]}', 'not worse') AS gate \gset
SELECT path, leaf, outcome, observed, reason FROM mlops.check_gate('gate churn', 1, 'deploy:champion', 'gate api');
SELECT mlops.deploy('gate churn', 1, 'gate api') > 0 AS deployed;

-- worked example 1: same rows; margin 0.01 passes, 0.005 does not
SELECT path, outcome, observed, needed, reason FROM mlops.check_gate('gate churn', 2, 'deploy:champion', 'gate api');
SELECT mlops.alter_gate(:gate, '{"rule": {"all": [{"not_worse_than": "champion", "metric": "accuracy", "margin": 0.005, "dataset": "holdout-2026"},
    {"not_worse_than": "champion", "metric": "accuracy", "margin": 0.01, "paired": "no"}, {"not_worse_than": 1, "metric": "f1_score", "margin": 0.01},
    {"not_worse_than": "champion", "metric": "recall_score", "margin": 0.02, "slices": ["region"]}, {"better_than": "champion", "metric": "hamming_loss", "by": 0.001},
    {"not_worse_than": "nobody", "metric": "accuracy", "margin": 1}, {"not_worse_than": "champion", "metric": "accuracy", "margin": 1, "slices": ["plan"]},
    {"not_worse_than": "champion", "metric": "accuracy", "margin": 1, "min_n": 5000}, {"not_worse_than": "champion", "metric": "roc_auc", "margin": 1}]}}');
-- and 2: not the same rows, although they are: the wider bound fails
SELECT path, outcome, regexp_replace(observed, '\d\d(?=, p)', '') AS observed, needed, reason FROM mlops.check_gate('gate churn', 2, 'deploy:champion', 'gate api');
\set VERBOSITY default
SELECT mlops.deploy('gate churn', 2, 'gate api');
\set VERBOSITY terse
-- an error leaves no trace, a refusal of promote does
SELECT count(*) FROM mlops.gate_result;
SELECT p.moved, p.report - 'gates' - 'detail' AS report, jsonb_array_length(p.report #> '{gates,0,leaves}') AS leaves FROM mlops.promote('gate churn', 2, 'gate api', reason => 'try') AS p;
SELECT g.transition, g.gate_version, g.outcome, g.asked_by, g.moved, g.leaves -> 0 AS first FROM mlops.gate_result AS g ORDER BY g.gate_result_id;
SELECT mlops.live_version('gate api');

-- worked example 4: other rows, 0.912 of 5000 against 0.905 of 2000
CREATE TABLE gate_test.five AS SELECT i AS id, true AS label, i > 440 AS yes FROM generate_series(1, 5000) AS i;
CREATE TABLE gate_test.two AS SELECT i AS id, true AS label, i > 5190 AS yes FROM generate_series(5001, 7000) AS i;
SELECT mlops.log_evaluation('gate churn', 1, 'gate_test.five', 'gate_test.five', '{id}', 'label', prediction_column => 'yes', name => 'other') > 0,
       mlops.log_evaluation('gate churn', 2, 'gate_test.two', 'gate_test.two', '{id}', 'label', prediction_column => 'yes', name => 'other') > 0;
SELECT mlops.alter_gate(:gate, '{"rule": {"any": [{"not_worse_than": "champion", "metric": "accuracy", "margin": 0.02, "dataset": "other"}, {"not_worse_than": "champion", "metric": "accuracy",
    "margin": 0.02, "dataset": "other", "paired": "require"}]}}');
SELECT path, outcome, observed, reason FROM mlops.check_gate('gate churn', 2, 'deploy:champion', 'gate api');
SELECT p.moved, p.report -> 'gates' -> 0 -> 'outcome' AS outcome FROM mlops.promote('gate churn', 2, 'gate api') AS p;
SELECT g.gate_version, g.transition, g.outcome, g.moved FROM mlops.gate_result AS g ORDER BY g.gate_result_id;
SELECT v.version, v.stage FROM mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE m.name = 'gate churn' ORDER BY v.version;

-- scores and numbers: DeLong, paired t, resampled pairs with the version's seed; values are those of the functions for rows
CREATE TABLE gate_test.scored AS
    SELECT i AS id, i % 7 < 3 AS label, i % 3 AS part, (a + CASE WHEN i % 7 < 3 THEN 0.25 ELSE 0 END) / 1.25 AS score_a, (a + b + CASE WHEN i % 7 < 3 THEN 0.6 ELSE 0 END) / 2.6 AS score_b,
           10 * a AS actual, 10 * a + 2 * b - 1 AS predicted_a, 10 * a + b - 0.4 AS predicted_b
    FROM (SELECT i, ((i * 7919::bigint) % 10007) / 10007.0::float8 AS a, ((i * 104729::bigint) % 10009) / 10009.0::float8 AS b FROM generate_series(1, 2000) AS i) AS t;
SELECT mlops.log_evaluation('gate churn', 2, 'gate_test.scored', 'SELECT id, score_a AS s FROM gate_test.scored', '{id,part}', 'label', 's', name => 'scored');
SELECT mlops.log_evaluation('gate churn', 2, 'gate_test.scored', 'SELECT id, part, score_a AS s FROM gate_test.scored', '{id,part}', 'label', 's', name => 'scored') > 0,
       mlops.log_evaluation('gate churn', 3, 'gate_test.scored', 'SELECT id, part, score_b AS s FROM gate_test.scored', '{id,part}', 'label', 's', name => 'scored') > 0;
SELECT metric, d.n, round(d.value_a::numeric, 9) AS a, round(d.value_b::numeric, 9) AS b, round(d.std_error::numeric, 4) AS se, d.df, d.method
FROM (SELECT max(e.run_id) FILTER (WHERE v.version = 2) AS a, max(e.run_id) FILTER (WHERE v.version = 3) AS b FROM mlops.evaluation AS e JOIN mlops.version AS v USING (version_id) WHERE e.dataset = 'scored') AS r
    CROSS JOIN unnest('{roc_auc,gini,brier_score,log_loss,f1_score,average_precision}'::text[]) AS metric
    CROSS JOIN LATERAL mlops_internal.version_differences(r.a, r.b, metric, 'binary', '{}', 'prefer', 3) AS d;
SELECT round((t).auc_a::numeric, 9) AS a, round((t).auc_b::numeric, 9) AS b, round((t).std_error::numeric, 6) AS se, round(mlops.f1_score(label, score_b >= 0.5)::numeric, 9) AS f1,
       round(mlops.log_loss(label, score_b)::numeric, 9) AS log_loss FROM (SELECT mlops.delong_test(label, score_a, score_b) AS t FROM gate_test.scored) AS d, gate_test.scored GROUP BY t;
SELECT mlops.register_version('gate price'), mlops.register_version('gate price');
SELECT mlops.log_evaluation('gate price', 1, 'gate_test.scored', 'gate_test.scored', '{id}', 'actual', prediction_column => 'predicted_a') > 0,
       mlops.log_evaluation('gate price', 2, 'gate_test.scored', 'gate_test.scored', '{id}', 'actual', prediction_column => 'predicted_b') > 0;
SELECT metric, d.n, round(d.value_a::numeric, 9) AS a, round(d.value_b::numeric, 9) AS b, round(d.std_error::numeric, 4) AS se, d.df, d.method
FROM (SELECT max(e.run_id) FILTER (WHERE v.version = 1) AS a, max(e.run_id) FILTER (WHERE v.version = 2) AS b FROM mlops.evaluation AS e JOIN mlops.version AS v USING (version_id) JOIN mlops.model AS m USING (model_id)
      WHERE m.name = 'gate price') AS r CROSS JOIN unnest('{mae,mse,rmse,r2_score,mape}'::text[]) AS metric
    CROSS JOIN LATERAL mlops_internal.version_differences(r.a, r.b, metric, 'regression', '{}', 'prefer', 3) AS d;
SELECT round(mlops.mae(actual, predicted_b)::numeric, 9) AS mae, round(mlops.rmse(actual, predicted_b)::numeric, 9) AS rmse, round(mlops.r2_score(actual, predicted_b)::numeric, 9) AS r2 FROM gate_test.scored;

-- of several classes: macro averages, as from the rows; another version of the model by its URI
CREATE TABLE gate_test.kinds AS SELECT i AS id, (i * 37 % 101) % 3 AS kind, CASE WHEN i % 4 = 0 THEN (i * 37 % 101 + 1) % 3 ELSE (i * 37 % 101) % 3 END AS said_a,
       CASE WHEN i % 5 = 0 THEN (i * 37 % 101 + i) % 3 ELSE (i * 37 % 101) % 3 END AS said_b FROM generate_series(1, 2000) AS i;
SELECT mlops.create_model('gate kind', 'multiclass', owner => 'regress_gate_team') > 0, mlops.register_version('gate kind'), mlops.register_version('gate kind');
SELECT mlops.log_evaluation('gate kind', 1, 'gate_test.kinds', 'gate_test.kinds', '{id}', 'kind', prediction_column => 'said_a') AS a,
       mlops.log_evaluation('models:/gate kind/2', NULL, 'gate_test.kinds', 'gate_test.kinds', '{id}', 'kind', prediction_column => 'said_b') AS b \gset
SELECT metric, d.n, round(d.value_a::numeric, 9) AS a, round(d.value_b::numeric, 9) AS b, round(d.std_error::numeric, 4) AS se, d.method
FROM unnest('{accuracy,f1_score,precision_score,recall_score,jaccard_score,balanced_accuracy,cohen_kappa,matthews_corrcoef,fbeta_score}'::text[]) AS metric
    CROSS JOIN LATERAL mlops_internal.version_differences(:a, :b, metric, 'multiclass', '{}', 'prefer', 3) AS d;
SELECT round(mlops.f1_score(c)::numeric, 9) AS f1, round(mlops.precision_score(c)::numeric, 9) AS precision, round(mlops.recall_score(c)::numeric, 9) AS recall, round(mlops.jaccard_score(c)::numeric, 9) AS jaccard,
       round(mlops.balanced_accuracy(c)::numeric, 9) AS balanced, round(mlops.cohen_kappa(c)::numeric, 9) AS kappa, round(mlops.matthews_corrcoef(c)::numeric, 9) AS mcc
FROM (SELECT mlops.class_confusion(kind, said_b) AS c FROM gate_test.kinds) AS k;
SELECT mlops.set_alias('gate kind', 'best', 1);
SELECT mlops.add_gate('gate kind', 'alias:champion', '{"all": [{"not_worse_than": "models:/gate kind@best", "metric": "f1_score", "margin": 0.01}, {"better_than": "models:/gate kind/1", "metric": "f1_score", "by": 0.5},
    {"not_worse_than": "models:/gate kind/latest", "metric": "f1_score", "margin": 0.01}, {"not_worse_than": "models:/other/1", "metric": "f1_score", "margin": 0.01}]}') > 0 AS added;
SELECT path, outcome, observed, reason FROM mlops.check_gate('models:/gate kind/2', NULL, 'alias:champion');
SELECT moved, report ->> 'message' AS message FROM mlops.promote('models:/gate kind@best', NULL);
-- compare_versions has the same tests, turned round with the versions
SELECT name, p_value < 1e-6 AS significant, round(lower::numeric, 4) AS lower, round(upper::numeric, 4) AS upper, better, regexp_replace(note, 'runs \d+ and \d+; ', '') AS note
FROM mlops.compare_versions('gate kind', 1, 2) WHERE section = 'evaluation' AND name ~ '^(accuracy|f1_score|cohen)';
SELECT count(*) AS n, count(*) FILTER (WHERE x.lower <> -y.upper OR x.upper <> -y.lower OR x.p_value <> y.p_value OR x.better = y.better OR (x.lower IS NULL) <> (y.lower IS NULL)) AS wrong
FROM mlops.compare_versions('gate kind', 1, 2) AS x JOIN mlops.compare_versions('gate kind', 2, 1) AS y USING (section, name) WHERE section = 'evaluation';

-- dirty rows are counted; labels and keys of any type; what does not fit the task is refused
CREATE TABLE gate_test.dirty (k text, y numeric, s real);
INSERT INTO gate_test.dirty VALUES ('a', 1, 0.9), ('b', 0, 0.2), ('c', NULL, 0.5), ('d', 2, 0.5), ('e', 1, 'NaN'), ('f', 0, NULL), ('g', 1, 0.5), ('g', 1, 0.5), (NULL, 1, 0.5), ('h', 0, 'Infinity');
SELECT mlops.log_evaluation('gate churn', 3, 'gate_test.dirty', 'gate_test.dirty', '{k}', 'y', 's', slices => '{y}') AS run \gset
SELECT e.dataset, e.n, e.n_rows, e.n_unlabelled, e.n_unscored, e.n_duplicates, e.threshold FROM mlops.evaluation AS e WHERE e.run_id = :run;
SELECT mlops.log_evaluation('gate churn', 3, 'gate_test.dirty', 'gate_test.dirty', '{k}', 'k', 's');
SELECT mlops.log_evaluation('gate churn', 3, 'gate_test.dirty', 'gate_test.dirty', '{k}', 'y');
SELECT mlops.log_evaluation('gate churn', 3, 'gate_test.dirty', 'gate_test.dirty', '{}', 'y', 's');
SELECT mlops.log_evaluation('gate churn', 3, 'gate_test.dirty', 'gate_test.dirty', '{k}', 'y', 'gone');
SELECT mlops.log_evaluation('gate price', 1, 'gate_test.dirty', 'gate_test.dirty', '{k}', 'y', 's');
SELECT mlops.log_evaluation('gate churn', 9, 'gate_test.dirty', 'gate_test.dirty', '{k}', 'y', 's');

-- a name is whatever one says, a relation is not
SELECT mlops.log_evaluation('gate churn', 3, 'gate_test.scored', 'SELECT id, score_b AS s FROM gate_test.scored', '{id}', 'label', 's', name => 'gate_test.two') > 0 AS called_another;
-- the metric condition: which evaluation counts, and what makes it no evidence
SELECT mlops.start_run('evaluation', owner => 'regress_gate_team') AS run \gset
SELECT mlops.log_version(:run, 'gate churn', 3), mlops.log_metrics(:run, '{"latency": 15, "roc_auc": 0.9}');
SELECT mlops.alter_gate(:gate, '{"rule": {"all": [{"metric": "roc_auc", "at_least": 0.7, "dataset": "scored"}, {"metric": "roc_auc", "at_least": 0.7, "use": "lower", "dataset": "scored", "level": 0.99},
    {"metric": "log_loss", "at_most": 0.7, "use": "upper", "dataset": "gate_test.scored", "min_n": 2000}, {"metric": "roc_auc", "at_least": 0.99, "dataset": "scored"}, {"metric": "roc_auc", "at_least": 0.7,
    "dataset": "scored", "min_n": 2001}, {"metric": "roc_auc", "at_least": 0.7, "dataset": "gate_test.two"}, {"metric": "latency", "at_most": 20}, {"metric": "latency", "at_most": 20, "min_n": 1},
    {"metric": "roc_auc", "at_least": 0.1, "dataset": "scored", "max_age": "1 microsecond"}]}}');
SELECT path, outcome, observed, needed, regexp_replace(reason, '\d{4}-\d\d-\d\d', 'DAY') AS reason FROM mlops.check_gate('gate churn', 3, 'deploy:champion');
SELECT mlops.finish_run(:run);
SELECT path, outcome, observed, reason FROM mlops.check_gate('gate churn', 3, 'deploy:champion') WHERE leaf = 'metric' AND path IN ('$.all[0]', '$.all[6]', '$.all[7]');
SELECT path, outcome, observed, reason FROM mlops.check_gate('gate churn', 1, 'deploy:champion') WHERE path = '$.all[6]';
-- the dataset has changed since
UPDATE gate_test.scored SET label = NOT label WHERE id = 1;
SELECT mlops.start_run('training', owner => 'regress_gate_team') AS train \gset
SELECT mlops.log_dataset(:train, 'gate_test.scored') > 0 AS logged;
SELECT path, outcome, reason FROM mlops.check_gate('gate churn', 3, 'deploy:champion') WHERE path = '$.all[0]';

-- where it comes from: lineage, commit, files, signature
SELECT mlops.alter_gate(:gate, '{"rule": {"all": [{"lineage": "complete"}, {"clean_git": true}, {"artifact": "model_file", "digest": true}, {"artifact": "report"}, {"signature": "compatible"}]}}');
SELECT path, outcome, reason FROM mlops.check_gate('gate churn', 3, 'deploy:champion', 'gate api');
SELECT mlops.log_artifact(:train, 'r', 'report') > 0 AS logged;
SELECT mlops.register_version('gate churn', :train, git_commit => 'abcdef0', git_dirty => true, uri => 's3://m', digest => 'x', signature => '{"inputs": ["age", "plan"]}');
SELECT path, outcome, observed, reason FROM mlops.check_gate('gate churn', 4, 'deploy:champion', 'gate api');
SELECT mlops.finish_run(:train);
SELECT path, outcome, reason FROM mlops.check_gate('gate churn', 4, 'deploy:champion', 'gate api') WHERE leaf = 'lineage';
SELECT mine, theirs, ARRAY(SELECT m.name FROM mlops_internal.signature_inputs(mine::jsonb) AS m LEFT JOIN mlops_internal.signature_inputs(theirs::jsonb) AS t USING (name)
    WHERE t.name IS NULL OR NOT mlops_internal.can_become(t.type, m.type)) AS misfits
FROM (VALUES ('{"inputs": {"a": "int8"}}', '{"inputs": [{"name": "a", "type": "integer"}]}'), ('{"inputs": {"a": "int4"}}', '{"inputs": "[{\"name\": \"a\", \"type\": \"string\"}]"}'),
             ('{"inputs": ["a", "b"]}', '{"inputs": ["a"]}'), ('{"inputs": "not json"}', '3'), ('{"inputs": {"a": "no type"}}', '{"inputs": {"a": "int4"}}')) AS t (mine, theirs);

-- stages and aliases pass the same place; promote without endpoint sets the alias
SELECT mlops.add_gate('gate churn', 'registered>staged', '{"clean_git": true}') > 0, mlops.add_gate('gate churn', 'alias:*', '{"artifact": "model_file"}', 'file') > 0;
SELECT mlops.set_stage('gate churn', 4, 'staged');
SELECT mlops.set_stage('gate churn', 4, 'retired');
SELECT mlops.set_alias('gate churn', 'best', 3);
SELECT mlops.set_alias('gate churn', 'best', 4);
SELECT p.moved, p.report ->> 'message' AS message FROM mlops.promote('gate churn', 3) AS p;
SELECT p.moved, p.report ->> 'message' AS message FROM mlops.promote('gate churn', 4) AS p;
SELECT a.alias, v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id) JOIN mlops.model AS m ON m.model_id = v.model_id WHERE m.name = 'gate churn' AND a.until IS NULL ORDER BY 1;
SELECT mlops.add_gate('gate churn', 'alias:*', '{"artifact": "model_file"}', 'file');
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
DROP OWNED BY regress_gate_team, regress_gate_risk, regress_gate_lead, regress_gate_ann, regress_gate_bob, regress_gate_roy, regress_gate_ria, regress_gate_eve;
DROP SCHEMA gate_test CASCADE;
DROP ROLE regress_gate_team, regress_gate_risk, regress_gate_lead, regress_gate_ann, regress_gate_bob, regress_gate_roy, regress_gate_ria, regress_gate_eve;

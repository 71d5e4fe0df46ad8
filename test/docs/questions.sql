-- what the questions of docs/questions.md are asked about: a model, its two versions, eight weeks of predictions
CREATE ROLE analytics LOGIN;
SELECT mlops.grant_use('analytics');
CREATE SCHEMA app AUTHORIZATION analytics;
\c - analytics
SET client_min_messages = warning;
CREATE TABLE app.training AS
    SELECT i AS customer, 20 + i * 7 % 50 AS age, i * 31 % 96 AS tenure, (ARRAY['free', 'basic', 'plus'])[1 + i % 3] AS plan,
           i * 37 % 101 < 30 AS churned
    FROM generate_series(1, 3000) AS i;
-- tenure changes in the last week, labels of the last week have not all come; score_b is the challenger's
CREATE TABLE app.prediction AS
    SELECT timestamptz '2026-01-05 00:00Z' + i * interval '20 min' AS at, 20 + i * 7 % 50 AS age,
           CASE WHEN i < 3528 THEN i * 31 % 96 ELSE (i * 31 % 96) ^ 2 / 96 END::integer AS tenure,
           (ARRAY['free', 'basic', 'plus'])[1 + i % 3] AS plan, (ARRAY['north', 'south'])[1 + i % 2] AS region,
           CASE WHEN i < 3700 OR i % 2 = 0 THEN i * 37 % 101 < 30 END AS churned,
           (i * 53 % 89 + CASE WHEN i * 37 % 101 < 30 AND i % 5 > 0 THEN 40 ELSE 0 END) / 130.0::float8 AS score,
           (i * 53 % 89 + CASE WHEN i * 37 % 101 < 30 THEN 45 ELSE 0 END) / 135.0::float8 AS score_b
    FROM generate_series(0, 4031) AS i;
SELECT mlops.create_model('churn', 'binary', 'who leaves within a month');
SELECT mlops.start_run('training', 'first try', '{"depth": 3}', git_commit => '3f1c2ab') AS run \gset
SELECT mlops.log_dataset(:run, 'app.training'), mlops.log_metrics(:run, '{"auc": 0.74}'), mlops.finish_run(:run);
SELECT mlops.register_version('churn', :run);
SELECT mlops.start_run('training', 'deeper', '{"depth": 5}', git_commit => '77d01c9') AS run \gset
SELECT mlops.log_dataset(:run, 'app.training'), mlops.log_metrics(:run, '{"auc": 0.79}'), mlops.finish_run(:run);
SELECT mlops.register_version('churn', :run);
SELECT mlops.create_endpoint('churn-api');
SELECT mlops.deploy('churn', 1, 'churn-api', reason => 'first release');
SELECT mlops.set_stage('churn', 2, 'staged', 'AUC 0.79 against 0.74');
SELECT mlops.deploy('churn', 2, 'churn-api', reason => 'won the test');
SELECT mlops.record_predictions('churn', 1, 'app.prediction', name => 'January and February');
SELECT mlops.create_monitor('churn weekly', 'app.prediction', 'at', model => 'churn', label_column => 'churned', score_column => 'score',
    features => '{age,tenure,plan}', slices => '{region}', granularity => '7 days', start_at => '2026-02-02Z', end_at => '2026-03-02Z',
    reference_from => '2026-01-05Z', reference_to => '2026-02-02Z',
    checks => '[{"metric": "psi", "critical": {"above": 0.25}, "slices": false}, {"metric": "label_coverage", "warning": {"below": 0.9}}]');
CALL mlops.run_due();
\pset footer off
-- features of customers, and a training set made of them
CREATE TABLE app.usage AS SELECT c AS customer, timestamptz '2025-11-01 00:00Z' + m * interval '30 days' AS at, timestamptz '2025-11-03 06:00Z' + m * interval '30 days' AS loaded,
    (ARRAY['free', 'basic', 'plus'])[1 + (c + m) % 3] AS plan FROM generate_series(1, 50) AS c, generate_series(0, 2) AS m;
SELECT mlops.create_feature_view('usage', 'app.usage', '{customer}', 'at', created_at_column => 'loaded');
SELECT mlops.training_set('customers in january', 'SELECT c AS customer, timestamptz ''2026-01-10 00:00Z'' AS at FROM generate_series(1, 50) AS c', '{usage}', 'at', relation => 'app.customers_in_january');

-- what the examples of docs/monitor_model.md stand on: 40 days of predictions of a model whose training is known
CREATE ROLE docs_one_call LOGIN;
SELECT mlops.grant_use('docs_one_call');
CREATE SCHEMA app AUTHORIZATION docs_one_call;
\c - docs_one_call
SET client_min_messages = warning;
CREATE TABLE app.prediction AS
    SELECT at AS predicted_at, 20 + i * 7 % 53 AS age, i * 31 % 97 AS tenure, (ARRAY['free', 'basic', 'plus'])[1 + i % 3] AS plan, i % 5 = 0 AS churned,
           (i * 37 % 101 + CASE WHEN i % 5 > 0 THEN 0 ELSE 50 END) / 151.0::float8 AS score
    FROM (SELECT i, timestamptz '2026-01-01 00:00Z' + i * interval '30 min' AS at FROM generate_series(0, 1919) AS i) AS t;
CREATE INDEX ON app.prediction (predicted_at);
CREATE VIEW app.training AS SELECT age, tenure, plan FROM app.prediction WHERE predicted_at < '2026-01-15';
SELECT mlops.create_model('churn', 'binary');
SELECT mlops.start_run('training', params => '{"target": "churned"}') AS run \gset
SELECT mlops.log_dataset(:run, 'app.training');
SELECT mlops.register_version('churn', :run);
SELECT mlops.finish_run(:run);

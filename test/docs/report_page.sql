-- a model with two versions and weeks of predictions
CREATE ROLE docs_report_page LOGIN;
SELECT mlops.grant_use('docs_report_page') > 0;
CREATE SCHEMA app AUTHORIZATION docs_report_page;
\connect - docs_report_page
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE TABLE app.prediction AS
SELECT '2026-01-05'::timestamptz + i * interval '12 minutes' AS at, (i % 10)::float8 AS tenure, (i * 37 % 101) / 101.0 AS score, (i * 37 + i % 13 * 5) % 101 > 60 AS churned
FROM generate_series(0, 120 * 56 - 1) AS i;
SELECT mlops.create_model('churn', 'binary');
SELECT mlops.register_version('churn', metrics => '{"roc_auc": 0.8}'), mlops.register_version('churn', metrics => '{"roc_auc": 0.82}');
SELECT mlops.create_monitor('churn weekly', 'app.prediction', 'at', model => 'churn', label_column => 'churned', score_column => 'score', features => '{tenure}',
    granularity => '7 days', start_at => '2026-01-19', end_at => '2026-03-02', reference_from => '2026-01-05', reference_to => '2026-01-19',
    checks => '[{"metric": "roc_auc", "warning": {"below": 0.7}}]');
SELECT mlops.evaluate('churn weekly', w, w + interval '7 days') FROM generate_series('2026-01-19'::timestamptz, '2026-02-23', '7 days') AS w;

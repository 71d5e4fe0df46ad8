-- what the examples of docs/alert.md stand on: alert 17 of monitor 3
CREATE ROLE docs_alert LOGIN;
SELECT mlops.grant_use('docs_alert');
CREATE SCHEMA app AUTHORIZATION docs_alert;
ALTER TABLE mlops.alert ALTER COLUMN alert_id RESTART WITH 17;
ALTER TABLE mlops.monitor ALTER COLUMN monitor_id RESTART WITH 3;
\c - docs_alert
CREATE TABLE app.prediction AS
    SELECT '2026-01-31 00:00Z'::timestamptz + i * interval '20 min' AS at, CASE WHEN i < 72 THEN i END AS age FROM generate_series(0, 143) AS i;
SELECT mlops.create_monitor('docs', 'app.prediction', 'at', features => '{age}', start_at => '2026-01-31Z', end_at => '2026-02-03Z', schedule => NULL,
    checks => '[{"metric": "null_rate", "warning": {"above": 0.5}}]');
SELECT mlops.evaluate(3, '2026-02-01Z', '2026-02-02Z'), mlops.apply_alerts(3, '2026-02-01Z', '2026-02-02Z');

-- what the examples of docs/monitor.md stand on
CREATE ROLE docs_monitor LOGIN;
SELECT mlops.grant_use('docs_monitor');
CREATE SCHEMA app AUTHORIZATION docs_monitor;
\c - docs_monitor
CREATE TABLE app.prediction AS
    SELECT '2026-01-01 00:00 Europe/Berlin'::timestamptz + i * interval '20 min' AS predicted_at, i * 7 % 60 + i / 1000 AS age, i * 31 % 96 AS tenure,
           (ARRAY['free', 'basic', 'plus'])[1 + i % 3] AS plan, (ARRAY['north', 'south'])[1 + i % 2] AS region,
           i % 4 = 0 AS churned, (i * 37 % 100) / 100.0::float8 AS score
    FROM generate_series(0, 3600) AS i;
CREATE INDEX ON app.prediction (predicted_at);

-- what the examples of docs/thresholds.md stand on: from 10 February on people are older, and the model knows less about them
CREATE ROLE docs_thresholds LOGIN;
SELECT mlops.grant_use('docs_thresholds');
CREATE SCHEMA app AUTHORIZATION docs_thresholds;
\c - docs_thresholds
SET client_min_messages = warning;
CREATE TABLE app.prediction AS
    SELECT at AS predicted_at, 20 + i * 7 % 53 + CASE WHEN at >= '2026-02-10Z' THEN 15 ELSE 0 END AS age, i * 31 % 97 AS tenure,
           (ARRAY['free', 'basic', 'plus'])[1 + i % 3] AS plan, (ARRAY['north', 'south'])[1 + i / 3 % 2] AS region, i % 5 = 0 AS churned,
           (i * 37 % 101 + CASE WHEN i % 5 > 0 THEN 0 WHEN at < '2026-02-10Z' THEN 50 ELSE 25 END) / 151.0::float8 AS score
    FROM (SELECT i, timestamptz '2026-01-01 00:00Z' + i * interval '5 min' AS at FROM generate_series(0, 14400) AS i) AS t;
CREATE INDEX ON app.prediction (predicted_at);

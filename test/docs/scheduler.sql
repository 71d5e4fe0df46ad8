-- what the examples of docs/scheduler.md stand on
CREATE ROLE docs_scheduler LOGIN;
SELECT mlops.grant_use('docs_scheduler');
CREATE SCHEMA app AUTHORIZATION docs_scheduler;
\c - docs_scheduler
SET client_min_messages = warning;
CREATE TABLE app.prediction AS SELECT now() - i * interval '1 min' AS at, i % 7 AS x FROM generate_series(1, 60) AS i;

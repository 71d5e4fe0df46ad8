-- a backend store of MLflow, almost empty
CREATE SCHEMA mlflow
    CREATE TABLE experiments (experiment_id integer, name text)
    CREATE TABLE runs (run_uuid text, name text, status text, start_time bigint, end_time bigint, experiment_id integer, lifecycle_stage text)
    CREATE TABLE tags (key text, value text, run_uuid text)
    CREATE TABLE registered_models (name text, description text);
INSERT INTO mlflow.experiments VALUES (1, 'churn');
INSERT INTO mlflow.runs VALUES ('a', 'first', 'FINISHED', 1700000000000, 1700000060000, 1, 'active');
INSERT INTO mlflow.tags VALUES ('team', 'risk', 'a');
INSERT INTO mlflow.registered_models VALUES ('churn', NULL);

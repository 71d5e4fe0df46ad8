-- interchange: MLflow's tables of release 2.0 (no workspaces, aliases, datasets or logged models), OpenLineage
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET TimeZone = 'UTC';
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 930001;
CREATE ROLE regress_interchange_ann;
CREATE ROLE regress_interchange_eve;
SELECT mlops.grant_use('regress_interchange_ann') > 0, mlops.grant_use('regress_interchange_eve', 'user') > 0;
CREATE SCHEMA old_mlflow;
SET search_path = old_mlflow;
CREATE TABLE experiments (experiment_id serial PRIMARY KEY, name varchar(256) NOT NULL UNIQUE, artifact_location varchar(256), lifecycle_stage varchar(32),
    creation_time bigint, last_update_time bigint);
CREATE TABLE experiment_tags (key varchar(250), value varchar(5000), experiment_id integer, PRIMARY KEY (key, experiment_id));
CREATE TABLE runs (run_uuid varchar(32) PRIMARY KEY, name varchar(250), source_type varchar(20), source_name varchar(500), entry_point_name varchar(50),
    user_id varchar(256), status varchar(9), start_time bigint, end_time bigint, deleted_time bigint, source_version varchar(50), lifecycle_stage varchar(20),
    artifact_uri varchar(200), experiment_id integer);
CREATE TABLE tags (key varchar(250), value varchar(5000), run_uuid varchar(32), PRIMARY KEY (key, run_uuid));
CREATE TABLE params (key varchar(250), value varchar(500) NOT NULL, run_uuid varchar(32), PRIMARY KEY (key, run_uuid));
CREATE TABLE metrics (key varchar(250), value double precision NOT NULL, timestamp bigint, step bigint NOT NULL DEFAULT 0, is_nan boolean NOT NULL DEFAULT false,
    run_uuid varchar(32), PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE TABLE registered_models (name varchar(256) PRIMARY KEY, creation_time bigint, last_updated_time bigint, description varchar(5000));
CREATE TABLE model_versions (name varchar(256), version integer, creation_time bigint, last_updated_time bigint, description varchar(5000), user_id varchar(256),
    current_stage varchar(20), source varchar(500), run_id varchar(32), status varchar(20), status_message varchar(500), run_link varchar(500), PRIMARY KEY (name, version));
CREATE TABLE registered_model_tags (key varchar(250), value varchar(5000), name varchar(256), PRIMARY KEY (key, name));
CREATE TABLE model_version_tags (key varchar(250), value varchar(5000), name varchar(256), version integer, PRIMARY KEY (key, name, version));
INSERT INTO experiments VALUES (0, 'Default', NULL, 'active', NULL, NULL), (1, 'churn', 's3://a', 'active', 1700000000000, 1700000000000);
INSERT INTO experiment_tags VALUES ('team', 'risk', 1);
INSERT INTO runs (run_uuid, name, user_id, status, start_time, end_time, source_version, lifecycle_stage, experiment_id) VALUES
    ('a1', 'first', 'ann', 'FINISHED', 1700000000000, 1700000060000, '0123456789abcdef0123456789abcdef01234567', 'active', 1),
    ('a2', NULL, 'bob', 'RUNNING', 1700000100000, NULL, NULL, 'active', 1),
    ('a3', 'gone', 'bob', 'KILLED', 1700000200000, NULL, '', 'deleted', 1),
    ('a4', 'no times', NULL, 'FAILED', NULL, NULL, NULL, 'active', 0);
INSERT INTO tags VALUES ('mlflow.runName', 'named by a tag', 'a2'), ('mlflow.parentRunId', 'a1', 'a2');
INSERT INTO params VALUES ('lr', '0.10', 'a1'), ('text', 'it''s "x"', 'a1');
INSERT INTO metrics VALUES ('auc', 0.8, 1700000000001, 1, false, 'a1'), ('auc', 0, 1700000000002, 2, true, 'a1'), ('auc', -1.5e300, 1700000000003, 0, false, 'a2');
INSERT INTO registered_models VALUES ('interchange churn', 1700000000000, NULL, 'who leaves'), ('interchange delay', NULL, NULL, NULL);
INSERT INTO registered_model_tags VALUES ('mlops_task', 'binary', 'interchange churn'), ('a', '1', 'interchange churn');
INSERT INTO model_versions (name, version, creation_time, description, current_stage, source, run_id, status) VALUES
    ('interchange churn', 1, 1700000000500, 'one', 'Production', 's3://m/1', 'a1', 'READY'),
    ('interchange churn', 2, 1700000000600, NULL, 'Deleted_Internal', 'REDACTED', 'REDACTED', 'READY'),
    ('interchange churn', 3, 1700000000700, NULL, 'None', 's3://m/3', 'no such run', 'READY'),
    ('interchange delay', 7, 1700000000800, NULL, 'None', 's3://d/7', NULL, 'READY');
INSERT INTO model_version_tags VALUES ('k', 'v', 'interchange churn', 1);
RESET search_path;
GRANT USAGE ON SCHEMA old_mlflow TO regress_interchange_ann, regress_interchange_eve;

-- with the rights of the caller: what may not be read is not imported
SET client_min_messages = notice;
SET ROLE regress_interchange_ann;
SELECT * FROM mlops.import_mlflow('old_mlflow');
SELECT * FROM mlops.import_mlflow('public');
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA old_mlflow TO regress_interchange_ann, regress_interchange_eve;
SET ROLE regress_interchange_ann;
SELECT * FROM mlops.import_mlflow('old_mlflow');
SELECT i.id, r.run_id, r.kind, r.name, r.status, r.started_at < now() - interval '1 year' AS long_ago, r.ended_at - r.started_at AS took, r.error, r.git_commit, i.n_metrics
    FROM mlops.run AS r JOIN mlops.imported AS i USING (run_id) WHERE r.run_id >= 930001 ORDER BY r.run_id;
SELECT r.run_id, r.experiment, p.name AS parent, r.tags FROM mlops.run AS r LEFT JOIN mlops.run AS p ON p.run_id = r.parent_run_id WHERE r.run_id >= 930001 ORDER BY r.run_id;
SELECT run_id, name, value FROM mlops.param WHERE run_id >= 930001 ORDER BY 1, 2;
SELECT run_id, name, step, at, value FROM mlops.metric WHERE run_id >= 930001 ORDER BY 1, 2, 3;
SELECT kind, id, properties - 'artifact_location' AS properties FROM mlops.imported WHERE kind IN ('experiment', 'model') OR id = 'a2' ORDER BY kind, id;
SELECT m.name, m.task, m.description, m.tags, m.last_version, m.created_at FROM mlops.model AS m WHERE m.name ~ '^interchange ' ORDER BY m.name;
SELECT v.version, v.stage, v.description, v.tags, v.params, v.metrics, v.uri, v.run_id, v.git_commit, v.created_at FROM mlops.version AS v JOIN mlops.model AS m USING (model_id)
    WHERE m.name = 'interchange churn' ORDER BY v.version;
SELECT c.from_stage, c.to_stage, c.reason FROM mlops.stage_change AS c JOIN mlops.version AS v USING (version_id) JOIN mlops.model AS m USING (model_id)
    WHERE m.name = 'interchange churn' ORDER BY c.stage_change_id;
SELECT depth, node_kind, type, name, link FROM mlops.ancestors('models:/interchange churn/1');
-- again: nothing new, but for the model whose task is given now; its number is kept
SELECT * FROM mlops.import_mlflow('old_mlflow', '{"interchange delay": "regression"}');
SELECT v.version, mlops.register_version('interchange delay') AS next FROM mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE m.name = 'interchange delay';

-- what changed there is taken over, what was changed here stays
SELECT mlops.set_stage('interchange churn', 3, 'staged', 'here');
RESET ROLE;
UPDATE mlops.model SET tags = tags || '{"here": 1}' WHERE name = 'interchange churn';
UPDATE old_mlflow.runs SET status = 'FINISHED', end_time = 1700000300000, name = 'renamed' WHERE run_uuid = 'a2';
INSERT INTO old_mlflow.metrics VALUES ('auc', 0.7, 1600000000000, 0, false, 'a1');
INSERT INTO old_mlflow.params VALUES ('late', 'x', 'a2');
UPDATE old_mlflow.experiments SET name = 'churn again' WHERE experiment_id = 1;
UPDATE mlops.run SET tags = tags || '{"here": true}' WHERE run_id = 930002;
UPDATE old_mlflow.tags SET value = 'changed there' WHERE key = 'mlflow.runName';
DELETE FROM old_mlflow.tags WHERE key = 'mlflow.parentRunId';
UPDATE old_mlflow.registered_models SET description = 'who leaves when' WHERE name = 'interchange churn';
DELETE FROM old_mlflow.registered_model_tags WHERE key = 'a';
INSERT INTO old_mlflow.registered_model_tags VALUES ('b', '2', 'interchange churn');
UPDATE old_mlflow.model_versions SET current_stage = 'Archived', description = 'one, again' WHERE version = 1;
UPDATE old_mlflow.model_version_tags SET value = 'w';
UPDATE mlops.version SET tags = tags || '{"here": 1}' WHERE tags ? 'k';
INSERT INTO old_mlflow.model_versions (name, version, current_stage) VALUES ('interchange delay', 8, 'Staging');
-- of a later release
CREATE TABLE old_mlflow.registered_model_aliases (alias varchar(256), version integer NOT NULL, name varchar(256), PRIMARY KEY (name, alias));
INSERT INTO old_mlflow.registered_model_aliases VALUES ('champion', 1, 'interchange churn'), ('dangling', 9, 'interchange churn');
GRANT SELECT ON old_mlflow.registered_model_aliases TO regress_interchange_ann, regress_interchange_eve;
SET ROLE regress_interchange_ann;
SELECT * FROM mlops.import_mlflow('old_mlflow');
SELECT name, experiment, parent_run_id, tags, status, ended_at, mlops.run_params(run_id) AS params, mlops.run_metrics(run_id) AS metrics FROM mlops.run WHERE name = 'renamed';
SELECT step, at, value FROM mlops.metric AS m JOIN mlops.imported AS i USING (run_id) WHERE i.id = 'a1' ORDER BY at;
SELECT description, tags, last_version FROM mlops.model WHERE name = 'interchange churn';
SELECT v.version, v.stage, v.description, v.tags FROM mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE m.name = 'interchange churn' ORDER BY 1;
SELECT v.version, c.field, c.old_value, c.new_value, c.reason, c.changed_by FROM mlops.model_change AS c JOIN mlops.model AS m USING (model_id) LEFT JOIN mlops.version AS v USING (version_id)
    WHERE m.name = 'interchange churn' ORDER BY c.change_id;
SELECT mlops.version_by_alias('interchange churn', 'champion');
-- an alias that ends there ends here, unless it was moved here
RESET ROLE;
DELETE FROM old_mlflow.registered_model_aliases;
SET ROLE regress_interchange_ann;
SELECT * FROM mlops.import_mlflow('old_mlflow') WHERE kind = 'alias';
SELECT mlops.version_by_alias('interchange churn', 'champion');
SELECT * FROM mlops.import_mlflow('old_mlflow') WHERE n_new + n_changed > 0;
-- a run that is deleted here stays away
RESET ROLE;
DELETE FROM mlops.edge WHERE run_id = 930003;
DELETE FROM mlops.param WHERE run_id = 930003;
DELETE FROM mlops.run WHERE run_id = 930003;
UPDATE old_mlflow.runs SET name = 'again' WHERE run_uuid = 'a3';
SET ROLE regress_interchange_ann;
SELECT * FROM mlops.import_mlflow('old_mlflow') WHERE kind = 'run';
SELECT count(*) FROM mlops.run WHERE run_id >= 930001;

-- another role imports for itself; the names of models are given, and stages are moved by deployers only
RESET ROLE;
INSERT INTO old_mlflow.registered_models VALUES ('interchange eve'), ('interchange two');
INSERT INTO old_mlflow.model_versions (name, version, current_stage) VALUES ('interchange eve', 1, 'Staging');
INSERT INTO old_mlflow.registered_model_aliases VALUES ('champion', 1, 'interchange eve');
SET ROLE regress_interchange_eve;
SELECT * FROM mlops.import_mlflow('old_mlflow', '{"*": "binary"}');
SELECT count(*) FROM mlops.imported WHERE kind = 'run';
SELECT v.stage FROM mlops.version AS v;
SELECT * FROM mlops.import_mlflow('old_mlflow', owner => 'regress_interchange_ann');
-- nobody writes into another's source
SELECT mlops_internal.import_mlflow_runs((SELECT min(s) FROM generate_series(1, 1) AS s), '[]', mlops_internal.caller());
RESET ROLE;
SELECT mlops.grant_use('regress_interchange_eve') > 0;
SET ROLE regress_interchange_eve;
SELECT * FROM mlops.import_mlflow('old_mlflow') WHERE kind IN ('version', 'alias');
SELECT v.stage FROM mlops.version AS v;
RESET ROLE;

-- a later release: workspaces, datasets, inputs, logged models
CREATE SCHEMA new_mlflow;
CREATE TABLE new_mlflow.experiments (experiment_id integer, name text, workspace text);
CREATE TABLE new_mlflow.runs (run_uuid text, name text, status text, start_time bigint, end_time bigint, experiment_id integer, a_new_column text);
CREATE TABLE new_mlflow.datasets (dataset_uuid text, experiment_id integer, name text, digest text, dataset_source_type text, dataset_source text, dataset_schema text);
CREATE TABLE new_mlflow.inputs (input_uuid text, source_type text, source_id text, destination_type text, destination_id text, step bigint);
CREATE TABLE new_mlflow.input_tags (input_uuid text, name text, value text);
CREATE TABLE new_mlflow.logged_models (model_id text, experiment_id integer, name text, source_run_id text);
CREATE TABLE new_mlflow.logged_model_params (model_id text, param_key text, param_value text);
CREATE TABLE new_mlflow.registered_models (name text, description text, workspace text);
CREATE TABLE new_mlflow.registered_model_tags (key text, value text, name text, workspace text);
CREATE TABLE new_mlflow.model_versions (name text, version integer, current_stage text, workspace text);
INSERT INTO new_mlflow.runs VALUES ('b1', 'new', 'FINISHED', 1700000000000, 1700000060000, 1, 'kept');
INSERT INTO new_mlflow.datasets VALUES ('d1', 1, 'train', 'abc', 'local', '{"uri": "s3://data/train.csv"}', NULL), ('d2', 1, 'odd', 'def', 'code', 'no json', NULL);
INSERT INTO new_mlflow.inputs VALUES ('i1', 'DATASET', 'd1', 'RUN', 'b1', 0), ('i2', 'DATASET', 'd2', 'RUN', 'b1', 0), ('i3', 'RUN_INPUT', 'b1', 'MODEL_INPUT', 'm-2', 0),
    ('i4', 'RUN_OUTPUT', 'b1', 'MODEL_OUTPUT', 'm-1', 7), ('i5', 'DATASET', 'gone', 'RUN', 'b1', 0);
INSERT INTO new_mlflow.input_tags VALUES ('i1', 'mlflow.data.context', 'training');
INSERT INTO new_mlflow.logged_models VALUES ('m-1', 1, 'net', 'b1'), ('m-2', 1, 'base', NULL);
INSERT INTO new_mlflow.logged_model_params VALUES ('m-1', 'layers', '3');
INSERT INTO new_mlflow.registered_models VALUES ('interchange same', NULL, 'default'), ('interchange same', 'of the team', 'team');
INSERT INTO new_mlflow.registered_model_tags VALUES ('mlops_task', 'ranking', 'interchange same', 'team');
INSERT INTO new_mlflow.model_versions VALUES ('interchange same', 1, 'None', 'default'), ('interchange same', 1, 'Archived', 'team');
GRANT USAGE ON SCHEMA new_mlflow TO regress_interchange_ann;
GRANT SELECT ON ALL TABLES IN SCHEMA new_mlflow TO regress_interchange_ann;
SET ROLE regress_interchange_ann;
SELECT * FROM mlops.import_mlflow('new_mlflow', '{"*": "binary"}') WHERE n_new > 0;
SELECT e.direction, e.at, a.type, a.name, a.uri, a.digest FROM mlops.imported AS i JOIN mlops.edge AS e USING (run_id) JOIN mlops.artifact AS a ON a.artifact_id = e.artifact_id
    WHERE i.id = 'b1' ORDER BY a.name;
SELECT id, properties -> 'tags' AS tags, properties -> 'params' AS params, properties -> 'a_new_column' AS new FROM mlops.imported
    WHERE id IN ('i1', 'm-1', 'b1') ORDER BY id;
SELECT m.name, m.task, m.description, v.version, v.stage FROM mlops.model AS m JOIN mlops.version AS v USING (model_id) WHERE m.name ~ 'same' ORDER BY m.name;
SELECT * FROM mlops.import_mlflow('new_mlflow') WHERE n_new + n_changed + n_left_out > 0;

-- OpenLineage, in: any order, more than once; errors say what is wrong
SELECT mlops.import_openlineage('{"eventType": "COMPLETE", "eventTime": "2026-01-02T10:00:00Z", "run": {"runId": "0176A8C2-FE01-7439-87E6-56A1A1B4029F"},
    "job": {"namespace": "airflow", "name": "load"}, "inputs": [{"namespace": "s3://bucket", "name": "raw.csv", "facets": {"version": {"datasetVersion": "7"}}}],
    "outputs": [{"namespace": "snowflake://x", "name": "DB.S.T", "outputFacets": {"outputStatistics": {"rowCount": 5}}}]}') AS run \gset
SELECT mlops.import_openlineage('{"eventType": "START", "eventTime": "2026-01-02T09:00:00+01:00", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"},
    "job": {"namespace": "airflow", "name": "load"}, "inputs": null}') = :run AS same_run;
SELECT mlops.import_openlineage('{"eventType": "START", "eventTime": "2026-01-02T09:00:00+01:00", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"},
    "job": {"namespace": "airflow", "name": "load"}, "inputs": null}') = :run AS same_run;
SELECT kind, name, status, started_at, ended_at FROM mlops.run WHERE run_id = :run;
SELECT e.direction, e.at, a.name, a.uri, a.digest, a.properties -> 'rows' AS rows FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id) WHERE run_id = :run ORDER BY 1;
SELECT (SELECT count(*) FROM jsonb_object_keys(properties -> 'events')) AS events FROM mlops.imported WHERE run_id = :run;
SELECT event_time, event -> 'run' ->> 'runId' AS id, event ->> 'eventType' AS type, jsonb_path_query_array(event, '$.*[*].name') AS names
    FROM mlops.openlineage_events(:run);
SELECT mlops.import_openlineage(NULL);
SELECT mlops.import_openlineage('[1]');
SELECT mlops.import_openlineage('{"run": {"runId": "7"}}');
SELECT mlops.import_openlineage('{"run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"}}');
SELECT mlops.import_openlineage('{"run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"}, "job": {"namespace": "a", "name": "b"}, "eventTime": "yesterday"}');
SELECT mlops.import_openlineage('{"run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"}, "job": {"namespace": "a", "name": "b"}, "eventTime": "2026-01-02T10:00:00Z", "eventType": "NOW"}');
-- relations of this database are recognised
SELECT mlops.import_openlineage(jsonb_set('{"eventType": "FAIL", "eventTime": "2026-01-02T10:00:00Z", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029e"},
    "job": {"namespace": "dbt", "name": "x"}}', '{inputs}', jsonb_build_array(
        jsonb_build_object('namespace', mlops_internal.openlineage_namespace(), 'name', current_database() || '.public."Odd ""one"'),
        jsonb_build_object('namespace', mlops_internal.openlineage_namespace(), 'name', 'elsewhere.public.t'),
        jsonb_build_object('namespace', mlops_internal.openlineage_namespace(), 'name', 'no "name'),
        jsonb_build_object('name', 'nowhere')))) AS run \gset
SELECT r.status, r.error, a.relation, a.uri IS NULL AS is_relation FROM mlops.run AS r JOIN mlops.edge AS e USING (run_id) JOIN mlops.artifact AS a USING (artifact_id)
    WHERE r.run_id = :run ORDER BY a.artifact_id;
RESET ROLE;
SET ROLE regress_interchange_eve;
SELECT count(*) FROM mlops.openlineage_events(:run);
RESET ROLE;

SELECT mlops.revoke_use('regress_interchange_ann') > 0, mlops.revoke_use('regress_interchange_eve') > 0;
SET client_min_messages = warning;
DROP SCHEMA old_mlflow, new_mlflow CASCADE;
DROP OWNED BY regress_interchange_ann, regress_interchange_eve;
DROP ROLE regress_interchange_ann, regress_interchange_eve;
SELECT (SELECT count(*) FROM mlops.import_source) + (SELECT count(*) FROM mlops.imported) + (SELECT count(*) FROM mlops.run WHERE run_id >= 930001) AS left_behind;

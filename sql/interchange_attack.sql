-- imports under attack: what a gate refuses, rows that are no rows, credentials in addresses
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 960001;
CREATE ROLE regress_ia_ann LOGIN;
CREATE ROLE regress_ia_reader LOGIN;
SELECT mlops.grant_use('regress_ia_ann') > 0, mlops.grant_use('regress_ia_reader') > 0, mlops.grant_read('regress_ia_reader', 'regress_ia_ann');
SELECT a AS address, mlops_internal.without_credentials(a) AS kept FROM unnest(ARRAY['https://ann:secret@github.com/o/n.git', 'https://ghp_secret@github.com/o/n', 'HTTPS://ann:p@ss:w@host/x@y', 'git+https://t0ken@host/x', 'ssh://git@host/o/n',
    'ssh://ann:secret@host/o/n', 'git@github.com:o/n.git', 'postgres://u:p#?w@db:5432/x', 'abfss://container@account.dfs.core.windows.net/x', 's3://bucket/key@1', 'http://host:8080/a@b:c@d', 'https://host/?mail=a@b',
    'from https://a:b@c/d to ftp://e:f@g/h', '{"url": "https:\/\/a:b@c\/d", "x": "y@z"}', 'mail me: ann@host', 'jdbc:postgresql://u:p@h/d', NULL]) AS a;
SELECT mlops_internal.without_credentials('{"https://a:b@c": ["{\"uri\": \"https://a:b@c/d\"}", {"x": "https:\\/\\/a:b@c"}], "a": "b@c", "n": 1e3}'::jsonb);
CREATE SCHEMA ia_mlflow;
SET search_path = ia_mlflow;
CREATE TABLE experiments (experiment_id integer, name text);
CREATE TABLE experiment_tags (key text, value text, experiment_id integer);
CREATE TABLE runs (run_uuid text, name text, status text, start_time numeric, end_time numeric, experiment_id integer, source_version text);
CREATE TABLE tags (key text, value text, run_uuid text);
CREATE TABLE params (key text, value text, run_uuid text);
CREATE TABLE metrics (key text, value double precision, timestamp bigint, step bigint, is_nan boolean, run_uuid text);
CREATE TABLE datasets (dataset_uuid text, experiment_id integer, name text, digest text, dataset_source_type text, dataset_source text);
CREATE TABLE registered_models (name text, description text, creation_time numeric);
CREATE TABLE registered_model_tags (key text, value text, name text);
CREATE TABLE model_versions (name text, version numeric, current_stage text, source text, run_id text, creation_time numeric);
CREATE TABLE registered_model_aliases (alias text, version numeric, name text);
RESET search_path;
GRANT USAGE ON SCHEMA ia_mlflow TO regress_ia_ann;
GRANT SELECT ON ALL TABLES IN SCHEMA ia_mlflow TO regress_ia_ann;
INSERT INTO ia_mlflow.experiments VALUES (0, 'Default');
INSERT INTO ia_mlflow.experiment_tags VALUES ('repo', 'https://ann:secret@github.com/o/n', 0);
INSERT INTO ia_mlflow.runs VALUES ('r1', 'good', 'FINISHED', 1700000000000, 1700000060000, 0, NULL), ('r2', 'far', 'FINISHED', 9e18, 1e30, 0, NULL), ('r3', 'backwards', 'FINISHED', 1700000000000, -5, 0, NULL), ('r4', NULL, 'STRANGE', NULL, NULL, NULL, NULL);
INSERT INTO ia_mlflow.tags VALUES ('mlflow.source.git.repoURL', 'https://ann:secret@github.com/o/n.git', 'r1'), ('mlflow.source.name', 'git+https://secret@host/n', 'r1');
INSERT INTO ia_mlflow.params VALUES ('db', 'postgres://ann:secret@db/x', 'r1');
INSERT INTO ia_mlflow.metrics VALUES ('auc', 0.9, 1700000000000, 0, false, 'r1'), ('auc', 0.8, 9223372036854775807, 1, false, 'r1'), ('auc', 'Infinity', -9223372036854775808, 2, false, 'r1');
INSERT INTO ia_mlflow.datasets VALUES ('d1', 0, 'd', 'x', 'http', '{"url": "https://ann:secret@host/d.csv"}'), ('d2', 0, 'e', 'y', 'http', '{"url": "https:\/\/ann:secret@host\/e.csv"}');
INSERT INTO ia_mlflow.registered_models VALUES ('ia', 'see https://ann:secret@host/x', 1700000000000), (repeat('n', 250), NULL, NULL), (' ia', NULL, NULL), ('ia far', NULL, 1e25), ('models:/ia', NULL, NULL);
INSERT INTO ia_mlflow.model_versions VALUES ('ia', 1, 'None', 'https://ann:secret@host/m1', 'r1', 1700000000000), ('ia', 2, 'Staging', 's3://m/2', 'r1', 9e18), ('ia', 3, 'Archived', NULL, NULL, NULL), ('ia', 1e12, 'None', NULL, NULL, NULL), ('ia', 1.5, 'None', NULL, NULL, NULL),
    ('ia', 2147483647, 'None', NULL, NULL, NULL), ('ia', -1, 'None', NULL, NULL, NULL);
INSERT INTO ia_mlflow.registered_model_aliases VALUES ('champion', 2, 'ia'), ('free', 2, 'ia'), (repeat('a', 250), 1, 'ia'), ('latest', 1, 'ia'), ('beyond', 1e12, 'ia'), ('none', 9, 'ia');

SET SESSION AUTHORIZATION regress_ia_ann;
SELECT mlops.create_model('ia mine', 'binary') > 0;
SELECT * FROM mlops.import_mlflow('ia_mlflow', '{"*": "binary"}');
SELECT v.version, v.stage, v.uri, v.git_repo, v.metrics FROM mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE m.name = 'ia' ORDER BY 1;
SELECT a.alias, v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id) WHERE a.until IS NULL ORDER BY 1;
SELECT r.name, r.status, r.started_at < now() AS started, r.git_repo, r.tags, mlops.run_params(r.run_id) AS params FROM mlops.run AS r ORDER BY r.run_id;
SELECT step, at, value FROM mlops.metric ORDER BY step;
SELECT uri, properties FROM mlops.artifact WHERE type = 'dataset' ORDER BY uri;
SELECT kind, id FROM mlops.imported AS i WHERE i::text ~ 'secret';

-- what a gate refuses is left out, with the reason, and everything else comes; the next import tries again
SELECT mlops.add_gate('ia', t, '{"metric": "auc", "at_least": 0.95}') > 0 AS gate FROM unnest('{alias:champion,registered>retired,staged>retired,registered>staged}'::text[]) AS t;
RESET SESSION AUTHORIZATION;
UPDATE ia_mlflow.model_versions SET current_stage = 'Archived' WHERE version = 2;
UPDATE ia_mlflow.registered_model_aliases SET version = 1 WHERE version = 2;
INSERT INTO ia_mlflow.model_versions VALUES ('ia', 4, 'Staging', NULL, NULL, NULL), ('ia', 5, 'None', NULL, NULL, NULL);
DELETE FROM ia_mlflow.registered_model_aliases WHERE version <> 1 OR length(alias) > 200 OR alias = 'latest';
DELETE FROM ia_mlflow.model_versions WHERE version NOT IN (1, 2, 3, 4, 5);
DELETE FROM ia_mlflow.registered_models WHERE name NOT IN ('ia', 'ia far');
SET SESSION AUTHORIZATION regress_ia_ann;
SELECT * FROM mlops.import_mlflow('ia_mlflow', '{"*": "binary"}') WHERE n_new + n_changed + n_left_out > 0;
SELECT v.version, v.stage FROM mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE m.name = 'ia' ORDER BY 1;
SELECT a.alias, v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id) WHERE a.until IS NULL ORDER BY 1;
SELECT mlops.drop_gate(g.gate_id) FROM mlops.gate AS g ORDER BY g.gate_id;
SELECT * FROM mlops.import_mlflow('ia_mlflow', '{"*": "binary"}') WHERE n_new + n_changed + n_left_out > 0;
SELECT v.version, v.stage FROM mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE m.name = 'ia' ORDER BY 1;
SELECT a.alias, v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id) WHERE a.until IS NULL ORDER BY 1;
SELECT * FROM mlops.import_mlflow('ia_mlflow', '{"*": "binary"}') WHERE n_new + n_changed + n_left_out > 0;
-- an archived model takes no versions from there either
SELECT mlops.archive_model('ia');
RESET SESSION AUTHORIZATION;
INSERT INTO ia_mlflow.model_versions VALUES ('ia', 6, 'None', NULL, NULL, NULL);
DELETE FROM ia_mlflow.registered_model_aliases;
SET SESSION AUTHORIZATION regress_ia_ann;
SELECT * FROM mlops.import_mlflow('ia_mlflow', '{"*": "binary"}') WHERE n_new + n_changed + n_left_out > 0;

-- tags of GTO
CREATE TEMP TABLE list AS SELECT jsonb_agg(jsonb_build_object('tag', t.tag, 'commit', repeat(t.c, 40), 'at', t.at, 'message', 'of https://ann:secret@host/x', 'tagger', 'ann')) AS tags
    FROM (VALUES ('ia-gto@v1.0.0', 'a', '2026-01-01Z'), ('ia-gto@v2.0.0', 'b', '2026-01-02Z'), ('ia-gto#prod#1', 'a', '2026-01-03Z'), ('ia-gto#dev#1', 'b', '2026-01-04Z'), ('ia-gto#latest#1', 'b', '2026-01-05Z'),
                 ('ia-gto@v1.0.0!', 'a', '2026-01-06Z'), ('ia-gto#shadow#1', 'b', '2026-01-07Z'), ('ia-gto@v3.0.0', 'c', 'yesterday or so')) AS t (tag, c, at);
SELECT mlops.create_model('ia-gto', 'binary') > 0, mlops.create_endpoint('ia api') > 0;
SELECT mlops.add_gate('ia-gto', t, '{"metric": "auc", "at_least": 0.95}') > 0 AS gate FROM unnest('{alias:prod,*>retired,deploy:*}'::text[]) AS t;
SELECT * FROM mlops.import_gto('https://ann:secret@github.com/o/n', (SELECT tags || '[1, null, [], {"tag": "ia-gto@v4.0.0"}]' FROM list), map => '{"shadow": "ia api", "dev": "nowhere"}');
SELECT count(*) FILTER (WHERE g::text ~ 'secret') AS secrets, count(*) FROM mlops.gto_tag AS g;
SELECT mlops.drop_gate(g.gate_id) FROM mlops.gate AS g JOIN mlops.model AS m USING (model_id) WHERE m.name = 'ia-gto' ORDER BY g.gate_id;
SELECT tag, action, version, note FROM mlops.import_gto('https://github.com/o/n', (SELECT tags FROM list), map => '{"shadow": "ia api"}') WHERE action <> 'known';

-- events of OpenLineage, and what is logged by hand: a WARNING tells, and no error shows them
SELECT mlops.import_openlineage('{"eventType": "FAIL", "eventTime": "2026-01-02T10:00:00Z", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f", "facets": {"errorMessage": {"message": "no https://ann:secret@host/x"}}},
    "job": {"namespace": "postgres://ann:secret@host", "name": "load", "facets": {"sourceCodeLocation": {"type": "git", "url": "https://ann:secret@host/o/n", "repoUrl": "git+https://ann:secret@host/o/n"}}},
    "inputs": [{"namespace": "postgres://ann:secret@db:5432", "name": "a.b.c", "facets": {"dataSource": {"uri": "postgres://ann:secret@db:5432"}}}]}') > 0 AS imported;
SELECT mlops.start_run('training', git_repo => 'https://ann:secret@host/o/n', tags => '{"mlflow.source.git.repoURL": "https://ann:secret@host/o/n"}', params => '{"db": "mysql://ann:secret@db/x"}') AS run \gset
SELECT mlops.log_params(:run, '{"db": "mysql://ann:secret@db/x"}'), mlops.log_param(:run, 'other', 'mysql://ann:secret@db/x'::text);
SELECT mlops.log_params(:run, '{"db": "mysql://ann:secret@elsewhere/x"}');
SELECT mlops.log_artifact(:run, 'd', 'dataset', 'https://ann:secret@host/d.csv', properties => '{"from": "https://ann:secret@host"}', direction => 'input') > 0 AS logged;
SELECT mlops.log_artifact(:run, 'd', 'dataset', ' https://ann:secret@host/d.csv');
SELECT node_kind, name, place FROM mlops.descendants('https://ann:secret@host/d.csv', 1);
SELECT mlops.ancestors('https://ann:secret@host/nothing');
SELECT mlops.register_version('ia mine', :run, uri => 'https://ann:secret@host/m.onnx', params => '{"x": "https://secret@host"}', git_repo => 'https://secret@host/o/n');
SELECT mlops.set_tags('ia mine', '{"repo": "https://ann:secret@host/x"}'), mlops.set_run_tags(:run, '{"repo": "https://ann:secret@host/x"}');
SELECT mlops.fail_run(:run, 'could not clone https://ann:secret@host/x');
RESET SESSION AUTHORIZATION;
SELECT 'imported' AS kept_in FROM mlops.imported AS x WHERE x::text ~ 'secret@' UNION ALL SELECT 'import_source' FROM mlops.import_source AS x WHERE x::text ~ 'secret@' UNION ALL SELECT 'run' FROM mlops.run AS x WHERE x::text ~ 'secret@'
UNION ALL SELECT 'param' FROM mlops.param AS x WHERE x::text ~ 'secret@' UNION ALL SELECT 'artifact' FROM mlops.artifact AS x WHERE x::text ~ 'secret@' UNION ALL SELECT 'version' FROM mlops.version AS x WHERE x::text ~ 'secret@'
UNION ALL SELECT 'model' FROM mlops.model AS x WHERE x::text ~ 'secret@' UNION ALL SELECT 'model_change' FROM mlops.model_change AS x WHERE x::text ~ 'secret@' UNION ALL SELECT 'edge' FROM mlops.edge AS x WHERE x::text ~ 'secret@'
UNION ALL SELECT 'gto_tag' FROM mlops.gto_tag AS x WHERE x::text ~ 'secret@';
SET client_min_messages = warning;
DROP OWNED BY regress_ia_ann, regress_ia_reader;
DROP SCHEMA ia_mlflow CASCADE;
DROP ROLE regress_ia_ann, regress_ia_reader;

-- lineage under attack: what others may see, read, block or break
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE ROLE regress_hostile_ann;
CREATE ROLE regress_hostile_eve;
SELECT mlops.grant_use('regress_hostile_ann', 'user') > 0 AND mlops.grant_use('regress_hostile_eve', 'user') > 0 AS granted;
CREATE SCHEMA hostile_test;
GRANT ALL ON SCHEMA hostile_test TO regress_hostile_ann, regress_hostile_eve;
SET ROLE regress_hostile_ann;
SELECT mlops.start_run('training', 'ann''s') AS anns \gset

-- what one role was told another is not, nor after a savepoint that undid a grant: an expression of PL/pgSQL keeps its call
RESET ROLE;
CREATE FUNCTION hostile_test.sees(run bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN mlops_internal.sees_run(run); END';
CREATE FUNCTION hostile_test.owns(o oid, n name, r oid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN mlops_internal.owned_by(o, n, r); END';
BEGIN;
SET LOCAL ROLE regress_hostile_ann;
SELECT hostile_test.sees(:anns) AS ann;
SET LOCAL ROLE regress_hostile_eve;
SELECT hostile_test.sees(:anns) AS eve;
ROLLBACK;
BEGIN;
SAVEPOINT member;
GRANT regress_hostile_ann TO regress_hostile_eve;
SELECT hostile_test.owns('regress_hostile_ann'::regrole, 'regress_hostile_ann', 'regress_hostile_eve'::regrole);
SET LOCAL ROLE regress_hostile_eve;
SELECT hostile_test.sees(:anns) AS member;
ROLLBACK TO member;
SELECT hostile_test.owns('regress_hostile_ann'::regrole, 'regress_hostile_ann', 'regress_hostile_eve'::regrole);
SET LOCAL ROLE regress_hostile_eve;
SELECT hostile_test.sees(:anns) AS no_member;
ROLLBACK;
-- a function of ann's that eve calls sees what ann sees, in the same statement eve does not
SET ROLE regress_hostile_ann;
CREATE FUNCTION hostile_test.as_ann(run bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN hostile_test.sees(run); END';
RESET ROLE;
SET ROLE regress_hostile_eve;
SELECT hostile_test.as_ann(:anns), hostile_test.sees(:anns), hostile_test.as_ann(:anns);

-- a relation that an artifact names may have code of its owner by now: who verifies does not run it
CREATE TABLE hostile_test.loot (who name);
GRANT INSERT ON hostile_test.loot TO PUBLIC;
CREATE FUNCTION hostile_test.spy(x integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN INSERT INTO hostile_test.loot VALUES (current_user); RETURN x; END';
CREATE TABLE hostile_test.bait AS SELECT 1 AS x;
GRANT SELECT ON hostile_test.bait TO PUBLIC;
SELECT mlops.start_run('training', 'bait') AS bait \gset
SELECT mlops.log_dataset(:bait, 'hostile_test.bait') AS data \gset
SELECT mlops.grant_read('regress_hostile_ann', 'regress_hostile_eve');
SET ROLE regress_hostile_ann;
SELECT kind, ok FROM mlops.verify_artifact(:data);
SET ROLE regress_hostile_eve;
ALTER TABLE hostile_test.bait ENABLE ROW LEVEL SECURITY;
CREATE POLICY spy ON hostile_test.bait USING (hostile_test.spy(x) = 1);
SET ROLE regress_hostile_ann;
SELECT kind, ok FROM mlops.verify_artifact(:data);
SET ROLE regress_hostile_eve;
DROP TABLE hostile_test.bait;
CREATE VIEW hostile_test.bait AS SELECT hostile_test.spy(1) AS x;
GRANT SELECT ON hostile_test.bait TO PUBLIC;
\set VERBOSITY default
SET ROLE regress_hostile_ann;
SELECT kind, ok FROM mlops.verify_artifact(:data);
\set VERBOSITY terse
RESET ROLE;
SELECT kind, ok FROM mlops.verify_artifact(:data);
-- the owner, in a session of a superuser: it could RESET ROLE
SET ROLE regress_hostile_eve;
SELECT kind, ok FROM mlops.verify_artifact(:data);
SELECT count(*) AS loot FROM hostile_test.loot;

-- uploads: of others they are not there; what another sent as well is another's
SET ROLE regress_hostile_ann;
SELECT mlops.start_upload(:anns, 'weights') AS upload \gset
SELECT mlops.append_upload(:upload, 'same piece');
SELECT mlops.append_upload(:upload, NULL);
RESET ROLE;
SELECT mlops.revoke_read('regress_hostile_ann', 'regress_hostile_eve');
SET ROLE regress_hostile_eve;
-- numbers depend on what ran before
\set VERBOSITY sqlstate
SELECT mlops.append_upload(:upload, 'more');
SELECT mlops.finish_upload(:upload);
SELECT mlops.read_artifact(:upload);
SELECT mlops.finish_run(:anns);
\set VERBOSITY terse
SELECT mlops.store_artifact(:bait, 'weights', 'same piece') AS stored \gset
RESET ROLE;
SELECT sender::regrole, length(content) FROM mlops_internal.chunk ORDER BY sender::regrole::text;
-- what does not come in whole goes, and its pieces with it: a wrong digest, an end, a loss
SET ROLE regress_hostile_ann;
SELECT mlops.store_artifact(:anns, 'wrong', 'other piece', digest => 'sha256:00');
SELECT mlops.append_upload(:upload, 'third piece');
SELECT mlops.finish_upload(:upload, 'sha256:00');
SELECT mlops.start_run('training', 'lost', heartbeat => '1 microsecond') AS lost \gset
SELECT mlops.append_upload(mlops.start_upload(:lost, 'half'), 'lost piece');
RESET ROLE;
SELECT sender::regrole, convert_from(content, 'UTF8') FROM mlops_internal.chunk ORDER BY sender::regrole::text, content;
SET ROLE regress_hostile_ann;
SELECT count(*) FROM mlops.end_lost_runs();
SELECT mlops.finish_run(:anns);
SELECT count(*) FROM mlops.artifact WHERE type = 'upload';
RESET ROLE;
SELECT sender::regrole, convert_from(content, 'UTF8') FROM mlops_internal.chunk ORDER BY sender::regrole::text, content;
SET ROLE regress_hostile_eve;
SELECT convert_from(mlops.read_artifact(:stored), 'UTF8'), (SELECT ok FROM mlops.verify_artifact(:stored));

-- promises of heart-beats that no clock can keep break nobody's views
SELECT mlops.start_run('training', 'poison', heartbeat => '178000000 years');
SELECT mlops.start_run('training', 'poison', heartbeat => '-1 second');
RESET ROLE;
BEGIN;
UPDATE mlops.run SET heartbeat = '178000000 years' WHERE run_id = :bait;
SELECT status FROM mlops.run_detail WHERE run_id = :bait;
SELECT count(*) FROM mlops.end_lost_runs();
ROLLBACK;

-- points: one dimension, any bounds, any numbers
SET ROLE regress_hostile_eve;
SELECT mlops.log_points(:bait, '[0:0]={loss}', '{NaN,Infinity,1e308,-0}');
SELECT mlops.log_points(:bait, '[5:6]={a,b}', '[-1:0]={1,2}', '{9223372036854775807,-9223372036854775808}');
SELECT mlops.log_points(:bait, '{{loss}}', '{1}');
SELECT mlops.log_points(:bait, '{loss}', '{{1,2},{3,4}}');
SELECT mlops.log_points(:bait, '{loss}', '{1,2}', '{{1},{2}}');
SELECT mlops.log_points(:bait, '{loss}', '{1,NULL}');
SELECT mlops.log_points(:bait, '{loss,NULL}', '{1,2}');
SELECT mlops.log_points(:bait, '{loss}', '{1,2}', '{1}');
SELECT mlops.log_points(:bait, NULL, '{1}');
SELECT name, step, value FROM mlops.metric WHERE run_id = :bait ORDER BY name, step;

-- columns: capture adds to what was given
SELECT mlops.log_artifact(:bait, 'x', columns => '{{a,b},{c,d}}');
SELECT mlops.log_artifact(:bait, 'x', columns => '{a,NULL}');

-- addresses: no credentials, no second line
SELECT u AS given, mlops_internal.without_credentials(u) AS kept FROM (VALUES
    ('s3://user:secret@host/b'), ('https://token@host/x'), ('postgres://u:p@ss@h:5432/d?a=b@c'), ('ssh://git@host/x'),
    ('abfss://box@account.dfs.core.windows.net/x'), ('https://host/a@b'), ('https://host?m=a:b@c'), ('mailto:a:b@c'),
    ('{"a": "ftp://u:p\"w@h", "b": ["see HTTPS://x:y@h/z"]}')) AS v (u);
SELECT mlops.log_artifact(:bait, NULL, uri => 's3://user:secret@bucket/x', direction => 'input') AS secret \gset
SELECT name, uri FROM mlops.artifact WHERE artifact_id = :secret;
SELECT count(*) FROM mlops.descendants('s3://other:word@bucket/x');
SELECT mlops.start_run('training', git_repo => E'https://github.com/a/b\r\nSet-Cookie: x');
SELECT mlops.git_link(r, '1234567', E'a\r\n"><script>') FROM (VALUES ('javascript:alert(1)'), ('https://github.com/a/b'), (E'https://github.com/a/b\n')) AS v (r);

-- events of OpenLineage: hostile facets, deep, large, out of time; each counts once
CREATE FUNCTION hostile_test.event(more jsonb, run text DEFAULT '0176a8c2-fe01-7439-87e6-56a1a1b4029f') RETURNS jsonb LANGUAGE sql AS
    $$ SELECT jsonb_build_object('eventType', 'RUNNING', 'eventTime', '2026-01-02T10:00:00Z', 'run', jsonb_build_object('runId', run), 'job', '{"namespace": "hostile", "name": "load"}'::jsonb) || more $$;
SELECT mlops.import_openlineage(hostile_test.event('{"eventTime": "2026-02-30T10:00:00Z"}'));
SELECT mlops.import_openlineage(hostile_test.event('{"eventTime": "2026-02-20T10:00:00+99:99"}'));
SELECT mlops.import_openlineage(hostile_test.event('{"eventTime": ["2026-02-20T10:00:00Z"]}'));
SELECT mlops.import_openlineage('null'), mlops.import_openlineage(NULL);
SELECT mlops.import_openlineage(hostile_test.event('{"inputs": [{"namespace": "s3://user:secret@raw", "name": "visits.csv", "facets": {"schema": {"fields": {"no": "array"}}, "version": {"datasetVersion": {"a": 1}}}},
    {"namespace": {}, "name": []}, {"namespace": "s3://raw"}, null, 7, {"namespace": "s3://raw", "name": "a\r\nb"}], "outputs": {"not": "an array"},
    "producer": "https://token@host", "run": {"runId": "0176A8C2-FE01-7439-87E6-56A1A1B4029F", "facets": {"errorMessage": [1], "mlops": {"kind": "admin"}}}}')) AS run \gset
SELECT r.kind, r.status, a.name, a.uri, a.properties ->> 'columns' AS columns FROM mlops.run AS r JOIN mlops.edge USING (run_id) JOIN mlops.artifact AS a USING (artifact_id) WHERE run_id = :run;
SELECT count(*) FROM mlops.imported WHERE run_id = :run AND properties::text ~ 'secret|token';
SELECT count(*) FROM mlops.openlineage_events(:run) WHERE event IS NOT NULL;
SELECT mlops.import_openlineage(hostile_test.event('{"job": {"namespace": "hostile", "name": "load\r\nSet-Cookie: x"}}', 'a176a8c2-fe01-7439-87e6-56a1a1b4029f')) AS lines \gset
SELECT name FROM mlops.run WHERE run_id = :lines;
-- the name of a relation, and what only begins like one
SELECT p.* FROM (VALUES ('.public.t'), ('.public.t; DROP TABLE x'), ('.public'), ('.public."T t"')) AS v (n),
    mlops_internal.openlineage_place(jsonb_build_object('namespace', mlops_internal.openlineage_namespace(), 'name', current_database() || v.n)) AS p (relation, uri)
    WHERE p.relation IS NOT NULL;
SELECT mlops.import_openlineage(hostile_test.event(jsonb_build_object('deep', (repeat('[', 2000) || repeat(']', 2000))::jsonb))) = :run AS same;
RESET ROLE;
SET mlops.max_object_size = '64kB';
SET ROLE regress_hostile_eve;
SELECT mlops.import_openlineage(hostile_test.event(jsonb_build_object('facet', repeat('x', 70000))));
-- beyond the limit older events are known by their digest only
DO $$
BEGIN
    FOR round IN 1 .. 2 LOOP
        FOR i IN 1 .. 20 LOOP
            PERFORM mlops.import_openlineage(hostile_test.event(jsonb_build_object('n', i, 'facet', repeat('x', 10000))));
        END LOOP;
    END LOOP;
END $$;
SELECT count(*) AS events FROM mlops.imported, jsonb_each(properties -> 'events') AS e WHERE run_id = :run;
SELECT count(e.value) FILTER (WHERE e.value <> 'null') < 8 AS few_kept, length(properties::text) < 65536 AS fits FROM mlops.imported, jsonb_each(properties -> 'events') AS e WHERE run_id = :run GROUP BY properties;
RESET ROLE;
RESET mlops.max_object_size;
-- MLflow: addresses with secrets, times that there are not, NULLs
CREATE SCHEMA hostile_mlflow;
CREATE TABLE hostile_mlflow.experiments AS SELECT 1 AS experiment_id, 'e' AS name;
CREATE TABLE hostile_mlflow.runs AS SELECT 'r1' AS run_uuid, 'one' AS name, 1 AS experiment_id, 'FINISHED' AS status, 9223372036854775807 AS start_time, NULL::bigint AS end_time;
CREATE TABLE hostile_mlflow.tags AS SELECT 'r1' AS run_uuid, k AS key, v AS value
    FROM (VALUES ('mlflow.source.git.repoURL', 'https://user:secret@github.com/o/n.git'), ('mlflow.source.git.commit', repeat('a', 40)), ('note', 'see https://token@host/x')) AS t (k, v);
CREATE TABLE hostile_mlflow.params AS SELECT 'r1' AS run_uuid, 'db' AS key, 'postgresql://u:secret@h/d' AS value;
CREATE TABLE hostile_mlflow.metrics AS SELECT 'r1' AS run_uuid, 'auc' AS key, 0.5::float8 AS value, false AS is_nan, s AS step, t AS timestamp
    FROM (VALUES (1, 9223372036854775807), (2, -9223372036854775808), (3, 1767225600000)) AS m (s, t);
CREATE TABLE hostile_mlflow.datasets AS SELECT 'd1' AS dataset_uuid, 'd' AS name, '1' AS digest, 'http' AS dataset_source_type, '{"url": "https://u:secret@h/d.csv"}' AS dataset_source;
CREATE TABLE hostile_mlflow.registered_models AS SELECT 'hostile' AS name, 'at ftp://u:secret@h' AS description, NULL::bigint AS creation_time;
CREATE TABLE hostile_mlflow.model_versions AS SELECT 'hostile' AS name, 1 AS version, 's3://u:secret@b/m' AS source, 'r1' AS run_id, 9223372036854775807 AS creation_time, 'None' AS current_stage;
GRANT ALL ON SCHEMA hostile_mlflow TO regress_hostile_eve;
GRANT SELECT ON ALL TABLES IN SCHEMA hostile_mlflow TO regress_hostile_eve;
SET ROLE regress_hostile_eve;
SELECT kind, n_new, n_left_out FROM mlops.import_mlflow('hostile_mlflow', '{"*": "binary"}') WHERE n_new + n_left_out > 0;
SELECT kind, n_new, n_changed FROM mlops.import_mlflow('hostile_mlflow', '{"*": "binary"}') WHERE n_new + n_changed > 0;
SELECT r.git_repo, r.tags ->> 'note' AS note, p.value, d.commit_url FROM mlops.run AS r JOIN mlops.run_detail AS d USING (run_id) JOIN mlops.param AS p USING (run_id) WHERE r.name = 'one';
SELECT step, at FROM mlops.metric AS m JOIN mlops.run AS r USING (run_id) WHERE r.name = 'one' ORDER BY step;
SELECT a.uri, v.uri AS source, m.description FROM mlops.artifact AS a, mlops.version AS v JOIN mlops.model AS m USING (model_id) WHERE a.name = 'd' AND m.name = 'hostile';
SELECT count(*) AS secrets FROM (SELECT i::text FROM mlops.imported AS i UNION ALL SELECT a::text FROM mlops.artifact AS a UNION ALL SELECT r::text FROM mlops.run AS r
    UNION ALL SELECT e::text FROM mlops.model_change AS e) AS x (t) WHERE t ~ 'secret|token';
RESET ROLE;
-- nobody else is told of any of it
SET ROLE regress_hostile_ann;
SELECT count(*) FROM mlops.openlineage_events() WHERE run_id <> :anns AND run_id <> :lost;

RESET ROLE;
SET client_min_messages = error;
DROP SCHEMA hostile_test, hostile_mlflow CASCADE;
DROP OWNED BY regress_hostile_ann, regress_hostile_eve;
SELECT count(*) FROM mlops_internal.chunk;
DROP ROLE regress_hostile_ann, regress_hostile_eve;

-- registry: models, versions, stages, aliases, endpoints, deployments
\set VERBOSITY terse
\set SHOW_CONTEXT never
-- numbers that messages show
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 920001;
ALTER TABLE mlops.model ALTER COLUMN model_id RESTART WITH 920001;
CREATE SCHEMA registry_test;
CREATE ROLE regress_registry_ann;
CREATE ROLE regress_registry_bob;
CREATE ROLE regress_registry_eve;
CREATE ROLE regress_registry_team;
GRANT regress_registry_team TO regress_registry_ann, regress_registry_bob;
GRANT ALL ON SCHEMA registry_test TO regress_registry_ann;
SELECT mlops.grant_use('regress_registry_ann') > 0, mlops.grant_use('regress_registry_bob') > 0, mlops.grant_use('regress_registry_eve') > 0;
SET ROLE regress_registry_ann;

-- a model, its versions 1, 2, 3
SELECT mlops.create_model('churn', 'binary', 'who leaves', owner => 'regress_registry_team', tags => '{"team": "crm"}') AS model \gset
SELECT name, task, description, tags, last_version, created_by, owner_name FROM mlops.model WHERE model_id = :model;
SELECT mlops.model_id('churn') = :model AS same;
CREATE TABLE registry_test.train AS SELECT i AS id, i % 2 = 0 AS label FROM generate_series(1, 10) AS i;
SELECT mlops.start_run('training', 'nightly', '{"depth": 3, "lr": 0.1}', 'ssh://git/churn', 'ABCDEF0', 'train.py', true,
                       owner => 'regress_registry_team') AS run \gset
SELECT mlops.log_metrics(:run, '{"auc": 0.7}', 1), mlops.log_metrics(:run, '{"auc": 0.8}', 2);
SELECT mlops.log_dataset(:run, 'registry_test.train') > 0;
SELECT mlops.finish_run(:run);
SELECT mlops.register_version('churn', :run, metrics => '{"f1": 0.5}', params => '{"lr": 0.2}', description => 'first',
                              signature => '{"inputs": ["tenure"]}', uri => 's3://m/1', digest => 'sha256:aa');
SELECT mlops.register_version('churn', git_commit => '1234567');
SELECT mlops.register_version('churn');
SELECT version, stage, description, params, metrics, signature, uri, digest, git_repo, git_commit, git_path, git_dirty,
       run_id = :run AS from_run, created_by
    FROM mlops.version WHERE model_id = :model ORDER BY version;
SELECT last_version FROM mlops.model WHERE model_id = :model;
-- a failed registration takes no number
SELECT mlops.register_version('churn', metrics => '{"auc": "good"}');
BEGIN;
SELECT mlops.register_version('churn');
ROLLBACK;
SELECT mlops.register_version('churn');

-- stages: free movement, every move recorded
SELECT mlops.set_stage('churn', 1, 'staged', 'looks good');
SELECT mlops.set_stage('churn', 1, 'staged', 'again');
SELECT mlops.set_stage('churn', 1, 'retired');
SELECT mlops.set_stage('churn', 1, 'registered', 'not so fast');
SELECT c.from_stage, c.to_stage, c.reason, c.changed_by FROM mlops.stage_change AS c
    WHERE c.version_id = mlops_internal.version_id('churn', 1) ORDER BY stage_change_id;

-- aliases: movable, in time
SELECT mlops.set_alias('churn', 'champion', 1), mlops.set_alias('churn', 'Übung @ "x"', 2);
SELECT mlops.version_by_alias('churn', 'champion');
SELECT mlops.set_alias('churn', 'champion', 2), mlops.set_alias('churn', 'champion', 2);
SELECT mlops.version_by_alias('churn', 'champion');
SELECT mlops.delete_alias('churn', 'champion');
SELECT mlops.version_by_alias('churn', 'champion');
SELECT mlops.set_alias('churn', 'champion', 1);
SELECT a.alias, v.version, a.until IS NULL AS present, a.set_by, a.ended_by,
       a.since >= lag(a.until) OVER (PARTITION BY a.alias ORDER BY a.alias_id) AS in_order
    FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id) ORDER BY a.alias_id;

-- endpoints and deployments
SELECT mlops.create_endpoint('churn-prod', 'the call centre', owner => 'regress_registry_team') > 0;
SELECT mlops.live_version('churn-prod');
SELECT mlops.deploy('churn', 1, 'churn-prod', reason => 'launch') AS first \gset
SELECT mlops.live_version('churn-prod');
SELECT mlops.deploy('churn', 1, 'churn-prod') = :first AS nothing_to_do;
SELECT mlops.deploy('churn', 2, 'churn-prod', 'challenger', 0.1) > 0;
SELECT mlops.deploy('churn', 3, 'churn-prod', 'shadow', 0) > 0;
SELECT role, model, version, traffic, until FROM mlops.deployed_at('churn-prod');
-- the challenger wins: it leaves its old role, the champion is live nowhere
SELECT mlops.deploy('churn', 2, 'churn-prod') > 0;
SELECT role, model, version, traffic, until FROM mlops.deployed_at('churn-prod');
SELECT version, stage FROM mlops.version WHERE model_id = :model ORDER BY version;
SELECT mlops.deploy('churn', 4, 'churn-prod', traffic => 1) > 0;
-- back, and further back, and no further
SELECT mlops.rollback('churn-prod', reason => 'too many calls') > 0;
SELECT mlops.live_version('churn-prod');
SELECT mlops.rollback('churn-prod') > 0;
SELECT mlops.live_version('churn-prod');
SELECT mlops.rollback('churn-prod');
SELECT mlops.rollback('churn-prod', 'challenger') > 0;
SELECT mlops.rollback('churn-prod', 'shadow');
-- after a deployment a rollback undoes that deployment
SELECT mlops.deploy('churn', 4, 'churn-prod') > 0;
SELECT mlops.rollback('churn-prod') > 0;
SELECT mlops.live_version('churn-prod');
SELECT mlops.undeploy('churn-prod', reason => 'holidays');
SELECT mlops.live_version('churn-prod');
SELECT mlops.rollback('churn-prod') > 0;
SELECT mlops.live_version('churn-prod');
SELECT d.role, v.version, d.traffic, d.until IS NULL AS live, d.reason, d.restores IS NOT NULL AS restores, d.deployed_by, d.ended_by
    FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id) ORDER BY d.deployment_id;
-- one champion at every moment, without a gap while one replaced the other
SELECT count(*) FROM mlops.deployment AS a JOIN mlops.deployment AS b
    ON b.endpoint_id = a.endpoint_id AND b.role = a.role AND b.deployment_id > a.deployment_id
    WHERE tstzrange(a.since, a.until) && tstzrange(b.since, b.until);
SELECT v.version, mlops.live_version('churn-prod') AS live_now, (SELECT version FROM mlops.deployed_at('churn-prod', d.since) WHERE role = 'champion') AS live_then
    FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
    WHERE d.role = 'champion' ORDER BY d.deployment_id;
SELECT count(*) FROM mlops.deployed_at('churn-prod', '2000-01-01');
SELECT v.version, c.from_stage, c.to_stage, c.reason FROM mlops.stage_change AS c JOIN mlops.version AS v USING (version_id)
    WHERE v.model_id = :model AND c.from_stage IS NOT NULL ORDER BY stage_change_id;
-- a version that is live elsewhere stays deployed
SELECT mlops.create_endpoint('churn-test') > 0;
SELECT mlops.deploy('churn', 1, 'churn-test') > 0;
-- live and deployed are the same: a version that is live does not leave the stage ...
SELECT mlops.set_stage('churn', 1, 'retired');
SELECT mlops.set_stage('churn', 1, 'staged', 'second thoughts');
SELECT mlops.set_stage('churn', 1, 'deployed');
SELECT mlops.undeploy('churn-test');
SELECT stage FROM mlops.version WHERE version_id = mlops_internal.version_id('churn', 1);

-- ... and one that is not does not enter it: two versions are not "in production" by word alone
SELECT mlops.create_model('two', 'binary') > 0 AS created, mlops.register_version('two'), mlops.register_version('two');
SELECT mlops.set_stage('two', 1, 'deployed');
SELECT mlops.set_stage('two', 2, 'deployed');
SELECT version, stage, live_at FROM mlops.model_overview WHERE model = 'two' ORDER BY version;
SELECT mlops.deploy('two', 2, 'churn-test', 'shadow') > 0 AS deployed;
SELECT mlops.set_stage('two', 2, 'deployed');
SELECT mlops.undeploy('churn-test', 'shadow');
SELECT mlops.set_stage('two', 2, 'deployed');
SELECT mlops.set_stage('two', 2, 'staged');
SELECT version, stage, live_at FROM mlops.model_overview WHERE model = 'two' ORDER BY version;

-- lineage: predictions come from the version, the run and the training data
CREATE TABLE registry_test.customers AS SELECT 1 AS id;
CREATE TABLE registry_test.predictions AS SELECT id, 0.5 AS score FROM registry_test.customers;
SELECT mlops.record_predictions('churn', 1, 'registry_test.predictions', '{registry_test.customers}', 'weekly',
                                '{"threshold": 0.5}', 'regress_registry_team') AS batch \gset
SELECT kind, name, status, owner_name FROM mlops.run WHERE run_id = :batch;
SELECT mlops.start_run('evaluation') AS evaluation \gset
SELECT mlops.log_version(:evaluation, 'churn', 1);
SELECT mlops.log_dataset(:evaluation, 'registry_test.predictions') > 0;
SELECT mlops.finish_run(:evaluation);
SELECT depth, node_kind, type, name, place, link FROM mlops.ancestors('registry_test.predictions'::regclass);
SELECT depth, node_kind, type, name FROM mlops.ancestors('models:/churn/1');
SELECT DISTINCT type, name FROM mlops.descendants('models:/churn/1') ORDER BY type, name;
SELECT type, name, place FROM mlops.impact('registry_test.train');
SELECT count(*) FROM mlops.ancestors('models:/churn/2');
-- what the training data looked like is known long after
SELECT dataset, column_name, column_type, mlops.n(profile), note FROM mlops.training_profiles('churn', 1);
SELECT count(*) FROM mlops.training_profiles('churn', 2);
SELECT mlops.training_profiles('churn', 99);

-- errors say what to do
\set VERBOSITY default
SELECT mlops.create_model('churn', 'binary');
SELECT mlops.create_model('x', 'clustering');
SELECT mlops.create_model('x', NULL);
SELECT mlops.create_model(E'a\tb', 'binary');
SELECT mlops.create_model('', 'binary');
SELECT mlops.create_model(repeat('m', 201), 'binary');
SELECT mlops.create_model('x', 'binary', tags => '"a"');
SELECT mlops.create_model('x', 'binary', owner => 'regress_registry_eve');
SELECT mlops.create_endpoint('churn-prod');
SELECT mlops.register_version('nope');
SELECT mlops.register_version('churn', 0);
SELECT mlops.register_version('churn', :evaluation);
SELECT mlops.start_run('training') AS failed \gset
SELECT mlops.fail_run(:failed, 'disk full');
SELECT mlops.register_version('churn', :failed);
SELECT mlops.register_version('churn', git_commit => 'HEAD');
SELECT mlops.set_stage('churn', 1, 'production');
SELECT mlops.set_stage('churn', 99, 'staged');
SELECT mlops.set_alias('churn', 'latest', 1);
SELECT mlops.set_alias('churn', 'v7', 1);
SELECT mlops.delete_alias('churn', 'nobody');
SELECT mlops.deploy('churn', 1, 'nowhere');
SELECT mlops.deploy('churn', 1, 'churn-prod', 'king');
SELECT mlops.deploy('churn', 1, 'churn-prod', traffic => 10);
SELECT mlops.deploy('churn', 1, 'churn-prod', traffic => 'NaN');
SELECT mlops.undeploy('churn-test');
SELECT mlops.rollback('churn-test', 'king');
SELECT mlops.model_id(NULL);
\set VERBOSITY terse

-- long and odd names are data
SELECT mlops.create_model('a/b "c'' ' || repeat('ñ', 100), 'regression') > 0;
SELECT mlops.register_version('a/b "c'' ' || repeat('ñ', 100));
SELECT count(*) FROM mlops.ancestors('models:/a/b "c'' ' || repeat('ñ', 100) || '/1');
SELECT mlops.create_endpoint('e"; DROP TABLE mlops.model; --') > 0;
SELECT mlops.deploy('a/b "c'' ' || repeat('ñ', 100), 1, 'e"; DROP TABLE mlops.model; --') > 0;

CREATE FUNCTION registry_test.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
-- names that look the same are the same: blanks at the ends, what is not shown, letters in parts
SELECT v.what, t.* FROM (VALUES ('blank behind', 'churn '), ('blank before', ' churn'), ('tab', E'churn\t'), ('no-break space', U&'a\00A0b'),
        ('zero width space', U&'ch\200Burn'), ('word joiner', U&'churn\2060'), ('byte order mark', U&'\FEFFchurn'), ('soft hyphen', U&'ch\00ADurn'),
        ('variation selector', U&'churn\FE0F'), ('hangul filler', U&'\3164'), ('tag', U&'churn\+0E0041'), ('two characters', U&'caf' || U&'e\0301')) AS v(what, name),
    LATERAL registry_test.try(format('SELECT mlops.create_model(%L, ''binary'')', v.name)) AS t;
SELECT t.* FROM (VALUES ('SELECT mlops.create_endpoint(''prod '')'), ('SELECT mlops.set_alias(''churn'', ''best '', 1)'),
        ('SELECT mlops.start_run(''training'', '' fit'')'), ('SELECT mlops.start_run(''training'', params => ''{"depth ": 1}'')')) AS v(call),
    LATERAL registry_test.try(v.call) AS t;
-- one character is fine, and so is a blank inside
SELECT mlops.create_model(U&'caf\00E9 au lait', 'binary') > 0;
-- a role that was dropped, by its number
SELECT t.* FROM (VALUES ('SELECT mlops.create_model(''of nobody'', ''binary'', owner => 4294967295::oid)'),
        ('SELECT mlops.create_endpoint(''of nobody'', owner => 4294967295::oid)'), ('SELECT mlops.start_run(''training'', owner => 4294967295::oid)')) AS v(call),
    LATERAL registry_test.try(v.call) AS t;

-- who may what: members of the owning role do, others see nothing
RESET ROLE;
SET ROLE regress_registry_bob;
SELECT name FROM mlops.model;
SELECT mlops.set_stage('churn', mlops.register_version('churn'), 'staged', 'from bob');
SELECT changed_by FROM mlops.stage_change WHERE reason = 'from bob';
SELECT name FROM mlops.endpoint;
SELECT mlops.deploy('churn', 2, 'churn-prod') > 0;
SELECT mlops.deploy('churn', 2, 'churn-test');
SELECT count(*) > 0 AS sees_deployments, count(*) FILTER (WHERE model IS NULL) AS without_model FROM mlops.deployed_at('churn-prod');
SELECT count(*) > 0 AS sees_deployment_runs FROM mlops.run WHERE kind = 'deployment' AND started_by = 'regress_registry_ann';
RESET ROLE;
SET ROLE regress_registry_eve;
SELECT (SELECT count(*) FROM mlops.model), (SELECT count(*) FROM mlops.version), (SELECT count(*) FROM mlops.stage_change),
       (SELECT count(*) FROM mlops.alias), (SELECT count(*) FROM mlops.endpoint), (SELECT count(*) FROM mlops.deployment);
SELECT mlops.register_version('churn');
SELECT mlops.set_stage('churn', 1, 'retired');
SELECT mlops.set_alias('churn', 'champion', 3);
SELECT mlops.deploy('churn', 1, 'churn-prod');
SELECT mlops.undeploy('churn-prod');
SELECT mlops.rollback('churn-prod');
SELECT mlops.model_id('churn');
SELECT mlops.version_by_alias('churn', 'champion');
SELECT mlops.live_version('churn-prod');
SELECT mlops.create_model('eves', 'binary') > 0;
SELECT mlops.register_version('eves', :run);
SELECT mlops.register_version('eves');
SELECT mlops.deploy('eves', 1, 'churn-prod');
SELECT mlops_internal.set_stage('churn', 1, 'retired', NULL, caller => NULL);
SELECT mlops_internal.set_stage('churn', 1, 'retired', NULL, caller => 'regress_registry_ann');
SELECT mlops_internal.move_stage(1, 'retired', NULL, mlops_internal.caller());
UPDATE mlops.version SET stage = 'deployed';
INSERT INTO mlops.alias VALUES (DEFAULT);
RESET ROLE;
SELECT v.version FROM mlops.version AS v WHERE v.model_id = :model ORDER BY 1;

SELECT mlops.revoke_use('regress_registry_ann') > 0, mlops.revoke_use('regress_registry_bob') > 0, mlops.revoke_use('regress_registry_eve') > 0;
SET client_min_messages = warning;
DELETE FROM mlops.deployment WHERE run_id >= 920001;
DELETE FROM mlops.alias WHERE model_id >= 920001;
DELETE FROM mlops.stage_change AS c USING mlops.version AS v WHERE v.version_id = c.version_id AND v.model_id >= 920001;
DELETE FROM mlops.version WHERE model_id >= 920001;
DELETE FROM mlops.model WHERE model_id >= 920001;
DELETE FROM mlops.endpoint WHERE owner_name ~ '^regress_registry_';
DELETE FROM mlops.edge WHERE run_id >= 920001;
DELETE FROM mlops.param WHERE run_id >= 920001;
DELETE FROM mlops.metric WHERE run_id >= 920001;
DELETE FROM mlops.run WHERE run_id >= 920001;
DELETE FROM mlops.artifact WHERE owner_name ~ '^regress_registry_';
DROP SCHEMA registry_test CASCADE;
DROP OWNED BY regress_registry_ann;
DROP ROLE regress_registry_ann, regress_registry_bob, regress_registry_eve, regress_registry_team;

-- owners: who may do what, who may look, and what becomes of things when roles change
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_own_ann LOGIN;
CREATE ROLE regress_own_bob LOGIN;
CREATE ROLE regress_own_eve LOGIN;
CREATE ROLE regress_own_team;
CREATE ROLE regress_own_dash LOGIN;
GRANT regress_own_team TO regress_own_ann;
CREATE SCHEMA own_test;
GRANT USAGE ON SCHEMA own_test TO regress_own_ann, regress_own_bob;
CREATE TABLE own_test.p AS SELECT '2026-01-01Z'::timestamptz + i * interval '1 hour' AS at, i AS x FROM generate_series(0, 47) AS i;
GRANT SELECT ON own_test.p TO regress_own_ann;

-- levels: who logs and registers need not be able to deploy
SELECT mlops.grant_use('regress_own_ann', 'user') < mlops.grant_use('regress_own_bob') AS fewer;
SELECT mlops.grant_use('regress_own_eve', 'queen');
SELECT mlops.grant_use('regress_own_eve', NULL);
SELECT l.level, count(DISTINCT split_part(l.function::text, '(', 1)) AS functions, bool_and(l.description <> '') AS described
FROM mlops.use_levels() AS l GROUP BY l.level ORDER BY 2 DESC;
SET ROLE regress_own_ann;
SELECT mlops.start_run('training', 'shared') AS run \gset
SELECT mlops.log_dataset(:run, 'own_test.p') IS NOT NULL AS dataset;
SELECT mlops.start_run('training', 'other') AS other \gset
SELECT mlops.log_dataset(:other, 'own_test.p') IS NOT NULL AS dataset;
SELECT mlops.log_artifact(:other, 'report.html', 'report') IS NOT NULL AS report;
SELECT mlops.create_model('owned', 'binary') IS NOT NULL AS model, mlops.register_version('owned', :run) AS version;
SELECT mlops.create_model('team''s', 'binary', owner => 'regress_own_team') IS NOT NULL AS model;
SELECT mlops.create_monitor('owned', 'own_test.p', 'at', features => '{x}', start_at => '2026-01-01Z', schedule => NULL) IS NOT NULL AS monitor;
SELECT mlops.set_stage('owned', 1, 'staged');
SELECT mlops.set_alias('owned', 'champion', 1);
SELECT mlops.create_endpoint('owned');
SELECT mlops.deploy('owned', 1, 'owned');
SELECT mlops.undeploy('owned');
SELECT mlops.rollback('owned');
RESET ROLE;
SELECT mlops.grant_use('regress_own_ann') > 0 AS granted;
SET ROLE regress_own_ann;
SELECT mlops.create_endpoint('owned') IS NOT NULL AS endpoint, mlops.deploy('owned', 1, 'owned') IS NOT NULL AS deployment;
RESET ROLE;

-- to look without a right to change anything: by a member of the owner, or for all by the administrator
CREATE VIEW own_test.seen AS
    SELECT (SELECT count(*) FROM mlops.model) AS model, (SELECT count(*) FROM mlops.version) AS version, (SELECT count(*) FROM mlops.run) AS run,
           (SELECT count(*) FROM mlops.artifact) AS artifact, (SELECT count(*) FROM mlops.endpoint) AS endpoint,
           (SELECT count(*) FROM mlops.monitor) AS monitor, (SELECT count(*) FROM mlops.edge) AS edge;
ALTER VIEW own_test.seen SET (security_invoker = true);
GRANT SELECT ON own_test.seen TO PUBLIC;
GRANT USAGE ON SCHEMA own_test TO PUBLIC;
SET ROLE regress_own_bob;
SELECT mlops.grant_read('regress_own_dash', 'regress_own_ann');
SELECT mlops.grant_read('regress_own_dash');
RESET ROLE;
SET ROLE regress_own_ann;
SELECT mlops.grant_read('regress_own_dash', 'regress_own_ann'), mlops.grant_read('regress_own_dash', 'regress_own_ann');
SELECT mlops.grant_read(NULL, 'regress_own_ann');
RESET ROLE;
SET ROLE regress_own_dash;
SELECT * FROM own_test.seen;
SELECT count(*) FROM mlops.ancestors('models:/owned/1');
SELECT model, live_at FROM mlops.model_overview;
SELECT mlops.deploy('owned', 1, 'owned');
SELECT mlops.start_run('training');
SELECT * FROM mlops.run_now('owned');
RESET ROLE;
SELECT mlops.grant_use('regress_own_dash') > 0 AS even_so;
SET ROLE regress_own_dash;
SELECT mlops.register_version('owned');
SELECT mlops.drop_monitor('owned');
SELECT mlops.alter_owner('model', 'owned', 'regress_own_dash');
SELECT mlops.grant_read('regress_own_eve', 'regress_own_ann');
RESET ROLE;
SELECT mlops.grant_read('regress_own_eve');
SET ROLE regress_own_eve;
SELECT model, run, artifact > 0 AS artifacts FROM own_test.seen;
RESET ROLE;
SELECT mlops.revoke_read('regress_own_eve'), mlops.revoke_read('regress_own_dash', 'regress_own_ann');
SET ROLE regress_own_eve;
SELECT * FROM own_test.seen;
SET ROLE regress_own_dash;
SELECT * FROM own_test.seen;
RESET ROLE;

-- ALTER ... OWNER: of one's own, to a role that one could become
SET ROLE regress_own_ann;
SELECT mlops.alter_owner('model', 'owned', 'regress_own_bob');
SELECT mlops.alter_owner('table', 'owned', 'regress_own_team');
SELECT mlops.alter_owner('run', 'x', 'regress_own_team');
SELECT mlops.alter_owner('model', 'owned', 0::oid::regrole);
SELECT mlops.alter_owner('model', 'owned', 'regress_own_team'), mlops.alter_owner('endpoint', 'owned', 'regress_own_team'),
       mlops.alter_owner('run', :'run', 'regress_own_team');
SELECT mlops.alter_owner('monitor', 'owned', 'regress_own_team');
SET ROLE regress_own_bob;
SELECT mlops.alter_owner('model', 'owned', 'regress_own_bob');
SELECT mlops.alter_owner('model', 'no such', 'regress_own_bob');
RESET ROLE;
SELECT 'model' AS what, name, owner_name FROM mlops.model WHERE name IN ('owned', 'team''s')
UNION ALL SELECT 'endpoint', name, owner_name FROM mlops.endpoint WHERE name = 'owned'
UNION ALL SELECT 'run', coalesce(name, kind), owner_name FROM mlops.run WHERE owner_name ~ '^regress_own'
UNION ALL SELECT 'monitor', name, owner_name FROM mlops.monitor WHERE name = 'owned'
UNION ALL SELECT a.type, a.name, a.owner_name FROM mlops.artifact AS a WHERE owner_name ~ '^regress_own' ORDER BY 1, 2, 3;
-- an artifact that both runs read is there for both, with its profiles
SET ROLE regress_own_team;
SELECT * FROM own_test.seen;
SELECT count(*) FROM mlops.artifact AS a, mlops.dataset_profiles(a.artifact_id) AS p;
RESET ROLE;
SELECT mlops.alter_owner('monitor', 'owned', 'regress_own_bob');
GRANT SELECT ON own_test.p TO regress_own_bob;
SELECT mlops.alter_owner('monitor', 'owned', 'regress_own_bob');
SELECT owner_name FROM mlops.monitor WHERE name = 'owned';

-- a role that is renamed keeps what is its own, and can be given its present name
ALTER ROLE regress_own_bob RENAME TO regress_own_rob;
SET ROLE regress_own_rob;
SELECT name FROM mlops.monitor;
SELECT mlops.alter_monitor('owned', '{"min_rows": 31}');
RESET ROLE;
SELECT * FROM mlops.adopt_owners('regress_own_rob');
SELECT * FROM mlops.adopt_owners('regress_own_rob');
SELECT owner_name FROM mlops.monitor WHERE name = 'owned';
-- one that takes an old name owns nothing
CREATE ROLE regress_own_bob;
SET ROLE regress_own_bob;
SELECT * FROM own_test.seen;
RESET ROLE;
DROP ROLE regress_own_bob;

-- REASSIGN OWNED takes everything
REASSIGN OWNED BY regress_own_team, regress_own_rob TO regress_own_ann;
SELECT (SELECT count(*) FROM mlops.model AS x WHERE x.owner_name <> 'regress_own_ann' AND x.owner_name ~ '^regress_own')
     + (SELECT count(*) FROM mlops.run AS x WHERE x.owner_name <> 'regress_own_ann' AND x.owner_name ~ '^regress_own')
     + (SELECT count(*) FROM mlops.artifact AS x WHERE x.owner_name <> 'regress_own_ann' AND x.owner_name ~ '^regress_own')
     + (SELECT count(*) FROM mlops.endpoint AS x WHERE x.owner_name <> 'regress_own_ann' AND x.owner_name ~ '^regress_own')
     + (SELECT count(*) FROM mlops.monitor AS x WHERE x.owner_name <> 'regress_own_ann' AND x.owner_name ~ '^regress_own') AS left_behind;
SELECT type, name, count(*) FROM mlops.artifact WHERE owner_name = 'regress_own_ann' GROUP BY 1, 2 ORDER BY 1, 2;
SET ROLE regress_own_rob;
REASSIGN OWNED BY regress_own_ann TO regress_own_rob;
RESET ROLE;
BEGIN;
REASSIGN OWNED BY regress_own_ann TO regress_own_rob;
ROLLBACK;
SELECT owner_name, count(*) FROM mlops.model WHERE owner_name ~ '^regress_own' GROUP BY 1;
-- DROP OWNED removes everything, unless others' endpoints have it in their history
SELECT mlops.grant_use('regress_own_ann') > 0 AS granted;
SELECT mlops.alter_owner('endpoint', 'owned', 'regress_own_rob');
DROP OWNED BY regress_own_ann;
SELECT mlops.alter_owner('endpoint', 'owned', 'regress_own_ann');
DROP OWNED BY regress_own_ann;
SELECT (SELECT count(*) FROM mlops.model AS x WHERE x.owner_name ~ '^regress_own') AS model, (SELECT count(*) FROM mlops.run AS x WHERE x.owner_name ~ '^regress_own') AS run,
       (SELECT count(*) FROM mlops.artifact AS x WHERE x.owner_name ~ '^regress_own') AS artifact, (SELECT count(*) FROM mlops.endpoint AS x WHERE x.owner_name ~ '^regress_own') AS endpoint,
       (SELECT count(*) FROM mlops.monitor AS x WHERE x.owner_name ~ '^regress_own') AS monitor, (SELECT count(*) FROM mlops.reader) AS reader;
-- limits of the administrator
SELECT mlops.grant_use('regress_own_ann') > 0 AS granted;
GRANT SELECT ON own_test.p TO regress_own_ann;
SET mlops.max_objects_per_owner = 1;
SET mlops.max_object_size = '2kB';
SET ROLE regress_own_ann;
SELECT mlops.create_model('first', 'binary') IS NOT NULL AS model;
SELECT mlops.create_model('second', 'binary');
SELECT mlops.create_monitor('first', 'own_test.p', 'at', start_at => '2026-01-01Z', schedule => NULL) IS NOT NULL AS monitor;
SELECT mlops.create_monitor('second', 'own_test.p', 'at', start_at => '2026-01-01Z', schedule => NULL);
SET mlops.max_objects_per_owner = 100;
\set VERBOSITY default
SELECT mlops.register_version('first', signature => to_jsonb(repeat('x', 10000)));
\set VERBOSITY terse
SELECT mlops.register_version('first', description => repeat('x', 10000));
SELECT mlops.start_run('training', params => jsonb_build_object('x', repeat('x', 10000)));
SELECT mlops.start_run('training', git_path => repeat('x', 10000));
SELECT mlops.create_endpoint('large', repeat('x', 10000));
SELECT mlops.register_version('first', signature => '{"small": true}') AS version;
RESET ROLE;
RESET mlops.max_object_size;
RESET mlops.max_objects_per_owner;
DROP OWNED BY regress_own_ann;
SELECT count(*) FROM mlops.model WHERE name IN ('first', 'second');
DROP SCHEMA own_test CASCADE;
DROP OWNED BY regress_own_ann, regress_own_rob, regress_own_eve, regress_own_team, regress_own_dash;
DROP ROLE regress_own_ann, regress_own_rob, regress_own_eve, regress_own_team, regress_own_dash;

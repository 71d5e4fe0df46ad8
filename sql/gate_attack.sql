-- gates under attack: code that is planted, evidence that is forged, names that are guessed, numbers beyond all bounds
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 950001;
ALTER TABLE mlops.gate ALTER COLUMN gate_id RESTART WITH 950001;
CREATE ROLE regress_ga_owner LOGIN;
CREATE ROLE regress_ga_admin LOGIN;
CREATE ROLE regress_ga_deployer LOGIN;
CREATE ROLE regress_ga_editor LOGIN;
CREATE ROLE regress_ga_viewer LOGIN;
CREATE ROLE regress_ga_other LOGIN;
CREATE ROLE regress_ga_risk;
SELECT count(mlops.grant_use(r::regrole)) FROM unnest('{regress_ga_owner,regress_ga_admin,regress_ga_deployer,regress_ga_editor,regress_ga_viewer,regress_ga_other}'::text[]) AS r;
CREATE SCHEMA gate_attack;
GRANT ALL ON SCHEMA gate_attack TO PUBLIC;
SET SESSION AUTHORIZATION regress_ga_owner;
CREATE TABLE gate_attack.secret (x text);
INSERT INTO gate_attack.secret VALUES ('secret');
SELECT mlops.create_model('gaze', 'binary') > 0, mlops.create_endpoint('gaze api') > 0, mlops.register_version('gaze'), mlops.register_version('gaze');
SELECT mlops.grant_model('gaze', format('regress_ga_%s', l)::regrole, l) FROM unnest('{admin,deployer,editor,viewer}'::text[]) AS l;

-- code that runs as the owner is the owner's, or of somebody who can be the owner
SET SESSION AUTHORIZATION regress_ga_admin;
CREATE FUNCTION gate_attack.planted(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE AS $$ SELECT true, current_user || ' reads ' || (SELECT x FROM gate_attack.secret) $$;
SELECT mlops.add_gate('gaze', 'deploy:shadow', '{"function": "gate_attack.planted(text,int)"}');
SET SESSION AUTHORIZATION regress_ga_owner;
CREATE FUNCTION gate_attack.mine(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE AS $$ SELECT true, 'mine' $$;
SELECT mlops.add_gate('gaze', 'deploy:shadow', '{"function": "gate_attack.mine(text,int)"}', 'code') AS gate \gset
SELECT outcome, reason FROM mlops.check_gate('gaze', 1, 'deploy:shadow');
RESET SESSION AUTHORIZATION;
ALTER FUNCTION gate_attack.mine OWNER TO regress_ga_admin;
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT outcome, reason FROM mlops.check_gate('gaze', 1, 'deploy:shadow');

-- it writes nothing, not by a function that it calls either; it leaves nothing behind; it asks no gate; it ends in time
CREATE FUNCTION gate_attack.write() RETURNS void LANGUAGE sql AS $$ INSERT INTO gate_attack.secret VALUES ('written') $$;
CREATE FUNCTION gate_attack.writes(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM gate_attack.write(); ok := true; END $$;
CREATE FUNCTION gate_attack.unlocks(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM set_config('transaction_read_only', 'off', true), gate_attack.write(); ok := true; END $$;
CREATE FUNCTION gate_attack.leaves(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM set_config('gate_attack.x', 'planted', false); ok := true; END $$;
CREATE FUNCTION gate_attack.moves(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN SELECT p.moved INTO ok FROM mlops.promote(model, version, 'gaze api', 'shadow') AS p; END $$;
CREATE FUNCTION gate_attack.asks(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN SELECT bool_and(c.outcome = 'pass') INTO ok FROM mlops.check_gate(model, version, 'deploy:shadow') AS c; END $$;
CREATE FUNCTION gate_attack.nothing(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE STRICT AS $$ SELECT NULL::boolean, 'NaN' $$;
CREATE FUNCTION gate_attack.survives(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$
BEGIN BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN ok := true; reason := 'survived'; END; END $$;
SELECT mlops.alter_gate(:gate, jsonb_build_object('rule', jsonb_build_object('all', (SELECT jsonb_agg(jsonb_build_object('function', format('gate_attack.%s(text,int)', f))) FROM unnest('{writes,unlocks,leaves,moves,asks,nothing}'::text[]) AS f))));
SELECT path, outcome, reason FROM mlops.check_gate('gaze', 1, 'deploy:shadow');
SELECT mlops.deploy('gaze', 1, 'gaze api', 'shadow');
SELECT * FROM mlops_internal.call_gate('regress_ga_owner'::regrole, 'gate_attack.survives(text,int)'::regprocedure, 'gaze', 1, 0.05);
SELECT mlops_internal.call_gate('regress_ga_owner'::regrole, 'gate_attack.leaves(text,int)'::regprocedure, 'gaze', 1, s) FROM unnest('{NaN,0,Infinity}'::float8[]) AS s;
SELECT count(*) AS rows, current_setting('gate_attack.x', true) AS x, current_setting('transaction_read_only') AS read_only, current_user FROM gate_attack.secret;
SELECT mlops.drop_gate(:gate);

-- evidence is an editor's
SELECT mlops.add_gate('gaze', 'deploy:champion', '{"all": [{"metric": "roc_auc", "at_least": 0.7}, {"approvals": 1, "from": ["regress_ga_risk"]}]}', 'auc', 'regress_ga_risk') AS gate \gset
CREATE FUNCTION gate_attack.evaluate(auc float8) RETURNS text LANGUAGE plpgsql AS $$
DECLARE run bigint := mlops.start_run('evaluation');
BEGIN
    PERFORM mlops.log_version(run, 'gaze', 1), mlops.log_metric(run, 'roc_auc', auc), mlops.finish_run(run);
    RETURN 'noted';
EXCEPTION WHEN others THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TABLE gate_attack.holdout AS SELECT i AS id, i % 2 = 0 AS label, i % 2 = 0 AS said FROM generate_series(1, 300) AS i;
GRANT SELECT ON gate_attack.holdout TO PUBLIC;
SET SESSION AUTHORIZATION regress_ga_viewer;
SELECT gate_attack.evaluate(1);
SELECT mlops.log_evaluation('gaze', 1, 'gate_attack.holdout', 'gate_attack.holdout', '{id}', 'label', prediction_column => 'said');
SET SESSION AUTHORIZATION regress_ga_other;
SELECT gate_attack.evaluate(1);
SET SESSION AUTHORIZATION regress_ga_deployer;
SELECT outcome, observed, reason FROM mlops.check_gate('gaze', 1, 'deploy:champion', NULL) WHERE leaf = 'metric';
SET SESSION AUTHORIZATION regress_ga_editor;
SELECT gate_attack.evaluate(0.8);
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT p.moved, p.report ->> 'override' AS override FROM mlops.promote('gaze', 1, 'gaze api', override => E'\t\n\t\n\t\n\t\n\t\n now') AS p;
SELECT p.moved, p.report ->> 'override' AS override FROM mlops.promote('gaze', 1, 'gaze api', override => 'it is urgent today') AS p;
RESET SESSION AUTHORIZATION;
GRANT regress_ga_risk TO regress_ga_viewer, regress_ga_deployer;
SET SESSION AUTHORIZATION regress_ga_viewer;
SELECT mlops.approve('gaze', 1, 'deploy:champion', 'fine') AS approval \gset
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT p.moved, p.report ->> 'message' AS message FROM mlops.promote('gaze', 1, 'gaze api') AS p;
SELECT mlops.undeploy('gaze api');

-- whoever is no editor any more does not finish an evaluation, nor by an event of OpenLineage, and nothing ends in the future
SET SESSION AUTHORIZATION regress_ga_editor;
SELECT mlops.start_run('evaluation') AS run \gset
SELECT mlops.log_version(:run, 'gaze', 2), mlops.log_metric(:run, 'roc_auc', 1);
\set event '{"eventTime": "2999-01-01T00:00:00Z", "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029e", "facets": {"mlops": {"kind": "evaluation"}}}, "job": {"namespace": "ga", "name": "e"}'
SELECT mlops.import_openlineage((:'event' || ', "eventType": "START"}')::jsonb) AS event_run \gset
SELECT mlops.log_version(:event_run, 'gaze', 2), mlops.log_metric(:event_run, 'roc_auc', 1);
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT mlops.grant_model('gaze', 'regress_ga_editor', 'viewer');
SET SESSION AUTHORIZATION regress_ga_editor;
SELECT mlops.finish_run(:run);
SELECT mlops.import_openlineage((:'event' || ', "eventType": "COMPLETE"}')::jsonb);
SELECT mlops.fail_run(:run, 'no editor any more');
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT p.moved FROM mlops.promote('gaze', 2, 'gaze api') AS p;
SELECT mlops.grant_model('gaze', 'regress_ga_editor', 'editor');
SET SESSION AUTHORIZATION regress_ga_editor;
SELECT mlops.import_openlineage((:'event' || ', "eventType": "COMPLETE"}')::jsonb) = :event_run AS imported;
SELECT status, ended_at <= clock_timestamp() AS in_the_past FROM mlops.run WHERE run_id = :event_run;
SELECT mlops.import_openlineage((replace(:'event', '2999-01-01', '2999-13-01') || ', "eventType": "COMPLETE"}')::jsonb);

-- what is there for others and what is not are refused in the same words
RESET SESSION AUTHORIZATION;
CREATE FUNCTION gate_attack.refusal(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text; detail text;
BEGIN
    EXECUTE 'SELECT ' || call;
    RETURN 'accepted';
EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT mlops.create_model('gaze@x', 'binary') > 0, mlops.register_version('gaze@x'), mlops.set_alias('gaze@x', 'y', 1), mlops.set_alias('gaze', 'candidate', 2);
SET SESSION AUTHORIZATION regress_ga_other;
SELECT t.call, replace(gate_attack.refusal(replace(t.call, '$', t.real)), t.real, '$') = replace(gate_attack.refusal(replace(t.call, '$', t.unreal)), t.unreal, '$') AS same,
       gate_attack.refusal(replace(t.call, '$', t.unreal)) AS refusal
FROM (SELECT c, 'gaze', 'zeal' FROM unnest(ARRAY['mlops.set_stage(''$'', 1, ''staged'')', 'mlops.set_stage(''$'', 9, ''staged'')', 'mlops.set_alias(''$'', ''a'', 1)', 'mlops.delete_alias(''$'', ''candidate'')',
          'mlops.deploy(''$'', 1, ''gaze api'')', 'mlops.promote(''$'', 1, ''gaze api'')', 'mlops.approve(''$'', 1, ''deploy:champion'', ''x'')', 'mlops.add_gate(''$'', ''deploy:*'', ''{}'')',
          'mlops.check_gate(''$'', 1, ''deploy:champion'')', 'mlops.register_version(''$'')', 'mlops.grant_model(''$'', ''regress_ga_other'')', 'mlops.revoke_model(''$'', ''regress_ga_other'')',
          'mlops.archive_model(''$'')', 'mlops.delete_model(''$'')', 'mlops.restore_model(''$'')', 'mlops.delete_version(''$'', 1)', 'mlops.restore_version(''$'', 1)',
          'mlops.set_tags(''$'', ''{}'', 1)', 'mlops.rename_model(''$'', ''other'')', 'mlops.version_by_alias(''$'', ''candidate'')', 'mlops.version_of(''models:/$@candidate'')',
          'mlops.set_tags(''models:/$@candidate'', ''{}'')', 'mlops.log_evaluation(''$'', 1, ''gate_attack.holdout'', ''gate_attack.holdout'', ''{id}'', ''label'', prediction_column => ''said'')',
          'mlops.set_tags(''models:/$@x@y'', ''{}'')', 'mlops.approve(''models:/$@x@y'', NULL, ''deploy:champion'', ''x'')', 'mlops.search_versions(''$'')', 'mlops.compare_versions(''$'', 1, 2)']) AS c
      UNION ALL SELECT c, :'gate', '123456' FROM unnest(ARRAY['mlops.alter_gate($, ''{}'')', 'mlops.drop_gate($)']) AS c
      UNION ALL SELECT c, :'approval', '123456' FROM unnest(ARRAY['mlops.revoke_approval($)']) AS c
      UNION ALL SELECT c, 'gaze api', 'zeal api' FROM unnest(ARRAY['mlops.undeploy(''$'')', 'mlops.rollback(''$'')', 'mlops.live_version(''$'')']) AS c) AS t (call, real, unreal);
-- a name with @ that one sees is found, whatever others have
SELECT mlops.create_model('ga2', 'binary') > 0, mlops.register_version('ga2'), mlops.set_alias('ga2', 'x@y', 1);
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT mlops.create_model('ga2@x', 'binary') > 0;
SET SESSION AUTHORIZATION regress_ga_other;
SELECT mlops.set_tags('models:/ga2@x@y', '{"found": true}');
SELECT tags FROM mlops.version;

-- numbers beyond bounds: refused where they are written, missing where they are asked
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT r AS rule, gate_attack.refusal(format('mlops.add_gate(%L, %L, %L)', 'gaze', 'deploy:shadow', r)) AS refusal
FROM unnest(ARRAY['{"metric": "a", "at_least": 1e400}', '{"metric": "a", "at_most": -1e400}', '{"metric": "a", "at_least": 1e-400}', '{"metric": "roc_auc", "at_least": 0.1, "use": "lower", "level": 0.99999999999999999999}',
    '{"metric": "roc_auc", "at_least": 0.1, "min_n": 1e30}', '{"metric": "a", "at_least": 0, "max_age": "200000 years"}', '{"metric": "a", "at_least": 0, "max_age": "1001 years"}', '{"soak": "178000000 years"}',
    '{"approvals": 1, "valid_for": "5900000 years -2147483647 days"}', '{"soak": "1e20 days"}', '{"not_worse_than": 1, "metric": "roc_auc", "margin": 1e400}', '{"not_worse_than": 1e30, "metric": "roc_auc", "margin": 1}',
    '{"better_than": 1, "metric": "roc_auc", "by": 1e309}', '{"not_worse_than": 1, "metric": "roc_auc", "margin": 1, "alpha": 1e-400}']) AS r;
SELECT left(gate_attack.refusal(format('mlops.add_gate(%L, %L, %L)', 'gaze', 'deploy:shadow', r)), 120) AS refusal
FROM unnest(ARRAY[format('{"metric": "%s", "at_least": 1}', repeat('x', 1001)), format('{"%s": 1}', repeat('x', 100000)), repeat('{"all": [', 12) || '{"lineage": "complete"}' || repeat(']}', 12),
    '{"all": [' || repeat('{"all": [' || repeat('{"lineage": "complete"},', 60) || '{"lineage": "complete"}]},', 50) || '{"lineage": "complete"}]}']) AS r;
SET SESSION AUTHORIZATION regress_ga_viewer;
SELECT mlops.approve('gaze', 1, 'deploy:champion', 'for ever', v) FROM unnest('{1001 years,178000000 years}'::interval[]) AS v LIMIT 1;
SELECT mlops.approve('gaze', 1, 'alias:' || repeat('long', 60), 'x');
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT gate_attack.refusal($$mlops.register_version('gaze', metrics => '{"huge": 1e400}')$$), gate_attack.refusal($$mlops.log_metrics(mlops.start_run('training'), '{"tiny": 1e-400}')$$);
SELECT mlops.start_run('evaluation') AS run \gset
SELECT mlops.log_version(:run, 'gaze', 2), mlops.log_metrics(:run, '{"much": "Infinity", "none": "NaN", "little": "-Infinity", "max": 1.7e308}'), mlops.finish_run(:run);
SELECT mlops.add_gate('gaze', 'deploy:shadow', '{"all": [{"metric": "much", "at_least": 1}, {"metric": "none", "at_least": 1}, {"metric": "none", "at_most": 1}, {"metric": "little", "at_most": 1}, {"metric": "max", "at_least": 1e308}]}') > 0;
SELECT path, outcome, reason FROM mlops.check_gate('gaze', 2, 'deploy:shadow');
SELECT d, e, margin, (j).outcome, (j).reason FROM (VALUES (1::float8, 'NaN'::float8, 0.1::float8), ('NaN', 1, 0.1), ('Infinity', 1, 0.1), ('-Infinity', 1, 0.1), (1, 'Infinity', 1e308), (1, 1e-320, 1e308), (1.7e308, 1.7e308, 1.7e308),
    (1, 1, 1e308), (NULL, 1, 0.1)) AS t (d, e, margin),
    LATERAL mlops_internal.judge_differences(ARRAY[ROW('a', NULL, 1000, 1, 2, d, e, 'Infinity', 'unpaired')]::mlops_internal.version_difference[], 1, margin, 0.05, 200) AS j;
SELECT j.outcome, j.reason FROM mlops_internal.judge_differences(ARRAY[ROW('a', NULL, 1000, 1, 2, 0, 0.01, 'Infinity', 'unpaired'), ROW('a', 'r = x', 1000, 1, 2, 'NaN', 1, 'Infinity', 'unpaired'),
    ROW('a', 'r = y', 1000, 1, 2, 'Infinity', 1, 'Infinity', 'unpaired'), ROW('a', 'r = z', 1000, 1, 2, 1, NULL, 'Infinity', 'unpaired')]::mlops_internal.version_difference[], 1, 0.1, 0.05, 200) AS j;
SELECT n.* FROM (VALUES (1000, 1::float8, 1e-300::float8), (1000, 1e300, 1e-300), (1000, 'Infinity', 1), (1000, 'NaN', 1), (1000, 1e-300, 1e300), (1000, 1, 0)) AS t (n, e, margin), mlops_internal.rows_needed(t.n, e, margin, 0.05) AS n;
-- regressions whose errors are beyond all numbers
CREATE TABLE gate_attack.prices AS SELECT i AS id, i::float8 AS price, CASE i % 2 WHEN 0 THEN 1e200 ELSE -1.7e308 END AS said FROM generate_series(1, 300) AS i;
SELECT mlops.create_model('ga price', 'regression') > 0, mlops.register_version('ga price'), mlops.register_version('ga price');
SELECT count(mlops.log_evaluation('ga price', v, 'gate_attack.prices', CASE v WHEN 1 THEN 'SELECT id, price + 1 AS said FROM gate_attack.prices' ELSE 'gate_attack.prices' END, '{id}', 'price', prediction_column => 'said')) FROM generate_series(1, 2) AS v;
SELECT mlops.add_gate('ga price', 'deploy:champion', jsonb_build_object('all', jsonb_agg(r))) > 0
FROM (SELECT jsonb_build_object('not_worse_than', o, 'metric', m, 'margin', 1e308, 'paired', p) FROM unnest('{mae,mse,rmse,r2_score}'::text[]) AS m, unnest('{prefer,no}'::text[]) AS p, generate_series(1, 1) AS o
      UNION ALL SELECT jsonb_build_object('metric', m, 'at_most', 1.7e308) FROM unnest('{mae,mse,rmse}'::text[]) AS m) AS t (r);
SELECT path, outcome <> 'pass' AS not_passed, outcome FROM mlops.check_gate('ga price', 2, 'deploy:champion');

-- search: what anybody said of a dataset or a parameter breaks nobody's search
SELECT mlops.start_run('training') AS run \gset
SELECT mlops.log_artifact(:run, 'd' || i, 'dataset', 's3://ga/' || i, properties => format('{"rows": %s}', n)::jsonb, direction => 'input') > 0 FROM unnest(ARRAY['1e30', '1.5', '-3', '"x"', 'null']) WITH ORDINALITY AS t (n, i);
SELECT mlops.register_version('gaze', :run, params => '{"huge": 9e131071, "text": "a\\b"}');
SELECT version, datasets FROM mlops.search_versions('gaze', '{"dataset": "d1"}');
SELECT version FROM mlops.search_versions('gaze', '{"params": {"huge": {">": -9e131071}}}');
SELECT version FROM mlops.search_versions('gaze', '{"params": {"text": {"like": "a\\\\b"}}}');
SELECT version FROM mlops.search_versions('gaze', '{"params": {"text": {"like": "a\\"}}}');
SELECT version FROM mlops.search_versions('gaze', '{"tags": {"x'' OR true --": "1"}, "alias": "'' OR true --", "params": {"a": {"in": ["'' OR true --"]}}}');
SELECT mlops.search_versions('gaze', '{"metrics": {"auc": {"~": "x"}}}');
SELECT name FROM mlops.search_versions('gaze', order_by => 'huge'''' OR true', direction => 'higher');

-- types that are none in a signature
SELECT t AS type, mlops_internal.can_become(t, 'int4') FROM unnest('{x.y.z,numeric(5000),varchar(0),pg_class.oid%type,no such type,int2}'::text[]) AS t;
SELECT count(*) FROM mlops_internal.signature_inputs(jsonb_build_object('inputs', repeat('[', 100000)));

-- archived and deleted models do not move and are not approved; what was approved can be taken back
SELECT mlops.delete_model('gaze@x');
SELECT mlops.archive_model('gaze');
SET SESSION AUTHORIZATION regress_ga_deployer;
SELECT mlops.promote('gaze', 1, 'gaze api');
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT mlops.delete_model('gaze');
SET SESSION AUTHORIZATION regress_ga_viewer;
SELECT mlops.approve('gaze', 1, 'deploy:champion', 'fine');
SELECT mlops.revoke_approval(:approval);
SET SESSION AUTHORIZATION regress_ga_owner;
SELECT mlops.restore_model('gaze'), mlops.restore_model('gaze');
SELECT p.moved, p.report ->> 'message' AS message FROM mlops.promote('gaze', 1, 'gaze api') AS p;

RESET SESSION AUTHORIZATION;
DROP OWNED BY regress_ga_owner, regress_ga_admin, regress_ga_deployer, regress_ga_editor, regress_ga_viewer, regress_ga_other, regress_ga_risk;
DROP SCHEMA gate_attack CASCADE;
DROP ROLE regress_ga_owner, regress_ga_admin, regress_ga_deployer, regress_ga_editor, regress_ga_viewer, regress_ga_other, regress_ga_risk;

-- gates: approvals, overrides, incidents, time at work, functions, ways back, who sees what
\set VERBOSITY terse
\set SHOW_CONTEXT never
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 940001;
ALTER TABLE mlops.gate ALTER COLUMN gate_id RESTART WITH 940001;
ALTER TABLE mlops.approval ALTER COLUMN approval_id RESTART WITH 940001;
ALTER TABLE mlops.incident ALTER COLUMN incident_id RESTART WITH 940001;
CREATE SCHEMA gate_people;
CREATE ROLE regress_gp_team;
CREATE ROLE regress_gp_risk;
CREATE ROLE regress_gp_lead;
CREATE ROLE regress_gp_ann LOGIN;
CREATE ROLE regress_gp_bob LOGIN;
CREATE ROLE regress_gp_roy LOGIN;
CREATE ROLE regress_gp_ria LOGIN;
CREATE ROLE regress_gp_eve LOGIN;
CREATE ROLE regress_gp_root SUPERUSER LOGIN;
GRANT regress_gp_team TO regress_gp_ann, regress_gp_bob;
GRANT regress_gp_risk TO regress_gp_roy, regress_gp_ria;
GRANT regress_gp_lead TO regress_gp_ria;
GRANT ALL ON SCHEMA gate_people TO regress_gp_team, regress_gp_ann;
SELECT count(mlops.grant_use(r::regrole)) FROM unnest('{regress_gp_risk,regress_gp_ann,regress_gp_bob,regress_gp_roy,regress_gp_ria,regress_gp_eve}'::text[]) AS r;
SELECT mlops.grant_read('regress_gp_risk', 'regress_gp_team');

SET SESSION AUTHORIZATION regress_gp_ann;
SELECT mlops.create_model('gp', 'binary', owner => 'regress_gp_team') > 0, mlops.create_endpoint('gp api', owner => 'regress_gp_team') > 0;
SELECT mlops.register_version('gp'), mlops.register_version('gp');
CREATE FUNCTION gate_people.evaluate(version integer, auc float8) RETURNS void LANGUAGE plpgsql AS $$
DECLARE run bigint := mlops.start_run('evaluation', owner => 'regress_gp_team');
BEGIN
    PERFORM mlops.log_version(run, 'gp', version), mlops.log_metric(run, 'roc_auc', auc), mlops.finish_run(run);
END $$;
SELECT gate_people.evaluate(1, 0.8), gate_people.evaluate(2, 0.6);
SELECT mlops.add_gate('gp', 'deploy:champion', '{"all": [{"metric": "roc_auc", "at_least": 0.7}, {"approvals": 2, "from": ["regress_gp_risk", "regress_gp_lead"], "valid_for": "14 days"}]}',
                      'two of risk', override_role => 'regress_gp_lead') AS gate \gset
\set look 'SELECT leaf, outcome, observed, needed, reason FROM mlops.check_gate(''gp'', 1, ''deploy:champion'', ''gp api'') WHERE leaf = ''approvals'''
:look;

-- whoever made it does not approve; who sees nothing of the model neither; a comment says why
SELECT mlops.approve('gp', 1, 'deploy:champion', 'mine is good');
SET SESSION AUTHORIZATION regress_gp_eve;
SELECT mlops.approve('gp', 1, 'deploy:champion', 'let me');
SELECT mlops.check_gate('gp', 1, 'deploy:champion');
SELECT count(*) FROM mlops.gate;
SET SESSION AUTHORIZATION regress_gp_roy;
SELECT mlops.approve('gp', 1, 'deploy:*', 'all'), 1;
SELECT mlops.approve('gp', 1, 'deploy:champion', ' '), 1;
SELECT mlops.approve('gp', 1, 'deploy:champion', 'x', endpoint => 'nowhere'), 1;
SELECT mlops.approve('gp', 1, 'deploy:champion', 'numbers are fine') > 0 AS approved, mlops.approve('gp', 1, 'deploy:champion', 'twice does not count twice') > 0 AS again;
:look;
-- a superuser is a member of nothing by that alone
SET SESSION AUTHORIZATION regress_gp_root;
SELECT mlops.approve('gp', 1, 'deploy:champion', 'I may do anything') > 0 AS approved;
:look;
-- who acts as a role is known by the login too: roy under two names is one person
SET SESSION AUTHORIZATION regress_gp_roy;
SET ROLE regress_gp_risk;
SELECT mlops.approve('gp', 1, 'deploy:champion', 'as the role') > 0 AS approved;
RESET ROLE;
SET SESSION AUTHORIZATION regress_gp_bob;
:look;
SET SESSION AUTHORIZATION regress_gp_ria;
SET ROLE regress_gp_risk;
SELECT mlops.approve('gp', 1, 'deploy:champion', 'as the role', valid_for => '1 day') > 0 AS approved;
:look;
RESET ROLE;
SET SESSION AUTHORIZATION regress_gp_bob;
SELECT p.moved, p.report ->> 'message' AS message FROM mlops.promote('gp', 1, 'gp api', reason => 'approved by two') AS p;
SELECT role, model, version FROM mlops.deployed_at('gp api');
SELECT r.gate_version, r.outcome, r.moved, r.asked_by, l ->> 'leaf' AS leaf, l ->> 'observed' AS observed FROM mlops.gate_result AS r, jsonb_array_elements(r.leaves) AS l
    JOIN mlops.gate AS g ON g.gate_id >= 940001 WHERE r.gate_id = g.gate_id;

-- new evidence, a new gate version, time and second thoughts end an approval
SELECT gate_people.evaluate(2, 0.75);
SET SESSION AUTHORIZATION regress_gp_roy;
SELECT mlops.approve('gp', 2, 'deploy:champion', 'ok') AS first \gset
SET SESSION AUTHORIZATION regress_gp_ria;
SELECT mlops.approve('gp', 2, 'deploy:champion', 'ok too', endpoint => NULL) AS second \gset
\set look 'SELECT outcome, observed, reason FROM mlops.check_gate(''gp'', 2, ''deploy:champion'', ''gp api'') WHERE leaf = ''approvals'''
:look;
SET SESSION AUTHORIZATION regress_gp_bob;
SELECT gate_people.evaluate(2, 0.74);
:look;
SELECT mlops.revoke_approval(:first);
SET SESSION AUTHORIZATION regress_gp_eve;
SELECT mlops.revoke_approval(:second);
SET SESSION AUTHORIZATION regress_gp_roy;
SELECT mlops.approve('gp', 2, 'deploy:champion', 'again') AS first \gset
SET SESSION AUTHORIZATION regress_gp_ria;
SELECT mlops.approve('gp', 2, 'deploy:champion', 'again') AS second \gset
:look;
SELECT mlops.revoke_approval(:second);
:look;
SET SESSION AUTHORIZATION regress_gp_bob;
SELECT mlops.alter_gate(:gate, '{"rule": {"all": [{"metric": "roc_auc", "at_least": 0.7}, {"approvals": 1, "from": ["regress_gp_risk", "regress_gp_lead"], "each": true}]}}');
:look;
SET SESSION AUTHORIZATION regress_gp_ria;
SELECT mlops.approve('gp', 2, 'deploy:champion', 'for both of my roles') AS second \gset
:look;
RESET SESSION AUTHORIZATION;
UPDATE mlops.approval SET valid_until = now() - interval '1 second' WHERE approval_id = :second;
:look;
SELECT v.version, a.transition, a.comment, a.approved_by, a.revoked_by FROM mlops.approval AS a JOIN mlops.version AS v USING (version_id) ORDER BY a.approval_id;

-- overrides: by members of the role, with a reason, on record, and told
SELECT mlops.add_route('{pager}', '[{"label": "model", "op": "=", "value": "gp"}]', owner => 'regress_gp_team') > 0 AS routed;
SET SESSION AUTHORIZATION regress_gp_ann;
SELECT p.moved, p.report ->> 'override' AS override FROM mlops.promote('gp', 2, 'gp api', override => 'it is urgent today') AS p;
SET SESSION AUTHORIZATION regress_gp_root;
SELECT p.moved, p.report ->> 'override' AS override FROM mlops.promote('gp', 2, 'gp api', override => 'it is urgent today') AS p;
RESET SESSION AUTHORIZATION;
GRANT regress_gp_lead TO regress_gp_ann;
SET SESSION AUTHORIZATION regress_gp_ann;
SELECT p.moved, p.report ->> 'override' AS override FROM mlops.promote('gp', 2, 'gp api', override => 'urgent') AS p;
SELECT p.moved, p.report ->> 'override' AS override FROM mlops.promote('gp', 2, 'gp api', override => 'the old one is broken') AS p;
SELECT r.outcome, r.moved, r.asked_by, r.override_reason FROM mlops.gate_result AS r JOIN mlops.gate AS g USING (gate_id) WHERE g.name = 'two of risk' ORDER BY r.gate_result_id;
SELECT n.event, n.channel, n.state, n.body ->> 'title' AS title, n.body ->> 'reason' AS reason, n.body -> 'gates' -> 0 -> 'leaves' -> 0 ->> 'leaf' AS leaf FROM mlops.notice AS n WHERE n.event = 'overridden';
SELECT mlops.live_version('gp api');

-- live versions that would be refused now; what was done to move them counts as it did
SELECT endpoint, role, model, version, gate, leaf, outcome FROM mlops.gate_violation;
SELECT gate_people.evaluate(2, 0.5);
SELECT endpoint, role, model, version, gate, leaf, outcome, observed ~ '^0.5, run' AS observed, needed FROM mlops.gate_violation;

-- a way back is not barred, and that is noted; on_rollback bars it
SELECT mlops.rollback('gp api') > 0 AS back;
SELECT mlops.live_version('gp api');
SELECT mlops.alter_gate(:gate, '{"rule": {"on_rollback": true, "metric": "roc_auc", "at_least": 0.7}}');
SELECT gate_people.evaluate(1, 0.4);
SELECT mlops.undeploy('gp api');
SELECT gate, path, leaf, outcome, observed ~ '^0.4, run' AS observed FROM mlops.check_gate('models:/gp/1', NULL, 'undeploy:champion', 'gp api');
SELECT gate_people.evaluate(1, 0.9);
SELECT mlops.undeploy('gp api');
SELECT mlops.rollback('gp api') > 0 AS back;
SELECT gate_people.evaluate(2, 0.9);
SELECT p.moved FROM mlops.promote('gp', 2, 'gp api') AS p;
SELECT gate_people.evaluate(1, 0.3);
SELECT mlops.rollback('gp api');
SELECT r.transition, r.outcome, r.moved FROM mlops.gate_result AS r JOIN mlops.gate AS g USING (gate_id) WHERE g.name = 'two of risk' ORDER BY r.gate_result_id DESC LIMIT 5;
-- taking away asks for its own approvals; gates are on moves, their ways back come with them
SELECT mlops.alter_gate(:gate, '{"rule": {"on_rollback": true, "approvals": 1, "from": ["regress_gp_risk"]}}');
SELECT mlops.undeploy('gp api');
SET SESSION AUTHORIZATION regress_gp_roy;
SELECT mlops.approve('models:/gp/2', NULL, 'undeploy:champion', 'it may go', endpoint => 'gp api') > 0 AS approved;
SET SESSION AUTHORIZATION regress_gp_ann;
SELECT gate, outcome, observed FROM mlops.check_gate('gp', 2, 'undeploy:champion', 'gp api') UNION ALL SELECT gate, outcome, observed FROM mlops.check_gate('gp', 2, 'rollback:champion', 'gp api');
SELECT mlops.add_gate('gp', 'undeploy:champion', '{"lineage": "complete"}');

-- a gate that is off, or dropped, is not asked; its history stays
SELECT mlops.alter_gate(:gate, '{"enabled": false}'), mlops.alter_gate(:gate, '{"enabled": false}');
SELECT mlops.alter_gate(:gate, '{"enable": false}');
SELECT mlops.alter_gate(:gate, '{"override_role": "nobody at all"}');
SELECT mlops.alter_gate(:gate, '{"override_role": null, "name": "off"}');
SELECT count(*) FROM mlops.check_gate('gp', 1, 'deploy:champion');
SELECT mlops.drop_gate(:gate);
SELECT mlops.drop_gate(:gate);
SELECT v.version, v.rule, v.override_role, v.enabled, v.changed_by FROM mlops.gate_version AS v WHERE v.gate_id = :gate ORDER BY v.version;

-- incidents: acknowledged is not resolved
CREATE TABLE gate_people.predictions (at timestamptz NOT NULL, label boolean, score float8, version integer);
SELECT mlops.create_monitor('gp watch', 'gate_people.predictions', 'at', model => 'gp', label_column => 'label', score_column => 'score', version_column => 'version',
                            start_at => '2026-01-01', schedule => NULL) AS monitor \gset
SELECT mlops.add_gate('gp', 'deploy:champion', '{"all": [{"no_incident": "critical"}, {"no_incident": "warning", "of": "version"}, {"no_incident": "critical", "of": "inputs"}]}', 'quiet') AS gate \gset
SELECT path, outcome, observed, needed FROM mlops.check_gate('gp', 1, 'deploy:champion');
RESET SESSION AUTHORIZATION;
INSERT INTO mlops.incident (monitor_id, model_id, cause, group_key, state, severity, title, onset_lo, last_window_lo, last_window_hi, last_bad_hi)
    SELECT :monitor, m.model_id, 'performance', 'gp', 'acknowledged', 'critical', 'AUC fell', now(), now(), now(), now() FROM mlops.model AS m WHERE m.name = 'gp' RETURNING incident_id AS incident \gset
INSERT INTO mlops.alert (monitor_id, slice_column, slice_value, metric, state, severity, first_window_lo, first_window_hi, last_window_lo, last_window_hi, n_windows, opened_at, rule, incident_id)
    SELECT :monitor, 'version', '1', 'roc_auc', 'opened', 'critical', now(), now(), now(), now(), 1, now(), '{}', :incident;
SET SESSION AUTHORIZATION regress_gp_ann;
SELECT path, outcome, observed FROM mlops.check_gate('gp', 1, 'deploy:champion');
SELECT path, outcome, observed FROM mlops.check_gate('gp', 2, 'deploy:champion');

-- soak: live without a gap, with rows that a monitor counted
SELECT mlops.alter_gate(:gate, '{"rule": {"all": [{"soak": "7 days", "role": "shadow"}, {"soak": "1 day", "min_rows": 100}]}}');
SELECT mlops.register_version('gp');
SELECT path, outcome, observed, needed, reason FROM mlops.check_gate('gp', 3, 'deploy:champion', 'gp api');
SELECT mlops.deploy('gp', 3, 'gp api', 'shadow', 0.1) > 0, mlops.deploy('gp', 3, 'gp api', 'shadow', 0.5) > 0;
RESET SESSION AUTHORIZATION;
UPDATE mlops.deployment AS d SET since = now() - CASE d.traffic WHEN 0.1 THEN interval '8 days' ELSE interval '2 days' END, until = CASE d.traffic WHEN 0.1 THEN now() - interval '2 days' END
    FROM mlops.version AS v WHERE v.version_id = d.version_id AND v.version = 3 AND d.role = 'shadow';
INSERT INTO mlops.window_summary (monitor_id, version, window_lo, window_hi, slice_column, slice_value, kind, n) SELECT :monitor, 1, now() - interval '4 days', now() - interval '3 days', 'version', '3', 'rows', 70;
SET SESSION AUTHORIZATION regress_gp_ann;
SELECT path, outcome, observed, reason FROM mlops.check_gate('gp', 3, 'deploy:champion', 'gp api');
RESET SESSION AUTHORIZATION;
UPDATE mlops.deployment AS d SET until = now() - interval '3 days' WHERE d.traffic = 0.1 AND d.role = 'shadow';
SET SESSION AUTHORIZATION regress_gp_ann;
SELECT path, outcome, observed, reason FROM mlops.check_gate('gp', 3, 'deploy:champion', 'gp api');

-- functions: as the owner, reading only, no other role, in time; what fails says no
CREATE FUNCTION gate_people.answer(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE AS $$ SELECT version = 1, current_user || ' says ' || model $$;
CREATE FUNCTION gate_people.fails(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE EXCEPTION 'no % today', model; END $$;
CREATE FUNCTION gate_people.escapes(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM set_config('role', 'none', true); ok := true; END $$;
CREATE FUNCTION gate_people.writes(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE plpgsql STABLE AS $$ BEGIN DELETE FROM gate_people.predictions; ok := true; END $$;
CREATE FUNCTION gate_people.sleeps(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE AS $$ SELECT true, pg_sleep(60)::text $$;
CREATE FUNCTION gate_people.says_nothing(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE AS $$ SELECT NULL::boolean, NULL::text $$;
CREATE FUNCTION gate_people.volatile(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql AS $$ SELECT true, 'x' $$;
CREATE FUNCTION gate_people.other(model text, version integer) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
CREATE FUNCTION gate_people.secret(model text, version integer, OUT ok boolean, OUT reason text) LANGUAGE sql STABLE AS $$ SELECT true, 'x' $$;
REVOKE ALL ON FUNCTION gate_people.secret FROM PUBLIC;
SELECT mlops.alter_gate(:gate, '{"rule": {"all": [{"function": "gate_people.answer(text,int)"}, {"function": "gate_people.fails(text,int)"}, {"function": "gate_people.escapes(text, integer)"},
    {"function": "gate_people.writes(text,int)"}, {"function": "gate_people.says_nothing(text,int)"}]}}');
SELECT path, outcome, reason FROM mlops.check_gate('gp', 1, 'deploy:champion');
\set VERBOSITY default
SELECT mlops.deploy('gp', 1, 'gp api');
\set VERBOSITY terse
SELECT current_user, session_user;
SELECT mlops.add_gate('gp', 'deploy:shadow', '{"function": "gate_people.volatile(text,int)"}');
SELECT mlops.add_gate('gp', 'deploy:shadow', '{"function": "gate_people.other(text,int)"}');
SELECT mlops.add_gate('gp', 'deploy:shadow', '{"function": "gate_people.secret(text,int)"}');
SELECT mlops.add_gate('gp', 'deploy:shadow', '{"function": "answer(text,int)"}');
SELECT mlops.add_gate('gp', 'deploy:shadow', '{"function": "; drop table x"}');
SELECT * FROM mlops_internal.call_gate('regress_gp_team'::regrole, 'gate_people.sleeps(text,int)'::regprocedure, 'gp', 1, 0.05);
SELECT 1 AS still_alive;
DROP FUNCTION gate_people.fails;
SELECT path, outcome, reason FROM mlops.check_gate('gp', 1, 'deploy:champion') WHERE path = '$.all[1]';
SET SESSION AUTHORIZATION regress_gp_roy;
SELECT path, outcome, reason FROM mlops.check_gate('gp', 1, 'deploy:champion') WHERE path = '$.all[0]';
SELECT mlops_internal.call_gate('regress_gp_team'::regrole, 'gate_people.answer(text,int)'::regprocedure, 'gp', 1, 1);
SELECT mlops.add_gate('gp', 'deploy:shadow', '{"lineage": "complete"}');
SELECT mlops.drop_gate(:gate);
RESET SESSION AUTHORIZATION;
SELECT mlops.create_model('gp root', 'binary') > 0 AS created;
SELECT mlops.add_gate('gp root', 'deploy:champion', '{"function": "gate_people.answer(text,int)"}');
-- what a role owned goes with it, gates and evaluations too
DROP OWNED BY regress_gp_team, regress_gp_ann;
SELECT count(*) FROM mlops.model WHERE name = 'gp';
SELECT count(*) FROM mlops.gate WHERE gate_id = :gate;
SET client_min_messages = warning;
DROP OWNED BY regress_gp_risk, regress_gp_lead, regress_gp_bob, regress_gp_roy, regress_gp_ria, regress_gp_eve, regress_gp_root;
DELETE FROM mlops.model WHERE name = 'gp root';
DELETE FROM mlops.notice WHERE event = 'overridden';
DROP SCHEMA gate_people CASCADE;
DROP ROLE regress_gp_team, regress_gp_risk, regress_gp_lead, regress_gp_ann, regress_gp_bob, regress_gp_roy, regress_gp_ria, regress_gp_eve, regress_gp_root;

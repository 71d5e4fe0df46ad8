-- report: views for BI tools, who may use the extension, owners after a restore
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE ROLE regress_report_ann LOGIN;
CREATE ROLE regress_report_eve LOGIN;
CREATE SCHEMA report_test;
GRANT ALL ON SCHEMA report_test TO regress_report_ann;

-- writers are closed until they are opened, for one role
\c - regress_report_ann
:settings
SELECT mlops.create_model('reported', 'binary');
SELECT mlops.grant_use('regress_report_ann');
SELECT mlops.adopt_owners();
\c - :superuser
:settings
SELECT mlops.grant_use('regress_report_ann') = (SELECT count(*) FROM mlops.use_levels() WHERE level IN ('user', 'deployer')) AS all_of_them;
SELECT mlops.grant_use(NULL);
SELECT mlops.grant_use(0::oid::regrole);
SELECT count(*) FROM mlops_internal.usable_functions() AS u JOIN pg_proc AS p ON p.oid = u
    WHERE p.prosecdef AND 'mlops_internal.caller'::regtype <> ALL (p.proargtypes::oid[]) OR p.proname IN ('grant_use', 'revoke_use', 'adopt_owners');

-- a model, a monitor and an alert, as the views show them
\c - regress_report_ann
:settings
CREATE TABLE report_test.p AS
    SELECT '2026-01-01 00:00Z'::timestamptz + i * interval '30 min' AS at, (i * 7 % 50 + (i > 144)::int * 40)::float8 AS x,
           i % 3 = 0 AS label, (i * 37 % 100) / 100.0::float8 AS score, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END AS region
    FROM generate_series(0, 191) AS i;
SELECT mlops.start_run('training', 'first', '{"depth": 3}', git_commit => 'abcdef0', git_dirty => false) AS run \gset
SELECT mlops.log_metrics(:run, '{"auc": 0.75}');
SELECT mlops.finish_run(:run);
SELECT mlops.create_model('reported', 'binary', 'for the views') > 0, mlops.create_model('without versions', 'regression') > 0;
SELECT mlops.register_version('reported', :run), mlops.register_version('reported');
SELECT mlops.set_alias('reported', 'b', 2), mlops.set_alias('reported', 'a', 2);
SELECT mlops.create_endpoint('report-api') > 0, mlops.deploy('reported', 1, 'report-api') > 0, mlops.deploy('reported', 2, 'report-api', 'shadow', 0.5, 'try') > 0;
SELECT mlops.undeploy('report-api');
SELECT model, task, description, owner, version, stage, aliases, live_at, params, metrics, git_commit, git_dirty, training_run = :run AS training_run
    FROM mlops.model_overview ORDER BY model, version;
SELECT endpoint, role, model, version, traffic, since <= coalesce(until, since) AS since, live, reason, deployed_by FROM mlops.deployed_version ORDER BY since, role;
SELECT mlops.create_monitor('reported daily', 'report_test.p', 'at', model => 'reported', label_column => 'label', score_column => 'score', features => '{x}', slices => '{region}',
    start_at => '2026-01-01Z', end_at => '2026-01-05Z', reference_from => '2026-01-01Z', reference_to => '2026-01-04Z', min_rows => 20, schedule => NULL,
    checks => '[{"metric": "psi", "column": "x", "critical": {"above": 0.5}, "slices": false}, {"metric": "roc_auc", "warning": {"below": 0.1}, "critical": {"below_reference": 0.9}}, {"metric": "n", "critical": {"above_reference": 1000, "below": 1}, "slices": false}]') > 0 AS monitor;
CALL mlops.run_due('2026-01-06Z');
SELECT model, window_lo, window_hi, slice_column, slice_value, column_name, metric, round(value::numeric, 6) AS value, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper, n, verdict, value = first_value AS first, message, restated_at
    FROM mlops.metric_history WHERE monitor = 'reported daily' AND window_lo >= '2026-01-04Z' AND metric IN ('n', 'roc_auc', 'mean') ORDER BY slice_column NULLS FIRST, slice_value, column_name NULLS FIRST, metric;
SELECT window_lo, slice_value, column_name, metric, reference, value > 0.5 AS large, p_value < 0.01 AS significant, p_adjusted >= p_value AS adjusted, n, verdict
    FROM mlops.drift_history WHERE monitor = 'reported daily' AND window_lo >= '2026-01-04Z' AND slice_column IS NULL AND column_name = 'x' ORDER BY metric;
-- limits as numbers to draw, whichever way they were stated
SELECT metric, slice_value, reference_value::numeric(8,4), warning_below, warning_above, critical_below::numeric(8,4), critical_above, label_state, coverage
    FROM mlops.metric_history WHERE monitor = 'reported daily' AND window_lo >= '2026-01-04Z' AND metric IN ('n', 'roc_auc') ORDER BY metric, slice_value NULLS FIRST;
SELECT metric, warning_above, critical_above FROM mlops.drift_history WHERE monitor = 'reported daily' AND window_lo >= '2026-01-04Z' AND slice_column IS NULL AND column_name = 'x' ORDER BY metric;
SELECT severity, state, monitor, model, slice_value, column_name, metric, value > 0.5 AS large, n_windows, first_window_lo, last_window_lo, last_window_hi, silenced_until FROM mlops.open_alert;
SELECT monitor, owner, active, version, last_window_hi, last_finished_at IS NOT NULL AS finished, succeeded, failed, started, last_error, open_alerts, model, last_window_lo FROM mlops.monitor_health;
SELECT monitor, window_lo, state, attempt, crashes, duration >= '0' AS took, n_observations > 0 AS observed, error_code FROM mlops.run_history ORDER BY window_lo;
SELECT mlops.ack(alert_id), mlops.resolve(alert_id) FROM mlops.open_alert;
SELECT count(*) FROM mlops.open_alert;
SELECT mlops.pause('reported daily', 'holidays');
SELECT active, open_alerts FROM mlops.monitor_health;
-- a monitor over a table that is dropped says so, and nothing else stops
SELECT mlops.create_monitor('gone', 'report_test.p', 'at', start_at => '2026-01-01Z', end_at => '2026-01-02Z', schedule => NULL) > 0 AS monitor;
DROP TABLE report_test.p;
CALL mlops.run_due('2026-01-06Z');
SELECT monitor, last_window_hi, failed, last_error FROM mlops.monitor_health WHERE monitor = 'gone';
SELECT state, error_code, error_message FROM mlops.run_history WHERE monitor = 'gone';
SELECT metric, verdict, message FROM mlops.metric_history WHERE monitor = 'gone';

-- others see nothing
\c - :superuser
:settings
\c - regress_report_eve
:settings
SELECT (SELECT count(*) FROM mlops.model_overview) + (SELECT count(*) FROM mlops.deployed_version) + (SELECT count(*) FROM mlops.metric_history)
     + (SELECT count(*) FROM mlops.drift_history) + (SELECT count(*) FROM mlops.open_alert) + (SELECT count(*) FROM mlops.monitor_health) + (SELECT count(*) FROM mlops.run_history) AS seen;
\c - :superuser
:settings

-- a role that is made anew inherits nothing, unless the administrator says so
SELECT mlops.revoke_use('regress_report_ann') > 0 AS revoked;
REVOKE ALL ON SCHEMA report_test FROM regress_report_ann;
DROP ROLE regress_report_ann;
CREATE ROLE regress_report_ann LOGIN;
\c - regress_report_ann
:settings
SELECT count(*) FROM mlops.model;
\c - :superuser
:settings
SELECT count(*) FROM mlops.adopt_owners('regress_report_eve');
SELECT owner_name, relation, n_rows > 0 AS rows FROM mlops.adopt_owners('regress_report_ann');
SELECT count(*) FROM mlops.adopt_owners('regress_report_ann');
SELECT mlops.grant_use('regress_report_ann') > 0 AS granted;
\c - regress_report_ann
:settings
SELECT name FROM mlops.model ORDER BY name;
SELECT mlops.register_version('reported');
SELECT mlops.drop_monitor('reported daily'), mlops.drop_monitor('gone');
\c - :superuser
:settings
SELECT mlops.revoke_use('regress_report_ann') = (SELECT count(*) FROM mlops.use_levels() WHERE level IN ('user', 'deployer', 'consumer')) AS all_of_them;
\c - regress_report_ann
:settings
SELECT mlops.register_version('reported');
\c - :superuser
:settings

DELETE FROM mlops.alert WHERE owner_name ~ '^regress_report_';
DELETE FROM mlops.deployment AS d USING mlops.endpoint AS e WHERE e.endpoint_id = d.endpoint_id AND e.owner_name ~ '^regress_report_';
DELETE FROM mlops.endpoint WHERE owner_name ~ '^regress_report_';
DELETE FROM mlops.alias AS a USING mlops.model AS m WHERE m.model_id = a.model_id AND m.owner_name ~ '^regress_report_';
DELETE FROM mlops.stage_change AS c USING mlops.version AS v, mlops.model AS m WHERE v.version_id = c.version_id AND m.model_id = v.model_id AND m.owner_name ~ '^regress_report_';
DELETE FROM mlops.version AS v USING mlops.model AS m WHERE m.model_id = v.model_id AND m.owner_name ~ '^regress_report_';
DELETE FROM mlops.model WHERE owner_name ~ '^regress_report_';
DELETE FROM mlops.edge AS e USING mlops.run AS r WHERE r.run_id = e.run_id AND r.owner_name ~ '^regress_report_';
DELETE FROM mlops.param AS p USING mlops.run AS r WHERE r.run_id = p.run_id AND r.owner_name ~ '^regress_report_';
DELETE FROM mlops.metric AS p USING mlops.run AS r WHERE r.run_id = p.run_id AND r.owner_name ~ '^regress_report_';
DELETE FROM mlops.run WHERE owner_name ~ '^regress_report_';
DELETE FROM mlops.artifact WHERE owner_name ~ '^regress_report_';
DROP SCHEMA report_test CASCADE;
DROP OWNED BY regress_report_ann, regress_report_eve;
DROP ROLE regress_report_ann, regress_report_eve;

--
-- scheduler: due windows, attempts, failures, rights, by an injected clock
--
\set SHOW_CONTEXT never
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE scheduler_ann LOGIN;
CREATE ROLE scheduler_bob LOGIN;
SELECT mlops.grant_use('scheduler_ann') > 0 AS ann, mlops.grant_use('scheduler_bob') > 0 AS bob;
CREATE SCHEMA scheduler_test;
GRANT USAGE ON SCHEMA scheduler_test TO scheduler_ann, scheduler_bob;
CREATE TABLE scheduler_test.flight (at timestamptz NOT NULL, delay double precision);
INSERT INTO scheduler_test.flight
SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 minutes', i FROM generate_series(0, 6 * 24 - 1) AS i;
GRANT SELECT ON scheduler_test.flight TO scheduler_ann, scheduler_bob;
CREATE VIEW scheduler_test.history AS
    SELECT monitor, to_char(window_lo, 'MM-DD HH24:MI') AS lo, to_char(due_at, 'MM-DD HH24:MI') AS due, state, attempt, error_code
    FROM mlops.run_history;

-- without schedule: as soon as the window is complete and the delay is over
\c - scheduler_ann
:settings
SELECT mlops.create_monitor('ann hourly', 'scheduler_test.flight', 'at', features => '{delay}', granularity => '1 hour',
                            start_at => '2024-01-01 00:00+00', delay => '15 minutes', schedule => NULL,
                            checks => '[{"metric": "n", "critical": {"below": 1}, "min_rows": 0}]') IS NOT NULL AS made;
CALL mlops.run_due('2024-01-01 01:14:59+00');
SELECT count(*) AS not_due_yet FROM mlops.monitor_run;
CALL mlops.run_due('2024-01-01 01:15:00+00');
CALL mlops.run_due('2024-01-01 04:20:00+00', max_runs => 2);
\c - :superuser
:settings
SELECT * FROM scheduler_test.history ORDER BY monitor, lo;
\c - scheduler_ann
:settings
-- the rest, and then nothing
CALL mlops.run_due('2024-01-01 04:20:00+00');
CALL mlops.run_due('2024-01-01 04:20:00+00');
CALL mlops.run_due('2024-01-01 03:00:00+00');
SELECT window_lo, state, attempt, crashes, n_observations > 0 AS observed, error_code FROM mlops.run_history ORDER BY window_lo;
SELECT window_lo, value FROM mlops.observation WHERE metric = 'n' AND slice_column IS NULL ORDER BY window_lo;
-- windows that are not over are not evaluated
CALL mlops.run_due('infinity');
CALL mlops.run_due(NULL);
-- it commits
BEGIN;
CALL mlops.run_due('2024-01-01 09:00:00+00');
ROLLBACK;

-- a schedule: all windows that are complete at a tick of the owner's clock
SELECT mlops.create_monitor('ann morning', 'scheduler_test.flight', 'at', granularity => '6 hours',
                            start_at => '2024-01-01 00:00+00', schedule => '0 7 * * *', time_zone => 'America/New_York') IS NOT NULL AS made;
CALL mlops.run_due('2024-01-01 11:59+00');
SELECT count(*) AS before_the_tick FROM mlops.run_history WHERE monitor = 'ann morning';
CALL mlops.run_due('2024-01-01 12:00+00');
CALL mlops.run_due('2024-01-02 12:00+00');
SELECT window_lo, due_at, state FROM mlops.run_history WHERE monitor = 'ann morning' ORDER BY window_lo;
SELECT mlops_internal.window_due('2024-03-10 06:00+00', '1 hour', '30 2 * * *', 'America/New_York') AS gap,
       mlops_internal.window_due('2024-03-10 06:00+00', '1 hour', NULL, 'UTC') AS no_schedule,
       mlops_internal.window_due('2024-03-10 06:00+00', '0', '0 6 * * *', 'UTC') AS at_the_tick;

-- pause and resume: nothing is lost
SELECT mlops.pause('ann hourly', 'holiday');
SELECT pause_reason, (SELECT paused_at IS NOT NULL FROM mlops.monitor WHERE name = 'ann hourly') AS paused
FROM mlops_internal.monitor_due WHERE monitor_id = mlops.monitor_id('ann hourly');
CALL mlops.run_due('2024-01-02 17:59+00');
SELECT max(window_lo) FROM mlops.run_history WHERE monitor = 'ann hourly';
-- by hand it runs even so
SELECT window_lo, window_hi, state, message FROM mlops.run_now('ann hourly', '2024-01-02 13:15+00');
SELECT mlops.resume('ann hourly');
CALL mlops.run_due('2024-01-02 15:15+00');
SELECT max(window_lo) FROM mlops.run_history WHERE monitor = 'ann hourly';

-- another grid goes on where the first one ended; nothing is run twice
SELECT mlops.alter_monitor('ann hourly', '{"granularity": "4 hours"}');
CALL mlops.run_due('2024-01-02 20:15+00');
SELECT window_lo, window_hi, state FROM mlops.run_history WHERE monitor = 'ann hourly' ORDER BY window_lo OFFSET 37;
SELECT mlops.alter_monitor('ann hourly', '{"end_at": "2024-01-02 20:00+00"}');
CALL mlops.run_due('2024-01-04 00:00+00');
SELECT count(*), max(window_hi) FROM mlops.run_history WHERE monitor = 'ann hourly';
\c - :superuser
:settings

-- a monitor that fails waits longer each time, then gives up, which alerts; the next window comes after that
\c - scheduler_bob
:settings
SELECT mlops.create_monitor('bob', 'scheduler_test.flight', 'at', granularity => '1 day',
                            start_at => '2024-01-01 00:00+00', schedule => NULL) IS NOT NULL AS made;
\c - :superuser
:settings
REVOKE SELECT ON scheduler_test.flight FROM scheduler_bob;
\c - scheduler_bob
:settings
CALL mlops.run_due('2024-01-03 00:00+00');
SELECT window_lo, state, attempt, error_code, round(extract(epoch FROM retry_at - '2024-01-03 00:00+00') / 60) AS minutes FROM mlops.run_history;
CALL mlops.run_due('2024-01-03 00:00:50+00');
CALL mlops.run_due('2024-01-03 01:00+00');
SELECT window_lo, state, attempt, round(extract(epoch FROM retry_at - '2024-01-03 01:00+00') / 60) AS minutes FROM mlops.run_history;
CALL mlops.run_due('2024-01-03 02:00+00', 1);
SELECT window_lo, state, attempt, error_code, error_message, retry_at FROM mlops.run_history;
SELECT window_lo, metric, verdict, message FROM mlops.observation;
SELECT state, severity, metric, message FROM mlops.alert;
SELECT running, waiting, failed, last_error FROM mlops.scheduler_status();
\c - :superuser
:settings
GRANT SELECT ON scheduler_test.flight TO scheduler_bob;
\c - scheduler_bob
:settings
CALL mlops.run_due('2024-01-03 02:00+00');
SELECT window_lo, state, attempt, error_code FROM mlops.run_history ORDER BY window_lo;
SELECT state, severity, metric FROM mlops.alert;
SELECT count(*) AS unsent FROM mlops_internal.outbox WHERE notified_at IS NULL;

-- a waiting window that the definition no longer knows gives way to the new ones
\c - :superuser
:settings
REVOKE SELECT ON scheduler_test.flight FROM scheduler_bob;
\c - scheduler_bob
:settings
CALL mlops.run_due('2024-01-04 00:00+00');
\c - :superuser
:settings
GRANT SELECT ON scheduler_test.flight TO scheduler_bob;
\c - scheduler_bob
:settings
SELECT mlops.alter_monitor('bob', '{"granularity": "12 hours"}');
CALL mlops.run_due('2024-01-04 12:00+00');
SELECT window_lo, window_hi, state, attempt FROM mlops.run_history ORDER BY window_lo OFFSET 2;

-- rights: others see nothing and change nothing
\c - scheduler_ann
:settings
SELECT count(*) AS of_bob FROM mlops.run_history WHERE monitor = 'bob';
SELECT count(*) AS of_bob FROM mlops_internal.monitor_due WHERE monitor_id NOT IN (SELECT monitor_id FROM mlops.monitor WHERE owner_name = 'scheduler_ann');
\c - :superuser
:settings
SELECT run_id AS bobs_run, monitor_id AS bobs_monitor FROM mlops.monitor_run JOIN mlops.monitor USING (monitor_id) WHERE name = 'bob' ORDER BY run_id LIMIT 1 \gset
\c - scheduler_ann
:settings
\set VERBOSITY sqlstate
SELECT mlops.pause('bob');
SELECT mlops.resume('bob');
SELECT * FROM mlops.run_now('bob');
\c - :superuser
:settings
SELECT * FROM mlops.run_now('bob');
\c - scheduler_ann
:settings
SELECT mlops_internal.finish_claim(:bobs_run, 1, 0);
SELECT mlops_internal.fail_claim(:bobs_run, 1, '00000', 'forged');
SELECT mlops_internal.claim_now(:bobs_monitor, '2024-02-01') IS NULL AS nothing_claimed;
SELECT mlops_internal.claim('2024-02-01', NULL, NULL, false);
SELECT * FROM mlops_internal.claim_any();
SELECT * FROM mlops_internal.take_over_run(:bobs_run, 1);
SELECT mlops_internal.settle_runs(NULL);
SELECT mlops_internal.wake_scheduler();
SELECT mlops.enable_scheduler();
SELECT mlops.disable_scheduler();
UPDATE mlops.monitor_run SET state = 'succeeded';
INSERT INTO mlops_internal.scheduler_switch (database_oid, enabled_by) VALUES (1, 'x');
\set VERBOSITY default

-- an attempt that was superseded keeps nothing
SELECT mlops.alter_monitor('ann hourly', '{"end_at": null}') IS NOT NULL AS altered;
SELECT run_id, attempt, monitor_id, window_lo AS lo, window_hi AS hi FROM mlops_internal.claim_run('2024-01-03 00:20+00') \gset
SELECT state, attempt, holder_pid = pg_backend_pid() AS mine FROM mlops.monitor_run WHERE run_id = :run_id;
-- while one run is going on the monitor gives no other
SELECT count(*) AS elsewhere FROM mlops_internal.monitor_due WHERE run_id = :run_id;
\c - :superuser
:settings
UPDATE mlops.monitor_run SET attempt = attempt + 1, holder_pid = 1 WHERE run_id = :run_id;
\c - scheduler_ann
:settings
BEGIN;
SELECT mlops.evaluate(:monitor_id, :'lo', :'hi') > 0 AS evaluated;
\set VERBOSITY sqlstate
SELECT mlops_internal.finish_claim(:run_id, :attempt, 1);
\set VERBOSITY default
ROLLBACK;
SELECT mlops_internal.fail_claim(:run_id, :attempt, 'XX000', 'late') IS NULL AS ignored;
SELECT count(*) AS observations FROM mlops.observation WHERE monitor_id = :monitor_id AND window_lo = :'lo';
-- its holder is gone: settled as a crash, and tried again after a longer pause
CALL mlops.run_due('2024-01-03 00:20+00');
SELECT state, attempt, crashes, error_code, round(extract(epoch FROM retry_at - claimed_at) / 60) AS minutes FROM mlops.monitor_run WHERE run_id = :run_id;
CALL mlops.run_due('2024-01-03 03:00+00');
SELECT state, attempt, crashes, error_code, error_message FROM mlops.monitor_run WHERE run_id = :run_id;
\c - :superuser
:settings

-- an owner that cannot run: paused with the reason, recorded, other monitors go on
\c - scheduler_bob
:settings
SELECT mlops.pause('bob');
\c - :superuser
:settings
ALTER ROLE scheduler_ann NOLOGIN;
SELECT count(*) AS claimed FROM mlops_internal.claim_any();
SELECT m.name, m.paused_at IS NOT NULL AS paused, d.pause_reason
FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS d USING (monitor_id) WHERE m.owner_name = 'scheduler_ann' ORDER BY m.name;
SELECT monitor, state, attempt, error_code FROM mlops.run_history WHERE error_code = '28000' ORDER BY monitor;
SELECT count(*) AS alerts FROM mlops.alert WHERE state = 'opened' AND message LIKE '28000%';
ALTER ROLE scheduler_ann LOGIN;

-- a role that is renamed owns what it did, and runs it; one that took its number without having had the name owns nothing
ALTER ROLE scheduler_bob RENAME TO scheduler_rob;
\c - scheduler_rob
:settings
CALL mlops.run_due('2024-02-01');
SELECT count(*) AS visible FROM mlops.run_history;
\c - :superuser
:settings
SELECT mlops_internal.owner_problem('scheduler_rob'::regrole, 'scheduler_bob') AS renamed,
       mlops_internal.owner_problem('scheduler_rob'::regrole, 'scheduler_jim') AS another,
       mlops_internal.owner_problem(0, 'scheduler_bob') AS dropped,
       mlops_internal.owner_problem('scheduler_rob'::regrole, 'scheduler_rob') AS fine;

-- the switch is for this database, and not dumped
BEGIN;
SELECT mlops_internal.scheduler_enabled() AS before;
SET LOCAL client_min_messages = error;
SELECT mlops.enable_scheduler();
SELECT mlops_internal.scheduler_enabled() AS after;
UPDATE mlops_internal.scheduler_switch SET database_oid = 1;
SELECT mlops_internal.scheduler_enabled() AS in_a_copy, enabled AS status, active FROM mlops.scheduler_status();
SELECT mlops.enable_scheduler();
SELECT mlops_internal.scheduler_enabled() AS again, count(*) FROM mlops_internal.scheduler_switch;
SELECT mlops.disable_scheduler();
SELECT mlops_internal.scheduler_enabled() AS disabled;
ROLLBACK;
SELECT c.relname, coalesce(x.condition, 'not registered') AS condition
FROM pg_class AS c
LEFT JOIN (SELECT unnest(extconfig) AS oid, unnest(extcondition) AS condition FROM pg_extension WHERE extname = 'mlops') AS x USING (oid)
WHERE c.oid IN ('mlops.monitor_run'::regclass, 'mlops_internal.monitor_due'::regclass, 'mlops_internal.scheduler_switch'::regclass, 'mlops.monitor_run_run_id_seq'::regclass)
ORDER BY 1;

DELETE FROM mlops.monitor WHERE owner_name IN ('scheduler_ann', 'scheduler_bob');
DELETE FROM mlops.alert WHERE monitor_id IS NULL;
SELECT count(*) AS left_over FROM mlops.monitor_run;
DROP SCHEMA scheduler_test CASCADE;
DROP OWNED BY scheduler_ann, scheduler_rob;
DROP ROLE scheduler_ann, scheduler_rob;

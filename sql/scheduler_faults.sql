--
-- scheduler: faults of one monitor stay with that monitor
--
\set SHOW_CONTEXT never
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE fault_ann LOGIN;
CREATE ROLE fault_bob LOGIN;
SELECT mlops.grant_use('fault_ann') > 0 AS ann, mlops.grant_use('fault_bob') > 0 AS bob;
CREATE SCHEMA fault_test;
GRANT USAGE ON SCHEMA fault_test TO fault_ann, fault_bob;
CREATE TABLE fault_test.flight (at timestamptz NOT NULL, delay double precision);
INSERT INTO fault_test.flight
SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 minutes', i FROM generate_series(0, 6 * 24 - 1) AS i;
GRANT SELECT ON fault_test.flight TO fault_ann, fault_bob;
CREATE FUNCTION fault_test.make(name text, granularity interval DEFAULT '1 day', zone text DEFAULT 'UTC', start timestamptz DEFAULT '2024-01-01 00:00+00') RETURNS boolean
    LANGUAGE sql AS $$
        SELECT mlops.create_monitor(name, 'fault_test.flight', 'at', features => '{delay}', granularity => granularity,
                                    start_at => start, end_at => '2024-01-03 00:00+00', schedule => NULL, time_zone => zone) IS NOT NULL
    $$;

-- a zone must be one in every session, not only in that which makes the monitor
\c - fault_ann
:settings
SET timezone_abbreviations = 'Australia';
SELECT '2024-01-01 00:00+00'::timestamptz AT TIME ZONE 'SAT' AS known_here;
SELECT fault_test.make('poison', zone => 'SAT');
SELECT fault_test.make('altered');
SELECT mlops.alter_monitor('altered', '{"time_zone": "SAT"}');
RESET timezone_abbreviations;
SELECT fault_test.make('offset', zone => '<+0530>-05:30') AS posix_offset;
SELECT mlops.drop_monitor('offset'), mlops.drop_monitor('altered');

-- what was right and is so no more: that monitor is paused, with reason and alert, and the others run
SELECT fault_test.make('zone gone'), fault_test.make('too long'), fault_test.make('overflow'), fault_test.make('too late'), fault_test.make('schedule gone'), fault_test.make('endless');
\c - fault_bob
:settings
SELECT fault_test.make('bob');
\c - :superuser
:settings
UPDATE mlops.monitor_version AS v SET
    time_zone = CASE m.name WHEN 'zone gone' THEN 'SAT' ELSE time_zone END,
    granularity = CASE m.name WHEN 'too long' THEN '178000000 years' WHEN 'endless' THEN '0' ELSE granularity END,
    delay = CASE m.name WHEN 'overflow' THEN '2147483647 months' ELSE delay END,
    start_at = CASE m.name WHEN 'too late' THEN '294276-12-31 23:00+00' ELSE start_at END,
    end_at = CASE m.name WHEN 'bob' THEN end_at END,
    schedule = CASE m.name WHEN 'schedule gone' THEN '61 * * * *' ELSE schedule END
FROM mlops.monitor AS m WHERE m.monitor_id = v.monitor_id AND m.owner_name IN ('fault_ann', 'fault_bob');
SET client_min_messages = error;
SELECT mlops_internal.next_due_time() IS NOT NULL AS looked;
SET client_min_messages = warning;
SELECT m.name, m.paused_at IS NOT NULL AS paused, d.next_due, d.stale, d.pause_reason
FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS d USING (monitor_id) WHERE m.owner_name IN ('fault_ann', 'fault_bob') ORDER BY m.name;
SELECT m.name, a.state, a.severity, a.metric, a.message FROM mlops.alert AS a JOIN mlops.monitor AS m USING (monitor_id) WHERE m.owner_name = 'fault_ann' ORDER BY m.name;
-- nothing more is said of them
SELECT mlops_internal.next_due_time() IS NOT NULL AS looked;
SELECT m.name, r.window_lo FROM mlops_internal.claim_any() AS r JOIN mlops.monitor AS m USING (monitor_id);
-- the same when the fault comes after the note was made
\c - fault_ann
:settings
SELECT fault_test.make('late fault');
\c - :superuser
:settings
SELECT mlops_internal.next_due_time() IS NOT NULL AS looked;
UPDATE mlops.monitor_version AS v SET time_zone = 'SAT' FROM mlops.monitor AS m WHERE m.monitor_id = v.monitor_id AND m.name = 'late fault';
SET client_min_messages = error;
SELECT count(*) AS claimed FROM mlops_internal.claim_any();
SET client_min_messages = warning;
SELECT m.paused_at IS NOT NULL AS paused, d.pause_reason FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS d USING (monitor_id) WHERE m.name = 'late fault';
-- resumed after the cause is gone it runs, and its alert is resolved
\c - fault_ann
:settings
SELECT mlops.alter_monitor('late fault', '{"time_zone": "UTC"}');
SELECT mlops.resume('late fault');
CALL mlops.run_due();
SELECT window_lo, state FROM mlops.run_history WHERE monitor = 'late fault' ORDER BY 1;
SELECT a.state FROM mlops.alert AS a JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'late fault';
\c - :superuser
:settings
DELETE FROM mlops.monitor WHERE owner_name IN ('fault_ann', 'fault_bob');
DELETE FROM mlops.alert WHERE monitor_id IS NULL;

-- notes that cannot be right are made anew
\c - fault_ann
:settings
SELECT fault_test.make('none'), fault_test.make('never'), fault_test.make('always');
SELECT mlops.alter_monitor(name, '{"end_at": null}') FROM unnest(ARRAY['none', 'never', 'always']) AS name;
\c - :superuser
:settings
SELECT mlops_internal.next_due_time() IS NOT NULL AS looked;
UPDATE mlops_internal.monitor_due AS d SET next_due = CASE m.name WHEN 'never' THEN 'infinity'::timestamptz WHEN 'always' THEN '-infinity' END
FROM mlops.monitor AS m WHERE m.monitor_id = d.monitor_id AND m.owner_name = 'fault_ann';
SELECT mlops_internal.next_due_time() AS next_due;
SELECT m.name, d.next_due FROM mlops.monitor AS m JOIN mlops_internal.monitor_due AS d USING (monitor_id) WHERE m.owner_name = 'fault_ann' ORDER BY 1;
DELETE FROM mlops.monitor WHERE owner_name = 'fault_ann';
DELETE FROM mlops.alert WHERE monitor_id IS NULL;

-- owners take turns, however many monitors each has; one that has its share of processes is passed over
\c - fault_ann
:settings
SELECT count(fault_test.make('ann ' || i, '1 hour')) FROM generate_series(1, 5) AS i;
\c - fault_bob
:settings
SELECT count(fault_test.make('bob ' || i, '1 hour')) FROM generate_series(1, 2) AS i;
\c - :superuser
:settings
SELECT mlops_internal.next_due_time() IS NOT NULL AS looked;
CREATE FUNCTION fault_test.turn(at_limit oid[] DEFAULT '{}') RETURNS TABLE (owner name, monitor text) LANGUAGE sql VOLATILE AS $$
    SELECT m.owner_name, m.name FROM mlops_internal.claim_any(at_limit) AS r JOIN mlops.monitor AS m USING (monitor_id)
$$;
SELECT * FROM fault_test.turn();
SELECT * FROM fault_test.turn();
SELECT * FROM fault_test.turn();
SELECT * FROM fault_test.turn();
SELECT * FROM fault_test.turn();
SELECT * FROM fault_test.turn(ARRAY['fault_ann'::regrole::oid]);
SELECT mlops_internal.next_due_time(ARRAY['fault_ann'::regrole::oid]) > now() AS others_only, mlops_internal.next_due_time() < now() AS all_owners;
DELETE FROM mlops.monitor WHERE owner_name IN ('fault_ann', 'fault_bob');
DELETE FROM mlops.alert WHERE monitor_id IS NULL;

-- what failed for good can be tried again, and then nothing has failed
\c - fault_bob
:settings
SELECT fault_test.make('again', '12 hours');
\c - :superuser
:settings
REVOKE SELECT ON fault_test.flight FROM fault_bob;
\c - fault_bob
:settings
CALL mlops.run_due('2024-01-02 00:00+00', 1);
CALL mlops.run_due('2024-01-03 00:00+00', 1);
CALL mlops.run_due('2024-01-04 00:00+00', 1);
CALL mlops.run_due('2024-01-05 00:00+00', 1);
CALL mlops.run_due('2024-01-06 00:00+00', 1);
CALL mlops.run_due('2024-01-07 00:00+00', 1);
SELECT window_lo, state, attempt, error_code FROM mlops.run_history ORDER BY 1;
SELECT failed FROM mlops.monitor_health WHERE monitor = 'again';
SELECT mlops.retry('again', '2024-01-01 06:00+00');
SELECT mlops.retry('again', '2024-01-01 12:00+00');
-- in vain as long as the cause is there
CALL mlops.run_due(now(), 1);
SELECT window_lo, state, attempt, error_code FROM mlops.run_history ORDER BY 1;
\c - :superuser
:settings
GRANT SELECT ON fault_test.flight TO fault_bob;
\c - fault_ann
:settings
SELECT mlops.retry('again');
\c - fault_bob
:settings
SELECT mlops.retry('again');
CALL mlops.run_due();
SELECT window_lo, state, attempt, error_code FROM mlops.run_history ORDER BY 1;
SELECT failed, active, last_error FROM mlops.monitor_health WHERE monitor = 'again';
SELECT window_lo, verdict FROM mlops.observation WHERE metric = 'evaluation' ORDER BY 1;
SELECT a.state, a.metric FROM mlops.alert AS a;
SELECT mlops.retry('again');

-- each sends its own notices
\c - :superuser
:settings
INSERT INTO mlops_internal.outbox (alert_id) SELECT alert_id FROM mlops.alert;
\c - fault_ann
:settings
SELECT mlops.send_outbox();
\c - fault_bob
:settings
SELECT mlops.send_outbox();
SELECT mlops.send_outbox();
\c - :superuser
:settings

DELETE FROM mlops.monitor WHERE owner_name IN ('fault_ann', 'fault_bob');
DELETE FROM mlops.alert WHERE monitor_id IS NULL;
DROP SCHEMA fault_test CASCADE;
DROP OWNED BY fault_ann, fault_bob;
DROP ROLE fault_ann, fault_bob;

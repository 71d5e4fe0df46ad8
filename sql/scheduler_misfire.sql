--
-- scheduler: windows that were due while nothing ran, failed windows that heal,
-- feeds that die, and what is kept
--
\set SHOW_CONTEXT never
\set VERBOSITY terse
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE misfire_ann LOGIN;
SELECT mlops.grant_use('misfire_ann') > 0 AS ann;
CREATE SCHEMA misfire_test;
GRANT ALL ON SCHEMA misfire_test TO misfire_ann;
\c - misfire_ann
:settings
CREATE TABLE misfire_test.flight (at timestamptz NOT NULL, delay double precision, carrier text);
INSERT INTO misfire_test.flight
SELECT '2024-01-01 00:00+00'::timestamptz + i * interval '10 minutes', i % 17, 'c' || i % 3 FROM generate_series(0, 200 * 24 * 6 - 1) AS i;
CREATE INDEX ON misfire_test.flight (at);
CREATE FUNCTION misfire_test.make(name text, misfire text, granularity interval DEFAULT '1 hour', schedule text DEFAULT NULL, start timestamptz DEFAULT '2024-01-01 00:00+00') RETURNS boolean
    LANGUAGE sql AS $$
        SELECT mlops.create_monitor(name, 'misfire_test.flight', 'at', granularity => granularity, start_at => start, schedule => schedule, misfire => misfire) IS NOT NULL
    $$;
CREATE VIEW misfire_test.history AS
    SELECT monitor, window_lo, window_hi, state, attempt, n_windows FROM mlops.run_history ORDER BY monitor, window_lo;
SELECT misfire_test.make('wrong', 'never');

-- down for a week: all, the newest, or none that is too late
SELECT misfire_test.make('all', 'backfill', '1 day'), misfire_test.make('newest', 'run_once', '1 minute'), misfire_test.make('none', 'skip', '1 minute');
CALL mlops.run_due('2024-01-08 00:00:30+00');
SELECT * FROM misfire_test.history WHERE monitor <> 'none';
-- what is not yet overdue is run: windows of one minute have five
SELECT state, sum(n_windows), count(*), min(window_lo), max(window_hi) FROM misfire_test.history WHERE monitor = 'none' GROUP BY 1 ORDER BY 1;
SELECT monitor, succeeded, missed FROM mlops.monitor_health ORDER BY 1;
-- from then on in time, one after the other
CALL mlops.run_due('2024-01-08 00:01:30+00');
CALL mlops.run_due('2024-01-08 00:02:30+00');
SELECT monitor, succeeded, missed FROM mlops.monitor_health ORDER BY 1;
-- the clock goes back: nothing is run twice; forward: missed again
CALL mlops.run_due('2024-01-07 00:02:30+00');
CALL mlops.run_due('2023-11-07 00:02:30+00');
CALL mlops.run_due('2024-01-08 00:02:40+00');
SELECT monitor, succeeded, missed FROM mlops.monitor_health ORDER BY 1;
CALL mlops.run_due('2024-01-08 00:06:40+00');
CALL mlops.run_due('2024-01-08 02:06:40+00');
CALL mlops.run_due('2024-02-17 02:06:40+00');
SELECT monitor, succeeded, missed FROM mlops.monitor_health ORDER BY 1;
-- windows that follow each other without gap, whatever became of them
SELECT monitor, count(*) FILTER (WHERE window_lo <> before) AS gaps FROM (
    SELECT monitor, window_lo, lag(window_hi) OVER (PARTITION BY monitor ORDER BY window_lo) AS before FROM mlops.run_history) AS h GROUP BY 1 ORDER BY 1;
SELECT mlops.drop_monitor(name) FROM unnest('{all,newest,none}'::text[]) AS name;

-- one tick makes many windows due: they belong together
SELECT misfire_test.make('nightly', 'run_once', '6 hours', '0 2 * * *'), misfire_test.make('nightly skip', 'skip', '6 hours', '0 2 * * *');
CALL mlops.run_due('2024-01-04 02:30+00');
SELECT * FROM misfire_test.history;
CALL mlops.run_due('2024-01-07 12:00+00');
SELECT * FROM misfire_test.history WHERE window_lo >= '2024-01-04 00:00+00';
-- by hand everything that is complete is run
SELECT count(*), max(window_hi) FROM mlops.run_now('nightly', '2024-01-07 18:00+00');
SELECT mlops.drop_monitor('nightly'), mlops.drop_monitor('nightly skip');

-- an end; a day of 23 hours and one of 25
SELECT misfire_test.make('clock', 'run_once', '1 day', '30 2 * * *', '2024-03-29 23:00+00');
SELECT mlops.alter_monitor('clock', '{"time_zone": "Europe/Berlin", "end_at": "2024-04-03 22:00+00"}');
CALL mlops.run_due('2024-03-31 00:59+00');
CALL mlops.run_due('2024-03-31 01:00+00');
CALL mlops.run_due('2024-05-01 00:00+00');
CALL mlops.run_due('2024-06-01 00:00+00');
SELECT * FROM misfire_test.history;
SELECT mlops.drop_monitor('clock');

-- a window that failed for good heals after a later one succeeded: one at a time, once
CREATE VIEW misfire_test.fragile AS SELECT at, 1 / (delay - 99) AS delay FROM misfire_test.flight;
SELECT mlops.create_monitor('fragile', 'misfire_test.fragile', 'at', features => '{delay}', granularity => '1 day', start_at => '2024-01-01 00:00+00', schedule => NULL) IS NOT NULL AS made;
UPDATE misfire_test.flight SET delay = 99 WHERE at = '2024-01-01 03:00+00' OR at = '2024-01-02 03:00+00' OR at = '2024-01-03 03:00+00';
CALL mlops.run_due('2024-01-04 00:00+00', 1);
CALL mlops.run_due('2024-01-04 01:00+00', 1);
CALL mlops.run_due('2024-01-04 02:00+00', 1);
CALL mlops.run_due('2024-01-04 03:00+00', 1);
CALL mlops.run_due('2024-01-04 04:00+00', 1);
CALL mlops.run_due('2024-01-04 05:00+00', 1);
CALL mlops.run_due('2024-01-04 06:00+00', 1);
CALL mlops.run_due('2024-01-04 07:00+00', 1);
CALL mlops.run_due('2024-01-04 08:00+00', 1);
SELECT window_lo, state, attempt, retry_at IS NOT NULL AS planned FROM mlops.run_history ORDER BY 1;
-- the cause of two of them is gone
UPDATE misfire_test.flight SET delay = 1 WHERE at = '2024-01-02 03:00+00' OR at = '2024-01-03 03:00+00';
CALL mlops.run_due('2024-01-05 00:00+00');
SELECT window_lo, state, attempt, error_code, retry_at IS NOT NULL AS planned FROM mlops.run_history ORDER BY 1;
SELECT next_due > '2024-01-05 00:01+00' AND next_due < '2024-01-05 00:02+00' AS soon FROM mlops.monitor_health;
CALL mlops.run_due('2024-01-05 00:05+00');
SELECT window_lo, state, attempt, retry_at IS NOT NULL AS planned FROM mlops.run_history ORDER BY 1;
-- the first failed again and is left; the others follow the next success, the last at once
CALL mlops.run_due('2024-01-06 00:00+00');
CALL mlops.run_due('2024-01-06 00:05+00');
SELECT window_lo, state, attempt, retry_at IS NOT NULL AS planned FROM mlops.run_history ORDER BY 1;
SELECT succeeded, failed FROM mlops.monitor_health;
SELECT state, metric FROM mlops.alert WHERE monitor_id = mlops.monitor_id('fragile');
CALL mlops.run_due('2024-01-07 00:00+00');
CALL mlops.run_due('2024-01-07 00:05+00');
SELECT window_lo, attempt FROM mlops.run_history WHERE state = 'failed';
SELECT mlops.drop_monitor('fragile');

-- a feed that dies: told once, without any check, and resolved by the first rows
SELECT mlops.create_monitor('feed', 'misfire_test.flight', 'at', granularity => '6 hours', start_at => '2024-01-01 00:00+00', schedule => NULL) IS NOT NULL AS made;
DELETE FROM misfire_test.flight WHERE at >= '2024-01-03 06:00+00' AND at < '2024-01-03 18:00+00' OR at >= '2024-01-05 00:00+00' AND at < '2024-01-06 12:00+00';
CALL mlops.run_due('2024-01-06 06:00+00');
SELECT window_lo, n, verdict, message FROM mlops.observation WHERE metric = 'evaluation' AND n = 0 ORDER BY 1;
SELECT state, severity, metric, n_windows, first_window_lo, last_window_lo FROM mlops.alert WHERE monitor_id = mlops.monitor_id('feed');
SELECT event, window_lo, e.message FROM mlops.alert_event AS e JOIN mlops.alert USING (alert_id) WHERE monitor_id = mlops.monitor_id('feed') ORDER BY event_id;
CALL mlops.run_due('2024-01-06 18:00+00');
SELECT event, window_lo, e.message FROM mlops.alert_event AS e JOIN mlops.alert USING (alert_id) WHERE monitor_id = mlops.monitor_id('feed') ORDER BY event_id;
SELECT mlops.drop_monitor('feed');
-- nights without rows are usual after the first; with a check on the number of rows that one speaks
CREATE TABLE misfire_test.daytime AS SELECT * FROM misfire_test.flight WHERE extract(hour FROM at AT TIME ZONE 'UTC') BETWEEN 8 AND 19;
SELECT mlops.create_monitor('daytime', 'misfire_test.daytime', 'at', granularity => '1 hour', start_at => '2024-02-01 08:00+00', schedule => NULL) IS NOT NULL AS made,
       mlops.create_monitor('checked', 'misfire_test.daytime', 'at', granularity => '1 hour', start_at => '2024-02-01 08:00+00', schedule => NULL,
                            checks => '[{"metric": "n", "critical": {"below": 1}, "min_rows": 0}]') IS NOT NULL AS made;
CALL mlops.run_due('2024-02-04 08:00+00');
SELECT m.name, e.event, e.severity, e.window_lo, a.metric FROM mlops.alert_event AS e JOIN mlops.alert AS a USING (alert_id) JOIN mlops.monitor AS m USING (monitor_id)
    WHERE m.name = 'daytime' OR a.metric = 'evaluation' ORDER BY e.event_id;
SELECT mlops.drop_monitor('daytime'), mlops.drop_monitor('checked');

-- what is kept
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '[]');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '{"summary": 3}');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '{"summaries": 3}');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '{"summaries": "x"}');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '{"runs": "1 hour"}');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '{"alerts": "soon"}');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', start_at => '2024-01-01', keep => '{"rollup": "7 days"}');
SELECT mlops.create_monitor('kept', 'misfire_test.flight', 'at', features => '{delay,carrier}', slices => '{carrier}', granularity => '1 day', start_at => '2024-01-01 00:00+00',
                            time_zone => 'America/New_York', schedule => NULL, keep => '{"summaries": 40, "runs": "1 day"}') IS NOT NULL AS made;
CALL mlops.run_due('2024-05-01 05:00+00');
-- the newest forty windows whole, and months before, in the monitor's zone
CREATE TEMP TABLE whole AS SELECT date_trunc('month', window_lo AT TIME ZONE 'America/New_York') AS month, slice_column, slice_value, column_name, kind, sum(n)::bigint AS n, mlops.merge(summary) AS summary
    FROM mlops.window_summary GROUP BY 1, 2, 3, 4, 5;
SELECT count(*) FROM mlops.window_summary;
SELECT mlops.prune('kept') AS removed;
SELECT window_lo, window_hi, n FROM mlops.window_summary WHERE slice_column IS NULL AND kind = 'rows' ORDER BY 1 LIMIT 5;
SELECT count(*) AS windows FROM mlops.window_summary WHERE slice_column IS NULL AND kind = 'rows';
-- bit for bit what all their windows give
SELECT count(*), bool_and(w.n IS NOT DISTINCT FROM a.n) AS same_n, bool_and(w.summary::text IS NOT DISTINCT FROM a.summary::text) AS same
FROM mlops.window_summary AS w JOIN whole AS a ON a.month = date_trunc('month', w.window_lo AT TIME ZONE 'America/New_York') AND a.slice_column IS NOT DISTINCT FROM w.slice_column
    AND a.slice_value IS NOT DISTINCT FROM w.slice_value AND a.column_name IS NOT DISTINCT FROM w.column_name AND a.kind = w.kind
WHERE w.window_hi - w.window_lo > interval '2 days';
SELECT mlops.prune('kept') AS again;
-- a window in it that is evaluated again is told, and does not count twice
SELECT mlops.evaluate(mlops.monitor_id('kept'), '2024-01-03 00:00+00', '2024-01-04 00:00+00') > 0 AS evaluated;
SELECT mlops.prune('kept') AS removed;
SELECT mlops.prune('kept') AS again;
-- as time goes by
\c - :superuser
:settings
UPDATE mlops.monitor_run SET finished_at = finished_at - interval '2 days' WHERE monitor_id = mlops.monitor_id('kept') AND window_lo <> '2024-01-10 00:00+00';
UPDATE mlops.observation SET observed_at = observed_at - interval '4 years' WHERE monitor_id = mlops.monitor_id('kept') AND window_lo < '2024-01-03 05:00+00';
\c - misfire_ann
:settings
-- no window younger than the age of what is kept: these were of 2024
SELECT mlops.alter_monitor('kept', '{"keep": {"summaries": 40, "runs": "1 day", "observations": "1 year"}}');
SELECT mlops.prune('kept') > 0 AS removed;
SELECT window_lo, state FROM mlops.run_history ORDER BY 1;
SELECT min(window_lo) FROM mlops.observation WHERE monitor_id = mlops.monitor_id('kept');
SELECT succeeded FROM mlops.monitor_health;
-- the next window is the next
CALL mlops.run_due('2024-05-02 05:00+00');
SELECT window_lo, state FROM mlops.run_history ORDER BY 1;
-- what an alert that is open rests on stays
\c - :superuser
:settings
INSERT INTO mlops.alert (monitor_id, metric, severity, first_window_lo, first_window_hi, last_window_lo, last_window_hi)
    SELECT mlops.monitor_id('kept'), 'psi', 'warning', '2024-03-10 05:00+00', '2024-03-11 05:00+00', '2024-03-10 05:00+00', '2024-03-11 05:00+00';
INSERT INTO mlops.alert (monitor_id, metric, severity, first_window_lo, first_window_hi, last_window_lo, last_window_hi, state, resolved_at)
    SELECT mlops.monitor_id('kept'), 'mean', 'warning', '2024-01-10 05:00+00', '2024-01-11 05:00+00', '2024-01-10 05:00+00', '2024-01-11 05:00+00', 'resolved', now() - d * interval '1 year'
    FROM unnest('{1,3}'::integer[]) AS d;
INSERT INTO mlops_internal.outbox (alert_id, notified_at) SELECT alert_id, now() - d * interval '20 days' FROM mlops.alert, unnest('{1,2,NULL}'::integer[]) AS d WHERE monitor_id = mlops.monitor_id('kept');
\c - misfire_ann
:settings
SELECT mlops.alter_monitor('kept', '{"keep": {"summaries": 30}}');
SELECT mlops.prune('kept') AS removed;
SELECT metric, state, count(o.outbox_id) AS notices, count(o.outbox_id) FILTER (WHERE o.notified_at IS NULL) AS unsent
FROM mlops.alert AS a LEFT JOIN mlops_internal.outbox AS o USING (alert_id) WHERE monitor_id = mlops.monitor_id('kept') GROUP BY a.alert_id, 1, 2 ORDER BY a.alert_id;
SELECT count(*) AS windows FROM mlops.window_summary WHERE slice_column IS NULL AND kind = 'rows';
SELECT mlops.resolve(alert_id) FROM mlops.open_alert;
SELECT mlops.alter_monitor('kept', '{"keep": {"summaries": 30, "rollup": null}}');
SELECT mlops.prune('kept') > 0 AS removed;
SELECT count(*) AS windows, min(window_hi - window_lo) AS shortest, max(window_hi - window_lo) AS longest FROM mlops.window_summary WHERE slice_column IS NULL AND kind = 'rows';

-- late, overdue, progress
SELECT monitor, late > '1 year' AS late, overdue, windows_due > 500 AS many, started, waiting FROM mlops.monitor_health;
SELECT monitor, owner, state, window_lo, windows_done, windows_due > 500 AS many, windows_failed FROM mlops.run_progress;
SELECT due, overdue, running, waiting, failed, unsent FROM mlops.scheduler_status();
SELECT mlops.scheduler_alive() AS served_just_now, mlops.scheduler_alive('0') AS waits_for_the_next;
SELECT mlops.pause('kept');
SELECT late, overdue FROM mlops.monitor_health;
SELECT state FROM mlops.run_progress;
SELECT mlops.scheduler_alive('0') AS nothing_is_due;
-- a portion for all that the scheduler serves, each once a day
\c - :superuser
:settings
UPDATE mlops_internal.monitor_due SET pruned_at = now() - interval '2 days', served_at = now() WHERE monitor_id = mlops.monitor_id('kept');
SELECT mlops_internal.prune_some(NULL, clock_timestamp()) AS more;
SELECT pruned_at > now() - interval '1 hour' AS pruned FROM mlops_internal.monitor_due WHERE monitor_id = mlops.monitor_id('kept');
\c - misfire_ann
:settings
SELECT mlops_internal.prune_some(NULL, now());
SELECT mlops.drop_monitor('kept');
\c - :superuser
:settings
DELETE FROM mlops.alert WHERE owner_name = 'misfire_ann';
DROP SCHEMA misfire_test CASCADE;
DROP OWNED BY misfire_ann;
DROP ROLE misfire_ann;

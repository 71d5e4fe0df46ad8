--
-- alert: from verdicts to alerts and notices, and what people do with them
--
\set SHOW_CONTEXT never
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_alert_ann LOGIN;
CREATE ROLE regress_alert_bob LOGIN;
CREATE SCHEMA at_ AUTHORIZATION regress_alert_ann;
SELECT mlops.grant_use('regress_alert_ann') = mlops.grant_use('regress_alert_bob') AS same;
\c - regress_alert_ann
:settings
CREATE TABLE at_.t (at timestamptz, x float8, part text);
CREATE FUNCTION at_.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;
-- 40 rows on a day of January 2026, so many of them NULL; then the day is evaluated
CREATE FUNCTION at_.day(day integer, n_null integer, n integer DEFAULT 40, OUT changes integer) LANGUAGE plpgsql AS $$
DECLARE
    lo timestamptz := timestamptz '2026-01-01 00:00Z' + (day - 1) * interval '24 hours';
BEGIN
    DELETE FROM at_.t WHERE at >= lo AND at < lo + interval '24 hours';
    INSERT INTO at_.t SELECT lo + i * interval '1 minute', CASE WHEN i > n_null THEN i END, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END FROM generate_series(1, n) AS i;
    PERFORM mlops.evaluate(mlops.monitor_id('nulls'), lo, lo + interval '24 hours');
    changes := mlops.apply_alerts(mlops.monitor_id('nulls'), lo, lo + interval '24 hours');
END $$;
CREATE VIEW at_.alerts AS
    SELECT row_number() OVER (ORDER BY alert_id) AS alert, slice_value AS slice, column_name AS col, metric, state, severity, value, n_windows,
           first_window_lo::date AS first, last_window_lo::date AS last, message FROM mlops.alert;
CREATE VIEW at_.events AS
    SELECT row_number() OVER (ORDER BY e.event_id) AS event_no, dense_rank() OVER (ORDER BY e.alert_id) AS alert, event, e.severity, window_lo::date AS day, e.value, actor, note
    FROM mlops.alert_event AS e WHERE alert_id IS NOT NULL;
SELECT mlops.create_monitor('nulls', 'at_.t', 'at', features => '{x}', slices => '{part}', start_at => '2026-01-01Z',
    checks => '[{"metric": "null_rate", "slices": false, "warning": {"above": 0.1}, "critical": {"above": 0.5}}]') IS NOT NULL AS created;

-- one alert, its severity following the verdict
SELECT 1 AS day, at_.day(1, 0) AS changes;
SELECT 2 AS day, at_.day(2, 8) AS changes;
SELECT * FROM at_.alerts;
SELECT mlops.apply_alerts(mlops.monitor_id('nulls'), '2026-01-02Z', '2026-01-03Z') AS applied_again;
SELECT 3 AS day, at_.day(3, 32) AS changes;
-- no_data neither opens nor resolves
SELECT 4 AS day, at_.day(4, 0, 0) AS changes;
SELECT 4 AS day, at_.day(4, 0, 5) AS changes;
SELECT * FROM at_.alerts;
-- acknowledged: quiet until it escalates
SELECT mlops.ack(max(alert_id), 'looking') FROM mlops.alert;
SELECT 5 AS day, at_.day(5, 32) AS changes;
SELECT 6 AS day, at_.day(6, 8) AS changes;
SELECT state, severity FROM at_.alerts;
SELECT 7 AS day, at_.day(7, 32) AS changes;
SELECT state, severity, n_windows FROM at_.alerts;
-- silenced: comes back when the time is over
SELECT mlops.silence(max(alert_id), now() + interval '1 hour', 'known') FROM mlops.alert;
SELECT 8 AS day, at_.day(8, 32) AS changes;
SELECT state, severity, n_windows FROM at_.alerts;
\c - :superuser
:settings
UPDATE mlops.incident SET silenced_until = now() - interval '1 second' WHERE state = 'silenced';
\c - regress_alert_ann
:settings
SELECT 9 AS day, at_.day(9, 32) AS changes;
SELECT state, severity, n_windows FROM at_.alerts;
SELECT 10 AS day, at_.day(10, 0) AS changes;
SELECT * FROM at_.alerts;
SELECT * FROM at_.events ORDER BY event_no;

-- an older window changes history, not alerts
SELECT 3 AS day, at_.day(3, 0) AS changes;
SELECT 3 AS day, at_.day(3, 32) AS changes;
SELECT count(*) FROM mlops.alert WHERE state <> 'resolved';
-- the newest one, restated, does
SELECT 10 AS day, at_.day(10, 32) AS changes;
SELECT 10 AS day, at_.day(10, 0) AS changes;
SELECT alert, state, first, last FROM at_.alerts ORDER BY alert;
-- resolved by hand: the window is done with, the next one is not
SELECT 11 AS day, at_.day(11, 32) AS changes;
SELECT mlops.resolve(max(alert_id), 'fixed upstream') FROM mlops.alert;
SELECT 11 AS day, at_.day(11, 32) AS changes;
SELECT 12 AS day, at_.day(12, 32) AS changes;
SELECT alert, state, first, last FROM at_.alerts ORDER BY alert;
-- windows caught up in order open and resolve
SELECT d AS day, at_.day(d, CASE WHEN d IN (14, 15) THEN 32 ELSE 0 END) AS changes FROM generate_series(13, 16) AS d;
SELECT alert, state, first, last, n_windows FROM at_.alerts ORDER BY alert;
-- a window that cannot be evaluated is an alert, too
SELECT mlops.record_failure(mlops.monitor_id('nulls'), '2026-01-17Z', '2026-01-18Z', '42P01', 'relation at_.t does not exist');
SELECT mlops.apply_alerts(mlops.monitor_id('nulls'), '2026-01-17Z', '2026-01-18Z');
SELECT alert, metric, state, severity, message FROM at_.alerts ORDER BY alert DESC LIMIT 1;
SELECT 17 AS day, at_.day(17, 0) AS changes;
SELECT alert, metric, state, message FROM at_.alerts ORDER BY alert DESC LIMIT 1;
-- slices and columns have alerts of their own
SELECT mlops.alter_monitor('nulls', '{"checks": [{"metric": "null_rate", "warning": {"above": 0.1}}, {"metric": "mean", "column": "x", "critical": {"above": 20}}, {"metric": "n", "slices": false, "warning": {"below": 50}}], "min_rows": 10}') AS version;
SELECT 18 AS day, at_.day(18, 20) AS changes;
SELECT slice, col, metric, state, severity, message FROM at_.alerts WHERE state <> 'resolved' ORDER BY alert;
-- what nobody checks any more is over
SELECT mlops.alter_monitor('nulls', '{"checks": [{"metric": "null_rate", "slices": false, "warning": {"above": 0.1}}]}') AS version;
SELECT 19 AS day, at_.day(19, 20) AS changes;
SELECT slice, col, metric, state, message FROM at_.alerts WHERE last >= '2026-01-18' ORDER BY alert;

-- the outbox: committed with the alert, sent afterwards, once
SELECT count(*) AS notices, count(notified_at) AS sent FROM mlops_internal.outbox;
BEGIN;
SELECT mlops.send_outbox() = (SELECT count(*) FROM mlops_internal.outbox) AS all_sent;
ROLLBACK;
SELECT count(notified_at) AS sent FROM mlops_internal.outbox;
SELECT mlops.send_outbox() = (SELECT count(*) FROM mlops_internal.outbox) AS all_sent;
SELECT mlops.send_outbox() AS nothing_left;
SELECT count(*) FILTER (WHERE notified_at IS NULL) AS unsent FROM mlops_internal.outbox;
-- the longest notice
SELECT length(json_build_object('id', 9223372036854775807)::text) AS bytes;

-- events since a cursor
SELECT count(*) = (SELECT count(alert_id) FROM mlops.alert_event) AS everything FROM mlops.alerts_since();
SELECT max(next::text) AS cursor FROM mlops.alerts_since() \gset
SELECT count(*) FROM mlops.alerts_since(:'cursor');
SELECT mlops.ack(max(alert_id), 'seen') FROM mlops.alert WHERE state = 'opened';
SELECT event, monitor, column_name, metric, state, severity, actor, note FROM mlops.alerts_since(:'cursor');
SELECT max(next::text) AS cursor FROM mlops.alerts_since(:'cursor') \gset
SELECT count(*) FROM mlops.alerts_since(:'cursor');
-- written by a subtransaction
DO $$ BEGIN PERFORM mlops.ack(max(alert_id), 'again') FROM mlops.alert WHERE state = 'acknowledged'; EXCEPTION WHEN division_by_zero THEN RAISE; END $$;
SELECT event, note FROM mlops.alerts_since(:'cursor');
SELECT max(next::text) AS cursor FROM mlops.alerts_since(:'cursor') \gset
SELECT count(*) FROM mlops.alerts_since(:'cursor');
-- a row that was restored has no transaction of this cluster and counts as old, wherever the counter stands
\c - :superuser
:settings
DELETE FROM mlops_internal.alert_event_xact WHERE event_id = (SELECT max(event_id) FROM mlops.alert_event WHERE alert_id IS NOT NULL);
\c - regress_alert_ann
:settings
SELECT count(*) - (SELECT count(alert_id) FROM mlops.alert_event) AS missing FROM mlops.alerts_since('3:3:');
SELECT count(*) = (SELECT count(alert_id) FROM mlops.alert_event) AS everything FROM mlops.alerts_since();
-- a cursor of another server, whose transactions have not begun here
SELECT t.state, t.message FROM at_.try($$SELECT * FROM mlops.alerts_since('1000000000000:1000000000000:')$$) AS t;

-- what cannot be
SELECT statement, t.state, regexp_replace(t.message, '\d+', 'N') AS message FROM (VALUES
    ('SELECT mlops.ack(-1)'),
    ('SELECT mlops.silence((SELECT max(alert_id) FROM mlops.alert WHERE state <> ''resolved''), NULL)'),
    ('SELECT mlops.resolve((SELECT min(alert_id) FROM mlops.alert))'),
    ('SELECT mlops.ack((SELECT min(alert_id) FROM mlops.alert))'),
    ('SELECT mlops.apply_alerts(-1, ''2026-01-01Z'', ''2026-01-02Z'')'),
    ('SELECT mlops_internal.own_incident(1, mlops_internal.caller())'),
    ('UPDATE mlops.alert SET state = ''resolved'''),
    ('DELETE FROM mlops.alert_event'),
    ('INSERT INTO mlops_internal.outbox (alert_id) SELECT max(alert_id) FROM mlops.alert')) AS v(statement), LATERAL at_.try(statement) AS t;
SELECT t.state, regexp_replace(t.message, '\d.*', '...') FROM at_.try($$SELECT mlops.silence((SELECT max(alert_id) FROM mlops.alert WHERE state <> 'resolved'), now())$$) AS t;
-- another role sees nothing and may nothing
\c - :superuser
:settings
SELECT max(alert_id) AS alert, max(monitor_id) AS monitor FROM mlops.alert \gset
GRANT USAGE ON SCHEMA at_ TO regress_alert_bob;
\c - regress_alert_bob
:settings
SELECT (SELECT count(*) FROM mlops.alert) AS alert, (SELECT count(*) FROM mlops.alert_event) AS alert_event, (SELECT count(*) FROM mlops_internal.outbox) AS outbox,
       (SELECT count(*) FROM mlops.alerts_since()) AS alerts_since;
SELECT t.state, regexp_replace(t.message, '\d+', 'N') AS message FROM (VALUES
    (format('SELECT mlops.ack(%s)', :alert)),
    (format('SELECT mlops.silence(%s, now() + interval ''1 day'')', :alert)),
    (format('SELECT mlops.resolve(%s)', :alert)),
    (format('SELECT mlops.apply_alerts(%s, ''2026-01-01Z'', ''2026-01-02Z'')', :monitor))) AS v(statement), LATERAL at_.try(statement) AS t;
\c - :superuser
:settings
\c - regress_alert_ann
:settings
-- the monitor goes, and what was told of it does not go without a word
SELECT count(*) AS live, min(alert_id) AS a_live_one FROM mlops.alert WHERE state <> 'resolved' \gset
SELECT :live > 0 AS some_live;
SELECT mlops.silence(:a_live_one, now() + interval '1 day');
SELECT mlops.send_outbox() >= 0 AS sent;
SELECT max(next::text) AS cursor FROM mlops.alerts_since() \gset
SELECT mlops.drop_monitor('nulls');
SELECT count(*) = :live AS all_live, count(DISTINCT alert_id) = :live AS each_once FROM mlops.alerts_since(:'cursor');
SELECT DISTINCT monitor, event, state, actor, note FROM mlops.alerts_since(:'cursor');
SELECT mlops.send_outbox() = :live - 1 AS all_but_the_silenced;
SELECT count(*) FILTER (WHERE state <> 'resolved') AS live, count(monitor_id) AS of_a_monitor, count(DISTINCT monitor_name) AS names FROM mlops.alert;
SELECT t.state, regexp_replace(t.message, '\d+', 'N') AS message FROM at_.try(format('SELECT mlops.ack(%s)', :a_live_one)) AS t;
-- a new one of that name begins anew
SELECT mlops.create_monitor('nulls', 'at_.t', 'at', features => '{x}', start_at => '2026-01-01Z') IS NOT NULL AS created;
SELECT count(*) FROM mlops.alert WHERE monitor_id = mlops.monitor_id('nulls');
SELECT mlops.drop_monitor('nulls');
\c - regress_alert_bob
:settings
SELECT (SELECT count(*) FROM mlops.alert) AS alert, (SELECT count(*) FROM mlops.alert_event) AS alert_event, (SELECT count(*) FROM mlops.alerts_since()) AS alerts_since;
\c - :superuser
:settings
-- a monitor that is removed by other means
\c - regress_alert_ann
:settings
SELECT mlops.create_monitor('gone', 'at_.t', 'at', features => '{x}', start_at => '2026-01-01Z', checks => '[{"metric": "n", "critical": {"below": 1000}}]') AS gone \gset
SELECT mlops.evaluate('gone', '2026-01-19Z', '2026-01-20Z') > 0 AS evaluated, mlops.apply_alerts(:gone, '2026-01-19Z', '2026-01-20Z') AS changes;
\c - :superuser
:settings
DELETE FROM mlops.monitor WHERE monitor_id = :gone;
SELECT event, monitor, state, actor, note FROM mlops.alerts_since() WHERE monitor = 'gone' ORDER BY event_id;
DELETE FROM mlops.alert;
DELETE FROM mlops.incident;
SELECT count(*) FROM mlops_internal.alert_event_xact;
DROP SCHEMA at_ CASCADE;
DROP OWNED BY regress_alert_ann, regress_alert_bob;
DROP ROLE regress_alert_ann, regress_alert_bob;

--
-- labels_arrive: labels have their windows read again, and no others without end: those of a window that is still open did
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_arrive LOGIN;
SELECT mlops.grant_use('regress_arrive') > 0 AS granted;
CREATE SCHEMA lr AUTHORIZATION regress_arrive;
\c - regress_arrive
:settings
-- rows of every two minutes; a batch labels those before 2 o'clock from 2:00 to 2:05, later ones are labelled after a minute
CREATE TABLE lr.open (at timestamptz, score float8, label boolean, label_at timestamptz);
INSERT INTO lr.open SELECT t, i % 100 / 100.0, i % 3 = 0, CASE WHEN t < '2026-03-01 02:00Z' THEN '2026-03-01 02:00Z'::timestamptz + i % 6 * interval '1 minute' ELSE t + interval '1 minute' END
FROM generate_series(0, 240) AS i, LATERAL (SELECT timestamptz '2026-03-01Z' + i * interval '2 minutes' AS t) AS x;
SELECT mlops.create_monitor('open', 'lr.open', 'at', label_column => 'label', score_column => 'score', label_time_column => 'label_at', max_label_age => '30 days', start_at => '2026-03-01Z', end_at => '2026-04-01Z',
    granularity => '1 hour', schedule => NULL, min_rows => 10, checks => '[{"metric": "roc_auc", "critical": {"below": 0.1}}]') > 0 AS made;
CREATE VIEW lr.reads AS SELECT to_char(window_lo, 'HH24:MI') AS window, attempt AS reads, state FROM mlops.monitor_run WHERE monitor_id = mlops.monitor_id('open') ORDER BY 1;
SET statement_timeout = '30s';
CALL mlops.run_due('2026-03-01 02:00Z');
SELECT * FROM lr.reads;
-- the hour before 3 is complete, that from 3 on is open and has labels
CALL mlops.run_due('2026-03-01 03:05Z');
SELECT * FROM lr.reads;
CALL mlops.run_due('2026-03-01 03:05Z');
CALL mlops.run_due('2026-03-01 03:07Z');
SELECT sum(reads) FROM lr.reads;
-- the next hours bring no news of those before; a label that is put right does, of its window alone (the last hour before is looked at once)
CALL mlops.run_due('2026-03-01 05:01Z');
SELECT * FROM lr.reads;
UPDATE lr.open SET label = NOT label, label_at = '2026-03-01 05:10Z' WHERE at = '2026-03-01 00:10Z';
CALL mlops.run_due('2026-03-01 06:01Z');
SELECT * FROM lr.reads;
SELECT count(*) FILTER (WHERE next_at IS NOT NULL) AS waiting FROM mlops.label_window WHERE monitor_id = mlops.monitor_id('open');
RESET statement_timeout;
SELECT mlops.drop_monitor('open');
\c - :superuser
:settings
DROP OWNED BY regress_arrive CASCADE;
DROP ROLE regress_arrive;

-- feature views that are watched by monitors, and materialized by their runs
\set VERBOSITY terse
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = notice; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD''; SET search_path = watch_test;'
SELECT current_user AS superuser \gset
CREATE ROLE regress_watch_ann LOGIN;
CREATE ROLE regress_watch_bob LOGIN;
SELECT mlops.grant_use('regress_watch_ann') > 0, mlops.grant_use('regress_watch_bob') > 0;
CREATE SCHEMA watch_test;
GRANT ALL ON SCHEMA watch_test TO regress_watch_ann, regress_watch_bob;
\c - regress_watch_ann
:settings
CREATE TABLE stay AS
    SELECT c AS guest, timestamp '2024-01-01' + h * interval '1 hour' AS at, timestamptz '2024-01-01' + h * interval '1 hour' AS loaded, (c * 7 + h * 3) % 40 AS nights, 'room ' || c % 3 AS room, '{}'::json AS raw
    FROM generate_series(1, 10) AS c, generate_series(0, 71) AS h;
SELECT mlops.create_feature_view('stay', 'SELECT guest, at, loaded, nights, nights / 7.0 AS weeks, room, raw FROM stay', '{guest}', 'at', created_at_column => 'loaded', ttl => '3 hours', time_zone => 'Europe/Berlin');
SELECT mlops.create_feature_view('plain', 'stay', '{guest}', 'at', '{nights}', tie_breaker => '{loaded}');
SELECT mlops.create_feature_view('left', 'stay', '{guest}', 'at', '{room}', role => 'label', horizon => '1 day');

-- a view that is a query: what it says becomes a monitor, its rows a view of the caller
SELECT mlops.monitor_feature_view('stay', given => '{"start_at": "2023-12-31 23:00Z", "end_at": "2024-01-05 23:00Z", "schedule": null, "reference_from": "2023-12-31 23:00Z", "reference_to": "2024-01-01 23:00Z", "min_rows": 10}');
SELECT m.name, v.feature_view, v.materialize, v.relation_name, v.timestamp_column, v.features, v.row_key, v.time_zone, v.granularity FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id);
SELECT string_agg(c ->> 'metric', ' ' ORDER BY i), min(c ->> 'critical') FILTER (WHERE c ->> 'metric' = 'freshness') AS freshness FROM mlops.monitor_version, jsonb_array_elements(checks) WITH ORDINALITY AS c (c, i);
CALL mlops.run_due();
SELECT window_lo, n FROM mlops.metric_history WHERE metric = 'n' AND slice_column IS NULL ORDER BY 1;
-- descriptive statistics of each feature over time
SELECT window_lo, column_name, round(max(value) FILTER (WHERE metric = 'mean')::numeric, 2) AS mean, max(value) FILTER (WHERE metric = 'n_distinct') AS n_distinct FROM mlops.metric_history
    WHERE monitor = 'stay@1' AND column_name IS NOT NULL AND window_lo < '2024-01-03 23:00Z' GROUP BY 1, 2 ORDER BY 1, 2;
-- older than the ttl
SELECT window_lo, value, verdict FROM mlops.metric_history WHERE metric = 'freshness' AND verdict = 'critical' ORDER BY 1;
SELECT cause, count(*) FROM mlops.alert GROUP BY 1 ORDER BY 1;
-- the lineage names the version
SELECT type, name FROM mlops.descendants('features:/stay/1');

-- over a relation; rows that came twice
INSERT INTO stay SELECT * FROM stay WHERE guest = 1 AND at < '2024-01-01 12:00';
SELECT mlops.monitor_feature_view('plain', given => '{"start_at": "2024-01-01", "end_at": "2024-01-02", "schedule": null, "name": "rows of plain", "checks": [{"metric": "duplicate_rows"}]}');
CALL mlops.run_due();
SELECT relation_name, row_key FROM mlops.monitor_version WHERE feature_view = 'plain@1';
SELECT metric, round(value::numeric, 3) AS value, verdict FROM mlops.metric_history WHERE monitor = 'rows of plain' AND metric = 'duplicate_rows';
-- one feature; the view of the query is there already
SELECT mlops.monitor_feature_view('stay@1:weeks', given => '{"name": "weeks", "start_at": "2024-01-01", "end_at": "2024-01-02", "granularity": "12 hours", "schedule": null}');
SELECT features, relation_name FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('weeks');
SELECT mlops.drop_monitor('weeks'), mlops.drop_monitor('rows of plain');

-- runs that materialize it: the first of those that are due together, as of its time
SELECT mlops.materialize('stay', '2024-01-01 06:00');
SELECT mlops.monitor_feature_view('stay', true, '{"name": "online", "start_at": "2024-01-01", "end_at": "2024-01-04", "schedule": null}');
CALL mlops.run_due('2024-01-01 12:30Z');
SELECT feature_view, version, known_until, n_written, monitor, active, next_due, state, last_error, is_stale FROM mlops.feature_health;
SELECT count(*), min(stay__at) FROM stay_online_1;
CALL mlops.run_due('2024-01-01 12:45Z');
SELECT known_until FROM mlops.feature_health;
CALL mlops.run_due('2024-01-01 13:00Z');
SELECT known_until, next_due FROM mlops.feature_health;
-- what a user evaluates again, or the labels have evaluated again, materializes nothing
SELECT count(*) FROM mlops.backfill('online', '2024-01-01 10:00Z', '2024-01-01 14:00Z');
SELECT known_until FROM mlops.feature_health;
-- a failure is seen beside the table
ALTER TABLE stay RENAME nights TO days;
CALL mlops.run_due('2024-01-01 14:10Z');
SELECT state, last_error FROM mlops.feature_health;
ALTER TABLE stay RENAME days TO nights;
CALL mlops.run_due('2024-01-01 14:20Z');
SELECT known_until, state FROM mlops.feature_health;
-- a table that is gone is made again; a definition that changes goes on materializing
DROP TABLE stay_online_1;
SELECT mlops.alter_monitor('online', '{"min_rows": 5}');
CALL mlops.run_due('2024-01-01 15:00Z');
SELECT count(*), (SELECT known_until FROM mlops.feature_health) FROM stay_online_1;
SELECT mlops.pause('online');
SELECT monitor, active FROM mlops.feature_health;

-- one clear error each, and nothing is left of it
SELECT mlops.monitor_feature_view('nobody');
SELECT mlops.monitor_feature_view('stay@7');
SELECT mlops.monitor_feature_view('stay:rooms');
SELECT mlops.monitor_feature_view('stay', given => '[]');
SELECT mlops.monitor_feature_view('stay', given => '{"model": "m"}');
SELECT mlops.monitor_feature_view('stay', given => '{"granularity": "1 week 1 hour"}');
SELECT mlops.monitor_feature_view('stay');
SELECT mlops.monitor_feature_view('plain', given => '{"relation": "elsewhere"}');
SELECT mlops.monitor_feature_view('left', true);
SELECT mlops.monitor_feature_view('stay', true, '{"name": "wrong", "relation": "stay"}');
SELECT to_regclass('plain_online_1'), (SELECT count(*) FROM mlops.monitor) AS monitors, (SELECT count(*) FROM mlops.run WHERE kind = 'monitoring') AS runs;
-- words of the view are words only
CREATE TABLE "odd ""%s" AS SELECT 1 AS "k ""%I", now() AS "at '", 1.5 AS "x %s";
SELECT mlops.create_feature_view('o"dd ''%s', 'SELECT * FROM "odd ""%s"', ARRAY['k "%I']::name[], 'at ''');
SELECT mlops.monitor_feature_view('o"dd ''%s', true, '{"start_at": "2024-01-01", "end_at": "2024-01-02"}');
SELECT feature_view, relation_name, features FROM mlops.monitor_version WHERE feature_view LIKE 'o"%';

-- others: who may look may watch with the own rights, and not materialize
SELECT mlops.grant_read('regress_watch_bob', 'regress_watch_ann');
\c - regress_watch_bob
:settings
SELECT mlops.monitor_feature_view('plain', true);
SELECT mlops.monitor_feature_view('plain');
SELECT mlops.monitor_feature_view('stay', given => '{"name": "stay of bob", "relation": "rows_of_bob", "start_at": "2024-01-01", "end_at": "2024-01-02", "schedule": null, "checks": []}');
CALL mlops.run_due();
SELECT monitor, state, error_message FROM mlops.run_history WHERE monitor = 'stay of bob';
\c - :superuser
:settings
SELECT mlops.monitor_feature_view('plain');
-- nobody puts another view in the place of that of a query, nor a statement behind the query
CREATE VIEW trap_rows_1 AS SELECT 1 AS k, now() AS at, 2 AS x;
COMMENT ON VIEW trap_rows_1 IS 'rows of version 1 of feature view "trap", for monitors, in search path watch_test: SELECT 1 AS k, now() AS at, 2 AS x';
\c - regress_watch_bob
:settings
SELECT mlops.create_feature_view('trap', 'SELECT 1 AS k, now() AS at, 2 AS x', '{k}', 'at');
SELECT mlops.monitor_feature_view('trap');
SELECT mlops.create_feature_view('behind', 'SELECT 1 AS k, now() AS at, 2 AS x) AS source; CREATE TABLE behind (); SELECT * FROM (SELECT 1', '{k}', 'at');
SELECT to_regclass('behind');
-- what was made of the query of a view that is gone is not taken for that of its successor
SELECT mlops.create_feature_view('again', 'SELECT 1 AS k, now() AS at, 2 AS x', '{k}', 'at');
SELECT mlops.monitor_feature_view('again', given => '{"name": "first of again", "start_at": "2024-01-01", "end_at": "2024-01-02", "schedule": null}');
SELECT mlops.drop_feature_view('again');
SELECT mlops.create_feature_view('again', 'SELECT 1 AS k, now() AS at, 3 AS x', '{k}', 'at');
SELECT mlops.monitor_feature_view('again', given => '{"name": "second of again", "start_at": "2024-01-01", "end_at": "2024-01-02", "schedule": null}');
SELECT mlops.monitor_feature_view('again', given => '{"name": "second of again", "relation": "again_rows", "start_at": "2024-01-01", "end_at": "2024-01-02", "schedule": null}');
SELECT x FROM again_rows;
\c - :superuser
:settings
-- roles have names of all kinds
CREATE ROLE "regress Watch ""Cid""" LOGIN;
GRANT ALL ON SCHEMA watch_test TO "regress Watch ""Cid""";
SELECT mlops.grant_use('"regress Watch ""Cid"""') > 0;
SET ROLE "regress Watch ""Cid""";
SELECT mlops.create_feature_view('of cid', 'SELECT 1 AS k, timestamptz ''2024-01-01'' AS at, 2 AS x', '{k}', 'at');
SELECT mlops.monitor_feature_view('of cid', given => jsonb_build_object('name', n, 'start_at', '2024-01-01', 'end_at', '2024-01-02', 'schedule', NULL)) FROM unnest('{first of cid,second of cid}'::text[]) AS n;
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA watch_test CASCADE;
DROP OWNED BY regress_watch_ann, regress_watch_bob, "regress Watch ""Cid""";
SELECT (SELECT count(*) FROM mlops.monitor) AS monitors, (SELECT count(*) FROM mlops.feature_view) AS views;
DROP ROLE regress_watch_ann, regress_watch_bob, "regress Watch ""Cid""";

--
-- monitor_rows: rows that are not as the definition was made for: none, moved to another table, under another name, in long texts,
-- by the wall clock, of slices that come and go
--
\set SHOW_CONTEXT never
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD''; SET IntervalStyle = ''postgres'';'
:settings
SET client_min_messages = warning;
SELECT current_user AS superuser \gset
CREATE ROLE regress_rows_ann LOGIN;
CREATE ROLE regress_rows_etl LOGIN;
CREATE SCHEMA mr AUTHORIZATION regress_rows_ann;
GRANT CREATE, USAGE ON SCHEMA mr TO regress_rows_etl;
SELECT mlops.grant_use('regress_rows_ann') > 0 AS granted;
\c - regress_rows_ann
:settings
CREATE FUNCTION mr.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
-- evaluate a window of a monitor and apply it, as the scheduler does
CREATE FUNCTION mr.day(name text, day date, OUT changes integer) LANGUAGE plpgsql AS $$
DECLARE
    lo timestamptz := day::timestamp AT TIME ZONE 'UTC';
BEGIN
    PERFORM mlops.evaluate(name, lo, lo + interval '24 hours');
    changes := mlops.apply_alerts(mlops.monitor_id(name), lo, lo + interval '24 hours');
END $$;

--
-- classes and slices longer than 200 characters are compared whole
--
CREATE TABLE mr.long (at timestamptz, truth text, guess text, topic text);
INSERT INTO mr.long SELECT timestamptz '2026-01-01Z' + i * interval '10 minutes', repeat('The customer asks about ', 10) || 'refunds',
    repeat('The customer asks about ', 10) || CASE WHEN i < 36 THEN 'refunds' ELSE 'delivery' END, repeat('é', 199 + i % 4) FROM generate_series(0, 143) AS i;
SELECT mlops.create_monitor('long', 'mr.long', 'at', label_column => 'truth', prediction_column => 'guess', slices => '{topic}', start_at => '2026-01-01Z',
    end_at => '2026-01-02Z', schedule => NULL) IS NOT NULL AS created;
SELECT mr.day('long', '2026-01-01');
SELECT o.metric, o.value, CASE o.metric WHEN 'accuracy' THEN a.accuracy ELSE a.f1 END = o.value AS as_of_the_rows
FROM mlops.observation AS o, (SELECT mlops.accuracy(truth, guess) AS accuracy, mlops.f1_score(truth, guess, 'macro') AS f1 FROM mr.long) AS a
WHERE monitor_id = mlops.monitor_id('long') AND metric IN ('accuracy', 'f1_score') AND slice_column IS NULL ORDER BY 1;
-- up to 200 characters as they are; longer ones shortened, and still apart
SELECT length(slice_value), count(*), sum(value) AS n FROM mlops.observation WHERE monitor_id = mlops.monitor_id('long') AND slice_column = 'topic' AND metric = 'n' GROUP BY 1 ORDER BY 1;
SELECT n, length(s) AS length, right(s, 35) = '...' || left(encode(sha256(convert_to(repeat('é', n), 'UTF8')), 'hex'), 32) AS hashed, s = mlops_internal.short_text(s || 'x') AS equal
FROM generate_series(199, 202) AS n, mlops_internal.short_text(repeat('é', n)) AS s;

--
-- labels that are 0 and 1 in any type of number
--
CREATE TABLE mr.labels (at timestamptz, score float8, i2 smallint, i8 bigint, f4 real, f8 float8, num numeric, word text);
INSERT INTO mr.labels SELECT timestamptz '2026-01-01Z' + i * interval '10 minutes', i / 144.0, v, v, v, v, v, v FROM generate_series(0, 143) AS i, LATERAL (SELECT (i % 3 = 0)::integer AS v) AS l;
INSERT INTO mr.labels VALUES ('2026-01-01 00:01Z', 0.5, 2, 2, 'NaN', 'Infinity', 'NaN', '?');
SELECT c AS label, mlops.create_monitor('label ' || c, 'mr.labels', 'at', label_column => c, score_column => 'score', start_at => '2026-01-01Z', end_at => '2026-01-02Z') IS NOT NULL AS created,
       mr.day('label ' || c, '2026-01-01') AS changes
FROM unnest('{i2,i8,f4,f8,num}'::name[]) AS c;
SELECT o.metric, o.n, count(*), bool_and(o.value = r.auc) AS as_of_the_rows
FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id), (SELECT mlops.roc_auc(i2 = 1, score) AS auc FROM mr.labels WHERE i2 < 2) AS r
WHERE m.name LIKE 'label %' AND o.metric = 'roc_auc' GROUP BY 1, 2;
SELECT metric, min(value), max(value) FROM mlops.observation WHERE metric = 'n_invalid' AND slice_column IS NULL AND monitor_id IN (SELECT monitor_id FROM mlops.monitor WHERE name LIKE 'label %') GROUP BY 1;
SELECT t.* FROM mr.try($$SELECT mlops.create_monitor('word', 'mr.labels', 'at', label_column => 'word', score_column => 'score')$$) AS t;

--
-- the wall clock: a window reads its own rows and no others, by an index
--
CREATE TABLE mr.clock (at timestamp, n integer);
INSERT INTO mr.clock SELECT t, row_number() OVER () FROM generate_series(timestamp '2026-03-26', '2026-04-01', '15 minutes') AS t
    UNION ALL SELECT t, 0 FROM generate_series(timestamp '2026-10-22', '2026-10-29', '15 minutes') AS t;
CREATE INDEX ON mr.clock (at);
ANALYZE mr.clock;
SELECT mlops.create_monitor('clock', 'mr.clock', 'at', granularity => '1 hour', start_at => '2026-01-01Z', time_zone => 'Europe/Berlin', end_at => '2027-01-01Z', schedule => NULL) IS NOT NULL AS created;
-- a day in summer: two bounds and nothing else
SELECT mlops_internal.time_condition(v, 'mr.clock', '2026-07-01 22:00Z', '2026-07-02 22:00Z') FROM mlops.monitor_version AS v WHERE monitor_id = mlops.monitor_id('clock');
SELECT mlops_internal.time_condition(v, 'mr.clock', '2026-03-28 23:00Z', NULL) FROM mlops.monitor_version AS v WHERE monitor_id = mlops.monitor_id('clock');
SELECT mlops_internal.time_condition(v, 'mr.clock', NULL, 'infinity'), mlops_internal.time_condition(v, 'mr.clock', NULL, NULL) FROM mlops.monitor_version AS v WHERE monitor_id = mlops.monitor_id('clock');
-- every window of an hour around both changes of the clock, in zones that change by an hour, by half of one, and by a day
CREATE FUNCTION mr.found(zone text, lo timestamptz, hi timestamptz, OUT by_condition bigint, OUT by_instant bigint) LANGUAGE plpgsql AS $$
DECLARE
    def mlops.monitor_version;
BEGIN
    SELECT * INTO def FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('clock');
    def.time_zone := zone;
    EXECUTE 'SELECT count(*) FROM mr.clock AS t WHERE ' || mlops_internal.time_condition(def, 'mr.clock', lo, hi) INTO by_condition;
    SELECT count(*) INTO by_instant FROM mr.clock AS t WHERE t.at AT TIME ZONE zone >= lo AND t.at AT TIME ZONE zone < hi;
END $$;
INSERT INTO mr.clock SELECT t, -1 FROM generate_series(timestamp '2011-12-28', '2012-01-02', '15 minutes') AS t
    UNION ALL SELECT t, -1 FROM generate_series(timestamp '2026-04-03', '2026-04-07', '15 minutes') AS t;
SELECT z.zone, z.since, count(*) AS windows, sum(f.by_instant) AS n_rows, count(*) FILTER (WHERE f.by_condition <> f.by_instant) AS wrong
FROM (VALUES ('Europe/Berlin', '2026-03-26Z'::timestamptz), ('Europe/Berlin', '2026-10-22Z'), ('Australia/Lord_Howe', '2026-04-03Z'), ('Pacific/Apia', '2011-12-28Z'), ('UTC', '2026-03-27Z')) AS z(zone, since),
     generate_series(z.since, z.since + interval '5 days', interval '30 minutes') AS w(lo), LATERAL mr.found(z.zone, w.lo, w.lo + interval '1 hour') AS f
GROUP BY 1, 2 ORDER BY 1, 2;
SET enable_seqscan = off;
DO $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE (SELECT 'EXPLAIN (COSTS OFF) SELECT FROM mr.clock AS t WHERE ' || mlops_internal.time_condition(v, 'mr.clock', '2026-07-01 22:00Z', '2026-07-02 22:00Z')
                         FROM mlops.monitor_version AS v WHERE monitor_id = mlops.monitor_id('clock')) LOOP
        CONTINUE WHEN line !~ 'Index Cond|Filter';
        RAISE NOTICE '%', btrim(line);
    END LOOP;
END $$;
RESET enable_seqscan;

--
-- a table that is built anew under its name
--
CREATE TABLE mr.sw (at timestamptz, x float8);
INSERT INTO mr.sw SELECT timestamptz '2026-01-01Z' + i * interval '10 minutes', 1 FROM generate_series(0, 143) AS i;
SELECT mlops.create_monitor('swap', 'mr.sw', 'at', features => '{x}', start_at => '2026-01-01Z', end_at => '2026-01-08Z', schedule => NULL,
    checks => '[{"metric": "mean", "column": "x", "critical": {"above": 5}}]') AS swap \gset
SELECT mr.day('swap', '2026-01-01') AS changes;
CREATE TABLE mr.sw_new (at timestamptz, x float8);
INSERT INTO mr.sw_new SELECT timestamptz '2026-01-01Z' + i * interval '10 minutes', 99 FROM generate_series(0, 1007) AS i;
BEGIN; ALTER TABLE mr.sw RENAME TO sw_old; ALTER TABLE mr.sw_new RENAME TO sw; COMMIT;
SELECT mr.day('swap', '2026-01-02') AS changes;
SELECT window_lo::date, metric, value, verdict FROM mlops.observation WHERE monitor_id = :swap AND metric IN ('n', 'mean') ORDER BY 1, 2;
SELECT count(*) AS alerts FROM mlops.alert WHERE monitor_id = :swap;
-- the old one is dropped; a definition that changes goes on with the new one
DROP TABLE mr.sw_old;
SELECT mr.day('swap', '2026-01-03') AS changes;
SELECT mlops.alter_monitor('swap', '{"min_rows": 10}') AS version;
SELECT mr.day('swap', '2026-01-04') AS changes;
-- only renamed: followed, too
ALTER TABLE mr.sw RENAME TO sw_renamed;
SELECT mr.day('swap', '2026-01-05') AS changes;
SELECT window_lo::date, value FROM mlops.observation WHERE monitor_id = :swap AND metric = 'n' ORDER BY 1;
-- built anew by another role: what stands there runs as the monitor's owner
\c - regress_rows_etl
:settings
CREATE VIEW mr.sw AS SELECT '2026-01-06Z'::timestamptz AS at, 1::float8 AS x;
GRANT SELECT ON mr.sw TO regress_rows_ann;
\c - regress_rows_ann
:settings
SELECT t.* FROM mr.try($$SELECT mr.day('swap', '2026-01-06')$$) AS t;
SELECT mlops.alter_monitor('swap', '{"relation": "mr.sw"}') AS version;
SELECT mr.day('swap', '2026-01-06') AS changes;
\c - regress_rows_etl
:settings
BEGIN; DROP VIEW mr.sw; CREATE TABLE mr.sw (at timestamptz, x float8); GRANT SELECT ON mr.sw TO regress_rows_ann; COMMIT;
\c - regress_rows_ann
:settings
-- the same role as before: as usual
SELECT mr.day('swap', '2026-01-07') AS changes;
\c - :superuser
:settings
DROP TABLE mr.sw;
CREATE SEQUENCE mr.sw;
\c - regress_rows_ann
:settings
SELECT t.* FROM mr.try($$SELECT mr.day('swap', '2026-01-07')$$) AS t;
\c - :superuser
:settings
DROP SEQUENCE mr.sw;
\c - regress_rows_ann
:settings
SELECT t.* FROM mr.try($$SELECT mr.day('swap', '2026-01-07')$$) AS t;

--
-- a reference without rows is told at once and is an alert until it has some
--
CREATE TABLE mr.r (at timestamptz, a float8, b float8);
INSERT INTO mr.r SELECT timestamptz '2026-01-01Z' + i * interval '10 minutes', i % 144, CASE WHEN i % 10 = 0 THEN float8 'NaN' ELSE i % 7 END FROM generate_series(0, 4 * 144 - 1) AS i;
SELECT mlops.create_monitor('noref', 'mr.r', 'at', features => '{a,b}', start_at => '2026-01-02Z', end_at => '2026-01-06Z', reference_from => '2025-01-01Z', reference_to => '2025-01-03Z',
    schedule => NULL, checks => '[{"metric": "psi", "critical": {"above": 0.1}}, {"metric": "n", "warning": {"below_reference": 10}}, {"metric": "n_nan", "column": "b", "warning": {"above_reference": 2}}]') AS noref \gset
SELECT mr.day('noref', '2026-01-02') AS changes;
SELECT column_name, metric, verdict, message FROM mlops.observation WHERE monitor_id = :noref AND (rule IS NOT NULL OR metric = 'evaluation') ORDER BY 1, 2;
SELECT metric, severity, state, message FROM mlops.alert WHERE monitor_id = :noref;
SELECT mlops.alter_monitor('noref', '{"reference_from": "2025-12-31Z", "reference_to": null}') AS version;
-- without an end it goes to the first window; counts are those of a window's size
SELECT reference_to FROM mlops.monitor_version WHERE monitor_id = :noref ORDER BY version;
SELECT mr.day('noref', '2026-01-03') AS changes;
SELECT metric, severity, state, message FROM mlops.alert WHERE monitor_id = :noref;
SELECT column_name, metric, value, reference_value, verdict FROM mlops.observation
WHERE monitor_id = :noref AND window_lo = '2026-01-03Z' AND metric IN ('n', 'n_nan', 'evaluation', 'n_distinct') ORDER BY 1 NULLS FIRST, 2;

--
-- the baseline outlives the rows of the reference, and what does not concern it
--
DELETE FROM mr.r WHERE at < '2026-01-02Z';
SELECT mlops.alter_monitor('noref', '{"min_rows": 20, "granularity": "12 hours", "features": ["a"], "checks": [{"metric": "psi", "critical": {"above": 0.1}}]}') AS version;
SELECT version, baseline_version FROM mlops.monitor_version WHERE monitor_id = :noref ORDER BY version;
SELECT mlops.evaluate('noref', '2026-01-04Z', '2026-01-04 12:00Z') > 0 AS evaluated;
SELECT metric, version, value IS NOT NULL AS has_value FROM mlops.observation WHERE monitor_id = :noref AND window_lo = '2026-01-04Z' AND metric = 'psi';
-- a column that it does not hold: computed anew, which is said, and so is that there are no rows any more
SELECT mlops.alter_monitor('noref', '{"features": ["a", "b"]}') AS version;
SELECT version, baseline_version FROM mlops.monitor_version WHERE monitor_id = :noref ORDER BY version;
SELECT mlops.evaluate('noref', '2026-01-04Z', '2026-01-04 12:00Z') > 0 AS evaluated;
SELECT metric, verdict, message FROM mlops.observation WHERE monitor_id = :noref AND window_lo = '2026-01-04Z' AND metric = 'evaluation';

--
-- no rows: not ok; a number that comes later was not reported first
--
CREATE TABLE mr.late (at timestamptz, x float8, y float8);
SELECT mlops.create_monitor('late', 'mr.late', 'at', features => '{x}', start_at => '2026-01-01Z', end_at => '2026-01-03Z', schedule => NULL,
    checks => '[{"metric": "mean", "column": "x", "critical": {"above": 5}}]') AS late \gset
SELECT mr.day('late', '2026-01-01') AS changes;
SELECT metric, verdict, message FROM mlops.observation WHERE monitor_id = :late AND metric IN ('evaluation', 'mean') ORDER BY metric;
INSERT INTO mr.late SELECT '2026-01-01Z', 3, 4 FROM generate_series(1, 50);
SELECT mr.day('late', '2026-01-01') AS changes;
SELECT metric, value, first_value, verdict, restated_at IS NOT NULL AS restated FROM mlops.observation WHERE monitor_id = :late AND metric IN ('evaluation', 'mean', 'median', 'n') ORDER BY 1;
-- a column that is followed only now is reported for the first time
SELECT mlops.alter_monitor('late', '{"features": ["x", "y"]}') AS version;
SELECT mr.day('late', '2026-01-01') AS changes;
SELECT column_name, value, first_value, restated_at IS NOT NULL AS restated FROM mlops.observation WHERE monitor_id = :late AND metric = 'mean' ORDER BY 1;
-- a failure before is not a report
SELECT mlops.record_failure(:late, '2026-01-02Z', '2026-01-03Z', '42P01', 'not there');
INSERT INTO mr.late SELECT '2026-01-02Z', 6, 4 FROM generate_series(1, 50);
SELECT mr.day('late', '2026-01-02') AS changes;
SELECT metric, value, first_value, verdict FROM mlops.observation WHERE monitor_id = :late AND window_lo = '2026-01-02Z' AND column_name = 'x' AND metric = 'mean';

--
-- slices that vanish, alerts that nobody judges any more
--
CREATE TABLE mr.parts (at timestamptz, x float8, region text);
CREATE FUNCTION mr.load(day date, regions text[], n_null integer DEFAULT 0, n integer DEFAULT 40) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mr.parts SELECT day::timestamp AT TIME ZONE 'UTC' + i * interval '1 minute', CASE WHEN i > n_null THEN i END, r FROM generate_series(1, n) AS i, unnest(regions) AS r $$;
SELECT mr.load('2025-12-31', '{north,south}');
SELECT mlops.create_monitor('parts', 'mr.parts', 'at', features => '{x}', slices => '{region}', start_at => '2026-01-01Z', end_at => '2026-02-01Z', schedule => NULL, min_rows => 10,
    reference_from => '2025-12-31Z', reference_to => '2026-01-01Z',
    checks => '[{"metric": "null_rate", "warning": {"above": 0.1}}]') AS parts \gset
SELECT mr.load('2026-01-01', '{north,south,west}', 20), mr.load('2026-01-02', '{north}'), mr.load('2026-01-03', '{north}'), mr.load('2026-01-04', '{north}');
SELECT d AS day, mr.day('parts', date '2026-01-01' + d - 1) AS changes FROM generate_series(1, 4) AS d;
SELECT window_lo::date AS day, slice_value, value, reference_value, verdict, message FROM mlops.observation
WHERE monitor_id = :parts AND metric = 'n' AND n = 0 ORDER BY 1, 2;
SELECT slice_value, state, message, last_window_lo::date AS last FROM mlops.alert WHERE monitor_id = :parts ORDER BY alert_id;
SELECT e.event, a.slice_value, e.window_lo::date AS day, e.message FROM mlops.alert_event AS e JOIN mlops.alert AS a USING (alert_id) WHERE a.monitor_id = :parts ORDER BY event_id;
-- a check of the number of rows takes a slice without rows for what it is
SELECT mlops.alter_monitor('parts', '{"checks": [{"metric": "n", "critical": {"below": 5}}]}') AS version;
SELECT 5 AS day, mr.day('parts', '2026-01-05') AS changes;
SELECT mr.load('2026-01-06', '{north}');
SELECT 6 AS day, mr.day('parts', '2026-01-06') AS changes;
SELECT slice_value, metric, state, message FROM mlops.alert WHERE monitor_id = :parts AND metric = 'n' ORDER BY alert_id;
-- a feed that dies resolves nothing; after three windows that is told, once
SELECT mlops.alter_monitor('parts', '{"checks": [{"metric": "null_rate", "slices": false, "warning": {"above": 0.1}}]}') AS version;
SELECT mr.load('2026-01-07', '{north}', 20);
SELECT max(next::text) AS cursor FROM mlops.alerts_since() \gset
SELECT d AS day, mr.day('parts', date '2026-01-01' + d - 1) AS changes FROM generate_series(7, 13) AS d;
SELECT metric, event, state, severity, window_lo::date AS day, message FROM mlops.alerts_since(:'cursor') WHERE metric IN ('null_rate', 'evaluation');
SELECT 9 AS day, mr.day('parts', '2026-01-09') AS changes;
-- judged again, it goes on; and may be left again
SELECT mr.load('2026-01-14', '{north}', 20);
SELECT max(next::text) AS cursor FROM mlops.alerts_since() \gset
SELECT d AS day, mr.day('parts', date '2026-01-01' + d - 1) AS changes FROM generate_series(14, 18) AS d;
SELECT metric, event, state, severity, window_lo::date AS day, message FROM mlops.alerts_since(:'cursor') WHERE metric IN ('null_rate', 'evaluation');
SELECT mr.load('2026-01-19', '{north}');
SELECT 19 AS day, mr.day('parts', '2026-01-19') AS changes;
SELECT state, message FROM mlops.alert WHERE monitor_id = :parts AND metric = 'null_rate' AND slice_column IS NULL ORDER BY alert_id DESC LIMIT 1;
-- more values than are kept: one that is missing may only have become rare
INSERT INTO mr.parts SELECT '2026-01-20Z', 1, 'r' || i FROM generate_series(1, 150) AS i, generate_series(1, 2);
SELECT mr.day('parts', '2026-01-20') AS changes;
SELECT count(*) FROM mlops.observation WHERE monitor_id = :parts AND window_lo = '2026-01-20Z' AND metric = 'n' AND n = 0;

--
-- messages: the number as short as it can be while it still lies beyond the bound
--
SELECT v.value, j.verdict, j.message FROM (VALUES (float8 '1.7817586611312377'), (0.25000001), (123456.789), (1e-7), (2.5e300), ('Infinity')) AS v(value),
    LATERAL mlops_internal.judge('{"warning": {"above": 1e-9}, "critical": {"above": 0.25}}', 'psi of temp', 'psi', v.value, NULL, NULL, 100, 30) AS j;
SELECT j.* FROM mlops_internal.judge('{"critical": {"above": 0.1, "p_below": 0.01}}', 'ks_statistic of x', 'ks_statistic', 0.41234, NULL, 0.000123456, 100, 30) AS j;
SELECT j.* FROM mlops_internal.judge('{"warning": {"above_reference": 0.05, "below": 0.01}}', 'null_rate of age', 'null_rate', 0.123456, 0.0123456, NULL, 100, 30) AS j;
SELECT j.* FROM mlops_internal.judge('{"warning": {"p_below": 0.01}}', 'ks_statistic of x', 'ks_statistic', 0.41234, NULL, 0.001, 100, 30) AS j;

--
-- a notice of what will not happen
--
SELECT mlops.create_monitor('for ever', 'mr.parts', 'at', start_at => '2013-01-01Z', granularity => '36525 days') IS NOT NULL AS created;
\c - :superuser
:settings
CALL mlops.run_due();
SET client_min_messages = warning;
--
-- what reads a window with slices is plain aggregation, which workers and clusters of servers take:
-- the whole and the slices, each in part and put together, without grouping sets
--
BEGIN;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
INSERT INTO mr.parts SELECT '2026-01-10Z', i, 'north' FROM generate_series(1, 20000) AS i;
ANALYZE mr.parts;
DO $$
DECLARE
    statement text := (SELECT mlops_internal.monitor_statement(v, v.relation, '{2026-01-01Z,2026-02-01Z}', false, mlops_internal.slice_members_of(v), now())
                       FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version) WHERE m.name = 'parts');
    line text;
    in_part integer := 0;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        in_part := in_part + (line ~ 'Partial .*Aggregate')::integer;
    END LOOP;
    RAISE WARNING '% aggregations in part, slices: %, grouping sets: %', in_part, statement ~ 'slice_members', statement ~* 'grouping\s+sets|\mcube\M|\mrollup\M';
END $$;
ROLLBACK;
DELETE FROM mlops.monitor WHERE owner_name = 'regress_rows_ann';
DELETE FROM mlops.alert WHERE owner_name = 'regress_rows_ann';
DROP SCHEMA mr CASCADE;
DROP OWNED BY regress_rows_ann, regress_rows_etl;
DROP ROLE regress_rows_ann, regress_rows_etl;

--
-- slices: parts of a window by column, by several columns, by an expression; which values make them, what is left over, and how they are
-- judged; that the way they are read changes nothing, and that their text is nobody's way in
--
\set VERBOSITY terse
\set SHOW_CONTEXT never
\set settings 'SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD''; SET IntervalStyle = ''postgres''; SET client_min_messages = warning;'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_slicer LOGIN;
SELECT mlops.grant_use('regress_slicer') > 0 AS granted;
CREATE SCHEMA ms AUTHORIZATION regress_slicer;
\c - regress_slicer
:settings
CREATE FUNCTION ms.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement; message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;
CREATE FUNCTION ms.day(d integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2026-01-01Z'::timestamptz + d * interval '1 day' $$;
-- 480 rows a day; days 0 to 2 are the reference.  Region: north, south, one with quotes, one called as the rest is, NULL; east goes on day 6,
-- west comes on day 4; a column whose name is hostile; ages 0 to 99
CREATE TABLE ms.rows AS
SELECT ms.day(0) + i * interval '3 minutes' AS at, i,
       CASE WHEN i % 12 < 4 THEN 'north' WHEN i % 12 < 6 THEN 'south' WHEN i % 12 = 6 AND i < 6 * 480 THEN 'east' WHEN i % 12 = 7 THEN $$it's "new"); --$$
            WHEN i % 12 = 8 THEN '(other)' WHEN i % 12 = 9 AND i >= 4 * 480 THEN 'west' WHEN i % 12 = 10 THEN NULL ELSE 'north' END AS region,
       CASE WHEN i % 5 = 0 THEN 'gold' WHEN i % 5 = 1 AND i % 7 = 0 THEN NULL ELSE 'basic' END AS plan, (i * 37 % 100)::integer AS age,
       CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS "x"" || (SELECT 1) || """, ((i * 7919) % 503)::float8 AS x,
       (i * 37 % 101)::float8 / 101 AS score, CASE WHEN i % 12 = 4 OR i % 12 = 5 THEN i % 2 = 0 ELSE ((i * 37 + i % 13 * 5) % 101) > 60 END AS label
FROM generate_series(0, 12 * 480 - 1) AS i;
SELECT mlops.create_monitor('cut', 'ms.rows', 'at', label_column => 'label', score_column => 'score', features => '{x}', start_at => ms.day(3), end_at => ms.day(12),
    reference_from => ms.day(0), reference_to => ms.day(3), schedule => NULL, slices => ARRAY['region', '{"columns": ["region", "plan"]}', '{"expression": "age < 25", "name": "young"}',
    '{"expression": "width_bucket(age, 0, 100, 4) -- by quarters", "name": "age band"}', 'x" || (SELECT 1) || "'],
    checks => '[{"metric": "roc_auc", "alpha": 0.05}, {"metric": "null_rate", "warning": {"above": 0.5}}]') IS NOT NULL AS created;
SELECT window_lo::date AS day, n_observations > 0 AS observed FROM mlops.backfill('cut', ms.day(3), ms.day(5));

--
-- a slice that vanishes is seen, and an alert that it had closes
--
UPDATE ms.rows SET x = NULL WHERE region = 'east' AND at >= ms.day(5);
CREATE FUNCTION ms.apply(d integer, OUT changes integer) LANGUAGE plpgsql AS $$ BEGIN
    PERFORM mlops.evaluate('cut', ms.day(d), ms.day(d + 1)); changes := mlops.apply_alerts(mlops.monitor_id('cut'), ms.day(d), ms.day(d + 1)); END $$;
CREATE FUNCTION ms.alerts(OUT alerts text) LANGUAGE plpgsql AS $$ BEGIN
    alerts := (SELECT string_agg(concat_ws(' ', slice_column, slice_value, state || ':', message), '; ' ORDER BY alert_id) FROM mlops.alert WHERE monitor_id = mlops.monitor_id('cut') AND metric = 'null_rate'
               AND slice_column = 'region'); END $$;
SELECT d AS day, ms.apply(d) > 0 AS changed, ms.alerts() FROM generate_series(5, 9) AS d;
SELECT window_lo::date AS day, slice_value, n, verdict, message FROM mlops.observation
WHERE monitor_id = mlops.monitor_id('cut') AND metric = 'n' AND slice_column = 'region' AND slice_value IN ('east', 'west') AND window_lo >= ms.day(5) ORDER BY 1;
SELECT count(*) AS windows FROM mlops.backfill('cut', ms.day(10), ms.day(12));

--
-- the values that make slices are those of the reference, frozen; of combinations those with one row in a hundred
--
SELECT slice, value, n FROM mlops.slice_value WHERE monitor_id = mlops.monitor_id('cut') ORDER BY slice COLLATE "C", n DESC, value COLLATE "C";
SELECT r.region, r.plan, count(*) FROM ms.rows AS r WHERE at < ms.day(3) GROUP BY r.region, r.plan HAVING count(*) >= 0.01 * 3 * 480 ORDER BY count(*) DESC, r.region COLLATE "C", r.plan COLLATE "C";
-- which slice a row belongs to, by the same rule in SQL; west is not frozen, and what is called (other) is not either
CREATE VIEW ms.cut AS
SELECT r.*, s.slice, CASE WHEN s.value IS NULL AND s.slice <> 'region,plan' OR s.value IN (SELECT v.value FROM mlops.slice_value AS v WHERE v.monitor_id = mlops.monitor_id('cut') AND v.slice = s.slice AND v.value IS NOT NULL)
        THEN s.value ELSE '(other)' END AS value
FROM ms.rows AS r, LATERAL (VALUES ('region', region), ('region,plan', jsonb_build_array(region, plan)::text), ('young', (age < 25)::text), ('age band', width_bucket(age, 0, 100, 4)::text),
    ('x" || (SELECT 1) || "', r."x"" || (SELECT 1) || """)) AS s(slice, value);
SELECT DISTINCT slices #> '{1}' AS columns, slices #> '{3}' AS expression FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('cut');
-- every number of every slice on every day is what these rows say, and no slice is missing or made up
WITH direct AS (
    SELECT date_trunc('day', at) AS lo, slice, value, count(*) AS n, mlops.roc_auc(label, score) AS auc FROM ms.cut WHERE at >= ms.day(3) GROUP BY 1, 2, 3
), seen AS (
    SELECT window_lo AS lo, slice_column AS slice, slice_value AS value, max(o.value) FILTER (WHERE metric = 'n') AS n, max(o.value) FILTER (WHERE metric = 'roc_auc') AS auc
    FROM mlops.observation AS o WHERE monitor_id = mlops.monitor_id('cut') AND slice_column IS NOT NULL GROUP BY 1, 2, 3
)
SELECT coalesce(d.slice, s.slice) AS slice, count(d.n) AS expected, count(s.n) FILTER (WHERE s.n > 0) AS seen, bool_and(s.n = coalesce(d.n, 0)) AS same_n, bool_and(s.auc IS NOT DISTINCT FROM d.auc) AS same_auc
FROM direct AS d FULL JOIN seen AS s ON s.lo = d.lo AND s.slice = d.slice AND s.value IS NOT DISTINCT FROM d.value GROUP BY coalesce(d.slice, s.slice) ORDER BY coalesce(d.slice, s.slice) COLLATE "C";
-- of each slice the rows add up to the window; NULL is a slice, the rest is one
SELECT slice_column, sum(value) AS n, count(*) FILTER (WHERE slice_value IS NULL) AS of_null, sum(value) FILTER (WHERE slice_value = '(other)') AS of_rest FROM mlops.observation
WHERE monitor_id = mlops.monitor_id('cut') AND metric = 'n' AND window_lo = ms.day(4) GROUP BY slice_column ORDER BY slice_column COLLATE "C" NULLS FIRST;
-- a column in slices
SELECT count(*) AS slices, bool_and(o.value = d.nulls) AS as_of_the_rows FROM mlops.observation AS o
JOIN (SELECT slice, value, avg((x IS NULL)::integer)::float8 AS nulls FROM ms.cut WHERE at >= ms.day(5) AND at < ms.day(6) GROUP BY 1, 2) AS d ON d.slice = o.slice_column AND d.value IS NOT DISTINCT FROM o.slice_value
WHERE monitor_id = mlops.monitor_id('cut') AND metric = 'null_rate' AND column_name = 'x' AND window_lo = ms.day(5);

--
-- a slice is judged against all other rows of its window, those of no slice too
--
SELECT slice_value, value::numeric(5,3), (detail ->> 'rest')::numeric(5,3) AS rest, (detail ->> 'n_rest') AS n_rest, (detail ->> 'z')::numeric(5,2) AS z, p_adjusted::numeric(6,5), detail ->> 'rank' AS rank, verdict
FROM mlops.observation WHERE monitor_id = mlops.monitor_id('cut') AND metric = 'roc_auc' AND slice_column = 'region' AND window_lo = ms.day(5) ORDER BY (detail ->> 'rank')::integer, slice_value COLLATE "C";
SELECT o.slice_column, count(*) AS judged, bool_and((o.detail ->> 'rest')::float8 = r.auc AND (o.detail ->> 'n_rest')::bigint = r.n) AS the_complement
FROM mlops.observation AS o, LATERAL (SELECT mlops.roc_auc(label, score) AS auc, count(*) AS n FROM ms.cut AS c WHERE c.at >= o.window_lo AND c.at < o.window_hi AND c.slice = o.slice_column AND c.value IS DISTINCT FROM o.slice_value) AS r
WHERE o.monitor_id = mlops.monitor_id('cut') AND o.metric = 'roc_auc' AND o.detail ? 'rest' AND o.window_lo IN (ms.day(5), ms.day(8)) GROUP BY o.slice_column ORDER BY o.slice_column COLLATE "C";

--
-- how windows are read changes nothing: by themselves, several in a pass, by workers, as groups or one slice at a time
--
CREATE TEMP VIEW summaries AS SELECT window_lo, slice_column, slice_value, column_name, kind, n, n_labelled, n_invalid, summary::text AS summary FROM mlops.window_summary WHERE monitor_id = mlops.monitor_id('cut');
CREATE TEMP TABLE by_pass AS SELECT * FROM summaries WHERE window_lo >= ms.day(10);
SELECT count(mlops.evaluate('cut', ms.day(d), ms.day(d + 1))) FROM generate_series(10, 11) AS d;
CREATE TEMP VIEW by_itself AS SELECT * FROM summaries WHERE window_lo >= ms.day(10);
SELECT (SELECT count(*) FROM by_pass) > 100 AS some, (SELECT count(*) FROM (TABLE by_pass EXCEPT ALL TABLE by_itself) AS x) AS only_by_pass, (SELECT count(*) FROM (TABLE by_itself EXCEPT ALL TABLE by_pass) AS x) AS only_by_itself;
-- the statement: aggregates and GROUP BY alone, which workers and a cluster take; its text is the owner's expressions between parentheses
CREATE FUNCTION ms.statement(frozen boolean DEFAULT true) RETURNS text LANGUAGE sql AS $$
    SELECT mlops_internal.monitor_statement(v, 'ms.rows', ARRAY[ms.day(3), ms.day(4), ms.day(5)], false, mlops_internal.slice_members_of(v), now())
    FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version) WHERE m.name = 'cut' $$;
\c - :superuser
:settings
SELECT s !~* 'grouping|rollup|cube|\mover\M|with recursive|distinct on' AS plain FROM ms.statement() AS s;
\set parallel 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;'
:parallel
DO $$
DECLARE
    line text;
    workers integer := 0;
    answer mlops_internal.window_rows[];
    serial mlops_internal.window_rows[];
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || ms.statement() LOOP
        workers := workers + (line ~ 'Workers Planned')::integer;
    END LOOP;
    EXECUTE ms.statement() INTO answer;
    SET LOCAL max_parallel_workers_per_gather = 0;
    EXECUTE ms.statement() INTO serial;
    RAISE WARNING 'scans with workers: %, windows: %, summaries: %, serial = parallel: %', workers, cardinality(answer), cardinality(answer[1].summaries), (
        SELECT bool_and(a.s = b.s) FROM (SELECT i, array_agg(x::text ORDER BY x::text COLLATE "C") AS s FROM unnest(answer) WITH ORDINALITY AS w(n, summaries, f, i), unnest(w.summaries) AS x GROUP BY i) AS a
        FULL JOIN (SELECT i, array_agg(x::text ORDER BY x::text COLLATE "C") AS s FROM unnest(serial) WITH ORDINALITY AS w(n, summaries, f, i), unnest(w.summaries) AS x GROUP BY i) AS b USING (i));
END $$;
\c - regress_slicer
:settings

--
-- what becomes frequent in the rest is known by name, and is a slice of the next definition; what was frozen stays
--
SELECT slice_column, t.value, t.n FROM mlops.window_summary AS w, LATERAL mlops.top_k(w.summary::mlops.profile, 3) AS t
WHERE monitor_id = mlops.monitor_id('cut') AND kind = 'values' AND slice_column = 'region' AND window_lo = ms.day(4) ORDER BY t.n DESC, t.value COLLATE "C";
SELECT mlops.alter_monitor('cut', '{"min_rows": 20}') AS version;
SELECT count(mlops.evaluate('cut', ms.day(d), ms.day(d + 1))) FROM generate_series(10, 11) AS d;
SELECT version, array_agg(value ORDER BY value COLLATE "C" NULLS LAST) AS regions FROM mlops.slice_value WHERE monitor_id = mlops.monitor_id('cut') AND slice = 'region' GROUP BY 1 ORDER BY 1;
SELECT count(*) AS windows, sum(value) AS n FROM mlops.observation WHERE monitor_id = mlops.monitor_id('cut') AND metric = 'n' AND slice_value = 'west';

--
-- the text of a slice is an expression over one row and nothing else; it runs with the rights of the monitor's owner
--
CREATE FUNCTION ms.who() RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN current_user || '/' || session_user; END $$;
CREATE FUNCTION ms.volatile() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE AGGREGATE ms.agg(integer) (SFUNC = int4pl, STYPE = integer);
SELECT left(expression, 40) AS expression, t.* FROM unnest(ARRAY['age < 25) OR (true', 'age < 25); DROP TABLE ms.rows; --', 'age < 25 /*', '(SELECT 1)', 'EXISTS (SELECT FROM pg_authid)', 'ms.volatile()', 'random() < 0.5', 'nextval(''s'')', 'ms.agg(age)',
    'count(*)', 'rank() OVER ()', 'unnest(ARRAY[1, 2])', 'age, i', 'age AS b', '$1', ':age', '', ' ', '--', 't', 't.*', 'rows', 'nothing', 'other.age', 'set_config(''role'', ''x'', false)', 'pg_sleep(10)',
    'mlops_internal.caller()', 'age::text::regclass', '1 / 0', 'age / 0', repeat('-', 201)]) AS expression,
    LATERAL ms.try(format('SELECT mlops.alter_monitor(''cut'', jsonb_build_object(''slices'', jsonb_build_array(jsonb_build_object(''name'', ''s'', ''expression'', %L::text))))', expression)) AS t;
SELECT left(name, 40) AS name, t.* FROM unnest(ARRAY['a"b', 'a''b', E'a\nb', '(other)', '', repeat('n', 201), 'region"; DROP TABLE ms.rows; --']) AS name,
    LATERAL ms.try(format('SELECT mlops.alter_monitor(''cut'', jsonb_build_object(''slices'', jsonb_build_array(jsonb_build_object(''name'', %L::text, ''expression'', ''age < 25''))))', name)) AS t;
-- what is accepted runs as the owner; an error in it is an error of the window, and names the reason
SELECT mlops.alter_monitor('cut', jsonb_build_object('checks', '[]'::jsonb, 'slices', jsonb_build_array(jsonb_build_object('name', 'who', 'expression', 'ms.who()')))) AS version;
SELECT mlops.evaluate('cut', ms.day(3), ms.day(4)) > 0 AS evaluated;
SELECT slice_value, value FROM mlops.observation WHERE monitor_id = mlops.monitor_id('cut') AND slice_column = 'who' AND metric = 'n';
CREATE FUNCTION ms.cut_by(expression text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$ BEGIN
    PERFORM mlops.alter_monitor('cut', jsonb_build_object('slices', jsonb_build_array(jsonb_build_object('name', 's', 'expression', expression))));
    SELECT * INTO state, message FROM ms.try($try$SELECT mlops.evaluate('cut', ms.day(3), ms.day(4))$try$); END $$;
SELECT expression, t.* FROM unnest('{1 / (age - age),plan::regclass,mlops_internal.caller()}'::text[]) AS expression, ms.cut_by(expression) AS t;
SELECT mlops.drop_monitor('cut');
\c - :superuser
:settings
DROP OWNED BY regress_slicer CASCADE;
DROP ROLE regress_slicer;

-- Checks of the rows themselves: worked examples of the rules, a healthy month, and each fault once.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\set settings 'SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD''; SET IntervalStyle = ''postgres''; SET extra_float_digits = 0; SET client_min_messages = warning;'
:settings
--
-- the rules, worked by hand
--
-- (1), (2), (3): 40 of 1,000 NULL beside 200 of 10,000; 25 of 1,000; 205,000 of 10 million beside 2 million of 100 million; without and with overdispersion
SELECT x.*, f.p_value::numeric(40, 20)::float4 AS p, mlops_internal.missing_verdict(f.value, f.reference_value, f.p_value) AS verdict
FROM (VALUES (40, 1000, 200, 10000, 1), (40, 1000, 200, 10000, 1.27), (25, 1000, 200, 10000, 1), (205000, 10000000, 2000000, 100000000, 1),
      (205000, 10000000, 2000000, 100000000, 50)) AS x(hits, n, hits_reference, n_reference, phi),
     mlops_internal.find_missing(x.hits, x.n, x.hits_reference, x.n_reference, x.phi, 'null_rate of x') AS f;
-- one-sided: fewer are recorded, and filled where all were NULL; a fifth more, or all, is critical
SELECT share, reference, mlops_internal.missing_verdict(share, reference, 1e-9) FROM (VALUES (0.0, 0.1), (0.0, 1.0), (0.3, 0.1), (1.0, 0.4), (1.0, 0.9), (0.02, 0.0), (0.0199, 0.0)) AS v(share, reference);
SELECT p_value FROM mlops_internal.find_missing(0, 1000, 1000, 1000, 1, 'x');
-- (4)
SELECT mlops.overdispersion('{18,25,20,31,15,22,19,27}', array_fill(1000::float8, '{8}'))::numeric(6, 4) AS phi;
-- (5): Mondays of 980, 1010, 1040, 995 rows among days that vary by 5 percent
WITH past AS (
    SELECT array_agg(x.n ORDER BY x.i) AS n, array_agg(x.phase ORDER BY x.i) AS phases
    FROM (SELECT i, i % 7 AS phase, CASE WHEN i % 7 = 0 AND i >= 56 THEN (ARRAY[980, 1010, 1040, 995])[i / 7 - 7]
              WHEN i % 7 = 0 THEN NULL ELSE 1000 * exp(0.0740 * (hashint4(i)::bigint + 2147483648) / 4294967296.0 * 2 - 0.0740) END::float8 AS n
          FROM generate_series(0, 83) AS i) AS x WHERE x.n IS NOT NULL)
SELECT seen, round((f.reference_value)::numeric, 1) AS expected, round((f.detail ->> 't')::numeric) AS t, f.verdict, f.message
FROM past, (VALUES (700), (930), (1200), (290), (3100), (0)) AS v(seen), mlops_internal.find_volume(v.seen, 0, past.n, past.phases) AS f;
-- (6): 3 expected and none seen; 12 and none; 11 and 1
SELECT expected, n, f.verdict, round(f.p_value::numeric, 4) AS p FROM (VALUES (3, 0), (12, 0), (8, 0), (11, 0), (11, 5), (2, 12)) AS v(expected, n),
     mlops_internal.find_volume(v.n, 1, array_fill(v.expected::float8, '{8}'), array_fill(1::float8, '{8}')) AS f;
-- the newest row in units of the usual gap, at least a window
SELECT age, gap, delay, granularity, verdict FROM (VALUES (86400, 600, 0, 86400), (86401, 600, 0, 86400), (90000, 30000, 0, 3600), (60001, 30000, 0, 3600), (200000, 30000, 0, 3600),
    (NULL, 600, 0, 1), (100, NULL, 0, 1), (7300, 60, 3600, 3600)) AS v(age, gap, delay, granularity), mlops_internal.find_freshness(age, gap, delay, granularity);
SELECT mlops_internal.usual_gap(mlops.profile('2026-01-01Z'::timestamptz + i * interval '1 minute' + CASE WHEN i > 500 THEN interval '1 hour' ELSE '0' END)) FROM generate_series(1, 1000) AS i;
SELECT mlops_internal.usual_gap(mlops.profile('2026-01-01Z'::timestamptz + i * interval '1 second'))::numeric(4, 1) AS coarse FROM generate_series(1, 100000) AS i;
SELECT mlops_internal.usual_gap(mlops.profile('2026-01-01Z'::timestamptz)) AS none;
-- types
SELECT before, after, mlops_internal.is_wider(before, after) FROM (VALUES ('integer', 'bigint'), ('bigint', 'integer'), ('smallint', 'numeric'), ('character varying(10)', 'character varying(20)'),
    ('character varying(20)', 'character varying(10)'), ('character varying(20)', 'text'), ('real', 'double precision'), ('integer', 'text'), ('numeric(8,2)', 'numeric')) AS v(before, after);
SELECT (mlops_internal.find_schema('{"a": {"type": "integer"}, "b": {"type": "text"}}', after)).* FROM (VALUES ('{"b": {"type": "text"}, "a": {"type": "integer"}}'::jsonb), ('{"a": {"type": "integer"}}'),
    ('{"a": {"type": "bigint"}, "b": {"type": "text"}}'), ('{"a": {"type": "text"}, "b": {"type": "text"}}'), ('{"a": {"type": "integer"}, "b": {"type": "text"}, "c": {"type": "date"}}'),
    ('{"a": {"type": "integer"}, "b": {"type": "text", "collation": "pg_catalog.\"C\""}}')) AS v(after);

--
-- texts that stand for something: as PostgreSQL says, where it has a word; dates and times are those of ISO 8601
--
CREATE FUNCTION pg_temp.is_input(value text, type text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('SELECT CAST($1 AS %s)', CASE type WHEN 'integer' THEN 'bigint' ELSE type END) USING value; RETURN true;
EXCEPTION WHEN data_exception OR datetime_field_overflow OR program_limit_exceeded THEN RETURN false; END $$;
CREATE TEMP TABLE sample AS
SELECT type, value FROM unnest('{numeric,integer,json,uuid}'::text[]) AS type, unnest(ARRAY['', ' ', '1', '+1', '-1', '- 1', ' 12 ', '1.5', '1.', '.5', '.', '1e5', '1e', '1e+5', '1e-', 'e5', '1,5', '1 2', 'nan', 'NaN', 'inf',
    '-Infinity', '+inf', 'infinit', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '99999999999999999999', '00012', 'true', 'null', 'nul', '"a"', '"a', '{}', '[]', '[1,2]',
    '[1,]', '[,1]', '{"a":1}', '{"a":1,}', '{"a"}', '{a:1}', '{"a":[{"b":[]}]}', '[[[[]]]', '01', '-0', '-', '1.e5', '"\u00e4"', '"\u00g4"', '"\x"', E'"a\tb"', '"é"', '[1] 2', '{"a":1 "b":2}', '{1:2}', E'\n[1]\t',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'A0EEBC999C0B4EF8BB6D6BB9BD380A11', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-', 'a0eebc9-99c0b4ef8bb6d6bb9bd380a11', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1e1000000', '1e999999999']) AS value;
SELECT type, value, ours, theirs FROM (SELECT *, mlops_internal.parses(value, type) AS ours, pg_temp.is_input(value, type) AS theirs FROM sample) AS s WHERE ours <> theirs ORDER BY 1, value COLLATE "C";
SELECT type, count(*) FILTER (WHERE mlops_internal.parses(value, type)) AS parse, count(*) FROM sample GROUP BY 1 ORDER BY 1;
SELECT value, mlops_internal.parses(value, 'date') AS date, mlops_internal.parses(value, 'timestamp') AS timestamp
FROM unnest('{2026-02-28,2026-02-29,2024-02-29,1900-02-29,2000-02-29,2026-13-01,2026-1-1,2026-01-32,28.02.2026,infinity,-infinity,2026-01-01 10:00,2026-01-01T10:00:00.123Z,2026-01-01 24:00,
    2026-01-01 10:60,2026-01-01 10:00+02,2026-01-01 10:00:00 +0230,2026-01-01 10:00+2,2026-01-01 10,2026-01-01T,20260101,0000-01-01,now,""}'::text[]) AS value;
SELECT mlops_internal.parses(repeat('[', 5000) || repeat(']', 5000), 'json') AS deep, mlops_internal.parses(repeat('[', 100000), 'json') AS deeper;
SELECT mlops_internal.parses('1', 'money');

--
-- formulas
--
SELECT f, mlops_internal.arithmetic(f, '{roc_auc,null_rate of a b}', '{0.8,0.5}') FROM unnest(ARRAY['[roc_auc] - 0.7 * 2', '([roc_auc] - 0.7) * 2', '-[roc_auc] / [null_rate of a b]', '2 - -1', 'abs(1 - 2) + ln(exp(1)) + sqrt(4)',
    '1 / 0', 'ln(0)', '8/4/2', '1e2 + .5']) AS f;
SELECT mlops_internal.arithmetic('[auc]', '{roc_auc}', '{1}');
SELECT mlops_internal.arithmetic('pg_sleep(1)', '{}', '{}');
SELECT mlops_internal.arithmetic('1 + ', '{}', '{}');
SELECT mlops_internal.arithmetic('(1', '{}', '{}');
SELECT mlops_internal.arithmetic('1 2', '{}', '{}');
SELECT mlops_internal.arithmetic(repeat('(', 100) || '1', '{}', '{}');

--
-- keys that come again: exact of all keys, of a part of them beyond 65,536
--
SELECT mlops.n(r), mlops.n_null(r), mlops.n_values(r) - mlops.n_zero(r) AS again FROM (SELECT mlops_internal.repeats(mlops.profile(k, 65536), mlops.profile(k, 65536) FILTER (WHERE hashint8extended(k, 1) & 7 = 0)) AS r
    FROM (SELECT CASE WHEN i % 10 > 0 THEN (i % 950)::bigint END AS k FROM generate_series(1, 1000) AS i) AS x) AS y;
SELECT mlops.n(r) BETWEEN 20000 AND 30000 AS an_eighth, round((1 - mlops.mean(r))::numeric, 2) AS once FROM (SELECT mlops_internal.repeats(mlops.profile(k, 65536), mlops.profile(k, 65536) FILTER (WHERE hashint8extended(k, 1) & 7 = 0)) AS r
    FROM (SELECT (i % 160000)::bigint AS k FROM generate_series(1, 200000) AS i) AS x) AS y;

--
-- a month of a shop: 200 rows a day, half of that on Saturdays and Sundays
--
SELECT current_user AS superuser \gset
CREATE ROLE regress_quality LOGIN;
CREATE ROLE regress_quality_other LOGIN;
CREATE SCHEMA mq AUTHORIZATION regress_quality;
GRANT USAGE, CREATE ON SCHEMA mq TO regress_quality_other;
SELECT mlops.grant_use('regress_quality') > 0 AS granted;
\c - regress_quality
:settings
CREATE TABLE mq.customer (id integer PRIMARY KEY);
INSERT INTO mq.customer SELECT generate_series(0, 99);
CREATE TABLE mq.sale (id bigint, at timestamptz, customer integer, height float8, price integer, plan text, color varchar(10), amount text, code integer, seen timestamptz, note text, score float8);
CREATE FUNCTION mq.day(d integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2026-01-05Z'::timestamptz + d * interval '1 day' $$;
-- u: numbers in [0, 1) that go with row and column
CREATE FUNCTION mq.u(i bigint, s integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8(i * 1000003 + s)::bigint + 2147483648) / 4294967296.0 $$;
CREATE FUNCTION mq.load(d integer, n integer DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mq.sale
    SELECT i, mq.day(d) + k * interval '6 minutes', (100 * mq.u(i, 1))::integer % 100, round((170 + 12 * (mq.u(i, 2) + mq.u(i, 3) + mq.u(i, 4) - 1.5))::numeric, 1), (10 + 100 * mq.u(i, 5))::integer,
           (ARRAY['basic', 'plus', 'gold'])[1 + (3 * mq.u(i, 6))::integer % 3], (ARRAY['red', 'green'])[1 + (2 * mq.u(i, 7))::integer % 2], round((50 * mq.u(i, 8))::numeric, 2)::text,
           CASE WHEN mq.u(i, 9) >= 0.05 THEN 1 + (20 * mq.u(i, 10))::integer END, mq.day(d) - mq.u(i, 11) * interval '3 days', 'note ' || i, mq.u(i, 12)
    FROM generate_series(1, coalesce(n, CASE WHEN d % 7 IN (5, 6) THEN 100 ELSE 200 END)) AS k, LATERAL (SELECT 1000::bigint * d + k) AS x(i) $$;
SELECT mq.load(d) FROM generate_series(0, 29) AS d \g /dev/null
SELECT mlops.create_monitor('shop', 'mq.sale', 'at', score_column => 'score', features => '{customer,height,price,plan,color,amount,code,seen,note}', slices => '{color}', row_key => '{id}', task => 'binary',
    start_at => mq.day(0), schedule => NULL, checks => '[{"metric": "quality"}, {"metric": "type_parse", "column": "amount", "as": "numeric"},
    {"metric": "foreign_key", "column": "customer", "references": "mq.customer(id)"},
    {"metric": "custom", "name": "mean price", "expression": "sum(price) / count(*)::float8", "warning": {"above": 100}},
    {"metric": "custom", "name": "gap", "expression": "[mean of height] - [mean price]", "warning": {"below": 0}},
    {"metric": "custom", "name": "broken", "expression": "count(*) / (count(*) - 150)", "warning": {"above": 1000}}]') > 0 AS made;
-- the family is written out
SELECT c ->> 'metric' AS metric, c ->> 'column' AS col, c -> 'k_of_n' AS k_of_n, c -> 'clear' AS clear FROM mlops.monitor_version AS v, jsonb_array_elements(v.checks) AS c WHERE v.monitor_id = mlops.monitor_id('shop');
SELECT count(*) FROM mlops.backfill('shop', upto => mq.day(28));
CREATE VIEW mq.seen AS SELECT (extract(epoch FROM o.window_lo - mq.day(0)) / 86400)::integer AS d, o.* FROM mlops.observation AS o WHERE o.monitor_id = mlops.monitor_id('shop');
-- nothing is wrong in a healthy month; the first window is compared with nothing
SELECT d, metric, column_name, slice_value, verdict, message FROM mq.seen WHERE verdict IN ('warning', 'critical', 'error') ORDER BY d, metric, column_name, slice_value;
SELECT metric, count(*) FILTER (WHERE verdict = 'ok') AS ok, count(*) FILTER (WHERE verdict = 'no_data') AS no_data, min(message) AS message FROM mq.seen WHERE d = 0 AND rule IS NOT NULL AND slice_column IS NULL GROUP BY 1 ORDER BY 1;
SELECT metric, column_name, verdict, reference, message FROM mq.seen WHERE d = 27 AND rule IS NOT NULL AND verdict <> 'ok' ORDER BY 1, 2;
SELECT metric, round(value::numeric, 3) AS value, verdict FROM mq.seen WHERE d = 27 AND metric IN ('mean price', 'gap', 'broken', 'schema', 'duplicate_rows') ORDER BY 1;

--
-- each fault once, all on one Monday: 28
--
CREATE FUNCTION mq.again(d integer) RETURNS SETOF mq.seen LANGUAGE sql AS $$
    SELECT mlops.evaluate('shop', mq.day(d), mq.day(d + 1));
    SELECT s.* FROM mq.seen AS s WHERE s.d = again.d AND s.verdict IN ('warning', 'critical', 'error') ORDER BY s.metric, s.column_name, s.slice_value COLLATE "C" $$;
BEGIN;
UPDATE mq.sale SET height = height / 2.54, price = 55, plan = CASE plan WHEN 'basic' THEN 'BASIC' ELSE plan END, amount = CASE WHEN id % 5 = 0 THEN replace(amount, '.', ',') ELSE amount END,
    code = CASE WHEN id % 2 = 0 THEN code END, seen = CASE WHEN id % 50 = 0 THEN seen + interval '1 year' ELSE seen END, customer = CASE WHEN id % 100 = 1 THEN -1 ELSE customer END, score = 0.25 WHERE at >= mq.day(28);
INSERT INTO mq.sale SELECT * FROM mq.sale WHERE at >= mq.day(28) AND at < mq.day(29) AND id % 10 = 0;
SELECT metric, column_name, verdict, round(value::numeric, 3) AS value, message FROM mq.again(28);
SELECT column_name, detail FROM mq.seen WHERE d = 28 AND metric = 'unseen_category' AND detail <> '{}';
ROLLBACK;
-- a third of the rows; none; a slice without rows; NaN
BEGIN;
DELETE FROM mq.sale WHERE at >= mq.day(28) AND id % 4 > 0;
SELECT metric, column_name, slice_value, verdict, message FROM mq.again(28);
DELETE FROM mq.sale WHERE at >= mq.day(28);
SELECT metric, column_name, slice_value, verdict, message FROM mq.again(28);
SELECT DISTINCT verdict FROM mq.seen WHERE d = 28 AND rule IS NOT NULL AND metric NOT IN ('volume', 'freshness', 'schema') AND slice_column IS NULL;
ROLLBACK;
BEGIN;
DELETE FROM mq.sale WHERE at >= mq.day(28) AND color = 'red';
UPDATE mq.sale SET height = 'NaN' WHERE at >= mq.day(28) AND id % 3 = 0;
SELECT metric, column_name, slice_value, verdict, message FROM mq.again(28);
ROLLBACK;
-- the relation changes: a column goes, one comes, one gets wider, one narrower
BEGIN;
ALTER TABLE mq.sale DROP COLUMN height;
ALTER TABLE mq.sale ADD COLUMN depth float8;
ALTER TABLE mq.sale ALTER COLUMN color TYPE varchar(40);
SELECT metric, column_name, verdict, message FROM mq.again(28);
ROLLBACK;
BEGIN;
ALTER TABLE mq.sale ALTER COLUMN color TYPE varchar(40), ADD COLUMN depth float8;
SELECT metric, column_name, verdict, value, message FROM mq.again(28);
ROLLBACK;
-- what cannot be computed is an error of its check, and of no other
BEGIN;
DROP TABLE mq.customer;
SELECT metric, column_name, verdict, message FROM mq.again(28);
ROLLBACK;
BEGIN;
DELETE FROM mq.sale WHERE at >= mq.day(28) AND id % 1000 > 150;
SELECT metric, column_name, verdict, message FROM mq.again(28) WHERE metric <> 'volume';
ROLLBACK;
-- rows of the future
BEGIN;
INSERT INTO mq.sale (id, at) VALUES (-1, now() + interval '1 day');
SELECT metric, column_name, verdict, message FROM mq.again(28);
ROLLBACK;
-- all NULL before, filled now: recorded, no alarm
SELECT count(*) FROM mq.again(28);

--
-- what is refused
--
CREATE FUNCTION mq.try(checks text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mlops.alter_monitor('shop', jsonb_build_object('checks', checks::jsonb));
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
SELECT t.* FROM unnest(ARRAY['[{"metric": "type_parse", "column": "amount"}]', '[{"metric": "type_parse", "as": "numeric"}]', '[{"metric": "foreign_key", "column": "customer", "references": "customer"}]',
    '[{"metric": "foreign_key", "column": "customer", "references": "mq.nobody(id)"}]', '[{"metric": "foreign_key", "column": "customer", "references": "mq.customer(name)"}]',
    '[{"metric": "custom", "expression": "1"}]', '[{"metric": "custom", "name": "x", "expression": "price"}]', '[{"metric": "custom", "name": "x", "expression": "sum(price) + height"}]',
    '[{"metric": "custom", "name": "x", "expression": "(SELECT count(*) FROM pg_class)"}]', '[{"metric": "custom", "name": "x", "expression": "max(plan)"}]', '[{"metric": "custom", "name": "x", "expression": "sum(random())"}]',
    '[{"metric": "custom", "name": "x", "expression": "sum(price); DROP TABLE mq.sale"}]', '[{"metric": "custom", "name": "x", "expression": "sum(price) OVER ()"}]',
    '[{"metric": "custom", "name": "x", "expression": "[mean of price] +"}]', '[{"metric": "custom", "name": "psi", "expression": "sum(price)"}]', '[{"metric": "volume", "expression": "1"}]',
    '[{"metric": "quality"}, {"metric": "volume", "warning": {"below": 10}}]']) AS c, mq.try(c) AS t;
-- a view of somebody else would run as the owner
\c - regress_quality_other
:settings
CREATE VIEW mq.bait AS SELECT 1 AS id;
GRANT SELECT ON mq.bait TO regress_quality;
\c - regress_quality
:settings
SELECT t.* FROM mq.try('[{"metric": "foreign_key", "column": "customer", "references": "mq.bait(id)"}]') AS t;
-- one that takes a table's place, too
SELECT mlops.alter_monitor('shop', '{"checks": [{"metric": "foreign_key", "column": "customer", "references": "mq.customer(id)"}]}');
ALTER TABLE mq.customer RENAME TO customer_of_old;
\c - regress_quality_other
:settings
CREATE FUNCTION mq.who() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'running as %', current_user; RETURN 1; END $$;
CREATE VIEW mq.customer AS SELECT mq.who() AS id;
GRANT SELECT ON mq.customer TO regress_quality;
\c - regress_quality
:settings
SELECT metric, column_name, verdict, message FROM mq.again(28);
--
-- a feature that tells the label: as before a little, then by itself
--
CREATE TABLE mq.lead AS
SELECT mq.day(d) + k * interval '4 minutes' AS at, y, mq.u(x.i, 21) + y::integer * 0.3 AS age, (ARRAY['web', 'shop', 'mail'])[1 + (3 * mq.u(x.i, 22))::integer % 3] AS origin,
       CASE WHEN d < 10 THEN mq.u(x.i, 23) ELSE y::integer END AS paid, CASE WHEN d = 10 AND y THEN 'bought' WHEN d = 10 THEN 'left' ELSE (ARRAY['bought', 'left', 'new'])[1 + (3 * mq.u(x.i, 24))::integer % 3] END AS state
FROM generate_series(0, 10) AS d, generate_series(1, 300) AS k, LATERAL (SELECT 1000::bigint * d + k) AS x(i), LATERAL (SELECT mq.u(x.i, 20) < 0.2 AS y) AS l;
SELECT mlops.create_monitor('leads', 'mq.lead', 'at', label_column => 'y', features => '{age,origin,paid,state}', task => 'binary', start_at => mq.day(3), end_at => mq.day(11), reference_from => mq.day(0), reference_to => mq.day(3),
    schedule => NULL, checks => '[{"metric": "leak"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('leads', upto => mq.day(11));
SELECT column_name, count(*) FILTER (WHERE verdict = 'ok') AS ok, count(*) FILTER (WHERE verdict = 'critical') AS critical, round(max(value) FILTER (WHERE verdict = 'ok')::numeric, 1) AS most, max(message) AS message
FROM mlops.observation WHERE monitor_id = mlops.monitor_id('leads') AND metric = 'leak' GROUP BY 1 ORDER BY 1;
-- a column with one value is worse where the model leans on it: importances that came with the model, as shares
SELECT mlops.create_model('seller', 'binary') IS NOT NULL AS model, mlops.register_version('seller', signature => '{"importance": {"price": 3, "height": 2, "code": 0.01}}') AS version;
SELECT mlops.create_monitor('seller', 'mq.sale', 'at', model => 'seller', score_column => 'score', features => '{price,height,code,plan}', start_at => mq.day(21), schedule => NULL, checks => '[{"metric": "constant_column"}]') > 0 AS made;
SELECT c AS column_name, mlops_internal.is_felt(v, c) FROM mlops.monitor_version AS v, unnest('{price,height,code,plan}'::name[]) AS c WHERE v.monitor_id = mlops.monitor_id('seller') ORDER BY 1;
UPDATE mq.sale SET price = 5, code = 7 WHERE at >= mq.day(28) AND at < mq.day(29);
SELECT count(mlops.evaluate('seller', mq.day(d), mq.day(d + 1))) FROM unnest('{21,28}'::int[]) AS d;
SELECT column_name, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('seller') AND window_lo = mq.day(28) AND metric = 'constant_column' ORDER BY 1;
SELECT mlops.drop_monitor('seller');
-- an open formula names what is not measured
SELECT mlops.alter_monitor('shop', '{"checks": [{"metric": "custom", "name": "x", "expression": "[roc_auc] * 2"}, {"metric": "custom", "name": "y", "expression": "[n] / ([n] - 200)", "warning": {"above": 1}}]}');
SELECT metric, verdict, message FROM mq.again(28);
SELECT metric, value, verdict, message FROM mq.seen WHERE d = 28 AND metric IN ('x', 'y');
SELECT mlops.drop_monitor('shop');
\c - :superuser
:settings
DROP OWNED BY regress_quality, regress_quality_other CASCADE;
DROP ROLE regress_quality, regress_quality_other;

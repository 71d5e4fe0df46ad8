-- describe: one row for each column of a relation or a query
SET extra_float_digits = 0;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE TABLE sample AS
SELECT i AS id, i % 5 AS five, i / 8.0::float8 AS eighth, 'x' || i % 3 AS code, point(i, i) AS place,
       CASE WHEN i % 10 > 0 THEN timestamptz '2013-01-01 00:00Z' + i * interval '1 hour' END AS at, 7 AS seven, NULL::text AS nothing
FROM generate_series(1, 1000) AS i;

SELECT column_name, data_type, n, n_null, min, max, n_distinct, is_constant, top_value, top_n, note FROM mlops.describe('sample');
SELECT column_name, null_rate, n_zero, q25, median, q75, mean, round(stddev::numeric, 6) AS stddev, min_length, mean_length, max_length, is_exact
FROM mlops.describe('sample'::regclass);
-- the profile is that of the aggregate
SELECT column_name, d.profile::text = (SELECT mlops.profile(eighth)::text FROM sample) AS same
FROM mlops.describe('sample', '{eighth}') AS d;

-- a query, a condition, some columns
SELECT column_name, n, min, max FROM mlops.describe('SELECT id, code FROM sample WHERE id < 10', condition => 'id > 3');
SELECT column_name, n FROM mlops.describe('VALUES (1, ''a''), (2, NULL)');
SELECT column_name, n, n_null FROM mlops.describe('sample', '{seven,id}', 'five = 1 -- every fifth');
SELECT column_name, n FROM mlops.describe('sample', '{id}', 'false');

-- progress reads in portions and changes nothing
CREATE TABLE larger AS SELECT i AS id, i / 7.0::float8 AS part, repeat('x', 200) || i % 10 AS filler FROM generate_series(1, 50000) AS i;
VACUUM FULL larger;      -- as many pages on all versions
SELECT pg_relation_size('larger') / 8192 / 512 AS portions_but_one;
SELECT column_name, n, d.profile::text = (SELECT s.profile::text FROM mlops.describe('larger', condition => 'id > 10') AS s WHERE s.column_name = d.column_name) AS same
FROM mlops.describe('larger', condition => 'id > 10', progress => true) AS d;
SELECT column_name, n FROM mlops.describe('SELECT 1 AS one', progress => true);

-- names are looked up as the caller does, with the caller's rights
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.sample AS SELECT 1 AS other;
CREATE FUNCTION elsewhere.even(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 2 = 0';
SET search_path = elsewhere, public;
SELECT column_name FROM mlops.describe('sample');
SELECT column_name, n FROM mlops.describe('public.sample', '{id}', 'even(id)');
RESET search_path;
CREATE ROLE describe_reader;
SET ROLE describe_reader;
SELECT count(*) FROM mlops.describe('sample');
RESET ROLE;
CREATE TABLE "select" (a integer);
INSERT INTO "select" VALUES (1), (1);
SELECT column_name, n FROM mlops.describe('"select"');
CREATE TABLE parent (a integer) PARTITION BY LIST (a);
CREATE TABLE child PARTITION OF parent FOR VALUES IN (1);
INSERT INTO parent VALUES (1), (1);
SELECT column_name, n, is_constant FROM mlops.describe('parent', progress => true);
CREATE TABLE empty (a integer, b json);
SELECT column_name, n, is_constant, note FROM mlops.describe('empty', progress => true);
CREATE TABLE no_columns ();
SELECT * FROM mlops.describe('no_columns');

-- duplicates
SELECT * FROM mlops.duplicate_rows('sample', '{five,code}');
SELECT * FROM mlops.duplicate_rows('sample');
SELECT * FROM mlops.duplicate_rows('"select"'::regclass);
SELECT * FROM mlops.duplicate_rows('sample', '{place}', 'five = 1');
SELECT * FROM mlops.duplicate_rows('empty');
SELECT * FROM mlops.duplicate_rows('VALUES (NULL, 1), (NULL, 1)');

-- texts that should have been something else
SELECT type, array_agg(value ORDER BY place) FILTER (WHERE mlops.parses_as(value, type)) AS valid
FROM (VALUES (1, '1'), (2, ' -32768 '), (3, '32768'), (4, '2147483648'), (5, '-9223372036854775808'), (6, '9223372036854775808'), (7, '1.5'), (8, '.5e-3'),
             (9, '1e'), (10, 'NaN'), (11, '-inf'), (12, ''), (13, 'yes'), (14, 'of'), (15, '2013-02-29'), (16, '2012-02-29'), (17, '2013-01-01 12:00+01'),
             (18, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), (19, '{a0eebc999c0b4ef8bb6d6bb9bd380a11}'), (20, 'a0eebc99-9c0b'), (21, 'infinity'), (22, '1 2')) AS v(place, value),
     unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric', 'boolean', 'uuid', 'timestamp']) AS type
GROUP BY type ORDER BY type;
SELECT avg((NOT mlops.parses_as(code, 'integer'))::int)::numeric(3, 2) AS failures, mlops.parses_as(NULL, 'integer') FROM sample;
-- agrees with the input functions
CREATE FUNCTION casts(value text, type regtype) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT %L::%s', value, type);
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    RETURN false;
END $$;
SELECT value, type FROM unnest(ARRAY['1', '+1', '-0', '- 1', '1.', '.', '1e5', '1e+', '0x', 'nan', 'Infinity', '+inf', 't', 'tr', 'x', 'on', '0', '2', '2013-13-01',
    '2013-01-01', 'epoch', 'now', '2013-01-01T00:00:00Z', 'noon', '12:00', 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', 'a0eebc99--9c0b4ef8bb6d6bb9bd380a11']) AS value,
    unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric', 'boolean', 'uuid', 'timestamp']) AS type
WHERE mlops.parses_as(value, type) <> casts(value, type::regtype);

-- errors
\set VERBOSITY terse
SELECT * FROM mlops.describe('missing');
\set VERBOSITY default
SELECT * FROM mlops.describe('sample', '{id,nope}');
SELECT * FROM mlops.describe('sample', '{NULL}');
\set VERBOSITY terse
-- queries as people paste them: a semicolon, comments before and after
SELECT column_name, n FROM mlops.describe('SELECT 1 AS a;');
SELECT column_name, n FROM mlops.describe(E'-- training rows\nSELECT 1 AS a');
SELECT column_name, n FROM mlops.describe(E' /* of /* 2026 */ */ (SELECT 1 AS a) ; -- done; really\n ;');
SELECT column_name, n FROM mlops.describe('SELECT '';'' AS a -- ; no more');
SELECT * FROM mlops.describe('-- nothing');
SELECT * FROM mlops.describe('SELECT 1 AS a; SELECT 2 AS b');
SELECT * FROM mlops.describe('SELECT 1 AS a) AS s; DROP TABLE sample; SELECT * FROM (SELECT 1');
SELECT * FROM mlops.describe('sample; DROP TABLE sample');
SELECT * FROM mlops.describe('SELECT 1; DROP TABLE sample');
SELECT * FROM mlops.describe('sample', condition => 'nope > 1');
SELECT * FROM mlops.duplicate_rows('sample', '{nope}');
SELECT mlops.parses_as('1', 'money');
SELECT mlops_internal.query_columns('DELETE FROM sample');
SELECT mlops_internal.query_columns('SELECT 1; SELECT 2');
SELECT count(*) FROM sample;
DROP ROLE describe_reader;

-- feature views as attackers write them: whose code runs, and what a join takes for granted
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET timezone = 'UTC';
CREATE SCHEMA hostile_test;
CREATE ROLE "regress Features ""Mallory""";
CREATE ROLE regress_features_reader;
GRANT ALL ON SCHEMA hostile_test TO "regress Features ""Mallory""";
GRANT USAGE ON SCHEMA hostile_test TO regress_features_reader;
SELECT mlops.grant_use('"regress Features ""Mallory"""') > 0, mlops.grant_use('regress_features_reader') > 0;
SELECT mlops.grant_read('regress_features_reader', '"regress Features ""Mallory"""');
SET ROLE "regress Features ""Mallory""";
SET search_path = hostile_test;
-- it tells as whom it was called, by the least privileges that see it
CREATE FUNCTION evil(x integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'code of Mallory runs as %', current_user; RETURN x; END $$;

-- a role with capitals, blanks and quotes
CREATE TABLE plain (k integer, at timestamptz, known timestamptz, v integer);
INSERT INTO plain VALUES (1, '2024-01-01', '2024-01-01', 1), (2, '2024-01-01', '2024-01-01', 2);
SELECT mlops.create_feature_view('plain', 'plain', '{k}', 'at', created_at_column => 'known');
SELECT mlops.materialize('plain');
SELECT mlops.training_set('plain set', 'SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{plain@1}', 'at', owner => '"regress Features ""Mallory"""') > 0;
SELECT check_name, n FROM mlops.check_online('plain') WHERE check_name IN ('rows', 'different', 'missing');
SELECT reproduced FROM mlops.reproduce('plain set');

-- labels of an enum are shown without its casts; values of other types only to who has the rights of their owner
CREATE TYPE mood AS ENUM ('calm', 'angry');
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN checked AS integer CHECK (hostile_test.evil(1) = 1);
CREATE FUNCTION evil(mood) RETURNS json LANGUAGE plpgsql AS $$ BEGIN RETURN hostile_test.evil(2); END $$;
CREATE FUNCTION evil_text(mood) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN hostile_test.evil(3); END $$;
CREATE FUNCTION evil(pair) RETURNS json LANGUAGE plpgsql AS $$ BEGIN RETURN hostile_test.evil(4); END $$;
CREATE CAST (mood AS json) WITH FUNCTION evil(mood);
CREATE CAST (mood AS text) WITH FUNCTION evil_text(mood) AS IMPLICIT;
CREATE CAST (pair AS json) WITH FUNCTION evil(pair);
SET client_min_messages = warning;
CREATE TABLE typed (k checked, at timestamptz, known timestamptz, m mood, c checked);
INSERT INTO typed VALUES (1, '2024-01-01', '2024-01-01', 'angry', 5), (1, '2024-01-01', '2024-01-01', 'calm', 5);
SELECT mlops.create_feature_view('typed', 'typed', '{k}', 'at', created_at_column => 'known');
SELECT mlops.materialize('typed');
SELECT mlops.create_feature_view('event', 'SELECT k, at, c FROM typed', '{k}', 'at', role => 'label', horizon => '1 day', absent => '{"c": 7}');
CREATE TABLE paired AS SELECT 1 AS k, timestamptz '2024-01-01' AS at, ROW(1, 2)::pair AS p;
SELECT mlops.create_feature_view('paired', 'paired', '{k}', 'at');
SELECT mlops.materialize('paired');
CREATE TABLE moods AS SELECT 1 AS k, timestamptz '2024-01-01' AS at, '{calm}'::mood[] AS m;
SELECT mlops.create_feature_view('moods', 'moods', '{k}', 'at');
SELECT mlops.materialize('moods');
RESET client_min_messages;
GRANT SELECT ON ALL TABLES IN SCHEMA hostile_test TO regress_features_reader;
SET ROLE regress_features_reader;
SELECT key, features -> 'm' AS m, features -> 'c' AS c FROM mlops.online_features('{typed}', '[{"k": 1}, {"k": 2}]');
SELECT k, m, c FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{typed}', 'at') AS t (k integer, at timestamptz, m mood, c checked, since timestamptz);
SELECT k, c, complete FROM mlops.point_in_time('SELECT 9 AS k, timestamptz ''2024-01-02'' AS at', '{event}', 'at') AS t (k integer, at timestamptz, c checked, since timestamptz, complete boolean);
SELECT n FROM mlops.check_online('typed') WHERE check_name IN ('different', 'missing');
SELECT * FROM mlops.online_features('{paired}', '[{"k": 1}]');
SELECT * FROM mlops.online_features('{moods}', '[{"k": 1}]');
SELECT * FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{paired}', 'at') AS t (k integer);
SET ROLE "regress Features ""Mallory""";
SELECT p FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{paired}', 'at') AS t (k integer, at timestamptz, p pair, since timestamptz);

-- code of a type that calls the function within itself, and has what the session keeps thrown away
CREATE TYPE ranged AS RANGE (subtype = integer);
CREATE FUNCTION within(ranged) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    inner_one json;
BEGIN
    IF current_setting('hostile.depth') = '0' THEN
        PERFORM set_config('hostile.depth', '1', true);
        CREATE TYPE hostile_test.fleeting AS ENUM ();
        DROP TYPE hostile_test.fleeting;
        SELECT features INTO inner_one FROM mlops.online_features('{ranged}', '[{"k": 2}]');
        PERFORM set_config('hostile.depth', '0', true);
    END IF;
    IF lower($1) = 3 THEN
        RAISE 'stopped within';
    END IF;
    RETURN json_build_object('within', inner_one -> 'r', 'lower', lower($1));
END $$;
CREATE CAST (ranged AS json) WITH FUNCTION within(ranged);
CREATE TABLE ranges AS SELECT k, timestamptz '2024-01-01' AS at, ranged(k, k + 1) AS r FROM generate_series(1, 3) AS k;
SELECT mlops.create_feature_view('ranged', 'ranges', '{k}', 'at');
SELECT mlops.materialize('ranged');
SET hostile.depth = 0;
SELECT features -> 'r' AS r FROM mlops.online_features('{ranged}', '[{"k": 1}, {"k": 2}]');
SELECT features -> 'r' AS r FROM mlops.online_features('{ranged}', '[{"k": 1}, {"k": 3}]');
SELECT features -> 'r' AS r FROM mlops.online_features('{ranged}', '[{"k": 2}]');

-- what online_features reads is the owner's table and nothing else, also in a session that has read it before
GRANT SELECT ON plain_online_1 TO regress_features_reader;
SET ROLE regress_features_reader;
SELECT key, features, stale, missing FROM mlops.online_features('{plain}', '[{"k": 1}, {"k": 3}]');
SET ROLE "regress Features ""Mallory""";
ALTER TABLE plain_online_1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY evil ON plain_online_1 USING (evil(5) = 5);
SET ROLE regress_features_reader;
SELECT * FROM mlops.online_features('{plain}', '[{"k": 1}]');
SET ROLE "regress Features ""Mallory""";
ALTER TABLE plain_online_1 RENAME TO kept;
ALTER TABLE kept DISABLE ROW LEVEL SECURITY;
CREATE VIEW plain_online_1 AS SELECT evil(6) AS k, v, plain__at, plain__created_at, plain__written_at FROM kept;
GRANT SELECT ON plain_online_1 TO regress_features_reader;
SET ROLE regress_features_reader;
SELECT * FROM mlops.online_features('{plain}', '[{"k": 1}]');
SELECT * FROM mlops.check_online('plain');
SET ROLE "regress Features ""Mallory""";
SELECT mlops.materialize('plain');
DROP VIEW plain_online_1;
ALTER TABLE kept RENAME TO plain_online_1;
CREATE TABLE child () INHERITS (plain_online_1);
SELECT mlops.online_features('{plain}', '[]');
DROP TABLE child;
ALTER TABLE plain_online_1 ALTER v TYPE pair USING ROW(v, v)::pair;
SET ROLE regress_features_reader;
SELECT * FROM mlops.online_features('{plain}', '[{"k": 1}]');
RESET ROLE;
ALTER TABLE plain_online_1 OWNER TO regress_features_reader;
SET ROLE regress_features_reader;
SELECT * FROM mlops.online_features('{plain}', '[{"k": 1}]');
RESET ROLE;
DROP TABLE plain_online_1;
SET ROLE "regress Features ""Mallory""";

-- definitions that mlops.create_feature_view never saw
CREATE FUNCTION forge(name text, keys name[], features name[], types jsonb, ties name[] DEFAULT '{}') RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    d mlops.feature_view_version;
BEGIN
    d.source := 'hostile_test.plain'; d.search_path := ''; d.entity_columns := keys; d.timestamp_column := 'at'; d.features := features;
    d.tie_breaker := ties; d.absent := '{}'; d.time_zone := 'UTC'; d.column_types := types; d.relations := '{}';
    RETURN mlops_internal.store_feature_view(name, 'feature', d, NULL, '{}', '{}', NULL, mlops_internal.caller());
END $$;
\set types '{"k": "integer", "v": "integer", "at": "timestamp with time zone"}'
SELECT forge('forged', array_fill('k'::name, ARRAY[200]), '{v}', :'types');
SELECT forge('forged', '{}', '{v}', :'types');
SELECT forge('forged', '{k}', ARRAY[NULL, 'v']::name[], :'types');
SELECT forge('forged', '{k}', '{v}', :'types', ARRAY[NULL]::name[]);
SELECT forge('forged', '{k}', '{v}', '{"k": "integer", "v": "integer"}');
SELECT forge('forged', '{k}', '{v}', '{"k": "integer, x integer) AS a, LATERAL (SELECT hostile_test.evil(7)) AS e --", "v": "integer", "at": "timestamp with time zone"}');
SELECT forge('forged', '{k}', '{v}', '{"k": "integer", "v": "integer) AS a, LATERAL (SELECT hostile_test.evil(7)) AS e (e", "at": "timestamp with time zone"}');
SELECT mlops.point_in_time_columns('plain', '{forged@2}');
SELECT mlops.materialize('forged@1', relation => 'x');
SELECT forge('forged', '{k}', '{v}', '{"k": "integer --", "v": "integer", "at": "timestamp with time zone"}');
SELECT mlops.materialize('forged@3', relation => 'x');
SELECT mlops_internal.feature_type(x, 'c') FROM unnest(ARRAY['no_such_type', NULL, 'integer /* */', 'SETOF integer']) AS x LIMIT 1;

-- tables that change under a join
CREATE TABLE swapped AS SELECT 1 AS k, timestamptz '2024-01-01' AS at, 'text'::text AS v;
CREATE TABLE other AS SELECT 1 AS k, timestamptz '2024-01-01' AS at, 4096::bigint AS v;
SELECT mlops.create_feature_view('swapped', 'swapped', '{k}', 'at');
CREATE FUNCTION swap() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE hostile_test.swapped RENAME TO before; ALTER TABLE hostile_test.other RENAME TO swapped; RETURN 1; END $$;
SELECT * FROM mlops.point_in_time('SELECT hostile_test.swap() AS k, timestamptz ''2024-01-02'' AS at', '{swapped:v}', 'at') AS t (k integer, at timestamptz, v text, since timestamptz);
DROP TABLE swapped;
SELECT * FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{swapped:v}', 'at') AS t (k integer, at timestamptz, v text, since timestamptz);
ALTER TABLE other RENAME TO swapped;
SELECT * FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{swapped:v}', 'at') AS t (k integer, at timestamptz, v text, since timestamptz);
CREATE VIEW over AS SELECT k, at, v::text AS v FROM swapped;
SELECT mlops.create_feature_view('over', 'over', '{k}', 'at');
DROP VIEW over;
CREATE VIEW over AS SELECT k, at, v::mood AS v FROM (SELECT 1 AS k, timestamptz '2024-01-01' AS at, 'calm'::text AS v) AS x;
SELECT * FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at', '{over}', 'at') AS t (k integer, at timestamptz, v text, since timestamptz);

-- functions that nobody calls by themselves
SELECT mlops_internal.is_hashable(0), mlops_internal.is_hashable(4294967295), mlops_internal.is_hashable('point'::regtype), mlops_internal.is_hashable(NULL);
SELECT mlops_internal.query_facts('BEGIN');
SELECT mlops_internal.query_facts('COPY plain TO STDOUT');
SELECT mlops_internal.query_facts('');
SELECT mlops_internal.query_facts('SELECT 1; SELECT random()');
SELECT mlops_internal.query_facts('DELETE FROM plain');
SELECT mlops.point_in_time('plain', '{plain}', 'at');
SELECT * FROM mlops.point_in_time(NULL, NULL, NULL) AS t (x integer);
SELECT * FROM mlops.point_in_time('plain', ARRAY[NULL], 'at') AS t (x integer);
SELECT count(*) FROM mlops.point_in_time('SELECT k, at FROM plain', '{plain@1}', 'at', NULL, NULL, NULL, NULL, NULL) AS t (k integer, at timestamptz, v integer, since timestamptz);
SELECT mlops.online_features(NULL, NULL);
SELECT mlops.online_features('{plain}', 'null');
SELECT mlops.online_features('{plain}', '[[{"k": 1}]]');

-- keys are values of their types: padding, trailing zeros, NaN, -0, what a collation takes for equal, times without end
CREATE COLLATION either_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE keyed (c char(3), n numeric, f float8, t text COLLATE either_case, r int4range, at timestamptz, v integer);
INSERT INTO keyed VALUES ('ab', 1.0, 'NaN', 'Oslo', '[1,2]', '-infinity', 1), ('ac', 1.00, '-0', 'Oslo', '[1,3)', '2024-01-01', 2), ('ab', 'NaN', 0, 'Rome', '[1,3)', 'infinity', 3);
SELECT mlops.create_feature_view('by ' || k, 'keyed', ARRAY[k]::name[], 'at', '{v}') FROM unnest('{c,n,f,t,r}'::text[]) AS k;
SELECT a, v FROM mlops.point_in_time('SELECT x::char(3) AS c, timestamptz ''2025-01-01'' AS at, x AS a FROM unnest(ARRAY[''ab'', ''ab '', ''ac'', ''ad'', ''a'']) AS x', '{by c}', 'at') AS t (c bpchar, at timestamptz, a text, v integer, since timestamptz);
SELECT a, v FROM mlops.point_in_time('SELECT x AS n, timestamptz ''infinity'' AS at, x::text AS a FROM unnest(ARRAY[1, 1.000, ''NaN'']::numeric[]) AS x', '{by n}', 'at') AS t (n numeric, at timestamptz, a text, v integer, since timestamptz);
SELECT a, v FROM mlops.point_in_time('SELECT x AS f, timestamptz ''infinity'' AS at, x::text AS a FROM unnest(ARRAY[''-0'', 0, ''NaN'']::float8[]) AS x', '{by f}', 'at') AS t (f float8, at timestamptz, a text, v integer, since timestamptz);
SELECT a, v FROM mlops.point_in_time('SELECT x AS t, timestamptz ''2025-01-01'' AS at, x AS a FROM unnest(ARRAY[''OSLO'', ''oslo'', ''Rom'']) AS x', '{by t}', 'at') AS t (t text, at timestamptz, a text, v integer, since timestamptz);
SELECT a, v FROM mlops.point_in_time('SELECT int4range(1, 3) AS r, x AS at, x AS a FROM unnest(ARRAY[''-infinity'', ''2023-12-31'', ''2024-01-01'', ''infinity'']::timestamptz[]) AS x', '{by r}', 'at') AS t (r int4range, at timestamptz, a timestamptz, v integer, since timestamptz);
SELECT mlops.materialize('by c', relation => 'c_online'), mlops.materialize('by t', relation => 't_online');
SELECT key, features -> 'v' AS v FROM mlops.online_features('{by c}', '[{"c": "ab"}, {"c": "ac "}, {"c": "a"}]');
SELECT key, features -> 'v' AS v FROM mlops.online_features('{by t}', '[{"t": "OSLO"}]');

-- a join that is stopped, or fails, leaves nothing behind
CREATE TABLE many AS SELECT i AS k, timestamptz '2024-01-01' + i * interval '1 s' AS at, repeat('x', 200) || i AS v FROM generate_series(1, 20000) AS i;
SELECT mlops.create_feature_view('many', 'many', '{k}', 'at'), mlops.create_feature_view('breaks', 'SELECT k, at, 1 / (20000 - k) AS v FROM many', '{k}', 'at');
SET mlops.work_mem = '64kB'; SET work_mem = '64kB';
SELECT count(*) FROM mlops.point_in_time('SELECT k, at FROM many', '{breaks}', 'at') AS t (k integer, at timestamptz, v integer, since timestamptz);
SET statement_timeout = 1;
SELECT count(*) FROM mlops.point_in_time('SELECT k, at FROM many', '{many}', 'at') AS t (k integer, at timestamptz, v text, since timestamptz);
RESET statement_timeout;
SELECT count(*), count(v) FROM mlops.point_in_time('SELECT k, at FROM many', '{many}', 'at') AS t (k integer, at timestamptz, v text, since timestamptz);
RESET mlops.work_mem; RESET work_mem;
RESET ROLE;
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE format('pgsql_tmp%s.%%', pg_backend_pid());
SET client_min_messages = warning;
SET ROLE "regress Features ""Mallory""";
SELECT mlops.drop_training_set('plain set');
SELECT count(mlops.drop_feature_view(name)) FROM mlops.feature_view;
RESET ROLE;
DROP SCHEMA hostile_test CASCADE;
DROP OWNED BY "regress Features ""Mallory""", regress_features_reader;
DROP ROLE "regress Features ""Mallory""", regress_features_reader;

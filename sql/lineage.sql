-- lineage: runs, artifacts, fingerprints, walks; who may read and write
\set VERBOSITY terse
\set SHOW_CONTEXT never
-- numbers that messages show
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 910001;
CREATE SCHEMA lineage_test;
CREATE ROLE regress_lineage_ann;
CREATE ROLE regress_lineage_bob;
CREATE ROLE regress_lineage_eve;
CREATE ROLE regress_lineage_team;
GRANT regress_lineage_team TO regress_lineage_ann, regress_lineage_bob;
GRANT ALL ON SCHEMA lineage_test TO regress_lineage_ann, regress_lineage_bob;
SELECT mlops.grant_use('regress_lineage_ann') > 0, mlops.grant_use('regress_lineage_bob') > 0;

-- the fingerprint: rows and columns in any order, duplicates count
SELECT mlops.fingerprint(t) FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b);
SELECT mlops.fingerprint(t) FROM (VALUES (2, 'y'), (1, 'x')) AS t (a, b);
SELECT mlops.fingerprint(t) FROM (VALUES ('y', 2), ('x', 1)) AS t (b, a);
SELECT mlops.fingerprint(t) FROM (VALUES (2::smallint, 'y'::varchar), (1, 'x')) AS t (a, b);
SELECT mlops.fingerprint(t) FROM (VALUES (1, 'y'), (2, 'x')) AS t (a, b);
SELECT mlops.fingerprint(t) FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, c);
SELECT mlops.fingerprint(t) FROM (VALUES (1, 'x'), (2, 'y'), (2, 'y')) AS t (a, b);
SELECT mlops.fingerprint(t) FROM (VALUES (1, 'x'), (2, 'y'), (3, 'z'), (3, 'z')) AS t (a, b)
    WHERE a < 3;
SELECT mlops.fingerprint(t) IS NULL AS empty FROM (VALUES (1)) AS t (a) WHERE false;
SELECT mlops.fingerprint(t) = mlops.fingerprint(u) AS null_is_not_empty
    FROM (VALUES (NULL::text)) AS t (a), (VALUES (''::text)) AS u (a);
SELECT count(DISTINCT f) FROM (
    SELECT mlops.fingerprint(t) AS f FROM (VALUES (1)) AS t (a) UNION ALL
    SELECT mlops.fingerprint(t) FROM (VALUES ('1')) AS t (a) UNION ALL
    SELECT mlops.fingerprint(t) FROM (VALUES (1.0::float8)) AS t (a) UNION ALL
    SELECT mlops.fingerprint(t) FROM (VALUES (true)) AS t (a) UNION ALL
    SELECT mlops.fingerprint(t) FROM (VALUES (1.0)) AS t (a)) AS kinds;
SELECT mlops.fingerprint(t) = (SELECT mlops.fingerprint(u) FROM (VALUES (1.5::numeric, 0.0::float8)) AS u (a, b)) AS equal_values
    FROM (VALUES (1.500::numeric, '-0'::float8)) AS t (a, b);


-- no setting changes it
CREATE TABLE lineage_test.every (
    b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric, t text, c character(8),
    v varchar(9), na name, by bytea, d date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, m money,
    u uuid, j json, jb jsonb, ip inet, bits bit(5), p point, bx box, r int4range, rts tstzrange, mr int4multirange,
    a integer[], at timestamptz[], co mlops.param, o oid);
INSERT INTO lineage_test.every VALUES (
    true, 1, 2, 3, 0.1, 1.0 / 3.0, 1.10, 'tëxt', 'pad', 'v', 'name', '\x00ff', '2026-01-31', '12:34:56.789', '12:34:56+02',
    '2026-01-31 12:34:56', '2026-01-31 12:34:56+00', '1 mon 2 days 03:04:05', 1.5, '00000000-0000-0000-0000-000000000001',
    '{"a": 1}', '{"a": [1, null]}', '10.0.0.1/8', B'10101', '(0.1,0.2)', '((0.1,0.2),(0.3,0.4))', '[1,5)',
    '[2026-01-01 00:00+00,)', '{[1,3),[5,7)}', '[2:3]={7,NULL}', '{2026-01-01 00:00+00}', ROW (1, 'n', '"x"'), 42);
INSERT INTO lineage_test.every DEFAULT VALUES;
SELECT mlops.fingerprint(t.*) AS plain FROM lineage_test.every AS t \gset
SET DateStyle = 'German, DMY'; SET TimeZone = 'Asia/Kathmandu'; SET IntervalStyle = 'iso_8601';
SET extra_float_digits = -10; SET bytea_output = 'escape'; SET client_encoding = 'LATIN1'; SET quote_all_identifiers = on;
SELECT mlops.fingerprint(t.*) = :'plain' AS same FROM lineage_test.every AS t;
RESET DateStyle; RESET TimeZone; RESET IntervalStyle; RESET extra_float_digits; RESET bytea_output; RESET client_encoding; RESET quote_all_identifiers;
-- each column takes part
DO $$
DECLARE
    col record;
    plain text := (SELECT mlops.fingerprint(t.*) FROM lineage_test.every AS t);
BEGIN
    FOR col IN SELECT attname FROM pg_attribute WHERE attrelid = 'lineage_test.every'::regclass AND attnum > 0 LOOP
        BEGIN
            EXECUTE format('UPDATE lineage_test.every SET %I = NULL', col.attname);
            IF (SELECT mlops.fingerprint(t.*) FROM lineage_test.every AS t) = plain THEN
                RAISE WARNING 'column % does not count', col.attname;
            END IF;
            RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
        EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
        END;
    END LOOP;
END
$$;
-- a dropped column leaves no trace
CREATE TABLE lineage_test.dropped (x integer, a integer, b text);
INSERT INTO lineage_test.dropped VALUES (9, 1, 'x'), (8, 2, 'y');
ALTER TABLE lineage_test.dropped DROP COLUMN x;
SELECT mlops.fingerprint(t) FROM lineage_test.dropped AS t;
-- parallel = serial
CREATE TABLE lineage_test.many AS SELECT i AS id, i % 7 AS k, 'v' || i % 11 AS v FROM generate_series(1, 20000) AS i;
ANALYZE lineage_test.many;
SELECT mlops.fingerprint(t) AS serial FROM lineage_test.many AS t \gset
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT mlops.fingerprint(t) FROM lineage_test.many AS t;
SELECT mlops.fingerprint(t) = :'serial' AS same FROM lineage_test.many AS t;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
SELECT count(DISTINCT f) FROM (SELECT k, mlops.fingerprint(t) AS f FROM lineage_test.many AS t GROUP BY k) AS g;
SELECT a, mlops.fingerprint(t) OVER (ORDER BY a) FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b);
-- the state type
SELECT '0123456789abcdef0123456789abcdef-7'::mlops.fingerprint;
SELECT '0123456789abcdef0123456789abcdeg-7'::mlops.fingerprint;
SELECT '0123456789abcdef0123456789abcdef-'::mlops.fingerprint;
SELECT '0123456789abcdef0123456789abcdef-18446744073709551616'::mlops.fingerprint;
SELECT ''::mlops.fingerprint;
SELECT encode(mlops_internal.fingerprint_send('0123456789abcdef0123456789abcdef-7'), 'hex');
SELECT mlops_internal.fingerprint_combine('00000000000000000000000000000001-1', 'ffffffffffffffffffffffffffffffff-2');
SELECT mlops_internal.fingerprint_accum(NULL, NULL) IS NULL AS empty;

-- a run and what it says
SET ROLE regress_lineage_ann;
CREATE TABLE lineage_test.train AS SELECT i AS id, i % 2 AS label FROM generate_series(1, 10) AS i;
SELECT mlops.start_run('training', 'first', '{"lr": 0.1, "depth": 3}', git_repo => 'ssh://git/churn',
                       git_commit => 'ABCDEF1', git_path => 'train.py', git_dirty => false) AS run \gset
SELECT kind, name, status, ended_at, git_commit, git_dirty, started_by, owner_name FROM mlops.run WHERE run_id = :run;
SELECT mlops.log_param(:run, 'loss', 'log'), mlops.log_param(:run, 'seed', 42), mlops.log_param(:run, 'none', NULL::text);
SELECT mlops.log_params(:run, '{"lr": 0.10}');
SELECT name, value FROM mlops.param WHERE run_id = :run ORDER BY name;
SELECT mlops.log_metric(:run, 'auc', 0.8), mlops.log_metric(:run, 'auc', 0.9, 1), mlops.log_metric(:run, 'odd', 'NaN');
SELECT mlops.log_metrics(:run, '{"loss": 0.5, "top": "Infinity"}', step => 1);
SELECT name, step, value FROM mlops.metric WHERE run_id = :run ORDER BY metric_id;
SELECT mlops.run_params(:run), mlops.run_metrics(:run);
SELECT mlops.log_dataset(:run, 'lineage_test.train') AS train \gset
SELECT mlops.log_dataset(:run, 'lineage_test.train') = :train AS same_content_same_artifact;
SELECT type, name, relation, place, digest, properties FROM mlops.artifact WHERE artifact_id = :train;
SELECT mlops.log_artifact(:run, 'model.bin', 'model_file', uri => 's3://bucket/model.bin', digest => 'sha256:1') AS file \gset
SELECT mlops.log_artifact(:run, NULL, 'model_file', uri => 's3://bucket/model.bin', digest => 'sha256:1', properties => '{"bytes": 7}') = :file AS same;
SELECT mlops.log_artifact(:run, NULL, 'model_file', uri => 's3://bucket/model.bin', digest => 'sha256:2') = :file AS same;
SELECT type, name, uri, digest, properties FROM mlops.artifact WHERE artifact_id = :file;
CREATE TABLE lineage_test.empty ();
SELECT mlops.log_dataset(:run, 'lineage_test.empty') AS empty \gset
SELECT name, digest, properties FROM mlops.artifact WHERE artifact_id = :empty;
CREATE TEMP TABLE scratch AS SELECT 1 AS x;
SELECT mlops.log_dataset(:run, 'scratch') AS temporary \gset
SELECT name, relation, place FROM mlops.artifact WHERE artifact_id = :temporary;
SELECT direction, count(*) FROM mlops.edge WHERE run_id = :run GROUP BY direction ORDER BY direction;

-- errors say what to do
\set VERBOSITY default
SELECT mlops.log_params(:run, '{"depth": 4}');
SELECT mlops.log_params(:run, '[1]');
SELECT mlops.start_run('cooking');
SELECT mlops.start_run(NULL);
SELECT mlops.start_run('training', git_commit => 'main');
SELECT mlops.start_run('training', owner => 'regress_lineage_eve');
SELECT mlops.start_run('training', E'two\nlines');
SELECT mlops.log_metric(:run, 'auc', NULL);
SELECT mlops.log_metrics(:run, '{"auc": "high"}');
SELECT mlops.log_metrics(:run, '{"auc": null}');
SELECT mlops.log_artifact(:run, NULL, 'file');
SELECT mlops.log_artifact(:run, 'x', 'model_version');
SELECT mlops.log_artifact(:run, 'x', direction => 'sideways');
SELECT mlops.log_artifact(:run, 'x', uri => repeat('u', 2001));
SELECT mlops.log_metric(0, 'auc', 1);
SELECT mlops.ancestors('run:0');
SELECT mlops.ancestors('no such thing');
SELECT mlops.ancestors('a.b.c.d');
SELECT mlops.ancestors('run:1', -1);
-- an ended run does not change
SELECT mlops.finish_run(:run);
SELECT status, ended_at >= started_at AS ended FROM mlops.run WHERE run_id = :run;
SELECT mlops.log_param(:run, 'late', 1);
SELECT mlops.log_metrics(:run, '{}');
SELECT mlops.log_dataset(:run, 'lineage_test.train');
SELECT mlops.fail_run(:run, 'no');
SELECT mlops.start_run('training', 'second') AS failed \gset
SELECT mlops.fail_run(:failed, 'out of memory');
SELECT status, error FROM mlops.run WHERE run_id = :failed;
\set VERBOSITY terse

-- the graph: features are made, training reads them, predictions are written,
-- grow, and are read again
SELECT mlops.start_run('materialization', 'features', owner => 'regress_lineage_team') AS made \gset
CREATE TABLE lineage_test.features AS SELECT i AS id, i * 2 AS f FROM generate_series(1, 5) AS i;
SELECT mlops.log_dataset(:made, 'lineage_test.train') > 0, mlops.log_dataset(:made, 'lineage_test.features', 'output') > 0;
SELECT mlops.finish_run(:made);
SELECT mlops.start_run('batch_prediction', 'monday', owner => 'regress_lineage_team') AS monday \gset
CREATE TABLE lineage_test.scores AS SELECT id, f / 10.0 AS score FROM lineage_test.features;
SELECT mlops.log_dataset(:monday, 'lineage_test.features') > 0;
SELECT mlops.log_dataset(:monday, 'lineage_test.scores', 'output', type => 'predictions') AS monday_scores \gset
SELECT mlops.finish_run(:monday);
-- the same content read as a dataset is the node that was written
SELECT mlops.start_run('evaluation', 'same day', owner => 'regress_lineage_team') AS same_day \gset
SELECT mlops.log_dataset(:same_day, 'lineage_test.scores') = :monday_scores AS one_node;
SELECT mlops.finish_run(:same_day);
INSERT INTO lineage_test.scores VALUES (6, 1.0);
SELECT mlops.start_run('evaluation', 'next day') AS next_day \gset
SELECT mlops.log_dataset(:next_day, 'lineage_test.scores') = :monday_scores AS one_node;
SELECT mlops.finish_run(:next_day);
-- what is written later is no ancestor of what was read before
SELECT mlops.start_run('batch_prediction', 'tuesday') AS tuesday \gset
INSERT INTO lineage_test.scores VALUES (7, 1.1);
SELECT mlops.log_dataset(:tuesday, 'lineage_test.scores', 'output') > 0;
SELECT mlops.finish_run(:tuesday);
SELECT depth, node_kind, type, name, status, link FROM mlops.ancestors('run:' || :next_day);
SELECT depth, node_kind, type, name, link FROM mlops.ancestors('run:' || :next_day, 2);
SELECT depth, node_kind, type, name, link FROM mlops.ancestors('lineage_test.scores'::regclass);
SELECT depth, node_kind, type, name, link FROM mlops.descendants('lineage_test.train');
SELECT * FROM mlops.impact('lineage_test.train');
SELECT count(*) FROM mlops.ancestors('run:' || :made, 0);
-- dropped and made again: the same place
DROP TABLE lineage_test.scores;
SELECT count(*) > 0 AS still_known FROM mlops.ancestors('lineage_test.scores');
CREATE TABLE lineage_test.scores (id integer, score numeric);
SELECT count(*) > 0 AS still_known FROM mlops.ancestors('lineage_test.scores'::regclass);
CREATE TABLE lineage_test.unknown ();
SELECT count(*) FROM mlops.descendants('lineage_test.unknown'::regclass);
-- a cycle ends
SELECT mlops.start_run('materialization', 'updates in place') AS cycle \gset
SELECT mlops.log_artifact(:cycle, 'state', direction => 'input') = mlops.log_artifact(:cycle, 'state') AS same;
SELECT mlops.finish_run(:cycle);
SELECT depth, node_kind, name FROM mlops.ancestors('run:' || :cycle);
-- many paths, few nodes: 30 diamonds in a row are 2^30 paths
DO $$
DECLARE
    run bigint;
BEGIN
    FOR i IN 1 .. 30 LOOP
        run := mlops.start_run('materialization', 'diamond ' || i);
        PERFORM mlops.log_artifact(run, d || (i - 1)::text, direction => 'input') FROM unnest(ARRAY['left ', 'right ']) AS d;
        PERFORM mlops.log_artifact(run, d || i::text) FROM unnest(ARRAY['left ', 'right ']) AS d;
        PERFORM mlops.finish_run(run);
    END LOOP;
END
$$;
SELECT count(*), max(a.depth) FROM mlops.artifact AS x, mlops.ancestors('artifact:' || x.artifact_id) AS a WHERE x.name = 'left 30';
-- as a picture
SELECT regexp_replace(mlops.lineage_mermaid('run:' || :cycle), '\d+', 'N', 'g');
SELECT mlops_internal.mermaid_label('a "b" <c> #d');

-- profiles of a dataset's columns, made in the same scan; what has no profile says why
CREATE TYPE lineage_test.mood AS ENUM ('sad', 'glad');
CREATE DOMAIN lineage_test.age AS smallint CHECK (VALUE >= 0);
CREATE DOMAIN lineage_test.young AS lineage_test.age;
CREATE TABLE lineage_test.people (
    "the name" varchar(10), age lineage_test.young, weight numeric(6,2), height real, happy lineage_test.mood,
    id uuid, born date, seen timestamptz, smokes boolean, face bytea, tags text[], wakes time, code character(4));
INSERT INTO lineage_test.people VALUES
    ('ann', 30, 60.5, 1.7, 'glad', '00000000-0000-0000-0000-000000000001', '1996-02-01', '2026-01-31 12:00Z', false, '\x00', '{a}', '06:00', 'a'),
    ('bob', 41, 'NaN', 'Infinity', 'sad', '00000000-0000-0000-0000-000000000002', '1985-05-05', '2026-01-31 13:00Z', true, NULL, NULL, NULL, 'a'),
    ('eve', NULL, 1e4 - 0.01, NULL, 'glad', NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL);
SELECT mlops.start_run('training', 'people') AS people \gset
SELECT mlops.log_dataset(:people, 'lineage_test.people') AS people_data \gset
SELECT p.column_name, p.column_type, d.kind, d.n, d.n_null, d.min, d.max, d.mean, d.n_distinct, p.note
    FROM mlops.dataset_profiles(:people_data) AS p LEFT JOIN LATERAL mlops.describe(p.profile) AS d ON p.profile IS NOT NULL;
-- the rows are gone, the comparison is not
DELETE FROM lineage_test.people WHERE age = 41;
SELECT p.column_name, round(mlops.psi(p.profile, n.profile)::numeric, 6) AS psi
    FROM mlops.dataset_profiles(:people_data) AS p,
         LATERAL (SELECT mlops.profile(age) AS profile FROM lineage_test.people) AS n WHERE p.column_name = 'age';
-- written once
SELECT mlops.log_profiles(:people, :people_data, ARRAY[ROW ('x', 'integer', NULL, 'mine')]::mlops.column_profile[]);
SELECT count(*), max(place) FROM mlops_internal.dataset_profile WHERE artifact_id = :people_data;
-- without rows, without columns, many columns
SELECT mlops.log_dataset(:people, query => 'SELECT * FROM lineage_test.people WHERE false', name => 'nobody') AS nobody \gset
SELECT digest, properties ->> 'rows' AS rows, count(p.*), count(p.profile) AS profiles, count(p.note) AS notes
    FROM mlops.artifact AS a, LATERAL mlops.dataset_profiles(a.artifact_id) AS p WHERE artifact_id = :nobody GROUP BY 1, 2;
SELECT mlops.log_dataset(:people, query => 'SELECT FROM lineage_test.people', name => 'nothing') AS nothing \gset
SELECT digest IS NOT NULL AS digest, properties, (SELECT count(*) FROM mlops.dataset_profiles(:nothing)) FROM mlops.artifact WHERE artifact_id = :nothing;
SELECT mlops.log_dataset(:people, query => 'SELECT ' || string_agg(format('i + %s AS c%s', i, i), ', ') || ' FROM generate_series(1, 3) AS i', name => 'wide') AS wide
    FROM generate_series(1, 300) AS i \gset
SELECT count(*), sum(mlops.mean(profile)) FROM mlops.dataset_profiles(:wide);
-- a query: the same content is the same artifact, the text is kept
SELECT mlops.log_dataset(:people, query => 'SELECT id, label FROM lineage_test.train WHERE id <= 4 -- few', name => 'few') AS few \gset
SELECT mlops.log_dataset(:people, query => 'TABLE lineage_test.train FETCH FIRST 4 ROWS ONLY', name => 'few') = :few AS same;
SELECT mlops.log_dataset(:people, query => 'WITH w AS (VALUES (1, 0), (2, 1)) SELECT * FROM w AS t (t, "the ""%s"" x")', name => 'values') AS vals \gset
SELECT name, relation, place, digest, properties FROM mlops.artifact WHERE artifact_id IN (:few, :vals) ORDER BY artifact_id;
SELECT column_name, mlops.mean(profile) FROM mlops.dataset_profiles(:vals);
-- names in it are the caller's
SET search_path = lineage_test, public;
SELECT mlops.log_dataset(:people, query => 'SELECT id, label FROM train WHERE id <= 4', name => 'few') = :few AS same;
RESET search_path;
-- the same fingerprint as the relation has
SELECT mlops.log_dataset(:people, query => 'SELECT label, id FROM lineage_test.train', name => 'train') AS train_query \gset
SELECT count(DISTINCT digest) FROM mlops.artifact WHERE artifact_id IN (:train, :train_query);
-- parallel = serial
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
RESET ROLE;
SELECT mlops.start_run('evaluation', 'parallel', owner => 'regress_lineage_ann') AS parallel \gset
SELECT mlops.log_dataset(:parallel, 'lineage_test.many') AS many \gset
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; SET max_parallel_workers_per_gather = 0;
SELECT p.column_name, p.profile::text = CASE p.column_name WHEN 'id' THEN s.id WHEN 'k' THEN s.k ELSE s.v END AS same
    FROM mlops.dataset_profiles(:many) AS p,
         (SELECT mlops.profile(id)::text AS id, mlops.profile(k)::text AS k, mlops.profile(v)::text AS v FROM lineage_test.many) AS s;
RESET max_parallel_workers_per_gather;
SET ROLE regress_lineage_ann;
-- errors say what to do, and nothing is half done
\set VERBOSITY default
SELECT mlops.log_dataset(:people);
SELECT mlops.log_dataset(:people, 'lineage_test.train', query => 'SELECT 1', name => 'both');
SELECT mlops.log_dataset(:people, 0::regclass);
SELECT mlops.log_dataset(:people, query => 'SELECT 1 AS x');
SELECT mlops.log_dataset(:people, query => 'SELECT 1 AS x, 2 AS x', name => 'twice');
SELECT mlops.log_dataset(:people, query => 'SELECT 1; SELECT 2', name => 'two');
SELECT mlops.log_dataset(:people, query => '', name => 'none');
SELECT mlops.log_dataset(:people, query => 'DELETE FROM lineage_test.train', name => 'delete');
SELECT mlops.log_dataset(:people, query => 'DELETE FROM lineage_test.train RETURNING id', name => 'delete');
SELECT mlops.log_dataset(:people, query => 'SELECT 1 AS a INTO lineage_test.sneaky', name => 'into');
SELECT mlops.log_dataset(:people, query => 'SELECT 1 AS a) AS t; SELECT (2', name => 'injected');
SELECT mlops.log_dataset(:people, query => 'SELECT x FROM nowhere', name => 'nowhere');
SELECT mlops.log_dataset(:people, query => 'SELECT 1 AS x;', name => 'semicolon') > 0 AS logged;
SELECT mlops.log_dataset(:people, query => E'-- the same\nSELECT 1 AS x -- x', name => 'semicolon') > 0 AS logged;
SELECT count(*), count(DISTINCT digest) FROM mlops.artifact WHERE name = 'semicolon';
-- a relation that is gone, a URI under two spellings
SELECT mlops.log_artifact(:people, NULL, relation => 4294967295::oid);
SELECT mlops.log_dataset(:people, 4294967295::oid);
SELECT count(*) FROM mlops.ancestors(4294967295::oid::regclass);
SELECT mlops.log_artifact(:people, 'file', uri => 's3://bucket/file ');
SELECT mlops.log_dataset(:people, query => 'SELECT $1', name => 'parameter');
SELECT mlops.log_dataset(:people, query => 'SELECT 1 / 0 AS x', name => 'failing');
SELECT mlops.log_profiles(:people, 0, '{}');
SELECT mlops.log_profiles(:people, NULL, '{}');
SELECT mlops.log_profiles(:people, :nothing, ARRAY[ROW ('x', NULL, NULL, NULL)]::mlops.column_profile[]);
\set VERBOSITY terse
SELECT count(*) FROM mlops.artifact WHERE name IN ('both', 'twice', 'two', 'none', 'delete', 'into', 'injected', 'nowhere', 'parameter', 'failing');
SELECT count(*) FROM lineage_test.train;
SELECT mlops.finish_run(:people);
SELECT mlops.log_profiles(:people, :nothing, '{}');
-- what others logged is not seen, and not written
RESET ROLE;
SET ROLE regress_lineage_bob;
SELECT count(*) FROM mlops.dataset_profiles(:people_data);
SELECT count(*) FROM mlops_internal.dataset_profile AS p WHERE NOT EXISTS (SELECT FROM mlops.artifact AS a WHERE a.artifact_id = p.artifact_id);
INSERT INTO mlops_internal.dataset_profile VALUES (:people_data, 99, 'x', 'integer');
SELECT mlops.log_profiles(:people, :people_data, '{}');
RESET ROLE;
SET ROLE regress_lineage_ann;

-- hostile names are data
SELECT mlops.start_run('training', '"; DROP TABLE mlops.run; --') AS hostile \gset
SELECT mlops.log_param(:hostile, $$'||(SELECT 1)||'$$, $$%s $1 \ '"$$);
CREATE TABLE lineage_test."a""b.c'; %s ünï" ("x""y'; --" integer, "SELECT" text);
INSERT INTO lineage_test."a""b.c'; %s ünï" VALUES (1, 'z');
SELECT mlops.log_dataset(:hostile, 'lineage_test."a""b.c''; %s ünï"') AS oddly \gset
SELECT relation, properties -> 'columns' AS columns FROM mlops.artifact WHERE artifact_id = :oddly;
SELECT count(*) FROM mlops.descendants('lineage_test."a""b.c''; %s ünï"'::regclass);
SELECT mlops.log_param(:hostile, E'bidi\u202e', 'x');
SELECT mlops.log_param(:hostile, repeat('é', 201), 'x');
SELECT mlops.log_param(:hostile, '', 'x');
SELECT name, value FROM mlops.param WHERE run_id = :hostile;

-- who may what: a member of the owner reads and writes, others do neither
RESET ROLE;
SET ROLE regress_lineage_bob;
SELECT name, owner_name FROM mlops.run ORDER BY run_id;
SELECT count(*) FROM mlops.edge AS e WHERE NOT EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = e.run_id);
SELECT count(*) FROM mlops.param; SELECT count(*) FROM mlops.metric;
SELECT mlops.log_param(:hostile, 'mine', 1);
SELECT mlops.finish_run(:hostile);
SELECT mlops.log_dataset(:hostile, 'lineage_test.train');
SELECT depth, node_kind, type, name FROM mlops.ancestors('run:' || :same_day);
SELECT mlops.ancestors('run:' || :next_day);
-- rights on the relation are the caller's
SELECT mlops.start_run('training', 'bob') AS bobs \gset
SELECT mlops.log_dataset(:bobs, 'lineage_test.train');
-- an identity cannot be given
SELECT mlops_internal.finish_run(:hostile, 'postgres');
SELECT mlops_internal.finish_run(:hostile, 10::oid);
SELECT mlops_internal.finish_run(:hostile, NULL);
SELECT mlops_internal.finish_run(:hostile, NULL::mlops_internal.caller);
SELECT mlops_internal.finish_run(:hostile, 'postgres'::text::mlops_internal.caller);
SELECT mlops_internal.start_run('training', NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, caller => NULL);
-- nor are the tables open, nor the internal functions
INSERT INTO mlops.param VALUES (:bobs, 'x', '1');
UPDATE mlops.run SET owner_name = 'regress_lineage_bob';
DELETE FROM mlops.edge;
SELECT mlops_internal.add_edge(:hostile, 1, 'input');
SELECT mlops_internal.end_run(:hostile, 'finished', NULL, mlops_internal.caller());
-- without a grant: reading shows nothing, writing is refused
RESET ROLE;
SET ROLE regress_lineage_eve;
SELECT count(*) FROM mlops.run; SELECT count(*) FROM mlops.artifact; SELECT count(*) FROM mlops.edge;
SELECT mlops.start_run('training');
SELECT mlops.log_dataset(1, 'pg_class');
SELECT mlops.grant_use('regress_lineage_eve');
RESET ROLE;
SELECT mlops.grant_use('regress_lineage_eve') + mlops.grant_use('regress_lineage_eve', 'consumer') = mlops.revoke_use('regress_lineage_eve') AS all_taken_back;
SET ROLE regress_lineage_eve;
SELECT mlops.start_run('training');
RESET ROLE;
SELECT mlops.grant_use(NULL);
-- a role that is renamed keeps what is its own
ALTER ROLE regress_lineage_ann RENAME TO regress_lineage_old;
SET ROLE regress_lineage_old;
SELECT count(*) > 0 AS sees FROM mlops.run WHERE owner_name = 'regress_lineage_ann';
RESET ROLE;
ALTER ROLE regress_lineage_old RENAME TO regress_lineage_ann;

SELECT mlops.revoke_use('regress_lineage_ann') > 0, mlops.revoke_use('regress_lineage_bob') > 0;
SET client_min_messages = warning;
DELETE FROM mlops.edge WHERE run_id >= 910001;
DELETE FROM mlops.param WHERE run_id >= 910001;
DELETE FROM mlops.metric WHERE run_id >= 910001;
DELETE FROM mlops.run WHERE run_id >= 910001;
DELETE FROM mlops.artifact WHERE owner_name ~ '^regress_lineage_';
DROP SCHEMA lineage_test CASCADE;
DROP OWNED BY regress_lineage_ann, regress_lineage_bob;
DROP ROLE regress_lineage_ann, regress_lineage_bob, regress_lineage_eve, regress_lineage_team;

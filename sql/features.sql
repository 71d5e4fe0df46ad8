-- feature views, and what was known at a time
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET timezone = 'UTC';
CREATE SCHEMA features_test;
CREATE ROLE regress_features_ann;
CREATE ROLE regress_features_bob;
GRANT ALL ON SCHEMA features_test TO regress_features_ann, regress_features_bob;
SELECT mlops.grant_use('regress_features_ann') > 0, mlops.grant_use('regress_features_bob') > 0;
SET ROLE regress_features_ann;
SET search_path = features_test;

-- the worked example: A was known at 10:01, B is a correction, C came late
CREATE TABLE balance (customer integer, at timestamptz, loaded timestamptz, amount integer);
INSERT INTO balance VALUES
    (1, '2024-01-01 10:00', '2024-01-01 10:01', 1), (1, '2024-01-01 10:00', '2024-01-01 12:00', 2), (1, '2024-01-01 11:00', '2024-01-01 11:30', 3);
CREATE TABLE asked (id integer, customer integer, at timestamptz);
INSERT INTO asked VALUES (1, 1, '2024-01-01 10:30'), (2, 1, '2024-01-01 11:10'), (3, 1, '2024-01-01 12:00'), (4, 1, '2024-01-01 11:00'),
    (5, 1, '2024-01-01 09:59:59.999999'), (6, NULL, '2024-01-01 12:00'), (7, 1, NULL), (8, 2, '2024-01-01 12:00'), (9, 1, '2024-01-01 10:00');
SELECT mlops.create_feature_view('balance', 'balance', '{customer}', 'at', created_at_column => 'loaded',
    description => 'what is on the account', descriptions => '{"amount": "in cents"}', git_commit => 'ABCDEF0', git_path => 'features/balance.sql');
SELECT mlops.create_feature_view('balance 1h', 'features_test.balance', '{customer}', 'at', '{amount}', 'loaded', ttl => '1 hour');
SELECT mlops.point_in_time_columns('asked', '{balance}') AS columns \gset
\echo :columns
SELECT * FROM mlops.point_in_time('asked', '{balance}', 'at') AS t (:columns);
SELECT * FROM mlops.point_in_time('asked', '{balance}', 'at', as_of => '2024-01-01 13:00')
    AS t (id integer, customer integer, at timestamptz, amount integer, at_balance timestamptz, known timestamptz);
SELECT id, amount FROM mlops.point_in_time('asked', '{balance 1h}', 'at') AS t (id integer, customer integer, at timestamptz, amount integer, "from" timestamptz);

-- labels: what happened within 30 days; nothing is 0 only when these have passed
CREATE TABLE churn (customer integer, at timestamptz, churned integer);
INSERT INTO churn VALUES (1, '2024-02-13', 1), (2, '2024-02-01', 1), (4, '2024-03-02', 1), (5, '2024-03-02 00:00:01', 1);
SELECT mlops.create_feature_view('churn', 'churn', '{customer}', 'at', role => 'label', horizon => '30 days', absent => '{"churned": 0}');
SELECT d.as_of, t.customer, churned, label_at::date, complete
FROM (VALUES (timestamptz '2024-02-10'), ('2024-02-14'), ('2024-03-01 23:59'), ('2024-03-02')) AS d (as_of),
    mlops.point_in_time('SELECT c AS customer, ''2024-02-01''::timestamptz AS since FROM generate_series(1, 5) AS c', '{churn}', 'since', as_of => d.as_of)
        AS t (customer integer, since timestamptz, churned integer, label_at timestamptz, complete boolean) ORDER BY 1, 2;

-- versions: what changed is the next one, the old ones stay
SELECT mlops.create_feature_view('balance', 'balance', '{customer}', 'at', created_at_column => 'loaded', tags => '{"team": "crm"}');
SELECT mlops.create_feature_view('balance', 'SELECT *, amount / 100.0 AS euro FROM balance', '{customer}', 'at', created_at_column => 'loaded', descriptions => '{"euro": "in euro"}');
SELECT feature_view, version, feature, type, description, role, source, tags, owner_name FROM mlops.feature ORDER BY feature_view COLLATE "C", feature;
SELECT version, features, relations, git_commit, search_path FROM mlops.feature_view_version JOIN mlops.feature_view USING (feature_view_id)
    WHERE name = 'balance' ORDER BY version;
SELECT id, amount, euro::numeric(4,2) FROM mlops.point_in_time('asked', '{balance@1,"balance:euro"}', 'at')
    AS t (id integer, customer integer, at timestamptz, amount integer, f1 timestamptz, euro numeric, f2 timestamptz) WHERE id < 4;
SELECT id, b, c FROM mlops.point_in_time('asked', '{balance 1h,"balance:amount"}', 'at', prefix => true)
    AS t (id integer, customer integer, at timestamptz, b integer, f1 timestamptz, c integer, f2 timestamptz) WHERE id < 4;

-- keys are values, not texts, and of any type; NULL is nobody's
CREATE TABLE pair (a text, b varchar(10), n numeric, at date, x text, big text);
INSERT INTO pair VALUES ('1', '12', 1.0, '2024-01-01', 'first', repeat('a', 9000)), ('11', '2', 1.00, '2024-01-01', 'second', NULL), (NULL, '12', 1, '2024-01-01', 'nobody', NULL);
ALTER TABLE pair ALTER big SET STORAGE EXTERNAL;
INSERT INTO pair VALUES ('1', '12', 2, '2024-01-01', 'third', repeat('b', 9000));
SELECT mlops.create_feature_view('pair', 'pair', '{a,b,n}', 'at');
SELECT a, b, n, x, length(big), left(big, 1) AS starts FROM mlops.point_in_time('SELECT * FROM (VALUES (''1'', ''12'', 1, date ''2024-01-01''), (''11'', ''2'', 1, ''2024-01-02''), (NULL, ''12'', 1, ''2024-01-02''),
    (''1'', ''12'', 2, ''2024-01-02''), (''1'', ''12'', 3, ''2024-01-02''), (''1'', ''12'', 1, ''2023-12-31'')) AS v (a, b, n, on_day)', '{pair}', 'on_day')
    AS t (a text, b text, n integer, on_day date, x text, big text, at timestamptz);

-- time zones: a local time is what it is in the view's zone, whatever the session's is
CREATE TABLE local_time (k bigint, at timestamp, v integer);
INSERT INTO local_time VALUES (1, '2024-03-31 01:59', 1), (1, '2024-03-31 03:00', 2), (1, '2024-10-27 01:30', 3), (1, '2024-10-27 03:00', 4);
SELECT mlops.create_feature_view('local', 'local_time', '{k}', 'at', time_zone => 'Europe/Berlin');
SELECT mlops.create_feature_view('a day', 'local_time', '{k}', 'at', time_zone => 'Europe/Berlin', ttl => '1 day');
SET timezone = 'America/New_York'; SET datestyle = 'SQL, DMY';
CREATE TABLE zone_asked AS SELECT 1::smallint AS k, at FROM unnest('{2024-03-31 00:59+00,2024-03-31 01:00+00,2024-10-26 23:30+00,2024-10-27 01:59+00,2024-10-27 02:00+00,2024-10-27 23:30+00,2024-10-28 02:00+00,2024-10-28 02:01+00}'::timestamptz[]) AS at;
SELECT t.at AT TIME ZONE 'UTC' AS utc, v, u.w FROM mlops.point_in_time('zone_asked', '{local}', 'at') AS t (k smallint, at timestamptz, v integer, since timestamptz)
    JOIN mlops.point_in_time('zone_asked', '{a day}', 'at') AS u (k smallint, at timestamptz, w integer, since timestamptz) USING (at) ORDER BY 1;
RESET datestyle; SET timezone = 'UTC';

-- the oracle: a thousand cases at once, with ties, NULLs, corrections, tombstones, ends, duplicates and keys that collide as texts
CREATE TABLE history AS
    SELECT c, (ARRAY['1', '11', NULL, '1'])[1 + (random() * 3)::integer] AS a, (ARRAY['12', '2', '12'])[1 + (random() * 2)::integer] AS b,
        CASE WHEN random() > 0.03 THEN timestamptz '2024-03-31' + floor(random() * 6) * interval '1 hour' END AS at,
        CASE WHEN random() > 0.2 THEN timestamptz '2024-03-31' + floor(random() * 9) * interval '1 hour' END AS known,
        CASE WHEN random() > 0.5 THEN timestamptz '2024-03-31' + floor(random() * 9) * interval '1 hour' END AS ends,
        CASE WHEN random() > 0.7 THEN random() > 0.5 END AS gone, CASE WHEN random() > 0.3 THEN floor(random() * 3)::integer END AS tie,
        CASE WHEN random() > 0.1 THEN floor(random() * 4)::integer END AS v, CASE WHEN random() > 0.1 THEN (ARRAY['B', 'a', 'ä'])[1 + (random() * 2)::integer] END AS w
    FROM generate_series(1, 1000) AS c, generate_series(1, 8);
INSERT INTO history SELECT * FROM history WHERE c % 10 = 0;
CREATE INDEX ON history (c);
ANALYZE history;
CREATE TABLE spine AS
    SELECT row_number() OVER () AS id, c, (ARRAY['1', '11', NULL])[1 + (random() * 2)::integer] AS a, (ARRAY['12', '2'])[1 + random()::integer] AS b,
        CASE WHEN random() > 0.03 THEN timestamptz '2024-03-31' + floor(random() * 9) * interval '30 min' END AS at
    FROM generate_series(1, 1000) AS c, generate_series(1, 5);
ANALYZE spine;
CREATE TABLE kind (view text, created text DEFAULT 'NULL::timestamptz', ttl interval, tie text DEFAULT 'NULL::integer', gone text DEFAULT 'NULL::boolean', ends text DEFAULT 'NULL::timestamptz', horizon interval);
INSERT INTO kind (view) VALUES ('plain');
INSERT INTO kind (view, ttl) VALUES ('ttl', '2 hours');
INSERT INTO kind (view, created, tie) VALUES ('known', 'known', 'tie');
INSERT INTO kind (view, created, ttl, gone) VALUES ('gone', 'known', '90 min', 'gone');
INSERT INTO kind (view, created, ends) VALUES ('ends', 'known', 'ends');
INSERT INTO kind (view, ends, ttl, tie, gone) VALUES ('ends all', 'ends', '1 hour', 'tie', 'gone');
INSERT INTO kind (view, created, tie, gone, horizon) VALUES ('label', 'known', 'tie', 'gone', '2 hours');
INSERT INTO kind (view, horizon) VALUES ('label plain', '1 hour');
SELECT mlops.create_feature_view(view, 'history', '{c,a,b}', 'at', '{v,w}', created_at_column => nullif(created, 'NULL::timestamptz'), ttl => ttl,
    tie_breaker => CASE WHEN tie = 'tie' THEN '{tie}'::name[] ELSE '{}' END, deleted_column => nullif(gone, 'NULL::boolean'),
    valid_to_column => nullif(ends, 'NULL::timestamptz'), horizon => horizon, role => CASE WHEN horizon IS NULL THEN 'feature' ELSE 'label' END) FROM kind;
-- what a view answers, and what a loop over all rows finds
CREATE FUNCTION answer(view text, as_of timestamptz) RETURNS TABLE (id bigint, v integer, w text, since timestamptz) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id, v, w, %I FROM mlops.point_in_time(''spine'', ARRAY[%L], ''at'', as_of => %L) AS t (%s)', view || '__at', view, as_of,
        mlops.point_in_time_columns('spine', ARRAY[view], as_of));
END $$;
CREATE FUNCTION loop_over(k kind, as_of timestamptz) RETURNS TABLE (id bigint, v integer, w text, since timestamptz) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$
        SELECT s.id, CASE WHEN h.gone IS NOT TRUE THEN h.v END, CASE WHEN h.gone IS NOT TRUE THEN h.w END, h.at
        FROM spine AS s LEFT JOIN LATERAL (
            SELECT h.v, h.w, h.at, %4$s AS gone FROM history AS h
            WHERE h.c = s.c AND h.a = s.a AND h.b = s.b
              AND (coalesce(%1$s, h.at) <= coalesce($1, CASE WHEN $3 IS NULL THEN s.at ELSE 'infinity' END))
              AND CASE WHEN $3 IS NULL THEN h.at <= s.at AND ($2 IS NULL OR h.at >= s.at - $2) AND (%5$s IS NULL OR s.at < %5$s)
                       ELSE h.at > s.at AND h.at <= s.at + $3 END
            ORDER BY CASE WHEN $3 IS NULL THEN h.at END DESC, h.at, %1$s DESC NULLS LAST, %2$s DESC NULLS LAST, coalesce(%4$s, false) DESC,
                %3$s h.v::text COLLATE "C" DESC NULLS LAST, h.w COLLATE "C" DESC NULLS LAST LIMIT 1) AS h ON true$q$,
        k.created, k.tie, '', k.gone, k.ends) USING as_of, k.ttl, k.horizon;
END $$;
CREATE FUNCTION differences(as_of timestamptz) RETURNS TABLE (view text, answered bigint, differ bigint) LANGUAGE plpgsql AS $$
DECLARE
    k kind;
BEGIN
    FOR k IN SELECT * FROM kind LOOP
        RETURN QUERY SELECT k.view, count(x.since), count(*) FILTER (WHERE (x.v, x.w, x.since) IS DISTINCT FROM (y.v, y.w, y.since))
            FROM answer(k.view, as_of) AS x FULL JOIN loop_over(k, as_of) AS y ON x.id = y.id;
    END LOOP;
END $$;
SELECT view, answered > 300 AS answered, differ FROM differences(NULL);
-- in parts, on disk
SET mlops.work_mem = '64kB';
SELECT view, answered > 300 AS answered, differ FROM differences('2024-03-31 03:00');
-- parts of values only, and of others, are what one part is: ends, deletions, ties, labels, the order of the rows
SELECT mlops.create_feature_view('values', 'SELECT c, at, known, ends, gone, tie, v FROM history', '{c}', 'at', created_at_column => 'known', tie_breaker => '{tie}', deleted_column => 'gone', valid_to_column => 'ends'),
    mlops.create_feature_view('words', 'SELECT c, at, known, gone, tie, w FROM history', '{c}', 'at', created_at_column => 'known', tie_breaker => '{tie}', deleted_column => 'gone'),
    mlops.create_feature_view('later', 'SELECT c, at, known, tie, v AS later FROM history', '{c}', 'at', created_at_column => 'known', tie_breaker => '{tie}', role => 'label', horizon => '2 hours');
SELECT mlops.point_in_time_columns('spine', '{values,words,later}') AS columns \gset
CREATE TABLE in_parts AS SELECT *, row_number() OVER () AS place FROM mlops.point_in_time('spine', '{values,words,later}', 'at') AS t (:columns);
SET mlops.work_mem = '1GB';
CREATE TABLE in_one AS SELECT *, row_number() OVER () AS place FROM mlops.point_in_time('spine', '{values,words,later}', 'at') AS t (:columns);
RESET mlops.work_mem;
SELECT count(*), count(v) > 1000 AND count(w) > 1000 AND count(later) > 1000 AS answered, (SELECT count(*) FROM (TABLE in_parts EXCEPT ALL TABLE in_one) AS d) AS differ FROM in_one;
-- few probes, by an index
CREATE INDEX ON history (c, a, b, at DESC);
CREATE TABLE every AS TABLE spine;
DELETE FROM spine WHERE id % 25 > 0;
SELECT view, answered > 0 AS answered, differ FROM differences(NULL);
SELECT view, answered > 0 AS answered, differ FROM differences('2024-03-31 03:00');
INSERT INTO spine SELECT * FROM every WHERE id % 25 > 0;
-- several views of different entities in one pass, rows in the spine's order
SELECT count(*), bool_and(t.v IS NOT DISTINCT FROM a.v AND t.balance IS NOT DISTINCT FROM CASE WHEN at IS NOT NULL THEN 3 END) AS right, bool_and(t.place = t.id) AS in_order
FROM (SELECT row_number() OVER () AS place, * FROM mlops.point_in_time('SELECT *, 1 AS customer FROM spine ORDER BY id', '{plain:v,balance@1}', 'at')
        AS t (id bigint, c integer, a text, b text, at timestamptz, customer integer, v integer, f1 timestamptz, balance integer, f2 timestamptz)) AS t
    JOIN answer('plain', NULL) AS a USING (id);

-- how far a join is, seen from within it by who may
CREATE FUNCTION seen() RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT concat_ws(', ', role_name, phase, feature_view, n_begun, n_views, n_parts) FROM mlops.join_progress WHERE pid = pg_backend_pid()); END $$;
SET ROLE regress_features_bob;
CREATE FUNCTION seen_by_bob() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM mlops.join_progress';
SET ROLE regress_features_ann;
SELECT mlops.create_feature_view('seen', 'SELECT 1 AS k, timestamptz ''2024-01-01'' AS at, features_test.seen() AS seen', '{k}', 'at');
SELECT by_bob, spine, seen FROM mlops.point_in_time('SELECT 1 AS k, timestamptz ''2024-01-02'' AS at, features_test.seen() AS spine, features_test.seen_by_bob() AS by_bob', '{seen}', 'at') AS t (k integer, at timestamptz, spine text, by_bob bigint, seen text, since timestamptz);
SELECT count(*) FROM mlops.point_in_time('SELECT 1 / (k - 1) AS k, timestamptz ''2024-01-02'' AS at FROM generate_series(1, 2) AS k', '{seen}', 'at') AS t (k integer, at timestamptz, seen text, since timestamptz);
SELECT count(*) FROM mlops.join_progress;
SELECT mlops.drop_feature_view('seen');

-- what is wrong with the rows
INSERT INTO balance VALUES (NULL, '2024-01-01', NULL, 1), (5, NULL, '2024-01-01', 1), (6, '2024-01-01', '2023-01-01', 1), (6, '2024-01-01', '2023-01-01', 2), (7, '2999-01-01', '2024-01-01', 3);
SELECT check_name, CASE WHEN check_name <> 'seconds_old' THEN n END AS n, verdict, detail FROM mlops.check_feature_view('balance 1h');
SELECT check_name, n, verdict FROM mlops.check_feature_view('pair') WHERE check_name IN ('null_key', 'null_created_at', 'duplicates');
DELETE FROM balance WHERE customer IS DISTINCT FROM 1;

-- one clear error each
SELECT mlops.create_feature_view('bad', 'balance', '{nobody}', 'at');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'amount');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', NULL);
SELECT mlops.create_feature_view('bad', 'balance', '{}', 'at');
SELECT mlops.create_feature_view('bad', 'nowhere', '{customer}', 'at');
SELECT mlops.create_feature_view('bad', NULL, '{customer}', 'at');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', '{customer}');
SELECT mlops.create_feature_view('bad', 'SELECT 1 AS customer, now() AS at', '{customer}', 'at');
SELECT mlops.create_feature_view('bad', 'SELECT customer, at, random() AS x FROM balance', '{customer}', 'at');
SELECT mlops.create_feature_view('bad', 'WITH d AS (DELETE FROM balance RETURNING *) SELECT * FROM d', '{customer}', 'at');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', ttl => '0');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', ttl => '1 month');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', role => 'label');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', role => 'x');
SELECT mlops.create_feature_view('bad', 'churn', '{customer}', 'at', role => 'label', horizon => '1 day', absent => '{"churned": "no"}');
SELECT mlops.create_feature_view('bad', 'churn', '{customer}', 'at', role => 'label', horizon => '1 day', absent => '{"x": 1}');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', deleted_column => 'amount');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', time_zone => 'Mars');
SELECT mlops.create_feature_view('bad', 'balance', '{customer}', 'at', descriptions => '{"x": "y"}');
SELECT mlops.create_feature_view('bad:x', 'balance', '{customer}', 'at');
SELECT mlops.create_feature_view('churn', 'balance', '{customer}', 'at');
SELECT mlops.create_feature_view('bad', 'SELECT point(1,1) AS k, at, amount FROM balance', '{k}', 'at');
SELECT count(*) FROM mlops.feature_view WHERE name LIKE 'bad%';
SELECT mlops.point_in_time_columns('asked', '{nobody}');
SELECT mlops.point_in_time_columns('asked', '{balance@9}');
SELECT mlops.point_in_time_columns('asked', '{balance:x}');
SELECT mlops.point_in_time_columns('asked', '{}');
SELECT mlops.point_in_time_columns('asked', '{balance,balance 1h}');
SELECT * FROM mlops.point_in_time('asked', '{balance@1}', 'at') AS t (x integer);
SELECT * FROM mlops.point_in_time('asked', '{balance@1}', 'id') AS t (x integer);
SELECT * FROM mlops.point_in_time('asked', '{balance@1}', 'nothing') AS t (x integer);
SELECT * FROM mlops.point_in_time('asked', '{balance@1}', NULL) AS t (x integer);
SELECT * FROM mlops.point_in_time('SELECT now() AS at', '{balance@1}', 'at') AS t (x integer);
SELECT * FROM mlops.point_in_time('SELECT ''x''::text AS customer, now() AS at', '{balance@1}', 'at') AS t (x integer);
ALTER TABLE churn ALTER churned TYPE bigint;
SELECT * FROM mlops.point_in_time('asked', '{churn}', 'at') AS t (x integer);

-- rights: who reads has his own, and a name is a name
CREATE TABLE "odd "" name%s" ("k""; DROP TABLE churn; --" integer, "at%n" timestamptz, "v'$1" integer);
INSERT INTO "odd "" name%s" VALUES (1, '2024-01-01', 7);
SELECT mlops.create_feature_view('odd', '"odd "" name%s"', ARRAY['k"; DROP TABLE churn; --']::name[], 'at%n');
SELECT v FROM mlops.point_in_time('SELECT 1 AS "k""; DROP TABLE churn; --", timestamptz ''2024-01-02'' AS at', '{odd}', 'at') AS t (k integer, at timestamptz, v integer, since timestamptz);
ALTER TABLE balance ENABLE ROW LEVEL SECURITY;
CREATE POLICY later ON balance FOR SELECT TO regress_features_bob USING (amount = 3);
SELECT mlops.grant_read('regress_features_bob', 'regress_features_ann');
SET ROLE regress_features_bob;
SELECT amount FROM mlops.point_in_time('SELECT 1 AS customer, timestamptz ''2024-01-02'' AS at', '{balance@1}', 'at') AS t (customer integer, at timestamptz, amount integer, since timestamptz);
RESET ROLE;
GRANT SELECT ON balance TO regress_features_bob;
SET ROLE regress_features_bob;
SELECT amount FROM mlops.point_in_time('SELECT 1 AS customer, timestamptz ''2024-01-01 10:30'' AS at', '{balance@1}', 'at') AS t (customer integer, at timestamptz, amount integer, since timestamptz);
SELECT amount FROM mlops.point_in_time('SELECT 1 AS customer, timestamptz ''2024-01-02'' AS at', '{balance@1}', 'at') AS t (customer integer, at timestamptz, amount integer, since timestamptz);
SELECT mlops.create_feature_view('balance', 'SELECT 1 AS k, now() AS at, 2 AS v', '{k}', 'at');
SELECT mlops.drop_feature_view('balance');
RESET ROLE;
SELECT amount FROM mlops.point_in_time('SELECT 1 AS customer, timestamptz ''2024-01-02'' AS at', '{balance@1}', 'at') AS t (customer integer, at timestamptz, amount integer, since timestamptz);
SET ROLE regress_features_ann;
SELECT mlops.drop_feature_view('odd');
SELECT count(*) FROM mlops.feature WHERE feature_view = 'odd';
SELECT count(mlops.drop_feature_view(name)) FROM mlops.feature_view;
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA features_test CASCADE;
DROP OWNED BY regress_features_ann, regress_features_bob;
DROP ROLE regress_features_ann, regress_features_bob;

-- features for predictions: materialized, read, checked
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET timezone = 'UTC';
CREATE SCHEMA online_test;
CREATE ROLE regress_online_ann;
CREATE ROLE regress_online_bob;
GRANT ALL ON SCHEMA online_test TO regress_online_ann;
GRANT USAGE ON SCHEMA online_test TO regress_online_bob;
SELECT mlops.grant_use('regress_online_ann') > 0, mlops.grant_use('regress_online_bob') > 0;
SET ROLE regress_online_ann;
SET search_path = online_test;

-- a late row, a correction and a plan: what became known since is read, whatever its own time
CREATE TABLE balance (customer integer, at timestamptz, loaded timestamptz, amount integer, state text);
INSERT INTO balance VALUES (1, '2024-01-01 10:00', '2024-01-01 10:01', 1, 'a'), (2, '2024-01-01 10:00', '2024-01-01 10:01', 2, 'a'), (3, '2024-01-03', '2024-01-01', 3, 'plan'),
    (NULL, '2024-01-01', '2024-01-01', 9, 'nobody'), (4, NULL, '2024-01-01', 9, 'never');
SELECT mlops.create_feature_view('balance', 'balance', '{customer}', 'at', created_at_column => 'loaded', ttl => '10 days');
SELECT mlops.online_features('{balance}', '[{"customer": 1}]');
SELECT mlops.check_online('balance');
SELECT mlops.materialize('balance', '2024-01-01 12:00');
SELECT customer, amount, balance__at, balance__created_at FROM balance_online_1 ORDER BY 1;
INSERT INTO balance VALUES (1, '2024-01-01 09:00', '2024-01-01 14:00', 7, 'late'), (2, '2024-01-01 10:00', '2024-01-01 14:00', 8, 'corrected'), (5, '2023-12-31', '2024-01-01 15:00', 5, 'late'),
    (6, '2024-01-01 11:30', '2024-01-01 11:30', 6, 'committed late'), (7, '2024-01-01 01:00', '2024-01-01 01:00', 7, 'committed much too late');
SELECT mlops.materialize('balance', '2024-01-02');
SELECT customer, amount, state, balance__at, balance__created_at FROM balance_online_1 ORDER BY 1;
SELECT mlops.materialize('balance', '2024-01-02'), mlops.materialize('balance', '2024-01-01 11:00');
SELECT check_name, n, verdict, CASE WHEN check_name <> 'seconds_behind' THEN detail END AS detail FROM mlops.check_online('balance') WHERE check_name NOT IN ('stale', 'seconds_behind');
SELECT mlops.materialize('balance', '2024-01-03', "overlap" => '5 days');
SELECT customer, amount, state FROM balance_online_1 WHERE customer IN (3, 7) ORDER BY 1;
SELECT relation, known_until, n_written, created_by FROM mlops.feature_online;
SELECT type, name FROM mlops.ancestors('online_test.balance_online_1');

-- many entities and views in one call; what is stale says so
CREATE TABLE visits (shop text, customer bigint, at timestamp, n smallint, x float8, tags text[]);
INSERT INTO visits VALUES ('1', 12, '2024-01-01', 3, 'NaN', '{a,"b c"}'), ('11', 2, '2024-01-02', 4, 0.1, NULL);
SELECT mlops.create_feature_view('visits', 'SELECT * FROM visits', '{shop,customer}', 'at', time_zone => 'Europe/Berlin');
SELECT mlops.materialize('visits', relation => 'online_test."odd ""%s table"');
SELECT * FROM mlops.online_features('{visits,balance:amount}', '[{"customer": 12, "shop": "1"}, {"customer": 2, "shop": "11"}, {"customer": 1}, {}, {"shop": "2", "customer": 1}]', '36500 days');
SELECT key, features -> 'amount' AS amount, stale, missing FROM mlops.online_features('{balance}', '[{"customer": 1}, {"customer": 99}]');
SELECT key, features -> 'amount' AS amount, stale, missing FROM mlops.online_features('{balance@1}', '[{"customer": 1}]', '1 day');
SELECT * FROM mlops.online_features('{balance}', '[]');
-- rows of a view that does not say when they were known are all read again
UPDATE visits SET n = 30 WHERE shop = '1';
INSERT INTO visits VALUES ('3', 1, '2020-01-01', 1, 1, '{}');
SELECT check_name, n, verdict, detail FROM mlops.check_online('visits') WHERE check_name IN ('different', 'missing');
SELECT mlops.materialize('visits');
SELECT check_name, n, verdict, detail FROM mlops.check_online('visits') WHERE check_name <> 'seconds_behind';

-- the oracle: after each of many steps a table is what point_in_time says
SELECT setseed(0.5);
CREATE TABLE history AS
    SELECT i, floor(random() * 40)::integer AS c, (ARRAY['1', '11', NULL])[1 + floor(random() * 3)::integer] AS a,
        timestamptz '2024-03-30' + floor(random() * 60) * interval '1 hour' AS at, CASE WHEN random() < 0.8 THEN timestamptz '2024-03-30' + floor(random() * 70) * interval '1 hour' END AS known,
        floor(random() * 3)::integer AS tie, CASE WHEN random() < 0.9 THEN random() < 0.15 END AS gone, random() < 0.1 AS filled, CASE WHEN random() < 0.9 THEN floor(random() * 12)::integer END AS v,
        CASE WHEN random() < 0.9 THEN chr(65 + floor(random() * 5)::integer) || chr(228) END AS w, json_build_object('x', floor(random() * 2)) AS j
    FROM generate_series(1, 3000) AS i;
ALTER TABLE history ADD ends timestamptz;
UPDATE history SET ends = at + floor(random() * 40) * interval '1 hour' WHERE random() < 0.7;
SELECT mlops.create_feature_view('ends', 'history', '{c,a}', 'at', '{v,w}', 'known', ttl => '20 hours', tie_breaker => '{tie}', deleted_column => 'gone', valid_to_column => 'ends') AS ends,
    mlops.create_feature_view('plain', 'SELECT c, a, at, known, v, w, j FROM history', '{c,a}', 'at', created_at_column => 'known') AS plain,
    mlops.create_feature_view('all', 'history', '{c,a}', 'at', '{v,w}', 'known', ttl => '1 day 6 hours', tie_breaker => '{tie}', deleted_column => 'gone', backfilled_column => 'filled', time_zone => 'Europe/Berlin') AS "all",
    mlops.create_feature_view('flat', 'history', '{c}', 'at', '{v,w,j}', ttl => '10 hours') AS flat;
CREATE TABLE step (view text, written bigint, different bigint, missing bigint);
DO $$
    DECLARE
        s record;
        w bigint;
    BEGIN
        FOR s IN SELECT view, at FROM unnest('{plain,all,flat,ends}'::text[]) AS view, generate_series(timestamptz '2024-03-30 01:00', '2024-04-02', '9 hours') AS at ORDER BY at LOOP
            w := mlops.materialize(s.view, s.at);
            INSERT INTO step SELECT s.view, w, max(c.n) FILTER (WHERE check_name = 'different'), max(c.n) FILTER (WHERE check_name = 'missing') FROM mlops.check_online(s.view, 100000) AS c;
        END LOOP;
    END
$$;
SELECT view, count(*), sum(written) > 100 AS written, sum(different) AS different, sum(missing) AS missing FROM step GROUP BY 1 ORDER BY 1;
-- all of what is read again changes nothing
SELECT mlops.materialize('plain', '2024-04-02', "overlap" => '100 days'), mlops.materialize('all', '2024-04-02', "overlap" => '100 days');

-- values of all types are the JSON that the server makes of them
CREATE TABLE kinds (k integer, at timestamptz, b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 float8, n numeric, t text, c char(3), vc varchar(9), d date, ts timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb, by bytea, ar integer[], "odd "" name\" text);
INSERT INTO kinds VALUES (1, '2024-01-01', true, -32768, -2147483648, -9223372036854775808, 1.1, 0.1, 1.10, E'"\\\n\u00e4\u0001', 'ab', 'x', '2024-02-29', '2024-02-29 12:00', '2024-02-29 12:00:00.5', '1 day', '00000000-0000-0000-0000-000000000001', '{"a": [1, null]}', '{"b": 1.50}', '\x00ff', '{1,NULL}', 'y'),
    (2, '2024-01-01', false, 32767, 2147483647, 9223372036854775807, 'NaN', '-Infinity', 'NaN', '', '', '', 'infinity', '-infinity', 'infinity', '-1 day', NULL, 'null', 'null', '', '{}', ''),
    (3, '2024-01-01', NULL, 0, 0, 0, 'Infinity', '-0', 'Infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, '2024-01-01', NULL, 0, 0, 0, 3.4e38, 5e-324, 1e300, repeat('long ', 5000), NULL, NULL, '0044-03-15 BC', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT mlops.create_feature_view('kinds', 'kinds', '{k}', 'at');
SELECT mlops.materialize('kinds');
SELECT x.k, o.features::jsonb - 'kinds__at' = to_jsonb(x) - 'k' - 'at' AS same FROM mlops.online_features('{kinds}', '[{"k": 1}, {"k": 2}, {"k": 3}, {"k": 4}]') AS o JOIN kinds AS x ON x.k = (o.key -> 'k')::integer ORDER BY 1;
SELECT features FROM mlops.online_features('{kinds}', '[{"k": 2}]');

-- rows that end: what follows them, or nothing; what ends in the meantime is not served
CREATE TABLE address (customer integer, since timestamptz, until timestamptz, town text);
INSERT INTO address VALUES (1, '2024-01-01', '2024-02-01', 'Oslo'), (1, '2024-02-01', NULL, 'Rome'), (2, '2024-01-01', NULL, 'Bonn'), (3, '2024-01-01', '2024-03-01', 'Bern'), (3, '2024-02-01', '2024-02-10', 'Graz'), (4, '2024-01-01', 'infinity', 'Metz');
SELECT mlops.create_feature_view('address', 'address', '{customer}', 'since', valid_to_column => 'until');
SELECT mlops.materialize('address', '2024-02-05');
SELECT customer, town, address__at, address__valid_to FROM address_online_1 ORDER BY 1;
SELECT key, features -> 'town' AS town, missing FROM mlops.online_features('{address}', '[{"customer": 1}, {"customer": 2}, {"customer": 3}, {"customer": 4}]');
SELECT check_name, n, verdict FROM mlops.check_online('address') WHERE check_name IN ('different', 'missing');
SELECT mlops.materialize('address', '2024-02-10');
SELECT customer, town, address__valid_to FROM address_online_1 WHERE customer = 3;
UPDATE address SET until = '2024-02-15' WHERE customer = 2;
SELECT mlops.materialize('address', '2024-03-01'), mlops.materialize('address', '2024-02-10'), mlops.materialize('address', '2024-03-01', "overlap" => '1 day');
SELECT customer, town FROM address_online_1 ORDER BY 1;
SELECT check_name, n, verdict FROM mlops.check_online('address') WHERE check_name IN ('rows', 'different', 'missing', 'stale');

-- one view under two names: the key is in a column of that name, of several parts in NAME__PART
CREATE TABLE flight AS SELECT i AS flight, timestamptz '2024-01-02' AS at, i AS origin, i % 6 + 1 AS dest FROM generate_series(1, 6) AS i;
SELECT mlops.point_in_time_columns('flight', '{origin::balance:amount,dest::balance}') AS columns \gset
\echo :columns
SELECT flight, origin, dest, origin__amount, dest__amount FROM mlops.point_in_time('SELECT * FROM flight', '{origin::balance:amount,dest::balance}', 'at') AS t (:columns) ORDER BY flight;
SELECT mlops.point_in_time_columns('SELECT ''1'' AS a__shop, 12 AS a__customer, ''11'' AS b__shop, 2::bigint AS b__customer', '{a::visits@1,b::visits:n}');
SELECT * FROM mlops.point_in_time('flight', '{home::balance}', 'at') AS t (x integer);
SELECT mlops.training_set('pairs', 'flight', '{origin::balance@1,dest::balance:amount,dest::balance:state}', 'at', as_of => '2024-02-01', relation => 'pairs') > 0;
SELECT views, n_rows FROM mlops.training_set WHERE name = 'pairs';
SELECT features FROM mlops.training_set_view;
SELECT count(*), count(origin__amount) AS origin, count(dest__amount) AS dest FROM pairs;
SELECT reproduced FROM mlops.reproduce('pairs');
SELECT check_name, column_name, verdict FROM mlops.check_leakage('pairs', 'flight') WHERE verdict <> 'no_data' ORDER BY 1, 2;
SELECT key, features, stale, missing FROM mlops.online_features('{origin::balance:amount,dest::balance}', '[{"origin": 1, "dest": 2}, {"origin": 3, "dest": 99}]', '36500 days');
SELECT features ->> 'a__n' AS a, features ->> 'b__n' AS b FROM mlops.online_features('{a::visits,b::visits:n}', '[{"a__shop": "1", "a__customer": 12, "b__shop": "11", "b__customer": 2}]');
SET client_min_messages = warning;
SELECT mlops.drop_training_set('pairs');
RESET client_min_messages;

-- versions: each has its table
SELECT mlops.create_feature_view('balance', 'SELECT *, amount * 2 AS twice FROM balance', '{customer}', 'at', created_at_column => 'loaded');
SELECT mlops.online_features('{balance}', '[{"customer": 1}]');
SELECT mlops.materialize('balance', '2024-01-03');
SELECT features, stale FROM mlops.online_features('{balance}', '[{"customer": 1}]');
SELECT features FROM mlops.online_features('{balance@1}', '[{"customer": 1}]', '36500 days');
-- a table that is gone is made again
DROP TABLE balance_online_2;
SELECT mlops.online_features('{balance}', '[{"customer": 1}]');
SELECT mlops.materialize('balance', '2024-01-02 00:00');
SELECT count(*) FROM balance_online_2;

-- one clear error each
SELECT mlops.materialize('balance', '2999-01-01');
SELECT mlops.materialize('nobody');
SELECT mlops.materialize('balance@9');
SELECT mlops.materialize('balance', "overlap" => '-1 hour');
SELECT mlops.materialize('balance', relation => 'elsewhere');
SELECT mlops.create_feature_view('label', 'balance', '{customer}', 'at', role => 'label', horizon => '1 day') > 0,
    mlops.create_feature_view('taken', 'balance', '{customer}', 'at') > 0;
SELECT mlops.materialize('label');
SELECT mlops.materialize('taken', relation => 'balance');
SELECT mlops.online_features('{balance}', '{"customer": 1}');
SELECT mlops.online_features('{balance}', '[1]');
SELECT mlops.online_features('{balance}', '[{"customer": "x"}]');
SELECT mlops.online_features('{balance@1,balance@2}', '[]');
SELECT mlops.check_online('balance', 0);
SELECT count(*) FROM mlops.feature_online AS o JOIN mlops.feature_view_version AS d USING (feature_view_version_id) JOIN mlops.feature_view AS v USING (feature_view_id) WHERE v.name = 'taken';

-- rights: the table is its owner's, who lets others read it
SET ROLE regress_online_bob;
SELECT mlops.materialize('balance');
SELECT mlops.online_features('{balance}', '[{"customer": 1}]');
RESET ROLE;
SELECT mlops.online_features('{balance}', '[{"customer": 1}]');
SELECT mlops.grant_read('regress_online_bob', 'regress_online_ann');
SET ROLE regress_online_bob;
SELECT mlops.online_features('{balance}', '[{"customer": 1}]');
SELECT mlops.materialize('balance');
\set VERBOSITY sqlstate
SELECT mlops_internal.finish_materialize(feature_view_version_id, 'infinity', 0, mlops_internal.caller()) FROM mlops.feature_online LIMIT 1;
\set VERBOSITY terse
RESET ROLE;
GRANT SELECT ON balance_online_2 TO regress_online_bob;
SET ROLE regress_online_bob;
SELECT features FROM mlops.online_features('{balance}', '[{"customer": 1}]');
SET ROLE regress_online_ann;
SELECT mlops.drop_feature_view('balance');
SELECT relation FROM mlops.feature_online ORDER BY relation COLLATE "C";
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA online_test CASCADE;
DROP OWNED BY regress_online_ann, regress_online_bob;
SELECT count(*) FROM mlops.feature_online;
DROP ROLE regress_online_ann, regress_online_bob;

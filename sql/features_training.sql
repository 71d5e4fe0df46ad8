-- training sets: made, made again, divided, and what they should not know
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET timezone = 'UTC';
CREATE SCHEMA training_test;
CREATE ROLE regress_training_ann;
CREATE ROLE regress_training_bob;
GRANT ALL ON SCHEMA training_test TO regress_training_ann;
GRANT USAGE ON SCHEMA training_test TO regress_training_bob;
SELECT mlops.grant_use('regress_training_ann') > 0, mlops.grant_use('regress_training_bob') > 0;
SET ROLE regress_training_ann;
SET search_path = training_test;
CREATE TABLE spending AS SELECT c AS customer, timestamptz '2024-01-01' + d * interval '10 days' AS at, timestamptz '2024-01-01 06:00' + d * interval '10 days' AS loaded, (c * 7 + d * 13) % 50 AS euro,
    CASE WHEN c % 3 = 0 THEN 'web' ELSE 'shop' END AS channel FROM generate_series(1, 200) AS c, generate_series(0, 17) AS d;
CREATE TABLE departure AS SELECT c AS customer, timestamptz '2024-01-01' + c % 170 * interval '1 day' AS at, true AS churned FROM generate_series(1, 200) AS c WHERE c % 4 = 0;
CREATE TABLE wanted AS SELECT row_number() OVER () AS id, c AS customer, timestamptz '2024-01-15' + m * interval '30 days' AS at FROM generate_series(1, 200) AS c, generate_series(0, 4) AS m;
SELECT mlops.create_feature_view('spending', 'spending', '{customer}', 'at', created_at_column => 'loaded', git_commit => 'abcdef0');
SELECT mlops.create_feature_view('left', 'departure', '{customer}', 'at', role => 'label', horizon => '30 days', absent => '{"churned": false}');
SELECT mlops.training_set('churn set', 'SELECT * FROM wanted', '{spending,left}', 'at', as_of => '2024-06-01', relation => 'churn_set', split => '{"by": ["customer"], "test": 0.2, "validation": 0.1}', description => 'first') AS id \gset
SELECT name, description, relation, spine, search_path, views, split, n_rows, n_left_out, warnings, owner_name, spine_fingerprint LIKE '%-1000' AS spine, fingerprint LIKE '%-800' AS lines FROM mlops.training_set WHERE training_set_id = :id;
SELECT count(*), count(churned) AS labelled, count(*) FILTER (WHERE churned) AS churned, count(euro) AS featured, count(*) FILTER (WHERE spending__at > at) AS newer FROM churn_set;
SELECT split, count(DISTINCT customer) BETWEEN 120 AND 160 AS most, count(DISTINCT customer) BETWEEN 10 AND 60 AS few FROM churn_set GROUP BY 1 ORDER BY 1;
SELECT check_name, column_name, value::numeric(6,3), limit_value, verdict, detail FROM mlops.check_leakage('churn set') ORDER BY check_name, column_name;
-- where it comes from
SELECT type, name, link FROM mlops.ancestors('training_test.churn_set') WHERE node_kind = 'artifact' ORDER BY type, name COLLATE "C";
SELECT type, name FROM mlops.impact('spending') ORDER BY type, name COLLATE "C";
SELECT column_name, column_type FROM mlops.dataset_profiles((SELECT artifact_id FROM mlops.training_set WHERE training_set_id = :id)) WHERE profile IS NOT NULL;
SELECT mlops.start_run('training') AS run \gset
SELECT mlops.log_dataset(:run, 'churn_set') > 0, mlops.create_model('features churn', 'binary') > 0;
SELECT mlops.register_version('features churn', :run);
SELECT feature_view, version, feature, role, n_training_sets, training_sets, model_versions, is_live FROM mlops.feature_use ORDER BY feature;
SELECT type, name FROM mlops.impact('spending') ORDER BY type, name COLLATE "C";
-- made again, it is the same; what came later does not matter, what was forged does
SELECT reproduced, n_rows, present_rows, spine_is_same, table_is_same FROM mlops.reproduce('churn set');
INSERT INTO spending VALUES (1, '2024-01-10', '2024-07-01', 1000, 'late');
INSERT INTO departure VALUES (1, '2024-06-10', true);
SELECT mlops.create_feature_view('spending', 'SELECT *, euro * 2 AS twice FROM spending', '{customer}', 'at', created_at_column => 'loaded');
SELECT reproduced, spine_is_same, table_is_same FROM mlops.reproduce('churn set');
BEGIN;
UPDATE churn_set SET euro = euro + 1 WHERE id = 1;
SELECT reproduced, spine_is_same, table_is_same FROM mlops.reproduce('churn set');
ROLLBACK;
BEGIN;
DELETE FROM wanted WHERE id = 1;
SELECT reproduced, n_rows, present_rows, spine_is_same FROM mlops.reproduce('churn set');
ROLLBACK;
BEGIN;
UPDATE spending SET euro = 0 WHERE customer = 1;
SELECT reproduced, spine_is_same FROM mlops.reproduce('churn set');
DROP TABLE churn_set;
SELECT reproduced, table_is_same FROM mlops.reproduce('churn set');
ROLLBACK;
-- by time, with a gap as long as the horizon
SELECT mlops.training_set('by time', 'wanted', '{spending@1:euro,left}', 'at', as_of => '2024-06-01', relation => 'training_test."by time"', split => '{"test_from": "2024-04-10", "validation_from": "2024-03-10"}') > 0;
SELECT at::date, split, count(*) FROM "by time" GROUP BY 1, 2 ORDER BY 1;
SELECT check_name, value / 86400 AS days, limit_value / 86400 AS needed, verdict FROM mlops.check_leakage('by time') WHERE check_name = 'gap';
SELECT mlops.training_set('no gap', 'SELECT *, at + id % 2 * interval ''20 days'' AS moved FROM wanted', '{spending@1:euro,left}', 'moved', as_of => '2024-06-01', relation => 'no_gap', split => '{"test_from": "2024-03-10", "gap": "1 hour"}') > 0;
SELECT check_name, value / 86400 AS days, limit_value / 86400 AS needed, verdict FROM mlops.check_leakage('no gap') WHERE check_name = 'gap';
-- a column that is the label, in numbers and in words
CREATE TABLE leak AS SELECT c AS customer, timestamptz '2024-01-01' AS at, (c % 4 = 0)::integer + 10 AS code, CASE WHEN c % 4 = 0 THEN 'closed' ELSE 'open' END AS state, c % 5 AS noise FROM generate_series(1, 200) AS c;
SELECT mlops.create_feature_view('leak', 'leak', '{customer}', 'at');
SELECT mlops.training_set('leaking', 'SELECT customer, at, customer % 4 = 0 AS left_us FROM wanted', '{leak}', 'at', relation => 'leaking') > 0;
SELECT check_name, column_name, value::numeric(4,2), verdict FROM mlops.check_leakage('leaking', 'left_us') ORDER BY 1, 2;
SELECT check_name, column_name, verdict FROM mlops.check_leakage('leaking');
-- the fraction of a hash is the same everywhere
SELECT mlops.hash_fraction(1) = mlops.hash_fraction(1::bigint) AS same, mlops.hash_fraction('a'::text, 'bc'::text) <> mlops.hash_fraction('ab'::text, 'c'::text) AS apart,
    mlops.hash_fraction(NULL::integer) <> mlops.hash_fraction(0) AS nulls, mlops.hash_fraction(1)::numeric(10,8), mlops.hash_fraction('customer 7'::text, 3.50)::numeric(10,8);
SELECT count(*) FILTER (WHERE mlops.hash_fraction(i) < 0.25) BETWEEN 2350 AND 2650 AS even FROM generate_series(1, 10000) AS i;
-- one clear error each, and nothing half done
SELECT mlops.training_set('churn set', 'wanted', '{spending}', 'at');
SELECT mlops.training_set('x', 'wanted', '{spending}', 'at', relation => 'churn_set');
SELECT mlops.training_set('x', 'wanted', '{nobody}', 'at');
SELECT mlops.training_set('x', 'wanted', '{spending}', 'customer');
SELECT mlops.training_set('x', 'nowhere', '{spending}', 'at');
SELECT mlops.training_set('x', 'wanted', '{spending}', 'at', split => '{"half": 1}');
SELECT mlops.training_set('x', 'wanted', '{spending}', 'at', split => '{"by": [], "test": 0.1}');
SELECT mlops.training_set('x', 'wanted', '{spending}', 'at', as_of => '2024-06-01Z', split => '{"by": ["nobody"], "test": 0.1}');
SELECT mlops.training_set('x', 'wanted', '{spending}', 'at', split => '{"by": ["id"], "test": 0.8, "validation": 0.8}');
SELECT mlops.training_set('x', 'SELECT *, random() AS luck FROM wanted', '{spending}', 'at');
SELECT mlops.training_set(NULL, 'wanted', '{spending}', 'at');
SELECT mlops.reproduce('x');
SELECT count(*) FROM mlops.training_set WHERE name = 'x';
SELECT count(*) FROM mlops.run WHERE name = 'x';
SELECT mlops.drop_feature_view('spending');
-- another's is nobody's business, unless he lets one look; a superuser does not run his code
SET ROLE regress_training_bob;
SELECT mlops.reproduce('churn set');
SELECT mlops.drop_training_set('churn set');
RESET ROLE;
SELECT reproduced FROM mlops.reproduce('churn set');
SET ROLE regress_training_ann;
SELECT mlops.drop_training_set('churn set');
SELECT count(*) FROM mlops.training_set_view AS v WHERE training_set_id = :id;
RESET ROLE;
-- owners change, and go
SELECT mlops.alter_owner('feature view', 'leak', 'regress_training_bob'), mlops.alter_owner('training set', 'by time', 'regress_training_bob');
SELECT 'view' AS what, name FROM mlops.feature_view WHERE owner_name = 'regress_training_bob' UNION ALL SELECT 'set', name FROM mlops.training_set WHERE owner_name = 'regress_training_bob' ORDER BY 1;
DROP OWNED BY regress_training_ann;
SET client_min_messages = warning;
REASSIGN OWNED BY regress_training_bob TO regress_training_ann;
DROP SCHEMA training_test CASCADE;
DROP OWNED BY regress_training_ann, regress_training_bob;
SELECT count(*) FROM mlops.feature_view WHERE owner_name LIKE 'regress_training%' UNION ALL SELECT count(*) FROM mlops.training_set WHERE owner_name LIKE 'regress_training%';
DROP ROLE regress_training_ann, regress_training_bob;

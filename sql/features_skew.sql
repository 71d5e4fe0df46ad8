-- what a model was trained on against what it was served; feature views that are watched
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET timezone = 'UTC';
CREATE SCHEMA skew_test;
CREATE ROLE regress_skew_ann LOGIN;
GRANT ALL ON SCHEMA skew_test TO regress_skew_ann;
SELECT mlops.grant_use('regress_skew_ann') > 0;
SELECT current_user AS superuser \gset
\c - regress_skew_ann
SET timezone = 'UTC'; SET extra_float_digits = 0; SET datestyle = 'ISO, YMD';
SET search_path = skew_test;
CREATE TABLE spending AS SELECT c AS customer, timestamptz '2024-01-01' + d * interval '1 day' AS at, (c * 7 + d * 13) % 50 AS euro, (c * 3 + d) % 20 * 0.5::float8 AS rate, chr(97 + (c + d) % 3) AS channel, ARRAY[c] AS list
    FROM generate_series(1, 100) AS c, generate_series(0, 29) AS d;
SELECT mlops.create_feature_view('skew spending', 'spending', '{customer}', 'at');
SET client_min_messages = warning;
SELECT mlops.training_set('skew set', 'SELECT customer, at + interval ''6 hours'' AS at FROM spending', '{skew spending}', 'at', relation => 'skew_set') > 0;
RESET client_min_messages;
-- what is served is in cents, and of a shop that is new
CREATE TABLE served AS SELECT c AS customer, timestamptz '2024-02-01' + d * interval '1 day' AS at, (c * 7 + d * 13) % 50 * CASE WHEN d > 9 THEN 100 ELSE 1 END AS euro, (c * 3 + d) % 20 * 0.5::float8 AS rate,
    CASE WHEN d > 9 THEN 'x' ELSE chr(97 + (c + d) % 3) END AS channel FROM generate_series(1, 100) AS c, generate_series(0, 19) AS d;
SELECT column_name, kind, verdict, direction, psi > 0.25 AS is_large, n_reference, n_current FROM mlops.feature_skew('skew set', 'served', 'at < ''2024-02-11''');
SELECT column_name, kind, verdict, direction, psi > 0.25 AS is_large, note FROM mlops.feature_skew('skew set', 'SELECT * FROM served WHERE at >= ''2024-02-11''');
SELECT column_name, verdict FROM mlops.feature_skew('skew set', 'SELECT rate FROM served');
-- the stored profiles stay when the table is gone
BEGIN;
DROP TABLE skew_set;
SELECT column_name, verdict FROM mlops.feature_skew('skew set', 'served');
ROLLBACK;
SELECT mlops.feature_skew('skew set', 'SELECT 1 AS x');
SELECT mlops.feature_skew('skew set', 'nowhere');
SELECT mlops.feature_skew('skew set', NULL);
SELECT mlops.feature_skew('nobody', 'served');
-- as a monitor: each day of what was served against the training set
SELECT mlops.create_monitor('skew served', 'served', 'at', features => '{euro,rate,channel}', reference_relation => 'skew_set', start_at => '2024-02-01', end_at => '2024-02-21', schedule => NULL,
    checks => '[{"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}}]') > 0;
SELECT count(*) FROM mlops.backfill('skew served');
SELECT column_name, min(window_lo)::date AS first, count(*) AS days FROM mlops.observation JOIN mlops.monitor USING (monitor_id) WHERE name = 'skew served' AND verdict = 'critical' GROUP BY 1 ORDER BY 1;
-- a feature view is watched by its relation: values that change, rows that no longer come
INSERT INTO spending SELECT customer, at, euro, rate, channel, '{1}' FROM served WHERE at < '2024-02-14';
SELECT mlops.create_monitor('skew view', 'spending', 'at', features => '{euro,channel}', reference_from => '2024-01-01', reference_to => '2024-01-31', start_at => '2024-02-01', end_at => '2024-02-21', schedule => NULL,
    checks => '[{"metric": "psi", "critical": {"above": 0.25}}, {"metric": "freshness", "critical": {"above": 172800}}]') > 0;
SELECT count(*) FROM mlops.backfill('skew view');
SELECT metric, column_name, min(window_lo)::date AS first, count(*) AS days FROM mlops.observation JOIN mlops.monitor USING (monitor_id) WHERE name = 'skew view' AND verdict = 'critical' GROUP BY 1, 2 ORDER BY 1, 2;
\c - :superuser
SET client_min_messages = warning;
DROP SCHEMA skew_test CASCADE;
DROP OWNED BY regress_skew_ann;
DROP ROLE regress_skew_ann;

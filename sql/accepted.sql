--
-- accepted: what somebody accepted as the new normal is what later windows are compared with, for checks of quality, for numbers and for drift alike
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD''; SET extra_float_digits = 0;'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_accept LOGIN;
SELECT mlops.grant_use('regress_accept') > 0 AS granted;
CREATE SCHEMA ac AUTHORIZATION regress_accept;
\c - regress_accept
:settings
CREATE FUNCTION ac.day(d integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2026-01-05Z'::timestamptz + d * interval '1 day' $$;
CREATE FUNCTION ac.u(i bigint, s integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8(i * 1000003 + s)::bigint + 2147483648) / 4294967296.0 $$;
-- 400 rows a day; from day 17 on a third of a is missing, plan has a new value, b moved, the model knows less, and half as many rows come
CREATE TABLE ac.rows (at timestamptz, a float8, b float8, plan text, score float8, label boolean);
INSERT INTO ac.rows
SELECT ac.day(d) + k * interval '3 minutes', CASE WHEN d < 17 OR ac.u(i, 1) > 0.33 THEN ac.u(i, 2) END, ac.u(i, 3) + CASE WHEN d < 17 THEN 0 ELSE 0.5 END,
       CASE WHEN d >= 17 AND ac.u(i, 4) < 0.3 THEN 'trial' WHEN ac.u(i, 4) < 0.6 THEN 'basic' ELSE 'gold' END, ac.u(i, 5), ac.u(i, 6) < CASE WHEN d < 17 THEN ac.u(i, 5) ELSE 0.3 + 0.4 * ac.u(i, 5) END
FROM generate_series(0, 23) AS d, generate_series(1, 400) AS k, LATERAL (SELECT 1000::bigint * d + k) AS x(i) WHERE d < 17 OR k % 2 = 0;
SELECT mlops.create_monitor('shop', 'ac.rows', 'at', label_column => 'label', score_column => 'score', features => '{a,b,plan}', start_at => ac.day(0), end_at => ac.day(40), schedule => NULL,
    reference_from => ac.day(0), reference_to => ac.day(7),
    checks => '[{"metric": "null_rate"}, {"metric": "unseen_category", "column": "plan"}, {"metric": "volume"}, {"metric": "schema"}, {"metric": "roc_auc", "alpha": [0.01, 0.001], "k_of_n": [1, 1]},
                {"metric": "drift", "column": "b"}]') > 0 AS made;
SELECT count(*) AS windows FROM mlops.backfill('shop', upto => ac.day(17));
CREATE VIEW ac.bad AS
SELECT (extract(epoch FROM o.window_lo - ac.day(0)) / 86400)::integer AS d, string_agg(concat_ws(' ', o.metric, o.column_name, o.verdict), ', ' ORDER BY o.metric, o.column_name) FILTER (WHERE o.verdict IN ('warning', 'critical', 'error')) AS bad,
       string_agg(DISTINCT o.metric || coalesce(' ' || o.column_name, ''), ', ') FILTER (WHERE o.verdict = 'no_data' AND o.rule IS NOT NULL) AS not_judged
FROM mlops.observation AS o WHERE o.monitor_id = mlops.monitor_id('shop') AND o.slice_column IS NULL GROUP BY o.window_lo ORDER BY 1;
SELECT count(bad) AS false_alarms, max(not_judged) AS not_judged FROM ac.bad WHERE d >= 14;
CREATE FUNCTION ac.go(d integer, OUT changes integer) LANGUAGE plpgsql AS $$ BEGIN
    PERFORM mlops.evaluate('shop', ac.day(d), ac.day(d + 1)); changes := mlops.apply_alerts(mlops.monitor_id('shop'), ac.day(d), ac.day(d + 1)); END $$;
ALTER TABLE ac.rows ADD COLUMN gone integer;
SELECT mlops.alter_monitor('shop', '{"min_rows": 20}') AS version;
ALTER TABLE ac.rows DROP COLUMN gone;
SELECT d, ac.go(d) > 0 AS changed FROM generate_series(17, 19) AS d;
SELECT * FROM ac.bad WHERE d >= 17;
SELECT mlops.accept_incident(incident_id, 'the new import') FROM mlops.incident WHERE monitor_id = mlops.monitor_id('shop') AND state <> 'resolved' ORDER BY incident_id;
SELECT metric, column_name, (extract(epoch FROM since - ac.day(0)) / 86400)::integer AS since, (extract(epoch FROM upto - ac.day(0)) / 86400)::integer AS upto FROM mlops.accepted_change ORDER BY 1, 2;
-- days of the same kind: nothing is wrong with them, and nobody is told
SELECT d, ac.go(d) AS changes FROM generate_series(20, 23) AS d;
SELECT * FROM ac.bad WHERE d >= 20;
SELECT metric, column_name, reference, value::numeric(7,3), reference_value::numeric(7,3) AS compared_with, verdict FROM mlops.observation
WHERE monitor_id = mlops.monitor_id('shop') AND window_lo = ac.day(21) AND rule IS NOT NULL AND metric IN ('null_rate', 'unseen_category', 'roc_auc', 'volume', 'drift') ORDER BY 1, 2;
SELECT count(*) AS open FROM mlops.alert WHERE monitor_id = mlops.monitor_id('shop') AND state <> 'resolved';
-- read again, what was accepted is no measure of chance; and a fault beyond it is found as before
SELECT mlops.evaluate('shop', ac.day(18), ac.day(19)) > 0 AS again;
SELECT count(*) FILTER (WHERE bad) AS bad FROM mlops.window_bins WHERE monitor_id = mlops.monitor_id('shop') AND window_lo >= ac.day(17);
INSERT INTO ac.rows SELECT ac.day(24) + k * interval '6 minutes', CASE WHEN k % 4 = 0 THEN 0.5 END, 1.5 + ac.u(k, 3), CASE WHEN k % 3 = 0 THEN 'vip' ELSE 'gold' END, ac.u(k, 5), ac.u(k, 6) < ac.u(k, 7) FROM generate_series(1, 200) AS k;
SELECT ac.go(24) > 0 AS changed;
SELECT * FROM ac.bad WHERE d = 24;
SELECT metric, column_name, reference, value::numeric(7,3), reference_value::numeric(7,3) AS compared_with, n, p_adjusted, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('shop') AND window_lo = ac.day(24) AND rule IS NOT NULL AND column_name = 'a';
SELECT mlops.drop_monitor('shop');
\c - :superuser
:settings
DELETE FROM mlops.incident WHERE owner_name = 'regress_accept';
DELETE FROM mlops.alert WHERE owner_name = 'regress_accept';
DROP OWNED BY regress_accept CASCADE;
DROP ROLE regress_accept;

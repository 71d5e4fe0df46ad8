--
-- labels_elsewhere: labels in another relation, by key
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD''; SET intervalstyle = ''postgres'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE elsewhere_ann LOGIN;
CREATE ROLE elsewhere_bob LOGIN;
SELECT mlops.grant_use('elsewhere_ann') > 0 AS ann, mlops.grant_use('elsewhere_bob') > 0 AS bob;
CREATE SCHEMA le AUTHORIZATION elsewhere_ann;
GRANT USAGE, CREATE ON SCHEMA le TO elsewhere_bob;
\c - elsewhere_ann
:settings
CREATE FUNCTION le.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
-- a row has two keys; outcome is also the name of a column of the rows, which is not the label
CREATE TABLE le.pred (shop text, no integer, at timestamptz, score float8, outcome text DEFAULT 'not the label');
CREATE TABLE le.result (shop text, order_no bigint, outcome boolean, known_at timestamptz);
INSERT INTO le.pred SELECT CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END, i / 2, timestamptz '2026-03-01Z' + i * interval '14 minutes', i % 100 / 100.0 FROM generate_series(0, 99) AS i;
-- keys that are NULL on both sides
INSERT INTO le.pred SELECT NULL, i, '2026-03-01 23:50Z', 0.5 FROM generate_series(0, 4) AS i;
INSERT INTO le.result SELECT NULL, i, true, '2026-03-03Z' FROM generate_series(0, 4) AS i;
INSERT INTO le.result SELECT shop, no, (no * 7 + 3) % 50 < no, at + interval '2 days' FROM le.pred WHERE shop IS NOT NULL AND no < 40;
CREATE FUNCTION le.made(name text, arguments text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($q$SELECT mlops.create_monitor(%L, 'le.pred', 'at', score_column => 'score', start_at => '2026-03-01Z', end_at => '2026-03-02Z', schedule => NULL,
        label_relation => 'le.result', label_key => '{shop,order_no}', row_key => '{shop,no}', label_value => 'outcome', label_time_column => 'known_at', max_label_age => '40 days',
        checks => '[{"metric": "roc_auc", "critical": {"below": 0.2}}, {"metric": "n_label_orphans", "warning": {"above": 3}}, {"metric": "n_label_early", "warning": {"above": 0}, "min_rows": 0}]' %s)$q$, name, arguments);
    RETURN 'made';
END $$;
CREATE FUNCTION le.seen(name text, at timestamptz) RETURNS TABLE (metric text, value numeric(8,4), n bigint, state text, verdict text, message text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mlops_internal.evaluate_window(mlops.monitor_id(name), '2026-03-01Z', '2026-03-02Z', at, false);
    RETURN QUERY SELECT o.metric, o.value::numeric(8,4), o.n, o.label_state, o.verdict, o.message FROM mlops.observation AS o
        WHERE monitor_id = mlops.monitor_id(name) AND o.metric = ANY ('{n,label_coverage,roc_auc,n_label_early,n_label_duplicates,n_label_orphans}') ORDER BY o.metric COLLATE "C";
END $$;
SELECT le.made('by key');
SELECT label_column, label_value, label_relation_name, kinds FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('by key');
-- before labels are known there are none
SELECT * FROM le.seen('by key', '2026-03-02Z');
SELECT * FROM le.seen('by key', '2026-03-05Z');
SELECT mlops.roc_auc(r.outcome, p.score)::numeric(6,4), count(*) FROM le.pred AS p JOIN le.result AS r ON r.shop = p.shop AND r.order_no = p.no;
-- several labels: of the greatest time, then the greatest value; rows do not multiply
INSERT INTO le.result SELECT shop, order_no, NOT outcome, known_at - interval '1 hour' FROM le.result WHERE shop = 'a' AND order_no < 10;
INSERT INTO le.result SELECT shop, order_no, v, '2026-03-10Z' FROM le.result, unnest('{true,false,false}'::boolean[]) AS v WHERE shop = 'b' AND order_no < 5;
SELECT * FROM le.seen('by key', '2026-03-12Z');
SELECT mlops.roc_auc(r.outcome, p.score)::numeric(6,4), count(*)
FROM le.pred AS p JOIN (SELECT DISTINCT ON (shop, order_no) * FROM le.result ORDER BY shop, order_no, known_at DESC, outcome DESC) AS r ON r.shop = p.shop AND r.order_no = p.no;
-- many rows of one label
INSERT INTO le.pred SELECT 'a', 1, '2026-03-01 12:00Z', 0.01 FROM generate_series(1, 10);
SELECT * FROM le.seen('by key', '2026-03-12Z') WHERE metric IN ('n', 'roc_auc');
DELETE FROM le.pred WHERE score = 0.01 AND at = '2026-03-01 12:00Z';
-- labels of the window's time without a row; of another time; before their row
INSERT INTO le.result SELECT 'x', i, true, '2026-03-01 10:00Z' FROM generate_series(1, 4) AS i;
INSERT INTO le.result SELECT 'y', i, true, '2026-04-01 10:00Z' FROM generate_series(1, 4) AS i;
UPDATE le.result SET known_at = '2026-02-28Z' WHERE shop = 'a' AND order_no = 30;
SELECT * FROM le.seen('by key', '2026-03-12Z') WHERE metric LIKE 'n\_%';
-- a horizon: an outcome within 3 days; later labels do not count, a negative one waits for the horizon
SELECT le.made('within', $$, label_horizon => '3 days'$$);
SELECT * FROM le.seen('within', '2026-03-03 12:00Z') WHERE metric = 'label_coverage';
SELECT count(*) AS positive_so_far
FROM le.pred AS p, LATERAL (SELECT r.outcome FROM le.result AS r WHERE r.shop = p.shop AND r.order_no = p.no AND r.known_at BETWEEN p.at AND p.at + interval '3 days'
    AND r.known_at <= '2026-03-03 12:00Z' ORDER BY r.known_at DESC, r.outcome DESC LIMIT 1) AS l WHERE l.outcome;
SELECT * FROM le.seen('within', '2026-03-20Z') WHERE metric IN ('label_coverage', 'roc_auc');
SELECT count(*) AS within FROM le.pred AS p WHERE EXISTS (SELECT FROM le.result AS r WHERE r.shop = p.shop AND r.order_no = p.no AND r.known_at BETWEEN p.at AND p.at + interval '3 days');
-- without times: the greatest value
SELECT le.made('no time', $$, label_filter => 'shop <> ''b'''$$);
SELECT mlops.alter_monitor('no time', '{"label_time_column": null, "checks": []}');
SELECT * FROM le.seen('no time', '2026-03-12Z');
SELECT age, n_windows, n_rows, n_labelled FROM mlops.label_curve('no time');
-- labels that arrive are found by their time
SELECT count(*) FROM le.seen('by key', '2026-03-12Z');
SELECT next_at FROM mlops.label_window WHERE monitor_id = mlops.monitor_id('by key');
INSERT INTO le.result SELECT shop, no, true, '2026-03-12 06:00Z' FROM le.pred WHERE no >= 45;
SELECT a.window_lo, a.n, a.last_label_at FROM mlops.monitor_version AS v, unnest(mlops_internal.arrived_labels(v, 'le.pred', '2026-03-12 12:00Z')) AS a WHERE monitor_id = mlops.monitor_id('by key');

-- followed by name: built anew, renamed, replaced by somebody else
ALTER TABLE le.result RENAME TO result_of_old;
CREATE TABLE le.result AS SELECT * FROM le.result_of_old WHERE shop = 'a';
SELECT n FROM le.seen('by key', '2026-03-12Z') WHERE metric = 'roc_auc';
DROP TABLE le.result;
SELECT n FROM le.seen('by key', '2026-03-12Z') WHERE metric = 'roc_auc';
\c - elsewhere_bob
CREATE TABLE le.result (shop text, order_no bigint, outcome boolean, known_at timestamptz);
GRANT SELECT ON le.result TO elsewhere_ann;
\c - elsewhere_ann
:settings
SELECT t.* FROM le.try($$SELECT le.seen('by key', '2026-03-12Z')$$) AS t;
\c - elsewhere_bob
DROP TABLE le.result;
CREATE TABLE le.secret (shop text, order_no bigint, outcome boolean);
\c - elsewhere_ann
:settings
ALTER TABLE le.result_of_old RENAME TO result;
-- rights: the owner must be able to read the labels; what fits and what does not
SELECT t.* FROM (VALUES
    (1, 'label_relation => ''le.secret'', label_key => ''{shop,order_no}'', row_key => ''{shop,no}'', label_value => ''outcome'''),
    (2, 'label_relation => ''le.result'', label_key => ''{shop}'', row_key => ''{shop,no}'', label_value => ''outcome'''),
    (3, 'label_relation => ''le.result'', label_key => ''{order_no}'', row_key => ''{shop}'', label_value => ''outcome'''),
    (4, 'label_relation => ''le.result'', label_key => ''{shop}'', row_key => ''{nope}'', label_value => ''outcome'''),
    (5, 'label_relation => ''le.result'', label_key => ''{shop}'', row_key => ''{shop}'', label_value => ''nope'''),
    (6, 'label_relation => ''le.result'', label_key => ''{shop}'', row_key => ''{shop}'', label_value => ''outcome'', label_column => ''outcome'''),
    (7, 'label_relation => ''le.result'', label_key => ''{shop}'', row_key => ''{shop}'', label_value => ''outcome'', features => ''{outcome}'''),
    (8, 'label_relation => ''le.result'', label_key => ''{shop}'', row_key => ''{shop}'', label_value => ''outcome'', label_horizon => ''1 day'''),
    (9, 'label_column => ''outcome'', label_filter => ''true) OR (true'''),
    (10, 'label_column => ''outcome'', label_filter => ''score > (SELECT 1)'''),
    (11, 'label_column => ''outcome'', label_filter => ''score''')) AS v(i, arguments),
    LATERAL le.try(format($$SELECT mlops.create_monitor('wrong', 'le.pred', 'at', %s)$$, v.arguments)) AS t ORDER BY i;
-- a filter runs as the owner and never as somebody else
CREATE FUNCTION le.who(score float8) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_user <> 'elsewhere_ann' OR session_user <> 'elsewhere_ann' THEN RAISE EXCEPTION 'runs as %', current_user; END IF;
    RETURN score > 0.3;
END $$;
SELECT le.made('filtered', $$, label_filter => 'le.who(score) /* ) */ -- )'$$);
SELECT * FROM le.seen('filtered', '2026-03-12Z') WHERE metric = 'label_coverage';
-- label_relation taken away
SELECT mlops.alter_monitor('within', '{"label_relation": null, "label_key": null, "label_value": null, "label_horizon": null, "label_time_column": null, "checks": []}');
SELECT label_column, kinds FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('within') ORDER BY version DESC LIMIT 1;
-- others see none of it
\c - elsewhere_bob
:settings
SELECT (SELECT count(*) FROM mlops.label_window) AS windows, (SELECT count(*) FROM mlops.observation_history) AS history, (SELECT count(*) FROM mlops_internal.label_watermark) AS marks;
\c - :superuser
:settings
DELETE FROM mlops.monitor WHERE owner_name LIKE 'elsewhere\_%';
DELETE FROM mlops.alert WHERE owner_name LIKE 'elsewhere\_%';
DROP SCHEMA le CASCADE;
DROP OWNED BY elsewhere_ann, elsewhere_bob;
DROP ROLE elsewhere_ann, elsewhere_bob;

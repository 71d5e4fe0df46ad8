-- Versions side by side, and slices against the rest of their window.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
CREATE ROLE regress_versions LOGIN;
SELECT mlops.grant_use('regress_versions', 'deployer') > 0 AS granted;
CREATE SCHEMA mv AUTHORIZATION regress_versions;
SELECT current_database() AS db, current_user AS superuser \gset
\c :db regress_versions
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';

-- Simpson: of all rows B looks better, on each device it is worse
CREATE TABLE mv.phones AS
SELECT '2026-03-02Z'::timestamptz + (row_number() OVER () - 1) * interval '30 seconds' AS at, v.version, v.device, true AS label, i <= v.n_right AS decision
FROM (VALUES (1, 'web', 100, 90), (2, 'web', 1000, 850), (1, 'phone', 1000, 300), (2, 'phone', 100, 20)) AS v(version, device, n, n_right), generate_series(1, v.n) AS i;
INSERT INTO mv.phones SELECT at + interval '1 day', version, device, label, decision FROM mv.phones WHERE version = 1;
INSERT INTO mv.phones SELECT at + interval '2 days', version, 'tv', label, decision FROM mv.phones WHERE at < '2026-03-03Z' AND version = 2;
INSERT INTO mv.phones SELECT at + interval '2 days', version, 'radio', label, decision FROM mv.phones WHERE at < '2026-03-03Z' AND version = 1;
SELECT mlops.create_monitor('phones', 'mv.phones', 'at', label_column => 'label', prediction_column => 'decision', slices => '{device}', version_column => 'version',
    start_at => '2026-03-02Z', end_at => '2026-03-05Z', checks => '[{"metric": "accuracy", "warning": {"below": 0.1}}]') IS NOT NULL AS created;
SELECT slices, max_slices FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('phones');
SELECT count(*) FROM mlops.backfill('phones');
CREATE FUNCTION mv.seen(monitor text) RETURNS TABLE (day date, slice text, value text, metric text, a text, b text, n_a bigint, n_b bigint, n_pairs bigint, value_a numeric, value_b numeric,
    difference numeric, standardised numeric, left_out numeric, lower numeric, upper numeric, p numeric, method text, paired boolean, randomised boolean, verdict text, message text) LANGUAGE sql AS $$
    SELECT window_lo::date, slice_column, slice_value, metric, version_a, version_b, n_a, n_b, n_pairs, round(value_a::numeric, 4), round(value_b::numeric, 4), round(difference::numeric, 4),
           round(standardised::numeric, 4), round(left_out::numeric, 4), round(lower::numeric, 4), round(upper::numeric, 4), round(p_value::numeric, 5), method, paired, randomised, verdict, message
    FROM mlops.version_comparison WHERE monitor_id = mlops.monitor_id(monitor) ORDER BY 1, 2 NULLS FIRST, 3, 4, 6 $$;
SELECT * FROM mv.seen('phones');
-- each version is a slice: one that vanishes is told, and is no more compared
SELECT window_lo::date, slice_value, n, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('phones') AND slice_column = 'version' AND metric = 'n' ORDER BY 1, 2;
-- without slices nothing says which rows are alike
SELECT mlops.create_monitor('alike', 'mv.phones', 'at', label_column => 'label', prediction_column => 'decision', version_column => 'version',
    start_at => '2026-03-02Z', end_at => '2026-03-03Z') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('alike');
SELECT difference, standardised, left_out, p, method, verdict, message FROM mv.seen('alike');
-- evaluated again, it stands there once; a definition without versions has no slice of them
SELECT count(*) FROM mlops.backfill('alike');
SELECT count(*) FROM mv.seen('alike');
SELECT mlops.alter_monitor('alike', '{"version_column": null, "slices": ["version"]}') AS version;
SELECT slices FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('alike') AND version = 2;

-- a shadow scores the same rows: they are paired, by a key of two columns
CREATE TABLE mv.shadow AS
SELECT '2026-03-02Z'::timestamptz + i * interval '2 minutes' + v * interval '7 seconds' AS at, 'u' || i % 90 AS customer, i AS request, v AS version, (i * 37 % 101) > 60 AS label,
       ((i * 37 + i % (5 * (4 - v)) * 9) % 101)::float8 / 101 AS score, (i % 50)::float8 AS actual, i % 50 + (i * 7 % 11 - 5)::float8 / v AS predicted
FROM generate_series(0, 599) AS i, generate_series(1, 3) AS v WHERE v < 3 OR i % 4 = 0;
SELECT mlops.create_monitor('shadow', 'mv.shadow', 'at', label_column => 'label', score_column => 'score', version_column => 'version', row_key => '{customer,request}',
    start_at => '2026-03-02Z', end_at => '2026-03-03Z') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('shadow');
SELECT metric, a, b, n_a, n_b, n_pairs, value_a, value_b, difference, standardised, lower, upper, p, method, paired, verdict FROM mv.seen('shadow');
-- it is what the functions say of the pairs
SELECT o.metric, o.version_b, ROW(o.value_a, o.value_b, o.lower, o.upper, o.p_value) IS NOT DISTINCT FROM ROW((d.c).a, (d.c).b, (d.c).lower, (d.c).upper, (d.c).p_value) AS same
FROM mlops.version_comparison AS o, LATERAL (
    SELECT CASE o.metric WHEN 'roc_auc' THEN mlops.compare(mlops.paired_samples(a.label, a.score, b.score)) WHEN 'accuracy' THEN mlops.compare(mlops.confusion(a.label = (a.score >= 0.5), b.label = (b.score >= 0.5)))
        ELSE mlops.compare_squared_errors(mlops.loss_means(a.label::int::float8, a.score, b.score)) END AS c
    FROM mv.shadow AS a JOIN mv.shadow AS b USING (customer, request) WHERE a.version = 1 AND b.version = o.version_b::int) AS d
WHERE o.monitor_id = mlops.monitor_id('shadow') ORDER BY 1, 2;
SELECT mlops.create_monitor('errors', 'mv.shadow', 'at', label_column => 'actual', prediction_column => 'predicted', version_column => 'version', row_key => '{request}',
    start_at => '2026-03-02Z', end_at => '2026-03-03Z') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('errors');
SELECT metric, a, b, n_pairs, difference, lower, upper, method, verdict FROM mv.seen('errors');
-- keys that occur twice make no pair; with too few pairs each version has rows of its own
INSERT INTO mv.shadow SELECT at + interval '1 second', customer, request, version, label, score, actual, predicted FROM mv.shadow WHERE version = 2 AND request % 3 > 0;
SELECT count(*) FROM mlops.backfill('errors');
SELECT metric, b, n_a, n_b, n_pairs, paired, standardised, verdict FROM mv.seen('errors') WHERE metric = 'mae';
DELETE FROM mv.shadow WHERE version = 2 AND extract(second FROM at)::int % 7 = 1;
-- what cannot be compared is an error of the comparison, not of the window
ALTER TABLE mv.shadow RENAME customer TO client;
SELECT count(*) FROM mlops.backfill('shadow');
SELECT metric, a, b, verdict, message FROM mv.seen('shadow');
SELECT verdict FROM mlops.observation WHERE monitor_id = mlops.monitor_id('shadow') AND metric = 'evaluation';
ALTER TABLE mv.shadow RENAME client TO customer;

-- the champion is what was deployed at the start of the window
BEGIN;
SELECT mlops.create_model('shop', 'binary') IS NOT NULL AS created, mlops.register_version('shop') AS v1, mlops.register_version('shop') AS v2, mlops.register_version('shop') AS v3;
SELECT mlops.create_endpoint('shop') IS NOT NULL AS created;
SELECT mlops.set_stage('shop', 3, 'staged') IS NOT NULL AS staged;
SELECT mlops.deploy('shop', 3, 'shop') IS NOT NULL AS deployed;
SELECT mlops_internal.champion_at(model_id, 'infinity') AS now, mlops_internal.champion_at(model_id, '2026-03-02Z') AS before FROM mlops.model WHERE name = 'shop';
UPDATE mv.shadow SET at = at - '2026-03-02Z'::timestamptz + date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '2 days';
SELECT mlops.create_monitor('deployed', 'mv.shadow', 'at', model => 'shop', label_column => 'label', score_column => 'score', version_column => 'version', row_key => '{customer,request}',
    start_at => date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '2 days') IS NOT NULL AS created;
SELECT mlops.evaluate(m.monitor_id, v.start_at, v.start_at + interval '1 day') > 0 AS evaluated FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version) WHERE m.name = 'deployed';
SELECT metric, a, b, n_a, n_b, paired FROM mv.seen('deployed');
ROLLBACK;

-- slices against the rest: the worked example
SELECT round(z::numeric, 3) AS z, round(p_value::numeric, 5) AS p, round(shrunken::numeric, 4) AS shrunken,
       round(mlops_internal.adjusted_p_value(p_value, p_value || array_fill(0.5::float8, '{19}'))::numeric, 4) AS p_adjusted
FROM mlops_internal.against_rest(0.61, 0.041, 200, 0.742, 0.006);
CREATE TABLE mv.regions AS
SELECT '2026-03-02Z'::timestamptz + i * interval '20 seconds' AS at, nullif('r' || i % 20, 'r19') AS region, (i * 7919 % 10007) % 2 = 0 AS label,
       (CASE WHEN (i * 7919 % 10007) % 2 = 0 AND (i % 20 <> 7 OR i % 3 = 0) THEN 60 ELSE 0 END + (i * 31337 % 9973) % 100)::float8 / 160 AS score
FROM generate_series(0, 3999) AS i;
SELECT mlops.create_monitor('regions', 'mv.regions', 'at', label_column => 'label', score_column => 'score', slices => '{region}', start_at => '2026-03-02Z', end_at => '2026-03-03Z', checks => '[
    {"metric": "roc_auc", "alpha": 0.05}, {"metric": "log_loss"}, {"metric": "accuracy", "warning": {"below": 0.1}}]') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('regions');
SELECT slice_value, round(value::numeric, 3) AS value, round((detail ->> 'rest')::numeric, 3) AS rest, round((detail ->> 'z')::numeric, 2) AS z, round(p_adjusted::numeric, 5) AS p_adjusted,
       round((detail ->> 'shrunken')::numeric, 3) AS shrunken, detail ->> 'rank' AS rank, verdict, message
FROM mlops.observation WHERE monitor_id = mlops.monitor_id('regions') AND metric = 'roc_auc' AND slice_column IS NOT NULL ORDER BY (detail ->> 'rank')::int LIMIT 3;
-- the rest is all other rows, bit for bit, and every slice is measured once
SELECT o.metric, count(*) AS slices, bool_and((o.detail ->> 'rest')::float8 = r.value AND (o.detail ->> 'n_rest')::bigint = r.n) AS same, count(*) FILTER (WHERE o.verdict = 'warning') AS warnings
FROM mlops.observation AS o, LATERAL (SELECT CASE o.metric WHEN 'roc_auc' THEN mlops.roc_auc(mlops.scores(x.label, x.score)) ELSE mlops.log_loss(mlops.scores(x.label, x.score)) END AS value, count(*) AS n
    FROM mv.regions AS x WHERE x.region IS DISTINCT FROM o.slice_value) AS r
WHERE o.monitor_id = mlops.monitor_id('regions') AND o.metric IN ('roc_auc', 'log_loss') AND o.slice_column IS NOT NULL GROUP BY 1 ORDER BY 1;
-- a check with limits judges by them
SELECT DISTINCT detail, verdict FROM mlops.observation WHERE monitor_id = mlops.monitor_id('regions') AND metric = 'accuracy';

-- others see nothing of it
\c :db :superuser
CREATE ROLE regress_versions_other LOGIN;
SELECT mlops.grant_use('regress_versions_other') > 0 AS granted;
\c :db regress_versions_other
SELECT count(*) FROM mlops.version_comparison;
\c :db :superuser
SELECT mlops.revoke_use('regress_versions_other') > 0 AS revoked;
DROP ROLE regress_versions_other;
SELECT count(*) FROM (SELECT mlops.drop_monitor(name) FROM mlops.monitor WHERE owner_name = 'regress_versions') AS d;
SELECT count(*) FROM mlops.version_comparison;
DROP SCHEMA mv CASCADE;

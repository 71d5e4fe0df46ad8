-- Every family of metrics in a monitor: what is observed is what the metric says of the rows themselves.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
CREATE ROLE regress_measurer LOGIN;
SELECT mlops.grant_use('regress_measurer') > 0 AS granted;
CREATE SCHEMA mm AUTHORIZATION regress_measurer;
SELECT current_database() AS db, current_user AS superuser \gset
\c :db regress_measurer
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET IntervalStyle = 'postgres';
CREATE FUNCTION mm.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement; message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
-- 400 rows a day for 4 days, the first two are the reference
CREATE TABLE mm.rows AS
SELECT '2026-01-01Z'::timestamptz + i * interval '216 seconds' AS at, i,
       (i * 37 % 101)::float8 / 101 AS score, ((i * 37 + i % 13 * 5) % 101) > 60 AS label, i % 3 = 0 AS decision,
       CASE WHEN i % 7 < 3 THEN 'a' ELSE 'b' END AS grp, ((i * 7919) % 503)::float8 AS x, ((i * 104729) % 211)::float8 * (1 + i / 800) AS y,
       ARRAY[i % 5, i % 11, i % 3]::float8[] AS embedding, (ARRAY['red', 'green', 'blue'])[1 + i % 3] AS class,
       (ARRAY['red', 'green', 'blue'])[1 + (i + (i % 10 = 0)::int) % 3] AS guess,
       (1 + i % 3)::float8 / 9 AS p_red, (1 + (i + 1) % 3)::float8 / 9 AS p_green, (7 - i % 3 - (i + 1) % 3)::float8 / 9 AS p_blue,
       i / 8 AS query, (i * 31 % 4)::float8 AS relevance, (i * 17 % 23)::float8 AS position,
       (i % 50)::float8 AS actual, (i % 50 + i % 7 - 3)::float8 AS predicted, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END AS region
FROM generate_series(0, 1599) AS i;
CREATE VIEW mm.day3 AS SELECT * FROM mm.rows WHERE at >= '2026-01-03Z' AND at < '2026-01-04Z';
CREATE VIEW mm.base AS SELECT * FROM mm.rows WHERE at >= '2026-01-01Z' AND at < '2026-01-03Z';
-- one number that a monitor observed on the third day
CREATE FUNCTION mm.seen(monitor text, metric text, column_name name DEFAULT NULL, slice text DEFAULT NULL) RETURNS mlops.observation LANGUAGE sql AS $$
    SELECT o.* FROM mlops.observation AS o WHERE o.monitor_id = mlops.monitor_id(monitor) AND o.window_lo = '2026-01-03Z' AND o.metric = seen.metric
      AND o.column_name IS NOT DISTINCT FROM seen.column_name AND o.slice_value IS NOT DISTINCT FROM seen.slice $$;

-- binary: scores, decisions, groups, estimates without labels, embeddings, rows as a whole
SELECT mlops.create_monitor('binary', 'mm.rows', 'at', label_column => 'label', score_column => 'score', prediction_column => 'decision',
    features => '{x,y,embedding}', slices => '{region}', group_column => 'grp', start_at => '2026-01-01Z', end_at => '2026-01-05Z',
    reference_from => '2026-01-01Z', reference_to => '2026-01-03Z', checks => '[
    {"metric": "cbpe_roc_auc"}, {"metric": "cbpe_accuracy", "warning": {"below": 0.5}}, {"metric": "hotelling_test", "critical": {"p_below": 0.001}},
    {"metric": "specificity"}, {"metric": "expected_calibration_error", "options": {"n_bins": 5}}, {"metric": "lift_at", "options": {"fraction": 0.2}},
    {"metric": "fbeta_score", "name": "f2", "options": {"beta": 2}}, {"metric": "fbeta_score", "name": "f05", "options": {"beta": 0.5}},
    {"metric": "disparate_impact", "options": {"privileged": "a"}}, {"metric": "t_test", "column": "y", "warning": {"p_below": 0.01}},
    {"metric": "psi", "options": {"bins": 20, "binning": "doane"}}, {"metric": "energy_distance", "column": "x"}, {"metric": "skewness", "column": "x"},
    {"metric": "quantile", "column": "x", "name": "p90", "options": {"q": 0.9}}, {"metric": "mad"}]') IS NOT NULL AS created;
SELECT count(*) > 0 AS observed FROM mlops.backfill('binary', '2026-01-03Z', '2026-01-05Z');
SELECT kind, column_name, substring(summary::text, '^\w+') AS type FROM mlops.window_summary
WHERE monitor_id = mlops.monitor_id('binary') AND window_lo = '2026-01-03Z' AND slice_column IS NULL ORDER BY 1, 2;
SELECT kind, count(*) FROM mlops.baseline WHERE monitor_id = mlops.monitor_id('binary') GROUP BY 1 ORDER BY 1;
SELECT m.metric, (mm.seen('binary', m.metric)).value = m.direct AS same, (mm.seen('binary', m.metric)).reference_value = m.base AS same_reference,
       (mm.seen('binary', m.metric)).lower = (m.ci).lower AS lower, (mm.seen('binary', m.metric)).upper = (m.ci).upper AS upper, (mm.seen('binary', m.metric)).n
FROM (SELECT mlops.scores(label, score) AS s, mlops.confusion(label, decision) AS c, mlops.group_confusion(label, decision, grp) AS g FROM mm.day3) AS d,
     (SELECT mlops.scores(label, score) AS s, mlops.confusion(label, decision) AS c, mlops.group_confusion(label, decision, grp) AS g FROM mm.base) AS b,
LATERAL (VALUES
    ('roc_auc', mlops.roc_auc(d.s), mlops.roc_auc(b.s), mlops.roc_auc_ci(d.s)),
    ('average_precision', mlops.average_precision(d.s), mlops.average_precision(b.s), mlops.metric_ci(d.s, 'average_precision')),
    ('log_loss', mlops.log_loss(d.s), mlops.log_loss(b.s), mlops.metric_ci(d.s, 'log_loss')),
    ('expected_calibration_error', mlops.expected_calibration_error(d.s, 5), mlops.expected_calibration_error(b.s, 5), NULL),
    ('lift_at', mlops.lift_at(d.s, 0.2), mlops.lift_at(b.s, 0.2), NULL),
    ('accuracy', mlops.accuracy(d.c), mlops.accuracy(b.c), mlops.metric_ci(d.c, 'accuracy')),
    ('specificity', mlops.specificity(d.c), mlops.specificity(b.c), mlops.metric_ci(d.c, 'specificity')),
    ('f2', mlops.fbeta_score(d.c, 2), mlops.fbeta_score(b.c, 2), mlops.metric_ci(d.c, 'fbeta_score', beta => 2)),
    ('f05', mlops.fbeta_score(d.c, 0.5), mlops.fbeta_score(b.c, 0.5), mlops.metric_ci(d.c, 'fbeta_score', beta => 0.5)),
    ('demographic_parity_difference', mlops.demographic_parity_difference(d.g), mlops.demographic_parity_difference(b.g), mlops.metric_ci(d.g, 'demographic_parity_difference')),
    ('equalized_odds_difference', mlops.equalized_odds_difference(d.g), mlops.equalized_odds_difference(b.g), mlops.metric_ci(d.g, 'equalized_odds_difference')),
    ('disparate_impact', mlops.disparate_impact(d.g, 'a'), mlops.disparate_impact(b.g, 'a'), mlops.metric_ci(d.g, 'disparate_impact', privileged => 'a')))
    AS m(metric, direct, base, ci) ORDER BY 1;
-- a slice is the rows that it names
SELECT (mm.seen('binary', 'roc_auc', NULL, 'south')).value = mlops.roc_auc(mlops.scores(label, score)) AS auc,
       (mm.seen('binary', 'equalized_odds_difference', NULL, 'south')).value = mlops.equalized_odds_difference(mlops.group_confusion(label, decision, grp)) AS odds
FROM mm.day3 WHERE region = 'south';
-- estimates
SELECT (mm.seen('binary', 'cbpe_roc_auc')).value = (e.c).roc_auc AS auc, (mm.seen('binary', 'cbpe_accuracy')).value = (e.c).accuracy AS accuracy,
       (mm.seen('binary', 'cbpe_roc_auc')).lower = (mlops.cbpe_bounds((e.c).roc_auc, mlops.sampling_error(r.s, (e.c).n))).lower AS lower,
       (mm.seen('binary', 'cbpe_accuracy')).verdict
FROM (SELECT mlops.calibrate(score, label) AS f, mlops.scores(label, score) AS s FROM mm.base) AS r,
     LATERAL (SELECT mlops.cbpe(mlops.profile(score), r.f) AS c FROM mm.day3) AS e;
-- columns, and drift of them
SELECT v.metric, v.column_name, (mm.seen('binary', v.metric, v.column_name)).value = v.direct AS same, (mm.seen('binary', v.metric, v.column_name)).p_value = v.p AS same_p
FROM (SELECT mlops.profile(x) AS x, mlops.profile(y) AS y, mlops.profile(embedding) AS e FROM mm.day3) AS d,
     (SELECT mlops.profile(x) AS x, mlops.profile(y) AS y, mlops.profile(embedding) AS e FROM mm.base) AS b,
LATERAL (VALUES
    ('psi', 'x'::name, mlops.psi(b.x, d.x, bins => 20, binning => 'doane'), NULL::float8),
    ('energy_distance', 'x', mlops.energy_distance(b.x, d.x), NULL), ('skewness', 'x', mlops.skewness(d.x), NULL),
    ('p90', 'x', mlops.quantile(d.x, 0.9), NULL), ('mad', 'y', mlops.mad(d.y), NULL),
    ('t_test', 'y', (mlops.t_test(b.y, d.y)).statistic, (mlops.t_test(b.y, d.y)).p_value),
    ('ks_test', 'y', (mlops.ks_test(b.y, d.y)).statistic, (mlops.ks_test(b.y, d.y)).p_value),
    ('centroid_distance', 'embedding', mlops.centroid_distance(b.e, d.e), NULL)) AS v(metric, column_name, direct, p);
SELECT (mm.seen('binary', 'hotelling_test')).value = t.statistic AS statistic, (mm.seen('binary', 'hotelling_test')).p_value = t.p_value AS p, (mm.seen('binary', 'hotelling_test')).verdict
FROM (SELECT mlops.comoments(ARRAY[x, y]) AS c FROM mm.day3) AS d, (SELECT mlops.comoments(ARRAY[x, y]) AS c FROM mm.base) AS b, LATERAL mlops.hotelling_test(b.c, d.c) AS t;

-- several classes with probabilities
SELECT mlops.create_monitor('classes', 'mm.rows', 'at', label_column => 'class', prediction_column => 'guess', start_at => '2026-01-01Z', end_at => '2026-01-05Z',
    probability_columns => '{"red": "p_red", "green": "p_green", "blue": "p_blue"}', checks => '[{"metric": "roc_auc_ovo"}, {"metric": "brier_score"},
    {"metric": "f1_score", "options": {"average": "micro"}}, {"metric": "cohen_kappa"}]') IS NOT NULL AS created;
SELECT count(*) > 0 AS observed FROM mlops.backfill('classes', '2026-01-03Z', '2026-01-05Z');
SELECT m.metric, (mm.seen('classes', m.metric)).value = m.direct AS same, (mm.seen('classes', m.metric)).lower IS NOT NULL AS interval, (mm.seen('classes', m.metric)).n
FROM (SELECT mlops.class_samples(class, ARRAY[p_blue, p_green, p_red], '{blue,green,red}') AS s, mlops.class_confusion(class, guess) AS c,
             mlops.probability(class, ARRAY[p_blue, p_green, p_red], '{blue,green,red}') AS p FROM mm.day3) AS d,
LATERAL (VALUES ('roc_auc_ovr', mlops.roc_auc_ovr(d.s)), ('roc_auc_ovo', mlops.roc_auc_ovo(d.s)), ('log_loss', mlops.log_loss(d.p)), ('brier_score', mlops.brier_score(d.p)),
    ('f1_score', mlops.f1_score(d.c, 'micro')), ('cohen_kappa', mlops.cohen_kappa(d.c)), ('accuracy', mlops.accuracy(d.c))) AS m(metric, direct) ORDER BY 1;

-- lists
SELECT mlops.create_monitor('lists', 'mm.rows', 'at', task => 'ranking', label_column => 'relevance', score_column => 'position', query_column => 'query', slices => '{region}',
    start_at => '2026-01-01Z', end_at => '2026-01-05Z', checks => '[{"metric": "ndcg", "name": "ndcg at 3", "options": {"k": 3}, "warning": {"below": 0.99}},
    {"metric": "hit_rate_at_k", "options": {"k": 1}}]') IS NOT NULL AS created;
SELECT count(*) > 0 AS observed FROM mlops.backfill('lists', '2026-01-03Z', '2026-01-05Z');
SELECT DISTINCT kind, substring(summary::text, '^\w+') AS type FROM mlops.window_summary WHERE monitor_id = mlops.monitor_id('lists') AND column_name IS NULL ORDER BY 1;
SELECT v.metric, v.slice, (mm.seen('lists', v.metric, NULL, v.slice)).value = v.direct AS same, (mm.seen('lists', v.metric, NULL, v.slice)).n, (mm.seen('lists', v.metric, NULL, v.slice)).verdict,
       (mm.seen('lists', v.metric, NULL, v.slice)).lower < v.direct AS interval
FROM (SELECT s.slice, mlops.mean_ci(mlops.loss_means(q.ndcg)) AS ndcg, mlops.mean_ci(mlops.loss_means(q.at_3)) AS at_3, mlops.mean_ci(mlops.loss_means(q.hit)) AS hit, mlops.mean_ci(mlops.loss_means(q.rr)) AS rr
      FROM (VALUES (NULL), ('north')) AS s(slice), LATERAL (SELECT mlops.ndcg(r) AS ndcg, mlops.ndcg(r, 3) AS at_3, mlops.hit_rate_at_k(r, 1) AS hit, mlops.reciprocal_rank(r) AS rr
          FROM (SELECT mlops.ranked_list(relevance, position) AS r FROM mm.day3 WHERE s.slice IS NULL OR region = s.slice GROUP BY query) AS l) AS q GROUP BY 1) AS d,
LATERAL (VALUES ('ndcg', d.slice, (d.ndcg).estimate), ('ndcg at 3', d.slice, (d.at_3).estimate), ('hit_rate_at_k', d.slice, (d.hit).estimate), ('reciprocal_rank', d.slice, (d.rr).estimate)) AS v(metric, slice, direct)
ORDER BY 1, 2 NULLS FIRST;

-- numbers
SELECT mlops.create_monitor('numbers', 'mm.rows', 'at', label_column => 'actual', prediction_column => 'predicted', start_at => '2026-01-01Z', end_at => '2026-01-05Z',
    checks => '[{"metric": "max_error"}, {"metric": "mean_pinball_loss", "options": {"alpha": 0.9}}]') IS NOT NULL AS created;
SELECT count(*) > 0 AS observed FROM mlops.backfill('numbers', '2026-01-03Z', '2026-01-05Z');
SELECT m.metric, (mm.seen('numbers', m.metric)).value = m.direct AS same, (mm.seen('numbers', m.metric)).lower = (m.ci).lower AS lower
FROM (SELECT mlops.errors(actual, predicted) AS e FROM mm.day3) AS d,
LATERAL (VALUES ('mae', mlops.mae(e), mlops.metric_ci(e, 'mae')), ('mean_error', mlops.mean_error(e), mlops.metric_ci(e, 'mean_error')), ('max_error', mlops.max_error(e), NULL),
    ('mean_pinball_loss', mlops.mean_pinball_loss(e, 0.9), NULL)) AS m(metric, direct, ci) ORDER BY 1;

-- what a monitor speaks comes of the catalog
SELECT family, count(*) > 0 AS some, bool_and(meaning <> '' AND cause IN ('evaluation', 'schema', 'volume', 'quality', 'input', 'prediction', 'performance')) AS told
FROM mlops.monitor_metrics() GROUP BY 1 ORDER BY 1;
SELECT count(*) = count(DISTINCT metric) AS once FROM mlops.monitor_metrics();

-- hostile checks
SELECT rule, t.* FROM (VALUES
    ('{"metric": "psi", "options": {"bins": "ten"}}'), ('{"metric": "psi", "options": {"bins); DROP TABLE mm.rows; --": 1}}'), ('{"metric": "psi", "options": {"binning": ["width"]}}'),
    ('{"metric": "psi", "options": {"edges": [1, "2}''::float8[]) --"]}}'), ('{"metric": "psi", "options": 5}'), ('{"metric": "fbeta_score"}'), ('{"metric": "roc_auc", "name": "psi"}'),
    ('{"metric": "n", "name": "rows"}'), ('{"metric": "roc_auc", "k_of_n": [3, 2]}'), ('{"metric": "roc_auc", "k_of_n": "2 of 3"}'), ('{"metric": "roc_auc", "clear": 0}'),
    ('{"metric": "roc_auc", "alpha": 1}'), ('{"metric": "roc_auc", "rolling": 1.5}'), ('{"metric": "hotelling_test", "column": "x"}'), ('{"metric": "roc_auc_ovr"}'),
    ('{"metric": "centroid_distance", "column": "x"}'), ('{"metric": "roc_auc", "expression": 1}'), ('{"metric": "roc_auc", "references": null}')) AS v(rule),
    LATERAL mm.try(format($$SELECT mlops.alter_monitor('binary', jsonb_build_object('checks', jsonb_build_array(%L::jsonb)))$$, rule)) AS t;
-- hostile slices and expressions: nothing of them is run
CREATE FUNCTION mm.spy(x float8) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'run as %', current_user; END $$;
SELECT slice, t.* FROM (VALUES
    ('{"expression": "x < 25", "name": "low"}'), ('{"columns": ["region", "grp"]}'), ('{"expression": "mm.spy(1)", "name": "spied"}'), ('{"expression": "mm.spy(1)"}'),
    ('{"expression": "x < 25) OR (true", "name": "a"}'), ('{"expression": "(SELECT true)", "name": "a"}'), ('{"expression": "count(*) > 1", "name": "a"}'),
    ('{"expression": "row_number() OVER ()", "name": "a"}'), ('{"expression": "generate_series(1, 3)", "name": "a"}'), ('{"expression": "random() < 0.5", "name": "a"}'),
    ('{"expression": "x, y", "name": "a"}'), ('{"expression": "x FROM mm.rows", "name": "a"}'), ('{"expression": "x; DROP TABLE mm.rows", "name": "a"}'), ('{"expression": "nothing", "name": "a"}'),
    (format('{"expression": "x < %s", "name": "a"}', repeat('1', 200))), ('{"expression": "1", "columns": ["x"], "name": "a"}'), ('{"columns": []}'), ('{"columns": [1]}'), ('{"a": 1}'), ('{'),
    ('nowhere'), ('{"column": "region"}')) AS v(slice),
    LATERAL mm.try(format($$SELECT mlops.create_monitor('m' || md5(%1$L), 'mm.rows', 'at', start_at => '2026-01-01Z', end_at => '2026-01-05Z', slices => ARRAY[%1$L])$$, slice)) AS t;
SELECT slices FROM mlops.monitor_version JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name LIKE 'm%' ORDER BY slices::text COLLATE "C";
SELECT mlops.alter_monitor('numbers', '{"slices": ["region", {"expression": "actual < 25", "name": "few"}]}') AS version;
-- the other arguments
SELECT argument, t.* FROM (VALUES ('group_column => ''grp'', task => ''regression'''), ('group_column => ''nope'''), ('query_column => ''query'''), ('probability_columns => ''{"a": "p_red", "b": "region"}'', task => ''multiclass'''),
    ('probability_columns => ''["p_red"]'''), ('rollups => ''{12 hours}'''), ('week_start => 8'), ('misfire => ''never'''), ('max_slices => 0'), ('keep => ''[]'''), ('reference => ''[{"same_phase": 0}]'''),
    ('reference => ''[{"baseline": true, "previous": 1}]'''), ('reference => ''{}'''), ('label_filter => ''x'''), ('label_filter => ''x > (SELECT 1)'''), ('label_time_column => ''x'''), ('label_key => ''{i}'''),
    ('label_relation => ''mm.rows'''), ('row_key => ''{nope}'''), ('version_column => ''nope'''), ('max_label_age => ''-1 day'''), ('label_horizon => ''1 day''')) AS v(argument),
    LATERAL mm.try(format($$SELECT mlops.create_monitor('m', 'mm.rows', 'at', %s)$$, argument)) AS t;

-- a change keeps of the baseline what it does not concern, also when the reference is gone
DELETE FROM mm.rows WHERE at < '2026-01-03Z';
SELECT mlops.alter_monitor('binary', '{"features": ["x", "y", "embedding", "i"], "checks": [], "slices": []}');
SELECT count(*) > 0 AS observed FROM mlops.backfill('binary', '2026-01-03Z', '2026-01-05Z');
SELECT column_name, value IS NOT NULL AS compared FROM mlops.observation WHERE monitor_id = mlops.monitor_id('binary') AND window_lo = '2026-01-03Z' AND metric IN ('psi', 'centroid_distance') ORDER BY 1;
SELECT message, verdict FROM mlops.observation WHERE monitor_id = mlops.monitor_id('binary') AND window_lo = '2026-01-03Z' AND metric = 'evaluation';
SELECT (mm.seen('binary', 'roc_auc')).reference_value IS NOT NULL AS reference_kept;

-- mlops.summary: a value of any type
SELECT substring(s::text, '^\w+') AS type, s::text::mlops.summary::text = s::text AS through_text FROM (SELECT mlops.profile(x)::mlops.summary AS s FROM mm.day3 UNION ALL SELECT mlops.scores(label, score)::mlops.summary FROM mm.day3) AS t;
SELECT mlops.merge(s)::mlops.profile::text = (SELECT mlops.profile(x)::text FROM mm.day3) AS merged FROM (SELECT mlops.profile(x)::mlops.summary AS s FROM mm.day3 GROUP BY i % 7) AS t;
SELECT t.* FROM (VALUES ('SELECT (SELECT mlops.profile(x) FROM mm.day3)::mlops.summary::mlops.scores'), ('SELECT ''nonsense''::mlops.summary'), ('SELECT ''profile:00''::mlops.summary'),
    ('SELECT ''summary:00''::mlops.summary'), ('SELECT ''''::mlops.summary'), ('SELECT mlops.merge(s) FROM (SELECT mlops.profile(x)::mlops.summary AS s FROM mm.day3 UNION ALL SELECT mlops.scores(label, score)::mlops.summary FROM mm.day3) AS t'),
    ('SELECT mlops.merge(s) FROM (SELECT mlops.isotonic_fit(score, label)::mlops.summary AS s FROM mm.day3 GROUP BY grp) AS t')) AS v(statement), LATERAL mm.try(statement) AS t;
SELECT mlops.drop_monitor(name) IS NOT NULL AS dropped FROM mlops.monitor ORDER BY name;
\c :db :superuser
DROP SCHEMA mm CASCADE;
DROP OWNED BY regress_measurer;
DROP ROLE regress_measurer;

-- Calibration as a value, and performance before the labels come: isotonic, Platt, CBPE, DLE
-- Reference values: scikit-learn 1.2.1 (IsotonicRegression), NannyML's formulas in numpy 1.24.2
CREATE SCHEMA metrics_unlabelled;
SET search_path = metrics_unlabelled, public;

CREATE TABLE d1 (i int, y int, s float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5]);
CREATE TABLE d2 AS SELECT * FROM unnest('{.1,.2,.3,.35,.4,.5,.6,.8}'::float8[], '{0,0,1,0,0,1,1,1}'::int[]) AS t (x, y);

-- IsotonicRegression(out_of_bounds='clip'): knots and predictions
SELECT k.x, round(k.y::numeric, 15) AS y FROM (SELECT mlops.isotonic_fit(x, y) AS f FROM d2) AS t, mlops.isotonic_knots(f) AS k;
SELECT s, round(mlops.isotonic_predict(f, s)::numeric, 15) AS p FROM (SELECT mlops.isotonic_fit(x, y) AS f FROM d2) AS t, unnest('{.05,.25,.33,.45,.9,-Infinity,Infinity,NaN,NULL}'::float8[]) AS s;
SELECT array_agg(k.x) AS x, array_agg(k.y) AS y FROM (SELECT mlops.isotonic_fit(s, y = 1) AS f FROM d1) AS t, mlops.isotonic_knots(f) AS k;
-- equal weights change nothing, weight 0 is no row, weights count as rows
SELECT mlops.isotonic_fit(s, y, 1)::text = mlops.isotonic_fit(s, y)::text AS equal, mlops.isotonic_fit(s, y, w)::text = (SELECT mlops.isotonic_fit(s, y)::text FROM d1 WHERE i < 9) AS zero,
       mlops.isotonic_fit(s, y = 1, i)::text = (SELECT mlops.isotonic_fit(s, y)::text FROM d1, generate_series(1, i)) AS counts
FROM (SELECT *, (i < 9)::int AS w FROM d1) AS t;
-- one row, one class, NaN, NULL, infinities, nothing
SELECT n, mlops.isotonic_fit(s, l), mlops.isotonic_fit(s, l, 1) IS NULL AS weighted, mlops.platt_fit(s, l), mlops.calibrate(s, l)
FROM (VALUES ('one', 0.5::float8, true), ('class', 0.1, false), ('class', 0.9, false), ('NaN', 'NaN', true), ('NaN', 1, false), ('NULL', NULL, true)) AS t (n, s, l) GROUP BY n ORDER BY n;
SELECT s, mlops.isotonic_predict(f, s) FROM (SELECT mlops.isotonic_fit(s, l) AS f FROM (VALUES ('-Infinity'::float8, false), (0, false), (1, true), ('Infinity', true)) AS t (s, l)) AS t,
       unnest('{-Infinity,-1e308,0,0.5,1,1e308,Infinity}'::float8[]) AS s;
SELECT mlops.isotonic_fit(0.5, 2);
SELECT mlops.isotonic_fit(0.5, true, -1);
SELECT mlops.isotonic_fit(0.5, 1, 'Infinity');
-- the value: text and back, hostile bytes, a prediction for each row of a join
SELECT mlops.isotonic_fit(x, y) FROM d2;
SELECT mlops.isotonic_predict(f::text::mlops.isotonic, 0.25) = mlops.isotonic_predict(f, 0.25) AS text_form FROM (SELECT mlops.isotonic_fit(x, y) AS f FROM d2) AS t;
SELECT s, round(mlops.isotonic_predict(f, s)::numeric, 9) AS p FROM (SELECT mlops.isotonic_fit(s, y) AS f FROM d1 UNION ALL SELECT mlops.isotonic_fit(x, y) FROM d2) AS t, unnest('{.25,.45}'::float8[]) AS s ORDER BY s, 2;
SELECT 'isotonic:0c01'::mlops.isotonic;
SELECT 'isotonic:0c0100'::mlops.isotonic;
SELECT 'isotonic:0c010100000000000000000000000000000040'::mlops.isotonic;
SELECT 'isotonic:0c0101000000000000f87f0000000000000000'::mlops.isotonic;
SELECT 'isotonic:0c010200000000000000000000000000000000000000000000000000000000000000 00'::mlops.isotonic;

-- Platt: the gradient of the log likelihood of the smoothed targets is 0
SELECT round((p).slope::numeric, 6) AS slope, round((p).intercept::numeric, 6) AS intercept, round(mlops.platt_predict(p, 0.5)::numeric, 6) AS half
FROM (SELECT mlops.platt_fit(s, y) AS p FROM d1) AS t;
SELECT abs(sum(mlops.platt_predict(p, s) - t)) < 1e-10 AS intercept, abs(sum((mlops.platt_predict(p, s) - t) * s)) < 1e-10 AS slope
FROM (SELECT s, CASE y WHEN 1 THEN 6.0 / 7 ELSE 1.0 / 7 END::float8 AS t FROM d1) AS d, (SELECT mlops.platt_fit(s, y) AS p FROM d1) AS f;
-- separable, all scores alike, infinite
SELECT n, round((mlops.platt_fit(s, l)).slope::numeric, 4) AS slope, round((mlops.platt_fit(s, l)).intercept::numeric, 4) AS intercept
FROM (VALUES ('separable', 0::float8, false), ('separable', 1, false), ('separable', 2, true), ('alike', 3, true), ('alike', 3, false), ('alike', 3, false), ('infinite', 'Infinity', true), ('infinite', 0, false)) AS t (n, s, l) GROUP BY n ORDER BY n;

-- whether calibration helps: clear cases
CREATE TABLE many AS
    SELECT i, r AS p, ((i::bigint * 40503 + 7) % 65536) / 65536.0 < r AS y FROM (SELECT i, ((i::bigint * 2654435761) % 4294967296) / 4294967296.0::float8 AS r FROM generate_series(1, 4000) AS i) AS t;
CREATE FUNCTION is_identity(f mlops.isotonic) RETURNS boolean LANGUAGE sql AS $$ SELECT array_agg(k.x) = '{0,1}' AND array_agg(k.y) = '{0,1}' FROM mlops.isotonic_knots(f) AS k $$;
SELECT is_identity(mlops.calibrate(p * p, y)) AS distorted, is_identity(mlops.calibrate(ln(p / (1 - p)), y)) AS logits, is_identity(mlops.calibrate(y::int * 0.5 + p / 4, y)) AS separable,
       is_identity(mlops.calibrate(mlops.two_samples(p * p, y), 'never')) AS never, is_identity(mlops.calibrate(mlops.two_samples(p, y), 'always')) AS always,
       mlops.calibrate(p * p, y)::text = mlops.isotonic_fit(p * p, y)::text AS fit, mlops.calibrate(p * p, y)::text = mlops.calibrate(mlops.two_samples(p * p, y), 'auto', 7)::text AS seed FROM many;
SELECT mlops.calibrate(mlops.two_samples(p, y), 'sometimes') FROM many;

-- CBPE by its definition
CREATE TABLE c AS SELECT * FROM unnest('{.9,.8,.65,.4,.3,.15,.05,.55}'::float8[]) AS p;
SELECT round(mlops.accuracy(mlops.cbpe(p, d))::numeric, 14) AS accuracy, round(mlops.precision_score(mlops.cbpe(p, d))::numeric, 14) AS precision, round(mlops.recall_score(mlops.cbpe(p, d))::numeric, 14) AS recall, round(mlops.f1_score(mlops.cbpe(p, d))::numeric, 14) AS f1,
       round(mlops.specificity(mlops.cbpe(p, d))::numeric, 14) AS specificity, round(mlops.cbpe_roc_auc(p, p)::numeric, 14) AS auc, round(mlops.cbpe_average_precision(p, p)::numeric, 14) AS ap FROM (SELECT p, p >= 0.5 AS d FROM c) AS t \gx
SELECT u.how, m.actual, m.predicted, round(m.n::numeric, 12) AS expected FROM unnest('{none,true,pred,all}'::text[]) WITH ORDINALITY AS u (how, j), (SELECT mlops.cbpe(p, p >= 0.5) AS c FROM c) AS t, mlops.confusion_matrix(c, u.how) AS m
ORDER BY j, m.actual, m.predicted;
SELECT round(mlops.business_value(mlops.cbpe(p, p >= 0.5), '{{0,-5},{-20,30}}')::numeric, 12) AS value, mlops.n(mlops.cbpe(p, p >= 0.5)) FROM c;
-- sampling: labels drawn with these probabilities
SELECT abs((a).std_error - sqrt(v) / 8) < 1e-15 AS accuracy, abs((p).std_error - sqrt(v1) / 4) < 1e-15 AS precision, round((r).std_error::numeric, 12) AS recall, round((f).std_error::numeric, 12) AS f1, round((s).std_error::numeric, 12) AS specificity, (a).method, round((l).lower::numeric, 12) AS lower
FROM (SELECT mlops.metric_ci(mlops.cbpe(p, d), 'accuracy') AS a, mlops.metric_ci(mlops.cbpe(p, d), 'precision_score') AS p, mlops.metric_ci(mlops.cbpe(p, d), 'recall_score') AS r, mlops.metric_ci(mlops.cbpe(p, d), 'f1_score') AS f, mlops.metric_ci(mlops.cbpe(p, d), 'specificity') AS s,
             mlops.metric_ci(mlops.cbpe(p, d), 'accuracy', 0.999) AS l, sum(p * (1 - p)) AS v, sum(p * (1 - p)) FILTER (WHERE d) AS v1 FROM (SELECT p, p >= 0.5 AS d FROM c) AS t) AS u;
-- no row, no prediction, certainty, NaN, NULL
SELECT n, mlops.accuracy(mlops.cbpe(p, d)) AS accuracy, mlops.precision_score(mlops.cbpe(p, d)) AS precision, mlops.f1_score(mlops.cbpe(p, d)) AS f1, mlops.cbpe_roc_auc(p, p) AS auc, mlops.cbpe_average_precision(p, p) AS ap, mlops.metric_ci(mlops.cbpe(p, d), 'accuracy') AS ci
FROM (VALUES ('none', 0.25::float8, false), ('certain', 1, true), ('certain', 0, false), ('negative', 0, false), ('NaN', 'NaN', true), ('NaN', 0.5, true), ('NULL', NULL, true)) AS t (n, p, d) GROUP BY n ORDER BY n;
SELECT mlops.accuracy(mlops.cbpe(1.5, true));
SELECT mlops.cbpe_roc_auc(-0.1, 0.5);
SELECT mlops.business_value(mlops.cbpe(0.5, true), '{1,2,3,4}');
SELECT mlops.confusion_matrix(mlops.cbpe(0.5, true), 'rows');
SELECT mlops.metric_ci(mlops.cbpe(0.5, true), 'accuracy', 1);

-- several classes: two of them are the binary case; rows are scaled to sum 1
SELECT mlops.accuracy(mlops.cbpe(array[1 - p, p], d)) = mlops.accuracy(mlops.cbpe(p, d = 1)) AS two, round(mlops.f1_score(mlops.cbpe(array[1 - p, p], d))::numeric, 12) = round(mlops.f1_score(mlops.cbpe(p, d = 1))::numeric, 12) AS f1 FROM (SELECT p, (p >= 0.5)::int AS d FROM c) AS t;
CREATE TABLE k AS SELECT * FROM (VALUES (array[.7, .2, .1]::float8[], 0), (array[.2, .5, .3], 1), (array[.5, .2, .3], 0), (array[.6, .3, .1], 0), (array[.1, .4, .5], 2), (array[.5, .1, .35], 2), (array[0, 0, 0], 1)) AS t (p, d);
SELECT round(mlops.accuracy(mlops.cbpe(p, d))::numeric, 12) AS accuracy, round(mlops.precision_score(mlops.cbpe(p, d))::numeric, 12) AS precision, round(mlops.recall_score(mlops.cbpe(p, d))::numeric, 12) AS recall, round(mlops.f1_score(mlops.cbpe(p, d))::numeric, 12) AS f1,
       round(mlops.specificity(mlops.cbpe(p, d))::numeric, 12) AS specificity, round((mlops.metric_ci(mlops.cbpe(p, d), 'accuracy')).std_error::numeric, 12) AS std_error, (mlops.metric_ci(mlops.cbpe(p, d), 'f1_score')).lower FROM k;
WITH q AS (SELECT d, (CASE WHEN x.sum > 0 THEN v / x.sum ELSE 1.0 / 3 END) AS p, (i - 1)::int AS class FROM k, LATERAL (SELECT sum(v) FROM unnest(p) AS v) AS x, unnest(p) WITH ORDINALITY AS u (v, i)),
     cell AS (SELECT class, d, sum(p) AS n FROM q GROUP BY 1, 2),
     rest AS (SELECT class, sum(n) FILTER (WHERE d = class) AS tp, sum(n) AS actual, (SELECT sum(n) FROM cell AS p WHERE p.d = cell.class) AS chosen FROM cell GROUP BY 1)
SELECT round(avg(tp / chosen)::numeric, 12) AS precision, round(avg(tp / actual)::numeric, 12) AS recall, round(avg(2 * tp / (chosen + actual))::numeric, 12) AS f1, round(avg((7 - chosen - actual + tp) / (7 - actual))::numeric, 12) AS specificity FROM rest;
SELECT m.actual, m.predicted, round(m.n::numeric, 12) AS n FROM (SELECT mlops.cbpe(p, d) AS c FROM k) AS t, mlops.confusion_matrix(c) AS m;
SELECT mlops.accuracy(mlops.cbpe(array[0.5, 'NaN']::float8[], 0)), mlops.accuracy(mlops.cbpe(NULL::float8[], 0));
SELECT mlops.cbpe(array[0.5, 0.5], 2);
SELECT mlops.cbpe(array[0.5, 0.5], -1);
SELECT mlops.cbpe(array[0.5]::float8[], 0);
SELECT mlops.cbpe(array[0.5, NULL]::float8[], 0);
SELECT mlops.cbpe(p, 0) FROM (VALUES (array[0.5, 0.5]::float8[]), (array[0.2, 0.3, 0.5])) AS t (p);
SELECT mlops.merge(c) FROM (SELECT mlops.cbpe(array[0.5, 0.5], 0) UNION ALL SELECT mlops.cbpe(array[0.2, 0.3, 0.5], 0)) AS t (c);

-- from a stored profile of the scores and a stored calibration
SELECT round((e).accuracy::numeric, 12) = round(mlops.accuracy(mlops.cbpe(p, s >= 0.4))::numeric, 12) AS accuracy, round((e).precision_score::numeric, 12) = round(mlops.precision_score(mlops.cbpe(p, s >= 0.4))::numeric, 12) AS precision,
       round((e).recall_score::numeric, 12) = round(mlops.recall_score(mlops.cbpe(p, s >= 0.4))::numeric, 12) AS recall, round((e).specificity::numeric, 12) = round(mlops.specificity(mlops.cbpe(p, s >= 0.4))::numeric, 12) AS specificity,
       round((e).f1_score::numeric, 12) = round(mlops.f1_score(mlops.cbpe(p, s >= 0.4))::numeric, 12) AS f1, round((e).roc_auc::numeric, 12) = round(mlops.cbpe_roc_auc(p, s)::numeric, 12) AS auc,
       round((e).average_precision::numeric, 12) = round(mlops.cbpe_average_precision(p, s)::numeric, 12) AS ap, (e).n
FROM (SELECT p * p AS s, mlops.isotonic_predict(f, p * p) AS p, e FROM many, (SELECT mlops.isotonic_fit(p * p, y) AS f FROM many WHERE i <= 2000) AS f,
             LATERAL (SELECT mlops.cbpe((SELECT mlops.profile(p * p) FROM many WHERE i > 2000), f, 0.4) AS e) AS t WHERE i > 2000) AS u GROUP BY e;
SELECT abs((e).accuracy - a) < 1e-3 AS accuracy, abs((e).roc_auc - u) < 1e-4 AS auc
FROM (SELECT mlops.cbpe(mlops.profile(p), mlops.isotonic_fit(p, y)) AS e FROM (SELECT p + j / 1e7 AS p, y FROM many, generate_series(1, 5) AS j) AS t) AS e,
     (SELECT mlops.accuracy(mlops.cbpe(mlops.isotonic_predict(f, p), p >= 0.5)) AS a, mlops.cbpe_roc_auc(mlops.isotonic_predict(f, p), p) AS u FROM (SELECT p + j / 1e7 AS p FROM many, generate_series(1, 5) AS j) AS t, (SELECT mlops.isotonic_fit(p + j / 1e7, y) AS f FROM many, generate_series(1, 5) AS j) AS f) AS d;
CREATE TABLE fit AS SELECT mlops.isotonic_fit(x, y) AS f FROM d2;
SELECT mlops.cbpe(mlops.profile(NULL::float8), min(f::text)::mlops.isotonic), mlops.cbpe(mlops.profile('Infinity'::float8), min(f::text)::mlops.isotonic) FROM fit;
SELECT mlops.cbpe(mlops.profile('a'::text), min(f::text)::mlops.isotonic) FROM fit;
SELECT mlops.cbpe(mlops.profile(0.5), min(f::text)::mlops.isotonic, 'NaN') FROM fit;

-- sampling errors from labelled reference rows: std(component) / sqrt(n x share)
SELECT abs(mlops.sampling_error(c, 'accuracy', 100) - sa / 10) < 1e-15 AS accuracy, abs(mlops.sampling_error(c, 'precision_score', 100) - sp / sqrt(100 * 0.4)) < 1e-15 AS precision,
       abs(mlops.sampling_error(c, 'recall_score', 100) - sr / sqrt(100 * 0.5)) < 1e-15 AS recall, abs(mlops.sampling_error(c, 'specificity', 100) - ss / sqrt(100 * 0.5)) < 1e-15 AS specificity,
       abs(mlops.sampling_error(s, 40) - sqrt(0.023) / 2) < 1e-15 AS auc, mlops.cbpe_bounds(0.9, 0.05) AS bounds
FROM (SELECT mlops.confusion(y, s >= 0.5) AS c, mlops.scores(y, s) AS s, stddev_pop(((s >= 0.5) = (y = 1))::int)::float8 AS sa, (stddev_pop(y) FILTER (WHERE s >= 0.5))::float8 AS sp,
             (stddev_pop((s >= 0.5)::int) FILTER (WHERE y = 1))::float8 AS sr, (stddev_pop((s >= 0.5)::int) FILTER (WHERE y = 0))::float8 AS ss FROM d1) AS t;
SELECT mlops.sampling_error(mlops.confusion(true, false), 'precision_score', 10), mlops.cbpe_bounds(0.5, NULL);
SELECT mlops.sampling_error(mlops.confusion(true, true), 'rmse', 10);

-- DLE: means of predicted losses, negative ones count as 0
SELECT mlops.mae(mlops.dle(x)) AS mae, mlops.mse(mlops.dle(x)) AS mse, mlops.rmse(mlops.dle(x)) = sqrt(mlops.mse(mlops.dle(x))) AS rmse, (mlops.metric_ci(mlops.dle(x), 'mae')).n, round((mlops.metric_ci(mlops.dle(x), 'mae')).upper::numeric, 9) AS upper, (mlops.metric_ci(mlops.dle(x), 'mse')).estimate, round((mlops.metric_ci(mlops.dle(x), 'rmse')).upper::numeric, 9) AS rmse_upper
FROM unnest('{1,2,-3,4,NULL}'::float8[]) AS x;
SELECT mlops.mae(mlops.dle(x)), mlops.rmse(mlops.dle(x)) FROM unnest('{1,NaN}'::float8[]) AS x;
SELECT g, (mlops.metric_ci(mlops.dle(x), 'mae')).estimate AS mae, (mlops.metric_ci(mlops.dle(x), 'rmse')).n FROM (VALUES (1, 1.0::float8), (1, 3), (2, 5), (2, 7), (3, 9)) AS t (g, x) GROUP BY g ORDER BY g;
SELECT mlops.mae(mlops.dle(x)), mlops.metric_ci(mlops.dle(x), 'rmse') FROM unnest('{NULL}'::float8[]) AS x;
SELECT abs(mlops.sampling_error(mlops.loss_means(s), 25) - stddev_pop(s) / 5) < 1e-15 AS dle FROM d1;

-- any order, any plan, any grouping: the same bits
CREATE TABLE answer AS SELECT mlops.cbpe(p, p > 0.4)::text AS c, mlops.cbpe_roc_auc(p, p * p) AS auc, mlops.isotonic_fit(p, y)::text AS f, mlops.platt_fit(p, y) AS g, mlops.rmse(mlops.dle(p)) AS d FROM many;
SELECT ROW(mlops.cbpe(p, p > 0.4)::text, mlops.cbpe_roc_auc(p, p * p), mlops.isotonic_fit(p, y)::text, mlops.platt_fit(p, y), mlops.rmse(mlops.dle(p)))::text = (SELECT answer::text FROM answer) AS shuffled FROM (SELECT * FROM many ORDER BY (i::bigint * 48271) % 2147483647) AS t;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.cbpe(p, p > 0.4), mlops.isotonic_fit(p, y) FROM many;
SELECT ROW(mlops.cbpe(p, p > 0.4)::text, mlops.cbpe_roc_auc(p, p * p), mlops.isotonic_fit(p, y)::text, mlops.platt_fit(p, y), mlops.rmse(mlops.dle(p)))::text = (SELECT answer::text FROM answer) AS parallel FROM many;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
WITH part AS (SELECT i % 5 AS j, mlops.cbpe(p, p > 0.4) AS c FROM many GROUP BY 1)
SELECT mlops.merge(c ORDER BY j)::text = (SELECT c FROM answer) AS forward, mlops.merge(c ORDER BY j DESC)::text::mlops.cbpe::text = (SELECT c FROM answer) AS backward FROM part;
SELECT i, round((mlops.accuracy(mlops.cbpe(s, s > 0.3) OVER w))::numeric, 9) AS accuracy, round((mlops.cbpe_roc_auc(s, s) OVER w)::numeric, 9) AS auc FROM d1 WINDOW w AS (ORDER BY i);
SELECT i % 2 AS odd, i % 3 AS third, round(mlops.f1_score(mlops.cbpe(s, s > 0.3))::numeric, 9) AS f1, round(mlops.mae(mlops.dle(s))::numeric, 9) AS mae FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;

-- what is not a summary
SELECT 'cbpe:1801'::mlops.cbpe;
SELECT 'cbpe:18010100'::mlops.cbpe;
SELECT 'cbpe:1801e80700'::mlops.cbpe;

SET client_min_messages = warning;
DROP SCHEMA metrics_unlabelled CASCADE;

-- Curves, thresholds, cut-offs and calibration, exact (mlops.ranking) and of mlops.scores
-- Reference values: scikit-learn 1.2.1; gain and lift: numpy
CREATE SCHEMA metrics_curves;
SET search_path = metrics_curves, public;
SET extra_float_digits = 0;

CREATE TABLE d1 (i int, y int, s float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5]);
CREATE VIEW state AS SELECT mlops.ranking(y, s) AS r, mlops.scores(y, s) AS c FROM d1;

-- roc_curve: (.9:0,.2)(.8:0,.4)(.7:0,.6)(.5:.2,.6)(.4:.6,.8)(.35:.6,1)(.2:.8,1)(.1:1,1)
SELECT p.* FROM state, mlops.roc_curve(r) AS p;
-- drop_intermediate: 0.9 0.7 0.5 0.4 0.35 0.1
SELECT p.* FROM state, mlops.roc_curve(r, drop_intermediate => true) AS p;
-- precision_recall_curve, reversed
SELECT p.* FROM state, mlops.pr_curve(r) AS p;
-- rows 2 4 6 8 10: 2, 3, 3.6666666666666665, 5, 5; lift 2 1.5 1.2222222222222223 1.25 1
SELECT p.* FROM state, mlops.gain_lift(r, 5) AS p;
SELECT count(*), sum(n), max(cum_positives) FROM state, mlops.gain_lift(r) AS p;
-- more buckets than rows, and one bucket
SELECT count(*), sum(n), min(bucket), max(bucket) FROM state, mlops.gain_lift(r, 64) AS p;
SELECT p.* FROM state, mlops.gain_lift(r, 1) AS p;
-- the summary is exact here: the same rows
SELECT 'roc' AS curve, count(*) FROM state, LATERAL (SELECT * FROM mlops.roc_curve(r) EXCEPT SELECT * FROM mlops.roc_curve(c)) AS d
UNION ALL SELECT 'roc turns', count(*) FROM state, LATERAL (SELECT * FROM mlops.roc_curve(r, true) EXCEPT SELECT * FROM mlops.roc_curve(c, true)) AS d
UNION ALL SELECT 'pr', count(*) FROM state, LATERAL (SELECT * FROM mlops.pr_curve(r) EXCEPT SELECT * FROM mlops.pr_curve(c)) AS d
UNION ALL SELECT 'gain', count(*) FROM state, LATERAL (SELECT * FROM mlops.gain_lift(r, 3) EXCEPT SELECT * FROM mlops.gain_lift(c, 3)) AS d
UNION ALL SELECT 'uniform', count(*) FROM state, LATERAL (SELECT * FROM mlops.calibration_curve(r, 5) EXCEPT SELECT * FROM mlops.calibration_curve(c, 5)) AS d
UNION ALL SELECT 'quantile', count(*) FROM state, LATERAL (SELECT * FROM mlops.calibration_curve(r, 5, 'quantile') EXCEPT SELECT * FROM mlops.calibration_curve(c, 5, 'quantile')) AS d;

-- numbers: roc_auc_score(max_fpr=.5) 0.7633333333333334; ks_threshold 0.7
SELECT mlops.partial_roc_auc(y, s, 0.5), mlops.partial_roc_auc(y = 1, s, 1) AS whole, mlops.ks_threshold(y, s), mlops.ks_threshold(y = 1, s) AS ks_boolean FROM d1;
SELECT mlops.lift_at(y, s, 0.2) AS lift_2, mlops.lift_at(y = 1, s, 0.6) AS lift_6, mlops.lift_at(y, s, 1) AS lift_all, mlops.lift_at(y, s, 1e-9) AS lift_first FROM d1;
-- the tie at 0.4 has one positive in three: 4 + 1/3 of 6; k beyond the rows
SELECT mlops.precision_at_k(y = 1, s, 6) AS p6, mlops.recall_at_k(y = 1, s, 6) AS r6, mlops.precision_at_k(y = 1, s, 20) AS p20, mlops.recall_at_k(y = 1, s, 20) AS r20 FROM d1;
-- a number as first argument is the relevance of an answer: of equal scores the worst order
SELECT mlops.precision_at_k(y, s, 5) AS retrieval, mlops.precision_at_k(y = 1, s, 5) AS expected FROM d1;
SELECT mlops.partial_roc_auc(x, 0.5), mlops.ks_threshold(x), mlops.lift_at(x, 0.6), mlops.precision_at_k(x, 6), mlops.recall_at_k(x, 6) FROM (SELECT r FROM state) AS t (x);
SELECT mlops.partial_roc_auc(x, 0.5), mlops.ks_threshold(x), mlops.lift_at(x, 0.6), mlops.precision_at_k(x, 6), mlops.recall_at_k(x, 6) FROM (SELECT c FROM state) AS t (x);

-- the best threshold, against all thresholds
SELECT objective, (b).* FROM (SELECT objective, mlops.best_threshold(r, objective) AS b FROM state, unnest('{f1,youden,accuracy,balanced_accuracy,mcc,cost}'::text[]) AS objective) AS t;
SELECT (mlops.best_threshold(r)).*, (mlops.best_threshold(r, 'cost', 10, 1)).value AS cost_10_1, (mlops.best_threshold(r, 'cost', fn_cost => 10)).value AS cost_1_10 FROM state;
SELECT objective, t.threshold, round(t.value::numeric, 12) = round((array_agg(v ORDER BY v DESC, every.threshold DESC))[1]::numeric, 12) AS value, t.threshold = (array_agg(every.threshold ORDER BY round(v::numeric, 12) DESC, every.threshold DESC))[1] AS highest
FROM state, unnest('{f1,youden,accuracy,balanced_accuracy,mcc}'::text[]) AS objective, mlops.best_threshold(c, objective) AS t,
     LATERAL (SELECT k.threshold, CASE objective WHEN 'f1' THEN mlops.f1_score(c, k.threshold) WHEN 'youden' THEN k.tpr - k.fpr WHEN 'accuracy' THEN mlops.accuracy(c, k.threshold)
                     WHEN 'balanced_accuracy' THEN mlops.balanced_accuracy(c, k.threshold) WHEN 'mcc' THEN mlops.matthews_corrcoef(c, k.threshold) END AS v
              FROM mlops.roc_curve(c) AS k) AS every
GROUP BY objective, t.threshold, t.value ORDER BY objective;
-- nothing is worth a positive decision; every row is
SELECT (mlops.best_threshold(mlops.ranking(y, s), 'cost', 100, 1)).* FROM d1 WHERE s < 0.5;
SELECT (mlops.best_threshold(mlops.ranking(y, s), 'cost', 0, 1)).* FROM d1;

-- calibration: ECE 0.185, MCE 0.5, 5 bins 0.185; quantile 5 bins with the tie shared 0.151666666666667
SELECT mlops.expected_calibration_error(x) AS ece, mlops.maximum_calibration_error(x) AS mce, mlops.expected_calibration_error(x, 5) AS ece_5, mlops.expected_calibration_error(x, 5, 'quantile') AS ece_q5, mlops.maximum_calibration_error(x, 5, 'quantile') AS mce_q5 FROM (SELECT r FROM state) AS t (x);
SELECT mlops.expected_calibration_error(x) AS ece, mlops.maximum_calibration_error(x) AS mce, mlops.expected_calibration_error(x, 5) AS ece_5, mlops.expected_calibration_error(x, 5, 'quantile') AS ece_q5, mlops.maximum_calibration_error(x, 5, 'quantile') AS mce_q5 FROM (SELECT c FROM state) AS t (x);
-- frac 0 .5 0 1 1, mean .15 .3875 .5 .75 .9; then slices of two rows
SELECT p.* FROM state, mlops.calibration_curve(r, 5) AS p;
SELECT p.* FROM state, mlops.calibration_curve(r, 4, 'quantile') AS p;
SELECT count(*), sum(n) FROM state, mlops.calibration_curve(r, 100, 'quantile') AS p;
-- each distinct score in a bin of its own: reliability - resolution + uncertainty = brier_score = 0.15425
SELECT (b).*, round(((b).reliability - (b).resolution + (b).uncertainty)::numeric, 12) AS brier FROM (SELECT mlops.brier_decomposition(r, 100) AS b FROM state) AS t;
SELECT mlops.brier_decomposition(r, 3, 'quantile') = mlops.brier_decomposition(c, 3, 'quantile') AS same FROM state;

-- what a constant reaches: 0.5, 0.5, 0.5, 0.5, 2/3, 0, ln 2, 0.25
SELECT metric, round(value::numeric, 12) AS value, round(best_constant::numeric, 12) AS best_constant, constant FROM state, mlops.best_constant(c);
SELECT metric, value, best_constant, constant FROM mlops.best_constant((SELECT mlops.scores(y, s) FROM d1 WHERE s <= 0.4), 0.4) WHERE metric IN ('accuracy', 'f1_score', 'average_precision');
SELECT metric, value, round(best_constant::numeric, 15) AS best_constant, constant FROM mlops.best_constant((SELECT mlops.scores(false, s) FROM d1));
SELECT metric, value, best_constant FROM mlops.best_constant((SELECT mlops.scores(y, s) FROM (VALUES (1, 0.5), (0, 'NaN'), (0, 0.25)) AS t (y, s))) WHERE metric IN ('roc_auc', 'brier_score');
SELECT count(*) FROM mlops.best_constant((SELECT mlops.scores(NULL::int, s) FROM d1));
SELECT * FROM mlops.best_constant((SELECT c FROM state), 'NaN');

-- empty, only NULLs, one row, one class, NaN, infinities
CREATE FUNCTION numbers(labels boolean[], scores float8[], OUT pauc float8, OUT kst float8, OUT lift float8, OUT pk float8, OUT rk float8, OUT ece float8, OUT mce float8, OUT best float8, OUT brier float8) LANGUAGE sql AS $$
    SELECT mlops.partial_roc_auc(y, s, 0.5), mlops.ks_threshold(y, s), mlops.lift_at(y, s, 0.5), mlops.precision_at_k(y, s, 2), mlops.recall_at_k(y, s, 2),
           mlops.expected_calibration_error(mlops.ranking(y, s)), mlops.maximum_calibration_error(mlops.ranking(y, s), 2, 'quantile'), (mlops.best_threshold(mlops.ranking(y, s))).value, (mlops.brier_decomposition(mlops.ranking(y, s))).reliability
    FROM unnest(labels, scores) AS t (y, s)
$$;
SELECT * FROM numbers('{}', '{}');
SELECT * FROM numbers('{t,NULL,NULL}', '{NULL,0.5,NULL}');
SELECT * FROM numbers('{t}', '{0.5}');
SELECT * FROM numbers('{f}', '{0.5}');
SELECT * FROM numbers('{t,t}', '{0.5,0.75}');
SELECT * FROM numbers('{t,f,t,f}', '{0.5,0.5,0.5,0.5}');
SELECT * FROM numbers('{t,f,t}', '{0.1,0.2,NaN}');
SELECT mlops.partial_roc_auc(y, s, 0.5), mlops.ks_threshold(y, s), mlops.lift_at(y, s, 0.5) FROM unnest('{t,f,t,f}'::boolean[], '{Infinity,Infinity,1,-Infinity}'::float8[]) AS t (y, s);
SELECT p.* FROM mlops.roc_curve((SELECT mlops.ranking(y, s) FROM unnest('{t,f,t,f}'::boolean[], '{Infinity,Infinity,1,-Infinity}'::float8[]) AS t (y, s))) AS p;
SELECT p.* FROM mlops.roc_curve((SELECT mlops.ranking(true, s) FROM d1 WHERE i < 3)) AS p;
SELECT p.* FROM mlops.pr_curve((SELECT mlops.ranking(false, s) FROM d1 WHERE i < 3)) AS p;
SELECT p.* FROM mlops.gain_lift((SELECT mlops.ranking(false, s) FROM d1 WHERE i < 3), 1) AS p;
SELECT p.* FROM mlops.roc_curve((SELECT mlops.ranking(true, 'NaN'))) AS p;
SELECT p.* FROM mlops.gain_lift((SELECT mlops.ranking(true, 'NaN'))) AS p;
SELECT p.* FROM mlops.calibration_curve((SELECT mlops.ranking(true, s) FROM unnest('{NaN,0.5}'::float8[]) AS s)) AS p;
SELECT count(*) FROM mlops.roc_curve(NULL::mlops.two_samples), mlops.pr_curve(NULL::mlops.scores);
SELECT count(*) FROM mlops.gain_lift((SELECT mlops.scores(NULL::boolean, 0.5)));
SELECT mlops.best_threshold(NULL::mlops.scores) IS NULL AS null_summary, mlops.best_threshold(mlops.scores(NULL::boolean, 0.5)) AS no_rows, mlops.best_threshold(mlops.ranking(true, 'NaN')) AS nan;
SELECT mlops.ranking(y, s), mlops.partial_roc_auc(y, s, 0.5), mlops.expected_calibration_error(mlops.ranking(y, s), 5) FROM d1 WHERE false;

-- options out of range, and options that change
SELECT mlops.partial_roc_auc(y, s, 0) FROM d1;
SELECT mlops.partial_roc_auc(y, s, 'NaN') FROM d1;
SELECT mlops.partial_roc_auc(y, s, NULL) FROM d1;
SELECT mlops.precision_at_k(true, 0.5, NULL::int);
SELECT mlops.partial_roc_auc(y, s, s) FROM d1;
SELECT mlops.partial_roc_auc(c, 1.5) FROM state;
SELECT mlops_internal.partial_roc_auc_final(r) FROM state;
SELECT mlops.lift_at(y, s, -0.1) FROM d1;
SELECT mlops.lift_at(r, 2) FROM state;
SELECT mlops.precision_at_k(y = 1, s, 0) FROM d1;
SELECT mlops.recall_at_k(c, -1) FROM state;
SELECT mlops.expected_calibration_error(r, 0) FROM state;
SELECT mlops.maximum_calibration_error(c, 10001) FROM state;
SELECT mlops.maximum_calibration_error(r, 5, 'equal') FROM state;
SELECT * FROM state, mlops.calibration_curve(c, 5, 'Uniform');
SELECT mlops.expected_calibration_error(mlops.ranking(y, 10 * s)) FROM d1;
SELECT mlops.maximum_calibration_error(mlops.ranking(y, -s), 5) FROM d1;
SELECT mlops.ranking(2, 0.5);
SELECT mlops.lift_at(y, 0.5, 0.5) FROM (VALUES (0), (2)) AS t (y);
SELECT * FROM state, mlops.gain_lift(r, 0);
SELECT * FROM state, mlops.gain_lift(c, 100001);
SELECT * FROM state, mlops.roc_curve(r, max_points => 9);
SELECT * FROM state, mlops.pr_curve(c, -1);
SELECT mlops.best_threshold(r, 'F1') FROM state;
SELECT mlops.best_threshold(r, 'cost', -1) FROM state;
SELECT mlops.best_threshold(r, 'cost', 1, 'NaN') FROM state;
SELECT mlops.best_threshold(r, 'f1', fn_cost => 2) FROM state;

-- thinned curves: at most so many points, a subset, ends and extremes kept, the same for any order of rows
CREATE TABLE noise AS
    SELECT i, (i * 7919) % 3 = 0 OR i % 29 = 0 AS y, (((i * 2654435761) % 4294967296) / 4294967296.0::float8) AS p
    FROM generate_series(1::bigint, 3000) AS i;
CREATE VIEW noisy AS SELECT mlops.ranking(y, p + y::int / 3.0) AS r FROM noise;
CREATE TABLE full_roc AS SELECT k.*, tpr - fpr AS gap FROM noisy, mlops.roc_curve(r) AS k;
CREATE TABLE full_pr AS SELECT k.*, CASE WHEN "precision" + recall > 0 THEN 2 * "precision" * recall / ("precision" + recall) ELSE 0 END AS f1 FROM noisy, mlops.pr_curve(r) AS k;
SELECT max_points, count(*) BETWEEN 0.3 * max_points AND max_points AS size, count(f.threshold) = count(*) AS subset, min(k.tpr) = 0 AND max(k.fpr) = 1 AS ends,
       bool_or(f.gap = (SELECT max(gap) FROM full_roc)) AS largest_gap
FROM noisy, unnest('{10,11,50,500,3001,100000}'::int[]) AS max_points, mlops.roc_curve(r, max_points => max_points) AS k LEFT JOIN full_roc AS f USING (threshold, fpr, tpr)
WHERE max_points < 3000 GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM noisy, mlops.roc_curve(r, max_points => 3001) AS k;
SELECT max_points, count(*) <= max_points AS size, count(f.recall) = count(*) AS subset, min(k.recall) = 0 AND max(k.recall) = 1 AS ends, bool_or(f.f1 = (SELECT max(f1) FROM full_pr)) AS best_f1
FROM noisy, unnest('{10,11,50,500}'::int[]) AS max_points, mlops.pr_curve(r, max_points) AS k LEFT JOIN full_pr AS f ON f.threshold IS NOT DISTINCT FROM k.threshold AND f.recall = k.recall AND f."precision" = k."precision"
GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM (SELECT k.* FROM noisy, mlops.roc_curve(r, true, 100) AS k EXCEPT SELECT k.* FROM (SELECT mlops.ranking(y, p + y::int / 3.0 ORDER BY p) AS r FROM noise) AS t, mlops.roc_curve(r, true, 100) AS k) AS different;
-- drop_intermediate keeps the area
SELECT abs(sum((fpr - before_fpr) * (tpr + before_tpr) / 2) - (SELECT mlops.roc_auc(r) FROM noisy)) < 1e-12 AS area
FROM (SELECT k.fpr, k.tpr, lag(k.fpr) OVER w AS before_fpr, lag(k.tpr) OVER w AS before_tpr FROM noisy, mlops.roc_curve(r, true) AS k WINDOW w AS (ORDER BY k.threshold DESC)) AS t;

-- the area up to max_fpr, against the curve; max_fpr 1 is the AUC
SELECT abs(mlops.partial_roc_auc(r, 1) - mlops.roc_auc(r)) < 1e-15 AS whole FROM noisy;
SELECT m, abs(mlops.partial_roc_auc(r, m) - (1 + (area - m * m / 2) / (m - m * m / 2)) / 2) < 1e-12 AS same
FROM noisy, unnest('{0.001,0.1,0.25,0.5,0.999}'::float8[]) AS m,
     LATERAL (SELECT sum((least(fpr, m) - f) * (t + t + (tpr - t) * CASE WHEN fpr > f THEN (least(fpr, m) - f) / (fpr - f) ELSE 0 END) / 2) AS area
              FROM (SELECT fpr, tpr, lag(fpr) OVER w AS f, lag(tpr) OVER w AS t FROM full_roc WINDOW w AS (ORDER BY threshold DESC)) AS x WHERE f <= m) AS a;

-- shared state, windows, FILTER, DISTINCT, ORDER BY, grouping sets, parallel plans
SELECT i, mlops.lift_at(y, s, 0.5) OVER w AS lift, mlops.expected_calibration_error(mlops.ranking(y, s) OVER w) AS ece FROM d1 WINDOW w AS (ORDER BY i ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) ORDER BY i;
SELECT i % 2 AS odd, mlops.ks_threshold(y, s), mlops.lift_at(y, s, 0.5), mlops.ks_threshold(y, s) FILTER (WHERE s > 0.3) AS above, mlops.expected_calibration_error(mlops.ranking(DISTINCT y, s), 4) AS different FROM d1 GROUP BY ROLLUP (i % 2) ORDER BY 1;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
CREATE TABLE parallel AS SELECT mlops.partial_roc_auc(y, p, 0.3) AS a, mlops.expected_calibration_error(mlops.ranking(y, p), 7, 'quantile') AS e, mlops.lift_at(y, p, 0.1) AS l, mlops.recall_at_k(y, p, 100) AS k, mlops.scores(y, p, 100)::text AS s FROM noise;
EXPLAIN (COSTS OFF) SELECT mlops.partial_roc_auc(y, p, 0.3), mlops.scores(y, p, 100) FROM noise;
SELECT mlops.partial_roc_auc(y, p, 0.3) = a AS a, mlops.expected_calibration_error(mlops.ranking(y, p), 7, 'quantile') = e AS e, mlops.lift_at(y, p, 0.1) = l AS l, mlops.recall_at_k(y, p, 100) = k AS k, mlops.scores(y, p, 100)::text = s AS s FROM noise, parallel GROUP BY a, e, l, k, s;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT mlops.partial_roc_auc(y, p, 0.3 ORDER BY p DESC) = a AS a, mlops.expected_calibration_error(mlops.ranking(y, p ORDER BY i DESC), 7, 'quantile') = e AS e, mlops.lift_at(y, p, 0.1 ORDER BY p) = l AS l, mlops.scores(y, p, 100 ORDER BY p)::text = s AS s FROM noise, parallel GROUP BY a, e, l, k, s;

-- a budget: smaller, and the bounds hold
SELECT budget, mlops.is_exact(c) AS exact, auc BETWEEN (mlops.roc_auc_bounds(c)).lower AND (mlops.roc_auc_bounds(c)).upper AS auc, ks BETWEEN (mlops.ks_bounds(c)).lower AND (mlops.ks_bounds(c)).upper AS ks,
       ap BETWEEN (mlops.average_precision_bounds(c)).lower AND (mlops.average_precision_bounds(c)).upper AS ap, ece BETWEEN (mlops.expected_calibration_error_bounds(c)).lower AND (mlops.expected_calibration_error_bounds(c)).upper AS ece,
       ece_7 BETWEEN (mlops.expected_calibration_error_bounds(c, 7)).lower AND (mlops.expected_calibration_error_bounds(c, 7)).upper AS ece_7,
       length(c::text) < 900 + 24 * budget AS small, c::text = again AS same_merged
FROM (SELECT budget, mlops.scores(y, p, budget) AS c, mlops.roc_auc(y, p) AS auc, mlops.ks_score(y, p) AS ks, mlops.average_precision(y, p) AS ap, mlops.expected_calibration_error(mlops.ranking(y, p)) AS ece, mlops.expected_calibration_error(mlops.ranking(y, p), 7) AS ece_7
      FROM noise, unnest('{2,3,10,50,400,4000}'::int[]) AS budget GROUP BY budget) AS t
JOIN (SELECT budget, mlops.merge(c)::text AS again FROM (SELECT budget, mlops.scores(y, p, budget) AS c FROM noise, unnest('{2,3,10,50,400,4000}'::int[]) AS budget GROUP BY budget, i % 7) AS parts GROUP BY budget) AS m USING (budget) ORDER BY budget;
SELECT mlops.is_exact(c), mlops.roc_auc_bounds(c), mlops.ks_bounds(c), mlops.average_precision_bounds(c), mlops.expected_calibration_error_bounds(c), mlops.expected_calibration_error_bounds(c, 5) FROM state;
-- decisions at thresholds of the curve, and in between
SELECT count(*) > 20 AS thresholds, bool_and(tp_lower = tp_upper AND fp_lower = fp_upper AND fn_lower = fn_upper AND tn_lower = tn_upper) AS certain,
       bool_and(tp_lower = tp AND fp_upper = fp) AS right
FROM (SELECT mlops.scores(y, p, 50) AS c FROM noise) AS t, mlops.roc_curve(c) AS k, mlops.confusion_bounds(c, k.threshold), LATERAL (SELECT count(*) FILTER (WHERE y) AS tp, count(*) FILTER (WHERE NOT y) AS fp FROM noise WHERE p >= k.threshold) AS x;
SELECT bool_and(tp BETWEEN tp_lower AND tp_upper AND fp BETWEEN fp_lower AND fp_upper AND n_fn BETWEEN fn_lower AND fn_upper AND tn BETWEEN tn_lower AND tn_upper) AS hold,
       bool_and(mlops.tp(mlops.confusion(c, h)) BETWEEN tp_lower AND tp_upper) AS estimate, bool_or(tp_lower < tp_upper) AS open
FROM (SELECT mlops.scores(y, p, 50) AS c FROM noise) AS t, generate_series(-0.03, 1.03, 0.0137) AS g, LATERAL (SELECT g::float8 AS h) AS th, mlops.confusion_bounds(c, h),
     LATERAL (SELECT count(*) FILTER (WHERE y AND p >= h) AS tp, count(*) FILTER (WHERE NOT y AND p >= h) AS fp, count(*) FILTER (WHERE y AND p < h) AS n_fn, count(*) FILTER (WHERE NOT y AND p < h) AS tn FROM noise) AS x;
SELECT * FROM mlops.confusion_bounds((SELECT c FROM state), 'NaN');
SELECT mlops.ks_bounds(c), mlops.average_precision_bounds(c), mlops.expected_calibration_error_bounds(c) FROM (SELECT mlops.scores(true, s) AS c FROM unnest('{0.5,0.75}'::float8[]) AS s) AS t;
SELECT mlops.expected_calibration_error_bounds(mlops.scores(true, 1.5)) AS outside, mlops.expected_calibration_error_bounds(mlops.scores(true, 'NaN')) AS nan, mlops.expected_calibration_error_bounds(mlops.scores(NULL::int, 0.5)) AS none;
SELECT mlops.expected_calibration_error_bounds(c, 0) FROM state;
-- the smaller budget wins; budgets out of range or changing
SELECT mlops.merge(c)::text = (SELECT mlops.scores(y, p, 40)::text FROM noise) AS smaller FROM (SELECT mlops.scores(y, p, 40) AS c FROM noise WHERE i % 2 = 0 UNION ALL SELECT mlops.scores(y, p) FROM noise WHERE i % 2 = 1) AS t;
SELECT mlops.is_exact(mlops.scores(y, p + x, 65536)) AS larger FROM noise CROSS JOIN generate_series(0, 9, 3) AS x;
SELECT mlops.is_exact(mlops.merge(c)) AS merged_larger, sum(mlops.n(c)) FROM (SELECT mlops.scores(y, p + x, 65536) AS c FROM noise CROSS JOIN generate_series(0, 9, 3) AS x GROUP BY i % 3) AS parts;
SELECT mlops.scores(y, s, NULL)::text = mlops.scores(y, s)::text AS default_budget FROM d1;
SELECT mlops.scores(y, s, 1) FROM d1;
SELECT mlops.scores(y, s, 65537) FROM d1;
SELECT mlops.scores(y, s, i + 5) FROM d1;
SELECT mlops.scores(y = 1, NULL, i + 5) FROM d1;

-- scores outside [0, 1] and close to 1
SELECT kind, budget, mlops.is_exact(c) AS exact, auc BETWEEN (mlops.roc_auc_bounds(c)).lower AND (mlops.roc_auc_bounds(c)).upper AS auc, ks BETWEEN (mlops.ks_bounds(c)).lower AND (mlops.ks_bounds(c)).upper AS ks,
       ap BETWEEN (mlops.average_precision_bounds(c)).lower AND (mlops.average_precision_bounds(c)).upper AS ap,
       (SELECT bool_and(tp_lower = tp_upper AND fp_lower = fp_upper) FROM mlops.roc_curve(c) AS k, mlops.confusion_bounds(c, k.threshold) WHERE tpr + fpr > 0) AS border
FROM (SELECT kind, budget, mlops.scores(y, x, budget) AS c, mlops.roc_auc(y, x) AS auc, mlops.ks_score(y, x) AS ks, mlops.average_precision(y, x) AS ap
      FROM noise, unnest('{2,20,200}'::int[]) AS budget, LATERAL (VALUES ('logit', 20 * p - 10), ('near 1', 1 - p ^ 20), ('near 0', p ^ 20), ('huge', (p - 0.5) * 1e308), ('infinite', CASE WHEN p < 0.1 THEN '-Infinity' WHEN p > 0.8 THEN 'Infinity' ELSE 3 * p END)) AS v (kind, x)
      GROUP BY kind, budget) AS t ORDER BY kind, budget;

-- hostile values: every byte of an inexact summary changed
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    s mlops.scores;
BEGIN
    s := value::mlops.scores;
    PERFORM mlops.partial_roc_auc(s, 0.3), mlops.ks_threshold(s), mlops.lift_at(s, 0.1), mlops.precision_at_k(s, 5), mlops.recall_at_k(s, 5), mlops.best_threshold(s, 'mcc'),
            (SELECT count(*) FROM mlops.roc_curve(s, true, 10)), (SELECT count(*) FROM mlops.pr_curve(s)), (SELECT count(*) FROM mlops.gain_lift(s)), (SELECT count(*) FROM mlops.calibration_curve(s, 5, 'quantile')),
            mlops.expected_calibration_error(s, 5, 'quantile'), mlops.brier_decomposition(s), mlops.roc_auc_bounds(s), mlops.average_precision_bounds(s), mlops.ks_bounds(s), mlops.confusion_bounds(s, 0.3),
            mlops.expected_calibration_error_bounds(s), (SELECT count(*) FROM mlops.best_constant(s)), (SELECT mlops.merge(x) FROM unnest(array[s, s]) AS x);
    RETURN CASE WHEN s::text = value THEN 'accepted' ELSE 'changed' END;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN 'refused';
END
$$;
CREATE TABLE good AS SELECT mlops.scores(y, CASE WHEN i % 5 = 0 THEN 3 * p - 1 ELSE p END, 12)::text AS e, length('scores:') AS l FROM noise;
SELECT try(left(e, l + 2 * n)) AS prefix, count(*) > 0 AS seen FROM good, generate_series(0, (length(e) - l) / 2 - 1) AS n GROUP BY 1;
SELECT try(overlay(e PLACING x FROM l + 2 * n + 1 FOR 2)) AS changed_byte, count(*) > 0 AS seen
FROM good, unnest('{00,01,02,3f,7f,80,ff}'::text[]) AS x, generate_series(0, (length(e) - l) / 2 - 1) AS n GROUP BY 1 ORDER BY 1;

SET client_min_messages = warning;
DROP SCHEMA metrics_curves CASCADE;

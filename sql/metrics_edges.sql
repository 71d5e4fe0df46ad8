-- Metrics at their edges: what cancels, ties, overflows or has too few rows, with the right value beside each call
SET extra_float_digits = 1;

-- weights of 1 change no median, a weight of 2 is two rows, and weights have no unit (scikit-learn 1.7 and later)
SELECT mlops.median_absolute_error(0.0, p) AS plain, mlops.median_absolute_error(0.0, p, 1.0) AS ones, mlops.median_absolute_error(0.0, p, 0.1) AS tenths,
       mlops.median_absolute_error(0.0, p, 1e308) AS huge, mlops.median_absolute_error(0.0, p, 5e-324) AS tiny FROM (VALUES (1.0), (2.0), (3.0), (10.0)) AS t (p);
SELECT (SELECT mlops.median_absolute_error(0.0, p) FROM (VALUES (1.0, 2), (3.0, 1), (10.0, 1)) AS t (p, w), generate_series(1, w)) AS repeated,
       (SELECT mlops.median_absolute_error(0.0, p, w) FROM (VALUES (1.0, 2), (3.0, 1), (10.0, 1)) AS t (p, w)) AS weighted,
       (SELECT mlops.median_absolute_error(0.0, p, w * 0.1::float8) FROM (VALUES (1.0, 1), (2.0, 2), (3.0, 3)) AS t (p, w)) AS scaled,
       (SELECT mlops.median_absolute_error(0.0, p, w) FROM (VALUES (1.0, 1), (2.0, 2), (3.0, 3)) AS t (p, w)) AS unscaled;
SELECT mlops.d2_absolute_error_score(a, p), mlops.d2_absolute_error_score(a, p, 1) AS ones, mlops.d2_absolute_error_score(a, p, 0.3) AS scaled
    FROM (VALUES (1.0, 2.0), (2.0, 2.5), (4.0, 3.0), (9.0, 10.0)) AS t (a, p);

-- one row explains nothing, whatever the summary
SELECT g, mlops.explained_variance(a, p), mlops.r2_score(a, p), mlops.explained_variance(mlops.errors(a, p)) AS of_summary,
       mlops.explained_variance(a, p, 2) AS weighted, mlops.d2_absolute_error_score(a, p) AS d2, (mlops.metric_ci(mlops.error_moments(a, p), 'explained_variance')).estimate AS ci
    FROM (VALUES (1, 1.0, 100.0), (2, 5.0, -3.0), (3, 5, 5)) AS t (g, a, p) GROUP BY g ORDER BY g;

-- a number that is refused is shown with all its digits
\set VERBOSITY terse
SELECT mlops.log_loss(1, 1.0000000000000002::float8);
SELECT mlops.brier_score(1, 1.0000001::real);
SELECT mlops.lift_at(1, 0.5, 1.0000000000000002::float8);
SELECT mlops.mean_tweedie_deviance(1, 2, 0.9999999999999999::float8);
SELECT mlops.fbeta_score(1, 1, t) FROM (VALUES (0.1::float8 * 3), (0.3)) AS v (t);
SELECT (mlops.accuracy_ci(mlops.confusion(true, true), 1.0000000000000002)).lower;
\set VERBOSITY default

-- deviances by 60 digits: 2.7361186943981829e-19, 2.9283863805029410e-20, 1.3437699225345020e-19, 9.99999666502e-13 (f = 1, y = 1.000001, power 1.0000000001); y = 0: 2 f^0.8 / 0.8; below 0
SELECT mlops.mean_tweedie_deviance(1.4844347778500762::float8, 1.4844347785130618, 1.2), mlops.mean_tweedie_deviance(3.1710420569443913::float8, 3.1710420572863987, 1.2),
       mlops.mean_tweedie_deviance(1.4844347778500762::float8, 1.4844347785130618, 3), mlops.mean_tweedie_deviance(1.000001::float8, 1, 1.0000000001),
       mlops.mean_tweedie_deviance(0, 2, 1.2) AS zero, 2 * 2::float8 ^ 0.8 / 0.8 AS by_hand, mlops.mean_tweedie_deviance(-1, 2, -1) AS below;
-- never below 0, and 0 only without error
SELECT power, bool_and(d > 0) AS positive, max(abs(d / e ^ 2 * y ^ power - 1)) < 1e-5 AS as_squares
    FROM (SELECT power, y, e, mlops.mean_tweedie_deviance(y + e, y, power) AS d FROM unnest('{-2,-0.5,1.1,1.9,2.5,3,7}'::float8[]) AS power, unnest('{0.25,1.5,40}'::float8[]) AS y,
          (VALUES (1e-7), (-1e-7)) AS v (e) GROUP BY power, y, e) AS t GROUP BY power ORDER BY power;

-- edges of bins are numpy's: 0.1 * 3 and 0.6000000000000001 belong to the lower bin
SELECT c.* FROM unnest((SELECT mlops.calibration_curve(y, p) FROM (VALUES (1, 0.1::float8 * 3), (0, 0.25), (1, 0.6000000000000001), (0, 0.7000000000000001)) AS t (y, p))) AS c;

-- subnormal numbers are summed to their last bit; what overflows is infinite, not NaN
SELECT mlops.mae(0.0::float8, p) AS mae, mlops.mean_error(0.0::float8, p) AS mean_error FROM (VALUES (8.2425777420317e-311::float8)) AS t (p);
SELECT mlops.d2_absolute_error_score(i * 5e-324::float8, (5000 - i) * 5e-324::float8), (b).lower <= -1 AND -1 <= (b).upper AS bounds_hold
    FROM generate_series(1, 5000) AS i, LATERAL (SELECT mlops.d2_absolute_error_score_bounds((SELECT mlops.errors(j * 5e-324::float8, (5000 - j) * 5e-324::float8) FROM generate_series(1, 5000) AS j)) AS b) AS s GROUP BY b;
SELECT mlops.mse(a, p, w) FROM (VALUES (0::float8, 1e150::float8, 1::float8), (0, 1e150, 1e12)) AS t (a, p, w);

-- rows with weights: curves, thresholds, calibration (scikit-learn's roc_curve, precision_recall_curve with sample_weight)
CREATE TEMP TABLE w AS SELECT i % 3 = 0 AS y, (i * 7 % 10) / 10.0::float8 AS s, (i % 4)::float8 AS w FROM generate_series(1, 40) AS i;
SELECT c.* FROM (SELECT mlops.weighted_samples(y, s, w) AS r FROM w) AS x, mlops.roc_curve(r) AS c LIMIT 4;
SELECT c.* FROM (SELECT mlops.weighted_samples(y, s, w) AS r FROM w) AS x, mlops.pr_curve(r) AS c LIMIT 4;
-- weights that count rows are rows
WITH r AS (SELECT (SELECT mlops.weighted_samples(y, s, w) FROM w) AS a, (SELECT mlops.ranking(y, s) FROM w, generate_series(1, w::int)) AS b)
SELECT (SELECT count(*) FROM (SELECT * FROM mlops.roc_curve(a) EXCEPT SELECT * FROM mlops.roc_curve(b)) AS t) AS roc, (SELECT count(*) FROM (SELECT * FROM mlops.pr_curve(a) EXCEPT SELECT * FROM mlops.pr_curve(b)) AS t) AS pr,
       (SELECT count(*) FROM (SELECT * FROM mlops.roc_curve(a, true) EXCEPT SELECT * FROM mlops.roc_curve(b, true)) AS t) AS dropped, (SELECT count(*) FROM mlops.roc_curve(a, true)) = (SELECT count(*) FROM mlops.roc_curve(b, true)) AS as_many,
       (SELECT array_agg(mlops.best_threshold(a, o) = mlops.best_threshold(b, o)) FROM unnest('{f1,youden,accuracy,balanced_accuracy,mcc}'::text[]) AS o) AS thresholds,
       mlops.best_threshold(a, 'cost', 2, 3) = mlops.best_threshold(b, 'cost', 2, 3) AS cost, abs(mlops.expected_calibration_error(a) - mlops.expected_calibration_error(b)) < 1e-15 AS ece,
       abs(mlops.maximum_calibration_error(a, 4) - mlops.maximum_calibration_error(b, 4)) < 1e-15 AS mce,
       (SELECT bool_and(abs(c.mean_prob - d.mean_prob) < 1e-15 AND abs(c.frac_pos - d.frac_pos) < 1e-15 AND c.n <= d.n) FROM mlops.calibration_curve(a) AS c JOIN mlops.calibration_curve(b) AS d USING (bin)) AS curve FROM r;
-- any unit, also the smallest; thinned; no weight, NaN, one class
SELECT mlops.best_threshold(mlops.weighted_samples(y, s, w), 'mcc') = mlops.best_threshold(mlops.weighted_samples(y, s, w * 1e-310), 'mcc') AS unit, (mlops.best_threshold(mlops.weighted_samples(y, s, w * 1e300), 'cost')).threshold AS large FROM w;
SELECT count(*) AS points, min(threshold) AS low, max(threshold) AS high FROM (SELECT mlops.weighted_samples(i % 7 < 3, i * 7919 % 1009, i % 5) AS r FROM generate_series(1, 3000) AS i) AS x, mlops.roc_curve(r, max_points => 12) AS c;
WITH r AS (SELECT mlops.weighted_samples(true, 1, 0) AS none, mlops.weighted_samples(true, 'NaN', 1) AS nan, mlops.weighted_samples(true, 0.5, 2) AS one, mlops.weighted_samples(true, 0.5, 'NaN') AS nan_weight)
SELECT (SELECT count(*) FROM mlops.roc_curve(none)) AS none, (SELECT c FROM mlops.pr_curve(nan) AS c) AS nan, mlops.best_threshold(none) AS no_weight, mlops.best_threshold(one, 'youden') AS one_class,
       (SELECT array_agg(c::text) FROM mlops.roc_curve(one) AS c) AS curve_of_one, mlops.best_threshold(NULL::mlops.weighted_samples) AS no_rows, mlops.expected_calibration_error(nan_weight) AS nan_weight FROM r;
SELECT mlops.expected_calibration_error(mlops.weighted_samples(true, 1.5, 1));

-- test and interval of a comparison say the same, with few positives and with none that differ
SELECT (c).better, (c).p_value < 0.05 AS rejected, (c).lower > 0 OR (c).upper < 0 AS apart
    FROM (SELECT mlops.compare(mlops.confusion(l, p) FILTER (WHERE g = 'a'), mlops.confusion(l, p) FILTER (WHERE g = 'b'), 'balanced_accuracy') AS c
          FROM (SELECT 'a' AS g, i <= 4 AS l, i <= 4 OR i > 96 AS p FROM generate_series(1, 100) AS i UNION ALL SELECT 'b', i <= 4, i <= 2 OR i > 96 FROM generate_series(1, 100) AS i) AS t) AS s;
CREATE TEMP TABLE two AS SELECT k, mlops.confusion(i <= 5, (i * 7 + k * 3) % 11 < CASE WHEN i <= 5 THEN 8 ELSE 1 END) AS a, mlops.confusion(i <= 5, (i * 5 + k) % 13 < k % 9 + CASE WHEN i <= 5 THEN 3 ELSE 0 END) AS b,
           mlops.scores(i <= 5, (i * 7919 + k * 31) % 97 + CASE WHEN i <= 5 THEN 20 ELSE 0 END) AS sa, mlops.scores(i <= 5, (i * 104729 + k * 17) % 89 + CASE WHEN i <= 5 THEN 60 ELSE 0 END) AS sb FROM generate_series(1, 100) AS i, generate_series(1, 60) AS k GROUP BY k;
SELECT metric, count(*) AS n, count(*) FILTER (WHERE ((c).p_value < 1 - level) <> ((c).lower > 0 OR (c).upper < 0)) AS contradictions, bool_or((c).p_value < 0.05) AS some_differ
    FROM two, unnest('{accuracy,balanced_accuracy,precision_score,recall_score,specificity,f1_score,jaccard_score,matthews_corrcoef,cohen_kappa}'::text[]) AS metric, unnest('{0.5,0.8,0.95,0.99}'::float8[]) AS level,
         LATERAL (SELECT mlops.compare(a, b, metric, level) AS c) AS s GROUP BY metric ORDER BY metric COLLATE "C";
SELECT count(*) FILTER (WHERE ((c).p_value < 1 - level) <> ((c).lower > 0 OR (c).upper < 0)) AS contradictions, bool_or((c).p_value < 0.05) AS some_differ FROM two, unnest('{0.5,0.8,0.95,0.99}'::float8[]) AS level, LATERAL (SELECT mlops.compare(sa, sb, level) AS c) AS s;
SELECT count(*) AS contradictions FROM generate_series(0, 60) AS k, generate_series(0, 30) AS m, LATERAL (SELECT mlops.compare(true, i > k, i <= k OR i > k + m) AS c FROM generate_series(1, 200) AS i) AS c
    WHERE ((c).lower > 0 OR (c).upper < 0) <> ((c).better <> 'neither');
-- without error there is no test: four rows never are proof
SELECT (t).z, (t).p_value, (c).lower, (c).p_value, (c).better FROM (SELECT mlops.delong_test(y, a, b) AS t, mlops.compare(y, a, b) AS c FROM (VALUES (0, 1::float8, 4::float8), (0, 2, 3), (1, 3, 2), (1, 4, 1)) AS v (y, a, b)) AS s;
SELECT (c).difference, (c).lower, (c).p_value, (c).better FROM (SELECT mlops.compare_errors(0, 1, 2) AS c FROM generate_series(1, 10)) AS s;
-- Tango's interval of 12 against 2 discordant rows of 50, by maximising the likelihood numerically: 0.0611, 0.3447; of none that differ
SELECT round((c).lower::numeric, 4) AS lower, round((c).upper::numeric, 4) AS upper FROM (SELECT mlops.compare(true, i <= 38, i <= 36 OR i > 38) AS c FROM generate_series(1, 50) AS i) AS s;
SELECT abs((c).lower + (c).upper) < 1e-12 AS symmetric, (c).p_value FROM (SELECT mlops.compare(true, i <= 40, i <= 40) AS c FROM generate_series(1, 44) AS i) AS s;
-- mid-p: 121 and 59 discordant 1.5e-6 of statsmodels's binom; 5 and 12: 0.143463134765625 - C(17,5) / 2^17 (= 0.0472106933...)
SELECT round((mlops.mcnemar_test(c, 'exact')).p_value::numeric, 12) AS exact, round((mlops.mcnemar_test(c, 'mid_p')).p_value::numeric, 12) AS mid_p, round(0.143463134765625 - 6188 / 131072.0, 12) AS by_hand, (mlops.mcnemar_test(c, 'mid_p')).method
    FROM (SELECT mlops.confusion(i <= 35, i <= 30 OR i BETWEEN 36 AND 47) AS c FROM generate_series(1, 87) AS i) AS s;
SELECT n, m, round((mlops.mcnemar_test(mlops.confusion(i <= n, i > n), 'mid_p')).p_value::numeric, 12) AS mid_p FROM (VALUES (3, 3), (0, 4), (1, 0)) AS v (n, m), generate_series(1, n + m) AS i GROUP BY n, m ORDER BY n, m;

-- a perfect AUC is not certain, nor an AUC of all ties
SELECT n, round((i).estimate::numeric, 6) AS auc, round((i).lower::numeric, 6) AS lower, round((i).upper::numeric, 6) AS upper, (i).method
    FROM (SELECT n, mlops.roc_auc_ci(k <= n, CASE WHEN k <= n THEN 1 ELSE 0 END) AS i FROM (VALUES (2), (5), (50)) AS v (n), generate_series(1, 2 * n) AS k GROUP BY n) AS s ORDER BY n;
SELECT round((i).lower::numeric, 6) AS lower, round((i).upper::numeric, 6) AS upper FROM (SELECT mlops.roc_auc_ci(k <= 20, 1) AS i FROM generate_series(1, 60) AS k) AS s;

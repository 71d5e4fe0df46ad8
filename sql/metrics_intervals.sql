-- Confidence intervals: proportions, decisions, rankings, probabilities, regressions, means, bootstrap
-- Reference values: statsmodels 0.13.5, numpy 1.24.2 (formulas), scipy 1.10.1
CREATE SCHEMA metrics_intervals;
SET search_path = metrics_intervals, public;

CREATE TABLE d1 (i int, y int, s float8, s2 float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5],
    array[.3, .2, .6, .7, .1, .5, .55, .8, .9, .4]);
CREATE FUNCTION short(c mlops.confidence_interval) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s [%s, %s] %s n=%s se=%s', coalesce(round(c.estimate::numeric, 9)::text, 'NULL'), coalesce(round(c.lower::numeric, 9)::text, 'NULL'),
                  coalesce(round(c.upper::numeric, 9)::text, 'NULL'), c.method, c.n, coalesce(round(c.std_error::numeric, 9)::text, 'NULL'))
$$;

-- proportion_confint(8, 10)
SELECT m, short(mlops.proportion_ci(8, 10, method => m)) FROM unnest('{wilson,clopper_pearson,agresti_coull,jeffreys,wald}'::text[]) AS m;
SELECT x, short(mlops.proportion_ci(x, 10)) FROM unnest('{0,10}'::int[]) AS x;
SELECT short(mlops.proportion_ci(1000000, 3000000, 0.99, 'clopper_pearson'));
SELECT mlops.proportion_ci(0, 0), mlops.proportion_ci(NULL, 3);
SELECT mlops.proportion_ci(11, 10);
SELECT mlops.proportion_ci(-1, 10);
SELECT mlops.proportion_ci(1, -1);
SELECT mlops.proportion_ci(1, 10, 1);
SELECT mlops.proportion_ci(1, 10, 'NaN');
SELECT mlops.proportion_ci(1, 10, method => 'normal');

-- mean: 2.4469118511449692 = t(0.975, 6), of which scipy 1.10 has nine digits
SELECT short(mlops.mean_ci(v)) FROM unnest('{2,4,4,5,7,9,15,NULL}'::float8[]) AS v;
SELECT mlops.mean_ci(v), mlops.mean_ci(v) FILTER (WHERE false) FROM unnest('{5}'::float8[]) AS v;
SELECT mlops.mean_ci(v) FROM unnest('{5,5,5}'::float8[]) AS v;
SELECT mlops.mean_ci(v) FROM unnest('{1,Infinity}'::float8[]) AS v;
SELECT mlops.mean_ci(v) FROM unnest('{1,NaN}'::float8[]) AS v;
SELECT short(mlops.mean_ci(mlops.loss_means(v), 0.99)) FROM unnest('{2,4,4,5,7,9,15}'::float8[]) AS v;

-- decisions
SELECT short(mlops.accuracy_ci(y, p)) AS accuracy, short(mlops.metric_ci(mlops.confusion(y, p), 'balanced_accuracy')) AS balanced,
       short(mlops.metric_ci(mlops.confusion(y, p), 'hamming_loss')) AS hamming, short(mlops.precision_score_ci(y, p)) AS precision, short(mlops.recall_score_ci(y, p)) AS recall,
       short(mlops.metric_ci(mlops.confusion(y, p), 'specificity')) AS specificity, short(mlops.metric_ci(mlops.confusion(y, p), 'npv')) AS npv, short(mlops.metric_ci(mlops.confusion(y, p), 'fpr')) AS fpr,
       short(mlops.metric_ci(mlops.confusion(y, p), 'fnr')) AS fnr, short(mlops.f1_score_ci(y, p)) AS f1, short(mlops.metric_ci(mlops.confusion(y, p), 'jaccard_score')) AS jaccard,
       short(mlops.metric_ci(mlops.confusion(y, p), 'matthews_corrcoef')) AS mcc, short(mlops.metric_ci(mlops.confusion(y, p), 'cohen_kappa')) AS kappa
FROM (SELECT y, s >= 0.5 AS p FROM d1) AS t \gx
SELECT short(mlops.accuracy_ci(c, 0.9)) AS accuracy, short(mlops.precision_score_ci(c)) AS precision, short(mlops.metric_ci(c, 'fbeta_score', beta => 2)) AS f2,
       mlops.metric_ci(c, 'fbeta_score', beta => 1) = mlops.f1_score_ci(c) AS f1, short(mlops.metric_ci(c, 'fbeta_score', 0.5, beta => 0.5)) AS half,
       mlops.metric_ci(c, 'recall_score') = mlops.recall_score_ci(c) AS by_name
FROM (SELECT mlops.confusion(y, s >= 0.5) AS c FROM d1) AS t \gx
-- nothing predicted positive, perfect, one class, no rows
SELECT short(mlops.precision_score_ci(mlops.confusion(y = 1, false))) AS precision, short(mlops.f1_score_ci(y = 1, false)) AS f1,
       short(mlops.metric_ci(mlops.confusion(y, y), 'matthews_corrcoef')) AS mcc, short(mlops.metric_ci(mlops.confusion(y, y), 'cohen_kappa')) AS kappa, short(mlops.metric_ci(mlops.confusion(true, true), 'cohen_kappa')) AS one_class,
       short(mlops.metric_ci(mlops.confusion(true, y = 1), 'balanced_accuracy')) AS balanced, short(mlops.metric_ci(mlops.confusion(y, y), 'fbeta_score', beta => 2)) AS f2,
       mlops.accuracy_ci(y, y) FILTER (WHERE false) AS empty FROM d1 \gx
SELECT mlops.accuracy_ci(NULL::int, 1), mlops.accuracy_ci(true, NULL::boolean);
SELECT mlops.accuracy_ci(2, 1);
SELECT mlops.metric_ci(mlops.confusion(true, true), 'rmse');
SELECT mlops.metric_ci(mlops.confusion(true, true), 'fbeta_score', beta => -1);
SELECT mlops.accuracy_ci(mlops.confusion(true, true), 0);

-- rankings: DeLong by midranks, var 0.023; Hanley and McNeil
SELECT short(mlops.roc_auc_ci(y, s)) AS auc, short(mlops.metric_ci(mlops.ranking(y, s), 'gini')) AS gini, short(mlops.metric_ci(mlops.ranking(y, s), 'average_precision')) AS ap,
       short(mlops.metric_ci(mlops.ranking(y, s), 'ks_score')) AS ks, mlops.roc_auc_ci(y = 1, s) = mlops.roc_auc_ci(y, s) AS boolean FROM d1 \gx
SELECT m, short(mlops.roc_auc_ci(mlops.two_samples(s, y = 1), 0.95, m)) AS exact, mlops.roc_auc_ci(mlops.scores(y, s), method => m) = mlops.roc_auc_ci(mlops.two_samples(s, y = 1), 0.95, m) AS summary
FROM d1, unnest('{delong,delong_logit,hanley_mcneil}'::text[]) AS m GROUP BY m ORDER BY m;
SELECT mlops.metric_ci(s, 'log_loss') = mlops.log_loss_ci(s) AS log_loss, short(mlops.metric_ci(s, 'gini', 0.8, 'delong')) AS gini
FROM (SELECT mlops.scores(y, s) AS s FROM d1) AS t;
-- perfect, one row of a class, one class, ties, NaN, nothing
SELECT n, short(mlops.roc_auc_ci(l, s)) AS auc, short(mlops.metric_ci(mlops.ranking(l, s), 'average_precision')) AS ap, short(mlops.metric_ci(mlops.ranking(l, s), 'ks_score')) AS ks
FROM (VALUES ('perfect', true, 2.0::float8), ('perfect', true, 3), ('perfect', false, 1), ('perfect', false, 0), ('one', true, 2), ('one', false, 1), ('one', false, 3),
             ('class', true, 1), ('class', true, 2), ('ties', true, 1), ('ties', true, 1), ('ties', false, 1), ('ties', false, 1),
             ('infinite', true, 'Infinity'), ('infinite', true, 1), ('infinite', false, '-Infinity'), ('infinite', false, 'Infinity'),
             ('NULL', true, NULL), ('NaN', true, 'NaN'), ('NaN', false, 1)) AS t (n, l, s) GROUP BY n ORDER BY n;
SELECT mlops.roc_auc_ci(mlops.scores(true, 0.5), method => 'bootstrap');
SELECT mlops.metric_ci(mlops.scores(true, 0.5), 'f1_score');

-- probabilities: t of the rows' losses
SELECT short(mlops.log_loss_ci(y, s)) AS log_loss, short(mlops.brier_score_ci(y = 1, s)) AS brier,
       mlops.log_loss_ci(mlops.scores(y, s)) = mlops.log_loss_ci(y, s) AS summary FROM d1;
SELECT (mlops.brier_score_ci(y, s)).std_error - stddev_samp((y - s)^2) / sqrt(10) < 1e-15 AS brier FROM d1;
SELECT short(mlops.brier_score_ci(1, 0.5)), mlops.log_loss_ci(1, 'NaN'), short(mlops.brier_score_ci(mlops.scores(1, 2)));
SELECT mlops.log_loss_ci(1, 2);

-- regressions: the delta method against its definition over rows
CREATE TABLE regression AS
    SELECT i, a, a + e AS f, e FROM (SELECT i, 50 + ((i * 7919) % 1009) / 20.0::float8 AS a, ((i * 104729) % 509 - 230) / 40.0::float8 AS e FROM generate_series(1, 500) AS i) AS t;
WITH m AS (SELECT avg(e * e) AS mse, var_pop(a) AS v, avg(a) AS mean, avg(e) AS bias, var_pop(e) AS ve, sum(abs(e)) / sum(abs(a)) AS wape, avg(abs(a)) AS size FROM regression)
SELECT abs((r.mae).std_error - d.mae) < 1e-12 AS mae, abs((r.mean_error).std_error - d.mean_error) < 1e-12 AS mean_error, abs((r.mse).std_error - d.mse) < 1e-10 AS mse,
       abs((r.rmse).std_error - d.mse / (2 * sqrt(m.mse))) < 1e-12 AS rmse, abs((r.mape).std_error - d.mape) < 1e-12 AS mape, abs((r.smape).std_error - d.smape) < 1e-12 AS smape,
       abs((r.wape).std_error - d.wape) < 1e-12 AS wape, abs((r.r2).std_error - d.r2) < 1e-12 AS r2, abs((r.ev).std_error - d.ev) < 1e-12 AS ev
FROM m, (SELECT mlops.mae_ci(a, f) AS mae, mlops.metric_ci(mlops.error_moments(a, f), 'mean_error') AS mean_error, mlops.metric_ci(mlops.error_moments(a, f), 'mse') AS mse, mlops.rmse_ci(a, f) AS rmse, mlops.metric_ci(mlops.error_moments(a, f), 'mape') AS mape,
                mlops.metric_ci(mlops.error_moments(a, f), 'smape') AS smape, mlops.metric_ci(mlops.error_moments(a, f), 'wape') AS wape, mlops.r2_score_ci(a, f) AS r2, mlops.metric_ci(mlops.error_moments(a, f), 'explained_variance') AS ev FROM regression) AS r,
     (SELECT stddev_samp(abs(e)) / sqrt(500) AS mae, stddev_samp(e) / sqrt(500) AS mean_error, stddev_samp(e * e) / sqrt(500) AS mse, stddev_samp(abs(e) / a) / sqrt(500) AS mape,
             stddev_samp(2 * abs(e) / (a + f)) / sqrt(500) AS smape, stddev_samp(abs(e) - wape * a) / sqrt(500) / min(size) AS wape,
             stddev_samp(e * e / v - mse * (a - mean)^2 / v^2) / sqrt(500) AS r2, stddev_samp((e - bias)^2 / v - ve * (a - mean)^2 / v^2) / sqrt(500) AS ev
      FROM regression, m) AS d;
SELECT short(mlops.mae_ci(a, f)) AS mae, short(mlops.metric_ci(mlops.error_moments(a, f), 'mean_error')) AS bias, short(mlops.metric_ci(mlops.error_moments(a, f), 'mse')) AS mse, short(mlops.rmse_ci(a, f)) AS rmse, short(mlops.metric_ci(mlops.error_moments(a, f), 'mape')) AS mape,
       short(mlops.metric_ci(mlops.error_moments(a, f), 'smape')) AS smape, short(mlops.metric_ci(mlops.error_moments(a, f), 'wape')) AS wape, short(mlops.r2_score_ci(a, f)) AS r2, short(mlops.metric_ci(mlops.error_moments(a, f), 'explained_variance')) AS ev
FROM regression \gx
SELECT mlops.mae_ci(mlops.errors(a, f)) = mlops.mae_ci(mlops.error_moments(a, f)) AS mae, mlops.metric_ci(mlops.errors(a, f), 'mean_error') = mlops.metric_ci(mlops.error_moments(a, f), 'mean_error') AS bias,
       mlops.rmse_ci(mlops.errors(a, f), 0.9) = mlops.rmse_ci(mlops.error_moments(a, f), 0.9) AS rmse, mlops.metric_ci(mlops.errors(a, f), 'mse') = mlops.metric_ci(mlops.error_moments(a, f), 'mse') AS mse,
       (mlops.metric_ci(mlops.errors(a, f), 'mse')).method FROM regression;
-- a summary without detail has no fourth powers; n mse / chi2.ppf([0.975, 0.025], 3) with n mse = 14
WITH a AS (SELECT mlops_internal.errors_accum_sums(NULL, 0::float8, 1) AS s), b AS (SELECT mlops_internal.errors_accum_sums(s, 0::float8, 2) AS s FROM a), c AS (SELECT mlops_internal.errors_accum_sums(s, 0::float8, 3)::text::mlops.errors AS s FROM b)
SELECT i.method, abs(i.estimate - 14 / 3.0) < 1e-14 AS mse, abs(i.lower - 14 / 9.348403604496148) < 1e-12 AS lower, abs(i.upper - 14 / 0.21579528262389785) < 1e-10 AS upper FROM c, mlops.metric_ci(s, 'mse') AS i;
-- fourth powers that overflow leave no bounds, one row neither
SELECT (mlops.rmse_ci(mlops.errors(a, 0))).*, (mlops.metric_ci(mlops.errors(a, 0), 'mse')).estimate AS mse FROM (VALUES (1, 1e100::float8), (1, 2e100), (2, 3)) AS t (g, a) GROUP BY g ORDER BY g;
-- weights leave no bounds
SELECT short(mlops.mae_ci(mlops.errors(a, f, w))) AS mae, short(mlops.rmse_ci(mlops.errors(a, f, w))) AS rmse FROM (VALUES (1::float8, 2::float8, 1::float8), (2, 4, 3)) AS t (a, f, w);
-- far from zero nothing is lost until there is nothing left to know
SELECT shift, abs((mlops.r2_score_ci(a + shift, f + shift)).std_error - (SELECT (mlops.r2_score_ci(a, f)).std_error FROM regression)) < 1e-8 AS same
FROM regression, unnest('{0,1e3,1e5,1e12}'::float8[]) AS shift GROUP BY shift ORDER BY shift;
-- one row, no error, constant, infinite, NaN, NULL
SELECT n, short(mlops.mae_ci(a, f)) AS mae, short(mlops.rmse_ci(a, f)) AS rmse, short(mlops.r2_score_ci(a, f)) AS r2, short(mlops.metric_ci(mlops.error_moments(a, f), 'wape')) AS wape
FROM (VALUES ('one', 1::float8, 2::float8), ('no error', 1, 1), ('no error', 2, 2), ('no error', 4, 4), ('constant', 5, 4), ('constant', 5, 7), ('constant', 5, 5),
             ('infinite', 1, 'Infinity'), ('infinite', 1, 2), ('NaN', 1, 'NaN'), ('NaN', 2, 3), ('NULL', NULL, 1), ('zero', 0, 1), ('zero', 0, 2)) AS t (n, a, f) GROUP BY n ORDER BY n;
SELECT mlops.metric_ci(mlops.error_moments(1, 2), 'accuracy');

-- bootstrap: a seed decides
SELECT mlops.bootstrap_ci(s, 'roc_auc') = mlops.bootstrap_ci(s, 'roc_auc', seed => 0) AS same, mlops.bootstrap_ci(s, 'roc_auc') = mlops.bootstrap_ci(s, 'roc_auc', seed => 43) AS other,
       short(mlops.bootstrap_ci(s, 'average_precision', 200)) AS ap, short(mlops.bootstrap_ci(s, 'gini', 200, method => 'bca')) AS gini,
       short(mlops.bootstrap_ci(s, 'ks_score', 50, 0.8, -1)) AS ks
FROM (SELECT mlops.scores(y, s) AS s FROM d1) AS t \gx
SELECT short(mlops.bootstrap_ci(c, 'f1_score')) AS f1, short(mlops.bootstrap_ci(c, 'cohen_kappa', 500, 0.9, 7, 'bca')) AS kappa
FROM (SELECT mlops.confusion(y, s >= 0.5) AS c FROM d1) AS t;
-- many rows in few cells are drawn as counts: the error is that of a share
SELECT abs((b).std_error / (p).std_error - 1) < 0.1 AS error, abs((b).lower - (p).lower) < 0.1 * (p).std_error + 0.5 * (p).std_error AS lower
FROM (SELECT mlops.bootstrap_ci(c, 'accuracy', 2000) AS b, mlops.accuracy_ci(c) AS p
      FROM (SELECT mlops.merge(c) AS c FROM (SELECT mlops.confusion(y, s >= 0.5) AS c FROM d1) AS t, generate_series(1, 100000)) AS u) AS v;
SELECT short(mlops.bootstrap_ci(mlops.scores(true, 0.5), 'roc_auc')), mlops.bootstrap_ci(mlops.confusion(NULL::boolean, true), 'accuracy');
SELECT mlops.bootstrap_ci(mlops.scores(true, 0.5), 'rmse');
SELECT mlops.bootstrap_ci(mlops.scores(true, 0.5), 'gini', 0);
SELECT mlops.bootstrap_ci(mlops.scores(true, 0.5), 'gini', method => 'basic');

-- any order, any plan, any grouping: the same bits; growing windows, FILTER, grouping sets
CREATE TABLE noise AS
    SELECT i, (i * 7919) % 3 = 0 AS y, (((i * 104729) % 1009) / 1009.0)::float8 AS s FROM generate_series(1, 20000) AS i;
CREATE TABLE answer AS
    SELECT mlops.roc_auc_ci(y, s) AS auc, mlops.metric_ci(mlops.ranking(y, s), 'average_precision') AS ap, mlops.metric_ci(mlops.ranking(y, s), 'ks_score') AS ks, mlops.rmse_ci(s, s * s) AS rmse,
           mlops.mean_ci(s) AS mean, mlops.f1_score_ci(y, s > 0.5) AS f1, mlops.log_loss_ci(y, s) AS log_loss FROM noise;
SELECT ROW(mlops.roc_auc_ci(y, s), mlops.metric_ci(mlops.ranking(y, s), 'average_precision'), mlops.metric_ci(mlops.ranking(y, s), 'ks_score'), mlops.rmse_ci(s, s * s), mlops.mean_ci(s), mlops.f1_score_ci(y, s > 0.5), mlops.log_loss_ci(y, s))::text
       = (SELECT answer::text FROM answer) AS shuffled FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS t;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.rmse_ci(s, s), mlops.mean_ci(s), mlops.roc_auc_ci(y, s) FROM noise;
SELECT ROW(mlops.roc_auc_ci(y, s), mlops.metric_ci(mlops.ranking(y, s), 'average_precision'), mlops.metric_ci(mlops.ranking(y, s), 'ks_score'), mlops.rmse_ci(s, s * s), mlops.mean_ci(s), mlops.f1_score_ci(y, s > 0.5), mlops.log_loss_ci(y, s))::text
       = (SELECT answer::text FROM answer) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
WITH part AS (SELECT i % 7 AS k, mlops.error_moments(s, s * s) AS e, mlops.loss_means(s) AS l FROM noise GROUP BY 1)
SELECT mlops.merge(e ORDER BY k)::text = (SELECT mlops.error_moments(s, s * s)::text FROM noise) AS moments,
       mlops.merge(l ORDER BY k DESC)::text = (SELECT mlops.loss_means(s)::text FROM noise) AS means,
       mlops.merge(e)::text::mlops.error_moments::text = mlops.merge(e)::text AS text_form FROM part;
SELECT i, short(mlops.mean_ci(s) OVER w) AS mean, short(mlops.rmse_ci(s, y) OVER w) AS rmse, short(mlops.roc_auc_ci(y, s) OVER w) AS auc FROM d1 WINDOW w AS (ORDER BY i);
SELECT i % 2 AS odd, i % 3 AS third, short(mlops.accuracy_ci(y, (s > 0.5)::int) FILTER (WHERE i < 9)) AS accuracy, short(mlops.mean_ci(s)) AS mean
FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;

-- what is not a summary
SELECT 'error_moments:19'::mlops.error_moments;
SELECT 'loss_means:1101'::mlops.loss_means;
SELECT 'loss_means:11010700'::mlops.loss_means;

SET client_min_messages = warning;
DROP SCHEMA metrics_intervals CASCADE;

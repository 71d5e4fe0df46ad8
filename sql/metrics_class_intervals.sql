-- Confidence intervals of several classes and of differences between groups
-- Reference values: statsmodels 0.13.5 (Wilson); the estimates are those of the metrics; bounds by resampling against the normal approximation
CREATE SCHEMA metrics_class_intervals;
SET search_path = metrics_class_intervals, public;

CREATE FUNCTION short(c mlops.confidence_interval) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s [%s, %s] %s n=%s se=%s', coalesce(round(c.estimate::numeric, 6)::text, 'NULL'), coalesce(round(c.lower::numeric, 6)::text, 'NULL'),
                  coalesce(round(c.upper::numeric, 6)::text, 'NULL'), c.method, c.n, coalesce(round(c.std_error::numeric, 6)::text, 'NULL'))
$$;
CREATE TABLE cells (y text, p text, n int);
INSERT INTO cells VALUES ('a', 'a', 40), ('a', 'b', 8), ('a', 'c', 2), ('b', 'a', 6), ('b', 'b', 20), ('b', 'c', 4), ('c', 'a', 1), ('c', 'b', 3), ('c', 'c', 16);
CREATE TABLE d AS SELECT y, p, ascii(y) - 96 AS yi, ascii(p) - 96 AS pi, i, i % 2 = 0 AS half FROM cells, generate_series(1, n) AS i;
CREATE TABLE s AS SELECT mlops.class_confusion(y, p) AS c, mlops.class_confusion(yi, pi) AS i FROM d;

-- proportion_confint(76, 100, method = 'wilson')
SELECT short(mlops.metric_ci(c, 'accuracy')) AS accuracy, short(mlops.metric_ci(c, 'accuracy', 0.9)) AS level, short(mlops.metric_ci(c, 'hamming_loss')) AS hamming, mlops.metric_ci(c, 'accuracy') = mlops.proportion_ci(76, 100) AS wilson,
       mlops.metric_ci(c, 'accuracy') = mlops.metric_ci(i, 'accuracy') AS integers, mlops.metric_ci(c, 'f1_score', average => 'micro') = mlops.metric_ci(c, 'accuracy') AS f1, mlops.metric_ci(c, 'precision_score', average => 'micro') = mlops.metric_ci(c, 'accuracy') AS "precision", mlops.metric_ci(c, 'recall_score', average => 'micro') = mlops.metric_ci(c, 'accuracy') AS recall FROM s \gx
-- the others
SELECT short(mlops.metric_ci(c, 'balanced_accuracy')) AS balanced, short(mlops.metric_ci(c, 'matthews_corrcoef')) AS mcc, short(mlops.metric_ci(c, 'cohen_kappa')) AS kappa, short(mlops.metric_ci(i, 'cohen_kappa', weighting => 'quadratic')) AS quadratic, short(mlops.metric_ci(c, 'precision_score')) AS precision_macro,
       short(mlops.metric_ci(c, 'recall_score', average => 'weighted')) AS recall_weighted, short(mlops.metric_ci(c, 'f1_score')) AS f1_macro, short(mlops.metric_ci(c, 'jaccard_score', 0.8, average => 'micro')) AS jaccard_micro, short(mlops.metric_ci(c, 'fbeta_score', average => 'weighted', beta => 2)) AS f2 FROM s \gx
SELECT (mlops.metric_ci(c, 'balanced_accuracy')).estimate = mlops.balanced_accuracy(c) AS balanced, (mlops.metric_ci(c, 'matthews_corrcoef')).estimate = mlops.matthews_corrcoef(c) AS mcc, (mlops.metric_ci(i, 'cohen_kappa', weighting => 'linear')).estimate = mlops.cohen_kappa(i, 'linear') AS kappa,
       (mlops.metric_ci(c, 'precision_score')).estimate = mlops.precision_score(c) AS "precision", (mlops.metric_ci(c, 'recall_score', average => 'weighted')).estimate = mlops.recall_score(c, 'weighted') AS recall, (mlops.metric_ci(c, 'jaccard_score')).estimate = mlops.jaccard_score(c) AS jaccard,
       (mlops.metric_ci(c, 'fbeta_score', beta => 0.5)).estimate = mlops.fbeta_score(c, 0.5) AS fbeta, mlops.metric_ci(c, 'fbeta_score', beta => 1) = mlops.metric_ci(c, 'f1_score') AS f1 FROM s;
-- the bootstrap of the same seed
SELECT mlops.metric_ci(c, 'recall_score', 0.9, average => 'macro') = mlops.metric_ci(c, 'recall_score', 0.9) AS recall, mlops.bootstrap_ci(c, 'f1_score') = mlops.metric_ci(c, 'f1_score') AS f1,
       mlops.bootstrap_ci(c, 'jaccard_score', level => 0.8, average => 'micro') = mlops.metric_ci(c, 'jaccard_score', 0.8, average => 'micro') AS jaccard, mlops.bootstrap_ci(c, 'cohen_kappa') = mlops.metric_ci(c, 'cohen_kappa') AS kappa FROM s;
SELECT mlops.bootstrap_ci(c, m) = mlops.bootstrap_ci(c, m, seed => 0) AS same, mlops.bootstrap_ci(c, m) = mlops.bootstrap_ci(c, m, seed => 1) AS other, short(mlops.bootstrap_ci(c, m, 500, 0.9, 7, 'bca')) AS bca
FROM s, unnest('{accuracy,balanced_accuracy,hamming_loss,matthews_corrcoef}'::text[]) AS m;
-- the error of a share, and of two classes that of the binary metric
SELECT abs((b).std_error / (w).std_error - 1) < 0.05 AS error, abs((b).lower - (w).lower) < 0.015 AS lower, abs((b).upper - (w).upper) < 0.015 AS upper FROM (SELECT mlops.bootstrap_ci(c, 'accuracy', 5000) AS b, mlops.metric_ci(c, 'accuracy') AS w FROM s) AS t;
SELECT abs((m).estimate - (b).estimate) < 1e-12 AS estimate, abs((m).std_error / (b).std_error - 1) < 0.1 AS error FROM (SELECT mlops.metric_ci(mlops.class_confusion((y = 'a')::int, (p = 'a')::int), 'matthews_corrcoef') AS m, mlops.metric_ci(mlops.confusion(y = 'a', p = 'a'), 'matthews_corrcoef') AS b FROM d) AS t;
-- a class that a resample lacks does not count as 0: every row is right
SELECT short(mlops.metric_ci(mlops.class_confusion(y, y), 'recall_score')) AS perfect FROM (VALUES ('a'), ('b'), ('c')) AS t (y);
-- one class, one row, no rows, NULL
SELECT short(mlops.metric_ci(mlops.class_confusion('a'::text, 'a'), 'cohen_kappa')) AS kappa, short(mlops.metric_ci(mlops.class_confusion('a'::text, 'a'), 'matthews_corrcoef')) AS mcc, short(mlops.metric_ci(mlops.class_confusion('a'::text, 'b'), 'accuracy')) AS wrong, short(mlops.metric_ci(mlops.class_confusion('a'::text, 'b'), 'f1_score')) AS f1,
       mlops.metric_ci(mlops.class_confusion(NULL::text, 'a'), 'accuracy') AS none, mlops.metric_ci(mlops.class_confusion(NULL::text, 'a'), 'f1_score') AS none, mlops.bootstrap_ci(mlops.class_confusion(NULL::text, 'a'), 'f1_score') AS none, mlops.metric_ci(NULL::mlops.class_confusion, 'accuracy') AS "null";
-- weights leave no bounds
SELECT short(mlops.metric_ci(c, 'accuracy')) AS accuracy, short(mlops.metric_ci(c, 'f1_score')) AS f1, short(mlops.bootstrap_ci(c, 'matthews_corrcoef')) AS mcc FROM (SELECT mlops.class_confusion(y, p, i::float8) AS c FROM d) AS t;
SELECT short(mlops.metric_ci(mlops.class_confusion('a'::text, 'a', 0), 'accuracy')) AS weightless, short(mlops.metric_ci(mlops.class_confusion('a'::text, 'a', 0), 'f1_score')) AS f1;
-- rows in another order, parts, workers
SELECT mlops.metric_ci(mlops.class_confusion(y, p ORDER BY i DESC, y), 'f1_score') = (SELECT mlops.metric_ci(c, 'f1_score') FROM s) AS shuffled FROM d;
SELECT mlops.metric_ci(mlops.merge(part), 'f1_score') = (SELECT mlops.metric_ci(c, 'f1_score') FROM s) AS merged FROM (SELECT mlops.class_confusion(y, p) AS part FROM d GROUP BY half) AS t;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT mlops.metric_ci(mlops.class_confusion(y, p), 'f1_score') = (SELECT mlops.metric_ci(c, 'f1_score') FROM s) AS parallel FROM d;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
-- errors
SELECT mlops.metric_ci(c, 'accuracy', 1) FROM s;
SELECT mlops.metric_ci(c, 'f1_score', average => 'binary') FROM s;
SELECT mlops.metric_ci(c, 'f1_score', 'NaN', average => 'macro') FROM s;
SELECT mlops.metric_ci(c, 'fbeta_score', beta => -1) FROM s;
SELECT mlops.metric_ci(c, 'cohen_kappa', weighting => 'linear') FROM s;
SELECT mlops.bootstrap_ci(c, 'roc_auc') FROM s;
SELECT mlops.bootstrap_ci(c, 'f1_score', 0) FROM s;
SELECT mlops.bootstrap_ci(c, 'f1_score', level => 2) FROM s;
SELECT mlops.bootstrap_ci(c, 'f1_score', method => 'basic') FROM s;
SELECT mlops.bootstrap_ci(c, 'f1_score', average => 'samples') FROM s;

-- differences between groups
CREATE TABLE people AS SELECT i, chr(97 + i % 3) AS g, (i * 7919) % 10 < 5 AS y, (i * 104729) % 1009 < 300 + 200 * (i % 3) AS p FROM generate_series(1, 900) AS i;
CREATE TABLE stored AS SELECT mlops.group_confusion(y, p, g) AS c FROM people;
SELECT m, short(mlops.bootstrap_ci(c, m)) AS simultaneous, short(mlops.bootstrap_ci(c, m, 300, 0.9, 5, 'percentile')) AS percentile FROM stored,
    unnest('{demographic_parity_difference,demographic_parity_ratio,equal_opportunity_difference,equal_opportunity_ratio,equalized_odds_difference,equalized_odds_ratio,predictive_parity_difference,predictive_equality_difference}'::text[]) AS m;
SELECT mlops.metric_ci(c, 'demographic_parity_difference') = mlops.bootstrap_ci(c, 'demographic_parity_difference') AS dpd, mlops.metric_ci(c, 'demographic_parity_ratio') = mlops.bootstrap_ci(c, 'demographic_parity_ratio') AS dpr,
       mlops.metric_ci(c, 'equal_opportunity_difference') = mlops.bootstrap_ci(c, 'equal_opportunity_difference') AS eod, mlops.metric_ci(c, 'equal_opportunity_ratio') = mlops.bootstrap_ci(c, 'equal_opportunity_ratio') AS eor,
       mlops.metric_ci(c, 'equalized_odds_difference') = mlops.bootstrap_ci(c, 'equalized_odds_difference') AS odds, mlops.metric_ci(c, 'equalized_odds_ratio', 0.8) = mlops.bootstrap_ci(c, 'equalized_odds_ratio', level => 0.8) AS odds_ratio,
       mlops.metric_ci(c, 'predictive_parity_difference') = mlops.bootstrap_ci(c, 'predictive_parity_difference') AS pp, mlops.metric_ci(c, 'predictive_equality_difference') = mlops.bootstrap_ci(c, 'predictive_equality_difference') AS pe,
       (mlops.metric_ci(c, 'equalized_odds_ratio')).estimate = mlops.equalized_odds_ratio(c) AS estimate, mlops.bootstrap_ci(c, 'equalized_odds_ratio') = mlops.bootstrap_ci(c, 'equalized_odds_ratio', seed => 1) AS other_seed FROM stored;
-- two groups: the normal interval of a difference of shares
SELECT abs((c).lower - (difference - 1.96 * se)) < 0.01 AS lower, abs((c).upper - (difference + 1.96 * se)) < 0.01 AS upper, abs((c).std_error / se - 1) < 0.05 AS error
FROM (SELECT mlops.bootstrap_ci(mlops.group_confusion(p, g), 'demographic_parity_difference', 5000) AS c FROM people WHERE g <> 'b') AS t,
     (SELECT max(rate) - min(rate) AS difference, sqrt(sum(rate * (1 - rate) / n)) AS se FROM (SELECT avg(p::int)::float8 AS rate, count(*) AS n FROM people WHERE g <> 'b' GROUP BY g) AS u) AS v;
-- groups that are equal: nothing is claimed
SELECT (mlops.metric_ci(c, 'demographic_parity_difference')).lower = 0 AS simultaneous, (mlops.bootstrap_ci(c, 'demographic_parity_difference', method => 'percentile')).lower > 0 AS percentile_does, (mlops.metric_ci(c, 'demographic_parity_ratio')).upper = 1 AS ratio
FROM (SELECT mlops.group_confusion(i % 7 < 3, (i % 3)::text) AS c FROM people) AS t;
-- small groups are left out; one group, nobody selected, no labels, no rows, weights
SELECT mlops.metric_ci(more.c, 'demographic_parity_difference', min_n => 2) = mlops.metric_ci(stored.c, 'demographic_parity_difference') AS left_out, short(mlops.metric_ci(more.c, 'demographic_parity_difference')) AS kept
FROM stored, (SELECT mlops.group_confusion(y, p, g) AS c FROM (SELECT y, p, g FROM people UNION ALL SELECT true, true, 'tiny') AS t) AS more;
SELECT short(mlops.metric_ci(c, 'demographic_parity_difference', min_n => 301)) AS too_small FROM stored;
SELECT short(mlops.metric_ci(c, 'demographic_parity_difference')) AS difference, short(mlops.metric_ci(c, 'demographic_parity_ratio')) AS zero_by_zero FROM (SELECT mlops.group_confusion(false, g) AS c FROM people) AS t;
SELECT short(mlops.metric_ci(mlops.group_confusion(p AND g <> 'a', g), 'demographic_parity_ratio')) AS one_selects_nobody FROM people;
SELECT short(mlops.metric_ci(mlops.group_confusion(p, g), 'equal_opportunity_difference')) AS no_labels, mlops.metric_ci(mlops.group_confusion(NULL::boolean, g), 'demographic_parity_difference') AS no_rows, mlops.metric_ci(NULL::mlops.group_confusion, 'demographic_parity_difference') AS "null" FROM people;
SELECT short(mlops.metric_ci(mlops.group_confusion(y, p, g, 2.0), 'demographic_parity_difference')) AS weights FROM people;
-- against a privileged group
SELECT short(mlops.metric_ci(c, 'disparate_impact', privileged => 'a')) AS impact, short(mlops.metric_ci(c, 'statistical_parity_difference', 0.9, privileged => 'a')) AS parity, short(mlops.metric_ci(c, 'average_odds_difference', privileged => 'a')) AS odds FROM stored \gx
SELECT (mlops.metric_ci(c, 'disparate_impact', privileged => 'a')).estimate = mlops.disparate_impact(c, 'a') AS impact, (mlops.metric_ci(c, 'statistical_parity_difference', privileged => 'a')).estimate = mlops.statistical_parity_difference(c, 'a') AS parity,
       (mlops.metric_ci(c, 'average_odds_difference', privileged => 'a')).estimate = mlops.average_odds_difference(c, 'a') AS odds, short(mlops.metric_ci(c, 'disparate_impact', privileged => 'nobody')) AS nobody, short(mlops.metric_ci(c, 'disparate_impact', min_n => 301, privileged => 'a')) AS too_small, mlops.metric_ci(c, 'disparate_impact', privileged => NULL) AS "null" FROM stored \gx
SELECT short(mlops.metric_ci(mlops.group_confusion(p AND g <> 'a', g), 'disparate_impact', privileged => 'a')) AS selects_nobody, short(mlops.metric_ci(mlops.group_confusion(p, g, 2.0), 'disparate_impact', privileged => 'a')) AS weights, mlops.metric_ci(mlops.group_confusion(NULL::boolean, g), 'disparate_impact', privileged => 'a') AS no_rows FROM people;
SELECT mlops.metric_ci(c, 'disparate_impact', min_n => 0, privileged => 'a') FROM stored;
-- errors
SELECT mlops.bootstrap_ci(c, 'disparate_impact') FROM stored;
SELECT mlops.bootstrap_ci(c, 'demographic_parity_ratio', 0) FROM stored;
SELECT mlops.bootstrap_ci(c, 'demographic_parity_ratio', method => 'bca') FROM stored;
SELECT mlops.metric_ci(c, 'demographic_parity_difference', min_n => 0) FROM stored;
SELECT mlops.metric_ci(c, 'demographic_parity_difference', 0) FROM stored;

-- by name
SELECT m, mlops.metric_ci(c, m, 0.9, 'weighted') = mlops.bootstrap_ci(c, m, level => 0.9, average => 'weighted') AS bootstrap, short(mlops.metric_ci(c, m)) FROM s, unnest('{accuracy,f1_score,cohen_kappa}'::text[]) AS m;
SELECT mlops.metric_ci(c, 'roc_auc') FROM s;
-- versions on different rows; proportions_ztest([30, 25], [50, 50]) 0.314879 and the interval of Newcombe; the odd rows are no better than the even ones
CREATE FUNCTION short(c mlops.comparison) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s a=%s b=%s difference=%s [%s, %s] p=%s %s %s', c.metric, round(c.a::numeric, 6), round(c.b::numeric, 6), round(c.difference::numeric, 6), round(c.lower::numeric, 6), round(c.upper::numeric, 6), round(c.p_value::numeric, 6), c.better, c.method)
$$;
CREATE TABLE ab AS SELECT (ARRAY['a','b','c'])[1 + i % 3] AS y, (ARRAY['a','b','c'])[1 + (i + (i <= 50 AND i > 30 OR i > 75)::int) % 3] AS p, i <= 50 AS is_a FROM generate_series(1, 100) AS i;
SELECT short(mlops.compare(a, b)), mlops.compare(a, b) = mlops.compare(a, b, 'accuracy', 0.95, 'micro') AS defaults, short(mlops.compare(a, b, 'hamming_loss')), (mlops.compare(a, b, 'f1_score', average => 'micro')).p_value = (mlops.compare(a, b)).p_value AS micro
    FROM (SELECT mlops.class_confusion(y, p) FILTER (WHERE is_a) AS a, mlops.class_confusion(y, p) FILTER (WHERE NOT is_a) AS b FROM ab) AS t \gx
SELECT m, short(mlops.compare(a, b, m)), (mlops.compare(a, b, m)).p_value = (mlops.compare(b, a, m)).p_value AS symmetric, (mlops.compare(a, a, m)).p_value AS itself
    FROM (SELECT mlops.class_confusion(y, p) FILTER (WHERE half) AS a, mlops.class_confusion(y, CASE WHEN i % 5 = 1 THEN y ELSE p END) FILTER (WHERE NOT half) AS b FROM d) AS t, unnest('{f1_score,cohen_kappa,matthews_corrcoef,balanced_accuracy}'::text[]) AS m;
SELECT mlops.compare(a, NULL), mlops.compare(a, b), short(mlops.compare(a, w)), short(mlops.compare(a, one, 'f1_score'))
    FROM (SELECT mlops.class_confusion(y, p) AS a, mlops.class_confusion(NULL::text, p) AS b, mlops.class_confusion(y, p, 2.0) AS w, mlops.class_confusion(y, p) FILTER (WHERE y = 'a' AND p = 'b' AND i = 1) AS one FROM d) AS t;
SELECT mlops.compare(c, c, 'roc_auc') FROM s;
SELECT mlops.compare(c, c, 'f1_score', average => 'binary') FROM s;
-- on the same rows: McNemar, statsmodels.stats.contingency_tables.mcnemar
SELECT short(mlops.compare(y, p, CASE WHEN i % 5 = 1 THEN y ELSE p END)), mlops.compare(y, p, CASE WHEN i % 5 = 1 THEN y ELSE p END) = mlops.compare(true, p = y, CASE WHEN i % 5 = 1 THEN y ELSE p END = y) AS binary,
       mlops.compare(y, p, NULL) AS no_rows, short(mlops.compare(y, y, 'x')) AS worst, (mlops.compare(y, 'ab', y)).a AS prefix FROM d;

SET client_min_messages = warning;
DROP SCHEMA metrics_class_intervals CASCADE;

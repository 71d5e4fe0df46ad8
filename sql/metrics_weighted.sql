-- Ranking metrics with weights: roc_auc, gini, ks_score, average_precision (label, score, weight)
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_weighted;
SET search_path = metrics_weighted, public;

CREATE TABLE d1 (i int, y int, s float8, w float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5],
    array[1, 2, 1, 1, 3, 1, 1, 2, 1, .5]);

-- roc_auc_score 0.7444444444444445, 2 AUC - 1, max |tpr - fpr| of roc_curve, average_precision_score 0.7456866804692892
SELECT mlops.roc_auc(y, s, w), mlops.gini(y, s, w), mlops.ks_score(y, s, w), mlops.average_precision(y, s, w) FROM d1;
SELECT mlops.roc_auc(y = 1, s, w), mlops.gini(y = 1, s, w), mlops.ks_score(y = 1, s, w), mlops.average_precision(y = 1, s, w) FROM d1;
-- a weight of 2 is a row twice; equal weights, of whatever size, are none
SELECT mlops.roc_auc(y, s, 2 * w) = (SELECT mlops.roc_auc(y, s) FROM d1, generate_series(1, (2 * w)::int)) AS auc,
       mlops.ks_score(y, s, 2 * w) = (SELECT mlops.ks_score(y, s) FROM d1, generate_series(1, (2 * w)::int)) AS ks,
       abs(mlops.average_precision(y, s, 2 * w) - (SELECT mlops.average_precision(y, s) FROM d1, generate_series(1, (2 * w)::int))) < 1e-15 AS ap
FROM d1;
SELECT w, mlops.roc_auc(y, s, k.w) = mlops.roc_auc(y, s) AS auc, mlops.gini(y, s, k.w) = mlops.gini(y, s) AS gini,
       mlops.ks_score(y, s, k.w) = mlops.ks_score(y, s) AS ks, mlops.average_precision(y, s, k.w) = mlops.average_precision(y, s) AS ap
FROM (SELECT y, s FROM d1) AS d, unnest('{1,0.1,7,1e-300,1e308,5e-324}'::float8[]) AS k (w) GROUP BY w ORDER BY w;

CREATE FUNCTION metrics(labels boolean[], scores float8[], weights float8[])
RETURNS TABLE (auc float8, gini float8, ks float8, ap float8) LANGUAGE sql AS $$
    SELECT mlops.roc_auc(y, s, w), mlops.gini(y, s, w), mlops.ks_score(y, s, w), mlops.average_precision(y, s, w)
    FROM unnest(labels, scores, weights) AS t (y, s, w)
$$;
-- empty, only NULLs, one row, one class, no weight in a class or at all
SELECT * FROM metrics('{}', '{}', '{}');
SELECT * FROM metrics('{t,NULL,f,f}', '{NULL,0.5,0.5,NaN}', '{1,1,NULL,NULL}');
SELECT * FROM metrics('{t}', '{0.5}', '{3}');
SELECT * FROM metrics('{f}', '{0.5}', '{3}');
SELECT * FROM metrics('{t,t}', '{0.5,0.7}', '{1,2}');
SELECT * FROM metrics('{t,f}', '{0.5,0.7}', '{1,0}');
SELECT * FROM metrics('{t,f}', '{0.5,0.7}', '{-0,1}');
SELECT * FROM metrics('{t,f}', '{0.5,0.7}', '{0,0}');
-- rows without weight make no difference
SELECT * FROM metrics('{t,f,t,f}', '{0.9,0.5,0.4,0.1}', '{1,2,3,4}');
SELECT * FROM metrics('{t,f,t,f,f,t}', '{0.9,0.5,0.4,0.1,2,-2}', '{1,2,3,4,0,0}');
-- ties, infinities, NaN
SELECT * FROM metrics('{t,f,t,f}', '{0.5,0.5,0.5,0.5}', '{1,2,3,4}');
SELECT * FROM metrics('{t,f,t,f}', '{Infinity,Infinity,1,-Infinity}', '{1,2,3,4}');
SELECT * FROM metrics('{t,f}', '{0,-0}', '{1,2}');
SELECT * FROM metrics('{t,f}', '{NaN,0.5}', '{1,2}');
SELECT * FROM metrics('{t,f}', '{0.4,0.5}', '{1,NaN}');
-- weights that are none, labels that are none
SELECT * FROM metrics('{t,f}', '{0.4,0.5}', '{1,-0.1}');
SELECT * FROM metrics('{t,f}', '{0.4,0.5}', '{1,Infinity}');
SELECT * FROM metrics('{t,f}', '{0.4,0.5}', '{-Infinity,1}');
SELECT mlops.roc_auc(2, 0.5, 1);

-- any order, any plan, any memory: the same bits
CREATE TABLE noise AS
    SELECT i, (i::bigint * 7919) % 3 = 0 AS y, round(((i::bigint * 2654435761) % 4294967296) / 4294967.296)::float8 AS s,
           ((i::bigint * 104729) % 1009)::float8 / (1 + i % 7) AS w
    FROM generate_series(1, 30000) AS i;
ANALYZE noise;
CREATE TABLE answer AS SELECT mlops.roc_auc(y, s, w) AS auc, mlops.gini(y, s, w) AS gini, mlops.ks_score(y, s, w) AS ks, mlops.average_precision(y, s, w) AS ap FROM noise;
CREATE FUNCTION is_answer(mlops.weighted_samples) RETURNS boolean LANGUAGE sql AS $$
    SELECT a = row(mlops.roc_auc($1), mlops.gini($1), mlops.ks_score($1), mlops.average_precision($1)) FROM metrics_weighted.answer AS a
$$;
-- against the definition
SELECT abs(auc - (SELECT sum(p.w * n.w * (p.s > n.s)::int + p.w * n.w * (p.s = n.s)::int / 2) / sum(p.w * n.w)
                  FROM noise AS p, noise AS n WHERE p.y AND NOT n.y AND p.i <= 1500 AND n.i <= 1500)) < 1e-12 AS definition
FROM (SELECT mlops.roc_auc(y, s, w) AS auc FROM noise WHERE i <= 1500) AS t;
SELECT is_answer(mlops.weighted_samples(y, s, w)) FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS shuffled;
SELECT is_answer(mlops.merge(state)) FROM (SELECT mlops.weighted_samples(y::int, s, w) AS state FROM noise GROUP BY i % 13) AS t;
SET mlops.work_mem = '64kB';
SELECT is_answer(mlops.weighted_samples(y, s, w)) FROM noise;
SELECT is_answer(mlops.merge(state)) FROM (SELECT mlops.weighted_samples(y::int, s, w) AS state FROM noise GROUP BY i % 13) AS t;
SELECT string_agg(row(t)::text, '' ORDER BY g) AS groups FROM (SELECT i % 3 AS g, mlops.roc_auc(i % 2 = 0, s, w), mlops.average_precision(i % 2 = 0, s, w) FROM noise GROUP BY 1) AS t \gset spilled_
RESET mlops.work_mem;
SELECT string_agg(row(t)::text, '' ORDER BY g) = :'spilled_groups' AS same FROM (SELECT i % 3 AS g, mlops.roc_auc(i % 2 = 0, s, w), mlops.average_precision(i % 2 = 0, s, w) FROM noise GROUP BY 1) AS t;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.roc_auc(y, s, w), mlops.ks_score(y, s, w) FROM noise;
SELECT (mlops.roc_auc(y, s, w), mlops.gini(y, s, w), mlops.ks_score(y, s, w), mlops.average_precision(y, s, w)) = (SELECT auc, gini, ks, ap FROM answer) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- windows, FILTER, DISTINCT, grouping sets
SELECT i, mlops.roc_auc(y, s, w) OVER w AS auc, mlops.average_precision(y, s, w) OVER w AS ap FROM d1 WINDOW w AS (ORDER BY i);
SELECT mlops.roc_auc(y, s, w) FILTER (WHERE i <= 6) AS first, mlops.roc_auc(y, s, w ORDER BY s DESC) AS ordered, mlops.roc_auc(DISTINCT y, s, w) AS different FROM d1;
SELECT i % 2 AS odd, i % 3 AS third, mlops.roc_auc(y, s, w) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;

-- the value
SELECT mlops.weighted_samples(y, s, w) FROM (VALUES (true, 1.5::float8, 2::float8), (false, 2, 0.5), (true, '-0', '-0'), (false, 1, 'NaN')) AS t (y, s, w);
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    state text;
BEGIN
    RETURN value::mlops.weighted_samples::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
    RETURN state || ' ' || SQLERRM || coalesce(': ' || nullif(detail, ''), '');
END
$$;
SELECT value, try(value) FROM unnest(array[
    '', 'weighted_samples', 'weighted_samples:', 'weighted_samples:0b', 'weighted_samples:0601', 'weighted_samples:0b01',
    'weighted_samples:0b0100000000',                                                -- empty
    'weighted_samples:0b010000000000',                                              -- trailing byte
    'weighted_samples:0b010001000000000000f03f000000000000f03f0000',                -- one row
    'weighted_samples:0b010001000000000000f87f000000000000f03f0000',                -- score NaN
    'weighted_samples:0b010001000000000000f03f000000000000f87f0000',                -- weight NaN
    'weighted_samples:0b010001000000000000f03f000000000000f07f0000',                -- weight infinite
    'weighted_samples:0b010001000000000000f03f000000000000f0bf0000',                -- weight negative
    'weighted_samples:0b010001000000000000f03f00000000000000800000',                -- weight -0
    'weighted_samples:0b010002000000000000f03f0000000000000040000000000000f03f000000000000f03f0000', -- descending weights
    'weighted_samples:0b010002000000000000f03f0000000000000040000000',              -- shorter than it says
    'weighted_samples:0b0100ffffffffffffffffff010000']) AS value;

-- one rule of weights in every family: NaN makes the result NaN, negative and infinite ones are errors
CREATE TABLE weighed AS SELECT i, i % 2 AS y, i % 3 % 2 AS p, i % 3 AS c, i / 7.0::float8 AS s, ARRAY[0.5, 0.25, 0.25]::float8[] AS probs, 'g' || (i > 3)::int AS g FROM generate_series(1, 6) AS i;
CREATE FUNCTION of_weight(call text, w float8) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    EXECUTE format('SELECT (%s)::text FROM (SELECT *, CASE i WHEN 3 THEN $1 ELSE 1 END AS w FROM weighed) AS t', call) INTO answer USING w;
    RETURN coalesce(answer, 'NULL');
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN SQLSTATE;
END $$;
SELECT call, of_weight(call, 'NaN') AS "NaN", of_weight(call, -1) AS negative, of_weight(call, 'Infinity') AS infinite, of_weight(call, 2) NOT IN ('NaN', 'NULL', '22023') AS finite
FROM unnest(ARRAY[
    'mlops.accuracy(y, p, w)', 'mlops.f1_score(mlops.confusion(y, p, w))', 'mlops.top_k_accuracy(c, probs, 2, w)', 'mlops.brier_score(y, s, w)',
    'mlops.f1_score(c, p, ''macro'', w)', 'mlops.matthews_corrcoef(mlops.class_confusion(c, p, w))', 'mlops.cohen_kappa(mlops.class_confusion(c, p, w))', '(mlops.metric_ci(mlops.class_confusion(c, p, w), ''accuracy'')).estimate',
    'mlops.demographic_parity_difference(mlops.group_confusion(y, p, g, w))', 'mlops.disparate_impact(mlops.group_confusion(y, p, g, w), ''g0'')',
    '(mlops.metric_ci(mlops.group_confusion(y, p, g, w), ''equal_opportunity_difference'')).estimate', 'mlops.accuracy(mlops.confusion(mlops.group_confusion(y, p, g, w), ''g1''))',
    'mlops.roc_auc(y, s, w)', 'mlops.average_precision(y, s, w)', 'mlops.log_loss(y, s, w)', 'mlops.log_loss(c, probs, w)', 'mlops.mae(s, c, w)', 'mlops.rmse(mlops.errors(s, c, w))',
    'mlops.mape(s, c, w)', 'mlops.median_absolute_error(s, c, w)', 'mlops.d2_absolute_error_score(s, c, w)', 'mlops.msle(s, c, w)', 'mlops.mean_poisson_deviance(s, c + 1, w)']) AS call;
SELECT mlops.n_nan(mlops.class_confusion(y, p, w)), mlops.n(mlops.class_confusion(y, p, w)), mlops.n_nan(mlops.group_confusion(y, p, g, w)), mlops.n(mlops.group_confusion(y, p, g, w)),
       mlops.n_nan(mlops.class_confusion(y, p, w)::text::mlops.class_confusion) AS classes, mlops.n_nan(mlops.group_confusion(y, p, g, w)::text::mlops.group_confusion) AS groups
FROM (SELECT *, CASE i WHEN 3 THEN 'NaN'::float8 ELSE i END AS w FROM weighed) AS t;
SELECT mlops.n_nan(mlops.merge(c)) AS classes, mlops.f1_score(mlops.merge(c)) AS f1, mlops.n_nan(mlops.merge(g)) AS groups
FROM (SELECT mlops.class_confusion(y, p, w) AS c, mlops.group_confusion(y, p, g, w) AS g
      FROM (SELECT *, CASE i WHEN 3 THEN 'NaN'::float8 ELSE i END AS w FROM weighed) AS t GROUP BY i) AS parts;

SET client_min_messages = warning;
DROP SCHEMA metrics_weighted CASCADE;

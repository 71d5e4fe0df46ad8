-- Is version B better than version A: DeLong, McNemar, paired and unpaired comparisons
-- Reference values: numpy 1.24.2 (Sun and Xu), statsmodels 0.13.5
CREATE SCHEMA metrics_paired;
SET search_path = metrics_paired, public;

CREATE TABLE d1 (i int, y int, s float8, s2 float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5],
    array[.3, .2, .6, .7, .1, .5, .55, .8, .9, .4]);
CREATE FUNCTION short(c mlops.comparison) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s: a=%s b=%s difference=%s [%s, %s] p=%s better=%s (%s)', c.metric, coalesce(round(c.a::numeric, 9)::text, 'NULL'), coalesce(round(c.b::numeric, 9)::text, 'NULL'),
                  coalesce(round(c.difference::numeric, 9)::text, 'NULL'), coalesce(round(c.lower::numeric, 9)::text, 'NULL'), coalesce(round(c.upper::numeric, 9)::text, 'NULL'),
                  coalesce(to_char(c.p_value, '9.99999999EEEE'), 'NULL'), coalesce(c.better, 'NULL'), c.method)
$$;

-- covariance of the AUCs ((.023, -.004), (-.004, .0032)): z -0.865180912697401, p 0.3869395000164382
SELECT auc_a, auc_b, round(std_error::numeric, 12) AS std_error, round(z::numeric, 12) AS z, round(p_value::numeric, 12) AS p_value, n_positive, n_negative
FROM (SELECT (mlops.delong_test(y, s, s2)).* FROM d1) AS t;
SELECT short(mlops.compare(y, s, s2)) AS integer, mlops.compare(y = 1, s, s2) = mlops.compare(y, s, s2) AS boolean, short(mlops.compare(mlops.paired_samples(y, s, s2), 0.5)) AS level FROM d1;
-- equal AUCs without variance: p 1; different ones: p 0; one class, one row of a class, NaN, infinities, nothing
SELECT n, (mlops.delong_test(l, a, b)).auc_a, round((mlops.delong_test(l, a, b)).p_value::numeric, 9) AS p, short(mlops.compare(l, a, b))
FROM (VALUES ('equal', true, 2::float8, 9::float8), ('equal', true, 3, 8), ('equal', false, 1, 1), ('equal', false, 0, 2), ('opposite', true, 2, 1), ('opposite', true, 3, 1), ('opposite', false, 1, 2),
             ('opposite', false, 1, 3), ('class', true, 1, 2), ('single', true, 1, 2), ('single', false, 2, 1), ('NaN', true, 'NaN', 1), ('NaN', false, 1, 1), ('NULL', true, NULL, 1),
             ('infinite', true, 'Infinity', 1), ('infinite', true, 1, 0), ('infinite', false, '-Infinity', '-0'), ('infinite', false, 1, 2)) AS t (n, l, a, b) GROUP BY n ORDER BY n;
SELECT mlops.delong_test(2, 0.1, 0.2);
SELECT mlops.compare(mlops.paired_samples(1, 0.1, 0.2), 2);

-- against the definition, with ties
CREATE TABLE noise AS
    SELECT i, (i * 7919) % 3 = 0 AS y, ((i * 104729) % 101)::float8 AS a, ((i * 15485863::bigint) % 89 + CASE WHEN (i * 7919) % 3 = 0 THEN 9 ELSE 0 END)::float8 AS b FROM generate_series(1, 900) AS i;
WITH pair AS (SELECT p.i AS p, n.i AS n, (p.a > n.a)::int + (p.a = n.a)::int / 2.0 AS a, (p.b > n.b)::int + (p.b = n.b)::int / 2.0 AS b FROM noise AS p, noise AS n WHERE p.y AND NOT n.y),
     v10 AS (SELECT var_samp(d) / count(*) AS v FROM (SELECT avg(a - b) AS d FROM pair GROUP BY p) AS t),
     v01 AS (SELECT var_samp(d) / count(*) AS v FROM (SELECT avg(a - b) AS d FROM pair GROUP BY n) AS t)
SELECT abs(t.std_error - sqrt(v10.v + v01.v)::float8) < 1e-14 AS std_error, abs(t.auc_a - (SELECT avg(a) FROM pair)::float8) < 1e-15 AS a, abs(t.auc_b - (SELECT avg(b) FROM pair)::float8) < 1e-15 AS b,
       t.auc_a = (SELECT mlops.roc_auc(y, a) FROM noise) AS auc
FROM v10, v01, (SELECT (mlops.delong_test(y, a, b)).* FROM noise) AS t;

-- mcnemar([[101, 121], [59, 33]]) and ([[30, 5], [12, 40]])
CREATE TABLE decision AS SELECT k, a, b FROM (VALUES (1, true, true, 101), (1, true, false, 121), (1, false, true, 59), (1, false, false, 33),
    (2, true, true, 30), (2, true, false, 5), (2, false, true, 12), (2, false, false, 40)) AS t (k, a, b, n), generate_series(1, n);
SELECT k, m, t.both_right, t.a_only, t.b_only, t.neither_right, round(t.statistic::numeric, 12) AS statistic, to_char(t.p_value, '9.999999999999EEEE') AS p_value, t.method
FROM (SELECT k, mlops.confusion(a, b) AS c FROM decision GROUP BY k) AS d, unnest('{auto,exact,chi_square,uncorrected}'::text[]) WITH ORDINALITY AS u (m, j), mlops.mcnemar_test(c, m) AS t ORDER BY k, j;
SELECT mlops.mcnemar_test(a, b) FROM decision WHERE k = 2 AND a = b;
SELECT mlops.mcnemar_test(a, b) FROM decision WHERE k = 3;
SELECT mlops.mcnemar_test(mlops.confusion(a, b), 'fisher') FROM decision;
SELECT k, short(mlops.compare(label, label = a, label = b)) FROM decision, unnest('{t,f}'::boolean[]) AS label GROUP BY k ORDER BY k;
SELECT mlops.compare(true, NULL::boolean, true);

-- regressions on the same rows: the paired t test of |e|, and of e^2
CREATE TABLE regression AS
    SELECT i, v, v + e AS a, v + e * 0.8 + g AS b FROM (SELECT i, ((i * 7919) % 1009)::float8 AS v, ((i * 104729) % 509 - 250) / 40.0::float8 AS e, ((i * 31) % 17 - 8) / 10.0::float8 AS g FROM generate_series(1, 200) AS i) AS t;
SELECT short(mlops.compare_errors(v, a, b)) AS absolute, short(mlops.compare_squared_errors(v, a, b)) AS squared, short(mlops.compare_errors(mlops.loss_means(v, a, b), 0.5)) AS level,
       short(mlops.compare_squared_errors(mlops.loss_means(v, b, a), 0.99)) AS swapped FROM regression \gx
SELECT abs((c).difference - d) < 1e-12 AS difference, abs((c).upper - (d + 1.971956544249395 * se)) < 1e-9 AS upper
FROM (SELECT mlops.compare_errors(v, a, b) AS c, avg(abs(b - v) - abs(a - v)) AS d, stddev_samp(abs(b - v) - abs(a - v)) / sqrt(200) AS se FROM regression) AS t;
SELECT n, short(mlops.compare_errors(y, a, b)) FROM (VALUES ('one', 1::float8, 2::float8, 3::float8), ('same', 1, 2, 2), ('same', 2, 3, 3), ('shift', 1, 1, 2), ('shift', 5, 5, 6), ('NaN', 1, 'NaN', 1), ('NULL', 1, NULL, 1),
     ('infinite', 1, 'Infinity', 1), ('infinite', 1, 1, 1)) AS t (n, y, a, b) GROUP BY n ORDER BY n;
SELECT mlops.compare_errors(mlops.loss_means(v)) FROM regression;

-- different rows: from two summaries
SELECT short(mlops.compare(mlops.scores(y, s), mlops.scores(y, s2))) AS scores, short(mlops.compare(mlops.scores(y, s), mlops.scores(y, 1 - s), 0.9)) AS opposite,
       mlops.compare(mlops.scores(y, s), mlops.scores(1, s)) AS one_class FROM d1 \gx
SELECT m, short(mlops.compare(mlops.confusion(y, s >= 0.5), mlops.confusion(y, s2 >= 0.5), m)) FROM d1, unnest('{accuracy,hamming_loss,f1_score,matthews_corrcoef,fnr}'::text[]) WITH ORDINALITY AS u (m, j) GROUP BY m, j ORDER BY j;
SELECT m, short(mlops.compare(mlops.error_moments(v, a), mlops.error_moments(v, b), m)) FROM regression, unnest('{mae,mse,rmse,mape,smape,wape,r2_score,explained_variance}'::text[]) WITH ORDINALITY AS u (m, j) GROUP BY m, j ORDER BY j;
SELECT m, short(mlops.compare(mlops.errors(v, a), mlops.errors(v, b), m)) FROM regression, unnest('{mae,mean_error}'::text[]) AS m GROUP BY m ORDER BY m;
-- a summary that is no longer exact: wider, and tested more carefully
SELECT (e).p_value < (c).p_value AS careful, (c).upper - (c).lower > (e).upper - (e).lower AS wider, (c).method
FROM (SELECT mlops.compare(mlops.scores(y, s), mlops.scores(y, t)) AS c, mlops.compare(mlops.scores(y, round(s::numeric, 3)::float8), mlops.scores(y, round(t::numeric, 3)::float8)) AS e
      FROM (SELECT i % 3 = 0 AS y, r AS s, r + CASE WHEN i % 3 = 0 THEN 0.002 ELSE 0 END AS t
            FROM (SELECT i, ((i::bigint * 2654435761) % 4294967296) / 4294967296.0::float8 AS r FROM generate_series(1, 30000) AS i) AS u) AS v) AS w;
SELECT mlops.compare(mlops.confusion(true, true), mlops.confusion(true, true), 'roc_auc');
SELECT mlops.compare(mlops.errors(1, 2), mlops.errors(1, 2), 'rmse');
SELECT mlops.compare(mlops.error_moments(1, 2), mlops.error_moments(1, 2), 'mean_error');
SELECT mlops.compare(mlops.errors(NULL, 2), mlops.errors(1, 2));

-- any order, any plan, any grouping: the same bits
CREATE TABLE answer AS SELECT mlops.delong_test(y, a, b) AS d, mlops.compare_errors(a, b, i) AS e FROM noise;
SELECT ROW(mlops.delong_test(y, a, b), mlops.compare_errors(a, b, i))::text = (SELECT answer::text FROM answer) AS shuffled FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS t;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.delong_test(y, a, b) FROM noise;
SELECT ROW(mlops.delong_test(y, a, b), mlops.compare_errors(a, b, i))::text = (SELECT answer::text FROM answer) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
CREATE AGGREGATE collect(mlops.paired_samples) (SFUNC = mlops_internal.paired_samples_combine, STYPE = mlops.paired_samples);
WITH part AS (SELECT i % 17 AS k, mlops.paired_samples(y, a, b) AS state FROM noise GROUP BY 1)
SELECT collect(state ORDER BY k)::text = (SELECT mlops.paired_samples(y, a, b)::text FROM noise) AS forward,
       collect(state ORDER BY k DESC)::text = (SELECT mlops.paired_samples(y, a, b ORDER BY b)::text FROM noise) AS backward,
       mlops.delong_test(collect(state)::text::mlops.paired_samples) = (SELECT d FROM answer) AS text_form FROM part;
SELECT i, round(((mlops.delong_test(y, s, s2) OVER w).p_value)::numeric, 9) AS p, (mlops.compare(y, s, s2) OVER w).better FROM d1 WINDOW w AS (ORDER BY i);
SELECT i % 2 AS odd, i % 3 AS third, short(mlops.compare(y, s, s2) FILTER (WHERE i < 10)) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;

-- what is not a summary
SELECT 'paired_samples:1001'::mlops.paired_samples;
SELECT 'paired_samples:10010001000000000000f87f0000000000000000'::mlops.paired_samples;
SELECT 'paired_samples:1001000001'::mlops.paired_samples;
SELECT 'paired_samples:1001000002000000000000f03f0000000000000000000000000000000000000000000000'::mlops.paired_samples;

SET client_min_messages = warning;
DROP SCHEMA metrics_paired CASCADE;

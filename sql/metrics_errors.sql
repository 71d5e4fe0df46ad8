-- Metrics of a regression: errors and its functions
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_errors;
SET search_path = metrics_errors, public;

CREATE TABLE d3 (i int, y float8, f float8);
INSERT INTO d3 VALUES (1, 3, 2.5), (2, -.5, 0), (3, 2, 2), (4, 7, 8), (5, 0, 1);
CREATE TABLE d3b (i int, y float8, f float8);
INSERT INTO d3b VALUES (1, 3, 2.5), (2, 5, 5), (3, 2.5, 4), (4, 7, 8);

-- 0.6 0.5 0.7071067811865476 1.0 0.4
SELECT mlops.mae(y, f), mlops.mse(y, f), mlops.rmse(y, f), mlops.max_error(y, f), mlops.mean_error(y, f) FROM d3;
-- 0.9301675977653632 0.952513966480447 900719925474099.4
SELECT mlops.r2_score(y, f), mlops.explained_variance(y, f), mlops.mape(y, f) FROM d3;
-- 0.7241379310344828 0.22738095238095235 0.17142857142857143 0.19417249417249416
SELECT mlops.r2_score(y, f), mlops.mape(y, f), mlops.wape(y, f), mlops.smape(y, f) FROM d3b;

-- the same of a stored summary
CREATE TABLE stored AS SELECT mlops.errors(y, f) AS e FROM d3;
SELECT mlops.n(e), mlops.n_null(e), mlops.n_nan(e), mlops.n_inf(e), mlops.mae(e), mlops.mse(e), mlops.rmse(e), mlops.max_error(e), mlops.mean_error(e) FROM stored;
SELECT mlops.r2_score(e), mlops.explained_variance(e), mlops.mape(e), mlops.wape(e), mlops.smape(e) FROM stored;
SELECT e::text::mlops.errors::text = e::text AS text_form FROM stored;

-- targets far from zero: the values 1e9 + {4, 7, 13, 16} have variance 30
CREATE FUNCTION all_metrics(y float8[], f float8[])
RETURNS TABLE (n bigint, mae float8, rmse float8, max_error float8, bias float8, r2 float8, ev float8, mape float8, wape float8, smape float8) LANGUAGE sql AS $$
    SELECT mlops.n(mlops.errors(y, f)), mlops.mae(y, f), mlops.rmse(y, f), mlops.max_error(y, f), mlops.mean_error(y, f), mlops.r2_score(y, f),
           mlops.explained_variance(y, f), mlops.mape(y, f), mlops.wape(y, f), mlops.smape(y, f)
    FROM unnest(y, f) AS t (y, f)
$$;
SELECT r2, ev FROM all_metrics('{4,7,13,16}', '{5,7,12,17}');
SELECT r2, ev FROM all_metrics('{1000000004,1000000007,1000000013,1000000016}', '{1000000005,1000000007,1000000012,1000000017}');
SELECT r2, ev FROM all_metrics('{1e11,100000000001,100000000002}', '{1e11,100000000001,100000000003}');
SELECT r2, ev FROM all_metrics('{0,1,2}', '{0,1,3}');
-- beyond what the squares can tell: NULL rather than noise
SELECT r2, ev FROM all_metrics('{4e15,4000000000000001}', '{4e15,4000000000000002}');
SELECT r2, ev FROM all_metrics('{1e300,1.0000000000000002e300}', '{1e300,1e300}');
-- a large bias leaves the explained variance alone
SELECT ev FROM all_metrics('{1,2,3,4}', '{1000000001.5,1000000002,1000000003,1000000004}');
SELECT ev FROM all_metrics('{1,2,3,4}', '{1.5,2,3,4}');
-- one value 0.1 many times has no variance at all
SELECT mlops.r2_score(0.1, 0.1) AS perfect, mlops.r2_score(0.1, 0.3) AS constant, mlops.explained_variance(0.1, 0.3) AS same_errors,
       mlops.explained_variance(0.1, i / 1000.0::float8) AS other_errors FROM generate_series(1, 1000) AS i;

-- empty, only NULLs, one row, two rows
SELECT * FROM all_metrics('{}', '{}');
SELECT mlops.mae(y, f) IS NULL AS mae, mlops.n(mlops.errors(y, f)), mlops.n_null(mlops.errors(y, f)) FROM (VALUES (1::float8, NULL::float8), (NULL, 1), (NULL, NULL)) AS t (y, f);
SELECT * FROM all_metrics('{3}', '{2.5}');
SELECT * FROM all_metrics('{3}', '{3}');
SELECT * FROM all_metrics('{3,3}', '{3,3}');
SELECT * FROM all_metrics('{3,3}', '{4,4}');
SELECT * FROM all_metrics('{0,0}', '{0,0}');
SELECT * FROM all_metrics('{0,-0}', '{-0,1}');
SELECT * FROM all_metrics('{1,2,NULL}', '{1,NULL,3}');
-- NaN, infinities, overflow
SELECT * FROM all_metrics('{1,2,NaN}', '{1,2,3}');
SELECT * FROM all_metrics('{1,2,3}', '{1,2,NaN}');
SELECT * FROM all_metrics('{1,2,3}', '{1,2,Infinity}');
SELECT * FROM all_metrics('{1,2,3}', '{1,-Infinity,Infinity}');
SELECT * FROM all_metrics('{1,2,-Infinity}', '{1,2,3}');
SELECT * FROM all_metrics('{1,2,Infinity}', '{1,2,Infinity}');
SELECT * FROM all_metrics('{1e200,2e200,-1e200}', '{1e200,3e200,0}');
SELECT * FROM all_metrics('{1.7e308,1,2}', '{-1.7e308,1,2}');
SELECT * FROM all_metrics('{1e-310,2e-310}', '{1e-310,1e-310}');
SELECT mlops.n(e), mlops.n_null(e), mlops.n_nan(e), mlops.n_inf(e) FROM (
    SELECT mlops.errors(y, f) AS e FROM (VALUES (1::float8, 'NaN'::float8), ('NaN', 'Infinity'), ('Infinity', 1), (1, '-Infinity'), (NULL, 'NaN'), (1, 1)) AS t (y, f)) AS s;

-- against plain SQL in numeric arithmetic
CREATE TABLE noise AS
    SELECT i, ((i * 104729) % 10007 - 3000) / 64.0::float8 AS y, ((i * 104729) % 10007 - 3000) / 64.0::float8 + ((i * 7919) % 997 - 400) / 32.0::float8 AS f, i % 13 AS part
    FROM generate_series(1, 20000) AS i;
WITH r AS (SELECT y::numeric AS y, f::numeric AS f, (f - y)::numeric AS e FROM noise)
SELECT abs(mlops.mae(y, f) - (SELECT avg(abs(e)) FROM r)) < 1e-13 AS mae,
       abs(mlops.mse(y, f) - (SELECT avg(e * e) FROM r)) < 1e-12 AS mse,
       abs(mlops.mean_error(y, f) - (SELECT avg(e) FROM r)) < 1e-13 AS bias,
       mlops.max_error(y, f) = (SELECT max(abs(e)) FROM r) AS max_error,
       abs(mlops.r2_score(y, f) - (SELECT 1 - sum(e * e) / (count(*) * var_pop(y)) FROM r)) < 1e-14 AS r2,
       abs(mlops.explained_variance(y, f) - (SELECT 1 - var_pop(e) / var_pop(y) FROM r)) < 1e-14 AS ev,
       abs(mlops.wape(y, f) - (SELECT sum(abs(e)) / sum(abs(y)) FROM r)) < 1e-14 AS wape,
       abs(mlops.smape(y, f) - (SELECT avg(CASE WHEN y = 0 AND f = 0 THEN 0 ELSE 2 * abs(e) / (abs(y) + abs(f)) END) FROM r)) < 1e-14 AS smape
FROM noise;

-- any order, any plan, any grouping: the same bytes
CREATE TABLE answer AS SELECT mlops.errors(y, f)::text AS e, mlops.rmse(y, f) AS rmse, mlops.r2_score(y, f) AS r2 FROM noise;
SELECT mlops.errors(y, f ORDER BY (i::bigint * 48271) % 2147483647)::text = (SELECT e FROM answer) AS shuffled FROM noise;
SELECT mlops.merge(e)::text = (SELECT e FROM answer) AS merged FROM (SELECT mlops.errors(y, f) AS e FROM noise GROUP BY part) AS parts;
SELECT mlops.merge(e)::text = (SELECT e FROM answer) AS rows FROM (SELECT mlops.errors(y, f) AS e FROM noise GROUP BY i) AS parts;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.errors(y, f), mlops.rmse(y, f), mlops.r2_score(y, f) FROM noise;
SELECT mlops.errors(y, f)::text = (SELECT e FROM answer) AS errors, mlops.rmse(y, f) = (SELECT rmse FROM answer) AS rmse, mlops.r2_score(y, f) = (SELECT r2 FROM answer) AS r2 FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT mlops.merge(NULL::mlops.errors), mlops.n(mlops.merge(e)) FROM (SELECT e FROM stored UNION ALL SELECT NULL) AS s;

-- windows, FILTER, DISTINCT, ORDER BY, grouping sets
SELECT i, mlops.mae(y, f) OVER w, mlops.rmse(y, f) OVER w, mlops.n(mlops.errors(y, f) OVER w) FROM d3 WINDOW w AS (ORDER BY i);
SELECT i, mlops.mae(y, f) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM d3;
SELECT mlops.mae(y, f) FILTER (WHERE i <= 2) AS first, mlops.mae(y, f) AS every_row, mlops.rmse(y, f) FILTER (WHERE i <= 2) AS first_rmse,
       mlops.mae(DISTINCT y, f) AS different, mlops.mae(y, f ORDER BY y) AS ordered FROM (SELECT * FROM d3 UNION ALL SELECT * FROM d3) AS t;
SELECT i % 2 AS odd, i % 3 AS third, mlops.mae(y, f), mlops.n(mlops.errors(y, f)) FROM d3 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;
SET work_mem = '64kB';
SELECT count(*), sum(mlops.n(e)), sum(round(mae::numeric, 9)) FROM (SELECT i % 5000 AS g, mlops.errors(y, f) AS e, mlops.mae(y, f) AS mae FROM noise GROUP BY 1) AS t;
RESET work_mem;

-- hostile values: every prefix of a good value and every byte changed
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    e mlops.errors;
BEGIN
    e := value::mlops.errors;
    RETURN CASE WHEN (SELECT count(*) FROM (VALUES (mlops.n(e)::float8), (mlops.mae(e)), (mlops.rmse(e)), (mlops.max_error(e)), (mlops.mean_error(e)), (mlops.r2_score(e)),
                                            (mlops.explained_variance(e)), (mlops.mape(e)), (mlops.wape(e)), (mlops.smape(e))) AS m) = 10
                 AND e::text = value THEN 'accepted' ELSE 'changed' END;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN 'refused';
END
$$;
SELECT try(left(e::text, length('errors:') + 2 * n)) AS prefix, count(*) > 0 AS seen
FROM stored, generate_series(0, length(e::text) / 2 - 4) AS n WHERE 2 * n < length(e::text) - length('errors:') GROUP BY 1;
SELECT try(overlay(e::text PLACING x FROM length('errors:') + 2 * n + 1 FOR 2)) AS changed_byte, count(*) > 0 AS seen
FROM stored, unnest('{00,01,02,7f,80,ff}'::text[]) AS x, generate_series(0, (length(e::text) - length('errors:')) / 2 - 1) AS n GROUP BY 1 ORDER BY 1;
SELECT try(e::text || '00') FROM stored;

-- weights: 0.6666666666666666 0.752772652709081 0.860655737704918 0.9306010928961749
CREATE TABLE w3 AS SELECT d3.*, w FROM d3 JOIN unnest('{1,2,1,.5,3}'::float8[]) WITH ORDINALITY AS u (w, i) USING (i);
SELECT mlops.mae(y, f, w), mlops.rmse(y, f, w), mlops.r2_score(y, f, w), mlops.explained_variance(y, f, w) FROM w3;
SELECT mlops.mse(y, f, w), mlops.mean_error(y, f, w), mlops.wape(y, f, w), mlops.smape(y, f, w), mlops.mape(y, f, w) FROM w3;
-- a weight is a number of rows, here halves of them
WITH copied AS (SELECT w3.* FROM w3, generate_series(1, (2 * w)::int))
SELECT abs(m.mae - c.mae) < 1e-15 AS mae, abs(m.r2 - c.r2) < 1e-15 AS r2, abs(m.ev - c.ev) < 1e-15 AS ev, abs(m.mape / c.mape - 1) < 1e-15 AS mape, abs(m.msle - c.msle) < 1e-15 AS msle,
       m.median = c.median AS median, abs(m.d2 - c.d2) < 1e-15 AS d2, abs(m.pinball - c.pinball) < 1e-15 AS pinball, abs(m.tweedie - c.tweedie) < 1e-15 AS tweedie
FROM (SELECT mlops.mae(y, f, w), mlops.r2_score(y, f, w) AS r2, mlops.explained_variance(y, f, w) AS ev, mlops.mape(y, f, w), mlops.msle(y + 1, f, w), mlops.median_absolute_error(y, f, w) AS median,
             mlops.d2_absolute_error_score(y, f, w) AS d2, mlops.mean_pinball_loss(y, f, 0.2, w) AS pinball, mlops.mean_tweedie_deviance(y + 1, f + 1, 1.3, w) AS tweedie FROM w3) AS m,
     (SELECT mlops.mae(y, f), mlops.r2_score(y, f) AS r2, mlops.explained_variance(y, f) AS ev, mlops.mape(y, f), mlops.msle(y + 1, f), mlops.median_absolute_error(y, f, 1) AS median,
             mlops.d2_absolute_error_score(y, f, 1) AS d2, mlops.mean_pinball_loss(y, f, 0.2) AS pinball, mlops.mean_tweedie_deviance(y + 1, f + 1, 1.3) AS tweedie FROM copied) AS c;
-- a weight of 0 leaves the row out, all of them give NULL; NULL skips, NaN shows
SELECT mlops.mae(y, f, w) AS mae, mlops.max_error(mlops.errors(y, f, w)) AS max, mlops.explained_variance(y, f, w) AS ev, mlops.n(mlops.errors(y, f, w)), mlops.total_weight(mlops.errors(y, f, w)) AS weight,
       mlops.msle(y, f, w), mlops.median_absolute_error(y, f, w) AS median FROM (VALUES (1::float8, 2::float8, 1::float8), (3, 4, 2), (9, 0, 0), (NULL, 1, 1), (1, 1, NULL)) AS t (y, f, w);
SELECT mlops.mae(y, f, 0) AS mae, mlops.r2_score(y, f, 0) AS r2, mlops.mape(y, f, 0) AS mape, mlops.median_absolute_error(y, f, 0) AS median, mlops.d2_absolute_error_score(y, f, 0) AS d2, mlops.mean_poisson_deviance(y + 1, f + 1, 0) AS poisson FROM d3;
SELECT mlops.mae(y, f, 'NaN') AS mae, mlops.median_absolute_error(y, f, 'NaN') AS median, mlops.msle(1, 1, 'NaN') FROM d3;
SELECT mlops.mae(1, 2, -1);
SELECT mlops.median_absolute_error(1, 2, 'Infinity');
SELECT mlops.mean_gamma_deviance(1, 2, -0.5);
SELECT mlops.r2_score(y, f, w) AS far, mlops.explained_variance(y, f, w) AS ev FROM unnest('{1000000004,1000000007,1000000013,1000000016}'::float8[], '{1000000005,1000000007,1000000012,1000000017}'::float8[], '{.1,.1,.1,.1}'::float8[]) AS t (y, f, w);

-- actual values of 0: epsilon, skip, null
SELECT mlops.mape(y, f), mlops.mape(y, f, 'epsilon') AS epsilon, mlops.mape(y, f, 'skip') AS skip, mlops.mape(y, f, 'null') AS "null", mlops.mape(y, f, NULL::text) AS standard FROM d3;
SELECT mlops.mape(y, f, w, 'skip') AS skip, mlops.mape(y, f, w, 'null') AS "null", mlops.mape(y, f, 'skip') FROM w3;
SELECT mlops.mape(y, f, 'skip'), mlops.mape(y, f, 'null') AS "null" FROM d3b;
SELECT mlops.mape(e, 'skip') AS skip, mlops.mape(e, 'null') AS "null", mlops.mape(e) FROM stored;
SELECT mlops.mape(0, 1, 'skip') AS none_left, mlops.mape(0, 0) AS zero;
SELECT mlops.mape(y, f, 'zero') FROM d3;
SELECT mlops.mape(y, f, CASE WHEN i = 1 THEN 'skip' ELSE 'null' END) FROM d3;

-- losses: 0.03973012298459376 0.21861792444793338 0.06060673253815174 0.11392438764900881 0.14
CREATE FUNCTION r(x float8) RETURNS numeric LANGUAGE sql AS 'SELECT round(x::numeric, 13)';
SELECT r(mlops.msle(y, f)) AS msle, r(mlops.rmsle(y, f)) AS rmsle, r(mlops.mean_poisson_deviance(y, f)) AS poisson, r(mlops.mean_gamma_deviance(y, f)) AS gamma, r(mlops.mean_tweedie_deviance(y, f, 1.5)) AS tweedie FROM d3b;
SELECT r(mlops.mean_pinball_loss(y, f, 0.9)) AS p9, r(mlops.mean_pinball_loss(y, f, 0.5)) AS p5, r(mlops.mean_pinball_loss(y, f, NULL)) AS standard, mlops.mean_pinball_loss(y, f, 0) AS p0, mlops.mean_pinball_loss(y, f, 1) AS p1 FROM d3;
SELECT power, r(mlops.mean_tweedie_deviance(y, f, power)) FROM d3b, unnest('{-1,0,1,1.2,1.5,1.7,2,3}'::float8[]) AS power GROUP BY 1 ORDER BY 1;
SELECT mlops.mean_tweedie_deviance(y, f, NULL) = mlops.mse(y, f) AS standard, mlops.mean_tweedie_deviance(y, f, 1) = mlops.mean_poisson_deviance(y, f) AS poisson, mlops.mean_tweedie_deviance(y, f, 2) = mlops.mean_gamma_deviance(y, f) AS gamma FROM d3b;
SELECT mlops.mean_poisson_deviance(0, 0.5) AS zero, mlops.mean_poisson_deviance(0, 'Infinity') AS inf, mlops.msle(0, 0), mlops.msle('Infinity', 1) AS inf_msle, mlops.mean_gamma_deviance('NaN', 1) AS nan;
-- close predictions keep their digits: d^2 - 2/3 d^3 + d^4/2 - 2/5 d^5 ... of y = 1, f = 1 + d
SELECT abs(mlops.mean_poisson_deviance(1, 1 + d) / (d ^ 2 - 2 * d ^ 3 / 3 + d ^ 4 / 2 - 2 * d ^ 5 / 5) - 1) < 1e-14 AS poisson, abs(mlops.mean_gamma_deviance(1 + d, 1) / (d ^ 2 - 2 * d ^ 3 / 3 + d ^ 4 / 2 - 2 * d ^ 5 / 5) - 1) < 1e-14 AS gamma FROM (SELECT 2 ^ -14::float8 AS d) AS t GROUP BY d;
-- logarithms against those of numeric
SELECT max(abs(got - want::float8) / greatest(want::float8, 1e-3)) < 1e-13 AS near FROM (
    SELECT mlops.msle(y, f) AS got, (ln(1 + y::numeric(60, 30)) - ln(1 + f::numeric(60, 30))) ^ 2 AS want FROM (SELECT (i * 7919 % 1000) ^ 3 / 512 AS y, (i * 104729 % 1000) / 64.0::float8 AS f FROM generate_series(1, 300) AS i) AS t GROUP BY y, f) AS logarithm;
SELECT mlops.msle(1, -0.5);
SELECT mlops.msle(-1, 2);
SELECT mlops.mean_poisson_deviance(1, 0);
SELECT mlops.mean_gamma_deviance(0, 1);
SELECT mlops.mean_tweedie_deviance(1, 1, 0.5);
SELECT mlops.mean_tweedie_deviance(1, 1, 'NaN');
SELECT mlops.mean_tweedie_deviance(-1, 1, 1.5);
SELECT mlops.mean_pinball_loss(1, 1, 1.5);
SELECT mlops.mean_pinball_loss(y, f, i / 10.0) FROM d3;

-- medians: 0.5 0.7142857142857143
SELECT mlops.median_absolute_error(y, f), r(mlops.d2_absolute_error_score(y, f)) AS d2 FROM d3;
SELECT mlops.median_absolute_error(y, f), r(mlops.d2_absolute_error_score(y, f)) AS d2 FROM d3b;
SELECT mlops.median_absolute_error(y, f, w), r(mlops.d2_absolute_error_score(y, f, w)) AS d2 FROM w3;
SELECT mlops.median_absolute_error(y, f) AS median, mlops.d2_absolute_error_score(y, f) AS d2 FROM (VALUES (1::float8, 'NaN'::float8), (2, 2)) AS t (y, f);
SELECT mlops.median_absolute_error(y, f) AS median, mlops.d2_absolute_error_score(y, f) AS d2 FROM (VALUES (1::float8, 'Infinity'::float8), (2, 2), (3, 3)) AS t (y, f);
SELECT mlops.median_absolute_error(y, f) AS median, mlops.d2_absolute_error_score(y, f) AS d2 FROM d3 WHERE i > 9;
SELECT mlops.d2_absolute_error_score(1, 2) AS one_value, mlops.median_absolute_error(1, 3) AS one_row;

-- what only the summary knows
CREATE TABLE detail AS SELECT mlops.errors(y, f) AS e FROM d3b;
SELECT r(mlops.msle(e)) AS msle, r(mlops.rmsle(e)) AS rmsle, r(mlops.mean_poisson_deviance(e)) AS poisson, r(mlops.mean_gamma_deviance(e)) AS gamma, r(mlops.mean_tweedie_deviance(e, 1.5)) AS tweedie,
       mlops.mean_tweedie_deviance(e) = mlops.mse(e) AS t0, mlops.mean_tweedie_deviance(e, 1) = mlops.mean_poisson_deviance(e) AS t1, mlops.mean_tweedie_deviance(e, 2) = mlops.mean_gamma_deviance(e) AS t2,
       mlops.n_negative(e), mlops.n_nonpositive(e) FROM detail;
SELECT mlops.mean_tweedie_deviance(e, 1.7) FROM detail;
SELECT mlops.msle(e), mlops.mean_poisson_deviance(e), mlops.mean_gamma_deviance(e), mlops.mean_tweedie_deviance(e, 1.5), mlops.n_negative(e), mlops.n_nonpositive(e), r(mlops.mean_pinball_loss(e, 0.9)) AS p9, r(mlops.mean_pinball_loss(e)) AS p5 FROM stored;
SELECT mlops.mean_pinball_loss(e, -1) FROM stored;
SELECT mlops.is_exact(e), mlops.median_absolute_error(e) AS median, mlops.median_absolute_error_bounds(e) AS bounds, r(mlops.d2_absolute_error_score(e)) AS d2, mlops.quantile(e, 0) AS q0, mlops.quantile(e, 0.25) AS q1, mlops.quantile(e, 1) AS q4, mlops.quantile_bounds(e, 0.5) AS q2 FROM stored;
SELECT mlops.quantile(e, 1.5) FROM stored;
SELECT mlops.is_exact(e), mlops.median_absolute_error(e) AS median, mlops.quantile_bounds(e, 0.5) AS bounds, mlops.d2_absolute_error_score(e) AS d2, mlops.d2_absolute_error_score_bounds(e) AS d2_bounds, mlops.msle(e) IS NOT NULL AS msle FROM (SELECT mlops.errors(y, f, w) AS e FROM w3 WHERE y >= 0) AS s;
SELECT mlops.median_absolute_error(e) AS median, mlops.median_absolute_error_bounds(e) AS bounds, mlops.quantile(e, 0.1) AS q, mlops.msle(e) FROM (SELECT mlops.errors(1, 'NaN') AS e) AS s;
SELECT mlops.median_absolute_error(e) AS median, mlops.quantile(e, 1) AS q, mlops.quantile(e, 0) AS q0, mlops.d2_absolute_error_score(e) AS d2, mlops.is_exact(e) FROM (SELECT mlops.errors(y, f) AS e FROM (VALUES (1::float8, 'Infinity'::float8), (2, 2), (2, '-Infinity'), (3, 4)) AS t (y, f)) AS s;
SELECT metric, r(value) AS value, r(best_constant) AS best_constant, constant, r(lower) = r(best_constant) AS lower, r(upper) = r(best_constant) AS upper FROM stored, mlops.best_constant(e);
SELECT metric, r(value) AS value, r(best_constant) AS best_constant, constant FROM mlops.best_constant((SELECT mlops.errors(y, f, w) FROM w3));
SELECT metric, value, best_constant, constant FROM mlops.best_constant((SELECT mlops.errors(3, 4)));
SELECT count(*) FROM mlops.best_constant((SELECT mlops.errors(3, 'NaN')));
-- the mean and the median are indeed the best: no constant does better, and theirs is reached
SELECT mlops.mse(y, 2.3::float8) >= (SELECT best_constant FROM stored, mlops.best_constant(e) WHERE metric = 'mse') - 1e-15 AS mse, mlops.mae(y, 2) = (SELECT best_constant FROM stored, mlops.best_constant(e) WHERE metric = 'mae') AS mae FROM d3;
-- bounds hold: many distinct values, odd and even, on both sides of 0 and on one
CREATE TABLE far AS
    SELECT shape, i, y, y + (i * 2654435761 % 1000003 - 500000) ^ 3 / 1e13::float8 AS f
    FROM (SELECT shape, i, CASE shape WHEN 1 THEN (i * 48271 % 65537) / 7.0 - 3000 WHEN 2 THEN exp((i * 48271 % 65537) / 9000.0) ELSE 1e9 + (i * 48271 % 65537) / 3.0 END::float8 AS y
          FROM generate_series(1, 3) AS shape, generate_series(1::bigint, 20001) AS i WHERE shape <> 2 OR i <= 20000) AS t;
SELECT shape, NOT mlops.is_exact(e) AS coarse, median BETWEEN (m).lower AND (m).upper AS median, mlops.median_absolute_error(e) BETWEEN (m).lower AND (m).upper AS estimate, ((m).upper - (m).lower) / median < 0.05 AS narrow,
       q BETWEEN (b).lower AND (b).upper AS quantile, d2 BETWEEN (d).lower AND (d).upper AS d2, (d).upper - (d).lower < 0.01 AS narrow_d2,
       (SELECT mae BETWEEN lower AND upper FROM mlops.best_constant(e) WHERE metric = 'mae') AS best
FROM (SELECT shape, e, median, d2, q, mae, mlops.median_absolute_error_bounds(e) AS m, mlops.quantile_bounds(e, 0.9) AS b, mlops.d2_absolute_error_score_bounds(e) AS d
      FROM (SELECT shape, mlops.errors(y, f) AS e, mlops.median_absolute_error(y, f) AS median, mlops.d2_absolute_error_score(y, f) AS d2, percentile_cont(0.9) WITHIN GROUP (ORDER BY f - y) AS q,
                   mlops.mae(y, m) AS mae
            FROM far JOIN (SELECT shape, percentile_cont(0.5) WITHIN GROUP (ORDER BY y) AS m FROM far GROUP BY shape) AS medians USING (shape) GROUP BY shape) AS t) AS u ORDER BY shape;

-- laws of the other states: any order, plan and grouping
CREATE TABLE law AS SELECT r.msle, r.med, r.wmed, r.d2, r.pin, r.wmae FROM (SELECT mlops.msle(abs(y), abs(f)), mlops.median_absolute_error(y, f) AS med, mlops.median_absolute_error(y, f, part) AS wmed, mlops.d2_absolute_error_score(y, f, part) AS d2,
    mlops.mean_pinball_loss(y, f, 0.3, part) AS pin, mlops.mae(y, f, part / 7.0) AS wmae FROM noise) AS r;
SELECT (mlops.msle(abs(y), abs(f)), mlops.median_absolute_error(y, f), mlops.median_absolute_error(y, f, part), mlops.d2_absolute_error_score(y, f, part), mlops.mean_pinball_loss(y, f, 0.3, part), mlops.mae(y, f, part / 7.0))::text
     = (SELECT law::text FROM law) AS shuffled FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS s;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
SELECT (mlops.msle(abs(y), abs(f)), mlops.median_absolute_error(y, f), mlops.median_absolute_error(y, f, part), mlops.d2_absolute_error_score(y, f, part), mlops.mean_pinball_loss(y, f, 0.3, part), mlops.mae(y, f, part / 7.0))::text
     = (SELECT law::text FROM law) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT mlops.errors(y, f, part)::text = (SELECT mlops.merge(e)::text FROM (SELECT mlops.errors(y, f, part) AS e FROM noise GROUP BY i % 7) AS parts) AS merged FROM noise;
-- a summary with weights and one without: rows without weight count as 1
SELECT mlops.mae(mlops.merge(e)) = (SELECT mlops.mae(y, f, w) FROM (SELECT y, f, 1 AS w FROM d3b UNION ALL SELECT y, f, w FROM w3) AS t) AS mixed
FROM (SELECT mlops.errors(y, f) AS e FROM d3b UNION ALL SELECT mlops.errors(y, f, w) FROM w3) AS parts;
-- windows, FILTER, grouping sets of the new ones
SELECT i, mlops.median_absolute_error(y, f) OVER w AS median, mlops.mae(y, f, i) OVER w AS weighted, r(mlops.mean_pinball_loss(y, f, 0.9) OVER w) AS pinball FROM d3 WINDOW w AS (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
SELECT i % 2 AS odd, r(mlops.mean_tweedie_deviance(abs(y) + 1, abs(f) + 1, 1.5)) AS tweedie, mlops.median_absolute_error(y, f, i) AS median, mlops.median_absolute_error(y, f) FILTER (WHERE i > 1) AS filtered FROM d3 GROUP BY GROUPING SETS ((i % 2), ()) ORDER BY 1;

-- hostile bytes of the other states: refused, or a value that can be used
CREATE AGGREGATE collect_losses(float8, float8) (SFUNC = mlops_internal.losses_accum_log, STYPE = mlops.losses);
CREATE AGGREGATE collect_weighted(float8, float8, float8) (SFUNC = mlops_internal.weighted_errors_accum, STYPE = mlops.weighted_errors);
CREATE FUNCTION try_bytes(value text, type text, VARIADIC functions text[]) RETURNS TABLE (changed text, refused bigint, accepted boolean) LANGUAGE plpgsql AS $$
DECLARE
    prefix int := length(type) + 1;
    byte text;
    fn text;
BEGIN
    FOREACH byte IN ARRAY '{01,ff,cut}'::text[] LOOP
        changed := byte;
        refused := 0;
        FOR n IN 0 .. (length(value) - prefix) / 2 - 1 LOOP
            BEGIN
                FOREACH fn IN ARRAY functions LOOP
                    EXECUTE format('SELECT %s($1::mlops.%I)::text', fn, type) USING CASE byte WHEN 'cut' THEN left(value, prefix + 2 * n) ELSE overlay(value PLACING byte FROM prefix + 2 * n + 1 FOR 2) END;
                END LOOP;
            EXCEPTION WHEN invalid_text_representation THEN
                refused := refused + 1;
            END;
        END LOOP;
        accepted := refused < (length(value) - prefix) / 2;
        refused := least(refused, 1);
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT * FROM try_bytes((SELECT collect_losses(y, f)::text FROM d3b), 'losses', 'mlops_internal.msle_final', 'mlops_internal.rmsle_final');
SELECT * FROM try_bytes((SELECT collect_weighted(y, f, w)::text FROM w3), 'weighted_errors', 'mlops.median_absolute_error', 'mlops.d2_absolute_error_score');
SELECT * FROM try_bytes((SELECT mlops.errors(y, f, w)::text FROM w3), 'errors', 'mlops.mape', 'mlops.r2_score', 'mlops.mean_pinball_loss', 'mlops.best_constant');
SELECT * FROM try_bytes((SELECT mlops.errors(y, f)::text FROM d3b), 'errors', 'mlops.msle', 'mlops.median_absolute_error', 'mlops.d2_absolute_error_score', 'mlops.best_constant');
-- intervals are not made for weights
SELECT mlops.mae_ci(e) AS mae, mlops.rmse_ci(e) AS rmse FROM (SELECT mlops.errors(y, f, w) AS e FROM w3) AS t;

SET client_min_messages = warning;
DROP SCHEMA metrics_errors CASCADE;

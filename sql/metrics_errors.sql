-- Metrics of a regression: errors and its functions
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_errors;
SET search_path = metrics_errors, public;

CREATE TABLE d3 (i int, y float8, f float8);
INSERT INTO d3 VALUES (1, 3, 2.5), (2, -.5, 0), (3, 2, 2), (4, 7, 8), (5, 0, 1);
CREATE TABLE d3b (i int, y float8, f float8);
INSERT INTO d3b VALUES (1, 3, 2.5), (2, 5, 5), (3, 2.5, 4), (4, 7, 8);

-- 0.6 0.5 0.7071067811865476 1.0 0.4
SELECT mlops.mae(y, f), mlops.mse(y, f), mlops.rmse(y, f), mlops.max_error(y, f), mlops.mean_error(y, f), mlops.bias(y, f) FROM d3;
-- 0.9301675977653632 0.952513966480447 900719925474099.4
SELECT mlops.r2_score(y, f), mlops.explained_variance(y, f), mlops.mape(y, f) FROM d3;
-- 0.7241379310344828 0.22738095238095235 0.17142857142857143 0.19417249417249416
SELECT mlops.r2_score(y, f), mlops.mape(y, f), mlops.wape(y, f), mlops.smape(y, f) FROM d3b;

-- the same of a stored summary
CREATE TABLE stored AS SELECT mlops.errors(y, f) AS e FROM d3;
SELECT mlops.n(e), mlops.n_null(e), mlops.n_nan(e), mlops.n_inf(e), mlops.mae(e), mlops.mse(e), mlops.rmse(e), mlops.max_error(e), mlops.mean_error(e), mlops.bias(e) FROM stored;
SELECT mlops.r2_score(e), mlops.explained_variance(e), mlops.mape(e), mlops.wape(e), mlops.smape(e) FROM stored;
SELECT e::text::mlops.errors::text = e::text AS text_form FROM stored;

-- targets far from zero: the values 1e9 + {4, 7, 13, 16} have variance 30
CREATE FUNCTION all_metrics(y float8[], f float8[])
RETURNS TABLE (n bigint, mae float8, rmse float8, max_error float8, bias float8, r2 float8, ev float8, mape float8, wape float8, smape float8) LANGUAGE sql AS $$
    SELECT mlops.n(mlops.errors(y, f)), mlops.mae(y, f), mlops.rmse(y, f), mlops.max_error(y, f), mlops.bias(y, f), mlops.r2_score(y, f),
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
       abs(mlops.bias(y, f) - (SELECT avg(e) FROM r)) < 1e-13 AS bias,
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
    RETURN CASE WHEN (SELECT count(*) FROM (VALUES (mlops.n(e)::float8), (mlops.mae(e)), (mlops.rmse(e)), (mlops.max_error(e)), (mlops.bias(e)), (mlops.r2_score(e)),
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

SET client_min_messages = warning;
DROP SCHEMA metrics_errors CASCADE;

-- Drift of text: the categories summary and its aggregates
-- Reference values: scipy 1.10.1 (chi2_contingency, jensenshannon), numpy
CREATE SCHEMA drift_categories;
SET search_path = drift_categories, public;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a = b OR abs(a - b) <= 1e-12 * greatest(1, abs(b)) $$;
CREATE FUNCTION close(p float8, q float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT p = q OR abs(p - q) <= 1e-9 * q $$;

-- reference: 50 a, 30 b, 20 c; current: 30 a, 40 b, 15 c, 5 d
CREATE TABLE d5 AS
    SELECT k AS v, f AS cur
    FROM (VALUES ('a', false, 50), ('b', false, 30), ('c', false, 20),
                 ('a', true, 30), ('b', true, 40), ('c', true, 15), ('d', true, 5)) AS t (k, f, n),
         generate_series(1, n);
SELECT same(mlops.psi(v, cur), 0.48090509211447324) AS psi,
       mlops.kl_divergence(v, cur) AS kl,
       same(mlops.kl_divergence(v, NOT cur), 0.12128408897999082) AS kl_reverse,
       same(mlops.js_distance(v, cur), 0.2261614348498003) AS js_distance,
       same(mlops.js_distance(v, cur) ^ 2, 0.05114899461332047) AS js_divergence,
       same(mlops.hellinger_distance(v, cur), 0.20983124655534713) AS hellinger,
       same(mlops.total_variation_distance(v, cur), 0.2) AS total_variation,
       same(mlops.l_infinity_distance(v, cur), 0.16666666666666669) AS l_infinity
FROM d5;
SELECT same(mlops.psi(v, cur), 0.13096558226505023) AS psi_abc FROM d5 WHERE v <> 'd';
SELECT same((t).statistic, 11.648809523809526) AS statistic, close((t).p_value, 0.00868832439066301) AS p_value,
       (t).n_reference, (t).n_current, (t).method
FROM (SELECT mlops.chi_square_test(v, cur) AS t FROM d5) AS test;
SELECT same((t).statistic, 13.608549471542588) AS statistic, (t).p_value BETWEEN 0.002 AND 0.005 AS p_value,
       (t).n_reference, (t).n_current, (t).method
FROM (SELECT mlops.g_test(v, cur) AS t FROM d5) AS test;
-- the same as from arrays of counts
SELECT mlops.psi(v, cur) = mlops.psi(array[50, 30, 20, 0], array[30, 40, 15, 5]) AS psi,
       mlops.chi_square_test(v, cur) = mlops.chi_square_test(array[50, 30, 20, 0], array[30, 40, 15, 5]) AS chi_square
FROM d5;
-- two steps: options, counts, which categories came and went
SELECT mlops.psi(c, 0.001) = mlops.psi(array[50, 30, 20, 0], array[30, 40, 15, 5], 0.001) AS psi, mlops.psi(c, 0) AS psi_0,
       round(mlops.kl_divergence(c, 0.0001)::numeric, 12) AS kl, mlops.n_reference(c), mlops.n_current(c),
       mlops.new_categories(c), array(SELECT b.category FROM mlops.drift_bins(c) AS b WHERE b.count_current = 0) AS missing
FROM (SELECT mlops.categories(v, cur) AS c FROM d5) AS state;
SELECT mlops.new_categories(c), array(SELECT b.category FROM mlops.drift_bins(c) AS b WHERE b.count_current = 0) AS missing
FROM (SELECT mlops.categories(v, NOT cur) AS c FROM d5) AS state;
SELECT mlops.psi(c, 2) FROM (SELECT mlops.categories(v, cur) AS c FROM d5) AS state;

-- empty sides, NULLs, one category
CREATE FUNCTION statistics(v text[], cur boolean[])
RETURNS TABLE (psi float8, js float8, tv float8, chi_square mlops.chi_square_result, g mlops.chi_square_result) LANGUAGE sql AS $$
    SELECT mlops.psi(x, c), mlops.js_distance(x, c), mlops.total_variation_distance(x, c),
           mlops.chi_square_test(x, c), mlops.g_test(x, c)
    FROM unnest(v, cur) AS t (x, c)
$$;
SELECT * FROM statistics('{}', '{}');
SELECT * FROM statistics('{a,b}', '{f,f}');
SELECT * FROM statistics('{a,b}', '{t,t}');
SELECT * FROM statistics('{a,NULL,a}', '{f,t,NULL}');
SELECT * FROM statistics('{a,a,a}', '{f,t,t}');
SELECT * FROM statistics('{a,NULL,b,a,b,NULL}', '{f,f,t,t,f,NULL}');
-- case, blanks and the empty string are categories of their own; long ones too
SELECT mlops.new_categories(mlops.categories(x, c)) FROM (VALUES ('a', false), ('A', true), ('a ', true), ('', true), ('ä', true), (repeat('x', 20), true)) AS t (x, c);
SELECT mlops.l_infinity_distance(repeat(x, 1000000), c) AS linf
FROM (VALUES ('a', false), ('b', false), ('a', true), ('c', true)) AS t (x, c);

-- many categories, against plain SQL
CREATE TABLE noise AS
    SELECT i, 'k' || (i::bigint * 48271 % 65537 % (3 + i % 5000)) AS v, i::bigint * 69621 % 7 < 3 AS cur
    FROM generate_series(1, 30000) AS i;
WITH counts AS (
    SELECT v, count(*) FILTER (WHERE NOT cur)::float8 AS r, count(*) FILTER (WHERE cur)::float8 AS c FROM noise GROUP BY v
), shares AS (
    SELECT r, c, r / sum(r) OVER () AS p, c / sum(c) OVER () AS q, (r + c) * sum(r) OVER () / sum(r + c) OVER () AS er, (r + c) * sum(c) OVER () / sum(r + c) OVER () AS ec
    FROM counts
)
SELECT same(mlops.psi(v, cur),
            (SELECT sum((greatest(q, CASE q WHEN 0 THEN 1e-4 END) - greatest(p, CASE p WHEN 0 THEN 1e-4 END))
                        * ln(greatest(q, CASE q WHEN 0 THEN 1e-4 END) / greatest(p, CASE p WHEN 0 THEN 1e-4 END))) FROM shares)) AS psi,
       same(mlops.total_variation_distance(v, cur), (SELECT sum(abs(p - q)) / 2 FROM shares)) AS tv,
       same(mlops.hellinger_distance(v, cur), (SELECT sqrt(sum((sqrt(p) - sqrt(q)) ^ 2) / 2) FROM shares)) AS hellinger,
       same(mlops.l_infinity_distance(v, cur), (SELECT max(abs(p - q)) FROM shares)) AS linf,
       same((mlops.chi_square_test(v, cur)).statistic, (SELECT sum((r - er) ^ 2 / er + (c - ec) ^ 2 / ec) FROM shares)) AS chi_square
FROM noise;

-- one value whatever the order and the way of merging; equal values have equal bytes
SELECT count(DISTINCT s::text) AS states
FROM (SELECT mlops.categories(v, cur ORDER BY i) FROM noise
      UNION ALL SELECT mlops.categories(v, cur ORDER BY md5(i::text)) FROM noise
      UNION ALL SELECT mlops.merge(part) FROM (SELECT mlops.categories(v, cur) AS part FROM noise GROUP BY i % 13) AS parts
      UNION ALL SELECT mlops.merge(part) FROM (SELECT mlops.categories(v, cur) AS part FROM noise GROUP BY i / 100) AS parts) AS t (s);
CREATE FUNCTION results() RETURNS text LANGUAGE sql AS $$
    SELECT (mlops.psi(v, cur), mlops.js_distance(v, cur), mlops.chi_square_test(v, cur), mlops.categories(v, cur))::text FROM noise
$$;
CREATE TABLE serial AS SELECT results();
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.psi(v, cur), mlops.chi_square_test(v, cur) FROM noise;
SELECT results() = results AS parallel_is_serial FROM serial;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET max_parallel_workers_per_gather;

-- stored values
CREATE TABLE stored AS SELECT i % 3 AS day, mlops.categories(v, cur) AS c FROM noise GROUP BY 1;
SELECT mlops.psi(mlops.merge(c)) = (SELECT mlops.psi(v, cur) FROM noise) AS merged,
       mlops.merge(c::text::mlops.categories)::text = mlops.merge(c)::text AS text_round_trip,
       mlops.n_reference(mlops.merge(c)) + mlops.n_current(mlops.merge(c)) AS n
FROM stored;
SELECT mlops.merge(c) IS NULL AS nothing FROM stored WHERE false;
SELECT mlops.js_distance(v, cur) OVER (ORDER BY i) FROM noise WHERE i <= 5;

-- hostile input
SELECT mlops.categories(v, cur) AS c FROM (VALUES ('a', false), ('b', true)) AS t (v, cur);
SELECT 'categories:0801020161010001620001000000'::mlops.categories;
SELECT ''::mlops.categories;
SELECT 'profile:08'::mlops.categories;
SELECT 'categories:080'::mlops.categories;
SELECT 'categories:'::mlops.categories;
SELECT 'categories:0701020161010001620001'::mlops.categories;
SELECT 'categories:0802020161010001620001'::mlops.categories;
SELECT 'categories:0801010161010001'::mlops.categories;
SELECT 'categories:080101016101000080'::mlops.categories;
SELECT 'categories:08010101610100ffffffffffffffff7f0000'::mlops.categories;
SELECT 'categories:08010101610100000002'::mlops.categories;
SELECT 'categories:08010201610100'::mlops.categories;
SELECT 'categories:080102016101000162000100000000'::mlops.categories;
SELECT 'categories:0801020162010001610001000000'::mlops.categories;
SELECT 'categories:0801020161010001610001000000'::mlops.categories;
SELECT 'categories:08010101610000000000'::mlops.categories;
SELECT 'categories:080101ffffffffffffffff7f610100'::mlops.categories;
SELECT 'categories:08010101618180808080808080808000'::mlops.categories;
SELECT 'categories:0801010161ffffffffffffffffff0100'::mlops.categories;
SELECT 'categories:0801010100010000000000'::mlops.categories;
SELECT mlops.n_reference('categories:080100000000'::mlops.categories) AS empty, mlops.psi('categories:080100000000'::mlops.categories) AS psi;
-- sums of counts stay within range
SELECT mlops.n_reference(mlops.merge(c)) FROM (SELECT 'categories:080101016180808080808080800100000000'::mlops.categories AS c FROM generate_series(1, 2)) AS t;

SET client_min_messages = warning;
DROP SCHEMA drift_categories CASCADE;

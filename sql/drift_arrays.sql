-- Distances between arrays of counts or proportions, and p_adjust
-- Reference values: scipy 1.10.1 (jensenshannon, entropy, chi2_contingency),
-- statsmodels 0.13.5 (multipletests), numpy for the other formulas
CREATE SCHEMA drift_arrays;
SET search_path = drift_arrays, public;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a = b OR abs(a - b) <= 1e-12 * greatest(1, abs(b)) $$;
CREATE FUNCTION close(p float8, q float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT p = q OR abs(p - q) <= 1e-9 * q $$;

-- categories a, b, c, d: 50, 30, 20, 0 against 30, 40, 15, 5
CREATE TABLE d5 AS SELECT array[50, 30, 20, 0]::float8[] AS r, array[30, 40, 15, 5]::float8[] AS c;
SELECT same(mlops.psi(r, c), 0.48090509211447324) AS psi,
       same(mlops.psi(r[:3], c[:3]), 0.13096558226505023) AS psi_abc,
       mlops.psi(r, c, epsilon => 0) AS psi_0,
       mlops.kl_divergence(r, c) AS kl,
       same(mlops.kl_divergence(c, r), 0.12128408897999082) AS kl_reverse,
       same(mlops.kl_divergence(r[:3], c[:3]), 0.06683990712500787) AS kl_abc,
       same(mlops.kl_divergence(c[:3], r[:3]), 0.06412567514004226) AS kl_abc_reverse,
       same(mlops.js_distance(r, c), 0.2261614348498003) AS js_distance,
       same(mlops.js_distance(r, c) ^ 2, 0.05114899461332047) AS js_divergence,
       same(mlops.hellinger_distance(r, c), 0.20983124655534713) AS hellinger,
       same(mlops.total_variation_distance(r, c), 0.2) AS total_variation,
       same(mlops.l_infinity_distance(r, c), 0.16666666666666669) AS l_infinity
FROM d5;
SELECT same(statistic, 11.648809523809526) AS statistic, close(p_value, 0.00868832439066301) AS p_value,
       n_reference, n_current, method
FROM d5, mlops.chi_square_test(r, c);
SELECT same(statistic, 13.608549471542588) AS statistic, p_value BETWEEN 0.002 AND 0.005 AS p_value,
       n_reference, n_current, method
FROM d5, mlops.g_test(r, c);
SELECT same(statistic, 4.5) AS statistic, close(p_value, 0.033894853524689295) AS p_value
FROM mlops.chi_square_test('{20,30}'::float8[], '{25,15}'::float8[]);
-- four bins, 5 5 5 5 against 2 4 6 8; scale does not matter; integer arrays do
SELECT same(mlops.psi(array[5, 5, 5, 5], array[2, 4, 6, 8]), 0.22821740957339182) AS psi,
       same(mlops.psi(array[0.25, 0.25, 0.25, 0.25], array[2, 4, 6, 8]), 0.22821740957339182) AS psi_scaled,
       same(mlops.js_distance(array[5, 5, 5, 5], array[2, 4, 6, 8]), 0.2005033225314282) AS js,
       same(mlops.hellinger_distance(array[5, 5, 5, 5], array[2, 4, 6, 8]), 0.16789959640267477) AS hellinger,
       same(mlops.total_variation_distance(array[5, 5, 5, 5], array[2, 4, 6, 8]), 0.2) AS total_variation,
       same(mlops.l_infinity_distance(array[5, 5, 5, 5], array[2, 4, 6, 8]), 0.15) AS l_infinity;
-- a cell that is empty on both sides adds nothing
SELECT mlops.psi('{5,0,5}'::float8[], '{2,0,8}') = mlops.psi('{5,5}'::float8[], '{2,8}') AS psi,
       mlops.psi('{5,0,5}'::float8[], '{2,0,8}', 0) = mlops.psi('{5,5}'::float8[], '{2,8}', 0) AS psi_0,
       mlops.chi_square_test('{5,0,5}'::float8[], '{2,0,8}') = mlops.chi_square_test('{5,5}'::float8[], '{2,8}') AS chi_square;
-- equal and disjoint distributions: the ends of the scale
SELECT round(mlops.psi(a, b)::numeric, 12) AS psi, mlops.kl_divergence(a, b), mlops.js_distance(a, b) ^ 2 AS js_divergence, mlops.js_distance(a, b),
       mlops.hellinger_distance(a, b) AS hellinger, mlops.total_variation_distance(a, b) AS tv, mlops.l_infinity_distance(a, b) AS linf
FROM (VALUES ('{1,2,3}'::float8[], '{10,20,30}'::float8[]), ('{1,0}', '{0,1}'), ('{7}', '{9}')) AS t (a, b);
-- nearly equal: not lost in rounding
SELECT mlops.js_distance(array[0.5, 0.5], array[0.5 + 1e-9, 0.5 - 1e-9]) ^ 2 BETWEEN 0 AND 1e-16 AS js,
       abs(mlops.hellinger_distance(array[0.5, 0.5], array[0.5 + 1e-6, 0.5 - 1e-6]) / 7.0710678e-7 - 1) < 1e-6 AS hellinger;
-- nothing to compare
SELECT mlops.psi('{}'::float8[], '{}') AS empty, mlops.psi('{0,0}'::float8[], '{1,2}') AS zero,
       mlops.psi(NULL::float8[], '{1,2}') AS nothing, mlops.chi_square_test('{3}'::float8[], '{4}') AS one_category,
       mlops.chi_square_test('{3,0}'::float8[], '{4,0}') AS one_used;
-- errors
SELECT mlops.psi('{1,2}'::float8[], '{1,2,3}');
SELECT mlops.psi('{1,-2}'::float8[], '{1,2}');
SELECT mlops.js_distance('{1,2}'::float8[], '{1,NaN}');
SELECT mlops.js_distance('{1,Infinity}'::float8[], '{1,2}');
SELECT mlops.js_distance('{1,2}'::float8[], '{1,NULL}');
SELECT mlops.js_distance('{{1,2}}'::float8[], '{{1,2}}');
SELECT mlops.psi('{1,2}'::float8[], '{1,2}', -0.1);
SELECT mlops.psi('{1,2}'::float8[], '{1,2}', 'NaN');

-- tails of the chi-square distribution: small, large, many degrees of freedom
SELECT close((mlops.chi_square_test(r, c)).p_value, p) AS p_value
FROM (VALUES (array[1000, 10]::float8[], array[10, 1000]::float8[], 0::float8),
             (array[100, 90, 80, 70, 60], array[60, 70, 80, 90, 100], 5.0309817823062075e-05),
             (array[10, 10, 10, 10], array[10, 10, 10, 10], 1)) AS t (r, c, p);
SELECT close((mlops.chi_square_test(array_agg(100 + i % 7 * 3), array_agg(100 + i % 5 * 12))).p_value, 7.778993225748686e-09) AS p_value
FROM generate_series(1, 1000) AS i;

-- p_adjust
CREATE TABLE p AS SELECT array[.001, .008, .039, .041, .042, .06, .074, .205, .212, .216]::float8[] AS p;
SELECT method, array(SELECT round(x::numeric, 12) FROM unnest(mlops.p_adjust(p, method)) AS x) AS adjusted
FROM p, unnest(array['bonferroni', 'holm', 'fdr_bh', 'fdr_by']) AS method;
SELECT mlops.p_adjust(p) = mlops.p_adjust(p, 'fdr_bh') AS by_default FROM p;
SELECT mlops.p_adjust('{0.04,NULL,0.01,NaN,0.03}', 'bonferroni') AS keeps_places,
       mlops.p_adjust('{}') AS empty, mlops.p_adjust('{NULL}') AS nothing, mlops.p_adjust('{0,1,1}', 'holm') AS ends,
       mlops.p_adjust('[0:1]={0.01,0.5}', 'bonferroni') AS bounds;
SELECT mlops.p_adjust('{0.5,1.5}');
SELECT mlops.p_adjust('{-1e-9}');
SELECT mlops.p_adjust('{0.5}', 'sidak');
SELECT mlops.p_adjust('{{0.5}}');

SET client_min_messages = warning;
DROP SCHEMA drift_arrays CASCADE;

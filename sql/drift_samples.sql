-- Drift of numbers, exact: distances over quantile bins, tests, Wasserstein
-- Reference values: scipy 1.10.1 (ks_2samp, mannwhitneyu, ttest_ind,
-- wasserstein_distance, jensenshannon), numpy
CREATE SCHEMA drift_samples;
SET search_path = drift_samples, public;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a = b OR abs(a - b) <= 1e-12 * greatest(1, abs(b)) $$;
CREATE FUNCTION close(p float8, q float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT p = q OR abs(p - q) <= 1e-9 * q $$;
CREATE FUNCTION rows(r float8[], c float8[]) RETURNS TABLE (x float8, cur boolean) LANGUAGE sql AS
    $$ SELECT unnest(r), false UNION ALL SELECT unnest(c), true $$;

CREATE TABLE d4 AS SELECT * FROM rows('{1.2,2.4,3.1,.5,2.2,4.8,3.3,1.9,2.7,3.6}', '{2.9,3.8,5.1,4.4,2.2,6.0,3.9,4.1}');
CREATE TABLE d6 AS SELECT * FROM rows((SELECT array_agg(i) FROM generate_series(1, 20) AS i),
                                      '{3,5,7,8,9,10,11,12,12.5,13,14,15,16,18,19,20,21,22,25,30}');

-- distances over bins with equal shares of the reference
SELECT same(mlops.psi(x, cur, 4), 0.22821740957339182) AS psi,
       same(mlops.js_distance(x, cur, 4), 0.2005033225314282) AS js,
       same(mlops.js_distance(x, cur, 4) ^ 2, 0.2005033225314282 ^ 2) AS js_divergence,
       same(mlops.hellinger_distance(x, cur, 4), 0.16789959640267477) AS hellinger,
       same(mlops.total_variation_distance(x, cur, 4), 0.2) AS total_variation,
       same(mlops.l_infinity_distance(x, cur, 4), 0.15) AS l_infinity,
       mlops.kl_divergence(x, cur, 4) = mlops.kl_divergence(array[5, 5, 5, 5], array[2, 4, 6, 8]) AS kl
FROM d6;
-- equal edges are merged
SELECT same(mlops.psi(x, cur, 5), 0.7167037876912219) AS psi FROM rows('{0,0,0,0,0,0,1,2,3,4}', '{0,0,1,1,2,2,3,4,5,6}');
-- ten bins are the default; two steps say the same
SELECT mlops.psi(x, cur) = mlops.psi(x, cur, 10) AS by_default, mlops.psi(x, cur) = mlops.psi(x, cur, NULL) AS null_is_default,
       mlops.psi(x, cur) = mlops.psi(mlops.two_samples(x, cur)) AS two_steps,
       mlops.psi(x, cur, 4) = mlops.psi(mlops.two_samples(x, cur), 4) AS bins,
       mlops.psi(mlops.two_samples(x, cur), 20, 0) AS epsilon_0,
       mlops.kl_divergence(mlops.two_samples(x, NOT cur), 20, 0.0001) < 'Infinity' AS kl_epsilon,
       mlops.n_reference(mlops.two_samples(x, cur)), mlops.n_current(mlops.two_samples(x, cur))
FROM d6;
SELECT mlops.psi(x, cur, 1) FROM d6;
SELECT mlops.psi(x, cur, 10001) FROM d6;
SELECT mlops.psi(x, cur, 10 + (x > 15)::int) FROM d6;
SELECT mlops.psi(mlops.two_samples(x, cur), 0) FROM d6;
SELECT mlops.psi(mlops.two_samples(x, cur), 10, 1.5) FROM d6;

-- tests
CREATE FUNCTION matches(t anyelement, statistic float8, p_value float8, method text) RETURNS boolean LANGUAGE sql AS
    $$ SELECT same((j ->> 'statistic')::float8, statistic) AND close((j ->> 'p_value')::float8, p_value) AND j ->> 'method' = method
       FROM to_jsonb(t) AS j $$;
SELECT (mlops.ks_test(x, cur)).method AS ks, matches(mlops.ks_test(x, cur), 0.65, 0.030257324374971434, 'exact') AS ks_matches,
       mlops.ks_statistic(x, cur) = (mlops.ks_test(x, cur)).statistic AS ks_statistic,
       matches(mlops.mann_whitney_test(x, cur), 14.5, 0.026252547267688085, 'normal') AS mann_whitney,
       matches(mlops.t_test(x, cur), -2.5856189328617063, 0.02038009870247195, 'welch') AS t,
       same(mlops.wasserstein_distance(x, cur), 1.48) AS wasserstein,
       same(mlops.normalized_wasserstein_distance(x, cur), 1.26718087865324) AS normalized
FROM d4;
SELECT matches(mlops.ks_test(x, cur), 0.8, 0.047619047619047616, 'exact') FROM rows('{1,2,2,3,3}', '{3,4,4,5,6}');
SELECT matches(mlops.ks_test(x, cur), 0.2, 1, 'exact') FROM rows('{1,2,2,3,3}', '{1,2,3,3,4}');
SELECT matches(mlops.ks_test(x, cur), 0.135, 0.041868920550370586, 'exact')
FROM rows((SELECT array_agg(i / 200::float8) FROM generate_series(1, 200) AS i), (SELECT array_agg(i / 200::float8 + 0.13::float8) FROM generate_series(1, 200) AS i));
SELECT matches(mlops.mann_whitney_test(x, cur), 1, 0.031746031746031744, 'exact') FROM rows('{1.1,2.3,3.7,.4}', '{2.5,4.4,5.1,6.6,3.9}');
SELECT matches(mlops.mann_whitney_test(x, cur), 8.5, 0.07955880723023916, 'normal') FROM rows('{1,2,2,3,3,4}', '{2,3,3,4,5,5,6}');

-- the asymptotic law by each of its methods: (n, shift) -> ks_2samp
CREATE FUNCTION shifted(n int, m int, shift float8) RETURNS TABLE (x float8, cur boolean) LANGUAGE sql AS $$
    SELECT i::float8 / n, false FROM generate_series(1, n) AS i
    UNION ALL SELECT i::float8 / m + shift, true FROM generate_series(1, m) AS i
$$;
SELECT n, m, shift, matches(t, statistic, p, 'asymptotic') AS matches
FROM (VALUES (12000, 10, 0.3, 0.3999166666666667, 0.0590760053781314),
             (12000, 10, 0.6, 0.6999166666666667, 1.9607384588899363e-05),
             (11000, 130, 0.06, 0.06769230769230772, 0.5768910586646578),
             (12000, 141, 0.01, 0.01709042553191492, 0.9999999999795476),
             (11000, 12000, 0.004, 0.004083333333333335, 0.9999757971987512),
             (11000, 12000, 0.012, 0.012083333333333335, 0.368918522729501),
             (11000, 12000, 0.02, 0.020083333333333342, 0.019254343663002226),
             (11000, 12000, 0.3, 0.30008333333333337, 0.0)) AS v (n, m, shift, statistic, p),
     LATERAL (SELECT mlops.ks_test(mlops.two_samples(x, cur), 'untied') AS t FROM shifted(n, m, shift)) AS test;

-- empty sides, NULLs, constants, one value
CREATE FUNCTION statistics(r float8[], c float8[])
RETURNS TABLE (psi float8, js float8, ks mlops.test_result, w float8, nw float8, mw mlops.mann_whitney_result, t mlops.df_test_result) LANGUAGE sql AS $$
    SELECT mlops.psi(x, cur), mlops.js_distance(x, cur), mlops.ks_test(x, cur), mlops.wasserstein_distance(x, cur),
           mlops.normalized_wasserstein_distance(x, cur), mlops.mann_whitney_test(x, cur), mlops.t_test(x, cur)
    FROM rows(r, c)
$$;
SELECT * FROM statistics('{}', '{}');
SELECT * FROM statistics('{1,2}', '{}');
SELECT * FROM statistics('{}', '{1,2}');
SELECT * FROM statistics('{NULL,1}', '{NULL}');
SELECT * FROM statistics('{1}', '{1}');
SELECT * FROM statistics('{5,5,5}', '{5,5}');
SELECT * FROM statistics('{5,5,5}', '{7,7}');
SELECT mlops.psi(x, cur) FROM (VALUES (1.0, NULL::boolean), (2.0, NULL)) AS t (x, cur);
-- the ends of the scale
SELECT * FROM statistics('{1,2,3,4}', '{1,2,3,4}');
SELECT * FROM statistics('{1,2,3,4}', '{11,12,13,14}');
-- NaN is not dropped; -0 is 0; infinities have a place
SELECT * FROM statistics('{1,2,NaN}', '{1,2}');
SELECT * FROM statistics('{NaN}', '{}');
SELECT mlops.ks_statistic(x, cur), mlops.wasserstein_distance(x, cur) FROM rows('{0,1}', '{-0,1}');
SELECT * FROM statistics('{-Infinity,1,2,Infinity}', '{-Infinity,1,2,Infinity}');
SELECT * FROM statistics('{-Infinity,1,2,Infinity}', '{1,2,Infinity,Infinity}');
SELECT mlops.wasserstein_distance(x, cur) FROM rows('{-1.7e308,1.7e308}', '{1.7e308,1.7e308}');
SELECT mlops.psi(x, cur, 3) FROM rows('{-1.7e308,1.7e308}', '{-1.7e308,1.7e308}');

-- mean and variance keep their digits far from zero
SELECT matches(mlops.t_test(x, cur), -2.5856189328617063, 0.02038009870247195, 'welch')
FROM (SELECT round(x * 10) * 0.0625 + 1e9 AS x, cur FROM d4) AS far;

-- against the definitions, with ties
CREATE TABLE noise AS
    SELECT i, ((i::bigint * 104729 % 10007) - 3000) / (1 + i % 7)::float8 AS x, i::bigint * 69621 % 7 < 3 AS cur
    FROM generate_series(1, 6000) AS i;
WITH total AS (
    SELECT count(*) FILTER (WHERE NOT cur)::numeric AS n1, count(*) FILTER (WHERE cur)::numeric AS n2 FROM noise
), step AS (
    SELECT x, sum(count(*) FILTER (WHERE NOT cur)) OVER w / n1 AS f, sum(count(*) FILTER (WHERE cur)) OVER w / n2 AS g,
           lead(x) OVER w - x AS width
    FROM noise, total GROUP BY x, n1, n2 WINDOW w AS (ORDER BY x)
)
SELECT same(mlops.ks_statistic(noise.x, cur), (SELECT max(abs(f - g))::float8 FROM step)) AS ks,
       same(mlops.wasserstein_distance(noise.x, cur) / 100, (SELECT sum(abs(f - g) * width::numeric)::float8 / 100 FROM step)) AS wasserstein,
       mlops.roc_auc(NOT cur, noise.x) = (mlops.mann_whitney_test(noise.x, cur)).statistic / min(n1 * n2)::float8 AS mann_whitney_is_auc,
       mlops.ks_score(cur, noise.x) = mlops.ks_statistic(noise.x, cur) AS ks_is_ks_score
FROM noise, total;
-- bins: percentile_cont gives the edges, (lo, hi] the sides
WITH edge AS (
    SELECT percentile_cont(array[0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]) WITHIN GROUP (ORDER BY x) AS e FROM noise WHERE NOT cur
), bin AS (
    SELECT (SELECT count(*) FROM unnest(e) AS one WHERE one < x) AS b, count(*) FILTER (WHERE NOT cur) AS r, count(*) FILTER (WHERE cur) AS c
    FROM noise, edge GROUP BY 1
)
SELECT mlops.psi(x, cur, 8) = (SELECT mlops.psi(array_agg(r ORDER BY b), array_agg(c ORDER BY b)) FROM bin) AS psi,
       mlops.js_distance(x, cur, 8) = (SELECT mlops.js_distance(array_agg(r ORDER BY b), array_agg(c ORDER BY b)) FROM bin) AS js
FROM noise;

-- the same bits whatever the order, the plan and the way of merging
CREATE FUNCTION results() RETURNS text LANGUAGE sql AS $$
    SELECT (mlops.psi(x, cur), mlops.psi(x, cur, 7), mlops.js_distance(x, cur), mlops.ks_test(x, cur), mlops.mann_whitney_test(x, cur),
            mlops.t_test(x, cur), mlops.wasserstein_distance(x, cur), mlops.normalized_wasserstein_distance(x, cur))::text FROM noise
$$;
CREATE TABLE serial AS SELECT results();
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.psi(x, cur), mlops.psi(x, cur, 7), mlops.ks_test(x, cur) FROM noise;
SELECT results() = results AS parallel_is_serial FROM serial;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET max_parallel_workers_per_gather;
CREATE TABLE part AS SELECT i % 11 AS part, mlops.two_samples(x, cur) AS s FROM noise GROUP BY 1;
SELECT (mlops.psi(mlops.merge(s)), mlops.psi(mlops.merge(s), 7), mlops.js_distance(mlops.merge(s)), mlops.ks_test(mlops.merge(s)),
        mlops.mann_whitney_test(mlops.merge(s)), mlops.t_test(mlops.merge(s)), mlops.wasserstein_distance(mlops.merge(s)),
        mlops.normalized_wasserstein_distance(mlops.merge(s)))::text = min(results) AS merged_is_whole
FROM part, serial;
SELECT results = (SELECT (mlops.psi(x, cur), mlops.psi(x, cur, 7), mlops.js_distance(x, cur), mlops.ks_test(x, cur), mlops.mann_whitney_test(x, cur),
                          mlops.t_test(x, cur), mlops.wasserstein_distance(x, cur), mlops.normalized_wasserstein_distance(x, cur))::text
                  FROM (SELECT x, cur FROM noise ORDER BY md5(i::text)) AS shuffled) AS shuffled_is_ordered
FROM serial;
SELECT bool_and(psi IS NOT DISTINCT FROM again) AS window_frames
FROM (SELECT mlops.psi(x, cur, 3) OVER (ORDER BY i) AS psi, i FROM noise WHERE i <= 60) AS w,
     LATERAL (SELECT mlops.psi(x, cur, 3) AS again FROM noise WHERE noise.i <= w.i) AS direct;

-- the number of bins in a state: kept when stored, checked when merged and read
SELECT mlops_internal.two_samples_accum_bins(NULL, 1, true, 7)::text = mlops_internal.two_samples_accum_bins(NULL, 1, true, 7)::text::mlops.two_samples::text AS round_trip,
       mlops_internal.two_samples_accum_bins(NULL, 1, true, 7) AS state;
SELECT mlops.psi(mlops_internal.two_samples_combine(mlops_internal.two_samples_accum_bins(NULL, 1, true, 7), mlops_internal.two_samples_accum_bins(NULL, 1, false, 8)));
SELECT mlops_internal.psi_final(mlops_internal.two_samples_combine('two_samples:06010001000000000000f03f000001'::mlops.two_samples,
                                           'two_samples:060100000001000000000000f03f01'));

-- 0 and 1 of any number type say which sample a row belongs to, and nothing else does
CREATE TABLE flagged AS SELECT i, (i * 37 % 101)::float8 AS x, (i % 3)::text AS v, i % 2 AS f, i % 2 = 1 AS b FROM generate_series(1, 200) AS i;
SELECT mlops.psi(x, f) = mlops.psi(x, b) AS integer, mlops.psi(x, f::smallint, 5, 'doane') = mlops.psi(x, b, 5, 'doane') AS bins,
       mlops.ks_test(x, f::bigint, 'asymp', 'less') = mlops.ks_test(x, b, 'asymp', 'less') AS method, mlops.cramer_von_mises_test(x, f::numeric, 'asymp') = mlops.cramer_von_mises_test(x, b, 'asymp') AS numeric,
       mlops.t_test(x, f, true) = mlops.t_test(x, b, true) AS equal_var, mlops.levene_test(x, f, 'mean') = mlops.levene_test(x, b, 'mean') AS center,
       mlops.two_samples(x, f)::text = mlops.two_samples(x, b)::text AS state FROM flagged;
SELECT mlops.psi(v, f) = mlops.psi(v, b) AS text, mlops.psi(nullif(v, '0'), f, true) = mlops.psi(nullif(v, '0'), b, true) AS null_category, mlops.chi_square_test(i < 50, f) = mlops.chi_square_test(i < 50, b) AS boolean,
       mlops.psi(mlops.two_histograms(x, f, '{30,60}')) = mlops.psi(mlops.two_histograms(x, b, '{30,60}')) AS histograms,
       mlops.mmd(ARRAY[x], f) = mlops.mmd(ARRAY[x], b) AS rows, mlops.mmd(ARRAY[x]::real[], f) = mlops.mmd(ARRAY[x]::real[], b) AS real, mlops.mmd_test(ARRAY[x], f) = mlops.mmd_test(ARRAY[x], b) AS vectors FROM flagged;
SELECT mlops.n_reference(s), mlops.n_current(s) FROM (SELECT mlops.two_samples(x, nullif(f, 0)) AS s FROM flagged) AS t;
SELECT mlops.psi(x, i) FROM flagged;
SELECT mlops.psi(x, 'NaN'::float8) FROM flagged;

SET client_min_messages = warning;
DROP SCHEMA drift_samples CASCADE;

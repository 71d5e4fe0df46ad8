-- Verdicts that know n: how large a distance is by chance alone
-- Reference values: scipy 1.10.1 (chi2); all deals counted for small tables
CREATE SCHEMA drift_chance;
SET search_path = drift_chance, public;

CREATE FUNCTION close(p float8, q float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT p = q OR abs(p - q) <= 1e-9 * q $$;
-- the limit: psi / (1/n1 + 1/n2) is chi-square with bins - 1 degrees of freedom
SELECT close(mlops.distance_critical(10000, 10000), 16.918977604620448 / 5000) AS psi, close(mlops.distance_critical(10000, 10000, 'psi', 5, 0.01), 13.276704135987622 / 5000) AS psi_5,
       close(mlops.distance_pvalue(16.918977604620448 / 5000, 10000, 10000), 0.05) AS p,
       close(mlops.distance_pvalue(mlops.distance_critical(10000, 10000, 'js_distance'), 10000, 10000, 'js_distance'), 0.05) AS js,
       close(mlops.distance_critical(10000, 10000, 'js_distance'), sqrt(16.918977604620448 / 5000 / 8 / ln(2::float8))) AS js_critical;
-- what 0.1 means at this n
SELECT n, round(mlops.distance_pvalue(0.1, n, n)::numeric, 3) AS p_of_01, round(mlops.distance_critical(n, n)::numeric, 4) AS critical
FROM unnest('{50,100,200,1000,100000}'::int[]) AS n;
SELECT mlops.distance_test('{1000,1000,1000}'::float8[], '{1040,1000,960}', method => 'asymp') AS psi,
       round((mlops.distance_test('{1000,1000,1000}'::float8[], '{1040,1000,960}', 'js_distance')).p_value::numeric, 3) AS js,
       round((mlops.distance_test('{1000,1000,1000}'::float8[], '{1040,1000,960}', 'hellinger_distance')).p_value::numeric, 3) AS hellinger,
       round((mlops.distance_test('{1000,1000,1000}'::float8[], '{1040,1000,960}', 'kl_divergence')).p_value::numeric, 3) AS kl,
       round((mlops.chi_square_test('{1000,1000,1000}'::float8[], '{1040,1000,960}')).p_value::numeric, 3) AS chi_square;
-- small tables: by dealing anew
SELECT t.method, abs(t.p_value - f.p_value) < 0.012 AS like_fisher
FROM mlops.distance_test('{20,30}'::float8[], '{25,15}', 'total_variation_distance', n_simulations => 9999) AS t, mlops.fisher_exact_test('{20,30}'::float8[], '{25,15}') AS f;
SELECT mlops.distance_test('{5,3,2}'::float8[], '{1,4,6}') = mlops.distance_test('{5,3,2}'::float8[], '{1,4,6}') AS repeatable,
       mlops.distance_test('{5,3,2}'::float8[], '{1,4,6}') = mlops.distance_test('{5,3,2}'::float8[], '{1,4,6}', seed => 0) AS seed_0,
       (mlops.distance_test('{5,3,2}'::float8[], '{1,4,6}', seed => 1)).p_value BETWEEN 0.1 AND 0.3 AS p,
       (mlops.distance_test('{9,0}'::float8[], '{0,9}', n_simulations => 9)).p_value AS never_0;
SELECT mlops.distance_test('{5}'::float8[], '{7}') AS one_cell, mlops.distance_test('{0,0}'::float8[], '{1,2}') AS empty;

-- false alarms at 5 %: samples from one distribution, small and larger
CREATE TABLE draw AS
    SELECT n, g, mlops.two_samples(x, i <= n) AS s, mlops.categories((ln(1 + x) * 9)::int::text, i <= n) AS c
    FROM (SELECT n, g, i, (('x' || substr(md5(n || '.' || g || '.' || i), 1, 8))::bit(32)::bigint / 4294967296.0)::float8 AS x
          FROM (VALUES (20, 200), (100, 200), (600, 100)) AS v (n, draws), LATERAL generate_series(1, draws) AS g, LATERAL generate_series(1, 2 * n) AS i) AS u
    GROUP BY n, g;
SELECT n, count(*), avg(((mlops.distance_test(s, n_simulations => 99)).p_value <= 0.05)::int) BETWEEN 0.005 AND 0.1 AS psi,
       avg(((mlops.distance_test(s, 'js_distance', n_simulations => 99)).p_value <= 0.05)::int) BETWEEN 0.005 AND 0.1 AS js,
       avg(((mlops.wasserstein_test(s, n_simulations => 99)).p_value <= 0.05)::int) BETWEEN 0.005 AND 0.1 AS wasserstein,
       avg(((mlops.distance_test(c, n_simulations => 99)).p_value <= 0.05)::int) BETWEEN 0.005 AND 0.12 AS categories,
       avg((mlops.psi(s) > 0.1)::int) > 0.9 AS fixed_threshold
FROM draw GROUP BY n ORDER BY n;
-- and power: shifted samples
SELECT (mlops.distance_test(x, i > 400)).p_value < 0.01 AS psi, (mlops.distance_test(mlops.two_samples(x, i > 400), 'js_distance')).p_value < 0.01 AS js, (mlops.wasserstein_test(x, i > 400)).p_value < 0.01 AS wasserstein,
       (mlops.energy_test(x, i > 400)).p_value < 0.01 AS energy, (mlops.distance_test(mlops.two_samples(x, i > 400), 'total_variation_distance')).p_value < 0.01 AS tv, (mlops.distance_test(mlops.two_samples(x, i > 400), 'l_infinity_distance')).p_value < 0.01 AS linf,
       (mlops.distance_test(mlops.two_samples(x, i > 400), 'kl_divergence')).p_value < 0.01 AS kl, (mlops.distance_test(mlops.two_samples(x, i > 400), 'hellinger_distance')).p_value < 0.01 AS hellinger
FROM (SELECT i, (i * 7919 % 1009) / 1009.0::float8 + CASE WHEN i > 400 THEN 0.2 ELSE 0 END AS x FROM generate_series(1, 800) AS i) AS t;

-- samples, arrays, profiles, categories and histograms say the same
SELECT p = mlops.distance_test(s) AS aggregate, p = mlops.distance_test(r, c) AS profiles, w = mlops.wasserstein_test(s) AND w = mlops.wasserstein_test(r, c) AS wasserstein,
       w = mlops.wasserstein_test(ra, ca) AS arrays, k = mlops.distance_test(kr, kc) AS text_profiles, h = mlops.distance_test(hr, hc) AS histograms
FROM (SELECT mlops.distance_test(x, cur) AS p, mlops.wasserstein_test(x, cur) AS w, mlops.distance_test(g, cur) AS k, mlops.two_samples(x, cur) AS s,
             mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c,
             mlops.profile(g) FILTER (WHERE NOT cur) AS kr, mlops.profile(g) FILTER (WHERE cur) AS kc,
             array_agg(x) FILTER (WHERE NOT cur) AS ra, array_agg(x) FILTER (WHERE cur) AS ca, mlops.distance_test(mlops.two_histograms(x, cur, '{3,6}')) AS h,
             mlops.histogram(x, '{3,6}') FILTER (WHERE NOT cur) AS hr, mlops.histogram(x, '{3,6}') FILTER (WHERE cur) AS hc
      FROM (SELECT (i * 7 % 11)::float8 AS x, i % 3 = 0 AS cur, (i % 5)::text AS g FROM generate_series(1, 50) AS i) AS t) AS u;
SELECT mlops.distance_test(mlops.categories(v, cur), null_category => true) AS null_category FROM (VALUES ('a', false), (NULL, false), ('a', true), (NULL, true)) AS t (v, cur);
-- a profile too coarse to be exact
SELECT t.method, t.p_value > 0.05 AS no_alarm FROM (SELECT mlops.profile(x) FILTER (WHERE cur) AS c, mlops.profile(x) FILTER (WHERE NOT cur) AS r
    FROM (SELECT ln(i) * (i * 7919 % 101) AS x, i % 2 = 0 AS cur FROM generate_series(1, 20000) AS i) AS v) AS s, mlops.wasserstein_test(r, c, 99) AS t;
SELECT mlops.wasserstein_test(x, cur) AS infinite FROM (VALUES (1.0, false), ('Infinity', false), (2, true), (3, true)) AS t (x, cur);
SELECT mlops.distance_test(x, cur) AS empty, mlops.wasserstein_test(x, cur) AS w FROM (VALUES (1.0::float8, false)) AS t (x, cur);
SELECT mlops.distance_test(x, cur) AS nan FROM (VALUES (1.0::float8, false), ('NaN', true)) AS t (x, cur);

-- errors
SELECT mlops.distance_test('{0.5,0.5}'::float8[], '{0.4,0.6}');
SELECT mlops.distance_test('{5,5}'::float8[], '{4,6}', 'total_variation_distance', method => 'asymp');
SELECT mlops.distance_test('{5,5}'::float8[], '{4,6}', method => 'guess');
SELECT mlops.distance_test('{5,5}'::float8[], '{4,6}', n_simulations => 0);
-- options are those of the distance
SELECT d.name, bool_and(t.of_samples = t.statistic) AS samples, bool_and(t.of_profiles = t.statistic) AS profiles, bool_and(t.of_categories = t.by_category) AS categories,
       bool_and(t.of_text = t.by_category) AS text, bool_and(t.of_histograms = t.between) AS histograms, bool_and(t.of_counts = t.between) AS counts
FROM unnest('{psi,kl_divergence}'::text[]) AS d (name), unnest('{0.5,0.001}'::float8[]) AS e (epsilon), (
        SELECT mlops.two_samples(x, c) AS s, mlops.categories(v, c) AS k, mlops.two_histograms(x, c, '{20,40,90}') AS h, mlops.profile(x) FILTER (WHERE NOT c) AS r, mlops.profile(x) FILTER (WHERE c) AS q,
               mlops.profile(v) FILTER (WHERE NOT c) AS rv, mlops.profile(v) FILTER (WHERE c) AS qv
        FROM (SELECT i * 37 % 101 AS x, CASE WHEN i % 7 > 1 THEN (i % 5)::text END AS v, i * 37 % 101 > 70 AS c FROM generate_series(1, 60) AS i) AS t) AS u,
    LATERAL (SELECT (mlops.distance_test(s, name, 5, epsilon, 'equal_width', n_simulations => 9)).statistic AS of_samples, (mlops.distance_test(r, q, name, 5, epsilon, 'equal_width', n_simulations => 9)).statistic AS of_profiles,
                    CASE name WHEN 'psi' THEN mlops.psi(s, 5, epsilon, 'equal_width') ELSE mlops.kl_divergence(s, 5, epsilon, binning => 'equal_width') END AS statistic,
                    (mlops.distance_test(k, name, epsilon, true, n_simulations => 9)).statistic AS of_categories, (mlops.distance_test(rv, qv, name, epsilon => epsilon, null_category => true, n_simulations => 9)).statistic AS of_text,
                    CASE name WHEN 'psi' THEN mlops.psi(k, epsilon, true) ELSE mlops.kl_divergence(k, epsilon, null_category => true) END AS by_category,
                    (mlops.distance_test(h, name, epsilon, n_simulations => 9)).statistic AS of_histograms,
                    (SELECT (mlops.distance_test(array_agg(b.count_reference), array_agg(b.count_current), name, epsilon, n_simulations => 9)).statistic FROM mlops.drift_bins(h) AS b) AS of_counts,
                    CASE name WHEN 'psi' THEN mlops.psi(h, epsilon) ELSE mlops.kl_divergence(h, epsilon) END AS between) AS t
GROUP BY 1 ORDER BY 1;
SELECT mlops.distance_test('{5,5}'::float8[], '{4,6}', 'ks_statistic');
SELECT mlops.distance_critical(10, 10, 'hellinger_distance');
SELECT mlops.distance_bounds(p, p, 'psi') FROM (SELECT mlops.profile(i::float8) AS p FROM generate_series(1, 3) AS i) AS t;
SELECT mlops.distance_bounds(p, p, 'ks_statistic') IS NULL AS of_text, mlops.distance_bounds(p, p, 'js_distance') AS js FROM (SELECT mlops.profile(i::text) AS p FROM generate_series(1, 3) AS i) AS t;
SELECT mlops.distance_critical(0, 10);
SELECT mlops.distance_critical(10, -1);
SELECT mlops.distance_critical(10, 10, 'psi', 1);
SELECT mlops.distance_critical(10, 10, 'psi', 10, 0);
SELECT mlops.distance_pvalue(-1, 10, 10);
SELECT mlops.distance_pvalue('NaN', 10, 10, 'js_distance');

SET client_min_messages = warning;
DROP SCHEMA drift_chance CASCADE;

-- Numbers at the edges: values beyond those of the reference, equal values, constants, values near the limits of double,
-- texts that differ late, and what profiles that are not exact leave open
CREATE SCHEMA drift_extremes;
SET search_path = drift_extremes, public;
\pset null '-'

-- what falls below the least value of the reference, where that fills a bin, is as far as what rises above the greatest
SELECT round(mlops.psi(v, c)::numeric, 2) AS psi, mlops.psi(v, c) = mlops.psi(-v, c) AS mirror, mlops.js_distance(v, c) AS js,
       mlops.total_variation_distance(v, c) AS tv, mlops.hellinger_distance(v, c) AS hellinger, (mlops.distance_test(v, c)).p_value < 1e-100 AS psi_test,
       mlops.psi(mlops.two_samples(v, c), binning => 'equal_width') = mlops.psi(v, c) AS equal_width,
       mlops.psi(mlops.profile(v) FILTER (WHERE NOT c), mlops.profile(v) FILTER (WHERE c)) = mlops.psi(v, c) AS profiles,
       mlops.psi(mlops.two_histograms(v, c, '{0.9999999999999999,1}')) = mlops.psi(v, c) AS between_edges
FROM (SELECT (i <= 100)::int::float8 AS v, i > 100 AS c FROM generate_series(1, 200) AS i) AS t;
CREATE TABLE zeros AS
SELECT CASE WHEN i <= 150 THEN 0 ELSE i END::float8 AS v, false AS c FROM generate_series(1, 1000) AS i
UNION ALL SELECT CASE WHEN i <= 150 THEN -999 ELSE i END, true FROM generate_series(1, 1000) AS i;
SELECT round(mlops.psi(v, c)::numeric, 2) AS psi, round(mlops.psi(-v, c)::numeric, 2) AS mirror, (mlops.ks_test(v, c)).statistic AS ks FROM zeros;
-- of profiles that are not exact too
SELECT mlops.is_exact(r) AS exact, mlops.psi(r, c) > 1 AS psi, mlops.psi(r, r) AS same FROM (SELECT mlops.profile(v, 64) FILTER (WHERE NOT c) AS r, mlops.profile(v, 64) FILTER (WHERE c) AS c FROM zeros) AS t;
-- bins without such values are as ever
SELECT bin, lower, upper, count_reference AS r, count_current AS c FROM (SELECT mlops.two_samples(x, i > 10) AS s FROM (SELECT i, i % 3 AS x FROM generate_series(1, 20) AS i) AS t) AS t, mlops.drift_bins(s, bins => 3);

-- equal values: exact given which are equal (2 x 2: Fisher's test), and Anderson-Darling by permutation
SELECT round((mlops.ks_test(a, b)).p_value::numeric, 12) AS ks, (mlops.ks_test(a, b)).method, round((mlops.fisher_exact_test('{10,10}'::float8[], '{3,17}'::float8[])).p_value::numeric, 12) AS fisher,
       round((mlops.ks_test(a, b, 'untied')).p_value::numeric, 6) AS untied, (mlops.ks_test(a, b, 'asymp')).method AS asymp
FROM (SELECT array_fill(1::float8, '{10}') || array_fill(0::float8, '{10}') AS a, array_fill(1::float8, '{3}') || array_fill(0::float8, '{17}') AS b) AS t;
SELECT alternative, round((mlops.ks_test('{1,2,2,3,3,5}'::float8[], '{2,3,3,4,4}', 'exact', alternative)).p_value::numeric, 12) AS p FROM unnest('{two-sided,less,greater}'::text[]) AS alternative;
-- large samples of few values are exact as well
SELECT (ks).method, (ks).p_value BETWEEN fisher * (1 - 1e-9) AND fisher * (1 + 1e-9) AS fisher
FROM (SELECT mlops.ks_test((i % 1000 < 300 + 3 * c)::int::float8, c = 1) AS ks, (mlops.fisher_exact_test(i % 1000 < 300 + 3 * c, c = 1)).p_value AS fisher
      FROM generate_series(1, 50000) AS i, generate_series(0, 1) AS c) AS t;
SELECT round((t.ad).statistic::numeric, 4) AS statistic, (t.ad).p_value BETWEEN 0.06 AND 0.09 AS p, (t.ad).method
FROM (SELECT mlops.anderson_darling_test(array_fill(1::float8, '{30}') || array_fill(0::float8, '{70}'), array_fill(1::float8, '{43}') || array_fill(0::float8, '{57}')) AS ad) AS t;
SELECT (t.ad).method, (t.ad).p_value BETWEEN 0.04 AND 0.06 AS p, round((mlops.chi_square_test('{3000,7000}'::float8[], '{3128,6872}'::float8[])).p_value::numeric, 4) AS chi_square
FROM (SELECT mlops.anderson_darling_test(array_fill(1::float8, '{3000}') || array_fill(0::float8, '{7000}'), array_fill(1::float8, '{3128}') || array_fill(0::float8, '{6872}')) AS ad) AS t;
-- the G test of rare categories: of 200 draws from one distribution few are found to differ
SELECT count(*) FILTER (WHERE (g).p_value <= 0.05) BETWEEN 2 AND 22 AS g_alarms, min((g).method) AS method
FROM (SELECT mlops.g_test((hashint8(r * 1000 + i)::bigint % 200)::text, i % 2 = 0) AS g FROM generate_series(1, 200) AS r, generate_series(1, 200) AS i GROUP BY r) AS t;
SELECT method FROM mlops.g_test('{50,30,20}'::float8[], '{30,40,15}');

-- constants have no deviations, whatever their mean is rounded to; scaling by a power of two changes nothing
SELECT n, m, x, r.statistic, r.p_value FROM (VALUES (693, 139, 3.1086244592868925e-09::float8), (693, 139, 0.1), (3, 7, 1e300)) AS v (n, m, x),
       LATERAL (SELECT (mlops.t_test(x, i > n)).* FROM generate_series(1, n + m) AS i) AS r;
CREATE TABLE scaled AS SELECT k, power(2::float8, k) AS s FROM unnest('{-1000,-600,0,600,1000}'::int[]) AS k;
SELECT k, round(t.statistic::numeric, 9) AS t, round(t.p_value::numeric, 9) AS p, round(l.statistic::numeric, 9) AS levene, round(e.statistic::numeric, 9) AS epps, round(d.psi::numeric, 9) AS doane
FROM scaled, mlops.t_test(ARRAY[s, 2*s, 3*s], ARRAY[4*s, 6*s, 5.5*s]) AS t, mlops.levene_test(ARRAY[s, 2*s, 3*s], ARRAY[4*s, 6*s, 5.5*s]) AS l,
     mlops.epps_singleton_test(ARRAY[s, 2*s, 3*s, 7*s, 9*s], ARRAY[4*s, 6*s, 5.5*s, s, s]) AS e,
     LATERAL (SELECT mlops.psi(mlops.two_samples(x * s, x > 20), binning => 'doane') FROM generate_series(1, 40) AS x) AS d(psi)
ORDER BY k;
SELECT k, round((mlops.stddev(p) / s)::numeric, 9) AS stddev, mlops.sum(p) / s AS sum, round((mlops.t_test(p, p)).p_value::numeric, 6) AS t
FROM (SELECT k, s, mlops.profile(x * s) AS p FROM scaled, generate_series(1, 5) AS x GROUP BY k, s) AS t ORDER BY k;
-- subnormal numbers add up without a loss; squares that are no doubles are not known to a profile that is not exact
SELECT mlops.sum(mlops.profile(v)) = 8.2425777420317e-311 AS sum FROM unnest('{8.2425777420317e-311}'::float8[]) AS v;
SELECT mlops.sum(mlops.profile(v, 16)) = 5e-324::float8 * 5050 AS sum, mlops.stddev(mlops.profile(v, 16)) AS stddev FROM (SELECT i * 5e-324::float8 AS v FROM generate_series(1, 100) AS i) AS t;
-- two values a side have equal distances from their median
SELECT mlops.levene_test('{0.1,0.3}'::float8[], '{0.5,0.9}') AS two, (mlops.levene_test('{0.1,0.3,0.7}'::float8[], '{0.5,0.9}')).p_value IS NOT NULL AS three;
-- far from 0
SELECT round((mlops.epps_singleton_test(array_agg(x + 1.7e15), array_agg(y + 1.7e15))).statistic::numeric, 9) = round((mlops.epps_singleton_test(array_agg(x), array_agg(y))).statistic::numeric, 9) AS epps
FROM (SELECT (i * 37 % 101)::float8 AS x, (i * 53 % 97)::float8 AS y FROM generate_series(1, 60) AS i) AS t;
-- 0 and not -0
SELECT (mlops.smooth_test(array_agg(i::float8), array_agg(i + 5000::float8))).p_value::text AS p FROM generate_series(1, 5000) AS i;
-- equally wide bins of values that are infinite, or further apart than the largest double
SELECT binning, mlops.psi(mlops.two_samples(x, c), binning => binning) > 0 AS infinite, mlops.psi(mlops.two_samples(y, c), binning => binning) >= 0 AS wide
FROM unnest('{quantile,equal_width,sturges,doane}'::text[]) AS binning,
     (SELECT CASE WHEN i = 1 THEN '-Infinity' WHEN i IN (2, 99) THEN 'Infinity' ELSE i::float8 END AS x, sin(i) * 1.7e308 AS y, i > 50 AS c FROM generate_series(1, 100) AS i) AS t GROUP BY 1;

-- a report over columns of any values
CREATE TABLE dirty AS
SELECT i, i % 2 = 0 AS side, sin(i) * 1e308 AS huge, sin(i) * 1e-310 AS denormal, CASE WHEN i % 50 = 0 THEN 'Infinity' ELSE sin(i) END::float8 AS infinite,
       CASE WHEN i % 50 = 0 THEN '1e400' ELSE sin(i)::text END::numeric AS beyond, CASE WHEN i % 3 = 0 THEN 'infinity' ELSE '294276-12-31'::timestamptz - i * interval '1 min' END AS late,
       CASE WHEN i % 3 = 0 THEN '-infinity' ELSE '4713-01-01 BC'::date END::date AS early, time '23:00' + i * interval '1 s' AS daytime, '24:00'::time AS midnight, 'NaN'::float8 AS nan, NULL::float8 AS nothing
FROM generate_series(1, 6000) AS i;
SELECT method, count(*) AS columns, count(*) FILTER (WHERE verdict IN ('ok', 'drift')) AS judged, string_agg(column_name, ' ' ORDER BY column_name) FILTER (WHERE verdict NOT IN ('ok', 'drift')) AS others
FROM unnest('{auto,anderson_darling,wasserstein,evidently,nannyml}'::text[]) AS method,
     LATERAL mlops.drift_report('SELECT * FROM drift_extremes.dirty WHERE side', 'SELECT * FROM drift_extremes.dirty WHERE NOT side', method => method) GROUP BY 1 ORDER BY 1;
SELECT column_name, n, n_distinct > 0 AS distinct, min, max FROM mlops.describe('drift_extremes.dirty', '{daytime,midnight,beyond}');
SELECT b ->> 'bin' AS bin FROM jsonb_array_elements(mlops_internal.drift_contributions(
    (SELECT mlops.profile(1e308::float8)), (SELECT mlops.profile(v) FROM unnest('{-1e308,1.5e308}'::float8[]) AS v))) AS b ORDER BY 1;

-- what is large, beside what chance does
CREATE TABLE sized AS SELECT i, i % 2 = 0 AS side, md5(i::text) AS name, timestamptz '2026-01-01' + (i % 2) * interval '10 days' + i * interval '1 s' AS at,
       (hashint8(i)::bigint % 100000) / 1000.0 + (i % 2) * 0.3 AS little, (hashint8(i)::bigint % 100000) / 1000.0 + (i % 2) * 30 AS much, i / 2 + (i % 2) * 1000000 AS id
FROM generate_series(1, 40000) AS i;
SELECT column_name, verdict, round(js_distance::numeric, 3) AS js, round(js_chance::numeric, 3) AS chance, note
FROM mlops.drift_report('SELECT * FROM drift_extremes.sized WHERE side', 'SELECT * FROM drift_extremes.sized WHERE NOT side', '{i,name,at,little,much,id}') WITH ORDINALITY AS r ORDER BY ordinality;
SELECT verdict, note FROM mlops.drift_report('SELECT little FROM drift_extremes.sized WHERE side', 'SELECT little + 0.3 AS little FROM drift_extremes.sized WHERE side', min_effect => 0);
SELECT verdict, note FROM mlops.drift_report('SELECT little FROM drift_extremes.sized WHERE side', 'SELECT little + 0.3 AS little FROM drift_extremes.sized WHERE side');
SELECT mlops.drift_report('SELECT 1 AS a', 'SELECT 2 AS a', min_effect => 2);
SELECT mlops.drift_report('SELECT 1 AS a', 'SELECT 2 AS a', min_effect => NULL);

-- texts that differ behind their 256th byte
SELECT mlops.n_distinct(p), mlops.is_exact(p), mlops.constant(p), length(mlops.min_text(p)) AS kept, mlops.max_length(p)
FROM (SELECT mlops.profile(repeat('system prompt ', 20) || i) AS p FROM generate_series(1, 1000) AS i) AS t;
CREATE TABLE long_text AS SELECT repeat('pé', 150) || CASE WHEN i <= 500 THEN 'X' ELSE 'Y' END || i % 3 AS v, i > 500 AS c FROM generate_series(1, 1000) AS i;
SELECT mlops.psi(v, c) = mlops.psi(mlops.profile(v) FILTER (WHERE NOT c), mlops.profile(v) FILTER (WHERE c)) AS same, mlops.js_distance(mlops.profile(v) FILTER (WHERE NOT c), mlops.profile(v) FILTER (WHERE c)) AS js,
       (mlops.count_bounds(mlops.profile(v), repeat('pé', 150) || 'X1')).* FROM long_text;
-- two sets of texts that share none, beyond the budget
SELECT round(js.lower::numeric, 2) AS js_lower, js.upper AS js_upper, tv.upper AS tv_upper, h.upper AS hellinger_upper, js.lower = mlops.js_distance(a, b) AS lower_is_told
FROM (SELECT mlops.profile('a' || i) AS a, mlops.profile('b' || i) AS b FROM generate_series(1, 50000) AS i) AS p,
     mlops.distance_bounds(a, b, 'js_distance') AS js, mlops.distance_bounds(a, b, 'total_variation_distance') AS tv, mlops.distance_bounds(a, b, 'hellinger_distance') AS h;
SELECT b.lower = b.upper AND b.lower = mlops.js_distance(a, b2) AS exact FROM (SELECT mlops.profile('a' || i % 7) AS a, mlops.profile('a' || i % 5) AS b2 FROM generate_series(1, 500) AS i) AS p, mlops.distance_bounds(a, b2, 'js_distance') AS b;
SELECT metric, lower IS NOT NULL AND upper > lower AS bounded FROM (SELECT mlops.profile('a' || i) AS a, mlops.profile('b' || i) AS b FROM generate_series(1, 9000) AS i) AS p, unnest('{chi_square_test,hellinger_distance,js_distance,psi,total_variation_distance}'::text[]) AS metric, mlops_internal.drift_bounds(a, b, 'text', metric, 0.5) ORDER BY metric;
SELECT metric, value BETWEEN lower AND upper AS bounded FROM (SELECT mlops.profile(sqrt(i)) AS p FROM generate_series(1, 9000) AS i) AS p, LATERAL (SELECT 'median' AS metric, mlops.median(p) AS value, b.* FROM mlops.quantile_bounds(p, 0.5) AS b UNION ALL SELECT 'n_distinct', mlops.n_distinct(p), b.* FROM mlops.distinct_bounds(p) AS b) AS b ORDER BY metric;
SELECT metric, lower = upper AS exact FROM (SELECT mlops.profile(i) AS p FROM generate_series(1, 9) AS i) AS p, LATERAL (SELECT 'median' AS metric, b.* FROM mlops.quantile_bounds(p, 0.5) AS b UNION ALL SELECT 'n_distinct', b.* FROM mlops.distinct_bounds(p) AS b) AS b ORDER BY metric;

-- the smallest budgets: what is certain is certain
SELECT budget, ks BETWEEN k.lower AND k.upper AS ks, u BETWEEN m.lower AND m.upper AS u, w BETWEEN ws.lower AND ws.upper AS w, e BETWEEN en.lower AND en.upper AS e
FROM (VALUES ('{-4,-3,-2,-1,1,2,3,4}'::float8[], '{-400,-300,-200,-100,100,200,300,401}'::float8[])) AS v (r, c), generate_series(2, 5) AS budget,
     LATERAL (SELECT (SELECT mlops.profile(x, budget) FROM unnest(r) AS x) AS a, (SELECT mlops.profile(x, budget) FROM unnest(c) AS x) AS b, (mlops.ks_test(r, c)).statistic AS ks,
                     (mlops.mann_whitney_test(r, c)).statistic AS u, mlops.wasserstein_distance(r, c) AS w, mlops.energy_distance(r, c) AS e) AS s,
     mlops.distance_bounds(a, b, 'ks_statistic') AS k, mlops.mann_whitney_bounds(a, b) AS m, mlops.distance_bounds(a, b, 'wasserstein_distance') AS ws, mlops.distance_bounds(a, b, 'energy_distance') AS en;

-- earlier points of a season: the fewer, the wider (t quantiles); of iid points 0.27 % are outside whatever their number
SELECT n, round(((p).upper - (p).mean)::numeric, 3) AS width FROM (SELECT n, mlops.seasonal_threshold(timestamptz '2026-01-01' + i * interval '1 day', CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END, 3, 'none') OVER (PARTITION BY n ORDER BY i) AS p, i
      FROM (VALUES (4), (8), (40), (1000)) AS v (n), generate_series(0, n) AS i) AS t WHERE i = n ORDER BY n;

SET client_min_messages = warning;
DROP SCHEMA drift_extremes CASCADE;

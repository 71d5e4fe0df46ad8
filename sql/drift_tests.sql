-- Tests of two samples: worked values, options, one-sided, ties, tiny, infinite
-- Reference values: scipy 1.10.1 (ks_2samp, mannwhitneyu, ttest_ind,
-- cramervonmises_2samp, anderson_ksamp, kruskal, levene, epps_singleton_2samp,
-- wasserstein_distance, energy_distance, fisher_exact), statsmodels 0.13.5, numpy
CREATE SCHEMA drift_tests;
SET search_path = drift_tests, public;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a = b OR abs(a - b) <= 1e-12 * greatest(1, abs(b)) $$;
CREATE FUNCTION close(p float8, q float8, relative float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql AS
    $$ SELECT p = q OR abs(p - q) <= relative * q $$;
CREATE TABLE d4 AS SELECT '{1.2,2.4,3.1,.5,2.2,4.8,3.3,1.9,2.7,3.6}'::float8[] AS r, '{2.9,3.8,5.1,4.4,2.2,6.0,3.9,4.1}'::float8[] AS c;

-- Kolmogorov-Smirnov
SELECT m, a, round(statistic::numeric, 12) AS d, round(p_value::numeric, 12) AS p, t.method AS used
FROM d4, unnest('{auto,exact,asymp}'::text[]) AS m, unnest('{two-sided,less,greater}'::text[]) AS a, LATERAL mlops.ks_test(r, c, m, a) AS t;
SELECT same(statistic, 0.65) AS d, close(p_value, 0.030257324374971434) AS exact FROM d4, mlops.ks_test(r, c);
SELECT close(p_value, 0.035212499999999994) AS asymp FROM d4, mlops.ks_test(r, c, method => 'asymp');
SELECT close((mlops.ks_test('{1,2,2,3,3}'::float8[], '{3,4,4,5,6}', 'asymp')).p_value, 0.07999999999999996) AS ties;
SELECT close((mlops.ks_test(array_agg(i / 200::float8), array_agg(i / 200::float8 + 0.13::float8), 'asymp')).p_value, 0.04740628815218063) AS shifted
FROM generate_series(1, 200) AS i;
-- the exact law needs n1 n2 / gcd^2 < 2^31
SELECT method FROM mlops.ks_test((SELECT array_agg(i) FROM generate_series(1, 50000) AS i), (SELECT array_agg(i + 0.5) FROM generate_series(1, 49999) AS i), 'exact');

-- Mann-Whitney
SELECT statistic, close(p_value, 0.026252547267688085) AS p, common_language, method FROM d4, mlops.mann_whitney_test(r, c);
SELECT close((mlops.mann_whitney_test(r, c, alternative => 'less')).p_value, 0.013126273633844042) AS less,
       (mlops.mann_whitney_test(r, c, alternative => 'greater')).p_value > 0.98 AS greater,
       (mlops.mann_whitney_test(r, c)).common_language AS effect FROM d4;
SELECT statistic, close(p_value, 0.031746031746031744) AS exact, method FROM mlops.mann_whitney_test('{1.1,2.3,3.7,.4}'::float8[], '{2.5,4.4,5.1,6.6,3.9}');
SELECT method FROM mlops.mann_whitney_test((SELECT array_agg(i) FROM generate_series(1, 3000) AS i), (SELECT array_agg(i + 0.5) FROM generate_series(1, 3000) AS i), 'exact');

-- t: Welch unless equal_var
SELECT same(statistic, -2.5856189328617063) AS t, same(df, 15.37647605080377) AS df, close(p_value, 0.02038009870247195) AS p, method FROM d4, mlops.t_test(r, c);
SELECT same(statistic, -2.5744666863466845) AS t, df, close(p_value, 0.02036910630226997) AS p, method FROM d4, mlops.t_test(r, c, true);
SELECT close((mlops.t_test(r, c, alternative => 'less')).p_value, 0.02038009870247195 / 2) AS less,
       close((mlops.t_test(r, c, alternative => 'greater')).p_value, 1 - 0.02038009870247195 / 2) AS greater FROM d4;
SELECT mlops.t_test('{1}'::float8[], '{1,2}') AS one_value, mlops.t_test('{1,1}'::float8[], '{2,2}') AS no_spread;

-- Cramer-von Mises, Anderson-Darling, Kruskal-Wallis, Levene, Epps-Singleton
SELECT same(statistic, 0.5744212962962965) AS t, close(p_value, 0.02527537821655469) AS exact, method FROM d4, mlops.cramer_von_mises_test(r, c);
SELECT close(p_value, 0.025297764620518026, 1e-6) AS asymp, method FROM d4, mlops.cramer_von_mises_test(r, c, 'asymp');
SELECT mlops.cramer_von_mises_test('{1}'::float8[], '{1,2}') AS one_value;
SELECT method FROM mlops.cramer_von_mises_test((SELECT array_agg(i) FROM generate_series(1, 31) AS i), '{1,2,3}', 'exact');
SELECT same(statistic, 2.805745627303358) AS a2, abs(p_value - 0.026120937885643767) < 0.005 AS p, p_clipped, method FROM d4, mlops.anderson_darling_test(r, c);
SELECT p_value, p_clipped FROM mlops.anderson_darling_test('{1,2,3,4}'::float8[], '{1,2,3,4}');
SELECT p_value, p_clipped, method FROM mlops.anderson_darling_test('{1,2,3,4}'::float8[], '{1.1,2.1,3.1,4.1}');
SELECT p_value, p_clipped FROM mlops.anderson_darling_test((SELECT array_agg(i) FROM generate_series(1, 50) AS i), (SELECT array_agg(i + 100) FROM generate_series(1, 50) AS i));
SELECT mlops.anderson_darling_test('{1,1}'::float8[], '{1,1,1}') AS all_equal, mlops.kruskal_test('{1,1}'::float8[], '{1,1,1}') AS kruskal;
SELECT same(statistic, 5.138855888429749) AS h, close(p_value, 0.023396061943870578) AS p, df, method FROM d4, mlops.kruskal_test(r, c);
SELECT same(statistic, 0.050034203068503945) AS w, close(p_value, 0.8258348181866284) AS p, df, method FROM d4, mlops.levene_test(r, c);
SELECT mlops.levene_test(r, c) <> mlops.levene_test(r, c, 'mean') AS other_center FROM d4;
SELECT mlops.levene_test('{1}'::float8[], '{2}') AS two_values, mlops.levene_test('{3,3,3}'::float8[], '{4,4}') AS no_spread;
SELECT abs(statistic - 4.424933275272397) < 1e-10 AS w, close(p_value, 0.35154147772152883, 1e-8) AS p, df, method FROM d4, mlops.epps_singleton_test(r, c);
SELECT mlops.epps_singleton_test('{1,2,3,4}'::float8[], '{1,2,3,4,5}') AS too_few, mlops.epps_singleton_test('{1,1,1,1,1,9}'::float8[], '{1,1,1,1,1}') AS no_range;

-- distances that need no bins
SELECT same(mlops.wasserstein_distance(r, c), 1.48) AS w, same(mlops.normalized_wasserstein_distance(r, c), 1.26718087865324) AS normalized,
       same(mlops.energy_distance(r, c), 1.0283481900601565) AS energy FROM d4;
SELECT same(mlops.wasserstein_distance('{0,1,3}'::float8[], '{5,6,8}', '{3,1,2}', '{1,1,4}'), 6) AS w,
       same(mlops.energy_distance('{0,1,3}'::float8[], '{5,6,8}', '{3,1,2}', '{1,1,4}'), 3.0731814857642963) AS energy,
       same(mlops.wasserstein_distance('{0,1,3,99}'::float8[], '{5,6,8}', '{3,1,2,0}'), mlops.wasserstein_distance('{0,0,0,1,3,3}'::float8[], '{5,6,8}')) AS one_side;

-- maximum mean discrepancy
SELECT same(statistic, 0.1480576812804406) AS mmd, sigma, n_reference, n_current, method FROM d4, mlops.mmd_test(r, c, 1);
SELECT same(statistic, 0.14667767907290252) AS mmd, same(sigma * sigma, 1.96 / 2) AS sigma, p_value FROM d4, mlops.mmd_test(r, c);
SELECT mlops.mmd_test(r, c, seed => 7) = mlops.mmd_test(r, c, seed => 7) AS repeatable, (mlops.mmd_test(r, c, n_permutations => 9)).p_value >= 0.1 AS never_0 FROM d4;
CREATE TABLE vectors AS SELECT array[sin(i), cos(3 * i), (i % 5)]::float8[] AS v, i % 3 = 0 AS cur FROM generate_series(1, 60) AS i;
SELECT mlops.mmd_test(v, cur) = (SELECT mlops.mmd_test(v, cur) FROM (SELECT * FROM vectors ORDER BY md5(v::text)) AS s) AS order_free,
       mlops.mmd_test(v, cur) = mlops.mmd_test(mlops.two_vector_samples(v, cur)) AS state,
       mlops.mmd_test(v, cur) = mlops.mmd_test(array_agg(v) FILTER (WHERE NOT cur), array_agg(v) FILTER (WHERE cur)) AS matrices,
       mlops.mmd_test(v[1], cur) = mlops.mmd_test(v[1:1], cur) AS one_dimension,
       mlops.two_vector_samples(v, cur)::text = mlops.two_vector_samples(v, cur)::text::mlops.two_vector_samples::text AS round_trip
FROM vectors;
SELECT mlops.merge(s)::text = (SELECT mlops.two_vector_samples(v, cur)::text FROM vectors) AS merged
FROM (SELECT mlops.two_vector_samples(v, cur) AS s FROM vectors GROUP BY v[3]) AS parts;
-- the same from the definition
WITH pair AS (
    SELECT a.cur AS a, b.cur AS b, exp(-(SELECT sum((x - y) * (x - y)) FROM unnest(a.v, b.v) AS t (x, y)) / 2) AS k FROM vectors AS a, vectors AS b WHERE a.v <> b.v
)
SELECT abs((SELECT (mlops.mmd_test(mlops.two_vector_samples(v, cur), 1)).statistic FROM vectors)
           - (avg(k) FILTER (WHERE NOT a AND NOT b) + avg(k) FILTER (WHERE a AND b) - 2 * avg(k) FILTER (WHERE a <> b))) < 1e-12 AS mmd
FROM pair;
SELECT mlops.mmd_test('{1}'::float8[], '{1,2}') AS one_row, mlops.mmd_test('{1,1}'::float8[], '{1,1}') AS all_equal,
       (mlops.mmd_test('{1,NaN}'::float8[], '{1,2}')).statistic AS nan, (mlops.mmd_test('{{1,2},{3,Infinity}}'::float8[], '{{1,2},{2,2}}')).statistic AS infinite;
CREATE TABLE copies AS SELECT i, array[i % 5 + (i % 2) * (i % 3) / 4.0, i % 4]::float8[] AS v FROM generate_series(1, 200) AS i;
-- a median of 0: sigma comes from the pairs that differ; exact p-value of all 43758 labellings of d4: numpy 0.08510443804561452
SELECT same((mlops.mmd_test('{1,1,1,1,1,1,1,3}'::float8[], '{1,1,1,1,1,1,1,1}')).sigma, sqrt(2)) AS median_0;
SELECT abs((mlops.mmd_test(r, c, n_permutations => 20000)).p_value - 0.08510443804561452) < 0.008 AS p FROM d4;
-- all equal: no width, and none is needed to see that nothing differs; rows far from all others do not blur these
SELECT (mlops.mmd_test('{1,1}'::float8[], '{1,1}', 1)).statistic AS nothing;
SELECT same((mlops.mmd_test(r || 1e15::float8, c || 1e15::float8, 1)).statistic,
            (mlops.mmd_test(r || 1e3::float8, c || 1e3::float8, 1)).statistic) AS outlier FROM d4;
SELECT abs((mlops.mmd_test(w || array_fill(2.5e7::float8, array[20]), w2 || array_fill(2.5e7::float8, array[20]), 1)).statistic -
           (mlops.mmd_test(w || array_fill(250::float8, array[20]), w2 || array_fill(250::float8, array[20]), 1)).statistic) < 1e-12 AS outlier_of_20
FROM (SELECT array_agg(v) FILTER (WHERE i <= 10) AS w, array_agg(v) FILTER (WHERE i > 10) AS w2
      FROM (SELECT i, array(SELECT sin(i * k) / 4 FROM generate_series(1, 20) AS k) AS v FROM generate_series(1, 20) AS i) AS t) AS t;
-- the same engine as rows: values, copies of rows and labels
SELECT abs((m).statistic - (t).statistic) < 1e-14 AS statistic, (m).sigma = (t).sigma AS sigma, abs((m).p_value - (t).p_value) < 0.06 AS p, (m).p_value > 0.2 AS alike
FROM (SELECT mlops.mmd_test(mlops.two_vector_samples(v, i % 7 < 3), n_permutations => 999) FROM copies) AS x (m),
     (SELECT mlops.mmd_test(mlops.labelled_rows(v, i % 7 < 3), n_permutations => 999) FROM copies) AS y (t);
SELECT mlops.mmd_test(i, i % 2 = 0) FROM generate_series(1, 4002) AS i;
SELECT (mlops.mmd_test(mlops.two_samples(i, i % 2 = 0), n_permutations => 1, force => true)).n_current FROM generate_series(1, 4002) AS i;
SELECT mlops.mmd_test('{1,2}'::float8[], '{1,2}', 0);
SELECT mlops.mmd_test('{1,2}'::float8[], '{1,2}', n_permutations => 0);
SELECT mlops.mmd_test(array_fill(1.5::float8, array[i]), true) FROM generate_series(1, 3) AS i;
SELECT mlops.mmd_test('{}'::float8[], true);
SELECT mlops.mmd_test('{{1,2}}'::float8[], '{{1,2,3}}');
SELECT mlops.mmd_test(array[i, NULL]::float8[], i = 1) IS NULL AS null_elements FROM generate_series(1, 2) AS i;
SELECT 'two_vector_samples:1b01000000'::mlops.two_vector_samples;
SELECT 'two_vector_samples:1b010105'::mlops.two_vector_samples;
SELECT 'two_vector_samples:1b010102000000000000f03f000000000000000000'::mlops.two_vector_samples;
SELECT 'two_vector_samples:1b01010100000000000000800000'::mlops.two_vector_samples;
SELECT 'two_vector_samples:1b010101000000000000f03f00'::mlops.two_vector_samples;

-- counts by category
SELECT same(statistic, 4.5) AS x2, close(p_value, 0.033894853524689295) AS p, df, expected_min, method FROM mlops.chi_square_test('{20,30}'::float8[], '{25,15}');
SELECT same(statistic, 3.645) AS x2, close(p_value, 0.056237803877275776) AS p, method FROM mlops.chi_square_test('{20,30}'::float8[], '{25,15}', correction => true);
SELECT same(statistic, 12.156862745098037) AS x2, close(p_value, 0.0022917687662398567) AS p, method FROM mlops.chi_square_test('{50,30,20}'::float8[], '{30,40,15}', method => 'gof');
SELECT statistic, p_value FROM mlops.chi_square_test('{50,30,20,0}'::float8[], '{30,40,15,5}', method => 'gof');
SELECT mlops.chi_square_test('{50,30,20}'::float8[], '{30,40,15}', correction => true) = mlops.chi_square_test('{50,30,20}'::float8[], '{30,40,15}') AS only_for_two;
SELECT same(statistic, 0.4) AS odds, close(p_value, 0.05561636928468974) AS p, method FROM mlops.fisher_exact_test('{20,30}'::float8[], '{25,15}');
SELECT statistic AS odds, close(p_value, 0.034965034965034975) AS p FROM mlops.fisher_exact_test('{8,2}'::float8[], '{1,5}');
SELECT mlops.fisher_exact_test('{8,0}'::float8[], '{1,0}') AS margin, mlops.fisher_exact_test('{0,3}'::float8[], '{0,5}') AS other,
       (mlops.fisher_exact_test('{100000,100000}'::float8[], '{99000,101000}')).p_value BETWEEN 0.0015 AND 0.0017 AS large;
SELECT same(statistic, -2.13012956991707) AS z, close(p_value, 0.03316091767255964) AS p, n_reference, n_current FROM mlops.proportion_z_test('{170,30}'::float8[], '{114,36}');
SELECT mlops.proportion_z_test('{10,0}'::float8[], '{20,0}') AS constant;
SELECT mlops.fisher_exact_test(v, cur) = mlops.fisher_exact_test('{3,1}'::float8[], '{1,2}') AS booleans,
       mlops.proportion_z_test(v, cur) = mlops.proportion_z_test('{3,1}'::float8[], '{1,2}') AS z,
       mlops.fisher_exact_test(v::text, cur) = mlops.fisher_exact_test(v, cur) AS text,
       mlops.fisher_exact_test(mlops.profile(v) FILTER (WHERE NOT cur), mlops.profile(v) FILTER (WHERE cur)) = mlops.fisher_exact_test(v, cur) AS profiles
FROM (VALUES (false, false), (false, false), (false, false), (true, false), (false, true), (true, true), (true, true), (NULL, true), (true, NULL)) AS t (v, cur);
SELECT statistic AS only_true FROM (SELECT mlops.proportion_z_test(v, cur) AS t FROM (VALUES (true, false), (true, true)) AS v (v, cur)) AS s, LATERAL (SELECT (t).*) AS u;
SELECT mlops.chi_square_test('{1,2}'::float8[], '{1,2}', true, 'gof');
SELECT mlops.chi_square_test('{1,2}'::float8[], '{1,2}', method => 'monte-carlo');
SELECT mlops.fisher_exact_test('{1,2,3}'::float8[], '{1,2,3}');
SELECT mlops.proportion_z_test('{0.5,0.5}'::float8[], '{1,2}');
SELECT mlops.fisher_exact_test(x, true) FROM unnest('{a,b,c}'::text[]) AS x;

-- every test: empty, NULL, NaN, infinities, through state, profiles and rows
CREATE FUNCTION all_tests(r float8[], c float8[]) RETURNS TABLE (name text, statistic text, p text) LANGUAGE plpgsql AS $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY '{ks_test,mann_whitney_test,cramer_von_mises_test,anderson_darling_test,smooth_test,kruskal_test,levene_test,epps_singleton_test,t_test,mmd_test,wasserstein_test,energy_test}'::text[] LOOP
        EXECUTE format('SELECT %L, round(statistic::numeric, 6)::text, round(p_value::numeric, 6)::text FROM mlops.%I($1, $2)', f, f) INTO name, statistic, p USING r, c;
        RETURN NEXT;
    END LOOP;
    FOREACH f IN ARRAY '{wasserstein_distance,energy_distance,normalized_wasserstein_distance,ks_statistic}'::text[] LOOP
        EXECUTE format('SELECT %L, round(mlops.%I($1, $2)::numeric, 6)::text, NULL', f, f) INTO name, statistic, p USING r, c;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT name, e.statistic AS empty, n.statistic AS nothing, x.statistic AS nan, x.p AS p
FROM all_tests('{}', '{1,2}') AS e JOIN all_tests(NULL, '{1,2}') AS n USING (name) JOIN all_tests('{1,NaN,3}', '{1,2,NULL}') AS x USING (name);
SELECT * FROM all_tests('{1,2,3,4,5,Infinity,7,8}', '{-Infinity,2,3,4,5.5,6}') ORDER BY 1;
SELECT * FROM all_tests('{1,2,3,4,5}', '{NULL,2,4,6,8,10,NULL}') ORDER BY 1;
CREATE TABLE noise AS
    SELECT i, ((i::bigint * 104729 % 10007) - 3000) / (1 + i % 7)::float8 AS x, i::bigint * 69621 % 7 < 3 AS cur, (i % 4)::text AS g
    FROM generate_series(1, 1500) AS i;
CREATE FUNCTION results(part text DEFAULT NULL) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT (mlops.ks_test(x, cur, 'asymp', 'less'), mlops.mann_whitney_test(x, cur, 'asymp', 'greater'), mlops.cramer_von_mises_test(x, cur, 'asymp'),
            mlops.anderson_darling_test(x, cur), mlops.smooth_test(x, cur), mlops.kruskal_test(x, cur), mlops.levene_test(x, cur, 'mean'), mlops.epps_singleton_test(x, cur),
            mlops.t_test(x, cur, true), mlops.energy_distance(x, cur), mlops.distance_test(x, cur), mlops.wasserstein_test(x, cur))::text
    FROM noise GROUP BY GROUPING SETS ((), (g)) ORDER BY 1
$$;
CREATE TABLE serial AS SELECT row_number() OVER () AS i, r FROM results() AS r;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
SELECT count(*), bool_and(r = again) AS parallel_is_serial FROM serial JOIN (SELECT row_number() OVER () AS i, again FROM results() AS again) AS a USING (i);
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET max_parallel_workers_per_gather;
SELECT to_jsonb(mlops.ks_test(x, cur, 'asymp', 'less')) = to_jsonb(mlops.ks_test(mlops.two_samples(x, cur), 'asymp', 'less')) AS ks,
       to_jsonb(mlops.ks_test(x, cur)) = to_jsonb(mlops.ks_test(mlops.profile(x) FILTER (WHERE NOT cur), mlops.profile(x) FILTER (WHERE cur))) AS profiles,
       mlops.cramer_von_mises_test(x, cur) = mlops.cramer_von_mises_test(mlops.profile(x) FILTER (WHERE NOT cur), mlops.profile(x) FILTER (WHERE cur)) AS cramer,
       mlops.ks_test(x, cur, NULL, NULL) = mlops.ks_test(x, cur) AS null_is_default
FROM noise;
-- profiles of text answer NULL, of kinds that differ an error
SELECT mlops.ks_test(p, p) AS ks, mlops.t_test(p, p) AS t, mlops.energy_distance(p, p) AS energy, mlops.distance_bounds(p, p, 'energy_distance') AS bounds FROM (SELECT mlops.profile(g) AS p FROM noise) AS t;
SELECT mlops.t_test(mlops.profile(x), mlops.profile(g)) FROM noise;
-- coarse profiles: what is certain
SELECT method, (mlops.distance_bounds(r, c, 'ks_statistic')).lower <= d AND d <= (mlops.distance_bounds(r, c, 'ks_statistic')).upper AS ks, mlops.is_exact(r) AS exact,
       e BETWEEN (mlops.distance_bounds(r, c, 'energy_distance')).lower AND (mlops.distance_bounds(r, c, 'energy_distance')).upper AS energy, u BETWEEN (mlops.mann_whitney_bounds(r, c)).lower AND (mlops.mann_whitney_bounds(r, c)).upper AS u,
       abs((mlops.t_test(r, c)).statistic - t) < 1e-9 AS t
FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c, mlops.ks_statistic(x, cur) AS d, mlops.energy_distance(x, cur) AS e,
             (mlops.mann_whitney_test(x, cur)).statistic AS u, (mlops.t_test(x, cur)).statistic AS t
      FROM (SELECT sqrt(i) * ((i * 7919) % 101) AS x, i % 3 = 0 AS cur FROM generate_series(1, 20000) AS i) AS v) AS s, LATERAL mlops.ks_test(r, c);

-- options
SELECT mlops.ks_test(r, c, 'fast') FROM d4;
SELECT mlops.ks_test(r, c, alternative => 'more') FROM d4;
SELECT mlops.levene_test(r, c, 'mode') FROM d4;
SELECT mlops.ks_test(x, cur, CASE WHEN i > 700 THEN 'exact' ELSE 'asymp' END, 'less') FROM noise;
SELECT mlops.ks_test(x, cur, 'fast', 'less') FROM noise;
SELECT mlops.wasserstein_distance('{1,2}'::float8[], '{1}', '{1}');
SELECT mlops.wasserstein_distance('{1,2}'::float8[], '{1}', '{1,-1}');
SELECT mlops.wasserstein_distance('{1,2}'::float8[], '{1}', '{0,0}') AS no_weight;
SELECT mlops.ks_test('{{1,2}}'::float8[], '{1}');

SET client_min_messages = warning;
DROP SCHEMA drift_tests CASCADE;

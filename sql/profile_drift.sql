-- Drift of two profiles: the values of rows while both are exact, certain bounds
-- beyond, categories, kinds that do not fit, empty sides
-- Reference values: scipy 1.10.1 (ks_2samp, wasserstein_distance, jensenshannon,
-- chi2_contingency), numpy
CREATE SCHEMA profile_drift;
SET search_path = profile_drift, public;
\set VERBOSITY terse
\set SHOW_CONTEXT never

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a = b OR abs(a - b) <= 1e-12 * greatest(1, abs(b)) $$;
CREATE FUNCTION close(p float8, q float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT p = q OR abs(p - q) <= 1e-9 * q $$;
CREATE FUNCTION profile_of(v float8[]) RETURNS mlops.profile LANGUAGE sql AS $$ SELECT mlops.profile(x) FROM unnest(v) AS x $$;
CREATE FUNCTION profile_of(v text[]) RETURNS mlops.profile LANGUAGE sql AS $$ SELECT mlops.profile(x) FROM unnest(v) AS x $$;
CREATE FUNCTION repeated(counts int[]) RETURNS text[] LANGUAGE sql AS
    $$ SELECT array_agg(chr(96 + i::int)) FROM unnest(counts) WITH ORDINALITY AS u (n, i), generate_series(1, n) $$;
CREATE TABLE pair (name text PRIMARY KEY, r mlops.profile, c mlops.profile);
INSERT INTO pair VALUES
    ('d4', profile_of('{1.2,2.4,3.1,.5,2.2,4.8,3.3,1.9,2.7,3.6}'::float8[]), profile_of('{2.9,3.8,5.1,4.4,2.2,6.0,3.9,4.1}'::float8[])),
    ('d5', profile_of(repeated('{50,30,20,0}')), profile_of(repeated('{30,40,15,5}'))),
    ('d6', (SELECT mlops.profile(i::float8) FROM generate_series(1, 20) AS i),
           profile_of('{3,5,7,8,9,10,11,12,12.5,13,14,15,16,18,19,20,21,22,25,30}'::float8[]));

-- distances over bins with equal shares of the reference
SELECT same(mlops.psi(r, c, 4), 0.22821740957339182) AS psi,
       same(mlops.js_distance(r, c, 4), 0.2005033225314282) AS js,
       same(mlops.js_distance(r, c, 4) ^ 2, 0.2005033225314282 * 0.2005033225314282) AS js_divergence,
       same(mlops.hellinger_distance(r, c, 4), 0.16789959640267477) AS hellinger,
       same(mlops.total_variation_distance(r, c, 4), 0.2) AS total_variation,
       same(mlops.l_infinity_distance(r, c, 4), 0.15) AS l_infinity,
       mlops.kl_divergence(r, c, 4) = mlops.kl_divergence(array[5, 5, 5, 5], array[2, 4, 6, 8]) AS kl
FROM pair WHERE name = 'd6';
SELECT lower, upper, category, proportion_reference AS p, proportion_current AS q, round(psi::numeric, 12) AS psi
FROM pair, LATERAL mlops.drift_bins(r, c, 4) WHERE name = 'd6';
-- equal edges are merged
SELECT same(mlops.psi(profile_of('{0,0,0,0,0,0,1,2,3,4}'::float8[]), profile_of('{0,0,1,1,2,2,3,4,5,6}'::float8[]), 5), 0.7167037876912219) AS psi;
-- a constant reference has two bins; mass beyond the reference counts
SELECT mlops.total_variation_distance(profile_of('{3,3,3}'::float8[]), profile_of('{3,2,7,8}'::float8[])) AS constant,
       mlops.total_variation_distance(profile_of('{1,2}'::float8[]), profile_of('{-9,9}'::float8[])) AS beyond;
-- categories
SELECT same(mlops.psi(r, c), 0.48090509211447324) AS psi,
       mlops.psi(r, c, epsilon => 0) AS psi_without_epsilon,
       mlops.kl_divergence(r, c) AS kl, same(mlops.kl_divergence(c, r), 0.12128408897999082) AS kl_back,
       same(mlops.js_distance(r, c), 0.2261614348498003) AS js,
       same(mlops.js_distance(r, c) ^ 2, 0.05114899461332047) AS js_divergence,
       same(mlops.hellinger_distance(r, c), 0.20983124655534713) AS hellinger,
       same(mlops.total_variation_distance(r, c), 0.2) AS total_variation,
       same(mlops.l_infinity_distance(r, c), 0.16666666666666669) AS l_infinity
FROM pair WHERE name = 'd5';
SELECT t.name, same(x.statistic, t.statistic) AS statistic, CASE t.name WHEN 'g' THEN x.p_value BETWEEN 0.002 AND 0.005 ELSE close(x.p_value, t.p_value) END AS p_value, x.n_reference, x.n_current
FROM pair, LATERAL (VALUES ('chi_square', mlops.chi_square_test(r, c), 11.648809523809526, 0.00868832439066301),
                           ('g', mlops.g_test(r, c), 13.608549471542588, 0.003489434817574352)) AS t (name, test, statistic, p_value),
     LATERAL (SELECT (t.test).*) AS x WHERE pair.name = 'd5';
SELECT mlops.new_categories(r, c), mlops.new_categories(c, r) AS missing FROM pair WHERE name = 'd5';
SELECT lower, upper, category, round(proportion_reference::numeric, 6) AS p, round(proportion_current::numeric, 6) AS q, round(psi::numeric, 12) AS psi
FROM pair, LATERAL mlops.drift_bins(r, c) WHERE name = 'd5';
-- booleans are two categories
SELECT same((mlops.chi_square_test(r, c)).statistic, 4.5) AS chi_square, close((mlops.chi_square_test(r, c)).p_value, 0.033894853524689295) AS p_value,
       same(mlops.total_variation_distance(r, c), 0.225) AS total_variation
FROM (SELECT mlops.profile(i <= 20) AS r FROM generate_series(1, 50) AS i) AS a, (SELECT mlops.profile(i <= 25) AS c FROM generate_series(1, 40) AS i) AS b;

-- tests and Wasserstein
SELECT same(t.statistic, 0.65) AS ks, close(t.p_value, 0.030257324374971434) AS p_value, t.n_reference, t.n_current, t.method,
       mlops.ks_statistic(r, c) = t.statistic AS alone, mlops.distance_bounds(r, c, 'ks_statistic') AS bounds,
       same(mlops.wasserstein_distance(r, c), 1.48) AS wasserstein, b.lower = b.upper AS exact, b.lower = mlops.wasserstein_distance(r, c) AS same
FROM pair, mlops.ks_test(r, c) AS t, mlops.distance_bounds(r, c, 'wasserstein_distance') AS b WHERE name = 'd4';
SELECT same(t.statistic, 0.135) AS ks, close(t.p_value, 0.041868920550370586) AS p_value
FROM (SELECT mlops.profile(i / 200::float8) AS r, mlops.profile(i / 200::float8 + 0.13::float8) AS c FROM generate_series(1, 200) AS i) AS p, mlops.ks_test(r, c) AS t;

-- while both are exact the values are those of the rows, to the bit
CREATE TABLE noise AS
    SELECT i, 'x' || hashint4(i) % 7 AS word, (hashint4(i) % 1000)::float8 / 8 + (i % 3) AS x, i % 5 < 2 AS cur FROM generate_series(1, 3000) AS i;
SELECT name, by_rows = by_profiles AS same
FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c,
             mlops.profile(word) FILTER (WHERE NOT cur) AS wr, mlops.profile(word) FILTER (WHERE cur) AS wc,
             mlops.psi(x, cur) AS psi, mlops.js_distance(x, cur, 20) AS js, mlops.kl_divergence(x, cur) AS kl, mlops.hellinger_distance(x, cur) AS hellinger,
             mlops.wasserstein_distance(x, cur) AS wasserstein, mlops.ks_test(x, cur)::text AS ks,
             mlops.psi(word, cur) AS word_psi, mlops.chi_square_test(word, cur)::text AS chi_square, mlops.l_infinity_distance(word, cur) AS linf
      FROM noise) AS n,
     LATERAL (VALUES ('psi', psi::text, mlops.psi(r, c)::text), ('js', js::text, mlops.js_distance(r, c, 20)::text), ('kl', kl::text, mlops.kl_divergence(r, c)::text),
                     ('hellinger', hellinger::text, mlops.hellinger_distance(r, c)::text), ('wasserstein', wasserstein::text, mlops.wasserstein_distance(r, c)::text),
                     ('ks', ks, mlops.ks_test(r, c)::text), ('word psi', word_psi::text, mlops.psi(wr, wc)::text),
                     ('chi-square', chi_square, mlops.chi_square_test(wr, wc)::text), ('l_infinity', linf::text, mlops.l_infinity_distance(wr, wc)::text)) AS v (name, by_rows, by_profiles);
-- whether the profile was made at once, by parts, or went through text
SELECT count(DISTINCT mlops.psi(a.r, a.c)) AS psi, count(DISTINCT mlops.ks_test(a.r, a.c)::text) AS ks
FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c FROM noise
      UNION ALL SELECT mlops.merge(r), mlops.merge(c::text::mlops.profile)
      FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c FROM noise GROUP BY i % 11) AS p) AS a;

-- beyond exactness: counts of bins stay exact, and what the rows say lies within the bounds
CREATE TABLE wide AS
    SELECT i, exp((hashint8(i) % 100000) / 25000.0::float8) + i * 1e-9::float8 AS x, i % 4 = 0 AS cur FROM generate_series(1, 40000) AS i;
UPDATE wide SET x = x * 1.05::float8 WHERE cur;
SELECT mlops.is_exact(r) OR mlops.is_exact(c) AS exact,
       ks BETWEEN kb.lower AND kb.upper AS ks_within, mlops.ks_statistic(r, c) = kb.lower AS ks_is_lower, kb.upper - kb.lower BETWEEN 0 AND 0.02 AS ks_is_narrow,
       wasserstein BETWEEN wb.lower AND wb.upper AS w_within, mlops.wasserstein_distance(r, c) BETWEEN wb.lower AND wb.upper AS w_estimate,
       (wb.upper - wb.lower) / wasserstein < 0.2 AS w_is_narrow,
       abs(mlops.psi(r, c) - psi) < 0.002 AS psi, abs(mlops.js_distance(r, c) - js) < 0.002 AS js
FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c,
             mlops.ks_statistic(x, cur) AS ks, mlops.wasserstein_distance(x, cur) AS wasserstein, mlops.psi(x, cur) AS psi, mlops.js_distance(x, cur) AS js FROM wide) AS n,
     mlops.distance_bounds(r, c, 'ks_statistic') AS kb, mlops.distance_bounds(r, c, 'wasserstein_distance') AS wb;
WITH p AS (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c FROM wide)
SELECT (SELECT count(*) FROM mlops.drift_bins(r, c)) AS bins, same((SELECT sum(b.psi) FROM mlops.drift_bins(r, c) AS b), mlops.psi(r, c)) AS adds_up,
       (SELECT bool_and(same(b.proportion_reference * 30000, (SELECT count(*) FROM wide WHERE NOT cur AND x > b.lower AND x <= b.upper))
                    AND same(b.proportion_current * 10000, (SELECT count(*) FROM wide WHERE cur AND x > b.lower AND x <= b.upper)))
        FROM mlops.drift_bins(r, c) AS b) AS counts_are_exact
FROM p;
-- an exact side against one that is not
SELECT ks BETWEEN kb.lower AND kb.upper AS ks_within, kb.lower < kb.upper AS has_bounds
FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c, mlops.ks_statistic(x, cur) AS ks FROM wide WHERE NOT cur OR i % 80 = 0) AS n,
     mlops.distance_bounds(r, c, 'ks_statistic') AS kb;
-- text beyond exactness: all values outside the common sample are one category
WITH p AS (SELECT mlops.profile('w' || i % 9000) FILTER (WHERE i <= 18000) AS r, mlops.profile('w' || i % 9000) FILTER (WHERE i > 18000) AS c FROM generate_series(1, 36000) AS i)
SELECT mlops.is_exact(r) AS exact, mlops.psi(r, c) < 0.01 AS psi, mlops.l_infinity_distance(r, c) < 0.01 AS linf, mlops.new_categories(r, c) AS new,
       (SELECT count(*) FROM mlops.drift_bins(r, c) AS b WHERE b.category IS NULL) AS others
FROM p;
-- NULL, NaN and infinities: the first two take no part, the last are ordered
WITH p AS (SELECT mlops.profile(x) AS c FROM unnest('{2.9,3.8,5.1,4.4,2.2,6.0,3.9,4.1,NaN,NULL}'::float8[]) AS x)
SELECT mlops.psi(d.r, p.c) = mlops.psi(d.r, d.c) AS psi, mlops.ks_test(d.r, p.c)::text = mlops.ks_test(d.r, d.c)::text AS ks,
       mlops.wasserstein_distance(d.r, p.c) = mlops.wasserstein_distance(d.r, d.c) AS wasserstein FROM pair AS d, p WHERE d.name = 'd4';
WITH p AS (SELECT profile_of('{-Infinity,1,2,3}'::float8[]) AS r, profile_of('{1,2,3,Infinity}'::float8[]) AS c)
SELECT mlops.ks_statistic(r, c), mlops.distance_bounds(r, c, 'ks_statistic'), mlops.total_variation_distance(r, c, 2), mlops.wasserstein_distance(r, c) AS wasserstein,
       mlops.wasserstein_distance(r, r) AS none FROM p;
-- zeros have one value; equal profiles do not differ
SELECT mlops.ks_statistic(profile_of('{0,1}'::float8[]), profile_of('{-0,1}'::float8[])) AS zeros;
SELECT name, mlops.psi(r, r) AS psi, mlops.js_distance(r, r) AS js, mlops.hellinger_distance(r, r) AS hellinger, mlops.total_variation_distance(r, r) AS tv,
       mlops.ks_test(r, r) AS ks, mlops.wasserstein_distance(r, r) AS wasserstein FROM pair ORDER BY name;

-- an empty side, or one with NULLs alone: nothing can be said
SELECT name, mlops.psi(r, c) IS NULL AND mlops.psi(c, r) IS NULL AS psi, mlops.js_distance(r, c) IS NULL AS js, mlops.ks_test(r, c) IS NULL AS ks,
       mlops.distance_bounds(r, c, 'ks_statistic') IS NULL AS bounds, mlops.wasserstein_distance(r, c) IS NULL AS wasserstein, mlops.chi_square_test(r, c) IS NULL AS chi_square,
       mlops.g_test(c, r) IS NULL AS g, (SELECT count(*) FROM mlops.drift_bins(r, c)) AS bins
FROM (SELECT 'nulls' AS name, d.r, (SELECT mlops.profile(NULL::float8)) AS c FROM pair AS d WHERE name = 'd4'
      UNION ALL SELECT 'NaN', d.r, profile_of('{NaN,NaN}'::float8[]) FROM pair AS d WHERE name = 'd4'
      UNION ALL SELECT 'text', d.r, (SELECT mlops.profile(NULL::text)) FROM pair AS d WHERE name = 'd5'
      UNION ALL SELECT 'nothing', d.r, NULL FROM pair AS d WHERE name = 'd5') AS t;
-- one value on each side, one category in all
SELECT mlops.psi(profile_of('{1}'::float8[]), profile_of('{1}'::float8[])) AS same, mlops.ks_test(profile_of('{1}'::float8[]), profile_of('{2}'::float8[])) AS ks,
       mlops.wasserstein_distance(profile_of('{1}'::float8[]), profile_of('{2}'::float8[])) AS wasserstein,
       mlops.chi_square_test(profile_of('{a,a}'::text[]), profile_of('{a}'::text[])) IS NULL AS one_category, mlops.js_distance(profile_of('{a}'::text[]), profile_of('{b}'::text[])) AS apart;

-- what does not fit a kind is NULL
SELECT mlops.ks_test(r, c) IS NULL AS ks, mlops.distance_bounds(r, c, 'ks_statistic') IS NULL AS bounds, mlops.wasserstein_distance(r, c) IS NULL AS wasserstein FROM pair WHERE name = 'd5';
SELECT mlops.chi_square_test(r, c) IS NULL AS chi_square, mlops.g_test(r, c) IS NULL AS g, mlops.new_categories(r, c) IS NULL AS new FROM pair WHERE name = 'd4';
-- times are numbers of seconds
SELECT mlops.wasserstein_distance(r, c) AS seconds, mlops.ks_statistic(r, c) AS ks
FROM (SELECT mlops.profile('2026-01-01Z'::timestamptz + i * interval '1 min') AS r, mlops.profile('2026-01-01Z'::timestamptz + i * interval '1 min' + interval '1 hour') AS c
      FROM generate_series(0, 99) AS i) AS p;
-- small, large and numeric numbers are of two kinds
SELECT mlops.psi(a.i2, b.i8) AS integers, mlops.psi(a.f4, b.n) AS floats
FROM (SELECT mlops.profile(i::smallint) AS i2, mlops.profile(i::real) AS f4 FROM generate_series(1, 9) AS i) AS a,
     (SELECT mlops.profile(i) AS i8, mlops.profile(i::numeric) AS n FROM generate_series(1, 9) AS i) AS b;

-- a new value that takes half of many shows, though neither profile keeps its name; none does without one
SELECT mlops.is_exact(r) AS exact, mlops.psi(r, c) > 1 AS psi, mlops.js_distance(r, c) > 0.4 AS js, mlops.total_variation_distance(r, c) > 0.4 AS tv, (mlops.chi_square_test(r, c)).p_value < 1e-9 AS p,
       mlops.psi(r, same) AS same
FROM (SELECT mlops.profile('v' || i) AS r, mlops.profile(CASE WHEN i % 2 = 0 THEN 'new and heavy' ELSE 'v' || i END) AS c, mlops.profile('v' || 20001 - i) AS same
      FROM generate_series(1, 20000) AS i) AS p;

-- kinds that differ, parameters out of range
\set VERBOSITY default
SELECT mlops.psi(d4.r, d5.r) FROM pair AS d4, pair AS d5 WHERE d4.name = 'd4' AND d5.name = 'd5';
SELECT mlops.ks_test(d4.r, d5.r) FROM pair AS d4, pair AS d5 WHERE d4.name = 'd4' AND d5.name = 'd5';
SELECT mlops.new_categories(d4.r, d5.r) FROM pair AS d4, pair AS d5 WHERE d4.name = 'd4' AND d5.name = 'd5';
SELECT mlops.psi(r, (SELECT mlops.profile(1))) FROM pair WHERE name = 'd4';
SELECT mlops.psi(r, c, 1) FROM pair WHERE name = 'd4';
SELECT mlops.psi(r, c, 10001) FROM pair WHERE name = 'd4';
SELECT mlops.js_distance(r, c, 0) FROM pair WHERE name = 'd4';
SELECT mlops.psi(r, c, 10, -1) FROM pair WHERE name = 'd4';
SELECT mlops.psi(r, c, epsilon => 'NaN') FROM pair WHERE name = 'd4';
SELECT mlops.kl_divergence(r, c, epsilon => 2) FROM pair WHERE name = 'd4';
SELECT mlops.drift_bins(r, c, 1) FROM pair WHERE name = 'd4';
SELECT mlops.psi(r, c, NULL) = mlops.psi(r, c) AS null_is_default FROM pair WHERE name = 'd4';

SET client_min_messages = warning;
DROP SCHEMA profile_drift CASCADE;

-- Bins and distances over them: rules, options, which bin moved, histograms
-- Reference values: numpy (histogram_bin_edges), scipy 1.10.1 (jensenshannon,
-- entropy); Evidently's and NannyML's rules for the parity fixtures
CREATE SCHEMA drift_bins;
SET search_path = drift_bins, public;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a = b OR abs(a - b) <= 1e-12 * greatest(1, abs(b)) $$;
CREATE FUNCTION rows(r float8[], c float8[]) RETURNS TABLE (x float8, cur boolean) LANGUAGE sql AS
    $$ SELECT unnest(r), false UNION ALL SELECT unnest(c), true $$;
CREATE TABLE d6 AS SELECT * FROM rows((SELECT array_agg(i) FROM generate_series(1, 20) AS i),
                                      '{3,5,7,8,9,10,11,12,12.5,13,14,15,16,18,19,20,21,22,25,30}');
CREATE TABLE parity AS SELECT * FROM rows((SELECT array_agg(i) FROM generate_series(1, 30) AS i),
                                          '{3,5,7,8,9,10,11,12,12.5,13,14,15,16,18,19,20,21,22,25,30,31,33}');

-- the rules of peers
SELECT same(mlops.psi(s, binning => 'sturges'), 0.30608731753288565) AS psi,
       same(mlops.js_distance(s, binning => 'sturges', base => exp(1::float8)), 0.19155727386540694) AS js,
       same(mlops.kl_divergence(s, binning => 'sturges', direction => 'reference', epsilon => 0.0001), 0.16675515846340494) AS kl,
       same(mlops.js_distance(s, binning => 'doane'), 0.30176910759806824) AS js_doane,
       same(mlops.hellinger_distance(s, binning => 'doane'), 0.27885117981986457) AS hellinger_doane
FROM (SELECT mlops.two_samples(x, cur) AS s FROM parity) AS t;
SELECT bin, lower, upper, count_reference AS r, count_current AS c, round(psi::numeric, 6) AS psi, round(js::numeric, 6) AS js
FROM (SELECT mlops.two_samples(x, cur) AS s FROM parity) AS t, mlops.drift_bins(s, binning => 'doane');
SELECT count(*), min(lower), max(upper) FROM (SELECT mlops.two_samples(x, cur) AS s FROM parity) AS t, mlops.drift_bins(s, binning => 'sturges');
-- at most 20 distinct values in the reference: each is a bin
SELECT bin, lower, upper, count_reference AS r, count_current AS c
FROM (SELECT mlops.two_samples(x, cur) AS s FROM rows('{1,1,2,3}', '{1,2,2,5}')) AS t, mlops.drift_bins(s, binning => 'sturges');
-- equal widths; a constant reference has the bins <= and >
SELECT bin, lower, upper, count_reference AS r, count_current AS c
FROM (SELECT mlops.two_samples(x, cur) AS s FROM d6) AS t, mlops.drift_bins(s, bins => 4, binning => 'equal_width');
SELECT binning, array_agg(format('(%s,%s] %s %s', lower, upper, count_reference, count_current) ORDER BY bin) AS bins
FROM (SELECT mlops.two_samples(x, cur) AS s FROM rows('{7,7,7}', '{6,7,8,8}')) AS t, unnest('{quantile,equal_width,doane,sturges}'::text[]) AS binning,
     mlops.drift_bins(s, binning => binning) GROUP BY 1 ORDER BY 1;
-- edges given; aggregates with the same rules; contributions add up
SELECT mlops.psi(s, edges => '{5,10,15}') = mlops.psi(s, bins => 4, binning => 'quantile', edges => '{5,10,15}') AS edges,
       equal_width = mlops.psi(s, 4, binning => 'equal_width') AS aggregate, by_default = ten AS null_is_default,
       same((SELECT sum(psi) FROM mlops.drift_bins(s, 4)), psi) AS psi_adds_up, same((SELECT sum(js) FROM mlops.drift_bins(s, 4)), js) AS js_adds_up,
       same((SELECT max(abs(proportion_reference - proportion_current)) FROM mlops.drift_bins(s, 4)), l_infinity) AS largest
FROM (SELECT mlops.two_samples(x, cur) AS s, mlops.psi(x, cur, 4, 'equal_width') AS equal_width, mlops.psi(x, cur, NULL, NULL) AS by_default, mlops.psi(x, cur) AS ten,
             mlops.psi(x, cur, 4) AS psi, mlops.js_distance(x, cur, 4) ^ 2 AS js, mlops.l_infinity_distance(x, cur, 4) AS l_infinity FROM d6) AS t;
-- options of the distances
SELECT same(mlops.kl_divergence(r, c, direction => 'reference'), 0.12128408897999082) AS reverse,
       same(mlops.kl_divergence(r[:3], c[:3], base => 2), 0.06683990712500787 / ln(2::float8)) AS bits,
       same(mlops.js_distance(r, c, base => exp(1::float8)), 0.1882917454502425) AS js_nats,
       same(mlops.js_distance(r, c) ^ 2, 0.05114899461332047) AS js
FROM (SELECT '{50,30,20,0}'::float8[] AS r, '{30,40,15,5}'::float8[] AS c) AS d5;
SELECT mlops.psi(ARRAY[0.5, 0.5], ARRAY[0.5, 0.5], NULL) AS null_is_default;
SELECT bin, lower, category, count_reference AS r, count_current AS c, round(psi::numeric, 6) AS psi FROM mlops.drift_bins('{50,30,20,0}'::float8[], '{30,40,15,5}');
SELECT bin, category, is_null, count_reference AS r, count_current AS c, round(psi::numeric, 6) AS psi
FROM (SELECT mlops.categories(v, cur) AS s FROM (VALUES ('a', false), ('b', false), (NULL, false), ('a', true), (NULL, true), (NULL, true), ('a', NULL)) AS t (v, cur)) AS t,
     mlops.drift_bins(s, null_category => true);
SELECT mlops.psi(v, cur) = mlops.psi('{1,1}'::float8[], '{1,0}') AS without, mlops.psi(v, cur, true) = mlops.psi('{1,1,1}'::float8[], '{1,0,2}') AS with_null,
       mlops.psi(v, cur, false) = mlops.psi(v, cur) AS null_category_false,
       mlops.psi(v, cur, true) = mlops.psi(mlops.categories(v, cur), null_category => true) AS state,
       mlops.psi(mlops.profile(v) FILTER (WHERE NOT cur), mlops.profile(v) FILTER (WHERE cur), null_category => true) = mlops.psi(v, cur, true) AS profiles,
       mlops.chi_square_test(mlops.categories(v, cur), null_category => true) = mlops.chi_square_test('{1,1,1}'::float8[], '{1,0,2}') AS chi_square,
       mlops.category_counts(v) AS counts, mlops.unseen_rate(v, cur) AS unseen
FROM (VALUES ('a', false), ('b', false), (NULL, false), ('a', true), (NULL, true), (NULL, true)) AS t (v, cur);
SELECT mlops.new_categories(v, cur) AS new, mlops.new_categories(v, NOT cur) AS missing, mlops.unseen_rate(v, cur) AS unseen
FROM (VALUES ('a', false), ('b', false), ('c', true), ('a', true), ('d', true), ('c', true)) AS t (v, cur);

-- edges and histograms
SELECT mlops.histogram_edges(i) AS deciles, mlops.histogram_edges(i, 'equal_width', 4) AS equal_width, mlops.histogram_edges(i, 'doane') AS doane,
       mlops.histogram_edges(i, 'sturges') = mlops.histogram_edges(array_agg(i), 'sturges') AS sturges,
       mlops.histogram_edges(array_agg(i), 'quantile', 4) = mlops.histogram_edges(mlops.profile(i), 'quantile', 4) AS profile
FROM generate_series(1, 21) AS i;
SELECT mlops.histogram(x, '{5,10,15}') AS counts, mlops.histogram(array_agg(x), '{5,10,15}') AS of_array FROM d6 WHERE NOT cur;
SELECT mlops.psi(h) = mlops.psi(s, edges => '{5,10,15}') AS psi, mlops.js_distance(h) = mlops.js_distance(s, edges => '{5,10,15}') AS js,
       mlops.n_reference(h), mlops.n_current(h), h::text = h::text::mlops.two_histograms::text AS round_trip,
       (SELECT array_agg(count_current ORDER BY bin) FROM mlops.drift_bins(h)) AS current
FROM (SELECT mlops.two_histograms(x, cur, '{5,10,15}') AS h, mlops.two_samples(x, cur) AS s FROM d6) AS t;
SELECT mlops.merge(h)::text = (SELECT mlops.two_histograms(x, cur, '{5,10,15}')::text FROM d6) AS merged
FROM (SELECT mlops.two_histograms(x, cur, '{5,10,15}') AS h FROM d6 GROUP BY x::int % 3) AS t;
SELECT mlops.psi(mlops.histogram(x, e) FILTER (WHERE NOT cur), mlops.histogram(x, e) FILTER (WHERE cur)) = mlops.psi(x, cur, 4) AS by_hand
FROM d6, (SELECT mlops.histogram_edges(x, 'quantile', 4) AS e FROM d6 WHERE NOT cur) AS t;
SELECT mlops.histogram_edges(x) AS nothing, mlops.histogram(x, '{1}') AS counts FROM rows('{NULL}', '{NULL}');
SELECT mlops.histogram_edges(x) AS nan, mlops.histogram(x, '{1}') AS counts, mlops.psi(mlops.two_histograms(x, cur, '{1}')) AS psi FROM rows('{1,NaN}', '{2}');
SELECT mlops.histogram('{-0,0,-Infinity,Infinity,NULL}'::float8[], '{0}') AS ends, mlops.psi(mlops.two_histograms(x, cur, '{-0}')) AS zero FROM rows('{0,1}', '{-0,5}');

-- profiles: exact ones as rows, coarse ones with exact counts between ends of cells
SELECT bool_and(mlops.psi(s, 5, binning => b) = mlops.psi(r, c, 5, binning => b)) AS exact
FROM (SELECT mlops.two_samples(x, cur) AS s, mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c FROM parity) AS t,
     unnest('{quantile,equal_width,sturges,doane}'::text[]) AS b;
CREATE TABLE many AS SELECT sqrt(i) * ((i * 7919) % 101) AS x, i % 3 = 0 AS cur FROM generate_series(1, 20000) AS i;
SELECT mlops.is_exact(r) AS exact, b.bin, count(*) FILTER (WHERE NOT cur) = b.count_reference AS reference, count(*) FILTER (WHERE cur) = b.count_current AS current
FROM (SELECT mlops.profile(x) FILTER (WHERE NOT cur) AS r, mlops.profile(x) FILTER (WHERE cur) AS c FROM many) AS p,
     mlops.drift_bins(r, c, edges => '{100,1000,3000}') AS b LEFT JOIN many ON x > b.lower AND x <= b.upper
GROUP BY 1, 2, b.count_reference, b.count_current ORDER BY 2;
SELECT mlops.psi(p, q, null_category => true) = mlops.psi('{2,1,1}'::float8[], '{1,1,3}') AS numbers
FROM (SELECT mlops.profile(x) FILTER (WHERE i <= 4) AS p, mlops.profile(x) FILTER (WHERE i > 4) AS q
      FROM unnest('{1,1,2,NULL,1,2,NULL,NULL,NULL}'::float8[]) WITH ORDINALITY AS t (x, i)) AS s;

-- NULL for NULL, whatever the options
SELECT mlops.js_distance(NULL::mlops.profile, NULL, bins => 4, base => 2) AS profiles, mlops.kl_divergence(NULL::mlops.two_samples, bins => 4, base => 2) AS samples,
       mlops.js_distance(NULL::mlops.categories, base => 2) AS categories, mlops.js_distance(NULL::mlops.two_histograms, base => 2) AS histograms,
       mlops.distance_test(NULL::mlops.profile, NULL, 'js_distance', seed => 3) AS test, mlops.ks_test(NULL::mlops.two_samples, 'exact') AS ks, mlops.mmd_test(NULL::float8[], NULL) AS mmd;

-- errors
SELECT mlops.psi(s, binning => 'scott') FROM (SELECT mlops.two_samples(x, cur) AS s FROM d6) AS t;
SELECT mlops.psi(x, cur, 4, 'scott') FROM d6;
SELECT mlops.psi(x, cur, 4 + (x > 5)::int, 'equal_width') FROM d6;
SELECT mlops.psi(s, edges => '{1,1}') FROM (SELECT mlops.two_samples(x, cur) AS s FROM d6) AS t;
SELECT mlops.psi(s, edges => '{}') FROM (SELECT mlops.two_samples(x, cur) AS s FROM d6) AS t;
SELECT mlops.psi(s, edges => '{1}', binning => 'doane') FROM (SELECT mlops.two_samples(x, cur) AS s FROM d6) AS t;
SELECT mlops.psi(x, cur, 4, 'equal_width') FROM rows('{1,Infinity}', '{2}');
SELECT mlops.psi(x, cur, 4, 'doane') FROM rows('{-1.7e308,1.7e308}', '{2}');
SELECT mlops.js_distance('{1,2}'::float8[], '{1,2}', base => 1);
SELECT mlops.kl_divergence('{1,2}'::float8[], '{1,2}', direction => 'up');
SELECT mlops.histogram(x, CASE WHEN x > 3 THEN '{1}' ELSE '{2}' END::float8[]) FROM d6;
SELECT mlops.histogram(x, NULL) FROM d6;
SELECT mlops.merge(h) FROM (SELECT mlops.two_histograms(x, cur, ARRAY[floor(x / 15)]) AS h FROM d6 GROUP BY floor(x / 15)) AS t;
SELECT mlops.histogram_edges(x, 'quantile', 1) FROM d6;
SELECT 'two_histograms:1a0100'::mlops.two_histograms;
SELECT 'two_histograms:1a0101000000000000f03f'::mlops.two_histograms;
SELECT 'two_histograms:1a0102000000000000f03f000000000000f03f000000000000'::mlops.two_histograms;
SELECT 'two_histograms:1a0101000000000000f03f00ffffffffffffffff7f00000000'::mlops.two_histograms;
SELECT 'two_histograms:1a0101000000000000f03f000102000304'::mlops.two_histograms;

SET client_min_messages = warning;
DROP SCHEMA drift_bins CASCADE;

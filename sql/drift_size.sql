--
-- How far a column moved beyond sampling, and what its past says of that.  The worked numbers were computed with numpy and scipy.
--
CREATE SCHEMA drift_size;
SET search_path = drift_size, public;
SET extra_float_digits = -12;
CREATE FUNCTION normal(i integer, s integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT sqrt(-2 * ln((hashint8(i * 1000003::bigint + s)::bigint + 2147483648.5) / 4294967296))
           * cos(2 * pi() * (hashint8(i * 999983::bigint + s + 77)::bigint + 2147483648.5) / 4294967296) $$;
CREATE TABLE rows AS SELECT i, i > 4000 AS late, normal(i, 1) AS z FROM generate_series(1, 5000) AS i;

-- size of a shift: about its square in standard deviations
SELECT shift, (s).* FROM (SELECT shift, mlops.drift_size(mlops.profile(z) FILTER (WHERE NOT late), mlops.profile(z + shift) FILTER (WHERE late)) AS s
                          FROM rows, unnest('{0,0.3,0.5,1}'::float8[]) AS shift GROUP BY 1 ORDER BY 1) AS t;
-- the same in all forms, with bins that are kept, of exact and coarse profiles
CREATE TABLE kept AS
SELECT name, r, c, mlops.drift_edges(r) AS bins
FROM (SELECT budget, mlops.profile(z, budget) FILTER (WHERE NOT late) AS r, mlops.profile(z + 0.3, budget) FILTER (WHERE late) AS c FROM rows, unnest('{50,4096}'::int[]) AS budget GROUP BY 1
      UNION ALL SELECT 1, mlops.profile('t' || i % 13 * (i % 7)) FILTER (WHERE NOT late), mlops.profile('t' || i % 14 * (i % 7)) FILTER (WHERE late) FROM rows
      UNION ALL SELECT 2, mlops.profile('t' || i * i % 100003) FILTER (WHERE i <= 4500), mlops.profile('t' || i * i % 100019) FILTER (WHERE i > 100) FROM generate_series(1, 20000) AS i
      UNION ALL SELECT 3, mlops.profile(z > 1) FILTER (WHERE NOT late), mlops.profile(z > 0.5) FILTER (WHERE late) FROM rows
      UNION ALL SELECT 4, mlops.profile(timestamptz '2026-01-01Z' + i * interval '1 min') FILTER (WHERE NOT late), mlops.profile(timestamptz '2026-01-01Z' + i * interval '1 min') FILTER (WHERE i % 2 = 0) FROM rows
      UNION ALL SELECT 5, mlops.profile(md5(i::text)::uuid) FILTER (WHERE NOT late), mlops.profile(md5(i::text)::uuid) FILTER (WHERE late) FROM rows
     ) AS p(budget, r, c), LATERAL (SELECT CASE budget WHEN 50 THEN 'coarse' WHEN 4096 THEN 'exact' WHEN 1 THEN 'text' WHEN 2 THEN 'many texts' WHEN 3 THEN 'boolean' WHEN 4 THEN 'time' ELSE 'uuid' END AS name) AS n;
SELECT name, (mlops.drift_size(r, c)).*, mlops.drift_size(r, c) = mlops.drift_size(r, c, bins) AS kept,
       mlops.drift_size(r, c) = mlops.drift_size(mlops.bin_counts(r, bins), mlops.bin_counts(c, bins)) AS counts FROM kept ORDER BY name;
SELECT name, bins, mlops.bin_counts(r, bins) AS reference FROM kept WHERE name <> 'coarse' ORDER BY name;
-- all rows are counted; a window that is coarser than the reference counts about the same
SELECT name, (SELECT sum(x) FROM unnest(mlops.bin_counts(c, bins)) AS x) = mlops.n_values(c) AS complete FROM kept ORDER BY name;
SELECT round(((mlops.drift_size(e.r, c.c)).size - (mlops.drift_size(e.r, e.c)).size)::numeric, 3) AS off FROM kept AS e, kept AS c WHERE e.name = 'exact' AND c.name = 'coarse';

-- both ends can be told apart from what lies beyond, and so can what little lies beside a common value
SELECT name, round((d).psi::numeric, 3) AS psi, (d).expected, (d).size > 0.25 AS moved, mlops.drift_edges(r) AS bins
FROM (VALUES ('least value', array_fill(1, '{1000}'), array_fill(0, '{500}') || array_fill(1, '{500}')),
             ('greatest value', array_fill(1, '{1000}'), array_fill(2, '{500}') || array_fill(1, '{500}')),
             ('below the mass', 0 || array_fill(1, '{999}'), array_fill(0, '{500}') || array_fill(1, '{500}')),
             ('within', array_fill(5, '{990}') || '{1,2,3,4,6,7,8,9,10,11}'::int[], array_fill(3, '{500}') || array_fill(5, '{500}')),
             ('constant', array_fill(7, '{100}'), array_fill(7, '{50}'))) AS v(name, a, b),
     LATERAL (SELECT (SELECT mlops.profile(x) FROM unnest(a) AS x) AS r, (SELECT mlops.profile(x) FROM unnest(b) AS x) AS c) AS p, mlops.drift_size(r, c) AS d;
-- the same of all distances over bins
SELECT mlops.psi(r, c) > 1 AS psi, mlops.js_distance(r, c) > 0.4 AS js, (SELECT array_agg(count_current ORDER BY bin) FROM mlops.drift_bins(r, c)) AS counts
FROM (SELECT mlops.profile(CASE WHEN i = 1 THEN 0 ELSE 1 END) AS r, mlops.profile(i % 2) AS c FROM generate_series(1, 1000) AS i) AS t;
-- nothing to compare, or not comparable
SELECT mlops.drift_size(a, n), mlops.drift_size(n, a), mlops.drift_edges(n), mlops.bin_counts(n, '{"edges": [1]}'), mlops.drift_size('{0,0}'::float8[], '{1,2}'), mlops.drift_size('{5}'::float8[], '{7}'), mlops.drift_size('{5,0,3}'::float8[], '{7,0,2}') = mlops.drift_size('{5,3}'::float8[], '{7,2}') AS empty_bin
FROM (SELECT mlops.profile(i) AS a, mlops.profile(NULL::int) AS n FROM generate_series(1, 3) AS i) AS t;
SELECT mlops.drift_size(mlops.profile(1), mlops.profile('a'::text));
SELECT mlops.bin_counts(mlops.profile('a'::text), '{"edges": [1]}');
SELECT mlops.drift_size(mlops.profile(1), mlops.profile(2), '{"categories": ["a"]}'::jsonb);
SELECT mlops.drift_edges(mlops.profile(1), 1);
SELECT mlops.bin_counts(mlops.profile(1), '{"edges": [2, 1]}');
SELECT mlops.bin_counts(mlops.profile(1), '{"edges": [1], "groups": 3}');
SELECT mlops.bin_counts(mlops.profile(1), '[1]');
SELECT mlops.bin_counts(mlops.profile('a'::text), '{"groups": 2.5}');
SELECT mlops.bin_counts(mlops.profile('a'::text), '{"categories": [1]}');
SELECT mlops.bin_counts(mlops.profile(1), '{"edges": "x"}');
SELECT mlops.bin_counts(mlops.profile(1), '{"edges": ["Infinite"]}');
SELECT mlops.drift_size('{1,2}'::float8[], '{1,2,3}');
-- infinite values, and next to 0
SELECT bins, mlops.bin_counts(p, bins) FROM (SELECT p, mlops.drift_edges(p) AS bins FROM (SELECT mlops.profile(i % 2 / 2.0) AS p FROM generate_series(1, 20) AS i) AS t) AS u;
SELECT bins, mlops.bin_counts(p, bins) FROM (SELECT p, mlops.drift_edges(p, 4) AS bins FROM (SELECT mlops.profile(CASE WHEN i < 9 THEN '-Infinity' WHEN i > 12 THEN 'Infinity' ELSE i::float8 END) AS p FROM generate_series(1, 20) AS i) AS t) AS u;

-- chance by the past: the worked cases
SELECT name, psi, round((psi - e)::numeric, 4) AS size, mlops.drift_pvalue(psi, e, v, mu, d, m) AS p
FROM (VALUES ('a', 0.30, 9 / 50.0 + 9 / 200.0, 0.004, -0.10, 0.5775), ('b', 0.1125, 9 / 500.0 + 9 / 2000.0, 0.002, -0.08, 0.5775), ('c', 0.012, 9 / 5e6 + 9 / 2e7, 0.004, -0.10, 0.5775),
             ('d', 0.09, 9 / 5e6 + 9 / 2e7, 0.004, -0.10, 0.5775), ('e', 0.40, 9 / 1000.0 + 9 / 4000.0, 0.004, -0.10, 0.5775), ('f', 0.09, 9 / 5e6 + 9 / 2e7, 0.004, -0.10, 1.097)) AS t(name, psi, e, v, mu, sigma),
     LATERAL (SELECT least(9, 2 * (1 + sqrt(1 + 2 * sigma * sigma)) / (2 * sigma * sigma)) AS d) AS dd, LATERAL (SELECT 0.4 * d * 60 AS m) AS mm ORDER BY name;
-- sigma is not below that of sampling: sqrt(trigamma((bins - 1) / 2)); d and m follow
SELECT bins, (mlops.drift_calibration(array_fill(0.02::float8, '{60}'), array_fill(0.02::float8, '{60}'), bins)).* FROM unnest('{2,5,10,20}'::int[]) AS bins;
SELECT * FROM mlops.drift_calibration('{0.03,0.01,NULL,0.02,0.05,NaN}', '{0.02,0.02,0.02,0.02,0.02,0.02}');
SELECT * FROM mlops.drift_calibration('{0,0,0.01}', '{0.02,0.02,0.02}');
SELECT * FROM mlops.drift_calibration('{}', '{}');
SELECT mlops.drift_pvalue(0, 0.1, 0, 0, 9, 100) AS nothing, mlops.drift_pvalue(1, 0, 0, 0, 9, 100) AS undefined, mlops.drift_pvalue(1e300, 0.1, 0, 0, 9, 100) AS huge, mlops.drift_pvalue('NaN', 0.1, 0, 0, 9, 100);
SELECT mlops.drift_calibration('{0.1}', '{0}');
SELECT mlops.drift_calibration('{-0.1}', '{1}');
SELECT mlops.drift_calibration('{0.1}', '{1,2}');
SELECT mlops.drift_calibration('{{0.1}}', '{{1}}');

-- estimated performance: 0.715 (0.006) where windows had 0.742 and a spread of 0.007 is bad, 0.735 is not
SELECT value, round(b.t::numeric, 3) AS z, round(b.p_value::numeric, 4) AS p, round(b.change::numeric, 3) AS drop_by FROM unnest('{0.715,0.735}'::float8[]) AS value,
    LATERAL mlops_internal.scalar_band(value, 0.006, 1000, NULL, ARRAY[0.742 - 0.007 / 1.4826, 0.742, 0.742 + 0.007 / 1.4826], '{0,0,0}', 0, 'identity', true, false, 'higher') AS b;
-- a number beside its season: Mondays, whose sigma is 0.05 by the other days
SELECT n, s.expected, s.sigma, s.t, s.k, n / s.expected AS ratio
FROM unnest('{700,930,1200,0}'::float8[]) AS n, (SELECT array_agg(500 * exp(0.025 / 1.4826 * (-1) ^ i) ORDER BY i) || '{980,1010,1040,995}' AS history, array_agg((i + 3) / 2 ORDER BY i) || '{1,1,1,1}' AS phases FROM generate_series(1, 40) AS i) AS h,
     mlops.seasonal_band(n, 1, history, phases, 'ln') AS s;
SELECT * FROM mlops.seasonal_band(0.08, 0, '{0.05,0.052,0.049,0.051,0.05,0}', '{0,0,0,0,0,0}', 'logit', n => 1000);
SELECT * FROM mlops.seasonal_band(5, 0, '{3,3,3,3}', '{0,0,0,0}', standard_error => 0.5);
SELECT * FROM mlops.seasonal_band(5, 0, '{3,3,3,3}', '{0,0,0,0}');
SELECT * FROM mlops.seasonal_band(5, 1, '{3,3,3,3}', '{0,0,0,0}');
SELECT * FROM mlops.seasonal_band(NULL, 0, '{3,4,NULL,5}', '{0,0,0,0}');
SELECT * FROM mlops.seasonal_band(1, 0, '{}', '{}');
SELECT * FROM mlops.seasonal_band(1, 0, '{1}', '{1,2}');
SELECT * FROM mlops.seasonal_band(1, 0, '{1}', '{1}', 'log');
SELECT mlops.poisson_cdf(0, 3) AS seldom, mlops.poisson_cdf(0, 12) AS never, mlops.poisson_cdf(-1, 3), mlops.poisson_cdf(5, 0), mlops.poisson_cdf(1000000, 1000000);
SELECT mlops.poisson_cdf(1, -1);

-- a share that rose, when shares vary by more than sampling
SELECT mlops.overdispersion('{18,25,20,31,15,22,19,27}', array_fill(1000::float8, '{8}')) AS phi, mlops.overdispersion('{5,5}', '{10,10}') AS least, mlops.overdispersion('{0,0}', '{10,10}') AS none, mlops.overdispersion('{3,NULL}', '{10,10}') AS one;
SELECT name, t.statistic AS z, t.p_value FROM (VALUES ('more', 200, 10000, 40, 1000, 1::float8), ('more, overdispersed', 200, 10000, 40, 1000, 1.27), ('the same', 200, 10000, 25, 1000, 1), ('a little of many', 2000000, 100000000, 205000, 10000000, 1),
    ('the same, overdispersed', 2000000, 100000000, 205000, 10000000, 50)) AS v(name, x, n, y, m, phi), LATERAL mlops.proportion_z_test(ARRAY[n - x, x]::float8[], ARRAY[m - y, y]::float8[], overdispersion => phi) AS t;
SELECT (mlops.proportion_z_test('{9800,200}'::float8[], '{960,40}', 'less')).p_value AS rise, (mlops.proportion_z_test('{9800,200}'::float8[], '{960,40}', 'greater')).p_value AS fall;
SELECT mlops.proportion_z_test('{9800,200}'::float8[], '{960,40}', overdispersion => 0.5);
SELECT mlops.overdispersion('{11}', '{10}');

-- changes of unit, and what is none
SELECT name, u.factor, u.added, round(u.size::numeric, 2) AS size, round(u.size_left::numeric, 2) AS size_left, u.unit FROM (SELECT mlops.profile(exp(z) * 3) FILTER (WHERE NOT late) AS ln_r, mlops.profile(170 + 8 * z) FILTER (WHERE NOT late) AS body, mlops.profile(12 + 8 * z) FILTER (WHERE NOT late) AS warm, mlops.profile(exp(z) - 0.3) FILTER (WHERE NOT late) AS balance,
        mlops.profile(exp(z) * 7.62) FILTER (WHERE late) AS cm, mlops.profile(exp(z) * 300) FILTER (WHERE late) AS percent, mlops.profile((170 + 8 * z) / 2.54) FILTER (WHERE late) AS inch, mlops.profile(53.6 + 14.4 * z) FILTER (WHERE late) AS fahrenheit, mlops.profile(0.3 - exp(z)) FILTER (WHERE late) AS turned,
        mlops.profile(exp(z) * 9) FILTER (WHERE late) AS thrice, mlops.profile(28 + 8 * z) FILTER (WHERE late) AS summer, mlops.profile(exp(z + 0.5) * 3) FILTER (WHERE late) AS shifted, mlops.profile(5.0) FILTER (WHERE late) AS five, mlops.profile(50.0) FILTER (WHERE late) AS fifty, mlops.profile(exp(z) * 3) FILTER (WHERE late) AS same FROM rows) AS p,
    LATERAL (VALUES (1, 'x2.54', ln_r, cm), (2, 'x100', ln_r, percent), (3, '/2.54', body, inch), (4, 'Celsius', warm, fahrenheit), (5, 'Fahrenheit', fahrenheit, warm), (6, 'sign', balance, turned), (7, 'x3', ln_r, thrice), (8, 'summer', warm, summer), (9, 'shift', ln_r, shifted), (10, 'constant', five, fifty), (11, 'nothing', ln_r, same)) AS v(place, name, r, c),
    LATERAL mlops.unit_change(r, c) AS u ORDER BY place;

-- what a column's shift does to the score
SELECT * FROM mlops.explained_shift('{0.5,0.3,0.2}', '{0.3,0.3,0.4}', '{0.1,0.2,0.5}', 0.2);
SELECT round(shift::numeric, 12) AS shift, eta2 FROM mlops.explained_shift('{5,0,5}', '{3,4,3}', '{0.1,NULL,0.3}');
SELECT mlops.explained_shift('{0,0}', '{1,1}', '{1,2}');
SELECT mlops.explained_shift('{1,1}', '{1,NULL}', '{1,2}');
SELECT mlops.explained_shift('{1,1}', '{1}', '{1,2}');
CREATE TABLE scored AS SELECT s, mlops.bin_counts(s) AS n, mlops.bin_means(s) AS means
FROM (SELECT mlops.bin_scores(CASE WHEN i <= 5 THEN 'basic' WHEN i <= 8 THEN 'plus' ELSE 'gold' END, CASE WHEN i <= 5 THEN 0.1 WHEN i <= 8 THEN 0.2 ELSE 0.5 END, '{"categories": ["basic", "plus", "gold"]}') AS s FROM generate_series(1, 10) AS i) AS t;
SELECT n, means, mlops.explained_shift(s, '{3,3,4,0}'), mlops.bin_counts(s::text::mlops.bin_scores) = n AS kept FROM scored;
SELECT mlops.bin_scores(i, i * 1e-3, '{"edges": [10,20]}')::text = (SELECT mlops.merge(s)::text FROM (SELECT mlops.bin_scores(j, j * 1e-3, '{"edges": [10,20]}') AS s FROM generate_series(1, 30) AS j GROUP BY j % 7) AS t) AS mergeable,
       mlops.bin_counts(mlops.bin_scores(i, CASE WHEN i = 3 THEN 'NaN' ELSE 1::float8 END, '{"edges": [10,20]}')) AS skipped, mlops.bin_counts(mlops.bin_scores(i > 10, 1, '{"edges": [0]}')) AS boolean, mlops.bin_means(mlops.bin_scores(repeat('x', 300) || i % 2, i % 2, '{"groups": 3}')) AS groups FROM generate_series(1, 30) AS i;
SELECT mlops.explained_shift(s, '{1}') FROM scored;
SELECT mlops.bin_scores(i, 1, jsonb_build_object('edges', jsonb_build_array(i))) FROM generate_series(1, 2) AS i;
SELECT mlops.bin_scores(i::text, 1, '{"edges": [1]}') FROM generate_series(1, 2) AS i;
SELECT mlops.merge(s) FROM (SELECT s FROM scored UNION ALL SELECT mlops.bin_scores(1, 1, '{"edges": [1]}')) AS t;

-- kinds of columns
SELECT name, c.* FROM (SELECT mlops_agg.* FROM (SELECT array_agg(a ORDER BY g) AS id, array_agg(b ORDER BY g) AS key, array_agg(c ORDER BY g) AS free, array_agg(d ORDER BY g) AS num, array_agg(e ORDER BY g) AS one, array_agg(f ORDER BY g) AS cat, array_agg(h ORDER BY g) AS clock, array_agg(k ORDER BY g) AS orders, array_agg(l ORDER BY g) AS birth, array_agg(m ORDER BY g) AS empty, array_agg(o ORDER BY g) AS uuid
    FROM (SELECT i / 500 AS g, mlops.profile(i * 7919 % 5003) AS a, mlops.profile('k' || i) AS b, mlops.profile(repeat(md5(i::text), 2)) AS c, mlops.profile(normal(i, 1)) AS d, mlops.profile(1) AS e, mlops.profile('c' || i % 5) AS f, mlops.profile(1.8e9 + i * 3.5) AS h, mlops.profile('o' || i / 20) AS k, mlops.profile(date '1970-01-01' + i * 7919 % 9001) AS l, mlops.profile(NULL::text) AS m, mlops.profile(md5(i::text)::uuid) AS o FROM generate_series(0, 4999) AS i GROUP BY 1) AS t) AS mlops_agg) AS q,
    LATERAL (VALUES ('id', id), ('key', key), ('free', free), ('number', num), ('one', one), ('category', cat), ('clock', clock), ('orders', orders), ('birth', birth), ('empty', empty), ('uuid', uuid)) AS v(name, chunks), mlops.column_class(chunks) AS c;
DROP SCHEMA drift_size CASCADE;

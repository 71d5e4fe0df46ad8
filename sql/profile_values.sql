-- What a profile answers beyond counts and moments.  Expected values: pandas 1.5.3
-- and scipy 1.10.1.
SET TimeZone = 'UTC';
SET search_path = pg_catalog, pg_temp;
\pset null '-'
CREATE SCHEMA prof_values;
CREATE TABLE prof_values.seven AS SELECT mlops.profile(x) AS p FROM unnest(ARRAY[2,4,4,5,7,9,15]::float8[]) AS x;
SELECT mlops.sum(p), mlops.iqr(p), mlops.mad(p), mlops.skewness(p, biased => true), mlops.kurtosis(p, true), mlops.entropy(p), mlops.entropy(p, 2), mlops.entropy_bounds(p, 2) FROM prof_values.seven;
SELECT mlops.n_distinct(p), mlops.distinct_bounds(p), mlops.distinct_bounds(p, 0.95), mlops.duplicates(p), mlops.unique_rate(p), mlops.uniqueness(p), mlops.constant(p), mlops.mode(p), mlops.zero_rate(p), mlops.budget(p) FROM prof_values.seven;
SELECT x, mlops.rank(p, x), mlops.rank_bounds(p, x), mlops.cdf(p, x), mlops.count_bounds(p, x) FROM prof_values.seven, unnest(ARRAY[1, 4, 4.5, 15, 'inf', 'nan']::float8[]) AS x;
-- fences: 4 - 1.5 * 4 and 8 + 1.5 * 4; 6.57 +- 1.9 * 4.35
SELECT mlops.outlier_rate(p), mlops.outlier_rate(p, 'iqr', 1.75), mlops.outlier_rate(p, 'z'), mlops.outlier_rate(p, 'z', 1.9), mlops.outlier_rate(p, NULL, 0), mlops.outlier_rate(p, 'z', 0) FROM prof_values.seven;
SELECT * FROM mlops.top_k((SELECT p FROM prof_values.seven), 2);
SELECT * FROM mlops.top_k((SELECT p FROM prof_values.seven), 0);
SELECT * FROM mlops.top_k((SELECT mlops.profile(x) FROM unnest(ARRAY['inf', 1, 'inf', '-inf', 'nan', NULL]::float8[]) AS x));
-- nothing, one value, a constant, NULL alone, text
SELECT k, mlops.sum(p), mlops.iqr(p), mlops.mad(p), mlops.entropy(p), mlops.unique_rate(p), mlops.constant(p), mlops.mode(p), mlops.zero_rate(p), mlops.outlier_rate(p), mlops.outlier_rate(p, 'z'), mlops.rank(p, 0),
       mlops.distinct_bounds(p), mlops.entropy_bounds(p), mlops.rank_bounds(p, 1), mlops.quantile_bounds(p, 0.5), mlops.duplicates(p)
  FROM (VALUES ('one', (SELECT mlops.profile(0.5::float8))), ('constant', (SELECT mlops.profile(7) FROM generate_series(1, 4))), ('null', (SELECT mlops.profile(NULL::int))),
               ('nan', (SELECT mlops.profile('nan'::float8))), ('text', (SELECT mlops.profile(x) FROM unnest(ARRAY['a', 'b', 'b', NULL]) AS x)),
               ('inf', (SELECT mlops.profile(x) FROM unnest(ARRAY['inf', '-inf', 0]::float8[]) AS x))) AS t(k, p);
SELECT mlops.count_bounds(p, 'b'), mlops.count_bounds(p, 'z'::text), mlops.count_bounds(p, 1) FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY['a', 'b', 'b', NULL]) AS x) AS t;
-- 1e308: means and sums do not overflow on the way
SELECT mlops.mean(p), mlops.sum(p), mlops.median(p), mlops.is_exact(p) FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[1.6e308, 1.7e308, 1.7e308, -1.7e308]::float8[]) AS x) AS t;
SELECT mlops.mean(p), mlops.sum(p), mlops.variance(p), mlops.is_exact(p) FROM (SELECT mlops.profile(x, 2) AS p FROM unnest(ARRAY[1.6e308, 1.7e308, 1.7e308, 1.5e308]::float8[]) AS x) AS t;
SELECT mlops.quantile(p, 0.5), mlops.quantile_bounds(p, 0.5), mlops.mad(p) FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[-1.7e308, 1.7e308]::float8[]) AS x) AS t;

-- the kinds
CREATE TYPE prof_values.mood AS ENUM ('sad', 'ok', 'happy');
SELECT mlops.kind(p), mlops.n_values(p), mlops.min_text(p), mlops.max_text(p), mlops.min_value(p), mlops.mean(p), mlops.median(p), mlops.mode(p), mlops.n_distinct(p), mlops.min_length(p)
  FROM (VALUES
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['10:00', '12:30:15.5', NULL, '24:00']::time[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['ffffffff-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'ffffffff-0000-0000-0000-000000000001', NULL]::uuid[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['sad', 'happy', 'happy', NULL]::prof_values.mood[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['b', 'a', 'a']::varchar(3)[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['b', 'a', 'a ']::char(3)[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['b', 'a', 'a']::name[]) AS x))) AS t(p);
SELECT mlops.profile('sad'::prof_values.mood)::text = mlops.profile('sad'::text)::text AS enum_is_text;
SELECT mlops.count_bounds(p, '00000000-0000-0000-0000-000000000002'), mlops.count_bounds(p, 'nonsense') FROM (SELECT mlops.profile('00000000-0000-0000-0000-000000000002'::uuid) AS p) AS t;
SELECT mlops.merge(p) FROM (VALUES ((SELECT mlops.profile('10:00'::time))), ((SELECT mlops.profile(1)))) AS t(p);

-- resolution
CREATE TABLE prof_values.wave AS
SELECT i, round(sin(i)::numeric, 9)::float8 * i AS x, 'k' || i * i % 1009 AS t, (i * 7919 % 10007) AS k FROM generate_series(1, 20000) AS i;
SELECT b, mlops.budget(p), mlops.is_exact(p), mlops.is_exact(q), mlops.is_exact(r), length(p::text) < length(lag(p::text) OVER (ORDER BY b DESC)) AS smaller
  FROM (SELECT b, mlops.profile(x, b) AS p, mlops.profile(t, b) AS q, mlops.profile(k, b) AS r FROM prof_values.wave, unnest(ARRAY[2, 64, 1024, 16384, 65536]) AS b GROUP BY b) AS t ORDER BY b;
SELECT mlops.profile(x, NULL)::text = mlops.profile(x)::text AS default_budget, mlops.budget(mlops.profile(x, i % 3 + 70)) AS least FROM prof_values.wave;
SELECT mlops.merge(p)::text = (SELECT mlops.profile(x, 50)::text FROM prof_values.wave) AS number, mlops.merge(q)::text = (SELECT mlops.profile(t, 50)::text FROM prof_values.wave) AS text
  FROM (SELECT mlops.profile(x, 50 + 1000 * (i % 5)) AS p, mlops.profile(t, 50 + 1000 * (i % 5)) AS q FROM prof_values.wave GROUP BY i % 5) AS t;
SELECT mlops.profile(1, 1);
SELECT mlops.profile(1, 65537);
SELECT mlops.entropy(mlops.profile(1), 1);
SELECT mlops.distinct_bounds(mlops.profile(1), 1);
SELECT mlops.outlier_rate(mlops.profile(1), 'mad');
SELECT mlops.outlier_rate(mlops.profile(1), 'z', -1);

-- beyond the budget: what is certain encloses what is true
SELECT b, bool_and(r.lower <= (SELECT count(*) FROM prof_values.wave WHERE x <= v) AND r.upper >= (SELECT count(*) FROM prof_values.wave WHERE x <= v)) AS rank,
       bool_and(mlops.rank(p, v) BETWEEN r.lower AND r.upper) AS estimate
  FROM (SELECT b, mlops.profile(x, b) AS p FROM prof_values.wave, unnest(ARRAY[2, 64, 1024]) AS b GROUP BY b) AS t, generate_series(-20000, 20000, 1717) AS v, mlops.rank_bounds(p, v) AS r GROUP BY b ORDER BY b;
SELECT b, d.lower <= truth AND truth <= d.upper AS certain, s.lower <= truth AND truth <= s.upper AS likely, s.upper - s.lower <= d.upper - d.lower AS tighter, e.lower <= entropy AND entropy <= e.upper AS entropy
  FROM (SELECT b, mlops.profile(t, b) AS p FROM prof_values.wave, unnest(ARRAY[2, 64, 500]) AS b GROUP BY b) AS t,
       (SELECT count(*) AS truth, -sum(n / 20000 * ln(n / 20000)) AS entropy FROM (SELECT count(*)::float8 AS n FROM prof_values.wave GROUP BY t) AS c) AS c,
       mlops.distinct_bounds(p) AS d, mlops.distinct_bounds(p, 0.999) AS s, mlops.entropy_bounds(p) AS e ORDER BY b;
-- the heaviest value may be outside the sample, but not unnoticed
CREATE TABLE prof_values.skew AS SELECT CASE WHEN i % 4 = 0 THEN 'h' || i % 8 ELSE 'v' || i % 3001 END AS t FROM generate_series(1, 24000) AS i;
SELECT bool_and(n = (SELECT count(*) FROM prof_values.skew WHERE t = value)) AS counts, min(n_unlisted) >= 3000 AS noticed, count(*)
  FROM mlops.top_k((SELECT mlops.profile(t, 100) FROM prof_values.skew), 5);
SELECT bool_and(c.lower <= n AND n <= c.upper) AS enclosed, count(*) FILTER (WHERE c.lower = c.upper) >= 100 AS sampled, max(c.upper) FILTER (WHERE n < 100) < 6100 AS useful
  FROM (SELECT t, count(*) AS n FROM prof_values.skew GROUP BY t) AS s, (SELECT mlops.profile(t, 100) AS p FROM prof_values.skew) AS q, mlops.count_bounds(p, t) AS c;
-- where the bound allows it, the mode is known all the same
SELECT mlops.mode(p) = m AS mode, mlops.is_exact(p), mlops.mode(q) FROM (SELECT m, mlops.profile(CASE WHEN i % 2 = 0 THEN m ELSE 'v' || i / 2 % 600 END, 400) AS p, mlops.profile('v' || i / 2 % 600, 400) AS q
  FROM (SELECT value AS m FROM mlops.top_k((SELECT mlops.profile('v' || i, 400) FROM generate_series(0, 599) AS i), 1)) AS one, generate_series(1, 12000) AS i GROUP BY m) AS t;

-- embeddings
CREATE TABLE prof_values.vec AS SELECT i, ARRAY[i, sin(i), 1e9 + i % 10]::float8[] AS v FROM generate_series(1, 1000) AS i;
SELECT mlops.n(p), mlops.dimension(p), (mlops.mean(p))[1], abs((mlops.mean(p))[3] - 1000000004.5) < 1e-6 AS mean, (mlops.variance(p))[1], round((mlops.variance(p))[3]::numeric, 9) AS variance, round((mlops.stddev(p))[3]::numeric, 9) AS stddev,
       round(mlops.median(mlops.norms(p))::numeric, 3) AS norm FROM (SELECT mlops.profile(v) AS p FROM prof_values.vec) AS t;
SELECT mlops.profile(v ORDER BY md5(i::text))::text = (SELECT mlops.merge(p)::text FROM (SELECT mlops.profile(v) AS p FROM prof_values.vec GROUP BY i % 7) AS t) AS same FROM prof_values.vec;
SELECT mlops.profile(v::float4[])::text = mlops.profile(v::float4[]::float8[])::text AS single FROM prof_values.vec;
CREATE TABLE prof_values.dirty AS SELECT * FROM (VALUES (1, '{1}'::float8[]), (2, '{1,2}'), (3, '{3,4}'), (4, NULL), (5, '{1,NULL}'), (6, '{NaN,1}'), (7, '{1,2,inf}'), (8, '{}'), (9, '{{1,2}}'), (10, '{1e200,1}')) AS d(i, v);
SELECT mlops.n(p), mlops.n_null(p), mlops.n_values(p), mlops.n_malformed(p), mlops.n_null_elements(p), mlops.n_bad_elements(p), mlops.dimension(p), mlops.mean(p), mlops.variance(p)
  FROM (SELECT mlops.profile(v) AS p FROM prof_values.dirty UNION ALL SELECT mlops.profile(v ORDER BY i DESC) FROM prof_values.dirty UNION ALL SELECT mlops.profile(v, 1) FROM prof_values.dirty
        UNION ALL SELECT mlops.profile(v, 5) FROM prof_values.dirty UNION ALL SELECT mlops.merge(p) FROM (SELECT mlops.profile(v) AS p FROM prof_values.dirty GROUP BY i) AS t) AS t;
SELECT mlops.profile(v) FROM prof_values.dirty WHERE false;
SELECT mlops.profile(v, 0) FROM prof_values.dirty;
SELECT mlops.profile(v, i) FROM prof_values.dirty;
SELECT mlops.merge(p) FROM (VALUES ((SELECT mlops.profile('{1}'::float8[], 1))), ((SELECT mlops.profile('{1}'::float8[])))) AS t(p);
SELECT 'vector_profile(2 dimensions):00'::mlops.vector_profile;
SELECT i, mlops.mean(mlops.profile(v) OVER (ORDER BY i)) FROM prof_values.dirty WHERE i < 4 ORDER BY i;

-- parallel
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT mlops.profile(v) FROM prof_values.vec;
SELECT mlops.profile(v)::text = (SELECT mlops.profile(v ORDER BY i DESC)::text FROM prof_values.vec) AS vectors FROM prof_values.vec;
SELECT mlops.profile(x, 64)::text = (SELECT mlops.profile(x, 64 ORDER BY i DESC)::text FROM prof_values.wave) AS numbers,
       mlops.profile(t, 64)::text = (SELECT mlops.profile(t, 64 ORDER BY x)::text FROM prof_values.wave) AS texts,
       mlops.profile(md5(t)::uuid, 64)::text = (SELECT mlops.profile(md5(t)::uuid, 64 ORDER BY i DESC)::text FROM prof_values.wave) AS uuids FROM prof_values.wave;
COMMIT;
-- grouping sets, windows, many small groups
SELECT i % 2 AS g, mlops.n(mlops.profile(x)), round(mlops.median(mlops.profile(i))::numeric, 1) AS median FROM prof_values.wave GROUP BY ROLLUP (i % 2) ORDER BY 1;
SELECT i, mlops.mode(mlops.profile(i % 2) OVER w), mlops.entropy(mlops.profile(i % 2) OVER w, 2) FROM generate_series(1, 5) AS i WINDOW w AS (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
SELECT count(*), sum(mlops.n(p)), bool_and(mlops.is_exact(p)), sum(mlops.sum(p)) = (SELECT sum(i) FROM prof_values.wave) AS sums FROM (SELECT mlops.profile(i) AS p FROM prof_values.wave GROUP BY i % 7000) AS t;
-- a state in plpgsql
DO $$ DECLARE p mlops.profile; BEGIN FOR i IN 1 .. 100 LOOP p := mlops_internal.profile_accum(p, i::float8); END LOOP; RAISE NOTICE '% %', mlops.n(p), mlops.median(p); END $$;
SET client_min_messages = warning;
DROP SCHEMA prof_values CASCADE;

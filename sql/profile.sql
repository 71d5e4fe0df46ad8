-- Profiles: expected values are pandas' 1.5.3 unless said otherwise.
SET TimeZone = 'UTC';
CREATE SCHEMA prof;
\pset null '-'
\x on
SELECT (mlops.describe(mlops.profile(x))).* FROM unnest(ARRAY[2,4,4,5,7,9,15]::float8[]) AS x;
\x off
SELECT mlops.quantile(p, 0.1), mlops.quantile(p, 0.9), mlops.variance(p), mlops.entropy(p), mlops.n_values(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[2,4,4,5,7,9,15]::float8[]) AS x) AS t;
-- far from zero nothing is lost
SELECT mlops.variance(mlops.profile(x)) FROM unnest(ARRAY[1e9+4,1e9+7,1e9+13,1e9+16]::float8[]) AS x;
SELECT mlops.variance(p), mlops.skewness(p), mlops.kurtosis(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[1e15+1,1e15+2,1e15+3,1e15+4,1e15+6]::float8[]) AS x) AS t;
SELECT mlops.variance(p), mlops.skewness(p), mlops.kurtosis(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[1,2,3,4,6]::float8[]) AS x) AS t;
-- every kind
SELECT mlops.kind(p), mlops.n(p), mlops.n_null(p), mlops.min_text(p), mlops.max_text(p), mlops.min_value(p), mlops.max_value(p),
       mlops.mean(p), mlops.median(p), mlops.n_distinct(p)
  FROM (VALUES
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[1.5,NULL,2.25]::float8[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[1.5,NULL,2.25]::float4[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[1.5,NULL,2.25]::numeric[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[1,NULL,2]::smallint[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[1,NULL,2]::integer[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[-9223372036854775808,NULL,9223372036854775807]::bigint[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[true,NULL,false,true]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['b',NULL,'a','a']) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['2026-01-01 12:00+02',NULL,'2026-01-03']::timestamptz[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['2026-01-01 12:00',NULL,'2026-01-03 00:00:00.5']::timestamp[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY['2026-01-01',NULL,'1970-01-02']::date[]) AS x)),
    ((SELECT mlops.profile(x) FROM unnest(ARRAY[NULL,NULL]::text[]) AS x))) AS t(p);
-- NULL, NaN, infinities, zeros of both signs
SELECT mlops.n(p), mlops.n_values(p), mlops.n_null(p), mlops.n_nan(p), mlops.n_inf(p), mlops.n_zero(p), mlops.n_negative(p), mlops.null_rate(p),
       mlops.min_value(p), mlops.max_text(p), mlops.mean(p), mlops.stddev(p), mlops.median(p), mlops.n_distinct(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY['-0',0,1,-1,'NaN','inf',NULL,'inf']::float8[]) AS x) AS t;
SELECT mlops.mean(mlops.profile(x)) FROM unnest(ARRAY['-inf','inf']::float8[]) AS x;
SELECT mlops.n_inf(p), mlops.min_text(p), mlops.max_text(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY['-infinity','2026-01-01','infinity']::timestamptz[]) AS x) AS t;
SELECT mlops.n_inf(p), mlops.min_text(p), mlops.max_text(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY['-infinity','2026-01-01','infinity']::date[]) AS x) AS t;
-- one value, a constant, nothing
SELECT mlops.mean(p), mlops.variance(p), mlops.skewness(p), mlops.median(p), mlops.quantile(p, 0), mlops.quantile(p, 1) FROM (SELECT mlops.profile(0.1::float8) AS p) AS t;
SELECT mlops.variance(p), mlops.skewness(p), mlops.kurtosis(p), mlops.entropy(p) FROM (SELECT mlops.profile(0.1::float8) AS p FROM generate_series(1, 10)) AS t;
SELECT mlops.profile(i) FROM generate_series(1, 0) AS i;
SELECT mlops.mean(p), mlops.median(p), mlops.n_distinct(p), mlops.n(p), mlops.null_rate(p) FROM (SELECT mlops.profile(NULL::integer) AS p) AS t;
-- the ends of float8
SELECT mlops.min_value(p), mlops.max_value(p), mlops.mean(p), mlops.variance(p), mlops.median(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY['1e308','1.7e308','4.9e-324','-4.9e-324']::float8[]) AS x) AS t;
SELECT mlops.variance(p) BETWEEN 1e160 * (1 - 1e-12) AND 1e160 * (1 + 1e-12) AS ok FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[1e80,2e80,3e80]::float8[]) AS x) AS t;
SELECT mlops.n_inf(mlops.profile(x)) FROM unnest(ARRAY['1e400', '1']::numeric[]) AS x;
-- text
SELECT mlops.n_empty(p), mlops.min_length(p), mlops.max_length(p), mlops.mean_length(p), mlops.n_distinct(p), length(mlops.max_text(p)), mlops.is_exact(p)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY['', 'a', 'a', repeat('x', 1000)]) AS x) AS t;
SELECT * FROM mlops.top_k((SELECT mlops.profile(x) FROM unnest(ARRAY['b','a','c','b','a','d']) AS x), 3);
SELECT * FROM mlops.top_k((SELECT mlops.profile(x) FROM unnest(ARRAY[3,1,3,2,2]) AS x));
SELECT * FROM mlops.histogram((SELECT mlops.profile(i) FROM generate_series(1, 10) AS i), 3);
SELECT * FROM mlops.histogram((SELECT mlops.profile(x) FROM unnest(ARRAY[3,1,3]) AS x));
SELECT mlops.cdf(p, 0), mlops.cdf(p, 1), mlops.cdf(p, 2.5), mlops.cdf(p, 'inf'), mlops.cdf_bounds(p, 1)
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[1,2,3,'inf']::float8[]) AS x) AS t;

-- beyond the budget: 4,096 distinct values and no more
CREATE TABLE prof.big AS
SELECT i, (i * 7919::bigint % 100003)::float8 / 1000 AS x, i % 4096 AS dict, 'k' || (i * 31 % 9000) AS t,
       '2026-01-01'::timestamptz + i * interval '1 second' AS ts
  FROM generate_series(1, 60000) AS i;
ANALYZE prof.big;
SELECT mlops.is_exact(mlops.profile(dict)) AS dict, mlops.is_exact(mlops.profile(x)) AS x, mlops.is_exact(mlops.profile(t)) AS t,
       abs(mlops.n_distinct(mlops.profile(x)) / 60000 - 1) < 0.03 AS n_x,
       abs(mlops.n_distinct(mlops.profile(t)) / 9000 - 1) < 0.03 AS n_t,
       abs(mlops.mean(mlops.profile(x)) / avg(x) - 1) < 1e-12 AS mean,
       abs(mlops.stddev(mlops.profile(x)) / stddev(x) - 1) < 1e-12 AS stddev
  FROM prof.big;
-- the exact quantile is within the bounds, and these are a cell apart
SELECT bool_and(b.lower <= exact AND exact <= b.upper) AS enclosed, max(b.upper - b.lower) < 0.13 AS narrow, bool_and(q BETWEEN b.lower AND b.upper) AS consistent
  FROM (SELECT mlops.profile(x) AS p FROM prof.big) AS t,
       LATERAL (SELECT f, percentile_cont(f) WITHIN GROUP (ORDER BY x) AS exact FROM prof.big, generate_series(0, 1, 0.05) AS f GROUP BY f) AS e,
       LATERAL mlops.quantile_bounds(p, f) AS b, LATERAL mlops.quantile(p, f) AS q;
SELECT bool_and(exact BETWEEN b.lower AND b.upper) AS enclosed
  FROM (SELECT mlops.profile(x) AS p FROM prof.big) AS t,
       LATERAL (SELECT v, (SELECT avg((x <= v)::int) FROM prof.big) AS exact FROM generate_series(-1, 101, 0.7) AS v) AS e,
       LATERAL mlops.cdf_bounds(p, v) AS b;
-- sampled values have exact counts
SELECT bool_and(n = (SELECT count(*) FROM prof.big WHERE t = value)) AS counts, count(*) FROM mlops.top_k((SELECT mlops.profile(t) FROM prof.big), 5);

-- one and the same profile for any order, plan and merge tree
CREATE FUNCTION prof.digest(VARIADIC p mlops.profile[]) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(left(md5(v::text), 8), ' ') FROM unnest(p) AS v $$;
SET max_parallel_workers_per_gather = 0;
SELECT prof.digest(mlops.profile(x), mlops.profile(dict), mlops.profile(t), mlops.profile(ts), mlops.profile(i)) AS serial FROM prof.big \gset
SELECT prof.digest(mlops.profile(x ORDER BY x DESC), mlops.profile(dict ORDER BY md5(i::text)), mlops.profile(t ORDER BY t),
                   mlops.profile(ts ORDER BY md5(i::text)), mlops.profile(i ORDER BY i DESC)) = :'serial' AS shuffled FROM prof.big;
SELECT prof.digest(mlops.merge(a), mlops.merge(b), mlops.merge(c), mlops.merge(d), mlops.merge(e)) = :'serial' AS merged
  FROM (SELECT mlops.profile(x) AS a, mlops.profile(dict) AS b, mlops.profile(t) AS c, mlops.profile(ts) AS d, mlops.profile(i) AS e
          FROM prof.big GROUP BY i::bigint * i % 97) AS t;
SELECT prof.digest(mlops.merge(a), mlops.merge(b), mlops.merge(c), mlops.merge(d), mlops.merge(e)) = :'serial' AS merged_twice
  FROM (SELECT mlops.merge(a) AS a, mlops.merge(b) AS b, mlops.merge(c) AS c, mlops.merge(d) AS d, mlops.merge(e) AS e
          FROM (SELECT g, mlops.profile(x) AS a, mlops.profile(dict) AS b, mlops.profile(t) AS c, mlops.profile(ts) AS d, mlops.profile(i) AS e
                  FROM (SELECT *, CASE WHEN i < 10000 THEN 1 ELSE i % 11 END AS g FROM prof.big) AS b GROUP BY g) AS t GROUP BY g % 3) AS t;
SELECT prof.digest(mlops.merge(a::text::mlops.profile), mlops.merge(b), mlops.merge(c::text::mlops.profile), mlops.merge(d), mlops.merge(e)) = :'serial' AS stored
  FROM (SELECT mlops.profile(x) AS a, mlops.profile(dict) AS b, mlops.profile(t) AS c, mlops.profile(ts) AS d, mlops.profile(i) AS e FROM prof.big GROUP BY i / 20000) AS t;
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT mlops.profile(x) FROM prof.big;
SELECT prof.digest(mlops.profile(x), mlops.profile(dict), mlops.profile(t), mlops.profile(ts), mlops.profile(i)) = :'serial' AS parallel FROM prof.big;
COMMIT;
-- short text is counted many values at a time, long text one by one, and both as if each row were a profile of its own:
-- values of 1 to 300 bytes, of one to three bytes a character, seen once or often, in few and many kinds of values
CREATE TABLE prof.words AS
  SELECT i, repeat(CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'é' ELSE '€' END, i % 100) || CASE WHEN i % 2 = 0 THEN i % 7 ELSE i END AS word,
         CASE WHEN i % 50 = 0 THEN NULL ELSE substr('category', 1, i % 9) END AS few, lpad(to_hex(i % 97), 32, '0')::uuid AS id
  FROM generate_series(1, 9000) AS i;
SELECT budget, count(DISTINCT p::text) AS same, min(mlops.n(p)) AS n, min(mlops.n_distinct(p)) AS distinct_words, min(mlops.max_length(p)) AS longest, min(round(mlops.mean_length(p)::numeric, 4)) AS mean_length
FROM (SELECT budget, mlops.profile(word, budget) AS p FROM prof.words, unnest('{64,9000}'::integer[]) AS budget GROUP BY budget
      UNION ALL SELECT budget, mlops.profile(word, budget ORDER BY md5(word)) FROM prof.words, unnest('{64,9000}'::integer[]) AS budget GROUP BY budget
      UNION ALL SELECT budget, mlops.merge(p::text::mlops.profile)
      FROM (SELECT budget, mlops.profile(word, budget) AS p FROM prof.words, unnest('{64,9000}'::integer[]) AS budget GROUP BY budget, i) AS one GROUP BY budget) AS t
GROUP BY budget ORDER BY budget;
SELECT min(length(word)) AS shortest, max(length(word)) AS longest, round(avg(length(word)), 4) AS mean_length, count(DISTINCT word) FROM prof.words;
SELECT count(DISTINCT p::text) AS same, min(mlops.n_null(p)) AS n_null, min(mlops.n_empty(p)) AS n_empty, min(mlops.n_distinct(p)) AS n_distinct
FROM (SELECT mlops.profile(few) AS p FROM prof.words UNION ALL SELECT mlops.merge(p::text::mlops.profile) FROM (SELECT mlops.profile(few) AS p FROM prof.words GROUP BY i) AS one) AS t;
SELECT count(DISTINCT p::text) AS same, min(mlops.n(p)) AS n, min(mlops.n_distinct(p)) AS n_distinct, max(mlops.max_length(p)) IS NULL AS no_length
FROM (SELECT mlops.profile(id) AS p FROM prof.words UNION ALL SELECT mlops.merge(p::text::mlops.profile) FROM (SELECT mlops.profile(id) AS p FROM prof.words GROUP BY i) AS one) AS t;
SELECT bool_and(t.n = w.n) AS counts, count(*) FROM (SELECT few, count(*) AS n FROM prof.words WHERE few IS NOT NULL GROUP BY few) AS w
JOIN mlops.top_k((SELECT mlops.profile(few) FROM prof.words), 20) AS t ON t.value = w.few;

-- many groups, little memory; growing windows; a stored profile is read like a fresh one
SET work_mem = '64kB';
SELECT count(*), sum(mlops.n(p)), bool_and(mlops.is_exact(p)) FROM (SELECT mlops.profile(x) AS p FROM prof.big GROUP BY i % 20000) AS t;
RESET work_mem;
SELECT i, mlops.n(p), mlops.mean(p) FROM (SELECT i, mlops.profile(i) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS p FROM generate_series(1, 4) AS i) AS t;
SELECT i, mlops.quantile(mlops.profile(i) OVER (ORDER BY i), 0.5) FROM generate_series(1, 4) AS i;
CREATE TABLE prof.stored AS SELECT i % 2 AS g, mlops.profile(x) AS p FROM prof.big GROUP BY 1;
SELECT mlops.n(mlops.merge(p)) FROM prof.stored;

-- errors
SELECT mlops.merge(p) FROM (VALUES ((SELECT mlops.profile(1))), ((SELECT mlops.profile('a'::text)))) AS t(p);
SELECT mlops.quantile(mlops.profile(1), 1.5);
SELECT mlops.quantile(mlops.profile(1), 'NaN');
SELECT * FROM mlops.top_k((SELECT mlops.profile(1)), -1);
SELECT * FROM mlops.histogram((SELECT mlops.profile(1)), 0);
SELECT 'profile:00'::mlops.profile;
SELECT 'profile:'::mlops.profile;
SELECT 'histogram:0101'::mlops.profile;
SELECT replace('profile(integer, 1 values, 0 null, 1 .. 1, exact, shift 0, 1 cells):' || split_part(mlops.profile(1)::text, ':', 2), '1 .. 1', '1 .. 2')::mlops.profile;
SELECT mlops.skewness(p::text::mlops.profile), p::text LIKE 'profile(float, 3 values, 1 null, 1 .. 4, exact, shift 0, 3 cells):%' AS readable,
       split_part(p::text, '(', 1) || ':' || split_part(p::text, ':', 2) = ('profile:' || split_part(p::text, ':', 2))::text AS bare, ('profile:' || split_part(p::text, ':', 2))::mlops.profile::text = p::text AS same
  FROM (SELECT mlops.profile(x) AS p FROM unnest(ARRAY[1,2,4,NULL]::float8[]) AS x) AS t;
-- cells that leave a dense window must find room in the table: a merge of these did not end once
CREATE TEMP TABLE spread (k int, x int);
INSERT INTO spread SELECT 1, 16 * i FROM generate_series(0, 299) AS i UNION ALL SELECT 2, i FROM generate_series(0, 3000) AS i UNION ALL SELECT 3, 100000 * i FROM generate_series(1, 900) AS i;
SELECT mlops.n_distinct(mlops.profile(x ORDER BY k)) AS ordered, mlops.n_distinct(mlops.profile(x)) AS any_order, count(DISTINCT x) FROM spread;
SELECT mlops.n_distinct(mlops.merge(p ORDER BY k)) AS merged FROM (SELECT k, mlops.profile(x) AS p FROM spread GROUP BY k) AS parts;
DROP SCHEMA prof CASCADE;

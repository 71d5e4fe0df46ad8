-- the smooth test: what changed, the level, the spread or the shape
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET extra_float_digits = 0;
CREATE SCHEMA smooth_test_regress;
SET search_path = smooth_test_regress, public;
CREATE FUNCTION brief(t mlops.smooth_test_result) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s p %s | %s %s %s %s %s | %s %s %s', round(t.statistic::numeric, 6), CASE WHEN t.p_value < 1e-6 THEN to_char(t.p_value, '9.999EEEE') ELSE round(t.p_value::numeric, 6)::text END,
                  round(t.level::numeric, 5), round(t.spread::numeric, 5), round(t.skewness::numeric, 5), round(t.shoulders::numeric, 5), round(t.tails::numeric, 5),
                  t.n_reference, t.n_current, t.method) $$;
-- values of numpy: scores of midranks made orthogonal by QR (test/oracle/check_drift.py)
SELECT brief(mlops.smooth_test('{1,2,3,4,5,6,7,8}'::float8[], '{2.5,4.5,9,10,11,12}')) AS without_ties;
SELECT brief(mlops.smooth_test('{1,1,2,2,3,3,3,7}'::float8[], '{1,2,3,3,4,8,8,8,8}')) AS ties;
SELECT brief(mlops.smooth_test('{0,0,0,1,0,0,1}'::float8[], '{0,1,1,1,0,1}')) AS two_values;
SELECT brief(mlops.smooth_test('{0,0,0,1,2,0,1}'::float8[], '{0,1,2,2,0,1}')) AS three_values;
-- of two values it is the chi-square test of the 2 x 2 table, but for the divisor n - 1
SELECT abs(s.statistic ^ 2 - c.statistic * 12 / 13) < 1e-12 AS same FROM mlops.smooth_test('{0,0,0,1,0,0,1}'::float8[], '{0,1,1,1,0,1}') AS s, mlops.chi_square_test('{5,2}'::float8[], '{2,4}') AS c;
SELECT mlops.smooth_test('{1,1}'::float8[], '{1,1,1}') AS all_equal, mlops.smooth_test('{}'::float8[], '{1}') AS empty, mlops.smooth_test(NULL::float8[], '{1}') AS nothing;
SELECT mlops.smooth_test('{1,NaN}'::float8[], '{1,2}') AS nan;
SELECT brief(mlops.smooth_test('{1,2,3,4}'::float8[], '{Infinity,NULL,-Infinity,2.5}')) = brief(mlops.smooth_test('{1,2,3,4}'::float8[], '{99,-99,2.5}')) AS infinities;
SELECT mlops.smooth_test(mlops.profile('a'::text), mlops.profile('b'::text)) AS text;

-- what moved
CREATE TABLE normal AS SELECT i, ln((i - 0.5) / (500.5 - i)) * 0.6 AS z FROM generate_series(1, 500) AS i;
SELECT change, round(t.level::numeric, 2) AS level, round(t.spread::numeric, 2) AS spread, round(t.skewness::numeric, 2) AS skewness, round(t.shoulders::numeric, 2) AS shoulders, round(t.tails::numeric, 2) AS tails,
       t.p_value < 0.001 AS drift, mlops_internal.drift_direction(r, c)
FROM (SELECT 1, 'none' AS change, mlops.profile(z) AS r, mlops.profile(z) AS c FROM normal
      UNION ALL SELECT 2, 'up', mlops.profile(z), mlops.profile(z + 0.4) FROM normal
      UNION ALL SELECT 3, 'down', mlops.profile(z), mlops.profile(z - 0.4) FROM normal
      UNION ALL SELECT 4, 'wider', mlops.profile(z), mlops.profile(z * 1.5) FROM normal
      UNION ALL SELECT 5, 'narrower', mlops.profile(z), mlops.profile(z / 1.5) FROM normal
      UNION ALL SELECT 6, 'to the right', mlops.profile(z), mlops.profile(exp(z / 2) * 1.4 - 1.62) FROM normal
      UNION ALL SELECT 7, 'to the left', mlops.profile(z), mlops.profile(1.62 - exp(z / 2) * 1.4) FROM normal
      UNION ALL SELECT 8, 'two humps', mlops.profile(z), mlops.profile(0.5 * z + sign(z) * 0.75) FROM normal) AS d(place, change, r, c), mlops.smooth_test(r, c) AS t
ORDER BY place;

-- rows in any order, state, arrays and profiles: the same bits; the sides swapped: the signs
CREATE TABLE noise AS SELECT i, ((i::bigint * 104729 % 10007) / 7)::float8 AS x, i::bigint * 69621 % 7 < 3 AS cur FROM generate_series(1, 1500) AS i;
SELECT to_jsonb(t.a) = to_jsonb(mlops.smooth_test(s)) AS state, to_jsonb(t.a) = to_jsonb(mlops.smooth_test(r, c)) AS arrays, to_jsonb(t.a) = to_jsonb(mlops.smooth_test(p, q)) AS profiles, to_jsonb(t.a) = to_jsonb(t.b) AS order,
       round(((t.a).p_value - (mlops.smooth_test(c, r)).p_value)::numeric, 9) AS swapped, round(((t.a).level + (mlops.smooth_test(c, r)).level)::numeric, 9) AS level
FROM (SELECT mlops.smooth_test(x, cur ORDER BY i) AS a, mlops.smooth_test(x, cur ORDER BY i DESC) AS b, mlops.two_samples(x, cur) AS s, array_agg(x) FILTER (WHERE NOT cur) AS r, array_agg(x) FILTER (WHERE cur) AS c,
             mlops.profile(x) FILTER (WHERE NOT cur) AS p, mlops.profile(x) FILTER (WHERE cur) AS q FROM noise) AS t;
-- cells of coarse profiles lose little
SELECT t.method, abs(t.level / e.level - 1) < 0.03 AS near
FROM (SELECT mlops.profile(ln(i)) AS r, mlops.profile(ln(i) + 0.02) AS c, array_agg(ln(i)) AS rr, array_agg(ln(i) + 0.02) AS cc FROM (SELECT g::float8 AS i FROM generate_series(1, 60000) AS g) AS g) AS s, mlops.smooth_test(r, c) AS t, mlops.smooth_test(rr, cc) AS e;
-- far out p falls without a step and without an end in sight
SELECT bool_and(p <= before) AS falls, count(*), min(p) < 1e-200 AS far
FROM (SELECT p, lag(p) OVER (ORDER BY x) AS before
      FROM (SELECT n, abs((t).statistic) AS x, (t).p_value AS p
            FROM (SELECT n, mlops.smooth_test(array_agg(i::float8), array_agg(i + n::float8)) AS t FROM generate_series(1, 1500) AS i, generate_series(0, 1500, 20) AS n GROUP BY n) AS s) AS s) AS t WHERE before IS NOT NULL;
DROP SCHEMA smooth_test_regress CASCADE;

-- Every test and distance of drift ends soon, whatever the sizes and shapes of the samples: step widths that are computed,
-- loops that a NaN would keep going.  What takes minutes here fails by the time limit; a second is usual.
CREATE SCHEMA drift_endless;
SET search_path = drift_endless, public;

-- two samples of n, the current one shifted by a part of n: disjoint at n, nearly disjoint just below
CREATE FUNCTION shifted(n int, shift int) RETURNS TABLE (v float8, c boolean) LANGUAGE sql AS $$
    SELECT i::float8, false FROM generate_series(1, n) AS i UNION ALL SELECT (i + shift)::float8, true FROM generate_series(1, n) AS i
$$;
SET statement_timeout = '60s';
SELECT n, shift, round((t.ks).statistic::numeric, 6) AS statistic, (t.ks).p_value < 1e-300 AS none, (t.ks).method
FROM (SELECT n, shift, mlops.ks_test(v, c) AS ks
      FROM (VALUES (60000, 59400), (60000, 59999), (60000, 60000), (100000, 99000), (41000, 40990)) AS s (n, shift), shifted(n, shift) GROUP BY n, shift) AS t
ORDER BY n, shift;
-- of profiles too, and sizes that differ
SELECT round((mlops.ks_test(r, c)).statistic::numeric, 2) AS statistic, (mlops.ks_test(r, c)).p_value < 1e-300 AS none
FROM (SELECT mlops.profile(v) FILTER (WHERE NOT c) AS r, mlops.profile(v) FILTER (WHERE c AND v < 130000) AS c FROM shifted(80000, 79500)) AS t;
-- the p-value where its method changes: no step from one to the next
SELECT n, every(abs(ln(b / a)) < 0.4) AS smooth, round(min(b)::numeric, 6) AS least, round(max(b)::numeric, 6) AS most
FROM (SELECT n, k, p AS b, lag(p) OVER (PARTITION BY n ORDER BY k) AS a
      FROM (SELECT n, k, (mlops.ks_test(mlops.two_samples(v, c), 'asymp')).p_value AS p
            FROM (VALUES (4000), (4004), (40000), (40004)) AS s (n), generate_series(40, 56, 4) AS k, LATERAL shifted(n, (k * sqrt(n) / 40)::int) GROUP BY n, k) AS t) AS t
GROUP BY n ORDER BY n;

-- every aggregate of drift over two samples, by shape: an answer, NULL or NaN, and never an error
CREATE TABLE shape AS
SELECT s.shape, s.c, s.v::float8 FROM generate_series(1, 1500) AS i, LATERAL (VALUES
    ('constant', 7, i % 2 = 0),
    ('constants', i % 2, i % 2 = 0),
    ('two-valued', (i % 7 = 0)::int, i % 2 = 0),
    ('ties', i % 11, i % 3 = 0),
    ('disjoint', i, i > 750),
    ('nearly disjoint', i + CASE WHEN i % 500 = 0 THEN 750 ELSE 0 END, i > 750),
    ('huge', sin(i) * 1e308::float8, i % 2 = 0),
    ('denormal', sin(i) * 1e-310::float8, i % 2 = 0),
    ('tiny beside huge', CASE WHEN i % 2 = 0 THEN 5e-324::float8 ELSE 1e308::float8 / (1 + i % 5) END, i % 3 = 0),
    ('infinite', CASE WHEN i % 100 = 0 THEN 'Infinity' WHEN i % 100 = 1 THEN '-Infinity' ELSE sin(i)::float8 END, i % 2 = 0),
    ('one row each', i, i = 2)) AS s (shape, v, c)
WHERE s.shape <> 'one row each' OR i <= 2;
CREATE FUNCTION sweep() RETURNS TABLE (shape text, name text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    f record;
    s text;
    form text;
BEGIN
    FOR f IN SELECT DISTINCT p.proname FROM pg_proc AS p JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
             WHERE p.pronamespace = 'mlops'::regnamespace AND p.proargtypes::oid[] @> '{701,16}' AND p.pronargs = 2
               AND NOT p.proargtypes::oid[] && '{1016,1022}' AND p.proargtypes[0] = 701 AND p.proargtypes[1] = 16
               AND (p.proname ~ '_(test|distance|divergence|statistic|pvalue|language|variation|bounds)$' OR p.proname IN ('psi', 'hellinger', 'total_variation'))
    LOOP
        FOR s IN SELECT DISTINCT t.shape FROM shape AS t
        LOOP
            FOREACH form IN ARRAY ARRAY['SELECT mlops.%I(v, c)::text FROM shape AS t WHERE t.shape = $1',
                                        'SELECT mlops.%I(mlops.profile(v) FILTER (WHERE NOT c), mlops.profile(v) FILTER (WHERE c))::text FROM shape AS t WHERE t.shape = $1']
            LOOP
                BEGIN
                    EXECUTE format(form, f.proname) USING s;
                EXCEPTION WHEN undefined_function THEN NULL;
                          WHEN OTHERS THEN RETURN QUERY SELECT s, f.proname::text, SQLERRM;
                END;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$;
SELECT * FROM sweep() ORDER BY 1, 2, 3;

SET client_min_messages = warning;
DROP SCHEMA drift_endless CASCADE;

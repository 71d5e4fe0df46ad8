-- Metrics of predicted probabilities: log_loss, brier_score, brier_skill_score
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_probability;
SET search_path = metrics_probability, public;

CREATE TABLE d1 (i int, y int, s float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5]);

-- 0.4694594362347564 0.15425 0.383
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM d1;
SELECT mlops.log_loss(y = 1, s), mlops.brier_score(y = 1, s), mlops.brier_skill_score(y = 1, s) FROM d1;
-- clipped probabilities: 12.014551129705717
SELECT mlops.log_loss(y, p) FROM (VALUES (0, 0::float8), (1, 1), (1, 0)) AS t (y, p);

-- the logarithm, against that of numeric, for probabilities n / 2^60
CREATE TABLE probability AS
    SELECT DISTINCT n FROM generate_series(1, 1023) AS i,
           LATERAL (VALUES (i * 2::bigint ^ 50), (255 + i), (i ^ 3 * 7919), (i ^ 5 * 256), (2::bigint ^ 60 - 256 * i), (2::bigint ^ 60 - 256 * i ^ 4)) AS t (n);
SELECT max(abs(got::numeric / want - 1)) < 1e-14 AS near, max(abs(got - want::float8) / got) < 3e-16 AS within_one_bit FROM (
    SELECT mlops.log_loss(true, n / 2 ^ 60) AS got, -ln(n::bigint::numeric(60, 40) / (2 ^ 60)::bigint) AS want FROM probability GROUP BY n
    UNION ALL
    SELECT mlops.log_loss(false, n / 2 ^ 60) AS got, -ln(1 - n::bigint::numeric(60, 40) / (2 ^ 60)::bigint) AS want FROM probability GROUP BY n) AS logarithm;
-- a small probability keeps its digits: -ln(1 - p) = p + p^2/2
SELECT mlops.log_loss(false, 1e-10), mlops.log_loss(false, 3e-16), mlops.log_loss(true, 1e-300) = mlops.log_loss(true, 0) AS clipped;

-- empty, only NULLs, one class, one row
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM d1 WHERE false;
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM (VALUES (1, NULL::float8), (NULL, 0.5)) AS t (y, s);
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM (VALUES (1, 0.5::float8), (1, 0.25)) AS t (y, s);
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM (VALUES (0, 0.5::float8)) AS t (y, s);
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM (VALUES (0, '-0'::float8), (1, 1)) AS t (y, s);
-- NaN; out of range; labels
SELECT mlops.log_loss(y, s), mlops.brier_score(y, s), mlops.brier_skill_score(y, s) FROM (VALUES (1, 'NaN'::float8), (0, 0.5)) AS t (y, s);
SELECT mlops.log_loss(y, s) FROM (VALUES (1, 0.5::float8), (0, 1.5)) AS t (y, s);
SELECT mlops.brier_score(y, s) FROM (VALUES (true, '-Infinity'::float8)) AS t (y, s);
SELECT mlops.log_loss(y, s) FROM (VALUES (NULL::int, 1.5::float8)) AS t (y, s);
SELECT mlops.log_loss(y, s) FROM (VALUES (2, 0.5::float8)) AS t (y, s);

-- any order, any plan, any grouping: the same bits
CREATE TABLE noise AS SELECT i, (i * 7919) % 3 = 0 AS y, ((i * 104729::bigint) % 10007) / 10006.0::float8 AS p FROM generate_series(1, 30000) AS i;
SELECT abs(mlops.log_loss(y, p) - (SELECT -avg(ln(CASE WHEN y THEN greatest(p, 2.220446049250313e-16) ELSE 1 - least(p, 1 - 2.220446049250313e-16) END)) FROM noise)) < 1e-13 AS log_loss,
       abs(mlops.brier_score(y, p) - (SELECT avg((p - y::int) ^ 2) FROM noise)) < 1e-14 AS brier FROM noise;
CREATE TABLE answer AS SELECT mlops.log_loss(y, p) AS l, mlops.brier_score(y, p) AS b, mlops.brier_skill_score(y, p) AS s FROM noise;
SELECT (mlops.log_loss(y, p), mlops.brier_score(y, p), mlops.brier_skill_score(y, p)) = (SELECT l, b, s FROM answer) AS shuffled
FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS shuffled;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.log_loss(y, p), mlops.brier_score(y, p) FROM noise;
SELECT (mlops.log_loss(y, p), mlops.brier_score(y, p), mlops.brier_skill_score(y, p)) = (SELECT l, b, s FROM answer) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
CREATE AGGREGATE collect(boolean, float8) (SFUNC = mlops.probability_accum, STYPE = mlops.probability, COMBINEFUNC = mlops.probability_combine, PARALLEL = SAFE);
CREATE AGGREGATE collect(mlops.probability) (SFUNC = mlops.probability_combine, STYPE = mlops.probability);
SELECT (SELECT collect(state)::text FROM (SELECT collect(y, p) AS state FROM noise GROUP BY i % 17) AS parts) = collect(y, p)::text AS merged,
       collect(y, p)::text::mlops.probability::text = collect(y, p)::text AS text_form FROM noise;

-- windows, FILTER, DISTINCT, ORDER BY, grouping sets, many groups
SELECT i, mlops.log_loss(y, s) OVER w, mlops.brier_score(y, s) OVER w FROM d1 WINDOW w AS (ORDER BY i);
SELECT mlops.log_loss(y, s) FILTER (WHERE i <= 5) AS first, mlops.log_loss(y, s) AS every_row, mlops.brier_score(y, s) FILTER (WHERE i <= 5) AS first_brier,
       mlops.log_loss(DISTINCT y, s) AS different, mlops.log_loss(y, s ORDER BY s) AS ordered FROM d1;
SELECT i % 2 AS odd, i % 3 AS third, mlops.brier_score(y, s) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;
SET work_mem = '64kB';
SELECT count(*), sum(round(b::numeric, 12)) FROM (SELECT i % 5000 AS g, mlops.brier_score(y, p) AS b FROM noise GROUP BY 1) AS t;
RESET work_mem;

-- hostile values: every prefix of a good value and every byte changed
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    s mlops.probability;
BEGIN
    s := value::mlops.probability;
    PERFORM mlops.log_loss(s), mlops.brier_score(s), mlops.brier_skill_score(s);
    RETURN CASE WHEN s::text = value THEN 'accepted' ELSE 'changed' END;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN 'refused';
END
$$;
CREATE TABLE stored AS SELECT collect(y = 1, s)::text AS e, length('probability:') AS l FROM d1;
SELECT try(left(e, l + 2 * n)) AS prefix, count(*) > 0 AS seen FROM stored, generate_series(0, (length(e) - l) / 2 - 1) AS n GROUP BY 1;
SELECT try(overlay(e PLACING x FROM l + 2 * n + 1 FOR 2)) AS changed_byte, count(*) > 0 AS seen
FROM stored, unnest('{00,01,02,7f,80,ff}'::text[]) AS x, generate_series(0, (length(e) - l) / 2 - 1) AS n GROUP BY 1 ORDER BY 1;
SELECT try(e || '00') FROM stored;

SET client_min_messages = warning;
DROP SCHEMA metrics_probability CASCADE;

-- Metrics of predicted probabilities: log_loss, brier_score, brier_skill_score, calibration
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
CREATE AGGREGATE collect(boolean, float8) (SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability, COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE);
CREATE AGGREGATE collect(mlops.probability) (SFUNC = mlops_internal.probability_combine, STYPE = mlops.probability);
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

-- weights: 0.5034658055733124 0.16722222222222222
CREATE FUNCTION r(x float8) RETURNS numeric LANGUAGE sql AS 'SELECT round(x::numeric, 13)';
CREATE TABLE w1 AS SELECT d1.*, w FROM d1 JOIN unnest('{1,2,1,1,3,1,1,2,1,.5}'::float8[]) WITH ORDINALITY AS u (w, i) USING (i);
SELECT r(mlops.log_loss(y, s, w)) AS log_loss, r(mlops.brier_score(y = 1, s, w)) AS brier, r(mlops.brier_skill_score(y, s, w)) AS skill FROM w1;
WITH copied AS (SELECT w1.* FROM w1, generate_series(1, (2 * w)::int))
SELECT abs(m.l - c.l) < 1e-15 AS log_loss, abs(m.b - c.b) < 1e-15 AS brier, abs(m.s - c.s) < 1e-15 AS skill
FROM (SELECT mlops.log_loss(y, s, w) AS l, mlops.brier_score(y, s, w) AS b, mlops.brier_skill_score(y, s, w) AS s FROM w1) AS m, (SELECT mlops.log_loss(y, s) AS l, mlops.brier_score(y, s) AS b, mlops.brier_skill_score(y, s) AS s FROM copied) AS c;
SELECT mlops.log_loss(y, s, 0) AS none, mlops.brier_skill_score(y, s, y) AS one_class, mlops.brier_score(y, s, NULL) AS "null", mlops.brier_score(y, s, 'NaN') AS nan FROM w1;
SELECT mlops.log_loss(1, 0.5, -1);

-- several classes: 0.6668675388369574 0.3855, by name and by place (from 0)
CREATE TABLE d2 (i int, y text, f text, p float8[]);
INSERT INTO d2 VALUES (1, 'a', 'a', '{.7,.2,.1}'), (2, 'b', 'b', '{.2,.5,.3}'), (3, 'c', 'a', '{.5,.2,.3}'), (4, 'a', 'a', '{.6,.3,.1}'), (5, 'b', 'c', '{.1,.4,.5}'), (6, 'c', 'c', '{.1,.2,.7}'),
    (7, 'a', 'b', '{.3,.6,.1}'), (8, 'a', 'a', '{.5,.25,.25}'), (9, 'c', 'c', '{.2,.2,.6}'), (10, 'b', 'b', '{.1,.8,.1}');
SELECT r(mlops.log_loss(y, p, '{a,b,c}')) AS log_loss, r(mlops.brier_score(y, p, '{a,b,c}')) AS brier, r(mlops.log_loss(ascii(y) - ascii('a'), p)) AS by_place, r(mlops.brier_score(ascii(y) - ascii('a'), p)) AS brier_by_place FROM d2;
SELECT r(mlops.log_loss(y, p, '{a,b,c}', i)) AS weighted, r(mlops.brier_score(ascii(y) - ascii('a'), p, i)) AS brier, mlops.log_loss(y, p, '{a,b,c}', 0) AS none FROM d2;
SELECT r(mlops.log_loss(y, ARRAY[p[3], p[1], p[2]], '{c,a,b}')) AS another_order, r(mlops.log_loss(y, p, CASE WHEN i > 5 THEN '{a,b,c}'::text[] ELSE '{a,b,c}' END)) AS same FROM d2;
-- two classes: the same log loss as the binary one and twice its Brier score; not normalised, clipped
SELECT abs(mlops.log_loss(y, ARRAY[1 - s, s]) - mlops.log_loss(y, s)) < 1e-15 AS log_loss, abs(mlops.brier_score(y, ARRAY[1 - s, s]) - 2 * mlops.brier_score(y, s)) < 1e-15 AS brier FROM d1;
SELECT r(mlops.log_loss(0, '{.5,.25}'::float8[])) AS ln_1_5, mlops.log_loss(1, '{1,0}'::float8[]) AS clipped, mlops.log_loss(0, '{1}'::float8[]) AS one_class;
SELECT mlops.log_loss(0, '{.5,NaN}'::float8[]) AS nan, mlops.log_loss(NULL::int, '{.5,.5}'::float8[]) AS "null", mlops.brier_score(0, NULL::float8[]) AS null_probs, mlops.log_loss('a', '{1}'::float8[], NULL::text[]) AS null_classes;
SELECT mlops.log_loss(3, '{.1,.2,.7}'::float8[]);
SELECT mlops.log_loss(-1, '{.1,.2,.7}'::float8[]);
SELECT mlops.log_loss('z'::text, '{.1,.2,.7}'::float8[], '{a,b,c}'::text[]);
SELECT mlops.log_loss('a'::text, '{.1,.2,.7}'::float8[], '{a,b}'::text[]);
SELECT mlops.log_loss('a'::text, '{.1,.9}'::float8[], '{a,NULL}'::text[]);
SELECT mlops.log_loss('a'::text, '{.1,.9}'::float8[], '{a,a}'::text[]);
SELECT mlops.log_loss('a'::text, '{.1,NULL}'::float8[], '{a,b}'::text[]);
SELECT mlops.log_loss(0, '{}'::float8[]);
SELECT mlops.log_loss(0, '{{.5,.5}}'::float8[]);
SELECT mlops.brier_score(0, '{.1,1.2}'::float8[]);
SELECT mlops.log_loss(0, CASE i WHEN 1 THEN '{.5,.5}'::float8[] ELSE '{.5,.25,.25}' END) FROM d1;

-- calibration: 0.185 0.5, with five bins 0.185; frac 0,.5,0,1,1; mean .15,.3875,.5,.75,.9
SELECT r(mlops.expected_calibration_error(y, s)) AS ece, r(mlops.maximum_calibration_error(y, s)) AS mce, r(mlops.expected_calibration_error(y = 1, s, 5)) AS ece_5, r(mlops.maximum_calibration_error(y, s, 5)) AS mce_5,
       r(mlops.expected_calibration_error(y, s, NULL, NULL)) AS standard FROM d1;
SELECT bin, lo, hi, n, r(mean_prob) AS mean_prob, frac_pos FROM unnest((SELECT mlops.calibration_curve(y, s, 5) FROM d1));
-- equal numbers; the three rows with 0.4 share their one positive
SELECT bin, lo, hi, n, r(mean_prob) AS mean_prob, r(frac_pos) AS frac_pos FROM unnest((SELECT mlops.calibration_curve(y, s, 5, 'quantile') FROM d1));
SELECT r(mlops.expected_calibration_error(y, s, 5, 'quantile')) AS ece, r(mlops.maximum_calibration_error(y = 1, s, 5, 'quantile')) AS mce, r(mlops.expected_calibration_error(y, s, 3, 'quantile')) AS three, r(mlops.expected_calibration_error(y, s, 1, 'quantile')) AS one FROM d1;
SELECT bin, n FROM unnest((SELECT mlops.calibration_curve(y, s, 3, 'quantile') FROM d1));
-- the summary says the same
SELECT mlops.expected_calibration_error(y, s) = mlops.expected_calibration_error(mlops.scores(y, s)) AS ece, mlops.maximum_calibration_error(y, s, 7) = mlops.maximum_calibration_error(mlops.scores(y, s), 7) AS mce FROM d1;
-- edges belong to the lower bin, 0 to the first
SELECT bin, lo, hi, n FROM unnest((SELECT mlops.calibration_curve(true, x / 10.0, 10) FROM generate_series(0, 10) AS x));
SELECT mlops.expected_calibration_error(y, s) AS ece, mlops.calibration_curve(y, s, 5) AS curve FROM d1 WHERE false;
SELECT mlops.expected_calibration_error(1, 'NaN') AS ece, mlops.maximum_calibration_error(1, 'NaN', 5, 'quantile') AS mce, mlops.calibration_curve(1, 'NaN') AS curve, mlops.expected_calibration_error(NULL::int, 0.5) AS "null";
SELECT mlops.expected_calibration_error(1, 0.75) AS one_row, mlops.expected_calibration_error(1, 0.75, 10, 'quantile') AS one_row_quantile, mlops.expected_calibration_error(0, '-0') AS zero;
SELECT mlops.expected_calibration_error(1, 1.5);
SELECT mlops.expected_calibration_error(2, 0.5);
SELECT mlops.expected_calibration_error(1, 0.5, 0);
SELECT mlops.calibration_curve(1, 0.5, 10001);
SELECT mlops.maximum_calibration_error(1, 0.5, 5, 'kmeans');
SELECT mlops.expected_calibration_error(y, s, i) FROM d1;
-- any order and plan; windows and grouping sets
CREATE TABLE calibrated AS SELECT mlops.expected_calibration_error(y, p, 13) AS u, mlops.expected_calibration_error(y, p, 13, 'quantile') AS q, mlops.calibration_curve(y, p, 4, 'quantile') AS c, mlops.log_loss(y::int, ARRAY[1 - p, p]) AS l, mlops.brier_score(y, p, i % 5) AS b FROM noise;
SELECT (mlops.expected_calibration_error(y, p, 13), mlops.expected_calibration_error(y, p, 13, 'quantile'), mlops.calibration_curve(y, p, 4, 'quantile'), mlops.log_loss(y::int, ARRAY[1 - p, p]), mlops.brier_score(y, p, i % 5))::text = (SELECT calibrated::text FROM calibrated) AS shuffled
FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS shuffled;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
SELECT (mlops.expected_calibration_error(y, p, 13), mlops.expected_calibration_error(y, p, 13, 'quantile'), mlops.calibration_curve(y, p, 4, 'quantile'), mlops.log_loss(y::int, ARRAY[1 - p, p]), mlops.brier_score(y, p, i % 5))::text = (SELECT calibrated::text FROM calibrated) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT i, r(mlops.expected_calibration_error(y, s, 2) OVER w) AS ece, r(mlops.expected_calibration_error(y, s, 2, 'quantile') OVER w) AS quantile FROM d1 WINDOW w AS (ORDER BY i ROWS BETWEEN 3 PRECEDING AND CURRENT ROW);
SELECT i % 2 AS odd, r(mlops.expected_calibration_error(y, s)) AS ece, r(mlops.log_loss(y, s, i)) AS log_loss, r(mlops.log_loss(y, s, i) FILTER (WHERE i < 8)) AS filtered FROM d1 GROUP BY GROUPING SETS ((i % 2), ()) ORDER BY 1;
-- hostile bytes
CREATE AGGREGATE collect_bins(int, float8, int, text) (SFUNC = mlops_internal.calibration_accum, STYPE = mlops.calibration);
CREATE AGGREGATE collect_weighted(int, float8, float8) (SFUNC = mlops_internal.probability_accum_weighted, STYPE = mlops.probability);
CREATE FUNCTION try_bytes(value text, type text, VARIADIC functions text[]) RETURNS TABLE (changed text, refused boolean, accepted boolean) LANGUAGE plpgsql AS $$
DECLARE
    prefix int := length(type) + 1;
    byte text;
    fn text;
    n_refused int;
BEGIN
    FOREACH byte IN ARRAY '{00,01,7f,ff,cut}'::text[] LOOP
        changed := byte;
        n_refused := 0;
        FOR n IN 0 .. (length(value) - prefix) / 2 - 1 LOOP
            BEGIN
                FOREACH fn IN ARRAY functions LOOP
                    EXECUTE format('SELECT %s($1::mlops.%I)::text', fn, type) USING CASE byte WHEN 'cut' THEN left(value, prefix + 2 * n) ELSE overlay(value PLACING byte FROM prefix + 2 * n + 1 FOR 2) END;
                END LOOP;
            EXCEPTION WHEN invalid_text_representation THEN
                n_refused := n_refused + 1;
            END;
        END LOOP;
        refused := n_refused > 0;
        accepted := n_refused < (length(value) - prefix) / 2;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT * FROM try_bytes((SELECT collect_bins(y, s, 4, 'uniform')::text FROM d1), 'calibration', 'mlops.expected_calibration_error', 'mlops.calibration_curve');
SELECT * FROM try_bytes((SELECT collect_bins(y, s, 4, 'quantile')::text FROM d1), 'calibration', 'mlops.expected_calibration_error', 'mlops.calibration_curve');
SELECT * FROM try_bytes((SELECT collect_weighted(y, s, w)::text FROM w1), 'probability', 'mlops.log_loss', 'mlops.brier_skill_score');

SET client_min_messages = warning;
DROP SCHEMA metrics_probability CASCADE;

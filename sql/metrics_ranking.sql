-- Ranking metrics of a binary score: roc_auc, gini, ks_score, average_precision
-- Reference values: scikit-learn 1.2.1, scipy 1.10.1
CREATE SCHEMA metrics_ranking;
SET search_path = metrics_ranking, public;

CREATE TABLE d1 (i int, y int, s float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5]);

-- roc_auc_score 0.8, 2 AUC - 1, ks_2samp 0.6, average_precision_score 0.8392857142857143
SELECT mlops.roc_auc(y, s), mlops.gini(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s) FROM d1;
SELECT mlops.roc_auc(y = 1, s), mlops.gini(y = 1, s), mlops.ks_score(y = 1, s), mlops.average_precision(y = 1, s) FROM d1;

-- empty, only NULLs, one row, one class
CREATE FUNCTION metrics(labels boolean[], scores float8[])
RETURNS TABLE (auc float8, gini float8, ks float8, ap float8) LANGUAGE sql AS $$
    SELECT mlops.roc_auc(y, s), mlops.gini(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s)
    FROM unnest(labels, scores) AS t (y, s)
$$;
SELECT * FROM metrics('{}', '{}');
SELECT * FROM metrics('{t,NULL,NULL}', '{NULL,0.5,NULL}');
SELECT * FROM metrics('{t}', '{0.5}');
SELECT * FROM metrics('{f}', '{0.5}');
SELECT * FROM metrics('{t,t}', '{0.5,0.7}');
-- all ties, perfect, inverted
SELECT * FROM metrics('{t,f,t,f,f}', '{0.5,0.5,0.5,0.5,0.5}');
SELECT * FROM metrics('{t,t,f,f}', '{4,3,2,1}');
SELECT * FROM metrics('{t,t,f,f}', '{1,2,3,4}');
-- -0 and 0 are one score; infinities are scores like others
SELECT * FROM metrics('{t,f}', '{-0,0}');
SELECT * FROM metrics('{t,f,t,f}', '{Infinity,Infinity,1,-Infinity}');
SELECT * FROM metrics('{t,f,t,f}', '{-Infinity,-5,-1e-320,-1e308}');
-- NaN is not dropped; a NULL beside it is
SELECT * FROM metrics('{t,f,t}', '{0.1,0.2,NaN}');
SELECT * FROM metrics('{t,f,NULL}', '{0.1,0.2,NaN}');
-- labels other than 0 and 1
SELECT mlops.roc_auc(y, 0.5) FROM (VALUES (0), (2)) AS t (y);
SELECT mlops.roc_auc(y, NULL) FROM (VALUES (0), (2)) AS t (y);

-- against the definition, with ties and both signs
CREATE TABLE noise AS
    SELECT i, (i * 7919) % 3 = 0 AS y,
           ((i * 104729) % 1009 - 300)::float8 / (1 + i % 7) + CASE WHEN i % 5 = 0 THEN 40 ELSE 0 END AS s
    FROM generate_series(1, 1200) AS i;
SELECT mlops.roc_auc(y, s) = (SELECT avg((p.s > n.s)::int + (p.s = n.s)::int / 2.0)
                              FROM noise AS p, noise AS n WHERE p.y AND NOT n.y)::float8 AS auc,
       mlops.gini(y, s) = (SELECT avg(sign(p.s - n.s)::numeric)
                           FROM noise AS p, noise AS n WHERE p.y AND NOT n.y)::float8 AS gini
FROM noise;
WITH threshold AS (
    SELECT t.s,
           count(*) FILTER (WHERE y) AS tp, count(*) FILTER (WHERE NOT y) AS fp,
           count(*) FILTER (WHERE y AND n.s = t.s) AS gained
    FROM (SELECT DISTINCT s FROM noise) AS t JOIN noise AS n ON n.s >= t.s
    GROUP BY t.s
), total AS (SELECT max(tp) AS p, max(fp) AS n FROM threshold)
SELECT abs(mlops.ks_score(y, noise.s) - (SELECT max(abs(tp::numeric / p - fp::numeric / n)) FROM threshold, total)) < 1e-15 AS ks,
       abs(mlops.average_precision(y, noise.s) - (SELECT sum(gained * tp::numeric / (tp + fp)) / min(p) FROM threshold, total)) < 1e-15 AS ap
FROM noise;

-- every way of sorting: sizes around the limits, and shapes that defeat interpolation
CREATE FUNCTION shape(kind text, n int) RETURNS TABLE (i int, x float8) LANGUAGE sql AS $$
    SELECT i, CASE kind
        WHEN 'uniform' THEN r
        WHEN 'signed' THEN r - 0.5
        WHEN 'heavy tail' THEN exp(700 * r * r * r)
        WHEN 'one outlier' THEN CASE WHEN i = n THEN 1e300 ELSE r END
        WHEN 'pile at zero' THEN CASE WHEN i % 2 = 0 THEN 0 ELSE r END
        WHEN 'few values' THEN round((r * 10)::numeric)::float8
        WHEN 'ascending' THEN i
        WHEN 'descending' THEN -i
        WHEN 'constant' THEN 7
        WHEN 'subnormal' THEN r * 1e-310
        WHEN 'infinite' THEN CASE i % 50 WHEN 0 THEN 'Infinity' WHEN 1 THEN '-Infinity' ELSE r END
        WHEN 'wide' THEN (2 * r - 1) * 1.7e308
        END
    FROM generate_series(1, n) AS i, LATERAL (SELECT ((i::bigint * 2654435761) % 4294967296) / 4294967296.0::float8 AS r) AS random
$$;
CREATE TABLE shapes AS
    SELECT kind, n, i, x
    FROM unnest('{uniform,signed,heavy tail,one outlier,pile at zero,few values,ascending,descending,constant,subnormal,infinite,wide}'::text[]) AS kind,
         unnest('{24,25,1000,20000}'::int[]) AS n, shape(kind, n);
INSERT INTO shapes SELECT 'uniform', 100000, i, x FROM shape('uniform', 100000);
INSERT INTO shapes SELECT 'one outlier', 100000, i, x FROM shape('one outlier', 100000);
INSERT INTO shapes SELECT 'infinite', 100000, i, x FROM shape('infinite', 100000);
SELECT kind, n, metric, expected FROM (
    SELECT kind, n, mlops.roc_auc(i % 3 = 0, x) AS metric,
           ((sum(midrank) FILTER (WHERE i % 3 = 0) - count(*) FILTER (WHERE i % 3 = 0) * (count(*) FILTER (WHERE i % 3 = 0) + 1) / 2.0)
            / (count(*) FILTER (WHERE i % 3 = 0) * count(*) FILTER (WHERE i % 3 <> 0)))::float8 AS expected
    FROM (SELECT kind, n, i, x, rank() OVER w + (count(*) OVER (PARTITION BY kind, n, x) - 1) / 2.0 AS midrank
          FROM shapes WINDOW w AS (PARTITION BY kind, n ORDER BY x)) AS ranked
    GROUP BY kind, n) AS compared
WHERE abs(metric - expected) > 1e-15 OR metric IS NULL;

-- any order, any plan, any grouping: the same bits
CREATE TABLE answer AS
    SELECT mlops.roc_auc(i % 3 = 0, x) AS auc, mlops.ks_score(i % 3 = 0, x) AS ks, mlops.average_precision(i % 3 = 0, x) AS ap
    FROM shapes WHERE kind = 'uniform' AND n = 100000;
SELECT (mlops.roc_auc(i % 3 = 0, x), mlops.ks_score(i % 3 = 0, x), mlops.average_precision(i % 3 = 0, x)) = (SELECT auc, ks, ap FROM answer) AS shuffled
FROM (SELECT * FROM shapes WHERE kind = 'uniform' AND n = 100000 ORDER BY (i::bigint * 48271) % 2147483647) AS shuffled;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF)
SELECT mlops.roc_auc(i % 3 = 0, x) FROM shapes WHERE kind = 'uniform' AND n = 100000;
SELECT (mlops.roc_auc(i % 3 = 0, x), mlops.ks_score(i % 3 = 0, x), mlops.average_precision(i % 3 = 0, x)) = (SELECT auc, ks, ap FROM answer) AS parallel
FROM shapes WHERE kind = 'uniform' AND n = 100000;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- states are values: parts combined in any order equal the whole
CREATE AGGREGATE collect(boolean, float8) (SFUNC = mlops_internal.two_samples_accum_labelled, STYPE = mlops.two_samples,
    COMBINEFUNC = mlops_internal.two_samples_combine, PARALLEL = SAFE);
CREATE AGGREGATE collect(mlops.two_samples) (SFUNC = mlops_internal.two_samples_combine, STYPE = mlops.two_samples);
WITH part AS (SELECT i % 17 AS k, collect(y, s) AS state FROM noise GROUP BY 1),
     whole AS (SELECT collect(y, s) AS state FROM noise)
SELECT (SELECT collect(state ORDER BY k)::text FROM part) = whole.state::text AS forward,
       (SELECT collect(state ORDER BY k DESC)::text FROM part) = whole.state::text AS backward,
       mlops.roc_auc(whole.state) = (SELECT mlops.roc_auc(y, s) FROM noise) AS read,
       mlops.roc_auc(whole.state::text::mlops.two_samples) = mlops.roc_auc(whole.state) AS text_form
FROM whole;
SELECT collect(y, s) FROM (VALUES (true, 1.5::float8), (false, 2), (true, '-0'), (false, 'NaN')) AS t (y, s);
-- the transition function called by hand leaves its argument alone
WITH a AS MATERIALIZED (SELECT collect(true, 1) AS state)
SELECT mlops_internal.two_samples_accum_labelled(state, false, 0) AS more, state FROM a;

-- growing windows, FILTER, DISTINCT, ORDER BY, grouping sets, shared states
SELECT i, mlops.roc_auc(y, s) OVER w AS auc, mlops.average_precision(y, s) OVER w AS ap FROM d1 WINDOW w AS (ORDER BY i);
SELECT i, mlops.roc_auc(y, s) OVER (ORDER BY i ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS auc FROM d1;
SELECT mlops.roc_auc(y, s) FILTER (WHERE i <= 6) AS first, mlops.roc_auc(y, s) AS every_row, mlops.gini(y, s) FILTER (WHERE i <= 6) AS first_gini,
       mlops.roc_auc(y, s ORDER BY s DESC) AS ordered, mlops.roc_auc(DISTINCT y, s) AS different FROM d1;
SELECT i % 2 AS odd, i % 3 AS third, mlops.roc_auc(y, s) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;

-- many groups in little memory
SET work_mem = '64kB';
SELECT count(*), count(auc), sum(round(auc::numeric, 12)) FROM (SELECT i % 300 AS g, mlops.roc_auc(y, s) AS auc FROM noise GROUP BY 1) AS t;
RESET work_mem;

-- hostile values
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    state text;
BEGIN
    RETURN value::mlops.two_samples::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
    RETURN state || ' ' || SQLERRM || coalesce(': ' || nullif(detail, ''), '');
END
$$;
SELECT value, try(value) FROM unnest(array[
    '', 'two_samples', 'two_samples:', 'two_samples:06', 'two_samples:0602', 'two_samples:0101', 'two_samples:0601',
    'two_samples:060100000000',                                     -- empty
    'two_samples:06010000000000',                                   -- trailing byte
    'two_samples:06010001000000000000f03f0000',                     -- one value
    'two_samples:06010001000000000000f87f0000',                     -- NaN
    'two_samples:0601000100000000000000800000',                     -- -0
    'two_samples:06010002000000000000f03f00000000000000000000',     -- descending
    'two_samples:0601000200000000000000000000',                     -- shorter than it says
    'two_samples:060100ffffffffffffffffff010000',                   -- 2^64 - 1 values
    'two_samples:060100ffffffffffffffff7f0000',
    'two_samples:0601ffffffffffffffffff01000000',                   -- 2^64 - 1 NaNs
    'two_samples:0601808000000000', 'profile:060100000000']) AS value;

SET client_min_messages = warning;
DROP SCHEMA metrics_ranking CASCADE;

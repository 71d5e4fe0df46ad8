-- Metrics of a binary decision: confusion and its functions
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_confusion;
SET search_path = metrics_confusion, public;

CREATE TABLE d1 (i int, y int, s float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5]);

-- 0.7 0.7 0.7 0.3 | 0.75 0.6 0.6 | 0.8 0.6666666666666666 0.2 0.4
SELECT mlops.accuracy(y, s >= 0.5), mlops.accuracy_score(y, s >= 0.5), mlops.balanced_accuracy(y, s >= 0.5), mlops.hamming_loss(y, s >= 0.5) FROM d1;
SELECT mlops.precision_score(y, s >= 0.5), mlops.recall_score(y, s >= 0.5), mlops.recall(y, s >= 0.5) FROM d1;
SELECT mlops.specificity(y, s >= 0.5), mlops.npv(y, s >= 0.5), mlops.fpr(y, s >= 0.5), mlops.fnr(y, s >= 0.5) FROM d1;
-- 0.6666666666666666 0.5 0.408248290463863 0.4
SELECT mlops.f1_score(y, s >= 0.5), mlops.jaccard_score(y, s >= 0.5), mlops.matthews_corrcoef(y, s >= 0.5), mlops.cohen_kappa(y, s >= 0.5) FROM d1;

-- the same of a stored confusion; [[4, 1], [2, 3]]; fbeta 0.625
CREATE TABLE stored AS SELECT mlops.confusion(y, s >= 0.5) AS c FROM d1;
SELECT mlops.n(c), mlops.n_null(c), mlops.tn(c), mlops.fp(c), mlops.fn(c), mlops.tp(c), c FROM stored;
SELECT mlops.accuracy(c), mlops.accuracy_score(c), mlops.balanced_accuracy(c), mlops.hamming_loss(c), mlops.precision_score(c), mlops.recall_score(c), mlops.recall(c) FROM stored;
SELECT mlops.specificity(c), mlops.npv(c), mlops.fpr(c), mlops.fnr(c), mlops.f1_score(c), mlops.jaccard_score(c), mlops.matthews_corrcoef(c), mlops.cohen_kappa(c) FROM stored;
SELECT mlops.fbeta_score(c, 2), mlops.fbeta_score(c, 1) = mlops.f1_score(c) AS f1, mlops.fbeta_score(c, 0) = mlops.precision_score(c) AS p, mlops.fbeta_score(c, 'Infinity') = mlops.recall_score(c) AS r FROM stored;
SELECT mlops.fbeta_score(c, -1) FROM stored;
SELECT mlops.fbeta_score(c, 'NaN') FROM stored;

-- all four kinds of arguments agree
SELECT mlops.confusion(y, (s >= 0.5)::int)::text = c::text AS ii, mlops.confusion(y = 1, s >= 0.5)::text = c::text AS bb, mlops.confusion(y = 1, (s >= 0.5)::int)::text = c::text AS bi
FROM d1, stored GROUP BY c::text;
SELECT mlops.f1_score(y, (s >= 0.5)::int) AS ii, mlops.f1_score(y = 1, s >= 0.5) AS bb, mlops.f1_score(y = 1, (s >= 0.5)::int) AS bi FROM d1;

-- edges: every metric for each table of counts
CREATE FUNCTION confused(tn int, fp int, fn int, tp int, OUT c mlops.confusion) LANGUAGE sql AS $$
    SELECT mlops.confusion(label, predicted)
    FROM (VALUES (false, false, tn), (false, true, fp), (true, false, fn), (true, true, tp)) AS t (label, predicted, n), generate_series(1, n)
$$;
SELECT tn, fp, fn, tp, mlops.accuracy(c) AS acc, mlops.balanced_accuracy(c) AS bal, mlops.precision_score(c) AS ppv, mlops.recall(c) AS tpr, mlops.specificity(c) AS tnr, mlops.npv(c),
       mlops.fpr(c), mlops.fnr(c), mlops.f1_score(c) AS f1, mlops.jaccard_score(c) AS jac, mlops.matthews_corrcoef(c) AS mcc, mlops.cohen_kappa(c) AS kappa, mlops.fbeta_score(c, 2) AS f2
FROM (VALUES (0, 0, 0, 0), (3, 0, 0, 0), (0, 3, 0, 0), (0, 0, 3, 0), (0, 0, 0, 3), (2, 0, 0, 2), (0, 2, 2, 0), (2, 2, 0, 0), (2, 0, 2, 0), (0, 2, 0, 2), (0, 0, 2, 2), (1, 1, 1, 1)) AS t (tn, fp, fn, tp),
     confused(tn, fp, fn, tp) AS c;

-- NULLs are counted, not used
SELECT mlops.n(c), mlops.n_null(c), mlops.accuracy(c) FROM (
    SELECT mlops.confusion(y, p) AS c FROM (VALUES (1, true), (NULL, true), (0, NULL), (NULL, NULL), (0, true)) AS t (y, p)) AS s;
SELECT mlops.n(c), mlops.n_null(c), mlops.accuracy(c) FROM (SELECT mlops.confusion(y, p) AS c FROM (VALUES (NULL::int, true)) AS t (y, p)) AS s;
SELECT mlops.accuracy(y, y), mlops.f1_score(y, y), mlops.confusion(y, y) FROM d1 WHERE false;
SELECT mlops.accuracy(y, true) FROM (VALUES (2)) AS t (y);
SELECT mlops.accuracy(true, y) FROM (VALUES (-1)) AS t (y);

-- counts beyond 2^31 and products beyond 2^64 stay exact
CREATE TABLE huge AS
    SELECT ('confusion:0301' || '02' || '00' || 'ffffffffffff7f' || '808080808001' || '8080808001' || 'ffffffffffff3f')::mlops.confusion AS c;
SELECT mlops.tn(c), mlops.fp(c), mlops.fn(c), mlops.tp(c), mlops.n(c), mlops.accuracy(c), mlops.matthews_corrcoef(c), mlops.cohen_kappa(c), mlops.f1_score(c) FROM huge;
SELECT mlops.merge(c) FROM huge, generate_series(1, 2000);

-- serial, shuffled, parallel, merged
CREATE TABLE noise AS SELECT i, i * 7919 % 5 = 0 AS y, i * 104729 % 7 < 3 AS p, i % 11 AS part FROM generate_series(1, 20000) AS i;
SELECT (SELECT mlops.merge(c)::text FROM (SELECT mlops.confusion(y, p) AS c FROM noise GROUP BY part) AS parts) = mlops.confusion(y, p)::text AS merged FROM noise;
SELECT mlops.merge(NULL::mlops.confusion), mlops.n(mlops.merge(c)) FROM (SELECT c FROM stored UNION ALL SELECT NULL) AS s;
CREATE TABLE answer AS SELECT mlops.confusion(y, p)::text AS c, mlops.f1_score(y, p) AS f1 FROM noise;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.confusion(y, p), mlops.f1_score(y, p) FROM noise;
SELECT mlops.confusion(y, p)::text = (SELECT c FROM answer) AS confusion, mlops.f1_score(y, p) = (SELECT f1 FROM answer) AS f1 FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- windows, FILTER, DISTINCT, ORDER BY, grouping sets
SELECT i, mlops.accuracy(y, s >= 0.5) OVER w, mlops.f1_score(y, s >= 0.5) OVER w, mlops.n(mlops.confusion(y, s >= 0.5) OVER w) FROM d1 WINDOW w AS (ORDER BY i);
SELECT i, mlops.accuracy(y, s >= 0.5) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM d1;
SELECT mlops.accuracy(y, s >= 0.5) FILTER (WHERE i <= 5) AS first, mlops.accuracy(y, s >= 0.5) AS every_row, mlops.recall(y, s >= 0.5) FILTER (WHERE i <= 5) AS first_recall,
       mlops.accuracy(DISTINCT y, s >= 0.5) AS different, mlops.accuracy(y, s >= 0.5 ORDER BY s) AS ordered FROM d1;
SELECT i % 2 AS odd, i % 3 AS third, mlops.accuracy(y, s >= 0.5), mlops.n(mlops.confusion(y, s >= 0.5)) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;
SET work_mem = '64kB';
SELECT count(*), sum(mlops.n(c)), sum(round(acc::numeric, 12)) FROM (SELECT i % 5000 AS g, mlops.confusion(y, p) AS c, mlops.accuracy(y, p) AS acc FROM noise GROUP BY 1) AS t;
RESET work_mem;

-- hostile values
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    state text;
BEGIN
    RETURN value::mlops.confusion::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
    RETURN state || ' ' || SQLERRM || coalesce(': ' || nullif(detail, ''), '');
END
$$;
SELECT value, try(value) FROM unnest(array[
    '', 'confusion:', 'confusion:0301', 'confusion:0300', 'confusion:0302020000000000', 'confusion:0201020000000000',
    'confusion:0301020000000000', 'confusion:030102000000000000', 'confusion:0301020000000080', 'confusion:0301030000000000',
    'confusion:030102ffffffffffffffffff0100000000', 'confusion:03010200000000818080808080808001', 'confusion:03010200000000808080808080808001']) AS value;

SET client_min_messages = warning;
DROP SCHEMA metrics_confusion CASCADE;

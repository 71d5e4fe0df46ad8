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
SELECT mlops.accuracy(y, s >= 0.5), mlops.balanced_accuracy(y, s >= 0.5), mlops.hamming_loss(y, s >= 0.5) FROM d1;
SELECT mlops.precision_score(y, s >= 0.5), mlops.recall_score(y, s >= 0.5) FROM d1;
SELECT mlops.specificity(y, s >= 0.5), mlops.npv(y, s >= 0.5), mlops.fpr(y, s >= 0.5), mlops.fnr(y, s >= 0.5) FROM d1;
-- 0.6666666666666666 0.5 0.408248290463863 0.4
SELECT mlops.f1_score(y, s >= 0.5), mlops.jaccard_score(y, s >= 0.5), mlops.matthews_corrcoef(y, s >= 0.5), mlops.cohen_kappa(y, s >= 0.5) FROM d1;

-- the same of a stored confusion; [[4, 1], [2, 3]]; fbeta 0.625
CREATE TABLE stored AS SELECT mlops.confusion(y, s >= 0.5) AS c FROM d1;
SELECT mlops.n(c), mlops.n_null(c), mlops.tn(c), mlops.fp(c), mlops.fn(c), mlops.tp(c), c FROM stored;
SELECT mlops.accuracy(c), mlops.balanced_accuracy(c), mlops.hamming_loss(c), mlops.precision_score(c), mlops.recall_score(c) FROM stored;
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
SELECT tn, fp, fn, tp, mlops.accuracy(c) AS acc, mlops.balanced_accuracy(c) AS bal, mlops.precision_score(c) AS ppv, mlops.recall_score(c) AS tpr, mlops.specificity(c) AS tnr, mlops.npv(c),
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
    SELECT ('confusion:0301' || '00' || '00' || '00' || 'ffffffffffff7f' || '808080808001' || '8080808001' || 'ffffffffffff3f')::mlops.confusion AS c;
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
SELECT mlops.accuracy(y, s >= 0.5) FILTER (WHERE i <= 5) AS first, mlops.accuracy(y, s >= 0.5) AS every_row, mlops.recall_score(y, s >= 0.5) FILTER (WHERE i <= 5) AS first_recall,
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
    '', 'confusion:', 'confusion:0301', 'confusion:0300', 'confusion:0302000000000000', 'confusion:0201000000000000',
    'confusion:030100000000000000', 'confusion:03010000000000000000', 'confusion:030100000000000080', 'confusion:030108000000000000',
    'confusion:0301000000ffffffffffffffffff01000000', 'confusion:030100000000000081808080808080' || '8001', 'confusion:030100000000000080808080808080' || '8001',
    'confusion:0301010000000000000080000000000000', 'confusion:0301020000000000000000000000000000', 'confusion:030102000000000000f0bf000000000000',
    'confusion:030103000000000000e03f000000000000', 'confusion:030104000000000000' || '00000000' || '00000000', 'confusion:030104000000000000' || '00010000' || '000000',
    'confusion:030104000000000000' || '0100000000000000']) AS value;

-- every byte flipped: refused, or a value that prints and has metrics
DO $$
DECLARE
    good text;
    bad bytea;
    refused int := 0;
    valid int := 0;
BEGIN
    FOREACH good IN ARRAY (SELECT array[mlops.confusion(y, s >= 0.5)::text, mlops.confusion(y, s >= 0.5, s)::text] FROM d1) LOOP
        FOR i IN 0 .. length(good) / 2 - 6 LOOP
            FOR bit IN 0 .. 7 LOOP
                bad := decode(split_part(good, ':', 2), 'hex');
                bad := set_byte(bad, i, get_byte(bad, i) # (1 << bit));
                BEGIN
                    PERFORM mlops.f1_score(c), mlops.matthews_corrcoef(c), mlops.cohen_kappa(c), c::text::mlops.confusion, (SELECT count(*) FROM mlops.best_constant(c))
                    FROM (SELECT ('confusion:' || encode(bad, 'hex'))::mlops.confusion AS c OFFSET 0) AS x;
                    valid := valid + 1;
                EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
                    refused := refused + 1;
                END;
            END LOOP;
        END LOOP;
    END LOOP;
    RAISE NOTICE 'some refused %, some valid %', refused > 0, valid > 0;
END
$$;

-- weights: 0.7407407407407407 0.7166666666666667 0.631578947368421 0.4913538149119954 0.4521739130434783
ALTER TABLE d1 ADD COLUMN w float8;
UPDATE d1 SET w = (array[1, 2, 1, 1, 3, 1, 1, 2, 1, .5])[i];
SELECT mlops.accuracy(y, s >= 0.5, w), mlops.balanced_accuracy(y, s >= 0.5, w), mlops.f1_score(y, s >= 0.5, w), mlops.matthews_corrcoef(y, s >= 0.5, w), mlops.cohen_kappa(y, s >= 0.5, w) FROM d1;
SELECT mlops.precision_score(y, s >= 0.5, w), mlops.recall_score(y, s >= 0.5, w), mlops.specificity(y, s >= 0.5, w), mlops.npv(y, s >= 0.5, w), mlops.fpr(y, s >= 0.5, w), mlops.fnr(y, s >= 0.5, w), mlops.jaccard_score(y, s >= 0.5, w), mlops.hamming_loss(y, s >= 0.5, w), mlops.accuracy(y, s >= 0.5, w) FROM d1;
SELECT mlops.f1_score(y, (s >= 0.5)::int, w) AS ii, mlops.f1_score(y = 1, s >= 0.5, w) AS bb, mlops.f1_score(y = 1, (s >= 0.5)::int, w) AS bi, mlops.f1_score(y, (s >= 0.5)::int, 1) = mlops.f1_score(y, (s >= 0.5)::int) AS ones, mlops.f1_score(y, (s >= 0.5)::int, w::numeric) AS numeric FROM d1;
SELECT mlops.n(c), mlops.tp(c), mlops.total_weight(c), mlops.f1_score(c), mlops.f1_score(c::text::mlops.confusion) FROM (SELECT mlops.confusion(y, s >= 0.5, w) AS c FROM d1) AS t;
SELECT mlops.accuracy(y, true, w), mlops.n(mlops.confusion(y, true, w)), mlops.n_null(mlops.confusion(y, true, w)) FROM (VALUES (1, 0.0::float8), (0, 0), (1, NULL)) AS t (y, w);
SELECT mlops.accuracy(y, true, w), mlops.n(mlops.confusion(y, true, w)) FROM (VALUES (1, 0.0::float8), (0, 1e300), (1, 1e300)) AS t (y, w);
SELECT mlops.matthews_corrcoef(y, p, w), mlops.cohen_kappa(y, p, w) FROM (VALUES (1, 1, 1e-200::float8), (0, 0, 3e-200), (0, 1, 2e-200)) AS t (y, p, w);
SELECT mlops.accuracy(true, true, -1.0);
-- a weight of NaN is counted and makes every metric NaN
SELECT mlops.accuracy(y, true, w), mlops.f1_score(y, true, w), mlops.fbeta_score(y, true, 2, w), mlops.n_nan(mlops.confusion(y, true, w)), mlops.n(mlops.confusion(y, true, w)),
       mlops.matthews_corrcoef(mlops.confusion(y, true, w)::text::mlops.confusion) AS stored
FROM (VALUES (true, 1::float8), (false, 2), (true, 'NaN')) AS t (y, w);
SELECT mlops.accuracy(true, true, 'Infinity'::float8);
SELECT mlops.accuracy(true, true, 1e308::float8);

-- beta: 0.625
SELECT mlops.fbeta_score(y, s >= 0.5, 2) AS f2, mlops.fbeta_score(y = 1, (s >= 0.5)::int, 2) AS bi, mlops.fbeta_score(y, s >= 0.5, 2, w) AS weighted, mlops.fbeta_score(mlops.confusion(y, s >= 0.5, w), 2) AS two_steps, mlops.fbeta_score(y, s >= 0.5, NULL) = mlops.f1_score(y, s >= 0.5) AS none FROM d1;
SELECT mlops.fbeta_score(y, true, i) FROM d1;
SELECT mlops.fbeta_score(y, true, -1) FROM d1;

-- a score is no decision: the condition that makes it one is the caller's
SELECT mlops.f1_score(y, s, 0.5) FROM d1;
SELECT mlops.confusion(true, 0.5, 0.25);
-- decisions of other whole numbers are decisions, and the third argument their weight
SELECT mlops.accuracy(y, (s >= 0.5)::int::smallint, w) FROM d1;
SELECT mlops.accuracy(y::smallint, (s >= 0.5)::int::smallint) FROM d1;

-- zero_division: 0, 1, NaN or NULL
SELECT mlops.precision_score(c) AS p, mlops.precision_score(c, 1) AS p1, mlops.precision_score(c, zero_division => 'NaN') AS pnan, mlops.precision_score(c, zero_division => NULL) AS pnull,
       mlops.recall_score(c, NULL) AS r, mlops.recall_score(c, 1), mlops.specificity(c, 1), mlops.npv(c, 1), mlops.fpr(c, 1), mlops.fnr(c, NULL), mlops.f1_score(c, NULL) AS f, mlops.jaccard_score(c, 1), mlops.fbeta_score(c, 2, NULL), mlops.precision_score(NULL::mlops.confusion, 1) AS none
FROM confused(3, 0, 0, 0) AS c;
SELECT mlops.precision_score(c, 0.5) FROM stored;

-- the matrix: [[4, 1], [2, 3]]
SELECT * FROM mlops.confusion_matrix((SELECT c FROM stored));
SELECT * FROM mlops.confusion_matrix((SELECT c FROM stored), 'true');
SELECT label, predicted, weight, share FROM mlops.confusion_matrix((SELECT mlops.confusion(y, s >= 0.5, w) FROM d1), 'pred');
SELECT * FROM mlops.confusion_matrix(confused(2, 0, 0, 1));
SELECT * FROM mlops.confusion_matrix(confused(2, 0, 0, 0), 'pred', dense => true);
SELECT count(*) FROM mlops.confusion_matrix(confused(0, 0, 0, 0), dense => true);
SELECT * FROM mlops.confusion_matrix((SELECT c FROM stored), 'rows');

-- the best constant: always true, always false
SELECT * FROM mlops.best_constant((SELECT c FROM stored));
SELECT * FROM mlops.best_constant(confused(6, 1, 2, 1));
SELECT * FROM mlops.best_constant(confused(0, 0, 1, 3)) WHERE metric IN ('cohen_kappa', 'balanced_accuracy', 'accuracy');
SELECT count(*) FROM mlops.best_constant(confused(0, 0, 0, 0));

-- top-k accuracy: k = 2 gives 1 on D2
CREATE TABLE d2 (y int, probs float8[], w float8);
INSERT INTO d2 VALUES (0, '{.7,.2,.1}', 1), (1, '{.2,.5,.3}', 2), (2, '{.5,.2,.3}', 1), (0, '{.6,.3,.1}', 1), (1, '{.1,.4,.5}', 3),
    (2, '{.1,.2,.7}', 1), (0, '{.3,.6,.1}', 1), (0, '{.5,.25,.25}', 2), (2, '{.2,.2,.6}', 1), (1, '{.1,.8,.1}', .5);
SELECT mlops.top_k_accuracy(y, probs, 1) AS k1, mlops.top_k_accuracy(y, probs, 2) AS k2, mlops.top_k_accuracy(y, probs, NULL) AS k, mlops.top_k_accuracy(y, probs, 1, w) AS weighted, mlops.top_k_accuracy(y, probs, 9) AS k9 FROM d2;
-- of equal ones the higher index comes first
SELECT y, mlops.top_k_accuracy(y, '{.25,.25,.25,.25}', 1) AS k1, mlops.top_k_accuracy(y, '{.25,.25,.25,.25}', 3) AS k3 FROM generate_series(0, 3) AS y GROUP BY y ORDER BY y;
SELECT mlops.top_k_accuracy(0, '{NaN,1}', 1), mlops.top_k_accuracy(NULL, '{1,0}', 1);
SELECT mlops.top_k_accuracy(2, '{.5,.5}', 1);
SELECT mlops.top_k_accuracy(0, '{.5,.5}', 0);
SELECT mlops.top_k_accuracy(0, '{.5,NULL}', 1);

-- weights: order, plan and merging leave no trace
SET max_parallel_workers_per_gather = 0;
CREATE TABLE weighted AS SELECT i, y, p, part, exp((i * 7919 % 1000) / 50.0 - 10) AS w FROM noise;
SELECT mlops.confusion(y, p, w)::text AS serial, mlops.fbeta_score(y, p, 3, w)::text AS f3 FROM weighted \gset
SELECT mlops.confusion(y, p, w ORDER BY w DESC)::text = :'serial' AS shuffled FROM weighted;
SELECT mlops.merge(c)::text = :'serial' AS merged FROM (SELECT mlops.confusion(y, p, w) AS c FROM weighted GROUP BY part) AS t;
RESET max_parallel_workers_per_gather;
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT mlops.confusion(y, p, w)::text = :'serial' AS parallel, mlops.fbeta_score(y, p, 3, w)::text = :'f3' AS f3 FROM weighted;
COMMIT;
-- with and without weight in one summary: a row without weighs 1
SELECT mlops.n(c), mlops.total_weight(c), mlops.accuracy(c) FROM (SELECT mlops.merge(c) AS c FROM (SELECT mlops.confusion(true, true) AS c UNION ALL SELECT mlops.confusion(true, false, 2.5)) AS t) AS t;
SELECT i, mlops.accuracy(y, s >= 0.5, w) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS frame, mlops.accuracy(y, s >= 0.5) OVER (ORDER BY i) AS growing FROM d1;
SELECT mlops.accuracy(y, s >= 0.5, w) FILTER (WHERE i <= 5) AS first, mlops.accuracy(DISTINCT y, s >= 0.5, w) AS different FROM d1;
SELECT i % 2 AS odd, i % 3 AS third, mlops.accuracy(y, s >= 0.5, w), mlops.fbeta_score(y, s >= 0.5, 2) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;

SET client_min_messages = warning;
DROP SCHEMA metrics_confusion CASCADE;

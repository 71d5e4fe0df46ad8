-- Decisions between several classes: values marked "sklearn" are scikit-learn's 1.2.1.
SET extra_float_digits = 0;
CREATE FUNCTION pg_temp.try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    RETURN value::mlops.class_confusion::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLERRM || coalesce(': ' || nullif(detail, ''), '');
END
$$;
CREATE TEMP TABLE d2 AS
SELECT y, p FROM unnest(string_to_array('a,b,c,a,b,c,a,a,c,b', ','), string_to_array('a,b,a,a,c,c,b,a,c,b', ',')) AS t(y, p);
-- averages (sklearn)
SELECT mlops.precision_score(y, p, 'macro') AS p, mlops.recall_score(y, p, 'macro') AS r, mlops.f1_score(y, p, 'macro') AS f,
       mlops.f1_score(y, p, 'micro') AS micro, mlops.f1_score(y, p, 'weighted') AS weighted,
       mlops.accuracy(y, p), mlops.matthews_corrcoef(y, p) AS mcc, mlops.cohen_kappa(y, p) AS kappa,
       mlops.balanced_accuracy(y, p) AS balanced, mlops.jaccard_score(y, p, 'macro') AS jaccard
  FROM d2;
SELECT mlops.balanced_accuracy(c, adjusted => true) AS adjusted, mlops.fbeta_score(c, 2) AS f2, mlops.n(c), mlops.n_null(c)
  FROM (SELECT mlops.class_confusion(y, p) AS c FROM d2) AS t;
SELECT * FROM mlops.confusion_matrix((SELECT mlops.class_confusion(y, p) FROM d2));
SELECT * FROM mlops.confusion_matrix((SELECT mlops.class_confusion(y, p) FROM d2), 'true', dense => true);
SELECT label, predicted, share FROM mlops.confusion_matrix((SELECT mlops.class_confusion(y, p) FROM d2), 'pred');
SELECT * FROM mlops.classification_report((SELECT mlops.class_confusion(y, p) FROM d2));
-- a class that is never predicted (sklearn: P 0.5, R 2/3, F 5/9; with zero_division 1 P 5/6)
SELECT mlops.precision_score(c) AS p, mlops.recall_score(c) AS r, mlops.f1_score(c) AS f,
       mlops.precision_score(c, zero_division => 1) AS p1, mlops.recall_score(c, zero_division => 1) AS r1,
       mlops.f1_score(c, zero_division => 1) AS f1, mlops.precision_score(c, zero_division => 'NaN') AS pn
  FROM (SELECT mlops.class_confusion(y, p) AS c FROM (VALUES (0, 0), (1, 1), (2, 1), (0, 0)) AS t(y, p)) AS t;
SELECT mlops.f1_score(y, p, 'macro') FROM (VALUES (0, 0), (1, 1), (2, 1), (0, 0)) AS t(y, p);
-- weighted kappa goes by the place among the labels that occur (sklearn)
SELECT mlops.cohen_kappa(c), mlops.cohen_kappa(c, 'linear') AS linear, mlops.cohen_kappa(c, 'quadratic') AS quadratic
  FROM (SELECT mlops.class_confusion(y, p) AS c FROM unnest(ARRAY[0,1,2,2,1,0,2], ARRAY[0,2,2,1,1,0,2]) AS t(y, p)) AS t;
SELECT mlops.cohen_kappa(c, 'linear') AS linear
  FROM (SELECT mlops.class_confusion(y * 100 - 50, p * 100 - 50) AS c FROM unnest(ARRAY[0,1,2,2,1,0,2], ARRAY[0,2,2,1,1,0,2]) AS t(y, p)) AS t;
-- integers are in order of value, not of digits
SELECT array_agg(label) FROM mlops.classification_report((SELECT mlops.class_confusion(i, i) FROM unnest(ARRAY[10, 9, -3, 2147483647, -2147483648]) AS i)) WHERE average IS NULL;
-- one class everywhere
SELECT mlops.matthews_corrcoef('a', 'a') AS mcc, mlops.cohen_kappa('a', 'a') AS kappa, mlops.accuracy('a', 'a');
-- NULL is counted apart, nothing is NULL
SELECT mlops.accuracy(y, p), mlops.n_null(mlops.class_confusion(y, p)) FROM (VALUES ('a', NULL), (NULL, 'a')) AS t(y, p);
SELECT mlops.f1_score(y, p, 'macro') FROM d2 WHERE false;
SELECT count(*) FROM mlops.classification_report((SELECT mlops.class_confusion(y, p) FROM d2 WHERE false));
-- order, merging and parallel plans leave no trace
CREATE TABLE many_classes AS
SELECT i, 'class ' || (i * 7919 % 101) AS y, 'class ' || (i * 104729 % 97) AS p FROM generate_series(1, 20000) AS i;
ANALYZE many_classes;
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT mlops.f1_score(y, p, 'macro') FROM many_classes;
SELECT mlops.class_confusion(y, p) AS parallel FROM many_classes \gset
COMMIT;
SET max_parallel_workers_per_gather = 0;
SELECT mlops.class_confusion(y, p)::text = :'parallel' AS parallel FROM many_classes;
SELECT mlops.class_confusion(y, p ORDER BY i DESC)::text = :'parallel' AS reversed FROM many_classes;
SELECT mlops.merge(c)::text = :'parallel' AS merged, mlops.n(mlops.merge(c))
  FROM (SELECT mlops.class_confusion(y, p) AS c FROM many_classes GROUP BY i % 37) AS t;
RESET max_parallel_workers_per_gather;
DROP TABLE many_classes;
-- a growing window
SELECT i, mlops.accuracy(y, p) OVER (ORDER BY i) FROM (VALUES (1, 'a', 'a'), (2, 'b', 'a'), (3, 'c', 'c')) AS t(i, y, p);
-- odd labels
SELECT label, length(predicted), n FROM mlops.confusion_matrix((SELECT mlops.class_confusion(y, p) FROM (VALUES ('', ' '), ('', ''), ('a', ''), ('ab', repeat('x', 300))) AS t(y, p)));
-- errors
SELECT mlops.f1_score('a', 'b', 'mean');
SELECT mlops.f1_score('a', 'b', CASE i WHEN 1 THEN 'micro' ELSE 'macro' END) FROM generate_series(1, 2) AS i;
SELECT mlops.cohen_kappa(mlops.class_confusion('a'::text, 'b'), 'linear');
SELECT mlops.cohen_kappa(mlops.class_confusion(1, 2), 'cubic');
SELECT mlops.precision_score(mlops.class_confusion(1, 2), zero_division => 0.5);
SELECT mlops.fbeta_score(mlops.class_confusion(1, 2), -1);
SELECT * FROM mlops.confusion_matrix((SELECT mlops.class_confusion(1, 2)), 'rows');
SELECT mlops.merge(c) FROM (VALUES (1), (2)) AS t(i), LATERAL (SELECT CASE i WHEN 1 THEN mlops.class_confusion(1, 2) ELSE mlops.class_confusion('a'::text, 'b') END AS c) AS u;
-- weights (sklearn: 7/15, macro P 0.46296296, R 0.46329966, F1 0.46241207)
ALTER TABLE d2 ADD COLUMN w float8, ADD COLUMN yi int, ADD COLUMN pi int;
UPDATE d2 SET w = 1 + (ascii(y) * 7 + ascii(p) * 3) % 5 * 0.5, yi = ascii(y) * 10, pi = ascii(p) * 10;
SELECT mlops.accuracy(y, p, w), mlops.hamming_loss(y, p, w), mlops.balanced_accuracy(y, p, w), mlops.matthews_corrcoef(y, p, w), mlops.cohen_kappa(y, p, w) FROM d2;
SELECT mlops.precision_score(y, p, 'macro', w) AS p, mlops.recall_score(y, p, 'weighted', w) AS r, mlops.f1_score(y, p, 'micro', w) AS f, mlops.jaccard_score(y, p, 'macro', w) AS j, mlops.fbeta_score(y, p, 2, 'macro', w) AS f2 FROM d2;
SELECT mlops.precision_score(yi, pi, 'macro', w) AS p, mlops.recall_score(yi, pi, 'weighted', w) AS r, mlops.f1_score(yi, pi, 'micro', w) AS f, mlops.jaccard_score(yi, pi, 'macro', w) AS j, mlops.fbeta_score(yi, pi, 2, 'macro', w) AS f2 FROM d2;
SELECT mlops.accuracy(c), mlops.hamming_loss(c), mlops.f1_score(c, 'macro'), mlops.fbeta_score(c, 2), mlops.n(c), mlops.total_weight(c) FROM (SELECT mlops.class_confusion(yi, pi, w) AS c FROM d2) AS t;
SELECT * FROM mlops.classification_report((SELECT mlops.class_confusion(y, p, w) FROM d2));
SELECT * FROM mlops.confusion_matrix((SELECT mlops.class_confusion(yi, pi, w) FROM d2), 'pred', dense => true);
SELECT mlops.fbeta_score(y, p, 2, 'macro') AS f2, mlops.fbeta_score(yi, pi, 2, 'weighted') AS weighted, mlops.fbeta_score(y, p, NULL, NULL) = mlops.f1_score(y, p, 'macro') AS defaults, mlops.hamming_loss(y, p), mlops.accuracy(y, p) FROM d2;
-- weighting in one step: 0.5625 0.6818181818181818 0.7941176470588235
SELECT mlops.cohen_kappa(y, p, 'none') AS none, mlops.cohen_kappa(y, p, 'linear') AS linear, mlops.cohen_kappa(y, p, 'quadratic') AS quadratic, mlops.cohen_kappa(y, p, 'quadratic', 1 + y) AS weighted
  FROM unnest(ARRAY[0,1,2,2,1,0,2], ARRAY[0,2,2,1,1,0,2]) AS t(y, p);
SELECT mlops.cohen_kappa(i, 1, CASE i WHEN 1 THEN 'none' ELSE 'linear' END) FROM generate_series(1, 2) AS i;
SELECT mlops.fbeta_score('a'::text, 'b', i, 'macro') FROM generate_series(1, 2) AS i;
SELECT mlops.accuracy('a'::text, 'b', -1);
SELECT mlops.accuracy('a'::text, 'a', 0.0::float8), mlops.f1_score(1, 1, 'macro', NULL::float8);
-- zero_division: NaN leaves a class out, NULL makes an average of it NULL
SELECT mlops.precision_score(c, 'macro', NULL) AS p, mlops.recall_score(c, 'macro', NULL) AS r, mlops.precision_score(c, 'micro', NULL) AS micro, mlops.precision_score(c, 'weighted', 'NaN') AS weighted
  FROM (SELECT mlops.class_confusion(y, p) AS c FROM (VALUES (0, 0), (1, 1), (2, 1), (0, 0)) AS t(y, p)) AS t;
SELECT label, average, "precision", recall, f1_score FROM mlops.classification_report((SELECT mlops.class_confusion('a'::text, 'b')), NULL);
SELECT label, average, "precision", recall, f1_score FROM mlops.classification_report((SELECT mlops.class_confusion('a'::text, 'b')), 'NaN');
-- the most frequent class is the best constant
SELECT * FROM mlops.best_constant((SELECT mlops.class_confusion(y, p) FROM d2));
SELECT metric, best_constant, constant FROM mlops.best_constant((SELECT mlops.class_confusion(y, 'z') FROM unnest(ARRAY['b', 'a', 'b']) AS y)) WHERE metric IN ('accuracy', 'cohen_kappa', 'f1_score (macro)');
SELECT count(*) FROM mlops.best_constant((SELECT mlops.class_confusion(y, p) FROM d2 WHERE false));
-- many rows go through a dense table: the same bytes, also when a new class comes late, with and without weights
SET max_parallel_workers_per_gather = 0;
CREATE TABLE late AS SELECT i, (i * 7919 % 13) AS y, CASE WHEN i > 3000 THEN i % 40 - 20 ELSE i * 104729 % 7 END AS p, 'a name longer than sixteen bytes, number ' || i % 13 AS long FROM generate_series(1, 5000) AS i;
SELECT mlops.class_confusion(y, p) AS counts, mlops.class_confusion(y, p, (i % 7) * 0.3) AS weights FROM late \gset
SELECT mlops.class_confusion(y, p ORDER BY i DESC)::text = :'counts' AS reversed, mlops.class_confusion(y, p, (i % 7) * 0.3 ORDER BY p, i)::text = :'weights' AS reordered FROM late;
SELECT mlops.merge(c)::text = :'counts' AS merged, mlops.merge(w)::text = :'weights' AS weights FROM (SELECT mlops.class_confusion(y, p) AS c, mlops.class_confusion(y, p, (i % 7) * 0.3) AS w FROM late GROUP BY i % 17) AS t;
SELECT count(*) AS cells, sum(m.n) = (SELECT count(*) FROM late) AS all_rows, bool_and(m.n = l.n) AS same FROM mlops.confusion_matrix(:'counts'::mlops.class_confusion) AS m LEFT JOIN (SELECT y::text, p::text, count(*) AS n FROM late GROUP BY 1, 2) AS l ON (l.y, l.p) = (m.label, m.predicted);
SELECT mlops.n(mlops.class_confusion(long, long)) FROM late;
SELECT count(*) AS classes, sum(support) FROM mlops.classification_report((SELECT mlops.class_confusion(long, long || (i > 4000)::text) FROM late)) WHERE average IS NULL;
SELECT bool_and(mlops.n(c) = i) FROM (SELECT i, mlops.class_confusion(y, p) OVER (ORDER BY i) AS c FROM late WHERE i <= 700) AS t;
RESET max_parallel_workers_per_gather;
DROP TABLE late;
-- FILTER, DISTINCT, grouping sets, frames
SELECT mlops.f1_score(y, p, 'macro') FILTER (WHERE y <> 'a') AS filtered, mlops.accuracy(DISTINCT y, p) AS different FROM d2;
SELECT y, w > 2 AS heavy, mlops.accuracy(y, p), mlops.f1_score(yi, pi, 'macro', w) FROM d2 GROUP BY GROUPING SETS ((y), (w > 2), ()) ORDER BY 1, 2;
SELECT mlops.accuracy(y, p, w) OVER (ORDER BY y, p ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM d2;
SET work_mem = '64kB';
SELECT count(*), sum(mlops.n(c)) FROM (SELECT mlops.class_confusion(i % 7, i % 3) AS c FROM generate_series(1, 20000) AS i GROUP BY i % 5000) AS t;
RESET work_mem;
-- hostile bytes: text with a zero byte, out of order, no rows, unused, not an integer, too short
SELECT mlops.class_confusion(1, 2)::text, mlops.class_confusion('a'::text, 'b')::text;
SELECT bytes, pg_temp.try('class_confusion:' || bytes) FROM unnest(ARRAY['0a01', '0a0100000000020161016201000101', '0a0100000000020161010001000101', '0a0100000000020162016101000101', '0a0100000000020161016201000100',
    '0a01000000000301610162016301000101', '0a0100000000020161016201000201', '0a0100000000020161016202010001000101', '0a0108000000020161016201000101', '0a0100040000020161016201000101', '0a0100000400020161016201000101',
    '0a010000000002016101ff01000101', '0a01010000000280808080100400010001', '0a010200000002016101620100010100', '0a0100000000ffffffff0f', '0a010000000002016101620' || '1000101' || '00']) AS bytes;
DO $$
DECLARE
    good text;
    bad bytea;
    refused int := 0;
    valid int := 0;
BEGIN
    FOREACH good IN ARRAY (SELECT ARRAY[mlops.class_confusion(y, p)::text, mlops.class_confusion(yi, pi)::text, mlops.class_confusion(y, p, w)::text] FROM d2) LOOP
        FOR i IN 0 .. (length(good) - length('class_confusion:')) / 2 - 1 LOOP
            FOR bit IN -1 .. 7 LOOP
                bad := decode(split_part(good, ':', 2), 'hex');
                bad := CASE WHEN bit < 0 THEN substr(bad, 1, i) ELSE set_byte(bad, i, get_byte(bad, i) # (1 << bit)) END;
                BEGIN
                    PERFORM mlops.f1_score(c), mlops.matthews_corrcoef(c), mlops.cohen_kappa(c), (SELECT count(*) FROM mlops.confusion_matrix(c)), c::text::mlops.class_confusion
                       FROM (SELECT ('class_confusion:' || encode(bad, 'hex'))::mlops.class_confusion AS c OFFSET 0) AS x;
                    valid := valid + 1;
                EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
                    refused := refused + 1;
                END;
            END LOOP;
        END LOOP;
    END LOOP;
    RAISE NOTICE 'some refused %, some valid %', refused > 0, valid > 0;
END $$;

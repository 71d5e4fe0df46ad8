-- Decisions between several classes: values marked "sklearn" are scikit-learn's 1.2.1.
SET extra_float_digits = 0;
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
-- hostile bytes: no zero byte, out of order, no count, not an integer, too short
SELECT 'class_confusion:0a0100000001026161'::mlops.class_confusion;
SELECT mlops.class_confusion(1, 2)::text;
SELECT 'class_confusion:0a010100000103310032'::mlops.class_confusion;
SELECT 'class_confusion:0a01010000010331003200'::mlops.class_confusion;
SELECT 'class_confusion:0a01010000010361003201'::mlops.class_confusion;
SELECT 'class_confusion:0a01010000020332003101033100320100'::mlops.class_confusion;
DO $$
DECLARE
    good bytea := decode(substr((SELECT mlops.class_confusion(y, p)::text FROM d2), length('class_confusion:') + 1), 'hex');
    bad bytea;
BEGIN
    FOR i IN 0 .. length(good) - 1 LOOP
        FOREACH bad IN ARRAY ARRAY[substr(good, 1, i), set_byte(good, i, get_byte(good, i) # 255), set_byte(good, i, get_byte(good, i) # 1)] LOOP
            BEGIN
                PERFORM mlops.f1_score(('class_confusion:' || encode(bad, 'hex'))::mlops.class_confusion), count(*)
                   FROM mlops.confusion_matrix(('class_confusion:' || encode(bad, 'hex'))::mlops.class_confusion);
            EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
END $$;

-- Areas under ROC curves for several classes
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_multiclass_auc;
SET search_path = metrics_multiclass_auc, public;
CREATE FUNCTION r(x float8) RETURNS numeric LANGUAGE sql AS 'SELECT round(x::numeric, 13)';
CREATE TABLE d2 (i int, y text, p float8[]);
INSERT INTO d2 VALUES (1, 'a', '{.7,.2,.1}'), (2, 'b', '{.2,.5,.3}'), (3, 'c', '{.5,.2,.3}'), (4, 'a', '{.6,.3,.1}'), (5, 'b', '{.1,.4,.5}'), (6, 'c', '{.1,.2,.7}'),
    (7, 'a', '{.3,.6,.1}'), (8, 'a', '{.5,.25,.25}'), (9, 'c', '{.2,.2,.6}'), (10, 'b', '{.1,.8,.1}');

-- 0.923611111111111 0.925 0.92 0.9236111111111112 0.9239583333333332
SELECT r(mlops.roc_auc_ovr(y, p, '{a,b,c}')) AS ovr, r(mlops.roc_auc_ovr(y, p, '{a,b,c}', 'macro')) AS macro, r(mlops.roc_auc_ovr(y, p, '{a,b,c}', 'weighted')) AS weighted, r(mlops.roc_auc_ovr(y, p, '{a,b,c}', 'micro')) AS micro FROM d2;
SELECT r(mlops.roc_auc_ovo(y, p, '{a,b,c}')) AS ovo, r(mlops.roc_auc_ovo(y, p, '{a,b,c}', 'macro')) AS macro, r(mlops.roc_auc_ovo(y, p, '{a,b,c}', 'weighted')) AS weighted, r(mlops.roc_auc_ovo(y, p, '{a,b,c}', NULL)) AS standard FROM d2;
-- by place, from 0; other scores in the same order
SELECT r(mlops.roc_auc_ovr(ascii(y) - ascii('a'), p)) AS ovr, r(mlops.roc_auc_ovo(ascii(y) - ascii('a'), p, 'weighted')) AS ovo, r(mlops.roc_auc_ovr(ascii(y) - ascii('a'), ARRAY[p[1] * 9 - 5, p[2] * 9 - 5, p[3] * 9 - 5], 'micro')) AS scores FROM d2;
SELECT r(mlops.roc_auc_ovr(y, ARRAY[p[3], p[1], p[2]], '{c,a,b}')) AS another_order FROM d2;
-- two classes are the binary metric
SELECT mlops.roc_auc_ovr(l, ARRAY[1 - s, s]) = mlops.roc_auc(l, s) AS ovr, mlops.roc_auc_ovo(l, ARRAY[1 - s, s]) = mlops.roc_auc(l, s) AS ovo
FROM unnest('{0,0,1,1,0,1,0,1,1,0}'::int[], '{.125,.5,.375,.75,.5,.875,.25,.5,.625,.5}'::float8[]) AS t (l, s);
-- a class without rows, one class, no row, NULL, NaN, infinity, ties
SELECT mlops.roc_auc_ovr(y, p, '{a,b,c}') AS ovr, mlops.roc_auc_ovo(y, p, '{a,b,c}') AS ovo FROM d2 WHERE y <> 'c';
SELECT mlops.roc_auc_ovr(0, '{.5}'::float8[]) AS one_class, mlops.roc_auc_ovr(NULL::int, '{.5,.5}'::float8[]) AS null_label, mlops.roc_auc_ovo(0, NULL::float8[]) AS null_probs, mlops.roc_auc_ovo('a', '{1}'::float8[], NULL::text[]) AS null_classes;
SELECT mlops.roc_auc_ovr(y, p, '{a,b,c}') AS ovr FROM d2 WHERE false;
SELECT mlops.roc_auc_ovr(l, s) AS ovr, mlops.roc_auc_ovo(l, s) AS ovo FROM (VALUES (0, '{1,0}'::float8[]), (1, '{NaN,1}')) AS t (l, s);
SELECT mlops.roc_auc_ovr(l, s) AS ovr, mlops.roc_auc_ovr(l, s, 'micro') AS micro FROM (VALUES (0, '{Infinity,-Infinity}'::float8[]), (1, '{-Infinity,Infinity}'), (1, '{0,0}'), (0, '{-0,0}')) AS t (l, s);
SELECT mlops.roc_auc_ovr(l, '{.5,.5}'::float8[]) AS ovr, mlops.roc_auc_ovo(l, '{.5,.5}'::float8[]) AS ovo, mlops.roc_auc_ovr(l, '{.5,.5}'::float8[], 'micro') AS micro FROM unnest('{0,1,1}'::int[]) AS l;
-- errors
SELECT mlops.roc_auc_ovo(0, '{.5,.5}'::float8[], 'micro');
SELECT mlops.roc_auc_ovr(0, '{.5,.5}'::float8[], 'none');
SELECT mlops.roc_auc_ovr(2, '{.5,.5}'::float8[]);
SELECT mlops.roc_auc_ovr('d'::text, '{.5,.5}'::float8[], '{a,b}'::text[]);
SELECT mlops.roc_auc_ovr('a'::text, '{.5,.5}'::float8[], '{a,b,c}'::text[]);
SELECT mlops.roc_auc_ovr('a'::text, '{.5,NULL}'::float8[], '{a,b}'::text[]);
SELECT mlops.roc_auc_ovr(0, CASE i WHEN 1 THEN '{.5,.5}'::float8[] ELSE '{.5,.25,.25}' END) FROM d2;
SELECT mlops.roc_auc_ovr(y, p, CASE i WHEN 1 THEN '{a,b,c}'::text[] ELSE '{b,a,c}' END) FROM d2;
SELECT mlops.roc_auc_ovr(y, p, '{a,b,c}', CASE i WHEN 1 THEN 'macro' ELSE 'micro' END) FROM d2;
-- windows, FILTER, grouping sets
SELECT i, r(mlops.roc_auc_ovr(y, p, '{a,b,c}') OVER (ORDER BY i)) AS growing FROM d2;
SELECT i % 2 AS odd, r(mlops.roc_auc_ovr(y, p, '{a,b,c}')) AS ovr, r(mlops.roc_auc_ovo(y, p, '{a,b,c}') FILTER (WHERE i > 3)) AS filtered FROM d2 GROUP BY GROUPING SETS ((i % 2), ()) ORDER BY 1;
-- any order and plan; against the binary aggregate
CREATE TABLE noise AS SELECT i, (i * 7919) % 4 AS y, ARRAY[(i * 31) % 97, (i * 57) % 89, (i * 101 + (i * 7919) % 4 * 20) % 83, (i * 13) % 79]::float8[] AS p FROM generate_series(1, 20000) AS i;
SELECT abs(mlops.roc_auc_ovr(y, p) - (mlops.roc_auc(y = 0, p[1]) + mlops.roc_auc(y = 1, p[2]) + mlops.roc_auc(y = 2, p[3]) + mlops.roc_auc(y = 3, p[4])) / 4) < 1e-15 AS ovr FROM noise;
SELECT abs(mlops.roc_auc_ovr(y, p, 'micro') - (SELECT mlops.roc_auc(y = k - 1, s) FROM noise, unnest(p) WITH ORDINALITY AS u (s, k))) < 1e-15 AS micro FROM noise;
CREATE TABLE law AS SELECT mlops.roc_auc_ovr(y, p) AS a, mlops.roc_auc_ovr(y, p, 'micro') AS m, mlops.roc_auc_ovo(y, p, 'weighted') AS o FROM noise;
SELECT (mlops.roc_auc_ovr(y, p), mlops.roc_auc_ovr(y, p, 'micro'), mlops.roc_auc_ovo(y, p, 'weighted'))::text = (SELECT law::text FROM law) AS shuffled FROM (SELECT * FROM noise ORDER BY (i::bigint * 48271) % 2147483647) AS s;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.roc_auc_ovr(y, p), mlops.roc_auc_ovo(y, p) FROM noise;
SELECT (mlops.roc_auc_ovr(y, p), mlops.roc_auc_ovr(y, p, 'micro'), mlops.roc_auc_ovo(y, p, 'weighted'))::text = (SELECT law::text FROM law) AS parallel FROM noise;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SET work_mem = '64kB';
SELECT count(*), count(o) AS defined FROM (SELECT i % 1999 AS g, mlops.roc_auc_ovo(y, p) AS o FROM noise GROUP BY 1) AS t;
RESET work_mem;
-- hostile bytes are refused or can be used
CREATE AGGREGATE collect(text, float8[], text[]) (SFUNC = mlops_internal.class_samples_accum, STYPE = mlops.class_samples);
DO $$
DECLARE
    good text := (SELECT collect(y, p, '{a,b,c}')::text FROM d2);
    bad text;
    refused int := 0;
BEGIN
    FOR n IN 0 .. (length(good) - 14) / 2 - 1 LOOP
        FOREACH bad IN ARRAY ARRAY[left(good, 14 + 2 * n), overlay(good PLACING '01' FROM 15 + 2 * n FOR 2), overlay(good PLACING 'ff' FROM 15 + 2 * n FOR 2)] LOOP
            BEGIN
                PERFORM mlops.roc_auc_ovr(bad::mlops.class_samples), mlops.roc_auc_ovo(bad::mlops.class_samples);
            EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value THEN
                refused := refused + 1;
            END;
        END LOOP;
    END LOOP;
    ASSERT refused > (length(good) - 14) / 2;
END
$$;

SET client_min_messages = warning;
DROP SCHEMA metrics_multiclass_auc CASCADE;

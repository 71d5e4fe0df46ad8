-- Association of two columns: expected values are scipy's 1.10.1.
\set SHOW_CONTEXT never
CREATE TABLE pair (g integer, a float8, b float8);
INSERT INTO pair VALUES (1, 1, 2), (1, 2, 1), (1, 2, 4), (1, 3, 3), (1, 4, 5), (1, 5, 5);
SELECT mlops.spearman(a, b), mlops.kendall_tau_b(a, b), mlops.pearson(a, b) FROM pair;

-- NULL rows are skipped, NaN spoils, infinities are ordered
INSERT INTO pair VALUES (2, NULL, 1), (2, 1, NULL), (2, 1, 1), (2, 2, 3), (2, 'infinity', 2), (2, '-infinity', '-infinity'),
    (3, 1, 1), (3, 'NaN', 2), (3, 3, 3), (4, 1, 1), (5, 1, 1), (5, 1, 2), (5, 1, 3), (6, NULL, NULL), (7, 0, 1), (7, '-0', 1), (7, 1, 2);
SELECT g, mlops.spearman(a, b), mlops.kendall_tau_b(a, b), mlops.pearson(a, b) FROM pair GROUP BY GROUPING SETS ((g), ()) ORDER BY g;
SELECT mlops.spearman(a, b), mlops.kendall_tau_b(a, b), mlops.pearson(a, b) FROM pair WHERE false;
SELECT mlops.spearman(a, b), mlops.spearman(b, a), mlops.spearman(a, -b), mlops.kendall_tau_b(a, -b) FROM pair WHERE g = 1;
-- the state, windows, FILTER, DISTINCT
SELECT g, a, mlops.spearman(a, b) OVER (PARTITION BY g ORDER BY a, b) AS growing FROM pair WHERE g IN (1, 5) ORDER BY g, a, b;
SELECT mlops.kendall_tau_b(a, b) FILTER (WHERE g = 1), mlops.kendall_tau_b(DISTINCT a, b) FILTER (WHERE g = 1) FROM pair;

-- order, plan and merges leave no trace
CREATE TABLE many AS SELECT i, (i * 7919 % 1000) / 8.0::float8 AS x, (i * 104729 % 777 + i % 1000)::float8 AS y FROM generate_series(1, 20000) AS i;
SELECT mlops.spearman(x, y) AS serial, mlops.kendall_tau_b(x, y) AS serial_tau FROM many \gset
SELECT mlops.spearman(x, y) = :serial AND mlops.kendall_tau_b(x, y) = :serial_tau AS shuffled FROM (SELECT * FROM many ORDER BY md5(i::text)) AS m;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT mlops.spearman(x, y) FROM many;
SELECT mlops.spearman(x, y) = :serial AND mlops.kendall_tau_b(x, y) = :serial_tau AS parallel FROM many;
RESET ALL;

-- a state calls for two columns
SELECT mlops.pearson(mlops.comoments(a)) FROM pair WHERE g = 1;
SELECT 'number_pairs:1e010001'::mlops.number_pairs;
SELECT 'number_pairs:1e01000100000000000000000000000000000080'::mlops.number_pairs;
SELECT mlops.spearman('number_pairs:1e010000'::mlops.number_pairs);

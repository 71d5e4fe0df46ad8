-- Association of two columns of categories: expected values are scipy's 1.10.1 and scikit-learn's 1.2.1
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE SCHEMA association_test;
SET search_path = association_test, public;
CREATE TABLE cell (x text, y text, n integer);
INSERT INTO cell VALUES ('a', 'p', 10), ('a', 'q', 20), ('a', 'r', 30), ('b', 'p', 15), ('b', 'q', 15), ('b', 'r', 10);
CREATE VIEW row AS SELECT x, y FROM cell, generate_series(1, n);
-- .2834733547569204, corrected .24651359077608231, .04080685576425436, .0465422769970164, .06063320706696325
SELECT mlops.cramers_v(x, y) AS v, mlops.cramers_v(mlops.class_confusion(x, y), true) AS corrected, mlops.mutual_information(x, y) AS mi,
       mlops.normalized_mutual_information(x, y) AS nmi, mlops.theils_u(x, y) AS u FROM row;
-- as integers, by weights, the other way round
SELECT mlops.cramers_v(ascii(x), ascii(y)) AS integers, mlops.theils_u(y, x) AS "U(y | x)", abs(mlops.mutual_information(y, x) - mlops.mutual_information(x, y)) < 1e-15 AS symmetric FROM row;
SELECT mlops.cramers_v(mlops.class_confusion(x, y, n)) AS weights FROM cell;
-- the same, independent, one value, no rows, NULL
SELECT mlops.cramers_v(x, x), mlops.mutual_information(x, x), mlops.normalized_mutual_information(x, x), mlops.theils_u(x, x), mlops.cramers_v(mlops.class_confusion(x, x), true) FROM row;
SELECT mlops.cramers_v(x, y), mlops.mutual_information(x, y), mlops.cramers_v(mlops.class_confusion(x, y), true) FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 2)) AS t (x, y);
SELECT mlops.cramers_v(x, 'one'), mlops.mutual_information('one', x), mlops.theils_u(x, 'one') FROM row;
SELECT mlops.cramers_v(x, y), mlops.theils_u(x, y) FROM row WHERE false;
SELECT mlops.cramers_v(x, y) FROM (VALUES ('a', 'b'), (NULL, 'c'), ('d', NULL), ('a', 'c'), ('d', 'c')) AS t (x, y);
-- groups, windows, FILTER; one state for all
SELECT x, mlops.cramers_v(y, z) FROM (SELECT x, y, (row_number() OVER () % 3)::text AS z FROM cell, generate_series(1, n)) AS t GROUP BY ROLLUP (x) ORDER BY x;
SELECT round(mlops.cramers_v(x, y) FILTER (WHERE y <> 'r')::numeric, 12) AS filtered FROM row;
DROP SCHEMA association_test CASCADE;

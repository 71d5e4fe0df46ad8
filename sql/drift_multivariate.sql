-- Drift of many columns together: principal components, Hotelling's test, the
-- domain classifier, maximum mean discrepancy, multivariate_drift
-- Reference values: scikit-learn 1.2.1 (StandardScaler, PCA), numpy, scipy 1.10.1
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE SCHEMA drift_multivariate;
SET search_path = drift_multivariate, public;
SET client_min_messages = warning;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-12 * greatest(1, abs(b)), false) $$;
-- the error that a statement gives, with detail
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
    detail text;
BEGIN
    EXECUTE statement INTO answer;
    RETURN coalesce(answer, 'NULL');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN rtrim(SQLSTATE || ' ' || SQLERRM || ' ' || detail);
END $$;

-- BLAS is loaded by what uses it, and keeps to one thread; true where there is no /proc to see it
CREATE FUNCTION mapped(pattern text) RETURNS boolean LANGUAGE sql AS
    $$ SELECT pg_read_file('/proc/self/maps', 0, 100000000, true) ~ pattern $$;
SELECT mlops.accuracy(i % 2 = 0, i % 3 = 0), mlops.roc_auc(i % 2 = 0, i),
       mlops.ks_statistic(i, i % 2 = 0) AS ks, mlops.pearson(i, i) FROM generate_series(1, 9) AS i;
SELECT coalesce(NOT mapped('mlops_linear|blas|lapack'), true) AS not_loaded;
SELECT (SELECT count(c.loadings) AS n_components FROM mlops.components(mlops.pca_fit(mlops.comoments(i, i * i, i * i * i))) AS c) FROM generate_series(1, 9) AS i;
SELECT coalesce(mapped('mlops_linear'), true) AS loaded,
       coalesce((SELECT nullif(count(*), 0) = 1 FROM pg_ls_dir('/proc/self/task', true, false)), true) AS one_thread;

CREATE TABLE ref (a float8, b float8, c float8);
INSERT INTO ref VALUES (1, 2, 1.5), (2, 3.9, 3), (3, 6.2, 4.4), (4, 8.1, 6.1), (5, 9.8, 7.6), (6, 12.1, 9.2);
CREATE TABLE cur (a float8, b float8, c float8);
INSERT INTO cur VALUES (1, 5, 1.5), (4, 4, 6), (6, 12, 3);

-- principal components: the worked values
SELECT (SELECT count(c.loadings) AS n_components FROM mlops.components(p) AS c), mlops.n_columns(p), mlops.n(p),
       same((SELECT avg(mlops.pca_error(p, ARRAY[a, b, c])) FROM ref), 0.03403626846949322) AS reference,
       same((SELECT stddev(mlops.pca_error(p, ARRAY[a, b, c])) FROM ref), 0.023091630854645367) AS spread,
       same((SELECT avg(mlops.pca_error(p, ARRAY[a, b, c])) FROM cur), 1.185754563573763) AS current,
       same((SELECT avg(mlops.pca_error(p, ARRAY[a, b, c]::real[])) FROM cur), 1.185754563573763) AS real
FROM (SELECT mlops.pca_fit(mlops.comoments(a, b, c)) AS p FROM ref) AS fit;
SELECT component, round(variance::numeric, 10) AS variance, round(variance_ratio::numeric, 10) AS ratio, round(cumulative_ratio::numeric, 10) AS cumulative,
       ARRAY(SELECT round(l::numeric, 8) FROM unnest(loadings) AS l) AS loadings
FROM mlops.components((SELECT mlops.pca_fit(mlops.comoments(a, b, c), 0.9995) FROM ref));
SELECT i, mean, round(stddev::numeric, 10) AS stddev FROM mlops.scaling((SELECT mlops.pca_fit(mlops.comoments(a, b, c)) FROM ref));
-- a cumulative share that equals min_variance does not exceed it (two uncorrelated columns: 0.5 each)
SELECT m AS min_variance, (SELECT count(c.loadings) AS n_components FROM mlops.components(mlops.pca_fit(mlops.comoments(x, y), m)) AS c)
FROM (VALUES (1.0::float8, 1.0::float8), (1, -1), (-1, 1), (-1, -1)) AS t (x, y), unnest('{0.4,0.5,0.6,1}'::float8[]) AS m GROUP BY m ORDER BY m;
-- all components reconstruct every row; distances against numpy with the sample covariance
SELECT (SELECT max(mlops.pca_error(p, ARRAY[a, b, c])) < 1e-13 FROM ref) AS reconstructed, same(mlops.mahalanobis_distance(p, '{1,2,3}'::float8[]) / 24.54706245273447, 1) AS distance,
       mlops.mahalanobis_distance(p, '{3.5,7.016666666666667,5.3}'::float8[]) < 1e-12 AS centre, mlops.pca_scores(p, '{}'::real[]) IS NULL AS malformed
FROM (SELECT mlops.pca_fit(mlops.comoments(a, b, c), 1) AS p FROM ref) AS fit;
SELECT same(sum(square), 15) AS mean_square
FROM (SELECT mlops.mahalanobis_distance(p, ARRAY[a, b, c])^2 AS square FROM ref, (SELECT mlops.pca_fit(mlops.comoments(a, b, c), 1) AS p FROM ref) AS fit) AS t;

-- missing values are the mean: the fit and the rows equal those of rows filled in beforehand
CREATE TABLE gaps AS SELECT i, CASE WHEN i % 7 <> 0 THEN sin(i) * 10 END AS x, CASE WHEN i % 5 <> 1 THEN cos(i) + i END AS y, (i * 31 % 17)::float8 AS z FROM generate_series(1, 300) AS i;
CREATE TABLE filled AS SELECT i, coalesce(x, avg(x) OVER ()) AS x, coalesce(y, avg(y) OVER ()) AS y, z FROM gaps;
SELECT bool_and(same(a.variance, b.variance)) AS variances, bool_and(same(a.loadings[1], b.loadings[1]) AND same(a.loadings[2], b.loadings[2])) AS loadings
FROM mlops.components((SELECT mlops.pca_fit(mlops.comoments(x, y, z), 1) FROM gaps)) AS a
JOIN mlops.components((SELECT mlops.pca_fit(mlops.comoments(x, y, z), 1) FROM filled)) AS b USING (component);
SELECT bool_and(same(mlops.pca_error(p, ARRAY[g.x, g.y, g.z]), mlops.pca_error(p, ARRAY[f.x, f.y, f.z]))) AS errors
FROM gaps AS g JOIN filled AS f USING (i), (SELECT mlops.pca_fit(mlops.comoments(x, y, z)) AS p FROM gaps) AS fit;

-- nothing, one row, constants, a column without values, NaN, other lengths
SELECT mlops.pca_fit(mlops.comoments(a, b, c)) IS NULL AS no_rows FROM ref WHERE false;
SELECT (SELECT count(c.loadings) AS n_components FROM mlops.components(p) AS c), mlops.pca_error(p, '{1,2}'::float8[]) AS itself, mlops.pca_error(p, '{4,6}'::float8[]) AS other, mlops.pca_error(p, '{NaN,6}'::float8[]) AS nan,
       mlops.pca_error(p, '{1}'::float8[]) AS short, mlops.pca_error(p, '{{1,2}}'::float8[]) AS matrix, mlops.pca_error(p, '{NULL,6}'::float8[]) AS missing, mlops.pca_error(p, NULL::real[]) AS "null"
FROM (SELECT mlops.pca_fit(mlops.comoments(1, 2)) AS p) AS fit;
SELECT component, variance, variance_ratio, loadings FROM mlops.components((SELECT mlops.pca_fit(mlops.comoments(1, 2)) FROM generate_series(1, 3)));
SELECT (SELECT count(c.loadings) AS n_components FROM mlops.components(p) AS c), same(mlops.pca_error(p, '{1,5,9}'::float8[]), 1) AS constant_off_by_1, mlops.pca_scores(p, '{1,Infinity,4}'::float8[]),
       ARRAY(SELECT s.stddev FROM mlops.scaling(p) AS s WHERE s.i > 1) AS deviations
FROM (SELECT mlops.pca_fit(mlops.comoments(i, 4, NULL::float8), 1) AS p FROM generate_series(-1, 3) AS i) AS fit;
SELECT s, attempt(s) FROM unnest(ARRAY[
    $$SELECT mlops.pca_fit(mlops.comoments(a), 0) FROM ref$$,
    $$SELECT mlops.pca_fit(mlops.comoments(a), 1.5) FROM ref$$,
    $$SELECT mlops.pca_fit(mlops.comoments(a), 'NaN') FROM ref$$,
    $$SELECT mlops.pca_fit(mlops.comoments(a, b / 'Infinity' * 'Infinity')) FROM ref$$,
    $$SELECT mlops.mahalanobis_distance(mlops.pca_fit(mlops.comoments(a, b, c)), '{1,2,3}'::float8[]) FROM ref$$]) AS s;

-- Hotelling's test: numpy and scipy.stats.f
SELECT same((t).statistic, 3.6608226659615477) AS statistic, same((t).p_value, 0.514334263828116) AS p, (t).n_reference, (t).n_current, (t).method
FROM (SELECT mlops.hotelling_test((SELECT mlops.comoments(a, b, c) FROM ref), (SELECT mlops.comoments(a, b, c) FROM cur)) AS t) AS test;
-- of one column it is the square of Student's t; a copy of a column and a constant add nothing
SELECT same((t).statistic, (u).statistic) AS copy, same((t).p_value, (u).p_value) AS p, round((t).statistic::numeric, 10) AS statistic, round((t).p_value::numeric, 10) AS p_value
FROM (SELECT mlops.hotelling_test((SELECT mlops.comoments(a) FROM ref), (SELECT mlops.comoments(a) FROM cur)) AS t,
             mlops.hotelling_test((SELECT mlops.comoments(a, 2 * a, 7) FROM ref), (SELECT mlops.comoments(a, 2 * a, 7) FROM cur)) AS u) AS test;
SELECT mlops.hotelling_test(r, (SELECT mlops.comoments(8))) AS changed, mlops.hotelling_test(r, (SELECT mlops.comoments(7))) AS constant,
       mlops.hotelling_test(r, (SELECT mlops.comoments(NULL::float8))) AS no_values, mlops.hotelling_test(r, 'comoments:0501000000') AS no_rows
FROM (SELECT mlops.comoments(7) AS r FROM generate_series(1, 3)) AS t;
SELECT mlops.hotelling_test(mlops.comoments(a, b, c), (SELECT mlops.comoments(a, b, c) FROM cur WHERE a < 2)) IS NULL AS too_few FROM ref WHERE a < 4;
SELECT (t).method, (t).p_value BETWEEN 0 AND 1 AS p
FROM (SELECT mlops.hotelling_test((SELECT mlops.comoments(x, y, z) FROM gaps WHERE i % 2 = 0), (SELECT mlops.comoments(x, y, z) FROM gaps WHERE i % 2 = 1)) AS t) AS test;
SELECT s, attempt(s) FROM unnest(ARRAY[
    $$SELECT mlops.hotelling_test(mlops.comoments(a), mlops.comoments(a, b)) FROM ref$$,
    $$SELECT mlops.hotelling_test(mlops.comoments(a), mlops.comoments('NaN'::float8)) FROM ref$$]) AS s;

-- rows of two samples: counts, malformed rows, lengths
SELECT mlops.n_reference(s), mlops.n_current(s), mlops.n_malformed(s), mlops.n_columns(s), mlops.n_kept(s), mlops.is_exact(s)
FROM (SELECT mlops.labelled_rows(f::float8[], c) AS s
      FROM (VALUES ('{1,2}', false), ('{1,2}', true), ('{3,NULL}', true), ('{1,2,3}', true), ('{1,NaN}', false), ('{-Infinity,1}', true), ('{}', true), ('{{1,2}}', false),
                   (NULL, true), ('{1,2}', NULL)) AS t (f, c)) AS t;
-- of two lengths as frequent the shorter
SELECT mlops.n_columns(mlops.labelled_rows(f::real[], c)) FROM (VALUES ('{1,2,3}', false), ('{1,2}', true)) AS t (f, c);
SELECT mlops.labelled_rows(NULL::float8[], true) IS NULL AS nothing;
SELECT mlops.labelled_rows(ARRAY['0'::float8, 1], true)::text = mlops.labelled_rows(ARRAY['-0'::float8, 1], true)::text AS zero_is_zero,
       mlops.labelled_rows(ARRAY[0.5::float8, NULL], true)::text = mlops.labelled_rows(ARRAY[0.5::real, NULL], true)::text AS real_is_double;

-- the same bytes for any order, merge tree and plan, within the budget and beyond it
CREATE TABLE noise AS
    SELECT i, ARRAY[(i::bigint * 48271 % 65537) / 65537.0::float8, (i * 7919 % 4099)::float8, CASE WHEN i % 10 > 0 THEN sin(i * i) END, i % 2] AS f, i % 3 = 0 AS c
    FROM generate_series(1, 5000) AS i;
CREATE TABLE kept AS SELECT mlops.labelled_rows(f, c) AS everything, mlops.labelled_rows(f, c, 300) AS sampled FROM noise;
SELECT mlops.n_kept(everything), mlops.is_exact(everything), mlops.n_reference(sampled), mlops.n_current(sampled), mlops.n_kept(sampled), mlops.is_exact(sampled) FROM kept;
SELECT k.everything::text = (SELECT mlops.labelled_rows(f, c) FROM (SELECT * FROM noise ORDER BY md5(i::text)) AS t)::text AS shuffled,
       k.sampled::text = (SELECT mlops.labelled_rows(f, c, 300) FROM (SELECT * FROM noise ORDER BY i DESC) AS t)::text AS reverse,
       k.everything::text = (SELECT mlops.merge(s) FROM (SELECT mlops.labelled_rows(f, c) AS s FROM noise GROUP BY i % 7) AS t)::text AS merged,
       k.sampled::text = (SELECT mlops.merge(s::text::mlops.labelled_rows) FROM (SELECT mlops.labelled_rows(f, c, 300) AS s FROM noise GROUP BY i / 100) AS t)::text AS merged_some,
       k.sampled::text = (SELECT mlops.merge(s) FROM (SELECT mlops.labelled_rows(f, c, CASE WHEN i % 2 = 0 THEN 300 ELSE 5000 END) AS s FROM noise GROUP BY i % 2) AS t)::text AS smaller_budget
FROM kept AS k;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.domain_classifier_auc(f, c), mlops.mmd(f, c) FROM noise;
SELECT mlops.labelled_rows(f, c)::text = (SELECT everything::text FROM kept) AS parallel, mlops.labelled_rows(f, c, 300)::text = (SELECT sampled::text FROM kept) AS parallel_some FROM noise;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET max_parallel_workers_per_gather;

-- the domain classifier: equal samples, a shift, a change of spread, of missing values
SELECT mlops.domain_classifier_auc(ARRAY[1.5::float8, 2], i % 2 = 0) AS constant, mlops.domain_classifier_auc(ARRAY[i / 2 % 50]::real[], i % 2 = 0) AS equal,
       mlops.domain_classifier_auc(ARRAY[i, i % 2]::real[], i % 2 = 0) AS separated, mlops.domain_classifier_auc(ARRAY[i]::real[], i < 2) AS one_current, mlops.domain_classifier_auc(ARRAY[i]::real[], true) AS one_side
FROM generate_series(1, 200) AS i;
SELECT round((mlops.domain_classifier_test(s)).statistic::numeric, 4) AS with_squares, round((mlops.domain_classifier_test(s, squares => false)).statistic::numeric, 4) AS without,
       (mlops.domain_classifier_test(s, n_permutations => 0)).p_value < 1e-10 AS seen, (mlops.domain_classifier_test(s, squares => false)).p_value > 0.01 AS not_seen
FROM (SELECT mlops.labelled_rows(ARRAY[sin(i * i) * (1 + 2 * (i % 2))], i % 2 = 1) AS s FROM generate_series(1, 1000) AS i) AS t;
SELECT i, term, round(coefficient::numeric, 6) AS coefficient
FROM mlops.domain_classifier_importance((SELECT mlops.labelled_rows(ARRAY[CASE WHEN i % 4 > 0 THEN sin(i) END, cos(i * i) + i % 2, 5], i % 2 = 1) FROM generate_series(1, 400) AS i), squares => false);
-- with at most 10,000 / elements distinct rows labels are permuted unless told otherwise
SELECT n, (SELECT (mlops.domain_classifier_test(mlops.labelled_rows(ARRAY[i, i * i % 1009]::real[], i % 2 = 0))).method FROM generate_series(1, n) AS i) FROM unnest('{500,5001}'::int[]) AS n;
SELECT (t).n_reference, (t).n_current, (t).method, (t).p_value, (u).method, (u).p_value < 0.001 AS normal, (t).statistic = (u).statistic AS same_statistic
FROM (SELECT mlops.domain_classifier_test(s, n_permutations => 49, seed => 7) AS t, mlops.domain_classifier_test(s, n_permutations => 0) AS u
      FROM (SELECT mlops.labelled_rows(ARRAY[sin(i * i) + (i % 2)], i % 2 = 1) AS s FROM generate_series(1, 120) AS i) AS r) AS test;
-- many copies of few rows, more than are drawn one by one
SELECT round((t).statistic::numeric, 4) AS statistic, (t).p_value BETWEEN 0.01 AND 0.99 AS p
FROM (SELECT mlops.domain_classifier_test(mlops.labelled_rows(ARRAY[i % 4]::real[], i * 7919 % 101 < 20), folds => 3, l2 => 2, n_permutations => 99) AS t FROM generate_series(1, 4000) AS i) AS test;
SELECT mlops.domain_classifier_test(NULL) IS NULL AS "null", mlops.domain_classifier_test(s, NULL, NULL, NULL, NULL, NULL) = mlops.domain_classifier_test(s) AS defaults,
       (SELECT count(*) FROM mlops.domain_classifier_importance(NULL)) AS no_importance
FROM (SELECT mlops.labelled_rows(ARRAY[a, b], a > 3) AS s FROM ref) AS t;
SELECT o, attempt(format('SELECT mlops.domain_classifier_test(mlops.labelled_rows(ARRAY[a], a > 3), %s) FROM ref', o))
FROM unnest('{folds => 1,folds => 101,l2 => 0,l2 => ''NaN'',l2 => ''Infinity'',n_permutations => -1,n_permutations => 100001}'::text[]) AS o;
SELECT s, attempt(s) FROM unnest(ARRAY[
    $$SELECT mlops.labelled_rows(ARRAY[a], true, 9) FROM ref$$,
    $$SELECT mlops.labelled_rows(ARRAY[a], true, 1000001) FROM ref$$,
    $$SELECT mlops.labelled_rows(ARRAY[a], true, 100 + a::int) FROM ref$$,
    $$SELECT count(*) FROM mlops.domain_classifier_importance((SELECT mlops.labelled_rows(ARRAY[a], a > 3) FROM ref), l2 => -1)$$]) AS s;
-- window frames and grouping sets
SELECT i, round(mlops.domain_classifier_auc(ARRAY[x], i % 2 = 0) OVER (ORDER BY i ROWS 99 PRECEDING)::numeric, 4) AS auc, round(mlops.mmd(ARRAY[x], i % 2 = 0) OVER (ORDER BY i ROWS 99 PRECEDING)::numeric, 4) AS mmd
FROM filled ORDER BY i OFFSET 297;
SELECT i % 2 AS half, mlops.n_kept(mlops.labelled_rows(ARRAY[x], c)) AS kept, mlops.n_current(mlops.labelled_rows(ARRAY[x], c)) AS current
FROM (SELECT i, x, i % 3 = 0 AS c FROM filled) AS t GROUP BY GROUPING SETS ((), (i % 2)) ORDER BY half NULLS FIRST;

-- maximum mean discrepancy: the worked values
CREATE TABLE d4 AS SELECT ARRAY[v] AS f, false AS c FROM unnest('{1.2,2.4,3.1,0.5,2.2,4.8,3.3,1.9,2.7,3.6}'::float8[]) AS v
    UNION ALL SELECT ARRAY[v], true FROM unnest('{2.9,3.8,5.1,4.4,2.2,6.0,3.9,4.1}'::float8[]) AS v;
SELECT same((mlops.mmd_test(s, sigma => 1)).statistic, 0.1480576812804406) AS sigma_1, same((mlops.mmd_test(s)).statistic, 0.14667767907290252) AS median,
       mlops.mmd(s) = (mlops.mmd_test(s)).statistic AS plain, (mlops.mmd_test(s)).method, (mlops.mmd_test(s)).n_reference,
       (mlops.mmd_test(s, n_permutations => 999)).p_value BETWEEN 0.02 AND 0.1 AS p,
       abs((mlops.mmd_test(s, method => 'rff')).statistic - 0.14667767907290252) < 0.02 AS fourier, (mlops.mmd_test(s, method => 'rff')).method AS how,
       same((mlops.mmd_test(s, standardise => true)).statistic, 0.14667767907290252) AS scale_free,
       mlops.mmd_test(s, seed => 1) = mlops.mmd_test(s, NULL, NULL, 1, NULL, NULL) AS defaults, mlops.mmd_test(NULL::mlops.labelled_rows) IS NULL AS "null"
FROM (SELECT mlops.labelled_rows(f, c) AS s FROM d4) AS t;
SELECT mlops.mmd(f::real[], c) BETWEEN 0.1466 AND 0.1467 AS real FROM d4;
SELECT mlops.mmd(ARRAY[1.5::float8], i % 2 = 0) AS constant, mlops.mmd(ARRAY[i]::float8[], i < 2) AS one_current, mlops.mmd(ARRAY[i]::float8[], false) AS one_side FROM generate_series(1, 20) AS i;
-- more elements than are compared one by one; more rows than are exact
SELECT (mlops.mmd_test(s, method => 'exact')).p_value < 0.02 AS seen, abs((mlops.mmd_test(s, method => 'exact')).statistic - (mlops.mmd_test(s, method => 'rff')).statistic) < 0.01 AS close
FROM (SELECT mlops.labelled_rows(ARRAY(SELECT sin(i * k * k) + CASE WHEN i % 2 = 0 THEN 0.4 ELSE 0 END FROM generate_series(1, 20) AS k)::real[], i % 2 = 0) AS s FROM generate_series(1, 300) AS i) AS t;
SELECT (mlops.mmd_test(everything, n_permutations => 19)).method, (mlops.mmd_test(everything, n_permutations => 19)).p_value > 0.05 AS nothing_seen FROM kept;
SELECT o, attempt(format('SELECT mlops.mmd_test(mlops.labelled_rows(ARRAY[a], a > 3), %s) FROM ref', o))
FROM unnest('{sigma => 0,sigma => ''NaN'',n_permutations => 0,n_permutations => 100001,method => ''linear''}'::text[]) AS o;
SELECT attempt($$SELECT mlops.mmd_test(mlops.labelled_rows(ARRAY[i]::real[], i % 2 = 0), method => 'exact') FROM generate_series(1, 10001) AS i$$);

-- multivariate_drift
CREATE TYPE kind AS ENUM ('car', 'bus', 'bike');
CREATE TABLE before AS
    SELECT i, (i * 7919 % 1000) / 100.0 AS amount, (i * 104729 % 100)::int AS age, i % 3 = 0 AS paid, CASE WHEN i % 11 > 0 THEN 'city' || i % 5 END AS city,
           ('{car,bus,bike}'::kind[])[1 + i % 3] AS kind, '2025-01-01Z'::timestamptz + i % 100 * interval '1 h' AS at, ARRAY[sin(i), cos(i), sin(i * i)]::real[] AS embedding,
           CASE WHEN i % 50 = 0 THEN 'NaN'::float8 WHEN i % 51 = 0 THEN '-Infinity' ELSE i % 7 END AS dirty, point(i, i) AS place
    FROM generate_series(1, 1000) AS i;
CREATE TABLE after AS
    SELECT i, amount * 1.2 AS amount, age, i % 2 = 0 AS paid, replace(city, '3', '9') AS city, kind, at, ARRAY[sin(i), cos(i) + 0.5, sin(i * i)]::real[] AS embedding, dirty, place
    FROM before WHERE i <= 600;
SELECT d.method, round(d.statistic::numeric, 4) AS statistic, round(d.reference_value::numeric, 4) AS reference, d.std_error IS NOT NULL AS has_error, d.p_value < 0.05 AS drift,
       d.n_reference, d.n_current, d.details -> 'kinds' AS kinds
FROM unnest('{pca,mahalanobis,hotelling,domain_classifier,mmd}'::text[]) AS m, mlops.multivariate_drift('before', 'after', '{amount,age,paid,city,kind,at,dirty}', m) AS d;
SELECT d.method, round(d.statistic::numeric, 4) AS statistic, round(d.reference_value::numeric, 4) AS reference, round(d.p_value::numeric, 4) AS p_value, d.details ->> 'p_value_by' AS how
FROM unnest('{pca,mahalanobis,hotelling,domain_classifier}'::text[]) AS m, mlops.multivariate_drift('before', 'SELECT * FROM before', method => m) AS d;
-- text by its share in the reference: the fit is that of the numbers
CREATE TABLE share AS
    SELECT city, (count(*) + CASE WHEN row_number() OVER (ORDER BY count(*) DESC, city) = 1 THEN (SELECT count(*) FROM before WHERE city IS NULL) ELSE 0 END) / 1000.0::float8 AS share
    FROM before WHERE city IS NOT NULL GROUP BY city;
SELECT same(d.statistic, e.statistic) AS statistic, same(d.reference_value, e.reference_value) AS reference, same(d.p_value, e.p_value) AS p
FROM mlops.multivariate_drift('before', 'after', '{amount,city}') AS d,
     mlops.multivariate_drift(
         'SELECT amount, coalesce(share, (SELECT max(share) FROM share)) AS city FROM before LEFT JOIN share USING (city)',
         'SELECT amount, CASE WHEN city IS NULL THEN (SELECT max(share) FROM share) ELSE coalesce(share, 0) END AS city FROM after LEFT JOIN share USING (city)',
         '{amount,city}') AS e;
-- embeddings: malformed rows are counted and left out
UPDATE before SET embedding = CASE WHEN i = 1 THEN '{1,2}' WHEN i = 2 THEN '{NaN,1,2}' WHEN i = 3 THEN '{}' WHEN i > 4 THEN embedding END::real[];
SELECT d.method, round(d.statistic::numeric, 4) AS statistic, round(d.reference_value::numeric, 4) AS reference, d.p_value < 0.05 AS drift, d.n_reference, d.n_current, d.details -> 'n_malformed' AS n_malformed
FROM unnest('{pca,mahalanobis,hotelling,domain_classifier,mmd}'::text[]) AS m, mlops.multivariate_drift('before', 'after', '{embedding}', m) AS d;
-- a type of another extension that casts to real[]
CREATE TYPE vector AS (x real, y real);
CREATE FUNCTION to_array(v vector) RETURNS real[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[v.x, v.y]';
CREATE CAST (vector AS real[]) WITH FUNCTION to_array(vector) AS IMPLICIT;
CREATE TABLE vectors AS SELECT i, row(sin(i), cos(i * i))::vector AS v FROM generate_series(1, 200) AS i;
SELECT mlops.domain_classifier_auc(v, i % 2 = 0) = mlops.domain_classifier_auc(v::real[], i % 2 = 0) AS classifier, mlops.mmd(v, i % 2 = 0) = mlops.mmd(v::real[], i % 2 = 0) AS mmd FROM vectors;
SELECT bool_and(mlops.pca_error(p, v) = mlops.pca_error(p, v::real[])) AS error FROM vectors, (SELECT mlops.pca_fit(mlops.comoments(v::real[])) AS p FROM vectors) AS fit;
SELECT d.n_reference, d.n_current, d.p_value > 0.05 AS nothing FROM mlops.multivariate_drift('SELECT * FROM vectors WHERE i % 2 = 0', 'SELECT * FROM vectors WHERE i % 2 = 1', '{v}', 'mmd') AS d;
-- empty sides, options, errors
SELECT d.method, d.statistic, d.p_value, d.n_reference, d.n_current
FROM unnest('{pca,mahalanobis,hotelling,domain_classifier,mmd}'::text[]) AS m, (VALUES ('before', 'SELECT * FROM after WHERE false'), ('SELECT * FROM before WHERE false', 'after')) AS v (r, c),
     mlops.multivariate_drift(v.r, v.c, '{amount,city}', m) AS d;
SELECT mlops.n_columns(NULL::mlops.pca) IS NULL AS "null", d.details -> 'n_components' AS components FROM mlops.multivariate_drift('before', 'after', '{amount,age,paid}', min_variance => 1) AS d;
SELECT d.details -> 'is_exact' AS is_exact, (d.details ->> 'n_kept')::int BETWEEN 50 AND 300 AS kept, d.p_value
FROM mlops.multivariate_drift('before', 'after', '{amount,age}', 'domain_classifier', n_permutations => 9, seed => 3, budget => 100) AS d;
SELECT a, attempt(format('SELECT d.statistic FROM mlops.multivariate_drift(%s) AS d', a)) FROM unnest(ARRAY[
    $$'before', 'after', '{nothing}'$$, $$'before', 'nowhere'$$, $$'before', 'after', method => 'ks'$$, $$'before', 'after', method => NULL$$,
    $$'before', 'after', '{place}'$$, $$'before', 'after', '{embedding,age}'$$, $$'before', 'SELECT age::text FROM after', '{age}'$$,
    $$'before', 'SELECT 1 AS other'$$, $$'before', 'after', '{age}', min_variance => 0$$, $$'before', 'after', '{age}', 'mmd', budget => 1$$,
    $$'before', 'DELETE FROM after RETURNING *'$$, $$'before', 'SELECT * FROM after; SELECT 1'$$]) AS a;
-- names are looked up as the caller does, rows read with the rights of the caller
SET search_path = public;
SELECT d.n_current FROM mlops.multivariate_drift('drift_multivariate.before', 'drift_multivariate.after', '{age}') AS d;
SET search_path = drift_multivariate, public;
CREATE ROLE drift_multivariate_analyst;
GRANT USAGE ON SCHEMA drift_multivariate TO drift_multivariate_analyst;
GRANT SELECT ON before TO drift_multivariate_analyst;
SET ROLE drift_multivariate_analyst;
SELECT d.n_current FROM mlops.multivariate_drift('before', 'after', '{age}') AS d;
SELECT d.n_current FROM mlops.multivariate_drift('before', 'before', '{age}') AS d;
RESET ROLE;

-- stored values: text and back; hostile bytes are refused or mean something, and nothing else
CREATE FUNCTION read(type text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format('SELECT %L::mlops.%s::text', type || ':' || encode(bytes, 'hex'), type) INTO answer;
    RETURN CASE WHEN answer = type || ':' || encode(bytes, 'hex') THEN 'value' ELSE 'another value' END;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN 'refused';
END $$;
CREATE TABLE stored AS
    SELECT 'pca' AS type, mlops_internal.pca_send(mlops.pca_fit(mlops.comoments(a, b, c))) AS bytes FROM ref
    UNION ALL SELECT 'labelled_rows', mlops_internal.labelled_rows_send(mlops.labelled_rows(ARRAY[a, b, NULL], a > 3)) FROM ref
    UNION ALL SELECT 'labelled_rows', mlops_internal.labelled_rows_send(mlops.labelled_rows(ARRAY[i, CASE WHEN i % 3 > 0 THEN i * i END]::real[], i % 3 = 0, 12)) FROM generate_series(1, 40) AS i;
SELECT type, read(type, bytes) AS itself, length(bytes),
       (SELECT count(*) FROM generate_series(0, length(bytes) - 1) AS n WHERE read(type, substr(bytes, 1, n)) <> 'refused') AS truncated, read(type, bytes || '\x00') AS longer,
       (SELECT count(*) FROM generate_series(0, 8 * length(bytes) - 1) AS b WHERE read(type, set_bit(bytes, b, 1 - get_bit(bytes, b))) = 'another value') AS changed
FROM stored;
SELECT v, attempt(format('SELECT %L::mlops.pca', v)) FROM unnest(ARRAY[
    'pca:', 'pca:05', 'pca:1f02', 'pca:1f01000001', 'pca:1f01c10c0001', 'pca:1f01010201',
    'pca:1f01010001000000000000f03f000000000000f03f0000000000000000',      -- one column, no component
    'pca:1f01010001000000000000f07f000000000000f03f0000000000000000',      -- infinite mean
    'pca:1f01010001000000000000f03f00000000000000000000000000000000',      -- deviation 0
    'pca:1f01010001000000000000f03f000000000000f03f000000000000f0bf',      -- negative eigenvalue
    'pca:1f01010101000000000000f03f000000000000f03f0000000000000000000000000000f03f', -- component without variance
    'pca:1f01010102000000000000f03f000000000000f03f000000000000f03f0000000000000040'  -- length 2
    ]) AS v;
SELECT v, attempt(format('SELECT mlops.n_kept(%L::mlops.labelled_rows)', v)) FROM unnest(ARRAY[
    'labelled_rows:200114000001000101000001' || '08' || '000000000000f03f' || '0100',              -- one row
    'labelled_rows:200109000001000101000001' || '08' || '000000000000f03f' || '0100',              -- budget
    'labelled_rows:200114000001020000000000',                                                      -- length 0
    'labelled_rows:200114000001020001020000' || '01' || '08' || '000000000000f03f' || '0100',      -- a row less than counted
    'labelled_rows:200114000001020001010000' || '01' || '08' || '000000000000f03f' || '0200',      -- a row more
    'labelled_rows:200114000001020001010000' || '01' || '08' || '000000000000f03f' || '0100',
    'labelled_rows:200114000001020001010000' || '01' || '08' || '000000000000f07f' || '0100',      -- infinity
    'labelled_rows:200114000001020001010000' || '01' || '08' || '0000000000000080' || '0100',      -- -0
    'labelled_rows:200114000001020001010000' || '01' || '07' || '000000000000f0' || '0100',        -- 7 bytes
    'labelled_rows:200114000001020001010002' || '01' || '08' || '000000000000f03f' || '0100'       -- flag
    ]) AS v;

SET client_min_messages = warning;
DROP SCHEMA drift_multivariate CASCADE;
DROP ROLE drift_multivariate_analyst;

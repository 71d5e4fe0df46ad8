-- Drift of embeddings from two stored profiles.
CREATE SCHEMA drift_embeddings;
SET search_path = drift_embeddings;
SET extra_float_digits = 0;
-- components of known means: 2 against 3 with variances 1 and 4, a constant that stays and one that changes
CREATE TABLE vec AS
    SELECT 0 AS side, ARRAY[x, 7, 5]::float8[] AS e FROM unnest('{1,2,3}'::float8[]) AS x
    UNION ALL SELECT 1, ARRAY[x, 7, 6] FROM unnest('{1,3,5}'::float8[]) AS x;
CREATE TABLE pair AS SELECT (SELECT mlops.profile(e) FROM vec WHERE side = 0) AS r, (SELECT mlops.profile(e) FROM vec WHERE side = 1) AS c;
-- scipy.stats.ttest_ind([1,2,3], [1,3,5], equal_var=False): -0.7745966692414834, p 0.49605537445851, df 2.9411764705882355
SELECT t.* FROM pair, mlops.component_tests(r, c) AS t;
SELECT t.* FROM pair, mlops.component_tests(c, r) AS t WHERE component <> 2;
SELECT mlops_internal.component_max_test(r, c) FROM pair;
SELECT mlops_internal.component_max_test(r, r), mlops.embedding_test(r, r) FROM pair;
-- means (2, 7, 5) and (3, 7, 6): scipy.spatial.distance
SELECT m, mlops.centroid_distance(r, c, m) FROM pair, unnest('{euclidean,cosine,cityblock,chebyshev}'::text[]) AS m;
SELECT mlops.centroid_distance(r, c), mlops.centroid_distance(r, r, 'cosine'), mlops.centroid_distance(c, c) FROM pair;
-- one side without vectors, one vector a side, the origin
SELECT mlops.centroid_distance(r, e), mlops_internal.component_max_test(e, c), mlops.embedding_test(r, e), (SELECT count(*) FROM mlops.component_tests(r, e))
    FROM pair, (SELECT mlops.profile(NULL::float8[]) AS e) AS none;
SELECT t.*, mlops_internal.component_max_test(one, r), mlops.centroid_distance(one, r, 'cosine')
    FROM pair, (SELECT mlops.profile('{0,0,0}'::float8[]) AS one) AS s, mlops.component_tests(one, r) AS t;
SELECT mlops_internal.component_max_test(NULL, c), mlops.centroid_distance(r, NULL), mlops.centroid_distance(r, c, NULL), (SELECT count(*) FROM mlops.component_tests(NULL, c)) FROM pair;
-- a change of all components a little shows in the norms
SELECT split_part((t).method, ',', 1) AS decided_by, (t).p_value < 0.001 AS drift, (t).n_reference, (t).n_current
    FROM (SELECT mlops.embedding_test(mlops.profile(ARRAY[sin(i), cos(i * 1.7), sin(i * 2.3)]), mlops.profile(ARRAY[sin(i), cos(i * 1.7), sin(i * 2.3)]::real[]::float8[])) AS t
          FROM generate_series(1, 500) AS i) AS same
    UNION ALL
    SELECT split_part((t).method, ',', 1), (t).p_value < 0.001, (t).n_reference, (t).n_current
    FROM (SELECT mlops.embedding_test(mlops.profile(ARRAY[sin(i), cos(i * 1.7), sin(i * 2.3)]), mlops.profile(ARRAY[1.4 * sin(i), 1.4 * cos(i * 1.7), 1.4 * sin(i * 2.3)])) AS t
          FROM generate_series(1, 500) AS i) AS wider
    UNION ALL
    SELECT split_part((t).method, ',', 1), (t).p_value < 0.001, (t).n_reference, (t).n_current
    FROM (SELECT mlops.embedding_test(mlops.profile(ARRAY[sin(i), cos(i * 1.7), sin(i * 2.3)]), mlops.profile(ARRAY[sin(i) + 0.3, cos(i * 1.7), sin(i * 2.3)])) AS t
          FROM generate_series(1, 500) AS i) AS shifted;
-- norms stand for all rows: NULL, and what is malformed, is NULL in them
SELECT mlops.n(d), mlops.n_null(d), mlops.n_distinct(d), mlops.quantile(d, 1) FROM (SELECT mlops.norms(mlops.profile(v)) AS d FROM (VALUES ('{3,4}'::float8[]), ('{0,5}'), (NULL), ('{1}'), ('{NaN,1}')) AS t(v)) AS s;
SELECT mlops.n(d), mlops.n_null(d), mlops.n_values(d), mlops.mean(d), mlops.kind(d) FROM (SELECT mlops.norms(mlops.profile(NULL::real[])) AS d) AS s;
-- tables with embeddings: described by their norms, and judged in the report together with the other columns
CREATE TABLE before AS SELECT i, CASE WHEN i % 50 > 0 THEN ARRAY[sin(i), cos(i * 1.7), 1, sin(i / 3.0)]::real[] END AS moved, ARRAY[1, i % 7]::float8[] AS same, '{1}'::float8[] AS longer, '{1}'::float8[] AS other, NULL::real[] AS none, '{}'::jsonb AS j FROM generate_series(1, 1000) AS i;
CREATE TABLE after AS SELECT i, ARRAY[sin(i) + 0.2, cos(i * 1.7), 1, sin(i / 3.0)]::real[] AS moved, ARRAY[1, i % 7]::float8[] AS same, '{1,2}'::float8[] AS longer, 'x' AS other, '{1}'::real[] AS none, '{}'::jsonb AS j FROM generate_series(1, 1000) AS i;
SELECT column_name, n, n_null, round(mean::numeric, 4) AS mean, n_distinct, top_n, note FROM mlops.describe('before');
SELECT column_name, kind, test, round(statistic::numeric, 4) AS statistic, verdict, direction, n_reference, n_current, round(null_rate_reference::numeric, 3) AS nulls, note FROM mlops.drift_report('before', 'after');
SELECT column_name, adjusted_p_value = least(2 * p_value, 1) AS adjusted, contributions -> 0 ->> 'component' AS most, jsonb_array_length(contributions) AS components FROM mlops.drift_report('before', 'after', '{i,moved,same}') WHERE kind = 'embedding' AND verdict = 'drift';
SELECT column_name, verdict, adjusted_p_value IS NULL AS plain_threshold FROM mlops.drift_report('before', 'after', '{i,moved}', method => 'nannyml');
SELECT column_name, verdict, note FROM mlops.drift_report('before', 'SELECT * FROM after LIMIT 0', '{moved}');
-- stored vector profiles
CREATE TABLE kept AS SELECT (SELECT mlops.profile(moved) FROM before) AS r, (SELECT mlops.profile(moved) FROM after) AS c;
SELECT d.p_value = e.p_value AS report, (mlops.embedding_report('{moved}', ARRAY[r], ARRAY[c], other_p_values => '{0.5,0.6}')).adjusted_p_value = 3 * d.p_value AS others
    FROM kept, mlops.embedding_report('{moved}', ARRAY[r], ARRAY[c]) AS d, mlops.drift_report('before', 'after', '{moved}') AS e;
\set SHOW_CONTEXT never
SELECT mlops.embedding_report('{a,b}', ARRAY[r], ARRAY[c]) FROM kept;
SELECT mlops.embedding_report('{a}', ARRAY[r], ARRAY[c], alpha => 2) FROM kept;
SELECT mlops.centroid_distance(r, c, 'manhattan') FROM pair;
SELECT mlops.centroid_distance((SELECT r FROM pair), (SELECT mlops.profile('{1,2}'::float8[])));
SELECT mlops.component_tests((SELECT r FROM pair), (SELECT mlops.profile('{1,2}'::float8[])));
SET client_min_messages = warning;
DROP SCHEMA drift_embeddings CASCADE;

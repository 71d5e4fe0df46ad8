-- drift_report: which columns changed between two sources
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET timezone = 'UTC';
SET extra_float_digits = 0;
CREATE SCHEMA report_test;
SET search_path = report_test, public;
-- the law of the Anderson-Darling statistic: the table of Scholz and Stephens (1987), and far beyond it
SELECT t, round(mlops_internal.anderson_darling_pvalue(t)::numeric, 4) AS p FROM unnest('{0.325,1.226,1.961,2.718,3.752,4.592,6.546}'::float8[]) AS t;
SELECT mlops_internal.anderson_darling_pvalue(50) BETWEEN 1e-18 AND 1e-17 AS far, mlops_internal.anderson_darling_pvalue(-2) AS low, mlops_internal.anderson_darling_pvalue('Infinity') AS infinite,
       mlops_internal.anderson_darling_pvalue('NaN') AS nan, mlops_internal.anderson_darling_pvalue(NULL) AS null;
SELECT bool_and(p <= before) AS falls FROM (SELECT mlops_internal.anderson_darling_pvalue(t / 100.0) AS p, lag(mlops_internal.anderson_darling_pvalue(t / 100.0)) OVER (ORDER BY t) AS before FROM generate_series(-130, 3000) AS t) AS s;

-- two tables: what moved, and where to
CREATE TABLE before AS
SELECT i, i % 101 / 10.0::float8 AS x, i % 4 AS few, 'c' || i % 3 AS code, i % 3 = 0 AS flag, timestamptz '2013-01-01 00:00Z' + i % 97 * interval '1 hour' AS at,
       CASE WHEN i % 10 > 0 THEN i % 13 END::float8 AS gaps, point(i, i) AS place, NULL::float8 AS nothing, 1 AS one, i % 7 AS changes
FROM generate_series(1, 1200) AS i;
CREATE TABLE after AS
SELECT i, i % 101 / 10.0::float8 + 1.5 AS x, least(i % 5, 3) AS few, CASE WHEN i % 9 = 0 THEN 'new' ELSE 'c' || i % 3 END AS code, i % 3 = 1 AS flag,
       timestamptz '2013-01-01 00:00Z' + i % 97 * interval '30 minutes' AS at, CASE WHEN i % 2 > 0 THEN i % 13 END::float8 AS gaps, point(i, i) AS place,
       NULL::float8 AS nothing, 1 AS one, 'text' || i AS changes, 5 AS added
FROM generate_series(1, 1200) AS i;
CREATE VIEW short AS SELECT column_name, kind, test, round(statistic::numeric, 4) AS statistic, CASE WHEN p_value < 1e-6 THEN '< 1e-6' ELSE round(p_value::numeric, 4)::text END AS p,
    CASE WHEN adjusted_p_value < 1e-6 THEN '< 1e-6' ELSE round(adjusted_p_value::numeric, 4)::text END AS adjusted, round(threshold::numeric, 4) AS threshold, verdict, direction, note
    FROM mlops.drift_report('before', 'after');
SELECT * FROM short;
SELECT column_name, round(psi::numeric, 4) AS psi, round(js_distance::numeric, 4) AS js, n_reference, n_current, round(mean_reference::numeric, 3) AS mean_r, round(mean_current::numeric, 3) AS mean_c,
       null_rate_reference AS null_r, null_rate_current AS null_c, null_p_value < 1e-9 AS null_moved FROM mlops.drift_report('before', 'after');
SELECT column_name, contributions FROM mlops.drift_report('before', 'after', '{x,code,at,few,one}');
-- nothing moved; narrower and wider
SELECT column_name, verdict, direction, psi FROM mlops.drift_report('before'::regclass, 'before'::regclass, '{x,code,flag}');
SELECT column_name, verdict, direction FROM mlops.drift_report('SELECT x FROM before', 'SELECT 5 + (x - 5) * 2 AS x FROM before');
SELECT column_name, verdict, direction FROM mlops.drift_report('SELECT x FROM before', 'SELECT 5 + (x - 5) / 2 AS x FROM before');
-- conditions, other levels and corrections
SELECT column_name, round(p_value::numeric, 3) AS p, round(adjusted_p_value::numeric, 3) AS adjusted, verdict
FROM mlops.drift_report('before', 'before', '{x,few,code}', reference_condition => 'i <= 600', current_condition => 'i > 600', correction => 'bonferroni');
SELECT column_name, verdict FROM mlops.drift_report('before', 'before', '{x}', alpha => 0.999999, current_condition => 'i > 600 -- the rest');
SELECT column_name, test, round(statistic::numeric, 4) AS statistic, round(p_value::numeric, 4) AS p, round(adjusted_p_value::numeric, 4) AS adjusted, verdict
FROM mlops.drift_report('before', 'after', '{x,few,at}', method => 'wasserstein');
SELECT column_name, test, round(statistic::numeric, 4) AS statistic, round(p_value::numeric, 4) AS p, round(adjusted_p_value::numeric, 4) AS adjusted, verdict
FROM mlops.drift_report('before', 'after', '{x,few,at,gaps}', method => 'anderson_darling');
-- what two libraries choose by default
SELECT column_name, test, round(statistic::numeric, 6) AS statistic, round(p_value::numeric, 6) AS p, threshold, verdict FROM mlops.drift_report('before', 'after', method => 'evidently');
SELECT column_name, test, round(statistic::numeric, 6) AS statistic, CASE WHEN p_value < 1e-6 THEN '< 1e-6' ELSE round(p_value::numeric, 6)::text END AS p, threshold, verdict
FROM mlops.drift_report('before', 'after', method => 'evidently', reference_condition => 'i <= 800');
SELECT column_name, test, round(statistic::numeric, 6) AS statistic, round(threshold::numeric, 6) AS threshold, verdict FROM mlops.drift_report('before', 'after', method => 'nannyml');
-- stored profiles instead of rows
CREATE TABLE stored AS SELECT array_agg(column_name ORDER BY column_name) AS names, array_agg(profile ORDER BY column_name) AS profiles FROM mlops.describe('before', '{x,few,code}');
SELECT d.column_name, d.test, round(d.statistic::numeric, 4) AS statistic, d.verdict FROM stored, LATERAL (SELECT array_agg(profile ORDER BY column_name) AS profiles FROM mlops.describe('after', '{x,few,code}')) AS now,
    mlops.drift_report(stored.names, stored.profiles, now.profiles) AS d;
-- all categories rare: dealt out anew, 2 of 252 and 2 of 20 ways are as extreme; identifiers say nothing
SELECT d.column_name, d.test, round(d.p_value::numeric, 2) AS p, d.verdict, d.direction
FROM (VALUES (5), (3)) AS v(n), LATERAL mlops.drift_report(format('SELECT 1 AS few, ''x'' AS code, ''c'' AS same FROM generate_series(1, %s)', n), format('SELECT 2 AS few, ''y'' AS code, ''c'' AS same FROM generate_series(1, %s)', n)) AS d;
SELECT test, p_value, verdict FROM mlops.drift_report('SELECT md5(i::text) AS id FROM generate_series(1, 500) AS i', 'SELECT md5(i::text) AS id FROM generate_series(501, 1000) AS i');
-- sides without rows
CREATE TABLE empty (x float8, code text);
SELECT column_name, verdict, note FROM mlops.drift_report('before', 'empty', '{x,code}');
SELECT column_name, verdict, note FROM mlops.drift_report('empty', 'empty');
SELECT column_name, verdict, note FROM mlops.drift_report('empty', 'before', '{x}', method => 'nannyml');
SELECT count(*) FROM mlops.drift_report('SELECT 1 AS a', 'SELECT 2 AS b', method => 'evidently');
SELECT count(*) FROM mlops.drift_report('{}'::name[], '{}', '{}');

-- errors
SELECT mlops.drift_report('before', 'after', alpha => 0);
SELECT mlops.drift_report('before', 'after', alpha => 'NaN');
SELECT mlops.drift_report('before', 'after', method => 'guess');
SELECT mlops.drift_report('before', 'after', correction => 'none of these');
SELECT mlops.drift_report('before', 'after', '{x,nope}');
SELECT mlops.drift_report('before', 'missing');
SELECT mlops.drift_report('{a,b}', array[mlops.profile(1)], array[mlops.profile(2)]);
SELECT mlops.drift_report('{a}', array[mlops.profile(1)], array[mlops.profile(2)], method => 'nannyml');
CREATE ROLE report_reader;
GRANT USAGE ON SCHEMA report_test TO report_reader;
SET ROLE report_reader;
SELECT mlops.drift_report('before', 'after');
RESET ROLE;
DROP SCHEMA report_test CASCADE;
DROP ROLE report_reader;

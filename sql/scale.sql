--
-- scale: what is asked of many rows: row security asks once who may see, not of each row; numbers of a profile that is not exact carry their bounds
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_scale LOGIN;
SELECT mlops.grant_use('regress_scale') > 0 AS granted;
CREATE SCHEMA sc AUTHORIZATION regress_scale;
\c - regress_scale
:settings
-- the tables that grow by the row: no function of the extension is called for each of theirs, but for rows of a run one that keeps the answer for that run
CREATE FUNCTION sc.filter(relation text, OUT filter text) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT count(*) FROM ' || relation LOOP
        CONTINUE WHEN filter IS NOT NULL OR line !~ 'Filter:';
        filter := regexp_replace(btrim(line), 'SubPlan \d+', 'SubPlan N');
    END LOOP;
END $$;
SELECT t AS relation, filter ~ 'hashed SubPlan' AND filter !~ 'mlops' OR filter = 'Filter: mlops_internal.sees_run(run_id)' AS asked_once FROM unnest('{edge,metric,param,observation,window_summary,window_bins,monitor_run}'::text[]) AS t, sc.filter('mlops.' || t);
-- more values than a profile keeps one by one: median and distinct values are shown with the bounds between which they certainly lie
CREATE TABLE sc.rows AS SELECT timestamptz '2026-01-01Z' + i * interval '1 second' AS at, i * 1.37 AS x, i % 7 AS few FROM generate_series(0, 79999) AS i;
SELECT mlops.create_monitor('inexact', 'sc.rows', 'at', features => '{x,few}', start_at => '2026-01-01Z', end_at => '2026-01-02Z', schedule => NULL) > 0 AS made;
SELECT mlops.evaluate('inexact', '2026-01-01Z', '2026-01-02Z') > 0 AS evaluated;
SELECT o.column_name, o.metric, o.lower IS NOT NULL AS bounds, r.exact BETWEEN o.lower AND o.upper AS enclosed
FROM mlops.metric_history AS o, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS median_x, percentile_cont(0.5) WITHIN GROUP (ORDER BY few) AS median_few, count(DISTINCT x) AS x, count(DISTINCT few) AS few FROM sc.rows) AS d,
LATERAL (SELECT CASE o.metric || ' ' || o.column_name WHEN 'median x' THEN d.median_x WHEN 'median few' THEN d.median_few WHEN 'n_distinct x' THEN d.x ELSE d.few END AS exact) AS r
WHERE o.monitor = 'inexact' AND o.metric IN ('median', 'n_distinct') ORDER BY 1, 2;
SELECT mlops.drop_monitor('inexact');
\c - :superuser
:settings
DROP OWNED BY regress_scale CASCADE;
DROP ROLE regress_scale;

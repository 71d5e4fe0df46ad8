--
-- rollups_past: weeks that are merged from days are judged by the weeks before them, in drift and in numbers, as windows that are read are
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD''; SET extra_float_digits = 0;'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_weeks LOGIN;
SELECT mlops.grant_use('regress_weeks') > 0 AS granted;
CREATE SCHEMA wk AUTHORIZATION regress_weeks;
\c - regress_weeks
:settings
CREATE FUNCTION wk.day(d integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2026-01-05Z'::timestamptz + d * interval '1 day' $$;
CREATE FUNCTION wk.u(i bigint, s integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8(i * 1000003 + s)::bigint + 2147483648) / 4294967296.0 $$;
-- 70 rows a day for 9 weeks; in the last two x moves by a third of its spread, which hardly a day shows, and the model knows nothing
CREATE TABLE wk.rows AS
SELECT wk.day(d) + k * interval '20 minutes' AS at, wk.u(i, 1) + wk.u(i, 2) + CASE WHEN d < 49 THEN 0 ELSE 0.25 END AS x, wk.u(i, 3) AS score, wk.u(i, 4) < CASE WHEN d < 49 THEN wk.u(i, 3) ELSE wk.u(i, 5) END AS label
FROM generate_series(0, 62) AS d, generate_series(1, 70) AS k, LATERAL (SELECT 1000::bigint * d + k) AS x(i);
SELECT mlops.create_monitor('weeks', 'wk.rows', 'at', label_column => 'label', score_column => 'score', features => '{x}', rollups => '{1 week}', start_at => wk.day(0), end_at => wk.day(63), schedule => NULL, checks => '[
    {"metric": "drift", "column": "x"}, {"metric": "drift", "column": "x", "name": "drift_of_the_week", "granularity": "1 week"},
    {"metric": "roc_auc", "alpha": 0.01, "granularity": "1 week"}, {"metric": "null_rate", "column": "x", "alpha": 0.01, "granularity": "1 week"}]') > 0 AS made;
SELECT count(*) AS days FROM mlops.backfill('weeks');
SELECT (extract(epoch FROM window_lo - wk.day(0)) / 604800)::integer AS week, metric, value::numeric(6,3), n, verdict, detail ->> 'reference' AS reference, detail ->> 'n_windows' AS n_windows, message FROM mlops.observation
WHERE monitor_id = mlops.monitor_id('weeks') AND rule ? 'granularity' AND (metric <> 'null_rate' OR verdict <> 'ok') ORDER BY 2, 1;
-- days alone say little
SELECT verdict, count(*) FROM mlops.observation WHERE monitor_id = mlops.monitor_id('weeks') AND metric = 'drift' AND window_lo >= wk.day(49) GROUP BY 1 ORDER BY 1;
-- its counts are those of the rows, compared with the four good weeks before
SELECT (o.detail ->> 'psi')::float8 = s.psi AS as_of_the_rows, h.counts = mlops.bin_counts(c.p, b.bins) AS counts
FROM mlops.observation AS o JOIN mlops.window_bins AS h USING (monitor_id, window_lo, window_hi, column_name) JOIN mlops.column_bins AS b USING (monitor_id, column_name),
LATERAL (SELECT mlops.profile(x) FILTER (WHERE at < o.window_lo) AS r, mlops.profile(x) FILTER (WHERE at >= o.window_lo) AS p FROM wk.rows WHERE at >= o.window_lo - interval '28 days' AND at < o.window_hi) AS c,
LATERAL mlops.drift_size(c.r, c.p, b.bins) AS s WHERE o.monitor_id = mlops.monitor_id('weeks') AND o.metric = 'drift_of_the_week' AND o.window_lo IN (wk.day(42), wk.day(49)) ORDER BY o.window_lo;
-- the past of days is of days, and that of weeks of weeks
SELECT window_hi - window_lo AS length, count(*), count(psi) AS compared, count(*) FILTER (WHERE bad) AS bad FROM mlops.window_bins WHERE monitor_id = mlops.monitor_id('weeks') GROUP BY 1 ORDER BY 1;
-- a day that is read again changes its week
UPDATE wk.rows SET x = x + 5 WHERE at >= wk.day(44) AND at < wk.day(45);
SELECT mlops.evaluate('weeks', wk.day(44), wk.day(45)) > 0 AS again;
SELECT value > 0.05 AS larger, verdict, restated_at IS NOT NULL AS restated FROM mlops.observation WHERE monitor_id = mlops.monitor_id('weeks') AND metric = 'drift_of_the_week' AND window_lo = wk.day(42);
-- two bad weeks of three open an alert of the week
SELECT sum(mlops.apply_alerts(mlops.monitor_id('weeks'), wk.day(d), wk.day(d + 1))) > 0 AS changed FROM generate_series(48, 62) AS d;
SELECT metric, column_name, severity, state, first_window_lo::date, last_window_hi::date FROM mlops.alert WHERE monitor_id = mlops.monitor_id('weeks') AND metric IN ('drift_of_the_week', 'roc_auc') ORDER BY 1;
SELECT mlops.drop_monitor('weeks');
\c - :superuser
:settings
DELETE FROM mlops.incident WHERE owner_name = 'regress_weeks';
DELETE FROM mlops.alert WHERE owner_name = 'regress_weeks';
DROP OWNED BY regress_weeks CASCADE;
DROP ROLE regress_weeks;

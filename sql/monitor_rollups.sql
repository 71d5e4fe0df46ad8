-- Coarser and rolling windows: what is merged is what the rows say, whatever the calendar does.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
CREATE ROLE regress_roller LOGIN;
SELECT mlops.grant_use('regress_roller') > 0 AS granted;
CREATE SCHEMA mo AUTHORIZATION regress_roller;
SELECT current_database() AS db, current_user AS superuser \gset

-- names of lengths do not depend on settings, and what consists of what
SELECT g, mlops_internal.granularity_name(g) FROM unnest('{1 day,7 days,2 weeks,10 days,1 month,3 months,1 year,18 months,1 hour,90 minutes,30 minutes,24 hours}'::interval[]) AS g;
SELECT base, coarser, r.reason FROM (VALUES ('1 hour'::interval, '6 hours'::interval), ('1 hour', '1 day'), ('1 hour', '1 week'), ('1 hour', '1 month'), ('6 hours', '9 hours'),
    ('5 hours', '1 day'), ('1 day', '1 week'), ('1 day', '1 month'), ('1 day', '1 year'), ('2 days', '5 days'), ('7 days', '1 month'), ('1 month', '3 months'), ('1 month', '45 days'),
    ('2 months', '3 months'), ('1 day', '1 day'), ('1 day', '23 hours'), ('15 minutes', '1 hour')) AS v(base, coarser), LATERAL mlops_internal.rollup_misfit(base, coarser) AS r;

-- the calendar: a day in Berlin has 23 or 25 hours, its week 167 or 169; months and years; weeks from Sunday on
CREATE FUNCTION mo.cell(granularity interval, coarser interval, at timestamptz, time_zone text DEFAULT 'Europe/Berlin', week_start integer DEFAULT 1,
    start_at timestamptz DEFAULT '2025-12-31 23:00Z', OUT lo timestamp, OUT hi timestamp, OUT n bigint, OUT length interval) LANGUAGE plpgsql AS $$
DECLARE
    def mlops.monitor_version;
    w record;
BEGIN
    def.granularity := granularity; def.time_zone := time_zone; def.week_start := week_start; def.start_at := start_at;
    SELECT * INTO w FROM mlops_internal.coarse_window(def, coarser, at);
    lo := w.window_lo AT TIME ZONE time_zone; hi := w.window_hi AT TIME ZONE time_zone; n := w.end_k - w.first_k; length := w.window_hi - w.window_lo;
END $$;
SELECT v.granularity, v.coarser, c.* FROM (VALUES ('1 hour'::interval, '1 day'::interval, '2026-03-29 12:00Z'::timestamptz), ('1 hour', '1 week', '2026-03-29 12:00Z'), ('1 hour', '1 day', '2026-10-25 12:00Z'),
    ('1 hour', '1 week', '2026-10-25 12:00Z'), ('1 day', '1 week', '2026-03-26 12:00Z'), ('1 day', '1 month', '2026-03-01 12:00Z'), ('1 day', '1 month', '2026-02-10 12:00Z'), ('1 day', '1 year', '2026-02-10 12:00Z'),
    ('1 month', '3 months', '2026-05-31 12:00Z'), ('1 hour', '6 hours', '2026-03-29 12:00Z'), ('6 hours', '1 day', '2026-03-30 12:00Z'), ('1 day', '10 days', '2026-01-15Z')) AS v(granularity, coarser, at),
    LATERAL mo.cell(v.granularity, v.coarser, v.at) AS c;
SELECT s AS week_start, c.* FROM generate_series(1, 7) AS s, LATERAL mo.cell('1 day', '1 week', '2026-03-26 12:00Z', 'UTC', s) AS c;
-- every window is part of one coarser window, and these follow each other
SELECT z, b, c, count(*) FILTER (WHERE NOT at >= lo OR NOT at < hi) AS outside, count(DISTINCT lo) = count(DISTINCT hi) AS one_end
FROM (VALUES ('Europe/Berlin', '1 hour'::interval, '1 day'::interval), ('Europe/Berlin', '6 hours', '1 day'), ('Australia/Lord_Howe', '30 minutes', '1 day'), ('America/Havana', '12 hours', '1 week')) AS v(z, b, c),
LATERAL (SELECT t AT TIME ZONE z AS at, x.lo, x.hi FROM generate_series(0, 900, 7) AS k, mlops_internal.window_start('2026-01-01Z', b, z, k * 10) AS t, mo.cell(b, c, t, z, 1, '2026-01-01Z') AS x) AS w
GROUP BY 1, 2, 3 ORDER BY 1, 2;

-- 60 rows a day for 7 weeks from a Monday on; the first week is the reference
CREATE TABLE mo.rows AS
SELECT '2026-01-05Z'::timestamptz + i * interval '24 minutes' AS at, i, ((i * 37 + i / 700) % 101)::float8 / 101 AS score, ((i * 37 + i % 13 * 5) % 101) > 60 AS label,
       ((i * 7919) % 503)::float8 / 7 AS x, CASE WHEN i % 3 = 0 THEN 'north' WHEN i % 3 = 1 THEN 'south' END AS region
FROM generate_series(0, 60 * 49 - 1) AS i;
ALTER TABLE mo.rows OWNER TO regress_roller;
\c :db regress_roller
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET IntervalStyle = 'postgres';
CREATE FUNCTION mo.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement; message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
SELECT t.* FROM (VALUES ($$rollups => '{1 hour}'$$), ($$rollups => '{1 week,36 hours}'$$), ($$rollups => '{1 week}', checks => '[{"metric": "n", "granularity": "1 month"}]'$$),
    ($$rollups => '{1 week}', checks => '[{"metric": "n", "granularity": "often"}]'$$), ($$rollups => '{1 week}', checks => '[{"metric": "n", "granularity": "1 week", "rolling": 3}]'$$),
    ($$checks => '[{"metric": "n", "rolling": 1}]'$$)) AS v(given), LATERAL mo.try(format('SELECT mlops.create_monitor(''m'', ''mo.rows'', ''at'', %s)', v.given)) AS t;

SELECT mlops.create_monitor('weekly', 'mo.rows', 'at', label_column => 'label', score_column => 'score', features => '{x}', slices => '{region}', rollups => '{7 days,1 month}',
    start_at => '2026-01-12Z', end_at => '2026-02-23Z', reference_from => '2026-01-05Z', reference_to => '2026-01-12Z', checks => '[
    {"metric": "roc_auc", "granularity": "1 week", "warning": {"below": 0.99}, "critical": {"below": 0.98}},
    {"metric": "mean", "column": "x", "rolling": 3, "warning": {"above": 1}}, {"metric": "ks_test", "column": "x", "rolling": 3, "name": "ks_rolling", "warning": {"p_below": 1e-9}},
    {"metric": "median", "column": "x", "granularity": "24:00:00", "name": "middle"},
    {"metric": "n", "warning": {"below": 60}}]') IS NULL AS created;
SELECT mlops.create_monitor('weekly', 'mo.rows', 'at', label_column => 'label', score_column => 'score', features => '{x}', slices => '{region}', rollups => '{7 days,1 month}',
    start_at => '2026-01-12Z', end_at => '2026-02-23Z', reference_from => '2026-01-05Z', reference_to => '2026-01-12Z', checks => '[
    {"metric": "roc_auc", "granularity": "7 days", "warning": {"below": 0.99}, "critical": {"below": 0.98}},
    {"metric": "mean", "column": "x", "rolling": 3, "warning": {"above": 1}}, {"metric": "ks_test", "column": "x", "rolling": 3, "name": "ks_rolling", "warning": {"p_below": 1e-9}},
    {"metric": "n", "warning": {"below": 60}}]') IS NOT NULL AS created;
SELECT jsonb_path_query_array(checks, '$[*].granularity') AS granularities FROM mlops.monitor_version WHERE monitor_id = mlops.monitor_id('weekly');
-- the days of two weeks; a week is there with its last day, and January with its last
SELECT window_lo::date, n_observations > 0 AS observed FROM mlops.backfill('weekly', '2026-01-12Z', '2026-01-25Z') ORDER BY 1 DESC LIMIT 1;
CREATE FUNCTION mo.spans(monitor text) RETURNS TABLE (lo date, hi date, granularity text, rolling text, n_windows text, missing text, metrics bigint, judged bigint) LANGUAGE sql AS $$
    SELECT window_lo::date, window_hi::date, detail ->> 'granularity', detail ->> 'rolling', detail ->> 'n_windows', detail ->> 'n_missing_windows', count(*), count(verdict)
    FROM mlops.observation WHERE monitor_id = mlops.monitor_id(monitor) AND detail ? 'n_windows' GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 1, 3 $$;
SELECT * FROM mo.spans('weekly') WHERE granularity IS NOT NULL;
SELECT window_lo::date FROM mlops.backfill('weekly', '2026-01-25Z', '2026-02-02Z') ORDER BY 1 DESC LIMIT 1;
SELECT * FROM mo.spans('weekly') WHERE granularity IS NOT NULL;
-- value over the rows, bit for bit: of a week, of the days of a month that there are, and of slices
SELECT w.lo, r.region, o.metric, o.column_name, o.n, o.value = r.value AS same, o.lower IS NOT DISTINCT FROM r.lower AS lower
FROM (VALUES ('2026-01-19Z'::timestamptz, '2026-01-26Z'::timestamptz), ('2026-01-01Z', '2026-02-01Z')) AS w(lo, hi),
LATERAL (
    SELECT x.region, x.whole, v.* FROM (
        SELECT t.region, grouping(t.region) = 1 AS whole, mlops.scores(t.label, t.score) AS s, mlops.profile(t.x) AS p, count(*) AS n,
               (SELECT mlops.profile(b.x) FROM mo.rows AS b WHERE b.at < '2026-01-12Z' AND (grouping(t.region) = 1 OR b.region IS NOT DISTINCT FROM t.region)) AS base
        FROM mo.rows AS t WHERE t.at >= greatest(w.lo, '2026-01-12Z') AND t.at < w.hi GROUP BY GROUPING SETS ((), (t.region))) AS x,
    LATERAL (VALUES ('roc_auc', NULL, mlops.roc_auc(x.s), (mlops.roc_auc_ci(x.s)).lower), ('log_loss', NULL, mlops.log_loss(x.s), (mlops.metric_ci(x.s, 'log_loss')).lower),
        ('n', NULL, x.n, NULL), ('mean', 'x', mlops.mean(x.p), NULL), ('psi', 'x', mlops.psi(x.base, x.p), NULL)) AS v(metric, col, value, lower)) AS r
, mlops.observation AS o WHERE o.monitor_id = mlops.monitor_id('weekly') AND o.window_lo = w.lo AND o.window_hi = w.hi AND o.metric = r.metric AND o.column_name IS NOT DISTINCT FROM r.col
    AND o.slice_column IS NULL = r.whole AND o.slice_value IS NOT DISTINCT FROM r.region
ORDER BY 1, 2 NULLS FIRST, 3, 5;
-- a check judges its granularity alone
SELECT (window_hi - window_lo)::text AS length, metric, verdict, count(*) FROM mlops.observation WHERE monitor_id = mlops.monitor_id('weekly') AND slice_column IS NULL AND verdict IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
-- a month that began before the monitor misses windows: no more than a warning could come of it
SELECT DISTINCT detail FROM mlops.observation WHERE monitor_id = mlops.monitor_id('weekly') AND window_lo = '2026-01-01Z';
SELECT monitor, window_lo::date, granularity, count(*) FROM mlops.metric_history WHERE monitor = 'weekly' AND metric = 'roc_auc' AND slice_column IS NULL AND granularity IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 2;

-- rolling: the last three days at each day; the first two have less behind them
SELECT o.window_lo::date AS lo, o.window_hi::date AS hi, o.value = mlops.mean(p.p) AS same, o.n, o.verdict, o.message FROM mlops.observation AS o, LATERAL (
    SELECT mlops.profile(x) AS p FROM mo.rows WHERE at >= greatest(o.window_lo, '2026-01-12Z') AND at < o.window_hi) AS p
WHERE o.monitor_id = mlops.monitor_id('weekly') AND o.metric = 'mean' AND o.rule ? 'rolling' AND o.slice_column IS NULL ORDER BY 2 LIMIT 4;
-- their p-values are one family in each block of three windows (window 0, 1, 2 ...)
SELECT o.window_hi::date AS hi, o.p_adjusted = (SELECT min(least(1, s.p * s.n / s.place)) FROM (
    SELECT e.p_value AS p, count(*) OVER () AS n, row_number() OVER (ORDER BY e.p_value) AS place FROM mlops.observation AS e
    WHERE e.monitor_id = o.monitor_id AND e.metric = o.metric AND e.slice_column IS NULL AND e.rule ? 'rolling' AND e.window_hi <= o.window_hi
      AND e.window_hi > '2026-01-12Z'::timestamptz + floor(extract(day FROM o.window_hi - interval '1 day' - '2026-01-12Z'::timestamptz) / 3) * interval '3 days') AS s WHERE s.p >= o.p_value) AS as_block
FROM mlops.observation AS o WHERE o.monitor_id = mlops.monitor_id('weekly') AND o.metric = 'ks_rolling' AND o.slice_column IS NULL ORDER BY 1 LIMIT 7;

-- a day that failed for good: the week is there without it, and no more than a warning
SELECT window_lo::date FROM mlops.backfill('weekly', '2026-02-02Z', '2026-02-08Z') ORDER BY 1 DESC LIMIT 1;
SELECT window_lo::date FROM mlops.backfill('weekly', '2026-02-09Z', '2026-02-11Z') ORDER BY 1 DESC LIMIT 1;
SELECT mlops.record_failure(mlops.monitor_id('weekly'), '2026-02-08Z', '2026-02-09Z', '57014', 'too slow');
SELECT o.window_lo::date, o.metric, o.verdict, o.message, o.detail FROM mlops.observation AS o
WHERE o.monitor_id = mlops.monitor_id('weekly') AND o.metric = 'roc_auc' AND o.rule IS NOT NULL AND o.slice_column IS NULL ORDER BY 1;
-- it comes after all: the week is restated, and so are the rolling windows over it
CREATE TEMP TABLE before AS SELECT * FROM mlops.observation WHERE monitor_id = mlops.monitor_id('weekly');
SELECT mlops.evaluate('weekly', '2026-02-08Z', '2026-02-09Z') > 0 AS evaluated;
SELECT o.window_lo::date, o.window_hi::date, o.metric, o.column_name, b.verdict AS before, o.verdict, o.n - b.n AS more_rows, o.restated_at IS NOT NULL AS restated, o.first_value = b.value AS first_kept
FROM before AS b JOIN mlops.observation AS o USING (observation_id) WHERE o.slice_column IS NULL AND o.n <> b.n AND o.metric IN ('roc_auc', 'mean') AND (o.column_name = 'x') IS NOT FALSE ORDER BY 1, 2, 3;
-- a week of failures says that nothing is known
SELECT count(mlops.record_failure(mlops.monitor_id('weekly'), d, d + interval '1 day', '57014', 'too slow')) FROM generate_series('2026-02-16Z'::timestamptz, '2026-02-22Z', '1 day') AS d;
SELECT metric, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('weekly') AND window_lo = '2026-02-16Z' AND window_hi = '2026-02-23Z' AND slice_column IS NULL AND verdict IS NOT NULL ORDER BY 1;

-- the run that completes a week changes its alerts
SELECT mlops.create_monitor('alerting', 'mo.rows', 'at', label_column => 'label', score_column => 'score', rollups => '{1 week}', start_at => '2026-01-12Z', end_at => '2026-01-26Z', checks => '[
    {"metric": "roc_auc", "granularity": "1 week", "warning": {"below": 0.99}}]') IS NOT NULL AS created;
SELECT count(*), max(state) AS state FROM mlops.run_now('alerting', '2026-01-18 12:00Z');
SELECT count(*) AS alerts FROM mlops.alert WHERE monitor_id = mlops.monitor_id('alerting');
SELECT count(*), max(state) AS state FROM mlops.run_now('alerting', '2026-01-19Z');
SELECT a.metric, a.severity, a.state, a.first_window_lo::date, a.first_window_hi::date, a.n_windows FROM mlops.alert AS a WHERE monitor_id = mlops.monitor_id('alerting');
-- six days that are not judged are not silence
SELECT count(*), max(state) AS state FROM mlops.run_now('alerting', '2026-01-25 12:00Z');
SELECT e.event FROM mlops.alert_event AS e JOIN mlops.alert AS a USING (alert_id) WHERE a.monitor_id = mlops.monitor_id('alerting') ORDER BY e.event_id;
SELECT count(*), max(state) AS state FROM mlops.run_now('alerting', '2026-01-26Z');
SELECT a.metric, a.state, a.last_window_lo::date, a.last_window_hi::date, a.n_windows FROM mlops.alert AS a WHERE monitor_id = mlops.monitor_id('alerting');

-- k of n counts windows of the same granularity, of rolling ones every third
SELECT mlops.create_monitor('counting', 'mo.rows', 'at', features => '{x}', rollups => '{1 week}', start_at => '2026-01-12Z', end_at => '2026-02-02Z', checks => '[
    {"metric": "mean", "column": "x", "granularity": "1 week", "warning": {"above": 1}, "k_of_n": [2, 2]},
    {"metric": "mean", "name": "mean_of_3", "column": "x", "rolling": 3, "warning": {"above": 1}, "k_of_n": [2, 2]}]') IS NOT NULL AS created;
CREATE FUNCTION mo.opened(OUT alerts text) LANGUAGE plpgsql VOLATILE AS $$ BEGIN
    alerts := (SELECT string_agg(metric, ', ' ORDER BY metric) FROM mlops.alert WHERE monitor_id = mlops.monitor_id('counting')); END $$;
SELECT d.day::date, (SELECT count(*) FROM mlops.run_now('counting', d.day)) AS runs, mo.opened() FROM generate_series('2026-01-14Z'::timestamptz, '2026-01-17Z', '1 day') AS d(day);
SELECT (SELECT count(*) FROM mlops.run_now('counting', '2026-01-25 12:00Z')) AS runs, mo.opened();
SELECT (SELECT count(*) FROM mlops.run_now('counting', '2026-01-26Z')) AS runs, mo.opened();

-- a definition that reads other columns does not merge with what was before: those windows are missing
SELECT mlops.alter_monitor('alerting', '{"features": ["x"], "end_at": "2026-02-02 00:00Z"}') AS version;
SELECT window_lo::date FROM mlops.backfill('alerting', '2026-01-25Z', '2026-02-02Z') ORDER BY 1 DESC LIMIT 1;
SELECT * FROM mo.spans('alerting');

\c :db :superuser
DROP SCHEMA mo CASCADE;
SELECT count(*) FROM (SELECT mlops.drop_monitor(name) FROM mlops.monitor WHERE owner_name = 'regress_roller') AS d;

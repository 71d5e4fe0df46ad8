-- Drift that is judged by a column's own past: what a season does is no alarm, what breaks is.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
CREATE ROLE regress_judge LOGIN;
SELECT mlops.grant_use('regress_judge') > 0 AS granted;
CREATE SCHEMA th AUTHORIZATION regress_judge;
SELECT current_database() AS db, current_user AS superuser \gset
\c :db regress_judge
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET IntervalStyle = 'postgres';
CREATE FUNCTION th.normal(i integer, s integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT sqrt(-2 * ln((hashint8(i * 1000003::bigint + s)::bigint + 2147483648.5) / 4294967296))
           * cos(2 * pi() * (hashint8(i * 999983::bigint + s + 77)::bigint + 2147483648.5) / 4294967296) $$;
-- 10 weeks, 300 rows a day, on Saturdays and Sundays 150; day 1 is a Monday
CREATE TABLE th.rows AS
SELECT i, d, day + (i % 1440) * interval '1 minute' AS at,
       th.normal(i, 1) AS still,
       th.normal(i, 2) + CASE WHEN weekend THEN 1 ELSE 0 END AS weekly,
       th.normal(i, 3) + CASE WHEN d > 65 THEN 0.8 ELSE 0 END AS broken,
       (ARRAY['basic', 'plus', 'gold'])[1 + abs(hashint4(i + 17)) % (CASE WHEN weekend THEN 2 ELSE 3 END)] AS plan,
       'o' || i AS order_id, i * 3.5 + 1.8e9 AS written, 7 AS constant, NULL::float8 AS nothing,
       th.normal(i, 4) + CASE WHEN d IN (16, 17, 44, 45) THEN 1.5 ELSE 0 END AS feast,
       th.normal(i, 6) + CASE WHEN d <= 14 OR d > 65 THEN 0.8 ELSE 0 END AS back,
       least(0.99, greatest(0.01, 0.5 + 0.1 * (th.normal(i, 3) + CASE WHEN d > 65 THEN 0.8 ELSE 0 END) + 0.05 * th.normal(i, 5))) AS score
FROM generate_series(1, 70) AS d, LATERAL (SELECT '2026-01-05Z'::timestamptz + (d - 1) * interval '1 day' AS day, d % 7 IN (6, 0) AS weekend) AS w,
     generate_series(d * 1000, d * 1000 + CASE WHEN weekend THEN 149 ELSE 299 END) AS i;
CREATE INDEX ON th.rows (at);
CREATE FUNCTION th.day(d integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2026-01-05Z'::timestamptz + (d - 1) * interval '1 day' $$;
CREATE VIEW th.seen AS
SELECT m.name, (extract(epoch FROM o.window_lo - th.day(1)) / 86400)::integer + 1 AS d, o.*
FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE o.metric = 'drift';

SELECT mlops.create_monitor('daily', 'th.rows', 'at', features => '{still,weekly,broken,plan,order_id,written,constant,nothing,feast}', start_at => th.day(1), end_at => th.day(71),
    checks => '[{"metric": "drift"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('daily', upto => th.day(71));
-- before 14 windows of its own kind of reference a column is not calibrated, and no more than a warning
SELECT column_name, d, verdict, round(value::numeric, 2) AS size, p_adjusted < 0.001 AS sure, detail ->> 'k' AS k, detail ->> 'reference' AS reference, detail -> 'n_windows' AS n_windows, round((detail #>> '{top,above}')::numeric, 1) AS above FROM th.seen
WHERE name = 'daily' AND verdict IN ('warning', 'critical') ORDER BY d, column_name;
SELECT column_name, d, verdict, n, message FROM th.seen WHERE name = 'daily' AND d IN (1, 8, 40) ORDER BY d, column_name;
-- what is stored is the walk forward: each window against the four good ones of its weekday
SELECT o.d, o.column_name, (mlops.drift_size(r.p, c.summary::mlops.profile, b.bins)).psi = (o.detail ->> 'psi')::float8 AS psi, mlops.drift_pvalue((o.detail ->> 'psi')::float8, (o.detail ->> 'expected')::float8, k.v, k.mu, k.d, k.m) = o.p_value AS p, k.k
FROM th.seen AS o JOIN mlops.column_bins AS b USING (monitor_id, column_name)
JOIN mlops.window_summary AS c ON c.monitor_id = o.monitor_id AND c.column_name = o.column_name AND c.kind = 'profile' AND c.window_lo = o.window_lo,
LATERAL (SELECT mlops.merge(w.summary::mlops.profile) AS p FROM mlops.window_summary AS w WHERE w.monitor_id = o.monitor_id AND w.kind = 'profile' AND w.column_name = o.column_name AND w.window_lo IN (SELECT th.day(o.d - 7 * x) FROM generate_series(1, 4) AS x)) AS r,
LATERAL (SELECT array_agg(h.psi) AS psi, array_agg(h.expected) AS expected, max(cardinality(h.counts)) AS bins FROM mlops.window_bins AS h WHERE h.monitor_id = o.monitor_id AND h.column_name = o.column_name AND h.window_lo < o.window_lo AND h.psi IS NOT NULL AND NOT h.bad) AS h,
LATERAL mlops.drift_calibration(h.psi, h.expected, h.bins) AS k
WHERE name = 'daily' AND o.d IN (41, 60) AND o.column_name IN ('still', 'weekly', 'plan') ORDER BY o.d, o.column_name;

-- a window that is read again changes its own numbers, not those of windows after it; the next window sees the new ones
CREATE TABLE th.before AS SELECT * FROM th.seen WHERE name = 'daily';
UPDATE th.rows SET still = still + 2 WHERE d = 30;
SELECT mlops.evaluate('daily', th.day(30), th.day(31)) > 0 AS again;
SELECT d, count(*) FROM (SELECT d, column_name, value, verdict, p_value FROM th.seen WHERE name = 'daily' EXCEPT SELECT d, column_name, value, verdict, p_value FROM th.before) AS t GROUP BY 1;
SELECT mlops.evaluate('daily', th.day(37), th.day(38)) > 0 AS next;
SELECT d, column_name, verdict, detail -> 'n_windows' AS n_windows, detail ->> 'k' AS k FROM th.seen WHERE name = 'daily' AND d IN (30, 37) AND column_name IN ('still', 'broken') ORDER BY 1, 2;
UPDATE th.rows SET still = still - 2 WHERE d = 30;

-- windows that are excluded are no reference and no measure
SELECT mlops.exclude_windows('daily', th.day(58), th.day(60), 'a test of the import') AS excluded \gset
SELECT mlops.evaluate('daily', th.day(65), th.day(66)) > 0 AS again;
SELECT d, detail -> 'n_windows' AS n_windows, detail ->> 'k' AS k, (SELECT detail ->> 'k' FROM th.before AS b WHERE b.d = s.d AND b.column_name = s.column_name) AS k_before FROM th.seen AS s WHERE name = 'daily' AND d = 65 AND column_name = 'still';
SELECT excluded_from, excluded_to, reason, created_by FROM mlops.excluded_windows;
SELECT mlops.include_windows(:excluded);
SELECT mlops.include_windows(:excluded);
SELECT mlops.exclude_windows('daily', th.day(58), th.day(50), 'backwards');
SELECT mlops.exclude_windows('nobody', th.day(58), th.day(60), 'x');

-- what somebody accepts is the new normal
SELECT mlops.apply_alerts(mlops.monitor_id('daily'), th.day(70), th.day(71)) > 0 AS told;
SELECT count(*) FILTER (WHERE b.bad) AS bad, count(*) AS n FROM mlops.window_bins AS b WHERE b.monitor_id = mlops.monitor_id('daily') AND b.column_name = 'broken' AND b.window_lo >= th.day(70);
SELECT mlops.accept_incident(i.incident_id, 'a new product') FROM mlops.incident AS i WHERE i.monitor_id = mlops.monitor_id('daily') AND i.state <> 'resolved';
SELECT count(*) FILTER (WHERE b.bad) AS bad, count(*) AS n FROM mlops.window_bins AS b WHERE b.monitor_id = mlops.monitor_id('daily') AND b.column_name = 'broken' AND b.window_lo >= th.day(70);

-- a fair is compared with the fair before, and with no other day; not with the calendar of somebody else
SELECT mlops.add_holiday('markets', '2026-01-20', 'fair'), mlops.add_holiday('markets', '2026-01-21', 'fair'), mlops.add_holiday('markets', '2026-02-17', 'fair'), mlops.add_holiday('markets', '2026-02-18', 'Fair');
SELECT mlops.add_holiday('markets', '2026-02-18', 'fair');
SELECT calendar, day, name, owner_name FROM mlops.holiday ORDER BY day;
SELECT mlops.create_monitor('fairs', 'th.rows', 'at', features => '{feast,still}', start_at => th.day(1), end_at => th.day(60), reference => '[{"same_phase": 4}, {"calendar": "markets"}]', checks => '[{"metric": "drift"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('fairs', upto => th.day(60));
SELECT d, column_name, verdict, detail ->> 'reference' AS reference, detail -> 'n_windows' AS n_windows, round(value::numeric, 2) AS size, message FROM th.seen WHERE name = 'fairs' AND column_name = 'feast' AND (verdict IN ('warning', 'critical') OR d IN (16, 44, 45, 51)) ORDER BY d;
SELECT mlops.drop_holiday('markets', '2026-02-18');
SELECT mlops.drop_holiday('markets', '2026-02-18');
SELECT mlops.add_holiday('', '2026-02-18', 'x');

-- what another reference knows is no alarm; below the size that matters it is none, but holds what is open
SELECT mlops.create_monitor('veto', 'th.rows', 'at', features => '{back,broken}', start_at => th.day(15), end_at => th.day(71), reference_from => th.day(1), reference_to => th.day(15), reference => '[{"same_phase": 4}, {"baseline": true}]', checks => '[{"metric": "drift"}, {"metric": "drift", "column": "broken", "size": [0.6, 2], "alpha": 0.001}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('veto', upto => th.day(71));
SELECT d, column_name, verdict, holds, round(value::numeric, 2) AS size, detail ->> 'vetoed_by' AS vetoed_by, detail ->> 'calibrated' AS calibrated, message FROM th.seen WHERE name = 'veto' AND d IN (15, 22, 66, 67, 68, 69, 70) ORDER BY column_name, d;
SELECT c - 'slices' FROM mlops.monitor_version AS v JOIN mlops.monitor AS m USING (monitor_id), jsonb_array_elements(v.checks) AS c WHERE m.name = 'veto';

-- few rows: windows are judged together, as many as have 500 rows and whole weeks
CREATE VIEW th.few AS SELECT * FROM th.rows WHERE i % 4 = 0;
SELECT mlops.create_monitor('few', 'th.few', 'at', features => '{still,broken}', start_at => th.day(1), end_at => th.day(71), min_rows => 100, checks => '[{"metric": "drift"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('few', upto => th.day(71));
SELECT d, column_name, verdict, n, detail -> 'merged' AS merged, detail ->> 'reference' AS reference, round(value::numeric, 2) AS size, left(message, 40) AS message FROM th.seen WHERE name = 'few' AND (d IN (3, 9, 30) AND column_name = 'still' OR d IN (66, 70)) ORDER BY d, column_name;

-- scores: what is not felt is no more than a warning; the slow rule judges the score, every 7th window
CREATE VIEW th.scored AS SELECT *, (hashint4(i + 5)::bigint + 2147483648.0) / 4294967296 < score AS label FROM th.rows;
SELECT mlops.create_monitor('scored', 'th.scored', 'at', task => 'binary', score_column => 'score', features => '{still,broken,feast}', start_at => th.day(15), end_at => th.day(71), reference_from => th.day(1), reference_to => th.day(15),
    checks => '[{"metric": "drift"}, {"metric": "drift_slow"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('scored', upto => th.day(71));
SELECT d, column_name, verdict, round(value::numeric, 2) AS size, round((detail ->> 'es')::numeric, 2) AS es, round((detail ->> 'eta2')::numeric, 3) AS eta2, detail -> 'felt' AS felt, message FROM th.seen WHERE name = 'scored' AND d IN (44, 67) AND column_name <> 'still' ORDER BY d, column_name;
SELECT o.window_lo, o.column_name, o.verdict, round(o.value::numeric, 2) AS size, o.message, o.rule -> 'k_of_n' AS k_of_n FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'scored' AND o.metric = 'drift_slow' AND (o.column_name = 'score' OR o.window_lo > th.day(63)) ORDER BY 1, 2;

-- numbers of a window beside those of their weekday; estimates without labels
CREATE VIEW th.worse AS SELECT at, still, score, (hashint4(i + 5)::bigint + 2147483648.0) / 4294967296 < score AS label
FROM (SELECT i, at, still, CASE WHEN d > 67 THEN 0.45 + 0.1 * score ELSE 1 / (1 + exp(20 * (0.5 - score))) END AS score FROM th.rows WHERE d <> 69 OR i % 3 = 0) AS t;
SELECT mlops.create_monitor('numbers', 'th.worse', 'at', task => 'binary', score_column => 'score', label_column => 'label', features => '{still}', start_at => th.day(15), end_at => th.day(71), reference_from => th.day(1), reference_to => th.day(15),
    checks => '[{"metric": "n", "alpha": [0.01, 0.001], "size": [0.5, 3]}, {"metric": "mean", "column": "still", "alpha": 0.001, "slices": false}, {"metric": "cbpe_roc_auc"}, {"metric": "roc_auc", "alpha": 0.01}, {"metric": "brier_score"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('numbers', upto => th.day(71));
SELECT d, metric, verdict, round(value::numeric, 3) AS value, round((detail ->> 'expected')::numeric, 3) AS expected, round((detail ->> 't')::numeric, 1) AS t, detail ->> 'k' AS k, message FROM
 (SELECT (extract(epoch FROM o.window_lo - th.day(1)) / 86400)::integer + 1 AS d, o.* FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'numbers' AND o.slice_column IS NULL AND o.metric IN ('n', 'mean', 'cbpe_roc_auc', 'roc_auc') AND o.rule IS NOT NULL) AS o
WHERE o.verdict IN ('warning', 'critical') OR d IN (20, 63) ORDER BY d, metric;

-- what a check may say
CREATE FUNCTION th.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement; message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;
SELECT c, t.* FROM unnest(ARRAY['"alpha": 2', '"alpha": [0.1, 0.01, 0.001]', '"size": 0', '"size": "x"', '"reference": "baseline"', '"reference": [{"same_phase": 1.5}]', '"reference": [{"previous": 3, "max_age": 2}]', '"reference": [{"same_phase": 4, "phase": "moon"}]', '"reference": [{"same_phase": 4, "phase": "day_of_month", "max_age": 12}]']) AS c,
    LATERAL th.try(format('SELECT mlops.alter_monitor(%L, %L)', 'fairs', format('{"checks": [{"metric": "drift", %s}]}', c))) AS t;
SELECT * FROM th.try($$SELECT mlops.alter_monitor('fairs', '{"phase": "moon"}')$$);
SELECT * FROM th.try($$SELECT mlops.alter_monitor('fairs', '{"checks": [{"metric": "drift_slow"}]}')$$);

-- others see and change nothing of it
\c :db :superuser
CREATE ROLE regress_other LOGIN;
SELECT mlops.grant_use('regress_other') > 0 AS granted;
SET ROLE regress_other;
SELECT (SELECT count(*) FROM mlops.holiday) AS holidays, (SELECT count(*) FROM mlops.window_bins) AS windows, (SELECT count(*) FROM mlops.column_bins) AS columns, (SELECT count(*) FROM mlops.excluded_windows) AS excluded;
SELECT mlops.drop_holiday('markets', '2026-02-17');
SELECT mlops.exclude_windows('daily', now(), now() + interval '1 day', 'x');
SELECT mlops_internal.store_bin_scores(1, 1, '{}', '{}', 1);
SELECT mlops.add_holiday('markets', '2026-03-01', 'mine');
RESET ROLE;
-- holidays follow their owner
REASSIGN OWNED BY regress_other TO regress_judge;
SELECT day, name, owner_name FROM mlops.holiday ORDER BY day;
DROP OWNED BY regress_other;
DROP ROLE regress_other;
DROP OWNED BY regress_judge;
SELECT count(*) FROM mlops.holiday;
DROP ROLE regress_judge;

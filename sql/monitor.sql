--
-- monitor: definitions, windows, evaluation, verdicts, restatement, rights
--
\set SHOW_CONTEXT never
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD''; SET IntervalStyle = ''postgres'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_monitor_ann LOGIN;
CREATE ROLE regress_monitor_bob LOGIN;
CREATE ROLE regress_monitor_team;
GRANT regress_monitor_ann TO regress_monitor_team;
CREATE SCHEMA mt AUTHORIZATION regress_monitor_ann;
SELECT mlops.grant_use('regress_monitor_ann') = mlops.grant_use('regress_monitor_bob') AS same;
-- the error that a statement gives
CREATE FUNCTION mt.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;

--
-- windows
--
-- days of local time: 23 hours in March, 25 in October
SELECT k, mlops_internal.window_start('2026-03-27 23:00Z', '1 day', 'Europe/Berlin', k) AS lo,
       mlops_internal.window_start('2026-03-27 23:00Z', '1 day', 'Europe/Berlin', k + 1) - mlops_internal.window_start('2026-03-27 23:00Z', '1 day', 'Europe/Berlin', k) AS length
FROM generate_series(0, 3) AS k;
SELECT mlops_internal.window_start('2026-10-23 22:00Z', '1 day', 'Europe/Berlin', k + 1) - mlops_internal.window_start('2026-10-23 22:00Z', '1 day', 'Europe/Berlin', k) AS length
FROM generate_series(0, 3) AS k;
-- hours are elapsed time
SELECT k, mlops_internal.window_start('2026-10-24 23:00Z', '1 hour', 'Europe/Berlin', k) AT TIME ZONE 'Europe/Berlin' AS local
FROM generate_series(0, 4) AS k;
-- midnight that comes twice (first one), and midnight that never comes
SELECT mlops_internal.local_instant('2026-11-01 00:00', 'America/Havana');
SELECT mlops_internal.local_instant('2026-03-08 00:00', 'America/Havana');
SELECT mlops_internal.local_instant('2026-10-25 02:30', 'Europe/Berlin'), mlops_internal.local_instant('2026-03-29 02:30', 'Europe/Berlin');
-- months are counted from the first window
SELECT k, mlops_internal.window_start('2026-01-31 00:00Z', '1 month', 'UTC', k) FROM generate_series(0, 4) AS k;
-- the number of a window is the inverse of its start
SELECT g, count(*) FILTER (WHERE mlops_internal.window_number('2024-02-29 05:00Z', g, z, s) = k) AS found,
       count(*) FILTER (WHERE mlops_internal.window_number('2024-02-29 05:00Z', g, z, s - interval '1 us') = k - 1) AS before
FROM (VALUES (interval '1 day', 'Europe/Berlin'), ('2 weeks', 'America/New_York'), ('1 month', 'Asia/Kathmandu'),
             ('3 months', 'Australia/Lord_Howe'), ('1 year', 'UTC'), ('6 hours', 'Europe/Berlin'), ('1 minute', 'UTC')) AS v(g, z),
     generate_series(-50, 700, 7) AS k, mlops_internal.window_start('2024-02-29 05:00Z', g, z, k) AS s
GROUP BY g ORDER BY g;

--
-- what is wrong with a definition is found at once
--
\c - regress_monitor_ann
:settings
CREATE TABLE mt.predictions (at timestamptz, local_at timestamp, day date, x float8, region text, score float8, label integer,
                             decision boolean, paid numeric, expected numeric, place point, tags text[]);
CREATE TABLE mt.other (at timestamptz, x integer, region text, score float8, label integer);
\c - :superuser
:settings
CREATE TABLE mt.secret (at timestamptz, x float8);
CREATE SCHEMA mt_closed;
CREATE TABLE mt_closed.t (at timestamptz, x float8);
GRANT SELECT ON mt_closed.t TO regress_monitor_ann;
\c - regress_monitor_ann
:settings
CREATE TEMP TABLE gone (at timestamptz);
SELECT call, t.* FROM (VALUES
    ($$'', 'mt.predictions', 'at'$$),
    ($$E'a\nb', 'mt.predictions', 'at'$$),
    ($$'m', NULL, 'at'$$),
    ($$'m', 'mt.predictions', NULL$$),
    ($$'m', 'pg_temp.gone', 'at'$$),
    ($$'m', 'mt.secret', 'at', features => '{x}'$$),
    ($$'m', 'mt_closed.t', 'at'$$),
    ($$'m', 'mt.predictions', 'when'$$),
    ($$'m', 'mt.predictions', 'x'$$),
    ($$'m', 'mt.predictions', 'at', features => '{y}'$$),
    ($$'m', 'mt.predictions', 'at', features => '{ctid}'$$),
    ($$'m', 'mt.predictions', 'at', features => '{x,x}'$$),
    ($$'m', 'mt.predictions', 'at', features => '{x,NULL}'$$),
    ($$'m', 'mt.predictions', 'at', features => '{place}'$$),
    ($$'m', 'mt.predictions', 'at', features => '{tags}'$$),
    ($$'m', 'mt.predictions', 'at', slices => '{nowhere}'$$),
    ($$'m', 'mt.predictions', 'at', score_column => 'region', label_column => 'label'$$),
    ($$'m', 'mt.predictions', 'at', score_column => 'score', label_column => 'region'$$),
    ($$'m', 'mt.predictions', 'at', score_column => 'score', label_column => 'day'$$),
    ($$'m', 'mt.predictions', 'at', task => 'regression', label_column => 'decision', prediction_column => 'x'$$),
    ($$'m', 'mt.predictions', 'at', task => 'guessing'$$),
    ($$'m', 'mt.predictions', 'at', model => 'no such model'$$),
    ($$'m', 'mt.predictions', 'at', granularity => '0'$$),
    ($$'m', 'mt.predictions', 'at', granularity => '-1 day'$$),
    ($$'m', 'mt.predictions', 'at', granularity => NULL$$),
    ($$'m', 'mt.predictions', 'at', granularity => '1 month 1 day'$$),
    ($$'m', 'mt.predictions', 'at', granularity => '1 day 1 hour'$$),
    ($$'m', 'mt.predictions', 'at', granularity => '1 us'$$),
    ($$'m', 'mt.predictions', 'at', granularity => '178000000 years'$$),
    ($$'m', 'mt.predictions', 'at', delay => '-1 hour'$$),
    ($$'m', 'mt.predictions', 'at', start_at => 'infinity'$$),
    ($$'m', 'mt.predictions', 'at', start_at => '2026-01-02Z', end_at => '2026-01-02Z'$$),
    ($$'m', 'mt.predictions', 'at', reference_from => '2026-01-02Z', reference_to => '2026-01-01Z'$$),
    ($$'m', 'mt.predictions', 'at', features => '{x}', reference_relation => 'mt.other'$$),
    ($$'m', 'mt.predictions', 'at', features => '{expected}', reference_relation => 'mt.other'$$),
    ($$'m', 'mt.predictions', 'at', schedule => 'now and then'$$),
    ($$'m', 'mt.predictions', 'at', time_zone => 'Mars/Phobos'$$),
    ($$'m', 'mt.predictions', 'at', min_rows => -1$$),
    ($$'m', 'mt.predictions', 'at', threshold => 'NaN'$$),
    ($$'m', 'mt.predictions', 'at', reference_from => '2026-01-02Z', start_at => '2026-01-01Z'$$),
    ($$'m ', 'mt.predictions', 'at'$$),
    ($$'m', 'mt.predictions', 'at', owner => 4294967295::oid$$),
    ($$'m', 'mt.predictions', 'at', owner => 'regress_monitor_bob'$$)) AS v(call),
    LATERAL mt.try('SELECT mlops.create_monitor(' || call || ')') AS t;
\c - :superuser
:settings
SELECT t.* FROM mt.try($$SELECT mlops.create_monitor('m', 'mt.predictions', 'at', owner => (SELECT oid::regrole FROM pg_roles WHERE oid = 10))$$) AS t(state, message, hint)
WHERE state <> '0P000';
SELECT t.* FROM mt.try($$SELECT mlops.create_monitor('m', 'mt.predictions', 'at', owner => 'regress_monitor_team')$$) AS t;
\c - regress_monitor_ann
:settings
-- checks
SELECT rule, t.* FROM (VALUES
    ('1'),
    ('{"metric": "psi"}'),
    ('[1]'),
    ('[{"metric": "happiness", "warning": {"above": 1}}]'),
    ('[{"warning": {"above": 1}}]'),
    ('[{"metric": "psi", "colour": "x", "warning": {"above": 1}}]'),
    ('[{"metric": "psi", "k_of_n": [3, 2]}]'),
    ('[{"metric": "psi", "column": "at", "warning": {"above": 1}}]'),
    ('[{"metric": "ks_test", "column": "region", "warning": {"above": 1}}]'),
    ('[{"metric": "mae", "warning": {"above": 1}}]'),
    ('[{"metric": "roc_auc", "column": "x", "warning": {"below": 1}}]'),
    ('[{"metric": "psi", "warning": {}}]'),
    ('[{"metric": "psi", "warning": 5}]'),
    ('[{"metric": "psi", "warning": {"over": 1}}]'),
    ('[{"metric": "psi", "warning": {"above": "much"}}]'),
    ('[{"metric": "psi", "warning": {"above": 1e400}}]'),
    ('[{"metric": "psi", "warning": {"above": 1e-400}}]'),
    ('[{"metric": "psi", "warning": {"above_reference": 1}}]'),
    ('[{"metric": "psi", "warning": {"p_below": 0.05}}]'),
    ('[{"metric": "psi", "warning": {"above": 0.2}, "critical": {"above": 0.1}}]'),
    ('[{"metric": "roc_auc", "warning": {"below": 0.6}, "critical": {"below": 0.7}}]'),
    ('[{"metric": "psi", "slices": "few", "warning": {"above": 1}}]'),
    ('[{"metric": "psi", "min_rows": 1.5, "warning": {"above": 1}}]'),
    ('[{"metric": "psi", "warning": {"above": 1}}, {"metric": "psi", "column": "*", "critical": {"above": 2}}]')) AS v(rule),
    LATERAL mt.try(format($$SELECT mlops.create_monitor('m', 'mt.predictions', 'at', label_column => 'label', score_column => 'score', features => '{x,region}', reference_from => '2026-01-01Z', checks => %L)$$, rule)) AS t;
SELECT rule, t.* FROM (VALUES
    ('[{"metric": "psi", "warning": {"above": 1}}]'),
    ('[{"metric": "mean", "warning": {"above_reference": 1}}]'),
    ('[{"metric": "n", "warning": {"below_reference": 1}}]'),
    ('[{"metric": "label_coverage", "warning": {"below": 1}}]'),
    ('[{"metric": "accuracy", "warning": {"below": 1}}]')) AS v(rule),
    LATERAL mt.try(format($$SELECT mlops.create_monitor('m', 'mt.predictions', 'at', features => '{x,region}', checks => %L)$$, rule)) AS t;
SELECT count(*) FROM mlops.monitor WHERE name = 'm';

--
-- a monitor whose drift is known
--
-- 144 rows a day: a reference of 7 days, then 4 days.  On the 10th x is halved
-- in the north, on the 11th the label turns round.
INSERT INTO mt.predictions (at, x, region, score, label, decision)
SELECT t.at, CASE WHEN t.d = 10 AND t.i % 2 = 0 THEN t.v / 2 ELSE t.v END, CASE t.i % 2 WHEN 0 THEN 'north' ELSE 'south' END,
       t.v / 100.0, CASE WHEN t.d = 11 THEN (t.v < 50)::integer ELSE (t.v >= 50)::integer END, t.v >= 60
FROM (SELECT i, '2026-01-01 00:00Z'::timestamptz + i * interval '10 minutes' AS at, 1 + i / 144 AS d, (i * 7) % 100 AS v
      FROM generate_series(0, 11 * 144 - 1) AS i) AS t;
SELECT mlops.create_monitor('drifting', 'mt.predictions', 'at', label_column => 'label', score_column => 'score',
    features => '{x,region}', slices => '{region}', start_at => '2026-01-08 00:00Z', end_at => '2026-01-13 00:00Z',
    reference_from => '2026-01-01 00:00Z', reference_to => '2026-01-08 00:00Z', delay => '2 hours', schedule => NULL,
    checks => '[{"metric": "roc_auc", "warning": {"below": 0.8}, "critical": {"below": 0.7}},
                {"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}},
                {"metric": "psi", "column": "label", "slices": false, "critical": {"above": 0.3}},
                {"metric": "mean", "column": "x", "warning": {"below_reference": 20}},
                {"metric": "ks_test", "column": "x", "slices": false, "warning": {"p_below": 0.01}, "critical": {"above": 0.9, "p_below": 0.01}},
                {"metric": "n", "slices": false, "critical": {"below": 100}}]') IS NOT NULL AS created;
SELECT t.* FROM mt.try($$SELECT mlops.create_monitor('drifting', 'mt.predictions', 'at')$$) AS t;
SELECT task, kinds, features, slices, schedule, jsonb_pretty(checks -> 1) AS psi FROM mlops.monitor_version;
SELECT w.* FROM mlops.monitor AS m, mlops.windows(m.monitor_id, '2026-01-11 01:59Z') AS w WHERE name = 'drifting';
SELECT w.* FROM mlops.monitor AS m, mlops.windows(m.monitor_id, '2027-01-01Z', '2026-01-11 12:00Z') AS w WHERE name = 'drifting';
SELECT w.* FROM mlops.monitor AS m, mlops.next_window(m.monitor_id) AS w WHERE name = 'drifting';
SELECT window_lo, window_hi, n_observations > 0 AS observed FROM mlops.backfill('drifting', upto => '2026-01-13 02:00Z');
SELECT count(*) AS windows_left FROM mlops.monitor AS m, mlops.next_window(m.monitor_id) AS w WHERE name = 'drifting';
-- every verdict that is not ok
SELECT window_lo::date AS day, slice_value AS slice, column_name, metric, verdict, n
FROM mlops.observation WHERE verdict <> 'ok' ORDER BY window_lo, slice_value NULLS FIRST, column_name NULLS FIRST, metric;
SELECT verdict, message FROM mlops.observation WHERE window_lo = '2026-01-11Z' AND metric = 'roc_auc' AND slice_column IS NULL;
-- the numbers are those of the rows
WITH direct AS (
    SELECT CASE WHEN grouping(region) = 0 THEN region END AS slice, mlops.profile(x) AS x,
           mlops.roc_auc(label, score) AS auc, count(*) AS n
    FROM mt.predictions WHERE at >= '2026-01-10Z' AND at < '2026-01-11Z' GROUP BY GROUPING SETS ((), (region))
), reference AS (
    SELECT CASE WHEN grouping(region) = 0 THEN region END AS slice, mlops.profile(x) AS x
    FROM mt.predictions WHERE at >= '2026-01-01Z' AND at < '2026-01-08Z' GROUP BY GROUPING SETS ((), (region))
)
SELECT d.slice, o.metric,
       o.value = CASE o.metric WHEN 'psi' THEN mlops.psi(r.x, d.x) WHEN 'roc_auc' THEN d.auc
                               WHEN 'mean' THEN mlops.mean(d.x) WHEN 'n' THEN d.n
                               WHEN 'wasserstein_distance' THEN mlops.wasserstein_distance(r.x, d.x) END AS same
FROM direct AS d JOIN reference AS r ON r.slice IS NOT DISTINCT FROM d.slice
JOIN mlops.observation AS o ON o.slice_value IS NOT DISTINCT FROM d.slice AND o.window_lo = '2026-01-10Z'
    AND (o.metric IN ('roc_auc', 'n') OR o.column_name = 'x' AND o.metric IN ('psi', 'mean', 'wasserstein_distance'))
ORDER BY 1 NULLS FIRST, 2;
-- a profile per column and slice, the counts and the scores, nothing of region inside region
SELECT slice_value, column_name, kind, n, n_labelled, n_invalid, substring(summary::text, '^\w+') AS summary
FROM mlops.window_summary WHERE window_lo = '2026-01-08Z' ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, 3;
SELECT count(*), count(DISTINCT version) FROM mlops.baseline;
-- summaries roll up
SELECT mlops.n(mlops.merge(summary)::mlops.profile) FROM mlops.window_summary WHERE kind = 'profile' AND column_name = 'x' AND slice_column IS NULL;

--
-- late labels restate a window
--
SELECT mlops.alter_monitor('drifting', '{"end_at": null}');
INSERT INTO mt.predictions (at, x, region, score, label)
SELECT '2026-01-12 00:00Z'::timestamptz + i * interval '10 minutes', (i * 7) % 100, 'south', ((i * 7) % 100) / 100.0,
       CASE WHEN i < 100 THEN ((i * 7) % 100 >= 50)::integer WHEN i = 100 THEN 7 END
FROM generate_series(0, 143) AS i;
SELECT count(*) FROM mlops.backfill('drifting', '2026-01-12Z', '2026-01-13 02:00Z');
SELECT metric, round(value::numeric, 4) AS value, n, verdict FROM mlops.observation
WHERE window_lo = '2026-01-12Z' AND slice_column IS NULL AND metric IN ('roc_auc', 'label_coverage', 'n_invalid', 'n') ORDER BY 1;
UPDATE mt.predictions SET label = (x < 50)::integer WHERE at >= '2026-01-12 12:00Z' AND at < '2026-01-13Z';
SELECT count(*) FROM mlops.backfill('drifting', '2026-01-12Z', '2026-01-13 02:00Z');
SELECT metric, round(value::numeric, 4) AS value, round(first_value::numeric, 4) AS first_value, verdict, version, restated_at IS NOT NULL AS restated FROM mlops.observation
WHERE window_lo = '2026-01-12Z' AND slice_column IS NULL AND metric IN ('roc_auc', 'label_coverage', 'n_invalid', 'n') ORDER BY 1;
-- evaluated once more: nothing is restated
CREATE TEMP TABLE was AS SELECT * FROM mlops.observation;
SELECT count(*) FROM mlops.backfill('drifting', '2026-01-08Z', '2026-01-13 02:00Z');
SELECT count(*) FROM (SELECT to_jsonb(w) - 'version' FROM was AS w EXCEPT SELECT to_jsonb(o) - 'version' FROM mlops.observation AS o) AS d;

--
-- no rows, few rows, dirty rows
--
SELECT mlops.create_monitor('dirty', 'mt.predictions', 'local_at', label_column => 'label', prediction_column => 'decision', score_column => 'score',
    features => '{x,region,paid}', slices => '{region}', granularity => '6 hours', time_zone => 'Europe/Berlin', start_at => '2026-03-28 23:00Z',
    checks => '[{"metric": "accuracy", "critical": {"below": 0.5}}, {"metric": "mean", "column": "x", "critical": {"above": 10}},
                {"metric": "n", "slices": false, "warning": {"below": 1}}]') IS NOT NULL AS created;
INSERT INTO mt.predictions (local_at, x, region, score, label, decision, paid)
SELECT timestamp '2026-03-29 05:00' + i * interval '1 minute',
       CASE i % 4 WHEN 0 THEN float8 'NaN' WHEN 1 THEN NULL WHEN 2 THEN '-Infinity' ELSE i END,
       CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'it''s "x"' END,
       CASE i % 5 WHEN 0 THEN float8 'NaN' WHEN 1 THEN 7 WHEN 2 THEN NULL ELSE 0.5 END,
       CASE i % 3 WHEN 0 THEN 2 WHEN 1 THEN NULL ELSE 1 END, i % 2 = 0,
       CASE i % 4 WHEN 0 THEN numeric 'NaN' WHEN 1 THEN 1e400 WHEN 2 THEN 1e-400 ELSE -1e400 END
FROM generate_series(0, 239) AS i;
-- by the wall clock the first window ends at seven: it skips an hour
SELECT window_lo, window_hi, n_observations > 0 AS observed FROM mlops.backfill('dirty', upto => '2026-03-29 11:00Z');
SELECT window_lo, slice_column, slice_value, column_name, metric, value, n, verdict, message FROM mlops.observation AS o
WHERE monitor_id = mlops.monitor_id('dirty') AND (verdict IS DISTINCT FROM 'ok' AND rule IS NOT NULL OR metric IN ('evaluation', 'n', 'n_invalid', 'label_coverage', 'null_rate', 'n_nan') AND slice_column IS NULL)
ORDER BY window_lo, slice_column NULLS FIRST, slice_value NULLS FIRST, column_name NULLS FIRST, metric;

--
-- regression, dates, partitions, more slices than fit
--
CREATE TABLE mt.parts (day date, actual numeric, predicted float4, shop integer) PARTITION BY RANGE (day);
CREATE TABLE mt.parts_1 PARTITION OF mt.parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE mt.parts_2 PARTITION OF mt.parts DEFAULT;
INSERT INTO mt.parts SELECT date '2026-01-31' + i / 600, i % 10, i % 10 + (i / 600 + 1), (i % 600) / 5 FROM generate_series(0, 1199) AS i;
SELECT mlops.create_monitor('regression', 'mt.parts', 'day', label_column => 'actual', prediction_column => 'predicted', slices => '{shop}',
    start_at => '2026-01-30 15:00Z', time_zone => 'Asia/Tokyo', min_rows => 5, checks => '[{"metric": "mae", "slices": false, "warning": {"above": 1.5}}]') IS NOT NULL AS created;
SELECT window_lo, window_hi FROM mlops.backfill('regression', upto => '2026-02-02 15:00Z');
SELECT window_lo, metric, value, n, verdict FROM mlops.observation
WHERE monitor_id = mlops.monitor_id('regression') AND slice_column IS NULL AND metric IN ('mae', 'mean_error', 'rmse', 'n') ORDER BY 1, 2;
SELECT window_lo, slice_column, metric, value FROM mlops.observation WHERE slice_value = '(other)' AND metric = 'n' AND monitor_id = mlops.monitor_id('regression') ORDER BY 1;
SELECT window_lo, count(DISTINCT slice_value) FROM mlops.window_summary WHERE slice_column = 'shop' GROUP BY 1 ORDER BY 1;

-- the task of a model
SELECT mlops.create_model('regress risk', 'regression') IS NOT NULL AS created;
SELECT mlops.create_monitor('risk', 'mt.predictions', 'at', model => 'regress risk', label_column => 'label', prediction_column => 'x', start_at => '2026-01-01Z') IS NOT NULL AS created;
SELECT v.task, m.model_id = mlops.model_id('regress risk') AS linked FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version) WHERE m.name = 'risk';
SELECT t.* FROM mt.try($$SELECT mlops.create_monitor('m', 'mt.predictions', 'at', model => 'regress risk', task => 'binary')$$) AS t;
\c - :superuser
:settings
GRANT USAGE ON SCHEMA mt TO regress_monitor_bob;
GRANT SELECT ON mt.predictions TO regress_monitor_bob;
\c - regress_monitor_bob
:settings
SELECT t.* FROM mt.try($$SELECT mlops.create_monitor('m', 'mt.predictions', 'at', model => 'regress risk')$$) AS t;
\c - :superuser
:settings
\c - regress_monitor_ann
:settings

-- several classes
CREATE TABLE mt.kinds (at timestamptz, truth text, guess text);
INSERT INTO mt.kinds SELECT '2026-01-01Z'::timestamptz + i * interval '1 minute', (ARRAY['a', 'b', 'c'])[1 + i % 3], CASE WHEN i % 10 = 0 THEN 'a' WHEN i = 1 THEN NULL ELSE (ARRAY['a', 'b', 'c'])[1 + i % 3] END FROM generate_series(0, 89) AS i;
SELECT mlops.create_monitor('kinds', 'mt.kinds', 'at', label_column => 'truth', prediction_column => 'guess', start_at => '2026-01-01Z', checks => '[{"metric": "accuracy", "warning": {"below": 0.95}}]') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('kinds', upto => '2026-01-02Z');
SELECT o.metric, o.n, o.verdict, o.value = CASE o.metric WHEN 'accuracy' THEN mlops.accuracy(k.truth, k.guess) WHEN 'f1_score' THEN mlops.f1_score(k.truth, k.guess, 'macro') END AS same
FROM mlops.observation AS o, mt.kinds AS k WHERE o.monitor_id = mlops.monitor_id('kinds') AND o.metric IN ('accuracy', 'f1_score') GROUP BY o.metric, o.n, o.verdict, o.value ORDER BY 1;

--
-- a reference of its own, loaded late; tests adjusted for the number of columns
--
CREATE TABLE mt.training (x float8, paid numeric, region text, decision boolean);
SELECT mlops.create_monitor('trained', 'mt.predictions', 'at', features => '{x,paid,region,decision}', start_at => '2026-01-08Z', reference_relation => 'mt.training',
    checks => '[{"metric": "ks_test", "critical": {"p_below": 0.01}}, {"metric": "chi_square_test", "critical": {"above": 0, "p_below": 0.01}}]') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('trained', upto => '2026-01-09Z');
SELECT column_name, metric, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('trained') AND rule IS NOT NULL ORDER BY 1, 2;
INSERT INTO mt.training SELECT i % 100, i, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END, i % 100 < 20 FROM generate_series(0, 999) AS i;
SELECT count(*) FROM mlops.backfill('trained', upto => '2026-01-09Z');
SELECT o.column_name, o.metric, o.verdict, o.n, abs(o.p_adjusted - (mlops.p_adjust(a.p, 'fdr_bh'))[a.place[o.column_name::text]::integer]) < 1e-15 AS adjusted
FROM mlops.observation AS o,
     (SELECT array_agg(p_value ORDER BY column_name) AS p, jsonb_object_agg(column_name, place) AS place
      FROM (SELECT column_name, p_value, row_number() OVER (ORDER BY column_name) AS place FROM mlops.observation
            WHERE monitor_id = mlops.monitor_id('trained') AND p_value IS NOT NULL) AS t) AS a
WHERE o.monitor_id = mlops.monitor_id('trained') AND o.rule IS NOT NULL ORDER BY 1, 2;

--
-- names and values that want to be something else
--
CREATE TABLE mt."a""b'; DROP TABLE mt.other; --" ("t""; SELECT 1" timestamptz, "c""d'%s$1" float8, "drop table" text);
INSERT INTO mt."a""b'; DROP TABLE mt.other; --" SELECT '2026-01-01 00:00Z'::timestamptz + i * interval '1 minute', i, '''; DROP TABLE mt.other; --' FROM generate_series(0, 99) AS i;
SELECT mlops.create_monitor('"; DROP TABLE mt.other', 'mt."a""b''; DROP TABLE mt.other; --"', 't"; SELECT 1', features => ARRAY['c"d''%s$1', 'drop table'],
    slices => '{drop table}', start_at => '2026-01-01Z', checks => '[{"metric": "mean", "column": "c\"d''%s$1", "warning": {"above": 40}}]') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('"; DROP TABLE mt.other', upto => '2026-01-02Z');
SELECT slice_column, slice_value, column_name, value, verdict FROM mlops.observation
WHERE monitor_id = mlops.monitor_id('"; DROP TABLE mt.other') AND rule IS NOT NULL ORDER BY 1 NULLS FIRST;
SELECT count(*) FROM mt.other;

--
-- who runs, who reads, who writes
--
-- a view with a function in it, and a table with policies: both see the owner
\c - :superuser
:settings
CREATE TABLE mt.rows_of (who text, at timestamptz, x integer);
INSERT INTO mt.rows_of SELECT who, '2026-01-01 01:00Z', 1 FROM (VALUES ('regress_monitor_ann'), ('regress_monitor_ann'), ('regress_monitor_bob')) AS v(who);
ALTER TABLE mt.rows_of ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON mt.rows_of USING (who = current_user);
GRANT SELECT ON mt.rows_of TO regress_monitor_ann;
\c - regress_monitor_ann
:settings
CREATE TABLE mt.callers (role text, definer text);
CREATE FUNCTION mt.tell(x integer) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO mt.callers VALUES (current_user, session_user); RETURN x; END $$;
CREATE VIEW mt.telling AS SELECT at, mt.tell(x) AS x FROM mt.rows_of;
SELECT mlops.create_monitor('policies', 'mt.rows_of', 'at', features => '{x}', start_at => '2026-01-01Z') IS NOT NULL AS created;
SELECT mlops.create_monitor('telling', 'mt.telling', 'at', features => '{x}', start_at => '2026-01-01Z') IS NOT NULL AS created;
SELECT count(*) FROM mlops.backfill('policies', upto => '2026-01-02Z');
SELECT count(*) FROM mlops.backfill('telling', upto => '2026-01-02Z');
SELECT value FROM mlops.observation WHERE monitor_id = mlops.monitor_id('policies') AND metric = 'n';
SELECT DISTINCT role FROM mt.callers;
\c - :superuser
:settings
-- not even a superuser evaluates another's monitor
SELECT t.state, t.message, t.hint FROM mt.try($$SELECT mlops.evaluate(monitor_id, '2026-01-01Z', '2026-01-02Z') FROM mlops.monitor WHERE name = 'policies'$$) AS t;
-- another role: sees nothing, may nothing
CREATE TABLE mt.ids AS SELECT monitor_id, name FROM mlops.monitor;
GRANT USAGE ON SCHEMA mt TO regress_monitor_bob;
GRANT SELECT ON mt.ids TO regress_monitor_ann, regress_monitor_bob;
\c - regress_monitor_bob
:settings
SELECT (SELECT count(*) FROM mlops.monitor) AS monitor, (SELECT count(*) FROM mlops.monitor_version) AS version, (SELECT count(*) FROM mlops.baseline) AS baseline,
       (SELECT count(*) FROM mlops.window_summary) AS summary, (SELECT count(*) FROM mlops.observation) AS observation,
       (SELECT count(*) FROM mt.ids AS i, mlops.windows(i.monitor_id, '2026-02-01Z')) AS windows,
       (SELECT count(*) FROM mt.ids AS i, mlops.next_window(i.monitor_id)) AS next_window;
SELECT t.state, replace(t.message, i.monitor_id::text, 'N') AS message FROM mt.ids AS i, LATERAL (VALUES
    (1, 'SELECT mlops.evaluate(%1$s, ''2026-01-01Z'', ''2026-01-02Z'')'),
    (2, 'SELECT mlops.backfill(''policies'')'),
    (3, 'SELECT mlops.alter_monitor(''policies'', ''{}'')'),
    (4, 'SELECT mlops.drop_monitor(''policies'')'),
    (5, 'SELECT mlops_internal.store_baseline(%1$s, 1, ''{}'')'),
    (6, 'SELECT mlops_internal.store_window(%1$s, 1, ''2026-01-01Z'', ''2026-01-02Z'', ''{}'')'),
    (7, 'SELECT mlops.record_failure(%1$s, ''2026-01-01Z'', ''2026-01-02Z'', ''XX000'', ''planted'')'),
    (8, 'INSERT INTO mlops.monitor (name, owner_oid, owner_name) VALUES (''x'', 10, ''postgres'')'),
    (9, 'UPDATE mlops.observation SET verdict = ''ok'''),
    (10, 'DELETE FROM mlops.monitor_version'),
    (11, 'SELECT mlops_internal.own_monitor(%1$s, mlops_internal.caller())')) AS v(place, statement), LATERAL mt.try(format(statement, i.monitor_id)) AS t
WHERE i.name = 'policies' ORDER BY place;
\c - :superuser
:settings
-- whoever is a member of the owner reads
SET ROLE regress_monitor_team;
SELECT count(*) > 0 AS reads FROM mlops.observation;
\c - :superuser
:settings

--
-- changes of a definition, and failures
--
\c - regress_monitor_ann
:settings
SELECT change, t.* FROM (VALUES ('[]'), ('{"owner": "x"}'), ('{"features": ["nope"]}'), ('{"granularity": "soon"}'), ('{"granularity": "1 month 1 day"}'), ('{"relation": "nowhere"}'), ('{"reference_relation": "mt.nowhere"}'), ('{"relation": null}')) AS v(change),
    LATERAL mt.try(format($$SELECT mlops.alter_monitor('policies', %L)$$, change)) AS t;
SELECT t.* FROM mt.try($$SELECT mlops.alter_monitor('nothing', '{}')$$) AS t;
SELECT mlops.alter_monitor('policies', '{"granularity": "1 hour", "features": ["x", "who"], "checks": [{"metric": "n", "warning": {"below": 5}}]}');
SELECT v.version, v.granularity, v.features FROM mlops.monitor_version AS v WHERE v.monitor_id = mlops.monitor_id('policies') ORDER BY 1;
SELECT t.state, regexp_replace(t.message, '\d+\)', 'N)') AS message FROM mt.try($$SELECT mlops.evaluate(mlops.monitor_id('policies'), '2026-01-01 00:30Z', '2026-01-01 01:30Z')$$) AS t;
SELECT t.state, t.message FROM mt.try($$SELECT mlops.evaluate('policies', '2025-12-31 23:00Z', '2026-01-01 00:00Z')$$) AS t;
SELECT t.state, t.message FROM mt.try($$SELECT mlops.evaluate(-1, '2026-01-01Z', '2026-01-02Z')$$) AS t;
-- something changes while a window is read
SELECT t.* FROM mt.try($$SELECT mlops_internal.store_window(mlops.monitor_id('policies'), 1, '2026-01-01Z', '2026-01-02Z', '{}')$$) AS t;
\c - :superuser
:settings
ALTER TABLE mt.rows_of RENAME COLUMN x TO y;
\c - regress_monitor_ann
:settings
SELECT t.* FROM mt.try($$SELECT mlops.backfill('policies', upto => '2026-01-01 02:00Z')$$) AS t;
SELECT mlops.record_failure(mlops.monitor_id('policies'), '2026-01-01 01:00Z', '2026-01-01 02:00Z', '42703', 'column "x" of mt.rows_of does not exist');
SELECT window_lo, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('policies') AND metric = 'evaluation' ORDER BY window_lo, window_hi DESC;
\c - :superuser
:settings
ALTER TABLE mt.rows_of RENAME COLUMN y TO x;
REVOKE SELECT ON mt.rows_of FROM regress_monitor_ann;
\c - regress_monitor_ann
:settings
SELECT t.* FROM mt.try($$SELECT mlops.backfill('policies', upto => '2026-01-01 02:00Z')$$) AS t;
\c - :superuser
:settings
GRANT SELECT ON mt.rows_of TO regress_monitor_ann;
DROP VIEW mt.telling;
ALTER TABLE mt.rows_of ALTER COLUMN x TYPE text;
\c - regress_monitor_ann
:settings
SELECT t.* FROM mt.try($$SELECT mlops.backfill('policies', upto => '2026-01-01 02:00Z')$$) AS t;
\c - :superuser
:settings
ALTER TABLE mt.rows_of ALTER COLUMN x TYPE integer USING x::integer;
\c - regress_monitor_ann
:settings
SELECT count(*) FROM mlops.backfill('policies', upto => '2026-01-01 02:00Z');
SELECT window_lo, verdict, message FROM mlops.observation WHERE monitor_id = mlops.monitor_id('policies') AND metric = 'evaluation' ORDER BY window_lo, window_hi DESC;
\c - :superuser
:settings
DROP TABLE mt.rows_of CASCADE;
\c - regress_monitor_ann
:settings
SELECT t.* FROM mt.try($$SELECT mlops.backfill('policies', upto => '2026-01-01 02:00Z')$$) AS t;
-- a role that is renamed keeps what is its own
\c - :superuser
:settings
ALTER ROLE regress_monitor_ann RENAME TO regress_monitor_eve;
\c - regress_monitor_eve
:settings
SELECT count(*) FROM mlops.monitor;
\c - :superuser
:settings
ALTER ROLE regress_monitor_eve RENAME TO regress_monitor_ann;
\c - regress_monitor_ann
:settings
-- gone with everything
SELECT count(mlops.drop_monitor(name)::text) FROM mt.ids;
SELECT (SELECT count(*) FROM mlops.monitor) AS monitor, (SELECT count(*) FROM mlops.monitor_version) AS version, (SELECT count(*) FROM mlops.baseline) AS baseline,
       (SELECT count(*) FROM mlops.window_summary) AS summary, (SELECT count(*) FROM mlops.observation) AS observation;
\c - :superuser
:settings
DELETE FROM mlops.alert WHERE owner_name = 'regress_monitor_ann';
DELETE FROM mlops.model WHERE name = 'regress risk';
DROP SCHEMA mt_closed CASCADE;
DROP SCHEMA mt CASCADE;
DROP OWNED BY regress_monitor_ann, regress_monitor_bob, regress_monitor_team;
DROP ROLE regress_monitor_ann, regress_monitor_bob, regress_monitor_team;

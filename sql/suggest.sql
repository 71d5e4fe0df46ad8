--
-- suggest: what a monitor of a model would be, checks that were tried, one call for all
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD''; SET IntervalStyle = ''postgres'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_suggest_ann LOGIN;
CREATE ROLE regress_suggest_bob LOGIN;
CREATE SCHEMA st AUTHORIZATION regress_suggest_ann;
SELECT mlops.grant_use('regress_suggest_ann') = mlops.grant_use('regress_suggest_bob') AS same;
ALTER ROLE regress_suggest_ann SET TimeZone = 'Europe/Berlin';
\c - regress_suggest_ann
:settings
-- the error that a statement gives
CREATE FUNCTION st.try(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
-- a number in [0, 1) that only depends on i and k
CREATE FUNCTION st.u(i bigint, k integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
-- a row for each suggested argument
CREATE FUNCTION st.shown(arguments jsonb) RETURNS TABLE (argument text, value text, why text) LANGUAGE sql STABLE AS $$
    SELECT key, value #>> '{value}', value ->> 'why' FROM jsonb_each(arguments) ORDER BY key COLLATE "C" $$;

--
-- binary, labels that come late: 60 days of 48 rows, half as many at weekends
--
CREATE TABLE st.churn (id bigint PRIMARY KEY, predicted_at timestamptz NOT NULL, age float8, plan text, region text, vip boolean,
    session uuid, clock_in bigint, note text, always text, score float8, decision boolean, model_version text, churned boolean,
    known_at timestamptz, created_at timestamptz NOT NULL);
INSERT INTO st.churn
SELECT i, at, 20 + 50 * st.u(i, 1), (ARRAY['basic', 'gold', 'team'])[1 + floor(3 * st.u(i, 2))], (ARRAY['north', 'south'])[1 + floor(2 * st.u(i, 3))],
       st.u(i, 4) < 0.3, md5(i::text)::uuid, i + 1000, repeat(md5(i::text), 2), 'x', p, p > 0.5, 'v' || 1 + (i % 2),
       CASE WHEN known < '2025-03-02' THEN st.u(i, 6) < p END, CASE WHEN known < '2025-03-02' THEN known END, at + interval '10 minutes' * st.u(i, 8)
FROM (SELECT i, '2025-01-01'::timestamptz + i * interval '30 minutes' AS at, st.u(i, 5) AS p,
             '2025-01-01'::timestamptz + i * interval '30 minutes' + interval '10 days' * st.u(i, 7) AS known
      FROM generate_series(0, 2879) AS i) AS x
WHERE extract(isodow FROM at) < 6 OR i % 2 = 0;
CREATE INDEX ON st.churn (predicted_at);
CREATE VIEW st.training AS SELECT age, plan, region, vip, session, clock_in, note, always FROM st.churn WHERE predicted_at < '2025-02-01';
SELECT mlops.create_model('churn', 'binary') IS NOT NULL AS made;
SELECT mlops.start_run('training') AS run \gset
SELECT mlops.log_dataset(:run, 'st.training') IS NOT NULL AS logged;
SELECT mlops.register_version('churn', :run), mlops.register_version('churn', :run);
SELECT mlops.finish_run(:run);
SELECT * FROM st.shown(mlops.suggest_monitor('churn'));
-- what was recorded as predictions comes before what looks like them
CREATE VIEW st.recorded AS SELECT * FROM st.churn;
SELECT mlops.record_predictions('churn', 1, 'st.recorded') IS NOT NULL AS recorded;
SELECT * FROM st.shown(mlops.suggest_monitor('churn')) WHERE argument IN ('relation', 'row_key', 'label_column', 'timestamp_column');
-- what is given is taken, and what depends on it follows
SELECT * FROM st.shown(mlops.suggest_monitor('churn', 'st.churn', '{"time_zone": "UTC", "granularity": "1 week", "slices": [], "label_column": null}'))
WHERE argument IN ('time_zone', 'granularity', 'slices', 'label_column', 'label_time_column', 'start_at', 'max_label_age');
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.churn', '{"owner": "x"}')$$);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.churn', '[]')$$);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.churn', '{"timestamp_column": "nowhere"}')$$);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('nobody')$$);

--
-- two that are alike are an error with both
--
DROP VIEW st.recorded;
CREATE TABLE st.churn_copy AS SELECT * FROM st.churn;
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn')$$);
DROP TABLE st.churn_copy;
CREATE TABLE st.two AS SELECT predicted_at, predicted_at AS scored_at, age, plan, score AS score_a, score AS score_b, churned, NOT churned AS bought FROM st.churn;
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.two')$$);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.two', '{"timestamp_column": "scored_at"}')$$);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.two', '{"timestamp_column": "scored_at", "label_column": "bought"}')$$);
SELECT * FROM st.shown(mlops.suggest_monitor('churn', 'st.two', '{"timestamp_column": "scored_at", "label_column": "bought", "score_column": "score_b"}'))
WHERE argument IN ('timestamp_column', 'label_column', 'score_column', 'row_key');
-- nothing that could be the time, a label without a prediction, no rows
CREATE TABLE st.untimed (age float8, score float8, label boolean);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.untimed')$$);
CREATE TABLE st.unscored AS SELECT predicted_at, age, plan, churned FROM st.churn;
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.unscored')$$);
CREATE TABLE st.empty (LIKE st.churn);
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn', 'st.empty')$$);
-- rows of the future are no time of an event
CREATE TABLE st.future AS SELECT predicted_at + interval '1000 years' AS due_at, predicted_at::timestamp AS done_at, age, score FROM st.churn;
SELECT * FROM st.shown(mlops.suggest_monitor('churn', 'st.future')) WHERE argument = 'timestamp_column';

--
-- regression, several classes, no lineage
--
CREATE TABLE st.delay AS SELECT predicted_at::date AS day, age AS x, plan, 10 * score AS predicted_delay, CASE WHEN churned IS NOT NULL THEN
    10 * score + st.u(id, 9) END AS actual FROM st.churn;
SELECT mlops.create_model('delay', 'regression') IS NOT NULL AS made;
SELECT * FROM st.shown(mlops.suggest_monitor('delay', 'st.delay')) WHERE argument ~ '_column|features|slices';
CREATE TABLE st.kinds AS SELECT at, x, a / (a + b + c) AS p_red, b / (a + b + c) AS p_green, 1 - a / (a + b + c) - b / (a + b + c) AS p_blue,
    (ARRAY['red', 'green', 'blue'])[1 + floor(3 * st.u(i, 4))] AS prediction, (ARRAY['red', 'green', 'blue'])[1 + floor(3 * st.u(i, 5))] AS label
    FROM (SELECT id AS i, predicted_at AS at, age AS x, st.u(id, 11) + 0.01 AS a, st.u(id, 12) + 0.01 AS b, st.u(id, 13) + 0.01 AS c FROM st.churn) AS r;
SELECT mlops.create_model('kinds', 'multiclass') IS NOT NULL AS made;
SELECT * FROM st.shown(mlops.suggest_monitor('kinds', 'st.kinds')) WHERE argument ~ '_column|features|slices';
ALTER TABLE st.kinds RENAME p_blue TO p_cyan;
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('kinds', 'st.kinds')$$);
-- data alone
CREATE TABLE st.sensors AS SELECT predicted_at AS at, age AS temperature, plan AS place FROM st.churn;
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('delay')$$);
SELECT * FROM st.shown(mlops.suggest_monitor('delay', 'st.sensors'));

--
-- rights: others' relations and models, superusers
--
\c - regress_suggest_bob
:settings
SELECT mlops.create_model('bobs', 'binary') IS NOT NULL AS made;
DO $$ BEGIN PERFORM mlops.suggest_monitor('bobs', 'st.churn'); EXCEPTION WHEN OTHERS THEN RAISE WARNING '% %', SQLSTATE, SQLERRM; END $$;
DO $$ BEGIN PERFORM mlops.suggest_monitor('churn'); EXCEPTION WHEN OTHERS THEN RAISE WARNING '% %', SQLSTATE, SQLERRM; END $$;
\c - :superuser
:settings
SELECT * FROM st.try($$SELECT mlops.suggest_monitor('churn')$$);
SET ROLE regress_suggest_ann;
SELECT * FROM st.try($$SELECT mlops.monitor_model('churn')$$);

--
-- one call
--
\c - regress_suggest_ann
:settings
CREATE TABLE st.unindexed AS SELECT predicted_at, age FROM st.unscored WHERE predicted_at >= '2025-02-20';
SELECT mlops.create_model('unindexed', 'binary') IS NOT NULL AS made;
SELECT mlops.monitor_model('unindexed', 'st.unindexed', given => '{"name": "data", "start_at": "2025-02-27"}');
SET client_min_messages = notice;
SELECT mlops.monitor_model('churn', 'st.churn', given => '{"features": ["age", "plan"], "slices": [], "start_at": "2025-02-15 23:00Z"}');
-- windows are there, no alert is, and the scheduler has nothing to do again
SELECT count(*), min(window_lo), max(window_hi) FROM mlops.run_history WHERE monitor = 'churn' AND state = 'succeeded';
SELECT count(*) FROM mlops.alert;
SELECT c ->> 'metric' AS metric, c ->> 'column' AS col, c ? 'warning' AS limited FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version),
    jsonb_array_elements(v.checks) AS c WHERE m.name = 'churn';
-- again: nothing changes, and it is said what would
SELECT mlops.monitor_model('churn', 'st.churn');
SELECT version FROM mlops.monitor WHERE name = 'churn';
SELECT mlops.monitor_model('delay', 'st.delay', start => false);
SELECT paused_at IS NOT NULL AS paused FROM mlops.monitor WHERE name = 'delay';

--
-- trials
--
SET client_min_messages = warning;
SELECT "check" ->> 'metric' AS metric, windows, breaches, alerts, notices
FROM mlops.backtest('churn', '[{"metric": "n", "warning": {"below": 40}, "slices": false}, {"metric": "null_rate", "column": "age", "warning": {"above": 0.5}}]');
-- weekends are never three bad windows in a row
SELECT windows, breaches, alerts, notices FROM mlops.backtest('churn', '[{"metric": "n", "warning": {"below": 40}, "k_of_n": [3, 3], "slices": false}]');
SELECT windows FROM mlops.backtest('churn', '[{"metric": "n"}]', '2025-02-17', '2025-02-21');
-- nothing of it stays
SELECT count(*) FROM mlops.alert;
SELECT count(*) FROM mlops.observation WHERE verdict = 'warning';
SELECT version FROM mlops.monitor WHERE name = 'churn';
SELECT * FROM st.try($$SELECT * FROM mlops.backtest('churn', '[{"metric": "nothing"}]')$$);
-- no check has limits, and each says what it would have raised
SELECT c -> 'check' ->> 'metric' AS metric, c -> 'check' ?| '{warning,critical}' AS limited, c -> 'windows' AS windows, c -> 'alerts' AS alerts
FROM jsonb_array_elements(mlops.suggest_checks('churn')) AS c;
-- the past was judged by them: what comes next has a history
SELECT count(DISTINCT o.window_lo) AS windows, count(*) FILTER (WHERE o.verdict IN ('warning', 'critical')) AS bad
FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'churn' AND o.metric = 'volume';
SELECT mlops_internal.is_monthly('{2025-01-31 12:00,2025-03-31 12:00}', 'UTC') AS monthly, mlops_internal.is_monthly('{2025-01-31 12:00,2025-03-30 12:00}', 'UTC') AS other;
-- F of three phases of equal variance: scipy.stats.f.isf(0.01, 2, 9) = 8.0215
SELECT round(mlops_internal.phase_deviate(ARRAY[exp(1.0), exp(1.1), exp(0.9), exp(1.2), exp(2.0), exp(2.1), exp(1.9), exp(2.2), exp(1.5), exp(1.6), exp(1.4), exp(1.7)],
    '{1,1,1,1,2,2,2,2,3,3,3,3}')::numeric, 2) AS deviate, mlops_internal.phase_deviate('{1,2,3}', '{1,2,3}') AS too_few;
\c - regress_suggest_bob
:settings
DO $$ BEGIN PERFORM mlops.backtest('churn', '[]'); EXCEPTION WHEN OTHERS THEN RAISE WARNING '% %', SQLSTATE, SQLERRM; END $$;
DO $$ BEGIN PERFORM mlops.suggest_checks('churn'); EXCEPTION WHEN OTHERS THEN RAISE WARNING '% %', SQLSTATE, SQLERRM; END $$;

\c - regress_suggest_ann
:settings
SELECT mlops.drop_monitor(name) FROM mlops.monitor WHERE name IN ('churn', 'data', 'delay');
\c - :superuser
:settings
DROP SCHEMA st CASCADE;
SELECT mlops.revoke_use('regress_suggest_ann') = mlops.revoke_use('regress_suggest_bob') AS same;

-- bad input: each gives one clear error or a recorded verdict, and nothing half done
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE ROLE regress_bad_ann LOGIN;
SELECT mlops.grant_use('regress_bad_ann') > 0 AS granted;
CREATE SCHEMA bad_test AUTHORIZATION regress_bad_ann;

-- the error that a statement gives
CREATE FUNCTION bad_test.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;
\c - regress_bad_ann
:settings
CREATE TABLE bad_test.p AS
    SELECT '2026-01-01 00:00Z'::timestamptz + i * interval '30 min' AS at, i AS x, (i % 3)::integer AS label, (i % 10) / 10.0::float8 AS score, 'w' || i % 5 AS word
    FROM generate_series(0, 95) AS i;
CREATE TABLE bad_test.doomed AS TABLE bad_test.p;
SELECT mlops.create_model('bad', 'binary') > 0 AS model, mlops.create_endpoint('bad') > 0 AS endpoint;
SELECT mlops.create_monitor('bad', 'bad_test.p', 'at', label_column => 'label', score_column => 'score', task => 'binary', features => '{x,word}',
    start_at => '2026-01-01Z', end_at => '2026-01-04Z', schedule => NULL, min_rows => 10,
    checks => '[{"metric": "roc_auc", "warning": {"below": 0.1}}, {"metric": "mean", "column": "x", "warning": {"above": 1000}}]') > 0 AS monitor;
SELECT mlops.create_monitor('doomed', 'bad_test.doomed', 'at', features => '{x}', start_at => '2026-01-01Z', end_at => '2026-01-02Z', schedule => NULL) > 0 AS monitor;

SELECT v.what, t.state, t.message
FROM (VALUES
    ('unknown model', $$SELECT mlops.register_version('nobody')$$),
    ('unknown model', $$SELECT mlops.deploy('nobody', 1, 'bad')$$),
    ('unknown model', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'at', model => 'nobody')$$),
    ('unknown model', $$SELECT mlops.record_predictions('nobody', 1, 'bad_test.p')$$),
    ('unknown version', $$SELECT mlops.deploy('bad', 7, 'bad')$$),
    ('unknown version', $$SELECT mlops.record_predictions('bad', 7, 'bad_test.p')$$),
    ('unknown endpoint', $$SELECT mlops.undeploy('nowhere')$$),
    ('duplicate name', $$SELECT mlops.create_model('bad', 'regression')$$),
    ('duplicate name', $$SELECT mlops.create_endpoint('bad')$$),
    ('duplicate name', $$SELECT mlops.create_monitor('bad', 'bad_test.p', 'at')$$),
    ('missing column', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'at', features => '{x,nothing}')$$),
    ('missing column', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'when')$$),
    ('missing column', $$SELECT mlops.alter_monitor('bad', '{"features": ["nothing"]}')$$),
    ('missing column', $$SELECT * FROM mlops.correlation_matrix('bad_test.p', '{x,nothing}')$$),
    ('missing table', $$SELECT mlops.create_monitor('m', 'bad_test.nothing', 'at')$$),
    ('wrong type', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'word')$$),
    ('wrong type', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'at', task => 'binary', label_column => 'label', score_column => 'word')$$),
    ('wrong type', $$SELECT * FROM mlops.correlation_matrix('bad_test.p', '{x,word}')$$),
    ('wrong type', $$SELECT mlops.roc_auc(word, score) FROM bad_test.p$$),
    ('label outside {0,1}', $$SELECT mlops.roc_auc(label, score) FROM bad_test.p$$),
    ('label outside {0,1}', $$SELECT mlops.f1_score(label, 1) FROM bad_test.p$$),
    ('label outside {0,1}', $$SELECT mlops.scores(label, score) FROM bad_test.p$$),
    ('no probability', $$SELECT mlops.log_loss(label = 1, x::float8) FROM bad_test.p$$),
    ('invalid cron', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'at', schedule => '61 * * * *')$$),
    ('invalid cron', $$SELECT mlops.create_monitor('m', 'bad_test.p', 'at', schedule => 'every day')$$),
    ('invalid cron', $$SELECT mlops.alter_monitor('bad', '{"schedule": "* * * *"}')$$),
    ('unknown time zone', $$SELECT mlops.alter_monitor('bad', '{"time_zone": "Mars/Olympus"}')$$),
    ('no window', $$SELECT mlops.evaluate('bad', '2026-01-01 01:00Z', '2026-01-02Z')$$)) AS v (what, statement),
    LATERAL bad_test.try(v.statement) AS t;

-- a batch whose predictions cannot be read leaves no run and no artifact behind
CREATE VIEW bad_test.failing AS SELECT 1 / (x - 50) AS y FROM bad_test.p;
SELECT mlops.register_version('bad');
SELECT t.state, t.message FROM bad_test.try($$SELECT mlops.record_predictions('bad', 1, 'bad_test.failing')$$) AS t;
SELECT (SELECT count(*) FROM mlops.run) AS runs, (SELECT count(*) FROM mlops.artifact WHERE type <> 'model_version') AS artifacts, (SELECT count(*) FROM mlops.edge) AS edges;

-- labels outside {0,1} in monitored rows are counted and left out; the third window is empty
SELECT * FROM mlops.backfill('bad', upto => '2026-01-05Z');
SELECT o.window_lo, o.column_name, o.metric, round(o.value::numeric, 4) AS value, o.n, o.verdict, o.message
FROM mlops.observation AS o WHERE o.monitor_id = mlops.monitor_id('bad') AND o.metric IN ('n', 'n_invalid', 'roc_auc', 'mean') AND (o.column_name IS NULL OR o.column_name = 'x')
ORDER BY o.window_lo, o.column_name NULLS FIRST, o.metric;

-- a monitor over a dropped table: tried again, then given up, with a verdict and an alert
DROP TABLE bad_test.doomed;
DO $$
BEGIN
    FOR i IN 0 .. 9 LOOP
        PERFORM mlops.run_now('doomed', '2026-01-03Z'::timestamptz + i * interval '1 day');
    END LOOP;
END $$;
SELECT window_lo, state, error_code, error_message FROM mlops.run_history WHERE monitor = 'doomed';
SELECT window_lo, metric, verdict, message FROM mlops.metric_history WHERE monitor = 'doomed';
SELECT severity, state, metric, message FROM mlops.open_alert WHERE monitor = 'doomed';

SELECT mlops.drop_monitor('bad'), mlops.drop_monitor('doomed');
\c - :superuser
:settings
DELETE FROM mlops.alert WHERE owner_name = 'regress_bad_ann';
DELETE FROM mlops.endpoint WHERE owner_name = 'regress_bad_ann';
DELETE FROM mlops.stage_change AS c USING mlops.version AS v, mlops.model AS m WHERE v.version_id = c.version_id AND m.model_id = v.model_id AND m.owner_name = 'regress_bad_ann';
DELETE FROM mlops.version AS v USING mlops.model AS m WHERE m.model_id = v.model_id AND m.owner_name = 'regress_bad_ann';
DELETE FROM mlops.model WHERE owner_name = 'regress_bad_ann';
DELETE FROM mlops.artifact WHERE owner_name = 'regress_bad_ann';
DROP SCHEMA bad_test CASCADE;
DROP OWNED BY regress_bad_ann;
DROP ROLE regress_bad_ann;

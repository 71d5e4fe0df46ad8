-- two registered versions side by side: what was written down, data, metrics, evaluations, pairs
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET extra_float_digits = -11;
CREATE ROLE regress_compared LOGIN;
SELECT mlops.grant_use('regress_compared') > 0;
CREATE SCHEMA cv AUTHORIZATION regress_compared;
SELECT current_database() AS db, current_user AS superuser \gset
\c :db regress_compared
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET extra_float_digits = -11;
CREATE TABLE cv.train AS SELECT i AS age, i % 3 = 0 AS label, 'p' || i % 4 AS plan, '{}'::json AS extra, i % 2 AS kind FROM generate_series(1, 1000) AS i;
CREATE TABLE cv.holdout AS SELECT i AS age FROM generate_series(1, 100) AS i;
SELECT mlops.create_model('compared', 'binary') > 0;
SELECT mlops.start_run('training', params => '{"depth": 3, "kind": "tree"}', git_commit => 'abcdef0') AS a \gset
SELECT mlops.log_dataset(:a, 'cv.train') > 0, mlops.log_metrics(:a, '{"roc_auc": 0.7, "log_loss": 0.5, "own": 1}');
SELECT mlops.register_version('compared', :a), mlops.finish_run(:a);
-- more rows, another age, other types, a column more
ALTER TABLE cv.train ALTER plan TYPE varchar(10), ALTER kind TYPE text, ADD region text DEFAULT 'north';
UPDATE cv.train SET age = age + 300;
INSERT INTO cv.train SELECT * FROM cv.train WHERE age <= 350;
SELECT mlops.start_run('training', params => '{"depth": 5, "lr": 0.1, "kind": "tree"}', git_commit => '1234567') AS b \gset
SELECT mlops.log_dataset(:b, 'cv.train') > 0, mlops.log_metrics(:b, '{"roc_auc": 0.74, "log_loss": 0.52, "own": 2, "rmse": "NaN"}');
SELECT mlops.register_version('compared', :b, signature => '{"inputs": ["age"]}'), mlops.finish_run(:b), mlops.register_version('compared');
-- evaluations: on the same content twice for a, of which the newer counts; one of both versions at once counts for none
CREATE FUNCTION cv.evaluated(version integer, metrics jsonb, other integer DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    run bigint := mlops.start_run('evaluation');
BEGIN
    PERFORM mlops.log_version(run, 'compared', version);
    PERFORM mlops.log_version(run, 'compared', other) WHERE other IS NOT NULL;
    PERFORM mlops.log_dataset(run, 'cv.holdout');
    PERFORM mlops.log_metrics(run, metrics);
    PERFORM mlops.finish_run(run);
END $$;
SELECT cv.evaluated(1, '{"f1_score": 0.1}'), cv.evaluated(1, '{"f1_score": 0.6, "own": 1}'), cv.evaluated(2, '{"f1_score": 0.65}'), cv.evaluated(2, '{"f1_score": 0.99}', 1);
-- a shadow scored the same rows
CREATE TABLE cv.scored AS
SELECT '2026-03-02Z'::timestamptz + i * interval '2 minutes' + v * interval '7 seconds' AS at, i AS request, v AS version, (i * 37 % 101) > 60 AS label,
       ((i * 37 + i % (5 * (4 - v)) * 9) % 101)::float8 / 101 AS score FROM generate_series(0, 599) AS i, generate_series(1, 2) AS v;
SELECT mlops.create_monitor('pairs', 'cv.scored', 'at', model => 'compared', label_column => 'label', score_column => 'score', version_column => 'version', row_key => '{request}',
    start_at => '2026-03-02Z', end_at => '2026-03-03Z') > 0;
SELECT count(*) FROM mlops.backfill('pairs');
SELECT section, name, value_a, value_b, same, difference, lower, upper, p_value, better, regexp_replace(note, 'runs \d+ and \d+', 'runs A and B') AS note FROM mlops.compare_versions('compared', 1, 2);
-- turned round, all is turned; with itself nothing differs
SELECT count(*) AS rows, count(*) FILTER (WHERE x.value_a IS DISTINCT FROM y.value_b OR x.value_b IS DISTINCT FROM y.value_a OR x.same <> y.same
    OR x.section NOT IN ('drift') AND (x.difference <> -y.difference OR x.lower <> -y.upper OR x.p_value <> y.p_value OR x.better = y.better)) AS wrong
    FROM mlops.compare_versions('compared', 1, 2) AS x FULL JOIN mlops.compare_versions('compared', 2, 1) AS y USING (section, name);
SELECT section, name, value_a, same, difference FROM mlops.compare_versions('compared', 2, 2) WHERE NOT same OR difference <> 0 OR section = 'drift';
SELECT section, name, value_a, value_b, note FROM mlops.compare_versions('compared', 1, 3) WHERE section NOT IN ('parameter', 'metric');
SELECT * FROM mlops.compare_versions('compared', 1, 9);
SELECT * FROM mlops.compare_versions('compared', 1, NULL);
SELECT * FROM mlops.compare_versions('nothing', 1, 2);
\c :db :superuser
SET client_min_messages = warning;
DROP SCHEMA cv CASCADE;
DROP OWNED BY regress_compared;
DROP ROLE regress_compared;

-- model cards and where a version is from: what they say, names of strangers, rights
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
\set VERBOSITY default
\set SHOW_CONTEXT never
-- numbers that are shown
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 970001;
CREATE ROLE regress_card_ann LOGIN;
CREATE ROLE regress_card_eve LOGIN;
CREATE SCHEMA card_test;
GRANT ALL ON SCHEMA card_test TO regress_card_ann;
SELECT mlops.grant_use('regress_card_ann') > 0, mlops.grant_use('regress_card_eve') > 0;
\c - regress_card_ann
:settings
-- as it is read, but for the days
CREATE FUNCTION card_test.read(card text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT regexp_replace(regexp_replace(line, '\d{1,2} [A-Z][a-z]{2} 20\d\d( \d\d:\d\d)?', 'DAY', 'g'), '[0-9a-f]{8,32}-\d+|run:?\W*\d+|took [0-9:]+|<data[^>]*>', 'N', 'g')
    FROM regexp_split_to_table(card, E'\n') WITH ORDINALITY AS t (line, i) WHERE line <> '' ORDER BY i $$;
CREATE TABLE card_test.train AS SELECT i, i % 7 AS tenure, CASE WHEN i % 10 > 0 THEN i / 3.0::float8 END AS spent, i % 2 = 0 AS label FROM generate_series(1, 400) AS i;
CREATE TABLE card_test.test AS SELECT i, i % 2 = 0 AS label, ((i * 37 + (i % 2 = 0)::int * 30) % 100) / 100.0::float8 AS score, CASE WHEN i % 5 = 0 THEN 'north' ELSE 'south' END AS region FROM generate_series(1, 600) AS i;
CREATE TABLE card_test.live AS SELECT '2026-01-01Z'::timestamptz + i * interval '1 hour' AS at, t.* FROM card_test.test AS t;
SELECT mlops.create_model('card', 'binary', 'who leaves', tags => '{"limitations": "not for children", "team": "growth"}') > 0;
SELECT mlops.model_card('card');
SELECT mlops.start_run('training', 'first', '{"depth": 3}', git_commit => 'abcdef0123456789abcdef0123456789abcdef01', git_dirty => true, git_repo => 'https://github.com/acme/churn.git') AS run \gset
SELECT mlops.log_dataset(:run, 'card_test.train'::regclass) > 0;
SELECT mlops.log_metrics(:run, '{"auc": 0.75}'), mlops.finish_run(:run);
SELECT mlops.register_version('card', :run), mlops.register_version('card');
SELECT mlops.add_gate('card', 'deploy:*', '{"metric": "auc", "at_least": 0.7}', 'good') > 0;
SELECT mlops.set_alias('card', 'best', 1), mlops.create_endpoint('card-api') > 0, mlops.deploy('card', 1, 'card-api', reason => 'better') > 0;
SELECT mlops.log_evaluation('card', 1, 'card_test.test', 'card_test.test', '{i}', 'label', 'score', slices => '{region}') > 0;
SELECT mlops.record_predictions('card', 1, 'card_test.test', '{card_test.train}') > 0;
SELECT mlops.create_monitor('card monitor', 'card_test.live', 'at', model => 'card', label_column => 'label', score_column => 'score', start_at => '2026-01-01Z', schedule => NULL) > 0;
SELECT * FROM card_test.read(mlops.model_card('card', 1));
-- what little is known of another
SELECT * FROM card_test.read(mlops.model_card('card'));
-- one and the same in HTML, by alias
SELECT * FROM card_test.read(substring(mlops.model_card('models:/card@best', format => 'html') FROM '<h1>.*</main>'));
SELECT * FROM card_test.read(mlops_internal.report_origin(ROW(NULL, mlops.model_id('card'), NULL, NULL, NULL, NULL, 'UTC', now())::mlops_internal.report_scope));
SELECT strpos(mlops.report_html('card'), mlops_internal.report_origin(ROW(NULL, mlops.model_id('card'), NULL, NULL, NULL, NULL, current_setting('TimeZone'), now())::mlops_internal.report_scope)) > 0 AS is_on_the_page;
SELECT mlops_internal.report_origin(ROW(NULL, -1, NULL, NULL, NULL, NULL, 'UTC', now())::mlops_internal.report_scope);
\set VERBOSITY terse
SELECT mlops.model_card('card', 9);
\set VERBOSITY default
SELECT mlops.model_card('card', 1, 'pdf');
SELECT mlops.model_card(NULL);

-- names of strangers: nothing of theirs is markup
CREATE TABLE card_test."<script>""|" AS SELECT i AS "<b>|*x*", i % 2 = 0 AS label, (i % 100) / 100.0::float8 AS score, '</td>|<i>' AS "reg|on" FROM generate_series(1, 300) AS i;
SELECT mlops.start_run('training', '<img src=x onerror=alert(1)>', '{"<p>": "](javascript:alert(1))"}', git_commit => 'abcdef0123456789abcdef0123456789abcdef01', git_repo => 'javascript:alert(1)//https://github.com/a/b') AS run \gset
SELECT mlops.log_dataset(:run, 'card_test."<script>""|"'::regclass) > 0, mlops.log_metrics(:run, '{"<u>": 1}'), mlops.finish_run(:run);
SELECT mlops.create_model('<script>alert(1)</script>| `x` [y](z)', 'binary', E'# head\n\n<h1>| a |\n---', tags => '{"limits": "<s> ![i](http://x)"}') > 0;
SELECT mlops.register_version('<script>alert(1)</script>| `x` [y](z)', :run, description => '</dd></body>');
SELECT mlops.log_evaluation('<script>alert(1)</script>| `x` [y](z)', 1, 'card_test."<script>""|"', 'card_test."<script>""|"', '{<b>|*x*}', 'label', 'score', slices => '{reg|on}') > 0;
SELECT * FROM card_test.read(mlops.model_card('<script>alert(1)</script>| `x` [y](z)'));
SELECT html ~* '<(script|img|b|i|u|s|h1>\|)\M[^>]*>' OR html ~* 'href="javascript' AS is_markup, html LIKE '%&lt;script&gt;alert(1)&lt;/script&gt;%' AS is_told
FROM (SELECT mlops.model_card('<script>alert(1)</script>| `x` [y](z)', 1, 'html') || mlops_internal.report_origin(
    ROW(NULL, mlops.model_id('<script>alert(1)</script>| `x` [y](z)'), NULL, NULL, NULL, NULL, 'UTC', now())::mlops_internal.report_scope)) AS c (html);
-- texts without end are cut, and characters that turn the text around them go
SELECT mlops.create_model('card long', 'binary', 'begins ' || repeat('<', 100000)) > 0, mlops.register_version('card long', description => E'a\u202eb\u2066c\ufffe' || repeat('>', 100000));
SELECT length(card) BETWEEN 40000 AND 200000 AS is_cut, card LIKE '%...%' AS is_told, card ~ E'[\u202e\u2066\ufffe]' AS turns
FROM unnest('{markdown,html}'::text[]) AS f (format), mlops.model_card('card long', 1, f.format) AS c (card);
SELECT length(html) < 100000 AS is_cut, html LIKE '%...%' AS is_told FROM mlops.report_html('card long') AS c (html);

-- many before it: the graph is cut, and says so
SELECT mlops.start_run('training', 'wide') AS run \gset
SELECT count(mlops.log_artifact(:run, 'part ' || i, 'dataset', 's3://parts/' || i, direction => 'input')) FROM generate_series(1, 40) AS i;
SELECT mlops.finish_run(:run), mlops.register_version('card', :run) AS version;
SELECT regexp_count(o, '<rect') AS boxes, o LIKE '%Shown are the 14 nearest%' AS is_told FROM mlops_internal.report_origin(
    ROW(NULL, NULL, mlops_internal.version_id('card', 3), NULL, NULL, NULL, 'UTC', now())::mlops_internal.report_scope) AS o;

-- who may not see it, gets none, and is told so whatever the plan: a condition is not computed where no row is seen
\c - regress_card_eve
:settings
SET enable_indexscan = off;
SET enable_bitmapscan = off;
\set VERBOSITY terse
SELECT mlops.model_card('card', 1);
SELECT mlops.model_card('card');
SELECT mlops.training_profiles('card', 1);
SELECT mlops.version_by_alias('card', 'best');
SELECT mlops.label_curve('card monitor');
SELECT mlops.observations_as_of('card monitor', now());
SELECT mlops.backfill('card monitor');
SELECT mlops.log_evaluation('card', 1, 'pg_class', 'pg_class', '{oid}', 'label', 'score');
SELECT mlops.suggest_monitor('card');
\set VERBOSITY default
\c - :superuser
:settings
DROP OWNED BY regress_card_ann, regress_card_eve CASCADE;
SELECT mlops.revoke_use('regress_card_ann') IS NOT NULL, mlops.revoke_use('regress_card_eve') IS NOT NULL;
DROP SCHEMA card_test CASCADE;

-- registry: which versions meet a filter, and which is best
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE ROLE regress_search;
SELECT mlops.grant_use('regress_search') > 0;
CREATE TABLE public.search_a AS SELECT i AS x FROM generate_series(1, 10) AS i;
CREATE TABLE public.search_b AS SELECT i AS x FROM generate_series(1, 20) AS i;
GRANT SELECT ON public.search_a, public.search_b TO regress_search;
SET ROLE regress_search;
SELECT mlops.create_model('searched', 'binary') > 0;
SELECT mlops.start_run('training') AS a, mlops.start_run('training') AS b \gset
SELECT mlops.log_dataset(:a, 'public.search_a') > 0, mlops.log_dataset(:b, 'public.search_b') > 0;
SELECT count(mlops.register_version('searched', CASE i % 3 WHEN 0 THEN :a WHEN 1 THEN :b END,
    params => jsonb_build_object('depth', i % 7, 'kind', CASE i % 2 WHEN 0 THEN 'tree' ELSE 'bert base' END, 'layers', jsonb_build_array(i % 5)),
    metrics => jsonb_build_object('roc_auc', (i * 37 % 101) / 100.0, 'log_loss', (i * 53 % 97) / 97.0, 'own', i, 'bias', i - 100))) FROM generate_series(1, 200) AS i;
SELECT mlops.register_version('searched', metrics => '{"roc_auc": "NaN"}'), mlops.register_version('searched', metrics => '{"own": 0.5}', params => '{"depth": null}');
SELECT mlops.set_tags('searched', '{"checked": true}', 37), mlops.set_tags('searched', '{"checked": "later"}', 38), mlops.set_alias('searched', 'best', 37);
SELECT mlops.set_stage('searched', 5, 'staged');

-- best of 200 in one call, which way is better is known
SELECT name, version, value, metrics -> 'own' AS own FROM mlops.search_versions('searched', order_by => 'roc_auc', max_rows => 3);
SELECT version, value::numeric(4,3) FROM mlops.search_versions('searched', order_by => 'log_loss', max_rows => 2);
SELECT version, value FROM mlops.search_versions('searched', order_by => 'bias', direction => 'zero', max_rows => 3);
SELECT version, value FROM mlops.search_versions('searched', order_by => 'own', direction => 'lower', max_rows => 2);
-- what is not a number comes last, what does not have the metric not at all
SELECT count(*), (array_agg(version))[201], max(value) FROM mlops.search_versions('searched', order_by => 'roc_auc', max_rows => 1000);
-- without a metric: the newest first
SELECT version, value, stage, aliases, datasets FROM mlops.search_versions('searched', max_rows => 2);
SELECT version, stage, aliases, tags, datasets, training_run = :b AS from_b FROM mlops.search_versions('searched', '{"alias": "best"}');

-- filters
SELECT f.filter, count(v.version), min(v.version), max(v.version) FROM (VALUES
    ('{}'::jsonb), (NULL), ('{"params": {"depth": 3}}'), ('{"params": {"depth": 3.0}}'), ('{"params": {"depth": "3"}}'), ('{"params": {"depth": {">=": 3, "<": 5}}}'),
    ('{"params": {"depth": {"in": [1, 2]}, "kind": {"like": "bert%"}}}'), ('{"params": {"kind": {"!=": "tree"}}}'), ('{"params": {"kind": {">": "c"}}}'),
    ('{"params": {"depth": null}}'), ('{"params": {"layers": [3]}}'), ('{"params": {"layers": {"=": [3]}}}'), ('{"params": {"nothing": 1}}'),
    ('{"metrics": {"roc_auc": {">=": 0.99}}}'), ('{"metrics": {"roc_auc": "NaN"}}'), ('{"metrics": {"roc_auc": {"<": 2}}}'),
    ('{"tags": {"checked": true}}'), ('{"tags": {"checked": {"in": [true, "later"]}}}'), ('{"stage": "staged"}'), ('{"alias": "none"}'),
    ('{"dataset": "search_a"}'), ('{"dataset": "public.search_b"}'), ('{"dataset": "other"}'),
    ('{"params": {"depth": 3}, "metrics": {"own": {">": 100}}, "dataset": "search_a"}')) AS f (filter)
    LEFT JOIN LATERAL mlops.search_versions('searched', f.filter, max_rows => 1000) AS v ON true GROUP BY f.filter ORDER BY f.filter::text COLLATE "C";
SELECT count(*) FROM mlops.search_versions('searched', jsonb_build_object('dataset', (SELECT a.digest FROM mlops.artifact AS a WHERE a.name = 'search_a')), max_rows => 1000);

-- of all models, but those that are put away
SELECT mlops.create_model('searched too', 'binary') > 0, mlops.register_version('searched too', metrics => '{"roc_auc": 2}');
SELECT name, version FROM mlops.search_versions(order_by => 'roc_auc', max_rows => 2);
SELECT mlops.archive_model('searched too'), mlops.delete_version('searched', 101);
SELECT name, version FROM mlops.search_versions(order_by => 'roc_auc', max_rows => 2);
SELECT name, version FROM mlops.search_versions('searched too');

\set VERBOSITY default
SELECT * FROM mlops.search_versions('nothing');
SELECT * FROM mlops.search_versions('searched', order_by => 'own');
SELECT * FROM mlops.search_versions('searched', order_by => 'own', direction => 'up');
SELECT * FROM mlops.search_versions('searched', '{"param": {}}');
SELECT * FROM mlops.search_versions('searched', '{"stage": "live"}');
SELECT * FROM mlops.search_versions('searched', '{"params": {"depth": {"~": 3}}}');
SELECT * FROM mlops.search_versions('searched', '{"params": {"depth": {">": null}}}');
SELECT * FROM mlops.search_versions('searched', '{"params": 3}');
SELECT * FROM mlops.search_versions('searched', '{"dataset": 3}');
SELECT * FROM mlops.search_versions('searched', '[]');
\set VERBOSITY terse
RESET ROLE;
DROP TABLE public.search_a, public.search_b;
DROP OWNED BY regress_search;
DROP ROLE regress_search;

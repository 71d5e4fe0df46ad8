-- registry: what is edited, renamed, put away and restored, and what is kept of it
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE ROLE regress_edits;
CREATE ROLE regress_edits_team;
GRANT regress_edits_team TO regress_edits;
SELECT mlops.grant_use('regress_edits') > 0;
CREATE TABLE public.edits_train AS SELECT i AS x FROM generate_series(1, 10) AS i;
GRANT SELECT ON public.edits_train TO regress_edits;
SET ROLE regress_edits;
SELECT mlops.create_model('edits', 'binary', 'first words', 'regress_edits_team', '{"team": "crm", "old": 1}') > 0;
SELECT mlops.start_run('training', owner => 'regress_edits_team') AS run \gset
SELECT mlops.log_dataset(:run, 'public.edits_train') > 0;
SELECT mlops.register_version('edits', :run), mlops.register_version('edits', description => 'second'), mlops.register_version('edits');
SELECT mlops.create_endpoint('edits', owner => 'regress_edits_team') > 0;

-- descriptions and tags, of a model and of a version by number or URI
SELECT mlops.set_description('edits', 'who leaves'), mlops.set_description('edits', 'who leaves');
SELECT mlops.set_description('edits', 'deeper', 2), mlops.set_description('models:/edits/latest', 'deepest'), mlops.set_description('edits', NULL, 2);
SELECT mlops.set_tags('edits', '{"team": "sales", "old": null, "new": [1, 2], "never": null}');
SELECT mlops.set_tags('models:/edits/1', '{"validated": true}'), mlops.set_tags('edits', '{}'), mlops.set_tags('edits', NULL);
SELECT description, tags FROM mlops.model WHERE name = 'edits';
SELECT version, description, tags FROM mlops.version AS v WHERE model_id = mlops.model_id('edits') ORDER BY 1;
SELECT v.version, c.field, c.old_value, c.new_value, c.changed_by, c.changed_at <= clock_timestamp() AS in_time
    FROM mlops.model_change AS c LEFT JOIN mlops.version AS v USING (version_id) ORDER BY change_id;
SELECT mlops.set_tags('edits', '[1]');
SELECT mlops.set_tags('edits', '{" a": 1}');
SELECT mlops.set_tags('models:/edits/9', '{"a": 1}');

-- another name: all goes with it, the old one is free and no number is mixed up
SELECT mlops.set_alias('edits', 'best', 1), mlops.create_model('taken', 'binary') > 0;
SELECT mlops.rename_model('edits', 'taken');
SELECT mlops.rename_model('edits', 'models:/edits');
SELECT mlops.rename_model('edits', 'edited @ home'), mlops.rename_model('edited @ home', 'edited @ home');
SELECT mlops.model_id('edits');
SELECT * FROM mlops.version_of('models:/edited @ home@best');
SELECT depth, type, name, place FROM mlops.ancestors('models:/edited @ home/1');
SELECT mlops.register_version('edited @ home');
SELECT mlops.create_model('edits', 'regression') > 0, mlops.register_version('edits');
SELECT depth, type, name, place FROM mlops.ancestors('models:/edits/1');
SELECT DISTINCT type, name FROM mlops.descendants('public.edits_train'::regclass);
SELECT depth, type, name FROM mlops.ancestors('models:/edited @ home@best');
SELECT depth, type, name FROM mlops.ancestors('models:/edited @ home@other');
SELECT field, old_value, new_value FROM mlops.model_change WHERE field = 'name';

-- deleted versions: found by no name, their number is nobody else's
SELECT mlops.delete_version('edited @ home', 1);
SELECT mlops.deploy('edited @ home', 2, 'edits') > 0;
SELECT mlops.delete_version('edited @ home', 2);
SELECT mlops.delete_version('edited @ home', 4, 'a mistake');
SELECT mlops.delete_version('edited @ home', 4);
SELECT mlops.set_stage('edited @ home', 4, 'staged');
SELECT mlops.deploy('edited @ home', 4, 'edits');
SELECT mlops.set_alias('edited @ home', 'x', 4);
SELECT * FROM mlops.version_of('models:/edited @ home/latest');
SELECT mlops.register_version('edited @ home');
SELECT version FROM mlops.model_overview WHERE model = 'edited @ home' ORDER BY 1;
SELECT mlops.restore_version('edited @ home', 4, 'needed'), mlops.restore_version('edited @ home', 4);
SELECT mlops.restore_version('edited @ home', 99);
SELECT mlops.set_stage('edited @ home', 4, 'staged');
-- a way back passes over what was deleted
SELECT mlops.deploy('edited @ home', 4, 'edits') > 0, mlops.deploy('edited @ home', 5, 'edits') > 0;
SELECT mlops.delete_version('edited @ home', 4), mlops.rollback('edits') > 0 AS back;
SELECT mlops.live_version('edits');

-- archived: read as before, and nothing moves; what is live is not put away
SELECT mlops.archive_model('edited @ home');
SELECT mlops.delete_model('edited @ home');
SELECT mlops.undeploy('edits');
SELECT mlops.archive_model('edited @ home', 'replaced'), mlops.archive_model('edited @ home');
SELECT model, version, stage, archived FROM mlops.model_overview WHERE model = 'edited @ home' ORDER BY version;
SELECT mlops.register_version('edited @ home');
SELECT mlops.set_stage('edited @ home', 1, 'staged');
SELECT mlops.deploy('edited @ home', 1, 'edits');
SELECT mlops.rollback('edits');
SELECT mlops.set_alias('edited @ home', 'best', 2);
SELECT mlops.version_by_alias('edited @ home', 'best');
-- deleted, and back in two steps
SELECT mlops.delete_model('edited @ home', 'gone');
SELECT mlops.model_id('edited @ home');
SELECT mlops.create_model('edited @ home', 'binary');
SELECT count(*) FROM mlops.model_overview WHERE model = 'edited @ home';
SELECT mlops.restore_model('edited @ home', 'back');
SELECT mlops.set_stage('edited @ home', 1, 'staged');
SELECT mlops.restore_model('edited @ home'), mlops.restore_model('edited @ home'), mlops.set_stage('edited @ home', 1, 'staged');
SELECT mlops.restore_model('nothing');
SELECT mlops.register_version('edited @ home');
SELECT v.version, c.field, c.old_value, c.new_value, c.reason FROM mlops.model_change AS c LEFT JOIN mlops.version AS v USING (version_id)
    WHERE field IN ('archived', 'deleted') ORDER BY change_id;

-- versions by URI, wherever one is named
SELECT mlops.set_alias('models:/edited @ home/3', 'next', NULL), mlops.set_stage('models:/edited @ home@next', NULL, 'staged', 'by URI');
SELECT mlops.deploy('models:/edited @ home@next', NULL, 'edits') > 0;
SELECT mlops.live_version('edits');
SELECT mlops.log_version(:run, 'models:/edited @ home@best', NULL), mlops.finish_run(:run);
SELECT column_name FROM mlops.training_profiles('models:/edited @ home@best', NULL);
SELECT mlops.record_predictions('models:/edited @ home/latest', NULL, 'public.edits_train') > 0;
SELECT u.uri, (SELECT v.version FROM mlops.version_of(u.uri) AS v)
    FROM (VALUES ('models:/edited @ home/6'), ('models:/edited @ home/latest'), ('models:/edited @ home@next')) AS u (uri);
SELECT * FROM mlops.version_of('models:/edited @ home');
SELECT * FROM mlops.version_of('models:/edited @ home@nobody');
SELECT * FROM mlops.version_of('models:/edited @ home/99');
SELECT * FROM mlops.version_of('models:/nothing/1');
\set VERBOSITY default
SELECT * FROM mlops.version_of('edited @ home');
SELECT * FROM mlops.version_of(NULL);
SELECT mlops.set_stage('edited @ home', NULL, 'staged');
\set VERBOSITY terse
SELECT mlops.create_model('models:/x', 'binary');

-- an endpoint that goes with its owner leaves no version deployed
RESET ROLE;
CREATE ROLE regress_edits_place;
GRANT regress_edits_place TO regress_edits;
SET ROLE regress_edits;
SELECT mlops.create_endpoint('going', owner => 'regress_edits_place') > 0, mlops.deploy('edited @ home', 6, 'going') > 0;
RESET ROLE;
DROP OWNED BY regress_edits_place;
DROP ROLE regress_edits_place;
SELECT v.version, v.stage, c.from_stage, c.reason, c.changed_by FROM mlops.version AS v JOIN mlops.stage_change AS c USING (version_id)
    JOIN mlops.model AS m USING (model_id) WHERE m.name = 'edited @ home' AND v.version = 6 AND c.to_stage = 'retired';
SELECT count(*) AS disagree FROM mlops.version AS v
    WHERE (v.stage = 'deployed') <> EXISTS (SELECT FROM mlops.deployment AS d WHERE d.version_id = v.version_id AND d.until IS NULL);

DROP TABLE public.edits_train;
SET client_min_messages = warning;
DROP OWNED BY regress_edits, regress_edits_team;
SELECT count(*) FROM mlops.model_change;
DROP ROLE regress_edits, regress_edits_team;

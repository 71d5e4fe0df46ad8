-- lineage: experiments, parents, tags, signs of life, curves, stored artifacts, Git
\set VERBOSITY terse
\set SHOW_CONTEXT never
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 950001;
ALTER TABLE mlops.artifact ALTER COLUMN artifact_id RESTART WITH 950001;
CREATE ROLE regress_runs_ann;
CREATE ROLE regress_runs_bob;
SELECT mlops.grant_use('regress_runs_ann') > 0, mlops.grant_use('regress_runs_bob') > 0;
SET ROLE regress_runs_ann;

-- a search and its trials
SELECT mlops.start_run('training', 'search', experiment => 'churn', tags => '{"team": "growth"}') AS search \gset
SELECT mlops.start_run('training', 'trial ' || i, jsonb_build_object('depth', i), parent_run => :search) > 0 AS started FROM generate_series(1, 3) AS i;
SELECT mlops.log_metric(run_id, 'auc', 0.7 + (mlops.run_params(run_id) ->> 'depth')::float8 / 10) FROM mlops.run WHERE parent_run_id = :search;
SELECT name, experiment, status, tags, mlops.run_metrics(run_id) FROM mlops.run_detail WHERE experiment = 'churn' ORDER BY run_id;
SELECT mlops.set_run_tags(:search, '{"note": "good", "team": null}');
SELECT mlops.finish_run(:search);
SELECT mlops.set_run_tags(:search, '{"note": "best so far"}');
SELECT tags, status FROM mlops.run_detail WHERE run_id = :search;

-- who is alive
SELECT mlops.start_run('training', 'silent', heartbeat => '1 minute') AS silent \gset
SELECT mlops.start_run('training', 'promised nothing') AS free \gset
SELECT status FROM mlops.run_detail WHERE run_id = :silent;
RESET ROLE;
UPDATE mlops.run SET started_at = started_at - interval '1 hour' WHERE run_id IN (:silent, :free);
SET ROLE regress_runs_ann;
SELECT name, status FROM mlops.run_detail WHERE run_id IN (:silent, :free) ORDER BY run_id;
SELECT mlops.heartbeat(:silent);
SELECT status, heartbeat_at IS NOT NULL AS beat FROM mlops.run_detail WHERE run_id = :silent;
SELECT count(*) FROM mlops.end_lost_runs();
RESET ROLE;
UPDATE mlops.run SET heartbeat_at = heartbeat_at - interval '4 minutes' WHERE run_id = :silent;
SET ROLE regress_runs_bob;
SELECT count(*) FROM mlops.end_lost_runs();
SELECT mlops.heartbeat(:silent);
SELECT mlops.set_run_tags(:silent, '{}');
RESET ROLE;
SET ROLE regress_runs_ann;
SELECT r = :silent AS silent FROM mlops.end_lost_runs() AS r;
SELECT status, error ~ '^no heart-beat since ' AS why FROM mlops.run WHERE run_id = :silent;
SELECT mlops.log_metric(:silent, 'auc', 1);
-- it was only far away
SELECT mlops.heartbeat(:silent);
SELECT mlops.log_metric(:silent, 'auc', 1);
SELECT mlops.finish_run(:silent);
\set VERBOSITY default
SELECT mlops.heartbeat(:silent);
SELECT mlops.start_run('training', heartbeat => '0');
SELECT mlops.start_run('training', parent_run => 0);
SELECT mlops.start_run('training', experiment => ' ');
\set VERBOSITY terse

-- curves
SELECT mlops.log_points(:free, '{loss}', array_agg(1.0 / i ORDER BY i)) FROM generate_series(1, 1000) AS i;
SELECT count(*), min(step), max(step), min(value) FROM mlops.metric WHERE run_id = :free AND name = 'loss';
SELECT mlops.log_points(:free, '{a,b,a}', '{1,NaN,Infinity}', '{5,5,6}', ARRAY['2026-01-01 00:00Z', '2026-01-01 00:00Z', '2026-01-01 00:01Z']::timestamptz[]);
SELECT name, step, at AT TIME ZONE 'UTC' AS at, value FROM mlops.metric WHERE run_id = :free AND name IN ('a', 'b') ORDER BY name, step;
SELECT mlops.log_points(:free, '{a}', '{}'), mlops.run_metrics(:free);
\set VERBOSITY default
SELECT mlops.log_points(:free, '{a,b}', '{1,2,3}');
SELECT mlops.log_points(:free, '{a}', '{1,2,3}', '{1}');
SELECT mlops.log_points(:free, '{a}', '{1,NULL}');
SELECT mlops.log_points(:free, '{a}', NULL);
SELECT mlops.log_points(:free, ARRAY[NULL], '{1}'::float8[]);
SELECT mlops.log_points(:free, ARRAY[E'a\n'], '{1}'::float8[]);
\set VERBOSITY terse
RESET ROLE;
SET ROLE regress_runs_bob;
SELECT count(*) FROM mlops.metric AS m;
SELECT mlops.log_points(:free, '{a}', '{1}'::float8[]);
RESET ROLE;
SET ROLE regress_runs_ann;

-- stored artifacts: in pieces and as a whole, each piece once
SELECT mlops.store_artifact(:free, 'model.bin', decode(repeat('00ff', 700000), 'hex'), 'model_file', '{"format": "raw"}') AS stored \gset
SELECT type, name, size, digest, properties FROM mlops.artifact WHERE artifact_id = :stored;
SELECT digest = 'sha256:' || encode(sha256(decode(repeat('00ff', 700000), 'hex')), 'hex') AS as_sha256sum, mlops.read_artifact(:stored) = decode(repeat('00ff', 700000), 'hex') AS same FROM mlops.artifact WHERE artifact_id = :stored;
SELECT place, size FROM mlops.artifact_content WHERE artifact_id = :stored ORDER BY place;
SELECT mlops.store_artifact(:free, 'model.bin', decode(repeat('00ff', 700000), 'hex'), 'model_file') = :stored AS same;
SELECT mlops.start_upload(:free, 'model.bin', 'model_file') AS upload \gset
SELECT mlops.append_upload(:upload, decode(repeat('00ff', 524288), 'hex'));
SELECT mlops.append_upload(:upload, '');
SELECT mlops.append_upload(:upload, decode(repeat('00ff', 175712), 'hex'));
SELECT type, size FROM mlops.artifact WHERE artifact_id = :upload;
SELECT mlops.finish_upload(:upload, (SELECT digest FROM mlops.artifact WHERE artifact_id = :stored)) = :stored;
RESET ROLE;
SELECT count(*) FROM mlops.edge WHERE run_id = :free;
SELECT count(*), sum(length(content)) FROM mlops_internal.chunk;
SET ROLE regress_runs_ann;
SELECT mlops.store_artifact(:free, 'empty', '') AS empty \gset
SELECT mlops.read_artifact(:empty), size, digest FROM mlops.artifact WHERE artifact_id = :empty;
SELECT * FROM mlops.verify_artifact(:stored);
SELECT * FROM mlops.verify_artifact(:empty);
\set VERBOSITY default
SELECT mlops.store_artifact(:free, 'model.bin', '\x00', digest => 'sha256:00');
SELECT mlops.store_artifact(:free, 'model.bin', NULL);
SELECT mlops.store_artifact(:free, 'model.bin', '\x00', 'model_version');
SELECT mlops.append_upload(:stored, '\x00');
SELECT mlops.read_artifact(0);
SELECT mlops.verify_artifact(0);
RESET ROLE;
SET mlops.max_artifact_size = '1kB';
SELECT mlops.store_artifact(:free, 'large', decode(repeat('00', 1025), 'hex'));
RESET mlops.max_artifact_size;
\set VERBOSITY terse
-- others see nothing of it, though they may have the same piece
SET ROLE regress_runs_bob;
SELECT count(*) FROM mlops.artifact_content;
SELECT count(*) FROM mlops_internal.chunk;
SELECT mlops.read_artifact(:stored);
SELECT mlops.start_run('training') AS bobs \gset
SELECT mlops.append_upload(:upload, '\x00');
SELECT mlops.store_artifact(:bobs, 'model.bin', decode(repeat('00ff', 700000), 'hex')) <> :stored AS another;
SELECT count(*), bool_and(a.owner_name = 'regress_runs_bob') AS own FROM mlops.artifact_content JOIN mlops.artifact AS a USING (artifact_id);
RESET ROLE;
SELECT count(*) FROM mlops_internal.chunk;
-- a bit that flipped, a piece that is gone
BEGIN;
UPDATE mlops_internal.chunk SET content = set_byte(content, 7, 1) WHERE length(content) < 1048576 AND length(content) > 0;
SELECT kind, ok, problem FROM mlops.verify_artifact(:stored);
ROLLBACK;
BEGIN;
DELETE FROM mlops_internal.artifact_chunk WHERE artifact_id = :stored AND place = 2;
SELECT kind, ok, problem FROM mlops.verify_artifact(:stored);
ROLLBACK;
-- relations, and what is elsewhere
SET ROLE regress_runs_ann;
SELECT mlops.log_artifact(:free, NULL, uri => 's3://b/f', digest => 'sha256:12') AS elsewhere \gset
SELECT * FROM mlops.verify_artifact(:elsewhere);
RESET ROLE;
CREATE TABLE public.regress_runs_t AS SELECT 1 AS x;
SELECT mlops.log_dataset(:free, 'regress_runs_t') AS data \gset
SELECT kind, ok, problem FROM mlops.verify_artifact(:data);
INSERT INTO regress_runs_t VALUES (2);
SELECT kind, ok, problem FROM mlops.verify_artifact(:data);
SET ROLE regress_runs_ann;
SELECT mlops.verify_artifact(:data);
RESET ROLE;
DROP TABLE regress_runs_t;
SELECT kind, ok, problem FROM mlops.verify_artifact(:data);
SET ROLE regress_runs_ann;
-- what is not complete goes with the run
SELECT mlops.start_upload(:free, 'half') AS half \gset
SELECT mlops.append_upload(:half, '\x01'), mlops.finish_run(:free);
SELECT count(*) FROM mlops.artifact WHERE type = 'upload';
SELECT mlops.append_upload(:half, '\x01');

-- one repository is written in one way, and keeps no secret
SELECT address, mlops_internal.canonical_repo(address) FROM (VALUES ('https://github.com/o/n'), ('git@github.com:o/n.git'), ('ssh://git@GitHub.com:22/o/n.git/'),
    ('https://git.example.org:8443/o/n.git'), ('git://host/o//n'), ('git+ssh://git@host/o/n'), ('github.com:o/n.git'), ('http://host/o/n'), ('/srv/git/n'), ('C:/work/n'), (' https://host/a/b/c '), (NULL)) AS t (address);
SELECT mlops_internal.canonical_repo('https://ann:secret@github.com/o/n.git'), mlops_internal.canonical_repo('https://ghp_secret@github.com/o/n'),
       mlops_internal.canonical_repo('ssh://ann:secret@host/o/n'), mlops_internal.canonical_repo('https://github.com/o/n?access_token=secret');
SELECT mlops_internal.canonical_repo(mlops_internal.canonical_repo('git@github.com:o/n.git'));
SELECT mlops_internal.canonical_repo('ftp://ann:secret@host/o/n');
SELECT mlops.git_link('https://' || host || '/o/n', repeat('ab', 20)) AS commit, mlops.git_link('https://' || host || '/o/n', repeat('ab', 20), 'src/a b#ü.py') AS file
    FROM unnest('{github.com,gitlab.com,bitbucket.org,codeberg.org,dev.azure.com,unknown.org}'::text[]) AS host;
SELECT mlops.git_link('http://github.com/o/n', repeat('ab', 20)), mlops.git_link('https://github.com/o/n', 'main'), mlops.git_link('https://github.com/o/<n>', repeat('ab', 20));
SELECT mlops.set_host_pattern('git.example.org', '{repo}/commit/{c}', '{repo}/src/commit/{c}/{p}');
RESET ROLE;
SELECT mlops.set_host_pattern('git.example.org', '{repo}/commit/{c}', '{repo}/src/commit/{c}/{p}');
SELECT mlops.set_host_pattern('github.com', '{repo}/mine/{c}', NULL);
SELECT mlops.git_link('https://git.example.org/o/n', 'abcdef0', 'x.py'), mlops.git_link('https://github.com/o/n', 'abcdef0'), mlops.git_link('https://github.com/o/n', 'abcdef0', 'x.py');
SELECT mlops.set_host_pattern('Git Host', NULL, NULL);
SELECT mlops.set_host_pattern('host', 'javascript:{c}', NULL);
DELETE FROM mlops.host_pattern;
SET ROLE regress_runs_ann;
SELECT mlops.start_run('training', 'of code', git_repo => 'https://ann:secret@github.com/o/n.git', git_commit => repeat('AB', 20), git_path => 'train.py', git_branch => 'main', git_tag => 'v1', git_dirty => true, git_diff_digest => 'sha256:1') AS code \gset
SELECT mlops.log_artifact(:code, 'customer', 'feature_view', properties => jsonb_build_object('git_repo', 'git@gitlab.com:f/v.git', 'git_commit', repeat('cd', 20), 'git_path', 'views/customer.sql'), direction => 'input') > 0,
       mlops.log_artifact(:code, 'churned', 'label_view', properties => jsonb_build_object('git_repo', 'https://github.com/l/v', 'git_commit', repeat('ef', 20), 'as_of', '2026-01-31'), direction => 'input') > 0;
SELECT git_repo, git_commit, git_commit_short, git_branch, git_tag, git_dirty, git_diff_digest, file_url FROM mlops.run_detail WHERE run_id = :code;
SELECT mlops.create_model('regress_runs_model', 'binary') > 0, mlops.register_version('regress_runs_model', :code);
SELECT part, name, git_repo, git_commit, git_path, git_dirty, as_of, commit_url, file_url FROM mlops.version_source WHERE model = 'regress_runs_model' ORDER BY part;
SELECT mlops.start_run('training', git_commit => repeat('a', 41));

-- tags of GTO
SELECT tag, mlops_internal.parse_gto_tag(tag) FROM unnest('{churn@v1.2.0,churn@v1.2.0-rc.1+b5,churn@v1.2.0!,churn#prod,churn#prod#2,churn#production!#3,models/dir=a/b-c@v0.0.1,churn@deprecated,churn@created,
    Churn@v1,churn@1.0.0,churn#prod#x,-churn@v1.0.0,churn@v1.2,churn,churn@v01.0.0,churn#}'::text[]) AS tag;
\set VERBOSITY default
SELECT mlops.import_gto('git@github.com:o/n.git', '{}');
\set VERBOSITY terse
CREATE TEMP TABLE tags AS SELECT jsonb_agg(jsonb_build_object('tag', tag, 'commit', repeat(c, 40), 'tagger', 'ann', 'at', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 day', 'message', 'tag ' || n) ORDER BY tag) AS list
    FROM (VALUES (1, 'regress-churn@v1.2.0', 'a'), (2, 'regress-churn@v1.3.0', 'b'), (3, 'regress-churn#prod#1', 'a'), (4, 'regress-churn#prod#2', 'b'), (5, 'regress-churn#prod!#3', 'b'),
                 (6, 'Churn@v1', 'a'), (7, 'churn@1.0.0', 'a'), (8, 'churn#prod#x', 'a')) AS t (n, tag, c);
SELECT * FROM mlops.import_gto('git@github.com:o/n.git', (SELECT list FROM tags));
SELECT * FROM mlops.import_gto('git@github.com:o/n.git', (SELECT list FROM tags), task => 'binary');
SELECT version, git_repo, left(git_commit, 7) AS git_commit, version.description FROM mlops.version JOIN mlops.model USING (model_id) WHERE name = 'regress-churn' ORDER BY version;
SELECT alias, version, until IS NULL AS present FROM mlops.alias JOIN mlops.version USING (version_id) JOIN mlops.model AS m ON m.model_id = alias.model_id WHERE name = 'regress-churn' ORDER BY alias_id;
SELECT action, count(*) FROM mlops.import_gto('https://github.com/o/n', (SELECT list FROM tags)) GROUP BY action ORDER BY action;
SELECT tag, action, semver, stage, number, tagger FROM mlops.gto_tag ORDER BY tagged_at;
-- later tags; the highest number wins, not the last one
SELECT * FROM mlops.import_gto('https://github.com/o/n', jsonb_build_array(
    jsonb_build_object('tag', 'regress-churn#prod#9', 'commit', repeat('b', 40), 'at', '2026-02-01Z'), jsonb_build_object('tag', 'regress-churn#prod#8', 'commit', repeat('a', 40), 'at', '2026-02-02Z'),
    jsonb_build_object('tag', 'regress-churn#staging', 'commit', repeat('c', 40), 'at', '2026-02-03Z'), jsonb_build_object('tag', 'regress-churn@v1.2.0!', 'commit', repeat('a', 40), 'at', '2026-02-04Z'),
    jsonb_build_object('tag', 'regress-churn@v9.0.0', 'commit', 'abc', 'at', '2026-02-05Z'), jsonb_build_object('tag', 'regress-churn@v1.3.0', 'commit', repeat('d', 40), 'at', '2026-02-06Z'),
    jsonb_build_object('tag', 'regress-churn@v2.0.0', 'commit', repeat('e', 40), 'at', '2026-02-07Z'), jsonb_build_object('tag', 'regress-churn#shadow#1', 'commit', repeat('e', 40), 'at', '2026-02-08Z')), map => '{"shadow": "regress-endpoint"}');
SELECT version, stage FROM mlops.version JOIN mlops.model USING (model_id) WHERE name = 'regress-churn' ORDER BY version;
SELECT mlops.version_by_alias('regress-churn', 'prod');
RESET ROLE;
SET ROLE regress_runs_bob;
SELECT count(*) FROM mlops.gto_tag;
SELECT count(*) FROM mlops.version_source;
SELECT tag, action, note FROM mlops.import_gto('https://github.com/o/n', jsonb_build_array(jsonb_build_object('tag', 'regress-churn@v7.0.0', 'commit', repeat('d', 40), 'at', '2026-02-06Z')), task => 'binary');
RESET ROLE;
DROP OWNED BY regress_runs_ann, regress_runs_bob;
SELECT count(*) FROM mlops_internal.chunk;
DROP ROLE regress_runs_ann, regress_runs_bob;

-- registry: what others than the owner may do with a model
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE ROLE regress_grants_owner;
CREATE ROLE regress_grants_viewer;
CREATE ROLE regress_grants_editor;
CREATE ROLE regress_grants_deployer;
CREATE ROLE regress_grants_admin;
CREATE ROLE regress_grants_other;
CREATE ROLE regress_grants_group;
GRANT regress_grants_group TO regress_grants_viewer;
SELECT r.role, mlops.grant_use(r.role) > 0 FROM (VALUES ('regress_grants_owner'::regrole), ('regress_grants_viewer'), ('regress_grants_editor'),
    ('regress_grants_deployer'), ('regress_grants_admin')) AS r (role);
SET ROLE regress_grants_owner;
SELECT mlops.create_model('grants', 'binary') > 0, mlops.register_version('grants'), mlops.create_model('private', 'binary') > 0, mlops.register_version('private');
SELECT mlops.set_alias('grants', 'best', 1);
-- a group views, others do more; who cannot call what it may is told
SELECT mlops.grant_model('grants', 'regress_grants_group');
SELECT mlops.grant_model('grants', 'regress_grants_editor', 'viewer'), mlops.grant_model('grants', 'regress_grants_editor', 'editor');
SELECT mlops.grant_model('grants', 'regress_grants_deployer', 'deployer'), mlops.grant_model('grants', 'regress_grants_admin', 'admin');
SELECT mlops.grant_model('grants', 'regress_grants_other', 'editor'), mlops.revoke_model('grants', 'regress_grants_other'), mlops.revoke_model('grants', 'regress_grants_other');
SELECT mlops.grant_model('grants', 'regress_grants_other', 'king');
SELECT mlops.grant_model('grants', 4294967295::oid::regrole, 'viewer');
SELECT model, role, level, granted_by FROM mlops.model_right ORDER BY model, level = 'owner' DESC, role;
SELECT old_value, new_value FROM mlops.model_change WHERE field = 'rights' ORDER BY change_id;
RESET ROLE;

CREATE FUNCTION public.grants_try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE TABLE public.grants_call (place serial, call text);
INSERT INTO public.grants_call (call) VALUES ('SELECT mlops.set_description(''grants'', ''x'', 1)'), ('SELECT mlops.set_tags(''grants'', ''{"a": 1}'')'),
    ('SELECT mlops.register_version(''grants'')'), ('SELECT mlops.set_stage(''grants'', 1, ''staged'')'), ('SELECT mlops.set_stage(''grants'', 1, ''registered'')'),
    ('SELECT mlops.set_alias(''grants'', ''x'', 1)'), ('SELECT mlops.delete_alias(''grants'', ''x'')'),
    ('SELECT mlops.deploy(''grants'', 1, mlops_grants_test())'), ('SELECT mlops.rename_model(''grants'', ''grants'')'),
    ('SELECT mlops.archive_model(''grants''), mlops.restore_model(''grants'')'), ('SELECT mlops.delete_version(''grants'', 1), mlops.restore_version(''grants'', 1)'),
    ('SELECT mlops.delete_model(''grants''), mlops.restore_model(''grants'')'),
    ('SELECT mlops.grant_model(''grants'', ''regress_grants_other''), mlops.revoke_model(''grants'', ''regress_grants_other'')'),
    ('SELECT mlops.alter_owner(''model'', ''grants'', current_user::regrole)'), ('SELECT mlops.set_tags(''private'', ''{"a": 1}'')');
GRANT SELECT ON public.grants_call TO PUBLIC;
-- each level may what those before it may, and no more: 42704 for those who may not even know
SET ROLE regress_grants_viewer;
SELECT name FROM mlops.model;
SELECT (SELECT count(*) FROM mlops.version) AS versions, (SELECT count(*) FROM mlops.alias) AS aliases, (SELECT count(*) FROM mlops.stage_change) AS stages,
    (SELECT count(*) FROM mlops.model_change) AS changes, (SELECT count(*) FROM mlops.model_right) AS rights;
SELECT * FROM mlops.version_of('models:/grants@best');
SELECT mlops.start_run('evaluation') AS run \gset
-- evaluations are evidence for gates, and an editor's
SELECT mlops.log_version(:run, 'grants', 1);
SELECT mlops.finish_run(:run), mlops.start_run('batch_prediction') AS run \gset
SELECT mlops.log_version(:run, 'grants', 1), mlops.finish_run(:run);
RESET ROLE;
CREATE TABLE public.grants_answer (role name, place integer, answer text);
GRANT INSERT, SELECT ON public.grants_answer TO PUBLIC;
SET client_min_messages = error;
SET ROLE regress_grants_viewer;
SELECT mlops.create_endpoint('grants v') > 0;
INSERT INTO public.grants_answer SELECT current_user, place, public.grants_try(replace(call, 'mlops_grants_test()', '''grants v''')) FROM public.grants_call;
SET ROLE regress_grants_editor;
SELECT mlops.create_endpoint('grants e') > 0;
INSERT INTO public.grants_answer SELECT current_user, place, public.grants_try(replace(call, 'mlops_grants_test()', '''grants e''')) FROM public.grants_call;
SET ROLE regress_grants_deployer;
SELECT mlops.create_endpoint('grants d') > 0;
INSERT INTO public.grants_answer SELECT current_user, place, public.grants_try(replace(call, 'mlops_grants_test()', '''grants d''')) FROM public.grants_call;
SELECT mlops.deploy('grants', 2, 'grants d') > 0, mlops.rollback('grants d') > 0, mlops.undeploy('grants d');
SET ROLE regress_grants_admin;
SELECT mlops.create_endpoint('grants a') > 0;
INSERT INTO public.grants_answer SELECT current_user, place, public.grants_try(replace(call, 'mlops_grants_test()', '''grants d''')) FROM public.grants_call;
RESET ROLE;
SET client_min_messages = notice;
SELECT c.call, max(answer) FILTER (WHERE role ~ 'viewer') AS viewer, max(answer) FILTER (WHERE role ~ 'editor') AS editor,
    max(answer) FILTER (WHERE role ~ 'deployer') AS deployer, max(answer) FILTER (WHERE role ~ 'admin') AS admin
FROM public.grants_answer JOIN public.grants_call AS c USING (place) GROUP BY place, c.call ORDER BY place;
\set VERBOSITY default
SET ROLE regress_grants_viewer;
SELECT mlops.set_stage('grants', 1, 'retired');
RESET ROLE;
\set VERBOSITY terse
-- what was taken back, and a role made anew under the old name
SET ROLE regress_grants_owner;
SELECT mlops.revoke_model('grants', 'regress_grants_group');
SET ROLE regress_grants_viewer;
SELECT name FROM mlops.model;
RESET ROLE;
SET ROLE regress_grants_owner;
SELECT mlops.grant_model('grants', 'regress_grants_other');
RESET ROLE;
DROP OWNED BY regress_grants_other;
SELECT count(*) FROM mlops.model_grant WHERE reader_name = 'regress_grants_other';

-- restored into another cluster: the administrator says that the name stands for the role; what it was granted there stays
SET ROLE regress_grants_owner;
SELECT mlops.grant_model('grants', 'regress_grants_group'), mlops.grant_model('private', 'regress_grants_group', 'editor'), mlops.grant_read('regress_grants_group', 'regress_grants_owner');
RESET ROLE;
UPDATE mlops.model_grant SET reader_oid = 4294967290 WHERE reader_name = 'regress_grants_group';
UPDATE mlops.reader SET reader_oid = 4294967290 WHERE reader_name = 'regress_grants_group';
SET ROLE regress_grants_viewer;
SELECT count(*) FROM mlops.model;
SET ROLE regress_grants_owner;
SELECT mlops.grant_model('grants', 'regress_grants_group', 'editor'), mlops.grant_read('regress_grants_group', 'regress_grants_owner');
RESET ROLE;
SELECT relation, n_rows FROM mlops.adopt_owners('regress_grants_group');
SET ROLE regress_grants_viewer;
SELECT model, level FROM mlops.model_right WHERE role = 'regress_grants_group' ORDER BY 1, 2;
RESET ROLE;

-- what is asked of the catalog is asked once a statement: row security looks rows up in a list
CREATE FUNCTION public.grants_plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SET ROLE regress_grants_viewer;
SELECT t.relation, count(*) FILTER (WHERE p ~ '^ *(->)? *Filter: .*hashed SubPlan') > 0 AS list, count(*) FILTER (WHERE p ~ '^ *Filter: .*(?<!hashed )SubPlan') AS by_row
FROM unnest('{version,stage_change,alias,model_change,model_grant,deployment}'::text[]) AS t (relation), public.grants_plan('SELECT * FROM mlops.' || t.relation) AS p
GROUP BY 1 ORDER BY 1;
RESET ROLE;

DROP FUNCTION public.grants_plan(text);
DROP TABLE public.grants_call, public.grants_answer;
DROP FUNCTION public.grants_try(text);
SET client_min_messages = warning;
DROP OWNED BY regress_grants_owner, regress_grants_viewer, regress_grants_editor, regress_grants_deployer, regress_grants_admin, regress_grants_other, regress_grants_group;
DROP ROLE regress_grants_owner, regress_grants_viewer, regress_grants_editor, regress_grants_deployer, regress_grants_admin, regress_grants_other, regress_grants_group;

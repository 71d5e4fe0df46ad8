-- registry: the one place where a move may be refused, and what is asked there
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE ROLE regress_moves;
SELECT mlops.grant_use('regress_moves') > 0;
-- what a room below does, in its place: note what was asked, refuse one thing
BEGIN;
CREATE TABLE public.asked (id serial, version integer, stage text, transition text, endpoint text, reason text);
GRANT ALL ON public.asked, public.asked_id_seq TO mlops_owner;
CREATE OR REPLACE FUNCTION mlops_internal.check_move(version_id bigint, transition text, endpoint_id bigint, reason text,
    caller mlops_internal.caller) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.asked (version, stage, transition, endpoint, reason)
        SELECT v.version, v.stage, transition, (SELECT e.name FROM mlops.endpoint AS e WHERE e.endpoint_id = check_move.endpoint_id), reason
            FROM mlops.version AS v WHERE v.version_id = check_move.version_id;
    IF transition = 'alias:forbidden' THEN
        RAISE EXCEPTION 'version may not be %', transition USING ERRCODE = '23514';
    END IF;
END $$;
SET ROLE regress_moves;
SELECT mlops.create_model('moves', 'binary') > 0 AS model, mlops.register_version('moves'), mlops.register_version('moves'),
    mlops.create_endpoint('moves') > 0 AS endpoint;
SELECT mlops.set_stage('moves', 1, 'staged', 'first'), mlops.set_stage('moves', 1, 'staged', 'again');
SELECT mlops.deploy('moves', 1, 'moves', reason => 'go') > 0, mlops.deploy('moves', 1, 'moves') > 0 AS nothing;
SELECT mlops.deploy('moves', 1, 'moves', 'shadow') > 0 AS only_role, mlops.deploy('moves', 2, 'moves', 'shadow', reason => 'replace') > 0;
SELECT mlops.rollback('moves', 'shadow', 'oops') > 0, mlops.undeploy('moves', 'shadow', 'end');
SELECT mlops.set_alias('moves', 'best', 2), mlops.set_alias('moves', 'best', 2);
SAVEPOINT refused;
SELECT mlops.set_alias('moves', 'forbidden', 2);
ROLLBACK TO refused;
SELECT alias FROM mlops.alias;
RESET ROLE;
SELECT * FROM public.asked ORDER BY id;
ROLLBACK;
DROP OWNED BY regress_moves;
DROP ROLE regress_moves;

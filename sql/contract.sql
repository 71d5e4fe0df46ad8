-- what holds for every object of the extension, whoever adds one: no rows below,
-- and each rule shows that it can fail
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE TEMP VIEW member AS
    SELECT d.classid, d.objid, obj_description(d.objid, d.classid::regclass::name) AS comment,
           (pg_identify_object(d.classid, d.objid, 0)).type AS kind, (pg_identify_object(d.classid, d.objid, 0)).identity AS object
    FROM pg_depend AS d JOIN pg_extension AS x ON x.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
        LEFT JOIN pg_type AS t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
        LEFT JOIN pg_class AS c ON c.oid = t.typrelid
    WHERE x.extname = 'mlops' AND d.deptype = 'e'
      -- arrays and the rows of tables are made by the server, and members in some releases only
      AND (t.oid IS NULL OR (t.typcategory <> 'A' AND coalesce(c.relkind, 'c') = 'c'));
CREATE TEMP VIEW routine AS
    SELECT m.object, m.comment, p.*, l.lanname, p.pronamespace = 'mlops'::regnamespace AS for_people,
           p.proargtypes[p.pronargs - 1] IS NOT DISTINCT FROM 'mlops_internal.caller'::regtype AS has_caller,
           coalesce(p.proconfig @> '{"search_path=pg_catalog, pg_temp"}', false) AS pinned,
           EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                   WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS is_public
    FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid JOIN pg_language AS l ON l.oid = p.prolang;
CREATE TEMP VIEW relation AS
    SELECT m.object, c.* FROM member AS m JOIN pg_class AS c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid;

CREATE TEMP VIEW violation AS
    WITH member AS MATERIALIZED (SELECT * FROM member), routine AS MATERIALIZED (SELECT * FROM routine), relation AS MATERIALIZED (SELECT * FROM relation),
        level AS MATERIALIZED (SELECT * FROM mlops.use_levels()), usable AS MATERIALIZED (SELECT u.oid FROM mlops_internal.usable_functions() AS u (oid)),
        called AS MATERIALIZED (SELECT DISTINCT r.oid AS by, m[1] AS schema, m[2] AS name
                                 FROM routine AS r, regexp_matches(r.prosrc, '\m(mlops|mlops_internal)\.(\w+)\(', 'g') AS m),
        help AS MATERIALIZED (SELECT name FROM mlops_internal.help_index())
    -- identity sequences are described by their column
    SELECT 'has no comment' AS rule, m.kind || ' ' || m.object AS object FROM member AS m
    WHERE coalesce(m.comment, '') = '' AND NOT (m.classid = 'pg_class'::regclass AND EXISTS (
        SELECT FROM pg_depend AS i WHERE i.classid = m.classid AND i.objid = m.objid AND i.deptype = 'i'))
    UNION ALL
    SELECT 'column of a view has no comment', r.object || '.' || a.attname
    FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0
    WHERE r.relkind IN ('v', 'm') AND coalesce(col_description(r.oid, a.attnum), '') = ''
    UNION ALL
    -- BI tools read views by drivers that know plain types only, and see units in the comment
    SELECT 'column of a view is a row, range or list of such', r.object || '.' || a.attname
    FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_type AS e ON e.oid = t.typelem AND t.typcategory = 'A'
    WHERE r.relkind IN ('v', 'm') AND r.relnamespace = 'mlops'::regnamespace AND (coalesce(e.typtype, t.typtype) <> 'b' OR t.typnamespace <> 'pg_catalog'::regnamespace)
    UNION ALL
    SELECT 'number of a view has no unit', r.object || '.' || a.attname
    FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0
    WHERE r.relkind IN ('v', 'm') AND r.relnamespace = 'mlops'::regnamespace AND CASE
        WHEN a.atttypid IN ('float4'::regtype, 'float8'::regtype, 'numeric'::regtype) THEN col_description(r.oid, a.attnum) !~ '0 to 1|\munits?\M|seconds'
        -- an identifier, a place in a sequence, or what is counted
        WHEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN col_description(r.oid, a.attnum)
            !~ '\m(number|position|version|bytes|rows|values|windows|runs?|alerts?|incident|attempts|observations|process|times)\M' END
    UNION ALL
    SELECT 'comment is not a phrase', m.object FROM member AS m
    WHERE m.comment ~ '\.$' OR m.comment ~* '^internal\M' OR m.comment ~ '\{[a-z][a-z0-9_]*\}' OR m.comment ~ '(TODO|FIXME|XXX)'
    UNION ALL
    -- the rest of what there is to know belongs on the page of the topic
    SELECT 'comment is longer than 250 characters', r.object FROM routine AS r WHERE r.for_people AND length(r.comment) > 250
    UNION ALL
    -- what people read names what they can call
    SELECT 'comment names what is gone or internal', m.object || ': ' || n[1]
    FROM member AS m, regexp_matches(m.comment, '\mmlops(?:_internal)?\.(\w+)', 'g') AS n
    WHERE m.object LIKE 'mlops.%' AND (m.comment ~ '\mmlops_internal\M'
        OR NOT EXISTS (SELECT FROM member AS o WHERE o.object ~ ('^mlops\.' || n[1] || '\M'))
           AND NOT EXISTS (SELECT FROM pg_settings AS g WHERE g.name = 'mlops.' || n[1]))
    UNION ALL
    SELECT 'lives outside the schemas', m.kind || ' ' || m.object FROM member AS m
    WHERE m.object !~ '^mlops(_internal)?(\.|$)' AND m.kind NOT IN ('cast', 'operator class', 'operator family')
    UNION ALL
    SELECT 'is in a schema but no member', coalesce(p.oid::regprocedure::text, c.oid::regclass::text)
    FROM (SELECT oid FROM pg_proc WHERE pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)) AS p
        FULL JOIN (SELECT oid FROM pg_class WHERE relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')) AS c ON false
    WHERE NOT EXISTS (SELECT FROM member AS m WHERE (m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
                                                 OR (m.classid = 'pg_class'::regclass AND m.objid = c.oid))
    UNION ALL
    -- no aggregate needs to be an exception: add a line to <> ALL with the reason
    SELECT 'aggregate cannot be combined in parallel', r.object FROM routine AS r JOIN pg_aggregate AS g ON g.aggfnoid = r.oid
    WHERE (g.aggcombinefn = 0 OR r.proparallel <> 's') AND r.oid <> ALL ('{}'::oid[])
    UNION ALL
    SELECT 'aggregate has a state of type internal, an initial value or a final function that changes it', r.object
    FROM routine AS r JOIN pg_aggregate AS g ON g.aggfnoid = r.oid
    WHERE g.aggtranstype = 'internal'::regtype OR g.agginitval IS NOT NULL OR g.aggfinalmodify <> 'r'
    UNION ALL
    SELECT 'is immutable C but not parallel safe', r.object FROM routine AS r
    WHERE r.lanname = 'c' AND r.provolatile = 'i' AND r.proparallel <> 's'
    UNION ALL
    -- it calls what belongs to the type, such as an output function that obeys settings; these take the server's own
    -- numbers, booleans and texts alone
    SELECT 'is immutable but takes values of any type', r.object FROM routine AS r
    WHERE r.prokind <> 'a' AND r.provolatile = 'i' AND r.oid <> 'mlops_internal.comoments_accum(mlops.comoments, "any")'::regprocedure
      AND NOT (r.provariadic = '"any"'::regtype AND (r.prosrc ~ '_accum_any' OR r.prosrc = 'mlops_other_name'))
      AND r.proargtypes::oid[] && ARRAY['record', '"any"', 'anyelement', 'anyenum', 'anyarray']::regtype[]::oid[]
    UNION ALL
    -- the scheduler's shared memory is the same in a parallel worker; volatile keeps slice_members from being called once a column
    SELECT 'is volatile but parallel safe', r.object FROM routine AS r
    WHERE r.prokind <> 'a' AND r.provolatile = 'v' AND r.proparallel = 's' AND r.oid <> ALL (ARRAY['mlops_internal.scheduler_process()', 'mlops_internal.slice_members(integer[],text[],"any")']::regprocedure[])
    UNION ALL
    -- what was parsed when it was made looks up no names; a procedure with a SET clause could not commit: it qualifies all
    SELECT 'does not pin its search_path', r.object FROM routine AS r
    WHERE r.lanname IN ('sql', 'plpgsql') AND NOT r.pinned AND r.prosqlbody IS NULL
      AND r.oid <> 'mlops.run_due(timestamptz,integer)'::regprocedure
    UNION ALL
    -- C looks up no names, but for query_columns, which looks up the caller's; a SET clause makes it ten times slower
    SELECT 'C with a SET clause or SECURITY DEFINER', r.object FROM routine AS r
    WHERE r.lanname = 'c' AND (r.proconfig IS NOT NULL OR r.prosecdef)
    UNION ALL
    SELECT 'is written in another language', r.object FROM routine AS r WHERE r.lanname NOT IN ('c', 'sql', 'plpgsql', 'internal')
    UNION ALL
    -- what reads a shared state, takes a lock, or depends on the search path, is volatile without writing; granted_models, which a
    -- policy asks, reads the caller's own rights where a policy would ask it again
    SELECT 'writer is open to PUBLIC', r.object FROM routine AS r
    WHERE r.is_public AND r.prokind <> 'a' AND (r.provolatile = 'v' OR r.prosecdef)
      AND r.oid <> ALL ('{mlops_internal.scheduler_process(),mlops.scheduler_status(),mlops_internal.query_columns(text),mlops.verify_artifact(bigint),mlops_internal.trusted_relation(text),mlops_internal.granted_models(mlops_internal.caller)}'::regprocedure[]) AND r.proname <> 'slice_members'
    UNION ALL
    -- mlops.use_levels() decides who may call what is closed
    SELECT 'is for people and closed, but no level opens it', r.object FROM routine AS r
    WHERE r.for_people AND NOT r.is_public AND NOT EXISTS (SELECT FROM level AS l WHERE l.function = r.oid)
    UNION ALL
    SELECT 'is listed, but not there, not closed or not described', coalesce(l.function::text, l.level)
    FROM level AS l LEFT JOIN routine AS r ON r.oid = l.function WHERE r.is_public IS NOT false OR l.description IS NULL
    UNION ALL
    SELECT 'stands behind a function, but is not open to the same', r.object
    FROM routine AS r JOIN routine AS p ON p.for_people AND p.proname = r.proname AND NOT r.for_people
        AND r.proargtypes::text LIKE p.proargtypes::text || '%' AND r.pronargs = p.pronargs + 1
    WHERE r.is_public <> p.is_public OR r.prorettype <> p.prorettype OR r.proretset <> p.proretset
       OR (r.oid IN (SELECT u.oid FROM usable AS u)) <> (p.oid IN (SELECT u.oid FROM usable AS u))
    UNION ALL
    -- what people see takes and gives what people know
    SELECT 'is for people, but takes or gives what is not', r.object
    FROM routine AS r, unnest(r.proargtypes::oid[] || r.proallargtypes || r.prorettype) AS a (type) JOIN pg_type AS t ON t.oid = a.type
    WHERE r.for_people AND (t.typnamespace = 'mlops_internal'::regnamespace OR t.oid IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype))
    UNION ALL
    SELECT 'is for people, but part of an aggregate, a type or a trigger', r.object FROM routine AS r
    WHERE r.for_people
      AND (EXISTS (SELECT FROM pg_aggregate AS g WHERE r.oid IN (g.aggtransfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn, g.aggminvtransfn))
           OR EXISTS (SELECT FROM pg_type AS t WHERE r.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze))
           OR EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgfoid = r.oid))
    UNION ALL
    SELECT 'is for people, but runs as its owner', r.object FROM routine AS r WHERE r.for_people AND r.prosecdef
    UNION ALL
    -- the function of mlops would take the extension's own role for the caller
    SELECT 'runs as its owner, and calls what asks who calls', r.object
    FROM routine AS r JOIN called AS c ON c.by = r.oid AND c.schema = 'mlops'
    WHERE r.prosecdef AND c.name IN (SELECT p.proname FROM routine AS p JOIN level AS l ON l.function = p.oid WHERE p.prokind = 'f')
    UNION ALL
    -- aggregates, types, triggers, policies, views and bodies that were parsed are dependencies; kept_x calls x; the last line is called by C
    SELECT 'is for nobody: nothing calls it', r.object FROM routine AS r
    WHERE r.pronamespace = 'mlops_internal'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = r.oid)
      AND NOT EXISTS (SELECT FROM called AS c WHERE c.schema = 'mlops_internal' AND c.name = r.proname AND c.by <> r.oid)
      AND NOT EXISTS (SELECT FROM pg_proc AS k WHERE k.pronamespace = r.pronamespace AND k.proname = 'kept_' || r.proname AND k.prosrc = 'mlops_kept_answer')
      AND r.proname <> ALL ('{point_in_time_plan,online_query,next_due_time,claim_any,claim_of,take_over_run,unclaim_run,fail_launch,reassign_owned,drop_owned,log_captured}'::name[])
    UNION ALL
    -- mlops.help finds it by the room that creates it: a room without a topic wants one in src/help/help.sql
    SELECT 'is under no topic of mlops.help', n.object
    FROM (SELECT r.object, r.proname FROM routine AS r WHERE r.for_people AND r.comment !~ '^no metric of this name'
          UNION ALL SELECT r.object, r.relname FROM relation AS r
          WHERE r.relkind IN ('r', 'v') AND r.relnamespace = 'mlops'::regnamespace) AS n (object, name)
    WHERE n.name NOT IN (SELECT h.name FROM help AS h)
    UNION ALL
    -- casts, output functions and the like of the caller's types would run as the owner
    SELECT 'SECURITY DEFINER with an argument of any type', r.object FROM routine AS r, unnest(r.proargtypes::oid[]) AS a (type)
        JOIN pg_type AS t ON t.oid = a.type
    WHERE r.prosecdef AND (t.typtype = 'p' OR r.provariadic <> 0)
    UNION ALL
    SELECT 'is granted to a role by name', r.object FROM routine AS r, LATERAL aclexplode(r.proacl) AS a
    WHERE a.grantee NOT IN (0, r.proowner, (SELECT o.oid FROM pg_roles AS o WHERE o.rolname = 'mlops_owner'))
    UNION ALL
    -- so none belongs to a superuser
    SELECT 'owner is not the role of the extension', r.object FROM (
        SELECT r.object, r.proowner AS owner FROM routine AS r WHERE r.prosecdef
        UNION ALL SELECT r.object, r.relowner FROM relation AS r WHERE r.relkind IN ('r', 'p', 'S')) AS r
    WHERE r.owner <> (SELECT o.oid FROM pg_roles AS o WHERE o.rolname = 'mlops_owner')
    UNION ALL
    -- whoever owns a function that runs with its caller's rights could turn it against the caller
    SELECT 'is owned by the role of the extension but does not run as it', r.object FROM routine AS r
    WHERE r.proowner = (SELECT o.oid FROM pg_roles AS o WHERE o.rolname = 'mlops_owner') AND NOT r.prosecdef
    UNION ALL
    SELECT 'the role of the extension can do too much', rolname FROM pg_roles AS r
    WHERE r.rolname = 'mlops_owner' AND (r.rolsuper OR r.rolcanlogin OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
        OR r.rolbypassrls OR has_schema_privilege(r.oid, 'mlops', 'CREATE') OR has_schema_privilege(r.oid, 'mlops_internal', 'CREATE')
        OR EXISTS (SELECT FROM pg_auth_members AS a WHERE r.oid IN (a.roleid, a.member)))
    UNION ALL
    SELECT 'schema in which others may create, or that is no member', n.nspname
    FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
    WHERE n.nspname IN ('mlops', 'mlops_internal')
      AND (a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
           OR NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid))
    UNION ALL
    -- whoever calls a writer is known by its last parameter; triggers, and what nobody but the
    -- extension's own role is let to call, have no caller of their own
    SELECT 'SECURITY DEFINER without caller', r.object FROM routine AS r
    WHERE r.prosecdef AND r.prorettype <> 'trigger'::regtype AND NOT r.has_caller
      AND (r.for_people OR r.is_public OR r.oid IN (SELECT u.oid FROM usable AS u))
    UNION ALL
    SELECT 'has an argument without a name', r.object FROM routine AS r
    WHERE r.prokind <> 'a' AND r.pronargs > 0 AND r.proargnames IS NULL
      AND NOT EXISTS (SELECT FROM pg_type AS t WHERE r.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend))
    UNION ALL
    -- mlops_internal.caller cannot be stored or sent
    SELECT 'type cannot be sent, received, read or written', t.oid::regtype::text
    FROM member AS m JOIN pg_type AS t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
    WHERE t.typtype = 'b' AND 0 IN (t.typinput::oid, t.typoutput::oid, t.typreceive::oid, t.typsend::oid)
      AND t.oid <> 'mlops_internal.caller'::regtype
    UNION ALL
    SELECT 'is not dumped', r.object FROM relation AS r
    WHERE r.relkind IN ('r', 'p', 'S') AND NOT EXISTS (SELECT FROM pg_extension AS x WHERE x.extname = 'mlops' AND r.oid = ANY (x.extconfig))
    UNION ALL
    -- whether the scheduler is on is not copied, numbers of roles and transactions mean nothing elsewhere
    -- what the extension brings itself, and what means nothing elsewhere, is not
    SELECT 'is dumped in part', c.oid::regclass::text
    FROM pg_extension AS x, unnest(x.extconfig, x.extcondition) AS c (oid, condition)
    WHERE x.extname = 'mlops' AND c.condition <> '' AND c.oid <> ALL ('{mlops_internal.scheduler_switch,mlops_internal.known_role,mlops_internal.alert_event_xact}'::regclass[])
    UNION ALL
    -- without anybody's text: one row, and the names of roles
    SELECT 'table without row security', r.object FROM relation AS r
    WHERE r.relkind IN ('r', 'p') AND NOT (r.relrowsecurity AND EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = r.oid))
      AND r.oid <> ALL ('{mlops_internal.scheduler_switch,mlops_internal.known_role}'::regclass[])
    UNION ALL
    SELECT 'PUBLIC may write, or a role by name reads', r.object FROM relation AS r, LATERAL aclexplode(r.relacl) AS a
    WHERE a.grantee <> r.relowner AND NOT (a.grantee = 0 AND a.privilege_type = 'SELECT' AND r.relkind IN ('r', 'v'))
    UNION ALL
    SELECT 'view shows what its reader may not see', r.object FROM relation AS r
    WHERE r.relkind IN ('v', 'm') AND NOT coalesce(r.reloptions @> '{security_invoker=true}', false)
    UNION ALL
    SELECT 'has no primary or unique key', r.object FROM relation AS r
    WHERE r.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conrelid = r.oid AND c.contype IN ('p', 'u'));

SELECT * FROM violation ORDER BY rule COLLATE "C", object COLLATE "C";

-- each rule finds what breaks it
BEGIN;
CREATE FUNCTION mlops.bad_sql(integer) RETURNS integer LANGUAGE sql VOLATILE PARALLEL SAFE SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION mlops.bad_any(value anyelement) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'SELECT value::text';
COMMENT ON FUNCTION mlops.bad_any(anyelement) IS 'closed, but nobody knows to whom, as mlops.bad_memory';
REVOKE ALL ON FUNCTION mlops.bad_any(anyelement) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mlops.log_param(bigint, text, text), mlops.log_param(bigint, text, anyelement) TO PUBLIC;
CREATE FUNCTION mlops.bad_c(state float8) RETURNS float8 LANGUAGE c IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS '$libdir/mlops', 'mlops_caller';
CREATE AGGREGATE mlops.bad_aggregate(float8) (SFUNC = pg_catalog.float8pl, STYPE = float8, INITCOND = '0');
SET client_min_messages = warning;
CREATE TYPE mlops.bad_type;
CREATE FUNCTION mlops.bad_in(cstring) RETURNS mlops.bad_type LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION mlops.bad_out(mlops.bad_type) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE mlops.bad_type (INPUT = mlops.bad_in, OUTPUT = mlops.bad_out, LIKE = integer);
RESET client_min_messages;
CREATE TABLE mlops.bad_table (x integer GENERATED ALWAYS AS IDENTITY);
GRANT INSERT ON mlops.bad_table TO PUBLIC;
CREATE VIEW mlops.bad_view AS SELECT 1 AS x, NULL::mlops.confidence_interval AS ci, NULL::tstzrange[] AS ranges, 0.5::float8 AS y;
COMMENT ON VIEW mlops.bad_view IS 'Shows {what}.';
COMMENT ON COLUMN mlops.bad_view.y IS 'how large it is';
CREATE FUNCTION mlops.stray(x integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.mlops_outside(x integer) RETURNS integer LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'SELECT 1';
CREATE LANGUAGE mlops_other HANDLER pg_catalog.plpgsql_call_handler;
CREATE FUNCTION mlops.bad_language() RETURNS integer LANGUAGE mlops_other AS 'BEGIN RETURN 1; END';
CREATE MATERIALIZED VIEW mlops.bad_copy AS SELECT 1 AS x;
COMMENT ON FUNCTION mlops.bad_c(float8) IS 'internal: open to all';
CREATE FUNCTION mlops.bad_caller(caller mlops_internal.caller) RETURNS integer LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'SELECT 1';
CREATE FUNCTION mlops_internal.bad_helper(x bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT mlops.finish_run(x)';
CREATE FUNCTION mlops.bad_output(x anyelement) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS 'SELECT 1';
SELECT repeat('much more than one sentence ', 10) AS long \gset
COMMENT ON FUNCTION mlops.bad_output(anyelement) IS :'long';
ALTER EXTENSION mlops ADD FUNCTION mlops.bad_output(anyelement);
ALTER EXTENSION mlops ADD FUNCTION mlops.bad_caller(mlops_internal.caller);
ALTER EXTENSION mlops ADD FUNCTION mlops_internal.bad_helper(bigint);
ALTER EXTENSION mlops ADD FUNCTION mlops.bad_sql(integer);
ALTER EXTENSION mlops ADD FUNCTION mlops.bad_c(float8);
ALTER EXTENSION mlops ADD FUNCTION mlops.bad_any(anyelement);
ALTER EXTENSION mlops ADD AGGREGATE mlops.bad_aggregate(float8);
ALTER EXTENSION mlops ADD TYPE mlops.bad_type;
ALTER EXTENSION mlops ADD TABLE mlops.bad_table;
ALTER EXTENSION mlops ADD SEQUENCE mlops.bad_table_x_seq;
ALTER EXTENSION mlops ADD VIEW mlops.bad_view;
ALTER EXTENSION mlops ADD FUNCTION public.mlops_outside(integer);
ALTER EXTENSION mlops ADD FUNCTION mlops.bad_language();
ALTER EXTENSION mlops ADD MATERIALIZED VIEW mlops.bad_copy;
GRANT EXECUTE ON FUNCTION mlops.bad_c(float8) TO pg_monitor;
ALTER FUNCTION mlops.bad_language() OWNER TO mlops_owner;
GRANT CREATE ON SCHEMA mlops TO mlops_owner;
GRANT SELECT ON mlops.bad_copy TO pg_monitor;
REVOKE ALL ON FUNCTION mlops_internal.describe FROM PUBLIC;
ALTER TABLE mlops.param DISABLE ROW LEVEL SECURITY;
UPDATE pg_extension SET extcondition[array_position(extconfig, 'mlops.run'::regclass)] = 'WHERE false' WHERE extname = 'mlops';
SELECT * FROM violation ORDER BY rule COLLATE "C", object COLLATE "C";
ROLLBACK;
SELECT count(*) FROM violation;

-- nobody is no caller: whatever takes one refuses NULL, and one that was kept
CREATE TEMP TABLE kept AS SELECT mlops_internal.caller() AS caller, 1 AS n;
CREATE FUNCTION pg_temp.refusal(routine regprocedure, caller text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    call text;
    code text;
BEGIN
    SELECT format('%s(%s)', CASE WHEN p.proretset THEN 'SELECT * FROM ' ELSE 'SELECT ' END || p.pronamespace::regnamespace || '.' || quote_ident(p.proname),
               string_agg(CASE WHEN a.type = 'mlops_internal.caller'::regtype THEN $2 ELSE format('NULL::%s', a.type::regtype) END, ', ' ORDER BY a.place))
      INTO call FROM pg_proc AS p, unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, place)
      WHERE p.oid = routine GROUP BY p.oid, p.proretset, p.pronamespace, p.proname;
    BEGIN
        EXECUTE call;
        code := 'none';
    EXCEPTION WHEN others THEN
        code := SQLSTATE || ' ' || SQLERRM;
    END;
    RETURN code;
END $$;
CREATE TEMP TABLE asked AS SELECT r.oid, r.object FROM routine AS r WHERE r.prosecdef AND 'mlops_internal.caller'::regtype = ANY (r.proargtypes::oid[]);
SELECT r.object, v.caller, pg_temp.refusal(r.oid, v.caller) AS answer
FROM asked AS r, (VALUES ('NULL::mlops_internal.caller'), ('(SELECT caller FROM kept)'), ('''(nobody)''::mlops_internal.caller')) AS v (caller)
WHERE pg_temp.refusal(r.oid, v.caller) <> CASE v.caller WHEN 'NULL::mlops_internal.caller' THEN '22004 caller must not be NULL'
                                                        ELSE '42501 caller does not come from this transaction' END;
SELECT count(*) > 40 AS all_were_asked FROM asked;

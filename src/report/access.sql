/*
 * report: who may use the extension.
 *
 * Functions that write are closed to PUBLIC.  mlops.grant_use opens to a role
 * all of them that are meant to be called; those whose comment begins with
 * "internal: " are not.  It works from the catalog, so it is complete.
 */
CREATE FUNCTION mlops.usable_functions() RETURNS SETOF regprocedure
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.oid::regprocedure
        FROM pg_proc AS p
            JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
            JOIN pg_extension AS x ON x.oid = d.refobjid AND x.extname = 'mlops'
        WHERE p.proname NOT IN ('grant_use', 'revoke_use')
          AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                          WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
          AND coalesce(obj_description(p.oid, 'pg_proc'), 'internal: ') NOT LIKE 'internal: %'
        ORDER BY p.oid
    $$;
COMMENT ON FUNCTION mlops.usable_functions() IS 'the functions and procedures that mlops.grant_use opens to a role: closed to PUBLIC and not internal';

CREATE FUNCTION mlops.change_use(role regrole, command text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        routine regprocedure;
        n integer := 0;
    BEGIN
        IF NOT pg_has_role((SELECT x.extowner FROM pg_extension AS x WHERE x.extname = 'mlops'), 'USAGE') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = 'must be owner of extension mlops',
                HINT = 'Ask the role that installed the extension.';
        END IF;
        IF role IS NULL OR NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.oid = role) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('role %s does not exist', coalesce(role::text, 'NULL'));
        END IF;
        FOR routine IN SELECT * FROM mlops.usable_functions() LOOP
            EXECUTE format(command, routine, role);
            n := n + 1;
        END LOOP;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops.change_use(regrole, text) IS 'internal: run a GRANT or REVOKE, with places for routine and role, for all usable functions, and return their number; error 42501 unless called by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.change_use(regrole, text) FROM PUBLIC;

CREATE FUNCTION mlops.grant_use(role regrole) RETURNS integer
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.change_use(role, 'GRANT EXECUTE ON ROUTINE %s TO %s') $$;
COMMENT ON FUNCTION mlops.grant_use(regrole) IS 'let a role, and its members, register, log, monitor and answer alerts; what belongs to others stays closed to it; returns the number of functions; to be called again after an update of the extension; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.grant_use(regrole) FROM PUBLIC;

CREATE FUNCTION mlops.revoke_use(role regrole) RETURNS integer
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.change_use(role, 'REVOKE EXECUTE ON ROUTINE %s FROM %s') $$;
COMMENT ON FUNCTION mlops.revoke_use(regrole) IS 'take back what mlops.grant_use gave; the role''s objects stay; returns the number of functions; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.revoke_use(regrole) FROM PUBLIC;

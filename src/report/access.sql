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
        WHERE p.proname NOT IN ('grant_use', 'revoke_use', 'adopt_owners')
          AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                          WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
          AND coalesce(obj_description(p.oid, 'pg_proc'), 'internal: ') NOT LIKE 'internal: %'
        ORDER BY p.oid
    $$;
COMMENT ON FUNCTION mlops.usable_functions() IS 'the functions and procedures that mlops.grant_use opens to a role: closed to PUBLIC and not internal';

CREATE FUNCTION mlops.require_administrator() RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF NOT pg_has_role((SELECT x.extowner FROM pg_extension AS x WHERE x.extname = 'mlops'), 'USAGE') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = 'must be owner of extension mlops',
                HINT = 'Ask the role that installed the extension.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.require_administrator() IS 'internal: raise 42501 unless called by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.require_administrator() FROM PUBLIC;

CREATE FUNCTION mlops.change_use(role regrole, command text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        routine regprocedure;
        n integer := 0;
    BEGIN
        PERFORM mlops.require_administrator();
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

/*
 * Owners are kept as OID and name, so that a role that is made anew under an old
 * name inherits nothing.  Restored into another cluster every owner looks like
 * that: the administrator says that the names stand for the same roles there.
 */
CREATE FUNCTION mlops.adopt_owners(owner regrole DEFAULT NULL) RETURNS TABLE (owner_name name, relation text, n_rows bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops.require_administrator();
        FOR relation IN
            SELECT a.attrelid::regclass FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'mlops'::regnamespace AND c.relkind = 'r' AND a.attname = 'owner_oid' ORDER BY c.oid
        LOOP
            -- what the new role has made meanwhile keeps its place
            RETURN QUERY EXECUTE format(
                'WITH adopted AS (
                    UPDATE %1$s AS t SET owner_oid = r.oid FROM pg_roles AS r
                    WHERE r.rolname = t.owner_name AND r.oid <> t.owner_oid AND ($1 IS NULL OR r.oid = $1) %2$s
                    RETURNING t.owner_name)
                 SELECT a.owner_name, %1$L::text, count(*) FROM adopted AS a GROUP BY a.owner_name ORDER BY a.owner_name',
                relation, CASE WHEN relation = 'mlops.artifact' THEN
                    'AND NOT EXISTS (SELECT FROM mlops.artifact AS o WHERE o.identity = t.identity AND o.owner_oid = r.oid AND o.owner_name = t.owner_name)' END)
                USING owner::oid;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops.adopt_owners(regrole) IS 'let the present roles of the same names own what was owned under other role numbers, as after a restore into another cluster; owner NULL means all names; returns how many rows of which table changed hands; only by the extension''s owner, who answers for the names';
REVOKE ALL ON FUNCTION mlops.adopt_owners(regrole) FROM PUBLIC;

/*
 * core: the schema, who calls, who may.
 *
 * The first statement pins the search path for the whole script: every object
 * is created and named with its schema, and nothing that a user planted
 * elsewhere can be picked up.
 */
SET LOCAL search_path TO pg_catalog, pg_temp;

CREATE SCHEMA mlops;
COMMENT ON SCHEMA mlops IS 'MLOps in the database: registry, lineage, metrics, drift, monitors, alerts';
GRANT USAGE ON SCHEMA mlops TO PUBLIC;

/*
 * The script and the library must be of one version; called here, before
 * anything else of the library is, because a server that runs since before the
 * files were installed still has the old one.
 */
CREATE FUNCTION mlops.library_version() RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_library_version';
COMMENT ON FUNCTION mlops.library_version() IS 'version of the loaded library; error 55000 when the extension of this database is of another one, as all functions then raise';
SELECT mlops.library_version();

/*
 * The role that owns the extension's tables and SECURITY DEFINER functions, in
 * every database of the server: it may do nothing but read and write those tables,
 * so whatever slips through one of the functions can do no more.  The schema stays
 * with the role that installs: this one can create nothing in it.  A role of the
 * name that somebody has made before is taken only if it is as powerless; what it
 * may own in other databases cannot be seen from here, and gives it nothing here.
 */
DO $$
    DECLARE
        problem text;
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname OPERATOR(pg_catalog.=) 'mlops_owner') THEN
            CREATE ROLE mlops_owner NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
            COMMENT ON ROLE mlops_owner IS 'owns the tables and functions of extension mlops; nobody logs in as it or is a member of it';
        END IF;
        SELECT CASE WHEN r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls THEN 'It has attributes of an administrator.'
                    WHEN r.rolcanlogin THEN 'It may log in.'
                    WHEN EXISTS (SELECT FROM pg_catalog.pg_auth_members AS m WHERE m.member OPERATOR(pg_catalog.=) r.oid)
                    THEN 'It is a member of another role.'
                    WHEN EXISTS (SELECT FROM pg_catalog.pg_auth_members AS m WHERE m.roleid OPERATOR(pg_catalog.=) r.oid)
                    THEN 'Another role is a member of it.'
                    WHEN EXISTS (SELECT FROM pg_catalog.pg_shdepend AS s LEFT JOIN pg_catalog.pg_database AS d
                                     ON d.oid OPERATOR(pg_catalog.=) s.dbid
                                 WHERE s.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass
                                   AND s.refobjid OPERATOR(pg_catalog.=) r.oid AND s.deptype OPERATOR(pg_catalog.=) 'o'
                                   AND (s.dbid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                                        OR d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))
                    THEN 'It owns objects in this database, or a database or tablespace.'
               END
          INTO problem
          FROM pg_catalog.pg_roles AS r WHERE r.rolname OPERATOR(pg_catalog.=) 'mlops_owner';
        IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'object_not_in_prerequisite_state',
                MESSAGE = 'role "mlops_owner" exists and cannot be trusted with the tables of extension mlops',
                DETAIL = problem,
                HINT = 'Drop or rename the role, or take from it what the detail names; CREATE EXTENSION makes it anew when it is not there.';
        END IF;
    END
$$;
GRANT USAGE ON SCHEMA mlops TO mlops_owner;

CREATE FUNCTION mlops.owner_role() RETURNS oid
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_owner_role_oid';
COMMENT ON FUNCTION mlops.owner_role() IS 'the role that owns the extension''s tables and acts for all owners; error when it has become one that could do more';

/*
 * Writers are SECURITY DEFINER functions.  Their last parameter is
 * "caller mlops.caller DEFAULT mlops.caller()"; see caller.c for why it cannot
 * be forged.  A writer that calls another hands its own value on.
 */
CREATE TYPE mlops.caller;

CREATE FUNCTION mlops.caller_in(cstring) RETURNS mlops.caller
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_caller_in';
COMMENT ON FUNCTION mlops.caller_in(cstring) IS 'input function of mlops.caller: always fails, such values cannot be typed in';

CREATE FUNCTION mlops.caller_out(mlops.caller) RETURNS cstring
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_caller_out';
COMMENT ON FUNCTION mlops.caller_out(mlops.caller) IS 'output function of mlops.caller: the role''s name';

CREATE TYPE mlops.caller (
    INPUT = mlops.caller_in,
    OUTPUT = mlops.caller_out,
    LIKE = pg_catalog.oid
);
COMMENT ON TYPE mlops.caller IS 'the role that called a function; only mlops.caller() makes such values';

CREATE FUNCTION mlops.caller() RETURNS mlops.caller
    LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_caller';
COMMENT ON FUNCTION mlops.caller() IS 'the role as which this call is evaluated';

CREATE FUNCTION mlops.caller_oid(caller mlops.caller) RETURNS oid
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_caller_oid';
COMMENT ON FUNCTION mlops.caller_oid(mlops.caller) IS 'OID of the role that called; raises 22004 for NULL, which is nobody';

CREATE FUNCTION mlops.caller_name(caller mlops.caller) RETURNS name
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT rolname FROM pg_catalog.pg_roles WHERE oid OPERATOR(pg_catalog.=) mlops.caller_oid(caller) $$;
COMMENT ON FUNCTION mlops.caller_name(mlops.caller) IS 'name of the role that called';

/*
 * Ownership.  A row belongs to a role, kept as OID and name; both must match,
 * so a role that is dropped and created again does not inherit.  Whoever is a
 * member of the owning role acts for it: give a team a role of its own and
 * make that the owner.
 */
CREATE FUNCTION mlops.owned_by(owner_oid oid, owner_name name, role oid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (SELECT FROM pg_catalog.pg_roles AS r
                       WHERE r.oid OPERATOR(pg_catalog.=) owner_oid
                         AND r.rolname OPERATOR(pg_catalog.=) owner_name
                         AND pg_catalog.pg_has_role(role, r.oid, 'USAGE'))
            OR EXISTS (SELECT FROM pg_catalog.pg_roles AS r
                       WHERE r.oid OPERATOR(pg_catalog.=) role AND r.rolsuper)
            OR role OPERATOR(pg_catalog.=) mlops.owner_role()
    $$;
COMMENT ON FUNCTION mlops.owned_by(oid, name, oid) IS 'true when the role is a member of the owner, which must still have that OID and that name, a superuser, or the one that keeps the books for all (mlops.owner_role)';

CREATE FUNCTION mlops.require_owner(owner_oid oid, owner_name name, object text, caller mlops.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF mlops.owned_by(owner_oid, owner_name, mlops.caller_oid(caller)) IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = pg_catalog.format('must be owner of %s', object),
                HINT = pg_catalog.format('It belongs to role "%s": ask a member of that role.', owner_name);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.require_owner(oid, name, text, mlops.caller) IS 'raise 42501 unless the caller may act for the owner; "object" names the thing in the message';

/*
 * A process is told from later ones of the same number by when it started.
 */
CREATE FUNCTION mlops.process_start(pid integer) RETURNS timestamptz
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_process_start';
REVOKE ALL ON FUNCTION mlops.process_start(integer) FROM PUBLIC;
COMMENT ON FUNCTION mlops.process_start(integer) IS 'internal: when the server process of that number started, as it is now; NULL when there is none';

CREATE FUNCTION mlops.check_name(value text, kind text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value IS NULL OR value OPERATOR(pg_catalog.=) '' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = pg_catalog.format('%s name must not be empty', kind);
        END IF;
        IF pg_catalog.length(value) OPERATOR(pg_catalog.>) 200 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'name_too_long',
                MESSAGE = pg_catalog.format('%s name is longer than 200 characters', kind);
        END IF;
        IF value OPERATOR(pg_catalog.~) '[[:cntrl:]]' OR value OPERATOR(pg_catalog.~) '[\u200e\u200f\u202a-\u202e\u2066-\u2069]' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = pg_catalog.format('%s name contains a control character', kind);
        END IF;
        RETURN value;
    END
    $$;
COMMENT ON FUNCTION mlops.check_name(text, text) IS 'the name itself, or an error when it is empty, longer than 200 characters or contains control or text-direction characters; "kind" names the thing in the message';

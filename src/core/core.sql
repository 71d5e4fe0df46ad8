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
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_caller_oid';
COMMENT ON FUNCTION mlops.caller_oid(mlops.caller) IS 'OID of the role that called';

CREATE FUNCTION mlops.caller_name(caller mlops.caller) RETURNS name
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
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
    $$;
COMMENT ON FUNCTION mlops.owned_by(oid, name, oid) IS 'true when the role is a superuser or a member of the owner, which must still have that OID and that name';

CREATE FUNCTION mlops.require_owner(owner_oid oid, owner_name name, object text, caller mlops.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF NOT mlops.owned_by(owner_oid, owner_name, mlops.caller_oid(caller)) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = pg_catalog.format('must be owner of %s', object),
                HINT = pg_catalog.format('It belongs to role "%s": ask a member of that role.', owner_name);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.require_owner(oid, name, text, mlops.caller) IS 'raise 42501 unless the caller may act for the owner; "object" names the thing in the message';

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

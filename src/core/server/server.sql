/*
 * core: the schemas, who calls, who may.
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
 * What people do not call or read: what aggregates and types are made of, helpers,
 * the functions behind those that write, the scheduler's notes.  Names are looked
 * up in it as whoever calls, hence USAGE for all; what may be called is decided
 * function by function.
 */
CREATE SCHEMA mlops_internal;
COMMENT ON SCHEMA mlops_internal IS
    'the inside of extension mlops: nothing here is meant to be called or read, and all of it may change';
GRANT USAGE ON SCHEMA mlops_internal TO PUBLIC;

/*
 * The script and the library must be of one version; called here, before
 * anything else of the library is, because a server that runs since before the
 * files were installed still has the old one.
 */
CREATE FUNCTION mlops.library_version() RETURNS text
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_library_version';
COMMENT ON FUNCTION mlops.library_version() IS
    'version of the loaded library; error 55000 when the extension of this database is of another one, as all '
    'functions then raise';
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
            COMMENT ON ROLE mlops_owner IS
                'owns the tables and functions of extension mlops; nobody logs in as it or is a member of it';
        END IF;
        SELECT CASE WHEN r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
            OR r.rolbypassrls THEN 'It has attributes of an administrator.'
                    WHEN r.rolcanlogin THEN 'It may log in.'
                    WHEN EXISTS (SELECT FROM pg_catalog.pg_auth_members AS m
                        WHERE m.member OPERATOR(pg_catalog.=) r.oid)
                    THEN 'It is a member of another role.'
                    WHEN EXISTS (SELECT FROM pg_catalog.pg_auth_members AS m
                        WHERE m.roleid OPERATOR(pg_catalog.=) r.oid)
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
                HINT = 'Drop or rename the role, or take from it what the detail names; CREATE EXTENSION makes it anew '
                    'when it is not there.';
        END IF;
    END
$$;
GRANT USAGE ON SCHEMA mlops, mlops_internal TO mlops_owner;

CREATE FUNCTION mlops_internal.owner_role() RETURNS oid
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_owner_role_oid';
COMMENT ON FUNCTION mlops_internal.owner_role() IS
    'the role that owns the extension''s tables and acts for all owners; error when it has become one that could do '
    'more';

/*
 * Writers are SECURITY DEFINER functions whose last parameter is "caller
 * mlops_internal.caller"; see caller.c for why it cannot be forged.  A writer that
 * calls another hands its own value on.  People call a function of the same name in
 * mlops, which runs with their rights and fills the caller in; its body is parsed
 * when it is created, so it needs no search path.
 */
CREATE TYPE mlops_internal.caller;

CREATE FUNCTION mlops_internal.caller_in(cstring) RETURNS mlops_internal.caller
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_caller_in';
COMMENT ON FUNCTION mlops_internal.caller_in(cstring) IS
    'input function of mlops_internal.caller, for dumps of columns of the type: such a value is dead, nothing accepts '
    'it';

CREATE FUNCTION mlops_internal.caller_out(mlops_internal.caller) RETURNS cstring
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_caller_out';
COMMENT ON FUNCTION mlops_internal.caller_out(mlops_internal.caller) IS
    'output function of mlops_internal.caller: the role''s name';

CREATE TYPE mlops_internal.caller (
    INPUT = mlops_internal.caller_in,
    OUTPUT = mlops_internal.caller_out,
    INTERNALLENGTH = 16,
    ALIGNMENT = double
);
COMMENT ON TYPE mlops_internal.caller IS
    'the role that called a function; only mlops_internal.caller() makes such values, and they are good in the '
    'transaction that made them only';

CREATE FUNCTION mlops_internal.caller() RETURNS mlops_internal.caller
    LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_caller';
COMMENT ON FUNCTION mlops_internal.caller() IS 'the role as which this call is evaluated';

CREATE FUNCTION mlops_internal.caller_oid(caller mlops_internal.caller) RETURNS oid
    LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_caller_oid';
COMMENT ON FUNCTION mlops_internal.caller_oid(mlops_internal.caller) IS
    'OID of the role that called; raises 22004 for NULL, 42501 for a value of another transaction';

CREATE FUNCTION mlops_internal.caller_name(caller mlops_internal.caller) RETURNS name
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT rolname FROM pg_catalog.pg_roles WHERE oid OPERATOR(pg_catalog.=) mlops_internal.caller_oid(caller) $$;
COMMENT ON FUNCTION mlops_internal.caller_name(mlops_internal.caller) IS 'name of the role that called';

/*
 * Ownership.  A row belongs to a role, kept as OID and name; see owner.c for when
 * a role is the one that is meant.  Whoever has that role's rights acts for it:
 * give a team a role of its own and make that the owner.
 */
CREATE TABLE mlops_internal.known_role (
    role_oid oid NOT NULL,
    role_name name NOT NULL,
    CONSTRAINT known_role_pkey PRIMARY KEY (role_oid, role_name)
);
COMMENT ON TABLE mlops_internal.known_role IS
    'owners as they were seen in this cluster, by number and name: how a renamed role is told from another; its rows '
    'are not dumped';
COMMENT ON COLUMN mlops_internal.known_role.role_oid IS 'number of the role';
COMMENT ON COLUMN mlops_internal.known_role.role_name IS 'a name that it had when it became the owner of something';
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.known_role', 'WHERE false');
GRANT SELECT ON mlops_internal.known_role TO PUBLIC;

CREATE FUNCTION mlops_internal.present_owner(owner_oid oid, owner_name name) RETURNS oid
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_present_owner';
COMMENT ON FUNCTION mlops_internal.present_owner(oid, name) IS
    'the role that is meant: it has that number and has, or is known to have had, that name; NULL when there is none';

CREATE FUNCTION mlops_internal.owned_by(owner_oid oid, owner_name name, role oid) RETURNS boolean
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_owned_by';
COMMENT ON FUNCTION mlops_internal.owned_by(oid, name, oid) IS
    'true when the role has the rights of the owner (see mlops_internal.present_owner), is a superuser, or is the one '
    'that keeps the books for all (mlops_internal.owner_role)';

CREATE FUNCTION mlops_internal.may_become(member oid, role oid) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_may_become';
COMMENT ON FUNCTION mlops_internal.may_become(oid, oid) IS
    'could the member SET ROLE to the role? as ALTER ... OWNER TO asks';

/*
 * Who may look at what another role owns.
 */
CREATE TABLE mlops.reader (
    reader_oid oid NOT NULL,
    reader_name name NOT NULL,
    owner_oid oid,
    owner_name name,
    CONSTRAINT reader_key UNIQUE NULLS NOT DISTINCT (reader_oid, owner_oid)
);
COMMENT ON TABLE mlops.reader IS 'which roles may see what other roles own, see mlops.grant_read';
COMMENT ON COLUMN mlops.reader.reader_oid IS 'number of the role that may look';
COMMENT ON COLUMN mlops.reader.reader_name IS 'name of that role';
COMMENT ON COLUMN mlops.reader.owner_oid IS 'number of the role whose objects it sees; NULL = all roles';
COMMENT ON COLUMN mlops.reader.owner_name IS 'name of that role; NULL = all roles';
-- logical replication knows rows by a key without NULL, which this table has not
ALTER TABLE mlops.reader REPLICA IDENTITY FULL;
SELECT pg_catalog.pg_extension_config_dump('mlops.reader', '');
ALTER TABLE mlops.reader ENABLE ROW LEVEL SECURITY;
CREATE POLICY reader_read ON mlops.reader FOR SELECT
    USING (mlops_internal.owned_by(reader_oid, reader_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR mlops_internal.owned_by(owner_oid, owner_name,
               (SELECT mlops_internal.caller_oid(mlops_internal.caller()))));
COMMENT ON POLICY reader_read ON mlops.reader IS 'both sides see a grant';
GRANT SELECT ON mlops.reader TO PUBLIC;

CREATE FUNCTION mlops_internal.granted_owners() RETURNS oid[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ARRAY(SELECT o.oid FROM mlops.reader AS r JOIN pg_roles AS o
                         ON r.owner_oid IS NULL OR o.oid = mlops_internal.present_owner(r.owner_oid, r.owner_name)
                     WHERE pg_has_role(mlops_internal.present_owner(r.reader_oid, r.reader_name), 'USAGE'))
    $$;
COMMENT ON FUNCTION mlops_internal.granted_owners() IS
    'the roles whose objects the current role may see by mlops.grant_read';

CREATE FUNCTION mlops_internal.note_owner(role oid) RETURNS name
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        present_name name := (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = role);
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops_internal.known_role AS k
            WHERE k.role_oid = role AND k.role_name = present_name) THEN
            INSERT INTO mlops_internal.known_role (role_oid, role_name) SELECT role, present_name
                WHERE present_name IS NOT NULL
                ON CONFLICT ON CONSTRAINT known_role_pkey DO NOTHING;
        END IF;
        RETURN present_name;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.note_owner(oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.note_owner(oid) IS
    'the name of a role that is about to own something, which is known from now on; NULL when there is no such role';

/*
 * What evaluates another's definitions refuses a session from which that code
 * could become a superuser.
 */
CREATE FUNCTION mlops_internal.untrusted_session() RETURNS boolean
    LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_untrusted_session';
COMMENT ON FUNCTION mlops_internal.untrusted_session() IS
    'true when a superuser logged in and acts as another role: code of that role could RESET ROLE';

/*
 * What is not there and what the caller may not know of are refused in the same
 * words, so that a refusal tells nobody's names.
 */
CREATE FUNCTION mlops_internal.no_such(kind text, name text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION USING
            ERRCODE = 'undefined_object',
            MESSAGE = format('%s %s does not exist or is not yours', kind, coalesce(name, 'NULL')),
            HINT = CASE kind
                WHEN 'model' THEN 'See the models: SELECT name FROM mlops.model. Make one with mlops.create_model.'
                WHEN 'endpoint'
                    THEN 'See the endpoints: SELECT name FROM mlops.endpoint. Make one with mlops.create_endpoint.'
                WHEN 'monitor' THEN 'SELECT monitor_id, name FROM mlops.monitor lists the monitors that you may see.'
                WHEN 'run' THEN 'See the runs: SELECT run_id, kind, name, status FROM mlops.run.'
                WHEN 'feature view' THEN 'See the feature views: SELECT name FROM mlops.feature_view.'
                WHEN 'training set' THEN 'See the training sets: SELECT name FROM mlops.training_set.'
                WHEN 'alert' THEN 'SELECT alert_id FROM mlops.alert lists the alerts that you may see.'
                ELSE 'Ask a member of the role that owns it.' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.no_such(text, text) IS
    'raise 42704 for an object that is not there or that the caller may not change; kind and name say what';

CREATE FUNCTION mlops_internal.require_owner(owner_oid oid, owner_name name, kind text, name text,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF mlops_internal.owned_by(owner_oid, owner_name, mlops_internal.caller_oid(caller)) IS NOT TRUE THEN
            PERFORM mlops_internal.no_such(kind, name);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_owner(oid, name, text, text, mlops_internal.caller) IS
    'raise 42704 unless the caller may act for the owner; kind and name say of what in the message';

/*
 * A process is told from later ones of the same number by when it started.
 */
CREATE FUNCTION mlops_internal.process_start(pid integer) RETURNS timestamptz
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mlops_process_start';
REVOKE ALL ON FUNCTION mlops_internal.process_start(integer) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.process_start(integer) IS
    'when the server process of that number started, as it is now; NULL when there is none';

/*
 * Two names that look the same must be the same.  Refused are blanks other than
 * the space bar's, characters that are not shown (zero-width ones, fillers,
 * variation selectors, tags) and, where the encoding knows them, letters
 * written as letter and accent apart.
 */
CREATE FUNCTION mlops_internal.check_visible(value text, kind text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        hidden text;
    BEGIN
        IF getdatabaseencoding() <> 'UTF8' THEN
            RETURN;
        END IF;
        hidden := substring(value
            FROM '[\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
            '\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]');
        IF hidden IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s name contains the invisible character U+%s', kind,
                                 upper(lpad(to_hex(ascii(hidden)), greatest(4, length(to_hex(ascii(hidden)))), '0'))),
                HINT = 'Leave it out, or write an ordinary blank: with it the name would look like another one.';
        ELSIF value IS NOT NFC NORMALIZED THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s name is not in the normal form NFC', kind),
                HINT = 'Write it as normalize(name): letters and accents in one character.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_visible(text, text) IS
    'raise 22023 when a name contains a character that is not shown, or is not in the normal form NFC; "kind" names '
    'the thing in the message; nothing to check in an encoding other than UTF8';

CREATE FUNCTION mlops_internal.check_name(value text, kind text) RETURNS text
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
        IF value OPERATOR(pg_catalog.~) '[[:cntrl:]]' OR value OPERATOR(
            pg_catalog.~) '[\u200e\u200f\u202a-\u202e\u2066-\u2069]' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = pg_catalog.format('%s name contains a control character', kind);
        END IF;
        IF value OPERATOR(pg_catalog.~) '^\s|\s$' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = pg_catalog.format('%s name begins or ends with a blank', kind),
                DETAIL = pg_catalog.format('The name is "%s".', value),
                HINT = 'Leave the blank out: with it the name would look like another one.';
        END IF;
        IF pg_catalog.octet_length(value) OPERATOR(pg_catalog.>) pg_catalog.length(value) THEN
            PERFORM mlops_internal.check_visible(value, kind);
        END IF;
        RETURN value;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_name(text, text) IS
    'the name itself, or an error when it is empty, longer than 200 characters, has blanks at its ends or contains '
    'control, text-direction or invisible characters; "kind" names the thing in the message';

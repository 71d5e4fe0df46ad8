/*
 * registry: look-ups by name.  What was deleted is found by nobody.
 */
CREATE FUNCTION mlops.model_id(name text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id bigint := (SELECT m.model_id FROM mlops.model AS m WHERE m.name = model_id.name AND m.deleted_at IS NULL);
    BEGIN
        IF id IS NULL THEN
            PERFORM mlops_internal.no_such('model', coalesce('"' || name || '"', 'NULL'));
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops.model_id(text) IS
    'the model_id of a model; error 42704 when there is none that the caller may see';

/* For those who run with other rights than their caller's, whom row security does not stop. */
CREATE FUNCTION mlops_internal.sees_model(m mlops.model, caller mlops_internal.caller) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(mlops_internal.owned_by(m.owner_oid, m.owner_name, c.who), false)
            OR m.model_id = ANY (mlops_internal.granted_models(caller))
            OR mlops_internal.present_owner(m.owner_oid, m.owner_name) IS NOT NULL AND EXISTS (
                SELECT FROM mlops.reader AS r
                WHERE pg_has_role(c.who, mlops_internal.present_owner(r.reader_oid, r.reader_name), 'USAGE')
                  AND (r.owner_oid IS NULL OR m.owner_oid = mlops_internal.present_owner(r.owner_oid, r.owner_name)))
        FROM (SELECT mlops_internal.caller_oid(caller)) AS c (who)
    $$;
COMMENT ON FUNCTION mlops_internal.sees_model(mlops.model, mlops_internal.caller) IS
    'whether the caller sees the model, as owner, by mlops.grant_model or by mlops.grant_read';

/*
 * A version is named by its model and its number, or by a URI in the place of the
 * model and no number: models:/NAME/NUMBER, models:/NAME/latest, models:/NAME@ALIAS.
 * This only takes the name apart; names may contain @, so of several ways the one
 * counts whose model exists, and is no secret for the caller.
 */
CREATE FUNCTION mlops_internal.split_version(INOUT model text, INOUT version integer, OUT alias text,
    caller mlops_internal.caller DEFAULT NULL)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        uri CONSTANT text := model;
        parts text[];
    BEGIN
        IF version IS NOT NULL OR uri IS NULL THEN
            RETURN;
        END IF;
        parts := regexp_match(uri, '^models:/(.+)/(latest|[0-9]{1,9})$');
        IF parts IS NULL AND uri LIKE 'models:/%' THEN
            SELECT ARRAY[substr(uri, 9, a.place - 9), substr(uri, a.place + 1)] INTO parts
                FROM (SELECT sum(length(p.part) + 1) OVER (ORDER BY p.n)::integer AS place
                      FROM string_to_table(uri, '@') WITH ORDINALITY AS p (part, n)) AS a
                WHERE a.place BETWEEN 10 AND length(uri) - 1
                ORDER BY EXISTS (SELECT FROM mlops.model AS m WHERE m.name = substr(uri, 9, a.place - 9)
                        AND (caller IS NULL OR mlops_internal.sees_model(m, caller))) DESC,
                    a.place
                LIMIT 1;
        END IF;
        IF parts IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('"%s" names no version of a model', uri),
                HINT = 'Give the number of a version, or write models:/NAME/NUMBER, models:/NAME/latest or '
                    'models:/NAME@ALIAS for the model.';
        END IF;
        model := parts[1];
        IF parts[2] ~ '^[0-9]+$' THEN
            version := parts[2]::integer;
        ELSE
            alias := parts[2];
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.split_version(text, integer, mlops_internal.caller) IS
    'model and number, or model and alias ("latest" is one here), of a version that is named by model and number or by '
    'a URI, whose model the caller sees (NULL: the current role); error 22023 for a URI of another form';

CREATE FUNCTION mlops_internal.find_version(model text, version integer, alias text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        of_model CONSTANT bigint := mlops.model_id(model);
        number CONSTANT integer := CASE WHEN alias = 'latest' THEN (SELECT max(v.version) FROM mlops.version AS v
                WHERE v.model_id = of_model AND v.deleted_at IS NULL)
            WHEN alias IS NOT NULL THEN mlops.version_by_alias(model, alias) ELSE version END;
        id bigint := (SELECT v.version_id FROM mlops.version AS v
                      WHERE v.model_id = of_model AND v.version = number AND v.deleted_at IS NULL);
    BEGIN
        IF id IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('version %s of model "%s" does not exist', coalesce(number::text, alias, 'NULL'),
                    model),
                HINT = format('See the versions: SELECT version, stage FROM mlops.version WHERE model_id = %s.',
                    of_model);
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_version(text, integer, text) IS
    'the version_id of a version by number, or by alias; error 42704 when there is none that the caller may see';

CREATE FUNCTION mlops_internal.version_id(model text, version integer) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.find_version(s.model, s.version, s.alias)
        FROM mlops_internal.split_version(model, version) AS s
    $$;
COMMENT ON FUNCTION mlops_internal.version_id(text, integer) IS
    'the version_id of a version, named by model and number or by a URI; error 42704 when there is none that the '
    'caller may see';

CREATE FUNCTION mlops.version_of(uri text) RETURNS TABLE (model text, version integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT m.name, v.version FROM mlops.version AS v JOIN mlops.model AS m USING (model_id)
        WHERE v.version_id = (SELECT mlops_internal.version_id(version_of.uri, NULL))
    $$;
COMMENT ON FUNCTION mlops.version_of(text) IS
    'model and number of the version that a URI names now: models:/NAME/NUMBER, models:/NAME/latest, '
    'models:/NAME@ALIAS; error 42704 when there is none that the caller may see';

CREATE FUNCTION mlops_internal.endpoint_id(name text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id bigint := (SELECT e.endpoint_id FROM mlops.endpoint AS e WHERE e.name = endpoint_id.name);
    BEGIN
        IF id IS NULL THEN
            PERFORM mlops_internal.no_such('endpoint', coalesce('"' || name || '"', 'NULL'));
        END IF;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.endpoint_id(text) IS
    'the endpoint_id of an endpoint; error 42704 when there is none that the caller may see';

CREATE FUNCTION mlops.version_by_alias(model text, alias text) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id CONSTANT bigint := mlops.model_id(model);
        number integer := (SELECT v.version FROM mlops.alias AS a JOIN mlops.version AS v USING (version_id)
                           WHERE a.model_id = id AND a.alias = version_by_alias.alias
                             AND a.until IS NULL);
    BEGIN
        IF number IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('alias %s of model "%s" does not exist', coalesce('"' || alias || '"', 'NULL'), model),
                HINT = format('See the aliases: SELECT alias FROM mlops.alias WHERE until IS NULL AND model_id = %s.',
                              mlops.model_id(model));
        END IF;
        RETURN number;
    END
    $$;
COMMENT ON FUNCTION mlops.version_by_alias(text, text) IS
    'the number of the version that the alias names now; error 42704 when there is none that the caller may see';

/*
 * In the lineage graph a version is known by its number.
 */
CREATE OR REPLACE FUNCTION mlops_internal.canonical_uri(uri text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF uri LIKE 'models:/%' AND uri !~ '/[0-9]+$' THEN
            RETURN (SELECT format('models:/%s/%s', v.model, v.version) FROM mlops.version_of(uri) AS v);
        END IF;
        RETURN uri;
    EXCEPTION WHEN undefined_object OR invalid_parameter_value THEN
        RETURN uri;         -- of somebody else's registry
    END
    $$;

/*
 * The same for writers: the row, once the caller has proved that he may.  Members
 * of the owner may all; what others may, mlops.grant_model says.  Whoever has no
 * right at all does not hear that the model exists.
 */
CREATE FUNCTION mlops_internal.level_number(level text) RETURNS integer
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT array_position('{viewer,editor,deployer,admin}'::text[], level) $$;
COMMENT ON FUNCTION mlops_internal.level_number(text) IS
    'viewer, editor, deployer and admin as 1, 2, 3 and 4; NULL for other words';
REVOKE ALL ON FUNCTION mlops_internal.level_number(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.require_level(m mlops.model, level text, caller mlops_internal.caller, named text,
    kind text DEFAULT 'model') RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        has integer;
    BEGIN
        IF mlops_internal.owned_by(m.owner_oid, m.owner_name, who) THEN
            RETURN;
        END IF;
        has := (SELECT max(mlops_internal.level_number(g.level)) FROM mlops.model_grant AS g
                WHERE g.model_id = m.model_id
                    AND pg_has_role(who, mlops_internal.present_owner(g.reader_oid, g.reader_name), 'USAGE'));
        IF has IS NULL THEN
            PERFORM mlops_internal.no_such(kind, named);
        ELSIF coalesce(has < mlops_internal.level_number(level), true) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be %s of model %s', level, CASE kind WHEN 'model' THEN named
                    ELSE format('of %s %s', kind, named) END),
                HINT = CASE level WHEN 'owner' THEN 'Ask a member of the role that owns it.'
                    ELSE format('Ask an admin of it for mlops.grant_model(%L, ROLE, %L).', m.name, level) END;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_level(mlops.model, text, mlops_internal.caller, text, text) IS
    'error 42704 when the caller has no right to the model, 42501 when that is less than the level: viewer, editor, '
    'deployer, admin, or owner, who may act for the role that owns it; kind and named say of what in the message: the '
    'model, or something that is there only for who sees it';
REVOKE ALL ON FUNCTION mlops_internal.require_level(mlops.model, text, mlops_internal.caller, text, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_model(model text, caller mlops_internal.caller, level text DEFAULT 'owner')
    RETURNS mlops.model
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.model;
    BEGIN
        SELECT * INTO m FROM mlops.model AS x WHERE x.model_id = mlops.model_id(model);
        PERFORM mlops_internal.require_level(m, level, caller, format('"%s"', model));
        RETURN m;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_model(text, mlops_internal.caller, text) IS
    'the model; error 42704 when there is none of that name, else as require_level';
REVOKE ALL ON FUNCTION mlops_internal.own_model(text, mlops_internal.caller, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_version(model text, version integer, caller mlops_internal.caller,
    level text DEFAULT 'owner')
    RETURNS mlops.version
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        named record;
        v mlops.version;
    BEGIN
        SELECT * INTO named FROM mlops_internal.split_version(model, version, caller);
        PERFORM mlops_internal.own_model(named.model, caller, level);
        SELECT * INTO v FROM mlops.version AS x
            WHERE x.version_id = mlops_internal.find_version(named.model, named.version, named.alias);
        RETURN v;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_version(text, integer, mlops_internal.caller, text) IS
    'the version, named as for version_id; errors as own_model and version_id';
REVOKE ALL ON FUNCTION mlops_internal.own_version(text, integer, mlops_internal.caller, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_endpoint(endpoint text, caller mlops_internal.caller) RETURNS mlops.endpoint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        e mlops.endpoint;
    BEGIN
        SELECT * INTO e FROM mlops.endpoint AS x WHERE x.endpoint_id = mlops_internal.endpoint_id(endpoint);
        PERFORM mlops_internal.require_owner(e.owner_oid, e.owner_name, 'endpoint', format('"%s"', endpoint), caller);
        RETURN e;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_endpoint(text, mlops_internal.caller) IS
    'the endpoint; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_endpoint(text, mlops_internal.caller) FROM PUBLIC;

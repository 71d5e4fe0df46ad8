/*
 * features: definitions of features and labels over time.
 *
 * A feature view says which relation or query has the features of an entity, when
 * each row happened and when it became known.  Its versions are immutable: a
 * definition that changed is the next version, and training sets name the versions
 * that they were made of.  A label view is the same thing read forward: what
 * happened to the entity within a horizon.
 *
 * Nothing of a view is ever executed by the functions that run as the extension's
 * owner: a source is read with the rights of whoever asks.
 */
CREATE TABLE mlops.feature_view (
    feature_view_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    role text NOT NULL,
    description text,
    descriptions jsonb NOT NULL DEFAULT '{}',
    tags jsonb NOT NULL DEFAULT '{}',
    last_version integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT feature_view_pkey PRIMARY KEY (feature_view_id),
    CONSTRAINT feature_view_name_key UNIQUE (name),
    CONSTRAINT feature_view_role_check CHECK (role IN ('feature', 'label'))
);
COMMENT ON TABLE mlops.feature_view IS 'named definitions of features, or of labels, of an entity over time';
COMMENT ON COLUMN mlops.feature_view.role IS 'feature: looked up at or before a time; label: what happened after it';
COMMENT ON COLUMN mlops.feature_view.descriptions IS 'what each feature means: a JSON object';
COMMENT ON COLUMN mlops.feature_view.last_version IS 'the present version';

CREATE TABLE mlops.feature_view_version (
    feature_view_version_id bigint GENERATED ALWAYS AS IDENTITY,
    feature_view_id bigint NOT NULL,
    version integer NOT NULL,
    source text NOT NULL,
    search_path text NOT NULL,
    entity_columns name[] NOT NULL,
    timestamp_column name NOT NULL,
    features name[] NOT NULL,
    created_at_column name,
    tie_breaker name[] NOT NULL,
    deleted_column name,
    valid_to_column name,
    backfilled_column name,
    ttl interval,
    horizon interval,
    absent jsonb NOT NULL,
    time_zone text NOT NULL,
    column_types jsonb NOT NULL,
    relations text[] NOT NULL,
    columns_read jsonb NOT NULL,
    git_repo text,
    git_commit text,
    git_path text,
    git_dirty boolean,
    artifact_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    CONSTRAINT feature_view_version_pkey PRIMARY KEY (feature_view_version_id),
    CONSTRAINT feature_view_version_number_key UNIQUE (feature_view_id, version),
    CONSTRAINT feature_view_version_columns_check CHECK (cardinality(entity_columns) BETWEEN 1 AND 16
        AND cardinality(features) > 0 AND array_position(entity_columns || tie_breaker || features, NULL) IS NULL
        AND column_types ?& (entity_columns || timestamp_column || tie_breaker || features)::text[]),
    CONSTRAINT feature_view_version_view_fkey FOREIGN KEY (feature_view_id) REFERENCES mlops.feature_view,
    CONSTRAINT feature_view_version_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact
);
COMMENT ON TABLE mlops.feature_view_version IS 'definitions of feature views, numbered 1, 2, 3 ...; immutable';
COMMENT ON COLUMN mlops.feature_view_version.source IS 'qualified name of the relation, or the query';
COMMENT ON COLUMN mlops.feature_view_version.search_path IS 'where names in the query are looked up';
COMMENT ON COLUMN mlops.feature_view_version.entity_columns IS 'the key of what the features are about';
COMMENT ON COLUMN mlops.feature_view_version.timestamp_column IS 'since when a row holds';
COMMENT ON COLUMN mlops.feature_view_version.created_at_column IS
    'when a row became known; NULL: nobody knows, and the view is not bitemporal';
COMMENT ON COLUMN mlops.feature_view_version.tie_breaker IS 'of rows of one time the greatest of these wins';
COMMENT ON COLUMN mlops.feature_view_version.deleted_column IS 'true: from then on there are no features';
COMMENT ON COLUMN mlops.feature_view_version.valid_to_column IS 'until when a row holds, that time excluded';
COMMENT ON COLUMN mlops.feature_view_version.backfilled_column IS 'true: nobody knew the row at the time that it says';
COMMENT ON COLUMN mlops.feature_view_version.ttl IS 'a row older than this is no longer used; NULL: for ever';
COMMENT ON COLUMN mlops.feature_view_version.horizon IS 'of a label view: how far ahead a label is looked for';
COMMENT ON COLUMN mlops.feature_view_version.absent IS 'of a label view: what a label is when nothing happened';
COMMENT ON COLUMN mlops.feature_view_version.time_zone IS
    'zone of dates and of times without one, and TimeZone while the source is read';
COMMENT ON COLUMN mlops.feature_view_version.column_types IS 'types of the columns when the version was made';
COMMENT ON COLUMN mlops.feature_view_version.relations IS 'tables that the source read when the version was made';
COMMENT ON COLUMN mlops.feature_view_version.columns_read IS
    'by feature and table which columns it came from, or was found by, when the version was made';
COMMENT ON COLUMN mlops.feature_view_version.artifact_id IS 'the version as a node of the lineage graph';

SELECT pg_catalog.pg_extension_config_dump('mlops.feature_view', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.feature_view_feature_view_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.feature_view_version', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.feature_view_version_feature_view_version_id_seq', '');

ALTER TABLE mlops.feature_view ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.feature_view_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY feature_view_read ON mlops.feature_view FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY feature_view_version_read ON mlops.feature_view_version FOR SELECT
    USING (EXISTS (SELECT FROM mlops.feature_view AS v
                   WHERE v.feature_view_id = feature_view_version.feature_view_id));
GRANT SELECT ON mlops.feature_view, mlops.feature_view_version TO PUBLIC;

CREATE VIEW mlops.feature WITH (security_invoker = true) AS
    SELECT v.name AS feature_view, v.last_version AS version, f.name AS feature,
           d.column_types ->> f.name::text AS type, v.descriptions ->> f.name::text AS description, v.role,
           d.entity_columns, d.timestamp_column, d.ttl, d.horizon, d.source, d.git_commit, v.tags, v.owner_name
    FROM mlops.feature_view AS v
        JOIN mlops.feature_view_version AS d ON d.feature_view_id = v.feature_view_id AND d.version = v.last_version
        CROSS JOIN unnest(d.features) AS f (name);
COMMENT ON VIEW mlops.feature IS 'the features and labels of the present versions of feature views';
COMMENT ON COLUMN mlops.feature.feature_view IS 'the view that defines it';
COMMENT ON COLUMN mlops.feature.version IS 'present version of the view';
COMMENT ON COLUMN mlops.feature.feature IS 'name of the feature: a column of the source';
COMMENT ON COLUMN mlops.feature.type IS 'its type';
COMMENT ON COLUMN mlops.feature.description IS 'what it means';
COMMENT ON COLUMN mlops.feature.role IS 'feature or label';
COMMENT ON COLUMN mlops.feature.entity_columns IS 'the key of what it is about';
COMMENT ON COLUMN mlops.feature.timestamp_column IS 'the column that says since when a value holds';
COMMENT ON COLUMN mlops.feature.ttl IS 'how old a value may be; NULL: for ever';
COMMENT ON COLUMN mlops.feature.horizon IS 'of a label: how long after a time it is looked for';
COMMENT ON COLUMN mlops.feature.source IS 'relation or query that it comes from';
COMMENT ON COLUMN mlops.feature.git_commit IS 'commit of the definition';
COMMENT ON COLUMN mlops.feature.tags IS 'tags of the view';
COMMENT ON COLUMN mlops.feature.owner_name IS 'the role that the view belongs to';
GRANT SELECT ON mlops.feature TO PUBLIC;

/*
 * What a source is made of.
 *
 * Whoever owns a type may have written functions that run where its values are shown,
 * compared or converted, with the rights of whoever reads.  So a reader takes types of
 * the server, of superusers and of roles whose rights he has, domains over these as
 * what they are below, and labels of enums, which are shown without such functions.
 * Names of types come from definitions, which are text, and go into statements.
 */
CREATE FUNCTION mlops_internal.feature_type(type_name text, column_name name) RETURNS oid
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        -- words, quoted names, modifiers, brackets: no comment, and nothing that ends before the text does
        found CONSTANT oid := CASE WHEN type_name ~ '^([a-z0-9_ .]|"([^"]|"")+"|\[\]|\((-?\w+,?)*\))+$'
            THEN to_regtype(type_name) END;
        t pg_type;
    BEGIN
        IF found IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object',
                MESSAGE = format('type %s of column "%s" does not exist', coalesce(type_name, 'NULL'), column_name),
                HINT = 'Define the view anew by mlops.create_feature_view: that makes the next version.';
        END IF;
        IF found < 16384 THEN
            RETURN found; -- the server's own
        END IF;
        SELECT * INTO t FROM pg_type AS x WHERE x.oid = mlops_internal.base_type(found);
        IF t.typcategory = 'A' AND t.typelem <> 0 THEN
            SELECT * INTO t FROM pg_type AS x WHERE x.oid = mlops_internal.base_type(t.typelem);
            t.typtype := 'b'; -- in arrays labels are shown by casts, too
        END IF;
        IF t.oid >= 16384 AND t.typtype <> 'e' AND NOT pg_has_role(current_user, t.typowner, 'USAGE')
           AND NOT (SELECT r.rolsuper FROM pg_roles AS r WHERE r.oid = t.typowner) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('column "%s" is of type %s, whose functions would run with your rights', column_name,
                    type_name),
                DETAIL = format('The type belongs to role "%s".', pg_get_userbyid(t.typowner)),
                HINT = 'Have the view give it as text or another type of the server.';
        END IF;
        RETURN found;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.feature_type(text, name) IS
    'the type of a column by name, if the caller may trust it; error 42704 when there is none, 42501 when its '
    'functions belong to a role whose rights the caller does not have';

CREATE FUNCTION mlops_internal.query_facts(query text, OUT is_volatile boolean, OUT relations oid[])
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_query_facts';
COMMENT ON FUNCTION mlops_internal.query_facts(text) IS
    'does the query call a volatile function, and which tables does it read, also by views? analysed with the rights '
    'and the search path of the caller and not run';

CREATE FUNCTION mlops_internal.is_hashable(type oid) RETURNS boolean
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_is_hashable';
COMMENT ON FUNCTION mlops_internal.is_hashable(oid) IS
    'has the type an equality and a hash function by default, so that values of it can be keys? NULL when there is no '
    'such type';

CREATE FUNCTION mlops_internal.source_facts(source text, path text, OUT is_volatile boolean, OUT relations text[])
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        item CONSTANT text := mlops_internal.source_item(source);
        found oid[];
    BEGIN
        PERFORM set_config('search_path', path, true);
        SELECT f.is_volatile, f.relations INTO is_volatile, found
            FROM mlops_internal.query_facts('SELECT * FROM ' OPERATOR(pg_catalog.||) item) AS f;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        relations := ARRAY(SELECT mlops_internal.relation_name(r) FROM unnest(found) AS r ORDER BY 1);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.source_facts(text, text) IS
    'query_facts of all of a source, whose names are looked up in that search path; relations by name';

CREATE FUNCTION mlops_internal.column_sources(query text)
    RETURNS TABLE (place integer, relation oid, column_name text)
    LANGUAGE C STABLE STRICT ROWS 20 AS 'MODULE_PATHNAME', 'mlops_column_sources';
COMMENT ON FUNCTION mlops_internal.column_sources(text) IS
    'columns of tables, NULL all, that each column of the query comes from, also through views; place 0: those that '
    'decide which rows there are; analysed with the rights and the search path of the caller and not run';

/* Keys, times and marks find the rows of all features. */
CREATE FUNCTION mlops_internal.columns_read(def mlops.feature_view_version, path text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        statement CONSTANT text := 'SELECT * FROM ' || mlops_internal.source_item(def.source);
        read jsonb;
    BEGIN
        PERFORM set_config('search_path', path, true);
        read := (SELECT pg_catalog.jsonb_agg(s) FROM mlops_internal.column_sources(statement) AS s);
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        RETURN (
            WITH part AS (
                SELECT s.name, s.place FROM mlops_internal.source_columns(def.source, path) AS s
            ), origin AS (
                SELECT DISTINCT r.place, r.relation, a.attname
                FROM jsonb_to_recordset(read) AS r (place integer, relation oid, column_name text)
                    JOIN pg_attribute AS a ON a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped
                        AND a.attname = coalesce(r.column_name, a.attname)
            ), found AS (
                SELECT DISTINCT f.name AS feature, o.relation, o.attname
                FROM unnest(def.features) AS f (name) JOIN part AS p ON p.name = f.name
                    OR p.name = ANY (def.entity_columns || def.timestamp_column || def.created_at_column
                        || def.valid_to_column || def.deleted_column || def.backfilled_column || def.tie_breaker)
                    JOIN origin AS o ON o.place IN (0, p.place)
            ), by_table AS (
                SELECT f.feature, mlops_internal.relation_name(f.relation) AS relation,
                    jsonb_agg(f.attname ORDER BY f.attname) AS columns
                FROM found AS f GROUP BY 1, 2
            )
            SELECT coalesce(jsonb_object_agg(x.feature, x.tables), '{}')
            FROM (SELECT b.feature, jsonb_object_agg(b.relation, b.columns) AS tables FROM by_table AS b GROUP BY 1)
                AS x);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.columns_read(mlops.feature_view_version, text) IS
    'by feature and table the columns that the features of a definition come from, and those that find their rows';

CREATE FUNCTION mlops_internal.explicit_path(path text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        schemas name[];
    BEGIN
        PERFORM set_config('search_path', path, true);
        schemas := pg_catalog.current_schemas(false);
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        RETURN (SELECT string_agg(quote_ident(s), ', ' ORDER BY i) FROM unnest(schemas) WITH ORDINALITY AS u (s, i)
                WHERE s <> 'pg_catalog');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.explicit_path(text) IS
    'the schemas of a search path that are there for the caller, by name; NULL when there are none';

/*
 * A view is named NAME, NAME@VERSION, NAME:FEATURE or NAME@VERSION:FEATURE, with
 * ALIAS:: before it when it is to be joined under another name; no name has an @ or a
 * colon.
 */
CREATE FUNCTION mlops_internal.feature_reference(reference text, OUT def mlops.feature_view_version, OUT name text,
    OUT role text, OUT feature name, OUT owner_oid oid, OUT owner_name name, OUT alias text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        part CONSTANT text[] := regexp_match(reference,
            '^(?:([^@:]+)::)?([^@:]+)(?:@(\d{1,9}))?(?::([^:].*))?$');
        v mlops.feature_view;
    BEGIN
        SELECT * INTO v FROM mlops.feature_view AS x WHERE x.name = part[2];
        IF v.feature_view_id IS NULL THEN
            PERFORM mlops_internal.no_such('feature view', '"' || reference || '"');
        END IF;
        SELECT * INTO def FROM mlops.feature_view_version AS d
            WHERE d.feature_view_id = v.feature_view_id AND d.version = coalesce(part[3]::integer, v.last_version);
        IF def.version IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object',
                MESSAGE = format('version %s of feature view "%s" does not exist', part[3], v.name),
                HINT = format('Versions are 1 to %s; without @ it is the last one.', v.last_version);
        ELSIF part[4] <> ALL (def.features) THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                MESSAGE = format('feature "%s" does not exist in version %s of feature view "%s"', part[4], def.version,
                    v.name),
                HINT = format('Its features are %s.', array_to_string(def.features, ', '));
        END IF;
        name := v.name;
        role := v.role;
        feature := part[4];
        owner_oid := v.owner_oid;
        owner_name := v.owner_name;
        alias := part[1];
    END
    $$;
COMMENT ON FUNCTION mlops_internal.feature_reference(text) IS
    'the version of a feature view that a text names, and the one feature if it does; error 42704 or 42703 when there '
    'is none that the caller may see';

CREATE FUNCTION mlops_internal.type_of(def mlops.feature_view_version, column_name name) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN mlops_internal.feature_type(def.column_types ->> column_name::text, column_name) IS NOT NULL
        THEN def.column_types ->> column_name::text END;
COMMENT ON FUNCTION mlops_internal.type_of(mlops.feature_view_version, name) IS
    'the type of a column of a version, with its modifier, as it can be written in SQL; errors as '
    'mlops_internal.feature_type has them';

/* Code in the source of a view, or below it, runs as whoever reads. */
CREATE FUNCTION mlops_internal.require_safe_reading(what text, owner_oid oid, owner_name name) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        owner CONSTANT oid := mlops_internal.present_owner(owner_oid, owner_name);
    BEGIN
        IF (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user)
           AND (SELECT r.rolsuper FROM pg_roles AS r WHERE r.oid = owner) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('%s is not read as a superuser', what),
                DETAIL = format('It belongs to role "%s", whose code it may call.', owner_name),
                HINT = 'Connect as its owner, or as a role that may read its sources.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_safe_reading(text, oid, name) IS
    'raise 42501 when a superuser would run the code of a role that is none';

CREATE FUNCTION mlops_internal.own_feature_view(feature_view text, caller mlops_internal.caller)
    RETURNS mlops.feature_view
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.feature_view;
    BEGIN
        SELECT * INTO v FROM mlops.feature_view AS x WHERE x.name = feature_view FOR NO KEY UPDATE;
        PERFORM mlops_internal.require_owner(v.owner_oid, v.owner_name, 'feature view', format('"%s"', feature_view),
            caller);
        RETURN v;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_feature_view(text, mlops_internal.caller) IS
    'the feature view, locked; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_feature_view(text, mlops_internal.caller) FROM PUBLIC;

/*
 * features: making and dropping views.
 *
 * The source is looked at with the rights of the caller; what was found is stored by
 * a function that executes nothing of it.
 */
CREATE FUNCTION mlops_internal.refuse_definition(message text, hint text, code text DEFAULT '22023') RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = coalesce(hint, '');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.refuse_definition(text, text, text) IS
    'raise an error about the definition of a feature view, by default 22023';

CREATE FUNCTION mlops_internal.object_argument(value jsonb, argument text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF jsonb_typeof(value) <> 'object' THEN
            PERFORM mlops_internal.refuse_definition(format('%s must be a JSON object', argument),
                'Write an object such as {"name": "value"}.');
        END IF;
        RETURN coalesce(value, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.object_argument(jsonb, text) IS
    'the JSON object itself, {} for NULL; error 22023 when it is something else; for who is no owner';

/* Of an interval that is added to times, so that it means the same everywhere. */
CREATE FUNCTION mlops_internal.check_duration(value interval, argument text) RETURNS interval
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value <= interval '0' THEN
            PERFORM mlops_internal.refuse_definition(format('%s must be greater than 0', argument),
                CASE argument WHEN 'ttl' THEN 'Leave it out for features that hold for ever.' END);
        ELSIF extract(year FROM value) <> 0 OR extract(month FROM value) <> 0 THEN
            PERFORM mlops_internal.refuse_definition(format('%s must not have months or years', argument),
                'They have no fixed length: write days, which count as 24 hours.');
        ELSIF value > interval '36500 days' THEN
            PERFORM mlops_internal.refuse_definition(format('%s must not be longer than 36500 days', argument), NULL);
        END IF;
        RETURN value;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_duration(interval, text) IS
    'the interval itself; error 22023 unless it is positive, without months, and at most a hundred years';

CREATE FUNCTION mlops_internal.microseconds(value interval) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN (extract(epoch FROM value) * 1000000)::bigint;
COMMENT ON FUNCTION mlops_internal.microseconds(interval) IS 'length of an interval without months; a day is 24 hours';

/* The columns of a definition against those of its source. */
CREATE FUNCTION mlops_internal.check_view_columns(def mlops.feature_view_version, path text)
    RETURNS mlops.feature_view_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        times CONSTANT name[] := array_remove(ARRAY[def.timestamp_column, def.created_at_column, def.valid_to_column],
            NULL);
        flags CONSTANT name[] := array_remove(ARRAY[def.deleted_column, def.backfilled_column], NULL);
        roles CONSTANT name[] := def.entity_columns || times || flags;
        c record;
    BEGIN
        PERFORM * FROM mlops_internal.source_columns(def.source, path, roles || def.tie_breaker || def.features);
        IF def.features IS NULL THEN
            def.features := ARRAY(SELECT s.name FROM mlops_internal.source_columns(def.source, path) AS s
                WHERE s.name <> ALL (roles || def.tie_breaker) ORDER BY s.place);
        END IF;
        IF cardinality(def.features) = 0 THEN
            PERFORM mlops_internal.refuse_definition('a feature view needs at least one feature',
                'Name columns of the source that are not its key or its times.');
        END IF;
        FOR c IN
            SELECT s.*, count(*) OVER (PARTITION BY s.name) AS n,
                (SELECT count(*) FROM unnest(roles || def.features) AS u (name) WHERE u.name = s.name) AS n_roles
            FROM mlops_internal.source_columns(def.source, path) AS s
        LOOP
            IF c.n > 1 THEN
                PERFORM mlops_internal.refuse_definition(format('the query returns more than one column "%s"', c.name),
                    'Give each column a name of its own: SELECT x AS a, y AS b.', '42701');
            ELSIF c.n_roles > 1 THEN
                PERFORM mlops_internal.refuse_definition(format('column "%s" is named more than once', c.name),
                    'A column is part of the key, a time, a mark or a feature.', '42701');
            ELSIF c.name = ANY (roles || def.tie_breaker || def.features) THEN
                PERFORM mlops_internal.feature_type(c.type_name, c.name);
            END IF;
            IF c.name = ANY (times) AND mlops_internal.base_type(c.type) <> ALL
                ('{timestamptz,timestamp,date}'::regtype[]::oid[]) THEN
                PERFORM mlops_internal.refuse_definition(
                    format('column "%s" is of type %s, not a time', c.name, c.type_name),
                    'Times are timestamptz, timestamp or date: convert it in a query.', '42804');
            ELSIF c.name = ANY (flags) AND mlops_internal.base_type(c.type) <> 'bool'::regtype THEN
                PERFORM mlops_internal.refuse_definition(
                    format('column "%s" is of type %s, not boolean', c.name, c.type_name),
                    'Write a condition in a query.', '42804');
            ELSIF c.name = ANY (def.entity_columns) AND NOT mlops_internal.is_hashable(c.type) THEN
                PERFORM mlops_internal.refuse_definition(
                    format('entity column "%s" is of type %s, which has no default hash function', c.name, c.type_name),
                    'Convert it to text in a query.', '42804');
            END IF;
        END LOOP;
        def.column_types := (SELECT jsonb_object_agg(s.name, s.type_name)
            FROM mlops_internal.source_columns(def.source, path, roles || def.tie_breaker || def.features) AS s);
        RETURN def;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_view_columns(mlops.feature_view_version, text) IS
    'the definition with all its features and the types of its columns; errors when the source does not have them so';

CREATE FUNCTION mlops_internal.check_view_options(def mlops.feature_view_version, role text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a record;
    BEGIN
        IF role IS NULL OR role NOT IN ('feature', 'label') THEN
            PERFORM mlops_internal.refuse_definition(format('role %s does not exist', coalesce('"' || role || '"',
                'NULL')), 'Roles are feature and label.');
        ELSIF cardinality(def.entity_columns) IS NULL OR cardinality(def.entity_columns) = 0
            OR cardinality(def.entity_columns) > 16 THEN
            PERFORM mlops_internal.refuse_definition('a feature view needs 1 to 16 entity columns',
                'Name the columns that say what a row is about, such as customer_id.');
        ELSIF def.timestamp_column IS NULL THEN
            PERFORM mlops_internal.refuse_definition('a feature view needs a timestamp column',
                'Name the column that says since when a row holds.', '22004');
        ELSIF role = 'label' AND (def.horizon IS NULL OR num_nonnulls(def.ttl, def.valid_to_column) > 0) THEN
            PERFORM mlops_internal.refuse_definition('a label view has a horizon, and no ttl or valid_to_column',
                'The horizon is how long after a time the label is looked for: horizon => ''30 days''.');
        ELSIF role = 'feature' AND (def.horizon IS NOT NULL OR def.absent <> '{}') THEN
            PERFORM mlops_internal.refuse_definition('horizon and absent are for label views',
                'Say role => ''label'' if it is one.');
        END IF;
        PERFORM mlops_internal.check_duration(def.ttl, 'ttl'), mlops_internal.check_duration(def.horizon, 'horizon');
        IF NOT EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = def.time_zone) THEN
            PERFORM mlops_internal.refuse_definition(format('time zone "%s" does not exist', def.time_zone),
                'SELECT name FROM pg_timezone_names lists those that do.');
        END IF;
        FOR a IN SELECT * FROM jsonb_each_text(mlops_internal.object_argument(def.absent, 'absent')) LOOP
            IF a.key <> ALL (def.features) THEN
                PERFORM mlops_internal.refuse_definition(format('absent names "%s", which is no feature of the view',
                    a.key), format('Its features are %s.', array_to_string(def.features, ', ')));
            END IF;
            EXECUTE format('SELECT %L::%s', a.value, def.column_types ->> a.key);
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_view_options(mlops.feature_view_version, text) IS
    'errors when what a definition says beside its columns does not go together';

CREATE FUNCTION mlops_internal.same_definition(a mlops.feature_view_version, b mlops.feature_view_version)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (a.source, a.search_path, a.entity_columns, a.timestamp_column, a.features, a.created_at_column,
                a.tie_breaker, a.deleted_column, a.valid_to_column, a.backfilled_column, a.ttl, a.horizon, a.absent,
                a.time_zone, a.column_types)
            IS NOT DISTINCT FROM
               (b.source, b.search_path, b.entity_columns, b.timestamp_column, b.features, b.created_at_column,
                b.tie_breaker, b.deleted_column, b.valid_to_column, b.backfilled_column, b.ttl, b.horizon, b.absent,
                b.time_zone, b.column_types)
    $$;
COMMENT ON FUNCTION mlops_internal.same_definition(mlops.feature_view_version, mlops.feature_view_version) IS
    'do two versions give the same features?';
REVOKE ALL ON FUNCTION mlops_internal.same_definition FROM PUBLIC;

CREATE FUNCTION mlops_internal.new_feature_view(name text, role text, owner regrole, caller mlops_internal.caller)
    RETURNS mlops.feature_view
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        owner_id oid;
        v mlops.feature_view;
    BEGIN
        PERFORM mlops_internal.check_name(name, 'feature view');
        IF name ~ '[@:]' OR octet_length(name) > 50 THEN
            PERFORM mlops_internal.refuse_definition(
                'the name of a feature view has at most 50 bytes and no "@" or ":"',
                '"NAME@2:FEATURE" is a feature of its second version.');
        END IF;
        SELECT * INTO v FROM mlops.feature_view AS x WHERE x.name = new_feature_view.name FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            owner_id := mlops_internal.new_owner(owner, 'feature view', caller);
            PERFORM mlops_internal.check_limit('feature_view', owner_id);
            INSERT INTO mlops.feature_view AS x (name, role, created_by, owner_oid, owner_name)
                VALUES (name, role, mlops_internal.caller_name(caller), owner_id, mlops_internal.note_owner(owner_id))
                ON CONFLICT ON CONSTRAINT feature_view_name_key DO NOTHING RETURNING x.* INTO v;
        END IF;
        IF v.owner_oid IS NULL
            OR NOT mlops_internal.owned_by(v.owner_oid, v.owner_name, mlops_internal.caller_oid(caller)) THEN
            PERFORM mlops_internal.refuse_definition(format('feature view "%s" already exists', name),
                'Choose another name.', '42710');
        ELSIF v.role <> role THEN
            PERFORM mlops_internal.refuse_definition(format('feature view "%s" is of role %s', name, v.role),
                'Choose another name, or drop the view first.');
        ELSIF owner IS NOT NULL AND mlops_internal.present_owner(v.owner_oid, v.owner_name) <> owner THEN
            PERFORM mlops_internal.refuse_definition(format('feature view "%s" belongs to role "%s"', name,
                v.owner_name), 'Another owner is given by mlops.alter_owner.');
        END IF;
        RETURN v;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.new_feature_view(text, text, regrole, mlops_internal.caller) IS
    'the feature view of that name, made when there is none, locked; error 42710 when it belongs to others';
REVOKE ALL ON FUNCTION mlops_internal.new_feature_view FROM PUBLIC;

CREATE FUNCTION mlops_internal.store_feature_view(
    name text, role text, def mlops.feature_view_version, description text, descriptions jsonb, tags jsonb,
    owner regrole, caller mlops_internal.caller) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.feature_view := mlops_internal.new_feature_view(name, role, owner, caller);
        last mlops.feature_view_version;
    BEGIN
        UPDATE mlops.feature_view AS x
            SET description = coalesce(store_feature_view.description, x.description),
                descriptions = x.descriptions || mlops_internal.check_object(store_feature_view.descriptions,
                    'descriptions'),
                tags = x.tags || mlops_internal.check_object(store_feature_view.tags, 'tags')
            WHERE x.feature_view_id = v.feature_view_id;
        SELECT * INTO last FROM mlops.feature_view_version AS d
            WHERE d.feature_view_id = v.feature_view_id AND d.version = v.last_version;
        IF last.version IS NOT NULL AND mlops_internal.same_definition(last, def) THEN
            RETURN last.version;
        END IF;
        def.feature_view_id := v.feature_view_id;
        def.version := v.last_version + 1;
        def.artifact_id := mlops_internal.add_artifact('feature_view', format('%s version %s', name, def.version), NULL,
            format('features:/%s/%s', name, def.version), NULL,
            jsonb_strip_nulls(jsonb_build_object('git_repo', def.git_repo, 'git_commit', def.git_commit, 'git_path',
                def.git_path, 'features', def.features)), v.owner_oid, v.owner_name);
        def.git_commit := mlops_internal.check_commit(def.git_commit);
        INSERT INTO mlops.feature_view_version (feature_view_id, version, source, search_path, entity_columns,
            timestamp_column, features, created_at_column, tie_breaker, deleted_column, valid_to_column,
            backfilled_column, ttl, horizon, absent, time_zone, column_types, relations, columns_read, git_repo,
            git_commit, git_path, git_dirty, artifact_id, created_by)
            VALUES (def.feature_view_id, def.version, def.source, def.search_path, def.entity_columns,
                def.timestamp_column, def.features, def.created_at_column, def.tie_breaker, def.deleted_column,
                def.valid_to_column, def.backfilled_column, def.ttl, def.horizon, def.absent, def.time_zone,
                def.column_types, def.relations, coalesce(def.columns_read, '{}'), def.git_repo, def.git_commit,
                def.git_path, def.git_dirty, def.artifact_id, mlops_internal.caller_name(caller));
        UPDATE mlops.feature_view AS x SET last_version = def.version WHERE x.feature_view_id = v.feature_view_id;
        IF def.version > 1 THEN
            RAISE NOTICE USING MESSAGE = format('feature view "%s" has version %s now', name, def.version),
                DETAIL = 'What was made of earlier versions stays as it is.';
        END IF;
        RETURN def.version;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.store_feature_view IS
    'keep a definition that mlops.create_feature_view has looked at, on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.store_feature_view FROM PUBLIC;

CREATE FUNCTION mlops_internal.create_feature_view(
    name text, source text, entity_columns name[], timestamp_column name, features name[], created_at_column name,
    ttl interval, role text, horizon interval, absent jsonb, tie_breaker name[], deleted_column name,
    valid_to_column name, backfilled_column name, time_zone text, description text, descriptions jsonb, tags jsonb,
    git_repo text, git_commit text, git_path text, git_dirty boolean, owner regrole, path text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        def mlops.feature_view_version;
        facts record;
        unknown text;
    BEGIN
        IF source IS NULL THEN
            PERFORM mlops_internal.refuse_definition('source must not be NULL', 'Name a relation, or write a query.',
                '22004');
        END IF;
        def.entity_columns := entity_columns;
        def.timestamp_column := timestamp_column;
        def.features := features;
        def.created_at_column := created_at_column;
        def.tie_breaker := coalesce(tie_breaker, '{}');
        def.deleted_column := deleted_column;
        def.valid_to_column := valid_to_column;
        def.backfilled_column := backfilled_column;
        def.ttl := ttl;
        def.horizon := horizon;
        def.absent := coalesce(absent, '{}');
        def.time_zone := time_zone;
        def.source := source;
        def.git_repo := mlops_internal.canonical_repo(git_repo);
        def.git_commit := git_commit;
        def.git_path := git_path;
        def.git_dirty := git_dirty;
        def := mlops_internal.check_view_columns(def, path);
        PERFORM mlops_internal.check_view_options(def, role);
        SELECT d.key INTO unknown
            FROM jsonb_object_keys(mlops_internal.object_argument(descriptions, 'descriptions')) AS d (key)
            WHERE d.key <> ALL (def.features) LIMIT 1;
        IF FOUND THEN
            PERFORM mlops_internal.refuse_definition(format('descriptions names "%s", which is no feature of the view',
                unknown), format('Its features are %s.', array_to_string(def.features, ', ')));
        END IF;
        SELECT * INTO facts FROM mlops_internal.source_facts(source, path);
        IF facts.is_volatile THEN
            PERFORM mlops_internal.refuse_definition('the source of a feature view must not call volatile functions',
                'With random() or the like nobody gets the same features twice: compute them once, in a table.');
        END IF;
        def.relations := facts.relations;
        def.columns_read := mlops_internal.columns_read(def, path);
        def.search_path := '';
        IF mlops_internal.is_query(source) THEN
            def.source := mlops_internal.query_text(source);
            def.search_path := coalesce(mlops_internal.explicit_path(path), '');
        ELSE
            def.source := mlops_internal.relation_named_in(source, path);
        END IF;
        RETURN mlops_internal.store_feature_view(name, role, def, description, descriptions, tags, owner,
            mlops_internal.caller());
    END
    $$;
COMMENT ON FUNCTION mlops_internal.create_feature_view IS
    'mlops.create_feature_view, "path" being the search path of who called it';
REVOKE ALL ON FUNCTION mlops_internal.create_feature_view FROM PUBLIC;

CREATE FUNCTION mlops_internal.relation_named_in(relation text, path text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found regclass;
    BEGIN
        PERFORM set_config('search_path', path, true);
        found := relation::pg_catalog.regclass;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        IF (SELECT c.relpersistence FROM pg_class AS c WHERE c.oid = found) = 't' THEN
            PERFORM mlops_internal.refuse_definition(format('relation %s is temporary', found),
                'What is made of it outlives the session: name a table that does.', '42P16');
        END IF;
        RETURN mlops_internal.relation_name(found);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.relation_named_in(text, text) IS
    'qualified name of the relation that is found under a name in that search path; error 42P16 when it is temporary';

CREATE FUNCTION mlops.create_feature_view(
    name text, source text, entity_columns name[], timestamp_column name, features name[] DEFAULT NULL,
    created_at_column name DEFAULT NULL, ttl interval DEFAULT NULL, role text DEFAULT 'feature',
    horizon interval DEFAULT NULL, absent jsonb DEFAULT '{}', tie_breaker name[] DEFAULT '{}',
    deleted_column name DEFAULT NULL, valid_to_column name DEFAULT NULL, backfilled_column name DEFAULT NULL,
    time_zone text DEFAULT 'UTC', description text DEFAULT NULL, descriptions jsonb DEFAULT '{}',
    tags jsonb DEFAULT '{}', git_repo text DEFAULT NULL, git_commit text DEFAULT NULL, git_path text DEFAULT NULL,
    git_dirty boolean DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.create_feature_view(
        name, source, entity_columns, timestamp_column, features, created_at_column, ttl, role, horizon, absent,
        tie_breaker, deleted_column, valid_to_column, backfilled_column, time_zone, description, descriptions, tags,
        git_repo, git_commit, git_path, git_dirty, owner, pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.create_feature_view IS
    'define features, or labels, of an entity over time and return the version: 1, the next one when the definition '
    'of one''s view changed, the present one when it did not; see docs/reference/features.md';
REVOKE ALL ON FUNCTION mlops.create_feature_view FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_feature_view(name text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.feature_view := mlops_internal.own_feature_view(name, caller);
        used_by text;
        kept text;
    BEGIN
        SELECT min(t.name) INTO used_by FROM mlops.training_set AS t JOIN mlops.training_set_view AS u
            USING (training_set_id) JOIN mlops.feature_view_version AS d USING (feature_view_version_id)
            WHERE d.feature_view_id = v.feature_view_id;
        IF used_by IS NOT NULL THEN
            PERFORM mlops_internal.refuse_definition(format('training set "%s" was made of feature view "%s"',
                used_by, name), 'Drop it first, by mlops.drop_training_set: without the view nobody can make it again.',
                '2BP01');
        END IF;
        FOR kept IN SELECT o.relation FROM mlops.feature_online AS o
                        JOIN mlops.feature_view_version AS d USING (feature_view_version_id)
                    WHERE d.feature_view_id = v.feature_view_id ORDER BY d.version LOOP
            RAISE NOTICE USING MESSAGE = format('table %s stays', kept);
        END LOOP;
        DELETE FROM mlops.feature_view_version AS d WHERE d.feature_view_id = v.feature_view_id;
        DELETE FROM mlops.feature_view AS x WHERE x.feature_view_id = v.feature_view_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_feature_view IS 'mlops.drop_feature_view on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_feature_view FROM PUBLIC;

CREATE FUNCTION mlops.drop_feature_view(name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_feature_view(name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_feature_view IS
    'remove a feature view with all its versions; error 2BP01 when a training set was made of one';
REVOKE ALL ON FUNCTION mlops.drop_feature_view FROM PUBLIC;

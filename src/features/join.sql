/*
 * features: rows with what was known of their entities at their times.
 *
 * The plan says which queries are read and what of their columns is what; the work
 * is done in C (point_in_time.c).
 */
CREATE FUNCTION mlops_internal.time_expression(name name) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN format('(source.%I)::pg_catalog.timestamptz', name);
COMMENT ON FUNCTION mlops_internal.time_expression(name) IS
    'SQL of a column as an instant; the session''s TimeZone is that of times without a zone';

CREATE FUNCTION mlops_internal.time_condition(name name, type oid, operator text) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ARRAY[format(' AND source.%I OPERATOR(pg_catalog.%s) ', name, operator), '::pg_catalog.timestamptz'
            || CASE WHEN t.typname = 'timestamptz' THEN '' ELSE '::pg_catalog.' || t.typname END]
        FROM pg_type AS t WHERE t.oid = mlops_internal.base_type(type)
    $$;
COMMENT ON FUNCTION mlops_internal.time_condition(name, oid, text) IS
    'SQL of a condition on a time: what stands before and behind the literal';

CREATE FUNCTION mlops_internal.casts_implicitly(source oid, target oid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT source = target OR EXISTS (SELECT FROM pg_cast AS c
            WHERE c.castsource = source AND c.casttarget = target AND c.castcontext = 'i')
    $$;
COMMENT ON FUNCTION mlops_internal.casts_implicitly(oid, oid) IS
    'can a value of the one type stand where the other is wanted, without a word?';

/* The columns of a version as they are now: they must be what they were. */
CREATE FUNCTION mlops_internal.present_columns(def mlops.feature_view_version, name text)
    RETURNS TABLE (column_name name, type oid)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        changed record;
    BEGIN
        RETURN QUERY SELECT s.name, mlops_internal.feature_type(s.type_name, s.name)
            FROM mlops_internal.source_columns(def.source, def.search_path) AS s
            WHERE def.column_types ? s.name::text;
        SELECT t.key AS column_name, t.value AS was, s.type_name AS now INTO changed
            FROM jsonb_each_text(def.column_types) AS t
                LEFT JOIN mlops_internal.source_columns(def.source, def.search_path) AS s ON s.name = t.key
            WHERE s.type_name IS DISTINCT FROM t.value ORDER BY t.key LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = CASE WHEN changed.now IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
                MESSAGE = format('the source of version %s of feature view "%s" has changed', def.version, name),
                DETAIL = format('Column "%s" was of type %s and is %s.', changed.column_name, changed.was,
                    coalesce('of type ' || changed.now, 'gone')),
                HINT = 'Define the view anew by mlops.create_feature_view: that makes the next version.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.present_columns(mlops.feature_view_version, text) IS
    'the columns of a definition with their types; error when the source does not have them as it had';

/* How the keys of a view and of a spine meet: as the type that both can be. */
CREATE FUNCTION mlops_internal.common_key(name text, key name, view_type oid, spine_type oid) RETURNS oid
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a CONSTANT oid := mlops_internal.base_type(view_type);
        b CONSTANT oid := mlops_internal.base_type(spine_type);
    BEGIN
        IF spine_type IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                MESSAGE = format('the spine has no column "%s", which is part of the key of feature view "%s"', key,
                    name),
                HINT = 'Give the column that name in a query: SELECT origin AS airport, ....';
        ELSIF mlops_internal.casts_implicitly(b, a) THEN
            RETURN a;
        ELSIF mlops_internal.casts_implicitly(a, b) THEN
            RETURN b;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
            MESSAGE = format('key column "%s" is of type %s in the spine and %s in feature view "%s"', key,
                format_type(spine_type, NULL), format_type(view_type, NULL), name),
            HINT = 'Convert it in the query of the spine.';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.common_key(text, name, oid, oid) IS
    'the type as which the keys of a view and of a spine are compared; error 42703 or 42804 when there is none';

/* Under an alias the spine has the key in the column ALIAS, of several ALIAS__KEY. */
CREATE FUNCTION mlops_internal.spine_keys(def mlops.feature_view_version, alias text) RETURNS name[]
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN alias IS NULL THEN def.entity_columns
        WHEN cardinality(def.entity_columns) = 1 THEN ARRAY[alias::name]
        ELSE ARRAY(SELECT (alias || '__' || k)::name FROM unnest(def.entity_columns) WITH ORDINALITY AS u (k, i)
                   ORDER BY i) END;
COMMENT ON FUNCTION mlops_internal.spine_keys(mlops.feature_view_version, text) IS
    'the columns in which a spine has the key of a view';

CREATE FUNCTION mlops_internal.key_types(name text, def mlops.feature_view_version, alias text, spine text, path text)
    RETURNS oid[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_agg(mlops_internal.common_key(key_types.name, k.of_spine, p.type, s.type) ORDER BY k.i)
        FROM unnest(def.entity_columns, mlops_internal.spine_keys(def, alias))
                WITH ORDINALITY AS k (key, of_spine, i)
            JOIN mlops_internal.present_columns(def, key_types.name) AS p ON p.column_name = k.key
            LEFT JOIN mlops_internal.source_columns(spine, path) AS s ON s.name = k.of_spine
    $$;
COMMENT ON FUNCTION mlops_internal.key_types(text, mlops.feature_view_version, text, text, text) IS
    'the types as which the key columns of a view and of a spine are compared';

CREATE FUNCTION mlops_internal.key_casts(columns name[], types oid[]) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_agg(format('(source.%I)::%s', k.key, format_type(k.type, -1)) ORDER BY k.i)
        FROM unnest(columns, types) WITH ORDINALITY AS k (key, type, i)
    $$;
COMMENT ON FUNCTION mlops_internal.key_casts(name[], oid[]) IS 'SQL of the key columns of a source as these types';

CREATE FUNCTION mlops_internal.view_query(def mlops.feature_view_version, key_types oid[], allow_backfilled boolean)
    RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('SELECT %s FROM %s WHERE %s',
            (SELECT string_agg(x, ', ') FROM (
                SELECT unnest(mlops_internal.key_casts(def.entity_columns, key_types))
                UNION ALL SELECT mlops_internal.time_expression(c) FROM unnest(
                    ARRAY[def.timestamp_column, def.created_at_column, def.valid_to_column]) AS c WHERE c IS NOT NULL
                UNION ALL SELECT format('source.%I', c)
                    FROM unnest(def.deleted_column || def.tie_breaker || def.features) AS c WHERE c IS NOT NULL)
                AS u (x)),
            mlops_internal.source_item(def.source),
            CASE WHEN def.backfilled_column IS NULL OR allow_backfilled THEN 'true'
                ELSE format('source.%I IS NOT TRUE', def.backfilled_column) END)
    $$;
COMMENT ON FUNCTION mlops_internal.view_query(mlops.feature_view_version, oid[], boolean) IS
    'the query that reads a version: keys, time, created_at, valid_to, deleted, tie breakers, features; a condition '
    'may follow';

/* The views that are asked for, each version once, with the places of its features. */
CREATE FUNCTION mlops_internal.joined_views(views text[])
    RETURNS TABLE (name text, role text, def mlops.feature_view_version, places integer[], alias text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r record;
        found record;
    BEGIN
        IF coalesce(cardinality(views), 0) = 0 OR array_position(views, NULL) IS NOT NULL THEN
            PERFORM mlops_internal.refuse_definition('views must name at least one feature view, and no NULL',
                'Write ARRAY[''NAME'', ''NAME@VERSION'', ''NAME:FEATURE''].');
        END IF;
        FOR r IN
            SELECT f.name, f.role, f.def, f.alias, (f.def).feature_view_version_id AS id, min(v.i) AS first,
                bool_or(f.feature IS NULL) AS is_whole, array_agg(f.feature ORDER BY v.i) AS features,
                f.owner_oid, f.owner_name
            FROM unnest(views) WITH ORDINALITY AS v (reference, i), mlops_internal.feature_reference(v.reference) AS f
            GROUP BY f.name, f.role, f.def, f.alias, f.owner_oid, f.owner_name
            ORDER BY first
        LOOP
            PERFORM mlops_internal.require_safe_reading(format('feature view "%s"', r.name), r.owner_oid, r.owner_name);
            name := r.name;
            role := r.role;
            def := r.def;
            alias := r.alias;
            places := CASE WHEN r.is_whole THEN ARRAY(SELECT generate_subscripts(def.features, 1))
                ELSE ARRAY(SELECT array_position(def.features, f) FROM unnest(r.features) WITH ORDINALITY AS u (f, i)
                           GROUP BY f ORDER BY min(i)) END;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.joined_views(text[]) IS
    'the versions that references name, each once under each alias, and which of their features, by place';

/* Names and types of what is put beside the columns of a spine. */
CREATE FUNCTION mlops_internal.joined_columns(views text[], as_of timestamptz, prefix boolean)
    RETURNS TABLE (place bigint, column_name text, type_name text, name text, part text, label text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT row_number() OVER (ORDER BY v.i, c.i, c.j), c.column_name, c.type_name, v.name, c.part, v.label
        FROM (SELECT *, coalesce(j.alias, j.name) AS label FROM mlops_internal.joined_views(views)
                  WITH ORDINALITY AS j (name, role, def, places, alias, i)) AS v
            CROSS JOIN LATERAL (
                SELECT 1, p.j, CASE WHEN prefix OR v.alias IS NOT NULL THEN v.label || '__' ELSE '' END
                    || ((v.def).features)[p.place],
                    mlops_internal.type_of(v.def, ((v.def).features)[p.place]), 'feature'
                FROM unnest(v.places) WITH ORDINALITY AS p (place, j)
                UNION ALL SELECT 2, 1, v.label || '__at', 'timestamp with time zone', 'at'
                UNION ALL SELECT 3, 1, v.label || '__complete', 'boolean', 'complete' WHERE v.role = 'label'
                UNION ALL SELECT 4, 1, v.label || '__created_at', 'timestamp with time zone', 'created_at'
                    WHERE v.role = 'feature' AND as_of IS NOT NULL AND (v.def).created_at_column IS NOT NULL)
                AS c (i, j, column_name, type_name, part)
    $$;
COMMENT ON FUNCTION mlops_internal.joined_columns(text[], timestamptz, boolean) IS
    'the columns that the views of mlops.point_in_time add, in order: of which view, and feature, at, complete or '
    'created_at';

CREATE FUNCTION mlops_internal.result_columns(spine text, views text[], as_of timestamptz, prefix boolean, path text)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        twice record;
        list text;
    BEGIN
        WITH c AS MATERIALIZED (
            SELECT 1 AS side, s.place, s.name::text AS column_name, s.type_name
            FROM mlops_internal.source_columns(spine, path) AS s
            UNION ALL SELECT 2, j.place, j.column_name, j.type_name
            FROM mlops_internal.joined_columns(views, as_of, prefix) AS j)
        SELECT d.column_name, d.n, octet_length(d.column_name) > 63 AS is_long,
            (SELECT string_agg(format('%I %s', c.column_name, c.type_name), ', ' ORDER BY c.side, c.place) FROM c)
                AS list
            INTO twice
            FROM (SELECT c.column_name, count(*) AS n FROM c GROUP BY 1) AS d
            ORDER BY d.n DESC, octet_length(d.column_name) DESC, d.column_name LIMIT 1;
        IF twice.n > 1 THEN
            PERFORM mlops_internal.refuse_definition(format('the result has more than one column "%s"',
                twice.column_name), 'With prefix => true features are named VIEW__FEATURE; else leave one out.',
                '42701');
        ELSIF twice.is_long THEN
            PERFORM mlops_internal.refuse_definition(format('the column name "%s" is too long', twice.column_name),
                'A name has at most 63 bytes: leave prefix out, or shorten the names.', '42622');
        END IF;
        RETURN twice.list;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.result_columns(text, text[], timestamptz, boolean, text) IS
    'the result of mlops.point_in_time as a column definition list; error 42701 when a name stands twice';

CREATE FUNCTION mlops_internal.spine_time(spine text, timestamp_column name, path text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c record;
    BEGIN
        IF spine IS NULL OR timestamp_column IS NULL THEN
            PERFORM mlops_internal.refuse_definition('the spine needs a timestamp column',
                'Name the relation or query whose rows are wanted, and its column that says of when.', '22004');
        END IF;
        SELECT * INTO c FROM mlops_internal.source_columns(spine, path, ARRAY[timestamp_column]);
        IF mlops_internal.base_type(c.type) <> ALL ('{timestamptz,timestamp,date}'::regtype[]::oid[]) THEN
            PERFORM mlops_internal.refuse_definition(format('column "%s" of the spine is of type %s, not a time',
                c.name, c.type_name), 'Times are timestamptz, timestamp or date: convert it in a query.', '42804');
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.spine_time(text, name, text) IS
    'error unless the spine has that column and it is a time';

/* For few probes: a probe's rows of the greatest time, all of them, in a lateral query. */
CREATE FUNCTION mlops_internal.newest_condition(def mlops.feature_view_version, name text, key_types oid[],
    as_of timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
    AS $$
        SELECT format('%s AND source.%I OPERATOR(pg_catalog.<=) asked.t%s ORDER BY source.%2$I DESC '
                'FETCH FIRST ROW WITH TIES',
            (SELECT string_agg(format(' AND (source.%I)::%s OPERATOR(pg_catalog.=) asked.k%s', k.key,
                    format_type(k.type, -1), k.i), '' ORDER BY k.i)
             FROM unnest(def.entity_columns, key_types) WITH ORDINALITY AS k (key, type, i)),
            def.timestamp_column,
            CASE WHEN def.created_at_column IS NOT NULL THEN format(' AND coalesce(%s, source.%I) '
                'OPERATOR(pg_catalog.<=) %s', mlops_internal.time_expression(def.created_at_column),
                def.timestamp_column, CASE WHEN as_of IS NULL THEN 'asked.t'
                    ELSE format('%L::pg_catalog.timestamptz', as_of) END)
                WHEN as_of IS NOT NULL THEN format(' AND source.%I OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamptz',
                    def.timestamp_column, as_of) ELSE '' END)
        FROM mlops_internal.present_columns(def, newest_condition.name) AS p
        WHERE p.column_name = def.timestamp_column AND mlops_internal.base_type(p.type) = 'timestamptz'::regtype
    $$;
COMMENT ON FUNCTION mlops_internal.newest_condition(mlops.feature_view_version, text, oid[], timestamptz) IS
    'SQL behind the query of a view that keeps of a probe "asked" the rows that may win; NULL when times have no zone';

CREATE FUNCTION mlops_internal.point_in_time_plan(
    spine text, views text[], timestamp_column name, as_of timestamptz, time_zone text, prefix boolean,
    allow_backfilled boolean, labels_as_of timestamptz, path text)
    RETURNS TABLE (name text, query text, search_path text, time_zone_of text, keys integer[], features integer[],
        absent text[], n_ties integer, has text, reach bigint, is_label boolean, known timestamptz, low text[],
        high text[], any_key text[], newest text, key_types text[], columns text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        all_columns CONSTANT text := mlops_internal.result_columns(spine, views, as_of, prefix, path);
        n_columns CONSTANT integer := (SELECT count(*) FROM mlops_internal.source_columns(spine, path));
        key_expressions text[] := '{}';
        v record;
        types oid[];
        expressions text[];
        first_key oid;
        simple CONSTANT oid[] := '{int2,int4,int8,text,varchar,uuid,date,timestamptz}'::regtype[]::oid[];
    BEGIN
        PERFORM mlops_internal.spine_time(spine, timestamp_column, path);
        FOR v IN SELECT * FROM mlops_internal.joined_views(views) LOOP
            expressions := mlops_internal.key_casts(mlops_internal.spine_keys(v.def, v.alias),
                mlops_internal.key_types(v.name, v.def, v.alias, spine, path));
            key_expressions := key_expressions || ARRAY(SELECT e FROM unnest(expressions) AS e
                WHERE e <> ALL (key_expressions));
        END LOOP;
        query := format('SELECT %s FROM %s', (SELECT string_agg(x, ', ') FROM (
                SELECT format('source.%I', s.name) FROM mlops_internal.source_columns(spine, path) AS s
                UNION ALL SELECT mlops_internal.time_expression(timestamp_column)
                UNION ALL SELECT unnest(key_expressions)) AS u (x)), mlops_internal.source_item(spine));
        search_path := path;
        time_zone_of := coalesce(time_zone, 'UTC');
        keys := ARRAY[n_columns];
        columns := all_columns;
        RETURN NEXT;
        columns := NULL;
        FOR v IN SELECT * FROM mlops_internal.joined_views(views) LOOP
            types := mlops_internal.key_types(v.name, v.def, v.alias, spine, path);
            name := v.name;
            query := mlops_internal.view_query(v.def, types, allow_backfilled);
            search_path := (v.def).search_path;
            time_zone_of := (v.def).time_zone;
            keys := ARRAY(SELECT n_columns + 1 + array_position(key_expressions, k.expression)
                FROM unnest(mlops_internal.key_casts(mlops_internal.spine_keys(v.def, v.alias), types))
                    WITH ORDINALITY AS k (expression, i) ORDER BY k.i);
            features := v.places;
            absent := ARRAY(SELECT (v.def).absent ->> ((v.def).features)[p]::text FROM unnest(v.places)
                WITH ORDINALITY AS u (p, i) ORDER BY i);
            n_ties := cardinality((v.def).tie_breaker);
            has := concat(CASE WHEN (v.def).created_at_column IS NOT NULL THEN 'c' END,
                CASE WHEN (v.def).valid_to_column IS NOT NULL THEN 'v' END,
                CASE WHEN (v.def).deleted_column IS NOT NULL THEN 'd' END);
            reach := mlops_internal.microseconds(coalesce((v.def).ttl, (v.def).horizon));
            is_label := v.role = 'label';
            known := CASE WHEN is_label THEN coalesce(labels_as_of, as_of, now()) ELSE as_of END;
            SELECT mlops_internal.time_condition(p.column_name, p.type, '>='),
                   mlops_internal.time_condition(p.column_name, p.type, '<=')
                INTO low, high
                FROM mlops_internal.present_columns(v.def, v.name) AS p
                WHERE p.column_name = (v.def).timestamp_column;
            first_key := types[1];
            any_key := CASE WHEN first_key = ANY (simple)
                THEN ARRAY[format(' AND (source.%I)::%s OPERATOR(pg_catalog.=) ANY (', ((v.def).entity_columns)[1],
                        format_type(first_key, -1)), format('::%s[])', format_type(first_key, -1))] END;
            key_types := ARRAY(SELECT format_type(k.type, -1) FROM unnest(types) WITH ORDINALITY AS k (type, i)
                ORDER BY k.i);
            newest := CASE WHEN types <@ simple AND NOT is_label AND (v.def).valid_to_column IS NULL
                THEN mlops_internal.newest_condition(v.def, v.name, types, as_of) END;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.point_in_time_plan IS
    'what mlops.point_in_time reads: the spine, whose one key is the number of its columns, then each view';

CREATE FUNCTION mlops.point_in_time(
    spine text, views text[], timestamp_column name, as_of timestamptz DEFAULT NULL, time_zone text DEFAULT 'UTC',
    prefix boolean DEFAULT false, allow_backfilled boolean DEFAULT false, labels_as_of timestamptz DEFAULT NULL)
    RETURNS SETOF record
    LANGUAGE C STABLE ROWS 100000 COST 10000 AS 'MODULE_PATHNAME', 'mlops_point_in_time';
COMMENT ON FUNCTION mlops.point_in_time IS
    'the rows of a relation or query, each with the features of its entities as they were known at its time (as_of: '
    'at that time), and since when each holds; read with the caller''s rights';

CREATE FUNCTION mlops.point_in_time_columns(
    spine text, views text[], as_of timestamptz DEFAULT NULL, prefix boolean DEFAULT false) RETURNS text
    LANGUAGE sql STABLE
    RETURN mlops_internal.result_columns(spine, views, as_of, prefix, pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.point_in_time_columns IS
    'the columns of mlops.point_in_time for these arguments, as they are to be written after it: AS t (...)';

/*
 * features: reading what is materialized, and whether it is what it should be.
 */
CREATE FUNCTION mlops_internal.online_views(views text[])
    RETURNS TABLE (place bigint, name text, def mlops.feature_view_version, places integer[], alias text,
        relation text, known_until timestamptz)
    LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v record;
    BEGIN
        FOR v IN SELECT j.*, o.relation, o.known_until, w.owner_oid, w.owner_name
                 FROM mlops_internal.joined_views(views) WITH ORDINALITY AS j (name, role, def, places, alias, i)
                     JOIN mlops.feature_view AS w ON w.name = j.name
                     LEFT JOIN mlops.feature_online AS o
                         ON o.feature_view_version_id = (j.def).feature_view_version_id
                 ORDER BY j.i LOOP
            IF v.relation IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                    MESSAGE = format('version %s of feature view "%s" is not materialized', (v.def).version, v.name),
                    HINT = format('Call mlops.materialize(%L), or name a version that is.',
                        format('%s@%s', v.name, (v.def).version));
            END IF;
            place := v.i;
            name := v.name;
            def := v.def;
            places := v.places;
            alias := v.alias;
            relation := mlops_internal.online_relation(v.relation, v.name, v.def, v.owner_oid, v.owner_name);
            known_until := v.known_until;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.online_views(text[]) IS
    'mlops_internal.joined_views with their tables; error 42P01 when one is not materialized';

/* Types that online_json.c writes, the rest as JSON; labels as text: a cast of the enum may be its owner's code. */
CREATE FUNCTION mlops_internal.shown_column(def mlops.feature_view_version, column_name name, item text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format(CASE t.typtype WHEN 'e' THEN 'CASE WHEN %1$s.%2$I IS NOT NULL THEN '
            'pg_catalog.concat(%1$s.%2$I) END' ELSE CASE WHEN t.oid = ANY
                ('{bool,int2,int4,int8,float4,float8,numeric,timestamptz,text,json}'::regtype[]::oid[])
                THEN '%s.%I' ELSE 'pg_catalog.to_json(%s.%I)' END END, item, column_name)
        FROM pg_type AS t WHERE t.oid = mlops_internal.base_type(mlops_internal.feature_type(
            def.column_types ->> column_name::text, column_name))
    $$;
COMMENT ON FUNCTION mlops_internal.shown_column(mlops.feature_view_version, name, text) IS
    'SQL of a column of an item of a FROM clause, as it becomes JSON';

CREATE FUNCTION mlops_internal.online_query(views text[], max_age interval) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        names name[] := '{}';
        keys text[] := '{}';
        fields text[] := '{}';
        columns text[] := '{}';
        joins text := '';
        stale text[] := '{}';
        absent text[] := '{}';
        limit_of text;
        label text;
        v record;
        k record;
    BEGIN
        PERFORM mlops_internal.check_duration(max_age, 'max_age');
        FOR v IN SELECT * FROM mlops_internal.online_views(views) ORDER BY place LOOP
            -- domains as what is below them: their checks are others' code
            FOR k IN SELECT u.of_keys, format('%I %s', u.of_keys, format_type(mlops_internal.base_type(
                             mlops_internal.feature_type((v.def).column_types ->> u.key::text, u.key)), -1)) AS field
                     FROM unnest((v.def).entity_columns, mlops_internal.spine_keys(v.def, v.alias)) AS u (key, of_keys)
                     WHERE u.of_keys <> ALL (names) LOOP
                names := names || k.of_keys;
                keys := keys || k.field;
            END LOOP;
            label := coalesce(v.alias, v.name);
            joins := joins || format(' LEFT JOIN %s AS v%s ON %s%s', v.relation, v.place,
                mlops_internal.same_entity(v.def, v.relation, 'v' || v.place, 'a', ARRAY(
                    SELECT ('k' || array_position(names, u.of_keys))::name
                    FROM unnest(mlops_internal.spine_keys(v.def, v.alias)) WITH ORDINALITY AS u (of_keys, i)
                    ORDER BY u.i)),
                -- what has ended since is not there
                CASE WHEN (v.def).valid_to_column IS NOT NULL THEN format(' AND (v%1$s.%2$I <= '
                    'pg_catalog.statement_timestamp()) IS NOT TRUE', v.place, v.name || '__valid_to') END);
            limit_of := CASE WHEN coalesce(max_age, (v.def).ttl) IS NULL THEN 'false'
                ELSE format('(v%s.%I < pg_catalog.statement_timestamp() - %L::pg_catalog.interval) IS TRUE', v.place,
                    v.name || '__at',
                    mlops_internal.microseconds(coalesce(max_age, (v.def).ttl)) * interval '1 microsecond') END;
            stale := stale || format('CASE WHEN %s THEN %L::pg_catalog.text END', limit_of, label);
            absent := absent || format('CASE WHEN v%s.%I IS NULL THEN %L::pg_catalog.text END', v.place,
                v.name || '__at', label);
            columns := columns || ARRAY(SELECT concat(v.alias || '__', ((v.def).features)[p])
                    FROM unnest(v.places) AS p)
                || (label || '__at');
            fields := fields || ARRAY(SELECT format('CASE WHEN NOT (%s) THEN %s END AS %I', limit_of,
                    mlops_internal.shown_column(v.def, ((v.def).features)[p], 'v' || v.place),
                    concat(v.alias || '__', ((v.def).features)[p]))
                    FROM unnest(v.places) WITH ORDINALITY AS u (p, i) ORDER BY i)
                || format('v%s.%I AS %I', v.place, v.name || '__at', label || '__at');
        END LOOP;
        IF (SELECT count(*) > count(DISTINCT c) FROM unnest(columns) AS c) THEN
            PERFORM mlops_internal.refuse_definition(format('two of the views have a feature "%s"',
                (SELECT c FROM unnest(columns) AS c GROUP BY c HAVING count(*) > 1 LIMIT 1)),
                'Call mlops.online_features for each, or name features: VIEW:FEATURE.', '42701');
        END IF;
        RETURN format('SELECT a.i, a.key, pg_catalog.array_remove(ARRAY[%s], NULL), '
            'pg_catalog.array_remove(ARRAY[%s], NULL), %s '
            'FROM ROWS FROM (pg_catalog.jsonb_array_elements($1), pg_catalog.jsonb_to_recordset($1) AS (%s)) '
            'WITH ORDINALITY AS a (key, %s, i)%s ORDER BY a.i',
            array_to_string(stale, ', '), array_to_string(absent, ', '), array_to_string(fields, ', '),
            array_to_string(keys, ', '),
            (SELECT string_agg('k' || i, ', ' ORDER BY i) FROM generate_subscripts(names, 1) AS i), joins);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.online_query(text[], interval) IS
    'the statement of mlops.online_features; $1 are the keys';

CREATE FUNCTION mlops.online_features(views text[], keys jsonb, max_age interval DEFAULT NULL)
    RETURNS TABLE (place bigint, key jsonb, features json, stale text[], missing text[])
    LANGUAGE C STABLE ROWS 100 AS 'MODULE_PATHNAME', 'mlops_online_features';
COMMENT ON FUNCTION mlops.online_features(text[], jsonb, interval) IS
    'the newest features of entities as mlops.materialize wrote them, in the order of the keys; features older than '
    'max_age, by default the view''s ttl, are NULL and their view is in stale; views without the entity are in missing';

/* Is the table what mlops.point_in_time says? */
CREATE FUNCTION mlops_internal.online_differences(name text, def mlops.feature_view_version, relation text,
    known_until timestamptz, sample integer) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
    AS $$
        WITH s AS (
            SELECT format('SELECT %s, %L::pg_catalog.timestamptz AS %I FROM %s AS o ORDER BY pg_catalog.random() '
                    'LIMIT %s',
                (SELECT string_agg(format('o.%I', k), ', ') FROM unnest(def.entity_columns) AS k), known_until,
                name || '__until', relation, sample) AS spine, format('%s@%s', name, def.version) AS view)
        SELECT format('SELECT pg_catalog.count(*), %1$s FROM mlops.point_in_time(%2$L, ARRAY[%3$L], %4$L, '
                'as_of => %5$L) AS p (%6$s) JOIN %7$s AS o ON %8$s',
            (SELECT format('ARRAY[%s]', string_agg(format('pg_catalog.count(*) FILTER (WHERE '
                    'pg_catalog.record_image_ne(ROW(%s), ROW(p.%I)))', CASE WHEN def.ttl IS NULL THEN format('o.%I', c)
                        ELSE format('CASE WHEN o.%I OPERATOR(pg_catalog.>=) %L THEN o.%I END', name || '__at',
                            known_until - mlops_internal.microseconds(def.ttl) * interval '1 microsecond', c) END, c),
                ', ' ORDER BY i))
             FROM unnest(def.features || (name || '__at')::name) WITH ORDINALITY AS u (c, i)),
            s.spine, s.view, name || '__until', known_until,
            mlops_internal.result_columns(s.spine, ARRAY[s.view], known_until, false, 'pg_catalog'), relation,
            mlops_internal.same_entity(def, relation, 'o', 'p', def.entity_columns))
        FROM s
    $$;
COMMENT ON FUNCTION mlops_internal.online_differences(text, mlops.feature_view_version, text, timestamptz, integer) IS
    'the query that compares a sample of a table with mlops.point_in_time: rows, and for each feature and the time '
    'how many differ';

CREATE FUNCTION mlops_internal.online_missing(name text, def mlops.feature_view_version, relation text,
    known_until timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('SELECT pg_catalog.count(*) FROM (%s) AS w (%s) WHERE NOT EXISTS (SELECT FROM %s AS o WHERE %s)',
            mlops_internal.online_winners(name, def, '-infinity', known_until),
            (SELECT string_agg(quote_ident(k), ', ' ORDER BY i)
             FROM unnest(def.entity_columns) WITH ORDINALITY AS u (k, i)), relation,
            mlops_internal.same_entity(def, relation, 'o', 'w', def.entity_columns))
    $$;
COMMENT ON FUNCTION mlops_internal.online_missing(text, mlops.feature_view_version, text, timestamptz) IS
    'the query that counts entities that should be in a table and are not';

CREATE FUNCTION mlops.check_online(feature_view text, sample integer DEFAULT 1000)
    RETURNS TABLE (check_name text, n bigint, verdict text, detail text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v record;
        n_sampled bigint;
        differ bigint[];
        n_missing bigint;
        n_rows bigint;
        n_stale bigint;
    BEGIN
        IF sample IS NULL OR sample < 1 THEN
            PERFORM mlops_internal.refuse_definition('sample must be at least 1', NULL);
        END IF;
        SELECT * INTO v FROM mlops_internal.online_views(ARRAY[feature_view]);
        EXECUTE mlops_internal.online_differences(v.name, v.def, v.relation, v.known_until, sample)
            INTO n_sampled, differ;
        EXECUTE format('SELECT count(*), count(*) FILTER (WHERE o.%I < %L) FROM %s AS o', v.name || '__at',
            clock_timestamp() - mlops_internal.microseconds((v.def).ttl) * interval '1 microsecond', v.relation)
            INTO n_rows, n_stale;
        n_missing := mlops_internal.count_in(mlops_internal.online_missing(v.name, v.def, v.relation, v.known_until),
            v.def);
        RETURN QUERY SELECT x.name, x.n,
                CASE WHEN n_rows = 0 THEN 'no_data' WHEN x.bad THEN 'warning' ELSE 'ok' END, x.detail
            FROM (VALUES
                ('rows', n_rows, false, format('rows of %s', v.relation)),
                ('different', coalesce((SELECT max(d) FROM unnest(differ) AS d), 0),
                    EXISTS (SELECT FROM unnest(differ) AS d WHERE d > 0),
                    format('of %s rows, those that mlops.point_in_time gives otherwise', n_sampled)
                        || coalesce(': ' || (SELECT string_agg(format('%s %s', c, d), ', ' ORDER BY i)
                            FROM unnest((v.def).features || (v.name || '__at')::name, differ)
                                WITH ORDINALITY AS u (c, d, i) WHERE d > 0), '')),
                ('missing', n_missing, n_missing > 0,
                    'entities that should be there: materialize with a longer overlap'),
                ('stale', n_stale, n_stale > 0.01 * n_rows,
                    coalesce('rows older than the ttl of ' || (v.def).ttl, 'the view has no ttl')),
                ('seconds_behind', extract(epoch FROM clock_timestamp() - v.known_until)::bigint,
                    coalesce(clock_timestamp() - v.known_until > (v.def).ttl, false),
                    format('what was known at %s is there', v.known_until))) AS x (name, n, bad, detail);
    END
    $$;
COMMENT ON FUNCTION mlops.check_online(text, integer) IS
    'is a materialized feature view what mlops.point_in_time says? a sample of rows that differ, entities that are '
    'missing, share of rows older than the ttl, how far it is behind; reads the view once or twice';

/* A query over a source, as the source is to be read. */
CREATE FUNCTION mlops_internal.count_in(query text, def mlops.feature_view_version) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'
    AS $$
    DECLARE
        n bigint;
    BEGIN
        PERFORM set_config('timezone', def.time_zone, true), set_config('datestyle', 'ISO, YMD', true),
            set_config('search_path', def.search_path, true);
        EXECUTE query INTO n;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.count_in(text, mlops.feature_view_version) IS
    'the number that a query over the source of a version gives';

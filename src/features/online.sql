/*
 * features: the newest values of each entity, for predictions.
 *
 * A version of a feature view is materialized into a table of the caller, a row for
 * each entity.  What is read next time is what became known since: a row counts from
 * the later of its own time and its knowledge time, so that late rows and plans are
 * not missed, and it wins by the same order as in mlops.point_in_time.  Rows of one
 * entity that are alike in both times count from the same moment: what is read has
 * all of them or none.
 */
CREATE TABLE mlops.feature_online (
    feature_view_version_id bigint NOT NULL,
    relation text NOT NULL,
    known_until timestamptz NOT NULL DEFAULT '-infinity',
    n_written bigint NOT NULL DEFAULT 0,
    materialized_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    CONSTRAINT feature_online_pkey PRIMARY KEY (feature_view_version_id),
    CONSTRAINT feature_online_version_fkey FOREIGN KEY (feature_view_version_id)
        REFERENCES mlops.feature_view_version ON DELETE CASCADE
);
COMMENT ON TABLE mlops.feature_online IS 'versions of feature views that are materialized, and how far';
COMMENT ON COLUMN mlops.feature_online.relation IS 'qualified name of the table with a row for each entity';
COMMENT ON COLUMN mlops.feature_online.known_until IS 'what was known then is in the table';
COMMENT ON COLUMN mlops.feature_online.n_written IS 'rows that the last mlops.materialize wrote';
COMMENT ON COLUMN mlops.feature_online.materialized_at IS 'when it ended';

SELECT pg_catalog.pg_extension_config_dump('mlops.feature_online', '');
ALTER TABLE mlops.feature_online ENABLE ROW LEVEL SECURITY;
CREATE POLICY feature_online_read ON mlops.feature_online FOR SELECT
    USING (EXISTS (SELECT FROM mlops.feature_view_version AS d
                   WHERE d.feature_view_version_id = feature_online.feature_view_version_id));
GRANT SELECT ON mlops.feature_online TO PUBLIC;

CREATE FUNCTION mlops_internal.begin_materialize(feature_view text, version integer, relation text,
    caller mlops_internal.caller) RETURNS mlops.feature_online
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.feature_view;
        id bigint;
        o mlops.feature_online;
    BEGIN
        SELECT * INTO v FROM mlops.feature_view AS x WHERE x.name = feature_view FOR KEY SHARE;
        PERFORM mlops_internal.require_owner(v.owner_oid, v.owner_name, 'feature view', format('"%s"', feature_view),
            caller);
        SELECT d.feature_view_version_id INTO id FROM mlops.feature_view_version AS d
            WHERE d.feature_view_id = v.feature_view_id AND d.version = begin_materialize.version FOR KEY SHARE;
        IF id IS NULL THEN
            PERFORM mlops_internal.no_such('feature view', format('"%s@%s"', feature_view, version));
        END IF;
        INSERT INTO mlops.feature_online AS x (feature_view_version_id, relation, created_by)
            VALUES (id, relation, mlops_internal.caller_name(caller))
            ON CONFLICT ON CONSTRAINT feature_online_pkey DO NOTHING;
        SELECT * INTO o FROM mlops.feature_online AS x WHERE x.feature_view_version_id = id FOR UPDATE;
        RETURN o;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.begin_materialize(text, integer, text, mlops_internal.caller) IS
    'how far a version is materialized, locked, noted when it was not; error 42704 when the view is not the caller''s';
REVOKE ALL ON FUNCTION mlops_internal.begin_materialize FROM PUBLIC;

CREATE FUNCTION mlops_internal.finish_materialize(version_id bigint, until timestamptz, n_written bigint,
    caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
    BEGIN
        UPDATE mlops.feature_online AS x
            SET known_until = greatest(x.known_until, least(until, clock_timestamp())),
                n_written = finish_materialize.n_written, materialized_at = clock_timestamp()
            FROM mlops.feature_view_version AS d JOIN mlops.feature_view AS v USING (feature_view_id)
            WHERE x.feature_view_version_id = version_id AND d.feature_view_version_id = version_id
              AND mlops_internal.owned_by(v.owner_oid, v.owner_name, who);
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('materialized version', version_id::text);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.finish_materialize(bigint, timestamptz, bigint, mlops_internal.caller) IS
    'note how far a version is materialized, on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.finish_materialize FROM PUBLIC;

/* The columns of an online table beside those of its view; rows that end say when. */
CREATE FUNCTION mlops_internal.online_times(name text, def mlops.feature_view_version) RETURNS name[]
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    RETURN ARRAY(SELECT (online_times.name || s)::name
                 FROM unnest('{__at,__created_at,__valid_to,__written_at}'::text[]) WITH ORDINALITY AS u (s, i)
                 WHERE s <> '__valid_to' OR def.valid_to_column IS NOT NULL ORDER BY i);
COMMENT ON FUNCTION mlops_internal.online_times(text, mlops.feature_view_version) IS
    'names of the times in the table of a materialized version, in order';

/* Readers run nothing of the owner: an ordinary table of his, without policies, with the columns of the version. */
CREATE FUNCTION mlops_internal.online_relation(relation text, name text, def mlops.feature_view_version, owner_oid oid,
    owner_name name) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c pg_class;
        wrong text;
    BEGIN
        SELECT * INTO c FROM pg_class AS x WHERE x.oid = to_regclass(relation);
        IF c.oid IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = format('table %s is gone', relation),
                HINT = 'mlops.materialize makes it again.';
        END IF;
        wrong := CASE
            WHEN c.relkind <> 'r' OR c.relhassubclass OR c.relhasrules THEN 'It is no ordinary table.'
            WHEN NOT mlops_internal.owned_by(owner_oid, owner_name, c.relowner)
                THEN format('It belongs to role "%s", which may not act for "%s".', pg_get_userbyid(c.relowner),
                    owner_name)
            WHEN c.relrowsecurity THEN 'It has row security.'
            ELSE (SELECT format('Column "%s" is not of type %s.', w.column_name, w.type_name)
                  FROM (SELECT u.c, mlops_internal.type_of(def, u.c)
                        FROM unnest(def.entity_columns || def.features) AS u (c)
                        UNION ALL SELECT u.c, 'timestamp with time zone'
                        FROM unnest(mlops_internal.online_times(name, def)) AS u (c)) AS w (column_name, type_name)
                  WHERE NOT EXISTS (SELECT FROM pg_attribute AS a
                                    WHERE a.attrelid = c.oid AND a.attname = w.column_name AND NOT a.attisdropped
                                      AND a.atttypid = to_regtype(w.type_name)) LIMIT 1) END;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
                MESSAGE = format('%s is not the table that mlops.materialize made', relation), DETAIL = wrong,
                HINT = 'Drop or rename it: mlops.materialize makes it again.';
        END IF;
        RETURN mlops_internal.relation_name(c.oid);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.online_relation(text, text, mlops.feature_view_version, oid, name) IS
    'the table of a materialized version as it is written in SQL; error 42P01 when it is gone, 42809 when it is not '
    'the owner''s, no ordinary table, or has other columns';

/* Its own columns are named as in a training set; types and collations are those of the source. */
CREATE FUNCTION mlops_internal.create_online_table(relation text, name text, def mlops.feature_view_version)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        keys CONSTANT text := (SELECT string_agg(quote_ident(c), ', ' ORDER BY i)
            FROM unnest(def.entity_columns) WITH ORDINALITY AS u (c, i));
        statement CONSTANT text := format('CREATE TABLE %s WITH (fillfactor = 80) AS SELECT %s, %s FROM %s '
            'WITH NO DATA', relation, (SELECT string_agg(format('source.%I', c), ', ' ORDER BY i)
                       FROM unnest(def.entity_columns || def.features) WITH ORDINALITY AS u (c, i)),
            (SELECT string_agg(format('NULL::pg_catalog.timestamptz AS %I', c), ', ' ORDER BY i)
             FROM unnest(mlops_internal.online_times(name, def)) WITH ORDINALITY AS u (c, i)),
            mlops_internal.source_item(def.source));
    BEGIN
        PERFORM * FROM mlops_internal.present_columns(def, name);
        PERFORM set_config('search_path', def.search_path, true);
        EXECUTE statement;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (%s), ALTER %I SET NOT NULL, ALTER %I SET NOT NULL', relation,
            keys, name || '__at', name || '__written_at');
        EXECUTE format('COMMENT ON TABLE %s IS %L', relation,
            format('features of version %s of feature view "%s", written by mlops.materialize', def.version, name));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.create_online_table(text, text, mlops.feature_view_version) IS
    'make the table of a version, with the rights of the caller';
REVOKE ALL ON FUNCTION mlops_internal.create_online_table FROM PUBLIC;

CREATE FUNCTION mlops_internal.log_online_table(relation text, name text, def mlops.feature_view_version, owner regrole)
    RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        run CONSTANT bigint := mlops.start_run('materialization', format('%s online', name), owner => owner);
    BEGIN
        PERFORM mlops_internal.log_view_version(run, name, def),
            mlops.log_artifact(run, NULL, 'table', relation => to_regclass(relation), direction => 'output'),
            mlops.finish_run(run);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_online_table(text, text, mlops.feature_view_version, regrole) IS
    'the table of a version in the lineage, once: what the version reads, and what is written';
REVOKE ALL ON FUNCTION mlops_internal.log_online_table FROM PUBLIC;

CREATE FUNCTION mlops_internal.new_relation_name(relation text, path text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        part CONSTANT text[] := parse_ident(relation);
        schema name := part[cardinality(part) - 1];
    BEGIN
        IF schema IS NULL AND relation IS NOT NULL THEN
            PERFORM set_config('search_path', path, true);
            schema := pg_catalog.current_schema();
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            IF schema IS NULL THEN
                PERFORM mlops_internal.refuse_definition('no schema has been selected to create in',
                    'Write SCHEMA.NAME.', '3F000');
            END IF;
        END IF;
        RETURN CASE WHEN relation IS NOT NULL THEN format('%I.%I', schema, part[cardinality(part)]) END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.new_relation_name(text, text) IS
    'qualified name of a table that is to be made in that search path; NULL for NULL';

/*
 * Of what became known after a time, all of it with -infinity, the winner of each
 * entity; values become text only where nothing else tells rows apart.  Where rows end,
 * all that have not ended are looked at, whatever their age: when a winner ends, an
 * older row may follow, or none.
 */
CREATE FUNCTION mlops_internal.online_winners(name text, def mlops.feature_view_version, since timestamptz,
    until timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
    AS $$
        WITH c AS (
            SELECT mlops_internal.time_expression(def.timestamp_column) AS at,
                CASE WHEN def.created_at_column IS NOT NULL
                    THEN mlops_internal.time_expression(def.created_at_column) END AS created,
                (SELECT array_agg('k' || i ORDER BY i) FROM generate_subscripts(def.entity_columns, 1) AS i) AS keys,
                ARRAY(SELECT 't' || i FROM generate_subscripts(def.tie_breaker, 1) AS i ORDER BY i) AS ties,
                (SELECT array_agg('f' || i ORDER BY i) FROM generate_subscripts(def.features, 1) AS i) AS features,
                CASE WHEN def.deleted_column IS NULL THEN 'false' ELSE 'coalesce(r.gone, false)' END AS gone,
                CASE WHEN def.created_at_column IS NULL THEN 'NULL::pg_catalog.timestamptz' ELSE 'r.created' END
                    AS known)
        SELECT format('SELECT DISTINCT ON (%1$s) %1$s, %2$s, r.at, %3$s, %10$spg_catalog.clock_timestamp() '
                'FROM (SELECT r.*, pg_catalog.count(*) OVER (PARTITION BY %1$s) AS n FROM ('
                'SELECT r.*, pg_catalog.rank() OVER (PARTITION BY %1$s ORDER BY r.at DESC, %3$s DESC NULLS LAST'
                '%7$s%8$s) AS place FROM (%4$s%5$s) AS r (%6$s)) AS r WHERE r.place OPERATOR(pg_catalog.=) 1) AS r '
                'ORDER BY %1$s, CASE WHEN r.n OPERATOR(pg_catalog.>) 1 THEN ARRAY[%9$s] END '
                'COLLATE pg_catalog."C" DESC',
            (SELECT string_agg('r.' || k, ', ' ORDER BY i) FROM unnest(keys) WITH ORDINALITY AS u (k, i)),
            (SELECT string_agg(format('CASE WHEN NOT %s THEN r.%s END', gone, f), ', ' ORDER BY i)
             FROM unnest(features) WITH ORDINALITY AS u (f, i)),
            known,
            mlops_internal.view_query(def, ARRAY(
                SELECT p.type FROM unnest(def.entity_columns) WITH ORDINALITY AS k (key, i)
                    JOIN mlops_internal.present_columns(def, online_winners.name) AS p ON p.column_name = k.key
                ORDER BY k.i), false),
            concat((SELECT string_agg(format(' AND source.%I IS NOT NULL', k), '')
                    FROM unnest(def.entity_columns) AS k),
                format(' AND %s OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamptz', at, until),
                CASE WHEN created IS NOT NULL THEN format(' AND (%1$s IS NULL OR %1$s OPERATOR(pg_catalog.<=) '
                    '%2$L::pg_catalog.timestamptz)', created, until) END,
                CASE WHEN since > '-infinity' THEN format(' AND (%s)', (
                    SELECT string_agg(format('%s OPERATOR(pg_catalog.>) %L::pg_catalog.timestamptz', x, since), ' OR ')
                    FROM unnest(ARRAY[at, created]) AS x WHERE x IS NOT NULL)) END,
                CASE WHEN def.valid_to_column IS NOT NULL THEN format(' AND (%1$s IS NULL OR %1$s '
                    'OPERATOR(pg_catalog.>) %2$L::pg_catalog.timestamptz)',
                    mlops_internal.time_expression(def.valid_to_column), until)
                WHEN def.ttl IS NOT NULL THEN format(' AND %s OPERATOR(pg_catalog.>=) '
                    '%L::pg_catalog.timestamptz', at,
                    until - mlops_internal.microseconds(def.ttl) * interval '1 microsecond') END),
            array_to_string(keys || ARRAY['at'] || CASE WHEN created IS NOT NULL THEN '{created}'::text[] END
                || CASE WHEN def.valid_to_column IS NOT NULL THEN '{ends}'::text[] END
                || CASE WHEN def.deleted_column IS NOT NULL THEN '{gone}'::text[] END || ties || features, ', '),
            (SELECT string_agg(format(', r.%s DESC NULLS LAST', t), '' ORDER BY i)
             FROM unnest(ties) WITH ORDINALITY AS u (t, i)),
            CASE WHEN def.deleted_column IS NOT NULL THEN format(', %s DESC', gone) END,
            -- as output functions write them: casts to text are others' code
            (SELECT string_agg(format('CASE WHEN r.%1$s IS DISTINCT FROM NULL THEN pg_catalog.concat(''1'', r.%1$s) '
                'ELSE ''0'' END', f), ', ' ORDER BY i) FROM unnest(features) WITH ORDINALITY AS u (f, i)),
            CASE WHEN def.valid_to_column IS NOT NULL THEN 'r.ends, ' END)
        FROM c
    $$;
COMMENT ON FUNCTION mlops_internal.online_winners(text, mlops.feature_view_version, timestamptz, timestamptz) IS
    'the query of the rows that mlops.materialize writes: keys, features, at, created_at, valid_to, written_at';

CREATE FUNCTION mlops_internal.online_upsert(relation text, name text, def mlops.feature_view_version, query text)
    RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('INSERT INTO %1$s AS o (%2$s, %3$s) %4$s ON CONFLICT (%2$s) DO UPDATE SET (%3$s) = ROW(%5$s) '
                'WHERE EXCLUDED.%6$I OPERATOR(pg_catalog.>) o.%6$I OR EXCLUDED.%6$I OPERATOR(pg_catalog.=) o.%6$I '
                'AND (%7$s OPERATOR(pg_catalog.>) %8$s OR %7$s OPERATOR(pg_catalog.=) %8$s '
                'AND pg_catalog.record_image_ne(ROW(%9$s), ROW(%10$s)))',
            relation, (SELECT string_agg(quote_ident(k), ', ' ORDER BY i)
                       FROM unnest(def.entity_columns) WITH ORDINALITY AS u (k, i)),
            string_agg(quote_ident(c), ', ' ORDER BY i), query, string_agg(format('EXCLUDED.%I', c), ', ' ORDER BY i),
            name || '__at', format('coalesce(EXCLUDED.%I, ''-infinity'')', name || '__created_at'),
            format('coalesce(o.%I, ''-infinity'')', name || '__created_at'),
            string_agg(format('EXCLUDED.%I', c), ', ' ORDER BY i) FILTER (WHERE i <= cardinality(def.features)),
            string_agg(format('o.%I', c), ', ' ORDER BY i) FILTER (WHERE i <= cardinality(def.features)))
        FROM unnest(def.features || mlops_internal.online_times(name, def)) WITH ORDINALITY AS u (c, i)
    $$;
COMMENT ON FUNCTION mlops_internal.online_upsert(text, text, mlops.feature_view_version, text) IS
    'the statement that writes rows of a query into the table of a version: those that are newer, or known later, or '
    'alike in both and different';

/* Equality by the type, wherever its operators are. */
CREATE FUNCTION mlops_internal.same_entity(def mlops.feature_view_version, relation text, a text, b text,
    columns name[]) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT string_agg(format('%s.%I %s %s.%I', a, k.key, coalesce((
                SELECT format('OPERATOR(%I.%s)', n.nspname, p.oprname)
                FROM pg_opclass AS c JOIN pg_am AS m ON m.oid = c.opcmethod AND m.amname = 'btree'
                    JOIN pg_amop AS o ON o.amopfamily = c.opcfamily AND o.amoplefttype = c.opcintype
                        AND o.amoprighttype = c.opcintype AND o.amopstrategy = 3
                    JOIN pg_operator AS p ON p.oid = o.amopopr JOIN pg_namespace AS n ON n.oid = p.oprnamespace
                WHERE c.opcdefault AND c.opcintype = mlops_internal.base_type(t.atttypid)),
                'OPERATOR(pg_catalog.=)'), b, k.of_b), ' AND ' ORDER BY k.i)
        FROM unnest(def.entity_columns, columns) WITH ORDINALITY AS k (key, of_b, i)
            JOIN pg_attribute AS t ON t.attrelid = to_regclass(relation) AND t.attname = k.key
    $$;
COMMENT ON FUNCTION mlops_internal.same_entity(mlops.feature_view_version, text, text, text, name[]) IS
    'SQL of equal keys of a table and of columns of something else; the types are those of the table';

/* Rows that end: what the query gives is all that there is to be. */
CREATE FUNCTION mlops_internal.online_replacement(relation text, name text, def mlops.feature_view_version, query text)
    RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('WITH w (%2$s, %3$s) AS MATERIALIZED (%4$s), gone AS (DELETE FROM %1$s AS o WHERE NOT EXISTS '
                '(SELECT FROM w WHERE %5$s) RETURNING 1), written AS (INSERT INTO %1$s AS o (%2$s, %3$s) '
                'SELECT * FROM w ON CONFLICT (%2$s) DO UPDATE SET (%3$s) = ROW(%6$s) '
                'WHERE pg_catalog.record_image_ne(ROW(%7$s), ROW(%8$s)) RETURNING 1) '
                'SELECT (SELECT pg_catalog.count(*) FROM gone) OPERATOR(pg_catalog.+) '
                '(SELECT pg_catalog.count(*) FROM written)',
            relation, (SELECT string_agg(quote_ident(k), ', ' ORDER BY i)
                       FROM unnest(def.entity_columns) WITH ORDINALITY AS u (k, i)),
            string_agg(quote_ident(c), ', ' ORDER BY i), query,
            mlops_internal.same_entity(def, relation, 'o', 'w', def.entity_columns),
            string_agg(format('EXCLUDED.%I', c), ', ' ORDER BY i),
            string_agg(format('EXCLUDED.%I', c), ', ' ORDER BY i) FILTER (WHERE c <> name || '__written_at'),
            string_agg(format('o.%I', c), ', ' ORDER BY i) FILTER (WHERE c <> name || '__written_at'))
        FROM unnest(def.features || mlops_internal.online_times(name, def)) WITH ORDINALITY AS u (c, i)
    $$;
COMMENT ON FUNCTION mlops_internal.online_replacement(text, text, mlops.feature_view_version, text) IS
    'the statement that makes the table of a version what a query gives, and counts the rows that it touches';

CREATE FUNCTION mlops_internal.check_online_view(role text, name text, def mlops.feature_view_version) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF role = 'label' THEN
            PERFORM mlops_internal.refuse_definition(format('"%s" is a label view', name),
                'Labels lie in the future of what is predicted: only features are materialized.');
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_online_view(text, text, mlops.feature_view_version) IS
    'errors when a version cannot be materialized';

/* From which moment on rows are read. */
CREATE FUNCTION mlops_internal.online_since(def mlops.feature_view_version, known_until timestamptz, "overlap" interval)
    RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN CASE WHEN "overlap" IS NULL AND def.created_at_column IS NULL OR def.valid_to_column IS NOT NULL
            THEN '-infinity'
        ELSE known_until - mlops_internal.microseconds(coalesce("overlap", interval '1 hour'))
            * interval '1 microsecond' END;
COMMENT ON FUNCTION mlops_internal.online_since(mlops.feature_view_version, timestamptz, interval) IS
    'the moment after which rows of a version count that is materialized until then; -infinity: all';

CREATE FUNCTION mlops_internal.materialize(feature_view text, until timestamptz, "overlap" interval, relation text,
    path text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'
    AS $$
    DECLARE
        f record;
        o mlops.feature_online;
        goal timestamptz := coalesce(until, now());
        relation_of text;
        since timestamptz;
        statement text;
        n bigint;
    BEGIN
        SELECT * INTO f FROM mlops_internal.feature_reference(feature_view);
        PERFORM mlops_internal.require_safe_reading(format('feature view "%s"', f.name), f.owner_oid, f.owner_name),
            mlops_internal.check_online_view(f.role, f.name, f.def),
            mlops_internal.check_duration("overlap", 'overlap');
        IF goal > clock_timestamp() THEN
            PERFORM mlops_internal.refuse_definition('until must not be in the future',
                'What becomes known until then would be missed.');
        END IF;
        o := mlops_internal.begin_materialize(f.name, (f.def).version, coalesce(
            mlops_internal.new_relation_name(relation, path), mlops_internal.new_relation_name(
                quote_ident(format('%s_online_%s', f.name, (f.def).version)), path)), mlops_internal.caller());
        IF o.relation <> mlops_internal.new_relation_name(relation, path) THEN
            PERFORM mlops_internal.refuse_definition(format('version %s of feature view "%s" is materialized into %s',
                (f.def).version, f.name, o.relation), 'Leave relation out.');
        ELSIF o.materialized_at IS NULL OR to_regclass(o.relation) IS NULL THEN
            PERFORM mlops_internal.create_online_table(o.relation, f.name, f.def),
                mlops_internal.log_online_table(o.relation, f.name, f.def, quote_ident(f.owner_name)::regrole);
            since := '-infinity';
        ELSE
            since := mlops_internal.online_since(f.def, o.known_until, "overlap");
            -- what has ended does not come back
            goal := CASE WHEN (f.def).valid_to_column IS NULL THEN goal ELSE greatest(goal, o.known_until) END;
        END IF;
        relation_of := mlops_internal.online_relation(o.relation, f.name, f.def, f.owner_oid, f.owner_name);
        statement := mlops_internal.online_winners(f.name, f.def, since, goal);
        statement := CASE WHEN (f.def).valid_to_column IS NULL
            THEN mlops_internal.online_upsert(relation_of, f.name, f.def, statement)
            ELSE mlops_internal.online_replacement(relation_of, f.name, f.def, statement) END;
        PERFORM set_config('timezone', (f.def).time_zone, true), set_config('datestyle', 'ISO, YMD', true),
            set_config('search_path', (f.def).search_path, true);
        IF (f.def).valid_to_column IS NULL THEN
            EXECUTE statement;
            GET DIAGNOSTICS n = ROW_COUNT;
        ELSE
            EXECUTE statement INTO n;
        END IF;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        PERFORM mlops_internal.finish_materialize(o.feature_view_version_id, goal, n, mlops_internal.caller());
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.materialize(text, timestamptz, interval, text, text) IS
    'mlops.materialize, "path" being the search path of who called it';
REVOKE ALL ON FUNCTION mlops_internal.materialize FROM PUBLIC;

CREATE FUNCTION mlops.materialize(feature_view text, until timestamptz DEFAULT now(), "overlap" interval DEFAULT NULL,
    relation text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.materialize(feature_view, until, "overlap", relation,
        pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.materialize IS
    'bring the table of a feature view, a row for each entity, up to what was known then, and return how many rows '
    'were written; made at the first call; read again is what became known within "overlap" before the last';
REVOKE ALL ON FUNCTION mlops.materialize FROM PUBLIC;

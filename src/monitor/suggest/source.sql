/*
 * Where the rows are, and what they look like.
 */
/* What the model was trained on, and what for. */
CREATE FUNCTION mlops_internal.suggest_training(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version;
        params jsonb;
    BEGIN
        -- the version that is live, else the newest that has a run
        SELECT x.* INTO v FROM mlops.version AS x
        WHERE x.model_id = (s.model).model_id AND x.run_id IS NOT NULL AND x.deleted_at IS NULL
        ORDER BY EXISTS (SELECT FROM mlops.deployment AS d WHERE d.version_id = x.version_id AND d.until IS NULL
                         AND d.role = 'champion') DESC, x.version DESC LIMIT 1;
        IF NOT FOUND THEN
            RETURN s;
        END IF;
        params := mlops.run_params(v.run_id);
        s.trained := ARRAY(SELECT DISTINCT c ->> 'name'
            FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
            CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(a.properties -> 'columns') WHEN 'array'
                THEN a.properties -> 'columns' ELSE '[]' END) AS c
            WHERE e.run_id = v.run_id AND e.direction = 'input' ORDER BY 1);
        s.target := coalesce(v.signature ->> 'target', v.signature ->> 'label', params ->> 'target', params ->> 'label',
            params ->> 'target_column', params ->> 'label_column');
        IF jsonb_typeof(v.signature -> 'inputs') = 'array' THEN
            s.trained := ARRAY(SELECT coalesce(i ->> 'name', i #>> '{}') FROM jsonb_array_elements(
                v.signature -> 'inputs') AS i);
        END IF;
        s.trained := nullif(array_remove(s.trained, s.target), '{}');
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_training(mlops_internal.suggestion) IS
    'columns that the live version was trained on, by its signature or the datasets of its run, and its target';

/* A column of a relation with at least as many as that of the columns named. */
CREATE FUNCTION mlops_internal.relations_like(s mlops_internal.suggestion, columns text[]) RETURNS SETOF regclass
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c.oid::regclass
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
          AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace,
              'mlops'::regnamespace, 'mlops_internal'::regnamespace)
          AND has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
          -- others' views are code of others: they are looked at when they are named
          AND (c.relkind IN ('r', 'p', 'm') OR pg_has_role(c.relowner, 'USAGE')
               OR c.relowner = (s.model).owner_oid)
          AND NOT EXISTS (SELECT FROM mlops.version AS v JOIN mlops.edge AS e USING (run_id)
                          JOIN mlops.artifact AS t ON t.artifact_id = e.artifact_id
                          WHERE v.model_id = (s.model).model_id AND e.direction = 'input'
                            AND t.relation = mlops_internal.relation_name(c.oid))
        GROUP BY c.oid
        HAVING count(*) FILTER (WHERE a.attname = ANY (columns::name[])) >= 0.8 * cardinality(columns)
           AND bool_or(mlops_internal.base_type(a.atttypid) IN ('timestamptz'::regtype, 'timestamp'::regtype,
               'date'::regtype))
        ORDER BY mlops_internal.relation_name(c.oid) COLLATE "C"
    $$;
COMMENT ON FUNCTION mlops_internal.relations_like(mlops_internal.suggestion, text[]) IS
    'relations that the caller may read, with a time column and 80 percent of the columns, that no version of the '
    'model was trained on';

CREATE FUNCTION mlops_internal.suggest_relation(s mlops_internal.suggestion, relation regclass)
    RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        pick regclass := relation;
        reason text := 'given';
        like_it text[];
        leaves bigint;
        c record;
    BEGIN
        IF pick IS NULL THEN
            SELECT to_regclass(a.relation) INTO pick
            FROM mlops.version AS v
            JOIN mlops.artifact AS va ON va.artifact_id = v.artifact_id
            JOIN mlops.edge AS i ON i.artifact_id = va.artifact_id AND i.direction = 'input'
            JOIN mlops.run AS r ON r.run_id = i.run_id AND r.kind = 'batch_prediction'
                AND r.owner_oid = (s.model).owner_oid AND r.owner_name = (s.model).owner_name
            JOIN mlops.edge AS o ON o.run_id = r.run_id AND o.direction = 'output'
            JOIN mlops.artifact AS a ON a.artifact_id = o.artifact_id AND a.type = 'predictions'
            WHERE v.model_id = (s.model).model_id AND to_regclass(a.relation) IS NOT NULL
            ORDER BY o.at DESC, a.artifact_id DESC LIMIT 1;
            reason := 'the newest predictions that lineage knows of a version of the model';
        END IF;
        IF pick IS NULL AND s.trained IS NOT NULL THEN
            like_it := ARRAY(SELECT x::text FROM mlops_internal.relations_like(s, s.trained) AS x);
            pick := mlops_internal.only_candidate(s, 'the relation of the predictions', like_it, 'relation')::regclass;
            reason := 'the only relation with a time column and 80 % of the columns that the model was trained on';
        END IF;
        IF pick IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_object_definition',
                MESSAGE = format('nothing says which relation holds the predictions of model "%s"', (s.model).name),
                DETAIL = 'Candidates: none.',
                HINT = 'Name the relation, or record predictions by mlops.record_predictions.';
        END IF;
        SELECT x.relkind, x.relname INTO c FROM pg_class AS x WHERE x.oid = pick;
        IF c.relkind IS NULL OR c.relkind NOT IN ('r', 'p', 'v', 'm', 'f') THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
                MESSAGE = format('%s is not a table or view', pick);
        END IF;
        s.relation := pick;
        s.rows_from := mlops_internal.relation_name(pick);
        IF c.relkind IN ('r', 'm', 'p') AND NOT EXISTS (
            SELECT FROM pg_partition_tree(pick) AS t JOIN pg_class AS p ON p.oid = t.relid WHERE p.relkind = 'f') THEN
            leaves := (SELECT sum(pg_relation_size(t.relid)) FROM pg_partition_tree(pick) AS t);
            leaves := coalesce(leaves, pg_relation_size(pick));
            -- what is read has a limit: a gigabyte
            IF leaves > 1073741824 THEN
                s.rows_from := format('%s TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', s.rows_from,
                    107374182400.0 / leaves);
            END IF;
        END IF;
        RETURN mlops_internal.propose(s, 'relation', mlops_internal.relation_name(pick), reason);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_relation(mlops_internal.suggestion, regclass) IS
    'the relation with the predictions: the argument, what lineage says, or the only one like the training data';

/* The zone of days: that of the model's owner, of the database, of the server. */
CREATE FUNCTION mlops_internal.suggest_zone(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        pick record;
    BEGIN
        SELECT split_part(c, '=', 2) AS zone, CASE WHEN d.setrole = 0 THEN 'the setting of the database'
               ELSE format('the setting of role "%s", who owns the model', (s.model).owner_name) END AS why
        INTO pick
        FROM pg_db_role_setting AS d CROSS JOIN unnest(d.setconfig) AS c
        WHERE lower(split_part(c, '=', 1)) = 'timezone' AND d.setrole IN (0, (s.model).owner_oid)
          AND d.setdatabase IN (0, (SELECT x.oid FROM pg_database AS x WHERE x.datname = current_database()))
        ORDER BY d.setrole = 0, d.setdatabase = 0 LIMIT 1;
        IF NOT FOUND THEN
            SELECT 'UTC' AS zone, 'neither the model''s owner nor the database has a setting TimeZone' AS why
            INTO pick;
        END IF;
        s := mlops_internal.propose(s, 'time_zone', pick.zone, pick.why);
        s.time_zone := mlops_internal.chosen(s, 'time_zone');
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_zone(mlops_internal.suggestion) IS
    'the time zone of the monitor''s days';

/* SQL of a time column as an instant. */
CREATE FUNCTION mlops_internal.source_instant(col text, type oid, zone text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.instant_expression(format('source.%I', col), mlops_internal.base_type(type), zone)
    $$;
COMMENT ON FUNCTION mlops_internal.source_instant(text, oid, text) IS
    'SQL that gives a time column of "source" as timestamptz';

CREATE FUNCTION mlops_internal.refuse_no_rows(s mlops_internal.suggestion) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'invalid_object_definition',
            MESSAGE = format('relation %s has no rows to learn from', s.relation),
            HINT = 'Make the monitor by mlops.create_monitor, or come back when there are some.';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.refuse_no_rows(mlops_internal.suggestion) IS
    'raise 42P17 because the relation has no rows of the past';

/*
 * The time of the event: not NULL, timestamptz before timestamp before date, what an index or the partition
 * key begins with; and not in the future.
 */
CREATE FUNCTION mlops_internal.suggest_time(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    AS $$
    DECLARE
        counted jsonb;
        t record;
        fitting text[];
        reason text;
    BEGIN
        IF NOT s.given ? 'timestamp_column' THEN
            EXECUTE coalesce((
                SELECT format('SELECT pg_catalog.jsonb_build_object(%s) FROM %s AS source', string_agg(format(
                    '%L, pg_catalog.jsonb_build_array(pg_catalog.count(*) FILTER (WHERE source.%I IS NULL)::pg_catalog'
                    '.float8 / nullif(pg_catalog.count(*), 0), pg_catalog.count(*) FILTER (WHERE %s > '
                    'pg_catalog.clock_timestamp())::pg_catalog.float8 / nullif(pg_catalog.count(*), 0))', a.attname,
                    a.attname, mlops_internal.source_instant(a.attname, a.atttypid, s.time_zone)), ', '),
                    s.rows_from)
                FROM pg_attribute AS a
                WHERE a.attrelid = s.relation AND a.attnum > 0 AND NOT a.attisdropped
                  AND mlops_internal.base_type(a.atttypid) IN ('timestamptz'::regtype, 'timestamp'::regtype,
                      'date'::regtype) HAVING count(*) > 0), 'SELECT pg_catalog.jsonb_build_object()') INTO counted;
            WITH candidate AS (
                SELECT k.key AS name, (k.value ->> 0)::float8 AS nulls,
                       (k.value ->> 1)::float8 AS future,
                       array_position('{timestamptz,timestamp,date}'::regtype[],
                           mlops_internal.base_type(a.atttypid)::regtype) AS type_rank,
                       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = s.relation AND i.indkey[0] = a.attnum)
                       OR EXISTS (SELECT FROM pg_partitioned_table AS p
                                  WHERE p.partrelid = s.relation AND p.partattrs[0] = a.attnum) AS indexed
                FROM jsonb_each(counted) AS k
                JOIN pg_attribute AS a ON a.attrelid = s.relation AND a.attname = k.key
            ), ranked AS (
                SELECT c.*, rank() OVER (ORDER BY c.nulls > 0, c.type_rank, c.indexed DESC) AS place
                FROM candidate AS c WHERE coalesce(c.future, 0) < 0.001
            )
            SELECT array_agg(r.name ORDER BY r.name) FILTER (WHERE r.place = 1),
                   bool_or(r.nulls > 0) FILTER (WHERE r.place = 1) AS nulls,
                   bool_or(r.indexed) FILTER (WHERE r.place = 1) AS indexed, count(*) AS n,
                   (SELECT array_agg(c.name ORDER BY c.name) FROM candidate AS c) AS all_names
            INTO t FROM ranked AS r;
            -- when it was stored is not when it happened, where there are both
            fitting := coalesce(nullif(ARRAY(SELECT c FROM unnest(t.array_agg) AS c WHERE c !~*
                '^(created|inserted|ingested|loaded|received|written|logged|updated)'), '{}'), t.array_agg);
            IF (SELECT bool_and(c.value -> 0 = 'null') FROM jsonb_each(counted) AS c) THEN
                PERFORM mlops_internal.refuse_no_rows(s);
            END IF;
            IF cardinality(fitting) > 1 OR fitting IS NULL THEN
                PERFORM mlops_internal.refuse_to_guess('the time of a row', coalesce(fitting, t.all_names, '{}'),
                    'timestamp_column', s.relation);
            END IF;
            reason := concat_ws(', ', CASE WHEN t.n = 1 THEN 'the only time column whose rows lie in the past'
                    ELSE 'first of the time columns by NULLs, type and index' END,
                CASE WHEN t.indexed THEN 'an index or the partition key begins with it' END);
        END IF;
        RETURN mlops_internal.propose(s, 'timestamp_column', fitting[1], reason);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_time(mlops_internal.suggestion) IS
    'the timestamp_column; error 42P17 for none, or two alike';

/* How many rows each hour has, and which hours make the sample. */
CREATE FUNCTION mlops_internal.read_hours(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    AS $$
    DECLARE
        col CONSTANT text := mlops_internal.chosen(s, 'timestamp_column');
        type oid := (SELECT a.atttypid FROM pg_attribute AS a WHERE a.attrelid = s.relation AND a.attname = col
            AND NOT a.attisdropped AND a.attnum > 0);
        share CONSTANT float8 := coalesce(substring(s.rows_from FROM 'SYSTEM \(([0-9.e-]+)\)')::float8 / 100, 1);
        picked timestamptz[];
        total float8;
    BEGIN
        IF type IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                MESSAGE = format('column "%s" does not exist in %s', col, s.relation);
        END IF;
        s.event := mlops_internal.source_instant(col, type, s.time_zone);
        EXECUTE format('SELECT pg_catalog.array_agg(h.hour ORDER BY h.hour), pg_catalog.array_agg(h.n ORDER BY h.hour) '
            'FROM (SELECT pg_catalog.date_trunc(''hour'', %1$s) AS hour, pg_catalog.count(*)::pg_catalog.float8 / '
            '%2$L::pg_catalog.float8 AS n FROM %3$s AS source WHERE %1$s <= %4$L::pg_catalog.timestamptz '
            'AND pg_catalog.isfinite(%1$s) GROUP BY 1) AS h', s.event, share, s.rows_from, s.now)
            INTO s.hours, s.counts;
        s.n := (SELECT sum(x) FROM unnest(s.counts) AS x);
        IF s.hours IS NULL THEN
            PERFORM mlops_internal.refuse_no_rows(s);
        END IF;
        total := s.n * share;
        IF total > 100000 THEN
            -- whole hours, all times of day and year alike, the same each time
            SELECT array_agg(x.hour) INTO picked
            FROM (SELECT h.hour, sum(h.n * share) OVER (ORDER BY hashint8(extract(epoch FROM h.hour)::bigint), h.hour)
                         - h.n * share AS before
                  FROM unnest(s.hours, s.counts) AS h(hour, n)) AS x
            WHERE x.before < 50000;
        END IF;
        s.sample := format('(SELECT * FROM %1$s AS source WHERE %2$s <= %3$L::pg_catalog.timestamptz AND '
            'pg_catalog.isfinite(%2$s)%4$s LIMIT 200000)', s.rows_from, s.event, s.now,
            CASE WHEN picked IS NOT NULL THEN format(' AND pg_catalog.date_trunc(''hour'', %s) = ANY '
                '(%L::pg_catalog.timestamptz[])', s.event, picked) END);
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.read_hours(mlops_internal.suggestion) IS
    'rows of each hour until now, and SQL of a sample';

/* What the columns look like, in ten chunks of the sample. */
CREATE FUNCTION mlops_internal.read_columns(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    AS $$
    DECLARE
        made text;
        listed text;
    BEGIN
        SELECT string_agg(format('%s AS c%s', mlops_internal.profile_expression(a.attname, a.atttypid), a.attnum),
                   ', ' ORDER BY a.attnum),
               string_agg(format('(%L::pg_catalog.name, c%s)', a.attname, a.attnum), ', ' ORDER BY a.attnum)
        INTO made, listed
        FROM pg_attribute AS a
        WHERE a.attrelid = s.relation AND a.attnum > 0 AND NOT a.attisdropped
          AND mlops_internal.column_kind(a.atttypid) IS NOT NULL;
        EXECUTE format($sql$
            WITH chunk AS MATERIALIZED (
                SELECT source."mlops chunk" AS chunk, %1$s
                FROM (SELECT pg_catalog.ntile(10) OVER (ORDER BY %2$s) AS "mlops chunk", source.*
                      FROM %3$s AS source) AS source
                GROUP BY source."mlops chunk"
            ), col AS (
                SELECT v.name, pg_catalog.array_agg(v.p ORDER BY chunk.chunk) AS chunks, mlops.merge(v.p) AS whole
                FROM chunk CROSS JOIN LATERAL (VALUES %4$s) AS v (name, p) GROUP BY v.name
            )
            SELECT pg_catalog.array_agg((col.name, a.attnum, a.atttypid, mlops_internal.column_kind(a.atttypid),
                a.attnotnull, k.class, k.why, mlops.null_rate(col.whole), mlops.null_rate(col.chunks[1]),
                mlops.null_rate(col.chunks[pg_catalog.cardinality(col.chunks)]), mlops.n_distinct(col.whole),
                CASE WHEN mlops_internal.column_kind(a.atttypid) = 'number' THEN mlops.min_value(col.whole) END,
                CASE WHEN mlops_internal.column_kind(a.atttypid) = 'number' THEN mlops.max_value(col.whole) END,
                CASE WHEN mlops.n_distinct(col.whole) <= 100 AND mlops.kind(col.whole) <> 'none' THEN
                    (SELECT pg_catalog.jsonb_object_agg(t.value, t.share) FROM mlops.top_k(col.whole, 100) AS t) END,
                col.name = ANY ($1::pg_catalog.name[]))::mlops_internal.column_fact ORDER BY a.attnum)
            FROM col JOIN pg_catalog.pg_attribute AS a ON a.attrelid = $2 AND a.attname = col.name
                CROSS JOIN LATERAL mlops.column_class(col.chunks) AS k
            $sql$, made, s.event, s.sample, listed)
        INTO s.facts USING s.trained, s.relation;
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.read_columns(mlops_internal.suggestion) IS
    'facts about all columns that can be followed';

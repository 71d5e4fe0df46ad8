/*
 * What checks of quality take from the rows: summaries beside the others, in the same
 * scan.  Some of it is what users wrote, or reads what is theirs, and may fail: then
 * the window is read without that, and the check says why (read_window).
 */
/* Columns of a key as one number; NULL when one of them is. */
CREATE FUNCTION mlops_internal.key_expression(relation regclass, columns name[]) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN cardinality(columns) = 1
                AND mlops_internal.column_type(relation, columns[1]) IN ('int2'::regtype, 'int4'::regtype,
                    'int8'::regtype) THEN format('(t.%I)::bigint', columns[1])
            WHEN cardinality(columns) = 1 THEN format('hashtextextended((t.%I)::text COLLATE "C", 0)', columns[1])
            ELSE format('CASE WHEN num_nulls(%1$s) = 0 THEN hashtextextended(ROW(%1$s)::text COLLATE "C", 0) END',
                        string_agg(format('t.%I', c), ', ' ORDER BY place)) END
        FROM unnest(columns) WITH ORDINALITY AS u(c, place)
    $$;
COMMENT ON FUNCTION mlops_internal.key_expression(regclass, name[]) IS
    'SQL of a bigint that stands for a row''s key: itself, or a hash of 64 bits';

/* What each check needs of the rows: an expression of the row, and an aggregate of it. */
CREATE FUNCTION mlops_internal.quality_rows(def mlops.monitor_version, relation regclass,
    now timestamptz DEFAULT now())
    RETURNS TABLE (rule jsonb, column_name name, kind text, expression text, aggregate text)
    LANGUAGE plpgsql STABLE ROWS 5 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i integer := 0;
        target record;
        times CONSTANT text := CASE WHEN mlops_internal.column_type(relation, def.timestamp_column)
                = 'timestamptz'::regtype THEN format('t.%I', def.timestamp_column)
            ELSE format('((t.%I)::timestamp AT TIME ZONE %L)', def.timestamp_column, def.time_zone) END;
    BEGIN
        FOR rule IN SELECT c FROM jsonb_array_elements(def.checks) AS c LOOP
            i := i + 1;
            column_name := NULLIF(rule ->> 'column', '*')::name;
            kind := rule ->> 'metric';
            expression := NULL;
            aggregate := NULL;
            CASE rule ->> 'metric'
                WHEN 'freshness' THEN
                    expression := times;
                    aggregate := 'mlops.profile(r.q%s)';
                WHEN 'clock' THEN
                    -- rows of the future are in no window yet; as of an earlier time what came since is no future
                    column_name := NULL;
                    aggregate := format('(SELECT mlops.profile(true) FROM %s AS f WHERE f.%I > %s)', relation,
                        def.timestamp_column, format(CASE WHEN mlops_internal.column_type(relation,
                                def.timestamp_column) = 'timestamptz'::regtype THEN '%L::timestamptz'
                            ELSE '%L::timestamptz AT TIME ZONE %L' END,
                            greatest(quality_rows.now, now()) + interval '5 minutes', def.time_zone));
                WHEN 'duplicate_rows' THEN
                    expression := mlops_internal.key_expression(relation, def.row_key);
                    aggregate := 'mlops_internal.repeats(mlops.profile(r.q%1$s, 65536)'
                        || (SELECT string_agg(format(', mlops.profile(r.q%%1$s, 65536) FILTER (WHERE '
                                'hashint8extended(r.q%%1$s, 1) & %s = 0)', 8 ^ e - 1), '' ORDER BY e)
                            FROM generate_series(1, 4) AS e) || ')';
                WHEN 'leak' THEN
                    -- in bins of the baseline the labels say how well they are told apart
                    FOR column_name, aggregate IN
                        SELECT x.column_name, format('mlops.bin_scores(r.c%s, (r.l)::%s, %L)', x.i,
                                   CASE WHEN def.task = 'binary' THEN 'integer' ELSE 'float8' END, x.edges)
                        FROM (SELECT f.column_name, f.i, mlops.drift_edges(b.summary::mlops.profile, 20) AS edges
                              FROM mlops_internal.followed_columns(def) WITH ORDINALITY AS f(column_name, i)
                              JOIN mlops.baseline AS b ON b.monitor_id = def.monitor_id
                                  AND b.version = def.baseline_version AND b.kind = 'profile'
                                  AND b.slice_column IS NULL AND b.column_name = f.column_name
                              WHERE f.column_name = ANY (def.features) AND rule ->> 'column' IN ('*', f.column_name)
                                AND def.kinds ->> f.column_name::text IN ('number', 'boolean', 'text')
                              -- made once, after the conditions
                              OFFSET 0) AS x
                        WHERE x.edges IS NOT NULL LOOP
                        RETURN NEXT;
                    END LOOP;
                    aggregate := NULL;
                WHEN 'type_parse' THEN
                    expression := format('mlops_internal.parses((t.%I)::text, %L)', column_name, rule ->> 'as');
                    aggregate := 'mlops.profile(r.q%s)';
                WHEN 'foreign_key' THEN
                    target := mlops_internal.foreign_column(rule ->> 'references', quote_ident(current_user)::regrole);
                    expression := format('CASE WHEN t.%1$I IS NOT NULL THEN EXISTS (SELECT FROM %2$s AS f '
                        'WHERE f.%3$I = t.%1$I) END', column_name, target.relation, target.column_name);
                    aggregate := 'mlops.profile(r.q%s)';
                WHEN 'custom' THEN
                    kind := 'custom ' || (rule ->> 'name');
                    IF rule ->> 'expression' !~ '\[' THEN
                        aggregate := format('mlops_internal.number_profile((%s)::float8)', rule ->> 'expression');
                    END IF;
                ELSE
            END CASE;
            IF aggregate IS NOT NULL THEN
                IF expression IS NOT NULL THEN
                    aggregate := format(aggregate, i);
                    expression := format('%s AS q%s', expression, i);
                END IF;
                RETURN NEXT;
            END IF;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.quality_rows(mlops.monitor_version, regclass, timestamptz) IS
    'what checks of quality take from the rows of a window: expressions of a row, and aggregates of them that make '
    'summaries';

/*
 * Columns that an expression of aggregates may mean: all whose names it has in it.
 */
CREATE FUNCTION mlops_internal.named_columns(relation regclass, expression text) RETURNS SETOF name
    LANGUAGE sql STABLE ROWS 5 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT a.attname FROM pg_attribute AS a
        WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
          AND strpos(lower(expression), lower(replace(a.attname, '"', '""'))) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.named_columns(regclass, text) IS
    'columns of a relation whose names occur in a text';

CREATE FUNCTION mlops_internal.quality_expressions(def mlops.monitor_version, relation regclass) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ARRAY(SELECT q.expression FROM mlops_internal.quality_rows(def, relation) AS q
                     WHERE q.expression IS NOT NULL)
            || ARRAY(SELECT DISTINCT format('t.%1$I AS %1$I', c)
                     FROM mlops_internal.quality_rows(def, relation) AS q,
                          mlops_internal.named_columns(relation, q.rule ->> 'expression') AS c
                     WHERE q.rule ->> 'metric' = 'custom' ORDER BY 1)
    $$;
COMMENT ON FUNCTION mlops_internal.quality_expressions(mlops.monitor_version, regclass) IS
    'the part of the select list that checks of quality take their summaries of';

/* A definition without the checks that read rows: of some of them, or of all. */
CREATE FUNCTION mlops_internal.without_checks(def mlops.monitor_version, rules jsonb DEFAULT NULL)
    RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        def.checks := (SELECT coalesce(jsonb_agg(c ORDER BY place), '[]')
                       FROM jsonb_array_elements(def.checks) WITH ORDINALITY AS u(c, place)
                       WHERE CASE WHEN rules IS NULL
                           THEN c ->> 'metric' NOT IN ('freshness', 'clock', 'duplicate_rows', 'leak', 'type_parse',
                               'foreign_key', 'custom')
                           ELSE NOT rules @> jsonb_build_array(c) END);
        RETURN def;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.without_checks(mlops.monitor_version, jsonb) IS
    'a definition without checks that take something of their own from the rows, or without those that are listed';

/*
 * Where the schema is watched, a column that went or changed its type is what the
 * check says, and the others are judged without it.
 */
CREATE FUNCTION mlops_internal.present_features(def mlops.monitor_version, relation regclass)
    RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        gone text[];
    BEGIN
        IF def.checks @> '[{"metric": "schema"}]' THEN
            gone := ARRAY(SELECT f::text FROM unnest(def.features) AS f
                          WHERE mlops_internal.followed_kind(mlops_internal.column_type(relation, f))
                                IS DISTINCT FROM def.kinds ->> f::text
                            AND f NOT IN (coalesce(def.label_column, ''), coalesce(def.prediction_column, ''),
                                coalesce(def.score_column, '')));
            def.features := ARRAY(SELECT f FROM unnest(def.features) WITH ORDINALITY AS u(f, place)
                                  WHERE f::text <> ALL (gone) ORDER BY place);
            def.kinds := def.kinds - gone;
            def.checks := (SELECT coalesce(jsonb_agg(c ORDER BY place), '[]')
                           FROM jsonb_array_elements(def.checks) WITH ORDINALITY AS u(c, place)
                           WHERE coalesce(c ->> 'column', '') <> ALL (gone));
        END IF;
        RETURN def;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.present_features(mlops.monitor_version, regclass) IS
    'a definition without the features that the relation does not have any more, or not of the same kind, where a '
    'check of the schema says so';

CREATE FUNCTION mlops_internal.quality_statement(def mlops.monitor_version, relation regclass, window_lo timestamptz,
    window_hi timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('SELECT %s FROM (SELECT %s FROM %s AS t WHERE %s) AS r',
            (SELECT coalesce(string_agg(q.aggregate, ', '), 'true')
             FROM mlops_internal.quality_rows(def, relation) AS q),
            coalesce(nullif(array_to_string(mlops_internal.quality_expressions(def, relation), ', '), ''), 'true'),
            relation, mlops_internal.time_condition(def, relation, window_lo, window_hi))
    $$;
COMMENT ON FUNCTION mlops_internal.quality_statement(mlops.monitor_version, regclass, timestamptz, timestamptz) IS
    'the statement that computes what checks of quality take from the rows, and nothing else';

/*
 * The summaries of windows that follow each other.  failures of a window: [{"rule": ...,
 * "message": ...}] of checks that could not be read in it.
 */
CREATE FUNCTION mlops_internal.read_windows(def mlops.monitor_version, relation regclass, bounds timestamptz[],
    frozen mlops_internal.slice_member[], now timestamptz) RETURNS mlops_internal.window_rows[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rule jsonb;
        here CONSTANT mlops.monitor_version := mlops_internal.present_features(def, relation);
        bare CONSTANT mlops.monitor_version := mlops_internal.without_checks(here);
        one mlops.monitor_version;
        windows mlops_internal.window_rows[];
        single mlops_internal.window_rows;
        failures jsonb := '[]';
    BEGIN
        IF here.checks = bare.checks THEN
            EXECUTE mlops_internal.monitor_statement(here, relation, bounds, false, frozen, now) INTO windows;
            RETURN windows;
        END IF;
        BEGIN
            EXECUTE mlops_internal.monitor_statement(here, relation, bounds, false, frozen, now) INTO windows;
            RETURN windows;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
        -- one of them cannot be read, or all of it: each by itself says which, and in which window
        IF cardinality(bounds) > 2 THEN
            FOR i IN 1 .. cardinality(bounds) - 1 LOOP
                single := (mlops_internal.read_windows(def, relation, bounds[i : i + 1], frozen, now))[1];
                single.number := i;
                windows := windows || single;
            END LOOP;
            RETURN windows;
        END IF;
        FOR rule IN SELECT c FROM jsonb_array_elements(here.checks) AS c
                    WHERE NOT bare.checks @> jsonb_build_array(c) LOOP
            BEGIN
                one := here;
                one.checks := jsonb_build_array(rule);
                EXECUTE mlops_internal.quality_statement(one, relation, bounds[1], bounds[2]);
            EXCEPTION WHEN OTHERS THEN
                failures := failures || jsonb_build_object('rule', rule, 'message', left(SQLERRM, 500));
            END;
        END LOOP;
        EXECUTE mlops_internal.monitor_statement(mlops_internal.without_checks(here,
                (SELECT coalesce(jsonb_agg(f -> 'rule'), '[]') FROM jsonb_array_elements(failures) AS f)),
            relation, bounds, false, frozen, now) INTO windows;
        windows[1].failures := failures;
        RETURN windows;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.read_windows(mlops.monitor_version, regclass, timestamptz[],
        mlops_internal.slice_member[], timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.read_windows(mlops.monitor_version, regclass, timestamptz[],
        mlops_internal.slice_member[], timestamptz) IS
    'summaries of the rows of windows between bounds; what cannot be computed of single checks of quality is left out '
    'and named in failures';

/*
 * Where labels are read: as they were known at a time, from the rows themselves
 * or from another relation by key.
 *
 * Labels are gathered by key before they are joined, so rows never multiply: of
 * several the one of the greatest time counts, then the greatest value.
 */
/* A time without zone is one of the monitor's zone. */
CREATE FUNCTION mlops_internal.instant_expression(expression text, type oid, time_zone text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN type = 'timestamptz'::regtype THEN expression
            ELSE format('((%s)::timestamp AT TIME ZONE %L)', expression, time_zone) END
    $$;
COMMENT ON FUNCTION mlops_internal.instant_expression(text, oid, text) IS
    'SQL of a time as an instant; NULL for NULL';

CREATE FUNCTION mlops_internal.row_instant(def mlops.monitor_version, relation regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.instant_expression(format('t.%I', def.timestamp_column),
            mlops_internal.column_type(relation, def.timestamp_column), def.time_zone)
    $$;
COMMENT ON FUNCTION mlops_internal.row_instant(mlops.monitor_version, regclass) IS 'SQL of the time of a row t';

/* Of the relation, or of that of the labels. */
CREATE FUNCTION mlops_internal.label_instant(def mlops.monitor_version, relation regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.instant_expression(
            format(CASE WHEN def.label_relation IS NULL THEN 't.%I' ELSE 'y.%I' END, def.label_time_column),
            mlops_internal.column_type(coalesce(def.label_relation, relation), def.label_time_column), def.time_zone)
        WHERE def.label_time_column IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.label_instant(mlops.monitor_version, regclass) IS
    'SQL of the time at which the label of a row t, or a label y, became known; NULL when that is not told';

CREATE FUNCTION mlops_internal.key_list(alias text, columns name[]) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT string_agg(format('%s.%I', alias, c), ', ' ORDER BY i) FROM unnest(columns) WITH ORDINALITY AS u(c, i)
    $$;
COMMENT ON FUNCTION mlops_internal.key_list(text, name[]) IS 'columns of a key, as SQL';

/* The relation with the labels, one row for each key of rows that the condition chooses. */
CREATE FUNCTION mlops_internal.gathered_labels(def mlops.monitor_version, relation regclass, condition text,
    now timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        instant CONSTANT text := mlops_internal.label_instant(def, relation);
        type CONSTANT oid := mlops_internal.column_type(def.label_relation, def.label_value);
        latest text := format('y.%I%s DESC', def.label_value,
            CASE WHEN mlops_internal.column_kind(type) = 'text' THEN ' COLLATE "C"' ELSE '' END);
        picked text;
    BEGIN
        latest := concat(instant || ' DESC NULLS LAST, ', latest);
        picked := CASE WHEN def.label_horizon IS NULL
            THEN format('(array_agg(y.%I ORDER BY %s))[1] AS v, min(%s) AS first, max(%s) AS last', def.label_value,
                latest, coalesce(instant, 'NULL::timestamptz'), coalesce(instant, 'NULL::timestamptz'))
            ELSE format('array_agg(y.%I ORDER BY %s) AS v, array_agg(%s ORDER BY %2$s) AS at', def.label_value,
                latest, instant) END;
        RETURN format('SELECT %s, %s, count(*) AS n FROM %s AS y WHERE y.%I IS NOT NULL%s AND (%s) IN (SELECT %s '
            'FROM %s AS t WHERE %s) GROUP BY %s',
            (SELECT string_agg(format('y.%I AS k%s', c, i), ', ' ORDER BY i)
             FROM unnest(def.label_key) WITH ORDINALITY AS u(c, i)),
            picked, def.label_relation, def.label_value,
            CASE WHEN instant IS NULL THEN '' ELSE format(' AND (%1$s IS NULL OR %1$s <= %2$L::timestamptz)', instant,
                now) END,
            mlops_internal.key_list('y', def.label_key), mlops_internal.key_list('t', def.row_key), relation,
            condition, mlops_internal.key_list('y', def.label_key));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.gathered_labels(mlops.monitor_version, regclass, text, timestamptz) IS
    'SQL that gathers labels by key: k1 and so on, v, how many there are, and when they became known';

/*
 * What stands after FROM: rows t with their label as it was known at "now".  Of
 * monitors that wait for labels there are besides whether a label can come at all,
 * when it came and how many there were.  Columns that the owner may not read are left out.
 *
 * An outcome within a horizon is known when the horizon has passed, a positive one at once.
 */
CREATE FUNCTION mlops_internal.labelled_source(def mlops.monitor_version, relation regclass, condition text,
    now timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        instant text;
        row_at text;
        label text := 't.' || quote_ident(def.label_column);
        extras text;
        joined text := '';
    BEGIN
        IF NOT mlops_internal.awaits_labels(def) THEN
            RETURN format('%s AS t', relation);
        END IF;
        instant := mlops_internal.label_instant(def, relation);
        row_at := mlops_internal.row_instant(def, relation);
        IF def.label_relation IS NULL THEN
            label := CASE WHEN instant IS NULL THEN label
                ELSE format('CASE WHEN %s > %L::timestamptz THEN NULL ELSE %s END', instant, now, label) END;
            extras := format('%1$s AS mlops_first, %1$s AS mlops_last, 1::bigint AS mlops_n',
                coalesce(instant, 'NULL::timestamptz'));
        ELSE
            joined := format(' LEFT JOIN (%s) AS y ON %s',
                mlops_internal.gathered_labels(def, relation, condition, now),
                (SELECT string_agg(format('y.k%s = t.%I', i, c), ' AND ' ORDER BY i)
                 FROM unnest(def.row_key) WITH ORDINALITY AS u(c, i)));
            label := 'y.v';
            extras := 'y.first AS mlops_first, y.last AS mlops_last, y.n AS mlops_n';
            IF def.label_horizon IS NOT NULL THEN
                joined := joined || format(' LEFT JOIN LATERAL (SELECT y.v[i] AS v, y.at[i] AS at '
                    'FROM generate_subscripts(y.at, 1) AS i WHERE y.at[i] BETWEEN %1$s AND %1$s + %2$L::interval '
                    'ORDER BY i LIMIT 1) AS z ON true', row_at, def.label_horizon);
                label := CASE WHEN def.task = 'binary' THEN format('CASE WHEN %s OR %L::timestamptz >= %s + '
                        '%L::interval THEN z.v END', CASE WHEN mlops_internal.column_type(def.label_relation,
                            def.label_value) = 'bool'::regtype THEN 'z.v' ELSE 'z.v = 1' END,
                        now, row_at, def.label_horizon)
                    ELSE 'z.v' END;
                extras := 'z.at AS mlops_first, z.at AS mlops_last, y.n AS mlops_n';
            END IF;
        END IF;
        RETURN format(E'(SELECT %s, %s AS %I, %s, t.mlops_labellable\n    FROM (SELECT %s, %s AS mlops_labellable '
            'FROM %s AS t) AS t%s) AS t',
            (SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
               AND has_column_privilege(relation, a.attnum, 'SELECT')
               AND a.attname <> ALL (ARRAY[def.label_column, 'mlops_first', 'mlops_last', 'mlops_n',
                   'mlops_labellable'])),
            label, def.label_column, extras,
            (SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
               AND has_column_privilege(relation, a.attnum, 'SELECT') AND a.attname <> 'mlops_labellable'),
            -- a comment in it ends with the line
            CASE WHEN def.label_filter IS NULL THEN 'true'
                ELSE format(E'coalesce((%s\n), false)', def.label_filter) END,
            relation, joined);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.labelled_source(mlops.monitor_version, regclass, text, timestamptz) IS
    'SQL of the rows t of a relation with their labels as known at "now"; the condition chooses the rows whose labels '
    'are gathered';

/* Labels of the time of a window that belong to no row of it or of the windows that still wait. */
CREATE FUNCTION mlops_internal.orphans_expression(def mlops.monitor_version, relation regclass, lo timestamptz,
    hi timestamptz, now timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('(SELECT count(*) FROM (SELECT DISTINCT %1$s FROM %2$s AS y WHERE %3$s >= %4$L::timestamptz '
                'AND %3$s < %5$L::timestamptz AND %3$s <= %6$L::timestamptz AND y.%7$I IS NOT NULL) AS y '
                'WHERE NOT EXISTS (SELECT FROM %8$s AS t WHERE %9$s >= %10$L::timestamptz AND %9$s < %5$L::timestamptz '
                'AND %11$s))',
            mlops_internal.key_list('y', def.label_key), def.label_relation,
            mlops_internal.label_instant(def, relation), lo, hi, now, def.label_value, relation,
            mlops_internal.row_instant(def, relation), lo - mlops_internal.label_limit(def),
            (SELECT string_agg(format('t.%I = y.%I', r, l), ' AND ')
             FROM unnest(def.row_key, def.label_key) AS k(r, l)))
    $$;
COMMENT ON FUNCTION mlops_internal.orphans_expression(mlops.monitor_version, regclass, timestamptz, timestamptz,
        timestamptz) IS
    'SQL that counts keys of labels of a time for which there is no row';

/* One scan over few columns, besides that of the summaries, of windows that wait for labels. */
CREATE FUNCTION mlops_internal.label_statement(def mlops.monitor_version, relation regclass, condition text,
    lo timestamptz, hi timestamptz, now timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        known CONSTANT text := format('t.mlops_labellable AND t.%I IS NOT NULL', def.label_column);
        scored CONSTANT name := coalesce(def.score_column, def.prediction_column);
        n_ages CONSTANT integer := (SELECT count(*) FROM unnest(mlops_internal.label_ages(def)) AS a
                                    WHERE hi + a <= now);
        ages CONSTANT interval[] := (mlops_internal.label_ages(def))[1:n_ages];
        by_age text := (SELECT string_agg(format('count(*) FILTER (WHERE %s AND coalesce(t.mlops_first <= '
            '%L::timestamptz, true))', known, hi + a), ', ' ORDER BY a) FROM unnest(ages) AS a);
    BEGIN
        -- without times of arrival only the present is known
        IF def.label_time_column IS NULL THEN
            by_age := format('count(*) FILTER (WHERE %s)', known);
        END IF;
        RETURN format($q$
SELECT count(*) FILTER (WHERE t.mlops_labellable), count(*) FILTER (WHERE %1$s), ARRAY[%2$s]::bigint[], %3$s,
       %4$s, %5$s, %6$s, max(t.mlops_last) FILTER (WHERE t.%7$I IS NOT NULL)
FROM %8$s
WHERE %9$s$q$, known, by_age,
            CASE WHEN scored IS NULL OR mlops_internal.column_kind(mlops_internal.column_type(relation, scored)) IS NULL
                THEN 'NULL::float8'
                ELSE format('(mlops.drift_size(mlops.profile(t.%1$I) FILTER (WHERE t.mlops_labellable AND t.%2$I '
                    'IS NULL), mlops.profile(t.%1$I) FILTER (WHERE %3$s))).size', scored, def.label_column, known) END,
            CASE WHEN def.label_time_column IS NULL THEN 'NULL::bigint'
                ELSE format('count(*) FILTER (WHERE t.%I IS NOT NULL AND t.mlops_first < %s)', def.label_column,
                    mlops_internal.row_instant(def, relation)) END,
            CASE WHEN def.label_relation IS NULL THEN 'NULL::bigint'
                ELSE 'count(*) FILTER (WHERE t.mlops_n > 1)' END,
            CASE WHEN def.label_relation IS NOT NULL AND def.label_time_column IS NOT NULL
                AND EXISTS (SELECT FROM mlops_internal.expanded_rules(def) AS r WHERE r.source = 'n_label_orphans')
                THEN mlops_internal.orphans_expression(def, relation, lo, hi, now) ELSE 'NULL::bigint' END,
            def.label_column, mlops_internal.labelled_source(def, relation, condition, now), condition);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_statement(mlops.monitor_version, regclass, text, timestamptz, timestamptz,
        timestamptz) IS
    'the statement that counts the labels of a window as known at "now": mlops_internal.label_counts';

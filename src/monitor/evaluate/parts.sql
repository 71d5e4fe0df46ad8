/*
 * Parts of the statement that reads a window (evaluate.sql): what only some
 * definitions want.
 */
/* Those of groups, lists, probabilities and rows of numbers, where a summary wants them. */
CREATE FUNCTION mlops_internal.role_expressions(def mlops.monitor_version, relation regclass) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (WITH number AS (
            SELECT string_agg(mlops_internal.float8_expression(format('t.%I', f),
                       mlops_internal.column_type(relation, f)), ', ' ORDER BY place) AS all_of_them
            FROM unnest(mlops_internal.number_features(def)) WITH ORDINALITY AS u(f, place)
        ), class AS (
            SELECT string_agg(mlops_internal.float8_expression(format('t.%I', p.value),
                       mlops_internal.column_type(relation, p.value::name)), ', ' ORDER BY p.key COLLATE "C") AS probs,
                   string_agg(format('(t.%I) IS NULL', p.value), ' OR ') AS missing,
                   array_agg(p.key ORDER BY p.key COLLATE "C") AS classes
            FROM jsonb_each_text(def.probability_columns) AS p
        )
        SELECT array_remove(ARRAY[
            CASE WHEN def.group_column IS NOT NULL
                THEN format('mlops_internal.short_text((t.%I)::text) AS grp', def.group_column) END,
            CASE WHEN def.group_column IS NULL THEN NULL
                 WHEN def.prediction_column IS NOT NULL THEN format('%s AS decided', mlops_internal.class_expression(
                    format('t.%I', def.prediction_column), mlops_internal.column_type(relation,
                        def.prediction_column)))
                 WHEN def.score_column IS NOT NULL THEN format('%s >= %L::float8 AS decided',
                    mlops_internal.float8_expression(format('t.%I', def.score_column),
                        mlops_internal.column_type(relation, def.score_column)), def.threshold) END,
            CASE WHEN def.query_column IS NOT NULL THEN format('(t.%I)::text AS q', def.query_column) END,
            CASE WHEN class.probs IS NOT NULL THEN format('ARRAY[%s]::float8[] AS probs', class.probs) END,
            CASE WHEN class.probs IS NOT NULL AND def.label_column IS NOT NULL
                THEN format('coalesce((t.%I)::text = ANY (%L::text[]) AND NOT (%s), false) AS known', def.label_column,
                    class.classes, class.missing) END,
            CASE WHEN number.all_of_them IS NOT NULL AND 'comoments' = ANY (mlops_internal.stored_kinds(def))
                THEN format('ARRAY[%s]::float8[] AS numbers', number.all_of_them) END], NULL)
        FROM number, class);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.role_expressions(mlops.monitor_version, regclass) IS
    'the part of the select list with groups, queries, probabilities and rows of numbers';

/* An aggregate of summary_kinds() over the inner query. */
CREATE FUNCTION mlops_internal.summary_call(aggregate text, col text, def mlops.monitor_version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT replace(replace(aggregate, '%s', coalesce(col, '')), '%classes', format('%L::text[]',
            (SELECT array_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(def.probability_columns) AS k)))
    $$;
COMMENT ON FUNCTION mlops_internal.summary_call(text, text, mlops.monitor_version) IS
    'SQL of the aggregate that makes a summary: of a column, or of the model';

/*
 * Ranked lists: rows are gathered by query, and the metric of each list is
 * averaged.  A list of one slice is what of the list lies in it; member -1 is the
 * whole.
 */
CREATE FUNCTION mlops_internal.list_parts(def mlops.monitor_version, k text, source text, has_slices boolean,
    OUT name text, OUT ctes text, OUT rows text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'lists', format($q$, list AS (
  SELECT %1$s AS k, r.member, %2$s
  FROM (SELECT r.*, %3$s AS member FROM %4$s AS r) AS r
  WHERE r.q IS NOT NULL AND r.l >= 0 AND r.p IS NOT NULL
  GROUP BY 1, 2, r.q
), lists AS (
  SELECT l.k, l.member, %5$s FROM list AS l GROUP BY 1, 2
)$q$, k,
            string_agg(format('mlops.%I(mlops.ranked_list(r.l, r.p)%s) AS m%s', w.function, w.arguments, w.i), ', '
                ORDER BY w.i),
            CASE WHEN has_slices
                THEN 'unnest(array_prepend(-1, mlops_internal.members_each(r.slice_members)))' ELSE '-1' END, source,
            string_agg(format('mlops.loss_means(l.m%1$s) AS k%1$s', w.i), ', ' ORDER BY w.i)),
            string_agg(format(', (NULL, %L, l.k%s::mlops.summary)', w.stored_kind, w.i), '' ORDER BY w.i)
        FROM (SELECT DISTINCT ON (x.stored_kind) x.stored_kind, x.function, x.arguments,
                     dense_rank() OVER (ORDER BY x.stored_kind) AS i
              FROM mlops_internal.wanted_metrics(def) AS x WHERE x.kind = 'lists') AS w
        HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.list_parts(mlops.monitor_version, text, text, boolean) IS
    'the parts of the statement that make summaries of ranked lists, k1 and so on in the order of their kinds; NULL '
    'when none is wanted';

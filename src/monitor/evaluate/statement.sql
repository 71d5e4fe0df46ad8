/*
 * The statement that reads a window, or several in one pass.
 *
 * Two plain aggregations, each over all rows and in parallel: one of the whole,
 * whose profiles know the slices of each row, and one of what belongs to the
 * model, by all the slices that a row belongs to, merged for each of them.  Where
 * slices may combine to more groups than is worth it, each row is taken once for
 * each of its slices instead.  Nothing here but aggregates that combine, GROUP BY
 * and subqueries, which a cluster of Citus takes, too.
 */
/* The rows r of all windows between the first and the last bound, in SQL. */
CREATE FUNCTION mlops_internal.row_source(def mlops.monitor_version, relation regclass, bounds timestamptz[],
    frozen mlops_internal.slice_member[], now timestamptz, with_members boolean) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        lo timestamptz := bounds[1];
        hi timestamptz := bounds[cardinality(bounds)];
        condition CONSTANT text := mlops_internal.time_condition(def, relation, lo, hi);
        expressions text[] := ARRAY[mlops_internal.row_expressions(def, relation)];
        source text;
    BEGIN
        IF cardinality(bounds) > 2 THEN
            expressions := expressions || format('pg_catalog.width_bucket(%s, %L::timestamptz[]) AS window_number',
                mlops_internal.row_instant(def, relation), bounds[1 : cardinality(bounds) - 1]);
        END IF;
        IF with_members THEN
            expressions := expressions || mlops_internal.part_expressions(def);
        END IF;
        source := format(E'(\n    SELECT %s\n    FROM %s\n    WHERE %s)', array_to_string(expressions, E',\n       '),
            mlops_internal.labelled_source(def, relation, condition, now), condition);
        IF with_members THEN
            source := format(E'(\n    SELECT x.*, %s AS slice_members\n    FROM %s AS x)',
                mlops_internal.members_call(def, frozen), source);
        END IF;
        RETURN source;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.row_source(mlops.monitor_version, regclass, timestamptz[],
        mlops_internal.slice_member[], timestamptz, boolean) IS
    'subquery of the rows of one window or several, in the form that the summaries take, with labels as known at "now"'
    '; window_number when there are several, slice_members: the slices of the row';

/*
 * How columns are profiled: numbers of one type eight at a time, which share the
 * cost of a call, and whatever is profiled by slice, too, together with its slices.
 * set_type is NULL for a column that stands alone.
 */
CREATE FUNCTION mlops_internal.column_sets(def mlops.monitor_version, relation regclass)
    RETURNS TABLE (column_name name, i bigint, coarse boolean, set_type text, set_number bigint, place bigint,
        expression text)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH sliced AS MATERIALIZED (SELECT * FROM mlops_internal.sliced_columns(def)),
        typed AS (
            SELECT f.column_name, f.i, EXISTS (SELECT FROM sliced AS s WHERE s.column_name = f.column_name
                       AND s.kind = 'coarse_profile') AS coarse,
                   CASE WHEN def.kinds ->> f.column_name::text <> 'number' THEN NULL
                        WHEN t.type IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN 'bigint'
                        WHEN t.type IN ('float4'::regtype, 'float8'::regtype) THEN 'float8' END AS set_type
            FROM mlops_internal.followed_columns(def) WITH ORDINALITY AS f(column_name, i),
                 LATERAL (SELECT mlops_internal.column_type(def, relation, f.column_name) AS type) AS t
        ), numbered AS (
            SELECT x.*, row_number() OVER (PARTITION BY x.set_type, x.coarse ORDER BY x.i) - 1 AS n FROM typed AS x
        ), sized AS (
            SELECT x.*, count(*) OVER (PARTITION BY x.set_type, x.coarse, x.n / 8) AS size FROM numbered AS x
        )
        SELECT x.column_name, x.i, x.coarse, c.set_type, CASE WHEN c.set_type IS NOT NULL THEN x.n / 8 ELSE x.i END,
               CASE WHEN c.set_type IS NOT NULL THEN x.n % 8 + 1 ELSE 1 END, format('r.c%s%s', x.i, '::' || x.set_type)
        FROM sized AS x, LATERAL (SELECT CASE WHEN x.size > 1 THEN x.set_type END) AS c(set_type);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.column_sets(mlops.monitor_version, regclass) IS
    'followed columns with the set of columns that each is profiled in, and whether coarsely in slices, too';

/* All summaries of a definition: the aggregate, what of its answer is the summary, and what is called by slice. */
CREATE FUNCTION mlops_internal.summary_calls(def mlops.monitor_version, relation regclass, of_reference boolean,
    now timestamptz)
    RETURNS TABLE (p bigint, call text, column_name name, kind text, summary text, coarse text, slice_call text)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        WITH stored AS (SELECT mlops_internal.stored_kinds(def) AS kinds, jsonb_array_length(def.slices) > 0 AS sliced),
        sliced AS MATERIALIZED (SELECT * FROM mlops_internal.sliced_columns(def)),
        set AS MATERIALIZED (SELECT * FROM mlops_internal.column_sets(def, relation)),
        set_call AS (
            SELECT x.set_type, x.set_number, x.coarse, format('mlops_internal.profile_set(%s%s, %s)',
                       string_agg(x.expression, ', ' ORDER BY x.place),
                       CASE WHEN x.set_type IS NOT NULL
                           THEN repeat(format(', NULL::%s', x.set_type), 8 - count(*)::integer) END,
                       CASE WHEN x.coarse THEN 'r.slice_members' ELSE 'NULL::bytea' END) AS call
            FROM set AS x GROUP BY 1, 2, 3
        ), aggregate AS (
            SELECT NULL::name AS column_name, k.kind, mlops_internal.summary_call(k.aggregate, NULL, def) AS call,
                   NULL::bigint AS place, false AS coarse, stored.sliced AS in_slices, NULL::text AS plain_call
            FROM stored, mlops_internal.summary_kinds() AS k
            WHERE k.kind = ANY (stored.kinds) AND k.column_kinds IS NULL AND k.aggregate IS NOT NULL
            UNION ALL
            SELECT NULL, 'isotonic', 'mlops.calibrate(r.p, r.l)', NULL, false, false, NULL
            FROM stored WHERE of_reference AND 'isotonic' = ANY (stored.kinds)
            UNION ALL
            SELECT x.column_name, k.kind, CASE WHEN y.in_set THEN c.call ELSE y.plain_call END,
                   CASE WHEN y.in_set THEN x.place END, x.coarse AND y.in_set, EXISTS (
                       SELECT FROM sliced AS s WHERE s.column_name = x.column_name AND s.kind = k.kind), y.plain_call
            FROM stored, set AS x
            JOIN set_call AS c ON c.set_type IS NOT DISTINCT FROM x.set_type AND c.set_number = x.set_number
                AND c.coarse = x.coarse
            JOIN mlops_internal.summary_kinds() AS k ON def.kinds ->> x.column_name::text = ANY (k.column_kinds),
                 LATERAL (SELECT k.kind = 'profile' AND (x.coarse OR x.set_type IS NOT NULL) AS in_set,
                                 mlops_internal.summary_call(k.aggregate, format('r.c%s', x.i), def) AS plain_call) AS y
            WHERE k.kind = ANY (stored.kinds) AND k.aggregate IS NOT NULL
            UNION ALL
            SELECT q.column_name, q.kind, q.aggregate, NULL, false, false, NULL
            FROM mlops_internal.quality_rows(def, relation, summary_calls.now) AS q
        )
        SELECT n.p, n.call, n.column_name, n.kind, CASE WHEN n.place IS NULL THEN format('g.p%s', n.p)
                   ELSE format('mlops_internal.whole_profile(g.p%s, %s)', n.p, n.place) END,
               CASE WHEN n.coarse THEN format('mlops_internal.member_profiles(g.p%s, %s)', n.p, n.place) END,
               CASE WHEN n.in_slices THEN coalesce(n.plain_call, n.call) END
        FROM (SELECT a.*, dense_rank() OVER (ORDER BY a.call) AS p FROM aggregate AS a) AS n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.summary_calls(mlops.monitor_version, regclass, boolean, timestamptz) IS
    'summaries of the whole window in SQL: aggregate number p, what of it is the summary; coarse: what are those '
    'of slices; slice_call: the aggregate that makes one of each slice';

/* How rows are grouped for slices: by all members at once, or each by itself. */
CREATE FUNCTION mlops_internal.fine_key(def mlops.monitor_version, frozen mlops_internal.slice_member[]) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT CASE WHEN (SELECT sum(ln(m.n)) FROM (
                       SELECT count(*) AS n FROM mlops_internal.numbered_members(def, frozen) AS x
                       GROUP BY x.slice) AS m) > ln(10000)
                   -- whole profiles are too large for so many groups
                   OR EXISTS (SELECT FROM mlops_internal.sliced_columns(def) AS s WHERE s.kind <> 'coarse_profile')
               THEN 'member' ELSE 'slice_members' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.fine_key(mlops.monitor_version, mlops_internal.slice_member[]) IS
    'what rows are grouped by for slices: slice_members, all slices of a row together, or member, one, when they may '
    'combine to more than 10,000 groups';

CREATE FUNCTION mlops_internal.monitor_statement(def mlops.monitor_version, relation regclass, bounds timestamptz[],
    of_reference boolean, frozen mlops_internal.slice_member[], now timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        has_slices CONSTANT boolean := jsonb_array_length(def.slices) > 0;
        k CONSTANT text := CASE WHEN cardinality(bounds) > 2 THEN 'r.window_number' ELSE '1' END;
        counts CONSTANT text := 'count(*) AS n, ' || CASE WHEN def.label_column IS NOT NULL
            THEN 'count(*) FILTER (WHERE r.labelled) AS n_labelled, count(*) FILTER (WHERE r.invalid) AS n_invalid'
            ELSE 'NULL::bigint AS n_labelled, NULL::bigint AS n_invalid' END;
        row_form CONSTANT text := 'v.column_name, v.kind, CASE WHEN v.kind = ''rows'' THEN g.n END AS n, '
            'CASE WHEN v.kind = ''rows'' THEN g.n_labelled END AS n_labelled, '
            'CASE WHEN v.kind = ''rows'' THEN g.n_invalid END AS n_invalid, v.summary';
        sliced_source text := mlops_internal.row_source(def, relation, bounds, frozen, now, has_slices);
        fine text := mlops_internal.fine_key(def, frozen);
        lists record;
        c record;
        o record;
        whole text;
        slice text;
    BEGIN
        WITH x AS (SELECT * FROM mlops_internal.summary_calls(def, relation, of_reference, monitor_statement.now)),
        s AS (SELECT x.*, row_number() OVER () AS q FROM x WHERE x.slice_call IS NOT NULL)
        SELECT (SELECT string_agg(format(', %s AS p%s', y.call, y.p), '' ORDER BY y.p)
                FROM (SELECT DISTINCT x.call, x.p FROM x) AS y) AS calls,
               (SELECT string_agg(format(', (%L::name, %L, %s::mlops.summary)', x.column_name, x.kind, x.summary), '')
                FROM x) AS rows,
               (SELECT string_agg(format('SELECT %L::name AS column_name, p.* FROM %s AS p', x.column_name, x.coarse),
                    ' UNION ALL ') FROM x WHERE x.coarse IS NOT NULL) AS coarse_rows,
               (SELECT string_agg(format(', %s AS q%s', s.slice_call, s.q), '') FROM s) AS slice_calls,
               (SELECT string_agg(format(', mlops.merge(g.q%1$s) AS q%1$s', s.q), '') FROM s) AS slice_merges,
               (SELECT string_agg(format(', (%L::name, %L, g.q%s::mlops.summary)', s.column_name, s.kind, s.q), '')
                FROM s) AS slice_rows,
               (SELECT count(*) FROM s WHERE s.column_name IS NOT NULL) AS n_columns
        INTO c;
        -- what is together in the slice (other), to see what becomes frequent
        SELECT string_agg(format(', mlops.profile(%s) FILTER (WHERE %s) AS o%s', v.value, CASE
                   WHEN fine = 'slice_members' THEN format('mlops_internal.is_member(r.slice_members, %s)', m.member)
                   ELSE format('r.member = %s', m.member) END, m.member), '' ORDER BY m.member) AS calls,
               string_agg(format(E'\nUNION ALL SELECT g.k, %L, %L, NULL, ''values'', NULL, NULL, NULL, '
                   'mlops.merge(g.o%s)::mlops.summary FROM fine AS g GROUP BY g.k', m.slice, m.value, m.member), ''
                   ORDER BY m.member) AS rows
        INTO o FROM mlops_internal.numbered_members(def, frozen) AS m
        JOIN mlops_internal.slice_values(def, 'r') AS v USING (slice) WHERE m.is_other;
        SELECT * INTO lists FROM mlops_internal.list_parts(def, k, sliced_source, has_slices);
        whole := format('whole AS (SELECT %s AS k, %s%s FROM %s AS r%s)', k, counts, c.calls,
            CASE WHEN c.coarse_rows IS NULL THEN mlops_internal.row_source(def, relation, bounds, frozen, now, false)
                ELSE sliced_source END, CASE WHEN k = 'r.window_number' THEN ' GROUP BY 1' END);
        slice := format('SELECT g.k, NULL::text AS slice, NULL::text AS value, %s FROM whole AS g%s, '
            'LATERAL (VALUES (NULL::name, ''rows'', NULL::mlops.summary)%s%s) AS v(column_name, kind, summary)',
            row_form, ' LEFT JOIN ' || lists.name || ' AS l ON l.k = g.k AND l.member = -1', c.rows, lists.rows);
        IF has_slices THEN
            whole := concat(whole, format(', fine AS (SELECT %s AS k, r.%s, %s%s%s FROM %s AS r GROUP BY 1, 2)', k,
                fine, counts, c.slice_calls, o.calls, CASE WHEN fine = 'slice_members' THEN sliced_source
                    ELSE format('(SELECT r.*, unnest(mlops_internal.members_each(r.slice_members)) AS member '
                        'FROM %s AS r)', sliced_source) END),
                format(', slice AS (SELECT g.k, e.member, sum(g.n)::bigint AS n, sum(g.n_labelled)::bigint AS '
                'n_labelled, sum(g.n_invalid)::bigint AS n_invalid%s FROM fine AS g, LATERAL (SELECT %s) AS e(member) '
                'GROUP BY 1, 2)', c.slice_merges, CASE WHEN fine = 'slice_members'
                    THEN 'unnest(mlops_internal.members_each(g.slice_members))' ELSE 'g.member' END),
                (SELECT format(', member AS (SELECT m.place - 1 AS member, m.slice, m.value '
                        'FROM unnest(%L::text[], %L::text[]) WITH ORDINALITY AS m(slice, value, place))',
                        array_agg(m.slice ORDER BY m.member), array_agg(m.value ORDER BY m.member))
                 FROM mlops_internal.numbered_members(def, frozen) AS m));
            slice := concat(slice, format(E'\nUNION ALL SELECT g.k, m.slice, m.value, %s FROM slice AS g '
                'JOIN member AS m USING (member)%s, LATERAL (VALUES (NULL::name, ''rows'', NULL::mlops.summary)%s%s) '
                'AS v(column_name, kind, summary) WHERE v.column_name IS NULL OR v.column_name::text <> m.slice',
                row_form, ' LEFT JOIN ' || lists.name || ' AS l ON l.k = g.k AND l.member = g.member', c.slice_rows,
                lists.rows), o.rows,
                E'\nUNION ALL SELECT g.k, m.slice, m.value, v.column_name, ''coarse_profile'', NULL, NULL, NULL, '
                'v.profile::mlops.summary FROM whole AS g, LATERAL (' || c.coarse_rows || ') AS v '
                'JOIN member AS m USING (member) JOIN slice AS s USING (member) '
                'WHERE s.k = g.k AND v.column_name::text <> m.slice');
        END IF;
        RETURN format($q$WITH %s%s
SELECT array_agg(ROW(w.k, w.summaries, NULL)::mlops_internal.window_rows ORDER BY w.k)
FROM (SELECT z.k, array_agg(ROW(z.slice, z.value, z.column_name, z.kind, z.n, z.n_labelled, z.n_invalid,
                                z.summary)::mlops_internal.summary_row) AS summaries
      FROM (%s) AS z WHERE z.kind = 'rows' OR z.summary IS NOT NULL GROUP BY z.k) AS w$q$, whole, lists.ctes, slice);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.monitor_statement(mlops.monitor_version, regclass, timestamptz[], boolean,
        mlops_internal.slice_member[], timestamptz) IS
    'the statement that summarises the rows of a relation in the windows between bounds, NULL = no bound, labels as '
    'known at "now"; of a reference the calibration of the scores, too, where an estimate wants it';

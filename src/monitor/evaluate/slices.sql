/*
 * Slices of a window.
 *
 * The values that make slices are frozen when the first rows are read: the most
 * frequent of the reference, or without one of the first window that has rows.
 * Whatever else comes is the slice "(other)", and NULL its own.  So slices do not
 * come and go with the order of their counts, and a window is compared with the
 * same slice of the reference.
 */
/* What the slices of a definition are made of: parts, the same one in several slices being one. */
CREATE FUNCTION mlops_internal.slice_parts(def mlops.monitor_version)
    RETURNS TABLE (slice text, place bigint, part_place bigint, part bigint, expression text, is_version boolean)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT s.slice ->> 'name', s.place, p.place, dense_rank() OVER (ORDER BY p.expression COLLATE "C"),
               p.expression, coalesce((s.slice -> 'version')::boolean, false)
        FROM jsonb_array_elements(def.slices) WITH ORDINALITY AS s(slice, place),
             LATERAL (SELECT format('(t.%I)', c.name), c.place
                      FROM jsonb_array_elements_text(s.slice -> 'columns') WITH ORDINALITY AS c(name, place)
                      UNION ALL
                      -- the line ends a comment that the expression may end with
                      SELECT format(E'(%s\n)', s.slice ->> 'expression'), 1 WHERE s.slice ? 'expression')
                 AS p(expression, place);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.slice_parts(mlops.monitor_version) IS
    'of each slice its parts: their numbers, the same part having one, and what they are in SQL over a row t';

/* The select list of parts, as text. */
CREATE FUNCTION mlops_internal.part_expressions(def mlops.monitor_version) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT coalesce(array_agg(format('mlops_internal.short_text(%s::text) COLLATE "C" AS slice_part_%s',
            p.expression, p.part) ORDER BY p.part), '{}')
        FROM (SELECT DISTINCT x.part, x.expression FROM mlops_internal.slice_parts(def) AS x) AS p);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.part_expressions(mlops.monitor_version) IS
    'the parts of the slices as columns slice_part_1 and so on of a select list over a row t';

/* The value of a slice as SQL over its parts: that of one, a JSON array of several. */
CREATE FUNCTION mlops_internal.slice_values(def mlops.monitor_version, alias text)
    RETURNS TABLE (slice text, place bigint, n_parts bigint, value text, is_version boolean)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT p.slice, p.place, count(*), CASE WHEN count(*) = 1 THEN format('%s.slice_part_%s', alias, min(p.part))
            ELSE format('pg_catalog.jsonb_build_array(%s)::text',
                string_agg(format('%s.slice_part_%s', alias, p.part), ', ' ORDER BY p.part_place)) END,
               bool_or(p.is_version)
        FROM mlops_internal.slice_parts(def) AS p GROUP BY p.slice, p.place;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.slice_values(mlops.monitor_version, text) IS
    'of each slice the expression of its value over a row with parts';

/*
 * The statement that finds the values to be frozen: of one column or expression
 * the 100 most frequent, of several columns those with one row in a hundred.
 */
CREATE FUNCTION mlops_internal.freeze_statement(def mlops.monitor_version, relation regclass, lo timestamptz,
    hi timestamptz, frozen text[]) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'SELECT coalesce(array_agg(ROW(x.slice, x.value, x.n)::mlops_internal.slice_member), ''{}'') FROM ('
            || string_agg(format($q$
SELECT %1$L::text AS slice, y.value, y.n
FROM (SELECT v.value, v.n, sum(v.n) OVER () AS total,
             row_number() OVER (PARTITION BY v.value IS NULL ORDER BY v.n DESC, v.value COLLATE "C") AS place
      FROM (SELECT %2$s AS value, count(*) AS n FROM (SELECT %3$s FROM %4$s AS t WHERE %5$s) AS r GROUP BY 1) AS v
      WHERE v.value IS DISTINCT FROM '(other)') AS y
WHERE y.place <= %7$s AND (%6$s OR y.n >= 0.01 * y.total)$q$,
                v.slice, v.value, array_to_string(mlops_internal.part_expressions(def), ', '), relation,
                mlops_internal.time_condition(def, relation, lo, hi), (v.n_parts = 1)::text,
                CASE WHEN v.is_version THEN 10000 ELSE 100 END),
                E'\nUNION ALL' ORDER BY v.place)
            || ') AS x'
        FROM mlops_internal.slice_values(def, 'r') AS v WHERE v.slice <> ALL (frozen)
    $$;
COMMENT ON FUNCTION mlops_internal.freeze_statement(mlops.monitor_version, regclass, timestamptz, timestamptz,
        text[]) IS
    'SQL that finds the values of slices in the rows of a relation, but for slices whose values are frozen already; '
    'NULL when there are no others';

/*
 * Members by number, in the order in which mlops_internal.slice_members() counts
 * them: of each slice the frozen values in order, NULL if it is of one part, then
 * all others.
 */
CREATE FUNCTION mlops_internal.numbered_members(def mlops.monitor_version, frozen mlops_internal.slice_member[])
    RETURNS TABLE (member bigint, slice text, value text, parts text[], is_other boolean, place bigint)
    LANGUAGE plpgsql IMMUTABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT row_number() OVER (ORDER BY v.place, m.is_other, m.value COLLATE "C") - 1, v.slice, m.value,
               CASE WHEN v.n_parts = 1 THEN ARRAY[m.value]
                    WHEN NOT m.is_other THEN ARRAY(SELECT e.part
                        FROM jsonb_array_elements_text(m.value::jsonb) WITH ORDINALITY AS e(part, at)
                        ORDER BY e.at) END, m.is_other, v.place
        FROM mlops_internal.slice_values(def, 'r') AS v,
             LATERAL (SELECT f.value, false AS is_other FROM unnest(frozen) AS f
                      WHERE f.slice = v.slice AND (f.value IS NOT NULL OR v.n_parts = 1)
                      UNION ALL
                      SELECT '(other)', true) AS m;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.numbered_members(mlops.monitor_version, mlops_internal.slice_member[]) IS
    'all slices of a definition with their numbers, those of rows with other values last of each';

/* What mlops_internal.slice_members() is called with, in SQL over a row x with parts. */
CREATE FUNCTION mlops_internal.members_call(def mlops.monitor_version, frozen mlops_internal.slice_member[])
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (WITH member AS (
            SELECT m.* FROM mlops_internal.numbered_members(def, frozen) AS m WHERE NOT m.is_other
        ), layout AS (
            SELECT p.place, array_agg(p.part - 1 ORDER BY p.part_place) AS parts,
                   (SELECT count(*) FROM member AS m WHERE m.place = p.place) AS n
            FROM mlops_internal.slice_parts(def) AS p GROUP BY p.place
        )
        SELECT format('mlops_internal.slice_members(%L::integer[], %L::text[], %s)',
            (SELECT array_agg(e.number ORDER BY l.place, e.at)
             FROM layout AS l, unnest(cardinality(l.parts)::bigint || l.parts || l.n) WITH ORDINALITY AS e(number, at)),
            (SELECT coalesce(array_agg(e.part ORDER BY m.member, e.at), '{}')
             FROM member AS m, unnest(m.parts) WITH ORDINALITY AS e(part, at)),
            (SELECT string_agg(format('x.slice_part_%s', p.part), ', ' ORDER BY p.part)
             FROM (SELECT DISTINCT y.part FROM mlops_internal.slice_parts(def) AS y) AS p)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.members_call(mlops.monitor_version, mlops_internal.slice_member[]) IS
    'SQL that says which slices a row x with parts belongs to';

/* The values that are frozen. */
CREATE FUNCTION mlops_internal.slice_members_of(def mlops.monitor_version) RETURNS mlops_internal.slice_member[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ARRAY(SELECT ROW(v.slice, v.value, v.n)::mlops_internal.slice_member FROM mlops.slice_value AS v
                     WHERE v.monitor_id = def.monitor_id AND v.version = def.version
                     ORDER BY v.slice COLLATE "C", v.value COLLATE "C")
    $$;
COMMENT ON FUNCTION mlops_internal.slice_members_of(mlops.monitor_version) IS
    'the frozen values of the slices of a definition';

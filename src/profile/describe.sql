/*
 * describe: one row for each column of a relation or a query, in one scan.
 *
 * All profiles are aggregates of one statement, run with the rights of the
 * caller.  With progress the pages of a table are read in at most twenty portions,
 * of at least 4 MB, whose profiles are merged - the result is the same to the
 * bit - and each portion says how far it is; that scan is not parallel.
 */
CREATE FUNCTION mlops_internal.vector_expression(name name, type oid) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT format('mlops.profile(source.%I::pg_catalog.%s)', name, CASE
        WHEN mlops_internal.base_type(type) = 'float8[]'::regtype THEN 'float8[]' ELSE 'float4[]' END) $$;
COMMENT ON FUNCTION mlops_internal.vector_expression(name, oid) IS
    'the aggregate that makes a vector_profile of an embedding column of a source';

CREATE FUNCTION mlops_internal.profile_expression(name name, type oid) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN mlops_internal.column_kind(type) = 'text'
                THEN format('mlops.profile(source.%I::pg_catalog.text)', name)
            WHEN mlops_internal.column_kind(type) IS NOT NULL
                THEN format('mlops.profile(source.%I::%s)', name, mlops_internal.base_type(type)::regtype)
            WHEN mlops_internal.is_embedding(type) THEN format('mlops.norms(%s)',
                mlops_internal.vector_expression(name, type))
            ELSE format('mlops.profile(CASE WHEN source.%I IS NOT NULL THEN true END)', name)
        END
    $$;
COMMENT ON FUNCTION mlops_internal.profile_expression(name, oid) IS
    'the aggregate that profiles a column of a source, an embedding by its norms; where column_kind(type) is NULL and '
    'it is no embedding it only counts: values are true, NULL stays NULL';

/* The only place where a user's names are looked up: everything else has its path pinned. */
CREATE FUNCTION mlops_internal.run_profiles(statement text, path text, so_far mlops.profile[], first tid, behind tid)
    RETURNS mlops.profile[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        profiles mlops.profile[];
    BEGIN
        PERFORM set_config('search_path', path, true);
        EXECUTE statement INTO profiles USING so_far, first, behind;
        RETURN profiles;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.run_profiles(text, text, mlops.profile[], tid, tid) IS
    'run a statement made by source_profiles with the search path of its caller';

CREATE FUNCTION mlops_internal.source_profiles(source text, columns name[], types oid[], condition text,
    progress boolean, path text) RETURNS mlops.profile[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        expressions text[] := array(SELECT mlops_internal.profile_expression(c.name, c.type)
            FROM unnest(columns, types) WITH ORDINALITY AS c(name, type, place) ORDER BY c.place);
        statement text;
        profiles mlops.profile[];
        n_pages bigint := CASE WHEN progress THEN mlops_internal.source_pages(source, path) END;
        portion bigint := greatest((n_pages + 19) / 20, 512);
    BEGIN
        IF n_pages > 0 THEN
            SELECT array_agg(format('mlops_internal.profile_combine($1[%s], %s)', e.place, e.expression)
                ORDER BY e.place) INTO expressions
            FROM unnest(expressions) WITH ORDINALITY AS e(expression, place);
        END IF;
        statement := format('SELECT ARRAY[%s]::mlops.profile[] FROM %s WHERE (%s)', array_to_string(expressions, ', '),
                            mlops_internal.source_item(source), coalesce(condition || E'\n', 'true'));
        IF n_pages > 0 THEN
            statement := statement
                || ' AND source.ctid OPERATOR(pg_catalog.>=) $2 AND source.ctid OPERATOR(pg_catalog.<) $3';
        ELSE
            RETURN mlops_internal.run_profiles(statement, path, NULL, NULL, NULL);
        END IF;
        FOR page IN 0 .. n_pages - 1 BY portion LOOP
            -- rows that came after the size was taken belong to the last portion
            profiles := mlops_internal.run_profiles(statement, path, profiles, format('(%s,0)', page)::tid,
                CASE WHEN page + portion >= n_pages THEN '(4294967295,65535)'
                    ELSE format('(%s,0)', page + portion) END::tid);
            RAISE INFO 'described % of % pages', least(page + portion, n_pages), n_pages;
        END LOOP;
        RETURN profiles;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.source_profiles(text, name[], oid[], text, boolean, text) IS
    'profiles of the columns of a source, of these types, over the rows that fulfil the condition (NULL: all), in one '
    'scan with the rights of the caller; progress: say by INFO messages how many pages of a table are done; "path" is '
    'the caller''s search path';

CREATE FUNCTION mlops_internal.describe(
    source text, columns name[], condition text, progress boolean,
    path text) RETURNS TABLE (
        column_name name, data_type text, n bigint, n_null bigint, null_rate float8, n_nan bigint, n_inf bigint,
            n_zero bigint, n_negative bigint,
        min text, q25 float8, median float8, q75 float8, max text, mean float8, stddev float8, skewness float8,
            kurtosis float8,
        n_distinct float8, uniqueness float8, is_constant boolean, top_value text, top_n bigint,
        min_length bigint, mean_length float8, max_length bigint, is_exact boolean, note text, profile mlops.profile)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        names name[];
        types oid[];
        type_names text[];
        profiles mlops.profile[];
    BEGIN
        SELECT array_agg(c.name ORDER BY c.place), array_agg(c.type ORDER BY c.place),
            array_agg(c.type_name ORDER BY c.place) INTO names, types, type_names
        FROM mlops_internal.source_columns(source, path, columns) AS c;
        IF names IS NULL THEN
            RETURN;
        END IF;
        profiles := mlops_internal.source_profiles(source, names, types, condition, progress, path);
        RETURN QUERY
            SELECT c.name, c.type_name, coalesce(d.n, 0), coalesce(d.n_null, 0), d.null_rate, d.n_nan, d.n_inf,
                d.n_zero, d.n_negative,
                CASE WHEN known THEN d.min END, CASE WHEN known THEN d.q25 END, CASE WHEN known THEN d.median END, CASE
                    WHEN known THEN d.q75 END,
                CASE WHEN known THEN d.max END,
                CASE WHEN known THEN d.mean END, CASE WHEN known THEN d.stddev END, CASE WHEN known THEN d.skewness END,
                    CASE WHEN known THEN d.kurtosis END,
                CASE WHEN known THEN d.n_distinct END, CASE WHEN known THEN d.uniqueness END,
                CASE WHEN known AND d.n > d.n_null THEN d.n_distinct <= 1 END,
                CASE WHEN known THEN t.value END, CASE WHEN known THEN t.n END,
                d.min_length, d.mean_length, d.max_length, CASE WHEN known THEN d.is_exact END,
                CASE WHEN NOT known THEN format('type %s is not profiled, only counted', c.type_name)
                     WHEN mlops_internal.column_kind(c.type) IS NULL
                         THEN 'numbers are the norms of the vectors; malformed ones count as NULL' END,
                CASE WHEN known THEN c.profile END
            FROM unnest(names, types, type_names, profiles) WITH ORDINALITY AS c(name, type, type_name, profile, place)
            CROSS JOIN LATERAL (SELECT mlops_internal.column_kind(c.type) IS NOT NULL
                OR mlops_internal.is_embedding(c.type) AS known) AS k
            CROSS JOIN LATERAL mlops.describe(c.profile) AS d
            LEFT JOIN LATERAL mlops.top_k(c.profile, 1) AS t ON true
            ORDER BY c.place;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.describe IS 'mlops.describe, "path" being the search path of who called it';

CREATE FUNCTION mlops.describe(
    source text, columns name[] DEFAULT NULL, condition text DEFAULT NULL,
    progress boolean DEFAULT false) RETURNS TABLE (
        column_name name, data_type text, n bigint, n_null bigint, null_rate float8, n_nan bigint, n_inf bigint,
            n_zero bigint, n_negative bigint,
        min text, q25 float8, median float8, q75 float8, max text, mean float8, stddev float8, skewness float8,
            kurtosis float8,
        n_distinct float8, uniqueness float8, is_constant boolean, top_value text, top_n bigint,
        min_length bigint, mean_length float8, max_length bigint, is_exact boolean, note text, profile mlops.profile)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.describe(
            source, columns, condition, progress, pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.describe(text, name[], text, boolean) IS
    'what the columns of a source look like, one row each, read in one scan with the rights of the caller; source is '
    'the name of a relation or the text of a query, columns NULL means all, condition one on the rows';

CREATE FUNCTION mlops.describe(
    relation regclass, columns name[] DEFAULT NULL, condition text DEFAULT NULL,
    progress boolean DEFAULT false) RETURNS TABLE (
        column_name name, data_type text, n bigint, n_null bigint, null_rate float8, n_nan bigint, n_inf bigint,
            n_zero bigint, n_negative bigint,
        min text, q25 float8, median float8, q75 float8, max text, mean float8, stddev float8, skewness float8,
            kurtosis float8,
        n_distinct float8, uniqueness float8, is_constant boolean, top_value text, top_n bigint,
        min_length bigint, mean_length float8, max_length bigint, is_exact boolean, note text, profile mlops.profile)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.describe(
            mlops_internal.relation_name(relation), columns, condition, progress,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.describe(regclass, name[], text, boolean) IS
    'what the columns of a relation look like; see mlops.describe(text, ...)';

/* Rows that occur more than once. */
CREATE FUNCTION mlops_internal.duplicate_rows(
    source text, columns name[], condition text, path text, OUT n bigint, OUT n_distinct bigint,
    OUT n_duplicates bigint, OUT duplicate_rate float8) RETURNS record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        list text;
    BEGIN
        SELECT string_agg(CASE WHEN mlops_internal.column_kind(c.type) IS NULL
            THEN format('source.%I::pg_catalog.text', c.name) ELSE format('source.%I', c.name) END, ', '
            ORDER BY c.place)
        INTO list FROM mlops_internal.source_columns(source, path, columns) AS c;
        PERFORM set_config('search_path', path, true);
        EXECUTE pg_catalog.format('SELECT coalesce(pg_catalog.sum(g.c), 0)::pg_catalog.int8, pg_catalog.count(*) FROM '
            '(SELECT pg_catalog.count(*) AS c FROM %s WHERE (%s) GROUP BY %s) AS g',
            mlops_internal.source_item(source), coalesce(condition OPERATOR(pg_catalog.||) E'\n', 'true'),
                coalesce(list, '()')) INTO n, n_distinct;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        n_duplicates := n - n_distinct;
        duplicate_rate := n_duplicates / nullif(n, 0)::float8;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.duplicate_rows IS
    'mlops.duplicate_rows, "path" being the search path of who called it';

CREATE FUNCTION mlops.duplicate_rows(
    source text, columns name[] DEFAULT NULL, condition text DEFAULT NULL, OUT n bigint, OUT n_distinct bigint,
    OUT n_duplicates bigint, OUT duplicate_rate float8) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.duplicate_rows(source, columns, condition,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.duplicate_rows(text, name[], text) IS
    'how many rows of a source repeat another one; columns are those that make a row, NULL means all; NULLs are equal '
    'here, types that are not profiled are compared as text';

CREATE FUNCTION mlops.duplicate_rows(
    relation regclass, columns name[] DEFAULT NULL, condition text DEFAULT NULL, OUT n bigint, OUT n_distinct bigint,
    OUT n_duplicates bigint, OUT duplicate_rate float8) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.duplicate_rows(
            mlops_internal.relation_name(relation), columns, condition,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.duplicate_rows(regclass, name[], text) IS
    'how many rows of a relation repeat another one; see mlops.duplicate_rows(text, ...)';

/* Text that should have been something else. */
CREATE FUNCTION mlops.parses_as(value text, type text) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_parses_as';
COMMENT ON FUNCTION mlops.parses_as(text, text) IS
    'would the text be a valid value of the type: smallint, integer, bigint, numeric, boolean, uuid or timestamp '
    '(others: error 22023); no value raises an error; NULL for NULL';

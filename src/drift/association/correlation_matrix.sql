/*
 * Correlation and association of all pairs of columns of a source.
 */
/* The statistics are kept once for each pair: place counts those with x <= y. */
CREATE FUNCTION mlops_internal.pair_places(d integer) RETURNS TABLE (x integer, y integer, place integer)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT x, y, (least(x, y) - 1) * d - (least(x, y) - 1) * (least(x, y) - 2) / 2 + abs(x - y) + 1
        FROM generate_series(1, d) AS x, generate_series(1, d) AS y ORDER BY x, y
    $$;
COMMENT ON FUNCTION mlops_internal.pair_places(integer) IS
    'all pairs of d columns, and where the one or the other way round is kept';

CREATE FUNCTION mlops_internal.run_correlations(expressions text[], item text, method text, path text)
    RETURNS TABLE (i integer, j integer, correlation float8, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d CONSTANT integer := cardinality(expressions);
        moments mlops.comoments;
        -- there is room for 99 arguments, and an argument costs less than an element
        plain CONSTANT integer := CASE WHEN d > 99 THEN 98 ELSE d END;
        others CONSTANT text := array_to_string(nullif(expressions[plain + 1:], '{}'), ', ');
        statement text := format('SELECT mlops.comoments(%s%s) FROM %s',
                                 array_to_string(expressions[:plain], ', '), ', ARRAY[' || others || ']', item);
        aggregate CONSTANT text := CASE method WHEN 'spearman' THEN 'mlops.spearman(%s, %s)'
                                               ELSE 'mlops.kendall_tau_b(%s, %s)' END;
        ranks float8[];
        upper float8[] := '{}';
    BEGIN
        -- Pearson's; the others learn from it how many rows have both columns
        PERFORM set_config('search_path', path, true);
        EXECUTE statement INTO moments;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        IF method = 'pearson' OR moments IS NULL THEN
            RETURN QUERY SELECT m.i, m.j, m.correlation, m.n FROM mlops.correlations(moments) AS m;
            RETURN;
        END IF;
        -- a scan for each column k with the columns from it on: rows are kept, 16 bytes a pair
        FOR k IN 1 .. d LOOP
            SELECT format('SELECT ARRAY[%s]::pg_catalog.float8[] FROM %s',
                          string_agg(format(aggregate, expressions[k], expressions[l]), ', ' ORDER BY l), item)
            INTO statement FROM generate_series(k, d) AS l;
            PERFORM pg_catalog.set_config('search_path', path, true);
            EXECUTE statement INTO ranks;
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            upper := upper || ranks;
        END LOOP;
        RETURN QUERY
            SELECT p.x, p.y, upper[p.place], mlops.n(moments, p.x, p.y) FROM mlops_internal.pair_places(d) AS p;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.run_correlations(text[], text, text, text) IS
    'correlations of all pairs of expressions over an item of a FROM clause, with the search path of the caller';

/* Categories have no products to add up: a scan for each column k with the columns from it on. */
CREATE FUNCTION mlops_internal.run_associations(expressions text[], item text, method text, path text)
    RETURNS TABLE (i integer, j integer, correlation float8, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        d CONSTANT integer := cardinality(expressions);
        statement text;
        tables mlops.class_confusion[];
        row_values float8[];
        upper float8[] := '{}';
        counts bigint[] := '{}';
    BEGIN
        FOR k IN 1 .. d LOOP
            SELECT format('SELECT ARRAY[%s]::mlops.class_confusion[] FROM %s',
                          string_agg(format('mlops.class_confusion(%s, %s)', expressions[k], expressions[l]), ', '
                                     ORDER BY l), item)
            INTO statement FROM generate_series(k, d) AS l;
            PERFORM pg_catalog.set_config('search_path', path, true);
            EXECUTE statement INTO tables;
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            SELECT array_agg(CASE method WHEN 'cramers_v' THEN mlops.cramers_v(t.c)
                                         WHEN 'mutual_information' THEN mlops.mutual_information(t.c)
                                         ELSE mlops.normalized_mutual_information(t.c) END ORDER BY t.place),
                   counts || array_agg(mlops.n(t.c) ORDER BY t.place)
            INTO row_values, counts FROM unnest(tables) WITH ORDINALITY AS t(c, place);
            upper := upper || row_values;
        END LOOP;
        RETURN QUERY
            SELECT p.x, p.y, upper[p.place], counts[p.place] FROM mlops_internal.pair_places(d) AS p
            WHERE counts[1] IS NOT NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.run_associations(text[], text, text, text) IS
    'associations of all pairs of expressions of type text over an item of a FROM clause, with the search path of the '
    'caller';

CREATE FUNCTION mlops_internal.correlation_matrix(
    source text, columns name[], method text,
    path text) RETURNS TABLE (column_x name, column_y name, correlation float8, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        names name[];
        bad record;
        expressions text[];
        item text;
        by_category CONSTANT boolean := method IN ('cramers_v', 'mutual_information', 'normalized_mutual_information');
        chosen CONSTANT text[] := CASE WHEN by_category THEN '{text,boolean}' ELSE '{number}' END;
        allowed CONSTANT text[] := CASE WHEN by_category THEN '{text,boolean,number}' ELSE '{number}' END;
    BEGIN
        IF method IS NULL OR method <> ALL ('{pearson,spearman,kendall}'::text[]) AND NOT by_category THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('unrecognized method %s', coalesce('"' || method || '"', 'NULL')),
                HINT = 'Use pearson, spearman, kendall, cramers_v, mutual_information or '
                       'normalized_mutual_information.';
        END IF;
        SELECT array_agg(c.name ORDER BY array_position(columns, c.name), c.place) INTO names
        FROM mlops_internal.source_columns(source, path, columns) AS c
        WHERE columns IS NOT NULL OR mlops_internal.column_kind(c.type) = ANY (chosen);
        SELECT c.name, c.type_name INTO bad FROM mlops_internal.source_columns(source, path, columns) AS c
        WHERE columns IS NOT NULL AND coalesce(mlops_internal.column_kind(c.type), '') <> ALL (allowed)
        ORDER BY c.place LIMIT 1;
        IF bad.name IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                MESSAGE = format('column "%s" is of type %s, not a number%s', bad.name, bad.type_name,
                                 CASE WHEN by_category THEN ', text or boolean' ELSE '' END),
                HINT = 'Leave it out, or use a query that turns it into a number.';
        ELSIF cardinality(names) > 1600 THEN
            RAISE EXCEPTION USING ERRCODE = 'too_many_columns',
                MESSAGE = 'cannot correlate more than 1600 columns';
        ELSIF names IS NULL THEN
            RETURN;
        END IF;
        SELECT array_agg(format('source.%I::pg_catalog.%s', c.name, CASE WHEN by_category THEN 'text' ELSE 'float8' END)
                         ORDER BY c.place)
        INTO expressions FROM unnest(names) WITH ORDINALITY AS c(name, place);
        item := mlops_internal.source_item(source);
        IF by_category THEN
            RETURN QUERY SELECT names[m.i], names[m.j], m.correlation, m.n
                         FROM mlops_internal.run_associations(expressions, item, method, path) AS m;
        ELSE
            RETURN QUERY SELECT names[m.i], names[m.j], m.correlation, m.n
                         FROM mlops_internal.run_correlations(expressions, item, method, path) AS m;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.correlation_matrix IS
    'mlops.correlation_matrix, "path" being the search path of who called it';

CREATE FUNCTION mlops.correlation_matrix(
    source text, columns name[] DEFAULT NULL,
    method text DEFAULT 'pearson') RETURNS TABLE (column_x name, column_y name, correlation float8, n bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.correlation_matrix(
            source, columns, method, pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.correlation_matrix(text, name[], text) IS
    'correlation of all pairs of columns of a source, name or query; method pearson, spearman, kendall or, of '
    'categories, cramers_v, mutual_information, normalized_mutual_information; NULL where undefined';

CREATE FUNCTION mlops.correlation_matrix(
    relation regclass, columns name[] DEFAULT NULL,
    method text DEFAULT 'pearson') RETURNS TABLE (column_x name, column_y name, correlation float8, n bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.correlation_matrix(
            mlops_internal.relation_name(relation), columns, method,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.correlation_matrix(regclass, name[], text) IS
    'correlation of all pairs of columns of a relation; see mlops.correlation_matrix(text, ...)';

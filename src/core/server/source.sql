/*
 * core: sources, the data that a user points at.
 *
 * A source is the name of a relation or the text of a query; what reads it runs
 * with the rights of the caller.  A text that begins like a query is one, so a
 * relation called "select" needs its quotes.
 */
CREATE FUNCTION mlops_internal.base_type(type oid) RETURNS oid
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        below oid;
    BEGIN
        LOOP
            SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype END INTO below FROM pg_type AS t WHERE t.oid = type;
            IF NOT FOUND THEN
                RETURN NULL;
            ELSIF below IS NULL THEN
                RETURN type;
            END IF;
            type := below;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.base_type(oid) IS 'type below all domains; NULL when there is no such type';

CREATE FUNCTION mlops_internal.column_kind(type oid) RETURNS text
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN (SELECT CASE
                WHEN oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype, 'float8'::regtype,
                    'numeric'::regtype) THEN 'number'
                WHEN oid = 'bool'::regtype THEN 'boolean'
                WHEN oid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'time'::regtype) THEN 'time'
                WHEN typcategory = 'S' OR typtype = 'e' OR oid = 'uuid'::regtype THEN 'text'
            END
        FROM pg_type WHERE oid = mlops_internal.base_type(type));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.column_kind(oid) IS
    'how a column of that type is looked at: number, boolean, time or text (strings, enums, uuid); NULL when it is not';

CREATE FUNCTION mlops_internal.is_embedding(type oid) RETURNS boolean
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT b.type IN ('float4[]'::regtype, 'float8[]'::regtype)
            OR EXISTS (SELECT FROM pg_cast AS c WHERE c.castsource = b.type AND c.casttarget = 'float4[]'::regtype)
        FROM (SELECT mlops_internal.base_type(type) AS type) AS b
    $$;
COMMENT ON FUNCTION mlops_internal.is_embedding(oid) IS
    'can a column of that type be taken as a row of numbers? real[], double precision[], domains over these, and '
    'types with a cast to real[]';

CREATE FUNCTION mlops_internal.relation_name(relation regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = relation
    $$;
COMMENT ON FUNCTION mlops_internal.relation_name(regclass) IS
    'schema-qualified and quoted name of a relation, whatever the search path; NULL when there is none';

CREATE FUNCTION mlops_internal.is_query(source text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT source ~* '^[\s(]*((select|with|values|table)\M|--|/\*)' $$;
COMMENT ON FUNCTION mlops_internal.is_query(text) IS
    'true when a source is a query and not the name of a relation: it begins with SELECT, WITH, VALUES, TABLE or a '
    'comment';

CREATE FUNCTION mlops_internal.query_text(query text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_query_text';
COMMENT ON FUNCTION mlops_internal.query_text(text) IS
    'the statement of a text that holds one, without the semicolon after it; error 22023 for none or several, 42601 '
    'when it cannot be parsed';

/* Without SET: the names in a query are looked up as the caller does. */
CREATE FUNCTION mlops_internal.query_columns(query text, OUT place integer, OUT name name, OUT type oid,
    OUT typmod integer) RETURNS SETOF record
    LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'mlops_query_columns';
COMMENT ON FUNCTION mlops_internal.query_columns(text) IS
    'the columns that a query would return, in order, with type and type modifier; the query is analysed with the '
    'rights and the search path of the caller and not run; error 22023 unless it is one query that returns rows';

CREATE FUNCTION mlops_internal.source_item(source text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops_internal.is_query(source)
            THEN format(E'(%s\n) AS source', mlops_internal.query_text(source))
                    ELSE format('%s AS source', source) END
    $$;
COMMENT ON FUNCTION mlops_internal.source_item(text) IS 'a source as an item of a FROM clause, under the name "source"';

/*
 * Names in a source and in a condition are the caller's.  Functions that take
 * one pin their search path all the same and learn the caller's by a parameter
 * "path", which the public function over them fills in: it is written in SQL
 * without a SET clause, so that its current_setting('search_path') is the caller's.
 */
CREATE FUNCTION mlops_internal.source_columns(source text, path text, columns name[] DEFAULT NULL)
    RETURNS TABLE (place integer, name name, type oid, type_name text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        missing name;
        item text := mlops_internal.source_item(source);
    BEGIN
        IF source IS NULL THEN
            RETURN;
        END IF;
        IF NOT mlops_internal.is_query(source) THEN
            PERFORM set_config('search_path', path, true);
            -- a clear error when there is none, and nothing but a name gets past
            item := pg_catalog.format('%s AS source', source::pg_catalog.regclass);
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        END IF;
        FOR missing IN
            SELECT u FROM unnest(columns) AS u
            WHERE u IS NULL OR u NOT IN (SELECT q.name FROM mlops_internal.query_columns_in(item, path) AS q) LIMIT 1
        LOOP
            RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                MESSAGE = format('column %s does not exist in the source', coalesce('"' || missing || '"', 'NULL')),
                HINT = 'Columns are named as in the relation or in the result of the query.';
        END LOOP;
        RETURN QUERY
            SELECT q.place, q.name, q.type, format_type(q.type, q.typmod)
            FROM mlops_internal.query_columns_in(item, path) AS q
            WHERE columns IS NULL OR q.name = ANY (columns);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.source_columns(text, text, name[]) IS
    'the columns of a source, in order; "path" is the search path in which its names are looked up; columns: only '
    'these, NULL = all; unknown relation: 42P01, unknown column: 42703, a text that is not one query: 22023';

CREATE FUNCTION mlops_internal.query_columns_in(item text, path text)
    RETURNS TABLE (place integer, name name, type oid, typmod integer)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM set_config('search_path', path, true);
        RETURN QUERY SELECT q.place, q.name, q.type, q.typmod
            FROM mlops_internal.query_columns('SELECT * FROM ' OPERATOR(pg_catalog.||) item) AS q;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.query_columns_in(text, text) IS
    'the columns of an item of a FROM clause whose names are looked up in that search path';

CREATE FUNCTION mlops_internal.source_pages(source text, path text) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        relation regclass;
    BEGIN
        IF mlops_internal.is_query(source) THEN
            RETURN NULL;
        END IF;
        PERFORM set_config('search_path', path, true);
        relation := source::pg_catalog.regclass;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        RETURN (SELECT pg_relation_size(c.oid) / current_setting('block_size')::bigint
                FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam
                WHERE c.oid = relation AND c.relkind IN ('r', 'm') AND a.amname = 'heap' AND NOT c.relhassubclass);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.source_pages(text, text) IS
    'pages of a source that is a plain table or a materialized view; NULL for all others';

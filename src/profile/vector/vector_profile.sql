CREATE FUNCTION mlops_internal.source_vector_profiles(source text, columns name[], types oid[], condition text,
    path text) RETURNS mlops.vector_profile[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        statement text := format('SELECT ARRAY[%s]::mlops.vector_profile[] FROM %s WHERE (%s)',
            (SELECT string_agg(mlops_internal.vector_expression(c.name, c.type), ', ' ORDER BY c.place)
                FROM unnest(columns, types) WITH ORDINALITY AS c(name, type, place)),
            mlops_internal.source_item(source), coalesce(condition || E'\n', 'true'));
        profiles mlops.vector_profile[];
    BEGIN
        PERFORM set_config('search_path', path, true);
        EXECUTE statement INTO profiles;
        RETURN profiles;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.source_vector_profiles(text, name[], oid[], text, text) IS
    'vector profiles of embedding columns of a source, as mlops_internal.source_profiles makes those of others';

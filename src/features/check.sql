/*
 * features: the rows of a view against what the view says of them.
 */
CREATE FUNCTION mlops_internal.view_row_counts(def mlops.feature_view_version)
    RETURNS TABLE (n_rows bigint, null_key bigint, null_time bigint, future bigint, null_created bigint,
        created_before bigint, newest timestamptz, duplicates bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
    AS $$
    DECLARE
        item CONSTANT text := mlops_internal.source_item(def.source);
        at CONSTANT text := mlops_internal.time_expression(def.timestamp_column);
        created CONSTANT text := CASE WHEN def.created_at_column IS NULL THEN 'NULL::pg_catalog.timestamptz'
            ELSE mlops_internal.time_expression(def.created_at_column) END;
        same CONSTANT text := (SELECT string_agg(format('source.%I', c), ', ') FROM unnest(def.entity_columns
            || def.timestamp_column || def.created_at_column || def.tie_breaker || def.valid_to_column) AS c
            WHERE c IS NOT NULL);
        statement CONSTANT text := format('SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE %s), '
            'pg_catalog.count(*) FILTER (WHERE %s IS NULL), pg_catalog.count(*) FILTER (WHERE %2$s '
            'OPERATOR(pg_catalog.>) pg_catalog.now()), pg_catalog.count(*) FILTER (WHERE %3$s IS NULL), '
            'pg_catalog.count(*) FILTER (WHERE %3$s OPERATOR(pg_catalog.<) %2$s), pg_catalog.max(%2$s) '
            'FILTER (WHERE %2$s OPERATOR(pg_catalog.<=) pg_catalog.now()), '
            '(SELECT coalesce(pg_catalog.sum(g.n OPERATOR(pg_catalog.-) 1), 0)::pg_catalog.int8 '
            'FROM (SELECT pg_catalog.count(*) AS n FROM %4$s GROUP BY %5$s) AS g) FROM %4$s',
            (SELECT string_agg(format('source.%I IS NULL', c), ' OR ') FROM unnest(def.entity_columns) AS c), at,
            created, item, same);
    BEGIN
        PERFORM set_config('search_path', def.search_path, true), set_config('timezone', def.time_zone, true);
        RETURN QUERY EXECUTE statement;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.view_row_counts(mlops.feature_view_version) IS
    'rows of the source of a feature view, and how many of them are not what they should be';

CREATE FUNCTION mlops.check_feature_view(feature_view text)
    RETURNS TABLE (check_name text, n bigint, verdict text, detail text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f record;
        c record;
        has_created boolean;
    BEGIN
        SELECT * INTO f FROM mlops_internal.feature_reference(feature_view);
        PERFORM mlops_internal.require_safe_reading(format('feature view "%s"', f.name), f.owner_oid, f.owner_name);
        PERFORM * FROM mlops_internal.present_columns(f.def, f.name);
        SELECT * INTO c FROM mlops_internal.view_row_counts(f.def);
        has_created := (f.def).created_at_column IS NOT NULL;
        RETURN QUERY
            SELECT x.name, x.n, CASE WHEN x.bad IS NULL THEN 'no_data' WHEN x.bad THEN 'warning' ELSE 'ok' END, x.detail
            FROM (VALUES
                ('rows', c.n_rows, c.n_rows = 0, 'rows of the source'),
                ('null_key', c.null_key, c.null_key > 0, 'rows that belong to nobody: they are never used'),
                ('null_time', c.null_time, c.null_time > 0, 'rows without a time: they are never used'),
                ('duplicates', c.duplicates, c.duplicates > 0,
                    'rows beyond the first of one key and time: the greatest values as text win'),
                ('future', c.future, c.future > 0 AND NOT has_created, 'rows of times to come'),
                ('null_created_at', c.null_created, has_created AND c.null_created > 0,
                    CASE WHEN has_created THEN 'rows of which nobody says when they were known: taken as known at once'
                        ELSE 'the view is not bitemporal: corrections are taken as known at once' END),
                ('created_before', c.created_before, c.created_before > 0 AND f.role = 'label',
                    'rows that were known before they held'),
                ('seconds_old', extract(epoch FROM now() - c.newest)::bigint,
                    c.newest IS NULL OR coalesce(now() - c.newest > (f.def).ttl, false),
                    coalesce('age of the newest row, against a ttl of ' || (f.def).ttl, 'age of the newest row')))
                AS x (name, n, bad, detail)
            WHERE x.name NOT IN ('created_before', 'null_created_at') OR has_created OR x.name = 'null_created_at';
    END
    $$;
COMMENT ON FUNCTION mlops.check_feature_view(text) IS
    'what is wrong with the rows of a feature view: keys and times that are NULL, duplicates, rows of the future, '
    'unknown knowledge times, age; read once with the caller''s rights';

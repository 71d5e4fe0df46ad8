/*
 * features: is a training set what it was?
 */
CREATE FUNCTION mlops_internal.fingerprint_of(query text, path text, OUT fingerprint text, OUT n_rows bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM set_config('search_path', path, true);
        EXECUTE 'SELECT mlops.fingerprint(source.*), pg_catalog.count(*) FROM (' OPERATOR(pg_catalog.||) query
            OPERATOR(pg_catalog.||) E'\n) AS source' INTO fingerprint, n_rows;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        fingerprint := coalesce(fingerprint, repeat('0', 32) || '-0');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.fingerprint_of(text, text) IS
    'fingerprint and number of the rows of a query whose names are looked up in that search path';

CREATE FUNCTION mlops.reproduce(
    training_set text, OUT reproduced boolean, OUT fingerprint text, OUT present_fingerprint text, OUT n_rows bigint,
    OUT present_rows bigint, OUT spine_is_same boolean, OUT table_is_same boolean)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        t CONSTANT mlops.training_set := mlops_internal.training_set_named(training_set);
        item text;
    BEGIN
        PERFORM mlops_internal.require_safe_reading(format('training set "%s"', t.name), t.owner_oid, t.owner_name);
        fingerprint := t.fingerprint;
        n_rows := t.n_rows;
        SELECT f.fingerprint, f.n_rows INTO present_fingerprint, present_rows
            FROM mlops_internal.fingerprint_of(mlops_internal.training_query(t), t.search_path) AS f;
        reproduced := present_fingerprint = fingerprint;
        item := CASE WHEN mlops_internal.is_query(t.spine) THEN t.spine ELSE 'TABLE ' || t.spine END;
        spine_is_same := t.spine_fingerprint = (SELECT f.fingerprint
            FROM mlops_internal.fingerprint_of(item, t.search_path) AS f);
        IF to_regclass(t.relation) IS NOT NULL THEN
            table_is_same := fingerprint = (SELECT f.fingerprint
                FROM mlops_internal.fingerprint_of('TABLE ' || t.relation, t.search_path) AS f);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops.reproduce(text) IS
    'make a training set again, of the same versions as of the same times, and compare its fingerprint; says also '
    'whether the spine and the table are what they were (NULL: gone); keeps nothing';

/*
 * features: dividing the rows of a training set.
 *
 * By values, such as a customer: a hash decides, so a group lies on one side, and
 * stays there when the set is made anew of more rows.  By time: later rows are for
 * tests, and before them is a gap, whose rows belong to nobody, so that no label of
 * the earlier part reaches into the later one.
 */
CREATE FUNCTION mlops_internal.check_split(t mlops.training_set) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        unknown text := (SELECT k FROM jsonb_object_keys(mlops_internal.object_argument(t.split, 'split')) AS k
            WHERE k <> ALL ('{by,seed,validation,test,validation_from,test_from,gap}') ORDER BY k LIMIT 1);
    BEGIN
        IF unknown IS NOT NULL OR (t.split ? 'by') = (t.split ? 'test_from') THEN
            PERFORM mlops_internal.refuse_definition(
                coalesce(format('split does not know "%s"', unknown), 'split needs either by or test_from'),
                'Write {"by": ["customer"], "test": 0.2, "validation": 0.1} or {"test_from": "2024-06-01", '
                '"validation_from": "2024-05-01", "gap": "30 days"}.');
        ELSIF t.split ? 'by' AND (jsonb_typeof(t.split -> 'by') <> 'array' OR t.split -> 'by' = '[]'
            OR coalesce((t.split ->> 'test')::float8, 0) + coalesce((t.split ->> 'validation')::float8, 0)
                NOT BETWEEN 0 AND 1
            OR least((t.split ->> 'test')::float8, (t.split ->> 'validation')::float8) < 0) THEN
            PERFORM mlops_internal.refuse_definition('split needs columns in by, and shares that add up to 1 at most',
                'Write {"by": ["customer"], "test": 0.2, "validation": 0.1}.');
        ELSIF (t.split ->> 'validation_from')::timestamptz >= (t.split ->> 'test_from')::timestamptz THEN
            PERFORM mlops_internal.refuse_definition('validation_from of a split must be before test_from', NULL);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_split(mlops.training_set) IS
    'error 22023 when the split of a training set is none';

CREATE FUNCTION mlops_internal.label_reach(views text[]) RETURNS interval
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(max((v.def).horizon), '0') FROM mlops_internal.joined_views(views) AS v
    $$;
COMMENT ON FUNCTION mlops_internal.label_reach(text[]) IS 'how far ahead labels of these views are looked for';

CREATE FUNCTION mlops_internal.spine_instant(t mlops.training_set) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops_internal.base_type(s.type) = 'timestamptz'::regtype THEN format('t.%I', s.name)
            ELSE format('(t.%I::pg_catalog.timestamp AT TIME ZONE %L)', s.name, t.time_zone) END
        FROM mlops_internal.source_columns(t.spine, t.search_path, ARRAY[t.timestamp_column]) AS s
    $$;
COMMENT ON FUNCTION mlops_internal.spine_instant(mlops.training_set) IS
    'SQL of the time of a row t of a training set, whatever the session''s TimeZone';

CREATE FUNCTION mlops_internal.split_expression(t mlops.training_set) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        instant text;
        gap interval;
        test double precision;
    BEGIN
        IF t.split IS NULL THEN
            RETURN NULL;
        END IF;
        PERFORM mlops_internal.check_split(t);
        IF t.split ? 'by' THEN
            test := coalesce((t.split ->> 'test')::float8, 0);
            RETURN format('CASE WHEN f.f OPERATOR(pg_catalog.<) %s THEN ''test'' WHEN f.f OPERATOR(pg_catalog.<) %s '
                    'THEN ''validation'' ELSE ''train'' END', test,
                test + coalesce((t.split ->> 'validation')::float8, 0));
        END IF;
        instant := mlops_internal.spine_instant(t);
        gap := coalesce((t.split ->> 'gap')::interval, mlops_internal.label_reach(t.views));
        RETURN (SELECT format('CASE WHEN %1$s OPERATOR(pg_catalog.>=) %2$L::pg_catalog.timestamptz THEN ''test'' '
                'WHEN %1$s OPERATOR(pg_catalog.>=) %3$L::pg_catalog.timestamptz THEN NULL %4$s ELSE ''train'' END',
                instant, s.test, s.test - gap, CASE WHEN s.validation IS NULL THEN ''
                    ELSE format('WHEN %1$s OPERATOR(pg_catalog.>=) %2$L::pg_catalog.timestamptz THEN ''validation'' '
                        'WHEN %1$s OPERATOR(pg_catalog.>=) %3$L::pg_catalog.timestamptz THEN NULL', instant,
                        s.validation, s.validation - gap) END)
            FROM (SELECT (t.split ->> 'test_from')::timestamptz, (t.split ->> 'validation_from')::timestamptz)
                AS s (test, validation));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.split_expression(mlops.training_set) IS
    'SQL of the part that a row t is in: train, validation, test, or NULL in a gap; NULL without a split';

CREATE FUNCTION mlops_internal.split_fraction(t mlops.training_set) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN t.split ? 'by' THEN format(' CROSS JOIN LATERAL mlops.hash_fraction(%L::pg_catalog.text, %s) '
                'AS f (f)', coalesce(t.split ->> 'seed', ''),
            (SELECT string_agg(format('t.%I', c), ', ' ORDER BY i)
             FROM jsonb_array_elements_text(t.split -> 'by') WITH ORDINALITY AS u (c, i))) ELSE '' END
    $$;
COMMENT ON FUNCTION mlops_internal.split_fraction(mlops.training_set) IS
    'SQL that joins to a row t the fraction f by which it is divided; nothing when it is not divided by values';

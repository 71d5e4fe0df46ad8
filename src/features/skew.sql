/*
 * features: what a model was trained on against what it was served.
 */
CREATE FUNCTION mlops_internal.feature_skew(training_set text, served text, condition text, alpha float8,
    min_effect float8, path text) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        t CONSTANT mlops.training_set := mlops_internal.training_set_named(training_set);
        columns name[];
        types oid[];
        profiles mlops.profile[];
        absent text;
    BEGIN
        SELECT array_agg(p.column_name ORDER BY j.place) FILTER (WHERE s.name IS NOT NULL AND p.note IS NULL),
               array_agg(s.type ORDER BY j.place) FILTER (WHERE s.name IS NOT NULL AND p.note IS NULL),
               array_agg(p.profile ORDER BY j.place) FILTER (WHERE s.name IS NOT NULL AND p.note IS NULL),
               string_agg(p.column_name, ', ' ORDER BY j.place) FILTER (WHERE s.name IS NULL OR p.note IS NOT NULL)
            INTO columns, types, profiles, absent
            FROM mlops_internal.joined_columns(t.views, t.as_of, t.prefix) AS j
                JOIN mlops.feature_view AS v ON v.name = j.name AND v.role = 'feature'
                JOIN mlops.dataset_profiles(t.artifact_id) AS p ON p.column_name = j.column_name
                LEFT JOIN mlops_internal.source_columns(served, path) AS s ON s.name = p.column_name
                    AND mlops_internal.column_kind(s.type) IS NOT NULL
            WHERE j.part = 'feature';
        IF columns IS NULL THEN
            PERFORM mlops_internal.refuse_definition(format('%s has none of the features of training set "%s"',
                coalesce('"' || served || '"', 'NULL'), t.name),
                'Name the relation or query of what was served; its columns are named as in the training set.');
        ELSIF absent IS NOT NULL THEN
            RAISE NOTICE USING MESSAGE = format('not compared, as nothing of them was served, or kept: %s', absent);
        END IF;
        RETURN QUERY SELECT d.* FROM mlops.drift_report(columns, profiles,
            mlops_internal.source_profiles(served, columns, types, condition, false, path), alpha => alpha,
            min_effect => min_effect) AS d;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.feature_skew(text, text, text, float8, float8, text) IS
    'mlops.feature_skew, "path" being the search path of who called it';

CREATE FUNCTION mlops.feature_skew(training_set text, served text, condition text DEFAULT NULL,
    alpha float8 DEFAULT 0.05, min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.feature_skew(training_set, served, condition, alpha, min_effect,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.feature_skew(text, text, text, float8, float8) IS
    'training-serving skew: the features of a training set, by the profiles kept with it, against those that were '
    'served (a relation or query, read once with the caller''s rights), judged as mlops.drift_report does';

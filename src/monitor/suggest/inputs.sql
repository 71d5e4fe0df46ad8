/*
 * Which rows are which, what is followed, and what makes slices.
 */
CREATE FUNCTION mlops_internal.suggest_identity(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        versions CONSTANT text[] := ARRAY(SELECT w FROM mlops.version AS v CROSS JOIN LATERAL unnest(ARRAY[
            v.version::text, 'v' || v.version, format('models:/%s/%s', (s.model).name, v.version), v.uri]) AS w
            WHERE v.model_id = (s.model).model_id AND w IS NOT NULL);
        fitting text[];
        key name[];
        is_primary boolean;
    BEGIN
        fitting := ARRAY(SELECT f.name::text FROM mlops_internal.free_columns(s) AS f
            WHERE NOT coalesce(f.trained, false) AND f.n_distinct > 0 AND f."values" IS NOT NULL
              AND (f.kind = 'text' OR mlops_internal.base_type(f.type) IN ('int2'::regtype, 'int4'::regtype,
                  'int8'::regtype))
              -- a small number is a version only by its name
              AND (f.kind = 'text' OR f.name ~* '(version|model)')
              AND NOT EXISTS (SELECT FROM jsonb_object_keys(f."values") AS k WHERE k <> ALL (versions))
            ORDER BY f.place);
        s := mlops_internal.propose(s, 'version_column', mlops_internal.only_candidate(s, 'the version', fitting,
            'version_column'), 'its values are versions of the model');
        SELECT ARRAY(SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(n, place)
                     JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.place),
               i.indisprimary INTO key, is_primary
        FROM pg_index AS i
        WHERE i.indrelid = s.relation AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indkey::text LIMIT 1;
        IF key IS NULL THEN
            -- where nothing keeps rows from coming twice it is worth a look
            SELECT array_agg(f.name) INTO key FROM mlops_internal.free_columns(s) AS f
            WHERE NOT coalesce(f.trained, false) AND f.not_null AND f.kind <> 'time'
              AND (f.class = 'identifier' OR f.class = 'clock' AND f.name ~* '(^|_)(id|key|number)$')
            HAVING count(*) = 1;
        END IF;
        RETURN mlops_internal.propose(s, 'row_key', key, CASE WHEN is_primary THEN 'the primary key'
            WHEN is_primary IS NOT NULL THEN 'a unique index'
            ELSE 'the only column without NULLs that looks like a key' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_identity(mlops_internal.suggestion) IS
    'version_column and row_key';

CREATE FUNCTION mlops_internal.suggest_features(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        roles CONSTANT text[] := mlops_internal.taken(s) || coalesce(ARRAY(SELECT jsonb_array_elements_text(
            s.arguments #> '{row_key,value}')), '{}');
        features name[];
        left_out text;
    BEGIN
        SELECT array_agg(f.name ORDER BY f.place) FILTER (WHERE k.fits),
               string_agg(format('%s (%s: %s)', f.name, f.class, f.why), ', ' ORDER BY f.place)
                   FILTER (WHERE NOT k.fits)
        INTO features, left_out
        FROM unnest(s.facts) AS f,
             -- a time moves on, but may be of tomorrow
             LATERAL (SELECT f.class IS NULL OR f.class IN ('number', 'category')
                      OR f.class = 'clock' AND mlops_internal.column_kind(f.type) = 'time' AS fits) AS k
        WHERE f.name::text <> ALL (roles) AND (f.name::text = ANY (s.outcomes)) IS NOT TRUE
          AND CASE WHEN s.trained IS NOT NULL THEN f.trained
                   -- when something became known, or what was, says nothing of the inputs
                   ELSE mlops_internal.column_kind(f.type) <> 'time' END;
        RETURN mlops_internal.propose(s, 'features', coalesce(features[:500], '{}'), concat_ws('; ',
            CASE WHEN s.trained IS NOT NULL THEN 'columns that the model was trained on'
                 ELSE 'all columns without another role' END,
            CASE WHEN cardinality(features) > 500 THEN format('the first 500 of %s', cardinality(features)) END,
            'left out: ' || left_out, 'known only with the label: '
            || nullif(array_to_string(ARRAY(SELECT o FROM unnest(s.outcomes) AS o WHERE o <> ALL (roles)), ', '), '')));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_features(mlops_internal.suggestion) IS
    'features: what the model was trained on, else all columns without a role; no identifiers, clocks, constants, free '
    'text';

/*
 * What makes slices: few values, none of them rare.  Of more than five, those
 * between which the error differs most, or the score where there is no label.
 */
CREATE FUNCTION mlops_internal.suggest_slices(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    AS $$
    DECLARE
        fitting name[];
        predicted CONSTANT text := coalesce(mlops_internal.chosen(s, 'score_column'),
            mlops_internal.chosen(s, 'prediction_column'));
        label CONSTANT text := mlops_internal.chosen(s, 'label_column');
        measured text;
        reason text := 'features with 2 to 25 values of 2 % of the rows or more each';
    BEGIN
        IF NOT s.given ? 'slices' THEN
            fitting := ARRAY(SELECT f.name FROM unnest(s.facts) AS f
                WHERE s.arguments #> '{features,value}' ? f.name::text AND f.kind IN ('text', 'boolean')
                  AND f.n_distinct BETWEEN 2 AND 25 AND mlops_internal.base_type(f.type) <> 'uuid'::regtype
                  AND NOT EXISTS (SELECT FROM jsonb_each_text(f."values") AS v WHERE v.value::float8 < 0.02)
                ORDER BY f.place);
            IF cardinality(fitting) > 5 THEN
                measured := CASE WHEN (s.model).task IN ('binary', 'regression') AND label IS NOT NULL
                        AND predicted IS NOT NULL
                    THEN format('pg_catalog.abs(source.%I::%s::pg_catalog.float8 - source.%I::%s::pg_catalog.float8)',
                        label, CASE WHEN (s.model).task = 'binary' THEN 'pg_catalog.int4' ELSE 'pg_catalog.float8' END,
                        predicted, CASE WHEN (SELECT f.kind FROM unnest(s.facts) AS f WHERE f.name = predicted)
                            = 'boolean' THEN 'pg_catalog.int4' ELSE 'pg_catalog.float8' END)
                    WHEN mlops_internal.chosen(s, 'score_column') IS NOT NULL
                    THEN format('source.%I::pg_catalog.float8', predicted) END;
                IF measured IS NOT NULL THEN
                    EXECUTE format('SELECT pg_catalog.array_agg(o.name ORDER BY o.between DESC, o.name) FROM (SELECT '
                        'g.name, pg_catalog.sum(g.n * (g.m - g.whole) ^ 2) AS between FROM (SELECT v.name, v.value, '
                        'pg_catalog.count(source."mlops measured") AS n, pg_catalog.avg(source."mlops measured") AS m, '
                        'pg_catalog.sum(pg_catalog.sum(source."mlops measured")) OVER (PARTITION BY v.name) '
                        '/ nullif(pg_catalog.sum(pg_catalog.count(source."mlops measured")) OVER (PARTITION BY v.name)'
                        ', 0) AS whole FROM (SELECT source.*, %s AS "mlops measured" FROM %s AS source) AS source '
                        'CROSS JOIN LATERAL (VALUES %s) AS v (name, value) GROUP BY v.name, v.value) AS g '
                        'GROUP BY g.name) AS o', measured, s.sample,
                        (SELECT string_agg(format('(%L::pg_catalog.name, source.%I::pg_catalog.text)', c, c), ', ')
                         FROM unnest(fitting) AS c)) INTO fitting;
                    reason := reason || CASE WHEN label IS NOT NULL
                        THEN ', the five between which the error differs most'
                        ELSE ', the five between which the score differs most' END;
                ELSE
                    reason := reason || ', the first five';
                END IF;
                fitting := fitting[:5];
            END IF;
        END IF;
        RETURN mlops_internal.propose(s, 'slices', nullif(fitting, '{}'), reason);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_slices(mlops_internal.suggestion) IS 'up to five features that make slices';

/*
 * registry: which versions are there, and which is best.
 *
 * A condition is a JSON value, which must be equal, or an object of operators:
 * {">=": 0.7, "<": 0.9}, {"!=": "a"}, {"in": [3, 5]}, {"like": "bert%"}.  Numbers are
 * compared as numbers, texts as texts; what is not there meets no condition.
 */
CREATE FUNCTION mlops_internal.meets_operator(value jsonb, operator text, operand jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        order_of integer;
    BEGIN
        IF operator IN ('<', '<=', '>', '>=') THEN
            IF jsonb_typeof(operand) NOT IN ('number', 'string') THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('operator %s wants a number or a text, not %s', operator, operand);
            ELSIF jsonb_typeof(value) IS DISTINCT FROM jsonb_typeof(operand) THEN
                RETURN false;
            END IF;
            order_of := CASE jsonb_typeof(value) WHEN 'number'
                    THEN numeric_cmp((value #>> '{}')::numeric, (operand #>> '{}')::numeric)
                ELSE bttextcmp((value #>> '{}') COLLATE "C", (operand #>> '{}') COLLATE "C") END;
            RETURN CASE operator WHEN '<' THEN order_of < 0 WHEN '<=' THEN order_of <= 0 WHEN '>' THEN order_of > 0
                ELSE order_of >= 0 END;
        ELSIF operator IN ('=', '!=') THEN
            RETURN value IS NOT NULL AND (value = operand) = (operator = '=');
        ELSIF operator = 'in' AND jsonb_typeof(operand) = 'array' THEN
            RETURN EXISTS (SELECT FROM jsonb_array_elements(operand) AS e (element) WHERE e.element = value);
        ELSIF operator = 'like' AND jsonb_typeof(operand) = 'string'
            AND operand #>> '{}' !~ '(^|[^\\])(\\\\)*\\$' THEN
            RETURN coalesce(jsonb_typeof(value) = 'string' AND value #>> '{}' LIKE operand #>> '{}', false);
        END IF;
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('condition {"%s": %s} is not understood', operator, operand),
            HINT = 'Operators are =, !=, <, <=, >, >=, "in" with a list, and "like" with a text; a value alone must be '
                'equal.';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.meets_operator(jsonb, text, jsonb) IS
    'whether a value, NULL when it is not there, meets one operator of a condition; error 22023 for an operator or '
    'operand that there is not';

CREATE FUNCTION mlops_internal.meets(given jsonb, conditions jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(bool_and(CASE WHEN jsonb_typeof(c.value) = 'object'
            THEN (SELECT coalesce(bool_and(mlops_internal.meets_operator(given -> c.key, o.key, o.value)), true)
                  FROM jsonb_each(CASE jsonb_typeof(c.value) WHEN 'object' THEN c.value ELSE '{}' END) AS o)
            ELSE coalesce(given -> c.key = c.value, false) END), true)
        FROM jsonb_each(conditions) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.meets(jsonb, jsonb) IS
    'whether an object meets the conditions on its keys: a value that must be equal, or an object of operators';

CREATE FUNCTION mlops_internal.metric_direction(metric text, direction text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        known CONSTANT text[] := ARRAY(SELECT DISTINCT d.direction FROM mlops.metric_definition AS d
            WHERE d.name = metric AND d.direction <> 'none');
    BEGIN
        IF direction IS NULL AND cardinality(known) = 1 THEN
            RETURN known[1];
        ELSIF direction IN ('higher', 'lower', 'zero') THEN
            RETURN direction;
        END IF;
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = CASE WHEN direction IS NULL THEN format('which values of "%s" are better is not known', metric)
                ELSE format('direction "%s" does not exist', direction) END,
            HINT = 'Give the direction: higher, lower, or zero for nearest to zero; of the metrics in '
                'mlops.metric_definition it is known.';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.metric_direction(text, text) IS
    'which values of a metric are better: higher, lower or zero; as given, else as mlops.metric_definition has it, '
    'else error 22023';

/* Anybody can say anything of an artifact. */
CREATE FUNCTION mlops_internal.noted_rows(properties jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT CASE WHEN properties ->> 'rows' ~ '^[0-9]{1,18}$' THEN (properties ->> 'rows')::bigint END $$;
COMMENT ON FUNCTION mlops_internal.noted_rows(jsonb) IS
    'number of rows that the properties of an artifact tell; NULL when that is no whole number of at most 18 digits';

CREATE FUNCTION mlops_internal.training_datasets(run bigint)
    RETURNS TABLE (artifact_id bigint, name text, place text, digest text, n_rows bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT a.artifact_id, a.name, a.place, a.digest,
               mlops_internal.noted_rows(a.properties)
        FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
        WHERE e.run_id = run AND e.direction = 'input' AND a.type NOT IN ('model_version', 'endpoint')
        ORDER BY a.artifact_id
    $$;
COMMENT ON FUNCTION mlops_internal.training_datasets(bigint) IS
    'what a run read, but for versions: name, relation or URI, fingerprint, rows';

CREATE FUNCTION mlops_internal.check_filter(filter jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        part record;
    BEGIN
        filter := coalesce(filter, '{}');
        IF jsonb_typeof(filter) <> 'object' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'filter must be a JSON object',
                HINT = 'Write an object such as {"params": {"depth": 3}}.';
        END IF;
        FOR part IN SELECT * FROM jsonb_each(filter) AS p LOOP
            IF part.key IN ('metrics', 'params', 'tags') AND jsonb_typeof(part.value) = 'object' THEN
                PERFORM mlops_internal.meets('{}', part.value);
            ELSIF part.key NOT IN ('dataset', 'stage', 'alias') OR jsonb_typeof(part.value) <> 'string' THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('filter {"%s": %s} is not understood', part.key, part.value),
                    HINT = 'A filter has objects of conditions under metrics, params and tags, and texts under '
                        'dataset, stage and alias.';
            END IF;
        END LOOP;
        IF filter ->> 'stage' NOT IN ('registered', 'staged', 'deployed', 'retired') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('stage "%s" does not exist', filter ->> 'stage'),
                HINT = 'Stages are registered, staged, deployed and retired.';
        END IF;
        RETURN filter;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_filter(jsonb) IS
    'the filter of mlops.search_versions, {} for NULL; error 22023 when something in it is not understood';

CREATE FUNCTION mlops.search_versions(
    model text DEFAULT NULL, filter jsonb DEFAULT '{}', order_by text DEFAULT NULL, direction text DEFAULT NULL,
    max_rows integer DEFAULT 100)
    RETURNS TABLE (name text, version integer, value double precision, stage text, aliases text[], metrics jsonb,
        params jsonb, tags jsonb, datasets text[], git_commit text, training_run bigint,
        registered_at timestamptz)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        of_model CONSTANT bigint := CASE WHEN search_versions.model IS NOT NULL
            THEN mlops.model_id(search_versions.model) END;
        better CONSTANT text := CASE WHEN search_versions.order_by IS NOT NULL
            THEN mlops_internal.metric_direction(search_versions.order_by, search_versions.direction) END;
        wanted CONSTANT jsonb := mlops_internal.check_filter(search_versions.filter);
    BEGIN
        RETURN QUERY
            SELECT f.name, f.version, f.value, f.stage,
                   (SELECT array_agg(a.alias ORDER BY a.alias) FROM mlops.alias AS a
                    WHERE a.version_id = f.version_id AND a.until IS NULL),
                   f.metrics, f.params, f.tags,
                   (SELECT array_agg(d.name ORDER BY d.artifact_id)
                    FROM mlops_internal.training_datasets(f.run_id) AS d),
                   f.git_commit, f.run_id, f.created_at
            FROM (SELECT m.name, v.*, n.value, CASE better WHEN 'higher' THEN -n.value WHEN 'lower' THEN n.value
                      WHEN 'zero' THEN abs(n.value) END AS rank
                  FROM mlops.version AS v JOIN mlops.model AS m USING (model_id)
                      CROSS JOIN LATERAL (SELECT nullif((v.metrics ->> search_versions.order_by)::double precision,
                          'NaN')) AS n (value)
                  WHERE v.deleted_at IS NULL AND m.deleted_at IS NULL
                    AND CASE WHEN of_model IS NULL THEN m.archived_at IS NULL ELSE v.model_id = of_model END
                    AND (search_versions.order_by IS NULL OR v.metrics ? search_versions.order_by)
                    AND coalesce(v.stage = wanted ->> 'stage', true)
                    AND (wanted ->> 'alias' IS NULL OR EXISTS (SELECT FROM mlops.alias AS a
                        WHERE a.version_id = v.version_id AND a.alias = wanted ->> 'alias' AND a.until IS NULL))
                    AND (wanted -> 'metrics' IS NULL OR mlops_internal.meets(v.metrics, wanted -> 'metrics'))
                    AND (wanted -> 'params' IS NULL OR mlops_internal.meets(v.params, wanted -> 'params'))
                    AND (wanted -> 'tags' IS NULL OR mlops_internal.meets(v.tags, wanted -> 'tags'))
                    AND (wanted ->> 'dataset' IS NULL
                         OR EXISTS (SELECT FROM mlops_internal.training_datasets(v.run_id) AS d
                                    WHERE wanted ->> 'dataset' IN (d.name, d.place, d.digest)))
                  ORDER BY rank NULLS LAST, v.version_id DESC
                  LIMIT search_versions.max_rows) AS f
            ORDER BY f.rank NULLS LAST, f.version_id DESC;
    END
    $$;
COMMENT ON FUNCTION mlops.search_versions(text, jsonb, text, text, integer) IS
    'versions that meet a filter (conditions on metrics, params, tags; dataset, stage, alias), the best by a metric '
    'first, or the newest; model NULL: of all models that are not archived';

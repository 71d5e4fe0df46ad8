/*
 * Wanted: what is measured of a window.  That is what a kind of summary has
 * recorded, and what a check names; only summaries that answer some of it are made.
 */
/* The roles that a definition has columns for. */
CREATE FUNCTION mlops_internal.roles(def mlops.monitor_version) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_remove(ARRAY[
            CASE WHEN def.label_column IS NOT NULL THEN 'label' END,
            CASE WHEN def.prediction_column IS NOT NULL THEN 'prediction' END,
            CASE WHEN def.score_column IS NOT NULL THEN 'score' END,
            CASE WHEN num_nonnulls(def.prediction_column, def.score_column) > 0 THEN 'decision' END,
            CASE WHEN def.label_time_column IS NOT NULL THEN 'label_time' END,
            CASE WHEN def.label_relation IS NOT NULL THEN 'label_relation' END,
            CASE WHEN def.group_column IS NOT NULL THEN 'group' END,
            CASE WHEN def.query_column IS NOT NULL THEN 'query' END,
            CASE WHEN def.probability_columns IS NOT NULL THEN 'probabilities' END,
            CASE WHEN cardinality(mlops_internal.number_features(def)) > 0 THEN 'numbers' END,
            CASE WHEN cardinality(def.row_key) > 0 THEN 'row_key' END,
            CASE WHEN num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0
                THEN 'reference' END], NULL)
    $$;
COMMENT ON FUNCTION mlops_internal.roles(mlops.monitor_version) IS
    'roles that columns of a definition play, and "reference" when it has one';

/* The sources that a definition has the columns for, of each metric the first. */
CREATE FUNCTION mlops_internal.available_sources(def mlops.monitor_version)
    RETURNS TABLE (metric text, kind text, state text, function text, pair boolean, family text, kinds text[],
        has_p_value boolean, has_interval boolean, option_names text[], option_types text[], required text[],
        recorded boolean, in_slices boolean, n text)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT DISTINCT ON (s.metric COLLATE "C") s.metric, s.kind, s.state, s.function, s.pair, s.family,
            s.kinds, s.has_p_value, s.has_interval, s.option_names, s.option_types, s.required, s.recorded, s.in_slices,
            s.n
        FROM mlops_internal.roles(def) AS h(roles), mlops_internal.metric_sources() AS s
        WHERE coalesce(def.task = ANY (s.tasks), s.tasks IS NULL) AND s.needs <@ h.roles
          AND (NOT s.pair OR 'reference' = ANY (h.roles))
        ORDER BY s.metric COLLATE "C", s.place;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.available_sources(mlops.monitor_version) IS
    'metrics that a definition has the task, the columns and the reference for, each with the summary it is read of';

/* Rules of a definition, one row for each column that one stands for. */
CREATE TYPE mlops_internal.expanded_rule AS (metric text, column_name name, rule jsonb, source text);
COMMENT ON TYPE mlops_internal.expanded_rule IS 'a row of mlops_internal.expanded_rules()';

CREATE FUNCTION mlops_internal.rules(def mlops.monitor_version) RETURNS mlops_internal.expanded_rule[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN ARRAY(SELECT DISTINCT ON (o.observed, k.col)
            ROW(o.observed, k.col, c.rule, m.metric)::mlops_internal.expanded_rule
        FROM jsonb_array_elements(def.checks) AS c(rule)
        JOIN mlops.monitor_metrics() AS m ON m.metric = c.rule ->> 'metric'
        CROSS JOIN LATERAL (SELECT coalesce(c.rule ->> 'name', m.metric) AS observed) AS o
        LEFT JOIN LATERAL (SELECT j.key AS col FROM jsonb_each_text(def.kinds) AS j
                           WHERE j.value = ANY (m.kinds) AND c.rule ->> 'column' IN ('*', j.key)) AS k ON true
        WHERE m.kinds IS NULL OR k.col IS NOT NULL
        ORDER BY o.observed, k.col, c.rule ->> 'column' = '*');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rules(mlops.monitor_version) IS 'what mlops_internal.expanded_rules() answers';

-- this one and its like are asked of the same definition with every window: kept_answer.c
CREATE FUNCTION mlops_internal.kept_rules(def mlops.monitor_version) RETURNS mlops_internal.expanded_rule[]
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_kept_answer';
COMMENT ON FUNCTION mlops_internal.kept_rules(mlops.monitor_version) IS
    'mlops_internal.rules(), worked out once in a session';

CREATE FUNCTION mlops_internal.expanded_rules(def mlops.monitor_version)
    RETURNS TABLE (metric text, column_name name, rule jsonb, source text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT r.metric, r.column_name, r.rule, r.source FROM pg_catalog.unnest(mlops_internal.kept_rules(def)) AS r;
    END;
COMMENT ON FUNCTION mlops_internal.expanded_rules(mlops.monitor_version) IS
    'checks of a definition with "*" written out, a check of a column itself coming before "*"; metric is what the '
    'observation is called, source what is measured';

/* Options as arguments of a call, after a comma each. */
CREATE FUNCTION mlops_internal.option_arguments(options jsonb, names text[], types text[]) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(string_agg(format(', %I => %L::%s', o.key,
                CASE jsonb_typeof(o.value)
                    WHEN 'array' THEN '{' || (SELECT string_agg(e #>> '{}', ',' ORDER BY at)
                        FROM jsonb_array_elements(o.value) WITH ORDINALITY AS a(e, at)) || '}'
                    ELSE o.value #>> '{}' END, types[array_position(names, o.key)]), '' ORDER BY o.key COLLATE "C"), '')
        FROM jsonb_each(options) AS o WHERE o.key = ANY (names)
    $$;
COMMENT ON FUNCTION mlops_internal.option_arguments(jsonb, text[], text[]) IS
    'those of the options that a function has, as SQL: named arguments of its types';

/*
 * What is measured, a row for each column.  The threshold of the definition is
 * that of all decisions that are made of scores.  Of lists each metric is a
 * summary of its own.
 */
CREATE TYPE mlops_internal.wanted_metric AS (metric text, column_name name, kind text, stored_kind text, state text,
    function text, pair boolean, has_p_value boolean, has_interval boolean, options jsonb, arguments text,
    in_slices boolean, slice_kind text, n text, checked boolean);
COMMENT ON TYPE mlops_internal.wanted_metric IS 'a row of mlops_internal.wanted_metrics()';

CREATE FUNCTION mlops_internal.wanted(def mlops.monitor_version) RETURNS mlops_internal.wanted_metric[]
    -- a threshold is written with all its digits, whoever asks first
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1
    AS $$
    BEGIN
        RETURN ARRAY(WITH available AS MATERIALIZED (SELECT * FROM mlops_internal.available_sources(def)),
        followed AS (SELECT j.key::name AS column_name, j.value AS kind FROM jsonb_each_text(def.kinds) AS j),
        asked AS (
            SELECT r.metric, r.source, r.column_name, r.rule -> 'options' AS options,
                   (r.rule ->> 'slices')::boolean AS in_slices, true AS checked
            FROM mlops_internal.expanded_rules(def) AS r
            UNION ALL
            SELECT a.metric, a.metric, f.column_name, NULL, a.in_slices, false
            FROM available AS a LEFT JOIN followed AS f ON f.kind = ANY (a.kinds)
            WHERE a.recorded AND (a.kinds IS NULL OR f.column_name IS NOT NULL)
        ), asked_once AS (
            SELECT a.metric, a.source, a.column_name, max(a.options::text)::jsonb AS options,
                   bool_or(a.in_slices) AS in_slices, bool_or(a.checked) AS checked
            FROM asked AS a GROUP BY 1, 2, 3
        )
        SELECT ROW(a.metric, a.column_name, s.kind,
               CASE WHEN s.kind = 'lists' THEN s.function || coalesce('(' || (
                   SELECT string_agg(format('%s => %s', e.key, e.value), ', ' ORDER BY e.key COLLATE "C")
                   FROM jsonb_each(o.options) AS e) || ')', '') ELSE s.kind END,
               CASE WHEN s.kind = 'lists' THEN 'loss_means' ELSE s.state END, s.function, s.pair, s.has_p_value,
               s.has_interval, o.options, g.arguments, a.in_slices,
               CASE WHEN s.kind <> 'profile' THEN s.kind
                    WHEN bool_or(a.in_slices AND c.metric IS NULL) OVER (PARTITION BY a.column_name) THEN 'profile'
                    ELSE 'coarse_profile' END, s.n, a.checked)::mlops_internal.wanted_metric
        FROM asked_once AS a JOIN available AS s ON s.metric = a.source
        CROSS JOIN LATERAL (SELECT CASE WHEN s.kind = 'scores' AND 'threshold' = ANY (s.option_names)
                                THEN jsonb_build_object('threshold', def.threshold) ELSE '{}' END
                                || coalesce(a.options, '{}') AS options) AS o
        CROSS JOIN LATERAL (SELECT CASE WHEN o.options = '{}' THEN ''
                                ELSE mlops_internal.option_arguments(o.options, s.option_names, s.option_types) END
                            AS arguments) AS g
        LEFT JOIN mlops_internal.metric_sources() AS c ON c.kind = 'coarse_profile' AND c.metric = a.source);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.wanted(mlops.monitor_version) IS 'what mlops_internal.wanted_metrics() answers';

CREATE FUNCTION mlops_internal.kept_wanted(def mlops.monitor_version) RETURNS mlops_internal.wanted_metric[]
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_kept_answer';
COMMENT ON FUNCTION mlops_internal.kept_wanted(mlops.monitor_version) IS
    'mlops_internal.wanted(), worked out once in a session';

CREATE FUNCTION mlops_internal.wanted_metrics(def mlops.monitor_version)
    RETURNS TABLE (metric text, column_name name, kind text, stored_kind text, state text, function text, pair boolean,
        has_p_value boolean, has_interval boolean, options jsonb, arguments text, in_slices boolean, slice_kind text,
        n text, checked boolean)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT w.metric, w.column_name, w.kind, w.stored_kind, w.state, w.function, w.pair, w.has_p_value,
               w.has_interval, w.options, w.arguments, w.in_slices, w.slice_kind, w.n, w.checked
        FROM pg_catalog.unnest(mlops_internal.kept_wanted(def)) AS w;
    END;
COMMENT ON FUNCTION mlops_internal.wanted_metrics(mlops.monitor_version) IS
    'what is measured of each window: the metric as it is called, of which column, from which summary by which '
    'function, whether in slices, too, and from which summary there, a coarse profile if that answers all of a column; '
    'and whether a check names it';

/* Columns of which slices have a summary, too, and its kind. */
CREATE FUNCTION mlops_internal.sliced_columns(def mlops.monitor_version) RETURNS TABLE (column_name name, kind text)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT DISTINCT w.column_name, w.slice_kind FROM mlops_internal.wanted_metrics(def) AS w
        WHERE w.in_slices AND w.column_name IS NOT NULL AND jsonb_array_length(def.slices) > 0
        UNION
        -- an estimate is made of the profile of the scores
        SELECT def.score_column, 'profile' FROM mlops_internal.wanted_metrics(def) AS w
        WHERE w.kind = 'estimate' AND w.in_slices AND jsonb_array_length(def.slices) > 0;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.sliced_columns(mlops.monitor_version) IS
    'columns that are summarised for each slice, and how';

/* Kinds of summaries that windows of a definition have; of the reference there is the calibration besides. */
CREATE FUNCTION mlops_internal.stored_kinds(def mlops.monitor_version) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT coalesce(array_agg(DISTINCT k.kind), '{}')
        FROM mlops_internal.wanted_metrics(def) AS w,
             LATERAL (SELECT w.stored_kind WHERE w.state IS NOT NULL
                      UNION ALL SELECT 'isotonic' WHERE w.kind = 'estimate'
                      -- n_invalid counts what these leave out
                      UNION ALL SELECT 'scores' WHERE w.kind = 'estimate') AS k(kind));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.stored_kinds(mlops.monitor_version) IS
    'kinds of the summaries that a window is kept as, and isotonic when the reference''s scores are calibrated';

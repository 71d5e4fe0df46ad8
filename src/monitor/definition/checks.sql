/*
 * Checks: which metric, on which column, and from where on it is a warning or
 * critical.
 *
 *     [{"metric": "roc_auc", "warning": {"below": 0.72}, "critical": {"below": 0.70}},
 *      {"metric": "psi", "column": "*", "warning": {"above": 0.1}, "critical": {"above": 0.25}}]
 *
 * A check without limits records the metric.  A limit holds some of: above, below (the value itself), above_reference,
 * below_reference (the value minus the baseline's, or the reverse), p_below
 * (the test's adjusted p-value, in addition to the others when there are others).
 */
CREATE FUNCTION mlops_internal.check_limit(bounds jsonb, family text, is_test boolean, place text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        known CONSTANT text[] := '{above,below,above_reference,below_reference,p_below}';
        key text;
        val jsonb;
    BEGIN
        IF jsonb_typeof(bounds) <> 'object' OR bounds = '{}' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s must be an object with at least one bound', place),
                HINT = 'Give for example {"above": 0.25}.';
        END IF;
        FOR key, val IN SELECT * FROM jsonb_each(bounds) LOOP
            IF key <> ALL (known) THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('%s has no bound "%s"', place, key),
                    HINT = format('Bounds are: %s.', array_to_string(known, ', '));
            ELSIF jsonb_typeof(val) <> 'number' OR abs((val #>> '{}')::numeric) > 1e300 THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('bound "%s" of %s must be a number, not %s', key, place, left(val::text, 100)),
                    HINT = 'Numbers between -1e300 and 1e300 are allowed.';
            ELSIF val <> '0' AND abs(val::numeric) < 1e-300 THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('bound "%s" of %s is too near to 0', key, place),
                    HINT = 'Write 0, or a number of at least 1e-300.';
            ELSIF key LIKE '%reference' AND family = 'drift' THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('bound "%s" of %s does not apply to a drift metric', key, place),
                    HINT = 'A drift metric is itself a comparison with the baseline: use "above".';
            ELSIF key = 'p_below' AND NOT is_test THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('bound "p_below" of %s needs a metric with a p-value', place),
                    HINT = 'Tests have one, such as ks_test: see mlops.metric_definition.has_p_value.';
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_limit(jsonb, text, boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_limit(jsonb, text, boolean, text) IS
    'raise 22023 unless "bounds" is a limit that suits the metric''s family; "place" names it in messages';

/* Why a check of a known metric does not fit a definition; NULL when it does. */
CREATE FUNCTION mlops_internal.rule_misfit(rule jsonb, def mlops.monitor_version, OUT reason text, OUT hint text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m record;
        wanted text := rule ->> 'metric';
        col text := rule ->> 'column';
        compares boolean := rule -> 'warning' ?| '{above_reference,below_reference}'
            OR rule -> 'critical' ?| '{above_reference,below_reference}';
        has_reference boolean := num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0;
        tasks text;
        needs text;
    BEGIN
        SELECT * INTO m FROM mlops.monitor_metrics() AS x WHERE x.metric = wanted;
        SELECT string_agg(DISTINCT t, ' or '),
               (array_agg(DISTINCT n.of_source) FILTER (WHERE s.tasks IS NULL OR def.task = ANY (s.tasks)))[1]
        INTO tasks, needs
        FROM mlops_internal.metric_sources() AS s LEFT JOIN LATERAL unnest(s.tasks) AS t ON true,
             LATERAL (SELECT string_agg(CASE r WHEN 'decision' THEN 'prediction_column or score_column'
                          WHEN 'probabilities' THEN 'probability_columns' WHEN 'numbers' THEN 'numeric features'
                          WHEN 'reference' THEN r WHEN 'row_key' THEN r WHEN 'label_relation' THEN r
                          ELSE r || '_column' END, ', ') AS of_source
                      FROM unnest(s.needs) AS r WHERE r <> ALL (mlops_internal.roles(def))) AS n
        WHERE s.metric = wanted;
        IF rule ?| '{granularity,rolling}' THEN
            SELECT f.reason, f.hint INTO reason, hint FROM mlops_internal.span_misfit(rule, def) AS f;
        END IF;
        IF reason IS NOT NULL THEN
            NULL;
        ELSIF m.kinds IS NULL AND col IS NOT NULL THEN
            reason := format('the check of "%s" names a column', wanted);
            hint := 'This metric belongs to the whole window: leave "column" out.';
        ELSIF m.kinds IS NOT NULL AND col <> '*' AND NOT def.kinds ? col THEN
            reason := format('column "%s" in the check of "%s" is not one that the monitor follows', col, wanted);
            hint := format('Followed columns are: %s.',
                coalesce((SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(def.kinds) AS k), 'none'));
        ELSIF m.kinds IS NOT NULL AND col <> '*' AND def.kinds ->> col <> ALL (m.kinds) THEN
            reason := format('metric "%s" does not apply to column "%s", which is of kind %s', wanted, col,
                def.kinds ->> col);
            hint := format('It applies to columns of kind %s.', array_to_string(m.kinds, ', '));
        ELSIF m.family = 'drift' AND wanted <> 'drift' AND NOT has_reference THEN
            reason := format('the check of "%s" needs a reference', wanted);
            hint := 'Give reference_from and reference_to, or reference_relation.';
        ELSIF compares AND NOT has_reference THEN
            reason := format('the check of "%s" compares with a reference, but the monitor has none', wanted);
            hint := 'Give reference_from and reference_to, or reference_relation.';
        ELSIF compares AND wanted = 'n' AND num_nulls(def.reference_from, def.reference_to) > 0 THEN
            reason := 'the check of "n" compares with a reference whose length in time is not known';
            hint := 'Give reference_from and reference_to: rows are compared per time.';
        ELSIF NOT EXISTS (SELECT FROM mlops_internal.metric_sources() AS s
                          WHERE s.metric = wanted AND coalesce(def.task = ANY (s.tasks), s.tasks IS NULL)) THEN
            reason := format('the check of "%s" does not suit the task %s', wanted,
                coalesce(def.task, 'of a monitor without model'));
            hint := format('This metric is of the task %s.', tasks);
        ELSIF wanted IN ('label_coverage', 'n_invalid') AND def.label_column IS NULL THEN
            reason := format('the check of "%s" needs a label column', wanted);
            hint := 'Give label_column.';
        ELSIF NOT EXISTS (SELECT FROM mlops_internal.available_sources(def) AS a WHERE a.metric = wanted) THEN
            reason := format('the check of "%s" needs columns that the monitor does not have', wanted);
            hint := format('It lacks: %s.', needs);
        ELSE
            SELECT f.reason, f.hint INTO reason, hint FROM mlops_internal.quality_misfit(rule) AS f;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.rule_misfit(jsonb, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.rule_misfit(jsonb, mlops.monitor_version) IS
    'why a check cannot be computed for a definition, and what to do; NULL when it can';

/* Options of a check: those of the function that measures it, with values of their types. */
CREATE FUNCTION mlops_internal.check_options(rule jsonb, def mlops.monitor_version) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        options jsonb := coalesce(rule -> 'options', '{}');
        a record;
        option record;
        missing text;
    BEGIN
        SELECT * INTO a FROM mlops_internal.available_sources(def) AS s WHERE s.metric = rule ->> 'metric';
        missing := (SELECT string_agg(r, ', ') FROM unnest(a.required) AS r
                    WHERE NOT options ? r AND (a.kind <> 'scores' OR r <> 'threshold'));
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('the check of "%s" needs the option %s', a.metric, missing),
                HINT = format('Give for example "options": {"%s": ...}.', a.required[1]);
        END IF;
        FOR option IN SELECT o.key, o.value, a.option_types[array_position(a.option_names, o.key)] AS type
                      FROM jsonb_each(options) AS o LOOP
            IF option.type IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('metric "%s" has no option "%s"', a.metric, option.key),
                    HINT = coalesce(format('Options are: %s.', nullif(array_to_string(a.option_names, ', '), '')),
                        'It has no options.');
            END IF;
            BEGIN
                IF jsonb_typeof(option.value) IS DISTINCT FROM (CASE WHEN option.type LIKE '%[]' THEN 'array'
                        WHEN option.type = 'text' THEN 'string' WHEN option.type = 'boolean' THEN 'boolean'
                        ELSE 'number' END)
                    OR jsonb_path_exists(option.value, 'strict $[*] ? (@.type() != "number")', '{}', true)
                       AND option.type LIKE '%[]' THEN
                    RAISE invalid_text_representation;
                END IF;
                -- of the types above there is no code of users
                EXECUTE 'SELECT ROW(0' || replace(mlops_internal.option_arguments(jsonb_build_object('v', option.value),
                    '{v}', ARRAY[option.type]), 'v => ', '') || ')';
            EXCEPTION WHEN data_exception THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('option "%s" in the check of "%s" must be of type %s, not %s', option.key,
                        a.metric, option.type, left(option.value::text, 100)),
                    HINT = 'It is handed to the function of that name as it is.';
            END;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_options(jsonb, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_options(jsonb, mlops.monitor_version) IS
    'raise 22023 unless the options of a check are those of its metric, of their types';

/* k_of_n and clear in the form in which they are stored: [[k, n], [k, n]] for warning and critical. */
CREATE FUNCTION mlops_internal.normal_k_of_n(given jsonb, what text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        result jsonb := CASE WHEN jsonb_typeof(given -> 0) = 'number' THEN jsonb_build_array(given, given)
            ELSE given END;
    BEGIN
        IF given IS NOT NULL AND NOT coalesce(jsonb_typeof(result) = 'array' AND jsonb_array_length(result) = 2
            AND (SELECT bool_and(CASE WHEN jsonb_typeof(p) = 'array' AND jsonb_array_length(p) = 2
                    AND jsonb_typeof(p -> 0) = 'number' AND jsonb_typeof(p -> 1) = 'number'
                    THEN (p ->> 0)::numeric % 1 = 0 AND (p ->> 1)::numeric % 1 = 0 AND (p ->> 0)::numeric >= 1
                         AND (p ->> 0)::numeric <= (p ->> 1)::numeric AND (p ->> 1)::numeric <= 100
                    ELSE false END)
                 FROM jsonb_array_elements(CASE WHEN jsonb_typeof(result) = 'array' THEN result ELSE '[0]' END) AS p),
            false) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('"k_of_n" in %s must be [k, n] with 1 <= k <= n <= 100, or one for warning and one '
                    'for critical', what),
                HINT = 'Give for example [2, 3] or [[2, 3], [1, 1]].';
        END IF;
        RETURN result;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.normal_k_of_n(jsonb, text) IS
    '"k_of_n" of a check for warning and critical; raises 22023 when it is none; NULL for NULL';

/* alpha and size: a number for warnings, or one for warnings and one for critical. */
CREATE FUNCTION mlops_internal.is_pair(given jsonb, below numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(bool_and(CASE WHEN jsonb_typeof(x) = 'number' THEN (x #>> '{}')::numeric >= 1e-100
                                     AND (x #>> '{}')::numeric < below ELSE false END) AND count(*) BETWEEN 1 AND 2,
                                         false)
        FROM jsonb_array_elements(CASE WHEN jsonb_typeof(given) = 'array' THEN given ELSE jsonb_build_array(given) END)
            AS x
    $$;
COMMENT ON FUNCTION mlops_internal.is_pair(jsonb, numeric) IS
    'true for a number between 0 and "below", or a list of one or two';

/* Keys whose values are plain: what is wrong with one of them. */
CREATE FUNCTION mlops_internal.key_misfit(rule jsonb, def mlops.monitor_version, OUT reason text, OUT hint text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        what CONSTANT text := format('in the check of "%s"', rule ->> 'metric');
        k record;
    BEGIN
        FOR k IN
            SELECT r.key, r.value, jsonb_typeof(r.value) AS given, t.type, t.hint
            FROM jsonb_each(rule) AS r JOIN (VALUES
                ('column', 'string', 'Name a column, or "*" for all.'),
                ('slices', 'boolean', 'With false the check judges the whole window only.'),
                ('min_rows', 'whole', 'On fewer rows the verdict is no_data.'),
                ('clear', 'whole', 'It is how many good windows end an alert.'),
                ('rolling', 'whole', 'It is how many windows are judged together.'),
                ('name', 'string', 'It is what the observation is called.'),
                ('reference', 'reference', 'Give for example [{"same_phase": 4}].'),
                ('alpha', 'share', 'It is the level for warning, or [warning, critical].'),
                ('size', 'size', 'It is the smallest change that matters, for warning, or [warning, critical].'),
                ('options', 'object', 'They are handed to the metric by name.'),
                ('granularity', 'string', 'Name the length of the windows that are judged.'),
                ('expression', 'string', 'It computes the metric.'),
                ('as', 'string', 'Name what the text of the column stands for.'),
                ('references', 'string', 'Name the column that it points to.')) AS t(key, type, hint) USING (key)
        LOOP
            reason := (CASE k.type
                WHEN 'whole' THEN CASE WHEN k.given <> 'number' OR (k.value #>> '{}')::numeric % 1 <> 0
                    OR (k.value #>> '{}')::numeric NOT BETWEEN (k.key <> 'min_rows')::integer AND
                        CASE k.key WHEN 'min_rows' THEN 2147483647 ELSE 1000 END
                    THEN format('"%s" %s must be a whole number', k.key, what) END
                WHEN 'share' THEN CASE WHEN NOT mlops_internal.is_pair(k.value, 1)
                    THEN format('"%s" %s must be between 0 and 1, or two such numbers', k.key, what) END
                WHEN 'size' THEN CASE WHEN NOT mlops_internal.is_pair(k.value, 1e6)
                    THEN format('"%s" %s must be a positive number, or two', k.key, what) END
                WHEN 'reference' THEN (SELECT f.reason || ' ' || what FROM
                    mlops_internal.reference_misfit(k.value) AS f)
                WHEN 'boolean' THEN CASE WHEN k.given <> 'boolean'
                    THEN format('"%s" %s must be true or false', k.key, what) END
                ELSE CASE WHEN k.given <> k.type
                    THEN format('"%s" %s must be of type %s', k.key, what, k.type) END END);
            hint := k.hint;
            EXIT WHEN reason IS NOT NULL;
        END LOOP;
        IF reason IS NULL AND (length(rule ->> 'name') NOT BETWEEN 1 AND 200 OR rule ->> 'name' <> rule ->> 'metric'
            AND (rule ->> 'name' = 'evaluation' OR EXISTS (SELECT FROM mlops_internal.metric_sources() AS s
                 WHERE s.metric = rule ->> 'name' OR s.metric = rule ->> 'metric' AND s.function IS NULL
                     -- beside that of the windows that are read
                     AND s.metric <> 'custom' AND (s.metric <> 'drift' OR NOT rule ? 'granularity')))) THEN
            reason := format('"name" %s does not do', what);
            hint := 'A name is not that of a metric, has 1 to 200 characters, and not all metrics can have one.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.key_misfit(jsonb, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.key_misfit(jsonb, mlops.monitor_version) IS
    'what is wrong with the value of a key of a check, and what to do; NULL when nothing is';

/* One check in the form in which it is stored, or what is wrong with it. */
CREATE FUNCTION mlops_internal.normal_check(rule jsonb, def mlops.monitor_version) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        known CONSTANT text[] := '{metric,name,column,slices,min_rows,warning,critical,k_of_n,clear,reference,alpha,
            size,options,rolling,granularity,expression,as,references}';
        m record;
        wanted text := rule ->> 'metric';
        key text;
        reason text;
        hint text;
        limits boolean := rule ?| '{warning,critical}';
        statistical boolean;
    BEGIN
        SELECT * INTO m FROM mlops.monitor_metrics() AS x WHERE x.metric = wanted;
        IF jsonb_typeof(rule) IS DISTINCT FROM 'object' THEN
            reason := format('a check must be an object, not %s', left(rule::text, 200));
            hint := 'Give for example {"metric": "psi", "column": "*", "warning": {"above": 0.1}}.';
        ELSIF EXISTS (SELECT FROM jsonb_object_keys(rule) AS k WHERE k <> ALL (known)) THEN
            reason := format('a check has no key "%s"',
                (SELECT min(k) FROM jsonb_object_keys(rule) AS k WHERE k <> ALL (known)));
            hint := format('Keys are: %s.', array_to_string(known, ', '));
        ELSIF m.metric IS NULL THEN
            reason := CASE WHEN wanted IS NULL THEN 'a check does not name a metric'
                ELSE format('metric "%s" of a check does not exist', wanted) END;
            hint := 'SELECT * FROM mlops.monitor_metrics() lists what can be checked.';
        ELSE
            SELECT f.reason, f.hint INTO reason, hint FROM mlops_internal.key_misfit(rule, def) AS f;
        END IF;
        IF reason IS NULL THEN
            FOREACH key IN ARRAY '{warning,critical}'::text[] LOOP
                IF rule ? key THEN
                    PERFORM mlops_internal.check_limit(rule -> key, m.family,
                        EXISTS (SELECT FROM mlops_internal.metric_sources() AS s WHERE s.metric = wanted
                                AND s.has_p_value), format('"%s" in the check of "%s"', key, wanted));
                END IF;
            END LOOP;
            SELECT f.reason, f.hint INTO reason, hint FROM mlops_internal.rule_misfit(rule, def) AS f;
            IF (rule #>> '{critical,above}')::numeric < (rule #>> '{warning,above}')::numeric
                OR (rule #>> '{critical,below}')::numeric > (rule #>> '{warning,below}')::numeric THEN
                reason := format('in the check of "%s" critical begins before warning', wanted);
                hint := 'The bound of critical must lie further out than that of warning.';
            END IF;
        END IF;
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason, HINT = hint;
        END IF;
        PERFORM mlops_internal.check_options(rule, def);
        statistical := rule ?| '{alpha,size,reference}' OR m.family = 'estimate' OR m.summary = 'drift'
            OR m.cause = 'performance' OR mlops_internal.is_quality(rule);
        RETURN jsonb_strip_nulls(rule || jsonb_build_object(
            'metric', wanted, 'column', CASE WHEN m.kinds IS NOT NULL THEN coalesce(rule ->> 'column', '*') END,
            -- of a few rows drift says little, and there are many slices
            'slices', coalesce(rule -> 'slices', to_jsonb(m.summary <> 'drift')),
            'alpha', CASE WHEN jsonb_typeof(rule -> 'alpha') = 'number' THEN jsonb_build_array(rule -> 'alpha',
                trim_scale((rule ->> 'alpha')::numeric / 10)) ELSE rule -> 'alpha' END,
            'size', CASE WHEN jsonb_typeof(rule -> 'size') = 'number' THEN jsonb_build_array(rule -> 'size')
                ELSE rule -> 'size' END,
            'granularity', nullif(mlops_internal.granularity_name((rule ->> 'granularity')::interval),
                mlops_internal.granularity_name(def.granularity)),
            'k_of_n', coalesce(mlops_internal.normal_k_of_n(rule -> 'k_of_n', format('the check of "%s"', wanted)),
                CASE WHEN wanted = 'drift_slow' THEN '[[2, 2], [1, 1]]' WHEN limits THEN '[[1, 1], [1, 1]]'
                    ELSE coalesce(
                        (SELECT q.k_of_n FROM mlops_internal.quality_checks() AS q WHERE q.metric = wanted),
                        CASE WHEN statistical THEN '[[2, 3], [1, 1]]' ELSE '[[1, 1], [1, 1]]' END::jsonb) END),
            'clear', coalesce(rule -> 'clear', CASE WHEN statistical AND NOT limits THEN '2' ELSE '1' END::jsonb)));
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.normal_check(jsonb, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.normal_check(jsonb, mlops.monitor_version) IS
    'a check with its defaults filled in; raises 22023 when it does not fit the definition';

CREATE FUNCTION mlops_internal.normal_checks(checks jsonb, def mlops.monitor_version) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        result jsonb;
        twice record;
    BEGIN
        IF jsonb_typeof(checks) IS DISTINCT FROM 'array' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'checks must be a list of checks',
                HINT = 'Give for example [{"metric": "psi", "column": "*", "warning": {"above": 0.1}}].';
        END IF;
        checks := mlops_internal.whole_family(checks, def);
        SELECT coalesce(jsonb_agg(mlops_internal.normal_check(c.rule, def) ORDER BY c.place), '[]') INTO result
        FROM jsonb_array_elements(checks) WITH ORDINALITY AS c(rule, place);
        SELECT coalesce(c ->> 'name', c ->> 'metric') AS metric, c ->> 'column' AS col INTO twice
        FROM jsonb_array_elements(result) AS c GROUP BY 1, 2 HAVING count(*) > 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
                MESSAGE = format('there are two checks of "%s"%s', twice.metric, ' for column "' || twice.col || '"'),
                HINT = 'One check holds both "warning" and "critical"; "name" tells two of a metric apart.';
        END IF;
        RETURN result;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.normal_checks(jsonb, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.normal_checks(jsonb, mlops.monitor_version) IS
    'the list of checks in the form in which it is stored; raises 22023 or 42710';

/* NULL comparisons do not breach: a bound on a missing reference is judged by verdict(). */
CREATE FUNCTION mlops_internal.breaches(bounds jsonb, value double precision, reference_value double precision,
    p_value double precision) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(p_value < (bounds ->> 'p_below')::float8, NOT bounds ? 'p_below')
        AND (NOT bounds ?| '{above,below,above_reference,below_reference}'
             OR coalesce(value > (bounds ->> 'above')::float8, false)
             OR coalesce(value < (bounds ->> 'below')::float8, false)
             OR coalesce(value - reference_value > (bounds ->> 'above_reference')::float8, false)
             OR coalesce(reference_value - value > (bounds ->> 'below_reference')::float8, false));
COMMENT ON FUNCTION mlops_internal.breaches(jsonb, double precision, double precision, double precision) IS
    'true when the value lies beyond one of the bounds and, where p_below is given, the p-value is below it; NULL '
    'bounds = false';

/* Numbers in messages: three digits, or as many as it takes to lie beyond the bound, too. */
CREATE FUNCTION mlops_internal.rounded(value double precision, digits integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value IN ('NaN', 'Infinity', '-Infinity', 0) OR abs(value) NOT BETWEEN 1e-290 AND 1e290
            OR digits > 15 THEN value
        ELSE round(value::numeric, greatest(0, digits - 1 - floor(log(abs(value)))::integer))::float8 END;
COMMENT ON FUNCTION mlops_internal.rounded(double precision, integer) IS
    'a number with that many significant digits, whole numbers with all of theirs';

CREATE FUNCTION mlops_internal.limit_text(bounds jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT concat_ws(' with ',
                string_agg(CASE b.key WHEN 'above_reference' THEN format('more than %s above the baseline', b.value)
                                      WHEN 'below_reference' THEN format('more than %s below the baseline', b.value)
                                      ELSE format('%s %s', b.key, b.value) END, ' or ' ORDER BY b.key)
                    FILTER (WHERE b.key <> 'p_below'),
                max('p below ' || b.value) FILTER (WHERE b.key = 'p_below'))
        FROM jsonb_each_text(bounds) AS b
    $$;
COMMENT ON FUNCTION mlops_internal.limit_text(jsonb) IS 'a limit in words: above 0.25 with p below 0.01';

CREATE FUNCTION mlops_internal.judge(rule jsonb, subject text, metric text, value double precision,
    reference_value double precision, p_value double precision, n bigint, min_rows integer,
    OUT verdict text, OUT message text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        least_rows bigint := coalesce((rule ->> 'min_rows')::bigint, min_rows);
        severity text;
        digits integer := 3;
    BEGIN
        IF metric <> 'n' AND coalesce(n, 0) < least_rows THEN
            verdict := 'no_data';
            message := format('%s rows, needs %s', coalesce(n, 0), least_rows);
        ELSIF value IS NULL THEN
            verdict := 'no_data';
            message := 'not defined for these rows';
        ELSIF value = 'NaN' THEN
            verdict := 'error';
            message := format('%s is not computable: the rows contain NaN or infinity', subject);
        ELSIF reference_value IS NULL AND (rule -> 'warning' ?| '{above_reference,below_reference}'
            OR rule -> 'critical' ?| '{above_reference,below_reference}') THEN
            verdict := 'no_data';
            message := 'the baseline has no value to compare with';
        ELSE
            FOREACH severity IN ARRAY '{critical,warning}'::text[] LOOP
                IF mlops_internal.breaches(rule -> severity, value, reference_value, p_value) AND rule ? severity THEN
                    verdict := severity;
                    WHILE digits < 16
                      AND NOT mlops_internal.breaches(rule -> severity, mlops_internal.rounded(value, digits),
                          reference_value, p_value) LOOP
                        digits := digits + 1;
                    END LOOP;
                    message := format('%s is %s, %s %s', subject, mlops_internal.rounded(value, digits), severity,
                                      mlops_internal.limit_text(rule -> severity))
                        || coalesce('; baseline ' || mlops_internal.rounded(reference_value, digits), '')
                        || coalesce('; adjusted p ' || mlops_internal.rounded(p_value, 3), '');
                    RETURN;
                END IF;
            END LOOP;
            verdict := 'ok';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge(jsonb, text, text, double precision, double precision, double precision,
        bigint, integer) IS
    'verdict of a check on a value that stands on n rows, and why: no_data below min_rows (except for the metric n) '
    'or when the value is NULL, error when it is NaN; "subject" names what was measured';

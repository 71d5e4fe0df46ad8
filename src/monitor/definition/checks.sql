/*
 * Checks: which metric, on which column, and from where on it is a warning or
 * critical.
 *
 *     [{"metric": "roc_auc", "warning": {"below": 0.72}, "critical": {"below": 0.70}},
 *      {"metric": "psi", "column": "*", "warning": {"above": 0.1}, "critical": {"above": 0.25}}]
 *
 * A limit holds some of: above, below (the value itself), above_reference,
 * below_reference (the value minus the baseline's, or the reverse), p_below
 * (the test's adjusted p-value, in addition to the others when there are others).
 */
CREATE FUNCTION mlops.monitor_metrics() RETURNS TABLE (metric text, family text, kinds text[], meaning text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 35 SET search_path = pg_catalog, pg_temp
    AS $$
        VALUES
        ('n', 'window', NULL::text[], 'rows'),
        ('label_coverage', 'window', NULL, 'share of the rows whose label is known'),
        ('n_invalid', 'window', NULL,
            'labelled rows with a label, prediction or score that the task does not allow: a class that is neither 0 '
            'nor 1, a score outside [0, 1], NaN, infinity'),
        ('roc_auc', 'score', NULL, 'area under the ROC curve'),
        ('average_precision', 'score', NULL, 'average precision'),
        ('ks_score', 'score', NULL, 'largest distance between the scores of the two classes'),
        ('log_loss', 'score', NULL, 'mean negative log likelihood of the score'),
        ('brier_score', 'score', NULL, 'mean squared error of the score'),
        ('accuracy', 'decision', NULL, 'share of right predictions'),
        ('precision_score', 'decision', NULL, 'share of positives among predicted positives'),
        ('recall_score', 'decision', NULL, 'share of predicted positives among positives'),
        ('f1_score', 'decision', NULL, 'harmonic mean of precision and recall'),
        ('mae', 'error', NULL, 'mean absolute error'),
        ('mse', 'error', NULL, 'mean squared error'),
        ('rmse', 'error', NULL, 'root of the mean squared error'),
        ('r2_score', 'error', NULL, 'coefficient of determination'),
        ('mape', 'error', NULL, 'mean absolute error as a share of the label'),
        ('bias', 'error', NULL, 'mean of prediction minus label'),
        ('null_rate', 'column', '{number,boolean,text,time}', 'share of NULL'),
        ('n_nan', 'column', '{number}', 'values that are NaN'),
        ('n_distinct', 'column', '{number,boolean,text,time}', 'different values'),
        ('mean', 'column', '{number,boolean}', 'mean'),
        ('stddev', 'column', '{number}', 'standard deviation of the sample'),
        ('min_value', 'column', '{number,time}', 'smallest value; seconds since 1970 for times'),
        ('median', 'column', '{number,time}', 'median; seconds since 1970 for times'),
        ('max_value', 'column', '{number,time}', 'largest value; seconds since 1970 for times'),
        ('psi', 'drift', '{number,boolean,text,time}', 'population stability index against the baseline'),
        ('js_distance', 'drift', '{number,boolean,text,time}', 'Jensen-Shannon distance to the baseline'),
        ('hellinger_distance', 'drift', '{number,boolean,text,time}', 'Hellinger distance to the baseline'),
        ('total_variation_distance', 'drift', '{number,boolean,text,time}', 'total variation distance to the baseline'),
        ('ks_statistic', 'drift', '{number,time}', 'Kolmogorov-Smirnov statistic against the baseline, with p-value'),
        ('wasserstein_distance', 'drift', '{number,time}',
            'earth mover''s distance to the baseline, in the column''s unit'),
        ('chi_square_statistic', 'drift', '{boolean,text}', 'chi-square statistic against the baseline, with p-value')
    $$;
COMMENT ON FUNCTION mlops.monitor_metrics() IS
    'metrics that a monitor records and checks may name; family says what they need, kinds which columns they apply '
    'to (NULL = not of a column)';

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
            ELSIF key LIKE '%reference' AND family = 'drift' THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('bound "%s" of %s does not apply to a drift metric', key, place),
                    HINT = 'A drift metric is itself a comparison with the baseline: use "above".';
            ELSIF key = 'p_below' AND NOT is_test THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('bound "p_below" of %s needs a metric with a p-value', place),
                    HINT = 'Metrics with a p-value are ks_statistic and chi_square_statistic.';
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
    BEGIN
        SELECT * INTO m FROM mlops.monitor_metrics() AS x WHERE x.metric = wanted;
        IF m.kinds IS NULL AND col IS NOT NULL THEN
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
        ELSIF m.family = 'drift' AND NOT has_reference THEN
            reason := format('the check of "%s" needs a reference', wanted);
            hint := 'Give reference_from and reference_to, or reference_relation.';
        ELSIF compares AND NOT has_reference THEN
            reason := format('the check of "%s" compares with a reference, but the monitor has none', wanted);
            hint := 'Give reference_from and reference_to, or reference_relation.';
        ELSIF compares AND wanted = 'n' AND num_nulls(def.reference_from, def.reference_to) > 0 THEN
            reason := 'the check of "n" compares with a reference whose length in time is not known';
            hint := 'Give reference_from and reference_to: rows are compared per time.';
        ELSIF m.family = 'score' AND def.task IS DISTINCT FROM 'binary'
            OR m.family = 'decision' AND coalesce(def.task NOT IN ('binary', 'multiclass'), true)
            OR m.family = 'error' AND def.task IS DISTINCT FROM 'regression' THEN
            reason := format('the check of "%s" does not suit the task %s', wanted,
                coalesce(def.task, 'of a monitor without model'));
            hint := 'Metrics of scores need the task binary, of decisions binary or multiclass, of errors regression.';
        ELSIF m.family = 'score' AND num_nulls(def.label_column, def.score_column) > 0
            OR m.family = 'decision' AND (def.label_column IS NULL
                OR num_nonnulls(CASE def.task WHEN 'binary' THEN def.score_column END, def.prediction_column) = 0)
            OR m.family = 'error' AND num_nulls(def.label_column, def.prediction_column) > 0 THEN
            reason := format('the check of "%s" needs columns that the monitor does not have', wanted);
            hint := 'Name label_column and score_column (binary), or label_column and prediction_column.';
        ELSIF wanted IN ('label_coverage', 'n_invalid') AND def.label_column IS NULL THEN
            reason := format('the check of "%s" needs a label column', wanted);
            hint := 'Give label_column.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.rule_misfit(jsonb, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.rule_misfit(jsonb, mlops.monitor_version) IS
    'why a check cannot be computed for a definition, and what to do; NULL when it can';

/* One check in the form in which it is stored, or what is wrong with it. */
CREATE FUNCTION mlops_internal.normal_check(rule jsonb, def mlops.monitor_version) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        known CONSTANT text[] := '{metric,column,slices,min_rows,warning,critical}';
        m record;
        wanted text := rule ->> 'metric';
        key text;
        reason text;
        hint text;
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
            hint := format('Metrics are: %s.', (SELECT string_agg(x.metric, ', ') FROM mlops.monitor_metrics() AS x));
        ELSIF NOT rule ?| '{warning,critical}' THEN
            reason := format('the check of "%s" has neither "warning" nor "critical"', wanted);
            hint := 'Every metric is recorded without a check; a check says when to warn.';
        ELSIF jsonb_typeof(rule -> 'slices') <> 'boolean' THEN
            reason := format('"slices" in the check of "%s" must be true or false', wanted);
            hint := 'With false the check judges the whole window only.';
        ELSIF jsonb_typeof(rule -> 'min_rows') <> 'number'
            OR (rule ->> 'min_rows')::numeric NOT BETWEEN 0 AND 2147483647
            OR (rule ->> 'min_rows')::numeric % 1 <> 0 THEN
            reason := format('"min_rows" in the check of "%s" must be a whole number', wanted);
            hint := 'On fewer rows the verdict is no_data.';
        ELSE
            FOREACH key IN ARRAY '{warning,critical}'::text[] LOOP
                IF rule ? key THEN
                    PERFORM mlops_internal.check_limit(rule -> key, m.family,
                        wanted IN ('ks_statistic', 'chi_square_statistic'),
                                              format('"%s" in the check of "%s"', key, wanted));
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
        RETURN jsonb_strip_nulls(jsonb_build_object(
            'metric', wanted, 'column', CASE WHEN m.kinds IS NOT NULL THEN coalesce(rule ->> 'column', '*') END,
            'slices', coalesce(rule -> 'slices', 'true'), 'min_rows', rule -> 'min_rows',
            'warning', rule -> 'warning', 'critical', rule -> 'critical'));
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
        SELECT coalesce(jsonb_agg(mlops_internal.normal_check(c.rule, def) ORDER BY c.place), '[]') INTO result
        FROM jsonb_array_elements(checks) WITH ORDINALITY AS c(rule, place);
        SELECT c ->> 'metric' AS metric, c ->> 'column' AS col INTO twice
        FROM jsonb_array_elements(result) AS c GROUP BY 1, 2 HAVING count(*) > 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
                MESSAGE = format('there are two checks of "%s"%s', twice.metric, ' for column "' || twice.col || '"'),
                HINT = 'One check holds both "warning" and "critical".';
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
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(p_value < (bounds ->> 'p_below')::float8, NOT bounds ? 'p_below')
           AND (NOT bounds ?| '{above,below,above_reference,below_reference}'
                OR coalesce(value > (bounds ->> 'above')::float8, false)
                OR coalesce(value < (bounds ->> 'below')::float8, false)
                OR coalesce(value - reference_value > (bounds ->> 'above_reference')::float8, false)
                OR coalesce(reference_value - value > (bounds ->> 'below_reference')::float8, false))
    $$;
COMMENT ON FUNCTION mlops_internal.breaches(jsonb, double precision, double precision, double precision) IS
    'true when the value lies beyond one of the bounds and, where p_below is given, the p-value is below it; NULL '
    'bounds = false';

/* Numbers in messages: three digits, or as many as it takes to lie beyond the bound, too. */
CREATE FUNCTION mlops_internal.rounded(value double precision, digits integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN value IN ('NaN', 'Infinity', '-Infinity', 0) OR abs(value) NOT BETWEEN 1e-290 AND 1e290
                      OR digits > 15 THEN value
                    ELSE round(value::numeric, greatest(0, digits - 1 - floor(log(abs(value)))::integer))::float8 END
    $$;
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

/*
 * What a page is about, and what its sections ask for again and again.  All of it is
 * read with the rights of whoever makes the page, through views and tables with row
 * security: a page holds what its reader could have selected.
 */

CREATE FUNCTION mlops_internal.report_time(at timestamptz, time_zone text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        t CONSTANT timestamp := at AT TIME ZONE time_zone;
    BEGIN
        RETURN to_char(t, CASE WHEN t = date_trunc('day', t) THEN 'FMDD Mon YYYY' ELSE 'FMDD Mon YYYY HH24:MI' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_time(timestamptz, text) IS
    'time as a page says it: 18 Nov 2013, with hours unless it is midnight';

CREATE FUNCTION mlops_internal.report_name(metric text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RETURN (SELECT string_agg(CASE
                    WHEN w IN ('roc', 'auc', 'psi', 'mae', 'mse', 'rmse', 'rmsle', 'msle', 'mape', 'smape', 'wape',
                               'r2', 'd2', 'f1', 'js', 'kl', 'ks', 'fnr', 'fpr', 'npv', 'ndcg', 'dcg', 'cbpe')
                    THEN upper(w)
                    WHEN w = 'brier' THEN 'Brier' ELSE w END, ' ' ORDER BY i)
                FROM string_to_table(metric, '_') WITH ORDINALITY AS t (w, i));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_name(text) IS
    'name of a metric as people say it: roc_auc is ROC AUC';

CREATE FUNCTION mlops_internal.report_subject(metric text, column_name text, slice_column text, slice_value text)
    RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN mlops_internal.report_name(metric) || coalesce(' of ' || column_name, '')
        || coalesce(' where ' || slice_column || ' = ' || coalesce(slice_value, 'NULL'), '');
COMMENT ON FUNCTION mlops_internal.report_subject(text, text, text, text) IS
    'what was measured, in words';

/* Windows that were read, not those merged of others. */
CREATE FUNCTION mlops_internal.report_counts(scope mlops_internal.report_scope)
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, n bigint, verdict text, age bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT o.window_lo, o.window_hi, o.n, o.verdict, row_number() OVER (ORDER BY o.window_lo DESC)
        FROM mlops.observation AS o
        WHERE o.monitor_id = scope.monitor_id AND o.metric = 'n' AND o.column_name IS NULL AND o.slice_column IS NULL
          AND o.reference IS NULL AND (o.detail ?| '{granularity,rolling}') IS NOT TRUE
          AND (o.window_lo < scope.from_time) IS NOT TRUE AND (o.window_hi > scope.to_time) IS NOT TRUE;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_counts(mlops_internal.report_scope) IS
    'all windows of a page, also those without rows, and how many they have; age 1 is the newest';

/* Metrics of the model that a monitor measures: those with limits first, then the best known. */
CREATE FUNCTION mlops_internal.report_metrics(scope mlops_internal.report_scope)
    RETURNS TABLE (metric text, family text, direction text, has_interval boolean, place bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT m.metric, m.family, d.direction, coalesce(d.has_interval, false),
               row_number() OVER (ORDER BY (last.rule -> 'metric') IS NULL, m.family = 'fairness',
                   array_position('{roc_auc,roc_auc_ovr,ndcg,rmse,accuracy,f1_score,mae,log_loss,average_precision,
                       r2_score,brier_score}', m.metric), m.metric)
        FROM mlops.monitor_metrics() AS m
        CROSS JOIN LATERAL (
            SELECT o.rule FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.metric = m.metric AND o.column_name IS NULL
              AND o.slice_column IS NULL AND o.reference IS NULL AND (o.window_lo < scope.from_time) IS NOT TRUE
              AND (o.window_hi > scope.to_time) IS NOT TRUE
            -- in the order of its index, else a metric that was never measured is looked for in all windows
            ORDER BY o.column_name DESC, o.window_lo DESC LIMIT 1) AS last
        LEFT JOIN LATERAL (
            SELECT x.direction, x.has_interval FROM mlops.metric_definition AS x WHERE x.name = m.metric
            LIMIT 1) AS d ON true
        WHERE m.family IN ('score', 'decision', 'error', 'list', 'fairness');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_metrics(mlops_internal.report_scope) IS
    'metrics of the model that were measured in the windows of a page, in the order in which they matter';

/* The monitor that says most about a model: one that measures how good it is, then the one with the newest window. */
CREATE FUNCTION mlops_internal.best_monitor(of_model bigint) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.monitor_id
    FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
    WHERE m.model_id = of_model
    ORDER BY v.label_column IS NOT NULL DESC, m.enabled DESC,
        (SELECT max(r.window_hi) FROM mlops.monitor_run AS r WHERE r.monitor_id = m.monitor_id) DESC NULLS LAST,
        m.monitor_id DESC
    LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.best_monitor(bigint) IS
    'the monitor of a model that a page of the model shows; NULL when the caller sees none';

CREATE FUNCTION mlops_internal.report_scope(model text, monitor text, version integer, compare_with integer,
    from_time timestamptz, to_time timestamptz) RETURNS mlops_internal.report_scope
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        -- also of whoever asks for all of them
        most CONSTANT integer := CASE WHEN report_scope.from_time IS NULL THEN 366 ELSE 5000 END;
        scope mlops_internal.report_scope;
    BEGIN
        IF num_nonnulls(report_scope.model, report_scope.monitor) = 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'a page is about a model or a monitor, and neither was given',
                HINT = 'For example mlops.report_html(model => ''churn''), or monitor => and its name.';
        END IF;
        IF num_nonnulls(report_scope.version, report_scope.compare_with) > 0 AND report_scope.model IS NULL
           OR report_scope.version IS NULL AND report_scope.compare_with IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'versions are compared by model, version and compare_with',
                HINT = 'For example mlops.report_html(model => ''churn'', version => 2, compare_with => 1).';
        END IF;
        IF report_scope.from_time >= report_scope.to_time THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'to_time is not after from_time',
                DETAIL = format('The page would begin at %s and end at %s.', report_scope.from_time,
                    report_scope.to_time);
        END IF;
        IF report_scope.model IS NOT NULL THEN
            scope.model_id := mlops.model_id(report_scope.model);
            scope.monitor_id := mlops_internal.best_monitor(scope.model_id);
        END IF;
        IF report_scope.monitor IS NOT NULL THEN
            scope.monitor_id := mlops.monitor_id(report_scope.monitor);
            IF report_scope.model IS NULL THEN
                -- a model that the reader may not see is none
                scope.model_id := (SELECT d.model_id FROM mlops.monitor AS m JOIN mlops.model AS d USING (model_id)
                                   WHERE m.monitor_id = scope.monitor_id AND d.deleted_at IS NULL);
            ELSIF NOT EXISTS (SELECT FROM mlops.monitor AS m
                              WHERE m.monitor_id = scope.monitor_id AND m.model_id = scope.model_id) THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('monitor "%s" does not watch the model "%s"', report_scope.monitor,
                        report_scope.model),
                    HINT = 'Give one of the two.';
            END IF;
        END IF;
        IF report_scope.version IS NOT NULL THEN
            scope.version_id := mlops_internal.version_id(report_scope.model, report_scope.version);
        END IF;
        IF report_scope.compare_with IS NOT NULL THEN
            scope.other_version_id := mlops_internal.version_id(report_scope.model, report_scope.compare_with);
        END IF;
        scope.from_time := report_scope.from_time;
        scope.to_time := report_scope.to_time;
        scope.made_at := now();
        scope.time_zone := coalesce((
            SELECT v.time_zone FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
            WHERE m.monitor_id = scope.monitor_id), current_setting('TimeZone'));
        scope.from_time := coalesce((
            SELECT w.window_lo FROM mlops_internal.report_counts(scope) AS w WHERE w.age = most), scope.from_time);
        RETURN scope;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_scope(text, text, integer, integer, timestamptz, timestamptz) IS
    'what the arguments of mlops.report_html mean; without from_time the newest 366 windows, never '
    'more than 5000';

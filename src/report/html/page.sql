CREATE FUNCTION mlops.report_html(model text DEFAULT NULL, monitor text DEFAULT NULL, version integer DEFAULT NULL,
    compare_with integer DEFAULT NULL, from_time timestamptz DEFAULT NULL, to_time timestamptz DEFAULT NULL)
    RETURNS text
    -- a plan is made once, and from then on kept
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan AS $$
    #variable_conflict use_column
    DECLARE
        scope CONSTANT mlops_internal.report_scope := mlops_internal.report_scope(report_html.model,
            report_html.monitor, report_html.version, report_html.compare_with, report_html.from_time,
            report_html.to_time);
    BEGIN
        IF scope.other_version_id IS NOT NULL THEN
            RETURN mlops_internal.report_versions(scope);
        END IF;
        RETURN mlops_internal.html_document(coalesce(
                (SELECT m.name FROM mlops.model AS m WHERE m.model_id = scope.model_id),
                (SELECT m.name FROM mlops.monitor AS m WHERE m.monitor_id = scope.monitor_id)), concat(
            mlops_internal.report_attention(scope),
            mlops_internal.report_quality(scope),
            mlops_internal.report_now(scope),
            mlops_internal.report_columns(scope),
            mlops_internal.report_effect(scope),
            mlops_internal.report_curves(scope),
            mlops_internal.report_data_quality(scope),
            mlops_internal.report_origin(scope),
            mlops_internal.report_health(scope),
            mlops_internal.report_foot(scope)), mlops_internal.report_head(scope));
    END
    $$;
COMMENT ON FUNCTION mlops.report_html(text, text, integer, integer, timestamptz, timestamptz) IS
    'page about a model, a monitor or two versions, as one HTML text to save and open: state, incidents, quality, '
    'drift, slices, origin; what the caller may not read is not in it';

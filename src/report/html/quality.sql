/* Is the model good?  Each metric over time, with all that is known of it in one picture. */

/* Limits that a check of fixed numbers has; those that are learnt differ by window and are not drawn. */
CREATE FUNCTION mlops_internal.report_limits(rule jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('value', l.value, 'name', s || ' ' || l.key, 'severity', s)
                              ORDER BY s DESC, l.key), '[]')
    FROM unnest('{warning,critical}'::text[]) AS s,
         jsonb_each(CASE jsonb_typeof(rule -> s) WHEN 'object' THEN rule -> s ELSE '{}' END) AS l (key, value)
    WHERE l.key IN ('below', 'above') AND jsonb_typeof(l.value) = 'number'
    $$;
COMMENT ON FUNCTION mlops_internal.report_limits(jsonb) IS
    'limits of a check, as svg_line draws them';

CREATE FUNCTION mlops_internal.report_deployments(scope mlops_internal.report_scope, lo timestamptz, hi timestamptz)
    RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('x', d.since, 'name', 'version ' || v.version) ORDER BY d.since,
                              d.deployment_id), '[]')
    FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
    WHERE v.model_id = scope.model_id AND d.role = 'champion' AND d.since BETWEEN lo AND hi
    $$;
COMMENT ON FUNCTION mlops_internal.report_deployments(mlops_internal.report_scope, timestamptz, timestamptz) IS
    'when versions of the model became champion, as svg_line draws it';

CREATE FUNCTION mlops_internal.report_metric(scope mlops_internal.report_scope, metric text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        label CONSTANT text := mlops_internal.report_name(report_metric.metric);
        series jsonb;
        options jsonb;
        numbers jsonb;
        s record;
    BEGIN
        WITH seen AS MATERIALIZED (
            SELECT o.window_lo, o.window_hi, o.value, o.lower, o.upper, o.n, o.verdict, o.coverage, o.rule,
                   o.reference_value, e.value AS estimate, c.value AS share,
                   CASE WHEN o.restated_at IS NOT NULL AND o.first_value IS DISTINCT FROM o.value
                        THEN o.first_value END AS first_value
            FROM mlops.observation AS o
            LEFT JOIN mlops.observation AS e ON e.monitor_id = o.monitor_id AND e.metric = 'cbpe_' || o.metric
                AND e.window_lo = o.window_lo AND e.window_hi = o.window_hi AND e.column_name IS NULL
                AND e.slice_column IS NULL AND e.reference IS NULL
            LEFT JOIN mlops.observation AS c ON c.monitor_id = o.monitor_id AND c.metric = 'label_coverage'
                AND c.window_lo = o.window_lo AND c.window_hi = o.window_hi AND c.column_name IS NULL
                AND c.slice_column IS NULL AND c.reference IS NULL
            WHERE o.monitor_id = scope.monitor_id AND o.metric = report_metric.metric AND o.column_name IS NULL
              AND o.slice_column IS NULL AND o.reference IS NULL AND (o.detail ?| '{granularity,rolling}') IS NOT TRUE
              AND (o.window_lo < scope.from_time) IS NOT TRUE AND (o.window_hi > scope.to_time) IS NOT TRUE)
        SELECT count(*) AS windows, count(w.value) AS n, count(w.lower) AS intervals,
               min(w.value) AS lowest, max(w.value) AS highest,
               min(w.window_lo) AS lo, max(w.window_hi) AS hi,
               count(*) FILTER (WHERE w.verdict = 'critical') AS critical,
               count(*) FILTER (WHERE w.verdict = 'warning') AS warning, count(w.estimate) AS estimates,
               count(w.first_value) AS restated,
               (array_agg(w.rule ORDER BY w.window_lo DESC) FILTER (WHERE w.rule IS NOT NULL))[1] AS rule,
               (array_agg(w.reference_value ORDER BY w.window_lo DESC))[1] AS reference,
               jsonb_agg(w.window_lo ORDER BY w.window_lo) AS x, jsonb_agg(w.value ORDER BY w.window_lo) AS y,
               jsonb_agg(w.lower ORDER BY w.window_lo) AS lower, jsonb_agg(w.upper ORDER BY w.window_lo) AS upper,
               jsonb_agg(w.estimate ORDER BY w.window_lo) AS estimate,
               jsonb_agg(w.first_value ORDER BY w.window_lo) AS first_value,
               jsonb_agg(jsonb_build_object('x', w.window_lo, 'y', w.value, 'name', w.verdict, 'severity', w.verdict)
                         ORDER BY w.window_lo)
                   FILTER (WHERE w.verdict IN ('warning', 'critical') AND w.value IS NOT NULL) AS marks,
               jsonb_agg(jsonb_build_object('x', w.window_lo, 'x_to', w.window_hi,
                                            'share', coalesce(w.coverage, w.share)) ORDER BY w.window_lo)
                   FILTER (WHERE coalesce(w.coverage, w.share) IS NOT NULL) AS bars,
               jsonb_agg(jsonb_build_array(mlops_internal.report_time(w.window_lo, scope.time_zone), w.value, w.lower,
                         w.upper, w.n, coalesce(w.coverage, w.share), w.estimate, w.first_value,
                         CASE WHEN w.verdict IS NOT NULL THEN jsonb_build_object('status', w.verdict) END)
                         ORDER BY w.window_lo) AS numbers
          INTO s FROM seen AS w;
        IF s.windows = 0 THEN
            RETURN NULL;
        END IF;
        series := jsonb_build_array(jsonb_build_object('name', label, 'x', s.x, 'y', s.y, 'lower', s.lower,
            'upper', s.upper, 'style', 'solid'));
        IF s.estimates > 0 THEN
            series := series || jsonb_build_object('name', 'estimated without labels', 'x', s.x, 'y', s.estimate,
                'style', 'dashed');
        END IF;
        IF s.restated > 0 THEN
            series := series || jsonb_build_object('name', 'reported first', 'x', s.x, 'y', s.first_value,
                'style', 'points');
        END IF;
        options := jsonb_strip_nulls(jsonb_build_object('title', label || ' by window'
                || CASE WHEN s.intervals > 0 THEN ', with its 95 % interval' ELSE '' END,
            'x', 'time',
            'time_zone', scope.time_zone, 'marks', s.marks, 'bars', s.bars,
            'verticals', mlops_internal.report_deployments(scope, s.lo, s.hi),
            'limits', mlops_internal.report_limits(s.rule) || CASE WHEN s.reference IS NULL THEN '[]'
                ELSE jsonb_build_array(jsonb_build_object('value', s.reference, 'name', 'reference')) END,
            'split', (SELECT v.reference_to FROM mlops.monitor AS m JOIN mlops.monitor_version AS v
                          USING (monitor_id, version)
                      WHERE m.monitor_id = scope.monitor_id AND v.reference_to > s.lo AND v.reference_to < s.hi)));
        RETURN '<h3>' || mlops_internal.markup(upper(left(label, 1)) || substr(label, 2)) || E'</h3>\n<p>'
            || concat_ws(' ',
                CASE WHEN s.n = 0 THEN format('Not known in any of %s windows.', s.windows)
                     ELSE format('Between %s and %s in %s windows%s.', mlops_internal.html_number(s.lowest),
                         mlops_internal.html_number(s.highest), s.n,
                         coalesce('; ' || mlops_internal.html_number(s.reference) || ' in the reference', '')) END,
                CASE WHEN s.critical + s.warning > 0
                     THEN format('Critical in %s, a warning in %s.', s.critical, s.warning)
                     WHEN s.rule IS NOT NULL THEN 'Never beyond its limits.' END,
                CASE WHEN s.restated > 0
                     THEN format('%s %s restated when labels came or changed.', s.restated,
                         CASE WHEN s.restated = 1 THEN 'value was' ELSE 'values were' END) END)
            || E'</p>\n' || mlops_internal.html_figure(mlops.svg_line(series, options),
                mlops_internal.html_table('{window from,value,lower 95 %,upper 95 %,rows,labels,estimated,'
                    'reported first,verdict}'::text[], s.numbers, jsonb_build_object('caption', label || ' by window')),
                NULL);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_metric(mlops_internal.report_scope, text) IS
    'one metric of the model over time';

CREATE FUNCTION mlops_internal.report_quality(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT mlops_internal.html_section('quality', 'Is the model good?',
        string_agg(mlops_internal.report_metric(scope, m.metric), '' ORDER BY m.place))
    FROM mlops_internal.report_metrics(scope) AS m WHERE m.place <= 3
    $$;
COMMENT ON FUNCTION mlops_internal.report_quality(mlops_internal.report_scope) IS
    'section of a page: the metrics that matter most, over time';

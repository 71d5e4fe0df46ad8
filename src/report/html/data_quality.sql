/* Are the rows right?  How many came, how many have labels, what the checks of quality found in the newest window. */

CREATE FUNCTION mlops_internal.report_volume(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        s record;
    BEGIN
        SELECT count(*) AS n, jsonb_agg(w.window_lo ORDER BY w.window_lo) AS x,
               jsonb_agg(w.n ORDER BY w.window_lo) AS y,
               jsonb_agg(jsonb_build_object('x', w.window_lo, 'y', w.n, 'name', w.verdict, 'severity', w.verdict)
                         ORDER BY w.window_lo) FILTER (WHERE w.verdict IN ('warning', 'critical')) AS marks,
               jsonb_agg(jsonb_build_array(mlops_internal.report_time(w.window_lo, scope.time_zone), w.n, c.value)
                         ORDER BY w.window_lo) AS numbers
          INTO s
          FROM mlops_internal.report_counts(scope) AS w
          LEFT JOIN mlops.observation AS c ON c.monitor_id = scope.monitor_id AND c.metric = 'label_coverage'
              AND c.window_lo = w.window_lo AND c.window_hi = w.window_hi AND c.column_name IS NULL
              AND c.slice_column IS NULL AND c.reference IS NULL;
        IF s.n = 0 THEN
            RETURN NULL;
        END IF;
        RETURN mlops_internal.html_figure(
            mlops.svg_line(jsonb_build_array(jsonb_build_object('name', 'rows', 'x', s.x, 'y', s.y, 'style', 'step')),
                jsonb_strip_nulls(jsonb_build_object('title', 'Rows by window', 'x', 'time', 'y_min', 0, 'height', 180,
                    'time_zone', scope.time_zone, 'marks', s.marks))),
            mlops_internal.html_table('{window from,rows,labels}'::text[], s.numbers, '{"caption": "Rows by window"}'),
            NULL);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_volume(mlops_internal.report_scope) IS
    'rows of each window';

/* The checks that are about rows, not about the model and not about drift, each over all its columns. */
CREATE FUNCTION mlops_internal.report_checks(scope mlops_internal.report_scope, lo timestamptz, hi timestamptz)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        most CONSTANT integer := 20;
        s record;
        bad record;
    BEGIN
        WITH found AS MATERIALIZED (
            SELECT o.metric, o.column_name, o.slice_column, o.slice_value, o.verdict, o.value, o.message, m.meaning
            FROM mlops.monitor_metrics() AS m JOIN mlops.observation AS o ON o.metric = m.metric
            WHERE o.monitor_id = scope.monitor_id AND o.window_lo = lo AND o.window_hi = hi AND o.verdict IS NOT NULL
              AND m.family IN ('quality', 'window', 'column'))
        SELECT jsonb_agg(jsonb_build_array(f.metric, f.meaning, f.ok, f.no_data, f.warning, f.critical)
                         ORDER BY f.critical DESC, f.warning DESC, f.metric) AS rows
          INTO s
          FROM (SELECT metric, meaning, count(*) FILTER (WHERE verdict = 'ok') AS ok,
                       count(*) FILTER (WHERE verdict = 'no_data') AS no_data,
                       count(*) FILTER (WHERE verdict = 'warning') AS warning,
                       count(*) FILTER (WHERE verdict IN ('critical', 'error')) AS critical
                FROM found GROUP BY metric, meaning) AS f;
        SELECT count(*) AS n, jsonb_agg(jsonb_build_array(b.subject, jsonb_build_object('status', b.verdict), b.value,
                   b.message) ORDER BY b.place) FILTER (WHERE b.place <= most) AS rows
          INTO bad
          FROM (SELECT mlops_internal.report_subject(o.metric, o.column_name, o.slice_column, o.slice_value) AS subject,
                       o.verdict, o.value, o.message,
                       row_number() OVER (ORDER BY o.verdict, o.slice_column NULLS FIRST, o.metric, o.column_name,
                           o.slice_value) AS place
                FROM mlops.monitor_metrics() AS m JOIN mlops.observation AS o ON o.metric = m.metric
                WHERE o.monitor_id = scope.monitor_id AND o.window_lo = lo AND o.window_hi = hi
                  AND o.verdict IN ('warning', 'critical', 'error')
                  AND m.family IN ('quality', 'window', 'column')) AS b;
        RETURN concat(
            CASE WHEN s.rows IS NULL THEN E'<p>No check of this monitor is about the rows themselves.</p>\n'
                 ELSE mlops_internal.html_table('{check,what it asks,ok,no data,warning,critical}'::text[], s.rows,
                     '{"caption": "Checks of the newest window: columns and slices by verdict"}') END,
            CASE WHEN bad.n > 0 THEN mlops_internal.html_table('{what,verdict,value,why}'::text[], bad.rows,
                jsonb_build_object('caption', 'Found' || CASE WHEN bad.n > most
                    THEN format(', %s of %s', most, bad.n) ELSE '' END)) END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_checks(mlops_internal.report_scope, timestamptz, timestamptz) IS
    'what the checks of quality found in a window';

/* What each column holds now and held in the reference. */
CREATE FUNCTION mlops_internal.report_statistics(scope mlops_internal.report_scope, lo timestamptz, hi timestamptz)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        s record;
    BEGIN
        WITH seen AS MATERIALIZED (
            SELECT o.column_name, o.metric, o.value, o.reference_value, o.n
            FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.window_lo = lo AND o.window_hi = hi
              AND o.slice_column IS NULL AND o.column_name IS NOT NULL
              AND o.metric IN ('null_rate', 'mean', 'stddev', 'min_value', 'median', 'max_value', 'n_distinct')
        ), one AS (
            SELECT c.column_name, max(c.n) AS n, jsonb_object_agg(c.metric, c.value) AS v,
                   jsonb_object_agg(c.metric, c.reference_value) AS r
            FROM seen AS c GROUP BY c.column_name)
        SELECT count(*) AS n, jsonb_agg(jsonb_build_array(x.column_name, x.n, x.v -> 'null_rate', x.r -> 'null_rate',
                   x.v -> 'mean', x.r -> 'mean', x.v -> 'stddev', x.v -> 'min_value', x.v -> 'median',
                   x.v -> 'max_value', x.v -> 'n_distinct') ORDER BY x.column_name) AS rows
          INTO s FROM one AS x;
        RETURN CASE WHEN s.n > 0 THEN format('<details><summary>What the %s columns hold</summary>', s.n)
            || mlops_internal.html_table('{column,values,NULL share,NULL share in the reference,mean,'
                'mean in the reference,standard deviation,smallest,median,largest,distinct}'::text[], s.rows,
                '{"caption": "Columns in the newest window; times are seconds since 1970"}') || E'</details>\n' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_statistics(mlops_internal.report_scope, timestamptz, timestamptz) IS
    'statistics of the columns in a window beside the reference';

CREATE FUNCTION mlops_internal.report_data_quality(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT mlops_internal.html_section('data', 'Are the rows right?', concat(
        mlops_internal.report_volume(scope), mlops_internal.report_checks(scope, w.window_lo, w.window_hi),
        mlops_internal.report_statistics(scope, w.window_lo, w.window_hi)))
    FROM mlops_internal.report_counts(scope) AS w WHERE w.age = 1
    $$;
COMMENT ON FUNCTION mlops_internal.report_data_quality(mlops_internal.report_scope) IS
    'section of a page: rows and labels that came, checks of quality, statistics of columns';

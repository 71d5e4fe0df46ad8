/* How it was computed: definitions, limits, and the statements that give the same numbers. */

CREATE FUNCTION mlops_internal.report_statements(scope mlops_internal.report_scope)
    RETURNS TABLE (place integer, what text, statement text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        monitor CONSTANT text := quote_literal((SELECT m.name FROM mlops.monitor AS m
                                                WHERE m.monitor_id = scope.monitor_id));
        model CONSTANT text := quote_literal((SELECT m.name FROM mlops.model AS m WHERE m.model_id = scope.model_id));
        metric text := (SELECT m.metric FROM mlops_internal.report_metrics(scope) AS m WHERE m.place = 1);
        times CONSTANT text := concat(' AND window_lo >= ' || quote_literal(scope.from_time),
                                      ' AND window_hi <= ' || quote_literal(scope.to_time));
        ranged CONSTANT text := ' WHERE monitor = ' || monitor || ' AND granularity IS NULL' || times;
    BEGIN
        RETURN QUERY
            SELECT s.place, s.what, s.statement FROM (VALUES
                (1, 'What is live', 'SELECT * FROM mlops.deployed_version WHERE model = ' || model
                    || ' ORDER BY since DESC;'),
                (2, 'What needs a person', 'SELECT * FROM mlops.open_incident WHERE monitor = ' || monitor
                    || E';\nSELECT * FROM mlops.open_alert WHERE monitor = ' || monitor
                    || E';\nSELECT * FROM mlops.incident_history WHERE monitor = ' || monitor || ' ORDER BY event_id;'),
                (3, 'A metric over time', 'SELECT window_lo, value, lower, upper, n, verdict, first_value'
                    || ' FROM mlops.metric_history' || ranged || ' AND metric = ' || quote_literal(metric)
                    || ' AND slice_column IS NULL ORDER BY window_lo;'),
                (4, 'Its slices', 'SELECT slice_column, slice_value, value, lower, upper, n FROM mlops.metric_history'
                    || ranged || ' AND metric = ' || quote_literal(metric)
                    || ' AND slice_column IS NOT NULL ORDER BY window_lo DESC, value;'),
                (5, 'Which columns moved', 'SELECT window_lo, column_name, metric, value, p_adjusted, n, verdict'
                    || ' FROM mlops.drift_history' || ranged
                    || ' AND slice_column IS NULL ORDER BY window_lo, metric, value DESC;'),
                (6, 'Rows, checks and statistics of columns', 'SELECT window_lo, column_name, metric, value, n,'
                    || ' verdict, message FROM mlops.metric_history' || ranged
                    || ' AND slice_column IS NULL ORDER BY window_lo, metric, column_name;'),
                (7, 'The health of the monitor', 'SELECT * FROM mlops.monitor_health WHERE monitor = ' || monitor
                    || E';\nSELECT * FROM mlops.run_history WHERE monitor = ' || monitor
                    || ' ORDER BY window_lo DESC;'))
                AS s (place, what, statement)
            WHERE s.statement IS NOT NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_statements(mlops_internal.report_scope) IS
    'statements over the views that give the numbers of each section of a page';

CREATE FUNCTION mlops_internal.report_foot(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        m mlops.monitor := (SELECT x FROM mlops.monitor AS x WHERE x.monitor_id = scope.monitor_id);
        def mlops.monitor_version := (SELECT v FROM mlops.monitor_version AS v
                                      WHERE v.monitor_id = m.monitor_id AND v.version = m.version);
        checks jsonb := (
            SELECT jsonb_agg(jsonb_build_array(c ->> 'metric', coalesce(nullif(c ->> 'column', '*'), CASE
                       WHEN c ? 'column' THEN 'each column' END), (
                       SELECT string_agg(s || ' ' || replace(translate(c ->> s, '{}":', ''), ',', ', '), '; '
                                         ORDER BY s DESC)
                       FROM unnest('{warning,critical}'::text[]) AS s WHERE c ? s),
                       jsonb_build_object('code', (c - '{metric,warning,critical}'::text[])::text)) ORDER BY i)
            FROM jsonb_array_elements(def.checks) WITH ORDINALITY AS t (c, i));
        definitions jsonb := (
            SELECT jsonb_agg(jsonb_build_array(x.name, x.meaning, x.range, x.direction) ORDER BY x.name)
            FROM (SELECT DISTINCT ON (d.name) d.* FROM mlops.metric_definition AS d
                  WHERE d.name IN (SELECT r.metric FROM mlops_internal.report_metrics(scope) AS r)
                     OR d.name IN (SELECT c ->> 'metric' FROM jsonb_array_elements(def.checks) AS c)
                     OR m.monitor_id IS NOT NULL AND d.name = 'psi'
                  ORDER BY d.name, d.room) AS x);
    BEGIN
        RETURN mlops_internal.html_section('how', 'How it was computed', concat(
            '<p>Every number is one of the views', CASE WHEN scope.monitor_id IS NOT NULL
                THEN ', which the monitor filled when it evaluated a window' END,
            '. Intervals are 95 % ones. The page was made in the database with the rights of ',
            mlops_internal.markup(current_user), E': it holds what that role may read.</p>\n',
            CASE WHEN definitions IS NOT NULL THEN '<details><summary>Definitions</summary>'
                || mlops_internal.html_table('{metric,is,range,better}'::text[], definitions,
                    '{"caption": "What the metrics mean"}') || E'</details>\n' END,
            CASE WHEN checks IS NOT NULL THEN '<details><summary>Limits</summary>'
                || mlops_internal.html_table('{metric,column,limits,the rest of the check}'::text[], checks,
                    '{"caption": "Checks of the monitor; without limits the own past is one"}') || E'</details>\n' END,
            (SELECT string_agg(mlops_internal.html_sql(s.statement, 'SQL: ' || s.what), '' ORDER BY s.place)
             FROM mlops_internal.report_statements(scope) AS s),
            '<p class="muted">mlops ', mlops_internal.markup((SELECT x.extversion FROM pg_extension AS x
                WHERE x.extname = 'mlops')), ', PostgreSQL ',
            mlops_internal.markup(current_setting('server_version')), ', database ',
            mlops_internal.markup(current_database()), E'.</p>\n'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_foot(mlops_internal.report_scope) IS
    'section of a page: definitions, limits, the statements behind it, versions';

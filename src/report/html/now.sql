/* Before and now: all metrics of the newest window beside the reference, and the slices. */

/* What the best constant answer would have scored in a window; NULL for what such answers are not defined of. */
CREATE FUNCTION mlops_internal.report_constants(scope mlops_internal.report_scope, lo timestamptz, hi timestamptz)
    RETURNS TABLE (metric text, best_constant double precision, constant text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        w record;
    BEGIN
        FOR w IN SELECT s.kind, s.summary, v.threshold
            FROM mlops.window_summary AS s JOIN mlops.monitor_version AS v USING (monitor_id, version)
            WHERE s.monitor_id = scope.monitor_id AND s.window_lo = lo AND s.window_hi = hi AND s.slice_column IS NULL
              AND s.column_name IS NULL AND s.kind IN ('scores', 'confusion', 'class_confusion', 'errors')
            ORDER BY s.kind
        LOOP
            -- a plan of each type is made only where there is such a summary
            IF w.kind = 'scores' THEN
                RETURN QUERY SELECT b.metric, b.best_constant, b.constant
                    FROM mlops.best_constant(w.summary::mlops.scores, w.threshold) AS b;
            ELSIF w.kind = 'confusion' THEN
                RETURN QUERY SELECT b.metric, b.best_constant, b.constant
                    FROM mlops.best_constant(w.summary::mlops.confusion) AS b;
            ELSIF w.kind = 'class_confusion' THEN
                RETURN QUERY SELECT b.metric, b.best_constant, b.constant
                    FROM mlops.best_constant(w.summary::mlops.class_confusion) AS b;
            ELSE
                RETURN QUERY SELECT b.metric, b.best_constant, b.constant
                    FROM mlops.best_constant(w.summary::mlops.errors) AS b;
            END IF;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_constants(mlops_internal.report_scope, timestamptz, timestamptz) IS
    'what always giving the same answer would have scored in a window, by metric';

/* The newest window in which a metric has a value: with late labels not the newest of all. */
CREATE FUNCTION mlops_internal.report_last(scope mlops_internal.report_scope, metric text)
    RETURNS SETOF mlops.observation
    LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT o.* FROM mlops.observation AS o
        WHERE o.monitor_id = scope.monitor_id AND o.metric = report_last.metric AND o.column_name IS NULL
          AND o.slice_column IS NULL AND o.reference IS NULL AND (o.detail ?| '{granularity,rolling}') IS NOT TRUE
          AND (o.window_lo < scope.from_time) IS NOT TRUE AND (o.window_hi > scope.to_time) IS NOT TRUE
        ORDER BY o.value IS NULL, o.window_lo DESC LIMIT 1;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_last(mlops_internal.report_scope, text) IS
    'newest observation of a metric of the model that has a value';

CREATE FUNCTION mlops_internal.report_slices(scope mlops_internal.report_scope, metric text, direction text)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        most CONSTANT integer := 20;
        label CONSTANT text := mlops_internal.report_name(report_slices.metric);
        whole mlops.observation;
        s record;
    BEGIN
        SELECT * INTO whole FROM mlops_internal.report_last(scope, report_slices.metric) AS l;
        WITH slice AS (
            SELECT o.slice_column || ' = ' || coalesce(o.slice_value, 'NULL') AS name, o.value, o.lower, o.upper, o.n,
                   o.verdict, o.value - whole.value AS difference,
                   row_number() OVER (ORDER BY CASE report_slices.direction WHEN 'lower' THEN -o.value
                       WHEN 'zero' THEN -abs(o.value) ELSE o.value END, o.slice_column, o.slice_value) AS place
            FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.metric = report_slices.metric AND o.column_name IS NULL
              AND o.window_lo = whole.window_lo AND o.window_hi = whole.window_hi AND o.slice_column IS NOT NULL
              AND o.reference IS NULL AND o.value IS NOT NULL)
        SELECT count(*) AS n,
               jsonb_agg(jsonb_build_object('name', x.name, 'value', x.value, 'lower', x.lower, 'upper', x.upper,
                   'n', x.n, 'severity', x.verdict) ORDER BY x.place) FILTER (WHERE x.place <= most) AS dots,
               jsonb_agg(jsonb_build_array(x.name, x.value, x.lower, x.upper, x.n, x.difference,
                   CASE WHEN x.verdict IS NOT NULL THEN jsonb_build_object('status', x.verdict) END)
                   ORDER BY x.place) FILTER (WHERE x.place <= most) AS numbers
          INTO s FROM slice AS x;
        IF s.n = 0 THEN
            RETURN NULL;
        END IF;
        RETURN E'<h3>Slices, the worst first</h3>\n' || CASE WHEN s.n > most
                THEN format(E'<p>%s of %s slices are shown.</p>\n', most, s.n) ELSE '' END
            || mlops_internal.html_figure(mlops.svg_dots(s.dots, jsonb_strip_nulls(jsonb_build_object(
                    'title', format('%s by slice in the window from %s; the line is the whole window', label,
                        mlops_internal.report_time(whole.window_lo, scope.time_zone)), 'line', whole.value,
                    'limits', mlops_internal.report_limits(whole.rule)))),
                mlops_internal.html_table('{slice,value,lower 95 %,upper 95 %,rows,more than all,verdict}'::text[],
                    s.numbers, jsonb_build_object('caption', label || ' by slice')),
                NULL);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_slices(mlops_internal.report_scope, text, text) IS
    'a metric by slice in its newest window, the worst slice first';

CREATE FUNCTION mlops_internal.report_now(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        metrics record;
        numbers jsonb;
        constants jsonb;
        at mlops.observation;
    BEGIN
        SELECT array_agg(m.metric ORDER BY m.place) AS names, array_agg(m.direction ORDER BY m.place) AS directions
            INTO metrics FROM mlops_internal.report_metrics(scope) AS m;
        IF metrics.names IS NULL THEN
            RETURN NULL;
        END IF;
        SELECT * INTO at FROM mlops_internal.report_last(scope, metrics.names[1]) AS l;
        SELECT jsonb_object_agg(c.metric, jsonb_build_array(c.best_constant, c.constant)) INTO constants
            FROM mlops_internal.report_constants(scope, at.window_lo, at.window_hi) AS c;
        SELECT jsonb_agg(jsonb_build_array(mlops_internal.report_name(m.metric), l.reference_value, l.value,
                   l.value - l.reference_value, l.lower, l.upper,
                   CASE WHEN l.window_lo = at.window_lo AND l.window_hi = at.window_hi
                        THEN constants -> m.metric -> 0 END, l.n,
                   CASE WHEN l.verdict IS NOT NULL THEN jsonb_build_object('status', l.verdict) END,
                   CASE m.direction WHEN 'none' THEN NULL WHEN 'zero' THEN 'near 0' ELSE m.direction END)
                   ORDER BY m.place)
          INTO numbers
          FROM unnest(metrics.names, metrics.directions) WITH ORDINALITY AS m (metric, direction, place)
          CROSS JOIN LATERAL mlops_internal.report_last(scope, m.metric) AS l;
        RETURN mlops_internal.html_section('now', 'Before and now', concat(
            '<p>The window from ' || mlops_internal.report_time(at.window_lo, scope.time_zone) || ' to '
                || mlops_internal.report_time(at.window_hi, scope.time_zone)
                || '. A model must beat what always giving the same answer scores in the same rows'
                || coalesce(' (for accuracy: ' || mlops_internal.markup(constants -> 'accuracy' ->> 1) || ')', '')
                || E'.</p>\n',
            mlops_internal.html_table('{metric,reference,now,change,lower 95 %,upper 95 %,best constant,rows,verdict,'
                'better is}'::text[], numbers,
                '{"caption": "Metrics of the model in the newest window that has labels"}'),
            mlops_internal.report_slices(scope, metrics.names[1], metrics.directions[1])));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_now(mlops_internal.report_scope) IS
    'section of a page: metrics of the newest window beside the reference and what a constant scores; slices';

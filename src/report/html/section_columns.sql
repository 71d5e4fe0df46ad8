/*
 * The section "which columns moved": a map of all columns over time, and the columns
 * that matter most, before and now.
 */
CREATE FUNCTION mlops_internal.columns_map(scope mlops_internal.report_scope, metric text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        zone CONSTANT text := coalesce(scope.time_zone, 'UTC');
        limits CONSTANT float8[] := mlops_internal.drift_limits(metric);
        columns text[];
        cells jsonb;
        table_rows text;
        n_columns bigint;
        n_together bigint;
    BEGIN
        WITH place AS MATERIALIZED (
            SELECT * FROM mlops_internal.report_places(scope)
        ), cell AS MATERIALIZED (
            SELECT o.column_name, p.place, max(o.value) AS value, min(o.verdict) FILTER (WHERE o.verdict = 'critical')
                   AS verdict
            FROM place AS p JOIN mlops.observation AS o ON o.window_lo = p.window_lo AND o.window_hi = p.window_hi
            WHERE o.monitor_id = scope.monitor_id AND o.metric = columns_map.metric AND o.column_name IS NOT NULL
              AND o.slice_column IS NULL AND o.reference IS NOT NULL
            GROUP BY 1, 2
        ), ranked AS (
            SELECT c.column_name, row_number() OVER (ORDER BY max(c.value) DESC NULLS LAST, c.column_name) AS nth,
                   count(*) OVER () AS n
            FROM cell AS c GROUP BY 1
        ), shown AS (
            SELECT r.nth, r.n, r.column_name, g.place, mlops_internal.rounded(c.value, 3) AS value
            FROM ranked AS r CROSS JOIN (SELECT DISTINCT p.place FROM place AS p) AS g
            LEFT JOIN cell AS c ON c.column_name = r.column_name AND c.place = g.place
            WHERE r.nth <= 30
        ), rows AS (
            SELECT s.nth, s.n, s.column_name, jsonb_agg(s.value ORDER BY s.place) AS values,
                   string_agg('<td class="n">' || coalesce(s.value::text, ''), '</td>' ORDER BY s.place) || '</td>'
                       AS cells
            FROM shown AS s GROUP BY 1, 2, 3
        )
        SELECT (SELECT array_agg(to_char(w.lo, w.form) ORDER BY w.place)
                FROM (SELECT p.place, min(p.window_lo) AT TIME ZONE zone AS lo,
                             CASE WHEN min(p.window_hi - p.window_lo) < interval '20 hours' THEN 'YYYY-MM-DD HH24:MI'
                                  ELSE 'YYYY-MM-DD' END AS form FROM place AS p GROUP BY 1) AS w),
               (SELECT max(t.n) FROM (SELECT count(*) AS n FROM place AS p GROUP BY p.place) AS t),
               jsonb_agg(jsonb_build_object('name', r.column_name, 'values', r.values) ORDER BY r.nth),
               string_agg(format('<tr><th scope="row">%s</th>%s</tr>', mlops_internal.markup(r.column_name::text),
                                 r.cells), '' ORDER BY r.nth), max(r.n)
        INTO columns, n_together, cells, table_rows, n_columns FROM rows AS r;
        IF cells IS NULL THEN
            RETURN NULL;
        END IF;
        RETURN mlops_internal.html_figure(
            mlops.svg_heatmap(cells, jsonb_build_object(
                'title', format('%s of the columns over time', mlops_internal.report_name(metric)),
                'columns', to_jsonb(columns), 'limits', to_jsonb(limits), 'style', false)),
            mlops_internal.number_table('{column}'::text[] || columns, table_rows,
                format('%s by column and window', mlops_internal.report_name(metric))),
            concat_ws(' ', format('Each cell is the %s of a column in a window%s; the columns that moved most come '
                                  'first. From %s on a change is worth a look, from %s on it is large.',
                                  mlops_internal.report_name(metric),
                                  CASE WHEN n_together > 1 THEN format(', the largest of up to %s windows', n_together)
                                       END, limits[2], limits[3]),
                      CASE WHEN n_columns > 30 THEN format('%s more columns moved less at all times.', n_columns - 30)
                           END));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.columns_map(mlops_internal.report_scope, text) IS
    'a map of columns and windows coloured by a metric of drift, the 30 worst columns; NULL without values';

CREATE FUNCTION mlops_internal.moved_words(m mlops_internal.moved_column, metric text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT concat_ws(', ', format('%s %s', mlops_internal.report_name(metric), mlops_internal.html_number(m.value)),
            format('at worst %s', mlops_internal.html_number(m.worst)), 'n = ' || mlops_internal.html_number(m.n),
            format('adjusted p %s (%s)', mlops_internal.shown_p(m.p_adjusted), m.test),
            CASE WHEN m.basis = 'shift' AND m.role = 'input' THEN
                format('by itself it moves the mean of the predictions by %s of their standard deviations',
                       mlops_internal.html_number(m.effect)) END)
            || coalesce('. ' || nullif(m.message, ''), '')
    $$;
COMMENT ON FUNCTION mlops_internal.moved_words(mlops_internal.moved_column, text) IS
    'what is known of a column that moved, in a line';

CREATE FUNCTION mlops_internal.moved_html(scope mlops_internal.report_scope, m mlops_internal.moved_column,
    metric text, window_lo timestamptz, window_hi timestamptz, is_open boolean) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        def CONSTANT mlops.monitor_version := mlops_internal.report_definition(scope);
        reference CONSTANT record := mlops_internal.report_reference(def, 'profile', m.column_name, window_lo);
        before CONSTANT mlops.profile := reference.summary::mlops.profile;
        now CONSTANT mlops.profile := mlops_internal.report_summary(scope.monitor_id, 'profile', m.column_name,
            window_lo, window_hi)::mlops.profile;
        top jsonb;
        course jsonb;
    BEGIN
        IF mlops.kind(before) IS DISTINCT FROM mlops.kind(now) OR coalesce(mlops.n_values(before), 0) = 0
            OR coalesce(mlops.n_values(now), 0) = 0 THEN
            RETURN format('<details%s><summary>%s</summary><p>%s</p></details>', CASE WHEN is_open THEN ' open' END,
                mlops_internal.markup(m.column_name),
                mlops_internal.markup(mlops_internal.moved_words(m, metric)
                    || '. There are no summaries of it that can be compared.'));
        END IF;
        top := mlops_internal.drift_contributions(before, now);
        course := mlops_internal.column_course(scope, m.column_name, top);
        RETURN format('<details%s><summary>%s</summary><p>%s</p>%s%s</details>', CASE WHEN is_open THEN ' open' END,
            mlops_internal.markup(concat_ws(': ', m.column_name::text, mlops_internal.change_words(before, now,
                mlops_internal.drift_direction(before, now)))),
            mlops_internal.markup(mlops_internal.moved_words(m, metric)),
            mlops_internal.column_body(before, now, ARRAY[reference.name,
                mlops_internal.window_words(window_lo, window_hi, scope.time_zone)], top, m.column_name::text),
            mlops_internal.html_figure(mlops.svg_line(course, jsonb_strip_nulls(jsonb_build_object(
                'title', m.column_name || ' over time', 'height', 160, 'style', false, 'x', 'time',
                'time_zone', scope.time_zone,
                'y_min', CASE WHEN m.kind IN ('text', 'boolean') THEN 0 END))),
                mlops_internal.series_table(course, scope.time_zone), ''));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.moved_html(mlops_internal.report_scope, mlops_internal.moved_column, text,
        timestamptz, timestamptz, boolean) IS
    'a column that moved: both distributions, its numbers and its course';

CREATE FUNCTION mlops_internal.report_columns(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        w record;
        metric text;
        columns mlops_internal.moved_column[];
        n_moved bigint;
        n_shown integer;
        basis text;
    BEGIN
        SELECT * INTO w FROM mlops_internal.report_windows(scope) AS x ORDER BY x.window_lo DESC LIMIT 1;
        metric := mlops_internal.report_drift_metric(scope, w.window_lo, w.window_hi);
        IF metric IS NULL THEN
            RETURN NULL;
        END IF;
        columns := ARRAY(SELECT m FROM mlops_internal.report_moved(scope, metric, w.window_lo, w.window_hi) AS m
                         ORDER BY m.moved AND m.role IN ('input', 'label') DESC, m.moved DESC, m.effect DESC,
                             m.value DESC NULLS LAST, m.column_name);
        n_moved := (SELECT count(*) FROM unnest(columns) AS m WHERE m.moved);
        -- the score itself has its place beside the quality
        n_shown := (SELECT least(5, count(*)) FROM unnest(columns) AS m
                    WHERE m.moved AND m.role IN ('input', 'label'));
        basis := (columns[1]).basis;
        RETURN mlops_internal.html_section('columns', 'Which columns moved?', concat(
            format('<p>%s</p>', mlops_internal.markup(concat_ws(' ',
                format('In the newest window, %s, %s of %s columns moved%s.',
                    mlops_internal.window_words(w.window_lo, w.window_hi, scope.time_zone), n_moved,
                    cardinality(columns), CASE WHEN n_moved > 1 THEN ', ranked by ' || CASE basis
                        WHEN 'shift' THEN 'how far each moves the mean score'
                        WHEN 'importance' THEN 'their size times their importance to the model'
                        WHEN 'correlation' THEN 'their size times how they went along with the drift of the score'
                        ELSE 'their size' END ELSE '' END),
                'Not moved: ' || (SELECT string_agg(m.column_name::text, ', ' ORDER BY m.column_name)
                                  FROM unnest(columns) AS m WHERE NOT m.moved) || '.'))),
            mlops_internal.columns_map(scope, metric),
            (SELECT string_agg(mlops_internal.moved_html(scope, columns[i], metric, w.window_lo, w.window_hi, i <= 2),
                               '' ORDER BY i)
             FROM generate_series(1, n_shown) AS i)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_columns(mlops_internal.report_scope) IS
    'section of a report: which columns moved, when, how, and what it does to the score; NULL without drift metrics';

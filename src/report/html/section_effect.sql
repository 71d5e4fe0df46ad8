/*
 * The section "does it matter": the quality of the model beside the drift of its score
 * and of the inputs that moved, over the same windows.
 */
CREATE FUNCTION mlops_internal.report_quality_metric(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT x.metric
            FROM (SELECT m.metric, m.place FROM mlops_internal.report_metrics(scope) AS m WHERE m.family <> 'fairness'
                  UNION ALL
                  -- while labels are late
                  SELECT 'cbpe_roc_auc', 1000000) AS x
            WHERE EXISTS (SELECT FROM mlops.observation AS o
                          WHERE o.monitor_id = scope.monitor_id AND o.metric = x.metric AND o.column_name IS NULL
                            AND o.slice_column IS NULL AND o.value IS NOT NULL
                            AND (o.window_lo < scope.from_time) IS NOT TRUE
                            AND (o.window_hi > scope.to_time) IS NOT TRUE)
            ORDER BY x.place LIMIT 1);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_quality_metric(mlops_internal.report_scope) IS
    'the metric of quality that drift is held against; NULL when the monitor has none';

CREATE FUNCTION mlops_internal.correlation_words(r double precision, n bigint, quality text, drift text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN n >= 5 AND r IS NOT NULL THEN
            format('Over %s windows the correlation of %s with %s is %s: %s.', n, quality, drift, round(r::numeric, 2),
                   CASE WHEN abs(r) < 2 / sqrt(n) THEN 'no more than chance brings, drift does not explain the quality'
                        WHEN abs(r) < 0.5 THEN 'weak, drift explains little of the quality'
                        ELSE format('%s, it is %s where the drift is larger', CASE WHEN abs(r) < 0.8 THEN 'clear'
                                    ELSE 'strong' END, CASE WHEN r < 0 THEN 'lower' ELSE 'higher' END) END) END
    $$;
COMMENT ON FUNCTION mlops_internal.correlation_words(double precision, bigint, text, text) IS
    'a correlation over n windows in words; NULL when they are too few';

CREATE FUNCTION mlops_internal.worst_slice_words(scope mlops_internal.report_scope, metric text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH newest AS MATERIALIZED (
            SELECT o.window_lo, o.window_hi, o.value FROM mlops.observation AS o
            JOIN mlops_internal.report_windows(scope) AS w USING (window_lo, window_hi)
            WHERE o.monitor_id = scope.monitor_id AND o.metric = worst_slice_words.metric AND o.column_name IS NULL
              AND o.slice_column IS NULL AND o.value IS NOT NULL
            ORDER BY o.window_lo DESC LIMIT 1
        ), slice AS (
            SELECT o.slice_column, o.slice_value, o.value, o.lower, o.upper, o.n, w.value AS whole, w.window_lo,
                   w.window_hi, o.value * CASE d.direction WHEN 'lower' THEN -1 ELSE 1 END AS goodness
            FROM newest AS w
            JOIN mlops.observation AS o ON o.window_lo = w.window_lo AND o.window_hi = w.window_hi
            LEFT JOIN mlops.metric_definition AS d ON d.name = o.metric
            WHERE o.monitor_id = scope.monitor_id AND o.metric = worst_slice_words.metric AND o.column_name IS NULL
              AND o.slice_column IS NOT NULL AND o.value IS NOT NULL
              AND o.n >= (mlops_internal.report_definition(scope)).min_rows
            ORDER BY goodness, o.slice_column COLLATE "C", o.slice_value COLLATE "C" LIMIT 1
        )
        SELECT format('Worst slice, %s: %s = %s with %s %s%s, n = %s; all rows have %s.',
                      mlops_internal.window_words(s.window_lo, s.window_hi, scope.time_zone), s.slice_column,
                      coalesce(mlops_internal.shown_text(s.slice_value), 'NULL'),
                      mlops_internal.report_name(metric),
                      mlops_internal.html_number(s.value),
                      format(' (95 %% between %s and %s)', mlops_internal.html_number(s.lower),
                             mlops_internal.html_number(s.upper)), mlops_internal.html_number(s.n),
                      mlops_internal.html_number(s.whole))
        FROM slice AS s
    $$;
COMMENT ON FUNCTION mlops_internal.worst_slice_words(mlops_internal.report_scope, text) IS
    'the slice in which a metric is worst in its newest window, in words; NULL without slices of enough rows';

CREATE FUNCTION mlops_internal.score_words(scope mlops_internal.report_scope, window_lo timestamptz,
    window_hi timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN abs(x.moved) < 0.005 * x.spread
                THEN format('The mean %s of the newest window is that of the reference.', x.word)
            ELSE format('The mean %s of the newest window is %s, %s than in the reference%s.', x.word,
                        mlops_internal.html_number(x.value), mlops_internal.html_number(abs(x.moved)) || CASE
                            WHEN x.moved < 0 THEN ' lower' ELSE ' higher' END,
                        format(' (%s standard deviations)', mlops_internal.html_number(abs(x.moved) / x.spread))) END
        FROM (SELECT o.value, o.value - o.reference_value AS moved, nullif(s.reference_value, 0) AS spread,
                     CASE WHEN v.score_column IS NULL THEN 'prediction' ELSE 'score' END AS word
              FROM mlops_internal.report_definition(scope) AS v, mlops.observation AS o
              JOIN mlops.observation AS s USING (monitor_id, window_lo, window_hi, column_name)
              WHERE o.monitor_id = scope.monitor_id AND o.window_lo = score_words.window_lo
                AND o.window_hi = score_words.window_hi AND o.metric = 'mean' AND s.metric = 'stddev'
                AND o.slice_column IS NULL AND s.slice_column IS NULL
                AND o.column_name = coalesce(v.score_column, v.prediction_column)) AS x
        WHERE x.moved IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.score_words(mlops_internal.report_scope, timestamptz, timestamptz) IS
    'how far the mean score of a window is from the reference''s, in words; NULL when it is not measured';

/* One column of numbers over the places of a page, as a series of mlops.svg_line. */
CREATE FUNCTION mlops_internal.report_series(scope mlops_internal.report_scope, metric text, columns name[])
    RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        -- names beside it would give the metric their collation, which no index has
        RETURN (
            SELECT jsonb_agg(jsonb_build_object('name', s.name, 'x', s.x, 'y', s.y) || CASE WHEN s.lower <> '[]'
                       THEN jsonb_build_object('lower', s.lower, 'upper', s.upper) ELSE '{}' END ORDER BY s.place)
            FROM (SELECT coalesce(o.column_name::text, mlops_internal.report_name(metric)) AS name,
                         array_position(columns, o.column_name) AS place,
                         jsonb_agg(window_lo ORDER BY window_lo) AS x,
                         jsonb_agg(mlops_internal.rounded(o.value, 4) ORDER BY window_lo) AS y,
                         CASE WHEN columns IS NULL AND bool_or(o.lower IS NOT NULL)
                              THEN jsonb_agg(mlops_internal.rounded(o.lower, 4) ORDER BY window_lo)
                              ELSE '[]' END AS lower,
                         CASE WHEN columns IS NULL
                              THEN jsonb_agg(mlops_internal.rounded(o.upper, 4) ORDER BY window_lo) END AS upper
                  FROM mlops_internal.report_places(scope) AS p
                  JOIN (SELECT m.* FROM mlops.observation AS m
                        WHERE columns IS NULL AND m.monitor_id = scope.monitor_id
                          AND m.metric = report_series.metric COLLATE "default"
                          AND m.column_name IS NULL AND m.slice_column IS NULL
                        UNION ALL
                        SELECT m.* FROM mlops.observation AS m
                        WHERE m.monitor_id = scope.monitor_id AND m.metric = report_series.metric COLLATE "default"
                          AND m.column_name = ANY (columns) AND m.slice_column IS NULL) AS o
                      USING (window_lo, window_hi)
                  WHERE p.is_last GROUP BY 1, 2) AS s);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_series(mlops_internal.report_scope, text, name[]) IS
    'a metric of the model (columns NULL) with its interval, or of these columns, as series of mlops.svg_line';

CREATE FUNCTION mlops_internal.series_table(series jsonb, time_zone text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            -- an interval is two columns more
            WITH line AS MATERIALIZED (
                SELECT row_number() OVER (ORDER BY s.place, v.nth) AS place, v.name, s.s -> 'x' AS x, s.s -> v.key AS y
                FROM jsonb_array_elements(series) WITH ORDINALITY AS s(s, place),
                     LATERAL (VALUES (1, s.s ->> 'name', 'y'), (2, '95 % from', 'lower'), (3, '95 % to', 'upper'))
                         AS v(nth, name, key)
                WHERE s.s ? v.key
            ), point AS (
                SELECT l.place, (u.x #>> '{}')::timestamptz AS at, l.y -> (u.i - 1)::integer AS y
                FROM line AS l, jsonb_array_elements(l.x) WITH ORDINALITY AS u(x, i)
            )
            SELECT mlops_internal.number_table('{window}'::text[]
                           || ARRAY(SELECT l.name FROM line AS l ORDER BY l.place),
                       string_agg(format('<tr><th scope="row">%s</th>%s</tr>', to_char(r.at AT TIME ZONE
                           coalesce(time_zone, 'UTC'), 'YYYY-MM-DD HH24:MI'), r.cells), '' ORDER BY r.at),
                       array_to_string(ARRAY(SELECT l.name FROM line AS l WHERE l.name !~ '^95 '
                                             ORDER BY l.place), ', '))
            FROM (SELECT t.at, string_agg('<td class="n">' || coalesce(nullif(p.y, 'null')::text, ''), '</td>'
                                          ORDER BY l.place) || '</td>' AS cells
                  FROM (SELECT DISTINCT p.at FROM point AS p) AS t CROSS JOIN line AS l
                  LEFT JOIN point AS p ON p.at = t.at AND p.place = l.place GROUP BY 1) AS r);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.series_table(jsonb, text) IS 'series of mlops.svg_line over time as a table';

CREATE FUNCTION mlops_internal.report_effect(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        def CONSTANT mlops.monitor_version := mlops_internal.report_definition(scope);
        score CONSTANT name := coalesce(def.score_column, def.prediction_column);
        quality CONSTANT text := mlops_internal.report_quality_metric(scope);
        quality_name CONSTANT text := mlops_internal.report_name(quality);
        drift_name text;
        w record;
        drift text;
        columns name[];
        r record;
        moved jsonb;
        course jsonb;
        times jsonb := jsonb_build_object('x', 'time', 'time_zone', coalesce(scope.time_zone, 'UTC'), 'height', 220,
            'style', false, 'width', 460);
    BEGIN
        SELECT * INTO w FROM mlops_internal.report_windows(scope) AS x ORDER BY x.window_lo DESC LIMIT 1;
        drift := mlops_internal.report_drift_metric(scope, w.window_lo, w.window_hi);
        IF quality IS NULL OR drift IS NULL THEN
            RETURN NULL;
        END IF;
        drift_name := mlops_internal.report_name(drift);
        columns := array_remove(ARRAY[score] || ARRAY(
            SELECT m.column_name FROM mlops_internal.report_moved(scope, drift, w.window_lo, w.window_hi) AS m
            WHERE m.role = 'input' ORDER BY m.moved DESC, m.effect DESC, m.value DESC NULLS LAST, m.column_name
            LIMIT 2), NULL);
        -- against the score's drift, and against that of the column that went furthest
        SELECT corr(q.value, d.score) AS of_score, count(d.score) AS n_score, corr(q.value, d.worst) AS of_worst,
               count(d.worst) AS n_worst, max(q.value) - min(q.value) > 1e-9 * max(abs(q.value)) AS differs INTO r
        FROM mlops_internal.report_windows(scope) AS x
        JOIN mlops.observation AS q ON q.monitor_id = scope.monitor_id AND q.window_lo = x.window_lo
            AND q.window_hi = x.window_hi AND q.metric = quality AND q.column_name IS NULL AND q.slice_column IS NULL
            AND q.value IS NOT NULL
        JOIN (SELECT o.window_lo, o.window_hi, max(o.value) FILTER (WHERE o.column_name = score) AS score,
                     max(o.value) FILTER (WHERE o.column_name = ANY (def.features)) AS worst
              FROM mlops.observation AS o
              WHERE o.monitor_id = scope.monitor_id AND o.metric = drift AND o.column_name IS NOT NULL
                AND o.slice_column IS NULL
              GROUP BY 1, 2) AS d ON d.window_lo = x.window_lo AND d.window_hi = x.window_hi;
        IF r.differs IS NOT TRUE THEN
            -- nothing goes along with what stands still
            r.of_score := NULL;
            r.of_worst := NULL;
        END IF;
        course := mlops_internal.report_series(scope, quality, NULL);
        moved := mlops_internal.report_series(scope, drift, columns);
        RETURN mlops_internal.html_section('effect', 'Does it matter?', concat(
            (SELECT string_agg(format('<p>%s</p>', mlops_internal.markup(v.words)), '' ORDER BY v.place)
             FROM (VALUES (1, mlops_internal.score_words(scope, w.window_lo, w.window_hi)),
                          (2, concat_ws(' ',
                              mlops_internal.correlation_words(r.of_score, r.n_score, quality_name,
                                  format('the %s of the %s', drift_name,
                                         CASE WHEN def.score_column IS NULL THEN 'prediction' ELSE 'score' END)),
                              mlops_internal.correlation_words(r.of_worst, r.n_worst, quality_name,
                                  format('the largest %s of an input', drift_name)))),
                          (3, mlops_internal.worst_slice_words(scope, quality))) AS v(place, words)
             WHERE v.words <> ''),
            '<div class="pair">',
            mlops_internal.html_figure(mlops.svg_line(course, times || jsonb_build_object('title', quality_name)),
                mlops_internal.series_table(course, scope.time_zone), format('%s over the windows', quality_name)),
            mlops_internal.html_figure(mlops.svg_line(moved,
                    times || jsonb_build_object('title', drift_name, 'y_min', 0)),
                mlops_internal.series_table(moved, scope.time_zone),
                format('%s of %s over the same windows', drift_name, array_to_string(columns, ', '))),
            '</div>',
            (SELECT format('<details><summary>%s</summary>%s</details>', mlops_internal.markup(
                        format('%s before and now', score)), mlops_internal.column_body(x.r, x.c, ARRAY[x.name,
                        mlops_internal.window_words(w.window_lo, w.window_hi, scope.time_zone)],
                        mlops_internal.drift_contributions(x.r, x.c), score::text))
             FROM (SELECT b.summary::mlops.profile AS r, b.name, mlops_internal.report_summary(scope.monitor_id,
                              'profile', score, w.window_lo, w.window_hi)::mlops.profile AS c
                   FROM mlops_internal.report_reference(def, 'profile', score, w.window_lo) AS b) AS x
             WHERE mlops.kind(x.r) = mlops.kind(x.c) AND mlops.n_values(x.r) > 0 AND mlops.n_values(x.c) > 0)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_effect(mlops_internal.report_scope) IS
    'section of a report: what drift does to the quality; NULL when either is not measured';

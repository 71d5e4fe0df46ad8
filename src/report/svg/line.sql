/*
 * line: values along time or a number, with their intervals, limits, alerts,
 * deployments and the share of rows that have labels.
 */

/* One row for each point: number of the series and of the point in it; what cannot be drawn is NULL. */
CREATE FUNCTION mlops_internal.line_points(series jsonb, is_time boolean)
    RETURNS TABLE (s integer, i integer, x float8, y float8, lower float8, upper float8)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT e.s::integer, p.i::integer,
               CASE WHEN is_time THEN mlops_internal.chart_time(p.x) ELSE mlops_internal.chart_number(p.x) END,
               mlops_internal.chart_number(p.y), mlops_internal.chart_number(p.lower),
               mlops_internal.chart_number(p.upper)
          FROM jsonb_array_elements(series) WITH ORDINALITY AS e (doc, s),
               ROWS FROM (jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'x', 'x')),
                          jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'y', 'y')),
                          jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'lower', 'lower')),
                          jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'upper', 'upper')))
                   WITH ORDINALITY AS p (x, y, lower, upper, i);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.line_points(jsonb, boolean) IS 'the points of series as mlops.svg_line takes them';

/*
 * What is drawn of one series, whose points come in pixels: band, line, points.  A
 * gap begins a new piece; a piece of one point is a dot.  Steps are points twice.
 */
CREATE FUNCTION mlops_internal.svg_series(x float8[], y float8[], lower float8[], upper float8[], style text,
    titles text[], number integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH point AS (
                SELECT p.i * 2 AS i, p.x, p.y, p.lower, p.upper,
                       coalesce(lead(p.x) OVER (ORDER BY p.i), 2 * p.x - lag(p.x) OVER (ORDER BY p.i), p.x) AS x_next
                  FROM unnest(x, y, lower, upper) WITH ORDINALITY AS p (x, y, lower, upper, i)
            ),
            corner AS (
                SELECT i, x, y, lower, upper FROM point
                UNION ALL
                SELECT i + 1, x_next, y, lower, upper FROM point WHERE style = 'step'
            ),
            line AS (
                SELECT string_agg(CASE WHEN c.y IS NULL OR c.x IS NULL THEN '' ELSE concat(
                           CASE WHEN c.before IS NULL THEN 'M' ELSE ' ' END, mlops_internal.px(c.x), ' ',
                               mlops_internal.px(c.y),
                           CASE WHEN c.before IS NULL AND c.after IS NULL THEN 'h0' END) END, '' ORDER BY c.i) AS d
                  FROM (SELECT corner.*, lag(x + y) OVER (ORDER BY i) AS before, lead(x + y) OVER (ORDER BY i) AS after
                          FROM corner) AS c
            ),
            band AS (
                SELECT concat('M', string_agg(p.x_px || mlops_internal.px(p.upper), ' ' ORDER BY p.i), ' ',
                              string_agg(p.x_px || mlops_internal.px(p.lower), ' ' ORDER BY p.i DESC), 'z') AS d,
                                  min(p.i) AS i
                  FROM (SELECT c.*, mlops_internal.px(c.x) || ' ' AS x_px,
                               c.place - row_number() OVER (ORDER BY c.place) AS piece
                          FROM (SELECT corner.*, row_number() OVER (ORDER BY corner.i) AS place FROM corner) AS c
                         WHERE c.x + c.lower + c.upper IS NOT NULL) AS p GROUP BY p.piece
            )
            SELECT concat('<g class="s', (number - 1) % 4 + 1, '">',
                   '<path class="b" d="' || (SELECT string_agg(d, '' ORDER BY i) FROM band) || '"/>',
                   CASE WHEN style <> 'points' THEN '<path class="l' || CASE style WHEN 'dashed' THEN ' z' ELSE '' END
                       || '" d="'
                       || (SELECT d FROM line) || '"/>' END,
                   CASE WHEN style = 'points' OR titles IS NOT NULL THEN (
                       SELECT string_agg(mlops_internal.svg_dot(
                                  CASE style WHEN 'step' THEN (p.x + p.x_next) / 2 ELSE p.x END, p.y, number,
                                      titles[p.i / 2]),
                                      '' ORDER BY p.i)
                         FROM point AS p
                        WHERE p.x IS NOT NULL AND p.y IS NOT NULL AND (style = 'points' OR style <> 'dashed'
                            AND titles[p.i / 2] IS NOT NULL)) END,
                   '</g>'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_series(float8[], float8[], float8[], float8[], text, text[], integer) IS
    'band, line and points of a series of that number, whose points are in pixels; points that have a title are marked';

-- the sign of a series, in its colour: round, square, a cross, a plus
CREATE FUNCTION mlops_internal.svg_dot(x float8, y float8, number integer, title text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RETURN concat('<path class="',
        (ARRAY['d', 'q', 'x', 'x'])[(number - 1) % 4 + 1], '" d="M', mlops_internal.px(x), ' ', mlops_internal.px(y),
        (ARRAY['h0', 'h0', 'm-3-3l6 6m-6 0l6-6', 'm-4 0h8m-4-4v8'])[(number - 1) % 4 + 1],
        COALESCE('"><title>' || mlops_internal.markup(title) || '</title></path>', '"/>'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_dot(float8, float8, integer, text) IS
    'a point of the series of that number, with a title if it has one';

/* Entries {"name", "sign"} beside each other, as many rows as they need. */
CREATE FUNCTION mlops_internal.svg_legend(entries jsonb, top_px float8, width float8, OUT body text, OUT height float8)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        entry jsonb;
        x float8 := 0;
        room float8;
    BEGIN
        body := '';
        height := 0;
        FOR entry IN SELECT * FROM jsonb_array_elements(entries) LOOP
            room := least(mlops_internal.text_width(entry ->> 'name'), 220);
            IF x > 0 AND x + room + 30 > width THEN
                x := 0;
                height := height + 16;
            END IF;
            body := concat(body, '<g transform="translate(', mlops_internal.px(x), ' ',
                mlops_internal.px(top_px + height), ')">', entry ->> 'sign',
                mlops_internal.svg_text(24, 11, entry ->> 'name', NULL, 220), '</g>');
            x := x + room + 42;
        END LOOP;
        height := CASE WHEN body = '' THEN 0 ELSE height + 20 END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_legend(jsonb, float8, float8) IS
    'a legend below top_px, of entries with a name and a sign of 20 times 14 pixels, and how high it is';

-- names of series with how they are drawn, and of the kinds of marks that occur
CREATE FUNCTION mlops_internal.line_legend(series jsonb, marks jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT coalesce(jsonb_agg(jsonb_build_object('name', e.name, 'sign', e.sign) ORDER BY e.kind, e.place),
                '[]')
              FROM (SELECT 1, s.i, s.doc ->> 'name', concat('<g class="s', (s.i - 1) % 4 + 1, '">',
                           CASE WHEN jsonb_typeof(s.doc -> 'lower') = 'array'
                               THEN '<path class="b" d="M0 1h20v12h-20z"/>' END,
                           CASE WHEN s.doc ->> 'style' IS DISTINCT FROM 'points'
                               THEN '<path class="l' || CASE s.doc ->> 'style' WHEN 'dashed' THEN ' z' ELSE '' END
                                   || '" d="M1 7h18"/>' END,
                           CASE WHEN s.doc ->> 'style' IS DISTINCT FROM 'dashed'
                               THEN mlops_internal.svg_dot(10, 7, s.i::integer) END, '</g>')
                      FROM jsonb_array_elements(series) WITH ORDINALITY AS s (doc, i)
                     WHERE s.doc ->> 'name' <> ''
                         AND (jsonb_array_length(series) > 1 OR s.doc ? 'lower' OR marks <> '[]')
                    UNION ALL
                    SELECT 2, k.place, k.severity, mlops_internal.svg_mark(10, 7, k.severity)
                      FROM unnest('{critical,warning,ok}'::text[]) WITH ORDINALITY AS k (severity, place)
                     WHERE marks @> jsonb_build_array(jsonb_build_object('severity', k.severity))
                   ) AS e (kind, place, name, sign));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.line_legend(jsonb, jsonb) IS
    'entries of the legend of mlops.svg_line; one series of plain values needs none';

/* Names at the right end of limits: where they would touch, the lower one is moved down. */
CREATE FUNCTION mlops_internal.svg_limits(limits jsonb, low float8, high float8, left_px float8, right_px float8,
    top_px float8, bottom_px float8, room float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH line AS (
                SELECT l.i, l.doc, p.y,
                       CASE WHEN l.doc ->> 'severity' IN ('warning', 'critical', 'ok')
                           THEN l.doc ->> 'severity' END AS severity,
                       concat_ws(' ', mlops_internal.number_text(v.value), nullif(l.doc ->> 'name', '')) AS name
                  FROM jsonb_array_elements(limits) WITH ORDINALITY AS l (doc, i),
                       LATERAL (SELECT mlops_internal.chart_number(l.doc -> 'value')) AS v (value),
                       LATERAL (SELECT mlops_internal.at_px(v.value, low, high, bottom_px, top_px)) AS p (y)
                 WHERE v.value BETWEEN low AND high
            ),
            placed AS (
                SELECT l.*, 13 * l.place + max(l.y - 13 * l.place) OVER (ORDER BY l.place) AS name_y
                  FROM (SELECT line.*, row_number() OVER (ORDER BY y, i) AS place FROM line) AS l
            )
            SELECT string_agg(concat('<g', ' class="' || severity || '"', '><path class="k z" d="M',
                mlops_internal.px(left_px), ' ',
                       mlops_internal.px(y), 'H', mlops_internal.px(right_px), '"/></g>',
                       mlops_internal.svg_text(right_px + 5, name_y + 4, name, 'm', room)), '' ORDER BY place)
              FROM placed);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_limits(jsonb, float8, float8, float8, float8, float8, float8, float8) IS
    'dashed lines across a chart at the limits, with value and name to their right';

/* Moments: a line down, and its name above the chart where there is room for it. */
CREATE FUNCTION mlops_internal.svg_verticals(verticals jsonb, is_time boolean, low float8, high float8, left_px float8,
    right_px float8, top_px float8, bottom_px float8) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        line record;
        body text := '';
        taken float8 := left_px;
        room float8;
    BEGIN
        FOR line IN SELECT p.x, v.doc ->> 'name' AS name
            FROM jsonb_array_elements(verticals) WITH ORDINALITY AS v (doc, i),
                LATERAL (SELECT mlops_internal.at_px(CASE WHEN is_time THEN mlops_internal.chart_time(v.doc -> 'x')
                    ELSE mlops_internal.chart_number(v.doc -> 'x') END, low, high, left_px, right_px)) AS p (x)
            WHERE p.x BETWEEN left_px AND right_px ORDER BY p.x, v.i LOOP
            room := least(mlops_internal.text_width(line.name), 110);
            body := concat(body, '<path class="a" d="M', mlops_internal.px(line.x), ' ', mlops_internal.px(top_px - 4),
                'V',
                mlops_internal.px(bottom_px), '"><title>', mlops_internal.markup(line.name), '</title></path>');
            IF line.x + 2 >= taken AND line.x + room < right_px + 60 THEN
                body := body || coalesce(mlops_internal.svg_text(line.x + 3, top_px - 5, line.name, NULL, 110), '');
                taken := line.x + room + 8;
            END IF;
        END LOOP;
        RETURN body;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_verticals(jsonb, boolean, float8, float8, float8, float8, float8, float8) IS
    'lines down a chart at moments, and their names above it where these do not touch';

CREATE FUNCTION mlops_internal.svg_shares(bars jsonb, is_time boolean, low float8, high float8, left_px float8,
    right_px float8, top_px float8, height float8) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT concat('<path class="r" d="M', mlops_internal.px(left_px), ' ', mlops_internal.px(top_px), 'H',
                       mlops_internal.px(right_px), 'v', height, 'H', mlops_internal.px(left_px),
                           'z"/><path class="b" d="',
                   string_agg(concat('M', mlops_internal.px(p.x), ' ', mlops_internal.px(top_px + height), 'v',
                       mlops_internal.px(-height * least(greatest(p.share, 0), 1)), 'H',
                       mlops_internal.px(greatest(p.x_to - 1, p.x + 0.5)), 'V', mlops_internal.px(top_px + height),
                           'z'),
                       '' ORDER BY p.x), '"/>')
              FROM (SELECT least(greatest(mlops_internal.at_px(v.x, low, high, left_px, right_px), left_px), right_px),
                           least(greatest(mlops_internal.at_px(v.x_to, low, high, left_px, right_px), left_px),
                               right_px),
                               v.share
                      FROM jsonb_array_elements(bars) AS b (doc),
                           LATERAL (SELECT CASE WHEN is_time THEN mlops_internal.chart_time(b.doc -> 'x')
                                        ELSE mlops_internal.chart_number(b.doc -> 'x') END,
                                    CASE WHEN is_time THEN mlops_internal.chart_time(b.doc -> 'x_to')
                                        ELSE mlops_internal.chart_number(b.doc -> 'x_to') END,
                                    mlops_internal.chart_number(b.doc -> 'share')) AS v (x, x_to, share)
                   ) AS p (x, x_to, share)
             WHERE p.share IS NOT NULL AND p.x_to > p.x);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_shares(jsonb, boolean, float8, float8, float8, float8, float8, float8) IS
    'a strip of bars, each as high as its share between 0 and 1';

-- what a point says of itself; none of them where they are too many, but for a few that tell series apart
CREATE FUNCTION mlops_internal.point_titles(x float8[], y float8[], lower float8[], upper float8[], is_time boolean,
    time_zone text, every integer) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        form text;
    BEGIN
        IF is_time THEN
            SELECT CASE WHEN bool_and(p.at = date_trunc('day', p.at)) THEN 'FMDD Mon YYYY'
                       ELSE 'FMDD Mon YYYY HH24:MI' END INTO form
                FROM (SELECT to_timestamp(t.x) AT TIME ZONE time_zone FROM unnest(x) WITH ORDINALITY AS t (x, i)
                      WHERE every = 1 OR t.i % every = 1) AS p (at);
        END IF;
        RETURN (
            SELECT array_agg(CASE WHEN every = 1 OR p.i % every = 1 THEN concat(CASE WHEN is_time
                           THEN to_char(to_timestamp(p.x) AT TIME ZONE time_zone, form)
                           ELSE mlops_internal.number_text(p.x) END, ': ', mlops_internal.number_text(p.y),
                       ' (' || mlops_internal.number_text(p.lower) || ' to '
                           || mlops_internal.number_text(p.upper) || ')') END ORDER BY p.i)
              FROM unnest(x, y, lower, upper) WITH ORDINALITY AS p (x, y, lower, upper, i));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.point_titles(float8[], float8[], float8[], float8[], boolean, text, integer) IS
    'titles of the points of a series, of the first and each every-th after it';

/* What the points reach over, with what else must be seen. */
CREATE FUNCTION mlops_internal.line_range(points float8[], options jsonb, is_time boolean, OUT x0 float8,
    OUT x1 float8, OUT y0 float8, OUT y1 float8)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        lowest float8 := points[3];
        highest float8 := points[4];
        bars_to float8[];
    BEGIN
        SELECT least(lowest, min(v.value)), greatest(highest, max(v.value)) INTO lowest, highest
            FROM jsonb_array_elements(mlops_internal.chart_list(options -> 'limits', 'limits')) AS e (doc),
                LATERAL (SELECT mlops_internal.chart_number(e.doc -> 'value')) AS v (value);
        SELECT r.low, r.high INTO y0, y1 FROM mlops_internal.nice_range(lowest, highest, 5,
            mlops_internal.chart_number(options -> 'y_min'), mlops_internal.chart_number(options -> 'y_max')) AS r;
        IF NOT is_time THEN
            x0 := coalesce(mlops_internal.chart_number(options -> 'x_min'), points[1]);
            x1 := coalesce(mlops_internal.chart_number(options -> 'x_max'), points[2]);
            SELECT r.low, r.high INTO x0, x1 FROM mlops_internal.nice_range(NULL, NULL, 5, x0, x1) AS r;
            RETURN;
        END IF;
        SELECT array[min(mlops_internal.chart_time(e.doc -> 'x')), max(mlops_internal.chart_time(e.doc -> 'x_to'))]
            INTO bars_to
            FROM jsonb_array_elements(mlops_internal.chart_list(options -> 'bars', 'bars')) AS e (doc);
        x0 := coalesce(mlops_internal.chart_time(options -> 'x_min'), least(points[1], bars_to[1]));
        x1 := coalesce(mlops_internal.chart_time(options -> 'x_max'), greatest(points[2], bars_to[2]));
        IF x1 - x0 < 1 THEN
            -- one moment: the day around it
            x0 := x0 - 43200;
            x1 := x1 + 43200;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.line_range(float8[], jsonb, boolean) IS
    'ends of the axes of mlops.svg_line for points between {least x, largest x, least y, largest y}';

/* What is left of the width and height: the box of the lines, with room for the labels around it. */
CREATE FUNCTION mlops_internal.line_box(options jsonb, is_time boolean, y0 float8, y1 float8, legend_height float8,
    OUT width float8, OUT height float8, OUT left_px float8, OUT right_px float8, OUT top_px float8,
    OUT bottom_px float8, OUT axis_px float8)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        names CONSTANT float8 := (SELECT max(mlops_internal.text_width(concat_ws(' ', mlops_internal.number_text(
                mlops_internal.chart_number(e.doc -> 'value')), e.doc ->> 'name')))
            FROM jsonb_array_elements(mlops_internal.chart_list(options -> 'limits', 'limits')) AS e (doc));
        has_moments CONSTANT boolean := mlops_internal.chart_list(options -> 'verticals', 'verticals') <> '[]'
            OR options ->> 'split' <> '';
    BEGIN
        width := mlops_internal.chart_size(options, 'width', 720);
        height := mlops_internal.chart_size(options, 'height', 280);
        left_px := 12 + (SELECT max(mlops_internal.text_width(k.label)) FROM mlops_internal.number_ticks(y0, y1,
            5) AS k);
        IF mlops_internal.chart_list(options -> 'bars', 'bars') <> '[]' THEN
            -- the strip below has its name there too
            left_px := greatest(left_px, least(6 + mlops_internal.text_width(coalesce(options ->> 'bars_name',
                'labels')),
                width / 4));
        END IF;
        right_px := width - greatest(CASE WHEN is_time THEN 32 ELSE 16 END, least(coalesce(names, 0) + 8, width / 4));
        top_px := 8 + CASE WHEN options ->> 'title' <> '' THEN 22 ELSE 0 END + legend_height
            + CASE WHEN coalesce(options ->> 'y_label', options ->> 'unit', '') <> '' THEN 15 ELSE 0 END
            + CASE WHEN has_moments THEN 15 ELSE 0 END;
        axis_px := height - 20 - CASE WHEN is_time THEN 13 ELSE 0 END
            - CASE WHEN options ->> 'x_label' <> '' THEN 15 ELSE 0 END;
        bottom_px := axis_px - CASE WHEN mlops_internal.chart_list(options -> 'bars', 'bars') <> '[]' THEN 24
            ELSE 0 END;
        IF bottom_px < top_px + 40 THEN
            -- too low for its labels
            height := height + top_px + 40 - bottom_px;
            axis_px := axis_px + top_px + 40 - bottom_px;
            bottom_px := top_px + 40;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.line_box(jsonb, boolean, float8, float8, float8) IS
    'size of a chart of mlops.svg_line, the box in which its lines are, and where the axis below is written';

CREATE TYPE mlops_internal.chart_series AS (
    name text, style text, known integer, x float8[], y float8[], lower float8[], upper float8[],
    x_min float8, x_max float8, y_min float8, y_max float8);
COMMENT ON TYPE mlops_internal.chart_series IS
    'a series of mlops.svg_line in arrays: known counts the points that can be drawn; what they reach over';

-- the last window of steps ends as far after it as the one before
CREATE FUNCTION mlops_internal.read_series(series jsonb, is_time boolean) RETURNS mlops_internal.chart_series[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT array_agg(ROW(d.doc ->> 'name', coalesce(d.doc ->> 'style', 'solid'), a.known, a.x, a.y, a.lower,
                a.upper,
                a.x_min,
                       CASE WHEN d.doc ->> 'style' = 'step' THEN greatest(a.x_max, 2 * a.x[a.n] - a.x[a.n - 1])
                           ELSE a.x_max END,
                       a.y_min, a.y_max)::mlops_internal.chart_series ORDER BY d.s)
              FROM jsonb_array_elements(series) WITH ORDINALITY AS d (doc, s)
              LEFT JOIN (
                  SELECT p.s, count(*)::integer AS n, array_agg(p.x) AS x,
                      array_agg(p.y) AS y,
                         array_agg(p.lower) AS lower, array_agg(p.upper) AS upper,
                         min(p.x) AS x_min, max(p.x) AS x_max,
                         min(least(p.y, p.lower)) AS y_min, max(greatest(p.y, p.upper)) AS y_max,
                         count(*) FILTER (WHERE p.x IS NOT NULL AND p.y IS NOT NULL) AS known
                    FROM (SELECT k.* FROM mlops_internal.line_points(series, is_time) AS k
                           ORDER BY k.s, k.i) AS p GROUP BY p.s) AS a ON a.s = d.s);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.read_series(jsonb, boolean) IS 'series as mlops.svg_line takes them, in arrays';

/* What is in the box: series within it, marks at full size also at its edges. */
CREATE FUNCTION mlops_internal.line_body(list mlops_internal.chart_series[], marks jsonb, is_time boolean,
    time_zone text,
    x0 float8, x1 float8, y0 float8, y1 float8, l float8, r float8, t float8, b float8) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH size AS (
                SELECT coalesce(sum(s.known), 0) AS points, count(*) AS series FROM unnest(list) AS s
            ),
            drawn AS (
                SELECT s.i, mlops_internal.svg_series(p.x, p.y, p.lower, p.upper, s.style,
                           CASE WHEN z.points <= 200 OR z.series > 1 THEN mlops_internal.point_titles(s.x, s.y, s.lower,
                               s.upper,
                               is_time, time_zone, CASE WHEN z.points <= 200 THEN 1 ELSE greatest(1,
                                   s.known / 8) END) END,
                           s.i::integer) AS svg
                  FROM unnest(list) WITH ORDINALITY
                           AS s (name, style, known, x, y, lower, upper, x_min, x_max, y_min, y_max, i), size AS z,
                       LATERAL (SELECT array_agg(mlops_internal.at_px(p.x, x0, x1, l, r)),
                                       array_agg(mlops_internal.at_px(p.y, y0, y1, b, t)),
                                       array_agg(mlops_internal.at_px(p.lower, y0, y1, b, t)),
                                       array_agg(mlops_internal.at_px(p.upper, y0, y1, b, t))
                                  FROM (SELECT u.* FROM unnest(s.x, s.y, s.lower, s.upper) WITH ORDINALITY
                                      AS u (x, y, lower, upper, i) ORDER BY u.i) AS p
                               ) AS p (x, y, lower, upper)
            ),
            mark AS (
                SELECT m.i, mlops_internal.svg_mark(mlops_internal.at_px(m.x, x0, x1, l, r),
                           coalesce(mlops_internal.at_px(m.y, y0, y1, b, t), t), m.doc ->> 'severity',
                           concat_ws(': ', m.doc ->> 'severity', m.doc ->> 'name')) AS svg
                  FROM (SELECT e.i, e.doc, CASE WHEN is_time THEN mlops_internal.chart_time(e.doc -> 'x')
                                   ELSE mlops_internal.chart_number(e.doc -> 'x') END AS x,
                               mlops_internal.chart_number(e.doc -> 'y') AS y
                          FROM jsonb_array_elements(marks) WITH ORDINALITY AS e (doc, i)) AS m
                 WHERE m.x BETWEEN x0 AND x1 AND coalesce(m.y BETWEEN y0 AND y1, true)
            )
            SELECT concat(mlops_internal.svg_inside(l, t, r, b, (SELECT string_agg(svg, '' ORDER BY i) FROM drawn)),
                   (SELECT string_agg(svg, '' ORDER BY i) FROM mark)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.line_body(mlops_internal.chart_series[], jsonb, boolean, text, float8, float8,
    float8,
    float8, float8, float8, float8, float8) IS 'series and marks of mlops.svg_line in their box';

CREATE FUNCTION mlops.svg_line(series jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        o CONSTANT jsonb := mlops_internal.chart_options(options, '{height,unit,x,time_zone,x_min,x_max,y_min,y_max,'
            'limits,marks,verticals,split,split_name,bars,bars_name,diagonal,x_label,y_label}');
        given CONSTANT jsonb := mlops_internal.chart_list(series, 'series');
        marks CONSTANT jsonb := mlops_internal.chart_list(o -> 'marks', 'marks');
        verticals CONSTANT jsonb := mlops_internal.chart_list(o -> 'verticals', 'verticals');
        is_time CONSTANT boolean := coalesce(o ->> 'x' = 'time', given @? '$[*].x[*] ? (@.type() == "string")');
        zone CONSTANT text := coalesce(o ->> 'time_zone', current_setting('TimeZone'));
        list CONSTANT mlops_internal.chart_series[] := mlops_internal.read_series(given, is_time);
        known integer;
        points float8[];
        words text;
        a record;
        x record;
        legend record;
        split float8;
        body text;
    BEGIN
        SELECT coalesce(sum(s.known), 0), array[min(s.x_min), max(s.x_max), min(s.y_min), max(s.y_max)],
               string_agg(format('%s: %s values from %s to %s', coalesce(nullif(s.name, ''), 'series'), s.known,
                   mlops_internal.number_text(s.y_min), mlops_internal.number_text(s.y_max)), '; ')
          INTO known, points, words FROM unnest(list) AS s;
        IF known = 0 OR points[1] IS NULL THEN
            RETURN mlops_internal.svg_nothing(o, mlops_internal.chart_size(o, 'width', 720));
        END IF;
        SELECT * INTO a FROM mlops_internal.line_range(points, o, is_time);
        SELECT * INTO legend FROM mlops_internal.svg_legend(mlops_internal.line_legend(given, marks),
            CASE WHEN o ->> 'title' <> '' THEN 22 ELSE 0 END, mlops_internal.chart_size(o, 'width', 720));
        SELECT * INTO x FROM mlops_internal.line_box(o, is_time, a.y0, a.y1, legend.height);
        split := mlops_internal.at_px(CASE WHEN is_time THEN mlops_internal.chart_time(o -> 'split')
            ELSE mlops_internal.chart_number(o -> 'split') END, a.x0, a.x1, x.left_px, x.right_px);
        split := CASE WHEN split > x.left_px THEN least(split, x.right_px) END;
        body := concat(legend.body,
            CASE WHEN split IS NOT NULL THEN concat('<path class="r" d="M', mlops_internal.px(x.left_px), ' ',
                mlops_internal.px(x.top_px), 'H', mlops_internal.px(split), 'V', mlops_internal.px(x.bottom_px), 'H',
                mlops_internal.px(x.left_px), 'z"/><path class="k" d="M', mlops_internal.px(split), ' ',
                mlops_internal.px(x.top_px - 4), 'V', mlops_internal.px(x.bottom_px), '"/>',
                mlops_internal.svg_text(split - 5, x.top_px - 5, coalesce(o ->> 'split_name', 'reference'), 'm e',
                    split - x.left_px)) END,
            mlops_internal.svg_text(0, x.top_px - 8 - CASE WHEN verticals <> '[]' OR o ->> 'split' <> '' THEN 15
                ELSE 0 END,
                coalesce(o ->> 'y_label', o ->> 'unit'), 'm', x.width),
            mlops_internal.svg_y_axis(a.y0, a.y1, 5, x.left_px, x.right_px, x.top_px, x.bottom_px),
            CASE WHEN is_time THEN mlops_internal.svg_time_axis(a.x0, a.x1, x.left_px, x.right_px, x.top_px, x.axis_px,
                zone)
                ELSE mlops_internal.svg_x_axis(a.x0, a.x1, x.left_px, x.right_px, x.top_px, x.axis_px) END,
            mlops_internal.svg_text((x.left_px + x.right_px) / 2, x.height - 4, o ->> 'x_label', 'm c', x.width),
            CASE WHEN x.axis_px > x.bottom_px THEN mlops_internal.svg_text(x.left_px - 6, x.axis_px - 4,
                coalesce(o ->> 'bars_name', 'labels'), 'm e', x.left_px) || mlops_internal.svg_shares(o -> 'bars',
                    is_time,
                a.x0, a.x1, x.left_px, x.right_px, x.axis_px - 18, 16) END,
            CASE WHEN o ->> 'diagonal' = 'true' AND least(a.x1, a.y1) > greatest(a.x0, a.y0) THEN (
                SELECT concat('<path class="a z" d="M', string_agg(concat(
                        mlops_internal.px(mlops_internal.at_px(v, a.x0, a.x1, x.left_px, x.right_px)), ' ',
                        mlops_internal.px(mlops_internal.at_px(v, a.y0, a.y1, x.bottom_px, x.top_px))),
                            'L' ORDER BY v), '"/>')
                  FROM unnest(ARRAY[greatest(a.x0, a.y0), least(a.x1, a.y1)]) AS v) END,
            mlops_internal.svg_limits(mlops_internal.chart_list(o -> 'limits', 'limits'), a.y0, a.y1, x.left_px,
                x.right_px,
                x.top_px, x.bottom_px, x.width - x.right_px - 5),
            mlops_internal.svg_verticals(verticals, is_time, a.x0, a.x1, x.left_px, x.right_px, x.top_px, x.bottom_px),
            mlops_internal.line_body(list, marks, is_time, zone, a.x0, a.x1, a.y0, a.y1, x.left_px, x.right_px,
                x.top_px,
                x.bottom_px));
        RETURN mlops_internal.svg_frame(o, x.width, x.height, words, body);
    END
    $$;
COMMENT ON FUNCTION mlops.svg_line(jsonb, jsonb) IS
    'an SVG chart of series [{"name", "x", "y", "lower", "upper", "style"}] along times or numbers, with limits, '
    'alerts, deployments and label coverage as options; what is no number is a gap';

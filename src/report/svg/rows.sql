/*
 * rows: one value for each name: dots with intervals, bars with limits.
 */

-- the place of a row's parts: name, axis, words to the right
CREATE FUNCTION mlops_internal.rows_box(items jsonb, options jsonb, words text[], OUT width float8, OUT left_px float8,
    OUT right_px float8, OUT top_px float8, OUT bottom_px float8, OUT height float8)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        width := mlops_internal.chart_size(options, 'width', 640);
        left_px := 20 + least(coalesce((SELECT max(mlops_internal.text_width(e.doc ->> 'name'))
            FROM jsonb_array_elements(items) AS e (doc)), 0), width * 0.35);
        right_px := greatest(left_px + 60, width - 12 - (SELECT max(mlops_internal.text_width(w))
            FROM unnest(words) AS w));
        top_px := CASE WHEN options ->> 'title' <> '' THEN 30 ELSE 8 END;
        bottom_px := top_px + 20 * jsonb_array_length(items);
        height := bottom_px + 22 + CASE WHEN options ->> 'unit' <> '' THEN 13 ELSE 0 END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rows_box(jsonb, jsonb, text[]) IS
    'size of a chart of a row for each item, with room for names to the left and words to the right';

-- names, axis and words, which charts of rows have in common
CREATE FUNCTION mlops_internal.rows_frame(items jsonb, options jsonb, words text[], x0 float8, x1 float8,
    left_px float8,
    right_px float8, top_px float8, bottom_px float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT concat(mlops_internal.svg_x_axis(x0, x1, left_px, right_px, top_px, bottom_px),
                   mlops_internal.svg_text((left_px + right_px) / 2, bottom_px + 28, options ->> 'unit', 'm c',
                       right_px - left_px),
                   string_agg(concat(mlops_internal.svg_text(left_px - 18, top_px + 20 * e.i - 6, e.doc ->> 'name', 'e',
                       left_px - 20),
                       mlops_internal.svg_text(right_px + 10, top_px + 20 * e.i - 6, words[e.i], 'm', 400)),
                           '' ORDER BY e.i))
              FROM jsonb_array_elements(items) WITH ORDINALITY AS e (doc, i));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rows_frame(jsonb, jsonb, text[], float8, float8, float8, float8, float8, float8) IS
    'names, axis and words of a chart of rows';

CREATE FUNCTION mlops.svg_dots(items jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        o CONSTANT jsonb := mlops_internal.chart_options(options, '{unit,line,line_name,limits}');
        given CONSTANT jsonb := mlops_internal.chart_list(items, 'items');
        limits CONSTANT jsonb := mlops_internal.chart_list(o -> 'limits', 'limits');
        line CONSTANT float8 := mlops_internal.chart_number(o -> 'line');
        words CONSTANT text[] := ARRAY(
            SELECT concat(coalesce(mlops_internal.number_text(mlops_internal.chart_number(e.doc -> 'value')),
                'no value'),
                       ' (' || mlops_internal.number_text(mlops_internal.chart_number(e.doc -> 'lower')) || ' to '
                       || mlops_internal.number_text(mlops_internal.chart_number(e.doc -> 'upper')) || ')',
                       ', n = ' || to_char(mlops_internal.chart_number(e.doc -> 'n'), 'FM999,999,999,999,990'),
                       ', ' || CASE WHEN e.doc ->> 'severity' IN ('warning', 'critical') THEN e.doc ->> 'severity' END)
              FROM jsonb_array_elements(given) WITH ORDINALITY AS e (doc, i) ORDER BY e.i);
        lowest float8;
        highest float8;
        known bigint;
        a record;
        x record;
        body text;
    BEGIN
        SELECT min(v.value), max(v.value), count(v.value) FILTER (WHERE k.key = 'value') INTO lowest, highest, known
            FROM jsonb_array_elements(given) AS e (doc), unnest('{value,lower,upper}'::text[]) AS k (key),
                LATERAL (SELECT mlops_internal.chart_number(e.doc -> k.key)) AS v (value);
        IF known = 0 THEN
            RETURN mlops_internal.svg_nothing(o, mlops_internal.chart_size(o, 'width', 640));
        END IF;
        SELECT least(lowest, line, min(v.value)), greatest(highest, line, max(v.value)) INTO lowest, highest
            FROM jsonb_array_elements(limits) AS e (doc),
                LATERAL (SELECT mlops_internal.chart_number(coalesce(e.doc -> 'value', e.doc))) AS v (value);
        SELECT r.low, r.high INTO a FROM mlops_internal.nice_range(lowest, highest, 6, NULL, NULL) AS r;
        SELECT * INTO x FROM mlops_internal.rows_box(given, o, words);
        SELECT string_agg(concat('<g class="s1"><path class="l" d="M'
                   || mlops_internal.px(mlops_internal.at_px(d.lower, a.low, a.high, x.left_px, x.right_px)) || ' '
                   || mlops_internal.px(d.y) || 'H'
                   || mlops_internal.px(mlops_internal.at_px(d.upper, a.low, a.high, x.left_px, x.right_px))
                       || '"/></g>',
                   mlops_internal.svg_mark(mlops_internal.at_px(d.value, a.low, a.high, x.left_px, x.right_px), d.y,
                       d.severity, NULL)), '' ORDER BY d.i) INTO body
            FROM (SELECT e.i, x.top_px + 20 * e.i - 10 AS y, mlops_internal.chart_number(e.doc -> 'value') AS value,
                      mlops_internal.chart_number(e.doc -> 'lower') AS lower,
                      mlops_internal.chart_number(e.doc -> 'upper') AS upper, e.doc ->> 'severity' AS severity
                    FROM jsonb_array_elements(given) WITH ORDINALITY AS e (doc, i)) AS d
            WHERE d.value IS NOT NULL;
        RETURN mlops_internal.svg_frame(o, x.width, x.height,
            format('%s rows, values from %s to %s', jsonb_array_length(given), mlops_internal.number_text(lowest),
                mlops_internal.number_text(highest)),
            concat(mlops_internal.rows_frame(given, o, words, a.low, a.high, x.left_px, x.right_px, x.top_px,
                x.bottom_px),
                mlops_internal.rows_limits(limits || CASE WHEN line IS NULL THEN '[]' ELSE jsonb_build_array(
                    jsonb_build_object('value', line, 'name', coalesce(o ->> 'line_name', 'all rows'))) END,
                    a.low, a.high, x.left_px, x.right_px, x.top_px, x.bottom_px), body));
    END
    $$;
COMMENT ON FUNCTION mlops.svg_dots(jsonb, jsonb) IS
    'an SVG chart of a dot with its interval for each of [{"name", "value", "lower", "upper", "n", "severity"}], with '
    'a line that they are compared with';

CREATE FUNCTION mlops_internal.rows_limits(limits jsonb, x0 float8, x1 float8, left_px float8, right_px float8,
    top_px float8, bottom_px float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT string_agg(concat('<g', ' class="' || CASE WHEN e.doc ->> 'severity' IN ('warning', 'critical') THEN
                       e.doc ->> 'severity' END || '"', '><path class="k z" d="M', mlops_internal.px(p.x), ' ',
                       mlops_internal.px(top_px), 'V', mlops_internal.px(bottom_px), '"><title>', mlops_internal.markup(
                       concat_ws(': ', e.doc ->> 'name', mlops_internal.number_text(v.value))), '</title></path></g>'),
                           '' ORDER BY e.i)
              FROM jsonb_array_elements(limits) WITH ORDINALITY AS e (doc, i),
                   LATERAL (SELECT mlops_internal.chart_number(coalesce(e.doc -> 'value', e.doc))) AS v (value),
                   LATERAL (SELECT mlops_internal.at_px(v.value, x0, x1, left_px, right_px)) AS p (x)
             WHERE v.value BETWEEN x0 AND x1);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rows_limits(jsonb, float8, float8, float8, float8, float8, float8) IS
    'dashed lines down a chart of rows at values, which have titles';

CREATE FUNCTION mlops.svg_bars(items jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        o CONSTANT jsonb := mlops_internal.chart_options(options, '{unit}');
        given CONSTANT jsonb := mlops_internal.chart_list(items, 'items');
        words CONSTANT text[] := ARRAY(
            SELECT concat(coalesce(mlops_internal.number_text(mlops_internal.chart_number(e.doc -> 'value')),
                'no value'),
                       ', limit ' || mlops_internal.number_text(mlops_internal.chart_number(e.doc -> 'limit')),
                       ', ' || CASE WHEN e.doc ->> 'severity' IN ('warning', 'critical') THEN e.doc ->> 'severity' END)
              FROM jsonb_array_elements(given) WITH ORDINALITY AS e (doc, i) ORDER BY e.i);
        lowest float8;
        highest float8;
        known bigint;
        a record;
        x record;
        body text;
    BEGIN
        SELECT min(v.value), max(v.value), count(v.value) FILTER (WHERE k.key = 'value') INTO lowest, highest, known
            FROM jsonb_array_elements(given) AS e (doc), unnest('{value,limit}'::text[]) AS k (key),
                LATERAL (SELECT mlops_internal.chart_number(e.doc -> k.key)) AS v (value);
        IF known = 0 THEN
            RETURN mlops_internal.svg_nothing(o, mlops_internal.chart_size(o, 'width', 640));
        END IF;
        SELECT r.low, r.high INTO a FROM mlops_internal.nice_range(least(lowest, 0), greatest(highest, 0), 6, NULL,
            NULL) AS r;
        SELECT * INTO x FROM mlops_internal.rows_box(given, o, words);
        SELECT string_agg(concat('<g class="', d.class, '"><path class="f" fill-opacity=".8" d="M',
            mlops_internal.px(d.zero),
                   ' ', mlops_internal.px(d.y), 'H', mlops_internal.px(d.bar), 'v10H', mlops_internal.px(d.zero),
                       'z"/></g>',
                   '<path class="w" d="M' || mlops_internal.px(d.limit_px) || ' ' || mlops_internal.px(d.y - 4)
                   || 'v18"/>', CASE WHEN d.class <> 's1' THEN mlops_internal.svg_mark(x.left_px - 9, d.y + 5,
                       d.class) END),
                   '' ORDER BY d.i) INTO body
            FROM (SELECT e.i, x.top_px + 20 * e.i - 15 AS y,
                      CASE WHEN e.doc ->> 'severity' IN ('warning', 'critical') THEN e.doc ->> 'severity'
                          ELSE 's1' END AS class,
                      mlops_internal.at_px(0, a.low, a.high, x.left_px, x.right_px) AS zero,
                      mlops_internal.at_px(mlops_internal.chart_number(e.doc -> 'value'), a.low, a.high, x.left_px,
                          x.right_px) AS bar,
                      mlops_internal.at_px(mlops_internal.chart_number(e.doc -> 'limit'), a.low, a.high, x.left_px,
                          x.right_px) AS limit_px
                    FROM jsonb_array_elements(given) WITH ORDINALITY AS e (doc, i)) AS d
            WHERE d.bar IS NOT NULL;
        RETURN mlops_internal.svg_frame(o, x.width, x.height,
            format('%s bars, values and limits from %s to %s', jsonb_array_length(given),
                mlops_internal.number_text(lowest),
                mlops_internal.number_text(highest)),
            concat(mlops_internal.rows_frame(given, o, words, a.low, a.high, x.left_px, x.right_px, x.top_px,
                x.bottom_px), body));
    END
    $$;
COMMENT ON FUNCTION mlops.svg_bars(jsonb, jsonb) IS
    'an SVG chart of a bar for each of [{"name", "value", "limit", "severity"}], with the limit as a tick';

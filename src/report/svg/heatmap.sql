/*
 * heatmap: a row for each name, a column for each window.  Cells of one colour
 * beside each other are one piece; the largest have titles of their own.
 */

/* Six colours between limits: two up to the first, two up to the second, two beyond. */
CREATE FUNCTION mlops_internal.heat_borders(limits jsonb, scale jsonb, highest float8) RETURNS float8[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        l CONSTANT float8[] := ARRAY(SELECT DISTINCT mlops_internal.chart_number(e)
            FROM jsonb_array_elements(limits) AS e
            WHERE mlops_internal.chart_number(e) IS NOT NULL ORDER BY 1);
        low CONSTANT float8 := coalesce(mlops_internal.chart_number(scale -> 0), 0);
        high CONSTANT float8 := coalesce(mlops_internal.chart_number(scale -> 1), highest, 1);
        step CONSTANT float8 := (mlops_internal.nice_step(CASE WHEN high > low THEN high - low ELSE 1 END, 6)).step;
    BEGIN
        RETURN CASE cardinality(l)
            WHEN 3 THEN ARRAY[(l[1] + l[2]) / 2, l[2], (l[2] + l[3]) / 2, l[3], 2 * l[3] - l[2]]
            WHEN 2 THEN ARRAY[l[1] / 2, l[1], (l[1] + l[2]) / 2, l[2], 2 * l[2] - l[1]]
            ELSE ARRAY[low + step, low + 2 * step, low + 3 * step, low + 4 * step, low + 5 * step] END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.heat_borders(jsonb, jsonb, float8) IS
    'where the second to sixth colour of mlops.svg_heatmap begin: by [lowest, first, second limit], or by a scale';

CREATE FUNCTION mlops_internal.heat_legend(borders float8[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT jsonb_agg(jsonb_build_object('sign', format('<path class="h%s" stroke-width="12" d="M2 7h18"/>', i),
                       'name', CASE WHEN i = 0 THEN '< ' || mlops_internal.number_text(borders[1])
                                    WHEN i = 5 THEN 'from ' || mlops_internal.number_text(borders[5])
                                    ELSE mlops_internal.number_text(borders[i]) || ' to '
                                        || mlops_internal.number_text(borders[i + 1])
                               END) ORDER BY i)
              FROM generate_series(0, 5) AS i);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.heat_legend(float8[]) IS 'entries of the legend of mlops.svg_heatmap';

-- of columns whose names would touch, each second, third ... is named
CREATE FUNCTION mlops_internal.heat_columns(columns jsonb, left_px float8, cell_width float8, y float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH named AS (
                SELECT c.name, c.i - 1 AS i, max(least(mlops_internal.text_width(c.name), 110)) OVER () AS width
                  FROM jsonb_array_elements_text(columns) WITH ORDINALITY AS c (name, i)
            )
            SELECT string_agg(mlops_internal.svg_text(left_px + i * cell_width + least(cell_width, 14) / 2 - 4, y,
                name, 'm',
                110),
                       '' ORDER BY i)
              FROM named WHERE i % ceil((width + 10) / cell_width)::integer = 0);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.heat_columns(jsonb, float8, float8, float8) IS
    'names above the columns of mlops.svg_heatmap';

CREATE FUNCTION mlops_internal.heat_body(rows jsonb, options jsonb, borders float8[], n_columns integer, left_px float8,
    top_px float8, cell_width float8, cell_height float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH cell AS MATERIALIZED (
                SELECT r.y, c.x, r.doc ->> 'name' AS name, v.value, width_bucket(v.value, borders) AS heat,
                       options -> 'verdicts' -> r.y::integer - 1 ->> c.x::integer - 1 AS verdict
                  FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (doc, y),
                       jsonb_array_elements(mlops_internal.chart_list(r.doc -> 'values',
                           'values')) WITH ORDINALITY AS c (value, x),
                       LATERAL (SELECT mlops_internal.chart_number(c.value)) AS v (value)
                 WHERE v.value IS NOT NULL
            ),
            -- x minus how many of the same colour came before is the same in a run
            run AS (
                SELECT heat, y, min(x) AS x, count(*) AS n
                  FROM (SELECT heat, y, x, x - row_number() OVER (PARTITION BY y, heat ORDER BY x) AS run
                      FROM cell) AS c
                 GROUP BY heat, y, run
            ),
            piece AS (
                SELECT heat, string_agg(concat('M', left_px + (x - 1) * cell_width, ' ',
                           top_px + (y - 0.5) * cell_height, 'h', n * cell_width), '' ORDER BY y, x) AS d
                  FROM run GROUP BY heat
            ),
            told AS (
                SELECT string_agg(concat('<path d="M', left_px + (x - 1) * cell_width, ' ',
                           top_px + (y - 1) * cell_height, 'h', cell_width, 'v', cell_height, 'h',
                           -cell_width, 'z"><title>', mlops_internal.markup(concat_ws(', ', name,
                               options -> 'columns' ->> x::integer - 1)), ': ', mlops_internal.number_text(value),
                           ' ' || mlops_internal.markup(options ->> 'unit'), ' ' || mlops_internal.markup(verdict),
                           '</title></path>'), '' ORDER BY y, x) AS svg
                  FROM (SELECT * FROM cell ORDER BY value DESC, y, x LIMIT 500) AS c
            ),
            sign AS (
                SELECT concat('<g class="n', greatest(2, heat), '"><path class="f" d="', string_agg(concat('M',
                           left_px + x * cell_width - 1, ' ', top_px + (y - 1) * cell_height + 1,
                           CASE verdict WHEN 'critical' THEN 'v7h-7z' ELSE 'v4h-4z' END), '' ORDER BY y, x),
                               '"/></g>') AS svg,
                               heat
                  FROM cell WHERE verdict IN ('warning', 'critical') GROUP BY heat
            ),
            number AS (
                SELECT string_agg(line, '' ORDER BY y) AS svg
                  FROM (SELECT y, concat('<text class="v c" y="',
                      mlops_internal.px(top_px + (y - 0.5) * cell_height + 3.5),
                      '">',
                               string_agg(concat('<tspan', CASE WHEN heat > 1 THEN ' class="n' || heat || '"' END,
                                   ' x="',
                                   mlops_internal.px(left_px + (x - 0.5) * cell_width), '">',
                                   CASE WHEN abs(value) < 10 THEN ltrim(to_char(value, 'FM0.00'), '0')
                                        ELSE mlops_internal.number_text(value) END, '</tspan>'), '' ORDER BY x),
                                            '</text>') AS line
                          FROM cell GROUP BY y) AS t
                 WHERE options ->> 'numbers' = 'true' AND cell_width >= 24
            )
            SELECT concat('<path class="r" d="M', left_px, ' ', top_px, 'h', n_columns * cell_width,
                   'v', jsonb_array_length(rows) * cell_height, 'h', -n_columns * cell_width, 'z"/>',
                   (SELECT string_agg(format('<path class="h%s" stroke-width="%s" d="%s"/>', heat, cell_height, d),
                       '' ORDER BY heat) FROM piece),
                   '<path class="p" d="', (SELECT string_agg(concat('M', left_px + x * cell_width, ' ', top_px, 'v',
                       jsonb_array_length(rows) * cell_height), '' ORDER BY x) FROM generate_series(1,
                           n_columns - 1) AS x),
                   (SELECT string_agg(concat('M', left_px, ' ', top_px + y * cell_height, 'h',
                       n_columns * cell_width), '' ORDER BY y)
                      FROM generate_series(1, jsonb_array_length(rows) - 1) AS y), '"/>',
                   (SELECT string_agg(svg, '' ORDER BY heat) FROM sign), (SELECT svg FROM number),
                   '<g fill-opacity="0">' || (SELECT svg FROM told) || '</g>'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.heat_body(jsonb, jsonb, float8[], integer, float8, float8, float8, float8) IS
    'cells of mlops.svg_heatmap, their verdicts and numbers';

CREATE FUNCTION mlops.svg_heatmap(rows jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        o CONSTANT jsonb := mlops_internal.chart_options(options, '{columns,limits,scale,verdicts,numbers,unit}');
        given CONSTANT jsonb := mlops_internal.chart_list(rows, 'rows');
        columns CONSTANT jsonb := mlops_internal.chart_list(o -> 'columns', 'columns');
        width CONSTANT float8 := mlops_internal.chart_size(o, 'width', 720);
        n_rows CONSTANT integer := jsonb_array_length(given);
        cell_height CONSTANT float8 := CASE WHEN n_rows <= 40 THEN 18 ELSE 14 END;
        n_columns CONSTANT integer := greatest(jsonb_array_length(columns), (SELECT max(jsonb_array_length(
            mlops_internal.chart_list(e.doc -> 'values', 'values'))) FROM jsonb_array_elements(given) AS e (doc)));
        left_px float8;
        top_px float8;
        cell_width float8;
        highest float8;
        borders float8[];
        legend record;
    BEGIN
        SELECT max(mlops_internal.chart_number(v.value)) INTO highest FROM jsonb_array_elements(given) AS e (doc),
            jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'values', 'values')) AS v (value);
        IF highest IS NULL THEN
            RETURN mlops_internal.svg_nothing(o, width);
        END IF;
        borders := mlops_internal.heat_borders(mlops_internal.chart_list(o -> 'limits', 'limits'), o -> 'scale',
            highest);
        SELECT ceil(least(max(mlops_internal.text_width(e.doc ->> 'name')), width * 0.3) + 8) INTO left_px
            FROM jsonb_array_elements(given) AS e (doc);
        left_px := coalesce(left_px, 8);
        cell_width := greatest(1, least(floor((width - left_px - 2) / n_columns), 48));
        SELECT * INTO legend FROM mlops_internal.svg_legend(mlops_internal.heat_legend(borders),
            CASE WHEN o ->> 'title' <> '' THEN 22 ELSE 0 END, width);
        top_px := legend.height + CASE WHEN o ->> 'title' <> '' THEN 22 ELSE 0 END + CASE columns WHEN '[]' THEN 4
            ELSE 18 END;
        RETURN mlops_internal.svg_frame(o, width, top_px + n_rows * cell_height + 2,
            format('%s rows, %s columns, largest value %s', n_rows, n_columns, mlops_internal.number_text(highest)),
            concat(legend.body, mlops_internal.heat_columns(columns, left_px, cell_width, top_px - 5),
                (SELECT string_agg(mlops_internal.svg_text(left_px - 6, top_px + (e.y - 0.5) * cell_height + 4,
                        e.doc ->> 'name', 'e', left_px - 8), '' ORDER BY e.y)
                   FROM jsonb_array_elements(given) WITH ORDINALITY AS e (doc, y)),
                mlops_internal.heat_body(given, o, borders, n_columns, left_px, top_px, cell_width, cell_height)));
    END
    $$;
COMMENT ON FUNCTION mlops.svg_heatmap(jsonb, jsonb) IS
    'an SVG heat map of rows [{"name", "values"}] on a fixed scale of limits [lowest, warning, critical]; verdicts, '
    'rows of words, mark cells: a small corner is a warning, a large one critical';

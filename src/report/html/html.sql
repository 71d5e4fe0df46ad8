/*
 * html: pages.  What stands here makes markup of values and knows no monitor; the
 * other files of the room write the sections of a page.
 *
 * A page is one text: its style is in it, it has no script and asks the network for
 * nothing, which its Content-Security-Policy also forbids.  Everything that came from
 * somebody passes mlops_internal.markup.  The source is ASCII, so that it can be
 * installed in a database of any encoding: shapes are character references.
 */

CREATE TYPE mlops_internal.report_scope AS (
    monitor_id bigint,
    model_id bigint,
    version_id bigint,
    other_version_id bigint,
    from_time timestamptz,
    to_time timestamptz,
    time_zone text,
    made_at timestamptz
);
COMMENT ON TYPE mlops_internal.report_scope IS
    'what a page is about: each section is a function of it that returns its HTML, or NULL when it has nothing to say';

/* What is called for each cell is PL/pgSQL: functions of SQL that are not inlined are set up anew at each call. */
CREATE FUNCTION mlops_internal.html_number(value double precision) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        size CONSTANT double precision := abs(value);
    BEGIN
        IF value IN ('NaN', 'Infinity', '-Infinity') THEN
            RETURN value::text;
        ELSIF size >= 1e15 OR size < 0.0005 AND size > 0 THEN
            RETURN ltrim(to_char(value::numeric, '9.9EEEE'));
        ELSIF size >= 1000 OR value = trunc(value) THEN
            RETURN to_char(value::numeric, 'FM999,999,999,999,990');
        END IF;
        RETURN round(value::numeric, CASE WHEN size >= 100 THEN 1 WHEN size >= 10 THEN 2 ELSE 3 END)::text;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.html_number(double precision) IS
    'number as it is read: about three digits, thousands apart';

/* A number with all its digits behind those that are shown. */
CREATE FUNCTION mlops_internal.html_value(value double precision) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        shown CONSTANT text := mlops_internal.html_number(value);
    BEGIN
        RETURN CASE WHEN replace(shown, ',', '') = value::text THEN shown
            ELSE '<data value="' || value || '">' || shown || '</data>' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.html_value(double precision) IS
    'number as it is read, with all its digits in the markup when not all are shown';

/* Colour, shape and word say the same. */
CREATE FUNCTION mlops_internal.html_status(status text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RETURN '<span class="status ' || CASE
                WHEN status IN ('ok', 'warning', 'critical', 'error') THEN status
                WHEN status = 'better' THEN 'ok' WHEN status = 'worse' THEN 'critical' ELSE 'none' END
            || '"><span aria-hidden="true">' || CASE WHEN status IN ('ok', 'better') THEN '&#9679;'
                WHEN status = 'warning' THEN '&#9650;' WHEN status IN ('critical', 'worse') THEN '&#9670;'
                WHEN status = 'error' THEN '&#10005;' ELSE '&#9675;' END
            || '</span> ' || CASE status WHEN 'no_data' THEN 'no data' ELSE mlops_internal.markup(status) END
            || '</span>';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.html_status(text) IS 'verdict or severity as colour, shape and word';

CREATE FUNCTION mlops_internal.html_section(id text, title text, body text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN body <> '' THEN
        format(E'<section id="%1$s" aria-labelledby="%1$s-title"><h2 id="%1$s-title">%2$s</h2>\n%3$s</section>\n',
            mlops_internal.markup(id), mlops_internal.markup(title), body) END;
COMMENT ON FUNCTION mlops_internal.html_section(text, text, text) IS
    'part of a page with its heading; body is HTML; NULL when there is no body';

CREATE FUNCTION mlops_internal.html_cell(cell jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RETURN CASE jsonb_typeof(cell)
            WHEN 'number' THEN CASE WHEN abs(cell::numeric) < 1e300
                THEN mlops_internal.html_value(cell::double precision) ELSE cell::text END
            -- a cell is no place for a book
            WHEN 'string' THEN CASE WHEN cell <> '""' THEN mlops_internal.markup(mlops_internal.shown_text(
                cell #>> '{}', 2000)) ELSE '' END
            WHEN 'object' THEN coalesce(cell ->> 'html', mlops_internal.html_status(cell ->> 'status'),
                '<code>' || mlops_internal.markup(cell ->> 'code') || '</code>')
            WHEN 'null' THEN ''
            ELSE mlops_internal.markup(cell::text) END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.html_cell(jsonb) IS 'inside of a cell of html_table';

/*
 * rows: an array of arrays of text, number, boolean or NULL, or of objects: {"html": ...} is
 * markup already, {"status": ...} a verdict, {"code": ...} a statement.  options: caption; class.
 * The first cell of a row names it.
 */
CREATE FUNCTION mlops_internal.html_table(head text[], rows jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        label CONSTANT text := mlops_internal.markup(coalesce(options ->> 'caption', array_to_string(head, ', ')));
        cells text;
        numbers bigint[];
    BEGIN
        SELECT string_agg(concat(CASE WHEN x.j = 1 THEN '<tr><th scope="row">' WHEN x.is_number THEN '<td class="n">'
                   ELSE '<td>' END, mlops_internal.html_cell(x.c), CASE WHEN x.j = 1 THEN '</th>' ELSE '</td>' END,
                   CASE WHEN x.j = x.n THEN E'</tr>\n' END), '' ORDER BY x.i, x.j),
               array_agg(DISTINCT x.j) FILTER (WHERE x.is_number AND x.j > 1) INTO cells, numbers
            FROM (SELECT r.i, c.j, c.c, jsonb_typeof(c.c) = 'number' AS is_number, jsonb_array_length(r.r) AS n
                  FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (r, i),
                       jsonb_array_elements(r.r) WITH ORDINALITY AS c (c, j)) AS x;
        RETURN '<div class="scroll" role="region" tabindex="0" aria-label="' || label || '"><table'
            || coalesce(' class="' || mlops_internal.markup(options ->> 'class') || '"', '') || '><caption>' || label
            || '</caption><thead><tr>' || (
                SELECT string_agg('<th scope="col"' || CASE WHEN h.i = ANY (numbers) THEN ' class="n"' ELSE '' END
                           || '>' || mlops_internal.markup(h.h) || '</th>', '' ORDER BY h.i)
                FROM unnest(head) WITH ORDINALITY AS h (h, i))
            || '</tr></thead><tbody>' || E'\n' || coalesce(left(cells, -1),
                '<tr><td colspan="' || cardinality(head) || '">none</td></tr>')
            || '</tbody></table></div>' || E'\n';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.html_table(text[], jsonb, jsonb) IS
    'table: rows of text, numbers and NULL, or of objects with html, status or code; options: caption, class';

/* A chart without a caption is called by its own title. */
CREATE FUNCTION mlops_internal.html_figure(svg text, table_html text, caption text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '<figure>' || coalesce('<figcaption>' || mlops_internal.markup(nullif(caption, '')) || '</figcaption>', '')
        || '<div class="chart" role="region" tabindex="0" aria-label="'
        || coalesce(substring(svg FROM '<title[^>]*>([^<"]+)</title>'), mlops_internal.markup(nullif(caption, '')),
            'chart')
        || '">' || coalesce(svg, '') || '</div>'
        || coalesce('<details><summary>The numbers</summary>' || table_html || '</details>', '')
        || E'</figure>\n';
COMMENT ON FUNCTION mlops_internal.html_figure(text, text, text) IS
    'chart with its caption, and its numbers as a table that opens';

CREATE FUNCTION mlops_internal.html_sql(statement text, label text DEFAULT 'SQL') RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '<details class="sql"><summary>' || mlops_internal.markup(label) || '</summary><pre tabindex="0"><code>'
        || mlops_internal.markup(statement) || '</code></pre></details>' || E'\n';
COMMENT ON FUNCTION mlops_internal.html_sql(text, text) IS
    'statement to copy, which opens';

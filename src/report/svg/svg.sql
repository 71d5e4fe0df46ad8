/*
 * svg: charts of values, as one self-contained <svg> each.  Whatever is text came
 * from somebody: it passes mlops_internal.markup before it stands in a chart or a page.
 */

/* C1 controls are letters in other encodings. */
CREATE FUNCTION mlops_internal.visible_text(value text, instead text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF getdatabaseencoding() = 'UTF8' THEN
            value := regexp_replace(value, '[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069'
                '\ufdd0-\ufdef\ufffe\uffff]', instead, 'g');
        END IF;
        RETURN regexp_replace(value, '[\u0001-\u0008\u000b-\u001f\u007f]', instead, 'g');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.visible_text(text, text) IS
    'a text with something else instead of characters that XML forbids, that HTML calls errors, and that turn the text '
    'around them (bidirectional overrides and isolates)';

CREATE FUNCTION mlops_internal.markup(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value ~ '^[ !#-%(-;=?-~]*$' THEN
            RETURN value;
        END IF;
        RETURN mlops_internal.visible_text(replace(replace(replace(replace(replace(value,
            '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'), '&#xFFFD;');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.markup(text) IS
    'text for the inside of HTML and XML, elements and quoted attributes alike: escaped, without characters that are '
    'forbidden there or turn the direction of what follows';

/*
 * What a chart looks like, in one place: a palette after Okabe and Ito, text in the page's own ink.  Blue, green,
 * purple, sky and ink are for series; orange and vermillion are kept for warning and critical.  What var() and
 * light-dark() need is said twice, for viewers that know neither.
 */
CREATE FUNCTION mlops_internal.svg_style() RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        css CONSTANT text := '{width:100%;height:auto;display:block;color:var(--mlops-ink);'
            'font:11px/1.2 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;'
            'font-variant-numeric:tabular-nums}'
            'text{fill:currentColor}.t{font-weight:600;font-size:13px}.m{opacity:.75}'
            '.e{text-anchor:end}.c{text-anchor:middle}'
            '.h{stroke:var(--mlops-paper,Canvas);stroke-width:3;paint-order:stroke}'
            '.g,.a,.k,.l,.d,.q,.x,.w{fill:none;stroke:currentColor}.g{opacity:.15}.a{opacity:.5}'
            '.k{stroke-width:1.3;opacity:.75}.z{stroke-dasharray:5 4}'
            '.l{stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}'
            '.d{stroke-width:6;stroke-linecap:round}.q{stroke-width:5;stroke-linecap:square}.x{stroke-width:1.8}'
            '.w{stroke-width:2}.b{fill:currentColor;opacity:.18;stroke:currentColor;stroke-width:1}'
            '.r{fill:currentColor;opacity:.06}.f{fill:currentColor}'
            '.o{fill:var(--mlops-paper,Canvas);stroke:currentColor}'
            '.s1{color:#0072b2;color:var(--mlops-1,light-dark(#0072b2,#4ba3dc))}'
            '.s2{color:#009e73;color:var(--mlops-2,light-dark(#00805d,#2bbd93))}'
            '.s3{color:#cc79a7;color:var(--mlops-3,light-dark(#b3568a,#dd9bc0))}'
            '.s4{color:#56b4e9;color:var(--mlops-4,light-dark(#3191c9,#8cccf2))}'
            '.warning{color:#b87700;color:var(--mlops-warning,light-dark(#b87700,#e69f00))}'
            '.critical{color:#d55e00;color:var(--mlops-critical,light-dark(#c85200,#ff8a3d))}'
            '.ok{color:#009e73;color:var(--mlops-ok,light-dark(#00805d,#2bbd93))}'
            '.h0{stroke:#e9eef2;stroke:light-dark(#e9eef2,#28313a)}'
            '.h1{stroke:#c6dcec;stroke:light-dark(#c6dcec,#34526b)}'
            '.h2{stroke:#fbd08a}.h3{stroke:#efa02c}.h4{stroke:#d55e00}.h5{stroke:#7f2a00}'
            '.n2,.n3,.n4{color:#111}.n5{color:#fff}.v{font-size:9px}.u{opacity:.8}'
            '.j{font-weight:600}.p{fill:none;stroke:var(--mlops-paper,Canvas)}';
    BEGIN
        -- each rule is for what stands in a chart only
        RETURN '.mlops-chart' || regexp_replace(regexp_replace(css, '}(?=.)', '}.mlops-chart ', 'g'),
            ',\.([a-z]\d?)(?=[,{])', ',.mlops-chart .\1', 'g');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_style() IS
    'the style sheet of charts; what a page says of --mlops-ink, --mlops-paper, --mlops-1 to 4, --mlops-ok, '
    '--mlops-warning and --mlops-critical holds for them too';

CREATE FUNCTION mlops_internal.px(value float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (pg_catalog.round(value * 10) / 10 + 0)::text;
COMMENT ON FUNCTION mlops_internal.px(float8) IS 'a coordinate, to a tenth';

-- Fonts are not known here: letters beyond ASCII count as wider
CREATE FUNCTION mlops_internal.text_width(value text, size float8 DEFAULT 11) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN size * (0.57 * length(value) + 0.2 * (octet_length(value) - length(value)));
COMMENT ON FUNCTION mlops_internal.text_width(text, float8) IS 'about how wide a text is, rather too wide';

-- of long names the middle goes: names of columns often differ at their ends
CREATE FUNCTION mlops_internal.cut_text(value text, width float8, size float8 DEFAULT 11) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        full_width CONSTANT float8 := mlops_internal.text_width(value, size);
        room integer;
    BEGIN
        IF full_width <= width OR length(value) <= 3 THEN
            RETURN mlops_internal.markup(value);
        END IF;
        room := greatest(2, floor(length(value) * width / full_width)::integer - 1);
        RETURN mlops_internal.markup(left(value, room - room / 3)) || '&#x2026;'
            || mlops_internal.markup(right(value, room / 3));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.cut_text(text, float8, float8) IS
    'a text as markup, without its middle where it would be wider than width';

CREATE FUNCTION mlops_internal.svg_text(x float8, y float8, value text, class text DEFAULT NULL,
    width float8 DEFAULT 240) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        size CONSTANT float8 := CASE WHEN class ~ '\mt\M' THEN 14 ELSE 11 END;
        shown CONSTANT text := mlops_internal.cut_text(value, width, size);
    BEGIN
        IF coalesce(value, '') = '' THEN
            RETURN '';
        END IF;
        RETURN concat('<text x="', mlops_internal.px(x), '" y="', mlops_internal.px(y), '"',
            ' class="' || class || '"', '>',
            -- the whole of what was cut
            CASE WHEN mlops_internal.text_width(value, size) > width
                THEN '<title>' || mlops_internal.markup(value) || '</title>' END, shown, '</text>');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_text(float8, float8, text, text, float8) IS
    'a text element of at most that width; what was cut is told by its title';

-- the whole of a chart; without style it needs the style sheet of its page, or of a chart before it
CREATE FUNCTION mlops_internal.svg_frame(options jsonb, width float8, height float8, description text, body text)
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        title CONSTANT text := mlops_internal.markup(coalesce(nullif(options ->> 'title', ''), 'chart'));
    BEGIN
        RETURN concat('<svg xmlns="http://www.w3.org/2000/svg" class="mlops-chart" role="img" viewBox="0 0 ',
            mlops_internal.px(width), ' ', mlops_internal.px(height), '" style="max-width:', mlops_internal.px(width),
            'px" aria-label="', title, '"><title>', title, '</title>',
            '<desc>' || mlops_internal.markup(description) || '</desc>',
            CASE WHEN coalesce(options ->> 'style', 'true') <> 'false'
                THEN '<style>' || mlops_internal.svg_style() || '</style>' END,
            CASE WHEN options ->> 'title' <> ''
                THEN mlops_internal.svg_text(0, 13, options ->> 'title', 't', width) END,
            body, '</svg>');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_frame(jsonb, float8, float8, text, text) IS
    'an svg element around the body of a chart: title, description, style sheet unless options say "style": false';

-- what reaches over the box is cut, at a little beyond it: an svg in an svg needs no names for that
CREATE FUNCTION mlops_internal.svg_inside(left_px float8, top_px float8, right_px float8, bottom_px float8, body text)
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        x CONSTANT text := mlops_internal.px(left_px - 4);
        y CONSTANT text := mlops_internal.px(top_px - 4);
        width CONSTANT text := mlops_internal.px(right_px - left_px + 8);
        height CONSTANT text := mlops_internal.px(bottom_px - top_px + 8);
    BEGIN
        RETURN concat('<svg x="', x, '" y="', y, '" width="', width, '" height="', height, '" viewBox="', x, ' ', y,
            ' ',
            width, ' ', height, '">', body, '</svg>');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_inside(float8, float8, float8, float8, text) IS
    'part of a chart that does not reach beyond a box';

CREATE FUNCTION mlops_internal.svg_nothing(options jsonb, width float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN mlops_internal.svg_frame(options, width, 60, 'no data',
        mlops_internal.svg_text(width / 2, 42, 'no data', 'm c', width));
COMMENT ON FUNCTION mlops_internal.svg_nothing(jsonb, float8) IS 'a chart that says that there is no data';

/* Signs of a severity: shape and fill, besides the colour. */
CREATE FUNCTION mlops_internal.svg_mark(x float8, y float8, severity text, title text DEFAULT NULL) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.concat('<path class="', CASE severity WHEN 'critical' THEN 'critical f' WHEN 'warning' THEN
            'warning o w' WHEN 'ok' THEN 'ok f' ELSE 's1 f' END, '" d="M', mlops_internal.px(x), ' ',
        mlops_internal.px(y), CASE severity WHEN 'critical' THEN 'm0-6l6 6-6 6-6-6z' WHEN 'warning' THEN
            'm0-5l5 9h-10z' ELSE 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z' END,
        COALESCE('"><title>' || mlops_internal.markup(title) || '</title></path>', '"/>'));
COMMENT ON FUNCTION mlops_internal.svg_mark(float8, float8, text, text) IS
    'the sign of a severity: a filled diamond for critical, an open triangle for warning, else a dot';

/* Arguments: jsonb, of which only its own shape is checked; a value that is no number is a gap. */
CREATE FUNCTION mlops_internal.chart_options(options jsonb, known text[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        names CONSTANT text[] := '{title,width,style}'::text[] || known;
        unknown text;
    BEGIN
        IF jsonb_typeof(options) <> 'object' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'options must be a JSON object',
                HINT = 'Write an object such as {"title": "AUC by week"}.';
        END IF;
        SELECT k INTO unknown FROM jsonb_object_keys(options) AS k
            WHERE k <> ALL (names) ORDER BY k COLLATE "C" LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('this chart has no option "%s"', unknown),
                HINT = format('Options are %s.', array_to_string(names, ', '));
        END IF;
        RETURN coalesce(options, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.chart_options(jsonb, text[]) IS
    'options of a chart, {} for NULL; error 22023 for one that it does not know';

CREATE FUNCTION mlops_internal.chart_list(value jsonb, argument text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF jsonb_typeof(coalesce(value, 'null')) NOT IN ('array', 'null') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s of a chart must be a JSON array', argument),
                DETAIL = format('It is of type %s.', jsonb_typeof(value));
        END IF;
        RETURN coalesce(nullif(value, 'null'), '[]');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.chart_list(jsonb, text) IS
    'a list in the arguments of a chart, empty for NULL; error 22023 for what is no list';

-- beyond that the span of an axis would overflow
CREATE FUNCTION mlops_internal.chart_number(value jsonb) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN pg_catalog.jsonb_typeof(value) = 'number' THEN
        CASE WHEN value::numeric BETWEEN -1e300 AND 1e300 THEN
            CASE WHEN pg_catalog.abs(value::numeric) < 1e-290 THEN 0 ELSE value::float8 END END END;
COMMENT ON FUNCTION mlops_internal.chart_number(jsonb) IS
    'a number that can be drawn, NULL for all else: null, what is no number, NaN and what is infinite or nearly so';

-- a size, in pixels at its full width
CREATE FUNCTION mlops_internal.chart_size(options jsonb, key text, usual float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN LEAST(GREATEST(COALESCE(mlops_internal.chart_number(options -> key), usual), 120), 4000);
COMMENT ON FUNCTION mlops_internal.chart_size(jsonb, text, float8) IS
    'width or height in the options of a chart, between 120 and 4000';

-- charts of given values: markup, scales, each kind, edges, names of strangers
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
-- every chart of this file is looked at by this: one tree, no names, no forbidden characters, and XML where the server can tell
CREATE FUNCTION pg_temp.is_well_formed(svg text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    body CONSTANT text := regexp_replace(svg, '<style>[^<]*</style>', '');
    tag text;
    open text[] := '{}';
BEGIN
    IF left(body, 100) !~ '^<svg xmlns="http://www.w3.org/2000/svg" class="mlops-chart" role="img" viewBox="0 0 ' OR body ~ '&(?!(amp|lt|gt|quot|#39|#x2026|#xFFFD);)'
        OR body ~ '[\u0001-\u0008\u000b-\u001f\u007f\u202a-\u202e\ufffe\uffff]' OR body ~* '<(script|foreignobject|image|a)\M' THEN
        RETURN false;
    END IF;
    FOR tag IN SELECT m[1] FROM regexp_matches(body, '<[^>]*.?', 'g') AS m LOOP
        IF tag !~ '^</?\w+[^<]*>$' OR tag ~ '\s(id|on\w+|href)\s*="' OR tag ~ '="[^"]*(NaN|Infinity)' AND tag !~ '^<svg' THEN
            RETURN false;
        ELSIF tag LIKE '</%' THEN
            IF open[cardinality(open)] IS DISTINCT FROM substring(tag FROM '\w+') THEN
                RETURN false;
            END IF;
            open := open[:cardinality(open) - 1];
        ELSIF tag NOT LIKE '%/>' THEN
            open := open || substring(tag FROM '\w+');
        END IF;
    END LOOP;
    PERFORM xmlparse(DOCUMENT svg);
    RETURN open = '{}';
EXCEPTION
    WHEN feature_not_supported THEN
        RETURN open = '{}';
    WHEN invalid_xml_document THEN
        RETURN false;
END $$;
-- without the style sheet, to be read here
CREATE FUNCTION pg_temp.lines(svg text) RETURNS SETOF text LANGUAGE sql AS
    $$ SELECT regexp_split_to_table(regexp_replace(svg, '<style>.*</style>', ''), '(?=<(?!/|title|tspan|desc))') $$;

-- it finds what is wrong
SELECT pg_temp.is_well_formed(replace(mlops.svg_bars('[{"name":"a","value":1}]'), s.a, s.b)) AS must_be_false
FROM (VALUES ('</title>', ''), ('<desc>', '<desc>&nbsp;'), ('<desc>', '<desc><b'), ('<g ', '<g id="x" '), ('<desc>', '<script/><desc>')) AS s (a, b);

SELECT mlops_internal.markup(E'<b a="1" b=''2''>&amp; ]]> \u202e\u0007\u0001x\u2066\tend'), mlops_internal.markup(NULL) IS NULL AS none;

-- round numbers and how they are written
SELECT v.low::float8, v.high::float8, (SELECT string_agg(t.label, ' ' ORDER BY t.at) FROM mlops_internal.number_ticks(r.low, r.high, 5) AS t) AS ticks
FROM (VALUES (0.58, 0.69), (0, 1), (3, 3), (0, 0), (-7, -7), (-12.5, 88), (0, 12345), (1200000, 13400000), (0, 4e9), (1e9, 1e9 + 5), (1e-9, 4e-9),
    (-1e300, 1e300), (1e-200, 2e-200), (0, 1e300), (99.98, 100.02)) AS v (low, high), mlops_internal.nice_range(v.low, v.high, 5, NULL, NULL) AS r;
SELECT string_agg(mlops_internal.number_text(v), ' ') FROM unnest('{0,-0,1,0.60234,12345.678,1e6,-3.14159,1e15,1e300,1e-5,0.00012345,NaN,Infinity}'::float8[]) AS v;
-- round times, from years to minutes, in a zone
SELECT v.span, (SELECT string_agg(concat_ws('/', t.label, nullif(t.context, '')), ' ' ORDER BY t.at)
    FROM mlops_internal.time_ticks(date_part('epoch', v.at), date_part('epoch', v.at + v.span), 400, v.zone) AS t) AS ticks
FROM (VALUES (timestamptz '1970-03-01', interval '800 years', 'UTC'), ('2016-05-01', '10 years', 'UTC'), ('2024-11-20', '1 year', 'UTC'), ('2025-01-15', '3 months', 'Asia/Tokyo'),
    ('2025-11-17', '9 days', 'UTC'), ('2025-03-29 20:00', '1 day', 'Europe/Berlin'), ('2025-11-17 23:50', '20 minutes', 'UTC'), ('2025-11-17 23:59:58', '5 seconds', 'UTC'),
    ('2025-11-17 23:59:58.2', '0.5 seconds', 'UTC')) AS v (at, span, zone);

-- small charts as they are drawn
SELECT * FROM pg_temp.lines(mlops.svg_line('[{"name": "AUC", "x": ["2025-11-03", "2025-11-10", "2025-11-17", "2025-11-24"], "y": [0.66, 0.64, null, 0.6],
    "lower": [0.65, 0.63, null, 0.58], "upper": [0.67, 0.65, null, 0.62]}]', '{"title": "AUC", "width": 400, "height": 200, "split": "2025-11-08",
    "limits": [{"value": 0.62, "name": "critical", "severity": "critical"}], "marks": [{"x": "2025-11-24", "y": 0.6, "name": "AUC", "severity": "critical"}],
    "verticals": [{"x": "2025-11-15", "name": "v2"}], "bars": [{"x": "2025-11-03", "x_to": "2025-11-10", "share": 0.5}]}'));
SELECT * FROM pg_temp.lines(mlops.svg_line('[{"x": [0, 1], "y": [0, 1], "style": "step"}]', '{"diagonal": true, "width": 200, "height": 150}'));
SELECT * FROM pg_temp.lines(mlops.svg_histogram('[{"name": "reference", "edges": [0, 1, 2], "shares": [0.25, 0.75], "mean": 1.2},
    {"name": "now", "edges": [null, 1, "Infinity"], "shares": [0.5, 0.5]}]', '{"width": 300, "height": 150, "style": false}'));
SELECT * FROM pg_temp.lines(mlops.svg_histogram('[{"name": "reference", "labels": ["EWR", null], "shares": [0.4, 0.6]}, {"name": "now", "labels": ["SFO", "EWR"],
    "shares": [0.1, 0.9]}]', '{"style": false}'));
SELECT * FROM pg_temp.lines(mlops.svg_heatmap('[{"name": "temp", "values": [0.01, 0.02, 0.3]}, {"name": "wind", "values": [null, 0.12, "NaN"]}]',
    '{"columns": ["3 Nov", "10 Nov", "17 Nov"], "limits": [0, 0.1, 0.25], "numbers": true, "verdicts": [["ok", "ok", "critical"], [null, "warning"]], "unit": "PSI"}'));
SELECT * FROM pg_temp.lines(mlops.svg_dots('[{"name": "JFK", "value": 0.6, "lower": 0.5, "upper": 0.7, "n": 1200, "severity": "warning"}, {"name": "none", "value": null}]',
    '{"line": 0.65}'));
SELECT * FROM pg_temp.lines(mlops.svg_bars('[{"name": "temp", "value": 0.69, "limit": 0.25, "severity": "critical"}, {"name": "wind", "value": -0.1}]'));
SELECT * FROM pg_temp.lines(mlops.svg_graph('[{"id": "d", "kind": "dataset", "name": "flights"}, {"id": "r", "kind": "run", "name": "train"}, {"id": "v", "name": "v1"}]',
    '[{"from": "d", "to": "r", "name": "read"}, {"from": "r", "to": "v"}, {"from": "v", "to": "d"}, {"from": "r", "to": "gone"}]'));

-- layers and circles
SELECT * FROM mlops_internal.graph_layers('{a,b,c,d}', '{a,a,b,c,d}', '{b,c,d,d,a}');
SELECT (regexp_match(svg, 'and \d+ more[^<]*'))[1], pg_temp.is_well_formed(svg)
FROM (SELECT mlops.svg_graph(jsonb_agg(jsonb_build_object('id', i, 'name', i)), '[]', '{"most": 3}') FROM generate_series(1, 10) AS i) AS g (svg);

-- edges: no data, one, constant, huge, what is no number; all of these are charts, none an error
CREATE TEMP TABLE edge (what text, x jsonb, y jsonb);
INSERT INTO edge VALUES ('none', '[]', '[]'), ('null', NULL, NULL), ('all NULL', '[1, 2]', '[null, null]'), ('one', '[1]', '[5]'), ('constant', '[1, 2, 3]', '[5, 5, 5]'),
    ('zero', '[1, 2]', '[0, 0]'), ('huge', '[1, 2, 3]', '[1e300, -1e300, 0]'), ('beyond', '[1, 2, 3]', '[1e308, 1e400, 1]'), ('tiny', '[1, 2, 3]', '[1e-300, 2e-300, 1e-400]'),
    ('negative', '[-3, -2]', '[-5, -1e-20]'), ('not finite', '["Infinity", 2, 3]', '["Infinity", "NaN", 7]'), ('texts', '[1, 2]', '["a", {}]'), ('uneven', '[1, 2, 3]', '[4]'),
    ('far', '[0, 1e300]', '[1e-30, 1e300]'), ('fine', '[1, 1.0000000000000002]', '[1, 1.0000000000000002]');
SELECT e.what, k.kind, pg_temp.is_well_formed(k.svg) AS well_formed, k.svg LIKE '%>no data<%' AS no_data
FROM edge AS e, LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('name', 'n', 'value', v, 'lower', v, 'upper', v, 'limit', v, 'n', v)), '[]')
        FROM jsonb_array_elements(e.y) AS v) AS i (items),
    LATERAL (VALUES ('line', mlops.svg_line(jsonb_build_array(jsonb_build_object('x', e.x, 'y', e.y, 'lower', e.y, 'upper', e.y)), '{"x": "number"}')),
        ('step', mlops.svg_line(jsonb_build_array(jsonb_build_object('x', e.x, 'y', e.y, 'style', 'step')), '{"x": "number", "diagonal": true}')),
        ('histogram', mlops.svg_histogram(jsonb_build_array(jsonb_build_object('name', 'n', 'edges', e.x, 'shares', e.y)))),
        ('categories', mlops.svg_histogram(jsonb_build_array(jsonb_build_object('name', 'n', 'labels', e.x, 'shares', e.y)))),
        ('heatmap', mlops.svg_heatmap(jsonb_build_array(jsonb_build_object('name', 'n', 'values', e.y)))),
        ('dots', mlops.svg_dots(i.items)), ('bars', mlops.svg_bars(i.items))) AS k (kind, svg)
WHERE NOT pg_temp.is_well_formed(k.svg) OR k.svg NOT LIKE '%>no data<%' AND e.what IN ('none', 'null', 'all NULL', 'texts')
   OR k.svg LIKE '%>no data<%' AND e.what NOT IN ('none', 'null', 'all NULL', 'texts', 'one', 'uneven', 'not finite', 'fine', 'beyond', 'far') ORDER BY 1, 2;
SELECT pg_temp.is_well_formed(mlops.svg_line(NULL, NULL)) AND pg_temp.is_well_formed(mlops.svg_graph(NULL, NULL)) AND pg_temp.is_well_formed(mlops.svg_heatmap('null')) AS nothing_at_all;
SELECT bool_and(pg_temp.is_well_formed(mlops.svg_line(jsonb_build_array(jsonb_build_object('x', x, 'y', '[1, 2]'::jsonb)), '{"x": "time"}')))
FROM (VALUES ('["infinity", "2025-01-01"]'::jsonb), ('["4713-01-01 BC", "294276-01-01"]'), ('["2025-01-01", "2025-01-01"]'), ('["0001-01-03", "9998-01-01"]'), ('[0, 1e9]')) AS v (x);
-- values far beyond an axis that somebody gave, and times next to nothing
SELECT k.kind, pg_temp.is_well_formed(k.svg) AS well_formed, k.svg ~ 'NaN|Infinity|e\+' AS is_odd FROM (VALUES
    ('line', mlops.svg_line('[{"x": [-1e299, 1e-289, 1], "y": [-1e299, 2, 1e299], "lower": [1e-289, 1, 1], "upper": [1, 2, 1e299]}]', '{"x_min": 1e-289, "x_max": 1e-288, "y_min": 1, "y_max": 2}')),
    ('time', mlops.svg_line('[{"x": [1e-400, 10], "y": [1, 2]}]', '{"x": "time", "x_min": -1e-400}')),
    ('histogram', mlops.svg_histogram('[{"edges": [-1e299, 1], "shares": [1, 1], "mean": 1e299}]', '{"x_min": 1e-289, "x_max": 1e-288}'))) AS k (kind, svg);
SELECT v[1] AS low, v[2] AS high, v[3] AS value, mlops_internal.at_px(v[3], v[1], v[2], 0, 10) AS px
FROM jsonb_array_elements_text('["{0,1,0.5}", "{0,1,999}", "{0,1,1e6}", "{0,1,-1e6}", "{1e-300,1e-299,1e299}"]') AS t (t), LATERAL (SELECT t::float8[]) AS v (v);
-- many categories: the shares of each are found at once
BEGIN;
SET LOCAL statement_timeout = '20s';
SELECT svg LIKE '%>and 19970 more<%' AS says_how_many FROM (SELECT mlops.svg_histogram(jsonb_build_array(jsonb_build_object('name', 'a', 'labels', jsonb_agg(i), 'shares', jsonb_agg(0.1)),
    jsonb_build_object('name', 'b', 'labels', jsonb_agg(-i), 'shares', jsonb_agg(0.1)))) FROM generate_series(1, 10000) AS i) AS h (svg);
COMMIT;
SELECT * FROM mlops_internal.label_shares('[{"labels": ["a", "b", "a", null], "shares": [0.25, 0.25, 0.5, "x"]}, {"labels": ["b", null], "shares": [null, 1]}]');

-- names of strangers
CREATE TEMP TABLE name (n text);
INSERT INTO name VALUES ('<script>alert(1)</script>'), ('"><svg onload="alert(1)"'), (''' onmouseover=''x'), (']]>'), ('&lt;&#0;&nbsp;'), (E'\u0001\u0008\u000b\u001b[31m\u007f'),
    (E'\u202eevil\u2066'), (repeat('very long ', 1000)), (repeat(U&'\6f22', 60)), (''), ('</title></svg>'), ('%s %I'), (E'two\nlines\tand tab'), ('--mlops-ink:url(x)'), ('NaN');
SELECT left(n.n, 30) AS name, k.place, 'is not well formed' AS fault
FROM name AS n, LATERAL (VALUES ('line', mlops.svg_line(jsonb_build_array(jsonb_build_object('name', n.n, 'x', '[1,2]'::jsonb, 'y', '[1,2]'::jsonb, 'style', n.n), '{"name":"b"}'),
        jsonb_build_object('title', n.n, 'unit', n.n, 'x_label', n.n, 'limits', jsonb_build_array(jsonb_build_object('value', 1, 'name', n.n, 'severity', n.n)), 'split', 1.5,
            'split_name', n.n, 'marks', jsonb_build_array(jsonb_build_object('x', 1, 'y', 1, 'name', n.n, 'severity', n.n)),
            'verticals', jsonb_build_array(jsonb_build_object('x', 1, 'name', n.n)), 'bars_name', n.n, 'bars', '[{"x":1,"x_to":2,"share":1}]'::jsonb))),
    ('histogram', mlops.svg_histogram(jsonb_build_array(jsonb_build_object('name', n.n, 'edges', '[0,1]'::jsonb, 'shares', '[1]'::jsonb)), jsonb_build_object('unit', n.n))),
    ('categories', mlops.svg_histogram(jsonb_build_array(jsonb_build_object('name', n.n, 'labels', jsonb_build_array(n.n), 'shares', '[1]'::jsonb)))),
    ('heatmap', mlops.svg_heatmap(jsonb_build_array(jsonb_build_object('name', n.n, 'values', '[1]'::jsonb)), jsonb_build_object('columns', jsonb_build_array(n.n), 'unit', n.n,
        'numbers', true, 'verdicts', jsonb_build_array(jsonb_build_array(n.n))))),
    ('dots', mlops.svg_dots(jsonb_build_array(jsonb_build_object('name', n.n, 'value', 1, 'severity', n.n)), jsonb_build_object('title', n.n, 'unit', n.n, 'line', 2, 'line_name', n.n))),
    ('bars', mlops.svg_bars(jsonb_build_array(jsonb_build_object('name', n.n, 'value', 1, 'severity', n.n)))),
    ('graph', mlops.svg_graph(jsonb_build_array(jsonb_build_object('id', n.n, 'name', n.n, 'kind', n.n, 'detail', n.n, 'severity', n.n), '{"id":"b"}'),
        jsonb_build_array(jsonb_build_object('from', n.n, 'to', 'b', 'name', n.n))))) AS k (place, svg)
WHERE NOT pg_temp.is_well_formed(k.svg);
-- what is cut is told in full
SELECT unnest(regexp_matches(mlops.svg_bars('[{"name": "customer_average_transaction_amount_over_the_last_12_months", "value": 1}]', '{"width": 300}'), '<text[^>]*><title>.*?</text>'));

-- arguments
SELECT mlops.svg_line('[]', '{"titel": "AUC"}');
SELECT mlops.svg_bars('[]', '[]');
SELECT mlops.svg_line('{}');
SELECT mlops.svg_line('[{"x": 1, "y": [1]}]');
SELECT mlops.svg_line('[{"x": ["soon"], "y": [1]}]');

-- in a terminal
SELECT mlops.sparkline('{1,2,3,NULL,8,5,NaN,Infinity,-Infinity}') AS line, mlops.sparkline('{2,2}') AS constant, mlops.sparkline('{0.1,0.2,0.9}', 0, 1) AS from_0_to_1,
    mlops.sparkline('{NULL}') AS unknown, mlops.sparkline('{}') IS NULL AS none, mlops.sparkline('{-1e300,1e300,1e-300}') AS far;
SELECT v, mlops.text_bar(v, 10, 5) || '|' AS bar FROM unnest('{0,0.1,3.3,10,12,-1,NaN,NULL,Infinity,1e-320}'::float8[]) AS v;
SELECT mlops.text_bar(1, 0) IS NULL AS no_highest, mlops.text_bar(1e-300, 1e300) AS tiny, length(mlops.text_bar(1, 1, 2000000000)) AS at_most;
-- limits beyond what a span can hold
SELECT mlops.sparkline('{-1e308,0,1e308,NULL,NaN}', '-Infinity', 'Infinity') AS infinite, mlops.sparkline('{-1e308,0,1e308}', -1.7e308, 1.7e308) AS huge, mlops.sparkline('{1,2}', 'NaN', 'NaN') AS none,
    mlops.sparkline('{1,2,3}', 3, 1) AS wrong_way_round;

/*
 * graph: boxes and arrows from left to right.  A box stands one layer to the right of
 * the last of those that lead to it; in a layer, near the middle of these.
 */

-- layers by the longest way; of a circle, the arrows back to a node that is named earlier do not count
CREATE FUNCTION mlops_internal.graph_layers(ids text[], sources text[], targets text[])
    RETURNS TABLE (id text, layer integer, place integer)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        ahead CONSTANT boolean[] := ARRAY(
            WITH RECURSIVE way AS (
                SELECT e.source, e.target FROM unnest(sources, targets) AS e (source, target)
                UNION
                SELECT w.source, e.target FROM way AS w JOIN unnest(sources, targets) AS e (source, target)
                    ON e.source = w.target
            )
            SELECT array_position(ids, e.source) < array_position(ids, e.target) OR NOT EXISTS (
                       SELECT FROM way AS w WHERE w.source = e.target AND w.target = e.source)
              FROM unnest(sources, targets) WITH ORDINALITY AS e (source, target, i) ORDER BY e.i);
        layers integer[] := array_fill(0, ARRAY[cardinality(ids)]);
        -- places in a layer, in halves of a box
        rank float8[] := array_fill(0::float8, ARRAY[cardinality(ids)]);
        was integer[];
        this_layer integer;
    BEGIN
        FOR pass IN 1 .. cardinality(ids) LOOP
            was := layers;
            SELECT array_agg(greatest(layers[n.i], coalesce(e.layer, 0)) ORDER BY n.i) INTO layers
                FROM unnest(ids) WITH ORDINALITY AS n (id, i) LEFT JOIN (
                    SELECT e.target, max(layers[array_position(ids, e.source)]) + 1 AS layer
                      FROM unnest(sources, targets, ahead) AS e (source, target, ahead) WHERE e.ahead GROUP BY e.target
                ) AS e ON e.target = n.id;
            EXIT WHEN was = layers;
        END LOOP;
        FOR this_layer IN 0 .. (SELECT max(l) FROM unnest(layers) AS l) LOOP
            SELECT array_agg(coalesce(o.place, rank[n.i]) ORDER BY n.i) INTO rank
                FROM unnest(ids) WITH ORDINALITY AS n (id, i) LEFT JOIN (
                    SELECT m.i, row_number() OVER (ORDER BY m.middle NULLS LAST,
                        m.i) - (count(*) OVER () + 1) / 2.0 AS place
                      FROM (SELECT k.i, (SELECT avg(rank[array_position(ids, e.source)])
                                           FROM unnest(sources, targets) AS e (source, target)
                                          WHERE e.target = k.id AND layers[array_position(ids,
                                              e.source)] < this_layer) AS middle
                              FROM unnest(ids) WITH ORDINALITY AS k (id, i) WHERE layers[k.i] = this_layer) AS m
                ) AS o ON o.i = n.i;
        END LOOP;
        RETURN QUERY SELECT n.id, layers[n.i], (2 * rank[n.i])::integer
            FROM unnest(ids) WITH ORDINALITY AS n (id, i) ORDER BY n.i;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.graph_layers(text[], text[], text[]) IS
    'layer of each node from 0, and its place from the middle of the layer in halves of a box';

CREATE FUNCTION mlops.svg_graph(nodes jsonb, arrows jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        o CONSTANT jsonb := mlops_internal.chart_options(options, '{most}');
        most CONSTANT integer := least(200, greatest(1, coalesce(mlops_internal.chart_number(o -> 'most'),
            40)))::integer;
        box CONSTANT float8 := 152;
        gap CONSTANT float8 := 68;
        tall CONSTANT float8 := 46;
        given CONSTANT jsonb := mlops_internal.chart_list(nodes, 'nodes');
        links CONSTANT jsonb := mlops_internal.chart_list(arrows, 'arrows');
        ids CONSTANT text[] := ARRAY(SELECT n.doc ->> 'id' FROM jsonb_array_elements(given) WITH ORDINALITY AS n (doc,
            i)
            WHERE n.doc ->> 'id' IS NOT NULL GROUP BY n.doc ->> 'id' ORDER BY min(n.i) LIMIT most);
        left_out integer;
        sources text[];
        targets text[];
        names text[];
        top_px CONSTANT float8 := CASE WHEN o ->> 'title' <> '' THEN 26 ELSE 4 END;
        width float8;
        height float8;
        middle float8;
        body text;
    BEGIN
        IF cardinality(ids) = 0 THEN
            RETURN mlops_internal.svg_nothing(o, mlops_internal.chart_size(o, 'width', 640));
        END IF;
        SELECT count(DISTINCT n.doc ->> 'id') - cardinality(ids) INTO left_out
            FROM jsonb_array_elements(given) AS n (doc);
        SELECT coalesce(array_agg(e.source ORDER BY e.i), '{}'), coalesce(array_agg(e.target ORDER BY e.i), '{}'),
               coalesce(array_agg(e.name ORDER BY e.i), '{}') INTO sources, targets, names
            FROM (SELECT d.doc ->> 'from', d.doc ->> 'to', d.doc ->> 'name', d.i
                    FROM jsonb_array_elements(links) WITH ORDINALITY AS d (doc, i)) AS e (source, target, name, i)
            WHERE e.source = ANY (ids) AND e.target = ANY (ids) AND e.source <> e.target;
        WITH laid AS MATERIALIZED (
            SELECT g.id, g.layer * (box + gap) + 1 AS x, g.place * (tall + 14) / 2 AS y
              FROM mlops_internal.graph_layers(ids, sources, targets) AS g
        ),
        size AS (
            SELECT max(x) + box + 2 AS width, min(y) AS low, max(y) - min(y) + tall + 4 AS height FROM laid
        ),
        arrow AS (
            SELECT string_agg(CASE WHEN x1 < x0 THEN
                       -- back, below the boxes
                       concat('<path class="k z" d="M', mlops_internal.px(x0 - 20), ' ',
                           mlops_internal.px(y0 + tall / 2),
                           'V', mlops_internal.px(floor_px), 'H', mlops_internal.px(x1 + 20), 'V',
                           mlops_internal.px(y1 + tall / 2 + 6), '"/><path class="f" d="M', mlops_internal.px(x1 + 20),
                               ' ',
                           mlops_internal.px(y1 + tall / 2), 'l-4 8h8z"/>')
                   ELSE concat('<path class="k" d="M', mlops_internal.px(x0), ' ', mlops_internal.px(y0), 'C',
                       mlops_internal.px(x0 + bend), ' ', mlops_internal.px(y0), ' ', mlops_internal.px(x1 - 6 - bend),
                           ' ',
                       mlops_internal.px(y1), ' ', mlops_internal.px(x1 - 6), ' ', mlops_internal.px(y1),
                       '"/><path class="f" d="M', mlops_internal.px(x1), ' ', mlops_internal.px(y1), 'l-8-4v8z"/>',
                       mlops_internal.svg_text((x0 + x1) / 2 - 3, (y0 + y1) / 2 - 4, name, 'h m c', gap - 6))
                   END, '' ORDER BY i) AS svg, bool_or(x1 < x0) AS is_back
              FROM (SELECT e.i, e.name, f.x + box AS x0, top_px + f.y - s.low + tall / 2 AS y0, t.x AS x1,
                           top_px + t.y - s.low + tall / 2 AS y1, gap * 0.6 AS bend,
                           top_px + s.height + 6 AS floor_px
                      FROM unnest(sources, targets, names) WITH ORDINALITY AS e (source, target, name, i)
                      JOIN laid AS f ON f.id = e.source JOIN laid AS t ON t.id = e.target, size AS s) AS a
        ),
        node AS (
            SELECT string_agg(concat('<g class="', CASE WHEN d.doc ->> 'severity' IN ('ok', 'warning', 'critical')
                           THEN d.doc ->> 'severity' ELSE 'y' END, '"><rect class="o" x="', mlops_internal.px(l.x),
                               '" y="',
                       mlops_internal.px(b.y), '" width="', box, '" height="', tall, '" rx="5"/></g>',
                       mlops_internal.svg_text(l.x + 8, b.y + 12, d.doc ->> 'kind', 'v m', box - 16),
                       mlops_internal.svg_text(l.x + 8, b.y + 25, d.doc ->> 'name', 'j', box - 16),
                       mlops_internal.svg_text(l.x + 8, b.y + 39, d.doc ->> 'detail', 'm', box - 16)),
                           '' ORDER BY d.i) AS svg
              FROM laid AS l, size AS s, LATERAL (SELECT top_px + l.y - s.low) AS b (y), LATERAL (
                   SELECT n.doc, n.i FROM jsonb_array_elements(given) WITH ORDINALITY AS n (doc, i)
                    WHERE n.doc ->> 'id' = l.id ORDER BY n.i LIMIT 1) AS d
        )
        SELECT s.width, s.height + CASE WHEN a.is_back THEN 14 ELSE 0 END, concat(a.svg, n.svg) INTO width, height,
            body FROM size AS s, arrow AS a, node AS n;
        RETURN mlops_internal.svg_frame(o, greatest(width, 200), top_px + height + CASE WHEN left_out > 0 THEN 16
            ELSE 0 END,
            format('%s boxes, %s arrows', cardinality(ids), cardinality(sources)),
            concat(body, CASE WHEN left_out > 0 THEN mlops_internal.svg_text(0, top_px + height + 10,
                format('and %s more, which are left out', left_out), 'm') END));
    END
    $$;
COMMENT ON FUNCTION mlops.svg_graph(jsonb, jsonb, jsonb) IS
    'an SVG graph left to right of nodes [{"id", "name", "kind", "detail", "severity"}] and arrows [{"from", "to", '
    '"name"}]; more than "most" nodes (40) are left out, which it says';

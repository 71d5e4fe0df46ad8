/*
 * histogram: distributions on one axis, so that a shift is seen as one: numbers as
 * outlines over each other, categories as bars beside each other.
 */

-- what is far from a share is kept from overflowing
CREATE FUNCTION mlops_internal.chart_share(value jsonb) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN mlops_internal.chart_number(value) < 1e-15 THEN 0 WHEN mlops_internal.chart_number(value) > 1e6
        THEN 1e6
        ELSE mlops_internal.chart_number(value) END;
COMMENT ON FUNCTION mlops_internal.chart_share(jsonb) IS 'a share that can be drawn, NULL for what is no number';

-- {"name", "labels", "shares"}: share of a label in each sample, in the order in which labels come
CREATE FUNCTION mlops_internal.label_shares(samples jsonb)
    RETURNS TABLE (place bigint, label text, shares float8[])
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    WITH share AS (
        SELECT e.s, p.i, p.label #>> '{}' AS label, mlops_internal.chart_share(p.share) AS share
          FROM jsonb_array_elements(samples) WITH ORDINALITY AS e (doc, s),
               ROWS FROM (jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'labels', 'labels')),
                          jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'shares', 'shares')))
                   WITH ORDINALITY AS p (label, share, i)
         WHERE p.label IS NOT NULL
    ),
    part AS (
        SELECT s.label, s.s, min(s.i) AS i, sum(s.share) AS share FROM share AS s GROUP BY s.label, s.s
    ),
    label AS (
        SELECT p.label, min(ARRAY[p.s, p.i]) AS first, jsonb_object_agg(p.s, p.share) AS shares
          FROM part AS p GROUP BY p.label
    )
    SELECT row_number() OVER (ORDER BY l.first), coalesce(l.label, 'NULL'),
           ARRAY(SELECT (l.shares ->> g.s::text)::float8
                   FROM generate_series(1, jsonb_array_length(samples)) AS g (s) ORDER BY g.s)
      FROM label AS l
$$;
COMMENT ON FUNCTION mlops_internal.label_shares(jsonb) IS
    'samples of categories as mlops.svg_histogram takes them, by category';

-- the reference is drawn in the ink of the page, what is compared with it in colour
CREATE FUNCTION mlops_internal.sample_class(number integer, samples integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN samples = 1 THEN 's1' WHEN number = 1 THEN 'u' ELSE 's' || (number - 2) % 4 + 1 END;
COMMENT ON FUNCTION mlops_internal.sample_class(integer, integer) IS 'class of a sample of that number of so many';

CREATE FUNCTION mlops_internal.sample_legend(samples jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'name', concat(e.doc ->> 'name', ' (mean ' || mlops_internal.number_text(
                           mlops_internal.chart_number(e.doc -> 'mean')) || ')'),
                       'sign', format(
                           '<g class="%s"><path class="b" d="M1 2h18v10h-18z"/>'
                               '<path class="l%s" d="M1 12V2h18v10"/></g>',
                           mlops_internal.sample_class(e.s::integer, jsonb_array_length(samples)),
                           CASE WHEN e.s = 1 AND jsonb_array_length(samples) > 1 THEN ' z' ELSE '' END)) ORDER BY e.s),
                               '[]')
              FROM jsonb_array_elements(samples) WITH ORDINALITY AS e (doc, s) WHERE e.doc ->> 'name' <> '');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.sample_legend(jsonb) IS 'entries of the legend of mlops.svg_histogram';

/* Categories: a row for each, a bar for each sample; of many rows the last are told in words. */
CREATE FUNCTION mlops_internal.svg_categories(samples jsonb, options jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        width CONSTANT float8 := mlops_internal.chart_size(options, 'width', 480);
        n CONSTANT integer := jsonb_array_length(samples);
        most CONSTANT integer := 30;
        row_height CONSTANT float8 := 9 * n + 8;
        left_px float8;
        highest float8;
        labels bigint;
        top_px float8;
        legend record;
        body text;
    BEGIN
        SELECT count(*), max(s.share), least(max(mlops_internal.text_width(l.label)), width * 0.4) + 8
            INTO labels, highest, left_px
            FROM mlops_internal.label_shares(samples) AS l, unnest(l.shares) AS s (share) WHERE l.place <= most;
        IF highest IS NULL THEN
            RETURN mlops_internal.svg_nothing(options, width);
        END IF;
        SELECT count(*) INTO labels FROM mlops_internal.label_shares(samples);
        SELECT * INTO legend FROM mlops_internal.svg_legend(mlops_internal.sample_legend(samples),
            CASE WHEN options ->> 'title' <> '' THEN 22 ELSE 0 END, width);
        top_px := legend.height + CASE WHEN options ->> 'title' <> '' THEN 26 ELSE 4 END;
        SELECT string_agg(concat(
                   mlops_internal.svg_text(left_px - 6, y + row_height / 2 + 1, l.label, 'e', left_px - 8), b.bars), ''
                   ORDER BY l.place) INTO body
            FROM mlops_internal.label_shares(samples) AS l,
                LATERAL (SELECT top_px + (l.place - 1) * row_height) AS p (y),
                LATERAL (SELECT string_agg(concat('<g class="', mlops_internal.sample_class(s.i::integer, n),
                                    '"><path class="f" fill-opacity=".55" d="M',
                                    mlops_internal.px(left_px), ' ', mlops_internal.px(bar_y),
                                    'h', mlops_internal.px(bar), 'v8h', mlops_internal.px(-bar), 'z"/></g>',
                                    mlops_internal.svg_text(left_px + bar + 4, bar_y + 8,
                                        mlops_internal.number_text(round(s.share * 1000) / 10) || ' %', 'v')), ''
                                    ORDER BY s.i) AS bars
                           FROM unnest(l.shares) WITH ORDINALITY AS s (share, i),
                               LATERAL (SELECT greatest(0, s.share) / greatest(highest, 1e-9) * (width - left_px - 44),
                                            y + (s.i - 1) * 9) AS q (bar, bar_y)
                          WHERE s.share IS NOT NULL) AS b
            WHERE l.place <= most;
        RETURN mlops_internal.svg_frame(options, width,
            top_px + least(labels, most) * row_height + CASE WHEN labels > most THEN 18 ELSE 2 END,
            format('%s categories in %s samples', labels, n),
            concat(legend.body, body, CASE WHEN labels > most THEN mlops_internal.svg_text(left_px,
                top_px + most * row_height + 12, format('and %s more', labels - most), 'm') END));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_categories(jsonb, jsonb) IS 'mlops.svg_histogram for samples of categories';

/*
 * Bins of samples of numbers.  An end that is open is drawn as far away as the bin
 * beside it is wide.
 */
CREATE FUNCTION mlops_internal.sample_bins(samples jsonb)
    RETURNS TABLE (s integer, i integer, low float8, high float8, share float8)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH bin AS (
            SELECT e.s, p.i, mlops_internal.chart_number(p.edge) AS low,
                   mlops_internal.chart_number(lead(p.edge) OVER (PARTITION BY e.s ORDER BY p.i)) AS high,
                   mlops_internal.chart_share(p.share) AS share
              FROM jsonb_array_elements(samples) WITH ORDINALITY AS e (doc, s),
                   ROWS FROM (jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'edges', 'edges')),
                              jsonb_array_elements(mlops_internal.chart_list(e.doc -> 'shares', 'shares')))
                       WITH ORDINALITY AS p (edge, share, i)
        )
        SELECT s::integer, i::integer,
               coalesce(low, high - coalesce(lead(high - low) OVER bins, greatest(abs(high) * 0.1, 1))),
               coalesce(high, low + coalesce(lag(high - low) OVER bins, greatest(abs(low) * 0.1, 1))), share
          FROM bin WHERE share IS NOT NULL AND coalesce(low, high) IS NOT NULL AND coalesce(high >= low, true)
        WINDOW bins AS (PARTITION BY s ORDER BY i);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.sample_bins(jsonb) IS
    'samples of numbers as mlops.svg_histogram takes them, by bin; without bins that have no share or no border';

/* Where nearly all rows are, when a few lie so far out that these would be a line: {low, high, share beyond}. */
CREATE FUNCTION mlops_internal.middle_range(samples jsonb) RETURNS float8[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH bin AS (
                SELECT b.*, sum(b.share) OVER (PARTITION BY b.s ORDER BY b.i) AS upto,
                       sum(b.share) OVER (PARTITION BY b.s ORDER BY b.i DESC) AS from_here
                  FROM mlops_internal.sample_bins(samples) AS b
            ),
            ends AS (
                SELECT min(low) AS low, max(high) AS high, min(low) FILTER (WHERE upto > 0.005) AS middle_low,
                       max(high) FILTER (WHERE from_here > 0.005) AS middle_high FROM bin
            )
            SELECT CASE WHEN e.high - e.low > 3 * (e.middle_high - e.middle_low) AND e.middle_high > e.middle_low
                   THEN ARRAY[e.middle_low, e.middle_high,
                        (SELECT max(t.beyond) FROM (SELECT sum(b.share) AS beyond FROM bin AS b
                          WHERE b.high <= e.middle_low OR b.low >= e.middle_high GROUP BY b.s) AS t)]
                   ELSE ARRAY[e.low, e.high, 0] END FROM ends AS e);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.middle_range(jsonb) IS
    'ends of the axis for samples of numbers, and the largest share of one that lies beyond them: none, unless the '
    'rest would take less than a third of the axis';

CREATE FUNCTION mlops_internal.svg_numbers(samples jsonb, options jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        width CONSTANT float8 := mlops_internal.chart_size(options, 'width', 480);
        height CONSTANT float8 := mlops_internal.chart_size(options, 'height', 220);
        n CONSTANT integer := jsonb_array_length(samples);
        ends CONSTANT float8[] := mlops_internal.middle_range(samples);
        narrowest float8;
        widest float8;
        percent float8;
        density float8;
        x record;
        y record;
        legend record;
        l float8;
        t float8;
        b CONSTANT float8 := height - 20 - CASE WHEN coalesce(options ->> 'x_label', options ->> 'unit', '') <> ''
            THEN 15 ELSE 0 END;
        shapes text;
        words text;
    BEGIN
        IF ends[1] IS NULL THEN
            RETURN mlops_internal.svg_nothing(options, width);
        END IF;
        SELECT r.low, r.high INTO x FROM mlops_internal.nice_range(NULL, NULL, 5,
            coalesce(mlops_internal.chart_number(options -> 'x_min'), ends[1]),
            coalesce(mlops_internal.chart_number(options -> 'x_max'), ends[2])) AS r;
        -- heights are shares where all bins are alike, else shares by width
        SELECT min(d.high - d.low), max(d.high - d.low), max(d.share * 100),
               max(d.share / greatest(d.high - d.low, (x.high - x.low) / 300)) INTO narrowest, widest, percent, density
            FROM mlops_internal.sample_bins(samples) AS d;
        SELECT r.low, r.high INTO y FROM mlops_internal.nice_range(0, CASE WHEN widest > 1.01 * narrowest THEN density
            ELSE percent END, 4, NULL, NULL) AS r;
        SELECT * INTO legend FROM mlops_internal.svg_legend(mlops_internal.sample_legend(samples),
            CASE WHEN options ->> 'title' <> '' THEN 22 ELSE 0 END, width);
        t := least(b - 40, legend.height + CASE WHEN options ->> 'title' <> '' THEN 46 ELSE 24 END);
        l := 12 + (SELECT max(mlops_internal.text_width(k.label)) FROM mlops_internal.number_ticks(y.low, y.high,
            4) AS k);
        SELECT string_agg(concat('<g class="', mlops_internal.sample_class(d.s, n), '"><path class="b" d="', d.outline,
                   'z"/><path class="l', CASE WHEN d.s = 1 AND n > 1 THEN ' z' END, '" d="', d.outline, '"/>',
                   '<path class="k z" d="M' || mlops_internal.px(mlops_internal.at_px(mlops_internal.chart_number(
                       samples -> d.s - 1 -> 'mean'), x.low, x.high, l, width - 16)) || ' ' || mlops_internal.px(t)
                           || 'V'
                       || mlops_internal.px(b) || '"/>', '</g>'), '' ORDER BY d.s),
               string_agg(concat(samples -> d.s - 1 ->> 'name', ': ', d.bins, ' bins from ',
                   mlops_internal.number_text(d.low), ' to ', mlops_internal.number_text(d.high)), '; ' ORDER BY d.s)
            INTO shapes, words
            FROM (SELECT c.s, count(*) AS bins, min(c.low) AS low, max(c.high) AS high,
                      concat(string_agg(concat(CASE WHEN c.is_first THEN 'M' ELSE 'L' END, mlops_internal.px(c.x0), ' ',
                          mlops_internal.px(CASE WHEN c.is_first THEN b ELSE c.y END), 'V', mlops_internal.px(c.y), 'H',
                          mlops_internal.px(c.x1)), '' ORDER BY c.i), 'V', mlops_internal.px(b)) AS outline
                    FROM (SELECT d.*, row_number() OVER (PARTITION BY d.s ORDER BY d.i) = 1 AS is_first,
                              mlops_internal.at_px(d.low, x.low, x.high, l, width - 16) AS x0,
                              greatest(mlops_internal.at_px(d.high, x.low, x.high, l, width - 16),
                                  mlops_internal.at_px(d.low, x.low, x.high, l, width - 16) + 1) AS x1,
                              mlops_internal.at_px(CASE WHEN widest > 1.01 * narrowest
                                  THEN d.share / greatest(d.high - d.low, (x.high - x.low) / 300)
                                      ELSE d.share * 100 END,
                                  y.low, y.high, b, t) AS y
                            FROM mlops_internal.sample_bins(samples) AS d) AS c
                    GROUP BY c.s) AS d;
        RETURN mlops_internal.svg_frame(options, width, height, words, concat(legend.body,
            mlops_internal.svg_text(0, t - 9, CASE WHEN widest > 1.01 * narrowest THEN 'density' ELSE '% of rows' END,
                'm'),
            CASE WHEN ends[3] > 0 THEN mlops_internal.svg_text(width - 16, t - 9, format('%s %% lie beyond the axis',
                mlops_internal.number_text(round(ends[3] * 10000) / 100)), 'm e') END,
            mlops_internal.svg_y_axis(y.low, y.high, 4, l, width - 16, t, b),
            mlops_internal.svg_x_axis(x.low, x.high, l, width - 16, t, b),
            mlops_internal.svg_text((l + width - 16) / 2, height - 4,
                coalesce(options ->> 'x_label', options ->> 'unit'), 'm c', width),
            mlops_internal.svg_inside(l, t, width - 16, b, shapes)));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_numbers(jsonb, jsonb) IS 'mlops.svg_histogram for samples of numbers';

CREATE FUNCTION mlops.svg_histogram(histograms jsonb, options jsonb DEFAULT '{}') RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        o CONSTANT jsonb := mlops_internal.chart_options(options, '{height,unit,x_label,x_min,x_max}');
        given CONSTANT jsonb := mlops_internal.chart_list(histograms, 'histograms');
    BEGIN
        IF given @? '$[*].labels' THEN
            RETURN mlops_internal.svg_categories(given, o);
        END IF;
        RETURN mlops_internal.svg_numbers(given, o);
    END
    $$;
COMMENT ON FUNCTION mlops.svg_histogram(jsonb, jsonb) IS
    'an SVG chart of distributions on one axis: [{"name", "edges", "shares", "mean"}] of numbers, the first in grey as '
    'the reference, or [{"name", "labels", "shares"}] of categories';

/*
 * A column before and now: from two profiles what a page shows of it.
 *
 * Both distributions are laid over one axis, which neither's outliers stretch:
 * values beyond it are counted in words.  Nothing here reads a row.
 */
CREATE FUNCTION mlops_internal.shown_share(x double precision) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN x > 0 AND x < 0.001 THEN '< 0.1 %' WHEN x < 1 AND x > 0.999 THEN '> 99.9 %'
        ELSE trim_scale(round((100 * x)::numeric, 1))::text || ' %' END;
COMMENT ON FUNCTION mlops_internal.shown_share(double precision) IS 'a share in percent, for people';

CREATE FUNCTION mlops_internal.shown_p(p double precision) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN p < 0.0001 THEN '< 0.0001' ELSE trim_scale(round(p::numeric, 4))::text END;
COMMENT ON FUNCTION mlops_internal.shown_p(double precision) IS 'a p-value for people';

CREATE FUNCTION mlops_internal.shown_text(value text, most integer DEFAULT 40) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN value = '' THEN '(empty)' WHEN length(value) > most THEN left(value, most - 3) || '...'
        ELSE value END;
COMMENT ON FUNCTION mlops_internal.shown_text(text, integer) IS 'a text that is not longer than a page has room for';

CREATE FUNCTION mlops_internal.is_time(kind text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN kind IN ('timestamptz', 'timestamp', 'date', 'time');
COMMENT ON FUNCTION mlops_internal.is_time(text) IS 'is a profile of that kind one of times?';

CREATE FUNCTION mlops_internal.shown_value(profile mlops.profile, x double precision) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN NOT mlops_internal.is_time(mlops.kind(profile)) THEN mlops_internal.html_number(x)
        WHEN x < -210866803200 OR x >= 9224318016000 THEN x::text
        ELSE regexp_replace(mlops_internal.bin_border(profile, round(x)), ' 00:00:00$', '') END;
COMMENT ON FUNCTION mlops_internal.shown_value(mlops.profile, double precision) IS
    'a value of a profiled column for people: times in UTC';

CREATE FUNCTION mlops_internal.shown_change(profile mlops.profile, x double precision) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN x > 0 THEN '+' WHEN x < 0 THEN '-' ELSE '' END
        || CASE WHEN NOT mlops_internal.is_time(mlops.kind(profile)) THEN mlops_internal.html_number(abs(x))
            WHEN abs(x) >= 172800 THEN mlops_internal.html_number(abs(x) / 86400) || ' days'
            WHEN abs(x) >= 7200 THEN mlops_internal.html_number(abs(x) / 3600) || ' hours'
            WHEN abs(x) >= 120 THEN mlops_internal.html_number(abs(x) / 60) || ' minutes'
            ELSE mlops_internal.html_number(abs(x)) || ' seconds' END;
COMMENT ON FUNCTION mlops_internal.shown_change(mlops.profile, double precision) IS
    'a difference between values of a profiled column for people, with its sign';

CREATE FUNCTION mlops_internal.axis_step(width double precision, of_times boolean, whole boolean)
    RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN of_times AND width <= 7776000
                THEN (SELECT min(s) FROM unnest('{1,5,15,30,60,300,900,1800,3600,10800,21600,43200,86400,172800,
                          604800,1209600,2592000,7776000}'::float8[]) AS s WHERE s >= width)
            WHEN whole THEN ceil((mlops_internal.nice_step(greatest(width, 1), 1)).step)
            ELSE (mlops_internal.nice_step(width, 1)).step END
    $$;
COMMENT ON FUNCTION mlops_internal.axis_step(double precision, boolean, boolean) IS
    'the width of the bins of an axis: a round number, or a usual length of time, at least so large';

CREATE FUNCTION mlops_internal.axis_edges(reference mlops.profile, current mlops.profile) RETURNS double precision[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        whole CONSTANT boolean := mlops.kind(reference) = 'integer';
        low CONSTANT float8 := least(mlops.quantile(reference, 0.01), mlops.quantile(current, 0.01));
        high CONSTANT float8 := greatest(mlops.quantile(reference, 0.99), mlops.quantile(current, 0.99));
        lo float8 := least(mlops.min_value(reference), mlops.min_value(current));
        hi float8 := greatest(mlops.max_value(reference), mlops.max_value(current));
        step float8;
        first float8;
    BEGIN
        IF NOT greatest(abs(low), abs(high)) < 1e150 OR low IS NULL OR high IS NULL THEN
            RETURN NULL;
        ELSIF high > low THEN
            lo := greatest(lo, low - 0.25 * (high - low));
            hi := least(hi, high + 0.25 * (high - low));
        ELSIF NOT greatest(abs(lo), abs(hi)) < 1e150 THEN
            lo := low;
            hi := high;
        END IF;
        IF NOT hi - lo > greatest(abs(lo), abs(hi)) * 1e-9 THEN
            hi := hi + greatest(abs(hi) * 1e-6, 0.5);
            lo := lo - greatest(abs(lo) * 1e-6, 0.5);
        END IF;
        step := mlops_internal.axis_step(greatest((hi - lo) / 30, 1e-150),
                                         mlops_internal.is_time(mlops.kind(reference)), whole);
        -- whole numbers lie in the middle of their bin
        first := floor(lo / step) * step - CASE WHEN whole THEN 0.5 ELSE 0 END;
        RETURN ARRAY(SELECT first + i * step FROM generate_series(0, ceil((hi - first) / step)::integer) AS i);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.axis_edges(mlops.profile, mlops.profile) IS
    'about 15 to 60 equally wide bins, at round numbers, in which both distributions can be seen; outliers beyond them '
    'are left out; NULL where there are no finite values';

CREATE FUNCTION mlops_internal.category_shares(reference mlops.profile, current mlops.profile, most integer DEFAULT 12)
    RETURNS TABLE (place bigint, name text, share_reference double precision, share_current double precision)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH cell AS MATERIALIZED (
            SELECT t.category, t.n_reference / nullif(sum(t.n_reference) OVER (), 0) AS r,
                   t.n_current / nullif(sum(t.n_current) OVER (), 0) AS c
            FROM mlops_internal.category_table(reference, current, 0) AS t
        ), ranked AS (
            SELECT cell.*, row_number() OVER (ORDER BY greatest(r, c) DESC NULLS LAST, category COLLATE "C")
                       <= CASE WHEN count(*) OVER () <= most THEN most ELSE most - 1 END AND category IS NOT NULL
                       AS is_shown
            FROM cell
        )
        SELECT row_number() OVER (ORDER BY b.rest, CASE WHEN b.is_number THEN b.category::float8 END,
                                  greatest(b.r, b.c) DESC, b.category COLLATE "C"),
               CASE WHEN b.rest THEN format('all %s others', coalesce(nullif(b.n, 0)::text, ''))
                    WHEN b.is_number THEN mlops_internal.shown_value(reference, b.category::float8)
                    ELSE mlops_internal.shown_text(b.category) END, coalesce(b.r, 0), coalesce(b.c, 0)
        FROM (SELECT false AS rest, mlops.kind(reference) NOT IN ('text', 'boolean') AS is_number, x.category, x.r, x.c,
                     NULL::bigint AS n
              FROM ranked AS x WHERE x.is_shown
              UNION ALL
              SELECT true, false, NULL, sum(x.r), sum(x.c), CASE WHEN bool_and(x.category IS NOT NULL) THEN count(*) END
              FROM ranked AS x WHERE NOT x.is_shown HAVING count(*) > 0) AS b
    $$;
COMMENT ON FUNCTION mlops_internal.category_shares(mlops.profile, mlops.profile, integer) IS
    'shares of the categories, or of the few values of numbers, that are most frequent in either profile, the others '
    'together';

/* The samples of mlops.svg_histogram, and what its axis leaves out. */
CREATE FUNCTION mlops_internal.overlay(reference mlops.profile, current mlops.profile, names text[],
    OUT samples jsonb, OUT x_label text, OUT note text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        sides CONSTANT mlops.profile[] := ARRAY[reference, current];
        means CONSTANT float8[] := ARRAY[mlops.mean(reference), mlops.mean(current)];
        of_times CONSTANT boolean := mlops_internal.is_time(mlops.kind(reference));
        edges float8[];
        outside float8[];
        zero float8 := 0;
        unit float8 := 1;
    BEGIN
        IF mlops_internal.is_categorical(reference, current, 12) THEN
            SELECT jsonb_build_array(
                jsonb_build_object('name', names[1], 'labels', jsonb_agg(s.name ORDER BY s.place),
                    'shares', jsonb_agg(round(s.share_reference::numeric, 5) ORDER BY s.place)),
                jsonb_build_object('name', names[2], 'labels', jsonb_agg(s.name ORDER BY s.place),
                    'shares', jsonb_agg(round(s.share_current::numeric, 5) ORDER BY s.place))) INTO samples
            FROM mlops_internal.category_shares(reference, current) AS s HAVING count(*) > 0;
            RETURN;
        END IF;
        edges := mlops_internal.axis_edges(reference, current);
        IF edges IS NULL THEN
            RETURN;
        ELSIF of_times THEN
            -- seconds since 1970 tell nobody anything
            zero := CASE mlops.kind(reference) WHEN 'time' THEN 0 ELSE floor(edges[1] / 86400) * 86400 END;
            unit := CASE WHEN edges[cardinality(edges)] - edges[1] > 259200 THEN 86400 ELSE 3600 END;
            x_label := CASE unit WHEN 86400 THEN 'days' ELSE 'hours' END
                || coalesce(' since ' || nullif(mlops_internal.shown_value(reference, zero), '00:00:00'), '');
        END IF;
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', names[s.i],
                   'edges', (SELECT jsonb_agg(mlops_internal.rounded((e - zero) / unit, 12) ORDER BY i)
                             FROM unnest(edges) WITH ORDINALITY AS u(e, i)),
                   'shares', b.shares, 'mean', CASE WHEN abs(means[s.i]) < 1e300
                       THEN mlops_internal.rounded((means[s.i] - zero) / unit, 12) END)) ORDER BY s.i),
               array_agg(1 - b.inside ORDER BY s.i)
        INTO samples, outside
        FROM unnest(sides) WITH ORDINALITY AS s(p, i),
             LATERAL (SELECT jsonb_agg(round((d.upto - d.below)::numeric, 5) ORDER BY d.i) AS shares,
                             max(d.upto) - min(d.below) AS inside
                      FROM (SELECT e.i, mlops.cdf(s.p, e.edge) AS upto,
                                   lag(mlops.cdf(s.p, e.edge)) OVER (ORDER BY e.i) AS below
                            -- the first bin has its lower end, too
                            FROM (SELECT x.i, CASE x.i WHEN 1 THEN x.edge - (edges[2] - x.edge) * 1e-6 ELSE x.edge END
                                  FROM unnest(edges) WITH ORDINALITY AS x(edge, i)) AS e(i, edge)) AS d
                      WHERE d.below IS NOT NULL) AS b;
        IF greatest(outside[1], outside[2]) >= 0.00005 THEN
            note := format('%s of the reference and %s of the current values lie beyond the axis.',
                mlops_internal.shown_share(greatest(outside[1], 0)),
                mlops_internal.shown_share(greatest(outside[2], 0)));
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.overlay(mlops.profile, mlops.profile, text[]) IS
    'both distributions over one axis, as samples of mlops.svg_histogram with these names; x_label: the unit of '
    'times; note: what lies beyond the axis, NULL when nothing does; samples NULL: there is nothing to draw';

/* What changed, in words, with its size in the column''s own unit. */
CREATE FUNCTION mlops_internal.change_words(reference mlops.profile, current mlops.profile, direction text)
    RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        gained record;
        before float8 := mlops.mean(reference);
        after float8 := mlops.mean(current);
        word text := direction;
    BEGIN
        IF direction IS NULL THEN
            RETURN NULL;
        ELSIF mlops.kind(reference) IN ('text', 'boolean') THEN
            SELECT * INTO gained FROM mlops_internal.category_shares(reference, current) AS s
            ORDER BY s.share_current - s.share_reference DESC, s.place LIMIT 1;
            RETURN format('more %s: from %s to %s', CASE WHEN gained.name LIKE 'all % others' THEN 'others'
                              ELSE quote_literal(gained.name) END,
                          mlops_internal.shown_share(gained.share_reference),
                          mlops_internal.shown_share(gained.share_current));
        ELSIF direction IN ('wider', 'narrower') THEN
            before := mlops.stddev(reference);
            after := mlops.stddev(current);
            RETURN format('%s: standard deviation from %s to %s', word,
                ltrim(mlops_internal.shown_change(reference, before), '+'),
                ltrim(mlops_internal.shown_change(reference, after), '+'));
        ELSIF mlops_internal.is_time(mlops.kind(reference)) THEN
            word := CASE word WHEN 'higher' THEN 'later' WHEN 'lower' THEN 'earlier' ELSE word END;
        END IF;
        RETURN format('%s: mean from %s to %s (%s)', word, mlops_internal.shown_value(reference, before),
            mlops_internal.shown_value(reference, after), mlops_internal.shown_change(reference, after - before));
    EXCEPTION WHEN numeric_value_out_of_range THEN
        RETURN direction;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.change_words(mlops.profile, mlops.profile, text) IS
    'what changed between two profiles: the direction of drift_report with how far, in the unit of the column';

CREATE FUNCTION mlops_internal.column_facts(reference mlops.profile, current mlops.profile) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind CONSTANT text := mlops.kind(reference);
    BEGIN
        RETURN (SELECT jsonb_agg(jsonb_build_array(f.name, f.before, f.after, f.change) ORDER BY f.place)
            FROM (
                SELECT 1 AS place, 'rows' AS name, mlops_internal.html_number(mlops.n(reference)) AS before,
                       mlops_internal.html_number(mlops.n(current)) AS after, NULL AS change
                UNION ALL
                SELECT 2, 'missing', mlops_internal.shown_share(mlops.null_rate(reference)),
                       mlops_internal.shown_share(mlops.null_rate(current)), NULL
                UNION ALL
                SELECT 3, 'not a number or infinite', (mlops.n_nan(reference) + mlops.n_inf(reference))::text,
                       (mlops.n_nan(current) + mlops.n_inf(current))::text, NULL
                WHERE mlops.n_nan(reference) + mlops.n_inf(reference) + mlops.n_nan(current) + mlops.n_inf(current) > 0
                UNION ALL
                SELECT 4, 'share of true', mlops_internal.shown_share(mlops.mean(reference)),
                       mlops_internal.shown_share(mlops.mean(current)), NULL WHERE kind = 'boolean'
                UNION ALL
                SELECT 10 + v.place, v.name, CASE v.name WHEN 'standard deviation'
                           THEN ltrim(mlops_internal.shown_change(reference, v.r), '+')
                           ELSE mlops_internal.shown_value(reference, v.r) END,
                       CASE v.name WHEN 'standard deviation'
                           THEN ltrim(mlops_internal.shown_change(reference, v.c), '+')
                           ELSE mlops_internal.shown_value(reference, v.c) END,
                       CASE WHEN abs(v.c) < 1e300 AND abs(v.r) < 1e300
                           THEN mlops_internal.shown_change(reference, v.c - v.r) END
                FROM (VALUES
                    (1, 'least', mlops.min_value(reference), mlops.min_value(current)),
                    (2, '5 % are below', mlops.quantile(reference, 0.05), mlops.quantile(current, 0.05)),
                    (3, 'median', mlops.quantile(reference, 0.5), mlops.quantile(current, 0.5)),
                    (4, 'mean', mlops.mean(reference), mlops.mean(current)),
                    (5, '5 % are above', mlops.quantile(reference, 0.95), mlops.quantile(current, 0.95)),
                    (6, 'greatest', mlops.max_value(reference), mlops.max_value(current)),
                    (7, 'standard deviation', mlops.stddev(reference), mlops.stddev(current)))
                    AS v(place, name, r, c)
                WHERE kind NOT IN ('text', 'boolean', 'uuid') AND num_nonnulls(v.r, v.c) > 0
                UNION ALL
                SELECT 30, 'different values', CASE WHEN mlops.is_exact(reference) THEN '' ELSE 'about ' END
                           || mlops_internal.html_number(mlops.n_distinct(reference)),
                       CASE WHEN mlops.is_exact(current) THEN '' ELSE 'about ' END
                           || mlops_internal.html_number(mlops.n_distinct(current)), NULL WHERE kind <> 'boolean'
                UNION ALL
                SELECT 31, 'mean length', mlops_internal.html_number(mlops.mean_length(reference)),
                       mlops_internal.html_number(mlops.mean_length(current)), NULL WHERE kind = 'text') AS f);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.column_facts(mlops.profile, mlops.profile) IS
    'a column before and now in numbers: rows of a table of name, before, after and change';

CREATE FUNCTION mlops_internal.category_words(reference mlops.profile, current mlops.profile) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        IF mlops.kind(reference) <> 'text' OR mlops.kind(current) <> 'text' OR NOT mlops.is_exact(reference)
           OR NOT mlops.is_exact(current) THEN
            RETURN NULL;
        END IF;
        RETURN (
            WITH cell AS MATERIALIZED (
                SELECT b.category, b.count_reference = 0 AS is_new,
                       CASE WHEN b.count_reference = 0 THEN b.proportion_current
                            ELSE b.proportion_reference END AS share
                FROM mlops.drift_bins(reference, current) AS b
                WHERE b.category IS NOT NULL AND (b.count_reference = 0) <> (b.count_current = 0)
            ), ranked AS (
                SELECT c.*, row_number() OVER (PARTITION BY c.is_new
                                               ORDER BY c.share DESC, c.category COLLATE "C") AS nth
                FROM cell AS c
            )
            SELECT string_agg(x.words, ' ' ORDER BY x.is_new DESC)
            FROM (SELECT r.is_new, format('%s (%s of the %s rows): %s%s.', CASE WHEN r.is_new THEN
                             CASE count(*) WHEN 1 THEN '1 new category' ELSE count(*) || ' new categories' END
                             ELSE CASE count(*) WHEN 1 THEN '1 category is gone'
                                                ELSE count(*) || ' categories are gone' END END,
                             mlops_internal.shown_share(sum(r.share)),
                             CASE WHEN r.is_new THEN 'current' ELSE 'reference''s' END,
                             string_agg(quote_literal(mlops_internal.shown_text(r.category)), ', ' ORDER BY r.nth)
                                 FILTER (WHERE r.nth <= 8), CASE WHEN count(*) > 8 THEN ' ...' ELSE '' END) AS words
                  FROM ranked AS r GROUP BY r.is_new) AS x);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.category_words(mlops.profile, mlops.profile) IS
    'which texts are new and which are gone, in a sentence; NULL when none, or when they are too many to know them';

/*
 * How checks of quality judge.
 *
 * A window is compared with windows of its season that were good (reference.sql), and
 * what a column can hold with all that is known of it: the baseline and the windows
 * that it is compared with.  Limits in a check take the place of these rules.
 *
 * Each rule is a function of numbers, without a look at a table.
 */
CREATE TYPE mlops_internal.finding AS (
    value double precision,
    reference_value double precision,
    p_value double precision,
    verdict text,
    message text,
    detail jsonb
);
COMMENT ON TYPE mlops_internal.finding IS 'a number of a window, what it was compared with, and the verdict';

/* An ordinary number in a message. */
CREATE FUNCTION mlops_internal.percent(share double precision) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN mlops_internal.rounded(100 * share, 3) || ' %';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.percent(double precision) IS 'a share in percent, with three digits';

CREATE FUNCTION mlops_internal.find_volume(n bigint, phase double precision, history double precision[],
    phases double precision[]) RETURNS mlops_internal.finding
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f mlops_internal.finding;
        band record;
        ratio double precision;
        extreme boolean;
    BEGIN
        f.value := n;
        SELECT * INTO band FROM mlops.seasonal_band(nullif(n, 0), phase, history, phases, 'ln');
        f.reference_value := band.expected;
        ratio := n / band.expected;
        f.detail := jsonb_strip_nulls(jsonb_build_object('expected', mlops_internal.rounded(band.expected, 6),
            'ratio', mlops_internal.rounded(ratio, 4), 't', mlops_internal.rounded(band.t, 4), 'k', band.k));
        IF band.expected IS NULL THEN
            f.verdict := 'no_data';
            f.message := 'no window of the same season yet';
            RETURN f;
        ELSIF band.expected < 12 THEN
            f.p_value := least(mlops.poisson_cdf(n, band.expected), 1 - mlops.poisson_cdf(n - 1, band.expected));
            f.verdict := CASE WHEN f.p_value < 0.0001 AND (ratio < 0.3 OR ratio > 3) THEN 'critical'
                WHEN f.p_value < 0.001 AND (ratio < 0.7 OR ratio > 1.5) THEN 'warning' ELSE 'ok' END;
        ELSIF n = 0 THEN
            f.verdict := 'critical';
        ELSE
            -- a spread of a few windows is none
            extreme := coalesce(abs(band.t) > 4 AND band.k >= 8, false);
            f.verdict := CASE WHEN extreme AND (ratio < 0.3 OR ratio > 3) THEN 'critical'
                WHEN extreme AND (ratio < 0.7 OR ratio > 1.5) THEN 'warning' ELSE 'ok' END;
        END IF;
        IF f.verdict <> 'ok' THEN
            f.message := format('%s rows, about %s expected', n, mlops_internal.rounded(band.expected, 3));
        END IF;
        RETURN f;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_volume(bigint, double precision, double precision[], double precision[]) IS
    'rows of a window beside those of its season: bad when more than 4 sigma away and below 0.7 or above 1.5 (0.3, 3) '
    'times what is expected; of fewer than 12 by the Poisson distribution';

CREATE FUNCTION mlops_internal.find_freshness(age double precision, gap double precision, delay double precision,
    granularity double precision) RETURNS mlops_internal.finding
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(age, gap, NULL, v.verdict, CASE
                WHEN v.verdict = 'no_data' THEN 'no gaps between rows to compare with yet'
                WHEN v.verdict <> 'ok' THEN format('the newest row is %s old, rows come at least every %s',
                    justify_interval(make_interval(secs => round(age))), justify_interval(make_interval(secs
                        => round(gap)))) END,
                jsonb_build_object('gap', gap, 'delay', delay))::mlops_internal.finding
        FROM (SELECT CASE WHEN age IS NULL OR gap IS NULL THEN 'no_data'
                  WHEN age > greatest(6 * (gap + delay), granularity + delay) THEN 'critical'
                  WHEN age > greatest(2 * (gap + delay), granularity + delay) THEN 'warning'
                  ELSE 'ok' END) AS v(verdict)
    $$;
COMMENT ON FUNCTION mlops_internal.find_freshness(double precision, double precision, double precision,
        double precision) IS
    'age of the newest row beside the usual gap and the delay, in seconds: bad beyond 2 (6) times that and a window';

CREATE FUNCTION mlops_internal.find_missing(hits double precision, n double precision, hits_reference double precision,
    n_reference double precision, overdispersion double precision, what text) RETURNS mlops_internal.finding
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(s.share, s.share_reference,
                -- one-sided: fewer are no fault
                CASE WHEN s.share > s.share_reference THEN (mlops.proportion_z_test(
                    ARRAY[n_reference - hits_reference, hits_reference], ARRAY[n - hits, hits],
                    overdispersion => overdispersion)).p_value ELSE 1 END,
                NULL, format('%s is %s, %s before', what, mlops_internal.percent(s.share),
                    mlops_internal.percent(s.share_reference)),
                jsonb_build_object('overdispersion', mlops_internal.rounded(overdispersion, 4)))::mlops_internal.finding
        FROM (SELECT hits / nullif(n, 0) AS share, hits_reference / nullif(n_reference, 0) AS share_reference) AS s
    $$;
COMMENT ON FUNCTION mlops_internal.find_missing(double precision, double precision, double precision,
        double precision, double precision, text) IS
    'share of missing values beside the reference''s, with the p-value of a test of two proportions; without a '
    'verdict, which needs the p-values of all columns';

CREATE FUNCTION mlops_internal.missing_verdict(share double precision, share_reference double precision,
    p_adjusted double precision) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN share IS NULL OR share_reference IS NULL THEN 'no_data'
            WHEN coalesce(p_adjusted, 1) >= 0.001 THEN 'ok'
            WHEN share - share_reference >= 0.2 OR share = 1 AND share_reference < 0.5 THEN 'critical'
            -- 0.02 of two shares is not 0.02 in binary
            WHEN share - share_reference >= 0.02 - 1e-12 THEN 'warning' ELSE 'ok' END
    $$;
COMMENT ON FUNCTION mlops_internal.missing_verdict(double precision, double precision, double precision) IS
    'warning when the adjusted p-value is below 0.001 and the rise is 0.02 or more, critical when it is 0.2 or more or '
    'all values are missing where less than half were';

/* What share of rows lies where none should, against what was usual. */
CREATE FUNCTION mlops_internal.find_share(hits double precision, n double precision, usual double precision,
    warning double precision, critical double precision, least_rows integer, what text)
    RETURNS mlops_internal.finding
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(s.share, usual, NULL, v.verdict, CASE WHEN v.verdict <> 'ok' THEN format('%s in %s of %s rows (%s)',
                what, hits, n, mlops_internal.percent(s.share)) || CASE WHEN usual > 0.001 THEN format(
                    ', at most %s before', mlops_internal.percent(usual)) ELSE '' END END, NULL)::mlops_internal.finding
        FROM (SELECT hits / nullif(n, 0) AS share) AS s,
             LATERAL (SELECT CASE WHEN s.share IS NULL THEN 'no_data'
                 WHEN hits < least_rows OR s.share <= coalesce(usual, 0) THEN 'ok'
                 WHEN s.share >= critical THEN 'critical' WHEN s.share >= warning THEN 'warning'
                 ELSE 'ok' END) AS v(verdict)
    $$;
COMMENT ON FUNCTION mlops_internal.find_share(double precision, double precision, double precision, double precision,
        double precision, integer, text) IS
    'a share that should be zero: bad from the two bounds on, when it is of so many rows at least and above the usual';

CREATE FUNCTION mlops_internal.find_unseen(current mlops.profile, known mlops.profile, usual double precision)
    RETURNS mlops_internal.finding
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f mlops_internal.finding;
        hits bigint;
        chance double precision := mlops.n_values(current) * mlops.unique_rate(known);
        new_values jsonb;
    BEGIN
        IF coalesce(mlops.n_values(known), 0) = 0 THEN
            f.verdict := 'no_data';
            f.message := 'no known values to compare with';
        ELSIF NOT (mlops.is_exact(known) AND mlops.is_exact(current)) THEN
            f.verdict := 'no_data';
            f.message := 'more values than are known one by one';
        ELSIF mlops.n_distinct(known) > 0.5 * mlops.n_values(known) THEN
            f.verdict := 'no_data';
            f.message := 'most rows have a value of their own: a key or a free text';
        ELSE
            SELECT coalesce(sum(c.n), 0), jsonb_agg(jsonb_build_object('value', left(c.value, 200), 'n', c.n)
                       ORDER BY c.n DESC, c.value COLLATE "C") FILTER (WHERE c.place <= 10)
            INTO hits, new_values
            FROM (SELECT x.value, x.n, row_number() OVER (ORDER BY x.n DESC, x.value COLLATE "C") AS place
                  FROM mlops.top_k(current, 65536) AS x
                  WHERE NOT EXISTS (SELECT FROM mlops.top_k(known, 65536) AS k WHERE k.value = x.value)) AS c;
            f := mlops_internal.find_share(hits, mlops.n(current), usual, 0.01, 0.1, 5, 'new values');
            -- what came once tells how much comes that never was (Good and Turing)
            IF hits <= chance + 4 * sqrt(chance) THEN
                f.verdict := 'ok';
            END IF;
            IF new_values IS NOT NULL THEN
                f.detail := jsonb_build_object('new_values', new_values);
                f.message := CASE WHEN f.verdict <> 'ok' THEN format('%s: %s', f.message, (
                    SELECT string_agg(format('%s (%s)', left(v ->> 'value', 60), v ->> 'n'), ', ' ORDER BY place)
                    FROM jsonb_array_elements(new_values) WITH ORDINALITY AS u(v, place) WHERE place <= 5)) END;
            END IF;
        END IF;
        RETURN f;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_unseen(mlops.profile, mlops.profile, double precision) IS
    'share of rows with texts that are not known, the most frequent of them by name; known values are those of the '
    'second profile, usual the greatest share of good windows';

CREATE FUNCTION mlops_internal.find_out_of_range(current mlops.profile, known mlops.profile, usual double precision)
    RETURNS mlops_internal.finding
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f mlops_internal.finding;
        range CONSTANT double precision := mlops.quantile(known, 0.999) - mlops.quantile(known, 0.001);
        low double precision := mlops.min_value(known) - 0.1 * range;
        high CONSTANT double precision := mlops.max_value(known) + 0.1 * range;
        positive CONSTANT boolean := mlops.n_negative(known) = 0;
        hits double precision;
    BEGIN
        IF coalesce(mlops.n_values(known), 0) = 0 OR range IS NULL OR range = 'Infinity' OR range = 'NaN' THEN
            f.verdict := 'no_data';
            f.message := 'no known range to compare with';
            RETURN f;
        END IF;
        -- ranks are of values at most x: a bound itself lies within
        low := CASE WHEN positive THEN 0 ELSE low - 1e-12 * abs(low) END;
        hits := mlops.n_values(current) - mlops.rank(current, high + 1e-12 * abs(high))
            + CASE WHEN positive THEN mlops.n_negative(current) ELSE mlops.rank(current, low) END;
        f := mlops_internal.find_share(round(hits), mlops.n_values(current), usual, 0.001, 0.05, 5,
            format('values outside [%s, %s]', mlops_internal.rounded(low, 4), mlops_internal.rounded(high, 4)));
        f.detail := jsonb_build_object('low', low, 'high', high);
        RETURN f;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_out_of_range(mlops.profile, mlops.profile, double precision) IS
    'share of numbers outside the known range, widened by a tenth of the distance of the quantiles 0.001 and 0.999; '
    'below zero where there were none';

CREATE FUNCTION mlops_internal.find_constant(current mlops.profile, reference mlops.profile, felt boolean)
    RETURNS mlops_internal.finding
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(s.constant::integer, NULL, NULL, v.verdict, CASE v.verdict
                WHEN 'no_data' THEN 'no values to compare with'
                WHEN 'ok' THEN NULL ELSE format('all %s values are %s', mlops.n_values(current),
                    left(mlops.min_text(current), 60)) END, NULL)::mlops_internal.finding
        FROM (SELECT mlops.n_distinct(current) = 1 AS constant, mlops.n_distinct(reference) AS n_distinct,
                     (SELECT t.share FROM mlops.top_k(reference, 1) AS t) AS share) AS s,
             LATERAL (SELECT CASE WHEN coalesce(mlops.n_values(current), 0) = 0 OR s.n_distinct IS NULL
                     OR mlops.n_values(reference) = 0 THEN 'no_data'
                 WHEN s.constant AND s.n_distinct >= 2 AND coalesce(s.share, 0) < 0.99
                     AND mlops.n_values(current) >= 100 THEN CASE WHEN felt THEN 'critical' ELSE 'warning' END
                 ELSE 'ok' END) AS v(verdict)
    $$;
COMMENT ON FUNCTION mlops_internal.find_constant(mlops.profile, mlops.profile, boolean) IS
    'a column of 100 values or more with one value, which had several of which none made up 0.99; critical when that '
    'is felt';

CREATE FUNCTION mlops_internal.find_unit_change(current mlops.profile, reference mlops.profile)
    RETURNS mlops_internal.finding
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW(coalesce(u.factor, 1), 1, NULL, CASE WHEN reference IS NULL THEN 'no_data' WHEN u.factor IS NULL
                    THEN 'ok' ELSE 'critical' END,
                CASE WHEN reference IS NULL THEN 'no window to compare with yet'
                    WHEN u.factor IS NOT NULL THEN format('looks like a change of unit: %s, times %s%s', u.unit,
                    mlops_internal.rounded(u.factor, 4), CASE WHEN u.added <> 0 THEN format(' plus %s',
                        mlops_internal.rounded(u.added, 4)) ELSE '' END) END,
                CASE WHEN u.factor IS NOT NULL THEN to_jsonb(u) END)::mlops_internal.finding
        FROM (VALUES (1)) AS one LEFT JOIN LATERAL mlops.unit_change(reference, current) AS u
            -- shares before and after: a score that moved
            ON mlops.n_values(current) >= 100 AND (least(mlops.min_value(reference), mlops.min_value(current)) < 0
                OR greatest(mlops.max_value(reference), mlops.max_value(current)) > 1)
    $$;
COMMENT ON FUNCTION mlops_internal.find_unit_change(mlops.profile, mlops.profile) IS
    'a change of unit that explains how the numbers changed, with its factor; 1 when there is none';

/*
 * Does a feature alone tell the label?  From the labels in bins of its values: of yes
 * and no the area under the ROC curve, the bins of texts in the order of their means,
 * else the correlation ratio.
 */
CREATE FUNCTION mlops_internal.find_leak(labels mlops.bin_scores, "binary" boolean, ordered boolean,
    usual double precision) RETURNS mlops_internal.finding
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        f mlops_internal.finding;
        counts CONSTANT double precision[] := mlops.bin_counts(labels);
        n CONSTANT double precision := (SELECT sum(c) FROM unnest(counts) AS c);
        used CONSTANT integer := (SELECT count(*) FROM unnest(counts) AS c WHERE c > 0);
    BEGIN
        f.reference_value := usual;
        IF "binary" THEN
            SELECT greatest(a.area, 1 - a.area) INTO f.value
            FROM (SELECT sum(b.hits * (b.misses_before + b.misses / 2)) / nullif(sum(b.hits) * sum(b.misses), 0) AS area
                  FROM (SELECT x.hits, x.misses, sum(x.misses) OVER (ORDER BY x.rank) - x.misses AS misses_before
                        FROM (SELECT c * m AS hits, c * (1 - m) AS misses,
                                     row_number() OVER (ORDER BY CASE WHEN ordered THEN 0 ELSE m END, place) AS rank
                              FROM unnest(counts, mlops.bin_means(labels)) WITH ORDINALITY AS u(c, m, place)
                              WHERE c > 0) AS x) AS b) AS a;
        ELSE
            f.value := (mlops.explained_shift(labels, counts)).eta2;
        END IF;
        f.verdict := CASE WHEN f.value IS NULL OR usual IS NULL AND f.value >= 0.9 OR coalesce(n, 0) < greatest(100,
                5 * used) THEN 'no_data'
            WHEN f.value >= CASE WHEN "binary" THEN 0.98 ELSE 0.95 END AND usual < 0.9 THEN 'critical' ELSE 'ok' END;
        f.message := CASE f.verdict WHEN 'no_data' THEN CASE WHEN coalesce(n, 0) < greatest(100, 5 * used)
                THEN format('%s labelled rows, needs %s', coalesce(n, 0), greatest(100, 5 * used))
                ELSE 'no window to compare with yet' END
            WHEN 'critical' THEN format('tells the label by itself: %s %s, at most %s before',
                CASE WHEN "binary" THEN 'area under the ROC curve' ELSE 'correlation ratio' END,
                mlops_internal.rounded(f.value, 3), mlops_internal.rounded(usual, 3)) END;
        RETURN f;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.find_leak(mlops.bin_scores, boolean, boolean, double precision) IS
    'how well a feature in bins tells the label; critical from an area of 0.98, or a correlation ratio of 0.95, on, '
    'where it was below 0.9';

/* Types that hold all values of another: what was meant for them still fits. */
CREATE FUNCTION mlops_internal.is_wider(before text, after text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(array_position(n.ladder, before) < array_position(n.ladder, after), false)
            OR coalesce(t.of_before[1] = t.of_after[1] AND t.of_before[2]::integer < t.of_after[2]::integer, false)
            OR before ~ '^character varying\(' AND after IN ('character varying', 'text')
            OR before = 'character varying' AND after = 'text' OR before = 'real' AND after = 'double precision'
            OR before ~ '^numeric\(' AND after = 'numeric'
        FROM (SELECT '{smallint,integer,bigint,numeric}'::text[] AS ladder) AS n,
             (SELECT regexp_match(before, '^(character varying|bit varying)\((\d+)\)$') AS of_before,
                     regexp_match(after, '^(character varying|bit varying)\((\d+)\)$') AS of_after) AS t
    $$;
COMMENT ON FUNCTION mlops_internal.is_wider(text, text) IS 'true when a type holds all values of the type before';

CREATE FUNCTION mlops_internal.find_schema(before jsonb, after jsonb) RETURNS mlops_internal.finding
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH change AS (
            SELECT coalesce(b.key, a.key) AS col, CASE WHEN a.key IS NULL THEN 'removed' WHEN b.key IS NULL THEN 'added'
                       WHEN mlops_internal.is_wider(b.value ->> 'type', a.value ->> 'type')
                           AND b.value ->> 'collation' IS NOT DISTINCT FROM a.value ->> 'collation' THEN 'widened'
                       ELSE 'changed' END AS what,
                   concat_ws(' ', b.value ->> 'type', b.value ->> 'collation') AS was,
                   concat_ws(' ', a.value ->> 'type', a.value ->> 'collation') AS now
            FROM jsonb_each(before) AS b FULL JOIN jsonb_each(after) AS a ON a.key = b.key
            WHERE b.value IS DISTINCT FROM a.value
        )
        SELECT ROW(count(*) FILTER (WHERE c.what <> 'added'), 0, NULL,
            CASE WHEN bool_or(c.what IN ('removed', 'changed')) THEN 'critical' WHEN bool_or(c.what = 'widened')
                THEN 'warning' ELSE 'ok' END,
            string_agg(CASE c.what WHEN 'removed' THEN format('column "%s" is gone', c.col)
                WHEN 'added' THEN format('column "%s" is new', c.col)
                ELSE format('column "%s" is %s, was %s', c.col, c.now, c.was) END, ', '
                ORDER BY c.what = 'added', c.col),
            jsonb_object_agg(c.col, c.what) FILTER (WHERE c.col IS NOT NULL))::mlops_internal.finding
        FROM change AS c
    $$;
COMMENT ON FUNCTION mlops_internal.find_schema(jsonb, jsonb) IS
    'columns before and after: removed or changed is critical, of a wider type a warning, new ones are noted; the '
    'value counts those that are not new';

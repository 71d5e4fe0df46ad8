/*
 * drift_report: which columns changed between two sources, one row for each.
 *
 * Both sources are read once, into profiles; everything else is computed from
 * these, so stored profiles serve as well as rows.  The rule that chooses a
 * method looks at the type and the number of values:
 *
 *		auto		text, booleans and numbers or times of at most five
 *					different values: chi-square over the categories, rare ones
 *					(expected count below 5) taken together, or where all are rare
 *					the permutation test of the Jensen-Shannon distance; other numbers and
 *					times: the smooth test, which sees changes of level, spread
 *					and shape.  Verdict by the p-value, adjusted over the columns.
 *		anderson_darling	the same, but numbers and times by Anderson-Darling with
 *					the p-value of its limiting law, which sees a shift a little
 *					sooner in heavy tails and a change of spread much later.
 *		wasserstein	the same, but numbers and times by the Wasserstein distance and
 *					a permutation test, which weighs how far values moved
 *					and sees changes in heavy tails later; no p-value is below 0.001.
 *		evidently	what the library Evidently chooses by default: up to 1,000
 *					rows of reference Kolmogorov-Smirnov, chi-square against the
 *					reference as truth, or a z-test of two categories, at 0.05;
 *					beyond, the normalised Wasserstein distance or the
 *					Jensen-Shannon distance to base e, at 0.1.
 *		nannyml		what NannyML does by default: the Jensen-Shannon distance to
 *					base 2, numbers in bins by Doane's rule, against the mean
 *					plus three standard deviations of that of ten chunks of the
 *					reference.
 */
CREATE FUNCTION mlops_internal.anderson_darling_pvalue(statistic float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_anderson_darling_pvalue';
COMMENT ON FUNCTION mlops_internal.anderson_darling_pvalue(float8) IS 'probability of at least the standardised statistic of mlops.anderson_darling_test when both samples come from one distribution, by the limiting law for large samples (Marsaglia and Marsaglia 2004), without the limits of the table; good from about 20 values a side';

/* Categories of two profiles with their counts, rare ones together. */
CREATE FUNCTION mlops_internal.category_table(reference mlops.profile, current mlops.profile, min_expected float8,
        OUT category text, OUT n_reference float8, OUT n_current float8) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH cell AS (
            SELECT b.category, b.count_reference AS r, b.count_current AS c
            FROM mlops.drift_bins(reference, current) AS b WHERE mlops.kind(reference) IN ('text', 'boolean')
            UNION ALL
            SELECT coalesce(r.lower, c.lower)::text, coalesce(r.n, 0), coalesce(c.n, 0)
            FROM (SELECT * FROM mlops.histogram(reference) WHERE mlops.kind(reference) NOT IN ('text', 'boolean')) AS r
            FULL JOIN (SELECT * FROM mlops.histogram(current) WHERE mlops.kind(reference) NOT IN ('text', 'boolean')) AS c USING (lower)
        ), rated AS (
            SELECT cell.*, (r + c) * least(sum(r) OVER (), sum(c) OVER ()) / nullif(sum(r + c) OVER (), 0) < min_expected AS is_rare FROM cell
        )
        SELECT rated.category, r, c FROM rated WHERE NOT is_rare
        UNION ALL
        SELECT NULL, sum(r), sum(c) FROM rated WHERE is_rare HAVING sum(r + c) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.category_table(mlops.profile, mlops.profile, float8) IS 'how often each category, or each value of numbers, occurs in both profiles; those of which fewer than min_expected are expected in the smaller sample are one row without a category, as are the values that the profiles do not tell apart';

CREATE TYPE mlops_internal.drift_statistic AS (
    method    text,
    statistic float8,
    p_value   float8,
    threshold float8
);
COMMENT ON TYPE mlops_internal.drift_statistic IS 'a statistic of drift by the method that a rule chose; threshold: beyond it is drift, NULL where the p-value decides';

CREATE FUNCTION mlops_internal.is_categorical(reference mlops.profile, current mlops.profile, most integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops.kind(reference) IN ('text', 'boolean')
            OR mlops.is_exact(reference) AND mlops.is_exact(current)
               AND (SELECT count(DISTINCT h.lower) FROM (SELECT lower FROM mlops.histogram(reference)
                                                         UNION ALL SELECT lower FROM mlops.histogram(current)) AS h) <= most
    $$;
COMMENT ON FUNCTION mlops_internal.is_categorical(mlops.profile, mlops.profile, integer) IS 'true for text and booleans, and for numbers and times with at most so many different values in both profiles together';

CREATE FUNCTION mlops_internal.rare_category_statistic(reference mlops.profile, current mlops.profile) RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW('js_distance', coalesce(x.statistic, 0), coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic
        FROM (SELECT array_agg(t.n_reference) AS r, array_agg(t.n_current) AS c FROM mlops_internal.category_table(reference, current, 0) AS t) AS a,
             mlops.distance_test(a.r, a.c, 'js_distance', method => 'simulation', n_simulations => CASE WHEN cardinality(a.r) <= 100 THEN 9999 ELSE 999 END) AS x
    $$;
COMMENT ON FUNCTION mlops_internal.rare_category_statistic(mlops.profile, mlops.profile) IS 'permutation test of the Jensen-Shannon distance between the categories of two profiles, none of them taken together: what drift_report asks where all are too rare for a chi-square test; 9,999 ways to deal the rows out, 999 with more than 100 categories';

CREATE FUNCTION mlops_internal.drift_statistic_auto(reference mlops.profile, current mlops.profile, method text DEFAULT 'auto') RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops_internal.is_categorical(reference, current, 5) THEN
            (SELECT CASE WHEN a.known > 0 OR cardinality(a.r) > 1 THEN
                        (SELECT ROW('chi_square', coalesce(x.statistic, 0), coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic FROM mlops.chi_square_test(a.r, a.c) AS x)
                    ELSE mlops_internal.rare_category_statistic(reference, current) END
             FROM (SELECT array_agg(t.n_reference) AS r, array_agg(t.n_current) AS c, count(t.category) AS known
                   FROM mlops_internal.category_table(reference, current, 5) AS t) AS a)
        WHEN drift_statistic_auto.method = 'wasserstein' THEN
            (SELECT ROW('wasserstein', coalesce(x.statistic, 0), coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic
             FROM mlops.wasserstein_test(reference, current) AS x)
        WHEN drift_statistic_auto.method = 'anderson_darling' THEN
            (SELECT ROW('anderson_darling', coalesce(x.statistic, 0),
                        coalesce(CASE WHEN x.method LIKE 'table%' THEN mlops_internal.anderson_darling_pvalue(x.statistic) ELSE x.p_value END, 1), NULL)::mlops_internal.drift_statistic
             FROM mlops.anderson_darling_test(reference, current) AS x)
        ELSE
            (SELECT ROW('smooth', coalesce(x.statistic, 0), coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic
             FROM mlops.smooth_test(reference, current) AS x)
        END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_statistic_auto(mlops.profile, mlops.profile, text) IS 'the test that drift_report chooses for two profiles of one kind, both with values: chi_square, js_distance where all categories are too rare for that (see mlops_internal.rare_category_statistic), or the smooth test, in whose place the methods anderson_darling and wasserstein have that test and the permutation test of that distance';

CREATE FUNCTION mlops_internal.drift_statistic_evidently(reference mlops.profile, current mlops.profile) RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH shape AS (
            SELECT mlops.kind(reference) IN ('text', 'boolean') OR mlops.is_exact(reference) AND mlops.n_distinct(reference) <= 5 AS categorical,
                   CASE WHEN mlops.is_exact(reference) THEN mlops.n_distinct(reference) END AS n_distinct,
                   mlops.n_values(reference) <= 1000 AS small
        ), counts AS (
            SELECT array_agg(t.n_reference) AS r, array_agg(t.n_current) AS c, count(*) AS k
            FROM mlops_internal.category_table(reference, current, 0) AS t, shape WHERE categorical
        )
        SELECT CASE
            WHEN s.small AND s.categorical AND s.n_distinct <= 2 AND k.k <= 2 THEN
                (SELECT ROW('z', x.statistic, coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic
                 FROM mlops.proportion_z_test(CASE k.k WHEN 1 THEN k.r || 0::float8 ELSE k.r END, CASE k.k WHEN 1 THEN k.c || 0::float8 ELSE k.c END) AS x)
            WHEN s.small AND s.categorical THEN
                (SELECT ROW('chi_square_gof', coalesce(x.statistic, 0), coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic
                 FROM mlops.chi_square_test(k.r, k.c, method => 'gof') AS x)
            WHEN s.small THEN
                (SELECT ROW('ks', x.statistic, x.p_value, NULL)::mlops_internal.drift_statistic FROM mlops.ks_test(reference, current, 'untied') AS x)
            WHEN s.categorical THEN
                ROW('js_distance', mlops.js_distance(k.r, k.c, base => exp(1)), NULL, 0.1)::mlops_internal.drift_statistic
            ELSE
                ROW('normalized_wasserstein_distance', mlops.normalized_wasserstein_distance(reference, current), NULL, 0.1)::mlops_internal.drift_statistic
        END
        FROM shape AS s, counts AS k
    $$;
COMMENT ON FUNCTION mlops_internal.drift_statistic_evidently(mlops.profile, mlops.profile) IS 'the statistic that the library Evidently chooses by default for two profiles of one kind, both with values; its p-values are at 0.05, its distances at 0.1';

CREATE FUNCTION mlops_internal.drift_statistic_nannyml(reference mlops.profile, current mlops.profile, chunks mlops.profile[]) RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW('js_distance', mlops.js_distance(reference, current, binning => 'doane'), NULL,
                   (SELECT avg(d) + 3 * stddev_pop(d)
                    FROM (SELECT mlops.js_distance(reference, c, binning => 'doane') AS d FROM unnest(chunks) AS c) AS t))::mlops_internal.drift_statistic
    $$;
COMMENT ON FUNCTION mlops_internal.drift_statistic_nannyml(mlops.profile, mlops.profile, mlops.profile[]) IS 'the Jensen-Shannon distance to base 2 as NannyML computes it, with the upper threshold that it takes from chunks of the reference: mean plus three population standard deviations of theirs';

/* Numbers for people.  The cast to real fails where a double is too large or too small for it. */
CREATE FUNCTION mlops_internal.short_number(x float8) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT CASE WHEN abs(x) BETWEEN 1e-37 AND 3e38 THEN to_jsonb(x::float4) ELSE to_jsonb(x) END $$;
COMMENT ON FUNCTION mlops_internal.short_number(float8) IS 'a number with six or seven digits, as JSON; with all of them where it is beyond the range of real';

CREATE FUNCTION mlops_internal.bin_border(profile mlops.profile, x float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops.kind(profile) NOT IN ('timestamptz', 'timestamp', 'date', 'time') THEN
                CASE WHEN abs(x) BETWEEN 1e-37 AND 3e38 THEN x::float4::text ELSE x::text END
            -- a border may lie beyond the last time that there is
            WHEN x < -210866803200 OR x >= 9224318016000 THEN x::text
            ELSE to_char(to_timestamp(x) AT TIME ZONE 'UTC', CASE mlops.kind(profile) WHEN 'time' THEN 'HH24:MI:SS' ELSE 'YYYY-MM-DD HH24:MI:SS' END) END
    $$;
COMMENT ON FUNCTION mlops_internal.bin_border(mlops.profile, float8) IS 'a border of a bin as a person reads it: times in ISO style (UTC), numbers with six or seven digits';

CREATE FUNCTION mlops_internal.drift_contributions(reference mlops.profile, current mlops.profile, k integer DEFAULT 3) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_agg(jsonb_build_object('bin', b.name, 'reference', round(b.proportion_reference::numeric, 4),
                                            'current', round(b.proportion_current::numeric, 4), 'psi', round(b.psi::numeric, 4))
                         ORDER BY b.psi DESC, b.bin)
        FROM (SELECT d.*, CASE
                  WHEN d.category IS NOT NULL THEN d.category
                  WHEN d.lower IS NULL AND d.upper IS NULL THEN 'others'
                  WHEN d.lower IS NULL OR d.lower = '-Infinity' THEN
                      format('%s %s', CASE WHEN d.before_value THEN '<' ELSE '<=' END, mlops_internal.bin_border(reference, CASE WHEN d.before_value THEN d.next_upper ELSE d.upper END))
                  WHEN d.upper IS NULL OR d.upper = 'Infinity' THEN format('> %s', mlops_internal.bin_border(reference, d.lower))
                  WHEN d.is_value THEN format('= %s', mlops_internal.bin_border(reference, d.upper))
                  ELSE format('(%s, %s]', mlops_internal.bin_border(reference, d.lower), mlops_internal.bin_border(reference, d.upper)) END AS name
              FROM (SELECT t.*, lead(t.upper) OVER (ORDER BY t.bin) AS next_upper, lead(t.is_value) OVER (ORDER BY t.bin) AS before_value
                    -- the least value of the reference has a bin of its own where many rows have it
                    FROM (SELECT s.*, s.upper < 'Infinity' AND s.lower >= s.upper - CASE WHEN abs(s.upper) > 1e-290 THEN abs(s.upper) * 4e-16 ELSE 1e-323 END AS is_value
                          FROM mlops.drift_bins(reference, current) AS s) AS t
                    ORDER BY t.psi DESC, t.bin LIMIT k) AS d) AS b
        WHERE b.psi > 0
    $$;
COMMENT ON FUNCTION mlops_internal.drift_contributions(mlops.profile, mlops.profile, integer) IS 'the k bins or categories that add most to the population stability index, as a JSON array of bin, reference, current (proportions) and psi; NULL when nothing moved';

CREATE FUNCTION mlops_internal.drift_direction(reference mlops.profile, current mlops.profile) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops.kind(reference) IN ('text', 'boolean') THEN
            (SELECT format('more %s', coalesce(quote_literal(d.category), 'others')) FROM mlops.drift_bins(reference, current) AS d
             WHERE d.proportion_current > d.proportion_reference
             ORDER BY d.proportion_current - d.proportion_reference DESC, d.bin LIMIT 1)
        ELSE
            (SELECT CASE WHEN x.statistic > 0 THEN c.more ELSE c.less END
             FROM mlops.smooth_test(reference, current) AS x
             JOIN (VALUES ('level', 'higher', 'lower'), ('spread', 'wider', 'narrower'), ('skewness', 'longer right tail', 'longer left tail'),
                          ('shoulders', 'thinner shoulders', 'fuller shoulders'), ('tails', 'heavier tails', 'lighter tails')) AS c(name, more, less)
               ON c.name = split_part(x.method, ',', 1)
             WHERE abs(x.statistic) > 1)
        END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_direction(mlops.profile, mlops.profile) IS 'where the current values went: for numbers and times the component of mlops.smooth_test that decided: higher or lower (level), wider or narrower (spread), or else the shape: longer right or left tail, thinner or fuller shoulders (fewer or more values between centre and tails), heavier or lighter tails; the category that gained most for text and booleans; NULL when nothing moved, of numbers by more than a standard error';

CREATE FUNCTION mlops_internal.every_nth(profiles mlops.profile[], n integer, first integer) RETURNS mlops.profile[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT array_agg(p.profile ORDER BY p.place) FROM unnest(profiles) WITH ORDINALITY AS p(profile, place) WHERE (p.place - first) % n = 0 $$;
COMMENT ON FUNCTION mlops_internal.every_nth(mlops.profile[], integer, integer) IS 'elements first, first + n, first + 2 n ... of an array';

CREATE FUNCTION mlops_internal.check_drift_options(columns name[], reference mlops.profile[], current mlops.profile[], alpha float8, method text, correction text, reference_chunks mlops.profile[], min_effect float8 DEFAULT 0) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF alpha IS NULL OR NOT (alpha > 0 AND alpha < 1) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('alpha must lie between 0 and 1, not %s', coalesce(alpha::text, 'NULL'));
        ELSIF min_effect IS NULL OR NOT min_effect BETWEEN 0 AND 1 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('min_effect must lie between 0 and 1, not %s', coalesce(min_effect::text, 'NULL')),
                HINT = 'It is a Jensen-Shannon distance: a shift by one standard deviation is about 0.4.';
        ELSIF method IS NULL OR method NOT IN ('auto', 'anderson_darling', 'wasserstein', 'evidently', 'nannyml') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('method %s is not known', coalesce('"' || method || '"', 'NULL')),
                HINT = 'Use "auto", "anderson_darling", "wasserstein", "evidently" or "nannyml".';
        ELSIF cardinality(columns) IS DISTINCT FROM cardinality(reference) OR cardinality(columns) IS DISTINCT FROM cardinality(current) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'columns, reference and current must be arrays of equal length';
        ELSIF method = 'nannyml' AND (reference_chunks IS NULL OR cardinality(reference_chunks) % greatest(cardinality(columns), 1) <> 0) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'method "nannyml" needs reference_chunks, a profile of each column for each chunk',
                HINT = 'Give the two sources instead of their profiles, or use another method.';
        END IF;
        -- raises its own error for a correction that is not known
        PERFORM mlops.p_adjust(ARRAY[0.5], correction);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_drift_options(name[], mlops.profile[], mlops.profile[], float8, text, text, mlops.profile[], float8) IS 'raise 22023 unless the options of drift_report are right';

CREATE FUNCTION mlops_internal.chunk_profiles(source text, columns name[], types oid[], condition text, n_chunks integer, path text) RETURNS mlops.profile[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        expressions text;
        profiles mlops.profile[];
    BEGIN
        SELECT string_agg(mlops_internal.profile_expression(c.name, c.type), ', ' ORDER BY c.place) INTO expressions
        FROM unnest(columns, types) WITH ORDINALITY AS c(name, type, place);
        profiles := mlops_internal.run_profiles(format(
            'SELECT pg_catalog.array_agg(p ORDER BY chunk, place) FROM ('
            'SELECT chunk, u.p, u.place FROM ('
            'SELECT source.mlops_chunk AS chunk, ARRAY[%s]::mlops.profile[] AS profiles FROM ('
            'SELECT source.*, pg_catalog.ntile(%s) OVER () AS mlops_chunk FROM %s WHERE (%s)) AS source GROUP BY 1) AS g,'
            ' pg_catalog.unnest(g.profiles) WITH ORDINALITY AS u(p, place)) AS t', expressions, n_chunks, mlops_internal.source_item(source), coalesce(condition || E'\n', 'true')),
            path, NULL, NULL, NULL);
        RETURN profiles;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.chunk_profiles(text, name[], oid[], text, integer, text) IS 'profiles of the columns of a source in chunks of as many rows each, in the order in which the rows come: of all columns in the first chunk, then of all in the second, and so on';

CREATE TYPE mlops.column_drift AS (
    column_name         name,
    kind                text,
    test                text,
    statistic           float8,
    p_value             float8,
    adjusted_p_value    float8,
    threshold           float8,
    verdict             text,
    direction           text,
    psi                 float8,
    js_distance         float8,
    js_chance           float8,
    contributions       jsonb,
    n_reference         bigint,
    n_current           bigint,
    mean_reference      float8,
    mean_current        float8,
    null_rate_reference float8,
    null_rate_current   float8,
    null_p_value        float8,
    note                text
);
COMMENT ON TYPE mlops.column_drift IS 'a row of mlops.drift_report: a column, the test or distance that was chosen with its p-value, that adjusted over the columns, or its threshold, the verdict (drift, ok, no_data or error), where values went, distances (js_distance is the size of the change, 0 to 1, and js_chance what chance alone exceeds with probability alpha), the bins, categories or components that moved most, and for both sides values (NULL and NaN not among them), their mean and the share of NULLs (0 to 1) with the p-value that it is the same';

CREATE FUNCTION mlops_internal.null_pvalue(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (mlops.chi_square_test(ARRAY[mlops.n(reference) - mlops.n_null(reference), mlops.n_null(reference)]::float8[],
                                      ARRAY[mlops.n(current) - mlops.n_null(current), mlops.n_null(current)]::float8[])).p_value
    $$;
COMMENT ON FUNCTION mlops_internal.null_pvalue(mlops.profile, mlops.profile) IS 'p-value of the chi-square test that the share of NULLs is the same in both; NULL when no side has one';

/* How large a change is, beside what chance does, and what changes by its nature. */
CREATE FUNCTION mlops_internal.js_chance(n_reference bigint, n_current bigint, n_cells bigint, alpha float8) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- by the limiting law, which is one of the cells and of 1 / n_reference + 1 / n_current
        SELECT CASE WHEN least(n_reference, n_current) = 0 THEN NULL WHEN n_cells < 2 THEN 0
            ELSE least(1, mlops.distance_critical(100000000, 100000000, 'js_distance', least(n_cells, 10000)::integer, alpha)
                          * sqrt((1.0::float8 / n_reference + 1.0::float8 / n_current) / 2e-8 * greatest(n_cells, 10000) / 10000)) END
    $$;
COMMENT ON FUNCTION mlops_internal.js_chance(bigint, bigint, bigint, float8) IS 'about the Jensen-Shannon distance to base 2 over so many bins or categories that chance alone exceeds with probability alpha, at most 1';

CREATE FUNCTION mlops_internal.moving_column(reference mlops.profile, current mlops.profile) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN mlops.kind(reference) IN ('text', 'uuid', 'integer') AND least(mlops.n_values(reference), mlops.n_values(current)) >= 50
                AND mlops.n_distinct(reference) >= 0.95 * mlops.n_values(reference) AND mlops.n_distinct(current) >= 0.95 * mlops.n_values(current)
                THEN 'nearly all values are different, as those of an identifier'
            WHEN mlops.kind(reference) IN ('timestamptz', 'timestamp', 'date')
                AND (mlops.quantile(current, 0.1) > mlops.max_value(reference) OR mlops.quantile(current, 0.9) < mlops.min_value(reference))
                THEN 'the times of one side lie behind those of the other, as those of a clock' END
    $$;
COMMENT ON FUNCTION mlops_internal.moving_column(mlops.profile, mlops.profile) IS 'why a column differs between two periods whatever happens, as an identifier or a clock does; NULL for all others';

/* The report itself, over profiles. */
CREATE FUNCTION mlops.drift_report(
    columns name[],
    reference mlops.profile[],
    current mlops.profile[],
    alpha float8 DEFAULT 0.05,
    method text DEFAULT 'auto',
    correction text DEFAULT 'fdr_bh',
    reference_chunks mlops.profile[] DEFAULT NULL,
    other_p_values float8[] DEFAULT NULL,
    min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        preset text := method;
        level float8 := CASE WHEN preset = 'evidently' THEN 0.05 ELSE alpha END;
        least_effect float8 := CASE WHEN preset IN ('evidently', 'nannyml') THEN 0 ELSE min_effect END;
    BEGIN
        PERFORM mlops_internal.check_drift_options(columns, reference, current, alpha, preset, correction, reference_chunks, min_effect);
        RETURN QUERY
        WITH side AS (
            SELECT c.place, c.name, c.r, c.c, mlops.kind(c.r) AS kind_r, mlops.kind(c.c) AS kind_c,
                   coalesce(mlops.n_values(c.r), 0) AS n_r, coalesce(mlops.n_values(c.c), 0) AS n_c
            FROM unnest(columns, reference, current) WITH ORDINALITY AS c(name, r, c, place)
        ), judged AS (
            SELECT side.*, mlops_internal.null_pvalue(side.r, side.c) AS null_p,
                   kind_r <> kind_c AND kind_r <> 'none' AND kind_c <> 'none' AS differs,
                   least(n_r, n_c) > 0 AND kind_r = kind_c AS has_data
            FROM side
        ), tested AS (
            SELECT j.*, t.method AS test, t.statistic, t.p_value, t.threshold
            FROM judged AS j
            CROSS JOIN LATERAL (SELECT CASE
                    WHEN NOT j.has_data THEN NULL
                    WHEN preset IN ('auto', 'anderson_darling', 'wasserstein') THEN mlops_internal.drift_statistic_auto(j.r, j.c, preset)
                    WHEN preset = 'evidently' THEN mlops_internal.drift_statistic_evidently(j.r, j.c)
                    ELSE mlops_internal.drift_statistic_nannyml(j.r, j.c, mlops_internal.every_nth(reference_chunks, cardinality(columns), j.place::integer)) END AS d) AS x
            CROSS JOIN LATERAL (SELECT (x.d).*) AS t
        ), adjusted AS (
            SELECT tested.*, CASE WHEN preset IN ('auto', 'anderson_darling', 'wasserstein') THEN (mlops.p_adjust(array_agg(tested.p_value) OVER w || other_p_values, correction))[tested.place] END AS adjusted
            FROM tested WINDOW w AS (ORDER BY tested.place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), sized AS (
            SELECT a.*, coalesce(a.adjusted, a.p_value) <= level OR a.statistic > a.threshold OR a.statistic = a.threshold AND preset = 'evidently' AS beyond_chance,
                   CASE WHEN a.has_data THEN mlops.js_distance(a.r, a.c) END AS effect,
                   CASE WHEN a.has_data THEN mlops_internal.moving_column(a.r, a.c) END AS moves
            FROM adjusted AS a
        )
        SELECT a.name, CASE WHEN a.differs THEN NULL ELSE coalesce(nullif(a.kind_r, 'none'), a.kind_c) END, a.test, a.statistic, a.p_value, a.adjusted, a.threshold,
            CASE WHEN a.differs THEN 'error'
                 WHEN NOT a.has_data THEN 'no_data'
                 WHEN a.beyond_chance AND a.effect >= least_effect THEN 'drift' ELSE 'ok' END,
            CASE WHEN a.has_data THEN mlops_internal.drift_direction(a.r, a.c) END,
            CASE WHEN a.has_data THEN mlops.psi(a.r, a.c) END,
            a.effect,
            CASE WHEN a.has_data THEN mlops_internal.js_chance(a.n_r, a.n_c,
                (SELECT count(*) FROM mlops.drift_bins(a.r, a.c) AS d WHERE d.count_reference + d.count_current > 0), level) END,
            CASE WHEN a.has_data THEN mlops_internal.drift_contributions(a.r, a.c) END,
            a.n_r, a.n_c, mlops.mean(a.r), mlops.mean(a.c), mlops.null_rate(a.r), mlops.null_rate(a.c), a.null_p,
            CASE WHEN a.differs THEN format('the type changed from %s to %s', a.kind_r, a.kind_c)
                 WHEN NOT a.has_data THEN format('no values in %s', CASE WHEN a.n_r = 0 AND a.n_c = 0 THEN 'both' WHEN a.n_r = 0 THEN 'the reference' ELSE 'the current data' END)
                 ELSE nullif(concat_ws('; ', a.moves,
                     CASE WHEN mlops.kind(a.r) IN ('text', 'uuid') AND NOT (mlops.is_exact(a.r) AND mlops.is_exact(a.c)) THEN
                         format('too many texts to know them all: js_distance lies between %s and %s', round(a.effect::numeric, 3), round((mlops.distance_bounds(a.r, a.c, 'js_distance')).upper::numeric, 3)) END,
                     CASE WHEN a.beyond_chance AND a.effect < least_effect THEN 'more than chance, and smaller than min_effect' END,
                                       CASE WHEN a.null_p * cardinality(columns) <= level THEN 'the share of NULLs changed' END), '') END
        FROM sized AS a ORDER BY a.moves IS NOT NULL, a.effect DESC NULLS LAST, a.place;
    END
    $$;
COMMENT ON FUNCTION mlops.drift_report(name[], mlops.profile[], mlops.profile[], float8, text, text, mlops.profile[], float8[], float8) IS 'which columns changed, one row each, from their profiles in reference and current data (arrays of equal length): the test that was chosen, its statistic, p-value and p-value adjusted over the columns, or the threshold for a distance; verdict drift, ok, no_data or error (see note); rows by js_distance, the largest first, identifiers and clocks last with a note; drift needs a js_distance of min_effect too (not with evidently and nannyml); where the values went; PSI and Jensen-Shannon distance and the three bins that moved most; null_p_value: of the chi-square test that the share of NULLs is the same, NULL when no side has one, and a note when it is at most alpha over the number of columns; method auto, anderson_darling, wasserstein, evidently or nannyml (that one needs reference_chunks: the profiles of all columns in the first chunk of the reference, then of all in the second ...); correction: see mlops.p_adjust; other_p_values: of tests that these are adjusted together with; alpha in (0, 1); wrong options: error 22023';

/* The same of embeddings. */
CREATE FUNCTION mlops_internal.embedding_contributions(reference mlops.vector_profile, current mlops.vector_profile, k integer DEFAULT 3) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_agg(jsonb_build_object('component', t.component, 'reference', mlops_internal.short_number(t.mean_reference), 'current', mlops_internal.short_number(t.mean_current), 'p_value', t.p_value)
                         ORDER BY t.p_value, abs(t.statistic) DESC, t.component)
        FROM (SELECT * FROM mlops.component_tests(reference, current) AS c WHERE c.p_value < 1
              ORDER BY c.p_value, abs(c.statistic) DESC, c.component LIMIT k) AS t
    $$;
COMMENT ON FUNCTION mlops_internal.embedding_contributions(mlops.vector_profile, mlops.vector_profile, integer) IS 'the k components of embeddings whose means moved most by their t-tests, as a JSON array of component, reference and current (means) and p_value; NULL when none moved';

CREATE FUNCTION mlops.embedding_report(
    columns name[],
    reference mlops.vector_profile[],
    current mlops.vector_profile[],
    alpha float8 DEFAULT 0.05,
    correction text DEFAULT 'fdr_bh',
    other_p_values float8[] DEFAULT NULL) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        PERFORM mlops_internal.check_drift_options('{}', '{}', '{}', alpha, 'auto', correction, NULL);
        IF cardinality(columns) IS DISTINCT FROM cardinality(reference) OR cardinality(columns) IS DISTINCT FROM cardinality(current) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'columns, reference and current must be arrays of equal length';
        END IF;
        RETURN QUERY
        WITH side AS (
            SELECT c.place, c.name, c.r, c.c, mlops.norms(c.r) AS norms_r, mlops.norms(c.c) AS norms_c, coalesce(mlops.n_values(c.r), 0) AS n_r, coalesce(mlops.n_values(c.c), 0) AS n_c,
                   mlops.dimension(c.r) <> mlops.dimension(c.c) AS differs
            FROM unnest(columns, reference, current) WITH ORDINALITY AS c(name, r, c, place)
        ), tested AS (
            SELECT s.*, t.*, mlops_internal.null_pvalue(s.norms_r, s.norms_c) AS null_p
            FROM side AS s
            CROSS JOIN LATERAL (SELECT CASE WHEN NOT s.differs THEN mlops.embedding_test(s.r, s.c) END AS e) AS x
            CROSS JOIN LATERAL (SELECT (x.e).statistic, (x.e).p_value, (x.e).method) AS t
        ), adjusted AS (
            SELECT tested.*, (mlops.p_adjust(array_agg(tested.p_value) OVER w || other_p_values, correction))[tested.place] AS adjusted
            FROM tested WINDOW w AS (ORDER BY tested.place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        )
        SELECT a.name, 'embedding', CASE WHEN a.p_value IS NOT NULL THEN 'embedding' END, a.statistic, a.p_value, a.adjusted, NULL::float8,
            CASE WHEN a.differs THEN 'error' WHEN a.p_value IS NULL THEN 'no_data' WHEN a.adjusted <= alpha THEN 'drift' ELSE 'ok' END,
            CASE WHEN a.method LIKE 'norms,%' THEN 'norms ' || mlops_internal.drift_direction(a.norms_r, a.norms_c)
                 WHEN a.p_value IS NOT NULL THEN (SELECT format('component %s %s', t.component, CASE WHEN t.statistic < 0 THEN 'higher' ELSE 'lower' END)
                      FROM mlops.component_tests(a.r, a.c) AS t WHERE t.p_value < 1 ORDER BY t.p_value, abs(t.statistic) DESC, t.component LIMIT 1) END,
            NULL::float8, NULL::float8, NULL::float8, CASE WHEN a.p_value IS NOT NULL THEN mlops_internal.embedding_contributions(a.r, a.c) END,
            a.n_r, a.n_c, mlops.mean(a.norms_r), mlops.mean(a.norms_c), mlops.null_rate(a.norms_r), mlops.null_rate(a.norms_c), a.null_p,
            CASE WHEN a.differs THEN format('the dimension changed from %s to %s', mlops.dimension(a.r), mlops.dimension(a.c))
                 WHEN a.p_value IS NULL THEN format('no vectors in %s', CASE WHEN a.n_r = 0 AND a.n_c = 0 THEN 'both' WHEN a.n_r = 0 THEN 'the reference' ELSE 'the current data' END)
                 WHEN a.null_p * cardinality(columns) <= alpha THEN 'the share of NULLs changed' END
        FROM adjusted AS a ORDER BY a.place;
    END
    $$;
COMMENT ON FUNCTION mlops.embedding_report(name[], mlops.vector_profile[], mlops.vector_profile[], float8, text, float8[]) IS 'which columns of embeddings changed, one row each, from their vector profiles in reference and current data (arrays of equal length): mlops.embedding_test, its p-value adjusted over these and other_p_values; direction: the component that moved most, or what the norms did; contributions: the three components that moved most; means and rates of NULL are those of the norms, where a malformed vector counts as NULL; psi, js_distance and threshold NULL; else as mlops.drift_report over mlops.profile; arrays of different length: error 22023';

/*
 * The report over two sources.
 */
CREATE TYPE mlops_internal.column_pair AS (
    name      name,
    type_r    oid,
    type_c    oid,
    is_vector boolean,
    note      text
);
COMMENT ON TYPE mlops_internal.column_pair IS 'a column of two sources, its types in the reference and in the current data, whether it is an embedding, and why it cannot be compared, NULL when it can';

CREATE FUNCTION mlops_internal.column_pairs(reference text, current text, columns name[], path text) RETURNS SETOF mlops_internal.column_pair
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT name, r.type, c.type, mlops_internal.is_embedding(r.type),
               CASE WHEN c.name IS NULL THEN 'only in the reference' WHEN r.name IS NULL THEN 'only in the current data'
                    WHEN mlops_internal.is_embedding(r.type) AND mlops_internal.is_embedding(c.type) THEN NULL
                    WHEN mlops_internal.column_kind(r.type) IS NULL AND NOT mlops_internal.is_embedding(r.type) THEN format('type %s is not profiled', r.type_name)
                    WHEN mlops_internal.column_kind(c.type) IS NULL AND NOT mlops_internal.is_embedding(c.type) THEN format('type %s is not profiled', c.type_name)
                    WHEN mlops_internal.is_embedding(r.type) OR mlops_internal.is_embedding(c.type) THEN format('the type changed from %s to %s', r.type_name, c.type_name) END
        FROM mlops_internal.source_columns(reference, path, columns) AS r
        FULL JOIN mlops_internal.source_columns(current, path, columns) AS c USING (name)
        ORDER BY r.place, c.place
    $$;
COMMENT ON FUNCTION mlops_internal.column_pairs(text, text, name[], text) IS 'the columns of two sources by name, in the order of the reference';

CREATE FUNCTION mlops_internal.drift_report(
    reference text, current text, columns name[], alpha float8, method text, correction text, reference_condition text,
    current_condition text, min_effect float8, path text) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        preset text := method;
        level float8 := CASE WHEN preset = 'evidently' THEN 0.05 ELSE alpha END;
        plain mlops_internal.column_pair[];
        vectors mlops_internal.column_pair[];
        others mlops_internal.column_pair[];
        chunks mlops.profile[];
        reference_vectors mlops.vector_profile[];
        current_vectors mlops.vector_profile[];
        vector_p_values float8[];
    BEGIN
        PERFORM mlops_internal.check_drift_options('{}', '{}', '{}', alpha, preset, correction, '{}', min_effect);
        SELECT coalesce(array_agg(p) FILTER (WHERE p.note IS NULL AND NOT p.is_vector), '{}'), coalesce(array_agg(p) FILTER (WHERE p.note IS NULL AND p.is_vector), '{}'),
               array_agg(p) FILTER (WHERE p.note IS NOT NULL)
        INTO plain, vectors, others FROM mlops_internal.column_pairs(reference, current, columns, path) AS p;
        IF vectors <> '{}' THEN
            SELECT mlops_internal.source_vector_profiles(reference, v.names, v.types_r, reference_condition, path),
                   mlops_internal.source_vector_profiles(current, v.names, v.types_c, current_condition, path)
            INTO reference_vectors, current_vectors
            FROM (SELECT array_agg(name) AS names, array_agg(type_r) AS types_r, array_agg(type_c) AS types_c FROM unnest(vectors)) AS v;
            SELECT array_agg(d.p_value) INTO vector_p_values
            FROM mlops.embedding_report(array(SELECT name FROM unnest(vectors)), reference_vectors, current_vectors) AS d;
        END IF;
        IF plain <> '{}' AND preset = 'nannyml' THEN
            chunks := coalesce(mlops_internal.chunk_profiles(reference, array(SELECT name FROM unnest(plain)), array(SELECT type_r FROM unnest(plain)), reference_condition, 10, path), '{}');
        END IF;
        RETURN QUERY
            WITH numbers AS MATERIALIZED (
                SELECT d.*
                FROM (SELECT array_agg(name) AS names, array_agg(type_r) AS types_r, array_agg(type_c) AS types_c FROM unnest(plain)) AS p
                CROSS JOIN LATERAL mlops.drift_report(p.names,
                    mlops_internal.source_profiles(reference, p.names, p.types_r, reference_condition, false, path),
                    mlops_internal.source_profiles(current, p.names, p.types_c, current_condition, false, path),
                    alpha, preset, correction, chunks, vector_p_values, min_effect) AS d
                WHERE plain <> '{}'
            )
            SELECT n.* FROM numbers AS n
            UNION ALL
            SELECT d.* FROM mlops.embedding_report(array(SELECT name FROM unnest(vectors)), coalesce(reference_vectors, '{}'), coalesce(current_vectors, '{}'), level, correction,
                CASE WHEN preset IN ('evidently', 'nannyml') THEN NULL ELSE (SELECT array_agg(n.p_value) FROM numbers AS n) END) AS d;
        RETURN QUERY
            SELECT (jsonb_populate_record(NULL::mlops.column_drift, jsonb_build_object('column_name', u.name, 'verdict', 'error', 'note', u.note))).*
            FROM unnest(others) AS u;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_report IS 'mlops.drift_report, "path" being the search path of who called it';

CREATE FUNCTION mlops.drift_report(
    reference text, current text, columns name[] DEFAULT NULL, alpha float8 DEFAULT 0.05, method text DEFAULT 'auto',
    correction text DEFAULT 'fdr_bh', reference_condition text DEFAULT NULL, current_condition text DEFAULT NULL,
    min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.drift_report(
            reference, current, columns, alpha, method, correction, reference_condition,
            current_condition, min_effect, pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.drift_report(text, text, name[], float8, text, text, text, text, float8) IS
    'which columns changed between two sources (names of relations or texts of queries), read once each with the rights of the caller, and once more for embeddings (real[], float8[], types with a cast to real[]), which come after the other columns and are judged by mlops.embedding_test whatever the method; columns: NULL = all; conditions: texts of conditions on the rows of either; columns of one source alone, or of a type that is not profiled, come last with the verdict error; else as mlops.drift_report over profiles; errors as mlops.describe';

CREATE FUNCTION mlops.drift_report(
    reference regclass, current regclass, columns name[] DEFAULT NULL, alpha float8 DEFAULT 0.05,
    method text DEFAULT 'auto', correction text DEFAULT 'fdr_bh', reference_condition text DEFAULT NULL,
    current_condition text DEFAULT NULL, min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.drift_report(
            mlops_internal.relation_name(reference), mlops_internal.relation_name(current), columns,
            alpha, method, correction, reference_condition, current_condition, min_effect,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.drift_report(regclass, regclass, name[], float8, text, text, text, text, float8) IS
    'which columns changed between two relations; see mlops.drift_report(text, text, ...)';

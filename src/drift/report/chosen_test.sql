/*
 * Which test drift_report takes for two profiles.  The rule looks at the type and the number of values:
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
COMMENT ON FUNCTION mlops_internal.anderson_darling_pvalue(float8) IS
    'p-value of the standardised statistic of mlops.anderson_darling_test by the limiting law (Marsaglia and '
    'Marsaglia 2004), without the limits of the table; good from about 20 values a side';

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
            FULL JOIN (SELECT * FROM mlops.histogram(current)
                       WHERE mlops.kind(reference) NOT IN ('text', 'boolean')) AS c USING (lower)
        ), rated AS (
            SELECT cell.*, (r + c) * least(sum(r) OVER (), sum(c) OVER ()) / nullif(sum(r + c) OVER (), 0)
                           < min_expected AS is_rare
            FROM cell
        )
        SELECT rated.category, r, c FROM rated WHERE NOT is_rare
        UNION ALL
        SELECT NULL, sum(r), sum(c) FROM rated WHERE is_rare HAVING sum(r + c) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.category_table(mlops.profile, mlops.profile, float8) IS
    'how often each category, or value of numbers, occurs in both profiles; those with fewer than min_expected '
    'expected in the smaller sample are one row without a category, as are unknown texts';

CREATE TYPE mlops_internal.drift_statistic AS (
    method    text,
    statistic float8,
    p_value   float8,
    threshold float8
);
COMMENT ON TYPE mlops_internal.drift_statistic IS
    'a statistic of drift by the method that a rule chose; threshold: beyond it is drift, NULL where the p-value '
    'decides';

CREATE FUNCTION mlops_internal.is_categorical(reference mlops.profile, current mlops.profile, most integer)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops.kind(reference) IN ('text', 'boolean')
            OR mlops.is_exact(reference) AND mlops.is_exact(current)
               AND (SELECT count(DISTINCT h.lower)
                    FROM (SELECT lower FROM mlops.histogram(reference)
                          UNION ALL SELECT lower FROM mlops.histogram(current)) AS h) <= most
    $$;
COMMENT ON FUNCTION mlops_internal.is_categorical(mlops.profile, mlops.profile, integer) IS
    'true for text and booleans, and for numbers and times with at most so many different values in both profiles '
    'together';

CREATE FUNCTION mlops_internal.rare_category_statistic(reference mlops.profile, current mlops.profile)
    RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW('js_distance', coalesce(x.statistic, 0), coalesce(x.p_value, 1),
                   NULL)::mlops_internal.drift_statistic
        FROM (SELECT array_agg(t.n_reference) AS r, array_agg(t.n_current) AS c
              FROM mlops_internal.category_table(reference, current, 0) AS t) AS a,
             mlops.distance_test(a.r, a.c, 'js_distance', method => 'simulation',
                                 n_simulations => CASE WHEN cardinality(a.r) <= 100 THEN 9999 ELSE 999 END) AS x
    $$;
COMMENT ON FUNCTION mlops_internal.rare_category_statistic(mlops.profile, mlops.profile) IS
    'permutation test of the Jensen-Shannon distance between the categories of two profiles, none taken together: '
    'where all are too rare for chi-square; 9,999 deals, 999 with more than 100 categories';

CREATE FUNCTION mlops_internal.drift_statistic_auto(
        reference mlops.profile, current mlops.profile, method text DEFAULT 'auto')
    RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops_internal.is_categorical(reference, current, 5) THEN
            (SELECT CASE WHEN a.known > 0 OR cardinality(a.r) > 1 THEN
                        (SELECT ROW('chi_square', coalesce(x.statistic, 0), coalesce(x.p_value, 1),
                                    NULL)::mlops_internal.drift_statistic FROM mlops.chi_square_test(a.r, a.c) AS x)
                    ELSE mlops_internal.rare_category_statistic(reference, current) END
             FROM (SELECT array_agg(t.n_reference) AS r, array_agg(t.n_current) AS c, count(t.category) AS known
                   FROM mlops_internal.category_table(reference, current, 5) AS t) AS a)
        WHEN drift_statistic_auto.method = 'wasserstein' THEN
            (SELECT ROW('wasserstein', coalesce(x.statistic, 0), coalesce(x.p_value, 1),
                        NULL)::mlops_internal.drift_statistic
             FROM mlops.wasserstein_test(reference, current) AS x)
        WHEN drift_statistic_auto.method = 'anderson_darling' THEN
            (SELECT ROW('anderson_darling', coalesce(x.statistic, 0),
                        coalesce(CASE WHEN x.method LIKE 'table%'
                                      THEN mlops_internal.anderson_darling_pvalue(x.statistic)
                                      ELSE x.p_value END, 1), NULL)::mlops_internal.drift_statistic
             FROM mlops.anderson_darling_test(reference, current) AS x)
        ELSE
            (SELECT ROW('smooth', coalesce(x.statistic, 0), coalesce(x.p_value, 1),
                        NULL)::mlops_internal.drift_statistic
             FROM mlops.smooth_test(reference, current) AS x)
        END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_statistic_auto(mlops.profile, mlops.profile, text) IS
    'the test that drift_report chooses for two profiles of one kind, both with values: chi_square, js_distance where '
    'all categories are rare, else smooth, or anderson_darling or wasserstein if asked';

CREATE FUNCTION mlops_internal.drift_statistic_evidently(reference mlops.profile, current mlops.profile)
    RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH shape AS (
            SELECT mlops.kind(reference) IN ('text', 'boolean')
                   OR mlops.is_exact(reference) AND mlops.n_distinct(reference) <= 5 AS categorical,
                   CASE WHEN mlops.is_exact(reference) THEN mlops.n_distinct(reference) END AS n_distinct,
                   mlops.n_values(reference) <= 1000 AS small
        ), counts AS (
            SELECT array_agg(t.n_reference) AS r, array_agg(t.n_current) AS c, count(*) AS k
            FROM mlops_internal.category_table(reference, current, 0) AS t, shape WHERE categorical
        )
        SELECT CASE
            WHEN s.small AND s.categorical AND s.n_distinct <= 2 AND k.k <= 2 THEN
                (SELECT ROW('z', x.statistic, coalesce(x.p_value, 1), NULL)::mlops_internal.drift_statistic
                 FROM mlops.proportion_z_test(CASE k.k WHEN 1 THEN k.r || 0::float8 ELSE k.r END,
                                              CASE k.k WHEN 1 THEN k.c || 0::float8 ELSE k.c END) AS x)
            WHEN s.small AND s.categorical THEN
                (SELECT ROW('chi_square_gof', coalesce(x.statistic, 0), coalesce(x.p_value, 1),
                            NULL)::mlops_internal.drift_statistic
                 FROM mlops.chi_square_test(k.r, k.c, method => 'gof') AS x)
            WHEN s.small THEN
                (SELECT ROW('ks', x.statistic, x.p_value, NULL)::mlops_internal.drift_statistic
                 FROM mlops.ks_test(reference, current, 'untied') AS x)
            WHEN s.categorical THEN
                ROW('js_distance', mlops.js_distance(k.r, k.c, base => exp(1)), NULL,
                    0.1)::mlops_internal.drift_statistic
            ELSE
                ROW('normalized_wasserstein_distance', mlops.normalized_wasserstein_distance(reference, current), NULL,
                    0.1)::mlops_internal.drift_statistic
        END
        FROM shape AS s, counts AS k
    $$;
COMMENT ON FUNCTION mlops_internal.drift_statistic_evidently(mlops.profile, mlops.profile) IS
    'the statistic that the library Evidently chooses by default for two profiles of one kind, both with values; its '
    'p-values are at 0.05, its distances at 0.1';

CREATE FUNCTION mlops_internal.drift_statistic_nannyml(
        reference mlops.profile, current mlops.profile, chunks mlops.profile[])
    RETURNS mlops_internal.drift_statistic
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ROW('js_distance', mlops.js_distance(reference, current, binning => 'doane'), NULL,
                   (SELECT avg(d) + 3 * stddev_pop(d)
                    FROM (SELECT mlops.js_distance(reference, c, binning => 'doane') AS d
                          FROM unnest(chunks) AS c) AS t))::mlops_internal.drift_statistic
    $$;
COMMENT ON FUNCTION mlops_internal.drift_statistic_nannyml(mlops.profile, mlops.profile, mlops.profile[]) IS
    'the Jensen-Shannon distance to base 2 as NannyML computes it, and its upper threshold from chunks of the '
    'reference: mean plus three population standard deviations of theirs';

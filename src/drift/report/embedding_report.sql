/*
 * drift_report of embeddings, over their profiles.
 */
CREATE FUNCTION mlops_internal.embedding_contributions(
        reference mlops.vector_profile, current mlops.vector_profile, k integer DEFAULT 3)
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_agg(jsonb_build_object('component', t.component, 'reference',
                                            mlops_internal.short_number(t.mean_reference), 'current',
                                                mlops_internal.short_number(t.mean_current), 'p_value', t.p_value)
                         ORDER BY t.p_value, abs(t.statistic) DESC, t.component)
        FROM (SELECT * FROM mlops.component_tests(reference, current) AS c WHERE c.p_value < 1
              ORDER BY c.p_value, abs(c.statistic) DESC, c.component LIMIT k) AS t
    $$;
COMMENT ON FUNCTION mlops_internal.embedding_contributions(mlops.vector_profile, mlops.vector_profile, integer) IS
    'the k components of embeddings whose means moved most by their t-tests, as a JSON array of component, reference '
    'and current (means) and p_value; NULL when none moved';

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
        IF cardinality(columns) IS DISTINCT FROM cardinality(reference) OR cardinality(columns) IS DISTINCT
            FROM cardinality(current) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'columns, reference and current must be arrays of equal length';
        END IF;
        RETURN QUERY
        WITH side AS (
            SELECT c.place, c.name, c.r, c.c, mlops.norms(c.r) AS norms_r, mlops.norms(c.c) AS norms_c,
                coalesce(mlops.n_values(c.r), 0) AS n_r, coalesce(mlops.n_values(c.c), 0) AS n_c,
                   mlops.dimension(c.r) <> mlops.dimension(c.c) AS differs
            FROM unnest(columns, reference, current) WITH ORDINALITY AS c(name, r, c, place)
        ), tested AS (
            SELECT s.*, t.*, mlops_internal.null_pvalue(s.norms_r, s.norms_c) AS null_p
            FROM side AS s
            CROSS JOIN LATERAL (SELECT CASE WHEN NOT s.differs THEN mlops.embedding_test(s.r, s.c) END AS e) AS x
            CROSS JOIN LATERAL (SELECT (x.e).statistic, (x.e).p_value, (x.e).method) AS t
        ), adjusted AS (
            SELECT tested.*,
                   (mlops.p_adjust(array_agg(tested.p_value) OVER w || other_p_values, correction))[tested.place]
                   AS adjusted
            FROM tested WINDOW w AS (ORDER BY tested.place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        )
        SELECT a.name, 'embedding', CASE WHEN a.p_value IS NOT NULL THEN 'embedding' END, a.statistic, a.p_value,
            a.adjusted, NULL::float8,
            CASE WHEN a.differs THEN 'error' WHEN a.p_value IS NULL THEN 'no_data' WHEN a.adjusted <= alpha THEN 'drift'
                ELSE 'ok' END,
            CASE WHEN a.method LIKE 'norms,%' THEN 'norms ' || mlops_internal.drift_direction(a.norms_r, a.norms_c)
                 WHEN a.p_value IS NOT NULL THEN
                     (SELECT format('component %s %s', t.component, CASE WHEN t.statistic < 0 THEN 'higher'
                                    ELSE 'lower' END)
                      FROM mlops.component_tests(a.r, a.c) AS t WHERE t.p_value < 1 ORDER BY t.p_value,
                          abs(t.statistic) DESC, t.component LIMIT 1) END,
            NULL::float8, NULL::float8, NULL::float8, NULL::float8,
            CASE WHEN a.p_value IS NOT NULL THEN mlops_internal.embedding_contributions(a.r, a.c) END,
            a.n_r, a.n_c, mlops.mean(a.norms_r), mlops.mean(a.norms_c), mlops.null_rate(a.norms_r),
                mlops.null_rate(a.norms_c), a.null_p,
            CASE WHEN a.differs THEN
                format('the dimension changed from %s to %s', mlops.dimension(a.r), mlops.dimension(a.c))
                 WHEN a.p_value IS NULL THEN
                     format('no vectors in %s', CASE WHEN a.n_r = 0 AND a.n_c = 0 THEN 'both'
                            WHEN a.n_r = 0 THEN 'the reference' ELSE 'the current data' END)
                 WHEN a.null_p * cardinality(columns) <= alpha THEN 'the share of NULLs changed' END
        FROM adjusted AS a ORDER BY a.place;
    END
    $$;
COMMENT ON FUNCTION mlops.embedding_report IS
    'which columns of embeddings changed, one row each, from their vector profiles: mlops.embedding_test, its p-value '
    'adjusted over these and other_p_values; else as mlops.drift_report';

/*
 * Drift of embeddings from two stored profiles of them, without the rows.
 */
CREATE FUNCTION mlops_internal.component_max_test(reference mlops.vector_profile, current mlops.vector_profile)
    RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_component_max_test_sql';
COMMENT ON FUNCTION mlops_internal.component_max_test(mlops.vector_profile, mlops.vector_profile) IS
    'test that no component of embeddings has another mean: the largest |t| of mlops.component_tests, its p-value '
    'times their number (Bonferroni; Cai, Liu and Xia 2014)';

CREATE FUNCTION mlops.embedding_test(reference mlops.vector_profile, current mlops.vector_profile)
    RETURNS mlops.test_result
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- the better of two tests: its p-value counts twice
        SELECT CASE WHEN m.p_value IS NULL AND l.p_value IS NULL THEN NULL
            WHEN m.p_value IS NULL OR l.p_value < m.p_value THEN
                ROW(l.statistic, least(1, (1 + (m.p_value IS NOT NULL)::integer) * l.p_value),
                    mlops.n_values(reference), mlops.n_values(current), 'norms, ' || l.method)::mlops.test_result
            ELSE ROW(m.statistic, least(1, (1 + (l.p_value IS NOT NULL)::integer) * m.p_value),
                     m.n_reference, m.n_current, 'components, ' || m.method)::mlops.test_result END
        FROM mlops_internal.component_max_test(reference, current) AS m,
             (SELECT (d).method, (d).statistic, (d).p_value
              FROM (SELECT CASE WHEN mlops.n_values(reference) > 0 AND mlops.n_values(current) > 0 THEN
                        mlops_internal.drift_statistic_auto(mlops.norms(reference), mlops.norms(current)) END AS d)
                   AS x) AS l
    $$;
COMMENT ON FUNCTION mlops.embedding_test(mlops.vector_profile, mlops.vector_profile) IS
    'have embeddings changed? twice the smaller p-value of the largest component''s t-test and of the norms'' test; '
    '"method" says whose; NULL when a side has no vector; different dimensions: error 22023';

/*
 * Drift of embeddings from two stored profiles of them, without the rows.
 */
CREATE FUNCTION mlops.centroid_distance(reference mlops.vector_profile, current mlops.vector_profile, metric text DEFAULT 'euclidean') RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_centroid_distance_sql';
COMMENT ON FUNCTION mlops.centroid_distance(mlops.vector_profile, mlops.vector_profile, text) IS 'distance between the mean vectors of two collections of embeddings; metric: euclidean, cosine (1 - cosine of the angle, NaN when a mean is 0), cityblock or chebyshev, as scipy.spatial.distance defines them; NULL when a side has no vector; other metrics or different dimensions: error 22023';

CREATE FUNCTION mlops.component_tests(reference mlops.vector_profile, current mlops.vector_profile)
    RETURNS TABLE (component integer, mean_reference float8, mean_current float8, statistic float8, df float8, p_value float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300 AS 'MODULE_PATHNAME', 'mlops_component_tests';
COMMENT ON FUNCTION mlops.component_tests(mlops.vector_profile, mlops.vector_profile) IS 'Welch''s t-test of each component of embeddings, one row each: statistic positive when the mean of the reference is larger, degrees of freedom, p-value (adjust them together by mlops.p_adjust; the share that stays below alpha is the share of drifted components); statistic, df and p NULL with fewer than two vectors a side or where neither side varies and the values agree, statistic infinite and p 0 where such a value changed; no rows when a side has no vector; different dimensions: error 22023';

CREATE FUNCTION mlops.component_max_test(reference mlops.vector_profile, current mlops.vector_profile) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_component_max_test_sql';
COMMENT ON FUNCTION mlops.component_max_test(mlops.vector_profile, mlops.vector_profile) IS 'test that no component of embeddings has another mean: statistic = the largest |t| of mlops.component_tests, p-value that of its t-test times the number of components (Bonferroni), right however components depend on each other (Cai, Liu and Xia 2014); NULL when no component can be tested; different dimensions: error 22023';

CREATE FUNCTION mlops.embedding_test(reference mlops.vector_profile, current mlops.vector_profile) RETURNS mlops.test_result
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN m.p_value IS NULL AND l.p_value IS NULL THEN NULL
            WHEN m.p_value IS NULL OR l.p_value < m.p_value THEN
                ROW(l.statistic, least(1, (1 + (m.p_value IS NOT NULL)::integer) * l.p_value), mlops.n_values(reference), mlops.n_values(current), 'norms, ' || l.method)::mlops.test_result
            ELSE ROW(m.statistic, least(1, (1 + (l.p_value IS NOT NULL)::integer) * m.p_value), m.n_reference, m.n_current, 'components, ' || m.method)::mlops.test_result END
        FROM mlops.component_max_test(reference, current) AS m,
             (SELECT (d).method, (d).statistic, (d).p_value
              FROM (SELECT CASE WHEN mlops.n_values(reference) > 0 AND mlops.n_values(current) > 0
                    THEN mlops_internal.drift_statistic_auto(mlops.norms(reference), mlops.norms(current)) END AS d) AS x) AS l
    $$;
COMMENT ON FUNCTION mlops.embedding_test(mlops.vector_profile, mlops.vector_profile) IS 'have embeddings changed? the smaller p-value, times two, of mlops.component_max_test and of the test that mlops.drift_report chooses for the norms of the vectors; statistic and method are of the one that decided; NULL when a side has no vector; different dimensions: error 22023';

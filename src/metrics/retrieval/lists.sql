/*
 * lists: a list given by the relevance of its answers in ranked order, best first.
 */
CREATE FUNCTION mlops.ranked_list(relevance float8[]) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_from_array';
COMMENT ON FUNCTION mlops.ranked_list(float8[]) IS
    'a list from the relevance of its answers in ranked order, best first; NULL elements are an error (22004)';

CREATE FUNCTION mlops.dcg(relevance float8[], k integer DEFAULT NULL, gain text DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.dcg(mlops.ranked_list(relevance), k, gain) $$;
COMMENT ON FUNCTION mlops.dcg(float8[], integer, text) IS
    'discounted cumulative gain of a list given by the relevance of its answers in ranked order, best first; NULL '
    'elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.ndcg(relevance float8[], k integer DEFAULT NULL, gain text DEFAULT NULL, null_if_none boolean
        DEFAULT false)
    RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.ndcg(mlops.ranked_list(relevance), k, gain, null_if_none) $$;
COMMENT ON FUNCTION mlops.ndcg(float8[], integer, text, boolean) IS
    'normalised discounted cumulative gain of a list given by the relevance of its answers in ranked order, best '
    'first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.reciprocal_rank(relevance float8[], k integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.reciprocal_rank(mlops.ranked_list(relevance), k) $$;
COMMENT ON FUNCTION mlops.reciprocal_rank(float8[], integer) IS
    '1 / rank of the first relevant answer of a list given by the relevance of its answers in ranked order, best '
    'first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.average_precision_at_k(relevance float8[], k integer DEFAULT NULL, n_relevant integer DEFAULT
        NULL, null_if_none boolean DEFAULT false)
    RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.average_precision_at_k(mlops.ranked_list(relevance), k, n_relevant, null_if_none) $$;
COMMENT ON FUNCTION mlops.average_precision_at_k(float8[], integer, integer, boolean) IS
    'average precision of a list given by the relevance of its answers in ranked order, best first; NULL elements '
    'are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.precision_at_k(relevance float8[], k integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.precision_at_k(mlops.ranked_list(relevance), k) $$;
COMMENT ON FUNCTION mlops.precision_at_k(float8[], integer) IS
    'share of relevant answers among the first k of a list given by the relevance of its answers in ranked order, '
    'best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.recall_at_k(relevance float8[], k integer DEFAULT NULL, n_relevant integer DEFAULT NULL)
    RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.recall_at_k(mlops.ranked_list(relevance), k, n_relevant) $$;
COMMENT ON FUNCTION mlops.recall_at_k(float8[], integer, integer) IS
    'share of the relevant answers that are among the first k of a list given by the relevance of its answers in '
    'ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.hit_rate_at_k(relevance float8[], k integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.hit_rate_at_k(mlops.ranked_list(relevance), k) $$;
COMMENT ON FUNCTION mlops.hit_rate_at_k(float8[], integer) IS
    '1 when a relevant answer is among the first k, else 0, of a list given by the relevance of its answers in '
    'ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

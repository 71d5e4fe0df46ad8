/*
 * retrieval: metrics of ranked lists, one list for each query.
 *
 * The aggregates take the rows of one query, so GROUP BY the query and average:
 * SELECT avg(ndcg) FROM (SELECT mlops.ndcg(relevance, score, 10) AS ndcg FROM
 * answers GROUP BY query_id) AS q.  Equal scores are ordered by relevance
 * ascending, so that a metric never depends on the order of rows; DCG shares
 * the gain of equal scores instead.
 */
CREATE TYPE mlops.ranked_list;

CREATE FUNCTION mlops_internal.ranked_list_in(cstring) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_in';
COMMENT ON FUNCTION mlops_internal.ranked_list_in(cstring) IS 'input function of mlops.ranked_list';

CREATE FUNCTION mlops_internal.ranked_list_out(mlops.ranked_list) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_out';
COMMENT ON FUNCTION mlops_internal.ranked_list_out(mlops.ranked_list) IS 'output function of mlops.ranked_list';

CREATE FUNCTION mlops_internal.ranked_list_recv(internal) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_recv';
COMMENT ON FUNCTION mlops_internal.ranked_list_recv(internal) IS 'receive function of mlops.ranked_list';

CREATE FUNCTION mlops_internal.ranked_list_send(mlops.ranked_list) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_send';
COMMENT ON FUNCTION mlops_internal.ranked_list_send(mlops.ranked_list) IS 'send function of mlops.ranked_list';

CREATE TYPE mlops.ranked_list (
    INPUT = mlops_internal.ranked_list_in,
    OUTPUT = mlops_internal.ranked_list_out,
    RECEIVE = mlops_internal.ranked_list_recv,
    SEND = mlops_internal.ranked_list_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.ranked_list IS 'the answers to one query with score and relevance, 16 bytes each: the state of retrieval metrics';

CREATE FUNCTION mlops_internal.ranked_list_accum(state mlops.ranked_list, relevance float8, score float8) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_accum';
COMMENT ON FUNCTION mlops_internal.ranked_list_accum(mlops.ranked_list, float8, float8) IS 'transition function: add an answer; a NULL skips the row; relevance must be finite and not negative (22023)';

CREATE FUNCTION mlops_internal.ranked_list_accum(state mlops.ranked_list, relevance float8, score float8, k integer) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_accum';
COMMENT ON FUNCTION mlops_internal.ranked_list_accum(mlops.ranked_list, float8, float8, integer) IS 'transition function: add an answer and keep the cut-off k, which must be the same in all rows; a NULL relevance or score skips the row; relevance must be finite and not negative (22023)';

CREATE FUNCTION mlops_internal.ranked_list_accum(state mlops.ranked_list, relevance float8, score float8, k integer, gain text) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_accum_gain';
COMMENT ON FUNCTION mlops_internal.ranked_list_accum(mlops.ranked_list, float8, float8, integer, text) IS 'transition function: add an answer and keep the cut-off k and the gain, which must be the same in all rows; a NULL relevance or score skips the row; relevance must be finite and not negative (22023)';

CREATE FUNCTION mlops_internal.ranked_list_accum(state mlops.ranked_list, relevance float8, score float8, k integer, n_relevant integer) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_accum_relevant';
COMMENT ON FUNCTION mlops_internal.ranked_list_accum(mlops.ranked_list, float8, float8, integer, integer) IS 'transition function: add an answer and keep the cut-off k and the number of relevant answers, which must be the same in all rows; a NULL relevance or score skips the row; relevance must be finite and not negative (22023)';

CREATE FUNCTION mlops_internal.ranked_list_combine(state mlops.ranked_list, other mlops.ranked_list) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_combine';
COMMENT ON FUNCTION mlops_internal.ranked_list_combine(mlops.ranked_list, mlops.ranked_list) IS 'both lists together; NULL is the empty list';

CREATE AGGREGATE mlops.ranked_list(relevance float8, score float8) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ranked_list(float8, float8) IS 'the answers to one query; relevance 0 or above (22023), higher is better; rows with a NULL are skipped; NULL when none is left';

CREATE AGGREGATE mlops.merge(list mlops.ranked_list) (
    SFUNC = mlops_internal.ranked_list_combine, STYPE = mlops.ranked_list,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.ranked_list) IS 'the lists of one query as one list';

CREATE FUNCTION mlops.ranked_list(relevance float8[]) RETURNS mlops.ranked_list
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_from_array';
COMMENT ON FUNCTION mlops.ranked_list(float8[]) IS 'a list from the relevance of its answers in ranked order, best first; NULL elements are an error (22004)';

CREATE FUNCTION mlops.n(list mlops.ranked_list) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_n';
COMMENT ON FUNCTION mlops.n(mlops.ranked_list) IS 'number of answers in the list, those with NaN included';

CREATE FUNCTION mlops.dcg(list mlops.ranked_list, k integer DEFAULT NULL, gain text DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_dcg';
COMMENT ON FUNCTION mlops.dcg(mlops.ranked_list, integer, text) IS 'discounted cumulative gain: sum of gain / log2(rank + 1); equal scores share the mean gain of their group (scikit-learns dcg_score); k cuts the list off, NULL is the whole list; gain linear (also when NULL) is the relevance itself, exp is 2^relevance - 1; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.dcg_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_dcg';
COMMENT ON FUNCTION mlops_internal.dcg_final(mlops.ranked_list) IS 'final function of mlops.dcg';

CREATE AGGREGATE mlops.dcg(relevance float8, score float8) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.dcg_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dcg(float8, float8) IS 'discounted cumulative gain: sum of gain / log2(rank + 1); equal scores share the mean gain of their group (scikit-learns dcg_score); here of the whole list to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.dcg(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.dcg_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dcg(float8, float8, integer) IS 'discounted cumulative gain: sum of gain / log2(rank + 1); equal scores share the mean gain of their group (scikit-learns dcg_score); here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.dcg(relevance float8, score float8, k integer, gain text) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.dcg_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.dcg(float8, float8, integer, text) IS 'discounted cumulative gain: sum of gain / log2(rank + 1); gain linear is the relevance itself, exp is 2^relevance - 1, others: error 22023; equal scores share the mean gain of their group; here of the first k answers to one query (all when NULL), so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.ndcg(list mlops.ranked_list, k integer DEFAULT NULL, gain text DEFAULT NULL, null_if_none boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_ndcg';
COMMENT ON FUNCTION mlops.ndcg(mlops.ranked_list, integer, text, boolean) IS 'DCG divided by that of the best order, 0 when nothing is relevant (scikit-learns ndcg_score), or NULL with null_if_none; k cuts the list off, NULL is the whole list; gain linear (also when NULL) is the relevance itself, exp is 2^relevance - 1; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.ndcg_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_ndcg';
COMMENT ON FUNCTION mlops_internal.ndcg_final(mlops.ranked_list) IS 'final function of mlops.ndcg';

CREATE AGGREGATE mlops.ndcg(relevance float8, score float8) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.ndcg_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ndcg(float8, float8) IS 'DCG divided by that of the best order, 0 when nothing is relevant (scikit-learns ndcg_score); here of the whole list to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.ndcg(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.ndcg_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ndcg(float8, float8, integer) IS 'DCG divided by that of the best order, 0 when nothing is relevant (scikit-learns ndcg_score); here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.ndcg(relevance float8, score float8, k integer, gain text) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.ndcg_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.ndcg(float8, float8, integer, text) IS 'DCG divided by that of the best order, 0 when nothing is relevant; gain linear is the relevance itself, exp is 2^relevance - 1, others: error 22023; here of the first k answers to one query (all when NULL), so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.reciprocal_rank(list mlops.ranked_list, k integer DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_reciprocal_rank';
COMMENT ON FUNCTION mlops.reciprocal_rank(mlops.ranked_list, integer) IS '1 / rank of the first relevant answer, 0 without one; the mean over queries is the MRR; k cuts the list off, NULL is the whole list; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.reciprocal_rank_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_reciprocal_rank';
COMMENT ON FUNCTION mlops_internal.reciprocal_rank_final(mlops.ranked_list) IS 'final function of mlops.reciprocal_rank';

CREATE AGGREGATE mlops.reciprocal_rank(relevance float8, score float8) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.reciprocal_rank_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.reciprocal_rank(float8, float8) IS '1 / rank of the first relevant answer, 0 without one; the mean over queries is the MRR; here of the whole list to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.reciprocal_rank(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.reciprocal_rank_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.reciprocal_rank(float8, float8, integer) IS '1 / rank of the first relevant answer, 0 without one; the mean over queries is the MRR; here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.average_precision_at_k(list mlops.ranked_list, k integer DEFAULT NULL, n_relevant integer DEFAULT NULL, null_if_none boolean DEFAULT false) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_average_precision';
COMMENT ON FUNCTION mlops.average_precision_at_k(mlops.ranked_list, integer, integer, boolean) IS 'sum over the relevant answers among the first k of the precision there, divided by the smaller of k and the number of relevant answers; 0 when there are none, or NULL with null_if_none; the mean over queries is MAP@k; k cuts the list off, NULL is the whole list; n_relevant is the number of relevant answers to the query when not all are in the list; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.average_precision_at_k_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_average_precision';
COMMENT ON FUNCTION mlops_internal.average_precision_at_k_final(mlops.ranked_list) IS 'final function of mlops.average_precision_at_k';

CREATE AGGREGATE mlops.average_precision_at_k(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.average_precision_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision_at_k(float8, float8, integer) IS 'sum over the relevant answers among the first k of the precision there, divided by the smaller of k and the number of relevant answers; 0 when there are none; the mean over queries is MAP@k; here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.average_precision_at_k(relevance float8, score float8, k integer, n_relevant integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.average_precision_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.average_precision_at_k(float8, float8, integer, integer) IS 'sum over the relevant answers among the first k of the precision there, divided by the smaller of k and n_relevant; 0 when that is 0; n_relevant is the number of relevant answers to the query, the same in all rows and not below those in the list (22023), NULL those in the list; here of the first k answers to one query (all when NULL), so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.precision_at_k(list mlops.ranked_list, k integer DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_precision';
COMMENT ON FUNCTION mlops.precision_at_k(mlops.ranked_list, integer) IS 'relevant answers among the first k, divided by k; k cuts the list off, NULL is the whole list; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.precision_at_k_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_precision';
COMMENT ON FUNCTION mlops_internal.precision_at_k_final(mlops.ranked_list) IS 'final function of mlops.precision_at_k';

CREATE AGGREGATE mlops.precision_at_k(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.precision_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.precision_at_k(float8, float8, integer) IS 'relevant answers among the first k, divided by k; here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.recall_at_k(list mlops.ranked_list, k integer DEFAULT NULL, n_relevant integer DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_recall';
COMMENT ON FUNCTION mlops.recall_at_k(mlops.ranked_list, integer, integer) IS 'relevant answers among the first k, divided by all relevant answers; NULL when there are none; k cuts the list off, NULL is the whole list; n_relevant is the number of relevant answers to the query when not all are in the list; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.recall_at_k_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_recall';
COMMENT ON FUNCTION mlops_internal.recall_at_k_final(mlops.ranked_list) IS 'final function of mlops.recall_at_k';

CREATE AGGREGATE mlops.recall_at_k(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.recall_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_at_k(float8, float8, integer) IS 'relevant answers among the first k, divided by all relevant answers; NULL when there are none; here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE AGGREGATE mlops.recall_at_k(relevance float8, score float8, k integer, n_relevant integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.recall_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.recall_at_k(float8, float8, integer, integer) IS 'relevant answers among the first k, divided by n_relevant; NULL when that is 0; n_relevant is the number of relevant answers to the query, the same in all rows and not below those in the list (22023), NULL those in the list; here of the first k answers to one query (all when NULL), so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.hit_rate_at_k(list mlops.ranked_list, k integer DEFAULT NULL) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_hit_rate';
COMMENT ON FUNCTION mlops.hit_rate_at_k(mlops.ranked_list, integer) IS '1 when a relevant answer is among the first k, else 0; k cuts the list off, NULL is the whole list; a relevance above 0 is relevant; NULL for an empty list, NaN when it has a NaN';

CREATE FUNCTION mlops_internal.hit_rate_at_k_final(state mlops.ranked_list) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_hit_rate';
COMMENT ON FUNCTION mlops_internal.hit_rate_at_k_final(mlops.ranked_list) IS 'final function of mlops.hit_rate_at_k';

CREATE AGGREGATE mlops.hit_rate_at_k(relevance float8, score float8, k integer) (
    SFUNC = mlops_internal.ranked_list_accum, STYPE = mlops.ranked_list,
    FINALFUNC = mlops_internal.hit_rate_at_k_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.ranked_list_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.hit_rate_at_k(float8, float8, integer) IS '1 when a relevant answer is among the first k, else 0; here of the first k answers to one query, so GROUP BY the query; rows with a NULL are skipped; NULL without rows, NaN when a row has NaN';

CREATE FUNCTION mlops.dcg(relevance float8[], k integer DEFAULT NULL, gain text DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.dcg(mlops.ranked_list(relevance), k, gain) $$;
COMMENT ON FUNCTION mlops.dcg(float8[], integer, text) IS 'discounted cumulative gain of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.ndcg(relevance float8[], k integer DEFAULT NULL, gain text DEFAULT NULL, null_if_none boolean DEFAULT false) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.ndcg(mlops.ranked_list(relevance), k, gain, null_if_none) $$;
COMMENT ON FUNCTION mlops.ndcg(float8[], integer, text, boolean) IS 'normalised discounted cumulative gain of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.reciprocal_rank(relevance float8[], k integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.reciprocal_rank(mlops.ranked_list(relevance), k) $$;
COMMENT ON FUNCTION mlops.reciprocal_rank(float8[], integer) IS '1 / rank of the first relevant answer of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.average_precision_at_k(relevance float8[], k integer DEFAULT NULL, n_relevant integer DEFAULT NULL, null_if_none boolean DEFAULT false) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.average_precision_at_k(mlops.ranked_list(relevance), k, n_relevant, null_if_none) $$;
COMMENT ON FUNCTION mlops.average_precision_at_k(float8[], integer, integer, boolean) IS 'average precision of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.precision_at_k(relevance float8[], k integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.precision_at_k(mlops.ranked_list(relevance), k) $$;
COMMENT ON FUNCTION mlops.precision_at_k(float8[], integer) IS 'share of relevant answers among the first k of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.recall_at_k(relevance float8[], k integer DEFAULT NULL, n_relevant integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.recall_at_k(mlops.ranked_list(relevance), k, n_relevant) $$;
COMMENT ON FUNCTION mlops.recall_at_k(float8[], integer, integer) IS 'share of the relevant answers that are among the first k of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops.hit_rate_at_k(relevance float8[], k integer DEFAULT NULL) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT mlops.hit_rate_at_k(mlops.ranked_list(relevance), k) $$;
COMMENT ON FUNCTION mlops.hit_rate_at_k(float8[], integer) IS '1 when a relevant answer is among the first k, else 0, of a list given by the relevance of its answers in ranked order, best first; NULL elements are an error (22004); options as for a ranked_list';

CREATE FUNCTION mlops_internal.reciprocal_rank_accum(state mlops.losses, list mlops.ranked_list) RETURNS mlops.losses
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranked_list_accum_mrr';
COMMENT ON FUNCTION mlops_internal.reciprocal_rank_accum(mlops.losses, mlops.ranked_list) IS 'transition function: add the reciprocal rank of a list; NULL and empty lists are skipped';

CREATE AGGREGATE mlops.mrr(list mlops.ranked_list) (
    SFUNC = mlops_internal.reciprocal_rank_accum, STYPE = mlops.losses,
    FINALFUNC = mlops_internal.mean_loss_final, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.losses_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mrr(mlops.ranked_list) IS 'mean reciprocal rank: the mean over lists of 1 / rank of the first relevant answer, 0 without one; NULL and empty lists are skipped; NULL without lists, NaN when a list has NaN';

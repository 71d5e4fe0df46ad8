-- Retrieval metrics: values marked "sklearn" are scikit-learn's 1.2.1.
SET extra_float_digits = 0;
-- DCG and NDCG, without ties, with gain 2^rel - 1, with ties (sklearn)
SELECT mlops.ndcg(rel, s) AS ndcg, mlops.ndcg(rel, s, 3) AS ndcg_3, mlops.dcg(rel, s) AS dcg,
       mlops.ndcg(mlops.ranked_list(rel, s), gain => 'exp') AS exp_gain
  FROM unnest(ARRAY[3,2,3,0,1,2]::float8[], ARRAY[.9,.8,.7,.6,.5,.4]) AS t(rel, s);
SELECT mlops.ndcg(rel, s) AS ndcg, mlops.ndcg(rel, s, 3) AS ndcg_3
  FROM unnest(ARRAY[3,2,3,0,1,2]::float8[], ARRAY[.9,.8,.8,.8,.5,.5]) AS t(rel, s);
-- three queries: MRR, MAP@3, MAP@5, hit rate
CREATE TEMP TABLE answer AS
SELECT q, rel::float8, -rank::float8 AS score
  FROM (VALUES ('a', '{1,0,1,0,0}'::int[]), ('b', '{0,0,1,1,0}'), ('c', '{0,0,0,0,0}')) AS t(q, rels),
       unnest(rels) WITH ORDINALITY AS u(rel, rank);
SELECT q, mlops.reciprocal_rank(rel, score), mlops.average_precision_at_k(rel, score, 3) AS ap_3,
       mlops.average_precision_at_k(rel, score, 5) AS ap_5, mlops.precision_at_k(rel, score, 3) AS p_3,
       mlops.recall_at_k(rel, score, 3) AS r_3, mlops.hit_rate_at_k(rel, score, 3) AS hit_3, mlops.ndcg(rel, score) AS ndcg
  FROM answer GROUP BY q ORDER BY q;
SELECT avg(rr) AS mrr, avg(ap3) AS map_3, avg(ap5) AS map_5, avg(h3) AS hit_3
  FROM (SELECT mlops.reciprocal_rank(rel, score) AS rr, mlops.average_precision_at_k(rel, score, 3) AS ap3,
               mlops.average_precision_at_k(rel, score, 5) AS ap5, mlops.hit_rate_at_k(rel, score, 3) AS h3
          FROM answer GROUP BY q) AS t;
-- the same from arrays in ranked order
SELECT mlops.reciprocal_rank(l), mlops.average_precision_at_k(l, 3), mlops.precision_at_k(l, 10) AS p_10,
       mlops.recall_at_k(l, 3, n_relevant => 4) AS recall_of_4, mlops.dcg(l, 2), mlops.n(l)
  FROM mlops.ranked_list(ARRAY[0,0,1,1,0]::float8[]) AS l;
-- order of rows, merging and parallel plans leave no trace
SELECT count(DISTINCT l::text) = 1 AS same
  FROM (SELECT mlops.ranked_list(rel, score) AS l FROM answer
        UNION ALL SELECT mlops.ranked_list(rel, score ORDER BY score DESC, rel) FROM answer
        UNION ALL SELECT mlops.merge(l) FROM (SELECT mlops.ranked_list(rel, score) AS l FROM answer GROUP BY q) AS p) AS t;
-- pessimistic about ties
SELECT mlops.reciprocal_rank(rel, 1), mlops.average_precision_at_k(rel, 1, 2) FROM unnest(ARRAY[1,0,0]::float8[]) AS t(rel);
-- NULL is skipped, empty is NULL, NaN is NaN, infinity is a score
SELECT mlops.ndcg(rel, s), mlops.n(mlops.ranked_list(rel, s)) FROM (VALUES (1::float8, NULL::float8), (NULL, 1)) AS t(rel, s);
SELECT mlops.ndcg(rel, s), mlops.n(mlops.ranked_list(rel, s)) FROM (VALUES (1::float8, 'NaN'::float8), (0, 1)) AS t(rel, s);
SELECT mlops.reciprocal_rank(rel, s) FROM (VALUES (0::float8, 'inf'::float8), (1, 1), (1, '-inf')) AS t(rel, s);
SELECT mlops.ndcg(mlops.ranked_list('{}'::float8[])), mlops.ndcg(NULL::mlops.ranked_list);
-- a growing window
SELECT rank, mlops.ndcg(rel, -rank) OVER (ORDER BY rank) FROM unnest(ARRAY[0,3,1]::float8[]) WITH ORDINALITY AS t(rel, rank);
-- errors
SELECT mlops.ndcg(-1, 1);
SELECT mlops.ndcg(1, 1, 0);
SELECT mlops.ndcg(1, i, i) FROM generate_series(1, 2) AS i;
SELECT mlops.ndcg(mlops.ranked_list(ARRAY[1]::float8[]), gain => 'square');
SELECT mlops.recall_at_k(mlops.ranked_list(ARRAY[1,1]::float8[]), 1, 1);
SELECT mlops.ranked_list(ARRAY[1,NULL]::float8[]);
SELECT 'ranked_list:0901'::mlops.ranked_list;
SELECT 'ranked_list:0901000001000000000000f87f0000000000000000'::mlops.ranked_list;

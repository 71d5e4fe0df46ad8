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
SELECT 'ranked_list:09010000000001000000000000f87f0000000000000000'::mlops.ranked_list;
-- gain and n_relevant in the aggregates, NULL options
SELECT mlops.ndcg(rel, s, NULL, 'exp') AS exp_gain, mlops.ndcg(rel, s, 3, 'linear') AS ndcg_3, mlops.dcg(rel, s, NULL, NULL) AS dcg, mlops.ndcg(rel, s, NULL) AS whole, mlops.dcg(rel, s, 2, 'exp') AS dcg_2
  FROM unnest(ARRAY[3,2,3,0,1,2]::float8[], ARRAY[.9,.8,.7,.6,.5,.4]) AS t(rel, s);
SELECT q, mlops.average_precision_at_k(rel, score, 3, 4) AS ap_of_4, mlops.recall_at_k(rel, score, 3, 4) AS recall_of_4, mlops.recall_at_k(rel, score, 3, NULL) AS recall FROM answer GROUP BY q ORDER BY q;
SELECT mlops.recall_at_k(rel, score, 3, 1) FROM answer WHERE q = 'a';
SELECT mlops.recall_at_k(rel, score, 3, -1) FROM answer WHERE q = 'a';
SELECT mlops.recall_at_k(rel, score, 3, 3 + rel::int) FROM answer WHERE q = 'a';
SELECT mlops.ndcg(rel, score, 3, 'square') FROM answer WHERE q = 'a';
SELECT mlops.ndcg(rel, score, 3, CASE rel WHEN 1 THEN 'exp' ELSE 'linear' END) FROM answer WHERE q = 'a';
-- nothing relevant: 0, or NULL to leave the query out of an average
SELECT mlops.ndcg(l) AS ndcg, mlops.ndcg(l, null_if_none => true) AS ndcg_null, mlops.average_precision_at_k(l, 2) AS ap, mlops.average_precision_at_k(l, 2, null_if_none => true) AS ap_null, mlops.average_precision_at_k(l, 2, 3, true) AS ap_of_3, mlops.recall_at_k(l, 2) AS recall
  FROM mlops.ranked_list(ARRAY[0,0,0]::float8[]) AS l;
-- arrays in ranked order
SELECT mlops.dcg(a) AS dcg, mlops.dcg(a, 2) AS dcg_2, mlops.ndcg(a, gain => 'exp') AS exp_gain, mlops.ndcg(a, 3) AS ndcg_3 FROM (SELECT ARRAY[3,2,3,0,1,2]::float8[] AS a) AS t;
SELECT mlops.reciprocal_rank(a) AS rr, mlops.reciprocal_rank(a, 2) AS rr_2, mlops.average_precision_at_k(a, 3) AS ap_3, mlops.average_precision_at_k(a, 5) AS ap_5, mlops.precision_at_k(a, 10) AS p_10, mlops.recall_at_k(a, 3, 4) AS recall_of_4,
       mlops.hit_rate_at_k(a, 2) AS hit_2, mlops.hit_rate_at_k(a, 3) AS hit_3 FROM (SELECT ARRAY[0,0,1,1,0]::float8[] AS a) AS t;
SELECT mlops.ndcg(NULL::float8[]) AS "null", mlops.ndcg(ARRAY[0]::float8[], null_if_none => true) AS none;
-- the mean reciprocal rank: 0.4444444444444444
SELECT mlops.mrr(l) FROM (SELECT mlops.ranked_list(rel, score) AS l FROM answer GROUP BY q) AS t;
SELECT mlops.mrr(l) AS mrr, mlops.mrr(l) FILTER (WHERE false) AS none FROM (VALUES (mlops.ranked_list(ARRAY[0,1]::float8[])), (NULL), (mlops.ranked_list('{}'::float8[]))) AS t(l);
SELECT mlops.mrr(mlops.ranked_list(ARRAY['NaN']::float8[])) AS nan;
-- grouping sets, FILTER, a parallel plan
SELECT q, mlops.ndcg(rel, score), mlops.ndcg(rel, score) FILTER (WHERE rel > 0) AS relevant FROM answer GROUP BY GROUPING SETS ((q), ()) ORDER BY q;
CREATE TEMP TABLE law AS SELECT mlops.ndcg(rel, score, 3, 'exp') AS n, mlops.average_precision_at_k(rel, score, 3, 9) AS ap FROM answer;
SELECT (mlops.ndcg(rel, score, 3, 'exp' ORDER BY md5(rel::text || score::text)), mlops.average_precision_at_k(rel, score, 3, 9 ORDER BY md5(score::text)))::text = (SELECT law::text FROM law) AS shuffled FROM answer;
-- hostile bytes are refused or can be used
DO $$
DECLARE
    good text := (SELECT mlops.ranked_list(rel, score)::text FROM answer WHERE q = 'b');
    bad text;
    refused int := 0;
BEGIN
    FOR n IN 0 .. (length(good) - 12) / 2 - 1 LOOP
        FOREACH bad IN ARRAY ARRAY[left(good, 12 + 2 * n), overlay(good PLACING '01' FROM 13 + 2 * n FOR 2), overlay(good PLACING 'ff' FROM 13 + 2 * n FOR 2)] LOOP
            BEGIN
                PERFORM mlops.ndcg(bad::mlops.ranked_list), mlops.average_precision_at_k(bad::mlops.ranked_list, 2, 9), mlops.mrr(bad::mlops.ranked_list);
            EXCEPTION WHEN invalid_text_representation THEN
                refused := refused + 1;
            END;
        END LOOP;
    END LOOP;
    ASSERT refused > (length(good) - 12) / 2;
END
$$;

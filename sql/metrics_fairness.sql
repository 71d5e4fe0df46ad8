-- How differently decisions treat groups: group_confusion and its functions
-- Reference values: numpy, from the definitions
CREATE SCHEMA metrics_fairness;
SET search_path = metrics_fairness, public;

CREATE TABLE d1 (i int, y int, s float8, w float8, g text);
INSERT INTO d1 SELECT *, CASE WHEN i <= 5 THEN 'a' ELSE 'b' END FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5],
    array[1, 2, 1, 1, 3, 1, 1, 2, 1, .5]) AS t (i, y, s, w);

-- 0.4 0.3333333333333333 0.16666666666666663 0.75 | 0.5 | precision 1 and 2/3, fpr 0 and 1/2
SELECT mlops.demographic_parity_difference(s >= 0.5, g), mlops.demographic_parity_ratio(s >= 0.5, g), mlops.equal_opportunity_difference(y, s >= 0.5, g), mlops.equal_opportunity_ratio(y, s >= 0.5, g) FROM d1;
SELECT mlops.equalized_odds_difference(y, s >= 0.5, g), mlops.equalized_odds_ratio(y, s >= 0.5, g), mlops.predictive_parity_difference(y, s >= 0.5, g), mlops.predictive_equality_difference(y, s >= 0.5, g) FROM d1;
-- b against a: 3, 0.4, (0.5 + 0.16666666666666663) / 2; a against b: 1/3
SELECT mlops.disparate_impact(s >= 0.5, g, 'a'), mlops.statistical_parity_difference(s >= 0.5, g, 'a'), mlops.average_odds_difference(y, s >= 0.5, g, 'a'), mlops.disparate_impact(s >= 0.5, g, 'b') AS turned FROM d1;

-- the same of a stored value
CREATE TABLE stored AS SELECT mlops.group_confusion(y, s >= 0.5, g) AS c FROM d1;
SELECT mlops.n(c), mlops.n_null(c), c FROM stored;
SELECT mlops.demographic_parity_difference(c), mlops.demographic_parity_ratio(c), mlops.equal_opportunity_difference(c), mlops.equal_opportunity_ratio(c), mlops.equalized_odds_difference(c), mlops.equalized_odds_ratio(c), mlops.predictive_parity_difference(c), mlops.predictive_equality_difference(c) FROM stored;
SELECT mlops.disparate_impact(c, 'a'), mlops.statistical_parity_difference(c, 'a'), mlops.average_odds_difference(c, privileged => 'a', min_n => 5), mlops.disparate_impact(c, 'nobody') AS nobody, mlops.disparate_impact(c, 'a', 6) AS too_small FROM stored;
SELECT * FROM mlops.group_metrics((SELECT c FROM stored));
SELECT group_name, n FROM mlops.group_metrics((SELECT c FROM stored), 6);
SELECT mlops.f1_score(mlops.confusion(c, 'b')), mlops.tp(mlops.confusion(c, 'b')), mlops.confusion(c, 'nobody') AS nobody FROM stored;

-- all kinds of arguments agree
SELECT mlops.group_confusion(y, (s >= 0.5)::int, g)::text = c::text AS ii, mlops.group_confusion(y = 1, s >= 0.5, g)::text = c::text AS bb, mlops.group_confusion(y = 1, (s >= 0.5)::int, g)::text = c::text AS bi FROM d1, stored GROUP BY c::text;
SELECT mlops.equalized_odds_difference(y, (s >= 0.5)::int, g) AS ii, mlops.equalized_odds_difference(y = 1, s >= 0.5, g) AS bb, mlops.equalized_odds_difference(y = 1, (s >= 0.5)::int, g) AS bi, mlops.demographic_parity_difference((s >= 0.5)::int, g) AS i FROM d1;
SELECT mlops.average_odds_difference(y, (s >= 0.5)::int, g, 'a') AS ii, mlops.average_odds_difference(y = 1, (s >= 0.5), g, 'a') AS bb, mlops.disparate_impact((s >= 0.5)::int, g, 'a') AS i FROM d1;
-- without labels: selection rates only
SELECT mlops.demographic_parity_difference(c), mlops.equal_opportunity_difference(c), mlops.n(c) FROM (SELECT mlops.group_confusion(s >= 0.5, g) AS c FROM d1) AS t;
SELECT group_name, n, selection_rate, tpr, tp FROM mlops.group_metrics((SELECT mlops.group_confusion((s >= 0.5)::int, g) FROM d1));

-- a group without positives has no true positive rate, one without predicted positives no precision; one group is not enough
CREATE TABLE lacking AS SELECT * FROM (VALUES ('a', true, true), ('a', false, false), ('b', false, true), ('b', false, false), ('c', true, false), ('c', true, true)) AS t (g, y, p);
SELECT * FROM mlops.group_metrics((SELECT mlops.group_confusion(y, p, g) FROM lacking));
SELECT mlops.equal_opportunity_difference(y, p, g) AS three, mlops.equal_opportunity_difference(y, p, g) FILTER (WHERE g <> 'c') AS a_b, mlops.equalized_odds_difference(y, p, g) AS odds, mlops.equalized_odds_difference(y, p, g) FILTER (WHERE g <> 'b') AS odds_a_c,
       mlops.demographic_parity_difference(p, g) FILTER (WHERE g = 'a') AS one, mlops.demographic_parity_difference(p, g) FILTER (WHERE false) AS none FROM lacking;
SELECT mlops.average_odds_difference(y, p, g, 'b') AS undefined, mlops.disparate_impact(p, g, 'b') AS impact, mlops.disparate_impact(p AND g <> 'b', g, 'b') AS selects_nobody, mlops.demographic_parity_ratio(p AND p IS NULL, g) AS zero_by_zero FROM lacking;
SELECT mlops.equal_opportunity_difference(c, min_n => 3), mlops.equal_opportunity_difference(c, min_n => NULL), mlops.equal_opportunity_difference(NULL::mlops.group_confusion, 1) FROM (SELECT mlops.group_confusion(y, p, g) AS c FROM lacking) AS t;
-- three groups: the privileged one against all others together
SELECT mlops.statistical_parity_difference(p, g, 'a') AS pooled FROM lacking;

-- weights
SELECT mlops.demographic_parity_difference(c), mlops.equal_opportunity_difference(c), mlops.disparate_impact(c, 'a'), mlops.n(c) FROM (SELECT mlops.group_confusion(y, s >= 0.5, g, w) AS c FROM d1) AS t;
SELECT * FROM mlops.group_metrics((SELECT mlops.group_confusion(y, s >= 0.5, g, w) FROM d1));
SELECT mlops.f1_score(mlops.confusion(mlops.group_confusion(y, s >= 0.5, g, w), 'a')) = mlops.f1_score(y, s >= 0.5, w) FILTER (WHERE g = 'a') AS same FROM d1;
SELECT mlops.demographic_parity_difference(mlops.group_confusion(s >= 0.5, g, w)) FROM d1;

-- NULLs, errors
SELECT mlops.n(c), mlops.n_null(c) FROM (SELECT mlops.group_confusion(y, p, g) AS c FROM (VALUES (1, true, 'a'), (NULL, true, 'a'), (0, NULL, 'a'), (0, true, NULL)) AS t (y, p, g)) AS t;
SELECT mlops.disparate_impact(s >= 0.5, g, g) FROM d1;
SELECT mlops.disparate_impact(s >= 0.5, g, NULL) FROM d1;
SELECT mlops.group_confusion(2, true, 'a');
SELECT mlops.group_confusion(1, true, 'a', -1);
SELECT mlops.demographic_parity_difference(c, 0) FROM stored;
SELECT * FROM mlops.group_metrics((SELECT c FROM stored), 0);

-- order, plan and merging leave no trace
CREATE TABLE noise AS SELECT i, i * 7919 % 5 = 0 AS y, i * 104729 % 7 < 3 AS p, 'group ' || i % 11 AS g, i % 9 * 0.25 AS w FROM generate_series(1, 20000) AS i;
SET max_parallel_workers_per_gather = 0;
SELECT mlops.group_confusion(y, p, g)::text AS serial, mlops.group_confusion(y, p, g, w)::text AS weights, mlops.equalized_odds_difference(y, p, g)::text AS odds FROM noise \gset
SELECT mlops.group_confusion(y, p, g ORDER BY i DESC)::text = :'serial' AS reversed, mlops.group_confusion(y, p, g, w ORDER BY w)::text = :'weights' AS weights FROM noise;
SELECT mlops.merge(c)::text = :'serial' AS merged, mlops.merge(w)::text = :'weights' AS weights FROM (SELECT mlops.group_confusion(y, p, g) AS c, mlops.group_confusion(y, p, g, w) AS w FROM noise GROUP BY i % 13) AS t;
RESET max_parallel_workers_per_gather;
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT mlops.equalized_odds_difference(y, p, g) FROM noise;
SELECT mlops.group_confusion(y, p, g)::text = :'serial' AS serial, mlops.group_confusion(y, p, g, w)::text = :'weights' AS weights, mlops.equalized_odds_difference(y, p, g)::text = :'odds' AS odds FROM noise;
COMMIT;
SELECT i, mlops.demographic_parity_difference(s >= 0.5, g) OVER (ORDER BY i DESC ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) FROM d1;
SELECT y, i % 2 AS odd, mlops.demographic_parity_difference(s >= 0.5, g), mlops.demographic_parity_difference(DISTINCT s >= 0.5, g) AS different FROM d1 GROUP BY GROUPING SETS ((y), (i % 2), ()) ORDER BY 1, 2;

-- every bit flipped: refused, or a value that prints and has metrics
DO $$
DECLARE
    good text;
    bad bytea;
    refused int := 0;
    valid int := 0;
BEGIN
    FOREACH good IN ARRAY (SELECT array[mlops.group_confusion(y, s >= 0.5, g)::text, mlops.group_confusion(s >= 0.5, g, w)::text] FROM d1) LOOP
        FOR i IN 0 .. (length(good) - length('group_confusion:')) / 2 - 1 LOOP
            FOR bit IN -1 .. 7 LOOP
                bad := decode(split_part(good, ':', 2), 'hex');
                bad := CASE WHEN bit < 0 THEN substr(bad, 1, i) ELSE set_byte(bad, i, get_byte(bad, i) # (1 << bit)) END;
                BEGIN
                    PERFORM mlops.equalized_odds_difference(c), mlops.disparate_impact(c, 'a'), (SELECT count(*) FROM mlops.group_metrics(c)), c::text::mlops.group_confusion
                    FROM (SELECT ('group_confusion:' || encode(bad, 'hex'))::mlops.group_confusion AS c OFFSET 0) AS x;
                    valid := valid + 1;
                EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
                    refused := refused + 1;
                END;
            END LOOP;
        END LOOP;
    END LOOP;
    RAISE NOTICE 'some refused %, some valid %', refused > 0, valid > 0;
END
$$;

SET client_min_messages = warning;
DROP SCHEMA metrics_fairness CASCADE;

-- The summary of a binary classifier: scores and its functions
-- Reference values: scikit-learn 1.2.1
CREATE SCHEMA metrics_scores;
SET search_path = metrics_scores, public;

CREATE TABLE d1 (i int, y int, s float8);
INSERT INTO d1 SELECT * FROM unnest(
    array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    array[0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    array[.1, .4, .35, .8, .4, .9, .2, .4, .7, .5]);
CREATE TABLE stored AS SELECT mlops.scores(y, s) AS c FROM d1;

-- 0.8 0.6 0.6 0.8392857142857143 | 0.4694594362347564 0.15425 0.383 | 0.185 0.5, 5 bins 0.185
SELECT mlops.n(c), mlops.n_positive(c), mlops.n_negative(c), mlops.n_null(c), mlops.n_unlabelled(c), mlops.n_nan(c), mlops.n_out_of_range(c), mlops.base_rate(c), mlops.is_exact(c) FROM stored;
SELECT mlops.roc_auc(c), (mlops.roc_auc_bounds(c)).*, mlops.gini(c), mlops.ks_score(c), mlops.average_precision(c) FROM stored;
SELECT mlops.log_loss(c), mlops.brier_score(c), mlops.brier_skill_score(c) FROM stored;
SELECT mlops.expected_calibration_error(c), mlops.maximum_calibration_error(c), mlops.expected_calibration_error(c, 5) AS ece_5, mlops.expected_calibration_error(c, 1) AS ece_1 FROM stored;
-- positive rate 0 .5 0 1 1, mean .15 .3875 .5 .75 .9
SELECT bin, lo, hi, n, round(mean_prob::numeric, 12) AS mean_prob, frac_pos FROM stored, mlops.calibration_curve(c, 5);
SELECT bin, lo, hi, n, round(mean_prob::numeric, 12) AS mean_prob, frac_pos FROM stored, mlops.calibration_curve(c, n_bins => 1);
SELECT count(*), sum(n) FROM stored, mlops.calibration_curve(c);
SELECT * FROM stored, mlops.calibration_curve(c, 0);
SELECT mlops.expected_calibration_error(c, 10001) FROM stored;

-- every threshold gives the confusion of the rows
SELECT threshold, mlops.confusion(stored.c, threshold)::text = rows.c::text AS same
FROM stored, unnest('{-Infinity,-1,-0,0,0.1,0.35,0.36,0.4,0.45,0.5,0.50000001,0.7,0.9,0.95,1,1.5,Infinity}'::float8[]) AS threshold,
     LATERAL (SELECT mlops.confusion(y, s >= threshold) AS c FROM d1) AS rows
ORDER BY threshold;
SELECT mlops.accuracy(c), mlops.balanced_accuracy(c), mlops.precision_score(c), mlops.recall_score(c), mlops.specificity(c), mlops.f1_score(c), mlops.matthews_corrcoef(c) FROM stored;
SELECT mlops.accuracy(c, 0.4), mlops.f1_score(c, threshold => 0.4), mlops.fnr(mlops.confusion(c, 0.4)) FROM stored;
SELECT mlops.accuracy(c, 'NaN') FROM stored;

-- dirty rows are counted, and never stop the summary
CREATE TABLE dirty (y int, s float8);
INSERT INTO dirty VALUES (1, 0.9), (0, 0.1), (1, 0.6), (0, 0.7), (NULL, 0.5), (NULL, NULL), (1, NULL), (NULL, 'NaN'), (0, 'NaN'), (1, 1.5), (0, -2), (1, 'Infinity'), (0, '-Infinity'), (1, -0.5);
SELECT mlops.n(c), mlops.n_positive(c), mlops.n_negative(c), mlops.n_null(c), mlops.n_unlabelled(c), mlops.n_nan(c), mlops.n_out_of_range(c),
       mlops.roc_auc(c) = (SELECT mlops.roc_auc(y, s) FROM dirty WHERE s <> 'NaN') AS auc, mlops.f1_score(c, 1) = (SELECT mlops.f1_score(y, s >= 1) FROM dirty WHERE s <> 'NaN') AS f1,
       mlops.log_loss(c), mlops.brier_score(c), mlops.expected_calibration_error(c), mlops.n(mlops.confusion(c)), mlops.n_null(mlops.confusion(c)), mlops.is_exact(c)
FROM (SELECT mlops.scores(y, s) AS c FROM dirty) AS d;
SELECT mlops.n_out_of_range(c), mlops.log_loss(c) AS undefined FROM (SELECT mlops.scores(y, s) AS c FROM dirty WHERE s <> 'NaN') AS d;
SELECT mlops.n_nan(c), mlops.log_loss(c) AS not_a_number FROM (SELECT mlops.scores(y, s) AS c FROM dirty WHERE s NOT BETWEEN 1.1 AND 'Infinity' AND s > 0) AS d;
SELECT mlops.n(c), mlops.roc_auc(c), (mlops.roc_auc_bounds(c)).*, mlops.average_precision(c), mlops.log_loss(c), mlops.f1_score(c), mlops.base_rate(c), mlops.is_exact(c),
       (SELECT count(*) FROM mlops.calibration_curve(c)) AS bins
FROM (SELECT mlops.scores(y, s) AS c FROM dirty WHERE y IS NULL) AS d;
SELECT mlops.scores(y, s), mlops.merge(NULL::mlops.scores) FROM dirty WHERE false;
SELECT mlops.roc_auc(c), mlops.gini(c), mlops.ks_score(c), mlops.average_precision(c), mlops.log_loss(c), mlops.brier_skill_score(c), mlops.base_rate(c) FROM (SELECT mlops.scores(true, 0.25) AS c) AS one;
SELECT mlops.scores(2, 0.5);
SELECT mlops.scores(y, s)::text = mlops.scores(y = 1, s)::text AS boolean_labels FROM dirty;

-- logits: exact as well, while the different scores fit
CREATE TABLE noise AS
    SELECT i, (i * 7919) % 3 = 0 AS y, i % 13 AS part,
           (((i * 2654435761) % 4294967296) / 4294967296.0::float8) AS p,
           (((i * 2654435761) % 4294967296) / 268435456.0::float8) - 8 AS logit
    FROM generate_series(1::bigint, 40000) AS i;
SELECT mlops.is_exact(c), mlops.roc_auc(c) = auc AS auc, mlops.ks_score(c) = ks AS ks, mlops.average_precision(c) = ap AS ap, lower = auc AND upper = auc AS bounds
FROM (SELECT mlops.scores(y, logit) AS c, mlops.roc_auc(y, logit) AS auc, mlops.ks_score(y, logit) AS ks, mlops.average_precision(y, logit) AS ap FROM noise WHERE i <= 4000) AS few,
     mlops.roc_auc_bounds(c);
SELECT mlops.is_exact(c), mlops.roc_auc(c) = auc AS auc, mlops.log_loss(c) = l AS log_loss, mlops.brier_score(c) = b AS brier
FROM (SELECT mlops.scores(y, p) AS c, mlops.roc_auc(y, p) AS auc, mlops.log_loss(y, p) AS l, mlops.brier_score(y, p) AS b FROM noise WHERE i <= 4096) AS few;
-- beyond that the bounds hold, losses and the threshold 1/2 stay exact
CREATE TABLE shape AS
    SELECT 'uniform' AS kind, i, y, part, p AS s FROM noise
    UNION ALL SELECT 'near 1', i, y, part, 1 - p ^ 6 FROM noise
    UNION ALL SELECT 'near 0', i, y, part, p ^ 6 FROM noise
    UNION ALL SELECT 'both ends', i, y, part, 0.5 + 0.5 * sin((p - 0.5) * pi()) FROM noise
    UNION ALL SELECT 'informative', i, y, part, (p + y::int) / 2 FROM noise
    UNION ALL SELECT 'logit', i, y, part, logit FROM noise
    UNION ALL SELECT 'huge', i, y, part, logit ^ 3 * 1e300 FROM noise;
SELECT kind, mlops.is_exact(c), auc BETWEEN lower AND upper AS bounds_hold, upper - lower < 0.005 AS narrow, abs(mlops.roc_auc(c) - auc) < 0.0005 AS near,
       mlops.ks_score(c) BETWEEN ks - 0.002 AND ks AS ks, abs(mlops.average_precision(c) - ap) < 0.001 AS ap,
       mlops.accuracy(c) = accuracy AS at_half, abs(mlops.accuracy(c, 0.3) - accuracy_3) < 0.001 AS elsewhere,
       mlops.log_loss(c) = l AS log_loss, mlops.brier_score(c) = b AS brier, length(c::text) < 90000 AS small
FROM (SELECT kind, mlops.scores(y, s) AS c, mlops.roc_auc(y, s) AS auc, mlops.ks_score(y, s) AS ks, mlops.average_precision(y, s) AS ap, mlops.accuracy(y, s >= 0.5) AS accuracy, mlops.accuracy(y, s >= 0.3) AS accuracy_3,
             mlops.log_loss(y, s) FILTER (WHERE s BETWEEN 0 AND 1 AND kind NOT IN ('logit', 'huge')) AS l, mlops.brier_score(y, s) FILTER (WHERE s BETWEEN 0 AND 1 AND kind NOT IN ('logit', 'huge')) AS b
      FROM shape GROUP BY kind) AS summary, mlops.roc_auc_bounds(c)
ORDER BY kind;
-- calibration of coarse cells, against the rows
SELECT max(abs(c.mean_prob - r.mean_prob)) < 0.0005 AS mean_prob, max(abs(c.frac_pos - r.frac_pos)) < 0.01 AS frac_pos, count(*) AS bins
FROM (SELECT k.* FROM (SELECT mlops.scores(y, p) AS c FROM noise) AS s, mlops.calibration_curve(c) AS k) AS c
JOIN (SELECT ceil(p * 10)::int AS bin, avg(p) AS mean_prob, avg(y::int) AS frac_pos FROM noise GROUP BY 1) AS r USING (bin);

-- any order, any plan, any grouping, any tree of merges: the same bytes
CREATE TABLE answer AS SELECT kind, mlops.scores(y, s)::text AS c FROM shape GROUP BY kind;
SELECT count(*) FILTER (WHERE a.c = b.c) AS shuffled FROM answer AS a JOIN (SELECT kind, mlops.scores(y, s ORDER BY (i * 48271) % 2147483647)::text AS c FROM shape GROUP BY kind) AS b USING (kind);
SELECT count(*) FILTER (WHERE a.c = b.c) AS descending FROM answer AS a JOIN (SELECT kind, mlops.scores(y, s ORDER BY s DESC)::text AS c FROM shape GROUP BY kind) AS b USING (kind);
SELECT count(*) FILTER (WHERE a.c = b.c) AS merged FROM answer AS a
JOIN (SELECT kind, mlops.merge(c)::text AS c FROM (SELECT kind, part, mlops.scores(y, s) AS c FROM shape GROUP BY kind, part) AS parts GROUP BY kind) AS b USING (kind);
SELECT count(*) FILTER (WHERE a.c = b.c) AS merged_twice FROM answer AS a
JOIN (SELECT kind, mlops.merge(c ORDER BY g DESC)::text AS c FROM (SELECT kind, part % 3 AS g, mlops.merge(c) AS c FROM (SELECT kind, part, mlops.scores(y, s) AS c FROM shape GROUP BY kind, part) AS parts GROUP BY 1, 2) AS thirds GROUP BY kind) AS b USING (kind);
SELECT count(*) FILTER (WHERE a.c = b.c) AS rows FROM answer AS a
JOIN (SELECT kind, mlops.merge(c)::text AS c FROM (SELECT kind, i / 5 AS g, mlops.scores(y, s) AS c FROM shape WHERE kind IN ('uniform', 'logit') GROUP BY 1, 2) AS parts GROUP BY kind) AS b USING (kind);
SELECT count(*) FILTER (WHERE c = c::mlops.scores::text) AS text_form FROM answer;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.scores(y, s) FROM shape WHERE kind = 'uniform';
SELECT mlops.scores(y, s)::text = (SELECT c FROM answer WHERE kind = 'uniform') AS uniform FROM shape WHERE kind = 'uniform';
SELECT mlops.scores(y, s)::text = (SELECT c FROM answer WHERE kind = 'logit') AS logit FROM shape WHERE kind = 'logit';
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- windows, FILTER, DISTINCT, ORDER BY, grouping sets, many groups
SELECT i, mlops.roc_auc(mlops.scores(y, s) OVER w), mlops.log_loss(mlops.scores(y, s) OVER w) = mlops.log_loss(y, s) OVER w AS log_loss FROM d1 WINDOW w AS (ORDER BY i);
SELECT count(*) FILTER (WHERE a <> b) AS wrong, count(*) FROM (
    SELECT mlops.roc_auc(mlops.scores(y, p) OVER w) AS a, mlops.roc_auc(y, p) OVER w AS b FROM noise WHERE i <= 1500 WINDOW w AS (ORDER BY i)) AS growing;
SELECT mlops.n(mlops.scores(y, s) FILTER (WHERE i <= 5)) AS first, mlops.n(mlops.scores(y, s)) AS every_row, mlops.n(mlops.scores(DISTINCT y, s)) AS different FROM d1;
SELECT i % 2 AS odd, i % 3 AS third, mlops.roc_auc(mlops.scores(y, s)), mlops.n(mlops.scores(y, s)) FROM d1 GROUP BY GROUPING SETS ((i % 2), (i % 3), ()) ORDER BY 1, 2;
SET work_mem = '64kB';
SELECT count(*), sum(mlops.n(c)), count(mlops.roc_auc(c)) FROM (SELECT i % 5000 AS g, mlops.scores(y, p) AS c FROM noise GROUP BY 1) AS t;
RESET work_mem;

-- hostile values: every prefix of a good value and every byte changed
CREATE FUNCTION try(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    s mlops.scores;
BEGIN
    s := value::mlops.scores;
    PERFORM mlops.roc_auc(s), mlops.roc_auc_bounds(s), mlops.ks_score(s), mlops.average_precision(s), mlops.log_loss(s), mlops.brier_skill_score(s), mlops.f1_score(s, 0.3), mlops.base_rate(s),
            mlops.expected_calibration_error(s), (SELECT count(*) FROM mlops.calibration_curve(s)), (SELECT mlops.merge(x) FROM unnest(array[s, s]) AS x);
    RETURN CASE WHEN s::text = value THEN 'accepted' ELSE 'changed' END;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN 'refused';
END
$$;
CREATE TABLE dirty_text AS SELECT mlops.scores(y, s)::text AS e, length('scores:') AS l FROM dirty;
SELECT try(left(e, l + 2 * n)) AS prefix, count(*) > 0 AS seen FROM dirty_text, generate_series(0, (length(e) - l) / 2 - 1) AS n GROUP BY 1;
SELECT try(overlay(e PLACING x FROM l + 2 * n + 1 FOR 2)) AS changed_byte, count(*) > 0 AS seen
FROM dirty_text, unnest('{00,01,02,3f,7f,80,ff}'::text[]) AS x, generate_series(0, (length(e) - l) / 2 - 1) AS n GROUP BY 1 ORDER BY 1;
SELECT try(e || '00') FROM dirty_text;

SET client_min_messages = warning;
DROP SCHEMA metrics_scores CASCADE;

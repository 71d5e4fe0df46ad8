-- Labels, decisions and scores of every number type, and what is said to other arguments
CREATE TEMP TABLE t AS SELECT i % 2 AS l, i % 2 = 1 AS b, (i * 7 % 10) / 10.0::float8 AS s, (i % 3 = 0)::int AS p, i::float8 AS w, 'g' || i % 2 AS g FROM generate_series(1, 50) AS i;

-- whatever the types, what integer gives
CREATE FUNCTION pg_temp.differ(call text) RETURNS TABLE (label text, predicted text, got text) LANGUAGE plpgsql AS $$
DECLARE
    kind text;
    want text;
BEGIN
    EXECUTE format('SELECT %s::text FROM t', replace(replace(call, '$l', 'l'), '$p', 'p')) INTO want;
    FOR label, predicted IN SELECT a, d FROM unnest('{integer,smallint,bigint,numeric,real,float8,boolean}'::text[]) AS a, unnest('{integer,smallint,bigint,numeric,real,float8,boolean}'::text[]) AS d LOOP
        CONTINUE WHEN call NOT LIKE '%$p%' AND predicted <> 'integer';
        BEGIN
            EXECUTE format('SELECT %s::text FROM t', replace(replace(call, '$l', CASE label WHEN 'boolean' THEN '(l = 1)' ELSE 'l::' || label END),
                                                              '$p', CASE predicted WHEN 'boolean' THEN '(p = 1)' ELSE 'p::' || predicted END)) INTO got;
        EXCEPTION WHEN OTHERS THEN
            got := SQLERRM;
        END;
        IF got IS DISTINCT FROM want THEN RETURN NEXT; END IF;
    END LOOP;
END
$$;
SELECT call, d.* FROM unnest(ARRAY['mlops.roc_auc($l, s)', 'mlops.gini($l, s)', 'mlops.ks_score($l, s::real)', 'mlops.ks_threshold($l, s)', 'mlops.average_precision($l, s)', 'mlops.roc_auc($l, s, w)', 'mlops.average_precision($l, s, w)',
    'mlops.partial_roc_auc($l, s, 0.3)', 'mlops.lift_at($l, s, 0.2)', 'mlops.ranking($l, s)', 'mlops.weighted_samples($l, s, w)', 'mlops.scores($l, s)', 'mlops.scores($l, s, 100)', 'mlops.roc_auc_ci($l, s)',
    'mlops.log_loss($l, s)', 'mlops.log_loss($l, s, w)', 'mlops.brier_score($l, s)', 'mlops.brier_skill_score($l, s, w)', 'mlops.log_loss_ci($l, s)', 'mlops.expected_calibration_error($l, s)', 'mlops.expected_calibration_error($l, s, 5)',
    'mlops.maximum_calibration_error($l, s, 5, ''quantile'')', 'mlops.calibration_curve($l, s)', 'mlops.compare($l, s, w)', 'mlops.delong_test($l, s, w)', 'mlops.isotonic_fit(s, $l)', 'mlops.platt_fit(s, $l)',
    'mlops.confusion($l, $p)', 'mlops.accuracy($l, $p)', 'mlops.f1_score($l, $p)', 'mlops.matthews_corrcoef($l, $p)', 'mlops.recall_score_ci($l, $p)', 'mlops.accuracy($l, $p, 2.5)', 'mlops.f1_score($l, $p, 2.5)', 'mlops.confusion($l, $p, 2.5)',
    'mlops.fbeta_score($l, $p, 2)', 'mlops.fbeta_score($l, $p, 2, w)', 'mlops.equalized_odds_difference($l, $p, g)', 'mlops.average_odds_difference($l, $p, g, ''g1'')', 'mlops.group_confusion($l, $p, g, w)',
    'mlops.demographic_parity_ratio($l, g)', 'mlops.disparate_impact($l, g, ''g1'')', 'mlops.group_confusion($l, g, w)']) AS call, pg_temp.differ(call) AS d;
-- weights of one row each, after decisions of every whole number; a NULL skips the row
SELECT mlops.accuracy(l, p, w) AS right, mlops.accuracy(l, p::bigint, w) AS bigint, mlops.accuracy(l, p::smallint, w) AS smallint, mlops.accuracy(l::bigint, p::smallint, w) AS both, mlops.accuracy(l::float8, p::bigint, w::numeric) AS mixed, mlops.accuracy(b, p::bigint, w) AS boolean FROM t;
SELECT mlops.roc_auc(nullif(l, 1)::bigint, s) AS one_class, mlops.accuracy(l::bigint, NULL::bigint) AS none, mlops.n_null(mlops.confusion(l::bigint, NULL::bigint)) AS counted, mlops.accuracy(l::bigint, p::float8, '2.5') = mlops.accuracy(l, p) AS literal FROM t;
-- windows, FILTER, DISTINCT, domains, parallel plans
CREATE DOMAIN pg_temp.flag AS bigint CHECK (VALUE IN (0, 1));
SELECT mlops.accuracy(l::bigint, p::bigint, w) OVER (ORDER BY w ROWS 5 PRECEDING) = mlops.accuracy(l, p, w) OVER (ORDER BY w ROWS 5 PRECEDING) AS same FROM t GROUP BY l, p, w ORDER BY w LIMIT 3;
SELECT mlops.roc_auc(l::pg_temp.flag, s) FILTER (WHERE w > 3) AS filtered, mlops.accuracy(DISTINCT l::bigint, p::bigint, 2.0) AS of_pairs FROM t;
-- of class labels, too
SELECT mlops.accuracy('a'::text, 'b'::text), mlops.f1_score('a'::varchar, 'a'::varchar, 'macro');
SELECT mlops.class_confusion(l::bigint, p::bigint)::text = mlops.class_confusion(l, p)::text AS same,
       mlops.class_confusion(l::numeric, p::smallint, w)::text = mlops.class_confusion(l, p, w)::text AS weighted FROM t;
SELECT mlops.class_confusion(1.5, 2);
SELECT mlops.class_confusion(5000000000, 2);
SELECT mlops.cohen_kappa(l::bigint, 2::bigint, 'linear') FROM t;
-- who was right, and what is expected
SELECT mlops.mcnemar_test(l::bigint, p::smallint)::text = mlops.mcnemar_test(l = 1, p = 1)::text AS same FROM t;
SELECT mlops.accuracy(mlops.cbpe(0.5, p::bigint)) = mlops.accuracy(mlops.cbpe(0.5, p = 1)) AS same FROM t;
-- constants, outside an aggregate
SELECT mlops.n(mlops_internal.confusion_accum(c, 1.0, 1::numeric, 2.5))
    FROM (SELECT mlops.confusion(true, true, 1.0) AS c FROM generate_series(1, 2) AS g GROUP BY g) AS t;
SELECT mlops.n(mlops_internal.class_confusion_accum_integer(c, 1::float8, 2::float8))
    FROM (SELECT mlops.class_confusion(1, 1) AS c FROM generate_series(1, 2) AS g GROUP BY g) AS t;
SELECT mlops.ks_statistic(mlops_internal.two_samples_accum(c, 1, 0::float8)) FROM (SELECT mlops.two_samples(1, true) AS c FROM generate_series(1, 2) AS g GROUP BY g) AS t;

-- what does not fit is told what to write
SELECT mlops.roc_auc('yes'::text, s) FROM t;
SELECT mlops.roc_auc(s, l) FROM t WHERE w = 1;
SELECT mlops.roc_auc(l, b) FROM t;
SELECT mlops.roc_auc('NaN'::float8, s) FROM t;
SELECT mlops.roc_auc(l + 5::bigint, s) FROM t;
SELECT mlops.accuracy(l, s) FROM t WHERE w = 1;
SELECT mlops.accuracy(l, s, 0.5) FROM t;
SELECT mlops.accuracy(b, current_date) FROM t;
SELECT mlops.accuracy(l::bigint) FROM t;
SELECT mlops.f1_score(l::bigint, p::bigint, 'macro') FROM t;
SELECT mlops.log_loss(l::bigint, ARRAY[0.5, 0.5]) FROM t;
-- what could not be told before cannot now
\set VERBOSITY terse
SELECT mlops.roc_auc(NULL, s) FROM t;

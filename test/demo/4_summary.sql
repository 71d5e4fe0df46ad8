-- What the monitor found, from the views that a BI tool reads.
SET TimeZone = 'America/New_York';

CREATE TEMP VIEW week AS
SELECT w.window_lo, w.n, w.value AS roc_auc, w.verdict AS auc_verdict, d.value AS worst_psi, d.column_name AS of_column, d.verdict AS psi_verdict, s.value AS score_psi
  FROM mlops.metric_history AS w,
       LATERAL (SELECT h.value, h.column_name, h.verdict FROM mlops.drift_history AS h
                 WHERE h.monitor = w.monitor AND h.window_lo = w.window_lo AND h.slice_column IS NULL AND h.metric = 'psi' ORDER BY h.value DESC NULLS LAST LIMIT 1) AS d,
       LATERAL (SELECT h.value FROM mlops.drift_history AS h
                 WHERE h.monitor = w.monitor AND h.window_lo = w.window_lo AND h.slice_column IS NULL AND h.metric = 'psi' AND h.column_name = 'score') AS s
 WHERE w.metric = 'roc_auc' AND w.slice_column IS NULL;

\echo '--- weeks of 2013: AUC, the column that drifted most, and both verdicts'
SELECT to_char(window_lo, 'YYYY-MM-DD') AS week, n AS labelled, round(roc_auc::numeric, 3) AS roc_auc, auc_verdict,
       round(worst_psi::numeric, 2) AS worst_psi, of_column, psi_verdict, round(score_psi::numeric, 2) AS score_psi FROM week ORDER BY window_lo;
\echo '--- what drifted, over the year: weeks by verdict of each column''s PSI, and the PSI week by week, a full bar from 0.5 on'
SELECT column_name, mlops.sparkline(array_agg(value ORDER BY window_lo), 0, 0.5) AS psi_by_week,
       count(*) FILTER (WHERE verdict = 'critical') AS critical_weeks, count(*) FILTER (WHERE verdict = 'warning') AS warning_weeks,
       round(max(value)::numeric, 2) AS worst_psi
  FROM mlops.drift_history WHERE metric = 'psi' AND slice_column IS NULL GROUP BY 1 ORDER BY 3 DESC, 4 DESC, 5 DESC;
\echo '--- open alerts'
SELECT alert_id, severity, state, coalesce(slice_value, 'all') AS slice, coalesce(column_name, '(model)') AS column_name, metric, round(value::numeric, 3) AS value, n_windows,
       to_char(first_window_lo, 'MM-DD') AS since_week FROM mlops.open_alert ORDER BY severity, alert_id;
\echo '--- monitor health'
SELECT monitor, active, succeeded, failed, last_window_hi, open_alerts FROM mlops.monitor_health;

\pset tuples_only on
\pset format unaligned
\echo '--- in words'
SELECT format('The model: ROC AUC was %s before deployment (January to March, folds unseen by the model) and %s on average in the %s weeks after, between %s (week of %s) and %s;'
              ' below the warning limit 0.66 in %s weeks, critical (below 0.62) in %s.',
              (SELECT round(mlops.roc_auc(delayed, score)::numeric, 3) FROM flights.prediction WHERE departure_time < '2013-04-01'),
              round(avg(roc_auc)::numeric, 3), count(*), round(min(roc_auc)::numeric, 3),
              to_char((array_agg(window_lo ORDER BY roc_auc))[1], 'YYYY-MM-DD'), round(max(roc_auc)::numeric, 3),
              count(*) FILTER (WHERE auc_verdict IN ('warning', 'critical')), count(*) FILTER (WHERE auc_verdict = 'critical')) FROM week;
SELECT format('The inputs: PSI was critical for %s; never for %s.',
              string_agg(format('%s (%s weeks)', column_name, n), ', ' ORDER BY n DESC) FILTER (WHERE n > 0), string_agg(column_name, ', ' ORDER BY column_name) FILTER (WHERE n = 0))
  FROM (SELECT column_name, count(*) FILTER (WHERE verdict = 'critical') AS n FROM mlops.drift_history
         WHERE metric = 'psi' AND slice_column IS NULL AND column_name NOT IN ('score', 'predicted', 'delayed') GROUP BY 1) AS c;
SELECT format('The output: the score''s own PSI was critical in %s weeks, and the share of late flights moved between %s and %s (%s in the reference).',
              (SELECT count(*) FROM mlops.drift_history WHERE metric = 'psi' AND slice_column IS NULL AND column_name = 'score' AND verdict = 'critical'),
              round(min(value)::numeric, 2), round(max(value)::numeric, 2),
              (SELECT round(avg(delayed::int), 2) FROM flights.prediction WHERE departure_time < '2013-04-01'))
  FROM mlops.metric_history WHERE metric = 'mean' AND column_name = 'delayed' AND slice_column IS NULL;
SELECT format('Does drift explain it? Over the weeks the correlation of AUC with the worst PSI is %s, with the score''s PSI %s: a reference of three winter months sees the seasons,'
              ' and a moved input is a reason to look, not a proof that the model got worse.',
              round(corr(roc_auc, worst_psi)::numeric, 2), round(corr(roc_auc, score_psi)::numeric, 2)) FROM week;
SELECT format('Acknowledged by %s, %s alerts of one incident: %s', actor, count(alert_id), note) FROM mlops.alert_event WHERE event = 'acknowledged' GROUP BY actor, note;

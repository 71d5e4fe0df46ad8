\echo '--- weeks of 2013: AUC, the feature that drifted most, the verdict'
SELECT to_char(w.window_lo AT TIME ZONE 'America/New_York', 'YYYY-MM-DD') AS week, w.n AS flights, round(w.value::numeric, 3) AS roc_auc,
       round(d.value::numeric, 2) AS worst_psi, d.column_name AS of_column,
       CASE WHEN 'critical' IN (w.verdict, d.verdict) THEN 'critical' WHEN 'warning' IN (w.verdict, d.verdict) THEN 'warning' ELSE 'ok' END AS verdict
  FROM mlops.metric_history AS w,
       LATERAL (SELECT h.value, h.column_name, h.verdict FROM mlops.drift_history AS h
                 WHERE h.monitor = w.monitor AND h.window_lo = w.window_lo AND h.slice_column IS NULL AND h.metric = 'psi' ORDER BY h.value DESC NULLS LAST LIMIT 1) AS d
 WHERE w.metric = 'roc_auc' AND w.slice_column IS NULL ORDER BY w.window_lo;
\echo '--- what drifted, over the year: weeks in which a column''s PSI was critical'
SELECT column_name, count(*) FILTER (WHERE verdict = 'critical') AS critical_weeks, round(max(value)::numeric, 2) AS worst_psi
  FROM mlops.drift_history WHERE metric = 'psi' AND slice_column IS NULL GROUP BY 1 ORDER BY 2 DESC, 3 DESC;
\echo '--- open alerts'
SELECT alert_id, severity, state, coalesce(slice_value, 'all') AS slice, column_name, metric, round(value::numeric, 3) AS value, n_windows FROM mlops.open_alert ORDER BY severity, alert_id LIMIT 15;
\echo '--- monitor health'
SELECT monitor, active, succeeded, failed, last_window_hi, open_alerts FROM mlops.monitor_health;

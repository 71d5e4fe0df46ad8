SET TimeZone = 'America/New_York';
\echo '--- each feature over the year: mean of its months by quarter, and months in which its PSI against January to March was critical'
SELECT m.monitor, m.column_name AS feature, round(avg(m.value) FILTER (WHERE extract(quarter FROM m.window_lo) = 1)::numeric, 2) AS "Q1",
       round(avg(m.value) FILTER (WHERE extract(quarter FROM m.window_lo) = 2)::numeric, 2) AS "Q2", round(avg(m.value) FILTER (WHERE extract(quarter FROM m.window_lo) = 3)::numeric, 2) AS "Q3",
       round(avg(m.value) FILTER (WHERE extract(quarter FROM m.window_lo) = 4)::numeric, 2) AS "Q4", count(*) FILTER (WHERE d.verdict = 'critical') AS critical_months
  FROM mlops.metric_history AS m LEFT JOIN mlops.drift_history AS d ON d.monitor = m.monitor AND d.window_lo = m.window_lo AND d.column_name = m.column_name AND d.metric = 'psi'
 WHERE m.monitor LIKE '%@1' AND m.metric = 'mean' GROUP BY 1, 2 ORDER BY 1, 2;
\echo '--- for predictions: how far is the table, and what was known of two airports last?'
SELECT feature_view, version, relation, monitor, active, state, last_error FROM mlops.feature_health;
SELECT key ->> 'airport' AS airport, round((features ->> 'late_share')::numeric, 2) AS late_share, features ->> 'airport_delay__at' AS since
  FROM mlops.online_features('{airport_delay@1:late_share}', '[{"airport": "JFK"}, {"airport": "LGA"}]', max_age => '36500 days');

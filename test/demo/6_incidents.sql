SET TimeZone = 'America/New_York';
\echo '--- what it told in 39 weeks: incidents, each with all alerts of one cause'
SELECT to_char(onset_lo, 'YYYY-MM-DD') AS since_week, severity, cause, state, (SELECT count(*) FROM mlops.alert AS a WHERE a.incident_id = i.incident_id) AS alerts, title
  FROM mlops.incident AS i JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'flight_delay' ORDER BY onset_lo, incident_id;

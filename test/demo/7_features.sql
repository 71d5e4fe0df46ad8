-- Monitors that two feature views make of what they say; the runs of one bring its table up to date.
SET search_path = flights;
SELECT mlops.materialize('airport_delay', '2013-12-30 18:00 America/New_York');
SELECT mlops.monitor_feature_view(v, materialize => v = 'airport_delay', given => '{"granularity": "1 month", "start_at": "2013-01-01 America/New_York",
    "end_at": "2014-01-01 America/New_York", "time_zone": "America/New_York", "reference_from": "2013-01-01 America/New_York", "reference_to": "2013-04-01 America/New_York",
    "checks": [{"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}}, {"metric": "duplicate_rows"}]}')
  FROM unnest('{weather,airport_delay}'::text[]) AS v;

-- 5. Nobody knows which limits are right.  The same weeks, by a monitor that is made in one call: columns, windows and checks are
-- found in the registry, the lineage and the rows; each is judged by its own past, and what has one cause is told once.
SELECT mlops.drop_monitor('flight_delay weekly') \g /dev/null
SELECT mlops.monitor_model('flight_delay', 'flights.prediction', now => '2013-04-01 America/New_York',
    given => '{"granularity": "7 days", "time_zone": "America/New_York", "end_at": "2013-12-30 America/New_York"}');

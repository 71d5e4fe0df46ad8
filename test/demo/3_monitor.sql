-- 3. A monitor: weekly windows, sliced by airport, against January to March.
-- From here on nobody has to do anything: the background worker finds it.
SELECT mlops.create_monitor('flight_delay weekly', 'flights.prediction', 'departure_time',
    model => 'flight_delay', label_column => 'delayed', prediction_column => 'predicted', score_column => 'score', threshold => 0.21,
    features => '{temp,humid,visib,wind_speed,distance,carrier,dest}', slices => '{origin}',
    granularity => '7 days', start_at => '2013-04-01 America/New_York', end_at => '2013-12-30 America/New_York',
    reference_from => '2013-01-01 America/New_York', reference_to => '2013-04-01 America/New_York',
    checks => '[{"metric": "roc_auc", "warning": {"below": 0.66}, "critical": {"below": 0.62}},
                {"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}}]',
    schedule => '0 6 * * mon', time_zone => 'America/New_York', min_rows => 500);

-- 0. What can be known of a flight at its scheduled departure, each value with the time since when it holds and was known:
-- the weather of the hour at the airport, and how late flights of that airport have been arriving.
SET TimeZone = 'UTC';
CREATE TABLE flights.weather AS
    SELECT DISTINCT origin AS airport, date_trunc('hour', departure_time) AS at, date_trunc('hour', departure_time) AS observed_at,
           temp, wind_speed, visib, precip, humid, pressure FROM flights.prediction;
-- the archive does not say when a flight landed: an hour on the ground, 450 miles an hour, and its delay
CREATE TABLE flights.arrival AS
    SELECT flight_id, origin AS airport, departure_time + interval '1 hour' * (1 + distance / 450.0) + interval '1 minute' * greatest(arrival_delay, -30) AS landed_at,
           delayed, arrival_delay FROM flights.prediction WHERE delayed IS NOT NULL;
-- of the flights from an airport that landed in the last three hours; an hour is known when it is over
CREATE TABLE flights.airport_delay AS
    SELECT airport, hour + interval '1 hour' AS at, hour + interval '1 hour' AS known_at, sum(minutes) OVER w / sum(n) OVER w AS mean_delay,
           (sum(late) OVER w)::float8 / (sum(n) OVER w)::float8 AS late_share, (sum(n) OVER w)::integer AS landed
      FROM (SELECT airport, date_trunc('hour', landed_at) AS hour, sum(arrival_delay) AS minutes, count(*) AS n, count(*) FILTER (WHERE delayed) AS late
              FROM flights.arrival GROUP BY 1, 2) AS h
    WINDOW w AS (PARTITION BY airport ORDER BY hour RANGE BETWEEN interval '2 hours' PRECEDING AND CURRENT ROW);
ANALYZE flights.weather, flights.arrival, flights.airport_delay;

-- the definitions stand in Git; a changed one is the next version
SELECT mlops.create_feature_view('weather', 'flights.weather', '{airport}', 'at', created_at_column => 'observed_at', ttl => '1 hour',
    descriptions => '{"temp": "degrees Fahrenheit", "visib": "miles"}', git_repo => 'https://example.org/flights.git', git_commit => '5c01d7a', git_path => 'features/weather.sql');
SELECT mlops.create_feature_view('airport_delay', 'flights.airport_delay', '{airport}', 'at', created_at_column => 'known_at', ttl => '12 hours',
    descriptions => '{"mean_delay": "minutes, of the flights that landed in the last three hours", "late_share": "of them, more than 15 minutes late"}',
    git_repo => 'https://example.org/flights.git', git_commit => '77e9b02', git_path => 'features/airport_delay.sql');
SELECT mlops.create_feature_view('outcome', 'SELECT flight_id, landed_at, landed_at AS known_at, delayed, arrival_delay FROM flights.arrival', '{flight_id}', 'landed_at',
    created_at_column => 'known_at', role => 'label', horizon => '2 days', git_repo => 'https://example.org/flights.git', git_commit => '5c01d7a', git_path => 'features/outcome.sql');

-- January to March: every flight with what was known when it was to leave
SELECT mlops.training_set('flights of January to March',
    $$SELECT flight_id, departure_time, carrier, origin, dest, distance, hour, seats, origin AS airport FROM flights.prediction WHERE departure_time < '2013-04-01 00:00 America/New_York'$$,
    '{weather,airport_delay,outcome}', 'departure_time', relation => 'flights.training_set');

-- Load the flights: psql -v data=test/data -f test/data/load.sql
-- The rows and columns are described in test/data/README.md.
CREATE SCHEMA flights;
CREATE TABLE flights.prediction (
    flight_id       integer PRIMARY KEY,
    departure_time  timestamptz NOT NULL,
    carrier         text NOT NULL,
    origin          text NOT NULL,
    dest            text NOT NULL,
    distance        integer,
    hour            integer,
    temp            float8,
    wind_speed      float8,
    visib           float8,
    precip          float8,
    humid           float8,
    pressure        float8,
    seats           integer,
    score_v1        float8,
    score           float8,
    predicted       boolean,
    delayed         boolean,
    predicted_delay float8,
    arrival_delay   float8
);
\setenv MLOPS_DATA :data
\copy flights.prediction FROM PROGRAM 'gzip -dc "$MLOPS_DATA"/flight_predictions.csv.gz' WITH (FORMAT csv, HEADER)
CREATE INDEX prediction_departure_time_idx ON flights.prediction (departure_time);
CREATE VIEW flights.training AS
    SELECT flight_id, departure_time, carrier, origin, dest, distance, hour, temp, wind_speed, visib, precip, humid, pressure, seats,
           delayed, arrival_delay
      FROM flights.prediction WHERE departure_time < '2013-04-01 00:00 America/New_York';
ANALYZE flights.prediction;

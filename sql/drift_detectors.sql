-- Change detectors as window functions.  Values marked "river" were made with
-- the Python package river 0.26, the others by hand from the formulas.
CREATE SCHEMA detectors;
CREATE TABLE detectors.x AS
SELECT i, v FROM unnest(ARRAY[.10,.11,.09,.10,.12,.10,.11,.20,.22,.21,.25,.24]::float8[])
    WITH ORDINALITY AS u(v, i);

-- Page-Hinkley without forgetting: the recurrence itself
SELECT i, (mlops.page_hinkley(v, alpha => 1) OVER (ORDER BY i)).* FROM detectors.x;
-- alarms, and starts fresh after each; down is up of the negated series
SELECT i, v,
       (mlops.page_hinkley(v, 1, threshold => 0.1, alpha => 1) OVER (ORDER BY i)).alarm AS up,
       (mlops.page_hinkley(-v, 1, threshold => 0.1, alpha => 1, direction => 'down') OVER (ORDER BY i)).alarm AS down,
       (mlops.page_hinkley(v, 1, threshold => 0.1, alpha => 1, direction => 'down') OVER (ORDER BY i)).alarm AS falling,
       (mlops.page_hinkley(-v, 1, threshold => 0.1, alpha => 1, direction => 'both') OVER (ORDER BY i)).alarm AS both
  FROM detectors.x;

-- CUSUM with the first seven points as baseline; h out of reach, then usual
SELECT i, (mlops.cusum(v, n_baseline => 7, h => 1000) OVER (ORDER BY i)).* FROM detectors.x;
SELECT i, (mlops.cusum(v, n_baseline => 7) OVER (ORDER BY i)).* FROM detectors.x WHERE i > 0 ORDER BY i DESC LIMIT 5;
SELECT i, (mlops.cusum(v, target => 0.3, sd => 0.05) OVER (ORDER BY i)).* FROM detectors.x ORDER BY i LIMIT 4;
-- a constant baseline: any other value is infinitely far
SELECT i, (mlops.cusum(v, n_baseline => 3) OVER (ORDER BY i)).*
  FROM unnest(ARRAY[1,1,1,1,2,1]::float8[]) WITH ORDINALITY AS u(v, i);

-- EWMA with exact limits
SELECT i, (mlops.ewma_chart(v, target => 0.10428571428571429, sd => 0.00975900072948533) OVER (ORDER BY i)).* FROM detectors.x LIMIT 8;
SELECT i, (mlops.ewma_chart(v, n_baseline => 7) OVER (ORDER BY i)).alarm FROM detectors.x;

-- river's stream: 1,000 draws of 0 or 1, then of 4 to 7.  The alarms of river:
-- page_hinkley at index 1006 (value 5), adwin at index 1023 (value 4) with a
-- window of 32 points left
CREATE TABLE detectors.stream AS
SELECT i - 1 AS i, v::float8 FROM regexp_split_to_table(
    '0010001000101010101010000111011100011101111010110111001100100010111101100101010111001000110000110101' ||
    '1001000011001000010010011110001110010110001000011110100001110010001000011000000101010111011011100011' ||
    '0110000101001001000000010101111111011001110001001111110011001000010110111111011101000100101011100100' ||
    '0010111111111110011100000011011000110010001000010111100010101011100001111001001111100000100111000110' ||
    '1110110001011100110101000000011000101111011000011010111011000011110011111100001110000101110111100110' ||
    '0110101010101000000011110010100010101000001100000100010000001110010111100000110001010001011000101111' ||
    '1001011101000110001011110110011101001111001011111100111000010010100000110110011111001111100100111100' ||
    '1111001101110100111010011100111111110101110000000010110100011010011010111110001111111011111000000101' ||
    '0011000100000010001010101011111010111110100010011110000101010111000100010010000110110101100001111000' ||
    '1010001001100111010110110000110000111011101111011000100001001111000111000001010010101110110111111011' ||
    '4674675467764756676466746474645555557444777456664766654454646565467447777577777646545767746475746477', '') WITH ORDINALITY AS t(v, i);
SELECT i, v, statistic, alarm
  FROM (SELECT i, v, (mlops.page_hinkley(v, direction => 'both') OVER (ORDER BY i)).* FROM detectors.stream) AS s
 WHERE alarm;
SELECT i, v, width, alarm
  FROM (SELECT i, v, (mlops.adwin(v) OVER (ORDER BY i)).* FROM detectors.stream) AS s
 WHERE alarm;

-- seasons: history strictly before the point, of the same weekday
SELECT at, x, round((p).mean::numeric, 6) AS mean, round((p).lower::numeric, 6) AS lower, round((p).upper::numeric, 6) AS upper, (p).alarm
  FROM (SELECT at, x, mlops.seasonal_threshold(at, x) OVER (ORDER BY at) AS p
          FROM (SELECT '2026-01-05 12:00+00'::timestamptz + (i - 1) * interval '7 days' AS at, x
                  FROM unnest(ARRAY[10,12,11,13,26,15]::float8[]) WITH ORDINALITY AS u(x, i)) AS s) AS t;
SELECT (mlops.seasonal_threshold(at, x, ddof => 0) OVER (ORDER BY at)).*
  FROM (SELECT '2026-01-05 12:00+00'::timestamptz + (i - 1) * interval '7 days' AS at, x
          FROM unnest(ARRAY[10,12,11,13,11]::float8[]) WITH ORDINALITY AS u(x, i)) AS s
OFFSET 4;
-- without seasons: all of the history
SELECT x, (mlops.seasonal_threshold(at, x, season => 'none', ddof => 0) OVER (ORDER BY at)).*
  FROM (SELECT '2026-01-05 12:00+00'::timestamptz + i * interval '1 hour' AS at, x
          FROM unnest(ARRAY[10,12,11,13,11]::float8[]) WITH ORDINALITY AS u(x, i)) AS s
OFFSET 4;
-- the zone decides which day it is: 23:30 in New York is another day in UTC
SELECT count(*) FILTER (WHERE (ny).alarm) AS new_york, count(*) FILTER (WHERE (utc).alarm) AS utc
  FROM (SELECT (mlops.seasonal_threshold(at, x, time_zone => 'America/New_York') OVER (ORDER BY at)) AS ny,
               (mlops.seasonal_threshold(at, x, time_zone => 'UTC') OVER (ORDER BY at)) AS utc
          FROM (SELECT at, CASE WHEN extract(dow FROM at AT TIME ZONE 'America/New_York') IN (0, 6) THEN 100 ELSE 10 END
                           + (extract(day FROM at)::int % 3) / 10.0::float8 AS x
                  FROM generate_series('2026-01-04 00:30+00'::timestamptz, '2026-04-20', '1 day') AS at) AS d) AS w;
-- a constant history is a point
SELECT x, (mlops.seasonal_threshold(at, x, season => 'hour') OVER (ORDER BY at)).alarm
  FROM (SELECT '2026-01-05 12:00+00'::timestamptz + (i - 1) * interval '1 day' AS at, x
          FROM unnest(ARRAY[5,5,5,5,5,5.001]::float8[]) WITH ORDINALITY AS u(x, i)) AS s;

-- NULL is skipped, NaN and infinity are skipped and shown; partitions are apart
SELECT g, i, v, (mlops.page_hinkley(v, alpha => 1) OVER (PARTITION BY g ORDER BY i)).*
  FROM (VALUES (1, 1, 1.0::float8), (1, 2, NULL), (1, 3, 'NaN'), (1, 4, 2.0), (2, 1, 5.0), (2, 2, 'inf'), (2, 3, 7.0)) AS t(g, i, v);
SELECT (mlops.adwin(v) OVER (ORDER BY i)).*, (mlops.cusum(v) OVER (ORDER BY i)).*, (mlops.ewma_chart(v) OVER (ORDER BY i)).*
  FROM (VALUES (1, 'NaN'::float8), (2, NULL), (3, 1)) AS t(i, v);

-- options out of range name themselves
SELECT mlops.page_hinkley(v, 0) OVER () FROM detectors.x;
SELECT mlops.page_hinkley(v, delta => -1) OVER () FROM detectors.x;
SELECT mlops.page_hinkley(v, threshold => 'NaN') OVER () FROM detectors.x;
SELECT mlops.page_hinkley(v, alpha => 1.5) OVER () FROM detectors.x;
SELECT mlops.page_hinkley(v, direction => 'sideways') OVER () FROM detectors.x;
SELECT mlops.page_hinkley(v, direction => NULL) OVER () FROM detectors.x;
SELECT mlops.cusum(v, k => NULL) OVER () FROM detectors.x;
SELECT mlops.cusum(v, target => 1, sd => -1) OVER () FROM detectors.x;
SELECT mlops.ewma_chart(v, lambda => 0) OVER () FROM detectors.x;
SELECT mlops.adwin(v, max_buckets => 17) OVER () FROM detectors.x;
SELECT mlops.adwin(v, delta => 1) OVER () FROM detectors.x;
SELECT mlops.seasonal_threshold(now(), v, season => 'moon') OVER () FROM detectors.x;
SELECT mlops.seasonal_threshold(now(), v, time_zone => 'Mars/Olympus') OVER () FROM detectors.x;

DROP SCHEMA detectors CASCADE;

--
-- cron: schedules and time zones
--
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- each field, names, lists, ranges, steps
SELECT schedule, mlops.cron_next(schedule, '2024-02-28 23:59:30+00')
FROM (VALUES ('* * * * *'), ('*/15 * * * *'), ('5 * * * *'), ('7-9,50-58/4 3 * * *'),
             ('0 0 29 2 *'), ('0 0 31 * *'), ('0 12 * * mon-fri'), ('0 12 * * SAT-sun'),
             ('0 12 * * 7'), ('0 12 * * 0'), ('0 12 * Dec,JAN *'), ('  0	6 1 */3 *  '),
             ('@hourly'), ('@daily'), ('@midnight'), ('@weekly'), ('@Monthly'),
             ('@yearly'), ('@annually'), (NULL)) AS s(schedule);

-- strictly after: a tick is not after itself
SELECT mlops.cron_next('0 * * * *', '2024-01-01 10:00:00+00') AS whole,
       mlops.cron_next('0 * * * *', '2024-01-01 09:59:59.999999+00') AS just_before;

-- day-of-month or day-of-week when both are restricted ...
SELECT array_agg(t::date ORDER BY t)
FROM (WITH RECURSIVE tick(t, i) AS (
          SELECT mlops.cron_next('0 0 13 * fri', '2024-09-01 00:00+00'), 1
          UNION ALL SELECT mlops.cron_next('0 0 13 * fri', t), i + 1 FROM tick WHERE i < 6)
      SELECT t FROM tick) AS x;
-- ... and both when one of them begins with a star: every second day that is a Friday
SELECT array_agg(t::date ORDER BY t)
FROM (WITH RECURSIVE tick(t, i) AS (
          SELECT mlops.cron_next('0 0 */2 * fri', '2024-09-01 00:00+00'), 1
          UNION ALL SELECT mlops.cron_next('0 0 */2 * fri', t), i + 1 FROM tick WHERE i < 6)
      SELECT t FROM tick) AS x;

-- all ticks of four years against generate_series
WITH s(schedule) AS (VALUES ('0 0 * * 1,3'), ('0 0 1-7 * *'), ('0 0 29 2 *'))
SELECT schedule, cardinality(expected) AS ticks, expected = found AS equal
FROM s,
     LATERAL (
        SELECT array_agg(d ORDER BY d) AS expected
        FROM generate_series('2023-01-01'::timestamptz, '2026-12-31', '1 day') AS d
        WHERE CASE schedule WHEN '0 0 * * 1,3' THEN extract(dow FROM d) IN (1, 3)
                            WHEN '0 0 1-7 * *' THEN extract(day FROM d) BETWEEN 1 AND 7
                            ELSE extract(month FROM d) = 2 AND extract(day FROM d) = 29 END) AS e,
     LATERAL (
        WITH RECURSIVE tick(t) AS (
            SELECT mlops.cron_next(schedule, '2022-12-31 23:59+00')
            UNION ALL SELECT mlops.cron_next(schedule, t) FROM tick WHERE t < '2027-01-01')
        SELECT array_agg(t ORDER BY t) AS found FROM tick WHERE t < '2027-01-01') AS f;

-- the clock goes forward: 2024-03-31 02:00 to 03:00 in Berlin; 02:30 becomes 03:00
SELECT mlops.cron_next('30 2 * * *', '2024-03-30 12:00+00', 'Europe/Berlin') AT TIME ZONE 'Europe/Berlin' AS gap,
       mlops.cron_next('30 2 * * *', '2024-03-31 01:00+00', 'Europe/Berlin') AT TIME ZONE 'Europe/Berlin' AS next_day,
       mlops.cron_next('0 3 * * *', '2024-03-30 12:00+00', 'Europe/Berlin') AS at_three;
-- the clock goes back: 2024-10-27 03:00 to 02:00; 02:30 runs once, in summer time
SELECT mlops.cron_next('30 2 * * *', '2024-10-26 12:00+00', 'Europe/Berlin') AS overlap,
       mlops.cron_next('30 2 * * *', '2024-10-27 00:30+00', 'Europe/Berlin') AS next_day,
       mlops.cron_next('30 2 * * *', '2024-10-27 01:15+00', 'Europe/Berlin') AS in_second_pass;
-- an hour of "*" is a rhythm: it goes on by the hour through both nights, and minutes that are skipped are not made up for
WITH RECURSIVE night(start) AS (VALUES ('2024-03-31 00:00+01'::timestamptz), ('2024-10-26 23:30+02')), tick(schedule, start, t, before) AS (
    SELECT s, start, start, NULL::timestamptz FROM night, (VALUES ('0 * * * *'), ('30 * * * *'), ('*/30 */2 * * *'), ('0 0-23 * * *'), ('*/30 2 * * *')) AS v(s)
    UNION ALL SELECT schedule, start, mlops.cron_next(schedule, t, 'Europe/Berlin'), t FROM tick WHERE t < start + interval '5 hours')
SELECT schedule, start, array_agg(to_char(t AT TIME ZONE 'Europe/Berlin', 'HH24:MI') ORDER BY t) AS clock,
       array_agg(extract(epoch FROM t - before)::integer / 60 ORDER BY t) AS minutes
FROM tick WHERE t > start AND t <= start + interval '5 hours' GROUP BY 1, 2 ORDER BY 1, 2;
-- the same by brute force: a tick is every minute of real time at which the clock shows a match
SELECT zone, schedule, count(*) AS ticks, bool_and(found IS NOT DISTINCT FROM expected) AS equal
FROM (SELECT z.zone, v.schedule, m.t, mlops.cron_next(v.schedule, m.t - interval '1 us', z.zone) AS found,
             min(m.t) FILTER (WHERE extract(minute FROM m.t AT TIME ZONE z.zone) = ANY (v.minutes)
                                AND extract(hour FROM m.t AT TIME ZONE z.zone)::integer % v.step = 0)
                 OVER (PARTITION BY z.zone, v.schedule, z.night ORDER BY m.t DESC) AS expected
      FROM (VALUES ('Europe/Berlin', '2024-03-30 18:00Z'::timestamptz), ('Europe/Berlin', '2024-10-26 18:00Z'), ('America/New_York', '2024-11-02 18:00Z'),
                   ('Australia/Lord_Howe', '2024-04-06 08:00Z'), ('Australia/Lord_Howe', '2024-10-05 08:00Z'), ('Asia/Kathmandu', '2024-10-05 08:00Z'),
                   ('Pacific/Apia', '2011-12-30 02:00Z')) AS z(zone, night),
           (VALUES ('0 * * * *', ARRAY[0], 1), ('*/20 * * * *', '{0,20,40}', 1), ('17,45 */3 * * *', '{17,45}', 3)) AS v(schedule, minutes, step),
           generate_series(z.night, z.night + interval '16 hours', interval '1 minute') AS m(t)
      ) AS x WHERE expected IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;
-- every tick of both nights: no repetition, always forward
SELECT start, count(*) AS ticks, min(t) AS first, max(t) AS last
FROM (VALUES ('2024-03-31 00:00+01'::timestamptz), ('2024-10-27 00:00+02')) AS d(start),
     LATERAL (WITH RECURSIVE tick(t) AS (
                  SELECT mlops.cron_next('*/20 * * * *', start, 'Europe/Berlin')
                  UNION ALL SELECT mlops.cron_next('*/20 * * * *', t, 'Europe/Berlin')
                  FROM tick WHERE t < start + interval '6 hours')
              SELECT t FROM tick WHERE t <= start + interval '6 hours') AS x
GROUP BY start ORDER BY start;
-- half an hour of daylight saving time, a day that never was, seconds of local mean time
SELECT mlops.cron_next('15 2 * * *', '2024-10-05 12:00+00', 'Australia/Lord_Howe') AT TIME ZONE 'Australia/Lord_Howe' AS lord_howe,
       mlops.cron_next('0 12 30 12 *', '2011-12-01 00:00+00', 'Pacific/Apia') AT TIME ZONE 'Pacific/Apia' AS apia,
       mlops.cron_next('0 0 * * *', '1850-01-01 00:00+00', 'Asia/Kolkata') AS lmt;

-- the ends of time
SELECT mlops.cron_next('@daily', 'infinity') AS infinity,
       mlops.cron_next('@daily', '-infinity') AS minus_infinity,
       mlops.cron_next('@yearly', '294276-12-31 23:00+00') AS last_year,
       mlops.cron_next('@yearly', '4713-01-02 00:00+00 BC') AS first_year,
       mlops.cron_next('@daily', NULL) AS no_instant;
-- the rarest date: February 29 that is a Sunday, over a century without leap day
SELECT mlops.cron_next('0 0 29 2 */7', '2088-03-01 00:00+00') AS far;

-- what is wrong, and where
\set VERBOSITY default
SELECT mlops_internal.cron_check('5 * * * *');
SELECT mlops_internal.cron_check('');
SELECT mlops_internal.cron_check('60 * * * *');
SELECT mlops_internal.cron_check('* 24 * * *');
SELECT mlops_internal.cron_check('* * 0 * *');
SELECT mlops_internal.cron_check('* * * foo *');
SELECT mlops_internal.cron_check('* * * * monday');
SELECT mlops_internal.cron_check('* * * *');
SELECT mlops_internal.cron_check('* * * * * *');
SELECT mlops_internal.cron_check('*/0 * * * *');
SELECT mlops_internal.cron_check('*/90 * * * *');
SELECT mlops_internal.cron_check('5/15 * * * *');
SELECT mlops_internal.cron_check('50-10 * * * *');
SELECT mlops_internal.cron_check('1,,2 * * * *');
SELECT mlops_internal.cron_check('1;2 * * * *');
SELECT mlops_internal.cron_check('99999999999999999999 * * * *');
SELECT mlops_internal.cron_check('@reboot');
SELECT mlops_internal.cron_check('0 0 30 feb *');
SELECT mlops.cron_next('0 0 31 4,6,9,11 *', '2024-01-01 00:00+00');
SELECT mlops.cron_next('* * * * *', '2024-01-01 00:00+00', 'Mars/Olympus');
SELECT mlops_internal.cron_check(repeat('1,', 100000) || '1 * * * *') IS NOT NULL AS long_list;

-- Drift that is judged by a column's own past: what a season does is no alarm, what breaks is.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
CREATE ROLE regress_judge LOGIN;
SELECT mlops.grant_use('regress_judge') > 0 AS granted;
CREATE SCHEMA th AUTHORIZATION regress_judge;
SELECT current_database() AS db, current_user AS superuser \gset
\c :db regress_judge
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET IntervalStyle = 'postgres';
CREATE FUNCTION th.normal(i integer, s integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT sqrt(-2 * ln((hashint8(i * 1000003::bigint + s)::bigint + 2147483648.5) / 4294967296))
           * cos(2 * pi() * (hashint8(i * 999983::bigint + s + 77)::bigint + 2147483648.5) / 4294967296) $$;
-- 10 weeks, 300 rows a day, on Saturdays and Sundays 150; day 1 is a Monday
CREATE TABLE th.rows AS
SELECT i, d, day + (i % 1440) * interval '1 minute' AS at,
       th.normal(i, 1) AS still,
       th.normal(i, 2) + CASE WHEN weekend THEN 1 ELSE 0 END AS weekly,
       th.normal(i, 3) + CASE WHEN d > 65 THEN 0.8 ELSE 0 END AS broken,
       (ARRAY['basic', 'plus', 'gold'])[1 + abs(hashint4(i + 17)) % (CASE WHEN weekend THEN 2 ELSE 3 END)] AS plan,
       'o' || i AS order_id, i * 3.5 + 1.8e9 AS written, 7 AS constant, NULL::float8 AS nothing,
       th.normal(i, 4) + CASE WHEN d IN (44, 45) THEN 1.5 ELSE 0 END AS feast,
       least(1, greatest(0, 0.5 + 0.1 * (th.normal(i, 3) + CASE WHEN d > 65 THEN 0.8 ELSE 0 END) + 0.05 * th.normal(i, 5))) AS score
FROM generate_series(1, 70) AS d, LATERAL (SELECT '2026-01-05Z'::timestamptz + (d - 1) * interval '1 day' AS day, d % 7 IN (6, 0) AS weekend) AS w,
     generate_series(d * 1000, d * 1000 + CASE WHEN weekend THEN 149 ELSE 299 END) AS i;
CREATE INDEX ON th.rows (at);
CREATE FUNCTION th.day(d integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2026-01-05Z'::timestamptz + (d - 1) * interval '1 day' $$;
CREATE VIEW th.seen AS
SELECT m.name, (extract(epoch FROM o.window_lo - th.day(1)) / 86400)::integer + 1 AS d, o.*
FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE o.metric = 'drift';

SELECT mlops.create_monitor('daily', 'th.rows', 'at', features => '{still,weekly,broken,plan,order_id,written,constant,nothing,feast}', start_at => th.day(1), end_at => th.day(71),
    checks => '[{"metric": "drift"}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('daily', upto => th.day(71));
-- no day is critical or a warning before the fault, and all after it: the season is none
SELECT column_name, d, verdict, round(value::numeric, 2) AS size, p_adjusted < 0.001 AS sure, detail ->> 'k' AS k, detail ->> 'reference' AS reference, detail -> 'top' AS top, holds FROM th.seen
WHERE name = 'daily' AND verdict IN ('warning', 'critical') ORDER BY d, column_name;

-- four days of orders: the model knows little of tablets, and on the third day the region east sends nothing
CREATE ROLE docs_slices LOGIN;
SELECT mlops.grant_use('docs_slices') > 0;
CREATE SCHEMA app AUTHORIZATION docs_slices;
\connect - docs_slices
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
CREATE TABLE app.visit AS
SELECT * FROM (
    SELECT '2026-03-01'::timestamptz + i * interval '90 seconds' AS at, CASE WHEN i % 10 < 5 THEN 'north' WHEN i % 10 < 8 THEN 'south' WHEN i % 10 < 9 THEN 'east' END AS region,
           CASE WHEN i % 4 = 0 THEN 'tablet' WHEN i % 4 = 1 THEN 'phone' ELSE 'web' END AS device, 18 + i * 37 % 60 AS age, (i * 37 % 101)::float8 / 101 AS score,
           (i * 37 % 101) + CASE WHEN i % 4 = 0 THEN i * 71 % 211 ELSE i * 71 % 61 END > 90 AS bought
    FROM generate_series(0, 4 * 960 - 1) AS i) AS v
WHERE v.region IS DISTINCT FROM 'east' OR v.at < '2026-03-03';

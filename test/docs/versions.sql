-- two versions on two devices, a shadow, and weeks of an hourly table
CREATE ROLE docs_versions LOGIN;
SELECT mlops.grant_use('docs_versions') > 0;
CREATE SCHEMA app AUTHORIZATION docs_versions;
\connect - docs_versions
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
CREATE TABLE app.decision AS
SELECT '2026-03-02'::timestamptz + (row_number() OVER () - 1) * interval '30 seconds' AS decided_at, v.version, v.device, true AS paid, i <= v.n_right AS predicted
FROM (VALUES (1, 'web', 100, 90), (2, 'web', 1000, 850), (1, 'phone', 1000, 300), (2, 'phone', 100, 20)) AS v(version, device, n, n_right), generate_series(1, v.n) AS i;
CREATE TABLE app.estimate AS
SELECT '2026-03-02'::timestamptz + i * interval '2 minutes' + v * interval '7 seconds' AS at, i AS request, v AS version, (i % 50)::float8 AS minutes, i % 50 + (i * 7 % 11 - 5)::float8 / v AS estimated
FROM generate_series(0, 599) AS i, generate_series(1, 2) AS v;
CREATE TABLE app.score AS
SELECT '2026-03-02'::timestamptz + i * interval '12 minutes' AS at, (i * 37 % 101)::float8 / 101 AS score, ((i * 37 + i % 13 * 5) % 101) > 60 AS label,
       CASE WHEN i % 3 = 0 THEN 'north' ELSE 'south' END AS region
FROM generate_series(0, 120 * 14 - 1) AS i;

-- what the examples of docs/labels.md stand on: 288 orders a day, of which four in five are sent; what comes back does in one to eight days
CREATE ROLE docs_labels LOGIN;
SELECT mlops.grant_use('docs_labels');
CREATE SCHEMA app AUTHORIZATION docs_labels;
\c - docs_labels
SET client_min_messages = warning;
CREATE TABLE app.orders AS
    SELECT i AS order_no, t AS at, 10 + i * 7 % 90 AS price, i % 5 > 0 AS sent,
           (i * 37 % 101 + CASE WHEN i * 13 % 4 = 0 THEN 45 ELSE 0 END) / 150.0::float8 AS score,
           CASE WHEN i % 5 > 0 THEN i * 13 % 4 = 0 END AS returned,
           CASE WHEN i % 5 > 0 THEN t + interval '1 day' + i * 11 % 168 * interval '1 hour' END AS returned_at
    FROM (SELECT i, timestamptz '2026-02-01 00:00Z' + i * interval '5 min' AS t FROM generate_series(0, 28 * 288 - 1) AS i) AS t;
CREATE INDEX ON app.orders (at);
CREATE INDEX ON app.orders (returned_at);
CREATE TABLE app.parcel_back AS SELECT order_no, returned AS came_back, returned_at AS seen_at FROM app.orders WHERE sent;
\pset footer off

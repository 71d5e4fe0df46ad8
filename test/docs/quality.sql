-- what the examples of docs/quality.md stand on: four weeks of sales, and on 2 February an export that went wrong
CREATE ROLE docs_quality LOGIN;
SELECT mlops.grant_use('docs_quality');
CREATE SCHEMA shop AUTHORIZATION docs_quality;
\c - docs_quality
SET client_min_messages = warning;
SET timezone = UTC;
CREATE TABLE shop.customer AS SELECT id FROM generate_series(0, 96) AS id;
CREATE TABLE shop.sale AS
    SELECT i AS id, at AS sold_at, i * 31 % 97 AS customer, 150.0::float8 + i * 37 % 51 + i * 11 % 7 / 10.0 AS height, (ARRAY['basic', 'plus', 'gold'])[1 + i % 3] AS plan,
           CASE WHEN i % 20 > 0 THEN 18 + i * 7 % 53 END AS age, (5 + i * 13 % 400 / 10.0)::numeric(8, 2)::text AS amount
    FROM (SELECT i, timestamptz '2026-01-05 00:00Z' + i * interval '4 min' AS at FROM generate_series(0, 28 * 360 + 359) AS i) AS t;
UPDATE shop.sale SET height = height / 2.54, plan = CASE plan WHEN 'gold' THEN 'Gold' ELSE plan END, age = CASE WHEN id % 4 > 0 THEN age END,
    amount = CASE WHEN id % 3 = 0 THEN replace(amount, '.', ',') ELSE amount END, customer = CASE id % 60 WHEN 0 THEN 999 ELSE customer END WHERE sold_at >= '2026-02-02Z';
INSERT INTO shop.sale SELECT * FROM shop.sale WHERE sold_at >= '2026-02-02Z' AND id % 10 = 0;
CREATE INDEX ON shop.sale (sold_at);

-- what the examples of docs/reference/drift.md stand on
CREATE TABLE feature_log AS
SELECT 'f' || i % 2 AS name, random() AS value, i % 3 = 0 AS is_current FROM generate_series(1, 600) AS i;

-- which models use a feature, which features come from a column, what breaks when it changes, what nobody uses
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET timezone = 'UTC';
CREATE SCHEMA use_test;
SET search_path = use_test;
CREATE TABLE sale (id integer, shop text, at timestamptz, loaded timestamptz, price numeric, pieces integer, note text, old integer);
ALTER TABLE sale DROP COLUMN old;
CREATE TABLE place (shop text, city text, opened date, "odd ""name" integer);
CREATE VIEW priced AS SELECT shop AS store, at, loaded, price * pieces AS amount, note FROM sale WHERE id > 0;

-- columns through all that a query is made of; place 0: what decides which rows there are
CREATE FUNCTION origins(query text) RETURNS TABLE (place integer, columns text) LANGUAGE sql AS $$
    SELECT place, string_agg(relation::regclass || '.' || coalesce(column_name, '*'), ' ' ORDER BY relation::regclass::text, column_name) FROM mlops_internal.column_sources(query) GROUP BY 1 ORDER BY 1 $$;
SELECT * FROM origins('SELECT * FROM priced');
SELECT * FROM origins('SELECT s.shop, upper(p.city) || s.note, p."odd ""name", 1 FROM sale AS s JOIN place AS p USING (shop) WHERE s.pieces > 1');
SELECT * FROM origins('SELECT shop, sum(price) AS total, count(*) FROM sale GROUP BY shop HAVING max(pieces) > 1');
SELECT * FROM origins('SELECT DISTINCT ON (shop) shop, note, sum(price) OVER (PARTITION BY id) FROM sale ORDER BY shop, at');
SELECT * FROM origins('SELECT shop, price FROM sale UNION ALL (SELECT city, "odd ""name" FROM place EXCEPT SELECT note, id FROM sale)');
SELECT * FROM origins('WITH c AS (SELECT shop AS s, price AS p FROM sale), d AS (SELECT p * 2 AS q, s FROM c) SELECT q, (SELECT max(city) FROM place WHERE place.shop = d.s) FROM d');
SELECT * FROM origins('WITH RECURSIVE r AS (SELECT id, 1 AS n FROM sale UNION ALL SELECT id, n + 1 FROM r WHERE n < 3) SELECT * FROM r');
SELECT * FROM origins('SELECT x.city, row_to_json(s), s.ctid FROM sale AS s, LATERAL (SELECT p.city FROM place AS p WHERE p.shop = s.shop LIMIT 1) AS x');
SELECT * FROM origins('SELECT u.v, f.f, g.g FROM sale AS s, LATERAL (VALUES (s.price), (s.pieces)) AS u (v), LATERAL unnest(ARRAY[s.id]) AS f (f), generate_series(1, 2) AS g (g)');
SELECT * FROM origins('SELECT coalesce(a.shop, b.shop) AS x FROM sale AS a FULL JOIN place AS b ON a.shop = b.shop AND b.opened < a.at WHERE EXISTS (SELECT FROM sale AS c WHERE c.note = b.city)');
SELECT * FROM origins('SELECT 1 AS one');
-- many ways to one column
SELECT format('WITH c0 AS (SELECT price AS p FROM sale), %s SELECT p FROM c40', string_agg(format('c%s AS (SELECT a.p + a.p + b.p AS p FROM c%s AS a, c%2$s AS b WHERE a.p <> b.p)', i, i - 1), ', ' ORDER BY i)) AS tower FROM generate_series(1, 40) AS i \gset
SELECT * FROM origins(:'tower');

SELECT mlops.create_feature_view('sale', 'SELECT store, at, loaded, amount, length(note) AS words FROM priced', '{store}', 'at', created_at_column => 'loaded');
SELECT mlops.create_feature_view('place', 'place', '{shop}', 'opened', '{city,"odd \"name"}');
SELECT mlops.create_feature_view('city', 'SELECT city, opened, count(*) AS shops FROM place GROUP BY 1, 2', '{city}', 'opened');
INSERT INTO sale VALUES (1, 'a', '2024-01-01', '2024-01-01', 1.5, 2, 'x'), (2, 'b', '2024-01-02', '2024-01-02', 2.5, 1, 'yy');
INSERT INTO place VALUES ('a', 'Rome', '2023-01-01', 1), ('b', 'Bonn', '2023-01-02', 2);
SET client_min_messages = error;
SELECT mlops.training_set('sales', 'SELECT shop, shop AS store, timestamptz ''2024-01-03'' AS at FROM place', '{sale,place:city}', 'at', relation => 'use_test.sales') > 0;
RESET client_min_messages;
SELECT mlops.start_run('training') AS run \gset
SELECT mlops.log_dataset(:run, 'use_test.sales') > 0, mlops.create_model('use_model', 'binary') > 0;
SELECT mlops.register_version('use_model', :run);

-- which models use this feature?
SELECT feature_view, feature, model_versions, columns FROM mlops.feature_use WHERE feature_view IN ('sale', 'place', 'city') ORDER BY 1, 2;
-- which features come from this column?
SELECT feature_view, version, feature FROM mlops.feature_use WHERE 'use_test.sale.note' = ANY (columns) ORDER BY 1, 3;
SELECT feature_view, version, feature FROM mlops.feature_use WHERE 'use_test.place."odd ""name"' = ANY (columns) ORDER BY 1, 3;
SELECT feature_view, version, feature FROM mlops.feature_use WHERE 'use_test.place.city' = ANY (columns) ORDER BY 1, 3;
-- what breaks if it changes? a column that no feature comes from reaches the views over it only
SELECT type, name FROM mlops.impact('sale', 'pieces') ORDER BY 1, 2;
SELECT type, name FROM mlops.impact('place', 'opened') WHERE type LIKE 'model%' ORDER BY 1, 2;
SELECT count(*) FROM mlops.impact('sale', 'id') WHERE type = 'model_version';
ALTER TABLE sale ADD extra integer;
SELECT type, name FROM mlops.impact('sale', 'extra') ORDER BY 1, 2;
-- the runs say which columns they read, of several views together
SELECT a.place, e.columns FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id) JOIN mlops.training_set AS t USING (run_id) WHERE a.type = 'table' ORDER BY 1;
-- unused features
SELECT feature_view, feature FROM mlops.feature_use WHERE is_present AND n_training_sets = 0 AND NOT is_online AND feature_view IN ('sale', 'place', 'city') ORDER BY 1, 2;
SELECT mlops.materialize('city', relation => 'use_test.city_now');
SELECT feature_view, feature FROM mlops.feature_use WHERE is_present AND n_training_sets = 0 AND NOT is_online AND feature_view IN ('sale', 'place', 'city') ORDER BY 1, 2;
-- statements of which a rule leaves nothing, and those that are no queries
CREATE TABLE nothing (x integer);
CREATE RULE nothing AS ON INSERT TO nothing DO INSTEAD NOTHING;
SELECT count(*) FROM mlops_internal.column_sources('INSERT INTO nothing SELECT pieces FROM sale');
SELECT count(*) FROM unnest(ARRAY['', 'BEGIN', 'COPY nothing TO STDOUT', 'SELECT', 'SELECT FROM sale; SELECT']) AS q, mlops_internal.column_sources(q);
SET client_min_messages = warning;
SELECT mlops.delete_model('use_model');
DROP SCHEMA use_test CASCADE;
SELECT mlops.drop_training_set('sales'), mlops.drop_feature_view('sale'), mlops.drop_feature_view('place'), mlops.drop_feature_view('city');
-- nothing stays for other tests to find
DELETE FROM mlops.model_change AS c USING mlops.model AS m WHERE m.model_id = c.model_id AND m.owner_name = current_user;
DELETE FROM mlops.stage_change AS c USING mlops.version AS v, mlops.model AS m WHERE v.version_id = c.version_id AND m.model_id = v.model_id AND m.owner_name = current_user;
DELETE FROM mlops.version AS v USING mlops.model AS m WHERE m.model_id = v.model_id AND m.owner_name = current_user;
DELETE FROM mlops.model AS m WHERE m.owner_name = current_user;
DELETE FROM mlops.edge AS e USING mlops.run AS r WHERE r.run_id = e.run_id AND r.owner_name = current_user;
DELETE FROM mlops.param AS p USING mlops.run AS r WHERE r.run_id = p.run_id AND r.owner_name = current_user;
DELETE FROM mlops.metric AS m USING mlops.run AS r WHERE r.run_id = m.run_id AND r.owner_name = current_user;
DELETE FROM mlops.run AS r WHERE r.owner_name = current_user;
DELETE FROM mlops.artifact AS a WHERE a.owner_name = current_user;

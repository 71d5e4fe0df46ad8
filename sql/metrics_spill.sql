-- Exact states beyond mlops.work_mem: sorted runs in temporary files give the same bits
CREATE SCHEMA metrics_spill;
SET search_path = metrics_spill, public;
SET max_parallel_workers_per_gather = 0;
LOAD 'mlops';

-- the setting
SHOW mlops.work_mem;
SELECT unit, min_val, context FROM pg_settings WHERE name = 'mlops.work_mem';

-- 60000 rows are 480 kB of scores: with ties, both signs, infinities, more negatives than positives
CREATE TABLE row AS
    SELECT i, (i * 7919) % 5 = 0 AS y, i % 7 AS g,
           CASE WHEN i % 1000 = 0 THEN 'Infinity' WHEN i % 1000 = 1 THEN '-Infinity' ELSE s END AS s,
           CASE WHEN i % 3 = 0 THEN round(s) ELSE s END AS v
    FROM (SELECT i, ((i::bigint * 2654435761) % 4294967296) / 4294967.296::float8 - 300 AS s
          FROM generate_series(1, 60000) AS i) AS t;
ANALYZE row;

-- what a query answers within a limit, as text that shows every bit
CREATE FUNCTION answer(query text, memory text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('mlops.work_mem', memory, true);
    EXECUTE format('SELECT string_agg(t::text, chr(10)) FROM (%s) AS t', query) INTO result;
    RETURN result;
END
$$;
CREATE FUNCTION files() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE 'pgsql_tmp' || pg_backend_pid() || '.%'
$$;
CREATE TABLE question (name text, query text);
INSERT INTO question VALUES
    ('ranking', 'SELECT mlops.roc_auc(y, s), mlops.gini(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s) FROM row'),
    ('thresholds', 'SELECT mlops.partial_roc_auc(y, s, 0.3), mlops.partial_roc_auc(y, s, 0.01), mlops.ks_threshold(y, s), mlops.lift_at(y, v, 0.1), mlops.precision_at_k(y, v, 700), mlops.recall_at_k(y, v, 700) FROM row'),
    ('curves', 'SELECT p.* FROM (SELECT mlops.ranking(y, v) AS r FROM row) AS t, LATERAL (SELECT threshold, fpr, tpr, (mlops.best_threshold(r, ''mcc'')).* FROM mlops.roc_curve(r, true, 50) UNION ALL SELECT bucket, n, positives, gain, ks FROM mlops.gain_lift(r)) AS p'),
    ('drift', 'SELECT mlops.psi(v, y), mlops.psi(v, y, 1000), mlops.js_distance(v, y), mlops.ks_test(v, y), mlops.wasserstein_distance(v, y),
                      mlops.normalized_wasserstein_distance(v, y), mlops.mann_whitney_test(v, y), mlops.t_test(v, y),
                      mlops.wasserstein_distance(s, y), mlops.t_test(s, y) FROM row'),
    ('groups', 'SELECT g, mlops.roc_auc(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s), mlops.psi(v, y) FROM row GROUP BY g ORDER BY g'),
    ('many groups', 'SELECT sum(a::numeric), sum(k::numeric) FROM (SELECT mlops.roc_auc(i % 2 = 0, v) AS a, mlops.ks_score(i % 2 = 0, v) AS k FROM row GROUP BY (i / 2) % 300) AS t'),
    ('grouping sets', 'SELECT y, g, mlops.roc_auc(i % 2 = 0, s), mlops.average_precision(i % 2 = 0, s) FROM row GROUP BY GROUPING SETS ((y), (g), ()) ORDER BY 1, 2'),
    ('rollup', 'SELECT g, y, mlops.roc_auc(i % 2 = 0, s) FROM row GROUP BY ROLLUP (g, y) ORDER BY 1, 2'),
    ('filter', 'SELECT mlops.roc_auc(y, s) FILTER (WHERE g < 3), mlops.roc_auc(y, s), mlops.ks_score(y, s) FILTER (WHERE g >= 3) FROM row'),
    ('distinct', 'SELECT mlops.roc_auc(DISTINCT y, v), mlops.roc_auc(y, v) FROM row'),
    ('order by', 'SELECT mlops.roc_auc(y, s ORDER BY s DESC), mlops.average_precision(y, s ORDER BY i) FROM row'),
    ('one class', 'SELECT mlops.roc_auc(true, s), mlops.average_precision(true, s), mlops.ks_score(false, s) FROM row'),
    ('NaN', 'SELECT mlops.roc_auc(y, CASE WHEN i = 59999 THEN ''NaN'' ELSE s END) FROM row'),
    ('constant', 'SELECT mlops.roc_auc(y, 1), mlops.ks_score(y, 1), mlops.average_precision(y, 1) FROM row'),
    ('growing window', 'SELECT sum(a::numeric), sum(k::numeric) FROM (SELECT mlops.roc_auc(y, v) OVER w AS a, mlops.ks_score(y, v) OVER w AS k FROM row WHERE i <= 4400 WINDOW w AS (ORDER BY i)) AS t'),
    ('moving window', 'SELECT sum(a::numeric) FROM (SELECT mlops.roc_auc(y, v) OVER (ORDER BY i / 3000 RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS a FROM row) AS t'),
    ('partitions', 'SELECT DISTINCT g, mlops.roc_auc(y, s) OVER (PARTITION BY g) FROM row ORDER BY 1'),
    ('state', 'SELECT md5(mlops.two_samples(v, y)::text), mlops.n_reference(mlops.two_samples(v, y)), mlops.psi(mlops.two_samples(v, y), 20) FROM row'),
    ('merged states', 'SELECT md5(mlops.merge(s)::text), mlops.ks_statistic(mlops.merge(s)) FROM (SELECT mlops.two_samples(v, y) AS s FROM row GROUP BY i % 11) AS t'),
    ('rescans', 'SELECT k, a FROM generate_series(1, 4) AS k, LATERAL (SELECT mlops.roc_auc(y, s) AS a FROM row WHERE i % 4 <> k) AS t'),
    ('repeated', 'WITH RECURSIVE r AS (SELECT 1 AS k, 0::float8 AS a UNION ALL SELECT k + 1, (SELECT mlops.roc_auc(y, s) FROM row WHERE g <> k) FROM r WHERE k < 5) SELECT * FROM r');

SELECT name, little = much AS same, length(much) > 4 AS answered
FROM question, LATERAL answer(query, '64kB') AS little, LATERAL answer(query, '1GB') AS much;
-- with the limit of hashing low as well, and sorted groups
SET work_mem = '64kB';
SELECT name, answer(query, '100kB') = answer(query, '1GB') AS same FROM question WHERE query LIKE '%GROUP BY%';
SET enable_hashagg = off;
SELECT name, answer(query, '100kB') = answer(query, '1GB') AS same FROM question WHERE query LIKE '%GROUP BY%';
RESET enable_hashagg;
RESET work_mem;
SELECT files();

-- workers: each has its own limit, and hands over what it has
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
SET mlops.work_mem = '64kB';
EXPLAIN (COSTS OFF) SELECT mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM row;
CREATE TABLE parallel AS SELECT mlops.roc_auc(y, s), mlops.gini(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s) FROM row;
SELECT string_agg(p::text, '') = (SELECT answer(query, '1GB') FROM question WHERE name = 'ranking') AS parallel FROM parallel AS p;
SELECT string_agg(t::text, chr(10)) = (SELECT answer(query, '1GB') FROM question WHERE name = 'groups') AS parallel
FROM (SELECT g, mlops.roc_auc(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s), mlops.psi(v, y) FROM row GROUP BY g ORDER BY g) AS t;
SET parallel_leader_participation = off;
SELECT row(mlops.roc_auc(y, s), mlops.gini(y, s), mlops.ks_score(y, s), mlops.average_precision(y, s))::text = (SELECT p::text FROM parallel AS p) AS parallel FROM row;
RESET parallel_leader_participation;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SET max_parallel_workers_per_gather = 0;

-- how much memory the states take while rows arrive: looked up 60 times in one scan; 32 kB are for what does not grow
CREATE FUNCTION states_memory() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(sum(total_bytes), 0)::bigint FROM pg_backend_memory_contexts WHERE name = 'mlops summaries'
$$;
SET mlops.work_mem = '64kB';
SELECT mlops.roc_auc(y, s) IS NOT NULL AS answered,
       max(CASE WHEN i % 1000 = 0 THEN states_memory() END) BETWEEN 16 * 1024 AND (64 + 32) * 1024 AS within FROM row;
SET mlops.work_mem = '200kB';
SELECT mlops.roc_auc(y, s) IS NOT NULL AS answered,
       max(CASE WHEN i % 1000 = 0 THEN states_memory() END) BETWEEN 64 * 1024 AND (200 + 32) * 1024 AS within FROM row;
RESET mlops.work_mem;
SELECT mlops.roc_auc(y, s) IS NOT NULL AS answered,
       max(CASE WHEN i % 1000 = 0 THEN states_memory() END) > 480 * 1024 AS in_memory FROM row;

-- the file is there while a cursor is open, and goes with it
SET mlops.work_mem = '64kB';
SELECT files();
BEGIN;
DECLARE c CURSOR FOR SELECT g, mlops.roc_auc(y, s) AS auc FROM row GROUP BY g ORDER BY g;
DECLARE d CURSOR FOR SELECT i, mlops.roc_auc(y, s) OVER (ORDER BY i / 20000) IS NOT NULL AS answered FROM row;
FETCH 1 FROM d;
SELECT files() >= 1 AS on_disk;
SELECT count(auc) FROM (SELECT mlops.roc_auc(y, s) AS auc FROM row) AS t;
FETCH 1 FROM d;
CLOSE d;
SELECT files();
FETCH 1 FROM c;
MOVE 2 IN c;
SAVEPOINT a;
DECLARE e CURSOR FOR SELECT i, mlops.ks_score(y, s) OVER (ORDER BY i / 20000) IS NOT NULL AS answered FROM row;
FETCH 1 FROM e;
SELECT files() >= 1 AS on_disk;
ROLLBACK TO a;
SELECT files();
FETCH 1 FROM c;
COMMIT;
SELECT files();
BEGIN;
DECLARE c CURSOR FOR SELECT i, mlops.roc_auc(y, s) OVER (ORDER BY i / 20000) IS NOT NULL AS answered FROM row;
FETCH 1 FROM c;
SELECT files() >= 1 AS on_disk;
COMMIT;
SELECT files();
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT g, mlops.roc_auc(y, s) IS NOT NULL AS answered FROM row GROUP BY g ORDER BY g;
COMMIT;
FETCH 1 FROM c;
SELECT files();
CLOSE c;
-- LIMIT stops a window in the middle
SELECT mlops.roc_auc(y, s) OVER (ORDER BY i / 20000) IS NOT NULL AS answered FROM row LIMIT 1;
SELECT files();

-- errors in the middle leave nothing behind: in a statement, in a block, in an open cursor
SELECT mlops.roc_auc(i / 30000, s) FROM row;
SELECT files();
DO $$
BEGIN
    FOR i IN 1 .. 3 LOOP
        BEGIN
            PERFORM mlops.roc_auc(r.i / 25000, s) FROM metrics_spill.row AS r;
        EXCEPTION WHEN invalid_parameter_value THEN
            RAISE NOTICE 'caught, % files', metrics_spill.files();
        END;
    END LOOP;
END
$$;
BEGIN;
DECLARE c CURSOR FOR SELECT mlops.roc_auc(i / 30000, s) OVER (ORDER BY i / 10000) IS NOT NULL FROM row;
FETCH 1 FROM c;
FETCH ALL FROM c;
ROLLBACK;
SELECT files();

-- a function that keeps a cursor open while it makes other states
DO $$
DECLARE
    r record;
    n int := 0;
BEGIN
    FOR r IN SELECT mlops.roc_auc(y, s) OVER (ORDER BY i / 20000) AS auc FROM metrics_spill.row LOOP
        n := n + 1;
        EXIT WHEN n > 2;
        PERFORM mlops.ks_score(y, s) FROM metrics_spill.row;
    END LOOP;
    RAISE NOTICE '% files', metrics_spill.files();
END
$$;

-- temporary files count
\set VERBOSITY sqlstate
SET temp_file_limit = '100kB';
SELECT i, mlops.roc_auc(y, s) OVER (ORDER BY i / 20000) IS NOT NULL AS answered FROM row;
SELECT mlops.roc_auc(y, s) FROM row;
SELECT files();
RESET temp_file_limit;
\set VERBOSITY default

-- and lie where temp_tablespaces says, until they are closed
SET client_min_messages = warning;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE metrics_spill_space LOCATION '';
RESET client_min_messages;
SET temp_tablespaces = metrics_spill_space;
CREATE FUNCTION spill_space() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_tablespace AS t, pg_ls_tmpdir(t.oid) WHERE spcname = 'metrics_spill_space'
$$;
DO $$
BEGIN
    PERFORM mlops.roc_auc(y, s) OVER (ORDER BY i / 20000), 1 / (60000 - i) FROM metrics_spill.row;
EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE 'caught, % files', metrics_spill.spill_space();
END
$$;
BEGIN;
DECLARE c CURSOR FOR SELECT mlops.roc_auc(y, s) OVER (ORDER BY i / 20000) IS NOT NULL FROM row;
FETCH 1 FROM c;
SELECT spill_space() > 0 AS open, files() AS elsewhere;
SAVEPOINT s;
SELECT 1 / 0;
ROLLBACK TO s;
FETCH 1 FROM c;
SELECT 1 / 0;
ROLLBACK;
SELECT spill_space();
RESET temp_tablespaces;
DROP TABLESPACE metrics_spill_space;

-- a cancel is answered while rows are added, written and merged, and nothing stays
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RETURN 'finished';
EXCEPTION
    WHEN query_canceled THEN RETURN 'cancelled';
    WHEN invalid_parameter_value THEN RETURN SQLERRM;
END
$$;
SET statement_timeout = '400ms';
SELECT outcome('SELECT mlops.roc_auc(i % 3 = 0, (i * 48271) % 2147483647) FROM generate_series(1, 4000000000) AS i');
RESET statement_timeout;
SELECT files();
-- also in workers: the file of none of them stays
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE FUNCTION workers(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN plan::text LIKE '%Workers Planned%Partial%';
END
$$;
SELECT workers('SELECT mlops.roc_auc(y, s * k) FROM row, generate_series(1, 100000) AS k');
SET statement_timeout = '600ms';
SELECT outcome('SELECT mlops.roc_auc(y, s * k) FROM row, generate_series(1, 100000) AS k');
RESET statement_timeout;
SELECT count(*) FROM pg_ls_tmpdir();
SELECT workers('SELECT mlops.roc_auc(i / 30000, s) FROM row');
SELECT outcome('SELECT mlops.roc_auc(i / 30000, s) FROM row');
SELECT count(*) FROM pg_ls_tmpdir();

-- states of more than 1 MB go to the leader through shared memory, from disk or not, by any plan
CREATE TABLE many AS SELECT i, (i * 7919::bigint) % 5 = 0 AS y, i % 2 AS g, ((i::bigint * 2654435761) % 4294967296) / 4294967.296::float8 AS s
FROM generate_series(1, 600000) AS i;
ANALYZE many;
RESET mlops.work_mem;
SET max_parallel_workers_per_gather = 0;
SELECT row(mlops.roc_auc(y, s), mlops.ks_score(y, s), mlops.roc_auc(y, s, i), mlops.psi(s, y)) AS answer FROM many \gset
SELECT string_agg(t::text, ' ' ORDER BY g) AS groups FROM (SELECT g, mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM many GROUP BY g) AS t \gset
SELECT md5(mlops.two_samples(s, y)::text) AS digest FROM many \gset
SELECT string_agg(substr(row(k, t.*)::text, 4), ' ' ORDER BY k, g) AS twice
FROM (SELECT g, mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM many GROUP BY g) AS t, generate_series(1, 2) AS k \gset
SET max_parallel_workers_per_gather = 2;
SELECT workers('SELECT mlops.roc_auc(y, s) FROM many');
SELECT row(mlops.roc_auc(y, s), mlops.ks_score(y, s), mlops.roc_auc(y, s, i), mlops.psi(s, y))::text = :'answer' AS parallel FROM many;
SET mlops.work_mem = '1MB';
SELECT row(mlops.roc_auc(y, s), mlops.ks_score(y, s), mlops.roc_auc(y, s, i), mlops.psi(s, y))::text = :'answer' AS parallel FROM many;
RESET mlops.work_mem;
SET parallel_leader_participation = off;
SELECT row(mlops.roc_auc(y, s), mlops.ks_score(y, s), mlops.roc_auc(y, s, i), mlops.psi(s, y))::text = :'answer' AS parallel FROM many;
SELECT string_agg(t::text, ' ' ORDER BY g) = :'groups' AS hashed FROM (SELECT g, mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM many GROUP BY g) AS t;
SET enable_hashagg = off;
SELECT string_agg(t::text, ' ' ORDER BY g) = :'groups' AS sorted FROM (SELECT g, mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM many GROUP BY g) AS t;
RESET enable_hashagg;
-- as values, and in two scans of one query
SELECT md5(mlops.two_samples(s, y)::text) = :'digest' AS value FROM many;
SELECT string_agg(substr(t::text, 4), ' ' ORDER BY k, g) = :'twice' AS union_all
FROM (SELECT 1 AS k, g, mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM many GROUP BY g UNION ALL SELECT 2, g, mlops.roc_auc(y, s), mlops.ks_score(y, s) FROM many GROUP BY g) AS t;
-- a reader that stops, and one that fails, after the workers have handed over
SELECT g FROM (SELECT g, mlops.roc_auc(y, s) AS auc FROM many GROUP BY g) AS t WHERE auc > 0 ORDER BY g LIMIT 1;
SELECT outcome('SELECT mlops.psi(mlops.two_samples(s, y), 1) FROM many');
RESET parallel_leader_participation;
SELECT count(*) FROM pg_ls_tmpdir();

SET client_min_messages = warning;
DROP SCHEMA metrics_spill CASCADE;

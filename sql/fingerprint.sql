-- fingerprints: equal for copies of whatever shape, different for any single change
\set VERBOSITY terse
CREATE SCHEMA fingerprint_test;
SET search_path = fingerprint_test;
CREATE TABLE original AS
    SELECT i AS id, i % 7 AS k, 'text ' || i AS t, CASE WHEN i % 5 > 0 THEN i / 8.0::float8 END AS x, now() AS at, ARRAY[i, NULL] AS a, i % 2 = 0 AS b
    FROM generate_series(1, 2000) AS i;
SELECT mlops.fingerprint(o) AS f FROM original AS o \gset
-- shuffled, as columns in another order, in partitions, in parts, through COPY, as a view
CREATE TABLE shuffled AS SELECT b, a, at, x, t, k, id FROM original ORDER BY md5(id::text);
CREATE TABLE parts (LIKE original) PARTITION BY LIST (k);
CREATE TABLE parts_low PARTITION OF parts FOR VALUES IN (0, 1, 2);
CREATE TABLE parts_high (b boolean, dropped integer, k integer, id integer, t text, x float8, at timestamptz, a integer[]);
ALTER TABLE parts_high DROP COLUMN dropped;
ALTER TABLE parts ATTACH PARTITION parts_high DEFAULT;
INSERT INTO parts SELECT * FROM original;
CREATE VIEW seen AS SELECT * FROM shuffled;
SELECT (SELECT mlops.fingerprint(s) FROM shuffled AS s) = :'f' AS shuffled, (SELECT mlops.fingerprint(p) FROM parts AS p) = :'f' AS partitioned,
       (SELECT mlops.fingerprint(v) FROM seen AS v) = :'f' AS view;
SELECT mlops.fingerprint(d.digest::mlops.fingerprint) = :'f' AS sum_of_parts
    FROM (SELECT mlops.fingerprint(o) AS digest FROM original AS o GROUP BY k) AS d;
SELECT mlops.fingerprint(p.part) IS NULL AS of_nothing FROM (SELECT NULL::mlops.fingerprint AS part) AS p;
-- a row given as its columns, as log_dataset does
SELECT mlops.fingerprint(mlops_internal.fingerprint_row('{id,k,t,x,at,a,b}', id, k, t, x, at, a, b)) = :'f' AS of_columns FROM original;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT mlops.fingerprint(mlops_internal.fingerprint_row('{id,k,t,x,at,a,b}', id, k, t, x, at, a, b)) = :'f' AS parallel FROM original;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
-- names that do not fit the columns
SELECT mlops_internal.fingerprint_row('{a}', 1, 2);
SELECT mlops_internal.fingerprint_row(NULL, 1);
SELECT mlops_internal.fingerprint_row(ARRAY[t], 1) FROM original LIMIT 1;
-- each single change is noticed: of a value, a row, two values that change places
DO $$
DECLARE
    change text;
    f CONSTANT text := (SELECT mlops.fingerprint(o) FROM original AS o);
BEGIN
    FOREACH change IN ARRAY ARRAY[
        'UPDATE original SET id = -id WHERE id = 77', 'UPDATE original SET t = t || '' '' WHERE id = 77', 'UPDATE original SET t = upper(t) WHERE id = 77',
        'UPDATE original SET x = x + 1e-12 WHERE id = 77', 'UPDATE original SET x = NULL WHERE id = 77', 'UPDATE original SET x = 0 WHERE id = 75',
        'UPDATE original SET at = at + interval ''1 microsecond'' WHERE id = 77', 'UPDATE original SET a = ARRAY[NULL, id] WHERE id = 77',
        'UPDATE original SET a = ''{}'' WHERE id = 77', 'UPDATE original SET b = NOT b WHERE id = 77', 'UPDATE original SET b = NULL WHERE id = 77',
        'DELETE FROM original WHERE id = 77', 'INSERT INTO original SELECT * FROM original WHERE id = 77', 'INSERT INTO original DEFAULT VALUES',
        'UPDATE original AS o SET t = u.t FROM original AS u WHERE o.id + u.id = 155 AND o.id IN (77, 78)', 'ALTER TABLE original RENAME t TO u',
        'ALTER TABLE original DROP b', 'ALTER TABLE original ADD c integer', 'ALTER TABLE original ALTER k TYPE text', 'TRUNCATE original'] LOOP
        BEGIN
            EXECUTE change;
            IF (SELECT mlops.fingerprint(o) FROM original AS o) IS NOT DISTINCT FROM f THEN
                RAISE WARNING 'not noticed: %', change;
            END IF;
            RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
        EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN NULL;
        END;
    END LOOP;
END $$;
-- a table of more columns than a function has arguments is logged like others
DO $$
BEGIN
    EXECUTE (SELECT format('CREATE TABLE wide (%s)', string_agg(format('c%s integer DEFAULT %s', i, i), ', ')) FROM generate_series(1, 120) AS i);
    EXECUTE (SELECT format('CREATE TABLE narrow (%s)', string_agg(format('c%s integer DEFAULT %s', i, i), ', ')) FROM generate_series(1, 90) AS i);
END $$;
INSERT INTO wide DEFAULT VALUES;
INSERT INTO narrow DEFAULT VALUES;
BEGIN;
SELECT mlops.start_run('training') AS run \gset
SELECT mlops.log_dataset(:run, t.name) > 0 AS logged FROM (VALUES ('wide'::regclass), ('narrow'), ('original')) AS t (name);
SELECT a.name, a.digest = CASE a.name WHEN 'wide' THEN (SELECT mlops.fingerprint(w) FROM wide AS w) WHEN 'narrow' THEN (SELECT mlops.fingerprint(n) FROM narrow AS n)
        ELSE :'f' END AS same FROM mlops.artifact AS a JOIN mlops.edge AS e USING (artifact_id) WHERE e.run_id = :run ORDER BY a.name;
ROLLBACK;
SET client_min_messages = warning;
DROP SCHEMA fingerprint_test CASCADE;

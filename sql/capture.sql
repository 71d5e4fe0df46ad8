-- capture: what statements read and write becomes edges of the run that the session has open
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 920001;
CREATE ROLE regress_capture_ann;
CREATE ROLE regress_capture_eve;
CREATE SCHEMA cap;
GRANT ALL ON SCHEMA cap TO regress_capture_ann, regress_capture_eve;
SELECT mlops.grant_use('regress_capture_ann', 'user') > 0 AS granted;
SET ROLE regress_capture_ann;
CREATE TABLE cap.raw (id integer PRIMARY KEY, age integer, plan text, spent numeric);
INSERT INTO cap.raw SELECT i, 20 + i % 50, 'p' || i % 3, i FROM generate_series(1, 100) AS i;
CREATE TABLE cap.feature (id integer, age integer, plan text);
CREATE TABLE cap."Odd ""name" (id integer, "a,b" text);
CREATE VIEW cap.adult AS SELECT id, age FROM cap.raw WHERE age > 18;
CREATE VIEW cap.view_of_view AS SELECT id FROM cap.adult;
CREATE TABLE cap.event (at date NOT NULL, id integer) PARTITION BY RANGE (at);
CREATE TABLE cap.event_1 PARTITION OF cap.event FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE cap.event_2 PARTITION OF cap.event FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE cap.order_head (id integer PRIMARY KEY);
CREATE TABLE cap.order_line (id integer REFERENCES cap.order_head ON DELETE CASCADE, n integer);
INSERT INTO cap.order_head VALUES (1), (2);
CREATE MATERIALIZED VIEW cap.kept AS SELECT plan, count(*) AS n FROM cap.raw GROUP BY plan;
CREATE UNIQUE INDEX ON cap.kept (plan);
CREATE TABLE cap.audit (id integer);
CREATE TABLE cap.audited (id integer);
CREATE FUNCTION cap.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO cap.audit VALUES (NEW.id); RETURN NEW; END';
CREATE TRIGGER note AFTER INSERT ON cap.audited FOR EACH ROW EXECUTE FUNCTION cap.note();
CREATE FUNCTION cap.n_features() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(id) FROM cap.feature); END';
CREATE FUNCTION cap.inlined() RETURNS SETOF integer LANGUAGE sql STABLE AS 'SELECT age FROM cap.raw';
CREATE PROCEDURE cap.load() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cap.feature (id) SELECT id FROM cap.adult;
    COMMIT;
    DELETE FROM cap.feature WHERE id > 1000;
END $$;
CREATE TEMP TABLE scratch (id integer);
CREATE VIEW cap.edges AS
    SELECT r.name AS statement, e.direction, coalesce(a.relation, a.name) AS relation, e.columns, e.write_mode
    FROM mlops.run AS r LEFT JOIN mlops.edge AS e USING (run_id) LEFT JOIN mlops.artifact AS a USING (artifact_id)
    WHERE r.run_id >= 920001;

-- off, nothing is recorded, and a run that is open says so
SELECT mlops.start_run('materialization', '00 capture is off') AS run \gset
SELECT count(*) FROM cap.raw;
SELECT capture, run = :run AS open, n_pending, n_recorded, n_faults, last_fault FROM mlops.capture_status();

SET mlops.capture = on;
\o /dev/null
-- each statement in a run of its own
SELECT mlops.start_run('materialization', '01 SELECT');
SELECT age, count(*) FROM cap.raw WHERE plan = 'p1' GROUP BY age;
SELECT mlops.start_run('materialization', '02 all columns, and no column');
SELECT count(*) FROM cap.raw;
SELECT r FROM cap.feature AS r;
SELECT mlops.start_run('materialization', '03 view of a view');
SELECT * FROM cap.view_of_view;
SELECT mlops.start_run('materialization', '04 INSERT VALUES');
INSERT INTO cap.feature (id, plan) VALUES (1, 'p1');
SELECT mlops.start_run('materialization', '05 INSERT SELECT with CTE');
WITH old AS (SELECT id, age FROM cap.raw WHERE age > 30) INSERT INTO cap.feature (id, age) SELECT * FROM old;
SELECT mlops.start_run('materialization', '06 CTE that writes');
WITH gone AS (DELETE FROM cap.feature WHERE id = 7 RETURNING id) INSERT INTO cap.audit SELECT id FROM gone;
SELECT mlops.start_run('materialization', '07 UPDATE');
UPDATE cap.feature SET age = 5;
SELECT mlops.start_run('materialization', '08 UPDATE FROM');
UPDATE cap.feature AS f SET plan = r.plan FROM cap.raw AS r WHERE r.id = f.id;
SELECT mlops.start_run('materialization', '09 DELETE');
DELETE FROM cap.feature;
SELECT mlops.start_run('materialization', '10 MERGE');
MERGE INTO cap.feature AS f USING cap.adult AS a ON a.id = f.id
    WHEN MATCHED THEN UPDATE SET age = a.age WHEN NOT MATCHED THEN INSERT (id) VALUES (a.id);
SELECT mlops.start_run('materialization', '11 ON CONFLICT');
INSERT INTO cap.raw (id, age) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET spent = 0;
SELECT mlops.start_run('materialization', '12 SELECT FOR UPDATE');
SELECT id FROM cap.feature LIMIT 1 FOR UPDATE;
SELECT mlops.start_run('materialization', '13 COPY in');
RESET ROLE; -- who may run programs
COPY cap."Odd ""name" ("a,b") FROM PROGRAM 'echo x';
SET ROLE regress_capture_ann;
SELECT mlops.start_run('materialization', '14 COPY out');
RESET ROLE;
COPY cap.feature TO PROGRAM 'cat > /dev/null';
COPY (SELECT id FROM cap.adult) TO PROGRAM 'cat > /dev/null';
SET ROLE regress_capture_ann;
SELECT mlops.start_run('materialization', '15 CREATE TABLE AS');
CREATE TABLE cap.made AS SELECT plan, avg(age) FROM cap.raw GROUP BY plan;
SELECT mlops.start_run('materialization', '16 CREATE TABLE AS, there already');
CREATE TABLE IF NOT EXISTS cap.made AS SELECT spent FROM cap.raw;
SELECT mlops.start_run('materialization', '17 SELECT INTO');
SELECT id INTO cap.made_too FROM cap.view_of_view;
SELECT mlops.start_run('materialization', '18 TRUNCATE CASCADE');
TRUNCATE cap.order_head CASCADE;
SELECT mlops.start_run('materialization', '19 foreign key: checked, and cascades');
INSERT INTO cap.order_head VALUES (3);
INSERT INTO cap.order_line VALUES (3, 1);
DELETE FROM cap.order_head WHERE id = 3;
SELECT mlops.start_run('materialization', '20 partitioned table');
INSERT INTO cap.event VALUES ('2026-01-05', 1), ('2026-02-05', 2);
SELECT * FROM cap.event WHERE at = '2026-02-05';
SELECT mlops.start_run('materialization', '21 partition by name');
INSERT INTO cap.event_1 (at, id) SELECT at - 31, id FROM cap.event_2;
SELECT mlops.start_run('materialization', '22 ATTACH PARTITION');
CREATE TABLE cap.event_3 AS SELECT '2026-03-01'::date AS at, id FROM cap.raw;
ALTER TABLE cap.event_3 ALTER at SET NOT NULL;
ALTER TABLE cap.event ATTACH PARTITION cap.event_3 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
SELECT mlops.start_run('materialization', '23 REFRESH MATERIALIZED VIEW');
REFRESH MATERIALIZED VIEW cap.kept;
SELECT mlops.start_run('materialization', '24 REFRESH CONCURRENTLY');
REFRESH MATERIALIZED VIEW CONCURRENTLY cap.kept;
SELECT mlops.start_run('materialization', '25 materialized view, read');
SELECT n FROM cap.kept;
SELECT mlops.start_run('materialization', '26 functions');
SELECT cap.n_features(), count(*) FROM cap.inlined();
SELECT mlops.start_run('materialization', '27 trigger');
INSERT INTO cap.audited VALUES (1);
SELECT mlops.start_run('materialization', '28 procedure that commits');
CALL cap.load();
SELECT mlops.start_run('materialization', '29 DO, EXECUTE, cursor');
PREPARE get AS SELECT id FROM cap.raw WHERE age = $1;
DO $$ BEGIN EXECUTE 'SELECT n FROM cap.order_line'; END $$;
EXECUTE get(3);
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM cap.audit;
FETCH c;
COMMIT;
SELECT mlops.start_run('materialization', '30 EXPLAIN, and EXPLAIN ANALYZE');
EXPLAIN SELECT * FROM cap.raw;
EXPLAIN ANALYZE CREATE TABLE cap.explained AS SELECT id FROM cap.audit;
SELECT mlops.start_run('materialization', '31 view that is written');
UPDATE cap.adult SET age = 40 WHERE id = 3;
SELECT mlops.start_run('materialization', '32 swap by name');
CREATE TABLE cap.made_new AS SELECT id FROM cap.raw;
BEGIN;
DROP TABLE cap.made;
ALTER TABLE cap.made_new RENAME TO made;
COMMIT;
SELECT mlops.start_run('materialization', '33 left out');
INSERT INTO scratch SELECT 1;
SELECT * FROM scratch, pg_class, information_schema.tables, mlops.run LIMIT 1;
CREATE TEMP TABLE scratch_too AS SELECT 1 AS x;
SELECT mlops.start_run('materialization', '34 logged by itself');
SELECT mlops.log_dataset(mlops.start_run('materialization', '35 logged as output'), 'cap.feature', 'output');
\o
SET mlops.capture = off;
SELECT statement, direction, relation, columns FROM cap.edges ORDER BY statement, direction, relation COLLATE "C";
-- what left nothing of what was there before
SELECT statement, relation FROM cap.edges WHERE write_mode = 'overwrite' ORDER BY statement, relation COLLATE "C";

-- what is rolled back leaves nothing, subtransactions too
SET mlops.capture = on;
SELECT mlops.start_run('materialization', '40 rolled back') AS run \gset
BEGIN; SELECT count(id) FROM cap.raw; ROLLBACK;
BEGIN;
SAVEPOINT a; SELECT count(age) FROM cap.raw; ROLLBACK TO a;
SAVEPOINT b; SELECT count(plan) FROM cap.raw; RELEASE b;
COMMIT;
DO $$ BEGIN
    PERFORM count(spent) FROM cap.raw;
    RAISE EXCEPTION 'no';
EXCEPTION WHEN others THEN NULL;
END $$;
-- a run that is rolled back was never open
BEGIN;
SELECT mlops.start_run('materialization', 'never') > 0 AS started;
SELECT count(*) FROM cap.feature;
ROLLBACK;
SELECT run = :run AS open_again, n_pending FROM mlops.capture_status();
-- an end that is rolled back is none
BEGIN; SELECT mlops.finish_run(:run); SELECT run = :run AS open FROM mlops.capture_status(); ROLLBACK;
SELECT run = :run AS open FROM mlops.capture_status();
SELECT count(*) FROM cap.audit;
-- read-only transactions wait for one that may write
BEGIN READ ONLY; SELECT sum(n) FROM cap.order_line; COMMIT;
SELECT n_pending FROM mlops.capture_status();
BEGIN;
SELECT sum(id) FROM cap.audited;
SELECT mlops.finish_run(:run);
COMMIT;
SELECT n_pending, run <> :run AS another_is_open FROM mlops.capture_status();
SELECT count(*) FROM cap.raw;
SELECT direction, relation, columns FROM cap.edges WHERE statement = '40 rolled back' ORDER BY relation;

-- who writes: the role that the session acts as; a fault is a warning and closes the run
SELECT mlops.start_run('materialization', '41 faults') AS run \gset
RESET ROLE;
SET ROLE regress_capture_eve;
CREATE TABLE cap.eves AS SELECT 1 AS x;
SET client_min_messages = notice;
\set VERBOSITY default
SELECT x FROM cap.eves;
SELECT n_faults, last_fault, run <> :run AS closed FROM mlops.capture_status();
RESET ROLE;
SET mlops.capture = off;
SET ROLE regress_capture_ann;
SELECT mlops.capture_run(:run);
SELECT mlops.capture_run(0);
\set VERBOSITY terse
SET mlops.capture = on;
SELECT x FROM (SELECT id AS x FROM cap.audit) AS a LIMIT 0;
-- a function of another's cannot choose what the session records for
RESET ROLE;
SELECT mlops.grant_use('regress_capture_eve', 'user') > 0 AS granted;
SET ROLE regress_capture_eve;
CREATE FUNCTION cap.trap() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT mlops.start_run('training', '42 trap') $$;
CREATE FUNCTION cap.trap(run bigint) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ SELECT mlops.capture_run(run) $$;
RESET ROLE;
SET ROLE regress_capture_ann;
SELECT cap.trap() AS trap \gset
SELECT run = :run AS still FROM mlops.capture_status();
SELECT cap.trap(:trap);
-- nor does anybody write edges for runs of others
SELECT mlops_internal.log_captured(:trap, '[]', mlops_internal.caller());
SELECT mlops.finish_run(:run);
SELECT direction, relation, columns FROM cap.edges WHERE statement ~ '^4[12]' ORDER BY statement, relation;

-- a pool gives the session to its next client
SELECT mlops.start_run('materialization', '43 pool') AS run \gset
SELECT run = :run AS open FROM mlops.capture_status();
DISCARD ALL;
SELECT run FROM mlops.capture_status();

-- what a call reads grows with what it writes, and not with its square
SET client_min_messages = warning;
SET ROLE regress_capture_ann;
BEGIN;
SELECT mlops.start_run('materialization', '44 many') AS run \gset
SELECT mlops_internal.log_captured(:run, (SELECT jsonb_agg(jsonb_build_object('relation', 'cap.many_' || i, 'name', 'many_' || i, 'direction', d))
    FROM generate_series(1, 300) AS i, unnest('{input,output}'::text[]) AS d), mlops_internal.caller());
SELECT (SELECT count(*) FROM mlops.edge WHERE run_id = :run) AS edges, bool_and(seq_tup_read + idx_tup_fetch < 20 * 600) AS few_read
    FROM pg_stat_xact_all_tables WHERE relid IN ('mlops.artifact'::regclass, 'mlops.edge'::regclass);
ROLLBACK;

RESET ROLE;
RESET mlops.capture;
SELECT mlops.revoke_use('regress_capture_ann') > 0, mlops.revoke_use('regress_capture_eve') > 0;
SET client_min_messages = warning;
DROP SCHEMA cap CASCADE;
DELETE FROM mlops.edge WHERE run_id >= 920001;
DELETE FROM mlops_internal.dataset_profile AS d USING mlops.artifact AS a
    WHERE a.artifact_id = d.artifact_id AND a.owner_name ~ '^regress_capture_';
DELETE FROM mlops.param WHERE run_id >= 920001;
DELETE FROM mlops.run WHERE run_id >= 920001;
DELETE FROM mlops.artifact WHERE relation ~ '^cap\.' OR owner_name ~ '^regress_capture_';
DROP OWNED BY regress_capture_ann, regress_capture_eve;
DROP ROLE regress_capture_ann, regress_capture_eve;

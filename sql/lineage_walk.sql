-- lineage: what a read saw, by time and by what was overwritten; walks in parts; pictures; impact
\set VERBOSITY terse
\set SHOW_CONTEXT never
ALTER TABLE mlops.run ALTER COLUMN run_id RESTART WITH 940001;
ALTER TABLE mlops.artifact ALTER COLUMN artifact_id RESTART WITH 940001;
CREATE SCHEMA walk_test;
CREATE ROLE regress_walk_ann;
CREATE ROLE regress_walk_bob;
GRANT ALL ON SCHEMA walk_test TO regress_walk_ann, regress_walk_bob;
SELECT mlops.grant_use('regress_walk_ann') > 0, mlops.grant_use('regress_walk_bob') > 0;
SET ROLE regress_walk_ann;

-- every hour a table is made anew from what came in: of 100 loads one is the cause
CREATE TABLE walk_test.hourly (h integer);
CREATE TABLE walk_test.grown (h integer);
DO $$
DECLARE
    run bigint;
BEGIN
    FOR h IN 1 .. 100 LOOP
        run := mlops.start_run('materialization', 'load ' || h);
        COMMIT;
        IF h % 2 = 0 THEN
            TRUNCATE walk_test.hourly;
        ELSE
            DELETE FROM walk_test.hourly;
        END IF;
        INSERT INTO walk_test.hourly VALUES (h);
        PERFORM mlops.log_dataset(run, 'walk_test.hourly', 'output');
        INSERT INTO walk_test.grown VALUES (h);
        PERFORM mlops.log_dataset(run, 'walk_test.grown', 'output');
        PERFORM mlops.finish_run(run);
        COMMIT;
    END LOOP;
END
$$;
SELECT place, write_mode, count(*) FROM mlops.edge JOIN mlops.artifact USING (artifact_id) WHERE direction = 'output' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT depth, node_kind, name, link FROM mlops.ancestors('walk_test.hourly');
SELECT depth, node_kind, count(*), min(name) FROM mlops.ancestors('walk_test.grown') GROUP BY 1, 2 ORDER BY 1, 2;
SELECT mlops.start_run('training', 'reads both') AS reads \gset
SELECT mlops.log_dataset(:reads, 'walk_test.hourly') > 0, mlops.log_dataset(:reads, 'walk_test.grown') > 0;
SELECT mlops.finish_run(:reads);
SELECT depth, node_kind, min(name), count(*) FROM mlops.ancestors('run:' || :reads) GROUP BY 1, 2 ORDER BY 1, 2;
-- each load of the hourly table reaches the readers of that load only, of the grown one all that come later
SELECT name, (SELECT count(*) FROM mlops.descendants('run:' || r.run_id) AS d WHERE d.name = 'reads both') AS reads,
       (SELECT count(*) FROM mlops.descendants('run:' || r.run_id) AS d WHERE d.place = 'walk_test.hourly') AS states
    FROM mlops.run AS r WHERE r.name IN ('load 1', 'load 99', 'load 100') ORDER BY run_id;

-- said by hand, of a place without content: a file that is overwritten, and one that grows
CREATE FUNCTION pg_temp.step(name text, reads text[], writes text[], mode text DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    run bigint := mlops.start_run('materialization', name);
BEGIN
    PERFORM mlops.log_artifact(run, u, uri => 'file:' || u, direction => 'input') FROM unnest(reads) AS u;
    PERFORM mlops.log_artifact(run, u, uri => 'file:' || u, write_mode => mode) FROM unnest(writes) AS u;
    PERFORM mlops.finish_run(run);
    RETURN run;
END
$$;
SELECT pg_temp.step('old', '{}', '{a}'), pg_temp.step('uses old', '{a}', '{b}'), pg_temp.step('new', '{}', '{a}', 'overwrite'),
       pg_temp.step('more', '{}', '{a}'), pg_temp.step('uses new', '{a}', '{b}', 'overwrite'), pg_temp.step('later', '{}', '{a}') \gset
SELECT depth, node_kind, name, link FROM mlops.ancestors('file:b');
SELECT depth, node_kind, name, link FROM mlops.ancestors('file:a');
SELECT r.name, ARRAY(SELECT d.name FROM mlops.descendants('run:' || r.run_id) AS d WHERE d.node_kind = 'run') AS reached,
       ARRAY(SELECT d.name FROM mlops.ancestors('run:' || r.run_id) AS d WHERE d.node_kind = 'run') AS made_by
    FROM mlops.run AS r WHERE r.name IN ('old', 'uses old', 'new', 'more', 'uses new', 'later') ORDER BY run_id;
-- a run that overwrites what it read has what it read as its cause, however often
SELECT pg_temp.step('turn ' || i, '{c}', '{c}', 'overwrite') > 0 AS done FROM generate_series(1, 4) AS i;
SELECT depth, node_kind, name FROM mlops.ancestors('file:c');
SELECT depth, node_kind, name FROM mlops.descendants('run:' || (SELECT run_id FROM mlops.run WHERE name = 'turn 2'));
-- appended to and read in turn: each walk is the shorter the earlier it begins
SELECT pg_temp.step('add ' || i, '{d}', '{d}') > 0 AS done FROM generate_series(1, 4) AS i;
SELECT r.name, (SELECT count(*) FROM mlops.ancestors('run:' || r.run_id)) AS causes, (SELECT count(*) FROM mlops.descendants('run:' || r.run_id)) AS effects
    FROM mlops.run AS r WHERE r.name LIKE 'add %' ORDER BY run_id;
\set VERBOSITY default
SELECT mlops.log_artifact(:reads, 'x', write_mode => 'replace');
SELECT mlops.start_run('evaluation') AS open \gset
SELECT mlops.log_artifact(:open, 'x', write_mode => 'replace');
SELECT mlops.log_artifact(:open, 'x', direction => 'input', write_mode => 'overwrite');
\set VERBOSITY terse
-- the same write said again, and better
SELECT mlops.log_artifact(:open, 'x') = mlops.log_artifact(:open, 'x', write_mode => 'overwrite') AS same;
SELECT write_mode FROM mlops.edge WHERE run_id = :open;
SELECT mlops.finish_run(:open);

-- a walk in parts is the walk
CREATE TEMP TABLE whole AS SELECT row_number() OVER () AS n, a.* FROM mlops.ancestors('walk_test.grown') AS a;
CREATE TEMP TABLE part AS SELECT * FROM whole WHERE false;
\set VERBOSITY default
SELECT count(*) FROM mlops.ancestors('walk_test.grown', max_nodes => 60);
\set VERBOSITY terse
SET client_min_messages = warning;
DO $$
BEGIN
    LOOP
        INSERT INTO part SELECT coalesce((SELECT max(n) FROM part), 0) + row_number() OVER (), a.*
            FROM mlops.ancestors('walk_test.grown', max_nodes => 17, after => (SELECT node_kind || ':' || node_id FROM part ORDER BY n DESC LIMIT 1)) AS a;
        EXIT WHEN NOT FOUND;
    END LOOP;
END
$$;
RESET client_min_messages;
SELECT count(*) FROM part;
SELECT count(*) AS differ FROM (TABLE whole EXCEPT TABLE part) AS d;
SELECT count(*) FROM mlops.ancestors('walk_test.grown', max_nodes => 0);
\set VERBOSITY default
SELECT mlops.ancestors('walk_test.grown', after => 'nowhere');
SELECT mlops.ancestors('walk_test.grown', after => 'run:1x');
SELECT mlops.ancestors('walk_test.grown', after => 'run:1');
SELECT mlops.ancestors('walk_test.grown', max_nodes => -1);
\set VERBOSITY terse

-- what others write at a place neither cuts nor lengthens a walk
RESET ROLE;
SET ROLE regress_walk_bob;
SELECT pg_temp.step('of others', '{}', '{a,b}', 'overwrite') \gset
SELECT depth, node_kind, name FROM mlops.ancestors('file:a');
RESET ROLE;
SET ROLE regress_walk_ann;
SELECT depth, node_kind, name, link FROM mlops.ancestors('file:b');
SELECT mlops.grant_read('regress_walk_ann', 'regress_walk_bob');
RESET ROLE;
SET ROLE regress_walk_bob;
SELECT mlops.grant_read('regress_walk_ann');
RESET ROLE;
SET ROLE regress_walk_ann;
SELECT depth, node_kind, name, link FROM mlops.ancestors('file:b');
-- row security: one owner's rows, in any number
SELECT (SELECT count(*) FROM mlops.edge AS e) = (SELECT count(*) FROM mlops.edge AS e WHERE EXISTS (SELECT FROM mlops.run AS r WHERE r.run_id = e.run_id)) AS same;
RESET ROLE;
REVOKE SELECT ON mlops.edge FROM PUBLIC;
SET ROLE regress_walk_ann;
SELECT count(*) FROM mlops.ancestors('artifact:940001');
RESET ROLE;
GRANT SELECT ON mlops.edge TO PUBLIC;

-- pictures
SET ROLE regress_walk_bob;
SELECT mlops.start_run('training', 'a "b" \c') AS shown \gset
SELECT mlops.log_artifact(:shown, 'in', direction => 'input') > 0, mlops.log_artifact(:shown, 'out <1>', uri => 'file:out', digest => '1') > 0;
SELECT mlops.finish_run(:shown);
SELECT mlops.start_run('evaluation', 'sees a later state') AS later \gset
SELECT mlops.log_artifact(:later, 'out <2>', uri => 'file:out', digest => '2', direction => 'input') > 0;
SELECT mlops.finish_run(:later);
SELECT regexp_replace(mlops.lineage_graphviz('run:' || :later), '94\d{4}', 'N', 'g');
SELECT regexp_replace(mlops.lineage_mermaid('run:' || :later), '94\d{4}', 'N', 'g');

-- impact of a relation and of a column: views and what runs made
CREATE TABLE walk_test.people (id integer, age integer, city text);
INSERT INTO walk_test.people VALUES (1, 30, 'Rome');
CREATE VIEW walk_test.ages AS SELECT id, age FROM walk_test.people;
CREATE VIEW walk_test.old AS SELECT * FROM walk_test.ages WHERE age > 65;
CREATE VIEW walk_test.cities AS SELECT city FROM walk_test.people;
SELECT mlops.start_run('training', 'of ages') AS of_ages \gset
SELECT mlops.log_dataset(:of_ages, 'walk_test.people', columns => '{id,age}') > 0, mlops.log_artifact(:of_ages, 'ages.bin', 'model_file') > 0;
SELECT mlops.start_run('training', 'of cities') AS of_cities \gset
SELECT mlops.log_dataset(:of_cities, 'walk_test.cities') > 0, mlops.log_artifact(:of_cities, 'cities.bin', 'model_file') > 0;
SELECT mlops.start_run('training', 'of all') AS of_all \gset
SELECT mlops.log_dataset(:of_all, 'walk_test.people') > 0, mlops.log_artifact(:of_all, 'all.bin', 'model_file') > 0;
SELECT type, name, place, depth FROM mlops.impact('walk_test.people');
SELECT type, name, place, depth FROM mlops.impact('walk_test.people', 'age');
SELECT type, name, place, depth FROM mlops.impact('walk_test.people', 'city');
SELECT * FROM mlops.impact('walk_test.people', 'none');

RESET ROLE;
DROP OWNED BY regress_walk_ann, regress_walk_bob;
DROP SCHEMA walk_test CASCADE;
DROP ROLE regress_walk_ann, regress_walk_bob;

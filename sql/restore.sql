-- what a restore and a change of versions rest on
\set VERBOSITY terse
\set SHOW_CONTEXT never

-- rows may come in any order: no foreign key of the extension looks at inserted
-- rows, and each one still looks at deleted and changed ones
SELECT c.conrelid::regclass, c.conname FROM pg_constraint AS c
WHERE c.connamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.contype = 'f'
  AND (SELECT array_agg(g.tgenabled::text ORDER BY g.tgfoid::regproc::text COLLATE "C") FROM pg_trigger AS g
       WHERE g.tgconstraint = c.oid AND g.tgrelid = c.conrelid AND g.tgfoid::regproc::text ~ 'RI_FKey_check') IS DISTINCT FROM '{D,D}'
   OR c.connamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.contype = 'f'
  AND (SELECT count(*) FROM pg_trigger AS g
       WHERE g.tgconstraint = c.oid AND g.tgrelid = c.confrelid AND g.tgfoid::regproc::text !~ 'RI_FKey_check' AND g.tgenabled = 'O') <> 2;
SELECT count(*) > 20 AS looked FROM pg_constraint WHERE connamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND contype = 'f';

BEGIN;
INSERT INTO mlops.param VALUES (1, 'before its run', '1');
INSERT INTO mlops.run (run_id, kind, started_by, owner_oid, owner_name) OVERRIDING SYSTEM VALUE
    VALUES (1, 'training', 'x', 'pg_monitor'::regrole, 'pg_monitor');
DELETE FROM mlops.run;
ROLLBACK;

-- the library and the extension are of one version
SELECT mlops.library_version() = extversion AS same FROM pg_extension WHERE extname = 'mlops';

-- where they are not every function refuses, whoever is called first; what is
-- stored can be read, and what has nothing to do with the extension goes on
CREATE TABLE restore_stored AS SELECT mlops.profile(x) AS profile FROM generate_series(1, 3) AS x;
CREATE FUNCTION restore_says(query text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        hint text;
        answer text;
    BEGIN
        EXECUTE query INTO answer;
        RETURN 'answer ' || answer;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
        RETURN replace(SQLERRM, (SELECT default_version FROM pg_available_extensions WHERE name = 'mlops'), 'OURS') || E'\n' || hint;
    END
    $$;
CREATE FUNCTION restore_pretend(version text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE pg_extension SET extversion = version WHERE extname = 'mlops';
        -- as an update does: sessions are told that functions have changed
        CREATE FUNCTION restore_new() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        DROP FUNCTION restore_new();
    END
    $$;
SELECT query, restore_says(query) FROM (SELECT restore_pretend('0.0.9')) AS x,
    (VALUES ('SELECT length(profile::text) > 10 FROM restore_stored'), ('SELECT abs(-1)'), ('SELECT mlops.mean(profile) FROM restore_stored'),
            ('SELECT mlops.profile(x) FROM generate_series(1, 3) AS x'), ('SELECT mlops.start_run(''training'')'),
            ('SELECT mlops.library_version()')) AS q (query);
SELECT restore_says('SELECT mlops.mean(profile) FROM restore_stored') FROM (SELECT restore_pretend('99.0')) AS x;
SELECT restore_says('SELECT mlops.mean(profile) FROM restore_stored') FROM (SELECT restore_pretend('0.1')) AS x;
SELECT restore_pretend(default_version) FROM pg_available_extensions WHERE name = 'mlops';
SELECT restore_says('SELECT mlops.mean(profile) FROM restore_stored');
DROP TABLE restore_stored;
DROP FUNCTION restore_says(text), restore_pretend(text);

-- a table that is published can be changed: it has a key that logical replication can use
SELECT c.oid::regclass FROM pg_class AS c
WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relkind = 'r' AND c.relreplident = 'd'
  AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary);

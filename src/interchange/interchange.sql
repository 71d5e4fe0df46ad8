/*
 * interchange: what comes from other systems, and what is told to them.
 *
 * Runs, models and versions of another system become runs, models and versions
 * here.  mlops.imported keeps what each came from, word for word: the facts that
 * have no place of their own here, and by which the next import knows what has
 * changed since.  Everything is read with the rights of the caller and written by
 * functions that look up the source, which belongs to a role.
 */
CREATE TABLE mlops.import_source (
    source_id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    name text NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT import_source_pkey PRIMARY KEY (source_id),
    CONSTRAINT import_source_key UNIQUE (kind, name, owner_oid, owner_name),
    CONSTRAINT import_source_kind_check CHECK (kind IN ('mlflow', 'openlineage'))
);
COMMENT ON TABLE mlops.import_source IS 'other systems that runs and models were imported from';
COMMENT ON COLUMN mlops.import_source.kind IS 'mlflow or openlineage';
COMMENT ON COLUMN mlops.import_source.name IS 'the schema of MLflow''s tables, or the producers'' namespace of jobs';
COMMENT ON COLUMN mlops.import_source.imported_at IS 'when something was imported last';

CREATE TABLE mlops.imported (
    source_id bigint NOT NULL,
    kind text NOT NULL,
    id text COLLATE "C" NOT NULL,
    run_id bigint,
    artifact_id bigint,
    model_id bigint,
    version_id bigint,
    n_metrics bigint NOT NULL DEFAULT 0,
    properties jsonb NOT NULL,
    digest text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT imported_pkey PRIMARY KEY (source_id, kind, id),
    CONSTRAINT imported_source_fkey FOREIGN KEY (source_id) REFERENCES mlops.import_source ON DELETE CASCADE,
    CONSTRAINT imported_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run ON DELETE SET NULL,
    CONSTRAINT imported_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact ON DELETE SET NULL,
    CONSTRAINT imported_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE SET NULL,
    CONSTRAINT imported_version_fkey FOREIGN KEY (version_id) REFERENCES mlops.version ON DELETE SET NULL
);
CREATE INDEX imported_run_idx ON mlops.imported (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX imported_artifact_idx ON mlops.imported (artifact_id) WHERE artifact_id IS NOT NULL;
CREATE INDEX imported_model_idx ON mlops.imported (model_id) WHERE model_id IS NOT NULL;
CREATE INDEX imported_version_idx ON mlops.imported (version_id) WHERE version_id IS NOT NULL;
COMMENT ON TABLE mlops.imported IS
    'what was imported: each thing of a source with what became of it here and all that the source says of it';
COMMENT ON COLUMN mlops.imported.kind IS
    'of MLflow: experiment, run, dataset, input, logged_model, model, version or alias; of OpenLineage: run';
COMMENT ON COLUMN mlops.imported.id IS 'its name or number there';
COMMENT ON COLUMN mlops.imported.run_id IS 'the run it is here, or belongs to';
COMMENT ON COLUMN mlops.imported.n_metrics IS 'points of metrics of a run that were taken over';
COMMENT ON COLUMN mlops.imported.properties IS
    'the source''s row, column by column, and its tags; nothing that is missing here is lost';
COMMENT ON COLUMN mlops.imported.digest IS 'MD5 of what the source said, by which a change is noticed';
COMMENT ON COLUMN mlops.imported.changed_at IS 'when the import last found it new or changed';

SELECT pg_catalog.pg_extension_config_dump('mlops.import_source', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.import_source_source_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.imported', '');

ALTER TABLE mlops.import_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.imported ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_source_read ON mlops.import_source FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY imported_read ON mlops.imported FOR SELECT
    USING (source_id IN (SELECT s.source_id FROM mlops.import_source AS s));
GRANT SELECT ON mlops.import_source, mlops.imported TO PUBLIC;

CREATE FUNCTION mlops_internal.begin_import(kind text, name text, owner regrole, caller mlops_internal.caller)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        role CONSTANT oid := mlops_internal.new_owner(owner, 'run', caller);
        role_name CONSTANT name := mlops_internal.note_owner(role);
        id bigint;
    BEGIN
        -- the row, locked, keeps a second import of the same source waiting
        INSERT INTO mlops.import_source AS s (kind, name, owner_oid, owner_name)
            VALUES (kind, mlops_internal.check_name(name, 'source'), role, role_name)
            ON CONFLICT ON CONSTRAINT import_source_key DO UPDATE SET imported_at = clock_timestamp()
            RETURNING s.source_id INTO id;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.begin_import(text, text, regrole, mlops_internal.caller) IS
    'the source of that kind and name of the owner, NULL: the caller, made when there is none, locked';
REVOKE ALL ON FUNCTION mlops_internal.begin_import(text, text, regrole, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_import(source bigint, caller mlops_internal.caller) RETURNS mlops.import_source
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        s mlops.import_source;
    BEGIN
        SELECT * INTO s FROM mlops.import_source AS x WHERE x.source_id = source FOR SHARE;
        PERFORM mlops_internal.require_owner(s.owner_oid, s.owner_name, 'source', source::text, caller);
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_import(bigint, mlops_internal.caller) IS
    'the source; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_import(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.try_json(value text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN value::jsonb;
    EXCEPTION WHEN data_exception OR statement_too_complex THEN
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.try_json(text) IS 'a text as JSON; NULL when it is none';

CREATE FUNCTION mlops_internal.of_milliseconds(value text) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN value ~ '^-?\d{1,16}$' AND value::bigint BETWEEN -210866803200000 AND 9224318015999999
            THEN timestamptz '1970-01-01 00:00:00+00' + value::bigint * interval '1 millisecond' END
    $$;
COMMENT ON FUNCTION mlops_internal.of_milliseconds(text) IS
    'the time so many milliseconds after 1970; NULL for what is no time that there is';

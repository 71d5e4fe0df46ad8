/*
 * lineage: what was executed, what it read and what it wrote.
 *
 * A run reads and writes artifacts; an edge says which.  Runs, artifacts and
 * edges are the lineage graph (ML Metadata's executions, artifacts, events).
 *
 * An artifact belongs to the owner of the run that first named it.  Within an
 * owner one thing is one row: the same type, place (relation or URI, else
 * name) and digest.  Across owners rows stay apart, so that nobody can write
 * into what others read; they meet by their place when the graph is walked
 * (walk.sql).
 *
 * A relation is kept by its qualified name: a table that is dropped and made
 * again, or restored from a dump, is still the same place.
 */
CREATE TABLE mlops.run (
    run_id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    name text,
    status text NOT NULL DEFAULT 'running',
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    error text,
    git_repo text,
    git_commit text,
    git_path text,
    git_dirty boolean,
    git_branch text,
    git_tag text,
    git_diff_digest text,
    experiment text,
    parent_run_id bigint,
    tags jsonb NOT NULL DEFAULT '{}',
    heartbeat interval,
    heartbeat_at timestamptz,
    start_xid xid8 DEFAULT pg_current_xact_id(),
    started_by name NOT NULL,
    session_name name DEFAULT session_user,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (run_id),
    CONSTRAINT run_kind_check CHECK (kind IN ('training', 'evaluation', 'batch_prediction',
                                              'materialization', 'monitoring', 'deployment')),
    CONSTRAINT run_status_check CHECK (status IN ('running', 'finished', 'failed', 'lost')),
    CONSTRAINT run_ended_check CHECK ((status = 'running') = (ended_at IS NULL)),
    CONSTRAINT run_heartbeat_check CHECK (heartbeat > interval '0'),
    CONSTRAINT run_parent_fkey FOREIGN KEY (parent_run_id) REFERENCES mlops.run ON DELETE SET NULL
);
CREATE INDEX run_parent_idx ON mlops.run (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX run_experiment_idx ON mlops.run (experiment, run_id) WHERE experiment IS NOT NULL;
COMMENT ON TABLE mlops.run IS 'executions: what ran, from which code, for whom, and how it ended';
COMMENT ON COLUMN mlops.run.kind IS 'training, evaluation, batch_prediction, materialization, monitoring or deployment';
COMMENT ON COLUMN mlops.run.status IS 'running, finished, failed or lost, see mlops.run_detail';
COMMENT ON COLUMN mlops.run.error IS 'why the run failed';
COMMENT ON COLUMN mlops.run.git_commit IS 'commit of the code: 40 or 64 hexadecimal digits, or the first 7 or more';
COMMENT ON COLUMN mlops.run.git_path IS 'path of the code inside the repository';
COMMENT ON COLUMN mlops.run.git_dirty IS 'true when the working tree differed from the commit';
COMMENT ON COLUMN mlops.run.git_branch IS 'branch that was checked out';
COMMENT ON COLUMN mlops.run.git_tag IS 'tag of the commit';
COMMENT ON COLUMN mlops.run.git_diff_digest IS 'checksum of what differed from the commit';
COMMENT ON COLUMN mlops.run.experiment IS 'name of what the run belongs to, together with others';
COMMENT ON COLUMN mlops.run.parent_run_id IS 'the run that this one is a part of, as a trial of a search';
COMMENT ON COLUMN mlops.run.tags IS 'words about the run, see mlops.set_run_tags';
COMMENT ON COLUMN mlops.run.heartbeat IS
    'how often the run promised to call mlops.heartbeat; after three times that without it is lost; NULL = no promise';
COMMENT ON COLUMN mlops.run.heartbeat_at IS 'its last heart-beat';
COMMENT ON COLUMN mlops.run.start_xid IS
    'the transaction that started it: rows of later ones may be the run''s; means nothing in a restored database';
COMMENT ON COLUMN mlops.run.started_by IS 'the role that called start_run';
COMMENT ON COLUMN mlops.run.session_name IS 'role that had logged in when it was started';

CREATE FUNCTION mlops_internal.place_key(place text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('x' || left(encode(sha256(convert_to(place, 'UTF8')), 'hex'), 16))::bit(64)::bigint;
COMMENT ON FUNCTION mlops_internal.place_key(text) IS 'a number for a place, by which edges of one place are found';

CREATE TABLE mlops.artifact (
    artifact_id bigint GENERATED ALWAYS AS IDENTITY,
    type text NOT NULL,
    name text NOT NULL,
    relation text,
    uri text,
    place text GENERATED ALWAYS AS (coalesce(relation, uri)) STORED,
    place_key bigint GENERATED ALWAYS AS (mlops_internal.place_key(coalesce(relation, uri))) STORED,
    digest text,
    properties jsonb NOT NULL DEFAULT '{}',
    identity bytea NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT artifact_pkey PRIMARY KEY (artifact_id),
    CONSTRAINT artifact_identity_key UNIQUE (identity, owner_oid, owner_name)
);
CREATE INDEX artifact_place_idx ON mlops.artifact USING hash (place) WHERE place IS NOT NULL;
COMMENT ON TABLE mlops.artifact IS
    'what runs read and write: datasets, files, model versions, endpoints, predictions; one row per owner for each '
    'type, place and digest';
COMMENT ON COLUMN mlops.artifact.relation IS
    'qualified and quoted name of the table or view; NULL for things outside the database and for temporary tables';
COMMENT ON COLUMN mlops.artifact.place IS
    'the relation, else the URI: artifacts of one place meet when the graph is walked';
COMMENT ON COLUMN mlops.artifact.place_key IS 'a number made of the place';
COMMENT ON COLUMN mlops.artifact.digest IS
    'fingerprint of a dataset (mlops.fingerprint), or any checksum that the run gave';
COMMENT ON COLUMN mlops.artifact.properties IS 'facts about the artifact; a dataset has "rows" and "columns"';
COMMENT ON COLUMN mlops.artifact.identity IS 'SHA-256 of type, place (or name) and digest';

CREATE TABLE mlops.edge (
    run_id bigint NOT NULL,
    artifact_id bigint NOT NULL,
    direction text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    place_key bigint,
    write_mode text COLLATE "C",
    columns name[],
    CONSTRAINT edge_pkey PRIMARY KEY (run_id, artifact_id, direction),
    CONSTRAINT edge_direction_check CHECK (direction IN ('input', 'output')),
    CONSTRAINT edge_write_mode_check CHECK (write_mode IS NULL OR direction = 'output'
                                            AND write_mode IN ('append', 'overwrite')),
    CONSTRAINT edge_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run,
    CONSTRAINT edge_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact
);
CREATE INDEX edge_artifact_idx ON mlops.edge (artifact_id, direction, at);
CREATE INDEX edge_place_idx ON mlops.edge (place_key, direction, at) WHERE place_key IS NOT NULL;
CREATE INDEX edge_overwrite_idx ON mlops.edge (place_key, at) WHERE write_mode = 'overwrite';
COMMENT ON TABLE mlops.edge IS 'which run read (input) or wrote (output) which artifact';
COMMENT ON COLUMN mlops.edge.at IS 'when the run first said so';
COMMENT ON COLUMN mlops.edge.place_key IS 'that of the artifact';
COMMENT ON COLUMN mlops.edge.write_mode IS
    'of an output: append (or changed in part) or overwrite, after which the place holds nothing of earlier runs; '
    'NULL = append';
COMMENT ON COLUMN mlops.edge.columns IS 'the columns of the relation that the run read or wrote; NULL = not known, all';

CREATE TABLE mlops.param (
    run_id bigint NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    CONSTRAINT param_pkey PRIMARY KEY (run_id, name),
    CONSTRAINT param_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run
);
COMMENT ON TABLE mlops.param IS 'parameters of runs; written once, never changed';

CREATE TABLE mlops.metric (
    metric_id bigint GENERATED ALWAYS AS IDENTITY,
    run_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    step bigint NOT NULL DEFAULT 0,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    value double precision NOT NULL,
    CONSTRAINT metric_pkey PRIMARY KEY (run_id, name, step, metric_id),
    CONSTRAINT metric_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run
);
COMMENT ON TABLE mlops.metric IS
    'metrics of runs, every logged value; the present one is that with the greatest step, then time, then metric_id';
COMMENT ON COLUMN mlops.metric.step IS 'epoch, iteration or any other counter; 0 when there is none';

SELECT pg_catalog.pg_extension_config_dump('mlops.run', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.run_run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.artifact', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.artifact_artifact_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.edge', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.param', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.metric', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.metric_metric_id_seq', '');

CREATE FUNCTION mlops_internal.sees_run(run bigint) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_sees_run';
COMMENT ON FUNCTION mlops_internal.sees_run(bigint) IS
    'does row security show the run to the current role? for policies of tables with many rows of a run';

/*
 * Who reads what: one's own and one's roles' runs and artifacts; the rest
 * follows the run.
 */
ALTER TABLE mlops.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.edge ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.param ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.metric ENABLE ROW LEVEL SECURITY;
CREATE POLICY run_read ON mlops.run FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY artifact_read ON mlops.artifact FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY edge_read ON mlops.edge FOR SELECT USING (mlops_internal.sees_run(run_id));
CREATE POLICY param_read ON mlops.param FOR SELECT USING (mlops_internal.sees_run(run_id));
CREATE POLICY metric_read ON mlops.metric FOR SELECT USING (mlops_internal.sees_run(run_id));
GRANT SELECT ON mlops.run, mlops.artifact, mlops.edge, mlops.param, mlops.metric TO PUBLIC;

/*
 * Checks that several writers share.
 */
CREATE FUNCTION mlops_internal.check_limit(object text, owner oid) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        most CONSTANT bigint := current_setting('mlops.max_objects_per_owner')::bigint;
        n bigint;
    BEGIN
        EXECUTE format('SELECT count(*) FROM mlops.%I AS x WHERE x.owner_oid = $1', object) INTO n USING owner;
        IF n >= most THEN
            RAISE EXCEPTION USING
                ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('role "%s" has reached the limit of %s for %ss',
                    (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner), most, object),
                HINT = 'mlops.max_objects_per_owner is the administrator''s limit.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_limit(text, oid) IS
    'raise 54000 when the role owns as many models, endpoints or monitors as mlops.max_objects_per_owner';
REVOKE ALL ON FUNCTION mlops_internal.check_limit(text, oid) FROM PUBLIC;

CREATE FUNCTION mlops_internal.new_owner(owner oid, object text, caller mlops_internal.caller) RETURNS oid
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        role oid := coalesce(owner, mlops_internal.caller_oid(caller));
        role_name name := (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = role);
    BEGIN
        IF role_name IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('role %s, which should own the %s, does not exist', coalesce(role::text, 'NULL'),
                    object),
                HINT = 'It was dropped meanwhile, or its number is wrong: give its name.';
        END IF;
        IF mlops_internal.owned_by(role, role_name, mlops_internal.caller_oid(caller)) IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be a member of role "%s" to make it owner of the %s', role_name, object),
                HINT = 'Name a role that you are a member of, or leave owner out.';
        END IF;
        IF object IN ('model', 'endpoint') THEN
            PERFORM mlops_internal.check_limit(object, role);
        END IF;
        PERFORM mlops_internal.note_owner(role);
        RETURN role;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.new_owner(oid, text, mlops_internal.caller) IS
    'the role that shall own a new object: the one given, else the caller; error 42501 unless the caller may act for '
    'it';
REVOKE ALL ON FUNCTION mlops_internal.new_owner(oid, text, mlops_internal.caller) FROM PUBLIC;

/*
 * An address may carry a user and a password, or a token in their place.  These are
 * kept nowhere.  Of http all before the @ is dropped, of others what has a colon: in
 * abfss://container@account there is no secret.
 */
CREATE FUNCTION mlops_internal.without_credentials(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT regexp_replace(regexp_replace(value,
            '(\m[a-z][a-z0-9+.-]*:\\*/\\*/)(?:[^/?#\s"\\:@]|\\["\\])*:(?:[^/\s"\\]|\\["\\])*@', '\1', 'gi'),
            '(\m(?:git\+)?https?:\\*/\\*/)(?:[^/?#\s"\\]|\\["\\])*@', '\1', 'gi')
    $$;
COMMENT ON FUNCTION mlops_internal.without_credentials(text) IS
    'a text, which may be JSON, without user and password in the addresses that it contains';

CREATE FUNCTION mlops_internal.without_credentials(value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN mlops_internal.without_credentials(value::text)::jsonb;
COMMENT ON FUNCTION mlops_internal.without_credentials(jsonb) IS
    'a JSON value without user and password in the addresses that it contains';

CREATE FUNCTION mlops_internal.tell_credentials(argument text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE WARNING USING
            MESSAGE = format('credentials in an address in %s were not kept', argument),
            HINT = 'They may be in the server''s log all the same: have them replaced, and leave them out.';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.tell_credentials(text) IS 'warn that credentials in an argument were not kept';
REVOKE ALL ON FUNCTION mlops_internal.tell_credentials(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.kept_address(address text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kept CONSTANT text := mlops_internal.without_credentials(address);
    BEGIN
        IF kept <> address THEN
            PERFORM mlops_internal.tell_credentials('uri');
        END IF;
        RETURN kept;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.kept_address(text) IS
    'an address without credentials, of which a WARNING tells';
REVOKE ALL ON FUNCTION mlops_internal.kept_address(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_object(value jsonb, argument text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kept CONSTANT jsonb := mlops_internal.without_credentials(value);
    BEGIN
        IF value IS NOT NULL AND jsonb_typeof(value) <> 'object' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s must be a JSON object, not %s', argument,
                                 CASE WHEN jsonb_typeof(value) = 'array' THEN 'an array'
                                     ELSE 'a ' || jsonb_typeof(value) END),
                HINT = 'Write an object such as {"name": "value"}.';
        END IF;
        IF kept <> value THEN
            PERFORM mlops_internal.tell_credentials(argument);
        END IF;
        RETURN coalesce(kept, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_object(jsonb, text) IS
    'the JSON object without credentials in addresses, {} for NULL; error 22023 when it is something else';
REVOKE ALL ON FUNCTION mlops_internal.check_object(jsonb, text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.check_commit(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF value !~ '^([0-9a-fA-F]{7,40}|[0-9a-fA-F]{64})$' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'git_commit must be 7 to 40, or 64, hexadecimal digits',
                HINT = 'Take the output of "git rev-parse HEAD".';
        END IF;
        RETURN lower(value);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_commit(text) IS
    'the commit in lower case, NULL for NULL; error 22023 unless it is 7 to 40, or 64, hexadecimal digits';
REVOKE ALL ON FUNCTION mlops_internal.check_commit(text) FROM PUBLIC;

CREATE FUNCTION mlops_internal.metric_values(metrics jsonb) RETURNS TABLE (name text, value double precision)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        pair record;
    BEGIN
        FOR pair IN SELECT j.key, j.value AS json, j.value #>> '{}' AS plain
                    FROM jsonb_each(mlops_internal.check_object(metrics, 'metrics')) AS j
        LOOP
            IF jsonb_typeof(pair.json) <> 'number'
               AND (pair.plain IS NULL OR pair.plain NOT IN ('NaN', 'Infinity', '-Infinity')) THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('metric "%s" is not a number', pair.key),
                    HINT = 'Give a JSON number, or one of the strings "NaN", "Infinity", "-Infinity".';
            END IF;
            name := mlops_internal.check_name(pair.key, 'metric');
            BEGIN
                value := pair.plain::double precision;
            EXCEPTION WHEN numeric_value_out_of_range THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'numeric_value_out_of_range',
                    MESSAGE = format('metric "%s" is beyond the range of double precision', pair.key),
                    HINT = 'Give "Infinity" or "-Infinity" as a string, or 0.';
            END;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.metric_values(jsonb) IS
    'the pairs of a JSON object as names and numbers; error 22023 when a value is no number';
REVOKE ALL ON FUNCTION mlops_internal.metric_values(jsonb) FROM PUBLIC;

/*
 * features: training sets.
 *
 * A training set is a table that was made of a spine and versions of feature views,
 * with what is needed to make it again: whoever asks later reads the same versions,
 * as of the same times, and compares fingerprints.  All of it runs with the rights of
 * the caller; what is kept is kept by a function that executes nothing.
 */
CREATE TABLE mlops.training_set (
    training_set_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    description text,
    relation text NOT NULL,
    spine text NOT NULL,
    search_path text NOT NULL,
    timestamp_column name NOT NULL,
    views text[] NOT NULL,
    as_of timestamptz,
    labels_as_of timestamptz NOT NULL,
    time_zone text NOT NULL,
    prefix boolean NOT NULL,
    allow_backfilled boolean NOT NULL,
    split jsonb,
    n_rows bigint NOT NULL,
    n_left_out bigint NOT NULL,
    fingerprint text NOT NULL,
    spine_fingerprint text NOT NULL,
    warnings text[] NOT NULL,
    run_id bigint NOT NULL,
    artifact_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by name NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    CONSTRAINT training_set_pkey PRIMARY KEY (training_set_id),
    CONSTRAINT training_set_name_key UNIQUE (name),
    CONSTRAINT training_set_run_fkey FOREIGN KEY (run_id) REFERENCES mlops.run,
    CONSTRAINT training_set_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact
);
COMMENT ON TABLE mlops.training_set IS 'tables made of a spine and feature views, and how to make them again';
COMMENT ON COLUMN mlops.training_set.relation IS 'qualified name of the table';
COMMENT ON COLUMN mlops.training_set.spine IS 'relation or query of the rows that were wanted';
COMMENT ON COLUMN mlops.training_set.search_path IS 'where names in the spine are looked up';
COMMENT ON COLUMN mlops.training_set.views IS 'the feature views as they were asked for, each with its version';
COMMENT ON COLUMN mlops.training_set.as_of IS 'what was known then; NULL: of each row what was known at its time';
COMMENT ON COLUMN mlops.training_set.labels_as_of IS 'when the labels were known';
COMMENT ON COLUMN mlops.training_set.split IS 'how the rows were divided; NULL: not at all';
COMMENT ON COLUMN mlops.training_set.n_left_out IS 'rows of the spine whose labels were not complete';
COMMENT ON COLUMN mlops.training_set.fingerprint IS 'mlops.fingerprint of the rows';
COMMENT ON COLUMN mlops.training_set.warnings IS 'what cannot be promised of it';
COMMENT ON COLUMN mlops.training_set.run_id IS 'the run that made it';
COMMENT ON COLUMN mlops.training_set.artifact_id IS 'the rows as a node of the lineage graph';

CREATE TABLE mlops.training_set_view (
    training_set_id bigint NOT NULL,
    feature_view_version_id bigint NOT NULL,
    features name[] NOT NULL,
    CONSTRAINT training_set_view_pkey PRIMARY KEY (training_set_id, feature_view_version_id),
    CONSTRAINT training_set_view_set_fkey FOREIGN KEY (training_set_id) REFERENCES mlops.training_set ON DELETE CASCADE,
    CONSTRAINT training_set_view_version_fkey FOREIGN KEY (feature_view_version_id)
        REFERENCES mlops.feature_view_version
);
CREATE INDEX training_set_view_version_idx ON mlops.training_set_view (feature_view_version_id);
COMMENT ON TABLE mlops.training_set_view IS 'which versions of feature views a training set was made of';
COMMENT ON COLUMN mlops.training_set_view.features IS 'those of its features that are in it';

SELECT pg_catalog.pg_extension_config_dump('mlops.training_set', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.training_set_training_set_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.training_set_view', '');

ALTER TABLE mlops.training_set ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.training_set_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_set_read ON mlops.training_set FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
               AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
CREATE POLICY training_set_view_read ON mlops.training_set_view FOR SELECT
    USING (EXISTS (SELECT FROM mlops.training_set AS t WHERE t.training_set_id = training_set_view.training_set_id));
GRANT SELECT ON mlops.training_set, mlops.training_set_view TO PUBLIC;

CREATE FUNCTION mlops.hash_fraction(VARIADIC "values" "any") RETURNS double precision
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_hash_fraction';
COMMENT ON FUNCTION mlops.hash_fraction IS
    'a number from 0 to below 1 that depends on the values alone, on any machine and for ever: to divide rows, or '
    'groups of rows, by it';

CREATE FUNCTION mlops_internal.training_set_named(name text) RETURNS mlops.training_set
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        t mlops.training_set;
    BEGIN
        SELECT * INTO t FROM mlops.training_set AS x WHERE x.name = training_set_named.name;
        IF t.training_set_id IS NULL THEN
            PERFORM mlops_internal.no_such('training set', '"' || name || '"');
        END IF;
        RETURN t;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.training_set_named(text) IS
    'the training set; error 42704 when there is none that the caller may see';

/* The statement that makes the rows; of another's views and spine it runs their code. */
CREATE FUNCTION mlops_internal.training_query(t mlops.training_set) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        columns CONSTANT text := mlops_internal.result_columns(t.spine, t.views, t.as_of, t.prefix, t.search_path);
        complete CONSTANT text := (SELECT string_agg(format(' AND t.%I', j.column_name), '' ORDER BY j.place)
            FROM mlops_internal.joined_columns(t.views, t.as_of, t.prefix) AS j WHERE j.part = 'complete');
    BEGIN
        RETURN format('SELECT t.*%s FROM mlops.point_in_time(%L, %L, %L, as_of => %L, time_zone => %L, prefix => %L, '
                'allow_backfilled => %L, labels_as_of => %L) AS t (%s)%s WHERE true%s',
            ', ' || mlops_internal.split_expression(t) || ' AS split',
            t.spine, t.views, t.timestamp_column, t.as_of, t.time_zone, t.prefix, t.allow_backfilled, t.labels_as_of,
            columns, mlops_internal.split_fraction(t), complete);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.training_query(mlops.training_set) IS
    'the query that gives the rows of a training set, names being looked up in its search path';

CREATE FUNCTION mlops_internal.training_warnings(views text[]) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(array_agg(format('feature view "%s" is not bitemporal: rows that were changed or came late are '
            'taken as if they had been there', v.name) ORDER BY v.name), '{}')
        FROM mlops_internal.joined_views(views) AS v WHERE (v.def).created_at_column IS NULL
    $$;
COMMENT ON FUNCTION mlops_internal.training_warnings(text[]) IS 'what cannot be promised of rows made of these views';

CREATE FUNCTION mlops_internal.store_training_set(t mlops.training_set, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r mlops.run := mlops_internal.open_run(t.run_id, caller);
        new_id bigint;
        n_views bigint;
    BEGIN
        PERFORM mlops_internal.check_name(t.name, 'training set');
        PERFORM mlops_internal.check_limit('training_set', r.owner_oid);
        IF NOT EXISTS (SELECT FROM mlops.edge AS e WHERE e.run_id = t.run_id AND e.artifact_id = t.artifact_id
                       AND e.direction = 'output') THEN
            PERFORM mlops_internal.no_such('artifact', t.artifact_id::text);
        ELSIF t.relation IS DISTINCT FROM (SELECT string_agg(quote_ident(p), '.' ORDER BY i)
                                           FROM unnest(parse_ident(t.relation)) WITH ORDINALITY AS u (p, i)) THEN
            PERFORM mlops_internal.no_such('relation', t.relation);
        END IF;
        INSERT INTO mlops.training_set AS x (name, description, relation, spine, search_path, timestamp_column, views,
                as_of, labels_as_of, time_zone, prefix, allow_backfilled, split, n_rows, n_left_out, fingerprint,
                spine_fingerprint, warnings, run_id, artifact_id, created_by, owner_oid, owner_name)
            VALUES (t.name, t.description, t.relation, t.spine, t.search_path, t.timestamp_column, t.views, t.as_of,
                t.labels_as_of, t.time_zone, t.prefix, t.allow_backfilled, t.split, t.n_rows, t.n_left_out,
                t.fingerprint, t.spine_fingerprint, t.warnings, t.run_id, t.artifact_id,
                mlops_internal.caller_name(caller), r.owner_oid, r.owner_name)
            ON CONFLICT ON CONSTRAINT training_set_name_key DO NOTHING RETURNING x.training_set_id INTO new_id;
        IF new_id IS NULL THEN
            PERFORM mlops_internal.refuse_definition(format('training set "%s" already exists', t.name),
                'Choose another name, or drop it by mlops.drop_training_set.', '42710');
        END IF;
        -- only versions that the caller may see, and none that goes away meanwhile
        PERFORM FROM mlops.feature_view AS f
            WHERE f.name IN (SELECT substring(v FROM '^[^@:]+') FROM unnest(t.views) AS v) FOR SHARE;
        INSERT INTO mlops.training_set_view (training_set_id, feature_view_version_id, features)
            SELECT new_id, d.feature_view_version_id, CASE WHEN bool_or(p.part[3] IS NULL) THEN d.features
                ELSE array_agg(p.part[3]::name ORDER BY v.i) END
            FROM unnest(t.views) WITH ORDINALITY AS v (reference, i)
                CROSS JOIN regexp_match(v.reference,
                    '^(?:[^@:]+::)?([^@:]+)@(\d{1,9})(?::([^:].*))?$') AS p (part)
                JOIN mlops.feature_view AS f ON f.name = p.part[1]
                JOIN mlops.feature_view_version AS d
                    ON d.feature_view_id = f.feature_view_id AND d.version = p.part[2]::integer
            WHERE mlops_internal.seen_by(f.owner_oid, f.owner_name, caller)
            GROUP BY d.feature_view_version_id;
        GET DIAGNOSTICS n_views = ROW_COUNT;
        IF n_views <> (SELECT count(DISTINCT substring(v FROM '^(?:[^@:]+::)?([^@:]+@\d+)'))
                       FROM unnest(t.views) AS v) THEN
            PERFORM mlops_internal.no_such('feature view', format('of %s', array_to_string(t.views, ', ')));
        END IF;
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.store_training_set IS 'keep what mlops.training_set has made, on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.store_training_set FROM PUBLIC;

CREATE FUNCTION mlops_internal.seen_by(owner_oid oid, owner_name name, caller mlops_internal.caller) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.owned_by(owner_oid, owner_name, mlops_internal.caller_oid(caller))
            OR EXISTS (SELECT FROM mlops.reader AS r
                       WHERE (r.owner_oid IS NULL OR mlops_internal.present_owner(r.owner_oid, r.owner_name)
                                  = mlops_internal.present_owner(seen_by.owner_oid, seen_by.owner_name))
                         AND pg_has_role(mlops_internal.caller_oid(caller),
                             mlops_internal.present_owner(r.reader_oid, r.reader_name), 'USAGE'))
    $$;
COMMENT ON FUNCTION mlops_internal.seen_by(oid, name, mlops_internal.caller) IS
    'may the caller see what that role owns?';
REVOKE ALL ON FUNCTION mlops_internal.seen_by FROM PUBLIC;

/* Several views of a run may read one table. */
CREATE FUNCTION mlops_internal.columns_of_run(run bigint, relation text, def mlops.feature_view_version) RETURNS name[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_agg(DISTINCT c.name::name ORDER BY c.name::name)
        FROM (SELECT jsonb_array_elements_text(f.value -> columns_of_run.relation)
              FROM jsonb_each(def.columns_read) AS f
              UNION ALL
              SELECT unnest(e.columns) FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
              WHERE e.run_id = run AND e.direction = 'input' AND a.place = columns_of_run.relation
                AND a.type = 'table') AS c (name)
    $$;
COMMENT ON FUNCTION mlops_internal.columns_of_run(bigint, text, mlops.feature_view_version) IS
    'the columns of a table that a version comes from, and those that a run has been said to read; NULL: not known';

CREATE FUNCTION mlops_internal.log_view_version(run bigint, name text, def mlops.feature_view_version) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops.log_artifact(run, format('%s version %s', name, def.version), 'feature_view',
            uri => format('features:/%s/%s', name, def.version), direction => 'input',
            properties => jsonb_strip_nulls(jsonb_build_object('git_repo', def.git_repo, 'git_commit', def.git_commit,
                'git_path', def.git_path, 'features', def.features)));
        PERFORM mlops.log_artifact(run, NULL, 'table', relation => to_regclass(r), direction => 'input',
                columns => mlops_internal.columns_of_run(run, r, def))
            FROM unnest(def.relations) AS r WHERE to_regclass(r) IS NOT NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_view_version(bigint, text, mlops.feature_view_version) IS
    'a run reads a version of a feature view, and the tables below it';
REVOKE ALL ON FUNCTION mlops_internal.log_view_version FROM PUBLIC;

/* What was read and written, as lineage; a query gets the name of the set. */
CREATE FUNCTION mlops_internal.log_training(t mlops.training_set, path text) RETURNS mlops.training_set
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        is_query CONSTANT boolean := mlops_internal.is_query(t.spine);
        spine_id bigint := mlops_internal.log_dataset(t.run_id,
            CASE WHEN NOT is_query THEN t.spine::regclass END, 'input',
            CASE WHEN is_query THEN 'spine of ' || t.name END, 'dataset', CASE WHEN is_query THEN t.spine END, NULL,
            NULL, path);
        v record;
        def mlops.feature_view_version;
        spine_rows bigint;
    BEGIN
        FOR v IN SELECT * FROM mlops_internal.joined_views(t.views) LOOP
            def := v.def;
            def.columns_read := (SELECT jsonb_object_agg(r.key, r.value) FROM jsonb_each(def.columns_read) AS r
                WHERE r.key = ANY (ARRAY(SELECT def.features[p] FROM unnest(v.places) AS p)));
            PERFORM mlops_internal.log_view_version(t.run_id, v.name, def);
        END LOOP;
        t.artifact_id := mlops_internal.log_dataset(t.run_id, t.relation::regclass, 'output', t.name, 'training_set',
            NULL, NULL, NULL, path);
        SELECT (a.properties ->> 'rows')::bigint, a.digest INTO spine_rows, t.spine_fingerprint
            FROM mlops.artifact AS a WHERE a.artifact_id = spine_id;
        SELECT (a.properties ->> 'rows')::bigint, a.digest INTO t.n_rows, t.fingerprint
            FROM mlops.artifact AS a WHERE a.artifact_id = t.artifact_id;
        t.n_left_out := spine_rows - t.n_rows;
        RETURN t;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_training(mlops.training_set, text) IS
    'what a run read and wrote that made a training set; the set with fingerprints and numbers of rows';
REVOKE ALL ON FUNCTION mlops_internal.log_training FROM PUBLIC;

CREATE FUNCTION mlops_internal.training_set(
    name text, spine text, views text[], timestamp_column name, as_of timestamptz, relation text, split jsonb,
    time_zone text, prefix boolean, allow_backfilled boolean, description text, owner regrole, path text)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        t mlops.training_set;
        warning text;
        id bigint;
        query text;
    BEGIN
        IF name IS NULL THEN
            PERFORM mlops_internal.refuse_definition('a training set needs a name', NULL, '22004');
        END IF;
        PERFORM mlops_internal.spine_time(spine, timestamp_column, path);
        IF EXISTS (SELECT FROM mlops.training_set AS x WHERE x.name = training_set.name) THEN
            PERFORM mlops_internal.refuse_definition(format('training set "%s" already exists', name),
                'Choose another name, or drop it by mlops.drop_training_set.', '42710');
        END IF;
        IF (SELECT f.is_volatile FROM mlops_internal.source_facts(spine, path) AS f) THEN
            PERFORM mlops_internal.refuse_definition('the spine of a training set must not call volatile functions',
                'With random() or the like nobody gets the same rows twice: choose them once, in a table.');
        END IF;
        t.name := name;
        t.description := description;
        t.spine := CASE WHEN mlops_internal.is_query(spine) THEN mlops_internal.query_text(spine)
            ELSE mlops_internal.relation_named_in(spine, path) END;
        t.timestamp_column := timestamp_column;
        t.as_of := as_of;
        t.labels_as_of := coalesce(as_of, now());
        t.time_zone := coalesce(time_zone, 'UTC');
        t.prefix := coalesce(prefix, false);
        t.allow_backfilled := coalesce(allow_backfilled, false);
        t.split := split;
        t.views := ARRAY(SELECT concat(f.alias || '::', f.name, '@', (f.def).version, ':' || f.feature)
            FROM unnest(views) WITH ORDINALITY AS v (reference, i), mlops_internal.feature_reference(v.reference) AS f
            ORDER BY v.i);
        t.warnings := mlops_internal.training_warnings(t.views);
        t.search_path := coalesce(mlops_internal.explicit_path(path), '');
        t.run_id := mlops.start_run('materialization', name, owner => owner);
        relation := CASE WHEN relation IS NULL THEN quote_ident(name)
            ELSE (SELECT string_agg(quote_ident(p), '.' ORDER BY i) FROM unnest(parse_ident(relation))
                  WITH ORDINALITY AS u (p, i)) END;
        query := mlops_internal.training_query(t);
        PERFORM set_config('search_path', path, true);
        EXECUTE 'CREATE TABLE ' OPERATOR(pg_catalog.||) relation OPERATOR(pg_catalog.||) ' AS '
            OPERATOR(pg_catalog.||) query;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        t.relation := mlops_internal.relation_named_in(relation, path);
        t := mlops_internal.log_training(t, path);
        id := mlops_internal.store_training_set(t, mlops_internal.caller());
        PERFORM mlops.finish_run(t.run_id);
        FOREACH warning IN ARRAY t.warnings LOOP
            RAISE NOTICE USING MESSAGE = warning,
                HINT = 'Name the column that says since when a row was known: created_at_column.';
        END LOOP;
        RETURN id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.training_set IS
    'mlops.training_set, "path" being the search path of who called it';
REVOKE ALL ON FUNCTION mlops_internal.training_set FROM PUBLIC;

CREATE FUNCTION mlops.training_set(
    name text, spine text, views text[], timestamp_column name, as_of timestamptz DEFAULT NULL,
    relation text DEFAULT NULL, split jsonb DEFAULT NULL, time_zone text DEFAULT 'UTC', prefix boolean DEFAULT false,
    allow_backfilled boolean DEFAULT false, description text DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.training_set(name, spine, views, timestamp_column, as_of, relation, split, time_zone, prefix,
        allow_backfilled, description, owner, pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.training_set IS
    'make a table of mlops.point_in_time, by default of the set''s name, keep how it was made, its fingerprint and '
    'profiles, and return the training_set_id; rows with incomplete labels are left out';
REVOKE ALL ON FUNCTION mlops.training_set FROM PUBLIC;

CREATE FUNCTION mlops_internal.own_training_set(name text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        t mlops.training_set;
    BEGIN
        SELECT * INTO t FROM mlops.training_set AS x WHERE x.name = own_training_set.name FOR UPDATE;
        PERFORM mlops_internal.require_owner(t.owner_oid, t.owner_name, 'training set', format('"%s"', name), caller);
        RETURN t.training_set_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_training_set(text, mlops_internal.caller) IS
    'the training set''s number, locked; error 42704 when there is none of which the caller may act for the owner';
REVOKE ALL ON FUNCTION mlops_internal.own_training_set(text, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_training_set(name text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        id CONSTANT bigint := mlops_internal.own_training_set(name, caller);
        kept text;
    BEGIN
        DELETE FROM mlops.training_set AS x WHERE x.training_set_id = id RETURNING x.relation INTO kept;
        RAISE NOTICE USING MESSAGE = format('table %s stays', kept);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_training_set IS 'mlops.drop_training_set on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_training_set FROM PUBLIC;

CREATE FUNCTION mlops.drop_training_set(name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_training_set(name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_training_set IS
    'forget how a training set was made; its table, and what the lineage knows of it, stay';
REVOKE ALL ON FUNCTION mlops.drop_training_set FROM PUBLIC;

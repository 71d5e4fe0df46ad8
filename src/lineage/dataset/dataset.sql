/*
 * lineage: datasets.
 *
 * A relation or query is read with the rights of the caller, in one scan.
 * What was found, a fingerprint, the number of rows and a profile of each
 * column, is handed to writers that check the run.  The profiles outlive the
 * rows: any window of later data can be compared with them.
 *
 * One content has one set of profiles: the artifact of a dataset is known by
 * its fingerprint, so what is stored once is never changed.
 */
CREATE TABLE mlops_internal.dataset_profile (
    artifact_id bigint NOT NULL,
    place integer NOT NULL,
    column_name name NOT NULL,
    column_type text NOT NULL,
    profile mlops.profile,
    note text,
    CONSTRAINT dataset_profile_pkey PRIMARY KEY (artifact_id, column_name),
    CONSTRAINT dataset_profile_place_key UNIQUE (artifact_id, place),
    CONSTRAINT dataset_profile_artifact_fkey FOREIGN KEY (artifact_id) REFERENCES mlops.artifact ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.dataset_profile IS
    'what the columns of a dataset looked like: one row per column of an artifact; written once, never changed';
COMMENT ON COLUMN mlops_internal.dataset_profile.place IS 'position of the column, from 1';
COMMENT ON COLUMN mlops_internal.dataset_profile.column_type IS
    'type of the column with its modifier, as format_type writes it';
COMMENT ON COLUMN mlops_internal.dataset_profile.profile IS
    'profile of the column; NULL when the dataset had no rows, or as the note says';
COMMENT ON COLUMN mlops_internal.dataset_profile.note IS
    'why there is no profile; NULL when there is one or could be one';

SELECT pg_catalog.pg_extension_config_dump('mlops_internal.dataset_profile', '');

ALTER TABLE mlops_internal.dataset_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY dataset_profile_read ON mlops_internal.dataset_profile FOR SELECT
    USING (EXISTS (SELECT FROM mlops.artifact AS a WHERE a.artifact_id = dataset_profile.artifact_id));
GRANT SELECT ON mlops_internal.dataset_profile TO PUBLIC;

CREATE TYPE mlops.column_profile AS (
    column_name name,
    column_type text,
    profile mlops.profile,
    note text
);
COMMENT ON TYPE mlops.column_profile IS
    'one column for mlops.log_profiles: its name, type, profile, and why there is none';

/*
 * Writing and reading profiles.
 */
CREATE FUNCTION mlops_internal.log_profiles(
    run bigint, artifact bigint, profiles mlops.column_profile[], caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a mlops.artifact;
    BEGIN
        PERFORM mlops_internal.open_run(run, caller);
        SELECT x.* INTO a FROM mlops.artifact AS x JOIN mlops.edge AS e USING (artifact_id)
            WHERE e.run_id = run AND x.artifact_id = artifact LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('run %s neither read nor wrote artifact %s', run, coalesce(artifact::text, 'NULL')),
                HINT = 'Log it first, by mlops.log_artifact or mlops.log_dataset.';
        END IF;
        PERFORM mlops_internal.require_owner(a.owner_oid, a.owner_name, 'artifact', artifact::text, caller);
        IF EXISTS (SELECT FROM unnest(profiles) AS p WHERE p.column_name IS NULL OR p.column_type IS NULL) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'column_name and column_type of a column profile must not be NULL';
        END IF;
        IF EXISTS (SELECT FROM mlops_internal.dataset_profile AS d WHERE d.artifact_id = artifact) THEN
            RETURN;
        END IF;
        -- of two who come at once, one writes all
        PERFORM FROM mlops.artifact AS x WHERE x.artifact_id = artifact FOR NO KEY UPDATE;
        INSERT INTO mlops_internal.dataset_profile (artifact_id, place, column_name, column_type, profile, note)
            SELECT artifact, p.place, p.column_name, p.column_type, p.profile, p.note
            FROM unnest(profiles) WITH ORDINALITY AS p (column_name, column_type, profile, note, place)
            WHERE NOT EXISTS (SELECT FROM mlops_internal.dataset_profile AS d WHERE d.artifact_id = artifact);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_profiles IS 'mlops.log_profiles on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.log_profiles FROM PUBLIC;

CREATE FUNCTION mlops.log_profiles(run bigint, artifact bigint, profiles mlops.column_profile[]) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_profiles(run, artifact, profiles, mlops_internal.caller());
COMMENT ON FUNCTION mlops.log_profiles IS
    'keep the profiles of the columns of an artifact that a running run reads or writes, for data elsewhere '
    '(mlops.log_dataset does it by itself); written once: nothing happens when it has some';
REVOKE ALL ON FUNCTION mlops.log_profiles FROM PUBLIC;

CREATE FUNCTION mlops.dataset_profiles(artifact bigint)
    RETURNS TABLE (column_name name, column_type text, profile mlops.profile, note text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.column_name, p.column_type, p.profile, p.note FROM mlops_internal.dataset_profile AS p
        WHERE p.artifact_id = artifact ORDER BY p.place
    $$;
COMMENT ON FUNCTION mlops.dataset_profiles(bigint) IS
    'the columns of a dataset in their order, with their profiles of when it was logged; profile is NULL without '
    'rows or as the note says; no rows without profiles or when the caller may not see it';

/*
 * Did the run write all that is there?  TRUNCATE, DELETE, CREATE TABLE AS and REFRESH
 * leave no row of an earlier transaction, or of the one that started the run.  Where
 * rows do not say which transaction they are of, nobody knows.
 */
CREATE FUNCTION mlops_internal.is_refreshed(relation regclass, run bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        old boolean;
        since xid8 := (SELECT r.start_xid FROM mlops.run AS r WHERE r.run_id = run);
        now_at bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    BEGIN
        IF since IS NULL OR now_at - since::text::bigint NOT BETWEEN 0 AND 1000000000 OR NOT EXISTS (
            SELECT FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam
            WHERE c.oid = relation AND c.relkind IN ('r', 'm') AND a.amname = 'heap') THEN
            RETURN false;
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS x WHERE pg_catalog.age(x.xmin) '
            'OPERATOR(pg_catalog.>=) pg_catalog.age($1))', mlops_internal.relation_name(relation))
            INTO old USING since::xid;
        RETURN NOT old;
    EXCEPTION WHEN feature_not_supported OR undefined_column THEN
        RETURN false;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.is_refreshed(regclass, bigint) IS
    'is every row of a table or materialized view of a transaction that began after the run did?';

CREATE FUNCTION mlops_internal.log_dataset(
    run bigint, relation regclass, direction text, name text, type text, query text, write_mode text, columns name[],
    path text) RETURNS bigint
    -- what it reads here is said below
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET mlops.capture = off
    AS $$
    DECLARE
        source text := coalesce(mlops_internal.relation_name(relation), query);
        of_columns name[] := log_dataset.columns;
        columns jsonb;
        expressions text;
        twice name;
        row_state text;
        statement text;
        digest text;
        n_rows bigint;
        profiles mlops.column_profile[];
        artifact bigint;
    BEGIN
        IF num_nonnulls(relation, query) <> 1 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'either relation or query must be given',
                HINT = 'Name a table or view, or write query => ''SELECT ...'', name => ''...''.';
        ELSIF source IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_table',
                MESSAGE = format('relation %s does not exist', relation);
        ELSIF NOT mlops_internal.is_query(query) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'query must begin with SELECT, WITH, VALUES or TABLE',
                HINT = 'Name a table or view by the argument "relation".';
        ELSIF query IS NOT NULL THEN
            PERFORM mlops_internal.check_name(name, 'dataset');
        END IF;
        -- holds the run open, and fails before the scan rather than after it
        PERFORM mlops.log_params(run, '{}');
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'type', c.type_name) ORDER BY c.place), '[]'),
               string_agg(format('ROW(%L, %L, %s)::mlops.column_profile', c.name, c.type_name,
                                 CASE WHEN mlops_internal.column_kind(c.type) IS NULL
                                     AND NOT mlops_internal.is_embedding(c.type)
                                      THEN format('NULL, %L',
                                          format('type %s is not profiled', format_type(c.type, NULL)))
                                      ELSE mlops_internal.profile_expression(c.name, c.type) || ', NULL' END), ', '
                                          ORDER BY c.place),
               min(c.name::text) FILTER (WHERE c.n > 1),
               -- as many as a function may have arguments
               CASE WHEN count(*) BETWEEN 1 AND 90 THEN format('mlops_internal.fingerprint_row(%L::text[], %s)',
                   array_agg(c.name::text ORDER BY c.place),
                   string_agg(format('source.%I', c.name), ', ' ORDER BY c.place))
                   ELSE 'source.*' END
            INTO columns, expressions, twice, row_state
            FROM (SELECT s.*, count(*) OVER (PARTITION BY s.name) AS n
                FROM mlops_internal.source_columns(source, path) AS s) AS c;
        IF twice IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'duplicate_column',
                MESSAGE = format('the query returns more than one column "%s"', twice),
                HINT = 'Give each column a name of its own: SELECT x AS a, y AS b.';
        END IF;
        statement := format('SELECT mlops.fingerprint(%s), pg_catalog.count(*), '
            'ARRAY[%s]::mlops.column_profile[] FROM %s',
                            row_state, expressions, mlops_internal.source_item(source));
        PERFORM set_config('search_path', path, true);
        EXECUTE statement INTO digest, n_rows, profiles;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        artifact := mlops.log_artifact(
            run, name, type,
            relation => relation,
            digest => coalesce(digest, repeat('0', 32) || '-0'),
            properties => jsonb_build_object('rows', n_rows, 'columns', columns)
                          || CASE WHEN query IS NULL THEN '{}' ELSE jsonb_build_object('query', query) END,
            direction => direction,
            write_mode => CASE WHEN write_mode IS NULL AND direction = 'output'
                AND mlops_internal.is_refreshed(relation, run) THEN 'overwrite' ELSE write_mode END,
            columns => of_columns);
        PERFORM mlops.log_profiles(run, artifact, profiles);
        RETURN artifact;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.log_dataset IS 'mlops.log_dataset, "path" being the search path of who called it';
REVOKE ALL ON FUNCTION mlops_internal.log_dataset FROM PUBLIC;

CREATE FUNCTION mlops.log_dataset(
    run bigint, relation regclass DEFAULT NULL, direction text DEFAULT 'input', name text DEFAULT NULL,
    type text DEFAULT 'dataset', query text DEFAULT NULL, write_mode text DEFAULT NULL, columns name[] DEFAULT NULL)
    RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.log_dataset(
            run, relation, direction, name, type, query, write_mode, columns,
            pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.log_dataset(bigint, regclass, text, text, text, text, text, name[]) IS
    'say that a running run reads (direction input) or writes (output) the present content of a relation, or of '
    'a query with a name, and return its artifact_id; what was written as a whole since the run began overwrites';
REVOKE ALL ON FUNCTION mlops.log_dataset(bigint, regclass, text, text, text, text, text, name[]) FROM PUBLIC;

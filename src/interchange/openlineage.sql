/*
 * interchange: OpenLineage's run events, out and in.
 *
 * A run is one START event and, when it has ended, one of COMPLETE or FAIL, with the
 * datasets that it read and wrote; spec 2-0-2.  Relations of this database are
 * datasets of the namespace postgres://HOST:PORT named DATABASE.SCHEMA.TABLE, things
 * with a URI lie in the namespace of its scheme and host.  The UUID of a run is made
 * of the database and its number, so that it is the same in every event; that of an
 * imported run is its own.
 */
CREATE FUNCTION mlops_internal.openlineage_schema(facet text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE facet
            WHEN 'event' THEN 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent'
            WHEN 'mlops' THEN 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/BaseFacet'
            ELSE format('https://openlineage.io/spec/facets/%s/%sFacet.json#/$defs/%sFacet', split_part(facet, ' ', 2),
                split_part(facet, ' ', 1), split_part(facet, ' ', 1)) END
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_schema(text) IS
    'the URL of the schema of run events, or of a facet and its version; "mlops" is any facet of one''s own';

CREATE FUNCTION mlops_internal.openlineage_facet(name text, content jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT content || jsonb_build_object('_producer', 'https://github.com/mlops', '_schemaURL',
            mlops_internal.openlineage_schema(name))
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_facet(text, jsonb) IS 'a facet with its producer and schema';

CREATE FUNCTION mlops_internal.openlineage_namespace() RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('postgres://%s:%s', coalesce(host(inet_server_addr()), 'localhost'), current_setting('port'))
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_namespace() IS
    'the namespace of this server''s relations, as the client reached it';

CREATE FUNCTION mlops_internal.openlineage_run_id(run bigint) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(
            (SELECT i.id::uuid FROM mlops.imported AS i
             WHERE i.run_id = run AND i.kind = 'run' AND i.id ~ '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$'
             LIMIT 1),
            -- version 8: made by a rule of one's own
            overlay(overlay(h.md5 PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid)
        FROM md5(format('mlops %s %s %s', (SELECT c.system_identifier FROM pg_control_system() AS c),
            (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()), run)) AS h (md5)
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_run_id(bigint) IS
    'the UUID of a run: its own when it was imported, else one made of cluster, database and number';

CREATE FUNCTION mlops_internal.openlineage_dataset(a mlops.artifact, columns text[], input boolean) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object(
            'namespace', coalesce(CASE WHEN a.relation IS NOT NULL THEN mlops_internal.openlineage_namespace() END,
                substring(a.uri FROM '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*'), 'mlops'),
            'name', coalesce(current_database() || '.' || a.relation,
                nullif(substring(a.uri FROM '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*/*(.+)$'), ''), a.uri, a.name),
            'facets', jsonb_strip_nulls(jsonb_build_object(
                'schema', CASE WHEN jsonb_typeof(a.properties -> 'columns') = 'array'
                    THEN mlops_internal.openlineage_facet('SchemaDataset 1-2-0',
                        jsonb_build_object('fields', a.properties -> 'columns')) END,
                'version', CASE WHEN a.digest IS NOT NULL
                    THEN mlops_internal.openlineage_facet('DatasetVersionDataset 1-0-1',
                        jsonb_build_object('datasetVersion', a.digest)) END,
                'mlops', mlops_internal.openlineage_facet('mlops', jsonb_build_object('type', a.type, 'name', a.name,
                    'artifact', a.artifact_id, 'columns', to_jsonb(columns))))))
            || CASE WHEN jsonb_typeof(a.properties -> 'rows') = 'number' THEN jsonb_build_object(
                CASE WHEN input THEN 'inputFacets' ELSE 'outputFacets' END,
                CASE WHEN input
                    THEN jsonb_build_object('dataQualityMetrics', mlops_internal.openlineage_facet(
                        'DataQualityMetricsInputDataset 1-0-3',
                        jsonb_build_object('rowCount', a.properties -> 'rows', 'columnMetrics', '{}'::jsonb)))
                    ELSE jsonb_build_object('outputStatistics', mlops_internal.openlineage_facet(
                        'OutputStatisticsOutputDataset 1-0-2', jsonb_build_object('rowCount', a.properties -> 'rows')))
                    END) ELSE '{}' END
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_dataset(mlops.artifact, text[], boolean) IS
    'an artifact as an input or output dataset of an event, with the columns that were read or written';

CREATE FUNCTION mlops_internal.openlineage_event(r mlops.run, is_start boolean) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object(
            'eventTime', to_char((CASE WHEN is_start THEN r.started_at ELSE r.ended_at END) AT TIME ZONE 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'eventType', CASE WHEN is_start THEN 'START' WHEN r.status = 'finished' THEN 'COMPLETE' ELSE 'FAIL' END,
            'producer', 'https://github.com/mlops',
            'schemaURL', mlops_internal.openlineage_schema('event'),
            'job', jsonb_build_object('namespace', 'mlops.' || current_database(), 'name', coalesce(r.name, r.kind),
                'facets', jsonb_strip_nulls(jsonb_build_object(
                    'jobType', mlops_internal.openlineage_facet('JobTypeJob 2-0-4', jsonb_build_object(
                        'processingType', 'BATCH', 'integration', 'MLOPS', 'jobType', upper(r.kind))),
                    'sourceCodeLocation', CASE WHEN r.git_repo ~ '^[a-zA-Z][a-zA-Z0-9+.-]*://\S+$'
                        THEN mlops_internal.openlineage_facet('SourceCodeLocationJob 1-1-0', jsonb_build_object(
                            'type', 'git', 'url', r.git_repo, 'repoUrl', r.git_repo, 'path', r.git_path,
                            'version', r.git_commit)) END))),
            'run', jsonb_build_object('runId', mlops_internal.openlineage_run_id(r.run_id),
                'facets', jsonb_strip_nulls(jsonb_build_object(
                    'errorMessage', CASE WHEN NOT is_start AND r.status = 'failed'
                        THEN mlops_internal.openlineage_facet('ErrorMessageRun 1-0-1', jsonb_build_object(
                            'message', coalesce(r.error, ''), 'programmingLanguage', 'SQL')) END))
                    || jsonb_build_object('mlops', mlops_internal.openlineage_facet('mlops', jsonb_build_object(
                        'run', r.run_id, 'kind', r.kind, 'owner', r.owner_name, 'params', mlops.run_params(r.run_id),
                        'metrics', CASE WHEN is_start THEN '{}' ELSE mlops.run_metrics(r.run_id) END)))),
            'inputs', (SELECT coalesce(jsonb_agg(mlops_internal.openlineage_dataset(a, e.columns, true)
                           ORDER BY a.artifact_id), '[]')
                       FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                       WHERE e.run_id = r.run_id AND e.direction = 'input' AND NOT is_start),
            'outputs', (SELECT coalesce(jsonb_agg(mlops_internal.openlineage_dataset(a, e.columns, false)
                            ORDER BY a.artifact_id), '[]')
                        FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                        WHERE e.run_id = r.run_id AND e.direction = 'output' AND NOT is_start))
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_event(mlops.run, boolean) IS
    'the event of a run''s start or end';

CREATE FUNCTION mlops.openlineage_events(run bigint DEFAULT NULL, since timestamptz DEFAULT NULL)
    RETURNS TABLE (event_time timestamptz, run_id bigint, event jsonb)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT e.at, r.run_id, mlops_internal.openlineage_event(r, e.is_start)
        FROM mlops.run AS r
            CROSS JOIN LATERAL (VALUES (r.started_at, true), (r.ended_at, false)) AS e (at, is_start)
        WHERE e.at IS NOT NULL AND (openlineage_events.run IS NULL OR r.run_id = openlineage_events.run)
          AND (since IS NULL OR e.at >= since)
        ORDER BY e.at, r.run_id, e.is_start DESC
    $$;
COMMENT ON FUNCTION mlops.openlineage_events(bigint, timestamptz) IS
    'starts and ends of your runs, or of one, since a time as OpenLineage run events, in the order of time; inputs and '
    'outputs are in that of the end';

/*
 * In: events come in any order and more than once; what a run read and wrote adds up.
 */
CREATE FUNCTION mlops_internal.openlineage_time(event jsonb) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN CASE WHEN event ->> 'eventTime' ~ '^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$'
            THEN (event ->> 'eventTime')::timestamptz END;
    EXCEPTION WHEN data_exception THEN
        RETURN NULL;            -- the 30th of February
    END
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_time(jsonb) IS 'when an event happened; NULL when it does not say so';

CREATE FUNCTION mlops_internal.openlineage_check(event jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        most CONSTANT bigint := pg_size_bytes(current_setting('mlops.max_object_size'));
        problem text := CASE
            WHEN jsonb_typeof(event) IS DISTINCT FROM 'object' THEN 'it is no JSON object'
            WHEN event -> 'run' ->> 'runId' IS NULL OR event -> 'run' ->> 'runId'
                !~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$' THEN 'run.runId is no UUID'
            WHEN jsonb_typeof(event -> 'job' -> 'namespace') IS DISTINCT FROM 'string'
                OR jsonb_typeof(event -> 'job' -> 'name') IS DISTINCT FROM 'string'
                THEN 'job.namespace and job.name are not both there'
            WHEN mlops_internal.openlineage_time(event) IS NULL THEN 'eventTime is no time with a zone'
            WHEN coalesce(event ->> 'eventType', 'OTHER')
                NOT IN ('START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER') THEN 'eventType is unknown' END;
    BEGIN
        IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'not a run event of OpenLineage: ' || problem,
                HINT = 'See https://openlineage.io/spec/2-0-2/OpenLineage.json.';
        ELSIF octet_length(event::text) > most THEN
            RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
                MESSAGE = format('a run event has %s bytes, more than %s', octet_length(event::text),
                    pg_size_pretty(most)),
                HINT = 'Leave facets out; mlops.max_object_size is the administrator''s limit.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_check(jsonb) IS
    'error 22023 unless that is a run event: runId, job, eventTime, eventType; 54000 beyond mlops.max_object_size';

/* Of the events of a run those are kept that fit into the limit; of older ones it is known that they came. */
CREATE FUNCTION mlops_internal.openlineage_events_kept(events jsonb, digest text, event jsonb) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN octet_length(events::text) + octet_length(event::text)
                <= pg_size_bytes(current_setting('mlops.max_object_size')) THEN events
            ELSE (SELECT jsonb_object_agg(k, NULL) FROM jsonb_object_keys(events) AS k) END
            || jsonb_build_object(digest, event)
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_events_kept(jsonb, text, jsonb) IS
    'what is kept of the events of a run, by their MD5, with one more';

CREATE FUNCTION mlops_internal.openlineage_place(dataset jsonb, OUT relation text, OUT uri text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        parts text[];
    BEGIN
        IF dataset ->> 'namespace' = mlops_internal.openlineage_namespace() THEN
            parts := parse_ident(dataset ->> 'name');
            IF cardinality(parts) = 3 AND parts[1] = current_database() THEN
                relation := format('%I.%I', parts[2], parts[3]);
            END IF;
        END IF;
        uri := CASE WHEN relation IS NULL THEN left(CASE WHEN dataset ->> 'namespace' ~ '://' THEN
            rtrim(dataset ->> 'namespace', '/') || '/' || ltrim(dataset ->> 'name', '/')
            ELSE (dataset ->> 'namespace') || ':' || (dataset ->> 'name') END, 2000) END;
    EXCEPTION WHEN invalid_parameter_value THEN
        uri := left((dataset ->> 'namespace') || '/' || (dataset ->> 'name'), 2000);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.openlineage_place(jsonb) IS
    'where a dataset lies: a relation of this database, or a URI';

CREATE FUNCTION mlops_internal.import_openlineage(event jsonb, owner regrole, caller mlops_internal.caller)
    RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT name := mlops_internal.caller_name(caller);
        source bigint;
        s mlops.import_source;
        run_uuid CONSTANT text := lower(event -> 'run' ->> 'runId');
        at CONSTANT timestamptz := mlops_internal.openlineage_time(event);
        ended CONSTANT text := CASE event ->> 'eventType' WHEN 'COMPLETE' THEN 'finished' WHEN 'FAIL' THEN 'failed'
            WHEN 'ABORT' THEN 'failed' END;
        kind CONSTANT text := coalesce(event -> 'run' -> 'facets' -> 'mlops' ->> 'kind', 'materialization');
        digest CONSTANT text := md5(event::text);
        known mlops.imported;
        run bigint;
        d record;
    BEGIN
        PERFORM mlops_internal.openlineage_check(event);
        event := mlops_internal.without_credentials(event);
        source := mlops_internal.begin_import('openlineage', left(event -> 'job' ->> 'namespace', 200), owner, caller);
        SELECT * INTO s FROM mlops.import_source AS x WHERE x.source_id = source;
        SELECT * INTO known FROM mlops.imported AS i
            WHERE i.source_id = s.source_id AND i.kind = 'run' AND i.id = run_uuid;
        run := known.run_id;
        IF known.source_id IS NULL THEN
            INSERT INTO mlops.run AS r (kind, name, status, started_at, ended_at, started_by, owner_oid, owner_name)
                VALUES (CASE WHEN kind IN ('training', 'evaluation', 'batch_prediction', 'monitoring', 'deployment')
                        THEN kind ELSE 'materialization' END,
                    regexp_replace(left(event -> 'job' ->> 'name', 200), '[[:cntrl:]]', ' ', 'g'), 'running',
                    least(at, now() - interval '1 microsecond'), NULL,
                    who, s.owner_oid, s.owner_name)
                RETURNING r.run_id INTO run;
        ELSIF run IS NULL OR known.properties -> 'events' ? digest THEN
            RETURN run;         -- deleted here, or told before
        END IF;
        IF ended = 'finished' THEN
            PERFORM mlops_internal.check_finish(run, caller);
        END IF;
        -- what ends in the future would be the newest for ever
        UPDATE mlops.run AS r
            SET started_at = least(r.started_at, at), status = coalesce(ended, r.status),
                ended_at = CASE WHEN ended IS NOT NULL THEN least(at, clock_timestamp()) ELSE r.ended_at END,
                error = CASE WHEN ended = 'failed' THEN left(coalesce(
                    event -> 'run' -> 'facets' -> 'errorMessage' ->> 'message', event ->> 'eventType'), 4000)
                    WHEN ended IS NULL THEN r.error END
            WHERE r.run_id = run AND (ended IS NOT NULL OR at < r.started_at);
        FOR d IN SELECT k.direction, x AS item
                 FROM (VALUES ('input', event -> 'inputs'), ('output', event -> 'outputs')) AS k (direction, items),
                     LATERAL jsonb_array_elements(CASE jsonb_typeof(k.items) WHEN 'array' THEN k.items END) AS x
        LOOP
            CONTINUE WHEN jsonb_typeof(d.item -> 'namespace') IS DISTINCT FROM 'string'
                OR jsonb_typeof(d.item -> 'name') IS DISTINCT FROM 'string';
            IF (d.item ->> 'namespace') || (d.item ->> 'name') ~ '[[:cntrl:]]' THEN
                RAISE NOTICE USING MESSAGE = format('a dataset of run %s is left out: its name has a control character',
                    run_uuid);
                CONTINUE;
            END IF;
            PERFORM mlops_internal.add_past_edge(run, mlops_internal.add_artifact('dataset',
                left(d.item ->> 'name', 200), p.relation, p.uri,
                left(d.item -> 'facets' -> 'version' ->> 'datasetVersion', 200),
                jsonb_strip_nulls(jsonb_build_object('columns', d.item -> 'facets' -> 'schema' -> 'fields', 'rows',
                    coalesce(d.item -> 'inputFacets' -> 'dataQualityMetrics' -> 'rowCount',
                        d.item -> 'outputFacets' -> 'outputStatistics' -> 'rowCount'),
                    'facets', d.item -> 'facets')), s.owner_oid, s.owner_name), d.direction)
                FROM mlops_internal.openlineage_place(d.item) AS p;
        END LOOP;
        PERFORM mlops_internal.note_imported(s.source_id, 'run', jsonb_build_object('id', run_uuid, 'digest', digest,
            'doc', jsonb_build_object('events', mlops_internal.openlineage_events_kept(
                coalesce(known.properties -> 'events', '{}'), digest, event))), run);
        RETURN run;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.import_openlineage(jsonb, regrole, mlops_internal.caller) IS
    'mlops.import_openlineage on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.import_openlineage(jsonb, regrole, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops.import_openlineage(event jsonb, owner regrole DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.import_openlineage(mlops_internal.without_credentials(event), owner,
        mlops_internal.caller());
COMMENT ON FUNCTION mlops.import_openlineage(jsonb, regrole) IS
    'take over a run event of OpenLineage and return its run_id; events of one run come in any order and more than '
    'once; relations of this database are recognised; error 22023 when it is no run event';
REVOKE ALL ON FUNCTION mlops.import_openlineage(jsonb, regrole) FROM PUBLIC;

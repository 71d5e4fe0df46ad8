/*
 * Evidence: what an alert rested on, kept with it.  It is written when an alert opens
 * or becomes critical, for the 100 that matter most in a window, and holds no values
 * of rows: "query" is text that lists some, run by who reads it, under their rights.
 */
CREATE FUNCTION mlops_internal.example_query(def mlops.monitor_version, a mlops.alert, detail jsonb) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        slice jsonb := (SELECT s FROM jsonb_array_elements(to_jsonb(def.slices)) AS s
                        WHERE coalesce(s ->> 'name', s #>> '{}') = a.slice_column::text LIMIT 1);
        columns text[] := CASE WHEN slice ? 'columns' THEN ARRAY(SELECT jsonb_array_elements_text(slice -> 'columns'))
                               WHEN slice ? 'expression' THEN NULL ELSE ARRAY[a.slice_column::text] END;
        members text[];
        top jsonb := detail -> 'top';
        conditions text[];
    BEGIN
        conditions := ARRAY[mlops_internal.time_condition(def, def.relation, a.last_window_lo, a.last_window_hi)];
        IF a.slice_value IS DISTINCT FROM '(other)' THEN
            members := CASE WHEN cardinality(columns) > 1 AND a.slice_value IS NOT NULL
                            THEN ARRAY(SELECT jsonb_array_elements_text(a.slice_value::jsonb))
                            ELSE ARRAY[a.slice_value] END;
        END IF;
        IF slice ? 'expression' AND a.slice_value IS DISTINCT FROM '(other)' THEN
            conditions := conditions || format('(%s)::text IS NOT DISTINCT FROM %L', slice ->> 'expression',
                a.slice_value);
        ELSIF a.slice_column IS NOT NULL AND a.slice_value IS DISTINCT FROM '(other)' THEN
            conditions := conditions || ARRAY(
                SELECT format('t.%I::text IS NOT DISTINCT FROM %L', c, members[k])
                FROM unnest(columns) WITH ORDINALITY AS u (c, k));
        END IF;
        IF a.column_name IS NOT NULL AND a.metric IN ('null_rate', 'missing_rate') THEN
            conditions := conditions || format('t.%I IS NULL', a.column_name);
        ELSIF a.column_name IS NOT NULL AND jsonb_typeof(top) = 'object' THEN
            -- the bin or category that gained most
            conditions := conditions || CASE WHEN top ? 'value' THEN format('t.%I::text = %L', a.column_name,
                    top ->> 'value') END
                || CASE WHEN jsonb_typeof(top -> 'above') = 'number' THEN format('t.%I > %s', a.column_name,
                    top ->> 'above') END
                || CASE WHEN jsonb_typeof(top -> 'below') = 'number' THEN format('t.%I <= %s', a.column_name,
                    top ->> 'below') END;
        END IF;
        RETURN format('SELECT * FROM %s AS t WHERE %s LIMIT 100', def.relation_name,
            array_to_string(conditions, ' AND '));
    EXCEPTION WHEN OTHERS THEN
        -- the relation is gone, or its columns are not what they were: that is no reason to be silent
        RETURN NULL;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.example_query(mlops.monitor_version, mlops.alert, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.example_query(mlops.monitor_version, mlops.alert, jsonb) IS
    'a statement that lists rows of an alert''s newest window, slice and, where it is known, value; NULL when it '
    'cannot be made';

CREATE FUNCTION mlops_internal.write_evidence(m mlops.monitor, def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        wanted bigint[];
    BEGIN
        SELECT array_agg(x.alert_id) INTO wanted
        FROM (SELECT a.alert_id FROM mlops.alert AS a
              WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved'
                AND a.last_window_lo = write_evidence.window_lo AND a.last_window_hi = write_evidence.window_hi
                AND a.last_bad_hi = a.last_window_hi
                AND NOT EXISTS (SELECT FROM mlops.evidence AS e WHERE e.alert_id = a.alert_id
                                AND (e.window_lo = write_evidence.window_lo OR e.body ->> 'severity' = 'critical'
                                     OR a.severity = 'warning'))
              ORDER BY a.severity, a.inhibited_by IS NOT NULL, a.slice_column NULLS FIRST,
                  mlops_internal.cause_rank(a.cause), a.alert_id LIMIT 100) AS x;
        IF wanted IS NULL THEN
            RETURN;
        END IF;
        WITH past AS MATERIALIZED (
            SELECT w.window_lo, w.window_hi
            FROM mlops_internal.windows_before(m.monitor_id, write_evidence.window_lo, write_evidence.window_hi,
                29) AS w
            UNION ALL SELECT write_evidence.window_lo, write_evidence.window_hi
        ), subject AS MATERIALIZED (
            SELECT a.*, ROW(a.metric, a.column_name, a.slice_column, a.slice_value, a.reference,
                            a.rule ->> 'granularity')::text AS key
            FROM mlops.alert AS a WHERE a.alert_id = ANY (wanted)
        ), kept AS MATERIALIZED (
            SELECT h.* FROM past AS p, LATERAL (
                SELECT o.observation_id, o.window_lo, o.value, o.verdict,
                       ROW(o.metric, o.column_name, o.slice_column, o.slice_value, o.reference,
                           o.rule ->> 'granularity')::text AS key
                FROM mlops.observation AS o
                WHERE o.monitor_id = m.monitor_id AND o.window_lo = p.window_lo AND o.window_hi = p.window_hi
                OFFSET 0) AS h
        ), history AS MATERIALIZED (
            SELECT s.alert_id, jsonb_agg(jsonb_build_array(h.window_lo, h.value, h.verdict)
                       ORDER BY h.window_lo) AS last,
                   (array_agg(h.observation_id ORDER BY h.window_lo DESC))[1] AS observation_id
            FROM kept AS h JOIN subject AS s USING (key)
            GROUP BY s.alert_id
        ), code AS MATERIALIZED (
            SELECT v.version, v.git_commit FROM mlops.version AS v JOIN mlops.deployment AS d USING (version_id)
            WHERE v.model_id = m.model_id AND d.until IS NULL AND d.role = 'champion'
            ORDER BY d.since DESC LIMIT 1
        ), upstream AS MATERIALIZED (
            SELECT coalesce(jsonb_agg(u.run ORDER BY u.depth, u.run_id DESC), '[]') AS runs
            FROM (SELECT r.run_id, n.depth, jsonb_build_object('run', r.run_id, 'name', left(r.name, 200),
                             'kind', r.kind,
                             'status', r.status, 'started_at', r.started_at, 'commit', r.git_commit) AS run
                  FROM mlops_internal.relation_upstream(def.relation_name, m.owner_oid) AS n
                  JOIN mlops.run AS r ON r.run_id = n.node_id
                  WHERE n.node_kind = 'run' AND mlops_internal.owned_by(r.owner_oid, r.owner_name, m.owner_oid)
                    AND r.started_at >= (SELECT min(s.first_window_lo) FROM subject AS s)
                  ORDER BY n.depth, r.run_id DESC LIMIT 10) AS u
        ), body AS (
            SELECT s.alert_id, jsonb_build_object('severity', s.severity, 'cause', s.cause, 'metric', s.metric,
                       'column', s.column_name, 'slice', s.slice_column, 'slice_value', s.slice_value,
                       'reference', s.reference, 'message', s.message, 'rule', s.rule,
                       'value', o.value, 'lower', o.lower, 'upper', o.upper, 'p_value', o.p_value,
                       'p_adjusted', o.p_adjusted, 'n', o.n, 'reference_value', o.reference_value,
                       'onset', s.first_window_lo, 'last', h.last, 'definition_version', m.version,
                       'model_version', (SELECT c.version FROM code AS c),
                       'commit', (SELECT c.git_commit FROM code AS c),
                       'upstream', (SELECT u.runs FROM upstream AS u),
                       'query', left(mlops_internal.example_query(def, (SELECT x FROM mlops.alert AS x
                           WHERE x.alert_id = s.alert_id), o.detail), 8000)) AS body, o.detail
            FROM subject AS s JOIN history AS h USING (alert_id)
            JOIN mlops.observation AS o ON o.observation_id = h.observation_id
        )
        INSERT INTO mlops.evidence (alert_id, window_lo, window_hi, body)
        SELECT b.alert_id, write_evidence.window_lo, write_evidence.window_hi,
               CASE WHEN octet_length(b.body::text) + octet_length(coalesce(b.detail::text, '')) <= 65000
                    THEN b.body || jsonb_build_object('detail', b.detail)
                    WHEN octet_length(b.body::text) <= 65000 THEN b.body || '{"detail": "too large to keep"}'
                    ELSE jsonb_build_object('severity', b.body -> 'severity', 'detail', 'too large to keep') END
        FROM body AS b
        ON CONFLICT ON CONSTRAINT evidence_pkey DO NOTHING;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.write_evidence(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.write_evidence(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz) IS
    'keep what alerts that a window opened, or made critical, rest on: of at most 100 alerts, at most 64 kB each';

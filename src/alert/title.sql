/*
 * What is wrong, in words, and the labels that routes match.
 */
CREATE FUNCTION mlops_internal.relation_upstream(relation text, owner oid)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT n.depth, n.node_kind, n.node_id
        FROM mlops_internal.lineage_walk('{}', ARRAY(
            SELECT a.artifact_id FROM mlops.artifact AS a
            WHERE a.place = relation_upstream.relation
              AND mlops_internal.owned_by(a.owner_oid, a.owner_name, relation_upstream.owner)), true, 6) AS n
    $$;
COMMENT ON FUNCTION mlops_internal.relation_upstream(text, oid) IS
    'runs and artifacts that a relation comes from, as its owner recorded it, nearest first, six steps at most';
REVOKE ALL ON FUNCTION mlops_internal.relation_upstream(text, oid) FROM PUBLIC;

CREATE FUNCTION mlops_internal.upstream_words(def mlops.monitor_version, owner oid) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        -- the nearest artifact that the relation comes from, and the run that wrote it last; of the monitor's owner
        SELECT format(' (%s %s%s)', left(a.type, 40), left(coalesce(a.place, a.name), 200),
                      (SELECT format(', last written by run %s%s, %s', r.run_id, ' ("' || left(r.name, 100) || '")',
                                     to_char(coalesce(r.ended_at, r.started_at) AT TIME ZONE 'UTC',
                                         'YYYY-MM-DD HH24:MI"Z"'))
                       FROM mlops.edge AS e JOIN mlops.run AS r USING (run_id)
                       WHERE e.artifact_id = a.artifact_id AND e.direction = 'output'
                         AND mlops_internal.owned_by(r.owner_oid, r.owner_name, upstream_words.owner)
                       ORDER BY r.run_id DESC LIMIT 1))
        FROM mlops_internal.relation_upstream(def.relation_name, upstream_words.owner) AS n
        JOIN mlops.artifact AS a ON a.artifact_id = n.node_id
        WHERE n.node_kind = 'artifact' AND n.depth > 0 AND a.type <> 'code'
          AND mlops_internal.owned_by(a.owner_oid, a.owner_name, upstream_words.owner)
        ORDER BY n.depth, a.artifact_id DESC LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.upstream_words(mlops.monitor_version, oid) IS
    'where the rows of a monitor come from, as its owner recorded it: nearest artifact and its last run; NULL when '
    'nothing was recorded';
REVOKE ALL ON FUNCTION mlops_internal.upstream_words(mlops.monitor_version, oid) FROM PUBLIC;

CREATE FUNCTION mlops_internal.named_message(a mlops.alert) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT concat_ws(', ', CASE WHEN strpos(m.message, a.slice_value) = 0
                   THEN format('%s = %s', a.slice_column, a.slice_value) END,
                   CASE WHEN strpos(m.message, a.column_name) = 0 THEN a.column_name || ': ' ELSE '' END || m.message)
        FROM (SELECT coalesce(a.message, format('%s is wrong', a.metric)) AS message) AS m
    $$;
COMMENT ON FUNCTION mlops_internal.named_message(mlops.alert) IS
    'what an alert says, with its column and slice where it does not name them';
REVOKE ALL ON FUNCTION mlops_internal.named_message(mlops.alert) FROM PUBLIC;

CREATE FUNCTION mlops_internal.incident_title(m mlops.monitor, def mlops.monitor_version, i mlops.incident,
    window_lo timestamptz, window_hi timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a record;
        n_judged bigint;
        many boolean := false;
        shift record;
        move double precision;
        words text;
    BEGIN
        SELECT count(*) AS live,
               count(DISTINCT x.column_name) FILTER (WHERE x.cause IN ('input', 'quality')
                   AND extract(epoch FROM x.first_window_lo - i.onset_lo)
                       <= extract(epoch FROM window_hi - window_lo) / 2) AS at_once,
               count(DISTINCT x.column_name) FILTER (WHERE x.cause = 'input') AS drifted,
               (array_agg(mlops_internal.named_message(x)
                          ORDER BY x.inhibited_by IS NOT NULL, x.severity, mlops_internal.cause_rank(x.cause),
                          x.slice_column NULLS FIRST, x.alert_id))[1] AS worst
        INTO a FROM mlops.alert AS x WHERE x.incident_id = i.incident_id AND x.state <> 'resolved';
        IF a.at_once >= 3 THEN
            SELECT count(DISTINCT o.column_name) INTO n_judged FROM mlops.observation AS o
            WHERE o.monitor_id = m.monitor_id AND o.window_lo = incident_title.window_lo
              AND o.window_hi = incident_title.window_hi AND o.rule IS NOT NULL AND o.column_name IS NOT NULL
              AND o.slice_column IS NULL AND o.verdict IN ('ok', 'warning', 'critical', 'error')
              AND o.column_name IS DISTINCT FROM def.score_column
              AND o.column_name IS DISTINCT FROM def.prediction_column
              AND o.column_name IS DISTINCT FROM def.label_column;
            -- a window without rows judges none
            many := n_judged BETWEEN a.at_once AND 2 * a.at_once - 1;
        END IF;
        IF many THEN
            words := format('%s of %s inputs changed at once: suspect the pipeline', a.at_once, n_judged)
                || coalesce(mlops_internal.upstream_words(def, m.owner_oid), '');
        ELSIF a.drifted > 1 THEN
            words := format('%s inputs drifted', a.drifted);
        END IF;
        IF a.drifted > 1 THEN
            SELECT count(*) AS n, (array_agg(x.column_name ORDER BY abs(s.es) DESC, x.column_name))[1] AS top,
                   (array_agg(s.es ORDER BY abs(s.es) DESC, x.column_name))[1] AS es,
                   count(*) FILTER (WHERE s.eta2 < 0.01 AND abs(s.es) < 0.05) AS not_felt
            INTO shift
            FROM mlops_internal.alert_shifts(m.monitor_id, window_lo, window_hi) AS s
            JOIN mlops.alert AS x USING (alert_id) WHERE x.incident_id = i.incident_id;
            IF shift.n > 0 THEN
                move := mlops_internal.score_move(def, window_lo, window_hi);
                words := words || format('; `%s` explains %s%s', shift.top, round(abs(shift.es)::numeric, 2),
                        coalesce(format(' of %s sd of the score''s %s', round(abs(move)::numeric, 2),
                            CASE WHEN move < 0 THEN 'fall' ELSE 'rise' END), ' sd of the score'))
                    || CASE WHEN shift.not_felt > 0 THEN format('; %s not felt', shift.not_felt) ELSE '' END;
            END IF;
        END IF;
        IF words IS NULL OR i.cause <> 'input' AND NOT (i.cause = 'quality' AND many) THEN
            words := a.worst || coalesce('; ' || words, CASE WHEN a.live > 1 THEN format(' and %s more', a.live - 1)
                                                             ELSE '' END);
        END IF;
        RETURN left(words, 500);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.incident_title(mlops.monitor, mlops.monitor_version, mlops.incident, timestamptz,
    timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.incident_title(mlops.monitor, mlops.monitor_version, mlops.incident, timestamptz,
        timestamptz) IS 'what is wrong with an incident''s live alerts, in one line';

CREATE FUNCTION mlops_internal.incident_labels(m mlops.monitor, i mlops.incident) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.monitor_labels(m) || jsonb_build_object('cause', i.cause, 'severity', i.severity,
            'metric', coalesce(jsonb_agg(DISTINCT l.labels -> 'metric'), '[]'),
            'column', coalesce(jsonb_agg(DISTINCT l.labels -> 'column')
                FILTER (WHERE l.labels ->> 'column' IS NOT NULL), '[]'),
            'slice', coalesce(jsonb_agg(DISTINCT l.labels -> 'slice')
                FILTER (WHERE l.labels ->> 'slice' IS NOT NULL), '[]'))
        FROM (SELECT mlops_internal.alert_labels(a) AS labels FROM mlops.alert AS a
              WHERE a.incident_id = i.incident_id AND a.state <> 'resolved'
              ORDER BY a.severity, a.alert_id LIMIT 200) AS l
    $$;
COMMENT ON FUNCTION mlops_internal.incident_labels(mlops.monitor, mlops.incident) IS
    'labels of an incident: those of its monitor, cause, severity, and lists of what its alerts have, of at most 200';
REVOKE ALL ON FUNCTION mlops_internal.incident_labels(mlops.monitor, mlops.incident) FROM PUBLIC;

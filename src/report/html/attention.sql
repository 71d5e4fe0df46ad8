/* What needs a person: incidents that are open, with what they rest on and the statement that answers. */

/* The alerts of an incident; a bar says how far the value is beyond its limit. */
CREATE FUNCTION mlops_internal.report_alerts(scope mlops_internal.report_scope, of_incident bigint) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH alert AS MATERIALIZED (
        SELECT a.*, mlops_internal.report_subject(a.metric, a.column_name, a.slice_column, a.slice_value) AS subject,
               coalesce(x.rule -> a.severity, x.rule -> 'warning') AS bounds, e.body,
               row_number() OVER (ORDER BY a.severity, a.inhibited_by IS NOT NULL, a.slice_column NULLS FIRST,
                   a.alert_id) AS place
        FROM mlops.open_alert AS a JOIN mlops.alert AS x USING (alert_id)
        LEFT JOIN LATERAL (SELECT v.body FROM mlops.evidence AS v WHERE v.alert_id = a.alert_id
                           ORDER BY v.window_lo DESC LIMIT 1) AS e ON true
        WHERE a.incident_id = of_incident
    ), numbers AS (
        SELECT jsonb_agg(jsonb_build_array(a.subject, jsonb_build_object('status', a.severity), a.value,
                   coalesce((a.bounds ->> 'above')::float8, (a.bounds ->> 'below')::float8), a.n_windows,
                   mlops_internal.report_time(a.first_window_lo, scope.time_zone),
                   CASE WHEN a.bounds IS NULL THEN a.message ELSE 'beyond its limit' END) ORDER BY a.place) AS rows,
               jsonb_agg(jsonb_build_object('name', a.subject, 'value', a.value, 'limit',
                   coalesce((a.bounds ->> 'above')::float8, (a.bounds ->> 'below')::float8), 'severity', a.severity)
                   ORDER BY a.place)
                   FILTER (WHERE a.value IS NOT NULL AND a.metric = 'psi' AND a.bounds ?| '{above,below}') AS bars
        FROM alert AS a WHERE a.place <= 12
    )
    SELECT mlops_internal.html_table('{what,severity,value,limit,windows,since,found}'::text[], n.rows,
               jsonb_build_object('caption', format('Alerts of incident %s', of_incident)
                   || CASE WHEN t.n > 12 THEN format(', 12 of %s', t.n) ELSE '' END))
        || coalesce(CASE WHEN jsonb_array_length(n.bars) > 1 THEN mlops_internal.html_figure(
               mlops.svg_bars(n.bars, '{"title": "PSI against its limit, the tick"}'), (
                   SELECT mlops_internal.html_table('{what,value,limit,severity}'::text[], jsonb_agg(jsonb_build_array(
                              b.bar -> 'name', b.bar -> 'value', b.bar -> 'limit',
                              jsonb_build_object('status', b.bar ->> 'severity')) ORDER BY b.i),
                              '{"caption": "PSI against its limit"}')
                   FROM jsonb_array_elements(n.bars) WITH ORDINALITY AS b (bar, i)), NULL) END, '')
        || coalesce((SELECT mlops_internal.html_sql(a.body ->> 'query', 'SQL: rows that this rests on')
                     FROM alert AS a WHERE a.body ->> 'query' IS NOT NULL ORDER BY a.place LIMIT 1), '')
        || coalesce((SELECT '<p class="muted">Ran upstream since then: ' || mlops_internal.markup(string_agg(
                         concat_ws(' ', 'run', r ->> 'run', r ->> 'kind', r ->> 'name', r ->> 'status'), '; '
                         ORDER BY k)) || E'</p>\n'
                     FROM (SELECT a.body FROM alert AS a WHERE jsonb_typeof(a.body -> 'upstream') = 'array'
                           ORDER BY a.place LIMIT 1) AS b, jsonb_array_elements(b.body -> 'upstream')
                           WITH ORDINALITY AS u (r, k) WHERE k <= 3), '')
    FROM numbers AS n, (SELECT count(*) AS n FROM alert) AS t WHERE t.n > 0
    $$;
COMMENT ON FUNCTION mlops_internal.report_alerts(mlops_internal.report_scope, bigint) IS
    'live alerts of an incident with their evidence; NULL when there are none';

CREATE FUNCTION mlops_internal.report_incident(scope mlops_internal.report_scope, i mlops.open_incident) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(E'<article class="card %s"><h3>%s %s</h3>\n<p>', i.severity, mlops_internal.html_status(i.severity),
                  mlops_internal.markup(i.title))
        || mlops_internal.markup(concat_ws(', ', 'Incident ' || i.incident_id, i.state, 'cause: ' || i.cause,
               'since ' || mlops_internal.report_time(i.onset_lo, scope.time_zone),
               'newest window to ' || mlops_internal.report_time(i.last_window_hi, scope.time_zone),
               CASE WHEN i.n_opened > 1 THEN 'opened ' || i.n_opened || ' times' END,
               'looked after by ' || i.acked_by || coalesce(' (' || (
                   SELECT e.note FROM mlops.alert_event AS e
                   WHERE e.incident_id = i.incident_id AND e.alert_id IS NULL AND e.event = 'acknowledged'
                   ORDER BY e.event_id DESC LIMIT 1) || ')', ''),
               'silenced until ' || mlops_internal.report_time(i.silenced_until, scope.time_zone),
               i.silence_reason, CASE WHEN i.notices = 1 THEN 'one notice' WHEN i.notices > 1
                                      THEN i.notices || ' notices' ELSE 'nobody was told' END))
        || E'.</p>\n' || coalesce(mlops_internal.report_alerts(scope, i.incident_id), '')
        || CASE WHEN i.acked_by IS NULL THEN '<p class="muted">To look after it:</p><pre tabindex="0"><code>'
               || format('SELECT mlops.ack_incident(%s, note => ''...'');', i.incident_id)
               || E'</code></pre>\n' ELSE '' END
        || E'</article>\n'
    $$;
COMMENT ON FUNCTION mlops_internal.report_incident(mlops_internal.report_scope, mlops.open_incident) IS
    'an open incident: what, how bad, since when, who has it, its alerts, how to answer';

CREATE FUNCTION mlops_internal.report_attention(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        most CONSTANT integer := 10;
        named CONSTANT text := (SELECT m.name FROM mlops.monitor AS m WHERE m.monitor_id = scope.monitor_id);
        n bigint := (SELECT count(*) FROM mlops.open_incident AS i WHERE i.monitor = named);
        open text := (
            SELECT string_agg(mlops_internal.report_incident(scope, i), '' ORDER BY i.place)
            FROM (SELECT i, row_number() OVER (ORDER BY i.severity, i.onset_lo, i.incident_id) AS place
                  FROM mlops.open_incident AS i WHERE i.monitor = named) AS i WHERE i.place <= most);
        pending jsonb := (
            SELECT jsonb_agg(p.row ORDER BY p.place)
            FROM (SELECT jsonb_build_array(mlops_internal.report_subject(a.metric, a.column_name, a.slice_column,
                             a.slice_value), jsonb_build_object('status', a.severity), a.value, a.message) AS row,
                         row_number() OVER (ORDER BY a.severity, a.metric, a.column_name, a.slice_column, a.slice_value)
                             AS place
                  FROM mlops.open_alert AS a WHERE a.monitor = named AND a.state = 'pending') AS p
            WHERE p.place <= most);
        past jsonb := (
            SELECT jsonb_agg(p.row ORDER BY p.place)
            FROM (SELECT jsonb_build_array(i.title, jsonb_build_object('status', i.severity), i.cause,
                             mlops_internal.report_time(i.onset_lo, scope.time_zone),
                             mlops_internal.report_time(i.last_bad_hi, scope.time_zone), i.resolved_by::text,
                             (SELECT count(*) FROM mlops.alert AS a WHERE a.incident_id = i.incident_id)) AS row,
                         row_number() OVER (ORDER BY i.onset_lo DESC, i.incident_id DESC) AS place
                  FROM mlops.incident AS i
                  WHERE i.monitor_id = scope.monitor_id AND i.state = 'resolved'
                    AND (i.last_bad_hi < scope.from_time) IS NOT TRUE AND (i.onset_lo > scope.to_time) IS NOT TRUE)
                 AS p WHERE p.place <= most);
    BEGIN
        IF scope.monitor_id IS NULL THEN
            RETURN NULL;
        END IF;
        RETURN mlops_internal.html_section('attention', 'What needs a person?', concat(
            coalesce(open, E'<p>Nothing: no incident is open.</p>\n'),
            CASE WHEN n > most THEN format(E'<p>%s of %s incidents are shown.</p>\n', most, n) END,
            CASE WHEN pending IS NOT NULL THEN E'<h3>Not yet often enough for an alert</h3>\n'
                || mlops_internal.html_table('{what,severity,value,found}'::text[], pending,
                    '{"caption": "Bad windows that are too few for an alert"}') END,
            CASE WHEN past IS NOT NULL THEN E'<h3>Over</h3>\n'
                || mlops_internal.html_table('{incident,severity,cause,from,to,ended by,alerts}'::text[], past,
                    '{"caption": "Incidents that are resolved, the newest first"}') END));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_attention(mlops_internal.report_scope) IS
    'section of a page: open incidents, what may become one, those that are over';

/*
 * report: what a BI tool reads.  Views are contracts: columns in reading order,
 * one row for one thing.  They run with the reader's rights (security_invoker),
 * so row security decides what each role sees.
 */
CREATE VIEW mlops.model_overview WITH (security_invoker = true) AS
    SELECT m.name AS model, m.task, m.description, m.owner_name AS owner,
           v.version, v.stage, v.created_at AS registered_at,
           (SELECT pg_catalog.array_agg(a.alias ORDER BY a.alias) FROM mlops.alias AS a
             WHERE a.version_id = v.version_id AND a.until IS NULL) AS aliases,
           (SELECT pg_catalog.array_agg(e.name || ' (' || d.role || ')' ORDER BY e.name, d.role)
              FROM mlops.deployment AS d JOIN mlops.endpoint AS e ON e.endpoint_id = d.endpoint_id
             WHERE d.version_id = v.version_id AND d.until IS NULL) AS live_at,
           v.params, v.metrics, v.git_commit, v.git_dirty, v.run_id AS training_run,
           m.archived_at IS NOT NULL AS archived, m.tags AS model_tags, v.tags AS version_tags,
           v.description AS version_description
      FROM mlops.model AS m LEFT JOIN mlops.version AS v ON v.model_id = m.model_id AND v.deleted_at IS NULL
     WHERE m.deleted_at IS NULL;
COMMENT ON VIEW mlops.model_overview IS
    'models with their versions: stage, present aliases, endpoints where a version is live, parameters, metrics, '
    'code; a model without versions has one row; what was deleted has none';
COMMENT ON COLUMN mlops.model_overview.model IS 'name of the model';
COMMENT ON COLUMN mlops.model_overview.task IS 'binary, multiclass, regression or ranking';
COMMENT ON COLUMN mlops.model_overview.description IS 'what it predicts, in words';
COMMENT ON COLUMN mlops.model_overview.owner IS 'role that owns the model';
COMMENT ON COLUMN mlops.model_overview.version IS 'number of the version, from 1; NULL for a model without versions';
COMMENT ON COLUMN mlops.model_overview.stage IS 'registered, staged, deployed or retired';
COMMENT ON COLUMN mlops.model_overview.registered_at IS 'when the version was registered';
COMMENT ON COLUMN mlops.model_overview.aliases IS 'names that lead to the version now; NULL for none';
COMMENT ON COLUMN mlops.model_overview.live_at IS
    'endpoints where the version is live, each with its role; NULL for none';
COMMENT ON COLUMN mlops.model_overview.params IS 'parameters of the training, a JSON object';
COMMENT ON COLUMN mlops.model_overview.metrics IS 'metrics of the training, a JSON object of numbers';
COMMENT ON COLUMN mlops.model_overview.git_commit IS 'commit of the code, hexadecimal';
COMMENT ON COLUMN mlops.model_overview.git_dirty IS 'true when the working tree differed from the commit';
COMMENT ON COLUMN mlops.model_overview.training_run IS 'run that made the version, see mlops.run; NULL for none';
COMMENT ON COLUMN mlops.model_overview.archived IS 'true for a model that was put away, see mlops.archive_model';
COMMENT ON COLUMN mlops.model_overview.model_tags IS 'tags of the model, a JSON object';
COMMENT ON COLUMN mlops.model_overview.version_tags IS 'tags of the version, a JSON object';
COMMENT ON COLUMN mlops.model_overview.version_description IS 'what is said of the version';
GRANT SELECT ON mlops.model_overview TO PUBLIC;

CREATE VIEW mlops.deployed_version WITH (security_invoker = true) AS
    SELECT e.name AS endpoint, d.role, m.name AS model, v.version, d.traffic, d.since, d.until, d.until IS NULL AS live,
        d.reason, d.deployed_by
      FROM mlops.deployment AS d
      JOIN mlops.endpoint AS e ON e.endpoint_id = d.endpoint_id
      LEFT JOIN mlops.version AS v ON v.version_id = d.version_id
      LEFT JOIN mlops.model AS m ON m.model_id = v.model_id;
COMMENT ON VIEW mlops.deployed_version IS
    'which version was live where, from since until until (NULL: still); traffic is a share between 0 and 1; model '
    'and version are NULL when the reader may not see them';
COMMENT ON COLUMN mlops.deployed_version.endpoint IS 'name of the endpoint';
COMMENT ON COLUMN mlops.deployed_version.role IS 'champion, challenger or shadow';
COMMENT ON COLUMN mlops.deployed_version.model IS 'name of the model; NULL when the reader may not see it';
COMMENT ON COLUMN mlops.deployed_version.version IS 'number of the version; NULL when the reader may not see it';
COMMENT ON COLUMN mlops.deployed_version.traffic IS
    'share of the endpoint''s requests, 0 to 1; NULL when it was not stated';
COMMENT ON COLUMN mlops.deployed_version.since IS 'when the version was put there';
COMMENT ON COLUMN mlops.deployed_version.until IS 'when it was taken away; NULL while it is live';
COMMENT ON COLUMN mlops.deployed_version.live IS 'true while it is there';
COMMENT ON COLUMN mlops.deployed_version.reason IS 'why it was put there';
COMMENT ON COLUMN mlops.deployed_version.deployed_by IS 'role that put it there';
GRANT SELECT ON mlops.deployed_version TO PUBLIC;

/* The limits of a check as numbers to draw, whether they are stated as such or as a distance from the reference. */
CREATE FUNCTION mlops_internal.limit_above(bounds jsonb, reference_value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least((bounds ->> 'above')::float8, reference_value + (bounds ->> 'above_reference')::float8);
COMMENT ON FUNCTION mlops_internal.limit_above(jsonb, double precision) IS
    'value above which a limit of a check is breached; NULL for none';
CREATE FUNCTION mlops_internal.limit_below(bounds jsonb, reference_value double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN greatest((bounds ->> 'below')::float8, reference_value - (bounds ->> 'below_reference')::float8);
COMMENT ON FUNCTION mlops_internal.limit_below(jsonb, double precision) IS
    'value below which a limit of a check is breached; NULL for none';

CREATE VIEW mlops.metric_history WITH (security_invoker = true) AS
    SELECT mo.name AS monitor, md.name AS model, o.window_lo, o.window_hi, o.slice_column, o.slice_value,
           o.column_name, o.metric, o.value, o.lower, o.upper, o.n, o.verdict, o.first_value, o.message, o.observed_at,
               o.restated_at,
           coalesce(o.detail ->> 'granularity', 'rolling ' || (o.detail ->> 'rolling')) AS granularity,
           o.reference_value,
           mlops_internal.limit_below(o.rule -> 'warning', o.reference_value) AS warning_below,
           mlops_internal.limit_above(o.rule -> 'warning', o.reference_value) AS warning_above,
           mlops_internal.limit_below(o.rule -> 'critical', o.reference_value) AS critical_below,
           mlops_internal.limit_above(o.rule -> 'critical', o.reference_value) AS critical_above,
           o.label_state, o.coverage
      FROM mlops.observation AS o
      JOIN mlops.monitor AS mo ON mo.monitor_id = o.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
     WHERE o.reference IS NULL;
COMMENT ON VIEW mlops.metric_history IS
    'metrics and descriptive statistics of windows and slices over time; slice_column NULL: the whole window; lower '
    'and upper: its interval, or where it was not exact what encloses it; first_value: what was reported first';
COMMENT ON COLUMN mlops.metric_history.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.metric_history.model IS 'name of the model that it watches; NULL for none';
COMMENT ON COLUMN mlops.metric_history.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.metric_history.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.metric_history.slice_column IS 'column of the slice; NULL = the whole window';
COMMENT ON COLUMN mlops.metric_history.slice_value IS
    'value of the slice as text; NULL with a slice_column = the rows where it is NULL';
COMMENT ON COLUMN mlops.metric_history.column_name IS
    'column that was measured; NULL for metrics of the model and of the window';
COMMENT ON COLUMN mlops.metric_history.metric IS 'what was measured, see mlops.monitor_metrics()';
COMMENT ON COLUMN mlops.metric_history.value IS
    'the present value, in the metric''s unit: shares and scores 0 to 1, errors and statistics in units of the '
    'column, times in seconds since 1970; NULL when it is not defined';
COMMENT ON COLUMN mlops.metric_history.lower IS
    'lower end of the 95 percent interval where the metric has one; else the exact value is not below this, NULL when '
    'value is exact; in the unit of value';
COMMENT ON COLUMN mlops.metric_history.upper IS
    'upper end of the 95 percent interval where the metric has one; else the exact value is not above this, NULL when '
    'value is exact; in the unit of value';
COMMENT ON COLUMN mlops.metric_history.n IS 'rows that the value stands on';
COMMENT ON COLUMN mlops.metric_history.verdict IS 'ok, warning, critical, no_data or error; NULL = not judged';
COMMENT ON COLUMN mlops.metric_history.first_value IS
    'the value that was reported first, in the unit of value; NULL when it was not defined then';
COMMENT ON COLUMN mlops.metric_history.message IS 'why the verdict is what it is';
COMMENT ON COLUMN mlops.metric_history.observed_at IS 'when the window was first evaluated';
COMMENT ON COLUMN mlops.metric_history.restated_at IS
    'when the value last changed by evaluating the window again; NULL = never';
COMMENT ON COLUMN mlops.metric_history.granularity IS
    'length of a window that was merged of others, such as 1 week or rolling 7; NULL = one that was read';
COMMENT ON COLUMN mlops.metric_history.reference_value IS
    'the same metric of the reference, in the unit of value; NULL when that is not known';
COMMENT ON COLUMN mlops.metric_history.warning_below IS
    'lower limit of the check, in the unit of value; NULL = none, or it is judged by its past';
COMMENT ON COLUMN mlops.metric_history.warning_above IS 'upper limit of the check, in the unit of value; NULL likewise';
COMMENT ON COLUMN mlops.metric_history.critical_below IS
    'limit below which it is critical, in the unit of value; NULL likewise';
COMMENT ON COLUMN mlops.metric_history.critical_above IS
    'limit above which it is critical, in the unit of value; NULL likewise';
COMMENT ON COLUMN mlops.metric_history.label_state IS
    'how far the labels of the window have come: open, provisional, final or corrected; NULL without labels';
COMMENT ON COLUMN mlops.metric_history.coverage IS
    'share of the labels that can come which were known, 0 to 1; NULL without labels';
GRANT SELECT ON mlops.metric_history TO PUBLIC;

CREATE VIEW mlops.drift_history WITH (security_invoker = true) AS
    SELECT mo.name AS monitor, md.name AS model, o.window_lo, o.window_hi, o.slice_column, o.slice_value,
           o.column_name, o.metric, o.reference, o.value, o.lower, o.upper, o.p_value, o.p_adjusted, o.n, o.verdict,
               o.message, coalesce(o.detail ->> 'granularity', 'rolling ' || (o.detail ->> 'rolling')) AS granularity,
           mlops_internal.limit_above(o.rule -> 'warning', o.reference_value) AS warning_above,
           mlops_internal.limit_above(o.rule -> 'critical', o.reference_value) AS critical_above
      FROM mlops.observation AS o
      JOIN mlops.monitor AS mo ON mo.monitor_id = o.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
     WHERE o.reference IS NOT NULL;
COMMENT ON VIEW mlops.drift_history IS
    'distances and tests between windows and the reference over time, by column and slice; p_adjusted is the p-value '
    'after Benjamini-Hochberg over the columns';
COMMENT ON COLUMN mlops.drift_history.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.drift_history.model IS 'name of the model that it watches; NULL for none';
COMMENT ON COLUMN mlops.drift_history.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.drift_history.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.drift_history.slice_column IS 'column of the slice; NULL = the whole window';
COMMENT ON COLUMN mlops.drift_history.slice_value IS
    'value of the slice as text; NULL with a slice_column = the rows where it is NULL';
COMMENT ON COLUMN mlops.drift_history.column_name IS 'column that was compared';
COMMENT ON COLUMN mlops.drift_history.metric IS 'distance or test, see mlops.monitor_metrics()';
COMMENT ON COLUMN mlops.drift_history.reference IS 'what the window is compared with: baseline';
COMMENT ON COLUMN mlops.drift_history.value IS
    'the distance or statistic: 0 = no difference; wasserstein_distance in units of the column (seconds for times), '
    'the others without unit; NULL when it is not defined';
COMMENT ON COLUMN mlops.drift_history.lower IS
    'the exact value is not below this, in the unit of value; NULL when value is exact';
COMMENT ON COLUMN mlops.drift_history.upper IS
    'the exact value is not above this, in the unit of value; NULL when value is exact';
COMMENT ON COLUMN mlops.drift_history.p_value IS
    'for tests, 0 to 1: probability of a difference at least this large when nothing has changed';
COMMENT ON COLUMN mlops.drift_history.p_adjusted IS
    'p_value adjusted for the number of columns tested in the window and slice (Benjamini and Hochberg), 0 to 1';
COMMENT ON COLUMN mlops.drift_history.n IS 'values of the window that the value stands on';
COMMENT ON COLUMN mlops.drift_history.verdict IS 'ok, warning, critical, no_data or error; NULL = not judged';
COMMENT ON COLUMN mlops.drift_history.message IS 'why the verdict is what it is';
COMMENT ON COLUMN mlops.drift_history.granularity IS
    'length of a window that was merged of others, such as 1 week or rolling 7; NULL = one that was read';
COMMENT ON COLUMN mlops.drift_history.warning_above IS
    'limit above which it is a warning, in the unit of value; NULL = none, or it is judged by its past';
COMMENT ON COLUMN mlops.drift_history.critical_above IS
    'limit above which it is critical, in the unit of value; NULL likewise';
GRANT SELECT ON mlops.drift_history TO PUBLIC;

CREATE VIEW mlops.open_alert WITH (security_invoker = true) AS
    SELECT a.alert_id, a.severity, a.state, mo.name AS monitor, md.name AS model, a.slice_column, a.slice_value,
        a.column_name, a.metric,
           a.value, a.message, a.n_windows, a.first_window_lo, a.last_window_lo, a.last_window_hi, a.opened_at,
               a.silenced_until, a.incident_id, a.cause, a.inhibited_by
      FROM mlops.alert AS a
      JOIN mlops.monitor AS mo ON mo.monitor_id = a.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
     WHERE a.state <> 'resolved'
    UNION ALL
    SELECT NULL, CASE o.verdict WHEN 'warning' THEN 'warning' ELSE 'critical' END, 'pending', mo.name, md.name,
           o.slice_column, o.slice_value, o.column_name, o.metric, o.value,
           pg_catalog.concat(o.message, ' (', p.n_bad, ' of ', p.n_needed, ' bad windows)'), p.n_bad, p.since,
           o.window_lo, o.window_hi, NULL, NULL, NULL, NULL, NULL
      FROM mlops_internal.pending_alert AS p
      JOIN mlops.observation AS o ON o.observation_id = p.observation_id
      JOIN mlops.monitor AS mo ON mo.monitor_id = p.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id;
COMMENT ON VIEW mlops.open_alert IS
    'alerts that are not resolved: how bad, what, since which window, for how many windows (n_windows); and bad '
    'windows that are too few for one (pending)';
COMMENT ON COLUMN mlops.open_alert.alert_id IS
    'number of the alert, for mlops.ack and the other answers; NULL = pending';
COMMENT ON COLUMN mlops.open_alert.severity IS 'warning or critical, as of the last window';
COMMENT ON COLUMN mlops.open_alert.state IS 'opened, acknowledged or silenced; pending = not yet bad often enough';
COMMENT ON COLUMN mlops.open_alert.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.open_alert.model IS 'name of the model that it watches; NULL for none';
COMMENT ON COLUMN mlops.open_alert.slice_column IS 'column of the slice; NULL = the whole window';
COMMENT ON COLUMN mlops.open_alert.slice_value IS 'value of the slice as text';
COMMENT ON COLUMN mlops.open_alert.column_name IS
    'column that was measured; NULL for metrics of the model and of the window';
COMMENT ON COLUMN mlops.open_alert.metric IS 'metric that was judged; evaluation = the window could not be evaluated';
COMMENT ON COLUMN mlops.open_alert.value IS 'value in the last window, in the metric''s unit';
COMMENT ON COLUMN mlops.open_alert.message IS 'why, as of the last window';
COMMENT ON COLUMN mlops.open_alert.n_windows IS 'number of windows that were found wrong';
COMMENT ON COLUMN mlops.open_alert.first_window_lo IS 'start of the first bad window of those that opened it';
COMMENT ON COLUMN mlops.open_alert.last_window_lo IS 'start of the newest window that it rests on';
COMMENT ON COLUMN mlops.open_alert.last_window_hi IS 'end of the newest window that it rests on';
COMMENT ON COLUMN mlops.open_alert.opened_at IS 'when it was opened; NULL = pending';
COMMENT ON COLUMN mlops.open_alert.silenced_until IS 'no notice before this time; NULL unless silenced';
COMMENT ON COLUMN mlops.open_alert.incident_id IS
    'incident that it belongs to, see mlops.open_incident; NULL = pending';
COMMENT ON COLUMN mlops.open_alert.cause IS 'what kind of thing is wrong, as for mlops.incident';
COMMENT ON COLUMN mlops.open_alert.inhibited_by IS 'alert that explains it; NULL = none does';
GRANT SELECT ON mlops.open_alert TO PUBLIC;

CREATE VIEW mlops.open_incident WITH (security_invoker = true) AS
    SELECT i.incident_id, i.severity, i.state, i.title, mo.name AS monitor, md.name AS model, i.cause, a.n_alerts,
           i.onset_lo, i.last_window_hi, i.n_opened, i.opened_at, i.acked_by, i.ack_until, i.silenced_until,
           s.reason AS silence_reason, i.notice_seq AS notices, i.next_notice_at
      FROM mlops.incident AS i
      JOIN mlops.monitor AS mo ON mo.monitor_id = i.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = i.model_id
      LEFT JOIN mlops.silence AS s ON s.silence_id = i.silence_id
      LEFT JOIN LATERAL (SELECT pg_catalog.count(*) AS n_alerts FROM mlops.alert AS x
                          WHERE x.incident_id = i.incident_id AND x.state <> 'resolved') AS a ON true
     WHERE i.state <> 'resolved';
COMMENT ON VIEW mlops.open_incident IS
    'incidents that are not resolved: what is wrong in words, how bad, since when, who has it, how often people were '
    'told';
COMMENT ON COLUMN mlops.open_incident.incident_id IS 'number of the incident, for mlops.ack_incident and the like';
COMMENT ON COLUMN mlops.open_incident.severity IS 'greatest severity of its live alerts';
COMMENT ON COLUMN mlops.open_incident.state IS
    'opened, acknowledged, silenced or flapping (it comes and goes)';
COMMENT ON COLUMN mlops.open_incident.title IS 'what is wrong, in words';
COMMENT ON COLUMN mlops.open_incident.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.open_incident.model IS 'name of the model that it watches; NULL for none';
COMMENT ON COLUMN mlops.open_incident.cause IS
    'evaluation, schema, volume, quality, input, prediction, performance, experiment or feature';
COMMENT ON COLUMN mlops.open_incident.n_alerts IS 'number of its live alerts, see mlops.open_alert';
COMMENT ON COLUMN mlops.open_incident.onset_lo IS 'start of the first bad window';
COMMENT ON COLUMN mlops.open_incident.last_window_hi IS 'end of the newest window that it rests on';
COMMENT ON COLUMN mlops.open_incident.n_opened IS 'number of times that it was opened';
COMMENT ON COLUMN mlops.open_incident.opened_at IS 'when it was opened last';
COMMENT ON COLUMN mlops.open_incident.acked_by IS 'role that looks after it; NULL = none';
COMMENT ON COLUMN mlops.open_incident.ack_until IS 'when it opens again if it is still bad; NULL = not by time';
COMMENT ON COLUMN mlops.open_incident.silenced_until IS 'no notice before this time; NULL unless silenced';
COMMENT ON COLUMN mlops.open_incident.silence_reason IS
    'reason of the silence that silenced it; NULL = none, or by hand';
COMMENT ON COLUMN mlops.open_incident.notices IS 'number of notices so far';
COMMENT ON COLUMN mlops.open_incident.next_notice_at IS 'when the next reminder is due; NULL = none is';
GRANT SELECT ON mlops.open_incident TO PUBLIC;

CREATE VIEW mlops.incident_history WITH (security_invoker = true) AS
    SELECT e.event_id, e.at, i.incident_id, coalesce(mo.name, i.monitor_name) AS monitor, i.cause, e.event, e.told,
           e.severity, e.alert_id, a.metric, a.column_name, e.window_lo, e.window_hi, e.message, e.actor, e.note
      FROM mlops.alert_event AS e
      JOIN mlops.incident AS i ON i.incident_id = e.incident_id
      LEFT JOIN mlops.alert AS a ON a.alert_id = e.alert_id
      LEFT JOIN mlops.monitor AS mo ON mo.monitor_id = i.monitor_id;
COMMENT ON VIEW mlops.incident_history IS
    'what happened in incidents: events of the incident (alert_id NULL) and of its alerts, and which people were told';
COMMENT ON COLUMN mlops.incident_history.event_id IS 'number of the event, in the order of what happened';
COMMENT ON COLUMN mlops.incident_history.at IS 'when it happened';
COMMENT ON COLUMN mlops.incident_history.incident_id IS 'incident';
COMMENT ON COLUMN mlops.incident_history.monitor IS 'name of the monitor, also of one that was dropped';
COMMENT ON COLUMN mlops.incident_history.cause IS 'cause of the incident, as it is now';
COMMENT ON COLUMN mlops.incident_history.event IS 'what happened, see mlops.alert_event';
COMMENT ON COLUMN mlops.incident_history.told IS 'true when people get a notice of it';
COMMENT ON COLUMN mlops.incident_history.severity IS 'severity after the event';
COMMENT ON COLUMN mlops.incident_history.alert_id IS 'alert that it happened to; NULL = the incident as a whole';
COMMENT ON COLUMN mlops.incident_history.metric IS 'metric of that alert';
COMMENT ON COLUMN mlops.incident_history.column_name IS 'column of that alert';
COMMENT ON COLUMN mlops.incident_history.window_lo IS 'start of the window that caused it; NULL = none did';
COMMENT ON COLUMN mlops.incident_history.window_hi IS 'end of that window';
COMMENT ON COLUMN mlops.incident_history.message IS 'what was wrong, in words';
COMMENT ON COLUMN mlops.incident_history.actor IS 'role that did it; NULL when a window or a timer did';
COMMENT ON COLUMN mlops.incident_history.note IS 'what that role said';
GRANT SELECT ON mlops.incident_history TO PUBLIC;

CREATE VIEW mlops.monitor_health WITH (security_invoker = true) AS
    SELECT mo.name AS monitor, mo.owner_name AS owner, mo.enabled AND mo.paused_at IS NULL AS active, mo.version,
           l.window_hi AS last_window_hi, d.finished_at AS last_finished_at,
           coalesce(d.succeeded, 0) AS succeeded,
           (SELECT pg_catalog.count(*) FROM mlops.monitor_run AS f
               WHERE f.monitor_id = mo.monitor_id AND f.state = 'failed') AS failed,
           r.started, e.error_message AS last_error,
           (SELECT pg_catalog.count(*) FROM mlops.alert AS a
               WHERE a.monitor_id = mo.monitor_id AND a.state <> 'resolved') AS open_alerts,
           d.next_due, d.pause_reason, r.waiting, coalesce(d.missed, 0) AS missed, t.late,
           coalesce(t.late > mlops_internal.overdue_after(v.granularity), false) AS overdue,
           CASE WHEN d.next_due <= pg_catalog.now()
               THEN mlops_internal.windows_due(v, (SELECT pg_catalog.max(x.window_hi) FROM mlops.monitor_run AS x
                   WHERE x.monitor_id = mo.monitor_id), pg_catalog.now()) ELSE 0 END AS windows_due,
           md.name AS model, l.window_lo AS last_window_lo
      FROM mlops.monitor AS mo
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
      JOIN mlops.monitor_version AS v ON v.monitor_id = mo.monitor_id AND v.version = mo.version
      LEFT JOIN mlops_internal.monitor_due AS d ON d.monitor_id = mo.monitor_id
      LEFT JOIN LATERAL (
          SELECT x.window_lo, x.window_hi FROM mlops.monitor_run AS x
           WHERE x.monitor_id = mo.monitor_id AND x.state = 'succeeded' ORDER BY x.window_hi DESC LIMIT 1) AS l ON true
      LEFT JOIN LATERAL (
          SELECT x.error_message FROM mlops.monitor_run AS x
           WHERE x.monitor_id = mo.monitor_id AND x.error_code IS NOT NULL
           ORDER BY x.finished_at DESC LIMIT 1) AS e ON true
      CROSS JOIN LATERAL (
          SELECT pg_catalog.count(*) FILTER (WHERE x.state = 'started') AS started,
                 pg_catalog.count(*) FILTER (WHERE x.state = 'waiting') AS waiting,
                 pg_catalog.min(x.due_at) AS due_at
            FROM mlops.monitor_run AS x
           WHERE x.monitor_id = mo.monitor_id AND x.state IN ('started', 'waiting')) AS r
      CROSS JOIN LATERAL (
          SELECT CASE WHEN mo.enabled AND mo.paused_at IS NULL AND coalesce(r.due_at, d.next_due) <= pg_catalog.now()
                     THEN pg_catalog.now() - coalesce(r.due_at, d.next_due) END AS late) AS t;
COMMENT ON VIEW mlops.monitor_health IS
    'monitors at a glance: up to which window they have come, what is late, runs by state, the latest error, open '
    'alerts';
COMMENT ON COLUMN mlops.monitor_health.monitor IS 'name of the monitor';
COMMENT ON COLUMN mlops.monitor_health.owner IS 'role that the monitor belongs to and runs as';
COMMENT ON COLUMN mlops.monitor_health.active IS 'true unless it is disabled or paused';
COMMENT ON COLUMN mlops.monitor_health.version IS 'current version of the definition, from 1';
COMMENT ON COLUMN mlops.monitor_health.last_window_hi IS 'end of the newest window that was evaluated; NULL = none yet';
COMMENT ON COLUMN mlops.monitor_health.last_finished_at IS 'when a run last ended';
COMMENT ON COLUMN mlops.monitor_health.succeeded IS 'windows that were evaluated, ever';
COMMENT ON COLUMN mlops.monitor_health.failed IS 'windows that were given up after their last attempt';
COMMENT ON COLUMN mlops.monitor_health.started IS 'runs that are going on';
COMMENT ON COLUMN mlops.monitor_health.last_error IS 'message of the latest failure; NULL = none';
COMMENT ON COLUMN mlops.monitor_health.open_alerts IS 'alerts of the monitor that are not resolved';
COMMENT ON COLUMN mlops.monitor_health.next_due IS 'when its next window is due; NULL = none is';
COMMENT ON COLUMN mlops.monitor_health.pause_reason IS
    'why it was paused, by whoever did or by the scheduler; NULL = it is not, or nobody said';
COMMENT ON COLUMN mlops.monitor_health.waiting IS 'runs that wait for their next attempt';
COMMENT ON COLUMN mlops.monitor_health.missed IS 'windows that the misfire policy left out, ever';
COMMENT ON COLUMN mlops.monitor_health.late IS
    'how long the oldest window that is due has been due, one in work included; NULL = none is due, or it is paused';
COMMENT ON COLUMN mlops.monitor_health.overdue IS
    'true when that is longer than the length of a window, 5 minutes at least and an hour at most';
COMMENT ON COLUMN mlops.monitor_health.windows_due IS
    'windows that are due and were not taken up yet; NULL when that cannot be computed';
COMMENT ON COLUMN mlops.monitor_health.model IS 'name of the model that it watches; NULL for none';
COMMENT ON COLUMN mlops.monitor_health.last_window_lo IS
    'start of the newest window that was evaluated: window_lo of its rows in other views; NULL = none yet';
GRANT SELECT ON mlops.monitor_health TO PUBLIC;

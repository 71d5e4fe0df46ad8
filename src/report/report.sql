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
           v.params, v.metrics, v.git_commit, v.git_dirty, v.run_id AS training_run
      FROM mlops.model AS m LEFT JOIN mlops.version AS v ON v.model_id = m.model_id;
COMMENT ON VIEW mlops.model_overview IS 'models with their versions: stage, present aliases, endpoints where a version is live, parameters, metrics, code; a model without versions has one row';
GRANT SELECT ON mlops.model_overview TO PUBLIC;

CREATE VIEW mlops.deployed_version WITH (security_invoker = true) AS
    SELECT e.name AS endpoint, d.role, m.name AS model, v.version, d.traffic, d.since, d.until, d.until IS NULL AS live, d.reason, d.deployed_by
      FROM mlops.deployment AS d
      JOIN mlops.endpoint AS e ON e.endpoint_id = d.endpoint_id
      LEFT JOIN mlops.version AS v ON v.version_id = d.version_id
      LEFT JOIN mlops.model AS m ON m.model_id = v.model_id;
COMMENT ON VIEW mlops.deployed_version IS 'which version was live where, from since until until (NULL: still); traffic is a share between 0 and 1; model and version are NULL when the reader may not see them';
GRANT SELECT ON mlops.deployed_version TO PUBLIC;

CREATE VIEW mlops.metric_history WITH (security_invoker = true) AS
    SELECT mo.name AS monitor, md.name AS model, o.window_lo, o.window_hi, o.slice_column, o.slice_value,
           o.column_name, o.metric, o.value, o.lower, o.upper, o.n, o.verdict, o.first_value, o.message, o.observed_at, o.restated_at
      FROM mlops.observation AS o
      JOIN mlops.monitor AS mo ON mo.monitor_id = o.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
     WHERE o.reference IS NULL;
COMMENT ON VIEW mlops.metric_history IS 'metrics and descriptive statistics of windows and slices over time; slice_column NULL: the whole window; lower and upper enclose the value where it was not exact; first_value: what was reported first';
GRANT SELECT ON mlops.metric_history TO PUBLIC;

CREATE VIEW mlops.drift_history WITH (security_invoker = true) AS
    SELECT mo.name AS monitor, md.name AS model, o.window_lo, o.window_hi, o.slice_column, o.slice_value,
           o.column_name, o.metric, o.reference, o.value, o.lower, o.upper, o.p_value, o.p_adjusted, o.n, o.verdict, o.message
      FROM mlops.observation AS o
      JOIN mlops.monitor AS mo ON mo.monitor_id = o.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
     WHERE o.reference IS NOT NULL;
COMMENT ON VIEW mlops.drift_history IS 'distances and tests between windows and the reference over time, by column and slice; p_adjusted is the p-value after Benjamini-Hochberg over the columns';
GRANT SELECT ON mlops.drift_history TO PUBLIC;

CREATE VIEW mlops.open_alert WITH (security_invoker = true) AS
    SELECT a.alert_id, a.severity, a.state, mo.name AS monitor, md.name AS model, a.slice_column, a.slice_value, a.column_name, a.metric,
           a.value, a.message, a.n_windows, a.first_window_lo, a.last_window_lo, a.last_window_hi, a.opened_at, a.silenced_until
      FROM mlops.alert AS a
      JOIN mlops.monitor AS mo ON mo.monitor_id = a.monitor_id
      LEFT JOIN mlops.model AS md ON md.model_id = mo.model_id
     WHERE a.state <> 'resolved';
COMMENT ON VIEW mlops.open_alert IS 'alerts that are not resolved: how bad, what, since which window, for how many windows (n_windows)';
GRANT SELECT ON mlops.open_alert TO PUBLIC;

CREATE VIEW mlops.monitor_health WITH (security_invoker = true) AS
    SELECT mo.name AS monitor, mo.owner_name AS owner, mo.enabled AND mo.paused_at IS NULL AS active, mo.version,
           r.last_window_hi, r.last_finished_at, r.succeeded, r.failed, r.started, r.last_error,
           (SELECT pg_catalog.count(*) FROM mlops.alert AS a WHERE a.monitor_id = mo.monitor_id AND a.state <> 'resolved') AS open_alerts
      FROM mlops.monitor AS mo
      LEFT JOIN LATERAL (
          SELECT pg_catalog.max(x.window_hi) FILTER (WHERE x.state = 'succeeded') AS last_window_hi,
                 pg_catalog.max(x.finished_at) AS last_finished_at,
                 pg_catalog.count(*) FILTER (WHERE x.state = 'succeeded') AS succeeded,
                 pg_catalog.count(*) FILTER (WHERE x.state = 'failed') AS failed,
                 pg_catalog.count(*) FILTER (WHERE x.state = 'started') AS started,
                 (pg_catalog.array_agg(x.error_message ORDER BY x.finished_at DESC) FILTER (WHERE x.error_message IS NOT NULL))[1] AS last_error
            FROM mlops.monitor_run AS x WHERE x.monitor_id = mo.monitor_id) AS r ON true;
COMMENT ON VIEW mlops.monitor_health IS 'monitors at a glance: up to which window they have come, runs by state, the latest error, open alerts';
GRANT SELECT ON mlops.monitor_health TO PUBLIC;

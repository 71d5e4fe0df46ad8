/* The first lines of a page: the state in a sentence, what is live and since when. */

/* How bad it is, and why in words. */
CREATE FUNCTION mlops_internal.report_state(scope mlops_internal.report_scope, OUT status text, OUT words text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        health mlops.monitor_health;
        worst record;
        state_metric text;
        -- without a schedule, windows come from mlops.evaluate and backfill, of which health knows nothing
        is_empty CONSTANT boolean := NOT EXISTS (SELECT FROM mlops_internal.report_counts(scope));
        last record;
        drift record;
    BEGIN
        IF scope.monitor_id IS NULL THEN
            status := 'no_data';
            words := 'No monitor that you may see watches this model.';
            RETURN;
        END IF;
        SELECT h.* INTO health FROM mlops.monitor_health AS h JOIN mlops.monitor AS m ON m.name = h.monitor
            WHERE m.monitor_id = scope.monitor_id;
        SELECT count(*) AS n, count(*) FILTER (WHERE i.severity = 'critical') AS critical,
               (array_agg(i.title ORDER BY i.severity, i.onset_lo))[1] AS title
          INTO worst FROM mlops.open_incident AS i WHERE i.monitor = health.monitor;
        status := CASE WHEN worst.critical > 0 THEN 'critical' WHEN worst.n > 0 OR health.overdue THEN 'warning'
                       WHEN health.last_window_hi IS NULL AND is_empty THEN 'no_data' ELSE 'ok' END;
        SELECT m.metric INTO state_metric FROM mlops_internal.report_metrics(scope) AS m WHERE m.place = 1;
        SELECT o.value, o.lower, o.upper, o.window_lo, o.verdict, o.rule INTO last FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.metric = state_metric AND o.column_name IS NULL
              AND o.slice_column IS NULL AND o.reference IS NULL AND o.value IS NOT NULL
              AND (o.window_hi > scope.to_time) IS NOT TRUE AND (o.detail ?| '{granularity,rolling}') IS NOT TRUE
            ORDER BY o.window_lo DESC LIMIT 1;
        SELECT o.column_name, o.metric, o.value INTO drift FROM mlops.observation AS o
            WHERE o.monitor_id = scope.monitor_id AND o.metric = 'psi' AND o.slice_column IS NULL
              AND o.window_lo = (SELECT w.window_lo FROM mlops_internal.report_counts(scope) AS w WHERE w.age = 1)
              AND o.value IS NOT NULL AND (o.detail ?| '{granularity,rolling}') IS NOT TRUE
            ORDER BY o.value DESC, o.column_name LIMIT 1;
        words := concat_ws(' ',
            CASE WHEN health.last_window_hi IS NULL AND is_empty THEN 'No window has been evaluated yet.'
                 WHEN worst.n = 0 THEN 'Nothing is wrong that a check knows of.'
                 WHEN worst.n = 1 THEN format('One %sincident is open: %s.',
                     CASE WHEN worst.critical > 0 THEN 'critical ' ELSE '' END, worst.title)
                 ELSE format('%s incidents are open%s, first of all: %s.', worst.n,
                     CASE WHEN worst.critical > 0 THEN format(', %s critical', worst.critical) ELSE '' END, worst.title)
                 END,
            mlops_internal.report_name(state_metric) || ' is ' || mlops_internal.html_number(last.value)
                || coalesce(format(' (95 %%: %s to ', mlops_internal.html_number(last.lower))
                            || mlops_internal.html_number(last.upper) || ')', '')
                || ' in the window from ' || mlops_internal.report_time(last.window_lo, scope.time_zone)
                || CASE WHEN last.verdict IN ('warning', 'critical') THEN ', ' || last.verdict
                        WHEN last.verdict = 'ok' THEN ', within its limits' ELSE '' END || '.',
            'The column that moved most is ' || drift.column_name || ' (PSI '
                || mlops_internal.html_number(drift.value) || ').',
            CASE WHEN health.overdue THEN 'The monitoring is late.' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_state(mlops_internal.report_scope) IS
    'state of what a page is about: ok, warning, critical or no_data, and a few sentences';

CREATE FUNCTION mlops_internal.report_fact(name text, value_html text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '<div><dt>' || mlops_internal.markup(name) || '</dt><dd>' || value_html || E'</dd></div>\n';
COMMENT ON FUNCTION mlops_internal.report_fact(text, text) IS
    'a fact of the head of a page; NULL without a value';

/* What a version was made of: commit and data. */
CREATE FUNCTION mlops_internal.report_made_of(of_version bigint) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(concat_ws(', ', 'commit ' || left(v.git_commit, 10)
               || CASE WHEN v.git_dirty THEN ' with changes' ELSE '' END, (
               SELECT string_agg(coalesce(d.name, d.place) || coalesce(format(' (%s rows)',
                          mlops_internal.html_number(d.n_rows)), ''), ', ' ORDER BY d.artifact_id)
               FROM mlops_internal.training_datasets(v.run_id) AS d)), '')
    FROM mlops.version AS v WHERE v.version_id = of_version
    $$;
COMMENT ON FUNCTION mlops_internal.report_made_of(bigint) IS
    'commit and training data of a version, in words';

/* Numbers of the training that both versions have. */
CREATE FUNCTION mlops_internal.report_metrics_of_both(version_id bigint, before_id bigint) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format('%s %s, now %s', mlops_internal.report_name(k.name), mlops_internal.html_number(k.a),
                             mlops_internal.html_number(k.b)), '; ' ORDER BY k.place)
    FROM (SELECT e.key AS name, (o.metrics ->> e.key)::float8 AS a, (e.value #>> '{}')::float8 AS b,
                 row_number() OVER (ORDER BY e.key NOT IN ('roc_auc', 'auc', 'rmse', 'accuracy'), e.key) AS place
          FROM mlops.version AS v, mlops.version AS o, jsonb_each(v.metrics) AS e
          WHERE v.version_id = report_metrics_of_both.version_id AND o.version_id = before_id
            AND jsonb_typeof(e.value) = 'number' AND jsonb_typeof(o.metrics -> e.key) = 'number') AS k
    WHERE k.place <= 3
    $$;
COMMENT ON FUNCTION mlops_internal.report_metrics_of_both(bigint, bigint) IS
    'how two versions did in training, in words';

CREATE FUNCTION mlops_internal.report_live(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH live AS MATERIALIZED (
        SELECT d.*, v.version, e.name AS endpoint, row_number() OVER (ORDER BY d.role, d.since DESC) AS place
        FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
        LEFT JOIN mlops.endpoint AS e USING (endpoint_id)
        WHERE v.model_id = scope.model_id AND d.until IS NULL
    ), before AS (
        SELECT l.deployment_id, b.version_id, b.version, b.since, b.until
        FROM live AS l, LATERAL (
            SELECT v.version_id, v.version, d.since, d.until
            FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
            WHERE d.endpoint_id = l.endpoint_id AND d.role = l.role AND d.version_id <> l.version_id
              AND v.model_id = scope.model_id AND d.until <= l.since
            ORDER BY d.since DESC LIMIT 1) AS b)
    SELECT coalesce(string_agg(mlops_internal.report_fact(
            'Live' || coalesce(' at ' || l.endpoint, '') || ' as ' || l.role,
            '<strong>version ' || l.version || '</strong> since '
            || mlops_internal.report_time(l.since, scope.time_zone) || ', by ' || mlops_internal.markup(l.deployed_by)
            || coalesce(': ' || mlops_internal.markup(mlops_internal.shown_text(nullif(l.reason, ''), 2000)), '')
            || coalesce('<br><span class="muted">from '
                        || mlops_internal.markup(mlops_internal.report_made_of(l.version_id)) || '</span>', ''))
        || coalesce(mlops_internal.report_fact('Before it', 'version ' || b.version || ', '
            || mlops_internal.report_time(b.since, scope.time_zone) || ' to '
            || mlops_internal.report_time(b.until, scope.time_zone)
            || coalesce('<br><span class="muted">in training '
                        || mlops_internal.markup(mlops_internal.report_metrics_of_both(l.version_id, b.version_id))
                        || '</span>', '')), ''), '' ORDER BY l.place),
        CASE WHEN scope.model_id IS NOT NULL THEN mlops_internal.report_fact('Live', 'no version') END)
    FROM live AS l LEFT JOIN before AS b USING (deployment_id)
    WHERE l.place <= 6
    $$;
COMMENT ON FUNCTION mlops_internal.report_live(mlops_internal.report_scope) IS
    'which versions are live where since when and by whom, and what was there before';

CREATE FUNCTION mlops_internal.report_head(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        state record;
        m mlops.monitor;
        def mlops.monitor_version;
        windows record;
        n_reference bigint;
        others text;
    BEGIN
        SELECT * INTO state FROM mlops_internal.report_state(scope);
        SELECT * INTO m FROM mlops.monitor AS x WHERE x.monitor_id = scope.monitor_id;
        SELECT * INTO def FROM mlops.monitor_version AS v
            WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        SELECT count(*) AS n, min(w.window_lo) AS lo, max(w.window_hi) AS hi,
               max(w.n) FILTER (WHERE w.age = 1) AS n_last INTO windows
            FROM mlops_internal.report_counts(scope) AS w;
        n_reference := (SELECT b.n FROM mlops.baseline AS b
                        WHERE b.monitor_id = m.monitor_id AND b.version = def.baseline_version AND b.kind = 'rows'
                          AND b.slice_column IS NULL);
        others := (SELECT string_agg(x.name, ', ' ORDER BY x.name) FROM mlops.monitor AS x
                   WHERE x.model_id = scope.model_id AND x.monitor_id <> m.monitor_id);
        RETURN '<div class="banner ' || replace(state.status, 'no_data', 'none') || '"><p class="lead">'
            || mlops_internal.html_status(state.status) || E'<br>\n' || mlops_internal.markup(state.words)
            || E'</p></div>\n<dl class="facts">\n' || concat(
            mlops_internal.report_live(scope),
            mlops_internal.report_fact('Monitor', mlops_internal.markup(m.name) || ', ' || mlops_internal.markup(
                coalesce(def.task, 'data')) || '<br><span class="muted">' || mlops_internal.markup(def.relation_name)
                || ' in windows of ' || def.granularity || '</span>'),
            mlops_internal.report_fact('Windows', CASE WHEN windows.n > 0 THEN windows.n || ', from '
                || mlops_internal.report_time(windows.lo, scope.time_zone) || ' to '
                || mlops_internal.report_time(windows.hi, scope.time_zone)
                || coalesce('<br><span class="muted">' || mlops_internal.html_number(windows.n_last)
                            || ' rows in the newest</span>', '') WHEN m.monitor_id IS NOT NULL THEN 'none yet' END),
            mlops_internal.report_fact('Compared with', CASE
                WHEN def.reference_relation_name IS NULL AND def.reference_from IS NULL AND def.reference_to IS NULL
                THEN CASE WHEN def.reference IS NOT NULL THEN 'what earlier windows were' END
                ELSE concat_ws(' ', mlops_internal.markup(def.reference_relation_name),
                    'from ' || mlops_internal.report_time(def.reference_from, scope.time_zone),
                    'to ' || mlops_internal.report_time(def.reference_to, scope.time_zone))
                    || coalesce('<br><span class="muted">' || mlops_internal.html_number(n_reference)
                                || ' rows</span>', '') END),
            mlops_internal.report_fact('Other monitors of the model', mlops_internal.markup(others)),
            mlops_internal.report_fact('Belongs to', mlops_internal.markup(coalesce(m.owner_name,
                (SELECT d.owner_name FROM mlops.model AS d WHERE d.model_id = scope.model_id)))),
            mlops_internal.report_fact('This page', 'made '
                || mlops_internal.report_time(date_trunc('minute', scope.made_at), scope.time_zone) || ' by '
                || mlops_internal.markup(current_user) || '<br><span class="muted">times in '
                || mlops_internal.markup(scope.time_zone) || '</span>'))
            || E'</dl>\n';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_head(mlops_internal.report_scope) IS
    'first lines of a page: the state, what is live, which windows';

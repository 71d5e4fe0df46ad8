/* Is the monitoring itself alive?  Nothing that is wrong is seen where nothing looks. */
CREATE FUNCTION mlops_internal.report_health(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        m mlops.monitor := (SELECT x FROM mlops.monitor AS x WHERE x.monitor_id = scope.monitor_id);
        def mlops.monitor_version := (SELECT v FROM mlops.monitor_version AS v
                                      WHERE v.monitor_id = m.monitor_id AND v.version = m.version);
        h mlops.monitor_health := (SELECT x FROM mlops.monitor_health AS x WHERE x.monitor = m.name);
        empty bigint := (SELECT count(*) FROM mlops_internal.report_counts(scope) AS w WHERE w.n = 0);
        zone CONSTANT text := scope.time_zone;
        failed jsonb := (
            SELECT jsonb_agg(jsonb_build_array(mlops_internal.report_time(f.window_lo, zone), f.state, f.attempt,
                       f.error_code, f.error_message,
                       mlops_internal.report_time(date_trunc('second', f.finished_at), zone))
                       ORDER BY f.window_lo DESC, f.run_id DESC)
            FROM (SELECT r.* FROM mlops.run_history AS r
                  WHERE r.monitor = m.name AND r.state IN ('failed', 'missed', 'waiting')
                  ORDER BY r.window_lo DESC, r.run_id DESC LIMIT 10) AS f);
    BEGIN
        IF m.monitor_id IS NULL THEN
            RETURN NULL;
        END IF;
        RETURN mlops_internal.html_section('health', 'Is the monitoring itself alive?', concat(
            format(E'<p>%s %s</p>\n', mlops_internal.html_status(
                CASE WHEN NOT h.active THEN 'warning' WHEN h.overdue OR h.failed > 0 THEN 'warning'
                     WHEN h.last_window_hi IS NULL THEN 'no_data' ELSE 'ok' END),
                mlops_internal.markup(concat_ws(' ',
                    CASE WHEN NOT h.active
                         THEN 'It is paused or disabled' || coalesce(': ' || h.pause_reason, '') || '.' END,
                    CASE WHEN h.last_window_hi IS NULL THEN 'No window was evaluated yet.'
                         ELSE format('Windows up to %s are evaluated.',
                             mlops_internal.report_time(h.last_window_hi, zone)) END,
                    CASE WHEN h.overdue THEN format('The next one is late by %s.', date_trunc('minute', h.late)) END,
                    CASE WHEN h.failed > 0 THEN format('%s %s given up after the last attempt.', h.failed,
                        CASE WHEN h.failed = 1 THEN 'window was' ELSE 'windows were' END) END,
                    CASE WHEN empty > 0 THEN format('%s %s no rows.', empty,
                        CASE WHEN empty = 1 THEN 'window had' ELSE 'windows had' END) END))),
            E'<dl class="facts">\n',
            mlops_internal.report_fact('Evaluated', mlops_internal.html_number(h.succeeded) || ' windows'),
            mlops_internal.report_fact('Given up, missed', h.failed || ', ' || h.missed),
            mlops_internal.report_fact('Going on, waiting', h.started || ', ' || h.waiting),
            mlops_internal.report_fact('Due and not begun', coalesce(h.windows_due::text, 'not known')),
            mlops_internal.report_fact('Last run ended',
                mlops_internal.report_time(date_trunc('minute', h.last_finished_at), zone)),
            mlops_internal.report_fact('Next due', coalesce(mlops_internal.report_time(h.next_due, zone), CASE
                WHEN def.end_at <= h.last_window_hi THEN 'none: its windows end there' ELSE 'none' END)),
            mlops_internal.report_fact('Schedule', coalesce('<code>' || mlops_internal.markup(def.schedule)
                || '</code> in ' || mlops_internal.markup(def.time_zone), 'on demand')),
            mlops_internal.report_fact('Not judged below', mlops_internal.html_number(def.min_rows) || ' rows'),
            mlops_internal.report_fact('Definition', 'version ' || m.version || ', '
                || mlops_internal.report_time(date_trunc('minute', def.created_at), zone) || ' by '
                || mlops_internal.markup(def.created_by)),
            mlops_internal.report_fact('Latest error', mlops_internal.markup(h.last_error)),
            E'</dl>\n',
            CASE WHEN failed IS NOT NULL THEN mlops_internal.html_table(
                '{window from,state,attempt,error,message,ended}'::text[], failed,
                '{"caption": "Windows that failed, were missed or wait, the newest first"}') END));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_health(mlops_internal.report_scope) IS
    'section of a page: how far the monitor has come, what failed, what is due';

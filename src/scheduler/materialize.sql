/*
 * Feature views that are materialized by the runs of the monitor that watches them.
 *
 * One schedule, one claim, one transaction: what is written for predictions, the
 * profiles of the features and the end of the run are recorded together.  It runs as
 * the monitor's owner, who must act for the owner of the view.
 */
CREATE FUNCTION mlops_internal.materialize_watched(r mlops.monitor_run) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
        def mlops.monitor_version;
        f record;
        o mlops.feature_online;
    BEGIN
        SELECT x.* INTO m FROM mlops.monitor AS x WHERE x.monitor_id = r.monitor_id;
        SELECT v.* INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        IF NOT def.materialize THEN
            RETURN;
        END IF;
        PERFORM mlops_internal.require_own_session(m);
        SELECT * INTO f FROM mlops_internal.feature_reference(def.feature_view);
        SELECT x.* INTO o FROM mlops.feature_online AS x
            WHERE x.feature_view_version_id = (f.def).feature_view_version_id;
        IF o.relation IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                MESSAGE = format('feature view "%s" is not materialized', def.feature_view),
                HINT = 'The one that was is gone: mlops.materialize begins anew.';
        END IF;
        -- windows that one tick makes due together want it once
        IF o.known_until < r.due_at OR to_regclass(o.relation) IS NULL THEN
            PERFORM mlops.materialize(def.feature_view, r.claimed_at);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.materialize_watched(mlops.monitor_run) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.materialize_watched(mlops.monitor_run) IS
    'materialize the feature view that the monitor of a claimed run watches, if it is to, unless what was known when '
    'the run was due is there already';

CREATE VIEW mlops.feature_health WITH (security_invoker = true) AS
    SELECT fv.name AS feature_view, d.version, o.relation, o.known_until,
           coalesce(pg_catalog.now() - o.known_until > d.ttl, false) AS is_stale, o.n_written, o.materialized_at,
           w.monitor, w.active, w.next_due, w.state, w.last_run_at, w.last_error, w.last_error_at
      FROM mlops.feature_online AS o
      JOIN mlops.feature_view_version AS d USING (feature_view_version_id)
      JOIN mlops.feature_view AS fv USING (feature_view_id)
      LEFT JOIN LATERAL (
          SELECT m.name AS monitor, m.enabled AND m.paused_at IS NULL AS active, n.next_due, r.state,
                 n.finished_at AS last_run_at, e.error_message AS last_error, e.finished_at AS last_error_at
            FROM mlops.monitor AS m
            JOIN mlops.monitor_version AS v ON v.monitor_id = m.monitor_id AND v.version = m.version
            LEFT JOIN mlops_internal.monitor_due AS n ON n.monitor_id = m.monitor_id
            LEFT JOIN LATERAL (
                SELECT x.state FROM mlops.monitor_run AS x WHERE x.monitor_id = m.monitor_id
                 ORDER BY x.started_at DESC, x.run_id DESC LIMIT 1) AS r ON true
            LEFT JOIN LATERAL (
                SELECT x.error_message, x.finished_at FROM mlops.monitor_run AS x
                 WHERE x.monitor_id = m.monitor_id AND x.error_code IS NOT NULL
                 ORDER BY x.finished_at DESC LIMIT 1) AS e ON true
           WHERE v.materialize AND v.feature_view = pg_catalog.format('%s@%s', fv.name, d.version)
           ORDER BY m.monitor_id LIMIT 1) AS w ON true;
COMMENT ON VIEW mlops.feature_health IS
    'feature views that are materialized: up to when, the monitor whose runs do it, the latest failure';
COMMENT ON COLUMN mlops.feature_health.feature_view IS 'name of the view';
COMMENT ON COLUMN mlops.feature_health.version IS 'version that is materialized';
COMMENT ON COLUMN mlops.feature_health.relation IS 'qualified name of the table with a row for each entity';
COMMENT ON COLUMN mlops.feature_health.known_until IS 'what was known then is in the table';
COMMENT ON COLUMN mlops.feature_health.is_stale IS 'is that longer ago than the ttl?';
COMMENT ON COLUMN mlops.feature_health.n_written IS 'rows that were written last';
COMMENT ON COLUMN mlops.feature_health.materialized_at IS 'when that was';
COMMENT ON COLUMN mlops.feature_health.monitor IS 'monitor whose runs materialize it; NULL = nothing does by itself';
COMMENT ON COLUMN mlops.feature_health.active IS 'false when that monitor is paused or disabled';
COMMENT ON COLUMN mlops.feature_health.next_due IS 'when its next run is due';
COMMENT ON COLUMN mlops.feature_health.state IS 'state of its latest run, see run_history';
COMMENT ON COLUMN mlops.feature_health.last_run_at IS 'when a run last ended';
COMMENT ON COLUMN mlops.feature_health.last_error IS 'message of the latest failure that is kept; NULL = none';
COMMENT ON COLUMN mlops.feature_health.last_error_at IS 'when that was';
GRANT SELECT ON mlops.feature_health TO PUBLIC;

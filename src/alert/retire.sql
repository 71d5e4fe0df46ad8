/*
 * A monitor that goes takes its definition and numbers along, not what people
 * were told: its incidents and alerts are resolved, and stay for those who read
 * them later.
 */
CREATE FUNCTION mlops_internal.retire_alerts(m mlops.monitor, actor name) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.alerts_end(ARRAY(SELECT a.alert_id FROM mlops.alert AS a
            WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved'), NULL, NULL, 'monitor dropped', actor,
            'monitor dropped');
        PERFORM mlops_internal.close_incident(i, 'resolved', actor, 'monitor dropped')
        FROM mlops.incident AS i WHERE i.monitor_id = m.monitor_id AND i.state <> 'resolved';
        UPDATE mlops.alert AS x
        SET monitor_id = NULL, monitor_name = m.name, owner_oid = m.owner_oid, owner_name = m.owner_name
        WHERE x.monitor_id = m.monitor_id;
        UPDATE mlops.incident AS x
        SET monitor_id = NULL, monitor_name = m.name, owner_oid = m.owner_oid, owner_name = m.owner_name
        WHERE x.monitor_id = m.monitor_id;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.retire_alerts(mlops.monitor, name) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.retire_alerts(mlops.monitor, name) IS
    'resolve the incidents and alerts of a monitor that is about to be removed, and keep them without it';

CREATE FUNCTION mlops_internal.monitor_gone() RETURNS trigger
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.retire_alerts(OLD, NULL);
        RETURN OLD;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.monitor_gone() FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.monitor_gone() IS 'no monitor is deleted without a word about its alerts';

CREATE TRIGGER monitor_gone BEFORE DELETE ON mlops.monitor
    FOR EACH ROW EXECUTE FUNCTION mlops_internal.monitor_gone();
COMMENT ON TRIGGER monitor_gone ON mlops.monitor IS 'resolves the alerts of the monitor and keeps them';

CREATE FUNCTION mlops_internal.drop_monitor(name text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(name, caller);
    BEGIN
        PERFORM mlops_internal.retire_alerts(m, mlops_internal.caller_name(caller));
        DELETE FROM mlops.monitor AS x WHERE x.monitor_id = m.monitor_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_monitor IS 'mlops.drop_monitor on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_monitor FROM PUBLIC;

CREATE FUNCTION mlops.drop_monitor(name text) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_monitor(name, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_monitor IS
    'remove a monitor with its versions, baselines, summaries and observations; its alerts are resolved, which is '
    'told like any resolution, and kept with their history';
REVOKE ALL ON FUNCTION mlops.drop_monitor FROM PUBLIC;

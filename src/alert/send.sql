/*
 * Each caller sends, and can hold up, its own notices; the scheduler sends all.  What
 * the timers of incidents have to say is said before.
 */
CREATE FUNCTION mlops_internal.send_outbox(caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        n bigint;
        newest bigint;
    BEGIN
        PERFORM mlops_internal.incident_tick(now(), mlops_internal.caller_oid(caller));
        WITH unsent AS MATERIALIZED (
            SELECT o.outbox_id
            FROM mlops_internal.outbox AS o JOIN mlops.alert AS a USING (alert_id)
                LEFT JOIN mlops.monitor AS m USING (monitor_id)
            WHERE o.notified_at IS NULL
              AND mlops_internal.owned_by(coalesce(m.owner_oid, a.owner_oid), coalesce(m.owner_name, a.owner_name),
                  mlops_internal.caller_oid(caller))
            ORDER BY o.outbox_id FOR UPDATE OF o SKIP LOCKED
        ), sent AS (
            UPDATE mlops_internal.outbox AS o SET notified_at = clock_timestamp()
            FROM unsent AS u WHERE o.outbox_id = u.outbox_id
            RETURNING o.alert_id
        )
        SELECT count(*), max(s.alert_id) INTO n, newest FROM sent AS s;
        IF n > 0 THEN
            -- a queue that was full stays so until somebody looks how full it is: that finds what has been read
            PERFORM pg_notification_queue_usage();
            PERFORM pg_notify('mlops_alert', json_build_object('id', newest)::text);
        END IF;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.send_outbox IS 'mlops.send_outbox on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.send_outbox FROM PUBLIC;

CREATE FUNCTION mlops.send_outbox() RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.send_outbox(mlops_internal.caller());
COMMENT ON FUNCTION mlops.send_outbox IS
    'send one NOTIFY mlops_alert for all notices not sent yet of monitors that the caller may act for, with the '
    'newest alert as {"id": ...}; returns how many';
REVOKE ALL ON FUNCTION mlops.send_outbox FROM PUBLIC;

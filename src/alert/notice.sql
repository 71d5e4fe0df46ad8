/*
 * Notices: what goes out to people.
 */
CREATE FUNCTION mlops_internal.write_notices(incident mlops.incident, event text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- the events of its alerts have asked for a hint already when they are of this transaction
        INSERT INTO mlops_internal.outbox (alert_id)
        SELECT max(a.alert_id) FROM mlops.alert AS a
        WHERE a.incident_id = incident.incident_id
          AND NOT EXISTS (SELECT FROM mlops_internal.outbox AS o JOIN mlops.alert AS b USING (alert_id)
                          WHERE b.incident_id = incident.incident_id AND o.notified_at IS NULL)
        HAVING count(*) > 0;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.write_notices(mlops.incident, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.write_notices(mlops.incident, text) IS
    'put the present notice of an incident, number notice_seq, where it is sent from';

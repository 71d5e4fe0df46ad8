/*
 * notice: one message to one channel about an incident.
 *
 * Written in the transaction of what it tells, taken by consumers (take.sql).
 *
 *     pending --take--> leased --finished--> sent
 *        ^                 |  \--given up--> failed
 *        \--failed, later--/
 *     pending --a newer one comes before it is due, or its digest--> merged
 *
 * The key is the same each time a notice is taken: who receives it twice can tell.
 * It begins with the cluster and the database.  A restored copy therefore has other
 * keys, and gives out none of the original's notices until somebody says, by
 * mlops.enable_scheduler(), that it takes the original's place.
 */
CREATE TABLE mlops.notice (
    notice_id bigint GENERATED ALWAYS AS IDENTITY,
    incident_id bigint,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    seq integer,
    event text NOT NULL,
    channel text NOT NULL,
    key text NOT NULL,
    thread text NOT NULL,
    body jsonb NOT NULL,
    digest boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'pending',
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    due_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    leased_by text,
    lease_until timestamptz,
    error text,
    settled_at timestamptz,
    merged_into bigint,
    CONSTRAINT notice_pkey PRIMARY KEY (notice_id),
    CONSTRAINT notice_key_key UNIQUE (key),
    CONSTRAINT notice_incident_fkey FOREIGN KEY (incident_id) REFERENCES mlops.incident ON DELETE CASCADE,
    CONSTRAINT notice_state_check CHECK (state IN ('pending', 'leased', 'sent', 'failed', 'merged'))
);
COMMENT ON TABLE mlops.notice IS 'one row per message to a channel, from its writing to its delivery';
COMMENT ON COLUMN mlops.notice.incident_id IS 'incident that it tells of; NULL for a digest, which tells of several';
COMMENT ON COLUMN mlops.notice.owner_oid IS 'role that owned the monitor; valid only together with owner_name';
COMMENT ON COLUMN mlops.notice.owner_name IS 'name of that role';
COMMENT ON COLUMN mlops.notice.seq IS 'number among the notices of the incident';
COMMENT ON COLUMN mlops.notice.event IS 'what happened to the incident, or digest';
COMMENT ON COLUMN mlops.notice.channel IS 'name by which consumers take it; log = the server''s log';
COMMENT ON COLUMN mlops.notice.key IS 'idempotency key: the same each time it is taken, another for each notice';
COMMENT ON COLUMN mlops.notice.thread IS 'key of the conversation: the same for all notices of an incident';
COMMENT ON COLUMN mlops.notice.body IS 'what to tell, at most 16 kB';
COMMENT ON COLUMN mlops.notice.digest IS 'true when it waits to be merged into the digest of its channel';
COMMENT ON COLUMN mlops.notice.state IS 'pending, leased, sent, failed, or merged into another';
COMMENT ON COLUMN mlops.notice.due_at IS 'when it was to go out first: now, after quiet hours, or with the digest';
COMMENT ON COLUMN mlops.notice.not_before IS 'when it may be taken next';
COMMENT ON COLUMN mlops.notice.attempts IS 'how often it was taken';
COMMENT ON COLUMN mlops.notice.leased_by IS 'consumer that has it, or had it last';
COMMENT ON COLUMN mlops.notice.lease_until IS 'when another consumer may take it';
COMMENT ON COLUMN mlops.notice.error IS 'why the last attempt failed';
COMMENT ON COLUMN mlops.notice.merged_into IS 'notice that tells it instead';

CREATE INDEX notice_open_idx ON mlops.notice (channel, notice_id) WHERE state IN ('pending', 'leased');
COMMENT ON INDEX mlops.notice_open_idx IS 'notices to be delivered';
CREATE INDEX notice_incident_id_idx ON mlops.notice (incident_id, channel, seq);
COMMENT ON INDEX mlops.notice_incident_id_idx IS 'notices of an incident';
CREATE INDEX notice_merged_into_idx ON mlops.notice (merged_into) WHERE merged_into IS NOT NULL;
COMMENT ON INDEX mlops.notice_merged_into_idx IS 'what a notice tells besides its own';

CREATE TABLE mlops.notice_receipt (
    incident_id bigint NOT NULL,
    channel text NOT NULL,
    external_id text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT notice_receipt_pkey PRIMARY KEY (incident_id, channel),
    CONSTRAINT notice_receipt_incident_fkey FOREIGN KEY (incident_id) REFERENCES mlops.incident ON DELETE CASCADE
);
COMMENT ON TABLE mlops.notice_receipt IS 'by what name the other side knows an incident: the thread of a chat';
COMMENT ON COLUMN mlops.notice_receipt.external_id IS 'what the channel''s consumer said by mlops.finish_notice';

SELECT pg_catalog.pg_extension_config_dump('mlops.notice', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.notice_notice_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.notice_receipt', '');
GRANT SELECT ON mlops.notice, mlops.notice_receipt TO PUBLIC;
ALTER TABLE mlops.notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.notice_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_owner ON mlops.notice FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
              AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
COMMENT ON POLICY notice_owner ON mlops.notice IS 'members and readers of the monitor''s owner see the row';
CREATE POLICY notice_receipt_owner ON mlops.notice_receipt FOR SELECT
    USING (EXISTS (SELECT FROM mlops.incident AS i WHERE i.incident_id = notice_receipt.incident_id));
COMMENT ON POLICY notice_receipt_owner ON mlops.notice_receipt IS 'who sees the incident sees the row';

CREATE FUNCTION mlops_internal.key_prefix() RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT format('mlops:%s:%s:', (pg_control_system()).system_identifier, d.oid)
        FROM pg_database AS d WHERE d.datname = current_database()
    $$;
COMMENT ON FUNCTION mlops_internal.key_prefix() IS 'what keys of notices of this database of this cluster begin with';

/* What a notice says; the columns that do not fit into 16 kB are left out, not cut. */
CREATE FUNCTION mlops_internal.notice_body(i mlops.incident, event text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        body jsonb;
        found jsonb;
        n bigint;
    BEGIN
        SELECT jsonb_build_object(
            'event', event, 'severity', i.severity, 'state', i.state, 'cause', i.cause, 'title', left(i.title, 300),
            'incident_id', i.incident_id, 'monitor', left(coalesce(m.name, i.monitor_name), 200),
            'model', left(o.name, 200), 'since', i.onset_lo,
            'window', jsonb_build_array(i.last_window_lo, i.last_window_hi),
            'acknowledge', format('SELECT mlops.ack_incident(%s);', i.incident_id),
            'links', coalesce((
                SELECT jsonb_object_agg(left(t.key, 50), t.value)
                FROM (SELECT * FROM jsonb_each_text(o.tags) AS x
                      WHERE x.value ~ '^https?://[^[:space:][:cntrl:]]+$' AND length(x.value) <= 300
                      ORDER BY x.key LIMIT 5) AS t), '{}'))
        INTO body
        FROM (VALUES (1)) AS one LEFT JOIN mlops.monitor AS m ON m.monitor_id = i.monitor_id
            LEFT JOIN mlops.model AS o ON o.model_id = i.model_id;
        -- worst first; a notice of the end tells what it was
        SELECT count(*), coalesce(jsonb_agg(a.line ORDER BY a.place) FILTER (WHERE a.place <= 10), '[]')
        INTO n, found
        FROM (SELECT jsonb_strip_nulls(jsonb_build_object('metric', left(x.metric, 100), 'column', x.column_name,
                         'slice', left(x.slice_column || ' = ' || coalesce(x.slice_value, 'NULL'), 200),
                         'severity', x.severity, 'value', x.value::text, 'message', left(x.message, 300))) AS line,
                     row_number() OVER (ORDER BY x.inhibited_by IS NOT NULL, x.severity, x.n_windows DESC,
                         x.alert_id) AS place
              FROM mlops.alert AS x
              WHERE x.incident_id = i.incident_id AND (x.state <> 'resolved' OR i.state = 'resolved')) AS a;
        body := body || jsonb_build_object('n_alerts', n, 'alerts', found);
        WHILE octet_length(body::text) > 16384 AND body -> 'alerts' <> '[]' LOOP
            body := body #- '{alerts,-1}';
        END LOOP;
        RETURN CASE WHEN octet_length(body::text) > 16384 THEN body - 'links' ELSE body END;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.notice_body(mlops.incident, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.notice_body(mlops.incident, text) IS
    'what to tell of an incident: event, severity, title, monitor, model, window, its worst alerts, how to '
    'acknowledge, links from the model''s tags';

/*
 * To which channels an event goes.  The end is told to whom the rest was told,
 * whatever the severity is by then.
 */
CREATE FUNCTION mlops_internal.notice_channels(i mlops.incident, event text)
    RETURNS TABLE (channel text, digest_at time, quiet_hours jsonb)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN QUERY
            WITH routed AS (
                SELECT DISTINCT ON (c.channel) c.channel,
                       CASE WHEN i.severity = 'warning' THEN (t.route).digest_at END AS digest_at,
                       (t.route).quiet_hours
                FROM mlops_internal.tried_routes(i) AS t,
                     unnest(CASE notice_channels.event WHEN 'escalated_route'
                                THEN coalesce((t.route).escalate_to, (t.route).channels)
                            ELSE (t.route).channels END) AS c (channel)
                WHERE t.is_used ORDER BY c.channel, t.n
            ), told AS (
                SELECT DISTINCT ON (n.channel) n.channel, n.event, n.digest
                FROM mlops.notice AS n WHERE n.incident_id = i.incident_id ORDER BY n.channel, n.seq DESC
            ), heard AS (
                SELECT t.channel, t.digest FROM told AS t WHERE t.event <> 'resolved'
            )
            SELECT r.channel, r.digest_at, r.quiet_hours FROM routed AS r
            WHERE notice_channels.event <> 'resolved' OR NOT EXISTS (SELECT FROM heard)
            UNION ALL
            SELECT h.channel, CASE WHEN h.digest THEN coalesce(r.digest_at, '08:00') END, r.quiet_hours
            FROM heard AS h LEFT JOIN routed AS r ON r.channel = h.channel
            WHERE notice_channels.event = 'resolved'
            ORDER BY 1;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.notice_channels(mlops.incident, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.notice_channels(mlops.incident, text) IS
    'channels that hear of an event of an incident, with the time of the digest (NULL = at once) and quiet hours';

CREATE FUNCTION mlops_internal.zone_or_utc(time_zone text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone_abbreviations = 'Default'
    AS $$
    BEGIN
        PERFORM now() AT TIME ZONE time_zone;
        RETURN coalesce(time_zone, 'UTC');
    EXCEPTION WHEN invalid_parameter_value THEN
        RETURN 'UTC';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.zone_or_utc(text) IS
    'the zone, or UTC when the server does not know it any more: what is wrong is told all the same';

CREATE FUNCTION mlops_internal.next_time(at timestamptz, clock time, time_zone text) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone_abbreviations = 'Default'
    AS $$
        SELECT min(t.at) FROM (
            SELECT mlops_internal.local_instant((next_time.at AT TIME ZONE time_zone)::date + d.days + clock, time_zone)
            FROM generate_series(0, 2) AS d (days)) AS t (at)
        WHERE t.at > next_time.at
    $$;
COMMENT ON FUNCTION mlops_internal.next_time(timestamptz, time, text) IS
    'when clocks of the zone show this time next, after the given instant';

CREATE FUNCTION mlops_internal.write_notice(i mlops.incident, event text, channel text, digest boolean,
    due_at timestamptz, body jsonb, owner_oid oid, owner_name name) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        prefix CONSTANT text := mlops_internal.key_prefix();
        number integer;
        new_id bigint;
    BEGIN
        UPDATE mlops.incident AS x SET notice_seq = x.notice_seq + 1 WHERE x.incident_id = i.incident_id
        RETURNING x.notice_seq INTO number;
        INSERT INTO mlops.notice AS n (incident_id, owner_oid, owner_name, seq, event, channel, key, thread, body,
            digest, due_at, not_before, state, settled_at)
        VALUES (i.incident_id, write_notice.owner_oid, write_notice.owner_name, number, write_notice.event,
            write_notice.channel, prefix || i.incident_id || ':' || number, prefix || i.incident_id, write_notice.body,
            write_notice.digest, write_notice.due_at, write_notice.due_at,
            CASE channel WHEN 'log' THEN 'sent' ELSE 'pending' END, CASE channel WHEN 'log' THEN now() END)
        RETURNING n.notice_id INTO new_id;
        IF channel = 'log' THEN
            RAISE LOG 'mlops incident % of monitor "%": % (%), %', i.incident_id, body ->> 'monitor', event, i.severity,
                i.title;
            RETURN;
        END IF;
        -- what was to go out later than this is told by this: it says how things are now
        UPDATE mlops.notice AS n SET state = 'merged', merged_into = new_id, settled_at = now()
        WHERE n.incident_id = i.incident_id AND n.channel = write_notice.channel AND n.seq < number
          AND n.state = 'pending' AND n.attempts = 0
          AND (n.not_before > write_notice.due_at OR n.digest AND NOT write_notice.digest);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.write_notice(mlops.incident, text, text, boolean, timestamptz, jsonb, oid, name)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.write_notice(mlops.incident, text, text, boolean, timestamptz, jsonb, oid, name) IS
    'tell a channel of an incident, which is locked, in place of what still waits for it there';

CREATE FUNCTION mlops_internal.write_notices(incident mlops.incident, event text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        i mlops.incident;
        about record;
        r record;
        body jsonb;
    BEGIN
        SELECT x.* INTO i FROM mlops.incident AS x WHERE x.incident_id = incident.incident_id FOR UPDATE;
        SELECT coalesce(m.owner_oid, i.owner_oid) AS owner_oid, coalesce(m.owner_name, i.owner_name) AS owner_name,
               mlops_internal.zone_or_utc(v.time_zone) AS time_zone
        INTO about
        FROM (VALUES (1)) AS one LEFT JOIN mlops.monitor AS m ON m.monitor_id = i.monitor_id
            LEFT JOIN mlops.monitor_version AS v ON v.monitor_id = m.monitor_id AND v.version = m.version;
        body := mlops_internal.notice_body(i, event);
        FOR r IN SELECT * FROM mlops_internal.notice_channels(i, event) LOOP
            PERFORM mlops_internal.write_notice(i, event, r.channel, r.digest_at IS NOT NULL,
                CASE WHEN r.digest_at IS NULL THEN mlops_internal.after_quiet(now(), r.quiet_hours, about.time_zone)
                     ELSE mlops_internal.next_time(now(), r.digest_at, about.time_zone) END,
                body, about.owner_oid, about.owner_name);
        END LOOP;
        -- who listens is told that there is something to take
        INSERT INTO mlops_internal.outbox (alert_id)
        SELECT max(a.alert_id) FROM mlops.alert AS a
        WHERE a.incident_id = i.incident_id
          AND NOT EXISTS (SELECT FROM mlops.alert AS b JOIN mlops_internal.outbox AS o USING (alert_id)
                          WHERE b.incident_id = i.incident_id AND o.notified_at IS NULL)
        HAVING count(*) > 0;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.write_notices(mlops.incident, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.write_notices(mlops.incident, text) IS
    'tell an event of an incident to the channels that its routes name, and those who listen';

/*
 * alert: a condition with a life.
 *
 * An alert stands for one thing that is wrong: a monitor's slice, column,
 * metric and reference.  It opens when the newest verdict is warning, critical
 * or error, changes its severity as the verdict does, and is resolved when the
 * newest verdict is ok.  no_data neither opens nor resolves, but three windows
 * without a verdict are told once (stale), and a slice that has no rows in three
 * windows that have some is done with.  Only the newest window that was judged
 * speaks for the present: an older one that is evaluated again changes history,
 * not alerts.
 *
 *     opened --ack--> acknowledged --+
 *       |  \--silence--> silenced ---+--ok again, or resolve--> resolved
 *       +----------------------------+
 *
 * An acknowledged alert that escalates is opened again; a silenced one comes
 * back at the first window after its time is over.
 *
 * Every change is a row of alert_event, and those that somebody should hear of
 * are rows of outbox, in the transaction of the change.  send_outbox(), in a
 * transaction of its own, sends NOTIFY mlops_alert with an alert's number and
 * nothing else.  A receiver reads by alerts_since(), under its own rights.
 */
CREATE TABLE mlops.alert (
    alert_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint,
    monitor_name text,
    owner_oid oid,
    owner_name name,
    slice_column text,
    slice_value text,
    column_name name,
    metric text NOT NULL,
    reference text,
    state text NOT NULL DEFAULT 'opened',
    severity text NOT NULL,
    value double precision,
    rule jsonb,
    message text,
    n_windows bigint NOT NULL DEFAULT 1,
    first_window_lo timestamptz NOT NULL,
    first_window_hi timestamptz NOT NULL,
    last_window_lo timestamptz NOT NULL,
    last_window_hi timestamptz NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    silenced_until timestamptz,
    resolved_at timestamptz,
    resolved_by name,
    CONSTRAINT alert_pkey PRIMARY KEY (alert_id),
    CONSTRAINT alert_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE SET NULL,
    CONSTRAINT alert_dropped_check CHECK (
        monitor_id IS NOT NULL OR state = 'resolved' AND num_nulls(monitor_name, owner_oid, owner_name) = 0),
    CONSTRAINT alert_state_check CHECK (state IN ('opened', 'acknowledged', 'silenced', 'resolved')),
    CONSTRAINT alert_severity_check CHECK (severity IN ('warning', 'critical'))
);
COMMENT ON TABLE mlops.alert IS
    'one row per alert: something that a monitor found wrong, from its opening to its resolution';
COMMENT ON COLUMN mlops.alert.monitor_id IS 'monitor that found it; NULL when the monitor was dropped';
COMMENT ON COLUMN mlops.alert.monitor_name IS 'name of a monitor that was dropped';
COMMENT ON COLUMN mlops.alert.owner_oid IS 'role that owned it; valid only together with owner_name';
COMMENT ON COLUMN mlops.alert.owner_name IS 'name of that role';
COMMENT ON COLUMN mlops.alert.slice_column IS 'column of the slice; NULL = the whole window';
COMMENT ON COLUMN mlops.alert.slice_value IS 'value of the slice as text';
COMMENT ON COLUMN mlops.alert.column_name IS
    'column that was measured; NULL for metrics of the model and of the window';
COMMENT ON COLUMN mlops.alert.metric IS
    'metric that was judged; evaluation = the window could not be evaluated, or not be compared';
COMMENT ON COLUMN mlops.alert.reference IS 'what a drift metric compares with';
COMMENT ON COLUMN mlops.alert.state IS 'opened, acknowledged, silenced or resolved';
COMMENT ON COLUMN mlops.alert.severity IS 'warning or critical, as of the last window';
COMMENT ON COLUMN mlops.alert.value IS 'value in the last window';
COMMENT ON COLUMN mlops.alert.rule IS 'the check that judged the last window';
COMMENT ON COLUMN mlops.alert.message IS 'why, as of the last window';
COMMENT ON COLUMN mlops.alert.n_windows IS 'number of windows that were found wrong';
COMMENT ON COLUMN mlops.alert.first_window_lo IS 'start of the first bad window of those that opened it';
COMMENT ON COLUMN mlops.alert.first_window_hi IS 'end of that window';
COMMENT ON COLUMN mlops.alert.last_window_lo IS 'start of the newest window that it rests on';
COMMENT ON COLUMN mlops.alert.last_window_hi IS 'end of the newest window that it rests on';
COMMENT ON COLUMN mlops.alert.silenced_until IS 'no notice before this time; NULL unless silenced';
COMMENT ON COLUMN mlops.alert.resolved_by IS 'role that resolved it; NULL = a window did';

CREATE UNIQUE INDEX alert_live_idx ON mlops.alert (monitor_id, metric, column_name, slice_column, slice_value,
    reference, (rule ->> 'granularity'))
    NULLS NOT DISTINCT WHERE state <> 'resolved';
COMMENT ON INDEX mlops.alert_live_idx IS 'at most one alert that is not resolved for each condition';
CREATE INDEX alert_history_idx ON mlops.alert (monitor_id, metric, column_name, alert_id);
COMMENT ON INDEX mlops.alert_history_idx IS 'the last alert of a condition';

CREATE TABLE mlops.alert_event (
    event_id bigint GENERATED ALWAYS AS IDENTITY,
    alert_id bigint NOT NULL,
    event text NOT NULL,
    severity text NOT NULL,
    window_lo timestamptz,
    window_hi timestamptz,
    value double precision,
    message text,
    actor name,
    note text,
    at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT alert_event_pkey PRIMARY KEY (event_id),
    CONSTRAINT alert_event_alert_fkey FOREIGN KEY (alert_id) REFERENCES mlops.alert ON DELETE CASCADE,
    CONSTRAINT alert_event_event_check CHECK (event IN (
        'opened', 'escalated', 'deescalated', 'acknowledged', 'silenced', 'unsilenced', 'stale', 'resolved'))
);
COMMENT ON TABLE mlops.alert_event IS 'what happened to alerts, never changed afterwards';
COMMENT ON COLUMN mlops.alert_event.event IS
    'opened, escalated, deescalated, acknowledged, silenced, unsilenced, stale (not judged for three windows) or '
    'resolved';
COMMENT ON COLUMN mlops.alert_event.severity IS 'severity after the event';
COMMENT ON COLUMN mlops.alert_event.window_lo IS 'start of the window that caused it; NULL when a role did';
COMMENT ON COLUMN mlops.alert_event.window_hi IS 'end of that window';
COMMENT ON COLUMN mlops.alert_event.actor IS 'role that did it; NULL when a window did';

CREATE INDEX alert_event_alert_id_idx ON mlops.alert_event (alert_id);
COMMENT ON INDEX mlops.alert_event_alert_id_idx IS 'history of one alert';

/*
 * Transaction numbers mean something in one cluster only, so they are not
 * dumped: an event that was restored has none and is older than any cursor.
 */
CREATE TABLE mlops_internal.alert_event_xact (
    event_id bigint NOT NULL,
    xact xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
    CONSTRAINT alert_event_xact_pkey PRIMARY KEY (event_id),
    CONSTRAINT alert_event_xact_event_fkey FOREIGN KEY (event_id) REFERENCES mlops.alert_event ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.alert_event_xact IS
    'which transaction of this cluster wrote an event, for alerts_since(); not dumped';
CREATE INDEX alert_event_xact_idx ON mlops_internal.alert_event_xact (xact);
COMMENT ON INDEX mlops_internal.alert_event_xact_idx IS 'events since a snapshot';

CREATE TABLE mlops_internal.outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY,
    alert_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    notified_at timestamptz,
    CONSTRAINT outbox_pkey PRIMARY KEY (outbox_id),
    CONSTRAINT outbox_alert_fkey FOREIGN KEY (alert_id) REFERENCES mlops.alert ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.outbox IS 'changes of alerts that listeners hear of';
COMMENT ON COLUMN mlops_internal.outbox.notified_at IS 'when the notice was sent; NULL = not yet';

CREATE INDEX outbox_alert_id_idx ON mlops_internal.outbox (alert_id);
COMMENT ON INDEX mlops_internal.outbox_alert_id_idx IS 'notices of one alert';
CREATE INDEX outbox_unsent_idx ON mlops_internal.outbox (outbox_id) WHERE notified_at IS NULL;
COMMENT ON INDEX mlops_internal.outbox_unsent_idx IS 'notices to be sent';

SELECT pg_catalog.pg_extension_config_dump('mlops.alert', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.alert_alert_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.alert_event', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.alert_event_event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.alert_event_xact', 'WHERE false');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.outbox', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.outbox_outbox_id_seq', '');

GRANT SELECT ON mlops.alert, mlops.alert_event, mlops_internal.alert_event_xact, mlops_internal.outbox TO PUBLIC;
ALTER TABLE mlops.alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.alert_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.alert_event_xact ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY alert_owner ON mlops.alert FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m)
           OR monitor_id IS NULL
              AND (mlops_internal.owned_by(owner_oid, owner_name,
                  (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
                   OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
                      AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL));
COMMENT ON POLICY alert_owner ON mlops.alert IS 'who sees the monitor, or saw it before it was dropped, sees the row';
CREATE POLICY alert_event_owner ON mlops.alert_event FOR SELECT
    USING (EXISTS (SELECT FROM mlops.alert AS a WHERE a.alert_id = alert_event.alert_id));
COMMENT ON POLICY alert_event_owner ON mlops.alert_event IS 'who sees the alert sees the row';
CREATE POLICY alert_event_xact_owner ON mlops_internal.alert_event_xact FOR SELECT
    USING (EXISTS (SELECT FROM mlops.alert_event AS e WHERE e.event_id = alert_event_xact.event_id));
COMMENT ON POLICY alert_event_xact_owner ON mlops_internal.alert_event_xact IS 'who sees the event sees the row';
CREATE POLICY outbox_owner ON mlops_internal.outbox FOR SELECT
    USING (EXISTS (SELECT FROM mlops.alert AS a WHERE a.alert_id = outbox.alert_id));
COMMENT ON POLICY outbox_owner ON mlops_internal.outbox IS 'who sees the alert sees the row';

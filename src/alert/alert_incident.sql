/*
 * incident: what a person is told.
 *
 * An alert is one condition; an incident holds the alerts of one cause.  Notices
 * are of incidents, never of alerts: 40 columns that a broken load changed at
 * once are one incident, one title, one notice.  Its life:
 *
 *     opened <--> acknowledged        silenced --until it ends--> where it was
 *        \______________\________________\____ clear, by hand, accepted --> resolved
 *     resolved --bad again within 10 windows--> opened, the third time --> flapping
 *
 * An incident has been told when told_severity is not NULL.  While it is inhibited,
 * learning, silenced or history that is caught up it is not; when that ends and it is
 * still bad, it is told then.
 */
CREATE TABLE mlops.incident (
    incident_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint,
    monitor_name text,
    owner_oid oid,
    owner_name name,
    model_id bigint,
    cause text NOT NULL,
    group_key text NOT NULL,
    state text NOT NULL DEFAULT 'opened',
    severity text NOT NULL,
    title text NOT NULL,
    onset_lo timestamptz NOT NULL,
    last_window_lo timestamptz NOT NULL,
    last_window_hi timestamptz NOT NULL,
    last_bad_hi timestamptz NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    opened_windows timestamptz[] NOT NULL DEFAULT '{}',
    n_opened integer NOT NULL DEFAULT 1,
    n_alerts integer NOT NULL DEFAULT 0,
    acked_at timestamptz,
    acked_by name,
    ack_until timestamptz,
    silenced_until timestamptz,
    silence_id bigint,
    resolved_at timestamptz,
    resolved_by name,
    reason text,
    told_severity text,
    told_cause text,
    told_alerts integer NOT NULL DEFAULT 0,
    notice_seq integer NOT NULL DEFAULT 0,
    next_notice_at timestamptz,
    n_reminders integer NOT NULL DEFAULT 0,
    escalate_at timestamptz,
    labels jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT incident_pkey PRIMARY KEY (incident_id),
    CONSTRAINT incident_monitor_fkey FOREIGN KEY (monitor_id) REFERENCES mlops.monitor ON DELETE SET NULL,
    CONSTRAINT incident_model_fkey FOREIGN KEY (model_id) REFERENCES mlops.model ON DELETE SET NULL,
    CONSTRAINT incident_dropped_check CHECK (
        monitor_id IS NOT NULL OR state = 'resolved' AND num_nulls(monitor_name, owner_oid, owner_name) = 0),
    CONSTRAINT incident_cause_check CHECK (cause IN ('evaluation', 'schema', 'volume', 'quality', 'input',
        'prediction', 'performance', 'experiment', 'feature')),
    CONSTRAINT incident_state_check CHECK (state IN ('opened', 'acknowledged', 'silenced', 'flapping', 'resolved')),
    CONSTRAINT incident_severity_check CHECK (severity IN ('warning', 'critical'))
);
COMMENT ON TABLE mlops.incident IS
    'one row per incident: the alerts of one cause, from the first to the last that is resolved';
COMMENT ON COLUMN mlops.incident.monitor_id IS 'monitor that found it; NULL when the monitor was dropped';
COMMENT ON COLUMN mlops.incident.monitor_name IS 'name of a monitor that was dropped';
COMMENT ON COLUMN mlops.incident.owner_oid IS 'role that owned it; valid only together with owner_name';
COMMENT ON COLUMN mlops.incident.owner_name IS 'name of that role';
COMMENT ON COLUMN mlops.incident.model_id IS 'model that the monitor watches; NULL for none';
COMMENT ON COLUMN mlops.incident.cause IS
    'evaluation, schema, volume, quality, input, prediction, performance, experiment or feature';
COMMENT ON COLUMN mlops.incident.group_key IS 'monitor:cause:onset as it was opened; one live incident has it';
COMMENT ON COLUMN mlops.incident.state IS 'opened, acknowledged, silenced, flapping or resolved';
COMMENT ON COLUMN mlops.incident.severity IS 'greatest severity of its alerts that are not resolved';
COMMENT ON COLUMN mlops.incident.title IS 'what is wrong, in words';
COMMENT ON COLUMN mlops.incident.onset_lo IS 'start of the first bad window of its alerts';
COMMENT ON COLUMN mlops.incident.last_window_lo IS 'start of the newest window that it rests on';
COMMENT ON COLUMN mlops.incident.last_window_hi IS 'end of the newest window that it rests on';
COMMENT ON COLUMN mlops.incident.last_bad_hi IS 'end of the newest bad window of its alerts';
COMMENT ON COLUMN mlops.incident.opened_at IS 'when it was opened last';
COMMENT ON COLUMN mlops.incident.opened_windows IS 'starts of the windows that opened it, oldest first';
COMMENT ON COLUMN mlops.incident.n_opened IS 'how often it was opened: 1, and 1 more for each time it came back';
COMMENT ON COLUMN mlops.incident.n_alerts IS 'number of alerts, live and resolved, that it has had';
COMMENT ON COLUMN mlops.incident.acked_at IS 'when somebody took it; NULL when nobody has';
COMMENT ON COLUMN mlops.incident.acked_by IS 'role that took it';
COMMENT ON COLUMN mlops.incident.ack_until IS 'when it opens again if it is still bad; NULL = never by time';
COMMENT ON COLUMN mlops.incident.silenced_until IS 'no notice before this time; NULL unless silenced';
COMMENT ON COLUMN mlops.incident.silence_id IS 'the silence that silenced it; NULL when it was by hand';
COMMENT ON COLUMN mlops.incident.resolved_by IS 'role that resolved it; NULL = windows did';
COMMENT ON COLUMN mlops.incident.reason IS 'why it was resolved';
COMMENT ON COLUMN mlops.incident.told_severity IS
    'severity that people were told last; NULL = not told since opened_at';
COMMENT ON COLUMN mlops.incident.told_cause IS 'cause that people were told last';
COMMENT ON COLUMN mlops.incident.told_alerts IS 'number of alerts that people were told last';
COMMENT ON COLUMN mlops.incident.notice_seq IS 'number of notices so far, the number of the last';
COMMENT ON COLUMN mlops.incident.next_notice_at IS 'when a reminder is due; NULL = none is';
COMMENT ON COLUMN mlops.incident.n_reminders IS 'number of reminders since it was opened last';
COMMENT ON COLUMN mlops.incident.escalate_at IS 'when it goes to the next route if nobody took it; NULL = never';
COMMENT ON COLUMN mlops.incident.labels IS
    'what routes match: monitor, model, endpoint, cause, severity, metric, column, slice, owner, tags.*';

CREATE UNIQUE INDEX incident_live_idx ON mlops.incident (group_key) WHERE state <> 'resolved';
COMMENT ON INDEX mlops.incident_live_idx IS 'at most one incident that is not resolved for each cause and onset';
CREATE INDEX incident_monitor_id_idx ON mlops.incident (monitor_id, incident_id);
COMMENT ON INDEX mlops.incident_monitor_id_idx IS 'incidents of a monitor';
CREATE INDEX incident_timer_idx ON mlops.incident (incident_id) WHERE state <> 'resolved';
COMMENT ON INDEX mlops.incident_timer_idx IS 'incidents that timers look at';

ALTER TABLE mlops.alert
    ADD COLUMN incident_id bigint,
    ADD COLUMN cause text,
    ADD COLUMN last_bad_hi timestamptz,
    ADD COLUMN inhibited_by bigint,
    ADD CONSTRAINT alert_incident_fkey FOREIGN KEY (incident_id) REFERENCES mlops.incident ON DELETE SET NULL;
COMMENT ON COLUMN mlops.alert.incident_id IS 'incident that it belongs to';
COMMENT ON COLUMN mlops.alert.cause IS 'what kind of thing is wrong, as for mlops.incident';
COMMENT ON COLUMN mlops.alert.last_bad_hi IS 'end of the newest window that was found wrong';
COMMENT ON COLUMN mlops.alert.inhibited_by IS
    'alert that explains it, so that it is not told by itself; NULL = none does';
CREATE INDEX alert_recent_idx ON mlops.alert (monitor_id, last_window_hi);
COMMENT ON INDEX mlops.alert_recent_idx IS 'what a monitor found wrong lately';
CREATE INDEX alert_incident_id_idx ON mlops.alert (incident_id);
COMMENT ON INDEX mlops.alert_incident_id_idx IS 'alerts of an incident';

/* An event of the incident itself has no alert_id. */
ALTER TABLE mlops.alert_event
    ADD COLUMN incident_id bigint,
    ADD COLUMN told boolean NOT NULL DEFAULT false,
    ALTER COLUMN alert_id DROP NOT NULL,
    ADD CONSTRAINT alert_event_incident_fkey FOREIGN KEY (incident_id) REFERENCES mlops.incident ON DELETE CASCADE,
    ADD CONSTRAINT alert_event_subject_check CHECK (num_nonnulls(alert_id, incident_id) > 0),
    DROP CONSTRAINT alert_event_event_check,
    ADD CONSTRAINT alert_event_event_check CHECK (event IN (
        'opened', 'escalated', 'deescalated', 'acknowledged', 'silenced', 'unsilenced', 'stale', 'resolved',
        'joined', 'grown', 'reopened', 'flapping', 'unacknowledged', 'reminder', 'escalated_route', 'corrected',
        'accepted', 'noted', 'overridden'));
COMMENT ON COLUMN mlops.alert_event.alert_id IS 'alert that it happened to; NULL = the incident as a whole';
COMMENT ON COLUMN mlops.alert_event.incident_id IS 'incident that it happened to, or that the alert was in';
COMMENT ON COLUMN mlops.alert_event.told IS 'true when people get a notice of it, which only incidents have';
CREATE INDEX alert_event_incident_id_idx ON mlops.alert_event (incident_id);
COMMENT ON INDEX mlops.alert_event_incident_id_idx IS 'history of one incident';

/* A silence reaches the monitors that its maker may act for, whatever it says. */
CREATE TABLE mlops.silence (
    silence_id bigint GENERATED ALWAYS AS IDENTITY,
    matchers jsonb NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    ended_at timestamptz,
    CONSTRAINT silence_pkey PRIMARY KEY (silence_id),
    CONSTRAINT silence_range_check CHECK (ends_at > starts_at)
);
COMMENT ON TABLE mlops.silence IS 'times in which incidents that match are not told';
COMMENT ON COLUMN mlops.silence.matchers IS 'list of {"label", "op", "value"}, all of which an alert must match';
COMMENT ON COLUMN mlops.silence.owner_oid IS 'role that made it; valid only together with owner_name';
COMMENT ON COLUMN mlops.silence.owner_name IS 'name of that role';
COMMENT ON COLUMN mlops.silence.ended_at IS 'when it was ended before its time; NULL = it was not';

CREATE TABLE mlops.inhibition (
    inhibition_id bigint GENERATED ALWAYS AS IDENTITY,
    source jsonb NOT NULL,
    target jsonb NOT NULL,
    equal text[] NOT NULL,
    owner_oid oid NOT NULL,
    owner_name name NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT inhibition_pkey PRIMARY KEY (inhibition_id)
);
COMMENT ON TABLE mlops.inhibition IS
    'rules besides those built in: while an alert matches source, alerts that match target are not told';
COMMENT ON COLUMN mlops.inhibition.source IS 'list of {"label", "op", "value"} that the explaining alert matches';
COMMENT ON COLUMN mlops.inhibition.target IS 'list of {"label", "op", "value"} that the explained alert matches';
COMMENT ON COLUMN mlops.inhibition.equal IS 'labels in which both are the same';
COMMENT ON COLUMN mlops.inhibition.owner_oid IS 'role that made it; valid only together with owner_name';
COMMENT ON COLUMN mlops.inhibition.owner_name IS 'name of that role';

-- what was accepted outlives its incident
ALTER TABLE mlops.accepted_change
    ADD CONSTRAINT accepted_change_incident_fkey FOREIGN KEY (incident_id) REFERENCES mlops.incident ON DELETE SET NULL;
CREATE INDEX accepted_change_incident_id_idx ON mlops.accepted_change (incident_id);
COMMENT ON INDEX mlops.accepted_change_incident_id_idx IS 'what was accepted with an incident';

CREATE TABLE mlops.evidence (
    alert_id bigint NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    body jsonb NOT NULL,
    CONSTRAINT evidence_pkey PRIMARY KEY (alert_id, window_lo, window_hi),
    CONSTRAINT evidence_alert_fkey FOREIGN KEY (alert_id) REFERENCES mlops.alert ON DELETE CASCADE
);
COMMENT ON TABLE mlops.evidence IS 'what an alert rested on when it opened or became worse';
COMMENT ON COLUMN mlops.evidence.body IS
    'observation, detail, last values, definition version, commit, upstream runs, and query, which lists example rows; '
    'at most 64 kB';

/* Bad windows that are too few for an alert, as of the newest window. */
CREATE TABLE mlops_internal.pending_alert (
    observation_id bigint NOT NULL,
    monitor_id bigint NOT NULL,
    n_bad integer NOT NULL,
    n_needed integer NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT pending_alert_pkey PRIMARY KEY (observation_id),
    CONSTRAINT pending_alert_observation_fkey FOREIGN KEY (observation_id) REFERENCES mlops.observation
        ON DELETE CASCADE
);
COMMENT ON TABLE mlops_internal.pending_alert IS
    'bad observations of the newest windows that k of n does not make an alert yet';
COMMENT ON COLUMN mlops_internal.pending_alert.n_bad IS 'bad windows among the last n';
COMMENT ON COLUMN mlops_internal.pending_alert.n_needed IS 'k, how many make an alert';
COMMENT ON COLUMN mlops_internal.pending_alert.since IS 'start of the first of them';
CREATE INDEX pending_alert_monitor_id_idx ON mlops_internal.pending_alert (monitor_id);
COMMENT ON INDEX mlops_internal.pending_alert_monitor_id_idx IS 'what is pending in a monitor';

SELECT pg_catalog.pg_extension_config_dump('mlops.incident', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.incident_incident_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.silence', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.silence_silence_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.inhibition', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.inhibition_inhibition_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.evidence', '');
SELECT pg_catalog.pg_extension_config_dump('mlops_internal.pending_alert', '');

GRANT SELECT ON mlops.incident, mlops.silence, mlops.inhibition, mlops.evidence,
    mlops_internal.pending_alert TO PUBLIC;
ALTER TABLE mlops.incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.silence ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.inhibition ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops.evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE mlops_internal.pending_alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY incident_owner ON mlops.incident FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m)
           OR monitor_id IS NULL
              AND (mlops_internal.owned_by(owner_oid, owner_name,
                  (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
                   OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
                      AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL));
COMMENT ON POLICY incident_owner ON mlops.incident IS
    'who sees the monitor, or saw it before it was dropped, sees the row';
CREATE POLICY silence_owner ON mlops.silence FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
              AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
COMMENT ON POLICY silence_owner ON mlops.silence IS 'members and readers of the role that made it see the row';
CREATE POLICY inhibition_owner ON mlops.inhibition FOR SELECT
    USING (mlops_internal.owned_by(owner_oid, owner_name, (SELECT mlops_internal.caller_oid(mlops_internal.caller())))
           OR owner_oid = ANY ((SELECT mlops_internal.granted_owners())::oid[])
              AND mlops_internal.present_owner(owner_oid, owner_name) IS NOT NULL);
COMMENT ON POLICY inhibition_owner ON mlops.inhibition IS 'members and readers of the role that made it see the row';
CREATE POLICY evidence_owner ON mlops.evidence FOR SELECT
    USING (EXISTS (SELECT FROM mlops.alert AS a WHERE a.alert_id = evidence.alert_id));
COMMENT ON POLICY evidence_owner ON mlops.evidence IS 'who sees the alert sees the row';
CREATE POLICY pending_alert_owner ON mlops_internal.pending_alert FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY pending_alert_owner ON mlops_internal.pending_alert IS 'who sees the monitor sees the row';
DROP POLICY alert_event_owner ON mlops.alert_event;
CREATE POLICY alert_event_owner ON mlops.alert_event FOR SELECT
    USING (EXISTS (SELECT FROM mlops.alert AS a WHERE a.alert_id = alert_event.alert_id)
           OR alert_id IS NULL
              AND EXISTS (SELECT FROM mlops.incident AS i WHERE i.incident_id = alert_event.incident_id));
COMMENT ON POLICY alert_event_owner ON mlops.alert_event IS 'who sees the alert or incident sees the row';

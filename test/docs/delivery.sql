-- what the examples of docs/delivery.md stand on: the team risk, its monitor, incident 17
CREATE ROLE risk LOGIN;
SELECT mlops.grant_use('risk');
CREATE TABLE prediction (at timestamptz, score float8);
GRANT SELECT ON prediction TO risk;
SET ROLE risk;
SELECT mlops.create_model('fraud', 'binary', tags => '{"team": "risk"}');
SELECT mlops.create_monitor('fraud daily', 'prediction', 'at', model => 'fraud', features => '{score}', start_at => '2026-02-01Z', schedule => NULL);
RESET ROLE;
ALTER TABLE mlops.incident ALTER COLUMN incident_id RESTART WITH 17;
INSERT INTO mlops.incident (monitor_id, model_id, cause, group_key, severity, title, onset_lo, last_window_lo, last_window_hi, last_bad_hi, labels)
    SELECT monitor_id, model_id, 'input', '17', 'critical', 'score has drifted', '2026-02-01Z', '2026-02-01Z', '2026-02-02Z', '2026-02-02Z', '{"model": "fraud", "severity": "critical", "tags.team": "risk"}'
    FROM mlops.monitor;

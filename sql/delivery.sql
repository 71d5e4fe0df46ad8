--
-- delivery: to whom incidents go, and how their notices get there
--
\set SHOW_CONTEXT never
\set VERBOSITY terse
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_delivery_ann LOGIN;
CREATE ROLE regress_delivery_bob LOGIN;
CREATE ROLE regress_delivery_post LOGIN;
-- numbers in messages do not depend on what ran before
ALTER TABLE mlops.incident ALTER incident_id RESTART 1000001;
ALTER TABLE mlops.notice ALTER notice_id RESTART 1000001;
ALTER TABLE mlops.route ALTER route_id RESTART 1000001;
SELECT mlops.grant_use('regress_delivery_ann') = mlops.grant_use('regress_delivery_bob') AS same;
CREATE FUNCTION pg_temp.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;

-- matchers: what is one
SELECT m.matchers, t.state, t.message
FROM (VALUES ('[{"label": "cause", "op": "=", "value": "input"}]'), ('[{"label": "tags.team", "op": "!~", "value": "a|b"}]'), (NULL), ('[]'), ('{}'), ('[1]'),
    ('[{"label": "cause", "op": "="}]'), ('[{"label": "cause", "op": "=", "value": 1}]'), ('[{"label": "cause", "op": "=", "value": "x", "more": "y"}]'),
    ('[{"label": "cause", "op": "<", "value": "x"}]'), ('[{"label": "cause", "op": null, "value": "x"}]'), ('[{"label": "cost", "op": "=", "value": "x"}]'), ('[{"label": "tags.", "op": "=", "value": "x"}]'),
    ('[{"label": "cause", "op": "~", "value": "("}]')) AS m (matchers),
    pg_temp.try(format('SELECT mlops_internal.check_matchers(%L, ''it'')', m.matchers)) AS t;
SELECT state, message FROM pg_temp.try($$ SELECT mlops_internal.check_matchers(jsonb_build_array(jsonb_build_object('label', 'cause', 'op', '=', 'value', repeat('x', 201))), 'it') $$);
SELECT state, message FROM pg_temp.try($$ SELECT mlops_internal.check_matchers((SELECT jsonb_agg('{"label": "cause", "op": "=", "value": "x"}'::jsonb) FROM generate_series(1, 21)), 'it') $$);
SELECT state, message FROM pg_temp.try($$ SELECT mlops_internal.check_matchers((SELECT jsonb_agg('{"label": "cause", "op": "~", "value": "x"}'::jsonb) FROM generate_series(1, 6)), 'it') $$);
-- regular expressions that are cheap, and those that may not be
SELECT p.pattern, mlops_internal.pattern_problem(p.pattern)
FROM (VALUES ('utm_.*'), ('(a|b)+c?'), ('\d{4}-\d{2}-\d{2}'), ('a\.b\\c'), ('[[:alpha:]]*'), ('(?:x|y)*'),
    ('(a*)\1'), ('(?=a)b'), ('(?!a)b'), ('(?<=a)b'), ('(?i)a'), ('\yword\y'), ('\mword'), ('(a{1,30}){1,30}'), ('x{501}'), ('(x{2,}y){200,}'), ('***=x'), ('[')) AS p (pattern);
-- what matches: a text or a list, negations hold when none does, what is missing is ''
SELECT m.label, m.op, m.value, mlops_internal.matches('{"monitor": "churn daily", "column": ["age", "utm_source"], "slice": []}',
    jsonb_build_array(jsonb_build_object('label', m.label, 'op', m.op, 'value', m.value))) AS matches
FROM (VALUES ('monitor', '=', 'churn daily'), ('monitor', '=', 'churn'), ('monitor', '~', 'churn'), ('monitor', '~', 'churn.*'), ('monitor', '!=', 'churn'),
    ('column', '=', 'age'), ('column', '~', 'utm_.*'), ('column', '!=', 'age'), ('column', '!~', 'utm_.*'), ('column', '!~', 'x.*'), ('column', '~', 'age|x'),
    ('slice', '=', ''), ('model', '=', ''), ('model', '!=', ''), ('model', '~', '.+'), ('model', '!~', '.+')) AS m (label, op, value);
SELECT mlops_internal.matches('{"cause": "input"}', '[]') AS all_hold,
       mlops_internal.unmatched('{"cause": "input"}', '[{"label": "cause", "op": "=", "value": "input"}, {"label": "model", "op": "=", "value": "x"}]') AS first_that_does_not;

-- how long a notice waits: computed elsewhere from SHA-256 of 'key:attempt'
SELECT k.key, a.attempt, round(extract(epoch FROM mlops_internal.backoff(k.key, a.attempt)), 3) AS seconds
FROM (VALUES ('mlops:1:2:3:4'), ('mlops:1:2:3:5')) AS k (key), (VALUES (0), (1), (2), (5), (8), (9), (30)) AS a (attempt) ORDER BY 1, 2;
SELECT bool_and(extract(epoch FROM mlops_internal.backoff(k::text, a)) / (10 * 2 ^ a) BETWEEN 0.8 AND 1.2) AS within_20_percent, count(DISTINCT mlops_internal.backoff(k::text, a)) > 990 AS spread
FROM generate_series(1, 200) AS k, generate_series(0, 4) AS a;

-- quiet hours and digests go by the monitor's clocks, over changes of summer time too
SELECT q.at, q.quiet, mlops_internal.after_quiet(q.at::timestamptz, q.quiet::jsonb, 'Europe/Berlin') AS told
FROM (VALUES ('2026-01-15 20:59Z', '{"from": "22:00", "to": "07:00"}'), ('2026-01-15 21:00Z', '{"from": "22:00", "to": "07:00"}'), ('2026-01-16 05:59Z', '{"from": "22:00", "to": "07:00"}'),
    ('2026-01-16 06:00Z', '{"from": "22:00", "to": "07:00"}'), ('2026-03-28 23:00Z', '{"from": "22:00", "to": "07:00"}'), ('2026-10-24 23:00Z', '{"from": "22:00", "to": "07:00"}'),
    ('2026-03-28 23:00Z', '{"from": "22:00", "to": "02:30"}'),
    ('2026-01-17 10:00Z', '{"from": "00:00", "to": "00:00", "days": [6, 7]}'), ('2026-01-16 22:59Z', '{"from": "00:00", "to": "00:00", "days": [6, 7]}'),
    ('2026-01-18 22:30Z', '{"from": "22:00", "to": "07:00", "days": [7]}'), ('2026-01-18 05:30Z', '{"from": "22:00", "to": "07:00", "days": [7]}'), ('2026-01-15 12:00Z', NULL)) AS q (at, quiet);
SELECT d.at, d.zone, mlops_internal.next_time(d.at::timestamptz, '08:00', d.zone) AS next
FROM (VALUES ('2026-01-15 06:59Z', 'Europe/Berlin'), ('2026-01-15 07:00Z', 'Europe/Berlin'), ('2026-03-28 08:00Z', 'Europe/Berlin'), ('2026-01-15 07:59Z', 'UTC'), ('2026-01-15 23:00Z', 'Asia/Tokyo')) AS d (at, zone);

SELECT z.zone, mlops_internal.zone_or_utc(z.zone) FROM (VALUES ('Europe/Berlin'), ('Atlantis'), (NULL)) AS z (zone);

-- two owners, a monitor each; incidents as monitors make them
CREATE TABLE delivery_rows (at timestamptz, x float8);
GRANT SELECT ON delivery_rows TO regress_delivery_ann, regress_delivery_bob;
\c - regress_delivery_ann
:settings
SELECT mlops.create_model('fraud', 'binary', tags => '{"team": "risk", "runbook": "https://wiki.example/fraud", "note": "javascript:alert(1)"}') IS NOT NULL AS model;
SELECT mlops.create_monitor('ann daily', 'delivery_rows', 'at', model => 'fraud', features => '{x}', start_at => '2026-01-01Z', schedule => NULL, time_zone => 'Europe/Berlin') IS NOT NULL AS made;
\c - regress_delivery_bob
:settings
SELECT mlops.create_monitor('bob daily', 'delivery_rows', 'at', features => '{x}', start_at => '2026-01-01Z', schedule => NULL) IS NOT NULL AS made;
\c - :superuser
:settings
CREATE SCHEMA delivery;
GRANT USAGE ON SCHEMA delivery TO PUBLIC;
CREATE FUNCTION delivery.open(monitor text, severity text, title text) RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO mlops.incident (monitor_id, model_id, cause, group_key, severity, title, onset_lo, last_window_lo, last_window_hi, last_bad_hi, labels)
    SELECT m.monitor_id, m.model_id, 'input', format('%s:test:%s', m.monitor_id, clock_timestamp()), severity, title, '2026-01-05Z', '2026-01-06Z', '2026-01-07Z', '2026-01-07Z',
           jsonb_build_object('monitor', m.name, 'model', o.name, 'cause', 'input', 'severity', severity, 'owner', m.owner_name, 'tags.team', o.tags ->> 'team')
    FROM mlops.monitor AS m LEFT JOIN mlops.model AS o USING (model_id) WHERE m.name = monitor
    RETURNING incident_id $$;
CREATE FUNCTION delivery.tell(incident bigint, event text, severity text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    UPDATE mlops.incident AS i SET state = CASE event WHEN 'resolved' THEN 'resolved' ELSE 'opened' END, severity = coalesce($3, i.severity),
        labels = i.labels || jsonb_build_object('severity', coalesce($3, i.severity)) WHERE i.incident_id = incident;
    SELECT mlops_internal.write_notices(i, event) FROM mlops.incident AS i WHERE i.incident_id = incident $$;
CREATE VIEW delivery.notices WITH (security_invoker) AS
    SELECT i.title, n.seq, n.event, n.channel, n.digest, n.state, n.attempts, n.merged_into IS NOT NULL AS merged
    FROM mlops.notice AS n LEFT JOIN mlops.incident AS i USING (incident_id) ORDER BY n.notice_id;
GRANT SELECT ON delivery.notices TO PUBLIC;

-- without routes everything goes to the server's log
SELECT delivery.open('ann daily', 'critical', 'nothing is routed') AS incident \gset
SELECT delivery.tell(:incident, 'opened');
SELECT * FROM delivery.notices;
SELECT starts_with(key, format('mlops:%s:%s:%s:1', (pg_control_system()).system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()), :incident)) AS key,
       thread || ':1' = key AS thread, length(thread) < 255 AS short FROM mlops.notice;

-- routes: a critical incident of fraud goes to pager and risk-chat, a warning to risk-chat alone
\c - regress_delivery_ann
:settings
SELECT mlops.add_route('{pager}', '[{"label": "severity", "op": "=", "value": "critical"}, {"label": "model", "op": "=", "value": "fraud"}]', continue => true,
    renotify => '2 hours', ack_within => '30 minutes', escalate_to => '{boss}') AS route \gset
SELECT mlops.add_route('{risk-chat}', '[{"label": "tags.team", "op": "=", "value": "risk"}]') AS chat \gset
SELECT place, matchers, channels, severities, continue, digest_at, renotify, ack_within, escalate_to FROM mlops.route ORDER BY place;
SELECT n, route_id IS NULL AS is_default, is_used, reason, channels FROM mlops.route_for(:incident);
-- others' routes are not asked, and not seen
\c - regress_delivery_bob
:settings
SELECT mlops.add_route('{bob}', place => 1) IS NOT NULL AS made;
SELECT count(*) AS visible FROM mlops.route;
SELECT mlops.route_for(:incident);
SELECT mlops.alter_route(:route, '{"channels": ["bob"]}');
SELECT mlops.drop_route(:route);
SELECT mlops.add_route('{bob}', owner => 'regress_delivery_ann');
\c - regress_delivery_ann
:settings
SELECT n, is_used, reason, channels FROM mlops.route_for(:incident);
\c - :superuser
:settings
SELECT (mlops_internal.route_timers(i)).* FROM mlops.incident AS i WHERE incident_id = :incident;
SELECT delivery.open('ann daily', 'warning', 'a warning') AS warning \gset
SELECT n, is_used, reason, channels FROM mlops.route_for(:warning);
SELECT (mlops_internal.route_timers(i)).* FROM mlops.incident AS i WHERE incident_id = :warning;
-- an administrator's route speaks for all; whom else it is about is not shown
SELECT mlops.add_route('{ops}', '[{"label": "monitor", "op": "=", "value": "bob daily"}]', place => 0, continue => true) AS admin \gset
\c - regress_delivery_ann
:settings
SELECT n, is_used, reason, channels FROM mlops.route_for(:incident);
-- what a route can be
CREATE FUNCTION pg_temp.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;
SELECT c.changes, t.state, t.message
FROM (VALUES ('{"channels": []}'), ('{"channels": ["a b"]}'), ('{"channels": [null]}'), ('{"severities": ["bad"]}'), ('{"continue": null}'), ('{"place": null}'), ('{"matchers": {}}'), ('{"matchers": null}'),
    ('{"quiet_hours": {"from": "25:00", "to": "07:00"}}'), ('{"quiet_hours": {"from": "22:00"}}'), ('{"quiet_hours": {"from": "22:00", "to": "07:00", "days": [8]}}'), ('{"quiet_hours": {"from": "00:00", "to": "00:00"}}'),
    ('{"renotify": "1 second"}'), ('{"ack_within": "1 year"}'), ('{"escalate_to": []}'), ('{"owner_oid": 10}'), ('[]'), ('{"renotify": null, "quiet_hours": null, "digest_at": "09:30"}')) AS c (changes),
    pg_temp.try(format('SELECT mlops.alter_route(%s, %L)', :chat, c.changes)) AS t;
SELECT digest_at FROM mlops.route WHERE route_id = :chat;

-- a critical one is told at once, in each channel under a key of its own; a listener is told nothing of incidents without alerts
\c - :superuser
:settings
SELECT mlops.drop_route(:admin);
DELETE FROM mlops.notice;
SELECT delivery.tell(:incident, 'opened');
SELECT * FROM delivery.notices;
SELECT count(DISTINCT key) AS keys, count(DISTINCT thread) AS threads, bool_and(not_before <= now()) AS at_once FROM mlops.notice;
SELECT jsonb_pretty(body - 'incident_id' - 'acknowledge') AS body, body ->> 'acknowledge' = format('SELECT mlops.ack_incident(%s);', :incident) AS acknowledge FROM mlops.notice LIMIT 1;

-- who takes needs the level, and the owner's membership or grant
\c - regress_delivery_ann
:settings
SELECT count(*) FROM mlops.take_notices('pager', 'ann');
\c - :superuser
:settings
SELECT mlops.grant_use('regress_delivery_post', 'consumer') AS functions;
\c - regress_delivery_post
:settings
SELECT count(*) AS not_granted_by_the_owner FROM mlops.take_notices('pager', 'post:1');
SELECT mlops.add_route('{x}');
\c - regress_delivery_ann
:settings
SELECT mlops.grant_read('regress_delivery_post', 'regress_delivery_ann');
\c - regress_delivery_post
:settings
SELECT seq, event, attempt, receipt, body ->> 'title' AS title FROM mlops.take_notices('pager', 'post:1');
SELECT count(*) AS again FROM mlops.take_notices('pager', 'post:2');
SELECT max(notice_id) AS pager FROM mlops.notice WHERE channel = 'pager' \gset
-- only who has it finishes it; what was finished may be said again
SELECT mlops.finish_notice(:pager, 'post:2', true);
SELECT mlops.finish_notice(:pager, 'post:1', true) AS due_again;
SELECT mlops.finish_notice(:pager, 'post:1', true) AS said_again;
SELECT mlops.finish_notice(:pager, 'post:1', false);
SELECT mlops.finish_notice(0, 'post:1', true);
SELECT * FROM mlops.take_notices('pager', '');
SELECT * FROM mlops.take_notices('pager', 'post:1', 0);
SELECT * FROM mlops.take_notices('pager', 'post:1', 1, '1 day');
-- the next of an incident waits for the one before, in its channel; another channel does not
\c - :superuser
:settings
SELECT delivery.tell(:incident, 'reminder'), delivery.tell(:incident, 'unacknowledged');
\c - regress_delivery_post
:settings
SELECT seq, event FROM mlops.take_notices('risk-chat', 'post:1');
SELECT seq, event FROM mlops.take_notices('risk-chat', 'post:1');
SELECT seq, event FROM mlops.take_notices('pager', 'post:1');
SELECT max(notice_id) AS chat_notice FROM mlops.notice WHERE channel = 'risk-chat' AND state = 'leased' \gset
SELECT mlops.finish_notice(:chat_notice, 'post:1', true, receipt => 'thread-17') AS due_again;
SELECT seq, event, receipt FROM mlops.take_notices('risk-chat', 'post:1');
-- a failure: back-off, or as the other side says
SELECT max(notice_id) AS chat_notice FROM mlops.notice WHERE channel = 'risk-chat' AND state = 'leased' \gset
SELECT t - clock_timestamp() BETWEEN '0' AND '12 seconds' AS soon FROM mlops.finish_notice(:chat_notice, 'post:1', false, 'HTTP 503') AS t;
SELECT seq, event FROM mlops.take_notices('risk-chat', 'post:1');
SELECT state, attempts, error FROM mlops.notice WHERE notice_id = :chat_notice;
\c - :superuser
:settings
UPDATE mlops.notice SET not_before = now() WHERE notice_id = :chat_notice;
\c - regress_delivery_post
:settings
SELECT seq, event, attempt FROM mlops.take_notices('risk-chat', 'post:1');
SELECT t - clock_timestamp() BETWEEN '59 minutes' AND '1 hour' AS as_told FROM mlops.finish_notice(:chat_notice, 'post:1', false, 'HTTP 429', '1 hour') AS t;
SELECT mlops.finish_notice(:chat_notice, 'post:1', false, 'HTTP 429', '-1 hour');

-- a lease that is over: another takes it, and the first may not speak for it any more
\c - :superuser
:settings
UPDATE mlops.notice SET lease_until = now() WHERE channel = 'pager' AND state = 'leased' RETURNING notice_id AS lost \gset
\c - regress_delivery_post
:settings
SELECT seq, event, attempt FROM mlops.take_notices('pager', 'post:2');
SELECT mlops.finish_notice(:lost, 'post:1', true);
SELECT state, leased_by FROM mlops.notice WHERE notice_id = :lost;
SELECT mlops.finish_notice(:lost, 'post:2', true) AS due_again;

-- given up: what the other side refuses for good after three attempts, all else after a day; an incident says so, in the log
\c - :superuser
:settings
DELETE FROM mlops.notice;
SELECT delivery.tell(:incident, 'opened');
UPDATE mlops.notice SET attempts = 2 WHERE channel = 'pager';
UPDATE mlops.notice SET due_at = now() - interval '25 hours' WHERE channel = 'risk-chat';
\c - regress_delivery_post
:settings
SELECT notice_id AS pager FROM mlops.take_notices('pager', 'post:1') \gset
SELECT mlops.finish_notice(:pager, 'post:1', false, 'permanent: HTTP 404') AS due_again;
SELECT notice_id AS chat_notice FROM mlops.take_notices('risk-chat', 'post:1') \gset
SELECT mlops.finish_notice(:chat_notice, 'post:1', false, 'HTTP 500') AS due_again;
SELECT channel, state, error FROM mlops.notice WHERE state = 'failed' ORDER BY channel;
SELECT cause, severity, state, title FROM mlops.incident WHERE group_key ~ 'delivery' ORDER BY title;
SELECT n.event, n.channel, n.state FROM mlops.notice AS n JOIN mlops.incident AS i USING (incident_id) WHERE i.group_key ~ 'delivery';
-- once is enough; and the end of it
\c - :superuser
:settings
SELECT delivery.tell(:incident, 'reminder');
UPDATE mlops.notice SET due_at = now() - interval '25 hours' WHERE state = 'pending' AND channel = 'pager';
SELECT mlops_internal.expire_notices(now()) AS expired;
SELECT mlops_internal.expire_notices(now()) AS expired;
SELECT count(*) AS incidents FROM mlops.incident WHERE group_key ~ 'delivery';
\c - regress_delivery_post
:settings
SELECT notice_id AS chat_notice FROM mlops.take_notices('risk-chat', 'post:1') \gset
SELECT mlops.finish_notice(:chat_notice, 'post:1', true) AS due_again;
SELECT state, reason, title FROM mlops.incident WHERE group_key ~ 'delivery' ORDER BY title;

-- warnings: a day's in one message, the last word on each; what becomes critical does not wait for it
\c - :superuser
:settings
DELETE FROM mlops.notice;
SELECT delivery.tell(:warning, 'opened');
SELECT delivery.open('ann daily', 'warning', 'another') AS second \gset
SELECT delivery.open('ann daily', 'warning', 'a third') AS third \gset
SELECT delivery.tell(:second, 'opened'), delivery.tell(:second, 'resolved'), delivery.tell(:third, 'opened');
SELECT delivery.tell(:third, 'escalated', 'critical');
SELECT * FROM delivery.notices;
SELECT count(*) AS n, bool_and(not_before > now() AND not_before AT TIME ZONE 'Europe/Berlin' = date_trunc('day', not_before AT TIME ZONE 'Europe/Berlin') + interval '9:30') AS half_past_nine FROM mlops.notice WHERE digest;
\c - regress_delivery_post
:settings
SELECT event, body ->> 'title' AS title FROM mlops.take_notices('risk-chat', 'post:1');
\c - :superuser
:settings
UPDATE mlops.notice SET not_before = now(), due_at = now() WHERE digest AND state = 'pending';
\c - regress_delivery_post
:settings
SELECT event, seq, receipt, key LIKE 'mlops:%:digest:%' AS key, thread = key AS thread, body ->> 'title' AS title, jsonb_path_query_array(body, '$.incidents[*].title') AS incidents, jsonb_path_query_array(body, '$.incidents[*].event') AS events
FROM mlops.take_notices('risk-chat', 'post:1');
SELECT * FROM delivery.notices;
-- the end goes the way of the last word
\c - :superuser
:settings
SELECT delivery.tell(:third, 'resolved', 'warning'), delivery.tell(:warning, 'resolved');
SELECT title, event, channel, digest FROM delivery.notices WHERE event = 'resolved' AND state = 'pending';

-- quiet hours: what waits is told by what comes after it
SELECT mlops.alter_route(:route, '{"continue": false}');
SELECT mlops.alter_route(:route, jsonb_build_object('quiet_hours', jsonb_build_object('from', '00:00', 'to', '00:00', 'days',
    (SELECT jsonb_agg(d) FROM generate_series(1, 7) AS d WHERE d <> 1 + (extract(isodow FROM now())::integer + 2) % 7))));
DELETE FROM mlops.notice;
SELECT delivery.open('ann daily', 'critical', 'at night') AS night \gset
SELECT delivery.tell(:night, 'opened');
SELECT event, channel, state, not_before > now() + interval '1 day' AS waits FROM mlops.notice;
SELECT mlops.alter_route(:route, '{"quiet_hours": null}');
SELECT delivery.tell(:night, 'grown');
SELECT event, channel, state, not_before > now() AS waits FROM mlops.notice ORDER BY notice_id;
-- nobody took it: to the others
SELECT delivery.tell(:night, 'escalated_route');
SELECT event, channel FROM mlops.notice WHERE state = 'pending' ORDER BY notice_id;
-- the end goes to both
SELECT delivery.tell(:night, 'resolved');
SELECT event, channel FROM mlops.notice WHERE event = 'resolved' ORDER BY notice_id;

-- a copy gives out nothing until it takes the original's place, then under keys of its own
UPDATE mlops.notice SET key = regexp_replace(key, '^mlops:\d+:\d+', 'mlops:1:1'), thread = regexp_replace(thread, '^mlops:\d+:\d+', 'mlops:1:1');
\c - regress_delivery_post
:settings
SELECT count(*) AS given_out FROM mlops.take_notices('pager', 'post:1');
\c - :superuser
:settings
SELECT mlops_internal.expire_notices(now() + interval '30 days') AS expired;
SELECT mlops_internal.adopt_notices();
\c - regress_delivery_post
:settings
SELECT count(*) AS given_out, bool_and(starts_with(key, 'mlops:' || (pg_control_system()).system_identifier) AND starts_with(key, thread)) AS own_keys FROM mlops.take_notices('pager', 'post:1');

-- a body is 16 kB at most, whatever people name things
\c - :superuser
:settings
DELETE FROM mlops.notice;
SELECT delivery.open('ann daily', 'critical', repeat(E'\x01', 2000)) AS big \gset
INSERT INTO mlops.alert (monitor_id, column_name, slice_column, slice_value, metric, severity, message, incident_id, first_window_lo, first_window_hi, last_window_lo, last_window_hi)
SELECT m.monitor_id, repeat(chr(1), 63), 'x', repeat(chr(2), 1000), 'psi' || i, CASE i % 2 WHEN 0 THEN 'critical' ELSE 'warning' END, repeat(chr(3), 4000), :big, '2026-01-05Z', '2026-01-06Z', '2026-01-05Z', '2026-01-06Z'
FROM mlops.monitor AS m, generate_series(1, 40) AS i WHERE m.name = 'ann daily';
SELECT delivery.tell(:big, 'opened');
SELECT octet_length(body::text) <= 16384 AS fits, body ->> 'n_alerts' AS n_alerts, jsonb_array_length(body -> 'alerts') > 0 AS has_some, body #>> '{alerts,0,severity}' AS worst_first FROM mlops.notice;
SELECT count(*) AS listeners_are_told FROM mlops_internal.outbox AS o JOIN mlops.alert AS a USING (alert_id) WHERE a.incident_id = :big;
SELECT count(delivery.tell(delivery.open('ann daily', 'warning', repeat(E'\x01', 2000)), 'opened')) AS told FROM generate_series(1, 60);
UPDATE mlops.notice SET not_before = now(), due_at = now() WHERE digest;
\c - regress_delivery_post
:settings
SELECT octet_length(body::text) <= 16384 AS fits, body ->> 'n_incidents' AS n_incidents, jsonb_array_length(body -> 'incidents') > 0 AS has_some FROM mlops.take_notices('risk-chat', 'post:1') WHERE event = 'digest';

-- whoever goes takes routes along; a revoked consumer takes nothing
\c - :superuser
:settings
SELECT mlops.revoke_use('regress_delivery_post') > 0 AS revoked;
\c - regress_delivery_post
:settings
SELECT count(*) FROM mlops.take_notices('pager', 'post:1');
\c - :superuser
:settings
DELETE FROM mlops.alert WHERE incident_id = :big;
SELECT mlops.drop_route(:route);
DELETE FROM mlops.incident AS i USING mlops.monitor AS m WHERE m.monitor_id = i.monitor_id AND m.name = 'ann daily';
SET client_min_messages = error;
DROP OWNED BY regress_delivery_ann, regress_delivery_bob, regress_delivery_post;
SELECT count(*) AS routes FROM mlops.route;
DROP SCHEMA delivery CASCADE;
DROP TABLE delivery_rows;
DROP ROLE regress_delivery_ann, regress_delivery_bob, regress_delivery_post;
SELECT count(*) AS notices FROM mlops.notice;

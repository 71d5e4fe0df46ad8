--
-- incident: what a person is told of alerts
--
-- Windows lie in the future, so that they are news whenever this runs; their verdicts are
-- written by hand, so that each case is one line.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
CREATE ROLE regress_incident_ann LOGIN;
CREATE ROLE regress_incident_bob LOGIN;
SELECT mlops.grant_use('regress_incident_ann') = mlops.grant_use('regress_incident_bob') AS same;
CREATE SCHEMA ic_ AUTHORIZATION regress_incident_ann;
GRANT USAGE ON SCHEMA ic_ TO regress_incident_bob;
SET ROLE regress_incident_ann;
CREATE TABLE ic_.t (at timestamptz, score float8, c1 float8, c2 float8, c3 float8, c4 float8, c5 float8, c6 float8, c7 float8, c8 float8, c9 float8, c10 float8,
    c11 float8, c12 float8);
SELECT mlops.create_model('life', 'binary', tags => '{"team": "risk"}') IS NOT NULL AS made;
RESET ROLE;
CREATE FUNCTION ic_.try(statement text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
END $$;
-- a daily monitor of that name, with checks of psi, null_rate, n and mean that count k of n
CREATE FUNCTION ic_.monitor(name text, k_of_n jsonb DEFAULT '[[1,1],[1,1]]', clear integer DEFAULT 1, limits boolean DEFAULT true) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    id bigint;
BEGIN
    SET LOCAL ROLE regress_incident_ann;
    id := mlops.create_monitor(name, 'ic_.t', 'at', model => 'life', score_column => 'score', start_at => '2099-01-01Z', reference_from => '2098-01-01Z', reference_to => '2099-01-01Z',
        features => '{c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12}',
        checks => '[{"metric": "psi", "warning": {"above": 0.1}}, {"metric": "null_rate", "warning": {"above": 0.1}}, {"metric": "n", "critical": {"below": 1}}]');
    RESET ROLE;
    UPDATE mlops.monitor_version AS v SET checks = (SELECT jsonb_agg(CASE WHEN limits THEN c ELSE c - '{warning,critical}'::text[] END || jsonb_build_object('k_of_n', k_of_n, 'clear', clear))
                                                    FROM jsonb_array_elements(v.checks || '[{"metric": "roc_auc", "slices": true, "critical": {"below": 0.7}}]') AS c)
    WHERE v.monitor_id = id;
    RETURN id;
END $$;
-- the verdicts of a day, "metric/column/slice": verdict, for a monitor; * is c1 to c12; then it is applied
CREATE FUNCTION ic_.day(name text, day integer, verdicts jsonb DEFAULT '{}', detail jsonb DEFAULT NULL, apply boolean DEFAULT true, OUT changes integer) LANGUAGE plpgsql AS $$
DECLARE
    id bigint := mlops.monitor_id(name);
    lo timestamptz := timestamptz '2099-01-01Z' + (day - 1) * interval '1 day';
BEGIN
    INSERT INTO mlops.observation (monitor_id, version, window_lo, window_hi, metric, column_name, slice_column, slice_value, reference, value, n, verdict, message, rule, detail, holds)
    SELECT id, m.version, lo, lo + interval '1 day', x.metric, x.col, x.slice, CASE WHEN x.slice IS NOT NULL THEN 'a' END, CASE WHEN x.metric = 'psi' THEN 'baseline' END,
           CASE x.verdict WHEN 'ok' THEN 0.01 WHEN 'no_data' THEN NULL ELSE 0.5 END, 100, CASE x.verdict WHEN 'holds' THEN 'ok' ELSE x.verdict END,
           format('%s%s is %s', x.metric, ' of ' || x.col, x.verdict),
           (SELECT c FROM jsonb_array_elements(v.checks) AS c WHERE c ->> 'metric' = x.metric), detail -> x.col, x.verdict = 'holds'
    FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version),
         (SELECT DISTINCT ON (metric, col, slice) * FROM (
            SELECT 'evaluation', NULL, NULL, coalesce(verdicts ->> 'evaluation', 'ok'), 1
            UNION ALL SELECT p, 'c' || i, NULL, coalesce(verdicts ->> (p || '/*'), 'ok'), 2 FROM unnest('{psi,null_rate}'::text[]) AS p, generate_series(1, 12) AS i
            UNION ALL SELECT split_part(k, '/', 1), nullif(split_part(k, '/', 2), ''), nullif(split_part(k, '/', 3), ''), w, 1
                      FROM jsonb_each_text(verdicts) AS j (k, w) WHERE k NOT LIKE '%*' AND k <> 'evaluation') AS y (metric, col, slice, verdict, place)
          ORDER BY metric, col, slice, place) AS x (metric, col, slice, verdict, place)
    WHERE m.monitor_id = id
    ON CONFLICT ON CONSTRAINT observation_key DO UPDATE SET verdict = excluded.verdict, message = excluded.message, value = excluded.value, restated_at = now();
    IF apply THEN
        changes := mlops.apply_alerts(id, lo, lo + interval '1 day');
    END IF;
END $$;
CREATE FUNCTION ic_.days(name text, first integer, last integer, verdicts jsonb DEFAULT '{}') RETURNS integer LANGUAGE sql AS
$$ SELECT sum(ic_.day(name, d, verdicts))::integer FROM generate_series(first, last) AS d $$;
CREATE VIEW ic_.told AS
    SELECT m.name AS monitor, dense_rank() OVER (PARTITION BY m.name ORDER BY e.incident_id) AS incident, e.window_lo::date - date '2098-12-31' AS day, e.event, e.told, e.severity, i.cause, e.message, e.actor, e.note, e.event_id
    FROM mlops.alert_event AS e JOIN mlops.incident AS i USING (incident_id) LEFT JOIN mlops.monitor AS m USING (monitor_id) WHERE e.alert_id IS NULL;
CREATE VIEW ic_.now AS
    SELECT m.name AS monitor, row_number() OVER (PARTITION BY m.name ORDER BY incident_id) AS incident, i.state, i.severity, i.cause, i.n_opened, i.onset_lo::date - date '2098-12-31' AS onset, i.title
    FROM mlops.incident AS i JOIN mlops.monitor AS m USING (monitor_id);
CREATE FUNCTION ic_.id(name text) RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT max(i.incident_id) FROM mlops.incident AS i JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = $1 $$;

-- a life: twelve columns breach, two of three windows make it news, performance joins, clear twice
SELECT ic_.monitor('life', '[[2,3],[1,1]]', 2) > 0 AS made;
SELECT ic_.day('life', 1, '{"psi/*": "warning"}') AS changes;
SELECT state, severity, column_name, n_windows, message FROM mlops.open_alert WHERE monitor = 'life' ORDER BY column_name LIMIT 2;
SELECT count(*) AS incidents FROM ic_.now WHERE monitor = 'life';
SELECT ic_.day('life', 2, '{"psi/*": "warning"}') AS changes;
SELECT mlops.ack_incident(ic_.id('life'), 'looking at it');
SELECT ic_.day('life', 3, '{"psi/*": "warning"}') AS changes;
SELECT ic_.day('life', 4, '{"psi/*": "warning", "roc_auc": "critical"}') AS changes;
SELECT * FROM ic_.now WHERE monitor = 'life';
SELECT ic_.day('life', 5, '{"psi/*": "warning", "roc_auc": "critical"}') AS changes;
SELECT ic_.days('life', 6, 7, '{"roc_auc": "ok"}') AS changes;
SELECT day, event, told, severity, message, note FROM ic_.told WHERE monitor = 'life' ORDER BY event_id;
SELECT count(*) FILTER (WHERE told) AS notices, (SELECT count(*) FROM mlops.alert_event AS e JOIN mlops.alert AS a USING (alert_id) WHERE e.event IN ('opened', 'resolved') AND a.monitor_id = mlops.monitor_id('life')) AS of_alerts
FROM ic_.told WHERE monitor = 'life';
SELECT notice_seq, n_alerts FROM mlops.incident WHERE incident_id = ic_.id('life');

-- flapping: bad and clear in pairs for 20 windows, then clear
SELECT ic_.monitor('flap', '[[1,1],[1,1]]', 2) > 0 AS made;
SELECT sum(ic_.day('flap', d, CASE WHEN d <= 20 AND (d - 1) % 4 < 2 THEN '{"null_rate/c1": "warning"}' ELSE '{}' END::jsonb)) > 0 AS changed FROM generate_series(1, 25) AS d;
SELECT day, event FROM ic_.told WHERE monitor = 'flap' AND told ORDER BY event_id;
SELECT state, n_opened FROM ic_.now WHERE monitor = 'flap';

-- the table of states, cell by cell.  Each monitor is one cell; a step is what happened to it.
CREATE FUNCTION ic_.state(name text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT concat_ws(' ', i.state, i.severity, '-', (SELECT string_agg(e.event || CASE WHEN e.told THEN '!' ELSE '' END, ' ' ORDER BY e.event_id)
                                                FROM mlops.alert_event AS e WHERE e.incident_id = i.incident_id AND e.alert_id IS NULL))
    FROM mlops.incident AS i WHERE i.incident_id = ic_.id(name) $$;
-- a monitor brought into a state: O, A, S (by hand), F
CREATE FUNCTION ic_.start(name text, state text, severity text DEFAULT 'warning') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    bad jsonb := jsonb_build_object('null_rate/c1', severity);
    d integer;
BEGIN
    PERFORM ic_.monitor(name, '[[1,1],[1,1]]', CASE WHEN state = 'F' THEN 2 ELSE 1 END);
    IF state = 'F' THEN
        FOR d IN 1..8 LOOP PERFORM ic_.day(name, d, CASE WHEN (d - 1) % 4 < 2 THEN bad ELSE '{}' END); END LOOP;
    END IF;
    PERFORM ic_.day(name, 9, bad);
    IF state = 'A' THEN PERFORM mlops.ack_incident(ic_.id(name)); END IF;
    IF state = 'S' THEN PERFORM mlops.silence_incident(ic_.id(name), now() + interval '1 hour'); END IF;
    RETURN ic_.state(name);
END $$;
-- timers of a monitor, at a time from now
CREATE FUNCTION ic_.tick(name text, later interval DEFAULT '0') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mlops_internal.tick_monitor(m, now() + later) FROM mlops.monitor AS m WHERE m.name = tick.name;
    RETURN ic_.state(name);
END $$;
SELECT s AS state, ic_.start('begin ' || s, s) FROM unnest('{O,A,S,F}'::text[]) AS s;
-- bad: it stays; severity up; severity down
SELECT s AS state, (SELECT ic_.start('bad ' || s, s) IS NOT NULL) AS made, ic_.day('bad ' || s, 10, '{"null_rate/c1": "warning"}') AS changes, ic_.state('bad ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT s AS state, ic_.day('bad ' || s, 11, '{"null_rate/c1": "critical"}') AS changes, ic_.state('bad ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT s AS state, ic_.day('bad ' || s, 12, '{"null_rate/c1": "warning"}') AS changes, ic_.state('bad ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
-- a new alert joins: of the same cause; the count doubles; of a cause that ranks higher
SELECT s AS state, ic_.start('join ' || s, s) IS NOT NULL AS made, ic_.day('join ' || s, 10, '{"null_rate/c1": "warning", "null_rate/c2": "warning", "null_rate/c3": "warning"}') AS changes, ic_.state('join ' || s)
FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT s AS state, ic_.day('join ' || s, 11, '{"null_rate/c1": "warning", "null_rate/c2": "warning", "null_rate/c3": "warning", "null_rate/c4": "warning"}') AS changes, ic_.state('join ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT ic_.monitor('higher') > 0, ic_.day('higher', 1, '{"psi/c1": "warning"}'), ic_.day('higher', 2, '{"psi/c1": "warning", "psi/c2": "warning"}') AS grown, ic_.day('higher', 3, '{"psi/c1": "warning", "psi/c2": "warning", "roc_auc": "warning"}') AS higher, ic_.state('higher');
SELECT cause, title FROM ic_.now WHERE monitor = 'higher';
-- clear: at once; what flaps needs twice as many windows
SELECT s AS state, ic_.start('clear ' || s, s) IS NOT NULL AS made, ic_.day('clear ' || s, 10) AS changes, ic_.day('clear ' || s, 11) AS changes, ic_.state('clear ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT ic_.day('clear F', 12), ic_.state('clear F') AS third, ic_.day('clear F', 13), ic_.state('clear F') AS fourth;
-- no_data: stays, told once after three windows where nobody has it
SELECT s AS state, ic_.start('nodata ' || s, s) IS NOT NULL AS made, (SELECT sum(ic_.day('nodata ' || s, d, '{"null_rate/c1": "no_data"}')) FROM generate_series(10, 15) AS d) AS changes, ic_.state('nodata ' || s)
FROM unnest('{O,A,S,F}'::text[]) AS s;
-- the check is removed
SELECT s AS state, ic_.start('check ' || s, s) IS NOT NULL AS made FROM unnest('{O,A,S,F}'::text[]) AS s;
UPDATE mlops.monitor_version AS v SET checks = '[{"metric": "psi", "column": "*", "slices": true, "warning": {"above": 0.1}}]' FROM mlops.monitor AS m WHERE m.monitor_id = v.monitor_id AND m.name LIKE 'check _';
SELECT s AS state, ic_.day('check ' || s, 10, '{"null_rate/c1": "warning"}') AS changes, ic_.state('check ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT m.name, i.reason FROM mlops.incident AS i JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name LIKE 'check _' ORDER BY 1;
-- the monitor is dropped
SELECT s AS state, ic_.start('drop ' || s, s) IS NOT NULL AS made FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT mlops.drop_monitor('drop ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT monitor, cause, event, told, severity, note FROM mlops.incident_history WHERE monitor LIKE 'drop _' AND event = 'resolved' AND alert_id IS NULL AND note IS NOT NULL ORDER BY event_id;
-- ack, resolve and accept by hand; nothing to do when it is over
SELECT s AS state, ic_.start('ack ' || s, s) IS NOT NULL AS made, mlops.ack_incident(ic_.id('ack ' || s), 'mine'), ic_.state('ack ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT s AS state, ic_.start('resolve ' || s, s) IS NOT NULL AS made, mlops.resolve_incident(ic_.id('resolve ' || s), 'fixed'), ic_.state('resolve ' || s), ic_.day('resolve ' || s, 9, '{"null_rate/c1": "warning"}') AS same_window,
    ic_.state('resolve ' || s) AS still FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT ic_.day('resolve O', 10, '{"null_rate/c1": "warning"}'), ic_.state('resolve O');
SELECT s AS state, ic_.start('accept ' || s, s) IS NOT NULL AS made, mlops.accept_incident(ic_.id('accept ' || s), 'new normal'), ic_.state('accept ' || s) FROM unnest('{O,A,S,F}'::text[]) AS s;
SELECT m.name, c.metric, c.column_name, c.since, c.upto, c.accepted_by = current_user AS mine, c.note FROM mlops.accepted_change AS c JOIN mlops.monitor AS m USING (monitor_id) ORDER BY 1;
SELECT f AS function, t.state, regexp_replace(t.message, '\d+', 'N') AS message FROM unnest('{ack_incident(%s),silence_incident(%s\, now() + interval ''1 hour''),resolve_incident(%s),accept_incident(%s)}'::text[]) AS f,
    LATERAL ic_.try(format('SELECT mlops.' || f, ic_.id('accept O'))) AS t;
-- ack_until passes
SELECT ic_.start('until', 'O'), mlops.ack_incident(ic_.id('until'), until => now() + interval '1 hour'), ic_.tick('until', '59 minutes') AS early, ic_.tick('until', '61 minutes') AS late;
-- silenced by hand: starts from each state, ends where it was
SELECT s AS state, ic_.start('silence ' || s, s) IS NOT NULL AS made, mlops.silence_incident(ic_.id('silence ' || s), now() + interval '2 hours', 'known'), ic_.state('silence ' || s), ic_.tick('silence ' || s, '119 minutes') = ic_.state('silence ' || s) AS stays,
    ic_.tick('silence ' || s, '121 minutes') FROM unnest('{O,A,S,F}'::text[]) AS s;
-- reminders after 1, 2, 4, 7 and 7 days; weekly for what flaps; none for others
SELECT s AS state, ic_.start('remind ' || s, s) IS NOT NULL AS made FROM unnest('{O,A,F}'::text[]) AS s;
CREATE FUNCTION ic_.reminders(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hours integer := 0;
    n integer;
    found text := '';
BEGIN
    WHILE hours < 24 * 30 LOOP
        hours := hours + 12;
        n := (SELECT count(*) FROM ic_.told WHERE monitor = name AND event = 'reminder');
        PERFORM ic_.tick(name, hours * interval '1 hour');
        IF (SELECT count(*) FROM ic_.told WHERE monitor = name AND event = 'reminder') > n THEN found := found || ' ' || hours / 24.0; END IF;
    END LOOP;
    RETURN found;
END $$;
SELECT s AS state, regexp_replace(ic_.reminders('remind ' || s), '\.(\d)\d+', '.\1', 'g') AS days FROM unnest('{O,A,F}'::text[]) AS s;
-- nobody takes a critical one within 4 hours
SELECT ic_.start('route', 'O', 'critical'), ic_.tick('route', '239 minutes') AS early, ic_.tick('route', '241 minutes') AS late, ic_.tick('route', '242 minutes') AS once;
SELECT ic_.start('route A', 'A', 'critical') IS NOT NULL AS made, ic_.tick('route A', '5 hours');
-- an old window restated: said, and nothing else
SELECT s AS state, ic_.start('old ' || s, s) IS NOT NULL AS made, ic_.day('old ' || s, 10, '{"null_rate/c1": "warning"}') AS changes, ic_.day('old ' || s, 9, '{}') AS restated, ic_.day('old ' || s, 9, '{}', apply => false), ic_.state('old ' || s)
FROM unnest('{O,A,S,F}'::text[]) AS s;

-- holds: good, but not good enough to end it; a check that fails goes through k of n, too
SELECT ic_.monitor('holds', '[[2,3],[1,1]]', 2) > 0, ic_.days('holds', 1, 2, '{"null_rate/c1": "warning"}') AS opened, ic_.day('holds', 3), ic_.day('holds', 4, '{"null_rate/c1": "holds"}'), ic_.day('holds', 5), ic_.state('holds');
SELECT ic_.day('holds', 6) AS resolved, ic_.state('holds');
SELECT ic_.monitor('fails', '[[2,3],[1,1]]') > 0, ic_.day('fails', 1, '{"null_rate/c1": "error"}') AS first, ic_.day('fails', 2, '{"null_rate/c1": "no_data"}') AS nothing, ic_.day('fails', 3, '{"null_rate/c1": "error"}') AS second, ic_.state('fails');
SELECT ic_.day('fails', 4, '{"null_rate/c1": "ok", "null_rate/c2": "warning"}') AS resolved;
SELECT alert_id, state, column_name, n_windows, message, incident_id FROM mlops.open_alert WHERE monitor = 'fails';
-- learning: without limits of its own a check is told after 14 windows, unless critical
SELECT ic_.monitor('learn', limits => false) > 0, ic_.days('learn', 1, 14, '{"psi/c1": "warning"}') AS changes, ic_.state('learn'), ic_.day('learn', 15, '{"psi/c1": "warning"}') AS changes, ic_.state('learn') AS told;
SELECT ic_.monitor('learn critical', limits => false) > 0, ic_.day('learn critical', 1, '{"psi/c1": "critical"}') AS changes, ic_.state('learn critical');
-- history that is caught up is no news: one notice at the end, when it is still bad
SELECT ic_.monitor('late') > 0 AS made;
CREATE FUNCTION ic_.past(name text, days_ago integer, verdict text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    id bigint := mlops.monitor_id(name);
    lo timestamptz := date_trunc('day', now()) - days_ago * interval '1 day';
BEGIN
    INSERT INTO mlops.observation (monitor_id, version, window_lo, window_hi, metric, column_name, verdict, rule)
    VALUES (id, 1, lo, lo + interval '1 day', 'evaluation', NULL, 'ok', NULL), (id, 1, lo, lo + interval '1 day', 'null_rate', 'c1', verdict, '{"warning": {"above": 0.1}}');
    PERFORM mlops.apply_alerts(id, lo, lo + interval '1 day');
    RETURN ic_.state(name);
END $$;
SELECT ic_.past('late', 20, 'warning'), ic_.past('late', 19, 'ok'), ic_.past('late', 18, 'warning'), ic_.past('late', 1, 'warning') AS caught_up;

-- what explains what: evaluation explains all, rows that are missing all but the schema, NULL drift of the same column
SELECT ic_.monitor('explain') > 0, ic_.day('explain', 1, '{"null_rate/c1": "warning", "psi/c1": "warning", "psi/c2": "warning"}') AS changes;
SELECT a.metric, a.column_name, s.metric AS explained_by, dense_rank() OVER (ORDER BY a.incident_id) AS incident FROM mlops.open_alert AS a LEFT JOIN mlops.alert AS s ON s.alert_id = a.inhibited_by WHERE a.monitor = 'explain' ORDER BY a.alert_id;
SELECT cause, severity, title FROM ic_.now WHERE monitor = 'explain';
SELECT ic_.monitor('empty') > 0, ic_.day('empty', 1, '{"n": "critical", "psi/c1": "warning", "null_rate/*": "warning", "roc_auc": "critical"}') AS changes;
SELECT cause, severity, title FROM ic_.now WHERE monitor = 'empty';
SELECT monitor, event, told FROM ic_.told WHERE monitor IN ('explain', 'empty') ORDER BY event_id;
-- inputs explain half of the score's move: the prediction is explained
SELECT ic_.monitor('move') > 0;
SELECT ic_.day('move', 1, apply => false);
INSERT INTO mlops.observation (monitor_id, version, window_lo, window_hi, metric, column_name, value, reference_value)
SELECT mlops.monitor_id('move'), 1, '2099-01-02Z', '2099-01-03Z', m, 'score', v, r FROM (VALUES ('mean', 0.302, 0.21), ('stddev', 0.21, 0.2)) AS x (m, v, r);
SELECT ic_.day('move', 2, '{"psi/c1": "warning", "psi/c2": "warning", "psi/c3": "warning", "psi/score": "warning"}', '{"c1": {"es": 0.40, "eta2": 0.57}, "c2": {"es": 0.01, "eta2": 0.001}, "c3": {"es": -0.02, "eta2": 0.003}}') AS changes;
SELECT cause, title FROM ic_.now WHERE monitor = 'move';
SELECT cause, inhibited_by IS NOT NULL AS explained, count(*) FROM mlops.open_alert WHERE monitor = 'move' GROUP BY 1, 2 ORDER BY 1;
-- rules of one's own, without circles
SET ROLE regress_incident_ann;
SELECT mlops.add_inhibition('[{"label": "metric", "op": "=", "value": "psi"}, {"label": "column", "op": "=", "value": "c1"}]', '[{"label": "metric", "op": "=", "value": "psi"}, {"label": "column", "op": "=", "value": "c12"}]', '{monitor}') > 0 AS made;
SELECT t.state, t.message FROM unnest(ARRAY[
    $$SELECT mlops.add_inhibition('[{"label": "metric", "op": "=", "value": "psi"}, {"label": "column", "op": "=", "value": "c12"}]', '[{"label": "metric", "op": "=", "value": "psi"}, {"label": "column", "op": "=", "value": "c1"}]')$$,
    $$SELECT mlops.add_inhibition('[{"label": "cause", "op": "=", "value": "input"}]', '[{"label": "cause", "op": "=", "value": "volume"}]')$$,
    $$SELECT mlops.add_inhibition('[{"label": "metric", "op": "=", "value": "psi"}]', '[{"label": "column", "op": "=", "value": "c1"}]')$$,
    $$SELECT mlops.add_inhibition('[]', '[{"label": "column", "op": "=", "value": "c1"}]')$$,
    $$SELECT mlops.add_inhibition('[{"label": "cause", "op": "=", "value": "input"}]', '[{"label": "cause", "op": "=", "value": "feature"}]', '{colour}')$$]) AS s, LATERAL ic_.try(s) AS t;
RESET ROLE;
SELECT ic_.monitor('own rule') > 0, ic_.day('own rule', 1, '{"psi/c1": "warning", "psi/c12": "warning"}') AS changes;
SELECT column_name, inhibited_by IS NOT NULL AS explained FROM mlops.open_alert WHERE monitor = 'own rule' ORDER BY 1;
SELECT count(*) FROM mlops.inhibition;
SELECT mlops.drop_inhibition(max(inhibition_id)) FROM mlops.inhibition;

-- silences: all alerts must match; only what the maker may act for; begins, ends, ends early
SELECT ic_.start('quiet 1', 'O'), ic_.start('quiet 2', 'O'), ic_.day('quiet 2', 10, '{"null_rate/c1": "warning", "null_rate/c2": "warning"}') IS NOT NULL;
SET ROLE regress_incident_bob;
SELECT mlops.add_silence('[{"label": "monitor", "op": "~", "value": "quiet.*"}]', now() + interval '1 day', 'not mine') > 0 AS made;
RESET ROLE;
SELECT ic_.state('quiet 1');
SET ROLE regress_incident_ann;
SELECT mlops.add_silence('[{"label": "monitor", "op": "~", "value": "quiet.*"}, {"label": "column", "op": "=", "value": "c1"}, {"label": "tags.team", "op": "!=", "value": "web"}]', now() + interval '1 day', 'migration') AS silence \gset
RESET ROLE;
SELECT ic_.state('quiet 1') AS matches, ic_.state('quiet 2') AS one_of_two;
SELECT state, silence_reason FROM mlops.open_incident WHERE monitor = 'quiet 1';
-- what is new under it is not told; nor is that it becomes critical
SELECT ic_.monitor('quiet 3') > 0, ic_.day('quiet 3', 1, '{"null_rate/c1": "warning"}'), ic_.state('quiet 3'), ic_.day('quiet 3', 2, '{"null_rate/c1": "critical"}'), ic_.state('quiet 3');
SELECT mlops.end_silence(:silence);
SELECT ic_.state('quiet 1') AS told_before, ic_.state('quiet 3') AS new_to_all;
SET ROLE regress_incident_ann;
SELECT mlops.add_silence('[{"label": "monitor", "op": "=", "value": "quiet 1"}]', now() + interval '2 days', 'tomorrow', now() + interval '1 day') > 0 AS made;
SELECT t.state, regexp_replace(t.message, '\d.*', '...') AS message FROM unnest(ARRAY[
    $$SELECT mlops.add_silence('[]', now() + interval '1 day', 'why')$$,
    $$SELECT mlops.add_silence('[{"label": "monitor", "op": "=", "value": "x"}]', now() + interval '2 years', 'why')$$,
    $$SELECT mlops.add_silence('[{"label": "monitor", "op": "=", "value": "x"}]', now() + interval '1 day', ' ')$$,
    $$SELECT mlops.add_silence('[{"label": "monitor", "op": "=", "value": "x"}]', NULL, 'why')$$,
    $$SELECT mlops.end_silence(-1)$$, format('SELECT mlops.end_silence(%s)', :silence)]) AS s, LATERAL ic_.try(s) AS t;
RESET ROLE;
SELECT ic_.tick('quiet 1') AS not_yet, ic_.tick('quiet 1', '25 hours') AS begun, ic_.tick('quiet 1', '49 hours') AS over;

-- where the rows come from
SET ROLE regress_incident_ann;
SELECT mlops.start_run('materialization', 'load prices') AS run \gset
SELECT mlops.log_artifact(:run, 'prices', 'dataset', uri => 's3://lake/prices', direction => 'input') > 0 AS read, mlops.log_artifact(:run, 't', 'dataset', relation => 'ic_.t') > 0 AS wrote;
SELECT mlops.finish_run(:run);
SELECT mlops.start_run('materialization', 'scrape') AS run \gset
SELECT mlops.log_artifact(:run, 'prices', 'dataset', uri => 's3://lake/prices') > 0 AS wrote;
SELECT mlops.finish_run(:run);
RESET ROLE;
SELECT ic_.monitor('lineage') > 0, ic_.day('lineage', 1, '{"psi/*": "warning"}');
SELECT regexp_replace(title, 'run \d+(.*), [-0-9 :Z]+', 'run N\1, THEN') AS title FROM ic_.now WHERE monitor = 'lineage';

-- evidence
SELECT ic_.day('begin O', 10, '{"null_rate/c1": "warning"}') AS changes, ic_.day('begin O', 11, '{"null_rate/c1": "critical"}') AS escalated;
SELECT e.window_lo, octet_length(e.body::text) < 65536 AS small, e.body ->> 'severity' AS severity, e.body -> 'last' AS last, e.body ->> 'definition_version' AS version, e.body ->> 'query' AS query
FROM mlops.evidence AS e JOIN mlops.alert AS a USING (alert_id) WHERE a.monitor_id = mlops.monitor_id('begin O') ORDER BY 1;
SELECT (e.body ->> 'query') AS query FROM mlops.evidence AS e JOIN mlops.alert AS a USING (alert_id) WHERE a.monitor_id = mlops.monitor_id('begin O') ORDER BY e.window_lo DESC LIMIT 1 \gexec

-- rights: others see nothing and may nothing; readers see
SET ROLE regress_incident_bob;
SELECT (SELECT count(*) FROM mlops.incident) AS incident, (SELECT count(*) FROM mlops.evidence) AS evidence, (SELECT count(*) FROM mlops.open_incident) AS open_incident, (SELECT count(*) FROM mlops.incidents_since()) AS since,
       (SELECT count(*) FROM mlops.incident_history) AS history, (SELECT count(*) FROM mlops.silence WHERE reason <> 'not mine') AS silence, (SELECT count(*) FROM mlops.alerts_as_of('begin O', now())) AS as_of;
RESET ROLE;
SELECT ic_.id('begin O') AS incident \gset
SET ROLE regress_incident_bob;
SELECT f AS function, t.state, regexp_replace(t.message, '\d+', 'N') AS message FROM unnest('{ack_incident(%s),silence_incident(%s\, now() + interval ''1 hour''),resolve_incident(%s),accept_incident(%s)}'::text[]) AS f,
    LATERAL ic_.try(format('SELECT mlops.' || f, :incident)) AS t;
RESET ROLE;
SET ROLE regress_incident_ann;
SELECT mlops.grant_read('regress_incident_bob', 'regress_incident_ann');
RESET ROLE;
SET ROLE regress_incident_bob;
SELECT (SELECT count(*) > 0 FROM mlops.incident) AS incident, (SELECT count(*) > 0 FROM mlops.evidence) AS evidence, (SELECT count(*) > 0 FROM mlops.incidents_since()) AS since;
SELECT t.state FROM ic_.try(format('SELECT mlops.ack_incident(%s)', :incident)) AS t;
RESET ROLE;
-- as of a time; what old incidents leave
SELECT state, severity, last_event FROM mlops.alerts_as_of('begin O', now());
SELECT count(*) FROM mlops.alerts_as_of('begin O', now() - interval '1 day');
SELECT mlops_internal.prune_incidents(now() + interval '1 second', mlops.monitor_id('flap'), 1000) AS pruned;
SELECT count(*) FROM mlops.alert WHERE monitor_id = mlops.monitor_id('flap');

-- a title names column and slice where the message does not
SELECT mlops_internal.named_message(jsonb_populate_record(NULL::mlops.alert, a)) FROM unnest(ARRAY['{"message": "values outside [0, 1]", "column_name": "temp", "slice_column": "origin", "slice_value": "JFK"}', '{"message": "drift of temp in JFK", "column_name": "temp", "slice_column": "origin", "slice_value": "JFK"}', '{"message": "0 rows"}', '{"metric": "n", "column_name": "temp"}']::jsonb[]) AS a;

DROP SCHEMA ic_ CASCADE;
DELETE FROM mlops.monitor WHERE owner_name = 'regress_incident_ann';
DELETE FROM mlops.alert;
DELETE FROM mlops.incident;
DELETE FROM mlops.silence;
DROP OWNED BY regress_incident_ann, regress_incident_bob;
DROP ROLE regress_incident_ann, regress_incident_bob;

--
-- labels: labels that come late, that come first of some, that come from elsewhere, by an injected clock
--
\set SHOW_CONTEXT never
-- owners connect themselves: what they own is not evaluated in a session of a superuser
\set settings 'SET client_min_messages = warning; SET timezone = ''UTC''; SET datestyle = ''ISO, YMD''; SET intervalstyle = ''postgres'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE labels_ann LOGIN;
CREATE ROLE labels_bob LOGIN;
SELECT mlops.grant_use('labels_ann') > 0 AS ann, mlops.grant_use('labels_bob') > 0 AS bob;
CREATE SCHEMA lt AUTHORIZATION labels_ann;
GRANT USAGE, CREATE ON SCHEMA lt TO labels_bob;
\c - labels_ann
:settings
CREATE FUNCTION lt.try(statement text, OUT state text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;

--
-- the curve: windows that are old enough, eight at least, never falling
--
CREATE TABLE lt.curve (at timestamptz, score float8, label boolean);
SELECT mlops.create_monitor('curve', 'lt.curve', 'at', label_column => 'label', score_column => 'score', max_label_age => '14 days',
    start_at => date_trunc('day', now()) - interval '100 days', end_at => date_trunc('day', now()), schedule => NULL) > 0 AS made;
SELECT mlops_internal.label_ages(v) FROM mlops.monitor_version AS v WHERE monitor_id = mlops.monitor_id('curve');
\c - :superuser
:settings
INSERT INTO mlops.label_window (monitor_id, window_lo, window_hi, evaluated_at, state, n_labellable, n_labelled, expected, ages, labelled)
SELECT mlops.monitor_id('curve'), t.lo, t.lo + interval '1 day', now(), 'final', t.n, t.n, 1, t.ages, t.labelled
FROM (
    -- (rows, labelled by age): 0 (1000, 500), 1 d (1000, 800), 3 d (900, 870), 7 d (800, 792), 14 d (600, 600)
    SELECT date_trunc('day', now()) - interval '99 days' + k * interval '1 day' AS lo, 75 AS n, '{0,1 day,3 days,7 days,14 days}'::interval[] AS ages,
           ARRAY[38 - (k % 2), 60, 72, 74, 75]::bigint[] AS labelled FROM generate_series(1, 8) AS k
    UNION ALL SELECT date_trunc('day', now()) - interval '60 days', 200, '{0,1 day,3 days,7 days}', ARRAY[100, 160, 194, 200]
    UNION ALL SELECT date_trunc('day', now()) - interval '50 days', 100, '{0,1 day,3 days}', ARRAY[50, 80, 100]
    UNION ALL SELECT date_trunc('day', now()) - interval '40 days', 100, '{0,1 day}', ARRAY[50, 80]) AS t;
SELECT age, n_windows, n_rows, n_labelled, coverage::numeric(5,4), is_final FROM mlops.label_curve('curve');
-- seven windows at an age are too few; a curve that falls is a curve that stays
DELETE FROM mlops.label_window WHERE monitor_id = mlops.monitor_id('curve') AND ages @> '{14 days}' AND window_lo = (SELECT min(window_lo) FROM mlops.label_window WHERE monitor_id = mlops.monitor_id('curve'));
SELECT age, n_windows, coverage::numeric(5,4), is_final FROM mlops.label_curve('curve');
UPDATE mlops.label_window SET labelled[3] = 0 WHERE monitor_id = mlops.monitor_id('curve') AND cardinality(ages) > 2;
SELECT age, n_windows, coverage::numeric(5,4) FROM mlops.label_curve('curve');
-- windows of before label_history do not count
UPDATE mlops.monitor_version SET label_history = '30 days' WHERE monitor_id = mlops.monitor_id('curve');
SELECT * FROM mlops.label_curve('curve');
-- states: 380 of 400, of those that ever come; half of them; too few to judge; old
SELECT c.coverage, c.n, c.expected, c.old, mlops_internal.label_state(c.coverage, c.n, c.expected, c.old, 30)
FROM (VALUES (380 / 400.0, 380, 1.0, false), (379 / 400.0, 379, 1, false), (0.5, 200, 1, false), (0.49, 196, 1, false), (0.6, 29, 1, false), (0.6, 30, 1, false),
             (0.1, 40, 1, true), (0.57, 60, 0.6, false), (0.3, 60, 0.6, false), (NULL, 0, 1, false)) AS c(coverage, n, expected, old);
SELECT i.lower::numeric(5,4), i.upper::numeric(5,4) FROM mlops.proportion_ci(380, 400) AS i;
-- which come first: 2,000 labelled of 5,000, expected by chance 0.0075
SELECT s.psi::numeric(5,3), s.expected::numeric(6,4), s.size::numeric(6,4), s.size >= 0.1 AS biased
FROM (VALUES (0.34404), (0.23705)) AS v(x), LATERAL mlops.drift_size(ARRAY[300, 300, 300, 300, 300, 300, 300, 300, 300, 300]::float8[],
    ARRAY[200 * (1 + 2 * x), 200 * (1 + x), 200, 200, 200, 200, 200, 200, 200 * (1 - x), 200 * (1 - 2 * x)]::float8[]) AS s;
\c - labels_ann
:settings

--
-- labels that come three weeks late: the number is there, and nobody wrote a job
--
CREATE TABLE lt.pred (id bigint, at timestamptz, x float8, score float8, label boolean, label_at timestamptz);
-- 200 rows a day for 12 days; labels of the day come in 19 to 21 days later; the last two days are predicted badly
INSERT INTO lt.pred
SELECT d * 200 + i, timestamptz '2026-03-01Z' + d * interval '1 day' + i * interval '7 minutes', i, (i * 37 % 200) / 200.0,
       CASE WHEN d < 10 THEN (i * 37 % 200) + (i * 17 % 60) > 110 ELSE i % 2 = 0 END,
       timestamptz '2026-03-01Z' + d * interval '1 day' + interval '19 days' + (i % 48) * interval '1 hour'
FROM generate_series(0, 11) AS d, generate_series(0, 199) AS i;
SELECT mlops.create_monitor('late', 'lt.pred', 'at', label_column => 'label', score_column => 'score', features => '{x}', label_time_column => 'label_at',
    max_label_age => '30 days', start_at => '2026-03-01Z', end_at => '2026-03-13Z', schedule => NULL,
    checks => '[{"metric": "roc_auc", "critical": {"below": 0.8}}, {"metric": "n", "critical": {"below": 100}}, {"metric": "label_coverage"}]') > 0 AS made;
CREATE VIEW lt.auc AS
    SELECT window_lo::date AS day, value::numeric(4,3), n, label_state AS state, coverage::numeric(4,3), verdict, message, first_value::numeric(4,3)
    FROM mlops.observation AS o JOIN mlops.monitor AS m USING (monitor_id) WHERE m.name = 'late' AND metric = 'roc_auc' AND slice_column IS NULL ORDER BY 1;
CALL mlops.run_due('2026-03-04Z');
SELECT * FROM lt.auc;
-- drift and the number of rows are judged at once
SELECT metric, verdict, count(*) FROM mlops.observation WHERE monitor_id = mlops.monitor_id('late') AND rule IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;
CALL mlops.run_due('2026-03-14Z');
SELECT state, count(*) FROM mlops.run_history WHERE monitor = 'late' GROUP BY 1;
SELECT label_state, count(*) FROM mlops.observation WHERE monitor_id = mlops.monitor_id('late') AND metric = 'roc_auc' GROUP BY 1;
-- three weeks later
CALL mlops.run_due('2026-03-22Z');
SELECT * FROM lt.auc;
-- due by the ages, or because labels have arrived
SELECT window_lo::date AS day, evaluated_at, state, n_labelled, next_at FROM mlops.label_window WHERE monitor_id = mlops.monitor_id('late') ORDER BY 1;
CALL mlops.run_due('2026-03-25Z');
CALL mlops.run_due('2026-03-29Z');
CALL mlops.run_due('2026-04-05Z');
SELECT state, verdict, count(*) FROM lt.auc GROUP BY 1, 2 ORDER BY 1, 2;
-- no window is new any more: those that have all are looked at once more when they are old, and what has come is seen
CALL mlops.run_due('2026-04-15Z');
SELECT day, value, n, state, verdict, message FROM lt.auc;
-- as the rows say
SELECT count(*), bool_and(abs(o.value - r.auc) < 1e-12) AS as_of_the_rows
FROM mlops.observation AS o JOIN (SELECT date_trunc('day', at) AS lo, mlops.roc_auc(label, score) AS auc FROM lt.pred GROUP BY 1) AS r ON r.lo = o.window_lo
WHERE monitor_id = mlops.monitor_id('late') AND metric = 'roc_auc';
SELECT metric, severity, state, message FROM mlops.alert WHERE monitor_id = mlops.monitor_id('late') ORDER BY alert_id;
SELECT window_lo::date AS day, state, attempt > 1 AS again, crashes, error_code FROM mlops.run_history WHERE monitor = 'late' ORDER BY 1;
SELECT count(*) AS runs, count(DISTINCT window_lo) AS windows FROM mlops.run_history WHERE monitor = 'late';
-- nothing is left to do
SELECT count(*) FILTER (WHERE next_at IS NOT NULL) AS waiting FROM mlops.label_window WHERE monitor_id = mlops.monitor_id('late');
-- a column's profile is not made again, the numbers of labels are; a run that is over is recorded once
SELECT count(*) FILTER (WHERE kind = 'profile' AND column_name = 'x') AS of_x, count(*) FILTER (WHERE kind = 'scores') AS of_scores, count(DISTINCT window_lo) AS windows
FROM mlops.window_summary WHERE monitor_id = mlops.monitor_id('late');
UPDATE lt.pred SET x = -1 WHERE at < '2026-03-02Z';
SELECT window_lo::date AS day FROM mlops.restate('late', '2026-03-01Z', '2026-03-02Z');
SELECT value FROM mlops.observation WHERE monitor_id = mlops.monitor_id('late') AND metric = 'min_value' AND column_name = 'x' AND window_lo = '2026-03-01Z';
-- by hand all of it; and so it is when there are other rows
SELECT mlops.evaluate('late', '2026-03-01Z', '2026-03-02Z') > 0 AS evaluated;
SELECT value FROM mlops.observation WHERE monitor_id = mlops.monitor_id('late') AND metric = 'min_value' AND column_name = 'x' AND window_lo = '2026-03-01Z';
INSERT INTO lt.pred (id, at, x) VALUES (1000001, '2026-03-02Z', -7);
SELECT window_lo::date AS day FROM mlops.restate('late', '2026-03-01Z', '2026-03-03Z');
SELECT value FROM mlops.observation WHERE monitor_id = mlops.monitor_id('late') AND metric = 'min_value' AND column_name = 'x' AND window_lo = '2026-03-02Z';
-- without a range: what is due
SELECT count(*) FROM mlops.restate('late');
SELECT t.* FROM lt.try($$SELECT mlops.restate('nothing')$$) AS t;

--
-- what was known when: 0.71 on 2 March, 0.68 on 4 March, a label corrected on 20 March: 0.685
--
CREATE TABLE lt.march (at timestamptz, score float8, label boolean, label_at timestamptz);
SELECT mlops.create_monitor('march', 'lt.march', 'at', label_column => 'label', score_column => 'score', label_time_column => 'label_at', max_label_age => '3 days',
    start_at => '2026-03-01Z', end_at => '2026-03-02Z', schedule => NULL, min_rows => 10, checks => '[{"metric": "roc_auc", "warning": {"below": 0.5}}]') > 0 AS made;
-- n positives above that many of 10 negatives
CREATE FUNCTION lt.positives(n integer, pairs integer) RETURNS SETOF float8 LANGUAGE sql AS $$
    SELECT (pairs * i / n - pairs * (i - 1) / n) + 0.5 FROM generate_series(1, n) AS i
$$;
INSERT INTO lt.march SELECT '2026-03-01 12:00Z', i, false, '2026-03-01 18:00Z' FROM generate_series(1, 10) AS i;
INSERT INTO lt.march SELECT '2026-03-01 12:00Z', s, true, '2026-03-01 18:00Z' FROM lt.positives(20, 142) AS s;
INSERT INTO lt.march SELECT '2026-03-01 12:00Z', s, true, '2026-03-03Z' FROM lt.positives(20, 130) AS s;
CREATE FUNCTION lt.look(name text, at timestamptz, labels_only boolean) RETURNS TABLE (label_state text, value numeric(5,4), first_value numeric(5,4), verdict text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mlops_internal.evaluate_window(mlops.monitor_id(name), '2026-03-01Z', '2026-03-02Z', at, labels_only);
    RETURN QUERY SELECT o.label_state, o.value::numeric(5,4), o.first_value::numeric(5,4), o.verdict FROM mlops.observation AS o
        WHERE monitor_id = mlops.monitor_id(name) AND metric = 'roc_auc';
END $$;
SELECT * FROM lt.look('march', '2026-03-02Z', false);
SELECT * FROM lt.look('march', '2026-03-04Z', true);
-- nothing has changed: no row
SELECT * FROM lt.look('march', '2026-03-10Z', true);
-- a correction
UPDATE lt.march SET score = score + 2, label_at = '2026-03-20Z' WHERE ctid = (SELECT min(ctid) FROM lt.march WHERE label AND score < 8);
SELECT * FROM lt.look('march', '2026-03-20Z', true);
SELECT h.value::numeric(5,4), h.n, h.coverage::numeric(4,3), h.verdict, h.known FROM mlops.observation_history AS h JOIN mlops.observation AS o USING (observation_id)
WHERE o.monitor_id = mlops.monitor_id('march') AND o.metric = 'roc_auc' ORDER BY h.known;
SELECT d AS as_of, o.value::numeric(5,4), o.known FROM unnest('{2026-03-01Z,2026-03-03Z,2026-03-10Z,2026-03-25Z}'::timestamptz[]) AS d
LEFT JOIN LATERAL mlops.observations_as_of('march', d) AS o ON o.metric = 'roc_auc' ORDER BY d;
-- what needs no label is known by its first and its present number
SELECT metric, value, verdict, upper_inf(known) AS present FROM mlops.observations_as_of('march', now()) WHERE metric = 'n';
SELECT count(*) FROM mlops.observations_as_of('march', now() - interval '1 day') WHERE metric = 'n';
-- the clock goes back, and twice in one transaction: ranges follow each other all the same
BEGIN;
UPDATE lt.march SET score = 0.5 WHERE ctid = (SELECT max(ctid) FROM lt.march WHERE label AND score BETWEEN 3 AND 10);
SELECT * FROM lt.look('march', '2026-03-19Z', true);
UPDATE lt.march SET score = 0.5 WHERE ctid = (SELECT max(ctid) FROM lt.march WHERE label AND score BETWEEN 3 AND 10);
SELECT * FROM lt.look('march', '2026-03-20Z', true);
COMMIT;
SELECT count(*), count(*) FILTER (WHERE upper_inf(known)) AS present, bool_and(NOT isempty(known)) AS whole, bool_and(lower(known) = before OR before IS NULL) AS gapless
FROM (SELECT h.known, lag(upper(h.known)) OVER (ORDER BY h.known) AS before FROM mlops.observation_history AS h JOIN mlops.observation AS o USING (observation_id)
      WHERE o.monitor_id = mlops.monitor_id('march')) AS h;

--
-- those that are labelled first are not like the others
--
CREATE TABLE lt.first (at timestamptz, score float8, label boolean, approved boolean);
INSERT INTO lt.first SELECT timestamptz '2026-03-01Z' + i * interval '10 seconds', i % 100 / 100.0, CASE WHEN i % 100 >= 40 THEN i % 3 = 0 END, true FROM generate_series(0, 4999) AS i;
SELECT mlops.create_monitor('first', 'lt.first', 'at', label_column => 'label', score_column => 'score', max_label_age => '30 days', start_at => '2026-03-01Z', end_at => '2026-03-02Z',
    schedule => NULL, checks => '[{"metric": "roc_auc", "critical": {"below": 0.9}}]') > 0 AS made;
CREATE FUNCTION lt.again(name text, at timestamptz) RETURNS TABLE (state text, verdict text, message text, detail jsonb) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mlops_internal.evaluate_window(mlops.monitor_id(name), '2026-03-01Z', '2026-03-02Z', at, false);
    RETURN QUERY SELECT o.label_state, o.verdict, o.message, o.detail - 'bias' FROM mlops.observation AS o
        WHERE monitor_id = mlops.monitor_id(name) AND metric IN ('roc_auc', 'label_coverage') AND rule IS NOT NULL ORDER BY metric;
END $$;
SELECT * FROM lt.again('first', '2026-03-02Z');
-- labelled at random: judged, but at most a warning
UPDATE lt.first SET label = CASE WHEN extract(epoch FROM at)::integer / 10 % 7 < 4 THEN (score > 0.5) = ((score * 100)::integer % 2 > 0) END;
SELECT * FROM lt.again('first', '2026-03-02Z');
-- no more is waited for
SELECT * FROM lt.again('first', '2026-04-01Z');
-- rows whose label can never come do not count
UPDATE lt.first SET approved = label IS NOT NULL;
SELECT mlops.alter_monitor('first', '{"label_filter": "approved -- and nothing else", "checks": [{"metric": "roc_auc", "critical": {"below": 0.9}}, {"metric": "label_coverage"}]}');
SELECT * FROM lt.again('first', '2026-03-02Z');
SELECT value, lower::numeric(6,5), n, verdict FROM mlops.observation WHERE monitor_id = mlops.monitor_id('first') AND metric = 'label_coverage';
-- labels that are lost: less than 0.8, and than 0.5, of what comes otherwise
UPDATE lt.first SET approved = true;
SELECT * FROM lt.again('first', '2026-03-20Z');
SELECT * FROM lt.again('first', '2026-04-01Z');
UPDATE lt.first SET label = NULL WHERE extract(epoch FROM at)::integer / 10 % 7 > 1;
SELECT * FROM lt.again('first', '2026-04-01Z');

\c - :superuser
:settings
DELETE FROM mlops.monitor WHERE owner_name LIKE 'labels\_%';
DELETE FROM mlops.alert WHERE owner_name LIKE 'labels\_%';
DROP SCHEMA lt CASCADE;
DROP OWNED BY labels_ann, labels_bob;
DROP ROLE labels_ann, labels_bob;

--
-- report_html: the words and numbers of a page, names that are hostile, who sees what, and what there is little of
--
\set SHOW_CONTEXT never
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD''; SET IntervalStyle = ''postgres'';'
:settings
SELECT current_user AS superuser \gset
CREATE ROLE regress_page_ann LOGIN;
CREATE ROLE regress_page_bob LOGIN;
CREATE SCHEMA page AUTHORIZATION regress_page_ann;
GRANT USAGE ON SCHEMA page TO PUBLIC;
SELECT mlops.grant_use('regress_page_ann') = mlops.grant_use('regress_page_bob') AS same;
\c - regress_page_ann
:settings
-- the text of a page as a reader goes through it: tags and charts gone, times of the clock and versions fixed
CREATE FUNCTION page.dump(html text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    id text;
BEGIN
    html := regexp_replace(html, '<div class="chart".*?</div>', '', 'g');
    html := regexp_replace(regexp_replace(html, '<style>.*?</style>', '', 'g'), '<nav.*?</nav>', '', 'g');
    -- these sections have tests of their own
    FOREACH id IN ARRAY '{columns,effect,curves,origin}'::text[] LOOP
        html := regexp_replace(html, '<section id="' || id || '".*?</section>', '', 'g');
    END LOOP;
    html := regexp_replace(html, '<(data|span|strong|code|a|time|em|b)( [^>]*)?>|</(data|span|strong|code|a|time|em|b)>', '', 'g');
    html := regexp_replace(html, '</t[hd]><t[hd][^>]*>', ' | ', 'g');
    html := regexp_replace(html, '<[^>]*>', E'\n', 'g');
    html := regexp_replace(html, '\d+ \w{3} 20[23]\d \d\d:\d\d(:\d\d)?', '(clock)', 'g');
    html := regexp_replace(html, '(ncident|ack_incident\() ?\d+', '\1 (n)', 'g');
    html := regexp_replace(html, 'mlops [\w.]+, PostgreSQL [^,]+, database \w+', 'mlops, PostgreSQL', 'g');
    html := regexp_replace(html, '&#(9679|9650|9670|10005|9675);', '*', 'g');
    RETURN QUERY SELECT trim(l) FROM regexp_split_to_table(html, E'\n') WITH ORDINALITY AS t (l, i) WHERE trim(l) <> '' ORDER BY i;
END $$;
-- a section of it, by its name
CREATE FUNCTION page.section(html text, id text) RETURNS text LANGUAGE sql
    RETURN substring(html FROM '<section id="' || id || '".*?</section>');

--
-- a model with two versions, weeks of predictions, the last of them worse
--
CREATE TABLE page.prediction (at timestamptz, region text, x float8, score float8, label integer);
INSERT INTO page.prediction
    SELECT timestamptz '2019-01-07' + (w * 7 || ' days')::interval + (i || ' minutes')::interval, (ARRAY['north', 'south'])[i % 2 + 1],
           i % 10 + CASE WHEN w >= 7 THEN 4 ELSE 0 END, (i % 16) / 16.0,
           -- the greater the score, the likelier; in the last weeks it says little
           CASE WHEN w >= 7 THEN ((i * 7) % 16 >= 8)::int ELSE ((i % 16) + (i * 5) % 9 >= 12)::int END
    FROM generate_series(0, 8) AS w, generate_series(1, 320) AS i;
SELECT mlops.create_model('churn', 'binary', 'who leaves') > 0 AS made;
SELECT mlops.register_version('churn', params => '{"depth": 3}', metrics => '{"roc_auc": 0.9, "log_loss": 0.5}', git_commit => 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') AS v1,
       mlops.register_version('churn', params => '{"depth": 4}', metrics => '{"roc_auc": 0.92, "log_loss": 0.6}', git_commit => 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') AS v2;
SELECT mlops.create_endpoint('churn-api') > 0 AS made;
SELECT mlops.deploy('churn', 1, 'churn-api', reason => 'first') > 0 AS d1, mlops.deploy('churn', 2, 'churn-api', reason => 'ranks better') > 0 AS d2;
-- a model without monitor and a monitor without windows are pages too
SELECT * FROM page.dump(mlops.report_html('churn')) AS line WHERE line !~ '^(Skip|[{}:.@*])';
SELECT mlops.create_monitor('churn weekly', 'page.prediction', 'at', model => 'churn', label_column => 'label', score_column => 'score',
    features => '{x,region}', slices => '{region}', granularity => '7 days', start_at => '2019-01-21', end_at => '2019-03-11',
    reference_from => '2019-01-07', reference_to => '2019-01-21', time_zone => 'UTC', min_rows => 50, schedule => '@weekly',
    checks => '[{"metric": "roc_auc", "warning": {"below": 0.8}, "critical": {"below": 0.6}},
                {"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}}, {"metric": "null_rate", "column": "x", "warning": {"above": 0.1}}, {"metric": "cbpe_roc_auc"}]') > 0 AS made;
SELECT * FROM page.dump(page.section(mlops.report_html(monitor => 'churn weekly'), 'attention')) AS line;
CALL mlops.run_due('2019-03-20 00:00Z');
-- labels of one week were wrong
UPDATE page.prediction SET label = 1 - label WHERE at >= '2019-02-11Z' AND at < '2019-02-18Z' AND score BETWEEN 0.4 AND 0.6;
SELECT mlops.evaluate('churn weekly', '2019-02-11Z', '2019-02-18Z') > 0 AS restated;
-- the whole page
SELECT * FROM page.dump(mlops.report_html('churn')) AS line;
-- the numbers of the page are those of the views
WITH shown AS (
    SELECT (regexp_match(r, '<th scope="row">([^<]*)</th>'))[1] AS label, (regexp_match(c[2], '(?:value="|class="n">)([-0-9.e]+)'))[1] AS value
    FROM regexp_split_to_table(page.section(mlops.report_html('churn'), 'now'), '</tr>') AS r, regexp_split_to_array(r, '</td>') AS c
    WHERE r ~ '<th scope="row">' AND cardinality(c) > 8
), known AS (
    SELECT mlops_internal.report_name(h.metric) AS label, h.value FROM mlops.metric_history AS h
    WHERE h.monitor = 'churn weekly' AND h.slice_column IS NULL AND h.column_name IS NULL AND h.window_lo = '2019-03-04Z')
SELECT count(*) > 5 AS compared, count(*) FILTER (WHERE s.value::float8 IS DISTINCT FROM k.value) AS wrong FROM shown AS s LEFT JOIN known AS k USING (label);
SELECT count(*) AS windows, bool_and(html LIKE '%<data value="' || h.value || '">%' OR html LIKE '%>' || h.value || '<%') AS all_there
FROM mlops.metric_history AS h, (SELECT page.section(mlops.report_html('churn'), 'quality')) AS p (html)
WHERE h.monitor = 'churn weekly' AND h.metric = 'roc_auc' AND h.slice_column IS NULL;
-- a part of the time; nothing in it; two versions
SELECT * FROM page.dump(page.section(mlops.report_html('churn', from_time => '2019-01-21Z', to_time => '2019-02-04Z'), 'quality')) AS line LIMIT 12;
SELECT array_agg(i[1]) AS sections FROM regexp_matches(mlops.report_html('churn', from_time => '2020-01-21Z'), '<section id="(\w+)"', 'g') AS i;
SELECT * FROM page.dump(mlops.report_html('churn', version => 2, compare_with => 1)) AS line;
-- evaluations that were stored: what differs on the same rows, number by number as compare_versions tells it
CREATE TABLE page.holdout AS SELECT i AS id, i * 7 % 10 < 4 AS label, (i * 7 % 10 < 4)::int * 0.2 + i * 13 % 101 / 150.0 AS first, (i * 7 % 10 < 4)::int * 0.35 + i * 17 % 97 / 150.0 AS second
    FROM generate_series(1, 400) AS i;
SELECT mlops.log_evaluation('churn', v, 'page.holdout', format('SELECT id, %I AS score FROM page.holdout', said), '{id}', 'label', 'score', name => 'holdout') > 0 AS logged
FROM (VALUES (1, 'first'), (2, 'second')) AS t (v, said);
CREATE TEMP TABLE compared AS SELECT v AS new, 3 - v AS old, mlops.report_html('churn', version => v, compare_with => 3 - v) AS html FROM generate_series(1, 2) AS v;
SELECT c.new, line FROM compared AS c, page.dump(c.html) AS line WHERE line ~ 'measured of both' ORDER BY 1;
SELECT c.new, count(*) > 15 AS metrics, count(d.lower) > 8 AS intervals, count(*) FILTER (WHERE s.numbers IS DISTINCT FROM array_remove(
           ARRAY[d.value_a::float8, d.value_b::float8, d.difference, d.lower, d.upper, d.p_value], NULL)) AS wrong,
       count(*) FILTER (WHERE s.better IS DISTINCT FROM coalesce('version ' || CASE d.better WHEN 'a' THEN c.old WHEN 'b' THEN c.new END, '')) AS wrong_side,
       bool_and(c.html LIKE '%>What version ' || c.new || ' has more than version ' || c.old || ', with its 95 \% interval</title>%') AS chart,
       bool_and(c.html LIKE '%<desc>' || dots || ' rows, values from %') AS rows_of_chart
FROM compared AS c CROSS JOIN LATERAL (SELECT e.*, count(e.lower) OVER () AS dots FROM mlops.compare_versions('churn', c.old, c.new) AS e WHERE e.section = 'evaluation') AS d
LEFT JOIN LATERAL (
    SELECT ARRAY(SELECT m[1]::float8 FROM regexp_matches(r, '<td class="n">(?:<data value=")?([^"<]+)', 'g') AS m) AS numbers, (regexp_match(r, '<td>([^<]*)</td>$'))[1] AS better
    FROM regexp_split_to_table(page.section(c.html, 'differences'), '</tr>') AS r WHERE r LIKE '%<th scope="row">' || d.name || '</th>%') AS s ON true
GROUP BY c.new ORDER BY c.new;

--
-- whatever things are called
--
CREATE TABLE page."<b>&'" (at timestamptz, "<script>alert(1)</script>" float8, "]]>-->" text, y float8, p float8);
INSERT INTO page."<b>&'" SELECT timestamptz '2019-01-07' + (i * interval '30 minutes'), i % 7,
        (ARRAY['</td><script>', '"><img src=x onerror=1>', E'\x01\u202e'])[i % 3 + 1], i % 5, i % 4
    FROM generate_series(0, 671) AS i;
SELECT mlops.create_model('"><img src=x onerror=1>', 'regression', '</title><script>') > 0 AS made;
SELECT mlops.register_version('"><img src=x onerror=1>', params => '{"<i>": "</script>"}', metrics => '{"<u>": 1}', description => '<p>') AS v;
SELECT mlops.create_endpoint('<h1>') > 0 AS made, mlops.deploy('"><img src=x onerror=1>', 1, '<h1>', reason => '</dd><script>') > 0 AS deployed;
SELECT mlops.create_monitor('</main><script>', 'page."<b>&''"', 'at', model => '"><img src=x onerror=1>', label_column => 'y', prediction_column => 'p',
    features => '{"<script>alert(1)</script>","]]>-->"}', slices => '{"]]>-->"}', granularity => '7 days', start_at => '2019-01-14', end_at => '2019-01-21',
    reference_from => '2019-01-07', reference_to => '2019-01-14', time_zone => 'UTC', min_rows => 1, schedule => '@weekly',
    checks => '[{"metric": "mae", "warning": {"above": 0.1}}, {"metric": "max_value", "column": "<script>alert(1)</script>", "critical": {"above": 1}}]') > 0 AS made;
CALL mlops.run_due('2019-01-28 00:00Z');
CREATE TEMP TABLE hostile AS SELECT mlops.report_html(monitor => '</main><script>') AS html UNION ALL SELECT mlops.report_html('"><img src=x onerror=1>');
SELECT html ~* '<(script|img|b|i|u)[ >]' AS has_element, html ~ 'onerror=1' AS has_name, html ~ '&lt;script&gt;alert' AS has_column,
       html ~ E'\x01|\u202e' AS has_control, (length(html) - length(replace(html, '</main>', ''))) / 7 AS mains FROM hostile;
SELECT string_agg(DISTINCT lower(m[1]), ' ' ORDER BY lower(m[1])) AS elements
FROM hostile, regexp_matches(regexp_replace(html, '<div class="chart".*?</div>', '', 'g'), '<([^/\s>]+)', 'g') AS m;

--
-- who may not read sees nothing, and is told what they would be told if it were not there
--
\c - regress_page_bob
:settings
SELECT mlops.report_html(monitor => 'churn weekly');
SELECT mlops.report_html(monitor => 'never made');
SELECT mlops.report_html('churn');
SELECT mlops.report_html('never made');
\c - regress_page_ann
:settings
SELECT mlops.grant_model('churn', 'regress_page_bob');
\c - regress_page_bob
:settings
-- the model is seen now, its monitor is not
SELECT count(*) FILTER (WHERE line LIKE 'version 2%') AS live, count(*) FILTER (WHERE line ~ 'churn weekly|page\.prediction|ROC AUC is') AS of_monitor,
       count(*) FILTER (WHERE line ~ 'No monitor') AS said
FROM page.dump(mlops.report_html('churn')) AS line;
\c - regress_page_ann
:settings

--
-- mistakes in the call
--
SELECT mlops.report_html();
SELECT mlops.report_html('churn', compare_with => 1);
SELECT mlops.report_html(monitor => 'churn weekly', version => 1, compare_with => 2);
SELECT mlops.report_html('churn', '</main><script>');
\set VERBOSITY terse
SELECT mlops.report_html('churn', version => 7, compare_with => 1);
\set VERBOSITY default
SELECT mlops.report_html('churn', from_time => '2019-02-01Z', to_time => '2019-02-01Z');

--
-- what there is little or much of: no rows, one class, several classes, 300 columns, ten years
--
CREATE TABLE page.few (at timestamptz, score float8, label integer, class text, said text);
INSERT INTO page.few SELECT timestamptz '2019-01-08' + i * interval '1 hour', i / 50.0, 1, 'abc', 'abd' FROM generate_series(0, 40) AS i;
SELECT mlops.create_monitor('one class', 'page.few', 'at', task => 'binary', label_column => 'label', score_column => 'score', granularity => '1 day',
    start_at => '2019-01-07', end_at => '2019-01-12', time_zone => 'UTC', min_rows => 1, schedule => '@daily', checks => '[]') > 0 AS binary,
       mlops.create_monitor('classes', 'page.few', 'at', task => 'multiclass', label_column => 'class', prediction_column => 'said', granularity => '1 day',
    start_at => '2019-01-07', end_at => '2019-01-12', time_zone => 'UTC', min_rows => 1, schedule => '@daily', checks => '[]') > 0 AS multiclass;
SELECT format('CREATE TABLE page.wide (at timestamptz, %s)', string_agg('c' || i || ' float8', ', ')) FROM generate_series(1, 300) AS i \gexec
SELECT format('INSERT INTO page.wide SELECT timestamptz ''2019-01-07'' + i * interval ''1 hour'', %s FROM generate_series(0, 47) AS i', string_agg('(i * ' || i || ') % 11', ', ')) FROM generate_series(1, 300) AS i \gexec
SELECT mlops.create_monitor('wide', 'page.wide', 'at', features => array_agg(('c' || i)::name), granularity => '1 day', start_at => '2019-01-08', end_at => '2019-01-09',
    reference_from => '2019-01-07', reference_to => '2019-01-08', time_zone => 'UTC', min_rows => 1, schedule => '@daily', checks => '[{"metric": "psi", "warning": {"above": 0.1}}]') > 0 AS made
FROM generate_series(1, 300) AS i;
CALL mlops.run_due('2019-01-22 00:00Z');
-- ten years of days, as they would be stored
SELECT mlops.create_monitor('long', 'page.few', 'at', granularity => '1 day', start_at => '2009-01-01', end_at => '2019-01-01', time_zone => 'UTC', checks => '[]') > 0 AS made;
\c - :superuser
:settings
INSERT INTO mlops.observation (monitor_id, version, window_lo, window_hi, metric, value, n, verdict)
    SELECT m.monitor_id, 1, d, d + interval '1 day', x, 100, 100, 'ok'
    FROM mlops.monitor AS m, generate_series(timestamptz '2009-01-01', '2018-12-31', '1 day') AS d, unnest('{n,evaluation}'::text[]) AS x WHERE m.name = 'long';
\c - regress_page_ann
:settings
-- windows of mlops.backfill, which no schedule made
SELECT html LIKE '%No window has been evaluated yet%' AS denies_windows, html LIKE '%<span class="status ok">%' AS is_ok FROM mlops.report_html(monitor => 'long') AS p (html);
SELECT m.name, length(html) < 1000000 AS small, (SELECT array_agg(i[1]) FROM regexp_matches(html, '<section id="(\w+)"', 'g') AS i) AS sections,
       (SELECT line FROM page.dump(html) AS line WHERE line ~ '^\d+, from') AS windows
FROM mlops.monitor AS m, LATERAL mlops.report_html(monitor => m.name) AS html WHERE m.name IN ('one class', 'classes', 'wide', 'long') ORDER BY m.name;
-- windows without end: the newest 5000
\c - :superuser
:settings
INSERT INTO mlops.observation (monitor_id, version, window_lo, window_hi, metric, value, n)
    SELECT m.monitor_id, 1, h, h + interval '1 hour', 'n', 100, 100
    FROM mlops.monitor AS m, generate_series(timestamptz '2019-01-01', timestamptz '2019-01-01' + interval '4999 hours', '1 hour') AS h WHERE m.name = 'long';
\c - regress_page_ann
:settings
SELECT (mlops_internal.report_scope(NULL, 'long', NULL, NULL, f, NULL)).from_time FROM unnest('{-infinity,2019-07-01}'::timestamptz[]) AS f;

-- nothing is left
SELECT mlops.drop_monitor(m.name) IS NOT NULL AS dropped FROM mlops.monitor AS m ORDER BY m.name;
\c - :superuser
:settings
DELETE FROM mlops.incident WHERE owner_name ~ '^regress_page_';
DELETE FROM mlops.alert WHERE owner_name ~ '^regress_page_';
DELETE FROM mlops.deployment AS d USING mlops.endpoint AS e WHERE e.endpoint_id = d.endpoint_id AND e.owner_name ~ '^regress_page_';
DELETE FROM mlops.endpoint WHERE owner_name ~ '^regress_page_';
DELETE FROM mlops.alias AS a USING mlops.model AS m WHERE m.model_id = a.model_id AND m.owner_name ~ '^regress_page_';
DELETE FROM mlops.stage_change AS c USING mlops.version AS v, mlops.model AS m WHERE v.version_id = c.version_id AND m.model_id = v.model_id AND m.owner_name ~ '^regress_page_';
DELETE FROM mlops.version AS v USING mlops.model AS m WHERE m.model_id = v.model_id AND m.owner_name ~ '^regress_page_';
DELETE FROM mlops.model WHERE owner_name ~ '^regress_page_';
DELETE FROM mlops.edge AS e USING mlops.run AS r WHERE r.run_id = e.run_id AND r.owner_name ~ '^regress_page_';
DELETE FROM mlops.param AS p USING mlops.run AS r WHERE r.run_id = p.run_id AND r.owner_name ~ '^regress_page_';
DELETE FROM mlops.metric AS p USING mlops.run AS r WHERE r.run_id = p.run_id AND r.owner_name ~ '^regress_page_';
DELETE FROM mlops.run WHERE owner_name ~ '^regress_page_';
DELETE FROM mlops.artifact WHERE owner_name ~ '^regress_page_';
DROP SCHEMA page CASCADE;
DROP OWNED BY regress_page_ann, regress_page_bob;
DROP ROLE regress_page_ann, regress_page_bob;

-- report: drift_html, and the sections of a page about columns, their effect and curves
\set settings 'SET client_min_messages = warning; SET TimeZone = ''UTC''; SET DateStyle = ''ISO, YMD'';'
:settings
SELECT current_user AS superuser \gset
\set VERBOSITY terse
\pset format unaligned
\set SHOW_CONTEXT never
CREATE ROLE regress_drift_ann LOGIN;
CREATE ROLE regress_drift_eve LOGIN;
CREATE SCHEMA drift_page;
GRANT ALL ON SCHEMA drift_page TO regress_drift_ann;
GRANT USAGE ON SCHEMA drift_page TO regress_drift_eve;
-- a page as text: without its style and charts, a line for each element that has one
CREATE FUNCTION drift_page.told(page text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT l FROM (SELECT btrim(regexp_replace(replace(replace(replace(replace(replace(regexp_replace(x, '<[^>]*>', '', 'g'), '&lt;', '<'), '&gt;', '>'), '&#39;', ''''), '&quot;', '"'), '&amp;', '&'), '\s+', ' ', 'g')) AS l, i
        FROM regexp_split_to_table(replace(replace(replace(regexp_replace(regexp_replace(regexp_replace(page, '<style.*?</style>', '', 'g'), '<svg.*?</svg>', '', 'g'), '<nav.*?</nav>', '', 'g'), '</td>', ' | '), '</th>', ' | '), '<div', ' <div'),
            '</(?:p|h1|h2|li|tr|summary|figcaption|caption|pre|title)>') WITH ORDINALITY AS t (x, i)) AS s WHERE l <> '' ORDER BY i $$;
CREATE FUNCTION drift_page.line(page text) RETURNS TABLE (name text, rest text) LANGUAGE sql IMMUTABLE AS $$
    SELECT substring(r FROM '<th scope="row">([^<]*)<'), substring(r FROM '<th scope="row">[^<]*(<.*)') FROM string_to_table(page, '</tr>') AS r WHERE r LIKE '%<th scope="row">%' $$;
-- every element that is opened is closed
CREATE FUNCTION drift_page.unbalanced(page text) RETURNS TABLE (tag text, opened bigint, closed bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT m[2], count(*) FILTER (WHERE m[1] = ''), count(*) FILTER (WHERE m[1] = '/')
    FROM regexp_matches(page, '<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(?<!/)>', 'g') AS m WHERE lower(m[2]) NOT IN ('meta', 'br', 'col')
    GROUP BY 1 HAVING count(*) FILTER (WHERE m[1] = '') <> count(*) FILTER (WHERE m[1] = '/') $$;

SET search_path = drift_page, public;
CREATE TABLE before AS
SELECT i, i % 101 / 10.0::float8 AS x, i % 4 AS few, 'c' || i % 3 AS code, i % 3 = 0 AS flag, timestamptz '2013-01-01 00:00Z' + i % 97 * interval '1 hour' AS at,
       CASE WHEN i % 10 > 0 THEN i % 13 END::float8 AS gaps, point(i, i) AS place, NULL::float8 AS nothing, 1 AS one, i % 7 AS changes,
       ARRAY[i % 5, i % 7]::real[] AS vec, i * 37 % 200 AS whole, 'same' || i % 2 AS "<script>alert(1)</script>"
FROM generate_series(1, 1200) AS i;
CREATE TABLE after AS
SELECT i, i % 101 / 10.0::float8 + 1.5 AS x, least(i % 5, 3) AS few, CASE WHEN i % 9 = 0 THEN 'new' ELSE 'c' || i % 3 END AS code, i % 3 = 1 AS flag,
       timestamptz '2013-01-01 00:00Z' + i % 97 * interval '30 minutes' AS at, CASE WHEN i % 2 > 0 THEN i % 13 END::float8 AS gaps, point(i, i) AS place,
       NULL::float8 AS nothing, 1 AS one, 'text' || i AS changes, 5 AS added, ARRAY[i % 6, i % 7]::real[] AS vec, i * 37 % 300 AS whole,
       '</td></table><script>alert(2)</script>' || i % 2 AS "<script>alert(1)</script>"
FROM generate_series(1, 1200) AS i;
SELECT * FROM drift_page.told(mlops.drift_html('before', 'after'));
SELECT * FROM drift_page.unbalanced(mlops.drift_html('before', 'after'));
-- nothing of a name or a value is markup
SELECT strpos(lower(p), '<script') AS scripts, strpos(p, '&lt;script&gt;alert(1)') > 0 AS name, strpos(p, '&lt;/td&gt;') > 0 AS value, p ~ '(href|src)="?(http|//)' AS links
FROM mlops.drift_html('before', 'after') AS p;
-- the numbers are those of drift_report
SELECT d.column_name, bool_or(strpos(l.rest, '>' || mlops_internal.html_value(mlops_internal.rounded(d.js_distance, 4)) || '<') > 0) AS distance,
       bool_or(strpos(l.rest, '>' || mlops_internal.html_value(mlops_internal.rounded(d.js_chance, 4)) || '<') > 0) AS chance,
       bool_or(strpos(l.rest, '>' || mlops_internal.html_value(d.n_reference) || '<') > 0) AS n,
       bool_or(strpos(l.rest, '>' || mlops_internal.markup(mlops_internal.shown_p(d.adjusted_p_value)) || '<') > 0) AS p
FROM mlops.drift_report('before', 'after') AS d JOIN drift_page.line(mlops.drift_html('before', 'after')) AS l ON l.name = mlops_internal.markup(d.column_name) GROUP BY 1 ORDER BY d.column_name COLLATE "C";
-- the same by relation, and its options
SELECT mlops.drift_html('before'::regclass, 'after'::regclass, '{x}') LIKE '%<h1>Drift: drift_page.before and drift_page.after</h1>%' AS relations;
SELECT * FROM drift_page.told(mlops.drift_html('SELECT * FROM before', 'after', '{x,few,code}', alpha => 0.01, method => 'evidently', reference_condition => 'i > 5 -- ''<b>''', current_condition => 'x > 2')) AS t WHERE t LIKE 'Drift:%' OR t LIKE '%:' OR t ~ 'drift_report|Evidently|moved|condition';
SELECT mlops.drift_html('before', 'after', method => 'none');
SELECT mlops.drift_html('before', 'after', '{x,y}');
SELECT mlops.drift_html('before', 'nowhere');
SELECT mlops.drift_html('before; DROP TABLE before', 'after');
SELECT * FROM drift_page.told(mlops.drift_html('before', 'before', '{x,code}')) AS t LIMIT 4;

-- without rows, with one, without columns in common
CREATE TABLE empty (x float8, code text);
SELECT * FROM drift_page.told(mlops.drift_html('empty', 'empty'));
SELECT * FROM drift_page.told(mlops.drift_html('before', 'empty', '{x,code}')) AS t LIMIT 5;
SELECT * FROM drift_page.told(mlops.drift_html('SELECT 1 AS a, ''x'' AS b', 'SELECT 2 AS a, ''y'' AS b')) AS t LIMIT 8;
SELECT * FROM drift_page.told(mlops.drift_html('SELECT 1 AS a', 'SELECT 1 AS b')) AS t LIMIT 5;
SELECT * FROM drift_page.told(mlops.drift_html('SELECT', 'SELECT')) AS t LIMIT 3;
-- whatever numbers there are: extremes, infinity and NaN, one value, all missing
SELECT count(*) > 10 AS told, bool_or(t LIKE '%not a number or infinite%') AS counted, bool_or(t LIKE '%Infinity%' AND t LIKE 'least%') AS least
FROM drift_page.told(mlops.drift_html($$SELECT (ARRAY['NaN', '1e308', '-1e308', 'Infinity', '-Infinity', '1e-320'])[1 + i % 6]::float8 AS x, 'Infinity'::float8 AS inf, 7 AS seven, NULL::text AS none FROM generate_series(1, 600) AS i$$,
    $$SELECT (ARRAY['1e300', '-1e308', '2', '-Infinity', '3', '1e-320'])[1 + i % 6]::float8 AS x, '-Infinity'::float8 AS inf, 8 AS seven, NULL::text AS none FROM generate_series(1, 600) AS i$$)) AS t;
SELECT (SELECT count(*) FROM drift_page.unbalanced(p)) AS unbalanced, length(p) < 100000 AS small FROM mlops.drift_html($$SELECT timestamp '-infinity' AS ts, date '0044-03-15 BC' AS d, time '00:00' AS t FROM generate_series(1, 60)$$,
    $$SELECT timestamp 'infinity' AS ts, date '5000-01-01' AS d, time '24:00' AS t FROM generate_series(1, 60)$$) AS p;
-- ten thousand categories, and long ones; three hundred columns
SELECT length(p) < 100000 AS small, t FROM mlops.drift_html($$SELECT 'v' || i % 10000 || repeat('x', 300) AS v FROM generate_series(1, 30000) AS i$$, $$SELECT 'v' || i % 5000 || repeat('x', 300) AS v FROM generate_series(1, 30000) AS i$$) AS p, drift_page.told(p) AS t WHERE t LIKE '%categor%' OR t LIKE 'different%';
SELECT format('SELECT %s FROM generate_series(1, 200) AS i', string_agg(format('i %% %s AS c%s', 5 + k % 60, k), ', ')) AS wide_before, format('SELECT %s FROM generate_series(1, 200) AS i', string_agg(format('i * i %% %s AS c%s', 5 + k % 60, k), ', ')) AS wide_after FROM generate_series(1, 300) AS k \gset
SELECT octet_length(p) < 1000000 AS below_1_mb, (SELECT count(*) FROM drift_page.unbalanced(p)) AS unbalanced, regexp_replace(substring(p FROM '[0-9]+ more columns moved[^<]*'), '^[0-9]+', 'N') AS rest FROM mlops.drift_html(:'wide_before', :'wide_after') AS p;

-- with the rights of the caller and of nobody else
\c - regress_drift_eve
:settings
SET search_path = drift_page, public;
SELECT mlops.drift_html('before', 'after');
SELECT mlops.drift_html('before'::regclass, 'after'::regclass);
SELECT bool_or(t LIKE '%''regress_drift_eve''%') AS as_caller FROM drift_page.told(mlops.drift_html('SELECT ''x'' AS who FROM generate_series(1, 90)', 'SELECT current_user::text AS who FROM generate_series(1, 90)')) AS t;
SELECT mlops_internal.read_sources('before', 'after', NULL, 'auto', NULL, NULL, 'drift_page') IS NULL;
\c - :superuser
:settings

-- a monitor: x drifts and the score with it, labels are missing in the last window
SELECT mlops.grant_use('regress_drift_ann') > 0 AS granted;
\c - regress_drift_ann
:settings
SET search_path = drift_page, public;
CREATE TABLE p AS
    SELECT i, '2026-01-01 00:00Z'::timestamptz + i * interval '6 min' AS at, (i * 7 % 50 + (i > 960)::int * (i - 960) / 20) / 1.0::float8 AS x, i * 13 % 11 AS calm,
           CASE WHEN i > 1440 AND i % 4 = 0 THEN '<new>' ELSE 'k' || i % 3 END AS "kind </td>", i * 31 % 100 + 50 * (i % 100 < 30)::int > 80 AS truth,
           least(1, (i * 37 % 60 + (i > 960)::int * (i - 960) / 40) / 100.0)::float8 AS score, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END AS region
    FROM generate_series(0, 2399) AS i;
ALTER TABLE p ADD label boolean;
UPDATE p SET label = truth WHERE at < '2026-01-10Z';
SELECT mlops.create_monitor('page', 'p', 'at', label_column => 'label', score_column => 'score', features => '{x,calm,"kind </td>"}', slices => '{region}',
    start_at => '2026-01-05Z', end_at => '2026-01-11Z', reference_from => '2026-01-01Z', reference_to => '2026-01-05Z', schedule => NULL,
    checks => '[{"metric": "psi", "warning": {"above": 0.1}, "critical": {"above": 0.25}, "slices": false}, {"metric": "roc_auc", "critical": {"below": 0.4}}]') > 0 AS made;
SELECT count(*) FROM mlops.backfill('page', upto => '2026-01-11Z');
CREATE FUNCTION scope(monitor text, from_time timestamptz DEFAULT NULL, to_time timestamptz DEFAULT NULL) RETURNS mlops_internal.report_scope LANGUAGE sql STABLE AS
    $$ SELECT ROW(mlops.monitor_id(monitor), NULL, NULL, NULL, from_time, to_time, 'UTC', NULL)::mlops_internal.report_scope $$;
SELECT * FROM drift_page.told(mlops_internal.report_columns(scope('page')));
SELECT * FROM drift_page.told(mlops_internal.report_effect(scope('page')));
SELECT * FROM drift_page.told(mlops_internal.report_curves(scope('page')));
SELECT u.* FROM unnest(ARRAY[mlops_internal.report_columns(scope('page')), mlops_internal.report_effect(scope('page')), mlops_internal.report_curves(scope('page'))]) AS p, drift_page.unbalanced(p) AS u;
SELECT strpos(p, '<new>') + strpos(p, 'kind </td>') AS raw FROM mlops_internal.report_columns(scope('page')) AS p;
-- the map has the numbers of the view
SELECT count(*) AS cells, count(*) FILTER (WHERE strpos(l.rest, '<td class="n">' || mlops_internal.rounded(h.value, 3) || '</td>') > 0) AS found
FROM mlops.drift_history AS h JOIN drift_page.line(mlops_internal.columns_map(scope('page'), 'psi')) AS l ON l.name = mlops_internal.markup(h.column_name)
WHERE h.monitor = 'page' AND h.metric = 'psi' AND h.slice_column IS NULL AND h.value IS NOT NULL;
-- another time, and one without windows
SELECT t FROM drift_page.told(mlops_internal.report_columns(scope('page', '2026-01-05Z', '2026-01-07Z'))) AS t LIMIT 2;
SELECT mlops_internal.report_columns(scope('page', '2027-01-01Z')), mlops_internal.report_effect(scope('page', '2027-01-01Z')), mlops_internal.report_curves(scope('page', '2027-01-01Z'));
-- one class, no label at all, regression, several classes, no baseline
ALTER TABLE p ADD one boolean, ADD none boolean, ADD actual float8, ADD predicted float8, ADD class text, ADD guess text;
UPDATE p SET one = true, actual = i % 40, predicted = i % 40 + i * 7 % 21 - 8 + (i > 960)::int * 5, class = (ARRAY['cat', 'dog', '<b>'])[1 + i % 3], guess = (ARRAY['cat', 'dog', '<b>'])[1 + (i + (i % 5 = 0)::int) % 3];
SELECT mlops.create_monitor('one class', 'p', 'at', label_column => 'one', score_column => 'score', start_at => '2026-01-05Z', end_at => '2026-01-06Z', schedule => NULL) > 0,
       mlops.create_monitor('no label', 'p', 'at', label_column => 'none', score_column => 'score', features => '{x}', start_at => '2026-01-05Z', end_at => '2026-01-06Z', schedule => NULL) > 0,
       mlops.create_monitor('numbers', 'p', 'at', task => 'regression', label_column => 'actual', prediction_column => 'predicted', features => '{x}', start_at => '2026-01-05Z', end_at => '2026-01-08Z', schedule => NULL,
           reference_from => '2026-01-01Z', reference_to => '2026-01-05Z') > 0,
       mlops.create_monitor('classes', 'p', 'at', task => 'multiclass', label_column => 'class', prediction_column => 'guess', features => '{x}', start_at => '2026-01-01Z', end_at => '2026-01-09Z', schedule => NULL,
           checks => '[{"metric": "drift", "reference": [{"previous": 3}], "min_rows": 50}]') > 0;
SELECT (SELECT count(*) FROM mlops.backfill(m, upto => '2026-01-11Z')) FROM unnest('{one class,no label,numbers,classes}'::text[]) AS m;
SELECT m, t FROM unnest('{one class,no label}'::text[]) AS m, drift_page.told(concat(mlops_internal.report_columns(scope(m)), mlops_internal.report_effect(scope(m)), mlops_internal.report_curves(scope(m)))) AS t WHERE t !~ '^\d';
SELECT t FROM drift_page.told(concat(mlops_internal.report_effect(scope('numbers')), mlops_internal.report_curves(scope('numbers')))) AS t;
SELECT t FROM drift_page.told(concat(mlops_internal.report_columns(scope('classes')), mlops_internal.report_curves(scope('classes')))) AS t WHERE t !~ '^\d';
-- what is not kept any more is not shown
\c - :superuser
:settings
DELETE FROM mlops.window_summary AS w USING mlops.monitor AS m WHERE m.monitor_id = w.monitor_id AND m.name IN ('classes', 'page');
\c - regress_drift_ann
:settings
SET search_path = drift_page, public;
SELECT m, t FROM unnest('{classes,page}'::text[]) AS m, drift_page.told(concat(mlops_internal.report_columns(scope(m)), mlops_internal.report_curves(scope(m)))) AS t WHERE t LIKE '%no summaries%' OR t LIKE '%labelled rows%';
-- others see nothing
\c - regress_drift_eve
:settings
SELECT mlops_internal.report_columns(s), mlops_internal.report_effect(s), mlops_internal.report_curves(s) FROM (SELECT ROW(m, NULL, NULL, NULL, NULL, NULL, 'UTC', NULL)::mlops_internal.report_scope AS s FROM generate_series(1, 100) AS m) AS x WHERE mlops_internal.report_columns(s) IS NOT NULL;
\c - regress_drift_ann
:settings
SELECT mlops.drop_monitor(name) FROM mlops.monitor ORDER BY name;
\c - :superuser
:settings
SELECT mlops.revoke_use('regress_drift_ann') > 0 AS revoked;
DROP SCHEMA drift_page CASCADE;
DROP OWNED BY regress_drift_ann, regress_drift_eve;
DROP ROLE regress_drift_ann, regress_drift_eve;

/* Two versions of a model, side by side. */

CREATE FUNCTION mlops_internal.report_version_words(model text, version integer, other integer) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' ', CASE WHEN c.n = 0 THEN 'Nothing that was measured of both says which is better.'
            ELSE format('Of %s metrics that were measured of both, version %s is better in %s and worse in %s.', c.n,
                version, c.better, c.worse) END,
        CASE WHEN c.sure > 0 THEN format('%s of these differences %s beyond chance.', c.sure,
            CASE WHEN c.sure = 1 THEN 'is' ELSE 'are' END) END)
    FROM (SELECT count(*) FILTER (WHERE d.difference IS NOT NULL AND d.better IS NOT NULL) AS n,
                 count(*) FILTER (WHERE d.better = 'b') AS better, count(*) FILTER (WHERE d.better = 'a') AS worse,
                 count(*) FILTER (WHERE d.p_value < 0.05 AND d.better IS NOT NULL) AS sure
          FROM mlops.compare_versions(model, other, version) AS d
          WHERE d.section NOT IN ('version', 'parameter')) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.report_version_words(text, integer, integer) IS
    'which of two versions is better, in words';

CREATE FUNCTION mlops_internal.report_read(value text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN length(value) < 30 AND value ~ '^-?[0-9]+([.][0-9]+)?(e[-+]?[0-9]{1,2})?$'
        THEN to_jsonb(value::numeric) ELSE to_jsonb(value) END;
COMMENT ON FUNCTION mlops_internal.report_read(text) IS
    'cell of a table: a number where the text is one';

CREATE FUNCTION mlops_internal.report_differences(model text, version integer, other integer) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        parts record;
        page text := '';
        dots jsonb;
    BEGIN
        FOR parts IN
            SELECT d.section, min(d.place) AS place, count(*) AS n, count(*) FILTER (WHERE NOT d.same) AS changed,
                   bool_or(d.difference IS NOT NULL) AS measured,
                   jsonb_agg(CASE WHEN d.difference IS NULL
                       THEN jsonb_build_array(d.name, d.value_a, d.value_b, d.equal, d.note)
                       ELSE jsonb_build_array(d.name, mlops_internal.report_read(d.value_a),
                           mlops_internal.report_read(d.value_b), d.equal, d.note,
                           d.difference, d.lower, d.upper, d.p_value, CASE d.better WHEN 'b' THEN 'version ' || version
                           WHEN 'a' THEN 'version ' || other ELSE d.better END) END ORDER BY d.place) AS rows,
                   jsonb_agg(jsonb_build_object('name', d.name, 'value', d.difference, 'lower', d.lower,
                       'upper', d.upper) ORDER BY d.place)
                       FILTER (WHERE d.lower IS NOT NULL AND d.upper IS NOT NULL) AS dots
            FROM (SELECT c.*, CASE WHEN c.same THEN 'yes' ELSE 'no' END AS equal
                  FROM mlops.compare_versions(model, other, version)
                       WITH ORDINALITY AS c (section, name, value_a, value_b, same, difference, lower, upper, p_value,
                           better, note, place)) AS d
            GROUP BY d.section ORDER BY min(d.place)
        LOOP
            page := page || format(E'<h3>%s</h3>\n', mlops_internal.markup(initcap(parts.section)))
                || CASE WHEN parts.dots IS NOT NULL THEN mlops_internal.html_figure(mlops.svg_dots(parts.dots,
                    jsonb_build_object('line', 0, 'title', format('What version %s has more than version %s, with its '
                        '95 %% interval', version, other))), NULL, NULL) ELSE '' END
                || mlops_internal.html_table(ARRAY['what', 'version ' || other, 'version ' || version, 'equal', 'note']
                    || CASE WHEN parts.measured THEN '{difference,lower 95 %,upper 95 %,p,better}'::text[]
                            ELSE '{}' END, parts.rows,
                    jsonb_build_object('caption', format('%s: %s of %s differ', parts.section, parts.changed,
                        parts.n)));
        END LOOP;
        RETURN mlops_internal.html_section('differences', 'What differs', page);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_differences(text, integer, integer) IS
    'section of a page: what differs between two versions';

/* What monitors found where both versions answered in the same windows. */
CREATE FUNCTION mlops_internal.report_side_by_side(scope mlops_internal.report_scope, version text, other text)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        page text := '';
        s record;
    BEGIN
        FOR s IN
            WITH seen AS (
                SELECT mo.name AS monitor, c.window_lo, c.metric, c.method, c.verdict, c.p_value,
                       CASE WHEN c.version_b = report_side_by_side.version THEN c.value_a ELSE c.value_b END AS old,
                       CASE WHEN c.version_b = report_side_by_side.version THEN c.value_b ELSE c.value_a END AS new,
                       CASE WHEN c.version_b = report_side_by_side.version THEN 1 ELSE -1 END AS sign,
                       coalesce(c.standardised, c.difference) AS difference, c.lower, c.upper
                FROM mlops.version_comparison AS c JOIN mlops.monitor AS mo USING (monitor_id)
                WHERE mo.model_id = scope.model_id AND c.slice_column IS NULL
                  AND (c.version_a, c.version_b) IN ((report_side_by_side.version, report_side_by_side.other),
                                                     (report_side_by_side.other, report_side_by_side.version))
                  AND (c.window_lo < scope.from_time) IS NOT TRUE AND (c.window_hi > scope.to_time) IS NOT TRUE)
            SELECT x.monitor, x.metric, jsonb_agg(x.window_lo ORDER BY x.window_lo) AS at,
                   jsonb_agg(x.sign * x.difference ORDER BY x.window_lo) AS y,
                   jsonb_agg(CASE x.sign WHEN 1 THEN x.lower ELSE -x.upper END ORDER BY x.window_lo) AS lower,
                   jsonb_agg(CASE x.sign WHEN 1 THEN x.upper ELSE -x.lower END ORDER BY x.window_lo) AS upper,
                   jsonb_agg(jsonb_build_array(mlops_internal.report_time(x.window_lo, scope.time_zone), x.old, x.new,
                       x.sign * x.difference, CASE x.sign WHEN 1 THEN x.lower ELSE -x.upper END,
                       CASE x.sign WHEN 1 THEN x.upper ELSE -x.lower END, x.p_value,
                       jsonb_build_object('status', CASE WHEN x.sign = 1 THEN x.verdict
                           WHEN x.verdict = 'better' THEN 'worse' WHEN x.verdict = 'worse' THEN 'better'
                           ELSE x.verdict END), x.method) ORDER BY x.window_lo)
                       AS numbers
            FROM seen AS x GROUP BY x.monitor, x.metric ORDER BY x.monitor, x.metric
        LOOP
            page := page || format(E'<h3>%s, by %s</h3>\n', mlops_internal.markup(mlops_internal.report_name(s.metric)),
                    mlops_internal.markup(s.monitor))
                || mlops_internal.html_figure(mlops.svg_line(jsonb_build_array(jsonb_build_object('name',
                        'difference', 'x', s.at, 'y', s.y, 'lower', s.lower, 'upper', s.upper, 'style', 'solid')),
                        jsonb_build_object('title', format('What version %s has more, with its 95 %% interval',
                            version), 'x', 'time', 'time_zone', scope.time_zone,
                            'limits', '[{"value": 0, "name": "no difference"}]'::jsonb)),
                    mlops_internal.html_table(ARRAY['window from', 'version ' || other, 'version ' || version]
                        || '{difference,lower 95 %,upper 95 %,p,verdict,method}'::text[], s.numbers,
                        jsonb_build_object('caption', mlops_internal.report_name(s.metric) || ' of both by window')),
                    NULL);
        END LOOP;
        RETURN mlops_internal.html_section('windows', 'In the same windows', page);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_side_by_side(mlops_internal.report_scope, text, text) IS
    'section of a page: two versions in the windows in which both answered';

CREATE FUNCTION mlops_internal.report_versions(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        model CONSTANT text := (SELECT m.name FROM mlops.model AS m WHERE m.model_id = scope.model_id);
        version CONSTANT integer := (SELECT v.version FROM mlops.version AS v WHERE v.version_id = scope.version_id);
        other CONSTANT integer := (SELECT v.version FROM mlops.version AS v
                                   WHERE v.version_id = scope.other_version_id);
    BEGIN
        RETURN mlops_internal.html_document(
            format('%s: version %s against version %s', model, version, other), concat(
                mlops_internal.report_differences(model, version, other),
                mlops_internal.report_side_by_side(scope, version::text, other::text),
                mlops_internal.report_origin(scope),
                mlops_internal.html_section('how', 'How it was computed',
                    mlops_internal.html_sql(format(E'SELECT * FROM mlops.compare_versions(%L, %s, %s);\n'
                        'SELECT * FROM mlops.version_comparison WHERE %L IN (version_a, version_b) ORDER BY window_lo;',
                        model, other, version, version), 'SQL'))),
            '<div class="banner"><p class="lead">' || mlops_internal.markup(
                mlops_internal.report_version_words(model, version, other)) || E'</p></div>\n<dl class="facts">\n'
                || coalesce(mlops_internal.report_fact('Version ' || version || ' is from',
                    mlops_internal.markup(mlops_internal.report_made_of(scope.version_id))), '')
                || coalesce(mlops_internal.report_fact('Version ' || other || ' is from',
                    mlops_internal.markup(mlops_internal.report_made_of(scope.other_version_id))), '')
                || mlops_internal.report_live(scope) || E'</dl>\n');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_versions(mlops_internal.report_scope) IS
    'page that compares two versions';

/*
 * Model cards: what a version is, what it was made of, how good it is and for whom, in
 * one text to give away.  A card is a list of blocks, {"title", "facts": [[name, text]],
 * "head", "rows", "words"}, which Markdown and HTML write each in its way.
 */

/* Markdown of a text: no character of it is markup, and a line stays one. */
CREATE FUNCTION mlops_internal.markdown(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(replace(replace(replace(mlops_internal.visible_text(
        regexp_replace(value, '[\u0001-\u001f\u007f]+', ' ', 'g'), ' '),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '([\\`*_{}\[\]#!|~@$])', '\\\1', 'g');
COMMENT ON FUNCTION mlops_internal.markdown(text) IS 'text for the inside of Markdown, none of which is markup';

CREATE FUNCTION mlops_internal.card_markdown(title text, blocks jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat('# ', mlops_internal.markdown(title), E'\n', string_agg(concat(E'\n## ',
        mlops_internal.markdown(b ->> 'title'),
               E'\n\n', mlops_internal.markdown(b ->> 'words') || E'\n\n',
               (SELECT string_agg(concat('- **', mlops_internal.markdown(f ->> 0), '**: ',
                   mlops_internal.markdown(mlops_internal.shown_text(nullif(f ->> 1, ''), 20000)),
                           E'\n'), '' ORDER BY n) FROM jsonb_array_elements(b -> 'facts') WITH ORDINALITY AS e (f, n)),
               (SELECT concat('| ', string_agg(mlops_internal.markdown(h), ' | ' ORDER BY n), E' |\n|', repeat('---|',
                   count(*)::integer),
                           E'\n') FROM jsonb_array_elements_text(b -> 'head') WITH ORDINALITY AS e (h,
                               n) HAVING count(*) > 0),
               (SELECT string_agg(concat('| ', (SELECT string_agg(coalesce(CASE WHEN jsonb_typeof(c) = 'number'
                           THEN mlops_internal.html_number(mlops_internal.chart_number(c))
                           ELSE mlops_internal.markdown(mlops_internal.shown_text(nullif(c #>> '{}', ''), 2000)) END,
                           ''), ' | ' ORDER BY k)
                           FROM jsonb_array_elements(r) WITH ORDINALITY AS x (c, k)), E' |\n'), '' ORDER BY n)
                  FROM jsonb_array_elements(b -> 'rows') WITH ORDINALITY AS e (r, n))), '' ORDER BY i))
      FROM jsonb_array_elements(blocks) WITH ORDINALITY AS t (b, i)
    $$;
COMMENT ON FUNCTION mlops_internal.card_markdown(text, jsonb) IS 'a model card in Markdown';

CREATE FUNCTION mlops_internal.card_html(title text, blocks jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT mlops_internal.html_document(title, string_agg(mlops_internal.html_section('part-' || i, b ->> 'title',
        concat(
               '<p>' || mlops_internal.markup(b ->> 'words') || '</p>',
               '<dl class="facts">' || (SELECT string_agg(mlops_internal.report_fact(f ->> 0,
                       mlops_internal.markup(mlops_internal.shown_text(nullif(f ->> 1, ''), 20000))), '' ORDER BY n)
                  FROM jsonb_array_elements(b -> 'facts') WITH ORDINALITY AS e (f, n)) || '</dl>',
               CASE WHEN b ? 'head' THEN mlops_internal.html_table(ARRAY(SELECT jsonb_array_elements_text(b -> 'head')),
                   b -> 'rows', jsonb_build_object('caption', b ->> 'title')) END)), '' ORDER BY i))
      FROM jsonb_array_elements(blocks) WITH ORDINALITY AS t (b, i)
    $$;
COMMENT ON FUNCTION mlops_internal.card_html(text, jsonb) IS 'a model card as a page';

/* Each part is a block, or NULL when nothing is known of it. */
CREATE FUNCTION mlops_internal.card_about(v mlops.version) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('title', 'What it is', 'facts', jsonb_path_query_array(jsonb_build_array(
               jsonb_build_array('Model', m.name), jsonb_build_array('Task', m.task),
               jsonb_build_array('Description', m.description), jsonb_build_array('Owner', m.owner_name),
               jsonb_build_array('Version', v.version::text), jsonb_build_array('About the version', v.description),
               jsonb_build_array('Stage', v.stage),
               jsonb_build_array('Registered', to_char(v.created_at, 'FMDD Mon YYYY') || ' by ' || v.created_by),
               jsonb_build_array('Aliases', (SELECT string_agg(a.alias, ', ' ORDER BY a.alias) FROM mlops.alias AS a
                   WHERE a.version_id = v.version_id AND a.until IS NULL)),
               jsonb_build_array('Live', coalesce((
                   SELECT string_agg(format('%s as %s since %s', coalesce(e.name, 'an endpoint'), d.role,
                              to_char(d.since, 'FMDD Mon YYYY')), ', ' ORDER BY e.name, d.role)
                     FROM mlops.deployment AS d LEFT JOIN mlops.endpoint AS e USING (endpoint_id)
                    WHERE d.version_id = v.version_id AND d.until IS NULL), 'nowhere')),
               jsonb_build_array('Tags', (SELECT string_agg(t.key || ' = ' || t.value, ', ' ORDER BY t.key)
                   FROM jsonb_each_text(m.tags || v.tags) AS t))), 'strict $[*] ? (@[1] != null)'))
      FROM mlops.model AS m WHERE m.model_id = v.model_id
    $$;
COMMENT ON FUNCTION mlops_internal.card_about(mlops.version) IS 'what a version is and where it is live, for its card';

CREATE FUNCTION mlops_internal.card_training(v mlops.version) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_array(
        jsonb_build_object('title', 'What it was made of', 'facts', jsonb_path_query_array(jsonb_build_array(
            jsonb_build_array('Training run', v.run_id::text),
            jsonb_build_array('Commit', v.git_commit || CASE WHEN v.git_dirty
                THEN ', with changes that were not committed'
                ELSE '' END),
            jsonb_build_array('Repository', v.git_repo), jsonb_build_array('Link', mlops.git_link(v.git_repo,
                v.git_commit)),
            jsonb_build_array('Parameters', (SELECT string_agg(p.key || ' = ' || left(p.value, 200),
                ', ' ORDER BY p.key)
                FROM jsonb_each_text(v.params) AS p)),
            jsonb_build_array('Metrics of training', (SELECT string_agg(p.key || ' '
                || mlops_internal.html_number(mlops_internal.chart_number(p.value)), ', ' ORDER BY p.key)
                FROM jsonb_each(v.metrics) AS p))), 'strict $[*] ? (@[1] != null)')),
        (SELECT jsonb_build_object('title', 'Data', 'head', '["dataset", "place", "rows", "fingerprint"]'::jsonb,
                    'rows', jsonb_agg(jsonb_build_array(d.name, d.place, d.n_rows, d.digest) ORDER BY d.artifact_id))
           FROM mlops_internal.training_datasets(v.run_id) AS d HAVING count(*) > 0),
        (SELECT jsonb_build_object('title', 'Columns of the data',
                    'head', '["column", "type", "rows", "missing", "dataset"]'::jsonb,
                    'rows', jsonb_agg(jsonb_build_array(p.column_name, p.column_type, mlops.n(p.profile),
                        mlops_internal.shown_share(mlops.null_rate(p.profile)), p.dataset)
                        ORDER BY p.artifact_id, p.place))
           FROM (SELECT a.artifact_id, a.name AS dataset, d.*
               FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                   JOIN mlops_internal.dataset_profile AS d USING (artifact_id)
                  WHERE e.run_id = v.run_id AND e.direction = 'input' ORDER BY a.artifact_id, d.place LIMIT 300
                ) AS p (artifact_id, dataset, same_id, place, column_name, column_type, profile,
                    note) HAVING count(*) > 0))
    $$;
COMMENT ON FUNCTION mlops_internal.card_training(mlops.version) IS
    'data, columns, code and parameters of a version, for its card';

/* The newest evaluation of each dataset; of these the newest by slices, the worst first. */
CREATE FUNCTION mlops_internal.card_quality(v mlops.version) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH headline AS (
        SELECT h.metric, h.place FROM mlops.model AS m, unnest(CASE m.task
                   WHEN 'binary' THEN '{roc_auc,average_precision,brier_score,precision_score,recall_score,f1_score}'
                   WHEN 'multiclass' THEN '{accuracy,balanced_accuracy,f1_score}'
                   ELSE '{mae,rmse,r2}' END::text[]) WITH ORDINALITY AS h (metric, place)
         WHERE m.model_id = v.model_id
    ),
    evaluation AS (
        SELECT DISTINCT ON (e.dataset) e.* FROM mlops.evaluation AS e WHERE e.version_id = v.version_id
         ORDER BY e.dataset, e.run_id DESC
    ),
    measured AS (
        SELECT e.run_id, e.dataset, h.place, h.metric, i.* FROM evaluation AS e, headline AS h,
               LATERAL mlops_internal.evaluation_metric(e.run_id, h.metric, 0.95) AS i WHERE i.estimate IS NOT NULL
    ),
    slice AS (
        SELECT DISTINCT p.run_id, s.key, s.value FROM (SELECT run_id, dataset
            FROM evaluation ORDER BY run_id DESC LIMIT 1) AS e
               JOIN mlops_internal.evaluation_part AS p USING (run_id), jsonb_each_text(p.slices) AS s LIMIT 200
    ),
    by_slice AS (
        SELECT s.key, s.value, m.metric, i.*, d.direction FROM slice AS s
          JOIN LATERAL (SELECT m.metric FROM measured AS m
              WHERE m.run_id = s.run_id ORDER BY m.place LIMIT 1) AS m ON true
          LEFT JOIN LATERAL (SELECT f.direction FROM mlops.metric_definition AS f
              WHERE f.name = m.metric LIMIT 1) AS d ON true,
               LATERAL mlops_internal.evaluation_metric(s.run_id, m.metric, 0.95, s.key, s.value) AS i
         WHERE i.estimate IS NOT NULL
         ORDER BY CASE WHEN d.direction = 'lower' THEN -i.estimate ELSE i.estimate END, s.key, s.value LIMIT 30
    )
    SELECT jsonb_build_array(
        (SELECT jsonb_build_object('title', 'How good it is', 'words', 'Intervals are of 95 percent.',
                    'head', '["metric", "value", "from", "to", "rows", "dataset"]'::jsonb,
                    'rows', jsonb_agg(jsonb_build_array(mlops_internal.report_name(m.metric), m.estimate, m.lower,
                        m.upper,
                        m.n, m.dataset) ORDER BY m.dataset, m.place)) FROM measured AS m HAVING count(*) > 0),
        (SELECT jsonb_build_object('title', 'For whom', 'words', 'Slices of the newest evaluation, worst first.',
                    'head', '["slice", "metric", "value", "from", "to", "rows"]'::jsonb,
                    'rows', jsonb_agg(jsonb_build_array(s.key || ' = ' || coalesce(s.value, 'NULL'),
                        mlops_internal.report_name(s.metric), s.estimate, s.lower, s.upper, s.n)
                        ORDER BY CASE WHEN s.direction = 'lower' THEN -s.estimate ELSE s.estimate END, s.key, s.value))
           FROM by_slice AS s HAVING count(*) > 0))
    $$;
COMMENT ON FUNCTION mlops_internal.card_quality(mlops.version) IS
    'metrics of evaluations that were stored for a version, of all rows and by slice, for its card';

CREATE FUNCTION mlops_internal.card_state(v mlops.version) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_array(
        (SELECT jsonb_build_object('title', 'Gates', 'head',
            '["gate", "move", "outcome", "when", "asked by", "override"]'::jsonb,
                    'rows', jsonb_agg(jsonb_build_array(g.name, r.transition, r.outcome, to_char(r.asked_at,
                        'FMDD Mon YYYY'),
                        r.asked_by, r.override_reason) ORDER BY g.name, r.transition))
           FROM (SELECT DISTINCT ON (x.gate_id, x.transition) x.* FROM mlops.gate_result AS x
                  WHERE x.version_id = v.version_id ORDER BY x.gate_id, x.transition, x.gate_result_id DESC) AS r
           JOIN mlops.gate AS g USING (gate_id) HAVING count(*) > 0),
        coalesce((SELECT jsonb_build_object('title', 'Monitoring',
                    'head', '["monitor", "state", "last window ended", "open alerts"]'::jsonb,
                    'rows', jsonb_agg(jsonb_build_array(h.monitor, CASE WHEN h.active THEN 'active' ELSE 'paused' END,
                        to_char(h.last_window_hi, 'FMDD Mon YYYY'), h.open_alerts) ORDER BY h.monitor))
           FROM mlops.monitor AS m JOIN mlops.monitor_health AS h ON h.monitor = m.name
          WHERE m.model_id = v.model_id HAVING count(*) > 0),
          '{"title": "Monitoring", "words": "No monitor watches this model."}'))
    $$;
COMMENT ON FUNCTION mlops_internal.card_state(mlops.version) IS
    'gates that a version was asked about, and monitors of its model, for its card';

/* What somebody wrote in a tag, and what the records themselves do not say. */
CREATE FUNCTION mlops_internal.card_limits(v mlops.version) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('title', 'Known limits', 'facts', jsonb_agg(jsonb_build_array(f.name,
        f.words) ORDER BY f.i))
      FROM (SELECT 1, 'Stated', t.value FROM mlops.model AS m, jsonb_each_text(m.tags || v.tags) AS t
             WHERE m.model_id = v.model_id AND t.key IN ('limits', 'limitations')
            UNION ALL
            SELECT 2, 'Data', 'which data it was trained on was not recorded'
             WHERE NOT EXISTS (SELECT FROM mlops_internal.training_datasets(v.run_id))
            UNION ALL
            SELECT 3, 'Code', CASE WHEN v.git_commit IS NULL THEN 'the commit was not recorded'
                       ELSE 'the working tree differed from the commit' END WHERE v.git_commit IS NULL OR v.git_dirty
            UNION ALL
            SELECT 4, 'Evaluation', 'no evaluation with intervals was stored'
             WHERE NOT EXISTS (SELECT FROM mlops.evaluation AS e WHERE e.version_id = v.version_id)
            UNION ALL
            SELECT 5, 'Small slices', format('evaluated on fewer than 200 rows: %s', count(*))
              FROM mlops.evaluation AS e JOIN mlops_internal.evaluation_part AS p USING (run_id)
             WHERE e.version_id = v.version_id AND p.n < 200 AND p.slices <> '{}' HAVING count(*) > 0
           ) AS f (i, name, words) HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.card_limits(mlops.version) IS
    'limits of a version that its tags tell, and what was not recorded, for its card';

CREATE FUNCTION mlops.model_card(model text, version integer DEFAULT NULL, format text DEFAULT 'markdown') RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan AS $$
    #variable_conflict use_variable
    DECLARE
        v mlops.version;
        title text;
        blocks jsonb;
        id bigint;
    BEGIN
        IF format IS NULL OR format NOT IN ('markdown', 'html') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = pg_catalog.format('format of a model card cannot be %s', coalesce('"' || format || '"',
                    'NULL')),
                HINT = 'It is "markdown" or "html".';
        END IF;
        IF version IS NULL AND model NOT LIKE 'models:/%' THEN
            -- asked first: where no row is seen, a condition is never computed, and raises nothing
            id := mlops.model_id(model);
            SELECT x.* INTO v FROM mlops.version AS x
                WHERE x.model_id = id AND x.deleted_at IS NULL ORDER BY x.version DESC LIMIT 1;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'undefined_object',
                    MESSAGE = pg_catalog.format('model "%s" has no version', model),
                    HINT = 'A card is about a version: register one with mlops.register_version.';
            END IF;
        ELSE
            id := mlops_internal.version_id(model, version);
            SELECT x.* INTO v FROM mlops.version AS x WHERE x.version_id = id;
        END IF;
        title := (SELECT m.name FROM mlops.model AS m WHERE m.model_id = v.model_id) || ', version ' || v.version;
        blocks := jsonb_path_query_array(jsonb_build_array(mlops_internal.card_about(v))
            || mlops_internal.card_training(v)
            || mlops_internal.card_quality(v) || mlops_internal.card_state(v)
            || jsonb_build_array(mlops_internal.card_limits(v)),
            '$[*] ? (@ != null && !exists(@.facts) || exists(@.facts[0]))');
        RETURN CASE format WHEN 'html' THEN mlops_internal.card_html(title, blocks)
            ELSE mlops_internal.card_markdown(title, blocks) END;
    END
    $$;
COMMENT ON FUNCTION mlops.model_card(text, integer, text) IS
    'what a version of a model (the newest) is, as Markdown or HTML: task, data, columns, code, metrics with '
    'intervals, by slice, gates, where it is live, monitors, known limits; what the caller may not read is not in it';

/*
 * Where from: what a version was made of and where it went, as a graph and in tables.
 */

-- the version that a page is about: the one that is named, else the champion, else the newest
CREATE FUNCTION mlops_internal.report_version(scope mlops_internal.report_scope) RETURNS mlops.version
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.* FROM mlops.version AS v
     WHERE v.deleted_at IS NULL
       AND CASE WHEN scope.version_id IS NULL THEN v.model_id = scope.model_id ELSE v.version_id = scope.version_id END
     ORDER BY EXISTS (SELECT FROM mlops.deployment AS d
                       WHERE d.version_id = v.version_id AND d.until IS NULL AND d.role = 'champion') DESC,
              v.version DESC LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.report_version(mlops_internal.report_scope) IS
    'the version that a page is about: the one named, else the champion, else the newest; NULL for none';

/*
 * The nearest of what it comes from and of what came from it, most in each direction
 * and the one that is one too many.  Runs that put it somewhere are arrows, not boxes.
 */
CREATE FUNCTION mlops_internal.origin_nodes(artifact_id bigint, most integer)
    RETURNS TABLE (is_before boolean, place bigint, id text, via text, kind text, name text, detail text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH node AS (
        SELECT true AS is_before, n.* FROM mlops.ancestors('artifact:' || artifact_id, 6, most + 1)
               WITH ORDINALITY AS n (depth, node_kind, node_id, type, name, status, where_it_is, link, via_kind,
                   via_id, place)
        UNION ALL
        SELECT false, n.* FROM mlops.descendants('artifact:' || artifact_id, 3, most + 1)
               WITH ORDINALITY AS n (depth, node_kind, node_id, type, name, status, where_it_is, link, via_kind,
                   via_id, place)
    )
    SELECT n.is_before, n.place, n.node_kind || ':' || n.node_id,
           CASE WHEN d.node_id IS NULL THEN n.via_kind || ':' || n.via_id ELSE 'artifact:' || artifact_id END,
           replace(n.type, '_', ' ') || CASE WHEN n.node_kind = 'run' THEN ' run ' || n.node_id ELSE '' END,
           CASE WHEN n.type = 'endpoint' THEN n.name ELSE coalesce(n.where_it_is, n.name, replace(n.type, '_',
               ' ')) END,
           CASE n.node_kind WHEN 'run' THEN (
                    SELECT concat_ws(', ', CASE WHEN r.status <> 'finished' THEN r.status END,
                               'commit ' || left(r.git_commit, 7), to_char(r.started_at, 'FMDD Mon YYYY'))
                      FROM mlops.run AS r WHERE r.run_id = n.node_id)
                ELSE (SELECT concat_ws(', ', to_char(mlops_internal.chart_number(a.properties -> 'rows'),
                                 'FM999,999,999,999,990') || ' rows', left(a.digest, 8))
                        FROM mlops.artifact AS a WHERE a.artifact_id = n.node_id) END
      FROM node AS n
      LEFT JOIN node AS d ON NOT n.is_before AND NOT d.is_before AND d.type = 'deployment' AND d.node_kind = 'run'
           AND n.via_kind = 'run' AND d.node_id = n.via_id
     WHERE NOT (n.node_kind = 'run' AND n.type = 'deployment' AND NOT n.is_before)
    $$;
COMMENT ON FUNCTION mlops_internal.origin_nodes(bigint, integer) IS
    'runs and artifacts before and after a version, nearest first, each with the one through which it was found';

CREATE FUNCTION mlops_internal.origin_graph(v mlops.version) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        most CONSTANT integer := 14;
        self CONSTANT text := 'artifact:' || v.artifact_id;
        named CONSTANT text := (SELECT m.name FROM mlops.model AS m WHERE m.model_id = v.model_id)
            || ' version ' || v.version;
        nodes jsonb;
        edges jsonb;
        rows jsonb;
        is_cut boolean;
    BEGIN
        -- who may read a model need not own what it was made of
        IF NOT EXISTS (SELECT FROM mlops.artifact AS a WHERE a.artifact_id = v.artifact_id) THEN
            RETURN '';
        END IF;
        SELECT jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'name', n.name, 'detail', n.detail)
                         ORDER BY NOT n.is_before, n.place) FILTER (WHERE n.place <= most),
               jsonb_agg(CASE WHEN n.is_before THEN jsonb_build_object('from', n.id, 'to', n.via)
                         ELSE jsonb_build_object('from', n.via, 'to', n.id) END
                         ORDER BY NOT n.is_before, n.place) FILTER (WHERE n.place <= most),
               jsonb_agg(jsonb_build_array(CASE WHEN n.is_before THEN 'before it' ELSE 'after it' END, n.kind, n.name,
                         n.detail) ORDER BY NOT n.is_before, n.place) FILTER (WHERE n.place <= most),
               coalesce(bool_or(n.place > most), false)
          INTO nodes, edges, rows, is_cut FROM mlops_internal.origin_nodes(v.artifact_id, most) AS n;
        IF nodes IS NULL THEN
            RETURN '';
        END IF;
        nodes := nodes || jsonb_build_array(jsonb_build_object('id', self, 'kind', 'model version', 'name', named,
            'detail', v.stage, 'severity', 'ok'));
        RETURN mlops_internal.html_figure(
            mlops.svg_graph(nodes, edges, jsonb_build_object('title', 'Lineage of ' || named, 'style', false)),
            mlops_internal.html_table('{where,what,name,detail}', rows, '{"caption": "Lineage"}'), NULL)
            || CASE WHEN is_cut THEN format('<p class="muted">Shown are the %s nearest in each direction; '
                'mlops.ancestors and mlops.descendants tell the rest.</p>', most) ELSE '' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.origin_graph(mlops.version) IS
    'lineage of a version as a figure: data, training run, version, endpoints, predictions';

CREATE FUNCTION mlops_internal.origin_facts(v mlops.version, time_zone text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT '<dl class="facts">' || concat(
           mlops_internal.report_fact('Version', format('%s, registered %s by %s', v.version,
               mlops_internal.report_time(v.created_at, time_zone), mlops_internal.markup(v.created_by))),
           mlops_internal.report_fact('Training run', v.run_id || coalesce(', ' || mlops_internal.markup(r.name), '')
               || coalesce(', ' || mlops_internal.report_time(r.started_at, time_zone), '')
               || coalesce(', took ' || to_char(r.ended_at - r.started_at, 'FMHH24:MI:SS'), '')),
           mlops_internal.report_fact('Code', coalesce('<a href="' || mlops_internal.markup(c.url) || '">', '')
               || '<code>' || mlops_internal.markup(v.git_commit) || '</code>' || CASE WHEN c.url IS NULL THEN ''
               ELSE '</a>' END || CASE WHEN v.git_dirty THEN ', with changes that were not committed' ELSE '' END),
           mlops_internal.report_fact('Parameters', (
               SELECT string_agg(mlops_internal.markup(p.key || ' = ' || left(p.value, 200)), '<br>' ORDER BY p.key)
                 FROM (SELECT * FROM jsonb_each_text(v.params) ORDER BY key LIMIT 60) AS p)),
           mlops_internal.report_fact('Metrics of training', (
               SELECT string_agg(mlops_internal.markup(mlops_internal.report_name(p.key)) || ' '
                          || coalesce(mlops_internal.html_value(mlops_internal.chart_number(p.value)), ''), '<br>'
                          ORDER BY p.key)
                 FROM (SELECT * FROM jsonb_each(v.metrics) ORDER BY key LIMIT 60) AS p))) || '</dl>'
      FROM (SELECT v.run_id) AS x LEFT JOIN mlops.run AS r USING (run_id),
           LATERAL (SELECT u.url FROM mlops.git_link(v.git_repo, v.git_commit) AS u (url)
                     WHERE u.url ~ '^https?://' UNION ALL SELECT NULL LIMIT 1) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.origin_facts(mlops.version, text) IS
    'code, parameters and metrics of a version, as a list of facts';

CREATE FUNCTION mlops_internal.origin_data(v mlops.version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT mlops_internal.html_table('{dataset,place,rows,fingerprint}', jsonb_agg(jsonb_build_array(
               d.name, d.place, d.n_rows, jsonb_build_object('code', d.digest)) ORDER BY d.artifact_id),
               '{"caption": "Data that the training read"}')
      FROM mlops_internal.training_datasets(v.run_id) AS d HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.origin_data(mlops.version) IS 'datasets that the training of a version read';

/* Newest first: when versions were registered, and where they were put. */
CREATE FUNCTION mlops_internal.origin_timeline(model bigint, time_zone text) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH event AS (
        SELECT v.created_at AS at, 'version ' || v.version AS what, 'registered' AS became, NULL::timestamptz AS until,
               v.created_by AS by, v.description AS reason, v.version
          FROM mlops.version AS v WHERE v.model_id = model AND v.deleted_at IS NULL
        UNION ALL
        SELECT d.since, 'version ' || v.version, format('%s at %s', d.role, coalesce(e.name, 'an endpoint')), d.until,
               d.deployed_by, d.reason, v.version
          FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id) LEFT JOIN mlops.endpoint AS e
               USING (endpoint_id)
         WHERE v.model_id = model
    ),
    newest AS (
        SELECT e.*, row_number() OVER (ORDER BY e.at DESC, e.version DESC, e.became) AS place, count(*) OVER () AS n
          FROM event AS e
    )
    SELECT mlops_internal.html_table('{when,what,became,until,by,reason}', jsonb_agg(jsonb_build_array(
               mlops_internal.report_time(e.at, time_zone), e.what, e.became,
               coalesce(mlops_internal.report_time(e.until, time_zone), CASE WHEN e.became <> 'registered'
                   THEN 'now' END),
               e.by, e.reason) ORDER BY e.place), jsonb_build_object('caption', 'Versions and deployments, newest first'
               || CASE WHEN max(e.n) > 20 THEN format(', 20 of %s', max(e.n)) ELSE '' END))
      FROM newest AS e WHERE e.place <= 20 HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.origin_timeline(bigint, text) IS
    'when versions of a model were registered and deployed, as a table, the 20 newest';

CREATE FUNCTION mlops_internal.report_origin(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        v CONSTANT mlops.version := mlops_internal.report_version(scope);
    BEGIN
        RETURN mlops_internal.html_section('origin', 'Where from', CASE WHEN v.version_id IS NULL THEN '' ELSE concat(
            mlops_internal.origin_graph(v), mlops_internal.origin_facts(v, scope.time_zone),
            mlops_internal.origin_data(v), mlops_internal.origin_timeline(v.model_id, scope.time_zone)) END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_origin(mlops_internal.report_scope) IS
    'part of a page: what the version was made of, where it is used, versions and deployments over time';

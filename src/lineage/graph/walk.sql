/*
 * lineage: walking the graph.
 *
 * A walk goes level by level and remembers what it has seen, so each node is
 * visited once, whatever the shape of the graph, and cycles end.  Depth counts
 * runs and artifacts alike: from predictions to the model version that made
 * them is two steps, through the run.
 *
 * Artifacts of one place are joined where time allows it: what was read from
 * "public.scores" on Friday comes from every run that wrote there until
 * Friday.  A registered version counts as written when it was registered.
 *
 * All functions run with the caller's rights: row security shows each reader
 * the runs and artifacts of his own roles, and a walk does not pass through
 * what its reader may not see.
 */
CREATE FUNCTION mlops_internal.lineage_step(runs bigint[], artifacts bigint[], upstream boolean)
    RETURNS TABLE (node_kind text, node_id bigint, via_kind text, via_id bigint, link text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH place AS (
            SELECT a.place, (array_agg(a.artifact_id ORDER BY a.artifact_id))[1] AS artifact_id,
                   max((SELECT max(e.at) FROM mlops.edge AS e WHERE e.artifact_id = a.artifact_id)) AS last_used,
                   min(coalesce((SELECT min(e.at) FROM mlops.edge AS e
                                 WHERE e.artifact_id = a.artifact_id AND e.direction = 'output'),
                                CASE WHEN a.type = 'model_version' THEN a.created_at END)) AS first_written
            FROM mlops.artifact AS a
            WHERE a.artifact_id = ANY (artifacts) AND a.place IS NOT NULL
            GROUP BY a.place
        )
        SELECT 'artifact', e.artifact_id, 'run', e.run_id, CASE WHEN upstream THEN 'read by' ELSE 'written by' END
        FROM mlops.edge AS e
        WHERE e.run_id = ANY (runs) AND e.direction = CASE WHEN upstream THEN 'input' ELSE 'output' END
        UNION ALL
        SELECT 'run', e.run_id, 'artifact', e.artifact_id, CASE WHEN upstream THEN 'wrote' ELSE 'read' END
        FROM mlops.edge AS e
        WHERE e.artifact_id = ANY (artifacts) AND e.direction = CASE WHEN upstream THEN 'output' ELSE 'input' END
        UNION ALL
        SELECT 'artifact', a.artifact_id, 'artifact', p.artifact_id, 'same place'
        FROM place AS p JOIN mlops.artifact AS a ON a.place = p.place
        WHERE NOT a.artifact_id = ANY (artifacts)
          AND CASE WHEN upstream
              THEN p.last_used >= coalesce((SELECT min(e.at) FROM mlops.edge AS e
                                            WHERE e.artifact_id = a.artifact_id AND e.direction = 'output'),
                                           CASE WHEN a.type = 'model_version' THEN a.created_at END)
              ELSE p.first_written <= (SELECT max(e.at) FROM mlops.edge AS e WHERE e.artifact_id = a.artifact_id)
              END
    $$;
COMMENT ON FUNCTION mlops_internal.lineage_step(bigint[], bigint[], boolean) IS
    'the neighbours of runs and artifacts, towards the causes (upstream) or the effects; each with the node it was '
    'reached from and what it did to that node';

CREATE FUNCTION mlops_internal.lineage_walk(runs bigint[], artifacts bigint[], upstream boolean, max_depth integer)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, via_kind text, via_id bigint, link text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        seen_runs bigint[] := runs;
        seen_artifacts bigint[] := artifacts;
        level jsonb;
    BEGIN
        IF max_depth < 0 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'max_depth must not be negative';
        END IF;
        depth := 0;
        RETURN QUERY SELECT 0, 'run', n, NULL, NULL::bigint, NULL FROM unnest(runs) AS n
            UNION ALL SELECT 0, 'artifact', n, NULL, NULL, NULL FROM unnest(artifacts) AS n;
        WHILE (max_depth IS NULL OR depth < max_depth) AND cardinality(runs) + cardinality(artifacts) > 0 LOOP
            depth := depth + 1;
            SELECT jsonb_agg(s) INTO level
                FROM (SELECT DISTINCT ON (n.node_kind, n.node_id) n.*
                      FROM mlops_internal.lineage_step(runs, artifacts, upstream) AS n
                      WHERE NOT EXISTS (SELECT FROM unnest(seen_runs) AS r WHERE n.node_kind = 'run' AND r = n.node_id)
                        AND NOT EXISTS (SELECT FROM unnest(seen_artifacts) AS a
                            WHERE n.node_kind = 'artifact' AND a = n.node_id)
                      ORDER BY n.node_kind, n.node_id, n.via_kind DESC, n.via_id) AS s;
            RETURN QUERY SELECT lineage_walk.depth, l.*
                FROM jsonb_to_recordset(level) AS l (node_kind text, node_id bigint, via_kind text, via_id bigint,
                    link text);
            SELECT coalesce(array_agg((l ->> 'node_id')::bigint) FILTER (WHERE l ->> 'node_kind' = 'run'), '{}'),
                   coalesce(array_agg((l ->> 'node_id')::bigint) FILTER (WHERE l ->> 'node_kind' = 'artifact'), '{}')
                INTO runs, artifacts FROM jsonb_array_elements(level) AS l;
            seen_runs := seen_runs || runs;
            seen_artifacts := seen_artifacts || artifacts;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lineage_walk(bigint[], bigint[], boolean, integer) IS
    'all nodes that can be reached from these runs and artifacts, themselves included at depth 0, each once with its '
    'least depth; max_depth NULL means no limit';

CREATE FUNCTION mlops_internal.lineage_start(node text) RETURNS TABLE (runs bigint[], artifacts bigint[])
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rel text;
    BEGIN
        BEGIN
            rel := mlops_internal.relation_name(to_regclass(node));
        EXCEPTION WHEN syntax_error OR invalid_name OR feature_not_supported THEN
            rel := NULL;        -- a URI need not look like a name
        END;
        runs := ARRAY(SELECT r.run_id FROM mlops.run AS r
                      WHERE r.run_id = substring(node FROM '^run:(\d{1,18})$')::bigint);
        artifacts := ARRAY(SELECT a.artifact_id FROM mlops.artifact AS a
                           WHERE a.artifact_id = substring(node FROM '^artifact:(\d{1,18})$')::bigint
                           UNION
                           SELECT a.artifact_id FROM mlops.artifact AS a
                           WHERE a.place IN (mlops_internal.canonical_uri(node), rel)
                           ORDER BY 1);
        IF cardinality(runs) + cardinality(artifacts) = 0 AND rel IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('lineage node %s does not exist', coalesce('"' || node || '"', 'NULL')),
                HINT = 'Name it run:N, artifact:N, SCHEMA.RELATION, or by a URI such as models:/NAME/VERSION; see '
                    'mlops.run and mlops.artifact.';
        END IF;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lineage_start(text) IS
    'the runs and artifacts that a text names: run:N, artifact:N, a URI such as models:/NAME/VERSION, or a qualified '
    'relation; error 42704 when there is none';

CREATE FUNCTION mlops_internal.lineage_nodes(runs bigint[], artifacts bigint[], upstream boolean, max_depth integer)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT w.depth, w.node_kind, w.node_id, coalesce(r.kind, a.type), coalesce(r.name, a.name), r.status, a.place,
               w.link, w.via_kind, w.via_id
        FROM mlops_internal.lineage_walk(runs, artifacts, upstream, max_depth) AS w
        LEFT JOIN mlops.run AS r ON w.node_kind = 'run' AND r.run_id = w.node_id
        LEFT JOIN mlops.artifact AS a ON w.node_kind = 'artifact' AND a.artifact_id = w.node_id
        WHERE w.depth > 0 AND (r.run_id IS NOT NULL OR a.artifact_id IS NOT NULL)
        ORDER BY w.depth, w.node_kind, w.node_id
    $$;
COMMENT ON FUNCTION mlops_internal.lineage_nodes(bigint[], bigint[], boolean, integer) IS
    'lineage_walk without its start, with the names of runs and artifacts';

CREATE FUNCTION mlops.ancestors(node text, max_depth integer DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT n.* FROM mlops_internal.lineage_start(node) AS s,
            LATERAL mlops_internal.lineage_nodes(s.runs, s.artifacts, true, max_depth) AS n
    $$;
COMMENT ON FUNCTION mlops.ancestors(text, integer) IS
    'everything that a node comes from, nearest first; node is run:N, artifact:N, a URI or a schema-qualified '
    'relation; link says what the row''s node did to via, or via to it; max_depth NULL: no limit';

CREATE FUNCTION mlops.ancestors(relation regclass, max_depth integer DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT n.* FROM mlops_internal.lineage_start(coalesce(mlops_internal.relation_name(relation),
            relation::text)) AS s,
            LATERAL mlops_internal.lineage_nodes(s.runs, s.artifacts, true, max_depth) AS n
    $$;
COMMENT ON FUNCTION mlops.ancestors(regclass, integer) IS
    'everything that a relation''s recorded contents come from, nearest first; no rows when nothing was recorded; '
    'max_depth NULL: no limit';

CREATE FUNCTION mlops.descendants(node text, max_depth integer DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT n.* FROM mlops_internal.lineage_start(node) AS s,
            LATERAL mlops_internal.lineage_nodes(s.runs, s.artifacts, false, max_depth) AS n
    $$;
COMMENT ON FUNCTION mlops.descendants(text, integer) IS
    'everything that came from a node, nearest first; node and columns as for mlops.ancestors(text)';

CREATE FUNCTION mlops.descendants(relation regclass, max_depth integer DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT n.* FROM mlops_internal.lineage_start(coalesce(mlops_internal.relation_name(relation),
            relation::text)) AS s,
            LATERAL mlops_internal.lineage_nodes(s.runs, s.artifacts, false, max_depth) AS n
    $$;
COMMENT ON FUNCTION mlops.descendants(regclass, integer) IS
    'everything that came from a relation''s recorded contents, nearest first; no rows when nothing was recorded; '
    'max_depth NULL means no limit';

CREATE FUNCTION mlops.impact(relation regclass)
    RETURNS TABLE (type text, name text, place text, depth integer, n_artifacts bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT d.type, d.name, d.place, min(d.depth), count(*)
        FROM mlops.descendants(relation) AS d
        WHERE d.node_kind = 'artifact'
        GROUP BY d.type, d.name, d.place
        ORDER BY min(d.depth), d.type, d.name, d.place
    $$;
COMMENT ON FUNCTION mlops.impact(regclass) IS
    'what a change of the relation reaches: the model versions, endpoints, predictions and other artifacts made from '
    'it, nearest first; n_artifacts counts the recorded states of each';

CREATE FUNCTION mlops_internal.mermaid_label(label text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT '"' || replace(replace(replace(replace(label, '#', '#35;'), '"', '#quot;'), '<', '#lt;'), '>',
            '#gt;') || '"'
    $$;
COMMENT ON FUNCTION mlops_internal.mermaid_label(text) IS 'a text as a quoted Mermaid label';

CREATE FUNCTION mlops.lineage_mermaid(node text, max_depth integer DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH start AS MATERIALIZED (SELECT * FROM mlops_internal.lineage_start(node)),
        walk AS MATERIALIZED (
            SELECT w.node_kind, w.node_id FROM start, LATERAL mlops_internal.lineage_walk(runs, artifacts, true,
                max_depth) AS w
            UNION
            SELECT w.node_kind, w.node_id FROM start, LATERAL mlops_internal.lineage_walk(runs, artifacts, false,
                max_depth) AS w
        ), line (part, a, b, text) AS (
            SELECT 1, r.run_id, 0, format('  run%s([%s])', r.run_id,
                                          mlops_internal.mermaid_label(r.kind || ' run ' || r.run_id
                                              || coalesce(': ' || r.name, '')))
            FROM mlops.run AS r JOIN walk AS w ON w.node_kind = 'run' AND w.node_id = r.run_id
            UNION ALL
            SELECT 2, a.artifact_id, 0, format('  artifact%s[%s]', a.artifact_id,
                mlops_internal.mermaid_label(a.type || ' ' || a.name))
            FROM mlops.artifact AS a JOIN walk AS w ON w.node_kind = 'artifact' AND w.node_id = a.artifact_id
            UNION ALL
            SELECT 3, e.run_id, e.artifact_id,
                   CASE e.direction WHEN 'input' THEN format('  artifact%s --> run%s', e.artifact_id, e.run_id)
                                    ELSE format('  run%s --> artifact%s', e.run_id, e.artifact_id) END
            FROM mlops.edge AS e JOIN walk AS r ON r.node_kind = 'run' AND r.node_id = e.run_id
                JOIN walk AS a ON a.node_kind = 'artifact' AND a.node_id = e.artifact_id
            UNION ALL
            SELECT 4, s.node_id, w.node_id, format('  artifact%s -.-> artifact%s', s.node_id, w.node_id)
            FROM walk AS w, LATERAL mlops_internal.lineage_step('{}', ARRAY[w.node_id], true) AS s
            WHERE w.node_kind = 'artifact' AND s.link = 'same place'
              AND EXISTS (SELECT FROM walk AS x WHERE x.node_kind = 'artifact' AND x.node_id = s.node_id)
        )
        SELECT E'graph LR\n' || string_agg(l.text, E'\n' ORDER BY l.part, l.a, l.b, l.text COLLATE "C") FROM line AS l
    $$;
COMMENT ON FUNCTION mlops.lineage_mermaid(text, integer) IS
    'the ancestors and descendants of a node as a Mermaid graph; dotted arrows join artifacts of one place; node and '
    'max_depth as for mlops.ancestors(text)';

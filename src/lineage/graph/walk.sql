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
 * Friday, back to the last one that overwrote it.  A registered version counts as
 * written when it was registered.
 *
 * The walk itself is walk.c.  All functions show each reader the runs and artifacts
 * of his own roles, and a walk does not pass through what its reader may not see.
 */
CREATE FUNCTION mlops_internal.lineage_walk(
    runs bigint[], artifacts bigint[], upstream boolean, max_depth integer, max_nodes bigint DEFAULT NULL,
    after text DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE C STABLE ROWS 100 COST 1000 AS 'MODULE_PATHNAME', 'mlops_lineage_walk';
COMMENT ON FUNCTION mlops_internal.lineage_walk(bigint[], bigint[], boolean, integer, bigint, text) IS
    'all nodes that can be reached from these runs and artifacts, which are none of them, each once with its least '
    'depth, by depth, kind and number; of these those behind "after", run:N or artifact:N; NULL in a limit means none';

CREATE FUNCTION mlops_internal.lineage_start(node text, upstream boolean)
    RETURNS TABLE (runs bigint[], artifacts bigint[])
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rel text;
        spelling text;
        overwritten_at timestamptz;
    BEGIN
        BEGIN
            rel := mlops_internal.relation_name(to_regclass(node));
        EXCEPTION WHEN syntax_error OR invalid_name OR feature_not_supported THEN
            rel := NULL;        -- a URI need not look like a name
        END;
        runs := ARRAY(SELECT r.run_id FROM mlops.run AS r
                      WHERE r.run_id = substring(node FROM '^run:(\d{1,18})$')::bigint);
        artifacts := ARRAY(SELECT a.artifact_id FROM mlops.artifact AS a
                           WHERE a.artifact_id = substring(node FROM '^artifact:(\d{1,18})$')::bigint);
        FOR spelling IN SELECT DISTINCT p FROM (
                VALUES (mlops_internal.canonical_uri(mlops_internal.without_credentials(node))), (rel)) AS x (p)
            WHERE p IS NOT NULL
        LOOP
            overwritten_at := CASE WHEN upstream THEN (
                SELECT e.at FROM mlops.edge AS e
                WHERE e.place_key = mlops_internal.place_key(spelling) AND e.write_mode = 'overwrite'
                ORDER BY e.at DESC LIMIT 1) END;
            -- of what was overwritten, what the place holds now
            artifacts := artifacts || CASE WHEN overwritten_at IS NULL
                THEN ARRAY(SELECT a.artifact_id FROM mlops.artifact AS a WHERE a.place = spelling ORDER BY 1)
                ELSE ARRAY(SELECT DISTINCT e.artifact_id FROM mlops.edge AS e
                           WHERE e.place_key = mlops_internal.place_key(spelling) AND e.direction = 'output'
                             AND e.at >= overwritten_at) END;
        END LOOP;
        IF cardinality(runs) + cardinality(artifacts) = 0 AND rel IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('lineage node %s does not exist',
                    coalesce('"' || mlops_internal.without_credentials(node) || '"', 'NULL')),
                HINT = 'Name it run:N, artifact:N, SCHEMA.RELATION, or by a URI such as models:/NAME/VERSION; see '
                    'mlops.run and mlops.artifact.';
        END IF;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.lineage_start(text, boolean) IS
    'the runs and artifacts that a text names: run:N, artifact:N, a URI such as models:/NAME/VERSION, or a qualified '
    'relation, upstream those that it holds now; error 42704 when there is none';

/* Bodies that are parsed can take the place of a call: a million rows are kept once. */
CREATE FUNCTION mlops.ancestors(
    node text, max_depth integer DEFAULT NULL, max_nodes bigint DEFAULT 100000, after text DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT n.* FROM mlops_internal.lineage_start(node, true) AS s,
            LATERAL mlops_internal.lineage_walk(s.runs, s.artifacts, true, max_depth, max_nodes, after) AS n;
    END;
COMMENT ON FUNCTION mlops.ancestors(text, integer, bigint, text) IS
    'everything that a node comes from, nearest first; node is run:N, artifact:N, a URI or a schema-qualified '
    'relation; link says what the row''s node did to via, or via to it; a list cut by max_nodes goes on after its last';

CREATE FUNCTION mlops.ancestors(
    relation regclass, max_depth integer DEFAULT NULL, max_nodes bigint DEFAULT 100000, after text DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT n.* FROM mlops_internal.lineage_start(
                coalesce(mlops_internal.relation_name(relation), relation::text), true) AS s,
            LATERAL mlops_internal.lineage_walk(s.runs, s.artifacts, true, max_depth, max_nodes, after) AS n;
    END;
COMMENT ON FUNCTION mlops.ancestors(regclass, integer, bigint, text) IS
    'everything that the present content of a relation comes from, nearest first; no rows when nothing was recorded; '
    'limits and columns as for mlops.ancestors(text)';

CREATE FUNCTION mlops.descendants(
    node text, max_depth integer DEFAULT NULL, max_nodes bigint DEFAULT 100000, after text DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT n.* FROM mlops_internal.lineage_start(node, false) AS s,
            LATERAL mlops_internal.lineage_walk(s.runs, s.artifacts, false, max_depth, max_nodes, after) AS n;
    END;
COMMENT ON FUNCTION mlops.descendants(text, integer, bigint, text) IS
    'everything that came from a node, nearest first; node, limits and columns as for mlops.ancestors(text)';

CREATE FUNCTION mlops.descendants(
    relation regclass, max_depth integer DEFAULT NULL, max_nodes bigint DEFAULT 100000, after text DEFAULT NULL)
    RETURNS TABLE (depth integer, node_kind text, node_id bigint, type text, name text, status text, place text,
                   link text, via_kind text, via_id bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT n.* FROM mlops_internal.lineage_start(
                coalesce(mlops_internal.relation_name(relation), relation::text), false) AS s,
            LATERAL mlops_internal.lineage_walk(s.runs, s.artifacts, false, max_depth, max_nodes, after) AS n;
    END;
COMMENT ON FUNCTION mlops.descendants(regclass, integer, bigint, text) IS
    'everything that came from a relation''s recorded contents, nearest first; no rows when nothing was recorded; '
    'limits and columns as for mlops.ancestors(text)';

/*
 * What a change reaches: views, by the server's own notes, and what runs made of the
 * relation or of these views.  A run that read the relation without a column is not
 * reached by a change of that one; where nothing is known it is.
 */
CREATE FUNCTION mlops_internal.dependent_views(relation oid, attribute integer)
    RETURNS TABLE (view oid, depth integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH RECURSIVE dependent (oid, depth) AS (
            SELECT relation, 0
            UNION
            SELECT r.ev_class, p.depth + 1
            FROM dependent AS p
                JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = p.oid
                    AND d.classid = 'pg_rewrite'::regclass
                    AND (p.depth > 0 OR attribute IS NULL OR d.refobjsubid IN (0, attribute))
                JOIN pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> p.oid
        )
        SELECT x.oid, min(x.depth) FROM dependent AS x WHERE x.depth > 0 GROUP BY x.oid
    $$;
COMMENT ON FUNCTION mlops_internal.dependent_views(oid, integer) IS
    'views over a relation, or one column of it, and over those; attribute NULL means the whole relation';

CREATE FUNCTION mlops.impact(relation regclass, column_name name DEFAULT NULL)
    RETURNS TABLE (type text, name text, place text, depth integer, n_artifacts bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        of_relation text := coalesce(mlops_internal.relation_name(relation), relation::text);
        attribute integer := (SELECT a.attnum FROM pg_attribute AS a
                              WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0);
        runs bigint[] := '{}';
        artifacts bigint[];
    BEGIN
        IF column_name IS NOT NULL AND attribute IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_column',
                MESSAGE = format('column "%s" of relation %s does not exist', column_name, of_relation);
        END IF;
        artifacts := ARRAY(SELECT a.artifact_id FROM mlops.artifact AS a
                           WHERE a.place IN (SELECT mlops_internal.relation_name(v.view)
                                             FROM mlops_internal.dependent_views(impact.relation, attribute) AS v)
                              OR column_name IS NULL AND a.place = of_relation);
        IF column_name IS NOT NULL THEN
            runs := ARRAY(
                SELECT DISTINCT e.run_id FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                WHERE e.place_key = mlops_internal.place_key(of_relation) AND e.direction = 'input'
                  AND (e.columns IS NULL OR column_name = ANY (e.columns))
                  AND (NOT a.properties ? 'columns' OR a.properties -> 'columns'
                      @> jsonb_build_array(jsonb_build_object('name', column_name))));
        END IF;
        RETURN QUERY
            SELECT x.type, x.name, x.place, min(x.depth), sum(x.n)::bigint
            FROM (SELECT 'view', c.relname::text, mlops_internal.relation_name(c.oid), v.depth, 0
                  FROM mlops_internal.dependent_views(impact.relation, attribute) AS v
                      JOIN pg_class AS c ON c.oid = v.view
                  UNION ALL
                  SELECT n.type, n.name, n.place, n.depth + (column_name IS NOT NULL)::integer, 1
                  FROM mlops_internal.lineage_walk(runs, artifacts, false, NULL) AS n
                  WHERE n.node_kind = 'artifact') AS x (type, name, place, depth, n)
            GROUP BY x.type, x.name, x.place
            ORDER BY min(x.depth), x.type, x.name, x.place;
    END
    $$;
COMMENT ON FUNCTION mlops.impact(regclass, name) IS
    'what a change of a relation, or of one column, reaches: views, model versions, endpoints, predictions and other '
    'artifacts made from it, nearest first; n_artifacts counts the recorded states of each';

/*
 * Pictures.
 */
CREATE FUNCTION mlops_internal.lineage_picture(node text, max_depth integer)
    RETURNS TABLE (part integer, a text, b text, label text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH start AS MATERIALIZED (SELECT * FROM mlops_internal.lineage_start(node, true)),
        walk AS MATERIALIZED (
            SELECT u.up, w.* FROM start, (VALUES (true), (false)) AS u (up),
                LATERAL mlops_internal.lineage_walk(runs, artifacts, u.up, max_depth) AS w
        ), node AS MATERIALIZED (
            SELECT w.node_kind, w.node_id FROM walk AS w
            UNION SELECT 'run', r FROM start, unnest(runs) AS r
            UNION SELECT 'artifact', a FROM start, unnest(artifacts) AS a
        )
        SELECT 1, 'run' || r.run_id, NULL, r.kind || ' run ' || r.run_id || coalesce(': ' || r.name, '')
        FROM mlops.run AS r JOIN node AS n ON n.node_kind = 'run' AND n.node_id = r.run_id
        UNION ALL
        SELECT 2, 'artifact' || a.artifact_id, NULL, a.type || ' ' || a.name
        FROM mlops.artifact AS a JOIN node AS n ON n.node_kind = 'artifact' AND n.node_id = a.artifact_id
        UNION ALL
        SELECT 3, CASE e.direction WHEN 'input' THEN x.artifact ELSE x.run END,
               CASE e.direction WHEN 'input' THEN x.run ELSE x.artifact END, NULL
        FROM mlops.edge AS e JOIN node AS r ON r.node_kind = 'run' AND r.node_id = e.run_id
            JOIN node AS a ON a.node_kind = 'artifact' AND a.node_id = e.artifact_id,
            LATERAL (SELECT 'run' || e.run_id AS run, 'artifact' || e.artifact_id AS artifact) AS x
        UNION ALL
        SELECT DISTINCT 4, 'artifact' || CASE WHEN w.up THEN w.node_id ELSE w.via_id END,
               'artifact' || CASE WHEN w.up THEN w.via_id ELSE w.node_id END, NULL
        FROM walk AS w WHERE w.link = 'same place'
    $$;
COMMENT ON FUNCTION mlops_internal.lineage_picture(text, integer) IS
    'the ancestors and descendants of a node as what a picture has: 1 runs, 2 artifacts, 3 arrows, 4 dotted arrows '
    'between states of one place';

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
        SELECT E'graph LR\n' || string_agg(CASE p.part
                WHEN 1 THEN format('  %s([%s])', p.a, mlops_internal.mermaid_label(p.label))
                WHEN 2 THEN format('  %s[%s]', p.a, mlops_internal.mermaid_label(p.label))
                WHEN 3 THEN format('  %s --> %s', p.a, p.b)
                ELSE format('  %s -.-> %s', p.a, p.b) END,
            E'\n' ORDER BY p.part, length(p.a), p.a COLLATE "C", length(p.b), p.b COLLATE "C")
        FROM mlops_internal.lineage_picture(node, max_depth) AS p
    $$;
COMMENT ON FUNCTION mlops.lineage_mermaid(text, integer) IS
    'the ancestors and descendants of a node as a Mermaid graph; dotted arrows join artifacts of one place; node and '
    'max_depth as for mlops.ancestors(text)';

CREATE FUNCTION mlops.lineage_graphviz(node text, max_depth integer DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT E'digraph lineage {\n  rankdir=LR;\n  node [shape=box];\n' || string_agg(CASE p.part
                WHEN 1 THEN format('  %s [label="%s", style=rounded];', p.a, l.label)
                WHEN 2 THEN format('  %s [label="%s"];', p.a, l.label)
                WHEN 3 THEN format('  %s -> %s;', p.a, p.b)
                ELSE format('  %s -> %s [style=dotted];', p.a, p.b) END,
            E'\n' ORDER BY p.part, length(p.a), p.a COLLATE "C", length(p.b), p.b COLLATE "C") || E'\n}'
        FROM mlops_internal.lineage_picture(node, max_depth) AS p,
            LATERAL (SELECT regexp_replace(p.label, '(["\\])', '\\\1', 'g') AS label) AS l
    $$;
COMMENT ON FUNCTION mlops.lineage_graphviz(text, integer) IS
    'the ancestors and descendants of a node as a Graphviz graph (DOT); dotted arrows join artifacts of one place; '
    'node and max_depth as for mlops.ancestors(text)';

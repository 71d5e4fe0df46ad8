/*
 * help: what there is to call, found in the catalog.  A name belongs to the
 * topics of the room that creates it; what it does is its comment; how it is
 * called, and an example, are made of its signature.  So nothing is listed twice,
 * and what is added is found without a word here.
 */
CREATE FUNCTION mlops_internal.help_topics()
    RETURNS TABLE (place integer, topic text, rooms text, views name[], meaning text, example text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT row_number() OVER ()::integer, t.topic, t.rooms, t.views::name[], t.meaning, t.example
      FROM (VALUES
        ('views', '^$', '{}', 'what to read: versions, deployments, metrics, drift, alerts, runs',
         'SELECT * FROM mlops.model_overview'),
        ('registry', '^registry', '{model_overview,deployed_version,version_source,compare_versions}',
         'models, versions, stages, aliases, endpoints, deployments',
         'SELECT mlops.create_model(''churn'', ''binary'')'),
        ('gate', '^gate', '{gate_violation}', 'what must be true before a version moves: rules, approvals, promotion',
         'SELECT * FROM mlops.check_gate(''churn'', 2, ''deploy:champion'')'),
        ('lineage', '^(lineage/|capture|interchange)', '{run_detail,artifact_content}',
         'runs, what they read and wrote, datasets, where from and where to',
         'SELECT * FROM mlops.ancestors(''my_table''::regclass)'),
        ('features', '^features', '{}', 'features and labels over time, training sets, what was known when',
         'SELECT * FROM mlops.feature'),
        ('profile', '^profile', '{}', 'describing columns and tables; profiles to keep and compare',
         'SELECT * FROM mlops.describe(''my_table'')'),
        ('ranking', '^(samples|metrics/(ranking|scores))', '{}', 'metrics of scores: AUC, thresholds, curves',
         'SELECT mlops.roc_auc(label, score) FROM my_table'),
        ('decision', '^metrics/decision', '{}', 'metrics of yes or no: precision, recall, F1, the confusion matrix',
         'SELECT mlops.f1_score(label, score >= 0.5) FROM my_table'),
        ('classes', '^metrics/classes', '{}', 'metrics of several classes, association of two columns',
         'SELECT mlops.f1_score(label, predicted, ''macro'') FROM my_table'),
        ('fairness', '^metrics/fairness', '{}', 'metrics of groups of people who should be decided about alike',
         'SELECT mlops.demographic_parity_difference(predicted, group_name) FROM my_table'),
        ('probability', '^metrics/(probability|calibration)', '{}',
         'metrics of probabilities: log loss, Brier score, calibration',
         'SELECT mlops.log_loss(label, score) FROM my_table'),
        ('regression', '^metrics/regression', '{}', 'metrics of predicted numbers: mean errors, R2, deviances',
         'SELECT mlops.rmse(actual, predicted) FROM my_table'),
        ('retrieval', '^metrics/retrieval', '{}', 'metrics of ranked lists: search and recommendation',
         'SELECT mlops.ndcg(relevance, score, 10) FROM my_table GROUP BY query'),
        ('interval', '^metrics/(interval|paired|shared)', '{}',
         'metrics with intervals, comparisons: how sure, which of two is better',
         'SELECT (mlops.compare(label, score_a, score_b)).* FROM my_table'),
        ('unlabelled', '^metrics/unlabelled', '{}', 'metrics that are estimated before labels come',
         'SELECT mlops.accuracy(mlops.cbpe(prob, predicted)) FROM my_table'),
        ('drift', '^(samples|drift/(input|distances|tests|size|report))', '{}',
         'whether columns changed: distances, tests, a report over all of them',
         'SELECT * FROM mlops.drift_report(''last_month'', ''this_month'')'),
        ('multivariate', '^drift/(association|multivariate)', '{}',
         'drift of many columns together, embeddings, correlations',
         'SELECT * FROM mlops.correlation_matrix(''my_table'')'),
        ('detectors', '^drift/detectors', '{}', 'changes along a series, by window functions',
         'SELECT (mlops.cusum(value) OVER (ORDER BY at)).* FROM my_table'),
        ('monitor', '^monitor/', '{metric_history,drift_history,monitor_health}',
         'monitors: windows, checks, what they found', 'SELECT * FROM mlops.drift_history WHERE verdict <> ''ok'''),
        ('alert', '^alert', '{open_alert,open_incident,incident_history}', 'what is wrong now, and answers to it',
         'SELECT * FROM mlops.open_incident'),
        ('scheduler', '^scheduler', '{run_history}', 'when monitors run, and what became of it',
         'SELECT * FROM mlops.scheduler_status()'),
        ('report', '^report/(svg|html)', '{}', 'pages and charts to look at, in a browser and in a terminal',
         'SELECT mlops.sparkline(array_agg(value ORDER BY window_lo)) FROM mlops.metric_history'),
        ('access', '^access', '{}', 'who may use the extension, owners', 'SELECT mlops.grant_use(''ml_team'')'),
        ('help', '^(help|core/server)$', '{}', 'this list, the version', 'SELECT * FROM mlops.help(''drift'')')
    ) AS t (topic, rooms, views, meaning, example)
$$;
COMMENT ON FUNCTION mlops_internal.help_topics() IS
    'topics of mlops.help: whose names belong to one, rooms by a regular expression, and views of others';

-- what examples say for an argument: by its name, or else by its type where it does not come from rows
CREATE FUNCTION mlops_internal.help_literals() RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT '{"average": "''macro''", "beta": "2", "k": "10", "max_fpr": "0.1", "fraction": "0.1",
        "content": "my_table", "bytes": "convert_to(''text'', ''UTF8'')", "features": "features",
        "spine": "''my_table''", "views": "''{my_view}''", "feature_view": "''my_view''", "training_set": "''my_set''",
        "metric": "''accuracy''", "classes": "''{a,b,c}''", "privileged": "''men''", "weighting": "''quadratic''",
        "power": "1.5", "alpha": "0.9", "zero_policy": "''skip''", "edges": "''{0,10,100}''",
        "counts_reference": "''{10,20,30}''::float8[]", "counts_current": "''{20,20,20}''",
        "model": "''churn''", "uri": "''models:/churn@champion''", "version": "1", "task": "''binary''",
        "channel": "''pager''", "consumer": "''host:1''",
        "stage": "''staged''", "alias": "''champion''", "endpoint": "''churn-api''", "source": "''my_table''",
        "relation": "''my_table''", "role": "''ml_team''", "schedule": "''@hourly''", "time_zone": "''UTC''",
        "items": "''[]''", "rows": "''[]''", "series": "''[]''", "nodes": "''[]''",
        "arrows": "''[]''", "histograms": "''[]''",
        "of type int4": "1", "of type int8": "1", "of type float8": "0.5", "of type bool": "true",
        "of type timestamptz": "now()", "of type date": "current_date",
        "of type interval": "''1 day''", "of type jsonb": "''{}''",
        "of type regnamespace": "''public''",
        "of type regclass": "''my_table''", "of type regrole": "''ml_team''", "of type _text": "''{a,b}''",
        "of type _name": "''{a,b}''", "of type _int4": "''{1,2,3}''", "of type _float8": "''{0.1,0.2,0.3}''",
        "of type pg_snapshot": "''730:730:''"}'::jsonb
$$;
COMMENT ON FUNCTION mlops_internal.help_literals() IS
    'what examples of mlops.help say for an argument of a name or of a type';

-- each name under each of its topics.  Of several functions of a name the one shown is of a type that the
-- topic's rooms create or make of rows, rather over rows than of a summary, and wants the fewest arguments
CREATE FUNCTION mlops_internal.help_index(about text DEFAULT NULL)
    RETURNS TABLE (place integer, topic text, kind text, name name, call text, comment text, example text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
WITH member AS MATERIALIZED (
    SELECT t.place, t.topic, n.name
      FROM mlops_internal.help_topics() AS t JOIN mlops_internal.help_rooms() AS r ON r.room ~ t.rooms,
           unnest(r.names::name[]) AS n (name)
    UNION
    SELECT t.place, t.topic, n.name FROM mlops_internal.help_topics() AS t, unnest(t.views) AS n (name)
    UNION
    SELECT t.place, t.topic, c.relname FROM mlops_internal.help_topics() AS t, pg_class AS c
     WHERE t.topic = 'views' AND c.relnamespace = 'mlops'::regnamespace AND c.relkind = 'v'
),
relation AS (
    SELECT m.place, m.topic, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind, c.relname AS name,
           'mlops.' || c.relname AS call, obj_description(c.oid, 'pg_class') AS comment,
           'SELECT * FROM mlops.' || c.relname AS example
      FROM member AS m JOIN pg_class AS c ON c.relname = m.name
     WHERE c.relnamespace = 'mlops'::regnamespace AND c.relkind IN ('r', 'v') AND (about IS NULL OR m.topic = about)
),
own_type AS MATERIALIZED (
    SELECT m.topic, t.oid AS type
      FROM member AS m JOIN pg_type AS t ON t.typname = m.name
     WHERE t.typnamespace = 'mlops'::regnamespace
    UNION
    SELECT m.topic, g.aggtranstype
      FROM member AS m JOIN pg_proc AS p ON p.proname = m.name JOIN pg_aggregate AS g ON g.aggfnoid = p.oid
     WHERE p.pronamespace = 'mlops'::regnamespace AND p.prorettype = g.aggtranstype AND p.proname <> 'merge'
),
routine AS MATERIALIZED (
    SELECT DISTINCT ON (m.topic, p.proname) m.place, m.topic, p.*, obj_description(p.oid, 'pg_proc') AS comment
      FROM member AS m JOIN pg_proc AS p ON p.proname = m.name LEFT JOIN pg_aggregate AS g ON g.aggfnoid = p.oid
     WHERE p.pronamespace = 'mlops'::regnamespace AND (about IS NULL OR m.topic = about)
       AND obj_description(p.oid, 'pg_proc') !~ '^no metric'
     ORDER BY m.topic, p.proname,
              NOT EXISTS (SELECT FROM own_type AS o
                           WHERE o.topic = m.topic
                             AND (o.type = ANY (p.proargtypes) OR o.type IN (p.prorettype, g.aggtranstype))),
              p.prokind <> 'a', p.provariadic <> 0, p.pronargs - p.pronargdefaults, p.pronargs,
              pg_get_function_arguments(p.oid)
),
-- how a summary is made of rows
maker AS MATERIALIZED (
    SELECT DISTINCT ON (c.prorettype, c.proname)
           c.prorettype AS type, c.proname AS name, c.proname = t.typname AS is_namesake,
           format('mlops.%s(%s)', c.proname, (
               SELECT string_agg(coalesce(mlops_internal.help_literals() ->> a.name, a.name), ', ' ORDER BY a.place)
                 FROM unnest(c.proargnames[1 : c.pronargs]) WITH ORDINALITY AS a (name, place))) AS call
      FROM pg_proc AS c JOIN pg_type AS t ON t.oid = c.prorettype
     WHERE c.pronamespace = 'mlops'::regnamespace AND t.typnamespace = 'mlops'::regnamespace AND c.prokind = 'a'
       AND c.proname <> 'merge' AND c.provariadic = 0 AND c.proargnames IS NOT NULL
     ORDER BY c.prorettype, c.proname, c.pronargs, pg_get_function_arguments(c.oid)
),
-- an argument is written as the summary that is made of rows, as a literal, or as a column
argument AS (
    SELECT r.topic, r.oid, a.place, a.place > r.pronargs - r.pronargdefaults AS optional,
           coalesce(nullif(r.proargnames[a.place], ''), format_type(a.type, NULL)) AS name,
           (SELECT m.call FROM maker AS m WHERE m.type = a.type AND r.prokind = 'f'
             ORDER BY m.name = r.proargnames[a.place] DESC, m.is_namesake DESC, m.name LIMIT 1) AS maker,
           coalesce(l.literals ->> r.proargnames[a.place],
                    CASE WHEN r.prokind IN ('f', 'p') THEN
                        coalesce(l.literals ->> ('of type ' || t.typname),
                                 CASE t.typcategory WHEN 'S' THEN quote_literal(r.proargnames[a.place]) END)
                    END) AS literal
      FROM routine AS r, mlops_internal.help_literals() AS l (literals),
           unnest(r.proargtypes::oid[]) WITH ORDINALITY AS a (type, place) JOIN pg_type AS t ON t.oid = a.type
     WHERE t.typname <> 'caller'
),
call AS MATERIALIZED (
    SELECT a.topic, a.oid, string_agg(a.name, ', ' ORDER BY a.place) FILTER (WHERE NOT a.optional) AS required,
           string_agg(a.name, ', ' ORDER BY a.place) FILTER (WHERE a.optional) AS optional,
           string_agg(coalesce(a.maker, a.literal, a.name), ', ' ORDER BY a.place)
               FILTER (WHERE NOT a.optional) AS example,
           bool_or(a.maker IS NOT NULL OR a.literal IS NULL) FILTER (WHERE NOT a.optional) AS of_rows
      FROM argument AS a GROUP BY a.topic, a.oid
)
SELECT r.* FROM relation AS r
UNION ALL
SELECT r.place, r.topic,
       CASE r.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function'
                      ELSE 'function' END, r.proname,
       format('mlops.%s(%s)', r.proname,
              concat_ws(' ', c.required, '[' || CASE WHEN c.required <> '' THEN ', ' ELSE '' END || c.optional || ']')),
       r.comment,
       format(CASE WHEN r.prokind = 'p' THEN 'CALL %s'
                   WHEN NOT f.of_rows THEN CASE WHEN f.is_row THEN 'SELECT * FROM %s' ELSE 'SELECT %s' END
                   WHEN f.is_row THEN 'SELECT (%s).* FROM my_table'
                   ELSE 'SELECT %s FROM my_table' END,
              format(CASE WHEN r.prokind = 'w' THEN 'mlops.%s(%s) OVER (ORDER BY at)'
                          -- what depends on the arguments must be said
                          WHEN r.prorettype = 'record'::regtype AND r.proargmodes IS NULL
                          THEN 'mlops.%s(%s) AS t (at timestamptz, feature float8)' ELSE 'mlops.%s(%s)' END,
                     r.proname, c.example))
  FROM routine AS r LEFT JOIN call AS c ON c.topic = r.topic AND c.oid = r.oid,
       LATERAL (SELECT r.prokind IN ('a', 'w') OR coalesce(c.of_rows, false) AS of_rows,
                       r.proretset OR r.proargmodes && '{o,b,t}'::"char"[]
                       OR r.prorettype IN (SELECT t.oid FROM pg_type AS t WHERE t.typtype = 'c') AS is_row) AS f
$$;
COMMENT ON FUNCTION mlops_internal.help_index(text) IS
    'public views, functions and tables under each of their topics, or under one, for mlops.help';

CREATE FUNCTION mlops.help(about text DEFAULT NULL)
    RETURNS TABLE (topic text, kind text, name name, call text, meaning text, example text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    word CONSTANT text := lower(about);
    found_topics boolean;
BEGIN
    RETURN QUERY SELECT i.topic, i.kind, i.name, i.call, split_part(i.comment, ';', 1), i.example
        FROM mlops_internal.help_index(word) AS i WHERE word IS NOT NULL
       ORDER BY i.kind <> 'view', i.kind = 'table', i.name;
    IF FOUND THEN
        RETURN;
    END IF;
    -- all topics, or those that have the word, and then the names that have it
    RETURN QUERY SELECT t.topic, 'topic', NULL::name, format('mlops.help(%L)', t.topic), t.meaning, t.example
        FROM mlops_internal.help_topics() AS t
       WHERE word IS NULL OR strpos(lower(t.meaning), word) > 0 ORDER BY t.place;
    found_topics := FOUND;
    RETURN QUERY SELECT f.topic, f.kind, f.name, f.call, split_part(f.comment, ';', 1), f.example
        FROM (SELECT DISTINCT ON (i.kind, i.name) i.* FROM mlops_internal.help_index() AS i
               WHERE strpos(lower(i.name || ' ' || i.comment), word) > 0 ORDER BY i.kind, i.name, i.place) AS f
       ORDER BY f.name <> word, f.kind <> 'view', f.kind = 'table', f.place, f.name;
    IF NOT (FOUND OR found_topics) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('nothing is known about "%s"', about),
            HINT = 'SELECT * FROM mlops.help() lists the topics.';
    END IF;
END $$;
COMMENT ON FUNCTION mlops.help(text) IS
    'what there is to call: the topics, or all of a topic, or what has a word in its name or comment';

CREATE FUNCTION mlops_internal.help_rooms() RETURNS TABLE (room text, names text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    VALUES
@ROOMS@
$$;
COMMENT ON FUNCTION mlops_internal.help_rooms() IS
    'which room of the source creates which names, as src/help/rooms.awk found it';

/*
 * Causes: what kind of thing is wrong, and what explains what.
 *
 * The cause of an alert goes by its metric; what drifts in the score or the
 * prediction is "prediction".  Features that are not computed, or do not come any
 * more, are "feature".  A cause of a lower rank comes before those of a
 * higher one: an incident is called after the first.
 */
CREATE FUNCTION mlops_internal.alert_cause(metric text, column_name name, def mlops.monitor_version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN x.cause = 'input' AND column_name IN (def.score_column, def.prediction_column)
                    THEN 'prediction' ELSE x.cause END
        FROM (SELECT CASE WHEN metric IN ('evaluation', 'freshness') AND def.feature_view IS NOT NULL THEN 'feature'
                          WHEN metric = 'evaluation' THEN 'evaluation'
                          ELSE coalesce((SELECT coalesce(to_jsonb(k) ->> 'cause',
                                  CASE WHEN k.metric = 'n' THEN 'volume' WHEN k.family = 'drift' THEN 'input'
                                       WHEN k.family IN ('score', 'decision', 'error') THEN 'performance' END)
                              FROM mlops.monitor_metrics() AS k WHERE k.metric = alert_cause.metric), 'quality')
                     END AS cause) AS x
    $$;
COMMENT ON FUNCTION mlops_internal.alert_cause(text, name, mlops.monitor_version) IS
    'cause that a metric of a column stands for';

CREATE FUNCTION mlops_internal.cause_rank(cause text) RETURNS integer
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_position(
            '{evaluation,schema,volume,quality,performance,input,prediction,experiment,feature}'::text[], cause)
    $$;
COMMENT ON FUNCTION mlops_internal.cause_rank(text) IS
    'place of a cause among all, from 1: the first explains the most';

CREATE FUNCTION mlops_internal.causes_meet(a text, b text) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT a = 'performance' AND b IN ('input', 'prediction')
            OR b = 'performance' AND a IN ('input', 'prediction')
    $$;
COMMENT ON FUNCTION mlops_internal.causes_meet(text, text) IS
    'do they make one incident whenever they began: a drop of performance, and what drifted';

CREATE FUNCTION mlops_internal.cause_follows(before text, after text) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT before IN ('schema', 'volume', 'quality', 'input') AND after IN ('prediction', 'performance')
    $$;
COMMENT ON FUNCTION mlops_internal.cause_follows(text, text) IS
    'do they make one incident when they begin together: what is wrong with rows or inputs, and what a model makes of '
    'it';

/*
 * What is built in, as matchers of the source, of the target, and the labels in which
 * both are the same.  One more is a sum, see inhibit(): inputs that explain half of the
 * score's move explain what the score does.
 */
CREATE FUNCTION mlops_internal.built_in_inhibitions() RETURNS TABLE (source jsonb, target jsonb, equal text[])
    LANGUAGE sql IMMUTABLE ROWS 5 SET search_path = pg_catalog, pg_temp
    AS $$
        VALUES
        ('[{"label": "cause", "op": "=", "value": "evaluation"}, {"label": "column", "op": "=", "value": ""}]'::jsonb,
         '[{"label": "cause", "op": "!=", "value": "evaluation"}]'::jsonb, '{}'::text[]),
        ('[{"label": "cause", "op": "=", "value": "schema"}]',
         '[{"label": "cause", "op": "~", "value": "quality|input|prediction"}]', '{column}'),
        ('[{"label": "cause", "op": "=", "value": "volume"}, {"label": "severity", "op": "=", "value": "critical"},
           {"label": "slice", "op": "=", "value": ""}, {"label": "column", "op": "=", "value": ""}]',
         '[{"label": "cause", "op": "!~", "value": "evaluation|schema|volume|feature"}]', '{}'),
        ('[{"label": "cause", "op": "=", "value": "feature"}, {"label": "severity", "op": "=", "value": "critical"},
           {"label": "slice", "op": "=", "value": ""}, {"label": "column", "op": "=", "value": ""}]',
         '[{"label": "cause", "op": "!~", "value": "evaluation|schema|feature"}]', '{}'),
        ('[{"label": "cause", "op": "=", "value": "quality"},
           {"label": "metric", "op": "~", "value": "null_rate|missing_rate|unit_change|unseen_category|out_of_range'
         '|constant_column|type_parse|clock"}]',
         '[{"label": "cause", "op": "~", "value": "input|prediction"}]', '{column}')
    $$;
COMMENT ON FUNCTION mlops_internal.built_in_inhibitions() IS
    'which alerts explain which in every monitor, in the form of mlops.inhibition';

CREATE FUNCTION mlops_internal.monitor_labels(m mlops.monitor) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (SELECT coalesce((SELECT jsonb_object_agg('tags.' || t.key, t.value)
                                 FROM jsonb_each_text(md.tags) AS t), '{}')
            || coalesce((SELECT jsonb_object_agg('tags.' || t.key, t.value)
                         FROM jsonb_each_text(CASE jsonb_typeof(to_jsonb(m) -> 'tags') WHEN 'object'
                             THEN to_jsonb(m) -> 'tags' END) AS t), '{}')
            || jsonb_build_object('monitor', m.name, 'model', md.name, 'owner', m.owner_name,
                'endpoint', (SELECT coalesce(jsonb_agg(DISTINCT e.name), '[]')
                             FROM mlops.version AS v JOIN mlops.deployment AS d USING (version_id)
                                 JOIN mlops.endpoint AS e USING (endpoint_id)
                             WHERE v.model_id = m.model_id AND d.until IS NULL))
        FROM (SELECT) AS one LEFT JOIN mlops.model AS md ON md.model_id = m.model_id);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.monitor_labels(mlops.monitor) IS
    'labels that all alerts of a monitor have: monitor, model, owner, endpoint, tags.*';
REVOKE ALL ON FUNCTION mlops_internal.monitor_labels(mlops.monitor) FROM PUBLIC;

CREATE FUNCTION mlops_internal.alert_labels(a mlops.alert) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object('cause', a.cause, 'severity', a.severity, 'metric', a.metric, 'column', a.column_name,
            'slice', a.slice_column || '=' || coalesce(a.slice_value, 'NULL'))
    $$;
COMMENT ON FUNCTION mlops_internal.alert_labels(mlops.alert) IS
    'labels of an alert besides those of its monitor: cause, severity, metric, column, slice';

/* How far inputs explain that the score moved: both in standard deviations of the score. */
CREATE FUNCTION mlops_internal.score_move(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS double precision
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (a.value - a.reference_value) / nullif(s.reference_value, 0)
        FROM mlops.observation AS a JOIN mlops.observation AS s
            USING (monitor_id, window_lo, window_hi, column_name)
        WHERE a.monitor_id = def.monitor_id AND a.window_lo = score_move.window_lo
          AND a.window_hi = score_move.window_hi
          AND a.column_name = coalesce(def.score_column, def.prediction_column) AND a.metric = 'mean'
          AND s.metric = 'stddev' AND a.slice_column IS NULL AND s.slice_column IS NULL
        LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.score_move(mlops.monitor_version, timestamptz, timestamptz) IS
    'how far the mean score of a window is from the reference''s, in the reference''s standard deviations';
REVOKE ALL ON FUNCTION mlops_internal.score_move(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;

CREATE FUNCTION mlops_internal.alert_shifts(monitor_id bigint, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (alert_id bigint, es double precision, eta2 double precision)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
    SET jit = off
    AS $$
        SELECT DISTINCT ON (a.alert_id) a.alert_id, (o.detail ->> 'es')::float8, (o.detail ->> 'eta2')::float8
        FROM mlops.alert AS a
        JOIN mlops.observation AS o ON o.monitor_id = a.monitor_id AND o.metric = a.metric
            AND o.column_name = a.column_name
        WHERE a.monitor_id = alert_shifts.monitor_id AND a.state <> 'resolved' AND a.slice_column IS NULL
          AND o.window_lo = alert_shifts.window_lo AND o.window_hi = alert_shifts.window_hi AND o.slice_column IS NULL
          AND jsonb_typeof(o.detail -> 'es') = 'number' AND jsonb_typeof(coalesce(o.detail -> 'eta2', '0')) = 'number'
        ORDER BY a.alert_id, abs((o.detail ->> 'es')::float8) DESC
    $$;
COMMENT ON FUNCTION mlops_internal.alert_shifts(bigint, timestamptz, timestamptz) IS
    'how much of the score''s move each drifted input explains by itself, and how much the score depends on it';
REVOKE ALL ON FUNCTION mlops_internal.alert_shifts(bigint, timestamptz, timestamptz) FROM PUBLIC;

/* What an alert must have to match at all: the labels that matchers want equal. */
CREATE FUNCTION mlops_internal.matchers_equal(matchers jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_object_agg(m ->> 'label', m -> 'value'), '{}')
        FROM jsonb_array_elements(matchers) AS m
        WHERE m ->> 'op' = '=' AND m ->> 'value' <> '' AND m ->> 'label' <> 'endpoint'
    $$;
COMMENT ON FUNCTION mlops_internal.matchers_equal(jsonb) IS
    'labels and values that a list of matchers wants equal, as one object: to sort out most alerts at little cost';

CREATE FUNCTION mlops_internal.inhibited_alerts(m mlops.monitor) RETURNS TABLE (alert_id bigint, source bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
    SET jit = off
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        WITH rule AS MATERIALIZED (
            SELECT row_number() OVER () AS place, r.*, mlops_internal.matchers_equal(r.source) AS source_equal,
                   mlops_internal.matchers_equal(r.target) AS target_equal
            FROM (SELECT b.source, b.target, b.equal FROM mlops_internal.built_in_inhibitions() AS b
                  UNION ALL
                  SELECT i.source, i.target, i.equal FROM mlops.inhibition AS i
                  WHERE mlops_internal.owned_by(m.owner_oid, m.owner_name, i.owner_oid)
                    AND mlops_internal.present_owner(i.owner_oid, i.owner_name) IS NOT NULL) AS r
        ), common AS MATERIALIZED (
            SELECT mlops_internal.monitor_labels(m) AS labels
        ), live AS MATERIALIZED (
            SELECT a.alert_id, a.slice_column, a.slice_value,
                   (SELECT c.labels FROM common AS c) || jsonb_build_object('cause', a.cause, 'severity', a.severity,
                       'metric', a.metric, 'column', a.column_name,
                       'slice', a.slice_column || '=' || coalesce(a.slice_value, 'NULL')) AS labels
            FROM mlops.alert AS a WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved'
        ), source AS MATERIALIZED (
            -- one source for all that are equal in those labels, the whole window's before those of slices
            SELECT DISTINCT ON (r.place, s.key, l.slice_column, l.slice_value)
                   r.place, s.key, l.alert_id, l.slice_column, l.slice_value
            FROM rule AS r, live AS l,
                 LATERAL (SELECT coalesce(jsonb_agg(l.labels -> e)::text, '') AS key FROM unnest(r.equal) AS e) AS s
            WHERE l.labels @> r.source_equal AND mlops_internal.matches(l.labels, r.source)
            ORDER BY r.place, s.key, l.slice_column, l.slice_value, l.alert_id
        ), target AS MATERIALIZED (
            SELECT r.place, s.key, l.alert_id, l.slice_column, l.slice_value, l.labels, r.target
            FROM rule AS r, live AS l,
                 LATERAL (SELECT coalesce(jsonb_agg(l.labels -> e)::text, '') AS key FROM unnest(r.equal) AS e) AS s
            WHERE r.place IN (SELECT x.place FROM source AS x) AND l.labels @> r.target_equal
        )
        SELECT t.alert_id, min(s.alert_id)
        FROM target AS t JOIN source AS s USING (place, key)
        WHERE s.alert_id <> t.alert_id
          AND (s.slice_column IS NULL
               OR (s.slice_column, s.slice_value) IS NOT DISTINCT FROM (t.slice_column, t.slice_value))
          AND mlops_internal.matches(t.labels, t.target)
        GROUP BY t.alert_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.inhibited_alerts(mlops.monitor) IS
    'live alerts of a monitor that rules explain by other live ones, each with the first that does';
REVOKE ALL ON FUNCTION mlops_internal.inhibited_alerts(mlops.monitor) FROM PUBLIC;

CREATE FUNCTION mlops_internal.inhibit(m mlops.monitor, def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        explains bigint;
    BEGIN
        IF EXISTS (SELECT FROM mlops.alert AS a WHERE a.monitor_id = m.monitor_id AND a.state <> 'resolved'
                   AND a.cause = 'prediction') THEN
            SELECT CASE WHEN sum(abs(s.es)) >= 0.5 * abs(mlops_internal.score_move(def, window_lo, window_hi))
                        THEN (array_agg(s.alert_id ORDER BY abs(s.es) DESC, s.alert_id))[1] END INTO explains
            FROM mlops_internal.alert_shifts(m.monitor_id, window_lo, window_hi) AS s
            JOIN mlops.alert AS a USING (alert_id) WHERE a.cause = 'input';
        END IF;
        UPDATE mlops.alert AS a
        SET inhibited_by = n.source
        FROM (SELECT l.alert_id, coalesce(i.source, CASE WHEN l.cause = 'prediction' THEN explains END) AS source
              FROM mlops.alert AS l LEFT JOIN mlops_internal.inhibited_alerts(m) AS i USING (alert_id)
              WHERE l.monitor_id = m.monitor_id AND l.state <> 'resolved') AS n
        WHERE a.alert_id = n.alert_id AND n.source IS DISTINCT FROM a.inhibited_by;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.inhibit(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.inhibit(mlops.monitor, mlops.monitor_version, timestamptz, timestamptz) IS
    'note by which other alert each live alert of a monitor is explained';

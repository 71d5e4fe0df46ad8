/*
 * gate: where numbers about a version come from.
 *
 * The newest finished evaluation that has the metric counts, not the best one.
 */
CREATE FUNCTION mlops_internal.plain_number(value float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN abs(value) < 1e12 AND (value = 0 OR abs(value) >= 1e-4)
                    THEN trim_scale(round(value::numeric, 6))::text ELSE value::text END
    $$;
COMMENT ON FUNCTION mlops_internal.plain_number(float8) IS 'a number as people read it, six digits after the point';

CREATE FUNCTION mlops_internal.version_evaluations(version_id bigint)
    RETURNS TABLE (run_id bigint, ended_at timestamptz, dataset text, artifact_id bigint, n bigint, is_kept boolean)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT r.run_id, r.ended_at, coalesce(x.dataset, a.name), coalesce(x.artifact_id, a.artifact_id), x.n,
               x.run_id IS NOT NULL
        FROM mlops.version AS v
            JOIN mlops.edge AS e ON e.artifact_id = v.artifact_id AND e.direction = 'input'
            JOIN mlops.run AS r ON r.run_id = e.run_id AND r.kind = 'evaluation' AND r.status = 'finished'
            LEFT JOIN mlops.evaluation AS x ON x.run_id = r.run_id AND x.version_id = v.version_id
            LEFT JOIN LATERAL (
                SELECT d.name, d.artifact_id FROM mlops.edge AS i JOIN mlops.artifact AS d USING (artifact_id)
                WHERE x.run_id IS NULL AND i.run_id = r.run_id AND i.direction = 'input' AND d.type = 'dataset') AS a
                ON true
        WHERE v.version_id = version_evaluations.version_id
    $$;
COMMENT ON FUNCTION mlops_internal.version_evaluations(bigint) IS
    'finished evaluations of a version by dataset; n is NULL and is_kept false for those that logged numbers only';

CREATE FUNCTION mlops_internal.present_digest(artifact_id bigint) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT l.digest
        FROM mlops.artifact AS a CROSS JOIN LATERAL (
            SELECT o.artifact_id, o.digest FROM mlops.artifact AS o
            WHERE o.place = a.place AND o.owner_oid = a.owner_oid AND o.owner_name = a.owner_name
            -- what has no place is known by its name
            UNION ALL
            SELECT o.artifact_id, o.digest FROM mlops.artifact AS o
            WHERE a.place IS NULL AND o.place IS NULL AND o.name = a.name AND o.type = a.type
              AND o.owner_oid = a.owner_oid AND o.owner_name = a.owner_name) AS l
            JOIN mlops.edge AS e ON e.artifact_id = l.artifact_id
        WHERE a.artifact_id = present_digest.artifact_id AND l.digest IS NOT NULL
        ORDER BY e.at DESC, e.run_id DESC LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.present_digest(bigint) IS
    'fingerprint that the place of a dataset had when a run of the same owner logged it last';

CREATE FUNCTION mlops_internal.newest_evaluation(version_id bigint, metric text, dataset text,
    OUT run_id bigint, OUT at timestamptz, OUT dataset_name text, OUT artifact_id bigint, OUT n bigint,
    OUT is_kept boolean, OUT value float8)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT e.run_id, e.ended_at, e.dataset, e.artifact_id, e.n, e.is_kept, l.value
        FROM mlops_internal.version_evaluations(newest_evaluation.version_id) AS e
            JOIN LATERAL (SELECT m.value FROM mlops.metric AS m
                          WHERE m.run_id = e.run_id AND m.name = newest_evaluation.metric
                          ORDER BY m.step DESC, m.at DESC, m.metric_id DESC LIMIT 1) AS l ON true
            LEFT JOIN mlops.artifact AS a ON a.artifact_id = e.artifact_id
        -- anybody can call a dataset something; which relation it was is not for him to say
        WHERE newest_evaluation.dataset IS NULL OR a.relation = newest_evaluation.dataset
           OR newest_evaluation.dataset NOT LIKE '%.%' AND newest_evaluation.dataset IN (e.dataset, a.name)
        ORDER BY e.ended_at DESC, e.run_id DESC LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.newest_evaluation(bigint, text, text) IS
    'the newest finished evaluation of a version that has the metric, on the dataset (SCHEMA.RELATION, or a name '
    'without dot) or, for NULL, on any';

/* Why evidence does not count, in words; NULL = it does. */
CREATE FUNCTION mlops_internal.evidence_problem(run_id bigint, at timestamptz, artifact_id bigint, n bigint, leaf jsonb)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        was CONSTANT text := (SELECT a.digest FROM mlops.artifact AS a
                              WHERE a.artifact_id = evidence_problem.artifact_id);
    BEGIN
        IF run_id IS NULL THEN
            RETURN format('no evaluation has %s%s', leaf ->> 'metric', ' on dataset "' || (leaf ->> 'dataset') || '"');
        ELSIF at < now() - (leaf ->> 'max_age')::interval THEN
            RETURN format('the evaluation, run %s of %s, is older than %s', run_id,
                to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), leaf ->> 'max_age');
        ELSIF leaf ? 'dataset' AND was IS NULL THEN
            RETURN format('the dataset of run %s has no fingerprint', run_id);
        ELSIF was <> mlops_internal.present_digest(artifact_id) THEN
            RETURN format('the dataset has changed since run %s', run_id);
        ELSIF leaf ? 'min_n' AND n IS NULL THEN
            RETURN format('run %s does not say of how many rows: use mlops.log_evaluation', run_id);
        ELSIF n < (leaf ->> 'min_n')::bigint THEN
            RETURN format('run %s has %s rows, fewer than %s', run_id, n, leaf ->> 'min_n');
        END IF;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.evidence_problem(bigint, timestamptz, bigint, bigint, jsonb) IS
    'why an evaluation is no evidence for a condition: none, too old, of other data, too few rows; NULL when it is';

CREATE FUNCTION mlops_internal.is_uri_of(uri text, model text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT starts_with(uri, 'models:/' || model) AND substr(uri, length(model) + 9, 1) IN ('/', '@')
    $$;
COMMENT ON FUNCTION mlops_internal.is_uri_of(text, text) IS 'whether a URI names a version of the model';

/* The version that "champion", an alias, a number or a URI names for a move; NULL when there is none. */
CREATE FUNCTION mlops_internal.rival(c mlops_internal.gate_case, name text) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN n.name ~ '^[0-9]{1,9}$' THEN (
                SELECT v.version_id FROM mlops.version AS v
                WHERE v.model_id = c.model_id AND v.version = n.name::integer AND v.deleted_at IS NULL)
            WHEN n.name = 'latest' AND n.is_uri THEN (
                SELECT v.version_id FROM mlops.version AS v
                WHERE v.model_id = c.model_id AND v.deleted_at IS NULL ORDER BY v.version DESC LIMIT 1)
            WHEN n.name = 'champion' AND c.endpoint_id IS NOT NULL THEN (
                SELECT v.version_id FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
                WHERE d.endpoint_id = c.endpoint_id AND d.role = 'champion' AND d.until IS NULL
                  AND v.model_id = c.model_id)
            ELSE coalesce(
                CASE n.name WHEN 'champion' THEN (
                    SELECT v.version_id FROM mlops.deployment AS d JOIN mlops.version AS v USING (version_id)
                    WHERE v.model_id = c.model_id AND d.role = 'champion' AND d.until IS NULL
                    ORDER BY d.since DESC, d.deployment_id DESC LIMIT 1) END,
                (SELECT a.version_id FROM mlops.alias AS a
                 WHERE a.model_id = c.model_id AND a.alias = n.name AND a.until IS NULL)) END
        FROM (SELECT u.is_uri, CASE WHEN u.is_uri THEN substr(rival.name, length(c.model) + 10) ELSE rival.name END
              FROM (SELECT mlops_internal.is_uri_of(rival.name, c.model)) AS u (is_uri)) AS n (is_uri, name)
    $$;
COMMENT ON FUNCTION mlops_internal.rival(mlops_internal.gate_case, text) IS
    'the version that a move compares with: champion is who is live at the endpoint, without endpoint the newest live '
    'champion, else the alias; also as models:/NAME@ALIAS, models:/NAME/NUMBER or models:/NAME/latest';

CREATE FUNCTION mlops_internal.gate_matches(pattern text, transition text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT pattern = transition
            OR CASE WHEN transition ~ '^(rollback|undeploy):' THEN
                        pattern IN ('deploy:*', 'deploy:' || split_part(transition, ':', 2))
                    WHEN transition ~ '^(deploy|alias):' THEN pattern = (regexp_match(transition, '^[a-z]+:'))[1] || '*'
                    WHEN transition ~ '>' THEN pattern = '*>' || split_part(transition, '>', 2) ELSE false END
    $$;
COMMENT ON FUNCTION mlops_internal.gate_matches(text, text) IS
    'whether the transition of a gate is this one; a way back is of the gates of deployments';

/* What a decision rests on.  Incidents, time at work and approvals are looked at anew each time. */
CREATE FUNCTION mlops_internal.evidence_digest(c mlops_internal.gate_case) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH asked AS (
            SELECT g.gate_id, g.version, g.rule FROM mlops.gate AS g
            WHERE g.model_id = c.model_id AND g.enabled AND g.dropped_at IS NULL
              AND mlops_internal.gate_matches(g.transition, c.transition)
        ), compared AS (
            SELECT DISTINCT mlops_internal.rival(c, n #>> '{}') AS version_id
            FROM asked AS a, LATERAL (
                SELECT jsonb_path_query(a.rule, 'strict $.**.not_worse_than', silent => true)
                UNION SELECT jsonb_path_query(a.rule, 'strict $.**.better_than', silent => true)) AS q (n)
        ), evaluated AS (
            SELECT v.version_id, coalesce(jsonb_agg(jsonb_build_array(e.run_id,
                       mlops_internal.present_digest(e.artifact_id)) ORDER BY e.run_id, e.artifact_id)
                       FILTER (WHERE e.run_id IS NOT NULL), '[]') AS runs
            FROM (SELECT c.version_id UNION SELECT x.version_id FROM compared AS x WHERE x.version_id IS NOT NULL)
                     AS v (version_id)
                LEFT JOIN LATERAL mlops_internal.version_evaluations(v.version_id) AS e ON true
            GROUP BY v.version_id
        )
        SELECT sha256(convert_to(jsonb_build_object('version', c.version_id,
            'gates', (SELECT jsonb_agg(jsonb_build_array(a.gate_id, a.version) ORDER BY a.gate_id) FROM asked AS a),
            'evaluations', (SELECT jsonb_agg(jsonb_build_array(e.version_id, e.runs) ORDER BY e.version_id)
                            FROM evaluated AS e))::text, 'UTF8'))
    $$;
COMMENT ON FUNCTION mlops_internal.evidence_digest(mlops_internal.gate_case) IS
    'SHA-256 of the gates of a move, the evaluations of its version and of those it is compared with, and the present '
    'fingerprints of their datasets';

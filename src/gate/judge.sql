/*
 * gate: rules as a whole.
 *
 * "all" fails when a part fails, and is missing when one is missing and none fails;
 * "any" passes when one passes, and is missing when none does and one is missing.
 * What is missing does not pass.
 */
CREATE FUNCTION mlops_internal.judge_leaf(rule jsonb, path text, c mlops_internal.gate_case)
    RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind CONSTANT text := mlops_internal.leaf_kind(rule);
        leaf mlops_internal.gate_leaf;
    BEGIN
        IF c.live AND kind IN ('approvals', 'soak') THEN
            leaf.outcome := 'pass';
            leaf.reason := 'was judged when it moved';
        ELSE
            leaf := CASE
                WHEN kind IN ('not_worse_than', 'better_than') THEN mlops_internal.judge_comparison(rule, kind, c)
                WHEN kind = 'metric' THEN mlops_internal.judge_metric(rule, c)
                WHEN kind = 'no_incident' THEN mlops_internal.judge_incidents(rule, c)
                WHEN kind = 'approvals' THEN mlops_internal.judge_approvals(rule, c)
                WHEN kind = 'soak' THEN mlops_internal.judge_soak(rule, c)
                WHEN kind = 'signature' THEN mlops_internal.judge_signature(rule, c)
                WHEN kind = 'function' THEN mlops_internal.judge_function(rule, c)
                ELSE mlops_internal.judge_origin(rule, kind, c) END;
        END IF;
        leaf.path := path;
        leaf.leaf := kind;
        -- names of slices and the like can be of any length
        leaf.observed := left(leaf.observed, 2000);
        leaf.reason := left(leaf.reason, 2000);
        leaf.needed := coalesce(leaf.needed, CASE kind
            WHEN 'not_worse_than' THEN format('%s worse than %s by less than %s', rule ->> 'metric',
                rule ->> 'not_worse_than', rule ->> 'margin')
            WHEN 'better_than' THEN format('%s better than %s by more than %s', rule ->> 'metric',
                rule ->> 'better_than', coalesce(rule ->> 'by', '0')) END);
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_leaf(jsonb, text, mlops_internal.gate_case) IS
    'a condition: pass, fail or missing, with what was observed and needed';

CREATE FUNCTION mlops_internal.judge_rule(rule jsonb, path text, c mlops_internal.gate_case, OUT outcome text,
    OUT leaves mlops_internal.gate_leaf[])
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        word CONSTANT text := CASE WHEN rule ? 'all' THEN 'all' WHEN rule ? 'any' THEN 'any' END;
        child record;
        part record;
        outcomes text[] := '{}';
    BEGIN
        leaves := '{}';
        IF word IS NULL THEN
            leaves := ARRAY[mlops_internal.judge_leaf(rule, path, c)];
            outcome := leaves[1].outcome;
            RETURN;
        END IF;
        FOR child IN SELECT * FROM jsonb_array_elements(rule -> word) WITH ORDINALITY AS e (rule, i) LOOP
            SELECT * INTO part FROM mlops_internal.judge_rule(child.rule, format('%s.%s[%s]', path, word, child.i - 1),
                c);
            outcomes := outcomes || part.outcome;
            leaves := leaves || part.leaves;
        END LOOP;
        outcome := CASE
            WHEN word = 'all' AND 'fail' = ANY (outcomes) THEN 'fail'
            WHEN word = 'any' AND 'pass' = ANY (outcomes) THEN 'pass'
            WHEN 'missing' = ANY (outcomes) THEN 'missing'
            WHEN word = 'all' THEN 'pass' ELSE 'fail' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_rule(jsonb, text, mlops_internal.gate_case) IS
    'outcome of a rule, and its conditions from left to right';

CREATE FUNCTION mlops_internal.gate_case(version_id bigint, transition text, endpoint_id bigint, requester name,
    requester_session name, live boolean DEFAULT false) RETURNS mlops_internal.gate_case
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c mlops_internal.gate_case;
    BEGIN
        SELECT v.version_id, v.version, m.model_id, m.name, m.task, m.owner_oid, m.owner_name,
               gate_case.transition, gate_case.endpoint_id, gate_case.requester, gate_case.requester_session, NULL,
               gate_case.live
            INTO c FROM mlops.version AS v JOIN mlops.model AS m USING (model_id)
            WHERE v.version_id = gate_case.version_id;
        c.evidence_digest := mlops_internal.evidence_digest(c);
        RETURN c;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.gate_case(bigint, text, bigint, name, name, boolean) IS
    'a move as gates see it';

CREATE TYPE mlops_internal.gate_verdict AS (
    gate_id bigint,
    gate text,
    gate_version integer,
    transition text,
    rule jsonb,
    override_role name,
    outcome text,
    leaves mlops_internal.gate_leaf[],
    evidence_digest bytea
);
COMMENT ON TYPE mlops_internal.gate_verdict IS 'what a gate says of a move';

/* A way back is barred only by gates that say so; of the others it is said that they were not asked. */
CREATE FUNCTION mlops_internal.judge_move(c mlops_internal.gate_case) RETURNS SETOF mlops_internal.gate_verdict
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT g.gate_id, g.name, g.version, c.transition, g.rule, g.override_role, coalesce(j.outcome, 'exempt'),
               coalesce(j.leaves, '{}'), c.evidence_digest
        FROM mlops.gate AS g
            LEFT JOIN LATERAL (
                SELECT r.* FROM mlops_internal.judge_rule(g.rule - 'on_rollback', '$', c) AS r
                WHERE c.transition !~ '^(rollback|undeploy):' OR g.rule -> 'on_rollback' = 'true') AS j ON true
        WHERE g.model_id = c.model_id AND g.enabled AND g.dropped_at IS NULL
          AND (mlops_internal.gate_matches(g.transition, c.transition)
               OR c.transition LIKE 'rollback:%' AND EXISTS (
                   SELECT FROM mlops.version AS v WHERE v.version_id = c.version_id AND v.stage <> 'deployed'
                       AND mlops_internal.gate_matches(g.transition, v.stage || '>deployed')))
        ORDER BY g.gate_id
    $$;
COMMENT ON FUNCTION mlops_internal.judge_move(mlops_internal.gate_case) IS
    'what each gate of the move says; of a rollback or undeployment exempt, unless it has on_rollback';

/* The moves that come with one: a deployment also moves the stage. */
CREATE FUNCTION mlops_internal.moves_of(version_id bigint, transition text) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN transition LIKE 'deploy:%' AND v.stage <> 'deployed'
                    THEN ARRAY[v.stage || '>deployed', transition] ELSE ARRAY[transition] END
        FROM mlops.version AS v WHERE v.version_id = moves_of.version_id
    $$;
COMMENT ON FUNCTION mlops_internal.moves_of(bigint, text) IS
    'the transitions that a move consists of, in the order in which they are asked for';

CREATE FUNCTION mlops_internal.leaves_json(leaves mlops_internal.gate_leaf[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(l)) - 'i' ORDER BY l.i), '[]')
        FROM (SELECT x.path, x.leaf, x.outcome, x.observed, x.needed, x.reason, x.hint, x.i
              FROM unnest(leaves) WITH ORDINALITY AS x (path, leaf, outcome, observed, needed, reason, hint, i)) AS l
    $$;
COMMENT ON FUNCTION mlops_internal.leaves_json(mlops_internal.gate_leaf[]) IS 'conditions as JSON';

/* Of no move but the one that somebody asks about. */
CREATE FUNCTION mlops.check_gate(model text, version integer, transition text, endpoint text DEFAULT NULL)
    RETURNS TABLE (gate text, path text, leaf text, outcome text, observed text, needed text, reason text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id CONSTANT bigint := mlops_internal.version_id(model, version);
        place CONSTANT bigint := CASE WHEN endpoint IS NOT NULL THEN mlops_internal.endpoint_id(endpoint) END;
    BEGIN
        PERFORM mlops_internal.check_transition(transition, true);
        IF transition LIKE '%*%' THEN
            PERFORM mlops_internal.check_transition(NULL);
        END IF;
        RETURN QUERY
            SELECT j.gate, l.path, l.leaf, l.outcome, l.observed, l.needed, concat_ws('; ', l.reason, l.hint)
            FROM unnest(mlops_internal.moves_of(id, check_gate.transition)) WITH ORDINALITY AS t (transition, i)
                CROSS JOIN LATERAL mlops_internal.judge_move(mlops_internal.gate_case(id, t.transition, place,
                    mlops_internal.caller_name(mlops_internal.caller()), session_user)) AS j
                CROSS JOIN LATERAL unnest(j.leaves) WITH ORDINALITY
                    AS l (path, leaf, outcome, observed, needed, reason, hint, place)
            ORDER BY t.i, j.gate_id, l.place;
    END
    $$;
COMMENT ON FUNCTION mlops.check_gate(text, integer, text, text) IS
    'what the gates of a model would say if the caller moved a version: a row for each condition, outcome pass, fail '
    'or missing; no rows without gates; transition is FROM>TO, deploy:, rollback: or undeploy:ROLE, or alias:NAME';

CREATE VIEW mlops.gate_violation WITH (security_invoker = true) AS
    SELECT e.name AS endpoint, d.role, c.model, c.version, j.gate, l.path, l.leaf, l.outcome, l.observed, l.needed,
           l.reason
    FROM mlops.deployment AS d JOIN mlops.endpoint AS e USING (endpoint_id) JOIN mlops.version AS v USING (version_id)
        CROSS JOIN LATERAL mlops_internal.gate_case(v.version_id, 'deploy:' || d.role, d.endpoint_id, d.deployed_by,
            d.deployed_by, true) AS c
        CROSS JOIN LATERAL mlops_internal.judge_move(c) AS j
        CROSS JOIN LATERAL pg_catalog.unnest(j.leaves) AS l
    WHERE d.until IS NULL AND j.outcome <> 'pass' AND l.outcome <> 'pass'
      AND v.model_id IN (SELECT g.model_id FROM mlops.gate AS g WHERE g.enabled AND g.dropped_at IS NULL);
COMMENT ON VIEW mlops.gate_violation IS
    'live versions that a gate of their deployment would refuse now, with the conditions that do not pass; approvals '
    'and soak count as they did when the version moved';
COMMENT ON COLUMN mlops.gate_violation.endpoint IS 'where the version is live';
COMMENT ON COLUMN mlops.gate_violation.role IS 'champion, challenger or shadow';
COMMENT ON COLUMN mlops.gate_violation.model IS 'name of the model';
COMMENT ON COLUMN mlops.gate_violation.version IS 'number of the version';
COMMENT ON COLUMN mlops.gate_violation.gate IS 'name of the gate';
COMMENT ON COLUMN mlops.gate_violation.path IS 'place of the condition in the rule';
COMMENT ON COLUMN mlops.gate_violation.leaf IS 'kind of the condition';
COMMENT ON COLUMN mlops.gate_violation.outcome IS 'fail, or missing: there is no evidence';
COMMENT ON COLUMN mlops.gate_violation.observed IS 'what was found';
COMMENT ON COLUMN mlops.gate_violation.needed IS 'what the condition asks for';
COMMENT ON COLUMN mlops.gate_violation.reason IS 'why, in words; NULL where observed and needed say it';
GRANT SELECT ON mlops.gate_violation TO PUBLIC;

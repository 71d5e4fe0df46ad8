/*
 * gate: conditions that ask the registry, the lineage and the incidents.
 */
CREATE FUNCTION mlops_internal.judge_metric(rule jsonb, c mlops_internal.gate_case) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        metric CONSTANT text := rule ->> 'metric';
        used CONSTANT text := coalesce(rule ->> 'use', 'value');
        level CONSTANT float8 := coalesce((rule ->> 'level')::float8, 0.95);
        v mlops.version;
        e record;
        i mlops.confidence_interval;
        bound float8;
        leaf mlops_internal.gate_leaf;
    BEGIN
        leaf.outcome := 'missing';
        leaf.needed := format('%s%s %s %s', CASE used WHEN 'value' THEN '' ELSE used || ' bound of ' END, metric,
            CASE WHEN rule ? 'at_least' THEN '>=' ELSE '<=' END, coalesce(rule ->> 'at_least', rule ->> 'at_most'));
        SELECT * INTO e FROM mlops_internal.newest_evaluation(c.version_id, metric, rule ->> 'dataset');
        SELECT x.* INTO v FROM mlops.version AS x WHERE x.version_id = c.version_id;
        IF e.run_id IS NULL AND NOT rule ? 'dataset' AND v.metrics ? metric THEN
            -- what was said when it was registered
            leaf.reason := CASE WHEN rule ? 'min_n' THEN 'the metric of the registration does not say of how many rows'
                WHEN v.created_at < now() - (rule ->> 'max_age')::interval
                    THEN format('it was registered more than %s ago', rule ->> 'max_age') END;
            i.estimate := (v.metrics ->> metric)::float8;
        ELSE
            leaf.reason := mlops_internal.evidence_problem(e.run_id, e.at, e.artifact_id, e.n, rule);
            i.estimate := e.value;
        END IF;
        IF used <> 'value' AND e.is_kept AND leaf.reason IS NULL THEN
            i := mlops_internal.evaluation_metric(e.run_id, metric, level);
        END IF;
        bound := CASE used WHEN 'value' THEN i.estimate WHEN 'lower' THEN i.lower ELSE i.upper END;
        leaf.observed := concat_ws(', ', mlops_internal.plain_number(i.estimate),
            CASE WHEN used <> 'value' THEN format('%s %s', used, mlops_internal.plain_number(bound)) END,
            'n = ' || e.n, 'run ' || e.run_id);
        IF leaf.reason IS NULL AND bound IS NULL THEN
            leaf.reason := 'the evaluation gives no interval: use mlops.log_evaluation';
        ELSIF leaf.reason IS NULL AND bound IN ('NaN', 'Infinity', '-Infinity') THEN
            leaf.reason := format('%s is no finite number', bound);
        ELSIF leaf.reason IS NULL THEN
            leaf.outcome := CASE WHEN bound >= (rule ->> 'at_least')::float8 OR bound <= (rule ->> 'at_most')::float8
                THEN 'pass' ELSE 'fail' END;
        END IF;
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_metric(jsonb, mlops_internal.gate_case) IS
    'metric: the newest evaluation that has it, its value or a bound of its interval against a number';

CREATE FUNCTION mlops_internal.judge_incidents(rule jsonb, c mlops_internal.gate_case) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        about CONSTANT text := coalesce(rule ->> 'of', 'model');
        inputs CONSTANT text[] := ARRAY(
            SELECT a.relation FROM mlops.version AS v
                JOIN mlops.edge AS e ON e.run_id = v.run_id AND e.direction = 'input'
                JOIN mlops.artifact AS a ON a.artifact_id = e.artifact_id
            WHERE v.version_id = c.version_id AND a.relation IS NOT NULL);
        is_live CONSTANT boolean := EXISTS (SELECT FROM mlops.deployment AS d
            WHERE d.version_id = c.version_id AND d.role = 'champion' AND d.until IS NULL);
        leaf mlops_internal.gate_leaf;
        n bigint;
    BEGIN
        SELECT count(*), string_agg(format('incident %s: %s', i.incident_id, i.title), '; ' ORDER BY i.incident_id)
            INTO n, leaf.observed
            FROM mlops.incident AS i JOIN mlops.monitor AS m ON m.monitor_id = i.monitor_id
                JOIN mlops.monitor_version AS d ON d.monitor_id = m.monitor_id AND d.version = m.version
            WHERE i.state <> 'resolved' AND (i.severity = 'critical' OR rule ->> 'no_incident' = 'warning')
              AND CASE about
                  WHEN 'model' THEN m.model_id = c.model_id
                  WHEN 'inputs' THEN mlops_internal.owned_by(c.owner_oid, c.owner_name,
                          mlops_internal.present_owner(m.owner_oid, m.owner_name))
                      AND (d.relation_name = ANY (inputs)
                           OR m.model_id = c.model_id AND i.cause IN ('schema', 'volume', 'quality', 'input'))
                  ELSE m.model_id = c.model_id AND EXISTS (
                      SELECT FROM mlops.alert AS a WHERE a.incident_id = i.incident_id AND a.state <> 'resolved'
                          AND (a.slice_column = d.version_column::text AND a.slice_value = c.version::text
                               OR is_live AND a.slice_column IS NULL)) END;
        leaf.outcome := CASE WHEN n = 0 THEN 'pass' ELSE 'fail' END;
        leaf.observed := coalesce(left(leaf.observed, 1000), 'none');
        leaf.needed := format('no unresolved %sincident of the %s', CASE rule ->> 'no_incident' WHEN 'critical'
            THEN 'critical ' ELSE '' END, CASE about WHEN 'inputs' THEN 'version''s inputs' ELSE about END);
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_incidents(jsonb, mlops_internal.gate_case) IS
    'no_incident: none that is not resolved, acknowledged and silenced ones included';

/* Roles that a role really is a member of, itself included.  A superuser is asked like everybody else. */
CREATE FUNCTION mlops_internal.memberships(role name) RETURNS name[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH RECURSIVE belongs AS (
            SELECT r.oid FROM pg_roles AS r WHERE r.rolname = memberships.role
            -- from PostgreSQL 16 on a grant may give nothing but the right to grant
            UNION SELECT a.roleid FROM pg_auth_members AS a JOIN belongs AS b ON a.member = b.oid
                CROSS JOIN LATERAL to_jsonb(a) AS o
                WHERE coalesce(o -> 'inherit_option' = 'true' OR o -> 'set_option' = 'true', true))
        SELECT array_agg(r.rolname) FROM belongs JOIN pg_roles AS r USING (oid)
    $$;
COMMENT ON FUNCTION mlops_internal.memberships(name) IS
    'the role and all that it is a member of, by grants alone: being a superuser gives none; NULL when there is none';

CREATE FUNCTION mlops_internal.judge_approvals(rule jsonb, c mlops_internal.gate_case) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        wanted CONSTANT bigint := (rule ->> 'approvals')::bigint;
        asked CONSTANT name[] := ARRAY(SELECT jsonb_array_elements_text(rule -> 'from'));
        makers CONSTANT name[] := (
            SELECT ARRAY[v.created_by, v.session_name, r.started_by, r.session_name]
            FROM mlops.version AS v LEFT JOIN mlops.run AS r ON r.run_id = v.run_id
            WHERE v.version_id = c.version_id);
        leaf mlops_internal.gate_leaf;
        enough boolean;
    BEGIN
        WITH given AS (
            SELECT a.*, a.evidence_digest IS DISTINCT FROM c.evidence_digest AS is_stale,
                   a.approved_by = ANY (makers) OR a.session_name = ANY (makers) AS is_maker,
                   a.approved_by IN (c.requester, c.requester_session)
                       OR a.session_name IN (c.requester, c.requester_session) AS is_requester,
                   (a.valid_until <= now()) IS TRUE
                       OR (a.approved_at <= now() - (rule ->> 'valid_for')::interval) IS TRUE AS is_over,
                   mlops_internal.memberships(a.approved_by) AS roles
            FROM mlops.approval AS a
            WHERE a.version_id = c.version_id AND a.transition = c.transition AND a.revoked_at IS NULL
              AND (a.endpoint_id IS NULL OR a.endpoint_id = c.endpoint_id)
        ), counted AS (
            SELECT o.role, least(count(DISTINCT g.approved_by), count(DISTINCT g.session_name)) AS n
            FROM (SELECT r FROM unnest(CASE WHEN rule -> 'each' = 'true' THEN asked ELSE '{NULL}' END) AS r) AS o (role)
                LEFT JOIN given AS g ON NOT (g.is_stale OR g.is_maker IS TRUE OR g.is_requester OR g.is_over)
                    AND CASE WHEN o.role IS NOT NULL THEN o.role = ANY (g.roles)
                             ELSE cardinality(asked) = 0 OR g.roles && asked END
            GROUP BY o.role
        )
        SELECT (SELECT bool_and(n.n >= wanted) FROM counted AS n),
               (SELECT string_agg(n.n::text || coalesce(' of ' || n.role, ''), ', ' ORDER BY n.role) FROM counted AS n),
               (SELECT string_agg(DISTINCT format('that of %s does not count: %s', g.approved_by, CASE
                           WHEN g.is_stale THEN 'stale, the evidence is another since'
                           WHEN g.is_over THEN 'its time is over'
                           WHEN g.is_maker THEN 'who made the version does not approve it'
                           WHEN g.is_requester THEN 'who asks for the move does not approve it'
                           ELSE 'no member' END), '; ')
                FROM given AS g
                WHERE g.is_stale OR g.is_over OR g.is_maker OR g.is_requester
                    OR cardinality(asked) > 0 AND NOT g.roles && asked)
            INTO enough, leaf.observed, leaf.reason;
        leaf.outcome := CASE WHEN enough THEN 'pass' ELSE 'missing' END;
        leaf.needed := format('%s approval%s%s', wanted, CASE wanted WHEN 1 THEN '' ELSE 's' END,
            CASE WHEN cardinality(asked) > 0 THEN format(' %sof %s', CASE WHEN rule -> 'each' = 'true' THEN 'each '
                 ELSE '' END, array_to_string(asked, CASE WHEN rule -> 'each' = 'true' THEN ' and ' ELSE ' or ' END))
                 ELSE '' END);
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_approvals(jsonb, mlops_internal.gate_case) IS
    'approvals: of distinct people, members of the roles, who neither made the version nor ask for the move, on the '
    'evidence of now';

CREATE FUNCTION mlops_internal.judge_soak(rule jsonb, c mlops_internal.gate_case) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres'
    AS $$
    DECLARE
        wanted CONSTANT interval := rule ->> 'soak';
        stretch record;
        rows_seen numeric;
        leaf mlops_internal.gate_leaf;
    BEGIN
        leaf.needed := format('%s%s without a gap%s', wanted, ' as ' || (rule ->> 'role'),
            ' and ' || (rule ->> 'min_rows') || ' rows');
        -- the newest stretch: a deployment that follows another at once goes on with it
        SELECT min(s.since) AS lo, max(coalesce(s.until, now())) AS hi INTO stretch
            FROM (SELECT d.*, count(*) FILTER (WHERE d.is_gap) OVER (PARTITION BY d.endpoint_id
                             ORDER BY d.since DESC, d.deployment_id DESC) - d.is_gap::integer AS later_gaps
                  FROM (SELECT x.*, lag(x.until) OVER (PARTITION BY x.endpoint_id ORDER BY x.since, x.deployment_id)
                                   IS DISTINCT FROM x.since AS is_gap
                        FROM mlops.deployment AS x
                        WHERE x.version_id = c.version_id AND x.role = coalesce(rule ->> 'role', x.role)
                          AND x.endpoint_id = coalesce(c.endpoint_id, x.endpoint_id)) AS d) AS s
            WHERE s.later_gaps = 0
            GROUP BY s.endpoint_id ORDER BY 2 DESC, 1 LIMIT 1;
        IF stretch.lo IS NULL THEN
            leaf.outcome := 'missing';
            leaf.reason := 'it was never live so';
            RETURN leaf;
        END IF;
        -- of monitors that tell versions apart; two may count the same rows
        SELECT max(m.n) INTO rows_seen
            FROM (SELECT sum(w.n) AS n
                  FROM mlops.monitor AS o JOIN mlops.monitor_version AS d USING (monitor_id, version)
                      JOIN mlops.window_summary AS w ON w.monitor_id = o.monitor_id AND w.kind = 'rows'
                          AND w.slice_column = d.version_column::text AND w.slice_value = c.version::text
                          AND w.window_lo >= stretch.lo AND w.window_hi <= stretch.hi
                  WHERE o.model_id = c.model_id GROUP BY o.monitor_id) AS m;
        leaf.observed := concat_ws(' and ', justify_hours(date_trunc('minute', stretch.hi - stretch.lo))::text,
            CASE WHEN rule ? 'min_rows' THEN coalesce(rows_seen, 0) || ' rows' END);
        leaf.outcome := CASE WHEN stretch.hi - stretch.lo < wanted THEN 'fail'
            WHEN rule ? 'min_rows' AND rows_seen IS NULL THEN 'missing'
            WHEN rows_seen < (rule ->> 'min_rows')::bigint THEN 'fail' ELSE 'pass' END;
        IF leaf.outcome = 'missing' THEN
            leaf.reason := 'no monitor of the model with a version_column has counted its rows';
        END IF;
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_soak(jsonb, mlops_internal.gate_case) IS
    'soak: how long the version was live without a gap, and rows that monitors counted meanwhile';

CREATE FUNCTION mlops_internal.judge_origin(rule jsonb, kind text, c mlops_internal.gate_case)
    RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version;
        r mlops.run;
        branch text;
        leaf mlops_internal.gate_leaf;
    BEGIN
        SELECT x.* INTO v FROM mlops.version AS x WHERE x.version_id = c.version_id;
        SELECT x.* INTO r FROM mlops.run AS x WHERE x.run_id = v.run_id;
        IF kind = 'artifact' THEN
            leaf.needed := format('%s%s', rule ->> 'artifact', CASE WHEN rule -> 'digest' = 'true'
                THEN ' with a digest' ELSE '' END);
            leaf.reason := CASE WHEN NOT (
                rule ->> 'artifact' = 'model_file' AND v.uri IS NOT NULL
                    AND (v.digest IS NOT NULL OR rule -> 'digest' IS DISTINCT FROM 'true')
                OR EXISTS (SELECT FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                           WHERE e.run_id = v.run_id AND e.direction = 'output' AND a.type = rule ->> 'artifact'
                             AND (a.digest IS NOT NULL OR rule -> 'digest' IS DISTINCT FROM 'true')))
                THEN 'neither the version nor its training run has it' END;
        ELSIF kind = 'lineage' THEN
            leaf.needed := 'a finished training run with a commit that read a dataset with a fingerprint';
            leaf.reason := CASE WHEN v.run_id IS NULL THEN 'the version has no training run'
                WHEN r.status <> 'finished' THEN format('run %s is %s', r.run_id, r.status)
                WHEN v.git_commit IS NULL THEN 'no commit is recorded'
                WHEN NOT EXISTS (SELECT FROM mlops.edge AS e JOIN mlops.artifact AS a USING (artifact_id)
                                 WHERE e.run_id = v.run_id AND e.direction = 'input' AND a.type = 'dataset'
                                   AND a.digest IS NOT NULL)
                    THEN format('run %s read no dataset with a fingerprint', r.run_id) END;
        ELSE
            branch := coalesce(to_jsonb(v) ->> 'git_branch', to_jsonb(r) ->> 'git_branch');
            leaf.needed := format('code without changes beside the commit%s', ' on branch ' || (rule ->> 'branch'));
            leaf.outcome := CASE WHEN v.git_dirty THEN 'fail' WHEN branch <> rule ->> 'branch' THEN 'fail' END;
            leaf.reason := CASE WHEN v.git_dirty THEN 'the working tree differed from the commit'
                WHEN v.git_commit IS NULL OR v.git_dirty IS NULL THEN 'commit and git_dirty are not recorded'
                WHEN branch <> rule ->> 'branch' THEN format('the branch is %s', branch)
                WHEN rule ? 'branch' AND branch IS NULL THEN 'the branch is not recorded' END;
            leaf.observed := concat_ws(' ', v.git_commit, branch);
        END IF;
        leaf.outcome := coalesce(leaf.outcome, CASE WHEN leaf.reason IS NULL THEN 'pass' ELSE 'missing' END);
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_origin(jsonb, text, mlops_internal.gate_case) IS
    'artifact, lineage and clean_git: what is recorded of where the version comes from';

/* Inputs in the forms that people write: names, {"name": type}, [{"name": ..., "type": ...}], MLflow's text of such. */
CREATE FUNCTION mlops_internal.signature_inputs(signature jsonb) RETURNS TABLE (name text, type text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        inputs jsonb := signature -> 'inputs';
        known CONSTANT jsonb := '{"double": "float8", "float": "float4", "long": "int8", "integer": "int4",
            "string": "text", "boolean": "bool", "datetime": "timestamptz", "binary": "bytea"}';
    BEGIN
        IF jsonb_typeof(inputs) = 'string' THEN
            inputs := (inputs #>> '{}')::jsonb;
        END IF;
        RETURN QUERY
            SELECT i.name, coalesce(known ->> i.type, i.type)
            FROM (SELECT j.key, j.value #>> '{}'
                  FROM jsonb_each(CASE jsonb_typeof(inputs) WHEN 'object' THEN inputs ELSE '{}' END) AS j
                  UNION ALL
                  SELECT CASE jsonb_typeof(e) WHEN 'string' THEN e #>> '{}' ELSE e ->> 'name' END, e ->> 'type'
                  FROM jsonb_array_elements(CASE jsonb_typeof(inputs) WHEN 'array' THEN inputs ELSE '[]' END) AS e)
                 AS i (name, type)
            WHERE i.name IS NOT NULL;
    EXCEPTION WHEN invalid_text_representation OR statement_too_complex THEN
        RETURN;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.signature_inputs(jsonb) IS
    'inputs of a signature with their types, no rows when it has none in a known form';

CREATE FUNCTION mlops_internal.can_become(source text, target text) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        a regtype;
        b regtype;
    BEGIN
        IF source = target OR source IS NULL OR target IS NULL THEN
            RETURN true;
        END IF;
        a := to_regtype(source);
        b := to_regtype(target);
        RETURN a = b OR EXISTS (SELECT FROM pg_cast AS x
                                WHERE x.castsource = a AND x.casttarget = b AND x.castcontext IN ('i', 'a'));
    EXCEPTION WHEN syntax_error_or_access_rule_violation OR feature_not_supported OR data_exception THEN
        RETURN false;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.can_become(text, text) IS
    'whether a value of one type, by name, can be assigned to the other; an unknown type suits all';

CREATE FUNCTION mlops_internal.judge_signature(rule jsonb, c mlops_internal.gate_case) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        other CONSTANT bigint := mlops_internal.rival(c, 'champion');
        mine CONSTANT jsonb := (SELECT v.signature FROM mlops.version AS v WHERE v.version_id = c.version_id);
        theirs CONSTANT jsonb := (SELECT v.signature FROM mlops.version AS v WHERE v.version_id = other);
        leaf mlops_internal.gate_leaf;
    BEGIN
        leaf.needed := 'no input that the champion does not get, of types to which its inputs can be assigned';
        leaf.reason := CASE
            WHEN NOT EXISTS (SELECT FROM mlops_internal.signature_inputs(mine)) THEN 'the version has no inputs in its '
                'signature'
            WHEN other IS NULL OR other = c.version_id THEN 'no champion'
            WHEN NOT EXISTS (SELECT FROM mlops_internal.signature_inputs(theirs))
                THEN 'the champion has no inputs in its signature' END;
        IF leaf.reason IS NOT NULL THEN
            leaf.outcome := CASE leaf.reason WHEN 'no champion' THEN 'pass' ELSE 'missing' END;
            RETURN leaf;
        END IF;
        SELECT string_agg(CASE WHEN t.name IS NULL THEN m.name ELSE format('%s: %s to %s', m.name, t.type, m.type) END,
                   ', ' ORDER BY m.name COLLATE "C")
            INTO leaf.observed
            FROM mlops_internal.signature_inputs(mine) AS m LEFT JOIN mlops_internal.signature_inputs(theirs) AS t
                ON t.name = m.name
            WHERE t.name IS NULL OR NOT mlops_internal.can_become(t.type, m.type);
        leaf.outcome := CASE WHEN leaf.observed IS NULL THEN 'pass' ELSE 'fail' END;
        leaf.reason := 'inputs that do not fit: ' || leaf.observed;
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_signature(jsonb, mlops_internal.gate_case) IS
    'signature: whether the version can take the champion''s place with what its callers send';

CREATE FUNCTION mlops_internal.call_gate(owner oid, function oid, model text, version integer, seconds float8,
    OUT ok boolean, OUT reason text)
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_call_gate';
COMMENT ON FUNCTION mlops_internal.call_gate(oid, oid, text, integer, float8) IS
    'what a function of a gate says, run as the owner within a time limit; what fails says no; error 42501 for whoever '
    'may not act for the owner';

CREATE FUNCTION mlops_internal.judge_function(rule jsonb, c mlops_internal.gate_case) RETURNS mlops_internal.gate_leaf
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        owner CONSTANT oid := mlops_internal.present_owner(c.owner_oid, c.owner_name);
        id CONSTANT oid := mlops_internal.gate_function(rule ->> 'function', owner, NULL);
        leaf mlops_internal.gate_leaf;
        answer record;
    BEGIN
        leaf.needed := format('%s says true', rule ->> 'function');
        leaf.outcome := 'missing';
        IF id IS NULL THEN
            leaf.reason := 'the function is gone, or not any more what a gate may call';
        ELSIF mlops_internal.owned_by(c.owner_oid, c.owner_name,
            mlops_internal.caller_oid(mlops_internal.caller())) IS NOT TRUE THEN
            leaf.reason := 'the function is asked when the version moves, or by members of the owner';
        ELSE
            SELECT * INTO answer FROM mlops_internal.call_gate(owner, id, c.model, c.version, 30);
            leaf.outcome := CASE WHEN answer.ok THEN 'pass' ELSE 'fail' END;
            leaf.reason := left(answer.reason, 1000);
        END IF;
        RETURN leaf;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_function(jsonb, mlops_internal.gate_case) IS
    'function: what it says when the model''s owner calls it; by whoever may not act for the owner it is not asked';

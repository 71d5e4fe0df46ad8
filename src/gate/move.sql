/*
 * gate: moves.
 *
 * check_move stands in the way of every move (registry/moves.sql) and raises 23514,
 * which leaves no trace.  mlops.promote asks first, writes down what gates said,
 * and moves or does not: a refusal is an answer, not an error.  Its rows with moved
 * NULL tell check_move that these gates were asked in this very move; none of them
 * outlives it.
 */
CREATE FUNCTION mlops_internal.note_verdicts(c mlops_internal.gate_case, verdicts mlops_internal.gate_verdict[],
    moved boolean, override_reason text) RETURNS bigint[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        ids bigint[];
    BEGIN
        WITH noted AS (
            INSERT INTO mlops.gate_result AS g (version_id, transition, endpoint_id, gate_id, gate_version, rule,
                    outcome, leaves, evidence_digest, asked_by, moved, override_reason)
                SELECT c.version_id, j.transition, c.endpoint_id, j.gate_id, j.gate_version, j.rule, j.outcome,
                       mlops_internal.leaves_json(j.leaves), j.evidence_digest, c.requester, note_verdicts.moved,
                       CASE WHEN j.outcome <> 'pass' THEN note_verdicts.override_reason END
                FROM unnest(verdicts) AS j
                RETURNING g.gate_result_id)
        SELECT array_agg(n.gate_result_id) INTO ids FROM noted AS n;
        -- who moves by an older snapshot is told to begin anew
        PERFORM mlops_internal.lock_model(c.model_id);
        RETURN coalesce(ids, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.note_verdicts(mlops_internal.gate_case, mlops_internal.gate_verdict[], boolean,
        text) IS
    'write down what gates said of a move and return the gate_result_ids';
REVOKE ALL ON FUNCTION mlops_internal.note_verdicts(mlops_internal.gate_case, mlops_internal.gate_verdict[], boolean,
    text) FROM PUBLIC;

/* A refusal in words. */
CREATE FUNCTION mlops_internal.refusal(c mlops_internal.gate_case, verdicts mlops_internal.gate_verdict[],
    OUT message text, OUT detail text, OUT hint text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH leaf AS (
            SELECT j.gate, j.outcome AS of_gate, l.*
            FROM unnest(verdicts) AS j CROSS JOIN LATERAL unnest(j.leaves) WITH ORDINALITY
                AS l (path, leaf, outcome, observed, needed, reason, hint, place))
        SELECT format('version %s of model "%s" may not %s: %s of %s rules failed', c.version, c.model, CASE
                WHEN c.transition ~ '^(deploy|rollback):' THEN format('become %s of "%s"',
                    split_part(c.transition, ':', 2),
                    (SELECT e.name FROM mlops.endpoint AS e WHERE e.endpoint_id = c.endpoint_id))
                WHEN c.transition ~ '^undeploy:' THEN format('cease to be %s of "%s"',
                    split_part(c.transition, ':', 2),
                    (SELECT e.name FROM mlops.endpoint AS e WHERE e.endpoint_id = c.endpoint_id))
                WHEN c.transition ~ '^alias:' THEN format('become %s', split_part(c.transition, ':', 2))
                ELSE format('move from %s to %s', split_part(c.transition, '>', 1), split_part(c.transition, '>', 2))
                END, count(*) FILTER (WHERE f.of_gate <> 'pass' AND f.outcome <> 'pass'), count(*)),
            string_agg(concat_ws(', ', format('Gate "%s", %s, %s: %s', f.gate, f.path, f.leaf, f.outcome),
                'needed ' || f.needed, 'observed ' || nullif(f.observed, ''), f.reason) || '.', E'\n'
                ORDER BY f.gate, f.place) FILTER (WHERE f.of_gate <> 'pass' AND f.outcome <> 'pass'),
            coalesce(string_agg(upper(left(f.hint, 1)) || substr(f.hint, 2) || '.', ' ' ORDER BY f.gate, f.place)
                         FILTER (WHERE f.of_gate <> 'pass' AND f.outcome <> 'pass'),
                format('See SELECT * FROM mlops.check_gate(%L, %s, %L%s).', c.model, c.version,
                    c.transition, (SELECT format(', %L', e.name) FROM mlops.endpoint AS e
                                   WHERE e.endpoint_id = c.endpoint_id)))
        FROM leaf AS f
    $$;
COMMENT ON FUNCTION mlops_internal.refusal(mlops_internal.gate_case, mlops_internal.gate_verdict[]) IS
    'what to tell whoever is refused: how many conditions failed, a line for each, and what would help';
REVOKE ALL ON FUNCTION mlops_internal.refusal(mlops_internal.gate_case, mlops_internal.gate_verdict[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION mlops_internal.check_move(version_id bigint, transition text, endpoint_id bigint,
    reason text, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        model CONSTANT bigint := (SELECT v.model_id FROM mlops.version AS v
                                  WHERE v.version_id = check_move.version_id);
        c mlops_internal.gate_case;
        verdicts mlops_internal.gate_verdict[];
        refused record;
    BEGIN
        PERFORM FROM mlops.gate AS g
            WHERE g.model_id = model AND g.enabled AND g.dropped_at IS NULL ORDER BY g.gate_id FOR SHARE;
        IF NOT FOUND OR EXISTS (SELECT FROM mlops.gate_result AS g
            WHERE g.version_id = check_move.version_id AND g.transition = check_move.transition
              AND g.endpoint_id IS NOT DISTINCT FROM check_move.endpoint_id AND g.moved IS NULL) THEN
            RETURN;
        END IF;
        c := mlops_internal.gate_case(version_id, transition, endpoint_id, mlops_internal.caller_name(caller),
            session_user);
        verdicts := ARRAY(SELECT j FROM mlops_internal.judge_move(c) AS j);
        IF EXISTS (SELECT FROM unnest(verdicts) AS j WHERE j.outcome NOT IN ('pass', 'exempt')) THEN
            SELECT * INTO refused FROM mlops_internal.refusal(c, verdicts);
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = refused.message, DETAIL = refused.detail,
                HINT = refused.hint;
        ELSIF cardinality(verdicts) > 0 THEN
            PERFORM mlops_internal.note_verdicts(c, verdicts, true, NULL);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_move(bigint, text, bigint, text, mlops_internal.caller) IS
    'raise 23514 unless the gates let the version make the move, whose locks are held; transition is FROM>TO, '
    'deploy:ROLE, rollback:ROLE, undeploy:ROLE or alias:NAME';
REVOKE ALL ON FUNCTION mlops_internal.check_move(bigint, text, bigint, text, mlops_internal.caller) FROM PUBLIC;

/* An overruled gate is told on the critical route of the model's owner, as a notice of no incident. */
CREATE FUNCTION mlops_internal.tell_override(c mlops_internal.gate_case, gate_result_id bigint,
    failed mlops_internal.gate_verdict[], reason text) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor;
        i mlops.incident;
        t record;
        body jsonb;
        key CONSTANT text := mlops_internal.key_prefix() || 'gate:' || gate_result_id;
    BEGIN
        m.model_id := c.model_id;
        m.owner_name := c.owner_name;
        i.owner_oid := c.owner_oid;
        i.owner_name := c.owner_name;
        i.model_id := c.model_id;
        i.severity := 'critical';
        i.labels := mlops_internal.monitor_labels(m) || '{"severity": "critical", "cause": "gate"}';
        i.title := format('%s overruled the gates of %s for version %s of model "%s"', c.requester, c.transition,
            c.version, c.model);
        body := jsonb_build_object('event', 'overridden', 'severity', 'critical', 'cause', 'gate', 'title', i.title,
            'model', c.model, 'version', c.version, 'transition', c.transition, 'by', c.requester,
            'reason', left(reason, 2000), 'gates', (
                SELECT jsonb_agg(jsonb_build_object('gate', f.gate, 'leaves', jsonb_path_query_array(
                    mlops_internal.leaves_json(f.leaves), '$[*] ? (@.outcome != "pass")'))) FROM unnest(failed) AS f));
        IF octet_length(body::text) > 16384 THEN
            body := body - 'gates';
        END IF;
        FOR t IN SELECT DISTINCT ON (x.channel) x.channel, (r.route).quiet_hours
                 FROM mlops_internal.tried_routes(i) AS r CROSS JOIN LATERAL unnest((r.route).channels) AS x (channel)
                 WHERE r.is_used ORDER BY x.channel, r.n
        LOOP
            INSERT INTO mlops.notice (owner_oid, owner_name, event, channel, key, thread, body, due_at, not_before,
                    state, settled_at)
                SELECT c.owner_oid, c.owner_name, 'overridden', t.channel, key || ':' || t.channel, key, body, d.at,
                       d.at, CASE t.channel WHEN 'log' THEN 'sent' ELSE 'pending' END,
                       CASE t.channel WHEN 'log' THEN now() END
                FROM (SELECT mlops_internal.after_quiet(now(), t.quiet_hours, 'UTC')) AS d (at);
            IF t.channel = 'log' THEN
                RAISE LOG 'mlops gate: %, because: %', i.title, left(reason, 2000);
            END IF;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.tell_override(mlops_internal.gate_case, bigint, mlops_internal.gate_verdict[],
        text) IS
    'write the notices that gates were overruled';
REVOKE ALL ON FUNCTION mlops_internal.tell_override(mlops_internal.gate_case, bigint, mlops_internal.gate_verdict[],
    text) FROM PUBLIC;

/* Why an override does not hold; NULL = it does. */
CREATE FUNCTION mlops_internal.override_problem(failed mlops_internal.gate_verdict[], reason text, who name)
    RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN length(regexp_replace(reason, '^\s+|\s+$', '', 'g')) < 10
                THEN 'the reason of an override must have 10 characters'
            ELSE (SELECT format(CASE WHEN f.override_role IS NULL THEN 'gate "%s" cannot be overruled'
                                     ELSE 'only members of role "%2$s" may overrule gate "%1$s"' END, f.gate,
                             f.override_role)
                  FROM unnest(failed) AS f
                  WHERE (f.override_role = ANY (mlops_internal.memberships(who))) IS NOT TRUE
                  ORDER BY f.gate_id LIMIT 1) END
    $$;
COMMENT ON FUNCTION mlops_internal.override_problem(mlops_internal.gate_verdict[], text, name) IS
    'why a role may not overrule gates with that reason; NULL when it may';
REVOKE ALL ON FUNCTION mlops_internal.override_problem(mlops_internal.gate_verdict[], text, name) FROM PUBLIC;

CREATE FUNCTION mlops_internal.promote(model text, version integer, endpoint text, role text, reason text,
    override text, caller mlops_internal.caller) RETURNS TABLE (moved boolean, report jsonb)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        v mlops.version := mlops_internal.lock_version(model, version, caller);
        place bigint;
        transition CONSTANT text := CASE WHEN endpoint IS NULL THEN 'alias:' ELSE 'deploy:' END || role;
        part text;
        c mlops_internal.gate_case;
        verdicts mlops_internal.gate_verdict[] := '{}';
        failed mlops_internal.gate_verdict[];
        problem text;
        ids bigint[];
    BEGIN
        IF endpoint IS NOT NULL THEN
            PERFORM mlops_internal.check_role(role);
            place := (mlops_internal.lock_endpoint(endpoint, caller)).endpoint_id;
        END IF;
        PERFORM mlops_internal.lock_versions(v.version_id || ARRAY(
            SELECT d.version_id FROM mlops.deployment AS d WHERE d.endpoint_id = place AND d.until IS NULL
                AND (d.role = promote.role OR d.version_id = v.version_id)));
        PERFORM FROM mlops.gate AS g WHERE g.model_id = v.model_id AND g.dropped_at IS NULL ORDER BY g.gate_id
            FOR SHARE;
        FOREACH part IN ARRAY mlops_internal.moves_of(v.version_id, transition) LOOP
            c := mlops_internal.gate_case(v.version_id, part, place, mlops_internal.caller_name(caller), session_user);
            verdicts := verdicts || ARRAY(SELECT j FROM mlops_internal.judge_move(c) AS j);
        END LOOP;
        failed := ARRAY(SELECT j FROM unnest(verdicts) AS j WHERE j.outcome <> 'pass');
        IF cardinality(failed) > 0 THEN
            problem := CASE WHEN override IS NULL THEN '' ELSE mlops_internal.override_problem(failed, override,
                c.requester) END;
        END IF;
        moved := problem IS NULL;
        report := jsonb_build_object('transition', transition, 'gates', coalesce((
            SELECT jsonb_agg(jsonb_build_object('gate', j.gate, 'version', j.gate_version, 'transition', j.transition,
                       'outcome', j.outcome, 'leaves', mlops_internal.leaves_json(j.leaves)) ORDER BY j.gate_id)
            FROM unnest(verdicts) AS j), '[]'))
            || CASE WHEN problem > '' THEN jsonb_build_object('override', problem)
                    WHEN moved AND cardinality(failed) > 0 THEN jsonb_build_object('override', override) ELSE '{}' END
            || CASE WHEN moved THEN '{}' ELSE (SELECT to_jsonb(r) FROM mlops_internal.refusal(c, verdicts) AS r) END;
        IF cardinality(verdicts) > 0 THEN
            ids := mlops_internal.note_verdicts(c, verdicts, CASE WHEN NOT moved THEN false END,
                CASE WHEN moved THEN override END);
        END IF;
        IF moved AND endpoint IS NOT NULL THEN
            PERFORM mlops_internal.deploy(c.model, c.version, endpoint, role, NULL, reason, caller);
        ELSIF moved THEN
            PERFORM mlops_internal.set_alias(c.model, role, c.version, caller);
        END IF;
        UPDATE mlops.gate_result AS g SET moved = true WHERE g.gate_result_id = ANY (ids) AND promote.moved;
        IF moved AND cardinality(failed) > 0 THEN
            PERFORM mlops_internal.tell_override(c, ids[1], failed, override);
        END IF;
        RETURN NEXT;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.promote IS 'mlops.promote on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.promote FROM PUBLIC;

CREATE FUNCTION mlops.promote(model text, version integer, endpoint text DEFAULT NULL, role text DEFAULT 'champion',
    reason text DEFAULT NULL, override text DEFAULT NULL) RETURNS TABLE (moved boolean, report jsonb)
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.promote(model, version, endpoint, role, reason, override,
            mlops_internal.caller());
    END;
COMMENT ON FUNCTION mlops.promote IS
    'deploy a version at an endpoint in a role, or without endpoint give it the role as alias, if the gates let it; a '
    'refusal is recorded and reported, not raised; override overrules gates, with a reason';
REVOKE ALL ON FUNCTION mlops.promote FROM PUBLIC;

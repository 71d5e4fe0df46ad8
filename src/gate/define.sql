/*
 * gate: making, changing and dropping gates, by admins of the model: who is only let
 * to deploy does not change what stands in the way.  Each change is a version; all wait for moves of the model.
 */
CREATE FUNCTION mlops_internal.add_gate(model text, transition text, rule jsonb, name text, override_role regrole,
    enabled boolean, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        m mlops.model := mlops_internal.own_model(model, caller, 'admin');
        overruler name := (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = override_role);
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.lock_model(m.model_id);
        PERFORM mlops_internal.check_name(coalesce(name, transition), 'gate');
        PERFORM mlops_internal.check_transition(transition);
        PERFORM mlops_internal.check_rule(rule, m);
        IF enabled IS NULL OR override_role IS NOT NULL AND overruler IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = CASE WHEN enabled IS NULL THEN 'null_value_not_allowed' ELSE 'undefined_object' END,
                MESSAGE = CASE WHEN enabled IS NULL THEN 'enabled must be true or false'
                    ELSE format('role %s does not exist', override_role) END;
        END IF;
        INSERT INTO mlops.gate AS g (model_id, name, transition, rule, override_role, enabled, created_by)
            VALUES (m.model_id, coalesce(name, transition), transition, rule, overruler, enabled,
                    mlops_internal.caller_name(caller))
            ON CONFLICT DO NOTHING
            RETURNING g.gate_id INTO new_id;
        IF new_id IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'duplicate_object',
                MESSAGE = format('gate "%s" of model "%s" already exists', coalesce(name, transition), model),
                HINT = 'Change it with mlops.alter_gate, or give this one another name.';
        END IF;
        PERFORM mlops_internal.note_gate(new_id, caller);
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.add_gate IS 'mlops.add_gate on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.add_gate FROM PUBLIC;

CREATE FUNCTION mlops_internal.note_gate(gate_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.gate_version (gate_id, version, transition, rule, override_role, enabled, changed_by)
            SELECT g.gate_id, g.version, g.transition, g.rule, g.override_role, g.enabled,
                   mlops_internal.caller_name(caller)
            FROM mlops.gate AS g WHERE g.gate_id = note_gate.gate_id
    $$;
COMMENT ON FUNCTION mlops_internal.note_gate(bigint, mlops_internal.caller) IS 'keep the present definition of a gate';
REVOKE ALL ON FUNCTION mlops_internal.note_gate(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops.add_gate(model text, transition text, rule jsonb, name text DEFAULT NULL,
    override_role regrole DEFAULT NULL, enabled boolean DEFAULT true) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.add_gate(model, transition, rule, name, override_role, enabled, mlops_internal.caller());
COMMENT ON FUNCTION mlops.add_gate IS
    'let versions of a model make a move (registered>staged, deploy:champion, alias:champion ...) only when a rule '
    'passes, and return the gate_id; members of override_role may overrule it';
REVOKE ALL ON FUNCTION mlops.add_gate FROM PUBLIC;

/* The gate, once the caller has proved to act for the model's owner, with the model locked. */
CREATE FUNCTION mlops_internal.own_gate(gate_id bigint, caller mlops_internal.caller) RETURNS mlops.gate
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        g mlops.gate;
        m mlops.model;
    BEGIN
        SELECT x.* INTO g FROM mlops.gate AS x WHERE x.gate_id = own_gate.gate_id AND x.dropped_at IS NULL;
        SELECT x.* INTO m FROM mlops.model AS x WHERE x.model_id = g.model_id;
        PERFORM mlops_internal.require_level(m, 'admin', caller, own_gate.gate_id::text, 'gate');
        PERFORM mlops_internal.lock_model(g.model_id);
        SELECT x.* INTO g FROM mlops.gate AS x WHERE x.gate_id = own_gate.gate_id AND x.dropped_at IS NULL FOR UPDATE;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('gate', own_gate.gate_id::text);
        END IF;
        RETURN g;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.own_gate(bigint, mlops_internal.caller) IS
    'the gate, locked with its model; error 42704 when there is none, else as require_level for an admin';
REVOKE ALL ON FUNCTION mlops_internal.own_gate(bigint, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.alter_gate(gate_id bigint, changes jsonb, caller mlops_internal.caller) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        g mlops.gate := mlops_internal.own_gate(gate_id, caller);
        changed mlops.gate := g;
        m mlops.model;
        problem text;
    BEGIN
        SELECT k || ' cannot be changed' INTO problem
            FROM jsonb_object_keys(mlops_internal.check_object(changes, 'changes')) AS k
            WHERE k <> ALL ('{name,transition,rule,override_role,enabled}') ORDER BY k COLLATE "C" LIMIT 1;
        SELECT x.* INTO m FROM mlops.model AS x WHERE x.model_id = g.model_id;
        changed.name := mlops_internal.check_name(CASE WHEN changes ? 'name' THEN changes ->> 'name' ELSE g.name END,
            'gate');
        changed.transition := mlops_internal.check_transition(
            CASE WHEN changes ? 'transition' THEN changes ->> 'transition' ELSE g.transition END);
        IF changes ? 'rule' THEN
            PERFORM mlops_internal.check_rule(changes -> 'rule', m);
            changed.rule := changes -> 'rule';
        END IF;
        IF changes ? 'override_role' THEN
            changed.override_role := changes ->> 'override_role';
            IF changed.override_role IS NOT NULL
                AND NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = changed.override_role) THEN
                problem := coalesce(problem, format('role "%s" does not exist', changed.override_role));
            END IF;
        END IF;
        IF changes ? 'enabled' THEN
            problem := coalesce(problem, CASE WHEN jsonb_typeof(changes -> 'enabled') <> 'boolean'
                THEN 'enabled must be true or false' END);
            changed.enabled := CASE WHEN problem IS NULL THEN (changes -> 'enabled')::boolean END;
        END IF;
        IF problem IS NULL AND EXISTS (SELECT FROM mlops.gate AS x WHERE x.model_id = g.model_id
            AND x.name = changed.name AND x.dropped_at IS NULL AND x.gate_id <> g.gate_id) THEN
            problem := format('gate "%s" already exists', changed.name);
        END IF;
        IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = problem,
                HINT = 'What can be changed is name, transition, rule, override_role and enabled.';
        ELSIF changed = g THEN
            RETURN g.version;
        END IF;
        UPDATE mlops.gate AS x SET version = g.version + 1, name = changed.name, transition = changed.transition,
                rule = changed.rule, override_role = changed.override_role, enabled = changed.enabled
            WHERE x.gate_id = g.gate_id;
        PERFORM mlops_internal.note_gate(g.gate_id, caller);
        RETURN g.version + 1;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.alter_gate IS 'mlops.alter_gate on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.alter_gate FROM PUBLIC;

CREATE FUNCTION mlops.alter_gate(gate_id bigint, changes jsonb) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.alter_gate(gate_id, changes, mlops_internal.caller());
COMMENT ON FUNCTION mlops.alter_gate IS
    'change name, transition, rule, override_role or enabled of a gate, as in {"enabled": false}, and return the '
    'number of its new version; approvals given before become stale';
REVOKE ALL ON FUNCTION mlops.alter_gate FROM PUBLIC;

CREATE FUNCTION mlops_internal.drop_gate(gate_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        g mlops.gate := mlops_internal.own_gate(gate_id, caller);
    BEGIN
        UPDATE mlops.gate AS x SET dropped_at = now(), dropped_by = mlops_internal.caller_name(caller)
            WHERE x.gate_id = g.gate_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drop_gate IS 'mlops.drop_gate on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.drop_gate FROM PUBLIC;

CREATE FUNCTION mlops.drop_gate(gate_id bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.drop_gate(gate_id, mlops_internal.caller());
COMMENT ON FUNCTION mlops.drop_gate IS 'drop a gate; its history and what it said stay';
REVOKE ALL ON FUNCTION mlops.drop_gate FROM PUBLIC;

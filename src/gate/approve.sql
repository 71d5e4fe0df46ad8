/*
 * gate: approvals.
 *
 * Who may see the model may approve; whether it counts is decided when the version
 * moves.  An approval is of what was there to see: gates, evaluations, compared
 * versions.  When one of these is another, it is stale.
 */
CREATE FUNCTION mlops_internal.seen_version(model text, version integer, caller mlops_internal.caller)
    RETURNS mlops.version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        named record;
        m mlops.model;
        v mlops.version;
    BEGIN
        SELECT * INTO named FROM mlops_internal.split_version(model, version, caller);
        SELECT x.* INTO m FROM mlops.model AS x WHERE x.model_id = mlops.model_id(named.model);
        IF NOT mlops_internal.sees_model(m, caller) THEN
            PERFORM mlops_internal.no_such('model', format('"%s"', named.model));
        END IF;
        SELECT x.* INTO v FROM mlops.version AS x
            WHERE x.version_id = mlops_internal.find_version(named.model, named.version, named.alias);
        RETURN v;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.seen_version(text, integer, mlops_internal.caller) IS
    'the version; error 42704 when there is none that the caller may see, as owner, by mlops.grant_model or by '
    'mlops.grant_read';
REVOKE ALL ON FUNCTION mlops_internal.seen_version(text, integer, mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.approve(model text, version integer, transition text, comment text, valid_for interval,
    endpoint text, caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        v mlops.version := mlops_internal.seen_version(model, version, caller);
        r mlops.run;
        who CONSTANT name := mlops_internal.caller_name(caller);
        place bigint;
        c mlops_internal.gate_case;
        problem text;
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.lock_model(v.model_id);
        problem := CASE WHEN transition LIKE '%*%' THEN format('transition "%s" is not one move', left(transition, 200))
            WHEN comment IS NULL OR comment !~ '\S' THEN 'comment must say why'
            ELSE 'valid_for ' || mlops_internal.interval_problem(valid_for::text) END;
        IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = problem;
        END IF;
        PERFORM mlops_internal.check_transition(transition, true);
        SELECT x.* INTO r FROM mlops.run AS x WHERE x.run_id = v.run_id;
        IF who IN (v.created_by, v.session_name, r.started_by, r.session_name)
            OR session_user IN (v.created_by, v.session_name, r.started_by, r.session_name) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('whoever made version %s of a model does not approve it', v.version),
                HINT = 'Somebody else does, logged in under a name of his own.';
        END IF;
        -- the endpoint's name is told by its deployments, which whoever sees the model sees
        IF endpoint IS NOT NULL THEN
            SELECT e.endpoint_id INTO place FROM mlops.endpoint AS e WHERE e.name = endpoint
                AND (mlops_internal.owned_by(e.owner_oid, e.owner_name, mlops_internal.caller_oid(caller))
                     OR (e.owner_oid, e.owner_name) = (SELECT m.owner_oid, m.owner_name FROM mlops.model AS m
                                                       WHERE m.model_id = v.model_id));
            IF NOT FOUND THEN
                PERFORM mlops_internal.no_such('endpoint', '"' || endpoint || '"');
            END IF;
        END IF;
        c := mlops_internal.gate_case(v.version_id, transition, place, who, session_user);
        INSERT INTO mlops.approval AS a (version_id, transition, endpoint_id, comment, evidence_digest, approved_by,
                session_name, valid_until)
            VALUES (v.version_id, transition, place, comment, c.evidence_digest, who, session_user, now() + valid_for)
            RETURNING a.approval_id INTO new_id;
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.approve IS 'mlops.approve on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.approve FROM PUBLIC;

CREATE FUNCTION mlops.approve(model text, version integer, transition text, comment text,
    valid_for interval DEFAULT NULL, endpoint text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.approve(model, version, transition, comment, valid_for, endpoint, mlops_internal.caller());
COMMENT ON FUNCTION mlops.approve IS
    'approve a move of a version on the evidence of now, and return the approval_id; a new evaluation, champion or '
    'gate makes it stale; whoever made the version or asks for the move does not count';
REVOKE ALL ON FUNCTION mlops.approve FROM PUBLIC;

CREATE FUNCTION mlops_internal.revoke_approval(approval_id bigint, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT name := mlops_internal.caller_name(caller);
        a mlops.approval;
        m mlops.model;
    BEGIN
        SELECT x.* INTO a FROM mlops.approval AS x WHERE x.approval_id = revoke_approval.approval_id;
        SELECT x.* INTO m FROM mlops.model AS x JOIN mlops.version AS v USING (model_id)
            WHERE v.version_id = a.version_id;
        IF who IS DISTINCT FROM a.approved_by THEN
            PERFORM mlops_internal.require_level(m, 'admin', caller, approval_id::text, 'approval');
        END IF;
        PERFORM mlops_internal.lock_model(m.model_id);
        UPDATE mlops.approval AS x SET revoked_at = now(), revoked_by = who
            WHERE x.approval_id = revoke_approval.approval_id AND x.revoked_at IS NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.revoke_approval IS 'mlops.revoke_approval on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.revoke_approval FROM PUBLIC;

CREATE FUNCTION mlops.revoke_approval(approval_id bigint) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.revoke_approval(approval_id, mlops_internal.caller());
COMMENT ON FUNCTION mlops.revoke_approval IS
    'take an approval back, by whoever gave it or an admin of the model; moves that it allowed stay';
REVOKE ALL ON FUNCTION mlops.revoke_approval FROM PUBLIC;

/*
 * report: who may use the extension, and who may look.
 *
 * Reading is open to all and shows what is one's own, by row security.  Functions
 * that write are closed to PUBLIC; the list below says which of them a level
 * opens, and sql/contract.sql that none is forgotten.
 */
CREATE FUNCTION mlops.use_levels() RETURNS TABLE (level text, function_name name)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT 'user', unnest('{
            start_run,finish_run,fail_run,log_params,log_param,log_metric,log_metrics,log_artifact,log_dataset,log_profiles,
            log_version,record_predictions,create_model,register_version,
            create_monitor,alter_monitor,drop_monitor,evaluate,backfill,store_baseline,store_window,record_failure,
            apply_alerts,ack,silence,resolve,send_outbox,
            claim_run,claim_now,finish_claim,fail_claim,run_due,run_now,pause,resume,retry,enable_scheduler,disable_scheduler,
            alter_owner,grant_read,revoke_read}'::name[])
        UNION ALL
        SELECT 'deployer', unnest('{set_stage,set_alias,delete_alias,create_endpoint,deploy,undeploy,rollback}'::name[])
        UNION ALL
        SELECT 'administrator', unnest('{grant_use,revoke_use,adopt_owners}'::name[])
    $$;
COMMENT ON FUNCTION mlops.use_levels() IS 'functions that are closed to PUBLIC and meant to be called, with the least level that opens them: user, deployer (has the former too) or administrator, which is the extension''s owner';

CREATE FUNCTION mlops_internal.usable_functions(level text DEFAULT 'deployer') RETURNS SETOF regprocedure
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.oid::regprocedure
        FROM pg_proc AS p JOIN mlops.use_levels() AS l ON l.function_name = p.proname
            JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
            JOIN pg_extension AS x ON x.oid = d.refobjid AND x.extname = 'mlops'
        WHERE (l.level = 'user' OR l.level = usable_functions.level)
          AND l.level <> 'administrator'
          AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                          WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
        ORDER BY p.oid
    $$;
COMMENT ON FUNCTION mlops_internal.usable_functions(text) IS 'the functions and procedures that mlops.grant_use opens to a role at that level';

CREATE FUNCTION mlops_internal.require_administrator(caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF pg_has_role(mlops_internal.caller_oid(caller), (SELECT x.extowner FROM pg_extension AS x WHERE x.extname = 'mlops'), 'USAGE') IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = 'must be owner of extension mlops',
                HINT = 'Ask the role that installed the extension.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_administrator(mlops_internal.caller) IS 'internal: raise 42501 unless the caller acts for the extension''s owner';
REVOKE ALL ON FUNCTION mlops_internal.require_administrator(mlops_internal.caller) FROM PUBLIC;

CREATE FUNCTION mlops_internal.change_use(role regrole, level text, command text) RETURNS integer
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        routine regprocedure;
        n integer := 0;
    BEGIN
        PERFORM mlops_internal.require_administrator(mlops_internal.caller());
        IF role IS NULL OR NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.oid = role) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('role %s does not exist', coalesce(role::text, 'NULL'));
        ELSIF level IS NULL OR level NOT IN ('user', 'deployer') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('level "%s" does not exist', level),
                HINT = 'Levels are user and deployer; mlops.grant_read lets a role look without writing.';
        END IF;
        FOR routine IN SELECT * FROM mlops_internal.usable_functions(level) LOOP
            EXECUTE format(command, routine, role);
            n := n + 1;
        END LOOP;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.change_use(regrole, text, text) IS 'internal: run a GRANT or REVOKE, with places for routine and role, for the functions of a level, and return their number; error 42501 unless called by the extension''s owner';
REVOKE ALL ON FUNCTION mlops_internal.change_use(regrole, text, text) FROM PUBLIC;

CREATE FUNCTION mlops.grant_use(role regrole, level text DEFAULT 'deployer') RETURNS integer
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.change_use(role, level, 'GRANT EXECUTE ON ROUTINE %s TO %s') $$;
COMMENT ON FUNCTION mlops.grant_use(regrole, text) IS 'let a role, and its members, register, log, monitor and answer alerts (level user), and with level deployer also stage, alias and deploy; others'' objects stay closed; returns the number of functions; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.grant_use(regrole, text) FROM PUBLIC;

CREATE FUNCTION mlops.revoke_use(role regrole) RETURNS integer
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.change_use(role, 'deployer', 'REVOKE EXECUTE ON ROUTINE %s FROM %s') $$;
COMMENT ON FUNCTION mlops.revoke_use(regrole) IS 'take back what mlops.grant_use gave, at any level; the role''s objects stay; returns the number of functions; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.revoke_use(regrole) FROM PUBLIC;

/*
 * Who may look at what is others'.  Membership in the owner's role would do, but
 * gives everything that the owner may.
 */
CREATE FUNCTION mlops_internal.grant_read(role regrole, owner regrole, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.require_reading(owner, caller);
        IF role IS NULL OR mlops_internal.note_owner(role) IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('role %s does not exist', coalesce(role::text, 'NULL'));
        END IF;
        INSERT INTO mlops.reader (reader_oid, reader_name, owner_oid, owner_name)
            SELECT role, mlops_internal.note_owner(role), owner, mlops_internal.note_owner(owner)
            ON CONFLICT ON CONSTRAINT reader_key DO NOTHING;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.grant_read IS 'mlops.grant_read on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.grant_read FROM PUBLIC;

CREATE FUNCTION mlops.grant_read(role regrole, owner regrole DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.grant_read(role, owner, mlops_internal.caller());
COMMENT ON FUNCTION mlops.grant_read IS
    'let a role, and its members, see in views and reading functions what the owner owns, without changing anything; by a member of the owner, or for owner NULL, which means all owners, by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.grant_read FROM PUBLIC;

CREATE FUNCTION mlops_internal.revoke_read(role regrole, owner regrole, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.require_reading(owner, caller);
        DELETE FROM mlops.reader AS r WHERE r.reader_oid = role AND r.owner_oid IS NOT DISTINCT FROM owner::oid;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.revoke_read IS 'mlops.revoke_read on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.revoke_read FROM PUBLIC;

CREATE FUNCTION mlops.revoke_read(role regrole, owner regrole DEFAULT NULL) RETURNS void
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.revoke_read(role, owner, mlops_internal.caller());
COMMENT ON FUNCTION mlops.revoke_read IS
    'take back what mlops.grant_read gave for that owner, NULL being the grant for all owners; nothing happens when there is none';
REVOKE ALL ON FUNCTION mlops.revoke_read FROM PUBLIC;

CREATE FUNCTION mlops_internal.require_reading(owner oid, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF owner IS NULL THEN
            PERFORM mlops_internal.require_administrator(caller);
        ELSIF mlops_internal.owned_by(owner, (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner), mlops_internal.caller_oid(caller)) IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be a member of role "%s" to show what it owns', owner::regrole),
                HINT = 'Ask a member of that role, or the extension''s owner.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_reading(oid, mlops_internal.caller) IS 'internal: raise 42501 unless the caller may show what the owner owns; NULL = what all own';
REVOKE ALL ON FUNCTION mlops_internal.require_reading(oid, mlops_internal.caller) FROM PUBLIC;

/*
 * Owners are kept as OID and name.  Restored into another cluster every owner
 * looks like a role made anew under an old name: the administrator says that the
 * names stand for the same roles there.  A renamed role gets its present name.
 */
CREATE FUNCTION mlops_internal.adopt_owners(
    owner regrole, caller mlops_internal.caller) RETURNS TABLE (owner_name name, relation text, n_rows bigint)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who text;
    BEGIN
        PERFORM mlops_internal.require_administrator(caller);
        FOR relation, who IN
            SELECT a.attrelid::regclass, left(a.attname, -4) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
            WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relkind = 'r' AND a.attname IN ('owner_oid', 'reader_oid')
            ORDER BY c.oid, a.attname
        LOOP
            -- what the new role has made meanwhile keeps its place
            RETURN QUERY EXECUTE format(
                'WITH adopted AS (
                    UPDATE %1$s AS t SET %3$s_oid = r.oid, %3$s_name = r.rolname FROM pg_roles AS r
                    WHERE CASE WHEN mlops_internal.present_owner(t.%3$s_oid, t.%3$s_name) IS NULL THEN r.rolname = t.%3$s_name AND r.oid <> t.%3$s_oid
                               ELSE r.oid = t.%3$s_oid AND r.rolname <> t.%3$s_name END
                      AND ($1 IS NULL OR r.oid = $1) %2$s
                    RETURNING t.%3$s_oid AS role)
                 SELECT mlops_internal.note_owner(a.role), %1$L::text, count(*) FROM adopted AS a GROUP BY a.role ORDER BY 1',
                relation, CASE WHEN relation = 'mlops.artifact' THEN
                    'AND NOT EXISTS (SELECT FROM mlops.artifact AS o WHERE o.identity = t.identity AND o.owner_oid = r.oid AND o.owner_name = r.rolname)' END,
                who)
                USING owner::oid;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.adopt_owners IS 'mlops.adopt_owners on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.adopt_owners FROM PUBLIC;

CREATE FUNCTION mlops.adopt_owners(
    owner regrole DEFAULT NULL) RETURNS TABLE (owner_name name, relation text, n_rows bigint)
    LANGUAGE sql VOLATILE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.adopt_owners(owner, mlops_internal.caller());
    END;
COMMENT ON FUNCTION mlops.adopt_owners IS
    'let the present roles of the same names own what was owned under other role numbers, as after a restore into another cluster, and give renamed owners their present names; owner NULL means all; returns how many rows of which table changed; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.adopt_owners FROM PUBLIC;

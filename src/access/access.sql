/*
 * access: who may use the extension, and who may look.
 *
 * Reading is open to all and shows what is one's own, by row security.  Functions
 * of mlops that write are closed to PUBLIC; the list below says which level opens
 * them.  What stands behind them in mlops_internal is found by schema and kind.
 * sql/contract.sql holds that none is forgotten.
 */
CREATE FUNCTION mlops.use_levels() RETURNS TABLE (level text, function regprocedure, description text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT l.level, p.oid, obj_description(p.oid, 'pg_proc')
        FROM (VALUES
            (1, 'user', '{start_run,finish_run,fail_run,heartbeat,end_lost_runs,set_run_tags,
                store_artifact,start_upload,append_upload,finish_upload,log_params,log_param,log_metric,
                log_metrics,log_points,log_artifact,
                log_dataset,log_profiles,log_version,log_evaluation,record_predictions,approve,revoke_approval,
                capture_run,import_mlflow,import_openlineage,create_model,register_version,
                create_feature_view,drop_feature_view,training_set,drop_training_set,materialize,
                create_monitor,monitor_feature_view,
                set_description,set_tags,rename_model,archive_model,delete_model,restore_model,delete_version,
                restore_version,grant_model,revoke_model,
                alter_monitor,drop_monitor,monitor_model,suggest_checks,backtest,exclude_windows,include_windows,
                add_holiday,drop_holiday,evaluate,backfill,restate,record_failure,apply_alerts,ack,silence,resolve,
                ack_incident,silence_incident,resolve_incident,accept_incident,add_silence,end_silence,add_inhibition,
                drop_inhibition,add_route,alter_route,drop_route,route_for,send_outbox,run_due,run_now,pause,resume,
                retry,prune,enable_scheduler,disable_scheduler,alter_owner,grant_read,revoke_read}'::name[]),
            (2, 'deployer', '{set_stage,import_gto,set_alias,delete_alias,create_endpoint,deploy,undeploy,rollback,
                add_gate,alter_gate,drop_gate,promote}'),
            (3, 'consumer', '{take_notices,finish_notice}'),
            (4, 'administrator', '{grant_use,revoke_use,adopt_owners,set_host_pattern}')) AS l (place, level, functions)
            CROSS JOIN unnest(l.functions) WITH ORDINALITY AS f (name, place)
            LEFT JOIN pg_proc AS p ON p.proname = f.name AND p.pronamespace = 'mlops'::regnamespace
        ORDER BY l.place, f.place, p.oid
    $$;
COMMENT ON FUNCTION mlops.use_levels() IS
    'functions that are closed to PUBLIC, the least level that opens them (user, deployer, administrator; consumer is '
    'beside these) and what they do';

/*
 * The functions and procedures that mlops.grant_use opens: those of the level, the
 * functions behind them, which differ by a last argument, the caller or its search
 * path, and the steps of evaluate, run_due and run_now, which run as their caller.
 */
CREATE FUNCTION mlops_internal.usable_functions(level text DEFAULT 'deployer') RETURNS SETOF regprocedure
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH opened AS (
            SELECT p.oid, p.proname, p.proargtypes::text AS arguments
            FROM mlops.use_levels() AS l JOIN pg_proc AS p ON p.oid = l.function
            WHERE l.level = usable_functions.level OR usable_functions.level = 'deployer' AND l.level = 'user')
        SELECT o.oid::regprocedure FROM opened AS o
        UNION ALL
        SELECT i.oid FROM opened AS o
            CROSS JOIN (VALUES ('mlops_internal.caller'::regtype), ('text')) AS last (type)
            JOIN pg_proc AS i ON i.pronamespace = 'mlops_internal'::regnamespace AND i.proname = o.proname
                AND i.proargtypes::text = ltrim(concat(o.arguments, ' ', last.type::oid))
        UNION ALL
        SELECT i.oid FROM pg_proc AS i
        WHERE i.pronamespace = 'mlops_internal'::regnamespace
          AND i.proname IN ('store_feature_view', 'store_training_set', 'log_training', 'log_view_version',
              'begin_materialize', 'finish_materialize', 'create_online_table', 'log_online_table',
              'watched_relation', 'watch_feature_view', 'materialize_watched',
              'read_windows', 'frozen_members', 'version_members', 'store_slice_values', 'store_baseline',
              'store_window', 'store_evaluation', 'store_bin_scores', 'store_comparisons', 'create_suggested',
              'choose_checks', 'judge_past', 'evaluate_windows', 'evaluate_labels', 'evaluate_window', 'evaluate_run',
              'claim_run', 'claim_now', 'finish_claim', 'fail_claim', 'prune_own', 'usual_settings', 'note_gto_tag',
              'apply_gto_tag', 'log_captured', 'note_open_run', 'begin_import', 'import_mlflow_kind',
              'import_mlflow_runs', 'import_mlflow_points', 'import_mlflow_metrics', 'count_mlflow_metrics',
              'import_mlflow_rows', 'import_mlflow_models', 'import_mlflow_model', 'import_mlflow_versions',
              'import_mlflow_version', 'import_mlflow_aliases', 'forget_mlflow_alias')
          AND usable_functions.level <> 'consumer'
        ORDER BY 1
    $$;
COMMENT ON FUNCTION mlops_internal.usable_functions(text) IS
    'the functions and procedures that mlops.grant_use opens to a role at that level, with what stands behind them';

CREATE FUNCTION mlops_internal.require_administrator(caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF pg_has_role(mlops_internal.caller_oid(caller),
            (SELECT x.extowner FROM pg_extension AS x WHERE x.extname = 'mlops'), 'USAGE') IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = 'must be owner of extension mlops',
                HINT = 'Ask the role that installed the extension.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_administrator(mlops_internal.caller) IS
    'raise 42501 unless the caller acts for the extension''s owner';
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
        ELSIF level IS NULL OR level NOT IN ('user', 'deployer', 'consumer') THEN
            RAISE EXCEPTION USING
                ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('level "%s" does not exist', level),
                HINT = 'Levels are user, deployer and consumer; mlops.grant_read lets a role look without writing.';
        END IF;
        FOR routine IN SELECT * FROM mlops_internal.usable_functions(level) LOOP
            EXECUTE format(command, routine, role);
            n := n + (SELECT (p.pronamespace = 'mlops'::regnamespace)::integer FROM pg_proc AS p WHERE p.oid = routine);
        END LOOP;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.change_use(regrole, text, text) IS
    'run a GRANT or REVOKE, with places for routine and role, for the functions of a level, and return their number; '
    'error 42501 unless called by the extension''s owner';
REVOKE ALL ON FUNCTION mlops_internal.change_use(regrole, text, text) FROM PUBLIC;

CREATE FUNCTION mlops.grant_use(role regrole, level text DEFAULT 'deployer') RETURNS integer
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.change_use(role, level, 'GRANT EXECUTE ON ROUTINE %s TO %s') $$;
COMMENT ON FUNCTION mlops.grant_use(regrole, text) IS
    'let a role, and its members, register, log, monitor and answer alerts (level user), with deployer also stage and '
    'deploy; with consumer only deliver notices; returns the number of functions; only by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.grant_use(regrole, text) FROM PUBLIC;

CREATE FUNCTION mlops.revoke_use(role regrole) RETURNS integer
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.change_use(role, 'deployer', 'REVOKE EXECUTE ON ROUTINE %s FROM %s')
            + mlops_internal.change_use(role, 'consumer', 'REVOKE EXECUTE ON ROUTINE %s FROM %s')
    $$;
COMMENT ON FUNCTION mlops.revoke_use(regrole) IS
    'take back what mlops.grant_use gave, at any level; the role''s objects stay; returns the number of functions; '
    'only by the extension''s owner';
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
    'let a role, and its members, see in views and reading functions what the owner owns, without changing anything; '
    'by a member of the owner, or for owner NULL, which means all owners, by the extension''s owner';
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
    'take back what mlops.grant_read gave for that owner, NULL being the grant for all owners; nothing happens when '
    'there is none';
REVOKE ALL ON FUNCTION mlops.revoke_read FROM PUBLIC;

CREATE FUNCTION mlops_internal.require_reading(owner oid, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF owner IS NULL THEN
            PERFORM mlops_internal.require_administrator(caller);
        ELSIF mlops_internal.owned_by(owner, (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = owner),
            mlops_internal.caller_oid(caller)) IS NOT TRUE THEN
            RAISE EXCEPTION USING
                ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be a member of role "%s" to show what it owns', owner::regrole),
                HINT = 'Ask a member of that role, or the extension''s owner.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.require_reading(oid, mlops_internal.caller) IS
    'raise 42501 unless the caller may show what the owner owns; NULL = what all own';
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
            SELECT a.attrelid::regclass, left(a.attname, -4) FROM pg_attribute AS a
                JOIN pg_class AS c ON c.oid = a.attrelid
            WHERE c.relnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND c.relkind = 'r'
                AND a.attname IN ('owner_oid', 'reader_oid')
            ORDER BY c.oid, a.attname
        LOOP
            -- what the new role has made meanwhile keeps its place
            RETURN QUERY EXECUTE format(
                'WITH adopted AS (
                    UPDATE %1$s AS t SET %3$s_oid = r.oid, %3$s_name = r.rolname FROM pg_roles AS r
                    WHERE CASE WHEN mlops_internal.present_owner(t.%3$s_oid, t.%3$s_name) IS NULL
                        THEN r.rolname = t.%3$s_name AND r.oid <> t.%3$s_oid
                               ELSE r.oid = t.%3$s_oid AND r.rolname <> t.%3$s_name END
                      AND ($1 IS NULL OR r.oid = $1) %2$s
                    RETURNING t.%3$s_oid AS role)
                 SELECT mlops_internal.note_owner(a.role), %1$L::text, count(*)
                 FROM adopted AS a GROUP BY a.role ORDER BY 1',
                relation, CASE WHEN relation = 'mlops.artifact' THEN
                    'AND NOT EXISTS (SELECT FROM mlops.artifact AS o
                                     WHERE o.identity = t.identity AND o.owner_oid = r.oid
                                       AND o.owner_name = r.rolname)'
                WHEN relation = 'mlops.holiday' THEN
                    'AND NOT EXISTS (SELECT FROM mlops.holiday AS o
                                     WHERE o.calendar = t.calendar AND o.day = t.day AND o.owner_oid = r.oid
                                       AND o.owner_name = r.rolname)'
                WHEN relation = 'mlops.import_source' THEN
                    'AND NOT EXISTS (SELECT FROM mlops.import_source AS o
                                     WHERE o.kind = t.kind AND o.name = t.name AND o.owner_oid = r.oid
                                       AND o.owner_name = r.rolname)'
                WHEN relation = 'mlops.model_grant' THEN
                    'AND NOT EXISTS (SELECT FROM mlops.model_grant AS o
                                     WHERE o.model_id = t.model_id AND o.reader_oid = r.oid AND o IS DISTINCT FROM t)'
                WHEN relation = 'mlops.reader' THEN
                    format('AND NOT EXISTS (SELECT FROM mlops.reader AS o
                                            WHERE o.%1$I_oid = r.oid AND o IS DISTINCT FROM t
                                              AND o.%2$I_oid IS NOT DISTINCT FROM t.%2$I_oid)', who,
                        CASE who WHEN 'owner' THEN 'reader' ELSE 'owner' END) END,
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
    'let roles of the same names own what roles of other numbers owned, as after a restore, and give renamed '
    'owners their present names; owner NULL: all; returns changed rows by table; by the extension''s owner';
REVOKE ALL ON FUNCTION mlops.adopt_owners FROM PUBLIC;

/*
 * One call: suggest, create, look at the windows that are there, choose checks, go on by the schedule.
 *
 * While the past is looked at the monitor has no checks, so nothing of it alerts.
 */
/* What mlops.alter_monitor would have to change to make a monitor what is suggested now. */
CREATE FUNCTION mlops_internal.monitor_changes(def mlops.monitor_version, arguments jsonb) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET IntervalStyle = 'postgres'
    AS $$
        SELECT coalesce(jsonb_object_agg(a.key, a.value -> 'value' ORDER BY a.key), '{}')
        FROM jsonb_each(arguments) AS a, LATERAL (SELECT to_jsonb(def) -> a.key AS now,
            a.value -> 'value' AS wanted) AS v
        -- what moves with time is no change, nor is a name
        WHERE a.key <> ALL ('{name,relation,start_at,end_at,reference_from,reference_to,checks,max_label_age,delay}')
          AND CASE a.key WHEN 'slices' THEN (SELECT jsonb_agg(mlops_internal.normal_slice(x)) FROM
                   jsonb_array_elements(v.wanted) AS x) ELSE v.wanted END IS DISTINCT FROM v.now
    $$;
COMMENT ON FUNCTION mlops_internal.monitor_changes(mlops.monitor_version, jsonb) IS
    'suggested arguments that differ from a definition, as mlops.alter_monitor takes them';

/* A monitor made of arguments: each is a literal of its type. */
CREATE FUNCTION mlops_internal.create_suggested(model text, arguments jsonb, owner regrole) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
    AS $$
    DECLARE
        call text;
    BEGIN
        SELECT string_agg(format('%I => %L', a.key, CASE
                   WHEN jsonb_typeof(a.value) = 'array' AND a.key NOT IN ('reference', 'checks')
                   THEN (SELECT ARRAY(SELECT e #>> '{}' FROM jsonb_array_elements(a.value) AS e)::text)
                   ELSE a.value #>> '{}' END), ', ' ORDER BY a.key)
        INTO call FROM jsonb_each(arguments) AS a WHERE a.value <> 'null';
        EXECUTE format('SELECT mlops.create_monitor(model => %L, owner => %s, %s)', model,
            coalesce(format('%L::pg_catalog.oid', owner::oid), 'NULL'), call);
        RETURN arguments ->> 'name';
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.create_suggested(text, jsonb, regrole) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.create_suggested(text, jsonb, regrole) IS
    'call mlops.create_monitor with arguments from JSON, and return the name';

/* Nobody who asked for a monitor wants to hear how it came to its checks. */
CREATE FUNCTION mlops_internal.choose_checks(monitor text, checks jsonb) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
    AS $$ SELECT mlops.alter_monitor(monitor, jsonb_build_object('checks', checks)) $$;
REVOKE ALL ON FUNCTION mlops_internal.choose_checks(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.choose_checks(text, jsonb) IS
    'give a monitor the checks that were chosen for it, without notices';

CREATE FUNCTION mlops.monitor_model(model text, relation regclass DEFAULT NULL, start boolean DEFAULT true,
    owner regrole DEFAULT NULL, given jsonb DEFAULT '{}', now timestamptz DEFAULT pg_catalog.now()) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        s mlops_internal.suggestion;
        def mlops.monitor_version;
        made text;
        changes jsonb;
        chosen jsonb;
        ran record;
    BEGIN
        s := mlops_internal.found_out(model, relation, given, monitor_model.now);
        SELECT m.name INTO made
        FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
        WHERE m.model_id = (s.model).model_id
          AND (v.relation_name = s.arguments #>> '{relation,value}' OR m.name = s.arguments #>> '{name,value}')
        ORDER BY m.name <> s.arguments #>> '{name,value}', m.monitor_id LIMIT 1;
        IF FOUND THEN
            SELECT v.* INTO def FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
            WHERE m.name = made;
            changes := mlops_internal.monitor_changes(def, s.arguments);
            RAISE NOTICE USING
                MESSAGE = format('monitor "%s" watches this model already: nothing was changed', made),
                DETAIL = CASE WHEN changes = '{}' THEN 'It is what would be suggested now.'
                    ELSE format('Now this would be suggested: SELECT mlops.alter_monitor(%L, %L)', made, changes) END;
            RETURN made;
        END IF;
        PERFORM mlops_internal.warn_without_index(s);
        made := mlops_internal.create_suggested(model, (SELECT jsonb_object_agg(a.key, a.value -> 'value')
            FROM jsonb_each(s.arguments) AS a), owner);
        IF NOT start THEN
            PERFORM mlops.pause(made, 'mlops.monitor_model was told not to start it');
            RETURN made;
        ELSIF owner::oid <> quote_ident(current_user)::regrole::oid THEN
            RAISE NOTICE USING
                MESSAGE = format('monitor "%s" has no checks yet', made),
                HINT = format('It looks at its past as its owner: when that is done, SELECT mlops.suggest_checks(%L).',
                    made);
            RETURN made;
        END IF;
        SELECT r.* INTO ran FROM mlops.run_now(made, monitor_model.now) AS r WHERE r.state <> 'succeeded' LIMIT 1;
        IF FOUND THEN
            RAISE WARNING USING
                MESSAGE = format('the window from %s of monitor "%s" could not be evaluated: %s', ran.window_lo, made,
                    ran.message),
                HINT = 'The scheduler tries again; mlops.suggest_checks suggests checks when windows are there.';
        END IF;
        IF NOT given ? 'checks' THEN
            SELECT v.* INTO def FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version)
            WHERE m.name = made;
            SELECT jsonb_agg(c.rule) INTO chosen FROM mlops_internal.check_candidates(def) AS c;
            PERFORM mlops_internal.choose_checks(made, coalesce(chosen, '[]'));
            -- checks need more of the reference than was read for none: the newest window reads it
            PERFORM mlops.evaluate(w.monitor_id, w.window_lo, w.window_hi)
            FROM (SELECT x.monitor_id, x.window_lo, x.window_hi FROM mlops.window_summary AS x
                  WHERE x.monitor_id = def.monitor_id AND x.kind = 'rows' AND x.slice_column IS NULL
                  ORDER BY x.window_lo DESC LIMIT 1) AS w;
            -- judges the past, and what was too loud in it
            PERFORM mlops_internal.choose_checks(made, q.checks)
            FROM mlops_internal.judge_past(made, monitor_model.now) AS q(checks) WHERE q.checks IS NOT NULL;
        END IF;
        IF NOT mlops_internal.scheduler_enabled() THEN
            RAISE NOTICE USING
                MESSAGE = format('monitor "%s" does not run by itself: the scheduler is off', made),
                HINT = 'SELECT mlops.enable_scheduler(), as the database''s owner, or CALL mlops.run_due() regularly.';
        END IF;
        RETURN made;
    END
    $$;
REVOKE ALL ON FUNCTION mlops.monitor_model(text, regclass, boolean, regrole, jsonb, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.monitor_model(text, regclass, boolean, regrole, jsonb, timestamptz) IS
    'watch a model: suggest a monitor, make it, evaluate its last 8 weeks without alerts and judge them by the checks '
    'it chooses, and return its name; called again it changes nothing and says what it would';

CREATE FUNCTION mlops_internal.warn_without_index(s mlops_internal.suggestion) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        col CONSTANT text := mlops_internal.chosen(s, 'timestamp_column');
    BEGIN
        IF EXISTS (SELECT FROM pg_class AS c WHERE c.oid = s.relation AND c.relkind IN ('r', 'p', 'm'))
            AND NOT EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid
                            WHERE i.indrelid = s.relation AND i.indisvalid AND a.attname = col
                              AND i.indkey[0] = a.attnum) THEN
            RAISE WARNING USING ERRCODE = '01000',
                MESSAGE = format('no index of %s begins with "%s": each window reads all rows', s.relation, col),
                HINT = format('CREATE INDEX ON %s (%I)', mlops_internal.relation_name(s.relation), col);
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.warn_without_index(mlops_internal.suggestion) IS
    'a warning, with what makes the index, when a window cannot be found without reading all rows';

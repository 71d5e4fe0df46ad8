/*
 * Definitions: create and alter; src/alert drops, since alerts must hear of it.
 *
 * Everything that can be wrong with a definition is found here and not in the
 * middle of the night: columns, types, rights, intervals, schedule, checks.
 * These functions read the catalogs only, never the relation: the relation is
 * opened by evaluate(), as the monitor's owner.
 */
/* The columns that a definition follows: features, then label, prediction, score. */
CREATE FUNCTION mlops_internal.followed_columns(def mlops.monitor_version) RETURNS TABLE (column_name name)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c FROM unnest(def.features || ARRAY[def.label_column, def.prediction_column, def.score_column]) WITH ORDINALITY AS u(c, place)
        WHERE c IS NOT NULL GROUP BY c ORDER BY min(place)
    $$;
COMMENT ON FUNCTION mlops_internal.followed_columns(mlops.monitor_version) IS 'features, label, prediction and score of a definition, each column once';

/* By the catalog: whoever asks need not have rights on the schema. */
CREATE FUNCTION mlops_internal.relation_named(name text) RETURNS regclass
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c.oid FROM parse_ident(name) AS p(part)
        JOIN pg_namespace AS n ON n.nspname = p.part[1]
        JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.part[2]
        WHERE cardinality(p.part) = 2
    $$;
COMMENT ON FUNCTION mlops_internal.relation_named(text) IS 'the relation of that name, which is given with its schema; NULL when there is none';

CREATE FUNCTION mlops_internal.check_relation(relation regclass, columns name[], owner_oid oid, what text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        rel pg_class;
        col name;
        att pg_attribute;
        owner_name name := (SELECT rolname FROM pg_roles WHERE oid = owner_oid);
    BEGIN
        SELECT * INTO rel FROM pg_class WHERE oid = relation;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_table',
                MESSAGE = format('%s does not exist', what),
                HINT = 'Name a table or view.';
        ELSIF rel.relkind NOT IN ('r', 'p', 'v', 'm', 'f') OR rel.relpersistence = 't' THEN
            RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
                MESSAGE = format('%s %s cannot be monitored', what, relation),
                HINT = 'Name a permanent table or a view.';
        ELSIF NOT has_schema_privilege(owner_oid, rel.relnamespace, 'USAGE') THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('role "%s" has no privilege USAGE on the schema of %s', owner_name, relation),
                HINT = format('GRANT USAGE ON SCHEMA %s TO %I;', rel.relnamespace::regnamespace, owner_name);
        END IF;
        FOREACH col IN ARRAY columns LOOP
            SELECT * INTO att FROM pg_attribute WHERE attrelid = relation AND attname = col AND attnum > 0 AND NOT attisdropped;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                    MESSAGE = format('column "%s" of %s does not exist', col, relation),
                    HINT = format('Its columns are: %s.', (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped));
            ELSIF NOT has_column_privilege(owner_oid, relation, att.attnum, 'SELECT') THEN
                RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                    MESSAGE = format('role "%s" may not read column "%s" of %s', owner_name, col, relation),
                    HINT = format('GRANT SELECT ON %s TO %I;', relation, owner_name);
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_relation(regclass, name[], oid, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_relation(regclass, name[], oid, text) IS 'raise unless the relation and its columns exist (42P01, 42809, 42703) and the owner may read them (42501)';

CREATE FUNCTION mlops_internal.column_type(relation regclass, column_name name) RETURNS oid
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.base_type(a.atttypid) FROM pg_attribute AS a
        WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
    $$;
COMMENT ON FUNCTION mlops_internal.column_type(regclass, name) IS 'type of a column below all domains; NULL when there is no such column';

CREATE FUNCTION mlops_internal.require_type(relation regclass, column_name name, role text, allowed text[]) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        type oid := mlops_internal.column_type(relation, column_name);
    BEGIN
        IF column_name IS NOT NULL AND type <> ALL (allowed::regtype[]) THEN
            RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                MESSAGE = format('%s column "%s" is of type %s', role, column_name, format_type(type, NULL)),
                HINT = format('It must be one of: %s.', array_to_string(allowed, ', '))
                    || CASE WHEN 'boolean' = ANY (allowed) AND mlops_internal.column_kind(type) = 'text'
                            THEN format(' Make a view with an expression such as (%1$I = ''yes'') AS %1$I, and monitor the view.',
                                        column_name)
                            ELSE '' END;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.require_type(regclass, name, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.require_type(regclass, name, text, text[]) IS 'raise 42804 unless the column is of one of the types; "role" names it in the message';

CREATE FUNCTION mlops_internal.check_granularity(granularity interval) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        months numeric := extract(year FROM granularity) * 12 + extract(month FROM granularity);
        days numeric := extract(day FROM granularity);
        seconds numeric := extract(hour FROM granularity) * 3600 + extract(minute FROM granularity) * 60 + extract(second FROM granularity);
    BEGIN
        IF months < 0 OR days < 0 OR seconds < 0 OR months + days + seconds = 0 OR granularity IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('granularity must be positive, not %s', coalesce(granularity::text, 'NULL')),
                HINT = 'Give for example ''1 day'' or ''6 hours''.';
        ELSIF (months > 0)::int + (days > 0)::int + (seconds > 0)::int > 1 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('granularity must not mix months, days and hours, as %s does', granularity),
                HINT = 'A month and a day have no fixed length: give months, or days, or hours and less.';
        ELSIF days + months = 0 AND seconds < 60 OR months > 1200 OR days > 36525 OR seconds > 876600 * 3600.0 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('granularity must be between 1 minute and 100 years, not %s', granularity),
                HINT = 'Give for example ''1 day'' or ''6 hours''.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_granularity(interval) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_granularity(interval) IS 'raise 22023 unless the interval can be the length of windows';

/*
 * When: granularity, zone, schedule and range of a definition.  The zone must be
 * one in every session, not only where timezone_abbreviations is set to know it.
 */
CREATE FUNCTION mlops_internal.check_times(def mlops.monitor_version) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone_abbreviations = 'Default'
    AS $$
    DECLARE
        reason text;
        hint text;
    BEGIN
        PERFORM mlops_internal.check_granularity(def.granularity);
        BEGIN
            PERFORM now() AT TIME ZONE def.time_zone;
        EXCEPTION WHEN invalid_parameter_value THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('time zone "%s" does not exist', def.time_zone),
                HINT = 'SELECT name FROM pg_timezone_names lists the time zones.';
        END;
        IF def.schedule IS NOT NULL THEN
            PERFORM mlops_internal.cron_check(def.schedule);
        END IF;
        IF def.delay IS NULL OR extract(epoch FROM def.delay) NOT BETWEEN 0 AND 36525 * 86400.0 THEN
            reason := format('delay must be between 0 and 100 years, not %s', coalesce(def.delay::text, 'NULL'));
            hint := 'It is how long after its end a window is evaluated.';
        ELSIF def.start_at NOT BETWEEN '1900-01-01 00:00:00+00' AND '9999-01-01 00:00:00+00' THEN
            reason := format('start_at %s is out of range', def.start_at);
            hint := 'The first window must start between the years 1900 and 9999.';
        ELSIF def.end_at <= def.start_at THEN
            reason := format('end_at %s is not after start_at %s', def.end_at, def.start_at);
            hint := 'Leave end_at out for a monitor without end.';
        ELSIF def.reference_from >= coalesce(def.reference_to, CASE WHEN def.reference_relation IS NULL THEN def.start_at END) THEN
            reason := format('%s %s is not after reference_from %s',
                             CASE WHEN def.reference_to IS NULL THEN 'start_at' ELSE 'reference_to' END,
                             coalesce(def.reference_to, def.start_at), def.reference_from);
            hint := 'The reference is the rows from reference_from on and before reference_to, by default start_at.';
        ELSIF def.min_rows IS NULL OR def.min_rows < 0 THEN
            reason := format('min_rows must not be negative, as %s is', coalesce(def.min_rows::text, 'NULL'));
            hint := 'On fewer rows a verdict is no_data.';
        ELSIF def.threshold IS NULL OR def.threshold NOT BETWEEN -1e300 AND 1e300 THEN
            reason := format('threshold must be a finite number, not %s', coalesce(def.threshold::text, 'NULL'));
            hint := 'A score at or above it counts as a positive prediction.';
        END IF;
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason, HINT = hint;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_times(mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_times(mlops.monitor_version) IS 'raise 22023 unless granularity, zone, schedule, range and limits of a definition make sense';

/* What the label and the prediction mean when no task was given. */
CREATE FUNCTION mlops_internal.guess_task(def mlops.monitor_version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
                WHEN def.score_column IS NOT NULL OR 'boolean' IN (k.label, k.prediction) THEN 'binary'
                WHEN k.label = 'number' AND k.prediction = 'number' THEN 'regression'
                WHEN 'text' IN (k.label, k.prediction) THEN 'multiclass'
            END
        FROM (SELECT mlops_internal.column_kind(mlops_internal.column_type(def.relation, def.label_column)) AS label,
                     mlops_internal.column_kind(mlops_internal.column_type(def.relation, def.prediction_column)) AS prediction) AS k
    $$;
COMMENT ON FUNCTION mlops_internal.guess_task(mlops.monitor_version) IS 'binary with a score or a boolean label or prediction, regression with two numbers, multiclass with text, else NULL';

/* Which columns: each exists, is readable by the owner and suits its role. */
CREATE FUNCTION mlops_internal.check_columns(def mlops.monitor_version, owner_oid oid) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        binary_types CONSTANT text[] := '{boolean,smallint,integer,bigint,real,double precision,numeric}';
        number_types CONSTANT text[] := '{smallint,integer,bigint,real,double precision,numeric}';
        followed name[] := ARRAY(SELECT f.column_name FROM mlops_internal.followed_columns(def) AS f);
        col name;
        label name;
    BEGIN
        IF def.timestamp_column IS NULL OR def.relation IS NULL OR array_position(def.features || def.slices, NULL) IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'relation, timestamp_column, features and slices must not be NULL or contain NULL',
                HINT = 'Use ''{}'' for no features or no slices.';
        END IF;
        SELECT c INTO col FROM unnest(def.features) AS c GROUP BY c HAVING count(*) > 1
        UNION ALL SELECT c FROM unnest(def.slices) AS c GROUP BY c HAVING count(*) > 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_column',
                MESSAGE = format('column "%s" is listed twice', col),
                HINT = 'Name each feature and each slice once.';
        END IF;
        PERFORM mlops_internal.check_relation(def.relation, def.timestamp_column || followed || def.slices, owner_oid, 'relation');
        PERFORM mlops_internal.require_type(def.relation, def.timestamp_column, 'timestamp', '{timestamptz,timestamp,date}');
        SELECT mlops_internal.relation_name(c.oid), pg_get_userbyid(c.relowner) INTO def.relation_name, def.relation_owner
        FROM pg_class AS c WHERE c.oid = def.relation;
        SELECT mlops_internal.relation_name(c.oid), pg_get_userbyid(c.relowner) INTO def.reference_relation_name, def.reference_relation_owner
        FROM pg_class AS c WHERE c.oid = def.reference_relation;
        def.task := coalesce(def.task, mlops_internal.guess_task(def));
        IF def.task NOT IN ('binary', 'regression', 'multiclass', 'ranking') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('task "%s" does not exist', def.task),
                HINT = 'Tasks are: binary, regression, multiclass, ranking.';
        END IF;
        PERFORM mlops_internal.require_type(def.relation, def.score_column, 'score', number_types);
        IF def.task IN ('binary', 'regression') THEN
            FOREACH label IN ARRAY '{label,prediction}'::name[] LOOP
                PERFORM mlops_internal.require_type(def.relation, CASE WHEN label = 'label' THEN def.label_column ELSE def.prediction_column END,
                                           label, CASE WHEN def.task = 'binary' THEN binary_types ELSE number_types END);
            END LOOP;
        END IF;
        FOREACH col IN ARRAY followed LOOP
            IF mlops_internal.column_kind(mlops_internal.column_type(def.relation, col)) IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                    MESSAGE = format('column "%s" of type %s cannot be followed', col, format_type(mlops_internal.column_type(def.relation, col), NULL)),
                    HINT = 'Make a view with an expression of it that is a number, boolean, text or time, and monitor the view.';
            END IF;
        END LOOP;
        -- 0 and 1 are classes here, not numbers
        def.kinds := (SELECT coalesce(jsonb_object_agg(c, CASE
                                WHEN def.task = 'binary' AND c IN (def.label_column, def.prediction_column) THEN 'boolean'
                                ELSE mlops_internal.column_kind(mlops_internal.column_type(def.relation, c)) END), '{}')
                      FROM unnest(followed) AS c);
        IF def.reference_relation IS NOT NULL THEN
            PERFORM mlops_internal.check_relation(def.reference_relation, followed || def.slices ||
                        CASE WHEN num_nonnulls(def.reference_from, def.reference_to) > 0 THEN ARRAY[def.timestamp_column] END,
                        owner_oid, 'reference_relation');
            FOREACH col IN ARRAY followed LOOP
                IF mlops_internal.column_type(def.reference_relation, col) <> mlops_internal.column_type(def.relation, col) THEN
                    RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                        MESSAGE = format('column "%s" is of type %s in %s but of type %s in %s', col,
                            format_type(mlops_internal.column_type(def.relation, col), NULL), def.relation,
                            format_type(mlops_internal.column_type(def.reference_relation, col), NULL), def.reference_relation),
                        HINT = 'The reference must have the same columns: a view can cast them.';
                END IF;
            END LOOP;
        END IF;
        RETURN def;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_columns(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_columns(mlops.monitor_version, oid) IS 'a definition with task, relation_name and kinds filled in; raises when a column does not exist, is not readable by the owner or does not suit its role';

CREATE FUNCTION mlops_internal.check_definition(def mlops.monitor_version, owner_oid oid) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.check_times(def);
        IF def.start_at IS NULL THEN
            def.start_at := mlops_internal.local_instant(
                date_trunc(CASE WHEN def.granularity >= interval '1 month' THEN 'month' ELSE 'day' END, now() AT TIME ZONE def.time_zone),
                def.time_zone);
            PERFORM mlops_internal.check_times(def);
        END IF;
        -- without an end the rows that are watched would be part of the reference
        IF def.reference_relation IS NULL AND def.reference_from IS NOT NULL THEN
            def.reference_to := coalesce(def.reference_to, def.start_at);
        END IF;
        def := mlops_internal.check_columns(def, owner_oid);
        def.checks := mlops_internal.normal_checks(def.checks, def);
        RETURN def;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_definition(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_definition(mlops.monitor_version, oid) IS 'a definition with all defaults filled in, or the error that says what is wrong with it';

CREATE FUNCTION mlops_internal.check_monitor_owner(owner oid, caller mlops_internal.caller) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        r record;
    BEGIN
        SELECT * INTO r FROM pg_roles WHERE oid = owner;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_object',
                MESSAGE = format('role %s, which should own the monitor, does not exist', coalesce(owner::text, 'NULL')),
                HINT = 'It was dropped meanwhile, or its number is wrong: give its name.';
        ELSIF pg_has_role(mlops_internal.caller_oid(caller), r.oid, 'USAGE') IS NOT TRUE
              AND mlops_internal.caller_oid(caller) IS DISTINCT FROM mlops_internal.owner_role() THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = format('must be a member of role "%s" to give it a monitor', r.rolname),
                HINT = 'Name a role that you are a member of as owner.';
        ELSIF r.rolsuper THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_role_specification',
                MESSAGE = format('a monitor cannot belong to the superuser "%s"', r.rolname),
                HINT = 'Name a role without superuser rights as owner: the monitor runs as that role.';
        ELSIF NOT r.rolcanlogin THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_role_specification',
                MESSAGE = format('a monitor cannot belong to role "%s", which may not log in', r.rolname),
                HINT = format('The monitor runs in a session of its owner: ALTER ROLE %I LOGIN, or name another owner.', r.rolname);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_monitor_owner(oid, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_monitor_owner(oid, mlops_internal.caller) IS 'raise unless the caller may act for the role (42501), which may log in and is no superuser (0P000)';

CREATE FUNCTION mlops_internal.monitored_model(model text, task text, caller mlops_internal.caller) RETURNS mlops.model
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.model;
    BEGIN
        IF model IS NULL THEN
            RETURN NULL;
        END IF;
        SELECT * INTO m FROM mlops.model AS x WHERE x.model_id = mlops.model_id(monitored_model.model);
        PERFORM mlops_internal.require_owner(m.owner_oid, m.owner_name, 'model', format('"%s"', model), caller);
        IF task <> m.task THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('task "%s" is not that of model "%s", which is %s', task, model, m.task),
                HINT = 'Leave task out: the model has one.';
        END IF;
        RETURN m;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.monitored_model(text, text, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.monitored_model(text, text, mlops_internal.caller) IS 'the model that a monitor watches, NULL for NULL; error 42704 when there is none of which the caller may act for the owner, 22023 for another task';

/* What a definition that is right may not have been meant to do. */
CREATE FUNCTION mlops_internal.tell_start(def mlops.monitor_version, chosen boolean) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        past bigint := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone, now());
    BEGIN
        IF NOT chosen THEN
            RAISE NOTICE USING
                MESSAGE = format('the first window starts at %s: rows before it are not evaluated', def.start_at),
                HINT = 'Give start_at, and end_at when no rows will follow, to evaluate rows of the past.';
        ELSIF def.end_at IS NULL AND past > 100 THEN
            RAISE NOTICE USING
                MESSAGE = format('%s windows from %s until now are to be evaluated, and those that follow', past, def.start_at),
                HINT = 'Give end_at when the rows end: windows without rows resolve no alerts.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.tell_start(mlops.monitor_version, boolean) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.tell_start(mlops.monitor_version, boolean) IS 'a notice when a new monitor begins today because no start was given (chosen = false), or far in the past without end';

CREATE FUNCTION mlops_internal.create_monitor(
    name text, relation regclass, timestamp_column name, model text, label_column name, prediction_column name,
    score_column name, features name[], slices name[], granularity interval, start_at timestamptz, end_at timestamptz,
    delay interval, reference_relation regclass, reference_from timestamptz, reference_to timestamptz, checks jsonb,
    schedule text, time_zone text, min_rows integer, threshold double precision, task text, owner regrole,
    caller mlops_internal.caller) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        role oid := coalesce(owner::oid, mlops_internal.caller_oid(caller));
        m mlops.model;
        def mlops.monitor_version;
        new_id bigint;
    BEGIN
        PERFORM mlops_internal.check_name(name, 'monitor');
        PERFORM mlops_internal.check_monitor_owner(role, caller);
        PERFORM mlops_internal.check_limit('monitor', role);
        m := mlops_internal.monitored_model(model, task, caller);
        def.version := 1;
        def.task := coalesce(m.task, task);
        def.relation := relation;
        def.timestamp_column := timestamp_column;
        def.label_column := label_column;
        def.prediction_column := prediction_column;
        def.score_column := score_column;
        def.threshold := threshold;
        def.features := coalesce(features, '{}');
        def.slices := coalesce(slices, '{}');
        def.granularity := granularity;
        def.start_at := start_at;
        def.end_at := end_at;
        def.delay := delay;
        def.reference_relation := reference_relation;
        def.reference_from := reference_from;
        def.reference_to := reference_to;
        def.checks := coalesce(checks, '[]');
        def.schedule := schedule;
        def.time_zone := coalesce(time_zone, 'UTC');
        def.min_rows := min_rows;
        def.baseline_version := 1;
        def.created_at := now();
        def.created_by := mlops_internal.caller_name(caller);
        def := mlops_internal.check_definition(def, role);
        INSERT INTO mlops.monitor (name, model_id, owner_oid, owner_name)
        VALUES (create_monitor.name, m.model_id, role, mlops_internal.note_owner(role))
        ON CONFLICT ON CONSTRAINT monitor_name_key DO NOTHING
        RETURNING monitor_id INTO new_id;
        IF new_id IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_object',
                MESSAGE = format('monitor "%s" already exists', name),
                HINT = 'Change it by mlops.alter_monitor, or choose another name.';
        END IF;
        def.monitor_id := new_id;
        INSERT INTO mlops.monitor_version SELECT def.*;
        PERFORM mlops_internal.tell_start(def, create_monitor.start_at IS NOT NULL);
        RETURN new_id;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.create_monitor IS 'mlops.create_monitor on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.create_monitor FROM PUBLIC;

CREATE FUNCTION mlops.create_monitor(
    name text, relation regclass, timestamp_column name, model text DEFAULT NULL, label_column name DEFAULT NULL,
    prediction_column name DEFAULT NULL, score_column name DEFAULT NULL, features name[] DEFAULT '{}',
    slices name[] DEFAULT '{}', granularity interval DEFAULT '1 day', start_at timestamptz DEFAULT NULL,
    end_at timestamptz DEFAULT NULL, delay interval DEFAULT '0', reference_relation regclass DEFAULT NULL,
    reference_from timestamptz DEFAULT NULL, reference_to timestamptz DEFAULT NULL, checks jsonb DEFAULT '[]',
    schedule text DEFAULT '@hourly', time_zone text DEFAULT 'UTC', min_rows integer DEFAULT 30,
    threshold double precision DEFAULT 0.5, task text DEFAULT NULL, owner regrole DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.create_monitor(
        name, relation, timestamp_column, model, label_column, prediction_column, score_column, features,
        slices, granularity, start_at, end_at, delay, reference_relation, reference_from, reference_to,
        checks, schedule, time_zone, min_rows, threshold, task, owner, mlops_internal.caller());
COMMENT ON FUNCTION mlops.create_monitor IS
    'make a monitor and return its number; all of it is checked, see docs/reference/monitor.md; 42710 when the name is taken';
REVOKE ALL ON FUNCTION mlops.create_monitor FROM PUBLIC;

/* Does the baseline of one definition hold what another needs? */
CREATE FUNCTION mlops_internal.same_baseline(old mlops.monitor_version, new mlops.monitor_version) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (old.task, old.timestamp_column, old.label_column, old.prediction_column, old.score_column,
                coalesce(old.reference_relation_name, old.relation_name), old.reference_from, old.reference_to, old.time_zone)
               IS NOT DISTINCT FROM
               (new.task, new.timestamp_column, new.label_column, new.prediction_column, new.score_column,
                coalesce(new.reference_relation_name, new.relation_name), new.reference_from, new.reference_to, new.time_zone)
           AND old.kinds @> new.kinds AND old.slices @> new.slices
    $$;
REVOKE ALL ON FUNCTION mlops_internal.same_baseline(mlops.monitor_version, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.same_baseline(mlops.monitor_version, mlops.monitor_version) IS 'true when the summaries of the first definition''s reference serve the second';

CREATE FUNCTION mlops_internal.alter_monitor(name text, changes jsonb, caller mlops_internal.caller) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        known CONSTANT text[] := '{relation,timestamp_column,label_column,prediction_column,score_column,threshold,features,slices,granularity,start_at,end_at,delay,reference_relation,reference_from,reference_to,checks,schedule,time_zone,min_rows}';
        m mlops.monitor;
        old mlops.monitor_version;
        def mlops.monitor_version;
        key text;
    BEGIN
        IF jsonb_typeof(changes) IS DISTINCT FROM 'object' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'changes must be an object',
                HINT = 'Give for example {"granularity": "1 hour", "end_at": null}.';
        END IF;
        SELECT k INTO key FROM jsonb_object_keys(changes) AS k WHERE k <> ALL (known) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('a monitor has no property "%s" that can be changed', key),
                HINT = format('Properties are: %s.', array_to_string(known, ', '));
        END IF;
        m := mlops_internal.own_monitor(name, caller);
        FOREACH key IN ARRAY '{relation,reference_relation}'::text[] LOOP
            CONTINUE WHEN jsonb_typeof(changes -> key) IS DISTINCT FROM 'string';
            IF mlops_internal.relation_named(changes ->> key) IS NULL THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'undefined_table',
                    MESSAGE = format('%s "%s" does not exist', key, changes ->> key),
                    HINT = 'Name a table or view with its schema, such as "app.prediction".';
            END IF;
            changes := jsonb_set(changes, ARRAY[key], to_jsonb(mlops_internal.relation_named(changes ->> key)::oid::text));
        END LOOP;
        SELECT * INTO old FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        def := jsonb_populate_record(old, changes);
        IF NOT changes ? 'relation' THEN
            def.relation := mlops_internal.present_relation(old.relation, old.relation_name, old.relation_owner,
                                                   format('monitor "%s"', name), m.owner_oid);
        END IF;
        IF NOT changes ? 'reference_relation' AND old.reference_relation IS NOT NULL THEN
            def.reference_relation := mlops_internal.present_relation(
                old.reference_relation, old.reference_relation_name, old.reference_relation_owner,
                format('the reference of monitor "%s"', name), m.owner_oid);
        END IF;
        def.version := m.version + 1;
        def.created_at := now();
        def.created_by := mlops_internal.caller_name(caller);
        def.time_zone := coalesce(def.time_zone, 'UTC');
        def.features := coalesce(def.features, '{}');
        def.slices := coalesce(def.slices, '{}');
        def.checks := coalesce(def.checks, '[]');
        def.task := coalesce((SELECT x.task FROM mlops.model AS x WHERE x.model_id = m.model_id), def.task);
        def := mlops_internal.check_definition(def, m.owner_oid);
        IF NOT mlops_internal.same_baseline(old, def) THEN
            def.baseline_version := def.version;
            IF mlops_internal.has_baseline(old) AND num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0 THEN
                RAISE NOTICE USING
                    MESSAGE = format('the baseline of monitor "%s" will be computed anew', name),
                    DETAIL = 'It does not hold what the change needs.  The rows count that the reference has at the next evaluation.';
            END IF;
        END IF;
        INSERT INTO mlops.monitor_version SELECT def.*;
        UPDATE mlops.monitor AS x SET version = def.version WHERE x.monitor_id = m.monitor_id;
        RETURN def.version;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.alter_monitor IS 'mlops.alter_monitor on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.alter_monitor FROM PUBLIC;

CREATE FUNCTION mlops.alter_monitor(name text, changes jsonb) RETURNS integer
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.alter_monitor(name, changes, mlops_internal.caller());
COMMENT ON FUNCTION mlops.alter_monitor IS
    'change properties of a monitor, null clearing one, and return the number of the new version; earlier observations keep theirs; the baseline is kept unless reference, columns or slices change so that it does not serve any more, which a notice says';
REVOKE ALL ON FUNCTION mlops.alter_monitor FROM PUBLIC;

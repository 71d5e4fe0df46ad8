/*
 * Definitions: create and alter; src/alert drops, since alerts must hear of it.
 */
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
                MESSAGE = format('role %s, which should own the monitor, does not exist',
                    coalesce(owner::text, 'NULL')),
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
                HINT = format('The monitor runs in a session of its owner: ALTER ROLE %I LOGIN, or name another owner.',
                    r.rolname);
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_monitor_owner(oid, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_monitor_owner(oid, mlops_internal.caller) IS
    'raise unless the caller may act for the role (42501), which may log in and is no superuser (0P000)';

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
        PERFORM mlops_internal.require_level(m, 'editor', caller, format('"%s"', model));
        IF task <> m.task THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('task "%s" is not that of model "%s", which is %s', task, model, m.task),
                HINT = 'Leave task out: the model has one.';
        END IF;
        RETURN m;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.monitored_model(text, text, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.monitored_model(text, text, mlops_internal.caller) IS
    'the model that a monitor watches, NULL for NULL; error 42704 when there is none that the caller may see, 42501 '
    'for less than an editor of it, 22023 for another task';

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
                MESSAGE = format('%s windows from %s until now are to be evaluated, and those that follow', past,
                    def.start_at),
                HINT = 'Give end_at when the rows end: windows without rows resolve no alerts.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.tell_start(mlops.monitor_version, boolean) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.tell_start(mlops.monitor_version, boolean) IS
    'a notice when a new monitor begins today because no start was given (chosen = false), or far in the past without '
    'end';

CREATE FUNCTION mlops_internal.create_monitor(
    name text, relation regclass, timestamp_column name, model text, label_column name, prediction_column name,
    score_column name, features name[], slices text[], granularity interval, start_at timestamptz, end_at timestamptz,
    delay interval, reference_relation regclass, reference_from timestamptz, reference_to timestamptz, checks jsonb,
    schedule text, time_zone text, min_rows integer, threshold double precision, task text, owner regrole,
    max_slices integer, rollups interval[], week_start integer, reference jsonb, phase text, row_key name[],
    version_column name, group_column name, query_column name, probability_columns jsonb, label_time_column name,
    label_filter text, max_label_age interval, label_history interval, label_relation regclass, label_key name[],
    label_value name, label_horizon interval, misfire text, keep jsonb,
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
        def.slices := mlops_internal.slices_argument(slices);
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
        def.max_slices := max_slices;
        def.rollups := coalesce(rollups, '{}');
        def.week_start := week_start;
        def.reference := reference;
        def.phase := phase;
        def.row_key := coalesce(row_key, '{}');
        def.version_column := version_column;
        def.group_column := group_column;
        def.query_column := query_column;
        def.probability_columns := probability_columns;
        def.label_time_column := label_time_column;
        def.label_filter := label_filter;
        def.max_label_age := max_label_age;
        def.label_history := label_history;
        def.label_relation := label_relation;
        def.label_key := label_key;
        def.label_value := label_value;
        def.label_horizon := label_horizon;
        def.misfire := misfire;
        def.keep := keep;
        def.materialize := false;
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
    slices text[] DEFAULT '{}', granularity interval DEFAULT '1 day', start_at timestamptz DEFAULT NULL,
    end_at timestamptz DEFAULT NULL, delay interval DEFAULT '0', reference_relation regclass DEFAULT NULL,
    reference_from timestamptz DEFAULT NULL, reference_to timestamptz DEFAULT NULL, checks jsonb DEFAULT '[]',
    schedule text DEFAULT '@hourly', time_zone text DEFAULT 'UTC', min_rows integer DEFAULT 30,
    threshold double precision DEFAULT 0.5, task text DEFAULT NULL, owner regrole DEFAULT NULL,
    max_slices integer DEFAULT 1000, rollups interval[] DEFAULT '{}', week_start integer DEFAULT 1, reference jsonb
    DEFAULT NULL, phase text DEFAULT 'auto', row_key name[] DEFAULT '{}', version_column name DEFAULT NULL,
    group_column name DEFAULT NULL, query_column name DEFAULT NULL, probability_columns jsonb DEFAULT NULL,
    label_time_column name DEFAULT NULL, label_filter text DEFAULT NULL, max_label_age interval DEFAULT NULL,
    label_history interval DEFAULT '180 days', label_relation regclass DEFAULT NULL, label_key name[] DEFAULT NULL,
    label_value name DEFAULT NULL, label_horizon interval DEFAULT NULL, misfire text DEFAULT 'backfill', keep jsonb
    DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.create_monitor(
        name, relation, timestamp_column, model, label_column, prediction_column, score_column, features,
        slices, granularity, start_at, end_at, delay, reference_relation, reference_from, reference_to,
        checks, schedule, time_zone, min_rows, threshold, task, owner,
        max_slices, rollups, week_start, reference, phase, row_key, version_column, group_column, query_column,
        probability_columns, label_time_column, label_filter, max_label_age, label_history, label_relation,
        label_key, label_value, label_horizon, misfire, keep,
        mlops_internal.caller());
COMMENT ON FUNCTION mlops.create_monitor IS
    'make a monitor and return its number; all of it is checked, see docs/reference/monitor.md; 42710 when the name '
    'is taken';
REVOKE ALL ON FUNCTION mlops.create_monitor FROM PUBLIC;

/* Does the baseline of one definition hold what another needs? */
CREATE FUNCTION mlops_internal.same_baseline(old mlops.monitor_version, new mlops.monitor_version) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN (old.task, old.timestamp_column, old.label_column, old.prediction_column, old.score_column,
                coalesce(old.reference_relation_name, old.relation_name), old.reference_from, old.reference_to,
                    old.time_zone)
               IS NOT DISTINCT FROM
               (new.task, new.timestamp_column, new.label_column, new.prediction_column, new.score_column,
                coalesce(new.reference_relation_name, new.relation_name), new.reference_from, new.reference_to,
                    new.time_zone)
           AND old.kinds @> new.kinds
           AND mlops_internal.plain_slices(old.slices) @> mlops_internal.plain_slices(new.slices)
           AND mlops_internal.stored_kinds(old) @> mlops_internal.stored_kinds(new)
           AND NOT EXISTS (SELECT * FROM mlops_internal.sliced_columns(new)
                           EXCEPT SELECT * FROM mlops_internal.sliced_columns(old))
           -- columns of which no summary is made do not matter
           AND (new.group_column IS NULL
                OR (old.group_column, CASE WHEN new.prediction_column IS NULL THEN old.threshold END)
                   IS NOT DISTINCT FROM
                   (new.group_column, CASE WHEN new.prediction_column IS NULL THEN new.threshold END))
           AND (new.query_column IS NULL OR old.query_column IS NOT DISTINCT FROM new.query_column)
           AND (new.probability_columns IS NULL
                OR old.probability_columns IS NOT DISTINCT FROM new.probability_columns)
           AND ('comoments' <> ALL (mlops_internal.stored_kinds(new))
                OR mlops_internal.number_features(old) = mlops_internal.number_features(new));
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.same_baseline(mlops.monitor_version, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.same_baseline(mlops.monitor_version, mlops.monitor_version) IS
    'true when the summaries of the first definition''s reference serve the second';

CREATE FUNCTION mlops_internal.same_reference(old mlops.monitor_version, new mlops.monitor_version) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (old.timestamp_column, coalesce(old.reference_relation_name, old.relation_name), old.reference_from,
                old.reference_to, old.time_zone)
               IS NOT DISTINCT FROM
               (new.timestamp_column, coalesce(new.reference_relation_name, new.relation_name), new.reference_from,
                new.reference_to, new.time_zone)
    $$;
REVOKE ALL ON FUNCTION mlops_internal.same_reference(mlops.monitor_version, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.same_reference(mlops.monitor_version, mlops.monitor_version) IS
    'true when two definitions are compared with the same rows';

/*
 * A new baseline takes over of the old one what the change does not concern: the
 * reference may have been purged since.  The counts of the whole are left out: they
 * say that all of it is there, and come with the rest at the next evaluation.
 */
CREATE FUNCTION mlops_internal.keep_baseline(old mlops.monitor_version, new mlops.monitor_version) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        INSERT INTO mlops.baseline (monitor_id, version, slice_column, slice_value, column_name, kind, n, n_labelled,
            n_invalid, summary, created_at)
        SELECT b.monitor_id, new.baseline_version, b.slice_column, b.slice_value, b.column_name, b.kind, b.n,
               b.n_labelled, b.n_invalid, b.summary, b.created_at
        FROM mlops.baseline AS b
        WHERE b.monitor_id = old.monitor_id AND b.version = old.baseline_version
          AND new.baseline_version <> old.baseline_version AND mlops_internal.same_reference(old, new)
          AND (b.slice_column IS NULL OR EXISTS (
                SELECT FROM jsonb_array_elements(old.slices) AS o(slice)
                WHERE o.slice ->> 'name' = b.slice_column AND new.slices @> jsonb_build_array(o.slice)))
          AND CASE WHEN b.column_name IS NOT NULL
                   THEN old.kinds ->> b.column_name::text = new.kinds ->> b.column_name::text
                   WHEN b.kind = 'comoments'
                   THEN mlops_internal.number_features(old) = mlops_internal.number_features(new)
                   ELSE (b.slice_column IS NOT NULL OR b.kind <> 'rows')
                        AND (old.task, old.label_column, old.prediction_column, old.score_column, old.group_column,
                             old.query_column, old.probability_columns, old.threshold)
                            IS NOT DISTINCT FROM
                            (new.task, new.label_column, new.prediction_column, new.score_column, new.group_column,
                             new.query_column, new.probability_columns, new.threshold) END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.keep_baseline(mlops.monitor_version, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.keep_baseline(mlops.monitor_version, mlops.monitor_version) IS
    'copy to the baseline of a new definition what of the old one still serves';

/*
 * A new definition has the values of the old one's slices, and those that have
 * become frequent since: with one row in a hundred in each of three windows in a row.
 */
CREATE FUNCTION mlops_internal.keep_slice_values(old mlops.monitor_version, new mlops.monitor_version) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH window_rows AS (
            SELECT w.window_lo, w.window_hi, w.n FROM mlops.window_summary AS w
            WHERE w.monitor_id = old.monitor_id AND w.version = old.version AND w.slice_column IS NULL
              AND w.kind = 'rows' AND w.n > 0
            ORDER BY w.window_lo DESC LIMIT 3
        ), frequent AS (
            SELECT s.slice_column, t.value, sum(t.n)::bigint AS n
            FROM window_rows AS w
            JOIN mlops.window_summary AS s ON s.monitor_id = old.monitor_id AND s.window_lo = w.window_lo
                AND s.window_hi = w.window_hi AND s.kind = 'values',
                 LATERAL mlops.top_k(s.summary::mlops.profile, 100) AS t
            WHERE t.n >= 0.01 * w.n
            GROUP BY 1, 2 HAVING count(*) = 3
        )
        INSERT INTO mlops.slice_value (monitor_id, version, slice, value, n)
        SELECT old.monitor_id, new.version, v.slice, v.value, v.n
        FROM (SELECT x.slice, x.value, x.n FROM mlops.slice_value AS x
              WHERE x.monitor_id = old.monitor_id AND x.version = old.version
              UNION ALL
              SELECT f.slice_column, f.value, f.n FROM frequent AS f WHERE f.value <> '(other)') AS v
        WHERE mlops_internal.same_reference(old, new) AND EXISTS (
            SELECT FROM jsonb_array_elements(old.slices) AS o(slice)
            WHERE o.slice ->> 'name' = v.slice AND new.slices @> jsonb_build_array(o.slice))
        ON CONFLICT ON CONSTRAINT slice_value_key DO NOTHING
    $$;
REVOKE ALL ON FUNCTION mlops_internal.keep_slice_values(mlops.monitor_version, mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.keep_slice_values(mlops.monitor_version, mlops.monitor_version) IS
    'values of the slices of a new definition, from the old one and its last windows';

CREATE FUNCTION mlops_internal.alter_monitor(name text, changes jsonb, caller mlops_internal.caller) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        who CONSTANT oid := mlops_internal.caller_oid(caller);
        known CONSTANT text[] := '{relation,timestamp_column,label_column,prediction_column,score_column,threshold,
            features,slices,granularity,start_at,end_at,delay,reference_relation,reference_from,reference_to,checks,
            schedule,time_zone,min_rows,max_slices,rollups,week_start,reference,phase,row_key,version_column,
            group_column,query_column,probability_columns,label_time_column,label_filter,max_label_age,label_history,
            label_relation,label_key,label_value,label_horizon,misfire,keep}';
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
        FOREACH key IN ARRAY '{relation,reference_relation,label_relation}'::text[] LOOP
            CONTINUE WHEN jsonb_typeof(changes -> key) IS DISTINCT FROM 'string';
            IF mlops_internal.relation_named(changes ->> key) IS NULL THEN
                RAISE EXCEPTION USING
                    ERRCODE = 'undefined_table',
                    MESSAGE = format('%s "%s" does not exist', key, changes ->> key),
                    HINT = 'Name a table or view with its schema, such as "app.prediction".';
            END IF;
            changes := jsonb_set(changes, ARRAY[key], to_jsonb(
                mlops_internal.relation_named(changes ->> key)::oid::text));
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
        -- its label_column is that of the relation with the labels
        IF old.label_relation IS NOT NULL AND NOT changes ? 'label_column' THEN
            def.label_column := NULL;
        END IF;
        IF NOT changes ? 'label_relation' AND old.label_relation IS NOT NULL THEN
            def.label_relation := mlops_internal.present_relation(
                old.label_relation, old.label_relation_name, old.label_relation_owner,
                format('the labels of monitor "%s"', name), m.owner_oid);
        END IF;
        def.version := m.version + 1;
        def.created_at := now();
        def.created_by := mlops_internal.caller_name(caller);
        def.time_zone := coalesce(def.time_zone, 'UTC');
        def.features := coalesce(def.features, '{}');
        def.slices := coalesce(nullif(def.slices, 'null'), '[]');
        def.rollups := coalesce(def.rollups, '{}');
        def.row_key := coalesce(def.row_key, '{}');
        def.week_start := coalesce(def.week_start, 1);
        def.phase := coalesce(def.phase, 'auto');
        def.max_slices := coalesce(def.max_slices, 1000);
        def.label_history := coalesce(def.label_history, '180 days');
        def.misfire := coalesce(def.misfire, 'backfill');
        def.reference := nullif(def.reference, 'null');
        def.probability_columns := nullif(def.probability_columns, 'null');
        def.keep := nullif(def.keep, 'null');
        def.checks := coalesce(def.checks, '[]');
        def.task := coalesce((SELECT x.task FROM mlops.model AS x WHERE x.model_id = m.model_id), def.task);
        def := mlops_internal.check_definition(def, m.owner_oid);
        IF NOT mlops_internal.same_baseline(old, def) THEN
            def.baseline_version := def.version;
            IF mlops_internal.has_baseline(old) AND num_nonnulls(def.reference_relation, def.reference_from,
                def.reference_to) > 0 THEN
                RAISE NOTICE USING
                    MESSAGE = format(CASE WHEN mlops_internal.same_reference(old, def)
                        THEN 'what the baseline of monitor "%s" does not hold will be computed'
                        ELSE 'the baseline of monitor "%s" will be computed anew' END, name),
                    DETAIL = 'It does not hold what the change needs.  The rows count that the reference has at the '
                        'next evaluation.';
            END IF;
        END IF;
        INSERT INTO mlops.monitor_version SELECT def.*;
        PERFORM mlops_internal.keep_baseline(old, def);
        PERFORM mlops_internal.keep_slice_values(old, def);
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
    'change properties of a monitor, null clearing one, and return the number of the new version; the baseline '
    'is kept unless it no longer serves the new reference, columns or slices, which a notice says';
REVOKE ALL ON FUNCTION mlops.alter_monitor FROM PUBLIC;

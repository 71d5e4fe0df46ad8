/*
 * Definitions, checked: everything that can be wrong with one is found here and not
 * in the middle of the night: columns, types, rights, intervals, schedule, checks.
 * These functions read the catalogs only, never the relation: the relation is
 * opened by evaluate(), as the monitor's owner.
 */
/* The columns that a definition follows: features, then label, prediction, score. */
CREATE FUNCTION mlops_internal.followed_columns(def mlops.monitor_version) RETURNS TABLE (column_name name)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c FROM unnest(def.features || ARRAY[def.label_column, def.prediction_column,
            def.score_column]) WITH ORDINALITY AS u(c, place)
        WHERE c IS NOT NULL GROUP BY c ORDER BY min(place)
    $$;
COMMENT ON FUNCTION mlops_internal.followed_columns(mlops.monitor_version) IS
    'features, label, prediction and score of a definition, each column once';

/* By the catalog: whoever asks need not have rights on the schema. */
CREATE FUNCTION mlops_internal.relation_named(name text) RETURNS regclass
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT c.oid FROM parse_ident(name) AS p(part)
        JOIN pg_namespace AS n ON n.nspname = p.part[1]
        JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.part[2]
        WHERE cardinality(p.part) = 2
    $$;
COMMENT ON FUNCTION mlops_internal.relation_named(text) IS
    'the relation of that name, which is given with its schema; NULL when there is none';

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
            SELECT * INTO att FROM pg_attribute WHERE attrelid = relation AND attname = col AND attnum > 0
                AND NOT attisdropped;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'undefined_column',
                    MESSAGE = format('column "%s" of %s does not exist', col, relation),
                    HINT = format('Its columns are: %s.',
                        (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
                        WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped));
            ELSIF NOT has_column_privilege(owner_oid, relation, att.attnum, 'SELECT') THEN
                RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                    MESSAGE = format('role "%s" may not read column "%s" of %s', owner_name, col, relation),
                    HINT = format('GRANT SELECT ON %s TO %I;', relation, owner_name);
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_relation(regclass, name[], oid, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_relation(regclass, name[], oid, text) IS
    'raise unless the relation and its columns exist (42P01, 42809, 42703) and the owner may read them (42501)';

CREATE FUNCTION mlops_internal.column_type(relation regclass, column_name name) RETURNS oid
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN (SELECT mlops_internal.base_type(a.atttypid) FROM pg_attribute AS a
                WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.column_type(regclass, name) IS
    'type of a column below all domains; NULL when there is no such column';

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
                            THEN format(' Make a view with an expression such as (%1$I = ''yes'') AS %1$I, and monitor '
                                'the view.',
                                        column_name)
                            ELSE '' END;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.require_type(regclass, name, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.require_type(regclass, name, text, text[]) IS
    'raise 42804 unless the column is of one of the types; "role" names it in the message';

CREATE FUNCTION mlops_internal.check_granularity(granularity interval) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        months numeric := extract(year FROM granularity) * 12 + extract(month FROM granularity);
        days numeric := extract(day FROM granularity);
        seconds numeric := extract(hour FROM granularity) * 3600 + extract(minute FROM granularity) * 60
            + extract(second FROM granularity);
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
COMMENT ON FUNCTION mlops_internal.check_granularity(interval) IS
    'raise 22023 unless the interval can be the length of windows';

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
        ELSIF def.reference_from >= coalesce(def.reference_to, CASE
            WHEN def.reference_relation IS NULL THEN def.start_at END) THEN
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
COMMENT ON FUNCTION mlops_internal.check_times(mlops.monitor_version) IS
    'raise 22023 unless granularity, zone, schedule, range and limits of a definition make sense';

/* What the label and the prediction mean when no task was given. */
CREATE FUNCTION mlops_internal.guess_task(def mlops.monitor_version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
                WHEN def.score_column IS NOT NULL OR 'boolean' IN (k.label, k.prediction) THEN 'binary'
                WHEN k.label = 'number' AND k.prediction = 'number' THEN 'regression'
                WHEN 'text' IN (k.label, k.prediction) THEN 'multiclass'
            END
        FROM (SELECT mlops_internal.column_kind(mlops_internal.column_type(def, def.relation,
                         def.label_column)) AS label,
                     mlops_internal.column_kind(mlops_internal.column_type(def.relation,
                         def.prediction_column)) AS prediction) AS k
    $$;
COMMENT ON FUNCTION mlops_internal.guess_task(mlops.monitor_version) IS
    'binary with a score or a boolean label or prediction, regression with two numbers, multiclass with text, else '
    'NULL';

/* Which columns: each exists, is readable by the owner and suits its role. */
CREATE FUNCTION mlops_internal.check_columns(def mlops.monitor_version, owner_oid oid) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        binary_types CONSTANT text[] := '{boolean,smallint,integer,bigint,real,double precision,numeric}';
        number_types CONSTANT text[] := '{smallint,integer,bigint,real,double precision,numeric}';
        followed name[] := ARRAY(SELECT f.column_name FROM mlops_internal.followed_columns(def) AS f);
        rows_followed name[] := ARRAY(SELECT f FROM unnest(followed) AS f
                                      WHERE def.label_relation IS NULL OR f <> def.label_column);
        col name;
        label name;
        label_source CONSTANT regclass := coalesce(def.label_relation, def.relation);
    BEGIN
        IF def.timestamp_column IS NULL OR def.relation IS NULL
            OR array_position(def.features, NULL) IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'relation, timestamp_column, features and slices must not be NULL or contain NULL',
                HINT = 'Use ''{}'' for no features or no slices.';
        END IF;
        SELECT c INTO col FROM unnest(def.features) AS c GROUP BY c HAVING count(*) > 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_column',
                MESSAGE = format('column "%s" is listed twice', col),
                HINT = 'Name each feature and each slice once.';
        END IF;
        -- the label may stand elsewhere (check_labels.sql)
        PERFORM mlops_internal.check_relation(def.relation, def.timestamp_column || rows_followed, owner_oid,
            'relation');
        PERFORM mlops_internal.require_type(def.relation, def.timestamp_column, 'timestamp',
            '{timestamptz,timestamp,date}');
        SELECT mlops_internal.relation_name(c.oid), pg_get_userbyid(c.relowner) INTO def.relation_name,
            def.relation_owner
        FROM pg_class AS c WHERE c.oid = def.relation;
        SELECT mlops_internal.relation_name(c.oid), pg_get_userbyid(c.relowner) INTO def.reference_relation_name,
            def.reference_relation_owner
        FROM pg_class AS c WHERE c.oid = def.reference_relation;
        def.task := coalesce(def.task, mlops_internal.guess_task(def));
        IF def.task NOT IN ('binary', 'regression', 'multiclass', 'ranking') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('task "%s" does not exist', def.task),
                HINT = 'Tasks are: binary, regression, multiclass, ranking.';
        END IF;
        PERFORM mlops_internal.require_type(def.relation, def.score_column, 'score', number_types);
        IF def.task = 'ranking' THEN
            PERFORM mlops_internal.require_type(label_source, def.label_column, 'label', number_types);
        END IF;
        IF def.task IN ('binary', 'regression') THEN
            FOREACH label IN ARRAY '{label,prediction}'::name[] LOOP
                PERFORM mlops_internal.require_type(CASE WHEN label = 'label' THEN label_source ELSE def.relation END,
                    CASE WHEN label = 'label' THEN def.label_column ELSE def.prediction_column END,
                                           label, CASE WHEN def.task = 'binary' THEN binary_types
                                               ELSE number_types END);
            END LOOP;
        END IF;
        FOREACH col IN ARRAY followed LOOP
            IF mlops_internal.followed_kind(mlops_internal.column_type(def, def.relation, col)) IS NULL
                OR col IN (def.label_column, def.prediction_column, def.score_column)
                AND mlops_internal.column_kind(mlops_internal.column_type(def, def.relation, col)) IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                    MESSAGE = format('column "%s" of type %s cannot be followed', col,
                        format_type(mlops_internal.column_type(def, def.relation, col), NULL)),
                    HINT = 'Make a view with an expression of it that is a number, boolean, text, time or vector, and '
                        'monitor the view.';
            END IF;
        END LOOP;
        -- 0 and 1 are classes here, not numbers
        def.kinds := (SELECT coalesce(jsonb_object_agg(c, CASE
                                WHEN def.task = 'binary'
                                    AND c IN (def.label_column, def.prediction_column) THEN 'boolean'
                                ELSE mlops_internal.followed_kind(mlops_internal.column_type(def, def.relation, c))
                                END), '{}')
                      FROM unnest(followed) AS c);
        IF def.reference_relation IS NOT NULL THEN
            PERFORM mlops_internal.check_relation(def.reference_relation, rows_followed ||
                        CASE WHEN num_nonnulls(def.reference_from, def.reference_to) > 0
                            THEN ARRAY[def.timestamp_column] END,
                        owner_oid, 'reference_relation');
            FOREACH col IN ARRAY rows_followed LOOP
                IF mlops_internal.column_type(def.reference_relation, col) <> mlops_internal.column_type(def.relation,
                    col) THEN
                    RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                        MESSAGE = format('column "%s" is of type %s in %s but of type %s in %s', col,
                            format_type(mlops_internal.column_type(def.relation, col), NULL), def.relation,
                            format_type(mlops_internal.column_type(def.reference_relation, col), NULL),
                                def.reference_relation),
                        HINT = 'The reference must have the same columns: a view can cast them.';
                END IF;
            END LOOP;
        END IF;
        RETURN def;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_columns(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_columns(mlops.monitor_version, oid) IS
    'a definition with task, relation_name and kinds filled in; raises when a column does not exist, is not readable '
    'by the owner or does not suit its role';

CREATE FUNCTION mlops_internal.check_definition(def mlops.monitor_version, owner_oid oid) RETURNS mlops.monitor_version
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.check_times(def);
        IF def.start_at IS NULL THEN
            def.start_at := mlops_internal.local_instant(
                date_trunc(CASE WHEN def.granularity >= interval '1 month' THEN 'month' ELSE 'day' END,
                    now() AT TIME ZONE def.time_zone),
                def.time_zone);
            PERFORM mlops_internal.check_times(def);
        END IF;
        -- without an end the rows that are watched would be part of the reference
        IF def.reference_relation IS NULL AND def.reference_from IS NOT NULL THEN
            def.reference_to := coalesce(def.reference_to, def.start_at);
        END IF;
        def.slices := mlops_internal.check_slices(def);
        PERFORM mlops_internal.kept(def.keep);
        def := mlops_internal.check_labels(def, owner_oid);
        def := mlops_internal.check_columns(def, owner_oid);
        PERFORM mlops_internal.check_roles(def, owner_oid);
        def.checks := mlops_internal.normal_checks(def.checks, def);
        PERFORM mlops_internal.check_quality(def, owner_oid);
        def.columns := mlops_internal.relation_columns(def.relation);
        RETURN def;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_definition(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_definition(mlops.monitor_version, oid) IS
    'a definition with all defaults filled in, or the error that says what is wrong with it';

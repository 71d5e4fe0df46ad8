/*
 * Roles beyond label, prediction and score: slices, groups, lists, probabilities,
 * labels from elsewhere.  Like check_definition.sql this reads catalogs only;
 * expressions are parsed and not run.
 */
CREATE FUNCTION mlops_internal.parse_expression(relation regclass, expression text, what text, is_condition boolean,
    owner_oid oid)
    RETURNS name[]
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_parse_expression';
REVOKE ALL ON FUNCTION mlops_internal.parse_expression(regclass, text, text, boolean, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.parse_expression(regclass, text, text, boolean, oid) IS
    'columns that an expression over a row of the relation reads; the errors are those of expressions of an index';

CREATE FUNCTION mlops_internal.expression_columns(relation regclass, expression text, what text, is_condition boolean,
    owner_oid oid)
    RETURNS name[]
    LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN mlops_internal.parse_expression(relation, expression, what, is_condition, owner_oid);
    EXCEPTION WHEN feature_not_supported OR grouping_error OR windowing_error THEN
        RAISE EXCEPTION USING ERRCODE = SQLSTATE,
            MESSAGE = format('%s "%s" is not of the columns of one row', what, expression),
            HINT = 'It may have no subquery, aggregate, window function or set-returning function.';
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.expression_columns(regclass, text, text, boolean, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.expression_columns(regclass, text, text, boolean, oid) IS
    'columns that an expression over a row of the relation reads; raises when it is not one scalar without volatile '
    'functions, or, as a condition, not boolean; "what" names it in messages';

CREATE FUNCTION mlops_internal.followed_kind(type oid) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN type IN ('float8[]'::regtype, 'float4[]'::regtype) THEN 'vector'
            ELSE mlops_internal.column_kind(type) END
    $$;
COMMENT ON FUNCTION mlops_internal.followed_kind(oid) IS
    'kind of a column that can be followed: number, boolean, text, time, or vector for embeddings; NULL for others';

CREATE FUNCTION mlops_internal.number_features(def mlops.monitor_version) RETURNS name[]
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(array_agg(f ORDER BY place), '{}')
        FROM unnest(def.features) WITH ORDINALITY AS u(f, place) WHERE def.kinds ->> f::text = 'number'
    $$;
COMMENT ON FUNCTION mlops_internal.number_features(mlops.monitor_version) IS
    'features of a definition that are numbers';

/* One slice as given, a name or an object, in the form in which it is stored. */
CREATE FUNCTION mlops_internal.normal_slice(given jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        columns jsonb;
        name text;
    BEGIN
        IF jsonb_typeof(given) = 'string' THEN
            given := jsonb_build_object('columns', jsonb_build_array(given));
        ELSIF jsonb_typeof(given -> 'column') = 'string' AND NOT given ? 'columns' THEN
            given := given - 'column' || jsonb_build_object('columns', jsonb_build_array(given -> 'column'));
        END IF;
        columns := given -> 'columns';
        IF jsonb_typeof(given) IS DISTINCT FROM 'object' OR given - '{name,columns,expression}'::text[] <> '{}'
            OR given ? 'columns' = given ? 'expression'
            OR given ? 'columns' AND (jsonb_typeof(columns) <> 'array' OR columns = '[]'
                OR jsonb_path_exists(columns, '$[*] ? (@.type() != "string")'))
            OR given ? 'expression' AND jsonb_typeof(given -> 'expression') <> 'string'
            OR given ? 'name' AND jsonb_typeof(given -> 'name') <> 'string'
            OR given ? 'expression' AND NOT given ? 'name' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('slice %s is not one', left(given::text, 200)),
                HINT = 'Name a column, or give {"columns": ["region", "plan"]} or {"expression": "age < 25", "name": '
                    '"young"}.';
        END IF;
        name := coalesce(given ->> 'name', (SELECT string_agg(c, ',' ORDER BY place)
            FROM jsonb_array_elements_text(columns) WITH ORDINALITY AS e(c, place)));
        IF length(name) NOT BETWEEN 1 AND 200 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('the name of a slice must have 1 to 200 characters, not %s', length(name)),
                HINT = 'Give "name".';
        END IF;
        RETURN jsonb_strip_nulls(jsonb_build_object('name', name, 'columns', columns,
            'expression', given -> 'expression'));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.normal_slice(jsonb) IS
    'a slice, a column''s name or an object, with name and columns or expression; error 22023 when it is none';

/* Slices as an argument: names, and objects as text. */
CREATE FUNCTION mlops_internal.slices_argument(slices text[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        item text;
        result jsonb := '[]';
    BEGIN
        FOREACH item IN ARRAY coalesce(slices, '{}') LOOP
            IF item ~ '^\s*\{' THEN
                BEGIN
                    result := result || jsonb_build_array(item::jsonb);
                EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
                    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                        MESSAGE = format('slice %s is not JSON', left(item, 200)),
                        HINT = 'Give for example {"expression": "age < 25", "name": "young"}.';
                END;
            ELSE
                result := result || to_jsonb(ARRAY[item]);
            END IF;
        END LOOP;
        RETURN result;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.slices_argument(text[]) IS
    'slices as they are given to mlops.create_monitor as a list of names and objects';

/* Slices that are not those of versions. */
CREATE FUNCTION mlops_internal.plain_slices(slices jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_agg(s.slice ORDER BY s.place), '[]')
        FROM jsonb_array_elements(slices) WITH ORDINALITY AS s(slice, place)
        WHERE (s.slice -> 'version') IS DISTINCT FROM 'true'
    $$;
COMMENT ON FUNCTION mlops_internal.plain_slices(jsonb) IS
    'slices of a definition without those that each model version is by itself';

/* Columns that the slices of a definition read. */
CREATE FUNCTION mlops_internal.slice_columns(def mlops.monitor_version, relation regclass, owner_oid oid)
    RETURNS name[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(array_agg(DISTINCT c), '{}')
        FROM jsonb_array_elements(mlops_internal.plain_slices(def.slices)) AS s(slice),
             LATERAL (SELECT e::name FROM jsonb_array_elements_text(s.slice -> 'columns') AS e
                      UNION ALL
                      SELECT unnest(mlops_internal.expression_columns(relation, s.slice ->> 'expression',
                          'expression of a slice', false, owner_oid))) AS x(c)
    $$;
REVOKE ALL ON FUNCTION mlops_internal.slice_columns(mlops.monitor_version, regclass, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.slice_columns(mlops.monitor_version, regclass, oid) IS
    'columns of a relation that the slices of a definition read; raises when an expression does not suit';

CREATE FUNCTION mlops_internal.check_slices(def mlops.monitor_version) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        result jsonb;
        twice text;
    BEGIN
        IF jsonb_typeof(def.slices) IS DISTINCT FROM 'array' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'slices must be a list',
                HINT = 'Give for example ["region", {"expression": "age < 25", "name": "young"}].';
        ELSIF def.slices @> '[null]' THEN
            RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'relation, timestamp_column, features and slices must not be NULL or contain NULL',
                HINT = 'Use ''{}'' for no features or no slices.';
        END IF;
        SELECT coalesce(jsonb_agg(mlops_internal.normal_slice(s.given) ORDER BY s.place), '[]') INTO result
        FROM jsonb_array_elements(mlops_internal.plain_slices(def.slices)) WITH ORDINALITY AS s(given, place);
        -- each version is a slice, however many there are
        IF def.version_column IS NOT NULL THEN
            result := (SELECT coalesce(jsonb_agg(s.slice ORDER BY s.place), '[]')
                       FROM jsonb_array_elements(result) WITH ORDINALITY AS s(slice, place)
                       WHERE s.slice -> 'columns' IS DISTINCT FROM jsonb_build_array(def.version_column))
                || jsonb_build_array(jsonb_build_object('name', def.version_column,
                    'columns', jsonb_build_array(def.version_column), 'version', true));
        END IF;
        SELECT s ->> 'name' INTO twice FROM jsonb_array_elements(result) AS s GROUP BY 1 HAVING count(*) > 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'duplicate_column',
                MESSAGE = format('slice "%s" is listed twice', twice),
                HINT = 'Name each feature and each slice once.';
        END IF;
        RETURN result;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_slices(mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_slices(mlops.monitor_version) IS
    'slices of a definition in the form in which they are stored; raises 22023, 22004 or 42701';

CREATE FUNCTION mlops_internal.phases() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT '{auto,day_of_week,hour_of_day,hour_of_week,day_of_month,none}'::text[] $$;
COMMENT ON FUNCTION mlops_internal.phases() IS 'seasons that windows can have';

CREATE FUNCTION mlops_internal.reference_misfit(reference jsonb, OUT reason text, OUT hint text)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF reference IS NULL THEN
            RETURN;
        ELSIF jsonb_typeof(reference) <> 'array' OR reference = '[]'
            OR jsonb_path_exists(reference, 'strict $[*] ? (@.type() != "object")', '{}', true) THEN
            reason := 'reference must be a list of objects';
            hint := 'Give for example [{"same_phase": 4}, {"baseline": true}].';
        ELSIF EXISTS (
            SELECT FROM jsonb_array_elements(reference) AS r, LATERAL (
                SELECT count(*) FILTER (WHERE k.key <> ALL ('{phase,max_age}')) AS n,
                       coalesce(bool_and(CASE k.key
                           WHEN 'phase' THEN r ? 'same_phase' AND k.value #>> '{}' = ANY (mlops_internal.phases())
                           WHEN 'baseline' THEN k.value = 'true'
                           WHEN 'calendar' THEN jsonb_typeof(k.value) = 'string'
                           ELSE k.key = ANY ('{same_phase,last_year,previous,max_age}')
                               AND jsonb_typeof(k.value) = 'number' AND (k.key <> 'max_age' OR r ? 'same_phase')
                               AND CASE WHEN jsonb_typeof(k.value) = 'number' THEN (k.value #>> '{}')::numeric
                                   BETWEEN 1 AND 1000 AND (k.value #>> '{}')::numeric % 1 = 0 END END), false) AS fits
                FROM jsonb_each(r) AS k(key, value)) AS x
            WHERE x.n <> 1 OR x.fits IS NOT TRUE) THEN
            reason := 'a reference does not exist';
            hint := 'References are {"same_phase": n} with "phase" and "max_age", {"last_year": n}, {"previous": n}, '
                '{"baseline": true} and {"calendar": "name"}.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.reference_misfit(jsonb) IS
    'why a list of references does not do, and what to do; NULL when it does';

/* Numbers and words of the newer properties. */
CREATE FUNCTION mlops_internal.check_settings(def mlops.monitor_version) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        reason text;
        hint text;
        coarser interval;
    BEGIN
        FOREACH coarser IN ARRAY def.rollups LOOP
            PERFORM mlops_internal.check_granularity(coarser);
            SELECT r.reason, r.hint INTO reason, hint FROM mlops_internal.rollup_misfit(def.granularity, coarser) AS r;
            EXIT WHEN reason IS NOT NULL;
        END LOOP;
        IF def.max_slices IS NULL OR def.max_slices NOT BETWEEN 1 AND 100000 THEN
            reason := format('max_slices must be between 1 and 100000, not %s', coalesce(def.max_slices::text, 'NULL'));
            hint := 'It is how many values of slices are kept.';
        ELSIF def.week_start IS NULL OR def.week_start NOT BETWEEN 1 AND 7 THEN
            reason := format('week_start must be between 1 and 7, not %s', coalesce(def.week_start::text, 'NULL'));
            hint := '1 is Monday, 7 is Sunday.';
        ELSIF def.misfire IS NULL OR def.misfire NOT IN ('backfill', 'run_once', 'skip') THEN
            reason := format('misfire "%s" does not exist', def.misfire);
            hint := 'Give backfill, run_once or skip.';
        ELSIF def.phase IS NULL THEN
            reason := 'phase must not be NULL';
            hint := 'Give auto.';
        ELSIF extract(epoch FROM def.max_label_age) <= 0 OR extract(epoch FROM def.label_horizon) <= 0
            OR def.label_history IS NULL OR extract(epoch FROM def.label_history) <= 0 THEN
            reason := 'max_label_age, label_history and label_horizon must be positive';
            hint := 'Give for example ''30 days''.';
        ELSIF def.phase <> ALL (mlops_internal.phases()) THEN
            reason := format('phase "%s" does not exist', def.phase);
            hint := format('Phases are: %s.', array_to_string(mlops_internal.phases(), ', '));
        ELSIF reason IS NULL THEN
            SELECT f.reason, f.hint INTO reason, hint FROM mlops_internal.reference_misfit(def.reference) AS f;
        END IF;
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason, HINT = hint;
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_settings(mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_settings(mlops.monitor_version) IS
    'raise 22023 unless rollups, reference, labels'' times and the other settings of a definition make sense';

/* The probabilities of a multiclass model. */
CREATE FUNCTION mlops_internal.check_probabilities(def mlops.monitor_version) RETURNS name[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        class record;
        columns name[] := '{}';
    BEGIN
        IF def.probability_columns IS NULL THEN
            RETURN columns;
        ELSIF jsonb_typeof(def.probability_columns) <> 'object'
            OR jsonb_path_exists(def.probability_columns, '$.* ? (@.type() != "string")')
            OR (SELECT count(*) FROM jsonb_object_keys(def.probability_columns)) NOT BETWEEN 2 AND 1000 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'probability_columns must be an object that gives two classes or more a column each',
                HINT = 'Give for example {"red": "p_red", "blue": "p_blue"}.';
        ELSIF def.task IS DISTINCT FROM 'multiclass' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('probability_columns do not suit the task %s', coalesce(def.task, 'NULL')),
                HINT = 'They are of the task multiclass; a binary model has a score_column.';
        END IF;
        FOR class IN SELECT * FROM jsonb_each_text(def.probability_columns) LOOP
            PERFORM mlops_internal.require_type(def.relation, class.value::name, 'probability',
                '{smallint,integer,bigint,real,double precision,numeric}');
            columns := columns || class.value::name;
        END LOOP;
        RETURN columns;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_probabilities(mlops.monitor_version) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_probabilities(mlops.monitor_version) IS
    'columns with the probabilities of classes; raises 22023 or 42804 when they do not suit';

/* Columns of roles that are read besides those that are followed. */
CREATE FUNCTION mlops_internal.role_columns(def mlops.monitor_version) RETURNS name[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_remove(ARRAY[def.group_column, def.query_column]
            || ARRAY(SELECT e.value::name FROM jsonb_each_text(def.probability_columns) AS e), NULL)
    $$;
COMMENT ON FUNCTION mlops_internal.role_columns(mlops.monitor_version) IS
    'columns of groups, lists and probabilities, which summaries of the model read';

CREATE FUNCTION mlops_internal.check_roles(def mlops.monitor_version, owner_oid oid) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        reason text;
        hint text;
    BEGIN
        PERFORM mlops_internal.check_settings(def);
        PERFORM mlops_internal.check_probabilities(def);
        PERFORM mlops_internal.check_relation(def.relation, array_remove(mlops_internal.role_columns(def)
            || def.version_column || def.row_key, NULL)
            || mlops_internal.slice_columns(def, def.relation, owner_oid)
            || coalesce(mlops_internal.expression_columns(def.relation, def.label_filter, 'label_filter', true,
                owner_oid), '{}')
            || CASE WHEN def.label_relation IS NULL THEN array_remove(ARRAY[def.label_time_column], NULL)
                ELSE '{}' END, owner_oid, 'relation');
        IF def.query_column IS NOT NULL AND def.task IS DISTINCT FROM 'ranking' THEN
            reason := format('query_column does not suit the task %s', coalesce(def.task, 'NULL'));
            hint := 'It gathers rows into the lists of the task ranking.';
        ELSIF def.group_column IS NOT NULL AND def.task IS DISTINCT FROM 'binary' THEN
            reason := format('group_column does not suit the task %s', coalesce(def.task, 'NULL'));
            hint := 'It names the groups that metrics of fairness compare, of the task binary.';
        END IF;
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = reason, HINT = hint;
        END IF;
        PERFORM mlops_internal.require_type(coalesce(def.label_relation, def.relation), def.label_time_column,
            'label_time', '{timestamptz,timestamp,date}');
        IF def.reference_relation IS NOT NULL THEN
            PERFORM mlops_internal.check_relation(def.reference_relation, mlops_internal.role_columns(def)
                || mlops_internal.slice_columns(def, def.reference_relation,
                owner_oid), owner_oid, 'reference_relation');
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_roles(mlops.monitor_version, oid) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_roles(mlops.monitor_version, oid) IS
    'raise when a column of a role does not exist, is not readable by the owner or does not suit';

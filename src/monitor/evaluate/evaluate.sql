/*
 * Evaluate: one statement reads a window once, whatever the number of columns,
 * metrics and slices.
 *
 * It runs as the role that calls, which must be the monitor's owner: the
 * relation may be a view with functions of its owner in it, have policies, or
 * be somebody's table tomorrow.  Names reach the statement through %I only.
 * What it returns, summaries, goes to mlops_internal.store_window (observe.sql).
 */
CREATE TYPE mlops_internal.summary_row AS (
    slice_column text,
    slice_value text,
    column_name name,
    kind text,
    n bigint,
    n_labelled bigint,
    n_invalid bigint,
    summary mlops.summary
);
COMMENT ON TYPE mlops_internal.summary_row IS 'one row of window_summary or baseline without its key';

CREATE TYPE mlops_internal.slice_member AS (slice text, value text, n bigint);
COMMENT ON TYPE mlops_internal.slice_member IS 'one row of slice_value without its key';
CREATE TYPE mlops_internal.window_rows AS (number integer, summaries mlops_internal.summary_row[], failures jsonb);
COMMENT ON TYPE mlops_internal.window_rows IS
    'summaries of one of several windows, numbered from 1 on, and what could not be read';

/*
 * An expression as float8 that never raises: numeric reaches further than
 * double precision does.
 */
CREATE FUNCTION mlops_internal.float8_expression(expression text, type oid) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN type = 'numeric'::regtype THEN format(
                'CASE WHEN %1$s IS NULL THEN NULL WHEN abs(%1$s) BETWEEN 1e-300 AND 1e300 THEN (%1$s)::float8'
                ' WHEN abs(%1$s) < 1e-300 THEN 0 WHEN %1$s = ''NaN'' THEN ''NaN''::float8'
                ' WHEN %1$s > 0 THEN ''Infinity''::float8 ELSE ''-Infinity''::float8 END', expression)
            ELSE format('(%s)::float8', expression) END
    $$;
COMMENT ON FUNCTION mlops_internal.float8_expression(text, oid) IS
    'SQL for a number of that type as double precision; beyond its range it is infinite or zero';

/* NULL when the class is neither 0 nor 1: such rows are counted in n_invalid. */
CREATE FUNCTION mlops_internal.class_expression(expression text, type oid) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN type = 'bool'::regtype THEN expression
            ELSE format('CASE WHEN %1$s = 1 THEN true WHEN %1$s = 0 THEN false END', expression) END
    $$;
COMMENT ON FUNCTION mlops_internal.class_expression(text, oid) IS 'SQL for a binary class as boolean';

CREATE FUNCTION mlops_internal.short_text(value text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_short_text';
COMMENT ON FUNCTION mlops_internal.short_text(text) IS
    'a text of up to 200 characters itself; of a longer one the first 166, three dots and a hash of the whole, so '
    'that different texts stay different';

/*
 * Rows are placed by the wall clock of the monitor's zone when their time has
 * no zone.  Away from a change of the clock that is one to one with time, so a
 * bound is moved to the wall clock once and an index serves.  Within a day of a
 * change a time may stand for two instants or none: there each row's own
 * instant decides, and the bound on the clock is only as wide as the change.
 */
CREATE FUNCTION mlops_internal.clock_condition(col text, operator text, bound timestamptz, time_zone text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        shift interval;
    BEGIN
        IF isfinite(bound) THEN
            SELECT max(o.ahead) - min(o.ahead) INTO shift
            FROM (SELECT t AT TIME ZONE time_zone - t AT TIME ZONE 'UTC' AS ahead
                  FROM generate_series(bound - interval '24 hours', bound + interval '24 hours',
                      interval '6 hours') AS t) AS o;
        END IF;
        IF coalesce(shift, '0') = '0' THEN
            RETURN format('%s %s %L::timestamp', col, operator, bound AT TIME ZONE time_zone);
        END IF;
        RETURN format('%s %s %L::timestamp AND ((%s)::timestamp AT TIME ZONE %L) %s %L::timestamptz', col, operator,
                      (bound AT TIME ZONE time_zone) + shift * CASE operator WHEN '<' THEN 1 ELSE -1 END,
                      col, time_zone, operator, bound);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.clock_condition(text, text, timestamptz, text) IS
    'SQL condition that a wall clock time of the zone is at or after (operator >=) or before (<) an instant';

CREATE FUNCTION mlops_internal.time_condition(def mlops.monitor_version, relation regclass, lo timestamptz,
    hi timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        col text := format('t.%I', def.timestamp_column);
        type oid := mlops_internal.column_type(relation, def.timestamp_column);
    BEGIN
        IF num_nonnulls(lo, hi) = 0 THEN
            RETURN 'true';
        ELSIF type IS NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_column',
                MESSAGE = format('column "%s" of %s does not exist', def.timestamp_column, relation),
                HINT = 'Change the monitor by mlops.alter_monitor.';
        ELSIF type = 'timestamptz'::regtype THEN
            RETURN concat_ws(' AND ', CASE WHEN lo IS NOT NULL THEN format('%s >= %L::timestamptz', col, lo) END,
                                      CASE WHEN hi IS NOT NULL THEN format('%s < %L::timestamptz', col, hi) END);
        END IF;
        RETURN concat_ws(' AND ', CASE WHEN lo IS NOT NULL
            THEN mlops_internal.clock_condition(col, '>=', lo, def.time_zone) END,
                                  CASE WHEN hi IS NOT NULL
                                      THEN mlops_internal.clock_condition(col, '<', hi, def.time_zone) END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.time_condition(mlops.monitor_version, regclass, timestamptz, timestamptz) IS
    'SQL condition for the rows at or after "lo" and before "hi"; NULL = no bound';

/* The columns of the inner query: c1.. followed, l d p roles. */
CREATE FUNCTION mlops_internal.row_expressions(def mlops.monitor_version, relation regclass) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        parts text[] := '{}';
        col name;
        type oid;
        i integer := 0;
        as_class boolean;
        invalid text[] := '{}';
        role text;
    BEGIN
        FOR col IN SELECT * FROM mlops_internal.followed_columns(def) LOOP
            i := i + 1;
            type := mlops_internal.column_type(def, relation, col);
            as_class := coalesce(def.task = 'binary' AND col IN (def.label_column, def.prediction_column), false);
            IF type IS NULL OR as_class AND type <> ALL ('{bool,int2,int4,int8,float4,float8,numeric}'::regtype[])
                OR NOT as_class AND mlops_internal.followed_kind(type) IS DISTINCT FROM def.kinds ->> col THEN
                RAISE EXCEPTION USING
                    ERRCODE = CASE WHEN type IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
                    MESSAGE = CASE WHEN type IS NULL THEN format('column "%s" of %s does not exist', col, relation)
                        ELSE format('column "%s" of %s is now of type %s', col, relation, format_type(type, NULL)) END,
                    HINT = 'Change the monitor by mlops.alter_monitor.';
            END IF;
            parts := parts || CASE WHEN as_class THEN format('%s AS c%s',
                mlops_internal.class_expression(format('t.%I', col), type), i)
                WHEN def.kinds ->> col = 'text' THEN format('(t.%I)::text AS c%s', col, i)
                ELSE format('(t.%I)::%s AS c%s', col, format_type(type, NULL), i) END;
        END LOOP;
        FOREACH role IN ARRAY '{l,d,p}'::text[] LOOP
            col := CASE WHEN role = 'l' THEN def.label_column WHEN role = 'd' THEN def.prediction_column
                ELSE def.score_column END;
            type := mlops_internal.column_type(def, relation, col);
            CONTINUE WHEN col IS NULL OR NOT coalesce(def.task IN ('binary', 'regression', 'multiclass')
                OR def.task = 'ranking' AND role <> 'd', false);
            IF role <> 'p' AND def.task = 'binary' THEN
                parts := parts || format('%s AS %s', mlops_internal.class_expression(format('t.%I', col), type), role);
                IF type <> 'bool'::regtype THEN
                    invalid := invalid || format('t.%I NOT IN (0, 1)', col);
                END IF;
            ELSIF role <> 'p' AND def.task = 'multiclass' THEN
                parts := parts || format('mlops_internal.short_text((t.%I)::text) AS %s', col, role);
            ELSE
                parts := parts || format('%s AS %s', mlops_internal.float8_expression(format('t.%I', col), type), role);
            END IF;
        END LOOP;
        parts := parts || mlops_internal.role_expressions(def, relation)
            || mlops_internal.quality_expressions(def, relation);
        IF def.label_column IS NOT NULL THEN
            parts := parts || format('t.%I IS NOT NULL AS labelled', def.label_column)
                           || format('coalesce(%s, false) AS invalid', CASE
                               WHEN invalid <> '{}' THEN array_to_string(invalid, ' OR ') ELSE 'false' END);
        END IF;
        RETURN coalesce(nullif(array_to_string(parts, E',\n       '), ''), 'true AS present');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.row_expressions(mlops.monitor_version, regclass) IS
    'select list that brings the columns of a relation into the form that the summaries take';

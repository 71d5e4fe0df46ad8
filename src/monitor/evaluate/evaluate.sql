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

/* The columns of the inner query: c1.. followed, s1.. slices, l d p roles. */
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
        FOR i IN 1 .. jsonb_array_length(def.slices) LOOP
            IF jsonb_array_length(def.slices -> i - 1 -> 'columns') IS DISTINCT FROM 1 THEN
                RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
                    MESSAGE = format('slice "%s" of several columns or of an expression is not evaluated',
                        def.slices -> i - 1 ->> 'name');
            END IF;
            parts := parts || format('mlops_internal.short_text((t.%I)::text) COLLATE "C" AS s%s',
                def.slices -> i - 1 -> 'columns' ->> 0, i);
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

CREATE FUNCTION mlops_internal.monitor_statement(def mlops.monitor_version, relation regclass, lo timestamptz,
    hi timestamptz, of_reference boolean, now timestamptz DEFAULT now()) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        stored text[] := mlops_internal.stored_kinds(def);
        labelled boolean := def.label_column IS NOT NULL;
        lists text := mlops_internal.list_statement(def);
        list_count CONSTANT integer := (SELECT count(DISTINCT w.stored_kind)
                                        FROM mlops_internal.wanted_metrics(def) AS w WHERE w.kind = 'lists');
        summaries text;
        summary_rows text;
        slice_name text := 'NULL::text';
        slice_number text := '0';
        slice_value text := 'NULL::text';
        grouping_sets text := '';
    BEGIN
        WITH summary AS (
            SELECT NULL::name AS column_name, k.kind, mlops_internal.summary_call(k.aggregate, NULL, def) AS call
            FROM mlops_internal.summary_kinds() AS k
            WHERE k.kind = ANY (stored) AND k.column_kinds IS NULL AND k.aggregate IS NOT NULL
            UNION ALL
            SELECT NULL, 'isotonic', 'mlops.calibrate(r.p, r.l)' WHERE of_reference AND 'isotonic' = ANY (stored)
            UNION ALL
            SELECT f.column_name, k.kind, mlops_internal.summary_call(k.aggregate, format('r.c%s', f.i), def)
            FROM mlops_internal.followed_columns(def) WITH ORDINALITY AS f(column_name, i)
            JOIN mlops_internal.summary_kinds() AS k ON def.kinds ->> f.column_name::text = ANY (k.column_kinds)
            WHERE k.kind = ANY (stored)
            UNION ALL
            SELECT q.column_name, q.kind, q.aggregate FROM mlops_internal.quality_rows(def, relation) AS q
        ), numbered AS (
            SELECT s.*, row_number() OVER (ORDER BY s.column_name NULLS FIRST, s.kind) AS i FROM summary AS s
        )
        SELECT coalesce(string_agg(format(E',\n         %s AS p%s', n.call, n.i), '' ORDER BY n.i), ''),
               coalesce(string_agg(format(E',\n               (%L::name, %L, g.p%s::mlops.summary)', n.column_name,
                   n.kind, n.i), '' ORDER BY n.i), '')
        INTO summaries, summary_rows FROM numbered AS n;
        IF lists IS NOT NULL THEN
            summary_rows := summary_rows || (
                SELECT string_agg(format(E',\n               (NULL, %L, g.k%s::mlops.summary)', w.stored_kind, w.i), '')
                FROM (SELECT DISTINCT x.stored_kind, dense_rank() OVER (ORDER BY x.stored_kind) AS i
                      FROM mlops_internal.wanted_metrics(def) AS x WHERE x.kind = 'lists') AS w);
        END IF;
        IF jsonb_array_length(def.slices) > 0 THEN
            SELECT 'CASE ' || string_agg(format('WHEN grouping(r.s%1$s) = 0 THEN %1$s', i), ' '
                ORDER BY i) || ' ELSE 0 END',
                   'CASE ' || string_agg(format('WHEN grouping(r.s%1$s) = 0 THEN r.s%1$s', i), ' '
                       ORDER BY i) || ' END',
                   'CASE g.slice_number ' || string_agg(format('WHEN %s THEN %L::text', i, s ->> 'name'), ' '
                       ORDER BY i) || ' END',
                   E'\n  GROUP BY GROUPING SETS ((), ' || string_agg(format('(r.s%s)', i), ', ' ORDER BY i) || ')'
            INTO slice_number, slice_value, slice_name, grouping_sets
            FROM jsonb_array_elements(def.slices) WITH ORDINALITY AS u(s, i);
        END IF;
        RETURN format($q$
WITH r AS (
    SELECT %1$s
    FROM %2$s
    WHERE %3$s
), g AS (
  SELECT %4$s AS slice_number,
         %5$s AS slice_value,
         count(*) AS n,
         %6$s AS n_labelled,
         %7$s AS n_invalid%8$s
  FROM r%9$s
)%10$s, ranked AS (
  SELECT g.*%14$s, %11$s AS slice_name,
         row_number() OVER (PARTITION BY g.slice_number ORDER BY g.n DESC, g.slice_value COLLATE "C") AS place
  FROM %12$s
)
SELECT (SELECT array_agg(ROW(g.slice_name, g.slice_value, v.column_name, v.kind,
                 CASE WHEN v.kind = 'rows' THEN g.n END, CASE WHEN v.kind = 'rows' THEN g.n_labelled END,
                 CASE WHEN v.kind = 'rows' THEN g.n_invalid END, v.summary)::mlops_internal.summary_row)
        FROM ranked AS g, LATERAL (VALUES
               (NULL::name, 'rows', NULL::mlops.summary)%13$s) AS v(column_name, kind, summary)
        WHERE g.place <= 100 AND (v.kind = 'rows' OR v.summary IS NOT NULL)
          AND (g.slice_number = 0 OR v.kind <> ALL (%15$L::text[]))
          AND (v.column_name IS NULL OR v.column_name::text IS DISTINCT FROM g.slice_name)),
       (SELECT coalesce(jsonb_agg(to_jsonb(o)), '[]')
        FROM (SELECT g.slice_name, count(*) AS n_values, sum(g.n) AS n
              FROM ranked AS g WHERE g.place > 100 GROUP BY g.slice_name) AS o)$q$,
            mlops_internal.row_expressions(def, relation),
            mlops_internal.labelled_source(def, relation, mlops_internal.time_condition(def, relation, lo, hi), now),
            mlops_internal.time_condition(def, relation, lo, hi), slice_number, slice_value,
            CASE WHEN labelled THEN 'count(*) FILTER (WHERE r.labelled)' ELSE 'NULL::bigint' END,
            CASE WHEN labelled THEN 'count(*) FILTER (WHERE r.invalid)' ELSE 'NULL::bigint' END,
            summaries, grouping_sets, coalesce(lists, ''), slice_name,
            CASE WHEN lists IS NULL THEN 'g' ELSE 'g LEFT JOIN lists AS k ON k.slice_number = g.slice_number '
                'AND k.slice_value IS NOT DISTINCT FROM g.slice_value' END, summary_rows,
            (SELECT coalesce(string_agg(format(', k.k%s', i), '' ORDER BY i), '')
             FROM generate_series(1, list_count) AS i),
            -- of the whole window alone
            ARRAY(SELECT q.kind FROM mlops_internal.quality_rows(def, relation) AS q));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.monitor_statement(mlops.monitor_version, regclass, timestamptz, timestamptz,
        boolean, timestamptz) IS
    'the statement that summarises the rows of a relation at or after "lo" and before "hi", labels as known at '
    '"now"; NULL = no bound; of a reference the calibration of the scores, too, where an estimate wants it';

/*
 * labels_only: what labels change is read and judged again, the columns' profiles
 * stay.  That serves a window of the present definition whose rows are the same.
 */
CREATE FUNCTION mlops_internal.evaluate_window(monitor_id bigint, window_lo timestamptz, window_hi timestamptz,
    now timestamptz, labels_only boolean) RETURNS bigint
    LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp
    SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET extra_float_digits = 1
        SET bytea_output = 'hex'
    AS $$
    DECLARE
        m mlops.monitor;
        def mlops.monitor_version;
        plain mlops.monitor_version;
        source regclass;
        reference regclass;
        score_statement text;
        columns name[];
        bin_scores mlops.bin_scores[];
        score_sd double precision;
        summaries mlops_internal.summary_row[];
        reference_summaries mlops_internal.summary_row[];
        overflow jsonb;
        failures jsonb;
        versions mlops_internal.version_values;
        k bigint;
        stored bigint;
        counts mlops_internal.label_counts;
        arrived mlops_internal.label_arrival[];
    BEGIN
        SELECT * INTO m FROM mlops.monitor AS x WHERE x.monitor_id = evaluate_window.monitor_id;
        IF NOT FOUND THEN
            PERFORM mlops_internal.no_such('monitor', monitor_id::text);
        END IF;
        PERFORM mlops_internal.require_own_session(m);
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        plain := def;
        IF isfinite(window_lo) AND window_lo >= def.start_at THEN
            k := mlops_internal.window_number(def.start_at, def.granularity, def.time_zone, window_lo);
        END IF;
        IF k IS NULL OR window_lo <> mlops_internal.window_start(def.start_at, def.granularity, def.time_zone, k)
            OR window_hi IS DISTINCT FROM mlops_internal.window_start(def.start_at, def.granularity, def.time_zone,
                k + 1)
            OR window_hi > def.end_at THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('[%s, %s) is not a window of monitor "%s"', window_lo, window_hi, m.name),
                HINT = format('SELECT * FROM mlops.windows(%s) lists its windows.', m.monitor_id);
        END IF;
        source := mlops_internal.present_relation(def.relation, def.relation_name, def.relation_owner,
                                         format('monitor "%s"', m.name), m.owner_oid);
        IF def.label_relation IS NOT NULL THEN
            def.label_relation := mlops_internal.present_relation(def.label_relation, def.label_relation_name,
                def.label_relation_owner, format('the labels of monitor "%s"', m.name), m.owner_oid);
        END IF;
        IF num_nonnulls(def.reference_relation, def.reference_from, def.reference_to) > 0
            AND NOT mlops_internal.has_baseline(def) THEN
            reference := CASE WHEN def.reference_relation IS NULL THEN source ELSE mlops_internal.present_relation(
                def.reference_relation, def.reference_relation_name, def.reference_relation_owner,
                format('the reference of monitor "%s"', m.name), m.owner_oid) END;
            -- the versions of before are no measure of those of now
            plain.slices := mlops_internal.plain_slices(def.slices);
            EXECUTE mlops_internal.monitor_statement(mlops_internal.without_checks(plain), reference,
                    def.reference_from, def.reference_to, true, now)
                INTO reference_summaries, overflow;
            IF NOT EXISTS (SELECT FROM unnest(reference_summaries) AS s WHERE s.kind = 'rows' AND s.n > 0) THEN
                RAISE NOTICE USING
                    MESSAGE = format('the reference of monitor "%s" has no rows', m.name),
                    HINT = 'Nothing is compared until it has some: mlops.alter_monitor changes reference_from, '
                        'reference_to, reference_relation.';
            END IF;
        END IF;
        IF mlops_internal.awaits_labels(def) THEN
            -- first, so that what it finds is counted below
            arrived := mlops_internal.arrived_labels(def, source, now);
            EXECUTE mlops_internal.label_statement(def, source, mlops_internal.time_condition(def, source, window_lo,
                window_hi), window_lo, window_hi, now) INTO counts;
        END IF;
        stored := (SELECT w.n FROM mlops.window_summary AS w
                   WHERE labels_only AND w.monitor_id = m.monitor_id AND w.window_lo = evaluate_window.window_lo
                     AND w.window_hi = evaluate_window.window_hi AND w.version = m.version AND w.kind = 'rows'
                     AND w.slice_column IS NULL);
        IF stored IS NOT NULL THEN
            EXECUTE mlops_internal.monitor_statement(mlops_internal.without_checks(mlops_internal.label_part(def)),
                source, window_lo, window_hi, false, now) INTO summaries, overflow;
            stored := (SELECT s.n FROM unnest(summaries) AS s
                       WHERE s.kind = 'rows' AND s.slice_column IS NULL AND s.n = stored);
        END IF;
        IF stored IS NULL THEN
            SELECT r.summaries, r.overflow, r.failures INTO summaries, overflow, failures
            FROM mlops_internal.read_window(def, source, window_lo, window_hi, now) AS r;
            IF mlops_internal.scores_are_wanted(def) THEN
                score_statement := mlops_internal.score_statement(def, CASE
                    WHEN def.reference_relation IS NULL OR NOT mlops_internal.has_baseline(def) THEN source
                    ELSE mlops_internal.present_relation(def.reference_relation, def.reference_relation_name,
                        def.reference_relation_owner, format('the reference of monitor "%s"', m.name), m.owner_oid)
                    END);
            END IF;
            IF score_statement IS NOT NULL THEN
                EXECUTE score_statement INTO columns, bin_scores, score_sd;
            END IF;
        END IF;
        versions := mlops_internal.read_versions(m, def, source, window_lo, window_hi, summaries);
        -- all is read before anything is written and the monitor locked
        IF reference_summaries IS NOT NULL THEN
            PERFORM mlops_internal.store_baseline(m.monitor_id, m.version, reference_summaries);
        END IF;
        IF score_statement IS NOT NULL THEN
            PERFORM mlops_internal.store_bin_scores(m.monitor_id, m.version, columns, bin_scores, score_sd);
        END IF;
        k := mlops_internal.store_window(m.monitor_id, m.version, window_lo, window_hi, summaries, overflow,
            failures, counts, arrived, now, stored IS NOT NULL);
        IF def.version_column IS NOT NULL THEN
            PERFORM mlops_internal.store_comparisons(m.monitor_id, m.version, window_lo, window_hi, versions);
        END IF;
        RETURN k;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.evaluate_window FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.evaluate_window(bigint, timestamptz, timestamptz, timestamptz, boolean) IS
    'mlops.evaluate with labels as they were known at "now", or of what labels change only';

CREATE FUNCTION mlops.evaluate(monitor_id bigint, window_lo timestamptz, window_hi timestamptz) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.evaluate_window(monitor_id, window_lo, window_hi, now(), false) $$;
REVOKE ALL ON FUNCTION mlops.evaluate(bigint, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.evaluate(bigint, timestamptz, timestamptz) IS
    'read one window as the monitor''s owner, store its summaries and observations and return the number of '
    'observations; done again it restates them; raises 22023 when the range is not one of mlops.windows()';

CREATE FUNCTION mlops.evaluate(name text, window_lo timestamptz, window_hi timestamptz) RETURNS bigint
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.evaluate(mlops.monitor_id(name), window_lo, window_hi) $$;
REVOKE ALL ON FUNCTION mlops.evaluate(text, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.evaluate(text, timestamptz, timestamptz) IS 'mlops.evaluate for the monitor of that name';

CREATE FUNCTION mlops.backfill(name text, since timestamptz DEFAULT NULL, upto timestamptz DEFAULT now())
    RETURNS TABLE (window_lo timestamptz, window_hi timestamptz, n_observations bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        id bigint := mlops.monitor_id(name);
    BEGIN
        FOR window_lo, window_hi IN SELECT w.window_lo, w.window_hi FROM mlops.windows(id, upto, since) AS w LOOP
            n_observations := mlops.evaluate(id, window_lo, window_hi);
            RETURN NEXT;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION mlops.backfill(text, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops.backfill(text, timestamptz, timestamptz) IS
    'evaluate all windows that begin at "since" (NULL = the first) or later and are due by "upto", oldest first, in '
    'this transaction; windows evaluated before are restated';

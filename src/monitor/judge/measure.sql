/*
 * Measure: numbers from the stored summaries of a window and of the reference.
 *
 * One statement, made of the catalog, asks each summary all that is wanted of it.
 * It names functions of the extension and nothing of a user's: no row is read here.
 *
 * n is the number of rows that a value stands on.  lower and upper are the 95
 * percent interval of metrics that have one; of others they bound the exact value
 * where the summary is coarser than the rows.  A metric that is not defined gives a
 * row with NULL.
 */
CREATE TYPE mlops_internal.measurement AS (
    slice_column text,
    slice_value text,
    column_name name,
    metric text,
    reference text,
    value double precision,
    lower double precision,
    upper double precision,
    p_value double precision,
    n bigint,
    n_reference bigint,
    reference_value double precision
);
COMMENT ON TYPE mlops_internal.measurement IS 'one number of a window before it is judged';

CREATE FUNCTION mlops_internal.slice_key(slice_column text, slice_value text, column_name name) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.jsonb_build_array(slice_column, slice_value, column_name)::text;
COMMENT ON FUNCTION mlops_internal.slice_key(text, text, name) IS
    'slice and column as one value that can be compared, NULL being equal to NULL';

/*
 * A count of the reference stands for more rows than one of a window, so what a
 * window is compared with is the count that the reference would have had at
 * the window's size: rows go by time, counts among rows by rows.
 */
CREATE FUNCTION mlops_internal.reference_share(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN CASE WHEN isfinite(def.reference_from) AND isfinite(def.reference_to)
                    THEN extract(epoch FROM window_hi - window_lo) / extract(epoch FROM def.reference_to
                        - def.reference_from) END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.reference_share(mlops.monitor_version, timestamptz, timestamptz) IS
    'length of a window in lengths of the reference; NULL when the reference has no known length';

/*
 * What profiles that are not exact leave open: of texts all distances over
 * categories, of numbers those without bins.
 */
CREATE FUNCTION mlops_internal.drift_bounds(reference mlops.profile, current mlops.profile, kind text, metric text,
    value double precision, OUT lower double precision, OUT upper double precision)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        b record;
    BEGIN
        IF kind = 'text' AND metric IN ('psi', 'chi_square_test', 'g_test') THEN
            lower := nullif(value, 'Infinity');
            upper := CASE WHEN value IS DISTINCT FROM 'Infinity' THEN 'Infinity'::float8 END;
        ELSIF metric IN ('wasserstein_distance', 'ks_statistic', 'ks_test', 'energy_distance')
            OR kind = 'text' AND metric IN ('js_distance', 'hellinger_distance', 'total_variation_distance') THEN
            SELECT nullif(d.lower, d.upper) AS lower, nullif(d.upper, d.lower) AS upper INTO b
            FROM mlops.distance_bounds(reference, current,
                CASE WHEN metric = 'ks_test' THEN 'ks_statistic' ELSE metric END) AS d;
            lower := b.lower;
            upper := b.upper;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_bounds(mlops.profile, mlops.profile, text, text, double precision) IS
    'what the exact value of a distance lies between when one of the profiles is not exact; NULL where it is exact';

/* The branch of the statement that measures one metric of x.s, the window's summary, and x.r, the reference's. */
CREATE FUNCTION mlops_internal.measure_branch(metric text, kind text, function text, pair boolean, has_p_value boolean,
    has_interval boolean, options jsonb, arguments text, n text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        answer CONSTANT text := format('mlops.%I(x.s%s)', function, arguments);
        of_reference text := format('mlops.%I(x.r%s)', function, arguments);
        -- shares of all rows stand on those without a value, too
        rows_template CONSTANT text := CASE WHEN function IN ('null_rate', 'n_null') OR kind = 'vector_profile'
            AND NOT pair THEN 'mlops.n(%s)' ELSE coalesce(n, 'x.n_labelled') END;
        bounds CONSTANT text := CASE WHEN kind = 'profile' THEN 'b.lower, b.upper'
            -- texts that are counted together by their hashes can only be further apart
            WHEN kind = 'coarse_profile' AND pair THEN format(
                'CASE WHEN x.coarse AND x.column_kind = ''text'' THEN v END, '
                'CASE WHEN x.coarse AND x.column_kind = ''text'' THEN %L::float8 END',
                CASE WHEN function = 'psi' THEN 'Infinity' ELSE '1' END)
            ELSE 'NULL::float8, NULL::float8' END;
        used CONSTANT text := replace(rows_template, '%s', 'x.s');
        used_reference CONSTANT text := replace(replace(rows_template, '%s', 'x.r'), 'x.n_labelled', 'NULL::bigint');
        ci_options text[] := (SELECT p.proargnames FROM pg_proc AS p
                              WHERE p.pronamespace = 'mlops'::regnamespace AND p.proname = 'metric_ci'
                                AND p.proargtypes[0] = to_regtype('mlops.' || kind));
    BEGIN
        IF kind = 'lists' THEN
            RETURN format('SELECT %L::text, NULL::text, i.estimate, i.lower, i.upper, NULL::float8, i.n, '
                          'NULL::bigint, '
                          '(mlops.mean_ci(x.r)).estimate FROM mlops.mean_ci(x.s) AS i', metric);
        ELSIF pair AND has_p_value THEN
            RETURN format('SELECT %L::text, ''baseline''::text, t.statistic, %s, t.p_value, %s, %s, NULL::float8 '
                          'FROM mlops.%I(x.r, x.s%s) AS t%s WHERE x.r IS NOT NULL',
                          metric, bounds, used,
                          used_reference, function, arguments, CASE WHEN kind = 'profile' THEN format(
                              ' LEFT JOIN LATERAL (SELECT d.* FROM mlops_internal.drift_bounds(x.r, x.s, '
                              'x.column_kind, %L, t.statistic) AS d WHERE x.coarse) AS b ON true', function) END);
        ELSIF pair THEN
            RETURN format('SELECT %L::text, ''baseline''::text, v, %s, NULL::float8, %s, %s, NULL::float8 '
                          'FROM mlops.%I(x.r, x.s%s) AS v%s WHERE x.r IS NOT NULL',
                          metric, bounds, used,
                          used_reference, function, arguments, CASE WHEN kind = 'profile' THEN format(
                              ' LEFT JOIN LATERAL (SELECT d.* FROM mlops_internal.drift_bounds(x.r, x.s, '
                              'x.column_kind, %L, v) AS d WHERE x.coarse) AS b ON true', function) END);
        ELSIF has_interval AND NOT EXISTS (SELECT FROM jsonb_object_keys(options) AS k WHERE k <> ALL (ci_options)) THEN
            RETURN format('SELECT %L::text, NULL::text, %s, i.lower, i.upper, NULL::float8, %s, NULL::bigint, %s '
                          'FROM mlops.metric_ci(x.s, %L%s) AS i', metric, answer, used, of_reference, function,
                          arguments);
        END IF;
        -- counts as the reference would have them at the size of the window
        IF function ~ '^n_' AND function <> 'n_distinct' THEN
            of_reference := format('%s::float8 * %s / nullif(%s, 0)', of_reference, used, used_reference);
        END IF;
        RETURN format('SELECT %L::text, NULL::text, (%s)::float8, nullif(b.lower, b.upper), nullif(b.upper, b.lower), '
                      'NULL::float8, %s, '
                      'NULL::bigint, (%s)::float8 FROM %s', metric, answer, used, of_reference, CASE function
                          WHEN 'median' THEN 'mlops.quantile_bounds(x.s, 0.5) AS b'
                          WHEN 'n_distinct' THEN 'mlops.distinct_bounds(x.s) AS b'
                          ELSE '(VALUES (NULL::float8, NULL::float8)) AS b(lower, upper)' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.measure_branch(text, text, text, boolean, boolean, boolean, jsonb, text, text) IS
    'SQL that measures one metric of a summary x.s and the reference''s x.r';

/* The metrics that summaries answer by themselves, for all slices and columns. */
CREATE FUNCTION mlops_internal.measure_statement(def mlops.monitor_version) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH place AS (
            SELECT w.metric, w.column_name, w.function, w.pair, w.has_p_value, w.has_interval, w.options, w.arguments,
                   w.n, s.sliced, CASE WHEN k.coarse THEN w.slice_kind ELSE w.stored_kind END AS stored_kind,
                   CASE WHEN k.coarse THEN w.slice_kind ELSE w.kind END AS kind,
                   CASE WHEN k.coarse THEN w.slice_kind ELSE w.state END AS state
            FROM mlops_internal.wanted_metrics(def) AS w, (VALUES (false), (true)) AS s(sliced),
                 LATERAL (SELECT s.sliced AND w.slice_kind = 'coarse_profile' AS coarse) AS k
            WHERE w.function IS NOT NULL AND (def.rollups IS NOT NULL OR w.checked)
              AND (NOT s.sliced OR w.in_slices AND jsonb_array_length(def.slices) > 0)
        ), of_column AS (
            SELECT p.stored_kind, p.kind, p.state, p.sliced, p.column_name, bool_or(p.pair) AS pair,
                   string_agg(mlops_internal.measure_branch(p.metric, p.kind, p.function, p.pair, p.has_p_value,
                       p.has_interval, p.options, p.arguments, p.n), E'\n  UNION ALL ' ORDER BY p.metric COLLATE "C")
                       AS branches
            FROM place AS p GROUP BY 1, 2, 3, 4, 5
        ), block AS (
            SELECT o.stored_kind, o.kind, o.state, o.sliced, o.pair, o.branches,
                   array_agg(o.column_name ORDER BY o.column_name) AS columns
            FROM of_column AS o GROUP BY 1, 2, 3, 4, 5, 6
        )
        SELECT string_agg(format($q$
SELECT x.slice_column, x.slice_value, x.column_name, v.*
FROM (SELECT y.*, %5$s AS coarse, %6$L::jsonb ->> y.column_name::text AS column_kind
      FROM (SELECT c.slice_column, c.slice_value, c.column_name, c.n_labelled, c.s::mlops.%1$I AS s,
                   c.r::mlops.%1$I AS r
            FROM pair AS c
            WHERE c.kind = %2$L AND c.slice_column IS %3$s NULL AND %4$s OFFSET 0) AS y OFFSET 0) AS x,
     LATERAL (%7$s) AS v(metric, reference, value, lower, upper, p_value, n, n_reference, reference_value)$q$,
            k.state, k.stored_kind, CASE WHEN k.sliced THEN 'NOT' ELSE '' END,
            CASE WHEN k.columns[1] IS NULL THEN 'true' ELSE format('c.column_name = ANY (%L::name[])', k.columns) END,
            CASE WHEN k.kind IN ('profile', 'coarse_profile') AND k.pair
                THEN 'NOT (mlops.is_exact(y.r) AND mlops.is_exact(y.s))'
                ELSE 'false' END,
            def.kinds, k.branches), E'\nUNION ALL' ORDER BY k.sliced, k.stored_kind, k.branches)
        FROM block AS k
    $$;
COMMENT ON FUNCTION mlops_internal.measure_statement(mlops.monitor_version) IS
    'SQL that measures pairs of summaries, s of a window and r of the reference; NULL when nothing is wanted';

CREATE FUNCTION mlops_internal.kept_measure_statement(def mlops.monitor_version) RETURNS text
    LANGUAGE C STABLE STRICT AS 'MODULE_PATHNAME', 'mlops_kept_answer';
COMMENT ON FUNCTION mlops_internal.kept_measure_statement(mlops.monitor_version) IS
    'mlops_internal.measure_statement(), worked out once in a session';

/* n, label_coverage, n_invalid: what was counted with the rows, and by the summaries. */
CREATE FUNCTION mlops_internal.measure_rows(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    wanted text[]) RETURNS SETOF mlops_internal.measurement
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH counted AS (
            SELECT u.current, u.slice_column, u.slice_value,
                   max(u.n) FILTER (WHERE u.kind = 'rows') AS n,
                   max(u.n_labelled) FILTER (WHERE u.kind = 'rows') AS n_labelled,
                   max(u.n_invalid) FILTER (WHERE u.kind = 'rows') + coalesce(sum(CASE u.kind
                       WHEN 'scores' THEN mlops.n_nan(u.summary::mlops.scores)
                           + mlops.n_out_of_range(u.summary::mlops.scores)
                       WHEN 'errors' THEN mlops.n_nan(u.summary::mlops.errors) + mlops.n_inf(u.summary::mlops.errors)
                       END), 0)::bigint AS n_invalid
            FROM (SELECT true AS current, w.kind, w.slice_column, w.slice_value, w.n, w.n_labelled, w.n_invalid,
                         w.summary
                  FROM mlops_internal.window_summaries(def, measure_rows.window_lo, measure_rows.window_hi,
                      '{rows,scores,errors}') AS w
                  UNION ALL
                  SELECT false, b.kind, b.slice_column, b.slice_value, b.n, b.n_labelled, b.n_invalid, b.summary
                  FROM mlops.baseline AS b
                  WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version
                    AND b.kind IN ('rows', 'scores', 'errors')) AS u
            GROUP BY 1, 2, 3
        )
        SELECT c.slice_column, c.slice_value, NULL::name, v.metric, NULL::text, v.value, NULL::float8, NULL::float8,
               NULL::float8, c.n, NULL::bigint, v.reference_value
        FROM counted AS c
        LEFT JOIN counted AS r ON NOT r.current AND r.slice_column IS NOT DISTINCT FROM c.slice_column
            AND r.slice_value IS NOT DISTINCT FROM c.slice_value
        LEFT JOIN mlops.label_window AS w ON w.monitor_id = def.monitor_id AND w.window_lo = measure_rows.window_lo
            AND w.window_hi = measure_rows.window_hi AND mlops_internal.awaits_labels(def),
        LATERAL (VALUES
            ('n', c.n::float8, r.n * mlops_internal.reference_share(def, measure_rows.window_lo,
                measure_rows.window_hi)),
            -- of the rows whose label can come, which are counted in the whole window
            ('label_coverage', CASE WHEN w.monitor_id IS NULL THEN c.n_labelled / nullif(c.n, 0)::float8
                 WHEN c.slice_column IS NULL THEN w.n_labelled / nullif(w.n_labellable, 0)::float8
                 WHEN def.label_filter IS NULL THEN c.n_labelled / nullif(c.n, 0)::float8 END,
                 CASE WHEN def.label_filter IS NULL THEN r.n_labelled / nullif(r.n, 0)::float8 END),
            ('n_invalid', c.n_invalid::float8, r.n_invalid::float8 * c.n / nullif(r.n, 0)))
            AS v(metric, value, reference_value)
        WHERE c.current AND v.metric = ANY (wanted);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.measure_rows(mlops.monitor_version, timestamptz, timestamptz, text[]) IS
    'n, label_coverage and n_invalid of a stored window and its slices';

/* Performance before the labels come: scores of the window, a calibration of the reference''s labelled rows. */
CREATE FUNCTION mlops_internal.measure_estimate(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz,
    wanted text[]) RETURNS SETOF mlops_internal.measurement
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH reference AS MATERIALIZED (
            SELECT b.summary::mlops.isotonic AS calibration,
                   (SELECT x.summary::mlops.scores FROM mlops.baseline AS x
                    WHERE x.monitor_id = b.monitor_id AND x.version = b.version AND x.kind = 'scores'
                      AND x.slice_column IS NULL) AS scores
            FROM mlops.baseline AS b
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.kind = 'isotonic'
              AND b.slice_column IS NULL
        )
        SELECT w.slice_column, w.slice_value, NULL::name, v.metric, NULL::text, v.value, i.lower, i.upper,
               NULL::float8, e.n, NULL::bigint, v.reference_value
        FROM reference AS f
        JOIN mlops_internal.window_summaries(def, measure_estimate.window_lo, measure_estimate.window_hi, '{profile}')
            AS w ON w.column_name = def.score_column
        LEFT JOIN mlops.baseline AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
            AND b.kind = 'profile' AND b.column_name = def.score_column
            AND b.slice_column IS NOT DISTINCT FROM w.slice_column AND b.slice_value IS NOT DISTINCT FROM w.slice_value
        CROSS JOIN LATERAL mlops.cbpe(w.summary::mlops.profile, f.calibration, def.threshold) AS e
        CROSS JOIN LATERAL mlops.cbpe(b.summary::mlops.profile, f.calibration, def.threshold) AS r
        CROSS JOIN LATERAL (VALUES ('cbpe_roc_auc', e.roc_auc, r.roc_auc),
            ('cbpe_average_precision', e.average_precision, r.average_precision),
            ('cbpe_accuracy', e.accuracy, r.accuracy), ('cbpe_precision_score', e.precision_score, r.precision_score),
            ('cbpe_recall_score', e.recall_score, r.recall_score), ('cbpe_specificity', e.specificity, r.specificity),
            ('cbpe_f1_score', e.f1_score, r.f1_score)) AS v(metric, value, reference_value)
        CROSS JOIN LATERAL mlops.cbpe_bounds(v.value, CASE WHEN v.metric = 'cbpe_roc_auc'
            THEN mlops.sampling_error(f.scores, e.n) END) AS i
        WHERE v.metric = ANY (wanted);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.measure_estimate(mlops.monitor_version, timestamptz, timestamptz, text[]) IS
    'expected performance of a stored window and its slices, labels unseen (estimated)';

/* All numbers of a window before they are judged. */
CREATE FUNCTION mlops_internal.measured(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS SETOF mlops_internal.measurement
    LANGUAGE plpgsql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        statement CONSTANT text := mlops_internal.kept_measure_statement(def);
        own jsonb := (SELECT jsonb_object_agg(x.kind, x.metrics)
                      FROM (SELECT w.kind, array_agg(w.metric) AS metrics
                            FROM mlops_internal.wanted_metrics(def) AS w
                            WHERE w.function IS NULL AND (w.checked OR def.rollups IS NOT NULL) GROUP BY 1) AS x);
        -- what a definition without rollups does not check need not be merged
        kinds CONSTANT text[] := CASE WHEN def.rollups IS NULL THEN ARRAY(
            SELECT w.stored_kind FROM mlops_internal.wanted_metrics(def) AS w WHERE w.checked
            UNION SELECT w.slice_kind FROM mlops_internal.wanted_metrics(def) AS w WHERE w.checked AND w.in_slices
            UNION SELECT 'rows') END;
    BEGIN
        RETURN QUERY SELECT * FROM mlops_internal.measure_rows(def, window_lo, window_hi,
            ARRAY(SELECT jsonb_array_elements_text(own -> 'rows')));
        IF own ? 'labels' THEN
            RETURN QUERY SELECT NULL::text, NULL::text, NULL::name, l.metric, NULL::text, l.value, NULL::float8,
                NULL::float8, NULL::float8, l.n, NULL::bigint, NULL::float8
            FROM mlops_internal.measure_labels(def, window_lo, window_hi,
                ARRAY(SELECT jsonb_array_elements_text(own -> 'labels'))) AS l;
        END IF;
        IF own ? 'estimate' THEN
            RETURN QUERY SELECT * FROM mlops_internal.measure_estimate(def, window_lo, window_hi,
                ARRAY(SELECT jsonb_array_elements_text(own -> 'estimate')));
        END IF;
        IF statement IS NOT NULL THEN
            RETURN QUERY EXECUTE
                -- grouped, not joined: a plan that compares each with each is not to be had
                'WITH pair AS MATERIALIZED ('
                'SELECT g.*, max(g.labelled) OVER (PARTITION BY g.slice_column, g.slice_value) AS n_labelled '
                'FROM (SELECT u.slice_column, u.slice_value, u.column_name, u.kind, max(u.n_labelled) AS labelled, '
                '(array_agg(u.summary) FILTER (WHERE u.current))[1] AS s, '
                '(array_agg(u.summary) FILTER (WHERE NOT u.current))[1] AS r '
                'FROM (SELECT true AS current, w.slice_column, w.slice_value, w.column_name, w.kind, w.n_labelled, '
                'w.summary FROM mlops_internal.window_summaries($5, $2, $3, $6) AS w UNION ALL '
                'SELECT false, b.slice_column, b.slice_value, b.column_name, b.kind, NULL, b.summary '
                'FROM mlops.baseline AS b WHERE b.monitor_id = $1 AND b.version = $4) AS u '
                'GROUP BY 1, 2, 3, 4 HAVING bool_or(u.current)) AS g)' || statement
                USING def.monitor_id, window_lo, window_hi, def.baseline_version, def, kinds;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.measured(mlops.monitor_version, timestamptz, timestamptz) IS
    'numbers that the stored summaries of a window and the baseline give, not yet judged';

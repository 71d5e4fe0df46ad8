/*
 * The slow rule: has the world left the training data?  Every 7th window the last 7
 * together are compared with the baseline and with the same windows a year ago.
 * Only the score, or prediction, is judged: inputs that the model does not feel are
 * recorded.
 */
CREATE FUNCTION mlops_internal.judge_slow(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS SETOF mlops_internal.statistic
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        IF mlops_internal.window_number(def.start_at, def.granularity, def.time_zone, window_lo) % 7 <> 6 THEN
            RETURN;
        END IF;
        RETURN QUERY WITH rules AS MATERIALIZED (
            SELECT r.metric, r.column_name, r.rule, coalesce((r.rule #>> '{alpha,0}')::float8, 0.01) AS alpha,
                   coalesce((r.rule #>> '{size,0}')::float8, 0.1) AS size,
                   r.column_name = coalesce(def.score_column, def.prediction_column) AS felt
            FROM mlops_internal.expanded_rules(def) AS r
            WHERE r.source = 'drift_slow'
        ), block AS MATERIALIZED (
            SELECT (window_hi AT TIME ZONE def.time_zone) - 7 * def.granularity AS lo,
                   window_hi AT TIME ZONE def.time_zone AS hi
            WHERE EXISTS (SELECT FROM rules)
        ), summed AS MATERIALIZED (
            SELECT h.column_name, h.window_lo < judge_slow.window_lo - interval '300 days' AS year_ago, u.bin,
                sum(u.x) AS x,
                   count(*) AS n_windows
            FROM block AS b
            JOIN mlops.window_bins AS h ON h.monitor_id = def.monitor_id AND h.version = def.baseline_version
                AND h.slice_column IS NULL
                AND (h.window_lo >= b.lo AT TIME ZONE def.time_zone AND h.window_hi <= b.hi AT TIME ZONE def.time_zone
                     OR h.window_lo >= (b.lo - interval '364 days') AT TIME ZONE def.time_zone
                        AND h.window_hi <= (b.hi - interval '364 days') AT TIME ZONE def.time_zone)
            JOIN rules AS r ON r.column_name = h.column_name,
                 LATERAL unnest(h.counts) WITH ORDINALITY AS u(x, bin)
            GROUP BY 1, 2, 3
        ), counted AS (
            SELECT s.column_name, s.year_ago, array_agg(s.x ORDER BY s.bin) AS counts FROM summed AS s
            GROUP BY 1, 2 HAVING sum(s.x) > 0
        ), compared AS (
            SELECT c.column_name, c.counts, z.size, z.psi, z.expected, y.size AS year_size,
                   (mlops.chi_square_test(t.counts, c.counts)).p_value AS p, x.counts IS NOT NULL AS has_year,
                   e.shift / nullif(k.score_sd, 0) AS es, e.eta2
            FROM counted AS c
            JOIN mlops.column_bins AS k ON k.monitor_id = def.monitor_id AND k.version = def.baseline_version
                AND k.column_name = c.column_name
            JOIN mlops.baseline AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
                AND b.kind = 'profile' AND b.slice_column IS NULL AND b.column_name = c.column_name
            CROSS JOIN LATERAL (SELECT mlops.bin_counts(b.summary::mlops.profile, k.bins) AS counts) AS t
            CROSS JOIN LATERAL mlops.drift_size(t.counts, c.counts) AS z
            LEFT JOIN counted AS x ON x.year_ago AND x.column_name = c.column_name
            LEFT JOIN LATERAL mlops.drift_size(x.counts, c.counts) AS y ON true
            LEFT JOIN LATERAL mlops.explained_shift(k.scores, c.counts) AS e ON k.scores IS NOT NULL
            WHERE NOT c.year_ago
        ), adjusted AS (
            SELECT c.*, (mlops.p_adjust(array_agg(c.p) OVER every))[row_number() OVER (ORDER BY c.column_name)] AS q
            FROM compared AS c
            WINDOW every AS (ORDER BY c.column_name ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), most AS (
            SELECT string_agg(format('%s %s', x.column_name, mlops_internal.rounded(x.es, 2)), ', '
                       ORDER BY abs(x.es) DESC) AS columns
            FROM (SELECT a.column_name, a.es FROM adjusted AS a WHERE abs(a.es) >= 0.01 ORDER BY abs(a.es) DESC
                LIMIT 3) AS x
        )
        SELECT NULL, NULL, r.column_name, r.metric, 'baseline', a.size, a.p, a.q,
               (SELECT sum(x) FROM unnest(a.counts) AS x)::bigint, r.rule,
               CASE WHEN NOT r.felt THEN NULL WHEN a.size IS NULL THEN 'no_data' WHEN v.beyond THEN 'warning'
                   ELSE 'ok' END,
               CASE WHEN NOT r.felt THEN NULL WHEN a.size IS NULL THEN 'no counts of 7 windows and the baseline'
                    WHEN v.beyond THEN concat_ws('; ', format('%s has left the training data: size %s',
                        r.column_name, mlops_internal.rounded(a.size, 3)),
                            'explained by (in sd of the score) ' || m.columns,
                        CASE WHEN NOT a.has_year AND coalesce(def.reference_to - def.reference_from, '0')
                            < interval '360 days' THEN 'season not excluded' END, 'retraining may help') END,
               CASE WHEN r.felt THEN v.beyond IS NOT TRUE AND a.q < r.alpha AND a.size >= 0.7 * r.size END,
               jsonb_strip_nulls(jsonb_build_object('psi', a.psi, 'expected', a.expected, 'size', a.size,
                   'last_year', a.year_size, 'p', a.p, 'q', a.q, 'es', a.es, 'eta2', a.eta2, 'merged', 7))
        FROM rules AS r
        LEFT JOIN adjusted AS a ON a.column_name = r.column_name
        CROSS JOIN most AS m
        CROSS JOIN LATERAL (SELECT a.q < r.alpha AND a.size >= r.size AND (a.year_size >= r.size OR NOT a.has_year)
                            AS beyond) AS v
        WHERE r.felt OR a.size IS NOT NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judge_slow(mlops.monitor_version, timestamptz, timestamptz) IS
    'drift of the 7 windows up to one from the baseline, and from a year ago: of the score with verdict, of inputs '
    'recorded; nothing but every 7th window';

/*
 * What the score was in the bins is read once, of the rows that the bins were made
 * of, as the monitor's owner.
 */
CREATE FUNCTION mlops_internal.scores_are_wanted(def mlops.monitor_version) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT num_nonnulls(def.score_column, def.prediction_column) > 0 AND EXISTS (
            SELECT FROM mlops.column_bins AS b
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.bins IS NOT NULL
              AND b.score_sd IS NULL AND b.class IN ('number', 'category') AND b.column_name = ANY (def.features))
    $$;
COMMENT ON FUNCTION mlops_internal.scores_are_wanted(mlops.monitor_version) IS
    'true when there are bins of features whose scores have not been read';

CREATE FUNCTION mlops_internal.score_statement(def mlops.monitor_version, relation regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH score AS (
            SELECT coalesce(def.score_column, CASE WHEN def.task = 'regression' THEN def.prediction_column END) AS col
        ), wanted AS (
            SELECT b.column_name, b.bins, b.rows_from, b.rows_to,
                   mlops_internal.column_type(relation, b.column_name) AS type
            FROM mlops.column_bins AS b, score
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.bins IS NOT NULL
              AND b.score_sd IS NULL AND b.class IN ('number', 'category') AND b.column_name = ANY (def.features)
              AND score.col IS NOT NULL AND b.column_name <> score.col
        ), together AS (
            SELECT w.*, mlops_internal.float8_expression(format('t.%I', score.col),
                       mlops_internal.column_type(relation, score.col)) AS score
            FROM wanted AS w, score
            WHERE w.type IS NOT NULL AND mlops_internal.column_type(relation, score.col) IS NOT NULL
              AND ROW(w.rows_from, w.rows_to) IS NOT DISTINCT FROM (SELECT ROW(x.rows_from, x.rows_to) FROM wanted AS x
                  ORDER BY x.rows_from NULLS FIRST LIMIT 1)
        )
        SELECT format('SELECT %L::name[], ARRAY[%s], stddev_pop(%s) FILTER (WHERE abs(%s) < 1e100) FROM %s AS t '
                      'WHERE %s', array_agg(w.column_name ORDER BY w.column_name),
                   string_agg(format('mlops.bin_scores(%s, %s, %L::jsonb)', CASE def.kinds ->> w.column_name::text
                       WHEN 'number' THEN mlops_internal.float8_expression(format('t.%I', w.column_name), w.type)
                       WHEN 'time' THEN format('extract(epoch FROM t.%I)::float8', w.column_name)
                       WHEN 'boolean' THEN format('(t.%I)::boolean', w.column_name)
                       ELSE format('(t.%I)::text', w.column_name) END, w.score, w.bins), ', ' ORDER BY w.column_name),
                   min(w.score), min(w.score), relation,
                   mlops_internal.time_condition(def, relation, coalesce(min(w.rows_from), def.reference_from),
                       coalesce(min(w.rows_to), def.reference_to)))
        FROM together AS w HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.score_statement(mlops.monitor_version, regclass) IS
    'the statement that reads the scores in the bins of columns which have none yet; NULL when nothing is to be read';

CREATE FUNCTION mlops_internal.store_bin_scores(monitor_id bigint, version integer, columns name[],
    scores mlops.bin_scores[], score_sd double precision,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
    BEGIN
        IF m.version <> store_bin_scores.version THEN
            RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
                MESSAGE = format('monitor "%s" was changed while its reference was read', m.name),
                HINT = 'Evaluate the window again.';
        END IF;
        UPDATE mlops.column_bins AS b SET scores = s.scores, score_sd = coalesce(store_bin_scores.score_sd, 0)
        FROM unnest(store_bin_scores.columns, store_bin_scores.scores) AS s(column_name, scores),
            mlops.monitor_version AS v
        WHERE v.monitor_id = m.monitor_id AND v.version = m.version AND b.monitor_id = m.monitor_id
          AND b.version = v.baseline_version AND b.column_name = s.column_name;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_bin_scores FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_bin_scores IS
    'keep the scores in the bins of columns; called by mlops.evaluate; raises 42704 for others'' monitors, 40001 when '
    'the definition changed meanwhile';

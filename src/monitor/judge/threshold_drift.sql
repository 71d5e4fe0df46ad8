/*
 * Drift of a window's columns, judged: all of them in one statement.
 */
/* What a window is compared with: of each item of the list of references the counts, for all columns. */
CREATE FUNCTION mlops_internal.reference_counts(def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, column_name name, place integer, kind text,
        counts double precision[], n_windows integer)
    LANGUAGE sql STABLE ROWS 200 SET search_path = pg_catalog, pg_temp
    AS $$
        WITH rules AS MATERIALIZED (
            SELECT r.column_name, r.list, (r.rule ->> 'slices')::boolean AS sliced
            FROM mlops_internal.drift_rules(def) AS r
        ), item AS MATERIALIZED (
            SELECT l.list, i.item, i.place::integer AS place, mlops_internal.reference_kind(i.item) AS kind
            FROM (SELECT DISTINCT r.list FROM rules AS r) AS l,
                 jsonb_array_elements(l.list) WITH ORDINALITY AS i(item, place)
        ), near AS MATERIALIZED (
            SELECT i.list, i.place AS item_place, i.kind, w.reference_lo, w.reference_hi, w.place, w.wanted
            FROM item AS i, LATERAL mlops_internal.reference_windows(def, window_lo, window_hi, i.item) AS w
            WHERE i.kind <> 'baseline'
        ), candidate AS (
            SELECT h.slice_column, h.slice_value, h.column_name, w.item_place, w.kind, h.counts, w.wanted,
                   row_number() OVER (PARTITION BY w.item_place, h.slice_column, h.slice_value, h.column_name
                                      ORDER BY w.place) AS nth
            FROM near AS w
            JOIN mlops.window_bins AS h ON h.monitor_id = def.monitor_id AND h.version = def.baseline_version
                AND h.window_lo = w.reference_lo AND h.window_hi = w.reference_hi AND NOT h.bad
            JOIN rules AS r ON r.column_name = h.column_name AND r.list = w.list
            WHERE h.slice_column IS NULL OR r.sliced
        ), summed AS (
            SELECT c.slice_column, c.slice_value, c.column_name, c.item_place, c.kind, u.bin, sum(u.x) AS x,
                   count(*) AS n_windows
            FROM candidate AS c, LATERAL unnest(c.counts) WITH ORDINALITY AS u(x, bin)
            WHERE c.nth <= c.wanted
            GROUP BY 1, 2, 3, 4, 5, 6
        )
        SELECT s.slice_column, s.slice_value, s.column_name, s.item_place, s.kind, array_agg(s.x ORDER BY s.bin),
               max(s.n_windows)::integer
        FROM summed AS s GROUP BY 1, 2, 3, 4, 5 HAVING sum(s.x) > 0
        UNION ALL
        SELECT b.slice_column, b.slice_value, b.column_name, i.place, i.kind,
               mlops.bin_counts(b.summary::mlops.profile, k.bins), NULL
        FROM item AS i
        JOIN rules AS r ON r.list = i.list
        JOIN mlops.baseline AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
            AND b.kind = 'profile' AND b.column_name = r.column_name AND (b.slice_column IS NULL OR r.sliced)
            AND mlops.n_values(b.summary::mlops.profile) > 0
        JOIN mlops.column_bins AS k ON k.monitor_id = def.monitor_id AND k.version = def.baseline_version
            AND k.column_name = b.column_name AND k.bins IS NOT NULL
        WHERE i.kind = 'baseline'
    $$;
COMMENT ON FUNCTION mlops_internal.reference_counts(mlops.monitor_version, timestamptz, timestamptz) IS
    'counts of the references of a stored window, for each item of the list that has any, by column and slice';

/* What the past of each column says of chance: the last 90 windows, each against its own reference. */
CREATE FUNCTION mlops_internal.drift_past(def mlops.monitor_version, window_lo timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, column_name name, kind text, k integer, v double precision,
        mu double precision, sigma double precision, d double precision, m double precision)
    LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT p.slice_column, p.slice_value, p.column_name, p.reference, c.*
        FROM (SELECT h.slice_column, h.slice_value, h.column_name, h.reference, array_agg(h.psi) AS psi,
                     array_agg(h.expected) AS expected, max(cardinality(h.counts)) AS bins
              FROM (SELECT x.slice_column, x.slice_value, x.column_name, x.reference, x.psi, x.expected, x.counts,
                           row_number() OVER (PARTITION BY x.slice_column, x.slice_value, x.column_name, x.reference
                                              ORDER BY x.window_lo DESC) AS age
                    FROM mlops.window_bins AS x
                    WHERE x.monitor_id = def.monitor_id AND x.version = def.baseline_version
                      AND x.window_lo < drift_past.window_lo
                      AND x.window_lo >= drift_past.window_lo - 180 * def.granularity
                      -- of one bin there is nothing to expect
                      AND x.psi IS NOT NULL AND x.expected > 0 AND NOT x.bad
                      AND NOT EXISTS (SELECT FROM mlops.excluded_windows AS e WHERE e.monitor_id = def.monitor_id
                          AND e.excluded_from < x.window_hi AND e.excluded_to > x.window_lo)) AS h
              WHERE h.age <= 90 GROUP BY 1, 2, 3, 4) AS p,
             LATERAL mlops.drift_calibration(p.psi, p.expected, greatest(p.bins, 2)) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.drift_past(mlops.monitor_version, timestamptz) IS
    'calibration of drift by the 90 windows before a time that were not bad and not excluded, by column, slice and '
    'kind of reference';

/* Sizes of a window: against the first reference that there is, against the others, and by chance. */
CREATE FUNCTION mlops_internal.drift_sizes(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS TABLE (slice_column text, slice_value text, column_name name, counts double precision[],
        reference double precision[], kind text, first_kind text, n_windows integer, merged integer, n bigint,
        psi double precision, expected double precision, vetoes jsonb, veto text, veto_near text)
    LANGUAGE sql STABLE ROWS 200 SET search_path = pg_catalog, pg_temp
    AS $$
        WITH rolled AS MATERIALIZED (
            SELECT * FROM mlops_internal.rolled_counts(def, window_lo, window_hi)
        ), cur AS MATERIALIZED (
            SELECT h.slice_column, h.slice_value, h.column_name, coalesce(r.counts, h.counts) AS counts,
                   coalesce(r.merged, 1) AS merged, r.reference,
                   mlops_internal.slice_key(h.slice_column, h.slice_value, h.column_name) AS key, d.size[1] AS least,
                   mlops_internal.reference_kind(d.list -> 0) AS first_kind
            FROM mlops.window_bins AS h
            JOIN mlops_internal.drift_rules(def) AS d USING (column_name)
            LEFT JOIN rolled AS r ON r.column_name = h.column_name
                AND r.slice_column IS NOT DISTINCT FROM h.slice_column
                AND r.slice_value IS NOT DISTINCT FROM h.slice_value
            WHERE h.monitor_id = def.monitor_id AND h.version = def.baseline_version
              AND h.window_lo = drift_sizes.window_lo AND h.window_hi = drift_sizes.window_hi
        ), compared AS MATERIALIZED (
            SELECT c.key, c.least, r.place, r.kind, r.counts AS reference, r.n_windows, s.psi, s.expected, s.size
            FROM (SELECT x.*, mlops_internal.slice_key(x.slice_column, x.slice_value, x.column_name) AS key
                  FROM mlops_internal.reference_counts(def, window_lo, window_hi) AS x OFFSET 0) AS r
            JOIN cur AS c ON c.key = r.key
                -- windows that are judged together have their own reference
                AND (c.merged = 1 OR r.kind = 'baseline'),
                LATERAL mlops.drift_size(r.counts, c.counts) AS s
            UNION ALL
            SELECT c.key, c.least, CASE c.first_kind WHEN 'baseline' THEN 1000 ELSE 0 END, 'rolling', c.reference, 4,
                s.psi,
                   s.expected, s.size
            FROM cur AS c, LATERAL mlops.drift_size(c.reference, c.counts) AS s
            WHERE c.merged > 1 AND (SELECT sum(x) FROM unnest(c.reference) AS x) > 0
        ), ranked AS (
            SELECT p.*, row_number() OVER (PARTITION BY p.key ORDER BY p.place) AS nth FROM compared AS p
            WHERE p.psi IS NOT NULL
        ), others AS (
            SELECT r.key, jsonb_object_agg(r.kind, mlops_internal.rounded(r.size, 4)) AS vetoes,
                   min(r.kind) FILTER (WHERE r.size < r.least) AS veto,
                   min(r.kind) FILTER (WHERE r.size < 0.7 * r.least) AS veto_near
            FROM ranked AS r WHERE r.nth > 1 GROUP BY r.key
        )
        SELECT c.slice_column, c.slice_value, c.column_name, c.counts, r.reference, r.kind, c.first_kind, r.n_windows,
               c.merged, (SELECT sum(x) FROM unnest(c.counts) AS x)::bigint, r.psi, r.expected, o.vetoes, o.veto,
               o.veto_near
        FROM cur AS c LEFT JOIN ranked AS r ON r.key = c.key AND r.nth = 1 LEFT JOIN others AS o ON o.key = c.key
    $$;
COMMENT ON FUNCTION mlops_internal.drift_sizes(mlops.monitor_version, timestamptz, timestamptz) IS
    'how far the columns of a stored window lie from their first reference, and which other reference knows them so';

/* Where a column went: the bin that gained most, in the form in which rows of it can be looked for. */
CREATE FUNCTION mlops_internal.gained_most(bins jsonb, kind text, reference double precision[],
    current double precision[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN bins ? 'categories' THEN CASE WHEN bins -> 'categories' ->> (g.i - 1)::integer IS NULL
                THEN '{"other": true}' ELSE jsonb_build_object('value', bins -> 'categories' ->> (g.i - 1)::integer) END
            WHEN bins ? 'edges' AND kind = 'number' THEN jsonb_strip_nulls(jsonb_build_object(
                'above', bins -> 'edges' -> (g.i - 2)::integer, 'below', bins -> 'edges' -> (g.i - 1)::integer)
                - CASE WHEN g.i = 1 THEN 'above' ELSE '' END) END
        FROM (SELECT u.i FROM unnest(reference, current) WITH ORDINALITY AS u(r, c, i)
              ORDER BY u.c / nullif((SELECT sum(x) FROM unnest(current) AS x), 0)
                  - u.r / nullif((SELECT sum(x) FROM unnest(reference) AS x), 0) DESC NULLS LAST LIMIT 1) AS g
    $$;
COMMENT ON FUNCTION mlops_internal.gained_most(jsonb, text, double precision[], double precision[]) IS
    'the category or the range that has a larger share than before, as value, or above and below';

/*
 * The verdicts.  One window is bad when chance does not do that (Benjamini and
 * Hochberg over the columns of the window) and the size matters; how many bad
 * windows are an alert is another matter.  It holds while it is still half way there.
 */
CREATE FUNCTION mlops_internal.judge_drift(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS SETOF mlops_internal.statistic
    LANGUAGE sql STABLE ROWS 200 SET search_path = pg_catalog, pg_temp
    AS $$
        WITH importance AS MATERIALIZED (
            SELECT * FROM mlops_internal.given_importance(def)
        ), measured AS MATERIALIZED (
            SELECT s.*, s.psi - s.expected AS size, p.k, p.v, p.mu, p.sigma,
                   coalesce(p.k, 0) >= 14 AS calibrated, r.rule, r.metric, r.alpha, r.size AS sizes, r.min_rows,
                   r.rule ?| '{warning,critical}' AS fixed, b.bins,
                   CASE WHEN s.n < r.min_rows OR s.expected > 0.25 THEN NULL
                        WHEN coalesce(p.k, 0) >= 14 THEN mlops.drift_pvalue(s.psi, s.expected, p.v, p.mu, p.d, p.m)
                        ELSE (mlops.chi_square_test(s.reference, s.counts)).p_value END AS p_value,
                   e.shift / nullif(b.score_sd, 0) AS es, coalesce(i.importance, e.eta2) AS eta2
            FROM mlops_internal.drift_sizes(def, window_lo, window_hi) AS s
            JOIN mlops_internal.drift_rules(def) AS r USING (column_name)
            JOIN mlops.column_bins AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
                AND b.column_name = s.column_name
            LEFT JOIN mlops_internal.drift_past(def, window_lo) AS p ON p.column_name = s.column_name
                AND p.kind = s.kind AND p.slice_column IS NOT DISTINCT FROM s.slice_column
                AND p.slice_value IS NOT DISTINCT FROM s.slice_value
            LEFT JOIN importance AS i ON i.column_name = s.column_name
            LEFT JOIN LATERAL mlops.explained_shift(b.scores, s.counts) AS e ON b.scores IS NOT NULL
        ), adjusted AS (
            SELECT m.*, CASE WHEN m.p_value IS NOT NULL THEN (mlops.p_adjust(array_agg(m.p_value) OVER slice))[
                       row_number() OVER (PARTITION BY m.slice_column, m.slice_value ORDER BY m.column_name)] END AS q
            FROM measured AS m
            WINDOW slice AS (PARTITION BY m.slice_column, m.slice_value ORDER BY m.column_name
                             ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), breached AS (
            SELECT a.*, a.veto IS NULL AND a.q < a.alpha[1] AND a.size >= a.sizes[1] AS beyond,
                   a.q < a.alpha[1] AND a.size >= a.sizes[1] AND a.veto IS NOT NULL AS vetoed,
                   a.veto IS NULL AND a.calibrated AND a.q < a.alpha[2] AND a.size >= a.sizes[2] AS far,
                   a.eta2 < 0.01 AND abs(a.es) < 0.05 AS unfelt,
                   a.veto_near IS NULL AND a.q < a.alpha[1] AND a.size >= 0.7 * a.sizes[1] AS near
            FROM adjusted AS a
        ), verdict AS (
            SELECT b.*, CASE WHEN b.n = 0 THEN 'no_data' WHEN b.psi IS NULL THEN 'no_data'
                     WHEN b.n < b.min_rows THEN 'no_data' WHEN b.expected > 0.25 THEN 'no_data'
                     WHEN b.fixed THEN j.verdict
                     WHEN b.p_value IS NULL THEN 'no_data'
                     WHEN b.far AND b.unfelt IS NOT TRUE THEN 'critical' WHEN b.beyond THEN 'warning'
                     ELSE 'ok' END AS verdict, j.message AS fixed_message
            FROM breached AS b
            LEFT JOIN LATERAL mlops_internal.judge(b.rule, mlops_internal.subject(b.metric, b.column_name,
                b.slice_column, b.slice_value), b.metric, b.size, NULL, NULL, b.n, b.min_rows) AS j ON b.fixed
        )
        SELECT v.slice_column, v.slice_value, v.column_name, v.metric, v.first_kind, v.size, v.p_value, v.q, v.n,
            v.rule,
               v.verdict,
               CASE WHEN v.n = 0 THEN 'no values'
                    WHEN v.psi IS NULL THEN 'no good window to compare with'
                    WHEN v.n < v.min_rows THEN format('%s rows, needs %s, or 500 in 28 windows', v.n, v.min_rows)
                    WHEN v.expected > 0.25 THEN format('%s rows against %s are too few for %s bins', v.n,
                        (SELECT sum(x) FROM unnest(v.reference) AS x), cardinality(v.counts))
                    WHEN v.fixed THEN v.fixed_message
                    WHEN v.p_value IS NULL THEN 'one value only, as before'
                    WHEN v.verdict IN ('warning', 'critical') OR v.vetoed THEN concat_ws('; ',
                        format('%s moved by %s beyond chance against %s, adjusted p %s',
                            mlops_internal.subject(v.metric, v.column_name, v.slice_column, v.slice_value),
                            mlops_internal.rounded(v.size, 3), v.kind, mlops_internal.rounded(v.q, 2)),
                        CASE WHEN v.vetoed THEN format('but not against %s', v.veto) END,
                        CASE WHEN NOT v.calibrated THEN format('not calibrated: %s of 14 windows', coalesce(v.k,
                            0)) END,
                        CASE WHEN v.far AND v.unfelt THEN 'not felt by the score' END)
                    WHEN NOT v.calibrated THEN format('not calibrated: %s of 14 windows', coalesce(v.k, 0)) END,
               CASE WHEN NOT v.fixed THEN v.verdict = 'ok' AND v.near IS TRUE END,
               jsonb_strip_nulls(jsonb_build_object('psi', v.psi, 'expected', v.expected, 'size', v.size, 'k', v.k,
                   'v', v.v, 'mu', v.mu, 'sigma', v.sigma, 'p', v.p_value, 'q', v.q, 'reference', v.kind,
                   'n_windows', v.n_windows, 'vetoes', v.vetoes, 'vetoed_by', CASE WHEN v.vetoed THEN v.veto END,
                   'merged', nullif(v.merged, 1), 'es', v.es, 'eta2', v.eta2, 'felt', NOT v.unfelt,
                   'calibrated', v.calibrated)
                   || CASE WHEN v.beyond OR v.near OR v.vetoed OR v.verdict IN ('warning', 'critical')
                       THEN jsonb_build_object('bins', v.bins || jsonb_build_object('reference', v.reference,
                           'window', v.counts), 'top', mlops_internal.gained_most(v.bins,
                           def.kinds ->> v.column_name::text, v.reference, v.counts)) ELSE '{}' END)
        FROM verdict AS v
        UNION ALL
        -- columns that are left out, or have no bins yet
        SELECT NULL, NULL, r.column_name, r.metric, mlops_internal.reference_kind(r.list -> 0), NULL, NULL, NULL, NULL,
               r.rule, 'no_data', CASE WHEN b.bins IS NULL AND b.why = 'no values' THEN b.why
                   WHEN b.bins IS NULL THEN 'too few rows yet to make bins'
                   ELSE format('left out: %s, %s', b.class, b.why) END, NULL,
               jsonb_strip_nulls(jsonb_build_object('class', b.class, 'why', b.why))
        FROM mlops_internal.drift_rules(def) AS r
        LEFT JOIN mlops.column_bins AS b ON b.monitor_id = def.monitor_id AND b.version = def.baseline_version
            AND b.column_name = r.column_name
        WHERE NOT EXISTS (SELECT FROM measured AS m WHERE m.column_name = r.column_name AND m.slice_column IS NULL)
    $$;
COMMENT ON FUNCTION mlops_internal.judge_drift(mlops.monitor_version, timestamptz, timestamptz) IS
    'drift of the columns of a stored window with verdicts';

/* Importances that came with the version of the model take the place of those that the scores tell. */
CREATE FUNCTION mlops_internal.given_importance(def mlops.monitor_version)
    RETURNS TABLE (column_name name, importance double precision)
    LANGUAGE sql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
        -- numbers that a float8 cannot hold are 0
        SELECT g.key::name, round((g.value #>> '{}')::numeric, 30)::float8
                   / nullif(sum(round((g.value #>> '{}')::numeric, 30)::float8) OVER (), 0)
        FROM (SELECT v.signature -> 'importance' AS given
              FROM mlops.monitor AS m JOIN mlops.version AS v ON v.model_id = m.model_id AND v.deleted_at IS NULL
              WHERE m.monitor_id = def.monitor_id AND jsonb_typeof(v.signature -> 'importance') = 'object'
              ORDER BY EXISTS (SELECT FROM mlops.alias AS a WHERE a.version_id = v.version_id AND a.until IS NULL
                               AND a.alias = 'champion') DESC, v.version DESC LIMIT 1) AS s,
             LATERAL jsonb_each(s.given) AS g
        WHERE jsonb_typeof(g.value) = 'number' AND abs((g.value #>> '{}')::numeric) < 1e100
          AND (g.value #>> '{}')::numeric >= 0
    $$;
COMMENT ON FUNCTION mlops_internal.given_importance(mlops.monitor_version) IS
    'importances of inputs by the signature of the champion, else of the newest version, as shares';

/* What drift makes of a window: its counts and sizes are kept, the verdicts returned. */
CREATE FUNCTION mlops_internal.store_drift(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS mlops_internal.statistic[]
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        found mlops_internal.statistic[];
    BEGIN
        IF NOT EXISTS (SELECT FROM mlops_internal.drift_rules(def)) THEN
            RETURN '{}';
        END IF;
        PERFORM mlops_internal.make_bins(def, window_lo, window_hi);
        PERFORM mlops_internal.store_counts(def, window_lo, window_hi);
        found := ARRAY(SELECT s FROM mlops_internal.judge_drift(def, window_lo, window_hi) AS s);
        UPDATE mlops.window_bins AS h
        SET psi = (s.detail ->> 'psi')::float8, expected = (s.detail ->> 'expected')::float8,
            reference = s.detail ->> 'reference',
            -- beside a stand-in for the first reference it may still be a good one
            bad = coalesce(s.verdict IN ('warning', 'critical')
                AND s.detail ->> 'reference' IN (s.reference, 'calendar', 'rolling'), false)
        FROM unnest(found) AS s
        WHERE h.monitor_id = def.monitor_id AND h.version = def.baseline_version
          AND h.window_lo = store_drift.window_lo AND h.window_hi = store_drift.window_hi
          AND h.column_name = s.column_name AND h.slice_column IS NOT DISTINCT FROM s.slice_column
          AND h.slice_value IS NOT DISTINCT FROM s.slice_value AND s.detail ? 'psi';
        RETURN found || ARRAY(SELECT s FROM mlops_internal.judge_slow(def, window_lo, window_hi) AS s);
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_drift(mlops.monitor_version, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_drift(mlops.monitor_version, timestamptz, timestamptz) IS
    'count a stored window in the bins of its columns, keep how far it was from its references and return the '
    'observations';

/*
 * From what each version has to what differs between them.
 */
/*
 * Unpaired: the difference of all rows, and within strata of at least ten rows of both,
 * weighted by the rows of both.
 */
CREATE FUNCTION mlops_internal.unpaired_versions(v mlops_internal.version_values, version_b text, metric text,
    OUT n_a bigint, OUT n_b bigint, OUT value_a double precision, OUT value_b double precision,
    OUT difference double precision, OUT std_error double precision, OUT standardised double precision,
    OUT standardised_error double precision, OUT left_out double precision)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH sides AS (
            SELECT s.*, s.value_b - s.value_a AS difference, sqrt(s.error_a ^ 2 + s.error_b ^ 2) AS std_error,
                   least(s.n_a, s.n_b) >= 10 AND s.n_a + s.n_b IS NOT NULL AND s.error_a + s.error_b IS NOT NULL
                       AS counts
            FROM (SELECT x.stratum, max(x.n) FILTER (WHERE x.version = v.champion) AS n_a,
                         max(x.n) FILTER (WHERE x.version <> v.champion) AS n_b,
                         max(x.value) FILTER (WHERE x.version = v.champion) AS value_a,
                         max(x.value) FILTER (WHERE x.version <> v.champion) AS value_b,
                         max(x.std_error) FILTER (WHERE x.version = v.champion) AS error_a,
                         max(x.std_error) FILTER (WHERE x.version <> v.champion) AS error_b
                  FROM unnest(v.singles) AS x
                  WHERE x.version IN (v.champion, version_b) AND x.metric = unpaired_versions.metric
                  GROUP BY x.stratum) AS s
        ), weighted AS (
            SELECT s.*, (s.n_a + s.n_b) / sum(s.n_a + s.n_b) OVER () AS weight
            FROM sides AS s WHERE s.stratum IS NOT NULL AND s.counts
        ), standard AS (
            SELECT sum(w.weight * w.difference ORDER BY w.stratum COLLATE "C") AS difference,
                   sqrt(sum((w.weight * w.std_error) ^ 2 ORDER BY w.stratum COLLATE "C")) AS std_error,
                   sum(w.n_a + w.n_b) AS n
            FROM weighted AS w
        )
        SELECT w.n_a, w.n_b, w.value_a, w.value_b, w.difference, w.std_error, s.difference, s.std_error,
               CASE WHEN v.strata IS NOT NULL
                   THEN 1 - coalesce(s.n, 0) / nullif(coalesce(w.n_a, 0) + coalesce(w.n_b, 0), 0) END
        FROM sides AS w, standard AS s WHERE w.stratum IS NULL
    $$;
COMMENT ON FUNCTION mlops_internal.unpaired_versions(mlops_internal.version_values, text, text) IS
    'difference of a version and the champion that have rows of their own: raw, and within strata';

/* One comparison of the whole window, judged. */
CREATE FUNCTION mlops_internal.judged_versions(v mlops_internal.version_values, def mlops.monitor_version,
    version_b text, metric text, higher boolean) RETURNS mlops.version_comparison
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        result mlops.version_comparison;
        u record;
        p mlops_internal.version_pair;
        d double precision;
        std_error double precision;
    BEGIN
        SELECT * INTO u FROM mlops_internal.unpaired_versions(v, version_b, metric);
        SELECT * INTO p FROM unnest(v.pairs) AS x WHERE x.version = version_b AND x.metric = judged_versions.metric;
        result.metric := metric;
        result.version_a := v.champion;
        result.version_b := version_b;
        result.n_a := coalesce(u.n_a, 0);
        result.n_b := coalesce(u.n_b, 0);
        result.n_pairs := CASE WHEN v.pairs IS NOT NULL THEN coalesce(p.n, 0) END;
        result.paired := coalesce(result.n_pairs >= 0.5 * least(result.n_a, result.n_b) AND result.n_pairs > 0, false);
        result.randomised := false;
        IF result.paired THEN
            result.value_a := p.value_a;
            result.value_b := p.value_b;
            result.lower := p.lower;
            result.upper := p.upper;
            result.p_value := p.p_value;
            result.method := p.method;
        ELSE
            result.value_a := u.value_a;
            result.value_b := u.value_b;
            result.standardised := u.standardised;
            result.left_out := u.left_out;
            d := coalesce(u.standardised, u.difference);
            std_error := CASE WHEN u.standardised IS NULL THEN u.std_error ELSE u.standardised_error END;
            result.lower := d - 1.959963984540054 * std_error;
            result.upper := d + 1.959963984540054 * std_error;
            result.p_value := mlops_internal.normal_p_value(d / nullif(std_error, 0));
            result.method := CASE WHEN u.standardised IS NULL THEN 'normal'
                ELSE format('normal, standardised over %s', v.strata) END;
        END IF;
        result.difference := result.value_b - result.value_a;
        d := coalesce(result.standardised, result.difference);
        IF (CASE WHEN result.paired THEN result.n_pairs ELSE least(result.n_a, result.n_b) END) < def.min_rows THEN
            result.verdict := 'no_data';
            result.message := format('%s rows of version %s and %s of version %s, needs %s', result.n_a,
                result.version_a, result.n_b, version_b, def.min_rows);
        ELSIF result.lower > 0 OR result.upper < 0 THEN
            result.verdict := CASE WHEN (d > 0) = higher THEN 'better' ELSE 'worse' END;
        ELSE
            result.verdict := 'undecided';
        END IF;
        IF NOT result.paired AND result.verdict IN ('better', 'worse') THEN
            IF result.standardised IS NULL THEN
                result.verdict := 'undecided';
                result.message := 'the versions have different rows, and no slice with rows of both says which are '
                    'alike';
            ELSIF result.left_out > 0.5 THEN
                result.verdict := 'undecided';
                result.message := format('%s percent of the rows are in strata that one version hardly has',
                    round(100 * result.left_out));
            END IF;
        END IF;
        RETURN result;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.judged_versions(mlops_internal.version_values, mlops.monitor_version, text, text,
        boolean) IS
    'a version against the champion by one metric, on the same rows where there are enough, else standardised';

CREATE FUNCTION mlops_internal.store_comparisons(monitor_id bigint, version integer, window_lo timestamptz,
    window_hi timestamptz, v mlops_internal.version_values,
    caller mlops_internal.caller DEFAULT mlops_internal.caller()) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor_id, caller);
        def mlops.monitor_version;
    BEGIN
        SELECT * INTO def FROM mlops.monitor_version AS x
        WHERE x.monitor_id = m.monitor_id AND x.version = store_comparisons.version;
        DELETE FROM mlops.version_comparison AS c
        WHERE c.monitor_id = m.monitor_id AND c.window_lo = store_comparisons.window_lo
          AND c.window_hi = store_comparisons.window_hi;
        IF v.error IS NOT NULL THEN
            INSERT INTO mlops.version_comparison AS c
                (monitor_id, version, window_lo, window_hi, metric, version_a, version_b, verdict, message)
            SELECT m.monitor_id, def.version, store_comparisons.window_lo, store_comparisons.window_hi, x.metric,
                   v.champion, '(all)', 'error', v.error
            FROM mlops_internal.compared_metrics(def) AS x;
            RETURN;
        END IF;
        INSERT INTO mlops.version_comparison AS c
            (monitor_id, version, window_lo, window_hi, metric, version_a, version_b, n_a, n_b, n_pairs, value_a,
             value_b, difference, standardised, left_out, lower, upper, p_value, method, paired, randomised, verdict,
             message)
        SELECT m.monitor_id, def.version, store_comparisons.window_lo, store_comparisons.window_hi, j.metric,
               j.version_a, j.version_b, j.n_a, j.n_b, j.n_pairs, j.value_a, j.value_b, j.difference, j.standardised,
               j.left_out, j.lower, j.upper, j.p_value, j.method, j.paired, j.randomised, j.verdict, j.message
        FROM mlops_internal.compared_metrics(def) AS x,
             (SELECT DISTINCT s.version COLLATE "C" AS b FROM unnest(v.singles) AS s
              WHERE s.version <> v.champion AND s.stratum IS NULL) AS o,
             mlops_internal.judged_versions(v, def, o.b, x.metric, x.higher) AS j
        ORDER BY o.b, x.metric;
        -- what the whole is made of
        INSERT INTO mlops.version_comparison AS c
            (monitor_id, version, window_lo, window_hi, slice_column, slice_value, metric, version_a, version_b, n_a,
             n_b, value_a, value_b, difference, lower, upper, p_value, method, paired, randomised)
        SELECT m.monitor_id, def.version, store_comparisons.window_lo, store_comparisons.window_hi, v.strata,
               a.stratum, a.metric, a.version, b.version, a.n, b.n, a.value, b.value, d.d,
               d.d - 1.959963984540054 * d.e,
               d.d + 1.959963984540054 * d.e, mlops_internal.normal_p_value(d.d / nullif(d.e, 0)), 'normal', false,
               false
        FROM unnest(v.singles) AS a
        JOIN unnest(v.singles) AS b ON b.stratum = a.stratum AND b.metric = a.metric AND b.version <> a.version
        JOIN mlops.version_comparison AS w ON w.monitor_id = m.monitor_id
            AND w.window_lo = store_comparisons.window_lo AND w.window_hi = store_comparisons.window_hi
            AND w.slice_column IS NULL AND w.metric = a.metric AND w.version_b = b.version AND NOT w.paired,
        LATERAL (SELECT b.value - a.value AS d, sqrt(a.std_error ^ 2 + b.std_error ^ 2) AS e) AS d
        WHERE a.version = v.champion AND least(a.n, b.n) >= 10
        ORDER BY a.n + b.n DESC, a.stratum COLLATE "C", b.version COLLATE "C", a.metric LIMIT def.max_slices;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.store_comparisons(bigint, integer, timestamptz, timestamptz,
    mlops_internal.version_values, mlops_internal.caller) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.store_comparisons(bigint, integer, timestamptz, timestamptz,
        mlops_internal.version_values, mlops_internal.caller) IS
    'keep what a window says of the versions in it, in the place of what it said before; called by mlops.evaluate; '
    'raises 42704 for others'' monitors';

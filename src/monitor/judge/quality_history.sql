/*
 * What checks of quality are compared with: the columns of a window beside their references, and the past of each.
 */
/* Good windows of the past that a window is compared with: those of the first reference that has some. */
CREATE FUNCTION mlops_internal.quality_windows(def mlops.monitor_version, window_lo timestamptz,
    window_hi timestamptz)
    RETURNS TABLE (reference text, reference_lo timestamptz, reference_hi timestamptz, place bigint, wanted integer)
    LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT mlops_internal.reference_kind(i.item), r.reference_lo, r.reference_hi, 1000 * i.place + r.place,
               r.wanted
        FROM jsonb_array_elements(mlops_internal.reference_list(def, NULL)) WITH ORDINALITY AS i(item, place),
             LATERAL mlops_internal.reference_windows(def, window_lo, window_hi, i.item) AS r;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.quality_windows(mlops.monitor_version, timestamptz, timestamptz) IS
    'windows that the references of a definition mean, in their order';

CREATE FUNCTION mlops_internal.quality_names(def mlops.monitor_version) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(array_agg(DISTINCT coalesce(c ->> 'name', c ->> 'metric')), '{}')
        FROM jsonb_array_elements(def.checks) AS c WHERE mlops_internal.is_quality(c)
    $$;
COMMENT ON FUNCTION mlops_internal.quality_names(mlops.monitor_version) IS
    'what observations of the checks of quality of a definition are called';

/* Windows, slices and columns in which a check of quality was bad: no measure of what is normal. */
CREATE FUNCTION mlops_internal.quality_bad(def mlops.monitor_version, window_lo timestamptz)
    RETURNS TABLE (window_lo timestamptz, slice_key text, metric text)
    LANGUAGE sql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT o.window_lo, mlops_internal.slice_key(o.slice_column, o.slice_value, o.column_name), o.metric
        FROM unnest(mlops_internal.quality_names(def)) AS q(metric)
        JOIN mlops.observation AS o ON o.monitor_id = def.monitor_id AND o.metric = q.metric
        WHERE o.window_lo < quality_bad.window_lo AND o.window_lo >= quality_bad.window_lo - 400 * def.granularity
          AND o.verdict IN ('warning', 'critical') AND o.rule IS NOT NULL
          AND NOT mlops_internal.is_accepted(o.monitor_id, o.metric, mlops_internal.slice_key(o.slice_column,
              o.slice_value, o.column_name), o.window_lo, o.window_hi)
    $$;
COMMENT ON FUNCTION mlops_internal.quality_bad(mlops.monitor_version, timestamptz) IS
    'windows before one in which a check of quality was a warning or critical that nobody accepted';

CREATE TYPE mlops_internal.quality_column AS (
    slice_column text,
    slice_value text,
    column_name name,
    current mlops.profile,
    reference_name text,
    n_reference double precision,
    null_reference double precision,
    nan_reference double precision,
    reference mlops.profile,
    known mlops.profile
);
COMMENT ON TYPE mlops_internal.quality_column IS
    'a column of a window beside its reference, and all that is known of what it can hold';

CREATE FUNCTION mlops_internal.quality_columns(def mlops.monitor_version, window_lo timestamptz, window_hi timestamptz)
    RETURNS SETOF mlops_internal.quality_column
    LANGUAGE plpgsql STABLE ROWS 30 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH bad AS MATERIALIZED (
            SELECT DISTINCT b.window_lo, b.slice_key FROM mlops_internal.quality_bad(def, window_lo) AS b
        ), ref AS MATERIALIZED (
            SELECT * FROM mlops_internal.quality_windows(def, window_lo, window_hi)
        ), accepted AS MATERIALIZED (
            SELECT a.slice_key, max(a.since) AS since, max(a.upto) AS upto
            FROM mlops_internal.accepted(def.monitor_id, window_lo) AS a
            WHERE a.metric = ANY (mlops_internal.quality_names(def)) GROUP BY 1
        ), candidate AS (
            SELECT r.reference, r.place, r.wanted, w.slice_column, w.slice_value, w.column_name,
                   w.summary::mlops.profile AS profile, w.window_lo
            FROM ref AS r, LATERAL (
                -- of each window its own, not all there ever were
                SELECT x.* FROM mlops.window_summary AS x
                WHERE x.monitor_id = def.monitor_id AND x.window_lo = r.reference_lo
                  AND x.window_hi = r.reference_hi AND x.kind = 'profile' OFFSET 0) AS w
            WHERE NOT EXISTS (SELECT FROM bad AS b WHERE b.window_lo = w.window_lo
                AND b.slice_key = mlops_internal.slice_key(w.slice_column, w.slice_value, w.column_name))
            UNION ALL
            -- until the season has come round: what was accepted itself
            SELECT 'accepted', 900000, 4, w.slice_column, w.slice_value, w.column_name, w.summary::mlops.profile,
                   w.window_lo
            FROM accepted AS a JOIN mlops.window_summary AS w ON w.monitor_id = def.monitor_id AND w.kind = 'profile'
                AND w.window_lo >= a.since AND w.window_hi <= a.upto
                AND a.slice_key = mlops_internal.slice_key(w.slice_column, w.slice_value, w.column_name)
            UNION ALL
            SELECT 'baseline', 1000000, 1, b.slice_column, b.slice_value, b.column_name, b.summary::mlops.profile,
                   '-infinity'
            FROM mlops.baseline AS b
            WHERE b.monitor_id = def.monitor_id AND b.version = def.baseline_version AND b.kind = 'profile'
        ), dated AS (
            SELECT c.*, coalesce(c.window_lo < a.since, false) AS outdated
            FROM candidate AS c
            LEFT JOIN accepted AS a
                ON a.slice_key = mlops_internal.slice_key(c.slice_column, c.slice_value, c.column_name)
        ), ranked AS (
            SELECT c.*, first_value(c.reference) OVER w AS nearest, row_number() OVER w AS nth,
                   first_value(c.outdated) OVER w AS all_outdated
            FROM dated AS c
            WINDOW w AS (PARTITION BY c.slice_column, c.slice_value, c.column_name
                         ORDER BY c.outdated, c.place, c.window_lo DESC)
        ), compared AS MATERIALIZED (
            SELECT r.slice_column, r.slice_value, r.column_name, min(r.nearest) AS reference_name,
                   (sum(mlops.n(r.profile)) FILTER (WHERE r.near))::float8 AS n_reference,
                   (sum(mlops.n_null(r.profile)) FILTER (WHERE r.near))::float8 AS null_reference,
                   (sum(mlops.n_nan(r.profile)) FILTER (WHERE r.near AND r.slice_column IS NULL))::float8
                       AS nan_reference,
                   -- of slices counts are all that is asked
                   mlops.merge(r.profile) FILTER (WHERE r.near AND r.slice_column IS NULL) AS reference,
                   mlops.merge(r.profile) FILTER (WHERE r.slice_column IS NULL AND r.kind <> 'time') AS known
            FROM (SELECT x.*, x.reference = x.nearest AND x.nth <= x.wanted AND x.outdated = x.all_outdated AS near,
                         def.kinds ->> x.column_name::text AS kind
                  FROM ranked AS x) AS r
            GROUP BY 1, 2, 3
        )
        SELECT c.slice_column, c.slice_value, c.column_name, c.summary::mlops.profile, k.reference_name,
               k.n_reference, k.null_reference, k.nan_reference, k.reference, k.known
        FROM mlops.window_summary AS c
        LEFT JOIN compared AS k ON k.column_name = c.column_name AND k.slice_column IS NOT DISTINCT FROM c.slice_column
            AND k.slice_value IS NOT DISTINCT FROM c.slice_value
        WHERE c.monitor_id = def.monitor_id AND c.window_lo = quality_columns.window_lo
          AND c.window_hi = quality_columns.window_hi AND c.kind = 'profile';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.quality_columns(mlops.monitor_version, timestamptz, timestamptz) IS
    'columns of a stored window and its slices, with the reference and what is known of them';

/* How much the share of missing values of a column varies from window to window beyond sampling. */
CREATE FUNCTION mlops_internal.quality_past(def mlops.monitor_version, window_lo timestamptz)
    RETURNS TABLE (metric text, slice_key text, overdispersion double precision, most double precision, k bigint)
    LANGUAGE plpgsql STABLE ROWS 50 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY WITH rule AS MATERIALIZED (
            SELECT r.metric, r.column_name, r.source FROM mlops_internal.expanded_rules(def) AS r
            WHERE mlops_internal.is_quality(r.rule)
        ), series AS (
            SELECT r.metric, r.column_name FROM rule AS r
            -- the clock of the rows is looked at, too
            UNION SELECT r.metric, c.column_name
            FROM rule AS r, (VALUES (def.timestamp_column), (NULL)) AS c(column_name) WHERE r.source = 'clock'
        ), accepted AS MATERIALIZED (
            SELECT a.metric, a.slice_key, a.since, a.upto
            FROM mlops_internal.accepted(def.monitor_id, quality_past.window_lo) AS a
        ), past AS (
            -- one after the other, which is how the index has them
            SELECT o.* FROM series AS s, LATERAL (
                SELECT x.metric, x.value, x.n, x.slice_column, x.slice_value, x.column_name, x.window_lo,
                       x.window_hi, x.verdict, x.rule
                FROM mlops.observation AS x
                WHERE x.monitor_id = def.monitor_id AND x.metric = s.metric AND x.column_name = s.column_name
                  AND x.window_lo < quality_past.window_lo
                  AND x.window_lo >= quality_past.window_lo - 120 * def.granularity
                  AND x.rule IS NOT NULL AND x.value IS NOT NULL AND x.n > 0 OFFSET 0) AS o
            WHERE s.column_name IS NOT NULL
            UNION ALL
            SELECT o.* FROM series AS s, LATERAL (
                SELECT x.metric, x.value, x.n, x.slice_column, x.slice_value, x.column_name, x.window_lo,
                       x.window_hi, x.verdict, x.rule
                FROM mlops.observation AS x
                WHERE x.monitor_id = def.monitor_id AND x.metric = s.metric AND x.column_name IS NULL
                  AND x.window_lo < quality_past.window_lo
                  AND x.window_lo >= quality_past.window_lo - 120 * def.granularity
                  AND x.rule IS NOT NULL AND x.value IS NOT NULL AND x.n > 0 OFFSET 0) AS o
            WHERE s.column_name IS NULL
        )
        SELECT p.metric, mlops_internal.slice_key(p.slice_column, p.slice_value, p.column_name),
               CASE WHEN p.metric IN ('null_rate', 'missing_rate')
                   THEN mlops.overdispersion(array_agg(round(p.value * p.n)), array_agg(p.n::float8)) END,
               max(p.value), count(*)
        FROM (SELECT o.*, row_number() OVER (PARTITION BY o.metric, o.column_name, o.slice_column, o.slice_value
                                             ORDER BY o.window_lo DESC) AS age
              FROM past AS o
              LEFT JOIN accepted AS a ON a.metric = o.metric
                  AND a.slice_key = mlops_internal.slice_key(o.slice_column, o.slice_value, o.column_name)
              WHERE (a.since IS NULL OR o.window_lo >= a.since)
                -- accepted values are known values, and no others are usual for it
                AND (o.verdict = 'ok' OR o.window_hi <= a.upto
                     AND o.rule ->> 'metric' NOT IN ('unseen_category', 'out_of_range'))) AS p
        WHERE p.age <= CASE WHEN p.metric IN ('null_rate', 'missing_rate') THEN 28 ELSE 90 END
        GROUP BY p.metric, p.column_name, p.slice_column, p.slice_value;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.quality_past(mlops.monitor_version, timestamptz) IS
    'of checks of quality in good windows before one: how much their shares vary beyond sampling, and the greatest';

/*
 * How late labels come: of the rows of windows that are at least so old, the share
 * whose label was known at that age.  Young windows do not count for old ages; an
 * age with fewer than eight windows is not known.
 */
CREATE FUNCTION mlops_internal.label_curve(def mlops.monitor_version, now timestamptz)
    RETURNS TABLE (age interval, n_windows bigint, n_rows bigint, n_labelled bigint, coverage double precision)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT a.age, a.n_windows, a.n_rows, a.n_labelled,
               CASE WHEN a.n_windows >= 8 THEN max(CASE WHEN a.n_windows >= 8
                   THEN a.n_labelled / nullif(a.n_rows, 0)::float8 END) OVER (ORDER BY a.age) END
        FROM (SELECT u.age, count(*) AS n_windows, sum(w.n_labellable)::bigint AS n_rows,
                     sum(u.labelled)::bigint AS n_labelled
              FROM mlops.label_window AS w, unnest(w.ages, w.labelled) AS u(age, labelled)
              WHERE w.monitor_id = def.monitor_id AND w.window_hi > mlops_internal.label_since(def, label_curve.now)
                AND w.n_labellable > 0
              GROUP BY 1) AS a;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.label_curve(mlops.monitor_version, timestamptz) IS
    'share of the labels that are known by each age, by the windows that end in label_history before "now"';

/* What ever comes, and by which age nearly all of it is there. */
CREATE FUNCTION mlops_internal.label_expected(def mlops.monitor_version, now timestamptz,
    OUT expected double precision, OUT final_age interval)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH curve AS MATERIALIZED (SELECT * FROM mlops_internal.label_curve(def, label_expected.now)),
        ever AS (SELECT (SELECT c.coverage FROM curve AS c WHERE c.age = mlops_internal.label_limit(def)) AS coverage)
        SELECT e.coverage, (SELECT min(c.age) FROM curve AS c WHERE c.coverage >= 0.95 * e.coverage) FROM ever AS e
    $$;
COMMENT ON FUNCTION mlops_internal.label_expected(mlops.monitor_version, timestamptz) IS
    'share of the labels that ever come, and the least age at which 95 % of these are there; NULL as long as the '
    'curve does not reach so far';

CREATE FUNCTION mlops.label_curve(name text)
    RETURNS TABLE (age interval, n_windows bigint, n_rows bigint, n_labelled bigint, coverage double precision,
        is_final boolean)
    LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        id CONSTANT bigint := mlops.monitor_id(label_curve.name);
    BEGIN
        RETURN QUERY SELECT c.age, c.n_windows, c.n_rows, c.n_labelled, c.coverage, c.coverage >= 0.95 * e.expected
        FROM mlops.monitor AS m JOIN mlops.monitor_version AS v USING (monitor_id, version),
             LATERAL (SELECT max(w.evaluated_at) AS at FROM mlops.label_window AS w
                      WHERE w.monitor_id = m.monitor_id) AS t,
             LATERAL mlops_internal.label_expected(v, t.at) AS e,
             LATERAL mlops_internal.label_curve(v, t.at) AS c
        WHERE m.monitor_id = id
        ORDER BY c.age;
    END
    $$;
COMMENT ON FUNCTION mlops.label_curve(text) IS
    'how late the labels of a monitor come: share of the labels that is known by each age of windows, by those that '
    'are old enough; NULL with fewer than 8; is_final when 95 % of those that ever come are there';

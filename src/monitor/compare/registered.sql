/*
 * Two registered versions of a model side by side: what was written down of them,
 * what they learned from, how they were evaluated on one dataset, and what monitors
 * say of the rows that both have scored.  Nothing is read but the extension's own
 * tables, by the caller's rights.
 */
CREATE TYPE mlops_internal.difference AS (
    section text,
    name text,
    a text,
    b text,
    same boolean,
    difference double precision,
    lower double precision,
    upper double precision,
    p_value double precision,
    better text,
    note text
);
COMMENT ON TYPE mlops_internal.difference IS 'a row of mlops.compare_versions';

CREATE FUNCTION mlops_internal.better_value(metric text, difference double precision) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN count(DISTINCT d.direction) = 1 AND difference <> 0 AND difference <> 'NaN' THEN
            CASE min(d.direction) WHEN 'higher' THEN CASE WHEN difference > 0 THEN 'b' ELSE 'a' END
                WHEN 'lower' THEN CASE WHEN difference < 0 THEN 'b' ELSE 'a' END END END
        FROM mlops.metric_definition AS d WHERE d.name = metric AND d.direction <> 'none'
    $$;
COMMENT ON FUNCTION mlops_internal.better_value(text, double precision) IS
    'a or b, whose value of a metric is better, by b - a and what mlops.metric_definition says; NULL when it does not';

CREATE FUNCTION mlops_internal.metric_differences(section text, a jsonb, b jsonb, suffix text, note text)
    RETURNS SETOF mlops_internal.difference
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT section, k.name || suffix, a ->> k.name, b ->> k.name, coalesce(a -> k.name = b -> k.name, false),
               k.difference, NULL::double precision, NULL::double precision, NULL::double precision,
               mlops_internal.better_value(k.name, k.difference), note
        FROM (SELECT x.name, (b ->> x.name)::double precision - (a ->> x.name)::double precision AS difference
              FROM jsonb_object_keys(a || b) AS x (name)) AS k
    $$;
COMMENT ON FUNCTION mlops_internal.metric_differences(text, jsonb, jsonb, text, text) IS
    'metrics of two versions, JSON objects of numbers, as rows of mlops.compare_versions';

CREATE FUNCTION mlops_internal.data_differences(a bigint, b bigint) RETURNS SETOF mlops_internal.difference
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH one AS (
            SELECT DISTINCT ON (r.side, coalesce(d.place, d.name)) r.side, coalesce(d.place, d.name) AS key, d.*
            FROM (VALUES ('a', a), ('b', b)) AS r (side, run),
                LATERAL mlops_internal.training_datasets(r.run) AS d
            ORDER BY r.side, coalesce(d.place, d.name), d.artifact_id DESC
        ), known AS MATERIALIZED (
            -- a single dataset on each side is one pair, whatever it is called
            SELECT o.side, o.name, o.artifact_id, o.digest, o.n_rows,
                   CASE WHEN (SELECT max(c.n) FROM (SELECT count(*) AS n FROM one GROUP BY one.side) AS c) > 1
                       THEN o.key ELSE '' END AS key
            FROM one AS o
        ), pair AS MATERIALIZED (
            SELECT CASE WHEN x.name <> y.name THEN x.name || ' -> ' || y.name ELSE coalesce(x.name, y.name) END AS name,
                   x.artifact_id AS id_a, y.artifact_id AS id_b, x.digest AS digest_a, y.digest AS digest_b,
                   x.n_rows AS rows_a, y.n_rows AS rows_b
            FROM (SELECT * FROM known WHERE side = 'a') AS x FULL JOIN (SELECT * FROM known WHERE side = 'b') AS y
                ON y.key = x.key
        )
        SELECT 'dataset', p.name, p.digest_a, p.digest_b, coalesce(p.digest_a = p.digest_b, false),
               (p.rows_b - p.rows_a)::double precision, NULL::double precision, NULL::double precision,
               NULL::double precision, NULL,
               CASE WHEN p.id_a IS NULL THEN 'b alone read it' WHEN p.id_b IS NULL THEN 'a alone read it'
                   ELSE format('%s and %s rows', coalesce(p.rows_a::text, 'unknown'),
                       coalesce(p.rows_b::text, 'unknown')) END
        FROM pair AS p
        UNION ALL
        SELECT 'drift', p.name || '.' || c.name, c.type_a, c.type_b, coalesce(c.type_a = c.type_b, false),
               (c.test).statistic, NULL, NULL, (c.test).p_value, NULL,
               CASE WHEN c.type_a IS NULL THEN 'b alone has it' WHEN c.type_b IS NULL THEN 'a alone has it'
                   WHEN (c.test).statistic IS NOT NULL THEN 'psi, ' || (c.test).method
                   ELSE coalesce(c.note, 'not compared') END
        FROM pair AS p, LATERAL (
            SELECT coalesce(x.column_name, y.column_name) AS name, x.column_type AS type_a, y.column_type AS type_b,
                   coalesce(x.note, y.note) AS note,
                   CASE WHEN x.column_type = y.column_type
                             OR mlops_internal.column_kind(to_regtype(x.column_type)) IN ('number', 'text')
                             AND mlops_internal.column_kind(to_regtype(x.column_type)) =
                                 mlops_internal.column_kind(to_regtype(y.column_type))
                       THEN mlops.distance_test(x.profile, y.profile) END AS test
            FROM (SELECT * FROM mlops_internal.dataset_profile AS d WHERE d.artifact_id = p.id_a) AS x
                FULL JOIN (SELECT * FROM mlops_internal.dataset_profile AS d WHERE d.artifact_id = p.id_b) AS y
                    ON y.column_name = x.column_name) AS c
        WHERE p.digest_a <> p.digest_b
    $$;
COMMENT ON FUNCTION mlops_internal.data_differences(bigint, bigint) IS
    'what two training runs read, dataset by dataset, and how far the columns of different contents lie apart, as rows '
    'of mlops.compare_versions';

/*
 * On the same rows where both evaluations kept them, each metric as gates compare it
 * (registry/paired.sql): the older version first, so that turned round all is turned.
 */
CREATE FUNCTION mlops_internal.evaluation_tests(run_a bigint, run_b bigint, task text)
    RETURNS TABLE (metric text, lower float8, upper float8, p_value float8, note text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT d.of_metric, k.turned * d.difference - i.width, k.turned * d.difference + i.width,
               CASE WHEN d.std_error > 0 THEN 2 * mlops_internal.upper_tail(abs(d.difference) / d.std_error, d.df)
                   ELSE (d.difference = 0)::integer END,
               format('%s, %s pairs', d.method, d.n)
        FROM (SELECT least(x.run_id, y.run_id) AS one, greatest(x.run_id, y.run_id) AS two,
                     CASE WHEN x.run_id <= y.run_id THEN 1 ELSE -1 END AS turned
              FROM mlops.evaluation AS x, mlops.evaluation AS y
              WHERE x.run_id = run_a AND y.run_id = run_b AND greatest(x.n, y.n) <= 1000000) AS k,
            LATERAL mlops_internal.paired_differences(k.one, k.two, ARRAY(
                SELECT f.name FROM mlops.metric_definition AS f
                WHERE f.task = evaluation_tests.task AND f.direction <> 'none' GROUP BY f.name), task, '{}', k.one)
                AS d,
            LATERAL (SELECT CASE WHEN d.std_error > 0 THEN mlops_internal.upper_quantile(0.025, d.df) * d.std_error
                         ELSE 0 END) AS i (width)
        WHERE d.n >= 200 AND d.std_error < 'Infinity'
    $$;
COMMENT ON FUNCTION mlops_internal.evaluation_tests(bigint, bigint, text) IS
    'paired tests of the metrics of two evaluations that kept their rows, with 200 pairs or more and not over a '
    'million rows';

CREATE FUNCTION mlops_internal.evaluation_differences(a bigint, b bigint, task text)
    RETURNS SETOF mlops_internal.difference
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        -- the newest finished evaluation of each version on each content, by runs that evaluate it alone
        WITH evaluation AS MATERIALIZED (
            SELECT DISTINCT ON (v.side, d.digest) v.side, d.digest, d.name, r.run_id
            FROM (VALUES ('a', a), ('b', b)) AS v (side, artifact)
                JOIN mlops.edge AS e ON e.artifact_id = v.artifact AND e.direction = 'input'
                JOIN mlops.run AS r ON r.run_id = e.run_id AND r.kind = 'evaluation' AND r.status = 'finished'
                CROSS JOIN LATERAL mlops_internal.training_datasets(r.run_id) AS d
            WHERE d.digest IS NOT NULL
              AND NOT EXISTS (SELECT FROM mlops.edge AS o JOIN mlops.artifact AS t USING (artifact_id)
                              WHERE o.run_id = r.run_id AND o.direction = 'input' AND t.type = 'model_version'
                                AND t.artifact_id <> v.artifact)
            ORDER BY v.side, d.digest, r.ended_at DESC, r.run_id DESC
        ), pair AS MATERIALIZED (
            SELECT x.run_id AS run_a, y.run_id AS run_b, y.name
            FROM (SELECT * FROM evaluation WHERE side = 'a') AS x JOIN (SELECT * FROM evaluation WHERE side = 'b') AS y
                USING (digest)
        )
        SELECT m.section, m.name || ' on ' || p.name, m.a, m.b, m.same, m.difference, t.lower, t.upper, t.p_value,
               CASE WHEN t.p_value IS NULL OR t.p_value < 0.05 THEN m.better END, concat_ws('; ', m.note, t.note)
        FROM pair AS p
            CROSS JOIN LATERAL mlops_internal.metric_differences('evaluation', mlops.run_metrics(p.run_a),
                mlops.run_metrics(p.run_b), '', format('runs %s and %s', p.run_a, p.run_b)) AS m
            LEFT JOIN (SELECT q.run_a, q.run_b, e.* FROM pair AS q CROSS JOIN LATERAL
                           mlops_internal.evaluation_tests(q.run_a, q.run_b, task) AS e) AS t
                ON t.run_a = p.run_a AND t.run_b = p.run_b AND t.metric = m.name
    $$;
COMMENT ON FUNCTION mlops_internal.evaluation_differences(bigint, bigint, text) IS
    'metrics of the newest evaluations of two versions, by their artifacts, on the same content, with paired tests '
    'where rows were kept, as rows of mlops.compare_versions';

CREATE FUNCTION mlops_internal.window_differences(model bigint, a text, b text)
    RETURNS SETOF mlops_internal.difference
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        -- the newest window in which a monitor compared the two, whichever was the champion then
        SELECT CASE WHEN c.paired THEN 'paired' ELSE 'unpaired' END, c.metric || ' of ' || c.monitor,
               CASE c.turned WHEN 1 THEN c.value_a ELSE c.value_b END::text,
               CASE c.turned WHEN 1 THEN c.value_b ELSE c.value_a END::text, c.difference = 0,
               c.turned * coalesce(c.standardised, c.difference),
               CASE c.turned WHEN 1 THEN c.lower ELSE -c.upper END, CASE c.turned WHEN 1 THEN c.upper ELSE -c.lower END,
               c.p_value, CASE WHEN c.verdict IN ('better', 'worse')
                   THEN CASE WHEN (c.verdict = 'better') = (c.turned = 1) THEN 'b' ELSE 'a' END END,
               concat_ws('; ', format('window of %s', c.window_lo), c.method,
                   CASE WHEN c.paired THEN format('%s pairs', c.n_pairs) END, c.message)
        FROM (SELECT DISTINCT ON (m.monitor_id, v.metric) v.*, m.name AS monitor,
                     CASE v.version_a WHEN window_differences.a THEN 1 ELSE -1 END AS turned
              FROM mlops.monitor AS m JOIN mlops.version_comparison AS v USING (monitor_id)
              WHERE m.model_id = window_differences.model AND v.slice_column IS NULL
                AND (v.version_a, v.version_b) IN ((window_differences.a, window_differences.b),
                    (window_differences.b, window_differences.a))
              ORDER BY m.monitor_id, v.metric, v.window_lo DESC) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.window_differences(bigint, text, text) IS
    'what monitors of a model last said of two versions in one window, as rows of mlops.compare_versions';

CREATE FUNCTION mlops.compare_versions(model text, a integer, b integer)
    RETURNS TABLE (section text, name text, value_a text, value_b text, same boolean, difference double precision,
        lower double precision, upper double precision, p_value double precision, better text, note text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        of_model CONSTANT bigint := mlops.model_id(compare_versions.model);
        x mlops.version;
        y mlops.version;
    BEGIN
        SELECT * INTO STRICT x FROM mlops.version AS v
            WHERE v.version_id = mlops_internal.find_version(compare_versions.model, compare_versions.a, NULL);
        SELECT * INTO STRICT y FROM mlops.version AS v
            WHERE v.version_id = mlops_internal.find_version(compare_versions.model, compare_versions.b, NULL);
        RETURN QUERY
            SELECT d.section, d.name, d.a, d.b, d.same, d.difference, d.lower, d.upper, d.p_value, d.better, d.note
            FROM (
                SELECT 1 AS place, 'version' AS section, f.name, f.a, f.b, f.a IS NOT DISTINCT FROM f.b AS same,
                       NULL::double precision AS difference, NULL::double precision AS lower,
                       NULL::double precision AS upper, NULL::double precision AS p_value, NULL AS better, NULL AS note
                FROM (VALUES ('stage', x.stage, y.stage), ('created_by', x.created_by::text, y.created_by::text),
                    ('git_repo', x.git_repo, y.git_repo), ('git_commit', x.git_commit, y.git_commit),
                    ('git_path', x.git_path, y.git_path), ('git_dirty', x.git_dirty::text, y.git_dirty::text),
                    ('digest', x.digest, y.digest), ('signature', x.signature::text, y.signature::text))
                    AS f (name, a, b) WHERE num_nonnulls(f.a, f.b) > 0
                UNION ALL
                SELECT 2, 'parameter', k, x.params ->> k, y.params ->> k,
                       coalesce(x.params -> k = y.params -> k, false), NULL, NULL, NULL, NULL, NULL, NULL
                FROM jsonb_object_keys(x.params || y.params) AS k
                UNION ALL
                SELECT 3, s.* FROM mlops_internal.data_differences(x.run_id, y.run_id) AS s
                UNION ALL
                SELECT 4, s.* FROM mlops_internal.metric_differences('metric', x.metrics, y.metrics, '', NULL) AS s
                UNION ALL
                SELECT 5, s.* FROM mlops_internal.evaluation_differences(x.artifact_id, y.artifact_id,
                    (SELECT m.task FROM mlops.model AS m WHERE m.model_id = of_model)) AS s
                UNION ALL
                SELECT 6, s.* FROM mlops_internal.window_differences(of_model, x.version::text, y.version::text) AS s
                ) AS d
            ORDER BY d.place, d.section, d.name COLLATE "C";
    END
    $$;
COMMENT ON FUNCTION mlops.compare_versions(text, integer, integer) IS
    'two versions of a model side by side, a row a fact: code, parameters, training data with psi of its columns, '
    'metrics, evaluations on the same content and monitors, with tests on the rows that both scored';

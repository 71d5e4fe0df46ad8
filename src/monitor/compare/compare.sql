/*
 * Compare: the versions of a model side by side, in the same window.
 *
 * Where both have scored the same rows, as a shadow does, rows are paired.  Otherwise each has rows of
 * its own, and what differs may be the rows: the difference is then taken within
 * strata, those of the slices, and weighted by what both have of each.
 */
CREATE TABLE mlops.version_comparison (
    comparison_id bigint GENERATED ALWAYS AS IDENTITY,
    monitor_id bigint NOT NULL,
    version integer NOT NULL,
    window_lo timestamptz NOT NULL,
    window_hi timestamptz NOT NULL,
    slice_column text,
    slice_value text,
    metric text NOT NULL,
    version_a text NOT NULL,
    version_b text NOT NULL,
    n_a bigint,
    n_b bigint,
    n_pairs bigint,
    value_a double precision,
    value_b double precision,
    difference double precision,
    standardised double precision,
    left_out double precision,
    lower double precision,
    upper double precision,
    p_value double precision,
    method text,
    paired boolean,
    randomised boolean,
    verdict text,
    message text,
    compared_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT version_comparison_pkey PRIMARY KEY (comparison_id),
    CONSTRAINT version_comparison_key UNIQUE NULLS NOT DISTINCT (monitor_id, window_lo, window_hi, slice_column,
        slice_value, metric, version_b),
    CONSTRAINT version_comparison_version_fkey FOREIGN KEY (monitor_id, version) REFERENCES mlops.monitor_version
        ON DELETE CASCADE,
    CONSTRAINT version_comparison_verdict_check CHECK (verdict IN ('better', 'worse', 'undecided', 'no_data', 'error'))
);
COMMENT ON TABLE mlops.version_comparison IS
    'versions of a model against its champion in the same window, by monitors with a version_column';
COMMENT ON COLUMN mlops.version_comparison.version IS 'version of the monitor that compared';
COMMENT ON COLUMN mlops.version_comparison.window_lo IS 'start of the window, inclusive';
COMMENT ON COLUMN mlops.version_comparison.window_hi IS 'end of the window, exclusive';
COMMENT ON COLUMN mlops.version_comparison.slice_column IS
    'names of the slices that make the stratum; NULL = the whole window';
COMMENT ON COLUMN mlops.version_comparison.slice_value IS 'their values, of several as a JSON list';
COMMENT ON COLUMN mlops.version_comparison.version_a IS
    'the champion at the start of the window; of a model without one the version with most rows';
COMMENT ON COLUMN mlops.version_comparison.version_b IS 'the other version';
COMMENT ON COLUMN mlops.version_comparison.n_a IS 'labelled rows of a';
COMMENT ON COLUMN mlops.version_comparison.n_b IS 'labelled rows of b';
COMMENT ON COLUMN mlops.version_comparison.n_pairs IS 'row keys that both have scored; NULL without row_key';
COMMENT ON COLUMN mlops.version_comparison.value_a IS 'the metric of a: of the pairs when paired, else of all its rows';
COMMENT ON COLUMN mlops.version_comparison.value_b IS 'the metric of b, likewise';
COMMENT ON COLUMN mlops.version_comparison.difference IS 'value_b - value_a';
COMMENT ON COLUMN mlops.version_comparison.standardised IS
    'the difference within strata, weighted by the rows of both; NULL when paired or without slices';
COMMENT ON COLUMN mlops.version_comparison.left_out IS
    'share of the rows in strata with fewer than 10 rows of a version, which standardised leaves out';
COMMENT ON COLUMN mlops.version_comparison.lower IS
    'lower end of the 95 percent interval of standardised, or of difference where that is NULL';
COMMENT ON COLUMN mlops.version_comparison.upper IS 'upper end of that interval';
COMMENT ON COLUMN mlops.version_comparison.p_value IS 'two-sided p-value of no difference, of the same';
COMMENT ON COLUMN mlops.version_comparison.method IS 'how interval and p-value were made';
COMMENT ON COLUMN mlops.version_comparison.paired IS 'whether the same rows were compared';
COMMENT ON COLUMN mlops.version_comparison.randomised IS 'whether chance decided which version got which rows';
COMMENT ON COLUMN mlops.version_comparison.verdict IS
    'whether b is better or worse than a: better, worse, undecided, no_data, error; NULL in a stratum';
COMMENT ON COLUMN mlops.version_comparison.message IS 'why the verdict is what it is';
COMMENT ON COLUMN mlops.version_comparison.compared_at IS 'when it was compared last';

CREATE INDEX version_comparison_version_idx ON mlops.version_comparison (monitor_id, version);
COMMENT ON INDEX mlops.version_comparison_version_idx IS 'comparisons by definitions of monitors';

SELECT pg_catalog.pg_extension_config_dump('mlops.version_comparison', '');
SELECT pg_catalog.pg_extension_config_dump('mlops.version_comparison_comparison_id_seq', '');
GRANT SELECT ON mlops.version_comparison TO PUBLIC;
ALTER TABLE mlops.version_comparison ENABLE ROW LEVEL SECURITY;
CREATE POLICY version_comparison_owner ON mlops.version_comparison FOR SELECT
    USING (monitor_id IN (SELECT m.monitor_id FROM mlops.monitor AS m));
COMMENT ON POLICY version_comparison_owner ON mlops.version_comparison IS 'who sees the monitor sees the row';

CREATE TYPE mlops_internal.version_value AS (
    version text,
    stratum text,
    metric text,
    value double precision,
    std_error double precision,
    n bigint
);
COMMENT ON TYPE mlops_internal.version_value IS 'a metric of one version, of all its rows (stratum NULL) or a stratum';

CREATE TYPE mlops_internal.version_pair AS (
    version text,
    metric text,
    n bigint,
    value_a double precision,
    value_b double precision,
    lower double precision,
    upper double precision,
    p_value double precision,
    method text
);
COMMENT ON TYPE mlops_internal.version_pair IS 'a metric of a version and the champion on the same rows';

CREATE TYPE mlops_internal.version_values AS (
    champion text,
    strata text,
    singles mlops_internal.version_value[],
    pairs mlops_internal.version_pair[],
    error text
);
COMMENT ON TYPE mlops_internal.version_values IS 'what a window says of the versions in it, read as the owner';

/* Metrics by which versions are compared: each a mean over rows, but for the area under the curve. */
CREATE FUNCTION mlops_internal.compared_metrics(def mlops.monitor_version)
    RETURNS TABLE (metric text, higher boolean, single text, pair text)
    LANGUAGE plpgsql STABLE ROWS 3 SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT c.metric, c.higher, c.single, c.pair
        FROM (VALUES
            ('accuracy', true, '{binary}', num_nonnulls(def.prediction_column, def.score_column) > 0,
                'mlops.mean_ci(mlops.loss_means((r.l = r.decided)::integer::float8))',
                'mlops.compare(mlops.confusion(a.l = a.decided, b.l = b.decided))'),
            ('accuracy', true, '{multiclass}', def.prediction_column IS NOT NULL,
                'mlops.mean_ci(mlops.loss_means((r.l = r.d)::integer::float8))',
                'mlops.compare(mlops.confusion(a.l = a.d, b.l = b.d))'),
            ('roc_auc', true, '{binary}', def.score_column IS NOT NULL,
                'mlops.metric_ci(mlops.scores(r.l, r.p), ''roc_auc'')',
                'mlops.compare(mlops.paired_samples(a.l, a.p, b.p))'),
            ('brier_score', false, '{binary}', def.score_column IS NOT NULL,
                'mlops.mean_ci(mlops.loss_means((r.p - r.l::integer) ^ 2))',
                'mlops.compare_squared_errors(mlops.loss_means(a.l::integer::float8, a.p, b.p))'),
            ('mae', false, '{regression}', def.prediction_column IS NOT NULL,
                'mlops.mean_ci(mlops.loss_means(abs(r.l - r.d)))',
                'mlops.compare_errors(mlops.loss_means(a.l, a.d, b.d))'),
            ('mse', false, '{regression}', def.prediction_column IS NOT NULL,
                'mlops.mean_ci(mlops.loss_means((r.l - r.d) ^ 2))',
                'mlops.compare_squared_errors(mlops.loss_means(a.l, a.d, b.d))'))
            AS c(metric, higher, tasks, has_columns, single, pair)
        WHERE def.task = ANY (c.tasks::text[]) AND c.has_columns;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.compared_metrics(mlops.monitor_version) IS
    'metrics by which a definition compares versions: SQL for one version and for two on the same rows, and whether '
    'higher is better';

/* Rows of a window with their version (v), stratum and key (k1 and so on), as the start of a statement. */
CREATE FUNCTION mlops_internal.version_rows(def mlops.monitor_version, relation regclass, lo timestamptz,
    hi timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        bare mlops.monitor_version := def;
        strata text := (
            SELECT string_agg(DISTINCT coalesce(format('mlops_internal.short_text((t.%I)::text)', c),
                       format('mlops_internal.short_text((%s)::text)', s ->> 'expression')), ', ')
            FROM jsonb_array_elements(mlops_internal.plain_slices(def.slices)) AS s
            LEFT JOIN LATERAL jsonb_array_elements_text(s -> 'columns') AS c ON true);
    BEGIN
        bare.slices := '[]';
        bare.features := '{}';
        bare.group_column := NULL;
        bare.query_column := NULL;
        bare.probability_columns := NULL;
        RETURN format($q$WITH r AS (
    SELECT r.*, %1$s AS decided
    FROM (SELECT mlops_internal.short_text((t.%2$I)::text) AS v, %3$s AS stratum%4$s,
                 %5$s
          FROM %6$s AS t WHERE %7$s) AS r
    WHERE r.v IS NOT NULL AND r.l IS NOT NULL
)$q$,
            CASE WHEN def.task <> 'binary' THEN 'NULL' WHEN def.prediction_column IS NOT NULL THEN 'r.d'
                ELSE format('r.p >= %L::float8', def.threshold) END,
            def.version_column, CASE WHEN strata IS NULL THEN 'NULL::text'
                WHEN strata ~ ', mlops_internal.short_text' THEN format('jsonb_build_array(%s)::text', strata)
                ELSE strata END,
            (SELECT coalesce(string_agg(format(', t.%I AS k%s', k.name, k.i), '' ORDER BY k.i), '')
             FROM unnest(def.row_key) WITH ORDINALITY AS k(name, i)),
            mlops_internal.row_expressions(bare, relation), relation,
            mlops_internal.time_condition(def, relation, lo, hi));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.version_rows(mlops.monitor_version, regclass, timestamptz, timestamptz) IS
    'SQL for the labelled rows of a window with version, stratum, key, label, decision and score';

CREATE FUNCTION mlops_internal.champion_at(model_id bigint, at timestamptz) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT v.version::text FROM mlops.deployment AS d JOIN mlops.version AS v ON v.version_id = d.version_id
        WHERE v.model_id = champion_at.model_id AND d.role = 'champion' AND d.since <= at
          AND (d.until > at) IS NOT FALSE
        ORDER BY d.since DESC, d.deployment_id DESC LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.champion_at(bigint, timestamptz) IS
    'version of a model that was the champion at a time; NULL when none was';

/*
 * Read what compares the versions of a window, as the monitor's owner.  What
 * fails, such as pairs beyond mlops.work_mem, is no failure of the window.
 */
CREATE FUNCTION mlops_internal.read_versions(m mlops.monitor, def mlops.monitor_version, relation regclass,
    lo timestamptz, hi timestamptz, summaries mlops_internal.summary_row[]) RETURNS mlops_internal.version_values
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        result mlops_internal.version_values;
        source text;
        keys text;
        found text[];
    BEGIN
        IF def.version_column IS NULL OR def.label_column IS NULL AND def.label_relation IS NULL
            OR NOT EXISTS (SELECT FROM mlops_internal.compared_metrics(def)) THEN
            RETURN NULL;
        END IF;
        found := ARRAY(SELECT s.slice_value FROM unnest(summaries) AS s
                       WHERE s.kind = 'rows' AND s.slice_column = def.version_column::text AND s.n > 0
                         AND s.slice_value IS NOT NULL
                       ORDER BY s.n DESC, s.slice_value COLLATE "C");
        IF cardinality(found) < 2 THEN
            RETURN NULL;
        END IF;
        result.champion := coalesce(mlops_internal.champion_at(m.model_id, lo), found[1]);
        result.strata := (SELECT string_agg(s ->> 'name', ',' ORDER BY s ->> 'name')
                          FROM jsonb_array_elements(mlops_internal.plain_slices(def.slices)) AS s);
        source := mlops_internal.version_rows(def, relation, lo, hi);
        SELECT string_agg(format('r.k%s', i), ', ') INTO keys FROM generate_series(1, cardinality(def.row_key)) AS i;
        BEGIN
            EXECUTE (SELECT source || format(', g AS (SELECT r.v, r.stratum, grouping(r.stratum) AS whole, %s FROM r '
                         'GROUP BY GROUPING SETS ((r.v), (r.v, r.stratum))) SELECT array_agg(ROW(g.v, CASE WHEN '
                         'g.whole = 0 THEN coalesce(g.stratum, ''(null)'') END, x.metric, (x.ci).estimate, '
                         '(x.ci).std_error, (x.ci).n)::mlops_internal.version_value) FROM g, LATERAL (VALUES %s) AS '
                         'x(metric, ci) WHERE g.whole = 1 OR %s',
                         string_agg(format('%s AS m%s', c.single, c.i), ', ' ORDER BY c.i),
                         string_agg(format('(%L, g.m%s)', c.metric, c.i), ', ' ORDER BY c.i),
                         CASE WHEN result.strata IS NULL THEN 'false' ELSE 'true' END)
                     FROM (SELECT x.*, row_number() OVER (ORDER BY x.metric) AS i
                           FROM mlops_internal.compared_metrics(def) AS x) AS c) INTO result.singles;
            IF keys IS NOT NULL THEN
                -- a key that a version has scored twice makes no pair
                EXECUTE (SELECT source || format(', u AS (SELECT r.* FROM (SELECT r.*, count(*) OVER (PARTITION BY '
                             'r.v, %1$s) AS times FROM r) AS r WHERE r.times = 1), g AS (SELECT b.v, count(*) AS n, '
                             '%2$s FROM u AS a JOIN u AS b ON %3$s WHERE a.v = %4$L AND b.v <> a.v AND a.l = b.l '
                             'GROUP BY b.v) SELECT array_agg(ROW(g.v, x.metric, g.n, (x.c).a, (x.c).b, (x.c).lower, '
                             '(x.c).upper, (x.c).p_value, (x.c).method)::mlops_internal.version_pair) FROM g, '
                             'LATERAL (VALUES %5$s) AS x(metric, c)', keys,
                             string_agg(format('%s AS m%s', c.pair, c.i), ', ' ORDER BY c.i),
                             (SELECT string_agg(format('a.k%1$s = b.k%1$s', i), ' AND ')
                              FROM generate_series(1, cardinality(def.row_key)) AS i), result.champion,
                             string_agg(format('(%L, g.m%s)', c.metric, c.i), ', ' ORDER BY c.i))
                         FROM (SELECT x.*, row_number() OVER (ORDER BY x.metric) AS i
                               FROM mlops_internal.compared_metrics(def) AS x) AS c) INTO result.pairs;
                result.pairs := coalesce(result.pairs, '{}');
            END IF;
        EXCEPTION WHEN others THEN
            result.error := left(format('%s: %s', SQLSTATE, SQLERRM), 1000);
        END;
        RETURN result;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.read_versions(mlops.monitor, mlops.monitor_version, regclass, timestamptz,
        timestamptz, mlops_internal.summary_row[]) IS
    'metrics of the versions in a window and, with row_key, of the rows that two of them have scored; NULL when there '
    'are not two; reads the relation as the caller, the monitor''s owner';

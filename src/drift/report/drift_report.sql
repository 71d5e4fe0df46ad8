/*
 * drift_report: which columns changed between two sources, one row for each.
 *
 * Both sources are read once, into profiles; everything else is computed from
 * these, so stored profiles serve as well as rows.  chosen_test.sql chooses the test.
 */
/* Numbers for people.  The cast to real fails where a double is too large or too small for it. */
CREATE FUNCTION mlops_internal.short_number(x float8) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT CASE WHEN abs(x) BETWEEN 1e-37 AND 3e38 THEN to_jsonb(x::float4) ELSE to_jsonb(x) END $$;
COMMENT ON FUNCTION mlops_internal.short_number(float8) IS
    'a number with six or seven digits, as JSON; with all of them where it is beyond the range of real';

CREATE FUNCTION mlops_internal.bin_border(profile mlops.profile, x float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops.kind(profile) NOT IN ('timestamptz', 'timestamp', 'date', 'time') THEN
                CASE WHEN abs(x) BETWEEN 1e-37 AND 3e38 THEN x::float4::text ELSE x::text END
            -- a border may lie beyond the last time that there is
            WHEN x < -210866803200 OR x >= 9224318016000 THEN x::text
            ELSE to_char(to_timestamp(x) AT TIME ZONE 'UTC',
                         CASE mlops.kind(profile) WHEN 'time' THEN 'HH24:MI:SS' ELSE 'YYYY-MM-DD HH24:MI:SS' END) END
    $$;
COMMENT ON FUNCTION mlops_internal.bin_border(mlops.profile, float8) IS
    'a border of a bin as a person reads it: times in ISO style (UTC), numbers with six or seven digits';

CREATE FUNCTION mlops_internal.drift_contributions(reference mlops.profile, current mlops.profile, k integer DEFAULT 3)
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_agg(jsonb_build_object('bin', b.name, 'reference', round(b.proportion_reference::numeric, 4),
                                            'current', round(b.proportion_current::numeric, 4),
                                            'psi', round(b.psi::numeric, 4))
                         ORDER BY b.psi DESC, b.bin)
        FROM (SELECT d.*, CASE
                  WHEN d.category IS NOT NULL THEN d.category
                  WHEN d.lower IS NULL AND d.upper IS NULL THEN 'others'
                  WHEN d.lower IS NULL OR d.lower = '-Infinity' THEN
                      format('%s %s', CASE WHEN d.before_value THEN '<' ELSE '<=' END,
                             mlops_internal.bin_border(reference,
                                                       CASE WHEN d.before_value THEN d.next_upper ELSE d.upper END))
                  WHEN d.upper IS NULL OR d.upper = 'Infinity' THEN
                      format('> %s', mlops_internal.bin_border(reference, d.lower))
                  WHEN d.is_value THEN format('= %s', mlops_internal.bin_border(reference, d.upper))
                  ELSE format('(%s, %s]', mlops_internal.bin_border(reference, d.lower),
                              mlops_internal.bin_border(reference, d.upper)) END AS name
              FROM (SELECT t.*, lead(t.upper) OVER (ORDER BY t.bin) AS next_upper,
                           lead(t.is_value) OVER (ORDER BY t.bin) AS before_value
                    -- the least value of the reference has a bin of its own where many rows have it
                    FROM (SELECT s.*, s.upper < 'Infinity'
                              AND s.lower >= s.upper - CASE WHEN abs(s.upper) > 1e-290 THEN abs(s.upper) * 4e-16
                                                            ELSE 1e-323 END AS is_value
                          FROM mlops.drift_bins(reference, current) AS s) AS t
                    ORDER BY t.psi DESC, t.bin LIMIT k) AS d) AS b
        WHERE b.psi > 0
    $$;
COMMENT ON FUNCTION mlops_internal.drift_contributions(mlops.profile, mlops.profile, integer) IS
    'the k bins or categories that add most to the population stability index, as a JSON array of bin, reference, '
    'current (proportions) and psi; NULL when nothing moved';

CREATE FUNCTION mlops_internal.drift_direction(reference mlops.profile, current mlops.profile) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE WHEN mlops.kind(reference) IN ('text', 'boolean') THEN
            (SELECT format('more %s', coalesce(quote_literal(d.category), 'others'))
             FROM mlops.drift_bins(reference, current) AS d
             WHERE d.proportion_current > d.proportion_reference
             ORDER BY d.proportion_current - d.proportion_reference DESC, d.bin LIMIT 1)
        ELSE
            (SELECT CASE WHEN x.statistic > 0 THEN c.more ELSE c.less END
             FROM mlops.smooth_test(reference, current) AS x
             JOIN (VALUES ('level', 'higher', 'lower'), ('spread', 'wider', 'narrower'),
                          ('skewness', 'longer right tail', 'longer left tail'),
                          ('shoulders', 'thinner shoulders', 'fuller shoulders'),
                          ('tails', 'heavier tails', 'lighter tails')) AS c(name, more, less)
               ON c.name = split_part(x.method, ',', 1)
             WHERE abs(x.statistic) > 1)
        END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_direction(mlops.profile, mlops.profile) IS
    'where the current values went: the component of mlops.smooth_test that decided, in words; of text and booleans '
    'the category that gained most; NULL when nothing moved';

CREATE FUNCTION mlops_internal.every_nth(profiles mlops.profile[], n integer, first integer) RETURNS mlops.profile[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_agg(p.profile ORDER BY p.place)
        FROM unnest(profiles) WITH ORDINALITY AS p(profile, place) WHERE (p.place - first) % n = 0
    $$;
COMMENT ON FUNCTION mlops_internal.every_nth(mlops.profile[], integer, integer) IS
    'elements first, first + n, first + 2 n ... of an array';

CREATE FUNCTION mlops_internal.check_drift_options(
        columns name[], reference mlops.profile[], current mlops.profile[], alpha float8, method text, correction text,
        reference_chunks mlops.profile[], min_effect float8 DEFAULT 0)
    RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF alpha IS NULL OR NOT (alpha > 0 AND alpha < 1) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('alpha must lie between 0 and 1, not %s', coalesce(alpha::text, 'NULL'));
        ELSIF min_effect IS NULL OR NOT min_effect BETWEEN 0 AND 1 THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('min_effect must lie between 0 and 1, not %s', coalesce(min_effect::text, 'NULL')),
                HINT = 'It is a Jensen-Shannon distance: a shift by one standard deviation is about 0.4.';
        ELSIF method IS NULL OR method NOT IN ('auto', 'anderson_darling', 'wasserstein', 'evidently', 'nannyml') THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('unrecognized method %s', coalesce('"' || method || '"', 'NULL')),
                HINT = 'Use auto, anderson_darling, wasserstein, evidently or nannyml.';
        ELSIF cardinality(columns) IS DISTINCT FROM cardinality(reference)
            OR cardinality(columns) IS DISTINCT FROM cardinality(current) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'columns, reference and current must be arrays of equal length';
        ELSIF method = 'nannyml'
            AND (reference_chunks IS NULL OR cardinality(reference_chunks) % greatest(cardinality(columns), 1) <> 0)
        THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'method "nannyml" needs reference_chunks, a profile of each column for each chunk',
                HINT = 'Give the two sources instead of their profiles, or use another method.';
        END IF;
        -- raises its own error for a correction that is not known
        PERFORM mlops.p_adjust(ARRAY[0.5], correction);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_drift_options IS
    'raise 22023 unless the options of drift_report are right';

CREATE FUNCTION mlops_internal.chunk_profiles(
        source text, columns name[], types oid[], condition text, n_chunks integer, path text)
    RETURNS mlops.profile[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        expressions text;
        profiles mlops.profile[];
    BEGIN
        SELECT string_agg(mlops_internal.profile_expression(c.name, c.type), ', ' ORDER BY c.place) INTO expressions
        FROM unnest(columns, types) WITH ORDINALITY AS c(name, type, place);
        profiles := mlops_internal.run_profiles(format(
            'SELECT pg_catalog.array_agg(p ORDER BY chunk, place) FROM ('
            'SELECT chunk, u.p, u.place FROM ('
            'SELECT source.mlops_chunk AS chunk, ARRAY[%s]::mlops.profile[] AS profiles FROM ('
            'SELECT source.*, pg_catalog.ntile(%s) OVER () AS mlops_chunk FROM %s WHERE (%s)) AS source'
            ' GROUP BY 1) AS g,'
            ' pg_catalog.unnest(g.profiles) WITH ORDINALITY AS u(p, place)) AS t', expressions, n_chunks,
                mlops_internal.source_item(source), coalesce(condition || E'\n', 'true')),
            path, NULL, NULL, NULL);
        RETURN profiles;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.chunk_profiles(text, name[], oid[], text, integer, text) IS
    'profiles of the columns of a source in chunks of as many rows each, in the order of the rows: of all columns in '
    'the first chunk, then of all in the second, and so on';

CREATE TYPE mlops.column_drift AS (
    column_name         name,
    kind                text,
    test                text,
    statistic           float8,
    p_value             float8,
    adjusted_p_value    float8,
    threshold           float8,
    verdict             text,
    direction           text,
    psi                 float8,
    size                float8,
    js_distance         float8,
    js_chance           float8,
    contributions       jsonb,
    n_reference         bigint,
    n_current           bigint,
    mean_reference      float8,
    mean_current        float8,
    null_rate_reference float8,
    null_rate_current   float8,
    null_p_value        float8,
    note                text
);
COMMENT ON TYPE mlops.column_drift IS
    'a row of mlops.drift_report: a column, the test that was chosen, its verdict (drift, ok, left_out, no_data or '
    'error), where values went, how far, and what chance alone does';

CREATE FUNCTION mlops_internal.null_pvalue(reference mlops.profile, current mlops.profile) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT (mlops.chi_square_test(ARRAY[mlops.n(reference) - mlops.n_null(reference),
                                            mlops.n_null(reference)]::float8[],
                                      ARRAY[mlops.n(current) - mlops.n_null(current),
                                            mlops.n_null(current)]::float8[])).p_value
    $$;
COMMENT ON FUNCTION mlops_internal.null_pvalue(mlops.profile, mlops.profile) IS
    'p-value of the chi-square test that the share of NULLs is the same in both; NULL when no side has one';

/* How large a change is, beside what chance does, and what changes by its nature. */
CREATE FUNCTION mlops_internal.js_chance(n_reference bigint, n_current bigint, n_cells bigint, alpha float8)
    RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- by the limiting law, which is one of the cells and of 1 / n_reference + 1 / n_current
        SELECT CASE WHEN least(n_reference, n_current) = 0 THEN NULL WHEN n_cells < 2 THEN 0
            ELSE least(1,
                       mlops.distance_critical(100000000, 100000000, 'js_distance', least(n_cells, 10000)::integer,
                                               alpha)
                          * sqrt((1.0::float8 / n_reference + 1.0::float8 / n_current) / 2e-8 * greatest(n_cells, 10000)
                                 / 10000)) END
    $$;
COMMENT ON FUNCTION mlops_internal.js_chance(bigint, bigint, bigint, float8) IS
    'about the Jensen-Shannon distance to base 2 over so many bins or categories that chance alone exceeds with '
    'probability alpha, at most 1';

CREATE FUNCTION mlops_internal.moving_column(reference mlops.profile, current mlops.profile) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN mlops.kind(reference) = 'text'
                AND least(mlops.mean_length(reference), mlops.mean_length(current)) > 30
                AND mlops.n_distinct(reference) > 0.5 * mlops.n_values(reference)
                AND mlops.n_distinct(current) > 0.5 * mlops.n_values(current)
                THEN 'long texts that are mostly different, free text'
            WHEN mlops.kind(reference) IN ('text', 'uuid', 'integer')
                AND least(mlops.n_values(reference), mlops.n_values(current))
                    >= CASE mlops.kind(reference) WHEN 'integer' THEN 50 ELSE 10 END
                AND mlops.n_distinct(reference) >= 0.95 * mlops.n_values(reference)
                AND mlops.n_distinct(current) >= 0.95 * mlops.n_values(current)
                THEN 'nearly all values are different, as those of an identifier'
            WHEN mlops.kind(reference) IN ('timestamptz', 'timestamp', 'date')
                AND (mlops.quantile(current, 0.1) > mlops.max_value(reference)
                     OR mlops.quantile(current, 0.9) < mlops.min_value(reference))
                THEN 'the times of one side lie behind those of the other, as those of a clock' END
    $$;
COMMENT ON FUNCTION mlops_internal.moving_column(mlops.profile, mlops.profile) IS
    'why a column differs between two periods whatever happens, as identifiers, free text and a clock do; '
    'NULL for all others';

/* The report itself, over profiles. */
CREATE FUNCTION mlops.drift_report(
    columns name[],
    reference mlops.profile[],
    current mlops.profile[],
    alpha float8 DEFAULT 0.05,
    method text DEFAULT 'auto',
    correction text DEFAULT 'fdr_bh',
    reference_chunks mlops.profile[] DEFAULT NULL,
    other_p_values float8[] DEFAULT NULL,
    min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        preset text := method;
        level float8 := CASE WHEN preset = 'evidently' THEN 0.05 ELSE alpha END;
        least_effect float8 := CASE WHEN preset IN ('evidently', 'nannyml') THEN 0 ELSE min_effect END;
    BEGIN
        PERFORM mlops_internal.check_drift_options(columns, reference, current, alpha, preset, correction,
                                                   reference_chunks, min_effect);
        RETURN QUERY
        WITH side AS (
            SELECT c.place, c.name, c.r, c.c, mlops.kind(c.r) AS kind_r, mlops.kind(c.c) AS kind_c,
                   coalesce(mlops.n_values(c.r), 0) AS n_r, coalesce(mlops.n_values(c.c), 0) AS n_c
            FROM unnest(columns, reference, current) WITH ORDINALITY AS c(name, r, c, place)
        ), judged AS (
            SELECT side.*, mlops_internal.null_pvalue(side.r, side.c) AS null_p,
                   kind_r <> kind_c AND kind_r <> 'none' AND kind_c <> 'none' AS differs,
                   least(n_r, n_c) > 0 AND kind_r = kind_c AS has_data,
                   CASE WHEN least(n_r, n_c) > 0 AND kind_r = kind_c
                        THEN mlops_internal.moving_column(side.r, side.c) END AS moves
            FROM side
        ), tested AS (
            SELECT j.*, j.moves IS NOT NULL AND preset NOT IN ('evidently', 'nannyml') AS left_out,
                   t.method AS test, t.statistic, t.p_value, t.threshold
            FROM judged AS j
            CROSS JOIN LATERAL (SELECT CASE
                    WHEN NOT j.has_data THEN NULL
                    WHEN preset IN ('auto', 'anderson_darling', 'wasserstein') THEN
                        mlops_internal.drift_statistic_auto(j.r, j.c, preset)
                    WHEN preset = 'evidently' THEN mlops_internal.drift_statistic_evidently(j.r, j.c)
                    ELSE mlops_internal.drift_statistic_nannyml(j.r, j.c, mlops_internal.every_nth(
                             reference_chunks, cardinality(columns), j.place::integer)) END AS d) AS x
            CROSS JOIN LATERAL (SELECT (x.d).*) AS t
        ), adjusted AS (
            SELECT tested.*, CASE WHEN preset IN ('auto', 'anderson_darling', 'wasserstein') THEN
                (mlops.p_adjust(array_agg(CASE WHEN NOT tested.left_out THEN tested.p_value END) OVER w
                                || other_p_values, correction))[tested.place]
                END AS adjusted
            FROM tested WINDOW w AS (ORDER BY tested.place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), sized AS (
            SELECT a.*, coalesce(a.adjusted, a.p_value) <= level OR a.statistic > a.threshold
                        OR a.statistic = a.threshold AND preset = 'evidently' AS beyond_chance,
                   CASE WHEN a.has_data THEN mlops.js_distance(a.r, a.c) END AS effect
            FROM adjusted AS a
        )
        SELECT a.name, CASE WHEN a.differs THEN NULL ELSE coalesce(nullif(a.kind_r, 'none'), a.kind_c) END, a.test,
            a.statistic, a.p_value, a.adjusted, a.threshold,
            CASE WHEN a.differs THEN 'error'
                 WHEN NOT a.has_data THEN 'no_data'
                 WHEN a.left_out THEN 'left_out'
                 WHEN a.beyond_chance AND a.effect >= least_effect THEN 'drift' ELSE 'ok' END,
            CASE WHEN a.has_data THEN mlops_internal.drift_direction(a.r, a.c) END,
            CASE WHEN a.has_data THEN mlops.psi(a.r, a.c) END,
            CASE WHEN a.has_data THEN (mlops.drift_size(a.r, a.c)).size END,
            a.effect,
            CASE WHEN a.has_data THEN mlops_internal.js_chance(a.n_r, a.n_c,
                (SELECT count(*) FROM mlops.drift_bins(a.r, a.c) AS d WHERE d.count_reference + d.count_current > 0),
                level) END,
            CASE WHEN a.has_data THEN mlops_internal.drift_contributions(a.r, a.c) END,
            a.n_r, a.n_c, mlops.mean(a.r), mlops.mean(a.c), mlops.null_rate(a.r), mlops.null_rate(a.c), a.null_p,
            CASE WHEN a.differs THEN format('the type changed from %s to %s', a.kind_r, a.kind_c)
                 WHEN NOT a.has_data THEN
                     format('no values in %s', CASE WHEN a.n_r = 0 AND a.n_c = 0 THEN 'both'
                            WHEN a.n_r = 0 THEN 'the reference' ELSE 'the current data' END)
                 ELSE nullif(concat_ws('; ', a.moves,
                     CASE WHEN mlops.kind(a.r) IN ('text', 'uuid')
                         AND NOT (mlops.is_exact(a.r) AND mlops.is_exact(a.c)) THEN
                         format('too many texts to know them all: js_distance lies between %s and %s',
                                round(a.effect::numeric, 3),
                                    round((mlops.distance_bounds(a.r, a.c, 'js_distance')).upper::numeric, 3)) END,
                     CASE WHEN a.beyond_chance AND NOT a.left_out
                         AND a.effect < least_effect THEN 'more than chance, and smaller than min_effect' END,
                                       CASE WHEN a.null_p * cardinality(columns) <= level THEN
                                           'the share of NULLs changed' END), '') END
        FROM sized AS a ORDER BY a.moves IS NOT NULL, a.effect DESC NULLS LAST, a.place;
    END
    $$;
COMMENT ON FUNCTION mlops.drift_report(
    name[], mlops.profile[], mlops.profile[], float8, text, text, mlops.profile[], float8[], float8) IS
    'which columns changed, one row each, from their profiles in reference and current data (arrays of equal length); '
    'method auto, anderson_darling, wasserstein, evidently or nannyml';

/*
 * The report over two sources.
 */
CREATE TYPE mlops_internal.column_pair AS (
    name      name,
    type_r    oid,
    type_c    oid,
    is_vector boolean,
    note      text
);
COMMENT ON TYPE mlops_internal.column_pair IS
    'a column of two sources, its types in the reference and in the current data, whether it is an embedding, and why '
    'it cannot be compared, NULL when it can';

CREATE FUNCTION mlops_internal.column_pairs(reference text, current text, columns name[], path text)
    RETURNS SETOF mlops_internal.column_pair
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT name, r.type, c.type, mlops_internal.is_embedding(r.type),
               CASE WHEN c.name IS NULL THEN 'only in the reference' WHEN r.name IS NULL THEN 'only in the current data'
                    WHEN mlops_internal.is_embedding(r.type) AND mlops_internal.is_embedding(c.type) THEN NULL
                    WHEN mlops_internal.column_kind(r.type) IS NULL AND NOT mlops_internal.is_embedding(r.type) THEN
                        format('type %s is not profiled', r.type_name)
                    WHEN mlops_internal.column_kind(c.type) IS NULL AND NOT mlops_internal.is_embedding(c.type) THEN
                        format('type %s is not profiled', c.type_name)
                    WHEN mlops_internal.is_embedding(r.type) OR mlops_internal.is_embedding(c.type) THEN
                        format('the type changed from %s to %s', r.type_name, c.type_name) END
        FROM mlops_internal.source_columns(reference, path, columns) AS r
        FULL JOIN mlops_internal.source_columns(current, path, columns) AS c USING (name)
        ORDER BY r.place, c.place
    $$;
COMMENT ON FUNCTION mlops_internal.column_pairs(text, text, name[], text) IS
    'the columns of two sources by name, in the order of the reference';

/* What was read of two sources: profiles of the columns that can be compared, embeddings apart. */
CREATE TYPE mlops_internal.sources_read AS (
    columns           name[],
    reference         mlops.profile[],
    current           mlops.profile[],
    chunks            mlops.profile[],
    vectors           name[],
    reference_vectors mlops.vector_profile[],
    current_vectors   mlops.vector_profile[],
    others            mlops_internal.column_pair[]
);
COMMENT ON TYPE mlops_internal.sources_read IS
    'two sources as drift_report needs them; chunks of the reference for method nannyml; others: what cannot be '
    'compared';

CREATE FUNCTION mlops_internal.read_sources(reference text, current text, columns name[], method text,
    reference_condition text, current_condition text, path text) RETURNS mlops_internal.sources_read
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        plain mlops_internal.column_pair[];
        vectors mlops_internal.column_pair[];
        types_r oid[];
        types_c oid[];
        s mlops_internal.sources_read;
    BEGIN
        SELECT coalesce(array_agg(p) FILTER (WHERE p.note IS NULL AND NOT p.is_vector), '{}'),
               coalesce(array_agg(p) FILTER (WHERE p.note IS NULL AND p.is_vector), '{}'),
               array_agg(p) FILTER (WHERE p.note IS NOT NULL)
        INTO plain, vectors, s.others FROM mlops_internal.column_pairs(reference, current, columns, path) AS p;
        IF vectors <> '{}' THEN
            SELECT array_agg(name), array_agg(type_r), array_agg(type_c) INTO s.vectors, types_r, types_c
            FROM unnest(vectors);
            s.reference_vectors := mlops_internal.source_vector_profiles(reference, s.vectors, types_r,
                reference_condition, path);
            s.current_vectors := mlops_internal.source_vector_profiles(current, s.vectors, types_c,
                current_condition, path);
        END IF;
        IF plain <> '{}' THEN
            SELECT array_agg(name), array_agg(type_r), array_agg(type_c) INTO s.columns, types_r, types_c
            FROM unnest(plain);
            s.reference := mlops_internal.source_profiles(reference, s.columns, types_r, reference_condition, false,
                path);
            s.current := mlops_internal.source_profiles(current, s.columns, types_c, current_condition, false, path);
            IF method = 'nannyml' THEN
                s.chunks := coalesce(mlops_internal.chunk_profiles(reference, s.columns, types_r, reference_condition,
                    10, path), '{}');
            END IF;
        END IF;
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.read_sources(text, text, name[], text, text, text, text) IS
    'read two sources into profiles, each once (embeddings once more), with the rights of the caller; "path" is the '
    'caller''s search path';

CREATE FUNCTION mlops_internal.drift_of_sources(s mlops_internal.sources_read, alpha float8, method text,
    correction text, min_effect float8) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    DECLARE
        preset text := method;
        level float8 := CASE WHEN preset = 'evidently' THEN 0.05 ELSE alpha END;
        vector_p_values float8[];
    BEGIN
        IF s.vectors IS NOT NULL THEN
            SELECT array_agg(d.p_value) INTO vector_p_values
            FROM mlops.embedding_report(s.vectors, s.reference_vectors, s.current_vectors) AS d;
        END IF;
        RETURN QUERY
            WITH numbers AS MATERIALIZED (
                SELECT d.*
                FROM mlops.drift_report(s.columns, s.reference, s.current, alpha, preset, correction, s.chunks,
                    vector_p_values, min_effect) AS d
                WHERE s.columns IS NOT NULL
            )
            SELECT n.* FROM numbers AS n
            UNION ALL
            SELECT d.* FROM mlops.embedding_report(
                coalesce(s.vectors, '{}'), coalesce(s.reference_vectors, '{}'), coalesce(s.current_vectors, '{}'),
                level, correction,
                CASE WHEN preset IN ('evidently', 'nannyml') THEN NULL
                     ELSE (SELECT array_agg(n.p_value) FROM numbers AS n WHERE n.verdict <> 'left_out') END) AS d;
        RETURN QUERY
            SELECT (jsonb_populate_record(NULL::mlops.column_drift,
                                          jsonb_build_object('column_name', u.name, 'verdict', 'error',
                                                             'note', u.note))).*
            FROM unnest(s.others) AS u;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_of_sources(mlops_internal.sources_read, float8, text, text, float8) IS
    'the rows of mlops.drift_report of what was read of two sources';

CREATE FUNCTION mlops_internal.drift_report(
    reference text, current text, columns name[], alpha float8, method text, correction text, reference_condition text,
    current_condition text, min_effect float8, path text) RETURNS SETOF mlops.column_drift
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM mlops_internal.check_drift_options('{}', '{}', '{}', alpha, method, correction, '{}', min_effect);
        RETURN QUERY SELECT * FROM mlops_internal.drift_of_sources(
            mlops_internal.read_sources(reference, current, columns, method, reference_condition, current_condition,
                path), alpha, method, correction, min_effect);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_report IS 'mlops.drift_report, "path" being the search path of who called it';

CREATE FUNCTION mlops.drift_report(
    reference text, current text, columns name[] DEFAULT NULL, alpha float8 DEFAULT 0.05, method text DEFAULT 'auto',
    correction text DEFAULT 'fdr_bh', reference_condition text DEFAULT NULL, current_condition text DEFAULT NULL,
    min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.drift_report(
            reference, current, columns, alpha, method, correction, reference_condition,
            current_condition, min_effect, pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.drift_report(text, text, name[], float8, text, text, text, text, float8) IS
    'which columns changed between two sources (names of relations or texts of queries), read once each with the '
    'rights of the caller; columns NULL = all; conditions are texts on the rows of either';

CREATE FUNCTION mlops.drift_report(
    reference regclass, current regclass, columns name[] DEFAULT NULL, alpha float8 DEFAULT 0.05,
    method text DEFAULT 'auto', correction text DEFAULT 'fdr_bh', reference_condition text DEFAULT NULL,
    current_condition text DEFAULT NULL, min_effect float8 DEFAULT 0.02) RETURNS SETOF mlops.column_drift
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.drift_report(
            mlops_internal.relation_name(reference), mlops_internal.relation_name(current), columns,
            alpha, method, correction, reference_condition, current_condition, min_effect,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.drift_report(regclass, regclass, name[], float8, text, text, text, text, float8) IS
    'which columns changed between two relations; see mlops.drift_report(text, text, ...)';

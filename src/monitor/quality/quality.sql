/*
 * Quality: what can be wrong with the rows themselves.
 *
 * Each check is one row of quality_checks(), which says of what columns it is, what it
 * is of a definition that it needs, how many bad windows make it bad and what it means.
 * What it takes from rows is a summary beside the others, made in the same scan
 * (../evaluate/quality_rows.sql); how it is judged stands in ../judge/quality.sql.
 */
CREATE FUNCTION mlops_internal.quality_checks() RETURNS TABLE (metric text, kinds text[], needs text[], cause text,
        k_of_n jsonb, family boolean, meaning text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 14 SET search_path = pg_catalog, pg_temp
    AS $$
        VALUES
        ('volume', NULL::text[], '{}'::text[], 'volume', '[[2, 3], [1, 1]]'::jsonb, true,
            'rows beside those of the same season'),
        ('freshness', NULL, '{}', 'volume', '[[1, 1], [1, 1]]', true,
            'seconds since the newest row, beside the usual gaps between rows'),
        ('schema', NULL, '{}', 'schema', '[[1, 1], [1, 1]]', true,
            'columns of the relation that came, went or changed their type since the monitor was defined'),
        ('missing_rate', '{number}', '{}', 'quality', '[[2, 3], [1, 1]]', true,
            'share of NULL and NaN among all rows, where there is NaN'),
        ('unseen_category', '{text}', '{}', 'quality', '[[1, 1], [1, 1]]', true,
            'share of rows with a value that was never there before'),
        ('out_of_range', '{number}', '{}', 'quality', '[[1, 1], [1, 1]]', true,
            'share of values outside the known range, widened by a tenth'),
        ('constant_column', '{number,boolean,text,time}', '{}', 'quality', '[[1, 1], [1, 1]]', true,
            '1 when all rows have one value in a column that had several, else 0'),
        ('unit_change', '{number}', '{}', 'quality', '[[1, 1], [1, 1]]', true,
            'factor of a change of unit that explains how the values changed, else 1'),
        ('clock', '{time}', '{}', 'quality', '[[1, 1], [1, 1]]', true,
            'share of times that lie in the future'),
        ('duplicate_rows', NULL, '{row_key}', 'quality', '[[1, 1], [1, 1]]', true,
            'share of rows whose row_key another row of the window has, beyond the first'),
        ('leak', '{number,boolean,text}', '{label,reference}', 'quality', '[[1, 1], [1, 1]]', false,
            'how well a feature alone tells the label: the area under the ROC curve, of numbers the correlation ratio'),
        ('type_parse', '{text}', '{}', 'quality', '[[1, 1], [1, 1]]', false,
            'share of texts that do not stand for a value of the type that "as" names'),
        ('foreign_key', '{number,text}', '{}', 'quality', '[[1, 1], [1, 1]]', false,
            'share of keys without a partner in the column that "references" names'),
        ('custom', NULL, '{}', 'quality', '[[1, 1], [1, 1]]', false,
            'what "expression" says: aggregates of the rows, or a formula over other metrics')
    $$;
COMMENT ON FUNCTION mlops_internal.quality_checks() IS
    'checks of the rows themselves: kinds of their columns (NULL: of the window), what they need, cause, bad windows '
    'that make them bad, whether they are of the family "quality", meaning';

CREATE FUNCTION mlops_internal.quality_metrics() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT array_agg(q.metric) FROM mlops_internal.quality_checks() AS q $$;
COMMENT ON FUNCTION mlops_internal.quality_metrics() IS 'names of quality_checks(), a constant to the planner';

/* Is a check judged by rules of its own, and not by bounds alone? */
CREATE FUNCTION mlops_internal.is_quality(rule jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN rule ->> 'metric' = ANY (mlops_internal.quality_metrics())
        OR rule ->> 'metric' = 'null_rate' AND NOT rule ?| '{warning,critical,alpha,size,reference}';
COMMENT ON FUNCTION mlops_internal.is_quality(jsonb) IS
    'true for checks that src/monitor/judge/quality.sql judges; null_rate is one of them without limits of its own';

CREATE FUNCTION mlops_internal.parses(value text, "as" text) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_parses';
COMMENT ON FUNCTION mlops_internal.parses(text, text) IS
    'true when a text stands for a numeric, integer, timestamp, date (ISO 8601), json or uuid';

CREATE FUNCTION mlops_internal.arithmetic(formula text, names text[], numbers float8[]) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_arithmetic';
COMMENT ON FUNCTION mlops_internal.arithmetic(text, text[], float8[]) IS
    'what a formula over metrics in brackets gives, NaN when that is not defined; error 42601 when it is none, 22023 '
    'for a name that is not among them';

/* The 0.999 quantile of the gaps between rows, from the profile of their times. */
CREATE FUNCTION mlops_internal.usual_gap(times mlops.profile) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH cell AS (
            SELECT h.n, h.upper - h.lower AS width, h.lower - lag(h.upper) OVER (ORDER BY h.lower) AS before
            FROM mlops.histogram(times) AS h
        ), gap AS (
            SELECT c.before AS seconds, 1 AS n FROM cell AS c WHERE c.before IS NOT NULL
            UNION ALL
            -- within a cell rows are taken to be evenly spread
            SELECT c.width / (c.n - 1), c.n - 1 FROM cell AS c WHERE c.n > 1
        ), ranked AS (
            SELECT g.seconds, sum(g.n) OVER (ORDER BY g.seconds DESC, g.n) - g.n AS larger, sum(g.n) OVER () AS n
            FROM gap AS g
        )
        SELECT max(r.seconds) FILTER (WHERE r.larger >= floor(0.001 * r.n)) FROM ranked AS r
    $$;
COMMENT ON FUNCTION mlops_internal.usual_gap(mlops.profile) IS
    'the gap between consecutive times that one of a thousand exceeds, in seconds; NULL with fewer than two';

CREATE FUNCTION mlops_internal.number_profile(value float8) RETURNS mlops.profile
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops.profile(u.v) FROM (VALUES (value)) AS u(v) $$;
COMMENT ON FUNCTION mlops_internal.number_profile(float8) IS 'the profile of one number';

/*
 * Keys that come again.  They are counted one by one up to 65,536 of them; of more
 * rows a part is taken that all rows of a key are in or none, by its hash: one key in
 * 8, 64, 512, 4096.  So what is counted is exact, of all keys or of that part.
 */
CREATE FUNCTION mlops_internal.repeats(VARIADIC keys mlops.profile[]) RETURNS mlops.profile
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops.profile(i > mlops.n_distinct(k.p))
        FROM (SELECT u.p FROM unnest(keys) WITH ORDINALITY AS u(p, place) WHERE mlops.is_exact(u.p)
              ORDER BY u.place LIMIT 1) AS k,
             generate_series(1, mlops.n_values(k.p)) AS i
    $$;
COMMENT ON FUNCTION mlops_internal.repeats(mlops.profile[]) IS
    'for each row of the first profile that is exact whether its key was there before, as a profile of booleans; of '
    'keys without NULL';

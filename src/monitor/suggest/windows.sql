/*
 * How long a window is, where windows begin, how long they wait, what they are compared with.
 */
/* Windows of each length that the hours make, whole ones only, with their rows. */
CREATE FUNCTION mlops_internal.past_windows(s mlops_internal.suggestion, unit text)
    RETURNS TABLE (lo timestamp, n double precision)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH counted AS MATERIALIZED (
            SELECT date_trunc(unit, h.hour AT TIME ZONE s.time_zone) AS lo, sum(h.n) AS n
            FROM unnest(s.hours, s.counts) AS h(hour, n) GROUP BY 1
        ), span AS (
            SELECT min(c.lo) AS first, max(c.lo) AS last FROM counted AS c
        )
        SELECT g, coalesce(c.n, 0)
        FROM span AS p CROSS JOIN LATERAL generate_series(p.first, p.last, ('1 ' || unit)::interval) AS g
            LEFT JOIN counted AS c ON c.lo = g
        -- the first is not whole unless its first hour has rows
        WHERE (g > p.first OR EXISTS (SELECT FROM unnest(s.hours) AS h WHERE h AT TIME ZONE s.time_zone = p.first))
          -- the last is over when its end has come, or when rows have ended
          AND (g < p.last OR (g + ('1 ' || unit)::interval) AT TIME ZONE s.time_zone <= s.now)
        ORDER BY g
    $$;
COMMENT ON FUNCTION mlops_internal.past_windows(mlops_internal.suggestion, text) IS
    'whole hours, days, weeks or months of local time from the first row to the last, with their rows';

/*
 * The F ratio of the variance of ln n between phases and within them; Paulson's
 * approximation makes it normal.
 */
CREATE FUNCTION mlops_internal.phase_deviate(n double precision[], phases integer[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH one AS (
            SELECT ln(v.n) AS y, v.phase FROM unnest(phase_deviate.n, phases) AS v(n, phase) WHERE v.n > 0
        ), of_phase AS (
            SELECT count(*) AS k, avg(y) AS m, var_pop(y) * count(*) AS w FROM one GROUP BY phase
        ), f AS (
            SELECT (sum(p.k * (p.m - (SELECT avg(y) FROM one)) ^ 2) / (count(*) - 1))
                   / greatest(sum(p.w) / nullif(sum(p.k) - count(*), 0), 1e-12) AS f, count(*) - 1.0 AS a,
                   sum(p.k) - count(*) AS b
            FROM of_phase AS p HAVING count(*) > 1 AND sum(p.k) >= 2 * count(*)
        )
        SELECT ((1 - 2 / (9 * f.b)) * cbrt(f.f::float8) - (1 - 2 / (9 * f.a)))
               / sqrt(2 / (9 * f.b) * cbrt(f.f::float8) ^ 2 + 2 / (9 * f.a)) FROM f
    $$;
COMMENT ON FUNCTION mlops_internal.phase_deviate(double precision[], integer[]) IS
    'how many standard deviations the F ratio of row counts between phases lies above what chance makes it; NULL with '
    'less than two windows a phase';

CREATE FUNCTION mlops_internal.suggest_windows(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET IntervalStyle = 'postgres'
    AS $$
    DECLARE
        unit text;
        w record;
        best record;
        deviate float8;
        phase text;
        of_phase text;
    BEGIN
        IF s.given ? 'granularity' THEN
            s := mlops_internal.propose(s, 'granularity', NULL::interval, NULL);
        ELSE
            FOREACH unit IN ARRAY '{hour,day,week,month}'::text[] LOOP
                SELECT unit AS unit, count(*) AS k, percentile_cont(0.5) WITHIN GROUP (ORDER BY p.n) AS median INTO w
                FROM mlops_internal.past_windows(s, unit) AS p;
                -- a day that is judged by merged windows when none is large enough
                IF best IS NULL OR unit = 'day' AND w.k >= 14 THEN
                    best := w;
                END IF;
                IF w.median >= 500 AND w.k >= 14 THEN
                    best := w;
                    EXIT;
                END IF;
            END LOOP;
            s := mlops_internal.propose(s, 'granularity', ('1 ' || best.unit)::interval,
                format('%s windows, the median has %s rows%s', best.k, coalesce(round(best.median), 0),
                    CASE WHEN best.median >= 500 AND best.k >= 14 THEN ': the shortest with 500 rows and 14 windows'
                         ELSE ': no length has 500 rows and 14 windows' END));
        END IF;
        SELECT p.col, p.part INTO phase, of_phase
        FROM (VALUES ('1 hour'::interval, 'hour_of_day', 'hour'),
                     ('1 day', 'day_of_week', 'isodow')) AS p (g, col, part)
        WHERE p.g = mlops_internal.chosen(s, 'granularity')::interval;
        IF FOUND THEN
            SELECT mlops_internal.phase_deviate(array_agg(p.n), array_agg(date_part(of_phase, p.lo)::integer))
            INTO deviate
            FROM mlops_internal.past_windows(s, CASE of_phase WHEN 'hour' THEN 'hour' ELSE 'day' END) AS p;
            s := mlops_internal.propose(s, 'phase', CASE WHEN deviate > 2.326 THEN phase
                     WHEN deviate <= 2.326 THEN 'none' END,
                CASE WHEN deviate > 2.326 THEN 'the number of rows differs by it, p < 0.01'
                     ELSE format('the number of rows does not differ by %s, p >= 0.01', phase) END);
        END IF;
        RETURN mlops_internal.suggest_range(s);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_windows(mlops_internal.suggestion) IS
    'granularity, phase, and which windows there are';

CREATE FUNCTION mlops_internal.suggest_range(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    AS $$
    DECLARE
        granularity CONSTANT interval := mlops_internal.chosen(s, 'granularity')::interval;
        unit CONSTANT text := CASE granularity WHEN '1 hour' THEN 'hour' WHEN '1 week' THEN 'week'
            WHEN '1 month' THEN 'month' ELSE 'day' END;
        back CONSTANT bigint := greatest(14, ceil(8 * 7 * 86400 / extract(epoch FROM ('1 ' || unit)::interval)));
        w timestamp[];
        k integer;
        upto timestamp;
    BEGIN
        SELECT array_agg(p.lo ORDER BY p.lo) INTO w FROM mlops_internal.past_windows(s, unit) AS p;
        IF w IS NULL THEN
            -- not one is over
            RETURN mlops_internal.propose(mlops_internal.propose(s, 'start_at', mlops_internal.local_instant(
                date_trunc(unit, s.hours[1] AT TIME ZONE s.time_zone), s.time_zone), 'the first row'), 'end_at',
                NULL::timestamptz, NULL);
        END IF;
        k := greatest(1, cardinality(w) - back + 1);
        upto := w[cardinality(w)] + ('1 ' || unit)::interval;
        s := mlops_internal.propose(s, 'start_at', mlops_internal.local_instant(w[k], s.time_zone),
            format('the last %s windows are there to learn from', cardinality(w) - k + 1));
        IF mlops_internal.local_instant(upto, s.time_zone) < s.now - greatest(interval '28 days',
            14 * ('1 ' || unit)::interval) THEN
            s := mlops_internal.propose(s, 'end_at', mlops_internal.local_instant(upto, s.time_zone),
                'the rows ended long ago');
        END IF;
        IF s.given ?| '{reference_relation,reference_from,reference_to}' THEN
            RETURN s;
        ELSIF k > 14 THEN
            s := mlops_internal.propose(s, 'reference_from', mlops_internal.local_instant(
                w[greatest(1, k - back)], s.time_zone), 'the time before the windows');
            RETURN mlops_internal.propose(s, 'reference_to', mlops_internal.local_instant(w[k], s.time_zone),
                'the start of the windows');
        END IF;
        s := mlops_internal.propose(s, 'reference_from', mlops_internal.local_instant(w[1], s.time_zone),
            'the oldest rows');
        RETURN mlops_internal.propose(s, 'reference_to', mlops_internal.local_instant(
            coalesce(w[(cardinality(w) + 1) / 2 + 1], upto), s.time_zone),
            'half of what there is: too little came before the windows');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_range(mlops_internal.suggestion) IS
    'start_at: the last 8 weeks, or 14 windows when that is more; end_at of rows that ended; the baseline before them';

/* How late rows are, and labels. */
CREATE FUNCTION mlops_internal.suggest_delays(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET IntervalStyle = 'postgres'
    AS $$
    DECLARE
        window_seconds CONSTANT float8 := extract(epoch FROM mlops_internal.chosen(s, 'granularity')::interval);
        arrival CONSTANT text := mlops_internal.chosen(s, 'label_time_column');
        inserted text := (SELECT min(f.name::text) FROM mlops_internal.free_columns(s) AS f
            WHERE f.nulls = 0 AND f.name ~* '^(created|inserted|ingested|loaded|received|written|logged)'
              AND mlops_internal.base_type(f.type) IN ('timestamptz'::regtype, 'timestamp'::regtype)
            HAVING count(*) = 1);
        lag float8;
    BEGIN
        IF inserted IS NOT NULL THEN
            EXECUTE format('SELECT CASE WHEN pg_catalog.avg((l.lag >= 0)::pg_catalog.int4) >= 0.999 THEN '
                'pg_catalog.percentile_cont(0.99) WITHIN GROUP (ORDER BY l.lag) END FROM (SELECT pg_catalog.date_part('
                '''epoch'', %s - %s) AS lag FROM %s AS source) AS l', mlops_internal.source_instant(inserted,
                    (SELECT f.type FROM unnest(s.facts) AS f WHERE f.name = inserted), s.time_zone), s.event, s.sample)
                INTO lag;
        END IF;
        s := mlops_internal.propose(s, 'delay', make_interval(mins => greatest(5, ceil(coalesce(lag,
            0.1 * window_seconds) / 60))::integer), CASE WHEN lag IS NOT NULL
                THEN format('99 %% of the rows were there after that, by %s', inserted) ELSE 'a tenth of a window' END);
        IF arrival IS NOT NULL THEN
            EXECUTE format('SELECT least(1.5 * pg_catalog.percentile_cont(0.99) WITHIN GROUP (ORDER BY l.lag), '
                'pg_catalog.max(l.lag) + %s) FROM (SELECT pg_catalog.date_part(''epoch'', %s - %s) AS lag '
                'FROM %s AS source) AS l', window_seconds, mlops_internal.source_instant(arrival,
                    (SELECT f.type FROM unnest(s.facts) AS f WHERE f.name = arrival), s.time_zone), s.event, s.sample)
                INTO lag;
            s := mlops_internal.propose(s, 'max_label_age', greatest(1, ceil(lag / window_seconds))
                * mlops_internal.chosen(s, 'granularity')::interval,
                'one and a half times what 99 % of the labels take, at most a window more than any took');
        END IF;
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_delays(mlops_internal.suggestion) IS 'delay and max_label_age';

/* What windows are compared with and judged by, before anything is known of their numbers. */
CREATE FUNCTION mlops_internal.suggest_comparison(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        calendars jsonb;
    BEGIN
        IF mlops_internal.chosen(s, 'granularity')::interval = '1 hour' THEN
            s := mlops_internal.propose(s, 'schedule', '*/10 * * * *'::text, 'windows are hours');
        END IF;
        SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('calendar', h.calendar)), '[]') INTO calendars
        FROM mlops.holiday AS h WHERE h.owner_oid = quote_ident(current_user)::regrole AND h.owner_name = current_user;
        RETURN mlops_internal.propose(s, 'reference',
            '[{"same_phase": 4}, {"last_year": 3}, {"baseline": true}]'::jsonb || calendars,
            'the last four windows of the same season, unless it was like that a year ago or in the reference'
            || CASE WHEN calendars <> '[]' THEN '; holidays with holidays' ELSE '' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_comparison(mlops_internal.suggestion) IS 'schedule and reference';

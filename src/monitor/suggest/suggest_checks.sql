/*
 * From what is worth checking to checks: limits from the windows that are there,
 * widened until they are quiet, tried, and alike ones of many columns made one.
 *
 * A check is quiet when it would have raised at most one alert in 60 windows.
 */
CREATE TYPE mlops_internal.tried_check AS (
    base jsonb,
    metric text,
    column_name name,
    side text,
    warning double precision,
    critical double precision,
    relative boolean,
    why text,
    "values" double precision[],
    factor double precision,
    rule jsonb,
    windows bigint,
    breaches bigint,
    alerts bigint,
    bad_at timestamptz[]
);
COMMENT ON TYPE mlops_internal.tried_check IS
    'a check of one column while its limits are sought: what it is made of, and what its last trial said';

/* Try checks of which several may be of one metric. */
CREATE FUNCTION mlops_internal.try_checks(monitor text, tries mlops_internal.tried_check[],
    caller mlops_internal.caller)
    RETURNS mlops_internal.tried_check[]
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH asked AS MATERIALIZED (
            SELECT t.*, u.place FROM unnest(tries) WITH ORDINALITY AS u(base, metric, column_name, side, warning,
                critical, relative, why, "values", factor, rule, windows, breaches, alerts, bad_at, place),
                LATERAL (SELECT u.base, u.metric, u.column_name, u.side, u.warning, u.critical, u.relative, u.why,
                    u."values", u.factor, u.rule) AS t
        ), answer AS MATERIALIZED (
            SELECT y.*
            FROM mlops_internal.rehearse(monitor, (SELECT jsonb_agg(a.rule ORDER BY a.place) FROM asked AS a), NULL,
                NULL, caller) AS r, mlops_internal.tried(r) AS y
        )
        SELECT array_agg((a.base, a.metric, y.column_name, a.side, a.warning, a.critical, a.relative, a.why,
                   coalesce(a."values", y."values"), a.factor, a.rule, y.windows, y.breaches, y.alerts,
                   y.bad_at)::mlops_internal.tried_check ORDER BY a.place, y.column_name COLLATE "C")
        FROM asked AS a JOIN answer AS y ON y.place = a.place
    $$;
REVOKE ALL ON FUNCTION mlops_internal.try_checks(text, mlops_internal.tried_check[], mlops_internal.caller)
    FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.try_checks(text, mlops_internal.tried_check[], mlops_internal.caller) IS
    'the checks with what a rehearsal says, one for each column where a check is of all';

/* How many runs of values lie beyond the warning of a check: alerts, when one window makes and ends one. */
CREATE FUNCTION mlops_internal.breach_runs(rule jsonb, "values" double precision[]) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT count(*) FILTER (WHERE r.bad AND r.bad_before IS NOT TRUE)
        FROM (SELECT b.bad, lag(b.bad) OVER (ORDER BY b.place) AS bad_before
              FROM (SELECT u.place, mlops_internal.breaches(rule -> 'warning', u.v, NULL, NULL) AS bad
                    FROM unnest("values") WITH ORDINALITY AS u(v, place)) AS b) AS r
    $$;
COMMENT ON FUNCTION mlops_internal.breach_runs(jsonb, double precision[]) IS
    'number of runs of consecutive values beyond the warning of a check';

/* The check with limits as near as they may be: widened by a quarter, and again, until it is quiet. */
CREATE FUNCTION mlops_internal.with_limits(t mlops_internal.tried_check) RETURNS mlops_internal.tried_check
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        t.rule := t.base || jsonb_strip_nulls(jsonb_build_object('column', t.column_name));
        IF t.side IS NOT NULL THEN
            FOR round IN 0..8 LOOP
                t.factor := 1.25 ^ round;
                t.rule := mlops_internal.limited_check(t.base, t.column_name, t.side, t."values", t.warning,
                    t.critical, t.relative, t.factor);
                EXIT WHEN 60 * mlops_internal.breach_runs(t.rule, t."values") <= greatest(60, cardinality(t."values"));
            END LOOP;
            -- how much further off than what matters
            t.factor := (SELECT abs(coalesce(t.rule #> '{warning,above}', t.rule #> '{warning,below}')::float8 - m)
                                / nullif(t.warning * CASE WHEN t.relative THEN abs(m) ELSE 1 END, 0)
                         FROM (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v) AS m
                               FROM unnest(t."values") AS v) AS u);
        END IF;
        RETURN t;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.with_limits(mlops_internal.tried_check) IS
    'a check of one column, with limits that its values seldom pass';

/* Bad windows that are all of one day of their month, in two months or more. */
CREATE FUNCTION mlops_internal.is_monthly(bad_at timestamptz[], time_zone text) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT count(*) >= 2 AND count(DISTINCT extract(day FROM b AT TIME ZONE time_zone)) = 1
        FROM unnest(bad_at) AS b
    $$;
COMMENT ON FUNCTION mlops_internal.is_monthly(timestamptz[], text) IS
    'true when the times are of one day of different months';

/* Checks that differ little become one of all columns; what stays loud is recorded and not judged. */
CREATE FUNCTION mlops_internal.folded_checks(tries mlops_internal.tried_check[], time_zone text) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH one AS (
            -- a limit ten times as far off as what matters finds nothing that matters
            SELECT t.*, t.alerts * 60 <= greatest(t.windows, 60) AND t.factor <= 10.5 AS quiet,
                   coalesce((t.rule #>> '{warning,above}')::float8, 1) AS far, row_number() OVER () AS place
            FROM unnest(tries) AS t
        ), grouped AS (
            SELECT o.*, o.quiet AND o.column_name IS NOT NULL
                        AND o.far <= 1.25 * min(o.far) FILTER (WHERE o.quiet) OVER (PARTITION BY o.metric) AS alike
            FROM one AS o
        ), listed AS (
            SELECT min(g.place) AS place, g.metric, max(g.why) AS why, max(g.windows) AS windows,
                   sum(g.breaches) AS breaches, sum(g.alerts) AS alerts, true AS quiet,
                   false AS monthly,
                   (array_agg(g.rule ORDER BY g.far DESC))[1] || '{"column": "*"}' AS rule, count(*) AS n
            FROM grouped AS g WHERE g.alike GROUP BY g.metric
            UNION ALL
            SELECT g.place, g.metric, g.why, g.windows, g.breaches, g.alerts, g.quiet,
                   NOT g.quiet AND mlops_internal.is_monthly(g.bad_at, time_zone),
                   CASE WHEN g.quiet THEN g.rule ELSE g.base || jsonb_strip_nulls(jsonb_build_object('column',
                       g.column_name)) END, 1
            FROM grouped AS g WHERE NOT g.alike
        )
        SELECT coalesce(jsonb_agg(jsonb_build_object('check', l.rule, 'why', l.why, 'windows', l.windows::bigint,
                   'breaches', l.breaches, 'alerts', l.alerts)
               || CASE WHEN l.monthly THEN '{"phase": "day_of_month"}' ELSE '{}' END::jsonb
               || CASE WHEN NOT l.quiet THEN '{"disabled": "unstable"}' ELSE '{}' END::jsonb ORDER BY l.place), '[]')
        FROM listed AS l
    $$;
COMMENT ON FUNCTION mlops_internal.folded_checks(mlops_internal.tried_check[], text) IS
    'checks as mlops.suggest_checks gives them';

CREATE FUNCTION mlops_internal.suggest_checks(monitor text, caller mlops_internal.caller) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m mlops.monitor := mlops_internal.own_monitor(monitor, caller);
        def mlops.monitor_version;
        tries mlops_internal.tried_check[];
    BEGIN
        SELECT * INTO def FROM mlops.monitor_version AS v WHERE v.monitor_id = m.monitor_id AND v.version = m.version;
        -- first nothing is judged: what are the numbers?
        SELECT array_agg((c.rule, c.rule ->> 'metric', NULL, c.side, c.warning, c.critical, c.relative, c.why, NULL,
                   1, c.rule, 0, 0, 0, NULL)::mlops_internal.tried_check) INTO tries
        FROM mlops_internal.check_candidates(def) AS c;
        IF tries IS NULL THEN
            RETURN '[]';
        END IF;
        tries := mlops_internal.try_checks(monitor, tries, caller);
        -- what has no past of 14 windows is not suggested
        SELECT array_agg(mlops_internal.with_limits(t)) INTO tries FROM unnest(tries) AS t
        WHERE CASE WHEN t.side IS NULL THEN t.windows > 0 ELSE cardinality(t."values") >= 14 END;
        IF tries IS NULL THEN
            RETURN '[]';
        END IF;
        -- whether they are quiet is said by the functions that alert
        RETURN mlops_internal.folded_checks(mlops_internal.try_checks(monitor, tries, caller), def.time_zone);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_checks IS 'mlops.suggest_checks on behalf of a caller';
REVOKE ALL ON FUNCTION mlops_internal.suggest_checks FROM PUBLIC;

CREATE FUNCTION mlops.suggest_checks(monitor text) RETURNS jsonb
    LANGUAGE sql VOLATILE
    RETURN mlops_internal.suggest_checks(monitor, mlops_internal.caller());
COMMENT ON FUNCTION mlops.suggest_checks IS
    'checks for a monitor from its stored windows, a list of {"check", "why", "windows", "breaches", "alerts"}: '
    'what each would have raised there; "disabled" are those that cry wolf whatever the limit';
REVOKE ALL ON FUNCTION mlops.suggest_checks FROM PUBLIC;

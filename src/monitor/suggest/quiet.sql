/*
 * Checks that cried wolf in the past are made quieter, column by column: more than one
 * alert, and more than one in 60 windows, is too loud.  A size is widened by a quarter
 * until it is not; a share gets a limit a quarter above the greatest that there was.
 */
/* How often the verdicts of windows, oldest first, would have opened an alert. */
CREATE FUNCTION mlops_internal.count_alerts(verdicts text[], rule jsonb) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        k CONSTANT integer := coalesce((rule #>> '{k_of_n,0,0}')::integer, 1);
        n CONSTANT integer := coalesce((rule #>> '{k_of_n,0,1}')::integer, 1);
        k_critical CONSTANT integer := coalesce((rule #>> '{k_of_n,1,0}')::integer, 1);
        n_critical CONSTANT integer := coalesce((rule #>> '{k_of_n,1,1}')::integer, 1);
        clear CONSTANT integer := coalesce((rule ->> 'clear')::integer, 1);
        n_clear integer := clear;
        alerts integer := 0;
    BEGIN
        FOR i IN 1 .. coalesce(cardinality(verdicts), 0) LOOP
            IF verdicts[i] = 'ok' THEN
                n_clear := n_clear + 1;
            ELSIF n_clear >= clear THEN
                -- it waits for k of n, or is news
                IF cardinality(array_positions(verdicts[greatest(1, i - n + 1) : i], 'warning'))
                   + cardinality(array_positions(verdicts[greatest(1, i - n + 1) : i], 'critical')) >= k
                   OR cardinality(array_positions(verdicts[greatest(1, i - n_critical + 1) : i], 'critical'))
                      >= k_critical THEN
                    alerts := alerts + 1;
                    n_clear := 0;
                END IF;
            ELSE
                n_clear := 0;
            END IF;
        END LOOP;
        RETURN alerts;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.count_alerts(text[], jsonb) IS
    'alerts that the verdicts of one condition in windows, oldest first, would have opened by k_of_n and clear of a '
    'check';

CREATE FUNCTION mlops_internal.quieter_checks(checks jsonb, observations jsonb)
    RETURNS TABLE (rule jsonb, why text)
    LANGUAGE plpgsql IMMUTABLE ROWS 5 SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        c record;
        wide double precision;
        wider text[];
        n integer;
    BEGIN
        FOR c IN
            SELECT r.rule, s.metric, s.column_name, s.verdicts, s.numbers, t.too_many,
                   coalesce((r.rule #>> '{size,0}')::float8, 0.05) AS size,
                   coalesce((r.rule #>> '{size,1}')::float8, 0.25) AS size_critical
            FROM (SELECT o ->> 0 AS metric, o ->> 1 AS column_name, array_agg(o ->> 4 ORDER BY o ->> 5) AS verdicts,
                         array_agg((o ->> 3)::float8 ORDER BY o ->> 5) AS numbers
                  FROM jsonb_array_elements(observations) AS o
                  WHERE o ->> 1 IS NOT NULL AND o ->> 2 IS NULL AND o ->> 4 IN ('ok', 'warning', 'critical')
                    -- what is not calibrated yet is louder than what follows
                    AND o -> 6 IS DISTINCT FROM 'false'
                    AND o ->> 0 IN ('drift', 'null_rate', 'unseen_category', 'out_of_range', 'clock')
                  GROUP BY 1, 2) AS s
            JOIN (SELECT x.rule FROM jsonb_array_elements(checks) AS x(rule)
                  WHERE x.rule ->> 'column' = '*' AND NOT x.rule ?| '{name,warning,critical}') AS r
                ON r.rule ->> 'metric' = s.metric
            CROSS JOIN LATERAL (SELECT greatest(1, cardinality(s.verdicts) / 60.0) AS too_many) AS t
            WHERE mlops_internal.count_alerts(s.verdicts, r.rule) > t.too_many
              AND NOT checks @> jsonb_build_array(jsonb_build_object('metric', s.metric, 'column', s.column_name))
            ORDER BY s.metric, s.column_name COLLATE "C"
        LOOP
            n := mlops_internal.count_alerts(c.verdicts, c.rule);
            IF c.metric = 'drift' THEN
                wide := 1;
                FOR i IN 1 .. 20 LOOP
                    wide := wide * 1.25;
                    wider := ARRAY(SELECT CASE WHEN v = 'ok' OR x < wide * c.size THEN 'ok'
                                       WHEN x < wide * c.size_critical THEN 'warning' ELSE v END
                                   FROM unnest(c.verdicts, c.numbers) WITH ORDINALITY AS u(v, x, place)
                                   ORDER BY place);
                    EXIT WHEN mlops_internal.count_alerts(wider, c.rule) <= c.too_many;
                END LOOP;
                rule := c.rule || jsonb_build_object('column', c.column_name, 'size', jsonb_build_array(
                    mlops_internal.rounded(wide * c.size, 3)::numeric,
                    mlops_internal.rounded(wide * c.size_critical, 3)::numeric));
                why := format('wider: the past would have told of it %s times', n);
            ELSE
                rule := c.rule || jsonb_build_object('column', c.column_name, 'warning', jsonb_build_object('above',
                    mlops_internal.rounded(1.25 * (SELECT max(x) FROM unnest(c.numbers) AS x), 3)::numeric));
                why := format('with a limit above what there was: the past would have told of it %s times', n);
            END IF;
            RETURN NEXT;
        END LOOP;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.quieter_checks(jsonb, jsonb) IS
    'checks of single columns, to be added to those of all, that would not have told too often in windows with these '
    'observations, as mlops_internal.rehearse returns them';

/* The observations of the stored past, as of a rehearsal. */
CREATE FUNCTION mlops_internal.past_observations(monitor_id bigint) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(jsonb_agg(jsonb_build_array(o.metric, o.column_name, o.slice_column, o.value, o.verdict,
                   o.window_lo, o.detail -> 'calibrated') ORDER BY o.window_lo, o.observation_id), '[]')
        FROM mlops.observation AS o WHERE o.monitor_id = past_observations.monitor_id AND o.rule IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.past_observations(bigint) IS
    'observations of a monitor that checks judged, each [metric, column, slice, value, verdict, window, calibrated]';
REVOKE ALL ON FUNCTION mlops_internal.past_observations(bigint) FROM PUBLIC;

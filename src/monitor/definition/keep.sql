/*
 * How much is kept.  The defaults leave what comparisons reach back for: hourly
 * windows the same hours of four weeks, daily windows two years.
 */
CREATE FUNCTION mlops_internal.kept(keep jsonb, OUT summaries integer, OUT rollup interval, OUT observations interval,
    OUT runs interval, OUT alerts interval, OUT notices interval)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        defaults CONSTANT jsonb := '{"summaries": 800, "rollup": "1 month", "observations": "3 years",
            "runs": "1 year", "alerts": "2 years", "notices": "30 days"}';
        all_keys CONSTANT jsonb := defaults || coalesce(keep, '{}');
        key text;
        span interval;
    BEGIN
        IF jsonb_typeof(coalesce(keep, '{}')) <> 'object' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'keep must be an object',
                HINT = 'Give for example {"summaries": 400, "runs": "90 days"}.';
        END IF;
        SELECT k INTO key FROM jsonb_object_keys(all_keys) AS k WHERE NOT defaults ? k LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('keep has no key "%s"', key),
                HINT = 'Keys are summaries, rollup, observations, runs, alerts and notices.';
        END IF;
        FOREACH key IN ARRAY '{rollup,observations,runs,alerts,notices}'::text[] LOOP
            BEGIN
                span := (all_keys ->> key)::interval;
            EXCEPTION WHEN invalid_datetime_format OR datetime_field_overflow OR interval_field_overflow THEN
                span := '0';
            END;
            IF key = 'rollup' AND span <> ALL ('{1 month,1 day}'::interval[]) OR span < interval '1 day' THEN
                RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                    MESSAGE = format('keep: %s cannot be %s', key, all_keys ->> key),
                    HINT = CASE key WHEN 'rollup' THEN 'It is "1 month", "1 day" or null, which drops old summaries.'
                        ELSE 'It is an interval of a day or more, or null, which keeps for ever.' END;
            END IF;
        END LOOP;
        IF (CASE jsonb_typeof(all_keys -> 'summaries')
               WHEN 'number' THEN (all_keys ->> 'summaries')::numeric NOT BETWEEN 30 AND 1000000
               ELSE jsonb_typeof(all_keys -> 'summaries') <> 'null' END) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('keep: summaries cannot be %s', all_keys ->> 'summaries'),
                HINT = 'It is a number of windows, from 30 on, or null, which keeps all.';
        END IF;
        summaries := (all_keys ->> 'summaries')::numeric;
        rollup := (all_keys ->> 'rollup')::interval;
        observations := (all_keys ->> 'observations')::interval;
        runs := (all_keys ->> 'runs')::interval;
        alerts := (all_keys ->> 'alerts')::interval;
        notices := (all_keys ->> 'notices')::interval;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.kept(jsonb) IS
    'retention of a monitor with the defaults filled in, NULL = for ever; error 22023 for what is no retention';

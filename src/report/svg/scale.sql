/*
 * scale: from values to places in a chart, and the round values that are marked there.
 * The arithmetic of steps is decimal, so that the same chart comes out everywhere.
 */
CREATE FUNCTION mlops_internal.nice_step(span float8, most integer, OUT step float8, OUT decimals integer)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        parts CONSTANT text[] := string_to_array(to_char(span / greatest(most, 1), '9.999999EEEE'), 'e');
        mantissa CONSTANT numeric := parts[1];
        exponent CONSTANT integer := parts[2];
        nice CONSTANT numeric := CASE WHEN mantissa <= 1 THEN 1 WHEN mantissa <= 2 THEN 2 WHEN mantissa <= 2.5 THEN 2.5
            WHEN mantissa <= 5 THEN 5 ELSE 10 END;
    BEGIN
        step := (nice || 'e' || exponent)::float8;
        decimals := CASE nice WHEN 2.5 THEN 1 WHEN 10 THEN -1 ELSE 0 END - exponent;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.nice_step(float8, integer) IS
    'the smallest of 1, 2, 2.5 and 5 times a power of ten that divides a span into no more than so many parts, and '
    'how many decimals it has, below 0 for whole tens';

-- what is far below a step would underflow
CREATE FUNCTION mlops_internal.in_steps(value float8, step float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN pg_catalog.abs(value) < step * 1e-9 THEN 0 ELSE value / step END;
COMMENT ON FUNCTION mlops_internal.in_steps(float8, float8) IS 'how many steps a value is from 0';

-- low and high of an axis of numbers: those that are given, or round ones around the values
CREATE FUNCTION mlops_internal.nice_range(lowest float8, highest float8, most integer, INOUT low float8,
    INOUT high float8)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        from_value CONSTANT float8 := coalesce(low, lowest, high, 0);
        to_value CONSTANT float8 := coalesce(high, highest, low, 0);
        pad CONSTANT float8 := CASE WHEN from_value = 0 THEN 1 ELSE abs(from_value) * 0.1 END;
        step CONSTANT float8 := (mlops_internal.nice_step(CASE WHEN to_value - from_value > abs(from_value) * 1e-9
            THEN to_value - from_value ELSE 2 * pad END, most)).step;
    BEGIN
        IF to_value - from_value > abs(from_value) * 1e-9 THEN
            low := coalesce(low, floor(mlops_internal.in_steps(from_value, step)) * step);
            high := coalesce(high, ceil(mlops_internal.in_steps(to_value, step)) * step);
        ELSE
            -- one value, or limits the wrong way round
            low := from_value - pad;
            high := from_value + pad;
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.nice_range(float8, float8, integer, float8, float8) IS
    'ends of an axis: those that are given, or else round ones beyond the lowest and highest value';

/* Thousands have commas; what is large or tiny is written with a letter or an exponent. */
CREATE FUNCTION mlops_internal.tick_label(value float8, top float8, decimals integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        -- digits before the point at the largest value
        digits CONSTANT integer := CASE WHEN top = 0 THEN 0
            ELSE split_part(to_char(top, '9.999999EEEE'), 'e', 2)::integer END;
        power integer := 0;
        places integer;
    BEGIN
        IF value = 0 THEN
            RETURN '0';
        ELSIF digits >= 15 OR decimals > 6 AND digits < -3 THEN
            RETURN regexp_replace(regexp_replace(ltrim(to_char(value, '9.' || repeat('9', least(15, greatest(1,
                digits + decimals))) || 'EEEE')), '\.?0*e', 'e'), 'e\+?(-?)0?', 'e\1');
        ELSIF digits >= 6 AND decimals <= -3 THEN
            power := least(12, digits / 3 * 3);
            -- no more zeros than the step has
            WHILE power > 3 AND decimals + power > 3 LOOP
                power := power - 3;
            END LOOP;
        END IF;
        places := greatest(0, decimals + power);
        RETURN to_char(round(value::numeric / ('1e' || power)::numeric, places),
            'FM999,999,999,999,999,990' || CASE WHEN places > 0 THEN '.' || repeat('0', least(places, 15)) ELSE '' END)
            || CASE power WHEN 3 THEN 'k' WHEN 6 THEN 'M' WHEN 9 THEN 'G' WHEN 12 THEN 'T' ELSE '' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.tick_label(float8, float8, integer) IS
    'a number beside an axis whose largest is top and whose step has so many decimals';

-- a value in words: four digits
CREATE FUNCTION mlops_internal.number_text(value float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        digits integer;
        written text;
    BEGIN
        IF value IN ('NaN', 'Infinity', '-Infinity') OR value = 0 THEN
            RETURN (value + 0)::text;
        END IF;
        written := ltrim(to_char(value, '9.999EEEE'));
        digits := split_part(written, 'e', 2)::integer;
        IF digits NOT BETWEEN -4 AND 14 THEN
            RETURN regexp_replace(regexp_replace(written, '\.?0*e', 'e'), 'e\+?(-?)0?', 'e\1');
        END IF;
        RETURN rtrim(to_char(round(value::numeric, greatest(0, 3 - digits)), 'FM999,999,999,999,990.9999999'), '.');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.number_text(float8) IS 'a number to read, of four digits';

/*
 * The place of a value; what is far below the span counts as none of it, which would underflow, and what is far
 * beyond it lies a thousand spans away, at the same end.
 */
CREATE FUNCTION mlops_internal.at_px(value float8, low float8, high float8, from_px float8, to_px float8)
    RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN pg_catalog.abs(value - low) < (high - low) * 1e-9 THEN from_px
        WHEN pg_catalog.abs(value - low) / 1000 > high - low THEN from_px + (to_px - from_px) * 1000
            * pg_catalog.sign(value - low)
        ELSE from_px + (to_px - from_px) * ((value - low) / (high - low)) END;
COMMENT ON FUNCTION mlops_internal.at_px(float8, float8, float8, float8, float8) IS
    'where on an axis from low to high, which reaches over these pixels, a value lies';

CREATE FUNCTION mlops_internal.number_ticks(low float8, high float8, most integer)
    RETURNS TABLE (at float8, label text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        step float8;
        decimals integer;
    BEGIN
        SELECT s.step, s.decimals INTO step, decimals FROM mlops_internal.nice_step(high - low, most) AS s;
        -- a little is forgiven to ends that were meant to be round
        RETURN QUERY SELECT t.at, mlops_internal.tick_label(t.at, greatest(abs(low), abs(high)), decimals)
            FROM generate_series(ceil(mlops_internal.in_steps(low, step) - 1e-6)::numeric,
                    floor(mlops_internal.in_steps(high, step) + 1e-6)::numeric, 1) AS i,
                LATERAL (SELECT i::float8 * step) AS t (at) ORDER BY t.at;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.number_ticks(float8, float8, integer) IS
    'round values between low and high, at most so many and one, and how they are written';

/*
 * Round times in a zone, at steps of seconds to centuries, so that labels have at least 58 pixels each.
 * Days and weeks (of Mondays) are counted from the first Monday of the calendar.
 */
CREATE FUNCTION mlops_internal.time_ticks(low float8, high float8, width float8, time_zone text)
    RETURNS TABLE (at float8, label text, context text)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        shortest CONSTANT float8 := (high - low) / greatest(1, floor(width / 58));
        origin CONSTANT timestamp := '0001-01-01';
        first CONSTANT timestamp := to_timestamp(low) AT TIME ZONE time_zone;
        last CONSTANT timestamp := to_timestamp(high) AT TIME ZONE time_zone;
        seconds CONSTANT integer[] := '{1,2,5,10,15,30,60,120,300,600,900,1800,3600,7200,10800,21600,43200,86400,172800,
            604800,1209600}';
        months CONSTANT integer[] := '{1,2,3,6,12,24,60,120,240,600,1200,2400,6000,12000,24000,60000}';
        step interval;
        start timestamp;
        month integer;
        form text;
    BEGIN
        SELECT make_interval(secs => s) INTO step FROM unnest(seconds) AS s WHERE s >= shortest ORDER BY s LIMIT 1;
        IF FOUND THEN
            start := date_bin(step, first, origin);
            form := CASE WHEN step < interval '1 minute' THEN 'HH24:MI:SS' WHEN step < interval '1 day' THEN 'HH24:MI'
                ELSE 'FMDD Mon' END;
        ELSE
            SELECT m INTO month FROM unnest(months) AS m WHERE m * 2629746.0 >= shortest ORDER BY m LIMIT 1;
            month := coalesce(month, 60000);
            step := make_interval(months => month);
            form := CASE WHEN month < 12 THEN 'Mon' ELSE 'FMYYYY' END;
            -- years and months are counted from year 0
            start := origin + make_interval(months => (extract(year FROM first)::integer * 12
                + extract(month FROM first)::integer - 1) / month * month - 12);
        END IF;
        RETURN QUERY SELECT date_part('epoch', t.at AT TIME ZONE time_zone), to_char(t.at, form),
                to_char(t.at, CASE form WHEN 'FMYYYY' THEN '' WHEN 'Mon' THEN 'FMYYYY' WHEN 'FMDD Mon' THEN 'FMYYYY'
                    ELSE 'FMDD Mon YYYY' END)
            FROM generate_series(start, last, step) AS t (at) WHERE t.at >= first ORDER BY t.at;
        IF NOT FOUND THEN
            RETURN QUERY SELECT low, to_char(first, 'HH24:MI:SS.MS'), to_char(first, 'FMDD Mon YYYY');
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.time_ticks(float8, float8, float8, text) IS
    'round times between two (seconds since 1970) on an axis that wide, as they are written in a zone, and the day or '
    'year that they are of';

-- times that calendars and their steps have room for
CREATE FUNCTION mlops_internal.chart_time(value jsonb) RETURNS float8
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE pg_catalog.jsonb_typeof(value) WHEN 'number' THEN
        CASE WHEN value::numeric BETWEEN -62135000000 AND 253370000000 THEN
            pg_catalog.round(value::numeric, 9)::float8 END
        WHEN 'string' THEN CASE WHEN pg_catalog.abs(pg_catalog.date_part('epoch', (value #>> '{}')::timestamptz)
            - 95617500000) < 157752500000 THEN pg_catalog.date_part('epoch', (value #>> '{}')::timestamptz) END END;
COMMENT ON FUNCTION mlops_internal.chart_time(jsonb) IS
    'a time in seconds since 1970, of a time as text or of such a number; NULL beyond the years 1 to 9998';

/*
 * Axes: lines across the chart and what they mean.  Of labels that would touch the
 * one before, none is written.
 */
CREATE FUNCTION mlops_internal.svg_y_axis(low float8, high float8, most integer, left_px float8, right_px float8,
    top_px float8, bottom_px float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT concat('<path class="g" d="', string_agg(concat('M', mlops_internal.px(left_px), ' ',
                mlops_internal.px(y),
                       'H', mlops_internal.px(right_px)), '' ORDER BY t.at), '"/>',
                   string_agg(mlops_internal.svg_text(left_px - 6, y + 4, t.label, 'm e'), '' ORDER BY t.at))
              FROM mlops_internal.number_ticks(low, high, most) AS t,
                   LATERAL (SELECT mlops_internal.at_px(t.at, low, high, bottom_px, top_px)) AS p (y));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_y_axis(float8, float8, integer, float8, float8, float8, float8) IS
    'lines across a chart at round values, written to their left';

CREATE FUNCTION mlops_internal.svg_x_axis(low float8, high float8, left_px float8, right_px float8, top_px float8,
    bottom_px float8) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH label AS (
                SELECT max(mlops_internal.text_width(t.label)) AS width
                  FROM mlops_internal.number_ticks(low, high, 5) AS t
            )
            SELECT concat('<path class="g" d="', string_agg(concat('M', mlops_internal.px(x), ' ',
                mlops_internal.px(top_px),
                       'V', mlops_internal.px(bottom_px)), '' ORDER BY t.at), '"/>',
                   string_agg(mlops_internal.svg_text(x, bottom_px + 14, t.label, 'm c'), '' ORDER BY t.at))
              FROM label AS w, mlops_internal.number_ticks(low, high,
                       least(10, greatest(1, floor((right_px - left_px) / (w.width + 18))::integer))) AS t,
                   LATERAL (SELECT mlops_internal.at_px(t.at, low, high, left_px, right_px)) AS p (x));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_x_axis(float8, float8, float8, float8, float8, float8) IS
    'lines down a chart at round values, written below';

CREATE FUNCTION mlops_internal.svg_time_axis(low float8, high float8, left_px float8, right_px float8, top_px float8,
    bottom_px float8, time_zone text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            WITH tick AS (
                SELECT p.x, t.label, t.context, t.context IS DISTINCT FROM lag(t.context) OVER (ORDER BY t.at) AS is_new
                  FROM mlops_internal.time_ticks(low, high, right_px - left_px, time_zone) AS t,
                       LATERAL (SELECT mlops_internal.at_px(t.at, low, high, left_px, right_px)) AS p (x)
            ),
            context AS (
                SELECT t.x, t.context, lead(t.x) OVER (ORDER BY t.x) - t.x AS room FROM tick AS t WHERE t.is_new
            )
            SELECT concat('<path class="g" d="', string_agg(concat('M', mlops_internal.px(t.x), ' ',
                mlops_internal.px(top_px),
                       'V', mlops_internal.px(bottom_px)), '' ORDER BY t.x), '"/>',
                   string_agg(mlops_internal.svg_text(t.x, bottom_px + 14, t.label, 'm c'), '' ORDER BY t.x),
                   (SELECT string_agg(mlops_internal.svg_text(c.x, bottom_px + 27, c.context, 'm c'), '' ORDER BY c.x)
                      FROM context AS c
                     WHERE c.context <> '' AND coalesce(c.room > mlops_internal.text_width(c.context) + 8, true)))
              FROM tick AS t);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.svg_time_axis(float8, float8, float8, float8, float8, float8, text) IS
    'lines down a chart at round times of a zone, written below, and under these the day or year where it changes';

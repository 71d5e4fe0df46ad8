/*
 * terminal: charts of letters, for psql.  Eighths of a block where the encoding has
 * them, else digits and number signs.
 */
CREATE FUNCTION mlops.sparkline(numbers float8[], lowest float8 DEFAULT NULL, highest float8 DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        has_blocks CONSTANT boolean := getdatabaseencoding() = 'UTF8';
        low float8;
        high float8;
    BEGIN
        -- beyond that a span would overflow
        SELECT least(greatest(coalesce(nullif(lowest, 'NaN'), min(n)), -1e300), 1e300),
               least(greatest(coalesce(nullif(highest, 'NaN'), max(n)), -1e300), 1e300) INTO low, high
            FROM unnest(numbers) AS n WHERE abs(n) <= 1e300;
        RETURN (SELECT string_agg(CASE WHEN step IS NULL THEN ' ' WHEN has_blocks THEN chr(9600 + step)
            ELSE step::text END,
                       '' ORDER BY i)
                  FROM unnest(numbers) WITH ORDINALITY AS v (n, i),
                       LATERAL (SELECT CASE WHEN v.n <> 'NaN' THEN least(8, greatest(1,
                           CASE WHEN v.n <= low THEN CASE WHEN low < high THEN 1 ELSE 4 END WHEN v.n >= high THEN 8
                                ELSE 1 + floor(mlops_internal.at_px(v.n, low, high, 0,
                                    8)) END))::integer END) AS s (step));
    END
    $$;
COMMENT ON FUNCTION mlops.sparkline(float8[], float8, float8) IS
    'numbers as a line of small bars for a terminal, from lowest to highest (those of the numbers); a blank for NULL '
    'and NaN';

CREATE FUNCTION mlops.text_bar(value float8, highest float8, width integer DEFAULT 20) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        most CONSTANT integer := least(greatest(width, 1), 500);
        eighths CONSTANT integer := CASE WHEN value = 'NaN' OR NOT highest > 0 OR highest = 'NaN' THEN NULL
            WHEN value >= highest THEN 8 * most WHEN value <= highest * 1e-9 THEN 0
            ELSE round(8 * most * (value / highest)) END;
    BEGIN
        IF getdatabaseencoding() <> 'UTF8' THEN
            RETURN repeat('#', eighths / 8);
        END IF;
        RETURN repeat(chr(9608), eighths / 8) || CASE WHEN eighths % 8 > 0 THEN chr(9616 - eighths % 8) ELSE '' END;
    END
    $$;
COMMENT ON FUNCTION mlops.text_bar(float8, float8, integer) IS
    'a bar of letters for a terminal, width letters long at the highest value; empty for what is below 0, NULL for '
    'NULL and NaN';

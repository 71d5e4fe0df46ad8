/*
 * What kind of column this is: some change whatever happens, and their drift says nothing.
 */
CREATE FUNCTION mlops_internal.unseen_share(before mlops.profile, chunk mlops.profile) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- what both together have more than what came before is new
        SELECT CASE WHEN mlops.n_distinct(chunk) > 0 THEN
            greatest(0, least(1, ((SELECT mlops.n_distinct(mlops.merge(p)) FROM unnest(ARRAY[before, chunk]) AS p)
                                  - mlops.n_distinct(before)) / mlops.n_distinct(chunk))) END
    $$;
COMMENT ON FUNCTION mlops_internal.unseen_share(mlops.profile, mlops.profile) IS
    'the share of a profile''s distinct values that another has not; an estimate where a profile is not exact';

CREATE FUNCTION mlops.column_class(chunks mlops.profile[], OUT class text, OUT why text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        whole mlops.profile := (SELECT mlops.merge(c ORDER BY place) FROM unnest(chunks) WITH ORDINALITY AS u(c, place)
                                WHERE mlops.kind(c) <> 'none');
        kind text := mlops.kind(whole);
        unseen float8;
        forward float8;
        backward float8;
        onward float8;
    BEGIN
        IF coalesce(mlops.n_values(whole), 0) = 0 THEN
            RETURN;
        END IF;
        class := 'constant';
        IF mlops.n_distinct(whole) = 1 THEN
            why := 'one value only';
            RETURN;
        END IF;
        class := 'clock';
        IF kind NOT IN ('text', 'uuid', 'boolean') AND cardinality(chunks) >= 4 THEN
            SELECT avg((p.low > p.high_before)::integer), avg((p.high < p.low_before)::integer),
                   avg((p.middle > p.middle_before)::integer) INTO forward, backward, onward
            FROM (SELECT mlops.quantile(c, 0.5) AS middle, lag(mlops.quantile(c, 0.5)) OVER w AS middle_before,
                         mlops.quantile(c, 0.05) AS low, mlops.quantile(c, 0.95) AS high,
                         lag(mlops.quantile(c, 0.05)) OVER w AS low_before,
                         lag(mlops.quantile(c, 0.95)) OVER w AS high_before
                  FROM unnest(chunks) WITH ORDINALITY AS u(c, place) WHERE mlops.n_values(c) > 0
                  WINDOW w AS (ORDER BY place)) AS p
            WHERE p.low_before IS NOT NULL;
            IF greatest(forward, backward) >= 0.9 THEN
                why := format('in %s %% of the steps all values lie %s those before',
                              round(100 * greatest(forward, backward)),
                              CASE WHEN forward >= 0.9 THEN 'above' ELSE 'below' END);
                RETURN;
            -- the last visit, say; a date of birth stays where it is
            ELSIF kind IN ('date', 'timestamp', 'timestamptz') AND onward >= 0.9 THEN
                why := format('in %s %% of the steps its median moves on', round(100 * onward));
                RETURN;
            END IF;
        ELSIF kind IN ('date', 'timestamp', 'timestamptz') THEN
            why := format('of type %s', kind);
            RETURN;
        END IF;
        class := 'text';
        IF kind = 'text' AND mlops.n_distinct(whole) > 0.5 * mlops.n_values(whole)
            AND mlops.mean_length(whole) > 30 THEN
            why := format('%s %% of the texts are different, of %s characters on average',
                          round(100 * mlops.n_distinct(whole) / mlops.n_values(whole)),
                          round(mlops.mean_length(whole)));
            RETURN;
        END IF;
        class := 'identifier';
        IF kind = 'uuid' AND mlops.n_values(whole) < 50 THEN
            why := 'of type uuid';
            RETURN;
        END IF;
        IF kind IN ('text', 'uuid', 'integer') AND mlops.n_values(whole) >= 50 THEN
            IF mlops.n_distinct(whole) >= 0.99 * mlops.n_values(whole) THEN
                why := 'nearly every row has a value of its own';
                RETURN;
            END IF;
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY s.share) INTO unseen
            FROM (SELECT mlops_internal.unseen_share(
                             mlops.merge(u.c) OVER (ORDER BY u.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                             u.c) AS share
                  FROM unnest(chunks) WITH ORDINALITY AS u(c, place) WHERE mlops.n_values(u.c) > 0) AS s;
            IF unseen >= 0.95 THEN
                why := format('%s %% of the values of a chunk were never there before', round(100 * unseen));
                RETURN;
            END IF;
        END IF;
        class := CASE WHEN kind IN ('text', 'uuid', 'boolean') THEN 'category' ELSE 'number' END;
    END
    $$;
COMMENT ON FUNCTION mlops.column_class(mlops.profile[]) IS
    'what a column is, from profiles of its chunks in the order of time: constant, clock, identifier and (free) text, '
    'whose drift says nothing, with why; number and category for all others; NULL without values';

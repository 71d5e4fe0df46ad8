-- Every function and aggregate that computes, over large data of many shapes:
-- what test/t/030_sweep.pl executes one by one with a time limit.  Needs
-- test/hostile.sql.
SET search_path = hostile;

CREATE TABLE shape (name text PRIMARY KEY, x text, y text DEFAULT 'u + 0.1 * v');
INSERT INTO shape VALUES
    ('normal', 'sqrt(-2 * ln(u)) * cos(6.283185307179586 * v)'), ('constant', '1'), ('two values', 'i % 2'),
    ('ties', 'floor(5 * u)'), ('disjoint', 'u + CASE WHEN b THEN 2 ELSE 0 END'),
    ('nearly disjoint', 'u + CASE WHEN b THEN 0.9999 ELSE 0 END'), ('huge', '(u - 0.5) * 2e300'),
    ('denormal', 'floor(1000 * u) * 5e-324'),
    ('not finite', 'CASE i % 5 WHEN 0 THEN ''NaN'' WHEN 1 THEN ''Infinity'' WHEN 2 THEN ''-Infinity'' ELSE u END'),
    ('ascending', 'i'), ('descending', '-i');
UPDATE shape SET y = x || ' * 0.99' WHERE name IN ('huge', 'denormal', 'not finite', 'ascending', 'descending');

CREATE TABLE arrays (shape text, x float8[], y float8[], p float8[]);
ALTER TABLE arrays ALTER x SET STORAGE EXTERNAL, ALTER y SET STORAGE EXTERNAL, ALTER p SET STORAGE EXTERNAL;

-- u and v are evenly spread over (0, 1) and seem random
CREATE FUNCTION make_rows(shape text, n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE hostile.%I AS
        SELECT i, b, x, y, u AS p, 1 + v AS w, left(x::text, 12) AS t, ARRAY[x, y, u] AS a
        FROM (SELECT i, b, u, (%s)::float8 AS x, (%s)::float8 AS y, v FROM (
                SELECT i, i %% 3 = 0 AS b, ((i::bigint * 2654435761) %% 4294967296 + 0.5) / 4294967296.0::float8 AS u,
                       ((i::bigint * 40503 + 12345) %% 65537 + 0.5) / 65537.0::float8 AS v
                FROM generate_series(1, %s) AS i) AS i) AS r', 'rows ' || shape,
        (SELECT s.x FROM hostile.shape AS s WHERE s.name = shape), (SELECT s.y FROM hostile.shape AS s WHERE s.name = shape), n);
    EXECUTE format('INSERT INTO hostile.arrays SELECT %L, array_agg(x ORDER BY i), array_agg(y ORDER BY i), array_agg(p ORDER BY i) FROM hostile.%I',
                   shape, 'rows ' || shape);
END
$$;

-- an argument of a transition function, by name and type; NULL: not known
CREATE FUNCTION row_argument(name text, type regtype, place bigint) RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN type <> 'jsonb'::regtype AND name IN (SELECT o.name FROM hostile.option AS o) THEN (SELECT expression FROM hostile.option AS o WHERE o.name = $1)
        WHEN name IN ('weight') THEN 'w'
        WHEN name IN ('prob', 'probability', 'relevance', 'predicted_loss') THEN 'p'
        WHEN name = 'probs' THEN 'ARRAY[p, 1 - p]'
        WHEN name = 'group_name' THEN '(i % 50)::text'
        WHEN type = 'bool'::regtype THEN 'b'
        WHEN type = 'int4'::regtype THEN 'b::int'
        WHEN type = 'float8'::regtype THEN CASE WHEN place % 2 = 0 THEN 'x' ELSE 'y' END
        WHEN type = 'text'::regtype THEN 't'
        WHEN type IN ('float8[]'::regtype, '"any"'::regtype) THEN 'a'
        WHEN type = 'float4[]'::regtype THEN 'ARRAY[p, w]::float4[]'
        ELSE (SELECT expressions[1] FROM hostile.argument AS g WHERE g.type = $2) END
$$;

-- a table for the states of each type; kept as they are, to be fetched fast
CREATE FUNCTION state_table(of_type regtype) RETURNS text LANGUAGE sql AS $$
    SELECT 'state ' || typname FROM pg_type WHERE oid = of_type
$$;
DO $$
DECLARE
    t regtype;
BEGIN
    FOR t IN SELECT DISTINCT aggtranstype FROM pg_aggregate JOIN pg_proc AS p ON p.oid = aggfnoid
                 JOIN pg_type AS s ON s.oid = aggtranstype
             WHERE pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND typnamespace = pronamespace LOOP
        EXECUTE format('CREATE TABLE hostile.%I (shape text, v %s)', hostile.state_table(t), t);
        IF t <> 'mlops.fingerprint'::regtype THEN
            EXECUTE format('ALTER TABLE hostile.%I ALTER v SET STORAGE EXTERNAL', hostile.state_table(t));
        END IF;
    END LOOP;
END
$$;

-- all rows of a shape through each transition function
CREATE FUNCTION sweep_states(shape text) RETURNS TABLE (name text, statement text) LANGUAGE sql AS $$
    SELECT a.type || ' by ' || a.transition,
           format('INSERT INTO hostile.%I SELECT %L, s FROM (SELECT hostile.state_%s(%s) AS s FROM hostile.%I) AS s WHERE s IS NOT NULL',
                  hostile.state_table(a.type), shape, a.f,
                  string_agg(coalesce(CASE WHEN arg <> '"any"'::regtype THEN NULL WHEN p.prosrc ~ '_accum_any' THEN 'b::int::int8, p' ELSE 'x, y' END,
                                      hostile.row_argument(p.proargnames[n], arg::regtype, n), 'NULL'), ', ' ORDER BY n),
                  'rows ' || shape)
    FROM (SELECT DISTINCT aggtransfn::oid AS f, aggtransfn::regprocedure::text AS transition, aggtranstype::regtype AS type
          FROM pg_aggregate JOIN pg_proc ON pg_proc.oid = aggfnoid JOIN pg_type AS s ON s.oid = aggtranstype
          WHERE pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND typnamespace = pronamespace
            AND aggtransfn::oid NOT IN (SELECT aggcombinefn::oid FROM pg_aggregate)) AS a
         JOIN pg_proc AS p ON p.oid = a.f CROSS JOIN unnest(p.proargtypes::oid[]) WITH ORDINALITY AS g (arg, n)
    WHERE n > 1
    GROUP BY a.f, a.type, a.transition ORDER BY 1
$$;

-- every function of a state, and of a state and that of the shape before, once for
-- the first state of each type
CREATE FUNCTION sweep_questions(shape text, before text) RETURNS TABLE (name text, statement text) LANGUAGE sql AS $$
    SELECT q.name, format('SELECT length(%s) FROM (SELECT v FROM hostile.%I WHERE shape = %L ORDER BY ctid LIMIT 1) AS s
                               LEFT JOIN (SELECT v AS v2 FROM hostile.%2$I WHERE shape = %L ORDER BY ctid LIMIT 1) AS s2 ON true,
                               (SELECT 1 AS i) AS one',
                          replace(replace(q.statement, '%1$s', 's.v'), '%2$s', 's2.v2'), hostile.state_table(q.type), shape, before)
    FROM hostile.question AS q WHERE EXISTS (SELECT FROM pg_aggregate WHERE aggtranstype = q.type) ORDER BY 1
$$;

-- every function of an array of numbers
CREATE FUNCTION sweep_arrays(shape text) RETURNS TABLE (name text, statement text) LANGUAGE sql AS $$
    SELECT p.oid::regprocedure::text, format('SELECT count(q::text) FROM (SELECT %s(%s) AS q FROM hostile.arrays, (SELECT 1 AS i) AS one WHERE shape = %L) AS q', p.oid::regproc,
               (SELECT string_agg(CASE WHEN arg = 'float8[]'::regtype
                                       THEN CASE WHEN p.proargnames[n] IN ('p', 'p_values', 'pvalues') THEN 'p' WHEN n % 2 = 1 THEN 'x' ELSE 'y' END
                                       ELSE coalesce((SELECT expression FROM hostile.option AS o WHERE o.name = p.proargnames[n] AND arg <> 'jsonb'::regtype),
                                                     (SELECT expressions[1] FROM hostile.argument AS g WHERE g.type = arg), 'NULL') END,
                                  ', ' ORDER BY n)
                FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS g (arg, n) WHERE n <= p.pronargs - p.pronargdefaults),
               shape)
    FROM pg_proc AS p
    WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND p.prokind = 'f' AND p.provolatile <> 'v'
      AND p.proargtypes[0] = 'float8[]'::regtype ORDER BY 1
$$;

-- Rows and values at their worst, for the tests that ask every function of the
-- extension: what is asked is found in the catalog, so a new function or type is
-- asked as soon as it exists.

CREATE SCHEMA hostile;
SET search_path = hostile;
CREATE TYPE colour AS ENUM ('red', 'green');

-- expressions over i by type: ordinary values first, then the worst
CREATE TABLE argument (type regtype PRIMARY KEY, expressions text[]);
INSERT INTO argument VALUES
    ('float8', ARRAY['(ARRAY[0.25, 0.5, 0.75])[1 + i % 3]::float8',
                     '(ARRAY[1e308, 1.7976931348623157e308, 1e307])[1 + i % 3]::float8',
                     '(ARRAY[-1e308, 1e308, 0])[1 + i % 3]::float8',
                     '(ARRAY[5e-324, 0, 2.2250738585072014e-308]::float8[])[1 + i % 3]',
                     '(ARRAY[''NaN'', ''Infinity'', ''-Infinity'', ''-0'', NULL]::float8[])[1 + i % 5]']),
    ('float4', ARRAY['(i / 7.0)::float4', '(ARRAY[3.4e38, ''NaN'', ''Infinity'', 1e-45]::float4[])[1 + i % 4]']),
    ('int4', ARRAY['(i % 2)::int', '1', '(ARRAY[2147483647, -2147483648, 0]::int[])[1 + i % 3]']),
    ('int8', ARRAY['i::bigint', '(ARRAY[9223372036854775807, -9223372036854775808, 0]::bigint[])[1 + i % 3]']),
    ('int2', ARRAY['i::int2', '(ARRAY[32767, -32768, 0]::int2[])[1 + i % 3]']),
    ('numeric', ARRAY['i / 3.0', '(ARRAY[1e400, -1e400, 1e-400, ''NaN'', ''Infinity'']::numeric[])[1 + i % 5]']),
    ('bool', ARRAY['(i % 2 = 0)', 'true', 'NULL::boolean']),
    ('text', ARRAY['(''v'' || i % 3)', '(ARRAY['''', repeat(''long'', 500), E''\u00e9\n'', NULL])[1 + i % 4]', 'md5(i::text)']),
    ('varchar', ARRAY['(''v'' || i)::varchar']), ('bpchar', ARRAY['(''v'' || i % 2)::bpchar']),
    ('name', ARRAY['(''v'' || i)::name']), ('uuid', ARRAY['md5(i::text)::uuid']),
    ('date', ARRAY['(date ''2020-01-01'' + i)',
                   '(ARRAY[''infinity'', ''-infinity'', ''4713-01-01 BC'', ''5874897-01-01'']::date[])[1 + i % 4]']),
    ('time', ARRAY['(time ''00:00'' + i * interval ''1 s'')', 'time ''24:00''']),
    ('timestamp', ARRAY['(ARRAY[''infinity'', ''-infinity'', ''294276-12-31'', ''2000-01-01'']::timestamp[])[1 + i % 4]']),
    ('timestamptz', ARRAY['(ARRAY[''infinity'', ''-infinity'', ''294276-12-31'', ''2000-01-01'']::timestamptz[])[1 + i % 4]']),
    ('float8[]', ARRAY['ARRAY[0.25, (i % 3) / 2.0]::float8[]', 'ARRAY[i, 1e308]::float8[]',
                       'ARRAY[(ARRAY[''NaN'', ''Infinity'', 5e-324, NULL]::float8[])[1 + i % 4], -1e308]',
                       '''{}''::float8[]', '''[3:4]={1,2}''::float8[]', 'ARRAY[[1,2],[3,i]]::float8[]']),
    ('float4[]', ARRAY['ARRAY[i, 2]::float4[]', 'ARRAY[''NaN'', 3.4e38]::float4[]']),
    ('text[]', ARRAY['ARRAY[''v0'', ''v1'']', 'ARRAY[NULL, '''']::text[]']),
    ('jsonb', ARRAY['''{"edges": [0.3, 0.6]}''::jsonb', '''{"categories": ["v0", "v1"]}''::jsonb', '''[1e400, null, {"edges": "x"}]''::jsonb']),
    -- the slices of a row, and bytes that are none
    ('bytea', ARRAY['mlops_internal.slice_members(ARRAY[1, 0, 2], ARRAY[''v0'', ''v1''], ''v'' || i % 3)',
                    '(ARRAY[''\x'', ''\x01'', ''\x0100000000000000ffff0100'', ''\x01000000000000000300ffff'', ''\xffffffffffffffffffffffff'']::bytea[])[1 + i % 5]',
                    '''\x010000000000000003000100''::bytea || decode(md5(i::text), ''hex'')', 'NULL::bytea']),
    ('record', ARRAY['row(i, ''x'')']), ('"any"', ARRAY['i::float8', 'i % 2, i::float8', 'i % 2, i::float8, 0.5', 'i % 2, i % 3 % 2, ''a''']),
    ('anyenum', ARRAY['(enum_range(NULL::hostile.colour))[1 + i % 2]']);

-- options must be the same in all rows, and of use
CREATE TABLE option (name text PRIMARY KEY, expression text);
INSERT INTO option VALUES
    ('budget', '100'), ('n_bins', '10'), ('bins', '10'), ('k', '5'), ('dimension', '2'), ('label_index', '1'),
    ('n_relevant', '3'), ('average', '''macro'''), ('binning', '''quantile'''), ('strategy', '''uniform'''),
    ('weighting', '''linear'''), ('gain', '''exp'''), ('edges', 'ARRAY[0.3, 0.6]::float8[]'), ('beta', '2::float8'),
    ('classes', 'ARRAY[''v0'', ''v1'', ''v2'']'), ('null_category', 'true'), ('threshold', '0.5::float8'),
    ('method', 'NULL'), ('zero_policy', 'NULL'), ('n_simulations', '9'), ('seed', '1'), ('max_points', '10'),
    ('n_resamples', '10'), ('level', '0.9'), ('alpha', '0.05'), ('fraction', '0.5'), ('max_fpr', '0.5');

-- lists of arguments for a function: each argument in turn at its worst, and all together
CREATE FUNCTION argument_lists(f oid, n_first int DEFAULT 1) RETURNS SETOF text LANGUAGE sql AS $$
    WITH item AS (
        SELECT n, CASE WHEN expression IS NULL THEN expressions ELSE ARRAY[expression] END AS e
        FROM pg_proc AS p CROSS JOIN unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n)
             LEFT JOIN hostile.argument ON type = t LEFT JOIN hostile.option AS o ON o.name = p.proargnames[n] AND t <> 'jsonb'::regtype
        WHERE p.oid = f AND n >= n_first)
    SELECT string_agg(coalesce(e[least(k, cardinality(e))], 'NULL'), ', ' ORDER BY n)
    FROM item, generate_series(1, 6) AS k GROUP BY k
    UNION
    SELECT string_agg(coalesce(CASE WHEN n = w THEN e[least(k, cardinality(e))] ELSE e[1] END, 'NULL'), ', ' ORDER BY n)
    FROM item, generate_series(2, 6) AS k, generate_series(1, 6) AS w GROUP BY k, w
    ORDER BY 1
$$;

CREATE TABLE fault (what text, sqlstate text, message text);

-- run a statement that gives one text: it, or NULL after an error; errors that no
-- user may see are noted, the others are answers
CREATE FUNCTION ask(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE statement INTO answer;
    RETURN answer;
EXCEPTION WHEN OTHERS THEN
    -- arguments of any type are told from each other, and counted, by the function
    IF SQLSTATE ~ '^(XX|58|42)' AND SQLERRM !~ 'does not take [0-9]+ arguments|^argument [0-9]+ of .* must be|^there is no metric|^summary is of type|^summaries of types ' THEN
        INSERT INTO hostile.fault VALUES (left(statement, 2000), SQLSTATE, SQLERRM);
    END IF;
    RETURN NULL;
END
$$;

-- values of each type of the extension, with what made them
CREATE TABLE value (type regtype, source text, value text, UNIQUE (type, value));

CREATE FUNCTION keep(of_type regtype, made_by text, made text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO hostile.value SELECT of_type, made_by, made WHERE made IS NOT NULL
    ON CONFLICT DO NOTHING
$$;

-- The states of all aggregates over the lists of arguments.  A state is what a
-- parallel worker or another node sends, whether or not it is ever a result, so
-- an aggregate without a final function is made of each.
CREATE FUNCTION make_states() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t record;
    list text;
    signature text;
BEGIN
    FOR t IN
        SELECT a.aggtransfn::oid AS f, a.aggtranstype::regtype AS type, min(p.oid::regprocedure::text) AS name,
               min(p.oid) AS aggregate, bool_or(p.provariadic <> 0) AS any_number
        FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = a.aggfnoid
        WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace)
          AND a.aggtransfn::oid NOT IN (SELECT aggcombinefn::oid FROM pg_aggregate)
        GROUP BY 1, 2 ORDER BY 3
    LOOP
        SELECT string_agg(format_type(arg, NULL), ', ' ORDER BY n) INTO signature
        FROM pg_proc AS p, unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (arg, n) WHERE p.oid = t.f AND n > 1;
        EXECUTE format('CREATE AGGREGATE hostile.state_%s(%s%s) (SFUNC = %s, STYPE = %s)', t.f,
                       CASE WHEN t.any_number THEN 'VARIADIC ' ELSE '' END, signature, t.f::regproc, t.type);
        FOR list IN SELECT * FROM hostile.argument_lists(t.f, 2) LOOP
            PERFORM hostile.keep(t.type, t.name || ': ' || list,
                hostile.ask(format('SELECT hostile.state_%s(%s)::text FROM generate_series(1, 12) AS i', t.f, list)));
        END LOOP;
    END LOOP;
    -- states that come out of others only
    PERFORM hostile.keep('mlops.coarse_profile', 'member of ' || v.source, m.profile::text)
    FROM hostile.value AS v, mlops_internal.member_profiles(v.value::mlops_internal.profile_set, 1) AS m
    WHERE v.type = 'mlops_internal.profile_set'::regtype;
    -- a value of any type
    INSERT INTO hostile.value
    SELECT DISTINCT ON (v.type) 'mlops.summary', 'summary of ' || v.source, v.value FROM hostile.value AS v
    WHERE EXISTS (SELECT FROM pg_cast AS c WHERE c.castsource = v.type AND c.casttarget = 'mlops.summary'::regtype)
    ORDER BY v.type, length(v.value), v.value COLLATE "C";
END
$$;

-- What can be asked of a value, %1$s: functions that take it first and whose other
-- arguments have a default, a known expression, or are of the same type, %2$s.
CREATE VIEW question AS
SELECT p.oid AS f, p.proargtypes[0]::regtype AS type, p.prorettype::regtype AS result,
       p.oid::regprocedure::text AS name,
       format('(SELECT count(*)::text || coalesce(min(q::text), '''') FROM (SELECT %s(%%1$s%s) AS q) AS q)', p.oid::regproc,
              (SELECT string_agg(', ' || CASE WHEN arg = p.proargtypes[0] THEN '%2$s' ELSE coalesce(o.expression, g.expressions[1]) END,
                                 '' ORDER BY n)
               FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (arg, n)
                    LEFT JOIN hostile.argument AS g ON g.type = arg
                    LEFT JOIN hostile.option AS o ON o.name = p.proargnames[n] AND arg <> 'jsonb'::regtype
               WHERE n BETWEEN 2 AND p.pronargs - p.pronargdefaults)) AS statement
FROM pg_proc AS p JOIN pg_type AS t ON t.oid = p.proargtypes[0]
WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND t.typnamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND t.typtype = 'b'
  AND p.prokind = 'f' AND p.provolatile <> 'v' AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
  AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (arg, n)
                  WHERE n BETWEEN 2 AND p.pronargs - p.pronargdefaults AND arg <> p.proargtypes[0]
                    AND arg NOT IN (SELECT type FROM hostile.argument));

-- ask everything of a value; results that are values themselves are kept
CREATE FUNCTION ask_everything(of_type regtype, made text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    q record;
    n bigint := 0;
    answer text;
    argument text := format('%L::%s', made, of_type);
BEGIN
    FOR q IN SELECT * FROM hostile.question WHERE type = of_type LOOP
        n := n + 1;
        answer := hostile.ask('SELECT ' || replace(replace(q.statement, '%1$s', argument), '%2$s', argument)
                              || ' FROM (SELECT 1 AS i) AS one');
        -- one row, and not NULL
        IF q.result::text ~ '^mlops(_internal)?\.' AND answer ~ '^1[a-z]' THEN
            PERFORM hostile.keep(q.result, q.name, substr(answer, 2))
            FROM pg_type WHERE oid = q.result AND typtype = 'b';
        END IF;
    END LOOP;
    RETURN n;
END
$$;

-- values that are not read again as they were written
CREATE FUNCTION unreadable() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT * FROM hostile.value LOOP
        BEGIN
            IF hostile.same(v.type, v.value) IS NOT TRUE THEN
                RETURN NEXT v.source || ' is read as another value';
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RETURN NEXT v.source || ': ' || SQLERRM;
        END;
    END LOOP;
END
$$;

CREATE FUNCTION same(of_type regtype, made text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    again text;
BEGIN
    EXECUTE format('SELECT %L::%s::text', made, of_type) INTO again;
    RETURN again = made;
END
$$;

-- every function in C, called with NULL, with arrays that hold NULL or have two dimensions, and with the least and the
-- greatest numbers: an answer or an error, and never an internal one or the end of the server
\set VERBOSITY terse
SET client_min_messages = error;
CREATE SCHEMA worst;
SET search_path = worst;
CREATE TABLE value (type regtype PRIMARY KEY, e text[]);
INSERT INTO value VALUES
    ('int8', '{NULL,1,-1,0,9223372036854775807,(-9223372036854775808)}'), ('int4', '{NULL,1,-1,0,2147483647,(-2147483648)}'),
    ('int2', '{NULL,1,-1,0,32767,(-32768)}'), ('bool', '{NULL,true,false}'), ('oid', '{NULL,10,1259}'), ('regclass', '{NULL,1259}'),
    ('float8', $${NULL,1,'NaN','Infinity','-Infinity',1e308,-1e308,5e-324}$$), ('float4', $${NULL,1,'NaN','Infinity',3e38}$$),
    ('numeric', $${NULL,1,'NaN','Infinity',1e400,-1e-400}$$), ('text', $${NULL,'x','',"repeat('x', 100000)"}$$),
    ('name', $${NULL,'x',''}$$), ('cstring', $${NULL,'x',''}$$), ('bytea', $${NULL,"'\\x'","'\\x01'","'\\xffffffffffffffffffffffffffffffffffffffff'"}$$),
    ('jsonb', $${NULL,"'{}'",'[]','null',"'{\"a\": [null, 1e400]}'"}$$), ('timestamptz', $${NULL,'infinity','-infinity','2020-01-01 00:00Z'}$$),
    ('interval', $${NULL,"'1 day'","'178000000 years'","'-1 s'"}$$), ('record', '{NULL,"row(1, NULL)",row()}'),
    ('"any"', $${NULL,1,'x'::text,NULL::text,row(1),"ARRAY[1, 2]",1.5::float8}$$), ('anyelement', $${NULL::text,1,'x'::text}$$);
INSERT INTO value
    SELECT t::regtype, ARRAY['NULL', '''{}''', '''{NULL}''', '''{{1,2},{3,4}}''', '''[5:6]={1,2}''', '''{1,NULL,3}''', '''{2147483647,-2147483648}''',
        format('array_fill(NULL::%s, ARRAY[10000])', t::regtype::oid::regtype)]
    FROM unnest('{int8[],int4[],float8[],float4[],text[],name[],oid[],bytea[],bool[],timestamptz[]}'::text[]) AS t;
UPDATE value SET e[8] = replace(e[8], '[],', ',') WHERE e[8] ~ 'array_fill';

-- one argument at its worst, the others NULL or ordinary
CREATE VIEW call AS
    SELECT DISTINCT format('SELECT count(*) FROM (SELECT %I.%I(%s) LIMIT 1) AS x', p.pronamespace::regnamespace::text, p.proname,
        string_agg(CASE WHEN a.n = w THEN a.e[least(k, cardinality(a.e))] ELSE a.e[least(b, cardinality(a.e))] END, ', ' ORDER BY a.n)) AS statement
    FROM pg_proc AS p, LATERAL (
            SELECT u.n, ARRAY(SELECT CASE WHEN u.type IN ('"any"'::regtype, 'anyelement'::regtype, 'record'::regtype) THEN coalesce(x, 'NULL')
                ELSE format('%s::%s', coalesce(x, 'NULL'), format_type(u.type, NULL)) END FROM unnest(coalesce(v.e, '{NULL}')) AS x) AS e
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (type, n) LEFT JOIN value AS v ON v.type = u.type) AS a,
        generate_series(1, 8) AS k, generate_series(1, 2) AS b, generate_series(1, p.pronargs) AS w
    WHERE p.pronamespace IN ('mlops'::regnamespace, 'mlops_internal'::regnamespace) AND p.prokind = 'f' AND p.pronargs > 0
      AND p.prolang = (SELECT l.oid FROM pg_language AS l WHERE l.lanname = 'c')
      AND 'internal'::regtype <> ALL (p.proargtypes::oid[]) AND p.prorettype <> 'trigger'::regtype
    GROUP BY p.oid, p.pronamespace, p.proname, k, w, b;

CREATE TABLE fault (statement text, state text, message text);
CREATE FUNCTION call_all() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint := 0;
    s text;
BEGIN
    FOR s IN SELECT c.statement FROM worst.call AS c ORDER BY 1 LOOP
        BEGIN
            n := n + 1;
            EXECUTE s;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE ~ '^(XX|58|42883)' THEN
                INSERT INTO worst.fault VALUES (left(s, 300), SQLSTATE, SQLERRM);
            END IF;
        END;
    END LOOP;
    RETURN n;
END $$;
SELECT call_all() > 5000 AS many;
SELECT * FROM fault ORDER BY 1;

-- the layout of slices, of which no part may lie outside, and what is no text
SELECT mlops_internal.slice_members('{2,0,2147483647,0}', '{}', 'a'::text);
SELECT mlops_internal.slice_members('{2147483647,0,0}', '{}', 'a'::text);
SELECT mlops_internal.slice_members('{1,98,0}', '{}', 'a'::text);
SELECT mlops_internal.slice_members('{1,0,2147483647}', '{a}', 'a'::text);
SELECT mlops_internal.slice_members('{1,0,1}', '{a}', 5);
SELECT mlops_internal.slice_members('{1,0,1}', '{a}', VARIADIC '{a}'::text[]);
SELECT mlops_internal.slice_members(NULL, NULL, 'a'::text);
SELECT mlops_internal.members_each(mlops_internal.slice_members('{1,0,1}', '{a}', 'a'::text));
-- where a walk begins
SELECT * FROM mlops_internal.lineage_walk(NULL, '{}', true, NULL);
SELECT * FROM mlops_internal.lineage_walk('{}', '{1,NULL}', true, NULL);
SELECT * FROM mlops_internal.lineage_walk('{}', '{}', NULL, NULL);
SELECT count(*) FROM mlops_internal.lineage_walk('{9223372036854775807,-9223372036854775808}', '{{0,-1},{9223372036854775807,-9223372036854775808}}', false, 2147483647, 9223372036854775807);
DROP SCHEMA worst CASCADE;

-- Corrupted bytes.  Whatever byte of a stored profile is changed, cut off or added, input
-- and receive refuse it; and where the checksum is made to fit, a value that is
-- accepted is safe to use.
SET TimeZone = 'UTC';
\pset null '-'
CREATE SCHEMA hostile;
CREATE TABLE hostile.good (name text, text text, bytes bytea);
INSERT INTO hostile.good SELECT name, t, decode(split_part(t, '):', 2), 'hex') FROM (VALUES
    ('float', (SELECT mlops.profile(x)::text FROM unnest(ARRAY[1.5,NULL,'NaN',-7,0,'inf']::float8[]) AS x)),
    ('float limited', (SELECT mlops.profile(i * i, 4)::text FROM generate_series(-5.5, 9) AS i)),
    ('integer', (SELECT mlops.profile(x)::text FROM unnest(ARRAY[1,1,-3,100]) AS x)),
    ('integer limited', (SELECT mlops.profile(i * i, 4)::text FROM generate_series(1, 20) AS i)),
    ('boolean', (SELECT mlops.profile(x)::text FROM unnest(ARRAY[true,false,true]) AS x)),
    ('text', (SELECT mlops.profile(x)::text FROM unnest(ARRAY['a','bcd',NULL,'','é']) AS x)),
    ('date', (SELECT mlops.profile(x)::text FROM unnest(ARRAY['2026-01-01','2025-01-01','infinity']::date[]) AS x)),
    ('time', (SELECT mlops.profile(x)::text FROM unnest(ARRAY['10:00','11:00']::time[]) AS x)),
    ('timestamptz limited', (SELECT mlops.profile('2026-01-01'::timestamptz + i * interval '1 day', 2)::text FROM generate_series(1, 9) AS i)),
    ('uuid', (SELECT mlops.profile('00000000-0000-0000-0000-000000000002'::uuid)::text)),
    ('none', (SELECT mlops_internal.profile_combine(NULL, mlops.profile(NULL::int))::text))) AS v(name, t);
INSERT INTO hostile.good SELECT 'text limited', t, decode(split_part(t, '):', 2), 'hex') FROM (SELECT mlops.profile('v' || i, 2)::text AS t FROM generate_series(1, 9) AS i) AS v;
CREATE TABLE hostile.vector AS SELECT t AS text, decode(split_part(t, '):', 2), 'hex') AS bytes FROM (SELECT mlops.profile(x)::text AS t FROM (VALUES ('{1,2}'::float8[]), ('{3,4}'), (NULL), ('{5}')) AS v(x)) AS t;
-- every flipped bit, every length, every byte more: text
CREATE FUNCTION hostile.text_refused(bytes bytea, kind text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT %L::mlops.%I', kind || ':' || encode(bytes, 'hex'), kind);
    RETURN false;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN true;
END $$;
CREATE FUNCTION hostile.flips(bytes bytea) RETURNS SETOF bytea LANGUAGE sql AS $$
    SELECT set_bit(bytes, b, 1 - get_bit(bytes, b)) FROM (SELECT i * step AS b FROM (SELECT 1 + length(bytes) / 500 AS step) AS s, generate_series(0, (length(bytes) * 8 - 1) / (1 + length(bytes) / 500)) AS i) AS f
    UNION ALL SELECT substr(bytes, 1, n * (1 + length(bytes) / 500)) FROM generate_series(0, (length(bytes) - 1) / (1 + length(bytes) / 500)) AS n
    UNION ALL SELECT bytes || '\x00' UNION ALL SELECT '\x00' || bytes $$;
SELECT name, count(*) > 30 AS many, count(*) FILTER (WHERE NOT hostile.text_refused(f, 'profile')) AS accepted FROM hostile.good, hostile.flips(bytes) AS f GROUP BY name ORDER BY name;
SELECT count(*) FILTER (WHERE NOT hostile.text_refused(f, 'vector_profile')) AS accepted FROM hostile.vector, hostile.flips(bytes) AS f;
-- other text
SELECT t, hostile.text_refused('\x', 'profile') FROM (VALUES (1)) AS v(t);
SELECT (left(text, strpos(text, ')') - 1) || ' ):' || encode(bytes, 'hex'))::mlops.profile FROM hostile.good WHERE name = 'integer';
SELECT ('profile(integer):' || encode(bytes, 'hex'))::mlops.profile FROM hostile.good WHERE name = 'integer';
SELECT ('profile(' || encode(bytes, 'hex'))::mlops.profile::text = text FROM hostile.good WHERE name = 'integer';
SELECT ('profile: ' || encode(bytes, 'hex'))::mlops.profile FROM hostile.good WHERE name = 'integer';
SELECT ('profile:zz')::mlops.profile;
-- receive: the binary form of a bytea is taken for one of a profile
CREATE TABLE hostile.received (p mlops.profile);
CREATE FUNCTION hostile.receive(bytes bytea) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    file text := current_setting('data_directory') || '/hostile.bin';
BEGIN
    EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', bytes, file);
    EXECUTE format('COPY hostile.received FROM %L (FORMAT binary)', file);
    RETURN true;
EXCEPTION WHEN invalid_binary_representation THEN
    RETURN false;
END $$;
SELECT bool_and(hostile.receive(bytes)) AS good, (SELECT bool_and(p::text IN (SELECT text FROM hostile.good)) FROM hostile.received) AS none_yet FROM hostile.good;
SELECT count(*), bool_and(p::text IN (SELECT text FROM hostile.good)) AS same FROM hostile.received;
SELECT count(*) FILTER (WHERE hostile.receive(f)) AS accepted FROM hostile.good, hostile.flips(bytes) AS f WHERE name IN ('float', 'text');
-- bytes with a checksum that fits: CRC-32C, reflected polynomial 82f63b78
CREATE TABLE hostile.crc AS SELECT array_agg(c ORDER BY i) AS t FROM (
    WITH RECURSIVE r(i, c, n) AS (SELECT i, i::bigint, 0 FROM generate_series(0, 255) AS i
        UNION ALL SELECT i, CASE WHEN c & 1 = 1 THEN (c >> 1) # x'82f63b78'::bigint ELSE c >> 1 END, n + 1 FROM r WHERE n < 8)
    SELECT i, c FROM r WHERE n = 8) AS x;
CREATE FUNCTION hostile.fit(bytes bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
    t bigint[] := (SELECT c.t FROM hostile.crc AS c);
    crc bigint := x'ffffffff'::bigint;
BEGIN
    FOR i IN 0 .. length(bytes) - 1 LOOP
        IF i NOT BETWEEN 2 AND 5 THEN
            crc := t[((crc # get_byte(bytes, i)) & 255) + 1] # (crc >> 8);
        END IF;
    END LOOP;
    crc := crc # x'ffffffff'::bigint;
    FOR i IN 0 .. 3 LOOP
        bytes := set_byte(bytes, 2 + i, ((crc >> (8 * i)) & 255)::int);
    END LOOP;
    RETURN bytes;
END $$;
SELECT bool_and(hostile.fit(bytes) = bytes) AS checksum FROM hostile.good;
DO $$
DECLARE
    good record;
    bad bytea;
    p mlops.profile;
    refused integer := 0;
    accepted integer := 0;
BEGIN
    FOR good IN SELECT * FROM hostile.good WHERE length(bytes) < 1000 LOOP
        FOR i IN 0 .. length(good.bytes) - 1 LOOP
            FOREACH bad IN ARRAY ARRAY[substr(good.bytes, 1, greatest(i, 6)), set_byte(good.bytes, i, get_byte(good.bytes, i) # 255),
                                       set_byte(good.bytes, i, get_byte(good.bytes, i) # 1), set_byte(good.bytes, i, get_byte(good.bytes, i) # 128), set_byte(good.bytes, i, 0)]
            LOOP
                BEGIN
                    p := ('profile:' || encode(hostile.fit(bad), 'hex'))::mlops.profile;
                    accepted := accepted + 1;
                    PERFORM mlops.describe(p), mlops.entropy_bounds(p), mlops.distinct_bounds(p, 0.9), mlops.unique_rate(p), mlops.quantile_bounds(p, 0.3), mlops.rank_bounds(p, 1),
                            mlops.outlier_rate(p, 'z'), mlops.sum(p), mlops.count_bounds(p, 'a'::text), p::text::mlops.profile, mlops.psi(p, good.text::mlops.profile), mlops.distance_bounds(p, p, 'ks_statistic');
                    PERFORM * FROM mlops.top_k(p, 3);
                    PERFORM * FROM mlops.histogram(p, 5);
                    PERFORM mlops_internal.profile_combine(p, good.text::mlops.profile);
                EXCEPTION WHEN invalid_text_representation THEN
                    refused := refused + 1;
                WHEN invalid_parameter_value THEN
                    NULL; -- of another kind
                END;
            END LOOP;
        END LOOP;
    END LOOP;
    RAISE NOTICE '%', CASE WHEN refused > 1000 AND accepted > 100 THEN 'refused or safe' ELSE format('%s refused, %s accepted', refused, accepted) END;
END $$;
SET client_min_messages = warning;
DROP SCHEMA hostile CASCADE;

-- Correlation and covariance: the comoments summary, correlation_matrix
-- Reference values: scipy 1.10.1 (pearsonr), exact arithmetic of numeric, corr()
\set SHOW_CONTEXT never
CREATE SCHEMA drift_comoments;
SET search_path = drift_comoments, public;

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS
    $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-12 * greatest(1, abs(b)), false) $$;

-- as a double is written, with up to 17 digits: a cast to numeric has 15 of them
CREATE FUNCTION exact(x float8) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT x::text::numeric $$;

CREATE FUNCTION correlation(c mlops.comoments, x integer, y integer) RETURNS float8 LANGUAGE sql AS
    $$ SELECT correlation FROM mlops.correlations(c) WHERE i = x AND j = y $$;
CREATE FUNCTION covariance(c mlops.comoments, x integer, y integer) RETURNS float8 LANGUAGE sql AS
    $$ SELECT covariance FROM mlops.correlations(c) WHERE i = x AND j = y $$;

-- pearsonr(a, b) = .7765802747153207
SELECT same(correlation(c, 1, 2), 0.7765802747153207) AS correlation, same(correlation(c, 2, 1), 0.7765802747153207) AS other_way,
       correlation(c, 1, 1) AS itself, mlops.n(c), mlops.n_columns(c), mlops.n_incomplete(c), mlops.n(c, 1, 2) AS n_pair,
       same(mlops.mean(c, 1), 17.0 / 6) AS mean, same(covariance(c, 1, 1), 13.0 / 6) AS variance
FROM (SELECT mlops.comoments(a, b) AS c FROM unnest('{1,2,2,3,4,5}'::int[], '{2,1,4,3,5,5}'::numeric[]) AS t (a, b)) AS state;

-- all types of numbers; columns and arrays are the same; against corr() and covar_samp()
CREATE TABLE noise AS
    SELECT i, (i::bigint * 48271 % 65537) / 65537.0::float8 AS f8, (i * 7919 % 4099)::float4 AS f4, i::bigint * 100000 AS i8,
           (i * 31 % 1000 + i / 10) AS i4, (i % 100)::smallint AS i2, (i * 104729 % 1009) / 10.0 AS num, i % 3 = 0 AS flag, 'x' || i AS word,
           CASE WHEN i % 7 <> 0 THEN sin(i) * 1000 END AS gaps, CASE WHEN i % 5 = 0 THEN cos(i) + i END AS sparse, 42 AS constant
    FROM generate_series(1, 5000) AS i;
SELECT bool_and(same(correlation, CASE i WHEN 1 THEN CASE j WHEN 1 THEN 1 WHEN 2 THEN c12 WHEN 3 THEN c13 WHEN 6 THEN c16 END
                                         WHEN 3 THEN CASE j WHEN 4 THEN c34 END WHEN 4 THEN CASE j WHEN 5 THEN c45 END END)) AS correlation,
       bool_and(same(covariance / 1e9, CASE WHEN i = 3 AND j = 4 THEN v34 / 1e9 ELSE covariance / 1e9 END)) AS covariance, count(*)
FROM (SELECT corr(f8, f4) AS c12, corr(f8, i8) AS c13, corr(f8, num::float8) AS c16, corr(i8, i4) AS c34, corr(i4, i2) AS c45, covar_samp(i8, i4) AS v34 FROM noise) AS expected,
     mlops.correlations((SELECT mlops.comoments(f8, f4, i8, i4, i2, num) FROM noise)) AS m
WHERE (i, j) IN ((1, 1), (1, 2), (1, 3), (1, 6), (3, 4), (4, 5));
SELECT bool_and(a.correlation = b.correlation AND a.covariance = b.covariance) AS array_is_row
FROM mlops.correlations((SELECT mlops.comoments(f8, i8, i4) FROM noise)) AS a
JOIN mlops.correlations((SELECT mlops.comoments(array[f8, i8, i4]) FROM noise)) AS b USING (i, j);
-- and so are arrays among columns, with values missing
SELECT count(DISTINCT c::text) AS same, min(mlops.n_columns(c)) AS columns, min(mlops.n_incomplete(c)) AS incomplete, min(mlops.n(c, 2, 4)) AS n
FROM (SELECT mlops.comoments(f8, gaps, i8, sparse, i4) AS c FROM noise
      UNION ALL SELECT mlops.comoments(f8, array[gaps, i8, sparse], i4) FROM noise
      UNION ALL SELECT mlops.comoments(array[f8, gaps, i8], array[]::float8[], array[sparse, i4]) FROM noise
      UNION ALL SELECT mlops.comoments(array[f8, gaps, i8, sparse, i4]) FROM noise) AS state;

-- missing values: each pair uses the rows that have both, as corr() does
SELECT bool_and(same(m.correlation, expected)) AS correlation, bool_and(m.n = rows) AS n, count(*)
FROM mlops.correlations((SELECT mlops.comoments(f8, gaps, sparse, i8) FROM noise)) AS m
JOIN LATERAL (
    SELECT corr(x, y) AS expected, count(x + y) AS rows
    FROM noise, LATERAL (VALUES (1, f8), (2, gaps), (3, sparse), (4, i8)) AS a (i, x), LATERAL (VALUES (1, f8), (2, gaps), (3, sparse), (4, i8)) AS b (j, y)
    WHERE a.i = m.i AND b.j = m.j) AS core ON true;
SELECT mlops.n(c), mlops.n_incomplete(c), mlops.n(c, 2, 2) AS gaps, mlops.n(c, 1, 3) AS nothing, mlops.n(c, 3, 3) AS never,
       mlops.mean(c, 3) AS mean, correlation(c, 1, 3) AS correlation, covariance(c, 3, 3) AS variance
FROM (SELECT mlops.comoments(f8, gaps, NULL::float8) AS c FROM noise) AS state;

-- far from zero: the digits that are there count
SELECT same(correlation(c, 1, 2), r) AS correlation, same(covariance(c, 1, 1), v) AS variance
FROM (SELECT mlops.comoments(x, y) AS c,
             ((count(*) * sum(x::numeric * y::numeric) - sum(x::numeric) * sum(y::numeric))
              / sqrt((count(*) * sum(x::numeric * x::numeric) - sum(x::numeric) * sum(x::numeric)) * (count(*) * sum(y::numeric * y::numeric) - sum(y::numeric) * sum(y::numeric))))::float8 AS r,
             ((sum(x::numeric * x::numeric) - sum(x::numeric) * sum(x::numeric) / count(*)) / (count(*) - 1))::float8 AS v
      FROM (SELECT 4e9 + (i * 48271 % 65537) % 1000 / 8.0::float8 AS x, -1e9 - i % 50 - (i * 48271 % 65537) % 1000 / 16.0::float8 AS y
            FROM generate_series(1, 3000) AS i) AS far) AS t;
SELECT covariance(mlops.comoments(x), 1, 1) AS variance FROM (VALUES (1e9 + 4), (1e9 + 7), (1e9 + 13), (1e9 + 16)) AS t (x);
-- a first value far from the others
SELECT same(correlation(mlops.comoments(x, y), 1, 2), corr(x, y)) AS correlation
FROM (SELECT CASE i WHEN 1 THEN 1e6 ELSE i % 10 END AS x, i::float8 AS y FROM generate_series(1, 100) AS i) AS t;

-- no rows, one row, constants, NaN and infinity
SELECT mlops.comoments(f8, i8) IS NULL AS nothing, mlops.comoments(array[f8]) IS NULL AS no_array FROM noise WHERE false;
SELECT mlops.comoments(NULL::float8[]) IS NULL AS null_arrays FROM noise;
SELECT * FROM mlops.correlations((SELECT mlops.comoments(f8, i8) FROM noise WHERE i = 1));
SELECT correlation, covariance, n FROM mlops.correlations((SELECT mlops.comoments(i4, constant) FROM noise)) WHERE j = 2;
SELECT correlation, covariance, n FROM mlops.correlations((SELECT mlops.comoments(i4, 1e9 + 0.1) FROM noise)) WHERE j = 2;
-- constant in the rows of the pair only, whatever it is elsewhere
SELECT round(correlation(c, 1, 2)::numeric, 14) AS correlation, mlops.n(c, 1, 2) AS n, correlation(c, 1, 3) IS NULL AS defined
FROM (SELECT mlops.comoments(CASE WHEN i % 3 = 0 THEN 0.1 ELSE sin(i) END, CASE WHEN i % 3 = 0 THEN cos(i) END, i) AS c FROM noise) AS state;
SELECT i, j, correlation, covariance, n FROM mlops.correlations((
    SELECT mlops.comoments(a, b, c) FROM (VALUES (1.0::float8, 2.0::float8, 1.0::float8), (2, 'NaN', 5), (4, 1, 3), (5, 3, 'Infinity')) AS t (a, b, c))) WHERE i <= j;
SELECT mlops.mean(c, 1), mlops.mean(c, 2) FROM (SELECT mlops.comoments(a, b) AS c FROM (VALUES (1.0::float8, 'NaN'::float8), (3, 1)) AS t (a, b)) AS state;

-- errors
SELECT mlops.comoments(f8, word) FROM noise;
SELECT mlops.comoments(flag) FROM noise;
SELECT mlops.comoments('1', 2);
SELECT mlops.comoments(array[[f8, i8], [1, 2]]) FROM noise;
SELECT mlops.comoments('{}'::float8[]);
SELECT mlops.comoments(array_fill(0::float8, array[1601]));
SELECT mlops.comoments(f8, array_fill(0::float8, array[1600])) FROM noise;
SELECT mlops.comoments(array_fill(0::float8, array[1600]), f8) FROM noise;
SELECT mlops.comoments(f8, array[[f8, i8], [1, 2]]) FROM noise;
SELECT mlops.comoments(f8, CASE WHEN i < 3 THEN array[f8] END) FROM noise;
SELECT mlops.comoments(f8, array[word]) FROM noise;
SELECT mlops.comoments(f8, CASE i WHEN 1 THEN array[f8] ELSE array[f8, i8] END) FROM noise WHERE i < 3;
SELECT mlops.comoments(CASE i WHEN 1 THEN array[f8] ELSE array[f8, i8] END) FROM noise WHERE i < 3;
SELECT mlops.n(mlops.comoments(f8, i8), 0, 1) FROM noise;
SELECT mlops.n(mlops.comoments(f8, i8), 1, 3) FROM noise;
SELECT mlops.merge(c) FROM (SELECT mlops.comoments(f8) AS c FROM noise UNION ALL SELECT mlops.comoments(f8, i8) FROM noise) AS t;

-- parts and the whole, order, parallel plans: the same to the bit up to eight columns, here of magnitudes that differ widely
CREATE TABLE mixed AS
    SELECT i, exp(60 * sin(i * i)) * cos(i) AS a, floor(sin(i) * 1e9) + 7e12 AS b, (i % 17) / 10.0::float8 AS c, CASE WHEN i % 7 > 0 THEN exp(40 * cos(i * 1.7)) * sin(i) END AS d,
           CASE WHEN i % 5 = 0 THEN i / 3.0::float8 END AS e, CASE i % 1000 WHEN 7 THEN -1e160 ELSE i * 1e-160 END AS f
    FROM generate_series(1, 6000) AS i;
CREATE TABLE state AS
    SELECT 'table' AS what, mlops.comoments(a, b, c, d, e, f) AS c, mlops.pearson(a, b) AS ab, mlops.pearson(d, e) AS de FROM mixed;
INSERT INTO state SELECT 'shuffled', mlops.comoments(a, b, c, d, e, f ORDER BY md5(i::text)), mlops.pearson(a, b ORDER BY md5(i::text)), mlops.pearson(d, e ORDER BY md5(i::text)) FROM mixed;
INSERT INTO state SELECT 'rising', mlops.comoments(a, b, c, d, e, f ORDER BY abs(a)), mlops.pearson(a, b ORDER BY abs(a)), mlops.pearson(d, e ORDER BY abs(d), i) FROM mixed;
INSERT INTO state SELECT 'falling', mlops.comoments(array[a, b, c, d, e, f] ORDER BY abs(a) DESC), mlops.pearson(a, b ORDER BY abs(a) DESC), mlops.pearson(d, e ORDER BY abs(d) DESC, i) FROM mixed;
INSERT INTO state
    SELECT 'parts', mlops.merge(c ORDER BY part DESC), mlops.pearson(mlops.merge(ab ORDER BY part)), mlops.pearson(mlops.merge(de ORDER BY part))
    FROM (SELECT i % 13 AS part, mlops.comoments(a, b, c, d, e, f)::text::mlops.comoments AS c, mlops.comoments(a, b) AS ab, mlops.comoments(d, e) AS de FROM mixed GROUP BY 1) AS t;
INSERT INTO state
    SELECT 'rows', mlops.merge(c ORDER BY i DESC), mlops.pearson(mlops.merge(ab ORDER BY i)), mlops.pearson(mlops.merge(de ORDER BY i))
    FROM (SELECT i, mlops.comoments(a, b, c, d, e, f) AS c, mlops.comoments(a, b) AS ab, mlops.comoments(d, e) AS de FROM mixed GROUP BY 1) AS t;
INSERT INTO state
    SELECT 'by gaps', mlops.merge(c), mlops.pearson(mlops.merge(ab)), mlops.pearson(mlops.merge(de))
    FROM (SELECT mlops.comoments(a, b, c, d, e, f) AS c, mlops.comoments(a, b) AS ab, mlops.comoments(d, e) AS de FROM mixed GROUP BY d IS NULL, e IS NULL) AS t;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 3;
EXPLAIN (COSTS OFF) SELECT mlops.comoments(a, b, c, d, e, f), mlops.pearson(a, b) FROM mixed;
INSERT INTO state VALUES ('parallel');
CREATE TABLE parallel AS SELECT mlops.comoments(a, b, c, d, e, f) AS c, mlops.pearson(a, b) AS ab, mlops.pearson(d, e) AS de FROM mixed;
UPDATE state SET (c, ab, de) = (SELECT c, ab, de FROM parallel) WHERE what = 'parallel';
SELECT count(*) AS ways, count(DISTINCT c::text) AS states, count(DISTINCT mlops_internal.comoments_send(c)) AS bytes, count(DISTINCT float8send(ab)) AS ab, count(DISTINCT float8send(de)) AS de FROM state;
SELECT i, j, count(*) AS ways, count(DISTINCT float8send(correlation)) AS correlation, count(DISTINCT float8send(covariance)) AS covariance, min(n) = max(n) AS n
FROM state, mlops.correlations(c) WHERE i <= j GROUP BY 1, 2 HAVING count(DISTINCT float8send(correlation)) <> 1 OR count(DISTINCT float8send(covariance)) <> 1 OR count(*) <> 8 ORDER BY 1, 2;
-- the values are those of exact arithmetic
SELECT same(correlation(s.c, i, j) / r, 1) AS correlation, same(covariance(s.c, i, j) / v, 1) AS covariance, mlops.n(s.c, i, j) = n AS n, i, j
FROM state AS s, (VALUES (1, 2), (2, 4), (3, 5), (4, 5)) AS p (i, j), LATERAL (
    SELECT count(*) AS n, ((count(*) * sum(x * y) - sum(x) * sum(y)) / (count(*) * (count(*) - 1)))::float8 AS v,
           ((count(*) * sum(x * y) - sum(x) * sum(y)) / (sqrt(count(*) * sum(x * x) - sum(x) * sum(x)) * sqrt(count(*) * sum(y * y) - sum(y) * sum(y))))::float8 AS r
    FROM (SELECT exact((array[a, b, c, d, e])[p.i]) AS x, exact((array[a, b, c, d, e])[p.j]) AS y FROM mixed) AS pair WHERE x + y IS NOT NULL) AS expected
WHERE what = 'table';
-- y = a x is a correlation of 1; squares beyond double precision
SELECT mlops.pearson(x, 0.1 * x) AS line, mlops.pearson(x, -3 * x) AS falling, mlops.pearson(1e12 + x, 7 * x) AS far FROM (SELECT sin(i) AS x FROM generate_series(1, 1000) AS i) AS t;
SELECT mlops.mean(c, 1), covariance(c, 1, 1), covariance(c, 1, 2), correlation(c, 1, 2), covariance(c, 2, 2)
FROM (SELECT mlops.comoments(x, y) AS c FROM (VALUES (1e200::float8, 1::float8), (3e200, 2), (2e200, 6)) AS t (x, y)) AS s;
-- of more columns, equal but for rounding
CREATE FUNCTION differences(c mlops.comoments) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FILTER (WHERE NOT same(a.correlation, b.correlation) OR NOT same(a.covariance / 1e12, b.covariance / 1e12) OR a.n <> b.n)
           + abs(count(*) - 81)
    FROM mlops.correlations(c) AS a
    JOIN mlops.correlations((SELECT mlops.comoments(f8, gaps, sparse, i8, constant, i4, i2, num, f4) FROM noise)) AS b USING (i, j)
$$;
CREATE TABLE part AS SELECT i % 13 AS part, mlops.comoments(f8, gaps, sparse, i8, constant, i4, i2, num, f4) AS c FROM noise GROUP BY 1;
SELECT differences(mlops.merge(c)) AS merged, differences(mlops.merge(c::text::mlops.comoments)) AS through_text FROM part;
SELECT differences(mlops.comoments(f8, gaps, sparse, i8, constant, i4, i2, num, f4)) AS shuffled FROM (SELECT * FROM noise ORDER BY md5(i::text)) AS t;
SELECT differences(mlops.merge(c)) AS sorted_parts
FROM (SELECT mlops.comoments(f8, gaps, sparse, i8, constant, i4, i2, num, f4) AS c FROM noise GROUP BY gaps IS NULL, sparse IS NULL) AS t;
SELECT differences(mlops.comoments(f8, gaps, sparse, i8, constant, i4, i2, num, f4)) AS parallel FROM noise;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET max_parallel_workers_per_gather;
SELECT same(correlation(mlops.comoments(f8, i8) OVER w, 1, 2), corr(f8, i8) OVER w) AS window_frame
FROM noise WHERE i <= 40 WINDOW w AS (ORDER BY i) ORDER BY i OFFSET 36;

-- correlation_matrix
SELECT column_x, column_y, round(correlation::numeric, 10) AS correlation, n
FROM mlops.correlation_matrix('noise', '{f8,gaps,constant}');
SELECT array_agg(DISTINCT column_x::text) AS numbers, count(*) FROM mlops.correlation_matrix('noise');
SELECT bool_and(same(m.correlation, expected)) AS correlation
FROM (SELECT corr(f8, sparse) AS expected FROM noise) AS core, mlops.correlation_matrix('noise', '{f8,sparse}') AS m
WHERE column_x < column_y;
CREATE DOMAIN share AS float8 CHECK (VALUE BETWEEN 0 AND 1);
CREATE TABLE "My ""Table" ("The x" share, "y;--" numeric, gone int);
INSERT INTO "My ""Table" VALUES (0.1, 1), (0.2, 2), (0.4, 4);
ALTER TABLE "My ""Table" DROP COLUMN gone;
SELECT * FROM mlops.correlation_matrix('"My ""Table"');
CREATE VIEW "view" AS SELECT "The x", -"y;--" AS y FROM "My ""Table";
SELECT * FROM mlops.correlation_matrix('"view"') WHERE column_x <> column_y;
-- more columns than a function has arguments
SELECT format('CREATE TABLE wide AS SELECT %s FROM generate_series(1, 50) AS i', string_agg(format('(i * %s %% 53)::float8 AS c%s', k, k), ', ')) AS command
FROM generate_series(1, 120) AS k \gexec
SELECT count(*) AS pairs, count(*) FILTER (WHERE column_x = column_y AND correlation = 1) AS diagonal FROM mlops.correlation_matrix('wide');
SELECT same(m.correlation, (SELECT corr(c7, c119) FROM wide)) AS correlation FROM mlops.correlation_matrix('wide') AS m WHERE column_x = 'c7' AND column_y = 'c119';
-- rank correlations: each pair as the aggregates over these two columns; a query; the order of the columns asked for
SELECT m.method, bool_and(same(c.correlation, CASE WHEN c.column_x = c.column_y THEN 1 WHEN m.method = 'spearman' THEN s ELSE k END)), count(*), min(c.n) = min(e.n) AS n
FROM unnest('{spearman,kendall}'::text[]) AS m (method), mlops.correlation_matrix('SELECT * FROM noise WHERE i < 500', '{sparse,gaps}', m.method) AS c,
     (SELECT mlops.spearman(gaps, sparse) AS s, mlops.kendall_tau_b(gaps, sparse) AS k, count(gaps + sparse) AS n FROM noise WHERE i < 500) AS e
GROUP BY 1 ORDER BY 1;
SELECT column_x, column_y, round(correlation::numeric, 10) AS correlation, n
FROM mlops.correlation_matrix('SELECT i, -i AS minus, f4, 1 AS one FROM noise WHERE i <= 20', method => 'spearman');
SELECT array_agg(column_x::text) FROM mlops.correlation_matrix('noise', '{i8,f8}') WHERE column_x = column_y;
SELECT count(*) FROM mlops.correlation_matrix('SELECT 1 AS a WHERE false', method => 'kendall');
-- categories: each pair as the aggregates over these two columns, text and booleans by default, numbers by name; NULLs are left out by pair
CREATE TABLE trait AS SELECT CASE WHEN i % 11 > 0 THEN 'w' || i % 4 END AS word, i % 3 = 0 AS flag, (i * i) % 5 AS few, i / 7.0 AS x, '2026-01-01'::date + i AS day, 'same' AS same FROM generate_series(1, 400) AS i;
SELECT m.method, bool_and(same(c.correlation, CASE m.method WHEN 'cramers_v' THEN v WHEN 'mutual_information' THEN mi ELSE nmi END)) AS as_aggregates, min(c.n) AS n, bool_and(c.n = e.n) AS rows
FROM unnest('{cramers_v,mutual_information,normalized_mutual_information}'::text[]) AS m (method), mlops.correlation_matrix('trait', '{few,word}', m.method) AS c,
     (SELECT mlops.cramers_v(word, few::text) AS v, mlops.mutual_information(word, few::text) AS mi, mlops.normalized_mutual_information(few::text, word) AS nmi, count(word) AS n FROM trait) AS e
WHERE column_x <> column_y GROUP BY 1 ORDER BY 1;
SELECT column_x, column_y, round(correlation::numeric, 9) AS correlation, n FROM mlops.correlation_matrix('trait', method => 'cramers_v');
SELECT column_x, round(correlation::numeric, 9) AS entropy FROM mlops.correlation_matrix('trait', '{flag,few}', method => 'mutual_information') WHERE column_x = column_y;
SELECT count(*) AS empty, (SELECT count(*) FROM mlops.correlation_matrix('SELECT x FROM trait', method => 'cramers_v')) AS no_category FROM mlops.correlation_matrix('SELECT ''a''::text AS a WHERE false', method => 'cramers_v');
SELECT * FROM mlops.correlation_matrix('trait', '{word,day}', 'cramers_v');
SELECT * FROM mlops.correlation_matrix('noise', method => 'phi');
SELECT * FROM mlops.correlation_matrix('noise', method => NULL);
-- nothing to correlate
CREATE TABLE empty (a int, b int);
SELECT * FROM mlops.correlation_matrix('empty');
SELECT * FROM mlops.correlation_matrix('noise', '{}');
SELECT * FROM mlops.correlation_matrix(NULL::regclass);
SELECT * FROM mlops.correlation_matrix(NULL::text);
-- errors
SELECT * FROM mlops.correlation_matrix('noise', '{f8,nothing}');
SELECT * FROM mlops.correlation_matrix('noise', '{f8,ctid}');
SELECT * FROM mlops.correlation_matrix('noise', '{f8,word}');
SELECT * FROM mlops.correlation_matrix('noise', '{f8,NULL}');
SELECT * FROM mlops.correlation_matrix('nowhere');
-- with the rights of the caller, row by row
CREATE ROLE drift_comoments_analyst;
GRANT USAGE ON SCHEMA drift_comoments TO drift_comoments_analyst;
SET ROLE drift_comoments_analyst;
SELECT * FROM mlops.correlation_matrix('drift_comoments.noise', '{f8,i8}');
RESET ROLE;
GRANT SELECT (f8, i8) ON noise TO drift_comoments_analyst;
ALTER TABLE noise ENABLE ROW LEVEL SECURITY;
CREATE POLICY some ON noise USING (i <= 100);
SET ROLE drift_comoments_analyst;
SELECT column_x, column_y, n FROM mlops.correlation_matrix('drift_comoments.noise', '{f8,i8}') WHERE column_x < column_y;
SELECT * FROM mlops.correlation_matrix('drift_comoments.noise', '{f8,i4}');
RESET ROLE;

-- stored values and hostile input
CREATE FUNCTION attempt(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    RETURN value::mlops.comoments::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || SQLERRM || ' ' || detail;
END
$$;
SELECT mlops.comoments(x) FROM (VALUES (2.0::float8), (4)) AS t (x);
SELECT value, attempt(value) FROM unnest(array[
    '', 'comoments:', 'comoments:05', 'comoments:0501', 'comoments:0601000000', 'comoments:0502000000',
    'comoments:0501000000',                                       -- no rows
    'comoments:0501000100',                                       -- rows without columns
    'comoments:05010102000101000c000000010028000000',             -- two rows
    'comoments:05010102000101000c00000001002800000000',           -- a byte too many
    'comoments:05010102000101000c0000000100280000',               -- a byte missing
    'comoments:05010102000801000c000000010028000000',             -- flag
    'comoments:05010102000401000c000000010028000000',             -- too large a value where there is none
    'comoments:05010102000102000c000000010028000000',             -- neither a sum nor none
    'comoments:05010102000101340c000000010028000000',             -- a digit beyond all
    'comoments:0501010200010100ffffffffffffffffffffffffffffffffffff7f000000010028000000', -- a total beyond all
    'comoments:0501c10c020001010004000000010014000000',           -- 1601 columns
    'comoments:0501c00c020001010004000000010014000000',           -- 1600 columns, not there
    'comoments:05018080010200010000',                             -- so many columns that the size is absurd
    'comoments:0501018080808080808080010001000000010014000000',   -- too many rows
    'comoments:05010102010101000c000000010028000000',             -- rows with gaps, no pairs
    'comoments:05010102010101000c000000010028000000010000',       -- one with nothing but zeros
    'comoments:05010102010101000c000000010028000000020000'        -- a pair has more of them than there are
    ]) AS value;
-- of many columns: flags, origins, squares, counts of pairs
WITH wide AS (SELECT mlops.comoments(array_fill(2.0::float8 + i, array[9]) || CASE i WHEN 3 THEN NULL ELSE 1.0::float8 END)::text AS v FROM generate_series(1, 3) AS i)
SELECT what, left(attempt(CASE WHEN at IS NULL THEN v WHEN at < 0 THEN left(v, at) ELSE overlay(v PLACING bytes FROM 11 + 2 * at) END), 60) AS got
FROM wide, (VALUES ('as it is', NULL, ''), ('a byte missing', -2, ''), ('flag', 5, '04'), ('origin NaN', 6, '000000000000f87f'),
                   ('origin infinite', 6, '000000000000f0ff'), ('negative square', 175, '000000000000f0bf'),
                   ('more rows of a pair than rows', 615, '02')) AS t (what, at, bytes);
SELECT mlops.n(c), mlops.n_columns(c) FROM (SELECT 'comoments:0501000000'::mlops.comoments AS c) AS state;

SET client_min_messages = warning;
REVOKE ALL ON SCHEMA drift_comoments FROM drift_comoments_analyst;
DROP SCHEMA drift_comoments CASCADE;
DROP ROLE drift_comoments_analyst;

-- What an aggregate keeps in memory obeys mlops.work_mem: beyond it there is the
-- disk, or an error that says what to do; never more memory.
CREATE SCHEMA limits;
SET search_path = limits;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE row AS
    SELECT i, i % 3 = 0 AS b, i % 2 AS k, ((i::bigint * 2654435761) % 4294967296) / 4294967296.0::float8 AS x,
           ((i::bigint * 40503) % 65536) / 65536.0::float8 AS y, md5(i::text) AS t
    FROM generate_series(1, 60000) AS i;
ANALYZE row;

CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE query;
    RETURN 'finished';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint LIKE 'Raise mlops.work_mem,%' THEN ' (with a hint)' ELSE ': ' || hint END;
END
$$;

-- every aggregate that keeps its rows, or what is distinct in them
CREATE TABLE query (n int GENERATED ALWAYS AS IDENTITY, state regtype, calls text);
INSERT INTO query (state, calls) VALUES
    ('mlops.number_pairs', 'mlops.spearman(x, y)'),
    ('mlops.categories', 'mlops.psi(t, b)'),
    ('mlops.class_confusion', 'mlops.accuracy(t, t)'),
    ('mlops.class_confusion', 'mlops.class_confusion(i, k)'),
    ('mlops.group_confusion', 'mlops.group_confusion(b, b, t)'),
    ('mlops.paired_samples', 'mlops.paired_samples(b, x, y)'),
    ('mlops.paired_samples', 'mlops.isotonic_fit(x, b, y)'),
    ('mlops.ranked_list', 'mlops.ndcg(y, x)'),
    ('mlops.weighted_errors', 'mlops.median_absolute_error(x, y, 1.5)'),
    ('mlops.class_samples', 'mlops.roc_auc_ovr(k, ARRAY[x, 1 - x])'),
    ('mlops.two_vector_samples', 'mlops.two_vector_samples(ARRAY[x, y], b)'),
    ('mlops.calibration', 'mlops.expected_calibration_error(b, x, 10, ''quantile'')');
SET mlops.work_mem = '64kB';
SELECT state, outcome(format('SELECT %s FROM limits.row', calls)) FROM query ORDER BY n;
SET mlops.work_mem = '256MB';
SELECT count(*) FROM query WHERE outcome(format('SELECT %s FROM limits.row WHERE i <= 2000', calls)) = 'finished';
RESET mlops.work_mem;
SET mlops.work_mem = '64kB';

-- those that have another way take it
SELECT outcome(format('SELECT %s FROM limits.row', calls)) FROM (VALUES
    ('mlops.roc_auc(b, x)'), ('mlops.roc_auc(b, x, y)'), ('mlops.ks_test(x, b)'), ('mlops.profile(t)'), ('mlops.profile(x)'),
    ('mlops.scores(b, x)'), ('mlops.errors(x, y)'), ('mlops.labelled_rows(ARRAY[x, y], b)'), ('mlops.log_loss(b, x)')) AS a (calls);

-- small states are no matter of it, however many: the executor counts those
SELECT count(*) FROM (SELECT mlops.spearman(x, y), mlops.accuracy(t, t), mlops.psi(t, b) FROM row GROUP BY i / 20) AS g;

-- options of an aggregate are the same in all rows
SELECT mlops.psi(t, b, i < 100) FROM row;
SELECT mlops.merge(c) IS NOT NULL AS merged FROM (SELECT mlops.categories(t, b) AS c FROM row WHERE i < 20 GROUP BY i % 3) AS s;

-- the eigenvectors of a large matrix, which are found in steps
CREATE TABLE wide AS
    SELECT mlops.comoments(ARRAY(SELECT sin(i * j) + i % j FROM generate_series(1, 300) AS j)::float8[]) AS c
    FROM generate_series(1, 400) AS i;
SELECT max(mlops.pca_error(p, ARRAY(SELECT sin(i * j) + i % j FROM generate_series(1, 300) AS j)::float8[])) < 1e-9 AS is_a_basis
FROM (SELECT mlops.pca_fit(c, 1) AS p FROM wide) AS p, generate_series(1, 20) AS i;
SELECT mlops.pca_fit(mlops.comoments(ARRAY[x, 1e308 * y, -1e308 * (1 - y)]), 0.9) FROM row;

-- what a state of another aggregate is given is an error of the caller
SELECT mlops_internal.loss_means_accum_pair(s, 1, 2, 3) FROM (SELECT mlops.loss_means(x) AS s FROM row) AS s;

SET client_min_messages = warning;
DROP SCHEMA limits CASCADE;

/*
 * Correlation and covariance of many columns: mlops.comoments.
 *
 * A row is one array, or one argument a column (up to 99).  A NULL is a missing
 * value; each pair of columns is described by the rows that have both.
 */
CREATE TYPE mlops.comoments;

CREATE FUNCTION mlops.comoments_in(cstring) RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_in';
COMMENT ON FUNCTION mlops.comoments_in(cstring) IS 'input function of mlops.comoments';

CREATE FUNCTION mlops.comoments_out(mlops.comoments) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_out';
COMMENT ON FUNCTION mlops.comoments_out(mlops.comoments) IS 'output function of mlops.comoments';

CREATE FUNCTION mlops.comoments_recv(internal) RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_recv';
COMMENT ON FUNCTION mlops.comoments_recv(internal) IS 'receive function of mlops.comoments';

CREATE FUNCTION mlops.comoments_send(mlops.comoments) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_send';
COMMENT ON FUNCTION mlops.comoments_send(mlops.comoments) IS 'send function of mlops.comoments';

CREATE TYPE mlops.comoments (
    INPUT = mlops.comoments_in,
    OUTPUT = mlops.comoments_out,
    RECEIVE = mlops.comoments_recv,
    SEND = mlops.comoments_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.comoments IS 'means and co-moments of columns: for correlation and covariance';

CREATE FUNCTION mlops.comoments_combine(state mlops.comoments, other mlops.comoments) RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_combine';
COMMENT ON FUNCTION mlops.comoments_combine(mlops.comoments, mlops.comoments) IS 'both states together; NULL is the empty state';

CREATE FUNCTION mlops.comoments_accum(state mlops.comoments, "values" float8[]) RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_accum_array';
COMMENT ON FUNCTION mlops.comoments_accum(mlops.comoments, float8[]) IS 'transition function: add a row; NULL elements are missing values, a NULL array is skipped; error 22023 when the number of elements changes';

CREATE FUNCTION mlops.comoments_accum(state mlops.comoments, VARIADIC "values" "any") RETURNS mlops.comoments
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_accum_row';
COMMENT ON FUNCTION mlops.comoments_accum(mlops.comoments, VARIADIC "any") IS 'transition function: add a row of numbers, one argument a column; NULL is a missing value; error 22023 for an argument that is no number';

CREATE AGGREGATE mlops.comoments("values" float8[]) (
    SFUNC = mlops.comoments_accum, STYPE = mlops.comoments,
    COMBINEFUNC = mlops.comoments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.comoments(float8[]) IS 'means and co-moments of the elements, up to 1600; NULL elements are missing values, NULL arrays are skipped; error 22023 when the number of elements changes; NULL without a row';

CREATE AGGREGATE mlops.comoments(VARIADIC "values" "any") (
    SFUNC = mlops.comoments_accum, STYPE = mlops.comoments,
    COMBINEFUNC = mlops.comoments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.comoments(VARIADIC "any") IS 'means and co-moments of the arguments, up to 99 of type smallint, integer, bigint, real, double precision or numeric (else error 22023); NULLs are missing values; NULL without a row';

CREATE AGGREGATE mlops.merge(comoments mlops.comoments) (
    SFUNC = mlops.comoments_combine, STYPE = mlops.comoments,
    COMBINEFUNC = mlops.comoments_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.comoments) IS 'co-moments of all rows together; NULLs are skipped; error 22023 when the numbers of columns differ; NULL without a value';

CREATE FUNCTION mlops.n(state mlops.comoments) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_n';
COMMENT ON FUNCTION mlops.n(mlops.comoments) IS 'number of rows, with and without missing values';

CREATE FUNCTION mlops.n_incomplete(state mlops.comoments) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_n_incomplete';
COMMENT ON FUNCTION mlops.n_incomplete(mlops.comoments) IS 'number of rows with a missing value';

CREATE FUNCTION mlops.n_columns(state mlops.comoments) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_n_columns';
COMMENT ON FUNCTION mlops.n_columns(mlops.comoments) IS 'number of columns';

CREATE FUNCTION mlops.n(state mlops.comoments, i integer, j integer) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_n_pair';
COMMENT ON FUNCTION mlops.n(mlops.comoments, integer, integer) IS 'number of rows that have both column i and column j; columns are numbered from 1, others: error 22023';

CREATE FUNCTION mlops.mean(state mlops.comoments, i integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_mean';
COMMENT ON FUNCTION mlops.mean(mlops.comoments, integer) IS 'mean of column i over the rows that have it; NULL when there are none, NaN when it contains NaN or infinity; columns are numbered from 1, others: error 22023';

CREATE FUNCTION mlops.covariance(state mlops.comoments, i integer, j integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_covariance';
COMMENT ON FUNCTION mlops.covariance(mlops.comoments, integer, integer) IS 'sample covariance (divisor n - 1) of columns i and j over the rows that have both, the variance for i = j; NULL when there are fewer than two, NaN when one contains NaN or infinity; columns are numbered from 1, others: error 22023';

CREATE FUNCTION mlops.correlation(state mlops.comoments, i integer, j integer) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_correlation';
COMMENT ON FUNCTION mlops.correlation(mlops.comoments, integer, integer) IS 'Pearson''s correlation of columns i and j over the rows that have both; NULL when there are fewer than two or one column is constant in them, NaN when one contains NaN or infinity; columns are numbered from 1, others: error 22023';

CREATE FUNCTION mlops.correlations(state mlops.comoments)
    RETURNS TABLE (i integer, j integer, correlation float8, covariance float8, n bigint)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_comoments_correlations';
COMMENT ON FUNCTION mlops.correlations(mlops.comoments) IS 'for all columns i and j, both ways and with themselves: correlation and sample covariance over the n rows that have both; NULL where undefined (see correlation and covariance)';

CREATE FUNCTION mlops.correlation_matrix(relation regclass, columns name[] DEFAULT NULL)
    RETURNS TABLE (column_x name, column_y name, correlation float8, n bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        number_types CONSTANT oid[] := array['int2', 'int4', 'int8', 'float4', 'float8', 'numeric']::regtype[];
        problem record;
        values_of text;
        moments mlops.comoments;
    BEGIN
        IF relation IS NULL THEN
            RETURN;
        END IF;
        IF columns IS NULL THEN
            columns := array(
                SELECT a.attname
                FROM pg_attribute AS a
                LEFT JOIN pg_type AS t ON t.oid = a.atttypid AND t.typtype = 'd'
                WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
                  AND coalesce(nullif(t.typbasetype, 0), a.atttypid) = ANY (number_types)
                ORDER BY a.attnum);
        END IF;
        SELECT c.name, a.attname IS NULL AS unknown, format_type(a.atttypid, a.atttypmod) AS type
        INTO problem
        FROM unnest(columns) WITH ORDINALITY AS c (name, place)
        LEFT JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_type AS t ON t.oid = a.atttypid AND t.typtype = 'd'
        WHERE a.attname IS NULL OR coalesce(nullif(t.typbasetype, 0), a.atttypid) <> ALL (number_types)
        ORDER BY c.place
        LIMIT 1;
        IF array_position(columns, NULL) IS NOT NULL THEN
            RAISE EXCEPTION USING
                ERRCODE = 'null_value_not_allowed',
                MESSAGE = 'columns must not contain NULL';
        ELSIF problem.unknown THEN
            RAISE EXCEPTION USING
                ERRCODE = 'undefined_column',
                MESSAGE = format('column "%s" of relation "%s" does not exist', problem.name, relation);
        ELSIF NOT problem.unknown THEN
            RAISE EXCEPTION USING
                ERRCODE = 'datatype_mismatch',
                MESSAGE = format('column "%s" of relation "%s" is of type %s, not a number', problem.name, relation, problem.type),
                HINT = 'Leave it out, or use a view that turns it into a number.';
        END IF;
        IF cardinality(columns) > 1600 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'too_many_columns',
                MESSAGE = 'cannot correlate more than 1600 columns';
        ELSIF cardinality(columns) = 0 THEN
            RETURN;
        END IF;

        SELECT string_agg(format('%I::pg_catalog.float8', c.name), ', ' ORDER BY c.place)
        INTO values_of
        FROM unnest(columns) WITH ORDINALITY AS c (name, place);
        IF cardinality(columns) > 99 THEN
            values_of := format('ARRAY[%s]', values_of);
        END IF;
        EXECUTE format('SELECT mlops.comoments(%s) FROM %s', values_of, relation) INTO moments;
        RETURN QUERY
            SELECT columns[m.i], columns[m.j], m.correlation, m.n FROM mlops.correlations(moments) AS m;
    END
    $$;
COMMENT ON FUNCTION mlops.correlation_matrix(regclass, name[]) IS 'Pearson''s correlation of all pairs of columns of a relation, both ways and with themselves, read with the rights of the caller; columns NULL: all of type smallint, integer, bigint, real, double precision, numeric or a domain over these; n: rows in which neither is NULL; correlation NULL when n < 2 or a column is constant in these rows, NaN when one contains NaN or infinity; unknown column: error 42703, not a number: 42804; no rows when the relation is empty';

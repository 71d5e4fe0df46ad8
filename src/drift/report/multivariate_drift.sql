/*
 * multivariate_drift: all columns of two sources together, in one row.
 *
 * Columns become numbers: numbers as they are, booleans 0 and 1, times seconds
 * since 1970, text the share of its value in the reference.  NaN and infinity are
 * missing values, as NULL is.  One array column is an embedding.
 *
 * The sources are read with the rights and the search path of the caller; the
 * statements themselves name everything with its schema.
 */
CREATE FUNCTION mlops_internal.feature_columns(reference text, current text, columns name[], path text)
    RETURNS TABLE (name name, kind text, type oid)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        bad record;
    BEGIN
        SELECT r.name, r.type_name AS reference_type, c.type_name AS current_type, r.kind AS reference_kind,
            c.kind AS current_kind INTO bad
        FROM (SELECT s.place, s.name, s.type_name,
              coalesce(mlops_internal.column_kind(s.type),
                       CASE WHEN mlops_internal.is_embedding(s.type) THEN 'embedding' END) AS kind
              FROM mlops_internal.source_columns(reference, path, columns) AS s) AS r
        JOIN (SELECT s.name, s.type_name,
              coalesce(mlops_internal.column_kind(s.type),
                       CASE WHEN mlops_internal.is_embedding(s.type) THEN 'embedding' END) AS kind
              FROM mlops_internal.source_columns(current, path, columns) AS s) AS c ON c.name = r.name
        WHERE columns IS NOT NULL
          AND (r.kind IS NULL OR r.kind IS DISTINCT FROM c.kind OR (r.kind = 'embedding' AND cardinality(columns) > 1))
        ORDER BY r.place LIMIT 1;
        IF bad.reference_kind = 'embedding' AND bad.current_kind = 'embedding' THEN
            RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                MESSAGE = format('column "%s" is an array and must be the only column', bad.name);
        ELSIF bad.name IS NOT NULL AND bad.reference_kind IS DISTINCT FROM bad.current_kind THEN
            RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                MESSAGE =
                    format('column "%s" is of type %s in the reference and %s in the current data', bad.name,
                           bad.reference_type, bad.current_type);
        ELSIF bad.name IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch',
                MESSAGE =
                    format('column "%s" is of type %s, not a number, boolean, time or text', bad.name,
                           bad.reference_type),
                HINT = 'Leave it out, or use a query that turns it into a number.';
        END IF;
        RETURN QUERY
            SELECT r.name, k.kind, r.type
            FROM mlops_internal.source_columns(reference, path, columns) AS r
            JOIN mlops_internal.source_columns(current, path, columns) AS c ON c.name = r.name
            CROSS JOIN LATERAL
                (SELECT CASE WHEN columns IS NOT NULL AND mlops_internal.is_embedding(r.type) THEN 'embedding'
                 ELSE mlops_internal.column_kind(r.type) END AS kind) AS k
            WHERE k.kind = 'embedding' OR k.kind = mlops_internal.column_kind(c.type)
            ORDER BY r.place;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'the sources have no column in common that can be compared',
                HINT = 'Columns are matched by name; an array column must be named.';
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.feature_columns(text, text, name[], text) IS
    'the columns that two sources are compared by, with their kind (see mlops_internal.column_kind, or embedding) and '
    'their type in the reference; columns NULL: all that both have with the same kind';

CREATE FUNCTION mlops_internal.feature_expression(name name, kind text, type oid, place bigint) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE kind
            WHEN 'embedding' THEN
                format('source.%I::pg_catalog.%s[]', name,
                       CASE WHEN mlops_internal.base_type(type) = 'float8[]'::regtype THEN 'float8' ELSE 'float4' END)
            WHEN 'text' THEN format(
                'CASE WHEN source.%1$I IS NULL THEN $2[%2$s] ELSE coalesce(($1[%2$s] '
                'OPERATOR(pg_catalog.->>) source.%1$I::pg_catalog.text)::pg_catalog.float8, 0) END', name, place)
            WHEN 'boolean' THEN format('source.%I::pg_catalog.bool::pg_catalog.int4::pg_catalog.float8', name)
            ELSE format('mlops_internal.finite(%s)', CASE kind
                WHEN 'time' THEN
                    format('pg_catalog.date_part(''epoch'', source.%I::%s)', name,
                           mlops_internal.base_type(type)::regtype)
                ELSE format('source.%I::pg_catalog.float8', name) END)
        END
    $$;
COMMENT ON FUNCTION mlops_internal.feature_expression(name, text, oid, bigint) IS
    'a column of a source as a number; of text, $1[place] has the share of each value and $2[place] that of the most '
    'frequent one';

CREATE FUNCTION mlops_internal.category_shares(
        source text, column_name name, path text, OUT shares jsonb, OUT top_share float8)
    RETURNS record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF source IS NULL THEN
            RETURN;
        END IF;
        PERFORM set_config('search_path', path, true);
        EXECUTE pg_catalog.format(
            'SELECT pg_catalog.jsonb_object_agg(g.value, g.share), pg_catalog.max(g.share)
             FROM (SELECT v.value,
                          -- NULL counts as the most frequent value
                          (v.n OPERATOR(pg_catalog.+)
                           CASE WHEN v.rank OPERATOR(pg_catalog.=) 1 THEN v.n_null ELSE 0 END)::pg_catalog.float8
                          OPERATOR(pg_catalog./) v.total AS share
                   FROM (SELECT c.value, c.n,
                                pg_catalog.row_number() OVER (
                                    ORDER BY c.value IS NULL, c.n DESC, c.value COLLATE pg_catalog."C") AS rank,
                                coalesce(pg_catalog.sum(c.n) FILTER (WHERE c.value IS NULL) OVER (),
                                         0)::pg_catalog.int8 AS n_null,
                                pg_catalog.sum(c.n) OVER () AS total
                         FROM (SELECT source.%1$I::pg_catalog.text AS value, pg_catalog.count(*) AS n
                               FROM %2$s GROUP BY 1) AS c) AS v
                   WHERE v.value IS NOT NULL AND v.rank OPERATOR(pg_catalog.<=) 10000) AS g',
            column_name, mlops_internal.source_item(source)) INTO shares, top_share;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.category_shares(text, name, text) IS
    'the share of each of the 10,000 most frequent values of a column as text, NULL counted as the most frequent one, '
    'and the share of that; NULL without a value or a source';

/* The only place where the caller's names are looked up with features. */
CREATE FUNCTION mlops_internal.run_features(
    what text, items text, path text, shares jsonb[], top_shares float8[], fit mlops.pca, budget integer,
    OUT moments mlops.comoments, OUT scores mlops.profile, OUT collected mlops.labelled_rows, OUT length integer,
        OUT n_rows bigint) RETURNS record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM set_config('search_path', path, true);
        EXECUTE pg_catalog.format('SELECT %s, %s, %s, %s, pg_catalog.count(r.f) FROM (%s) AS r',
            CASE what WHEN 'moments' THEN 'mlops.comoments(r.f)' ELSE 'NULL' END,
            CASE what WHEN 'pca' THEN 'mlops.profile(mlops.pca_error($3, r.f))'
                WHEN 'mahalanobis' THEN 'mlops.profile(mlops.mahalanobis_distance($3, r.f))' ELSE 'NULL' END,
            CASE what WHEN 'rows' THEN 'mlops.labelled_rows(r.f, r.is_current, $4)' ELSE 'NULL' END,
            CASE what WHEN 'length' THEN 'pg_catalog.mode() WITHIN GROUP (ORDER BY pg_catalog.cardinality(r.f))'
                ELSE 'NULL' END,
            items) INTO moments, scores, collected, length, n_rows USING shares, top_shares, fit, budget;
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.run_features(text, text, text, jsonb[], float8[], mlops.pca, integer) IS
    'one aggregate over rows (f, is_current) with the search path of the caller; what: moments, pca or mahalanobis '
    '(scores), rows (collected) or length, the most frequent one; n_rows: not NULL';

/* The answers of multivariate_drift, from items of rows (f, is_current): of the reference, of the current data. */
CREATE FUNCTION mlops_internal.held_out_halves(item text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_agg(format(
            'SELECT h.f, h.is_current FROM (SELECT i.f, i.is_current, '
            'pg_catalog.hash_array_extended(i.f, 0) AS hash, pg_catalog.row_number() '
            'OVER (PARTITION BY pg_catalog.hash_array_extended(i.f, 0)) AS copy FROM (%s) AS i) AS h '
            'WHERE ((h.hash OPERATOR(pg_catalog.>>) 1) OPERATOR(pg_catalog.+) h.copy) '
            'OPERATOR(pg_catalog.&) 1 OPERATOR(pg_catalog.=) %s', item, half) ORDER BY half)
        FROM generate_series(0, 1) AS half
    $$;
COMMENT ON FUNCTION mlops_internal.held_out_halves(text) IS
    'two items with half of the rows each, by their hashes, equal rows evenly';

CREATE FUNCTION mlops_internal.rows_drift(
    method text, items text[], path text, shares jsonb[], top_shares float8[], names name[], n_permutations integer,
        seed bigint, budget integer,
    OUT test mlops.test_result, OUT reference_value float8, OUT details jsonb) RETURNS record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        collected mlops.labelled_rows;
        sigma float8;
    BEGIN
        collected :=
            (mlops_internal.run_features('rows', array_to_string(items, ' UNION ALL '), path, shares, top_shares, NULL,
                                         budget)).collected;
        IF method = 'mmd' THEN
            SELECT t.statistic, t.p_value, t.n_reference, t.n_current, t.method, t.sigma INTO test.statistic,
                test.p_value, test.n_reference, test.n_current, test.method, sigma
            FROM mlops.mmd_test(collected, n_permutations => n_permutations, seed => seed,
                                standardise => names IS NOT NULL) AS t;
            reference_value := 0;
            details := jsonb_build_object('sigma', sigma);
        ELSE
            test := mlops.domain_classifier_test(collected, n_permutations => n_permutations, seed => seed);
            reference_value := 0.5;
            details := jsonb_build_object('importance', (
                SELECT jsonb_agg(jsonb_build_object('column', coalesce(names[t.i]::text, t.i::text), 'term', t.term,
                                                    'coefficient', t.coefficient))
                FROM (SELECT m.* FROM mlops.domain_classifier_importance(collected) AS m
                      ORDER BY abs(m.coefficient) DESC, m.i, m.term COLLATE "C" LIMIT 20) AS t));
        END IF;
        test.n_reference := coalesce(mlops.n_reference(collected), 0);
        test.n_current := coalesce(mlops.n_current(collected), 0);
        details := details ||
            jsonb_build_object('n_kept', mlops.n_kept(collected), 'is_exact', mlops.is_exact(collected), 'n_malformed',
                               mlops.n_malformed(collected));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.rows_drift IS
    'multivariate_drift by domain_classifier or mmd; names: of the columns, NULL for an embedding';

CREATE FUNCTION mlops_internal.moments_drift(
    method text, items text[], path text, shares jsonb[], top_shares float8[], min_variance float8,
    OUT test mlops.test_result, OUT reference_value float8, OUT std_error float8, OUT details jsonb) RETURNS record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        moments mlops.comoments;
        moments_current mlops.comoments;
        fit mlops.pca;
        scores mlops.profile[];
        halves text[] := mlops_internal.held_out_halves(items[1]);
        share CONSTANT float8 := CASE WHEN method = 'pca' THEN min_variance ELSE 1 END;
    BEGIN
        moments := (mlops_internal.run_features('moments', items[1], path, shares, top_shares, NULL, NULL)).moments;
        IF method = 'hotelling' THEN
            moments_current :=
                (mlops_internal.run_features('moments', items[2], path, shares, top_shares, NULL, NULL)).moments;
            test := mlops.hotelling_test(moments, moments_current);
            test.n_reference := coalesce(mlops.n(moments), 0);
            test.n_current := coalesce(mlops.n(moments_current), 0);
            reference_value := mlops.n_columns(moments);
            details := '{}';
            RETURN;
        END IF;
        fit := mlops.pca_fit(moments, share);
        SELECT array_agg((mlops_internal.run_features(method, i.item, path, shares, top_shares, fit, NULL)).scores
                         ORDER BY i.place) INTO scores
        FROM unnest(items) WITH ORDINALITY AS i (item, place);
        test.statistic := mlops.mean(scores[2]);
        test.n_reference := coalesce(mlops.n(moments), 0);
        test.n_current := coalesce(mlops.n(scores[2]), 0);
        reference_value := mlops.mean(scores[1]);
        std_error := mlops.stddev(scores[2]) / sqrt(nullif(mlops.n(scores[2]), 0));
        details :=
            jsonb_build_object('n_components', (SELECT count(c.loadings) FROM mlops.components(fit) AS c),
                               'reference_std_error', mlops.stddev(scores[1]) / sqrt(nullif(mlops.n(scores[1]), 0)));
        IF method = 'pca' THEN
            details := details ||
                jsonb_build_object('explained_variance',
                                   (SELECT max(c.cumulative_ratio) FROM mlops.components(fit) AS c
                                    WHERE c.loadings IS NOT NULL));
        END IF;
        -- a fit flatters the rows that it was made of, however many: the test compares rows that it has not seen
        fit := mlops.pca_fit((mlops_internal.run_features('moments', halves[1], path, shares, top_shares, NULL,
                                                          NULL)).moments, share);
        SELECT array_agg((mlops_internal.run_features(method, i.item, path, shares, top_shares, fit, NULL)).scores
                         ORDER BY i.place) INTO scores
        FROM unnest(ARRAY[halves[2], items[2]]) WITH ORDINALITY AS i (item, place);
        SELECT t.p_value, t.method INTO test.p_value, test.method FROM mlops.t_test(scores[1], scores[2]) AS t;
        details := details ||
            jsonb_build_object('held_out_reference', mlops.mean(scores[1]), 'held_out_current', mlops.mean(scores[2]),
                               'n_held_out', coalesce(mlops.n(scores[1]), 0));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.moments_drift(text, text[], text, jsonb[], float8[], float8) IS
    'multivariate_drift by pca, mahalanobis or hotelling';

CREATE FUNCTION mlops_internal.multivariate_drift(
    reference text, current text, columns name[], INOUT method text, min_variance float8, n_permutations integer,
    seed bigint, budget integer, path text, OUT statistic float8, OUT reference_value float8, OUT std_error float8,
    OUT p_value float8, OUT n_reference bigint, OUT n_current bigint, OUT details jsonb) RETURNS record
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        names name[];
        kinds text[];
        embedding boolean;
        features text;
        shares jsonb[];
        top_shares float8[];
        items text[];
        lengths integer[];
        n_rows bigint;
        answer record;
        test mlops.test_result;
    BEGIN
        IF method IS NULL OR method <> ALL ('{pca,mahalanobis,hotelling,domain_classifier,mmd}'::text[]) THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('unrecognized method %s', coalesce('"' || method || '"', 'NULL')),
                HINT = 'Use pca, mahalanobis, hotelling, domain_classifier or mmd.';
        END IF;
        SELECT array_agg(c.name ORDER BY c.place), array_agg(c.kind ORDER BY c.place), bool_or(c.kind = 'embedding'),
               string_agg(mlops_internal.feature_expression(c.name, c.kind, c.type, c.place), ', ' ORDER BY c.place),
               array_agg(s.shares ORDER BY c.place), array_agg(s.top_share ORDER BY c.place)
        INTO names, kinds, embedding, features, shares, top_shares
        FROM mlops_internal.feature_columns(reference, current, columns, path) WITH ORDINALITY AS c
            (name, kind, type, place)
        -- NULL is quick; a condition would be looked at after the function has run
        CROSS JOIN LATERAL mlops_internal.category_shares(CASE WHEN c.kind = 'text' THEN reference END,
                                                          c.name, path) AS s;
        IF NOT embedding THEN
            features := format('ARRAY[%s]::pg_catalog.float8[]', features);
        END IF;
        SELECT array_agg(format('SELECT %s AS f, %s AS is_current FROM %s', features, i.is_current::text,
                                mlops_internal.source_item(i.source)) ORDER BY i.is_current) INTO items
        FROM (VALUES (reference, false), (current, true)) AS i (source, is_current);

        IF method IN ('domain_classifier', 'mmd') THEN
            SELECT d.test, d.reference_value, NULL::float8 AS std_error, d.details INTO answer
            FROM mlops_internal.rows_drift(method, items, path, shares, top_shares,
                                           CASE WHEN NOT embedding THEN names END, n_permutations, seed, budget) AS d;
        ELSE
            IF embedding THEN
                -- rows of another length, or with NaN or infinity, are left out
                SELECT array_agg(r.length ORDER BY i.place), sum(r.n_rows) INTO lengths, n_rows
                FROM unnest(items) WITH ORDINALITY AS i (item, place),
                    LATERAL mlops_internal.run_features('length', i.item, path, NULL, NULL, NULL, NULL) AS r;
                SELECT array_agg(format('SELECT i.f, i.is_current FROM (%s) AS i WHERE mlops_internal.is_row(i.f, %s)',
                                        i.item, coalesce(lengths[1], 0)) ORDER BY i.place) INTO items
                FROM unnest(items) WITH ORDINALITY AS i (item, place);
            END IF;
            SELECT d.test, d.reference_value, d.std_error, d.details INTO answer
            FROM mlops_internal.moments_drift(method, items, path, shares, top_shares, min_variance) AS d;
        END IF;
        test := answer.test;
        statistic := test.statistic;
        reference_value := answer.reference_value;
        std_error := answer.std_error;
        p_value := test.p_value;
        n_reference := test.n_reference;
        n_current := test.n_current;
        details := jsonb_build_object('columns', to_jsonb(names), 'kinds', to_jsonb(kinds), 'p_value_by', test.method)
            || answer.details
            || CASE WHEN lengths IS NULL THEN '{}'
                ELSE jsonb_build_object('n_malformed', n_rows - n_reference - n_current) END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.multivariate_drift IS
    'mlops.multivariate_drift, "path" being the search path of who called it';

CREATE FUNCTION mlops.multivariate_drift(
    reference text, current text, columns name[] DEFAULT NULL, INOUT method text DEFAULT 'pca',
    min_variance float8 DEFAULT 0.65, n_permutations integer DEFAULT NULL, seed bigint DEFAULT 0,
    budget integer DEFAULT 20000, OUT statistic float8, OUT reference_value float8, OUT std_error float8,
    OUT p_value float8, OUT n_reference bigint, OUT n_current bigint, OUT details jsonb) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT * FROM mlops_internal.multivariate_drift(
            reference, current, columns, method, min_variance, n_permutations, seed, budget,
            pg_catalog.current_setting('search_path'));
    END;
COMMENT ON FUNCTION mlops.multivariate_drift(text, text, name[], text, float8, integer, bigint, integer) IS
    'drift of all columns together between two sources (names or queries), read with the rights of the caller; method '
    'pca, mahalanobis, hotelling, domain_classifier or mmd; columns NULL = all in common';

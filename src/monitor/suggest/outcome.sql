/*
 * Label, score, prediction: told by what they contain, and by names only where that leaves two.
 */
/* Facts of columns that have no role yet. */
CREATE FUNCTION mlops_internal.free_columns(s mlops_internal.suggestion) RETURNS SETOF mlops_internal.column_fact
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT f.* FROM unnest(s.facts) AS f WHERE f.name::text <> ALL (mlops_internal.taken(s)) $$;
COMMENT ON FUNCTION mlops_internal.free_columns(mlops_internal.suggestion) IS 'columns of a suggestion without a role';

/* Can the task have such a label? */
CREATE FUNCTION mlops_internal.suits_task(task text, f mlops_internal.column_fact) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(CASE task
            WHEN 'binary' THEN f.kind = 'boolean' OR f.kind = 'number' AND f.lowest = 0 AND f.highest = 1
                AND f.n_distinct = 2
            WHEN 'multiclass' THEN f.n_distinct BETWEEN 2 AND 1000 AND (f.kind IN ('text', 'boolean')
                OR mlops_internal.base_type(f.type) IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype))
            ELSE f.kind = 'number' AND f.n_distinct > 2 END, false)
           AND f.class IS NOT NULL AND f.class <> ALL ('{clock,identifier}')
    $$;
COMMENT ON FUNCTION mlops_internal.suits_task(text, mlops_internal.column_fact) IS
    'true when the values of a column may be labels, or predictions, of the task';

CREATE FUNCTION mlops_internal.suggest_label(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        fitting CONSTANT text[] := ARRAY(SELECT f.name::text FROM mlops_internal.free_columns(s) AS f
            WHERE mlops_internal.suits_task((s.model).task, f) ORDER BY f.place);
        rising CONSTANT text[] := ARRAY(SELECT f.name::text FROM mlops_internal.free_columns(s) AS f
            WHERE f.name::text = ANY (fitting) AND f.nulls_last >= 0.01 AND f.nulls_last > f.nulls_first
              AND f.nulls_last >= 2 * f.nulls_first AND NOT coalesce(s.trained @> ARRAY[f.name::text], false)
            ORDER BY f.place);
        named CONSTANT text := '^(label|target|actual|outcome|truth|y|y_true|ground_truth)$'
            '|_(label|target|actual|truth)$';
        pick text;
        reason text;
    BEGIN
        IF s.target = ANY (SELECT f.name::text FROM mlops_internal.free_columns(s) AS f) THEN
            pick := s.target;
            reason := 'the target of the training';
        ELSIF rising <> '{}' THEN
            reason := 'its NULLs rise towards now, as labels that come late do';
            pick := CASE WHEN cardinality(rising) = 1 THEN rising[1] ELSE mlops_internal.only_candidate(s, 'the label',
                coalesce(nullif(ARRAY(SELECT r FROM unnest(rising) AS r WHERE r ~* named), '{}'), rising),
                'label_column') END;
        ELSE
            reason := 'its name, and its values suit the task';
            pick := mlops_internal.only_candidate(s, 'the label',
                ARRAY(SELECT r FROM unnest(fitting) AS r WHERE r ~* named), 'label_column');
        END IF;
        RETURN mlops_internal.propose(s, 'label_column', pick, reason);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_label(mlops_internal.suggestion) IS
    'the label: the target of the training, what fills up late, or what is called one; nothing when there is none';

/* What becomes known with the label: it is NULL exactly when the label is. */
CREATE FUNCTION mlops_internal.suggest_arrival(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    AS $$
    DECLARE
        label CONSTANT text := mlops_internal.chosen(s, 'label_column');
        statement text;
        fitting text[];
    BEGIN
        IF label IS NOT NULL AND EXISTS (SELECT FROM unnest(s.facts) AS f WHERE f.name = label AND f.nulls > 0) THEN
            SELECT format('SELECT pg_catalog.array_agg(a.name ORDER BY a.name) FROM (SELECT %s FROM %s AS source) AS x '
                       'CROSS JOIN LATERAL (VALUES %s) AS a (name, agreement) WHERE a.agreement >= 0.995',
                       string_agg(format('pg_catalog.avg(((source.%I IS NULL) = (source.%I IS NULL))::pg_catalog.int4) '
                           'AS c%s', label, f.name, f.place), ', '), s.sample,
                       string_agg(format('(%L, x.c%s)', f.name, f.place), ', '))
            INTO statement
            FROM mlops_internal.free_columns(s) AS f WHERE f.nulls > 0 HAVING count(*) > 0;
            IF statement IS NOT NULL THEN
                EXECUTE statement INTO s.outcomes;
            END IF;
        END IF;
        fitting := ARRAY(SELECT f.name::text FROM unnest(s.facts) AS f
            WHERE f.name::text = ANY (s.outcomes) AND mlops_internal.base_type(f.type) IN ('timestamptz'::regtype,
                'timestamp'::regtype, 'date'::regtype));
        RETURN mlops_internal.propose(s, 'label_time_column', mlops_internal.only_candidate(s,
            'the time at which the label became known', fitting, 'label_time_column'),
            'it is NULL exactly when the label is');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_arrival(mlops_internal.suggestion) IS
    'the time at which the label became known, and other outcomes: NULL when the label is, in 99.5 percent of the rows';

CREATE FUNCTION mlops_internal.suggest_outcome(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        s := mlops_internal.suggest_label(s);
        RETURN mlops_internal.suggest_arrival(s);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_outcome(mlops_internal.suggestion) IS
    'the label, and when it becomes known';

/* Columns of numbers, not of the training, whose sum over a row is 1. */
CREATE FUNCTION mlops_internal.suggest_probabilities(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        shares CONSTANT mlops_internal.column_fact[] := ARRAY(SELECT f FROM mlops_internal.free_columns(s) AS f
            WHERE f.kind = 'number' AND f.lowest >= 0 AND f.highest <= 1 AND NOT coalesce(f.trained, false)
              AND mlops_internal.base_type(f.type) IN ('float4'::regtype, 'float8'::regtype, 'numeric'::regtype));
        sets text[];
        fitting text[] := '{}';
        one text;
        is_one boolean;
        classes text[];
        by_class jsonb;
    BEGIN
        IF s.given ? 'probability_columns' THEN
            RETURN mlops_internal.propose(s, 'probability_columns', NULL::jsonb, NULL);
        END IF;
        -- all of them, and those that begin alike
        sets := ARRAY(SELECT DISTINCT string_agg(quote_ident(f.name), ',' ORDER BY f.place)
                      FROM unnest(shares) AS f CROSS JOIN LATERAL (VALUES (''), (substring(f.name FROM '^(.*?_)')))
                          AS p (prefix)
                      WHERE p.prefix IS NOT NULL GROUP BY p.prefix HAVING count(*) >= 3 ORDER BY 1);
        FOREACH one IN ARRAY sets LOOP
            EXECUTE format('SELECT pg_catalog.bool_and(pg_catalog.abs(%s - 1) <= 1e-6) FROM %s AS source',
                (SELECT string_agg(format('source.%s::pg_catalog.float8', c), ' + ')
                 FROM unnest(string_to_array(one, ',')) AS c), s.sample) INTO is_one;
            fitting := fitting || CASE WHEN is_one THEN one END;
        END LOOP;
        fitting := array_remove(fitting, NULL);
        one := mlops_internal.only_candidate(s, 'the probabilities of the classes', fitting, 'probability_columns');
        IF one IS NULL THEN
            RETURN s;
        END IF;
        classes := ARRAY(SELECT k FROM unnest(s.facts) AS f CROSS JOIN LATERAL jsonb_object_keys(f."values") AS k
                         WHERE f.name = mlops_internal.chosen(s, 'label_column') ORDER BY 1);
        SELECT jsonb_object_agg(k, f.name) INTO by_class
        FROM unnest(shares) AS f JOIN unnest(classes) AS k
            ON lower(f.name) = lower(k) OR right(lower(f.name), length(k) + 1) = '_' || lower(k)
        WHERE quote_ident(f.name) = ANY (string_to_array(one, ','));
        IF (SELECT count(DISTINCT e.value) FROM jsonb_each_text(by_class) AS e)
            IS DISTINCT FROM cardinality(string_to_array(one, ','))::bigint THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_object_definition',
                MESSAGE = format('nothing says of which class each of the columns %s is the probability', one),
                DETAIL = format('Labels: %s.', coalesce(nullif(array_to_string(classes, ', '), ''), 'none')),
                HINT = 'Say it: given => ''{"probability_columns": {"CLASS": "COLUMN", ...}}''.';
        END IF;
        RETURN mlops_internal.propose(s, 'probability_columns', by_class,
            'their sum is 1 in each row, and each ends with the name of a class');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_probabilities(mlops_internal.suggestion) IS
    'columns with the probability of each class of a multiclass model';

/* The AUC of columns between 0 and 1, against the label: columns for which chance does not explain it. */
CREATE FUNCTION mlops_internal.ranking_columns(s mlops_internal.suggestion, columns name[]) RETURNS text[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        label CONSTANT text := mlops_internal.chosen(s, 'label_column');
        fitting text[];
    BEGIN
        IF label IS NULL OR cardinality(columns) = 0 THEN
            RETURN '{}';
        END IF;
        -- the standard error is that of a score that says nothing
        EXECUTE format('SELECT pg_catalog.array_agg(v.name ORDER BY v.name) FROM (SELECT %s, '
                'pg_catalog.count(*) FILTER (WHERE source."mlops label")::pg_catalog.float8 AS n1, '
                'pg_catalog.count(*) FILTER (WHERE NOT source."mlops label")::pg_catalog.float8 AS n0 '
                'FROM (SELECT source.*, source.%I::pg_catalog.int4 = 1 AS "mlops label" FROM %s AS source) AS source) '
                'AS x CROSS JOIN LATERAL (VALUES %s) AS v (name, auc) '
                'WHERE x.n1 > 0 AND x.n0 > 0 AND pg_catalog.abs(v.auc - 0.5) '
                '> 4.892 * pg_catalog.sqrt((x.n1 + x.n0 + 1) / (12 * x.n1 * x.n0))',
            (SELECT string_agg(format('mlops.roc_auc(source."mlops label", source.%I::pg_catalog.float8) AS a%s', c, i),
                ', ') FROM unnest(columns) WITH ORDINALITY AS u(c, i)), label, s.sample,
            (SELECT string_agg(format('(%L, x.a%s)', c, i), ', ') FROM unnest(columns) WITH ORDINALITY AS u(c, i)))
            INTO fitting;
        RETURN coalesce(fitting, '{}');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.ranking_columns(mlops_internal.suggestion, name[]) IS
    'columns whose AUC against the label is not 0.5, p < 1e-6';

CREATE FUNCTION mlops_internal.suggest_score(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        scores name[];
        ranking text[];
        fitting text[];
        reason text;
    BEGIN
        IF (s.model).task = 'multiclass' THEN
            s := mlops_internal.suggest_probabilities(s);
        ELSIF (s.model).task IN ('binary', 'ranking') AND NOT s.given ? 'score_column' THEN
            scores := ARRAY(SELECT f.name FROM mlops_internal.free_columns(s) AS f
                WHERE f.kind = 'number' AND f.n_distinct > 20 AND NOT coalesce(f.trained, false)
                  AND f.class = 'number' AND ((s.model).task = 'ranking' OR f.lowest >= 0 AND f.highest <= 1)
                  AND mlops_internal.base_type(f.type) IN ('float4'::regtype, 'float8'::regtype, 'numeric'::regtype)
                ORDER BY f.place);
            ranking := CASE WHEN (s.model).task = 'binary' THEN mlops_internal.ranking_columns(s, scores)
                ELSE '{}' END;
            -- names decide between what both could be; the very word before a part of it
            fitting := coalesce(
                nullif(ARRAY(SELECT c::text FROM unnest(scores) AS c WHERE c ~* '^(score|prob|probability)$'), '{}'),
                nullif(ARRAY(SELECT c::text FROM unnest(scores) AS c WHERE c ~* '(score|prob)'
                             AND (c::text = ANY (ranking) OR ranking = '{}')), '{}'),
                nullif(ARRAY(SELECT c::text FROM unnest(scores) AS c WHERE c ~* '(score|prob)'), '{}'), ranking);
            reason := concat_ws(', ', 'not of the training, a number'
                || CASE WHEN (s.model).task = 'binary' THEN ' between 0 and 1' END,
                CASE WHEN fitting[1] ~* '(score|prob)' THEN 'its name' END,
                CASE WHEN fitting[1] = ANY (ranking) THEN 'it ranks the labels' END);
        END IF;
        s := mlops_internal.propose(s, 'score_column', mlops_internal.only_candidate(s, 'the score', fitting,
            'score_column'), reason);
        s := mlops_internal.suggest_prediction(s);
        IF mlops_internal.chosen(s, 'label_column') IS NOT NULL AND mlops_internal.chosen(s, 'score_column') IS NULL
            AND mlops_internal.chosen(s, 'prediction_column') IS NULL
            AND mlops_internal.chosen(s, 'probability_columns') IS NULL
            AND NOT s.given ?| '{score_column,prediction_column,probability_columns}' THEN
            PERFORM mlops_internal.refuse_to_guess('the score or the prediction', ARRAY(
                SELECT f.name::text FROM mlops_internal.free_columns(s) AS f
                WHERE NOT coalesce(f.trained, false) AND f.kind IN ('number', 'boolean') AND f.class <> 'identifier'
                ORDER BY f.place), CASE WHEN (s.model).task = 'binary' THEN 'score_column'
                    ELSE 'prediction_column' END, s.relation);
        END IF;
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_score(mlops_internal.suggestion) IS
    'score, prediction and probabilities; error 42P17 when there is a label and none of them';

/* What has the values of the label and is not it. */
CREATE FUNCTION mlops_internal.suggest_prediction(s mlops_internal.suggestion) RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        label mlops_internal.column_fact;
        alike text[];
        fitting text[];
        task CONSTANT text := (s.model).task;
    BEGIN
        SELECT f.* INTO label FROM unnest(s.facts) AS f WHERE f.name = mlops_internal.chosen(s, 'label_column');
        IF task <> 'ranking' AND NOT s.given ? 'prediction_column' THEN
            alike := ARRAY(SELECT f.name::text FROM mlops_internal.free_columns(s) AS f
                WHERE NOT coalesce(f.trained, false) AND mlops_internal.suits_task(task, f)
                  AND (label.name IS NULL OR f.kind = label.kind
                       AND (task <> 'multiclass' OR NOT EXISTS (SELECT FROM jsonb_object_keys(f."values") AS k
                            WHERE NOT label."values" ? k)))
                ORDER BY f.place);
            fitting := coalesce(
                nullif(ARRAY(SELECT c FROM unnest(alike) AS c WHERE c ~* '^(prediction|predicted|y_pred)$'), '{}'),
                nullif(ARRAY(SELECT c FROM unnest(alike) AS c WHERE c ~* '(pred|yhat|y_hat|forecast|estimate)'), '{}'),
                -- without a name, one that is alone and, with lineage, not an input
                CASE WHEN task <> 'binary' AND label.name IS NOT NULL AND s.trained IS NOT NULL THEN alike END);
        END IF;
        RETURN mlops_internal.propose(s, 'prediction_column', mlops_internal.only_candidate(s, 'the prediction',
            fitting, 'prediction_column'), 'not of the training, with values as the label has them'
            || CASE WHEN fitting[1] ~* '(pred|yhat|y_hat|forecast|estimate)' THEN ', its name' ELSE '' END);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.suggest_prediction(mlops_internal.suggestion) IS
    'the column with the predictions; nothing when there is none';

/*
 * suggest: what a monitor of a model would be, found in lineage and in the rows.
 *
 * Each argument of mlops.create_monitor is chosen by a rule, and the answer says why.
 * Where the facts name nothing, or two alike, that is an error with the candidates:
 * a monitor that watches the wrong column is worse than none.  What is given is
 * taken as it is.
 *
 * The relation is read with the rights of the caller, in three scans of bounded
 * size: times, a count of rows by hour, and whole hours of about 50,000 rows as a
 * sample, in the order of time.
 */
CREATE TYPE mlops_internal.column_fact AS (
    name name,
    place integer,
    type oid,
    kind text,
    not_null boolean,
    class text,
    why text,
    nulls double precision,
    nulls_first double precision,
    nulls_last double precision,
    n_distinct double precision,
    lowest double precision,
    highest double precision,
    values jsonb,
    trained boolean
);
COMMENT ON TYPE mlops_internal.column_fact IS
    'a column of a relation in a sample: its class, share of NULLs in all rows and in the first and last tenth, range, '
    'values with their shares when they are few, and whether the model was trained on it';

CREATE TYPE mlops_internal.suggestion AS (
    model mlops.model,
    relation regclass,
    given jsonb,
    now timestamptz,
    arguments jsonb,
    time_zone text,
    rows_from text,
    sample text,
    event text,
    hours timestamptz[],
    counts double precision[],
    n double precision,
    facts mlops_internal.column_fact[],
    trained text[],
    target text,
    outcomes text[]
);
COMMENT ON TYPE mlops_internal.suggestion IS
    'what is known so far while a monitor is suggested: the arguments found, each with why; SQL of the rows, of a '
    'sample and of a row''s time; rows by hour; columns; columns and target of the training; outcomes';

CREATE FUNCTION mlops_internal.refuse_to_guess(what text, candidates text[], argument text, relation regclass)
    RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'invalid_object_definition',
            MESSAGE = CASE WHEN cardinality(candidates) > 1
                           THEN format('%s could be any of %s', what, array_to_string(candidates, ', '))
                      WHEN cardinality(candidates) = 1 THEN format('%s could only be %s, which does not suit', what,
                           candidates[1])
                      ELSE format('no column could be %s', what) END,
            DETAIL = 'Candidates: ' || coalesce(nullif(array_to_string(candidates, ', '), ''), 'none') || '.',
            HINT = CASE WHEN relation IS NULL THEN 'Name the relation.'
                        ELSE format('Say which: given => ''{"%s": ...}''.', argument) END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.refuse_to_guess(text, text[], text, regclass) IS
    'raise 42P17 because none, or more than one, of the candidates is as good as the others';

CREATE FUNCTION mlops_internal.only_candidate(s mlops_internal.suggestion, what text, candidates text[],
    argument text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF s.given ? argument THEN
            RETURN NULL;
        ELSIF cardinality(candidates) > 1 THEN
            PERFORM mlops_internal.refuse_to_guess(what, candidates, argument, s.relation);
        END IF;
        RETURN candidates[1];
    END
    $$;
COMMENT ON FUNCTION mlops_internal.only_candidate(mlops_internal.suggestion, text, text[], text) IS
    'the only candidate for an argument, NULL for none or when it was given; error 42P17 for several';

/* Add an argument, unless it was given. */
CREATE FUNCTION mlops_internal.propose(s mlops_internal.suggestion, argument text, value anyelement, why text)
    RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF s.given ? argument THEN
            s.arguments := s.arguments || jsonb_build_object(argument,
                jsonb_build_object('value', s.given -> argument, 'why', 'given'));
        ELSIF value IS NOT NULL THEN
            s.arguments := s.arguments || jsonb_build_object(argument,
                jsonb_build_object('value', to_jsonb(value), 'why', why));
        END IF;
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.propose(mlops_internal.suggestion, text, anyelement, text) IS
    'a suggestion with one more argument: what was given, else the value with why, else (NULL) nothing';

CREATE FUNCTION mlops_internal.chosen(s mlops_internal.suggestion, argument text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT s.arguments #>> ARRAY[argument, 'value'] $$;
COMMENT ON FUNCTION mlops_internal.chosen(mlops_internal.suggestion, text) IS
    'what was chosen for an argument, as text; NULL for nothing';

/* Columns that play a role already. */
CREATE FUNCTION mlops_internal.taken(s mlops_internal.suggestion) RETURNS text[]
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT ARRAY(SELECT a.value ->> 'value' FROM jsonb_each(s.arguments) AS a
                     WHERE a.key LIKE '%\_column' AND a.value ->> 'value' IS NOT NULL
                     UNION ALL
                     SELECT e.value FROM jsonb_each_text(
                         CASE jsonb_typeof(s.arguments #> '{probability_columns,value}') WHEN 'object'
                         THEN s.arguments #> '{probability_columns,value}' ELSE '{}' END) AS e)
    $$;
COMMENT ON FUNCTION mlops_internal.taken(mlops_internal.suggestion) IS 'columns that have a role in a suggestion';

/*
 * The whole of it, rule after rule.  A later rule uses what earlier ones found.
 */
CREATE FUNCTION mlops_internal.found_out(model text, relation regclass, given jsonb, now timestamptz)
    RETURNS mlops_internal.suggestion
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC'
    SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres'
    AS $$
    DECLARE
        id bigint;
        known CONSTANT text[] := (SELECT p.proargnames FROM pg_proc AS p
            WHERE p.proname = 'create_monitor' AND p.pronamespace = 'mlops'::regnamespace);
        s mlops_internal.suggestion;
        m mlops.model;
        key text;
    BEGIN
        IF (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user)
            OR mlops_internal.untrusted_session() THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = 'a monitor is not suggested in a session of a superuser',
                DETAIL = 'The relation may be a view with code of others, which would run with the superuser''s '
                    'rights.',
                HINT = 'Connect as the role that shall own the monitor.';
        ELSIF jsonb_typeof(given) IS DISTINCT FROM 'object' THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = 'given must be an object',
                HINT = 'Give for example {"timestamp_column": "predicted_at"}.';
        END IF;
        SELECT k INTO key FROM jsonb_object_keys(given) AS k
        WHERE k <> ALL (known) OR k IN ('model', 'relation', 'owner') LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('given has no argument "%s"', key),
                HINT = format('Arguments are: %s.', array_to_string(array_remove(array_remove(array_remove(known,
                    'model'), 'relation'), 'owner'), ', '));
        END IF;
        id := mlops.model_id(found_out.model);
        SELECT x.* INTO m FROM mlops.model AS x WHERE x.model_id = id;
        s.model := m;
        s.given := given;
        s.now := found_out.now;
        s.arguments := '{}';
        s := mlops_internal.propose(s, 'name', (s.model).name, 'the name of the model');
        s := mlops_internal.suggest_training(s);
        s := mlops_internal.suggest_relation(s, relation);
        s := mlops_internal.suggest_zone(s);
        s := mlops_internal.suggest_time(s);
        s := mlops_internal.read_hours(s);
        s := mlops_internal.read_columns(s);
        s := mlops_internal.suggest_outcome(s);
        s := mlops_internal.suggest_score(s);
        s := mlops_internal.suggest_identity(s);
        s := mlops_internal.suggest_features(s);
        s := mlops_internal.suggest_slices(s);
        s := mlops_internal.suggest_windows(s);
        s := mlops_internal.suggest_delays(s);
        s := mlops_internal.suggest_comparison(s);
        -- what no rule speaks of
        FOR key IN SELECT k FROM jsonb_object_keys(given) AS k WHERE NOT s.arguments ? k LOOP
            s := mlops_internal.propose(s, key, NULL::text, NULL);
        END LOOP;
        RETURN s;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.found_out(text, regclass, jsonb, timestamptz) IS
    'all that was found out for mlops.suggest_monitor';

CREATE FUNCTION mlops.suggest_monitor(model text, relation regclass DEFAULT NULL, given jsonb DEFAULT '{}')
    RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN (mlops_internal.found_out(model, relation, given, pg_catalog.now())).arguments;
COMMENT ON FUNCTION mlops.suggest_monitor(text, regclass, jsonb) IS
    'arguments of mlops.create_monitor for a model, each {"value", "why"}, from lineage and the rows; given holds '
    'arguments that are settled; 42P17 lists the candidates when the facts do not name one';

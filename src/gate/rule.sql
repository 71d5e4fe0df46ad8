/*
 * gate: the grammar of rules.
 *
 *     rule := {"all": [rule ...]} | {"any": [rule ...]} | leaf
 *
 * There is no "not".  A leaf is known by its kind, the first key below; what else
 * it may have, with types, is the table; what is not in it is an error, with the
 * path to the place.  "on_rollback" stands beside the outermost rule.
 */
CREATE FUNCTION mlops_internal.leaf_keys() RETURNS TABLE (kind text, key text, type text, required boolean)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT k.kind, (regexp_match(w, '^\w+'))[1], (regexp_match(w, ':([a-z_]+)'))[1], w ~ '!$'
        FROM (VALUES
            ('not_worse_than', 'not_worse_than:version! metric:text! margin:amount! alpha:share paired:paired '
                'dataset:text slices:texts min_n:count max_age:interval first:first'),
            ('better_than', 'better_than:version! metric:text! by:amount alpha:share paired:paired dataset:text '
                'slices:texts min_n:count max_age:interval first:first'),
            ('metric', 'metric:text! at_least:number at_most:number use:use level:share dataset:text min_n:count '
                'max_age:interval'),
            ('no_incident', 'no_incident:severity! of:of'),
            ('approvals', 'approvals:count! from:texts each:boolean valid_for:interval'),
            ('soak', 'soak:interval! role:role min_rows:count'),
            ('experiment', 'experiment:text! verdict:text'),
            ('artifact', 'artifact:text! digest:boolean'),
            ('lineage', 'lineage:complete!'),
            ('clean_git', 'clean_git:true! branch:text'),
            ('signature', 'signature:compatible!'),
            ('function', 'function:text!')) AS k (kind, keys), regexp_split_to_table(k.keys, ' ') AS w
    $$;
COMMENT ON FUNCTION mlops_internal.leaf_keys() IS 'kinds of conditions of gates and what may be said in each';

CREATE FUNCTION mlops_internal.leaf_kind(rule jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT k.kind FROM unnest('{not_worse_than,better_than,metric,no_incident,approvals,soak,experiment,artifact,
            lineage,clean_git,signature,function}'::text[]) WITH ORDINALITY AS k (kind, i)
        WHERE rule ? k.kind ORDER BY k.i LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.leaf_kind(jsonb) IS 'kind of a condition; NULL when it is none';

CREATE FUNCTION mlops_internal.bad_rule(path text, problem text, hint text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('rule, at %s: %s', left(path, 500), left(problem, 500)),
            HINT = coalesce(hint, 'docs/reference/gates.md has the conditions and what may be said in each.');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.bad_rule(text, text, text) IS 'error 22023 about a place in a rule';

CREATE FUNCTION mlops_internal.number_problem(plain text, type text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        value float8;
    BEGIN
        BEGIN
            value := plain;
        EXCEPTION WHEN numeric_value_out_of_range THEN
            RETURN 'must be within the range of double precision';
        END;
        RETURN CASE WHEN type = 'amount' AND value < 0 THEN 'must be at least 0'
            WHEN type = 'share' AND NOT (value > 0 AND value < 1) THEN 'must be between 0 and 1'
            WHEN type = 'count' AND NOT (value BETWEEN 1 AND 1000000000 AND plain::numeric % 1 = 0)
                THEN 'must be a whole number from 1' END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.number_problem(text, text) IS
    'what is wrong with a number of a condition, NULL when nothing is';

/* Time is asked at each move: what lies beyond its bounds would be an error then. */
CREATE FUNCTION mlops_internal.interval_problem(plain text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        length interval;
        farthest CONSTANT interval := '1000 years';
    BEGIN
        length := plain;
        RETURN CASE WHEN length <= interval '0' THEN 'must be longer than 0'
            WHEN now() + length > now() + farthest OR now() - length < now() - farthest
                THEN 'must be at most 1000 years' END;
    EXCEPTION WHEN datetime_field_overflow OR interval_field_overflow THEN
        RETURN 'must be at most 1000 years';
    WHEN data_exception THEN
        RETURN 'must be a length of time, such as "30 days"';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.interval_problem(text) IS
    'what is wrong with a length of time, NULL when nothing is';

CREATE FUNCTION mlops_internal.leaf_value_problem(value jsonb, type text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        kind CONSTANT text := jsonb_typeof(value);
        plain CONSTANT text := value #>> '{}';
        words CONSTANT text[] := CASE type
            WHEN 'paired' THEN '{prefer,require,no}' WHEN 'first' THEN '{pass,fail}'
            WHEN 'use' THEN '{value,lower,upper}'
            WHEN 'severity' THEN '{critical,warning}' WHEN 'of' THEN '{version,model,inputs}'
            WHEN 'role' THEN '{champion,challenger,shadow}' WHEN 'complete' THEN '{complete}'
            WHEN 'compatible' THEN '{compatible}' END;
    BEGIN
        IF words IS NOT NULL THEN
            RETURN CASE WHEN kind = 'string' AND plain = ANY (words) THEN NULL
                ELSE 'must be ' || CASE WHEN cardinality(words) > 1 THEN 'one of ' ELSE '' END
                    || (SELECT string_agg('"' || w || '"', ', ') FROM unnest(words) AS w) END;
        ELSIF type IN ('number', 'amount', 'share', 'count') THEN
            RETURN CASE WHEN kind <> 'number' THEN 'must be a number'
                ELSE mlops_internal.number_problem(plain, type) END;
        ELSIF type = 'boolean' THEN
            RETURN CASE WHEN kind <> 'boolean' THEN 'must be true or false' END;
        ELSIF type = 'true' THEN
            RETURN CASE WHEN value <> 'true' THEN 'must be true: there is no "not"' END;
        ELSIF type = 'version' THEN
            RETURN CASE WHEN NOT (kind = 'string' AND plain <> '' AND length(plain) <= 1000
                OR kind = 'number' AND plain::numeric % 1 = 0 AND plain::numeric BETWEEN 1 AND 2147483647)
                THEN 'must be an alias or the number of a version' END;
        ELSIF type = 'texts' THEN
            RETURN CASE WHEN kind <> 'array' OR jsonb_array_length(value) NOT BETWEEN 1 AND 20
                OR EXISTS (SELECT FROM jsonb_array_elements(value) AS e
                            WHERE jsonb_typeof(e) <> 'string' OR length(e #>> '{}') > 1000)
                THEN 'must be a list of 1 to 20 texts' END;
        ELSIF kind <> 'string' OR plain = '' THEN
            RETURN 'must be a text';
        ELSIF length(plain) > 1000 THEN
            RETURN 'must be a text of at most 1000 characters';
        ELSIF type = 'interval' THEN
            RETURN mlops_internal.interval_problem(plain);
        END IF;
        RETURN NULL;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.leaf_value_problem(jsonb, text) IS
    'what is wrong with a value of a condition, NULL when nothing is';

/*
 * What the function of a leaf must be: the owner's to run, changed by nobody who could
 * not act as the owner anyway, STABLE, of a version, with an answer of two columns.  It
 * is looked up in the catalog, as whoever asks may have no right to look into its schema.
 */
CREATE FUNCTION mlops_internal.gate_function(signature text, owner oid, path text) RETURNS oid
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        parts text[] := regexp_match(signature, '^(.+)\(\s*text\s*,\s*int(?:eger|4)?\s*\)$');
        p record;
        problem text;
    BEGIN
        BEGIN
            parts := parse_ident(parts[1]);
        EXCEPTION WHEN invalid_parameter_value THEN
            parts := NULL;
        END;
        SELECT x.*, n.oid AS schema INTO p FROM pg_proc AS x JOIN pg_namespace AS n ON n.oid = x.pronamespace
            WHERE n.nspname = parts[1] AND x.proname = parts[2] AND cardinality(parts) = 2
              AND x.proargtypes::text = format('%s %s', 'text'::regtype::oid, 'integer'::regtype::oid);
        problem := CASE
            WHEN NOT FOUND THEN format('function %s does not exist', signature)
            WHEN p.prokind <> 'f' OR p.proretset THEN 'must be a function that returns one row'
            WHEN p.provolatile = 'v' THEN format('function %s is volatile', signature)
            WHEN p.proallargtypes[3:] IS DISTINCT FROM ARRAY['boolean', 'text']::regtype[]::oid[]
                THEN 'must return (ok boolean, reason text) by two OUT arguments'
            WHEN NOT has_function_privilege(owner, p.oid, 'EXECUTE')
                OR NOT has_schema_privilege(owner, p.schema, 'USAGE')
                THEN format('role "%s", which owns the model, may not execute %s', owner::regrole, signature)
            WHEN (SELECT r.rolsuper FROM pg_roles AS r WHERE r.oid = owner)
                THEN 'a gate of a superuser''s model runs no function: whoever can change it could do anything'
            -- whoever can change the function runs code as the model's owner
            WHEN NOT pg_has_role(p.proowner, owner, 'MEMBER')
                THEN format('function %s belongs to "%s", who is no member of "%s", which owns the model', signature,
                    p.proowner::regrole, owner::regrole) END;
        IF problem IS NOT NULL AND path IS NOT NULL THEN
            PERFORM mlops_internal.bad_rule(path, problem, 'Make it such as: CREATE FUNCTION app.my_gate(model text, '
                'version integer, OUT ok boolean, OUT reason text) STABLE ..., and name it app.my_gate(text,int).');
        END IF;
        RETURN CASE WHEN problem IS NULL THEN p.oid END;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.gate_function(text, oid, text) IS
    'the function of a condition, SCHEMA.NAME(text,int); error 22023 with the path, or NULL when the path is NULL, '
    'unless the owner may run it';

CREATE FUNCTION mlops_internal.check_leaf(rule jsonb, kind text, path text, m mlops.model) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        k record;
        problem text;
    BEGIN
        FOR k IN SELECT coalesce(l.key, j.key) AS key, l.type, l.required, j.value
                 FROM (SELECT x.* FROM mlops_internal.leaf_keys() AS x WHERE x.kind = check_leaf.kind) AS l
                     FULL JOIN jsonb_each(rule) AS j ON j.key = l.key
                 ORDER BY coalesce(l.key, j.key) COLLATE "C"
        LOOP
            IF k.type IS NULL THEN
                PERFORM mlops_internal.bad_rule(path, format('"%s" is not known beside "%s"', k.key, kind),
                    format('Known are: %s.', (SELECT string_agg(x.key, ', ') FROM mlops_internal.leaf_keys() AS x
                                              WHERE x.kind = check_leaf.kind)));
            ELSIF k.value IS NULL AND k.required THEN
                PERFORM mlops_internal.bad_rule(path, format('"%s" is missing', k.key),
                    CASE k.key WHEN 'margin' THEN 'How much worse would still do? There is no usual answer.' END);
            ELSIF k.value IS NOT NULL THEN
                problem := mlops_internal.leaf_value_problem(k.value, k.type);
                IF problem IS NOT NULL THEN
                    PERFORM mlops_internal.bad_rule(path || '.' || k.key, problem);
                END IF;
            END IF;
        END LOOP;
        IF kind = 'experiment' THEN
            RAISE EXCEPTION USING
                ERRCODE = 'feature_not_supported',
                MESSAGE = format('rule, at %s: there are no experiments in this version of mlops', path),
                HINT = 'Compare with "better_than" on an evaluation, or wait with "soak".';
        ELSIF kind = 'function' THEN
            PERFORM mlops_internal.gate_function(rule ->> 'function', m.owner_oid, path || '.function');
        ELSIF kind = 'approvals' THEN
            SELECT r.name INTO problem FROM jsonb_array_elements_text(rule -> 'from') AS r (name)
                WHERE NOT EXISTS (SELECT FROM pg_roles AS x WHERE x.rolname = r.name) LIMIT 1;
            IF FOUND THEN
                PERFORM mlops_internal.bad_rule(path || '.from', format('role "%s" does not exist', problem));
            ELSIF rule -> 'each' = 'true' AND NOT rule ? 'from' THEN
                PERFORM mlops_internal.bad_rule(path || '.each', '"from" must say which roles');
            END IF;
        ELSIF kind = 'metric' THEN
            IF num_nonnulls(rule -> 'at_least', rule -> 'at_most') <> 1 THEN
                PERFORM mlops_internal.bad_rule(path, 'either "at_least" or "at_most" must be given');
            ELSIF rule ->> 'use' IN ('lower', 'upper')
                AND NOT mlops_internal.has_interval(rule ->> 'metric', m.task) THEN
                PERFORM mlops_internal.bad_rule(path || '.metric', format('"%s" has no interval for models of task %s',
                    rule ->> 'metric', m.task), 'See mlops.metric_definition, or use the value.');
            END IF;
        ELSIF kind IN ('not_worse_than', 'better_than')
            AND mlops_internal.metric_sign(rule ->> 'metric', m.task) IS NULL THEN
            PERFORM mlops_internal.bad_rule(path || '.metric', format('"%s" cannot be compared for models of task %s',
                rule ->> 'metric', m.task), 'Metrics with an interval can be: SELECT name FROM mlops.metric_definition '
                'WHERE has_interval.');
        END IF;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_leaf(jsonb, text, text, mlops.model) IS
    'error 22023 unless a condition says all that it must and nothing else; 0A000 for what does not exist yet';

CREATE FUNCTION mlops_internal.check_rule(rule jsonb, m mlops.model, path text DEFAULT '$', depth integer DEFAULT 0)
    RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        word CONSTANT text := CASE WHEN rule ? 'all' THEN 'all' WHEN rule ? 'any' THEN 'any' END;
        kind text;
        body jsonb := rule;
        child record;
        n integer := 0;
    BEGIN
        IF jsonb_typeof(rule) IS DISTINCT FROM 'object' THEN
            PERFORM mlops_internal.bad_rule(path, 'must be an object', 'Write {"all": [...]} or a condition such as '
                '{"metric": "roc_auc", "at_least": 0.7}.');
        ELSIF depth > 10 THEN
            PERFORM mlops_internal.bad_rule(path, 'rules are nested deeper than 10');
        END IF;
        IF depth = 0 AND rule ? 'on_rollback' THEN
            IF jsonb_typeof(rule -> 'on_rollback') <> 'boolean' THEN
                PERFORM mlops_internal.bad_rule(path || '.on_rollback', 'must be true or false');
            END IF;
            body := rule - 'on_rollback';
        END IF;
        IF word IS NULL THEN
            kind := mlops_internal.leaf_kind(body);
            IF kind IS NULL THEN
                PERFORM mlops_internal.bad_rule(path, coalesce('"' || (
                        SELECT k FROM jsonb_object_keys(body) AS k ORDER BY k COLLATE "C" LIMIT 1)
                        || '" is no condition', 'says nothing'),
                    format('Conditions are all, any, %s.', (SELECT string_agg(DISTINCT x.kind, ', ' ORDER BY x.kind)
                                                            FROM mlops_internal.leaf_keys() AS x)));
            END IF;
            PERFORM mlops_internal.check_leaf(body, kind, path, m);
            RETURN 1;
        END IF;
        IF body - word <> '{}' THEN
            PERFORM mlops_internal.bad_rule(path, format('"%s" is not known beside "%s"', (
                SELECT k FROM jsonb_object_keys(body - word) AS k ORDER BY k COLLATE "C" LIMIT 1), word));
        ELSIF jsonb_typeof(body -> word) <> 'array' OR body -> word = '[]' THEN
            PERFORM mlops_internal.bad_rule(path || '.' || word, 'must be a list of rules');
        END IF;
        FOR child IN SELECT * FROM jsonb_array_elements(body -> word) WITH ORDINALITY AS e (rule, i) LOOP
            n := n + mlops_internal.check_rule(child.rule, m, format('%s.%s[%s]', path, word, child.i - 1), depth + 1);
            IF n > 100 THEN
                PERFORM mlops_internal.bad_rule(path, 'has more than 100 conditions');
            END IF;
        END LOOP;
        RETURN n;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_rule(jsonb, mlops.model, text, integer) IS
    'number of conditions of a rule; error 22023 with the path to what is wrong';

CREATE FUNCTION mlops_internal.has_interval(metric text, task text) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT EXISTS (SELECT FROM mlops.metric_definition AS d
                       WHERE d.name = metric AND d.has_interval AND d.task = has_interval.task
                         AND d.needs && '{confusion,class_confusion,error_moments,errors,scores}')
    $$;
COMMENT ON FUNCTION mlops_internal.has_interval(text, text) IS
    'whether what evaluations keep gives an interval of the metric';

CREATE FUNCTION mlops_internal.check_transition(transition text, back boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        -- names of aliases have up to 200 characters, and an index holds the transition
        IF length(transition) <= 206 AND (
            transition ~ '^(\*|registered|staged|deployed|retired)>(registered|staged|deployed|retired)$'
            OR transition ~ '^deploy:(\*|champion|challenger|shadow)$' OR transition ~ '^alias:.'
            OR back AND transition ~ '^(rollback|undeploy):(champion|challenger|shadow)$') THEN
            RETURN transition;
        END IF;
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('transition %s does not exist', coalesce('"' || left(transition, 206) || '"', 'NULL')),
            HINT = 'Write registered>staged, *>deployed, deploy:champion, deploy:* or alias:champion.';
    END
    $$;
COMMENT ON FUNCTION mlops_internal.check_transition(text, boolean) IS
    'the transition itself; error 22023 unless it is FROM>TO, deploy:ROLE, alias:NAME or, if asked for, a way back: '
    'rollback:ROLE, undeploy:ROLE';

/*
 * Matchers: [{"label": "column", "op": "~", "value": "^utm_"}, ...], all of which
 * must match.  Labels are texts or lists of texts; a label that is missing is ''.
 * = and ~ match when one of a list does, != and !~ when none does.  Regular
 * expressions match the whole text.
 */
CREATE FUNCTION mlops_internal.check_matchers(matchers jsonb, what text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m jsonb;
        problem text;
    BEGIN
        IF jsonb_typeof(matchers) IS DISTINCT FROM 'array' OR matchers = '[]' THEN
            problem := 'must be a list of at least one matcher';
        ELSIF jsonb_array_length(matchers) > 20 THEN
            problem := 'has more than 20 matchers';
        ELSE
            FOR m IN SELECT * FROM jsonb_array_elements(matchers) LOOP
                problem := CASE
                    WHEN jsonb_typeof(m) <> 'object' OR NOT m ?& '{label,op,value}'
                        OR m - '{label,op,value}'::text[] <> '{}'
                        OR jsonb_typeof(m -> 'label') <> 'string' OR jsonb_typeof(m -> 'value') <> 'string'
                        THEN format('has %s, which is not {"label", "op", "value"}', left(m::text, 100))
                    WHEN m ->> 'op' IS NULL OR m ->> 'op' NOT IN ('=', '!=', '~', '!~')
                        THEN format('has the operator %s, which is not =, !=, ~ or !~', m -> 'op')
                    WHEN m ->> 'label' NOT IN ('model', 'monitor', 'endpoint', 'cause', 'severity', 'metric', 'column',
                        'slice', 'owner') AND m ->> 'label' !~ '^tags\..'
                        THEN format('has the label "%s", which is not known', left(m ->> 'label', 100))
                    WHEN length(m ->> 'value') > 200 THEN 'has a value of more than 200 characters' END;
                EXIT WHEN problem IS NOT NULL;
                IF m ->> 'op' IN ('~', '!~') THEN
                    BEGIN
                        PERFORM '' ~ format('^(?:%s)$', m ->> 'value');
                    EXCEPTION WHEN invalid_regular_expression THEN
                        problem := format('has an expression that cannot be read, %s', SQLERRM);
                    END;
                END IF;
                EXIT WHEN problem IS NOT NULL;
            END LOOP;
        END IF;
        IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
                MESSAGE = format('%s %s', what, problem),
                HINT = 'A matcher is {"label": "column", "op": "~", "value": "utm_.*"}; labels are model, monitor, '
                    'endpoint, cause, severity, metric, column, slice, owner and tags.NAME.';
        END IF;
    END
    $$;
REVOKE ALL ON FUNCTION mlops_internal.check_matchers(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.check_matchers(jsonb, text) IS
    'raise 22023 when a list of matchers, which "what" names, is empty or not well formed';

CREATE FUNCTION mlops_internal.matches(labels jsonb, matchers jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT coalesce(bool_and(
                   (m ->> 'op' IN ('!=', '!~')) <> EXISTS (
                       SELECT FROM jsonb_array_elements_text(
                           CASE jsonb_typeof(l) WHEN 'array' THEN CASE WHEN l = '[]' THEN '[""]' ELSE l END
                                                WHEN 'string' THEN jsonb_build_array(l) ELSE '[""]' END) AS v
                       WHERE CASE WHEN m ->> 'op' IN ('=', '!=') THEN v = m ->> 'value'
                                  ELSE v ~ format('^(?:%s)$', m ->> 'value') END)), true)
        FROM jsonb_array_elements(matchers) AS m, LATERAL (SELECT labels -> (m ->> 'label')) AS x (l)
    $$;
REVOKE ALL ON FUNCTION mlops_internal.matches(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION mlops_internal.matches(jsonb, jsonb) IS
    'do labels, texts or lists of texts by name, match all matchers?';

/*
 * Matchers: what a route, a silence or an inhibition is about.
 *
 * A list of conditions, all of which must hold: [{"label": "column", "op": "~",
 * "value": "utm_.*"}].  Labels are texts or lists of texts; one that is missing is
 * ''.  = and ~ hold when they do for one of a list, != and !~ when for none.
 *
 * Regular expressions match the whole text, whose first 1000 characters count.
 * They are matched while an incident is told, by whichever process does that, and
 * others wait behind it.  So they are short, few, and know nothing that makes them
 * dear: no references back, no looking around, no borders of words, no repetition
 * by counts beyond what comes to 500 characters when it is written out.  What is
 * left compiles in some hundredths of a second and matches in thousandths.
 */
CREATE FUNCTION mlops_internal.pattern_problem(pattern text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        bare CONSTANT text := regexp_replace(pattern, '\\[^0-9A-Za-z]', '', 'g');
        copies numeric := 1;
        bound text[];
    BEGIN
        FOR bound IN SELECT regexp_matches(bare, '\{(\d+)(?:,(\d*))?\}', 'g') LOOP
            copies := copies * greatest(bound[1]::numeric, nullif(bound[2], '')::numeric, 1);
        END LOOP;
        IF bare ~ '\\[^dDsSwW]' THEN
            RETURN 'has an expression with an escape other than of a character, \d, \s or \w';
        ELSIF bare ~ '\(\?[^:]' THEN
            RETURN 'has an expression that looks around or changes options';
        ELSIF copies * length(pattern) > 500 THEN
            RETURN 'has an expression whose repetitions come to more than 500 characters';
        END IF;
        PERFORM '' ~ format('^(?:%s)$', pattern) COLLATE "C";
        RETURN NULL;
    EXCEPTION WHEN invalid_regular_expression THEN
        RETURN format('has an expression that cannot be read, %s', SQLERRM);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.pattern_problem(text) IS
    'why a regular expression cannot be part of a matcher: it cannot be read, or may cost more than its length lets '
    'expect; NULL when it can';

CREATE FUNCTION mlops_internal.check_matchers(matchers jsonb, what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        m jsonb;
        n_patterns integer := 0;
        problem text;
    BEGIN
        IF jsonb_typeof(matchers) IS DISTINCT FROM 'array' OR matchers = '[]' THEN
            problem := 'must be a list of at least one matcher';
        ELSIF jsonb_array_length(matchers) > 20 THEN
            problem := 'has more than 20 matchers';
        ELSE
            FOR m IN SELECT * FROM jsonb_array_elements(matchers) LOOP
                n_patterns := n_patterns + (m ->> 'op' IN ('~', '!~') IS TRUE)::integer;
                problem := CASE
                    WHEN jsonb_typeof(m) <> 'object' OR NOT m ?& '{label,op,value}'
                        OR m - '{label,op,value}'::text[] <> '{}'
                        OR jsonb_typeof(m -> 'label') <> 'string' OR jsonb_typeof(m -> 'value') <> 'string'
                        THEN format('has %s, which is not {"label", "op", "value"}', left(m::text, 100))
                    WHEN m ->> 'op' IS NULL OR m ->> 'op' NOT IN ('=', '!=', '~', '!~')
                        THEN format('has the operator %s, which is not =, !=, ~ or !~', left((m -> 'op')::text, 100))
                    WHEN m ->> 'label' NOT IN ('model', 'monitor', 'endpoint', 'cause', 'severity', 'metric', 'column',
                        'slice', 'owner') AND m ->> 'label' !~ '^tags\..'
                        THEN format('has the label "%s", which is not known', left(m ->> 'label', 100))
                    WHEN length(m ->> 'label') > 200 OR length(m ->> 'value') > 200
                        THEN 'has a text of more than 200 characters'
                    WHEN n_patterns > 5 THEN 'has more than 5 regular expressions'
                    WHEN m ->> 'op' IN ('~', '!~') THEN mlops_internal.pattern_problem(m ->> 'value') END;
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
COMMENT ON FUNCTION mlops_internal.check_matchers(jsonb, text) IS
    'raise 22023 when a list of matchers, which "what" names, is empty or not well formed';

CREATE FUNCTION mlops_internal.pattern_matches(value text, pattern text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN left(value, 1000) ~ format('^(?:%s)$', pattern) COLLATE "C";
    EXCEPTION WHEN invalid_regular_expression THEN
        -- another release may see it in another way: whatever tells of an incident goes on
        RETURN false;
    END
    $$;
COMMENT ON FUNCTION mlops_internal.pattern_matches(text, text) IS
    'does the regular expression match the whole text, or its first 1000 characters?';

CREATE FUNCTION mlops_internal.unmatched(labels jsonb, matchers jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT m.value
        FROM jsonb_array_elements(matchers) WITH ORDINALITY AS m (value, place),
             LATERAL (SELECT labels -> (m.value ->> 'label')) AS x (l)
        WHERE (m.value ->> 'op' IN ('!=', '!~')) = EXISTS (
            SELECT FROM jsonb_array_elements_text(
                CASE jsonb_typeof(x.l) WHEN 'array' THEN CASE WHEN x.l = '[]' THEN '[""]' ELSE x.l END
                                       WHEN 'string' THEN jsonb_build_array(x.l) ELSE '[""]' END) AS v (text)
            WHERE CASE WHEN m.value ->> 'op' IN ('=', '!=') THEN v.text = m.value ->> 'value'
                       ELSE mlops_internal.pattern_matches(v.text, m.value ->> 'value') END)
        ORDER BY m.place LIMIT 1
    $$;
COMMENT ON FUNCTION mlops_internal.unmatched(jsonb, jsonb) IS
    'the first matcher that labels, texts or lists of texts by name, do not match; NULL when they match all';

CREATE FUNCTION mlops_internal.matches(labels jsonb, matchers jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT mlops_internal.unmatched(labels, matchers) IS NULL $$;
COMMENT ON FUNCTION mlops_internal.matches(jsonb, jsonb) IS
    'do labels, texts or lists of texts by name, match all matchers?';

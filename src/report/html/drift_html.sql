/*
 * drift_html: drift_report as a page, for two sources that somebody compares once.
 *
 * The sources are read once, as drift_report reads them, and with the same rights;
 * all that the page shows comes from these profiles.
 */
CREATE FUNCTION mlops_internal.column_body(reference mlops.profile, current mlops.profile, names text[],
    contributions jsonb, title text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        o CONSTANT record := mlops_internal.overlay(reference, current, names);
    BEGIN
        RETURN concat('<div class="beside">',
            mlops_internal.html_figure(
                mlops.svg_histogram(o.samples, jsonb_strip_nulls(jsonb_build_object('title', title, 'style', false,
                    'x_label', o.x_label))),
                mlops_internal.html_table(ARRAY['', names[1], names[2], 'change'],
                    mlops_internal.column_facts(reference, current), jsonb_build_object('caption', title)),
                coalesce(o.note, '')), '<div>',
            (SELECT mlops_internal.html_table(
                 '{values,before,now,"part of the PSI"}'::text[],
                 jsonb_agg(jsonb_build_array(mlops_internal.shown_text(b.bin ->> 'bin', 60),
                     mlops_internal.shown_share((b.bin ->> 'reference')::float8),
                     mlops_internal.shown_share((b.bin ->> 'current')::float8), b.bin -> 'psi') ORDER BY b.place),
                 jsonb_build_object('caption', 'Where ' || title || ' moved most'))
             FROM jsonb_array_elements(contributions) WITH ORDINALITY AS b(bin, place)
             WHERE b.bin ? 'bin' HAVING count(*) > 0),
            (SELECT format('<p>%s</p>', mlops_internal.markup(w))
             FROM mlops_internal.category_words(reference, current) AS w WHERE w IS NOT NULL),
            '</div></div>');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.column_body(mlops.profile, mlops.profile, text[], jsonb, text) IS
    'a column before and now as HTML: both distributions over one axis, its numbers, the bins that moved most, new and '
    'lost categories';

/* The rows of drift_report with their profiles; vectors are shown by their norms. */
CREATE FUNCTION mlops_internal.drift_profile(s mlops_internal.sources_read, column_name name, of_current boolean)
    RETURNS mlops.profile
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT CASE
            WHEN column_name = ANY (s.columns) THEN
                (CASE WHEN of_current THEN s.current ELSE s.reference END)[array_position(s.columns, column_name)]
            WHEN column_name = ANY (s.vectors) THEN
                mlops.norms((CASE WHEN of_current THEN s.current_vectors ELSE s.reference_vectors END)
                    [array_position(s.vectors, column_name)]) END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_profile(mlops_internal.sources_read, name, boolean) IS
    'what was read of a column, of vectors the profile of their norms; NULL when it cannot be compared';

CREATE FUNCTION mlops_internal.drift_sentence(d mlops.column_drift[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH c AS MATERIALIZED (
            SELECT (d[i]).column_name AS name, (d[i]).verdict,
                   mlops_internal.shown_text((d[i]).direction, 60) AS direction, i,
                   row_number() OVER (PARTITION BY (d[i]).verdict ORDER BY i) AS nth
            FROM generate_subscripts(d, 1) AS i
        ), n AS MATERIALIZED (
            SELECT c.verdict, count(*) AS n, count(*) > 3 AS more,
                   string_agg(c.name || CASE c.verdict WHEN 'drift' THEN coalesce(format(' (%s)', c.direction), '')
                              ELSE '' END, ', ' ORDER BY c.i) FILTER (WHERE c.nth <= 3) AS names
            FROM c GROUP BY c.verdict
        )
        SELECT concat_ws(' ',
            (SELECT CASE WHEN sum(n.n) IS NULL THEN 'There is no column to compare.'
                WHEN sum(n.n) FILTER (WHERE n.verdict IN ('drift', 'ok')) IS NULL THEN 'No column could be judged.'
                WHEN NOT bool_or(n.verdict = 'drift') THEN
                    format('None of %s columns moved more than chance and far enough to matter.',
                           sum(n.n) FILTER (WHERE n.verdict = 'ok'))
                ELSE format('%s of %s columns moved more than chance and far enough to matter: %s%s.',
                            sum(n.n) FILTER (WHERE n.verdict = 'drift'),
                            sum(n.n) FILTER (WHERE n.verdict IN ('drift', 'ok')),
                            max(n.names) FILTER (WHERE n.verdict = 'drift'),
                            CASE WHEN bool_or(n.more AND n.verdict = 'drift') THEN ' and others' ELSE '' END) END
             FROM n),
            (SELECT format('The share of missing values changed: %s.', string_agg(format('%s (%s to %s)',
                        (d[i]).column_name, mlops_internal.shown_share((d[i]).null_rate_reference),
                        mlops_internal.shown_share((d[i]).null_rate_current)), ', ' ORDER BY i))
             FROM generate_subscripts(d, 1) AS i
             WHERE (d[i]).note LIKE '%the share of NULLs changed%'
               AND abs((d[i]).null_rate_current - (d[i]).null_rate_reference) >= 0.01
             HAVING count(*) BETWEEN 1 AND 5),
            (SELECT string_agg(format('%s %s %s: %s%s.', n.n, CASE n.n WHEN 1 THEN 'column' ELSE 'columns' END, v.words,
                                      n.names, CASE WHEN n.more THEN ' and others' ELSE '' END), ' ' ORDER BY v.place)
             FROM n JOIN (VALUES (1, 'error', 'could not be compared'), (2, 'no_data', 'had no values'),
                                 (3, 'left_out', 'left out, as keys, clocks and free text are'))
                 AS v(place, verdict, words) USING (verdict)))
    $$;
COMMENT ON FUNCTION mlops_internal.drift_sentence(mlops.column_drift[]) IS
    'what rows of drift_report say, in a sentence or two';

CREATE FUNCTION mlops_internal.drift_table(d mlops.column_drift[], words text[], caption text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.html_table(
            ARRAY['column', 'verdict', 'what changed', 'distance', 'by chance', 'p adjusted', 'n before', 'n now',
                  'missing'],
            coalesce(jsonb_agg(jsonb_build_array(
                jsonb_build_object('html', concat(mlops_internal.markup(c.column_name::text),
                    '<div class="muted">' || c.kind || '</div>')),
                jsonb_build_object('html',
                    CASE c.verdict
                        WHEN 'drift' THEN replace(mlops_internal.html_status('warning'), 'warning</', 'moved</')
                        WHEN 'left_out' THEN mlops_internal.html_status('left out')
                        ELSE mlops_internal.html_status(c.verdict) END),
                jsonb_build_object('html', format('<div style="min-width:14rem">%s%s</div>',
                    mlops_internal.markup(c.words), '<div class="muted">' || mlops_internal.markup(c.note)
                    || '</div>')),
                mlops_internal.rounded(c.js_distance, 4), mlops_internal.rounded(c.js_chance, 4),
                jsonb_build_object('html', concat(
                    mlops_internal.markup(mlops_internal.shown_p(coalesce(c.adjusted_p_value, c.p_value))),
                    '<div class="muted">' || c.test || '</div>')), c.n_reference, c.n_current,
                jsonb_build_object('html', concat(
                    mlops_internal.markup(mlops_internal.shown_share(c.null_rate_reference)),
                    CASE WHEN c.null_rate_reference <> c.null_rate_current THEN '<div>to '
                        || mlops_internal.markup(mlops_internal.shown_share(c.null_rate_current)) || '</div>' END)))
                ORDER BY c.i), '[]'), jsonb_build_object('caption', caption))
        FROM (SELECT (d[i]).*, words[i] AS words, i FROM generate_subscripts(d, 1) AS i) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.drift_table(mlops.column_drift[], text[], text) IS
    'rows of drift_report as a table, with what changed in words';

CREATE FUNCTION mlops_internal.drift_method_words(d mlops.column_drift[], alpha float8, method text, correction text,
    min_effect float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT concat_ws(' ',
            'Each source was read once, into profiles of its columns; all numbers and charts come from these.',
            CASE method
                WHEN 'evidently' THEN 'Tests and limits are those that the library Evidently takes by default.'
                WHEN 'nannyml' THEN 'The distance and its limit, by ten chunks of the reference, are those that '
                    'NannyML takes by default.'
                ELSE format('A column moved when chance does that in fewer than %s of 100 cases, p-values adjusted '
                            'over the columns (%s), and its distance is at least %s.',
                            mlops_internal.html_number(100 * alpha), correction,
                            mlops_internal.html_number(min_effect)) END,
            'The distance is that of Jensen and Shannon: 0 where both are alike, 1 where they have nothing in common; '
            'a shift by one standard deviation is about 0.4. "By chance" is what it exceeds in so few cases when '
            'nothing has changed, with these numbers of rows.',
            'Tests: ' || nullif((SELECT string_agg(DISTINCT t.words, '; ') || '.'
                FROM generate_subscripts(d, 1) AS i
                JOIN (VALUES ('smooth', 'smooth: level, spread and shape of numbers and times'),
                             ('chi_square', 'chi_square: shares of categories'),
                             ('js_distance', 'js_distance: the distance itself'),
                             ('anderson_darling', 'anderson_darling: any change of a distribution, tails included'),
                             ('wasserstein', 'wasserstein: how far values moved, by a permutation test'),
                             ('embedding', 'embedding: means of all components of the vectors together'),
                             ('ks', 'ks: Kolmogorov and Smirnov'), ('z', 'z: two shares'),
                             ('chi_square_gof', 'chi_square_gof: shares against those of the reference'),
                             ('normalized_wasserstein_distance', 'normalized_wasserstein_distance: how far values '
                              'moved in standard deviations')) AS t(name, words) ON t.name = (d[i]).test), ''))
    $$;
COMMENT ON FUNCTION mlops_internal.drift_method_words(mlops.column_drift[], float8, text, text, float8) IS
    'how rows of drift_report were computed, in words';

CREATE FUNCTION mlops_internal.drift_columns_html(s mlops_internal.sources_read, d mlops.column_drift[], words text[],
    names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- a page of hundreds of charts is none that somebody reads
        SELECT string_agg(format('<details%s><summary>%s</summary>%s</details>', CASE WHEN x.nth <= 5 THEN ' open' END,
                                 mlops_internal.markup(concat_ws(': ', x.column_name, x.words)),
                                 mlops_internal.column_body(mlops_internal.drift_profile(s, x.column_name, false),
                                     mlops_internal.drift_profile(s, x.column_name, true), names, x.contributions,
                                     x.column_name || CASE x.kind WHEN 'embedding' THEN ' (norms of the vectors)'
                                                      ELSE '' END)), '' ORDER BY x.i)
            || CASE WHEN max(x.n) > 40 THEN format('<p>%s more columns moved: give their names as columns to see them.'
                                                   '</p>', max(x.n) - 40) ELSE '' END
        FROM (SELECT (d[i]).column_name::text, (d[i]).kind, (d[i]).contributions, words[i] AS words, i,
                     row_number() OVER (ORDER BY i) AS nth, count(*) OVER () AS n
              FROM generate_subscripts(d, 1) AS i WHERE (d[i]).verdict = 'drift') AS x
        WHERE x.nth <= 40
    $$;
COMMENT ON FUNCTION mlops_internal.drift_columns_html(mlops_internal.sources_read, mlops.column_drift[], text[],
        text[]) IS
    'the 40 columns that moved most, each with its charts and numbers, the first five opened; NULL when none moved';

CREATE FUNCTION mlops_internal.drift_page(s mlops_internal.sources_read, d mlops.column_drift[], names text[],
    method text, statement text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        words CONSTANT text[] := ARRAY(
            SELECT CASE WHEN (d[i]).verdict = 'drift' AND (d[i]).kind <> 'embedding' THEN coalesce(
                       mlops_internal.change_words(mlops_internal.drift_profile(s, (d[i]).column_name, false),
                           mlops_internal.drift_profile(s, (d[i]).column_name, true), (d[i]).direction),
                       mlops_internal.shown_text((d[i]).direction, 60))
                   ELSE mlops_internal.shown_text((d[i]).direction, 60) END
            FROM generate_subscripts(d, 1) AS i ORDER BY i);
        told CONSTANT integer[] := ARRAY(SELECT i FROM generate_subscripts(d, 1) AS i
                                         WHERE (d[i]).verdict <> 'ok' OR (d[i]).note IS NOT NULL
                                         ORDER BY (d[i]).verdict <> 'drift', i);
        quiet CONSTANT integer[] := ARRAY(SELECT i FROM generate_subscripts(d, 1) AS i WHERE i <> ALL (told)
                                          ORDER BY i);
        title CONSTANT text := format('Drift: %s and %s', names[1], names[2]);
    BEGIN
        RETURN mlops_internal.html_document(title, concat(
            mlops_internal.html_section('columns', 'Which columns moved', concat(
                (SELECT mlops_internal.html_figure(mlops.svg_bars(
                     jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', (d[i]).column_name,
                         'value', (d[i]).js_distance, 'limit', (d[i]).js_chance,
                         'severity', CASE (d[i]).verdict WHEN 'drift' THEN 'warning' ELSE 'ok' END)) ORDER BY i),
                     '{"title": "How far each column moved", "style": false}'), NULL,
                     'Distance of both distributions; the tick is what chance alone exceeds in few cases.')
                 FROM (SELECT i FROM generate_subscripts(d, 1) AS i
                       WHERE (d[i]).verdict IN ('drift', 'ok') AND (d[i]).js_distance IS NOT NULL ORDER BY i LIMIT 20)
                     AS t(i) HAVING count(*) > 0),
                CASE WHEN told <> '{}' THEN mlops_internal.drift_table(ARRAY(SELECT d[i] FROM unnest(told) AS i),
                    ARRAY(SELECT words[i] FROM unnest(told) AS i), 'Columns by how far they moved') END,
                CASE WHEN quiet <> '{}' THEN format('<details><summary>%s</summary>%s</details>',
                    mlops_internal.markup(format('Not moved: %s', (SELECT string_agg((d[i]).column_name::text, ', '
                                                                                    ORDER BY i)
                                                                  FROM unnest(quiet) AS i))),
                    mlops_internal.drift_table(ARRAY(SELECT d[i] FROM unnest(quiet) AS i),
                        ARRAY(SELECT words[i] FROM unnest(quiet) AS i), 'Columns that did not move')) END)),
            mlops_internal.html_section('before-and-now', 'Before and now',
                mlops_internal.drift_columns_html(s, d, words, names)),
            mlops_internal.html_section('method', 'How it was computed', concat(
                format('<p>%s</p>', mlops_internal.markup(method)), mlops_internal.html_sql(statement)))),
            format('<p class="lead">%s</p>', mlops_internal.markup(mlops_internal.drift_sentence(d)))
            || coalesce((SELECT format('<p class="muted">%s</p>', mlops_internal.markup(format(
                             '%s: %s rows; %s: %s rows', names[1], mlops_internal.html_number(max(mlops.n(p.r))),
                             names[2], mlops_internal.html_number(max(mlops.n(p.c))))))
                         FROM unnest(s.reference, s.current) AS p(r, c) HAVING count(*) > 0), ''));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_page(mlops_internal.sources_read, mlops.column_drift[], text[], text, text) IS
    'the page of drift_html, from what was read and the rows of drift_report';

CREATE FUNCTION mlops_internal.drift_html(
    reference text, current text, columns name[], alpha float8, method text, correction text, reference_condition text,
    current_condition text, min_effect float8, path text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        s mlops_internal.sources_read;
        d mlops.column_drift[];
        names text[];
    BEGIN
        PERFORM mlops_internal.check_drift_options('{}', '{}', '{}', alpha, method, correction, '{}', min_effect);
        s := mlops_internal.read_sources(reference, current, columns, method, reference_condition, current_condition,
            path);
        d := ARRAY(SELECT r FROM mlops_internal.drift_of_sources(s, alpha, method, correction, min_effect) AS r);
        names := ARRAY[CASE WHEN mlops_internal.is_query(reference) OR reference = current THEN 'reference'
                            ELSE mlops_internal.shown_text(reference) END,
                       CASE WHEN mlops_internal.is_query(current) OR reference = current THEN 'current'
                            ELSE mlops_internal.shown_text(current) END];
        RETURN mlops_internal.drift_page(s, d, names,
            mlops_internal.drift_method_words(d, alpha, method, correction, min_effect),
            format(E'SELECT * FROM mlops.drift_report(%L, %L%s%s,\n    alpha => %s, method => %L, correction => %L, '
                   'min_effect => %s);', reference, current, ', columns => ' || quote_literal(columns),
                   concat(', reference_condition => ' || quote_literal(reference_condition),
                          ', current_condition => ' || quote_literal(current_condition)), alpha, method, correction,
                   min_effect));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.drift_html IS 'mlops.drift_html, "path" being the search path of who called it';

CREATE FUNCTION mlops.drift_html(
    reference text, current text, columns name[] DEFAULT NULL, alpha float8 DEFAULT 0.05, method text DEFAULT 'auto',
    correction text DEFAULT 'fdr_bh', reference_condition text DEFAULT NULL, current_condition text DEFAULT NULL,
    min_effect float8 DEFAULT 0.02) RETURNS text
    LANGUAGE sql STABLE
    RETURN mlops_internal.drift_html(reference, current, columns, alpha, method, correction, reference_condition,
        current_condition, min_effect, pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.drift_html(text, text, name[], float8, text, text, text, text, float8) IS
    'mlops.drift_report as a page of HTML for people, without scripts and links: which columns changed, where to, how '
    'far, both distributions over one axis; read with the rights of the caller';

CREATE FUNCTION mlops.drift_html(
    reference regclass, current regclass, columns name[] DEFAULT NULL, alpha float8 DEFAULT 0.05,
    method text DEFAULT 'auto', correction text DEFAULT 'fdr_bh', reference_condition text DEFAULT NULL,
    current_condition text DEFAULT NULL, min_effect float8 DEFAULT 0.02) RETURNS text
    LANGUAGE sql STABLE
    RETURN mlops_internal.drift_html(mlops_internal.relation_name(reference), mlops_internal.relation_name(current),
        columns, alpha, method, correction, reference_condition, current_condition, min_effect,
        pg_catalog.current_setting('search_path'));
COMMENT ON FUNCTION mlops.drift_html(regclass, regclass, name[], float8, text, text, text, text, float8) IS
    'a page of what changed between two relations; see mlops.drift_html(text, text, ...)';

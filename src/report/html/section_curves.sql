/*
 * The section "curves": how good the predictions are at every threshold, how far
 * probabilities can be believed, which classes are taken for which, how large errors
 * are; the reference beside the newest window with labels, from stored summaries.
 */
CREATE FUNCTION mlops_internal.shown_list(x double precision[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
    #variable_conflict use_column
    BEGIN
        RETURN (
            SELECT jsonb_agg(CASE WHEN abs(v) < 1e300 THEN mlops_internal.rounded(v, 5) END ORDER BY i)
                     FROM unnest(x) WITH ORDINALITY AS u(v, i));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.shown_list(double precision[]) IS
    'numbers as a JSON array with five digits, what is not finite as null';

CREATE FUNCTION mlops_internal.roc_series(s mlops.scores, name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object('name', format('%s, area %s', name, mlops_internal.html_number(mlops.roc_auc(s))),
            'x', mlops_internal.shown_list(array_agg(c.fpr ORDER BY c.place)),
            'y', mlops_internal.shown_list(array_agg(c.tpr ORDER BY c.place)))
        FROM mlops.roc_curve(s, true, 40) WITH ORDINALITY AS c(threshold, fpr, tpr, place)
        HAVING mlops.roc_auc(s) IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.roc_series(mlops.scores, text) IS
    'a ROC curve as a series of mlops.svg_line; NULL unless both classes are there';

CREATE FUNCTION mlops_internal.pr_series(s mlops.scores, name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object('name', format('%s, AP %s', name,
                mlops_internal.html_number(mlops.average_precision(s))),
            'x', mlops_internal.shown_list(array_agg(c.recall ORDER BY c.place)),
            'y', mlops_internal.shown_list(array_agg(c."precision" ORDER BY c.place)))
        FROM mlops.pr_curve(s, 40) WITH ORDINALITY AS c(threshold, "precision", recall, place)
        HAVING mlops.roc_auc(s) IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.pr_series(mlops.scores, text) IS
    'a precision-recall curve as a series of mlops.svg_line; NULL unless both classes are there';

CREATE FUNCTION mlops_internal.calibration_series(s mlops.scores, name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object('name', format('%s, error %s', name,
                mlops_internal.html_number(mlops.expected_calibration_error(s))),
            'x', mlops_internal.shown_list(array_agg(c.mean_prob ORDER BY c.bin)),
            'y', mlops_internal.shown_list(array_agg(c.frac_pos ORDER BY c.bin)))
        FROM mlops.calibration_curve(s, 10, 'quantile') AS c HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.calibration_series(mlops.scores, text) IS
    'share of positives by score, in ten bins of as many rows, as a series of mlops.svg_line; NULL without rows';

CREATE FUNCTION mlops_internal.calibration_rows(s mlops.scores, name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_agg(jsonb_build_array(name, format('%s to %s', mlops_internal.html_number(c.lo),
                   mlops_internal.html_number(c.hi)), c.n, mlops_internal.rounded(c.mean_prob, 4),
                   mlops_internal.shown_share(c.frac_pos)) ORDER BY c.bin)
        FROM mlops.calibration_curve(s, 10, 'quantile') AS c
    $$;
COMMENT ON FUNCTION mlops_internal.calibration_rows(mlops.scores, text) IS
    'the same as rows of a table';

/* How scores lie in either class: what a ROC curve counts, taken apart again. */
CREATE FUNCTION mlops_internal.score_samples(s mlops.scores) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH point AS MATERIALIZED (
            SELECT c.threshold, c.fpr, c.tpr FROM mlops.roc_curve(s) AS c WHERE abs(c.threshold) < 1e150
        ), span AS MATERIALIZED (
            SELECT floor(y.lo / y.step) * y.step AS lo, y.step,
                   ceil((y.hi - floor(y.lo / y.step) * y.step) / y.step)::integer AS n
            FROM (SELECT x.lo, x.hi, (mlops_internal.nice_step(x.hi - x.lo, 25)).step
                  -- probabilities have an axis from 0 to 1
                  FROM (SELECT least(min(p.threshold), CASE WHEN min(p.threshold) >= 0 AND max(p.threshold) <= 1
                                                            THEN 0 END) AS lo,
                               greatest(max(p.threshold), CASE WHEN min(p.threshold) >= 0 AND max(p.threshold) <= 1
                                                               THEN 1 END) AS hi
                        FROM point AS p) AS x WHERE x.hi > x.lo) AS y
        ), reached AS (
            -- the share of either class with a score of at least the threshold
            SELECT least(floor((p.threshold - x.lo) / x.step + 1e-9)::integer, x.n - 1) AS i, max(p.tpr) AS t,
                   max(p.fpr) AS f
            FROM point AS p, span AS x GROUP BY 1
        ), above AS (
            SELECT i, x.lo + i * x.step AS at, coalesce(max(r.t) OVER w, 0) AS t, coalesce(max(r.f) OVER w, 0) AS f
            FROM span AS x CROSS JOIN generate_series(0, x.n) AS i LEFT JOIN reached AS r USING (i)
            WINDOW w AS (ORDER BY i DESC)
        ), bin AS (
            SELECT a.i, a.at, a.t - lead(a.t) OVER w AS t, a.f - lead(a.f) OVER w AS f FROM above AS a
            WINDOW w AS (ORDER BY a.i)
        ), edges AS (
            SELECT mlops_internal.shown_list(array_agg(b.at ORDER BY b.i)) AS edges,
                   mlops_internal.shown_list(array_agg(b.t ORDER BY b.i) FILTER (WHERE b.t IS NOT NULL)) AS t,
                   mlops_internal.shown_list(array_agg(b.f ORDER BY b.i) FILTER (WHERE b.f IS NOT NULL)) AS f
            FROM bin AS b
        )
        SELECT jsonb_build_array(jsonb_build_object('name', 'label false', 'edges', e.edges, 'shares', e.f),
                                 jsonb_build_object('name', 'label true', 'edges', e.edges, 'shares', e.t))
        FROM edges AS e WHERE e.t IS NOT NULL AND e.f IS NOT NULL AND mlops.roc_auc(s) IS NOT NULL
    $$;
COMMENT ON FUNCTION mlops_internal.score_samples(mlops.scores) IS
    'how the scores of either class are distributed, as samples of mlops.svg_histogram; NULL unless both classes are '
    'there';

CREATE FUNCTION mlops_internal.sample_table(samples jsonb, caption text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.html_table(ARRAY['score from', 'to', samples -> 0 ->> 'name', samples -> 1 ->> 'name'],
            jsonb_agg(jsonb_build_array(e.edge, samples -> 0 -> 'edges' -> e.i::integer,
                samples -> 0 -> 'shares' -> e.i::integer - 1, samples -> 1 -> 'shares' -> e.i::integer - 1)
                ORDER BY e.i), jsonb_build_object('caption', caption))
        FROM jsonb_array_elements(samples -> 0 -> 'edges') WITH ORDINALITY AS e(edge, i)
        WHERE e.i < jsonb_array_length(samples -> 0 -> 'edges')
    $$;
COMMENT ON FUNCTION mlops_internal.sample_table(jsonb, text) IS
    'two samples of mlops.svg_histogram that have the same bins as a table';

CREATE FUNCTION mlops_internal.decision_table(c mlops.confusion[], names text[], caption text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT mlops_internal.html_table(ARRAY['', 'label true, predicted true', 'label true, predicted false',
                'label false, predicted true', 'label false, predicted false', 'precision', 'recall', 'accuracy'],
            jsonb_agg(jsonb_build_array(names[i], x.tp, x.fn, x.fp, x.tn,
                mlops_internal.shown_share(mlops.precision_score(c[i])),
                mlops_internal.shown_share(mlops.recall_score(c[i])),
                mlops_internal.shown_share(mlops.accuracy(c[i]))) ORDER BY i), jsonb_build_object('caption', caption))
        FROM generate_subscripts(c, 1) AS i,
             LATERAL (SELECT max(t) FILTER (WHERE m.label AND m.predicted) AS tp,
                             max(t) FILTER (WHERE m.label AND NOT m.predicted) AS fn,
                             max(t) FILTER (WHERE NOT m.label AND m.predicted) AS fp,
                             max(t) FILTER (WHERE NOT m.label AND NOT m.predicted) AS tn
                      FROM mlops.confusion_matrix(c[i], 'true', true) AS m,
                           LATERAL (SELECT format('%s (%s)', m.n, coalesce(mlops_internal.shown_share(m.share), '-')))
                               AS v(t)) AS x
        WHERE c[i] IS NOT NULL HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.decision_table(mlops.confusion[], text[], text) IS
    'confusion matrices of decisions as rows of a table: rows, and their share of the label';

CREATE FUNCTION mlops_internal.score_curves(reference mlops.scores, current mlops.scores, names text[]) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        roc jsonb := jsonb_path_query_array(jsonb_build_array(mlops_internal.roc_series(reference, names[1]),
            mlops_internal.roc_series(current, names[2])), '$[*] ? (@ != null)');
        pr jsonb := jsonb_path_query_array(jsonb_build_array(mlops_internal.pr_series(reference, names[1]),
            mlops_internal.pr_series(current, names[2])), '$[*] ? (@ != null)');
        calibration jsonb := jsonb_path_query_array(jsonb_build_array(
            mlops_internal.calibration_series(reference, names[1]),
            mlops_internal.calibration_series(current, names[2])), '$[*] ? (@ != null)');
    BEGIN
        RETURN concat(
            CASE WHEN roc = '[]' THEN format('<p>%s</p>', 'All labelled rows are of one class: there are no curves.')
            ELSE '<div class="pair">' || mlops_internal.html_figure(mlops.svg_line(roc, '{"title": "ROC curve",
                "style": false, "width": 460, "diagonal": true,
                "x": "number", "x_min": 0, "x_max": 1, "y_min": 0, "y_max": 1,
                "x_label": "share of the negatives above a threshold",
                "y_label": "share of the positives"}'), mlops_internal.curve_table(roc, 'false positive rate',
                'true positive rate'), 'The further above the diagonal, the better positives are told from negatives.')
                || mlops_internal.html_figure(mlops.svg_line(pr, '{"title": "Precision and recall", "style": false,
                "width": 460, "x": "number", "x_min": 0, "x_max": 1, "y_min": 0, "y_max": 1, "x_label": "recall",
                "y_label": "precision"}'),
                mlops_internal.curve_table(pr, 'recall', 'precision'),
                'Of what is predicted positive how much is, beside how much of the positives is found: AP is the area.')
                || '</div>' END, '<div class="pair">',
            CASE WHEN calibration <> '[]' THEN mlops_internal.html_figure(mlops.svg_line(calibration,
                '{"title": "Calibration", "style": false, "width": 460, "diagonal": true, "x": "number", "x_min": 0,
                  "x_max": 1,
                  "y_min": 0,
                  "y_max": 1, "x_label": "mean score", "y_label": "share of positives"}'),
                mlops_internal.html_table('{"",score,rows,"mean score","share of positives"}'::text[],
                    coalesce(mlops_internal.calibration_rows(reference, names[1]), '[]')
                    || coalesce(mlops_internal.calibration_rows(current, names[2]), '[]')),
                'On the diagonal scores are what they say: of rows with score 0.2 a fifth is positive. Below it they '
                'promise too much.') END,
            (SELECT string_agg(mlops_internal.html_figure(mlops.svg_histogram(x.samples, jsonb_build_object(
                        'style', false, 'width', 460, 'title', 'Scores by label, ' || x.name)),
                        mlops_internal.sample_table(x.samples, 'Share of each label by score, ' || x.name),
                        'The less both overlap, the easier one threshold tells them apart.'), '' ORDER BY x.place)
             FROM (VALUES (1, names[1], mlops_internal.score_samples(reference)),
                          (2, names[2], mlops_internal.score_samples(current))) AS x(place, name, samples)
             WHERE x.samples IS NOT NULL), '</div>');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.score_curves(mlops.scores, mlops.scores, text[]) IS
    'ROC, precision-recall and calibration curves and the scores by label of the reference and now, as HTML';

CREATE FUNCTION mlops_internal.curve_table(series jsonb, x_name text, y_name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        -- ten points say what a curve says
        SELECT mlops_internal.html_table(ARRAY['', x_name, y_name],
            coalesce(jsonb_agg(jsonb_build_array(p.name, p.x, p.y) ORDER BY p.place, p.i), '[]'))
        FROM (SELECT s.place, u.i, s.s ->> 'name' AS name, u.x, s.s -> 'y' -> (u.i - 1)::integer AS y,
                     (u.i - 1) % greatest(1, (jsonb_array_length(s.s -> 'x') - 1) / 10) = 0 AS is_shown
              FROM jsonb_array_elements(series) WITH ORDINALITY AS s(s, place),
                   jsonb_array_elements(s.s -> 'x') WITH ORDINALITY AS u(x, i)) AS p
        WHERE p.is_shown
    $$;
COMMENT ON FUNCTION mlops_internal.curve_table(jsonb, text, text) IS
    'about ten points of each series of mlops.svg_line as a table';

/* Errors of a regression: 200 quantiles say all that a page shows. */
CREATE FUNCTION mlops_internal.error_quantiles(e mlops.errors) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT array_agg(q ORDER BY q)
        FROM (SELECT mlops.quantile(e, (i - 0.5) / 200) AS q FROM generate_series(1, 200) AS i) AS s
        WHERE abs(s.q) < 1e150 AND mlops.n(e) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.error_quantiles(mlops.errors) IS
    '200 quantiles of predicted - actual; NULL without rows, with weights and with NaN';

CREATE FUNCTION mlops_internal.error_samples(reference double precision[], current double precision[], names text[])
    RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        WITH side AS (
            SELECT * FROM (VALUES (1, names[1], reference), (2, names[2], current)) AS v(place, name, q)
            WHERE v.q IS NOT NULL
        ), span AS MATERIALIZED (
            SELECT min(s.q[3]) AS lo, max(s.q[cardinality(s.q) - 2]) AS hi FROM side AS s
        ), step AS MATERIALIZED (
            SELECT x.lo, x.hi, (mlops_internal.nice_step(x.hi - x.lo, 25)).step AS step FROM span AS x
            WHERE x.hi > x.lo
        ), edge AS MATERIALIZED (
            SELECT floor(x.lo / x.step) * x.step + i * x.step AS at, x.step
            FROM step AS x, generate_series(0, ceil(x.hi / x.step)::integer - floor(x.lo / x.step)::integer - 1) AS i
        ), counted AS (
            SELECT s.place, s.name, e.at, (SELECT count(*) FROM unnest(s.q) AS u WHERE u >= e.at AND u < e.at + e.step)
                   / cardinality(s.q)::float8 AS share
            FROM side AS s, edge AS e
        )
        SELECT jsonb_agg(jsonb_build_object('name', c.name, 'edges', c.edges, 'shares', c.shares) ORDER BY c.place)
        FROM (SELECT x.place, x.name, mlops_internal.shown_list(array_agg(x.at ORDER BY x.at)
                         || (SELECT max(e.at + e.step) FROM edge AS e)) AS edges,
                     mlops_internal.shown_list(array_agg(x.share ORDER BY x.at)) AS shares
              FROM counted AS x GROUP BY 1, 2) AS c
    $$;
COMMENT ON FUNCTION mlops_internal.error_samples(double precision[], double precision[], text[]) IS
    'how errors are distributed, the outermost hundredth on either side left out, as samples of mlops.svg_histogram';

CREATE FUNCTION mlops_internal.error_series(q double precision[], name text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT jsonb_build_object('name', name,
            'x', mlops_internal.shown_list(array_agg(s.size ORDER BY s.nth)),
            'y', mlops_internal.shown_list(array_agg(s.nth / cardinality(q)::float8 ORDER BY s.nth)))
        FROM (SELECT abs(u) AS size, row_number() OVER (ORDER BY abs(u)) AS nth FROM unnest(q) AS u) AS s
        WHERE s.nth % 7 = 0 AND s.nth <= 0.98 * cardinality(q) HAVING count(*) > 0
    $$;
COMMENT ON FUNCTION mlops_internal.error_series(double precision[], text) IS
    'which share of the rows has an error of at most so much, as a series of mlops.svg_line';

CREATE FUNCTION mlops_internal.error_curves(reference mlops.errors, current mlops.errors, names text[]) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        before CONSTANT float8[] := mlops_internal.error_quantiles(reference);
        now CONSTANT float8[] := mlops_internal.error_quantiles(current);
        sizes CONSTANT jsonb := jsonb_path_query_array(jsonb_build_array(
            mlops_internal.error_series(before, names[1]), mlops_internal.error_series(now, names[2])),
            '$[*] ? (@ != null)');
    BEGIN
        RETURN concat('<div class="pair">',
            mlops_internal.html_figure(mlops.svg_histogram(mlops_internal.error_samples(before, now, names),
                '{"title": "Errors, predicted - actual", "style": false, "width": 460}'),
                mlops_internal.html_table(ARRAY['', 'rows', '5 % are below', 'a quarter is below', 'median',
                    'a quarter is above', '5 % are above', 'mean error', 'mean absolute error', 'root mean square'],
                    (SELECT jsonb_agg(jsonb_build_array(x.name, mlops.n(x.e)) || (
                                SELECT jsonb_agg(mlops_internal.rounded(v.v, 5) ORDER BY v.i)
                                FROM unnest(ARRAY[mlops.quantile(x.e, 0.05), mlops.quantile(x.e, 0.25),
                                    mlops.quantile(x.e, 0.5), mlops.quantile(x.e, 0.75), mlops.quantile(x.e, 0.95),
                                    mlops.mean_error(x.e), mlops.mae(x.e), mlops.rmse(x.e)])
                                    WITH ORDINALITY AS v(v, i)) ORDER BY x.place)
                     FROM (VALUES (1, names[1], reference), (2, names[2], current)) AS x(place, name, e)
                     WHERE x.e IS NOT NULL)),
                'Right of 0 too much was predicted, left of it too little; the outermost hundredth is left out.'),
            mlops_internal.html_figure(mlops.svg_line(sizes, '{"title": "Errors by size", "style": false, "width": 460,
                "x": "number", "x_min": 0,
                "y_min": 0, "y_max": 1, "x_label": "size of the error", "y_label": "share of the rows"}'),
                mlops_internal.curve_table(sizes, 'size of the error', 'share of the rows'),
                'Which share of the predictions is off by at most so much: the higher, the better.'), '</div>');
    END
    $$;
COMMENT ON FUNCTION mlops_internal.error_curves(mlops.errors, mlops.errors, text[]) IS
    'errors of the reference and now, by sign and by size, as HTML';

/* Several classes: of each label what was predicted. */
CREATE FUNCTION mlops_internal.class_map(c mlops.class_confusion, name text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        classes text[];
        n_classes bigint;
    BEGIN
        SELECT array_agg(r.label ORDER BY r.label) FILTER (WHERE r.nth <= 15), count(*) INTO classes, n_classes
        FROM (SELECT x.label, row_number() OVER (ORDER BY x.support DESC, x.label COLLATE "C") AS nth
              FROM mlops.classification_report(c) AS x WHERE x.average IS NULL) AS r;
        IF classes IS NULL THEN
            RETURN NULL;
        END IF;
        RETURN (SELECT mlops_internal.html_figure(
            mlops.svg_heatmap(jsonb_agg(jsonb_build_object('name', mlops_internal.shown_text(r.label),
                'values', r.shares) ORDER BY r.label), jsonb_build_object('style', false, 'width', 460,
                'title', 'Predicted class by label, ' || name,
                'columns', (SELECT jsonb_agg(mlops_internal.shown_text(u) ORDER BY i)
                            FROM unnest(classes) WITH ORDINALITY AS u(u, i)), 'numbers', true)),
            mlops_internal.html_table('{label}'::text[] || classes || '{"all others"}'::text[],
                jsonb_agg(jsonb_build_array(mlops_internal.shown_text(r.label)) || r.counts ORDER BY r.label)),
            concat(upper(left(name, 1)), substr(name, 2), ': each row is a label, a cell the share of its rows '
                   'that was predicted as that class.',
                   CASE WHEN n_classes > 15 THEN format(' The %s rarest classes are left out.', n_classes - 15) END))
        FROM (SELECT m.label, jsonb_agg(mlops_internal.rounded(m.share, 3) ORDER BY m.predicted)
                         FILTER (WHERE m.predicted = ANY (classes)) AS shares,
                     jsonb_agg(m.n ORDER BY m.predicted) FILTER (WHERE m.predicted = ANY (classes))
                         || jsonb_build_array(coalesce(sum(m.n) FILTER (WHERE m.predicted <> ALL (classes)), 0))
                         AS counts
              FROM mlops.confusion_matrix(c, 'true', true) AS m WHERE m.label = ANY (classes) GROUP BY 1) AS r);
    END
    $$;
COMMENT ON FUNCTION mlops_internal.class_map(mlops.class_confusion, text) IS
    'which classes are taken for which: the 15 most frequent as a map; NULL without rows';

CREATE FUNCTION mlops_internal.report_curves(scope mlops_internal.report_scope) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        def CONSTANT mlops.monitor_version := mlops_internal.report_definition(scope);
        w record;
        k record;
        reference record;
        current mlops.summary;
        decisions mlops.confusion[];
        names text[];
        body text := '';
    BEGIN
        -- labels come late: the newest window that has any
        SELECT x.window_lo, x.window_hi, s.n_labelled INTO w
        FROM mlops_internal.report_windows(scope) AS x
        JOIN mlops.window_summary AS s ON s.monitor_id = scope.monitor_id AND s.window_lo = x.window_lo
            AND s.window_hi = x.window_hi AND s.slice_column IS NULL AND s.kind = 'rows'
        WHERE s.n_labelled > 0 ORDER BY x.window_lo DESC LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        FOR k IN SELECT * FROM unnest('{scores,confusion,errors,class_confusion}'::text[]) AS u(kind) LOOP
            current := mlops_internal.report_summary(scope.monitor_id, k.kind, NULL, w.window_lo, w.window_hi);
            CONTINUE WHEN current IS NULL;
            reference := mlops_internal.report_reference(def, k.kind, NULL, w.window_lo);
            names := ARRAY[reference.name, mlops_internal.window_words(w.window_lo, w.window_hi, scope.time_zone)];
            CASE k.kind
                WHEN 'scores' THEN
                    body := body || mlops_internal.score_curves(reference.summary::mlops.scores,
                        current::mlops.scores, names);
                    decisions := ARRAY[mlops.confusion(reference.summary::mlops.scores, def.threshold),
                                       mlops.confusion(current::mlops.scores, def.threshold)];
                WHEN 'confusion' THEN
                    decisions := ARRAY[reference.summary::mlops.confusion, current::mlops.confusion];
                WHEN 'errors' THEN
                    body := body || mlops_internal.error_curves(reference.summary::mlops.errors,
                        current::mlops.errors, names);
                ELSE
                    body := concat(body, '<div class="pair">',
                        mlops_internal.class_map(reference.summary::mlops.class_confusion, names[1]),
                        mlops_internal.class_map(current::mlops.class_confusion, names[2]), '</div>');
            END CASE;
        END LOOP;
        IF decisions IS NOT NULL THEN
            body := concat(body, mlops_internal.decision_table(decisions, names, CASE
                WHEN def.prediction_column IS NULL THEN 'Decisions at the threshold '
                    || mlops_internal.html_number(def.threshold) ELSE 'Decisions' END));
        END IF;
        RETURN mlops_internal.html_section('curves', 'How good are the predictions?', format('<p>%s</p>%s',
            mlops_internal.markup(format('%s labelled rows of the newest window with labels, %s.',
                mlops_internal.html_number(w.n_labelled),
                mlops_internal.window_words(w.window_lo, w.window_hi, scope.time_zone))), body));
    END
    $$;
COMMENT ON FUNCTION mlops_internal.report_curves(mlops_internal.report_scope) IS
    'section of a report: curves, confusion and errors of the reference and of the newest window with labels; NULL '
    'where there are none';

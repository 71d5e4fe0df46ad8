/*
 * What a monitor can measure: summaries of a window, and what they answer.
 *
 * A kind of summary is one row of summary_kinds().  What it answers is read from
 * the catalog when the extension is made: every metric of mlops.metric_definition
 * that is a function of its state, or of two of them, the reference's and the
 * window's.  So a new metric of a state that is here needs nothing, and a new
 * state a row.
 *
 * aggregate and n are templates: %s is a column, r.l the label, r.d the decision,
 * r.p the score, r.grp the group, r.probs and %classes the probabilities,
 * r.numbers the numeric features.  recorded are metrics that are measured without
 * a check; in_slices, if given, those of them in slices.
 */
CREATE FUNCTION mlops_internal.summary_kinds() RETURNS TABLE (kind text, state text, aggregate text, needs text[],
        tasks text[], column_kinds text[], n text, family text, cause text, recorded text[], in_slices text[])
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 12 SET search_path = pg_catalog, pg_temp
    AS $$
        VALUES
        ('confusion', 'confusion', 'mlops.confusion(r.l, r.d)', '{label,prediction}'::text[], '{binary}'::text[],
            NULL::text[], 'mlops.n(%s)', 'decision', 'performance',
            '{accuracy,precision_score,recall_score,f1_score}'::text[], NULL::text[]),
        ('class_confusion', 'class_confusion', 'mlops.class_confusion(r.l, r.d)', '{label,prediction}', '{multiclass}',
            NULL, 'mlops.n(%s)', 'decision', 'performance', '{accuracy,precision_score,recall_score,f1_score}', NULL),
        ('scores', 'scores', 'mlops.scores(r.l, r.p)', '{label,score}', '{binary}', NULL, 'mlops.n(%s)', 'score',
            'performance', '{roc_auc,average_precision,ks_score,log_loss,brier_score,accuracy,precision_score,'
            'recall_score,f1_score}', NULL),
        ('group_confusion', 'group_confusion', 'mlops.group_confusion(r.l, r.decided, r.grp)', '{label,decision,group}',
            '{binary}', NULL, 'mlops.n(%s)', 'fairness', 'performance',
            '{demographic_parity_difference,equal_opportunity_difference,equalized_odds_difference}', NULL),
        ('class_samples', 'class_samples', 'mlops.class_samples(r.l, r.probs, %classes) FILTER (WHERE r.known)',
            '{label,probabilities}', '{multiclass}', NULL, NULL, 'score', 'performance', '{roc_auc_ovr}', NULL),
        ('probability', 'probability', 'mlops.probability(r.l, r.probs, %classes) FILTER (WHERE r.known)',
            '{label,probabilities}', '{multiclass}', NULL, NULL, 'score', 'performance', '{log_loss}', NULL),
        ('errors', 'errors', 'mlops.errors(r.l, r.d)', '{label,prediction}', '{regression}', NULL, 'mlops.n(%s)',
            'error', 'performance', '{mae,mse,rmse,r2_score,mape,mean_error}', NULL),
        -- one number for each list of a query; the kind has the metric and its options in its name
        ('lists', 'ranked_list', NULL, '{label,score,query}', '{ranking}', NULL, NULL, 'list', 'performance',
            '{ndcg,average_precision_at_k,reciprocal_rank}', NULL),
        ('comoments', 'comoments', 'mlops.comoments(r.numbers)', '{numbers}', NULL, NULL, 'mlops.n(%s)', 'multivariate',
            'input', '{}', NULL),
        ('vector_profile', 'vector_profile', 'mlops.profile(%s)', '{}', NULL, '{vector}', 'mlops.n_values(%s)',
            'column', 'quality', '{n_malformed,centroid_distance}', '{}'),
        ('profile', 'profile', 'mlops.profile(%s)', '{}', NULL, '{number,boolean,text,time}',
            '(mlops.n(%s) - mlops.n_null(%s))', 'column', 'quality',
            '{null_rate,n_nan,n_distinct,mean,stddev,min_value,median,max_value,psi,js_distance,hellinger_distance,'
            'total_variation_distance,wasserstein_distance,ks_test,chi_square_test}', '{}'),
        -- of columns in slices, made together with their profile
        ('coarse_profile', 'coarse_profile', NULL, '{}', NULL, '{number,boolean,text,time}',
            '(mlops.n(%s) - mlops.n_null(%s))', 'column', 'quality', '{}', '{}')
    $$;
COMMENT ON FUNCTION mlops_internal.summary_kinds() IS
    'kinds of summaries that monitors keep: state, aggregate, roles and tasks that it needs, kinds of columns (NULL: '
    'of the model), and what is measured of it without a check';

/*
 * The catalog as a function without a query: what follows is true of this
 * version, and asked for with every window.
 *
 * column_statistic: what summaries of columns answer besides the metrics of the
 * catalog, and of which columns.
 *
 * own_metric: what is not a function of one summary, or of two.  Each is measured by
 * mlops_internal.measure_<kind>(def, window_lo, window_hi, wanted) for all of that
 * kind at once, which answers with rows of mlops_internal.measurement: to add one,
 * add it here and its function to mlops_internal.measured (../judge/measure.sql).
 */
CREATE TYPE mlops_internal.metric_source AS (
    place integer,
    metric text,
    kind text,
    state text,
    function text,
    pair boolean,
    needs text[],
    tasks text[],
    family text,
    kinds text[],
    cause text,
    has_p_value boolean,
    has_interval boolean,
    option_names text[],
    option_types text[],
    required text[],
    recorded boolean,
    in_slices boolean,
    n text,
    meaning text,
    is_first boolean
);
COMMENT ON TYPE mlops_internal.metric_source IS
    'a metric and the kind of summary that it can be measured from; is_first: of all its kinds the first';

DO $do$
    DECLARE
        sources mlops_internal.metric_source[];
    BEGIN
        WITH column_statistic AS (
            SELECT m AS metric, s.kinds
            FROM (VALUES
                ('{null_rate,n_null,n_distinct,uniqueness,duplicates,unique_rate,entropy}'::text[],
                    '{number,boolean,text,time}'::text[]),
                ('{n_nan,n_inf,n_negative,stddev,variance,skewness,kurtosis,sum,outlier_rate}', '{number}'),
                ('{mean,n_zero,zero_rate}', '{number,boolean}'),
                ('{min_value,median,max_value,quantile,cdf,iqr,mad}', '{number,time}'),
                ('{n_empty,min_length,max_length,mean_length}', '{text}'),
                ('{n_malformed,n_null_elements,n_bad_elements}', '{vector}')) AS s(metrics, kinds),
                unnest(s.metrics) AS m
        ), own_metric (metric, kind, needs, tasks, family, kinds, cause, recorded, meaning) AS (
            VALUES
            ('n', 'rows', '{}'::text[], NULL::text[], 'window', NULL::text[], 'volume', true, 'rows'),
            ('drift', 'drift', '{}', NULL, 'drift', '{number,boolean,text,time}', 'input', false,
                'size of the drift of a column beyond sampling (psi - expected), judged by its own past'),
            ('drift_slow', 'drift', '{reference}', NULL, 'drift', '{number,boolean,text,time}', 'prediction', false,
                'drift of 7 windows together from the baseline and from a year ago: the score has left the training '
                'data'),
            ('label_coverage', 'rows', '{label}', NULL, 'window', NULL, 'quality', true,
                'share of the rows whose label is known'),
            ('n_invalid', 'rows', '{label}', NULL, 'window', NULL, 'quality', true,
                'labelled rows with a label, prediction or score that the task does not allow: a class that is neither '
                '0 nor 1, a score outside [0, 1], NaN, infinity'),
            ('n_label_early', 'labels', '{label,label_time}', NULL, 'window', NULL, 'quality', true,
                'rows whose label became known before they were there: the label leaks, or a clock is wrong'),
            ('n_label_duplicates', 'labels', '{label,label_relation}', NULL, 'window', NULL, 'quality', true,
                'rows for which there are several labels'),
            ('n_label_orphans', 'labels', '{label,label_time,label_relation}', NULL, 'window', NULL, 'quality', false,
                'labels that became known in the window and belong to no row')
            UNION ALL
            SELECT q.metric, 'quality', q.needs, CASE q.metric WHEN 'leak' THEN '{binary,regression}'::text[] END,
                'quality', q.kinds, q.cause, false, q.meaning
            FROM mlops_internal.quality_checks() AS q
            UNION ALL
            SELECT 'cbpe_' || c.metric, 'estimate', '{label,score,reference}', '{binary}', 'estimate', NULL,
                'performance',
                   false, c.metric || ' expected of the scores, labels unseen (estimated), by a calibration of the '
                   'reference''s labelled rows'
            FROM unnest('{roc_auc,average_precision,accuracy,precision_score,recall_score,specificity,'
                'f1_score}'::text[]) AS c(metric)
        ), functions AS (
            SELECT k.kind, k.state, p.oid, p.proname::text AS name, d.meaning, d.has_p_value, d.has_interval,
                   p.pronargs > 1 AND p.proargtypes[1] = p.proargtypes[0] AS pair,
                   CASE WHEN d.name IS NULL THEN s.kinds WHEN k.column_kinds IS NULL THEN NULL
                        WHEN k.state = 'vector_profile' THEN k.column_kinds
                        WHEN d.kinds @> '{float8,text}' THEN k.column_kinds
                        WHEN d.kinds && '{float8}' THEN '{number,time}' ELSE '{boolean,text}' END::text[]
                       AS column_kinds,
                   k.needs, k.tasks, k.family, k.cause, k.recorded, k.in_slices, k.n, k.place, p.pronargdefaults,
                   p.proargnames, p.proargtypes
            FROM mlops_internal.summary_kinds() WITH ORDINALITY AS k(kind, state, aggregate, needs, tasks, column_kinds,
                n, family, cause, recorded, in_slices, place)
            JOIN pg_catalog.pg_proc AS p ON p.pronamespace = 'mlops'::pg_catalog.regnamespace AND p.prokind = 'f'
                AND p.proargtypes[0] = ('mlops.' || k.state)::pg_catalog.regtype
            LEFT JOIN LATERAL (SELECT x.* FROM mlops.metric_definition AS x
                               WHERE x.name = p.proname AND k.state = ANY (x.needs) LIMIT 1) AS d ON true
            LEFT JOIN column_statistic AS s
                ON s.metric = p.proname AND s.kinds && k.column_kinds AND d.name IS NULL
            WHERE (d.name IS NOT NULL OR s.metric IS NOT NULL)
              AND (p.prorettype IN ('float8'::pg_catalog.regtype, 'bigint'::pg_catalog.regtype)
                   OR d.has_p_value AND EXISTS (SELECT FROM pg_catalog.pg_type AS t
                       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.typrelid AND a.attname = 'p_value'
                       WHERE t.oid = p.prorettype))
        ), options AS (
            SELECT f.*, o.*
            FROM functions AS f, LATERAL (
                SELECT coalesce(array_agg(f.proargnames[i] ORDER BY i), '{}') AS option_names,
                       coalesce(array_agg(pg_catalog.format_type(f.proargtypes[i - 1], NULL) ORDER BY i), '{}')
                           AS option_types,
                       coalesce(array_agg(f.proargnames[i] ORDER BY i) FILTER (
                           WHERE i <= cardinality(f.proargtypes::oid[]) - f.pronargdefaults), '{}') AS required
                FROM generate_series(CASE WHEN f.pair THEN 3 ELSE 2 END, cardinality(f.proargtypes::oid[])) AS i) AS o
        ), rows AS (
            SELECT o.place, o.name AS metric, o.kind, o.state, o.name AS function, o.pair, o.needs, o.tasks,
                   CASE WHEN o.pair THEN 'drift' ELSE o.family END AS family, o.column_kinds,
                   CASE WHEN o.pair THEN 'input' ELSE o.cause END AS cause, o.has_p_value,
                   -- of errors metric_ci knows these; the others are of error_moments
                   o.has_interval AND NOT o.pair AND o.kind <> 'lists'
                       AND (o.kind <> 'errors' OR o.name IN ('mae', 'mse', 'rmse', 'mean_error')) AS has_interval,
                   o.option_names, o.option_types,
                   o.required, o.name = ANY (o.recorded) AS recorded,
                   o.name = ANY (coalesce(o.in_slices, o.recorded)) AS in_slices, o.n,
                   coalesce(o.meaning, split_part(pg_catalog.obj_description(o.oid, 'pg_proc'), '; ', 1)) AS meaning
            FROM options AS o
            UNION ALL
            SELECT 0, m.metric, m.kind, NULL, NULL, false, m.needs, m.tasks, m.family, m.kinds, m.cause, false,
                   m.kind = 'estimate', '{}', '{}', '{}', m.recorded, m.recorded, NULL, m.meaning
            FROM own_metric AS m
        )
        SELECT array_agg(ROW(r.place, r.metric, r.kind, r.state, r.function, r.pair, r.needs, r.tasks, r.family,
                   r.column_kinds, r.cause, coalesce(r.has_p_value, false), coalesce(r.has_interval, false),
                   r.option_names, r.option_types, r.required, r.recorded, r.in_slices, r.n, r.meaning,
                   r.nth = 1)::mlops_internal.metric_source ORDER BY r.metric COLLATE "C", r.place)
          INTO sources
          FROM (SELECT x.*, row_number() OVER (PARTITION BY x.metric ORDER BY x.place) AS nth FROM rows AS x) AS r;
        -- one value, which is cheaper than as many rows, in a function whose plan a session keeps
        EXECUTE format('CREATE FUNCTION mlops_internal.metric_sources() RETURNS SETOF mlops_internal.metric_source '
            'LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 200 SET search_path = pg_catalog, pg_temp AS %L',
            format('BEGIN RETURN QUERY SELECT * FROM unnest(%L::mlops_internal.metric_source[]); END', sources));
    END
$do$;
COMMENT ON FUNCTION mlops_internal.metric_sources() IS
    'metrics that monitors speak and the kinds of summaries that each can be measured from, made from the catalog with '
    'the extension';

CREATE FUNCTION mlops.monitor_metrics() RETURNS TABLE (metric text, family text, kinds text[], cause text, meaning text,
        summary text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 130 SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT s.metric, s.family, s.kinds, s.cause, s.meaning, s.kind
        FROM mlops_internal.metric_sources() AS s WHERE s.is_first
    $$;
COMMENT ON FUNCTION mlops.monitor_metrics() IS
    'metrics that a monitor measures and checks may name; family says what they need, kinds which columns they apply '
    'to (NULL = not of a column), cause what is wrong when they are, summary what they are read of';

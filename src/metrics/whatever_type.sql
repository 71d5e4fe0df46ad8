/*
 * whatever_type: the direct aggregates for labels, decisions and scores of the
 * other number types, and errors that say what to write.
 *
 * For each aggregate over integer labels one with VARIADIC "any" is made, which
 * PostgreSQL takes when no other fits: for smallint, bigint, numeric, real and
 * double precision, and for what cannot be right, such as text.  It converts and
 * checks, and has the same state, final function and comment.
 */
CREATE FUNCTION mlops_internal.two_samples_accum(state mlops.two_samples, VARIADIC "any") RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranking_accum_any';
COMMENT ON FUNCTION mlops_internal.two_samples_accum(mlops.two_samples, VARIADIC "any") IS 'transition function: add a row of label and score of any number type; a NULL skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum_max_fpr(state mlops.two_samples, VARIADIC "any") RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranking_accum_any_max_fpr';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_max_fpr(mlops.two_samples, VARIADIC "any") IS 'transition function: add a row of label, score and max_fpr of any number type; a NULL skips the row';

CREATE FUNCTION mlops_internal.two_samples_accum_fraction(state mlops.two_samples, VARIADIC "any") RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_ranking_accum_any_fraction';
COMMENT ON FUNCTION mlops_internal.two_samples_accum_fraction(mlops.two_samples, VARIADIC "any") IS 'transition function: add a row of label, score and fraction of any number type; a NULL skips the row';

CREATE FUNCTION mlops_internal.score_label_accum(state mlops.two_samples, VARIADIC "any") RETURNS mlops.two_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_score_label_accum_any';
COMMENT ON FUNCTION mlops_internal.score_label_accum(mlops.two_samples, VARIADIC "any") IS 'transition function: add a row of score and label of any number type; a NULL skips the row';

CREATE FUNCTION mlops_internal.weighted_samples_accum(state mlops.weighted_samples, label float8, score float8, weight float8) RETURNS mlops.weighted_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_weighted_samples_accum_any';
COMMENT ON FUNCTION mlops_internal.weighted_samples_accum(mlops.weighted_samples, float8, float8, float8) IS 'transition function: add a weighted row; label 0 or 1 (others: error 22023); a NULL skips the row';

CREATE FUNCTION mlops_internal.calibration_accum(state mlops.calibration, VARIADIC "any") RETURNS mlops.calibration
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_calibration_accum_any';
COMMENT ON FUNCTION mlops_internal.calibration_accum(mlops.calibration, VARIADIC "any") IS 'transition function: add a row of label and probability of any number type, with or without n_bins and strategy; a NULL skips the row';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, VARIADIC "any") RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_any';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, VARIADIC "any") IS 'transition function: add a row of label and probability of any number type, with or without weight; a NULL skips the row';

CREATE FUNCTION mlops_internal.scores_accum(state mlops.scores, VARIADIC "any") RETURNS mlops.scores
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_scores_accum_any';
COMMENT ON FUNCTION mlops_internal.scores_accum(mlops.scores, VARIADIC "any") IS 'transition function: add a row of label and score of any number type, with or without budget; a NULL is counted';

CREATE FUNCTION mlops_internal.paired_samples_accum(state mlops.paired_samples, VARIADIC "any") RETURNS mlops.paired_samples
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_paired_accum_any';
COMMENT ON FUNCTION mlops_internal.paired_samples_accum(mlops.paired_samples, VARIADIC "any") IS 'transition function: add a row of label and two scores of any number type; a NULL skips the row';

DO $make$
DECLARE
    one record;
    body text;
    said text;
BEGIN
    FOR one IN
        /* an aggregate over integer labels, its twin's arguments and transition function */
        SELECT DISTINCT ON (p.proname, kind.arguments) p.proname AS name, kind.arguments, kind.accum, a.aggtranstype::regtype AS state, nullif(a.aggfinalfn, 0) AS final,
               a.aggcombinefn AS combine, obj_description(p.oid, 'pg_proc') AS said
        FROM (VALUES ('mlops_internal.two_samples_accum(mlops.two_samples, integer, float8)', 'VARIADIC "any"', 'two_samples_accum'),
                     ('mlops_internal.two_samples_accum_max_fpr(mlops.two_samples, integer, float8, float8)', 'VARIADIC "any"', 'two_samples_accum_max_fpr'),
                     ('mlops_internal.two_samples_accum_fraction(mlops.two_samples, integer, float8, float8)', 'VARIADIC "any"', 'two_samples_accum_fraction'),
                     ('mlops_internal.two_samples_accum(mlops.two_samples, float8, integer)', 'VARIADIC "any"', 'score_label_accum'),
                     ('mlops_internal.weighted_samples_accum(mlops.weighted_samples, integer, float8, float8)', 'label float8, score float8, weight float8', 'weighted_samples_accum'),
                     ('mlops_internal.calibration_accum(mlops.calibration, integer, float8)', 'VARIADIC "any"', 'calibration_accum'),
                     ('mlops_internal.probability_accum(mlops.probability, integer, float8)', 'VARIADIC "any"', 'probability_accum'),
                     ('mlops_internal.scores_accum(mlops.scores, integer, float8)', 'VARIADIC "any"', 'scores_accum'),
                     ('mlops_internal.paired_samples_accum(mlops.paired_samples, integer, float8, float8)', 'VARIADIC "any"', 'paired_samples_accum')
             ) AS kind (of_integer, arguments, accum)
             JOIN pg_aggregate AS a ON a.aggtransfn = kind.of_integer::regprocedure
             JOIN pg_proc AS p ON p.oid = a.aggfnoid
        ORDER BY p.proname, kind.arguments, cardinality(p.proargtypes::oid[]), p.oid
    LOOP
        body := format('SFUNC = mlops_internal.%I, STYPE = %s, COMBINEFUNC = %s, PARALLEL = SAFE', one.accum, one.state, one.combine);
        IF one.final IS NOT NULL THEN
            body := format('%s, FINALFUNC = %s, FINALFUNC_MODIFY = READ_ONLY', body, one.final::regproc);
        END IF;
        said := one.said || CASE WHEN one.arguments LIKE 'VARIADIC%' THEN '; arguments of other number types, as those for integer' ELSE '' END;
        EXECUTE format('CREATE AGGREGATE mlops.%I(%s) (%s)', one.name, one.arguments, body);
        EXECUTE format('COMMENT ON AGGREGATE mlops.%I(%s) IS %L', one.name, one.arguments, said);
    END LOOP;
END
$make$;

CREATE FUNCTION mlops_internal.other_name(state float8, VARIADIC "any") RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_other_name';
COMMENT ON FUNCTION mlops_internal.other_name(float8, VARIADIC "any") IS 'transition function of a metric that has another name here: error 42883 that tells it';

CREATE FUNCTION mlops_internal.other_name(state float8) RETURNS float8
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_other_name';
COMMENT ON FUNCTION mlops_internal.other_name(float8) IS 'final function of a metric that has another name here: error 42883 that tells it';

DO $make$
DECLARE
    other text;
BEGIN
    FOREACH other IN ARRAY '{auc,average_precision_score,balanced_accuracy_score,brier_score_loss,cohen_kappa_score,roc_auc_score}'::text[] LOOP
        EXECUTE format('CREATE AGGREGATE mlops.%I(VARIADIC "any") (SFUNC = mlops_internal.other_name, STYPE = float8, FINALFUNC = mlops_internal.other_name, COMBINEFUNC = float8pl, PARALLEL = SAFE)', other);
        EXECUTE format('COMMENT ON AGGREGATE mlops.%I(VARIADIC "any") IS %L', other, 'no metric of this name: error 42883 that says what it is called here');
    END LOOP;
END
$make$;

/*
 * Drift of rows: are reference and current rows told apart, all columns
 * together?
 *
 * mlops.labelled_rows keeps the distinct rows of both samples with their counts,
 * up to a budget; beyond it a sample of them that depends on the data alone.
 * Aggregates over the same (features, is_current) share it.
 */
CREATE TYPE mlops.labelled_rows;

CREATE FUNCTION mlops_internal.labelled_rows_in(cstring) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_in';
COMMENT ON FUNCTION mlops_internal.labelled_rows_in(cstring) IS 'input function of mlops.labelled_rows';

CREATE FUNCTION mlops_internal.labelled_rows_out(mlops.labelled_rows) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_out';
COMMENT ON FUNCTION mlops_internal.labelled_rows_out(mlops.labelled_rows) IS 'output function of mlops.labelled_rows';

CREATE FUNCTION mlops_internal.labelled_rows_recv(internal) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_recv';
COMMENT ON FUNCTION mlops_internal.labelled_rows_recv(internal) IS 'receive function of mlops.labelled_rows';

CREATE FUNCTION mlops_internal.labelled_rows_send(mlops.labelled_rows) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_send';
COMMENT ON FUNCTION mlops_internal.labelled_rows_send(mlops.labelled_rows) IS 'send function of mlops.labelled_rows';

CREATE TYPE mlops.labelled_rows (
    INPUT = mlops_internal.labelled_rows_in,
    OUTPUT = mlops_internal.labelled_rows_out,
    RECEIVE = mlops_internal.labelled_rows_recv,
    SEND = mlops_internal.labelled_rows_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.labelled_rows IS 'distinct rows of numbers with their counts in the reference and in the current sample, all or a sample of them: the state of the domain classifier and of the maximum mean discrepancy';

CREATE FUNCTION mlops_internal.labelled_rows_combine(state mlops.labelled_rows, other mlops.labelled_rows) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_combine';
COMMENT ON FUNCTION mlops_internal.labelled_rows_combine(mlops.labelled_rows, mlops.labelled_rows) IS 'all rows of both, within the smaller budget; NULL is the empty state';

CREATE AGGREGATE mlops.merge(labelled_rows mlops.labelled_rows) (
    SFUNC = mlops_internal.labelled_rows_combine, STYPE = mlops.labelled_rows,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.merge(mlops.labelled_rows) IS 'all rows together, within the smallest budget; NULLs are skipped, NULL without a value';

CREATE FUNCTION mlops.n_reference(state mlops.labelled_rows) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_n_reference';
COMMENT ON FUNCTION mlops.n_reference(mlops.labelled_rows) IS 'number of rows of the reference, kept or not, without malformed ones';

CREATE FUNCTION mlops.n_current(state mlops.labelled_rows) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_n_current';
COMMENT ON FUNCTION mlops.n_current(mlops.labelled_rows) IS 'number of rows of the current sample, kept or not, without malformed ones';

CREATE FUNCTION mlops.n_malformed(state mlops.labelled_rows) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_n_malformed';
COMMENT ON FUNCTION mlops.n_malformed(mlops.labelled_rows) IS 'number of rows that are left out: with NaN or infinity, without elements or with more than 4096, or of another length than the most frequent one (of two as frequent the shorter)';

CREATE FUNCTION mlops.n_columns(state mlops.labelled_rows) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_n_columns';
COMMENT ON FUNCTION mlops.n_columns(mlops.labelled_rows) IS 'number of elements of a row, the most frequent one; 0 without a row';

CREATE FUNCTION mlops.n_kept(state mlops.labelled_rows) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_n_kept';
COMMENT ON FUNCTION mlops.n_kept(mlops.labelled_rows) IS 'number of rows that statistics look at: all, or those whose distinct row is among the sampled ones';

CREATE FUNCTION mlops.is_exact(state mlops.labelled_rows) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_is_exact';
COMMENT ON FUNCTION mlops.is_exact(mlops.labelled_rows) IS 'true when all rows are kept';

CREATE FUNCTION mlops.domain_classifier_test(
    state mlops.labelled_rows,
    folds integer DEFAULT 5,
    l2 float8 DEFAULT 1,
    squares boolean DEFAULT NULL,
    n_permutations integer DEFAULT NULL,
    seed bigint DEFAULT 0) RETURNS mlops.test_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_domain_classifier_test';
COMMENT ON FUNCTION mlops.domain_classifier_test(mlops.labelled_rows, integer, float8, boolean, integer, bigint) IS 'how well a logistic regression tells current rows from reference rows: statistic = area under the ROC curve of rows that it was not fitted to, 0.5 = not at all; folds (2 to 100): parts that are left out in turn; l2 > 0: weight of the penalty on standardised coefficients; squares: also look at squared elements, NULL = with up to 100 elements; p_value: probability of an area at least as large without drift, by n_permutations (up to 100000) random labellings from seed, or with 0 by a normal approximation; NULL: 99 while distinct rows times elements are at most 10000, else 0; other NULL options = the defaults, others out of range: error 22023; NULL when a side has fewer than two rows';

CREATE FUNCTION mlops.domain_classifier_auc(state mlops.labelled_rows) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_domain_classifier_auc';
COMMENT ON FUNCTION mlops.domain_classifier_auc(mlops.labelled_rows) IS 'area under the ROC curve, 0 to 1, of a logistic regression that tells current rows from reference rows, in five-fold cross-validation; 0.5 = not at all; NULL when a side has fewer than two rows; options and a p-value: mlops.domain_classifier_test';

CREATE FUNCTION mlops.domain_classifier_importance(
    state mlops.labelled_rows,
    l2 float8 DEFAULT 1,
    squares boolean DEFAULT NULL) RETURNS TABLE (i integer, term text, coefficient float8)
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_domain_classifier_importance';
COMMENT ON FUNCTION mlops.domain_classifier_importance(mlops.labelled_rows, float8, boolean) IS 'what tells current rows from reference rows: coefficients of the standardised features of the logistic regression fitted to all rows, positive where current rows have more; i: element of the row; term: value, square (of the standardised value: change of spread) or missing (whether it is NULL); features that do not vary are left out; l2 and squares as in mlops.domain_classifier_test; no rows when a side is empty';

CREATE FUNCTION mlops.mmd_test(
    state mlops.labelled_rows,
    sigma float8 DEFAULT NULL,
    n_permutations integer DEFAULT 99,
    seed bigint DEFAULT 0,
    method text DEFAULT 'auto',
    standardise boolean DEFAULT false) RETURNS mlops.mmd_result
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_mmd_test_sql';
COMMENT ON FUNCTION mlops.mmd_test(mlops.labelled_rows, float8, integer, bigint, text, boolean) IS 'maximum mean discrepancy: statistic = unbiased MMD^2 with the kernel exp(-distance^2 / (2 sigma^2)), about 0 without drift; sigma > 0, NULL: sigma^2 = half the median of squared distances (of up to 1000 distinct rows), or if that is 0 of those that differ; n_permutations (1 to 100000): random labellings from seed for the p-value (1 + as large) / (1 + n_permutations); method: exact (up to 10000 distinct rows), rff (512 random Fourier features) or auto (exact up to 2000); standardise: divide elements by their standard deviations first; missing elements are the mean; NULL options = the defaults, others out of range: error 22023; NULL when a side has fewer than two rows';

CREATE FUNCTION mlops.mmd(state mlops.labelled_rows) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_mmd_sql';
COMMENT ON FUNCTION mlops.mmd(mlops.labelled_rows) IS 'maximum mean discrepancy, the unbiased MMD^2 with a Gaussian kernel whose sigma^2 is half the median of squared distances; NULL when a side has fewer than two rows; options and a p-value: mlops.mmd_test';

CREATE FUNCTION mlops_internal.labelled_rows_accum(state mlops.labelled_rows, features float8[], flag boolean) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_accum';
COMMENT ON FUNCTION mlops_internal.labelled_rows_accum(mlops.labelled_rows, float8[], boolean) IS 'transition function: add a row to the sample that flag names; NULL elements are missing, a NULL array or flag skips the row';

CREATE FUNCTION mlops_internal.labelled_rows_accum(state mlops.labelled_rows, features float8[], flag boolean, budget integer) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_accum';
COMMENT ON FUNCTION mlops_internal.labelled_rows_accum(mlops.labelled_rows, float8[], boolean, integer) IS 'transition function: add a row to the sample that flag names, and note how many distinct rows may be kept (NULL: 20000), which must not change; NULL elements are missing, a NULL array or flag skips the row';

CREATE AGGREGATE mlops.labelled_rows(features float8[], is_current boolean) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.labelled_rows(float8[], boolean) IS 'distinct rows of both samples, up to 20000 and 64 MB, beyond it a sample of them; is_current: false = reference, true = current; NULL elements are missing; malformed rows are counted (see mlops.n_malformed); rows with a NULL array or flag are skipped; NULL without a row';

CREATE AGGREGATE mlops.labelled_rows(features float8[], is_current boolean, budget integer) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.labelled_rows(float8[], boolean, integer) IS 'distinct rows of both samples, up to the budget (10 to 1000000, the same in all rows, else error 22023; NULL = 20000) and 64 MB, beyond it a sample of them; is_current: false = reference, true = current; NULL elements are missing; malformed rows are counted (see mlops.n_malformed); rows with a NULL array or flag are skipped; NULL without a row';

CREATE AGGREGATE mlops.domain_classifier_auc(features float8[], is_current boolean) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    FINALFUNC = mlops.domain_classifier_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.domain_classifier_auc(float8[], boolean) IS 'area under the ROC curve, 0 to 1, of a logistic regression that tells current rows from reference rows, in five-fold cross-validation; 0.5 = not at all; NULL elements are missing; malformed rows and rows with a NULL array or flag are left out; NULL when a side has fewer than two rows';

CREATE AGGREGATE mlops.mmd(features float8[], is_current boolean) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    FINALFUNC = mlops.mmd, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mmd(float8[], boolean) IS 'maximum mean discrepancy, the unbiased MMD^2 with a Gaussian kernel whose sigma^2 is half the median of squared distances: about 0 without drift; NULL elements are the mean; malformed rows and rows with a NULL array or flag are left out; NULL when a side has fewer than two rows';

CREATE FUNCTION mlops_internal.labelled_rows_accum(state mlops.labelled_rows, features real[], flag boolean) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_accum';
COMMENT ON FUNCTION mlops_internal.labelled_rows_accum(mlops.labelled_rows, real[], boolean) IS 'transition function: add a row to the sample that flag names; NULL elements are missing, a NULL array or flag skips the row';

CREATE FUNCTION mlops_internal.labelled_rows_accum(state mlops.labelled_rows, features real[], flag boolean, budget integer) RETURNS mlops.labelled_rows
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_labelled_rows_accum';
COMMENT ON FUNCTION mlops_internal.labelled_rows_accum(mlops.labelled_rows, real[], boolean, integer) IS 'transition function: add a row to the sample that flag names, and note how many distinct rows may be kept (NULL: 20000), which must not change; NULL elements are missing, a NULL array or flag skips the row';

CREATE AGGREGATE mlops.labelled_rows(features real[], is_current boolean) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.labelled_rows(real[], boolean) IS 'distinct rows of both samples, up to 20000 and 64 MB, beyond it a sample of them; is_current: false = reference, true = current; NULL elements are missing; malformed rows are counted (see mlops.n_malformed); rows with a NULL array or flag are skipped; NULL without a row';

CREATE AGGREGATE mlops.labelled_rows(features real[], is_current boolean, budget integer) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.labelled_rows(real[], boolean, integer) IS 'distinct rows of both samples, up to the budget (10 to 1000000, the same in all rows, else error 22023; NULL = 20000) and 64 MB, beyond it a sample of them; is_current: false = reference, true = current; NULL elements are missing; malformed rows are counted (see mlops.n_malformed); rows with a NULL array or flag are skipped; NULL without a row';

CREATE AGGREGATE mlops.domain_classifier_auc(features real[], is_current boolean) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    FINALFUNC = mlops.domain_classifier_auc, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.domain_classifier_auc(real[], boolean) IS 'area under the ROC curve, 0 to 1, of a logistic regression that tells current rows from reference rows, in five-fold cross-validation; 0.5 = not at all; NULL elements are missing; malformed rows and rows with a NULL array or flag are left out; NULL when a side has fewer than two rows';

CREATE AGGREGATE mlops.mmd(features real[], is_current boolean) (
    SFUNC = mlops_internal.labelled_rows_accum, STYPE = mlops.labelled_rows,
    FINALFUNC = mlops.mmd, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.labelled_rows_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.mmd(real[], boolean) IS 'maximum mean discrepancy, the unbiased MMD^2 with a Gaussian kernel whose sigma^2 is half the median of squared distances: about 0 without drift; NULL elements are the mean; malformed rows and rows with a NULL array or flag are left out; NULL when a side has fewer than two rows';

CREATE FUNCTION mlops_internal.finite(value float8) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_finite';
COMMENT ON FUNCTION mlops_internal.finite(float8) IS 'the value, or NULL when it is NaN or infinite';

CREATE FUNCTION mlops_internal.is_row(features float8[], n_columns integer) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_is_row';
COMMENT ON FUNCTION mlops_internal.is_row(float8[], integer) IS 'is it an array of one dimension with that many elements, none of them NaN or infinite? NULL elements are allowed; false for NULL';

CREATE FUNCTION mlops_internal.is_row(features real[], n_columns integer) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_is_row';
COMMENT ON FUNCTION mlops_internal.is_row(real[], integer) IS 'is it an array of one dimension with that many elements, none of them NaN or infinite? NULL elements are allowed; false for NULL';

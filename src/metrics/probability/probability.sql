/*
 * probability: how good predicted probabilities are, of two classes or more.
 *
 * The aggregates share one state.  It refuses values outside [0, 1], which are
 * usually logits; the summary mlops.scores counts them instead.
 */
CREATE TYPE mlops.probability;

CREATE FUNCTION mlops_internal.probability_in(cstring) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_in';
COMMENT ON FUNCTION mlops_internal.probability_in(cstring) IS 'input function of mlops.probability';

CREATE FUNCTION mlops_internal.probability_out(mlops.probability) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_out';
COMMENT ON FUNCTION mlops_internal.probability_out(mlops.probability) IS 'output function of mlops.probability';

CREATE FUNCTION mlops_internal.probability_recv(internal) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_recv';
COMMENT ON FUNCTION mlops_internal.probability_recv(internal) IS 'receive function of mlops.probability';

CREATE FUNCTION mlops_internal.probability_send(mlops.probability) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_send';
COMMENT ON FUNCTION mlops_internal.probability_send(mlops.probability) IS 'send function of mlops.probability';

CREATE TYPE mlops.probability (
    INPUT = mlops_internal.probability_in,
    OUTPUT = mlops_internal.probability_out,
    RECEIVE = mlops_internal.probability_recv,
    SEND = mlops_internal.probability_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE mlops.probability IS 'state of the metrics of probabilities: counts and sums of losses';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label boolean, probability float8) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_boolean';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, boolean, float8) IS 'transition function: add a row; a NULL skips it; probability outside [0, 1]: error 22003';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label boolean, probability float8, weight float8) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_boolean';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, boolean, float8, float8) IS 'transition function: add a row; a NULL skips it; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label integer, probability float8) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_integer';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, integer, float8) IS 'transition function: add a row; a NULL skips it; probability outside [0, 1]: error 22003; label 0 or 1 (others: error 22023)';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label integer, probability float8, weight float8) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_integer';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, integer, float8, float8) IS 'transition function: add a row; a NULL skips it; probability outside [0, 1]: error 22003; label 0 or 1 (others: error 22023); weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label_index integer, probs float8[]) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_index';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, integer, float8[]) IS 'transition function: add a row of several classes, label_index from 0; a NULL skips it; probs without NULL and with as many elements in every row (22023); probability outside [0, 1]: error 22003';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label text, probs float8[], classes text[]) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_class';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, text, float8[], text[]) IS 'transition function: add a row of several classes; a NULL skips it; probs without NULL and with as many elements in every row and in classes, which have the label (22023); probability outside [0, 1]: error 22003';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label_index integer, probs float8[], weight float8) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_index';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, integer, float8[], float8) IS 'transition function: add a row of several classes, label_index from 0; a NULL skips it; probs without NULL and with as many elements in every row (22023); probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.probability_accum(state mlops.probability, label text, probs float8[], classes text[], weight float8) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_accum_class';
COMMENT ON FUNCTION mlops_internal.probability_accum(mlops.probability, text, float8[], text[], float8) IS 'transition function: add a row of several classes; a NULL skips it; probs without NULL and with as many elements in every row and in classes, which have the label (22023); probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN)';

CREATE FUNCTION mlops_internal.probability_combine(state mlops.probability, other mlops.probability) RETURNS mlops.probability
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_combine';
COMMENT ON FUNCTION mlops_internal.probability_combine(mlops.probability, mlops.probability) IS 'sum of both; NULL is the empty state';

CREATE FUNCTION mlops.log_loss(state mlops.probability) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_log_loss';
COMMENT ON FUNCTION mlops.log_loss(mlops.probability) IS 'mean of -ln(probability given to the label), probabilities clipped to [2^-52, 1 - 2^-52]; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.log_loss(label boolean, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(boolean, float8) IS 'mean of -ln(probability given to the label), probabilities clipped to [2^-52, 1 - 2^-52]; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.log_loss(label boolean, probability float8, weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(boolean, float8, float8) IS 'mean of -ln(probability given to the label), probabilities clipped to [2^-52, 1 - 2^-52], each row counting as often as its weight says; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE AGGREGATE mlops.log_loss(label integer, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(integer, float8) IS 'mean of -ln(probability given to the label), probabilities clipped to [2^-52, 1 - 2^-52]; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.log_loss(label integer, probability float8, weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(integer, float8, float8) IS 'mean of -ln(probability given to the label), probabilities clipped to [2^-52, 1 - 2^-52], each row counting as often as its weight says; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE AGGREGATE mlops.log_loss(label_index integer, probs float8[]) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(integer, float8[]) IS 'mean of -ln(probability given to the true class), probabilities clipped to [2^-52, 1 - 2^-52] and divided by their sum; label_index is the place of the true class in probs, from 0 (else error 22023); probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.log_loss(label text, probs float8[], classes text[]) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(text, float8[], text[]) IS 'mean of -ln(probability given to the true class), probabilities clipped to [2^-52, 1 - 2^-52] and divided by their sum; probs are in the order of classes, which have the label, else error 22023; probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.log_loss(label_index integer, probs float8[], weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(integer, float8[], float8) IS 'mean of -ln(probability given to the true class), probabilities clipped to [2^-52, 1 - 2^-52] and divided by their sum, each row counting as often as its weight says; label_index is the place of the true class in probs, from 0 (else error 22023); probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE AGGREGATE mlops.log_loss(label text, probs float8[], classes text[], weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.log_loss, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.log_loss(text, float8[], text[], float8) IS 'mean of -ln(probability given to the true class), probabilities clipped to [2^-52, 1 - 2^-52] and divided by their sum, each row counting as often as its weight says; probs are in the order of classes, which have the label, else error 22023; probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE FUNCTION mlops.brier_score(state mlops.probability) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_brier';
COMMENT ON FUNCTION mlops.brier_score(mlops.probability) IS 'mean of (probability - label)^2; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_score(label boolean, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(boolean, float8) IS 'mean of (probability - label)^2; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_score(label boolean, probability float8, weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(boolean, float8, float8) IS 'mean of (probability - label)^2, each row counting as often as its weight says; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE AGGREGATE mlops.brier_score(label integer, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(integer, float8) IS 'mean of (probability - label)^2; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_score(label integer, probability float8, weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(integer, float8, float8) IS 'mean of (probability - label)^2, each row counting as often as its weight says; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE AGGREGATE mlops.brier_score(label_index integer, probs float8[]) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(integer, float8[]) IS 'mean over rows of the sum over classes of (probability - 1 or 0)^2, from 0 to 2: with two classes twice the binary score; label_index is the place of the true class in probs, from 0 (else error 22023); probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_score(label text, probs float8[], classes text[]) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(text, float8[], text[]) IS 'mean over rows of the sum over classes of (probability - 1 or 0)^2, from 0 to 2: with two classes twice the binary score; probs are in the order of classes, which have the label, else error 22023; probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL without rows, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_score(label_index integer, probs float8[], weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(integer, float8[], float8) IS 'mean over rows of the sum over classes of (probability - 1 or 0)^2, from 0 to 2: with two classes twice the binary score, each row counting as often as its weight says; label_index is the place of the true class in probs, from 0 (else error 22023); probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE AGGREGATE mlops.brier_score(label text, probs float8[], classes text[], weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_score(text, float8[], text[], float8) IS 'mean over rows of the sum over classes of (probability - 1 or 0)^2, from 0 to 2: with two classes twice the binary score, each row counting as often as its weight says; probs are in the order of classes, which have the label, else error 22023; probs without NULL and with as many elements in every row, else error 22023; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL without rows or when all weights are 0, NaN when a probability or weight is NaN';

CREATE FUNCTION mlops.brier_skill_score(state mlops.probability) RETURNS float8
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mlops_probability_brier_skill';
COMMENT ON FUNCTION mlops.brier_skill_score(mlops.probability) IS '1 - Brier score / that of always predicting the base rate; NULL unless both classes are present, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_skill_score(label boolean, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_skill_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_skill_score(boolean, float8) IS '1 - Brier score / that of always predicting the base rate; probability outside [0, 1]: error 22003; rows with a NULL are skipped; NULL unless both classes are present, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_skill_score(label boolean, probability float8, weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_skill_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_skill_score(boolean, float8, float8) IS '1 - Brier score / that of always predicting the base rate, each row counting as often as its weight says; probability outside [0, 1]: error 22003; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes are present, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_skill_score(label integer, probability float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_skill_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_skill_score(integer, float8) IS '1 - Brier score / that of always predicting the base rate; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; rows with a NULL are skipped; NULL unless both classes are present, NaN when a probability is NaN';

CREATE AGGREGATE mlops.brier_skill_score(label integer, probability float8, weight float8) (
    SFUNC = mlops_internal.probability_accum, STYPE = mlops.probability,
    FINALFUNC = mlops.brier_skill_score, FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = mlops_internal.probability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mlops.brier_skill_score(integer, float8, float8) IS '1 - Brier score / that of always predicting the base rate, each row counting as often as its weight says; probability outside [0, 1]: error 22003, label other than 0 and 1: error 22023; weight finite and not negative (22023; NaN: NaN); rows with a NULL are skipped; NULL unless both classes are present, NaN when a probability is NaN';

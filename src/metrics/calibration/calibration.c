/*-------------------------------------------------------------------------
 *
 * calibration.c
 *	  mlops.calibration: the state of the calibration metrics of labels and
 *	  probabilities.
 *
 * Bins of equal width need counts and sums.  The sums are kept in fixed point,
 * units of 2^-80, as 128-bit integers: exact for probabilities above 2^-27,
 * right to 2^-80 below, and the same for any order of rows.  Bins of equal
 * numbers of rows need all probabilities.
 *
 * A row with a NULL is skipped, NaN makes the metrics NaN, a probability outside
 * [0, 1] is an error at once.  Metrics of no row are NULL.
 *
 * Stored layout, version 1: strategy as a byte; n_bins and n_nan as varints;
 * then, uniform: for each bin n, positives as varints and, unless n is 0, the
 * sum as 16 bytes; quantile: for labels 0 and 1, n as varint and the
 * probabilities in ascending order, 8 bytes each.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/calibration.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "metrics/calibration/bins.h"
#include "core/engine/row_count.h"
#include "metrics/calibration/kept_probabilities.h"
#include "metrics/calibration/bins_arg.h"
#include "metrics/shared/arguments.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

typedef MlopsUnsignedWide Fixed;

typedef struct FixedBin
{
	int64_t n;
	int64_t positives;
	uint64_t low; /* of the sum, in units of 2^-80 */
	uint64_t high;
} FixedBin;

typedef struct Calibration
{
	MlopsSummary base;
	uint8_t strategy; /* 0 no row yet, 1 uniform, 2 quantile */
	int n_bins;
	int64_t n_nan;
	FixedBin *bins;               /* n_bins of them, if uniform */
	MlopsProbabilities sample[2]; /* by label, if quantile */
} Calibration;

static void calibration_settle(MlopsSummary *summary);
static void calibration_write(const MlopsSummary *summary, MlopsWriter *w);
static void calibration_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void calibration_merge(MlopsSummary *into, MlopsSummary *from);
static Datum calibration_accumulate(FunctionCallInfo fcinfo, bool label);

static const MlopsSummaryClass calibration_class = {.type_name = "calibration",
													.tag = MLOPS_TAG_CALIBRATION,
													.version = 1,
													.struct_size = sizeof(Calibration),
													.settle = calibration_settle,
													.write = calibration_write,
													.read = calibration_read,
													.merge = calibration_merge};

MLOPS_SUMMARY_FUNCTIONS(&calibration_class, mlops_calibration_in, mlops_calibration_out,
						mlops_calibration_recv, mlops_calibration_send, mlops_calibration_combine)

PG_FUNCTION_INFO_V1(mlops_calibration_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_calibration_accum_integer);
PG_FUNCTION_INFO_V1(mlops_calibration_expected);
PG_FUNCTION_INFO_V1(mlops_calibration_maximum);
PG_FUNCTION_INFO_V1(mlops_calibration_bins);

/* (state, label, probability [, n_bins [, strategy]]) */
Datum
mlops_calibration_accum_boolean(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return calibration_accumulate(fcinfo, PG_GETARG_BOOL(1));
}

/* (state, label, probability [, n_bins [, strategy]]) */
Datum
mlops_calibration_accum_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return calibration_accumulate(fcinfo, mlops_label_from_int(PG_GETARG_INT32(1)));
}

static uint8_t
strategy_arg(FunctionCallInfo fcinfo)
{
	if (PG_NARGS() < 5 || PG_ARGISNULL(4))
		return 1;
	return mlops_is_quantile(PG_GETARG_TEXT_PP(4)) ? 2 : 1;
}

/* the same options in all rows */
static void
set_options(Calibration *s, uint8_t strategy, int n_bins)
{
	if (s->strategy == strategy && s->n_bins == n_bins)
		return;
	mlops_check_bins(n_bins);
	if (s->strategy != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in all rows",
							   s->n_bins != n_bins ? "n_bins" : "strategy")));
	s->strategy = strategy;
	s->n_bins = n_bins;
	if (strategy == 1)
		s->bins = mlops_alloc(s->base.owner, (size_t) n_bins * sizeof(FixedBin));
}

static Fixed
fixed_sum(const FixedBin *bin)
{
	return (Fixed) bin->high << 64 | bin->low;
}

static void
set_fixed_sum(FixedBin *bin, Fixed sum)
{
	bin->low = (uint64_t) sum;
	bin->high = (uint64_t) (sum >> 64);
}

static Datum
calibration_accumulate(FunctionCallInfo fcinfo, bool label)
{
	Calibration *s = (Calibration *) mlops_summary_state(fcinfo, &calibration_class);
	double p = PG_GETARG_FLOAT8(2) + 0.0;

	mlops_check_probability(p, "probability");
	set_options(s, strategy_arg(fcinfo),
				PG_NARGS() < 4 || PG_ARGISNULL(3) ? MLOPS_CALIBRATION_BINS_DEFAULT :
													PG_GETARG_INT32(3));
	if (isnan(p))
		s->n_nan++;
	else if (s->strategy == 2)
		mlops_probabilities_append(s->base.owner, &s->sample[label], p);
	else
	{
		FixedBin *bin = &s->bins[mlops_calibration_bin(p, s->n_bins)];

		bin->n++;
		bin->positives += label;
		set_fixed_sum(bin, fixed_sum(bin) + (Fixed) (p * 0x1p80));
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

static MlopsDD
sum_of(const FixedBin *bin)
{
	MlopsDD sum = mlops_dd_sum((double) bin->high * 0x1p-16, (double) (bin->low >> 32) * 0x1p-48);

	return mlops_dd_add(sum, mlops_dd((double) (bin->low & 0xffffffff) * 0x1p-80));
}

static MlopsCalibration
uniform_bins(const Calibration *s)
{
	MlopsCalibration c = {.n_bins = s->n_bins};

	c.bins = palloc0((size_t) s->n_bins * sizeof(*c.bins));
	for (int i = 0; s->bins != NULL && i < s->n_bins; i++)
	{
		const FixedBin *bin = &s->bins[i];

		if (bin->n == 0)
			continue;
		c.n += bin->n;
		c.bins[i] = (MlopsCalibrationBin) {.n = bin->n,
										   .lower = mlops_calibration_lower(i, s->n_bins),
										   .upper = mlops_calibration_lower(i + 1, s->n_bins),
										   .positives = mlops_dd((double) bin->positives),
										   .sum = sum_of(bin)};
	}
	return c;
}

/* the bins, none without rows */
static MlopsCalibration
bins_of(Calibration *s)
{
	MlopsRanking r =
		{.n_negative = (int64_t) s->sample[0].n,
		 .n_positive = (int64_t) s->sample[1].n,
		 .negatives = {.n = (int64_t) s->sample[0].n, .width = 1, .values = s->sample[0].values},
		 .positives = {.n = (int64_t) s->sample[1].n, .width = 1, .values = s->sample[1].values}};

	if (s->strategy != 2)
		return uniform_bins(s);
	if (r.n_negative + r.n_positive == 0)
		return (MlopsCalibration) {0};
	return mlops_calibration(CurrentMemoryContext, &r, s->n_bins, true);
}

static Datum
error_metric(FunctionCallInfo fcinfo, double (*metric)(const MlopsCalibration *))
{
	Calibration *s = (Calibration *) mlops_summary_arg(fcinfo, 0, &calibration_class);
	MlopsCalibration c;

	if (s->n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	c = bins_of(s);
	if (c.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(metric(&c));
}

Datum
mlops_calibration_expected(PG_FUNCTION_ARGS)
{
	return error_metric(fcinfo, mlops_calibration_expected_error);
}

Datum
mlops_calibration_maximum(PG_FUNCTION_ARGS)
{
	return error_metric(fcinfo, mlops_calibration_maximum_error);
}

/* the final function of calibration_curve: an array of mlops.calibration_bin */
Datum
mlops_calibration_bins(PG_FUNCTION_ARGS)
{
	Calibration *s = (Calibration *) mlops_summary_arg(fcinfo, 0, &calibration_class);
	Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	MlopsCalibration c;
	TupleDesc desc;
	Datum *elements;
	int n = 0;

	if (s->n_nan > 0)
		PG_RETURN_NULL();
	c = bins_of(s);
	if (c.n == 0)
		PG_RETURN_NULL();
	desc = lookup_rowtype_tupdesc_copy(type, -1);
	elements = palloc((size_t) c.n_bins * sizeof(Datum));
	for (int i = 0; i < c.n_bins; i++)
	{
		Datum values[MLOPS_CALIBRATION_COLUMNS];
		bool nulls[MLOPS_CALIBRATION_COLUMNS] = {false};

		if (c.bins[i].n == 0)
			continue;
		mlops_calibration_row(&c, i, values);
		elements[n++] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, n, type, -1, false, TYPALIGN_DOUBLE));
}

static void
calibration_settle(MlopsSummary *summary)
{
	Calibration *s = (Calibration *) summary;

	for (int label = 0; label < 2; label++)
		mlops_probabilities_sort(s->base.owner, &s->sample[label]);
}

static void
write_bin(const FixedBin *bin, MlopsWriter *w)
{
	mlops_put_varint(w, bin->n);
	if (bin->n == 0)
		return;
	mlops_put_varint(w, bin->positives);
	mlops_put_u64(w, bin->low);
	mlops_put_u64(w, bin->high);
}

static void
calibration_write(const MlopsSummary *summary, MlopsWriter *w)
{
	const Calibration *s = (const Calibration *) summary;

	mlops_put_u8(w, s->strategy);
	mlops_put_varint(w, s->n_bins);
	mlops_put_varint(w, s->n_nan);
	for (int i = 0; s->strategy == 1 && i < s->n_bins; i++)
		write_bin(&s->bins[i], w);
	for (int label = 0; s->strategy == 2 && label < 2; label++)
		mlops_probabilities_write(&s->sample[label], w);
}

static void
read_bin(FixedBin *bin, MlopsReader *r)
{
	bin->n = mlops_get_count(r);
	if (bin->n == 0)
		return;
	bin->positives = mlops_get_count(r);
	bin->low = mlops_get_u64(r);
	bin->high = mlops_get_u64(r);
	if (bin->positives > bin->n || fixed_sum(bin) > (Fixed) bin->n << 80)
		mlops_read_fail(r, "malformed bin");
}

static void
calibration_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	Calibration *s = (Calibration *) summary;
	uint8_t strategy = mlops_get_u8(r);
	uint64_t n_bins = mlops_get_varint(r);

	s->n_nan = mlops_get_count(r);
	if (strategy < 1 || strategy > 2 || n_bins < 1 || n_bins > MLOPS_CALIBRATION_BINS_MAX)
		mlops_read_fail(r, "malformed options");
	if (r->problem != NULL)
		return;
	set_options(s, strategy, (int) n_bins);
	for (int i = 0; strategy == 1 && i < s->n_bins; i++)
		read_bin(&s->bins[i], r);
	for (int label = 0; strategy == 2 && label < 2; label++)
		mlops_probabilities_read(s->base.owner, &s->sample[label], r);
}

static void
calibration_merge(MlopsSummary *into, MlopsSummary *from)
{
	Calibration *a = (Calibration *) into;
	const Calibration *b = (const Calibration *) from;

	if (b->strategy == 0)
		return;
	set_options(a, b->strategy, b->n_bins);
	a->n_nan = mlops_count_add(a->n_nan, b->n_nan);
	for (int i = 0; b->strategy == 1 && i < b->n_bins; i++)
	{
		a->bins[i].n = mlops_count_add(a->bins[i].n, b->bins[i].n);
		a->bins[i].positives += b->bins[i].positives;
		set_fixed_sum(&a->bins[i], fixed_sum(&a->bins[i]) + fixed_sum(&b->bins[i]));
	}
	for (int label = 0; label < 2; label++)
		mlops_probabilities_merge(a->base.owner, &a->sample[label], &b->sample[label]);
}

/*-------------------------------------------------------------------------
 *
 * two_samples.c
 *	  mlops.two_samples: the exact state of statistics on two samples.
 *
 * The state keeps every value (kept_samples.h): 8 bytes a row, as much again while
 * sorting, and on disk what mlops.work_mem has no room for.  NULL in an argument
 * skips the row; NaN makes every result NaN; a metric that needs a class which is
 * absent is NULL.
 *
 * Final functions see nothing but the state, so an aggregate's option travels
 * in it.  Stored: the samples, then the option as varint if there is one.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/samples/two_samples.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "samples/kept_samples.h"

typedef struct TwoSamples
{
	MlopsSummary base;
	MlopsSamples samples;
	int64 option; /* 0 = none */
} TwoSamples;

static void two_samples_init(MlopsSummary *summary);
static void two_samples_settle(MlopsSummary *summary);
static void two_samples_write(const MlopsSummary *summary, MlopsWriter *w);
static void two_samples_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void two_samples_merge(MlopsSummary *into, MlopsSummary *from);
static void two_samples_absorb(MlopsSummary *into, MlopsReader *r, uint8_t version);
static int64 read_option(MlopsReader *r);
static Datum two_samples_accumulate(FunctionCallInfo fcinfo, float8 value, bool flag);

const MlopsSummaryClass mlops_two_samples_class = {.type_name = "two_samples",
												   .tag = MLOPS_TAG_TWO_SAMPLES,
												   .version = 1,
												   .struct_size = sizeof(TwoSamples),
												   .init = two_samples_init,
												   .settle = two_samples_settle,
												   .write = two_samples_write,
												   .read = two_samples_read,
												   .merge = two_samples_merge,
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
												   .absorb = two_samples_absorb
#endif
};

MLOPS_SUMMARY_FUNCTIONS(&mlops_two_samples_class, mlops_two_samples_in, mlops_two_samples_out,
						mlops_two_samples_recv, mlops_two_samples_send, mlops_two_samples_combine)

PG_FUNCTION_INFO_V1(mlops_two_samples_accum);
PG_FUNCTION_INFO_V1(mlops_two_samples_accum_boolean);
PG_FUNCTION_INFO_V1(mlops_two_samples_accum_integer);

/* (state, value, flag) */
Datum
mlops_two_samples_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return two_samples_accumulate(fcinfo, PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2));
}

/* (state, label, score) */
Datum
mlops_two_samples_accum_boolean(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return two_samples_accumulate(fcinfo, PG_GETARG_FLOAT8(2), PG_GETARG_BOOL(1));
}

/* (state, label, score) */
Datum
mlops_two_samples_accum_integer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return mlops_state_unchanged(fcinfo);
	return two_samples_accumulate(fcinfo, PG_GETARG_FLOAT8(2),
								  mlops_label_from_int(PG_GETARG_INT32(1)));
}

MlopsSortedSamples
mlops_two_samples_sorted(MlopsSummary *state)
{
	MlopsSamples *s = &((TwoSamples *) state)->samples;
	MlopsSortedSamples result = {.n_nan = s->side[0].n_nan + s->side[1].n_nan,
								 .option = ((TwoSamples *) state)->option};

	for (int flag = 0; flag < 2; flag++)
	{
		result.sample[flag] = mlops_samples_sorted(s, flag, CurrentMemoryContext);
		result.n[flag] = result.sample[flag].n;
	}
	return result;
}

MlopsSortedSamples
mlops_two_samples_arg(FunctionCallInfo fcinfo, int argno)
{
	return mlops_two_samples_sorted(mlops_summary_arg(fcinfo, argno, &mlops_two_samples_class));
}

void
mlops_two_samples_add(MlopsSummary *state, double value, bool flag)
{
	mlops_samples_append(&((TwoSamples *) state)->samples, value, flag);
}

void
mlops_two_samples_option(MlopsSummary *state, int64_t option, const char *name)
{
	TwoSamples *s = (TwoSamples *) state;

	if (s->option != 0 && s->option != option)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in all rows of an aggregate", name)));
	s->option = option;
}

static Datum
two_samples_accumulate(FunctionCallInfo fcinfo, float8 value, bool flag)
{
	MlopsSummary *state = mlops_summary_state(fcinfo, &mlops_two_samples_class);

	mlops_samples_append(&((TwoSamples *) state)->samples, value, flag);
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, state));
}

static void
two_samples_init(MlopsSummary *summary)
{
	MlopsSamples *s = &((TwoSamples *) summary)->samples;

	s->owner = summary->owner;
	s->width = 1;
}

/* Sorted, equal states have equal bytes, and a worker sorts before it sends. */
static void
two_samples_settle(MlopsSummary *summary)
{
	mlops_samples_sort(&((TwoSamples *) summary)->samples);
}

static void
two_samples_write(const MlopsSummary *summary, MlopsWriter *w)
{
	/* bringing it in one piece does not change the value */
	TwoSamples *s = (TwoSamples *) summary;

	mlops_samples_write(&s->samples, w);
	if (s->option != 0)
		mlops_put_varint(w, s->option);
}

static void
two_samples_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_samples_read(&((TwoSamples *) summary)->samples, r);
	((TwoSamples *) summary)->option = read_option(r);
}

static void
two_samples_absorb(MlopsSummary *into, MlopsReader *r, uint8_t version)
{
	int64 option;

	mlops_samples_absorb(&((TwoSamples *) into)->samples, r);
	option = read_option(r);
	if (option != 0)
		mlops_two_samples_option(into, option, "option");
}

static int64
read_option(MlopsReader *r)
{
	uint64_t option;

	if (r->problem != NULL || mlops_read_left(r) == 0)
		return 0;
	option = mlops_get_varint(r);
	if (option == 0 || option > INT64_MAX)
		mlops_read_fail(r, "value is followed by other bytes");
	return r->problem != NULL ? 0 : (int64) option;
}

static void
two_samples_merge(MlopsSummary *into, MlopsSummary *from)
{
	if (((TwoSamples *) from)->option != 0)
		mlops_two_samples_option(into, ((TwoSamples *) from)->option, "option");
	mlops_samples_merge(&((TwoSamples *) into)->samples, &((TwoSamples *) from)->samples);
}

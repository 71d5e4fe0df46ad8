/*-------------------------------------------------------------------------
 *
 * profile_stats.c
 *	  What a profile knows: moments, quantiles, distinct values.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile_stats.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <float.h>

#include "core/engine/dd.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* how many units of mlops_profile_number one unit of a key's value is */
static double
unit_of(MlopsKind kind)
{
	switch (kind)
	{
		case MLOPS_KIND_TIMESTAMPTZ:
		case MLOPS_KIND_TIMESTAMP:
		case MLOPS_KIND_TIME:
			return 1e-6;
		case MLOPS_KIND_DATE:
			return SECS_PER_DAY;
		default:
			return 1.0;
	}
}

/* ISO style whatever the session's settings; timestamptz in UTC */
static char *
time_text(MlopsKind kind, int64_t value)
{
	char buffer[MAXDATELEN + 1];
	struct pg_tm tm;
	fsec_t fsec;

	if (kind == MLOPS_KIND_DATE)
	{
		j2date((int) value + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, buffer);
		return pstrdup(buffer);
	}
	if (kind == MLOPS_KIND_TIME)
	{
		time2tm(value, &tm, &fsec);
		EncodeTimeOnly(&tm, fsec, false, 0, USE_ISO_DATES, buffer);
		return pstrdup(buffer);
	}
	if (timestamp2tm(value, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	tm.tm_isdst = 0; /* negative would leave the zone out */
	EncodeDateTime(&tm, fsec, kind == MLOPS_KIND_TIMESTAMPTZ, 0, NULL, USE_ISO_DATES, buffer);
	return pstrdup(buffer);
}

char *
mlops_profile_text(MlopsKind kind, uint64_t key)
{
	switch (kind)
	{
		case MLOPS_KIND_FLOAT:
		{
			char *text = palloc(DOUBLE_SHORTEST_DECIMAL_LEN);

			double_to_shortest_decimal_buf(mlops_double_from_key(key), text);
			return text;
		}
		case MLOPS_KIND_BOOLEAN:
			return pstrdup(mlops_int64_from_key(key) ? "true" : "false");
		case MLOPS_KIND_INTEGER:
			return psprintf(INT64_FORMAT, (int64) mlops_int64_from_key(key));
		default:
			return time_text(kind, mlops_int64_from_key(key));
	}
}

const char *
mlops_profile_string(MlopsKind kind, const char *value, uint32_t *length)
{
	if (kind != MLOPS_KIND_UUID)
		return value;
	*length = 2 * UUID_LEN + 4;
	return DatumGetCString(DirectFunctionCall1(uuid_out, PointerGetDatum(value)));
}

bool
mlops_profile_is_exact(const MlopsProfile *p)
{
	if (p->text != NULL)
		return p->text->distinct == NULL;
	return p->histogram.shift == 0;
}

int64_t
mlops_profile_n_values(const MlopsProfile *p)
{
	if (p->text != NULL)
		return p->text->n;
	return p->histogram.total[0] + p->n_plus_inf + p->n_minus_inf;
}

double
mlops_profile_n_distinct(const MlopsProfile *p)
{
	int infinities = (p->n_plus_inf > 0) + (p->n_minus_inf > 0);
	const MlopsDistinct *sketch;

	if (p->text != NULL)
		return p->text->distinct == NULL ? (double) p->text->values.n :
										   rint(mlops_distinct_estimate(p->text->distinct));
	sketch = mlops_profile_sketch(p);
	if (sketch == NULL)
		return (double) p->histogram.n_cells + infinities;
	return rint(mlops_distinct_estimate(sketch)) + infinities;
}

/*
 * The dictionary's mean and sums of (x - mean)^k in double-double, scaled by a
 * power of two so that nothing overflows; the cells are in order, so the result
 * is a property of the data.  A constant has no deviations at all.
 */
static void
dictionary_moments(const MlopsProfile *p, double *mean, double central[5], int *scale)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	double largest = fmax(fabs(mlops_key_value(p->kind, p->min_key)),
						  fabs(mlops_key_value(p->kind, p->max_key)));
	MlopsDD m = mlops_dd(0.0);
	MlopsDD sums[5] = {{0, 0}};

	frexp(largest, scale);
	for (uint32_t i = 0; i < h->n_cells; i++)
		m = mlops_dd_add(m,
						 mlops_dd_multiply(mlops_dd(ldexp(mlops_key_value(p->kind, cells[i].cell),
														  -*scale)),
										   mlops_dd((double) cells[i].count[0])));
	m = mlops_dd_divide(m, mlops_dd((double) h->total[0]));
	*mean = ldexp(mlops_dd_value(m), *scale);
	m.hi = -m.hi;
	m.lo = -m.lo;
	for (uint32_t i = 0; i < h->n_cells && h->n_cells > 1; i++)
	{
		MlopsDD d =
			mlops_dd_add(mlops_dd(ldexp(mlops_key_value(p->kind, cells[i].cell), -*scale)), m);
		MlopsDD term = mlops_dd_multiply(d, mlops_dd((double) cells[i].count[0]));

		for (int k = 2; k <= 4; k++)
		{
			term = mlops_dd_multiply(term, d);
			sums[k] = mlops_dd_add(sums[k], term);
		}
	}
	for (int k = 2; k <= 4; k++)
		central[k] = mlops_dd_value(sums[k]);
}

/*
 * Moments from the dictionary, or from the power sums where these are accurate,
 * else unknown (NaN).  "scale": central[k] is to be multiplied by
 * 2^(k scale).
 */
static void
finite_moments(const MlopsProfile *p, double *mean, double central[5], int *scale)
{
	double largest;

	*scale = 0;
	if (p->histogram.shift == 0)
	{
		dictionary_moments(p, mean, central, scale);
		return;
	}
	largest = fmax(fabs(mlops_key_value(p->kind, p->min_key)),
				   fabs(mlops_key_value(p->kind, p->max_key)));
	*mean = mlops_powers_mean(&p->powers);
	for (int k = 2; k <= 4; k++)
	{
		double error;

		central[k] = mlops_powers_central(&p->powers, k, &error);
		/* powers that are no doubles, or have lost their digits */
		if (p->powers.n_overflow > 0 || k * ilogb(largest) < -1000)
			central[k] = get_float8_nan();
		if (!(error <= 1e-7 * fabs(central[k])))
		{
			/* a third moment near zero is known as well as its scale */
			double spread = pow(central[2] / (double) p->powers.n, 1.5);

			if (k != 3 || !(error <= 1e-9 * spread * (double) p->powers.n))
				central[k] = get_float8_nan();
		}
	}
}

/* the dictionary's values add up to the same bits as one by one */
double
mlops_profile_sum(const MlopsProfile *p)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	MlopsRepsum sum = {0};

	if (p->n_plus_inf + p->n_minus_inf > 0)
		return p->n_minus_inf == 0 ? get_float8_infinity() :
			   p->n_plus_inf == 0  ? -get_float8_infinity() :
									 get_float8_nan();
	if (p->text != NULL || h->n_cells == 0)
		return get_float8_nan();
	if (h->shift > 0)
		return mlops_repsum_value(&p->powers.sum[0]);
	for (uint32_t i = 0; i < h->n_cells; i++)
		mlops_repsum_add_times(&sum, mlops_key_value(p->kind, cells[i].cell), cells[i].count[0]);
	return mlops_repsum_value(&sum);
}

static MlopsMoments
from_central(double n, double mean, const double central[5], int scale)
{
	MlopsMoments m = {.n = (int64_t) n, .mean = mean};
	double variance = central[2] / n; /* population, scaled */

	m.variance = m.stddev = m.deviations = m.skewness = m.kurtosis = get_float8_nan();
	m.biased_skewness = m.biased_kurtosis = get_float8_nan();
	if (variance > 0)
	{
		m.biased_skewness = central[3] / n / (variance * sqrt(variance));
		m.biased_kurtosis = central[4] / n / (variance * variance) - 3;
	}
	if (n >= 2)
	{
		m.variance = ldexp(central[2] / (n - 1), 2 * scale);
		m.stddev = ldexp(sqrt(central[2] / (n - 1)), scale);
	}
	if (n >= 3 && variance > 0)
		m.skewness = m.biased_skewness * sqrt(n * (n - 1)) / (n - 2);
	if (n >= 4 && variance > 0)
		m.kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * m.biased_kurtosis + 6);
	return m;
}

MlopsMoments
mlops_profile_moments(const MlopsProfile *p)
{
	MlopsMoments m = {.n = mlops_profile_n_values(p)};
	double central[5];
	double mean;
	int scale;
	double unit = unit_of(p->kind);

	m.mean = m.variance = m.stddev = m.deviations = m.skewness = m.kurtosis = get_float8_nan();
	m.biased_skewness = m.biased_kurtosis = get_float8_nan();
	if (p->text != NULL || m.n == 0)
		return m;
	if (p->n_plus_inf > 0 || p->n_minus_inf > 0)
	{
		if (p->n_minus_inf == 0)
			m.mean = get_float8_infinity();
		else if (p->n_plus_inf == 0)
			m.mean = -get_float8_infinity();
		return m;
	}
	finite_moments(p, &mean, central, &scale);
	m = from_central((double) m.n, mlops_profile_in_units(p->kind, mean), central, scale);
	m.variance *= unit * unit;
	if (m.variance == 0 ? central[2] == 0 : m.variance >= DBL_MIN && isfinite(m.variance))
	{
		m.stddev = sqrt(m.variance);
		m.deviations = m.variance * (double) (m.n - 1);
	}
	else
	{
		m.stddev *= unit;
		m.deviations = central[2] * unit * unit;
		m.scale = scale;
	}
	return m;
}

/*
 * a + fraction (b - a), as percentile_cont; equal ends need no arithmetic, and
 * a distance beyond the range of float8 is no infinite result
 */
static double
between(double a, double b, double fraction)
{
	if (a == b || fraction == 0.0)
		return a;
	if (isfinite(a) && isfinite(b) && isinf(b - a))
		return a * (1 - fraction) + b * fraction;
	return a + fraction * (b - a);
}

/*
 * The value of rank r (from 0) among all values: where it certainly lies, and a
 * guess inside its cell, as if the cell's values were evenly spread.
 */
static void
value_of_rank(const MlopsProfile *p, int64_t rank, double *lower, double *upper, double *guess)
{
	MlopsHistogram *h = (MlopsHistogram *) &p->histogram;
	const MlopsCell *cells = mlops_histogram_cells(h);
	int64_t before = p->n_minus_inf;
	uint32_t i = 0;

	if (rank < before || rank >= before + h->total[0])
	{
		*lower = *upper = *guess = rank < before ? -get_float8_infinity() : get_float8_infinity();
		return;
	}
	while (rank >= before + cells[i].count[0])
		before += cells[i++].count[0];
	*lower = mlops_profile_number(p->kind, Max(mlops_cell_first(h, cells[i].cell), p->min_key));
	*upper = mlops_profile_number(p->kind, Min(mlops_cell_last(h, cells[i].cell), p->max_key));
	*guess = between(*lower, *upper, ((double) (rank - before) + 0.5) / (double) cells[i].count[0]);
}

double
mlops_profile_quantile(const MlopsProfile *p, double q, double *lower, double *upper)
{
	int64_t n = p->text != NULL ? 0 : mlops_profile_n_values(p);
	double at = q * (double) (n - 1);
	int64_t rank = (int64_t) floor(at);
	double fraction = at - floor(at);
	double l[2], u[2], g[2];

	if (n == 0)
		return *lower = *upper = get_float8_nan();
	rank = Min(Max(rank, 0), n - 1);
	value_of_rank(p, rank, &l[0], &u[0], &g[0]);
	value_of_rank(p, Min(rank + 1, n - 1), &l[1], &u[1], &g[1]);
	*lower = between(l[0], l[1], fraction);
	*upper = between(u[0], u[1], fraction);
	if (*lower != *upper && fraction != 0.0)
	{
		/* rounding must not push the quantile out */
		*lower = Max(l[0], *lower - fabs(*lower) * 0x1p-50);
		*upper = Min(u[1], *upper + fabs(*upper) * 0x1p-50);
	}
	return between(g[0], g[1], fraction);
}

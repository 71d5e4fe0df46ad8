/*-------------------------------------------------------------------------
 *
 * detectors.c
 *	  Change detectors over a series: see detectors.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/detectors/detectors.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/detectors/detectors.h"

void
mlops_page_hinkley_add(MlopsPageHinkley *s, double x, double delta, double alpha)
{
	if (s->alarmed)
		memset(s, 0, sizeof(*s));
	s->n++;
	s->mean += (x - s->mean) / (double) s->n;
	s->rise = fmax(0.0, alpha * s->rise + (x - s->mean - delta));
	s->fall = fmax(0.0, alpha * s->fall + (s->mean - x - delta));
}

void
mlops_running_add(MlopsRunning *s, double x)
{
	double d = x - s->mean;

	s->n++;
	s->mean += d / (double) s->n;
	s->m2 += d * (x - s->mean);
}

double
mlops_running_sd(const MlopsRunning *s, int ddof)
{
	if (s->n <= ddof)
		return NAN;
	return sqrt(s->m2 / (double) (s->n - ddof));
}

void
mlops_cusum_add(MlopsCusum *s, double z, double k)
{
	if (s->alarmed)
	{
		s->upper = 0.0;
		s->lower = 0.0;
		s->alarmed = false;
	}
	s->upper = fmax(0.0, s->upper + z - k);
	s->lower = fmax(0.0, s->lower - z - k);
}

/*
 * The exact limits, not their asymptote: they are narrow at first.
 */
void
mlops_ewma_add(MlopsEwma *s, double x, double target, double lambda, double *half_width)
{
	if (s->n == 0 || s->alarmed)
	{
		s->n = 0;
		s->z = target;
		s->alarmed = false;
	}
	s->n++;
	s->z = lambda * x + (1.0 - lambda) * s->z;
	*half_width = sqrt(lambda / (2.0 - lambda) * (1.0 - pow(1.0 - lambda, 2.0 * (double) s->n)));
}

static double
adwin_bucket_size(int row)
{
	return ldexp(1.0, row);
}

static void
adwin_drop_oldest(MlopsAdwinRow *row, int n)
{
	row->n -= n;
	memmove(row->bucket, row->bucket + n, (size_t) row->n * sizeof(row->bucket[0]));
}

/* a row that is too full hands its two oldest buckets on, as one */
static void
adwin_compress(MlopsAdwin *s, int max_buckets)
{
	for (int r = 0; r < s->n_rows && r < MLOPS_ADWIN_ROWS - 1; r++)
	{
		MlopsAdwinRow *row = &s->row[r];
		MlopsAdwinRow *next = &s->row[r + 1];
		double n = adwin_bucket_size(r);
		double d;

		if (row->n <= max_buckets)
			break;
		if (r + 1 == s->n_rows)
			s->n_rows++;
		d = row->bucket[0].total / n - row->bucket[1].total / n;
		next->bucket[next->n].total = row->bucket[0].total + row->bucket[1].total;
		next->bucket[next->n].m2 = row->bucket[0].m2 + row->bucket[1].m2 + n / 2.0 * d * d;
		next->n++;
		adwin_drop_oldest(row, 2);
	}
}

static void
adwin_insert(MlopsAdwin *s, double x, int max_buckets)
{
	MlopsAdwinRow *first = &s->row[0];

	if (s->n_rows == 0)
		s->n_rows = 1;
	first->bucket[first->n].total = x;
	first->bucket[first->n].m2 = 0.0;
	first->n++;
	s->width += 1.0;
	if (s->width > 1.0)
	{
		double d = x - s->total / (s->width - 1.0);

		s->m2 += (s->width - 1.0) * d * d / s->width;
	}
	s->total += x;
	adwin_compress(s, max_buckets);
}

/* forget the oldest bucket of the window */
static void
adwin_shrink(MlopsAdwin *s)
{
	MlopsAdwinRow *row = &s->row[s->n_rows - 1];
	double n = adwin_bucket_size(s->n_rows - 1);
	double d;

	s->width -= n;
	s->total -= row->bucket[0].total;
	d = row->bucket[0].total / n - s->total / s->width;
	s->m2 -= row->bucket[0].m2 + n * s->width * d * d / (n + s->width);
	adwin_drop_oldest(row, 1);
	while (s->n_rows > 1 && s->row[s->n_rows - 1].n == 0)
		s->n_rows--;
}

/*
 * Do the means of the n0 oldest points (sum u0) and of the rest differ by more
 * than chance allows?  The bound is that of the paper's section 3.2 with the
 * variance of the window and smallest parts of min_window points.
 */
static bool
adwin_differs(const MlopsAdwin *s, double n0, double u0, const MlopsAdwinOptions *o)
{
	double n1 = s->width - n0;
	double d = log(2.0 * log(s->width) / o->delta);
	double m, epsilon;

	if (n0 < o->min_window || n1 < o->min_window)
		return false;
	m = 1.0 / (n0 - o->min_window + 1) + 1.0 / (n1 - o->min_window + 1);
	epsilon = sqrt(2.0 * m * (s->m2 / s->width) * d) + 2.0 / 3.0 * d * m;
	return fabs(u0 / n0 - (s->total - u0) / n1) > epsilon;
}

/* Is there a cut between two buckets, from the oldest on? */
static bool
adwin_has_cut(const MlopsAdwin *s, const MlopsAdwinOptions *o)
{
	double n0 = 0.0;
	double u0 = 0.0;

	for (int r = s->n_rows - 1; r >= 0; r--)
	{
		for (int k = 0; k < s->row[r].n; k++)
		{
			n0 += adwin_bucket_size(r);
			u0 += s->row[r].bucket[k].total;
			if (adwin_differs(s, n0, u0, o))
				return true;
		}
	}
	return false;
}

bool
mlops_adwin_add(MlopsAdwin *s, double x, const MlopsAdwinOptions *o)
{
	bool cut = false;

	if (s->alarmed)
		memset(s, 0, sizeof(*s));
	adwin_insert(s, x, o->max_buckets);
	s->ticks++;
	if (s->ticks % o->clock != 0 || s->width <= o->grace)
		return false;
	while (adwin_has_cut(s, o))
	{
		cut = true;
		adwin_shrink(s);
	}
	return cut;
}

/*-------------------------------------------------------------------------
 *
 * season.c
 *	  A number beside those of its season in the past; see season.h.
 *
 * g is the identity, the logarithm or the logit.  What is expected is the median
 * of g over the last values of the same phase.  The past is judged as the present
 * is, each value by those before it, and all residuals together give one spread:
 * a phase alone has too few.  Sampling is added, so where the past never moved
 * the present may still move by chance.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/season.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/size/season.h"

#include "drift/size/calibration.h"

#define NORMAL_MAD 1.4826

/* half a row where there is none, and at the other end of a share; NaN: not defined */
static double
transformed(const MlopsSeason *s, double x)
{
	double least = s->n >= 1 ? 0.5 / s->n : 1e-9;

	switch (s->transform)
	{
		case MLOPS_IDENTITY:
			return x;
		case MLOPS_LN:
			/* a count, unless an error is given */
			return isnan(s->standard_error) && x >= 0 ? log(fmax(x, 0.5)) : x > 0 ? log(x) : NAN;
		case MLOPS_LOGIT:
			if (!(x >= 0 && x <= 1))
				return NAN;
			x = fmin(fmax(x, least), 1 - least);
			return log(x / (1 - x));
	}
	return NAN;
}

static double
untransformed(const MlopsSeason *s, double g)
{
	return s->transform == MLOPS_LN ? exp(g) : s->transform == MLOPS_LOGIT ? 1 / (1 + exp(-g)) : g;
}

/* variance of the transformed value by sampling alone */
static double
sampling(const MlopsSeason *s, double expected)
{
	double slope = 1; /* of the transform */

	if (s->transform == MLOPS_LN)
		slope = 1 / expected;
	else if (s->transform == MLOPS_LOGIT)
		slope = 1 / (expected * (1 - expected));
	if (!isnan(s->standard_error))
		return slope * slope * s->standard_error * s->standard_error;
	if (s->transform == MLOPS_LN)
		return 1 / expected;
	return s->transform == MLOPS_LOGIT && s->n >= 1 ? slope / s->n : 0;
}

/* median of the last values of a phase before "end"; NaN without one */
static double
own_median(const double *g, const double *phases, double phase, int end)
{
	double own[MLOPS_SEASON_OWN];
	int n = 0;

	for (int i = end - 1; i >= 0 && n < MLOPS_SEASON_OWN; i--)
		if (phases[i] == phase && !isnan(g[i]))
			own[n++] = g[i];
	return n == 0 ? NAN : mlops_median_of(own, n);
}

MlopsBand
mlops_seasonal(void *owner, const MlopsSeason *s)
{
	MlopsBand band = {NAN, NAN, NAN, 0};
	double *g = mlops_alloc_doubles(owner, (size_t) s->k + 1);
	double residuals[MLOPS_SEASON_PAST];
	double center;
	double spread;

	for (int i = 0; i < s->k; i++)
		g[i] = transformed(s, s->history[i]);
	for (int i = s->k - 1; i >= 0 && band.k < MLOPS_SEASON_PAST; i--)
	{
		double off = fabs(g[i] - own_median(g, s->phases, s->phases[i], i));

		if (!isnan(off))
			residuals[band.k++] = off;
	}
	center = own_median(g, s->phases, s->phase, s->k);
	band.expected = untransformed(s, center);
	if (isnan(center) || band.k == 0)
		return band;
	spread = NORMAL_MAD * mlops_median_of(residuals, band.k);
	band.sigma = sqrt(spread * spread + sampling(s, band.expected));
	if (band.sigma > 0)
		band.t = (transformed(s, s->value) - center) / band.sigma;
	return band;
}

/*-------------------------------------------------------------------------
 *
 * bins.c
 *	  Bins for two samples of numbers; see bins.h.
 *
 * The rank of a quantile, j (n - 1) / bins, is computed in integers: its whole
 * part names the value, and its fraction is a single division.  Floating-point
 * ranks would miss edges such as 0.4 by an ulp, and a value that sits on an
 * edge would change bins.
 *
 * Values beyond those of the reference must not pass for its least or greatest one
 * where that has a bin to itself.  Above, the last edge is then the greatest value,
 * and what exceeds it lies in the bin behind.  Below, bins are (lo, hi]: where the
 * first edge is the least value, an edge just below it is put before.
 *
 * Equally wide bins with their numbers of bins: H. A. Sturges, Journal of the
 * American Statistical Association 21 (1926); D. P. Doane, American Statistician
 * 30 (1976), as numpy.histogram_bin_edges has them.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/bins.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/bins.h"

#include "drift/input/spread.h"

#define FEW_VALUES 20

/* Order statistics of the reference, asked for by ascending index. */
typedef struct OrderWalk
{
	const MlopsSteps *steps;
	MlopsStepCursor cursor;
	MlopsStep step;
} OrderWalk;

/* edges of bins, before anything is counted */
typedef struct Cuts
{
	int64_t n; /* edges */
	double *edge;
	bool left_closed; /* [lo, hi) rather than (lo, hi] */
	bool closed;      /* the first edge is the least value, the last the greatest */
	bool below;       /* the first bin is for less than the reference has, if any is */
} Cuts;

static void make_cuts(void *owner, const MlopsSteps *s, const MlopsBinSpec *spec, Cuts *cuts);
static void equal_width(void *owner, double low, double high, double n_bins, Cuts *cuts);
static void range_of(const MlopsSteps *s, bool pooled, double *low, double *high);
static double doane_bins(const MlopsSteps *s, double low, double high);
static bool has_few_values(const MlopsSteps *s);
static MlopsBins *bins_alloc(void *owner, int64_t n);
static MlopsBins *bins_by_value(void *owner, const MlopsSteps *s);
static void count(const MlopsSteps *s, const Cuts *cuts, MlopsBins *bins);
static void count_sorted(const MlopsSorted *sample, const Cuts *cuts, double *counts);
static int exact_quantiles(const MlopsSteps *s, int bins, double *edges);
static int coarse_quantiles(const MlopsSteps *s, int bins, double *edges);
static void end_below(const MlopsSteps *s, Cuts *cuts);
static MlopsStep least_step(const MlopsSteps *s);
static void drop_below(const Cuts *cuts, MlopsBins *bins);
static void put_edge(double *edges, int *n, double edge, double low);
static double order_statistic(OrderWalk *walk, int64_t index);
static double interpolate(double low, double high, double fraction);

MlopsBins *
mlops_bins(void *owner, const MlopsSteps *s, const MlopsBinSpec *spec)
{
	Cuts cuts = {0};
	MlopsBins *bins;

	if (spec->method == MLOPS_BINS_STURGES && has_few_values(s))
		return bins_by_value(owner, s);
	make_cuts(owner, s, spec, &cuts);

	/* closed: the last bin is for what lies outside, else bins around each edge */
	bins = bins_alloc(owner, cuts.closed ? cuts.n : cuts.n + 1);
	for (int64_t i = 0; i < bins->n; i++)
	{
		bins->lower[i] = cuts.closed ? cuts.edge[i] : i == 0 ? -INFINITY : cuts.edge[i - 1];
		bins->upper[i] = cuts.closed ? cuts.edge[i + 1 < cuts.n ? i + 1 : i] :
						 i == cuts.n ? INFINITY :
									   cuts.edge[i];
	}
	count(s, &cuts, bins);
	if (!cuts.closed)
	{
		drop_below(&cuts, bins);
		return bins;
	}
	bins->lower[bins->n - 1] = bins->upper[bins->n - 1] = NAN;
	if (bins->reference[bins->n - 1] + bins->current[bins->n - 1] == 0)
		bins->n--;
	return bins;
}

/* The bin below the reference's least value, where nobody is there: join it. */
static void
drop_below(const Cuts *cuts, MlopsBins *bins)
{
	if (!cuts->below || bins->reference[0] + bins->current[0] > 0)
		return;
	bins->n--;
	bins->lower++;
	bins->upper++;
	bins->reference++;
	bins->current++;
	bins->lower[0] = -INFINITY;
}

double *
mlops_bin_edges(void *owner, const MlopsSteps *s, const MlopsBinSpec *spec, int64_t *n_edges)
{
	Cuts cuts = {0};

	make_cuts(owner, s, spec, &cuts);
	*n_edges = cuts.closed ? cuts.n - 2 : cuts.n;
	return cuts.closed ? cuts.edge + 1 : cuts.edge;
}

static void
make_cuts(void *owner, const MlopsSteps *s, const MlopsBinSpec *spec, Cuts *cuts)
{
	double low = 0;
	double high = 0;
	double n_bins = 1;
	double width;

	switch (spec->method)
	{
		case MLOPS_BINS_QUANTILE:
			cuts->edge = mlops_alloc_doubles(owner, (size_t) spec->bins + 1);
			cuts->n = s->exact ? exact_quantiles(s, spec->bins, cuts->edge + 1) :
								 coarse_quantiles(s, spec->bins, cuts->edge + 1);
			end_below(s, cuts);
			return;
		case MLOPS_BINS_EDGES:
			cuts->n = spec->n_edges;
			cuts->edge = mlops_alloc_doubles(owner, cuts->n + 1);
			memcpy(cuts->edge, spec->edges, cuts->n * sizeof(double));
			return;
		case MLOPS_BINS_EQUAL_WIDTH:
			range_of(s, false, &low, &high);
			equal_width(owner, low, high, low == high ? 1 : spec->bins, cuts);
			if (low == high)
			{
				/* a constant: below it, it, and above */
				cuts->edge[0] = nextafter(low, -INFINITY);
				cuts->below = true;
				return;
			}
			cuts->edge++;
			cuts->n -= 2;
			return;
		case MLOPS_BINS_STURGES:
			range_of(s, true, &low, &high);
			n_bins = log2((double) s->n[0] + (double) s->n[1]) + 1;
			break;
		case MLOPS_BINS_DOANE:
			range_of(s, false, &low, &high);
			n_bins = doane_bins(s, low, high);
			break;
	}
	cuts->left_closed = cuts->closed = true;
	if (low == high)
	{
		equal_width(owner, low - 0.5, high + 0.5, 1, cuts);
		return;
	}
	/* as numpy: a width first, then as many of them as cover the range */
	width = (high - low) / n_bins;
	equal_width(owner, low, high,
				isfinite(width) && width > 0 ? ceil((high - low) / width) : ceil(n_bins), cuts);
}

/* also where the range is no double, or one of a few units in the last place */
static void
equal_width(void *owner, double low, double high, double n_bins, Cuts *cuts)
{
	double width = (high - low) / n_bins;

	n_bins = n_bins < MLOPS_BINS_MAX ? n_bins : MLOPS_BINS_MAX;
	cuts->n = (int64_t) n_bins + 1;
	cuts->edge = mlops_alloc_doubles(owner, cuts->n);
	for (int64_t i = 0; i < cuts->n; i++)
		cuts->edge[i] = isfinite(width) ?
							(double) i * width + low :
							(1 - (double) i / n_bins) * low + (double) i / n_bins * high;
	cuts->edge[cuts->n - 1] = high;
}

/* of the finite values; 0 .. 0 when there are none */
static void
range_of(const MlopsSteps *s, bool pooled, double *low, double *high)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	bool some = false;

	while (mlops_steps_next(s, &c, &step))
	{
		if (step.n[MLOPS_REFERENCE] + (pooled ? step.n[MLOPS_CURRENT] : 0) == 0 ||
			isinf(step.low) || isinf(step.high))
			continue;
		if (!some)
			*low = step.low;
		*high = step.high;
		some = true;
	}
}

/* 1 + log2 n + log2(1 + |skewness| / its standard deviation) */
static double
doane_bins(const MlopsSteps *s, double low, double high)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	double n = (double) s->n[MLOPS_REFERENCE];
	MlopsSpread spread;
	MlopsDD sum = {0, 0};
	double sd;

	if (n < 3 || low == high)
		return 1;
	spread = mlops_spread(s, MLOPS_REFERENCE);
	if (!isfinite(spread.deviations))
		return 1 + log2(n); /* infinite values have no skewness */
	sd = sqrt(spread.deviations / n);
	while (mlops_steps_next(s, &c, &step))
	{
		double x = mlops_step_middle(&step);
		double z =
			((spread.scale == 0 ? x : ldexp(x, -spread.scale)) - mlops_dd_value(spread.mean)) / sd;

		if (step.n[MLOPS_REFERENCE] > 0)
			sum = mlops_dd_add(sum, mlops_dd((double) step.n[MLOPS_REFERENCE] * z * z * z));
	}
	return 1 + log2(n) +
		   log2(1 + fabs(mlops_dd_value(sum) / n) / sqrt(6 * (n - 2) / ((n + 1) * (n + 3))));
}

static bool
has_few_values(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	int distinct = 0;

	while (distinct <= FEW_VALUES && mlops_steps_next(s, &c, &step))
		if (step.n[MLOPS_REFERENCE] > 0)
			distinct += step.low == step.high ? 1 : FEW_VALUES + 1;
	return distinct <= FEW_VALUES;
}

/*
 * Quantiles from edge[1] on: where the first is the least value, or the end of
 * the least step, what lies below it gets a bin of its own.
 */
static void
end_below(const MlopsSteps *s, Cuts *cuts)
{
	MlopsStep least = least_step(s);

	double below = nextafter(least.low, -INFINITY);
	bool apart = cuts->n > 0 && cuts->edge[1] == below; /* by put_edge */

	cuts->below = cuts->n > 0 && (apart || cuts->edge[1] == least.high) && !isinf(least.low);
	if (!cuts->below || apart)
	{
		cuts->edge++;
		return;
	}
	cuts->edge[0] = below;
	cuts->n++;
}

/* the first step that the reference has a part in */
static MlopsStep
least_step(const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step = {0};

	if (s->steps == NULL)
	{
		step.low = step.high = mlops_sorted_key(&s->sample[MLOPS_REFERENCE], 0);
		return step;
	}
	while (mlops_steps_next(s, &c, &step) && step.n[MLOPS_REFERENCE] == 0)
		;
	return step;
}

static MlopsBins *
bins_alloc(void *owner, int64_t n)
{
	MlopsBins *bins = mlops_alloc(owner, sizeof(MlopsBins));
	double *memory = mlops_alloc_doubles(owner, 4 * (size_t) n);

	*bins = (MlopsBins) {.n = n,
						 .lower = memory,
						 .upper = memory + n,
						 .reference = memory + 2 * n,
						 .current = memory + 3 * n};
	return bins;
}

static MlopsBins *
bins_by_value(void *owner, const MlopsSteps *s)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	int64_t n = 0;
	MlopsBins *bins;

	while (mlops_steps_next(s, &c, &step))
		n++;
	bins = bins_alloc(owner, n);
	c = (MlopsStepCursor) {0};
	for (n = 0; mlops_steps_next(s, &c, &step); n++)
	{
		bins->lower[n] = step.low;
		bins->upper[n] = step.high;
		bins->reference[n] = (double) step.n[MLOPS_REFERENCE];
		bins->current[n] = (double) step.n[MLOPS_CURRENT];
	}
	return bins;
}

/*
 * A step belongs below an edge that its greatest value does not pass; so an
 * edge inside a step acts as the end of the step before, and is set to that.
 */
static void
count(const MlopsSteps *s, const Cuts *cuts, MlopsBins *bins)
{
	MlopsStepCursor c = {0};
	MlopsStep step;
	int64_t edge = 0; /* edges that are below */
	double end = -INFINITY;

	if (s->steps == NULL && !cuts->left_closed)
	{
		count_sorted(&s->sample[MLOPS_REFERENCE], cuts, bins->reference);
		count_sorted(&s->sample[MLOPS_CURRENT], cuts, bins->current);
		return;
	}
	while (mlops_steps_next(s, &c, &step))
	{
		int64_t bin;

		while (edge < cuts->n && (cuts->left_closed && !(cuts->closed && edge == cuts->n - 1) ?
									  step.high >= cuts->edge[edge] :
									  step.high > cuts->edge[edge]))
		{
			/* inside a step: what counts is the end of the one before */
			if (!cuts->closed && step.low <= cuts->edge[edge] && step.low < step.high)
				bins->upper[edge] = bins->lower[edge + 1] = end;
			edge++;
		}
		/* closed: bin i lies between edges i and i + 1, all else is outside */
		bin = !cuts->closed ? edge : edge == 0 || edge == cuts->n ? cuts->n - 1 : edge - 1;
		bins->reference[bin] += (double) step.n[MLOPS_REFERENCE];
		bins->current[bin] += (double) step.n[MLOPS_CURRENT];
		end = step.high;
	}
}

/* the same of values in order, without looking at each of them */
static void
count_sorted(const MlopsSorted *sample, const Cuts *cuts, double *counts)
{
	int64_t below = 0;

	for (int64_t edge = 0; edge <= cuts->n; edge++)
	{
		int64_t upto = edge == cuts->n ? sample->n : mlops_sorted_upto(sample, cuts->edge[edge]);

		counts[edge] = (double) (upto - below);
		below = upto;
	}
}

static int
exact_quantiles(const MlopsSteps *s, int bins, double *edges)
{
	OrderWalk lower = {.steps = s};
	OrderWalk upper = {.steps = s};
	int64_t last = s->n[MLOPS_REFERENCE] - 1;
	int n_edges = 0;

	for (int j = 1; j < bins; j++)
	{
		__int128 rank = (__int128) j * last;
		int64_t index = (int64_t) (rank / bins);
		int64_t rest = (int64_t) (rank % bins);
		double edge = order_statistic(&lower, index);

		if (rest > 0)
			edge = interpolate(edge, order_statistic(&upper, index + 1), rest / (double) bins);
		put_edge(edges, &n_edges, edge, edge);
	}
	return n_edges;
}

/*
 * One more quantile.  A value that is two of them has a bin to itself: else what
 * lies below could take its place unseen.  An edge twice leaves room for that.
 */
static void
put_edge(double *edges, int *n, double edge, double low)
{
	double below = nextafter(low, -INFINITY);

	if (*n == 0 || edge > edges[*n - 1])
		edges[(*n)++] = edge;
	else if (isfinite(edge) && (*n == 1 || edges[*n - 2] < below))
	{
		edges[*n - 1] = below;
		edges[(*n)++] = edge;
	}
}

/* the reference's value of that rank, counted from 0 */
static double
order_statistic(OrderWalk *walk, int64_t index)
{
	if (walk->steps->steps == NULL)
		return mlops_sorted_key(&walk->steps->sample[MLOPS_REFERENCE], index);
	while (walk->cursor.at[MLOPS_REFERENCE] <= index &&
		   mlops_steps_next(walk->steps, &walk->cursor, &walk->step))
		;
	return walk->step.high;
}

/* low + fraction (high - low), also where that difference is not finite */
static double
interpolate(double low, double high, double fraction)
{
	double edge = low + fraction * (high - low);

	if (low == high || isinf(low))
		return low;
	if (isinf(high - low) && !isinf(high))
		return (1 - fraction) * low + fraction * high;
	return edge;
}

/* the least number of n rows that is a share of j / bins or more */
static int64_t
share_reached(int j, int bins, int64_t n)
{
	return (int64_t) (((__int128) j * n + bins - 1) / bins);
}

/*
 * For each share j / bins the end of a step whose share of the reference is
 * nearest, the lower one when two are equally near.
 */
static int
coarse_quantiles(const MlopsSteps *s, int bins, double *edges)
{
	MlopsStepCursor cursor = {0};
	MlopsStep step;
	int64_t n = s->n[MLOPS_REFERENCE];
	int64_t before = 0; /* of the reference, up to the previous end */
	MlopsStep previous = {0};
	bool has_previous = false;
	int n_edges = 0;
	int j = 1;
	int64_t reached = share_reached(j, bins, n);

	while (j < bins && mlops_steps_next(s, &cursor, &step))
	{
		int64_t upto = cursor.at[MLOPS_REFERENCE];

		if (step.n[MLOPS_REFERENCE] == 0)
			continue;
		for (; j < bins && upto >= reached; reached = share_reached(++j, bins, n))
		{
			__int128 target = (__int128) j * n;
			bool nearer = has_previous &&
						  target - (__int128) before * bins <= (__int128) upto * bins - target;

			put_edge(edges, &n_edges, nearer ? previous.high : step.high,
					 nearer ? previous.low : step.low);
		}
		before = upto;
		previous = step;
		has_previous = true;
	}
	return n_edges;
}

/*-------------------------------------------------------------------------
 *
 * calibration.c
 *	  Do probabilities mean what they say?  Bins of predicted probability.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/calibration.h"

#include "metrics/score_key.h"

static double
cell_middle(uint64_t cell, int shift)
{
	uint64_t	low = cell << shift;
	uint64_t	high = low + ((UINT64_C(1) << shift) - 1);

	return (mlops_inside_value(low) + mlops_inside_value(high)) / 2;
}

double
mlops_calibration_lower(int bin, int n_bins)
{
	return (double) bin / n_bins;
}

static int
bin_of(double x, int n_bins)
{
	int			bin = (int) (x * n_bins);

	if (bin > n_bins - 1)
		bin = n_bins - 1;

	/* the product is rounded; the edges decide */
	while (bin > 0 && x <= mlops_calibration_lower(bin, n_bins))
		bin--;
	while (bin < n_bins - 1 && x > mlops_calibration_lower(bin + 1, n_bins))
		bin++;
	return bin;
}

void
mlops_calibration_fill(MlopsCalibrationBin *bins, int n_bins, MlopsCells *cells)
{
	const MlopsCell *cell = mlops_cells_sorted(cells);

	for (int i = 0; i < cells->n; i++)
	{
		double		x = cell_middle(cell[i].cell, cells->shift);
		MlopsCalibrationBin *bin = &bins[bin_of(x, n_bins)];
		int64_t		n = cell[i].count[0] + cell[i].count[1];

		bin->n += n;
		bin->positives += cell[i].count[1];
		bin->sum = mlops_dd_add(bin->sum, mlops_dd_product(x, (double) n));
	}
}

/* n |mean probability - share of positives| of a bin */
static double
gap(const MlopsCalibrationBin *bin)
{
	MlopsDD		positives = mlops_dd((double) bin->positives);

	return fabs(mlops_dd_value(mlops_dd_subtract(bin->sum, positives)));
}

double
mlops_calibration_expected_error(const MlopsCalibrationBin *bins, int n_bins)
{
	MlopsDD		sum = {0, 0};
	int64_t		n = 0;

	for (int i = 0; i < n_bins; i++)
	{
		n += bins[i].n;
		sum = mlops_dd_add(sum, mlops_dd(gap(&bins[i])));
	}
	return mlops_dd_value(sum) / (double) n;
}

double
mlops_calibration_maximum_error(const MlopsCalibrationBin *bins, int n_bins)
{
	double		largest = 0;

	for (int i = 0; i < n_bins; i++)
		if (bins[i].n > 0)
			largest = fmax(largest, gap(&bins[i]) / (double) bins[i].n);
	return largest;
}

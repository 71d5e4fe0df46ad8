/*-------------------------------------------------------------------------
 *
 * class_probability.c
 *	  log_loss and brier_score of a classifier with several classes.
 *
 * A row with a NULL argument is skipped, NaN makes the metrics NaN; malformed
 * arrays are errors (22023), a probability outside [0, 1] too (22003).  Classes
 * may be given in another order in another row, as long as there are as many.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/probability/class_probability.c
 *
 *-------------------------------------------------------------------------
 */
#include "samples/two_samples.h"

#include "metrics/classes/class_row_arg.h"
#include "metrics/probability/probability.h"
#include "metrics/shared/weight_arg.h"

PG_FUNCTION_INFO_V1(mlops_probability_accum_index);
PG_FUNCTION_INFO_V1(mlops_probability_accum_class);

/* "weight" is the number of that argument, 0 if there is none */
static Datum
class_probability_accumulate(FunctionCallInfo fcinfo, MlopsClassRow row, int weight)
{
	MlopsProbability *s =
		(MlopsProbability *) mlops_summary_state(fcinfo, &mlops_probability_class);
	double w = weight > 0 ? mlops_weight_arg(fcinfo, weight) : 1.0;
	double log_loss;
	double brier;

	mlops_class_row_check_probabilities(&row);
	mlops_probability_set_classes(s, row.k);
	if (row.has_nan)
		s->n_nan++;
	else
	{
		mlops_likelihood_of_classes(row.label, row.probs, row.k, &log_loss, &brier);
		if (weight > 0)
			mlops_probability_push_weighted(s, log_loss, brier, w);
		else
			mlops_probability_push(s, log_loss, brier);
	}
	PG_RETURN_DATUM(mlops_summary_return(fcinfo, &s->base));
}

/* (state, label_index, probs [, weight]) */
Datum
mlops_probability_accum_index(PG_FUNCTION_ARGS)
{
	for (int i = 1; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return mlops_state_unchanged(fcinfo);
	return class_probability_accumulate(fcinfo, mlops_class_row_by_index(fcinfo),
										PG_NARGS() > 3 ? 3 : 0);
}

/* (state, label, probs, classes [, weight]) */
Datum
mlops_probability_accum_class(PG_FUNCTION_ARGS)
{
	for (int i = 1; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return mlops_state_unchanged(fcinfo);
	return class_probability_accumulate(fcinfo, mlops_class_row_by_name(fcinfo),
										PG_NARGS() > 4 ? 4 : 0);
}

/*-------------------------------------------------------------------------
 *
 * two_samples_ranking.c
 *	  mlops.two_samples as a ranking, and the metrics read from it.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/ranking/two_samples_ranking.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/ranking/two_samples_ranking.h"

PG_FUNCTION_INFO_V1(mlops_two_samples_roc_auc);
PG_FUNCTION_INFO_V1(mlops_two_samples_gini);
PG_FUNCTION_INFO_V1(mlops_two_samples_ks_score);
PG_FUNCTION_INFO_V1(mlops_two_samples_average_precision);

static Datum ranking_metric(FunctionCallInfo fcinfo, bool needs_negatives,
							double (*metric)(const MlopsRanking *));

MlopsRanking
mlops_two_samples_ranking(FunctionCallInfo fcinfo, int argno, int64_t *n_nan)
{
	MlopsSortedSamples s = mlops_two_samples_arg(fcinfo, argno);

	*n_nan = s.n_nan;
	return mlops_ranking_of_samples(&s);
}

Datum
mlops_two_samples_roc_auc(PG_FUNCTION_ARGS)
{
	return ranking_metric(fcinfo, true, mlops_ranking_auc);
}

Datum
mlops_two_samples_gini(PG_FUNCTION_ARGS)
{
	return ranking_metric(fcinfo, true, mlops_ranking_gini);
}

Datum
mlops_two_samples_ks_score(PG_FUNCTION_ARGS)
{
	return ranking_metric(fcinfo, true, mlops_ranking_ks);
}

Datum
mlops_two_samples_average_precision(PG_FUNCTION_ARGS)
{
	return ranking_metric(fcinfo, false, mlops_ranking_average_precision);
}

static Datum
ranking_metric(FunctionCallInfo fcinfo, bool needs_negatives,
			   double (*metric)(const MlopsRanking *))
{
	int64_t n_nan;
	MlopsRanking r = mlops_two_samples_ranking(fcinfo, 0, &n_nan);

	if (n_nan > 0)
		PG_RETURN_FLOAT8(NAN);
	if (r.n_positive == 0 || (needs_negatives && r.n_negative == 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(metric(&r));
}

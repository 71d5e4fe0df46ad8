/*-------------------------------------------------------------------------
 *
 * centroid_functions.c
 *	  Drift of embeddings from two vector profiles: the SQL functions.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/centroid_functions.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"

#include "funcapi.h"
#include "utils/tuplestore.h"

#include "drift/multivariate/centroids.h"

PG_FUNCTION_INFO_V1(mlops_centroid_distance_sql);
PG_FUNCTION_INFO_V1(mlops_component_tests);
PG_FUNCTION_INFO_V1(mlops_component_max_test_sql);

/* in the order of MlopsCentroidMetric */
static const char *const metric_words[] = {"euclidean", "cosine", "cityblock", "chebyshev", NULL};

/* both arguments; false when one of them has no vector */
static bool
vector_args(FunctionCallInfo fcinfo, MlopsVectorProfile *side[2])
{
	side[0] = mlops_vector_profile_arg(fcinfo, 0);
	side[1] = mlops_vector_profile_arg(fcinfo, 1);
	if (side[0]->n == 0 || side[1]->n == 0)
		return false;
	if (side[0]->dimension != side[1]->dimension)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot compare vectors of %u and %u dimensions", side[0]->dimension,
							   side[1]->dimension),
						errhint("Compare embeddings of one model only.")));
	return true;
}

Datum
mlops_centroid_distance_sql(PG_FUNCTION_ARGS)
{
	MlopsVectorProfile *side[2];
	int metric = mlops_word_option(fcinfo, 2, "metric", metric_words, MLOPS_CENTROID_EUCLIDEAN);

	if (!vector_args(fcinfo, side))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_centroid_distance(side[0], side[1], metric));
}

/* a row of mlops.component_tests */
static void
put_component(ReturnSetInfo *result, MlopsVectorProfile *side[2], uint32_t i)
{
	MlopsTest test;
	bool tested = mlops_component_test(side[0], side[1], i, &test);
	Datum values[6];
	bool nulls[6] = {false, false, false, !tested, !tested, !tested};

	values[0] = Int32GetDatum((int32) i + 1);
	values[1] = Float8GetDatum(mlops_vector_mean(side[0], i));
	values[2] = Float8GetDatum(mlops_vector_mean(side[1], i));
	if (tested)
	{
		values[3] = Float8GetDatum(test.statistic);
		values[4] = Float8GetDatum(test.df);
		values[5] = Float8GetDatum(test.p_value);
		nulls[4] = isnan(test.df);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
mlops_component_tests(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MlopsVectorProfile *side[2];

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || !vector_args(fcinfo, side))
		return (Datum) 0;
	for (uint32_t i = 0; i < side[0]->dimension; i++)
		put_component(result, side, i);
	return (Datum) 0;
}

Datum
mlops_component_max_test_sql(PG_FUNCTION_ARGS)
{
	MlopsVectorProfile *side[2];
	MlopsTest test;

	if (!vector_args(fcinfo, side) || !mlops_component_max_test(side[0], side[1], &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, side[0]->n, side[1]->n);
}

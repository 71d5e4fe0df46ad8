/*-------------------------------------------------------------------------
 *
 * pca_type.c
 *	  mlops.pca: fitted principal components as a value to be stored, what they
 *	  say of a row, and Hotelling's test.
 *
 * A fitted value scores many rows, so each call site keeps the one that it
 * parsed last and compares the bytes.
 *
 * A row is an array; NULL elements are taken to be the mean.  NaN or infinity
 * in a row gives NaN; a row with another number of elements gives NULL, so that
 * one malformed row does not end a scan.  Co-moments that hold NaN or infinity
 * cannot be fitted (error 22023).
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/multivariate/pca_type.c
 *
 *-------------------------------------------------------------------------
 */
#include "drift/input/row_result.h"
#include "drift/association/comoments_functions.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/memutils.h"

#include "drift/multivariate/hotelling.h"
#include "drift/multivariate/pca.h"

typedef struct Pca
{
	MlopsSummary base;
	MlopsPca pca;
} Pca;

static void pca_init(MlopsSummary *summary);
static void pca_settle(MlopsSummary *summary);
static void pca_write(const MlopsSummary *summary, MlopsWriter *w);
static void pca_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void refuse_nan(const MlopsComoments *c);
static const MlopsPca *pca_arg(FunctionCallInfo fcinfo);

static const MlopsSummaryClass pca_class = {.type_name = "pca",
											.tag = MLOPS_TAG_PCA,
											.version = 1,
											.struct_size = sizeof(Pca),
											.init = pca_init,
											.settle = pca_settle,
											.write = pca_write,
											.read = pca_read};

MLOPS_SUMMARY_TYPE_FUNCTIONS(&pca_class, mlops_pca_in, mlops_pca_out, mlops_pca_recv,
							 mlops_pca_send)

PG_FUNCTION_INFO_V1(mlops_pca_fit_sql);
PG_FUNCTION_INFO_V1(mlops_pca_error_sql);
PG_FUNCTION_INFO_V1(mlops_pca_scores_sql);
PG_FUNCTION_INFO_V1(mlops_mahalanobis_distance);
PG_FUNCTION_INFO_V1(mlops_pca_n);
PG_FUNCTION_INFO_V1(mlops_pca_n_columns);
PG_FUNCTION_INFO_V1(mlops_pca_components);
PG_FUNCTION_INFO_V1(mlops_pca_scaling);
PG_FUNCTION_INFO_V1(mlops_hotelling_test_sql);

/* (comoments, min_variance) */
Datum
mlops_pca_fit_sql(PG_FUNCTION_ARGS)
{
	MlopsComoments *c = mlops_comoments_arg(fcinfo, 0);
	double min_variance = PG_GETARG_FLOAT8(1);
	Pca *result;

	if (!(min_variance > 0 && min_variance <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be above 0 and at most 1, not %g", "min_variance", min_variance)));
	if (c->n_complete + c->n_gaps == 0)
		PG_RETURN_NULL();
	refuse_nan(c);
	result = (Pca *) mlops_summary_new(CurrentMemoryContext, &pca_class);
	if (!mlops_pca_fit(&result->pca, c, min_variance))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("comoments have no principal components"),
				 errdetail("They are not those of rows, or their products exceed the range of "
						   "double precision.")));
	PG_RETURN_DATUM(mlops_summary_flat(&result->base));
}

/* (reference, current) */
Datum
mlops_hotelling_test_sql(PG_FUNCTION_ARGS)
{
	MlopsComoments *reference = mlops_comoments_arg(fcinfo, 0);
	MlopsComoments *current = mlops_comoments_arg(fcinfo, 1);
	MlopsTest test = {0};

	if (reference->d != 0 && current->d != 0 && reference->d != current->d)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("both sides must have the same number of columns, not %d and %d",
							   reference->d, current->d)));
	if (reference->d == 0 || current->d == 0)
		PG_RETURN_NULL();
	refuse_nan(reference);
	refuse_nan(current);
	if (!mlops_hotelling_test(CurrentMemoryContext, reference, current, &test))
		PG_RETURN_NULL();
	return mlops_test_result(fcinfo, &test, reference->n_complete + reference->n_gaps,
							 current->n_complete + current->n_gaps);
}

static void
refuse_nan(const MlopsComoments *c)
{
	for (int j = 0; j < c->d; j++)
		if (c->spoiled[j])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column %d contains NaN or infinity", j + 1),
					 errhint("Turn them into NULL, which counts as a missing value, or leave these "
							 "rows out.")));
}

/* (pca, features): false when the row has another number of elements */
static bool
row_of(FunctionCallInfo fcinfo, const MlopsPca *p, MlopsRow *row, double **z)
{
	*row = mlops_row_arg(fcinfo, 1);
	if (row->d != p->d)
		return false;
	*z = palloc((2 * (size_t) p->d + 1) * sizeof(double));
	return true;
}

Datum
mlops_pca_error_sql(PG_FUNCTION_ARGS)
{
	const MlopsPca *p = pca_arg(fcinfo);
	MlopsRow row;
	double *z;

	if (!row_of(fcinfo, p, &row, &z))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_pca_error(p, row.values, row.missing, z));
}

Datum
mlops_mahalanobis_distance(PG_FUNCTION_ARGS)
{
	const MlopsPca *p = pca_arg(fcinfo);
	MlopsRow row;
	double *z;

	if (p->n_components < mlops_pca_rank(p))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the Mahalanobis distance needs all components, %d of %d are kept",
							   p->n_components, mlops_pca_rank(p)),
						errhint("Fit with min_variance => 1.")));
	if (!row_of(fcinfo, p, &row, &z))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mlops_pca_distance(p, row.values, row.missing, z));
}

static Datum
float8_array(const double *values, int n)
{
	Datum *elements = palloc((n + 1) * sizeof(Datum));

	for (int i = 0; i < n; i++)
		elements[i] = Float8GetDatum(values[i]);
	return PointerGetDatum(
		construct_array(elements, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

Datum
mlops_pca_scores_sql(PG_FUNCTION_ARGS)
{
	const MlopsPca *p = pca_arg(fcinfo);
	MlopsRow row;
	double *z;

	if (!row_of(fcinfo, p, &row, &z))
		PG_RETURN_NULL();
	if (!mlops_pca_scores(p, row.values, row.missing, z))
		for (int k = 0; k < p->n_components; k++)
			z[p->d + k] = NAN;
	PG_RETURN_DATUM(float8_array(z + p->d, p->n_components));
}

Datum
mlops_pca_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pca_arg(fcinfo)->n);
}

Datum
mlops_pca_n_columns(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(pca_arg(fcinfo)->d);
}

/* rows (component, variance, ratio, cumulative_ratio, loadings), the last NULL when dropped */
Datum
mlops_pca_components(PG_FUNCTION_ARGS)
{
	const MlopsPca *p = pca_arg(fcinfo);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	double total = 0;
	double sum = 0;

	InitMaterializedSRF(fcinfo, 0);
	for (int k = 0; k < p->d; k++)
		total += p->variance[k];
	for (int k = 0; k < p->d; k++)
	{
		double ratio = p->variance[k] / total;
		bool kept = k < p->n_components;
		bool nulls[5] = {false, false, total == 0, total == 0, !kept};
		Datum values[5];

		sum += ratio;
		values[0] = Int32GetDatum(k + 1);
		values[1] = Float8GetDatum(p->variance[k]);
		values[2] = Float8GetDatum(ratio);
		values[3] = Float8GetDatum(fmin(sum, 1));
		values[4] = kept ? float8_array(p->component + (size_t) k * p->d, p->d) : (Datum) 0;
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* rows (i, mean, deviation), NULL for a column without a value */
Datum
mlops_pca_scaling(PG_FUNCTION_ARGS)
{
	const MlopsPca *p = pca_arg(fcinfo);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int j = 0; j < p->d; j++)
	{
		bool none = isinf(p->deviation[j]);
		bool nulls[3] = {false, none, none};
		Datum values[3] = {Int32GetDatum(j + 1), Float8GetDatum(p->mean[j]),
						   Float8GetDatum(p->deviation[j])};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* argument 0, parsed once while its bytes stay the same */
static const MlopsPca *
pca_arg(FunctionCallInfo fcinfo)
{
	return &((Pca *) mlops_summary_kept(fcinfo, 0, &pca_class))->pca;
}

static void
pca_init(MlopsSummary *summary)
{
	((Pca *) summary)->pca.owner = summary->owner;
}

static void
pca_settle(MlopsSummary *summary)
{
}

static void
pca_write(const MlopsSummary *summary, MlopsWriter *w)
{
	mlops_pca_write(&((const Pca *) summary)->pca, w);
}

static void
pca_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	mlops_pca_read(&((Pca *) summary)->pca, r);
}

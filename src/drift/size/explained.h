/*-------------------------------------------------------------------------
 *
 * explained.h
 *	  What a column's shift does to the mean score.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/size/explained.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_SIZE_EXPLAINED_H
#define MLOPS_DRIFT_SIZE_EXPLAINED_H

#include "core/server/server.h"

typedef struct MlopsExplained
{
	int n; /* bins */
	const double *reference;
	const double *current;
	const bool *missing; /* of current */
	const double *mean;  /* score of the reference in each bin; NaN: it has none */
	double sd;           /* of the score; NaN: not known */
} MlopsExplained;

/* (shift, eta2) as the row that the function returns; NULL when a side is empty */
extern Datum mlops_explained(FunctionCallInfo fcinfo, const MlopsExplained *x);

#endif /* MLOPS_DRIFT_SIZE_EXPLAINED_H */

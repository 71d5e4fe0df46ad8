/*-------------------------------------------------------------------------
 *
 * distance_functions.h
 *	  The distances that SQL functions know by name.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/distances/distance_functions.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_DISTANCES_DISTANCE_FUNCTIONS_H
#define MLOPS_DRIFT_DISTANCES_DISTANCE_FUNCTIONS_H

#include "drift/input/cell_distance.h"
#include "drift/distances/chance_law.h"

/* the options that a distance has of its own */
typedef enum MlopsOwnOptions
{
	MLOPS_OWN_NONE,
	MLOPS_OWN_EPSILON,
	MLOPS_OWN_BASE,
	MLOPS_OWN_DIRECTION /* epsilon, base, direction */
} MlopsOwnOptions;

typedef struct MlopsDistanceKind
{
	const char *name;
	MlopsDistance of;
	MlopsOwnOptions own;
	MlopsDistanceOptions by_default;
	MlopsLaw law; /* of the distance with default options */
} MlopsDistanceKind;

/* the options of a distance, from the first after the sources on */
typedef struct MlopsAskedDistance
{
	MlopsDistanceOptions own;
	MlopsBinSpec spec;
	bool null_category;
	int next; /* first argument that is none of these */
} MlopsAskedDistance;

extern MlopsAskedDistance mlops_distance_options(FunctionCallInfo fcinfo, const MlopsSides *x,
												 const MlopsDistanceKind *d);

extern const MlopsDistanceKind mlops_psi_kind;
extern const MlopsDistanceKind mlops_js_distance_kind;

#endif /* MLOPS_DRIFT_DISTANCES_DISTANCE_FUNCTIONS_H */

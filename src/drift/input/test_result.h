/*-------------------------------------------------------------------------
 *
 * test_result.h
 *	  What a test is asked and what it answers.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/input/test_result.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_DRIFT_INPUT_TEST_RESULT_H
#define MLOPS_DRIFT_INPUT_TEST_RESULT_H

#include "core/engine/engine.h"

/* how a p-value is wanted; "auto" is exact where that is quick and defined */
typedef enum MlopsMethod
{
	MLOPS_METHOD_AUTO,
	MLOPS_METHOD_EXACT,
	MLOPS_METHOD_ASYMPTOTIC,
	MLOPS_METHOD_UNTIED /* of ks_test: auto, as if no values were equal */
} MlopsMethod;

/*
 * The alternative to "both samples come from one distribution".  What "less"
 * says of the reference is scipy's convention for the first sample.
 */
typedef enum MlopsAlternative
{
	MLOPS_TWO_SIDED,
	MLOPS_LESS,
	MLOPS_GREATER
} MlopsAlternative;

#define MLOPS_COMPONENTS 5 /* of the smooth test */

/* A test's answer; the fields that a test does not know are 0. */
typedef struct MlopsTest
{
	double statistic;
	double p_value;
	const char *method;                 /* how the p-value was computed, or NULL */
	bool binned;                        /* from steps that are intervals */
	bool not_exact;                     /* the exact method was asked for and not used */
	bool p_clipped;                     /* p_value stands for what lies beyond it */
	double df;                          /* degrees of freedom */
	double common_language;             /* P(reference > current) + P(equal) / 2 */
	double expected_min;                /* the smallest expected count */
	double sigma;                       /* width of the kernel */
	double component[MLOPS_COMPONENTS]; /* level, spread, skewness, shoulders, tails */
} MlopsTest;

#endif /* MLOPS_DRIFT_INPUT_TEST_RESULT_H */

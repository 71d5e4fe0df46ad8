/*-------------------------------------------------------------------------
 *
 * anderson_law.h
 *	  The law of the two-sample Anderson-Darling statistic for large samples.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/drift/anderson_law.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_ANDERSON_LAW_H
#define MLOPS_ANDERSON_LAW_H

/*
 * P(statistic >= t) of the standardised statistic (A^2 - 1) / sigma of two
 * samples, in [0, 1]; within 3 % of the table of Scholz and Stephens (1987).  t is not NaN.
 */
extern double mlops_anderson_darling_sf(double t);

#endif							/* MLOPS_ANDERSON_LAW_H */

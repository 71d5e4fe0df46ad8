/*-------------------------------------------------------------------------
 *
 * paired_bootstrap.h
 *	  What the bootstraps of two versions on the same rows share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/registry/paired_bootstrap.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_GATE_PAIRED_BOOTSTRAP_H
#define MLOPS_GATE_PAIRED_BOOTSTRAP_H

#include "metrics/interval/bootstrap.h"

/*
 * Standard deviation of b's statistic over 999 resamples; NaN when more than half of
 * them have none.
 */
extern double mlops_paired_std_error(MlopsBootstrap *b);

#endif /* MLOPS_GATE_PAIRED_BOOTSTRAP_H */

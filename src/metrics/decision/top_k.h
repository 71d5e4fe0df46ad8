/*-------------------------------------------------------------------------
 *
 * top_k.h
 *	  Is the true class among the k most probable?
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/top_k.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_DECISION_TOP_K_H
#define MLOPS_METRICS_DECISION_TOP_K_H

/*
 * 1 if fewer than k of the n classes come before class "label", else 0; -1 if
 * a probability is NaN.  A class with an equal probability comes before those
 * of lower index, as in scikit-learn.
 */
extern int mlops_is_in_top_k(const double *probs, int n, int label, int k);

#endif /* MLOPS_METRICS_DECISION_TOP_K_H */

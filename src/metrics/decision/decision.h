/*-------------------------------------------------------------------------
 *
 * decision.h
 *	  Metrics of a binary decision: plain functions of four counts or weights.
 *
 * mlops_mass_X(mass) is X of rows with weights, NaN where its denominator is
 * zero; what to answer then is the caller's business.  mlops_binary_X(counts)
 * is X of rows that weigh 1, and 0 where the denominator is zero, as in
 * scikit-learn; only kappa is NaN then.  All take at least one row.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/decision/decision.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_DECISION_DECISION_H
#define MLOPS_METRICS_DECISION_DECISION_H

#include "core/engine/dd.h"
#include "core/engine/engine.h"

/* how many rows; their sum fits int64_t */
typedef struct MlopsBinary
{
	union
	{
		struct
		{
			int64_t		tn;		/* label false, predicted false */
			int64_t		fp;		/* label false, predicted true */
			int64_t		fn;		/* label true, predicted false */
			int64_t		tp;		/* label true, predicted true */
		};
		int64_t		cell[4];	/* the same by 2 * label + predicted */
	};
} MlopsBinary;

/* what the rows weigh; 106 bits, so that counts are exact */
typedef struct MlopsMass
{
	MlopsDD		tn;
	MlopsDD		fp;
	MlopsDD		fn;
	MlopsDD		tp;
} MlopsMass;

typedef double (*MlopsBinaryMetric) (const MlopsBinary *b);
typedef double (*MlopsMassMetric) (const MlopsMass *m);

/* square root, rounded correctly but for a few cases in 2^50 */
extern double mlops_dd_root(MlopsDD x);

extern MlopsMass mlops_mass_of(const MlopsBinary *b);
extern MlopsDD mlops_mass_positive(const MlopsMass *m);
extern MlopsDD mlops_mass_negative(const MlopsMass *m);
extern double mlops_mass_total(const MlopsMass *m);

extern double mlops_mass_accuracy(const MlopsMass *m);
extern double mlops_mass_hamming_loss(const MlopsMass *m);
extern double mlops_mass_precision(const MlopsMass *m);
extern double mlops_mass_recall(const MlopsMass *m);
extern double mlops_mass_specificity(const MlopsMass *m);
extern double mlops_mass_npv(const MlopsMass *m);
extern double mlops_mass_fpr(const MlopsMass *m);
extern double mlops_mass_fnr(const MlopsMass *m);
extern double mlops_mass_f1(const MlopsMass *m);
extern double mlops_mass_fbeta(const MlopsMass *m, double beta);
extern double mlops_mass_jaccard(const MlopsMass *m);

/* mean recall of the classes that occur among the labels */
extern double mlops_mass_balanced_accuracy(const MlopsMass *m);

/* 0 when a row or column of the table is empty */
extern double mlops_mass_mcc(const MlopsMass *m);

/* NaN when chance agreement is certain */
extern double mlops_mass_kappa(const MlopsMass *m);

/* the table of a model that always gives the same answer */
extern MlopsMass mlops_mass_of_constant(const MlopsMass *m, bool answer);

extern int64_t mlops_binary_n(const MlopsBinary *b);
extern double mlops_binary_accuracy(const MlopsBinary *b);
extern double mlops_binary_hamming_loss(const MlopsBinary *b);
extern double mlops_binary_precision(const MlopsBinary *b);
extern double mlops_binary_recall(const MlopsBinary *b);
extern double mlops_binary_specificity(const MlopsBinary *b);
extern double mlops_binary_npv(const MlopsBinary *b);
extern double mlops_binary_fpr(const MlopsBinary *b);
extern double mlops_binary_fnr(const MlopsBinary *b);
extern double mlops_binary_f1(const MlopsBinary *b);
extern double mlops_binary_fbeta(const MlopsBinary *b, double beta);
extern double mlops_binary_jaccard(const MlopsBinary *b);
extern double mlops_binary_balanced_accuracy(const MlopsBinary *b);
extern double mlops_binary_mcc(const MlopsBinary *b);
extern double mlops_binary_kappa(const MlopsBinary *b);

#endif							/* MLOPS_METRICS_DECISION_DECISION_H */

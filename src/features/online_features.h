/*-------------------------------------------------------------------------
 *
 * online_features.h
 *	  What online_features.c and online_json.c share.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/features/online_features.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_FEATURES_ONLINE_FEATURES_H
#define MLOPS_FEATURES_ONLINE_FEATURES_H

#include "postgres.h"

#include "nodes/execnodes.h"
#include "tcop/dest.h"

#define MLOPS_ONLINE_FIXED 4 /* place, key, stale, missing; the features come behind them */

extern DestReceiver *mlops_online_receiver(ReturnSetInfo *result);

#endif /* MLOPS_FEATURES_ONLINE_FEATURES_H */

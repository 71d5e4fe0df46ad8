/*-------------------------------------------------------------------------
 *
 * calibrator.h
 *	  mlops.isotonic as an SQL value.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/calibration/calibrator.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_CALIBRATION_CALIBRATOR_H
#define MLOPS_METRICS_CALIBRATION_CALIBRATOR_H

#include "core/server/server.h"
#include "metrics/calibration/isotonic.h"

/* the flat value, in the current memory context */
extern Datum mlops_isotonic_result(MlopsKnots knots);

/* an argument of type mlops.isotonic that is not NULL; kept from call to call */
extern const MlopsKnots *mlops_isotonic_arg(FunctionCallInfo fcinfo, int argno);

#endif /* MLOPS_METRICS_CALIBRATION_CALIBRATOR_H */

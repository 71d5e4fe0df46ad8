/*-------------------------------------------------------------------------
 *
 * module.c
 *	  The porch: magic block and _PG_init, the only place that knows all rooms.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/module.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "miscadmin.h"

#include "access/access.h"
#include "capture/capture.h"
#include "features/progress.h"
#include "scheduler/scheduler.h"

MLOPS_MODULE_MAGIC("mlops", MLOPS_VERSION);

void _PG_init(void);

void
_PG_init(void)
{
	mlops_core_init();
	mlops_limits_init();

	/* during pg_upgrade nothing may run by itself */
	if (IsBinaryUpgrade)
		return;
	mlops_version_init();
	mlops_scheduler_init();
	mlops_access_init();
	mlops_capture_init();
	mlops_progress_init();
}

/*-------------------------------------------------------------------------
 *
 * call_as.c
 *	  A statement of the extension's own, run as a role.
 *
 * Hooks and callbacks run as whoever's statement called them.  What they have to
 * say to the extension's functions is said as a role that they name, with the
 * search path of those functions and none of what the role's settings may hold.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/call_as.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

void
mlops_call_as(Oid role, const char *sql, int nargs, Oid *types, Datum *values)
{
	Oid before;
	int context;
	int level;

	GetUserIdAndSecContext(&before, &context);
	SetUserIdAndSecContext(role,
						   context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	PushActiveSnapshot(GetTransactionSnapshot());
	if (SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "unexpected result of \"%s\"", sql);
	PopActiveSnapshot();
	SPI_finish();
	AtEOXact_GUC(false, level);
	SetUserIdAndSecContext(before, context);
}

/*-------------------------------------------------------------------------
 *
 * limits.c
 *	  What one owner may keep: settings of the administrator, enforced where rows
 *	  are written.
 *
 * A trigger looks at the size of each row that holds texts and documents which
 * users give.  It looks only at rows that the extension's own functions write: a
 * dump that was made under another setting can be restored.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/limits.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/rel.h"

#define DEFAULT_MAX_OBJECTS     10000
#define DEFAULT_MAX_OBJECT_SIZE 4096          /* kB */
#define DEFAULT_MAX_ARTIFACT    (1024 * 1024) /* kB */
#define MAX_OBJECT_SIZE         (1024 * 1024 - 1)

static int max_objects_per_owner = DEFAULT_MAX_OBJECTS;
static int max_object_size = DEFAULT_MAX_OBJECT_SIZE;
static int max_artifact_size = DEFAULT_MAX_ARTIFACT;

PG_FUNCTION_INFO_V1(mlops_check_size);

void
mlops_limits_init(void)
{
	DefineCustomIntVariable("mlops.max_objects_per_owner",
							"Number of models, endpoints and monitors, each, that one role may "
							"own.",
							NULL, &max_objects_per_owner, DEFAULT_MAX_OBJECTS, 1, INT_MAX,
							PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.max_object_size",
							"Size of what a user may say of one object: parameters, tags, "
							"signatures, descriptions, definitions.",
							NULL, &max_object_size, DEFAULT_MAX_OBJECT_SIZE, 1, MAX_OBJECT_SIZE,
							PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.max_artifact_size",
							"Size of one artifact that is stored in the database.", NULL,
							&max_artifact_size, DEFAULT_MAX_ARTIFACT, 0, INT_MAX, PGC_SUSET,
							GUC_UNIT_KB, NULL, NULL, NULL);
}

/* mlops_internal.check_size() returns trigger */
Datum
mlops_check_size(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	HeapTuple row;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("mlops_internal.check_size must be fired before a row is inserted "
							   "or updated")));
	row = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple;
	if (row->t_len / 1024 >= (uint32) max_object_size &&
		GetUserId() == trigger->tg_relation->rd_rel->relowner)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%u kB are too much to keep of one %s", row->t_len / 1024,
							   RelationGetRelationName(trigger->tg_relation)),
						errhint("Keep large documents elsewhere and give their URI; "
								"mlops.max_object_size, %d kB, is the administrator's limit.",
								max_object_size)));
	return PointerGetDatum(row);
}

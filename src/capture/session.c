/*-------------------------------------------------------------------------
 *
 * session.c
 *	  Capture as SQL knows it: which run the session has open, and how it goes.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/capture/session.c
 *
 *-------------------------------------------------------------------------
 */
#include "capture/capture.h"

#include "core/server/result.h"
#include "core/server/server.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "capture/notes.h"
#include "capture/open_runs.h"

PG_FUNCTION_INFO_V1(mlops_follow_run);
PG_FUNCTION_INFO_V1(mlops_note_open_run);
PG_FUNCTION_INFO_V1(mlops_capture_status);

static Datum
column_of(TriggerData *trigger, const char *name)
{
	TupleDesc row = RelationGetDescr(trigger->tg_relation);
	bool isnull;
	Datum value = SPI_getbinval(trigger->tg_trigtuple, row, SPI_fnumber(row, name), &isnull);

	if (isnull)
		elog(ERROR, "column \"%s\" of \"%s\" is NULL", name,
			 RelationGetRelationName(trigger->tg_relation));
	return value;
}

/*
 * mlops_internal.follow_run() returns trigger
 *
 * Fired after a run that starts now was inserted, and before a running one ends.
 * It opens in this session if the role that the session acts as has started it: a
 * function that runs as somebody else cannot have the session tell it what it
 * reads.
 */
Datum
mlops_follow_run(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	int64 run;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("mlops_internal.follow_run must be fired for a row")));
	run = DatumGetInt64(column_of(trigger, "run_id"));
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
	{
		mlops_write_notes(run);
		mlops_close_run(run);
		return PointerGetDatum(trigger->tg_newtuple);
	}
	if (strcmp(NameStr(*DatumGetName(column_of(trigger, "started_by"))),
			   GetUserNameFromId(GetOuterUserId(), false)) == 0)
		mlops_open_run(run);
	return PointerGetDatum(NULL);
}

/* mlops_internal.note_open_run(run bigint) returns boolean: is mlops.capture on? */
Datum
mlops_note_open_run(PG_FUNCTION_ARGS)
{
	if (GetUserId() != GetOuterUserId())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("a function that runs as another role cannot choose the run of "
							   "this session"),
						errhint("Call mlops.capture_run outside of it.")));
	PreventCommandIfReadOnly("mlops.capture_run()");
	mlops_open_run(PG_GETARG_INT64(0));
	PG_RETURN_BOOL(mlops_capture);
}

/* mlops.capture_status() returns record */
Datum
mlops_capture_status(PG_FUNCTION_ARGS)
{
	MlopsNotesStatus status;
	Datum values[6];
	bool nulls[6] = {false};

	mlops_notes_status(&status);
	nulls[1] = mlops_n_open_runs == 0;
	nulls[5] = status.last_fault == NULL;
	values[0] = BoolGetDatum(mlops_capture);
	values[1] = Int64GetDatum(mlops_present_run());
	values[2] = Int64GetDatum(status.pending);
	values[3] = Int64GetDatum(status.recorded);
	values[4] = Int64GetDatum(status.faults);
	values[5] = nulls[5] ? (Datum) 0 : CStringGetTextDatum(status.last_fault);
	PG_RETURN_DATUM(mlops_record(fcinfo, values, nulls));
}

/*-------------------------------------------------------------------------
 *
 * call.c
 *	  A gate's own function, run as the owner of the model.
 *
 * Whoever moves a version must not run with his rights what somebody else wrote:
 * the function runs as the model's owner, in an operation in which nobody can
 * become another role, for a limited time, in a subtransaction that is read only
 * and rolled back whatever it answers.  What fails in it is an answer, "no".  A
 * function that asks gates in its turn is refused: its time would be another's.
 *
 * Out of time it is cancelled.  It may catch that, so it is cancelled again and
 * again, and at last the session ends.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/gate/call.c
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "core/server/result.h"
#include "core/server/server.h"

typedef struct GateAnswer
{
	bool ok;
	char *reason;
} GateAnswer;

/* how often a function is cancelled before its session ends */
#define MAX_CANCELS                  5
#define MILLISECONDS_BETWEEN_CANCELS 100
#define LATE                         "took longer than its time limit"

static TimeoutId time_limit = MAX_TIMEOUTS;
static volatile sig_atomic_t n_cancels = 0;
static bool is_asking = false;

static char *call_statement(Oid function);
static void check_call(Oid owner, double seconds);
static void out_of_time(void);
static void tell_overstayed(void *statement);
static void start_clock(double seconds);
static void stop_clock(void);
static GateAnswer ask(Oid owner, const char *statement, Datum *arguments, MemoryContext result);
static void set_option(const char *name, const char *value);
static GateAnswer failed(ErrorData *error);

PG_FUNCTION_INFO_V1(mlops_call_gate);

/*
 * mlops_internal.call_gate(owner oid, function oid, model text, version integer,
 * seconds float8, OUT ok boolean, OUT reason text): what function(model, version)
 * answers when the owner calls it; false with the message when it fails or takes
 * longer.  Raises 42501 unless the current role could act as the owner, or keeps
 * the books for all, and 55000 when such a function calls it.
 */
Datum
mlops_call_gate(PG_FUNCTION_ARGS)
{
	Oid owner = PG_GETARG_OID(0);
	char *statement = call_statement(PG_GETARG_OID(1));
	Datum arguments[2] = {PG_GETARG_DATUM(2), PG_GETARG_DATUM(3)};
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner resources = CurrentResourceOwner;
	GateAnswer volatile answer = {false, NULL};
	ErrorData *volatile error = NULL;
	Datum values[2];
	bool nulls[2] = {false, false};

	check_call(owner, PG_GETARG_FLOAT8(4));
	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		start_clock(PG_GETARG_FLOAT8(4));
		answer = ask(owner, statement, arguments, context);
		stop_clock();
		/* it caught the cancel, and answered */
		if (n_cancels > 0)
			answer = (GateAnswer) {false, LATE};
	}
	PG_CATCH();
	{
		stop_clock();
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = resources;
	if (error != NULL)
		answer = failed(error);
	values[0] = BoolGetDatum(answer.ok);
	nulls[1] = answer.reason == NULL;
	values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(answer.reason);
	return mlops_record(fcinfo, values, nulls);
}

static void
check_call(Oid owner, double seconds)
{
	if (!has_privs_of_role(GetUserId(), owner) && GetUserId() != mlops_owner_role())
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("must be a member of role \"%s\" to run its function",
							   GetUserNameFromId(owner, false))));
	if (is_asking)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("a function of a gate cannot ask gates that have functions")));
	if (!(seconds > 0 && seconds <= 3600))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("seconds must be above 0 and at most 3600")));
}

static char *
call_statement(Oid function)
{
	char *name = get_func_name(function);

	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION), errmsg("function does not exist")));
	return psprintf("SELECT a.ok, a.reason FROM %s($1, $2) AS a (ok, reason)",
					quote_qualified_identifier(get_namespace_name(get_func_namespace(function)),
											   name));
}

static GateAnswer
ask(Oid owner, const char *statement, Datum *arguments, MemoryContext result)
{
	Oid types[2] = {TEXTOID, INT4OID};
	GateAnswer answer = {false, "answered nothing"};
	ErrorContextCallback context = {error_context_stack, tell_overstayed, (void *) statement};
	Oid before;
	int security;
	int level;

	GetUserIdAndSecContext(&before, &security);
	SetUserIdAndSecContext(owner,
						   security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	level = NewGUCNestLevel();
	set_option("search_path", "pg_catalog, pg_temp");
	set_option("row_security", "on");
	XactReadOnly = true; /* until the subtransaction ends */
	error_context_stack = &context;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	if (SPI_execute_with_args(statement, 2, types, arguments, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "unexpected result of \"%s\"", statement);
	if (SPI_processed == 1)
	{
		HeapTuple row = SPI_tuptable->vals[0];
		TupleDesc columns = SPI_tuptable->tupdesc;
		char *reason = SPI_getvalue(row, columns, 2);
		bool is_null;

		answer.ok = DatumGetBool(SPI_getbinval(row, columns, 1, &is_null));
		answer.ok = answer.ok && !is_null;
		answer.reason = reason == NULL ? NULL : MemoryContextStrdup(result, reason);
	}
	SPI_finish();
	error_context_stack = context.previous;
	AtEOXact_GUC(false, level);
	SetUserIdAndSecContext(before, security);
	return answer;
}

static void
set_option(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

/* The failure as an answer; what the whole transaction must know of goes on. */
static GateAnswer
failed(ErrorData *error)
{
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED && n_cancels > 0)
		return (GateAnswer) {false, LATE};
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE ||
		error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED)
		ReThrowError(error);
	return (GateAnswer) {false, psprintf("failed: %s", error->message)};
}

/*
 * As if the user had cancelled the statement; who was cancelled often enough and
 * goes on is terminated, which cannot be caught.  A cancel that still waits to be
 * taken is not one that was survived.
 */
static void
out_of_time(void)
{
	if (!QueryCancelPending && n_cancels++ >= MAX_CANCELS)
		ProcDiePending = true;
	else
		QueryCancelPending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}

/* What the client reads below "terminating connection". */
static void
tell_overstayed(void *statement)
{
	if (n_cancels > MAX_CANCELS)
		errcontext("gate: \"%s\" went on after its time limit, cancelled %d times",
				   (const char *) statement, MAX_CANCELS);
}

static void
start_clock(double seconds)
{
	if (time_limit == MAX_TIMEOUTS)
		time_limit = RegisterTimeout(USER_TIMEOUT, out_of_time);
	n_cancels = 0;
	is_asking = true;
	enable_timeout_every(time_limit,
						 TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													 (int64) (seconds * 1000)),
						 MILLISECONDS_BETWEEN_CANCELS);
}

static void
stop_clock(void)
{
	if (time_limit != MAX_TIMEOUTS)
		disable_timeout(time_limit, false);
	/* it struck when all was done */
	if (n_cancels > 0)
		QueryCancelPending = false;
	is_asking = false;
}

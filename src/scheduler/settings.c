/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  The scheduler's settings, and what happens when the library is loaded.
 *
 * All settings can be changed by a reload.  retry_delay and max_attempts are
 * read in SQL, by current_setting().
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/scheduler/settings.c
 *
 *-------------------------------------------------------------------------
 */
#include "scheduler/scheduler.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"

#define DEFAULT_MAX_RUNS     4
#define DEFAULT_MAX_ATTEMPTS 3
#define MAX_MAX_ATTEMPTS     20
#define DEFAULT_RETRY_DELAY  60
#define DEFAULT_MAX_RUN_TIME 3600
#define DEFAULT_CANCEL_GRACE 30
#define MAX_SECONDS          (7 * 24 * 3600)

/* seconds until the launcher is started again after it ended */
#define LAUNCHER_RESTART_TIME 5

bool mlops_scheduler_on = true;
int mlops_max_runs = DEFAULT_MAX_RUNS;
int mlops_max_runs_per_owner = 0;
int mlops_max_run_time = DEFAULT_MAX_RUN_TIME;
int mlops_cancel_grace = DEFAULT_CANCEL_GRACE;
static int max_attempts = DEFAULT_MAX_ATTEMPTS;
static int retry_delay = DEFAULT_RETRY_DELAY;

static void define_settings(void);
static void register_launcher(void);

void
mlops_scheduler_init(void)
{
	define_settings();
	if (!process_shared_preload_libraries_in_progress)
		return;
	mlops_scheduler_shared_init();
	register_launcher();
}

static void
define_settings(void)
{
	DefineCustomBoolVariable("mlops.scheduler", "Whether monitors run by themselves.",
							 "Needs the library in shared_preload_libraries and "
							 "mlops.enable_scheduler() in the database.",
							 &mlops_scheduler_on, true, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.max_runs",
							"Number of monitor runs at the same time, in all databases together.",
							"Each takes one of max_worker_processes.", &mlops_max_runs,
							DEFAULT_MAX_RUNS, 1, MLOPS_MAX_RUNS, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.max_runs_per_owner",
							"Number of monitor runs of one owner at the same time, in all "
							"databases together.",
							"0 means half of mlops.max_runs.", &mlops_max_runs_per_owner, 0, 0,
							MLOPS_MAX_RUNS, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.max_attempts",
							"Number of times that the evaluation of a window is tried.", NULL,
							&max_attempts, DEFAULT_MAX_ATTEMPTS, 1, MAX_MAX_ATTEMPTS, PGC_SIGHUP, 0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.retry_delay", "Time until a failed evaluation is tried again.",
							"It doubles with each attempt, and is five times as long when the "
							"process ended without a word.",
							&retry_delay, DEFAULT_RETRY_DELAY, 1, MAX_SECONDS, PGC_SIGHUP,
							GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.max_run_time",
							"Time after which the evaluation of a window is cancelled by the "
							"scheduler; 0 means never.",
							NULL, &mlops_max_run_time, DEFAULT_MAX_RUN_TIME, 0, MAX_SECONDS,
							PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("mlops.cancel_grace",
							"Time that a cancelled evaluation has before its process is ended.",
							"Code that catches the cancellation and goes on is ended this way.",
							&mlops_cancel_grace, DEFAULT_CANCEL_GRACE, 0, MAX_SECONDS, PGC_SIGHUP,
							GUC_UNIT_S, NULL, NULL, NULL);
}

static void
register_launcher(void)
{
	BackgroundWorker worker = {0};

	strlcpy(worker.bgw_name, "mlops launcher", BGW_MAXLEN);
	strlcpy(worker.bgw_type, "mlops launcher", BGW_MAXLEN);
	strlcpy(worker.bgw_library_name, "mlops", MAXPGPATH);
	strlcpy(worker.bgw_function_name, "mlops_launcher_main", BGW_MAXLEN);
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = LAUNCHER_RESTART_TIME;
	RegisterBackgroundWorker(&worker);
}

/*-------------------------------------------------------------------------
 *
 * file.c
 *	  The engines' temporary files and what an owner shares, in the server.
 *
 * A file is one of fd.c's: it counts for temp_file_limit, lies in
 * temp_tablespaces and shows up in pg_stat_database.  Who closes it is the point
 * of this module.  A resource owner would be the wrong one: that of the moment
 * when an aggregate first needs the disk may be a shorter one than the
 * aggregate's, and on an error the order in which resource owners and memory
 * contexts end depends on the kind of portal.  So the files belong to a resource
 * owner of this module, which never ends, and a callback of the memory context
 * that holds the state closes it.  Memory contexts end with the group, the
 * rescan, the cursor, the error or the session, and the file with them.  Only
 * files that a transaction owns go to temp_tablespaces, and fd.c closes those at
 * its end: before that this module has closed what is left after an error.
 *
 * Not a BufFile, whose closing writes what is in its buffer: in the callback,
 * after an error such as a full disk, that would raise the next one.  Engines
 * read and write long stretches anyway.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/file.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/server/server.h"

#include <limits.h>

#include "access/xact.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/wait_event.h"

#define DEFAULT_WORK_MEM (256 * 1024) /* kB */
#define MIN_WORK_MEM     64
#define LONGEST_TRANSFER ((size_t) 1 << 20) /* between two interrupt checks */

struct MlopsFile
{
	File file;       /* -1 = none */
	MlopsFile *next; /* in the list of those that are open */
	MemoryContextCallback closer;
};

/* a chunk that belongs to a memory context; all of them are in one list */
typedef struct Owned
{
	struct Owned *next;
	MemoryContext owner;
	MemoryContextCallback forget;
	void *chunk;
} Owned;

static int work_mem_kb = DEFAULT_WORK_MEM;
static Owned *all_owned = NULL;
static MlopsFile *all_files = NULL;
static ResourceOwner file_owner = NULL;

static void forget_owned(void *arg);
static File open_file(void);
static void close_file(void *arg);
static void close_all(XactEvent event, void *arg);
static void fail(MlopsFile *file, const char *action);

void
mlops_core_init(void)
{
	DefineCustomIntVariable(
		"mlops.work_mem", "Memory for the values that the exact states of one aggregation keep.",
		"Counted for each aggregation step of a plan and for each process that executes it. "
		"Beyond it sorted samples go to temporary files; what cannot is an error.",
		&work_mem_kb, DEFAULT_WORK_MEM, MIN_WORK_MEM, MAX_KILOBYTES, PGC_USERSET, GUC_UNIT_KB, NULL,
		NULL, NULL);
	RegisterXactCallback(close_all, NULL);
}

size_t
mlops_memory_limit(void)
{
	return (size_t) work_mem_kb * 1024;
}

/* The one used last is in front: few are alive at a time, one is busy. */
void *
mlops_owned(void *owner, size_t size)
{
	Owned *found;

	for (Owned **link = &all_owned; (found = *link) != NULL; link = &found->next)
	{
		if (found->owner != owner)
			continue;
		*link = found->next;
		found->next = all_owned;
		all_owned = found;
		return found->chunk;
	}
	found = MemoryContextAllocZero(owner, sizeof(Owned));
	found->chunk = MemoryContextAllocZero(owner, size);
	found->owner = owner;
	found->forget.func = forget_owned;
	found->forget.arg = found;
	found->next = all_owned;
	all_owned = found;
	MemoryContextRegisterResetCallback(owner, &found->forget);
	return found->chunk;
}

static void
forget_owned(void *arg)
{
	for (Owned **link = &all_owned; *link != NULL; link = &(*link)->next)
		if (*link == arg)
		{
			*link = (*link)->next;
			break;
		}
}

MlopsFile *
mlops_file_create(void *owner)
{
	MemoryContext caller = MemoryContextSwitchTo(owner);
	MlopsFile *file = palloc0(sizeof(MlopsFile));

	file->file = -1;
	file->closer.func = close_file;
	file->closer.arg = file;
	MemoryContextRegisterResetCallback(owner, &file->closer);
	PrepareTempTablespaces();
	file->file = open_file();
	file->next = all_files;
	all_files = file;
	MemoryContextSwitchTo(caller);
	return file;
}

static File
open_file(void)
{
	ResourceOwner caller = CurrentResourceOwner;
	File file;

	if (file_owner == NULL)
		file_owner = ResourceOwnerCreate(NULL, "mlops temporary files");
	CurrentResourceOwner = file_owner;
	PG_TRY();
	{
		file = OpenTemporaryFile(false);
	}
	PG_FINALLY();
	{
		CurrentResourceOwner = caller;
	}
	PG_END_TRY();
	return file;
}

static void
close_file(void *arg)
{
	MlopsFile *file = arg;
	File open = file->file;

	if (open < 0)
		return;
	for (MlopsFile **link = &all_files; *link != NULL; link = &(*link)->next)
		if (*link == file)
		{
			*link = file->next;
			break;
		}
	file->file = -1;
	FileClose(open);
}

/* the end of a transaction, before fd.c closes its files */
static void
close_all(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PARALLEL_PRE_COMMIT ||
		event == XACT_EVENT_PRE_PREPARE)
		return;
	while (all_files != NULL)
		close_file(all_files);
}

void
mlops_file_write(MlopsFile *file, uint64_t place, const void *data, size_t n)
{
	char *from = unconstify(char *, (const char *) data);

	while (n > 0)
	{
		size_t part = Min(n, LONGEST_TRANSFER);
		ssize_t done;

		CHECK_FOR_INTERRUPTS();
		errno = 0;
		done = FileWrite(file->file, from, part, (off_t) place, WAIT_EVENT_BUFFILE_WRITE);
		if (done <= 0)
			fail(file, "write");
		from += done;
		place += done;
		n -= done;
	}
}

void
mlops_file_read(MlopsFile *file, uint64_t place, void *data, size_t n)
{
	char *to = data;

	while (n > 0)
	{
		size_t part = Min(n, LONGEST_TRANSFER);
		ssize_t done;

		CHECK_FOR_INTERRUPTS();
		errno = 0;
		done = FileRead(file->file, to, part, (off_t) place, WAIT_EVENT_BUFFILE_READ);
		if (done <= 0)
			fail(file, "read");
		to += done;
		place += done;
		n -= done;
	}
}

/* nothing was transferred and no reason given: the disk is full, or the file short */
static void
fail(MlopsFile *file, const char *action)
{
	if (errno == 0)
		errno = action[0] == 'w' ? ENOSPC : EIO;
	ereport(ERROR, (errcode_for_file_access(), errmsg("could not %s temporary file \"%s\": %m",
													  action, FilePathName(file->file))));
}

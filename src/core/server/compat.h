/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  What differs between PostgreSQL 15 and later majors, and only here.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/server/compat.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_CORE_SERVER_COMPAT_H
#define MLOPS_CORE_SERVER_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "mlops needs PostgreSQL 15 or later"
#endif

/* varatt.h was split from postgres.h in 16 (commit d952373a987) */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* PG_MODULE_MAGIC_EXT names the module in 18 (commit 9324c8c5804) */
#ifdef PG_MODULE_MAGIC_EXT
#define MLOPS_MODULE_MAGIC(module, release) PG_MODULE_MAGIC_EXT(.name = module, .version = release)
#else
#define MLOPS_MODULE_MAGIC(module, release) PG_MODULE_MAGIC
#endif

/* pg_attribute_noreturn() gave way to a prefix of another name in 18 */
#define MLOPS_NORETURN __attribute__((noreturn))

/* DecodeDateTime gained an argument for details of errors in 16 (bcc704b5242) */
#if PG_VERSION_NUM >= 160000
#define mlops_decode_datetime(field, ftype, nf, dtype, tm, fsec, tzp) \
	DecodeDateTime(field, ftype, nf, dtype, tm, fsec, tzp, &(DateTimeErrorExtra) {0})
#else
#define mlops_decode_datetime(field, ftype, nf, dtype, tm, fsec, tzp) \
	DecodeDateTime(field, ftype, nf, dtype, tm, fsec, tzp)
#endif

/* entries of the copy of the backend table, from 1; renamed in 16 (d7e39d72ca1) */
#if PG_VERSION_NUM >= 160000
#define mlops_local_backend(i) pgstat_get_local_beentry_by_index(i)
#else
#define mlops_local_backend(i) pgstat_fetch_stat_local_beentry(i)
#endif

/* the number of the running transaction moved in 17 (28f3915b73f) */
#if PG_VERSION_NUM >= 170000
#define mlops_local_transaction() (MyProc->vxid.lxid)
#else
#define mlops_local_transaction() (MyProc->lxid)
#endif

/* what lets a member act as a role was split in 16 (3d14e171e9e) */
#if PG_VERSION_NUM >= 160000
#define mlops_role_may_become(member, role) member_can_set_role(member, role)
#else
#define mlops_role_may_become(member, role) is_member_of_role(member, role)
#endif

/*
 * What a statement may do to each relation, and to which of its columns, moved from
 * the range table into a list of its own in 16 (a61b1f74823); the fields kept
 * their names.
 */
#if PG_VERSION_NUM >= 160000
#define MlopsPermissions        RTEPermissionInfo
#define mlops_permissions(plan) ((plan)->permInfos)
#else
#define MlopsPermissions        RangeTblEntry
#define mlops_permissions(plan) ((plan)->rtable)
#endif

/* an index scan may count what it does since 18 (commit 0fbceae841c) */
#if PG_VERSION_NUM >= 180000
#define mlops_index_beginscan(heap, index, snapshot, n_keys) \
	index_beginscan(heap, index, snapshot, NULL, n_keys, 0)
#else
#define mlops_index_beginscan(heap, index, snapshot, n_keys) \
	index_beginscan(heap, index, snapshot, n_keys, 0)
#endif

#endif /* MLOPS_CORE_SERVER_COMPAT_H */

/*-------------------------------------------------------------------------
 *
 * access.h
 *	  What the library sets up for owners.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/access/access.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_ACCESS_ACCESS_H
#define MLOPS_ACCESS_ACCESS_H

/* owners.c: REASSIGN OWNED and DROP OWNED reach the extension's objects */
extern void mlops_access_init(void);

#endif /* MLOPS_ACCESS_ACCESS_H */

/*-------------------------------------------------------------------------
 *
 * parses.h
 *	  Does a text stand for a number, a time, a uuid, a JSON value?
 *
 * Answers without an exception, for rows that are counted: numbers as
 * PostgreSQL reads them, dates and times in ISO 8601.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/monitor/quality/parses.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_MONITOR_QUALITY_PARSES_H
#define MLOPS_MONITOR_QUALITY_PARSES_H

#include "core/engine/engine.h"

typedef bool (*MlopsParser)(const char *text, const char *end);

extern bool mlops_parses_numeric(const char *text, const char *end);
extern bool mlops_parses_integer(const char *text, const char *end);
extern bool mlops_parses_timestamp(const char *text, const char *end);
extern bool mlops_parses_date(const char *text, const char *end);
extern bool mlops_parses_json(const char *text, const char *end);
extern bool mlops_parses_uuid(const char *text, const char *end);

#endif /* MLOPS_MONITOR_QUALITY_PARSES_H */

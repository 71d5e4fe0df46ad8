/*-------------------------------------------------------------------------
 *
 * profile.c
 *	  mlops.profile as a type and an aggregate state: see profile.h.
 *
 * Values wait in a batch, so that a row costs little more than a store; counting
 * a batch runs over memory that is in cache.  The batch grows from the 15 words
 * in the state itself to 1,024.  Short text and UUIDs wait in it too, one or more
 * words each (text_rows.h); long text is counted at once.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/profile.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include "mb/pg_wchar.h"
#include "profile/profile_values.h"
#include "profile/text/text_rows.h"
#include "utils/builtins.h"

StaticAssertDecl(sizeof(MlopsProfileState) <= 256, "a small state fits a chunk of 256 bytes");

static void profile_init(MlopsSummary *summary);
static void profile_settle(MlopsSummary *summary);
static void profile_write(const MlopsSummary *summary, MlopsWriter *w);
static void profile_read(MlopsSummary *summary, MlopsReader *r, uint8_t version);
static void profile_merge(MlopsSummary *into, MlopsSummary *from);
static void profile_describe(const MlopsSummary *summary, StringInfo out);

const MlopsSummaryClass mlops_profile_class = {.type_name = "profile",
											   .tag = MLOPS_TAG_PROFILE,
											   .version = 1,
											   .struct_size = sizeof(MlopsProfileState),
											   .checked = true,
											   .init = profile_init,
											   .settle = profile_settle,
											   .write = profile_write,
											   .read = profile_read,
											   .merge = profile_merge,
											   .describe = profile_describe};

MLOPS_SUMMARY_TYPE_FUNCTIONS(&mlops_profile_class, mlops_profile_in, mlops_profile_out,
							 mlops_profile_recv, mlops_profile_send)

static pg_noinline void
kinds_differ(MlopsKind a, MlopsKind b)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("cannot mix a profile of kind %s with one of kind %s",
						   mlops_kind_name(a), mlops_kind_name(b)),
					errhint("Cast the column so that both have the same type.")));
}

void
mlops_profile_state_kind(MlopsProfileState *s, MlopsKind kind)
{
	if (s->kind != MLOPS_KIND_NONE)
		kinds_differ(s->kind, kind);
	s->kind = kind;
}

MlopsProfile *
mlops_profile_need(MlopsProfileState *s)
{
	if (s->profile == NULL)
	{
		MlopsProfile *p = mlops_alloc(s->base.owner, sizeof(*p));

		mlops_profile_data_init(p, s->base.owner,
								s->budget == 0 ? MLOPS_HISTOGRAM_BUDGET : s->budget);
		s->profile = p;
	}
	if (s->profile->kind != s->kind && !mlops_profile_set_kind(s->profile, s->kind))
		kinds_differ(s->profile->kind, s->kind);
	return s->profile;
}

int64_t
mlops_profile_characters(const char *value, uint32_t length)
{
	return GetDatabaseEncoding() == PG_UTF8 ? mlops_utf8_characters(value, length) :
											  pg_mbstrlen_with_len(value, (int) length);
}

void
mlops_profile_count_batch(MlopsProfileState *s)
{
	MlopsProfile *p = mlops_profile_need(s);

	p->n_null += s->n_null;
	s->n_null = 0;
	if (p->text != NULL)
		mlops_text_rows_count(p->text, s->batch, s->n_batch,
							  p->kind == MLOPS_KIND_TEXT ? mlops_profile_characters : NULL);
	else if (s->n_batch > 0)
		mlops_profile_count(p, s->batch, s->n_batch);
	s->n_batch = 0;
}

MlopsProfile *
mlops_profile_of(MlopsProfileState *s)
{
	profile_settle(&s->base);
	mlops_profile_settle_data(s->profile);
	return s->profile;
}

static void
profile_init(MlopsSummary *summary)
{
	MlopsProfileState *s = (MlopsProfileState *) summary;

	s->batch = s->first;
	s->capacity = MLOPS_PROFILE_FIRST;
}

static void
profile_settle(MlopsSummary *summary)
{
	MlopsProfileState *s = (MlopsProfileState *) summary;

	if (s->n_batch > 0 || s->n_null > 0 || s->profile == NULL)
		mlops_profile_count_batch(s);
}

static void
profile_write(const MlopsSummary *summary, MlopsWriter *w)
{
	MlopsProfile *p = ((const MlopsProfileState *) summary)->profile;

	/* putting in order does not change the value */
	mlops_profile_settle_data(p);
	mlops_profile_write(p, w);
}

static bool
is_text_value(const char *value, uint32_t length)
{
	return pg_verifymbstr(value, (int) length, true);
}

static void
profile_read(MlopsSummary *summary, MlopsReader *r, uint8_t version)
{
	MlopsProfileState *s = (MlopsProfileState *) summary;
	MlopsProfile *p = mlops_profile_need(s);

	mlops_profile_read(p, r, is_text_value);
	s->kind = p->kind;
	s->budget = p->histogram.budget;
}

/* no row, not even a NULL */
static bool
is_empty(const MlopsProfileState *s)
{
	return s->n_batch + s->n_null == 0 &&
		   (s->profile == NULL || (s->profile->kind == MLOPS_KIND_NONE && s->profile->n_null == 0));
}

static void
profile_merge(MlopsSummary *into, MlopsSummary *from)
{
	mlops_profile_absorb((MlopsProfileState *) into, mlops_profile_of((MlopsProfileState *) from));
}

void
mlops_profile_absorb(MlopsProfileState *into, MlopsProfile *from)
{
	if (from->kind != into->kind && from->kind != MLOPS_KIND_NONE)
		mlops_profile_state_kind(into, from->kind);
	/* nothing yet: the default is not a budget that somebody asked for */
	if (into->budget == 0 && is_empty(into))
	{
		into->budget = from->histogram.budget;
		if (into->profile != NULL)
			into->profile->histogram.budget = into->budget;
	}
	profile_settle(&into->base);
	if (!mlops_profile_merge_data(into->profile, from))
		kinds_differ(into->kind, from->kind);
	into->budget = into->profile->histogram.budget;
	mlops_profile_check_rows(mlops_profile_n_values(into->profile) + into->profile->n_null +
							 into->profile->n_nan);
}

/* a value of more rows could not be read again */
void
mlops_profile_check_rows(int64_t n)
{
	if (n > MLOPS_HISTOGRAM_MAX_TOTAL)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("too many rows in a value of type %s", "profile")));
}

/* what a person wants to know who meets a profile in a dump or a log */
static void
profile_describe(const MlopsSummary *summary, StringInfo out)
{
	MlopsProfile *p = ((const MlopsProfileState *) summary)->profile;

	mlops_profile_settle_data(p);
	appendStringInfo(out, "%s, " INT64_FORMAT " values, " INT64_FORMAT " null",
					 mlops_kind_name(p->kind), (int64) mlops_profile_n_values(p),
					 (int64) p->n_null);
	if (p->n_nan > 0)
		appendStringInfo(out, ", " INT64_FORMAT " nan", (int64) p->n_nan);
	if (p->text != NULL)
		appendStringInfo(out, ", %s, %u kept", p->text->distinct == NULL ? "exact" : "limited",
						 p->text->values.n);
	else if (p->histogram.n_cells > 0)
		appendStringInfo(out, ", %s .. %s, %s, shift %d, %u cells",
						 mlops_profile_text(p->kind, p->min_key),
						 mlops_profile_text(p->kind, p->max_key),
						 p->histogram.shift == 0 ? "exact" : "limited", p->histogram.shift,
						 p->histogram.n_cells);
}

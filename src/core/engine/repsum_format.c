/*-------------------------------------------------------------------------
 *
 * repsum_format.c
 *	  Writing and reading reproducible sums; see repsum.h.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/core/engine/repsum_format.c
 *
 *-------------------------------------------------------------------------
 */
#include "core/engine/repsum_total.h"

/*
 * Layout: used (1 byte); if used: top (signed), four totals, each as a varint of
 * its zigzag code: many are small or zero.
 */
static void
put_total(MlopsWriter *w, MlopsDigitTotal v)
{
	unsigned __int128 code = (unsigned __int128) v << 1;

	code = v < 0 ? ~code : code;
	while (code >= 0x80)
	{
		mlops_put_u8(w, (uint8_t) (code | 0x80));
		code >>= 7;
	}
	mlops_put_u8(w, (uint8_t) code);
}

/* up to 2^126 either way, which leaves room for merging */
static MlopsDigitTotal
read_total(MlopsReader *r)
{
	unsigned __int128 code = 0;

	for (int shift = 0; shift < 127; shift += 7)
	{
		uint8_t b = mlops_get_u8(r);

		if ((shift == 126 && b > 1) || (shift > 0 && b == 0))
			break;
		code |= (unsigned __int128) (b & 0x7f) << shift;
		if ((b & 0x80) == 0)
			return (MlopsDigitTotal) (code & 1 ? ~(code >> 1) : code >> 1);
	}
	mlops_read_fail(r, "malformed sum");
	return 0;
}

void
mlops_repsum_write(const MlopsRepsum *s, MlopsWriter *w)
{
	mlops_put_u8(w, s->used != 0);
	if (!s->used)
		return;
	mlops_put_signed(w, s->top);
	for (int d = 0; d < MLOPS_REPSUM_DIGITS; d++)
		put_total(w, mlops_repsum_get(s, d));
}

void
mlops_repsum_read(MlopsRepsum *s, MlopsReader *r)
{
	uint8_t used = mlops_get_u8(r);
	int64_t top;

	memset(s, 0, sizeof(*s));
	if (used > 1)
		mlops_read_fail(r, "malformed sum");
	if (used != 1)
		return;
	s->used = 1;
	top = mlops_get_signed(r);
	if (top < MLOPS_REPSUM_TOP_MIN || top > MLOPS_REPSUM_TOP_MAX)
		mlops_read_fail(r, "malformed sum");
	s->top = (int32_t) top;
	for (int d = 0; d < MLOPS_REPSUM_DIGITS; d++)
		mlops_repsum_set(s, d, read_total(r));
	if (r->problem != NULL)
		memset(s, 0, sizeof(*s));
}

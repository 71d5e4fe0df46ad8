/*-------------------------------------------------------------------------
 *
 * text_rows.h
 *	  Short values of a text column that wait to be counted.
 *
 * A value that arrives is only copied; some hundred are counted together, over
 * memory that is in cache, where the work on one need not wait for the work on
 * another, and equal ones among them cost the work of one.
 *
 * A row is the length of its value, one byte, its bytes, and zeros up to the end
 * of a word: up to seven bytes take a word, and equal values have equal words.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/text/text_rows.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_PROFILE_TEXT_TEXT_ROWS_H
#define MLOPS_PROFILE_TEXT_TEXT_ROWS_H

#include "profile/text/text_profile.h"

/* the words that a row takes; counting reads one more behind the last row */
#define MLOPS_TEXT_ROW_WORDS(length) ((int) ((length) / 8) + 1)

/* what fits into so many words, with the one behind */
#define MLOPS_TEXT_ROW_MAX(words) (8 * ((words) - 1) - 1)

static inline void
mlops_text_row_put(int64_t *at, const char *value, uint32_t length)
{
	char *to = (char *) at + 1;

	if (length < 8)
	{
		uint64_t word = mlops_hash_word((const uint8_t *) value, length) << 8 | length;

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
		word = __builtin_bswap64(word);
#endif
		*at = (int64_t) word;
		return;
	}
	at[length / 8] = 0;
	to[-1] = (char) length;
	/* copies that overlap write the same into the bytes that they share */
	for (uint32_t i = 0; i + 8 < length; i += 8)
		memcpy(to + i, value + i, 8);
	memcpy(to + length - 8, value + length - 8, 8);
}

/* the characters of a value that is not plain ASCII */
typedef int64_t (*MlopsCharacters)(const char *value, uint32_t length);

/* in UTF-8 */
extern int64_t mlops_utf8_characters(const char *value, uint32_t length);

/* count the rows in so many words; no characters are counted if that is NULL */
extern void mlops_text_rows_count(MlopsTextProfile *t, const int64_t *rows, int n_words,
								  MlopsCharacters characters);

#endif /* MLOPS_PROFILE_TEXT_TEXT_ROWS_H */

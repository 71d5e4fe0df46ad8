/*-------------------------------------------------------------------------
 *
 * text_rows.c
 *	  Counting text values many at a time: see text_rows.h.
 *
 * vectorised
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/profile/text/text_rows.c
 *
 *-------------------------------------------------------------------------
 */
#include "profile/text/text_rows.h"

#define PIECE     64
#define SEEN_BITS 9
#define SEEN      (1 << SEEN_BITS)
#define FREE      (-1) /* no row begins so: none is 255 bytes long */
#define MIX       UINT64_C(0x9e3779b97f4a7c15)

/* so many batches are counted without a look for equal values where it did not pay */
#define REST      15
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* values that are counted next, each with the number of its rows */
typedef struct Piece
{
	MlopsTextProfile *profile;
	MlopsCharacters characters;
	int n;
	const char *value[PIECE];
	uint64_t length[PIECE];
	int64_t rows[PIECE];
	uint64_t hash[PIECE];
	uint64_t prefix[PIECE]; /* mlops_text_prefix */
} Piece;

int64_t
mlops_utf8_characters(const char *value, uint32_t length)
{
	const uint8_t *p = (const uint8_t *) value;
	int64_t n = length;

	/* bytes 10xxxxxx continue a character; eight at a time */
	for (int64_t left = length; left > 0; left -= 8, p += 8)
	{
		uint64_t word = mlops_hash_word(p, left < 8 ? (size_t) left : 8);

		if ((word & HIGH_BITS) != 0)
			n -= __builtin_popcountll(word & ~(word << 1) & HIGH_BITS);
	}
	return n;
}

/* one step of mlops_hash_bytes() for each of n values */
MLOPS_VECTORISE static void
hash_step(uint64_t *hash, const uint64_t *word, int n)
{
	for (int i = 0; i < n; i++)
		hash[i] = mlops_hash_u64(hash[i] ^ word[i]);
}

/* eight bytes of a value from here on, zeros after its end; reads what follows it */
static inline uint64_t
word_at(const Piece *piece, int i, uint64_t at)
{
	uint64_t left = piece->length[i] - at;
	uint64_t word = mlops_hash_word((const uint8_t *) piece->value[i] + at, 8);

	return left >= 8 ? word : word & ((UINT64_C(1) << (8 * left)) - 1);
}

/*
 * Hashes and prefixes: words that all values have are hashed side by side, what
 * is left one by one.  What all words together have.
 */
static uint64_t
hash_piece(Piece *piece)
{
	const int n = piece->n;
	uint64_t shortest = UINT64_MAX;
	uint64_t word[PIECE];
	uint64_t all = 0;
	uint64_t at = 0;

	for (int i = 0; i < n; i++)
	{
		shortest = piece->length[i] < shortest ? piece->length[i] : shortest;
		piece->hash[i] = piece->prefix[i] = 0;
	}
	hash_step(piece->hash, piece->length, n);
	for (; at < shortest; at += 8)
	{
		for (int i = 0; i < n; i++)
			all |= word[i] = word_at(piece, i, at);
		hash_step(piece->hash, word, n);
		if (at == 0)
			memcpy(piece->prefix, word, n * sizeof(*word));
	}
	for (int i = 0; i < n; i++)
	{
		for (uint64_t rest = at; rest < piece->length[i]; rest += 8)
		{
			word[0] = word_at(piece, i, rest);
			all |= word[0];
			piece->hash[i] = mlops_hash_u64(piece->hash[i] ^ word[0]);
			if (rest == 0)
				piece->prefix[i] = word[0];
		}
		piece->prefix[i] = __builtin_bswap64(piece->prefix[i]);
	}
	return all;
}

/* the rows of a piece, and their lengths in characters */
static void
count_lengths(Piece *piece, bool plain)
{
	MlopsTextProfile *t = piece->profile;
	int64_t min = t->n == 0 ? INT64_MAX : t->min_length;
	int64_t max = t->max_length;

	for (int i = 0; i < piece->n; i++)
	{
		int64_t length = piece->characters == NULL ? 0 :
						 plain                     ? (int64_t) piece->length[i] :
								 piece->characters(piece->value[i], (uint32_t) piece->length[i]);

		min = length < min ? length : min;
		max = length > max ? length : max;
		t->n += piece->rows[i];
		t->n_empty += piece->length[i] == 0 ? piece->rows[i] : 0;
		t->characters += length * piece->rows[i];
	}
	t->min_length = min;
	t->max_length = max;
}

static void
count_in_full(const Piece *piece, int i)
{
	mlops_text_profile_add_hashed(piece->profile, piece->value[i], (uint32_t) piece->length[i],
								  piece->hash[i], piece->rows[i]);
}

/* until values may be dropped; how many values of the piece were counted */
static int
count_exact(const Piece *piece)
{
	MlopsTextProfile *t = piece->profile;
	int i = 0;

	for (; i < piece->n && t->distinct == NULL; i++)
	{
		MlopsTallyEntry *e =
			mlops_tally_find(&t->values, piece->value[i], piece->length[i], piece->hash[i]);

		if (e != NULL)
			e->count[0] += piece->rows[i];
		else
			count_in_full(piece, i);
	}
	return i;
}

/* most values are neither in the sample nor beyond the bounds */
static void
count_limited(const Piece *piece, int i)
{
	MlopsTextProfile *t = piece->profile;

	while (i < piece->n)
	{
		uint64_t first = mlops_text_prefix(t->min.value, t->min.length);
		uint64_t last = mlops_text_prefix(t->max.value, t->max.length);

		for (; i < piece->n; i++)
		{
			uint64_t hash = piece->hash[i];

			if (hash < t->threshold || piece->prefix[i] <= first || piece->prefix[i] >= last)
				break;
			mlops_distinct_add(t->distinct, hash);
			t->bucket[hash & (MLOPS_TEXT_BUCKETS - 1)] += piece->rows[i];
		}
		if (i < piece->n)
			count_in_full(piece, i++);
	}
}

static void
count_piece(Piece *piece)
{
	uint64_t all = hash_piece(piece);
	int counted;

	count_lengths(piece, (all & HIGH_BITS) == 0);
	counted = count_exact(piece);
	if (counted < piece->n)
		count_limited(piece, counted);
	piece->n = 0;
}

static inline void
put(Piece *piece, const int64_t *at, int64_t n_rows)
{
	const char *value = (const char *) at + 1;

	piece->value[piece->n] = value;
	piece->length[piece->n] = (uint8_t) value[-1];
	piece->rows[piece->n++] = n_rows;
	if (piece->n == PIECE)
		count_piece(piece);
}

static inline int
words_of(const int64_t *at)
{
	return MLOPS_TEXT_ROW_WORDS(*(const uint8_t *) at);
}

/* a value that came before in the same batch */
typedef struct Seen
{
	int64_t word; /* the first of its row */
	uint16_t at;  /* where that is */
	uint16_t n;   /* rows with this value */
} Seen;

/* where a row is or would be */
static inline Seen *
place_of(Seen *seen, const int64_t *row, int words)
{
	uint64_t mix = (uint64_t) row[0];

	for (int i = 1; i < words; i++)
		mix = mix * MIX ^ (uint64_t) row[i];
	return &seen[mix * MIX >> (64 - SEEN_BITS)];
}

static inline bool
is_same(const int64_t *a, const int64_t *b, int words)
{
	for (int i = 1; i < words; i++)
		if (a[i] != b[i])
			return false;
	return a[0] == b[0];
}

/*
 * Equal values are counted together, but for those whose place another one has.
 * Did that spare half of the work?
 */
static bool
count_together(Piece *piece, const int64_t *rows, int n_words)
{
	Seen seen[SEEN];
	int n = 0;
	int spared = 0;

	memset(seen, FREE, sizeof(seen));
	for (int at = 0, words; at < n_words; at += words, n++)
	{
		Seen *s;

		words = words_of(&rows[at]);
		s = place_of(seen, &rows[at], words);
		if (s->word == rows[at] && is_same(&rows[s->at], &rows[at], words))
		{
			s->n++;
			spared++;
		}
		else if (s->word == FREE)
			*s = (Seen) {.word = rows[at], .at = (uint16_t) at, .n = 1};
		else
			put(piece, &rows[at], 1);
	}
	for (int i = 0; i < SEEN; i++)
		if (seen[i].word != FREE)
			put(piece, &rows[seen[i].at], seen[i].n);
	return spared > n / 2;
}

static void
count_each(Piece *piece, const int64_t *rows, int n_words)
{
	for (int at = 0; at < n_words; at += words_of(&rows[at]))
		put(piece, &rows[at], 1);
}

void
mlops_text_rows_count(MlopsTextProfile *t, const int64_t *rows, int n_words,
					  MlopsCharacters characters)
{
	Piece piece;

	piece.profile = t;
	piece.characters = characters;
	piece.n = 0;
	if (t->rest > 0 || n_words < SEEN)
	{
		t->rest -= t->rest > 0;
		count_each(&piece, rows, n_words);
	}
	else if (!count_together(&piece, rows, n_words))
		t->rest = REST;
	if (piece.n > 0)
		count_piece(&piece);
}

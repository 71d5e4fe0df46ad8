/*-------------------------------------------------------------------------
 *
 * class_names.h
 *	  A dictionary of class names: each gets a number, from 0 in order of
 *	  arrival until they are sorted.
 *
 * Names are either all texts or all integers.  A name is looked up once for
 * every row, so this is made for speed: two words hold all of a name of up to
 * 16 bytes, and its hash and comparison touch nothing else.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/class_names.h
 *
 *-------------------------------------------------------------------------
 */
#ifndef MLOPS_METRICS_SHARED_CLASS_NAMES_H
#define MLOPS_METRICS_SHARED_CLASS_NAMES_H

#include "core/engine/hash.h"

typedef struct MlopsName
{
	const char *text; /* not terminated; NULL: an integer */
	uint32_t length;
	uint32_t hash;
	uint64_t head; /* the first bytes; an integer in order of value */
	uint64_t tail; /* the last bytes */
} MlopsName;

/* all zero bytes with owner set = an empty dictionary */
typedef struct MlopsNames
{
	void *owner; /* of all memory, see engine.h */
	MlopsName *name;
	uint32_t n;
	uint32_t capacity;
	MlopsSlots slots; /* of the names */
	char *arena;      /* free room for texts */
	size_t arena_left;
} MlopsNames;

/* two words spread over 32 bits */
static inline uint32_t
mlops_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product =
		(unsigned __int128) (a ^ UINT64_C(0x9e3779b97f4a7c15)) * (b ^ UINT64_C(0xd6e8feb86659fd93));
	uint64_t folded = (uint64_t) product ^ (uint64_t) (product >> 64);

	return (uint32_t) (folded ^ (folded >> 32));
}

static inline uint64_t
mlops_load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t
mlops_load4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The first and last bytes of a text: all of it up to 16 bytes, with its length. */
static inline void
mlops_text_words(const char *text, size_t length, uint64_t *head, uint64_t *tail)
{
	*head = *tail = 0;
	if (length >= 8)
	{
		*head = mlops_load8(text);
		*tail = mlops_load8(text + length - 8);
	}
	else if (length >= 4)
		*head = mlops_load4(text) | mlops_load4(text + length - 4) << 32;
	else if (length > 0)
		*head = (uint64_t) (uint8_t) text[0] | (uint64_t) (uint8_t) text[length / 2] << 8 |
				(uint64_t) (uint8_t) text[length - 1] << 16;
}

/* an integer in order of value */
static inline uint64_t
mlops_integer_word(int32_t value)
{
	return (uint32_t) value ^ UINT32_C(0x80000000);
}

/* neighbouring integers get neighbouring slots, each its own */
static inline uint32_t
mlops_integer_hash(uint64_t word)
{
	return (uint32_t) (word + (word >> 8) * UINT64_C(0x9e3779b1));
}

static inline bool
mlops_name_is_same(const void *names, uint32_t i, const void *name)
{
	const MlopsName *a = (const MlopsName *) names + i;
	const MlopsName *b = (const MlopsName *) name;

	return a->head == b->head && a->tail == b->tail && a->length == b->length;
}

/* the number + 1 of a name that its words and length tell, or 0 */
static inline uint32_t
mlops_names_look(const MlopsNames *names, uint32_t hash, uint64_t head, uint64_t tail,
				 uint32_t length)
{
	MlopsName name = {.length = length, .head = head, .tail = tail};

	return mlops_slots_look(&names->slots, hash, mlops_name_is_same, names->name, &name);
}

/* what the next two do for a new or a long name */
extern uint32_t mlops_names_text_slow(MlopsNames *names, const char *text, size_t length);
extern uint32_t mlops_names_integer_slow(MlopsNames *names, int32_t value);

/* the number of a name, a new one if it is new */
static inline uint32_t
mlops_names_text(MlopsNames *names, const char *text, size_t length)
{
	uint64_t head, tail;
	uint32_t number = 0;

	if (length <= 16)
	{
		mlops_text_words(text, length, &head, &tail);
		number =
			mlops_names_look(names, mlops_mix(head, tail + length), head, tail, (uint32_t) length);
	}
	return number > 0 ? number - 1 : mlops_names_text_slow(names, text, length);
}

static inline uint32_t
mlops_names_integer(MlopsNames *names, int32_t value)
{
	uint64_t word = mlops_integer_word(value);
	uint32_t number = mlops_names_look(names, mlops_integer_hash(word), word, 0, 0);

	return number > 0 ? number - 1 : mlops_names_integer_slow(names, value);
}

/* the number of a name that may be missing: names->n then */
extern uint32_t mlops_names_find_text(const MlopsNames *names, const char *text, size_t length);

/* in order of value or of bytes as memcmp, shorter first */
extern int mlops_name_compare(const MlopsName *a, const MlopsName *b);
extern int32_t mlops_name_integer(const MlopsName *name);

/* sort; new_number[old number] is filled, for n numbers */
extern void mlops_names_sort(MlopsNames *names, uint32_t *new_number);

extern void mlops_names_write(const MlopsNames *names, MlopsWriter *w);

/* into an empty dictionary; bytes may be hostile */
extern void mlops_names_read(MlopsNames *names, MlopsReader *r, bool integers);

#endif /* MLOPS_METRICS_SHARED_CLASS_NAMES_H */

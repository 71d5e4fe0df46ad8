/*-------------------------------------------------------------------------
 *
 * class_names.c
 *	  A dictionary of class names: see class_names.h.
 *
 * Stored layout: n varint, then in order each text as length varint and bytes,
 * each integer as a signed varint.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * src/metrics/shared/class_names.c
 *
 *-------------------------------------------------------------------------
 */
#include "metrics/shared/class_names.h"


#define FIRST_SLOTS 16
#define FIRST_NAMES 4
#define FIRST_ARENA 64
#define LAST_ARENA 8192
#define FEW_NAMES 64			/* always granted, if they are short */
#define MAX_NAMES (UINT32_C(1) << 29)

static uint32_t add_name(MlopsNames *names, MlopsName name);

static MlopsName
text_name(const char *text, size_t length)
{
	MlopsName	name = {.text = text, .length = (uint32_t) length};
	uint64_t	middle = length;

	mlops_text_words(text, length, &name.head, &name.tail);
	for (size_t i = 8; i + 8 < length && length > 16; i += 8)
		middle = mlops_mix(middle, mlops_load8(text + i));
	name.hash = mlops_mix(name.head, name.tail + middle);
	return name;
}

static MlopsName
integer_name(int32_t value)
{
	uint64_t	head = mlops_integer_word(value);

	return (MlopsName) {.head = head, .hash = mlops_integer_hash(head)};
}

/* the slot of a name, or the free one where it would go */
static uint32_t
find(const MlopsNames *names, const MlopsName *name)
{
	uint32_t	mask = names->n_slots - 1;

	for (uint32_t i = name->hash & mask;; i = (i + 1) & mask)
	{
		const MlopsName *e;

		if (names->slots[i] == 0)
			return i;
		e = &names->name[names->slots[i] - 1];
		if (e->head == name->head && e->tail == name->tail && e->length == name->length &&
			(e->length <= 16 || memcmp(e->text, name->text, e->length) == 0))
			return i;
	}
}

uint32_t
mlops_names_text_slow(MlopsNames *names, const char *text, size_t length)
{
	MlopsName	name = text_name(text, length);

	if (names->n_slots > 0)
	{
		uint32_t	number = names->slots[find(names, &name)];

		if (number > 0)
			return number - 1;
	}
	return add_name(names, name);
}

uint32_t
mlops_names_integer_slow(MlopsNames *names, int32_t value)
{
	MlopsName	name = integer_name(value);

	if (names->n_slots > 0)
	{
		uint32_t	number = names->slots[find(names, &name)];

		if (number > 0)
			return number - 1;
	}
	return add_name(names, name);
}

uint32_t
mlops_names_find_text(const MlopsNames *names, const char *text, size_t length)
{
	MlopsName	name = text_name(text, length);
	uint32_t	number = names->n_slots == 0 ? 0 : names->slots[find(names, &name)];

	return number == 0 ? names->n : number - 1;
}

int
mlops_name_compare(const MlopsName *a, const MlopsName *b)
{
	int			order;

	if (a->text == NULL)
		return (a->head > b->head) - (a->head < b->head);
	order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
	if (order != 0)
		return order;
	return (a->length > b->length) - (a->length < b->length);
}

int32_t
mlops_name_integer(const MlopsName *name)
{
	return (int32_t) ((uint32_t) name->head ^ UINT32_C(0x80000000));
}

static void
rebuild_slots(MlopsNames *names, uint32_t n_slots)
{
	if (n_slots != names->n_slots)
	{
		uint32_t   *slots = mlops_keep(names->owner, NULL, 0,
									   mlops_array_size(n_slots, sizeof(*slots)));

		if (names->slots != NULL)
			mlops_free(names->slots);
		names->slots = slots;
		names->n_slots = n_slots;
	}
	memset(names->slots, 0, n_slots * sizeof(*names->slots));
	for (uint32_t i = 0; i < names->n; i++)
		names->slots[find(names, &names->name[i])] = i + 1;
}

/* room for one more name; few slots are in use, so that probes rarely meet */
static void
reserve(MlopsNames *names)
{
	if (names->n == MAX_NAMES)
		(void) mlops_array_size(SIZE_MAX, sizeof(MlopsName));	/* raises */
	if (names->n == names->capacity)
	{
		uint32_t	capacity = names->capacity == 0 ? FIRST_NAMES : 2 * names->capacity;
		size_t		size = mlops_array_size(capacity, sizeof(MlopsName));

		names->name = mlops_keep(names->owner, names->name,
								 names->capacity * sizeof(MlopsName), size);
		names->capacity = capacity;
	}
	if ((names->n < 64 ? 4 : 8) * (names->n + 1) > names->n_slots)
		rebuild_slots(names, names->n_slots == 0 ? FIRST_SLOTS : 2 * names->n_slots);
}

static const char *
keep_text(MlopsNames *names, const char *text, size_t length)
{
	char	   *kept;

	if (names->arena == NULL || length > names->arena_left)
	{
		size_t		size = FIRST_ARENA;

		/* about as much as the names before took */
		while (size < LAST_ARENA && size < 8 * (size_t) names->n)
			size *= 2;
		if (size < length)
			size = length;
		if (names->n >= FEW_NAMES || size > LAST_ARENA)
			mlops_keep_check(names->owner, size);
		names->arena = mlops_alloc(names->owner, size);
		names->arena_left = size;
	}
	kept = names->arena;
	memcpy(kept, text, length);
	names->arena += length;
	names->arena_left -= length;
	return kept;
}

static uint32_t
add_name(MlopsNames *names, MlopsName name)
{
	reserve(names);
	if (name.text != NULL)
		name.text = keep_text(names, name.text, name.length);
	names->name[names->n] = name;
	names->slots[find(names, &name)] = names->n + 1;
	return names->n++;
}

typedef struct Numbered
{
	MlopsName	name;
	uint32_t	number;
} Numbered;

static int
compare_numbered(const void *a, const void *b)
{
	return mlops_name_compare(&((const Numbered *) a)->name, &((const Numbered *) b)->name);
}

void
mlops_names_sort(MlopsNames *names, uint32_t *new_number)
{
	Numbered   *order;

	if (names->n == 0)
		return;
	order = mlops_alloc(names->owner, mlops_array_size(names->n, sizeof(Numbered)));
	for (uint32_t i = 0; i < names->n; i++)
		order[i] = (Numbered) {names->name[i], i};
	mlops_sort(order, names->n, sizeof(Numbered), compare_numbered);
	for (uint32_t i = 0; i < names->n; i++)
	{
		names->name[i] = order[i].name;
		new_number[order[i].number] = i;
	}
	mlops_free(order);
	rebuild_slots(names, names->n_slots);
}

void
mlops_names_write(const MlopsNames *names, MlopsWriter *w)
{
	mlops_put_varint(w, names->n);
	for (uint32_t i = 0; i < names->n; i++)
	{
		const MlopsName *name = &names->name[i];

		if (name->text == NULL)
		{
			mlops_put_signed(w, mlops_name_integer(name));
			continue;
		}
		mlops_put_varint(w, name->length);
		mlops_put_bytes(w, name->text, name->length);
	}
}

static void
read_text(MlopsNames *names, MlopsReader *r)
{
	uint64_t	length = mlops_get_varint(r);
	const uint8_t *text = length > mlops_read_left(r) ? NULL
		: mlops_get_bytes(r, (size_t) length);

	if (text == NULL || memchr(text, '\0', (size_t) length) != NULL)
		mlops_read_fail(r, "malformed name of a class");
	else
		mlops_names_text(names, (const char *) text, (size_t) length);
}

static void
read_integer(MlopsNames *names, MlopsReader *r)
{
	int64_t		value = mlops_get_signed(r);

	if (value < INT32_MIN || value > INT32_MAX)
		mlops_read_fail(r, "malformed number of a class");
	else
		mlops_names_integer(names, (int32_t) value);
}

void
mlops_names_read(MlopsNames *names, MlopsReader *r, bool integers)
{
	uint64_t	n = mlops_get_varint(r);

	if (n > mlops_read_left(r))
		mlops_read_fail(r, "more classes than bytes");
	for (uint64_t i = 0; i < n && r->problem == NULL; i++)
	{
		if (integers)
			read_integer(names, r);
		else
			read_text(names, r);
		if (r->problem == NULL &&
			(names->n != i + 1 ||
			 (i > 0 && mlops_name_compare(&names->name[i - 1], &names->name[i]) >= 0)))
			mlops_read_fail(r, "classes are not in order");
	}
}

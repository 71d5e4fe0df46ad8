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
#define LAST_ARENA  8192
#define FEW_NAMES   64 /* always granted, if they are short */
#define MAX_NAMES   (UINT32_C(1) << 29)

static uint32_t add_name(MlopsNames *names, MlopsName name);

static MlopsName
text_name(const char *text, size_t length)
{
	MlopsName name = {.text = text, .length = (uint32_t) length};
	uint64_t middle = length;

	mlops_text_words(text, length, &name.head, &name.tail);
	for (size_t i = 8; i + 8 < length && length > 16; i += 8)
		middle = mlops_mix(middle, mlops_load8(text + i));
	name.hash = mlops_mix(name.head, name.tail + middle);
	return name;
}

static MlopsName
integer_name(int32_t value)
{
	uint64_t head = mlops_integer_word(value);

	return (MlopsName) {.head = head, .hash = mlops_integer_hash(head)};
}

static bool
is_same(const void *names, uint32_t i, const void *name)
{
	const MlopsName *a = (const MlopsName *) names + i;
	const MlopsName *b = (const MlopsName *) name;

	return mlops_name_is_same(names, i, name) &&
		   (a->length <= 16 || memcmp(a->text, b->text, a->length) == 0);
}

/* the number + 1 of a name, or 0 */
static uint32_t
look(const MlopsNames *names, const MlopsName *name)
{
	return mlops_slots_look(&names->slots, name->hash, is_same, names->name, name);
}

uint32_t
mlops_names_text_slow(MlopsNames *names, const char *text, size_t length)
{
	MlopsName name = text_name(text, length);
	uint32_t found = look(names, &name);

	return found > 0 ? found - 1 : add_name(names, name);
}

uint32_t
mlops_names_integer_slow(MlopsNames *names, int32_t value)
{
	MlopsName name = integer_name(value);
	uint32_t found = look(names, &name);

	return found > 0 ? found - 1 : add_name(names, name);
}

uint32_t
mlops_names_find_text(const MlopsNames *names, const char *text, size_t length)
{
	MlopsName name = text_name(text, length);
	uint32_t found = look(names, &name);

	return found == 0 ? names->n : found - 1;
}

int
mlops_name_compare(const MlopsName *a, const MlopsName *b)
{
	int order;

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

static uint32_t
hash_of(const void *names, uint32_t i)
{
	return ((const MlopsName *) names)[i].hash;
}

static void
rebuild_slots(MlopsNames *names, uint32_t n_slots)
{
	uint32_t *room = NULL;

	if (n_slots != names->slots.n)
		room = mlops_keep(names->owner, NULL, 0, mlops_array_size(n_slots, sizeof(*room)));
	mlops_slots_rebuild(&names->slots, room, n_slots, hash_of, names->name, names->n);
}

/* room for one more name; few slots are in use, so that probes rarely meet */
static void
names_reserve(MlopsNames *names)
{
	if (names->n == MAX_NAMES)
		(void) mlops_array_size(SIZE_MAX, sizeof(MlopsName)); /* raises */
	if (names->n == names->capacity)
	{
		uint32_t capacity = names->capacity == 0 ? FIRST_NAMES : 2 * names->capacity;
		size_t size = mlops_array_size(capacity, sizeof(MlopsName));

		names->name =
			mlops_keep(names->owner, names->name, names->capacity * sizeof(MlopsName), size);
		names->capacity = capacity;
	}
	if ((names->n < 64 ? 4 : 8) * (names->n + 1) > names->slots.n)
		rebuild_slots(names, names->slots.n == 0 ? FIRST_SLOTS : 2 * names->slots.n);
}

static const char *
keep_text(MlopsNames *names, const char *text, size_t length)
{
	char *kept;

	if (names->arena == NULL || length > names->arena_left)
	{
		size_t size = FIRST_ARENA;

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
	names_reserve(names);
	if (name.text != NULL)
		name.text = keep_text(names, name.text, name.length);
	names->name[names->n] = name;
	mlops_slots_put(&names->slots, name.hash, names->n);
	return names->n++;
}

typedef struct Numbered
{
	MlopsName name;
	uint32_t number;
} Numbered;

static int
compare_numbered(const void *a, const void *b)
{
	return mlops_name_compare(&((const Numbered *) a)->name, &((const Numbered *) b)->name);
}

void
mlops_names_sort(MlopsNames *names, uint32_t *new_number)
{
	Numbered *order;

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
	rebuild_slots(names, names->slots.n);
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
	uint64_t length = mlops_get_varint(r);
	const uint8_t *text = length > mlops_read_left(r) ? NULL : mlops_get_bytes(r, (size_t) length);

	if (text == NULL || memchr(text, '\0', (size_t) length) != NULL)
		mlops_read_fail(r, "malformed name of a class");
	else
		mlops_names_text(names, (const char *) text, (size_t) length);
}

static void
read_integer(MlopsNames *names, MlopsReader *r)
{
	int64_t value = mlops_get_signed(r);

	if (value < INT32_MIN || value > INT32_MAX)
		mlops_read_fail(r, "malformed number of a class");
	else
		mlops_names_integer(names, (int32_t) value);
}

void
mlops_names_read(MlopsNames *names, MlopsReader *r, bool integers)
{
	uint64_t n = mlops_get_varint(r);

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

/*-------------------------------------------------------------------------
 *
 * fuzz_profile.c
 *	  libFuzzer on the bytes of stored profiles.
 *
 * The first byte of an input chooses the type, the rest is what follows tag,
 * version and checksum in a stored value.  Bytes that are accepted must come
 * back the same when written, and must be safe in whatever is done with a
 * profile: merging with itself, with nothing and into another budget, and
 * asking.  The first byte 255 says that the rest are values of a text column,
 * which must give the same profile whether they are counted one by one or wait for
 * each other.  The sanitizers watch.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * test/fuzz/fuzz_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>

#include "profile/profile_data.h"
#include "profile/text/text_rows.h"
#include "profile/vector/vector_data.h"

extern void mlops_fuzz_free(void);
extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile double sink;

/* as the server has it for ASCII: no zero byte */
static bool
is_text(const char *value, uint32_t length)
{
	return memchr(value, 0, length) == NULL;
}

static bool
any_text(const char *value, uint32_t length)
{
	return true;
}

static void
must(bool condition)
{
	if (!condition)
		abort();
}

/* do the bytes come back? */
static void
must_equal(const MlopsWriter *count, const MlopsWriter *written, const uint8_t *data, size_t size)
{
	must(count->length == size && written->length == size &&
		 memcmp(written->dest, data, size) == 0);
}

static void
must_write(const MlopsProfile *p, const uint8_t *data, size_t size)
{
	MlopsWriter count = {NULL, 0};
	MlopsWriter w = {mlops_alloc(NULL, size + 1), 0};

	mlops_profile_write(p, &count);
	must(count.length == size);
	mlops_profile_write(p, &w);
	must_equal(&count, &w, data, size);
}

static void
ask(MlopsProfile *p)
{
	double error;
	int64_t lower, upper;
	int64_t rest[MLOPS_TEXT_BUCKETS];

	if (p->text != NULL)
	{
		sink = (double) mlops_text_profile_rest(p->text, rest);
		mlops_text_profile_count(p->text, "abc", 3, &lower, &upper);
		must(lower >= 0 && lower <= upper);
		return;
	}
	(void) mlops_histogram_cells(&p->histogram);
	if (p->distinct != NULL)
		sink = mlops_distinct_estimate(p->distinct);
	if (p->powers.n > 0)
		sink = mlops_powers_mean(&p->powers) + mlops_powers_central(&p->powers, 4, &error);
}

static bool
read_profile(MlopsProfile *p, const uint8_t *data, size_t size)
{
	MlopsReader r = {data, data + size, NULL};

	mlops_profile_data_init(p, NULL, MLOPS_HISTOGRAM_BUDGET);
	mlops_profile_read(p, &r, is_text);
	if (r.problem == NULL && mlops_read_left(&r) > 0)
		mlops_read_fail(&r, "more");
	return r.problem == NULL;
}

/* what functions read of a stored value, less checked: safe, whatever it answers */
static void
try_stored(const uint8_t *data, size_t size)
{
	MlopsProfile p, q;
	MlopsReader r = {data, data + size, NULL};

	mlops_profile_data_init(&p, NULL, MLOPS_HISTOGRAM_BUDGET);
	mlops_profile_read_stored(&p, &r, any_text);
	if (r.problem != NULL || mlops_read_left(&r) > 0 || mlops_profile_read_sketch(&p) != NULL)
		return;
	mlops_profile_settle_data(&p);
	ask(&p);
	mlops_profile_data_init(&q, NULL, MLOPS_HISTOGRAM_MAX_BUDGET);
	must(mlops_profile_merge_data(&q, &p));
	ask(&q);
}

static void
try_profile(const uint8_t *data, size_t size)
{
	MlopsProfile p, q;

	try_stored(data, size);
	if (!read_profile(&p, data, size))
		return;
	mlops_profile_settle_data(&p);
	must_write(&p, data, size);
	ask(&p);
	mlops_profile_data_init(&q, NULL, MLOPS_HISTOGRAM_MAX_BUDGET);
	must(mlops_profile_merge_data(&q, &p));
	mlops_profile_settle_data(&q);
	must_write(&q, data, size);
	must(mlops_profile_merge_data(&q, &p));
	ask(&q);
	mlops_profile_restrict(&q, MLOPS_HISTOGRAM_MIN_BUDGET);
	ask(&q);
}

static void
try_vector(const uint8_t *data, size_t size)
{
	MlopsVectorProfile v = {0}, u = {0};
	MlopsReader r = {data, data + size, NULL};
	MlopsWriter count = {NULL, 0};
	MlopsWriter w = {mlops_alloc(NULL, size + 1), 0};

	mlops_vector_read(&v, &r);
	if (r.problem != NULL || mlops_read_left(&r) > 0)
		return;
	mlops_vector_write(&v, &count);
	must(count.length == size);
	mlops_vector_write(&v, &w);
	must_equal(&count, &w, data, size);
	u.wanted = v.wanted;
	must(mlops_vector_merge(&u, &v) && mlops_vector_merge(&u, &v));
	for (uint32_t d = 0; d < u.dimension; d++)
		sink = mlops_vector_mean(&u, d) + mlops_vector_variance(&u, d);
}

/* a histogram of two counts, as other summaries keep it */
static void
try_histogram(const uint8_t *data, size_t size)
{
	MlopsHistogram h = {.n_counts = 2},
				   other = {.n_counts = 2, .budget = MLOPS_HISTOGRAM_MAX_BUDGET};
	MlopsReader r = {data, data + size, NULL};
	MlopsWriter count = {NULL, 0};
	uint32_t n;

	mlops_histogram_read(&h, &r);
	if (r.problem != NULL || mlops_read_left(&r) > 0)
		return;
	mlops_histogram_write(&h, &count);
	must(count.length == size);
	mlops_histogram_merge(&other, &h, NULL, NULL);
	mlops_histogram_merge(&other, &h, NULL, NULL);
	must(other.n_cells == h.n_cells && other.shift == h.shift);
	(void) mlops_histogram_at(NULL, &h, 63, &n);
	must(n <= 2);
}

#define WAITING 1024 /* words */
#define TIMES   16

static void
must_be_equal(MlopsTextProfile *one, MlopsTextProfile *other)
{
	MlopsWriter w[2] = {{NULL, 0}};
	MlopsTextProfile *t[2] = {one, other};

	for (int i = 0; i < 2; i++)
	{
		mlops_text_profile_settle(t[i]);
		mlops_text_profile_write(t[i], &w[i]);
		w[i] = (MlopsWriter) {mlops_alloc(NULL, w[i].length + 1), 0};
		mlops_text_profile_write(t[i], &w[i]);
	}
	must_equal(&w[0], &w[1], w[0].dest, w[0].length);
}

/* values of 0 to 63 bytes, all of them many times */
static void
try_rows(const uint8_t *data, size_t size)
{
	MlopsTextProfile one = {.budget = 8}, waiting = {.budget = 8};
	int64_t *words = mlops_alloc(NULL, WAITING * sizeof(*words));
	int n_words = 0;

	for (size_t at = 0, i = 0; i < TIMES * size;)
	{
		const char *value = (const char *) data + at + 1;
		uint32_t length = data[at] & 63;

		length = length > size - at - 1 ? (uint32_t) (size - at - 1) : length;
		mlops_text_profile_add(&one, value, length, mlops_utf8_characters(value, length));
		if (n_words + MLOPS_TEXT_ROW_WORDS(length) >= WAITING)
		{
			mlops_text_rows_count(&waiting, words, n_words, mlops_utf8_characters);
			n_words = 0;
		}
		mlops_text_row_put(words + n_words, value, length);
		n_words += MLOPS_TEXT_ROW_WORDS(length);
		i += length + 1;
		at = (at + length + 1) % size;
	}
	mlops_text_rows_count(&waiting, words, n_words, mlops_utf8_characters);
	must_be_equal(&one, &waiting);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 255 && size > 1)
		try_rows(data + 1, size - 1);
	switch (data[0] % 4)
	{
		case 0:
		case 1:
			try_profile(data + 1, size - 1);
			break;
		case 2:
			try_vector(data + 1, size - 1);
			break;
		default:
			try_histogram(data + 1, size - 1);
	}
	mlops_fuzz_free();
	return 0;
}

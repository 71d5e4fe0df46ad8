/*-------------------------------------------------------------------------
 *
 * fuzz_profile.c
 *	  libFuzzer on the bytes of stored profiles.
 *
 * The first byte of an input chooses the type, the rest is what follows tag,
 * version and checksum in a stored value.  Bytes that are accepted must come
 * back the same when written, and must be safe in whatever is done with a
 * profile: merging with itself, with nothing and into another budget, and
 * asking.  The sanitizers watch.
 *
 * Copyright (c) 2026, the mlops authors
 *
 * test/fuzz/fuzz_profile.c
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>

#include "profile/profile_data.h"
#include "profile/vector_data.h"

extern void mlops_fuzz_free(void);
extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile double sink;

/* as the server has it for ASCII: no zero byte */
static bool
is_text(const char *value, uint32_t length)
{
	return memchr(value, 0, length) == NULL;
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
	double		error;
	int64_t		lower,
				upper;
	int64_t		rest[MLOPS_TEXT_BUCKETS];

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

static void
try_profile(const uint8_t *data, size_t size)
{
	MlopsProfile p,
				q;

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
	MlopsVectorProfile v = {0},
				u = {0};
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
	uint32_t	n;

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
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

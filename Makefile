# mlops: build with PGXS.  PG_CONFIG chooses the server:
#
#     make && sudo make install
#     make PG_CONFIG=/usr/lib/postgresql/17/bin/pg_config
#
# CAPABILITIES is the table of contents and the order of dependency: the SQL of
# src/<capability>/ is concatenated in this order into the install script
# (<capability>.sql first, its other pieces by name), and a folder may use only
# the folders before it.
CAPABILITIES = core profile metrics drift lineage registry monitor alert scheduler report

EXTENSION  = mlops
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" mlops.control)
MODULE_big = mlops

sources    = $(sort $(wildcard $(addsuffix /*.c,$(addprefix src/,$(CAPABILITIES)))))
pieces     = $(foreach c,$(CAPABILITIES),\
               $(wildcard src/$(c)/$(c).sql) \
               $(filter-out src/$(c)/$(c).sql,$(sort $(wildcard src/$(c)/*.sql))))
OBJS       = $(sources:.c=.o)

DATA       = $(wildcard src/upgrade/mlops--*--*.sql)
DATA_built = mlops--$(EXTVERSION).sql
EXTRA_CLEAN = mlops--*.sql $(OBJS:.o=.d) results output_iso tmp_check log regression.diffs regression.out

# Bitcode would need clang on every build machine and gains nothing here.
override with_llvm := no

PG_CONFIG ?= pg_config
# BLAS: any OpenBLAS flavour; it is kept at one thread (src/drift/comoments.c).
BLAS_LIBS ?= -lopenblas
SHLIB_LINK = $(BLAS_LIBS) -lm
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) -I$(CURDIR)/src
# -ffp-contract=off: the last bit of a number must not depend on the processor.
PG_CFLAGS  = -DMLOPS_VERSION=\"$(EXTVERSION)\" -std=gnu11 -Wall -Wextra -Wno-unused-parameter -ffp-contract=off -MMD -MP

# The tests.  "make installcheck TMPI=<writable directory>" starts its own
# servers and removes them; without TMPI a running server is used.
REGRESS    = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
ISOLATION  = $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
TAP_TESTS  = $(if $(wildcard test/t/*.pl),1)
PROVE_TESTS = test/t/*.pl
REGRESS_OPTS   = --inputdir=. --encoding=UTF8 --load-extension=mlops \
                 $(if $(TMPI),--temp-instance=$(TMPI)/regress --temp-config=test/mlops.conf)
ISOLATION_OPTS = --inputdir=test --encoding=UTF8 --load-extension=mlops \
                 $(if $(TMPI),--temp-instance=$(TMPI)/isolation --temp-config=test/mlops.conf)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The compiler notes which headers each object was made from.
$(OBJS): Makefile
-include $(OBJS:.o=.d)

# Engines whose inner loops are worth unrolling and vectorising.  Nobody reads
# errno or the exception flags after them; values stay as they are.
VECTORISED = src/core/repsum.o src/core/powers.o src/core/sort.o src/profile/profile_data.o src/profile/distinct.o \
             $(addprefix src/profile/,histogram.o histogram_table.o histogram_cells.o histogram_format.o) src/profile/text_rows.o \
             src/metrics/total.o src/metrics/residuals.o src/metrics/likelihood.o \
             src/metrics/loss.o src/metrics/error_detail.o src/metrics/score_key.o \
             src/drift/comoments.o
# Vectors of 256 bits also where 512 can be had: what runs for a few microseconds
# between other work does not make up for the clock that the wide units cost.
$(VECTORISED): CFLAGS += -O3 -fno-math-errno -fno-trapping-math $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),-mprefer-vector-width=256)

mlops--$(EXTVERSION).sql: $(pieces) mlops.control Makefile
	@cat $(pieces) > $@.new
	@mv $@.new $@

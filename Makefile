# mlops: build with PGXS.  PG_CONFIG chooses the server:
#
#     make && sudo make install
#     make PG_CONFIG=/usr/lib/postgresql/17/bin/pg_config
#
# In another directory: make -f /where/the/source/is/Makefile.
#
# ROOMS is the table of contents and the order of dependency: the SQL of
# src/<room>/ is concatenated in this order into the install script
# (<room>.sql first, then what src/table.awk makes of its tables, its other pieces
# by name), and a room may use only the rooms before it.  src/module.c knows them all.
ROOMS = core/engine core/server core/linear samples \
        profile/histogram profile/text profile profile/slices profile/vector \
        $(addprefix metrics/,shared interval decision classes fairness probability ranking calibration \
          scores regression retrieval unlabelled paired) metrics \
        $(addprefix drift/,input distances tests size association multivariate detectors report) \
        lineage/graph lineage/dataset registry features capture interchange \
        $(addprefix monitor/,quality metric definition window labels evaluate rollup judge compare) alert gate scheduler \
          monitor/suggest $(addprefix report/,views svg html) access help

# The source tree; files found in it are named as seen from its root.
here      := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
found      = $(patsubst $(here)/%,%,$(sort $(wildcard $(addprefix $(here)/,$(1)))))
ifneq ($(realpath $(here)),$(realpath .))
ifneq ($(wildcard $(here)/mlops.so $(here)/src/module.o),)
$(error $(here) holds a build already, which make would find there: run "make clean" in it first)
endif
endif

EXTENSION  = mlops
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(here)/mlops.control)
MODULE_big = mlops
# What needs BLAS stands in a library of its own, which mlops loads at the first use of
# linear algebra (src/core/linear): no other session waits for it.
MODULES    = mlops_linear
LINEAR     = src/core/linear/blas.o

sources    = $(call found,$(addsuffix /*.c,$(addprefix src/,$(ROOMS)))) src/module.c
pieces    := $(addprefix $(here)/,$(foreach r,$(ROOMS),\
               $(call found,src/$(r)/$(notdir $(r)).sql) $(call found,src/$(r)/*.table) \
               $(filter-out src/$(r)/$(notdir $(r)).sql,$(call found,src/$(r)/*.sql))))
OBJS       = $(filter-out $(LINEAR),$(sources:.c=.o))

# Each table makes SQL and C lists of metrics, x.table.h, which the build directory holds.
tables    := $(filter %.table,$(pieces))
lists     := $(patsubst $(here)/%,%.h,$(tables))
make_table = awk -v want=$(1) -v of=$(2) -f $(here)/src/table.awk $(tables)

DATA       = $(call found,src/upgrade/mlops--*--*.sql)
DOCS       = $(call found,docs/*.md)
DATA_built = mlops--$(EXTVERSION).sql
EXTRA_CLEAN = mlops--*.sql mlops-*.zip $(LINEAR) $(sources:.c=.d) $(lists) results output_iso tmp_check log regression.diffs regression.out

# Bitcode would need clang on every build machine and gains nothing here.
override with_llvm := no

PG_CONFIG ?= pg_config
# BLAS and LAPACK: any OpenBLAS flavour, which is kept at one thread (src/core/linear/blas.c),
# or others: BLAS_LIBS="-llapack -lblas".
BLAS_LIBS ?= -lopenblas
SHLIB_LINK = -lm
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) -I$(here)/src -Isrc
# -ffp-contract=off: the last bit of a number must not depend on the processor;
# -fmacro-prefix-map: the library must not depend on where it was built.
PG_CFLAGS  = -fmacro-prefix-map=$(here)/= -DMLOPS_VERSION=\"$(EXTVERSION)\" -std=gnu11 -Wall -Wextra -Wno-unused-parameter -ffp-contract=off -MMD -MP

# The tests.  "make installcheck TMPI=<writable directory>" starts its own
# servers and removes them; without TMPI a running server is used.
REGRESS    = $(patsubst sql/%.sql,%,$(call found,sql/*.sql))
ISOLATION  = $(patsubst test/specs/%.spec,%,$(call found,test/specs/*.spec))
TAP_TESTS  = 1
PROVE_TESTS = test/t/*.pl
REGRESS_OPTS   = --inputdir=$(here) --encoding=UTF8 --load-extension=mlops \
                 $(if $(TMPI),--temp-instance=$(TMPI)/regress --temp-config=$(here)/test/mlops.conf)
ISOLATION_OPTS = --inputdir=$(here)/test --encoding=UTF8 --load-extension=mlops \
                 $(if $(TMPI),--temp-instance=$(TMPI)/isolation --temp-config=$(here)/test/mlops.conf)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The pages have plain names: they need a directory of their own, and those to
# look things up in one below it, as the links between them have it.
docmoduledir := extension/mlops
docs_home    := $(DESTDIR)$(docdir)/$(docmoduledir)
BI_DIRS       = superset $(addprefix superset/,databases datasets/mlops charts dashboards)
.PHONY: install-reference uninstall-docs
install: install-reference
install-reference:
	$(MKDIR_P) '$(docs_home)/reference'
	$(INSTALL_DATA) $(wildcard $(here)/docs/reference/*.md) '$(docs_home)/reference/'
	$(MKDIR_P) '$(docs_home)/consumers'
	$(INSTALL_DATA) $(wildcard $(here)/docs/consumers/*) '$(docs_home)/consumers/'
	for d in . $(BI_DIRS); do \
	    $(MKDIR_P) '$(docs_home)'/bi/$$d && \
	    $(INSTALL_DATA) $$(find '$(here)'/docs/bi/$$d -maxdepth 1 -type f) '$(docs_home)'/bi/$$d || exit 1; \
	done
uninstall: uninstall-docs
uninstall-docs:
	rm -rf '$(docs_home)'

# The compiler notes which headers each object was made from.
$(OBJS) $(LINEAR): $(here)/Makefile | objdirs $(lists)
.PHONY: objdirs dist
objdirs:
	@mkdir -p $(sort $(dir $(OBJS) $(LINEAR)))
$(lists): %.h: $(tables) $(here)/src/table.awk | objdirs
	@$(call make_table,list,$(here)/$*) > $@.new
	@mv $@.new $@
-include $(sources:.c=.d)

mlops_linear$(DLSUFFIX): $(LINEAR)
	$(LINK.shared) -o $@ $< $(LDFLAGS) $(LDFLAGS_SL) $(BLAS_LIBS)

# Engines whose inner loops are worth unrolling and vectorising say so by the
# line "vectorised" in their head.  Nobody reads errno or the exception flags after
# them; values stay as they are.
VECTORISED := $(patsubst %.c,%.o,$(shell cd $(here) && grep -lrx --include=*.c ' \* vectorised' src))
# Vectors of 256 bits also where 512 can be had: what runs for a few microseconds
# between other work does not make up for the clock that the wide units cost.
$(VECTORISED): CFLAGS += -O3 -fno-math-errno -fno-trapping-math $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),-mprefer-vector-width=256)

# A line before each piece says where it is from.
mlops--$(EXTVERSION).sql: $(pieces) $(here)/src/table.awk $(here)/src/help/rooms.awk $(here)/mlops.control $(here)/Makefile
	@test -n "$(pieces)"
	@for p in $(pieces); do \
	    echo "-- $${p#$(here)/}"; \
	    case $$p in *.table) $(call make_table,sql,$$p) ;; *) cat $$p ;; esac || exit 1; \
	done > $@.all
	@awk -f $(here)/src/help/rooms.awk $@.all > $@.new
	@rm $@.all
	@mv $@.new $@

# The release as PGXN and packagers want it: what is committed, nothing else.
COMMIT ?= HEAD
dist:
	git -C $(here) archive --format=zip --prefix=mlops-$(EXTVERSION)/ -o $(CURDIR)/mlops-$(EXTVERSION).zip $(COMMIT)

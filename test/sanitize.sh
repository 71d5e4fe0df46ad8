#!/bin/bash
# The regress tests with the compiler's sanitizers: bash test/sanitize.sh
# Once with UBSan (undefined behaviour), once with ASan (memory), each in a copy of
# the server, so that nothing is installed beside other servers of this machine.
# PG_CONFIG chooses the server; MLOPS_SANITIZE="ubsan" does one of the two.  Where
# the compiler or the server cannot do it, that part is skipped, and says so.
# The last line is "N passed, N failed".
set -uo pipefail
. "$(dirname "$0")/lib.sh"
passed=0
failed=0

# what takes long and finds nothing more: many rows on disk
slow=' metrics_spill '

# Can the compiler make a shared library with these flags?
can() {
    echo 'int f(int x) { return x + 1; }' >"$MLOPS_WORK/tmp/try.c"
    gcc $1 -shared -fPIC -o "$MLOPS_WORK/tmp/try.so" "$MLOPS_WORK/tmp/try.c" 2>/dev/null
}

# A server finds its files from where it is itself: the same tree elsewhere is
# another installation.  Prints its pg_config.
copy_server() {
    local root=$1 p
    for p in --bindir --pkglibdir --sharedir; do
        p=$("$PG_CONFIG" "$p")
        mkdir -p "$root$p"
        cp -aL "$p/." "$root$p/" 2>/dev/null || cp -a "$p/." "$root$p/"
    done
    p=$("$PG_CONFIG" --includedir)
    mkdir -p "$root$(dirname "$p")"
    ln -sfn "$p" "$root$p"
    echo "$root$("$PG_CONFIG" --bindir)/pg_config"
}

# ASan must be loaded first.  PostgreSQL of Debian 12 then waits for ever in gettext
# before main(): functions of the same names that pass texts through cure that.
gettext_passed_through() {
    cat >"$MLOPS_WORK/tmp/gettext.c" <<'C'
char *bindtextdomain(const char *d, const char *dir) { return (char *) dir; }
char *bind_textdomain_codeset(const char *d, const char *c) { return (char *) c; }
char *textdomain(const char *d) { return (char *) d; }
char *gettext(const char *m) { return (char *) m; }
char *dgettext(const char *d, const char *m) { return (char *) m; }
char *dcgettext(const char *d, const char *m, int c) { return (char *) m; }
char *ngettext(const char *m, const char *p, unsigned long n) { return (char *) (n == 1 ? m : p); }
char *dngettext(const char *d, const char *m, const char *p, unsigned long n) { return (char *) (n == 1 ? m : p); }
C
    gcc -w -shared -fPIC -o "$MLOPS_WORK/tmp/gettext.so" "$MLOPS_WORK/tmp/gettext.c"
}

# The server alone is started with libraries loaded before it: initdb and psql would
# wait in setlocale() as it did.
preload_server() { # BINDIR LIBRARIES
    mv "$1/postgres" "$1/postgres.bin"
    printf '#!/bin/bash\nLD_PRELOAD="%s" exec -a "$0" "%s/postgres.bin" "$@"\n' "$2" "$1" >"$1/postgres"
    chmod 755 "$1/postgres"
}

# sanitized NAME FLAGS ENVIRONMENT...: build with the flags, run regress
sanitized() {
    local name=$1 flags=$2 dir=$MLOPS_WORK/$1 log=$MLOPS_WORK/tmp/$1.log pg tests ok bad
    shift 2
    say "$name"
    if ! can "$flags"; then
        say "SKIPPED: the compiler has no $flags"
        return
    fi
    cp -a "$MLOPS_WORK/src" "$dir"
    as_user mkdir "$MLOPS_WORK/$name.pg" "$MLOPS_WORK/tmp/$name"
    pg=$(copy_server "$MLOPS_WORK/$name.pg")
    if [ "$name" = asan ]; then
        preload_server "$(dirname "$pg")" "$(gcc -print-file-name=libasan.so) $MLOPS_WORK/tmp/gettext.so"
        if ! as_user timeout 120 env "$@" "$(dirname "$pg")/initdb" -N -D "$MLOPS_WORK/tmp/asan.try" >/dev/null 2>&1; then
            say "SKIPPED: this server does not start with ASan"
            return
        fi
    fi
    if ! (cd "$dir" && as_user make -j"$(nproc)" PG_CONFIG="$pg" COPT="-O1 $flags" && make PG_CONFIG="$pg" COPT="-O1 $flags" install) >"$log" 2>&1; then
        tail -20 "$log"
        failed=$((failed + 1))
        return
    fi
    tests=$(cd "$dir" && for t in sql/*.sql; do t=$(basename "$t" .sql); [[ $slow == *" $t "* ]] || echo "$t"; done | tr '\n' ' ')
    (cd "$dir" && as_user timeout 1200 env "$@" make installcheck PG_CONFIG="$pg" TMPI="$MLOPS_WORK/tmp/$name" REGRESS="$tests" ISOLATION= TAP_TESTS=) >"$log" 2>&1
    ok=$(grep -cE '^(test .* \.\.\. ok|ok [0-9]+ )' "$log")
    bad=$(grep -cE '^(test .* \.\.\. (FAILED|failed)|not ok [0-9]+ )' "$log")
    grep -E '^(test .* \.\.\. |ok [0-9]+ |not ok [0-9]+ )' "$log"
    if [ "$bad" -gt 0 ] || [ "$ok" = 0 ]; then
        [ "$ok" = 0 ] && bad=$((bad + 1)) && tail -20 "$log"
        head -200 "$dir/regression.diffs" 2>/dev/null
    fi
    # what UBSan has seen is in the server's log; the same place once
    grep -ohE 'src/[a-z/_0-9]+\.[ch]:[0-9:]+ runtime error: .*' "$dir/log/postmaster.log" | sort -u >"$MLOPS_WORK/tmp/$name.seen"
    cat "$MLOPS_WORK/tmp/$name.seen"
    bad=$((bad + $(wc -l <"$MLOPS_WORK/tmp/$name.seen")))
    for report in "$MLOPS_WORK/tmp/$name.report".*; do
        [ -s "$report" ] || continue
        head -60 "$report"
        bad=$((bad + 1))
    done
    passed=$((passed + ok))
    failed=$((failed + bad))
}

need_build
make_work
chmod 755 "$MLOPS_WORK"
for part in ${MLOPS_SANITIZE:-ubsan asan}; do
    if [ "$part" = ubsan ]; then
        sanitized ubsan '-fsanitize=undefined,float-cast-overflow' \
            UBSAN_OPTIONS="print_stacktrace=0"
    elif gettext_passed_through; then
        sanitized asan '-fsanitize=address -fno-omit-frame-pointer' \
            ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:detect_stack_use_after_return=0:log_path=$MLOPS_WORK/tmp/asan.report"
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

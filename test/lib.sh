# Shell functions shared by run.sh, matrix.sh and demo.sh; source it, bash only.
#
# Everything that must not run as root - servers, tests - runs as MLOPS_USER in
# a copy of the tree below MLOPS_WORK, which is removed at exit.

unset PGHOST PGPORT PGUSER PGDATABASE PGDATA PGSERVICE PGOPTIONS PGPASSWORD MAKEFLAGS MAKELEVEL
export LANG=C.UTF-8 LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=/usr/bin/python3

say() { printf '== %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n -E "$@" 2>/dev/null || sudo -E "$@"; fi; }

# run a command as the ordinary user
as_user() { if [ "$(id -u)" = 0 ]; then runuser -u "$MLOPS_USER" -- "$@"; else "$@"; fi; }

# install what is missing of the given Debian packages
need_packages() {
    local missing=() p
    for p in "$@"; do
        [ "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" = 'install ok installed' ] || missing+=("$p")
    done
    [ ${#missing[@]} = 0 ] && return 0
    say "installing ${missing[*]}"
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/mlops.conf >/dev/null
    as_root apt-get -qq update >/dev/null 2>&1 || say "apt-get update failed; trying with the lists at hand"
    as_root apt-get -qq -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "${missing[@]}" >/dev/null || die "could not install ${missing[*]}"
}

# a server with its development files, a compiler, OpenBLAS, IPC::Run
need_build() {
    local v
    if [ -z "${PG_CONFIG:-}" ]; then
        command -v apt-get >/dev/null || die "set PG_CONFIG: only Debian and Ubuntu are set up by themselves"
        v=$( (ls /usr/lib/postgresql 2>/dev/null || true) | sort -n | tail -1)
        if [ -z "$v" ]; then
            as_root apt-get -qq update >/dev/null 2>&1 || true
            v=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | tail -1)
        fi
        [ -n "$v" ] || die "no PostgreSQL package is known to apt"
        need_packages "postgresql-$v" "postgresql-server-dev-$v" make gcc libc6-dev libopenblas-dev libipc-run-perl
        PG_CONFIG=/usr/lib/postgresql/$v/bin/pg_config
    fi
    export PG_CONFIG
    BIN=$("$PG_CONFIG" --bindir)
    MLOPS_USER=$(id -un)
    if [ "$(id -u)" = 0 ]; then
        MLOPS_USER=postgres
        id postgres >/dev/null 2>&1 || die "there is no user postgres to run a server as"
    fi
}

need_python() { need_packages python3 python3-sklearn python3-scipy python3-pandas python3-statsmodels python3-psycopg2 python3-jsonschema python3-yaml; }

# What the consumers of docs/consumers need: psycopg 3, and Node with the package pg, from
# Debian or else by npm into a directory of the cache.  Sets NODE_PATH.  What cannot be had
# is left: the test says loudly that it was skipped.
need_consumers() {
    local modules=${MLOPS_NODE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-node}/node_modules
    (need_packages python3-psycopg)
    command -v node >/dev/null || (need_packages nodejs node-pg)
    if ! node -e 'require("pg")' >/dev/null 2>&1; then
        if [ ! -e "$modules/pg/package.json" ] && command -v npm >/dev/null; then
            say "installing the package pg of Node"
            mkdir -p "${modules%/*}"
            timeout 300 npm install --silent --no-audit --no-fund --prefix "${modules%/*}" pg@8 >/dev/null 2>&1 || true
        fi
        if [ -e "$modules/pg/package.json" ]; then export NODE_PATH=$modules; fi
    fi
    return 0
}

# What looks at pages: a browser and a parser of HTML.  What cannot be had is skipped loudly.
need_browser() {
    (need_packages python3-html5lib)
    (need_packages chromium fonts-dejavu-core)
    return 0
}

# clang with the run-time library of its fuzzer
need_clang() {
    local version
    need_packages clang xxd
    version=$(clang --version | sed -n 's/.*clang version \([0-9]*\).*/\1/p')
    ls "$(clang -print-resource-dir)"/lib/*/libclang_rt.fuzzer-*.a >/dev/null 2>&1 || need_packages "libclang-rt-$version-dev"
}

# Debian's reference BLAS and LAPACK, beside whatever the machine uses: sets REFERENCE
# to their directories, or to nothing where there are none
need_reference_blas() {
    local lib=/usr/lib/$(gcc -print-multiarch 2>/dev/null)
    REFERENCE=
    command -v apt-get >/dev/null || return 0
    need_packages libblas3 liblapack3
    if [ -e "$lib/blas/libblas.so.3" ] && [ -e "$lib/lapack/liblapack.so.3" ]; then REFERENCE=$lib/lapack:$lib/blas; fi
}

# a copy of the tree below a new directory, both belonging to the ordinary user
make_work() {
    MLOPS_WORK=$(mktemp -d -p "${TMPDIR:-/tmp}")
    trap 'cluster_stop; rm -rf "$MLOPS_WORK"' EXIT
    mkdir "$MLOPS_WORK/src" "$MLOPS_WORK/tmp"
    (cd "$ROOT" && tar cf - --exclude=.git --exclude='*.o' --exclude='*.d' --exclude='*.so' --exclude=tmp_check --exclude=results .) |
        tar xf - -C "$MLOPS_WORK/src"
    # the ordinary user may not look into the cache of root
    if [ -n "${NODE_PATH:-}" ]; then
        cp -r "$NODE_PATH" "$MLOPS_WORK/node_modules"
        export NODE_PATH=$MLOPS_WORK/node_modules
    fi
    if [ "$(id -u)" = 0 ]; then chown -R "$MLOPS_USER" "$MLOPS_WORK"; fi
}

# build in the copy and install, with further arguments for make; a warning is a failure
build_install() {
    local log=$MLOPS_WORK/build.log
    (cd "$MLOPS_WORK/src" && as_user make -j"$(nproc)" PG_CONFIG="$PG_CONFIG" "$@") >"$log" 2>&1 ||
        { cat "$log"; return 1; }
    if grep -E 'warning:' "$log"; then say "the build gives warnings"; return 1; fi
    (cd "$MLOPS_WORK/src" && as_root make PG_CONFIG="$PG_CONFIG" "$@" install) >>"$log" 2>&1 || { tail -20 "$log"; return 1; }
}

# a throwaway server on a socket of its own: cluster_start [SETTING=VALUE ...]
cluster_start() {
    local options="-c listen_addresses='' -c unix_socket_directories=$MLOPS_WORK/socket -c fsync=off -c shared_buffers=256MB -c max_worker_processes=16" s
    for s in "$@"; do options+=" -c $s"; done
    as_user mkdir "$MLOPS_WORK/socket"
    as_user "$BIN/initdb" -D "$MLOPS_WORK/data" -A trust -U postgres --locale=C.UTF-8 -E UTF8 >/dev/null
    as_user "$BIN/pg_ctl" -D "$MLOPS_WORK/data" -l "$MLOPS_WORK/tmp/server.log" -w -o "$options" start >/dev/null ||
        { cat "$MLOPS_WORK/tmp/server.log"; return 1; }
    export PGHOST=$MLOPS_WORK/socket PGUSER=postgres PGDATABASE=postgres
    CLUSTER=yes
}

cluster_stop() {
    if [ "${CLUSTER:-}" = yes ]; then as_user "$BIN/pg_ctl" -D "$MLOPS_WORK/data" -m fast -w stop >/dev/null 2>&1 || true; fi
    CLUSTER=
}

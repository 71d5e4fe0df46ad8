#!/bin/bash
# Build, regress, isolation and TAP on other majors, in Debian chroots made by
# debootstrap: 17 from trixie, 18 from sid; 16 is in no suite of Debian.  TAP includes
# pg_upgrade from this machine's server.  bash test/matrix.sh [MAJOR ...]
# The chroots are kept in MLOPS_CACHE.  A suite that cannot be fetched is SKIPPED,
# which is neither passed nor failed.  The last line is "N passed, N failed".
set -uo pipefail
. "$(dirname "$0")/lib.sh"
CACHE=${MLOPS_CACHE:-/var/cache/mlops-matrix}
passed=0
failed=0
skipped=()
declare -A suite=([17]=trixie [18]=sid)

# the mirror that this machine's apt uses, or debootstrap's own default
mirror() {
    grep -rhoE '(deb |URIs: *)\[?[^]]*\]? *https?://[^ ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
        grep -oE 'https?://[^ ]+' | grep -E '/debian/?$' | head -1
}

# a chroot with a server of that major; keeps it when complete
make_chroot() {
    local v=$1 dir=$CACHE/$1
    [ -e "$dir/.complete" ] && return 0
    as_root rm -rf "$dir"
    as_root mkdir -p "$CACHE"
    as_root debootstrap --variant=minbase "${suite[$v]}" "$dir" $(mirror) >"$MLOPS_WORK/debootstrap.log" 2>&1 ||
        { tail -3 "$MLOPS_WORK/debootstrap.log"; return 1; }
    as_root bash -c "
        printf '#!/bin/sh\nexit 101\n' >'$dir/usr/sbin/policy-rc.d'; chmod +x '$dir/usr/sbin/policy-rc.d'
        echo 'Acquire::Check-Valid-Until \"false\";' >'$dir/etc/apt/apt.conf.d/99mlops'
        mkdir -p '$dir/etc/postgresql-common/createcluster.d'
        echo 'create_main_cluster = false' >'$dir/etc/postgresql-common/createcluster.d/mlops.conf'
        cp /etc/resolv.conf '$dir/etc/resolv.conf'
        cp /etc/apt/apt.conf.d/*proxy* '$dir/etc/apt/apt.conf.d/' 2>/dev/null
        mount -t proc proc '$dir/proc' 2>/dev/null && trap 'umount $dir/proc' EXIT	# some maintainer scripts want it
        chroot '$dir' env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
        chroot '$dir' env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
            postgresql-$v postgresql-server-dev-$v make gcc libc6-dev libopenblas-pthread-dev libipc-run-perl &&
        { chroot '$dir' env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends postgresql-$v-pgvector ||
            echo 'no pgvector: its test is skipped'; }" \
        >"$MLOPS_WORK/packages.log" 2>&1 || { tail -3 "$MLOPS_WORK/packages.log"; return 1; }
    as_root touch "$dir/.complete"
}

# This machine's server, where it is older, with mlops in it, for the chroot's test of
# pg_upgrade: below /opt/old, with those shared libraries that the chroot does not have.
old_server() { # MAJOR DIRECTORY
    local v=$1 dir=$2 c old lib has
    c=$(ls -d /usr/lib/postgresql/*/bin/pg_config 2>/dev/null | sort -V | head -1)
    old=$([ -n "$c" ] && "$c" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [ -z "$old" ] || [ "$old" -ge "$v" ]; then return 1; fi
    as_root rm -rf "$dir/opt/old"
    as_root mkdir -p "$dir/opt/old/lib"
    if [ ! -e "$MLOPS_WORK/old/mlops.so" ]; then
        as_user cp -r "$MLOPS_WORK/src" "$MLOPS_WORK/old"
        as_user make -C "$MLOPS_WORK/old" -j"$(nproc)" PG_CONFIG="$c" >"$MLOPS_WORK/build-old.log" 2>&1 || return 1
    fi
    for lib in $("$c" --bindir) $("$c" --pkglibdir) $("$c" --sharedir); do
        as_root mkdir -p "$dir/opt/old$lib" && as_root cp -rL "$lib/." "$dir/opt/old$lib"
    done
    as_root make -C "$MLOPS_WORK/old" PG_CONFIG="$c" DESTDIR="$dir/opt/old" install >>"$MLOPS_WORK/build-old.log" 2>&1 || return 1
    has=$(as_root chroot "$dir" ldconfig -p)
    for lib in $(ldd "$("$c" --bindir)"/* "$MLOPS_WORK"/old/mlops*.so 2>/dev/null | sed -n 's/.* => \(\/[^ ]*\).*/\1/p' | sort -u); do
        [[ $has == *"${lib##*/} "* ]] || as_root cp -L "$lib" "$dir/opt/old/lib"
    done
    OLD_SERVER=/opt/old${c%/bin/pg_config}
}

run_major() {
    local OLD_SERVER=
    local v=$1 dir=$CACHE/$1 c=/usr/lib/postgresql/$1/bin/pg_config work=/tmp/mlops
    as_root rm -rf "$dir$work"
    as_root mkdir -p "$dir$work/tmp" "$dir/dev/shm"
    as_root cp -r "$MLOPS_WORK/src" "$dir$work/src"
    as_root chmod 1777 "$dir/dev/shm" "$dir/tmp"
    as_root chroot "$dir" chown -R postgres "$work"
    if ! as_root chroot "$dir" make -C "$work/src" -j"$(nproc)" PG_CONFIG=$c all install >"$MLOPS_WORK/build$v.log" 2>&1 ||
        grep -E 'warning:' "$MLOPS_WORK/build$v.log"; then
        tail -20 "$MLOPS_WORK/build$v.log"
        echo "not ok build on PostgreSQL $v"
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + 1))
    as_root chroot "$dir" chown -R postgres "$work"
    old_server "$v" "$dir" || echo "########## SKIPPED: pg_upgrade to $v was NOT tested, this machine has no older server ##########"
    as_root chroot "$dir" runuser -u postgres -- env MLOPS_OLD_SERVER="$OLD_SERVER" LD_LIBRARY_PATH=/opt/old/lib bash -c "cd $work/src && LC_ALL=C.UTF-8 bash test/suites.sh $c $work/tmp" |
        tee "$MLOPS_WORK/suites$v.out"
    if [[ $(tail -1 "$MLOPS_WORK/suites$v.out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        failed=$((failed + 1))
    fi
    as_root rm -rf "$dir$work" "$dir/opt/old"
}

MLOPS_USER=$(id -un)
if ! command -v debootstrap >/dev/null; then need_packages debootstrap; fi
make_work
for v in ${@:-17 18}; do
    say "PostgreSQL $v in ${suite[$v]}"
    if make_chroot "$v"; then run_major "$v"; else skipped+=("$v"); fi
done
for v in "${skipped[@]}"; do
    echo "########## SKIPPED: PostgreSQL $v was NOT tested, its packages could not be fetched ##########"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]

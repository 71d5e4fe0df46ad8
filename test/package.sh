#!/bin/bash
# The release as packagers use it: the archive of "make dist" is complete, builds in
# a directory of its own (as pg_buildext and dh --with pgxs do) and installs the same
# files, byte for byte, as the build in the tree: bash test/package.sh BUILT, the tree
# that was built.  Installs nothing.  Last line: "N passed, N failed".
set -uo pipefail
. "$(dirname "$0")/lib.sh"
need_build
built=${1:?the built tree}
work=$(mktemp -d -p "${TMPDIR:-/tmp}")
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
ok() { # STATUS NAME
    if [ "$1" = 0 ]; then passed=$((passed + 1)); echo "ok package: $2"; else failed=$((failed + 1)); echo "not ok package: $2"; fi
}

# the archive, of what is not committed yet too; without a repository, as in an
# unpacked release, the tree stands for it
archive() {
    local commit
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
        GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
    if git -C "$ROOT" rev-parse HEAD >/dev/null 2>&1; then
        commit=$(git -C "$ROOT" stash create)
        make -s -C "$ROOT" PG_CONFIG="$PG_CONFIG" COMMIT="${commit:-HEAD}" dist &&
            mv "$ROOT"/mlops-*.zip "$work" && (cd "$work" && "$PYTHON" -m zipfile -e mlops-*.zip . && rm mlops-*.zip)
    else
        say "no repository here: the tree itself stands for the archive"
        mkdir "$work/mlops-tree" && cp -r "$built/." "$work/mlops-tree" && make -s -C "$work/mlops-tree" PG_CONFIG="$PG_CONFIG" clean >/dev/null
    fi
}

# META.json by the PGXN Meta Spec 1.0, and against mlops.control
meta() {
    "$PYTHON" - "$1" <<'END'
import json, os, re, sys
root = sys.argv[1]
meta = json.load(open(os.path.join(root, "META.json")))
control = dict(re.findall(r"^(\w+) *= *'?([^'\n]*)'?", open(os.path.join(root, "mlops.control")).read(), re.M))
for key in ("name", "version", "abstract", "maintainer", "license", "provides", "meta-spec", "release_status"):
    assert meta.get(key), key + " is missing"
assert set(meta) <= {"name", "version", "abstract", "description", "maintainer", "license", "provides", "prereqs", "meta-spec",
                     "generated_by", "tags", "no_index", "release_status", "resources"}, "unknown key"
assert meta["release_status"] in ("stable", "testing", "unstable")
assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z][a-z0-9-]*)?", meta["version"]), "version is not semantic"
assert os.path.basename(root) in ("mlops-" + meta["version"], "mlops-tree"), "the archive is named otherwise"
for name, part in meta["provides"].items():
    assert part["version"] == meta["version"] == control["default_version"], "versions differ"
    assert os.path.isfile(os.path.join(root, part["file"])) and os.path.isfile(os.path.join(root, part["docfile"])), name
for phase in meta["prereqs"].values():
    assert set(phase) <= {"requires", "recommends", "suggests", "conflicts"}
END
}

# what "make install" would put where, with the library freed of what a debugger wants
installed() { # DIRECTORY MAKEFILE DESTINATION
    make -s -C "$1" -f "$2" PG_CONFIG="$PG_CONFIG" DESTDIR="$3" install >"$work/log" 2>&1 || return 1
    find "$3" -name '*.so' -exec objcopy --strip-all --remove-section=.note.gnu.build-id {} \;
}

archive
ok $? "make dist"
tree=$(ls -d "$work"/mlops-*)
meta "$tree"
ok $? "META.json"
[ -e "$tree/test/run.sh" ] && [ -e "$tree/sql/contract.sql" ] && [ -e "$tree/docs/README.md" ] && [ ! -e "$tree/.git" ]
ok $? "the archive has tests and docs"
mkdir "$work/build"
if make -s -j"$(nproc)" -C "$work/build" -f "$tree/Makefile" VPATH="$tree" PG_CONFIG="$PG_CONFIG" all >"$work/log" 2>&1 && ! grep 'warning:' "$work/log"; then
    ok 0 "build in another directory"
    installed "$work/build" "$tree/Makefile" "$work/there" && installed "$built" Makefile "$work/here" && diff -r "$work/here" "$work/there"
    ok $? "both builds install the same files"
    n=$(find "$work/there" -type f | wc -l)
    [ -s "$(find "$work/there" -name 'mlops--*.sql' | head -1)" ] && [ "$n" -gt 10 ]
    ok $? "$n files, docs included"
    (cd "$work/build" && make -s -f "$tree/Makefile" VPATH="$tree" PG_CONFIG="$PG_CONFIG" clean >/dev/null 2>&1 && [ -z "$(find . -type f)" ])
    ok $? "make clean leaves nothing"
else
    tail -20 "$work/log"
    ok 1 "build in another directory"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]

#!/bin/sh
# Serves the plugin in a host of its own, calls its actions, and compares the answers. The argument is the built library;
# the program "dirty" is $DIRTY, or found on the PATH.
set -eu
dirty=${DIRTY:-dirty}
case $1 in /*) library=$1 ;; *) library=$PWD/$1 ;; esac
home=$(mktemp -d /tmp/sample-test-XXXXXX)

"$dirty" serve "sample=$library" --dirty-workers 1 --runtime-dir "$home" >"$home/log" 2>&1 &
host=$!
trap 'kill $host 2>/dev/null || true; wait $host || true; rm -rf "$home"' EXIT
export DIRTY_SOCKET="$home/dirty.sock"
"$dirty" status --wait 60 >/dev/null || { cat "$home/log" >&2; exit 1; }

# expect ANSWER ARGUMENT…: calls an action, and ends the test unless that is what it prints.
expect() {
    wanted=$1
    shift
    answer=$("$dirty" call sample "$@")
    [ "$answer" = "$wanted" ] || { echo "FAILED: $* gave '$answer' instead of '$wanted'" >&2; exit 1; }
    echo "passed: $*"
}

expect 6.5 sum 1 2.5 3
expect 2 calls
expect '0
1
2' count 3 --stream
printf abc >"$home/in"
expect '{"$attachment":0}' reverse --attach "$home/in" --output "$home/out"
[ "$(cat "$home/out")" = cba ] || { echo "FAILED: reverse gave '$(cat "$home/out")'" >&2; exit 1; }
if "$dirty" call sample sum one 2>"$home/error"; then echo "FAILED: sum took a word" >&2; exit 1; fi
grep -q E_INVALID "$home/error"
echo "all passed"

#!/usr/bin/env bash
# What a connection costs the sample chat: 10,000 of them on one core and 1 GiB, in rooms of twenty that talk.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'END'
Usage: bench/chat.sh [-c CONNECTIONS]

Starts `holdfast chat` on core 0 and the load test on core 1. Exits with 1 when the chat has taken more than 1 GiB.
Prints its resident memory with 1,000 connections and with all, each after a garbage collection, and the greatest.

  -c CONNECTIONS  (default 10000)
  -h, --help      this text
END
}

# shellcheck source=arguments.sh
. "$root/bench/arguments.sh"

connections=10000
while [ $# -gt 0 ]; do
  case $1 in
    -c) whole "$1" "${2:-}" && connections=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) wrong "unknown option '$1'" ;;
  esac
  shift
done

"$root/holdfast" version >/dev/null
holdfast=$(cat "$root/app/target/build.stamp")/bin/holdfast
work=$(mktemp -d)
node= load=
stop() {
  [ -z "$load" ] || kill -TERM "$load" 2>/dev/null || true
  [ -z "$node" ] || kill -KILL "$node" 2>/dev/null || true
  rm -rf -- "$work"
}
trap stop EXIT

cat >"$work/crowd.yaml" <<END
protocol: chat
users: { room: 20, every: 60s, size: 120 }
stages:
  - { name: some, users: 1000, for: 10s }
  - { name: wait, for: 20s }
  - { name: more, users: $connections, for: 60s }
  - { name: all, for: 60s }
thresholds: { success: 99.99%, errors: 0.01% }
END

: >"$work/chat.log"
HOST=127.0.0.1 PORT=0 NODE_NAME=crowd LOG_LEVEL=warn MAX_CONNECTIONS=$connections \
  HOLDFAST_JAVA_OPTS='-Xmx512m -XX:MaxDirectMemorySize=192m' \
  taskset -c 0 "$holdfast" chat >"$work/chat.log" 2>&1 &
node=$!
until grep -q 'chat listens' "$work/chat.log"; do
  kill -0 $node 2>/dev/null || { echo "bench/chat.sh: the chat did not start:" >&2 && cat "$work/chat.log" >&2 && exit 1; }
  sleep 0.1
done
address=$(sed -n 's|.*ws://\([^/]*\)/.*|\1|p' "$work/chat.log")
taskset -c 1 "$holdfast" loadtest "ws://$address/" --scenario "$work/crowd.yaml" >"$work/load.txt" &
load=$!

count() { curl -fsS "http://$address/metric"; }
kib() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$node/status"; }
collect() { "$(dirname "$(readlink -f "/proc/$node/exe")")/jcmd" "$node" GC.run >/dev/null; }

until [ "$(count)" -ge 1000 ]; do sleep 0.2; done
sleep 10
collect
some=$(kib VmRSS)
until [ "$(count)" -ge "$connections" ]; do sleep 0.5; done
sleep 20
collect
all=$(kib VmRSS)
wait "$load" || echo "the load test has found errors" >&2
load=
cat "$work/load.txt"
echo
awk -v some="$some" -v all="$all" -v peak="$(kib VmHWM)" -v n="$connections" 'BEGIN {
  printf "with 1,000 connections %.0f MiB, with %d %.0f MiB: %.1f KiB per connection; at most %.0f MiB\n",
    some / 1024, n, all / 1024, (all - some) / (n - 1000), peak / 1024 }'
[ "$(kib VmHWM)" -le 1048576 ] || { echo "that is more than 1 GiB" >&2 && exit 1; }

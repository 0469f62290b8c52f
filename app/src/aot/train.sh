#!/usr/bin/env bash
# Makes the JVM's ahead-of-time cache of a distribution: classes as they are after linking, and what the compiler learnt
# of hot methods, so that the first connections are served early and at full speed. To that end the gateway runs once
# under the loads that it is for: relays of small and large messages, short connections, HTTP, its own metrics.
# Usage: train.sh DISTRIBUTION_FOLDER
set -euo pipefail
home=$(cd "$1" && pwd -P)
work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT

fail() {
  echo "train: $1" >&2
  tail -n 20 "$work"/*.log >&2
  exit 1
}

# await FILE PATTERN: waits until sed finds something with PATTERN, and prints it.
await() {
  local found=
  for _ in $(seq 600); do
    found=$(sed -n "$2" "$1" 2>/dev/null | head -n 1)
    [ -z "$found" ] || break
    sleep 0.1
  done
  [ -n "$found" ] || fail "nothing like $2 in $(basename "$1")"
  echo "$found"
}

# What is set for a gateway of the user's own must not change this one.
unset JAVA_OPTS "${!HOLDFAST_@}"
holdfast=$home/bin/holdfast
rm -f "$home"/lib/holdfast.aot*
"$holdfast" echo --listen 127.0.0.1:0 >"$work/echo.log" 2>&1 &
pids+=($!)
echo=$(await "$work/echo.log" 's/.*\(ws:\/\/[0-9.:]*\).*/\1/p')

cat >"$work/holdfast.yaml" <<END
listeners: [{ bind: 127.0.0.1:0 }]
admin: { bind: 127.0.0.1:0 }
services:
  trained: { affinity: { cookie: {} }, backends: [$echo] }
routes:
  - { name: trained, match: { path: /** }, service: trained }
END
# What the second compiler does not get to see here, it looks at in the users' processes only after 50,000 calls, when
# everybody is there. So it begins earlier than it would, and short connections come in their thousands.
HOLDFAST_JAVA_OPTS="-XX:AOTCacheOutput=$work/holdfast.aot -XX:Tier4InvocationThreshold=1500 -XX:Tier4CompileThreshold=4000 -XX:Tier4MinInvocationThreshold=300" \
  "$holdfast" run --config "$work/holdfast.yaml" >"$work/run.log" 2>&1 &
gateway=$!
pids+=("$gateway")
port=$(await "$work/run.log" 's/.*listening on .*:\([0-9]*\)$/\1/p')
admin=$(await "$work/run.log" 's/.*admin on http:\/\/.*:\([0-9]*\)$/\1/p')

# get PORT PATH: one HTTP request, with nothing but the shell.
get() {
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
  cat <&3 >/dev/null
  exec 3>&-
}

load() {
  "$holdfast" loadtest "ws://127.0.0.1:$port/" --no-progress --warmup 0s "$@" >>"$work/load.log" 2>&1 || fail "a load failed"
}
load --connections 100 --churn --duration 12s
load --connections 100 --inflight 4 --duration 3s
load --connections 20 --size 16KiB --duration 1s
load --connections 4 --size 1MiB --duration 1s
for _ in 1 2 3; do
  get "$port" / && get "$admin" /metrics && get "$admin" /healthz && get "$admin" /api/v1/connections
done

kill -TERM "$gateway"
wait "$gateway" || true
[ -s "$work/holdfast.aot" ] || fail "no cache was written"
mv "$work/holdfast.aot" "$home/lib/holdfast.aot"

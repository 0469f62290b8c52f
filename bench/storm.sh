#!/usr/bin/env bash
# All clients come back at once to a backend whose handshakes cost CPU: how long until all are served, and what does the backend waste on
# clients that have given up? Holdfast and HAProxy, each without and with a limit of handshakes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'END'
Usage: bench/storm.sh [-c CONNECTIONS] [-m MILLIS] [-r RATE] [-s SECONDS] [PROXY...]

PROXY is one of holdfast, holdfast-limited, haproxy, haproxy-limited (default: all that are found). One backend, a server of npm's `ws`;
clients of `ws` in three processes that give a try up after 5 s and come again after what Retry-After says, or a random time that doubles.
Limited: Holdfast with `handshakes`; HAProxy answering 503 with a random Retry-After beyond the same rate, counted in a stick table.

  -c CONNECTIONS  (default 9600)
  -m MILLIS       of CPU that a handshake costs the backend (default 3)
  -r RATE         handshakes a second let through (default 200)
  -s SECONDS      how long is waited for all to be connected (default 180)
  -h, --help      this text
END
}

# shellcheck source=arguments.sh
. "$root/bench/arguments.sh"

connections=9600 cost=3 rate=200 patience=180
names=()
while [ $# -gt 0 ]; do
  case $1 in
    -c) whole "$1" "${2:-}" && connections=$2 && shift ;;
    -m) number "$1" "${2:-}" && cost=$2 && shift ;;
    -r) whole "$1" "${2:-}" && rate=$2 && shift ;;
    -s) whole "$1" "${2:-}" && patience=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    holdfast | holdfast-limited | haproxy | haproxy-limited) names+=("$1") ;;
    *) wrong "unknown option or proxy '$1'" ;;
  esac
  shift
done
PATH=$PATH:/usr/sbin
if [ ${#names[@]} -eq 0 ]; then
  names=(holdfast holdfast-limited)
  if command -v haproxy >/dev/null; then names+=(haproxy haproxy-limited); fi
fi
# shellcheck source=bench/peers.sh
. "$root/bench/peers.sh"

start_holdfast() { # LIMITS
  serve <<END
routes: [{ service: chat }]
services:
  chat:
    $1
    backends: [ws://127.0.0.1:$backend]
END
}

start_haproxy() { # LIMITS
  cat >"$work/haproxy.cfg" <<END
global
  maxconn 9900
defaults
  mode http
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
frontend in
  bind 127.0.0.1:$port
  $1
  default_backend be
backend be
  server blue 127.0.0.1:$backend
END
  haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
  pids+=($!)
}

start() { # NAME
  case $1 in
    holdfast) start_holdfast "" ;;
    holdfast-limited) start_holdfast "handshakes: { rate: $rate/s, queueTimeout: 3s, retryAfter: 30s }" ;;
    haproxy) start_haproxy "" ;;
    haproxy-limited)
      start_haproxy "stick-table type integer size 1 expire 10s store gpc0_rate(1s)
  http-request track-sc0 int(1)
  http-request return status 503 hdr Retry-After %[rand(30),add(1)] if { sc0_gpc0_rate ge $rate }
  http-request sc-inc-gpc0(0)"
      ;;
  esac
}

measure() { # NAME
  local i third=$((connections / 3))
  port=$((20000 + RANDOM % 5000)) admin=$((26000 + RANDOM % 1000))
  peer backend storm-server.js --cost "$cost"
  await "$work/backend.out" listening
  backend=$(word backend listening)
  start "$1"
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break || sleep 0.1; done
  for i in 1 2 3; do peer "clients$i" storm-client.js "ws://127.0.0.1:$port/" --connections "$third" --from "127.0.0.1$i"; done
  for i in 1 2 3; do await "$work/clients$i.out" ready; done
  for i in 1 2 3; do tell "clients$i" go; done
  for _ in $(seq "$patience"); do
    [ "$(grep -l '^result' "$work"/clients?.out | wc -l)" -eq 3 ] && break
    sleep 1
  done
  for i in 1 2 3; do grep -q '^result' "$work/clients$i.out" || tell "clients$i" stop; done
  for i in 1 2 3; do await "$work/clients$i.out" result; done
  tell backend stats
  await "$work/backend.out" stats
  {
    for i in 1 2 3; do word "clients$i" result; done
    word backend stats
  } >"$work/$1.json"
  stop
  node - "$1" "$work/$1.json" <<'END'
const { readFileSync } = require('node:fs');
const [name, file] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const [clients, server] = [lines.slice(0, 3), lines[3]];
const sum = (key) => clients.reduce((total, each) => total + each[key], 0);
const latest = (key) => Math.max(...clients.map((each) => each[key] ?? Infinity));
const shown = (seconds) => (Number.isFinite(seconds) ? `${Math.round(seconds)} s` : 'not reached');
const errors = clients.reduce((total, each) => total + Object.values(each.errors).reduce((a, b) => a + b, 0), 0);
console.log(`| ${[name, `${sum('connected')} of ${sum('connections')}`, shown(latest('half')), shown(latest('most')), shown(latest('all')), sum('tries'),
  sum('refused'), sum('timeouts'), errors, server.handshakes, server.wasted, server.most].join(' | ')} |`);
END
}

echo "| proxy | connected | half after | 99 % after | all after | tries | refused | timed out | errors | handshakes at the backend | for nobody | most in a second |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
for name in "${names[@]}"; do measure "$name"; done

#!/usr/bin/env bash
# A backend is replaced under live connections: who is disconnected, what is lost, how long it takes. Holdfast beside HAProxy and nginx.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'END'
Usage: bench/deploy.sh [-c CONNECTIONS] [-r RATE] [PROXY...]

For each of holdfast, haproxy and nginx (default: those that are found): two servers of npm's `ws`, blue and green, that answer each
message after 0 to 200 ms and push messages of their own, some in fragments, some compressed; clients with numbered messages, some of
which read slowly; all at blue. Then blue is to go: `holdfast deploy` takes all to green, haproxy drains blue and shuts its sessions down,
nginx is reloaded with green and closes what is left after worker_shutdown_timeout. Prints a table, by the ledgers of all servers and
clients: lost are messages that no server has got, answers to those that one has got, and pushes, each of how many; and for Holdfast how
long moves waited for silence (settle) and held their client (stall).

  -c CONNECTIONS  (default 9000)
  -r RATE         relays that Holdfast moves a second (default 200)
  -h, --help      this text
END
}

# shellcheck source=arguments.sh
. "$root/bench/arguments.sh"

connections=9000 rate=200
names=()
while [ $# -gt 0 ]; do
  case $1 in
    -c) whole "$1" "${2:-}" && connections=$2 && shift ;;
    -r) whole "$1" "${2:-}" && rate=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    holdfast | haproxy | nginx) names+=("$1") ;;
    *) wrong "unknown option or proxy '$1'" ;;
  esac
  shift
done
if [ ${#names[@]} -eq 0 ]; then
  names=(holdfast)
  for name in haproxy nginx; do
    if command -v "$name" >/dev/null || [ -x "/usr/sbin/$name" ]; then names+=("$name"); fi
  done
fi
PATH=$PATH:/usr/sbin
for name in "${names[@]}"; do
  [ "$name" = holdfast ] || command -v "$name" >/dev/null || {
    echo "bench/deploy.sh: $name is missing; install it (Debian: apt-get install $name)" >&2 && exit 3
  }
done
# shellcheck source=bench/peers.sh
. "$root/bench/peers.sh"

start_holdfast() {
  serve <<END
state: $work/state
routes: [{ service: chat }]
services:
  chat:
    groups: { blue: 100, green: 0 }
    deploy: { steps: [100%], bake: off, verify: { minSamples: 0 } }
    migration: { mode: live, settle: { quiet: 500ms, atMost: 20s } }
    drain: { deadline: 10m, rate: $rate/s }
    backends: [{ url: ws://127.0.0.1:$blue, group: blue }, { url: ws://127.0.0.1:$green, group: green }]
END
}
deploy_holdfast() {
  "$holdfast" deploy chat green --yes --admin "http://127.0.0.1:$admin" >&2
  curl -fsS "http://127.0.0.1:$admin/metrics" >"$work/metrics"
}

start_haproxy() {
  cat >"$work/haproxy.cfg" <<END
global
  maxconn 9900
  stats socket $work/haproxy.sock level admin
defaults
  mode http
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
frontend in
  bind 127.0.0.1:$port
  default_backend be
backend be
  server blue 127.0.0.1:$blue
  server green 127.0.0.1:$green disabled
END
  haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
  pids+=($!)
}
deploy_haproxy() {
  node -e 'const s = require("net").connect(process.argv[1]); s.end(process.argv[2] + "\n"); s.pipe(process.stderr)' "$work/haproxy.sock" \
    "enable server be/green; set server be/blue state drain; shutdown sessions server be/blue"
  sleep 5
}

nginx_config() { # SERVER
  cat >"$work/nginx.conf" <<END
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
worker_processes 1;
worker_rlimit_nofile 19000;
worker_shutdown_timeout 30s;
# Of the last sixteenth nginx takes connections back from clients that have just come.
events { worker_connections 40000; }
http {
  access_log off;
  server {
    listen 127.0.0.1:$port backlog=4096;
    location / {
      proxy_pass http://127.0.0.1:$1;
      proxy_http_version 1.1;
      proxy_set_header Upgrade \$http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
    }
  }
}
END
}
start_nginx() {
  nginx_config "$blue"
  nginx -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
  pids+=($!)
}
deploy_nginx() {
  nginx_config "$green"
  nginx -c "$work/nginx.conf" -s reload >/dev/null 2>&1
  sleep 35
}

measure() { # NAME
  local name=$1 began ended i third=$((connections / 3))
  port=$((20000 + RANDOM % 5000)) admin=$((26000 + RANDOM % 1000))
  rm -f "$work"/*.ledger
  peer blue moving-server.js blue --push 15000 --ledger "$work/blue.ledger"
  peer green moving-server.js green --push 15000 --ledger "$work/green.ledger"
  await "$work/blue.out" listening && await "$work/green.out" listening
  blue=$(word blue listening) green=$(word green listening)
  "start_$name"
  for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break || sleep 0.1; done
  for i in 1 2 3; do
    peer "clients$i" moving-client.js "ws://127.0.0.1:$port/" --connections "$third" --every 10000 --from "127.0.0.1$i" \
      --ledger "$work/clients$i.ledger"
  done
  for i in 1 2 3; do await "$work/clients$i.out" open; done
  sleep 10
  began=$(date +%s.%N)
  "deploy_$name"
  ended=$(date +%s.%N)
  sleep 5
  for i in 1 2 3; do tell "clients$i" stop; done
  for i in 1 2 3; do await "$work/clients$i.out" result; done
  {
    for i in 1 2 3; do word "clients$i" result; done
    node "$peers/moving-count.js" "$work"/*.ledger | sed 's/^count //'
  } >"$work/$name.json"
  stop
  node - "$name" "$work/$name.json" "$began" "$ended" "$work/metrics" <<'END'
const { existsSync, readFileSync } = require('node:fs');
const [name, file, began, ended, metrics] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const sum = (from, key) => from.reduce((total, each) => total + each[key], 0);
const [clients, { messages, answers, pushes }] = [lines.slice(0, 3), lines[3]];
const disconnected = `${sum(clients, 'disconnects')} of ${sum(clients, 'connections')}`;
// An answer that its backend had no more time for is lost, too.
const lost = [`${messages.lost} of ${messages.sent}`, `${answers.lost + answers.unsaid} of ${answers.sent + answers.unsaid}`,
  `${pushes.lost} of ${pushes.sent}`];
const all = (wrong) => [messages, answers, pushes].map((what) => what[wrong]).join(' / ');
if (answers.late.length > 0) {
  const first = Math.min(...answers.late).toFixed(0);
  console.error(`${name}: ${answers.late.length} answers came too late, the earliest ${first} ms after its server had got the message`);
}
console.log(`| ${[name, disconnected, ...lost, all('repeated'), all('reordered'), `${Math.round(ended - began)} s`].join(' | ')} |`);

// As Prometheus' histogram_quantile: as if the values in a bucket were evenly spread.
function quantile(share, buckets) {
  const rank = share * buckets.at(-1)[1];
  const i = buckets.findIndex(([, n]) => n >= rank);
  const [from, below] = i > 0 ? buckets[i - 1] : [0, 0];
  const [to, n] = buckets[i];
  return to === Infinity ? from : from + ((to - from) * (rank - below)) / Math.max(1, n - below);
}

if (name === 'holdfast' && existsSync(metrics)) {
  const text = readFileSync(metrics, 'utf8');
  for (const what of ['settle', 'stall']) {
    const buckets = new Map();
    for (const [, le, n] of text.matchAll(new RegExp(`^holdfast_move_${what}_seconds_bucket\\{.*le="([^"]+)".*\\} (\\S+)`, 'gm'))) {
      const end = le === '+Inf' ? Infinity : Number(le);
      buckets.set(end, (buckets.get(end) ?? 0) + Number(n));
    }
    const sorted = [...buckets].sort(([a], [b]) => a - b);
    const moves = sorted.at(-1)[1];
    const ms = (seconds) => `${(seconds * 1000).toPrecision(3)} ms`;
    const last = sorted.findIndex(([, n]) => n === moves);
    const most = sorted[last][0] < Infinity ? `within ${ms(sorted[last][0])}` : `above ${ms(sorted[last - 1][0])}`;
    console.error(`${what} of ${moves} moves: p50 ${ms(quantile(0.5, sorted))}, p99 ${ms(quantile(0.99, sorted))} (interpolated), max ${most}`);
  }
  console.error(text.split('\n').filter((line) => line.startsWith('holdfast_moves_total')).join('\n'));
}
END
}

echo "| proxy | disconnected | messages lost | answers lost | pushes lost | repeated (messages / answers / pushes) | out of order (the same) | time |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
for name in "${names[@]}"; do measure "$name"; done

#!/usr/bin/env bash
# Does the adapter for Go of docs/migration.md do what it says? As AdapterIT asks of those for Node and Java, which need no Go.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'END'
Usage: bench/adapter-go.sh [-c CLIENTS]

Builds two servers around the block of Go in docs/migration.md (it/peers/adapter-server.go), connects clients through Holdfast whose messages
they count, drains the one, then the other, has the first close with 1012, and exits with 1 when a count is wrong or a client was
disconnected. Needs go and gorilla/websocket; Debian's packages are golang-go and golang-github-gorilla-websocket-dev.

  -c CLIENTS  (default 40)
  -h, --help  this text
END
}

# shellcheck source=arguments.sh
. "$root/bench/arguments.sh"

clients=40
while [ $# -gt 0 ]; do
  case $1 in
    -c) whole "$1" "${2:-}" && clients=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) wrong "unknown option '$1'" ;;
  esac
  shift
done
demand go
# shellcheck source=bench/peers.sh
. "$root/bench/peers.sh"

mkdir "$work/go"
cp "$peers/adapter-server.go" "$work/go/server.go"
{
  printf 'package main\n\nimport (\n\t"net/http"\n\t"time"\n\n\t"github.com/gorilla/websocket"\n)\n\n'
  sed -n '/^```go$/,/^```$/{/^```/d;p}' "$root/docs/migration.md"
} >"$work/go/adapter.go"
unformatted=$(gofmt -l "$work/go")
[ -z "$unformatted" ] || { echo "not in gofmt's form: $unformatted" >&2 && exit 1; }
# Debian's packages are in no module.
(cd "$work/go" && GO111MODULE=off GOFLAGS= GOPATH=${GOPATH:-/usr/share/gocode} GOCACHE=$work/cache go build -o "$work/server" .)

port=$((20000 + RANDOM % 5000)) admin=$((26000 + RANDOM % 1000))
talker servers "$work/server"
await "$work/servers.out" listening
read -r first second <<<"$(word servers listening)"
serve <<END
routes: [{ service: counts }]
services:
  counts:
    drain: { rate: 40/s, deadline: 60s }
    migration: { mode: live, settle: { quiet: 1s, atMost: 30s } }
    backends: [ws://127.0.0.1:$first, ws://127.0.0.1:$second]
END
gateway() { "$holdfast" "$@" --admin "http://127.0.0.1:$admin"; }
# moves LABEL: how many have succeeded
moves() {
  curl -fsS "http://127.0.0.1:$admin/metrics" |
    awk -v label="$1" '/^holdfast_moves_total/ && /outcome="moved"/ && index($0, label) { n += $NF } END { print n + 0 }'
}

peer clients adapter-client.js "ws://127.0.0.1:$port/chat" "$clients"
await "$work/clients.out" open
for backend in "$first" "$second"; do
  gateway drain "127.0.0.1:$backend" --wait
  gateway up "127.0.0.1:$backend"
done
planned=$(moves 'resume="planned"')
tell servers restart
until [ "$(moves 'resume="closed"')" -gt 0 ]; do sleep 0.1; done
tell clients stop
await "$work/clients.out" result
result=$(word clients result)
echo "$planned planned moves, $(moves 'resume="closed"') after a close: $result"
node - "$result" "$planned" "$clients" <<'END'
const [result, planned, clients] = process.argv.slice(2).map((text) => JSON.parse(text));
const { wrong, disconnects, resumed, answers } = result;
process.exit(wrong === 0 && disconnects === 0 && resumed > 0 && answers > clients && planned >= clients ? 0 : 1);
END

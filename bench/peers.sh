#!/usr/bin/env bash
# Peers of it/peers as processes that are told things and say things, and a built holdfast; for scripts that have set $root.
# shellcheck disable=SC2154
"$root/holdfast" version >/dev/null
holdfast=$(cat "$root/app/target/build.stamp")/bin/holdfast
peers=$root/it/peers
[ -d "$peers/node_modules/ws" ] || npm ci --silent --prefix "$peers"
ulimit -n "$(ulimit -Hn)"
work=$(mktemp -d)
chmod 755 "$work"
pids=()
stop() {
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop; rm -rf -- "$work"' EXIT

await() { # FILE WORD
  for _ in $(seq 1200); do
    grep -q "^$2" "$1" 2>/dev/null && return
    sleep 0.1
  done
  echo "no $2 in $1:" >&2
  tail -5 "$1" >&2
  return 1
}

# peer NAME SCRIPT ARGUMENT...: a Node script of it/peers
peer() { talker "$1" node "$peers/$2" "${@:3}"; }
# talker NAME COMMAND ARGUMENT...: its input is a pipe, $work/NAME.in, its output $work/NAME.out
talker() {
  local name=$1
  shift
  rm -f "$work/$name.in" "$work/$name.out"
  mkfifo "$work/$name.in"
  "$@" <"$work/$name.in" >"$work/$name.out" 2>&1 &
  pids+=($!)
  eval "exec {input_$name}>$work/$name.in"
}
tell() { # NAME LINE
  local fd="input_$1"
  echo "$2" >&"${!fd}"
}

# serve: runs Holdfast at $port and $admin, its routes and services read from standard input
serve() {
  {
    echo "listeners: [{ bind: 127.0.0.1:$port }]"
    echo "admin: { bind: 127.0.0.1:$admin }"
    echo "logs: { access: off }"
    cat
  } >"$work/holdfast.yaml"
  "$holdfast" run --config "$work/holdfast.yaml" >"$work/holdfast.log" 2>&1 &
  pids+=($!)
  until curl -fsS "http://127.0.0.1:$admin/readyz" >/dev/null 2>&1; do sleep 0.1; done
}
word() { sed -n "s/^$2 //p" "$work/$1.out" | tail -1; }


# How the scripts of this folder tell what is wrong with their arguments, or missing; sourced by all but jmh.sh, whose arguments are JMH's.
# shellcheck shell=bash

# wrong TEXT: ends the script as one that was called wrongly.
wrong() { echo "bench/$(basename "$0"): $1; see bench/$(basename "$0") --help" >&2 && exit 2; }

# given OPTION VALUE: demands a value.
given() { [ -n "${2:-}" ] || wrong "$1 needs a value"; }

# whole OPTION VALUE: demands a whole number above 0.
whole() {
  given "$@"
  [[ $2 =~ ^[1-9][0-9]*$ ]] || wrong "$1 is '$2', but must be a whole number above 0"
}

# number OPTION VALUE: demands a number, which may be 0.
number() {
  given "$@"
  [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong "$1 is '$2', but must be a number"
}

# demand TOOL...: ends the script where one of them is missing.
demand() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || { echo "bench/$(basename "$0"): $tool is missing" >&2 && exit 3; }
  done
}

# demand_cores: ends the script where proxy and load would share a core.
demand_cores() {
  [ "$(nproc)" -ge 2 ] || { echo "bench/$(basename "$0"): two cores are needed" >&2 && exit 3; }
}

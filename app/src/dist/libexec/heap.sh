# Chooses the garbage collector, and sizes the young generation, in which the JVM makes new objects. To be sourced; works
# with bash 3.2, the one of macOS.
#
# With one core or little memory the JVM would take Serial, which leaves the objects of a relay far from each other: it copies breadth first,
# those of all relays at once. Parallel and G1 copy depth first, and a message then finds in the cache what it needs. G1
# needs more memory, and is for more cores.
#
# Every relay that was made since the last collection is copied by the next one, while all messages wait. The JVM goes by
# memory alone, and on a large machine lets thousands gather; by cores, pauses are short and the heap is small. Messages
# make next to no objects, so collections stay rare.

# whole TEXT: whether it is a whole number that can be reckoned with.
whole() {
  case $1 in
    '' | *[!0-9]* | ???????????????????*) return 1 ;;
  esac
}

# mebibytes SIZE: prints how many a size of the JVM's is (512m, 2g, 1073741824); fails for one that it cannot read.
mebibytes() {
  local number=${1%[kKmMgG]}
  whole "$number" || return 1
  case $1 in
    *[gG]) echo $((10#$number * 1024)) ;;
    *[mM]) echo $((10#$number)) ;;
    *[kK]) echo $((10#$number / 1024)) ;;
    *) echo $((10#$number / 1048576)) ;;
  esac
}

# first_words FILE: sets one and two to what its first line begins with.
first_words() { [ -r "$1" ] && read -r one two _ <"$1"; }

limit_cores() { # QUOTA PERIOD, both in microseconds
  whole "$1" && whole "$2" && [ "$1" -gt 0 ] && [ "$2" -gt 0 ] || return 0
  local allowed=$((($1 + $2 - 1) / $2))
  [ "$allowed" -ge "$cores" ] || cores=$allowed
}

limit_memory() { # BYTES
  whole "$1" || return 0
  [ $(($1 / 1048576)) -ge "$memory" ] || memory=$(($1 / 1048576))
}

# limit_by FOLDER GROUP: what a control group of either version, and those that it is in, leave of cores and memory.
limit_by() {
  local group=$2 one two quota
  while :; do
    ! first_words "$1$group/cpu.max" || limit_cores "$one" "$two"
    ! first_words "$1$group/memory.max" || limit_memory "$one"
    if first_words "$1$group/cpu.cfs_quota_us"; then
      quota=$one
      ! first_words "$1$group/cpu.cfs_period_us" || limit_cores "$quota" "$one"
    fi
    ! first_words "$1$group/memory.limit_in_bytes" || limit_memory "$one"
    case $group in
      /*) group=${group%/*} ;;
      *) break ;;
    esac
  done
}

# limit ROOT: lowers cores and memory (MiB) to what the control groups of this process leave of them.
limit() {
  local line controllers group
  [ -r "$1/proc/self/cgroup" ] || return 0
  while IFS= read -r line; do
    line=${line#*:} controllers=${line%%:*} group=${line#*:}
    case ,$controllers, in
      ,,) limit_by "$1/sys/fs/cgroup" "$group" ;;
      *,cpu,*) limit_by "$1/sys/fs/cgroup/cpu" "$group" ;;
      *,memory,*) limit_by "$1/sys/fs/cgroup/memory" "$group" ;;
    esac
  done <"$1/proc/self/cgroup"
}

# heap_flags ROOT CORES FLAG...: prints flags for the JVM, unless one of its FLAGs, or what it may read from a file, tells
# the same, and nothing where CORES, those that this process may use, or the memory cannot be told. ROOT is empty but in
# tests.
# - The collector: Parallel with one core or less than 1792 MiB, else G1. The JVM's own choice is much the same, but with
#   Serial in place of Parallel, and on x86 it counts cores, where threads of one count here.
# - The young generation's size: 16 MiB for each core, 512 at most, and a sixteenth of the memory or a quarter of -Xmx at
#   most.
heap_flags() {
  local root=$1 cores=$2 one two memory heap='' counted='' flag young
  local collector=Parallel collects='' sizes='' limited=true
  shift 2
  for flag; do
    case $flag in
      -XX:+UseSerialGC | -XX:+UseParallelGC | -XX:+UseG1GC | -XX:+UseZGC) collects=$flag ;;
      -XX:+UseShenandoahGC | -XX:+UseEpsilonGC) collects=$flag ;;
      -XX:?*ServerClassMachine | -XX:ParallelGCThreads=0) collects=$flag ;;
      -XX:+AggressiveHeap) collects=$flag sizes=$flag ;;
      -Xmn* | -XX:*New*=* | -XX:TLABSize=* | -XX:MaxRAM* | -XX:MinRAM* | -XX:InitialRAM* | -XX:ErgoHeap*) sizes=$flag ;;
      @* | -XX:Flags=* | -XX:VMOptionsFile=* | *\"* | *\'*) return 0 ;;
      -Xmx* | -mx*) heap=$(mebibytes "${flag#*mx}") || sizes=$flag ;;
      -XX:MaxHeapSize=*) heap=$(mebibytes "${flag#*=}") || sizes=$flag ;;
      -XX:ActiveProcessorCount=*) counted=${flag#*=} ;;
      -XX:-UseContainerSupport) limited=false ;;
      -XX:+UseContainerSupport) limited=true ;;
    esac
  done
  first_words "$root/proc/meminfo" && whole "$two" && whole "$cores" && [ "$cores" -gt 0 ] || return 0
  memory=$((two / 1024))
  ! $limited || limit "$root"
  ! whole "$counted" || [ $((10#$counted)) -eq 0 ] || cores=$((10#$counted))
  [ $cores -eq 1 ] || [ $memory -lt 1792 ] || collector=G1
  [ -n "$collects" ] || echo "-XX:+Use${collector}GC"
  [ -z "$sizes" ] || return 0
  heap=${heap:-$((memory / 4))}
  young=$((16 * cores))
  [ $young -le 512 ] || young=512
  [ $young -le $((heap / 4)) ] || young=$((heap / 4))
  [ $young -lt 4 ] || echo "-XX:MaxNewSize=${young}m" # some collectors do not start with so little
}

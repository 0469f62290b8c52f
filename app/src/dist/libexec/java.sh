# Finds a Java installation without starting one: each has a file `release` that names its version.
# To be sourced; works with bash 3.2, the one of macOS.

# java_version HOME: prints the feature version (25) of the installation in HOME, nothing if there is none.
java_version() {
  [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' "$1/release" | head -n 1
}

# java_places: prints the folders to look into, one a line, in the order of preference.
java_places() {
  local java link dir
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  java=$(command -v java 2>/dev/null || true)
  if [ -n "$java" ]; then
    # `java` on the path is mostly a chain of symbolic links; not every system has readlink -f.
    while [ -L "$java" ]; do
      link=$(readlink "$java")
      case $link in
        /*) java=$link ;;
        *) java=$(dirname "$java")/$link ;;
      esac
    done
    dir=$(cd "$(dirname "$java")/.." 2>/dev/null && pwd -P || true)
    [ -z "$dir" ] || printf '%s\n' "$dir"
  fi
  for dir in /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
    [ -d "$dir" ] && printf '%s\n' "$dir"
  done
  return 0
}

# find_java LEAST TOOL: sets FOUND_JAVA to the first installation that is of version LEAST or newer and has bin/TOOL
# (java to run, javac to build). Returns 1, with one clear message on standard error, when there is none.
find_java() {
  local least=$1 tool=$2 dir version seen=''
  FOUND_JAVA=''
  while IFS= read -r dir; do
    version=$(java_version "$dir")
    [ -n "$version" ] || continue
    if [ "$version" -ge "$least" ] && [ -x "$dir/bin/$tool" ]; then
      FOUND_JAVA=$dir
      return 0
    fi
    case $seen in
      *"$dir ("*) ;;
      *) seen="$seen${seen:+, }$dir ($version)" ;;
    esac
  done <<EOF
$(java_places)
EOF
  local kind='Java runtime'
  [ "$tool" = java ] || kind=JDK
  {
    echo "holdfast: no $kind of version $least or newer was found."
    echo "  Looked at: JAVA_HOME, java on the PATH, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman, ~/.jdks, Homebrew, /Library/Java."
    echo "  Found: ${seen:-none at all}."
    echo "  Install one, for example from https://adoptium.net/temurin/releases/?version=$least, or with"
    echo "  \`sdk install java $least-tem\`, and set JAVA_HOME if it is in another place."
  } >&2
  return 1
}

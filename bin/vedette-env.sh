# Sourced by the programs beside it: finds the installation and a Java 25, builds a checkout that was not built yet.
# Sets: vedette_lib (the jars), vedette_java (the java command). No subshells on this path: each costs a start
# milliseconds.

vedette_home=$vedette_bin/..
if [ -f "$vedette_home/lib/launcher.jar" ]; then
  vedette_dist=$vedette_home
else
  vedette_dist=$vedette_home/launcher/target/dist
fi
vedette_lib=$vedette_dist/lib

# True when the directory $1 holds a JDK or JRE of Java 25 or newer; looks at its release file, starts nothing.
vedette_is_java25() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r vedette_line; do
    case $vedette_line in
      JAVA_VERSION=*)
        vedette_line=${vedette_line#JAVA_VERSION=\"}
        vedette_line=${vedette_line%%[!0-9]*}
        [ "${vedette_line:-0}" -ge 25 ]
        return
        ;;
    esac
  done < "$1/release"
  return 1
}

vedette_find_java() {
  if [ -n "${JAVA_HOME:-}" ] && vedette_is_java25 "$JAVA_HOME"; then
    vedette_java=$JAVA_HOME/bin/java
    return 0
  fi
  # The one that the build made the start-up caches with.
  if [ -r "$vedette_lib/aot/java.home" ]; then
    IFS= read -r vedette_candidate < "$vedette_lib/aot/java.home"
    if vedette_is_java25 "$vedette_candidate"; then
      vedette_java=$vedette_candidate/bin/java
      return 0
    fi
  fi
  for vedette_candidate in /usr/lib/jvm/* /opt/* /opt/java/* "${HOME:-/root}"/.sdkman/candidates/java/* \
      "${HOME:-/root}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if vedette_is_java25 "$vedette_candidate"; then
      vedette_java=$vedette_candidate/bin/java
      return 0
    fi
  done
  vedette_candidate=$(command -v java) && vedette_candidate=$(readlink -f "$vedette_candidate") \
    && vedette_candidate=${vedette_candidate%/bin/java} && vedette_is_java25 "$vedette_candidate" \
    && vedette_java=$vedette_candidate/bin/java && return 0
  echo "Vedette needs Java 25 or newer and found none (looked at JAVA_HOME, /usr/lib/jvm, /opt, SDKMAN and PATH)." >&2
  echo "Install one, for example https://adoptium.net, or set JAVA_HOME to it." >&2
  return 1
}

# Builds a checkout: what newcomers need of it, without checks, tests and archive. Progress goes to standard error, all
# that Maven says to target/first-build.log.
vedette_build() {
  if [ ! -f "$vedette_home/pom.xml" ]; then
    echo "No jars in $vedette_lib: this installation is not complete." >&2
    return 1
  fi
  if ! command -v mvn > /dev/null; then
    echo "Vedette is not built yet and building it needs Maven (mvn), which is not installed." >&2
    return 1
  fi
  echo "Vedette is not built yet; building it (a minute or two, once; the first time Maven also downloads)." >&2
  mkdir -p "$vedette_home/target" || return 1
  vedette_log=$vedette_home/target/first-build.log
  vedette_live=0
  [ -t 2 ] && vedette_live=1
  (cd "$vedette_home" && mvn -B -P '!strict,!format,!archive' -pl '!bench' -DskipTests package 2>&1) \
    | awk -v log_file="$vedette_log" -v live="$vedette_live" '
      function show(text) { printf "%s  %s\n", live ? "\r\033[K" : "", text > "/dev/stderr" }
      { print > log_file }
      /^\[INFO\] Building Vedette/ { sub(/^\[INFO\] Building /, ""); sub(/ [^ ]*-SNAPSHOT */, " "); show($0) }
      / Downloaded from / || /^Downloaded from / {
        files++
        if (live) printf "\r\033[K  %d files downloaded", files > "/dev/stderr"
        else if (files % 100 == 0) show(files " files downloaded")
      }
      /Start-up cache/ { sub(/^.*Start-up cache/, "start-up cache"); show($0) }
      /^\[ERROR\]/ && errors++ < 20 { show($0) }
      /BUILD SUCCESS/ { built = 1 }
      END { if (!built) show("The build failed; see " log_file); exit !built }'
}

if [ ! -f "$vedette_lib/launcher.jar" ] && [ -z "${vedette_only_java:-}" ]; then
  vedette_build || exit 1
fi
vedette_find_java || exit 1

# These make a JVM write a line to standard error; VEDETTE_JAVA_OPTS is ours.
unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS

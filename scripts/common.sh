# Sourced by the scripts beside it. Sets the working directory to the root of the tree.
set -euo pipefail
# A failure inside $(…) is a failure too.
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# True when version $1 is at least version $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# A line before each step, with the minutes that have passed, so that a log shows where time goes.
step() {
  printf '\n[%3d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*" >&2
}

# Installs the packages of the console when the lock file is younger than what is installed.
install_console() {
  if [ ! console/node_modules/.package-lock.json -nt console/package-lock.json ]; then
    # --include=dev: the tools that build are development dependencies, also when NODE_ENV says production.
    (cd console && npm ci --include=dev --no-audit --no-fund)
  fi
}

# The whole path of the debug binary (callers change folders), with the console inside. Built as the tests build it:
# naming one package would choose other features of shared crates, and so compile DataFusion a second time. Without the
# examples, each of which is a program of some hundred megabytes that nothing runs.
debug_binary() {
  PERENNIAL_CONSOLE=build cargo test --locked --workspace --tests --no-run >&2
  local target="${CARGO_TARGET_DIR:-target}"
  case "$target" in /*) ;; *) target="$PWD/$target" ;; esac
  printf '%s\n' "$target/debug/perennial"
}

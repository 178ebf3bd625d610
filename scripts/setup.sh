#!/usr/bin/env bash
# Checks what a command needs, installs what Debian has, and names the rest exactly. Safe to run again.
#   setup.sh build   Rust, a C compiler, Node.js
#   setup.sh test    also PostgreSQL (server binaries only), Chromium, CJK fonts, Python with venv
#   setup.sh bench   Rust, a C compiler, Node.js, Chromium, CJK fonts, Python with venv
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

RUST_VERSION=1.95.0
NODE_VERSION=20.19.0

purpose="${1:-build}"
missing=()  # one sentence each
packages=() # of Debian

check_rust() {
  local version
  if ! have cargo || ! have rustc; then
    missing+=("Rust $RUST_VERSION or newer, with rustfmt and clippy: see https://rustup.rs")
    return
  fi
  version="$(rustc --version | cut -d' ' -f2)"
  at_least "$version" "$RUST_VERSION" ||
    missing+=("Rust $RUST_VERSION or newer; rustc here is $version: run 'rustup update stable'")
  [ "$purpose" != test ] && return
  cargo fmt --version >/dev/null 2>&1 || missing+=("rustfmt: run 'rustup component add rustfmt'")
  cargo clippy --version >/dev/null 2>&1 || missing+=("clippy: run 'rustup component add clippy'")
}

check_node() {
  local version
  if ! have node || ! have npm; then
    missing+=("Node.js $NODE_VERSION or newer with npm 10 or 11: see https://nodejs.org")
    return
  fi
  version="$(node --version)"
  at_least "${version#v}" "$NODE_VERSION" || missing+=("Node.js $NODE_VERSION or newer; node here is ${version#v}")
}

# The C parts (SQLite, zstd, ring, aws-lc) are compiled with cc alone: they carry generated assembly and bindings
# for Linux on x86-64 and arm64, so that cmake, perl, go and clang are not needed.
check_c_compiler() { have cc || packages+=(gcc libc6-dev); }

check_postgres() {
  have postgres && have initdb && return
  local folder
  for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ]; then return; fi
  done
  [ -n "${PERENNIAL_TEST_POSTGRES_URL:-}" ] && return
  packages+=(postgresql)
}

check_chromium() { have chromium || have chromium-browser || have google-chrome || packages+=(chromium); }

# Debian's build of the same engine without a browser around it. The tests of the console's screens take it where it is
# there, because it is cheaper; nothing needs it.
check_headless_shell() {
  have chromium-headless-shell && return
  case " ${packages[*]} " in
    *" chromium "*) packages+=(chromium-headless-shell) ;;
    *)
      if [ "$(id -u)" -ne 0 ] && ! have sudo; then return; fi
      if have apt-cache && [ -n "$(apt-cache madison chromium-headless-shell 2>/dev/null)" ]; then
        packages+=(chromium-headless-shell)
      fi
      ;;
  esac
}

check_fonts() {
  compgen -G '/usr/share/fonts/*/noto/Noto*CJK*' >/dev/null && return
  if have fc-list && [ -n "$(fc-list :lang=zh-cn family | head -n 1)" ]; then return; fi
  packages+=(fonts-noto-cjk)
}

# The benchmark keeps its peers in an environment of its own, the tests two Python SDKs; Debian packs the module for that apart.
check_python() {
  if ! have python3; then
    packages+=(python3 python3-venv)
  elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    packages+=(python3-venv)
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends "$@" </dev/null >&2
}

# Debian creates and starts a cluster with the package. The tests start their own server, so none is wanted here:
# the switch for it is set before the server arrives, and put back as it was afterwards.
install_postgres() {
  local switch=/etc/postgresql-common/createcluster.conf kept outcome=0
  apt_install postgresql-common
  kept="$(mktemp)"
  [ ! -f "$switch" ] || cp "$switch" "$kept"
  { cat "$kept"; echo 'create_main_cluster = false'; } | as_root tee "$switch" >/dev/null
  apt_install postgresql || outcome=$?
  as_root tee "$switch" <"$kept" >/dev/null
  rm -f "$kept"
  return "$outcome"
}

install_packages() {
  local list="${packages[*]}"
  have apt-get || die "install these with the package manager of this system (names are those of Debian): $list"
  if [ "$(id -u)" -ne 0 ] && ! have sudo; then
    die "run this as root, then try again: apt-get update && apt-get install --no-install-recommends $list"
  fi
  say "installing from Debian: $list"
  as_root apt-get -o DPkg::Lock::Timeout=600 update </dev/null >&2
  local others=() package
  for package in "${packages[@]}"; do
    if [ "$package" = postgresql ]; then install_postgres; else others+=("$package"); fi
  done
  [ ${#others[@]} -eq 0 ] || apt_install "${others[@]}"
}

check_rust
check_node
check_c_compiler
case "$purpose" in
  build) ;;
  test)
    check_postgres
    check_chromium
    check_headless_shell
    check_fonts
    check_python
    # An example of the tracking API.
    have curl || packages+=(curl)
    ;;
  bench)
    check_chromium
    check_fonts
    check_python
    ;;
  *) die "setup.sh build|test|bench" ;;
esac

if [ ${#missing[@]} -gt 0 ]; then
  say "this machine lacks:"
  printf '  - %s\n' "${missing[@]}" >&2
  exit 1
fi
if [ ${#packages[@]} -gt 0 ]; then install_packages; fi

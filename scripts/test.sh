#!/usr/bin/env bash
# Everything that continuous integration runs, cheap checks first. `make test` calls it after scripts/setup.sh.
#   test.sh            all steps
#   test.sh STEP…      only these: format scripts console lint rust generated screens browser forms_page sdk_js sdks
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# One value for all steps: another value would rebuild the crate with the console in it, and the binary.
export PERENNIAL_CONSOLE=build
# A clean clone is built once: what cargo keeps for building it again takes gigabytes and is never read.
if [ -n "${CI:-}" ]; then export CARGO_INCREMENTAL=0; fi

test_format() {
  step "format: rustfmt"
  cargo fmt --all -- --check
}

test_scripts() {
  step "scripts: syntax"
  local script
  for script in scripts/*.sh .ci/run; do bash -n "$script"; done
  if have shellcheck; then shellcheck --external-sources scripts/*.sh .ci/run; fi
}

test_console() {
  step "console: types and lint, unit tests, build, budget"
  install_console
  (cd console && npm run check && npm test && npm run build && npm run budget)
}

test_lint() {
  step "lint: clippy"
  cargo clippy --locked --workspace --all-targets -- -D warnings
  # The licences and banned crates of deny.toml are also checked by a test (crates/server/tests/suite/licences.rs).
  if cargo deny --version >/dev/null 2>&1; then cargo deny --offline check bans licenses sources; fi
}

test_rust() {
  step "rust: all tests of the workspace, on SQLite and PostgreSQL"
  if cargo nextest --version >/dev/null 2>&1; then
    # Without the examples: nothing in them is a test, each is a program of half a gigabyte, and clippy has read them.
    cargo nextest run --locked --workspace --tests
  else
    cargo test --locked --workspace --tests
  fi
  # Examples in the documentation, and what must not compile.
  cargo test --locked --workspace --doc
}

test_generated() {
  step "generated files: docs/openapi.json, schema.d.ts"
  install_console
  scripts/gen.sh --check
}

test_screens() {
  step "screens: the console against recorded answers"
  install_console
  (cd console && npm run e2e)
}

test_browser() {
  step "browser: the console against a real server"
  scripts/e2e.sh
}

test_forms_page() {
  step "forms_page: the page of a form in a browser against a real server"
  scripts/forms_page.sh
}

test_sdk_js() {
  step "sdk_js: our SDK for sites, units and a browser against a real server"
  scripts/sdk_js.sh
}

test_sdks() {
  step "sdks: published clients of the tracking API against a real server"
  scripts/sdks.sh
}

if [ $# -eq 0 ]; then set -- format scripts console lint rust generated screens browser forms_page sdk_js sdks; fi
for name in "$@"; do
  declare -F "test_$name" >/dev/null || die "there is no step '$name'"
  "test_$name"
done

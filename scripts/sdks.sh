#!/usr/bin/env bash
# The published SDKs, unmodified, against a started server: every type of message, packed bodies, retries over a
# connection that fails now and then, a clock that is wrong. Nothing may be lost or doubled. Then the examples of
# sdk/examples, as they are.
# Needs Node.js, npm, Python 3 with venv, Rust, Chromium, and the package registries (or their caches).
# ONLY=… runs those SDKs whose name has that in it.
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/server.sh
source scripts/server.sh

(cd scripts/sdks && npm ci --ignore-scripts --no-audit --no-fund >&2)
python="$work/python/bin/python3"
python3 -m venv "$work/python"
"$python" -m pip install --quiet --disable-pip-version-check --requirement scripts/sdks/requirements.txt >&2
# A program and a lock file of its own: what that SDK needs is in no crate of ours.
sdk_target="${CARGO_TARGET_DIR:-$PWD/target}/sdks"
cargo build --quiet --locked --manifest-path scripts/sdks/segment_rust/Cargo.toml --target-dir "$sdk_target" >&2

start_server
node scripts/sdks/run.mjs "$url" "$binary" "$data" "$python" "$sdk_target/debug/segment-rust"
node scripts/sdks/examples.mjs "$url" "$binary" "$data" "$python" "$sdk_target/debug/example"

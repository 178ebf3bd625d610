#!/usr/bin/env bash
# The published SDKs, unmodified, against a started server: every type of message, packed bodies, retries over a
# connection that fails now and then, a clock that is wrong. Nothing may be lost or doubled.
# Needs Node.js, npm, Python 3 with venv, and the package registries (or their caches).
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Longest start: an empty SQLite store, migrated by a debug binary.
START_SECONDS_MAX=60

work="$(mktemp -d)"
server=
finish() {
  local outcome=$?
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$outcome" -ne 0 ]; then
    say "the last lines of the server's log:"
    tail -n 40 "$work/log" >&2 2>/dev/null || true
  fi
  rm -rf "$work"
  exit "$outcome"
}
trap finish EXIT

binary="${PERENNIAL_BINARY:-}"
[ -n "$binary" ] || binary="$(debug_binary)"
(cd scripts/sdks && npm ci --ignore-scripts --no-audit --no-fund >&2)
python="$work/python/bin/python3"
python3 -m venv "$work/python"
"$python" -m pip install --quiet --disable-pip-version-check --requirement scripts/sdks/requirements.txt >&2

env -u PERENNIAL_DATABASE_URL "$binary" serve --json --data "$work/data" --listen "127.0.0.1:0" \
  >"$work/first-line" 2>"$work/log" </dev/null &
server=$!
for ((tenths = 0; tenths < START_SECONDS_MAX * 10; tenths++)); do
  kill -0 "$server" 2>/dev/null || die "the server ended before it served"
  # A line is complete when its end has arrived.
  if [ "$(wc -l <"$work/first-line")" -ge 1 ]; then break; fi
  sleep 0.1
done
[ -s "$work/first-line" ] || die "the server said nothing within $START_SECONDS_MAX seconds"
url="$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8").split("\n")[0]).url' "$work/first-line")"

node scripts/sdks/run.mjs "$url" "$binary" "$work/data" "$python"

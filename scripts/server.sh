# Sourced by scripts that need a started server, after common.sh: the debug binary, on a free port, with an empty data
# folder, stopped and removed at the end. Afterwards `binary`, `data` and `url` are set, and `field` has more; `work` is a folder
# of the script's own.

# Longest start: an empty SQLite store, migrated by a debug binary.
START_SECONDS_MAX=60

work="$(mktemp -d)"
data="$work/data"
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

# The first line of `serve --json` is one object: {"url": "...", "sign_in_link": "...", ...}
field() {
  node -e '
    const line = require("fs").readFileSync(process.argv[1], "utf8").split("\n")[0];
    const value = JSON.parse(line)[process.argv[2]];
    if (typeof value !== "string") { console.error(`the first line has no "${process.argv[2]}": ${line}`); process.exit(1); }
    console.log(value);
  ' "$work/first-line" "$1"
}

# PERENNIAL_BINARY is taken as it is: for who works beside the server, not on it.
start_server() {
  local tenths
  binary="${PERENNIAL_BINARY:-}"
  [ -n "$binary" ] || binary="$(debug_binary)"
  env -u PERENNIAL_DATABASE_URL "$binary" serve --json --data "$data" --listen "127.0.0.1:0" \
    >"$work/first-line" 2>"$work/log" </dev/null &
  server=$!
  for ((tenths = 0; tenths < START_SECONDS_MAX * 10; tenths++)); do
    kill -0 "$server" 2>/dev/null || die "the server ended before it served"
    # A line is complete when its end has arrived.
    if [ "$(wc -l <"$work/first-line")" -ge 1 ]; then break; fi
    sleep 0.1
  done
  [ -s "$work/first-line" ] || die "the server said nothing within $START_SECONDS_MAX seconds"
  url="$(field url)"
}

#!/usr/bin/env bash
# The console from its sources (Vite, reloading) beside a debug server. Ctrl-C ends both.
# Arguments go to `perennial serve`; the data folder is ./perennial-data unless PERENNIAL_DATA says otherwise.
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

LISTEN="${PERENNIAL_LISTEN:-127.0.0.1:7300}"

install_console
PERENNIAL_CONSOLE=skip cargo build --package perennial-server --bin perennial
"${CARGO_TARGET_DIR:-target}/debug/perennial" serve --listen "$LISTEN" "$@" &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT

say "the console that follows its sources is at http://localhost:5173; a sign-in link works there as well: keep its path"
cd console
PERENNIAL_URL="http://$LISTEN" npm run dev

#!/usr/bin/env bash
# Our own SDK for sites: types, units, the committed file, its size, and a browser against a started server.
# Needs Node.js, npm and Chromium.
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/server.sh
source scripts/server.sh

if [ ! sdk/js/node_modules/.package-lock.json -nt sdk/js/package-lock.json ]; then
  (cd sdk/js && npm ci --include=dev --ignore-scripts --no-audit --no-fund >&2)
fi
(cd sdk/js && npm run check && npm test && node build/build.mjs --check && npm run budget)

start_server
cd sdk/js
PERENNIAL_URL="$url" PERENNIAL_BINARY="$binary" PERENNIAL_DATA="$data" npm run test:browser

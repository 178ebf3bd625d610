#!/usr/bin/env bash
# The page of a form in a browser against a real server: the debug binary, on a free port, with an empty data folder.
# Arguments go to Playwright. With PERENNIAL_BINARY nothing is built.
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/server.sh
source scripts/server.sh

install_console
start_server
PERENNIAL_URL="$url"
PERENNIAL_SIGN_IN_LINK="$(field sign_in_link)"
export PERENNIAL_URL PERENNIAL_SIGN_IN_LINK

cd console
npm run e2e:forms -- "$@"

#!/usr/bin/env bash
# Asks a started server for everything that docs/openapi.json has, with values that Schemathesis makes up, and fails at the
# first answer of 500 or more. No step of `make test`: it takes ten minutes, or as many seconds as the first argument says; what
# follows it goes to Schemathesis, such as --seed of a run that failed.
# Needs Node.js, curl, Python 3 with venv, and the package registry (or its cache). With PERENNIAL_BINARY nothing is built.
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/server.sh
source scripts/server.sh

SECONDS_USUAL=600

seconds="${1:-$SECONDS_USUAL}"
[ $# -eq 0 ] || shift
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || die "the first argument is how many seconds it may take"
python3 -m venv "$work/python"
"$work/python/bin/python3" -m pip install --quiet --disable-pip-version-check 'schemathesis==4.*' >&2
start_server

# The first administrator makes a token of the highest role.
post() { curl --fail --silent --show-error --header 'Content-Type: application/json' "$@"; }
link="$(field sign_in_link)"
body="$(post --cookie-jar "$work/cookies" --data "{\"token\":\"${link##*link=}\"}" "$url/api/v1/session/link")"
csrf="$(node -p 'JSON.parse(process.argv[1]).csrf_token' "$body")"
body="$(post --cookie "$work/cookies" --header "X-CSRF-Token: $csrf" --data '{"name":"fuzz","role":"administrator"}' "$url/api/v1/tokens")"
token="$(node -p 'JSON.parse(process.argv[1]).token' "$body")"

# Not what would sign it out: its own token and user are among those that it would make and take away.
# What it says of failures stands in its own folder, which goes with the data.
"$work/python/bin/schemathesis" run docs/openapi.json --url "$url" --header "Authorization: Bearer $token" \
  --exclude-path-regex '/(session|tokens|users)' --checks not_a_server_error --workers 2 --max-time "$seconds" --no-color "$@"

#!/usr/bin/env bash
# Writes the derived files: docs/openapi.json from the handlers, schema.d.ts from docs/openapi.json.
#   gen.sh           writes them
#   gen.sh --check   changes nothing, fails when one differs from what the code says
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SPEC=docs/openapi.json
SCHEMA=console/src/shared/api/schema.d.ts

fresh="$(mktemp -d)"
trap 'rm -rf "$fresh"' EXIT

binary="$(debug_binary)"
spec="$("$binary" openapi)"
[ -n "$spec" ] || die "'perennial openapi' printed nothing"
printf '%s\n' "$spec" >"$fresh/openapi.json"
install_console
(cd console && npx --no-install openapi-typescript "$fresh/openapi.json" --output "$fresh/schema.d.ts" >&2)

if [ "${1:-}" = --check ]; then
  diff --unified "$SPEC" "$fresh/openapi.json" || die "$SPEC is not what the code says: run 'make gen'"
  diff --unified "$SCHEMA" "$fresh/schema.d.ts" || die "$SCHEMA is not what $SPEC says: run 'make gen'"
else
  mkdir -p "$(dirname "$SPEC")" "$(dirname "$SCHEMA")"
  cp "$fresh/openapi.json" "$SPEC"
  cp "$fresh/schema.d.ts" "$SCHEMA"
  say "wrote $SPEC and $SCHEMA"
fi

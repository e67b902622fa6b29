#!/usr/bin/env bash
# Whether the packages of each lockfile are what the registry signed, and their provenance what their makers said.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for folder in . infra-cdktf infra-cdktf/cli; do
  echo "== $folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund && npm audit signatures)
done

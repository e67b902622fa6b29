#!/usr/bin/env bash
# Fails when a package of an image has a grave fault that is known, and mended in a later version.
#
#   delivery/scan.sh FOLDER       with a *.cdx.json for each image, as `npm run sbom` writes them
#
# Needs trivy 0.74. What there is no mended version of is nothing that a commit could change.
set -euo pipefail

folder=${1:?"say where the bills of materials are"}
failed=0
for bill in "$folder"/*.cdx.json; do
  echo "== $(basename "$bill" .cdx.json)"
  trivy sbom --quiet --severity=HIGH,CRITICAL --ignore-unfixed --exit-code=1 "$bill" || failed=1
done
exit "$failed"

#!/usr/bin/env bash
# Checks out what a release was built from: its overlays and its migrations belong to its images.
#
#   delivery/checkout-release.sh .local/release/release.json
set -euo pipefail

release=${1:?"say which release.json"}
commit=$(jq --exit-status --raw-output .commit "$release")
git checkout --detach "$commit"

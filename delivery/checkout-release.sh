#!/usr/bin/env bash
# Checks out what a release was built from: its overlays and its migrations belong to its images.
#
#   delivery/checkout-release.sh .local/release/release.json
set -euo pipefail

release=${1:?"say which release.json"}
commit=$(node --print 'JSON.parse(require("fs").readFileSync(0)).commit' < "$release")
# Whoever may push a branch can have a run of a workflow leave such a file; what is on main was looked at.
if ! git merge-base --is-ancestor "$commit" "${MAIN:-origin/main}"; then
  echo "$commit is not on main: nothing of it is run here" >&2
  exit 65
fi
git checkout --detach "$commit"

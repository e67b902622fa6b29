#!/usr/bin/env bash
# Has External Secrets read Secret Manager now rather than within the hour, and waits until each secret has been read. That each
# is Ready would say nothing: it was, when it was last read.
#
#   knative/operations/read-secrets.sh
#
# A pod reads its secrets when it starts: those that run go on with the old ones. CONTEXT is kubectl's, the current one without.
set -euo pipefail

main() {
  local before unread
  before=$(read_at)
  [ -n "$before" ] || fail "there is no ExternalSecret"
  kube annotate externalsecret --all force-sync="$(date +%s)" --overwrite
  SECONDS=0
  # A line that is as it was before: the name, and when it was last read.
  while unread=$(comm -12 <(printf '%s\n' "$before") <(read_at)) && [ -n "$unread" ]; do
    [ "$SECONDS" -lt "${PATIENCE:-120}" ] ||
      fail "not read: $(printf '%s\n' "$unread" | cut -d' ' -f1 | paste -sd' '); why, tells kubectl -n task-manager describe externalsecret"
    sleep "${PAUSE:-1}"
  done
  kube wait --for=condition=Ready --timeout=1m externalsecret --all
}

read_at() {
  kube get externalsecret --output='jsonpath={range .items[*]}{.metadata.name} {.status.refreshTime}{"\n"}{end}' | sort
}

kube() { kubectl ${CONTEXT:+--context "$CONTEXT"} --namespace task-manager "$@"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main "$@"

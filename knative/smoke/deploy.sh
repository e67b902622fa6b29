#!/usr/bin/env bash
# Applies an overlay to a cluster whose images and stores are its own, gives the database its schema, and waits until every
# function is Ready.
#
#   knative/smoke/deploy.sh CONTEXT [OVERLAY]     local, or kind where the gateway is NGINX Gateway Fabric
set -euo pipefail

context=${1:?"say which context of kubectl"}
overlay=${2:-local}
room=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

kube() { kubectl --context "$context" "$@"; }

kube apply -k "$room/overlays/$overlay"
kube -n stores wait --for=condition=Available --timeout=5m deployment --all
CONTEXT=$context "$room/operations/run-job.sh" migrate
kube -n task-manager wait --for=condition=Ready --timeout=10m services.serving.knative.dev --all

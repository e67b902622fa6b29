#!/usr/bin/env bash
# The whole system in a new cluster of kind: installs, builds, deploys, and asks the whole contract through the gateway. The
# cluster is left for a look; `kind delete cluster --name task-manager` takes it away.
#
#   knative/smoke/kind.sh
#
# Needs docker with 4 cores, kind 0.33, kubectl, helm, and Node 20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=task-manager
context=kind-$name
node=kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d
port=8088

kube() { kubectl --context "$context" "$@"; }

kind create cluster --name "$name" --image "$node" --wait 5m
knative/install/install.sh local "$context"

# What the overlay runs, and nothing that it does not: the images of its jobs wait until one is wanted.
for function in $(kubectl kustomize knative/overlays/kind | sed -n 's|.*image: dev.local/task-manager/\(.*\):local|\1|p' | sort -u); do
  case $function in back-up | restore | drill | erase-tenant | rewind | reconstruct-activities) continue ;; esac
  image=dev.local/task-manager/$function:local
  docker build --quiet --build-arg "FUNCTION=$function" --target function --tag "$image" .
  kind load docker-image --name "$name" "$image"
done

npm run deploy -- --all --ground --env kind --context "$context"
kube -n task-manager-edge wait --for=condition=Available --timeout=5m deployment/task-manager-nginx

kube -n task-manager-edge port-forward service/task-manager-nginx "$port:80" &
forward=$!
trap 'kill "$forward"' EXIT
npm run bench:knative -- --context "$context" --url "http://127.0.0.1:$port" --parts contract

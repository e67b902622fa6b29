#!/usr/bin/env bash
# What is in the cluster of kubectl's context, and what happened in it last.
set -euo pipefail

kubectl get pods --all-namespaces --output=wide
kubectl get events --all-namespaces --sort-by=.lastTimestamp | tail -60
kubectl --namespace=task-manager get services.serving.knative.dev,jobs

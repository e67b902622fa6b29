#!/usr/bin/env bash
# Installs what a cluster has beside our own, at the versions of versions.ts, and waits for each. It may be run again: what is
# there already is brought to these versions.
#
#   knative/install/install.sh local|staging|production [CONTEXT]
#
# Needs kubectl and helm; CONTEXT is kubectl's, the current one without. For staging and production also Alertmanager's keys
# (docs/operations/monitoring.md); their projects and addresses are those of infra-cdktf/environments.ts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=knative/install/versions.sh
source versions.sh

main() {
  environment=${1:-}
  case $environment in local | staging | production) ;; *) fail "say what for: local, staging or production" ;; esac
  for program in kubectl helm; do command -v "$program" >/dev/null || fail "needs $program"; done
  context=${2:-$(kubectl config current-context)}
  if [ "$environment" != local ]; then
    # shellcheck source=knative/install/google-cloud/production.sh
    source "google-cloud/$environment.sh"
    kube -n monitoring get secret task-manager-alertmanager >/dev/null ||
      fail "make Alertmanager's keys first: docs/operations/monitoring.md"
  fi

  say "into $context, for $environment"
  new_enough
  gateway_api
  knative_serving
  if [ "$environment" != local ]; then
    monitoring
    certificates
    secrets
  fi
  gateway
  say "all is there: kubectl apply -k knative/overlays/$([ "$environment" = local ] && echo kind || echo "$environment")"
}

new_enough() {
  local minor
  minor=$(kube version -o json | tr -d ' \n' | sed -E 's/.*"serverVersion":\{[^}]*"minor":"([0-9]+).*/\1/')
  local least=${kubernetes#*.}
  [ "$minor" -ge "${least%.*}" ] || fail "Kubernetes 1.$minor is older than ${kubernetes%.*}"
}

gateway_api() {
  say "Gateway API $gateway_api"
  kube apply --server-side -f "$gateway_api_crds"
}

# A new setting of what is measured is read at the control plane's start only.
knative_serving() {
  say "Knative Serving $knative_serving, Kourier $net_kourier"
  local measured
  measured=$(kube -n knative-serving get configmap config-observability --ignore-not-found -o 'jsonpath={.data.metrics-protocol}')
  kube apply --server-side --force-conflicts -f "$knative_serving_crds"
  kube wait --for=condition=Established --timeout=1m crd -l knative.dev/crd-install=true
  kube apply --server-side --force-conflicts -k knative-serving
  # One node: a second pod beside the first saves nobody.
  [ "$environment" != local ] ||
    kube -n kourier-system patch hpa 3scale-kourier-gateway --type merge -p '{"spec":{"minReplicas":1}}'
  [ "$measured" = prometheus ] ||
    kube -n knative-serving rollout restart deployment activator autoscaler controller webhook
  kube -n knative-serving wait --for=condition=Available --timeout=5m deployment --all
  kube -n kourier-system wait --for=condition=Available --timeout=5m deployment --all
}

monitoring() {
  say "kube-prometheus-stack $kube_prometheus_stack"
  kube -n monitoring create secret generic task-manager-alertmanager-config --dry-run=client -o yaml \
    --from-file=alertmanager.yaml=../monitoring/alertmanager.yaml | kube apply --server-side --force-conflicts -f -
  chart kube-prometheus-stack monitoring kube-prometheus-stack --version "$kube_prometheus_stack" \
    --repo https://prometheus-community.github.io/helm-charts --values ../monitoring/kube-prometheus-stack.values.yaml
}

# Before it answers a challenge, cert-manager looks whether the record is there: of the cluster's own name servers, since
# nothing leaves the network at port 53 to ask those of the zone.
certificates() {
  say "cert-manager $cert_manager"
  chart cert-manager cert-manager oci://quay.io/jetstack/charts/cert-manager --version "v$cert_manager" \
    --set crds.enabled=true --set config.enableGatewayAPI=true --set prometheus.servicemonitor.enabled=true \
    --set 'extraArgs={--dns01-recursive-nameservers-only}'
  filled google-cloud/cluster-issuer.yaml
}

secrets() {
  say "External Secrets $external_secrets"
  chart external-secrets external-secrets external-secrets --version "$external_secrets" \
    --repo https://charts.external-secrets.io
  filled google-cloud/cluster-secret-store.yaml
}

# Helm brings a chart's own definitions once, and never a newer one.
gateway() {
  say "NGINX Gateway Fabric $nginx_gateway_fabric"
  kube apply --server-side --force-conflicts -f "$nginx_gateway_fabric_crds"
  chart ngf nginx-gateway oci://ghcr.io/nginx/charts/nginx-gateway-fabric --version "$nginx_gateway_fabric" \
    --set nginxGateway.snippets.enable=true
}

kube() { kubectl --context "$context" "$@"; }

# chart RELEASE NAMESPACE CHART ARGUMENT...
chart() {
  local release=$1 namespace=$2
  shift 2
  helm upgrade --install "$release" "$@" --kube-context "$context" --namespace "$namespace" --create-namespace \
    --wait --timeout 10m
}

filled() { sed -e "s/PROJECT/$project/" -e "s/EMAIL/$operators/" "$1" | grep -v '^#' | kube apply --server-side -f -; }
say() { printf '\n== %s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main "$@"

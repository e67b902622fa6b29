/** What a cluster has beside our own: one version each, for the installer, and for the schemas that manifests are checked by. */
export const versions = {
  /** The least; a newer one is fine. */
  kubernetes: '1.34.4',
  knativeServing: '1.23.0',
  netKourier: '1.23.0',
  /** The one that NGINX Gateway Fabric is made for. */
  gatewayApi: '1.5.1',
  nginxGatewayFabric: '2.6.7',
  certManager: '1.21.2',
  externalSecrets: '1.3.2',
  /** A chart with Grafana 12, which the boards are tested for. */
  kubePrometheusStack: '81.4.5',
  /** What that chart brings. */
  prometheusOperator: '0.88.1',
} as const;

/** Which kinds knative/ uses, and whose Go module defines them. */
import { versions } from '../../install/versions.ts';

/** `group/version kind`, as an object names itself. */
export const ownKinds = [
  ...['v1 Namespace', 'v1 ServiceAccount', 'v1 ResourceQuota', 'v1 ConfigMap', 'v1 Secret', 'v1 Service'],
  ...['apps/v1 Deployment', 'apps/v1 StatefulSet', 'batch/v1 CronJob'],
  ...['policy/v1 PodDisruptionBudget', 'networking.k8s.io/v1 NetworkPolicy'],
  ...['rbac.authorization.k8s.io/v1 Role', 'rbac.authorization.k8s.io/v1 RoleBinding'],
];

export const kubernetes = `k8s.io/kubernetes@v${versions.kubernetes}`;

/** 1.23, as its modules count. */
export const knativeServing = 'knative.dev/serving@v0.50.0';

export const custom: readonly {
  readonly module: string;
  readonly folder: string;
  readonly kinds: readonly string[];
}[] = [
  {
    module: knativeServing,
    folder: 'config/core/300-resources',
    kinds: ['serving.knative.dev/v1 Service'],
  },
  {
    module: `sigs.k8s.io/gateway-api@v${versions.gatewayApi}`,
    folder: 'config/crd/standard',
    kinds: [
      'gateway.networking.k8s.io/v1 Gateway',
      'gateway.networking.k8s.io/v1 HTTPRoute',
      'gateway.networking.k8s.io/v1beta1 ReferenceGrant',
    ],
  },
  {
    module: `github.com/cert-manager/cert-manager@v${versions.certManager}`,
    folder: 'deploy/crds',
    kinds: ['cert-manager.io/v1 ClusterIssuer'],
  },
  {
    module: `github.com/external-secrets/external-secrets@v${versions.externalSecrets}`,
    folder: 'config/crds/bases',
    kinds: ['external-secrets.io/v1 ExternalSecret', 'external-secrets.io/v1 ClusterSecretStore'],
  },
  {
    module: `github.com/prometheus-operator/prometheus-operator@v${versions.prometheusOperator}`,
    folder: 'example/prometheus-operator-crd',
    kinds: ['monitoring.coreos.com/v1 PodMonitor', 'monitoring.coreos.com/v1 PrometheusRule'],
  },
];

export const modules: readonly string[] = [kubernetes, ...custom.map(({ module }) => module)];

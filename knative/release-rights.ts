/**
 * What the account that releases may do in the cluster: what `npm run deploy` does, and no more. It reads no Secret, enters
 * no pod and opens no network; what all functions stand on (namespaces, policies, quota, gateway, External Secrets,
 * monitoring) a person applies. Who says what runs in this namespace can have it say what it was given, though: these rights
 * end at the namespace, not at what its functions know.
 */
import type { Environment } from '../infra-cdktf/environments.ts';
import { accountEmail, releaseAccount } from '../infra-cdktf/names.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { prometheus } from './monitoring/kube-prometheus-stack.ts';
import { shared } from './namespace.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** As `kubectl apply` and `kubectl diff` need it. */
const applied = ['get', 'create', 'patch'];
const looked = ['get', 'list', 'watch'];

const inNamespace: readonly Rule[] = [
  { apiGroups: ['serving.knative.dev'], resources: ['services'], verbs: [...applied, 'list', 'watch'] },
  { apiGroups: ['serving.knative.dev'], resources: ['revisions'], verbs: looked },
  { apiGroups: [''], resources: ['configmaps', 'serviceaccounts'], verbs: applied },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: applied },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: applied },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: applied },
  // The migration, and what it says when it fails.
  { apiGroups: ['batch'], resources: ['jobs'], verbs: [...looked, 'create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: looked },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  // One deploy at a time. What is made has no name yet.
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'update'], resourceNames: ['deploy'] },
];

/** kubectl port-forward asks by GET or by POST, as its version is. */
const ofPrometheus: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: [prometheus.pod] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'], resourceNames: [prometheus.pod] },
];

export function releaseRights(environment: Environment): KubernetesObject[] {
  const name = 'release';
  const watching = { name, namespace: prometheus.namespace };
  return [
    role(shared(name), inNamespace),
    bound(shared(name), environment),
    role(watching, ofPrometheus),
    bound(watching, environment),
  ];
}

function role(metadata: KubernetesObject['metadata'], rules: readonly Rule[]): KubernetesObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules };
}

/** By its address, which its token tells only with the scope `userinfo.email`: without it, GKE knows it by a number. */
function bound(metadata: KubernetesObject['metadata'], environment: Environment): KubernetesObject {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata,
    subjects: [{ apiGroup, kind: 'User', name: accountEmail(environment, releaseAccount) }],
    roleRef: { apiGroup, kind: 'Role', name: metadata.name },
  };
}

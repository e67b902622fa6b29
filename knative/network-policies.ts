/**
 * Nobody reaches anybody, but for what is said here. Where the stores are, an overlay says: until then they are at an
 * address of nobody.
 */
import type { KubernetesObject } from './kubernetes-object.ts';
import { shared } from './namespace.ts';
import { type Reached, reachLabel } from './reach.ts';

/** RFC 5737: an address for documents. */
const nobody = '192.0.2.0/32';

/** Namespaces of others. */
const knative = 'knative-serving';
const kourier = 'kourier-system';
const monitoring = 'monitoring';

const everyPod = {};
const functionPods = { matchExpressions: [{ key: 'serving.knative.dev/revision', operator: 'Exists' }] };

export const networkPolicies: readonly KubernetesObject[] = [
  policy('default-deny', everyPod, { policyTypes: ['Ingress', 'Egress'] }),
  policy('dns', everyPod, {
    policyTypes: ['Egress'],
    egress: [{ to: [inNamespace('kube-system')], ports: [udp(53), tcp(53)] }],
  }),
  // The gateway of Kourier and the activator come to queue-proxy, which the autoscaler reads, too.
  policy('requests', functionPods, {
    policyTypes: ['Ingress'],
    ingress: [
      { from: [inNamespace(knative), inNamespace(kourier)], ports: [tcp(8012)] },
      { from: [inNamespace(knative)], ports: [tcp(9090)] },
    ],
  }),
  policy('scrapes', functionPods, {
    policyTypes: ['Ingress'],
    ingress: [{ from: [inNamespace(monitoring)], ports: [tcp(9464), tcp(9091)] }],
  }),
  reach('postgresql', [address(nobody)], 5432),
  reach('redis', [address(nobody)], 6379),
  reach('mongodb', [address(nobody)], 27017),
  reach('scratch', [address(nobody)], 5432),
  reach('functions', [inNamespace(kourier)], 8081),
  reach('internet', [everywhereElse()], 443),
];

function reach(reached: Reached, to: readonly object[], port: number): KubernetesObject {
  const egress = [{ to, ports: [tcp(port)] }];
  return policy(`reach-${reached}`, { matchLabels: reachLabel(reached) }, { policyTypes: ['Egress'], egress });
}

function policy(name: string, podSelector: object, rules: object): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: shared(name),
    spec: { podSelector, ...rules },
  };
}

function inNamespace(name: string): object {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

function address(cidr: string): object {
  return { ipBlock: { cidr } };
}

/** Without the networks of one's own (RFC 1918) and the link's, where clouds keep what they know of a machine. */
function everywhereElse(): object {
  return {
    ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'] },
  };
}

function tcp(port: number): object {
  return { protocol: 'TCP', port };
}

function udp(port: number): object {
  return { protocol: 'UDP', port };
}

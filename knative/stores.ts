/**
 * Stores for a cluster of one's own: compose.yaml's servers as pods, one of each. They keep nothing, and ask nobody who they
 * are: a pod that goes takes its data with it, and only the functions' namespace reaches it.
 */
import type { Service } from '../compose/service.ts';
import { databaseUrls, storeServices, storeUrls } from '../compose/store-services.ts';
import { type GeneratedFile, yamlFile } from '../generated-file.ts';
import type { Store } from '../lib/stores/store.ts';
import { restricted } from './container.ts';
import type { KubernetesObject, Metadata } from './kubernetes-object.ts';
import { namespace as functions, restrictedNamespace } from './namespace.ts';

const namespace = restrictedNamespace('stores');
const urls: Readonly<Record<Store, string>> = { postgresql: databaseUrls.owner, ...storeUrls };
const stores = Object.keys(urls) as Store[];

export function storeManifests(): GeneratedFile[] {
  const files: Readonly<Record<string, readonly KubernetesObject[]>> = {
    namespace: [namespace, reachedByFunctions],
    ...Object.fromEntries(stores.map(store => [store, [service(store), server(store)]])),
  };
  return [
    ...Object.entries(files).map(([name, objects]) => yamlFile(`knative/stores/${name}.yaml`, ...objects)),
    yamlFile('knative/stores/kustomization.yaml', {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: Object.keys(files).map(name => `${name}.yaml`),
    }),
  ];
}

const reachedByFunctions: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'reached-by-functions', namespace: namespace.metadata.name },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': functions.metadata.name } } }],
        ports: stores.map(store => ({ protocol: 'TCP', port: portOf(store) })),
      },
    ],
  },
};

function service(store: Store): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(store),
    spec: { selector: labelsOf(store), ports: [{ port: portOf(store) }] },
  };
}

function server(store: Store): KubernetesObject {
  const { image, command = [], environment = {}, mem_limit, user = '' } = storeServices()[store];
  const [uid, gid] = user.split(':').map(Number);
  const volumes = volumesOf(storeServices()[store]);
  const memory = mebi(mem_limit);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(store),
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labelsOf(store) },
      template: {
        metadata: { labels: labelsOf(store) },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { runAsUser: uid, runAsGroup: gid, fsGroup: gid },
          containers: [
            {
              name: store,
              image,
              args: command, // Compose's command is what the image's own entrypoint is given
              env: Object.entries(environment).map(([name, value]) => ({ name, value })),
              ports: [{ containerPort: portOf(store) }],
              resources: { requests: { cpu: '100m', memory }, limits: { memory } },
              securityContext: restricted,
              // PostgreSQL listens on its socket only while it sets itself up.
              readinessProbe: { tcpSocket: { port: portOf(store) }, periodSeconds: 1 },
              volumeMounts: volumes.map(({ name, mountPath }) => ({ name, mountPath })),
            },
          ],
          volumes: volumes.map(({ name, emptyDir }) => ({ name, emptyDir })),
        },
      },
    },
  };
}

interface Volume {
  readonly name: string;
  readonly mountPath: string;
  readonly emptyDir: { readonly medium?: 'Memory'; readonly sizeLimit?: string };
}

/** Wherever Compose lets a server write. */
function volumesOf({ volumes = [], tmpfs = [], shm_size }: Service): Volume[] {
  const kept = volumes.map(each => each.split(':')[1] ?? '');
  const passing = tmpfs.map(each => each.split(':')[0] ?? '');
  return [
    ...[...kept, ...passing].map(mountPath => ({ name: nameOf(mountPath), mountPath, emptyDir: {} })),
    ...(shm_size === undefined ? [] : [sharedMemory(shm_size)]),
  ];
}

function sharedMemory(size: string): Volume {
  const mountPath = '/dev/shm';
  return { name: nameOf(mountPath), mountPath, emptyDir: { medium: 'Memory', sizeLimit: mebi(size) } };
}

function nameOf(path: string): string {
  return path.slice(1).replaceAll('/', '-');
}

/** Compose's `256m` is Kubernetes' `256Mi`. */
function mebi(size: string): string {
  return size.replace(/m$/, 'Mi');
}

function portOf(store: Store): number {
  return Number(new URL(urls[store]).port);
}

function metadataOf(store: Store): Metadata {
  return { name: store, namespace: namespace.metadata.name, labels: labelsOf(store) };
}

function labelsOf(store: Store): Record<string, string> {
  return { 'app.kubernetes.io/name': store, 'app.kubernetes.io/part-of': 'stores' };
}

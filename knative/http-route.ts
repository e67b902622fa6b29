/**
 * Method and path choose the function; the rest is for the root function. A Knative Service is reached through Kourier, by
 * its name as the host.
 */
import { catalogue } from '../functions/catalogue.ts';
import type { Route } from '../lib/http/contract.ts';
import { routesOf } from '../lib/http/route.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { hostOf, shared } from './namespace.ts';

const kourier = { name: 'kourier-internal', namespace: 'kourier-system' };
const httpRoute = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' };
const root = catalogue.find(({ kind }) => kind === 'root')?.name ?? 'root';

export const routesToFunctions: KubernetesObject = {
  apiVersion: `${httpRoute.group}/v1`,
  kind: httpRoute.kind,
  metadata: shared('functions'),
  spec: {
    parentRefs: [{ name: 'task-manager', sectionName: 'http' }],
    rules: [
      ...catalogue
        .filter(({ kind }) => kind === 'http')
        .map(contract => rule(routesOf(contract).flatMap(matchesOf), { hostname: hostOf(contract.name) })),
      // Nobody comes to a function's probes from outside: there is no such page.
      rule(
        ['/livez', '/readyz'].map(value => ({ path: { type: 'Exact', value } })),
        { hostname: hostOf(root), path: { type: 'ReplaceFullPath', replaceFullPath: '/no-such-page' } },
      ),
      rule([{ path: { type: 'PathPrefix', value: '/' } }], { hostname: hostOf(root) }),
    ],
  },
};

export const kourierGrant: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1beta1',
  kind: 'ReferenceGrant',
  metadata: { name: 'task-manager', namespace: kourier.namespace },
  spec: {
    from: [{ ...httpRoute, namespace: routesToFunctions.metadata.namespace }],
    to: [{ group: '', kind: 'Service', name: kourier.name }],
  },
};

function rule(matches: readonly object[], urlRewrite: object): object {
  return {
    matches,
    filters: [{ type: 'URLRewrite', urlRewrite }],
    backendRefs: [{ ...kourier, port: 80 }],
  };
}

function matchesOf({ method, path: template }: Route): object[] {
  const path = template.includes('{')
    ? { type: 'RegularExpression', value: `^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$` }
    : { type: 'Exact', value: template };
  return (method === 'GET' ? ['GET', 'HEAD'] : [method]).map(each => ({ method: each, path }));
}

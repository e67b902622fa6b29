/**
 * Method and path choose the function; the rest is for the root function. A Knative Service is reached through Kourier, by
 * its name as the host.
 *
 * Gateway API goes on to a less specific path where no method fits. NGINX Gateway Fabric does not: it takes the location of
 * the path, and answers 404 itself when no method fits there. So each path says of every method whose it is.
 */
import { catalogue } from '../functions/catalogue.ts';
import type { Route } from '../lib/http/contract.ts';
import { byPrecedence, routesAt, routesOf } from '../lib/http/route.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { gateway, hostOf, shared } from './namespace.ts';

const kourier = { name: 'kourier-internal', namespace: 'kourier-system' };
const httpRoute = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' };
const functionRoutes = catalogue
  .filter(({ kind }) => kind === 'http')
  .flatMap(contract => routesOf(contract).map(route => ({ ...route, name: contract.name })))
  .sort(byPrecedence);
const paths = [...new Set(functionRoutes.map(({ path }) => path))];
const root = catalogue.find(({ kind }) => kind === 'root')?.name ?? 'root';

export const routesToFunctions: KubernetesObject = {
  apiVersion: `${httpRoute.group}/v1`,
  kind: httpRoute.kind,
  metadata: shared('functions'),
  spec: {
    parentRefs: [{ name: gateway.name, namespace: gateway.namespace, sectionName: 'http' }],
    rules: [
      ...catalogue
        .filter(({ kind }) => kind === 'http')
        .map(({ name }) => rule(matchesFor(name), { hostname: hostOf(name) })),
      // Nobody comes to a function's probes from outside: there is no such page.
      rule(
        ['/livez', '/readyz'].map(value => ({ path: { type: 'Exact', value } })),
        { hostname: hostOf(root), path: { type: 'ReplaceFullPath', replaceFullPath: '/no-such-page' } },
      ),
      rule(
        [...paths, '/'].map(path => ({ path: pathMatch(path) })),
        { hostname: hostOf(root) },
      ),
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

/** Of each path, the methods that the function has there: a literal path is also one of those with a parameter. */
function matchesFor(name: string): object[] {
  return paths.flatMap(path => {
    const methods = new Map<string, string>();
    for (const route of routesAt(functionRoutes, path))
      for (const method of methodsOf(route)) methods.set(method, methods.get(method) ?? route.name);
    const own = [...methods].filter(([, owner]) => owner === name);
    return own.map(([method]) => ({ method, path: pathMatch(path) }));
  });
}

function methodsOf({ method }: Route): string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

function pathMatch(path: string): object {
  if (path === '/') return { type: 'PathPrefix', value: path };
  if (!path.includes('{')) return { type: 'Exact', value: path };
  return { type: 'RegularExpression', value: `^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$` };
}

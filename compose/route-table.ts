/** Which function serves a request, as regular expressions for a proxy that knows of routes nothing else. */
import type { Contract, Route } from '../lib/http/contract.ts';
import { byPrecedence, routesOf } from '../lib/http/route.ts';

export interface RouteEntry {
  /** Against the method, a space, and the path and query as they were sent. */
  readonly pattern: string;
  readonly name: string;
}

/** The first that matches counts; what none matches is for the `root` function. */
export function routeTable(catalogue: readonly Contract[]): RouteEntry[] {
  return catalogue
    .flatMap(contract => routesOf(contract).map(route => ({ route, name: contract.name })))
    .sort((first, second) => byPrecedence(first.route, second.route))
    .map(({ route, name }) => ({ pattern: patternOf(route), name }));
}

function patternOf({ method, path }: Route): string {
  const segments = path
    .split('/')
    .map(segment => (segment.startsWith('{') ? '[^/?]+' : segment.replaceAll(/[^\w-]/g, '\\$&')));
  return `^${method === 'GET' ? '(GET|HEAD)' : method} ${segments.join('/')}(\\?|$)`;
}

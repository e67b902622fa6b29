/** Which function serves a request, as regular expressions for a proxy that knows of routes nothing else. */
import type { Contract, Route } from '../lib/http/contract.ts';
import { routesOf } from '../local/edge.ts';

export interface RouteEntry {
  /** Against the method, a space, and the path and query as they were sent. */
  readonly pattern: string;
  readonly name: string;
}

/** The first that matches counts; what none matches is for the `root` function. */
export function routeTable(catalogue: readonly Contract[]): RouteEntry[] {
  return catalogue
    .flatMap(contract => routesOf(contract).map(route => ({ route, name: contract.name })))
    .sort((first, second) => placeholdersIn(first.route) - placeholdersIn(second.route))
    .map(({ route, name }) => ({ pattern: patternOf(route), name }));
}

/** A literal segment wins over a placeholder. */
function placeholdersIn({ path }: Route): number {
  return path.split('{').length;
}

function patternOf({ method, path }: Route): string {
  const segments = path
    .split('/')
    .map(segment => (segment.startsWith('{') ? '[^/?]+' : segment.replaceAll(/[^\w-]/g, '\\$&')));
  return `^${method === 'GET' ? '(GET|HEAD)' : method} ${segments.join('/')}(\\?|$)`;
}

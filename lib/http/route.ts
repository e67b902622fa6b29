/** Paths with `{name}` for one segment, matched against a request's path. */
import type { Contract, Method, Route } from './contract.ts';
import { Problem } from './problem.ts';

export type PathParams = Readonly<Record<string, string>>;

/** The parameters of `path` under `template`, percent-decoded; undefined when it does not match. */
export function matchPath(template: string, path: string): PathParams | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith('{')) {
      if (value === '') return undefined;
      params[segment.slice(1, -1)] = decodeSegment(value);
    } else if (segment !== value) return undefined;
  }
  return params;
}

/** Those that it answers for by method and path. */
export function routesOf(contract: Contract): readonly Route[] {
  if (contract.kind === 'http') return [contract.route];
  return contract.kind === 'root' ? contract.routes : [];
}

/** The routes that a path has, in the order of their precedence. */
export function routesAt<R extends Route>(routes: readonly R[], path: string): R[] {
  return routes.filter(route => matchPath(route.path, path)).sort(byPrecedence);
}

/** For sorting: a literal segment wins over a parameter. */
export function byPrecedence(first: Route, second: Route): number {
  return parametersIn(first) - parametersIn(second);
}

function parametersIn({ path }: Route): number {
  return path.split('{').length;
}

/** HEAD is answered wherever GET is (RFC 9110, 9.3.2). */
export function servesMethod(route: Route, method: string | undefined): boolean {
  return route.method === method || (route.method === 'GET' && method === 'HEAD');
}

export function noSuchRoute(): Problem {
  return new Problem('not-found', { detail: 'There is no such route.' });
}

/** @param routes all that the path has: `Allow` lists their methods (RFC 9110, 15.5.6) */
export function methodNotAllowed(routes: readonly Route[]): Problem {
  const allow = allowedMethods(routes);
  return new Problem('method-not-allowed', { detail: `This path takes ${allow}.`, headers: { allow } });
}

export function allowedMethods(routes: readonly Route[]): string {
  const methods = new Set<Method | 'HEAD'>();
  for (const { method } of routes) {
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
  }
  return [...methods].join(', ');
}

/** A segment that is no valid encoding stays as it was sent: it will name nothing. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

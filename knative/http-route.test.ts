/** The gateway chooses as the local edge does. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { routesOf } from '../lib/http/route.ts';
import { chooserFor } from '../local/edge.ts';
import { type HttpMatch, type HttpRoute, objectsOf } from './testing/files.ts';

const route = objectsOf('gateway/http-route.yaml').find((each): each is HttpRoute => each.kind === 'HTTPRoute');
const rules = route?.spec.rules ?? [];
const choose = chooserFor(catalogue);

/** Gateway API: an exact path before a regular expression, and that before a prefix; with a method before without. */
const precedence = ['Exact', 'RegularExpression', 'PathPrefix'];

function ruleFor(method: string, path: string) {
  const fitting = rules.flatMap(rule =>
    rule.matches.filter(match => fits(match, method, path)).map(match => ({ rule, match })),
  );
  fitting.sort(
    (first, second) => precedence.indexOf(first.match.path.type) - precedence.indexOf(second.match.path.type),
  );
  return fitting[0]?.rule;
}

function fits(match: HttpMatch, method: string, path: string): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  const { type, value } = match.path;
  if (type === 'Exact') return path === value;
  return type === 'RegularExpression' ? new RegExp(value).test(path) : path.startsWith(value);
}

const functionFor = (method: string, path: string) =>
  ruleFor(method, path)?.filters[0]?.urlRewrite.hostname.split('.')[0];

const ids = ['01a20dc8-bdaa-78db-9d8a-b8e9cbebdd91', 'batch', 'summary', 'a%2Fb'];
const paths = [
  ...catalogue.flatMap(routesOf).flatMap(({ path }) => ids.map(id => path.replaceAll(/\{\w+\}/g, id))),
  ...['/', '/api', '/api/tasks/', '/api/tasks//activities', '/api/tasks/1/activities/2', '/api/tasksx', '/x'],
];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const requests = [...new Set(paths)].flatMap(path => methods.map(method => ({ method, path })));

test.for(requests)('$method $path', ({ method, path }) => {
  expect(functionFor(method, path)).toBe(choose(method, path));
});

test('only what answers HTTP is reached, and all of that', () => {
  const reached = rules.flatMap(({ filters }) => filters.map(({ urlRewrite }) => urlRewrite.hostname.split('.')[0]));
  const served = catalogue.filter(({ kind }) => kind === 'http' || kind === 'root').map(({ name }) => name);
  expect([...new Set(reached)].sort()).toEqual([...served].sort());
});

test.for(['/livez', '/readyz'])('nobody comes to %s from outside', path => {
  for (const method of methods)
    expect(ruleFor(method, path)?.filters[0]?.urlRewrite.path).toEqual({
      type: 'ReplaceFullPath',
      replaceFullPath: '/no-such-page',
    });
});

test('it keeps to the limits of Gateway API', () => {
  expect(rules.length).toBeLessThanOrEqual(16);
  for (const { matches } of rules) expect(matches.length).toBeLessThanOrEqual(64);
});

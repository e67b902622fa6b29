/** The gateway chooses as the local edge does. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { routesOf } from '../lib/http/route.ts';
import { chooserFor } from '../local/edge.ts';
import { type HttpMatch, type HttpRoute, type HttpRule, objectsOf } from './testing/files.ts';

const route = objectsOf('gateway/http-route.yaml').find((each): each is HttpRoute => each.kind === 'HTTPRoute');
const rules = route?.spec.rules ?? [];
const choose = chooserFor(catalogue);

/** Gateway API: an exact path before a regular expression, and that before a prefix; then a method before none. */
const precedence = ['Exact', 'RegularExpression', 'PathPrefix'];

function fitting(method: string, path: string) {
  return rules
    .flatMap(rule => rule.matches.filter(match => fits(match, method, path)).map(match => ({ rule, match })))
    .sort(byRank);
}

function rank({ method, path }: HttpMatch): number {
  return 2 * precedence.indexOf(path.type) + (method === undefined ? 1 : 0);
}

/** As Gateway API has it: what fits nowhere better goes to a less specific path. */
function ruleFor(method: string, path: string) {
  return fitting(method, path)[0]?.rule;
}

/** As NGINX Gateway Fabric has it: the location of the path is chosen first, and what fits no method there is a 404. */
function ruleInLocation(method: string, path: string) {
  const location = everyMethod.flatMap(each => fitting(each, path)).sort(byRank)[0]?.match.path;
  return fitting(method, path).find(({ match }) => match.path.value === location?.value)?.rule;
}

const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const byRank = (first: { match: HttpMatch }, second: { match: HttpMatch }) => rank(first.match) - rank(second.match);

function fits(match: HttpMatch, method: string, path: string): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  const { type, value } = match.path;
  if (type === 'Exact') return path === value;
  return type === 'RegularExpression' ? new RegExp(value).test(path) : path.startsWith(value);
}

const functionOf = (rule: HttpRule | undefined) => rule?.filters[0]?.urlRewrite.hostname.split('.')[0];

const ids = ['01a20dc8-bdaa-78db-9d8a-b8e9cbebdd91', 'batch', 'summary', 'a%2Fb'];
const paths = [
  ...catalogue.flatMap(routesOf).flatMap(({ path }) => ids.map(id => path.replaceAll(/\{\w+\}/g, id))),
  ...['/', '/api', '/api/tasks/', '/api/tasks//activities', '/api/tasks/1/activities/2', '/api/tasksx', '/x'],
];
const requests = [...new Set(paths)].flatMap(path => everyMethod.map(method => ({ method, path })));

test.for(requests)('$method $path', ({ method, path }) => {
  const chosen = choose(method, path);
  expect([functionOf(ruleFor(method, path)), functionOf(ruleInLocation(method, path))]).toEqual([chosen, chosen]);
});

test('only what answers HTTP is reached, and all of that', () => {
  const reached = rules.flatMap(({ filters }) => filters.map(({ urlRewrite }) => urlRewrite.hostname.split('.')[0]));
  const served = catalogue.filter(({ kind }) => kind === 'http' || kind === 'root').map(({ name }) => name);
  expect([...new Set(reached)].sort()).toEqual([...served].sort());
});

test.for(['/livez', '/readyz'])('nobody comes to %s from outside', path => {
  for (const method of everyMethod)
    expect(ruleFor(method, path)?.filters[0]?.urlRewrite.path).toEqual({
      type: 'ReplaceFullPath',
      replaceFullPath: '/no-such-page',
    });
});

test('it keeps to the limits of Gateway API', () => {
  expect(rules.length).toBeLessThanOrEqual(16);
  for (const { matches } of rules) expect(matches.length).toBeLessThanOrEqual(64);
  expect(rules.flatMap(({ matches }) => matches).length).toBeLessThanOrEqual(128);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { chooserFor } from '../local/edge.ts';
import { routeTable } from './route-table.ts';

const table = routeTable(catalogue).map(({ pattern, name }) => ({ pattern: new RegExp(pattern), name }));
const inTable = (method: string, target: string) =>
  table.find(({ pattern }) => pattern.test(`${method} ${target}`))?.name ?? 'api-root';
const choose = chooserFor(catalogue);

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'get'];
const words = new Set(['', 'x', '%2F', '{id}', 'opena.ijson', ...catalogue.flatMap(wordsOf)]);

test('the table sends every request where the edge of npm start sends it', () => {
  const path = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }).map(parts => `/${parts.join('/')}`);
  const query = fc.constantFrom('', '?', '?a=/api/tasks', '?/b?c');
  const chosen = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...methods), path, query, (method, where, search) => {
      chosen.add(choose(method, where));
      expect([method, where, inTable(method, where + search)]).toEqual([method, where, choose(method, where)]);
    }),
    { numRuns: 20_000 },
  );
  expect(chosen.size).toBeGreaterThan(5);
});

test('every function that has a route is in the table', () => {
  const served = catalogue.filter(({ kind }) => kind === 'http' || kind === 'root').map(({ name }) => name);
  expect(new Set(routeTable(catalogue).map(({ name }) => name))).toEqual(new Set(served));
});

function wordsOf(contract: (typeof catalogue)[number]): string[] {
  const routes = contract.kind === 'http' ? [contract.route] : contract.kind === 'root' ? contract.routes : [];
  return routes.flatMap(({ path }) => path.split('/'));
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hosted } from '../local/testing/api.ts';
import { catalogue } from './catalogue.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(entry => entry.isDirectory());

test('every folder is in the catalogue, and the other way round', () => {
  expect(catalogue.map(({ name }) => name).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

test('no two functions take the same route', () => {
  const routes = catalogue.flatMap(contract => (contract.kind === 'http' ? [contract.route] : []));
  const shapes = routes.map(route => `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(shapes).size).toBe(shapes.length);
});

test('what a function calls is in the catalogue', () => {
  const names = catalogue.map(({ name }) => name);
  for (const { calls = [] } of catalogue) expect(names).toEqual(expect.arrayContaining([...calls]));
});

test('who may only read tasks is served by what may only read them, and who may write by what may not purge them', () => {
  for (const contract of catalogue) {
    if (contract.kind !== 'http') continue;
    expect([contract.name, contract.databaseRole]).toEqual([
      contract.name,
      contract.scope === 'tasks:read' ? 'reader' : 'writer',
    ]);
  }
});

test('README lists every function with its route', () => {
  const readme = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');
  for (const contract of catalogue) {
    const route = contract.kind === 'http' ? `${contract.route.method} ${contract.route.path} |` : '';
    expect(readme).toContain(`| ${contract.name} | ${route}`);
  }
});

describe.for(catalogue.filter(({ kind }) => kind !== 'job'))('$name', contract => {
  test('has its three files, and exports a function of its contract', async () => {
    for (const file of ['contract.ts', 'index.ts', 'index.test.ts']) {
      expect(existsSync(path.join(import.meta.dirname, contract.name, file))).toBe(true);
    }
    expect((await hosted(contract.name)).contract).toBe(contract);
  });

  test('reads the variables of the stores that its contract names, and needs no other', async () => {
    const { start } = await hosted(contract.name);
    const reads = variablesOf(start);
    expect(reads.has('DATABASE_URL')).toBe(contract.stores.includes('postgresql'));
    expect(reads.has('REDIS_URL')).toBe(contract.stores.includes('redis'));
    expect(reads.has('MONGODB_URL')).toBe(contract.stores.includes('mongodb'));
    expect(reads.has('RELAY_URL')).toBe(contract.calls?.includes('relay-activities') ?? false);
    expect(reads.has('AUTH_MODE')).toBe(contract.kind !== 'event');
    expect(reads.has('CORS_ORIGINS')).toBe(contract.kind !== 'event');
    expect(reads.has('RATE_LIMIT_PER_MINUTE')).toBe(contract.kind === 'http');
  });
});

test.for(catalogue.filter(({ kind }) => kind === 'http' || kind === 'root'))(
  '$name does not start without AUTH_MODE, nor with one that is none',
  async ({ name }) => {
    const { start } = await hosted(name);
    const environment = { DATABASE_URL: 'postgres://127.0.0.1/none' };
    expect(() => start(environment)).toThrow('AUTH_MODE is missing');
    expect(() => start({ ...environment, AUTH_MODE: 'none' })).toThrow('AUTH_MODE must be');
  },
);

/** The names that a start looks up in its environment; it ends at the first that is missing, so none is. */
function variablesOf(start: (variables: NodeJS.ProcessEnv) => { open: { close(): Promise<void> } }): Set<string> {
  const read = new Set<string>();
  const given: NodeJS.ProcessEnv = {
    AUTH_MODE: 'disabled',
    DATABASE_URL: 'postgres://127.0.0.1:9/none',
    LOG_LEVEL: 'silent',
  };
  const watched = new Proxy(given, {
    get(target, name) {
      if (typeof name === 'string') read.add(name);
      return Reflect.get(target, name);
    },
  });
  const { open } = start(watched);
  void open.close();
  return read;
}

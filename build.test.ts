/** What the bundles of dist/ carry, and that each stands alone, tells where it fails, and comes out the same twice. */
import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { build } from './build.ts';
import { catalogue } from './functions/catalogue.ts';
import type { Contract } from './lib/http/contract.ts';
import { runProgram } from './local/run-program.ts';
import packageJson from './package.json' with { type: 'json' };
import packageLock from './package-lock.json' with { type: 'json' };

const root = import.meta.dirname;
const dist = path.join(root, 'dist');
const scratch = mkdtempSync(path.join(tmpdir(), 'build-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const functions = catalogue.filter(({ kind }) => kind !== 'job');

/** Which bundles carry a package, for every dependency of ours. */
const carriers: Readonly<Record<keyof typeof packageJson.dependencies, (contract: Contract) => boolean>> = {
  '@google-cloud/functions-framework': () => false,
  '@opentelemetry/api': () => true,
  '@google-cloud/storage': contract => needs(contract, 'backups'),
  // Makes the bundles, in the image's build, too.
  esbuild: () => false,
  ioredis: ({ stores }) => stores.some(store => store === 'redis'),
  jose: ({ kind }) => kind === 'http',
  mongodb: ({ name }) =>
    [
      ...['list-activities', 'summarize-activities', 'relay-activities', 'clean-up'],
      ...['erase-tenant', 'back-up', 'restore', 'rewind', 'reconstruct-activities', 'drill'],
    ].includes(name),
  pg: () => true,
  pino: () => true,
  'prom-client': () => true,
  'rate-limiter-flexible': ({ kind }) => kind === 'http',
  // Served from files beside the bundle.
  'swagger-ui-dist': () => false,
  zod: () => true,
};

/** What packages look for, and do without. */
const optional = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'pg-native',
  'snappy',
  'socks',
  'supports-color',
];

interface Output {
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
  readonly imports: readonly { readonly path: string }[];
}

const packages: Readonly<Record<string, object>> = packageLock.packages;
const outputs: Readonly<Record<string, Output>> = JSON.parse(readFileSync(path.join(dist, 'servers.json'), 'utf8'));

const bundles = catalogue.map(contract => {
  const { inputs = {}, imports = [] } = outputs[`dist/${contract.name}/server.js`] ?? {};
  const files = Object.keys(inputs).filter(file => inputs[file]?.bytesInOutput);
  return {
    ...contract,
    folders: files.flatMap(file => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
    packages: new Set(files.flatMap(file => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])),
    sources: files.filter(file => !file.includes('node_modules/')),
    imports: imports.map(imported => imported.path),
  };
});

function carrying(name: string): string[] {
  return bundles.filter(({ packages }) => packages.has(name)).map(bundle => bundle.name);
}

describe('a container carries', () => {
  test.each(Object.entries(carriers))('%s where it is used, and nowhere else', (name, carries) => {
    expect(carrying(name)).toEqual(catalogue.filter(carries).map(contract => contract.name));
  });

  test.each(['express', 'body-parser', 'esbuild', 'vitest'])('%s nowhere', name => {
    expect(carrying(name)).toEqual([]);
  });

  test.each(bundles)('in $name nothing that an installation without development packages lacks', ({ folders }) => {
    expect(folders.filter(folder => 'dev' in (packages[folder] ?? {}))).toEqual([]);
  });

  test.each(bundles)('of our sources what $name uses', ({ name, kind, sources }) => {
    expect(sources).toContain(`functions/${name}/index.ts`);
    const own = kind === 'root' ? 'functions' : `functions/${name}`;
    const generated = [`server:${name}`, 'registry:none', 'few-metrics:prom-client', 'package.json'];
    const foreign = sources.filter(file => !file.startsWith('lib/') && !file.startsWith(`${own}/`));
    expect(generated).toEqual(expect.arrayContaining(foreign));
    expect(sources.filter(file => /\.test\.ts$|\/testing\//.test(file))).toEqual([]);
  });
});

function needs(contract: Contract, need: 'backups' | 'postgresql-programs'): boolean {
  return contract.kind === 'job' && (contract.needs?.includes(need) ?? false);
}

test("a job whose bundle runs PostgreSQL's programs says that it needs them", () => {
  const running = bundles.filter(({ sources }) => sources.includes('lib/stores/postgresql-programs.ts'));
  const saying = catalogue.filter(contract => needs(contract, 'postgresql-programs'));
  expect(running.map(({ name }) => name)).toEqual(saying.map(({ name }) => name));
});

describe('server.js', () => {
  test.each(bundles)('of $name requires what node has, and what packages do without', ({ imports }) => {
    expect(optional).toEqual(expect.arrayContaining(imports.filter(imported => !isBuiltin(imported))));
  });

  test.concurrent.each(catalogue)('of $name runs where there is nothing else', async ({ name }) => {
    const alone = path.join(scratch, name);
    cpSync(path.join(dist, name), alone, { recursive: true });
    const env = { AUTH_MODE: 'disabled', DATABASE_URL: '' };
    const { output } = await runProgram(process.execPath, [path.join(alone, 'server.js')], { cwd: alone, env });
    expect(output).toMatch(new RegExp(`^${name}: (\\w+ or )?\\w+ is missing(; \\w+ is missing)*\n$`));
  });
});

describe('index.js', () => {
  test('registers its function with the framework that is installed, and opens nothing', async () => {
    const names = functions.map(({ name }) => name);
    const script = `
      const registry = require('./node_modules/@google-cloud/functions-framework/build/src/function_registry.js');
      for (const name of ${JSON.stringify(names)}) {
        require('./dist/' + name + '/index.js');
        console.log(name, registry.getRegisteredFunction(name)?.signatureType);
      }`;
    // What is open would keep the process from ending.
    const { ok, output } = await runProgram(process.execPath, ['-e', script], { cwd: root, timeout: 15_000 });
    expect([ok, output]).toEqual([true, names.map(name => `${name} http\n`).join('')]);
  });
});

test('a stack tells files and lines of the sources', async () => {
  const script = `
    const { createTask } = require('./dist/create-task/index.js');
    try { createTask.start({}) } catch (error) { console.log(error.stack) }`;
  const { output } = await runProgram(process.execPath, ['--enable-source-maps', '-e', script], { cwd: root });
  const [, file = '', line] = /\((.*\/lib\/environment\.ts):(\d+):\d+\)/.exec(output) ?? [];
  expect(path.resolve(dist, 'create-task', file)).toBe(path.join(root, 'lib/environment.ts'));
  expect(readFileSync(path.join(root, 'lib/environment.ts'), 'utf8').split('\n')[Number(line) - 1]).toContain(
    'throw new BadEnvironment(',
  );
});

test('the same sources give the same bytes', { timeout: 60_000 }, async () => {
  const again = path.join(scratch, 'dist');
  await build(again);
  const made = digests(again);
  expect([...made.keys()]).toEqual(expect.arrayContaining(functions.map(({ name }) => `${name}/index.js.map`)));
  expect(digests(dist)).toEqual(made);
});

/** The digest of each bundle, and of its map with the sources named from the checkout. */
function digests(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /\.js(\.map)?$/.test(file));
  return new Map(files.sort().map(file => [file, hash('sha256', textOf(path.join(folder, file)))]));
}

function textOf(file: string): string {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.map') ? text.replaceAll(`"${path.relative(path.dirname(file), root)}/`, '"') : text;
}

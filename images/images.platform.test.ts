/** Images that are really built: what is in them and what is not, how large they are, and that they run. */
import { appendFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkout } from '../local/checkout.ts';
import { printedProgress } from '../local/progress.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import packageJson from '../package.json' with { type: 'json' };
import { type Builder, openBuilder } from './builder.ts';
import { totalSize } from './compressed-size.ts';
import { entriesOf, type Image } from './image.ts';
import { runInContainer, startContainer } from './running-container.ts';

const kB = 1_000;
const MB = 1_000_000;

/** Bytes of gzip that each may add to the base, and why when that is over 500 kB. */
const mayAdd = {
  'get-task': 500 * kB,
  'relay-activities': 700 * kB, // MongoDB's driver
  'api-root': 650 * kB, // Swagger UI, of which Brotli leaves 379 kB
  'back-up': 9 * MB, // PostgreSQL's programs; Debian's are linked to LDAP, Kerberos and TLS, too
} as const;

const names = Object.keys(mayAdd) as (keyof typeof mayAdd)[];
const images = new Map<string, Image>();

let builder: Builder;
beforeAll(async () => {
  const progress = printedProgress(line => void process.stdout.write(line));
  builder = await openBuilder(progress);
  for (const name of names) {
    const image = await progress.step(
      'image',
      () => builder.build(name),
      () => `${name}, on ${builder.bases}`,
    );
    images.set(name, image);
  }
});
afterAll(() => builder?.[Symbol.asyncDispose]());

function imageOf(name: string): Image {
  const image = images.get(name);
  if (image === undefined) throw new Error(`${name} has not been built`);
  return image;
}

test('all share their base, and add a layer of their own', () => {
  const bases = new Set(Array.from(images.values(), ({ layers }) => layers[0]?.digest));
  expect(bases.size).toBe(1);
  expect(names.map(name => imageOf(name).layers.length)).toEqual([2, 2, 2, 3]);
});

describe.each(names)('the image of %s', name => {
  test('adds no more than it may, and is small as a whole', async () => {
    const { layers } = imageOf(name);
    expect(await totalSize(layers.slice(1), 'gzip')).toBeLessThan(mayAdd[name]);
    expect(await totalSize(layers, 'gzip')).toBeLessThan(45 * MB + (name === 'back-up' ? mayAdd[name] : 0));
  });

  test('says what it is, and runs as nobody', () => {
    const { config } = imageOf(name);
    expect(config.User).toBe('65532:65532');
    expect(config.Entrypoint).toEqual(['node', '/app/server.js']);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': packageJson.version,
      'org.opencontainers.image.revision': 'none',
      'org.opencontainers.image.source': 'https://example.org/',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
  });

  test('holds no program but those that it runs, no sources, and nothing that gives rights', async () => {
    const entries = await entriesOf(imageOf(name));
    const programs = entries.filter(({ path }) => /\/s?bin\/./.test(path)).map(({ path }) => path);
    const own = name === 'back-up' ? ['/usr/bin/pg_dump', '/usr/bin/pg_restore'] : [];
    expect(programs.toSorted()).toEqual(['/usr/bin/node', ...own]);
    expect(entries.filter(({ path }) => /\.(map|ts)$|node_modules|\/(npm|apt|dpkg)/.test(path))).toEqual([]);
    expect(entries.filter(({ mode }) => /s/i.test(mode))).toEqual([]);
    expect(entries.filter(({ owner }) => owner !== '0/0')).toEqual([]);
    const open = entries.filter(({ mode }) => !mode.startsWith('l') && mode[8] === 'w');
    expect(open.map(({ mode, path }) => [mode, path])).toEqual([
      ['drwxrwxrwt', '/backups/'],
      ['drwxrwxrwt', '/tmp/'],
    ]);
  });
});

test.each(['get-task', 'relay-activities', 'api-root'])('%s runs where nothing may be written', async name => {
  const store = 'postgres://127.0.0.1:9/none';
  const environment = { AUTH_MODE: 'disabled', DATABASE_URL: store, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  await using container = await startContainer(imageOf(name).reference, environment);
  const status = () =>
    fetch(`${container.url}/livez`).then(
      response => response.status,
      () => 0,
    );
  await expect.poll(status, { timeout: 20_000 }).toBe(200);
  expect(await container.stop()).toBe(0);
  expect(await container.output()).toMatch(/V8 code cache for CommonJS \/app\/server\.js was accepted/);
});

test("back-up has PostgreSQL's programs", async () => {
  const { reference } = imageOf('back-up');
  for (const program of ['pg_dump', 'pg_restore']) {
    expect(await runInContainer(reference, program, '--version')).toMatch(/\(PostgreSQL\) 18\./);
  }
});

test('what does not reach a bundle changes no layer, made again', async () => {
  const context = copyOfContext();
  appendFileSync(`${context}/lib/http/server.ts`, '\n// The bundles are made anew.\n');
  const { layers } = await builder.build('get-task', context);
  const digests = (image: { layers: Image['layers'] }) => image.layers.map(({ digest }) => digest);
  expect(digests({ layers })).toEqual(digests(imageOf('get-task')));
});

/** What the Dockerfile's `COPY . .` copies, and what says so. */
function copyOfContext(): string {
  const folder = throwAwayFolder();
  const ignored = readFileSync(`${checkout}/.dockerignore`, 'utf8');
  const copied = Array.from(ignored.matchAll(/^!(.+)$/gm), ([, file = '']) => file);
  for (const file of ['Dockerfile', '.dockerignore', ...copied]) {
    mkdirSync(path.dirname(`${folder}/${file}`), { recursive: true });
    cpSync(`${checkout}/${file}`, `${folder}/${file}`, { recursive: true, preserveTimestamps: true });
  }
  return folder;
}

/** Backups in a bucket: the same jobs as with a folder, against a server that speaks Cloud Storage's API. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flipped } from '../lib/backup/testing/places.ts';
import { emptyStores, tablesIn } from '../lib/backup/testing/stores.ts';
import { makeTasks, openUncached, seen } from '../lib/backup/testing/tasks.ts';
import { openBucket } from '../lib/stores/cloud-storage.ts';
import { ObjectExists, ObjectMissing } from '../lib/stores/object-errors.ts';
import { Unavailable } from '../lib/stores/unavailable.ts';
import { startFakeGcs } from './stores/fake-gcs.ts';
import type { RunningStore } from './stores/running-store.ts';
import { gateTo } from './testing/gate.ts';
import { runJob, startJob } from './testing/job.ts';

const folder = mkdtempSync(`${tmpdir()}/bucket-`);
const bucket = 'backups';
const files = path.join(folder, 'objects', bucket);
let server: RunningStore<'storage'>;
beforeAll(async () => {
  server = await startFakeGcs(folder, [bucket]);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const inBucket = (endpoint = server.url) => ({ BACKUP_BUCKET: bucket, STORAGE_API_ENDPOINT: endpoint });

/** Each test begins with an empty bucket. */
function emptied(): void {
  for (const name of readdirSync(files)) rmSync(path.join(files, name), { recursive: true });
}

function fileOf(object: string): string {
  const names = readdirSync(files, { recursive: true, encoding: 'utf8' });
  return path.join(files, names.find(name => decodeURIComponent(name).endsWith(object)) ?? object);
}

test('what is restored from a bucket is what was backed up', async () => {
  emptied();
  await using api = await openUncached();
  const ids = await makeTasks(api);
  const before = await seen(api, ids);
  const backedUp = await runJob('back-up', { ...api.environment, ...inBucket() });
  expect(backedUp).toMatchObject({ code: 0, stderr: '' });
  const stores = await emptyStores();
  const restored = await runJob('restore', { ...stores, ...inBucket() }, 'latest');
  // The client of Cloud Storage may have warned on stderr of the listeners that it adds to a stream of its own.
  expect(restored).toMatchObject({ code: 0, told: { restored: { tasks: 6, disagreeing: 0 } } });
  await using other = await openUncached(stores);
  expect(await seen(other, ids)).toEqual(before);
});

test.for([
  ['a wrong byte', 'postgresql.dump', flipped, /its SHA-256 differs/],
  [
    'a truncated object',
    'activities.ndjson.gz',
    (content: Buffer) => content.subarray(0, -1),
    /bytes, its manifest says/,
  ],
  ['a missing object', 'activities.ndjson.gz', () => undefined, /is missing/],
] as const)('%s is refused', async ([, object, change, told]) => {
  emptied();
  await using api = await openUncached();
  await makeTasks(api);
  await runJob('back-up', { ...api.environment, ...inBucket() });
  const file = fileOf(object);
  const content = change(readFileSync(file));
  if (content) writeFileSync(file, content);
  else rmSync(file);
  const stores = await emptyStores();
  const { code, stderr } = await runJob('restore', { ...stores, ...inBucket() }, 'latest');
  expect([code, stderr]).toEqual([65, expect.stringMatching(told)]);
  expect(await tablesIn(stores.DATABASE_URL)).toBe(0);
});

test('an upload that hangs and is killed is no backup, and the one before stays', async () => {
  emptied();
  await using api = await openUncached();
  await makeTasks(api);
  await runJob('back-up', { ...api.environment, ...inBucket() });
  const objects = openBucket(bucket, server.url);
  const manifests = async () => (await objects.list('')).filter(name => name.endsWith('manifest.json'));
  const before = await manifests();
  expect(before).toHaveLength(1);

  await using gate = await gateTo(server.url);
  await gate.open();
  await gate.hang();
  const job = startJob('back-up', { ...api.environment, ...inBucket(gate.url.replace(/\/$/, '')) });
  await expect.poll(() => gate.taken(), { timeout: 20_000 }).toBeGreaterThan(0);
  job.kill('SIGKILL');
  await job.ended;
  expect(await manifests()).toEqual(before);
  expect((await runJob('back-up', { ...api.environment, ...inBucket() })).code).toBe(0);
  expect(await manifests()).toHaveLength(2);
});

test('an object is written once, in as many requests as it takes, and read whole', async () => {
  const objects = openBucket(bucket, server.url);
  const name = `daily/${randomUUID()}`;
  const content = randomBytes(20 * 1024 * 1024);
  const pieces = Array.from({ length: 320 }, (_, index) => content.subarray(index * 65_536, (index + 1) * 65_536));
  await objects.write(name, Readable.from(pieces, { objectMode: false }));
  expect((await buffer(await objects.read(name))).equals(content)).toBe(true);
  await expect(objects.write(name, Readable.from(['another']))).rejects.toThrow(ObjectExists);
  expect((await buffer(await objects.read(name))).equals(content)).toBe(true);
  await expect(objects.read(`${name}-none`)).rejects.toThrow(ObjectMissing);
});

test('a storage out of reach is told as such', async () => {
  await using gate = await gateTo(server.url); // shut
  await expect(openBucket(bucket, gate.url.replace(/\/$/, '')).list('')).rejects.toThrow(Unavailable);
  await using api = await openUncached();
  const { code, stderr } = await runJob('back-up', { ...api.environment, ...inBucket(gate.url.replace(/\/$/, '')) });
  expect([code, stderr]).toEqual([75, expect.stringMatching(/^back-up: backups is out of reach: /)]);
});

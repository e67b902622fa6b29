import { expect, vi } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { runJob } from '../../local/testing/job.ts';
import { openFolder } from '../stores/folder.ts';
import { recordErasure } from '../tasks/erasure-ledger.ts';
import { folderPlace } from './testing/places.ts';
import { cloneOf } from './testing/stores.ts';
import { makeTasks, openUncached, seen } from './testing/tasks.ts';

vi.setConfig({ testTimeout: 60_000 });

test('of what is undone no activity is left, cursors lead nowhere, and it goes on from there', async () => {
  await using api = await openUncached();
  const ids = await makeTasks(api);
  const before = await seen(api, ids);
  const { json: feed } = await api.request('GET', '/api/changes');
  const DATABASE_URL = await cloneOf(api.environment.DATABASE_URL ?? '');

  const [first = ''] = ids;
  for (const id of ids) await api.patch(id, { title: 'undone' });
  const { id: undone } = await api.create({ title: 'undone' });
  await sendNudge(api);
  const environment = { ...api.environment, DATABASE_URL };

  const rewound = await runJob('rewind', environment);
  expect(rewound).toMatchObject({ code: 0, stderr: '', told: { rewound: { tasks: 6, disagreeing: 0 } } });
  expect(rewound.told.rewound.dropped).toBeGreaterThanOrEqual(4);
  await using other = await openUncached(environment);
  expect(await seen(other, ids)).toEqual(before);
  expect((await other.request('GET', `/api/tasks/${undone}/activities`)).status).toBe(404);
  expect((await other.request('GET', `/api/changes?cursor=${feed.next_cursor}`)).status).toBe(410);
  await other.patch(first, { title: 'another way' });
  await sendNudge(other);
  const { json } = await other.request('GET', `/api/tasks/${first}/activities`);
  expect(json.items[0]).toMatchObject({ version: 4, changes: { title: { to: 'another way' } } });
});

test('twice is as good as once', async () => {
  await using api = await openUncached();
  const ids = await makeTasks(api);
  const DATABASE_URL = await cloneOf(api.environment.DATABASE_URL ?? '');
  const environment = { ...api.environment, DATABASE_URL };
  for (const _ of [1, 2]) expect((await runJob('rewind', environment)).code).toBe(0);
  await using other = await openUncached(environment);
  expect(await seen(other, ids)).toEqual(await seen(api, ids));
});

test('a version that the cache had of what is undone is not answered', async () => {
  await using api = await openApi();
  const REDIS_URL = `${api.environment.REDIS_URL}/12`; // it is of this test alone
  await using cached = await openApi({ ...api.environment, REDIS_URL });
  const { id } = await cached.create({ title: 'old' });
  const DATABASE_URL = await cloneOf(cached.environment.DATABASE_URL ?? '');
  await cached.patch(id, { title: 'undone' });
  const environment = { ...cached.environment, DATABASE_URL, REDIS_URL };
  expect((await runJob('rewind', environment)).code).toBe(0);
  await using other = await openApi(environment);
  expect((await other.get(id)).title).toBe('old');
});

test('a tenant that was erased since is erased again', async () => {
  await using api = await openUncached();
  const place = folderPlace();
  await makeTasks(api);
  const DATABASE_URL = await cloneOf(api.environment.DATABASE_URL ?? '');
  await recordErasure(openFolder(place.environment.BACKUP_DIR ?? ''), {
    tenant: 'local',
    erased_at: new Date(Date.now() + 1_000).toISOString(),
  });
  const { told } = await runJob('rewind', { ...api.environment, ...place.environment, DATABASE_URL });
  expect(told.rewound).toMatchObject({ tasks: 0, activities: 0, erased: 1 });
});

test('while a function is connected it is refused, and nothing is changed', async () => {
  await using api = await openUncached();
  const { id } = await api.create({ title: 'x' });
  await sendNudge(api);
  const { json: feed } = await api.request('GET', '/api/changes');
  const { code, stderr } = await runJob('rewind', api.environment);
  expect([code, stderr]).toEqual([
    65,
    expect.stringMatching(/others are connected to the database: task-manager\nrewind: Stop all functions first/),
  ]);
  expect((await api.request('GET', `/api/changes?cursor=${feed.next_cursor}`)).status).toBe(200);
  expect((await api.patch(id, { title: 'y' })).status).toBe(200);
});

test('a log of somebody else loses nothing', async () => {
  await using api = await openUncached();
  await using other = await openUncached();
  await makeTasks(api);
  const ids = await makeTasks(other);
  await sendNudge(other); // its log is at rest
  const before = await seen(other, ids);
  const foreign = { MONGODB_URL: other.environment.MONGODB_URL ?? '' };
  const clone = await cloneOf(api.environment.DATABASE_URL ?? '');
  const whole = await runJob('rewind', { ...api.environment, DATABASE_URL: clone, ...foreign });
  expect([whole.code, whole.stderr]).toEqual([65, expect.stringContaining('the activities are not whole')]);

  await using empty = await openUncached();
  const emptied = await cloneOf(empty.environment.DATABASE_URL ?? '');
  const none = await runJob('rewind', { ...empty.environment, DATABASE_URL: emptied, ...foreign });
  expect([none.code, none.stderr]).toEqual([
    65,
    expect.stringMatching(/of changes that this database does not know\n.*--drop=\d+/),
  ]);
  expect(await seen(other, ids)).toEqual(before);
  const drop = /--drop=\d+/.exec(none.stderr)?.[0] ?? '';
  expect((await runJob('rewind', { ...empty.environment, DATABASE_URL: emptied, ...foreign }, drop)).code).toBe(0);
});

test('a log that is not this database’s is told, and until it is mended nobody writes', async () => {
  await using api = await openUncached();
  await makeTasks(api);
  const DATABASE_URL = await cloneOf(api.environment.DATABASE_URL ?? '');
  const { MONGODB_URL: _, ...rest } = api.environment;
  const wrong = { ...rest, DATABASE_URL, MONGODB_URL: `${api.environment.MONGODB_URL}-other` };
  const { code, stderr } = await runJob('rewind', wrong);
  expect([code, stderr]).toEqual([
    65,
    expect.stringMatching(/the activities are not whole.*\nrewind: Name in MONGODB_URL/),
  ]);
  {
    await using other = await openUncached({ ...api.environment, DATABASE_URL });
    expect((await other.request('POST', '/api/tasks', { body: { title: 'x' } })).status).toBe(503);
  }
  expect((await runJob('rewind', { ...api.environment, DATABASE_URL })).code).toBe(0);
  await using other = await openUncached({ ...api.environment, DATABASE_URL });
  expect((await other.request('POST', '/api/tasks', { body: { title: 'x' } })).status).toBe(201);
});

import fc from 'fast-check';
import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';

const stranger = '01999999-9999-7999-8999-999999999999';

const batch = (
  api: Api,
  operations: unknown[],
  options: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) => api.request('POST', '/api/tasks/batch', { body: { operations, ...options }, headers });

const statuses = (json: { results: { status: number }[] }) => json.results.map(({ status }) => status);

test('every kind of change, in the order of the request', async ({ api }) => {
  const [patched, trashed, restored] = await Promise.all([
    api.create({ title: 'a' }),
    api.create({ title: 'b' }),
    api.create({ title: 'c' }),
  ]);
  await api.request('DELETE', `/api/tasks/${restored.id}`);
  const { status, json } = await batch(api, [
    { op: 'restore', id: restored.id },
    { op: 'create', task: { title: 'd' } },
    { op: 'update', id: patched.id.toUpperCase(), if_match: '"1"', task: { title: 'A' } },
    { op: 'delete', id: trashed.id },
  ]);
  expect([status, statuses(json)]).toEqual([200, [200, 201, 200, 204]]);
  expect(json.results[3]).toEqual({ status: 204 });
  for (const index of [0, 1, 2]) {
    const { task } = json.results[index];
    const read = await api.request('GET', `/api/tasks/${task.id}`);
    expect([read.headers.get('x-cache'), read.json]).toEqual(['hit', task]);
  }
  expect((await api.request('GET', `/api/tasks/${trashed.id}`)).status).toBe(404);
  const { json: activities } = await api.request('GET', `/api/tasks/${patched.id}/activities`);
  expect(activities.items).toMatchObject([{ version: 2, changes: { title: { from: 'a', to: 'A' } } }, { version: 1 }]);
});

test('atomic: when one fails, nothing is done, and the first in the request’s order has its status', async ({
  api,
}) => {
  const task = await api.create({ title: 'a' });
  const { status, json } = await batch(api, [
    { op: 'update', id: task.id, task: { title: 'b' } },
    { op: 'create', task: { title: 'never' } },
    { op: 'delete', id: stranger },
    { op: 'update', id: 'nonsense', if_match: '"9"', task: {} },
  ]);
  expect([status, statuses(json)]).toEqual([422, [424, 424, 404, 424]]);
  expect(json.results[2].problem).toMatchObject({ type: '/problems/not-found', status: 404 });
  expect(json.results[0].problem).toMatchObject({ type: '/problems/failed-dependency', status: 424 });
  expect(await api.get(task.id)).toEqual(task);
  expect((await api.request('GET', `/api/tasks/${task.id}/activities`)).json.items).toHaveLength(1);
});

test('not atomic: each for itself', async ({ api }) => {
  const task = await api.create({ title: 'a' });
  const { status, json } = await batch(
    api,
    [
      { op: 'update', id: task.id, if_match: '"7"', task: { title: 'b' } },
      { op: 'create', task: { title: 'c' } },
      { op: 'delete', id: stranger },
    ],
    { atomic: false },
  );
  expect([status, statuses(json)]).toEqual([200, [412, 201, 404]]);
  expect(await api.get(json.results[1].task.id)).toEqual(json.results[1].task);
});

test('a dry run tells what would happen, and writes nothing', async () => {
  await using api = await openApi();
  const task = await api.create({ title: 'a' });
  const good = [
    { op: 'update', id: task.id, task: { title: 'b' } },
    { op: 'create', task: { title: 'c' } },
  ];
  const dry = await batch(api, good, { dry_run: true });
  expect([dry.status, statuses(dry.json)]).toEqual([200, [200, 201]]);
  expect(dry.json.results[0].task).toMatchObject({ title: 'b', version: 2 });
  const failing = await batch(api, [...good, { op: 'delete', id: stranger }], { dry_run: true });
  expect([failing.status, statuses(failing.json)]).toEqual([422, [424, 424, 404]]);
  expect(await api.get(task.id)).toEqual(task);
  expect(await sql(api, 'select count(*)::int as tasks from tasks')).toEqual([{ tasks: 1 }]);
  expect(await sql(api, 'select count(*)::int as rows from outbox')).toEqual([{ rows: 1 }]);
});

test.for<[string, unknown, string[]]>([
  ['no operations', { operations: [] }, ['/operations']],
  ['101 of them', { operations: Array(101).fill({ op: 'create', task: { title: 'x' } }) }, ['/operations']],
  ['an unknown kind', { operations: [{ op: 'purge', id: stranger }] }, ['/operations/0/op']],
  ['a create with an id', { operations: [{ op: 'create', id: stranger, task: { title: 'x' } }] }, ['/operations/0/id']],
  ['an update without a task', { operations: [{ op: 'update', id: stranger }] }, ['/operations/0/task']],
  ['a delete with a task', { operations: [{ op: 'delete', id: stranger, task: {} }] }, ['/operations/0/task']],
  [
    'a bad field',
    {
      operations: [
        { op: 'create', task: { title: 'x' } },
        { op: 'create', task: { title: '' } },
      ],
    },
    ['/operations/1/task/title'],
  ],
  [
    'an if_match that is no tag',
    { operations: [{ op: 'delete', id: stranger, if_match: '3' }] },
    ['/operations/0/if_match'],
  ],
  [
    'an if_match that is a list',
    { operations: [{ op: 'delete', id: stranger, if_match: '"3","4"' }] },
    ['/operations/0/if_match'],
  ],
  ['an if_match of *', { operations: [{ op: 'delete', id: stranger, if_match: '*' }] }, ['/operations/0/if_match']],
  [
    'an id twice',
    {
      operations: [
        { op: 'delete', id: stranger },
        { op: 'restore', id: stranger.toUpperCase() },
      ],
    },
    ['/operations/1/id'],
  ],
  [
    'more than is known',
    { operations: [{ op: 'delete', id: stranger }], atomic: 'yes', mode: 1 },
    ['/atomic', '/mode'],
  ],
])('%s is a 400 for the whole', async ([, body, pointers], { api }) => {
  const { status, json } = await api.request('POST', '/api/tasks/batch', { body });
  expect(status).toBe(400);
  expect(json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
});

test('a body of 1 MiB is taken, a larger one is not', async ({ api }) => {
  const description = 'x'.repeat(10_000);
  const operations = Array.from({ length: 100 }, () => ({ op: 'create', task: { title: 'x', description } }));
  expect((await batch(api, operations)).status).toBe(200);
  const body = JSON.stringify({ operations });
  expect((await api.request('POST', '/api/tasks/batch', { body: body + ' '.repeat(1024 * 1024) })).status).toBe(413);
});

test('batches that change the same tasks in any order all come through', async ({ api }) => {
  const tasks = await Promise.all(Array.from({ length: 8 }, () => api.create({ title: 'x' })));
  const rounds = Array.from({ length: 12 }, (_, round) =>
    fc
      .sample(fc.shuffledSubarray(tasks, { minLength: 8 }), 1)
      .flat()
      .map(({ id }) => ({ op: 'update', id, task: { title: `r${round}` } })),
  );
  const replies = await Promise.all(rounds.map(operations => batch(api, operations)));
  expect(replies.map(({ status }) => status)).toEqual(rounds.map(() => 200));
  for (const { id } of tasks) expect(await api.get(id)).toMatchObject({ version: 13 });
});

test('a batch takes an idempotency key; one that changed nothing burns none', async ({ api }) => {
  const key = { 'idempotency-key': 'batch-1' };
  const failing = [
    { op: 'create', task: { title: 'x' } },
    { op: 'delete', id: stranger },
  ];
  const operations = [{ op: 'create', task: { title: 'once' } }];
  expect((await batch(api, failing, {}, key)).status).toBe(422);
  expect((await batch(api, operations, { dry_run: true }, key)).status).toBe(200);
  const first = await batch(api, operations, {}, key);
  const second = await batch(api, operations, {}, key);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect([second.text, second.headers.get('idempotency-replayed')]).toEqual([first.text, 'true']);
  expect((await batch(api, failing, {}, key)).status).toBe(422);
  expect((await batch(api, failing, {}, key)).json.type).toBe('/problems/idempotency-key-reused');
});

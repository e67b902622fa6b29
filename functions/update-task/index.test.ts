import fc from 'fast-check';
import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';

const stranger = '01999999-9999-7999-8999-999999999999';

test('only the fields that are named change', async ({ api }) => {
  const task = await api.create({ title: 'draft', description: 'long', labels: ['a'], assignee: 'bob' });
  const { status, headers, json } = await api.patch(task.id, { title: 'final', assignee: null });
  expect(status).toBe(200);
  expect(headers.get('etag')).toBe('"2"');
  expect(json).toEqual({ ...task, title: 'final', assignee: null, version: 2, updated_at: json.updated_at });
  expect(json.updated_at >= task.updated_at).toBe(true);
  const read = await api.request('GET', `/api/tasks/${task.id}`);
  expect(read.headers.get('x-cache')).toBe('hit');
  expect(read.json).toEqual(json);
});

test('two clients changing different fields both win', async ({ api }) => {
  const task = await api.create({ title: 'draft' });
  await Promise.all([api.patch(task.id, { title: 'final' }), api.patch(task.id, { priority: 'high' })]);
  expect(await api.get(task.id)).toMatchObject({ title: 'final', priority: 'high', version: 3 });
});

test('of 8 racing writers with the same If-Match one wins', async ({ api }) => {
  const task = await api.create({ title: 'draft' });
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, writer) => api.patch(task.id, { title: `by ${writer}` }, { 'if-match': '"1"' })),
  );
  const winners = replies.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  for (const { status, headers } of replies) {
    expect([200, 412]).toContain(status);
    expect(headers.get('etag')).toBe('"2"');
  }
  expect(await api.get(task.id)).toEqual(winners[0]?.json);
});

test('racing writers without a condition all count', async ({ api }) => {
  const task = await api.create({ title: 'draft' });
  await Promise.all(Array.from({ length: 12 }, (_, writer) => api.patch(task.id, { title: `by ${writer}` })));
  expect(await api.get(task.id)).toMatchObject({ version: 13 });
});

test('racing writers of the same value make one version', async ({ api }) => {
  const task = await api.create({ title: 'draft' });
  const replies = await Promise.all(Array.from({ length: 12 }, () => api.patch(task.id, { title: 'final' })));
  expect(replies.map(({ status, json }) => [status, json.version])).toEqual(Array(12).fill([200, 2]));
});

test('If-Match compares strongly, takes lists and *', async ({ api }) => {
  const task = await api.create({ title: 'draft' });
  const patch = (condition: string, title: string) => api.patch(task.id, { title }, { 'if-match': condition });
  for (const stale of ['"2"', 'W/"1"', '"01"', '"x"', '"99999999999"', '"0", W/"1"']) {
    const { status, headers, json } = await patch(stale, 'lost');
    expect([stale, status]).toEqual([stale, 412]);
    expect(headers.get('etag')).toBe('"1"');
    expect(json.type).toBe('/problems/precondition-failed');
  }
  expect((await patch('"7", "1"', 'second')).json.version).toBe(2);
  expect((await patch('*', 'third')).json.version).toBe(3);
  for (const malformed of ['3', '"3', '*, "3"']) expect((await patch(malformed, 'lost')).status).toBe(400);
});

test('a stale If-Match is refused even when nothing would change', async ({ api }) => {
  const task = await api.create({ title: 'draft' });
  expect((await api.patch(task.id, { title: 'draft' }, { 'if-match': '"9"' })).status).toBe(412);
});

test('a change that changes nothing makes no version and no activity', async ({ api }) => {
  const task = await api.create({ title: 'same', labels: ['a', 'b'], due_at: '2026-01-01T00:00:00Z' });
  for (const patch of [{}, { title: ' same ' }, { labels: ['a', 'b'] }, { due_at: '2026-01-01T07:00:00.0001+07:00' }]) {
    const { status, json } = await api.patch(task.id, patch);
    expect([status, json]).toEqual([200, task]);
  }
  const { json } = await api.request('GET', `/api/tasks/${task.id}/activities`);
  expect(json.items).toHaveLength(1);
});

test('completed_at follows the status', async ({ api }) => {
  const { id } = await api.create({ title: 'work' });
  const { json: completed } = await api.patch(id, { status: 'completed' });
  expect(completed.completed_at).toBe(completed.updated_at);
  const { json: renamed } = await api.patch(id, { title: 'still done' });
  expect(renamed.completed_at).toBe(completed.completed_at);
  const { json: reopened } = await api.patch(id, { status: 'pending' });
  expect(reopened.completed_at).toBeNull();
});

test('null empties what can be empty, and is refused elsewhere', async ({ api }) => {
  const { id } = await api.create({ title: 'x', assignee: 'bob', due_at: '2026-01-01T00:00:00Z' });
  expect((await api.patch(id, { assignee: null, due_at: null })).json).toMatchObject({ assignee: null, due_at: null });
  const { status, json } = await api.patch(id, {
    title: null,
    description: null,
    status: null,
    priority: null,
    labels: null,
  });
  expect(status).toBe(400);
  expect(json.errors).toHaveLength(5);
});

test('a merge patch may be sent as such', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  const { status } = await api.patch(id, { title: 'y' }, { 'content-type': 'application/merge-patch+json' });
  expect(status).toBe(200);
});

test('what is not there, or in the trash, is 404, conditions or not', async ({ api }) => {
  const { id } = await api.create({ title: 'x' });
  await api.request('DELETE', `/api/tasks/${id}`);
  for (const missing of [stranger, id, 'nonsense']) {
    expect((await api.patch(missing, { title: 'y' })).status).toBe(404);
    expect((await api.patch(missing, { title: 'y' }, { 'if-match': '"9"' })).status).toBe(404);
  }
});

test('a history of patches is what a merge of objects makes of it', async ({ api }) => {
  const field = fc.record(
    {
      title: fc.constantFrom('a', 'b'),
      description: fc.constantFrom('', 'c'),
      status: fc.constantFrom('pending', 'completed'),
      priority: fc.constantFrom('low', 'high'),
      labels: fc.constantFrom([], ['d'], ['d', 'e']),
      assignee: fc.constantFrom(null, 'f'),
      due_at: fc.constantFrom(null, '2026-01-01T00:00:00.000Z'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(field, { maxLength: 6 }), async patches => {
      const task = await api.create({ title: 'a' });
      let expected: Record<string, unknown> = { ...task };
      let version = 1;
      for (const patch of patches) {
        const merged = { ...expected, ...patch };
        if (JSON.stringify(merged) !== JSON.stringify(expected)) version += 1;
        expected = merged;
        const { json } = await api.patch(task.id, patch);
        const { completed_at, updated_at, ...rest } = expected;
        expect(json).toMatchObject({ ...rest, version });
      }
      const { json } = await api.request('GET', `/api/tasks/${task.id}/activities`);
      expect(json.items.map((activity: { version: number }) => activity.version)).toEqual(
        Array.from({ length: version }, (_, index) => version - index),
      );
    }),
    { numRuns: 30 },
  );
});

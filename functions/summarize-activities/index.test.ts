import { describe, expect } from 'vitest';
import { openApi, test } from '../../local/testing/api.ts';
import { sendNudge } from '../../local/testing/events.ts';
import { sql } from '../../local/testing/sql.ts';

const today = () => new Date().toISOString().slice(0, 10);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** One contract for both stores. */
describe.for([
  ['in MongoDB', {}],
  ['in PostgreSQL', { MONGODB_URL: '' }],
] as const)('%s', ([, changes]) => {
  test('activities are counted by UTC day, action and actor', async () => {
    await using api = await openApi(changes);
    const [one, two, old] = [
      await api.create({ title: 'a' }),
      await api.create({ title: 'b' }),
      await api.create({ title: 'c' }),
    ];
    await api.patch(one.id, { title: 'A' });
    await api.request('DELETE', `/api/tasks/${two.id}`);
    const move = (task: string, instant: string) =>
      sql(api, `update outbox set at = '${instant}' where task_id = '${task}'`);
    await move(old.id, `${daysAgo(3)}T23:59:59.999Z`);
    await sendNudge(api);
    const { status, json } = await api.request('GET', '/api/activities/summary?days=4');
    expect(status).toBe(200);
    expect(json).toEqual({
      from: daysAgo(3),
      to: today(),
      days: [
        { day: daysAgo(3), action: 'created', actor: 'anonymous', count: 1 },
        { day: today(), action: 'created', actor: 'anonymous', count: 2 },
        { day: today(), action: 'deleted', actor: 'anonymous', count: 1 },
        { day: today(), action: 'updated', actor: 'anonymous', count: 1 },
      ],
    });
    const { json: shorter } = await api.request('GET', '/api/activities/summary?days=3');
    expect(shorter.days.map(({ day }: { day: string }) => day)).not.toContain(daysAgo(3));
  });

  test('nothing done is an empty list, over 30 days unless asked', async () => {
    await using api = await openApi(changes);
    const { json } = await api.request('GET', '/api/activities/summary');
    expect(json).toEqual({ from: daysAgo(29), to: today(), days: [] });
  });
});

test.for(['0', '91', '-1', '1.5', ''])('days=%s is refused', async (days, { api }) => {
  const { status, json } = await api.request('GET', `/api/activities/summary?days=${days}`);
  expect([status, json.errors]).toMatchObject([400, [{ parameter: 'days' }]]);
});

test('with MongoDB away it is a 503', async () => {
  await using api = await openApi({ MONGODB_URL: 'mongodb://127.0.0.1:9/none' });
  const { status, json } = await api.request('GET', '/api/activities/summary');
  expect([status, json.type]).toEqual([503, '/problems/unavailable']);
});

import pg from 'pg';
import { expect } from 'vitest';
import type { Task } from '../../lib/tasks/task.ts';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sendCleanUp } from '../../local/testing/events.ts';
import { sql } from '../../local/testing/sql.ts';

type Item = Task | { readonly id: string; readonly purged_at: string };

/** A client that keeps a copy of the tasks by following the feed. */
function follower(api: Api, limit = 7) {
  const copy = new Map<string, Item>();
  let cursor = '';
  return {
    copy,
    get cursor() {
      return cursor;
    },
    /** Asks once. @returns how much there was */
    async ask(): Promise<number> {
      const { status, json, text } = await api.request(
        'GET',
        `/api/changes?limit=${limit}${cursor && `&cursor=${cursor}`}`,
      );
      if (status !== 200) throw new Error(text);
      for (const item of json.items as Item[]) copy.set(item.id, item);
      cursor = json.next_cursor;
      return json.items.length;
    },
    async catchUp(): Promise<void> {
      while ((await this.ask()) > 0);
    },
  };
}

const tasksOf = async (api: Api) => {
  const rows = await sql(api, 'select id, version from tasks order by id');
  return rows.map(({ id, version }) => [id, version]);
};
const versionsOf = (copy: ReadonlyMap<string, Item>) =>
  [...copy.values()].flatMap(item => ('version' in item ? [[item.id, item.version]] : [])).toSorted();

/** An open transaction anywhere on the server holds the feed back, those of other tests too: the client keeps asking. */
async function expectToSee(client: ReturnType<typeof follower>, what: () => unknown, expected: unknown): Promise<void> {
  const look = async () => {
    await client.catchUp();
    return what();
  };
  await expect.poll(look, { timeout: 18_000 }).toEqual(expected);
}

test('from the beginning, page by page, and then what is new', async () => {
  await using api = await openApi();
  const tasks = await Promise.all(Array.from({ length: 20 }, () => api.create({ title: 'x' })));
  const client = follower(api);
  await expectToSee(client, () => versionsOf(client.copy), await tasksOf(api));
  expect(await client.ask()).toBe(0);
  const [first, second] = tasks;
  await api.patch(first?.id ?? '', { title: 'y' });
  await api.request('DELETE', `/api/tasks/${second?.id}`);
  await expectToSee(client, () => versionsOf(client.copy), await tasksOf(api));
  expect(client.copy.get(first?.id ?? '')).toMatchObject({ title: 'y', version: 2 });
  expect(client.copy.get(second?.id ?? '')).toMatchObject({ deleted_at: expect.any(String) });
  await api.request('POST', `/api/tasks/${second?.id}/restore`);
  await expectToSee(client, () => versionsOf(client.copy), await tasksOf(api));
});

test('a client that follows during 6 writers ends with exactly the tasks', async () => {
  await using api = await openApi();
  const client = follower(api, 3);
  let writing = true;
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let turn = 0; turn < 8; turn += 1) {
      const { id } = await api.create({ title: `${writer}.${turn}` });
      await api.patch(id, { title: 'changed' });
      if (turn % 2) await api.request('DELETE', `/api/tasks/${id}`);
      if (turn % 4 === 1) await api.request('POST', `/api/tasks/${id}/restore`);
    }
  });
  const following = (async () => {
    while (writing) await client.ask();
  })();
  await Promise.all(writers);
  writing = false;
  await following;
  await expectToSee(client, () => versionsOf(client.copy), await tasksOf(api));
});

test('a transaction that commits late is not skipped', async () => {
  await using api = await openApi();
  const late = new pg.Client({ connectionString: api.environment.DATABASE_URL });
  await late.connect();
  const { id } = await api.create({ title: 'early' });
  const client = follower(api);
  await expectToSee(client, () => client.copy.has(id), true);
  await late.query('begin');
  await late.query(
    `update tasks set version = 2, title = 'late', changed_in = pg_current_xact_id() where id = '${id}'`,
  );
  const after = await api.create({ title: 'after' });
  await client.catchUp();
  expect(client.copy.has(after.id)).toBe(false);
  await late.query('commit');
  await late.end();
  await expectToSee(client, () => client.copy.has(after.id), true);
  expect(client.copy.get(id)).toMatchObject({ title: 'late' });
});

test('a tombstone takes the place of a purged task', async () => {
  await using api = await openApi({ TRASH_DAYS: '0' });
  const { id } = await api.create({ title: 'x' });
  const client = follower(api);
  await client.catchUp();
  await api.request('DELETE', `/api/tasks/${id}`);
  await sendCleanUp(api);
  await expectToSee(client, () => client.copy.get(id), { id, purged_at: expect.stringMatching(/Z$/) });
});

test('a cursor of another epoch, or of a client that was away for over 90 days, is gone', async () => {
  await using api = await openApi();
  await api.create({ title: 'x' });
  const client = follower(api);
  await client.catchUp();
  const [listName, position] = JSON.parse(Buffer.from(client.cursor, 'base64url').toString());
  const aged = (days: number) => {
    const atEnd = new Date(Date.now() - days * 86_400_000).toISOString();
    return Buffer.from(JSON.stringify([listName, { ...position, atEnd }])).toString('base64url');
  };
  expect((await api.request('GET', `/api/changes?cursor=${aged(89)}`)).status).toBe(200);
  const old = await api.request('GET', `/api/changes?cursor=${aged(91)}`);
  expect([old.status, old.json.type]).toEqual([410, '/problems/cursor-expired']);
  await sql(api, 'update change_feed set epoch = gen_random_uuid()');
  expect((await api.request('GET', `/api/changes?cursor=${client.cursor}`)).status).toBe(410);
});

test('only who reaches the end is up to date', async () => {
  await using api = await openApi();
  await Promise.all(Array.from({ length: 3 }, () => api.create({ title: 'x' })));
  const client = follower(api);
  await expectToSee(client, () => client.copy.size, 3);
  const atEnd = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString())[1].atEnd;
  const first = (await api.request('GET', '/api/changes?limit=1')).json.next_cursor;
  const second = (await api.request('GET', `/api/changes?limit=1&cursor=${first}`)).json.next_cursor;
  expect(atEnd(second)).toBe(atEnd(first));
  await expect
    .poll(async () => atEnd((await api.request('GET', `/api/changes?limit=9&cursor=${second}`)).json.next_cursor))
    .not.toBe(atEnd(first));
});

test.for(['!!', Buffer.from('["changes",{"epoch":"x"}]').toString('base64url')])(
  'the cursor %s is refused',
  async (cursor, { api }) => {
    const { status, json } = await api.request('GET', `/api/changes?cursor=${encodeURIComponent(cursor)}`);
    expect([status, json.errors]).toMatchObject([400, [{ parameter: 'cursor' }]]);
  },
);

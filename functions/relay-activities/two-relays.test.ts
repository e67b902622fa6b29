/** Two relays at once cost work, never correctness; also when one of them is killed again and again. */
import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { nudge } from '../../local/testing/events.ts';
import { startFunction } from '../../local/testing/function-process.ts';
import { loggedVersions } from '../../local/testing/logged.ts';
import { sql } from '../../local/testing/sql.ts';
import { killedAt, watchedRelay } from '../../local/testing/watched-relay.ts';

/** @returns what the log is to hold of them */
async function fill(api: Api, rows: number): Promise<string[]> {
  const filled = await sql(
    api,
    `insert into outbox (tenant, task_id, version, action, actor, request_id, at, changes)
    select 'local', gen_random_uuid(), 1, 'created', 'me', 'request', now(), '{}' from generate_series(1, ${rows})
    returning task_id`,
  );
  return filled.map(({ task_id }) => `${task_id} 1`);
}

const drained = (api: Api) =>
  expect
    .poll(async () => (await sql(api, 'select count(*)::int as rows from outbox'))[0]?.rows, { timeout: 15_000 })
    .toBe(0);

function startRelay({ environment: { DATABASE_URL = '', REDIS_URL = '', MONGODB_URL = '' } }: Api) {
  return startFunction('relay-activities', { DATABASE_URL, REDIS_URL, MONGODB_URL });
}

/** A deadlock would cost a second, and be counted as a pass that failed. */
async function expectNoDeadlock(api: Api): Promise<void> {
  const found = await sql(api, 'select deadlocks::int from pg_stat_database where datname = current_database()');
  expect(found).toEqual([{ deadlocks: 0 }]);
}

test('two relays take the same rows: each is logged once, and none waits for the other in a circle', async () => {
  await using api = await openApi();
  await using one = await startRelay(api);
  await using other = await startRelay(api);
  const expected: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    expected.push(...(await fill(api, 200)));
    await Promise.all([nudge(one.url), nudge(other.url)]);
  }
  await drained(api);
  expect(await loggedVersions(api)).toEqual(expected.sort());
  await expectNoDeadlock(api);
});

test.for(['pass-lane-logged 1', 'update 1'])(
  'one relay is killed at %s again and again, and the other goes on',
  { timeout: 60_000 },
  async step => {
    await using api = await openApi();
    await using steady = await startRelay(api);
    const expected: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      await using doomed = await watchedRelay(api, killedAt({ name: step, moment: 'asked' }));
      let alive = true;
      void doomed.ended.then(() => {
        alive = false;
      });
      const nudgeDoomed = () => doomed.listening.then(({ url }) => nudge(url)).catch(() => {}); // it may die of it
      while (alive) {
        expected.push(...(await fill(api, 50)));
        await Promise.all([nudge(steady.url), nudgeDoomed()]);
      }
      expect(await doomed.ended).toMatchObject({ signal: 'SIGKILL' });
    }
    await nudge(steady.url);
    await drained(api);
    expect(await loggedVersions(api)).toEqual(expected.sort());
    await expectNoDeadlock(api);
  },
);

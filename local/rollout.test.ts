/** The next release is rolled out under load: neither the migrations nor two revisions at once fail, lose or age anything. */
import { expect, test } from 'vitest';
import { checkout } from './checkout.ts';
import { openApi } from './testing/api.ts';
import { buildNextRelease } from './testing/next-release/build-next-release.ts';
import { type Revision, runMigrate, startRevision } from './testing/revision.ts';
import { startLoad } from './testing/rollout/load.ts';
import { sql } from './testing/sql.ts';

test('expand, two revisions side by side, contract', { timeout: 120_000 }, async () => {
  await using api = await openApi(); // its stores, and the oldest revision's word on what came of it
  const { PORT: _port, METRICS_PORT: _metricsPort, ...stores } = api.environment;
  const environment = { ...stores, LOG_LEVEL: 'info' };
  const next = await buildNextRelease();
  const old = await startRevision('old', checkout, environment);
  await using closing = new AsyncDisposableStack();
  closing.use(old);
  let serving: [Revision, ...Revision[]] = [old];
  const load = await startLoad({ all: () => serving, newer: () => serving.filter(({ name }) => name === 'new') });
  await load.more(5);

  const migrated = (root: string) => runMigrate(root, environment);
  expect(await migrated(next.folder)).toMatchObject({ ok: true, output: expect.stringContaining('9002_creators') });
  await load.more(5);
  expect(await migrated(checkout)).toMatchObject({ ok: true, output: expect.stringContaining('9001') });

  const young = closing.use(await startRevision('new', next.folder, environment));
  serving = [old, young];
  await load.more(16);
  serving = [young];
  await load.more(2); // whatever the old one was asked for is answered
  let lostPuts = await old.lostPuts();
  await old[Symbol.asyncDispose]();

  next.contract();
  expect(await migrated(next.folder)).toMatchObject({ ok: true, output: expect.stringContaining('9003_created-by') });
  await load.more(5);
  expect(await migrated(checkout)).toMatchObject({
    ok: false,
    output: expect.stringContaining(
      '9003_created-by, which took away what revisions before 9001_creator-and-estimate use',
    ),
  });

  const { failures, stale, hitRatio, tasks, followed } = await load.end();
  expect(failures).toEqual([]);
  lostPuts += await young.lostPuts();
  expect(stale.length, stale.join('\n')).toBeLessThanOrEqual(lostPuts);
  expect(hitRatio).toBeGreaterThan(0.3);

  for (const { id, version, trashed: _trashed, ...fields } of tasks) {
    const { json } = await young.request('GET', `/api/tasks/${id}`);
    expect(json).toMatchObject({ id, version, ...fields });
    expect(followed.get(id)).toBe(version);
  }
  await expect.poll(() => sql(api, 'select from outbox'), { timeout: 15_000 }).toEqual([]);
  for (const { id, version } of tasks) expect(await versionsIn(young, id)).toEqual(downFrom(version));
});

async function versionsIn(revision: Revision, id: string): Promise<number[]> {
  const versions: number[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = `/api/tasks/${id}/activities?limit=100${cursor && `&cursor=${cursor}`}`;
    const { json } = await revision.request('GET', path);
    versions.push(...json.items.map(({ version }: { version: number }) => version));
    cursor = json.next_cursor;
  }
  return versions;
}

function downFrom(version: number): number[] {
  return Array.from({ length: version }, (_, index) => version - index);
}

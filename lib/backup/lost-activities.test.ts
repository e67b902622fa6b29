import * as fc from 'fast-check';
import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';
import type { LoggedActivity } from '../activities/activity.ts';
import { faultIn } from './history-fault.ts';
import { lostActivities } from './lost-activities.ts';
import { nameBasedUuid } from './name-based-uuid.ts';
import type { History } from './task-activities.ts';
import type { TaskFacts } from './task-facts.ts';
import { historiesIn } from './testing/histories-in.ts';
import { live, lives } from './testing/random-lives.ts';
import { openUncached } from './testing/tasks.ts';

test('a UUID that follows from a name is that of RFC 9562, appendix A.4', () => {
  expect(nameBasedUuid('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('whatever is lost of a task, together with what is there it tells the task, also when some was made before', async () => {
  const histories = await realHistories();
  expect(histories.map(({ activities }) => activities.at(-1)?.action)).toEqual(
    expect.arrayContaining(['created', 'updated', 'deleted', 'restored', 'purged']),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...histories),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.constantFrom(1, 10, 1_000, 10_000_000),
      (history, kept, madeBefore, tick) => {
        const { task, activities } = ticking(history, tick);
        const there = activities.filter((_, index) => kept[index]);
        const made = lostActivities(task, there);
        expectToTell(task, [...there, ...made]);
        expect(lostActivities(task, there)).toEqual(made);

        const some = made.filter((_, index) => madeBefore[index]);
        const rest = lostActivities(task, [...there, ...some].toSorted(byVersion));
        expectToTell(task, [...there, ...some, ...rest]);
        expect(new Set([...some, ...rest].map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('of a task of which everything is lost the task itself tells who made it, when, and what it was in the end', async () => {
  await using api = await openUncached();
  const { id, created_at, created_by } = await api.create({ title: 'first', status: 'completed' });
  await api.patch(id, { title: 'second', status: 'pending' });
  await api.patch(id, { status: 'completed' });
  await api.request('DELETE', `/api/tasks/${id}`);
  const [{ task } = expect.unreachable()] = await historiesIn(api.environment);
  const { completed_at, deleted_at } = JSON.parse(task.json ?? '');
  expect(lostActivities(task, [])).toEqual([
    expect.objectContaining({ version: 1, action: 'created', actor: created_by, at: created_at }),
    expect.objectContaining({ version: 2, action: 'updated', actor: 'system', at: created_at, changes: {} }),
    expect.objectContaining({
      ...{ version: 3, action: 'updated', at: completed_at, request_id: '(reconstructed)' },
      changes: { status: { from: null, to: 'completed' } },
    }),
    expect.objectContaining({ version: 4, action: 'deleted', at: deleted_at, changes: {} }),
  ]);
});

/** Some lives, with all their activities. */
async function realHistories(): Promise<History<TaskFacts>[]> {
  await using api = await openUncached();
  const some = fc.sample(lives, 60);
  await live(api, [...some, { created: { title: 'x' }, changes: ['trash', 'restore'], purged: false }]);
  return await historiesIn(api.environment);
}

/** The same by a clock that ticks less often. */
function ticking({ task, activities }: History<TaskFacts>, tick: number): History<TaskFacts> {
  const cut = (at: string) => new Date(Math.floor(Date.parse(at) / tick) * tick).toISOString();
  const json = task.json?.replaceAll(/(?<="(?:created|updated|completed|deleted)_at":")[^"]+/g, cut) ?? null;
  return {
    task: { ...task, json, purged_at: task.purged_at && cut(task.purged_at) },
    activities: activities.map(activity => ({ ...activity, at: cut(activity.at) })),
  };
}

/** And each change begins where the one before it ended. */
function expectToTell(task: TaskFacts, some: readonly LoggedActivity[]): void {
  const activities = some.toSorted(byVersion);
  expect(faultIn({ task, activities }, task.json ?? undefined)).toBe(undefined);
  const fields = new Map<string, unknown>();
  for (const [name, { from, to }] of activities.flatMap(({ changes }) => Object.entries(changes))) {
    expect(from ?? null, name).toEqual(fields.get(name) ?? null);
    fields.set(name, to);
  }
  const instants = activities.map(({ at }) => at);
  expect(instants).toEqual(instants.toSorted());
}

function byVersion(one: LoggedActivity, other: LoggedActivity): number {
  return one.version - other.version;
}

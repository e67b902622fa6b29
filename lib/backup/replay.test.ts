import { expect } from 'vitest';
import { test } from '../../local/testing/api.ts';
import type { LoggedActivity } from '../activities/activity.ts';
import { replay, tells } from './replay.ts';
import { makeTasks, openUncached, seen } from './testing/tasks.ts';

/** Of every state of a task: its JSON where it can be read, and its activities from the first on. */
async function states() {
  await using api = await openUncached();
  const tasks = (await seen(api, await makeTasks(api))) as {
    status: number;
    answer: Record<string, unknown>;
    activities: { items: LoggedActivity[] };
  }[];
  return tasks.map(({ status, answer, activities }) => ({
    task: status === 200 ? answer : undefined,
    activities: activities.items.toReversed(),
  }));
}

test('the activities of a task tell all that it is, and nothing that it is not', async () => {
  const all = await states();
  expect(all.filter(({ task }) => task)).toHaveLength(4);
  for (const { task, activities } of all) {
    const replayed = replay(activities) ?? expect.unreachable();
    if (!task) continue;
    expect(tells(replayed, task)).toBe(true);
    const { id: _, ...told } = task;
    for (const field of Object.keys(told)) {
      expect(tells(replayed, { ...task, [field]: 'otherwise' }), field).toBe(false);
    }
    const [first, ...rest] = activities;
    if (first && rest.length > 0) expect(tells(replay([first]) ?? expect.unreachable(), task)).toBe(false);
  }
  expect(all.map(({ activities }) => replay(activities)?.purged).filter(Boolean)).toHaveLength(1);
  expect(replay([])).toBe(undefined);
});

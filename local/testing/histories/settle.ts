/** When nothing is broken any more: within 5 s all agree on a task, and nothing of it is left to be done. */
import { isDeepStrictEqual } from 'node:util';
import { sendNudge } from '../events.ts';
import { ask } from './ask.ts';
import { eventually } from './eventually.ts';
import type { Body } from './observation.ts';
import type { SeenTask } from './play.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/**
 * What is read meanwhile is added to what was seen.
 *
 * @returns the activities of each task, the oldest first
 * @throws {Violation} when it takes longer
 */
export async function settle(world: World, tasks: readonly SeenTask[]): Promise<Body[][]> {
  const since = performance.now();
  await sendNudge(world.hosts.A.api);
  await eventually('the outbox is empty', async () => (await waiting(world)) === 0, since);
  return Promise.all(tasks.map(task => settleTask(world, task, since)));
}

async function settleTask(world: World, task: SeenTask, since: number): Promise<Body[]> {
  const activities = await agreedActivities(world, task);
  const last = activities.at(-1);
  const expected = last?.action === 'deleted' ? undefined : last?.version;
  for (const by of ['A', 'B'] as const) {
    const isCurrent = async () => {
      const reading = await ask(world, by, task.id, { kind: 'get' });
      task.observations.push(reading);
      return reading.cache === 'hit' && reading.version === expected;
    };
    await eventually(`${by} answers version ${last?.version} of ${task.id} as a hit`, isCurrent, since);
  }
  if ((await world.logged(task.id)) !== activities.length) throw new Violation(`the log has not each activity once`);
  return activities;
}

async function agreedActivities(world: World, task: SeenTask): Promise<Body[]> {
  const [first, second] = await Promise.all([
    ask(world, 'A', task.id, { kind: 'list activities' }),
    ask(world, 'B', task.id, { kind: 'list activities' }),
  ]);
  if (!isDeepStrictEqual(first.body, second.body)) throw new Violation('two processes tell different activities');
  const items = first.body?.items;
  if (!Array.isArray(items)) throw new Violation(`no activities are told: ${first.status}`);
  return items.toReversed();
}

async function waiting({ postgresql }: World): Promise<number> {
  const { rows } = await postgresql.query<{ count: number }>('select count(*)::int as count from outbox');
  return rows[0]?.count ?? 0;
}

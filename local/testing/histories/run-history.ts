/** One history: played, settled, judged. */
import { describeHistory } from './describe.ts';
import { judge } from './judge.ts';
import { functionOf, type Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import { play, type Seen } from './play.ts';
import { settle } from './settle.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** @returns undefined when all was as promised; otherwise what was not, and all that was seen */
export async function runHistory(world: World, plan: Plan): Promise<string | undefined> {
  const seen = await play(world, plan);
  try {
    const activities = await settle(world, seen.tasks);
    const judgeAll = (lost: (change: Observation) => boolean) => {
      for (const [index, task] of seen.tasks.entries()) judge({ ...task, activities: activities[index] ?? [] }, lost);
    };
    await withLostPuts(world, judgeAll);
    if (plan.faults.length > 0) await world.inUse();
    return undefined;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return `${error.message}\n\n${storyOf(seen)}`;
  }
}

/** Which puts have failed is asked only when it matters: it costs more than a history without a fault. */
async function withLostPuts(world: World, judgeAll: (lost: (change: Observation) => boolean) => void): Promise<void> {
  try {
    judgeAll(() => false);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const failed = await world.failedPuts();
    judgeAll(({ by, deed }) => failed.has(`${by} ${functionOf[deed.kind]}`));
  }
}

function storyOf({ tasks, happenings }: Seen): string {
  return tasks.map(({ id, observations }) => `task ${id}\n${describeHistory(observations, happenings)}`).join('\n\n');
}

/** Plays a plan in a world: its clients and its adversaries, all at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { inflict } from './inflict.ts';
import type { Deed, Interval, Observation } from './observation.ts';
import type { Disturbance, Fault, Plan, PlannedDeed } from './plan.ts';
import type { World } from './world.ts';

export interface SeenTask {
  readonly id: string;
  readonly observations: Observation[];
  /** When its key was taken out of Redis. */
  readonly emptied: Interval[];
}

export interface Seen {
  readonly tasks: readonly SeenTask[];
  readonly happenings: readonly (Interval & { readonly what: string })[];
}

export async function play(world: World, plan: Plan): Promise<Seen> {
  const happenings: (Interval & { what: string })[] = [];
  const created = plan.tasks.map(async ({ by, fields }): Promise<SeenTask> => {
    const creation = await ask(world, by, '', { kind: 'create', fields });
    return { id: String(creation.body?.id), observations: [creation], emptied: [] };
  });
  const taskAt = (index: number) => created[index] ?? Promise.reject(new Error(`the plan has no task ${index}`));

  async function client(script: Plan['clients'][number]): Promise<void> {
    for (const { pause, by, task: index, deed } of script) {
      await sleep(pause);
      const task = await taskAt(index);
      task.observations.push(await ask(world, by, task.id, deedOf(deed, task)));
    }
  }

  async function adversary(script: readonly (Disturbance | Fault)[]): Promise<void> {
    for (const happening of script) {
      await sleep(happening.pause);
      const began = performance.now();
      await inflict(world, happening, async index => (await taskAt(index)).id);
      const interval = { began, ended: performance.now() };
      happenings.push({ ...interval, what: JSON.stringify(happening) });
      if (happening.kind === 'redis flushed') for (const task of created) (await task).emptied.push(interval);
      if (happening.kind === 'key evicted') (await taskAt(happening.task)).emptied.push(interval);
    }
  }

  await Promise.all([...plan.clients.map(client), adversary(plan.disturbances), adversary(plan.faults)]);
  return { tasks: await Promise.all(created), happenings };
}

function deedOf(planned: PlannedDeed, { observations }: SeenTask): Deed {
  if (planned.kind !== 'patch' && planned.kind !== 'delete') return planned;
  const { meant, ...deed } = planned;
  const highest = Math.max(...observations.map(({ version = 0 }) => version));
  return { ...deed, ifMatch: typeof meant === 'object' ? meant.map(distance => highest + distance) : meant };
}

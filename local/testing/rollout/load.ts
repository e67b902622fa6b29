/**
 * A steady load on the revisions that serve. Each worker has tasks of its own, so that it knows what every answer must be;
 * painters share one task, in which each changes a field of its own; a follower reads the change feed.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Revision } from '../revision.ts';
import { deedsOf } from './deeds.ts';
import { type KnownTask, newTask, priorityAfter } from './known-task.ts';
import { anyOf, oneOf, type Serving } from './serving.ts';
import { makeWitness } from './witness.ts';

export interface Report {
  /** Whatever was answered that must not have been. */
  readonly failures: readonly string[];
  /** GETs that were older than an acknowledged write, and right after the relay's next pass. */
  readonly stale: readonly string[];
  /** Which part of all GETs the cache has answered. */
  readonly hitRatio: number;
  readonly tasks: readonly KnownTask[];
  /** The versions that the follower ended with. */
  readonly followed: ReadonlyMap<string, number>;
}

export interface Load {
  /** Until each worker has made so many more steps, or something has failed. */
  more(steps: number): Promise<void>;
  end(): Promise<Report>;
}

const workers = 4;

export async function startLoad(serving: Serving): Promise<Load> {
  const witness = makeWitness(serving);
  const { expecting, changed, tasks } = witness;
  const deeds = deedsOf(witness, serving);
  const failures: string[] = [];
  const followed = new Map<string, number>();
  const steps = Array.from({ length: workers }, () => 0);
  const any = () => anyOf(serving);
  let ended = false;
  let written = false;

  async function work(number: number): Promise<void> {
    const label = `worker-${number}-${randomUUID()}`;
    const by = any();
    const json = await expecting(201, by, 'POST', '/api/tasks', { body: { title: label, labels: [label] } });
    const first = newTask(json.id, label, label);
    await changed(by, first, json);
    for (let step = 0; !ended; step += 1) {
      const known = oneOf([...tasks.values()].filter(({ labels }) => labels.includes(label)));
      await deeds[(step + number) % deeds.length]?.(label, known ?? first);
      steps[number] = step + 1;
    }
  }

  const shared = await expecting(201, any(), 'POST', '/api/tasks', { body: { title: 'shared' } });
  let painted: KnownTask = newTask(shared.id, 'shared');

  /** @param by which revision, when one serves that can */
  async function paint(by: () => Revision | undefined, next: () => Partial<KnownTask>): Promise<void> {
    for (; !ended; await pause(10)) {
      const revision = by();
      if (!revision) continue;
      const change = next();
      await expecting(200, revision, 'PATCH', `/api/tasks/${shared.id}`, { body: change });
      painted = { ...painted, ...change, version: painted.version + 1 };
    }
  }

  /** Until all is written and seen: another transaction on the server may hold the feed back. */
  async function follow(): Promise<void> {
    let cursor = '';
    for (let last = false; !last; await pause(20)) {
      last = written;
      const page = await expecting(200, any(), 'GET', `/api/changes?limit=100${cursor && `&cursor=${cursor}`}`);
      cursor = page.next_cursor;
      for (const { id, version } of page.items) followed.set(id, version);
      last &&= [...tasks.values(), painted].every(({ id, version }) => followed.get(id) === version);
    }
  }

  const fail = (error: unknown) => {
    failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    ended = true;
  };
  const writing = [
    ...steps.map((_, number) => work(number)),
    paint(any, () => ({ title: randomUUID() })),
    paint(any, () => ({ priority: priorityAfter(painted.priority) })),
    paint(
      () => oneOf(serving.newer()),
      () => ({ estimate: (painted.estimate ?? 0) + 1 }),
    ),
  ].map(each => each.catch(fail));
  const following = follow().catch(fail);

  return {
    async more(wanted) {
      const aims = steps.map(step => step + wanted);
      while (!ended && steps.some((step, number) => step < (aims[number] ?? 0))) await pause(10);
    },
    async end() {
      ended = true;
      await Promise.all(writing);
      written = true;
      await Promise.race([following, pause(10_000)]);
      const hitRatio = witness.hits() / witness.gets();
      return { failures, stale: witness.stale, hitRatio, tasks: [...tasks.values(), painted], followed };
    },
  };
}

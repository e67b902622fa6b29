/** Asks revisions, and holds what they answer against what is known. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Reply, RequestOptions } from '../api.ts';
import type { Revision } from '../revision.ts';
import { isRendering, judge, type KnownTask } from './known-task.ts';
import { anyOf, type Serving } from './serving.ts';

export interface Witness {
  /** @returns the JSON of what is to be answered with this status */
  expecting(
    status: number,
    by: Revision,
    method: string,
    path: string,
    options?: RequestOptions,
    // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  ): Promise<any>;
  /** After an acknowledged change: what the writer was told must be right, and what anybody reads. */
  changed(by: Revision, known: KnownTask, answered?: Record<string, unknown>): Promise<void>;
  readonly tasks: ReadonlyMap<string, KnownTask>;
  /** GETs that were older than an acknowledged write, and right after the relay's next pass. */
  readonly stale: readonly string[];
  /** How many GETs were answered by the cache. */
  hits(): number;
  gets(): number;
}

export function makeWitness(serving: Serving): Witness {
  const tasks = new Map<string, KnownTask>();
  const stale: string[] = [];
  let gets = 0;
  let hits = 0;

  const expecting: Witness['expecting'] = async (status, by, method, path, options) => {
    const reply = await by.request(method, path, options);
    if (reply.status === status) return reply.json;
    throw new Error(`${method} ${path} through the ${by.name} revision: ${reply.status} ${reply.text}`);
  };

  async function get(by: Revision, id: string): Promise<Reply> {
    const reply = await by.request('GET', `/api/tasks/${id}`);
    gets += 1;
    if (reply.headers.get('x-cache') === 'hit') hits += 1;
    return reply;
  }

  async function read(known: KnownTask): Promise<void> {
    const by = anyOf(serving);
    const deadline = performance.now() + 5_000;
    for (let looks = 0; ; looks += 1) {
      const reply = await get(by, known.id);
      const judgement = judge(reply, known, by);
      if (judgement === 'right') return;
      const cache = reply.headers.get('x-cache');
      const told = `a ${cache} of the ${by.name} revision: ${reply.text}, not ${JSON.stringify(known)}`;
      if (judgement === 'wrong' || performance.now() > deadline) throw new Error(told);
      if (looks === 0) stale.push(told);
      await pause(20);
    }
  }

  return {
    expecting,
    async changed(by, known, answered) {
      tasks.set(known.id, known);
      if (answered && !isRendering(answered, known, by))
        throw new Error(`the ${by.name} revision made of ${JSON.stringify(known)}: ${JSON.stringify(answered)}`);
      await read(known);
    },
    tasks,
    stale,
    gets: () => gets,
    hits: () => hits,
  };
}

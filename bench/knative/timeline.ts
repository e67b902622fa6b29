/** Which revisions of a function had traffic, and how many pods each, at any time: looked at each second or so. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../../delivery/cluster.ts';

export interface Timeline {
  /** What was so when it was last looked at before then. @param at ISO 8601 */
  at(functionName: string, at: string): string;
  end(): Promise<void>;
}

export function startTimeline(cluster: Cluster): Timeline {
  const looks: { readonly at: string; readonly states: ReadonlyMap<string, string> }[] = [];
  let ended = false;

  async function look(): Promise<void> {
    const at = new Date().toISOString();
    const [functions, pods] = await Promise.all([cluster.functions(), cluster.pods()]);
    const states = functions.map(({ name, traffic }) => {
      const share = traffic.map(({ revision, percent }) => {
        const own = pods.filter(pod => pod.revision === revision);
        return `${revision} ${percent} %, ${own.filter(({ ready }) => ready).length} of ${own.length} pods ready`;
      });
      return [name, share.join('; ')] as const;
    });
    looks.push({ at, states: new Map(states) });
  }

  const looking = (async () => {
    for (; !ended; await pause(1_000)) await look().catch(() => undefined); // the next look may be answered
  })();
  return {
    at: (name, at) => looks.findLast(each => each.at <= at)?.states.get(name) ?? 'not looked at',
    async end() {
      ended = true;
      await looking;
    },
  };
}

/** Whether an objective's budget burns now, by the rules that Prometheus records: five minutes, at the rate that wakes people. */
import * as z from 'zod/mini';
import { burnsNow } from '../knative/monitoring/burn-rates.ts';
import { sloOf } from '../knative/monitoring/slos.ts';
import { timescale } from '../knative/monitoring/timescale.ts';
import { Failure } from '../local/failure.ts';

const answer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(z.unknown()) }) });

/** Those that a bad revision spends at once. */
const watched = ['availability', 'read-latency'] as const;

/** @returns the names of the objectives whose budget burns */
export type Burning = () => Promise<readonly string[]>;

/** @param url of Prometheus */
export function burningAt(url: string): Burning {
  return async () => {
    const burns = await Promise.all(
      watched.map(async name => ((await isTrue(url, burnsNow(sloOf(name), timescale(1)))) ? [name] : [])),
    );
    return burns.flat();
  };
}

async function isTrue(url: string, query: string): Promise<boolean> {
  try {
    const asked = new URL('api/v1/query', url.endsWith('/') ? url : `${url}/`);
    const got = await fetch(asked, {
      method: 'POST',
      body: new URLSearchParams({ query }),
      signal: AbortSignal.timeout(10_000),
    });
    return answer.parse(await got.json()).data.result.length > 0;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `asking Prometheus at ${url}`,
      cause,
      'a rollout is not watched without it: leave --prometheus out',
    );
  }
}

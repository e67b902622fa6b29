/** A function behind its proxy: pods of an old revision, and then of a new one, and clients that ask it all the time. */
import { expect } from 'vitest';
import type { Api } from '../api.ts';
import type { Ended, FunctionProcess } from '../function-process.ts';
import { processOf } from '../process-of.ts';
import { openReadinessProxy, type ReadinessProxy } from '../readiness-proxy.ts';
import { type Clients, startClients } from './clients.ts';
import { holdConnection } from './held-connection.ts';
import { type AskedFunction, nextRequest } from './request.ts';
import { beginSlowly } from './slow-request.ts';
import type { Tally } from './tally.ts';

export type RevisionName = 'old' | 'new';

export interface Service extends AsyncDisposable {
  readonly proxy: ReadinessProxy;
  readonly clients: Clients;
  readonly old: readonly [FunctionProcess, FunctionProcess];
  /** Starts a pod, which takes traffic when its revision gets some. */
  add(revision: RevisionName): Promise<FunctionProcess>;
  /** Tells it to end in the midst of its work; resolves when the proxy knows. */
  end(pod: FunctionProcess): Promise<Ending>;
}

export interface Ending {
  /** How many requests the proxy has sent to it after it was told. */
  readonly sentMeanwhile: number;
  /** Resolves when its last request is answered, and it has ended. */
  readonly ended: Promise<{ readonly code: Ended['code']; readonly milliseconds: number }>;
}

/** @param tallies of what goes through the proxy, and of what comes to a pod by other ways */
export async function openService(
  api: Api,
  name: AskedFunction,
  tallies: { readonly proxied: Tally; readonly direct: Tally },
): Promise<Service> {
  const proxy = await openReadinessProxy();
  const pods: FunctionProcess[] = [];
  const requests = async () => {
    const { id } = await api.create({ title: name, labels: ['asked for'] });
    return () => nextRequest(name, id);
  };

  const add = async (revision: RevisionName) => {
    const pod = await processOf(api, name);
    pods.push(pod);
    proxy.add(revision, pod.url);
    await expect.poll(() => proxy.isReady(pod.url), { timeout: 5_000 }).toBe(true);
    return pod;
  };
  const old = await Promise.all([add('old'), add('old')]);
  proxy.split({ old: 100 });
  const clients = startClients(proxy.url, [await requests(), await requests()], tallies.proxied);

  return {
    proxy,
    clients,
    old,
    add,
    async end(pod) {
      const next = await requests();
      const held = await holdConnection(pod.url, next, tallies.direct);
      const slow = await beginSlowly(pod.url, next(), tallies.direct);
      const sent = proxy.sent(pod.url);
      const told = performance.now();
      pod.kill('SIGTERM');
      await expect.poll(() => proxy.isReady(pod.url), { timeout: 5_000 }).toBe(false);

      const ending = async () => {
        await held.over;
        await expect.poll(() => listens(pod), { timeout: 10_000 }).toBe(false);
        await slow.finish();
        const { code, at } = await pod.ended;
        return { code, milliseconds: at - told };
      };
      return { sentMeanwhile: proxy.sent(pod.url) - sent, ended: ending() };
    },
    async [Symbol.asyncDispose]() {
      await clients.end();
      await Promise.all([proxy, ...pods].map(each => each[Symbol.asyncDispose]()));
    },
  };
}

function listens({ url }: FunctionProcess): Promise<boolean> {
  return fetch(`${url}/livez`).then(
    () => true,
    () => false,
  );
}

/**
 * A proxy such as stands before the pods of a function: it reads /readyz each second, splits the traffic between revisions,
 * and sends nothing twice. Every other request goes over a connection that it has kept, the rest over new ones.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** Milliseconds between two looks at one pod. */
const period = 1_000;

export interface ReadinessProxy extends AsyncDisposable {
  readonly url: string;
  /** Requests for its revision go to it, in turn with the others, for as long as its /readyz is 200. */
  add(revision: string, podUrl: string): void;
  /** From now on so many of a hundred requests go to each of these revisions, evenly mixed. */
  split(percents: Readonly<Record<string, number>>): void;
  isReady(podUrl: string): boolean;
  /** How many requests it was sent, or all were. */
  sent(podUrl?: string): number;
}

interface Pod {
  readonly url: string;
  readonly revision: string;
  readonly kept: http.Agent;
  readonly looking: NodeJS.Timeout;
  ready: boolean;
  sent: number;
}

export async function openReadinessProxy(): Promise<ReadinessProxy> {
  const pods = new Map<string, Pod>();
  let shares: { readonly revision: string; readonly percent: number; credit: number }[] = [];

  /** The revision that is furthest behind its share. */
  const nextRevision = () => {
    for (const share of shares) share.credit += share.percent;
    const next = shares.toSorted((one, other) => other.credit - one.credit)[0];
    if (next) next.credit -= 100;
    return next?.revision;
  };
  const nextPod = () => {
    const revision = nextRevision();
    const ready = [...pods.values()].filter(pod => pod.ready && pod.revision === revision);
    return ready.toSorted((one, other) => one.sent - other.sent)[0];
  };
  const proxy = http.createServer((req, res) => {
    const pod = nextPod();
    if (!pod) return void res.writeHead(503).end('no pod is ready');
    const agent = pod.sent++ % 2 === 0 ? pod.kept : false;
    const onward = http.request(pod.url + req.url, { method: req.method, headers: endToEnd(req.headers), agent });
    onward.on('response', answer => {
      res.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      pipeline(answer, res, () => {}); // one that is cut is cut here, too
    });
    onward.on('error', error => {
      if (res.headersSent) res.destroy();
      else res.writeHead(502).end(`${pod.revision}: ${error.message}`);
    });
    req.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  const look = async (pod: Pod) => {
    const { ok } = await fetch(`${pod.url}/readyz`).catch(() => ({ ok: false }));
    pod.ready = ok;
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    add(revision, url) {
      const looking = setInterval(() => void look(pod), period);
      const pod = { url, revision, looking, kept: new http.Agent({ keepAlive: true }), ready: false, sent: 0 };
      pods.set(url, pod);
      void look(pod);
    },
    split(percents) {
      shares = Object.entries(percents).map(([revision, percent]) => ({ revision, percent, credit: 0 }));
    },
    isReady: url => pods.get(url)?.ready ?? false,
    sent: url =>
      [...pods.values()].filter(pod => url === undefined || pod.url === url).reduce((sum, pod) => sum + pod.sent, 0),
    async [Symbol.asyncDispose]() {
      for (const { looking, kept } of pods.values()) {
        clearInterval(looking);
        kept.destroy();
      }
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** A connection's own header is not for the next one. */
function endToEnd({ connection: _, ...headers }: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return headers;
}

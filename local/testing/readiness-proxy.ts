/** A proxy such as stands before pods: it reads /readyz each second, keeps its connections, and sends nothing twice. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Milliseconds between two looks at one backend. */
const period = 1_000;

export interface ReadinessProxy extends AsyncDisposable {
  readonly url: string;
  /** Requests go to it, in turn with the others, for as long as its /readyz is 200. */
  add(backendUrl: string): void;
  isReady(backendUrl: string): boolean;
}

interface Backend {
  readonly url: string;
  readonly agent: http.Agent;
  readonly looking: NodeJS.Timeout;
  ready: boolean;
}

export async function openReadinessProxy(): Promise<ReadinessProxy> {
  const backends = new Map<string, Backend>();
  let turn = 0;

  const proxy = http.createServer((req, res) => {
    const ready = [...backends.values()].filter(backend => backend.ready);
    const backend = ready[turn++ % ready.length];
    if (!backend) return void res.writeHead(503).end('no backend is ready');
    const onward = http.request(backend.url + req.url, {
      method: req.method,
      headers: req.headers,
      agent: backend.agent,
    });
    onward.on('response', answer => {
      const { connection: _, ...headers } = answer.headers; // of that connection, not of this one
      res.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(res);
    });
    onward.on('error', error => void res.writeHead(502).end(error.message));
    req.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  const look = async (backend: Backend) => {
    const { ok } = await fetch(`${backend.url}/readyz`).catch(() => ({ ok: false }));
    backend.ready = ok;
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    add(url) {
      const looking = setInterval(() => void look(backend), period);
      const backend = { url, agent: new http.Agent({ keepAlive: true }), looking, ready: false };
      backends.set(url, backend);
      void look(backend);
    },
    isReady: url => backends.get(url)?.ready ?? false,
    async [Symbol.asyncDispose]() {
      for (const { looking, agent } of backends.values()) {
        clearInterval(looking);
        agent.destroy();
      }
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

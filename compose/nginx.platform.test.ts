/** The edge of compose.yaml, in front of functions that are processes, and of stand-ins that tell what reached them. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { routesOf } from '../lib/http/route.ts';
import { type Api, openApi } from '../local/testing/api.ts';
import type { FunctionProcess } from '../local/testing/function-process.ts';
import { processOf } from '../local/testing/process-of.ts';
import { connectTo } from '../local/testing/raw-connection.ts';
import { type RunningNginx, startNginx } from './testing/nginx.ts';

const serving = catalogue.filter(({ kind }) => kind !== 'job');
const routes = catalogue.flatMap(contract => routesOf(contract).map(route => ({ ...route, name: contract.name })));

/** Of one request. */
interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

describe('in front of functions', () => {
  let api: Api & AsyncDisposable;
  let processes: ReadonlyMap<string, FunctionProcess>;
  let nginx: RunningNginx;
  beforeAll(async () => {
    api = await openApi();
    const started = serving.map(async ({ name }) => [name, await processOf(api, name)] as const);
    processes = new Map(await Promise.all(started));
    nginx = await startNginx(name => processes.get(name)?.url.replace('http://', '') ?? '127.0.0.1:9');
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await Promise.all([...(processes?.values() ?? [])].map(each => each[Symbol.asyncDispose]()));
    await api?.[Symbol.asyncDispose]();
  });

  /** The functions whose log has a request of this id. */
  function whoHas(id: string): string[] {
    return serving.map(({ name }) => name).filter(name => processes.get(name)?.output().includes(`"${id}"`));
  }

  async function post(path: string, body: string): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(nginx.url + path, { method: 'POST', body, headers });
  }

  test.for(routes)('$method $path reaches $name, and nobody else', async ({ method, path, name }) => {
    for (const asked of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
      const id = `route-${asked}-${name}-${path.replaceAll(/\W/g, '.')}`;
      const answer = await fetch(nginx.url + path.replaceAll(/\{\w+\}/g, 'x'), {
        method: asked,
        redirect: 'manual',
        headers: { 'x-request-id': id },
      });
      await answer.arrayBuffer();
      await expect.poll(() => whoHas(id)).toEqual([name]);
      expect([answer.headers.get('x-request-id'), answer.headers.get('server')]).toEqual([id, null]);
    }
  });

  test('what is no route, and a method that a path does not take, are problems of api-root', async () => {
    for (const [method, path, status, allow] of [
      ['GET', '/api/nothing', 404, null],
      ['DELETE', '/api/tasks', 405, 'POST, GET, HEAD'],
      ['TRACE', '/api/tasks', 405, 'POST, GET, HEAD'],
      ['POST', '/', 405, 'GET, HEAD'],
    ] as const) {
      using connection = await connectTo(nginx.url);
      connection.send(`${method} ${path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: none-${method}\r\n\r\n`);
      const answer = await connection.next();
      expect([method, path, answer?.status, answer?.headers.allow ?? null]).toEqual([method, path, status, allow]);
      expect(answer?.headers).toMatchObject({ 'content-type': 'application/problem+json' });
      expect(answer?.headers).not.toHaveProperty('server');
      await expect.poll(() => whoHas(`none-${method}`)).toEqual(['api-root']);
    }
  });

  test('no CloudEvent reaches a function', async () => {
    for (const { name, ...contract } of serving) {
      if (contract.kind !== 'event') continue;
      const answer = await fetch(`${nginx.url}/`, {
        method: 'POST',
        headers: {
          ...{ 'ce-specversion': '1.0', 'ce-type': contract.event, 'ce-source': '/outside', 'ce-id': '1' },
          ...{ 'x-request-id': `event-${name}` },
        },
      });
      expect(answer.status).toBe(405);
      await expect.poll(() => whoHas(`event-${name}`)).toEqual(['api-root']);
    }
  });

  test('a batch of 1 MiB passes; a byte more, and much more, is the 413 of the function', async () => {
    const limit = 1024 * 1024;
    const batch = JSON.stringify({ operations: [{ op: 'create', task: { title: 'at the limit' } }] });
    const atTheLimit = await post('/api/tasks/batch', batch.padEnd(limit));
    expect(atTheLimit.status).toBe(200);
    expect(await atTheLimit.json()).toMatchObject({ results: [{ status: 201 }] });
    for (const length of [limit + 1, 4 * limit, 15 * limit]) {
      const refused = await post('/api/tasks/batch', batch.padEnd(length));
      expect([length, refused.status]).toEqual([length, 413]);
      expect(await refused.json()).toMatchObject({
        type: '/problems/body-too-large',
        detail: `The body may have ${limit} bytes.`,
      });
    }
  });

  test('a task made, read from the cache, and found unchanged', async () => {
    const made = await post('/api/tasks', '{"title":"through nginx"}');
    expect(made.status).toBe(201);
    const location = `${nginx.url}${made.headers.get('location')}`;
    const read = await fetch(location);
    expect([read.status, read.headers.get('x-cache'), read.headers.get('etag')]).toEqual([200, 'hit', '"1"']);
    expect(await read.json()).toEqual(await made.json());
    const same = await fetch(location, { headers: { 'if-none-match': '"1"' } });
    expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, '"1"', '']);
  });
});

describe('in front of a stand-in', () => {
  let answering: http.RequestListener;
  let server: http.Server;
  let nginx: RunningNginx;
  beforeAll(async () => {
    server = http.createServer((req, res) => answering(req, res));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    answering = (_req, res) => res.end();
    nginx = await startNginx(() => `127.0.0.1:${port}`, 1);
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });

  /** Sends it as it stands; what reached the stand-in. */
  async function arriving(request: string): Promise<Arrived> {
    const { promise, resolve } = Promise.withResolvers<Arrived>();
    answering = async (req, res) => {
      const { method = '', url = '', headers } = req;
      const body = await text(req);
      res.end();
      resolve({ method, url, headers, body });
    };
    using connection = await connectTo(nginx.url);
    connection.send(request);
    const answer = await connection.next();
    if (answer?.status !== 200) throw new Error(`refused: ${JSON.stringify(answer)}`);
    return promise;
  }

  test.for([
    '/api/tasks/%2e%2E%2Fx',
    '/a%2Fb//c?d=%20&d=e',
    '/%6civez',
    '/api/tasks/%c3%28?q=%ff%00',
    '/a/../b/./c',
    '/?',
  ])('%s arrives as it was sent', async target => {
    const { url } = await arriving(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(url).toBe(target);
  });

  test('a target in absolute form arrives as path and query', async () => {
    for (const [target, url] of [
      ['http://other.example/api/tasks?limit=1', '/api/tasks?limit=1'],
      ['HTTP://other.example/', '/'],
      ['http://other.example', '/'],
    ]) {
      expect(await arriving(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatchObject({ url });
    }
  });

  test("the caller's headers arrive, those of its connection do not", async () => {
    const sent = {
      host: 'tasks.example',
      'x-request-id': 'mine',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=1',
      authorization: 'Bearer it',
      'idempotency-key': 'once',
      'if-match': '"1"',
    };
    const lines = Object.entries({ ...sent, te: 'trailers', 'proxy-authorization': 'x', 'keep-alive': 'timeout=1' });
    const request = `PATCH /x HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
    const { headers } = await arriving(`${request}Content-Length: 2\r\n\r\n{}`);
    expect(headers).toMatchObject(sent);
    for (const name of ['te', 'proxy-authorization', 'keep-alive', 'upgrade']) expect(headers).not.toHaveProperty(name);
    // Told to close, a function would cut the connection after an early refusal, with the body still on its way.
    expect(headers.connection).not.toBe('close');
  });

  test('bodies arrive whole: measured, in chunks, none, and after an Expect', async () => {
    const head = 'POST /x HTTP/1.1\r\nHost: x\r\n';
    expect(await arriving(`${head}Content-Length: 5\r\n\r\nwhole`)).toMatchObject({ body: 'whole' });
    const chunks = 'Transfer-Encoding: chunked\r\n\r\n3\r\nwho\r\n2\r\nle\r\n0\r\n\r\n';
    expect(await arriving(head + chunks)).toMatchObject({ body: 'whole' });
    expect(await arriving(`${head}\r\n`)).toMatchObject({ body: '' });
    const { body, headers } = await arriving('GET / HTTP/1.0\r\n\r\n');
    expect([body, headers.host]).toEqual(['', 'localhost']);
  });

  test('an answer passes as it is, without the name of a server', async () => {
    answering = (_req, res) => {
      res.writeHead(422, { server: 'it', 'set-cookie': ['a=1', 'b=2'], etag: '"7"', 'content-type': 'text/x' });
      res.end('as it is');
    };
    const answer = await fetch(nginx.url);
    expect([answer.status, answer.headers.getSetCookie(), await answer.text()]).toEqual([
      422,
      ['a=1', 'b=2'],
      'as it is',
    ]);
    const { etag, server } = Object.fromEntries(answer.headers);
    expect([etag, server, answer.headers.get('content-type')]).toEqual(['"7"', undefined, 'text/x']);
  });

  test.for(['/livez', '/readyz', '/readyz?x=1', 'http://x/livez'])('%s is refused', async target => {
    const reached: unknown[] = [];
    answering = (req, res) => res.end(reached.push(req.url));
    for (const method of ['GET', 'HEAD', 'POST', 'TRACE']) {
      using connection = await connectTo(nginx.url);
      connection.send(`${method} ${target} HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n`);
      connection.end();
      await connection.closed;
      const answer = method === 'HEAD' ? undefined : await connection.next();
      if (answer) expectProblem(answer, 404, 'not-found');
    }
    expect(reached).toEqual([]);
  });

  test('a function that ends over a request, or takes too long, is a 503; the request was sent once', async () => {
    for (const listener of [(req: http.IncomingMessage) => void req.socket.destroy(), () => {}]) {
      let requests = 0;
      answering = req => {
        requests += 1;
        listener(req);
      };
      using connection = await connectTo(nginx.url);
      connection.send('POST /x HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nContent-Length: 2\r\n\r\n{}');
      const answer = await connection.next();
      expectProblem(answer, 503, 'unavailable');
      expect([answer?.headers['retry-after'], requests]).toEqual(['1', 1]);
    }
  });

  test.for([
    ['no HTTP', 'nonsense\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a header that is too long', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a target that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a NUL in the path', 'GET /api/tasks/%00 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    ['a transfer encoding that is none', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ] as const)('%s is a 400 problem', async ([, request]) => {
    using connection = await connectTo(nginx.url);
    connection.send(request);
    expectProblem(await connection.next(), 400, 'bad-request');
  });
});

function expectProblem(
  answer: { status: number; headers: Readonly<Record<string, string>>; body: string } | undefined,
  status: number,
  slug: string,
): void {
  expect([answer?.status, answer?.headers]).toEqual([
    status,
    expect.objectContaining({ 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' }),
  ]);
  expect(answer?.headers).not.toHaveProperty('server');
  const problem = JSON.parse(answer?.body ?? '');
  expect(problem).toMatchObject({ type: `/problems/${slug}`, status, request_id: answer?.headers['x-request-id'] });
  expect(problem.request_id).toMatch(/^(mine|[0-9a-f]{32})$/);
}

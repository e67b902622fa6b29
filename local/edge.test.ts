import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { noBody, noParameters } from '../lib/http/contract.ts';
import { type Chooser, chooserFor, type Edge, startEdge } from './edge.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A function's stand-in. */
async function standIn(listener: http.RequestListener): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const server = http.createServer(listener).on('connection', () => connections++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

async function edgeTo(port: number | undefined, options: { choose?: Chooser; patience?: number } = {}): Promise<Edge> {
  const edge = await startEdge({ port: 0, choose: () => 'it', portOf: () => port, ...options });
  closing.push(async () => {
    edge.cut();
    await edge.close();
  });
  return edge;
}

const choose = chooserFor(catalogue);

test.each([
  ['POST', '/api/tasks', 'create-task'],
  ['GET', '/api/tasks', 'list-tasks'],
  ['HEAD', '/api/tasks', 'list-tasks'],
  ['GET', '/api/tasks/0199', 'get-task'],
  ['PATCH', '/api/tasks/0199', 'update-task'],
  ['POST', '/api/tasks/0199/restore', 'restore-task'],
  ['GET', '/api/tasks/', 'api-root'],
  ['GET', '/api/tasks/a/b/c', 'api-root'],
  ['OPTIONS', '/api/tasks', 'api-root'],
  ['TRACE', '/api/tasks', 'api-root'],
  ['GET', '/', 'api-root'],
])('%s %s is for %s', (method, path, name) => {
  expect(choose(method, path)).toBe(name);
});

test('a literal segment wins over a placeholder', () => {
  const rest = {
    kind: 'http',
    summary: '',
    scope: 'tasks:write',
    answers: [],
    stores: [],
    databaseRole: 'writer',
    query: noParameters,
    body: noBody,
  } as const;
  const choose = chooserFor([
    { ...rest, name: 'one', route: { method: 'POST', path: '/api/tasks/{id}' } },
    { ...rest, name: 'batch', route: { method: 'POST', path: '/api/tasks/batch' } },
  ]);
  expect(choose('POST', '/api/tasks/batch')).toBe('batch');
  expect(choose('POST', '/api/tasks/other')).toBe('one');
});

test('method, path, query, headers and body arrive as they were sent', async () => {
  const { port } = await standIn(async (req, res) => {
    const { host, connection, 'x-request-id': id, 'x-hop': hop } = req.headers;
    res.writeHead(207, { 'x-answer': ['a', 'b'], connection: 'close' });
    res.end(JSON.stringify([req.method, req.url, host, id, hop, connection, await text(req)]));
  });
  const edge = await edgeTo(port);
  const request = http.request({
    port: edge.port,
    method: 'PATCH',
    path: '/a%2Fb//c?d=%20&d=e',
    headers: { host: 'tasks.example', 'x-request-id': 'mine', 'x-hop': '1', connection: 'keep-alive, x-hop' },
  });
  request.end('{"title":"✓"}');
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(answer.statusCode).toBe(207);
  expect(answer.headers['x-answer']).toBe('a, b');
  expect(answer.headers.server).toBeUndefined();
  expect(JSON.parse(await text(answer))).toEqual([
    ...['PATCH', '/a%2Fb//c?d=%20&d=e', 'tasks.example', 'mine', null, 'keep-alive', '{"title":"✓"}'],
  ]);
});

test('a function that cannot be reached is a 503 that says when to try again', async () => {
  for (const port of [undefined, 1]) {
    const edge = await edgeTo(port);
    const answer = await fetch(`http://127.0.0.1:${edge.port}/api/tasks`, { headers: { 'x-request-id': 'mine' } });
    expect(answer.status).toBe(503);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '1',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
    });
    expect(await answer.json()).toMatchObject({ type: '/problems/unavailable', status: 503, request_id: 'mine' });
  }
});

test('a request is sent once, also when the function dies over it', async () => {
  let requests = 0;
  const { port } = await standIn(req => {
    requests++;
    req.socket.destroy();
  });
  const edge = await edgeTo(port);
  const answer = await fetch(`http://127.0.0.1:${edge.port}/`, { method: 'POST', body: 'x' });
  expect([answer.status, requests]).toEqual([503, 1]);
});

test('a function that does not answer in time is a 503', async () => {
  const { port } = await standIn(() => {});
  const edge = await edgeTo(port, { patience: 50 });
  expect((await fetch(`http://127.0.0.1:${edge.port}/`)).status).toBe(503);
});

test('an answer that is cut is cut for the client, too', async () => {
  const { port } = await standIn((_req, res) => {
    res.write('half');
    setTimeout(() => res.destroy(), 20);
  });
  const edge = await edgeTo(port);
  const answer = await fetch(`http://127.0.0.1:${edge.port}/`);
  await expect(answer.text()).rejects.toThrow();
});

test('the function learns that the client has gone', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const { port } = await standIn((_req, res) => res.once('close', resolve));
  const edge = await edgeTo(port);
  const leaving = new AbortController();
  const asked = fetch(`http://127.0.0.1:${edge.port}/`, { signal: leaving.signal });
  setTimeout(() => leaving.abort(), 50);
  await expect(asked).rejects.toThrow();
  await gone;
});

test('HEAD has the headers and no body', async () => {
  const { port } = await standIn((_req, res) => res.writeHead(200, { 'content-length': '5', etag: '"1"' }).end());
  const edge = await edgeTo(port);
  const answer = await fetch(`http://127.0.0.1:${edge.port}/`, { method: 'HEAD' });
  expect([answer.headers.get('content-length'), answer.headers.get('etag')]).toEqual(['5', '"1"']);
  const refused = await edgeTo(undefined);
  expect(await (await fetch(`http://127.0.0.1:${refused.port}/`, { method: 'HEAD' })).text()).toBe('');
});

test('big bodies stream both ways', async () => {
  const { port } = await standIn((req, res) => req.pipe(res));
  const edge = await edgeTo(port);
  const body = randomBytes(20 * 1024 * 1024);
  const answer = await fetch(`http://127.0.0.1:${edge.port}/`, { method: 'POST', body });
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
});

test('an answer that comes before the whole body was sent stands', async () => {
  const { port } = await standIn((req, res) => {
    res.writeHead(413, { connection: 'close' }).end('too large');
    setTimeout(() => req.socket.destroy(), 50);
  });
  const edge = await edgeTo(port);
  const request = http.request({ port: edge.port, method: 'POST', headers: { 'content-length': '1000000' } });
  request.write('x');
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  expect([answer.statusCode, await text(answer)]).toEqual([413, 'too large']);
  request.destroy();
});

test('connections to a function are kept', async () => {
  const { port, connections } = await standIn((_req, res) => res.end('ok'));
  const edge = await edgeTo(port);
  for (let i = 0; i < 20; i++) await (await fetch(`http://127.0.0.1:${edge.port}/`)).text();
  expect(connections()).toBe(1);
});

test('closing, it answers what has arrived and takes nothing new', async () => {
  const { port } = await standIn(async (_req, res) => {
    await sleep(100);
    res.end('done');
  });
  const edge = await edgeTo(port);
  const asked = fetch(`http://127.0.0.1:${edge.port}/`);
  await sleep(30);
  const closed = edge.close();
  await expect(fetch(`http://127.0.0.1:${edge.port}/`)).rejects.toThrow();
  expect(await (await asked).text()).toBe('done');
  await closed;
});

test('what is no HTTP is a problem', async () => {
  const edge = await edgeTo(undefined);
  const socket = connect(edge.port, '127.0.0.1');
  socket.write('nonsense\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json/);
});

test('the probes of a function are not reached from outside', async () => {
  const edge = await edgeTo(undefined);
  for (const path of ['/livez', '/readyz', '/readyz?x=1']) {
    const { status, headers } = await fetch(`http://127.0.0.1:${edge.port}${path}`);
    expect([path, status, headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
  }
});

/**
 * The snippets in a real nginx, around a location such as NGINX Gateway Fabric writes, in front of stand-ins: what nginx
 * answers by itself, and what it lets pass.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningNginx, startNginxWith } from '../compose/testing/nginx.ts';
import { connectTo } from '../local/testing/raw-connection.ts';
import { httpSnippet, serverSnippet } from './edge-snippets.ts';
import { type ObjectOf, objectsOf } from './testing/files.ts';

type ClientSettings = ObjectOf<{ readonly body: { readonly maxSize: string; readonly timeout: string } }>;
const [settings] = objectsOf('gateway/nginx/client-settings.yaml').filter(
  (each): each is ClientSettings => each.kind === 'ClientSettingsPolicy',
);

let answering: http.RequestListener = (_req, res) => res.end();
const server = http.createServer((req, res) => answering(req, res));
let nginx: RunningNginx;

beforeAll(async () => {
  await once(server.listen(0, '0.0.0.0'), 'listening');
  const { port } = server.address() as AddressInfo;
  nginx = await startNginxWith((listen, temporary) => asNginxGatewayFabric(listen, temporary, port));
});
afterAll(async () => {
  await nginx?.[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

/** Two servers behind one name, for a second try to have where to go. */
function asNginxGatewayFabric(port: number, temporary: string, upstream: number): string {
  return `daemon off;
pid ${temporary}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  server_tokens off;
  client_body_temp_path ${temporary}/body;
  client_body_buffer_size 4m; # no file, which its workers could not write here
  proxy_temp_path ${temporary}/proxy;
  fastcgi_temp_path ${temporary}/fastcgi;
  uwsgi_temp_path ${temporary}/uwsgi;
  scgi_temp_path ${temporary}/scgi;
  ${httpSnippet}
  upstream kourier {
    server 127.0.0.1:${upstream} max_fails=0;
    server 127.0.0.2:${upstream} max_fails=0;
    keepalive 16;
  }
  upstream nobody {
    server 127.0.0.1:9;
  }
  server {
    listen ${port};
    client_max_body_size ${settings?.spec.body.maxSize};
    client_body_timeout ${settings?.spec.body.timeout};
    ${serverSnippet}
    location / {
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass http://kourier;
    }
    location /nobody {
      proxy_pass http://nobody;
    }
    location /elsewhere {
      return 301 https://api.example.com/;
    }
    location /no-method-fits {
      return 404;
    }
  }
}
`;
}

async function expectProblem(answer: Response, status: number, slug: string): Promise<void> {
  expect([answer.status, Object.fromEntries(answer.headers)]).toEqual([
    status,
    expect.objectContaining({ 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' }),
  ]);
  const id = answer.headers.get('x-request-id');
  expect(await answer.json()).toMatchObject({ type: `/problems/${slug}`, status, request_id: id });
}

test('a body above every limit of a function reaches it, to be refused there; far above, it is a 413 problem', async () => {
  const arrived: number[] = [];
  answering = async (req, res) => {
    arrived.push((await text(req)).length);
    res.writeHead(413).end();
  };
  const send = (length: number) => fetch(nginx.url, { method: 'POST', body: 'x'.repeat(length) });
  expect((await send(1024 * 1024 + 1)).status).toBe(413);
  expect(arrived).toEqual([1024 * 1024 + 1]);
  await expectProblem(await send(2 * 1024 * 1024 + 1), 413, 'body-too-large');
  expect(arrived).toHaveLength(1);
});

test('a function that cannot be reached is a 503 problem', async () => {
  const answer = await fetch(`${nginx.url}/nobody`, { headers: { 'x-request-id': 'mine' } });
  expect([answer.headers.get('retry-after'), answer.headers.get('x-request-id')]).toEqual(['1', 'mine']);
  await expectProblem(answer, 503, 'unavailable');
});

test.for(['GET', 'PUT', 'DELETE', 'POST', 'PATCH'])('%s whose answer is lost is sent once', async method => {
  let requests = 0;
  answering = req => {
    requests += 1;
    req.socket.destroy();
  };
  await expectProblem(await fetch(nginx.url, { method }), 503, 'unavailable');
  expect(requests).toBe(1);
});

test('what nginx does not take is a problem', async () => {
  await expectProblem(await fetch(`${nginx.url}/no-method-fits`), 404, 'not-found');
  for (const request of ['nonsense', 'TRACE / HTTP/1.1\r\nHost: x', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x`]) {
    using connection = await connectTo(nginx.url);
    connection.send(`${request}\r\n\r\n`);
    const answer = await connection.next();
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
  }
});

test('an answer of a function passes as it is, its problems too', async () => {
  for (const status of [200, 404, 413, 500, 503]) {
    answering = (_req, res) => res.writeHead(status, { 'x-content-type-options': 'nosniff' }).end('its own');
    const answer = await fetch(nginx.url);
    expect([answer.status, await answer.text()]).toEqual([status, 'its own']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('an answer of nginx is not sniffed at either, and over plain HTTP nothing is said of strict transport', async () => {
  const answer = await fetch(`${nginx.url}/elsewhere`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([301, 'nosniff']);
  expect(answer.headers.has('strict-transport-security')).toBe(false);
});

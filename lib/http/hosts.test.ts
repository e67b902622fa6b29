/** One suite for both hosts, as processes of dist/: our server, and the functions framework's CLI. */
import pg from 'pg';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { freshDatabase } from '../../local/testing/database.ts';
import { type FunctionProcess, type Host, spawnFunction, startFunction } from '../../local/testing/function-process.ts';
import { connectTo, type RawAnswer } from '../../local/testing/raw-connection.ts';

const database = await freshDatabase();
afterAll(() => database.drop());

const mongodb = new URL(inject('mongodbUrl'));
mongodb.pathname = new URL(database.url).pathname;
const environment = {
  AUTH_MODE: 'disabled',
  RATE_LIMIT_PER_MINUTE: '0',
  DATABASE_URL: database.url,
  REDIS_URL: inject('redisUrl'),
  MONGODB_URL: mongodb.href,
};

const started = new Map<string, Promise<FunctionProcess>>();
afterAll(() => Promise.all([...started.values()].map(async running => (await running)[Symbol.asyncDispose]())));

/** Each function once for each host, started when it is first asked for. */
function running(host: Host, name: string): Promise<FunctionProcess> {
  const key = `${host}/${name}`;
  const found = started.get(key) ?? startFunction(name, environment, host);
  started.set(key, found);
  return found;
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is bytes. */
  readonly body?: unknown;
}

interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  readonly json: any;
}

async function send(
  { url }: { readonly url: string },
  method: string,
  path: string,
  { headers = {}, body }: Sent = {},
): Promise<Received> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

describe.each<Host>(['server', 'framework'])('under the %s', host => {
  /** Sent to one function; what every answer carries is expected of each. */
  async function call(name: string, method: string, path: string, sent: Sent = {}): Promise<Received> {
    const received = await send(await running(host, name), method, path, sent);
    expect(received.headers.get('x-content-type-options')).toBe('nosniff');
    expect(received.headers.get('x-request-id')).toMatch(/^[\w.:+/=-]{1,128}$/);
    expect(received.headers.has('x-powered-by')).toBe(false);
    expect(received.headers.has('server')).toBe(false);
    if (received.status >= 400 && method !== 'HEAD') {
      expect(received.headers.get('content-type')).toBe('application/problem+json');
      expect(received.json).toMatchObject({
        status: received.status,
        request_id: received.headers.get('x-request-id'),
      });
    }
    return received;
  }

  const create = async (task: object) => {
    const { status, json } = await call('create-task', 'POST', '/api/tasks', { body: task });
    expect(status).toBe(201);
    return json;
  };
  const patch = (id: string, change: object, headers = {}) =>
    call('update-task', 'PATCH', `/api/tasks/${id}`, { body: change, headers });
  const put = (id: string, task: object, headers = {}) =>
    call('replace-task', 'PUT', `/api/tasks/${id}`, { body: task, headers });

  test('a task is made, read, changed, replaced, trashed and restored', async () => {
    const created = await call('create-task', 'POST', '/api/tasks', { body: { title: ' Ship it ', labels: ['a'] } });
    expect(created.status).toBe(201);
    const { id } = created.json;
    const path = `/api/tasks/${id}`;
    expect(created.json).toMatchObject({ title: 'Ship it', labels: ['a'], version: 1, created_by: 'anonymous' });
    expect(created.headers.get('location')).toBe(path);
    expect(created.headers.get('etag')).toBe('"1"');

    const read = await call('get-task', 'GET', path);
    expect([read.status, read.headers.get('etag')]).toEqual([200, '"1"']);
    expect(read.headers.get('x-cache')).toMatch(/^(hit|miss|bypass)$/);
    expect(read.json).toEqual(created.json);

    const changed = await patch(id, { priority: 'high' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.json).toMatchObject({ title: 'Ship it', priority: 'high' });

    const replaced = await put(id, { title: 'Shipped' }, { 'if-match': '"2"' });
    expect([replaced.status, replaced.headers.get('etag')]).toEqual([200, '"3"']);
    expect(replaced.json).toMatchObject({ title: 'Shipped', priority: 'medium', labels: [] });

    const trashed = await call('delete-task', 'DELETE', path);
    expect([trashed.status, trashed.text]).toEqual([204, '']);
    expect((await call('get-task', 'GET', path)).status).toBe(404);

    const restored = await call('restore-task', 'POST', `${path}/restore`);
    expect([restored.status, restored.json.deleted_at]).toEqual([200, null]);

    const log = await call('list-activities', 'GET', `${path}/activities?limit=3`);
    expect(log.json.items).toMatchObject([
      { version: 5, action: 'restored' },
      { version: 4, action: 'deleted' },
      { version: 3, action: 'updated', request_id: replaced.headers.get('x-request-id') },
    ]);
    const next = encodeURIComponent(log.json.next_cursor);
    const rest = await call('list-activities', 'GET', `${path}/activities?cursor=${next}`);
    expect(rest.json).toMatchObject({ items: [{ version: 2 }, { version: 1 }], next_cursor: null });
  });

  test('tasks are listed, page by page', async () => {
    const made = [await create({ title: 'older' }), await create({ title: 'newer' })];
    const first = await call('list-tasks', 'GET', '/api/tasks?limit=1');
    expect(first.status).toBe(200);
    expect(first.json.items).toEqual([made[1]]);
    const next = encodeURIComponent(first.json.next_cursor);
    const second = await call('list-tasks', 'GET', `/api/tasks?limit=1&cursor=${next}`);
    expect(second.json.items).toEqual([made[0]]);
  });

  test('conditional requests: 304, 412 with the current ETag, 428', async () => {
    const { id } = await create({ title: 'guarded' });
    const unchanged = await call('get-task', 'GET', `/api/tasks/${id}`, { headers: { 'if-none-match': 'W/"1"' } });
    expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', '"1"']);
    await patch(id, { title: 'moved on' });
    for (const refused of [
      await patch(id, { title: 'late' }, { 'if-match': '"1"' }),
      await put(id, { title: 'late' }, { 'if-match': '"1"' }),
      await call('delete-task', 'DELETE', `/api/tasks/${id}`, { headers: { 'if-match': '"1"' } }),
    ]) {
      expect([refused.status, refused.headers.get('etag')]).toEqual([412, '"2"']);
    }
    expect((await put(id, { title: 'unguarded' })).status).toBe(428);
  });

  test('HEAD is GET without its body', async () => {
    const { id } = await create({ title: 'headed' });
    const get = await call('get-task', 'GET', `/api/tasks/${id}`);
    const head = await call('get-task', 'HEAD', `/api/tasks/${id}`);
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });

  test('a function refuses what is not its route, whatever the edge sends it', async () => {
    expect((await call('create-task', 'POST', '/nowhere', { body: {} })).status).toBe(404);
    const refused = await call('create-task', 'DELETE', '/api/tasks');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    const listed = await call('list-tasks', 'POST', '/api/tasks', { body: {} });
    expect([listed.status, listed.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('all faults of a request are named at once', async () => {
    const { id } = await create({ title: 'whole' });
    const refused = await call('update-task', 'PATCH', `/api/tasks/${id}?verbose=1`, {
      headers: { 'if-match': 'unquoted' },
      body: { title: '', labels: ['a', ''], colour: 'red' },
    });
    expect(refused.status).toBe(400);
    const places = refused.json.errors.map(({ detail, ...place }: { detail: string }) => place);
    expect(places).toHaveLength(5);
    expect(places).toEqual(
      expect.arrayContaining([
        { header: 'If-Match' },
        { parameter: 'verbose' },
        { pointer: '/title' },
        { pointer: '/labels/1' },
        { pointer: '/colour' },
      ]),
    );
  });

  test('a key called __proto__ is one more unknown field', async () => {
    const body = new TextEncoder().encode('{"title":"proto","__proto__":{"status":"completed"}}');
    const refused = await call('create-task', 'POST', '/api/tasks', { body });
    expect([refused.status, refused.json.errors]).toMatchObject([400, [{ pointer: '/__proto__' }]]);
  });

  test('invalid UTF-8 is refused, never repaired', async () => {
    const body = new Uint8Array([...Buffer.from('{"title":"'), 0xff, ...Buffer.from('"}')]);
    const refused = await call('create-task', 'POST', '/api/tasks', { body });
    expect([refused.status, refused.json.errors]).toMatchObject([400, [{ pointer: '' }]]);
  });

  test('a PATCH is a merge patch, under either of its two names', async () => {
    const { id } = await create({ title: 'patched', assignee: 'ada' });
    const merged = await patch(id, { assignee: null }, { 'content-type': 'application/merge-patch+json' });
    expect([merged.status, merged.json.assignee]).toEqual([200, null]);
    expect((await patch(id, {}, { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/merge-patch+json', ''])(
    'a task sent as %o is 415',
    async type => {
      const refused = await call('create-task', 'POST', '/api/tasks', {
        headers: { 'content-type': type },
        body: { title: 'typed' },
      });
      expect([refused.status, refused.json.type]).toEqual([415, '/problems/unsupported-media-type']);
    },
  );

  test('a body may have 160 KiB, and not one byte more', async () => {
    const filled = (bytes: number) => Buffer.from('{"title":"big"}'.padEnd(bytes));
    expect((await call('create-task', 'POST', '/api/tasks', { body: filled(160 * 1024) })).status).toBe(201);
    const refused = await call('create-task', 'POST', '/api/tasks', { body: filled(160 * 1024 + 1) });
    expect([refused.status, refused.json.type]).toEqual([413, '/problems/body-too-large']);
  });

  test("a sane X-Request-Id is the caller's, any other is made anew", async () => {
    const asked = async (id: string) => {
      const { headers } = await call('get-task', 'GET', '/api/tasks/none', { headers: { 'x-request-id': id } });
      return headers.get('x-request-id');
    };
    expect(await asked('abc-123/4')).toBe('abc-123/4');
    const made = [await asked('a b'), await asked('x'.repeat(129)), await asked('')];
    expect(new Set(made).size).toBe(3);
    for (const id of made) expect(id).toMatch(/^[\da-f]{32}$/);
  });

  test('a target in absolute form is served as its path', async () => {
    using connection = await connectTo((await running(host, 'list-tasks')).url);
    connection.send('GET http://tasks.example/api/tasks?limit=0 HTTP/1.1\r\nHost: tasks.example\r\n\r\n');
    const answer = await connection.next();
    expect(answer?.status).toBe(400);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ errors: [{ parameter: 'limit' }] });
  });

  describe('relay-activities', () => {
    const event = { specversion: '1.0', id: '1', source: '/test', type: 'task-manager.outbox.written' };
    const binary = (attributes: Record<string, string>) => ({
      headers: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])),
    });
    const structured = (attributes: Record<string, unknown>) => ({
      headers: { 'content-type': 'Application/CloudEvents+JSON; charset=UTF-8' },
      body: attributes,
    });
    const post = (sent: Sent) => call('relay-activities', 'POST', '/', sent);

    test.each([
      ['binary', binary(event)],
      ['structured', structured({ ...event, datacontenttype: 'application/json', data: { any: 'thing' } })],
    ])('a %s CloudEvent empties the outbox before it is answered', async (_mode, sent) => {
      await post(sent); // the relay's own first pass is over, and its clock strikes in seconds
      const { id } = await create({ title: 'relayed' });
      const { status, text } = await post(sent);
      expect([status, text]).toEqual([204, '']);
      expect(await outboxOf(id)).toBe(0);
    });

    test('another type is refused, as is what is no event', async () => {
      const other = { ...event, type: 'task-manager.clean-up.due' };
      expect((await post(binary(other))).status).toBe(400);
      expect((await post(structured(other))).status).toBe(400);
      const { id: _, ...nameless } = event;
      expect((await post(binary(nameless))).json.errors).toMatchObject([{ header: 'ce-id' }]);
      expect((await post(structured(nameless))).json.errors).toMatchObject([{ pointer: '/id' }]);
      expect((await post({ body: { any: 'thing' } })).status).toBe(400);
    });

    test('only POST / takes events', async () => {
      expect((await call('relay-activities', 'POST', '/elsewhere', binary(event))).status).toBe(404);
      const refused = await call('relay-activities', 'GET', '/', binary(event));
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    });
  });

  test.concurrent.each([
    ['AUTH_MODE', ''],
    ['DATABASE_URL', 'mysql://localhost/tasks'],
    ['CACHE_TTL_SECONDS', 'soon'],
  ])('%s=%s ends the process with 78 and one line that names it', async (name, value) => {
    await using spawned = await spawnFunction('create-task', { ...environment, [name]: value }, host);
    // Our server ends at once, the framework with its first request.
    if (host === 'framework') await fetch((await spawned.listening).url).catch(() => {});
    const { code, stderr } = await spawned.ended;
    expect(code).toBe(78);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter(line => line.includes(name))).toEqual([expect.stringMatching(/^create-task: /)]);
    if (host === 'server') expect(lines).toHaveLength(1);
  });
});

async function outboxOf(taskId: string): Promise<number> {
  const client = new pg.Client(database.url);
  await client.connect();
  const { rowCount } = await client.query('select 1 from outbox where task_id = $1', [taskId]);
  await client.end();
  return rowCount ?? 0;
}

/** All that a client can tell the hosts apart by: what the framework decides before our code sees the request. */
const differences: readonly {
  readonly what: string;
  readonly seen: (host: Host) => Promise<unknown>;
  readonly server: unknown;
  readonly framework: unknown;
}[] = [
  {
    what: 'malformed JSON',
    seen: host => refusal(host, { body: Buffer.from('{"title":') }),
    server: [400, 'application/problem+json'],
    framework: [400, 'text/html; charset=utf-8'],
  },
  {
    what: 'JSON that is neither an object nor a list',
    seen: host => refusal(host, { body: 5 }),
    server: [400, 'application/problem+json'],
    framework: [400, 'text/html; charset=utf-8'],
  },
  {
    what: 'JSON in another charset',
    seen: host => refusal(host, { headers: { 'content-type': 'application/json; charset=latin1' }, body: {} }),
    server: [415, 'application/problem+json'],
    framework: [415, 'text/html; charset=utf-8'],
  },
  {
    what: 'a body that claims to be compressed',
    seen: host => refusal(host, { headers: { 'content-encoding': 'gzip' }, body: {} }),
    server: [415, 'application/problem+json'],
    framework: [400, 'text/html; charset=utf-8'],
  },
  {
    what: 'a body declared too long, of which nothing comes',
    seen: host => rawAnswer(host, `${head}Content-Length: 999999\r\n\r\n`).then(({ status }) => status),
    server: 413,
    framework: 400,
  },
  {
    what: 'what is not HTTP',
    seen: host => rawAnswer(host, 'EHLO tasks.example\r\n\r\n').then(({ headers }) => headers['content-type']),
    server: 'application/problem+json',
    framework: undefined,
  },
  {
    what: '/favicon.ico',
    seen: async host => (await send(await running(host, 'create-task'), 'GET', '/favicon.ico')).text === '',
    server: false,
    framework: true,
  },
  {
    what: 'probes',
    seen: async host => {
      const { url } = await running(host, 'create-task');
      return Promise.all(['/livez', '/readyz'].map(async path => (await fetch(url + path)).status));
    },
    server: [200, 200],
    framework: [404, 404],
  },
  {
    what: 'metrics',
    seen: async host => {
      const { metricsUrl } = await running(host, 'create-task');
      return fetch(metricsUrl).then(
        ({ status }) => status,
        () => 'refused',
      );
    },
    server: 200,
    framework: 'refused',
  },
  {
    what: 'idle connections',
    seen: async host => (await send(await running(host, 'create-task'), 'GET', '/')).headers.get('keep-alive'),
    server: 'timeout=95',
    framework: 'timeout=5',
  },
  {
    what: 'draining',
    seen: async host => {
      await using create = await startFunction('create-task', environment, host);
      using connection = await connectTo(create.url);
      connection.send(`${head}Content-Length: 16\r\nExpect: 100-continue\r\n\r\n`);
      await connection.next();
      create.kill('SIGTERM');
      connection.send('{"title":"late"}');
      return (await connection.next())?.status === 201;
    },
    server: true,
    framework: false,
  },
];

const head = 'POST /api/tasks HTTP/1.1\r\nHost: tasks.example\r\nContent-Type: application/json\r\n';

async function rawAnswer(host: Host, text: string): Promise<RawAnswer> {
  using connection = await connectTo((await running(host, 'create-task')).url);
  connection.send(text);
  connection.end();
  const answer = await connection.next();
  if (!answer) throw new Error('the connection was closed without an answer');
  return answer;
}

async function refusal(host: Host, sent: Sent): Promise<unknown> {
  const { status, headers } = await send(await running(host, 'create-task'), 'POST', '/api/tasks', sent);
  return [status, headers.get('content-type')];
}

describe.concurrent('the hosts differ in', () => {
  test.each(differences)('$what', async ({ seen, server, framework }) => {
    expect(await seen('server')).toEqual(server);
    expect(await seen('framework')).toEqual(framework);
  });
});

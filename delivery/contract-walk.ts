/** The contract through the gateway: each function once, and what an answer is after another. */
import assert from 'node:assert/strict';
import { exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import type { Client } from './client.ts';
import { type Reply, type WalkedApi, walkedApi } from './walked-api.ts';

type Check = (api: WalkedApi) => Promise<void>;

export interface Fault {
  readonly check: string;
  readonly text: string;
  readonly at: Date;
}

export async function walk(client: Client): Promise<{ readonly checks: number; readonly faults: readonly Fault[] }> {
  return checked(client, [...examples, ...Object.entries(story), ...Object.entries(openToAll)]);
}

/** What needs no token. */
export async function walkInTheOpen(client: Client): ReturnType<typeof walk> {
  return checked(client, Object.entries(openToAll));
}

async function checked(client: Client, all: readonly (readonly [string, Check])[]): ReturnType<typeof walk> {
  const faults: Fault[] = [];
  const api = walkedApi(client);
  for (const [check, run] of all) {
    const at = new Date();
    try {
      await run(api);
    } catch (error) {
      faults.push({ check, text: error instanceof Error ? error.message : String(error), at });
    }
  }
  return { checks: all.length, faults };
}

const examples = httpContracts.map((contract): [string, Check] => [
  `${contract.name} answers its example well`,
  async api => {
    const { method, path, options, status } = await exampleRequest(contract, api);
    expectStatus(status, await api.request(method, path, options));
  },
]);

const story: Readonly<Record<string, Check>> = {
  'after a create the next read is a hit, and so is the one after a change': async api => {
    const { id } = await api.create({ title: 'read' });
    expectHeaders(await api.request('GET', `/api/tasks/${id}`), { 'x-cache': 'hit', etag: '"1"' });
    expectStatus(200, await api.patch(id, { title: 'read again' }));
    expectHeaders(await api.request('GET', `/api/tasks/${id}`), { 'x-cache': 'hit', etag: '"2"' });
  },
  'what did not change is not sent again': async api => {
    const { id } = await api.create({ title: 'known' });
    const headers = { 'if-none-match': '"1"' };
    expectStatus(304, await api.request('GET', `/api/tasks/${id}`, { headers }));
    expectStatus(200, await api.request('HEAD', `/api/tasks/${id}`));
  },
  'a stale change is refused, and one without a version where it is needed': async api => {
    const { id } = await api.create({ title: 'stale' });
    expectHeaders(expectStatus(412, await api.patch(id, { title: 'new' }, { 'if-match': '"9"' })), { etag: '"1"' });
    expectStatus(428, await api.request('PUT', `/api/tasks/${id}`, { body: { title: 'new' } }));
  },
  'a key is answered twice with the same': async api => {
    const options = { body: { title: 'once' }, headers: { 'idempotency-key': crypto.randomUUID() } };
    const first = expectStatus(201, await api.request('POST', '/api/tasks', options));
    const again = expectStatus(201, await api.request('POST', '/api/tasks', options));
    assert.equal(again.json.id, first.json.id);
    expectHeaders(again, { 'idempotency-replayed': 'true' });
  },
  'the trash is out of sight, and its tasks come back': async api => {
    const { id } = await api.create({ title: 'trash' });
    expectStatus(204, await api.request('DELETE', `/api/tasks/${id}`));
    expectStatus(404, await api.request('GET', `/api/tasks/${id}`));
    expectStatus(200, await api.request('POST', `/api/tasks/${id}/restore`));
    const { json } = expectStatus(200, await api.request('GET', `/api/tasks/${id}/activities`));
    assert.deepEqual(
      json.items.map(({ action }: { action: string }) => action),
      ['restored', 'deleted', 'created'],
    );
  },
  'a dry run changes nothing': async api => {
    const body = { operations: [{ op: 'create', task: { title: 'dry' } }], dry_run: true };
    const { json } = expectStatus(200, await api.request('POST', '/api/tasks/batch', { body }));
    expectStatus(404, await api.request('GET', `/api/tasks/${json.results[0].task.id}`));
  },
  'a list and the change feed have what was just made': async api => {
    const label = crypto.randomUUID();
    const { id } = await api.create({ title: 'listed', labels: [label] });
    const { json } = expectStatus(200, await api.request('GET', `/api/tasks?label=${label}`));
    assert.deepEqual(
      json.items.map((task: { id: string }) => task.id),
      [id],
    );
    await findInFeed(api, id);
  },
  'bad input is refused, each kind in its way': async api => {
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      api.request('POST', '/api/tasks', { body, headers });
    expectProblem(400, await post({ title: 'x', unknown: 1 }));
    expectProblem(400, await post('{"title":'));
    expectProblem(415, await post('title', { 'content-type': 'text/plain' }));
    expectProblem(413, await post({ title: 'x', description: 'x'.repeat(200 * 1024) }));
    expectProblem(400, await api.request('GET', '/api/tasks?limit=0'));
    expectProblem(404, await api.request('GET', '/api/tasks/no-uuid'));
  },
};

const openToAll: Readonly<Record<string, Check>> = {
  'the pages are there, and what is not is a problem': async api => {
    expectHeaders(expectStatus(302, await api.request('GET', '/')), { location: '/docs' });
    expectStatus(200, await api.request('GET', '/docs'));
    assert.equal(expectStatus(200, await api.request('GET', '/openapi.json')).json.openapi.slice(0, 3), '3.1');
    assert.equal(expectStatus(200, await api.request('GET', '/health')).json.status, 'ok');
    expectProblem(404, await api.request('GET', '/no-such-page'));
    const { headers } = expectProblem(405, await api.request('PATCH', '/api/tasks'));
    assert.deepEqual(headers.get('allow')?.split(', ').sort(), ['GET', 'HEAD', 'POST']);
  },
  'nobody comes to the probes from outside': async api => {
    for (const path of ['/livez', '/readyz']) expectProblem(404, await api.request('GET', path));
  },
};

/** Another transaction on the server may hold the feed back for a moment. */
async function findInFeed(api: WalkedApi, id: string): Promise<void> {
  let cursor = '';
  for (let asked = 0; asked < 1_000; asked += 1) {
    const path = `/api/changes?limit=100${cursor && `&cursor=${cursor}`}`;
    const { json } = expectStatus(200, await api.request('GET', path));
    if (json.items.some((task: { id: string }) => task.id === id)) return;
    cursor = json.next_cursor;
  }
  assert.fail(`the feed never had ${id}`);
}

function expectStatus(status: number, reply: Reply): Reply {
  assert.equal(reply.status, status, `${reply.asked}: ${reply.status}, not ${status}: ${reply.text.slice(0, 200)}`);
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff', `${reply.asked}: no nosniff`);
  return reply;
}

function expectProblem(status: number, reply: Reply): Reply {
  expectStatus(status, reply);
  assert.equal(reply.headers.get('content-type'), 'application/problem+json', `${reply.asked}: no problem`);
  assert.equal(reply.json.status, status);
  return reply;
}

function expectHeaders({ asked, headers }: Reply, expected: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value, `${asked}: ${name}`);
}

/** What people send, and what stores are opened with, is in no log: every byte that a function or a job writes is searched. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Contract } from '../lib/http/contract.ts';
import { checkout } from '../local/checkout.ts';
import { freePort } from '../local/free-port.ts';
import { type Issuer, makeSigningKey, type SigningKey, signToken, startIssuer } from '../local/issuer.ts';
import { runProgram } from '../local/run-program.ts';
import { type Api, openApi } from '../local/testing/api.ts';
import { asSuperuser } from '../local/testing/as-superuser.ts';
import { nudge } from '../local/testing/events.ts';
import { exampleRequest } from '../local/testing/example-requests.ts';
import { type FunctionProcess, startFunction } from '../local/testing/function-process.ts';
import { logLines } from '../local/testing/log-lines.ts';
import { ownDatabase } from '../local/testing/mongodb-url.ts';
import { connectTo } from '../local/testing/raw-connection.ts';
import { catalogue } from './catalogue.ts';

/** In all that is secret here. */
const mark = `sesame${randomBytes(4).toString('hex')}`;

const functions = catalogue.filter(({ kind }) => kind !== 'job');
const jobs = catalogue.filter(({ kind }) => kind === 'job');

let key: SigningKey;
let issuer: Issuer;
let api: Api & AsyncDisposable;
let tokens: { readonly good: string; readonly bad: readonly string[] };

beforeAll(async () => {
  key = await makeSigningKey();
  issuer = await startIssuer([key]);
  api = await openApi();
  const now = Math.floor(Date.now() / 1000);
  const scope = 'tasks:read tasks:write';
  const claims = { iss: issuer.url, aud: 'task-manager', sub: mark, scope, exp: now + 600, email: mark };
  const good = await signToken(key, { ...claims, sub: 'local' });
  const bad = await Promise.all([
    signToken(key, { ...claims, exp: now - 600 }),
    signToken(key, { ...claims, aud: mark }),
    signToken(key, { ...claims, scope: mark }),
    signToken(await makeSigningKey(), claims),
  ]);
  tokens = { good, bad: [...bad, mark, `${mark}.${mark}.${mark}`, `${good}x`] };
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await issuer.close();
});

/** With what everybody may send along. */
function headersWith(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    authorization: `Bearer ${tokens.good}`,
    'content-type': 'application/json',
    'x-request-id': `${mark} is not sane`,
    'idempotency-key': `${mark}-${randomBytes(4).toString('hex')}`,
    cookie: `session=${mark}`,
    origin: `https://${mark}.example`,
    referer: `https://example/${mark}`,
    'user-agent': mark,
    'x-forwarded-for': mark,
    'x-api-key': mark,
    tracestate: `vendor=${mark}`,
    baggage: `user=${mark}`,
    ...more,
  };
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const task = { title: mark, description: mark, labels: [mark], assignee: mark };
const operations = [
  { op: 'create', task },
  { op: 'update', id: mark, if_match: mark, task: { title: mark, [mark]: mark } },
];

/** What a function answers well, with secrets wherever there may be one. */
async function goodRequest(contract: Contract): Promise<Request> {
  if (contract.kind === 'root') return { method: 'GET', path: '/health', headers: headersWith() };
  if (contract.kind === 'event') return event(contract.event, {});
  if (contract.kind === 'job') throw new Error('a job is sent no request');
  const { method, path, options } = await exampleRequest(contract, api);
  const isBatch = contract.name === 'batch-tasks';
  const body = isBatch ? { operations: operations.slice(0, 1) } : task;
  const headers = headersWith({ ...options.headers, 'content-type': contract.body.types[0] ?? 'application/json' });
  return { method, path, headers, ...(options.body !== undefined && { body: JSON.stringify(body) }) };
}

function event(type: string, more: Readonly<Record<string, string>>): Request {
  const attributes = { 'ce-specversion': '1.0', 'ce-type': type, 'ce-source': `/${mark}`, 'ce-id': mark };
  const headers = headersWith({ ...attributes, 'ce-subject': mark, 'ce-tracestate': `vendor=${mark}`, ...more });
  return { method: 'POST', path: '/', headers, body: JSON.stringify({ data: mark }) };
}

/** The same, with one thing or another wrong about it. */
function badRequests(good: Request): Request[] {
  const withHeaders = (more: Readonly<Record<string, string>>) => ({ ...good, headers: { ...good.headers, ...more } });
  const bodies = [
    `{"title":"${mark}`,
    JSON.stringify({ ...task, [mark]: mark, status: mark, due_at: mark }),
    JSON.stringify({ operations }),
    JSON.stringify({ specversion: mark, type: mark, data: mark }),
    `"${mark.repeat(200_000)}"`,
  ];
  return [
    ...tokens.bad.map(token => withHeaders({ authorization: `Bearer ${token}` })),
    withHeaders({ authorization: `Basic ${mark}` }),
    withHeaders({ 'if-match': `"${mark}"`, 'if-none-match': `"${mark}"` }),
    withHeaders({ 'if-match': mark, 'if-none-match': mark }),
    withHeaders({ 'content-type': `text/${mark}` }),
    withHeaders({ 'content-type': 'application/cloudevents+json' }),
    withHeaders({ 'ce-type': mark }),
    withHeaders({ traceparent: mark, 'access-control-request-method': mark }),
    ...(good.body === undefined ? [] : bodies.map(body => ({ ...good, body }))),
    { ...good, path: `${good.path}?q=${mark}&cursor=${mark}&status=${mark}&${mark}=${mark}` },
    { ...good, path: `${good.path}/${mark}` },
    { ...good, path: `/api/tasks/${mark}` },
    { ...good, path: `//me:${mark}@host/api;id=${mark}` },
    { ...good, method: 'OPTIONS' },
  ];
}

async function sendTo(running: FunctionProcess, requests: readonly Request[]): Promise<number[]> {
  const before = requestLines(running).length;
  const statuses = [];
  for (const { path, ...request } of requests) {
    const answer = await fetch(running.url + path, { redirect: 'manual', ...request });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  await expect.poll(() => requestLines(running).length).toBe(before + requests.length);
  return statuses;
}

function requestLines(running: FunctionProcess) {
  return logLines(running).filter(line => 'httpRequest' in line);
}

/** Parts of a token are as good as the token, and a password is one in each of its spellings. */
function expectNoSecret(output: string): void {
  const secrets = [mark, ...[tokens.good, ...tokens.bad].flatMap(token => token.split('.').slice(1))];
  const passwords = [inject('postgresqlUrl'), inject('mongodbUrl')].map(url => new URL(url).password).filter(Boolean);
  for (const secret of [...secrets, ...passwords, ...passwords.map(decodeURIComponent)]) {
    const at = output.toLowerCase().indexOf(secret.toLowerCase());
    expect(at < 0 ? '' : output.slice(Math.max(0, at - 300), at + 100)).toBe('');
  }
}

function loud(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PORT: _port, METRICS_PORT: _metricsPort, ...environment } = api.environment;
  return { ...environment, LOG_LEVEL: 'trace', RATE_LIMIT_PER_MINUTE: '10000', ...more };
}

function withLogin(url: string, login: string): string {
  return url.replace(/\/\/([^/@]*@)?/, `//${login}@`);
}

describe.for(functions)('$name logs no secret', contract => {
  test('of its callers', async () => {
    const oidc = { AUTH_MODE: 'oidc', AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: 'task-manager' };
    await using running = await startFunction(contract.name, loud({ ...oidc, CORS_ORIGINS: 'https://example' }));
    const good = await goodRequest(contract);
    const [status] = await sendTo(running, [good]);
    expect(status).toBeLessThan(300);
    const statuses = await sendTo(running, badRequests(good));
    if (contract.kind === 'http') expect(statuses).toEqual(expect.arrayContaining([400, 401, 403, 404]));
    using connection = await connectTo(running.url);
    connection.send(`GET /${mark} HTTP/1.1\r\n${mark}\r\n\r\n`);
    expect((await connection.next())?.status).toBe(400);
    expectNoSecret(running.output());
  });

  test('of stores that are away, or refuse the login', { timeout: 90_000 }, async () => {
    const { DATABASE_URL = '', REDIS_URL = '', MONGODB_URL = '' } = api.environment;
    const login = `me:${mark}`;
    const refused = {
      DATABASE_URL: withLogin(DATABASE_URL, login),
      REDIS_URL: withLogin(REDIS_URL, login),
      MONGODB_URL: withLogin(MONGODB_URL, login),
    };
    const nobody = `${login}@127.0.0.1:${await freePort()}`;
    const away = {
      DATABASE_URL: `postgres://${nobody}/${mark}`,
      REDIS_URL: `redis://${nobody}`,
      MONGODB_URL: `mongodb://${nobody}/`,
      AUTH_MODE: 'oidc',
      AUTH_ISSUER: `http://127.0.0.1:${await freePort()}/${mark}`,
      AUTH_AUDIENCE: 'task-manager',
    };
    const good = await goodRequest(contract);
    for (const stores of [refused, away]) {
      await using running = await startFunction(contract.name, loud(stores));
      const [status] = await sendTo(running, [good]);
      expect([204, 500, 503]).toContain(status); // a refused login is a defect; the relay's pass ends, whatever it could do
      expectNoSecret(running.output());
    }
  });

  test.for<[string, string, string]>([
    [
      'a constraint',
      `alter table tasks add constraint refusing check (title !~ '${mark}') not valid`,
      'alter table tasks drop constraint refusing',
    ],
    [
      'a trigger',
      `create function refuse() returns trigger language plpgsql as $$
       begin
         if new.title ~ '${mark}' then raise exception 'will not take %', new using detail = new.title, hint = new.title; end if;
         return new;
       end $$;
       create trigger refusing before insert or update on tasks for each row execute function refuse()`,
      'drop function refuse cascade',
    ],
  ])('of a row that %s of PostgreSQL refuses', async ([_name, make, drop]) => {
    await using running = await startFunction(contract.name, loud());
    const good = await goodRequest(contract);
    await asSuperuser(api.environment.DATABASE_URL ?? '', make);
    try {
      const [status] = await sendTo(running, [good]);
      if (good.body?.startsWith('{"title"')) expect(status).toBe(500);
    } finally {
      await asSuperuser(api.environment.DATABASE_URL ?? '', drop);
    }
    expectNoSecret(running.output());
  });
});

test('of a document that MongoDB refuses, only which it was is logged', async () => {
  const MONGODB_URL = ownDatabase(inject('mongodbUrl'));
  const client = new MongoClient(MONGODB_URL);
  await client.db().createCollection('activities', { validator: { 'changes.title.to': { $ne: mark } } });
  await client.close();
  await api.create(task);
  await using relay = await startFunction('relay-activities', loud({ MONGODB_URL }));
  await nudge(relay.url);
  expect(logLines(relay).filter(({ message }) => message.startsWith('activity parked'))).not.toEqual([]);
  expectNoSecret(relay.output());
});

describe.for(jobs)('$name logs no secret', ({ name }) => {
  const args: Readonly<Record<string, readonly string[]>> = { 'erase-tenant': [mark], restore: ['latest'] };

  test.for(['refused', 'away', 'malformed'] as const)('of stores whose login is %s', { timeout: 90_000 }, async how => {
    const { DATABASE_URL = '', REDIS_URL = '', MONGODB_URL = '' } = api.environment;
    const login = `me:${mark}`;
    const nobody = `${login}@127.0.0.1:${await freePort()}`;
    const urls = {
      refused: [DATABASE_URL, REDIS_URL, MONGODB_URL].map(url => withLogin(url, login)),
      away: [`postgres://${nobody}/db`, `redis://${nobody}`, `mongodb://${nobody}/`],
      malformed: [
        `postgres://${login}%zz@127.0.0.1/db`,
        `redis://${login}%zz@127.0.0.1`,
        `mongodb://${login}@host:99999x/`,
      ],
    }[how];
    const [postgresql = '', redis = '', mongodb = ''] = urls;
    const folder = mkdtempSync(`${tmpdir()}/secrets-`);
    const env = {
      DATABASE_URL: postgresql,
      REDIS_URL: redis,
      MONGODB_URL: mongodb,
      SCRATCH_DATABASE_URL: postgresql,
      SCRATCH_MONGODB_URL: mongodb,
      BACKUP_DIR: folder,
      LOG_LEVEL: 'trace',
    };
    const program = [`dist/${name}/server.js`, ...(args[name] ?? [])];
    const { ok, output } = await runProgram(process.execPath, program, { cwd: checkout, env, timeout: 60_000 });
    rmSync(folder, { recursive: true });
    expect(ok).toBe(false);
    expect(output).toMatch(new RegExp(`^${name}: `, 'm'));
    expectNoSecret(output);
  });
});

test.for(functions)('$name tells a variable that is wrong, and not what is in it', async ({ name }) => {
  const env = {
    DATABASE_URL: `postgres:/${mark}`,
    REDIS_URL: mark,
    MONGODB_URL: `mongo://${mark}`,
    AUTH_MODE: mark,
    LOG_LEVEL: mark,
    PORT: mark,
  };
  const { output } = await runProgram(process.execPath, [`dist/${name}/server.js`], { cwd: checkout, env });
  expect(output).toMatch(new RegExp(`^${name}: \\w+ must be `));
  expectNoSecret(output);
});

import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { exportSPKI, importJWK } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../local/free-port.ts';
import { type Issuer, makeSigningKey, type SigningKey, signToken, startIssuer } from '../../../local/issuer.ts';
import { openLog } from '../../observability/log.ts';
import { openMetrics } from '../../observability/metrics.ts';
import { IssuerAway } from './issuer-away.ts';
import { openTokenVerifier, type TokenVerifier, type VerifierOptions } from './token-verifier.ts';

const MINUTE = 60_000;
type Claims = Readonly<Record<string, unknown>>;

const audience = 'task-manager';
const begin = 1_800_000_000;

let key: SigningKey;
let other: SigningKey;
let issuer: Issuer;
let verifier: TokenVerifier;
let metrics: ReturnType<typeof openMetrics>;
/** Milliseconds. */
let time: number;

beforeAll(async () => {
  [key, other] = await Promise.all([makeSigningKey(), makeSigningKey()]);
  issuer = await startIssuer([key]);
});
afterAll(() => issuer.close());
beforeEach(() => {
  time = begin * 1000;
  issuer.publish([key]);
  verifier = open();
});
afterEach(() => verifier.close());

function open(url = issuer.url, options: VerifierOptions = {}): TokenVerifier {
  metrics = openMetrics('test');
  const telemetry = { log: openLog('test', 'silent'), metrics };
  return openTokenVerifier({ issuer: url, audience, tenantClaim: 'tenant' }, telemetry, {
    now: () => time,
    ...options,
  });
}

function claims(changes: Claims = {}): Claims {
  const now = Math.floor(time / 1000);
  return {
    iss: issuer.url,
    aud: audience,
    sub: 'alice',
    tenant: 'acme',
    scope: 'tasks:read',
    exp: now + 3600,
    ...changes,
  };
}

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const unsigned = (body: Claims) => `${encode({ alg: 'none', kid: key.kid })}.${encode(body)}.`;

const invalid = { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };

async function outcomes(): Promise<Record<string, number>> {
  const lines = (await metrics.exposition()).matchAll(/^auth_tokens_total\{outcome="(\w+)".*\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
}

test.for(['RS256', 'ES256', 'EdDSA'])('%s', async alg => {
  const signing = await makeSigningKey(alg);
  issuer.publish([signing]);
  const caller = await verifier.verify(await signToken(signing, claims()));
  expect(caller).toEqual({ tenant: 'acme', actor: 'alice', scopes: new Set(['tasks:read']) });
});

describe('claims', () => {
  test.for<[string, Claims]>([
    ['no exp', { exp: undefined }],
    ['no sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['another audience', { aud: 'another' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://another.example' }],
    ['no issuer', { iss: undefined }],
    ['no tenant', { tenant: undefined }],
    ['an empty tenant', { tenant: '' }],
    ['a tenant that is no text', { tenant: 7 }],
    ['a tenant with U+0000', { tenant: 'a\0b' }],
    ['a tenant with half a character', { tenant: 'a\ud800' }],
    ['an actor with U+0000', { sub: 'a\0b' }],
    ['a tenant of 256 characters', { tenant: 'é'.repeat(256) }],
    ['expired 30 s ago', { exp: begin - 30 }],
    ['valid in 31 s', { nbf: begin + 31 }],
  ])('%s is refused', async ([, changes]) => {
    await expect(verifier.verify(await signToken(key, claims(changes)))).rejects.toMatchObject(invalid);
  });

  test.for<[string, Claims]>([
    ['expired 29 s ago', { exp: begin - 29 }],
    ['valid in 30 s', { nbf: begin + 30 }],
    ['one audience of several', { aud: ['another', audience] }],
    ['a tenant of 255 characters', { tenant: '🙂'.repeat(255) }],
  ])('%s is taken', async ([, changes]) => {
    await expect(verifier.verify(await signToken(key, claims(changes)))).resolves.toMatchObject({ actor: 'alice' });
  });

  test.for<[string, Claims]>([
    ['scope as text', { scope: 'openid tasks:read tasks:write' }],
    ['scope as a list', { scope: ['tasks:read', 'tasks:write'] }],
    ['scp as text', { scope: undefined, scp: 'tasks:read tasks:write' }],
    ['scp as a list', { scope: undefined, scp: ['tasks:write', 'tasks:read', 7] }],
  ])('%s', async ([, changes]) => {
    const { scopes } = await verifier.verify(await signToken(key, claims(changes)));
    expect(scopes.has('tasks:read') && scopes.has('tasks:write')).toBe(true);
  });
});

describe('forged', () => {
  test('none', async () => {
    await expect(verifier.verify(unsigned(claims()))).rejects.toMatchObject(invalid);
  });

  test.for(['jwk', 'pem'])('HS256 with the public key as %s', async form => {
    const jwk = await importJWK(key.publicJwk, key.alg);
    if (jwk instanceof Uint8Array) throw new Error('no public key');
    const secret = form === 'pem' ? await exportSPKI(jwk) : JSON.stringify(key.publicJwk);
    const head = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims())}`;
    const signature = createHmac('sha256', secret).update(head).digest('base64url');
    await expect(verifier.verify(`${head}.${signature}`)).rejects.toMatchObject(invalid);
  });

  test('signed by another key under this name', async () => {
    const token = await signToken({ ...other, kid: key.kid }, claims());
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('a key of its own in the header', async () => {
    const token = await signToken(other, claims(), { jwk: other.publicJwk });
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('an algorithm that is strong, and not ours', async () => {
    const strong = await makeSigningKey('ES384');
    issuer.publish([strong]);
    await expect(verifier.verify(await signToken(strong, claims()))).rejects.toMatchObject(invalid);
  });

  test('claims changed after signing', async () => {
    const [head, , signature] = (await signToken(key, claims())).split('.');
    const token = `${head}.${encode(claims({ tenant: 'another' }))}.${signature}`;
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test.for(['', 'x', 'a.b.c', 'a.b.c.d.e', `${'a'.repeat(10_000)}.b.c`])('garbage: %s', async token => {
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('random names of keys do not flood the issuer', async () => {
    await verifier.verify(await signToken(key, claims()));
    const before = issuer.asked();
    for (let count = 0; count < 20; count++) {
      const token = await signToken({ ...other, kid: randomBytes(8).toString('hex') }, claims());
      await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
    }
    expect(issuer.asked() - before).toBe(1);
  });
});

describe('remembered', () => {
  test('a token is verified once', async () => {
    const token = await signToken(key, claims());
    for (let count = 0; count < 3; count++) expect(await verifier.verify(token)).toMatchObject({ tenant: 'acme' });
    expect(await outcomes()).toMatchObject({ verified: 1, remembered: 2 });
  });

  test('until it ends', async () => {
    const token = await signToken(key, claims({ exp: begin + 60 }));
    await verifier.verify(token);
    time += 90_000 - 1;
    await verifier.verify(token);
    time += 1;
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('until its key is withdrawn: 10 minutes at most', async () => {
    const token = await signToken(key, claims());
    await verifier.verify(token);
    issuer.publish([other]);
    time += 10 * MINUTE;
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('through a refresh that brings the same keys', async () => {
    const token = await signToken(key, claims());
    await verifier.verify(token);
    time += 10 * MINUTE;
    await verifier.verify(token);
    expect(await outcomes()).toMatchObject({ verified: 1, remembered: 1 });
  });

  test('only so many: the one not used for longest is forgotten', async () => {
    await verifier.close();
    verifier = open(issuer.url, { memory: 2 });
    const [first = '', second = '', third = ''] = await Promise.all(
      ['1', '2', '3'].map(jti => signToken(key, claims({ jti }))),
    );
    for (const token of [first, second, first, third]) await verifier.verify(token);
    expect(await outcomes()).toMatchObject({ verified: 3, remembered: 1 });
    await verifier.verify(first);
    await verifier.verify(second);
    expect(await outcomes()).toMatchObject({ verified: 4, remembered: 2 });
  });
});

describe('rotation', () => {
  test('a new key is honoured at once, and the old one as long as it is published', async () => {
    const old = await signToken(key, claims());
    await verifier.verify(old);
    issuer.publish([key, other]);
    await verifier.verify(await signToken(other, claims()));
    await verifier.verify(old);
    issuer.publish([other]);
    time += 10 * MINUTE;
    await expect(verifier.verify(old)).rejects.toMatchObject(invalid);
  });

  test('a token that names no key is tried with each', async () => {
    issuer.publish([key, other]);
    const token = await signToken(other, claims(), {});
    await verifier.verify(token);
    issuer.publish([key, await makeSigningKey()]);
    time += 10 * MINUTE;
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });
});

describe('an issuer', () => {
  test('away at the start is no reason to die, and found when it is there', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const late = open(url);
    const token = await signToken(key, claims({ iss: url }));
    await expect(late.verify(token)).rejects.toThrow(IssuerAway);
    for (const wrong of ['garbage', unsigned(claims({ iss: url }))]) {
      await expect(late.verify(wrong)).rejects.toMatchObject(invalid);
    }
    await using _ = disposable(await startIssuer([key], port));
    time += 2_000;
    expect(await late.verify(token)).toMatchObject({ tenant: 'acme' });
  });

  test('that goes away leaves its keys', async () => {
    const leaving = await startIssuer([key]);
    const left = open(leaving.url);
    const own = claims({ iss: leaving.url });
    await left.verify(await signToken(key, own));
    await leaving.close();
    await left.verify(await signToken(key, { ...own, jti: 'not remembered' }));
    await expect(left.verify(await signToken(other, own))).rejects.toThrow(IssuerAway);
    time += 60 * MINUTE;
    await left.verify(await signToken(key, { ...own, exp: begin + 7200 }));
  });

  test('that hangs is given up', async () => {
    const url = await serve(() => {});
    await expect(open(url, { patience: 50 }).verify(await signToken(key, claims({ iss: url })))).rejects.toThrow(
      IssuerAway,
    );
  });

  test.for<[string, (url: string) => unknown]>([
    ['another issuer', url => ({ issuer: 'https://another.example', jwks_uri: `${url}/jwks` })],
    [
      'keys from elsewhere without TLS',
      url => ({ issuer: url, jwks_uri: `${url.replace('127.0.0.1', '0.0.0.0')}/jwks` }),
    ],
    ['nothing', () => ({})],
    ['too much', url => ({ issuer: url, jwks_uri: `${url}/jwks`, filler: 'x'.repeat(256 * 1024) })],
  ])('that names %s is not believed', async ([, metadata]) => {
    const url = await serve((req, res) => {
      const keys = { keys: [key.publicJwk] };
      res.end(JSON.stringify(req.url === '/jwks' ? keys : metadata(`http://${req.headers.host}`)));
    });
    await expect(open(url).verify(await signToken(key, claims({ iss: url })))).rejects.toThrow(IssuerAway);
  });

  test('that redirects is not followed', async () => {
    const url = await serve((req, res) => {
      const own = `http://${req.headers.host}`;
      if (req.url === '/jwks') return void res.end(JSON.stringify({ keys: [key.publicJwk] }));
      if (req.url === '/metadata') return void res.end(JSON.stringify({ issuer: own, jwks_uri: `${own}/jwks` }));
      res.writeHead(302, { location: `${own}/metadata` }).end();
    });
    await expect(open(url).verify(await signToken(key, claims({ iss: url })))).rejects.toThrow(IssuerAway);
  });
});

function disposable({ close }: Issuer): AsyncDisposable {
  return { [Symbol.asyncDispose]: close };
}

/** An issuer that is not as it should be, until the test is over. */
async function serve(listener: http.RequestListener): Promise<string> {
  const port = await freePort();
  const server = http.createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}`;
}

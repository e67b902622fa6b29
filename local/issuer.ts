/** An issuer of tokens for this machine: its metadata and its keys, as an OpenID provider serves them. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWSHeaderParameters } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export interface Issuer {
  readonly url: string;
  /** How often its keys were asked for. */
  asked(): number;
  /** From now on these are its keys. */
  publish(keys: readonly SigningKey[]): void;
  close(): Promise<void>;
}

export async function makeSigningKey(alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const kid = randomUUID();
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** @param port of 127.0.0.1; 0 for any that is free */
export async function startIssuer(keys: readonly SigningKey[], port = 0): Promise<Issuer> {
  let published = keys;
  let asked = 0;
  let url = '';
  const documents: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({ issuer: url, jwks_uri: `${url}/jwks` }),
    '/jwks': () => {
      asked++;
      return { keys: published.map(({ publicJwk }) => publicJwk) };
    },
  };
  const server = http.createServer((req, res) => {
    const document = documents[req.url ?? ''];
    if (!document) return void res.writeHead(404).end();
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document()));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
  return {
    url,
    asked: () => asked,
    publish(next) {
      published = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Signs whatever it is given. */
export function signToken(
  { kid, alg, privateKey }: SigningKey,
  claims: Readonly<Record<string, unknown>>,
  header: JWSHeaderParameters = { kid },
): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg, ...header }).sign(privateKey);
}

const twelveHours = 12 * 60 * 60;

/** A token that allows everything, of a tenant and its one subject. */
export function tokenFor(subject: string, key: SigningKey, issuer: string, audience: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + twelveHours };
  return signToken(key, { iss: issuer, aud: audience, sub: subject, scope: 'tasks:read tasks:write', ...times });
}

/** Asks an issuer for its keys: its metadata first (OpenID Connect Discovery 1.0), then the JWK Set (RFC 7517) it names. */
import * as z from 'zod/mini';
import { isTrusted } from './trusted-url.ts';

const metadata = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Bytes of one document. */
const largest = 256 * 1024;

/**
 * @returns the JWK Set, as text
 * @throws when the issuer does not answer, or answers with something else
 */
export async function fetchKeys(issuer: string, signal: AbortSignal): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const said = metadata.parse(JSON.parse(await fetchText(url, signal)));
  if (said.issuer !== issuer) throw new Error(`${url} is the metadata of ${said.issuer}`);
  if (!isTrusted(said.jwks_uri)) throw new Error(`${url} names keys that come neither over TLS nor from this machine`);
  return fetchText(said.jwks_uri, signal);
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  // A redirect could leave TLS.
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (response.status !== 200 || response.body === null) throw new Error(`${url} answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > largest) throw new Error(`${url} answers with more than ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

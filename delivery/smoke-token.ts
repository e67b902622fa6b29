/**
 * A token for the smoke: client credentials (RFC 6749, section 4.4) of an issuer that is found by its discovery document.
 * The client is a tenant of its own, so that what the smoke makes is nobody else's.
 */
import * as z from 'zod/mini';
import { Failure } from '../local/failure.ts';

const discovery = z.object({ token_endpoint: z.url() });
const granted = z.object({ access_token: z.string() });

export interface SmokeClient {
  readonly id: string;
  readonly secret: string;
}

/** undefined where nobody gave one. */
export function smokeClientIn({ SMOKE_CLIENT_ID, SMOKE_CLIENT_SECRET }: NodeJS.ProcessEnv): SmokeClient | undefined {
  if (!SMOKE_CLIENT_ID || !SMOKE_CLIENT_SECRET) return undefined;
  return { id: SMOKE_CLIENT_ID, secret: SMOKE_CLIENT_SECRET };
}

export async function smokeToken(
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
  { id, secret }: SmokeClient,
): Promise<string> {
  const where = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const { token_endpoint } = discovery.parse(await answerOf(where));
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'tasks:read tasks:write', audience });
    const authorization = `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
    return granted.parse(await answerOf(token_endpoint, { method: 'POST', body, headers: { authorization } }))
      .access_token;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `asking ${issuer} for the smoke’s token`,
      cause,
      'SMOKE_CLIENT_ID and SMOKE_CLIENT_SECRET name its client',
    );
  }
}

async function answerOf(url: string, options: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

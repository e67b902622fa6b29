/**
 * A token for the smoke, as a client of an issuer that is found by its discovery document (client credentials, RFC 6749,
 * section 4.4). In a workflow the client says who it is by GitHub's own token (RFC 7523, section 2.2), so that there is
 * nothing to keep; by hand, by its secret. It is a tenant of its own: what the smoke makes is nobody else's.
 */
import * as z from 'zod/mini';
import { Failure } from '../local/failure.ts';

const discovery = z.object({ token_endpoint: z.url() });
const granted = z.object({ access_token: z.string() });
const asserted = z.object({ value: z.string() });

type Variables = Readonly<Record<string, string | undefined>>;

/** @returns undefined where the environment names no client */
export async function smokeToken(
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
  variables: Variables,
): Promise<string | undefined> {
  const id = variables.SMOKE_CLIENT_ID;
  if (!id) return undefined;
  const where = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const { token_endpoint } = discovery.parse(await answerOf(where));
    const { headers, parameters } = await proofOf(id, issuer, variables);
    const asked = { grant_type: 'client_credentials', scope: 'tasks:read tasks:write', audience, ...parameters };
    const answer = await answerOf(token_endpoint, { method: 'POST', body: new URLSearchParams(asked), headers });
    return granted.parse(answer).access_token;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `asking ${issuer} for the smoke’s token`,
      cause,
      'docs/operations/deploy.md says which client it is',
    );
  }
}

interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

async function proofOf(id: string, issuer: string, variables: Variables): Promise<Proof> {
  const {
    SMOKE_CLIENT_SECRET: secret,
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
  } = variables;
  if (secret) {
    const login = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    return { headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` }, parameters: {} };
  }
  if (!url || !token) throw new Error('there is neither SMOKE_CLIENT_SECRET nor a workflow’s own token');
  const asked = new URL(url);
  asked.searchParams.set('audience', issuer);
  const { value } = asserted.parse(await answerOf(asked.href, { headers: { authorization: `Bearer ${token}` } }));
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  return { headers: {}, parameters: { client_id: id, client_assertion_type, client_assertion: value } };
}

async function answerOf(url: string, options: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

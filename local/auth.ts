/** Who may, under `npm start`: everybody, or with `--auth` the bearer of a token. */
import { makeSigningKey, startIssuer, tokenFor } from './issuer.ts';

export type AuthMode = 'disabled' | 'oidc';

export interface LocalAuth {
  /** The functions'. */
  readonly variables: Readonly<Record<string, string>>;
  /** What a person is told. */
  readonly note: string;
  readonly token?: string;
  stop(): Promise<void>;
}

const AUDIENCE = 'task-manager';

export async function startAuth(mode: AuthMode): Promise<LocalAuth> {
  if (mode === 'disabled') {
    const note = 'disabled: everyone is anonymous, of the tenant local';
    return { variables: { AUTH_MODE: mode }, note, stop: async () => {} };
  }
  const key = await makeSigningKey();
  const issuer = await startIssuer([key]);
  const token = await tokenFor('alice', key, issuer.url, AUDIENCE);
  return {
    variables: { AUTH_MODE: mode, AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: AUDIENCE },
    note: `a token of alice, for 12 h, by the issuer ${issuer.url}: ${token}`,
    token,
    stop: issuer.close,
  };
}

/** The environment that `npm start` gives a function: what its contract needs, and no more. */
import type { Contract } from '../lib/http/contract.ts';
import { loginVariableOf } from '../lib/stores/logins.ts';
import { grantedRoles, type Role } from '../lib/stores/roles.ts';
import type { StoreKind } from './stores/running-store.ts';

/** Which variable names a store. */
export const URL_VARIABLES = {
  postgresql: 'DATABASE_URL',
  redis: 'REDIS_URL',
  mongodb: 'MONGODB_URL',
} as const satisfies Record<StoreKind, string>;

const RELAY = 'relay-activities';

/** Of this machine. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
const SETTINGS = ['LOG_LEVEL', 'CACHE_TTL_SECONDS', 'TRASH_DAYS'];
const HTTP_SETTINGS = ['CORS_ORIGINS', 'RATE_LIMIT_PER_MINUTE'];

/** Where what a contract needs is to be had: as a value, or as what stands for one. */
export interface Places<Value> {
  /** The database, as each of its roles enters it. */
  readonly databases: Readonly<Record<Role, Value>>;
  readonly stores: { readonly [kind in Exclude<StoreKind, 'postgresql'>]?: Value | undefined };
  readonly relayUrl: Value;
  /** The variables that say who may, and how often. */
  readonly admission: Readonly<Record<string, Value>>;
}

/** Nobody is limited on a machine of one's own. */
export const unlimited = { RATE_LIMIT_PER_MINUTE: '0' };

/** On one machine, with the settings that its person has given. */
export function functionEnvironment(
  contract: Contract,
  places: Places<string>,
  inherited: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const environment: Record<string, string> = { HOST: '127.0.0.1', ...contractEnvironment(contract, places) };
  for (const name of [...INHERITED, ...settingsOf(contract)]) {
    const value = inherited[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** What it needs wherever it runs. */
export function contractEnvironment<Value>(
  contract: Contract,
  { databases, stores, relayUrl, admission }: Places<Value>,
): Record<string, Value> {
  const environment: Record<string, Value> = {
    ...(isHttp(contract) && admission),
    ...(contract.calls?.includes(RELAY) && { RELAY_URL: relayUrl }),
  };
  for (const store of contract.stores) {
    const url = store === 'postgresql' ? databases[contract.databaseRole] : stores[store];
    if (url !== undefined) environment[URL_VARIABLES[store]] = url;
  }
  if (contract.kind === 'job' && contract.needs?.includes('logins'))
    for (const role of grantedRoles) environment[loginVariableOf(role)] = databases[role];
  return environment;
}

/** The variables that a person may want to try. */
export function settingsOf(contract: Contract): readonly string[] {
  return isHttp(contract) ? [...SETTINGS, ...HTTP_SETTINGS] : SETTINGS;
}

function isHttp({ kind }: Contract): boolean {
  return kind === 'http' || kind === 'root';
}

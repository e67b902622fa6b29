/** The environment that `npm start` gives a function: what its contract needs, and no more. */
import type { Contract } from '../lib/http/contract.ts';
import type { StoreKind } from './stores/running-store.ts';

/** Which variable names a store. */
export const URL_VARIABLES = {
  postgresql: 'DATABASE_URL',
  redis: 'REDIS_URL',
  mongodb: 'MONGODB_URL',
} as const satisfies Record<StoreKind, string>;

const RELAY = 'relay-activities';

/** Of this machine, and the settings of the contract that a person may want to try. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
const SETTINGS = ['LOG_LEVEL', 'CACHE_TTL_SECONDS', 'TRASH_DAYS'];
const HTTP_SETTINGS = ['CORS_ORIGINS', 'RATE_LIMIT_PER_MINUTE'];

export function functionEnvironment(
  contract: Contract,
  given: {
    readonly stores: Partial<Record<StoreKind, string>>;
    readonly relayUrl: string;
    /** The variables that say who may. */
    readonly auth: Readonly<Record<string, string>>;
  },
  inherited: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const isHttp = contract.kind === 'http' || contract.kind === 'root';
  const environment: Record<string, string> = {
    HOST: '127.0.0.1',
    ...(isHttp && { ...given.auth, RATE_LIMIT_PER_MINUTE: '0' }),
    ...(contract.calls?.includes(RELAY) && { RELAY_URL: given.relayUrl }),
  };
  for (const name of [...INHERITED, ...SETTINGS, ...(isHttp ? HTTP_SETTINGS : [])]) {
    const value = inherited[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const store of contract.stores) {
    const url = given.stores[store];
    if (url !== undefined) environment[URL_VARIABLES[store]] = url;
  }
  return environment;
}

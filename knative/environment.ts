/** A container's environment: each variable that its contract needs, and where its value is. */
import type { Contract } from '../lib/http/contract.ts';
import { perRole } from '../lib/stores/roles.ts';
import { contractEnvironment, type Places, settingsOf } from '../local/function-environment.ts';
import { hostOf } from './namespace.ts';

type Value =
  | { readonly value: string }
  | { readonly valueFrom: { readonly configMapKeyRef: Reference } }
  | { readonly valueFrom: { readonly secretKeyRef: Reference } };

interface Reference {
  readonly name: string;
  readonly key: string;
  readonly optional?: true;
}

export type Variable = { readonly name: string } & Value;

/** The ConfigMap that an overlay fills. */
export const settings = 'settings';

/** The key of each store's Secret, which is named after the store, and of PostgreSQL after the role, too. */
const url = 'url';

const places: Places<Value> = {
  databases: perRole(role => secret(`postgresql-${role}`, url)),
  stores: { redis: secret('redis', url), mongodb: secret('mongodb', url) },
  relayUrl: { value: `http://${hostOf('relay-activities')}/` },
  admission: {
    AUTH_MODE: setting('AUTH_MODE', 'needed'),
    AUTH_ISSUER: setting('AUTH_ISSUER'),
    AUTH_AUDIENCE: setting('AUTH_AUDIENCE'),
    AUTH_TENANT_CLAIM: setting('AUTH_TENANT_CLAIM'),
  },
};

export function environmentOf(contract: Contract): Variable[] {
  const values: Record<string, Value> = {
    ...contractEnvironment(contract, places),
    ...Object.fromEntries(settingsOf(contract).map(name => [name, setting(name)])),
    DATABASE_CONNECTIONS: { value: String(connectionsPerPod) },
    ...(contract.kind === 'job' && valuesOfNeeds(contract.needs ?? [])),
  };
  return Object.entries(values).map(([name, value]) => ({ name, ...value }));
}

/** To PostgreSQL. back-up has no pool, and as many: for its lock, its snapshot, its heartbeat, and pg_dump's. */
export const connectionsPerPod = 4;

function valuesOfNeeds(needs: readonly string[]): Record<string, Value> {
  return {
    ...(needs.includes('backups') && { BACKUP_BUCKET: setting('BACKUP_BUCKET') }),
    ...(needs.includes('scratch-stores') && {
      SCRATCH_DATABASE_URL: secret('scratch-postgresql', url),
      SCRATCH_MONGODB_URL: secret('scratch-mongodb', url),
    }),
  };
}

function setting(key: string, need: 'needed' | 'optional' = 'optional'): Value {
  return { valueFrom: { configMapKeyRef: { name: settings, key, ...(need === 'optional' && { optional: true }) } } };
}

function secret(name: string, key: string): Value {
  return { valueFrom: { secretKeyRef: { name, key } } };
}

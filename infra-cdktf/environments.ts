/**
 * What differs between the environments; nothing else does. Each is a Google Cloud project of its own. Projects, hosts,
 * accounts and addresses are examples.
 */
export interface Environment {
  readonly name: 'staging' | 'production';
  /** The number is known as soon as the project is made: with it a stack needs nothing that another one found out. */
  readonly project: { readonly id: string; readonly number: string };
  /** Where the API is reached, and the zone that this environment serves for it. */
  readonly host: string;
  readonly zone: string;
  /** Who issues the tokens, and for whom. */
  readonly tokens: { readonly issuer: string; readonly audience: string };
  /** Whose workflows deliver to it. A name can be taken over by others, its number (`gh api repos/OWNER/NAME --jq .id`) not. */
  readonly repository: { readonly name: `${string}/${string}`; readonly id: string };
  /** `on` refuses to destroy what holds data, and keeps a second copy of it ready. */
  readonly protection: 'on' | 'off';
  /** Of all zones together. */
  readonly nodes: { readonly machine: string; readonly least: number; readonly most: number };
  readonly postgresql: {
    /** `db-custom-<processors>-<MiB>`. */
    readonly tier: `db-custom-${number}-${number}`;
    readonly availability: 'REGIONAL' | 'ZONAL';
    /** To begin with: it grows by itself, and never shrinks. */
    readonly diskGib: number;
    /** `max_connections`, of which each takes memory (some 10 MB). Another number restarts the server. */
    readonly connections: number;
    /** Raised, it makes new passwords. */
    readonly passwords: number;
  };
  readonly redis: { readonly tier: 'STANDARD_HA' | 'BASIC'; readonly gib: number };
  /** Firestore's. Whether it has MongoDB compatibility in a region, its page of locations says. */
  readonly activityLog: { readonly location: string };
  /** Of a month, in the billing account's currency. Half of it, nine tenths and all of it are told. */
  readonly budget: { readonly account: string; readonly units: number };
  /** Who is told what the cluster cannot tell itself. */
  readonly operators: string;
}

/** How far PostgreSQL's disk may grow by itself. One rule warns of it in all environments (knative/monitoring/). */
export const postgresqlDiskLimitGib = 100;

const common = {
  repository: { name: 'example/task-manager', id: '100000003' },
  activityLog: { location: 'asia-southeast2' },
  operators: 'operations@example.com',
} as const;

export const staging: Environment = {
  ...common,
  name: 'staging',
  project: { id: 'task-manager-staging', number: '100000000001' },
  host: 'api.staging.example.com',
  zone: 'staging.example.com',
  tokens: { issuer: 'https://accounts.staging.example.com/', audience: 'https://api.staging.example.com' },
  protection: 'off',
  nodes: { machine: 'e2-standard-2', least: 2, most: 5 },
  postgresql: { tier: 'db-custom-2-7680', availability: 'ZONAL', diskGib: 10, connections: 200, passwords: 1 },
  redis: { tier: 'BASIC', gib: 1 },
  budget: { account: '000000-000000-000000', units: 400 },
};

export const production: Environment = {
  ...common,
  name: 'production',
  project: { id: 'task-manager-production', number: '100000000002' },
  host: 'api.example.com',
  zone: 'api.example.com',
  tokens: { issuer: 'https://accounts.example.com/', audience: 'https://api.example.com' },
  protection: 'on',
  nodes: { machine: 'e2-standard-2', least: 2, most: 10 },
  postgresql: { tier: 'db-custom-4-16384', availability: 'REGIONAL', diskGib: 50, connections: 500, passwords: 1 },
  redis: { tier: 'STANDARD_HA', gib: 1 },
  budget: { account: '000000-000000-000000', units: 1500 },
};

export const environments: readonly Environment[] = [staging, production];

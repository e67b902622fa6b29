/** The stores: no port of theirs is published, and none asks for a password, for only the functions that use one reach it. */
import { catalogue } from '../functions/catalogue.ts';
import { usualConnections } from '../lib/stores/postgresql.ts';
import { perRole } from '../lib/stores/roles.ts';
import type { Store } from '../lib/stores/store.ts';
import { loginOf } from '../local/stores/databases.ts';
import { images } from './images.ts';
import { healthcheck, type Service } from './service.ts';

/** The database, as each role enters it. */
export const databaseUrls = perRole(role => `postgresql://${loginOf(role)}@postgresql:5432/task_manager`);

export const storeUrls = {
  redis: 'redis://redis:6379',
  mongodb: 'mongodb://mongodb:27017/task_manager',
} as const;

/** A PostgreSQL for the drill alone: a server of its own, as the drill wants it, started with it. */
const scratch = 'postgresql-scratch';
export const scratchUrls = {
  SCRATCH_DATABASE_URL: `postgresql://postgres@${scratch}:5432/postgres`,
  SCRATCH_MONGODB_URL: 'mongodb://mongodb:27017/task_manager_scratch', // not the log's own database
};
export const scratchStore = scratch;

/** What all pools may open, and one more for who looks at the database meanwhile. */
const connections = (catalogue.length + 1) * usualConnections;

export function storeServices(): Record<Store | typeof scratch, Service> {
  return {
    postgresql: {
      ...postgresqlServer(['postgresql']),
      command: ['postgres', '-c', `max_connections=${connections}`],
      environment: { POSTGRES_DB: 'task_manager', POSTGRES_HOST_AUTH_METHOD: 'trust' },
      volumes: ['postgresql:/var/lib/postgresql'],
      mem_limit: '512m',
      restart: 'unless-stopped',
    },
    [scratch]: {
      ...postgresqlServer([scratch]),
      profiles: ['jobs'],
      environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' },
      volumes: [`${scratch}:/var/lib/postgresql`],
      mem_limit: '1g',
      restart: 'no',
    },
    redis: {
      image: images.redis,
      command: [
        ...['valkey-server', '--protected-mode', 'no', '--save', ''],
        ...['--maxmemory', '200mb', '--maxmemory-policy', 'allkeys-lru'],
      ],
      user: '65532:65532',
      networks: ['redis'],
      tmpfs: ['/data'],
      healthcheck: healthcheck('valkey-cli', 'ping'),
      mem_limit: '256m',
      restart: 'unless-stopped',
    },
    mongodb: {
      image: images.mongodb,
      command: ['mongod', '--bind_ip_all', '--wiredTigerCacheSizeGB', '0.25'],
      user: '999:999',
      environment: { HOME: '/tmp' },
      networks: ['mongodb'],
      volumes: ['mongodb:/data/db'],
      tmpfs: ['/tmp', '/data/configdb'],
      healthcheck: healthcheck('mongosh', '--quiet', '--eval', 'db.adminCommand("ping").ok'),
      mem_limit: '768m',
      restart: 'unless-stopped',
    },
  };
}

/** The image's own user, so that it need not begin as root. */
function postgresqlServer(networks: readonly string[]) {
  return {
    image: images.postgresql,
    user: '999:999',
    networks,
    tmpfs: ['/tmp', '/var/run/postgresql:mode=1777'],
    // Over TCP: while it sets itself up, it listens on its socket only.
    healthcheck: healthcheck('pg_isready', '--host=127.0.0.1', '--username=postgres'),
    shm_size: '256m', // parallel queries and maintenance share it
    stop_grace_period: '30s',
  };
}

/** Two processes of each function on the same stores, each with its own way to PostgreSQL and Redis. */
import { MongoClient } from 'mongodb';
import { Client } from 'pg';
import { copyOfDatabase } from '../copy-of-database.ts';
import { sendNudge } from '../events.ts';
import { type Gate, gateTo } from '../gate.ts';
import { exposition } from '../metric.ts';
import { type Api, openToAll, serveApi } from '../served-api.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../throw-away-redis.ts';
import type { ThrowAwayStores } from '../throw-away-stores.ts';
import { eventually } from './eventually.ts';
import type { ProcessName } from './plan.ts';

/**
 * A process of each function. They share our process and nothing else: each opens a pool, a connection to Redis, a breaker
 * and a list of loads under way of its own. So the sources run as they are, mutated ones too, and nothing has to be built.
 */
export interface Host {
  readonly api: Api;
  readonly redis: Gate;
  readonly postgresql: Gate;
}

export interface World extends AsyncDisposable {
  readonly hosts: Readonly<Record<ProcessName, Host>>;
  readonly redis: ThrowAwayRedis;
  /** Beside the functions, without a fault in between. */
  readonly postgresql: Client;
  /** How often a task is in the activity log. */
  logged(taskId: string): Promise<number>;
  /** Resolves when Redis is in use by every function; rejects after 5 s. */
  inUse(): Promise<void>;
  /** The functions, as `A update-task`, of which a put has failed since `inUse` was last asked. */
  failedPuts(): Promise<ReadonlySet<string>>;
}

export type SharedStores = Omit<ThrowAwayStores, 'redisUrl' | 'stop'>;

const writers = ['create-task', 'update-task', 'delete-task', 'restore-task'];
const cached = [...writers, 'get-task', 'relay-activities'];
const names = ['A', 'B'] as const;

export async function openWorld(stores: SharedStores): Promise<World> {
  const [redis, database] = await Promise.all([
    throwAwayRedis(),
    copyOfDatabase(stores.postgresqlUrl, stores.templateDatabase),
  ]);
  const mongodbUrl = new URL(stores.mongodbUrl);
  mongodbUrl.pathname = new URL(database.url).pathname;
  const postgresql = new Client({ connectionString: database.url });
  const mongodb = new MongoClient(mongodbUrl.href);
  await postgresql.connect();

  async function openHost() {
    const ways = { redis: await gateTo(redis.url), postgresql: await gateTo(database.url) };
    await Promise.all([ways.redis.open(), ways.postgresql.open()]);
    const urls = { DATABASE_URL: ways.postgresql.url, REDIS_URL: ways.redis.url, MONGODB_URL: mongodbUrl.href };
    return { ...ways, api: serveApi({ ...openToAll, ...urls }) };
  }
  const hosts = { A: await openHost(), B: await openHost() };
  let failedBefore = new Map<string, number>();

  async function failures(): Promise<Map<string, number>> {
    const counts = names.flatMap(by =>
      writers.map(async name => [`${by} ${name}`, failedPutsIn(await exposition(hosts[by].api, name))] as const),
    );
    return new Map(await Promise.all(counts));
  }

  const allInUse = async () => {
    const metrics = names.flatMap(by => cached.map(name => exposition(hosts[by].api, name)));
    return (await Promise.all(metrics)).every(text => /^cache_breaker_open\S* 0$/m.test(text));
  };

  const world: World = {
    hosts,
    redis,
    postgresql,
    logged: taskId => mongodb.db().collection('activities').countDocuments({ task_id: taskId }),
    async inUse() {
      await eventually('Redis is in use by every function', allInUse);
      failedBefore = await failures();
    },
    async failedPuts() {
      const now = await failures();
      return new Set([...now].flatMap(([name, count]) => (count > (failedBefore.get(name) ?? 0) ? [name] : [])));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([hosts.A.api[Symbol.asyncDispose](), hosts.B.api[Symbol.asyncDispose](), mongodb.close()]);
      await postgresql.end();
      await Promise.all(Object.values(hosts).flatMap(host => [host.redis.shut(), host.postgresql.shut()]));
      await Promise.all([redis[Symbol.asyncDispose](), database.drop()]);
    },
  };
  await Promise.all(names.map(by => sendNudge(hosts[by].api))); // makes the log's indexes
  await world.inUse();
  return world;
}

/** Puts that Redis did not take; it may yet. */
function failedPutsIn(metrics: string): number {
  const lines = metrics.matchAll(
    /^cache_operations_total\{.*operation="put",outcome="(?:bypass|error|dropped)".*\} (\d+)$/gm,
  );
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

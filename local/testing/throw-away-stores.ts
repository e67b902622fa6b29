/** A PostgreSQL, a Redis and a MongoDB that nobody else uses and nobody keeps, and a migrated database to copy. */
import { Failure } from '../failure.ts';
import { letGo } from '../leash.ts';
import type { Progress } from '../progress.ts';
import { pathWithDumpPrograms } from '../stores/dump-programs.ts';
import { startMongodb } from '../stores/mongodb.ts';
import { maintenance, startPostgresql } from '../stores/postgresql.ts';
import { startRedis } from '../stores/redis.ts';
import { throwAwayFolder } from '../throw-away-folder.ts';
import { migrateAsOwner } from './owner.ts';

export interface ThrowAwayStores {
  /** The superuser's, to the database `postgres`. */
  readonly postgresqlUrl: string;
  /** The name of a migrated database that nobody uses: `create database … template …`. */
  readonly templateDatabase: string;
  readonly redisUrl: string;
  readonly mongodbUrl: string;
  stop(): Promise<void>;
}

const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startThrowAwayStores(progress: Progress): Promise<ThrowAwayStores> {
  const folder = throwAwayFolder();
  // They are broken and emptied: never those that the environment names.
  for (const variable of ['DATABASE_URL', 'REDIS_URL', 'MONGODB_URL']) delete process.env[variable];
  try {
    const postgresql = await progress.step(
      'postgresql',
      () => startPostgresql({ folder: `${folder}/postgresql`, settings: FORGETFUL, progress }),
      ({ program }) => program,
    );
    const redis = await progress.step(
      'redis',
      () => startRedis({ folder: `${folder}/redis`, progress }),
      store => store?.program ?? 'none',
    );
    const mongodb = await progress.step(
      'mongodb',
      () => startMongodb({ folder: `${folder}/mongodb`, progress }),
      store => store?.program ?? 'none',
    );
    // Of this process, from which the jobs of the tests have it.
    process.env.PATH = await pathWithDumpPrograms(progress);
    if (redis === undefined) throw missing('Redis', 'redis-server (Debian: apt-get install redis-server)');
    if (mongodb === undefined)
      throw missing('MongoDB', 'mongod, or python3 with venv (Debian: apt-get install python3-venv)');
    await migrateAsOwner(postgresql.url);
    return {
      postgresqlUrl: maintenance(postgresql.url),
      templateDatabase: new URL(postgresql.url).pathname.slice(1),
      redisUrl: redis.url,
      mongodbUrl: mongodb.url,
      async stop() {
        await Promise.all([postgresql.stop(), redis.stop(), mongodb.stop()]);
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

function missing(store: string, install: string): Failure {
  return new Failure(
    `starting ${store} for the tests`,
    'there is none on PATH, and none could be installed',
    `install ${install}: without it the tests would have to be skipped`,
  );
}

/** MongoDB, the activity log's store: how a process connects, and how long it waits. */
import { type Db, MongoClient, MongoError } from 'mongodb';
import * as z from 'zod/mini';
import type { Environment } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { observeStore, unobserved } from './observe-store.ts';
import { Unavailable } from './unavailable.ts';

/** Several hosts make one that is no URL to `URL`. */
export const mongodbUrl = z
  .string()
  .check(z.regex(/^mongodb(\+srv)?:\/\/[^/?\s]+(\/|$)/, 'must be a URL with mongodb:// or mongodb+srv://'));

export const mongodbVariables = { MONGODB_URL: z.optional(mongodbUrl) };

const parts = /^mongodb(?:\+srv)?:\/\/[^/?]+(?:\/(?<database>[^?]*))?(?:\?.*)?$/;

/** Milliseconds: to find a server, to get a connection of the pool, to get an answer on it. */
const usualPatience = 3_000;
/** Milliseconds after which an operation has ended on this side, one way or the other. */
export const longestOperation = 3 * usualPatience;

export interface Mongo {
  readonly db: Db;
  /** Runs an operation. @throws {Unavailable} for whatever the driver or the server says against it */
  reached<T>(operation: () => Promise<T>): Promise<T>;
  /** @throws {Unavailable} */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a client that connects with its first operation. The database is the one that the URL names, or `task_manager`. */
export function openMongodb(url: string, { patience = usualPatience, observe = unobserved } = {}): Mongo {
  const client = new MongoClient(url, {
    appName: 'task-manager',
    serverSelectionTimeoutMS: patience,
    connectTimeoutMS: patience,
    waitQueueTimeoutMS: patience,
    socketTimeoutMS: patience,
    // Who asks tries again, or says that it cannot answer: a second try in here would only double the wait.
    retryReads: false,
    retryWrites: false,
    maxPoolSize: 10,
  });
  let connecting: Promise<unknown> | undefined;
  /** By hand: a client whose first connection fails while it connects by itself stays closed for good. */
  const connected = () => {
    connecting ??= client.connect().catch(error => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  const reached: Mongo['reached'] = operation =>
    observe(undefined, async () => {
      try {
        await connected();
        return await operation();
      } catch (error) {
        throw error instanceof MongoError || isOfSocket(error) ? new Unavailable('mongodb', error) : error;
      }
    });
  const db = client.db(parts.exec(url)?.groups?.database || 'task_manager');
  return {
    db,
    reached,
    ping: () => reached(async () => void (await db.command({ ping: 1 }))),
    close: () => client.close(),
  };
}

/** The driver tells some of the connections that were lost as the socket told them. */
function isOfSocket(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** For a function. @returns undefined when the environment names none */
export function openProcessMongodb(
  { MONGODB_URL }: Environment<typeof mongodbVariables>,
  telemetry: Telemetry,
): Mongo | undefined {
  if (MONGODB_URL === undefined) return undefined;
  return openMongodb(MONGODB_URL, { observe: observeStore(telemetry, 'mongodb') });
}

/** Milliseconds: nobody waits for a job, and it asks for much at once. */
const jobPatience = 30_000;

/** For a job: one that is closed again. @param work gets undefined when the environment names none */
export async function withMongodb<T>(
  { MONGODB_URL }: Environment<typeof mongodbVariables>,
  work: (mongo: Mongo | undefined) => Promise<T>,
): Promise<T> {
  const mongo = MONGODB_URL === undefined ? undefined : openMongodb(MONGODB_URL, { patience: jobPatience });
  try {
    return await work(mongo);
  } finally {
    await mongo?.close();
  }
}

/** MongoDB, or what speaks its protocol: the first that can be had. */
import { mkdirSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { freePort } from '../free-port.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { findInstallableMongodb, type MongodbProgram, mongodAt } from './installable-mongodb.ts';
import { findOnPath } from './on-path.ts';
import { type RunningStore, startServer, storeAtUrl } from './running-store.ts';

/**
 * Starts one on 127.0.0.1 with its data in `folder`.
 *
 * @param options.port a free one when left out
 * @returns `undefined` when there is none on this machine and none can be installed
 */
export async function startMongodb(options: {
  folder: string;
  port?: number;
  progress?: Progress;
}): Promise<RunningStore | undefined> {
  const given = process.env.MONGODB_URL;
  if (given) return storeAtUrl('mongodb', 'MONGODB_URL', given);
  const found = await findMongodb(options.progress ?? silentProgress);
  if (found === undefined) return undefined;
  const port = options.port ?? (await freePort());
  const folder = `${options.folder}/data`;
  mkdirSync(folder, { recursive: true });
  const url = `mongodb://127.0.0.1:${port}/task_manager`;
  return startServer({
    kind: 'mongodb',
    program: found.program,
    command: found.command,
    arguments: found.arguments({ port, folder }),
    folder: options.folder,
    url,
    stopSignal: 'SIGTERM',
    ready: () => answersPing(url),
  });
}

async function findMongodb(progress: Progress): Promise<MongodbProgram | undefined> {
  const found = await findOnPath('mongod', /db version v(\d+[\d.]*)/);
  if (found !== undefined) return mongodAt(found.command, `MongoDB ${found.version} (on PATH)`);
  return findInstallableMongodb(progress);
}

async function answersPing(url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500, directConnection: true });
  try {
    await client.db('admin').command({ ping: 1 });
    return true;
  } catch {
    return false; // not yet
  } finally {
    await client.close();
  }
}

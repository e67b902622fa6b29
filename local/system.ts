/** The whole system on one machine: started in order, stopped in the reverse. */
import { mkdirSync, realpathSync } from 'node:fs';
import { catalogue } from '../functions/catalogue.ts';
import { type AuthMode, startAuth } from './auth.ts';
import { boundLogs } from './bounded-logs.ts';
import { checkout, localFolder } from './checkout.ts';
import { chooserFor, type Edge, startEdge } from './edge.ts';
import { Failure } from './failure.ts';
import { isFree, reservePort } from './free-port.ts';
import { buildWhenStale } from './fresh-build.ts';
import { tryLock } from './lock.mjs';
import { endOrphans } from './orphans.ts';
import { type ProcessList, processList } from './process-list.ts';
import type { Progress } from './progress.ts';
import { type RunningFunctions, startFunctions } from './start-functions.ts';
import { startStores } from './start-stores.ts';
import { databasesOf, migrateWithLogins } from './stores/databases.ts';
import type { RunningStore } from './stores/running-store.ts';
import { throwAwayFolder } from './throw-away-folder.ts';
import { curlLine, tableOf } from './welcome.ts';

export interface System {
  /** Within 15 s: what has arrived is answered, nothing is left running. */
  stop(): Promise<void>;
  /** Waits no longer for what is still being answered. */
  hurry(): void;
}

export interface SystemOptions {
  /** The edge's. */
  readonly port: number;
  /** Whether the data survive: in `.local/`, or in a folder that is thrown away. */
  readonly data: 'kept' | 'ephemeral';
  readonly auth: AuthMode;
}

export interface Surroundings {
  readonly progress: Progress;
  write(text: string): void;
  /** Aborted when it is to stop before it has begun. */
  readonly signal: AbortSignal;
  /** It cannot go on. */
  broken(failure: Failure): void;
}

/** @throws {Failure} after everything that had been started is stopped again */
export async function startSystem(options: SystemOptions, around: Surroundings): Promise<System> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const hurry = await startInOrder(options, around, step => undo.push(step));
    return { stop, hurry };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param started is told how to undo each step
 * @returns how to hurry the stop
 */
async function startInOrder(
  { port, data, auth: mode }: SystemOptions,
  { progress, write, signal, broken }: Surroundings,
  started: (undo: () => unknown) => void,
): Promise<() => void> {
  if (!(await isFree(port))) throw portTaken(port);
  reservePort(port);
  const folder = data === 'kept' ? localFolder : realpathSync(throwAwayFolder());
  mkdirSync(`${folder}/logs`, { recursive: true });
  if (data === 'kept') started(lock(folder));
  const orphans = await endOrphans(folder);
  if (orphans > 0) progress.note('clean-up', `ended ${orphans} processes of a start that was killed`);
  const list = processList(folder);
  list.show('store', []); // replaces a stale one
  started(() => list.remove());

  const { postgresql, redis, mongodb } = await startStores(`${folder}/data`, progress);
  const stores = [postgresql, redis, mongodb].filter(store => store !== undefined);
  started(stopped(stores));
  listStores(stores, list, line => signal.aborted || write(`${line}\n`));
  signal.throwIfAborted();
  const databases = databasesOf(postgresql);
  await progress.step(
    'migrations',
    () => migrateWithLogins(databases),
    ({ run }) => `${run.length} run`,
  );
  await progress.step('build', buildWhenStale, outcome => outcome);
  signal.throwIfAborted();
  const auth = await startAuth(mode);
  started(auth.stop);

  const functions = await progress.step(
    'functions',
    () =>
      startFunctions({
        catalogue,
        scriptOf: name => `${checkout}/dist/${name}/server.js`,
        logs: `${folder}/logs`,
        databases,
        stores: { redis: redis?.url, mongodb: mongodb?.url },
        auth: auth.variables,
        changed: running => list.show('function', running),
        tell: line => write(`${line}\n`),
        broken,
      }),
    running => `${running.processes().length} started`,
  );
  started(boundLogs(`${folder}/logs`));
  const edge = await openEdge(port, functions).catch(async error => {
    functions.kill();
    await functions.end();
    throw error;
  });
  list.show('edge', [{ name: 'edge', kind: 'edge', pid: process.pid, url: `http://127.0.0.1:${port}` }]);
  // Together: the functions go on answering for 5 s, while the edge takes nothing new and waits for what has arrived.
  started(async () => {
    const answered = edge.close();
    await functions.end();
    edge.cut();
    await answered;
  });

  write(`\n${tableOf(catalogue, functions.portOf)}\n\n`);
  progress.note('processes', list.path);
  progress.note('logs', `${folder}/logs`);
  progress.note('auth', auth.note);
  write(`\n${curlLine(port, auth.token)}\n\nready http://127.0.0.1:${port}\n`);
  return () => {
    functions.kill();
    edge.cut();
  };
}

function openEdge(port: number, functions: RunningFunctions): Promise<Edge> {
  return startEdge({ port, choose: chooserFor(catalogue), portOf: functions.portOf }).catch(error => {
    throw error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? portTaken(port) : error;
  });
}

/** @returns how to unlock it */
function lock(folder: string): () => void {
  const taken = tryLock(`${folder}/start.lock`);
  if ('release' in taken) return taken.release;
  throw new Failure(
    `using ${folder}`,
    `another npm start uses it${taken.heldBy === undefined ? '' : `: process ${taken.heldBy}`}`,
    'stop that one, or start this one with throw-away data: PORT=9000 npm start -- --ephemeral',
  );
}

function stopped(stores: readonly RunningStore[]): () => Promise<unknown> {
  return () => Promise.all(stores.map(store => store.stop()));
}

function listStores(stores: readonly RunningStore[], list: ProcessList, tell: (line: string) => void): void {
  const running = new Set(stores);
  const show = () =>
    list.show(
      'store',
      [...running].flatMap(({ kind, pid, url }) =>
        pid === undefined ? [] : [{ name: kind, kind: 'store' as const, pid, url }],
      ),
    );
  show();
  for (const store of stores) {
    void store.exited.then(() => {
      running.delete(store);
      show();
      tell(`${store.kind} (pid ${store.pid}) has ended; it is not started again`);
    });
  }
}

function portTaken(port: number): Failure {
  return new Failure(
    `opening the edge on port ${port}`,
    'another program listens there',
    'choose another one: PORT=9000 npm start',
  );
}

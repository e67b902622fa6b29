/** A MongoDB that can be had without asking anyone: mongod from its maker, or SecantusDB from PyPI. */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { localFolder } from '../checkout.ts';
import { lastLines } from '../failure.ts';
import { installed } from '../installed.ts';
import type { Progress } from '../progress.ts';
import { programsEnded, runProgram } from '../run-program.ts';
import { installPythonEnvironment } from './python.ts';

export interface MongodbProgram {
  readonly command: string;
  readonly program: string;
  arguments(place: { port: number; folder: string }): readonly string[];
}

const MONGOD = '8.2.6';
const SECANTUSDB = '0.7.0b3';
const DOWNLOAD_STALLS_AFTER = 20_000;
const DOWNLOAD_WITHIN = 10 * 60_000;
const DAY = 24 * 60 * 60_000;

export async function findInstallableMongodb(progress: Progress): Promise<MongodbProgram | undefined> {
  const reasons: string[] = [];
  for (const find of [downloadedMongod, secantusdb]) {
    const found = await find(progress);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  progress.note('mongodb', `none can be installed: ${reasons.join('; ')}`);
  return undefined;
}

/** Where the download is out of reach, it is not tried again for a day. */
async function downloadedMongod(progress: Progress): Promise<MongodbProgram | string> {
  const failed = `${localFolder}/installed/mongod-${MONGOD}.failed`;
  if (existsSync(failed) && Date.now() - statSync(failed).mtimeMs < DAY) return 'mongod could not be downloaded lately';
  try {
    const folder = await installed(`mongod-${MONGOD}`, partial =>
      progress.step(
        'mongodb',
        () => download(partial),
        () => `downloaded mongod ${MONGOD}`,
      ),
    );
    const file = readdirSync(folder).find(name => name.startsWith('mongod'));
    if (file === undefined) return `${folder} holds no mongod`;
    return mongodAt(`${folder}/${file}`, `MongoDB ${MONGOD} (downloaded)`);
  } catch (error) {
    if (programsEnded()) throw error;
    const cause = error instanceof Error ? lastLines(error.message, 1) : String(error);
    writeFileSync(failed, cause);
    progress.note('mongodb', `mongod cannot be downloaded (${cause}); not tried again for a day`);
    return `mongod cannot be downloaded (${cause})`;
  }
}

/** @throws when nothing arrives for 20 s */
async function download(folder: string): Promise<void> {
  const stalled = new AbortController();
  let bytes = -1;
  const watch = setInterval(() => {
    const now = sizeOf(folder);
    if (now === bytes) stalled.abort();
    bytes = now;
  }, DOWNLOAD_STALLS_AFTER);
  try {
    const script = fileURLToPath(new URL('download-mongod.ts', import.meta.url));
    const outcome = await runProgram(process.execPath, [script, folder, MONGOD], {
      env: { MONGOMS_MAX_RETRIES: '1', MONGOMS_PREFER_GLOBAL_PATH: 'false' },
      timeout: DOWNLOAD_WITHIN,
      signal: stalled.signal,
    });
    if (!outcome.ok) throw new Error(outcome.output);
  } finally {
    clearInterval(watch);
  }
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('mongod')) rmSync(`${folder}/${name}`, { recursive: true, force: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0);
}

export function mongodAt(command: string, program: string): MongodbProgram {
  return {
    command,
    program,
    arguments: ({ port, folder }) => [
      ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder, '--nounixsocket'],
    ],
  };
}

/** SecantusDB: MongoDB's wire protocol on WiredTiger. For development and tests, never shipped. */
async function secantusdb(progress: Progress): Promise<MongodbProgram | string> {
  const name = `secantusdb-${SECANTUSDB}`;
  try {
    const folder = await installed(name, partial =>
      progress.step(
        'mongodb',
        () => installPythonEnvironment(`SecantusDB==${SECANTUSDB}`, partial),
        () => `installed ${name} (PyPI)`,
      ),
    );
    return {
      command: `${folder}/bin/python`, // its own script names the interpreter by the folder it was installed in first
      program: `SecantusDB ${SECANTUSDB} (PyPI)`,
      arguments: ({ port, folder: storage }) => [
        ...[`${folder}/bin/secantusd-py`, '--host', '127.0.0.1', '--port', String(port), '--storage-path', storage],
        ...['--log-level', 'WARNING', '--cache-size', '256M'],
      ],
    };
  } catch (error) {
    return `${name}: ${error instanceof Error ? lastLines(error.message, 1) : String(error)}`;
  }
}

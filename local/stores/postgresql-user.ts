/** PostgreSQL refuses to run as root; who runs it then, and where that user can reach it. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir, rename, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkout, localFolder } from '../checkout.ts';
import { Failure } from '../failure.ts';
import { installed } from '../installed.ts';
import type { Progress } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { type PostgresqlPrograms, programsIn } from './postgresql-programs.ts';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Makes `home`, the server's own folder for its data and its password, inside `folder`; where the server's user cannot enter
 * that one, `home` is in /var/lib, linked from it, and so are the programs.
 */
export async function placeForPostgresql(
  folder: string,
  programs: PostgresqlPrograms,
  progress: Progress,
): Promise<{ home: string; programs: PostgresqlPrograms; user: ServerUser | undefined }> {
  const home = `${folder}/cluster`;
  if (process.getuid?.() !== 0) {
    await mkdir(home, { recursive: true, mode: 0o700 });
    return { home, programs, user: undefined };
  }
  const user = serverUser(home);
  const shared = sharedFolder();
  const reachable = await makePrograms(programs, user, shared);
  if (isLink(home) || !(await canEnter(folder, user))) {
    const elsewhere = await linkElsewhere(home, `${shared}/${hash(folder)}`, user, progress);
    progress.note('postgresql', `its user cannot enter ${folder}: server and data are in ${elsewhere}`);
    return { home: elsewhere, programs: reachable, user };
  }
  await mkdir(home, { recursive: true });
  await own(home, user);
  return { home, programs: reachable, user };
}

/** Of the data that are there; else PostgreSQL's own user, where the machine has one. */
function serverUser(home: string): ServerUser {
  if (existsSync(home)) {
    const { uid, gid } = statSync(home);
    if (uid !== 0) return { uid, gid };
  }
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (found === undefined) {
    throw new Failure(
      'starting PostgreSQL',
      'it refuses to run as root, and the machine has neither a user postgres nor nobody',
      'run the command as an ordinary user',
    );
  }
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

async function makePrograms(
  programs: PostgresqlPrograms,
  user: ServerUser,
  shared: string,
): Promise<PostgresqlPrograms> {
  if ((await runProgram(programs.initdb, ['--version'], { cwd: '/', user })).ok) return programs;
  const { copyable } = programs;
  if (copyable === undefined) return programs;
  await mkdir(shared, { recursive: true });
  await chmod(shared, 0o755);
  const folder = await installed(
    copyable.name,
    async partial => {
      await cp(copyable.folder, partial, { recursive: true, verbatimSymlinks: true });
      await openToAll(partial);
    },
    shared,
  );
  return { ...programs, ...programsIn(folder) };
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const { mode } = await stat(path);
    await chmod(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

async function canEnter(folder: string, user: ServerUser): Promise<boolean> {
  for (let ours = folder; ours === folder || ours.startsWith(localFolder); ours = dirname(ours)) {
    await chmod(ours, 0o755); // made under whatever umask; what is in it is guarded by its own mode
  }
  return (await runProgram('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', user })).ok;
}

async function linkElsewhere(home: string, elsewhere: string, user: ServerUser, progress: Progress): Promise<string> {
  await mkdir(dirname(elsewhere), { recursive: true });
  await chmod(dirname(elsewhere), 0o755);
  if (isLink(home) && readlinkSync(home) !== elsewhere) {
    // A checkout that was copied would take the data, and end the server, of the one it was copied from.
    progress.note('postgresql', `leaves ${readlinkSync(home)} alone: it was made for a checkout at another path`);
    rmSync(home);
  } else if (existsSync(home) && !isLink(home)) {
    await rename(home, elsewhere);
  }
  await mkdir(elsewhere, { recursive: true });
  await own(elsewhere, user);
  if (!isLink(home)) await symlink(elsewhere, home);
  return elsewhere;
}

async function own(home: string, user: ServerUser): Promise<void> {
  await chmod(home, 0o700);
  await chown(home, user.uid, user.gid);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function sharedFolder(): string {
  return `/var/lib/task-manager-${hash(checkout)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

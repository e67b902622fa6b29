/**
 * What images are built on where no registry can be reached: Debian's packages, unpacked, with this checkout's Node and this
 * machine's npm, or with PyPI's build of PostgreSQL's programs. They are no official images: the libraries are Debian's of
 * today, and PostgreSQL's programs are linked to fewer of them.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkout, localFolder } from '../local/checkout.ts';
import { debianProgram } from '../local/debian-program.ts';
import { Failure, lastLines } from '../local/failure.ts';
import { withLock } from '../local/lock.mjs';
import type { Progress } from '../local/progress.ts';
import { runProgram } from '../local/run-program.ts';
import { pathWithDumpPrograms } from '../local/stores/dump-programs.ts';
import { findOnPath } from '../local/stores/on-path.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import { buildah, reproducibly } from './buildah.ts';
import { bases } from './dockerfile.ts';

const recipe = path.join(import.meta.dirname, 'stand-ins.Dockerfile');

/** Of Debian's packages, those whose programs the Dockerfile runs, and what they need. */
const packages =
  'base-files,bash,dash,coreutils,grep,sed,findutils,libc-bin,binutils,ca-certificates,liblz4-1,libgssapi-krb5-2';

type Names = Readonly<Record<'NODE' | 'POSTGRESQL', string>>;

/** Two who want them at once make them once. @returns their names, by the argument of the Dockerfile that each is for */
export function standIns(progress: Progress): Promise<Names> {
  return withLock(`${localFolder}/installed/stand-ins.lock`, () => makeWhatIsMissing(progress));
}

async function makeWhatIsMissing(progress: Progress): Promise<Names> {
  const made = createHash('sha256').update(readFileSync(recipe)).update(packages).update(JSON.stringify(bases));
  const tag = made.digest('hex').slice(0, 12);
  const names = { NODE: `localhost/stand-in/node:${tag}`, POSTGRESQL: `localhost/stand-in/postgresql:${tag}` };
  const known = await buildah('listing images', ['images', '--format', '{{.Name}}:{{.Tag}}']);
  const missing = Object.values(names).filter(name => !known.split('\n').includes(name));
  if (missing.length === 0) return names;
  await progress.step(
    'stand-ins',
    async () => {
      const context = await collect(progress);
      for (const name of missing) {
        const target = /\/([a-z]+):/.exec(name)?.[1] ?? '';
        const args = ['bud', ...reproducibly, '--file', recipe, '--target', target, '--tag', name, context];
        await buildah(`making ${name}`, args);
      }
      rmSync(context, { recursive: true });
    },
    () => 'made in place of the official images',
  );
  return names;
}

/** @returns the folder of what the recipe copies */
async function collect(progress: Progress): Promise<string> {
  const context = throwAwayFolder();
  const { command: mmdebstrap } = await debianProgram(['mmdebstrap']);
  const debian = ['--variant=extract', `--include=${packages}`, 'bookworm', `${context}/debian.tar`];
  const [{ ok, output }, npm, [programs = '']] = await Promise.all([
    runProgram(mmdebstrap, debian),
    findOnPath('npm', /^(\S+)/),
    pathWithDumpPrograms(progress).then(found => found.split(path.delimiter)),
  ]);
  if (!ok) throw new Failure('unpacking Debian (mmdebstrap)', lastLines(output, 5), 'read what mmdebstrap says');
  cpSync(`${checkout}/node_modules/node/bin/node`, `${context}/node`, { dereference: true });
  if (npm === undefined) throw new Failure('copying npm', 'there is none on PATH', 'put npm on PATH');
  cpSync(path.join(realpathSync(npm.command), '../..'), `${context}/npm`, { recursive: true, dereference: true });
  for (const part of ['bin', 'lib']) {
    cpSync(path.join(programs, '..', part), `${context}/postgresql/${part}`, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  const trusted = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
  if (existsSync(trusted)) cpSync(trusted, `${context}/ca-certificates.crt`, { dereference: true });
  return context;
}

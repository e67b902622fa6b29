/** A commit of this repository, built in a folder that is gone when this process is. */
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { checkout } from '../local/checkout.ts';
import { Failure, lastLines } from '../local/failure.ts';
import { runProgram } from '../local/run-program.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';

/**
 * @param ref whatever git takes for a commit
 * @returns the folder, with its dist/
 * @throws {Failure} when there is no such commit here, or it cannot be built
 */
export async function buildAt(ref: string): Promise<string> {
  const folder = throwAwayFolder();
  const archive = `${folder}/.archive.tar`;
  await run(
    `reading ${ref}`,
    'git',
    ['archive', `--output=${archive}`, ref],
    checkout,
    'name a commit that is here: a shallow clone holds few, git fetch brings more',
  );
  await run(
    `unpacking ${ref}`,
    'tar',
    ['--extract', '--file', archive],
    folder,
    'is there space in the folder for temporary files?',
  );
  rmSync(archive);
  if (isDeepStrictEqual(packagesOf(folder), packagesOf(checkout)))
    symlinkSync(`${checkout}/node_modules`, `${folder}/node_modules`);
  else
    await run(
      `installing the packages of ${ref}`,
      'npm',
      ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'],
      folder,
      'see to the cause, then run it again',
    );
  await run(`building ${ref}`, process.execPath, ['build.ts'], folder, 'name a commit that can be built');
  return folder;
}

/** What its lockfile installs: its own version in there installs nothing. */
function packagesOf(folder: string): unknown {
  const { packages } = JSON.parse(readFileSync(`${folder}/package-lock.json`, 'utf8'));
  const { '': root, ...installed } = packages;
  return [root.dependencies, installed];
}

async function run(step: string, command: string, args: readonly string[], cwd: string, remedy: string): Promise<void> {
  const { ok, output } = await runProgram(command, args, { cwd });
  if (!ok) throw new Failure(step, lastLines(output), remedy);
}

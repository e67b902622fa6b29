/** A throw-away repository that begins as this checkout with a few functions, so that building it takes moments. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { checkout } from '../../local/checkout.ts';
import { type ProgramOutcome, runProgram } from '../../local/run-program.ts';
import { cloneInto } from '../../local/testing/clone.ts';

export interface Repository extends Disposable {
  readonly folder: string;
  /** @throws when `text` does not stand in the file */
  edit(file: string, text: string, instead: string): void;
  /** @returns its name */
  commit(): string;
  /** Back to the last commit. */
  undo(): void;
  /** A script of delivery/, in there. */
  run(script: string, ...args: readonly string[]): Promise<ProgramOutcome>;
}

/** @param names the functions that its catalogue has */
export function throwAwayRepository(names: readonly string[]): Repository {
  const folder = mkdtempSync(`${tmpdir()}/repository-`);
  cloneInto(folder, 0o755);
  symlinkSync(`${checkout}/node_modules`, `${folder}/node_modules`);
  const git = (...args: readonly string[]) => {
    const who = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' }).trim();
  };
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message=A step');
    return git('rev-parse', 'HEAD');
  };

  git('init', '--quiet', '--initial-branch=main');
  const all = readFileSync(`${folder}/functions/catalogue.ts`, 'utf8');
  writeFileSync(`${folder}/functions/catalogue.ts`, fewer(all, names));
  // Nobody has it in a catalogue without api-root, and to compress it takes longer than all else.
  writeFileSync(`${folder}/functions/api-root/copy-docs.ts`, 'export async function copyDocs(_: string) {}\n');
  writeFileSync(`${folder}/.gitignore`, `${readFileSync(`${folder}/.gitignore`, 'utf8')}node_modules\n`);
  commit();

  return {
    folder,
    edit(file, text, instead) {
      const before = readFileSync(`${folder}/${file}`, 'utf8');
      if (!before.includes(text)) throw new Error(`${file} does not have this text any more: ${text}`);
      writeFileSync(
        `${folder}/${file}`,
        before.replace(text, () => instead),
      );
    },
    commit,
    undo: () => void git('checkout', '--quiet', '--', '.'),
    run: (script, ...args) => runProgram(process.execPath, [`delivery/${script}`, ...args], { cwd: folder }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** The list alone: what it leaves out may still be imported. */
function fewer(catalogue: string, names: readonly string[]): string {
  const listed = names.map(name => `  ${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())},\n`);
  return catalogue.replace(/= \[\n[^\]]*\]/, `= [\n${listed.join('')}]`);
}

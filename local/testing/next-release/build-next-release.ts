/**
 * The release after this one, built in a throw-away folder: our sources with a few edits, and its migrations. A task has an
 * estimate there, in minutes, and `created_by` is kept in another column.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../../checkout.ts';
import { runProgram } from '../../run-program.ts';
import { throwAwayFolder } from '../../throw-away-folder.ts';
import edits from './edits.json' with { type: 'json' };

export interface NextRelease {
  /** Where its `dist/` is; its migrate job runs the expand migrations. */
  readonly folder: string;
  /** Adds the contract migrations, as the release after it would. */
  contract(): void;
}

interface Edit {
  readonly file: string;
  /** Stands in the file once. */
  readonly text: string;
  readonly instead: string;
}

/** @throws when a text that is to be edited is gone, or what comes of it cannot be built */
export async function buildNextRelease(): Promise<NextRelease> {
  const folder = `${throwAwayFolder()}/next-release`;
  mkdirSync(folder);
  for (const place of ['functions', 'lib', 'build.ts', 'package.json', 'tsconfig.json'])
    cpSync(`${checkout}/${place}`, `${folder}/${place}`, { recursive: true });
  symlinkSync(`${checkout}/node_modules`, `${folder}/node_modules`);
  for (const edit of edits) apply(folder, edit);
  add('expand', `${folder}/lib/stores/migrations`);
  const { ok, output } = await runProgram(process.execPath, ['build.ts'], { cwd: folder });
  if (!ok) throw new Error(`the next release cannot be built: ${output}`);
  return { folder, contract: () => add('contract', `${folder}/dist/migrate/migrations`) };
}

function apply(folder: string, { file, text, instead }: Edit): void {
  const before = readFileSync(`${folder}/${file}`, 'utf8');
  const [head, tail, ...more] = before.split(text);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new Error(`${file} does not have this text once any more, mend the edits of the next release:\n${text}`);
  writeFileSync(`${folder}/${file}`, `${head}${instead}${tail}`);
}

function add(kind: 'expand' | 'contract', migrations: string): void {
  cpSync(path.join(import.meta.dirname, kind), migrations, { recursive: true });
}

/** The checkout as a fresh clone of its next commit would be: without what git ignores. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { checkout } from '../checkout.ts';

/** @param mode of the folder, as `umask` would have made it */
export function cloneInto(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true });
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  for (const file of files.split('\0')) {
    if (file !== '' && existsSync(`${checkout}/${file}`)) cpSync(`${checkout}/${file}`, `${folder}/${file}`);
  }
  chmodSync(folder, mode);
}

/** Saves the installation; where links are not to be had, it leaves none. */
export function linkPackages(folder: string): void {
  try {
    execFileSync('cp', ['-al', `${checkout}/node_modules`, `${folder}/node_modules`], { stdio: 'ignore' });
  } catch {
    rmSync(`${folder}/node_modules`, { recursive: true, force: true });
  }
}

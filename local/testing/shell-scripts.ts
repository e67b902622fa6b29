/** Every script of this checkout that a shell runs: what says so in its first line. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { checkout } from '../checkout.ts';

/** From the checkout's root. */
export function shellScripts(): readonly string[] {
  const kept = ['--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', ['ls-files', ...kept], { cwd: checkout, encoding: 'utf8' }).split('\0');
  return files.filter(file => /(^|\/)[^.]+$|\.sh$/.test(file) && existsSync(`${checkout}/${file}`) && isShell(file));
}

function isShell(file: string): boolean {
  return /^#!.*\b(ba)?sh\b/.test(readFileSync(`${checkout}/${file}`, 'utf8').slice(0, 80));
}

/** dist/ in step with the sources. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { checkout, localFolder } from './checkout.ts';
import { Failure, lastLines } from './failure.ts';
import { withLock } from './lock.mjs';
import { runProgram } from './run-program.ts';

const STAMP = `${checkout}/dist/.built-from`;

/** Builds when a source, the build or a dependency has changed since the last time. */
export function buildWhenStale(): Promise<'built' | 'up to date'> {
  return withLock(`${localFolder}/build.lock`, async () => {
    const sources = await hashOfSources();
    if (readStamp() === sources) return 'up to date';
    await build();
    writeFileSync(STAMP, sources); // last: without it dist/ may be half of one
    return 'built';
  });
}

/** A process of its own: esbuild's service would stay with us. */
async function build(): Promise<void> {
  const outcome = await runProgram(process.execPath, [`${checkout}/build.ts`], { cwd: checkout });
  if (!outcome.ok) throw new Failure('building dist/', lastLines(outcome.output, 40), 'mend the source it names');
}

function readStamp(): string | undefined {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return undefined; // never built, or half
  }
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [
    'build.ts',
    'package.json', // its version stands in each bundle
    'package-lock.json',
    ...(await sourcesIn('functions')),
    ...(await sourcesIn('lib')),
  ]) {
    hash
      .update(`${path}\0`)
      .update(await readFile(`${checkout}/${path}`))
      .update('\0');
  }
  return hash.digest('hex');
}

async function sourcesIn(folder: string): Promise<string[]> {
  const entries = await readdir(`${checkout}/${folder}`, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map(entry => `${entry.parentPath.slice(checkout.length + 1)}/${entry.name}`)
    .sort();
}

/** The packages of a folder with a lockfile of its own: large, and installed only when something needs them. */
import { hash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout, localFolder } from './checkout.ts';
import { Failure, lastLines } from './failure.ts';
import { withLock } from './lock.mjs';
import { runProgram } from './run-program.ts';

/**
 * Whole or not at all: a killed installation leaves no stamp, and is begun anew. Two at once wait for each other.
 *
 * @param room of the checkout, with package.json and package-lock.json
 */
export function installOwnPackages(room: string): Promise<'there' | 'installed'> {
  const folder = path.join(checkout, room);
  const stamp = `${folder}/node_modules/.installed`;
  const wanted = hash('sha256', readFileSync(`${folder}/package-lock.json`));
  return withLock(`${localFolder}/install-${room.replaceAll('/', '-')}.lock`, async () => {
    if (contentsOf(stamp) === wanted) return 'there';
    rmSync(stamp, { force: true });
    const { ok, output } = await runProgram('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: folder,
      timeout: 600_000,
    });
    if (!ok)
      throw new Failure(
        `installing the packages of ${room} (npm ci)`,
        lastLines(output),
        'see to the cause, try again',
      );
    await writeFile(stamp, wanted);
    return 'installed';
  });
}

function contentsOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // nothing is installed yet
  }
}

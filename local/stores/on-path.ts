/** A server program that is already on this machine. */
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The first on PATH that runs and tells its version.
 *
 * @param version its first group is the version, in what `--version` prints
 */
export async function findOnPath(
  name: string,
  version: RegExp,
  path = process.env.PATH ?? '',
): Promise<{ command: string; version: string } | undefined> {
  for (const folder of path.split(delimiter)) {
    const command = `${folder}/${name}`;
    if (!folder.startsWith('/') || !isExecutable(command)) continue;
    const found = await run(command, ['--version'], { timeout: 10_000 }).then(
      ({ stdout }) => version.exec(stdout)?.[1],
      () => undefined, // a broken one is passed over like a missing one
    );
    if (found !== undefined) return { command, version: found };
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

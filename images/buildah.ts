/** buildah: builds images without a daemon, the same from the same Dockerfile. */
import { debianProgram } from '../local/debian-program.ts';
import { Failure, lastLines } from '../local/failure.ts';
import { runProgram } from '../local/run-program.ts';

/** @throws {Failure} with what it said last */
export async function buildah(step: string, args: readonly string[], cwd?: string): Promise<string> {
  const { command } = await debianProgram(['buildah']);
  const { ok, output } = await runProgram(command, args, cwd === undefined ? {} : { cwd });
  if (!ok) throw new Failure(step, lastLines(output, 15), 'read what buildah says');
  return output;
}

/** Steps that have been made before are not made again; files and the image itself are of 1970, whenever it is made. */
export const reproducibly = ['--layers', '--timestamp', '0', '--isolation', 'chroot'] as const;

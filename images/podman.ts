/** podman: runs what buildah has built. */
import { debianProgram } from '../local/debian-program.ts';
import { Failure, lastLines } from '../local/failure.ts';
import { runProgram } from '../local/run-program.ts';

/** @throws {Failure} with what it said last */
export async function podman(args: readonly string[]): Promise<string> {
  const [{ command }, { command: runtime }] = await Promise.all([debianProgram(['podman']), debianProgram(['runc'])]);
  const { ok, output } = await runProgram(command, ['--runtime', runtime, ...args]);
  if (!ok) throw new Failure(`podman ${args[0]}`, lastLines(output), 'read what podman says');
  return output;
}

/** Keeps a process, and what it starts from then on, to one core. */
import { runProgram } from '../../local/run-program.ts';

/** `false` where there is no taskset, as on macOS. */
export async function pin(pid: number, core: number): Promise<boolean> {
  const { ok } = await runProgram('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
  return ok;
}

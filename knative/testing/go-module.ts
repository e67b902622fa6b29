/** The folder of a Go module: what upstream publishes as source is to be had there, at a version. Needs Go and its proxy. */
import { Failure, lastLines } from '../../local/failure.ts';
import { runProgram } from '../../local/run-program.ts';

/** @param module `path@version` */
export async function goModule(module: string): Promise<string> {
  const { ok, output } = await runProgram('go', ['mod', 'download', '-json', module], { timeout: 600_000 });
  if (!ok)
    throw new Failure(`downloading ${module}`, lastLines(output, 5), 'install Go; see that its proxy is reached');
  return JSON.parse(output).Dir;
}

/** npm run synth: every stack of every environment, as Terraform reads it, into infra-cdktf/cdktf.out. Needs no login. */
import { checkout } from './checkout.ts';
import { describeFailure, Failure, lastLines } from './failure.ts';
import { installOwnPackages } from './own-packages.ts';
import { printedProgress } from './progress.ts';
import { runProgram } from './run-program.ts';

const progress = printedProgress(line => void process.stdout.write(line));
try {
  await progress.step(
    'packages',
    () => installOwnPackages('infra-cdktf'),
    outcome => outcome,
  );
  await progress.step('synth', synthesize, () => 'infra-cdktf/cdktf.out/stacks');
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

async function synthesize(): Promise<void> {
  const { ok, output } = await runProgram(process.execPath, [`${checkout}/infra-cdktf/main.ts`]);
  if (!ok) throw new Failure('synthesizing the stacks', lastLines(output), 'the first line of ours in it says where');
}

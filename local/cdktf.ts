/**
 * npm run cdktf -- diff production-network: the CLI on our stacks, with what it takes (`list`, `diff`, `deploy`, `destroy`).
 * Whoever runs it has logged in (`gcloud auth application-default login`), and has Terraform on PATH.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkout } from './checkout.ts';
import { describeFailure } from './failure.ts';
import { installOwnPackages } from './own-packages.ts';
import { printedProgress } from './progress.ts';

const room = `${checkout}/infra-cdktf`;
const progress = printedProgress(line => void process.stdout.write(line));
try {
  for (const folder of ['infra-cdktf', 'infra-cdktf/cli'])
    await progress.step(
      folder,
      () => installOwnPackages(folder),
      outcome => `its packages are ${outcome}`,
    );
  // It asks before it changes anything: the terminal is its own.
  const cli = spawn(process.execPath, [`${room}/cli/node_modules/cdktn-cli/bin/cdktn`, ...process.argv.slice(2)], {
    cwd: room,
    stdio: 'inherit',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PATH: `${checkout}/node_modules/node/bin:${process.env.PATH}` },
  });
  process.on('SIGINT', () => {}); // it hears of it, too, and ends what it has begun
  const [code] = await once(cli, 'exit');
  process.exitCode = code ?? 1;
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

/** npm run check: types, lint, and which room may know which. */
import { existsSync } from 'node:fs';
import { checkout } from './checkout.ts';
import { describeFailure, Failure } from './failure.ts';
import { installOwnPackages } from './own-packages.ts';
import { type Progress, printedProgress } from './progress.ts';
import { runProgram } from './run-program.ts';

interface Check {
  readonly name: string;
  /** In node_modules/.bin, with its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly remedy: string;
}

const ROOMS = ['functions', 'lib', 'local', 'knative', 'infra-cdktf', 'compose', 'images', 'bench', 'delivery'];
/** dependency-cruiser's parser does not know `using`, which only tests use. Nothing may depend on them anyway. */

const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--project', '.'], remedy: 'npx tsc -p . shows the same' },
  { name: 'types', command: ['tsc', '--project', 'infra-cdktf'], remedy: 'npx tsc -p infra-cdktf shows the same' },
  { name: 'lint', command: ['biome', 'ci', '--colors=off'], remedy: 'npx biome check --write mends most of it' },
  {
    name: 'rooms',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...ROOMS],
    remedy: '.dependency-cruiser.cjs says why each rule stands',
  },
];

/** @throws {Failure} with what the first failing check said */
export async function check(progress: Progress): Promise<void> {
  await progress.step(
    'infra-cdktf',
    () => installOwnPackages('infra-cdktf'),
    outcome => `its packages are ${outcome}`,
  );
  for (const { name, command, remedy } of checks) {
    if (name === 'rooms' && !existsSync(`${checkout}/.dependency-cruiser.cjs`)) continue;
    const [program, ...args] = command;
    await progress.step(
      name,
      async () => {
        const outcome = await runProgram(`${checkout}/node_modules/.bin/${program}`, args, { cwd: checkout });
        if (!outcome.ok) throw new Failure(`the check of ${name} (${program})`, outcome.output, remedy);
      },
      () => program,
    );
  }
}

if (import.meta.main) {
  try {
    await check(printedProgress(line => void process.stdout.write(line)));
  } catch (error) {
    process.stderr.write(describeFailure(error));
    process.exitCode = 1;
  }
}

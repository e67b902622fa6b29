/** npm test [-- what vitest takes]: the checks, the build, every test that needs no more than our own stores. */
import { check } from './check.ts';
import { describeFailure } from './failure.ts';
import { buildWhenStale } from './fresh-build.ts';
import { letGo } from './leash.ts';
import { printedProgress } from './progress.ts';
import { runVitest } from './run-vitest.ts';
import { closingLine } from './testing/closing-line.ts';

const progress = printedProgress(line => void process.stdout.write(line));
try {
  await check(progress);
  await progress.step('build', buildWhenStale, outcome => outcome);
  process.exitCode = await runVitest(process.argv.slice(2));
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.stdout.write(`${closingLine({ passed: 0, failed: 1, skipped: 0 })}\n`);
  process.exitCode = 1;
  await letGo();
}

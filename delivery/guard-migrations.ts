/**
 * npm run -s guard-migrations -- --since REF [--except tasks.column]
 *
 * Refuses a release, which is what stands here, whose migrations take away what the release REF still uses, or that edits
 * one which has landed. docs/operations/migrations.md
 */
import { parseArgs } from 'node:util';
import { checkout } from '../local/checkout.ts';
import { describeFailure, Failure } from '../local/failure.ts';
import { faultsOfRelease } from './migration-guard.ts';
import { migrationsIn, releasedBefore } from './released-before.ts';

const { values } = parseArgs({
  options: { since: { type: 'string' }, except: { type: 'string', multiple: true, default: [] } },
});

try {
  if (values.since === undefined)
    throw new Failure('reading --since', 'it is not given', 'what was released before: a commit or a tag');
  const before = await releasedBefore(checkout, values.since);
  const faults = await faultsOfRelease(before, migrationsIn(checkout), values.except);
  if (faults.length > 0)
    throw new Failure('guarding the migrations', faults.join('\n'), 'docs/operations/migrations.md');
  process.stdout.write(`the migrations may be released after ${values.since}\n`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

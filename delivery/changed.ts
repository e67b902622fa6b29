/** npm run -s changed -- --since REF [--json]: the functions whose images are others than at REF, one a line. */
import { parseArgs } from 'node:util';
import { describeFailure, Failure } from '../local/failure.ts';
import { letGo } from '../local/leash.ts';
import { changedFunctions } from './changed-functions.ts';

try {
  const { values } = parseArgs({ options: { since: { type: 'string' }, json: { type: 'boolean', default: false } } });
  if (values.since === undefined)
    throw new Failure('reading the command line', 'there is no --since', 'npm run -s changed -- --since origin/main');
  const names = await changedFunctions(values.since);
  process.stdout.write(values.json ? `${JSON.stringify(names)}\n` : names.map(name => `${name}\n`).join(''));
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}

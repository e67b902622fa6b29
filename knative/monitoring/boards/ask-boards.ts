/**
 * npm run ask-boards -- http://prometheus:9090 [board …]: asks a Prometheus every query of the boards, and tells those that
 * it answers with no number. On a healthy system under load there should be none.
 */
import { describeFailure, Failure } from '../../../local/failure.ts';
import { boards } from './boards.ts';
import { queriesOf } from './queries-of.ts';
import { unanswered } from './unanswered.ts';

/** Four scrapes of the interval in pod-monitors.yaml. */
const rateInterval = '1m';

const [prometheus = 'http://127.0.0.1:9090', ...names] = process.argv.slice(2);
try {
  for (const board of chosen()) {
    const silent = await unanswered(prometheus, board, rateInterval);
    const all = queriesOf(board, rateInterval).length;
    process.stdout.write(`${board.title}: ${all - silent.length} answered, ${silent.length} not\n`);
    for (const { panel, expr } of silent) process.stdout.write(`  ${panel}: ${expr}\n`);
    if (silent.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

function chosen(): typeof boards {
  const uids = boards.map(({ uid = '' }) => uid);
  const unknown = names.filter(name => !uids.includes(name));
  if (unknown.length > 0) {
    throw new Failure('choosing boards', `there is none called ${unknown.join(' or ')}`, `one of ${uids.join(', ')}`);
  }
  return boards.filter(({ uid = '' }) => names.length === 0 || names.includes(uid));
}

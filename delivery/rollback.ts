/**
 * npm run rollback -- get-task [more…] --env ENV [--to REVISION] [--context NAME] [--ready-within SECONDS]
 *
 * Gives functions' traffic back to the revision that had it before the last deploy, or to the one that is named, and leaves
 * each Service so that the next deploy, or `kubectl apply`, does what it says. docs/operations/deploy.md
 */
import { parseArgs } from 'node:util';
import { describeFailure, Failure } from '../local/failure.ts';
import { clusterOf } from './cluster.ts';
import { holdLease } from './deploy-lease.ts';
import { targetOf } from './deploy-target.ts';
import { notes } from './deployed-notes.ts';
import { kubectlOf } from './kubectl.ts';
import { stateOf, takeBack } from './take-back.ts';
import { withCredentials } from './with-credentials.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    env: { type: 'string' },
    to: { type: 'string' },
    context: { type: 'string' },
    'ready-within': { type: 'string', default: '300' },
  },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const target = targetOf({ env: values.env, context: values.context, url: undefined });
  if (positionals.length === 0)
    throw new Failure('reading the arguments', 'which functions?', 'npm run rollback -- get-task');
  if (values.to !== undefined && positionals.length > 1)
    throw new Failure('reading --to', 'it is a revision of one function', 'name that function, and no other');
  await withCredentials(target, say);
  const cluster = clusterOf(target.context, kubectlOf(target.context, { say }));
  const lease = await holdLease(kubectlOf(target.context), say);
  try {
    for (const name of positionals) {
      const revision = values.to ?? (await stateOf(cluster, name)).annotations[notes.before];
      if (revision === undefined)
        throw new Failure(
          `rolling ${name} back`,
          'no deploy has noted which revision was before',
          `--to one of: kubectl -n task-manager get revisions -l serving.knative.dev/service=${name}`,
        );
      await takeBack(cluster, name, revision, { seconds: Number(values['ready-within']), say });
    }
    say(`rolled back: ${positionals.join(', ')}`);
  } finally {
    await lease.release();
  }
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

/** kubectl knows the cluster: what it does not know yet, gcloud tells it. */
import { Failure, lastLines } from '../local/failure.ts';
import { runProgram } from '../local/run-program.ts';
import type { Target } from './deploy-target.ts';

export async function withCredentials({ context, credentials }: Target, say: (line: string) => void): Promise<void> {
  const { ok } = await runProgram('kubectl', ['config', 'get-contexts', context]);
  if (ok) return;
  if (credentials === undefined)
    throw new Failure('reading --context', `kubectl knows no ${context}`, 'kubectl config get-contexts');
  say(`$ gcloud ${credentials.join(' ')}`);
  const fetched = await runProgram('gcloud', credentials);
  if (!fetched.ok)
    throw new Failure('gcloud container clusters get-credentials', lastLines(fetched.output, 5), 'gcloud auth login');
}

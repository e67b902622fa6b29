/** Before a release goes: this checkout is what it was built from, and its migrations spare what serves now. */
import { execFileSync } from 'node:child_process';
import { checkout } from '../local/checkout.ts';
import { Failure } from '../local/failure.ts';
import type { Cluster } from './cluster.ts';
import { notes } from './deployed-notes.ts';
import { faultsOfRelease } from './migration-guard.ts';
import { migrationsIn, releasedBefore } from './released-before.ts';

export async function guardRelease(
  cluster: Pick<Cluster, 'functions'>,
  commit: string,
  { root = checkout, except = [] }: { readonly root?: string; readonly except?: readonly string[] } = {},
): Promise<void> {
  const here = execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  if (here !== commit)
    throw new Failure(
      'deploying a release',
      `this checkout is ${here}, the release is of ${commit}`,
      `git checkout ${commit}`,
    );
  const serving = new Set((await cluster.functions()).flatMap(({ annotations }) => annotations[notes.commit] ?? []));
  for (const before of serving) {
    const faults = await faultsOfRelease(await releasedBefore(root, before), migrationsIn(root), except);
    if (faults.length > 0)
      throw new Failure('guarding the migrations', faults.join('\n'), 'docs/operations/migrations.md');
  }
}

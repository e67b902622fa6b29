/** Before a release goes: this checkout is what it was built from, and its migrations spare what serves now. */
import { checkout } from '../local/checkout.ts';
import { Failure } from '../local/failure.ts';
import type { Cluster } from './cluster.ts';
import { notes, servingRevision } from './deployed-notes.ts';
import { faultsOfRelease } from './migration-guard.ts';
import { commitOf, migrationsIn, releasedBefore } from './released-before.ts';

export async function guardRelease(
  cluster: Pick<Cluster, 'functions'>,
  commit: string,
  {
    root = checkout,
    except = [],
    since,
  }: { readonly root?: string; readonly except?: readonly string[]; readonly since?: string | undefined } = {},
): Promise<void> {
  const here = await commitOf(root, 'HEAD');
  if (here !== commit)
    throw new Failure(
      'deploying a release',
      `this checkout is ${here}, the release is of ${commit}`,
      `git checkout ${commit}`,
    );
  const states = (await cluster.functions()).filter(state => servingRevision(state) !== undefined);
  const unknown = states.filter(({ annotations }) => annotations[notes.commit] === undefined).map(({ name }) => name);
  if (unknown.length > 0 && since === undefined)
    throw new Failure(
      'guarding the migrations',
      `of which commit they are is not known of ${unknown.join(', ')}`,
      '--since REF: the commit, or the tag, that serves',
    );
  const serving = new Set(states.flatMap(({ annotations }) => annotations[notes.commit] ?? since ?? []));
  for (const before of serving) {
    const faults = await faultsOfRelease(await releasedBefore(root, before), migrationsIn(root), except);
    if (faults.length > 0)
      throw new Failure('guarding the migrations', faults.join('\n'), 'docs/operations/migrations.md');
  }
}

/**
 * A deploy: the schema first, then the functions that differ, each as a revision that traffic moves to while it is watched; or
 * back. Each step may be begun again: a deploy that was killed is taken up by the next one.
 */
import { catalogue } from '../functions/catalogue.ts';
import { isServing } from '../knative/scale.ts';
import { Failure } from '../local/failure.ts';
import type { Cluster } from './cluster.ts';
import type { Images } from './deploy-images.ts';
import { LeaseLost } from './deploy-lease.ts';
import { isSettled, isUnfinished, notes, progressOf, servingRevision } from './deployed-notes.ts';
import type { RenderedOverlay } from './rendered-overlay.ts';
import { onNewest, stateOf, takeBack } from './take-back.ts';
import { until } from './until.ts';
import { type Watched, watchRollout } from './watch-rollout.ts';

export interface Release {
  /** The functions that are to be as the overlay has them. */
  readonly wanted: readonly string[];
  readonly images: Images;
  readonly overlay: Pick<RenderedOverlay, 'functions' | 'images' | 'settings' | 'routes'>;
  /** Seconds until a new revision has to be ready. */
  readonly readyWithin: number;
  readonly watched: Watched;
}

export interface Deployed {
  readonly changed: readonly string[];
  readonly migrated: boolean;
}

export async function deployRelease(cluster: Cluster, release: Release): Promise<Deployed> {
  const { overlay, watched } = release;
  const { say } = watched;
  await finishTakingBack(cluster, release);
  const { rolling, others, different } = await partsOf(cluster, release);
  say(rolling.length + others.length === 0 ? 'nothing differs' : `differs: ${[...rolling, ...others].join(', ')}`);
  if (await cluster.differs(overlay.settings)) await cluster.apply(overlay.settings);
  const migrated = await migrate(cluster, release);
  const begun: string[] = [];
  try {
    for (const name of rolling) {
      watched.check();
      begun.push(name);
      await begin(cluster, release, name, different.has(name));
    }
    if (await cluster.differs(overlay.routes)) await cluster.apply(overlay.routes);
    await watchRollout(cluster, begun, watched);
  } catch (error) {
    say(`not well: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof LeaseLost) throw error;
    await takeAllBack(cluster, begun, release);
    throw error;
  }
  for (const name of begun) await cluster.annotate(name, { [notes.state]: 'moved' });
  await noteCommit(cluster, release, begun);
  // There is no way back from them, so they wait until all else is well.
  for (const name of others) await cluster.apply(fileOf(release, name));
  return { changed: [...rolling, ...others], migrated };
}

/** What is as the release has it is of the release's commit, though an earlier one brought it: the image is the same. */
async function noteCommit(cluster: Cluster, release: Release, begun: readonly string[]): Promise<void> {
  for (const { name, annotations } of await cluster.functions()) {
    const isOfRelease = begun.includes(name) || release.wanted.includes(name);
    if (isOfRelease && annotations[notes.commit] !== release.images.commit)
      await cluster.annotate(name, { [notes.commit]: release.images.commit });
  }
}

interface DeployParts {
  /** Services that get a revision, or whose last one has not all traffic yet. */
  readonly rolling: readonly string[];
  /** CronJobs: their next run is another one. */
  readonly others: readonly string[];
  /** Those of both whose objects are not as the overlay has them. */
  readonly different: ReadonlySet<string>;
}

async function partsOf(cluster: Cluster, release: Release): Promise<DeployParts> {
  const states = await cluster.functions();
  const different = new Set<string>();
  for (const name of release.wanted) if (await cluster.differs(fileOf(release, name))) different.add(name);
  // What a deploy that died has begun is watched to its end, whatever this one is for.
  const unsettled = states.filter(
    state => isUnfinished(state) || (release.wanted.includes(state.name) && !isSettled(state)),
  );
  const served = new Set([...different].filter(isService).concat(unsettled.map(({ name }) => name)));
  return {
    rolling: [...served],
    others: [...different].filter(name => !isService(name) && name !== migration),
    different,
  };
}

const migration = 'migrate';
const serviceNames: ReadonlySet<string> = new Set(catalogue.filter(isServing).map(({ name }) => name));
const isService = (name: string) => serviceNames.has(name);

function fileOf({ overlay }: Release, name: string): string {
  const file = overlay.functions.get(name);
  if (file === undefined)
    throw new Failure(`deploying ${name}`, 'the overlay has no such function', 'functions/catalogue.ts lists them');
  return file;
}

async function finishTakingBack(cluster: Cluster, { readyWithin, watched: { say } }: Release): Promise<void> {
  for (const state of await cluster.functions()) {
    const before = state.annotations[notes.before];
    if (progressOf(state) === 'taking-back' && before !== undefined)
      await takeBack(cluster, state.name, before, { seconds: readyWithin, say });
  }
}

/** Once for each image of the job; the note is written when it has run. */
async function migrate(cluster: Cluster, release: Release): Promise<boolean> {
  const isWanted = release.wanted.includes(migration) || release.images.of.has(migration);
  const image = isWanted ? release.overlay.images.get(migration) : undefined;
  if (image === undefined) return false;
  const { [notes.migrated]: done } = await cluster.annotationsOfJob(migration);
  if (await cluster.differs(fileOf(release, migration))) await cluster.apply(fileOf(release, migration));
  if (done === image) return false;
  await cluster.run(migration);
  await cluster.annotateJob(migration, { [notes.migrated]: image });
  return true;
}

async function begin(cluster: Cluster, release: Release, name: string, isDifferent: boolean): Promise<void> {
  const state = (await cluster.functions()).find(each => each.name === name);
  if (state && !isUnfinished(state))
    await cluster.annotate(name, {
      [notes.state]: 'moving',
      [notes.before]: servingRevision(state),
      [notes.commitBefore]: state.annotations[notes.commit],
    });
  if (isDifferent) await cluster.apply(fileOf(release, name));
  if (!state) await cluster.annotate(name, { [notes.state]: 'moving' });
  await until(`the new revision of ${name} is ready`, () => notMade(cluster, name), release.readyWithin);
  // It was told to stay where it was. Only now is the newest one a revision that may have traffic.
  if (state?.pinned) await cluster.patch(name, [onNewest]);
}

async function notMade(cluster: Cluster, name: string): Promise<string> {
  const { made, refused, reason } = await stateOf(cluster, name);
  if (refused) throw new Failure(`rolling out ${name}`, reason, 'kubectl -n task-manager get revisions');
  return made ? '' : reason;
}

async function takeAllBack(cluster: Cluster, names: readonly string[], release: Release): Promise<void> {
  const { say } = release.watched;
  for (const name of names) {
    try {
      const before = (await stateOf(cluster, name)).annotations[notes.before];
      if (before === undefined) {
        say(`${name}: no revision of it has served before; it stays as it is`);
        // Nobody waits for it any more, until a deploy of it.
        await cluster.annotate(name, { [notes.state]: 'taken-back' });
      } else await takeBack(cluster, name, before, { seconds: release.readyWithin, say });
    } catch (error) {
      // It serves from where it was; what is left is for the next deploy, or for a person.
      say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

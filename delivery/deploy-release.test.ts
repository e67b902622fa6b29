/** What a deploy changes, in which order, and when it takes it back. That Knative does so, too, the page on deploying says. */
import { expect, test } from 'vitest';
import { LeaseLost } from './deploy-lease.ts';
import { deployRelease } from './deploy-release.ts';
import { notes } from './deployed-notes.ts';
import type { Smoke } from './smoke.ts';
import { type StandIn, standInCluster } from './testing/stand-in-cluster.ts';
import type { Watched } from './watch-rollout.ts';

const well: Smoke = async () => ({ checks: 1, faults: [] });
const badly: Smoke = async () => ({ checks: 1, faults: ['it is not as promised'] });

function deploying(
  cluster: StandIn,
  wanted: readonly string[],
  watched: Partial<Watched> = {},
  images: Readonly<Record<string, string>> = {},
) {
  const functions = new Map(
    ['get-task', 'list-tasks', 'clean-up', 'migrate', 'back-up'].map(name => [name, `${name}.yaml`]),
  );
  return deployRelease(cluster, {
    wanted,
    images: { commit: '0123456', of: new Map(Object.entries(images)) },
    overlay: { functions, images: new Map(Object.entries(images)), settings: 'settings.yaml', routes: 'routes.yaml' },
    readyWithin: 1,
    watched: {
      ...{ smoke: well, burning: undefined, patience: 5, every: { look: 0, question: 0 } },
      ...{ say: () => {}, check: () => {} },
      ...watched,
    },
  });
}

test('what differs is deployed, and nothing else', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'new', 'list-tasks.yaml': 'old' });
  cluster.put('get-task');
  cluster.put('list-tasks');
  expect(await deploying(cluster, ['get-task', 'list-tasks'])).toEqual({ changed: ['get-task'], migrated: false });
  expect(cluster.changes).toEqual(['apply get-task.yaml']);
  expect(cluster.stateOf('get-task').annotations).toEqual({
    [notes.before]: 'get-task-1',
    [notes.state]: 'moved',
    [notes.commit]: '0123456',
  });
});

test('the schema comes first, and what functions read; routes lead to a function that is there', async () => {
  const cluster = standInCluster({
    'get-task.yaml': 'new',
    'migrate.yaml': 'x',
    'back-up.yaml': 'x',
    'settings.yaml': 'x',
    'routes.yaml': 'x',
  });
  cluster.put('get-task');
  const deploy = () => deploying(cluster, ['get-task', 'migrate', 'back-up'], {}, { migrate: 'migrate@sha256:1' });
  expect(await deploy()).toEqual({ changed: ['get-task', 'back-up'], migrated: true });
  const all = ['settings.yaml', 'migrate.yaml', 'get-task.yaml', 'routes.yaml', 'back-up.yaml'].map(
    file => `apply ${file}`,
  );
  expect(cluster.changes).toEqual(all.toSpliced(2, 0, 'run migrate'));
  expect(await deploy()).toEqual({ changed: [], migrated: false });
});

test('a migration that fails is the end, and the next deploy runs it again', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'new', 'migrate.yaml': 'x' }, { fail: true });
  cluster.put('get-task');
  const deploy = () => deploying(cluster, ['get-task'], {}, { migrate: 'migrate@sha256:1' });
  await expect(deploy()).rejects.toThrow('the migration failed');
  await expect(deploy()).rejects.toThrow('the migration failed');
  expect(cluster.changes).toEqual(['apply migrate.yaml', 'run migrate', 'run migrate']);
});

const takenBack = [
  'get-task revisionName:get-task-1,percent:100',
  'get-task {"word":"old again"}',
  'get-task latestRevision:true,percent:100',
];

test.for([
  ['a revision that is refused', 'refused', {}],
  ['an answer that is not as promised', 'new', { smoke: badly }],
  ['a budget that burns', 'new', { burning: async () => ['availability'] }],
] as const)('%s brings traffic back, and leaves a Service as every other', async ([, word, watched]) => {
  const cluster = standInCluster({ 'get-task.yaml': word });
  cluster.put('get-task');
  await expect(deploying(cluster, ['get-task'], watched)).rejects.toThrow();
  expect(cluster.changes).toEqual(['apply get-task.yaml', ...takenBack]);
  expect(cluster.stateOf('get-task')).toMatchObject({ pinned: false, annotations: { [notes.state]: 'taken-back' } });
});

test('a deploy that lost its lease leaves all to the one that has it', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'new', 'back-up.yaml': 'x' });
  cluster.put('get-task');
  await expect(deploying(cluster, ['get-task', 'back-up'], { check: losing(3) })).rejects.toThrow(LeaseLost);
  expect(cluster.changes).toEqual(['apply get-task.yaml']);
  expect(cluster.stateOf('get-task').annotations).toMatchObject({ [notes.state]: 'moving' });
});

test('of which commit a function is is known after a deploy, also where nothing differs, and after a way back', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'bad', 'list-tasks.yaml': 'old' });
  for (const name of ['get-task', 'list-tasks']) cluster.put(name, { annotations: { [notes.commit]: 'earlier' } });
  const commitOf = (name: string) => cluster.stateOf(name).annotations[notes.commit];
  await expect(deploying(cluster, ['get-task', 'list-tasks'], { smoke: badly })).rejects.toThrow();
  expect(['get-task', 'list-tasks'].map(commitOf)).toEqual(['earlier', 'earlier']);
  await deploying(cluster, ['list-tasks']);
  expect(['get-task', 'list-tasks'].map(commitOf)).toEqual(['earlier', '0123456']);
});

test('a function that never started holds up its own deploys, and no other', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'new', 'list-tasks.yaml': 'refused' });
  cluster.put('get-task');
  cluster.put('list-tasks', { revisions: [], share: 0 });
  await expect(deploying(cluster, ['list-tasks'])).rejects.toThrow();
  expect(await deploying(cluster, ['get-task'])).toEqual({ changed: ['get-task'], migrated: false });
});

test('all that a release has begun goes back, when one of it is not well', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'new', 'list-tasks.yaml': 'refused' });
  cluster.put('get-task');
  cluster.put('list-tasks');
  await expect(deploying(cluster, ['get-task', 'list-tasks'])).rejects.toThrow();
  expect(cluster.changes.filter(each => each.includes('revisionName'))).toEqual([
    'get-task revisionName:get-task-1,percent:100',
    'list-tasks revisionName:list-tasks-1,percent:100',
  ]);
});

test('what a deploy that died has begun is watched to its end, and goes back to what was before that one', async () => {
  const died = { revisions: ['old', 'new'], annotations: { [notes.state]: 'moving', [notes.before]: 'get-task-1' } };
  const cluster = standInCluster({ 'get-task.yaml': 'new', 'list-tasks.yaml': 'old' });
  cluster.put('get-task', died);
  cluster.put('list-tasks');
  await expect(deploying(cluster, ['list-tasks'], { smoke: badly })).rejects.toThrow();
  expect(cluster.changes).toEqual(takenBack);

  cluster.put('get-task', died);
  expect(await deploying(cluster, ['list-tasks'])).toEqual({ changed: ['get-task'], migrated: false });
  expect(cluster.stateOf('get-task').annotations).toMatchObject({
    [notes.state]: 'moved',
    [notes.before]: 'get-task-1',
  });
});

test('what died while it took back goes back first', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'newer' });
  cluster.put('get-task', {
    revisions: ['old', 'bad'],
    pinned: 'get-task-1',
    annotations: { [notes.state]: 'taking-back', [notes.before]: 'get-task-1' },
  });
  await deploying(cluster, ['get-task']);
  expect(cluster.changes).toEqual([...takenBack, 'apply get-task.yaml']);
  expect(cluster.stateOf('get-task').annotations[notes.before]).toBe('get-task-3');
});

test('traffic that a person told to stay moves when the new revision is ready, and not before', async () => {
  const cluster = standInCluster({ 'get-task.yaml': 'new' });
  cluster.put('get-task', { revisions: ['old', 'bad'], pinned: 'get-task-1' });
  await deploying(cluster, ['get-task']);
  expect(cluster.changes).toEqual(['apply get-task.yaml', 'get-task latestRevision:true,percent:100']);
  expect(cluster.stateOf('get-task').annotations[notes.before]).toBe('get-task-1');
});

/** Not at once: in the middle. */
function losing(at: number): () => void {
  let asked = 0;
  return () => {
    asked += 1;
    if (asked === at) throw new LeaseLost('deploying alone', 'another one took its place', 'wait for it');
  };
}

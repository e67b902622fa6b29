/**
 * A cluster for what a deploy decides: Services whose revisions become ready, or do not, as the test says, and whose traffic
 * moves a step at each look. What it takes from Knative: traffic by the newest goes to a revision that is ready; traffic by
 * name stays; a template that is the same makes no revision.
 */
import type { Cluster, FunctionState } from '../cluster.ts';

export interface StandIn extends Cluster {
  /** What was changed, in order. */
  readonly changes: string[];
  stateOf(name: string): FunctionState;
  /** What the test finds there. */
  put(name: string, service?: Partial<Service>): void;
}

interface Service {
  /** A word for what runs; the revisions, the newest last. */
  readonly revisions: readonly string[];
  readonly annotations: Readonly<Record<string, string | undefined>>;
  readonly pinned: string | undefined;
  /** Whether its newest revision has not been looked at yet: it is not ready then. */
  readonly fresh: boolean;
  /** Of the newest revision, in percent; the one before has the rest. */
  readonly share: number;
}

/** Files are templates' words: `good`, `refused`, or whatever; a job's file is `job`. */
export function standInCluster(
  files: Readonly<Record<string, string>>,
  jobs: { readonly fail?: boolean } = {},
): StandIn {
  const services = new Map<string, Service>();
  const notes = new Map<string, Readonly<Record<string, string>>>();
  const applied = new Set<string>();
  const changes: string[] = [];
  const get = (name: string): Service =>
    services.get(name) ?? { revisions: [], annotations: {}, pinned: undefined, share: 0, fresh: false };
  const set = (name: string, change: Partial<Service>) => services.set(name, { ...get(name), ...change });
  const nameOf = (file: string) => file.replace(/\.yaml$/, '');
  const isReady = (word: string | undefined) => word !== undefined && !word.startsWith('refused');

  function made(name: string, word: string): void {
    const { revisions } = get(name);
    if (revisions.at(-1) !== word)
      set(name, { revisions: [...revisions, word], fresh: true, share: isReady(word) ? 0 : get(name).share });
  }

  function stateOf(name: string): FunctionState {
    const { revisions, annotations, pinned, share, fresh } = get(name);
    const revision = (index: number) => `${name}-${index}`;
    const newest = revisions.length;
    const ready = isReady(revisions.at(-1));
    const readied = ready ? newest : revisions.findLastIndex(isReady) + 1;
    const byNewest =
      ready && share < 100 && newest > 1
        ? [
            [newest - 1, 100 - share],
            [newest, share],
          ]
        : [[readied, 100]].slice(readied > 0 ? 0 : 1);
    const traffic = pinned === undefined ? byNewest : [[Number(pinned.split('-').at(-1)), 100]];
    return {
      ...{
        name,
        image: '',
        seen: true,
        ready: ready && !fresh && (share === 100 || newest === 1),
        reason: 'as the test wants it',
      },
      ...{
        made: ready,
        refused: !ready,
        created: revision(newest),
        readied: revision(readied),
        pinned: pinned !== undefined,
      },
      annotations: Object.fromEntries(
        Object.entries(annotations).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
      traffic: traffic.map(([index = 0, percent = 0]) => ({ revision: revision(index), percent })),
    };
  }

  return {
    changes,
    stateOf,
    put: (name, service = {}) => set(name, { revisions: ['old'], share: 100, ...service }),
    async functions() {
      const states = [...services.keys()].map(stateOf);
      for (const name of services.keys()) set(name, { fresh: false });
      for (const [name, { share, pinned }] of services)
        if (pinned === undefined) set(name, { share: Math.min(100, share + 50) });
      return states;
    },
    pods: async () => [],
    async patch(name, [operation]) {
      const value = JSON.stringify(operation?.value);
      if (get(name).fresh && value.includes('latestRevision'))
        throw new Error(`${name} goes by a revision that is not ready`);
      changes.push(`${name} ${operation?.path === '/spec/traffic' ? value.replaceAll(/[{}"[\]]/g, '') : value}`);
      if (operation?.path === '/spec/template') made(name, JSON.parse(value).word);
      // From a name to the newest it goes at once: there is no newest before it to come from.
      else set(name, { pinned: /"revisionName":"([^"]+)"/.exec(value)?.[1], share: 100 });
    },
    async annotate(name, annotations) {
      set(name, { annotations: { ...get(name).annotations, ...annotations } });
    },
    async templateOf(revision) {
      const [, name = '', index = ''] = /^(.*)-(\d+)$/.exec(revision) ?? [];
      return { word: `${get(name).revisions[Number(index) - 1]} again` };
    },
    annotationsOfJob: async name => notes.get(name) ?? {},
    async annotateJob(name, annotations) {
      const all = Object.entries({ ...notes.get(name), ...annotations });
      notes.set(name, Object.fromEntries(all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))));
    },
    async differs(file) {
      const word = files[file] ?? '';
      const name = nameOf(file);
      return services.has(name) || word.startsWith('service')
        ? get(name).revisions.at(-1) !== word
        : !applied.has(file) && file in files;
    },
    async apply(file) {
      changes.push(`apply ${file}`);
      applied.add(file);
      if (services.has(nameOf(file))) made(nameOf(file), files[file] ?? '');
    },
    async run(job) {
      changes.push(`run ${job}`);
      if (jobs.fail) throw new Error('the migration failed');
    },
  };
}

/** The functions in a cluster, by kubectl: one context, one namespace, nothing else. */
import { namespace } from '../knative/namespace.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';

export interface Cluster {
  functions(): Promise<readonly FunctionState[]>;
  pods(): Promise<readonly Pod[]>;
  /** @param patch RFC 6902 */
  patch(functionName: string, patch: readonly Operation[]): Promise<void>;
  /** On the Service alone, which makes no revision. @param annotations undefined removes one */
  annotate(functionName: string, annotations: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** What a Service's template was when it made this revision. */
  templateOf(revision: string): Promise<object>;
  /** On a CronJob; none while it is not there. */
  annotationsOfJob(cronJob: string): Promise<Readonly<Record<string, string>>>;
  annotateJob(cronJob: string, annotations: Readonly<Record<string, string | undefined>>): Promise<void>;
  differs(file: string): Promise<boolean>;
  apply(file: string): Promise<void>;
  /** Runs a CronJob's job now, to its end. @throws {Failure} with the end of its log, when it fails */
  run(cronJob: string): Promise<void>;
}

export interface FunctionState {
  readonly name: string;
  readonly image: string;
  /** Whether what follows is about its newest template. */
  readonly seen: boolean;
  readonly ready: boolean;
  /** Why it is not. */
  readonly reason: string;
  /** Whether the revision of the newest template is ready, wherever traffic goes. */
  readonly made: boolean;
  /** Whether its newest revision has failed to become ready. */
  readonly refused: boolean;
  /** The revision of the newest template, ready or not. */
  readonly created: string;
  /** The newest revision that has become ready. */
  readonly readied: string;
  readonly traffic: readonly { readonly revision: string; readonly percent: number }[];
  /** Whether its traffic is told to stay on a revision by its name. */
  readonly pinned: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Pod {
  readonly name: string;
  readonly function: string;
  readonly revision: string;
  readonly ready: boolean;
}

export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** With it the template is another one, and so there is another revision. */
export function revisionChange(): Operation {
  const path = '/spec/template/metadata/annotations/task-manager~1rolled-out-at';
  return { op: 'add', path, value: new Date().toISOString() };
}

/** @param kubectl of the context */
export function clusterOf(context: string, kubectl: Kubectl = kubectlOf(context)): Cluster {
  const inNamespace = ['--namespace', namespace.metadata.name];
  const listed = async <Item>(...args: readonly string[]): Promise<readonly Item[]> =>
    JSON.parse(await kubectl.read('get', ...inNamespace, ...args, '--output', 'json')).items;
  const annotate = async (resource: string, annotations: Readonly<Record<string, string | undefined>>) => {
    const words = Object.entries(annotations).map(([key, value]) =>
      value === undefined ? `${key}-` : `${key}=${value}`,
    );
    await kubectl.change('annotate', resource, ...inNamespace, '--overwrite', ...words);
  };

  return {
    functions: async () => (await listed<KnativeService>(services)).map(stateOf),
    pods: async () => (await listed<KubernetesPod>('pods', '--selector', 'serving.knative.dev/revision')).map(podOf),
    async patch(name, patch) {
      await kubectl.change(
        'patch',
        `${services}/${name}`,
        ...inNamespace,
        '--type=json',
        '--patch',
        JSON.stringify(patch),
      );
    },
    annotate: (name, annotations) => annotate(`${services}/${name}`, annotations),
    async templateOf(revision) {
      const name = `revisions.serving.knative.dev/${revision}`;
      return templateFrom(JSON.parse(await kubectl.read('get', name, ...inNamespace, '--output', 'json')));
    },
    async annotationsOfJob(cronJob) {
      const found = await kubectl.read(
        'get',
        `cronjob/${cronJob}`,
        ...inNamespace,
        '--ignore-not-found',
        '--output',
        'json',
      );
      return found === '' ? {} : (JSON.parse(found).metadata.annotations ?? {});
    },
    annotateJob: (cronJob, annotations) => annotate(`cronjob/${cronJob}`, annotations),
    differs: file => kubectl.differs(file),
    apply: async file => void (await kubectl.change('apply', '--filename', file)),
    async run(cronJob) {
      const job = `${cronJob}-${Date.now()}`;
      await kubectl.change('create', 'job', job, ...inNamespace, `--from=cronjob/${cronJob}`);
      await kubectl.untilEnded(job, inNamespace);
      await kubectl.change('delete', 'job', job, ...inNamespace);
    },
  };
}

const services = 'services.serving.knative.dev';

interface KnativeService {
  readonly metadata: {
    readonly name: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly traffic?: readonly { readonly revisionName?: string }[];
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly latestCreatedRevisionName?: string;
    readonly latestReadyRevisionName?: string;
    readonly conditions?: readonly Condition[];
    readonly traffic?: readonly { readonly revisionName: string; readonly percent?: number }[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function stateOf({ metadata, spec, status = {} }: KnativeService): FunctionState {
  const seen = status.observedGeneration === metadata.generation;
  const conditionIn = (wanted: string) => status.conditions?.find(({ type }) => type === wanted)?.status;
  const unready = status.conditions?.find(({ status }) => status !== 'True');
  return {
    name: metadata.name,
    image: spec.template.spec.containers[0]?.image ?? '',
    seen,
    ready: seen && conditionIn('Ready') === 'True',
    made:
      seen &&
      conditionIn('ConfigurationsReady') === 'True' &&
      status.latestCreatedRevisionName === status.latestReadyRevisionName,
    refused: seen && conditionIn('ConfigurationsReady') === 'False',
    reason: seen
      ? `${unready?.type} ${unready?.status}: ${unready?.reason ?? ''} ${unready?.message ?? ''}`
      : 'not seen yet',
    created: status.latestCreatedRevisionName ?? '',
    readied: status.latestReadyRevisionName ?? '',
    traffic: (status.traffic ?? []).map(({ revisionName, percent = 0 }) => ({ revision: revisionName, percent })),
    pinned: (spec.traffic ?? []).some(({ revisionName }) => revisionName !== undefined),
    annotations: metadata.annotations ?? {},
  };
}

interface Revision {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** Knative's own notes on a revision are no part of what made it; what a person may say there is. */
function templateFrom({ metadata: { labels = {}, annotations = {} }, spec }: Revision): object {
  const ours = (notes: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(notes).filter(([key]) => !key.startsWith('serving.knative.dev/') || saidByPeople.has(key)),
    );
  return { metadata: { labels: ours(labels), annotations: ours(annotations) }, spec };
}

const saidByPeople: ReadonlySet<string> = new Set(['serving.knative.dev/progress-deadline']);

interface KubernetesPod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: { readonly conditions?: readonly Condition[] };
}

function podOf({ metadata: { name, labels }, status: { conditions = [] } }: KubernetesPod): Pod {
  return {
    name,
    function: labels['serving.knative.dev/service'] ?? '',
    revision: labels['serving.knative.dev/revision'] ?? '',
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  };
}
